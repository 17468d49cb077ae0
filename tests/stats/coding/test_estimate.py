"""From the two shares of a coefficient to its interval."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vested.stats.coding.estimate import Parts, beyond, estimate, only_one_category, unknown


def test_beyond_chance_is_rounded_once() -> None:
    """The tenths have no floats, their quotient has."""
    assert beyond((9, 10), (8, 10)) == 0.5
    assert math.isnan(beyond((1, 1), (4, 4)))


def test_interval_of_t() -> None:
    """Two units that add 1 and 0: standard error .5, t(1) = 12.7062 at 95 %, cut off at 1."""
    found = estimate((1, 2), (0, 1), 2, Parts(np.array([1.0, 0.0]), np.array([1, 1]), 2), 0.95)
    assert found[:2] == (0.5, 0.5)
    assert found.low == pytest.approx(0.5 - 0.5 * 12.706204736, rel=1e-9)
    assert found.high == 1


@pytest.mark.parametrize(
    ("observed", "expected", "low", "high"),
    [
        # Ten units alike: at most 1 - .025^(1/10) = .30850 of the population is otherwise.
        ((1, 1), (0, 1), 0.025**0.1, 1),
        ((0, 1), (0, 1), 0, 1 - 0.025**0.1),
        ((1, 1), (1, 2), 2 * 0.025**0.1 - 1, 1),
        ((1, 1), (9, 10), -1, 1),
    ],
)
def test_units_that_are_all_alike(
    observed: tuple[int, int], expected: tuple[int, int], low: float, high: float
) -> None:
    parts = Parts(np.array([0.1 + 0.2, 0.3]), np.array([4, 6]), 90)
    found = estimate(observed, expected, 10, parts, 0.95)
    assert found.se == 0
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


def test_no_coefficient() -> None:
    assert all(map(math.isnan, unknown("no unit is coded", 0)[:6]))
    found = only_one_category((3, 4), 5)
    assert (found.observed, found.expected, found.units) == (0.75, 1, 5)
    assert math.isnan(found.value)
    assert found.reason.startswith("only one category")
