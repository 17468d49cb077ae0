"""Each draw of organisations gives what the plain statistic gives of the organisations drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy.stats as ss

from vested.stats.comparison.correlation import partial, pearson
from vested.stats.comparison.redrawn import (
    redrawn_partial,
    redrawn_slopes,
    redrawn_spearman,
    redrawn_split,
)
from vested.stats.comparison.regression import ols, percentiles
from vested.stats.comparison.split import Clusters, clusters, split_test
from vested.stats.sampling.bootstrap import resampled_correlations

DRAWS = 40
# Efron & Tibshirani (1993), table 3.1: admission test and grades of fifteen law schools
LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]


def organisations(j: int = 12, seed: int = 3) -> Clusters:
    chance = np.random.default_rng(seed)
    group = np.repeat(np.arange(j), chance.integers(8, 30, j))
    level = chance.normal(size=(2, j))
    values = level[:, group] + chance.normal(size=(2, len(group))) + chance.normal(size=len(group))
    return clusters(values, group)


def drawn(n: int, seed: int = 1) -> np.ndarray:
    """The same draws as those of the bootstrap."""
    return np.random.default_rng(seed).integers(n, size=(DRAWS, n), dtype=np.uint32)


def of(found: Clusters, places: np.ndarray) -> Clusters:
    return Clusters(
        found.n[places], found.means[:, places], found.products[:, :, places],
        found.respondents[places],
    )  # fmt: skip


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(1)


def test_pearson_and_slope(chance: np.random.Generator) -> None:
    x, y = organisations().means
    r, slope = redrawn_partial(x, y, np.empty((len(x), 0)), DRAWS, chance)
    for at, places in enumerate(drawn(len(x))):
        a, b = x[places], y[places]
        assert r[at] == pytest.approx(pearson(a, b, confidence=0.95).r, abs=1e-11)
        expected = ols(a[:, None], b, confidence=0.95).coefficients[1]
        assert slope[at] == pytest.approx(expected, abs=1e-11)


def test_partial_where_draws_may_miss_a_sector(chance: np.random.Generator) -> None:
    x, y = organisations().means
    sector = np.arange(len(x)) % 3
    controls = np.column_stack([sector == 1, sector == 2, np.log(organisations().n)]).astype(float)
    r, _ = redrawn_partial(x, y, controls, DRAWS, chance)
    for at, places in enumerate(drawn(len(x))):
        expected = partial(x[places], y[places], controls[places], confidence=0.95).r
        if not np.isnan(expected):
            assert r[at] == pytest.approx(expected, abs=1e-9)


@pytest.mark.filterwarnings("ignore:An input array is constant")
def test_spearman_with_ties(chance: np.random.Generator) -> None:
    x, y = (np.rint(3 * values) for values in organisations().means)
    found = redrawn_spearman(x, y, DRAWS, chance)
    for at, places in enumerate(np.random.default_rng(1).integers(0, len(x), (DRAWS, len(x)))):
        expected = ss.spearmanr(x[places], y[places]).statistic
        assert found[at] == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_split(chance: np.random.Generator) -> None:
    known = organisations()
    found = redrawn_split(known, DRAWS, chance)
    for at, places in enumerate(drawn(len(known.n))):
        expected = split_test(of(known, places), confidence=0.95).r
        assert found[at] == pytest.approx(np.clip(expected, -1, 1), abs=1e-9)


def test_slopes_within_and_between(chance: np.random.Generator) -> None:
    """With a ratio of 0.5 an organisation of n respondents weighs n/(1 + n/2) between."""
    known = organisations()
    within, between, contextual = redrawn_slopes(known, 0.5, DRAWS, chance)
    for at, places in enumerate(drawn(len(known.n))):
        own = of(known, places)
        x, y = own.means
        weights = np.sqrt(own.n / (1 + 0.5 * own.n))
        assert between[at] == pytest.approx(np.polyfit(x, y, 1, w=weights)[0], abs=1e-9)
        sums = own.products.sum(axis=2)
        assert within[at] == pytest.approx(sums[0, 1] / sums[0, 0], abs=1e-11)
        assert contextual[at] == between[at] - within[at]


def test_law_schools(chance: np.random.Generator) -> None:
    """Efron & Tibshirani (1993): the bootstrap standard error of r = .776 is .130 or so."""
    x, y = np.array(LSAT, float), np.array(GPA)
    r, _ = redrawn_partial(x, y, np.empty((15, 0)), 20_000, chance)
    assert np.std(r) == pytest.approx(0.133, abs=0.005)
    low, high = percentiles(r, confidence=0.95)
    assert (low, high) == pytest.approx((0.464, 0.962), abs=0.012)
    same = resampled_correlations(x[:, None], y, 20_000, np.random.default_rng(1))[0]
    assert r == pytest.approx(same, abs=1e-10)


Redrawn = Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]


@pytest.mark.parametrize(
    "statistic",
    [
        lambda x, y, own: redrawn_partial(x, y, np.empty((len(x), 0)), DRAWS, own)[0],
        lambda x, y, own: redrawn_spearman(x, y, DRAWS, own),
        lambda x, y, own: redrawn_split(
            Clusters(
                np.full(len(x), 8), np.array([x, y]), np.ones((2, 2, len(x))), np.full(len(x), 8)
            ),
            DRAWS, own,
        ),
    ],
    ids=["pearson", "spearman", "split"],
)  # fmt: skip
def test_a_measure_that_does_not_differ_gives_nothing(
    statistic: Redrawn, chance: np.random.Generator
) -> None:
    found = statistic(np.full(12, 50.0), np.arange(12.0), chance)
    assert np.isnan(found).all()


def test_three_organisations_of_which_one_is_drawn_thrice() -> None:
    found = redrawn_spearman(np.arange(3.0), np.arange(3.0), 200, np.random.default_rng(2))
    assert 0 < np.isnan(found).sum() < 100
    assert found[~np.isnan(found)] == pytest.approx(1.0)
