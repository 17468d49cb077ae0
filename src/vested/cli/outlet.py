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
    from vested.analysis.reports.report import Report
    from vested.report import Result
    from vested.report.document.model import Document
    from vested.table import ResultTable


@dataclass(frozen=True, slots=True)
class Look:
    """What was said of how a report looks."""

    language: str = "en"
    title: str | None = None
    theme: Path | None = None
    logo: Path | None = None

    def document(self, made: Report) -> Document:
        """The report in its language and looks."""
        from dataclasses import replace

        from vested.report.document.build import document
        from vested.report.document.theme import Theme, read_logo, read_theme

        theme = read_theme(self.theme) if self.theme else Theme()
        if self.logo:
            theme = replace(theme, logo=read_logo(self.logo))
        return document(made, language=self.language, title=self.title, theme=theme)


@dataclass(frozen=True, slots=True)
class Outlet:
    """What was said of the output on the command line."""

    form: str | None
    output: Path | None
    force: bool
    quiet: bool
    personal: Path | None = None
    """A further file, for a table that is not for everyone; never where the result goes."""
    option: str = ""
    """The option that names it."""

    def check(self, inputs: Sequence[Path], tables: Sequence[str]) -> None:
        """Complain about a form or a target before the work begins, not after."""
        from vested import report

        form = report.checked_format(self.form) if self.form else None
        if self.output is not None:
            report.check_target(self.output, form, force=self.force, inputs=inputs, tables=tables)
        elif form:
            report.check_installed(form)
            if not report.FORMATS[form].text and sys.stdout.isatty():
                raise typer.BadParameter(f"{form} is not for a terminal; name a file with --output")
        if self.personal is None:
            return
        report.check_file(self.personal, force=self.force, inputs=inputs)
        targets = report.targets(self.output, form, tables) if self.output is not None else []
        if self.personal.resolve() in {path.resolve() for path in targets}:
            raise typer.BadParameter(
                f"{self.option} {self.personal}: the result goes there (--output)"
            )

    def check_look(self, look: Look) -> str | None:
        """The form of the report that is asked for, if one is; a look is for reports alone."""
        from vested import report

        form = report.report_form(self.output, self.form)
        if form is None and look != Look():
            forms = ", ".join(name for name, each in report.FORMATS.items() if each.report)
            raise typer.BadParameter(
                f"--language, --title, --theme and --logo are for reports ({forms})"
            )
        return form

    def deliver_report(self, made: Report, look: Look, form: str) -> None:
        """Write a report, or hand it out."""
        from vested import report

        document = look.document(made)
        if self.output is None:
            emit(report.render_report(document, form))
            return
        report.write_report(document, self.output, form, force=self.force)
        say([made.ledger_line, f"wrote {self.output}"], quiet=self.quiet)

    def write_personal(
        self, table: ResultTable, told: str = "personal data, for whoever may see it"
    ) -> None:
        """Write the table that is not for everyone, where a file was named for it."""
        from vested import report

        if self.personal is not None:
            report.write_table(table, self.personal, force=self.force)
            say([f"wrote {self.personal}: {told}"], quiet=self.quiet)

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
