"""The resilience triangle."""

from __future__ import annotations

import math

import pytest

from vested.stats.comparison.resilience import triangle


def test_the_worked_triangle() -> None:
    """Level 100, 60, 80, 100 at 0, 1, 5, 10: a loss of 190 by trapezoids, a depth of 40.

    Bruneau et al. (2003): 1·20 + 4·30 + 5·10 below 100.
    """
    found = triangle([0, 1, 5, 10], [100, 60, 80, 100])
    assert (found.loss, found.depth, found.recovery, found.gain) == (190, 40, 10, 0)
    assert found.rapidity == pytest.approx(40 / 9, rel=1e-12)
    assert found.reason == ""


def test_what_lies_above_the_start_makes_up_for_nothing() -> None:
    """From 10 to 6 in 1, to 14 in 2: below 10 for 1, then for half of 2, then above."""
    found = triangle([0, 1, 3], [10, 6, 14])
    assert found.loss == pytest.approx(4 / 2 + 4 / 2, rel=1e-12)
    assert (found.recovery, found.rapidity, found.gain) == (2, 4, 4)


def test_the_fall_begins_where_the_level_leaves_the_start() -> None:
    """Up to 12, then down to 8: it passes 10 half way from 1 to 2, and again from 2 to 3."""
    found = triangle([0, 1, 2, 3], [10, 12, 8, 12])
    assert found.recovery == pytest.approx(1, rel=1e-12)
    assert found.loss == pytest.approx(2 * 0.5 * 2 / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("time", "level", "reason", "loss"),
    [
        ([], [], "fewer than 2 measurements", math.nan),
        ([1], [5], "fewer than 2 measurements", math.nan),
        ([1, 2], [5, 5], "the level never fell", 0),
        ([1, 2, 3], [5, 6, 7], "the level never fell", 0),
        ([1, 2, 3], [5, 4, 4], "the level did not come back", 1.5),
    ],
)
def test_no_recovery(time: list[float], level: list[float], reason: str, loss: float) -> None:
    found = triangle(time, level)
    assert found.reason == reason
    assert found.loss == pytest.approx(loss, nan_ok=True)
    assert math.isnan(found.recovery)


@pytest.mark.parametrize(
    ("time", "level"), [([1, 1], [2, 3]), ([2, 1], [2, 3]), ([1, 2], [2, math.nan])]
)
def test_mistakes(time: list[float], level: list[float]) -> None:
    with pytest.raises(ValueError, match="times rise"):
        triangle(time, level)
