"""Surveys at the edge: each table states a result or leaves it empty, in every form."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import polars.selectors as cs
import pytest

from vested import report
from vested.analysis.evidence import TABLES, Evidence
from vested.analysis.evidence.structure import Factoring
from vested.analysis.gate import CAUTION, LEVELS, REFUSE
from vested.errors import InputError
from vested.report import csv as as_csv
from vested.report import markdown as as_markdown
from vested.report import parquet as as_parquet
from vested.report.terminal.evidence import show_evidence
from vested.stats.agreement import NULLS

Rows = Sequence[Sequence[object]]

SUMS = [(1, 2, 3), (2, 3, 5), (1, 3, 4), (2, 1, 3), (1, 1, 2)] * 3
"""The third is the sum of the others."""
CAMPS = [["X", "a", 1, 1, 1], ["X", "b", 5, 5, 5], ["Y", "a", 1, 1, 1], ["Y", "b", 5, 5, 5]]
DEGENERATE: dict[str, Rows] = {
    "one respondent": [["X", "a", 3, 4, 5]],
    "one organisation": [["X", "a", 1, 2, 3], ["X", "b", 2, 2, 4], ["X", "a", 5, 3, 1]],
    "one respondent each": [["X", "a", 1, 2, 3], ["Y", "a", 2, 2, 4], ["Z", "b", 5, 3, 1]],
    "one item": [["X", "a", 1], ["X", "b", 2], ["Y", "a", 4], ["Y", "b", 4]],
    "two items": [["X", "a", 1, 2], ["X", "b", 2, 2], ["Y", "a", 4, 5], ["Y", "b", 4, 3]],
    "constant item": [["X", "a", 3, 2, 1], ["X", "b", 3, 4, 4], ["Y", "a", 3, 1, 2]],
    "all constant": [["XY"[at % 2], "ab"[at // 2 % 2], 3, 3, 3] for at in range(8)],
    "item that nobody answered": [["X", "a", 1, 2, ""], ["X", "b", 2, 3, ""], ["Y", "a", 5, 4, ""]],
    "nobody is complete": [["X", "a", 1, 2, ""], ["X", "b", 2, "", 3], ["Y", "a", "", 4, 4]],
    "nobody answered two": [["X", "a", 1, "", ""], ["X", "b", "", 4, ""], ["Y", "a", "", "", 2]],
    "singular covariance": [["XY"[at % 2], "ab"[at // 8], *row] for at, row in enumerate(SUMS)],
    "negative alpha": [["X", "a", 1, 5, 3], ["X", "b", 5, 1, 3], ["Y", "a", 2, 4, 1]] * 4,
    "camps": CAMPS * 3,
    "organisations of one mind": [["XY"[at % 2], "a", 1 + at % 2, 4, 2] for at in range(6)],
    "blank groups": [["X", "", 1, 2, 3], ["X", "", 2, 2, 4], ["Y", "", 5, 3, 1]],
}
MORE = [
    "{id: I, kind: index, of: [A], name: {en: I}}",
    "{id: P, kind: pair, of: [A, A1], name: {en: P}}",
]
each = pytest.mark.parametrize("name", DEGENERATE)


@pytest.fixture
def everything(judge: Callable[..., Evidence]) -> Callable[..., Evidence]:
    """All that can be asked for at once."""

    def made(rows: Rows, **options: Any) -> Evidence:
        usual: dict[str, Any] = {
            "columns": ("organisation", "unit"), "group": "unit", "more": MORE, "nulls": ["all"],
            "reml": True, "responses": True, "quality": True, "screening": True,
            "factoring": Factoring(ordinal=True),
        }  # fmt: skip
        return judge(rows, **usual | options)

    return made


@each
@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_no_number_that_is_none(
    name: str, missing: str, everything: Callable[..., Evidence]
) -> None:
    found = everything(DEGENERATE[name], missing=missing)
    assert found.screening is not None
    for result in (*found.tables.values(), found.screening):
        for column in result.frame.select(cs.float()):
            assert all(map(math.isfinite, column.drop_nulls())), (result.name, column.name)
    assert found.answer.startswith("Of the ")


@each
def test_every_form_has_every_table(name: str, everything: Callable[..., Evidence]) -> None:
    found = everything(DEGENERATE[name])

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    whole = json.loads(report.render(found, "json"), parse_constant=refuse)
    assert set(whole) == {*found.tables, "recipe"}
    assert found.tables.keys() <= set(TABLES)
    for result in found.tables.values():
        assert len(whole[result.name]) == result.frame.height
        text = as_csv.table(result).decode()
        lines = list(csv.reader(io.StringIO(text)))
        assert lines[0] == [column.key for column in result.columns] == result.frame.columns
        assert len(lines) == result.frame.height + 1
        assert not {"nan", "inf", "-inf", "NaN"} & {cell for line in lines for cell in line}
        assert pl.read_parquet(as_parquet.table(result)).equals(result.frame)
        assert as_markdown.table(result)


@each
@pytest.mark.parametrize("detail", [False, True])
def test_terminal_shows_it(name: str, detail: bool, everything: Callable[..., Evidence]) -> None:
    stream = io.StringIO()
    show_evidence(everything(DEGENERATE[name]), stream, detail=detail)
    text = stream.getvalue()
    assert text.startswith("Of the ")
    assert not re.search(r"\b(nan|inf|None|NaN)\b", text)


@each
def test_agreement_of_everyone_is_judged(name: str, everything: Callable[..., Evidence]) -> None:
    """Each organisation has a gate and, unless it is open, a reason."""
    found = everything(DEGENERATE[name])
    for frame in (found.agreement, found.gate):
        assert set(frame["gate"]) <= set(LEVELS)
        shut = frame.filter(pl.col("gate") != "publish")
        assert (shut["reasons"] != "").all()
        assert (frame.filter(pl.col("gate") == "publish")["reasons"] == "").all()


@each
def test_fewer_than_the_minimum_in_all_is_an_error(
    name: str, everything: Callable[..., Evidence]
) -> None:
    rows = DEGENERATE[name][:9]
    with pytest.raises(InputError, match=rf"{len(rows)} respondents? in all, fewer than 10"):
        everything(rows, min_respondents=10)


def test_one_organisation_that_agrees(everything: Callable[..., Evidence]) -> None:
    """No other organisation to differ from is no reason against it."""
    found = everything([["X", "a", 3, 3, 4], ["X", "b", 3, 4, 4]] * 5)
    assert set(found.agreement["gate"]) == {"publish"}


def test_rwg_below_zero_is_zero_and_lindell_is_not(everything: Callable[..., Evidence]) -> None:
    row = everything(DEGENERATE["camps"]).agreement.row(0, named=True)
    keys = [
        "rwg_uniform",
        *(f"rwg_{null.replace('-', '_')}" for null in NULLS if null != "uniform"),
    ]
    assert [row[key] for key in keys] == [0] * len(keys)
    assert row["rwg_lindell"] < 0
    assert row["gate"] == REFUSE


# --- few, and hidden ----------------------------------------------------------------------------


def test_few_respondents_leave_no_number_anywhere(everything: Callable[..., Evidence]) -> None:
    """Of organisations of three, no table of organisations has more than the gate."""
    rows = [["X", "ab"[at % 2], 1 + at % 5, 1 + at * 3 % 5, 2 + at % 3] for at in range(24)]
    few = [f"Small {at}" for at in range(4)]
    found = everything([*rows, *([name, "a", 2, 3, 4] for name in few * 3)], min_respondents=10)
    seen = 0
    for name, result in found.tables.items():
        if "organisation" in result.frame.columns:
            own = result.frame.filter(pl.col("organisation").is_in(few))
            seen += own.height > 0
            numbers = own.select(cs.numeric())
            assert all(value is None for row in numbers.rows() for value in row), name
            assert set(own["gate"]) <= {CAUTION, REFUSE}
    assert seen >= 2
