"""Qualtrics' Advanced Format TXT: one language a file, a matrix per section."""

from __future__ import annotations

from collections.abc import Iterable

from vested.model import Text
from vested.questionnaire.pages import Grid, Option, Questionnaire, spelled
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

# Texts are HTML there; double brackets enclose a tag, and `${` puts a value in.
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "[[": "&#91;&#91;",
    "]]": "&#93;&#93;",
    "${": "&#36;{",
}
_NO_BRACKETS = str.maketrans("[]", "()")


def write(asked: Questionnaire) -> bytes:
    """Blocks: consent and organisation, each section, the inventory question by question.

    Raises `InstrumentError` where a question has the tag of a part of every form.
    """
    matrices = [f"G{at}" for at in range(1, len(asked.grids) + 1)]
    spelled(asked, str, "Qualtrics", (*matrices, "consent_text", "inventory_note", "thanks"))
    lines = ["[[AdvancedFormat]]", "", *_block(asked.say(asked.title))]
    lines += _question("DB", "consent_text", _say(asked, CONSENT_TEXT))
    lines += _question("MC:SingleAnswer:Vertical", CONSENT, _say(asked, CONSENT_QUESTION))
    lines += _options("Choice", asked, (Option(1, YES), Option(0, NO)))
    lines += _question("TE:SingleLine", ORGANISATION, _say(asked, ORGANISATION_QUESTION))
    for page in asked.pages:
        lines += _block(asked.say(page.title))
        if page.inventory:
            lines += _question("DB", "inventory_note", _say(asked, page.note))
        for grid in page.grids:
            if page.inventory:
                lines += _single(asked, grid)
            else:
                lines += _question("Matrix:SingleAnswer", matrices.pop(0), _say(asked, grid.text))
                lines += ["[[Choices]]", *(_say(asked, line.text) for line in grid.questions)]
                lines += _options("Answer", asked, grid.options)
    lines += [*_block("Thanks"), *_question("DB", "thanks", _say(asked, THANKS))]
    return "\n".join(lines).encode()


def notes(asked: Questionnaire) -> list[str]:
    """Which codes to look at after the import."""
    negative = sorted({o.code for grid in asked.grids for o in grid.options if o.code < 0})
    shown = ", ".join(map(str, negative))
    return [f"check the recode values of {shown} after the import into Qualtrics"] if shown else []


def _single(asked: Questionnaire, grid: Grid) -> list[str]:
    """Each line as a question of its own, which can have a tag where a line of a matrix cannot."""
    lines = _question("DB", "", _say(asked, grid.text))
    for question in grid.questions:
        lines += _question("MC:SingleAnswer:Horizontal", question.id, _say(asked, question.alone))
        lines += _options("Choice", asked, grid.options)
    return lines


def _block(name: str) -> list[str]:
    return [f"[[Block:{name.translate(_NO_BRACKETS)}]]", ""]


def _question(kind: str, tag: str, text: str) -> list[str]:
    return [f"[[Question:{kind}]]", *([f"[[ID:{tag}]]"] if tag else []), text, ""]


def _options(kind: str, asked: Questionnaire, options: Iterable[Option]) -> list[str]:
    """Choices of a question or answers of a matrix, each with its code as recode value."""
    lines = [f"[[Advanced{kind}s]]"]
    for option in options:
        lines += [f"[[{kind}:{option.code}]]", _say(asked, option.label)]
    return [*lines, ""]


def _say(asked: Questionnaire, text: Text) -> str:
    said = asked.say(text)
    for sign, escaped in _ESCAPES.items():
        said = said.replace(sign, escaped)
    return said
