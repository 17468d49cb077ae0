"""Differential item functioning: against R, simulated kinds of it, and where it cannot be told."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from vested.stats.random import generator
from vested.stats.structure.differential import Comparison, differential

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"


def bfi(columns: list[str]) -> Floats:
    """The answers of a reference file, A1 reversed, a missing one as NaN."""
    path = DATA / "bfi.csv"
    if not path.exists():
        pytest.skip("the reference data are not at hand")
    with path.open(newline="") as lines:
        rows = [[float(row[c] or "nan") for c in columns] for row in csv.DictReader(lines)]
    result = np.array(rows)
    turned = np.array([column == "A1" for column in columns])
    return np.where(turned, 7 - result, result)


def table(item: Floats, group: Floats, score: Floats, options: int) -> tuple[Ints, Floats]:
    """Counts by group, score and option (from 1) of those who have all three, and the scores."""
    known = ~np.isnan(item + group + score)
    scores, at = np.unique(score[known], return_inverse=True)
    groups, of = np.unique(group[known], return_inverse=True)
    counts = np.zeros((len(groups), len(scores), options), np.int64)
    np.add.at(counts, (of, at, item[known].astype(int) - 1), 1)
    return counts, scores


def numbers(found: Comparison) -> list[float]:
    return [found.chi_square, found.p, found.mcfadden, found.nagelkerke]


# R 4.2.2, ordinal 2022.11-16: clm(y ~ s), clm(y ~ s + g), clm(y ~ s * g), with 1 - L/L0 and
# (1 - exp(-2(L - L0)/n))/(1 - exp(2 L0/n)), as in lordif; confirmed by MASS::polr (χ²) and
# rms::lrm (R²). Item, group, items of the matching sum; χ², p, McFadden, Nagelkerke of uniform,
# nonuniform and total; log odds of the groups after the first.
A = ["A1", "A2", "A3", "A4", "A5"]
IN_R = [
    (
        "A1", "gender", A, 2709,
        [12.45421302050818, 0.000417050056651301, 0.00146818065104715, 0.00311253782519527],
        [9.80813198816486, 0.001737418921958382, 0.00115624404241577, 0.00244118113862968],
        [22.26234500867304, 0.000014648501647741, 0.00262442469346291, 0.00555371896382495],
        [0.270221174602163],
    ),
    (
        "A4", "gender", A, 2709,
        [0.418745487595515, 0.517563686197925366, 5.05490213278392e-05, 9.69046634416992e-05],
        [13.207660538302662, 0.000278807174989565, 1.59436778190902e-03, 3.04879766979904e-03],
        [13.626406025898177, 0.001099166610710100, 1.64491680323686e-03, 3.14570233324074e-03],
        [0.0507972821749959],
    ),
    (
        "A1", "gender", A[1:], 2709,
        [40.38550347247747, 2.08482264874900e-10, 0.00476089614682618, 0.01360258433834224],
        [4.98604463600714, 2.55525529093584e-02, 0.00058778617707822, 0.00166537195976812],
        [45.37154810848460, 1.40505560104213e-10, 0.00534868232390440, 0.01526795629811037],
        [0.472800681892412],
    ),
    (
        "A2", "education", A, 2493,
        [5.90156800784553, 0.2066208179816693, 0.000843464127990967, 0.00124526624255150],
        [9.30222950618190, 0.0539735090486206, 0.001329493600408238, 0.00195685076643459],
        [15.20379751402743, 0.0553017992932369, 0.002172957728399205, 0.00320211700898565],
        [0.0557453810602367, -0.0237134189682396, -0.2226667954051795, -0.1870782114071379],
    ),
    (
        "N4", "education", ["N1", "N2", "N3", "N4", "N5"], 2481,
        [37.78292220676485, 1.24225105024602e-07, 0.004366277668298224, 0.00760876984136127],
        [5.86249816409963, 2.09655017253158e-01, 0.000677483193974981, 0.00117024690710110],
        [43.64542037086449, 6.63795919361981e-07, 0.005043760862273206, 0.00877901674846238],
        [0.142432117729513, -0.223189361479084, 0.208499063382793, 0.336750268255846],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "group", "matching", "n", "uniform", "nonuniform", "total", "effects"), IN_R
)
def test_as_in_r(
    item: str,
    group: str,
    matching: list[str],
    n: int,
    uniform: list[float],
    nonuniform: list[float],
    total: list[float],
    effects: list[float],
) -> None:
    rows = bfi([item, group, *matching])
    counts, scores = table(rows[:, 0], rows[:, 1], rows[:, 2:].sum(axis=1), 6)
    found = differential(counts, scores)
    # Differences of log-likelihoods of some 4000, each good to 1e-12.
    assert numbers(found.uniform) == pytest.approx(uniform, rel=1e-8)
    assert numbers(found.nonuniform) == pytest.approx(nonuniform, rel=1e-8)
    assert numbers(found.total) == pytest.approx(total, rel=1e-8)
    assert found.effects == pytest.approx([0, *effects], abs=1e-9)
    assert found.respondents == n
    further = len(counts) - 1
    degrees = [found.uniform.df, found.nonuniform.df, found.total.df]
    assert degrees == [further, further, 2 * further]
    assert [found.uniform.size, found.uniform.reason] == ["negligible", None]


# 50 respondents of each group and score
ONE = [[30, 15, 5], [10, 25, 15], [5, 15, 30]]
OTHER = [[15, 20, 15], [5, 10, 35], [1, 4, 45]]
BOTH = np.array([ONE, OTHER])
SCORES = np.array([1.0, 2.0, 3.0])


def test_a_large_one() -> None:
    # as above
    found = differential(BOTH, SCORES)
    assert found.uniform.chi_square == pytest.approx(37.199020042913617, rel=1e-10)
    assert found.nonuniform.chi_square == pytest.approx(0.736226304230058, rel=1e-10)
    assert found.uniform.nagelkerke == pytest.approx(0.10303008275094294, rel=1e-10)
    assert found.uniform.mcfadden == pytest.approx(0.18177026224457 - 0.122442154719404, rel=1e-10)
    assert found.effects == pytest.approx([0, 1.47354747954887], rel=1e-9)
    sizes = [found.uniform.size, found.nonuniform.size, found.total.size]
    assert sizes == ["large", "negligible", "large"]


def test_size_needs_significance() -> None:
    found = differential(BOTH // 5, SCORES)
    assert found.uniform.nagelkerke > 0.07
    assert 0.001 < found.uniform.p < 0.05
    assert found.uniform.size == "large"
    assert differential(BOTH // 5, SCORES, significance=0.001).uniform.size == "negligible"


def test_a_moderate_one() -> None:
    one, other = [[40, 10], [25, 25], [10, 40]], [[30, 20], [15, 35], [5, 45]]
    found = differential(np.array([one, other]), SCORES)
    # as above
    assert found.uniform.chi_square == pytest.approx(10.9639126013217947, rel=1e-10)
    assert found.nonuniform.chi_square == pytest.approx(0.0681718222530208, rel=1e-9)
    assert (found.uniform.size, round(found.uniform.nagelkerke, 3)) == ("moderate", 0.039)


@pytest.mark.parametrize(("shift", "tilt"), [(0.0, 0.0), (0.8, 0.0), (0.0, 0.7)])
def test_expected_counts_of_a_known_model(shift: float, tilt: float) -> None:
    """Expected answers of many: each kind of differential functioning is told from the other."""
    scores = np.linspace(-2, 2, 9)
    cuts = np.array([-1.5, 0.0, 1.5])
    slopes, shifts = np.array([[1.2], [1.2 + tilt]]), np.array([[0.0], [shift]])
    below = expit(cuts - (slopes * scores + shifts)[:, :, None])
    ends = np.zeros((2, 9, 1)), np.ones((2, 9, 1))
    chance = np.diff(np.concatenate([ends[0], below, ends[1]], axis=2), axis=2)
    found = differential(np.round(chance * 1e7).astype(np.int64), scores)
    if not tilt:
        assert found.effects[1] == pytest.approx(shift, abs=1e-6)
    assert (found.uniform.chi_square > 1) == (shift > 0)
    assert (found.nonuniform.chi_square > 1) == (tilt > 0)


def test_no_difference_is_found_as_often_as_it_should() -> None:
    random = generator(4, "", "differential item functioning")
    below = 0
    for _ in range(200):
        counts = random.multinomial(40, [0.3, 0.3, 0.4], size=6)
        below += differential(counts.reshape(2, 3, 3), SCORES).total.p < 0.05
    # 10 of 200 are expected; more than 22 or fewer than 2 has a probability below .0005.
    assert 2 <= below <= 22


def test_order_and_units_do_not_matter() -> None:
    plain = differential(BOTH, SCORES)
    turned = differential(BOTH[::-1, ::-1], 1e6 - 1000 * SCORES[::-1])
    for one, other in zip(
        (plain.uniform, plain.nonuniform, plain.total),
        (turned.uniform, turned.nonuniform, turned.total),
        strict=True,
    ):
        assert numbers(other) == pytest.approx(numbers(one), rel=1e-9)
    assert turned.effects == pytest.approx(-plain.effects, rel=1e-9)


@given(st.lists(st.integers(1, 30), min_size=18, max_size=18))
def test_the_parts_are_the_total(counts: list[int]) -> None:
    found = differential(np.array(counts).reshape(2, 3, 3), SCORES)
    for figure in ("chi_square", "df", "mcfadden", "nagelkerke"):
        parts = getattr(found.uniform, figure) + getattr(found.nonuniform, figure)
        assert parts == pytest.approx(getattr(found.total, figure), abs=1e-9)
    assert 0 <= found.uniform.nagelkerke <= found.total.nagelkerke + 1e-12 <= 1
    assert 0 <= found.total.p <= 1


SINGLE = np.zeros((2, 3, 3), np.int64)
SINGLE[:, 1] = [[5, 6, 7], [4, 8, 2]]
APART = np.zeros((2, 3, 3), np.int64)
APART[0, 0], APART[1, 2] = [5, 6, 7], [4, 8, 2]
HALF = BOTH.copy()
HALF[1, [0, 2]] = 0
HIGHEST = BOTH.copy()
HIGHEST[1, :, :2] = 0
CROSSED = BOTH.copy()
CROSSED[1] = [[9, 0, 0], [0, 9, 0], [0, 0, 9]]
NO_SCORES = "the scores do not vary within groups"
SEPARATED = "the predictors separate the options"


@pytest.mark.parametrize(
    ("counts", "uniform", "nonuniform"),
    [
        (np.zeros((0, 3, 3), np.int64), "fewer than 2 groups", "fewer than 2 groups"),
        (BOTH[:1], "fewer than 2 groups", "fewer than 2 groups"),
        (np.zeros((2, 3, 3), np.int64), "a group has no answers", "a group has no answers"),
        (BOTH * [[[1]], [[0]]], "a group has no answers", "a group has no answers"),
        (BOTH * [1, 0, 0], "fewer than 2 options are in use", "fewer than 2 options are in use"),
        (SINGLE, NO_SCORES, NO_SCORES),
        (APART, NO_SCORES, NO_SCORES),
        (HALF, None, "the scores do not vary within a group"),
        (HIGHEST, SEPARATED, SEPARATED),
        (CROSSED, None, SEPARATED),
    ],
)
def test_what_cannot_be_told_says_why(
    counts: Ints, uniform: str | None, nonuniform: str | None
) -> None:
    found = differential(counts, SCORES)
    reasons = [found.uniform.reason, found.nonuniform.reason, found.total.reason]
    assert reasons == [uniform, nonuniform, nonuniform]
    assert np.isnan(numbers(found.total)).all()
    assert found.total.size is None
    assert np.isnan(found.effects).all() == (uniform is not None)
    assert np.isnan(numbers(found.uniform)).any() == (uniform is not None)
    assert (found.respondents, len(found.effects)) == (int(counts.sum()), len(counts))


@pytest.mark.parametrize(
    ("counts", "scores", "message"),
    [
        (BOTH[0], SCORES, "groups"),
        (BOTH, SCORES[:2], "as many scores"),
        (BOTH / 2, SCORES, "whole"),
        (-BOTH, SCORES, "not below 0"),
        (BOTH, SCORES * np.nan, "missing"),
    ],
)
def test_what_is_no_table(counts: Ints, scores: Floats, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        differential(counts, scores)
