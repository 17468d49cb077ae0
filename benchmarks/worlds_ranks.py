"""Simulated worlds: do rank sets hold the true ranks, and do shrunken scores err less?

Usage: python benchmarks/worlds_ranks.py [--worlds 2000] [--seed 0]

Each world has organisations with true scores, and respondents whose answers are either normal or
the means of four five-point items, so bounded, lumpy and skewed towards the ends. True ranks are
covered where they lie within the set; of a tie, all of the ranks that it takes up.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.stats.ranking.bands import banded
from vested.stats.ranking.ranks import marginal_critical, rank_sets, simultaneous_critical
from vested.stats.ranking.shrinkage import shrunk

Floats = NDArray[np.float64]
CUTS = np.array([25.0, 50.0, 75.0])
GRID = np.arange(17) * 6.25
"""The means of four five-point items, on 0 to 100."""


class World(NamedTuple):
    """What a kind of world is like."""

    organisations: int
    respondents: tuple[int, int]
    spread: float
    answers: str


WORLDS = (
    World(5, (10, 20), 0, "normal"),
    World(20, (10, 20), 0, "normal"),
    World(20, (10, 20), 6, "normal"),
    World(60, (10, 20), 0, "normal"),
    World(60, (20, 100), 6, "normal"),
    World(5, (10, 20), 0, "items"),
    World(20, (10, 20), 0, "items"),
    World(20, (10, 20), 6, "items"),
    World(20, (40, 120), 6, "items"),
    World(60, (10, 20), 0, "items"),
    World(60, (20, 100), 6, "items"),
)


def answers(truth: float, n: int, kind: str, sd: float, rng: np.random.Generator) -> Floats:
    """Answers of n respondents with this true mean."""
    if kind == "normal":
        return rng.normal(truth, sd, n)
    share = truth / 100  # a beta-binomial on the grid: its mean is exact, its ends fill up
    precision = share * (1 - share) / (sd / 100) ** 2 - 1
    chance = rng.beta(share * precision, (1 - share) * precision, n)
    return GRID[rng.binomial(16, chance)]


def outcome(world: World, rng: np.random.Generator) -> Floats:
    """Of one world: all covered, the first covered, widths, both errors, both on bands."""
    k = world.organisations
    truth = np.clip(rng.normal(58, world.spread, k), 20, 90)
    n = rng.integers(*world.respondents, k)
    given = [
        answers(t, int(m), world.answers, float(sd), rng)
        for t, m, sd in zip(truth, n, rng.uniform(14, 24, k), strict=True)
    ]
    score = np.array([each.mean() for each in given])
    se = np.array([each.std(ddof=1) for each in given]) / np.sqrt(n)
    df = n - 1.0
    pairs, one = rank_sets(
        score, se, simultaneous_critical(k, 0.95, df), marginal_critical(k, 0.95, df)
    )
    best = 1 + (truth > truth[:, None]).sum(axis=1)
    worst = k - (truth < truth[:, None]).sum(axis=1)
    drawn = shrunk(score[None], se[None]).score[0]
    named = banded(score, se, CUTS)
    return np.array(
        [
            ((pairs.low <= best) & (worst <= pairs.high)).all(),
            ((one.low <= best) & (worst <= one.high))[0],
            (pairs.high - pairs.low + 1).mean(),
            (one.high - one.low + 1).mean(),
            ((score - truth) ** 2).mean(),
            ((drawn - truth) ** 2).mean(),
            named.probability.mean(),
            (named.band == np.digitize(truth, CUTS)).mean(),
        ]
    )


def main() -> None:
    """Print a table, one row for each kind of world."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print(
        "| organisations | respondents | spread | answers | all sets hold | a single set holds "
        "| width | width, single | error, raw | error, shrunk | band told | band true |"
    )
    print("| ---: " * 3 + "| --- " + "| ---: " * 8 + "|")
    for at, world in enumerate(WORLDS):
        rng = np.random.default_rng([given.seed, at])
        found = np.mean([outcome(world, rng) for _ in range(given.worlds)], axis=0)
        low, high = world.respondents
        print(
            f"| {world.organisations} | {low}–{high - 1} | {world.spread:g} | {world.answers} "
            f"| {found[0]:.3f} | {found[1]:.3f} | {found[2]:.1f} | {found[3]:.1f} "
            f"| {found[4] ** 0.5:.2f} | {found[5] ** 0.5:.2f} | {found[6]:.3f} | {found[7]:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
