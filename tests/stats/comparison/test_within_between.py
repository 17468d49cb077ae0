from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from vested.stats.comparison.split import clusters
from vested.stats.comparison.within_between import within_between

Floats = NDArray[np.float64]


def world(sizes: list[int], between: float, seed: int = 2) -> tuple[Floats, NDArray[np.int64]]:
    chance = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    true = chance.normal(size=len(sizes))
    x = true[group] + chance.normal(size=len(group))
    y = 0.2 * (x - true[group]) + between * true[group] + chance.normal(size=len(group))
    return np.stack([x, y + 0.5 * chance.normal(size=len(sizes))[group]]), group


def dense(values: Floats, group: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """The same model by whole covariance matrices: coefficients, standard errors, variances."""
    x, y = values
    means = clusters(values, group).means[0][group]
    design = np.column_stack([np.ones(len(x)), x - means, means])
    same = (group[:, None] == group[None, :]).astype(float)

    def parts(logs: Floats) -> tuple[float, Floats, Floats]:
        cover = math.exp(logs[0]) * same + math.exp(logs[1]) * np.eye(len(x))
        inverse = np.linalg.inv(cover)
        bread = np.linalg.inv(design.T @ inverse @ design)
        b = bread @ design.T @ inverse @ y
        left = y - design @ b
        deviance = np.linalg.slogdet(cover)[1] - np.linalg.slogdet(bread)[1] + left @ inverse @ left
        return float(deviance), b, np.sqrt(np.diag(bread))

    best = minimize(
        lambda logs: parts(logs)[0], [-1.0, 0.0], method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
    )  # fmt: skip
    _, b, se = parts(best.x)
    return b, se, np.exp(best.x)


@pytest.mark.parametrize("sizes", [[6] * 12, [3, 9, 5, 12, 4, 8, 7, 3, 10, 6]])
def test_as_the_whole_matrices_have_it(sizes: list[int]) -> None:
    values, group = world(sizes, 0.8)
    found = within_between(clusters(values, group), confidence=0.95)
    b, se, variances = dense(values, group)
    assert (found.within.slope, found.between.slope) == pytest.approx(b[1:], rel=1e-6)
    assert (found.within.se, found.between.se) == pytest.approx(se[1:], rel=1e-5)
    assert (found.intercepts, found.residual) == pytest.approx(variances, rel=1e-4)


def test_balanced_slopes_are_plain_least_squares() -> None:
    values, group = world([6] * 12, 0.8)
    found = within_between(clusters(values, group), confidence=0.95)
    x, y = clusters(values, group).means
    about = values - clusters(values, group).means[:, group]
    assert found.between.slope == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-10)
    assert found.within.slope == pytest.approx(
        (about[0] * about[1]).sum() / (about[0] ** 2).sum(), rel=1e-10
    )
    assert found.contextual.slope == pytest.approx(
        found.between.slope - found.within.slope, rel=1e-12
    )
    assert (found.within.df, found.between.df) == (59, 10)


def test_intercepts_that_do_not_vary() -> None:
    chance = np.random.default_rng(4)
    group = np.repeat(np.arange(8), 5)
    x = chance.normal(size=40)
    y = x + np.tile([-2.0, -1, 0, 1, 2], 8)
    found = within_between(clusters(np.stack([x, y]), group), confidence=0.95)
    assert found.intercepts == pytest.approx(0, abs=1e-6)
    assert found.within.low < found.within.slope < found.within.high


@pytest.mark.parametrize(
    ("values", "group"),
    [
        (np.zeros((2, 0)), np.zeros(0, np.int64)),
        (np.ones((2, 1)), np.zeros(1, np.int64)),
        (np.arange(12.0).reshape(2, 6), np.array([0, 0, 1, 1, 2, 2])),
        (np.ones((2, 8)), np.repeat(np.arange(4), 2)),
        (np.arange(8.0).reshape(2, 4), np.arange(4)),
        (np.stack([np.arange(4.0).repeat(2), np.arange(8.0)]), np.repeat(np.arange(4), 2)),
        (np.stack([np.tile([0.0, 1], 4), np.arange(8.0)]), np.repeat(np.arange(4), 2)),
    ],
    ids=["none", "one", "three", "constant", "singles", "not within", "not between"],
)
def test_slopes_that_cannot_be_known(values: Floats, group: NDArray[np.int64]) -> None:
    found = within_between(clusters(values, group), confidence=0.95)
    for slope in found[:3]:
        assert math.isnan(slope.slope)
        assert math.isnan(slope.p)
