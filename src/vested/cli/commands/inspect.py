"""`vested inspect`: what would be read, and how each column is understood."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, say

if TYPE_CHECKING:
    from vested.analysis.interviews.inspect import CodedInspection


def command(
    surveys: options.Surveys,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    group: options.Group = None,
    weight: options.Weight = None,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    sources: options.SourcesFile = None,
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="FILE",
            help="File for the mapping of columns, to be edited and used with --mapping.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="Form of the result: json has every table, csv and markdown the columns.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Show how surveys or interviews would be read, and score nothing."""
    from vested import report
    from vested.analysis.inspect import inspect
    from vested.analysis.interviews.inspect import inspect_coded
    from vested.analysis.interviews.transcripts import is_transcript
    from vested.platforms.qda import is_coded
    from vested.report.files import write_files

    form = report.checked_format(format) if format else None
    if form and not report.FORMATS[form].text:
        raise typer.BadParameter(f"{form} is not for inspecting; take json or csv")
    if write is not None:
        report.check_target(write, "csv", force=force, inputs=surveys)
    if all(map(is_transcript, surveys)):
        _transcripts(surveys, sources, form, quiet=quiet)
        return
    if all(map(is_coded, surveys)):
        found = inspect_coded(
            surveys,
            instrument=instrument,
            organisation=organisation,
            sources=sources,
            mapping=mapping,
        )
        _show_coded(found, write, form, force=force, quiet=quiet)
        return
    inspection = inspect(
        surveys,
        instrument=instrument,
        organisation=organisation,
        respondent=respondent,
        wave=wave,
        group=group or (),
        weight=weight,
        encoding=encoding,
        mapping=mapping,
        definition=definition,
        answers=answers.value if answers else None,
        keep_unfinished=keep_unfinished,
    )
    if write is not None:
        write_files({write: inspection.mapping.encode()}, force=force)
    say([*inspection.notes, *([f"wrote {write}"] if write else [])], quiet=quiet)
    if form:
        emit(report.render(inspection, form))
    else:
        from vested.report.terminal.inspection import show_inspection

        show_inspection(inspection, sys.stdout)


def _show_coded(
    found: CodedInspection, write: Path | None, form: str | None, *, force: bool, quiet: bool
) -> None:
    """The same for coded interviews."""
    from vested import report
    from vested.report.files import write_files
    from vested.report.terminal.interviews import show_coded

    say(found.notes, quiet=quiet)
    if write is not None:
        write_files({write: found.mapping.encode()}, force=force)
        say([f"wrote {write}"], quiet=quiet)
    if form:
        emit(report.render(found, form))
    else:
        show_coded(found, sys.stdout)


def _transcripts(paths: list[Path], sources: Path | None, form: str | None, *, quiet: bool) -> None:
    """Who speaks how much in transcripts."""
    from vested import report
    from vested.analysis.interviews.transcripts import transcripts
    from vested.report.terminal.interviews import show_tables

    found = transcripts(paths, sources)
    say(found.notes, quiet=quiet)
    if form:
        emit(report.render(found, form))
    else:
        show_tables(found.tables, sys.stdout)
