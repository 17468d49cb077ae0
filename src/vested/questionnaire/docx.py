"""The questionnaire as a Word document to print: A4, a table with boxes per section."""

from __future__ import annotations

from vested.model import Text
from vested.questionnaire.pages import Grid, Questionnaire
from vested.questionnaire.word import WIDTH, document, paragraph
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
_ID_WIDTH = 760
_TEXT_WIDTH = 3600


def write(asked: Questionnaire) -> bytes:
    """Title, consent, organisation, the sections and thanks; the footer names the instrument."""
    footer = f"{asked.instrument} {asked.version}, {asked.language}"
    return document(_body(asked), footer, asked.language)


def _body(asked: Questionnaire) -> list[str]:
    say = asked.say
    body = [
        paragraph(say(asked.title), "Title"),
        paragraph(say(CONSENT_TEXT)),
        paragraph(f"{say(CONSENT_QUESTION)}   {_BOX} {say(YES)}   {_BOX} {say(NO)}"),
        paragraph(f"{say(ORGANISATION_QUESTION)} {say(ORGANISATION_HELP)}", "Question"),
        paragraph("_" * 60),
    ]
    for page in asked.pages:
        body.append(paragraph(say(page.title), "Heading1"))
        body += [paragraph(say(page.note), "Question")] if page.note else []
        above: Text = {}
        for grid in page.grids:
            body += [paragraph(say(grid.text), "Question")] if grid.text != above else []
            body += [_table(asked, grid), paragraph("")]
            above = grid.text
    body.append(paragraph(say(THANKS)))
    return body


def _table(asked: Questionnaire, grid: Grid) -> str:
    each = (WIDTH - _ID_WIDTH - _TEXT_WIDTH) // len(grid.options)
    widths = [_ID_WIDTH, _TEXT_WIDTH, *[each] * len(grid.options)]
    heads = [("", "Small"), ("", "Small")]
    heads += [(asked.say(option.label), "Option") for option in grid.options]
    rows = [_row(heads, widths, head=True)]
    for question in grid.questions:
        cells = [(question.id, "Small"), (asked.say(question.text), "Statement")]
        cells += [(f"{_BOX} {option.code}", "Option") for option in grid.options]
        rows.append(_row(cells, widths))
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>'
        for side in ("top", "bottom", "insideH")
    )
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _row(cells: list[tuple[str, str]], widths: list[int], *, head: bool = False) -> str:
    """A row that no page breaks; the head stands on each page."""
    made = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(text, style)}</w:tc>"
        for (text, style), width in zip(cells, widths, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{made}</w:tr>"
