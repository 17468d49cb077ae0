"""Organisations beside norms: with themselves taken out of them, and never beside too few."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import vested
from vested.analysis.benchmark.build import build
from vested.errors import VestedError
from vested.report import terminal
from vested.report.norms import write_norms
from vested.stats.intervals import difference_interval, mean_interval

Rows = list[list[str]]


@pytest.fixture
def norms(tmp_path: Path, eight: Path) -> Callable[..., Path]:
    def made(survey: Path, **options: Any) -> Path:
        write_norms(build(survey, instrument=eight, **options), tmp_path / "norms", force=True)
        return tmp_path / "norms"

    return made


@pytest.fixture
def survey(norm_survey: Callable[..., Path], many: Callable[..., Rows]) -> Path:
    return norm_survey(many(waves=("1", "2")))


def row(analysis: vested.Analysis, **of: Any) -> dict[str, Any]:
    return analysis.tables["benchmark"].frame.row(
        by_predicate=pl.all_horizontal(pl.col(key) == value for key, value in of.items()),
        named=True,
    )


def test_a_member_is_held_against_the_others(
    survey: Path, norms: Callable[..., Path], eight: Path
) -> None:
    analysis = vested.analyse(survey, instrument=eight, benchmark=norms(survey))
    found = row(analysis, organisation="Org 03", measure="F2")
    scores = analysis.scores.filter(measure="F2")
    own = scores.row(by_predicate=pl.col("organisation") == "Org 03", named=True)
    others = scores.filter(pl.col("organisation") != "Org 03")["score"].to_numpy()
    assert (found["in_norms"], found["organisations"]) == (True, 23)
    assert found["norm_mean"] == pytest.approx(others.mean(), rel=1e-12)
    assert found["difference"] == pytest.approx(own["score"] - others.mean(), rel=1e-12)
    n = np.array([23])
    se = np.array([others.std(ddof=1) / 23**0.5])
    ends = mean_interval(np.array([others.mean()]), se, n, confidence=0.95, low=0, high=100)
    theirs = (others.mean(), float(ends[0][0]), float(ends[1][0]))
    expected = difference_interval(theirs, (own["score"], own["ci_low"], own["ci_high"]))
    assert (found["difference_low"], found["difference_high"]) == pytest.approx(expected, rel=1e-9)
    # Smoothed and interpolated, and so not quite what is counted among the others.
    counted = 100 * (others < own["score"]).mean()
    assert found["percentile"] == pytest.approx(min(max(counted, 10), 90), abs=8)
    assert found["percentile_low"] <= found["percentile"] <= found["percentile_high"]


def test_percentiles_of_members_are_about_those_that_are_counted(
    survey: Path, norms: Callable[..., Path], eight: Path
) -> None:
    analysis = vested.analyse(survey, instrument=eight, benchmark=norms(survey))
    assert analysis.benchmark is not None
    frame = analysis.benchmark.filter(measure="X").sort("score")
    counted = 100 * np.arange(24) / 23
    assert np.abs(frame["percentile"].to_numpy() - np.clip(counted, 10, 90)).max() < 8
    assert frame["beyond"].to_list()[:2] == ["below"] * 2
    assert frame["beyond"].to_list()[-1] == "above"
    assert frame["beyond"].to_list()[12] is None
    assert frame["percentile"].is_sorted()


def test_a_stranger_is_held_against_all(
    survey: Path,
    norm_survey: Callable[..., Path],
    many: Callable[..., Rows],
    norms: Callable[..., Path],
    eight: Path,
) -> None:
    folder = norms(survey)
    other = norm_survey(many(3, seed=9), "other.csv")  # the same names, other answers
    frame = vested.analyse(other, instrument=eight, benchmark=folder).tables["benchmark"].frame
    assert set(frame["in_norms"]) == {False}
    assert set(frame["organisations"]) == {24}


def test_cells_and_waves(survey: Path, norms: Callable[..., Path], eight: Path) -> None:
    folder = norms(survey, by="sector", wave="wave")
    options = {"instrument": eight, "benchmark": folder}
    found = vested.analyse(survey, benchmark_cell="sector=b", **options)  # type: ignore[arg-type]
    assert row(found, organisation="Org 01", measure="X")["in_norms"]  # of sector b
    assert row(found, organisation="Org 01", measure="X")["organisations"] == 7
    assert not row(found, organisation="Org 00", measure="X")["in_norms"]
    assert row(found, organisation="Org 00", measure="X")["percentile"] is None  # too few for two
    waves = vested.analyse(survey, wave="wave", **options)  # type: ignore[arg-type]
    for wave in "12":
        assert row(waves, organisation="Org 00", measure="X", wave=wave)["cell"] == wave
    frame = waves.tables["benchmark"].frame
    assert frame.columns[:2] == ["organisation", "wave"]
    assert (frame.height, frame["in_norms"].all()) == (24 * 2 * 9, True)


def test_nothing_is_said_beside_fewer_than_the_norms_need(
    norm_survey: Callable[..., Path], many: Callable[..., Rows], norms: Callable[..., Path],
    eight: Path,
) -> None:  # fmt: skip
    """Five organisations: without the one that is compared they are four."""
    path = norm_survey(many(5))
    analysis = vested.analyse(path, instrument=eight, benchmark=norms(path))
    assert not analysis.tables["benchmark"].frame.height
    assert "45 scores have no norm beside them" in analysis.notes[-1]


def test_where_membership_cannot_be_told_it_is_empty(
    survey: Path, norms: Callable[..., Path], eight: Path
) -> None:
    folder = norms(survey)
    options = {"instrument": eight, "benchmark": folder}
    weighted = vested.analyse(survey, weight="wave", **options)  # type: ignore[arg-type]
    frame = weighted.tables["benchmark"].frame
    assert set(frame["in_norms"]) == {None}
    assert set(frame["organisations"]) == {24}
    fewer = vested.analyse(survey, min_respondents=30, **options)  # type: ignore[arg-type]
    # All their measures are still shown: the same numbers, and so known.
    assert set(fewer.tables["benchmark"].frame["in_norms"]) == {True}


@pytest.mark.parametrize(
    ("norm_options", "options", "message"),
    [
        ({}, {"benchmark_cell": "sector=a"}, "the norms have no cell 'sector=a'"),
        ({"by": "sector"}, {"benchmark_cell": "sector=z"}, "the norms have no cell 'sector=z'"),
        ({}, {"wave": "wave"}, "do not tell waves apart"),
        ({"wave": "wave"}, {"benchmark_cell": "wave=1"}, "--benchmark-cell wave=1 does not fit"),
        (
            {"wave": "wave"},
            {"benchmark_cell": "overall=all", "wave": "wave"},
            "--benchmark-cell overall=all does not fit",
        ),
        ({}, {"group": "sector"}, "--benchmark compares organisations"),
        ({}, {"benchmark": None, "benchmark_cell": "a=b"}, "--benchmark-cell without --benchmark"),
        ({}, {"benchmark": "nowhere"}, "nowhere has no recipe.json"),
    ],
)
def test_refused(
    norm_options: dict[str, Any], options: dict[str, Any], message: str,
    survey: Path, norms: Callable[..., Path], eight: Path,
) -> None:  # fmt: skip
    folder = norms(survey, **norm_options)
    with pytest.raises(VestedError, match=message):
        vested.analyse(survey, **{"instrument": eight, "benchmark": folder, **options})


def test_another_instrument(survey: Path, norms: Callable[..., Path], eight: Path) -> None:
    folder = norms(survey)
    eight.write_text(eight.read_text() + "# another text\n")
    with pytest.raises(VestedError, match="of another instrument: eight 1, of which this is"):
        vested.analyse(survey, instrument=eight, benchmark=folder)


def test_the_terminal_shows_percentiles_with_detail(
    survey: Path, norms: Callable[..., Path], eight: Path
) -> None:
    analysis = vested.analyse(survey, instrument=eight, benchmark=norms(survey))
    shown = {}
    for detail in (False, True):
        stream = StringIO()
        terminal.show(analysis, stream, detail=detail)
        shown[detail] = stream.getvalue()
    line = "Norms (overall): up to 23 organisations, each organisation that is among them left out."
    assert line in shown[False]
    assert "Percentile " not in shown[False]
    assert shown[True].count("Percentile ") == 24
    assert " <10 " in shown[True]
    assert " >90 " in shown[True]
