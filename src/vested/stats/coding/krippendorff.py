"""Krippendorff's alpha of coders who coded the same units."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vested.stats.coding.judgements import Ints, Judgements, judgements, nothing_to_compare

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")

_CELLS = 1 << 22
_ALIKE = 1e-12


class Alpha(NamedTuple):
    """Krippendorff's alpha with the two disagreements that it compares."""

    value: float
    observed: float
    """Disagreement within units."""
    expected: float
    """Disagreement if all codes were dealt out at random over the units."""
    units: int
    """Units that two coders or more coded; the others do not enter."""
    codes: int
    """Codes that these units got."""
    reason: str = ""
    """Why the value is NaN, empty where it is not."""


class AlphaInterval(NamedTuple):
    """What alpha could be in the population of units that these were drawn from, coders fixed."""

    low: float
    high: float
    failing: float
    """Share of the draws in which alpha is below the one to reach."""
    undefined: float
    """Share of the draws without an alpha, as one category filled them; left out above."""
    reason: str = ""
    """Why the bounds are NaN, empty where they are not."""


def alpha(
    codes: ArrayLike,
    categories: int,
    level: Level = "nominal",
    *,
    values: ArrayLike | None = None,
    counts: ArrayLike | None = None,
) -> Alpha:
    """Krippendorff's alpha: agreement of any number of coders at a level of measurement.

    `codes` (units × coders) holds 0 … `categories` - 1, and -1 where a coder did not code the unit;
    units with fewer than two codes do not enter. `values` says what the categories stand for at
    interval and ratio level (0, 1, 2, … by default); `counts` how many units each row stands for.
    NaN with a reason where no unit has two codes, or all codes are equal, as there is then no
    chance to disagree. ValueError for other codes, an unknown level, or values that do not fit, at
    ratio level also for values below 0. At ratio level 0 is as near to 0 as it gets.

    Formula: 1 - D_o/D_e = 1 - (n-1)·Σ o_ck·δ²_ck/Σ n_c·n_k·δ²_ck from the coincidences o, to which
    each unit adds n_c(n_k-[c=k])/(m-1).
    Source: Krippendorff (2004), Content Analysis, 2nd edition, chapter 11; Hayes & Krippendorff
    (2007), Communication Methods and Measures 1(1).

    >>> found = alpha([[0, 0], [0, 1], [1, 1], [1, -1]], 2)
    >>> round(found.value, 6), found.units
    (0.444444, 3)
    """
    found = judgements(codes, categories, counts)
    scale = _scale(values, categories, level)
    paired = _paired(found)
    units, n_codes = found.compared, int(paired.units @ paired.coders)
    nan = math.nan
    if not units:
        return Alpha(nan, nan, nan, 0, 0, nothing_to_compare(found))
    chosen: list[int] = (paired.units @ paired.tally).tolist()
    together, common = _coincidences(paired)
    apart = _ordinal(chosen) if level == "ordinal" else _differences(scale, level)
    within = sum(
        o * d
        for row, far in zip(together.tolist(), apart, strict=True)
        for o, d in zip(row, far, strict=True)
    )
    overall = sum(
        a * b * d for a, far in zip(chosen, apart, strict=True)
        for b, d in zip(chosen, far, strict=True)
    )  # fmt: skip
    observed = within / (common * n_codes)
    expected = overall / (n_codes * (n_codes - 1))
    if not overall:
        reason = "all codes are equal, so there is no chance to disagree"
        return Alpha(nan, observed, expected, units, n_codes, reason)
    value = (common * overall - (n_codes - 1) * within) / (common * overall)
    return Alpha(value, observed, expected, units, n_codes)


def alpha_interval(
    codes: ArrayLike,
    categories: int,
    random: np.random.Generator,
    level: Level = "nominal",
    *,
    values: ArrayLike | None = None,
    counts: ArrayLike | None = None,
    draws: int = 2000,
    confidence: float = 0.95,
    to_reach: float = 0.8,
) -> AlphaInterval:
    """Interval of alpha: units are drawn again and again, and alpha is computed for each draw.

    Inputs and errors as in `alpha`; `random` from `generator`; so many `draws` of as many units as
    two coders or more coded, with replacement, each unit with all its codes. So the units must have
    been coded independently of each other: single characters of a text have not. Not the algorithm
    of Krippendorff and Hayes, which draws single pairs of codes against a fixed expected
    disagreement. Draws without an alpha are left out and counted. Where all draws give the same,
    at most a share 1 - (α/2)^(1/n) of the units would be coded otherwise, which could at worst
    disagree as far as the categories reach (our choice). NaN with a reason for fewer than two
    units, where alpha is NaN, and where more than half of the draws have none.

    Source: Efron (1979), The Annals of Statistics 7(1), percentiles; resampling units: our choice.

    >>> from vested.stats.random import generator
    >>> codes = [[0, 0], [0, 0], [0, 1], [1, 1], [1, 1], [1, 1]]
    >>> found = alpha_interval(codes, 2, generator(0, "", "coders"))
    >>> round(found.low, 2), found.high
    (-0.1, 1.0)
    """
    found = alpha(codes, categories, level, values=values, counts=counts)
    nan = math.nan
    if found.reason or found.units < 2:
        return AlphaInterval(nan, nan, nan, nan, found.reason or "one unit has no interval")
    scale = _scale(values, categories, level)
    paired = _paired(judgements(codes, categories, counts))
    drawn = np.concatenate(list(_draws(paired, scale, level, random, draws)))
    known = drawn[~np.isnan(drawn)]
    undefined = 1 - len(known) / draws
    if 2 * len(known) < draws:
        reason = "more than half of the draws hold one category only"
        return AlphaInterval(nan, nan, nan, undefined, reason)
    tails = (1 - confidence) / 2, (1 + confidence) / 2
    low, high = np.quantile(known, tails).tolist()
    if np.ptp(known) <= _ALIKE:
        low, high = _if_others_differ(found, paired, scale, level, confidence)
    return AlphaInterval(low, high, float((known < to_reach).mean()), undefined)


def _scale(values: ArrayLike | None, categories: int, level: Level) -> list[float]:
    """What the categories stand for, whole numbers as such."""
    if level not in LEVELS:
        raise ValueError(f"unknown level {level!r}, known are {', '.join(LEVELS)}")
    scale = np.arange(categories) if values is None else np.asarray(values)
    if scale.shape != (categories,) or not np.isfinite(scale).all():
        raise ValueError("values are one number for each category")
    if level == "ratio" and (scale < 0).any():
        raise ValueError("values at ratio level are not below 0")
    return [int(value) if float(value).is_integer() else float(value) for value in scale.tolist()]


def _paired(found: Judgements) -> Judgements:
    several = found.coders > 1
    return Judgements(found.tally[several], found.units[several])


def _coincidences(paired: Judgements) -> tuple[Ints, int]:
    """Coincidences times a common denominator, and that; their diagonal never counts."""
    others = paired.coders - 1
    common = math.lcm(*np.unique(others).tolist())
    weight = paired.units * (common // others)
    tally = paired.tally
    together: Ints = (tally * weight[:, None]).T @ tally
    return together, common


def _differences(scale: list[float], level: Level) -> list[list[float]]:
    """Squared differences of the categories, whole numbers where the values are."""
    if level == "interval":
        return [[(a - b) ** 2 for b in scale] for a in scale]
    if level == "ratio":
        return [[((a - b) / (a + b)) ** 2 if a != b else 0 for b in scale] for a in scale]
    places = range(len(scale))
    return [[int(a != b) for b in places] for a in places]


def _ordinal(chosen: list[int]) -> list[list[float]]:
    """Squared differences in ranks, as often as the categories between were chosen."""
    upto = np.cumsum(chosen, dtype=np.int64)
    # Twice the place in the middle of its category is a whole number.
    middle: list[int] = (2 * upto - np.array(chosen, np.int64)).tolist()
    return [
        [(a - b) ** 2 / 4 if (a - b) % 2 else (a - b) ** 2 // 4 for b in middle] for a in middle
    ]


def _draws(
    paired: Judgements, scale: list[float], level: Level, random: np.random.Generator, draws: int
) -> Iterator[Floats]:
    """Alpha of each draw, as many at a time as fit into little memory."""
    tally = paired.tally.astype(np.float64)
    kinds, q = tally.shape
    pairs = tally[:, :, None] * tally[:, None, :] / (paired.coders - 1)[:, None, None]
    apart = np.array(_differences(scale, level), np.float64)
    total = int(paired.units.sum())
    at_once = max(_CELLS // (kinds + q * q), 1)
    for start in range(0, draws, at_once):
        size = min(at_once, draws - start)
        drawn = random.multinomial(total, paired.units / total, size=size).astype(np.float64)
        chosen = drawn @ tally
        far = np.broadcast_to(apart, (size, q, q))
        if level == "ordinal":
            middle = np.cumsum(chosen, axis=1) - chosen / 2
            far = (middle[:, :, None] - middle[:, None, :]) ** 2
        within = (drawn @ pairs.reshape(kinds, q * q) * far.reshape(size, q * q)).sum(axis=1)
        overall = np.einsum("rc,rck,rk->r", chosen, far, chosen)
        known = overall > 0
        codes = chosen.sum(axis=1)
        yield np.where(known, 1 - (codes - 1) * within / np.where(known, overall, 1.0), np.nan)


def _if_others_differ(
    found: Alpha, paired: Judgements, scale: list[float], level: Level, confidence: float
) -> tuple[float, float]:
    """Bounds where all draws are alike: a few units unseen could agree fully, or not at all."""
    chosen = (paired.units @ paired.tally).tolist()
    apart = _ordinal(chosen) if level == "ordinal" else _differences(scale, level)
    most = max(max(row) for row in apart)
    otherwise = -math.expm1(math.log((1 - confidence) / 2) / found.units)
    least = (1 - otherwise) * found.observed
    low = 1 - (least + otherwise * most) / found.expected
    return max(low, -1.0), min(1 - least / found.expected, 1.0)
