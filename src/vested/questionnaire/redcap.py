"""REDCap's data dictionary: one language a file, a matrix of fields per section."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from vested.errors import InstrumentError
from vested.model import Text
from vested.questionnaire.pages import Grid, Option, Page, Questionnaire, spelled
from vested.questionnaire.wording import (
    CONSENT,
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION,
    ORGANISATION_HELP,
    ORGANISATION_QUESTION,
    YES,
)

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_RECORD = "record_id"
_AGREED = f"[{CONSENT}] = '1'"
_INVENTORY_FORM = "technology_inventory"

Row = dict[str, str]


def write(asked: Questionnaire) -> bytes:
    """A field per line; the inventory is an instrument of its own in the project.

    Raises `InstrumentError` where a label holds `|`, which separates choices, and where two ids
    are one in lower-case letters, digits and underscores.
    """
    names = spelled(asked, _name, "REDCap", (_RECORD, "consent_text"))
    form = _name(asked.instrument)
    rows = [*_start(asked)]
    number = 0
    for page in asked.pages:
        for grid in page.grids:
            number += 1
            for row in _matrix(asked, page, grid, names):
                of_inventory = {"Form Name": _INVENTORY_FORM} if page.inventory else {}
                rows.append({**row, "Matrix Group Name": f"grid{number}", **of_inventory})
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"Form Name": form, **row} for row in rows)
    return out.getvalue().encode()


def notes(asked: Questionnaire) -> list[str]:
    """Which ids had to be changed beyond their case."""
    names = spelled(asked, _name, "REDCap", (_RECORD, "consent_text"))
    changed = [f"{old} is {new}" for old, new in names.items() if old.lower() != new]
    return (
        [f"REDCap's names have single underscores and no hyphens: {', '.join(changed)}"]
        if changed
        else []
    )


def _name(name: str) -> str:
    return re.sub("[_-]+", "_", name.lower()).strip("_")


def _start(asked: Questionnaire) -> Iterator[Row]:
    yield _field(_RECORD, "text", "Record ID")
    yield _field("consent_text", "descriptive", _say(asked, CONSENT_TEXT))
    yield {
        **_field(CONSENT, "radio", _say(asked, CONSENT_QUESTION)),
        "Choices, Calculations, OR Slider Labels": _choices(
            asked, (Option(1, YES), Option(0, NO)), CONSENT
        ),
        "Required Field?": "y",
    }
    yield {
        **_field(ORGANISATION, "text", _say(asked, ORGANISATION_QUESTION)),
        "Field Note": _say(asked, ORGANISATION_HELP),
        "Branching Logic (Show field only if...)": _AGREED,
        "Required Field?": "y",
    }


def _matrix(asked: Questionnaire, page: Page, grid: Grid, names: dict[str, str]) -> Iterator[Row]:
    """Fields that stand as one matrix; the header above its first starts a page of a survey."""
    header = _say(asked, grid.text)
    if grid is page.grids[0]:
        header = " ".join(filter(None, [_say(asked, page.note), header]))
        header = f"{_say(asked, page.title)}: {header}"
    choices = _choices(asked, grid.options, grid.scale)
    for question in grid.questions:
        yield {
            **_field(names[question.id], "radio", _say(asked, question.text)),
            "Section Header": header if question is grid.questions[0] else "",
            "Choices, Calculations, OR Slider Labels": choices,
            "Branching Logic (Show field only if...)": _AGREED,
        }


def _field(name: str, kind: str, label: str) -> Row:
    return {"Variable / Field Name": name, "Field Type": kind, "Field Label": label}


def _choices(asked: Questionnaire, options: Iterable[Option], scale: str) -> str:
    shown = []
    for option in options:
        label = _say(asked, option.label)
        if "|" in label:
            raise InstrumentError(
                f"{asked.instrument}: label {label!r} of scale {scale} holds |, which separates "
                "the choices of a field in REDCap",
                "write the label without it in the instrument file",
            )
        shown.append(f"{option.code}, {label}")
    return " | ".join(shown)


def _say(asked: Questionnaire, text: Text) -> str:
    return asked.say(text).replace("<", "&lt;")
