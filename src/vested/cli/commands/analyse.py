"""`vested analyse`: the main job."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from vested.cli import options
from vested.cli.outlet import Look, Outlet
from vested.cli.streams import Progress, let_interrupts_break_reads, say

_OWNER = "why scores are hidden, for the owner of the data only"


class Gate(StrEnum):
    on = "on"
    off = "off"


class Interval(StrEnum):
    t = "t"
    bootstrap = "bootstrap"


def command(
    surveys: options.Surveys,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    group: options.Group = None,
    weight: options.Weight = None,
    population: options.Population = None,
    trim: options.Trim = 0.0,
    headcount: options.Headcount = None,
    min_respondents: options.MinRespondents = 10,
    confidence: options.Confidence = 0.95,
    interval: Annotated[
        Interval,
        typer.Option(
            "--interval",
            help="How intervals are made: by formula (Student's t), or by drawing respondents "
            "again.",
        ),
    ] = Interval.t,
    draws: Annotated[
        int,
        typer.Option("--draws", metavar="N", help="Draws of --interval bootstrap, 999 or more."),
    ] = 9999,
    seed: options.Seed = 0,
    invalid: options.InvalidAnswers = options.Invalid.stop,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    gate: Annotated[
        Gate,
        typer.Option(
            "--gate", help="Whether scores that rest on too little agreement are marked as caution."
        ),
    ] = Gate.on,
    cut: options.Cut = None,
    bands: Annotated[
        str | None,
        typer.Option(
            "--bands",
            metavar="NAME=FROM,…",
            help="Names of the bands and where each begins, as in basic=0,good=60, or three cuts "
            "such as 30,50,80; quarters if not given.",
            show_default=False,
        ),
    ] = None,
    benchmark: Annotated[
        Path | None,
        typer.Option(
            "--benchmark",
            metavar="NORMS",
            help="Folder of norms, as `vested benchmark build` wrote it, to compare with.",
            show_default=False,
        ),
    ] = None,
    benchmark_cell: Annotated[
        str | None,
        typer.Option(
            "--benchmark-cell",
            metavar="COLUMN=VALUE",
            help="Which norms: sector=health, for example; all organisations if not given, or "
            "with --wave the same wave.",
            show_default=False,
        ),
    ] = None,
    detail: Annotated[
        bool, typer.Option("--detail", help="Show facets, pairs and technology as well.")
    ] = False,
    items: Annotated[
        bool,
        typer.Option(
            "--items", help="Add a table of how the answers to each item are spread, in a folder."
        ),
    ] = False,
    disclosure_report: Annotated[
        Path | None,
        typer.Option(
            "--disclosure-report",
            metavar="FILE",
            help="Write which scores are hidden and why, but none of their numbers, to a csv or "
            "json file: for the owner of the data only.",
            show_default=False,
        ),
    ] = None,
    language: options.Language = "en",
    title: options.Title = None,
    theme: options.ThemeFile = None,
    logo: options.Logo = None,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Score the organisations in survey exports."""
    from vested.analysis.analyse import analyse
    from vested.analysis.gate import cuts_from

    let_interrupts_break_reads()
    outlet = Outlet(format, output, force, quiet, disclosure_report, "--disclosure-report")
    look = Look(language, title, theme, logo)
    inputs = [*surveys, *(path for path in (population, headcount) if path)]
    outlet.check(inputs, ("scores", "weighting", "benchmark", "answers", "ledger", "technology"))
    form = outlet.check_look(look)
    given: dict[str, Any] = {
        "instrument": instrument,
        "organisation": organisation,
        "respondent": respondent,
        "wave": wave,
        "group": group or (),
        "weight": weight,
        "population": population,
        "trim": trim,
        "headcount": headcount,
        "min_respondents": min_respondents,
        "confidence": confidence,
        "interval": interval.value,
        "draws": draws,
        "seed": seed,
        "invalid": invalid.value,
        "encoding": encoding,
        "mapping": mapping,
        "definition": definition,
        "answers": answers.value if answers else None,
        "keep_unfinished": keep_unfinished,
        "gate": gate.value,
        "cuts": cuts_from(cut or ()),
        "bands": bands,
        "benchmark": benchmark,
        "benchmark_cell": benchmark_cell,
    }
    with Progress(quiet) as progress:
        if form:
            from vested.analysis.reports.report import report

            made = report(surveys, progress=progress, **given)
        else:
            analysis = analyse(surveys, items=items, progress=progress, **given)
    if form:
        say(made.notes, quiet=quiet)
        outlet.deliver_report(made, look, form)
        outlet.write_personal(made.disclosure, _OWNER)
        return
    from vested.report.words import warnings

    say(warnings(analysis), quiet=quiet)
    outlet.deliver(analysis, analysis.ledger_line, "terminal:show", detail=detail)
    outlet.write_personal(analysis.disclosure, _OWNER)
