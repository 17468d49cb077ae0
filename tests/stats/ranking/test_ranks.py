"""Rank sets: worked numbers, edges, and whether they cover."""

from __future__ import annotations

import numpy as np
import pytest

from vested.stats.ranking.ranks import marginal_critical, rank_sets, simultaneous_critical

Pairs = list[tuple[int, int]]


def sets(score: list[float], se: list[float], *, df: float = np.inf, unknown: int = 0) -> Pairs:
    k = max(len(score), 2)
    critical = simultaneous_critical(k, 0.95, np.full(len(score), df))
    (found,) = rank_sets(np.array(score, float), np.array(se, float), critical, unknown=unknown)
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


def test_the_worked_numbers() -> None:
    """50, 60, 61, standard errors 2: 2.34370·√8 = 6.629 (R's ptukey): {3}, {1, 2}, {1, 2}."""
    critical = simultaneous_critical(3, 0.95, np.array([np.inf]))[0]
    assert critical == pytest.approx(2.34370, abs=5e-6)
    assert critical * np.sqrt(8) == pytest.approx(6.629, abs=5e-4)
    assert sets([50, 60, 61], [2, 2, 2]) == [(3, 3), (1, 2), (1, 2)]


@pytest.mark.parametrize("k", [3, 10])
def test_a_bootstrap_over_all_pairs_gives_the_same_critical_value(k: int) -> None:
    """As csranks does it; tolerance: four standard errors of a share of 5 % in 200,000 draws."""
    z = np.random.default_rng(4).standard_normal((200_000, k))
    largest = np.ptp(z, axis=1) / np.sqrt(2)
    critical = simultaneous_critical(k, 0.95, np.array([np.inf]))[0]
    assert (largest > critical).mean() == pytest.approx(0.05, abs=0.002)


def test_marginal_values_are_on_the_safe_side_of_a_bootstrap() -> None:
    """For one organisation and equal errors the bootstrap gives 2.212 for k = 3 (Dunnett)."""
    z = np.random.default_rng(5).standard_normal((200_000, 3))
    largest = np.abs(z[:, 1:] - z[:, :1]).max(axis=1) / np.sqrt(2)
    critical = marginal_critical(3, 0.95, np.array([np.inf]))[0]
    assert critical == pytest.approx(2.23648, abs=5e-6)
    assert 0.043 < (largest > critical).mean() < 0.05


@pytest.mark.parametrize(
    ("score", "se", "expected"),
    [
        ([50], [1], [(1, 1)]),
        ([50, 90], [1, 1], [(2, 2), (1, 1)]),
        ([50, 50], [1, 1], [(1, 2), (1, 2)]),
        ([10, 50, 90], [1, 1, 1], [(3, 3), (2, 2), (1, 1)]),
        ([10, 50, 90], [1, 99, 1], [(2, 3), (1, 3), (1, 2)]),
    ],
)
def test_edges(score: list[float], se: list[float], expected: Pairs) -> None:
    assert sets(score, se) == expected


def test_scores_without_an_error_may_stand_anywhere() -> None:
    assert sets([10, 90], [1, 1], unknown=2) == [(2, 4), (1, 3)]
    assert sets([10], [1], unknown=1) == [(1, 2)]


def test_sets_follow_their_organisation_in_any_order() -> None:
    rng = np.random.default_rng(6)
    score, se = rng.normal(50, 20, 70), rng.uniform(1, 5, 70)  # more than one block
    critical = simultaneous_critical(70, 0.95, rng.integers(5, 90, 70).astype(float))
    order = rng.permutation(70)
    (found,) = rank_sets(score, se, critical)
    (other,) = rank_sets(score[order], se[order], critical[order])
    assert found.low[order].tolist() == other.low.tolist()
    assert found.high[order].tolist() == other.high.tolist()


def test_all_pairs_are_counted() -> None:
    rng = np.random.default_rng(7)
    score, se = rng.normal(50, 20, 70), rng.uniform(1, 5, 70)
    c = rng.uniform(2, 5, 70)
    v = se**2
    needed = (c * v + (c * v)[:, None]) / np.sqrt(v + v[:, None])
    clear = score[:, None] - score > needed
    (found,) = rank_sets(score, se, c)
    assert found.low.tolist() == (1 + clear.sum(axis=0)).tolist()
    assert found.high.tolist() == (70 - clear.sum(axis=1)).tolist()


@pytest.mark.parametrize("spread", [0.0, 6.0])
def test_sets_hold_the_true_ranks(spread: float) -> None:
    """600 worlds of 12 organisations with 10 to 40 normal answers and unequal variances.

    With no true differences each organisation may have any rank: nothing may be clear. The bound
    is .95 less three standard errors of a share in 600 worlds.
    """
    rng = np.random.default_rng(8)
    n = np.array([10, 12, 15, 20, 25, 40] * 2)
    sd = np.array([12.0, 18, 25] * 4)
    covered, own = 0, 0
    for _ in range(600):
        truth = rng.normal(55, spread, 12)
        score = rng.normal(truth, sd / np.sqrt(n))
        se = sd * np.sqrt(rng.chisquare(n - 1) / (n - 1)) / np.sqrt(n)
        pairs, one = rank_sets(
            score,
            se,
            simultaneous_critical(12, 0.95, n - 1.0),
            marginal_critical(12, 0.95, n - 1.0),
        )
        best = 1 + (truth > truth[:, None]).sum(axis=1)
        worst = 12 - (truth < truth[:, None]).sum(axis=1)
        covered += bool(((pairs.low <= best) & (worst <= pairs.high)).all())
        own += int(((one.low <= best) & (worst <= one.high))[0])
    assert covered / 600 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 600)
    assert own / 600 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 600)
