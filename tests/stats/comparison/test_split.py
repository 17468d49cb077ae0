from __future__ import annotations

import importlib.util
import math
from itertools import combinations
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.aggregation import anova_of_groups, icc2
from vested.stats.comparison.split import (
    clusters,
    half_means,
    pooled_covariance,
    reliability,
    split_sample,
    split_test,
    without_shared,
)

GROUP = np.repeat(np.arange(5), 4)
VALUES = np.random.default_rng(3).normal(size=(2, 20)) + np.arange(5)[GROUP]


def chances(organisations: int, seed: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng([seed, at]) for at in range(organisations)]


@pytest.fixture(scope="module")
def worlds() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "worlds_claims.py"
    spec = importlib.util.spec_from_file_location("worlds_claims", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_average_over_all_splits() -> None:
    """Each of the six ways to halve four people, in each organisation on its own."""
    x, y = VALUES.reshape(2, 5, 4)
    ways = [list(way) for way in combinations(range(4), 2)]
    first = np.array([x[:, way].mean(axis=1) for way in ways])
    second = np.array([np.delete(y, way, axis=1).mean(axis=1) for way in ways])
    # The mean of products within an organisation, and across them of the means over all ways.
    inner = (first * second).mean(axis=0)
    total = (
        inner.sum()
        - (
            np.outer(x.mean(axis=1), y.mean(axis=1)).sum()
            - (x.mean(axis=1) * y.mean(axis=1)).sum()
            + inner.sum()
        )
        / 5
    )
    found = clusters(VALUES, GROUP)
    assert without_shared(found.means, found.own)[0, 1] == pytest.approx(total / 4, rel=1e-10)


def test_the_drawn_splits_tend_to_the_limit() -> None:
    group = np.repeat(np.arange(40), 12)
    chance = np.random.default_rng(5)
    true = chance.normal(size=(2, 40))
    true[1] += true[0]
    values = true[:, group] + chance.normal(size=480) + chance.normal(size=(2, 480))
    found = split_sample(*values, group, chances(40), splits=2000, confidence=0.95)
    limit = split_test(clusters(values, group), confidence=0.95)
    assert found.r == pytest.approx(limit.r, abs=0.01)
    assert found.corrected == pytest.approx(limit.corrected, abs=0.015)
    assert found.splits_low < found.r < found.splits_high
    assert (found.low, found.high, found.p) == (limit.low, limit.high, limit.p)


def test_halves_have_nobody_in_common() -> None:
    names = np.arange(9.0)
    first, second = half_means(names, names, np.random.default_rng(1), 200)
    assert first * 4 + second * 5 == pytest.approx(np.full(200, 36.0))
    assert len(np.unique(first)) > 15


def test_an_organisation_has_splits_of_its_own() -> None:
    """Its halves are the same whether it stands first or last."""
    forward = split_sample(*VALUES, GROUP, chances(5), splits=50, confidence=0.95)
    back = VALUES.reshape(2, 5, 4)[:, ::-1].reshape(2, 20)
    turned = split_sample(*back, GROUP, chances(5)[::-1], splits=50, confidence=0.95)
    assert turned == pytest.approx(forward, rel=1e-9)


def test_without_a_halo_it_is_nearly_the_correlation_of_the_means() -> None:
    """With many respondents hardly anything is shared, and nothing has to be corrected."""
    chance = np.random.default_rng(7)
    group = np.repeat(np.arange(30), 400)
    true = chance.normal(size=(2, 30))
    values = true[:, group] + chance.normal(size=(2, 12000))
    found = split_test(clusters(values, group), confidence=0.95)
    whole = np.corrcoef(clusters(values, group).means)[0, 1]
    assert (found.r, found.corrected) == pytest.approx((whole, whole), abs=0.005)


def test_reliability_is_icc2_where_sizes_are_equal() -> None:
    found = clusters(VALUES, GROUP)
    expected = icc2(anova_of_groups(VALUES[0], GROUP))
    ours = reliability(found.n, found.means[0], float(found.within[0, 0]))
    assert ours == pytest.approx(expected, rel=1e-10)


def test_halves_are_as_reliable_as_spearman_and_brown_say() -> None:
    found = split_test(clusters(VALUES, GROUP), confidence=0.95)
    whole = icc2(anova_of_groups(VALUES[0], GROUP))
    assert found.reliability_x == pytest.approx((whole / 2) / (1 - whole / 2), rel=1e-10)


def test_a_correction_may_go_beyond_1_and_shows_it() -> None:
    within = np.tile([-9.0, -3, 3, 9], 5), np.tile([9.0, 3, -3, -9], 5)
    values = np.arange(5.0)[GROUP] * 5 + np.stack(within)
    found = split_test(clusters(values, GROUP), confidence=0.95)
    assert found.corrected == pytest.approx(
        found.r / math.sqrt(found.reliability_x * found.reliability_y), rel=1e-10
    )
    assert found.corrected > 1


@pytest.mark.parametrize("organisations", [0, 1, 2])
def test_too_few_organisations(organisations: int) -> None:
    few = np.isin(GROUP, range(organisations))
    found = split_sample(
        *VALUES[:, few], GROUP[few], chances(organisations), splits=10, confidence=0.95
    )
    assert found.organisations == organisations
    assert np.isnan(found[1:]).all()


def test_three_organisations_have_no_interval() -> None:
    few = GROUP < 3
    found = split_test(clusters(VALUES[:, few], GROUP[few]), confidence=0.95)
    assert not math.isnan(found.p)
    assert math.isnan(found.low)


@pytest.mark.parametrize("constant", [0, 1])
def test_no_variance(constant: int) -> None:
    values = VALUES.copy()
    values[constant] = 50.0
    found = split_sample(*values, GROUP, chances(5), splits=10, confidence=0.95)
    assert np.isnan(found[1:]).all()


def test_answers_that_only_differ_within_organisations() -> None:
    """Organisations differ less than chance would have it: nothing to correct by."""
    balanced = np.tile([1.0, 2, 3, 4], 5) + np.arange(5)[GROUP] * 1e-3
    found = split_test(clusters(np.stack([balanced, VALUES[1]]), GROUP), confidence=0.95)
    assert found.reliability_x < 0
    assert math.isnan(found.corrected)
    assert not math.isnan(found.r)


def test_errors_in_worlds_with_halos(worlds: ModuleType) -> None:
    """The full run is benchmarks/worlds_claims.py; here a small one, with room for chance."""
    by_name: dict[str, NDArray[np.float64]] = {
        world.says: np.array(worlds.rates(world, 1000)) for world in (worlds.WORLDS[1:3])
    }
    for naive, split, _, _ in by_name.values():
        assert split == pytest.approx(0.05, abs=0.02)
        assert naive > 0.10
    assert by_name["60 of 10, little between organisations"][0] > 0.5


def test_the_spread_of_splits_is_no_test(worlds: ModuleType) -> None:
    found = worlds.rates(worlds.WORLDS[1], 60, splits_of=60)
    assert found.spread > 0.10


def test_weighted_clusters() -> None:
    """60, 70, 80, 50 with weights 1, 2, 1, 1: mean 66 (R), effective n 25/7, variance 104."""
    x, weights = np.array([[60.0, 70, 80, 50]]), np.array([1.0, 2, 1, 1])
    found = clusters(x, np.zeros(4, np.int64), weights)
    assert found.means[0, 0] == pytest.approx(66, rel=1e-12)
    assert found.n[0] == pytest.approx(25 / 7, rel=1e-12)
    assert found.products[0, 0, 0] == pytest.approx(25 / 7 * 104, rel=1e-12)
    assert (found.respondents[0], found.first_half[0]) == (4, pytest.approx(25 / 14))


def test_equal_weights_are_none() -> None:
    chance = np.random.default_rng(2)
    values, group = chance.normal(size=(2, 50)), np.repeat(np.arange(5), 10)
    plain, weighted = clusters(values, group), clusters(values, group, np.full(50, 0.4))
    for one, two in zip(plain, weighted, strict=True):
        assert one == pytest.approx(two, rel=1e-12, abs=1e-12)


def test_halves_with_weights() -> None:
    """Two respondents: a half is one of them, whatever the weight; of three, two are weighted."""
    x, weights = np.array([10.0, 20, 40]), np.array([1.0, 3, 1])
    first, second = half_means(x, x, np.random.default_rng(1), 200, weights)
    assert set(first) <= {10.0, 20.0, 40.0}
    assert set(np.round(second, 9)) == {17.5, 25.0}


@pytest.mark.parametrize("weighted", [False, True])
def test_pooled_covariance_is_that_of_clusters(weighted: bool) -> None:
    chance = np.random.default_rng(2)
    values, group = chance.normal(size=(3, 50)), np.repeat(np.arange(5), 10)
    weights = chance.uniform(0.3, 2, 50) if weighted else None
    found, df = pooled_covariance(values, group, weights)
    known = clusters(values, group, weights)
    assert found == pytest.approx(known.within, rel=1e-12)
    assert df == round(float(known.n.sum()) - 5)


def test_pooled_covariance_of_nobody() -> None:
    found, df = pooled_covariance(np.empty((2, 0)), np.empty(0, np.int64))
    assert (np.isnan(found).all(), df) == (True, 0)
