"""Two correlated normal variables: against R's mvtnorm, and what holds for all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from vested.stats.structure.bivariate import bivariate_normal

# mvtnorm 1.1-3 (R 4.2.2), pmvnorm(upper = c(x, y), corr, algorithm = TVPACK(abseps = 1e-16)):
# x, y, rho, probability.
PROBABILITIES = [
    (0.5, -0.3, 0.2, 0.29076428813655358),
    (-1.2, 0.7, 0.6, 0.11280050732683417),
    (1, 1, 0.99, 0.82769302698508018),
    (-1, 1.5, -0.8, 0.10570279454673695),
    (2, 2.1, 0.9999, 0.97724986805182068),
    (-3, -2, 0.3, 0.00019503961801009163),
    (-4, -4, 0.95, 1.5800652988822219e-05),
    (1.5, 0, -0.95, 0.43319281836822343),
    (0, 1, 0.93, 0.49984559565453668),
    (-0.1, 0.1, -0.9999, 0.0022395834013148128),
    (3, -3, 0.7, 0.001349898031629896),
]
values = st.floats(-9, 9) | st.sampled_from([0.0, 1e-320, np.inf, -np.inf])


@pytest.mark.parametrize(("x", "y", "rho", "probability"), PROBABILITIES)
def test_as_mvtnorm(x: float, y: float, rho: float, probability: float) -> None:
    # Both are good to some 1e-16 of 1, not of the probability.
    assert float(bivariate_normal(x, y, rho)) == pytest.approx(probability, rel=0, abs=2e-15)


@pytest.mark.parametrize("rho", [-1, -0.99999, -0.5, 0, 0.3, 0.5, 0.99, 1])
def test_quarter(rho: float) -> None:
    """Sheppard (1899): both below their mean."""
    expected = 0.25 + np.arcsin(rho) / (2 * np.pi)
    assert float(bivariate_normal(0, 0, rho)) == pytest.approx(expected, rel=1e-14, abs=1e-16)


def test_what_is_no_probability_is_missing() -> None:
    found = bivariate_normal([np.nan, 0, 0, 0], [0, np.nan, 0, 0], [0.5, 0.5, 1.01, np.nan])
    assert np.isnan(found).all()


@given(values, values, st.floats(-1, 1))
def test_sides(x: float, y: float, rho: float) -> None:
    found = float(bivariate_normal(x, y, rho))
    assert 0 <= found <= min(ndtr(x), ndtr(y))
    assert float(bivariate_normal(y, x, rho)) == pytest.approx(found, abs=1e-15)
    rest = float(bivariate_normal(x, -y, -rho))
    assert found + rest == pytest.approx(float(ndtr(x)), abs=1e-14)
    assert float(bivariate_normal(x, np.inf, rho)) == pytest.approx(float(ndtr(x)), abs=1e-15)


@given(values, values)
def test_independent(x: float, y: float) -> None:
    assert float(bivariate_normal(x, y, 0)) == pytest.approx(float(ndtr(x) * ndtr(y)), abs=1e-15)
