"""`vested benchmark build`: norms from surveys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import Progress, let_interrupts_break_reads, say

By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="COLUMN",
        help="Column of a fact about organisations, such as their sector or size, each value of "
        "which gets norms of its own; repeatable.",
        show_default=False,
    ),
]


def command(
    surveys: options.Surveys,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder to write the norms to."),
    ],
    by: By = None,
    client: Annotated[
        str | None,
        typer.Option(
            "--client",
            metavar="COLUMN",
            help="Column that names whose client an organisation is: what clients know of their "
            "own organisations does not show them the others.",
            show_default=False,
        ),
    ] = None,
    min_organisations: Annotated[
        int,
        typer.Option(
            "--min-organisations",
            metavar="N",
            help="Norms of fewer organisations are suppressed; 3 is the least.",
        ),
    ] = 5,
    max_share: Annotated[
        float,
        typer.Option(
            "--max-share",
            metavar="SHARE",
            help="Norms are suppressed where one organisation has more of the respondents.",
        ),
    ] = 0.5,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    respondent: options.Respondent = None,
    wave: options.Wave = None,
    min_respondents: options.MinRespondents = 10,
    invalid: options.InvalidAnswers = options.Invalid.stop,
    encoding: options.Encoding = None,
    mapping: options.Mapping = None,
    definition: options.Definition = None,
    answers: options.Answers = None,
    keep_unfinished: options.KeepUnfinished = False,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Build norms from the scores of organisations in survey exports."""
    from vested.analysis.benchmark.build import build
    from vested.analysis.benchmark.norms import in_words
    from vested.report.norms import check_folder, footnotes, write_norms

    let_interrupts_break_reads()
    check_folder(output, force=force, inputs=surveys)
    with Progress(quiet) as progress:
        norms = build(
            surveys,
            by=by or (),
            client=client,
            min_organisations=min_organisations,
            max_share=max_share,
            instrument=instrument,
            organisation=organisation,
            respondent=respondent,
            wave=wave,
            min_respondents=min_respondents,
            invalid=invalid.value,
            encoding=encoding,
            mapping=mapping,
            definition=definition,
            answers=answers.value if answers else None,
            keep_unfinished=keep_unfinished,
            progress=progress,
        )
    written = write_norms(norms, output, force=force)
    say([*norms.notes, in_words(norms.norms), *footnotes(norms)[2:]], quiet=quiet)
    say([f"wrote {', '.join(map(str, written))}"], quiet=quiet)
