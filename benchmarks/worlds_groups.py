"""Worlds with a known truth, for groups, change and shocks: do the figures mean what they say?

Usage: python benchmarks/worlds_groups.py [worlds]
"""

from __future__ import annotations

import math
import sys
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vested.stats.comparison.change import Mean, change, coping
from vested.stats.comparison.groups import (
    cliff,
    hedges,
    kruskal_wallis,
    mann_whitney,
    mean_with_interval,
    welch,
)
from vested.stats.comparison.shares import epsilon_squared, welch_share

Floats = NDArray[np.float64]


def mean_of(values: Floats) -> Mean:
    return Mean(
        float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values)), len(values)
    )


def linked(worlds: int, share: float, rng: np.random.Generator) -> tuple[float, float]:
    """How often the interval of a change covers it: 20 people twice, a share of them the same."""
    same = round(20 * share)
    hits = strangers = 0
    for _ in range(worlds):
        person = rng.normal(size=20)
        one = 50 + 15 * (0.8 * person + 0.6 * rng.normal(size=20))
        again = np.concatenate([person[:same], rng.normal(size=20 - same)])
        two = 53 + 15 * (0.8 * again + 0.6 * rng.normal(size=20))
        covariance = float(np.cov(one[:same], two[:same])[0, 1]) if same else 0.0
        first, second = mean_of(one), mean_of(two)
        found = change(first, second, confidence=0.95, pairs=same, covariance=covariance)
        plain = change(first, second, confidence=0.95)
        hits += found.low <= 3 <= found.high
        strangers += plain.low <= 3 <= plain.high
    return hits / worlds, strangers / worlds


def sectors(worlds: int, rng: np.random.Generator) -> dict[str, float]:
    """How often two sectors of 8 organisations that are alike differ at .05: by unit and test."""
    found = dict.fromkeys(("respondents", "welch", "mann-whitney", "hedges", "cliff"), 0)
    for _ in range(worlds):
        means = 50 + 8 * rng.normal(size=(2, 8, 1))
        people = means + 18 * rng.normal(size=(2, 8, 25))
        one, two = people.mean(axis=2)
        found["respondents"] += welch(people[0].ravel(), people[1].ravel()).p < 0.05
        found["welch"] += welch(one, two).p < 0.05
        found["mann-whitney"] += mann_whitney(one, two).p < 0.05
        for name, effect in (("hedges", hedges), ("cliff", cliff)):
            size = effect(one, two, confidence=0.95)
            found[name] += not size.low <= 0 <= size.high
    return {name: count / worlds for name, count in found.items()}


def shares(worlds: int, size: int, apart: float, rng: np.random.Generator) -> tuple[float, float]:
    """How often intervals cover omega and epsilon squared: three sectors, so far apart."""
    middles = apart * np.arange(3)[:, None]
    far = middles + rng.normal(size=(3, 100_000))
    between = float(((middles - middles.mean()) ** 2).mean())
    omega, epsilon = between / (between + 1), kruskal_wallis(far).statistic / far.size
    hits = np.zeros(2)
    for _ in range(worlds):
        groups = list(middles + rng.normal(size=(3, size)))
        found = (
            welch_share(groups, confidence=0.95),
            epsilon_squared(groups, [rng] * 3, draws=999, confidence=0.95),
        )
        for at, (interval, true) in enumerate(zip(found, (omega, epsilon), strict=True)):
            hits[at] += interval.low <= true + 1e-3 and interval.high >= true
    return float(hits[0]) / worlds, float(hits[1]) / worlds


def roles(worlds: int, rng: np.random.Generator) -> tuple[float, float, float]:
    """Managers are 4 points above staff everywhere, and more of them where scores are low."""
    pooled, within, hits = 0.0, 0.0, 0
    for _ in range(worlds):
        level = 50 + 8 * rng.normal(size=15)
        managers = np.where(level < 50, 30, 10)
        staff = 40 - managers
        of_managers = level + 4 + 15 * rng.normal(size=15) / np.sqrt(managers)
        of_staff = level + 15 * rng.normal(size=15) / np.sqrt(staff)
        pooled += np.average(of_managers, weights=managers) - np.average(of_staff, weights=staff)
        found = mean_with_interval(of_managers - of_staff, 0.95)
        within += found.value
        hits += found.low <= 4 <= found.high
    return pooled / worlds, within / worlds, hits / worlds


def ways(worlds: int, rng: np.random.Generator) -> list[tuple[str, float, float, int]]:
    """Of ways with a probability of so much, how many were the true one; truths drawn evenly."""
    said, true = [], []
    for _ in range(worlds):
        depth, rebound = rng.uniform(-10, 30), rng.uniform(-20, 20)
        before, during, after = np.array([50, 50 - depth, 50 + rebound]) + 3 * rng.normal(size=3)
        error = 3 * math.sqrt(2)
        found = coping(after - before, error, before - during, error, -0.5, margin=5)
        way = 2 if rebound > 5 else 3 if rebound < -5 else 1 if depth > 5 else 0
        said += list(found)
        true += [float(at == way) for at in range(4)]
    told, hit = np.array(said), np.array(true)
    edges = [0, 0.2, 0.4, 0.6, 0.8, 1.0001]
    rows = []
    for low, high in pairwise(edges):
        here = (told >= low) & (told < high)
        rows.append(
            (f"{low:.1f}-{min(high, 1):.1f}", told[here].mean(), hit[here].mean(), here.sum())
        )
    return rows


def main() -> None:
    worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    rng = np.random.default_rng(20)
    print("linked  covers  as strangers")
    for share in (0.0, 0.5, 0.75, 1.0):
        hits, strangers = linked(worlds, share, rng)
        print(f"{share:6.2f}  {hits:6.3f}  {strangers:12.3f}")
    print("two sectors that are alike, called different:")
    for name, rate in sectors(worlds, rng).items():
        print(f"  {name:12} {rate:.3f}")
    print("three sectors, apart (SD)  size  omega squared covers  epsilon squared covers")
    for apart in (0.0, 0.5, 1.0, 1.5):
        for size in (4, 10, 20):
            omega, epsilon = shares(worlds // 8, size, apart, rng)
            print(f"{apart:25.1f}  {size:4}  {omega:20.3f}  {epsilon:22.3f}")
    print("managers less staff, truth 4: pooled {:.2f}, within {:.2f}, covers {:.3f}".format(
        *roles(worlds, rng)
    ))  # fmt: skip
    print("probability of a way  said  true  cases")
    for name, told, hit, cases in ways(worlds, rng):
        print(f"  {name:12} {told:.3f} {hit:.3f} {cases}")


if __name__ == "__main__":
    main()
