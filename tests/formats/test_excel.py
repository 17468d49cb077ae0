"""Workbooks of Excel and OpenDocument: which sheet, which table, and every value as text."""

from __future__ import annotations

import csv
import datetime
import io
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from vested.errors import InputError
from vested.formats import Table, archive, open_table
from vested.formats.excel import convert, sheets

SHARED = Path(__file__).parents[3] / "shared"
READXL = SHARED / "exports" / "stats" / "readxl"
FRICTIONLESS = SHARED / "corpora" / "frictionless-test-data" / "files"

Rows = Sequence[Sequence[Any]]


def needs(folder: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not folder.exists(), reason=f"{folder} is not here")


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Table]]:
    with ExitStack() as stack:
        yield lambda path: open_table(path, None, stack)


@pytest.fixture
def read(opened: Callable[[Path], Table]) -> Callable[[Path], tuple[Table, list[tuple[str, ...]]]]:
    def made(path: Path) -> tuple[Table, list[tuple[str, ...]]]:
        table = opened(path)
        types = {at: pl.String() for at in range(len(table.columns))}
        return table, table.scan(types).collect().fill_null("").rows()

    return made


Read = Callable[[Path], tuple[Table, list[tuple[str, ...]]]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of some sheets, written by xlsxwriter."""

    def made(sheets: Mapping[str, Rows], hidden: Sequence[str] = (), **how: Any) -> Path:
        path = tmp_path / "survey.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
                if title in hidden:
                    sheet.hide()
                else:
                    sheet.activate()
                    sheet.set_first_sheet()
            for change in how.values():
                change(book)
        return path

    return made


def error_of(run: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        run()
    return caught.value


# --- real files ---------------------------------------------------------------------------------


@needs(SHARED)
@pytest.mark.parametrize(
    ("file", "kind", "columns", "rows", "first", "last"),
    [
        # Rows and cells as openpyxl counts them; for xls those of the xlsx, or of R's data sets.
        ("exports/org_surveys/gtmi/groups_data.xlsx", "sheet Sheet1 of an Excel workbook", 9, 598,
         (2, "2020", "ARG"), (599, "2025", "0.4739137063540888")),
        ("exports/qda/taguette_1.5.2/all_tags.xlsx", "sheet highlights of an Excel workbook", 4, 4,
         (2, "1", "interview-01.docx"), (5, "4", "interview-01.docx")),
        ("exports/stats/readxl/deaths.xlsx", "sheet arts of an Excel workbook", 6, 10,
         (6, "David Bowie", "musician"), (15, "George Michael", "musician")),
        ("exports/stats/readxl/deaths.xls", "sheet arts of an Excel workbook", 6, 10,
         (6, "David Bowie", "musician"), (15, "George Michael", "musician")),
        ("exports/stats/readxl/datasets.xls", "sheet quakes of an Excel workbook", 5, 1000,
         (2, "-20.42", "181.62"), (1001, "-21.59", "170.56")),
        ("corpora/frictionless-test-data/files/excel/sample-1-sheet.xls",
         "sheet Sheet1 of an Excel workbook", 3, 2, (2, "1", "two"), (3, "3", "four")),
        ("corpora/frictionless-test-data/files/excel/sample-1-sheet.xlsx",
         "sheet Sheet1 of an Excel workbook", 3, 2, (2, "1", "two"), (3, "3", "four")),
        ("corpora/frictionless-test-data/files/other/sample.ods",
         "sheet Sheet1 of an OpenDocument spreadsheet", 3, 2, (2, "a", "b"), (3, "d", "e")),
    ],
)  # fmt: skip
def test_real_workbooks(
    file: str,
    kind: str,
    columns: int,
    rows: int,
    first: tuple[int, str, str],
    last: tuple[int, str, str],
    read: Read,
) -> None:
    table, body = read(SHARED / file)
    assert (table.kind, len(table.columns), len(body)) == (kind, columns, rows)
    assert (table.row_of(0), *body[0][:2]) == first
    assert (table.row_of(rows - 1), *body[-1][:2]) == last


@needs(READXL)
@pytest.mark.parametrize("ending", ["xls", "xlsx"])
def test_what_stands_around_a_table_is_told(ending: str, read: Read) -> None:
    table, body = read(READXL / f"deaths.{ending}")
    assert table.columns == (
        "Name", "Profession", "Age", "Has kids", "Date of birth", "Date of death"
    )  # fmt: skip
    assert body[1] == ("Carrie Fisher", "actor", "60", "true", "1956-10-21", "2016-12-27")
    assert list(table.notes) == [
        f"deaths.{ending}: sheet arts was read, which holds most; not other.",
        f"deaths.{ending}, sheet arts: rows 1–4 and 16–19, outside the table, left out.",
    ]


@needs(READXL)
def test_both_formats_of_a_workbook_give_the_same(read: Read) -> None:
    # iris comes after the others, and smaller
    for name in ("deaths", "type-me"):
        old, new = (read(READXL / f"{name}.{ending}") for ending in ("xls", "xlsx"))
        assert (old[0].columns, old[1]) == (new[0].columns, new[1])


@needs(FRICTIONLESS)
def test_the_name_of_a_file_says_nothing(read: Read, tmp_path: Path) -> None:
    files = FRICTIONLESS / "excel" / "sample-1-sheet.xls", READXL / "deaths.xlsx"
    for file, name in zip(files, ("a.xlsx", "b.csv"), strict=True):
        (tmp_path / name).write_bytes(file.read_bytes())
        assert read(tmp_path / name)[1] == read(file)[1]


@needs(FRICTIONLESS)
def test_an_empty_workbook_is_told(opened: Callable[[Path], Table]) -> None:
    file = FRICTIONLESS / "empty-files" / "empty.xls"
    assert "no visible sheet that holds anything" in str(error_of(lambda: opened(file)))


# --- values -------------------------------------------------------------------------------------

VALUES = [
    (3, "3", ""),
    (3.0, "3", ""),
    (-2, "-2", ""),
    (0.1, "0.1", ""),
    (1 / 3, "0.3333333333333333", ""),
    (12345678901, "12345678901", ""),
    (999999999999999, "999999999999999", ""),
    (1e22, "1e+22", ""),
    (0.85, "0.85", "0 %"),
    (True, "true", ""),
    (False, "false", ""),
    ("", "", ""),
    ("#N/A", "#N/A", ""),
    ("007", "007", ""),
    (" a\u00a0", " a\u00a0", ""),
    ("a\nb", "a\nb", ""),
    ('"quoted", or not', '"quoted", or not', ""),
    ("ünï€😀", "ünï€😀", ""),
    (datetime.date(2024, 5, 3), "2024-05-03", "yyyy-mm-dd"),
    (datetime.datetime(2024, 5, 3), "2024-05-03", "d/m/yy hh:mm"),
    (datetime.datetime(2024, 5, 3, 14, 2, 33), "2024-05-03T14:02:33", "m/d/yy h:mm:ss"),
    (datetime.datetime(2024, 5, 3, 14, 2, 33, 120000), "2024-05-03T14:02:33.12", "yyyy hh:mm:ss"),
    (datetime.time(13, 4, 5), "13:04:05", "hh:mm:ss"),
    (datetime.timedelta(hours=26, minutes=3, seconds=1), "26:03:01", "[h]:mm:ss"),
]


def test_values_are_as_they_would_be_typed(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["value", "number"])
        for at, (value, _, shape) in enumerate(VALUES, start=1):
            form = book.add_format({"num_format": shape}) if shape else None
            sheet.write(at, 0, value, form)
            sheet.write(at, 1, at)
    assert read(path)[1] == [(text, str(at)) for at, (_, text, _) in enumerate(VALUES, start=1)]


def test_errors_are_no_blanks(read: Read, tmp_path: Path) -> None:
    """The library gives them as blank, but what went wrong must not pass for no answer."""
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(path) as book:
        other, sheet = book.add_worksheet("a"), book.add_worksheet("b & c")
        other.write_formula("A1", "=1/0", None, "#NAME?")
        sheet.write("C1", "a title")
        sheet.write_row("C3", ["x", "y", "z"])
        for at in range(4, 3000):
            sheet.write_row(f"C{at}", [1, 2])
            sheet.write_formula(f"E{at}", "=IF(1<2, NA(), 1/0)", None, "#N/A")
        sheet.write_formula("C5", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D6", '="t=""e"""', None, 't="e"')
    table, body = read(path)
    assert table.columns == ("x", "y", "z")
    assert body[:3] == [("1", "2", "#N/A"), ("#DIV/0!", "2", "#N/A"), ("1", 't="e"', "#N/A")]
    assert {row[2] for row in body} == {"#N/A"}


def test_errors_are_seen_across_pieces(
    book: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(book: Any) -> None:
        book.worksheets()[0].write_formula("B2", "=NA()", None, "#N/A")

    monkeypatch.setattr(archive, "_PIECE", 7)
    path = book({"A": LARGE}, change=wrong)
    assert next(iter(convert(path, path.name, None).rows)) == ["Gent", "#N/A"]


def test_repeated_and_blank_names(read: Read, book: Callable[..., Path]) -> None:
    rows = [["a", "", "a", "b"], [1, 2, 3, 4], [5, 6, 7, 8]]
    table, body = read(book({"Sheet1": rows}))
    assert table.columns == ("a", "", "a", "b")
    assert body == [("1", "2", "3", "4"), ("5", "6", "7", "8")]


def test_formats_without_values_are_no_cells(read: Read, book: Callable[..., Path]) -> None:
    def coloured(book: Any) -> None:
        colour = book.add_format({"bg_color": "red"})
        book.worksheets()[0].write_blank("XFD1048576", None, colour)

    table, body = read(book({"Sheet1": [["a", "b"], [1, 2]]}, coloured=coloured))
    assert (table.columns, body) == (("a", "b"), [("1", "2")])


def test_merged_names_stand_in_their_first_cell(read: Read, book: Callable[..., Path]) -> None:
    rows: list[list[Any]] = [
        ["RespondentID", "StartDate", "Which?", "", "", "Why?"],
        ["", "", "this", "that", "other", "Open-Ended Response"],
        [1, "5/10/18", "this", "", "other", "so"],
        [2, "5/11/18", "", "that", "", ""],
    ]
    table, body = read(
        book(
            {"Sheet": rows}, merge=lambda book: book.worksheets()[0].merge_range("C1:E1", "Which?")
        )
    )
    assert table.columns == tuple(rows[0])
    assert body[0] == tuple(rows[1])
    assert [table.row_of(0), table.row_of(2)] == [2, 4]


# --- sheets -------------------------------------------------------------------------------------

SMALL = [["about", "this"], ["made", "today"]]
LARGE = [["organisation", "SCL1"], *[["Gent", 3]] * 20]


@pytest.mark.parametrize(
    ("given", "hidden", "title", "others"),
    [
        ({"A": LARGE}, [], "A", None),
        ({"A": SMALL, "B": LARGE}, [], "B", "A"),
        ({"A": LARGE, "B": SMALL, "C": [], "D": SMALL}, [], "A", "B, D"),
        ({"A": LARGE, "B": SMALL}, ["A"], "B", None),
        ({"A": LARGE, "B": LARGE}, [], "A", "B"),
        ({"A": [["one"]] * 30, "B": LARGE}, [], "B", "A"),
    ],
)
def test_the_sheet_with_most_in_it_is_read(
    given: dict[str, Rows],
    hidden: list[str],
    title: str,
    others: str | None,
    read: Read,
    book: Callable[..., Path],
) -> None:
    table, body = read(book(given, hidden))
    assert table.kind == f"sheet {title} of an Excel workbook"
    assert len(body) == len(given[title]) - 1
    told = f"survey.xlsx: sheet {title} was read, which holds most; not {others}."
    assert list(table.notes) == ([told] if others else [])


def test_a_chart_is_no_sheet(read: Read, book: Callable[..., Path]) -> None:
    def charted(book: Any) -> None:
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=A!$B$2:$B$5"})
        book.add_chartsheet("Chart").set_chart(chart)

    assert read(book({"A": LARGE}, charted=charted))[0].notes == ()


@pytest.mark.parametrize("given", [{"A": []}, {"A": [["", ""]]}])
def test_nothing_visible_is_told(
    given: dict[str, Rows], opened: Callable[[Path], Table], book: Callable[..., Path]
) -> None:
    path = book(given)
    assert "no visible sheet" in error_of(lambda: opened(path)).message


def test_a_header_alone_is_told(opened: Callable[[Path], Table], book: Callable[..., Path]) -> None:
    path = book({"A": LARGE[:1]})
    assert error_of(lambda: opened(path)).message == "survey.xlsx has a header but no rows"


def test_all_sheets_of_a_questionnaire(book: Callable[..., Path]) -> None:
    survey = [["type", "name"], ["integer", "SCL1"], ["", ""], ["text", 3]]
    path = book({"survey": survey, "choices": [], "settings": [["version"], [2024]]}, ["settings"])
    assert sheets(path, path.name) == {
        "survey": [["type", "name"], ["integer", "SCL1"], ["", ""], ["text", "3"]],
        "choices": [],
        "settings": [["version"], ["2024"]],
    }


# --- what cannot be read ------------------------------------------------------------------------


def repacked(path: Path, **changes: Callable[[bytes], bytes]) -> bytes:
    """A workbook of which some files, named by a piece of their name, are changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            for piece, change in changes.items():
                content = change(content) if piece in member else content
            new.writestr(member, content)
    return out.getvalue()


OPEN_DOCUMENT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:calcext="urn:x" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="S">{}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
ROW = "<table:table-row{}>{}</table:table-row>"
CELL = '<table:table-cell{} office:value-type="string"><text:p>x</text:p></table:table-cell>'


def open_document(*rows: str, manifest: str = "", kind: str = "spreadsheet") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", OPEN_DOCUMENT.format("".join(rows)))
    return out.getvalue()


def far(*rows: str) -> bytes:
    return open_document(ROW.format("", CELL.format("")), *rows)


OLD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1016)
REPEATED = ' table:number-rows-repeated="{}"'.format
WIDE = CELL.format(' table:number-columns-repeated="16384"')
BLANK = '<table:table-cell table:number-columns-repeated="16384"/>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda path: path.read_bytes()[:-300], "damaged zip or Excel"),
        (lambda path: path.read_bytes()[:2000], "damaged zip or Excel"),
        (lambda path: repacked(path, sheet1=lambda old: old[:300]), "damaged workbook"),
        (lambda path: repacked(path, workbook=lambda old: b"<a"), "damaged workbook"),
        (lambda path: repacked(path, workbook=lambda old: b""), ""),
        (lambda path: OLD + bytes(5000), "damaged workbook, or none"),
        (lambda path: OLD + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (lambda path: open_document(manifest="<encryption-data/>"), "protected by a password"),
        (lambda path: open_document(kind="text"), "OpenDocument file, but no spreadsheet"),
        (lambda path: far(ROW.format(REPEATED(1048575), CELL.format(""))), "blank or repeated"),
        (lambda path: far(ROW.format(REPEATED(1048575), WIDE)), "Cell limit"),
        (lambda path: far(ROW.format(REPEATED(1048575), BLANK), ROW.format("", CELL.format(""))),
         "1,048,577 × 1 cells, nearly all of them blank or repeated, are too many"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    content: Callable[[Path], bytes],
    words: str,
    opened: Callable[[Path], Table],
    book: Callable[..., Path],
) -> None:
    path = book({"A": LARGE})
    path.write_bytes(content(path))
    found = error_of(lambda: opened(path))
    assert found.message.startswith("survey.xlsx")
    assert words in found.message
    assert found.hint


def test_errors_of_open_document_are_told(read: Read, tmp_path: Path) -> None:
    error = '<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'  # fmt: skip  # noqa: E501
    path = tmp_path / "survey.ods"
    cell = CELL.format("")
    path.write_bytes(open_document(ROW.format("", cell + cell), ROW.format("", cell + error)))
    table, body = read(path)
    assert body == [("x", "")]
    assert "cells with an error" in table.notes[0]


def with_member(path: Path, name: str, content: bytes, times: int) -> None:
    """Put a file into a workbook that holds something many times over."""
    with zipfile.ZipFile(path) as old:
        kept = {member: old.read(member) for member in old.namelist() if member != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member, raw in kept.items():
            new.writestr(member, raw)
        with new.open(name, "w") as out:
            for _ in range(times):
                out.write(content)


def lie(path: Path, size: int) -> None:
    """Have a zip file say that its largest file holds 5,000 bytes."""
    raw = path.read_bytes()
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (5000).to_bytes(4, "little")))


@pytest.fixture
def bombs(book: Callable[..., Path]) -> Callable[[str], Path]:
    def corner(book: Any) -> None:
        book.worksheets()[0].write("XFD1048576", "z")

    def pages(book: Any) -> None:
        book.worksheets()[0].write_column("A1", ["x" * 32_000] * 50_000)

    def made(kind: str) -> Path:
        if kind in ("corner", "column"):
            return book({"A": [["a"]]}, change={"corner": corner, "column": pages}[kind])
        path = book({"A": [["a"]]})
        with_member(path, "xl/sharedStrings.xml", b"<si>" * (1 << 18), 1024)
        if kind == "lie":
            lie(path, 1 << 30)
        return path

    return made


@pytest.mark.parametrize("kind", ["corner", "column", "gigabyte", "lie"])
def test_bombs_are_refused_at_once(
    kind: str, bombs: Callable[[str], Path], opened: Callable[[Path], Table]
) -> None:
    """What a child may take is tested elsewhere; here, that so much is enough."""
    path = bombs(kind)
    start = time.monotonic()
    found = error_of(lambda: opened(path))
    assert time.monotonic() - start < 3
    assert "cannot be read" in found.message or "unpacks to far more" in found.message


def test_a_questionnaire_of_a_million_cells_is_none(book: Callable[..., Path]) -> None:
    long = [["a"], *[[""]] * 600_000, ["z"]]
    path = book({"A": long, "B": long})
    assert "too large" in error_of(lambda: sheets(path, path.name)).message
    path.write_text("type,name\n")
    assert "damaged workbook, or none" in error_of(lambda: sheets(path, path.name)).message


def test_a_workbook_scores_as_its_text(
    header: list[str],
    rows: list[list[str]],
    scores: Callable[..., bytes],
    plain_scores: bytes,
    book: Callable[..., Path],
    tmp_path: Path,
) -> None:
    typed = [[*row[:2], *map(int, row[2:])] for row in rows]
    path = book({"About": [["A survey"]], "Answers": [["Answers of 2024"], [], header, *typed]})
    assert scores(path) == plain_scores
    with (tmp_path / "half.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows[:9]])
    other = book({"Answers": [header, *typed[9:]]})
    assert scores([tmp_path / "half.csv", other]) == plain_scores
