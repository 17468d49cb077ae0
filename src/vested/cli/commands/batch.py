"""`vested batch`: many clients in one go."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.commands.analyse import Gate
from vested.cli.streams import Clients, Progress, let_interrupts_break_reads, say

EXIT_SOME_FAILED = 1


def command(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="Folder with one file per client, or with --by a folder or file of all clients.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder to write: one folder per client, and summary.csv for you alone.",
            show_default=False,
        ),
    ],
    project: Annotated[
        Path | None,
        typer.Option(
            "--project",
            metavar="FILE",
            help="Options for all clients and for some; vested.yaml in FOLDER if not given.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Column that names the client of each row; without it each file is a client.",
            show_default=False,
        ),
    ] = None,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    group: options.Group = None,
    weight: options.Weight = None,
    population: options.Population = None,
    trim: Annotated[
        float | None,
        typer.Option(
            "--trim",
            metavar="TIMES",
            help="With --population: no weight above so many times the median; nothing is trimmed "
            "if not given.",
            show_default=False,
        ),
    ] = None,
    headcount: options.Headcount = None,
    min_respondents: Annotated[
        int | None,
        typer.Option(
            "--min-respondents",
            metavar="N",
            help="Scores of fewer respondents are suppressed; 10 if not given, 1 hides nothing.",
            show_default=False,
        ),
    ] = None,
    confidence: Annotated[
        float | None,
        typer.Option(
            "--confidence",
            metavar="LEVEL",
            help="Confidence of the intervals; 0.95 if not given.",
            show_default=False,
        ),
    ] = None,
    invalid: Annotated[
        options.Invalid | None,
        typer.Option(
            "--invalid",
            help="What an answer that is not understood does; stop (its client) if not given.",
            show_default=False,
        ),
    ] = None,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: Annotated[
        bool | None,
        typer.Option("--keep-unfinished", help="Use responses that were not submitted as well."),
    ] = None,
    gate: Annotated[
        Gate | None,
        typer.Option(
            "--gate",
            help="Whether scores that rest on too little agreement are marked; on if not given.",
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
            help="Which norms: sector=health, for example; all organisations if not given.",
            show_default=False,
        ),
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="Form of the reports; html, pdf and xlsx if not given; repeatable.",
            show_default=False,
        ),
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="LANGUAGE",
            help="Language of the reports: en, nl, fr or de; en if not given.",
            show_default=False,
        ),
    ] = None,
    theme: Annotated[
        Path | None,
        typer.Option(
            "--theme",
            metavar="FILE",
            help="File of your name, colour and font, for the reports.",
            show_default=False,
        ),
    ] = None,
    logo: Annotated[
        Path | None,
        typer.Option(
            "--logo", metavar="FILE", help="PNG or JPEG for the reports.", show_default=False
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            metavar="N",
            help="How many clients to make at a time; one per processor if not given.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Make unchanged clients again, and write beside what others made."
        ),
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a set of reports for each of many clients."""
    from vested.pipeline.batch import batch
    from vested.report.text import harmless

    let_interrupts_break_reads()
    given = {
        "instrument": instrument,
        "organisation": organisation,
        "respondent": respondent,
        "wave": wave,
        "group": group or None,
        "weight": weight,
        "population": population,
        "trim": trim,
        "headcount": headcount,
        "min_respondents": min_respondents,
        "confidence": confidence,
        "invalid": invalid.value if invalid else None,
        "encoding": encoding,
        "mapping": mapping,
        "definition": definition,
        "answers": answers.value if answers else None,
        "keep_unfinished": keep_unfinished,
        "gate": gate.value if gate else None,
        "benchmark": benchmark,
        "benchmark_cell": benchmark_cell,
        "formats": formats or None,
        "language": language,
        "theme": theme,
        "logo": logo,
    }
    with Progress(quiet) as rows, Clients(quiet) as progress:
        found = batch(
            source,
            output,
            project=project,
            by=by,
            options=given,
            jobs=jobs,
            force=force,
            rows=rows,
            progress=progress,
        )
    say(found.notes, quiet=quiet)
    for name, (message, hint) in found.failed.items():
        print(f"failed: {harmless(f'{name}: {message} ({hint})')}", file=sys.stderr)
    parts = [f"{len(found.done):,} made", f"{len(found.unchanged):,} unchanged"]
    say([f"{', '.join(parts)}, {len(found.failed):,} failed; see {found.summary}"], quiet=quiet)
    if found.failed:
        raise typer.Exit(EXIT_SOME_FAILED)
