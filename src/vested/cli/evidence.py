"""`vested evidence`: may these answers be averaged, and how well do they measure?"""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, let_interrupts_break_reads, say


class Missing(StrEnum):
    pairwise = "pairwise"
    listwise = "listwise"


def command(
    surveys: options.Surveys,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    min_respondents: options.MinRespondents = 10,
    confidence: options.Confidence = 0.95,
    missing: Annotated[
        Missing,
        typer.Option(
            "--missing",
            help="Whether covariances rest on those who answered both items, or all of a facet.",
        ),
    ] = Missing.pairwise,
    invalid: options.InvalidAnswers = options.Invalid.stop,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    detail: Annotated[
        bool, typer.Option("--detail", help="Show items and missing answers as well.")
    ] = False,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Judge whether answers may be averaged and how well they measure."""
    from vested import report
    from vested.analysis.evidence import TABLES, evidence

    let_interrupts_break_reads()
    form = report.checked_format(format) if format else None
    if output is not None:
        report.check_target(output, form, force=force, inputs=surveys, tables=TABLES)
    elif form and not report.FORMATS[form].text and sys.stdout.isatty():
        raise typer.BadParameter(f"{form} is not for a terminal; name a file with --output")
    found = evidence(
        surveys,
        instrument=instrument,
        organisation=organisation,
        min_respondents=min_respondents,
        confidence=confidence,
        missing=missing.value,
        invalid=invalid.value,
        encoding=encoding,
        mapping=mapping,
        definition=definition,
        answers=answers.value if answers else None,
        keep_unfinished=keep_unfinished,
    )
    say(found.notes, quiet=quiet)
    if output is not None:
        written = report.write(found, output, form, force=force)
        say([found.answer, f"wrote {', '.join(map(str, written))}"], quiet=quiet)
    elif form:
        emit(report.render(found, form))
    else:
        from vested.report.evidence import show_evidence

        show_evidence(found, sys.stdout, detail=detail)
