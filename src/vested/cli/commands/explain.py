"""`vested explain`: what a statistic is, how to read it, and where it misleads."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="A statistic, a screen or a rule, for example rwg; without one all are listed.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a statistic: its formula, how to read it, and where it misleads."""
    from vested.analysis.explain import explain, explanations

    if name is None:
        topic = ""
        for each in explanations():
            if each.topic != topic:
                topic = each.topic
                typer.echo(f"{topic}")
            typer.echo(f"  {each.id:<24} {each.name}")
        return
    found = explain(name)
    recalled = " (quoted from general knowledge, not looked up)"
    typer.echo(f"{found.name} ({found.id})\n\n{found.what.strip()}\n")
    typer.echo(f"Formula: {found.formula.strip()}\n")
    typer.echo("How to read it:")
    for reading in found.reading:
        typer.echo(f"- {reading.rule} [{reading.source}{recalled if reading.recalled else ''}]")
    typer.echo(f"\nWhere it misleads: {found.misleads.strip()}\n")
    typer.echo(f"Source: {found.source}{recalled if found.recalled else ''}")
