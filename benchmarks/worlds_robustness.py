"""Simulated worlds: do bootstrap intervals hold the true mean, and do Sobol indices find the cause?

Usage: python benchmarks/worlds_robustness.py [--worlds 2000] [--seed 0]

Answers are means of four five-point items with one latent variable: nearly even, or piled up at
the upper end. In the worlds of ranks one choice is made to matter, and has to be found.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from vested.analysis.compare.robustness.runs import CHOICES, Composite, run
from vested.stats.intervals import mean_interval
from vested.stats.sampling.bootstrap import (
    acceleration_of_means,
    bca_interval,
    resampled_means_of_answers,
)

Floats = NDArray[np.float64]
CUTS = {"even": (-1.5, -0.5, 0.5, 1.5), "piled up": (-2.6, -2.0, -1.4, -0.6)}
DRAWS = 1999
MANY = 1_000_000
TOGETHER = 200
"""Worlds that are drawn as the columns of one table."""


def answers(cuts: tuple[float, ...], shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    """Scores from 0 to 100 of respondents of this shape."""
    latent = random.normal(size=shape)
    items = [0.7 * latent + 0.7 * random.normal(size=shape) for _ in range(4)]
    found: Floats = sum(np.searchsorted(cuts, item) for item in items) * 6.25
    return found


def coverage(n: int, kind: str, worlds: int, random: np.random.Generator) -> tuple[float, ...]:
    """How often t and BCa hold the true mean, and the mean width of BCa over that of t."""
    truth = float(answers(CUTS[kind], (MANY,), random).mean())
    hits, widths = np.zeros(2), np.zeros(2)
    for _ in range(0, worlds, TOGETHER):
        values = answers(CUTS[kind], (n, TOGETHER), random)
        means, own = resampled_means_of_answers(values, DRAWS, random)
        sd = values.std(axis=0, ddof=1)
        count = np.full(TOGETHER, n)
        by_t = mean_interval(own, sd / n**0.5, count, confidence=0.95, low=0, high=100)
        drawn = bca_interval(means, own, acceleration_of_means(values), 0.95)
        there = ~np.isnan(drawn[0])
        ends = [np.where(there, own_end, t_end) for own_end, t_end in zip(drawn, by_t, strict=True)]
        for at, (low, high) in enumerate((by_t, ends)):
            hits[at] += ((low <= truth) & (truth <= high)).sum()
            widths[at] += (high - low).sum()
    total = -(-worlds // TOGETHER) * TOGETHER
    return (*(100 * hits / total).tolist(), float(widths[1] / widths[0]))


def causes(random: np.random.Generator) -> None:
    """Which choice is found in worlds in which it is known."""
    steps = np.arange(20.0)
    far = np.repeat(25 + 2.5 * steps[:, None], 3, axis=1)
    opposite = np.column_stack([far[:, 0], far[::-1, 0], far[:, 0] + random.normal(0, 6, 20)])
    uneven = np.column_stack([far[:, 0], 50 + 45 * np.cos(steps), 50 + random.normal(0, 2, 20)])
    for says, means, sd in (
        ("measures agree, respondents differ", far, 20.0),
        ("measures contradict each other, respondents agree", opposite, 0.5),
        ("measures spread very differently, respondents agree", uneven, 0.5),
    ):
        people = [np.clip(row + random.normal(0, sd, (30, 1)), 0, 100) for row in means]
        names = tuple(f"Organisation {at}" for at in range(20))
        one = Composite("X", ("A", "B", "C"), np.full(3, 1 / 3), "arithmetic", names, people)
        _, _, _, total, _, _ = run(one, 2000, 0.95, 0).indices["ranks"]
        shown = ", ".join(f"{name} {value:.2f}" for name, value in zip(CHOICES, total, strict=True))
        print(f"{says}: {shown}")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Test bootstrap intervals and Sobol indices.")
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    random = np.random.default_rng(given.seed)
    print("answers, n, t covers %, BCa covers %, width of BCa / t")
    for kind in CUTS:
        for n in (10, 20, 50, 100):
            by_t, drawn, width = coverage(n, kind, given.worlds, random)
            print(f"{kind}, {n}, {by_t:.1f}, {drawn:.1f}, {width:.2f}")
    causes(random)


if __name__ == "__main__":
    main()
