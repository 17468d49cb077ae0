"""The questionnaire as a Word document to print: A4, a table with boxes per section."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

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
_WIDTH = 9638
"""Between the margins, in twentieths of a point, as are all lengths here."""
_ID_WIDTH = 760
_TEXT_WIDTH = 3600
_MARGIN = 1134

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_CONTENT_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>\
<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>\
</Types>"""
_RELATIONS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>\
</Relationships>"""
_PARTS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/>\
<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/>\
</Relationships>"""


def write(asked: Questionnaire) -> bytes:
    """Title, consent, organisation, the sections and thanks; the footer names the instrument."""
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _document(asked),
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _styles(asked.language),
        "word/footer1.xml": _footer(asked),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # Without a time of its own each file would be another one.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, content.encode())
    return out.getvalue()


def _document(asked: Questionnaire) -> str:
    say = asked.say
    body = [
        _paragraph(say(asked.title), "Title"),
        _paragraph(say(CONSENT_TEXT)),
        _paragraph(f"{say(CONSENT_QUESTION)}   {_BOX} {say(YES)}   {_BOX} {say(NO)}"),
        _paragraph(f"{say(ORGANISATION_QUESTION)} {say(ORGANISATION_HELP)}", "Question"),
        _paragraph("_" * 60),
    ]
    for page in asked.pages:
        body.append(_paragraph(say(page.title), "Heading1"))
        body += [_paragraph(say(page.note), "Question")] if page.note else []
        above: Text = {}
        for grid in page.grids:
            body += [_paragraph(say(grid.text), "Question")] if grid.text != above else []
            body += [_table(asked, grid), _paragraph("")]
            above = grid.text
    body.append(_paragraph(say(THANKS)))
    return (
        f'{_HEAD}<w:document {_WORD} xmlns:r="{_OFFICE}"><w:body>{"".join(body)}'
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" '
        f'w:bottom="{_MARGIN}" w:left="{_MARGIN}" w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )


def _table(asked: Questionnaire, grid: Grid) -> str:
    each = (_WIDTH - _ID_WIDTH - _TEXT_WIDTH) // len(grid.options)
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
        f"{_paragraph(text, style)}</w:tc>"
        for (text, style), width in zip(cells, widths, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{made}</w:tr>"


def _paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{look}{run}</w:p>"


def _footer(asked: Questionnaire) -> str:
    line = f"{asked.instrument} {asked.version}, {asked.language}"
    return f"{_HEAD}<w:ftr {_WORD}>{_paragraph(line, 'Small')}</w:ftr>"


def _styles(language: str) -> str:
    return (
        f"{_HEAD}<w:styles {_WORD}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="20"/>'
        f'<w:lang w:val="{escape(language)}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="120"/></w:pPr></w:style>'
        + _style("Title", "Title", 32, after=240, bold=True)
        + _style("Heading1", "heading 1", 26, before=240, after=120, bold=True, heading=True)
        + _style("Question", "Question", 20, after=120, bold=True, heading=True)
        + _style("Statement", "Statement", 18, before=60, after=60)
        + _style("Option", "Option", 14, before=40, after=40, centred=True)
        + _style("Small", "Small", 14)
        + "</w:styles>"
    )


def _style(
    name: str,
    title: str,
    size: int,
    *,
    before: int = 0,
    after: int = 0,
    bold: bool = False,
    centred: bool = False,
    heading: bool = False,
) -> str:
    """How paragraphs of a kind look, the size in half points; a heading stays with what follows."""
    centre = '<w:jc w:val="center"/>' if centred else ""
    outline = '<w:outlineLvl w:val="0"/>' if title == "heading 1" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{"<w:keepNext/>" if heading else ""}'
        f'<w:spacing w:before="{before}" w:after="{after}"/>'
        f"{centre}{outline}</w:pPr>"
        f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )
