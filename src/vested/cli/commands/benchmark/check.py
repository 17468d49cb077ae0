"""`vested benchmark check`: do norms still hold?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import Progress, emit, let_interrupts_break_reads, say


def command(
    folder: options.NormsFolder,
    surveys: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SURVEY",
            help="Exports to build from; those of the recipe, beside the norms or here, if not "
            "given.",
            show_default=False,
        ),
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option("--tolerance", metavar="POINTS", help="How far a number may move."),
    ] = 0.0,
    min_organisations: Annotated[
        int | None,
        typer.Option(
            "--min-organisations",
            metavar="N",
            help="Build with this minimum of organisations instead of the recipe's.",
            show_default=False,
        ),
    ] = None,
    max_share: Annotated[
        float | None,
        typer.Option(
            "--max-share",
            metavar="SHARE",
            help="Build with this largest share instead of the recipe's.",
            show_default=False,
        ),
    ] = None,
    min_respondents: Annotated[
        int | None,
        typer.Option(
            "--min-respondents",
            metavar="N",
            help="Build with this minimum of respondents instead of the recipe's.",
            show_default=False,
        ),
    ] = None,
    instrument: Annotated[
        str | None,
        typer.Option(
            "--instrument",
            "-i",
            metavar="ID-or-FILE",
            help="Build with this questionnaire instead of the recipe's.",
            show_default=False,
        ),
    ] = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    format: options.CheckFormName = None,
    quiet: options.Quiet = False,
) -> None:
    """Rebuild norms and say what moved, by how much and why."""
    from vested.analysis.benchmark.check import check
    from vested.report.findings.checks import render_check, show_check

    let_interrupts_break_reads()
    given = {
        "min_organisations": min_organisations,
        "max_share": max_share,
        "min_respondents": min_respondents,
        "instrument": instrument,
        "mapping": mapping,
        "definition": definition,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    with Progress(quiet) as progress:
        found = check(
            folder, surveys or (), tolerance=tolerance, changes=changes, progress=progress
        )
    say(found.notes, quiet=quiet)
    if format:
        emit(render_check(format.value, found, folder))
    else:
        show_check(found, sys.stdout)
    if not found.holds:
        raise typer.Exit(1)
