"""Delimited text (CSV, TSV): encoding, dialect, header, and a shape check before any number.

A clean file (UTF-8, every record as wide as the header) is scanned where it lies. Any other is
first rewritten into a clean one by the csv module, which is slower but knows every quoting trick,
and which names the line that cannot be right.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vested.errors import InputError
from vested.formats import Table, column_name
from vested.formats.source import CHUNK, Source, chunks, temporary_file

if TYPE_CHECKING:
    import polars as pl

SAMPLE_ROWS = 200
_HEAD = 1 << 18
_SEPARATORS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CELL_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class _Dialect:
    separator: str
    header: tuple[str, ...]
    header_lines: int
    header_records: int


def read(source: Source, encoding: str | None, stack: ExitStack) -> Table:
    """Open delimited text as a `Table`.

    Raises `InputError` where the encoding, the header or the width of a record is wrong.
    """
    name = source.name
    encoding, notes = _encoding(source, encoding)
    dialect = _dialect(source.path, encoding, name)
    path = source.path
    clean = encoding in ("utf-8", "utf-8-sig") and _shape_is_plain(path, dialect)
    if not clean:
        path = _rewrite(source.path, encoding, dialect, name, stack)
    skip = dialect.header_lines if clean else 0
    sample = tuple(itertools.islice(_records(path, dialect, skip), SAMPLE_ROWS))
    if not sample:
        raise InputError(
            f"{name} has a header but no rows", "was the export made before anyone answered?"
        )

    def scan(types: Mapping[int, pl.DataType]) -> pl.LazyFrame:
        import polars as pl

        names = [column_name(position) for position in range(len(dialect.header))]
        schema = {name: types.get(position, pl.String()) for position, name in enumerate(names)}
        frame = pl.scan_csv(
            path,
            has_header=False,
            schema=schema,
            separator=dialect.separator,
            skip_lines=skip,
            glob=False,
        )
        return frame.select([column_name(position) for position in sorted(types)])

    def row_of(record: int) -> int:
        with source.path.open(encoding=encoding, newline="") as file:
            reader = _reader(file, dialect.separator)
            full = (at for at, cells in enumerate(reader, start=1) if cells)
            return next(itertools.islice(full, record + dialect.header_records, None))

    def diagnose() -> None:
        _rewrite(source.path, encoding, dialect, name, stack)

    return Table(source, dialect.header, sample, scan, row_of, diagnose, notes)


def _encoding(source: Source, given: str | None) -> tuple[str, list[str]]:
    """The encoding by the ladder: mark, as given, UTF-8, zero bytes, cp1252 with a warning."""
    with source.path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, []
    if given is not None:
        try:
            return codecs.lookup(given).name, []
        except LookupError:
            raise InputError(
                f"there is no encoding {given!r}", "for example --encoding cp1252 or utf-16"
            ) from None
    if b"\0" in head:
        return _by_zero_bytes(head, source.name), []
    bad = _first_bad_byte(source.path)
    if bad is None:
        return "utf-8", []
    words = ", ".join(_foreign_words(source.path))
    return "cp1252", [
        f"{source.name} is not UTF-8; it was read as Windows-1252 (cp1252), where it says "
        f"{words}. If that looks wrong, name the encoding with --encoding."
    ]


def _by_zero_bytes(head: bytes, name: str) -> str:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes of Latin letters fall."""
    usable = head[: len(head) // 4 * 4]
    zeros = [usable[at::4].count(0) / max(1, len(usable) // 4) for at in range(4)]
    pattern = "".join("0" if share > 0.7 else "x" for share in zeros)
    found = {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}
    if pattern in found:
        return found[pattern]
    raise InputError(
        f"{name} is not text: it holds zero bytes",
        "export it as CSV; if it is text in a rare encoding, name it with --encoding",
    )


def _first_bad_byte(path: Path) -> int | None:
    """The place of the first byte that is not UTF-8, None where all is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    with path.open("rb") as file:
        for chunk in chunks(file):
            pending = len(decoder.getstate()[0])
            if not (pending == 0 and chunk.isascii()):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    return before - pending + error.start
            before += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return before
    return None


def _foreign_words(path: Path, limit: int = 3) -> list[str]:
    """A few words with bytes beyond ASCII, as cp1252 shows them."""
    words: list[str] = []
    with path.open("rb") as file:
        for chunk in chunks(file):
            text = chunk.decode("cp1252", errors="replace")
            for word in "".join(c if c.isalpha() else " " for c in text).split():
                if not word.isascii() and word not in words:
                    words.append(word)
                if len(words) == limit:
                    return words
    return words or ["(only signs)"]


def _dialect(path: Path, encoding: str, name: str) -> _Dialect:
    """Separator and header, from the first records and a `sep=` line."""
    with path.open("rb") as file:
        raw = file.read(_HEAD)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(raw)
    marker = text.split("\n", 1)[0].strip('\r\ufeff "')
    marked = marker.lower().startswith("sep=") and len(marker) == 5
    if marked:
        text = text.split("\n", 1)[1] if "\n" in text else ""
    separator = marker[-1] if marked else _separator(text)
    try:
        reader = _reader(io.StringIO(text, newline=""), separator)
        header = next((tuple(record) for record in reader if record), ())
    except csv.Error as error:
        raise InputError(f"{name}: the header cannot be read: {error}", _QUOTES) from None
    if not any(cell.strip() for cell in header):
        raise InputError(f"{name} has no header", "the first row must name the columns")
    return _Dialect(separator, header, reader.line_num + marked, int(marked) + 1)


_QUOTES = 'look for a quote (") that is opened and never closed'


def _reader(lines: Iterator[str] | io.TextIOBase, separator: str) -> csv._reader:  # type: ignore[name-defined]
    csv.field_size_limit(_CELL_LIMIT)
    return csv.reader(lines, delimiter=separator)


def _separator(text: str) -> str:
    """The separator that splits the first records most often into equally many cells."""

    def score(separator: str) -> tuple[float, int]:
        try:
            records = list(itertools.islice(_reader(io.StringIO(text), separator), 100))
        except csv.Error:
            return 0.0, 0
        widths = [len(record) for record in records if record]
        if not widths or widths[0] < 2:
            return 0.0, 0
        # The last record may be cut where the head of the file ends.
        body = widths[:-1] or widths
        return sum(width == widths[0] for width in body) / len(body), widths[0]

    return max(_SEPARATORS, key=score)


def _records(path: Path, dialect: _Dialect, skip_lines: int) -> Iterator[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for _ in range(skip_lines):
            file.readline()
        for record in _reader(file, dialect.separator):
            if record:
                yield tuple(record)


def _shape_is_plain(path: Path, dialect: _Dialect) -> bool:
    """Whether the file has as many separators as records of the header's width would have.

    A record that is too short can hide here only behind one that is too long, and that one makes
    the scan fail. Blank lines, old Mac line ends and stray quotes all upset the sums.
    """
    separator, quote, newline, carriage = (ord(c) for c in (dialect.separator, '"', "\n", "\r"))
    separators = records = returns = 0
    inside = False  # quotes open, carried from chunk to chunk
    last = newline
    with path.open("rb") as file:
        for _ in range(dialect.header_lines):
            file.readline()
        for chunk in chunks(file):
            cells = np.frombuffer(chunk, dtype=np.uint8)
            at_separator, at_newline = cells == separator, cells == newline
            if inside or b'"' in chunk:
                quotes = np.add.accumulate(cells == quote, dtype=np.uint8) & 1
                outside = quotes == int(inside)
                at_separator &= outside
                at_newline &= outside
                inside = bool(outside[-1]) is False
            separators += int(np.count_nonzero(at_separator))
            records += int(np.count_nonzero(at_newline))
            if carriage in chunk:
                returns += chunk.count(b"\r") - chunk.count(b"\r\n")
            last = chunk[-1]
    records += last != newline
    # A pair of \r and \n that lies across two chunks counts once too often as a lone return.
    lone_returns = returns > path.stat().st_size // CHUNK + 1
    width = len(dialect.header)
    single = width == 1  # no separators to count: let the csv module look
    return not (inside or lone_returns or single) and separators == records * (width - 1)


def _rewrite(path: Path, encoding: str, dialect: _Dialect, name: str, stack: ExitStack) -> Path:
    """Write the body of a file anew as clean UTF-8; raise where a record is ragged."""
    target = temporary_file(stack)
    width = len(dialect.header)
    try:
        with (
            path.open(encoding=encoding, newline="") as file,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            for _ in range(dialect.header_records - 1):
                file.readline()
            reader = _reader(file, dialect.separator)
            writer = csv.writer(out, delimiter=dialect.separator, lineterminator="\n")
            header_seen = False
            before = 0
            for record in reader:
                line, before = before + dialect.header_records, reader.line_num
                if not record:
                    continue
                if not header_seen:
                    header_seen = True
                    continue
                if len(record) != width:
                    raise _ragged(name, line, record, width)
                writer.writerow(record)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not text in the encoding {encoding}: byte {error.object[error.start]:#04x}",
            "name the right encoding, for example --encoding cp1252, mac_roman or utf-16",
        ) from None
    except UnicodeError:
        raise InputError(
            f"{name} is not text in the encoding {encoding}", "name another with --encoding"
        ) from None
    except csv.Error as error:
        raise InputError(f"{name}, line {before + 1}: {error}", _QUOTES) from None
    return target


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
