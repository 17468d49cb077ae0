"""Unipark (EFS Survey, Tivian): result data with `lfdn` and `dispcode`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from vested.formats import Table
from vested.platforms import UNFINISHED, Answers, Column, Exclusion, Export, Role
from vested.spelling import same

_ROLES: Mapping[str, Role] = {
    "lfdn": "respondent",
    "tester": "status",
    "dispcode": "finished",
    "duration": "duration",
    "language": "language",
    "datetime": "start",
    "date_of_last_access": "end",
    "lastaccs": "end",
    "ip_addr": "person",
    "ex_host": "person",
    "ext_host": "person",
}
_TECHNICAL = re.compile(
    "external_lfdn|lastpage|quality|date_of_first_mail|browser|referer|device_type|quota|"
    "quota_assignment|page_history|hflip|vflip|output_mode|javascript|flash|session_id|cleaned|"
    r"ats|rts\d+|participant_\w+"
)
_PARAMETER = re.compile(r"p_\d{4}")
_MARKS = frozenset({"lfdn", "external_lfdn", "tester", "dispcode", "quality", "page_history"})

_MISSING: Mapping[str, str] = {"-66": "not shown", "-77": "not shown", "-99": "not answered"}
_SEEN = "0"
"""What stands for a question that was seen and not answered, other than an open one."""

_TESTERS = frozenset({"1"})
_BEFORE_AND_DURING = frozenset(str(code) for code in range(10, 30))
_TURNED_AWAY = frozenset({"35", "36", "37", "41"})
"""Quota closed at the login or later, screened out, quota full."""


def recognise(table: Table) -> Export | None:
    """The export, where the variables that EFS Survey adds to every data set are there."""
    names = [same(header) for header in table.columns]
    if not {"lfdn", "dispcode"} <= {*names} and len(_MARKS & {*names}) < 4:
        return None
    columns = tuple(
        _column(header, name) for header, name in zip(table.columns, names, strict=True)
    )
    said = {at: _cells(table, at) for at, column in enumerate(columns) if not column.role}
    # Exports can be told to write other codes; only among its own codes is 0 one of them.
    own = next((at for at, cells in said.items() if cells & _MISSING.keys()), None)
    answers: Answers = "either"
    evidence = ""
    missing = _MISSING
    if own is not None:
        code = min(said[own] & _MISSING.keys())
        answers, evidence = "codes", f"column {columns[own].name} says {code}, a code of no answer"
        missing = {**_MISSING, _SEEN: "not answered"}
    return Export(
        table,
        tuple(column if column.role else replace(column, missing=missing) for column in columns),
        platform="Unipark",
        answers=answers,
        evidence=evidence,
        exclusions=tuple(_exclusions(names)),
        notes=() if own is None else tuple(_notes(table, said)),
    )


def _column(header: str, name: str) -> Column:
    if _PARAMETER.fullmatch(name):
        why = f"a parameter of the link; may be the organisation: --organisation {header.strip()}"
        return Column(header.strip(), why=why)
    role: Role = "technical" if _TECHNICAL.fullmatch(name) else _ROLES.get(name, "")
    return Column(header.strip(), role=role)


def _cells(table: Table, at: int) -> frozenset[str]:
    return frozenset(row[at].strip() for row in table.sample)


def _exclusions(names: Sequence[str]) -> Iterator[Exclusion]:
    if "tester" in names:
        yield Exclusion(names.index("tester"), _TESTERS, "preview or test")
    if "dispcode" in names:
        at = names.index("dispcode")
        yield Exclusion(at, _BEFORE_AND_DURING, UNFINISHED)
        yield Exclusion(at, _TURNED_AWAY, "screened out or quota full")


def _notes(table: Table, said: Mapping[int, frozenset[str]]) -> Iterator[str]:
    if any(_SEEN in cells for cells in said.values()):
        yield (
            f"{table.name}: 0 is read as no answer, for that is how Unipark writes a question "
            "that was seen and not answered."
        )
