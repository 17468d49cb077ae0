"""PDF: what a reader sees and hears of a report, and that nothing in it acts."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pypdf
import pytest
from PIL import Image

from vested.errors import OutputError, UsageError
from vested.report import pdf
from vested.report.document.columns import GAP
from vested.report.document.model import (
    Chart,
    Document,
    Paragraph,
    Section,
    TableBlock,
)
from vested.report.document.theme import Theme
from vested.report.pdf import LANDSCAPE, PORTRAIT
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
Make = Callable[..., Document]
IN_OTHER_PROCESS = """
import pickle, sys
from vested.report import pdf
sys.stdout.buffer.write(pdf.document(pickle.load(sys.stdin.buffer)))
"""


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content), strict=True)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def squeezed(text: str) -> str:
    """Text without spaces, hyphens and accents.

    Where a line ends is not what these tests are about, and pypdf takes accents for other letters'.
    """
    return re.sub(r"[\s\u200b\u0300-\u036f-]+", "", text)


def without_charts(document: Document) -> Document:
    """Charts take most of the time, and few tests need them."""
    sections = [
        replace(each, blocks=tuple(b for b in each.blocks if not isinstance(b, Chart)))
        for each in document.sections
    ]
    return replace(document, sections=tuple(sections))


def with_blocks(document: Document, *blocks: Any) -> Document:
    first = document.sections[0]
    return replace(document, sections=(first, Section("more", "More", blocks)))


def numbers(columns: int, rows: int = 3, heading: str = "Heading") -> TableBlock:
    named = [Column(f"c{at}", f"{heading} {at}", "", 2) for at in range(columns)]
    frame = pl.DataFrame({column.key: [at / 3 for at in range(rows)] for column in named})
    return TableBlock(ResultTable("n", "Numbers", tuple(named), frame), ("Read it with care.",))


def a_logo(kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 10), "#336699").save(stream, kind)
    return stream.getvalue()


def keys_of(node: Any, key: str) -> Iterator[str]:
    """All values of a key in the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from keys_of(child, key)
    elif isinstance(node, dict):
        if key in node:
            yield str(node[key])
        if "/K" in node:
            yield from keys_of(node["/K"], key)


def starts(page: pypdf.PageObject) -> list[float]:
    """Where the pieces of text on a page begin, in points from the left."""
    found: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: found.append(cm[4] + tm[4]))
    return found


@pytest.fixture(scope="module")
def made(make_document: Make) -> bytes:
    return pdf.document(replace(make_document(), theme=Theme("Our Company", logo=a_logo())))


def test_what_is_read(made: bytes) -> None:
    text = text_of(made)
    for shown in (
        "Report on Saint Alder Hospital", "Survey of 2026", "Saint Alder Hospital scores 59.8.",
        "Figure 1. Title of intervals", "Figure 6. Title of saturation", "Table 1. Scores",
        "32 59.8 0.812", "Note on Saint Alder Hospital.", "How it was done.", "Our Company",
        "Page 1 of 4", "Page 4 of 4", "Contents",
    ):  # fmt: skip
        assert shown in text


def test_the_first_page_is_the_summary(made: bytes) -> None:
    pages = [page.extract_text() for page in read(made).pages]
    assert "Saint Alder Hospital scores 59.8." in pages[0]
    assert "Contents" not in pages[0]
    assert pages[1].startswith("Report on Saint Alder Hospital\nContents")


def test_a_long_summary_shrinks_to_one_page(make_document: Make) -> None:
    document = make_document()
    charts = document.sections[1].blocks[:4]
    summary = replace(document.sections[0], blocks=(*document.sections[0].blocks, *charts))
    pages = read(pdf.document(replace(document, sections=(summary, document.sections[2])))).pages
    assert len(pages) == 2
    assert "Figure 4. Title of quadrant" in pages[0].extract_text()


def test_it_is_accessible(made: bytes) -> None:
    reader = read(made)
    root = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "Report on Saint Alder Hospital"
    assert reader.metadata.author == "Our Company"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    alternatives = list(keys_of(root["/StructTreeRoot"], "/Alt"))
    assert "Title of heat. Description of heat" in alternatives
    assert len(alternatives) == 9  # eight charts and the logo
    tags = set(keys_of(root["/StructTreeRoot"], "/S"))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Caption", "/L"} <= tags


def test_headings_are_in_the_outline(made: bytes) -> None:
    outline = read(made).outline
    assert [str(entry.title) for entry in outline if not isinstance(entry, list)] == [
        "Summary", "Saint Alder Hospital",
    ]  # fmt: skip
    assert [str(e.title) for level in outline if isinstance(level, list) for e in level] == [
        "Methods"
    ]


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "59.8 0.812"), ("nl", "59,8 0,812"), ("de", "59,8 0,812")]
)
def test_numbers_are_those_of_the_language(make_document: Make, language: str, shown: str) -> None:
    content = pdf.document(without_charts(make_document(language=language)))
    assert shown in text_of(content)
    assert read(content).root_object["/Lang"] == language


def test_same_bytes_twice_and_after_others(make_document: Make) -> None:
    documents = [without_charts(make_document(name)) for name in ("A", "B")]
    first = [pdf.document(each) for each in documents]
    pdf._compiler.cache_clear()
    assert [pdf.document(each) for each in reversed(documents)] == first[::-1]


def test_same_bytes_in_another_process(make_document: Make, made: bytes, tmp_path: Path) -> None:
    document = replace(make_document(), theme=Theme("Our Company", logo=a_logo()))
    other = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "HOME": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", IN_OTHER_PROCESS],
        input=pickle.dumps(document), capture_output=True, check=True, cwd=tmp_path,
        env={**os.environ, **other, "PYTHONPATH": str(Path(pdf.__file__).parents[3])},
    )  # fmt: skip
    assert found.stdout == made
    assert str(tmp_path).encode() not in made


def test_only_a_stated_date_is_in_it(make_document: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    document = without_charts(make_document())
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "/CreationDate" not in (read(pdf.document(document)).metadata or {})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    stated = read(pdf.document(document)).metadata
    assert stated is not None
    assert str(stated.creation_date).startswith("2026-01-01 00:00:00")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        pdf.document(document)


NASTY = [
    "#1 *x* $y$ @a `d` _e_ = f", "#pagebreak()#panic()", "\\ // /* */ --- ~ \\u{41}",
    '#image("report.typ")', "<b>bold</b> &amp; </svg>", "]]>", "x" * 700, "=1+1",
    "https://example.org/a?b", "- a\n- b", "a\x00b\x1b[31mc\x7f", "\u202egnirts", "\ufffe",
]  # fmt: skip


@pytest.mark.parametrize("name", NASTY, ids=lambda name: ascii(name)[:20])
def test_text_is_shown_and_does_nothing(make_document: Make, name: str) -> None:
    content = pdf.document(without_charts(make_document(name)))
    shown = squeezed(pdf.printed(name))
    # Title, running title, paragraph, point, heading, entry of the contents, cell, note.
    assert squeezed(text_of(content)).count(shown) >= 7
    reader = read(content)
    assert reader.metadata is not None
    assert reader.metadata.title == f"Report on {pdf.printed(name)}"
    assert b"pdfuaid" in reader.root_object["/Metadata"].get_data()


@pytest.mark.parametrize("name", ["日本語 한국어", "😀🏳️‍🌈", "", " ", "ع" * 40, "e\u0301" * 60])
def test_what_no_font_has_and_what_is_empty(make_document: Make, name: str) -> None:
    content = pdf.document(without_charts(make_document(name)))
    assert read(content).metadata.title == f"Report on {pdf.printed(name)}"  # type: ignore[union-attr]


def test_charts_of_nasty_texts(make_document: Make) -> None:
    content = pdf.document(make_document("<b>#x\x00\x1b&日本\ufffe"))
    assert "‹U+0000›" in squeezed(text_of(content))


def test_nothing_links_out(make_document: Make) -> None:
    content = pdf.document(without_charts(make_document("https://example.org/ a@b.org")))
    for page in read(content).pages:
        for note in page.get("/Annots", []):
            assert "/URI" not in str(note.get_object())
    assert not {"/OpenAction", "/AA", "/Names"} & read(content).root_object.keys()


@pytest.mark.skipif(not BLNS.exists(), reason="the corpus of naughty strings is not there")
def test_naughty_strings(make_document: Make) -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    table = ResultTable("t", "T", (Column("text", "", ""),), pl.DataFrame({"text": names}))
    document = with_blocks(make_document(), TableBlock(table), *map(Paragraph, names))
    found = squeezed(text_of(pdf.document(document)))
    plain = [name for name in names if name.isascii()]
    assert len(plain) > 300
    for name in plain:
        assert found.count(squeezed(pdf.printed(name))) >= 2


@pytest.mark.parametrize(
    ("columns", "heading", "turned"),
    [(5, "Heading", False), (10, "Heading", False), (12, "Heading", True), (60, "Heading", True),
     (9, "Standardabweichung", True)],
)  # fmt: skip
def test_a_wide_table_stays_on_the_page(
    make_document: Make, columns: int, heading: str, turned: bool
) -> None:
    block = numbers(columns, heading=heading)
    content = pdf.document(with_blocks(make_document(), block))
    pages = read(content).pages
    assert [float(page.mediabox.width) > 800 for page in pages].count(True) == turned
    text = squeezed(text_of(content))
    for at in range(columns):
        assert f"{at}" in text
    for page in pages:
        assert max(starts(page)) < float(page.mediabox.width) - 56


def test_headings_are_repeated_and_notes_stay_with_rows(make_document: Make) -> None:
    pages = read(pdf.document(with_blocks(make_document(), numbers(4, rows=120)))).pages
    texts = [page.extract_text() for page in pages[1:]]
    assert len(texts) > 2
    assert all("Heading 0" in text for text in texts)
    assert "39.67" in texts[-1]
    assert "Read it with care." in texts[-1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_logo(make_document: Make, kind: str) -> None:
    document = replace(without_charts(make_document()), theme=Theme(logo=a_logo(kind)))
    assert len(read(pdf.document(document)).pages[0].images) == 1


def test_a_broken_logo_is_an_error(make_document: Make) -> None:
    document = replace(without_charts(make_document()), theme=Theme(logo=a_logo()[:40]))
    with pytest.raises(OutputError, match="PDF") as error:
        pdf.document(document)
    assert "logo" in error.value.hint


def test_without_typst(make_document: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    pdf._compiler.cache_clear()
    with pytest.raises(UsageError) as error:
        pdf.document(without_charts(make_document()))
    assert error.value.hint == "pip install 'vested[report]'"


def test_room_is_what_the_template_leaves() -> None:
    margins = re.search(r"margin: \(x: ([0-9.]+)pt", pdf.TEMPLATE.read_text(encoding="utf-8"))
    assert margins is not None
    assert 595.28 - 2 * float(margins[1]) >= PORTRAIT
    assert 841.89 - 2 * float(margins[1]) >= LANDSCAPE - 1
    assert f"+ {GAP:g}pt" in pdf.TEMPLATE.read_text(encoding="utf-8")
