"""How often the interval of a score holds its true value: worlds of known answers.

Usage: python benchmarks/worlds_intervals.py [DRAWS]

An organisation's respondents answer 1, 4 or 16 items on five points. With even chance a respondent
gives the same answer to all of them, else each is drawn anew: so scores are clumped as real ones
are, and the true mean is known exactly. For each shape of answers and number of respondents the
share of draws in which the 95 % interval of `vested analyse` holds it; seeded.
"""

from __future__ import annotations

import sys
from itertools import product

import numpy as np

from vested.stats.intervals import mean_interval

SHAPES = {
    "even": (0.2, 0.2, 0.2, 0.2, 0.2),
    "bell": (0.1, 0.2, 0.4, 0.2, 0.1),
    "skewed": (0.05, 0.1, 0.2, 0.35, 0.3),
    "two camps": (0.35, 0.1, 0.1, 0.1, 0.35),
    "ceiling": (0.01, 0.02, 0.07, 0.2, 0.7),
    "high ceiling": (0.0, 0.01, 0.02, 0.07, 0.9),
}
SIZES = (10, 20, 50, 200)
ITEMS = (1, 4, 16)


def coverage(
    shape: tuple[float, ...], items: int, n: int, draws: int, random: np.random.Generator
) -> float:
    """The share of draws whose interval holds the true mean."""
    codes = np.arange(5)
    answers = random.choice(codes, (draws, n, items), p=shape)
    alike = random.random((draws, n)) < 0.5
    scores = np.where(alike, answers[..., 0], answers.mean(axis=2)) * 25.0
    mean, sd = scores.mean(axis=1), scores.std(axis=1, ddof=1)
    size = np.full(draws, n, np.int64)
    low, high = mean_interval(mean, sd / np.sqrt(n), size, confidence=0.95, low=0, high=100)
    true = float(codes @ np.array(shape)) * 25.0
    return float(((low <= true) & (true <= high)).mean())


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"Share of {draws:,} draws whose 95 % interval holds the true mean")
    print("shape         items" + "".join(f"{f'n = {n}':>10}" for n in SIZES))
    for (at, (name, shape)), items in product(enumerate(SHAPES.items()), ITEMS):
        found = [coverage(shape, items, n, draws, np.random.default_rng([0, at, n])) for n in SIZES]
        print(f"{name:<14}{items:>5}" + "".join(f"{share:>9.1%} " for share in found))


if __name__ == "__main__":
    main()
