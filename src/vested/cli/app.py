"""All commands in one place."""

from __future__ import annotations

from typing import Annotated

import typer

import vested
from vested.cli.commands import (
    analyse,
    batch,
    benchmark,
    compare,
    consolidate,
    demo,
    evidence,
    explain,
    inspect,
    instrument,
    interviews,
    simulate,
    verify,
)

app = typer.Typer(
    name="vested",
    help="Score digital-maturity surveys and interviews per organisation.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("analyse")(analyse.command)
app.command("inspect")(inspect.command)
app.command("evidence")(evidence.command)
app.command("compare")(compare.command)
app.command("interviews")(interviews.command)
app.command("consolidate")(consolidate.command)
app.command("compare")(compare.command)
app.command("batch")(batch.command)
app.command("explain")(explain.command)
app.command("simulate")(simulate.command)
app.command("demo")(demo.command)
app.command("verify")(verify.command)
app.add_typer(benchmark.app, name="benchmark")
app.add_typer(instrument.app, name="instrument")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"vested {vested.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_version,
            is_eager=True,
            help="Show the version and stop.",
        ),
    ] = False,
) -> None:
    pass
