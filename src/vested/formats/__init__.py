"""File containers in: each reader turns one file into a `Table` of untyped cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vested.formats.source import Source, open_source

if TYPE_CHECKING:
    import polars as pl


BATCH_ROWS = 50_000
"""How many rows are held at a time."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file's cells: headers as text, the body as a scan in which the caller names the types.

    `scan(types)` yields the columns whose positions are keys of `types`, named `column_name(i)`,
    in the order of the rows. `sample` holds the first rows as text.
    """

    source: Source
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    scan: Callable[[Mapping[int, pl.DataType]], pl.LazyFrame]
    row_of: Callable[[int], int]
    """The number that a spreadsheet shows for the n-th row of a scan (from 0); slow."""
    diagnose: Callable[[], None]
    """Called after a scan failed: raises an `InputError` that names the line, if it can."""
    check: Callable[[], str | None]
    """Looks at every byte: the SHA-256 of the input, or None if it is not what it was taken for."""
    notes: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.source.name


def column_name(position: int) -> str:
    """The name of a column in a scan: by position, since headers repeat and may be blank."""
    return f"c{position}"


READERS: Mapping[str, str] = {
    "delimited": "vested.formats.delimited",
}
"""Format name to the module whose `read` opens it; adding a format is one line here."""


def open_table(
    path: str | Path, encoding: str | None, stack: ExitStack, *, trusting: bool = False
) -> Table:
    """Open a data file; what it needs meanwhile is undone when `stack` closes.

    A `trusting` reader looks at the beginning only, so that work can start at once; then
    `Table.check` must be asked before a result is used, and where it says None the file be opened
    again without trust.
    """
    source = open_source(path, stack)
    reader = import_module(READERS[source.format])
    table: Table = reader.read(source, encoding, stack, trusting=trusting)
    return table
