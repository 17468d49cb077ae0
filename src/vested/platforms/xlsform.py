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
from pathlib import Path

from vested.errors import InputError, did_you_mean
from vested.model import Text
from vested.platforms.definition import Definition, Question
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
_CODE = re.compile(r"(?:.*\()?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)\)?")

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
_YES = frozenset({"yes", "true", "true()"})


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


@dataclass(frozen=True, slots=True)
class _Form:
    name: str
    survey: _Sheet
    lists: Mapping[str, Mapping[str, Text]]

    def wrong(self, row: int, what: str, hint: str) -> InputError:
        return InputError(f"{self.name}, sheet survey, row {row}: {what}", hint)


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
    found = list(_questions(form))
    if not found:
        raise InputError(f"{name} asks nothing: its sheet survey has no questions", "is it a draft?")
    title = settings.cell(first, "form_title") or settings.cell(first, "form_id")
    return Definition("XLSForm", title or Path(name).stem, language, tuple(_told_apart(found)))


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _language(name: str) -> str | None:
    """The code in `English (en)`, `en` or `English`; None where there is none."""
    known = _LANGUAGES.get(same(name.partition("(")[0]))
    code = _CODE.fullmatch(name.strip()) if "(" in name or not known else None
    # A short name of a language would look like a code: ISO codes have three letters at most.
    if code is None or len(re.split("[-_]", code[1])[0]) > 3:
        return known
    first, *others = re.split("[-_]", code[1])
    return "-".join((first.lower(), *others))
