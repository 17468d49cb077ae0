"""Strengths and work points: against the own mean and against a benchmark, by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from vested.analysis.reports.points import HOW_MANY, points_table
from vested.model import Instrument, Measure
from vested.table import ResultTable

Points = Callable[..., pl.DataFrame]


@pytest.fixture
def points(short: Instrument) -> Points:
    """The points of organisations whose facets have these scores; an interval is ± 4."""

    def made(
        scores: Mapping[str, Mapping[str, float | None]],
        norms: Mapping[tuple[str, str], float] | None = None,
        wide: float | None = 4.0,
    ) -> pl.DataFrame:
        rows = [
            (name, facet, "facet", score,
             None if score is None or wide is None else score - wide,
             None if score is None or wide is None else score + wide,
             "suppressed" if score is None else "published")
            for name, of in scores.items()
            for facet, score in of.items()
        ]  # fmt: skip
        first = next(iter(scores.values()))
        measures = tuple(Measure(facet, "facet", (), {"en": facet}) for facet in first)
        index = Measure("X", "index", tuple(first), {"en": "X"})
        rows += [(name, "X", "index", 99.0, 98.0, 100.0, "published") for name in scores]
        columns = {name: pl.String for name in ("organisation", "measure", "kind")}
        numbers = dict.fromkeys(("score", "ci_low", "ci_high"), pl.Float64)
        frame = pl.DataFrame(rows, {**columns, **numbers, "status": pl.String}, orient="row")
        table = ResultTable("scores", "Scores", (), frame)
        benchmark = None
        if norms is not None:
            beside = pl.DataFrame(
                [(name, facet, mean) for (name, facet), mean in norms.items()],
                {"organisation": pl.String, "measure": pl.String, "norm_mean": pl.Float64},
                orient="row",
            )
            benchmark = ResultTable("benchmark", "Benchmark", (), beside)
        instrument = replace(short, measures=(*measures, index))
        return points_table(table, instrument, benchmark).frame

    return made


def told(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    names = ("point", "measure", "reference", "difference", "clear")
    return frame.select(names).rows()


def test_against_the_own_mean(points: Points) -> None:
    """The mean of 70 60 55 50 40 25 is 50; the index, which is no facet, does not count."""
    found = points({"Gent": {"A": 70, "B": 60, "C": 55, "D": 50, "E": 40, "F": 25}})
    assert told(found) == [
        ("strength", "A", 50, 20, True),
        ("strength", "B", 50, 10, True),
        ("strength", "C", 50, 5, True),
        ("work point", "F", 50, -25, True),
        ("work point", "E", 50, -10, True),
        ("work point", "D", 50, 0, False),
    ]
    assert found["against"].unique().to_list() == ["own"]
    assert found["score"].to_list() == [70, 60, 55, 25, 40, 50]
    assert found["ci_low"].to_list() == [66, 56, 51, 21, 36, 46]


@pytest.mark.parametrize(
    ("facets", "strengths", "work_points"),
    [
        ("A", [], []),
        ("AB", ["A"], ["B"]),
        ("ABC", ["A"], ["C"]),
        ("ABCD", ["A", "B"], ["D", "C"]),
        ("ABCDE", ["A", "B"], ["E", "D"]),
        ("ABCDEFGHI", ["A", "B", "C"], ["I", "H", "G"]),
    ],
)
def test_no_facet_is_both(
    points: Points, facets: str, strengths: list[str], work_points: list[str]
) -> None:
    found = points({"Gent": {facet: 90.0 - 5 * at for at, facet in enumerate(facets)}})
    assert found.filter(point="strength")["measure"].to_list() == strengths
    assert found.filter(point="work point")["measure"].to_list() == work_points
    assert len(strengths) <= HOW_MANY


def test_equal_scores_stand_in_the_order_of_the_instrument(points: Points) -> None:
    found = points({"Gent": dict.fromkeys("ABCD", 50.0)})
    assert found["measure"].to_list() == ["A", "B", "D", "C"]
    assert found["clear"].to_list() == [False] * 4


def test_clear_is_outside_the_interval(points: Points) -> None:
    """The mean is 50; at exactly ± 4 the interval still holds it."""
    found = points({"Gent": {"A": 54.0, "B": 54.5, "C": 45.5, "D": 46.0}})
    clear = dict(found.select("measure", "clear").rows())
    assert clear == {"A": False, "B": True, "C": True, "D": False}


def test_without_an_interval_nothing_is_clear(points: Points) -> None:
    found = points({"Gent": {"A": 90.0, "B": 10.0}}, wide=None)
    assert found["clear"].to_list() == [False, False]
    assert found["ci_low"].to_list() == [None, None]


def test_against_a_benchmark(points: Points) -> None:
    """On A everyone is high, so that 70 is no strength; C has no norm and is left out."""
    norms = {("Gent", "A"): 80.0, ("Gent", "B"): 40.0, ("Gent", "D"): 30.0, ("Köln", "C"): 1.0}
    found = points({"Gent": {"A": 70.0, "B": 60.0, "C": 99.0, "D": 33.0}}, norms)
    assert told(found) == [
        ("strength", "B", 40, 20, True),
        ("work point", "A", 80, -10, True),
    ]
    assert found["against"].unique().to_list() == ["benchmark"]


def test_an_organisation_without_norms_has_no_points_where_others_have(points: Points) -> None:
    both = {"A": 70.0, "B": 30.0}
    norms = {("Gent", facet): 50.0 for facet in both}
    found = points({"Gent": both, "Köln": both}, norms)
    assert found["organisation"].unique().to_list() == ["Gent"]


def test_no_norm_at_all_is_as_no_benchmark(points: Points) -> None:
    found = points({"Gent": {"A": 70.0, "B": 30.0}}, {})
    assert found["against"].unique().to_list() == ["own"]


def test_hidden_scores_are_left_out_and_have_no_part_in_the_mean(points: Points) -> None:
    found = points(
        {"Gent": {"A": 70.0, "B": None, "C": 30.0}, "Köln": {"A": None, "B": 1.0, "C": None}}
    )
    assert told(found) == [("strength", "A", 50, 20, True), ("work point", "C", 50, -20, True)]


def test_nothing_is_shown(points: Points) -> None:
    found = points({"Gent": {"A": None, "B": None}})
    assert found.height == 0
    assert found.schema["clear"] == pl.Boolean
    assert found.schema["score"] == pl.Float64
