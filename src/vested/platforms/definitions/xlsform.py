"""XLSForm: the workbook in which forms for ODK, KoBoToolbox and others are written.

The sheet `survey` has one row per question and per begin and end of a group, `choices` the options
of named lists, `settings` the title and the language of what stands under `label` alone.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from vested.errors import InputError, did_you_mean
from vested.model import Text
from vested.platforms.definitions import Definition, Question
from vested.platforms.wording import plain
from vested.spelling import same

_LANGUAGE = "en"
"""That of `label` where settings name none."""
_UNKNOWN = "und"
"""The code (ISO 639) of a language whose name we do not know."""
_LANGUAGES = {
    same(name): code
    for code, names in {
        "en": ("English", "Anglais", "Inglés"),
        "nl": ("Nederlands", "Dutch"),
        "fr": ("Français", "Francais", "French"),
        "de": ("Deutsch", "German"),
        "es": ("Español", "Espanol", "Spanish"),
        "pt": ("Português", "Portugues", "Portuguese"),
        "it": ("Italiano", "Italian"),
        "pl": ("Polski", "Polish"),
        "sv": ("Svenska", "Swedish"),
        "da": ("Dansk", "Danish"),
        "nb": ("Norsk", "Bokmål", "Norwegian"),
        "fi": ("Suomi", "Finnish"),
        "ar": ("العربية", "Arabic"),
    }.items()
    for name in names
}
_CODE = re.compile(r"([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)")
_IN_BRACKETS = re.compile(rf"\({_CODE.pattern}\)\s*$")

_HEADERS = {"caption": "label", "value": "name", "command": "type", "tag": "name"}
"""Headers of older forms."""
_BEGIN_OR_END = re.compile(
    r"(?P<which>begin|end)[ _](?P<kind>group|lgroup|repeat|looped group|loop|score|rank|kobomatrix)"
    r"(?: (?:over )?\S+)?",
    re.IGNORECASE,
)
_SELECT = re.compile(
    r"(?P<kind>add select (?:one|multiple) prompt using|select all that apply(?: from)?|select1"
    r"|select[ _](?:one|multiple)(?:[ _](?:from[ _]file|external)| from)?|rank)"
    r" (?P<list>\S+)(?P<other> (?:or specify other|or[ _]other))?",
    re.IGNORECASE,
)
_ROW_OF_GROUP = {"score__row": "score", "rank__level": "rank"}
_LIST_OF_GROUP = {
    "score": "kobo--score-choices",
    "rank": "kobo--rank-items",
    "kobomatrix": "kobo--matrix_list",
}
"""Questions that KoBoToolbox adds to XLSForm, and the column that names their options."""

_NOT_ASKED = frozenset(
    {
        *("note", "start", "end", "today", "deviceid", "imei", "username", "phonenumber"),
        *("phone number", "phone_number", "subscriberid", "simserial", "email", "audit"),
        *("start-geopoint", "background-geopoint", "background-audio", "xml-external"),
        "csv-external",
    }
)
_ONE_OF_A_LIST = frozenset(
    {
        *("select_one", "select one", "select1", "select one from", "select_one from"),
        "add select one prompt using",
    }
)
_YES = frozenset({"yes", "true", "true()"})
_MOST_QUESTIONS = 16_384
"""As many as a worksheet has columns."""
_DEEPEST = 100
_PAIRS = "each begin needs an end of the same kind, and groups cannot overlap"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: where its columns are, and its rows under the numbers that Excel shows."""

    columns: Mapping[str, int]
    labels: Mapping[str, int]
    """By code of the language."""
    rows: Sequence[tuple[int, Sequence[str]]]

    def cell(self, row: Sequence[str], column: str) -> str:
        at = self.columns.get(column, len(row))
        return " ".join(row[at].split()) if at < len(row) else ""

    def label(self, row: Sequence[str]) -> Text:
        said = {code: plain(row[at]) for code, at in self.labels.items() if at < len(row)}
        return {code: text for code, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class _Group:
    kind: str
    name: str
    row: int
    label: Text
    options: Mapping[str, Text]
    """Those that its rows share, in the questions that KoBoToolbox adds."""
    is_table: bool
    heading: Text = field(default_factory=dict)
    """The label of a question that only shows the options above the others."""


_NO_GROUP = _Group("", "", 0, {}, {}, is_table=False)


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    survey: _Sheet
    lists: Mapping[str, Mapping[str, Text]]

    def wrong(self, number: int, what: str, hint: str) -> InputError:
        return InputError(f"{self.name}, sheet survey, row {number}: {what}", hint)

    def named(self, number: int, row: Sequence[str]) -> str:
        name = self.survey.cell(row, "name") or self.survey.cell(row, "$autoname")
        if not name:
            raise self.wrong(number, "a question or group has no name", "fill in the column name")
        return name

    def options(self, number: int, name: str) -> Mapping[str, Text]:
        if name not in self.lists:
            hint = did_you_mean(name, self.lists, "the sheet choices must have such a list_name")
            raise self.wrong(number, f"there is no list {name!r} of choices", hint)
        return self.lists[name]


def read(path: Path, name: str) -> Definition | None:
    """Read an XLSForm; None where the file is no workbook, or has no sheet `survey` of that form.

    Choices without a label are left out. Raises `InputError` that names the row where a question
    has no name, a list is missing, or groups do not begin and end in pairs.
    """
    if not _is_workbook(path):
        return None
    from vested.formats.excel import sheets

    book = {same(title): rows for title, rows in sheets(path, name).items()}
    settings = _sheet(book.get("settings", []), _LANGUAGE)
    first = settings.rows[0][1] if settings.rows else ()
    named = settings.cell(first, "default_language")
    language = (_language(named) if named else None) or _LANGUAGE
    survey = _sheet(book.get("survey", []), language)
    if not {"type", "name"} <= survey.columns.keys():
        return None
    form = _Form(name, survey, _lists(_sheet(book.get("choices", []), language)))
    found = list(islice(_questions(form), _MOST_QUESTIONS + 1))
    if len(found) > _MOST_QUESTIONS:
        raise InputError(f"{name} asks more than {_MOST_QUESTIONS} questions", "is it a form?")
    if not found:
        raise InputError(
            f"{name} asks nothing: its sheet survey has no questions", "is it a draft?"
        )
    title = settings.cell(first, "form_title") or settings.cell(first, "form_id")
    return Definition("XLSForm", title or Path(name).stem, language, tuple(_told_apart(found)))


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _language(name: str) -> str | None:
    """The code in `English (en)`, `en` or `English`; None where it is not known."""
    known = _LANGUAGES.get(same(name.partition("(")[0]))
    code = _IN_BRACKETS.search(name) or _CODE.fullmatch(name.strip())
    if code is None:
        return known
    first, *others = re.split("[-_]", code[1])
    # What stands in brackets may be a country: `English (UK)`.
    return known if known and known != first.lower() else "-".join((first.lower(), *others))


def _sheet(rows: Sequence[Sequence[str]], language: str) -> _Sheet:
    """A sheet by its header, the first row that is not blank."""
    numbered = [(at, row) for at, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    header = numbered[0][1] if numbered else ()
    columns: dict[str, int] = {}
    labels: dict[str, int] = {}
    plain_label: int | None = None
    unknown = 0
    separator = "::" if any("::" in cell for cell in header) else ":"
    for at, cell in enumerate(header):
        first, *rest = (part.strip() for part in cell.split(separator))
        if first.lower() in ("control", "body") and rest:
            first, *rest = rest
        column = "_".join(first.lower().split())
        column = _HEADERS.get(column, column)
        if column == "label" and not rest:
            plain_label = at
        elif column == "label":
            code = _language(rest[0])
            if code is None:
                unknown += 1
                code = _UNKNOWN if unknown == 1 else f"{_UNKNOWN}-{unknown}"
            labels.setdefault(code, at)
        elif column and not rest:
            columns.setdefault(column, at)
    if plain_label is not None:
        labels.setdefault(language, plain_label)
    return _Sheet(columns, labels, numbered[1:])


def _lists(choices: _Sheet) -> dict[str, dict[str, Text]]:
    """By name of a list, its codes and their labels; of two alike the first."""
    lists: dict[str, dict[str, Text]] = {}
    for _, row in choices.rows:
        if name := choices.cell(row, "list_name"):
            options = lists.setdefault(name, {})
            code = choices.cell(row, "name") or choices.cell(row, "$autovalue")
            if code and (label := choices.label(row)):
                options.setdefault(code, label)
    return lists


def _told_apart(found: Sequence[tuple[str, Question]]) -> Iterator[Question]:
    """The questions under their bare names; with their groups where two have the same name."""
    count = Counter(question.name for _, question in found)
    for path, question in found:
        if count[question.name] == 1:
            yield question
        else:
            # An export's last part of the path would join them to the first of the two.
            yield replace(question, name=path + question.name, export_id="")


def _questions(form: _Form) -> Iterator[tuple[str, Question]]:
    """What will be columns, each with the path of its groups."""
    survey = form.survey
    groups: list[_Group] = []
    for number, row in survey.rows:
        type_ = survey.cell(row, "type")
        if not type_ or survey.cell(row, "disabled").lower() in _YES:
            continue
        bound = _BEGIN_OR_END.fullmatch(type_)
        if bound and bound["which"].lower() == "begin":
            groups.append(_begin(form, number, row, _kind(bound)))
            if len(groups) > _DEEPEST:
                raise form.wrong(number, f"more than {_DEEPEST} groups in each other", _PAIRS)
        elif bound:
            if not groups or groups[-1].kind != _kind(bound):
                raise form.wrong(number, f"{type_} without a begin", _PAIRS)
            groups.pop()
        elif same(type_) not in _NOT_ASKED:
            group = groups[-1] if groups else _NO_GROUP
            if groups and "label" in survey.cell(row, "appearance").split():
                # Shows the options above the questions that follow, and asks nothing.
                groups[-1] = replace(group, heading=survey.label(row))
            else:
                path = "".join(f"{outer.name}/" for outer in groups)
                asked = _question(form, number, row, type_, group)
                yield from ((path, column) for column in _columns(asked, type_, group))
    if groups:
        raise form.wrong(groups[-1].row, f"group {groups[-1].name} never ends", _PAIRS)


def _kind(bound: re.Match[str]) -> str:
    kind = bound["kind"].lower()
    return "repeat" if kind in ("lgroup", "looped group") else kind


def _begin(form: _Form, number: int, row: Sequence[str], kind: str) -> _Group:
    column = _LIST_OF_GROUP.get(kind)
    options = form.options(number, form.survey.cell(row, column)) if column else {}
    is_table = kind in ("score", "rank") or "table-list" in form.survey.cell(row, "appearance")
    label = form.survey.label(row)
    return _Group(kind, form.named(number, row), number, label, options, is_table)


def _question(form: _Form, number: int, row: Sequence[str], type_: str, group: _Group) -> Question:
    name = form.named(number, row)
    select = _SELECT.fullmatch(type_)
    shares = _ROW_OF_GROUP.get(same(type_)) == group.kind
    options: Mapping[str, Text] = group.options if shares else {}
    # Where several can be chosen, a cell holds several codes; it is open here, as with a file.
    if select and select["kind"].lower() in _ONE_OF_A_LIST and "${" not in select["list"]:
        options = form.options(number, select["list"])
        if select["other"] and "other" not in options:
            languages = {code for label in options.values() for code in label}
            options = {**options, "other": dict.fromkeys(sorted(languages), "Other")}
    stem: Text = {}
    if (select or shares) and group.is_table:
        stem = group.label
    elif "list-nolabel" in form.survey.cell(row, "appearance").split():
        stem = group.heading
    return Question(name, form.survey.label(row), stem, name, options)


def _columns(asked: Question, type_: str, group: _Group) -> Iterator[Question]:
    """The columns of one question: in a matrix of KoBoToolbox one per row of it."""
    select = _SELECT.fullmatch(type_)
    if group.kind == "kobomatrix":
        for code, label in group.options.items():
            name = f"{group.name}_{code}_{asked.name}"
            yield replace(asked, name=name, export_id=name, text=label, stem=asked.text)
    else:
        yield asked
        if select and select["other"]:
            name = f"{asked.name}_other"
            yield Question(name, export_id=name)
