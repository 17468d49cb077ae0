"""`vested verify`: is a folder of results what its recipe says?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, let_interrupts_break_reads


def command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="Folder of results, as vested wrote it with --output.",
            show_default=False,
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="What it was made from: surveys, instrument, mapping, definition, norms; looked "
            "for beside the folder and here if not given.",
            show_default=False,
        ),
    ] = None,
    hashes_only: Annotated[
        bool, typer.Option("--hashes-only", help="Compare hashes, and do not run the recipe again.")
    ] = False,
    format: options.CheckFormName = None,
) -> None:
    """Check that a folder of results is what its recipe says and gives again."""
    from vested.pipeline.verify import verify
    from vested.report.findings.checks import render_check, show_check

    let_interrupts_break_reads()
    found = verify(folder, files or (), hashes_only=hashes_only)
    if format:
        emit(render_check(format.value, found, folder))
    else:
        show_check(found, sys.stdout)
    if not found.holds:
        raise typer.Exit(1)
