"""LimeSurvey's survey structure as tab-separated values: all languages in one file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vested.errors import InstrumentError
from vested.model import Text
from vested.questionnaire.pages import Grid, Page, Questionnaire, said, spelled
from vested.questionnaire.wording import (
    CONSENT,
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION,
    ORGANISATION_HELP,
    ORGANISATION_QUESTION,
    THANKS,
    YES,
)

COLUMNS = (
    *("id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language"),
    *("validation", "mandatory", "other", "default", "same_default", "random_order"),
)
_LONGEST_CODE = 20
_LONGEST_ANSWER_CODE = 5
_RESERVED = ("time",)
_AGREED = f"{CONSENT}.NAOK == '1'"
# Texts are HTML there, and what stands in braces is computed.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;"}
)

Row = dict[str, str]


def write(asked: Questionnaire) -> bytes:
    """The settings, then per language the groups with their questions and answers.

    Raises `InstrumentError` where an id or a code is none that LimeSurvey takes.
    """
    codes = spelled(asked, _code, "LimeSurvey", _RESERVED)
    for question, code in codes.items():
        if len(code) > _LONGEST_CODE:
            raise InstrumentError(
                f"{asked.instrument}: {question} is too long for a code in LimeSurvey",
                f"an id may have {_LONGEST_CODE} letters and digits there",
            )
    for grid in asked.grids:
        _check_options(asked, grid)
    rows = [*_settings(asked)]
    for language in asked.languages:
        rows += _start(asked, language)
        number = 0
        for at, page in enumerate(asked.pages, start=2):
            rows.append(_group(at, page.title, page.note, language, relevance=_AGREED))
            for grid in page.grids:
                number += 1
                rows += _array(asked, page, grid, number, codes, language)
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return ("\ufeff" + "\n".join(lines) + "\n").encode()


def notes(asked: Questionnaire) -> list[str]:
    """Which ids had to be changed."""
    codes = spelled(asked, _code, "LimeSurvey", _RESERVED)
    changed = [f"{name} is {code}" for name, code in codes.items() if name != code]
    if not changed:
        return []
    return [f"LimeSurvey's codes are letters and digits only: {', '.join(changed)}"]


def _code(name: str) -> str:
    return re.sub("[^A-Za-z0-9]", "", name)


def _check_options(asked: Questionnaire, grid: Grid) -> None:
    for option in grid.options:
        code = str(option.code)
        if not code.isdigit() or len(code) > _LONGEST_ANSWER_CODE:
            raise InstrumentError(
                f"{asked.instrument}: scale {grid.scale} has the code {code}, which LimeSurvey "
                "does not take",
                f"its codes are up to {_LONGEST_ANSWER_CODE} digits, without a minus; change the "
                "scale, or choose another target",
            )


def _settings(asked: Questionnaire) -> Iterator[Row]:
    settings = {
        # The import asks for a number and takes another one where it is in use.
        "sid": str(int(asked.digest[:8], 16) % 900_000 + 100_000),
        "language": asked.language,
        "additional_languages": " ".join(asked.languages[1:]),
        "format": "G",
    }
    for name, value in settings.items():
        yield {"class": "S", "name": name, "text": value}
    for language in asked.languages:
        texts = {
            "surveyls_title": asked.title,
            "surveyls_welcometext": CONSENT_TEXT,
            "surveyls_endtext": THANKS,
        }
        for name, text in texts.items():
            yield {"class": "SL", "name": name, "text": _say(text, language), "language": language}


def _start(asked: Questionnaire, language: str) -> Iterator[Row]:
    yield _group(1, asked.title, {}, language, relevance="1")
    yield _question("L", CONSENT, CONSENT_QUESTION, language, mandatory="Y")
    for code, label in ((1, YES), (0, NO)):
        yield _line("A", str(code), label, language)
    yield _question(
        *("S", ORGANISATION, ORGANISATION_QUESTION, language),
        mandatory="Y",
        relevance=_AGREED,
        help=_say(ORGANISATION_HELP, language),
    )


def _array(
    asked: Questionnaire,
    page: Page,
    grid: Grid,
    number: int,
    codes: dict[str, str],
    language: str,
) -> Iterator[Row]:
    drawn = asked.drawn and not page.inventory
    yield _question(*("F", f"G{number}", grid.text, language), random_order="1" if drawn else "")
    for question in grid.questions:
        yield _line("SQ", codes[question.id], question.text, language)
    for option in grid.options:
        yield _line("A", str(option.code), option.label, language)


def _group(at: int, title: Text, text: Text, language: str, *, relevance: str) -> Row:
    # The number ties the translations of a group together.
    return {
        "class": "G",
        "type/scale": f"G{at}",
        "name": _say(title, language),
        "relevance": relevance,
        "text": _say(text, language),
        "language": language,
    }


def _question(
    kind: str,
    name: str,
    text: Text,
    language: str,
    *,
    mandatory: str = "N",
    relevance: str = "1",
    **more: str,
) -> Row:
    return {
        "class": "Q",
        "type/scale": kind,
        "name": name,
        "relevance": relevance,
        "text": _say(text, language),
        "language": language,
        "mandatory": mandatory,
        "other": "N",
        **more,
    }


def _line(kind: str, name: str, text: Text, language: str) -> Row:
    """A subquestion or an answer."""
    return {
        "class": kind,
        "type/scale": "0",
        "name": name,
        "text": _say(text, language),
        "language": language,
    }


def _say(text: Text, language: str) -> str:
    return said(text, language).translate(_ESCAPES)
