"""The response surface of two poles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vested.stats.comparison.congruence import surface


def world(n: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    p, q = rng.normal(size=(2, n))
    return p, q, rng.normal(size=n)


def test_a_known_surface() -> None:
    """A surface of 1 + 2p + q - p² + pq/2 - 2q²: a1 3, a2 -2.5, a3 1, a4 -3.5 (Edwards 2002)."""
    p, q, _ = world()
    found = surface(1 + 2 * p + q - p**2 + p * q / 2 - 2 * q**2, p, q, confidence=0.95)
    lines = (
        found.congruence_slope, found.congruence_curvature,
        found.incongruence_slope, found.incongruence_curvature,
    )  # fmt: skip
    assert [line.value for line in lines] == pytest.approx([3, -2.5, 1, -3.5], abs=1e-10)
    assert found.r_squared == pytest.approx(1, abs=1e-12)


def test_robust_errors_by_their_definition() -> None:
    """HC3 with the normal equations: (X'X)⁻¹ X' diag(e²/(1-h)²) X (X'X)⁻¹, t of n - 6."""
    p, q, noise = world()
    z = p - q**2 + noise * (1 + np.abs(p))
    x = np.stack([np.ones(60), p, q, p * p, p * q, q * q], axis=1)
    bread = np.linalg.inv(x.T @ x)
    b = bread @ x.T @ z
    h = np.einsum("ij,jk,ik->i", x, bread, x)
    meat = x.T @ (x * (((z - x @ b) / (1 - h)) ** 2)[:, None])
    line = np.array([0, 0, 0, 1, -1, 1.0])
    error = math.sqrt(line @ bread @ meat @ bread @ line)
    found = surface(z, p, q, confidence=0.95).incongruence_curvature
    assert found.value == pytest.approx(line @ b, rel=1e-9)
    # qt(.975, 54) in R: 2.004879
    assert (found.high - found.low) / 2 == pytest.approx(2.004879 * error, rel=1e-6)


def test_what_cannot_be_told_has_a_reason() -> None:
    p, q, z = world()
    assert surface(z[:7], p[:7], q[:7], confidence=0.95).reason == "fewer than 8 cases"
    assert "vary enough" in surface(z, p, p, confidence=0.95).reason
    assert "vary enough" in surface(z, np.zeros(60), q, confidence=0.95).reason
    assert surface(z * 0, p, q, confidence=0.95).reason == "the outcome does not vary"
    alone = p.copy()
    alone[:] = np.repeat([0.0, 1.0], 30)
    assert surface(z, alone, q, confidence=0.95).reason
    assert math.isnan(surface(z, p, p, confidence=0.95).congruence_slope.value)


def test_missing_cases_are_left_out() -> None:
    p, q, z = world()
    with_missing = z.copy()
    with_missing[0] = math.nan
    found = surface(with_missing, p, q, confidence=0.95)
    assert found.n == 59
    assert found == surface(z[1:], p[1:], q[1:], confidence=0.95)
