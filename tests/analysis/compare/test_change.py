"""Change from wave to wave: differences, their intervals, and the order of waves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import scipy.stats as ss

import vested
from vested.analysis.compare.change import change_table
from vested.stats.intervals import difference_interval
from vested.table import ResultTable

INSTRUMENT = """
id: one
version: "1"
name: {en: One}
scales: {five: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: A1, scale: five, text: {en: A1}}
  - {id: B1, scale: five, text: {en: B1}}
measures:
  - {id: A, kind: facet, of: [A1], name: {en: A}}
  - {id: B, kind: facet, of: [B1], name: {en: B}}
"""
Scored = Callable[..., vested.Analysis]


@pytest.fixture
def scored(tmp_path: Path, write: Callable[..., Path]) -> Scored:
    """The scores per wave of rows of organisation, wave, and a digit for A1 and one for B1."""
    instrument = tmp_path / "one.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")

    def made(rows: Sequence[tuple[str, str, str]], **options: Any) -> vested.Analysis:
        cells = [[name, wave, *given.replace("-", " ")] for name, wave, given in rows]
        survey = write(["organisation", "wave", "A1", "B1"], cells)
        options = {"wave": "wave", "min_respondents": 1, "gate": "off", **options}
        return vested.analyse(survey, instrument=instrument, **options)

    return made


def table_of(waves: vested.Analysis) -> ResultTable:
    return change_table(waves.scores, 0.95)


def several(name: str, wave: str, *given: str) -> list[tuple[str, str, str]]:
    return [(name, wave, each) for each in given]


def test_a_difference_by_hand(scored: Scored) -> None:
    """A: 1 3 gives 0 and 50, mean 25; 4 5 gives 75 and 100, mean 87.5: a change of 62.5."""
    rows = several("Gent", "1", "15", "35") + several("Gent", "2", "45", "55")
    found = table_of(scored(rows)).frame
    assert found["measure"].to_list() == ["A", "B"]
    a = found.row(0, named=True)
    assert (a["wave"], a["next_wave"]) == ("1", "2")
    assert (a["score"], a["next_score"], a["difference"]) == (25, 87.5, 62.5)
    assert found["difference"].to_list() == [62.5, 0]


def test_the_interval_is_that_of_welch(scored: Scored) -> None:
    waves = scored(several("Gent", "1", "15", "35", "42") + several("Gent", "2", "43", "54", "21"))
    found = table_of(waves).frame.row(0, named=True)
    low, high = ss.ttest_ind([75, 100, 25], [0, 50, 75], equal_var=False).confidence_interval()
    assert (found["difference_low"], found["difference_high"]) == pytest.approx(
        (low, min(high, 100))
    )
    assert found["reliable_change"] == pytest.approx(
        (200 - 125) / 3 / (ss.sem([75, 100, 25]) ** 2 + ss.sem([0, 50, 75]) ** 2) ** 0.5
    )
    assert (found["method"], found["linked"], found["comparable"]) == (
        "independent", None, "not judged",
    )  # fmt: skip


def test_where_all_answer_alike_the_intervals_of_both_scores_decide(scored: Scored) -> None:
    waves = scored(several("Gent", "1", "15", "15", "15") + several("Gent", "2", "43", "54", "21"))
    keys = ("score", "ci_low", "ci_high")
    one, two = (waves.scores.filter(wave=w, measure="A").select(keys).row(0) for w in "12")
    found = table_of(waves).frame.row(0, named=True)
    assert (found["difference_low"], found["difference_high"]) == difference_interval(one, two)


def test_without_an_interval_there_is_none_of_the_change(scored: Scored) -> None:
    """Of a single respondent a score has none."""
    found = table_of(scored(several("Gent", "1", "15") + several("Gent", "2", "43", "54"))).frame
    assert found["difference"].null_count() == 0
    assert found["difference_low"].to_list() == [None, None]
    assert found["reason"].to_list() == ["fewer than 2 values"] * 2


def test_an_interval_does_not_reach_beyond_what_is_possible(scored: Scored) -> None:
    rows = several("Gent", "1", "11", "55") + several("Gent", "2", "11", "55")
    found = table_of(scored(rows)).frame.row(0, named=True)
    assert (found["difference_low"], found["difference_high"]) == (-100, 100)


def test_only_waves_that_follow_each_other(scored: Scored) -> None:
    """2 comes before 10, and who misses the one in between has no change."""
    rows = []
    for wave, value in (("1", "1"), ("2", "2"), ("10", "3")):
        rows += several("Gent", wave, f"{value}1", f"{value}2")
    rows += several("Köln", "1", "11", "22") + several("Köln", "10", "33", "44")
    found = table_of(scored(rows)).frame.filter(measure="A")
    assert found.select("organisation", "wave", "next_wave", "difference").rows() == [
        ("Gent", "1", "2", 25.0),
        ("Gent", "2", "10", 25.0),
    ]


def test_the_first_organisation_may_miss_the_first_wave(scored: Scored) -> None:
    rows = several("Aalst", "2", "11", "22") + several("Gent", "1", "11", "11")
    rows += several("Gent", "2", "33", "33")
    found = table_of(scored(rows)).frame.filter(measure="A")
    assert found.select("organisation", "wave", "next_wave", "difference").rows() == [
        ("Gent", "1", "2", 50.0)
    ]


def test_waves_with_names_stand_in_their_order(scored: Scored) -> None:
    rows = several("Gent", "spring", "11", "22") + several("Gent", "autumn", "33", "44")
    found = table_of(scored(rows)).frame.filter(measure="A")
    assert found.select("wave", "next_wave").rows() == [("autumn", "spring")]


def test_hidden_scores_have_no_change(scored: Scored) -> None:
    """Gent has two in its second wave, so that both are hidden; Köln has three in each."""
    three = ("15", "35", "42")
    rows = several("Gent", "1", *three) + several("Gent", "2", "43", "54")
    rows += several("Köln", "1", *three) + several("Köln", "2", *three)
    found = table_of(scored(rows, min_respondents=3)).frame
    assert found["organisation"].unique().to_list() == ["Köln"]
    assert found["difference"].to_list() == [0, 0]


def test_one_wave(scored: Scored) -> None:
    found = table_of(scored(several("Gent", "1", "15", "35"))).frame
    assert found.height == 0
    assert found.schema["difference"] == pl.Float64
    assert found.schema["wave"] == pl.String


def test_without_waves_it_is_a_mistake(scored: Scored) -> None:
    with pytest.raises(ValueError, match="between waves"):
        table_of(scored(several("Gent", "1", "15", "35"), wave=None))
