"""Adjusted p-values: the fifteen of Benjamini & Hochberg (1995), and properties of both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.stats.comparison.multiplicity import benjamini_hochberg, holm

# Benjamini & Hochberg (1995), section 3.2: thrombolysis trial
FIFTEEN = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
    0.6528, 0.7590, 1.0,
]  # fmt: skip


def test_the_published_fifteen() -> None:
    """Holm rejects 3 and BH 4 at .05, as published; adjusted p by R's p.adjust."""
    by_holm, by_bh = holm(FIFTEEN), benjamini_hochberg(FIFTEEN)
    assert (by_holm <= 0.05).sum() == 3
    assert (by_bh <= 0.05).sum() == 4
    assert by_holm[3] == pytest.approx(0.114, rel=1e-12)
    assert by_bh[3] == pytest.approx(0.035625, rel=1e-12)
    assert by_bh[4] == pytest.approx(0.0603, rel=1e-12)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
@pytest.mark.parametrize(
    ("p", "expected"),
    [([], []), ([0.2], [0.2]), ([math.nan], [math.nan]), ([0.01, math.nan], [0.01, math.nan])],
)
def test_few(adjust: object, p: list[float], expected: list[float]) -> None:
    assert callable(adjust)
    np.testing.assert_array_equal(adjust(p), np.array(expected))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_never_smaller_and_in_the_same_order(p: list[float]) -> None:
    order = np.argsort(p, kind="stable")
    for found in (holm(p), benjamini_hochberg(p)):
        assert (found >= np.array(p) * (1 - 1e-12)).all()
        assert (found <= 1).all()
        assert (np.diff(found[order]) >= 0).all()
    assert (benjamini_hochberg(p) <= holm(p) * (1 + 1e-12)).all()
