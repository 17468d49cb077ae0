"""SoSci Survey: variable names as headers, their labels in a second row or in place of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from vested.errors import InputError
from vested.formats import Table
from vested.platforms import UNFINISHED, Answers, Column, Exclusion, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same

_ROLES: Mapping[str, Role] = {
    "case": "respondent",
    "serial": "person",
    "ref": "",
    "questnnr": "technical",
    "mode": "status",
    "language": "language",
    "started": "start",
    "time_page": "technical",
    "time_sum": "duration",
    "mailsent": "technical",
    "lastdata": "end",
    "status": "technical",
    "finished": "finished",
    "q_viewer": "technical",
    "lastpage": "technical",
    "maxpage": "technical",
    "missing": "technical",
    "missrel": "technical",
    "time_rsi": "technical",
    "deg_miss": "technical",
    "deg_time": "technical",
    "degrade": "technical",
}
_OF_SOSCI = frozenset(
    {"questnnr", "q_viewer", "missrel", "time_sum", "time_rsi", "deg_miss", "deg_time"}
    | {"mailsent", "lastdata", "lastpage", "maxpage"}
)
"""Names that hardly stand together elsewhere; three of them are a mark."""

_LABELS: Mapping[str, str] = {
    "interview-nummer (fortlaufend)": "case",
    "interview number (ongoing)": "case",
    "seriennummer (sofern verwendet)": "serial",
    "personenkennung oder teilnahmecode (sofern verwendet)": "serial",
    "serial number (if provided)": "serial",
    "referenz (sofern im link angegeben)": "ref",
    "reference (if provided in link)": "ref",
    "fragebogen, der im interview verwendet wurde": "questnnr",
    "questionnaire that has been used in the interview": "questnnr",
    "interview-modus": "mode",
    "interview mode": "mode",
    "zeitpunkt zu dem das interview begonnen hat": "started",
    "time the interview has started": "started",
    "verweildauer seite": "time_page",
    "time spent on page": "time_page",
    "verweildauer gesamt (ohne ausreisser)": "time_sum",
    "time spent overall (except outliers)": "time_sum",
    "versandzeitpunkt der einladungsmail": "mailsent",
    "time when the invitation mailing was sent": "mailsent",
    "zeitpunkt als der datensatz das letzte mal geändert wurde": "lastdata",
    "time when the data was most recently updated": "lastdata",
    "status des interviews (markierung)": "status",
    "interview status marker": "status",
    "wurde die befragung abgeschlossen (letzte seite erreicht)?": "finished",
    "has the interview been finished (reached last page)?": "finished",
    "hat der teilnehmer den fragebogen nur angesehen": "q_viewer",
    "did the respondent only view the questionnaire": "q_viewer",
    "seite, die der teilnehmer zuletzt bearbeitet hat": "lastpage",
    "last page that the participant has handled": "lastpage",
    "letzte seite, die im fragebogen bearbeitet wurde": "maxpage",
    "hindmost page handled by the participant": "maxpage",
    "anteil fehlender antworten in prozent": "missing",
    "missing answers in percent": "missing",
    "anteil fehlender antworten (gewichtet nach relevanz)": "missrel",
    "missing answers (weighted by relevance)": "missrel",
    "ausfüll-geschwindigkeit (relativ)": "time_rsi",
    "maluspunkte für schnelles ausfüllen": "deg_time",
    "degradation points for being very fast": "deg_time",
}
"""How the label of a variable begins, after `same`; some go on with a time zone or a number."""

_NUMBERS = ("case", "lastpage", "maxpage", "missrel", "time_sum")
"""Variables that hold a number in every response."""

_NOT_ANSWERED = "-9"
_MISSING: Mapping[str, str] = {
    "-1": "residual option",
    "-2": "residual option",
    "-3": "residual option",
    "-8": "invalid entry",
    _NOT_ANSWERED: "not answered",
    "nicht beantwortet": "not answered",
    "not answered": "not answered",
    "[NA] nicht beantwortet": "not answered",
    "[NA] Not answered": "not answered",
}
"""Codes of answers are always above 0. A residual option is "don't know" and the like."""

_UNFINISHED_CODES = frozenset({"0", "false", "f"})
_UNFINISHED_WORDS = frozenset({"abgebrochen", "canceled"})
_FINISHED_WORDS = frozenset({"ausgefüllt", "finished"})
_TESTS = frozenset({"pretest"})

_TIME_PAGE = re.compile(r"time\d{3}")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_NO_TEXT = re.compile(r"\[\d+\]")


def recognise(table: Table) -> Export | None:
    """The export, where the variables that SoSci Survey adds to every data set are there.

    Raises `InputError` where there are headers but no responses.
    """
    names = [_variable(header) for header in table.columns]
    if not {"case", "questnnr"} <= {*names} and len(_OF_SOSCI & {*names}) < 3:
        return None
    labels: Sequence[str] = tuple(known.text for known in table.fields) or ("",) * len(names)
    generation = "variable names as headers"
    if not any(same(header) in ("case", *_OF_SOSCI) for header in table.columns):
        labels, generation = table.columns, "labels as headers"
    elif table.sample and _is_labels(table.sample[0], names):
        labels, generation = table.sample[0], "two header rows, variable names and labels"
        table = table.below(1)
        if not table.sample:
            raise InputError(
                f"{table.name} has two header rows but no responses",
                "was the export made before anyone answered?",
            )
    columns = tuple(
        _column(header, name, label)
        for header, name, label in zip(table.columns, names, labels, strict=True)
    )
    answers, evidence = _answers(table, names, columns)
    return Export(
        table,
        columns,
        platform="SoSci Survey",
        generation=generation,
        answers=answers,
        evidence=evidence,
        exclusions=tuple(_exclusions(names)),
        notes=tuple(_notes(table, names)),
    )


def _variable(header: str) -> str:
    """The variable of SoSci Survey's own that a header names, by name or by label."""
    folded = same(header)
    if _TIME_PAGE.fullmatch(folded):
        return "time_page"
    if folded in _ROLES:
        return folded
    return next((name for label, name in _LABELS.items() if folded.startswith(label)), "")


def _is_labels(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row says something else than numbers where there are numbers in any response."""
    for number in _NUMBERS:
        cell = row[names.index(number)].strip() if number in names else ""
        if cell:
            return not _NUMBER.fullmatch(cell)
    return False


def _column(header: str, name: str, label: str) -> Column:
    role = _ROLES.get(name, "")
    if name == "ref":
        why = f"the reference in the link; may be the organisation: --organisation {header.strip()}"
        return Column(header.strip(), why=why)
    if role:
        return Column(header.strip(), role=role)
    return Column(header.strip(), _texts(label), missing=_MISSING)


def _texts(label: str) -> tuple[str, ...]:
    """A label, and the statement after the title of its question; `[01]` is an open answer."""
    whole = plain(label)
    _, _, statement = whole.partition(": ")
    texts = (whole, "" if _NO_TEXT.fullmatch(statement) else statement)
    return tuple(text for text in texts if text)


def _cells(table: Table, at: int) -> dict[str, str]:
    """What the first rows say in a column, by what `same` makes of it."""
    return {same(row[at]): row[at].strip() for row in table.sample if row[at].strip()}


def _answers(table: Table, names: Sequence[str], columns: Sequence[Column]) -> tuple[Answers, str]:
    """Whether answers are codes or labels, and the cell that tells."""
    for at, column in enumerate(columns):
        if column.missing and _NOT_ANSWERED in _cells(table, at):
            return "codes", f"column {column.name} says {_NOT_ANSWERED}, the code of no answer"
    if "finished" in names:
        at = names.index("finished")
        for folded, cell in _cells(table, at).items():
            if folded in _FINISHED_WORDS | _UNFINISHED_WORDS:
                return "labels", f"column {columns[at].name} says {cell}, the label of a code"
    return "either", ""


def _exclusions(names: Sequence[str]) -> Iterator[Exclusion]:
    if "mode" in names:
        yield Exclusion(names.index("mode"), _TESTS, "preview or test")
    if "finished" in names:
        cells = _UNFINISHED_CODES | _UNFINISHED_WORDS
        yield Exclusion(names.index("finished"), cells, UNFINISHED)


def _notes(table: Table, names: Sequence[str]) -> Iterator[str]:
    if "mode" in names:
        modes = _cells(table, names.index("mode"))
        others = [cell for folded, cell in modes.items() if folded not in {"interview", *_TESTS}]
        if others:
            yield (
                f"{table.name}: MODE says {', '.join(others)} for some rows; they are kept, as "
                "only a pretest is known to be no response."
            )
    if "questnnr" in names:
        questionnaires = list(_cells(table, names.index("questnnr")).values())
        if len(questionnaires) > 1:
            shown = ", ".join([*questionnaires[:4], *["…"] * (len(questionnaires) > 4)])
            yield (
                f"{table.name} holds responses to several questionnaires (QUESTNNR: {shown}); all "
                "are read."
            )
