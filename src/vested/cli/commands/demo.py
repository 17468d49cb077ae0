"""`vested demo`: the samples, and everything that can be made of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.streams import say


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Folder to write, which must not exist yet.")
    ] = Path("vested-demo"),
    quiet: options.Quiet = False,
) -> None:
    """Write the samples and every report of them into a folder."""
    from vested.pipeline.demo import demo

    def told(step: str) -> None:
        if not quiet and sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{step} …")
            sys.stderr.flush()

    lines = demo(folder, told)
    if not quiet and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    say([f"wrote {folder}; this is what to look at:"], quiet=quiet)
    for line in lines:
        print(line)
