"""CSV: full precision, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from vested.report.csv import table
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def a_table(*names: str, score: float | None = 1 / 3) -> ResultTable:
    columns = tuple(Column(key, key.title(), "") for key in ("organisation", "score", "n"))
    frame = pl.DataFrame(
        {"organisation": names, "score": [score] * len(names), "n": [3] * len(names)},
        schema={"organisation": pl.String, "score": pl.Float64, "n": pl.Int64},
    )
    return ResultTable("scores", "Scores", columns, frame)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Gent", "Gent"),
        ("=1+1", "'=1+1"),
        ("+32 9", "'+32 9"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "␉=1"),
        ("\r=1", "␍=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ('quo"te, comma', 'quo"te, comma'),
        ("[bold]A[/bold]", "[bold]A[/bold]"),
        ("A\x1b[31mB", "A␛[31mB"),
        ("a\u202eb", "a‹U+202E›b"),
        ("two\nlines", "two␊lines"),
        ("Évora 東京", "Évora 東京"),
    ],
)
def test_names(name: str, cell: str) -> None:
    assert cells(table(a_table(name, "Mons")))[1:] == [
        [cell, "0.3333333333333333", "3"], ["Mons", "0.3333333333333333", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize("number", [-0.5, 1 / 3, 1e-7, 100.0, 57.690000000000005])
def test_numbers_come_back_to_the_bit(number: float) -> None:
    assert float(cells(table(a_table("Gent", score=number)))[1][1]) == number


def test_a_negative_number_is_a_number() -> None:
    assert table(a_table("Gent", score=-2.5)) == b"organisation,score,n\nGent,-2.5,3\n"


def test_what_is_not_there_is_empty() -> None:
    assert table(a_table("Gent", score=None)) == b"organisation,score,n\nGent,,3\n"


def test_no_rows_is_a_header() -> None:
    assert table(a_table()) == b"organisation,score,n\n"


def test_headers_cannot_act_either() -> None:
    """A group column keeps the name that it has in the export."""
    frame = pl.DataFrame({"=1+1": ["x"], "\x1b[31m": [1]})
    columns = tuple(Column(name, name, "") for name in frame.columns)
    header = cells(table(ResultTable("scores", "Scores", columns, frame)))[0]
    assert not any(cell.startswith(FORMULA_STARTS) for cell in header)
    assert not any("\x1b" in cell for cell in header)


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_strings() -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    found = cells(table(a_table(*names)))
    assert len(found) == len(names) + 1
    assert not any(row[0].startswith(FORMULA_STARTS) for row in found)
