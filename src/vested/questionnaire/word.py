"""Word documents of the simplest kind: paragraphs with styles on A4, a footer, fixed bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

WIDTH = 9638
"""Between the margins, in twentieths of a point, as are all lengths here."""
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


def document(body: Iterable[str], footer: str, language: str) -> bytes:
    """A document of these paragraphs and tables, the same bytes for the same."""
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": _document(body),
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _styles(language),
        "word/footer1.xml": f"{_HEAD}<w:ftr {_WORD}>{paragraph(footer, 'Small')}</w:ftr>",
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


def _document(body: Iterable[str]) -> str:
    return (
        f'{_HEAD}<w:document {_WORD} xmlns:r="{_OFFICE}"><w:body>{"".join(body)}'
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId2"/>'
        f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="{_MARGIN}" w:right="{_MARGIN}" '
        f'w:bottom="{_MARGIN}" w:left="{_MARGIN}" w:header="567" w:footer="567" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )


def paragraph(text: str, style: str = "") -> str:
    """A paragraph, whatever signs are in its text."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{look}{run}</w:p>"


def _styles(language: str) -> str:
    return (
        f"{_HEAD}<w:styles {_WORD}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="20"/>'
        f'<w:lang w:val="{escape(language)}"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        '<w:pPr><w:spacing w:after="120"/></w:pPr></w:style>'
        + _style("Title", "Title", 32, after=240, bold=True)
        + _style("Heading1", "heading 1", 26, before=240, after=120, bold=True, heading=True)
        + _style("Heading2", "heading 2", 22, before=200, after=80, bold=True, heading=True)
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
    level = {"heading 1": 0, "heading 2": 1}.get(title)
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{"<w:keepNext/>" if heading else ""}'
        f'<w:spacing w:before="{before}" w:after="{after}"/>'
        f"{centre}{outline}</w:pPr>"
        f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'
    )
