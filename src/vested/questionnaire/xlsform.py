"""XLSForm, the workbook that ODK, KoboToolbox and others import: all languages in one file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from vested.errors import InstrumentError
from vested.model import Text
from vested.questionnaire.pages import Option, Page, Questionnaire, said, spelled
from vested.questionnaire.wording import (
    CONSENT,
    CONSENT_QUESTION,
    CONSENT_TEXT,
    LANGUAGE_NAMES,
    NO,
    ORGANISATION,
    ORGANISATION_HELP,
    ORGANISATION_QUESTION,
    YES,
)

Row = dict[str, str | Text]
Sheet = list[list[str]]

_AGREED = f"${{{CONSENT}}} = '1'"
_CONSENT_LIST = "consent.options"


def write(asked: Questionnaire) -> bytes:
    """The sheets survey, choices and settings.

    Raises `InstrumentError` for a text with `${`, which is how a form refers to an answer, for a
    text that is too long for a cell, and where two names in the form would be one.
    """
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    # The time of writing would make each file another one.
    workbook.set_properties({"created": datetime(2000, 1, 1)})
    for name, rows in _sheets(asked):
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if sheet.write_string(at, column, cell):
                    raise InstrumentError(
                        f"{asked.instrument}: {cell[:40]!r}… is too long for a cell of a workbook",
                        "shorten the text in the instrument file",
                    )
    workbook.close()
    return out.getvalue()


def _sheets(asked: Questionnaire) -> Iterator[tuple[str, Sheet]]:
    groups = [f"page{at}" for at in range(1, len(asked.pages) + 1)]
    lines = [f"{group}_{at}" for group, page in zip(groups, asked.pages, strict=True)
             for at in range(len(page.grids) + 1)]  # fmt: skip
    taken = (ORGANISATION, CONSENT, "consent_text", "page0", *groups, *lines)
    spelled(asked, str, "the XLSForm", taken)
    survey = [*_start()]
    for group, page in zip(groups, asked.pages, strict=True):
        survey += _page(group, page)
    columns = ("type", "name", "label", "hint", "required", "relevant", "appearance")
    yield "survey", _table(asked, columns, survey)
    lists = {grid.scale: grid.options for grid in asked.grids}
    lists = {_CONSENT_LIST: (Option(1, YES), Option(0, NO)), **lists}
    choices: list[Row] = [
        {"list_name": name, "name": str(option.code), "label": option.label}
        for name, options in lists.items()
        for option in options
    ]
    yield "choices", _table(asked, ("list_name", "name", "label"), choices)
    settings = {
        "form_title": asked.say(asked.title),
        "form_id": asked.instrument,
        "version": asked.version,
        "default_language": _column(asked.language),
        "style": "pages",
    }
    yield "settings", [list(settings), list(settings.values())]


def _start() -> Iterator[Row]:
    yield {"type": "begin_group", "name": "page0", "appearance": "field-list"}
    yield {"type": "note", "name": "consent_text", "label": CONSENT_TEXT}
    yield {
        "type": f"select_one {_CONSENT_LIST}",
        "name": CONSENT,
        "label": CONSENT_QUESTION,
        "required": "yes",
    }
    yield {
        "type": "text",
        "name": ORGANISATION,
        "label": ORGANISATION_QUESTION,
        "hint": ORGANISATION_HELP,
        "required": "yes",
        "relevant": _AGREED,
    }
    yield {"type": "end_group"}


def _page(group: str, page: Page) -> Iterator[Row]:
    # Not `table-list`: it adds questions of its own to the form, and so columns to the answers.
    yield {
        "type": "begin_group",
        "name": group,
        "label": page.title,
        "relevant": _AGREED,
        "appearance": "field-list",
    }
    if page.note:
        yield {"type": "note", "name": f"{group}_0", "label": page.note}
    above: Text = {}
    for at, grid in enumerate(page.grids, start=1):
        if grid.text != above:
            yield {"type": "note", "name": f"{group}_{at}", "label": grid.text}
        above = grid.text
        for question in grid.questions:
            yield {
                "type": f"select_one {grid.scale}",
                "name": question.id,
                "label": question.alone,
            }
    yield {"type": "end_group"}


def _table(asked: Questionnaire, columns: Sequence[str], rows: Iterable[Row]) -> Sheet:
    """Rows under their heads; `label` and `hint` stand in one column per language."""
    heads = [
        (column, language)
        for column in columns
        for language in (asked.languages if column in ("label", "hint") else ("",))
    ]
    table = [[f"{column}::{_column(code)}" if code else column for column, code in heads]]
    table += [[_cell(asked, row.get(column, ""), code) for column, code in heads] for row in rows]
    return table


def _cell(asked: Questionnaire, content: str | Text, language: str) -> str:
    if isinstance(content, str):
        return content
    text = said(content, language)
    if "${" in text:
        raise InstrumentError(
            f"{asked.instrument}: {text[:60]!r} holds ${{, which refers to an answer in an XLSForm",
            "write the text without it in the instrument file",
        )
    return text


def _column(language: str) -> str:
    """A language as the heads of columns name it: `Nederlands (nl)`."""
    return f"{LANGUAGE_NAMES.get(language.partition('-')[0], language)} ({language})"
