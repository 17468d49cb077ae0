"""Whether more interviews would still bring new codes."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_CELLS = 1 << 22


class Rule(NamedTuple):
    """When a study is saturated: so little is new in the last few sources."""

    base: int = 4
    """Sources whose codes all new ones are compared with."""
    run: int = 2
    """Sources looked at together."""
    threshold: float = 0.05
    """New codes of a run, as a share of the codes of the base, up to which nothing much is new."""
    overlapping: bool = True
    """Whether the next run starts one source later, or where the last one ended."""


class Saturation(NamedTuple):
    """What each run of sources brought, in the order given."""

    curve: Ints
    """Different codes after 1, 2, … sources."""
    base_codes: int
    ends: Ints
    """The last source of each run, counted from 1."""
    new: Ints
    """Codes that the run brought and no source before it."""
    share: Floats
    """New codes as a share of those of the base."""
    reached: int | None
    """Sources seen when a run first stayed within the threshold, that run included."""
    reason: str = ""
    """Why it cannot be said or was not reached, empty where it was."""


class AnyOrder(NamedTuple):
    """The same for orders drawn at random, as the order of interviews is arbitrary."""

    median: Ints
    low: Ints
    high: Ints
    """Different codes after 1, 2, … sources: median and band over the orders."""
    reached: float
    reached_low: float
    reached_high: float
    """Sources seen at saturation; infinite where an order does not reach it."""
    share: float
    """Share of the orders that reach saturation."""
    reason: str = ""
    """Why the point of saturation is NaN, empty where it is not."""


def saturation(occurs: ArrayLike, rule: Rule | None = None) -> Saturation:
    """New codes of each run of sources after the base, and when they became few.

    `occurs` (sources × codes, in the order of the interviews) says whether a code occurs in a
    source; codes that occur nowhere change nothing. Runs overlap as published: with a base of 4 and
    runs of 2 they are sources 5–6, 6–7, 7–8, …; `overlapping=False` gives 5–6, 7–8, …. The base
    stays the same throughout. Not reached, with the reason, where there are fewer sources than base
    and run, no code in the base, or always too much that is new. ValueError for a base or run below
    1, a negative threshold, or other than two dimensions.

    Formula: codes new in the run / codes in the base.
    Source: Guest, Namey & Chen (2020), PLoS ONE 15(5) e0232076.

    >>> codes = np.tril(np.ones((8, 8), bool))
    >>> found = saturation(codes[[3, 3, 3, 3, 4, 5, 5]], Rule(threshold=0.25))
    >>> found.new.tolist(), found.share.tolist(), found.reached
    ([2, 1], [0.5, 0.25], 7)
    """
    there, rule = _checked(occurs, rule)
    used = there[:, there.any(axis=0)]
    first = used.argmax(axis=0) if used.size else np.zeros(0, np.int64)
    new = np.bincount(first, minlength=len(there))
    curve = np.cumsum(new, dtype=np.int64)
    ends = _ends(len(there), rule)
    base = int(curve[rule.base - 1]) if len(there) >= rule.base else 0
    brought = curve[ends - 1] - curve[ends - rule.run - 1]
    share = brought / base if base else np.full(len(ends), np.nan)
    reason = _impossible(len(there), rule)
    if not reason and not base:
        reason = f"no code occurs in the first {rule.base} sources"
    few = np.flatnonzero(share <= rule.threshold)
    reached = int(ends[few[0]]) if len(few) else None
    if not reason and reached is None:
        reason = f"every run brought more than {rule.threshold:.3g} of the codes of the base"
    return Saturation(curve, base, ends, brought, share, reached, reason)


def saturation_any_order(
    occurs: ArrayLike,
    random: np.random.Generator,
    rule: Rule | None = None,
    *,
    orders: int = 2000,
    confidence: float = 0.95,
) -> AnyOrder:
    """The curve of codes and the point of saturation over orders of the sources drawn at random.

    Inputs and errors as in `saturation`; `random` from `generator`. Each order has every source
    once: drawn with replacement, a source that comes twice would bring nothing new and saturation
    would seem near. Orders without a code in their base do not reach saturation. The point of
    saturation and its band are numbers of sources that occur; infinite says that more sources are
    needed. NaN with the reason where there are fewer sources than base and run.

    Source: Guest, Namey & Chen (2020), PLoS ONE 15(5) e0232076, who bootstrap to validate their
    rule; that each order has every source once is our choice.

    >>> from vested.stats.random import generator
    >>> found = saturation_any_order(np.eye(4, dtype=bool), generator(0, "", "order"), orders=99)
    >>> found.median.tolist(), found.reason
    ([1, 2, 3, 4], 'saturation needs 6 sources, there are 4')
    """
    there, rule = _checked(occurs, rule)
    sources = len(there)
    curves = _curves(there, random, orders)
    tails = [0.5, (1 - confidence) / 2, (1 + confidence) / 2]
    middle, low, high = np.quantile(curves, tails, axis=0, method="inverted_cdf")
    reason, nan = _impossible(sources, rule), math.nan
    if reason:
        return AnyOrder(middle, low, high, nan, nan, nan, 0.0, reason)
    ends = _ends(sources, rule)
    base = curves[:, rule.base - 1, None]
    brought = curves[:, ends - 1] - curves[:, ends - rule.run - 1]
    few = (base > 0) & (brought / np.maximum(base, 1) <= rule.threshold)
    reached = np.where(few.any(axis=1), ends[few.argmax(axis=1)], np.inf)
    at, first, last = np.quantile(reached, tails, method="inverted_cdf").tolist()
    return AnyOrder(middle, low, high, at, first, last, float(np.isfinite(reached).mean()))


def _checked(occurs: ArrayLike, rule: Rule | None) -> tuple[Bools, Rule]:
    there, rule = np.asarray(occurs, np.bool_), rule or Rule()
    if there.ndim != 2:
        raise ValueError("codes that occur are an array of sources × codes")
    if rule.base < 1 or rule.run < 1 or rule.threshold < 0:
        raise ValueError("base and run are at least 1 source, the threshold at least 0")
    return there, rule


def _ends(sources: int, rule: Rule) -> Ints:
    step = 1 if rule.overlapping else rule.run
    return np.arange(rule.base + rule.run, sources + 1, step, dtype=np.int64)


def _impossible(sources: int, rule: Rule) -> str:
    needed = rule.base + rule.run
    return f"saturation needs {needed} sources, there are {sources}" if sources < needed else ""


def _curves(there: Bools, random: np.random.Generator, orders: int) -> Ints:
    """Orders × sources: different codes so far."""
    sources = len(there)
    holders = [np.flatnonzero(column) for column in there.T if column.any()]
    curves = np.zeros((orders, sources), np.int64)
    at_once = max(_CELLS // max(sources, 1), 1)
    for start in range(0, orders, at_once):
        size = min(at_once, orders - start)
        # The place of each source in each order.
        places = random.permuted(np.tile(np.arange(sources, dtype=np.int32), (size, 1)), axis=1)
        rows = np.arange(size)
        for holder in holders:
            curves[start + rows, places[:, holder].min(axis=1)] += 1
    return np.cumsum(curves, axis=1)
