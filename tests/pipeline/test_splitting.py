"""Rows taken apart by client: every cell as it was, from any kind of file, no row of another."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

import vested
from vested.errors import InputError, UsageError
from vested.formats import Part, open_table
from vested.pipeline.batch import splitting
from vested.pipeline.batch.splitting import Split, split

Rows = list[list[str]]
HEADER = ["client", "text", "x"]
ODD = [
    ["a", 'quo"te', "1"],
    ["b", "line\nbreak", "2"],
    ["", "no client", "3"],
    [" a ", "comma, semi; tab\t", "4"],
    ["b", "", "5"],
    ["e\u0301", "=1+1\r\n<b>", "6"],
    ["\u00e9", "\u202e😀", "7"],
]


def own(scores: pl.DataFrame) -> pl.DataFrame:
    """The scores without the columns that hang on who else is there."""
    return scores.drop("shrunk", "reliability", pl.selectors.starts_with("rank"))


@pytest.fixture
def parted(tmp_path: Path) -> Callable[..., Split]:
    def made(*files: Path, by: str = "client") -> Split:
        folder = tmp_path / "parts"
        folder.mkdir(exist_ok=True)
        return split(files, by, folder, encoding=None, definition=None, progress=lambda rows: None)

    return made


def cells(part: Part) -> Rows:
    """Header and body of a part, as its text has them."""
    return list(csv.reader(io.StringIO(part.path.read_bytes().decode(), newline="")))


def test_cells_stay_as_they_are(write: Callable[..., Path], parted: Callable[..., Split]) -> None:
    found = parted(write(HEADER, ODD))
    assert list(found.parts) == ["a", "b", "é"]
    assert found.blank == 1
    body = {name: cells(part)[1:] for name, [part] in found.parts.items()}
    assert body == {"a": [ODD[0], ODD[3]], "b": [ODD[1], ODD[4]], "é": [ODD[5], ODD[6]]}
    assert all(part.name == "survey.csv" for [part] in found.parts.values())


def test_rows_are_numbered_as_in_the_file_that_they_are_from(
    write: Callable[..., Path], parted: Callable[..., Split]
) -> None:
    path = write(HEADER, ODD)
    with ExitStack() as stack:
        whole = open_table(path, None, stack)
        [part] = parted(path).parts["b"]
        assert part.open().rows_of([0, 1]) == whole.rows_of([1, 4])


def test_a_header_may_hold_line_breaks_of_any_kind(
    write: Callable[..., Path], parted: Callable[..., Split]
) -> None:
    path = write(
        ["client", "a\r\nb\nc", "x\ry"], [["a", "1", "2"], ["b", "3", "4"]], quoting=csv.QUOTE_ALL
    )
    [part] = parted(path).parts["b"]
    table = part.open()
    assert table.columns == ("client", "a\nb\nc", "x\ny")
    assert table.sample == (("b", "3", "4"),)
    assert table.scan({0: pl.String(), 1: pl.String()}).collect().rows() == [("b", "3")]


def test_several_files_and_columns(
    write: Callable[..., Path], parted: Callable[..., Split]
) -> None:
    one = write(HEADER, ODD, "one.csv")
    two = write(["x", "client"], [["1", "a"], ["2", "c"]], "two.csv")
    found = parted(one, two)
    assert {name: [part.name for part in parts] for name, parts in found.parts.items()} == {
        "a": ["survey.csv", "survey-2.csv"],
        "b": ["survey.csv"],
        "c": ["survey.csv"],
        "é": ["survey.csv"],
    }
    assert cells(found.parts["a"][1]) == [["x", "client"], ["1", "a"]]


def test_header_rows_of_platforms_go_along(parted: Callable[..., Split], tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "data/samples/qualtrics-choice-text.csv"
    found = parted(source, by="organisation")
    text = source.read_bytes().decode("utf-8-sig")
    whole = list(csv.reader(io.StringIO(text, newline="")))
    for [part] in found.parts.values():
        assert cells(part)[:3] == [
            [cell.replace("\r\n", "\n") for cell in row] if at == 0 else row
            for at, row in enumerate(whole[:3])
        ]
    names = {row[whole[0].index("organisation")] for row in whole[3:]} - {""}
    assert set(found.parts) == names
    name = max(found.parts, key=lambda name: found.parts[name][0].path.stat().st_size)
    options = {"min_respondents": 1, "instrument": "vested-short"}
    mine = vested.analyse(found.parts[name][0], **options).scores
    every = vested.analyse(source, **options).scores
    assert own(mine).equals(own(every.filter(pl.col("organisation") == name)))


def sheet(path: Path, header: list[str], rows: Rows) -> None:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    for at, row in enumerate([header, *rows]):
        page.write_row(at, 0, row)
    book.close()


def test_sheets(parted: Callable[..., Split], tmp_path: Path) -> None:
    path = tmp_path / "survey.xlsx"
    sheet(path, HEADER, [["a", "1", "2"], ["b", "3", "4"], ["a", "5", "6"]])
    found = parted(path)
    [part] = found.parts["a"]
    assert cells(part)[1:] == [["a", "1", "2"], ["a", "5", "6"]]
    assert part.open().rows_of([0, 1]) == [2, 4]
    assert "Excel" in part.open().kind


def test_value_labels_and_missing_values_go_along(
    parted: Callable[..., Split], items: list[str], tmp_path: Path
) -> None:
    """Codes may mean the reverse of the instrument's: the labels say so, in the file alone."""
    frame = pl.DataFrame(
        {"client": ["a"] * 12 + ["b"] * 12, "organisation": ["a"] * 12 + ["b"] * 12}
        | {item: [float(1 + (at + row) % 5) for row in range(24)] for at, item in enumerate(items)}
    )
    labels = vested.load_instrument("vested-short").items[0].scale.labels["en"]
    reversed_codes = {float(5 - at): label for at, label in enumerate(labels)}
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(
        frame, str(path), variable_value_labels=dict.fromkeys(items, reversed_codes)
    )
    whole = vested.analyse(path, instrument="vested-short").scores
    [part] = parted(path).parts["b"]
    alone = vested.analyse(part, instrument="vested-short").scores
    assert own(alone).equals(own(whole.filter(pl.col("organisation") == "b")))
    text = vested.analyse(part.path, instrument="vested-short").scores
    assert not text.equals(alone)  # without the labels it would be wrong


def test_a_file_that_is_wrong_is_named(
    write: Callable[..., Path], parted: Callable[..., Split]
) -> None:
    path = write(HEADER, ODD)
    path.write_text(path.read_text() + "a,b\n")
    with pytest.raises(InputError, match="2 cells where the header has 3"):
        parted(path)


def test_a_column_of_respondents_is_refused(
    write: Callable[..., Path], parted: Callable[..., Split], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "_MOST_CLIENTS", 3)
    rows = [[f"r{number}", "", ""] for number in range(4)]
    with pytest.raises(UsageError, match="more than 3 clients"):
        parted(write(HEADER, rows))
    with pytest.raises(UsageError, match="more than 3 clients"):
        parted(write(HEADER, rows[:2], "1.csv"), write(HEADER, rows[2:], "2.csv"))
