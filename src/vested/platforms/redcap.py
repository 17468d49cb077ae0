"""REDCap: exports of raw data under variable names, and of labels under the fields' labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vested.formats import Table
from vested.platforms import UNFINISHED, Answers, Column, Exclusion, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same

Kind = Literal["", "event", "repeat", "group", "person", "timestamp", "status", "checkbox"]
"""What REDCap itself adds or splits; "" is a field of the author's."""

_VARIABLES: Mapping[str, Kind] = {
    "redcap_event_name": "event",
    "redcap_repeat_instrument": "repeat",
    "redcap_repeat_instance": "repeat",
    "redcap_data_access_group": "group",
    "redcap_survey_identifier": "person",
}
_LABELS: Mapping[str, Kind] = {
    "event name": "event",
    "repeat instrument": "repeat",
    "repeat instance": "repeat",
    "data access group": "group",
    "survey identifier": "person",
    "survey timestamp": "timestamp",
    "complete?": "status",
}
_ROLES: Mapping[Kind, Role] = {
    "": "",
    "event": "",
    "repeat": "technical",
    "group": "",
    "person": "person",
    "timestamp": "end",
    "status": "finished",
    "checkbox": "technical",
}
_STATUS_CODES = frozenset({"0", "1", "2"})
_STATUS_WORDS = frozenset({"incomplete", "unverified", "complete"})
_BOX_CODES = frozenset({"0", "1"})
_BOX_WORDS = frozenset({"checked", "unchecked"})
_NOT_COMPLETED = same("[not completed]")

_BOX = re.compile(r"([a-z][a-z0-9_]*?)___([a-z0-9_]+)")
_LABELLED_BOX = re.compile(r"(.*)\(choice=.*\)\s*", re.DOTALL)
_RAW_EVENT = re.compile(r"\w+_arm_\d+")


@dataclass(frozen=True, slots=True)
class _Marked:
    """What REDCap means by each column, and whether headers are variables or labels."""

    kinds: tuple[Kind, ...]
    labelled: bool


def recognise(table: Table) -> Export | None:
    """The export, where columns or cells that REDCap alone writes are there; else None.

    A form's status is no reason to set a row aside: data typed in by hand often stay "Incomplete".
    Only a survey's timestamp tells, and only where there is one survey.
    """
    marked = _by_variables(table) or _by_labels(table)
    if marked is None:
        return None
    answers, evidence = _answers(table, marked.kinds)
    timestamps = _all(marked.kinds, "timestamp")
    single = timestamps if len(timestamps) == 1 else ()
    return Export(
        table,
        tuple(_columns(table, marked)),
        platform="REDCap",
        generation="labels as headers" if marked.labelled else "variable names as headers",
        answers=answers,
        evidence=evidence,
        must_tell=True,
        exclusions=tuple(Exclusion(at, frozenset({_NOT_COMPLETED}), UNFINISHED) for at in single),
        notes=tuple(_notes(table, marked.kinds)),
    )


def _by_variables(table: Table) -> _Marked | None:
    """The columns of an export with variable names, None where it is none."""
    names = [same(name) for name in table.columns]
    kinds = tuple(_kind_of_variable(table, names, at) for at in range(len(names)))
    if any(name in _VARIABLES for name in names):
        return _Marked(kinds, labelled=False)
    first = next((name for name in names if name), "")
    forms = sum(bool(_cells(table, at)) for at in _all(kinds, "status"))
    # A status alone is a mark where the forms of a whole project stand one after the other.
    whole = forms > 1 and kinds[-1] == "status"
    boxes = any(_is_box(table, at) for at in _all(kinds, "checkbox"))
    if (first == "record_id" and forms) or (first.endswith("id") and (whole or boxes)):
        return _Marked(kinds, labelled=False)
    return None


def _kind_of_variable(table: Table, names: Sequence[str], at: int) -> Kind:
    name = names[at]
    if name in _VARIABLES:
        return _VARIABLES[name]
    if name.endswith("_complete") and _is_status(table, at):
        return "status"
    if name.endswith("_timestamp"):
        form = name.removesuffix("_timestamp")
        surveyed = f"{form}_complete" in names or "redcap_survey_identifier" in names
        return "timestamp" if surveyed else ""
    return "checkbox" if _BOX.fullmatch(name) else ""


def _by_labels(table: Table) -> _Marked | None:
    """The columns of an export with labels, None where it is none."""
    names = [same(name) for name in table.columns]
    kinds = tuple(
        _LABELS.get(name, "checkbox" if _LABELLED_BOX.fullmatch(name) else "") for name in names
    )
    # Other software may say "Complete?" or "Event name", but not with REDCap's words below it.
    statuses = [at for at in _all(kinds, "status") if _cells(table, at)]
    sure = (
        (bool(statuses) and all(_is_status(table, at) for at in statuses))
        or {"repeat instrument", "repeat instance"} <= {*names}
        or any(_is_box(table, at) for at in _all(kinds, "checkbox"))
    )
    return _Marked(kinds, labelled=True) if sure else None


def _all(kinds: Sequence[Kind], wanted: Kind) -> tuple[int, ...]:
    return tuple(at for at, kind in enumerate(kinds) if kind == wanted)


def _cells(table: Table, at: int) -> frozenset[str]:
    """What the first rows say in a column; blank cells say nothing."""
    return frozenset(filter(None, (same(row[at]) for row in table.sample)))


def _is_status(table: Table, at: int) -> bool:
    cells = _cells(table, at)
    return cells <= _STATUS_CODES or cells <= _STATUS_WORDS


def _is_box(table: Table, at: int) -> bool:
    cells = _cells(table, at)
    return bool(cells) and (cells <= _BOX_CODES or cells <= _BOX_WORDS)


def _answers(table: Table, kinds: Sequence[Kind]) -> tuple[Answers, str]:
    """Whether the export is one of codes or of labels, and the cell that tells."""
    tests: tuple[tuple[Kind, frozenset[str], frozenset[str]], ...] = (
        ("status", _STATUS_CODES, _STATUS_WORDS),
        ("checkbox", _BOX_CODES, _BOX_WORDS),
    )
    for kind, codes, words in tests:
        said = {at: _cells(table, at) for at in _all(kinds, kind)}
        first = next((at for at, cells in said.items() if cells), None)
        if first is None:
            continue
        cells = frozenset().union(*said.values())
        evidence = f"column {table.columns[first].strip()} says {_shown(table, first)}"
        if cells <= codes:
            return "codes", f"{evidence}, as only exports of raw data do"
        if cells <= words:
            return "labels", f"{evidence}, as only exports of labels do"
    for at in _all(kinds, "event"):
        if (cells := _cells(table, at)) and all(map(_RAW_EVENT.fullmatch, cells)):
            name = table.columns[at].strip()
            return "codes", f"column {name} says {_shown(table, at)}, the name of an event in codes"
    return "either", ""


def _shown(table: Table, at: int) -> str:
    return next(row[at].strip() for row in table.sample if row[at].strip())


def _columns(table: Table, marked: _Marked) -> Iterator[Column]:
    record = next((at for at, name in enumerate(table.columns) if name.strip()), None)
    for at, (header, kind) in enumerate(zip(table.columns, marked.kinds, strict=True)):
        name = header.strip()
        role = _ROLES[kind]
        why = _why(name, kind)
        if at == record and not kind:
            role, why = "respondent", "the first column is the record"
        elif not name and at == 0:
            role, why = "technical", "numbers of rows, which R adds"
        texts = (plain(name),) if marked.labelled and not role else ()
        yield Column(name, texts, role=role, why=why)


def _why(name: str, kind: Kind) -> str:
    match kind:
        case "event":
            return f"the event; --wave {_quoted(name)} scores events apart"
        case "group":
            return f"may be the organisation: --organisation {_quoted(name)}"
        case "status":
            return "the status of a form"
        case "timestamp":
            return "when a survey was completed"
        case "checkbox":
            box = _BOX.fullmatch(same(name)) or _LABELLED_BOX.fullmatch(name)
            return f"one option of {plain(box[1])}" if box else ""
        case _:
            return ""


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _notes(table: Table, kinds: Sequence[Kind]) -> Iterator[str]:
    for at in _all(kinds, "event"):
        yield (
            f"{table.name}: each event of a REDCap record is a row, and each row counts as a "
            f"respondent; use --wave {_quoted(table.columns[at].strip())} to score events apart."
        )
    if "repeat" in kinds:
        yield (
            f"{table.name}: REDCap forms that repeat have rows of their own, and each row with "
            "answers counts as a respondent."
        )
    surveys = len(_all(kinds, "timestamp"))
    if surveys > 1:
        yield (
            f"{table.name} holds {surveys} REDCap surveys: a row is kept even where one of them "
            "was not completed."
        )
