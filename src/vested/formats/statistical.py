"""SPSS, Stata and SAS files: codes as cells, with the labels and missing values that they declare.

A file is read twice: first the columns of which something must be known before the first row is
given away (how texts are encoded, which missing values occur), then all of it.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vested.errors import InputError
from vested.formats import Field
from vested.formats.conversion import Converted
from vested.formats.units import Column, Program, column_of, format_name, frame_of, texts_of

if TYPE_CHECKING:
    import polars as pl

PIECE = 1_000_000
"""How many cells are held at a time, where a reader can go on from a row."""
_COLUMNS = 100
"""How many columns are held at a time at least, where it cannot."""

Cells = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Format:
    parser: str
    """What pyreadstat calls it."""
    program: Program
    kind: str
    goes_on: bool = True
    """Whether reading on from a row costs less than reading all before it again."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    format: _Format
    encoding: str | None = None
    """None for what the file says itself."""


def convert(path: Path, name: str, encoding: str | None) -> Converted:
    """The cells of an SPSS, Stata or SAS file: answers as codes, what they stand for in `fields`.

    System-missing values become "". Values that the file declares to be missing stay as they are
    and are listed with a reason; those with a letter (Stata, SAS) are written `.a`. Raises
    `InputError` for a file that is damaged, or of which the texts are not in `encoding`.
    """
    file = _File(path.absolute(), name, _format(path, name))
    notes: list[str] = []
    if encoding is not None:
        file = replace(file, encoding=_encoding_name(encoding))
    elif file.format is not _POR:  # its signs are numbered by a table of its own
        file, notes = _decoded(file)
    metadata = _read(file, metadataonly=True)[1]
    _refuse_names(metadata.column_names, name)
    types, shapes = metadata.readstat_variable_types, metadata.original_variable_types
    columns = [
        column_of(variable, types[variable], shapes[variable] or "", file.format.program)
        for variable in metadata.column_names
    ]
    occurring = _occurring(file, metadata, columns)
    fields = [_field(column, metadata, occurring.get(column.name, ())) for column in columns]
    rows = chain.from_iterable(frame.iter_rows() for frame in _frames(file, columns))
    notes += _notes(file, metadata, columns)
    return Converted(file.format.kind, metadata.column_names, rows, fields, 1, notes)


# --- what is read -----------------------------------------------------------------------------

_SAV = _Format("sav", "SPSS", "an SPSS file")
_POR = _Format("por", "SPSS", "an SPSS portable file", goes_on=False)
_DTA = _Format("dta", "Stata", "a Stata file")
_SAS = _Format("sas7bdat", "SAS", "a SAS file")
_XPT = _Format("xport", "SAS", "a SAS transport file", goes_on=False)
_SAS_DATA = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")


def _format(path: Path, name: str) -> _Format:
    """The format by its content: the ending of the name is often another's."""
    with path.open("rb") as file:
        head = file.read(1024)
    old_stata = head[:1] and 104 <= head[0] <= 115 and head[1:2] in (b"\1", b"\2")
    if head.startswith((b"$FL2", b"$FL3")):
        return _SAV
    if head.startswith(b"<stata_dta>") or (old_stata and head[2:3] == b"\1"):
        return _DTA
    if head[12:32] == _SAS_DATA:
        return _SAS
    if head.startswith(b"HEADER RECORD*******LIB"):
        return _XPT
    if b"SPSSPORT" in head:
        return _POR
    raise InputError(
        f"{name} is no file of SPSS, Stata or SAS that can be read", "save it as .sav, .dta or CSV"
    )


def _read(file: _File, **how: Any) -> tuple[Cells, Any]:
    """Cells as pyreadstat gives them, by column, and its metadata."""
    import pyreadstat

    parsers: dict[str, Any] = {
        "sav": pyreadstat.read_sav,
        "dta": pyreadstat.read_dta,
        "sas7bdat": pyreadstat.read_sas7bdat,
    }
    # Its functions for the other two do not pass `user_missing` on.
    inner = import_module("pyreadstat.pyreadstat").parser_entry_point
    parse = parsers.get(file.format.parser, partial(inner, parser_format=file.format.parser))
    if file.format is not _POR:
        how["encoding"] = file.encoding
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of columns named twice: see `_notes`
            cells, metadata = parse(
                file.path,
                user_missing=True,
                disable_datetime_conversion=True,
                output_format="dict",
                **how,
            )
    except MemoryError:
        raise
    except Exception as error:  # also what Python says of impossible dates, sizes and bytes
        raise _failed(file, error) from None
    return cells, metadata


def _failed(file: _File, error: Exception) -> InputError:
    reason = str(error)
    if "character set" in reason:
        return InputError(
            f"there is no encoding {file.encoding!r}", "for example --encoding cp1252 or gb18030"
        )
    foreign = isinstance(error, UnicodeError) or "convert string" in reason
    if foreign and file.format is not _POR:
        encoding = file.encoding or "the encoding that the file names"
        return InputError(
            f"the texts of {file.name} are not in {encoding}",
            "name the right one with --encoding, for example cp1252",
        )
    return InputError(
        f"{file.name} cannot be read as {file.format.kind}: {reason[:1].lower()}{reason[1:]}",
        f"copy it again from where it came from, or save it anew in {file.format.program}",
    )


def _pieces(file: _File, names: Sequence[str]) -> Iterator[tuple[Cells, Any]]:
    """The named columns piece by piece: some rows of all of them, or all rows of some."""
    if not file.format.goes_on:
        # The parser reserves 800 kB a column for rows that it cannot count beforehand.
        width = _COLUMNS + (file.path.stat().st_size >> 14)
        for start in range(0, len(names), width):
            yield _read(file, usecols=list(names[start : start + width]))
        return
    height = max(1000, PIECE // len(names))
    for start in count(0, height):
        cells, metadata = _read(file, usecols=list(names), row_offset=start, row_limit=height)
        yield cells, metadata
        if len(cells[names[0]]) < height:
            return


def _frames(file: _File, columns: Sequence[Column]) -> Iterator[pl.DataFrame]:
    import polars as pl

    frames = (
        frame_of(
            cells,
            [column for column in columns if column.name in cells],
            metadata.missing_user_values.keys(),
        )
        for cells, metadata in _pieces(file, [column.name for column in columns])
    )
    if file.format.goes_on:
        yield from frames
    else:
        yield pl.concat(list(frames), how="horizontal")


# --- how texts are encoded --------------------------------------------------------------------

_BYTES = "ISO-8859-1"
"""Reading in this encoding shows each byte as it is."""
_LIKELY = "WINDOWS-1252"


def _encoding_name(given: str) -> str:
    """The name under which the parser knows an encoding; what Python does not know as it is."""
    try:
        known = codecs.lookup(given).name
    except LookupError:
        return given
    other = {"mac-roman": "MACINTOSH", "utf-8-sig": "utf-8"}
    return other.get(known, known.replace("_", "-"))


def _decoded(file: _File) -> tuple[_File, list[str]]:
    """The file with the encoding that its texts are in, and notes where it names another.

    The parser itself would show UTF-8 as Windows-1252 if the file says so, and would drop a last
    letter that is half a character in UTF-8 but a whole one in Windows-1252.
    """
    declared = _declared(file)
    as_bytes = replace(file, encoding=_BYTES)
    metadata = _read(as_bytes, metadataonly=True)[1]
    chosen, cut = _chosen(_foreign_texts(as_bytes, metadata), declared)
    notes = []
    if cut:
        texts = "a text ends" if cut == 1 else f"{cut} texts end"
        notes.append(f"{file.name}: {texts} in half a character, which is left out.")
    if chosen == declared:
        return file, notes
    said = f"not in {declared}, as was to be expected" if declared else "in no encoding it names"
    notes.append(
        f"The texts of {file.name} are {said}; they were read as {chosen}. If that looks wrong, "
        "name the encoding with --encoding."
    )
    return replace(file, encoding=chosen), notes


def _declared(file: _File) -> str:
    """The encoding that the file names or its version implies; "" where labels are not in it."""
    try:
        said = _read(file, metadataonly=True)[1].file_encoding
    except InputError:
        return ""  # if something else is wrong, the next to read says so
    if file.format is not _DTA:
        return str(said or "UTF-8").upper()
    with file.path.open("rb") as opened:
        version = re.search(rb"<release>(\d+)", opened.read(64))
    return "UTF-8" if version and int(version[1]) >= 118 else _LIKELY


def _foreign_texts(file: _File, metadata: Any) -> Iterator[bytes]:
    """All texts of a file read as bytes that are not ASCII."""
    labels = (text for known in metadata.variable_value_labels.values() for text in known.values())
    texts = {*metadata.column_names, *metadata.column_labels, *labels}
    yield from _foreign(texts)
    types = metadata.readstat_variable_types
    names = [name for name in metadata.column_names if types[name] == "string"]
    for cells, _ in _pieces(file, names) if names else ():
        for values in cells.values():
            yield from _foreign(set(values))


def _foreign(texts: Iterable[str | None]) -> Iterator[bytes]:
    return (text.encode(_BYTES) for text in texts if text and not text.isascii())


def _chosen(texts: Iterable[bytes], declared: str) -> tuple[str, int]:
    """The encoding that all texts fit, and how many of them end in half a character.

    First UTF-8, then as declared, Windows-1252, and Latin-1, which fits anything. Programs cut
    texts at a number of bytes; but in UTF-8 there are whole characters, too.
    """
    others = dict.fromkeys([name for name in (declared, _LIKELY) if name], True)
    valid, whole, cut, any_text = True, False, 0, False
    for text in texts:
        any_text = True
        if valid:
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                whole = not decoder.decode(text).isascii() or whole
                cut += bool(decoder.getstate()[0])
            except UnicodeDecodeError:
                valid = False
        for name in others:
            others[name] = others[name] and _fits(text, name)
    if not any_text:
        return declared, 0
    if valid and whole:
        return "UTF-8", cut
    return next((name for name, fits in others.items() if fits), _BYTES), 0


def _fits(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    except LookupError:
        return True  # the parser knows encodings that Python does not
    return True


# --- what the file says of its columns --------------------------------------------------------


def _occurring(
    file: _File, metadata: Any, columns: Sequence[Column]
) -> Mapping[str, Sequence[Any]]:
    """By column, the values in it that are declared missing in a way that does not list them.

    That is by a range, or (Stata, SAS) by a letter in place of a number.
    """
    ranges = {
        name: [limits for limits in declared if limits["lo"] != limits["hi"]]
        for name, declared in metadata.missing_ranges.items()
    }
    if file.format.program == "SPSS":
        wanted = [name for name, limits in ranges.items() if limits]
    else:
        wanted = [column.name for column in columns if column.unit != "text"]
    found: dict[str, set[Any]] = {name: set() for name in wanted}
    for cells, known in _pieces(file, wanted) if wanted else ():
        for name, tags in known.missing_user_values.items():
            found[name].update(tags)
        for name, values in cells.items() if ranges else ():
            found[name].update(value for value in set(values) if _within(value, ranges[name]))
    return {name: sorted(values) for name, values in found.items()}


def _within(value: Any, ranges: Iterable[Mapping[str, Any]]) -> bool:
    return value is not None and any(limits["lo"] <= value <= limits["hi"] for limits in ranges)


def _refuse_names(names: Sequence[str | None], name: str) -> None:
    if not names:
        raise InputError(f"{name} has no columns", "was it saved before it had any variables?")
    if None in names or len(set(names)) < len(names):
        raise InputError(
            f"{name} has columns without a name, or several of the same name",
            "if you named an encoding, leave it out; else save the file anew as CSV",
        )


def _field(column: Column, metadata: Any, occurring: Sequence[Any]) -> Field:
    text = (metadata.column_names_to_labels[column.name] or "").strip()
    known = metadata.variable_value_labels.get(column.name, {})
    ranges = metadata.missing_ranges.get(column.name, ())
    if not (known or ranges or occurring):
        return Field(text)
    tags = [value for value in known if isinstance(value, str) and column.unit != "text"]
    labelled = [value for value in known if value not in tags and _within(value, ranges)]
    single = [limits["lo"] for limits in ranges if limits["lo"] == limits["hi"]]
    values = list(dict.fromkeys([*single, *tags, *labelled, *occurring]))
    codes = texts_of(list(known), column, tagged=True)
    labels = {code: label.strip() for code, label in zip(codes, known.values(), strict=True)}
    labels = {code: label for code, label in labels.items() if label}
    missing = {}
    for value, code in zip(values, texts_of(values, column, tagged=True), strict=True):
        letter = isinstance(value, str) and column.unit != "text"
        missing[code] = (
            labels[code].lower()
            if code in labels
            else (f"missing {code}" if letter else f"user-missing {code}")
        )
    missing.pop("", None)  # a blank cell is missing in any case
    return Field(text, labels, missing)


_SAS_OWN = re.compile(
    r"(|F|BEST|D|E|Z|COMMAX?|DOLLARX?|EUROX?|NUMX|PERCENTN?|NEGPAREN|FRACT|SSN|HEX|BINARY|OCTAL|RB"
    r"|CHAR|VARYING|UPCASE|QUOTE|YEAR|QTRR?|MONTH|MONNAME|DAY|WEEKDAY|DOWNAME|HOUR|YYQ[CDNPS]?)"
)


def _notes(file: _File, metadata: Any, columns: Sequence[Column]) -> list[str]:
    notes = []
    # The parser renames the second of two columns of one name.
    twice = [column.name for column in columns if re.search(r"_duplicated\d+$", column.name)]
    if twice:
        notes.append(f"{file.name} has two columns of one name; the second is called {twice[0]}.")
    elsewhere = [
        column.name
        for column in columns
        if file.format.program == "SAS"
        and column.unit in ("text", "number", "single")
        and not _SAS_OWN.fullmatch(format_name(metadata.original_variable_types[column.name] or ""))
    ]
    if elsewhere and not metadata.variable_value_labels:
        more = f" and {len(elsewhere) - 3} more" if len(elsewhere) > 3 else ""
        notes.append(
            f"{file.name}: the value labels of {', '.join(elsewhere[:3])}{more} are in a SAS "
            "catalog (.sas7bcat), which is not read; the codes are taken as they are."
        )
    return notes
