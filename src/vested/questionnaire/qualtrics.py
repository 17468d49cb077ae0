"""Qualtrics' Advanced Format TXT: one language a file, a matrix per section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vested.model import Text
from vested.questionnaire.pages import Grid, Option, Page, Questionnaire, spelled
from vested.questionnaire.wording import (
    CONSENT,
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION,
    ORGANISATION_QUESTION,
    THANKS,
    YES,
)

# Texts are HTML there; what stands in double brackets is a tag, and `${` puts a value in.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write(asked: Questionnaire) -> bytes:
    """Blocks of consent and organisation, of each section, and of the inventory.

    Raises `InstrumentError` where a question would have the tag of a part of every form.
    """
    matrices = [f"G{at}" for at in range(1, len(asked.grids) + 1)]
    spelled(asked, str, "Qualtrics", (*matrices, "consent_text", "thanks"))
    lines = ["[[AdvancedFormat]]", "", *_start(asked)]
    number = 0
    for page in asked.pages:
        lines += [f"[[Block:{_say(asked, page.title)}]]", ""]
        if page.note:
            lines += _question("DB", "", _say(asked, page.note))
        for grid in page.grids:
            number += 1
            made = _single(asked, grid) if page.inventory else _matrix(asked, grid, number)
            lines += made
    lines += [*_end(asked)]
    return "\n".join(lines).encode()


def notes(asked: Questionnaire) -> list[str]:
    """Which codes to look at after the import."""
    negative = sorted({o.code for grid in asked.grids for o in grid.options if o.code < 0})
    if not negative:
        return []
    shown = ", ".join(map(str, negative))
    return [f"check the recode values in Qualtrics: codes below zero may be lost: {shown}"]
