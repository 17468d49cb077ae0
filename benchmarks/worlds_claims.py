"""How often the tests of a claim err in worlds where the truth is known.

Usage: python benchmarks/worlds_claims.py [DRAWS] [--seed N]

Every respondent has a halo, which raises all of its answers. In most worlds vested practices have
no effect, so that every significant correlation is an error; 5 % may be.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.stats.comparison.correlation import pearson
from vested.stats.comparison.split import Clusters, clusters, split_sample, split_test

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class World(NamedTuple):
    """Organisations and respondents whose measures have a variance of 1."""

    says: str
    organisations: int
    sizes: Sequence[int]
    """Respondents per organisation, taken in turn."""
    icc: float = 0.15
    """Share of the variance that is between organisations."""
    halo: float = 0.5
    """Share of the variance within organisations that a respondent has in both measures."""
    effect: float = 0.0
    """Correlation of the organisations' true scores."""
    fame: float = 0.0
    """Share of the variance between that all respondents of an organisation have in both."""
    points: int = 0
    """Options of the answers; 0 for any number."""


WORLDS = (
    World("23 organisations of 20", 23, (20,)),
    World("60 organisations of 20", 60, (20,)),
    World("60 of 10, little between organisations", 60, (10,), icc=0.05),
    World("60 of 8 to 100", 60, (8, 10, 15, 30, 60, 100), icc=0.05),
    World("23 of 10, five-point answers", 23, (10,), points=5),
    World("10 organisations of 20", 10, (20,)),
    World("60 of 20, true correlation .5", 60, (20,), effect=0.5),
    World("60 of 20, fame in half of what is between", 60, (20,), fame=0.5),
)


class Found(NamedTuple):
    """Shares of the draws, and for how many there were splits."""

    naive: float
    """In which the correlation of the scores is significant at 5 %."""
    split: float
    """In which the split-sample correlation is."""
    spread: float
    """In which 0 lies outside the middle 95 % of 500 splits."""
    covered: float
    """In which the corrected interval holds the true correlation."""


def drawn(world: World, chance: np.random.Generator) -> tuple[Floats, Ints]:
    """Two measures x respondents, and the organisation of each respondent."""
    sizes = np.resize(np.asarray(world.sizes), world.organisations)
    group = np.repeat(np.arange(world.organisations), sizes)
    shared, own = math.sqrt(world.fame), math.sqrt(1 - world.fame)
    first, second, fame = chance.normal(size=(3, world.organisations))
    second = world.effect * first + math.sqrt(1 - world.effect**2) * second
    between = np.stack([own * first, own * second]) + shared * fame
    halo = math.sqrt(world.halo) * chance.normal(size=len(group))
    noise = math.sqrt(1 - world.halo) * chance.normal(size=(2, len(group)))
    values = math.sqrt(world.icc) * between[:, group] + math.sqrt(1 - world.icc) * (halo + noise)
    if world.points:
        middle = (world.points - 1) / 2
        values = np.clip(np.round(values / 0.8 + 0.5), -middle, middle)
    return values, group


def rates(world: World, draws: int, seed: int = 0, splits_of: int = 0) -> Found:
    """How often what is found in a world; the spread of splits in the first `splits_of` draws."""
    chance = np.random.default_rng([seed, WORLDS.index(world)])
    truth = world.effect * (1 - world.fame) + world.fame
    naive = split = spread = covered = 0
    for at in range(draws):
        values, group = drawn(world, chance)
        found: Clusters = clusters(values, group)
        naive += pearson(*found.means, confidence=0.95).p < 0.05
        tested = split_test(found, confidence=0.95)
        split += tested.p < 0.05
        covered += tested.corrected_low <= truth <= tested.corrected_high
        if at < splits_of:
            each = [np.random.default_rng([seed, at, one]) for one in range(world.organisations)]
            halves = split_sample(*values, group, each, confidence=0.95)
            spread += not halves.splits_low <= 0 <= halves.splits_high
    return Found(
        naive / draws, split / draws, spread / splits_of if splits_of else math.nan, covered / draws
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("draws", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    print("| world | naive | split | 0 outside the splits | corrected interval holds the truth |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for world in WORLDS:
        found = rates(world, given.draws, given.seed, splits_of=min(300, given.draws))
        print(f"| {world.says} | " + " | ".join(f"{100 * share:.1f} %" for share in found) + " |")


if __name__ == "__main__":
    main()
