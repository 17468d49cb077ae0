"""Numbered questions with their options as plain text, to paste into SurveyMonkey."""

from __future__ import annotations

from vested.questionnaire.pages import Questionnaire
from vested.questionnaire.wording import (
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION_QUESTION,
    YES,
)


def write(asked: Questionnaire) -> bytes:
    """One question per item, an empty line between them; pasted text can hold no matrix."""
    say = asked.say
    questions = [
        [f"{say(CONSENT_TEXT)} {say(CONSENT_QUESTION)}", say(YES), say(NO)],
        [say(ORGANISATION_QUESTION)],
    ]
    for grid in asked.grids:
        options = [say(option.label) for option in grid.options]
        questions += [[say(question.alone), *options] for question in grid.questions]
    numbered = (f"{at}. " + "\n".join(lines) for at, lines in enumerate(questions, start=1))
    return ("\n\n".join(numbered) + "\n").encode()


def notes(asked: Questionnaire) -> list[str]:
    """The introductions, for which pasted text has no place."""
    found: list[str] = []
    number = 3
    for page in asked.pages:
        above = page.note
        for grid in page.grids:
            texts = [asked.say(text) for text in (above, grid.text) if text]
            found.append(f"put above question {number}: {' '.join(texts)}")
            number += len(grid.questions)
            above = {}
    return found
