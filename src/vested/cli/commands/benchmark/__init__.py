"""`vested benchmark`: build norms, check that they still hold, show them."""

from __future__ import annotations

from typing import Annotated

import typer

from vested.cli import options
from vested.cli.commands.benchmark import build, check
from vested.cli.outlet import Outlet

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
    format: options.FormatName = None,
) -> None:
    """Show norms, cell by cell."""
    from vested.analysis.benchmark.reading import read_norms

    outlet = Outlet(format, None, force=False, quiet=True)
    outlet.check((), ())
    outlet.deliver(read_norms(folder), "", "norms:show_norms", detail=detail)
