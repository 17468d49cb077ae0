"""Workbooks read back: numbers as numbers, texts as texts, no formula, charts to be edited."""

from __future__ import annotations

import dataclasses
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import polars as pl
import pytest

from vested.errors import OutputError
from vested.report import xlsx
from vested.report.document.model import Document
from vested.report.document.theme import Theme
from vested.report.text import FORMULA_STARTS, harmless
from vested.report.xlsx.book import cut, safe_name
from vested.report.xlsx.tables import lines_of
from vested.table import Column, ResultTable

Make = Callable[..., Document]


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes, name: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(each).decode() for each in archive.namelist() if name in each]


def texts(sheet: Any) -> list[Any]:
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def png(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * wide for _ in range(high)))
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_sheets(make_document: Make) -> None:
    book = opened(xlsx.document(make_document()))
    assert book.sheetnames == ["Summary", "Saint Alder Hospital", "Scores", "Notes"]
    assert texts(book["Summary"]) == [
        "Report on Saint Alder Hospital", "Survey of 2026", "Summary",
        "Saint Alder Hospital scores 59.8.", "•  Saint Alder Hospital", "•  b",
    ]  # fmt: skip


def test_table(make_document: Make) -> None:
    sheet = opened(xlsx.document(make_document()))["Scores"]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        ["Scores", None, None, None, None],
        [None] * 5,
        ["Organisation", "Measure", "Respondents", "Score", "Alpha"],
        ["Saint Alder Hospital", "VESTED", 32, 59.75, 0.8125],
        ["Gent", "VESTED", None, None, None],
        [None] * 5,
        ["Note on Saint Alder Hospital.", None, None, None, None],
    ]
    assert [cell.number_format for cell in sheet[4]] == ["General", "General", "0", "0.0", "0.000"]
    assert all(cell.font.bold for cell in sheet[3])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B4", "A3:E5")
    assert sheet.column_dimensions["A"].width > len("Saint Alder Hospital")


def test_charts(make_document: Make) -> None:
    content = xlsx.document(make_document())
    sheet = opened(content)["Saint Alder Hospital"]
    kinds = [type(chart).__name__ for chart in sheet._charts]
    assert kinds == [
        "BarChart", "BarChart", "ScatterChart", "LineChart", "LineChart", "BarChart",
        "ScatterChart", "ScatterChart",
    ]  # fmt: skip
    drawn = parts(content, "xl/charts/chart")
    titles = [re.findall(r"<c:title>.*?<c:v>(.*?)</c:v>", chart)[0] for chart in drawn]
    kinds = ["intervals", "answers", "quadrant", "slope", "saturation", "profile"]
    panels = ["Saint Alder Hospital", "Gent"]
    assert titles == [*(f"Title of {kind}" for kind in kinds), *panels]
    (drawing,) = parts(content, "xl/drawings/drawing")
    described = re.findall(r'descr="(.*?)"', drawing)
    assert described[0] == "Title of intervals. Description of intervals"
    assert described[-2:] == ["Saint Alder Hospital. Level: 100.0, 60.0, 120.0",
                              "Gent. Level: 80.0, 70.0"]  # fmt: skip
    assert len(described) == 8


def numbers(chart: str, element: str) -> list[list[str]]:
    """What is drawn, as the chart itself holds it."""
    return [
        re.findall(r"<c:v>(.*?)</c:v>", found)
        for found in re.findall(rf"<c:{element}>(.*?)</c:{element}>", chart)
    ]


def test_whiskers_benchmark_and_what_is_missing(make_document: Make) -> None:
    intervals, answers, quadrant, slope, saturation, profile, one, two = parts(
        xlsx.document(make_document()), "xl/charts/chart"
    )
    assert numbers(intervals, "val") == [["59.75", "41"], ["50"]]
    assert numbers(intervals, "plus") == numbers(intervals, "minus") == [["4.25"]]
    assert numbers(answers, "val") == [["0.25", "0.1"], ["0.25", "0"], ["0.5", "0.9"]]
    assert '<c:grouping val="percentStacked"/>' in answers
    assert numbers(quadrant, "xVal") == [["-20", "30"]]
    assert numbers(quadrant, "yVal") == [["60", "40"]]
    assert numbers(quadrant, "plus") == [["5.0"], ["5.0"]]
    assert numbers(slope, "val") == [["50", "60"], ["40"]]
    assert numbers(saturation, "val") == [["10", "14", "15", "15"]]
    assert numbers(profile, "val") == [
        ["0.25", "0"], ["0.5", "0"], ["0", "0.5"], ["0.125", "0"], ["0.125", "0.5"],
    ]  # fmt: skip
    assert numbers(one, "yVal") == [["100", "60", "120"], ["100", "100", "100"]]
    assert numbers(one, "plus") == [["0.0", "40.0", "0.0"]]
    assert numbers(two, "xVal") == [["0", "5"], ["0", "5"]]


def test_heat_map_is_coloured_cells(make_document: Make) -> None:
    sheet = opened(xlsx.document(make_document()))["Saint Alder Hospital"]
    (area,) = sheet.conditional_formatting
    (rule,) = area.rules
    assert rule.type == "colorScale"
    assert [point.val for point in rule.colorScale.cfvo] == [0, 50, 100]
    cells = [[cell.value for cell in row] for row in sheet[str(area.sqref)]]
    assert cells == [[20, None], [80, 55]]


def test_no_benchmark_no_second_series(make_document: Make) -> None:
    document = make_document()
    section = document.sections[1]
    chart = section.blocks[0]
    frame = chart.frame.with_columns(norm=pl.lit(None, pl.Float64))  # type: ignore[union-attr]
    only = dataclasses.replace(section, blocks=(dataclasses.replace(chart, frame=frame),))
    made = xlsx.document(dataclasses.replace(document, sections=(document.sections[0], only)))
    (chart,) = opened(made).worksheets[1]._charts
    assert (len(chart.series), chart.legend) == (1, None)


def test_charts_without_rows(make_document: Make) -> None:
    document = make_document()
    section = document.sections[1]
    empty = tuple(
        dataclasses.replace(block, frame=block.frame.clear())  # type: ignore[union-attr]
        for block in section.blocks[:-1]
    )
    found = dataclasses.replace(section, blocks=empty)
    book = opened(xlsx.document(dataclasses.replace(document, sections=(found,))))
    assert not any(sheet._charts for sheet in book)


def test_notes(make_document: Make) -> None:
    document = make_document()
    recipe = {"b": [1, {"c": None}], "a": {"seed": 0, "confidence": 0.95, "weight": False}}
    sheet = opened(xlsx.document(dataclasses.replace(document, recipe=recipe)))["Notes"]
    rows = [
        [value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)
    ]
    found = [row for row in rows if row]
    assert found[:3] == [["Methods"], ["How it was done."], ["Scores"]]
    assert found[3] == ["Note on Saint Alder Hospital."]
    assert ["Scores", "Alpha", "Cronbach's alpha."] in found
    assert found[-5:] == [
        ["a.confidence", 0.95], ["a.seed", 0], ["a.weight", False], ["b.1", 1], ["b.2.c"],
    ]  # fmt: skip


def inert(content: bytes) -> Any:
    """No formula, no link, no name of a sheet that Excel would refuse; returns the workbook."""
    for sheet in parts(content, "xl/worksheets/sheet"):
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
    assert not any("hyperlink" in rels for rels in parts(content, ".rels"))
    book = opened(content)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
    names = book.sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$|(?i:^history$)", name)
    return book


def test_nothing_acts(make_document: Make, nasty: str) -> None:
    book = inert(xlsx.document(make_document(nasty)))
    cell = book.worksheets[2]["A4"]
    assert (cell.value or "") == cut(harmless(nasty))
    assert cell.quotePrefix == harmless(nasty).startswith(FORMULA_STARTS)
    assert len(book.worksheets[1]._charts) == 8


def test_references_of_charts_are_to_the_cells(make_document: Make, nasty: str) -> None:
    """A title such as `a!B1` would be taken for a reference where it were a text of the chart."""
    content = xlsx.document(make_document(nasty))
    name = opened(content).sheetnames[1].replace("'", "''")
    for chart in parts(content, "xl/charts/chart"):
        for formula in re.findall(r"<c:f>(.*?)</c:f>", chart):
            assert re.fullmatch(r"(.+)!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", formula)
            sheet = formula.rpartition("!")[0].strip("'").replace("&amp;", "&")
            assert sheet.replace("&lt;", "<").replace("&gt;", ">") == name


def test_naughty_strings(naughty: Document) -> None:
    book = inert(xlsx.document(naughty))
    assert len(book.sheetnames) > 500


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Scores", "Scores"),
        ("", "Sheet"),
        ("'", "Sheet"),
        ("''a''", "a"),
        ("a/b:c", "a-b-c"),
        ("［a］：", "-a--"),
        ("History", "History (2)"),
        ("scores", "scores"),
        ("TAKEN", "TAKEN (2)"),
        ("x" * 40, "x" * 31),
        ("y" * 31, "y" * 27 + " (2)"),
        ("z" * 30 + "'z", "z" * 30),
        ("👍" * 20, "👍" * 15),
        ("a\nb", "a␊b"),
        ("_x0041_", "-x0041_"),
    ],
)
def test_safe_name(title: str, name: str) -> None:
    assert safe_name(title, {"history", "taken", "y" * 31}) == name


def test_cut_is_visible() -> None:
    assert cut("a" * 32_767) == "a" * 32_767
    assert cut("a" * 32_768) == "a" * (32_767 - 7) + "… (cut)"
    assert cut("👍" * 20_000).count("👍") == (32_767 - 7) // 2


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [("", 9, 1), ("a", 9, 1), ("Both together", 9, 2), ("a" * 20, 9, 3), ("a b c", 5, 1)],
)
def test_lines_of(text: str, room: int, lines: int) -> None:
    assert lines_of(text, room) == lines


def one(values: list[Any], dtype: Any = None) -> Any:
    frame = pl.DataFrame({"a": pl.Series(values, dtype=dtype, strict=False)})
    book = opened(xlsx.table(ResultTable("t", "T", (Column("a", "A", "What it is.", 1),), frame)))
    assert book.sheetnames == ["T", "Notes"]
    return [cell.value for cell in book["T"]["A"][3:]]


@pytest.mark.parametrize(
    "values",
    [[1 / 3, 59.12345678901234], [10**15 - 1, -1], [True, False], ["1", "007"], [1e-300, 1e300]],
)
def test_values_are_whole(values: list[Any]) -> None:
    assert one(values) == values


def test_values_beyond_excel() -> None:
    assert one([10**17 + 1]) == [str(10**17 + 1)]
    assert one([float("inf"), 1.0]) == ["inf", 1]


def test_no_rows() -> None:
    assert one([], pl.Float64) == []


def test_too_many_rows() -> None:
    frame = pl.DataFrame({"a": pl.zeros(1_048_576, eager=True)})
    with pytest.raises(OutputError, match="no room"):
        xlsx.table(ResultTable("t", "T", (Column("a", "A", ""),), frame))


def test_tables(make_document: Make) -> None:
    made = make_document().tables
    book = opened(xlsx.tables({"a": made["scores"], "b": made["scores"]}, {"seed": 0}))
    assert book.sheetnames == ["Scores", "Scores (2)", "Notes"]
    assert ("seed", 0) in [row[:2] for row in book["Notes"].iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("epoch", "made"),
    [
        (None, datetime(1980, 1, 1)),
        ("", datetime(1980, 1, 1)),
        ("today", datetime(1980, 1, 1)),
        ("1767225600", datetime(2026, 1, 1)),
    ],
)
def test_created(
    make_document: Make, monkeypatch: pytest.MonkeyPatch, epoch: str | None, made: datetime
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    if epoch is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    content = xlsx.document(make_document())
    properties = opened(content).properties
    assert (properties.created, properties.creator) == (made, None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}


def test_theme(make_document: Make) -> None:
    theme = Theme(name="Our Company", accent="#123456", logo=png(600, 100))
    content = xlsx.document(dataclasses.replace(make_document(), theme=theme))
    sheet = opened(content)["Summary"]
    assert sheet["A2"].value == "Report on Saint Alder Hospital"
    assert sheet["A2"].font.color.rgb == "FF123456"
    assert "Our Company" in texts(sheet)
    assert parts(content, "xl/drawings/drawing")[0].count('descr="Our Company"') == 1


def test_broken_logo(make_document: Make) -> None:
    theme = Theme(logo=b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(OutputError, match="logo"):
        xlsx.document(dataclasses.replace(make_document(), theme=theme))


def test_tables_alone_need_no_page(make_document: Make) -> None:
    document = make_document()
    section = dataclasses.replace(document.sections[1], blocks=document.sections[1].blocks[-1:])
    found = dataclasses.replace(document, sections=(document.sections[0], section))
    assert opened(xlsx.document(found)).sheetnames == ["Summary", "Scores", "Notes"]
