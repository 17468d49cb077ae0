"""Qualtrics: one to three header rows, and metadata under names that never change.

Row 1 holds names, row 2 the question texts in the account's language, row 3 the import ids. Since
row 2 and choice texts are localised, everything here rests on row 1, on the import ids, or on
words that Qualtrics does not translate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vested.formats import Table
from vested.platforms import UNFINISHED, Answers, Column, Exclusion, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same

_ROLES: Mapping[str, Role] = {
    "ResponseId": "respondent",
    "ResponseID": "respondent",
    "StartDate": "start",
    "EndDate": "end",
    "Duration (in seconds)": "duration",
    "Status": "status",
    "Finished": "finished",
    "UserLanguage": "language",
    "IPAddress": "person",
    "Name": "person",
    "EmailAddress": "person",
    "RecipientLastName": "person",
    "RecipientFirstName": "person",
    "RecipientEmail": "person",
    "ExternalReference": "person",
    "ExternalDataReference": "person",
    "LocationLatitude": "person",
    "LocationLongitude": "person",
    "LocationAccuracy": "person",
    "Participant Name": "person",
    "Participant Email": "person",
    "Unique Identifier": "person",
    "Progress": "technical",
    "RecordedDate": "technical",
    "DistributionChannel": "technical",
    "ResponseSet": "technical",
}
"""What Qualtrics calls its own columns, in all generations and in employee projects."""

_NAMES_BY_ID = {
    "startDate": "StartDate",
    "endDate": "EndDate",
    "status": "Status",
    "ipAddress": "IPAddress",
    "progress": "Progress",
    "duration": "Duration (in seconds)",
    "finished": "Finished",
    "recordedDate": "RecordedDate",
    "_recordId": "ResponseId",
    "responseId": "ResponseID",
    "responseSetId": "ResponseSet",
    "recipientLastName": "RecipientLastName",
    "recipientFirstName": "RecipientFirstName",
    "recipientEmail": "RecipientEmail",
    "externalDataReference": "ExternalReference",
    "locationLatitude": "LocationLatitude",
    "locationLongitude": "LocationLongitude",
    "distributionChannel": "DistributionChannel",
    "userLanguage": "UserLanguage",
}

_OURS_ALONE = {
    *("ResponseId", "ResponseSet", "Duration (in seconds)", "Finished", "RecordedDate"),
    *("RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference"),
    *("DistributionChannel", "UserLanguage"),
}
"""Names that no other survey software gives to its columns, as far as we have seen."""

_FEWEST = 3
"""How many metadata names prove an export that has no import ids: our choice."""

_TECHNICAL_NAMES = (
    (re.compile(r"_(?:(?:First|Last)[ _]Click|Page[ _]Submit|Click[ _]Count)$"), "timer"),
    (re.compile(r"(?: - |___)(?:(?:Parent )?Topics|Sentiment\b.*|Topic .+)$"), "Text iQ"),
    (re.compile(r"_NPS_GROUP$"), "group of a recommendation score"),
)
_TECHNICAL_IDS = (
    (re.compile(r"_(?:(?:FIRST|LAST)_CLICK|PAGE_SUBMIT|CLICK_COUNT)$"), "timer"),
    (re.compile(r"^(?:\d+_)?(?:QID|BL_|FL_).*_DO(?:_|$)"), "display order"),
    (re.compile(r"^QID\d+_(?:BROWSER|VERSION|OS|RESOLUTION)$"), "browser"),
    (re.compile(r"_[0-9a-f]{16,}[A-Z]\w*$"), "Text iQ"),
    (re.compile(r"^SC_\w+$"), "score that Qualtrics computes"),
)
_DISPLAY_ORDER = re.compile(r"_DO(?:_\d+)?$|^(?:FL|BL)_\w*_DO|^DO-(?:BR|BL|Q)-")
"""In names: an author may end one like that, so it counts only where there is no import id."""

_IMPORT_ID = re.compile(r"""^\s*\{.*?["']ImportId["']\s*:\s*(["'])((?:[^\\]|\\.)*?)\1""", re.DOTALL)
_IS_QUESTION = re.compile(r"(?:\d+_)?QID\d+")

# Status is a sum of these (9 is a preview that looks like spam): 1, 2 and 8, beside 4 imported,
# 16 offline and 32 employee project, which are responses.
_STATUS = range(512)
_PREVIEW_OR_TEST = frozenset(
    {
        *(str(code) for code in _STATUS if code & 3),
        *("survey preview", "survey test", "survey preview spam", "offline survey preview"),
    }
)
_SPAM = frozenset(
    {
        *(str(code) for code in _STATUS if code & 8 and not code & 3),
        *("spam", "imported spam", "ex spam"),
    }
)
_RESPONSE = frozenset({"ip address", "imported", "offline", "ex", "ex offline"})
_STATUS_WORDS = _PREVIEW_OR_TEST | _SPAM | _RESPONSE

# Spreadsheets translate true and false when they save a file: en, nl, de, fr, es, it, pt, sv, da,
# nb, pl, fi.
_TRUE = frozenset(
    {
        *("true", "waar", "wahr", "vrai", "verdadero", "vero", "verdadeiro", "sant", "sand"),
        *("sann", "prawda", "tosi"),
    }
)
_FALSE = frozenset(
    {
        *("false", "onwaar", "falsch", "faux", "falso", "falskt", "falsk", "usann", "fałsz"),
        "epätosi",
    }
)

_UNANSWERED = {"-99": "seen but unanswered"}
_MOST_STATEMENTS = 20
_LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the rows above the first respondent are."""

    generation: str
    rows: int = 0
    """How many there are below the names."""
    texts: Sequence[str] = ()
    import_ids: Sequence[str] = ()
    joint: str = " - "
    """What stands between a question and its statement."""
    old: bool = False
    """Whether Status and Finished are digits beside choice texts too, as they were until 2016."""
    is_spss: bool = False


def recognise(table: Table) -> Export | None:
    """The export in a table that Qualtrics wrote, in any of its layouts; None for any other."""
    layout = _layout(table)
    if layout is None:
        return None
    blank = [""] * len(table.columns)
    columns = []
    places: dict[str, int] = {}
    for at, (name, text, import_id) in enumerate(
        zip(table.columns, layout.texts or blank, layout.import_ids or blank, strict=True)
    ):
        field = _field(name.strip(), text.strip(), import_id)
        columns.append(_column(name.strip(), text, import_id, field, layout))
        if field:
            places.setdefault(field, at)
    below = table.below(layout.rows) if layout.rows else table
    said = {field: _said(below, at) for field, at in places.items()}
    answers, evidence = _answers(said, layout)
    return Export(
        below,
        tuple(columns),
        platform="Qualtrics",
        generation=layout.generation,
        answers=answers,
        evidence=evidence,
        # Options may be worded as numbers, and then choice texts look like codes.
        must_tell=not layout.is_spss,
        exclusions=tuple(_exclusions(places)),
        notes=tuple(_notes(said)),
    )


def question_id(import_id: str) -> str:
    """An import id as definitions spell it: until 2016 its parts were joined by hyphens.

    >>> question_id("QID4#1-2-TEXT"), question_id("panel-RecipientEmail")
    ('QID4#1_2_TEXT', 'panel-RecipientEmail')
    """
    return import_id.replace("-", "_") if _IS_QUESTION.match(import_id) else import_id


def _layout(table: Table) -> _Layout | None:
    names = [_metadata_name(name) for name in table.columns]
    rows = table.sample
    for at in (1, 0):
        if len(rows) > at and (found := _import_ids(rows[at])):
            import_ids, as_json = found
            how = "import ids as JSON" if as_json else "import ids as Python text"
            return _Layout(
                f"three header rows, {how}" if at else f"two header rows, {how}, no texts",
                rows=at + 1,
                texts=rows[0] if at else (),
                import_ids=import_ids,
                joint=" - " if as_json else "-",
                old=not as_json,
            )
    if rows and sum(map(_is_legacy, table.columns, rows[0])) >= _FEWEST:
        return _Layout("two header rows (legacy)", 1, rows[0], joint="-", old=True)
    known = {name for name in names if name in _ROLES}
    if len(known) < _FEWEST or not known & _OURS_ALONE:
        return None
    old = "ResponseSet" in known
    joint = "-" if old else " - "
    if table.fields and "SPSS" in table.kind:
        texts = [field.text for field in table.fields]
        return _Layout("SPSS file", texts=texts, joint=joint, is_spss=True)
    if rows and _are_texts(names, rows[0]):
        return _Layout("two header rows, no import ids", 1, rows[0], joint=joint, old=old)
    return _Layout("one header row (others removed)", joint=joint, old=old)


def _import_ids(cells: Sequence[str]) -> tuple[list[str], bool] | None:
    """The import ids in a row and whether they are JSON; None where it is no such row."""
    found = [_IMPORT_ID.match(cell) for cell in cells]
    quotes = [match[1] for match in found if match]
    # Who saves a file again may add a column, but not many.
    if 2 * len(quotes) <= sum(bool(cell.strip()) for cell in cells):
        return None
    return [_unescaped(match) if match else "" for match in found], quotes[0] == '"'


def _unescaped(match: re.Match[str]) -> str:
    """An import id may be the name of a field, and so hold any sign."""
    if match[1] == '"':
        try:
            name = str(json.loads(f'"{match[2]}"', strict=False))
            return name.encode("utf-8", "replace").decode("utf-8")
        except ValueError:
            return match[2]
    return match[2].replace(r"\'", "'")


def _metadata_name(name: str) -> str:
    """A column's name, without what SPSS and R make of the one that has spaces and brackets."""
    made = re.fullmatch(r"Duration[\W_]+in[\W_]+seconds[\W_]*", name.strip())
    return "Duration (in seconds)" if made else name.strip()


def _is_legacy(name: str, text: str) -> bool:
    return re.fullmatch(r"V\d+", name.strip()) is not None and text.strip() in _ROLES


def _are_texts(names: Sequence[str], cells: Sequence[str]) -> bool:
    """Whether a row is a header, since no date, number or id stands where they should."""
    told = {"StartDate", "EndDate", "RecordedDate", "Progress", "Duration (in seconds)"}
    told |= {"ResponseId", "ResponseID"}
    values = [cell for name, cell in zip(names, cells, strict=True) if name in told if cell.strip()]
    return bool(values) and not any(re.search(r"\d|_", cell) for cell in values)


def _field(name: str, text: str, import_id: str) -> str:
    """Which of Qualtrics' own fields a column is; nothing for a question or an author's field."""
    if not import_id:
        known = text if _is_legacy(name, text) else _metadata_name(name)
        return known if known in _ROLES else ""
    known = _NAMES_BY_ID.get(import_id) or re.sub(r"^(?:panel|Location)-", "", import_id)
    # The id of an author's own field is its name, so that one may be called status.
    if known in _ROLES and import_id != name:
        return known
    return name if _ROLES.get(name) == "person" else ""


def _column(name: str, text: str, import_id: str, field: str, layout: _Layout) -> Column:
    if not import_id and _IS_QUESTION.match(name):
        import_id = name  # an R package can put the ids in the place of the names
    export_id = question_id(import_id)
    whole = plain(text)
    role, why = _role(name, whole, export_id, field)
    if role or why:
        return Column(
            name, texts=(whole,) if whole else (), export_id=export_id, role=role, why=why
        )
    return Column(name, texts=_texts(whole, layout.joint), export_id=export_id, missing=_UNANSWERED)


def _role(name: str, text: str, export_id: str, field: str) -> tuple[Role, str]:
    if field:
        return _ROLES[field], f"row 2 says {field}" if _is_legacy(name, field) else ""
    if why := _technical(name, export_id):
        return "technical", why
    if (export_id or text) == name and not _IS_QUESTION.match(name):
        is_ours = re.match(r"Q_[A-Z]", name)
        return ("technical", "added by Qualtrics") if is_ours else ("", "embedded data")
    return "", ""


def _technical(name: str, export_id: str) -> str:
    """What a column is that Qualtrics adds to questions; nothing where it is none."""
    told = [
        *(why for pattern, why in _TECHNICAL_NAMES if pattern.search(name)),
        *(why for pattern, why in _TECHNICAL_IDS if pattern.search(export_id)),
    ]
    if not export_id and _DISPLAY_ORDER.search(name):
        told.append("display order")
    if not name:
        told.append("no name")
    return told[0] if told else ""


def _texts(whole: str, joint: str) -> tuple[str, ...]:
    """The whole text, then each part of it that may be the statement, longest first."""
    base = whole.removesuffix(" - Selected Choice")
    parts = base.split(joint)
    first = max(1, len(parts) - _MOST_STATEMENTS)
    ends = [joint.join(parts[at:]).strip() for at in range(first, len(parts))]
    return tuple(dict.fromkeys(text for text in (whole, base, *ends) if text))


def _said(table: Table, position: int) -> tuple[str, ...]:
    """What the first cells of a column hold, each once."""
    cells = (row[position].strip()[:_LONGEST_WORD] for row in table.sample)
    return tuple(dict.fromkeys(cell for cell in cells if cell))


def _answers(said: Mapping[str, Sequence[str]], layout: _Layout) -> tuple[Answers, str]:
    """Whether answers are codes or choice texts, and what says so."""
    if layout.is_spss:
        return "codes", "an SPSS file holds codes, and their labels beside them"
    words, digits = "", ""
    for field in ("Finished", "Status"):
        for cell in said.get(field, ()):
            if cell.isdecimal():
                digits = digits or f"column {field} says {cell}"
            else:
                words = words or f"column {field} says {cell}"
    if words and digits:
        return "either", f"{words}, but {digits}"
    if words:
        return "labels", f"{words}, as only exports of choice texts do"
    if digits and not layout.old:
        return "codes", f"{digits}, as only exports of numeric values do"
    if digits:
        return "either", f"{digits}, but in this layout so do exports of choice texts"
    return "either", "no column Status or Finished says it"


def _exclusions(places: Mapping[str, int]) -> Iterator[Exclusion]:
    if "Status" in places:
        yield Exclusion(places["Status"], _PREVIEW_OR_TEST, "preview or test")
    if "DistributionChannel" in places:
        # Unlike Status, it is not translated.
        channels = frozenset({"preview", "test"})
        yield Exclusion(places["DistributionChannel"], channels, "preview or test")
    if "Status" in places:
        yield Exclusion(places["Status"], _SPAM, "spam")
    if "Finished" in places:
        yield Exclusion(places["Finished"], _FALSE | {"0"}, UNFINISHED)
    elif "Progress" in places:
        yield Exclusion(places["Progress"], frozenset(map(str, range(100))), UNFINISHED)


def _notes(said: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What is said in a language that is not known here, of previews and unfinished responses."""
    for field, known, what in (
        ("Status", _STATUS_WORDS, "a preview or spam"),
        ("Finished", _TRUE | _FALSE, "an unfinished response"),
    ):
        words = (cell for cell in said.get(field, ()) if not cell.isdecimal())
        foreign = next((cell for cell in words if same(cell) not in known), None)
        if foreign:
            yield f"column {field} says {foreign}: whether that is {what} is not known"
