"""A method factor: models whose covariances are known exactly, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.comparison.method import method_factor
from vested.stats.structure.confirmatory import confirmatory, starting_values, structure_of
from vested.stats.structure.covariance_structure import Sample, _discrepancy, parts

Floats = NDArray[np.float64]
FACTOR = np.repeat([0, 1, 2], 3)
STRENGTH = np.array([0.9, 0.6, 0.3, 0.8, 0.5, 0.4, 0.7, 0.35, 1.0])
BETWEEN = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.0]])
RESIDUAL = np.linspace(0.3, 0.7, 9)


def implied(method: float, strength: Floats = STRENGTH) -> Floats:
    loadings = np.zeros((9, 3))
    loadings[np.arange(9), FACTOR] = strength
    return loadings @ BETWEEN @ loadings.T + np.diag(RESIDUAL) + method


@pytest.mark.parametrize("method", [0.05, 0.2, 0.6])
def test_a_method_that_is_there_is_found_exactly(method: float) -> None:
    """The covariance of the population: χ² = 0 with the method factor, and not without."""
    found = method_factor(implied(method), 400, FACTOR)
    assert found.variance == pytest.approx(method, rel=1e-6)
    assert found.share == pytest.approx(np.mean(method / np.diag(implied(method))), rel=1e-6)
    assert found.fitted.chi_square == pytest.approx(0.0, abs=1e-8)
    assert (found.without.df, found.fitted.df) == (24, 23)
    assert found.chi_square == pytest.approx(found.without.chi_square, abs=1e-8)
    assert found.without.chi_square > 0
    assert found.fitted.cfi == 1
    assert found.cfi_gain == pytest.approx(1 - found.without.cfi)
    assert found.reason == ""


def test_no_method_at_all() -> None:
    """The limit: nothing is gained, and both models fit exactly."""
    found = method_factor(implied(0.0), 400, FACTOR)
    assert found.variance == pytest.approx(0.0, abs=1e-7)
    assert (found.chi_square, found.p) == pytest.approx((0.0, 1.0), abs=1e-3)
    assert found.without.chi_square == pytest.approx(0.0, abs=1e-8)


def test_without_it_is_the_confirmatory_model() -> None:
    found = method_factor(implied(0.3), 400, FACTOR)
    assert found.without == confirmatory(implied(0.3), 400, FACTOR).fit


def test_a_negative_variance_is_said() -> None:
    found = method_factor(implied(-0.04), 400, FACTOR)
    assert found.variance == pytest.approx(-0.04, rel=1e-6)
    assert found.reason == "the variance of the method is negative (Heywood case)"


def test_the_gradient_is_that_of_the_misfit() -> None:
    """By the difference of two values, for the variance of the method among all parameters."""
    sample = Sample(implied(0.3), np.zeros(9), 400)
    structure = structure_of(FACTOR, method=True)
    at = np.append(starting_values(sample.covariance, FACTOR), 0.1)

    def misfit(values: Floats) -> float:
        found = _discrepancy(parts(structure, 0, values), FACTOR, sample)
        assert found is not None
        return found[0]

    found = _discrepancy(parts(structure, 0, at), FACTOR, sample)
    assert found is not None
    cell = int(np.flatnonzero(structure.parameter[0] == len(at) - 1)[0])
    step = np.zeros(len(at))
    step[-1] = 1e-6
    slope = (misfit(at + step) - misfit(at - step)) / 2e-6
    assert found[1][cell] == pytest.approx(slope, rel=1e-6)


@pytest.mark.parametrize(
    ("covariance", "respondents", "factor", "reason"),
    [
        # loadings that are all equal: factors that correlate by 0.2/(0.49 + 0.2) say the same
        (implied(0.2, np.full(9, 0.7)), 400, FACTOR, "with a method factor"),
        (implied(0.2), 9, FACTOR, "no more respondents than items"),
        (implied(0.2), 400, np.zeros(9, np.int64), "fewer than 2 factors"),
        (implied(0.2), 400, np.array([0] * 8 + [1]), "one of fewer than 2 items"),
        (np.eye(9), 400, FACTOR, "do not correlate beyond chance"),
        (np.ones((9, 9)), 400, FACTOR, "the matrix is singular"),
        (np.full((9, 9), np.nan), 400, FACTOR, "a covariance is missing"),
    ],
    ids=["equal", "few", "one factor", "one item", "nothing", "singular", "missing"],
)
def test_what_cannot_be_told_has_a_reason(
    covariance: Floats, respondents: int, factor: NDArray[np.int64], reason: str
) -> None:
    found = method_factor(covariance, respondents, factor)
    assert np.isnan([found.variance, found.share, found.chi_square, found.p, found.cfi_gain]).all()
    assert reason in found.reason
