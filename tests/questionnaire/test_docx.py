"""Word: read back from its parts, and by python-docx where that is installed."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest

from vested.model import Instrument
from vested.questionnaire import export

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BOX = "☐"


def parts(content: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}


def words(element: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def tables(content: bytes) -> list[list[list[str]]]:
    document = parts(content)["word/document.xml"]
    return [
        [[words(cell) for cell in row.findall(f"{W}tc")] for row in table.findall(f"{W}tr")]
        for table in document.iter(f"{W}tbl")
    ]


def paragraphs(content: bytes) -> list[str]:
    (body,) = parts(content)["word/document.xml"]
    return [words(paragraph) for paragraph in body.findall(f"{W}p")]


def test_every_item_once_with_a_box_per_code(full: Instrument) -> None:
    rows = [
        row for table in tables(export(full, "docx", language="de").content) for row in table[1:]
    ]
    boxes = [f"{BOX} {code}" for code in (1, 2, 3, 4, 5, 9)]
    assert rows == [[item.id, item.text["de"], *boxes] for item in full.items]


def test_heads_are_the_labels(full: Instrument) -> None:
    found = tables(export(full, "docx", language="fr", inventory=True).content)
    speed = full.scales["speed5"]
    assert found[3][0] == ["", "", *speed.labels["fr"], speed.missing["fr"][0]]
    assert len(found) == 7
    assert found[5][1] == ["TCL", "Informatique en nuage (cloud)",
                           *(f"{BOX} {code}" for code in (0, 1, 2, 3, 4, 9))]  # fmt: skip


def test_consent_organisation_sections_thanks(short: Instrument) -> None:
    found = paragraphs(export(short, "docx", language="nl").content)
    assert found[0] == short.name["nl"]
    assert found[1].startswith("[Vervang deze tekst")
    assert found[2] == f"Gaat u akkoord met deelname?   {BOX} Ja   {BOX} Nee"
    assert found[3].startswith("Voor welke organisatie werkt u?")
    for section in short.sections:
        assert found[found.index(section.title["nl"]) + 1] == section.stem["nl"]
    assert found[-1] == "Hartelijk dank voor uw deelname."


def test_paper_and_footer(short: Instrument) -> None:
    found = parts(export(short, "docx", language="nl").content)
    page = next(found["word/document.xml"].iter(f"{W}pgSz"))
    assert (page.get(f"{W}w"), page.get(f"{W}h")) == ("11906", "16838")
    assert words(found["word/footer1.xml"]) == "vested-short 1.0, nl"


def test_parts_are_declared_and_styles_exist(short: Instrument) -> None:
    found = parts(export(short, "docx").content)
    declared = {part.get("PartName") for part in found["[Content_Types].xml"]}
    assert declared - {None} == {f"/word/{name}.xml" for name in ("document", "styles", "footer1")}
    styles = {style.get(f"{W}styleId") for style in found["word/styles.xml"].iter(f"{W}style")}
    used = {style.get(f"{W}val") for style in found["word/document.xml"].iter(f"{W}pStyle")}
    assert used <= styles


def test_rows_are_as_wide_as_their_table(full: Instrument) -> None:
    content = export(full, "docx", inventory=True).content
    for table in parts(content)["word/document.xml"].iter(f"{W}tbl"):
        columns = [int(column.get(f"{W}w", "")) for column in table.iter(f"{W}gridCol")]
        assert 9600 <= sum(columns) <= 9638
        rows = [[cell.get(f"{W}w") for cell in row.iter(f"{W}tcW")] for row in table.iter(f"{W}tr")]
        assert {tuple(row) for row in rows} == {tuple(map(str, columns))}


def test_texts_stay_texts(awkward: Instrument) -> None:
    rows = [row for table in tables(export(awkward, "docx").content) for row in table[1:]]
    assert rows[0][:2] == ["A1", '=HYPERLINK("x") & <b>bold</b>']
    assert [row[0] for row in rows] == [item.id for item in awkward.items]


def test_word_would_open_it(full: Instrument) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    document = docx.Document(io.BytesIO(export(full, "docx", inventory=True).content))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert full.inventory is not None
    expected = [section.title["en"] for section in full.sections]
    assert headings == [*expected, full.inventory.title["en"]]
    assert sum(len(table.rows) for table in document.tables) == 80 + 16 + 7
    assert document.sections[0].footer.paragraphs[0].text == "vested 1.0, en"
