"""Proportional odds: against R, exact cases, and where there is no maximum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit, logit

from vested.stats.structure.proportional import proportional_odds

Ints = NDArray[np.int64]

# 50 respondents in each of 3 scores and 2 groups
COUNTS = np.array([[30, 15, 5], [10, 25, 15], [5, 15, 30], [15, 20, 15], [5, 10, 35], [1, 4, 45]])
PREDICTORS = np.array([[1, 0], [2, 0], [3, 0], [1, 1], [2, 1], [3, 1.0]])


def test_as_clm() -> None:
    # ordinal 2022.11-16 (R 4.2.2), clm(y ~ s + g)
    found = proportional_odds(COUNTS, PREDICTORS)
    assert found.thresholds == pytest.approx([1.83901245484206, 3.64993298754052], rel=1e-9)
    assert found.coefficients == pytest.approx([1.41704950688062, 1.47354747954887], rel=1e-9)
    assert found.reason is None
    alone = proportional_odds(COUNTS, PREDICTORS[:, :0])
    # 1 - logLik/logLik of clm(y ~ 1)
    share = 1 - found.log_likelihood / alone.log_likelihood
    assert share == pytest.approx(0.181770262244570, rel=1e-10)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=6).filter(lambda n: sum(map(bool, n)) > 1))
def test_without_predictors_the_shares_are_as_observed(counts: list[int]) -> None:
    found = proportional_odds(np.array([counts, [0] * len(counts)]), np.empty((2, 0)))
    below = np.cumsum(counts)[:-1] / sum(counts)
    assert expit(found.thresholds) == pytest.approx(below, abs=1e-12)
    shares = np.array([n / sum(counts) for n in counts if n])
    expected = sum(counts) * float((shares * np.log(shares)).sum())
    assert found.log_likelihood == pytest.approx(expected, rel=1e-12, abs=1e-12)


@given(st.lists(st.integers(1, 90), min_size=4, max_size=4), st.floats(0.01, 100))
def test_two_options_and_two_groups_are_the_odds_ratio(counts: list[int], unit: float) -> None:
    table = np.array(counts).reshape(2, 2)
    found = proportional_odds(table, np.array([[3.0], [3.0 + unit]]))
    odds = logit(table[:, 1] / table.sum(axis=1))
    assert found.coefficients[0] * unit == pytest.approx(odds[1] - odds[0], rel=1e-7, abs=1e-7)
    fitted = expit(found.thresholds[0] - found.coefficients[0] * np.array([3.0, 3.0 + unit]))
    assert fitted == pytest.approx(table[:, 0] / table.sum(axis=1), abs=1e-9)


def test_turned_options_turn_the_signs() -> None:
    plain, turned = (proportional_odds(c, PREDICTORS) for c in (COUNTS, COUNTS[:, ::-1]))
    assert turned.coefficients == pytest.approx(-plain.coefficients, rel=1e-10)
    assert turned.thresholds == pytest.approx(-plain.thresholds[::-1], rel=1e-10)
    assert turned.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)


def test_options_not_in_use() -> None:
    plain = proportional_odds(COUNTS, PREDICTORS)
    wide = np.zeros((6, 6), np.int64)
    wide[:, [1, 2, 4]] = COUNTS
    found = proportional_odds(wide, PREDICTORS)
    low, high = plain.thresholds.tolist()
    assert found.thresholds.tolist() == [-np.inf, low, high, high, np.inf]
    assert found.coefficients.tolist() == plain.coefficients.tolist()


def test_the_estimate_is_the_maximum() -> None:
    """Against the likelihood written out, from all sides."""

    def likelihood(cuts: list[float], effects: list[float]) -> float:
        below = expit(np.array(cuts) - (PREDICTORS @ effects)[:, None])
        edges = np.zeros((6, 1)), np.ones((6, 1))
        chance = np.diff(np.concatenate([edges[0], below, edges[1]], axis=1), axis=1)
        return float((COUNTS * np.log(chance)).sum())

    found = proportional_odds(COUNTS, PREDICTORS)
    at = [*found.thresholds.tolist(), *found.coefficients.tolist()]
    assert likelihood(at[:2], at[2:]) == pytest.approx(found.log_likelihood, rel=1e-13)
    for step in np.vstack([np.eye(4), -np.eye(4)]) * 1e-4:
        beside = (np.array(at) + step).tolist()
        assert likelihood(beside[:2], beside[2:]) < found.log_likelihood


SEPARATED = "the predictors separate the options"
LINE = np.array([[0.0], [1.0], [2.0]])


@pytest.mark.parametrize(
    ("counts", "predictors", "reason"),
    [
        (np.zeros((0, 3), np.int64), np.zeros((0, 1)), "fewer than 2 options are in use"),
        (np.zeros((3, 3), np.int64), LINE, "fewer than 2 options are in use"),
        (np.array([[1, 0], [0, 0], [0, 0]]), LINE, "fewer than 2 options are in use"),
        (np.array([[3, 0], [4, 0], [5, 0]]), LINE, "fewer than 2 options are in use"),
        (np.array([[3, 1], [0, 0], [0, 0]]), LINE, "a predictor does not vary"),
        (np.array([[3, 1], [4, 2], [5, 9]]), LINE * 0 + 1e9, "a predictor does not vary"),
        (np.array([[3, 1], [4, 2], [5, 9]]), LINE * [1, 2], "a predictor is a sum of others"),
        (np.array([[3, 0], [4, 0], [0, 9]]), LINE, SEPARATED),
        (np.array([[1, 0], [0, 0], [0, 1]]), LINE, SEPARATED),
        (np.array([[3, 0], [4, 2], [0, 9]]), LINE, SEPARATED),
        (np.array([[3, 0, 0], [0, 2, 0], [0, 0, 9]]), LINE, SEPARATED),
        (np.array([[3, 2], [4, 2], [5, 0]]), np.array([[0.0], [0], [1]]), SEPARATED),
    ],
)
def test_what_cannot_be_estimated_says_why(
    counts: Ints, predictors: NDArray[np.float64], reason: str
) -> None:
    found = proportional_odds(counts, predictors)
    assert found.reason == reason
    assert np.isnan([*found.thresholds, *found.coefficients, found.log_likelihood]).all()
    assert len(found.thresholds) == counts.shape[1] - 1
    assert len(found.coefficients) == predictors.shape[1]


def test_nearly_separated_is_not_separated() -> None:
    found = proportional_odds(np.array([[10**6, 1], [1, 10**6]]), LINE[:2])
    assert found.coefficients[0] == pytest.approx(2 * np.log(10**6), rel=1e-9)


@pytest.mark.parametrize(
    ("counts", "predictors", "message"),
    [
        (COUNTS[0], PREDICTORS, "one row"),
        (COUNTS, PREDICTORS[:5], "one row"),
        (COUNTS, PREDICTORS[:, 0], "one row"),
        (COUNTS / 2, PREDICTORS, "whole"),
        (-COUNTS, PREDICTORS, "not below 0"),
        (COUNTS, PREDICTORS * np.nan, "missing"),
    ],
)
def test_what_is_no_table(counts: Ints, predictors: NDArray[np.float64], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        proportional_odds(counts, predictors)
