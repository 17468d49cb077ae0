"""How often each pattern of answers to the items of a facet was given, within waves and groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vested.model import CellKey

Ints = NDArray[np.int64]

_LARGEST = 1 << 62


@dataclass(slots=True)
class Patterns:
    """Counts of patterns per facet: answers as the digits of one number, one digit for none.

    A facet of so many items that its patterns are no number of 63 bits is left out.
    """

    options: int
    facets: Sequence[tuple[int, ...]]
    counts: list[Counter[tuple[CellKey, int]]] = field(init=False)
    """Per facet, by wave and groups and by pattern."""

    def __post_init__(self) -> None:
        self.counts = [Counter() for _ in self.facets]

    def add(self, cell: Ints, keys: Sequence[CellKey], given: NDArray[np.uint8]) -> None:
        """Count rows: their cell, one of `keys`, and the places of their options per item."""
        levels = sorted({key[1:] for key in keys})
        place = {level: at for at, level in enumerate(levels)}
        level = np.array([place[key[1:]] for key in keys], np.int64)[cell]
        base = self.options + 1
        digits = np.minimum(given, self.options).astype(np.int64)
        for number, places in enumerate(self.facets):
            if base ** len(places) > _LARGEST:
                continue
            code = np.zeros_like(level)
            for at in places:
                code = code * base + digits[at]
            for where, pattern, count in _counted(level, code, base ** len(places), len(levels)):
                self.counts[number][levels[where], pattern] += count

    def merge(self, other: Patterns) -> None:
        for mine, theirs in zip(self.counts, other.counts, strict=True):
            mine.update(theirs)

    def of_facet(self, number: int, dimension: int | None = None) -> dict[str, tuple[Ints, Ints]]:
        """By level of a wave or group (or ""): patterns x items, -1 for none, and their counts."""
        items = len(self.facets[number])
        found: dict[str, Counter[int]] = {}
        for (level, pattern), count in self.counts[number].items():
            name = "" if dimension is None else level[dimension]
            found.setdefault(name, Counter())[pattern] += count
        return {name: _spelled(found[name], items, self.options) for name in sorted(found)}


def _counted(level: Ints, code: Ints, size: int, levels: int) -> Iterator[tuple[int, int, int]]:
    """Each pair of a level and a pattern, of so many, with how often it is there."""
    if size * levels <= _LARGEST:
        both, counts = np.unique(level * size + code, return_counts=True)
        for pair, count in zip(both.tolist(), counts.tolist(), strict=True):
            yield (*divmod(pair, size), count)
        return
    # Whether a facet is counted at all may not hang on how many levels there are.
    for at in np.unique(level).tolist():
        values, counts = np.unique(code[level == at], return_counts=True)
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            yield at, value, count


def _spelled(counts: Counter[int], items: int, options: int) -> tuple[Ints, Ints]:
    """Patterns in order, as arrays of their digits."""
    codes = np.array(sorted(counts), np.int64)
    digits = np.empty((len(codes), items), np.int64)
    rest = codes
    for at in reversed(range(items)):
        rest, digits[:, at] = np.divmod(rest, options + 1)
    return np.where(digits == options, -1, digits), np.array([counts[int(c)] for c in codes])
