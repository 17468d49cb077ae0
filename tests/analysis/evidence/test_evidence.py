"""Evidence through the whole program: surveys worked out by hand, and those that break."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest

from vested.analysis.evidence import Evidence, evidence
from vested.errors import InputError, UsageError
from vested.report.csv import table

Rows = Sequence[Sequence[object]]


def test_item_that_goes_the_wrong_way_is_a_finding(judge: Callable[..., Evidence]) -> None:
    rows = [["X", a, a, 6 - a] for a in (1, 2, 3, 4, 5, 5, 1)]
    found = judge(rows)
    assert any("Text of A3." in finding for finding in found.findings)
    assert found.items["item_rest"][2] < 0
    assert found.reliability["alpha"][0] < 0


DEGENERATE: dict[str, Rows] = {
    "one respondent": [["X", 3, 4, 5]],
    "one organisation": [["X", 1, 2, 3], ["X", 2, 2, 4], ["X", 5, 3, 1]],
    "one respondent each": [["X", 1, 2, 3], ["Y", 2, 2, 4], ["Z", 5, 3, 1]],
    "one item": [["X", 1], ["X", 2], ["Y", 4], ["Y", 4]],
    "two items": [["X", 1, 2], ["X", 2, 2], ["Y", 4, 5], ["Y", 4, 3]],
    "constant item": [["X", 3, 2, 1], ["X", 3, 4, 4], ["Y", 3, 1, 2], ["Y", 3, 5, 5]],
    "all constant": [["X", 3, 3, 3]] * 4,
    "item that nobody answered": [["X", 1, 2, ""], ["X", 2, 3, ""], ["Y", 5, 4, ""]],
    "nobody is complete": [["X", 1, 2, ""], ["X", 2, "", 3], ["Y", "", 4, 4]],
    "camps": [["X", 1, 1, 1], ["X", 5, 5, 5], ["X", 1, 1, 1], ["X", 5, 5, 5]],
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_degenerate_surveys_give_no_nan(
    name: str, missing: str, judge: Callable[..., Evidence]
) -> None:
    found = judge(DEGENERATE[name], missing=missing)
    for result in found.tables.values():
        numbers = result.frame.select(cs.float())
        assert not numbers.select(pl.any_horizontal(cs.all().is_nan().any())).to_series().any(), (
            result.name
        )
    assert found.answer.startswith("Of ")


def test_same_tables_for_any_order_of_rows(judge: Callable[..., Evidence]) -> None:
    rows = [["XYZ"[at % 3], 1 + at % 5, 1 + at * 3 % 5, 1 + at * 7 % 4] for at in range(40)]
    first, second = judge(rows), judge(rows[::-1])
    for name, result in first.tables.items():
        assert table(result) == table(second.tables[name])


def test_three_files_are_as_good_as_one(judge: Callable[..., Evidence], tmp_path: Path) -> None:
    rows = [["XYZ"[at % 3], 1 + at % 5, 1 + at * 3 % 5, 1 + at * 7 % 4] for at in range(40)]
    whole = judge(rows)
    paths = [tmp_path / f"{name}.csv" for name in "abc"]
    for path, part in zip(paths, (rows[:7], rows[7:30], rows[30:]), strict=True):
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([["organisation", "A1", "A2", "A3"], *part])
    parts = evidence(paths, instrument=whole.instrument, min_respondents=1)
    for name, result in whole.tables.items():
        assert table(result) == table(parts.tables[name])


@pytest.mark.parametrize(
    ("rows", "options", "error"),
    [
        ([["X", 1]], {"min_respondents": 10}, InputError),
        ([["X", 1]], {"missing": "some"}, UsageError),
        ([["X", 1]], {"confidence": 2.0}, UsageError),
    ],
)
def test_what_cannot_be_judged_is_refused(
    rows: Rows, options: dict[str, Any], error: type, judge: Callable[..., Evidence]
) -> None:
    with pytest.raises(error):
        judge(rows, **options)
