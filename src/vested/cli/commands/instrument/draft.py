"""`vested instrument draft`: a first instrument file from a survey of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, say


def command(
    survey: Annotated[
        Path,
        typer.Argument(
            metavar="SURVEY", help="An export, or the definition of a survey in its tool's format."
        ),
    ],
    definition: options.Definition = None,
    encoding: options.Encoding = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; standard output if not given.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a first instrument file from a survey, for its author to go on with."""
    from vested import report
    from vested.analysis.draft import draft_instrument
    from vested.report.files import write_files

    if output is not None:
        report.check_target(output, "csv", force=force, inputs=[survey])
    text = draft_instrument(survey, definition=definition, encoding=encoding)
    if output is None:
        emit(text.encode())
        return
    write_files({output: text.encode()}, force=force)
    say([f"wrote {output}; read it through: it is a draft"], quiet=quiet)
