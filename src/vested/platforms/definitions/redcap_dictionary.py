"""REDCap data dictionaries: the CSV that a project's setup gives, or the metadata of its API."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from vested.errors import InputError
from vested.model import Text
from vested.platforms.definitions import Definition, Question
from vested.platforms.wording import plain
from vested.spelling import same

_LANGUAGE = "en"
"""A dictionary does not tell its language; REDCap's own is English."""

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("variable / field name", "field_name"),
    "section": ("section header", "section_header"),
    "type": ("field type", "field_type"),
    "label": ("field label", "field_label"),
    "choices": (
        "choices, calculations, or slider labels",
        "select_choices_or_calculations",
    ),
    "matrix": ("matrix group name", "matrix_group_name"),
}
_NEEDED = ("name", "type", "label", "choices")
_SEPARATORS = (",", ";", "\t")
_HEAD = 1 << 16
_CELL_LIMIT = 1 << 24
_HINT = "download the data dictionary again; a spreadsheet may have changed it"

_CHOSEN = frozenset({"radio", "dropdown"})
_FIXED: Mapping[str, Mapping[str, Text]] = {
    "yesno": {"1": {_LANGUAGE: "Yes"}, "0": {_LANGUAGE: "No"}},
    "truefalse": {"1": {_LANGUAGE: "True"}, "0": {_LANGUAGE: "False"}},
}
_BOX: Mapping[str, Text] = {"0": {_LANGUAGE: "Unchecked"}, "1": {_LANGUAGE: "Checked"}}


@dataclass(frozen=True, slots=True)
class _Field:
    """One row of a dictionary; `row` counts as spreadsheets do."""

    row: int
    name: str
    section: str
    type: str
    label: str
    choices: str
    matrix: str


def read(path: Path, name: str) -> Definition | None:
    """Read a data dictionary; None where the file is none.

    Raises `InputError` that names the row where it is one and broken.
    """
    separator = _separator(path)
    if separator is None:
        return None
    fields = tuple(_fields(_records(path, name, separator), name))
    if not fields:
        raise InputError(f"{name} has a header but no fields", _HINT)
    questions = tuple(
        question
        for field, stem in zip(fields, _stems(fields), strict=True)
        for question in _questions(field, stem, name)
    )
    return Definition("REDCap", Path(name).stem, _LANGUAGE, questions)


def _separator(path: Path) -> str | None:
    """What stands between the cells, None where the first row is not that of a dictionary."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if b"\0" in head:
        return None
    lines = head.decode("utf-8-sig", errors="replace").splitlines(keepends=True)
    for separator in _SEPARATORS:
        try:
            header = next(csv.reader(lines, delimiter=separator), [])
        except csv.Error:
            continue
        if all(part in _places(header) for part in _NEEDED):
            return separator
    return None


def _places(header: Sequence[str]) -> dict[str, int]:
    names = [same(cell) for cell in header]
    return {
        part: names.index(spelling)
        for part, spellings in _HEADERS.items()
        for spelling in spellings
        if spelling in names
    }


def _records(path: Path, name: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The records with their rows; blank lines are none."""
    csv.field_size_limit(_CELL_LIMIT)
    row = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row, record in enumerate(
                csv.reader(file, delimiter=separator, strict=True), start=1
            ):
                if any(cell.strip() for cell in record):
                    yield row, record
    except UnicodeDecodeError:
        raise InputError(
            f"{name} is not UTF-8 text, as a data dictionary is", 'save it as "CSV UTF-8"'
        ) from None
    except csv.Error as error:
        raise InputError(f"{name}, row {row + 1}: {error}", _HINT) from None


def _fields(records: Iterator[tuple[int, list[str]]], name: str) -> Iterator[_Field]:
    _, header = next(records)
    places = _places(header)
    for row, record in records:
        if len(record) != len(header):
            raise InputError(
                f"{name}, row {row}: {len(record)} cells where the header has {len(header)}", _HINT
            )
        # R writes NA for a blank cell of the API's metadata.
        cells = {part: record[at].strip() for part, at in places.items()}
        known = {part: "" if cell == "NA" else cell for part, cell in cells.items()}
        if not known["name"]:
            raise InputError(f"{name}, row {row}: the field has no name", _HINT)
        yield _Field(
            row,
            known["name"],
            known.get("section", ""),
            same(known["type"]),
            known["label"],
            known["choices"],
            known.get("matrix", ""),
        )


def _stems(fields: Sequence[_Field]) -> Iterator[Text]:
    """Of each field, the heading of the matrix that it is a row of."""
    for matrix, group in groupby(fields, key=lambda field: field.matrix):
        rows = tuple(group)
        # The heading stands at the first row only.
        heading = next((field.section for field in rows if field.section), "") if matrix else ""
        yield from (_text(heading) for _ in rows)


def _questions(field: _Field, stem: Text, name: str) -> Iterator[Question]:
    """The columns of a field in an export: one, none, or one for each option of a checkbox."""
    if field.type == "descriptive":
        return
    text = _text(field.label)
    if field.type == "checkbox":
        for code, option in _choices(field, name).items():
            yield Question(box_name(field.name, code), option, text, options=_BOX)
        return
    options = _FIXED.get(field.type, {})
    if field.type in _CHOSEN:
        options = _choices(field, name)
    yield Question(field.name, text, stem, options=options)


def box_name(field: str, code: str) -> str:
    """The column of one option of a checkbox: in lower case, and without the hyphen of a minus.

    >>> box_name("race", "-99")
    'race____99'
    """
    return f"{field}___{code.lower().replace('-', '_')}"


def _choices(field: _Field, name: str) -> dict[str, Text]:
    """Code to label of `1, Yes | 2, No`; a label may hold commas."""
    choices: dict[str, Text] = {}
    for choice in field.choices.split("|"):
        if not choice.strip():
            continue
        code, comma, label = (part.strip() for part in choice.partition(","))
        if not comma or not code:
            raise InputError(
                f"{name}, row {field.row} ({field.name}): choice {choice.strip()!r} has no code",
                "choices are written as 1, Yes | 2, No",
            )
        if code in choices:
            raise InputError(
                f"{name}, row {field.row} ({field.name}): two choices have the code {code}",
                "give each choice a code of its own",
            )
        choices[code] = _text(label)
    return choices


def _text(text: str) -> Text:
    """The text in the language of the dictionary; none where there is none."""
    shown = plain(text)
    return {_LANGUAGE: shown} if shown else {}
