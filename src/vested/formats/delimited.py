"""Delimited text (CSV, TSV): encoding, dialect, header, and a shape check before any number.

A clean file (UTF-8, every record as wide as the header) is scanned where it lies. Any other is
first rewritten into a clean one by the csv module, which is slower but knows every quoting trick,
and which names the line that cannot be right.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vested.errors import InputError
from vested.formats import Table, column_name
from vested.formats.encoding import encoding_of
from vested.formats.source import Source, chunks, temporary_file

if TYPE_CHECKING:
    import polars as pl

SAMPLE_ROWS = 200
_HEAD = 1 << 18
_SEPARATORS = (",", ";", "\t", "|")
_CELL_LIMIT = 1 << 24
_END = "\0end of file"


@dataclass(frozen=True, slots=True)
class _Dialect:
    separator: str
    header: tuple[str, ...]
    header_lines: int
    header_records: int
    plain_header: bool
    """Whether its lines end in line feeds only, so that they can be skipped by line."""


def read(source: Source, encoding: str | None, stack: ExitStack, *, trusting: bool) -> Table:
    """Open delimited text as a `Table`; with `trusting`, on the strength of its beginning.

    Raises `InputError` where the encoding, the header or the width of a record is wrong.
    """
    if trusting and (dialect := _plain_beginning(source, encoding)):
        return _table(source, source.path, dialect, "utf-8", check=partial(_look, source, dialect))
    name = source.name
    encoding, notes = encoding_of(source, encoding)
    dialect = _dialect(source.path, encoding, name)
    if encoding in ("utf-8", "utf-8-sig") and _is_simple(source.path, dialect):
        digest = _look(source, dialect)
        if digest is not None:
            return _table(source, source.path, dialect, encoding, lambda: digest)
    rewritten = _rewrite(source.path, encoding, dialect, name, stack)
    return _table(source, rewritten, dialect, encoding, source.digest, notes)


def _table(
    source: Source,
    path: Path,
    dialect: _Dialect,
    encoding: str,
    check: Callable[[], str | None],
    notes: Sequence[str] = (),
) -> Table:
    """The table in a clean file: the source itself, or what it was rewritten to."""
    skip = dialect.header_lines if path == source.path else 0
    sample = tuple(itertools.islice(_records(path, dialect, skip), SAMPLE_ROWS))
    if not sample:
        raise InputError(
            f"{source.name} has a header but no rows", "was the export made before anyone answered?"
        )

    def scan_from(types: Mapping[int, pl.DataType], rows: int) -> pl.LazyFrame:
        import polars as pl

        names = [column_name(position) for position in range(len(dialect.header))]
        schema = {name: types.get(position, pl.String()) for position, name in enumerate(names)}
        frame = pl.scan_csv(
            path,
            has_header=False,
            schema=schema,
            separator=dialect.separator,
            skip_lines=skip + (_lines_of(path, dialect, skip, rows) if rows else 0),
            glob=False,
        )
        return frame.select([column_name(position) for position in sorted(types)])

    def numbers_of(records: Sequence[int]) -> list[int]:
        with source.path.open(encoding=encoding, newline="") as file:
            reader = _reader(file, dialect.separator)
            full = (at for at, cells in enumerate(reader, start=1) if cells)
            body = enumerate(itertools.islice(full, dialect.header_records, None))
            unseen = dialect.header_records - 1  # spreadsheets do not show a sep= line
            return [next(at for n, at in body if n == wanted) - unseen for wanted in records]

    def diagnose() -> None:
        with ExitStack() as stack:
            _rewrite(source.path, encoding, dialect, source.name, stack)

    return Table(
        source, dialect.header, sample, scan_from, numbers_of, diagnose, check, notes,
        encoding=encoding,
    )  # fmt: skip


def clean_table(source: Source, path: Path, header: Sequence[str], lines: int = 0) -> Table:
    """The table in a body that was written as clean text: UTF-8, every cell in quotes.

    Its header takes up so many lines of the text. What rows are called in the file that it comes
    from, the caller must tell. Raises `InputError` where there is no column or no row.
    """
    if not header:
        raise InputError(f"{source.name} has no columns", "is it the right file?")
    dialect = _Dialect(",", tuple(header), header_lines=lines, header_records=0, plain_header=True)
    return _table(source, path, dialect, "utf-8", source.digest)


def _plain_beginning(source: Source, encoding: str | None) -> _Dialect | None:
    """The dialect of a file whose beginning is clean UTF-8, None where it is not."""
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    if encoding is not None or b"\0" in head:
        return None
    dialect = _dialect(source.path, "utf-8-sig", source.name)
    if not _is_simple(source.path, dialect):
        return None
    rows = itertools.islice(_records(source.path, dialect, dialect.header_lines), SAMPLE_ROWS)
    return dialect if all(len(row) == len(dialect.header) for row in rows) else None


def _is_simple(path: Path, dialect: _Dialect) -> bool:
    """Whether Polars could scan the file where it lies, if all its bytes are in order."""
    # With one column there is no separator to count: let the csv module look.
    return dialect.plain_header and len(dialect.header) > 1 and _is_text(path)


def _dialect(path: Path, encoding: str, name: str) -> _Dialect:
    """Separator and header, from the first records and a `sep=` line."""
    size = _HEAD
    while True:
        with path.open("rb") as file:
            raw = file.read(size)
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
        marked = _SEP_LINE.match(text)
        if marked:
            text = text[marked.end() :]
        separator = marked[1] if marked else _separator(text)
        reader = _reader(io.StringIO(text, newline=""), separator)
        try:
            header = next((tuple(record) for record in reader if record), ())
            lines = reader.line_num
            if next(reader, None) is not None or len(raw) < size:
                break
        except csv.Error as error:
            raise InputError(f"{name}: the header cannot be read: {error}", _QUOTES) from None
        size *= 4  # the header is longer than what was read
    if not header:
        raise InputError(
            f"{name} is empty: it holds no responses", "was the export made before anyone answered?"
        )
    if not any(cell.strip() for cell in header):
        raise InputError(f"{name} has no header", "the first row must name the columns")
    beginning = "".join(itertools.islice(io.StringIO(text, newline=""), lines))
    records = 2 if marked else 1
    plain = not re.search("\r(?!\n)", beginning) and not (marked and marked[0].endswith("\r"))
    return _Dialect(separator, header, lines + records - 1, records, plain)


_SEP_LINE = re.compile('\ufeff?"?sep=([^\r\n])"?(?:\r\n|\r|\n)', re.IGNORECASE)
_QUOTES = 'look for a quote (") that is opened and never closed'


def _reader(lines: Iterable[str], separator: str) -> Any:
    csv.field_size_limit(_CELL_LIMIT)
    return csv.reader(lines, delimiter=separator)


def _separator(text: str) -> str:
    """The separator that splits the first records most evenly, then into most cells."""

    def score(separator: str) -> tuple[float, int]:
        try:
            lines = io.StringIO(text, newline="")
            records = list(itertools.islice(_reader(lines, separator), 100))
        except csv.Error:
            return 0.0, 0
        widths = [len(record) for record in records if record]
        if not widths or widths[0] < 2:
            return 0.0, 0
        # The last record may be cut where the head of the file ends.
        body = widths[:-1] or widths
        # A quote inside a cell shows that the cell was split in the wrong place.
        torn = any(cell.count('"') % 2 for record in records[:-1] for cell in record)
        return sum(width == widths[0] for width in body) / len(body) - torn, widths[0]

    return max(_SEPARATORS, key=score)


def _is_text(path: Path) -> bool:
    """Whether the file's name is one that Polars can open."""
    return str(path).isascii() or str(path).encode("utf-8", "ignore").decode() == str(path)


def _records(path: Path, dialect: _Dialect, skip_lines: int) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip_lines):
            file.readline()
        for record in _reader(file, dialect.separator):
            if record:
                yield tuple(record)


def _lines_of(path: Path, dialect: _Dialect, skip_lines: int, records: int) -> int:
    """How many lines the first records of the body take: a cell may hold line breaks."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip_lines):
            file.readline()
        reader = _reader(file, dialect.separator)
        full = (reader.line_num for record in reader if record)
        lines: int = next(itertools.islice(full, records - 1, None))
        return lines


def _look(source: Source, dialect: _Dialect) -> str | None:
    """The hash of a file that Polars can scan where it lies without guessing, else None.

    So it is UTF-8, every record has as many separators as the header, quotes stand only around
    whole cells, and no line ends in a lone carriage return. One pass over the bytes.
    """
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")()
    shape = _Shape(dialect)
    with source.path.open("rb") as file:
        for _ in range(dialect.header_lines):
            digest.update(file.readline())
        waiting = b""  # a piece is looked at when the byte after it is known
        try:
            for chunk in chunks(file):
                digest.update(chunk)
                if decoder.getstate()[0] or not chunk.isascii():
                    decoder.decode(chunk)
                if not shape.add(waiting, chunk[0]):
                    return None
                waiting = chunk
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    if not (shape.add(waiting, _NEWLINE) and shape.finish()):
        return None
    return digest.hexdigest() if source.is_as_given else source.digest()


_NEWLINE, _RETURN, _QUOTE = (ord(character) for character in '\n\r"')


class _Shape:
    """Follows the bytes of a file from piece to piece."""

    def __init__(self, dialect: _Dialect) -> None:
        self.separator = ord(dialect.separator)
        self.wanted = len(dialect.header) - 1
        self.inside = False  # between quotes
        self.before = _NEWLINE  # the byte before this piece
        self.pending = 0  # separators of the record that goes on from the last piece

    def add(self, piece: bytes, after: int) -> bool:
        """Look at a piece, of which the next byte is `after`; whether all is plain so far."""
        if not piece:
            return True
        cells = np.frombuffer(piece, dtype=np.uint8)
        at_separator, at_newline = cells == self.separator, cells == _NEWLINE
        if self.inside or b'"' in piece:
            quotes = np.add.accumulate(cells == _QUOTE, dtype=np.uint8) & 1
            outside = quotes == int(self.inside)
            if not self._quotes_are_plain(cells, outside, after):
                return False
            at_separator &= outside
            at_newline &= outside
            self.inside = not outside[-1]
        if _RETURN in piece and self._lone_return(cells, after):
            return False
        self.before = piece[-1]
        return self._widths_are_right(at_separator, at_newline)

    def finish(self) -> bool:
        """Whether the end of the file is a fitting end."""
        return not self.inside and (self.before == _NEWLINE or self.pending == self.wanted)

    def _widths_are_right(
        self, at_separator: NDArray[np.bool_], at_newline: NDArray[np.bool_]
    ) -> bool:
        ends = np.flatnonzero(at_newline)
        if not len(ends):
            self.pending += int(np.count_nonzero(at_separator))
            return True
        first = self.pending + int(np.count_nonzero(at_separator[: ends[0]]))
        self.pending = int(np.count_nonzero(at_separator[ends[-1] :]))
        # Sums of one byte are quickest; that two records differ by 256 cells is seen in the total.
        within = at_separator[ends[0] : ends[-1]]
        if first != self.wanted or np.count_nonzero(within) != self.wanted * (len(ends) - 1):
            return False
        if len(ends) == 1:
            return True
        sums = np.add.reduceat(within.view(np.uint8), ends[:-1] - ends[0], dtype=np.uint8)
        return bool((sums == self.wanted % 256).all())

    def _quotes_are_plain(
        self, cells: NDArray[np.uint8], outside: NDArray[np.bool_], after: int
    ) -> bool:
        """Whether quotes open after a separator or line end and close before one."""
        at = np.flatnonzero(cells == _QUOTE)
        previous = np.where(at > 0, cells[at - 1], self.before)
        following = np.where(at + 1 < len(cells), cells[np.minimum(at + 1, len(cells) - 1)], after)
        closing = outside[at]
        before = np.array([self.separator, _NEWLINE, _QUOTE], np.uint8)
        behind = np.array([self.separator, _NEWLINE, _RETURN, _QUOTE], np.uint8)
        good = np.where(closing, np.isin(following, behind), np.isin(previous, before))
        return bool(good.all())

    def _lone_return(self, cells: NDArray[np.uint8], after: int) -> bool:
        at = np.flatnonzero(cells == _RETURN)
        following = np.where(at + 1 < len(cells), cells[np.minimum(at + 1, len(cells) - 1)], after)
        return bool((following != _NEWLINE).any())


def _rewrite(path: Path, encoding: str, dialect: _Dialect, name: str, stack: ExitStack) -> Path:
    """Write the body of a file anew as clean UTF-8; raise where a record is ragged."""
    target = temporary_file(stack)
    try:
        with (
            path.open(encoding=encoding, newline="") as file,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            writer = csv.writer(
                out, delimiter=dialect.separator, lineterminator="\n", quoting=csv.QUOTE_ALL
            )
            writer.writerows(_checked_records(file, dialect, name))
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not text in the encoding {encoding}: byte {error.object[error.start]:#04x}",
            "name the right encoding, for example --encoding cp1252, mac_roman or utf-16",
        ) from None
    except UnicodeError:
        raise InputError(
            f"{name} is not text in the encoding {encoding}", "name another with --encoding"
        ) from None
    return target


def _checked_records(file: io.TextIOBase, dialect: _Dialect, name: str) -> Iterator[list[str]]:
    """The records of the body, each as wide as the header; blank lines are none."""
    skipped = dialect.header_records - 1  # a sep= line
    for _ in range(skipped):
        file.readline()
    # Where a quote is never closed, the last line of all ends up inside a cell.
    reader = _reader(itertools.chain(file, ["\n", _END]), dialect.separator)
    header_seen = False
    line = skipped + 1
    try:
        for record in reader:
            if record and _END in record[-1] and record != [_END]:
                raise InputError(f"{name}, line {line}: a quote is never closed", _QUOTES)
            if header_seen and record and record != [_END]:
                if len(record) != len(dialect.header):
                    raise _ragged(name, line, record, len(dialect.header))
                yield record
            header_seen = header_seen or bool(record)
            line = reader.line_num + skipped + 1
    except csv.Error as error:
        raise InputError(f"{name}, line {line}: {error}", _QUOTES) from None


def _ragged(name: str, line: int, record: list[str], width: int) -> InputError:
    if any("\n" in cell for cell in record):
        hint = _QUOTES
    elif len(record) > width:
        hint = "a separator inside an answer? Such an answer must stand in quotes"
    else:
        hint = "a line break inside an answer? Such an answer must stand in quotes"
    return InputError(
        f"{name}, line {line}: {len(record)} cells where the header has {width}", hint
    )
