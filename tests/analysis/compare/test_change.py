"""Change from wave to wave: differences, their intervals, and the order of waves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.analysis.compare.change import change_table
from vested.stats.intervals import difference_interval

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


def several(name: str, wave: str, *given: str) -> list[tuple[str, str, str]]:
    return [(name, wave, each) for each in given]


def test_a_difference_by_hand(scored: Scored) -> None:
    """A: 1 3 gives 0 and 50, mean 25; 4 5 gives 75 and 100, mean 87.5: a change of 62.5."""
    rows = several("Gent", "1", "15", "35") + several("Gent", "2", "45", "55")
    found = change_table(scored(rows)).frame
    assert found["measure"].to_list() == ["A", "B"]
    a = found.row(0, named=True)
    assert (a["wave"], a["next_wave"]) == ("1", "2")
    assert (a["score"], a["next_score"], a["difference"]) == (25, 87.5, 62.5)
    assert found["difference"].to_list() == [62.5, 0]


def test_the_interval_is_that_of_two_independent_scores(scored: Scored) -> None:
    waves = scored(several("Gent", "1", "15", "35", "42") + several("Gent", "2", "43", "54", "21"))
    keys = ("score", "ci_low", "ci_high")
    for row in change_table(waves).frame.iter_rows(named=True):
        one, two = (
            waves.scores.filter(wave=wave, measure=row["measure"]).select(keys).row(0)
            for wave in "12"
        )
        expected = difference_interval(one, two)
        assert (row["difference_low"], row["difference_high"]) == expected
        assert expected[0] < row["difference"] < expected[1]


def test_without_an_interval_there_is_none_of_the_change(scored: Scored) -> None:
    """Of a single respondent a score has none, unless a bound stands in for it."""
    waves = scored(several("Gent", "1", "15", "35") + several("Gent", "2", "43", "54"))
    missing = waves.scores.with_columns(
        ci_low=pl.when(pl.col("wave") == "1").then(None).otherwise("ci_low")
    )
    table = waves.tables["scores"]
    without = replace(waves, tables={**waves.tables, "scores": replace(table, frame=missing)})
    found = change_table(without).frame
    assert found["difference"].null_count() == 0
    assert found["difference_low"].to_list() == [None, None]


def test_only_waves_that_follow_each_other(scored: Scored) -> None:
    """2 comes before 10, and who misses the one in between has no change."""
    rows = []
    for wave, value in (("1", "1"), ("2", "2"), ("10", "3")):
        rows += several("Gent", wave, f"{value}1", f"{value}2")
    rows += several("Köln", "1", "11", "22") + several("Köln", "10", "33", "44")
    found = change_table(scored(rows)).frame.filter(measure="A")
    assert found.select("organisation", "wave", "next_wave", "difference").rows() == [
        ("Gent", "1", "2", 25.0),
        ("Gent", "2", "10", 25.0),
    ]


def test_the_first_organisation_may_miss_the_first_wave(scored: Scored) -> None:
    rows = several("Aalst", "2", "11", "22") + several("Gent", "1", "11", "11")
    rows += several("Gent", "2", "33", "33")
    found = change_table(scored(rows)).frame.filter(measure="A")
    assert found.select("organisation", "wave", "next_wave", "difference").rows() == [
        ("Gent", "1", "2", 50.0)
    ]


def test_waves_with_names_stand_in_their_order(scored: Scored) -> None:
    rows = several("Gent", "spring", "11", "22") + several("Gent", "autumn", "33", "44")
    found = change_table(scored(rows)).frame.filter(measure="A")
    assert found.select("wave", "next_wave").rows() == [("autumn", "spring")]


def test_hidden_scores_have_no_change(scored: Scored) -> None:
    """Gent has two in its second wave, so that both are hidden; Köln has three in each."""
    three = ("15", "35", "42")
    rows = several("Gent", "1", *three) + several("Gent", "2", "43", "54")
    rows += several("Köln", "1", *three) + several("Köln", "2", *three)
    found = change_table(scored(rows, min_respondents=3)).frame
    assert found["organisation"].unique().to_list() == ["Köln"]
    assert found["difference"].to_list() == [0, 0]


def test_one_wave(scored: Scored) -> None:
    found = change_table(scored(several("Gent", "1", "15", "35"))).frame
    assert found.height == 0
    assert found.schema["difference"] == pl.Float64
    assert found.schema["wave"] == pl.String


def test_without_waves_it_is_a_mistake(scored: Scored) -> None:
    with pytest.raises(ValueError, match="between waves"):
        change_table(scored(several("Gent", "1", "15", "35"), wave=None))
