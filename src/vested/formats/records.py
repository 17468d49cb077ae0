"""JSON as survey platforms write it: a list of records, an object that holds one, or JSON lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from vested.errors import InputError
from vested.formats import Field
from vested.formats.conversion import Converted

_INT64 = 1 << 63
_STOPPED = "was the download stopped before it was done?"
_AS_LIST = "export the answers as CSV, or as a list of records: [{…}, {…}]"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the records have, in order of first appearance."""

    columns: dict[str, None] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    as_json: dict[str, None] = field(default_factory=dict)
    """Columns with lists of records in them."""
    two_labels: dict[str, None] = field(default_factory=dict)
    """Columns in which one code has two labels."""


def convert(path: Path, name: str, encoding: str | None) -> Converted:
    """The records of a JSON file as rows; columns are the keys of all, in order of appearance.

    Objects in a record are taken apart into `group/question`; lists become their items with a
    space between, or JSON where that would be ambiguous. Null, a key that is not there and an
    empty list become "". Raises `InputError` for what is no JSON, for an object that has a key
    twice, and for what holds no records or more than one list of them.
    """
    found = _Found()
    try:
        encoding = _encoding(path, encoding)
        kind, read = _opened(path, name, encoding)
        for number, record in enumerate(read(), start=1):
            _look(record, f"{name}, record {number}", found)
    except RecursionError:
        raise InputError(
            f"{name} is nested too deeply to be a table", "is it an export of answers?"
        ) from None
    except UnicodeError:
        raise InputError(
            f"{name} is not text in the encoding {encoding}",
            "name the right encoding, for example --encoding cp1252",
        ) from None
    if not found.columns:
        raise InputError(f"{name} holds no answers", "was it exported before anyone answered?")
    header = tuple(found.columns)
    fields = [Field(labels=found.labels.get(column, {})) for column in header]
    rows = (tuple(cells.get(column, "") for column in header) for cells in map(_cells, read()))
    return Converted(kind, header, rows, fields, 1, _notes(found, name))


# --- from bytes to records --------------------------------------------------------------------


def _encoding(path: Path, given: str | None) -> str:
    """UTF-8, -16 or -32 by the first bytes; what the user named only where these say UTF-8."""
    with path.open("rb") as file:
        detected = json.detect_encoding(file.read(4))
    if detected != "utf-8" or given is None:
        return detected
    try:
        b"text".decode(given, errors="replace")  # some codecs are not of text
        return given
    except LookupError:
        raise InputError(
            f"there is no encoding {given!r}", "for example --encoding cp1252"
        ) from None


def _opened(path: Path, name: str, encoding: str) -> tuple[str, Callable[[], Iterable[Record]]]:
    """What the file is, and a function that goes through its records."""
    if _is_lines(path, encoding):
        return "JSON lines", partial(_of_lines, path, name, encoding)
    twice: list[tuple[Record, str]] = []
    text = path.read_text(encoding=encoding)
    whole = _parsed(text, name, 1, twice)
    key, records = _list_in(whole, name)
    for holder, repeated in twice[:1]:
        places = (at for at, record in enumerate(records, start=1) if _holds(record, holder))
        place = next((f", record {at}" for at in places), "")
        raise _repeats(f"{name}{place}", repeated)
    kind = f"the list {key!r} of a JSON file" if key else "a JSON file"
    return kind, lambda: records


def _is_lines(path: Path, encoding: str) -> bool:
    """Whether the first two lines can be objects of their own."""
    with path.open(encoding=encoding) as file:
        lines = (line.strip() for line in file)
        full = (line for line in lines if line)
        first, second = next(full, ""), next(full, "")
    return first.startswith("{") and first.endswith("}") and second.startswith("{")


def _of_lines(path: Path, name: str, encoding: str) -> Iterator[Record]:
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            twice: list[tuple[Record, str]] = []
            record = _parsed(line, name, number, twice)
            if twice:
                raise _repeats(f"{name}, line {number}", twice[0][1])
            if not isinstance(record, dict):
                raise InputError(f"{name}, line {number} is no record", _AS_LIST)
            yield record


def _parsed(text: str, name: str, line: int, twice: list[tuple[Record, str]]) -> Any:
    """JSON that begins on a line; objects in which a key is repeated are added to `twice`."""

    def an_object(pairs: list[tuple[str, Any]]) -> Record:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            twice.append((made, next(key for key in keys if keys.count(key) > 1)))
        return made

    def no_number(token: str) -> float:
        where = f"{name}, line {line}" if line > 1 else name
        raise InputError(
            f"{where}: {token} is no number that JSON has", "write null where there is no value"
        )

    def number(token: str) -> float:
        value = float(token)
        return value if abs(value) < float("inf") else no_number(token)

    try:
        return json.loads(
            text, object_pairs_hook=an_object, parse_constant=no_number, parse_float=number
        )
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
        cut = not text[error.pos :].strip() or error.msg.startswith("Unterminated")
        raise InputError(
            f"{name}, line {line + error.lineno - 1}, column {error.colno}: {reason}",
            _STOPPED if cut else "is it JSON? Export the answers again, or as CSV",
        ) from None
    except ValueError:
        raise InputError(f"{name} has a number of thousands of digits", _AS_LIST) from None


def _repeats(place: str, key: str) -> InputError:
    return InputError(
        f"{place}: the key {key!r} stands twice in one object", "which of the two is the answer?"
    )


def _holds(value: Any, holder: Record) -> bool:
    if value is holder:
        return True
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(each, holder) for each in inner)


# --- which of it is the table -----------------------------------------------------------------


def _list_in(whole: Any, name: str) -> tuple[str, list[Record]]:
    """The records, and the key under which they stand in the object that holds them."""
    if isinstance(whole, list):
        for number, record in enumerate(whole, start=1):
            if not isinstance(record, dict):
                raise InputError(f"{name}, record {number} is no object", _AS_LIST)
        return "", whole
    if not isinstance(whole, dict):
        raise InputError(f"{name} holds a single value, no records", _AS_LIST)
    lists = {key: value for key, value in whole.items() if isinstance(value, list)}
    tables = [
        key for key, value in lists.items() if value and all(isinstance(r, dict) for r in value)
    ]
    if len(tables) > 1:
        raise InputError(
            f"{name} holds more than one list of records: {', '.join(tables)}",
            "keep the one with the answers",
        )
    if tables:
        return tables[0], lists[tables[0]]
    if any(not value for value in lists.values()):
        return "", []
    if lists and len(lists) == len(whole):
        return "", _turned(lists, name)
    if whole and all(isinstance(value, dict) for value in whole.values()):
        raise InputError(f"{name} holds no list of records", _AS_LIST)
    return "", [whole]


def _turned(columns: Mapping[str, list[Any]], name: str) -> list[Record]:
    """Records from one list per column."""
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise InputError(
            f"{name} holds a list per column, of different lengths "
            f"({min(lengths)} to {max(lengths)})",
            _AS_LIST,
        )
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


# --- from records to cells --------------------------------------------------------------------


def _look(record: Record, place: str, found: _Found) -> None:
    """Add what one record has to what is known of all."""
    seen = set()
    answers, labels = _answers(record)
    for column, value in _flat(answers):
        if column in seen:
            raise _repeats(place, column)
        seen.add(column)
        found.columns.setdefault(column)
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            found.as_json.setdefault(column)
    for column, label in labels.items():
        known = found.labels.setdefault(column, {})
        for code, text in _pairs(answers.get(column), label):
            if known.setdefault(code, text) != text:
                found.two_labels.setdefault(column)


def _answers(record: Record) -> tuple[Record, Record]:
    """A record's answers and their labels, which Qualtrics puts beside each other."""
    values, labels = record.get("values"), record.get("labels")
    if "responseId" not in record or not isinstance(values, dict):
        return record, {}
    return (
        {"responseId": record["responseId"], **values},
        labels if isinstance(labels, dict) else {},
    )


def _pairs(value: Any, label: Any) -> Iterator[tuple[str, str]]:
    """Codes and their labels; of a question with several answers, each."""
    if isinstance(value, list) and isinstance(label, list) and len(value) == len(label):
        for each, text in zip(value, label, strict=True):
            yield from _pairs(each, text)
    elif value is not None and not isinstance(value, (list, dict)) and isinstance(label, str):
        yield _text(value), label


def _flat(record: Record, group: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{group}{key}/")
        else:
            yield f"{group}{key}", value


def _cells(record: Record) -> dict[str, str]:
    return {column: _text(value) for column, value in _flat(_answers(record)[0])}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _INT64 else repr(value)
    return str(value) if isinstance(value, int) else _list_as_text(value)


def _list_as_text(items: list[Any]) -> str:
    """The items with a space between, as codes of several answers are written; else JSON."""
    if not any(isinstance(item, (list, dict)) for item in items):
        texts = [_text(item) for item in items]
        if not any(texts):
            return ""
        if all(text.split() == [text] for text in texts):
            return " ".join(texts)
    return json.dumps(items, ensure_ascii=False)


def _notes(found: _Found, name: str) -> list[str]:
    notes = []
    if found.as_json:
        notes.append(f"{name}: lists of records are kept as JSON in {_some(found.as_json)}.")
    if found.two_labels:
        notes.append(
            f"{name}: a code has more than one label in {_some(found.two_labels)}; the first is "
            "taken."
        )
    return notes


def _some(columns: Iterable[str]) -> str:
    names = list(columns)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
