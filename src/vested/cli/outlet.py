"""Where a result goes: a file, a folder, standard output in a form, or the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from vested.cli.streams import emit, say

if TYPE_CHECKING:
    from vested.report import Result
    from vested.table import ResultTable


@dataclass(frozen=True, slots=True)
class Outlet:
    """What was said of the output on the command line."""

    form: str | None
    output: Path | None
    force: bool
    quiet: bool
    personal: Path | None = None
    """A further file, for a table about single people; never where the result goes."""
    option: str = ""
    """The option that names it."""

    def check(self, inputs: Sequence[Path], tables: Sequence[str]) -> None:
        """Complain about a form or a target before the work begins, not after."""
        from vested import report

        form = report.checked_format(self.form) if self.form else None
        if self.output is not None:
            report.check_target(self.output, form, force=self.force, inputs=inputs, tables=tables)
        elif form and not report.FORMATS[form].text and sys.stdout.isatty():
            raise typer.BadParameter(f"{form} is not for a terminal; name a file with --output")
        if self.personal is None:
            return
        report.check_file(self.personal, force=self.force, inputs=inputs)
        targets = report.targets(self.output, form, tables) if self.output is not None else []
        if self.personal.resolve() in {path.resolve() for path in targets}:
            raise typer.BadParameter(
                f"{self.option} {self.personal}: the result goes there (--output)"
            )

    def write_personal(self, table: ResultTable) -> None:
        """Write the table about single people, where a file was named for it."""
        from vested import report

        if self.personal is not None:
            report.write_table(table, self.personal, force=self.force)
            told = f"wrote {self.personal}: personal data, for whoever may see it"
            say([told], quiet=self.quiet)

    def deliver(self, result: Result, line: str, show: str, *, detail: bool) -> None:
        """Write the result, and say in one line what it is; or print it, in a form or by `show`.

        `show` is `module:function` below `vested.report`: what draws tables is loaded where one is
        drawn.
        """
        from vested import report

        if self.output is not None:
            written = report.write(result, self.output, self.form, force=self.force)
            say([line, f"wrote {', '.join(map(str, written))}"], quiet=self.quiet)
        elif self.form:
            emit(report.render(result, self.form))
        else:
            module, _, name = show.partition(":")
            draw = getattr(import_module(f"vested.report.{module}"), name)
            draw(result, sys.stdout, detail=detail)
