"""Newton's method within bounds: minima that are known, and searches that have none."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.structure.newton import Local, minimum

Floats = NDArray[np.float64]


def rosenbrock(at: Floats) -> Local:
    """The banana-shaped valley, least at (1, 1)."""
    x, y = at
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    gradient = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
    hessian = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200]])
    return float(value), gradient, hessian


@pytest.mark.parametrize("start", [(-1.2, 1.0), (3.0, -4.0), (0.0, 0.0), (1.0, 1.0)])
def test_a_curved_valley(start: tuple[float, float]) -> None:
    found = minimum(rosenbrock, np.array(start))
    assert found.converged
    assert found.at == pytest.approx([1, 1], abs=1e-9)


def test_a_bound_is_kept() -> None:
    found = minimum(rosenbrock, np.array([-1.2, 1.0]), high=0.5)
    # At x = 0.5 the valley's floor is y = 0.25.
    assert found.at == pytest.approx([0.5, 0.25], abs=1e-9)
    assert found.converged


def test_units_do_not_matter() -> None:
    units = np.array([1e-6, 1e6])

    def scaled(at: Floats) -> Local:
        value, gradient, hessian = rosenbrock(at / units)
        return value, gradient / units, hessian / np.outer(units, units)

    found = minimum(scaled, np.array([-1.2, 1.0]) * units)
    assert found.at / units == pytest.approx([1, 1], abs=1e-9)
    assert found.steps == minimum(rosenbrock, np.array([-1.2, 1.0])).steps


def test_the_domain_is_not_left() -> None:
    def logarithm(at: Floats) -> Local:
        if at[0] <= 0:
            return np.inf, at, np.eye(1)
        return float(at[0] - 3 * np.log(at[0])), 1 - 3 / at, np.diag(3 / at**2)

    assert minimum(logarithm, np.array([50.0])).at[0] == pytest.approx(3, rel=1e-9)


def test_what_has_no_minimum_does_not_converge() -> None:
    def slope(at: Floats) -> Local:
        return float(np.exp(-at[0])) - float(at[0]), -np.exp(-at) - 1, np.diag(np.exp(-at))

    found = minimum(slope, np.zeros(1))
    assert not found.converged


def test_a_search_that_cannot_move_does_not_converge() -> None:
    """A gradient that points uphill, as a wrong derivative would."""
    found = minimum(lambda at: (float(at @ at), -2 * at, 2 * np.eye(1)), np.ones(1))
    assert not found.converged
    assert found.steps < 5
