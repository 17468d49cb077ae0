from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import vested
from vested.analysis.compare.claims.rows import SPLIT_LEAST, Row, corrected
from vested.stats.comparison.correlation import pearson, spearman
from vested.stats.comparison.regression import ols

METHODS = ["pearson", "pearson_corrected", "spearman", "ols", "partial", "split", "split_corrected"]
Make = Callable[..., Any]


def test_naive_numbers_are_those_of_the_published_scores(
    world: Make, claimed: Make, by_method: Make, write: Make, eight: Path
) -> None:
    rows = world((12, 15, 11, 10, 9, 20, 14), effect=0.6)
    found = by_method(claimed(rows))
    head = ["organisation", "sector", "wave", "person", *(f"q{at}" for at in range(8))]
    scores = vested.analyse(write(head, rows), instrument=eight).scores
    x, y = (
        scores.filter(pl.col("status") != "suppressed", measure=name)["score"].to_numpy()
        for name in ("F3", "F4")
    )
    assert len(x) == 6  # the organisation of nine is hidden
    assert list(found) == METHODS
    naive = pearson(x, y, confidence=0.95)
    assert found["pearson"]["estimate"] == pytest.approx(naive.r, rel=1e-10)
    assert found["pearson"]["ci_low"] == pytest.approx(naive.low, rel=1e-10)
    assert found["spearman"]["p"] == pytest.approx(spearman(x, y, confidence=0.95).p, rel=1e-10)
    slope = ols(x[:, None], y, confidence=0.95)
    assert found["ols"]["estimate"] == pytest.approx(slope.coefficients[1], rel=1e-9)
    assert found["ols"]["p"] == pytest.approx(slope.p[1], rel=1e-8)
    assert (found["pearson"]["organisations"], found["pearson"]["left_out"]) == (6, 1)


def test_corrections_say_what_they_corrected_by(
    world: Make, claimed: Make, by_method: Make
) -> None:
    found = by_method(claimed(world()))
    for name in ("pearson", "split"):
        plain, free = found[name], found[f"{name}_corrected"]
        shrink = (free["reliability_cause"] * free["reliability_outcome"]) ** 0.5
        assert free["estimate"] == pytest.approx(plain["estimate"] / shrink, rel=1e-10)
        assert abs(free["estimate"]) > abs(plain["estimate"])
        assert free["p"] == plain["p"]


def test_a_halo_alone_fools_the_naive_figure_only(
    world: Make, claimed: Make, by_method: Make
) -> None:
    found = by_method(claimed(world((12,) * 60, effect=0.0, halo=0.8, seed=3, between=0.4)))
    assert found["pearson"]["p"] < 0.05
    assert found["split"]["p"] > 0.05
    assert found["split"]["splits_low"] < found["split"]["estimate"] < found["split"]["splits_high"]


def test_a_hidden_organisation_changes_nothing(world: Make, claimed: Make) -> None:
    rows = world((12, 15, 11, 10, 9, 20, 14))
    other = [[*row[:4], *("9" * 8)] if row[0] == "Org 04" else row for row in rows]
    one, two = claimed(rows), claimed(other)
    assert one.findings == two.findings
    for name in ("claims", "within_between", "common_method", "power"):
        assert_frame_equal(one.tables[name].frame, two.tables[name].frame)


def test_the_order_of_rows_changes_nothing(world: Make, claimed: Make) -> None:
    rows = world((12, 15, 11, 10, 20), waves=("1", "2"))
    turned = list(rows)
    random.Random(1).shuffle(turned)
    options: dict[str, Any] = {"claims": ["F3->F4", "F3->F4->F5"], "by": "sector", "marker": "F7"}
    one, two = claimed(rows, **options), claimed(turned, **options)
    assert one.findings == two.findings
    for name, table in one.tables.items():
        assert_frame_equal(table.frame, two.tables[name].frame, check_exact=True)


def test_another_seed_gives_other_splits_and_the_same_test(
    world: Make, claimed: Make, by_method: Make
) -> None:
    rows = world((12, 15, 11, 10, 20))
    one, two = (by_method(claimed(rows, seed=seed))["split"] for seed in (0, 1))
    assert one["estimate"] != two["estimate"]
    assert (one["p"], one["ci_low"]) == (two["p"], two["ci_low"])


@pytest.mark.parametrize("sizes", [(12,), (12, 15), (12, 15, 9, 4)], ids=str)
def test_too_few_organisations_give_a_reason_and_no_number(
    world: Make, claimed: Make, sizes: tuple[int, ...]
) -> None:
    found = claimed(world(sizes), ["F3->F4", "F3->F4->F5"])
    (row,) = found.tables["claims"].frame.iter_rows(named=True)
    assert row["reason"] == "fewer than 3 organisations have both scores shown"
    numbers = found.tables["claims"].frame.select(pl.selectors.numeric())
    assert numbers.null_count().row(0) == (1,) * numbers.width
    assert found.tables["mediation"].frame["reason"].to_list() == [
        "fewer than 4 organisations have all three scores shown"
    ]
    assert found.answer.startswith("C1: whether organisations higher on Facet 3")


@pytest.mark.parametrize(
    "sizes", [(10, 10, 10), (10, 11, 12, 13), (1, 1, 1, 1, 1), (2, 3, 9, 8, 7, 8)], ids=str
)
def test_what_is_missing_has_a_reason(world: Make, claimed: Make, sizes: tuple[int, ...]) -> None:
    found = claimed(
        world(sizes), ["F3->F4", "F3->F4->F5"], min_respondents=1, marker="F7", by="sector"
    )
    for name, column in (
        ("claims", "estimate"), ("claims", "ci_low"), ("mediation", "ci_low"),
        ("within_between", "estimate"), ("power", "smallest"),
    ):  # fmt: skip
        frame = found.tables[name].frame
        assert not frame[column].is_nan().any()
        assert (frame.filter(pl.col(column).is_null())["reason"] != "").all(), name


def test_a_measure_that_is_the_same_everywhere(world: Make, claimed: Make) -> None:
    rows = [[*row[:7], "09"[at % 2], *row[8:]] for at, row in enumerate(world((12, 14, 10)))]
    (row,) = claimed(rows).tables["claims"].frame.iter_rows(named=True)
    assert (row["estimate"], row["reason"]) == (None, "F3 is the same in all organisations")


def test_a_measure_that_nobody_answered(world: Make, claimed: Make) -> None:
    rows = [[*row[:7], "", *row[8:]] for row in world((12, 15, 11))]
    (row,) = claimed(rows).tables["claims"].frame.iter_rows(named=True)
    assert row["reason"] == "fewer than 3 organisations have both scores shown"


def test_organisations_too_small_to_split_are_left_out(
    world: Make, claimed: Make, by_method: Make
) -> None:
    found = by_method(claimed(world((7, 8, 9, 10, 12, 6)), min_respondents=5))
    assert SPLIT_LEAST == 8
    assert (found["split"]["organisations"], found["split"]["left_out"]) == (4, 2)
    assert found["pearson"]["organisations"] == 6
    none = by_method(claimed(world((7, 7, 7, 9)), min_respondents=5))
    assert none["split"]["reason"] == "fewer than 3 organisations with 8 respondents to split"


def test_one_person_is_in_one_half(world: Make, claimed: Make, by_method: Make) -> None:
    """Who answered in both waves counts once; six such people are too few to split."""
    rows = world((6, 6, 12, 12, 12), waves=("1", "2"))
    assert by_method(claimed(rows))["split"]["organisations"] == 5
    assert by_method(claimed(rows, respondent="person"))["split"]["organisations"] == 3


def test_sector_and_size_are_held_fast(world: Make, claimed: Make, by_method: Make) -> None:
    sizes = tuple(10 + at % 5 for at in range(24))
    row = by_method(claimed(world(sizes), by="sector"))["partial"]
    assert row["controls"] == "sector, log respondents"
    plain = by_method(claimed(world((12,) * 8)))["partial"]
    assert plain["reason"] == "nothing differs that could be held fast"
    few = by_method(claimed(world((10, 11, 12, 13)), by="sector"))["partial"]
    assert few["reason"] == "too few organisations for so many controls"


def test_a_group_that_splits_organisations_is_no_control(
    world: Make, claimed: Make, by_method: Make
) -> None:
    row = by_method(claimed(world((12, 13, 14, 15, 16, 17)), by="person"))["partial"]
    assert row["controls"] == "log respondents"
    assert row["reason"].startswith("person differs within organisations; no bootstrap interval")


def test_a_marker_takes_off_what_it_shares(world: Make, claimed: Make, by_method: Make) -> None:
    rows = world((12,) * 40, effect=0.0, halo=0.9, seed=4, between=0.3)
    found = claimed(rows, marker="F7")
    row = by_method(found)["marker"]
    shared = found.tables["common_method"].frame.filter(check="marker")["estimate"].item()
    r = by_method(found)["pearson"]["estimate"]
    assert row["estimate"] == pytest.approx((r - shared) / (1 - shared), rel=1e-10)
    assert shared > 0
    assert row["controls"] == "F7"


def test_a_marker_that_shares_nothing_takes_nothing_off(
    world: Make, claimed: Make, by_method: Make
) -> None:
    for seed in range(6):
        found = claimed(world((12,) * 12, effect=0.5, seed=seed), marker="F7")
        shared = found.tables["common_method"].frame.filter(check="marker")["estimate"].item()
        row = by_method(found)["marker"]
        if shared <= 0:
            assert row["estimate"] == by_method(found)["pearson"]["estimate"]
            assert row["reason"] == "F7 shares nothing with both: nothing is taken off"
            return
    pytest.fail("no world with such a marker")


@pytest.mark.parametrize(
    ("estimate", "shown", "reason"),
    [
        (0.9, 0.9, ""),
        (1.13, 1.0, "1.13, cut to 1: the reliabilities are too low to correct by"),
        (-1.2, -1.0, "-1.20, cut to -1: the reliabilities are too low to correct by"),
    ],
)
def test_nothing_above_1_in_silence(estimate: float, shown: float, reason: str) -> None:
    row = corrected(Row("C1", "F3", "F4", "split_corrected", estimate, -1.5, 1.7))
    assert (row.estimate, row.ci_low, row.ci_high, row.reason) == (shown, -1.0, 1.0, reason)


def test_waves_are_tested_apart(world: Make, claimed: Make) -> None:
    found = claimed(world((12, 13, 14, 15), waves=("1", "2")), wave="wave")
    frame = found.tables["claims"].frame
    assert frame["wave"].to_list() == ["1"] * len(METHODS) + ["2"] * len(METHODS)
    assert [text[:12] for text in found.findings if ", C1: " in text] == [
        "Wave 1, C1: ",
        "Wave 2, C1: ",
    ]
    assert np.isfinite(frame["estimate"].to_numpy()).all()


@pytest.mark.parametrize(
    ("organisations", "has_one", "said"),
    [
        (9, False, "no bootstrap interval from fewer than 10 organisations"),
        (12, True, "fewer than 20 organisations: its bootstrap interval is unreliable"),
        (22, True, ""),
    ],
)
def test_the_cluster_bootstrap_says_where_it_is_unreliable(
    world: Make, claimed: Make, organisations: int, has_one: bool, said: str
) -> None:
    found = claimed(world((12,) * organisations, effect=0.6), by="sector")
    frame = found.tables["claims"].frame.filter(~pl.col("method").str.ends_with("corrected"))
    slopes = found.tables["within_between"].frame
    assert frame["method"].to_list() == ["pearson", "spearman", "ols", "partial", "split"]
    for row in [*frame.iter_rows(named=True), *slopes.iter_rows(named=True)]:
        assert (row["boot_low"] is not None) is has_one
        assert row["reason"] == said
        if has_one:
            assert row["boot_low"] < row["estimate"] < row["boot_high"]


def test_a_corrected_correlation_has_no_bootstrap(world: Make, claimed: Make) -> None:
    frame = claimed(world()).tables["claims"].frame
    corrected = frame.filter(pl.col("method").str.ends_with("corrected"))
    assert corrected["boot_low"].null_count() == corrected.height == 2


def test_the_bootstrap_is_about_as_wide_as_the_interval(
    world: Make, claimed: Make, by_method: Make
) -> None:
    """Of 80 normal organisations both say much the same."""
    found = by_method(claimed(world((20,) * 80, effect=0.6)))
    for name in ("pearson", "spearman", "ols", "split"):
        row = found[name]
        assert row["boot_low"] == pytest.approx(row["ci_low"], abs=0.07)
        assert row["boot_high"] == pytest.approx(row["ci_high"], abs=0.07)
