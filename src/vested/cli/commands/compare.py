"""`vested compare`: organisations, groups, waves, and the claim itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.outlet import Outlet
from vested.cli.streams import Progress, let_interrupts_break_reads, say


def command(
    surveys: options.Surveys,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Column whose values are compared, such as the sector; repeatable.",
            show_default=False,
        ),
    ] = None,
    weight: options.Weight = None,
    population: options.Population = None,
    trim: options.Trim = 0.0,
    min_respondents: options.MinRespondents = 10,
    confidence: options.Confidence = 0.95,
    seed: options.Seed = 0,
    shock: Annotated[
        str | None,
        typer.Option(
            "--shock",
            metavar="BEFORE,AFTER",
            help="The waves before and after a shock, with the one during it between them if there "
            "is one; the first and the last by default.",
            show_default=False,
        ),
    ] = None,
    service_levels: Annotated[
        Path | None,
        typer.Option(
            "--service-levels",
            metavar="FILE",
            help="A csv of organisation, time and level: what a shock cost, and how fast it was "
            "made good.",
            show_default=False,
        ),
    ] = None,
    paradox_map: Annotated[
        bool,
        typer.Option(
            "--paradox-map",
            help="Show where organisations stand between the poles of each pair, and test whether "
            "it matters that both are met.",
        ),
    ] = False,
    robustness: Annotated[
        bool,
        typer.Option(
            "--robustness",
            help="Test how far ranks on indices hang on how these are made.",
        ),
    ] = False,
    runs: Annotated[
        int,
        typer.Option(
            "--runs", metavar="N", help="Runs of --robustness: rows of its design, 100 or more."
        ),
    ] = 2000,
    invalid: options.InvalidAnswers = options.Invalid.stop,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    claims: Annotated[
        bool,
        typer.Option(
            "--claims", help="Test whether vested practices go with speed and resilience."
        ),
    ] = False,
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="X->Y",
            help="Test this claim instead: two measures, or X->M->Y, in quotes; repeatable.",
            show_default=False,
        ),
    ] = None,
    marker: Annotated[
        str | None,
        typer.Option(
            "--marker",
            metavar="MEASURE",
            help="Measure that has nothing to do with the claims, to correct them by.",
            show_default=False,
        ),
    ] = None,
    detail: Annotated[bool, typer.Option("--detail", help="Show every table.")] = False,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare organisations, groups and waves, and test what is claimed of them."""
    from vested.analysis.compare import TABLES, compare

    let_interrupts_break_reads()
    outlet = Outlet(format, output, force, quiet)
    inputs = [*surveys, *(path for path in (population, service_levels) if path)]
    outlet.check(inputs, TABLES)
    with Progress(quiet) as progress:
        found = compare(
            surveys,
            instrument=instrument,
            organisation=organisation,
            respondent=respondent,
            wave=wave,
            by=by or (),
            weight=weight,
            population=population,
            trim=trim,
            min_respondents=min_respondents,
            confidence=confidence,
            seed=seed,
            shock=[name.strip() for name in shock.split(",")] if shock else (),
            service_levels=service_levels,
            paradox_map=paradox_map,
            robustness=robustness,
            runs=runs,
            invalid=invalid.value,
            encoding=encoding,
            mapping=mapping,
            definition=definition,
            answers=answers.value if answers else None,
            keep_unfinished=keep_unfinished,
            claims=claim or claims,
            marker=marker,
            progress=progress,
        )
    say(found.notes, quiet=quiet)
    outlet.deliver(found, found.ledger_line, "terminal.comparison:show_comparison", detail=detail)
