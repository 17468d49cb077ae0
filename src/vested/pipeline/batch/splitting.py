"""Files with the rows of many clients, taken apart by a column: one part per client and file."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import polars as pl

from vested.analysis.surveys import Reading
from vested.errors import InputError, UsageError
from vested.formats import Part, Table, column_name, open_table
from vested.platforms import Export
from vested.spelling import tidy
from vested.survey.roles import Roles, named_column

_BATCH_ROWS = 10_000
_MOST_CLIENTS = 10_000
"""More names than this are hardly clients, and each would get a folder: our choice."""
_ROW, _CLIENT = "row", "client"


class Split(NamedTuple):
    """The parts of each client, and how many rows name no client."""

    parts: dict[str, list[Part]]
    blank: int


def split(
    files: Sequence[Path],
    by: str,
    folder: Path,
    *,
    encoding: str | None,
    definition: Path | None,
    progress: Callable[[int], None],
) -> Split:
    """Write the rows of each client, and nothing else, into files of their own in `folder`.

    Cells are taken over as they stand, header rows of platforms too, in one pass with flat memory.
    The order of rows in a file is kept. Raises `InputError` where a file cannot be read,
    `UsageError` where it has no column `by`, or one that cannot be of clients.
    """
    found: dict[str, list[Part]] = {}
    blank = 0
    for at, file in enumerate(files):
        with ExitStack() as stack:
            table = open_table(file, encoding, stack)
            reading = Reading([file], None, encoding, Roles(), False, None, definition=definition)
            [export] = reading.exports([table])
            writer = _Writer(table, export, named_column(export, "by", by), folder, f"{at}-")
            writer.write(progress)
        blank += writer.blank
        for name, number in writer.clients.items():
            parts = found.setdefault(name, [])
            # The same name wherever the part comes from, which is no business of the client.
            shown = f"survey-{len(parts) + 1}.csv" if parts else "survey.csv"
            parts.append(writer.part(number, shown, file, encoding))
        if len(found) > _MOST_CLIENTS:
            raise _too_many(by)
    if not found:
        raise InputError(f"column {by} is blank in every row", "is it the right column after --by?")
    return Split({name: found[name] for name in sorted(found)}, blank)


def _too_many(by: str) -> UsageError:
    return UsageError(
        f"column {by} names more than {_MOST_CLIENTS:,} clients",
        "is it the right column after --by? One of respondents would give each their own report",
    )


@dataclass(slots=True)
class _Writer:
    """Appends each batch of rows to the files of those whom they belong to."""

    table: Table
    export: Export
    by: int
    folder: Path
    prefix: str
    clients: dict[str, int] = field(default_factory=dict)
    """Each client's number, in the order in which they came up."""
    blank: int = 0
    _numbers: dict[str | None, int] = field(default_factory=dict)
    """Of each spelling; -1 where it names no one."""

    def write(self, progress: Callable[[int], None]) -> None:
        try:
            for batch in self._batches():
                self._add(batch)
                progress(batch.height)
        except pl.exceptions.ComputeError as error:
            self.table.diagnose()
            raise InputError(
                f"{self.table.name} cannot be parsed: {str(error).splitlines()[0]}",
                "is a quote never closed?",
            ) from None

    def part(self, number: int, shown: str, origin: Path, encoding: str | None) -> Part:
        table = self.table
        return Part(
            self._text(number), shown, self._header, table.kind, table.encoding, table.fields,
            origin, encoding, self._rows(number),
        )  # fmt: skip

    @property
    def _header(self) -> tuple[str, ...]:
        """As the file has it; line ends are of one kind, so that its lines can be counted."""
        return tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in self.table.columns)

    def _text(self, number: int) -> Path:
        return self.folder / f"{self.prefix}{number}.csv"

    def _rows(self, number: int) -> Path:
        return self.folder / f"{self.prefix}{number}.rows"

    def _batches(self) -> Iterator[pl.DataFrame]:
        """The rows of the body as text, with their numbers."""
        skipped = self.export.table.skipped
        types = {at: pl.String() for at in range(len(self.table.columns))}
        scan = self.table.scan_from(types, skipped).with_row_index(_ROW, offset=skipped)
        yield from scan.collect_batches(
            chunk_size=_BATCH_ROWS, maintain_order=True, engine="streaming"
        )

    def _add(self, batch: pl.DataFrame) -> None:
        column = batch[column_name(self.by)]
        for cell in column.unique(maintain_order=True):
            if cell not in self._numbers:
                self._numbers[cell] = self._number(tidy(cell or ""))
        numbers = [self._numbers[cell] for cell in column]
        batch = batch.with_columns(pl.Series(_CLIENT, numbers, pl.Int64))
        groups = batch.partition_by(_CLIENT, include_key=False, as_dict=True, maintain_order=True)
        for (number,), rows in groups.items():
            if number == -1:
                self.blank += rows.height
                continue
            with self._text(number).open("ab") as text:
                rows.drop(_ROW).write_csv(text, include_header=False, quote_style="always")
            with self._rows(number).open("ab") as file:
                file.write(rows[_ROW].cast(pl.Int64).to_numpy().tobytes())

    def _number(self, name: str) -> int:
        if not name:
            return -1
        if name not in self.clients:
            if len(self.clients) == _MOST_CLIENTS:
                raise _too_many(self.export.columns[self.by].name)
            number = self.clients[name] = len(self.clients)
            skipped = self.export.table.skipped
            self._rows(number).write_bytes(array("q", range(skipped)).tobytes())
            with self._text(number).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
                writer.writerow(self._header)
                writer.writerows(self.table.sample[:skipped])
        return self.clients[name]
