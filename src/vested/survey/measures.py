"""How each respondent's answers become measures: exact integers wherever there is a grid.

A facet mean is s/m for m of k answered items; times lcm(1..k) it is an integer. Such a measure is
a `Grid`: an integer of 0..steps per respondent. Square roots, geometric means and unequal weights
lie on no grid; they are `Counted`: a small table of values, and per respondent a place in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm

import numpy as np
from numpy.typing import NDArray

from vested.model import Instrument, Item, Measure, Output

Ints = NDArray[np.int64]
MISSING = -1
OTHER = 1 << 24  # 127 times this is still a 32-bit integer
"""What an item adds to a leaf that is neither answered nor blank."""
MAX_STEPS = 1 << 18
"""A finer grid than this could overflow the sums of squares of a hundred million rows."""
_QUANTUM = 2.0**44


@dataclass(frozen=True, slots=True)
class Grid:
    """Per respondent an integer x of 0..steps, or -1; the value is low + (high - low)·x/steps."""

    x: NDArray[np.int32]
    steps: int

    def values(self) -> NDArray[np.float64]:
        """On 0-100, NaN where missing."""
        return np.where(self.x == MISSING, np.nan, self.x * 100.0 / self.steps)


@dataclass(frozen=True, slots=True)
class Counted:
    """Per respondent a place in a table of values on 0-100, or -1.

    `fixed` says that the table is the same for all respondents of the measure, in every batch.
    """

    place: Ints
    table: NDArray[np.float64]
    fixed: bool

    def values(self) -> NDArray[np.float64]:
        return np.where(self.place == MISSING, np.nan, self.table[self.place])


Values = Grid | Counted


def at_least_half(items: int) -> int:
    """How many of a facet's items must be answered."""
    return (items + 1) // 2


def at_least_sixty_percent(measures: int) -> int:
    """How many of an index's measures must be there."""
    return (3 * measures + 4) // 5


@dataclass(frozen=True, slots=True)
class Leaf:
    """Items that are added up per respondent: those of a facet, or the one of a pair.

    Each answered item adds `base` plus its distance from the low end (from the high end if it is
    reversed), so that one number per respondent holds both how many were answered and their sum.
    An item that is neither answered nor blank adds `OTHER`, which is more than all answers do.
    """

    id: str
    items: tuple[Item, ...]
    base: int = field(init=False)
    fits: bool = field(init=False)
    """Whether all answers together stay below `OTHER`."""

    def __post_init__(self) -> None:
        widest = sum(item.scale.high - item.scale.low for item in self.items)
        base = 1 << widest.bit_length()
        object.__setattr__(self, "base", base)
        object.__setattr__(self, "fits", base * (len(self.items) + 1) <= OTHER)

    def contribution(self, item: Item, code: int) -> int:
        scale = item.scale
        return self.base + (scale.high - code if item.reversed else code - scale.low)

    def read(self, packed: NDArray[np.int32]) -> Values:
        """The mean of the answered items, if at least half are answered."""
        k, base = len(self.items), self.base
        width = self.items[0].scale.high - self.items[0].scale.low
        answered, total = np.divmod(np.arange((k + 1) * base), base)
        enough = (answered >= at_least_half(k)) & (total <= answered * width)
        common = lcm(*range(at_least_half(k), k + 1))
        if common * width <= MAX_STEPS:
            some = np.where(enough, answered, 1)
            table = np.where(enough, total * common // some, MISSING)
            return Grid(np.take(table.astype(np.int32), packed, mode="clip"), common * width)
        table = total * 100.0 / (np.maximum(answered, 1) * width)
        return Counted(np.where(enough, np.arange(len(enough)), MISSING)[packed], table, fixed=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to add up and, from that, what to score."""

    leaves: tuple[Leaf, ...]
    measures: tuple[Measure, ...]
    outputs: tuple[Output, ...]

    def evaluate(self, packed: Mapping[str, NDArray[np.int32]]) -> list[Values]:
        """The values of each output, from the packed answers of each leaf."""
        known: dict[str, Values] = {leaf.id: leaf.read(packed[leaf.id]) for leaf in self.leaves}
        results: list[Values] = []
        for measure in self.measures:
            parts = [known[name] for name in measure.of] if measure.kind != "facet" else []
            match measure.kind:
                case "facet":
                    results.append(known[measure.id])
                case "index":
                    known[measure.id] = _index(measure, parts)
                    results.append(known[measure.id])
                case "pair":
                    results += [_root(parts[0], parts[1]), _difference(parts[0], parts[1])]
                case "ambidexterity":
                    results += [_balance(parts[0], parts[1]), _root(parts[0], parts[1])]
        return results


def plan(instrument: Instrument) -> Plan:
    """Make the plan of an instrument."""
    items = {item.id: item for item in instrument.items}
    leaves: dict[str, Leaf] = {}
    for measure in instrument.measures:
        if measure.kind == "facet":
            leaves[measure.id] = Leaf(measure.id, tuple(items[part] for part in measure.of))
        else:
            for part in measure.of:
                if part in items:
                    leaves[part] = Leaf(part, (items[part],))
    return Plan(tuple(leaves.values()), instrument.measures, instrument.outputs)


def _together(parts: Sequence[Values]) -> tuple[list[NDArray[np.int32]], int] | None:
    """Grids on one common grid, None where one is not on a grid or the common one is too fine."""
    if not all(isinstance(part, Grid) for part in parts):
        return None
    grids = [part for part in parts if isinstance(part, Grid)]
    steps = lcm(*(grid.steps for grid in grids))
    if steps > MAX_STEPS:
        return None
    return [
        grid.x if grid.steps == steps else _scaled(grid.x, steps // grid.steps) for grid in grids
    ], steps


def _scaled(x: NDArray[np.int32], factor: int) -> NDArray[np.int32]:
    return np.where(x == MISSING, np.int32(MISSING), x * np.int32(factor))


def _index(measure: Measure, parts: Sequence[Values]) -> Values:
    """The mean of the available measures, if at least 60 % are available."""
    needed = at_least_sixty_percent(len(parts))
    common = lcm(*range(needed, len(parts) + 1))
    equal = len(set(measure.weights)) <= 1
    shared = _together(parts) if equal and measure.aggregation == "arithmetic" else None
    if shared is None or shared[1] * common > MAX_STEPS:
        return _index_of_reals(measure, parts, needed)
    columns, steps = shared
    available = sum((x != MISSING).astype(np.int64) for x in columns)
    total = sum(np.maximum(x, 0) for x in columns)
    factor = np.array([common // max(m, 1) for m in range(len(parts) + 1)])
    return Grid(np.where(available >= needed, total * factor[available], MISSING), steps * common)


def _index_of_reals(measure: Measure, parts: Sequence[Values], needed: int) -> Counted:
    """Weighted arithmetic or geometric mean; a geometric mean with a 0 in it is 0."""
    values = np.stack([part.values() for part in parts])
    there = ~np.isnan(values)
    weights = np.array(measure.weights or [1.0] * len(parts))[:, None] * there
    total = np.maximum(weights.sum(axis=0), np.finfo(float).tiny)
    filled = np.where(there, values, 1.0)
    if measure.aggregation == "geometric":
        logs = np.log(np.maximum(filled, np.finfo(float).tiny))
        mean = np.exp((weights * logs).sum(axis=0) / total)
        mean = np.where((there & (values == 0)).any(axis=0), 0.0, mean)
    else:
        mean = (weights * filled).sum(axis=0) / total
    # Logarithms of a whole number of points miss it in the fourteenth digit.
    mean = np.clip(np.where(np.abs(mean - np.rint(mean)) < 1e-11, np.rint(mean), mean), 0.0, 100.0)
    return _counted(np.where(there.sum(axis=0) >= needed, mean, np.nan))


def _counted(values: NDArray[np.float64]) -> Counted:
    """Values as places in the table of the distinct ones, kept to 2^-44."""
    there = ~np.isnan(values)
    whole = np.rint(np.where(there, values, 0.0) * _QUANTUM).astype(np.int64)
    table, place = np.unique(whole, return_inverse=True)
    return Counted(np.where(there, place, MISSING), table / _QUANTUM, fixed=False)


def _root(p: Values, q: Values) -> Counted:
    """√(p·q): how far both poles are present."""
    if isinstance(p, Grid) and isinstance(q, Grid) and p.steps * q.steps <= MAX_STEPS:
        there = (p.x != MISSING) & (q.x != MISSING)
        place = np.where(there, p.x.astype(np.int64) * (q.steps + 1) + q.x, MISSING)
        first, second = np.divmod(np.arange((p.steps + 1) * (q.steps + 1)), q.steps + 1)
        return Counted(place, 100.0 * np.sqrt(first * second / (p.steps * q.steps)), fixed=True)
    return _counted(np.sqrt(p.values() * q.values()))


def _difference(p: Values, q: Values) -> Values:
    """P - q on -100..100, held as (p - q + 100)/2 so that it is an integer of 0..steps."""
    shared = _together((p, q))
    if shared is None:
        return _counted((p.values() - q.values() + 100.0) / 2)
    (first, second), steps = shared
    there = (first != MISSING) & (second != MISSING)
    x = first - second + np.int32(steps)
    return Grid(np.where(there, x, np.int32(MISSING)), 2 * steps)


def _balance(p: Values, q: Values) -> Values:
    """100 - |p - q|: how even the two are, however low."""
    shared = _together((p, q))
    if shared is None:
        return _counted(100.0 - np.abs(p.values() - q.values()))
    (first, second), steps = shared
    there = (first != MISSING) & (second != MISSING)
    x = np.int32(steps) - np.abs(first - second)
    return Grid(np.where(there, x, np.int32(MISSING)), steps)
