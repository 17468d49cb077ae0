"""`vested instrument export`: a questionnaire for survey tools, a codebook for coders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, say


def command(
    name: Annotated[
        str, typer.Argument(metavar="ID-or-FILE", help="A bundled instrument or a YAML file.")
    ],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="TARGET",
            help="Survey tool: xlsform, limesurvey, qualtrics, redcap, surveymonkey, forms, docx "
            "or markdown; or a codebook for interviews: qdc, codebook-docx or codebook-csv.",
            show_default=False,
        ),
    ],
    language: Annotated[
        str | None,
        typer.Option(
            "--language",
            metavar="CODE",
            help="Language of the texts, and the first one where a file holds all; "
            "the instrument's first if not given.",
            show_default=False,
        ),
    ] = None,
    inventory: Annotated[
        bool,
        typer.Option(
            "--inventory",
            help="Add the technology inventory, which one person per organisation fills in.",
        ),
    ] = False,
    shuffle: Annotated[
        bool,
        typer.Option(
            "--shuffle",
            help="Leave the order of the questions of a section to chance: anew for each "
            "respondent where the tool can do that (limesurvey), else once.",
        ),
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            help="Start of the random order where it is drawn once; 0 if not given.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; standard output if not given, but for xlsform and Word files.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write an instrument as a questionnaire for a survey tool, or as a codebook."""
    from vested.errors import OutputError, UsageError
    from vested.instruments import load_instrument, source_of
    from vested.questionnaire import TARGETS, checked_target, export
    from vested.report.files import write_files

    target = TARGETS[checked_target(to)]
    if output is None and not target.text:
        raise UsageError(f"{to} is no text to print", "name a file with --output")
    if output is not None and output.resolve() == source_of(name).resolve():
        raise OutputError(f"{output} is the instrument", "write the file elsewhere")
    instrument = load_instrument(name)
    made = export(
        instrument, to, language=language, inventory=inventory, shuffle=shuffle, seed=seed
    )
    if output is None:
        emit(made.content)
    else:
        write_files({output: made.content}, force=force)
    written = [f"wrote {output}"] if output else []
    say([*written, *made.notes], quiet=quiet)
