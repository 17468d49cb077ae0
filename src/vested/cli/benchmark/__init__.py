"""`vested benchmark`: build norms, check that they still hold, show them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.benchmark import build, check
from vested.cli.streams import emit

app = typer.Typer(
    help="Build norms of organisations, check that they hold, show them.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("build")(build.command)
app.command("check")(check.command)


@app.command()
def show(
    folder: options.NormsFolder,
    detail: Annotated[bool, typer.Option("--detail", help="Show every measure.")] = False,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="Form of the result: csv, json or markdown; a table if not given.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show norms, cell by cell."""
    from vested import report
    from vested.analysis.benchmark.reading import read_norms
    from vested.report.norms import show_norms

    form = report.checked_format(format) if format else None
    norms = read_norms(folder)
    if form:
        emit(report.render(norms, form))
    else:
        show_norms(norms, sys.stdout, detail=detail)
