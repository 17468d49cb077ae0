"""`vested evidence`: may these answers be averaged, and how well do they measure?"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.outlet import Outlet
from vested.cli.streams import Progress, let_interrupts_break_reads, say


class Missing(StrEnum):
    pairwise = "pairwise"
    listwise = "listwise"


class Extraction(StrEnum):
    minres = "minres"
    ml = "ml"


class Rotation(StrEnum):
    oblimin = "oblimin"
    varimax = "varimax"


def command(
    surveys: options.Surveys,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    group: options.Group = None,
    min_respondents: options.MinRespondents = 10,
    confidence: options.Confidence = 0.95,
    missing: Annotated[
        Missing,
        typer.Option(
            "--missing",
            help="Whether covariances rest on those who answered both items, or all of a facet.",
        ),
    ] = Missing.pairwise,
    cut: options.Cut = None,
    null: Annotated[
        list[str] | None,
        typer.Option(
            "--null",
            metavar="NAME",
            help="A further distribution that rWG(J) is held against, or all; repeatable.",
            show_default=False,
        ),
    ] = None,
    reml: Annotated[
        bool,
        typer.Option("--reml", help="Add variance components by restricted maximum likelihood."),
    ] = False,
    structure: Annotated[
        bool,
        typer.Option(
            "--structure/--no-structure", help="Whether factors and models are looked for."
        ),
    ] = True,
    ordinal: Annotated[
        bool,
        typer.Option(
            "--ordinal", help="Add ordinal alpha, and look for factors of polychoric correlations."
        ),
    ] = False,
    extraction: Annotated[
        Extraction, typer.Option("--extraction", help="How exploratory factors are found.")
    ] = Extraction.minres,
    rotation: Annotated[
        Rotation, typer.Option("--rotation", help="How they are turned: oblique, or at angles.")
    ] = Rotation.oblimin,
    factors: Annotated[
        int | None,
        typer.Option(
            "--factors",
            metavar="N",
            help="How many there are; as many as parallel analysis finds if not given.",
            show_default=False,
        ),
    ] = None,
    responses: Annotated[
        bool,
        typer.Option(
            "--responses",
            help="Add graded response models and, over --wave and --group, differential items.",
        ),
    ] = False,
    quality: Annotated[
        bool,
        typer.Option("--quality", help="Look at how carefully each respondent answered."),
    ] = False,
    screening: Annotated[
        Path | None,
        typer.Option(
            "--screening",
            metavar="FILE",
            help="File for one row per respondent with its flags: personal data, keep it safe.",
            show_default=False,
        ),
    ] = None,
    exclude_flagged: Annotated[
        int | None,
        typer.Option(
            "--exclude-flagged",
            metavar="N",
            help="Leave out who has N independent flags or more, and compare with and without.",
            show_default=False,
        ),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option(
            "--duration",
            metavar="COLUMN",
            help="Column of the seconds that a respondent took; known from the platform if not "
            "given.",
            show_default=False,
        ),
    ] = None,
    instructed: Annotated[
        list[str] | None,
        typer.Option(
            "--instructed",
            metavar="COLUMN=ANSWER",
            help="Column of an item that says what to answer, and that answer; repeatable.",
            show_default=False,
        ),
    ] = None,
    seed: options.Seed = 0,
    invalid: options.InvalidAnswers = options.Invalid.stop,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    detail: Annotated[bool, typer.Option("--detail", help="Show every table, row by row.")] = False,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Judge whether answers may be averaged and how well they measure."""
    from vested.analysis.evidence import TABLES, evidence
    from vested.analysis.evidence.structure import Factoring
    from vested.analysis.gate import cuts_from

    let_interrupts_break_reads()
    outlet = Outlet(format, output, force, quiet, screening, "--screening")
    outlet.check(surveys, TABLES)
    with Progress(quiet) as progress:
        found = evidence(
            surveys,
            instrument=instrument,
            organisation=organisation,
            respondent=respondent,
            wave=wave,
            group=group or (),
            min_respondents=min_respondents,
            confidence=confidence,
            missing=missing.value,
            cuts=cuts_from(cut or ()),
            nulls=null or (),
            reml=reml,
            structure=structure,
            factoring=Factoring(extraction.value, rotation.value, factors, ordinal, seed),
            responses=responses,
            quality=quality,
            screening=screening is not None,
            exclude_flagged=exclude_flagged,
            duration=duration,
            instructed=_pairs(instructed or ()),
            invalid=invalid.value,
            encoding=encoding,
            mapping=mapping,
            definition=definition,
            answers=answers.value if answers else None,
            keep_unfinished=keep_unfinished,
            progress=progress,
        )
    say(found.notes, quiet=quiet)
    if found.screening is not None:
        outlet.write_personal(found.screening)
    outlet.deliver(found, found.answer, "terminal.evidence:show_evidence", detail=detail)


def _pairs(given: Iterable[str]) -> dict[str, str]:
    """Columns and what they ask for, from words like `Q17=2`."""
    found: dict[str, str] = {}
    for word in given:
        name, sign, answer = word.rpartition("=")
        if not (sign and name and answer):
            raise typer.BadParameter(f"--instructed {word}: write it as COLUMN=ANSWER")
        if name in found:
            raise typer.BadParameter(f"--instructed {word}: {name} is named twice")
        found[name] = answer
    return found
