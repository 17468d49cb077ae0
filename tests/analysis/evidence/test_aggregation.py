"""Differences between organisations through the whole program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.evidence import Evidence, evidence


@pytest.mark.parametrize(("scale", "low"), [("LEAD", 1), ("TSIG", 1), ("HOSTIL", 0)])
def test_aggregation_is_that_of_multilevel(
    scale: str, low: int, reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> None:
    """R multilevel 2.7 on lq2002: ICC1, ICC2 of 49 companies; nobody left an item out."""
    wanted = reference["lq2002"][scale]
    found = evidence(
        data / "lq2002.csv", instrument=form({scale: wanted["cols"]}, low, low + 4),
        organisation="COMPID", min_respondents=1, structure=False,
    )  # fmt: skip
    row = found.aggregation.row(0, named=True)
    assert row["icc1_plain"] == pytest.approx(wanted["ICC1"], rel=1e-10)
    assert row["icc2"] == row["icc2_plain"] == pytest.approx(wanted["ICC2"], rel=1e-10)
    assert (row["organisations"], row["respondents"]) == (49, 2042)


@pytest.fixture
def hours(data: Path, form: Callable[..., Path], tmp_path: Path) -> Evidence:
    """bh1996, hours worked: whole numbers from 0 to 24, here on 0 to 100."""
    return evidence(
        data / "bh1996.csv", instrument=form({"H": ["HRS"]}, 0, 24), organisation="GRP", reml=True,
        structure=False,
    )  # fmt: skip


def test_analysis_of_variance_is_that_of_r(hours: Evidence, reference: dict[str, Any]) -> None:
    """R 4.2.2, aov(HRS ~ GRP), and multilevel 2.7: 99 groups of 7382."""
    wanted, row = reference["bh1996"]["HRS"], hours.aggregation.row(0, named=True)
    ours = [row[key] for key in ("f", "df1", "df2", "icc1_plain", "icc2")]
    theirs = [wanted[key] for key in ("F", "dfB", "dfW", "ICC1_aov", "ICC2_aov")]
    assert ours == pytest.approx(theirs, rel=1e-10)
    assert row["icc1"] > row["icc1_plain"]  # n₀ is below the plain mean size
    assert row["icc1_low"] < row["icc1"] < row["icc1_high"]


def test_components_are_those_of_lme4(hours: Evidence, reference: dict[str, Any]) -> None:
    """R lme4 1.1.31, lmer(HRS ~ 1 + (1 | GRP)): its optimiser leaves some 1e-7 of the variances."""
    wanted, row = reference["bh1996"]["HRS"]["lmer_REML"], hours.tables["components"].frame.row(0)
    unit = (100 / 24) ** 2
    theirs = [wanted["var_group"] * unit, wanted["var_resid"] * unit, wanted["icc"]]
    assert list(row[1:4]) == pytest.approx(theirs, rel=2e-6)
    size = 7382 / 99
    assert row[4] == pytest.approx(size * row[3] / (1 + (size - 1) * row[3]), rel=1e-12)


def test_means_of_groups_that_differ(judge: Callable[..., Evidence]) -> None:
    """Two groups of two with scores 0, 25 and 75, 100: MSB 5625, MSW 312.5, F 18."""
    row = judge([["X", 1], ["X", 2], ["Y", 4], ["Y", 5]]).aggregation.row(0, named=True)
    assert row["f"] == pytest.approx(18)
    assert row["icc2"] == pytest.approx(17 / 18)
    assert row["icc1"] == row["icc1_plain"] == pytest.approx(17 / 19)
    assert row["design_effect"] == pytest.approx(1 + 17 / 19)


NOTHING = ("icc1", "icc1_low", "icc1_high", "icc2", "f", "p", "icc1_plain", "respondents_for_70")


@pytest.mark.parametrize(
    ("rows", "organisations", "respondents"),
    [
        ([["X", 3]], 1, 1),
        ([["X", 3], ["X", 4]], 1, 2),
        ([["X", 3], ["Y", 4], ["Z", 1]], 3, 3),  # nobody shares an organisation
        ([["X", 3], ["X", 3], ["Y", 3], ["Y", 3]], 2, 4),  # no variance at all
    ],
)
def test_nothing_to_tell_organisations_apart_by(
    rows: list[list[object]], organisations: int, respondents: int, judge: Callable[..., Evidence]
) -> None:
    found = judge(rows, reml=True)
    row = found.aggregation.row(0, named=True)
    assert [row[key] for key in NOTHING] == [None] * len(NOTHING)
    assert (row["organisations"], row["respondents"]) == (organisations, respondents)
    assert found.tables["components"].frame["icc1"][0] is None


def test_organisations_that_are_alike_have_a_negative_icc(judge: Callable[..., Evidence]) -> None:
    """Means that are closer than chance would have them: F 0, ICC(1) -1/(n₀ - 1), by REML 0."""
    found = judge([["X", 1], ["X", 5], ["Y", 1], ["Y", 5]], reml=True)
    row = found.aggregation.row(0, named=True)
    assert (row["f"], row["p"]) == (0, 1)
    assert row["icc1"] == pytest.approx(-1)
    assert row["icc2"] is None
    assert found.tables["components"].frame["icc1"][0] == 0


def test_components_are_there_only_where_asked_for(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1], ["X", 2], ["Y", 4], ["Y", 5]]
    assert "components" not in judge(rows).tables
    assert judge(rows, reml=True).tables["components"].frame["measure"].to_list() == ["A"]


def test_parts_of_a_pair_have_their_own_numbers(judge: Callable[..., Evidence]) -> None:
    more = ["{id: P, kind: pair, of: [A, B], name: {en: P}}"]
    rows = [["XY"[at % 2], 1 + at % 5, 1 + at * 3 % 4] for at in range(12)]
    found = judge(rows, facets={"A": ["A1"], "B": ["A2"]}, more=more)
    assert found.aggregation["measure"].to_list() == ["A", "B", "P.joint", "P.tilt"]
    assert found.aggregation.filter(pl.col("icc1").is_null()).height == 0
