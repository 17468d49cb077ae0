"""PPTX: slides whose charts and tables can be edited, and in which nothing acts."""

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
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest
from PIL import Image
from pptx import Presentation
from pptx.enum.chart import XL_CHART_TYPE

from vested.errors import OutputError, UsageError
from vested.report import pptx
from vested.report.document.model import Chart, Document, Paragraph, Points, Section, TableBlock
from vested.report.document.theme import Theme
from vested.report.text import printed
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
Make = Callable[..., Document]
IN_OTHER_PROCESS = """
import pickle, sys
from vested.report import pptx
sys.stdout.buffer.write(pptx.document(pickle.load(sys.stdin.buffer)))
"""
NASTY = [
    "=1+1", '=HYPERLINK("http://example.org")', "+1", "-1", "@SUM(A1)", "{=1+1}", "http://a.org/b",
    "mailto:a@b.org", "internal:Sheet1!A1", "<b>&amp;</b>", "]]>", "_x0041_", "a\x00b\x1b[31mc\x7f",
    "\u202egnirts\ufeff", "\ufffe", "😀🏳️‍🌈", "日本語", "x" * 900, "", " ", "2026-01-01", "12.5",
]  # fmt: skip


def a_logo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (30, 10), "#336699").save(stream, "PNG")
    return stream.getvalue()


def read(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def shapes(content: bytes) -> Iterator[Any]:
    for slide in read(content).slides:
        yield from slide.shapes


def charts(content: bytes) -> list[Any]:
    return [shape.chart for shape in shapes(content) if shape.has_chart]


def tables(content: bytes) -> list[Any]:
    return [shape.table for shape in shapes(content) if shape.has_table]


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def text_of(content: bytes) -> str:
    return "\n".join(shape.text_frame.text for shape in shapes(content) if shape.has_text_frame)


def with_blocks(document: Document, *blocks: Any) -> Document:
    return replace(document, sections=(Section("more", "More", blocks),))


def a_table(rows: int, columns: int = 3, text: str = "A statement") -> TableBlock:
    named = [Column(f"c{at}", f"Heading {at}", "", 2) for at in range(columns)]
    frame = pl.DataFrame(
        {each.key: [text if each.key == "c0" else at / 3 for at in range(rows)] for each in named}
        if rows
        else {each.key: [] for each in named}
    )
    return TableBlock(ResultTable("n", "Numbers", tuple(named), frame), ("Read it with care.",))


@pytest.fixture(scope="module")
def made(make_document: Make) -> bytes:
    return pptx.document(replace(make_document(), theme=Theme("Our Company", logo=a_logo())))


def test_slides_and_their_texts(made: bytes) -> None:
    found = read(made)
    assert (found.slide_width, found.slide_height) == (12192000, 6858000)
    assert [slide.shapes.title.text for slide in found.slides] == [
        "Report on Saint Alder Hospital", "Summary",
        *(f"Saint Alder Hospital ({at}/9)" for at in range(1, 10)), "Methods",
    ]  # fmt: skip
    text = text_of(made)
    for shown in ("Survey of 2026", "Saint Alder Hospital scores 59.8.", "Title of slope",
                  "Note on Saint Alder Hospital.", "How it was done.", "Our Company"):  # fmt: skip
        assert shown in text


def test_charts_are_native(made: bytes) -> None:
    found = charts(made)
    assert [chart.chart_type for chart in found] == [
        XL_CHART_TYPE.BAR_CLUSTERED, XL_CHART_TYPE.BAR_STACKED_100, XL_CHART_TYPE.XY_SCATTER,
        XL_CHART_TYPE.LINE_MARKERS, XL_CHART_TYPE.LINE, XL_CHART_TYPE.BAR_STACKED_100,
        XL_CHART_TYPE.XY_SCATTER_LINES, XL_CHART_TYPE.XY_SCATTER_LINES,
    ]  # fmt: skip
    intervals, answers, quadrant, slope, saturation, profile, one, two = (
        list(c.plots[0].series) for c in found
    )
    assert list(found[0].plots[0].categories) == [
        "HEADLINE", "Saint Alder Hospital", "Agility", "FACETS", "Resilience (hidden)",
    ]  # fmt: skip
    assert {s.name: list(s.values) for s in intervals} == {
        "Score, 0 to 100": [None, 59.75, 41.0, None, None],
        "Benchmark": [None, 50.0, None, None, None],
    }
    assert [list(s.values) for s in answers] == [[0.25, 0.1], [0.25, 0.0], [0.5, 0.9]]
    assert [list(s.iter_values()) for s in quadrant] == [[60.0], [40.0]]
    assert {s.name: list(s.values) for s in slope} == {
        "Saint Alder Hospital": [50.0, 60.0], "Agility": [40.0, None],
    }  # fmt: skip
    assert list(saturation[0].values) == [10, 14, 15, 15]
    assert {s.name: list(s.values) for s in profile} == {
        "thrived": [0.25, 0.0], "absorbed": [0.5, 0.0], "held": [0.0, 0.5],
        "recovered": [0.125, 0.0], "declined": [0.125, 0.5],
    }  # fmt: skip
    assert [list(s.iter_values()) for s in one] == [[100.0, 60.0, 120.0], [100.0, 100.0]]
    assert [list(s.iter_values()) for s in two] == [[80.0, 70.0], [80.0, 80.0]]
    assert found[-1].chart_title.text_frame.text == "Gent"


def test_intervals_have_error_bars(made: bytes) -> None:
    intervals, _, quadrant, slope, *_, triangle = charts(made)
    first = intervals.plots[0].series[0]._element
    lengths = first.xpath("c:errBars/*[self::c:plus or self::c:minus]//c:v/text()")
    assert [float(each) for each in lengths] == [4.25, 4.25]
    directions = quadrant.plots[0].series[0]._element.xpath("c:errBars/c:errDir/@val")
    assert directions == ["x", "y"]
    missing = triangle.plots[0].series[0]._element.xpath("c:errBars/c:plus//c:v/text()")
    assert [float(each) for each in missing] == [0.0, 10.0]
    references = slope.plots[0].series[1]._element.xpath("c:errBars//c:f/text()")
    sheet = openpyxl.load_workbook(io.BytesIO(slope.part.chart_workbook.xlsx_part.blob)).active
    assert [[c.value for (c,) in sheet[each.split("!")[1]]] for each in references] == [
        [5.0, None], [5.0, None],
    ]  # fmt: skip


def test_workbooks_hold_what_charts_refer_to(made: bytes) -> None:
    for chart in charts(made):
        sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        references = chart._chartSpace.xpath(".//c:f")
        assert len(references) > 1
        for reference in references:
            place = sheet[reference.text.removeprefix("Sheet1!").replace("$", "")]
            rows = place if isinstance(place, tuple) else ((place,),)
            there = [_same(cell.value) for row in rows for cell in row if cell.value is not None]
            assert there == [_same(value.text) for value in reference.getparent().iter("{*}v")]


def _same(value: Any) -> str | float:
    try:
        return float(value)
    except ValueError:
        return str(value)


def test_heat_is_a_coloured_table(made: bytes) -> None:
    heat, _ = tables(made)
    assert cells(heat) == [
        ["", "SCL", "REU"], ["Saint Alder Hospital", "20", "·"], ["Gent", "80?", "55"],
    ]  # fmt: skip
    assert str(heat.cell(1, 1).fill.fore_color.rgb) != str(heat.cell(2, 1).fill.fore_color.rgb)


@pytest.mark.parametrize(("language", "score"), [("en", "59.8"), ("fr", "59,8")])
def test_tables(make_document: Make, language: str, score: str) -> None:
    document = make_document(language=language)
    found = tables(pptx.document(with_blocks(document, document.sections[1].blocks[-1])))
    assert cells(found[0])[1][:4] == ["Saint Alder Hospital", "VESTED", "32", score]
    assert cells(found[0])[2][2:] == ["–", "–", "–"]


def test_everything_is_described(made: bytes) -> None:
    described = {
        shape.element.xpath(".//p:cNvPr")[0].get("descr")
        for shape in shapes(made)
        if shape.has_chart or shape.has_table or shape.shape_type == 13
    }
    kinds = ("intervals", "answers", "heat", "quadrant", "slope", "saturation", "profile")
    assert described == {f"Title of {k}. Description of {k}" for k in kinds} | {
        "Scores", "Our Company", "Saint Alder Hospital. Level: 100.0, 60.0, 120.0",
        "Gent. Level: 80.0, 70.0",
    }  # fmt: skip


def test_no_text_is_small(made: bytes) -> None:
    with ZipFile(io.BytesIO(made)) as archive:
        for name in archive.namelist():
            if re.match(r"ppt/(slides|charts)/[a-z]+\d+\.xml", name):
                sizes = re.findall(rb'sz="(\d+)"', archive.read(name))
                assert sizes
                assert all(int(size) >= 1200 for size in sizes)


@pytest.mark.parametrize(
    ("block", "slides"),
    [(a_table(14), 1), (a_table(15), 2), (a_table(40), 3), (a_table(0), 1), (a_table(3, 40), 3),
     (a_table(20, 2, "A long statement of many words. " * 7), 3)],
)  # fmt: skip
def test_tables_go_on_and_stay_on_the_slide(
    make_document: Make, block: TableBlock, slides: int
) -> None:
    content = pptx.document(with_blocks(make_document(), block))
    found = tables(content)
    assert len(found) == slides
    for table in found:
        assert len(table.rows) <= 15
        assert sum(column.width for column in table.columns) <= 12700 * 881
        assert sum(row.height for row in table.rows) <= 12700 * (494 - 122)
    shown = [row for table in found for row in cells(table)[1:]]
    assert len(shown) >= block.table.frame.height
    assert text_of(content).count("Read it with care.") == slides


def test_a_very_long_table_is_cut_and_says_so(make_document: Make) -> None:
    content = pptx.document(with_blocks(make_document(), a_table(300)))
    found = tables(content)
    assert [len(table.rows) for table in found] == [15] * 7
    assert text_of(content).count("202 more rows stand elsewhere.") == 7


def test_an_appendix_is_but_named(make_document: Make) -> None:
    document = make_document()
    block = a_table(30)
    section = replace(document.sections[1], blocks=(block,), appendix=True)
    content = pptx.document(replace(document, sections=(document.sections[0], section)))
    assert not tables(content)
    assert f"{block.table.title} (30 rows)" in text_of(content)


def test_charts_go_on(make_document: Make) -> None:
    document = make_document()
    intervals, answers, heat = document.sections[1].blocks[:3]
    assert isinstance(intervals, Chart)
    assert isinstance(answers, Chart)
    assert isinstance(heat, Chart)
    blocks = [
        replace(c, frame=pl.concat([c.frame] * 7).sort(c.frame.columns[-1], maintain_order=True))
        for c in (intervals, answers)
    ]
    wide = pl.concat([heat.frame.with_columns(row=pl.lit(f"r{at}")) for at in range(30)])
    content = pptx.document(with_blocks(document, *blocks, replace(heat, frame=wide)))
    sizes = [len(chart.plots[0].categories) for chart in charts(content)]
    assert sizes[-2:] == [7, 7]
    assert max(sizes) <= 9
    assert [len(table.rows) for table in tables(content)] == [11, 11, 11]


def test_a_short_text_stands_with_what_it_leads_to(make_document: Make) -> None:
    chart = make_document().sections[1].blocks[0]
    blocks = (Paragraph("It shows."), chart, Paragraph("And in numbers:"), a_table(30))
    slides = list(read(pptx.document(with_blocks(make_document(), *blocks))).slides)[1:]
    texts = [[s.text_frame.text for s in slide.shapes if s.has_text_frame] for slide in slides]
    assert len(slides) == 4
    assert "It shows." in texts[0]
    assert [("And in numbers:" in each) for each in texts] == [False, True, False, False]
    for slide in slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= 12700 * 530


def test_long_texts_go_on(make_document: Make) -> None:
    text = "We re-use what others have built. " * 60
    content = pptx.document(with_blocks(make_document(), Paragraph(text), Points((text, "b"))))
    assert text_of(content).count("re-use") == 120
    for slide in list(read(content).slides)[1:]:
        assert sum(len(p.text) for p in slide.placeholders[1].text_frame.paragraphs) < 1200


@pytest.mark.parametrize("name", NASTY, ids=lambda name: ascii(name)[:20])
def test_text_is_shown_and_does_nothing(make_document: Make, name: str) -> None:
    content = pptx.document(make_document(name))
    assert printed(name)[:60] in text_of(content)
    shown = [cell for table in tables(content) for row in cells(table) for cell in row]
    assert any(printed(name)[:30] in cell for cell in shown)
    for chart in charts(content):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        for row in book.active.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
    with ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            assert b"hlinkClick" not in archive.read(member)
            assert b'TargetMode="External"' not in archive.read(member)


@pytest.mark.skipif(not BLNS.exists(), reason="the corpus of naughty strings is not there")
def test_naughty_strings(make_document: Make) -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    listed = [
        TableBlock(ResultTable("t", "T", (Column("text", "", ""),), part))
        for part in pl.DataFrame({"text": names}).iter_slices(90)  # more rows are cut
    ]
    answers = make_document().sections[1].blocks[1]
    assert isinstance(answers, Chart)
    frame = pl.DataFrame({"label": names}).with_columns(
        unfavourable=0.25, middle=0.25, favourable=0.5, respondents=9
    )
    blocks = (*listed, Points(tuple(names)), replace(answers, frame=frame))
    content = pptx.document(with_blocks(make_document(), *blocks))
    shown = {row[0] for table in tables(content) for row in cells(table)}
    assert {printed(name) for name in names if len(printed(name)) < 200} <= shown
    found = [label for chart in charts(content) for label in chart.plots[0].categories]
    assert len(found) == len(names)


def dates(content: bytes) -> set[tuple[int, ...]]:
    found = set()
    with ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            found.add(member.date_time)
            if member.filename.endswith(".xlsx"):
                found |= dates(archive.read(member))
    return found


def test_no_clock(make_document: Make, made: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dates(made) == {(1980, 1, 1, 0, 0, 0)}
    about = read(made).core_properties
    assert str(about.created) == str(about.modified) == "1980-01-01 00:00:00"
    assert (about.title, about.author) == ("Report on Saint Alder Hospital", "Our Company")
    assert about.language == "en"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    stated = read(pptx.document(with_blocks(make_document()))).core_properties
    assert str(stated.created) == "2026-01-01 00:00:00"


def test_same_bytes_twice_and_in_another_process(
    make_document: Make, made: bytes, tmp_path: Path
) -> None:
    document = replace(make_document(), theme=Theme("Our Company", logo=a_logo()))
    assert pptx.document(document) == made
    other = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "HOME": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", IN_OTHER_PROCESS],
        input=pickle.dumps(document), capture_output=True, check=True, cwd=tmp_path,
        env={**os.environ, **other, "PYTHONPATH": str(Path(pptx.__file__).parents[3])},
    )  # fmt: skip
    assert found.stdout == made


def test_charts_of_nothing(make_document: Make) -> None:
    document = make_document()
    empty = [
        replace(block, frame=block.frame.clear())
        for block in document.sections[1].blocks
        if isinstance(block, Chart)
    ]
    content = pptx.document(with_blocks(document, *empty))
    assert not charts(content)
    assert "Title of slope. Description of slope" in text_of(content)


def test_a_broken_logo_is_an_error(make_document: Make) -> None:
    with pytest.raises(OutputError, match="logo"):
        pptx.document(replace(make_document(), theme=Theme(logo=a_logo()[:20])))


def test_without_python_pptx(make_document: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(UsageError) as error:
        pptx.document(make_document())
    assert error.value.hint == "pip install 'vested[pptx]'"
