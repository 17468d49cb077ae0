"""Files that are not text: what a converter gives back for any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vested.formats import Field


@dataclass(frozen=True, slots=True)
class Converted:
    """The cells of one file as text, with what the file says of its columns.

    A converter module has `convert(path, name, encoding) -> Converted`. It runs in a child process
    with little memory and time, since it parses what strangers wrote. Numbers come as they would
    be typed (`3`, not `3.0`), dates in ISO 8601, truth as `true` and `false`, no value as "".
    """

    kind: str
    """In words that can follow "read as": `an SPSS file`, `sheet Answers of an Excel workbook`."""
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    """The body; taken once, and as wide as the header in each row."""
    fields: Sequence[Field] = ()
    """One per column, or none."""
    first_row: int = 2
    """The number that the program which shows the file gives to the first row of the body."""
    notes: Sequence[str] = ()
