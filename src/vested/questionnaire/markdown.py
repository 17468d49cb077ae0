"""The questionnaire as a document in Markdown, with a table per section."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vested.model import Text
from vested.questionnaire.pages import Grid, Questionnaire
from vested.questionnaire.wording import (
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION_HELP,
    ORGANISATION_QUESTION,
    THANKS,
    YES,
)

_BOX = "☐"
_ACTING = re.compile(r"[\\`*_\[\]<>|~&]|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")


def write(asked: Questionnaire) -> bytes:
    """Title, consent, organisation, the sections with a box per option, and thanks."""
    lines = [f"# {_say(asked, asked.title)}", "", _say(asked, CONSENT_TEXT), ""]
    lines += [f"{_say(asked, CONSENT_QUESTION)} {_BOX} {_say(asked, YES)} {_BOX} {_say(asked, NO)}"]
    lines += ["", f"**{_say(asked, ORGANISATION_QUESTION)}** {_say(asked, ORGANISATION_HELP)}"]
    lines += ["", r"\_" * 40, ""]
    for page in asked.pages:
        lines += [f"## {_say(asked, page.title)}", ""]
        lines += [_say(asked, page.note), ""] if page.note else []
        above: Text = {}
        for grid in page.grids:
            lines += [_say(asked, grid.text), ""] if grid.text != above else []
            lines += [*_table(asked, grid), ""]
            above = grid.text
    lines += [_say(asked, THANKS), ""]
    lines += [_escaped(f"{asked.instrument} {asked.version}, {asked.language}")]
    return ("\n".join(lines) + "\n").encode()


def _table(asked: Questionnaire, grid: Grid) -> Iterator[str]:
    heads = [f"{_say(asked, option.label)} ({option.code})" for option in grid.options]
    yield f"|  |  | {' | '.join(heads)} |"
    yield f"| --- | --- |{' :-: |' * len(heads)}"
    for question in grid.questions:
        boxes = f" {_BOX} |" * len(heads)
        yield f"| {_escaped(question.id)} | {_say(asked, question.text)} |{boxes}"


def _say(asked: Questionnaire, text: Text) -> str:
    return _escaped(asked.say(text))


def _escaped(text: str) -> str:
    r"""Text of which no sign acts as Markdown or HTML.

    >>> _escaped("# R&D | 1 < 2")
    '\\# R\\&D \\| 1 \\< 2'
    """
    return _ACTING.sub(r"\\\g<0>", text)
