"""SurveyMonkey exports: the question over its first column, and a second row for what it offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vested.formats import Table
from vested.platforms import Column, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same

_ADDED: Mapping[str, Role] = {
    "respondentid": "respondent",
    "collectorid": "technical",
    "collectornm": "technical",
    "startdate": "start",
    "enddate": "end",
    "ipaddress": "person",
    "emailaddress": "person",
    "firstname": "person",
    "lastname": "person",
}
"""The columns that SurveyMonkey adds to the questions; older exports leave out the spaces."""

_OWN_DATA = re.compile(r"customdata\d*")
"""What the sender of the survey knows of a respondent: it may well be the organisation."""
_ANSWER = frozenset({"response", "open-ended response"})
_KINDS = _ANSWER | {"other (please specify)"}
_MISSING = {"N/A": "not applicable"}


def recognise(table: Table) -> Export | None:
    """The export, if SurveyMonkey wrote it.

    No row is set aside, since nothing in the file says whether a respondent reached the end.
    """
    headers = [plain(header) for header in table.columns]
    names = ["".join(same(header).split()) for header in headers]
    second = [plain(cell) for cell in table.sample[0]] if table.sample else []
    if second and _is_header(headers, names, second):
        columns = _columns(headers, names, second)
        layout = "two header rows" if any(second) else "two header rows, the second blank"
        return Export(table.below(1), columns, "SurveyMonkey", layout)
    if "respondentid" in names and {"collectorid", "collectornm"} & set(names):
        columns = _columns(headers, names, [""] * len(headers))
        return Export(table, columns, "SurveyMonkey", "one header row")
    return None


def _is_header(headers: Sequence[str], names: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the first row below the headers is a header too.

    What SurveyMonkey adds is blank there, and every respondent has an id. Where a publisher left
    the ids out, each question has to offer something, more than once what only a header says.
    """
    added = [at for at, name in enumerate(names) if name in _ADDED]
    if any(second[at] for at in added):
        return False
    kinds = [same(cell) for cell in second if same(cell) in _KINDS]
    if "respondentid" in names:
        continued = any(cell and not header for header, cell in zip(headers, second, strict=True))
        return bool(kinds) or continued or len(added) > 1
    full = all(
        cell or not header or at in added or _OWN_DATA.fullmatch(names[at])
        for at, (header, cell) in enumerate(zip(headers, second, strict=True))
    )
    return full and len(kinds) > 1 and bool(_ANSWER & set(kinds))


def _columns(
    headers: Sequence[str], names: Sequence[str], second: Sequence[str]
) -> tuple[Column, ...]:
    columns = []
    question = ""
    for header, name, offered in zip(headers, names, second, strict=True):
        question = header or question
        if name in _ADDED or _OWN_DATA.fullmatch(name):
            columns.append(Column(header, role=_ADDED.get(name, "")))
            question = ""
        elif not header and not offered:
            columns.append(Column("", role="technical"))
        elif not offered or same(offered) in _ANSWER:
            columns.append(Column(question, (question,), missing=_MISSING))
        else:
            whole = f"{question} - {offered}" if question else offered
            texts = tuple(dict.fromkeys((whole, offered)))
            columns.append(Column(whole, texts, missing=_MISSING))
    return tuple(columns)
