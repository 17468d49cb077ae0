"""Mapping files: what the user says of columns, written by `vested inspect` and edited by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from vested.errors import InputError, did_you_mean
from vested.marked import read_marked
from vested.platforms import Export
from vested.spelling import same

IGNORE = "ignore"
MappedRole = Literal["organisation", "respondent", "wave", "group", "weight"]
ROLES: tuple[str, ...] = get_args(MappedRole)
_EXAMPLE = "`vested inspect SURVEY --write FILE` makes one"
_ENTRY_KEYS = ("column", "text", "as", "values")


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column of a mapping file and what it is: an item, a role or nothing."""

    column: str
    """Its name, or `#12` for the twelfth column."""
    item: str = ""
    role: str = ""
    values: Mapping[str, int | str] | None = None
    """What cells mean: a code of the scale, or as text the reason why there is no answer."""

    def position(self, export: Export) -> int | None:
        """The column's position in an export, None where it is not there.

        Raises `InputError` where the name stands more than once.
        """
        if self.column.startswith("#") and self.column[1:].isdecimal():
            at = int(self.column[1:]) - 1
            return at if 0 <= at < len(export.columns) else None
        names = [column.name for column in export.columns]
        exact = [at for at, name in enumerate(names) if name == self.column]
        found = exact or [at for at, name in enumerate(names) if same(name) == same(self.column)]
        if len(found) > 1:
            places = " and ".join(f"#{at + 1}" for at in found)
            raise InputError(
                f"{export.table.name}: {self.column!r} is the name of columns {places}",
                "write the number instead of the name in the mapping, for example "
                f'"#{found[0] + 1}"',
            )
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A mapping file: what the user says of columns, which goes before all that is recognised."""

    name: str
    entries: tuple[ColumnEntry, ...]
    instrument: str | None = None
    answers: Literal["codes", "labels"] | None = None

    @property
    def items(self) -> tuple[ColumnEntry, ...]:
        return tuple(entry for entry in self.entries if entry.item)

    def role(self, role: str) -> tuple[ColumnEntry, ...]:
        return tuple(entry for entry in self.entries if entry.role == role)

    def positions(self, export: Export) -> dict[int, ColumnEntry]:
        """The columns of an export that the file says something of."""
        places = {entry.position(export): entry for entry in self.entries}
        return {at: entry for at, entry in places.items() if at is not None}


def read_mapping(path: str | Path) -> ColumnMapping:
    """Read a mapping file.

    Raises `InputError` that names the line where it is no mapping.
    """
    path = Path(path)
    tree = read_marked(path, "mapping", _EXAMPLE)
    known = ("instrument", "answers", "columns")
    for key in tree:
        if key not in known:
            raise _wrong(
                path, tree, key, f"unknown entry {key!r}", did_you_mean(str(key), known, "")
            )
    answers = tree.get("answers")
    if answers not in (None, "codes", "labels", "either"):
        raise _wrong(path, tree, "answers", f"answers: {answers!r}", "codes, labels or either")
    columns = tree.get("columns")
    if not isinstance(columns, list) or not columns:
        raise InputError(
            f"{path.name} names no columns", "`vested inspect --write` makes such a file"
        )
    entries = tuple(_entry(path, columns, at) for at in range(len(columns)))
    chosen: Literal["codes", "labels"] | None = None if answers == "either" else answers
    instrument = tree.get("instrument")
    return ColumnMapping(path.name, entries, str(instrument) if instrument else None, chosen)


def _entry(path: Path, columns: Any, at: int) -> ColumnEntry:
    entry = columns[at]
    line = columns.lc.item(at)[0] + 1 if hasattr(columns, "lc") else 0
    if not isinstance(entry, dict) or "column" not in entry or "as" not in entry:
        raise InputError(
            f"{path.name}, line {line}: an entry needs column and as",
            "for example: {column: Q1_1, as: SCL1}",
        )
    for key in entry:
        if key not in _ENTRY_KEYS:
            hint = did_you_mean(str(key), _ENTRY_KEYS, f"known are {', '.join(_ENTRY_KEYS)}")
            raise InputError(f"{path.name}, line {line}: unknown entry {key!r}", hint)
    values = entry.get("values") or {}
    if not isinstance(values, dict):
        raise InputError(
            f"{path.name}, line {line}: values must say what each cell means",
            'for example: values: {"fully agree": 5, "no idea": cannot say}',
        )
    what = str(entry["as"]).strip()
    folded = same(what)
    meanings = {
        str(cell): meaning if type(meaning) is int else str(meaning)
        for cell, meaning in values.items()
    }
    return ColumnEntry(
        str(entry["column"]),
        item="" if folded in (*ROLES, IGNORE) else what,
        role=folded if folded in ROLES else "",
        values=meanings or None,
    )


def _wrong(path: Path, tree: Any, key: object, message: str, hint: str) -> InputError:
    line = tree.lc.key(key)[0] + 1 if key in tree.lc.data else 0
    return InputError(
        f"{path.name}, line {line}: {message}", hint or "instrument, answers, columns"
    )


def mapping_text(
    instrument: str, answers: str, columns: Iterable[tuple[str, str, str]], source: str
) -> str:
    """A mapping file as text: for each column its name, its question and what it is taken for."""
    lines = [
        f"# How vested reads {_comment(source)}. Edit it, and use it with --mapping.",
        "# as: an item of the instrument, organisation, respondent, wave, group, weight or ignore.",
        '# values: what cells mean, where they are neither codes nor labels: {"fully agree": 5}.',
        f"instrument: {quoted(instrument)}",
        f"answers: {answers}  # codes, labels or either",
        "columns:",
    ]
    for name, text, what in columns:
        lines.append(f"  - column: {quoted(name)}")
        if text:
            lines.append(f"    text: {quoted(text)}")
        lines.append(f"    as: {quoted(what)}")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def quoted(text: str) -> str:
    """Text as a YAML scalar in double quotes: a JSON string is one, but for what YAML hides."""
    return "".join(
        character if character.isprintable() else f"\\U{ord(character):08x}"
        for character in json.dumps(text, ensure_ascii=False)
    )
