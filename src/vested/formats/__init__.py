"""File containers in: each reader turns one file into a `Table` of untyped cells."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from vested.formats.source import Source, digest_of, open_source

if TYPE_CHECKING:
    import polars as pl


BATCH_ROWS = 50_000
"""How many rows are held at a time."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a file itself says of one of its columns; delimited text says nothing."""

    text: str = ""
    """The question, where the file keeps it beside the column's name (a variable label)."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Value labels: a cell as it stands in the table, and what it stands for."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Cells that the file declares to be no answer (user-missing values), and the reason."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file's cells: headers as text, the body as a scan in which the caller names the types.

    `scan(types)` yields the columns whose positions are keys of `types`, named `column_name(i)`,
    in the order of the rows. `sample` holds the first rows as text.
    """

    source: Source
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    scan_from: Callable[[Mapping[int, pl.DataType], int], pl.LazyFrame]
    """The scan, without the first so many rows."""
    numbers_of: Callable[[Sequence[int]], list[int]]
    """The numbers that a spreadsheet shows for rows below `columns` (from 0, ascending); slow."""
    diagnose: Callable[[], None]
    """Called after a scan failed: raises an `InputError` that names the line, if it can."""
    check: Callable[[], str | None]
    """Looks at every byte: the SHA-256 of the input, or None if it is not what it was taken for."""
    notes: Sequence[str] = ()
    kind: str = "delimited text"
    """What the file is, in words that can follow "read as"."""
    encoding: str = ""
    """How its text is encoded; nothing for files that are not text."""
    fields: tuple[Field, ...] = ()
    """One per column where the file says something of its columns, else none at all."""
    skipped: int = 0
    """How many rows at the top of the body are headers."""

    @property
    def name(self) -> str:
        return self.source.name

    def scan(self, types: Mapping[int, pl.DataType]) -> pl.LazyFrame:
        """The columns whose positions are keys of `types`, from the first respondent on."""
        return self.scan_from(types, self.skipped)

    def row_of(self, row: int) -> int:
        """The number that a spreadsheet shows for the n-th row of a scan (from 0); slow."""
        return self.rows_of([row])[0]

    def rows_of(self, rows: Sequence[int]) -> list[int]:
        """The numbers that a spreadsheet shows for rows of a scan, which ascend; slow."""
        return self.numbers_of([row + self.skipped for row in rows])

    def below(self, rows: int) -> Table:
        """The same table, of which the first `rows` rows of the body are headers."""
        return replace(self, sample=self.sample[rows:], skipped=self.skipped + rows)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table, written as clean text: all that is known of them without the others.

    The text (`path`: UTF-8, commas, every cell in quotes) has the table's header and, below it, the
    header rows that some platforms add. It can be handed to another process, as a path can.
    """

    path: Path
    name: str
    """What results call it: not the name of the file, which may say who else is in it."""
    header: tuple[str, ...]
    kind: str
    encoding: str
    fields: tuple[Field, ...]
    origin: Path
    """The file that the rows are from, read in `given_encoding`."""
    given_encoding: str | None
    rows: Path
    """Their numbers in the body of that file, as 64-bit integers: for errors only."""

    def __fspath__(self) -> str:
        return str(self.path)

    def open(self) -> Table:
        """The table of these rows alone; errors number them as the file does that they are from."""
        from vested.formats.delimited import clean_table

        size = self.path.stat().st_size
        source = Source(self.path, self.name, "delimited", size, partial(digest_of, self.path))
        lines = 1 + sum(cell.count("\n") for cell in self.header)
        table = clean_table(source, self.path, self.header, lines)
        return replace(
            table,
            numbers_of=self._numbers,
            kind=self.kind,
            encoding=self.encoding,
            fields=self.fields,
        )

    def _numbers(self, records: Sequence[int]) -> list[int]:
        numbers = array("q", self.rows.read_bytes())
        with ExitStack() as stack:
            whole = open_table(self.origin, self.given_encoding, stack)
            return whole.numbers_of([numbers[record] for record in records])


def column_name(position: int) -> str:
    """The name of a column in a scan: by position, since headers repeat and may be blank."""
    return f"c{position}"


READERS: Mapping[str, str] = {
    "delimited": "vested.formats.delimited",
    "excel": "vested.formats.excel",
    "statistical": "vested.formats.statistical",
    "columnar": "vested.formats.columnar",
    "records": "vested.formats.records",
}
"""Format to its module: delimited text is scanned where it lies, by `read`; the `convert` of any
other turns the file into text in a child process. Adding a format is one line here and one in
`sandbox`."""


def open_table(
    path: str | Path | Part, encoding: str | None, stack: ExitStack, *, trusting: bool = False
) -> Table:
    """Open a data file, or a part of one; what it needs meanwhile is undone when `stack` closes.

    A `trusting` reader looks at the beginning only, so that work can start at once; then
    `Table.check` must be asked before a result is used, and where it says None the file be opened
    again without trust.
    """
    if isinstance(path, Part):
        return path.open()
    source = open_source(path, stack)
    module = READERS[source.format]
    table: Table
    if source.format == "delimited":
        table = import_module(module).read(source, encoding, stack, trusting=trusting)
    else:
        table = import_module("vested.formats.sandbox").read(source, module, encoding, stack)
    return replace(table, notes=(*source.notes, *table.notes))
