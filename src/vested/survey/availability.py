"""Who has a value on which measures, where measures are bound by an equation.

An index and its parts rest on different respondents where somebody has no value on one of them.
Only those respondents are looked at; all others have a value on everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vested.model import Instrument, Measure
from vested.survey.measures import Grid, Plan, Values

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Linked:
    """Outputs that are bound by equations: what one says follows in part from the others."""

    leaves: tuple[str, ...]
    """The facets and single items that they are made of."""
    outputs: tuple[int, ...]
    """Their places among all outputs."""


def terms(measure: Measure, measures: Mapping[str, Measure]) -> set[str]:
    """What a measure is a weighted sum of: facets, items, and measures that are no such sum."""
    if measure.kind != "index" or measure.aggregation != "arithmetic":
        return {measure.id}
    found: set[str] = set()
    for part in measure.of:
        found |= terms(measures[part], measures) if part in measures else {part}
    return found


def linked(instrument: Instrument | Plan) -> tuple[Linked, ...]:
    """The sets of outputs that are bound by equations, in the instrument's order."""
    measures = {measure.id: measure for measure in instrument.measures}
    groups: list[tuple[set[str], list[int]]] = []
    for at, output in enumerate(instrument.outputs):
        measure = output.measure
        if output.id.endswith(".tilt") and measure.kind == "pair":
            own = set[str]()
            for part in measure.of:
                own |= terms(measures[part], measures) if part in measures else {part}
        elif measure.kind in ("facet", "index"):
            own = terms(measure, measures)
        else:
            continue  # a root or a distance: no sum
        touching = [group for group in groups if group[0] & own]
        groups = [group for group in groups if not group[0] & own]
        places = [at, *(place for _, outputs in touching for place in outputs)]
        groups.append((own.union(*(names for names, _ in touching)), places))
    found = []
    for names, places in groups:
        if len(places) > 1:
            leaves = dict.fromkeys(
                leaf for name in sorted(names) for leaf in leaves_of(name, measures)
            )
            found.append(Linked(tuple(leaves), tuple(sorted(places))))
    return tuple(sorted(found, key=lambda link: link.outputs))


def leaves_of(name: str, measures: Mapping[str, Measure]) -> list[str]:
    """The facets and items that a measure rests on."""
    if name not in measures or measures[name].kind == "facet":
        return [name]
    return [leaf for part in measures[name].of for leaf in leaves_of(part, measures)]


@dataclass(slots=True)
class Availability:
    """Per set of linked outputs, how many respondents of a cell lack which of its leaves."""

    links: tuple[Linked, ...]
    places: Mapping[str, int]
    """Where a facet stands among the outputs."""
    counts: list[Counter[tuple[int, bytes]]] = field(init=False)
    """By cell and by the bits of the leaves that are there; not of those who lack none."""

    def __post_init__(self) -> None:
        self.counts = [Counter() for _ in self.links]

    def add(
        self, cell: Ints, results: Sequence[Values], packed: Mapping[str, NDArray[np.int32]]
    ) -> None:
        """Count rows: their cell, their values per output, their packed answers per leaf."""
        for link, counts in zip(self.links, self.counts, strict=True):
            values = [self._values(leaf, results, packed) for leaf in link.leaves]
            lowest = values[0].astype(np.int32)
            for value in values[1:]:
                np.minimum(lowest, value, out=lowest, casting="same_kind")
            rows = np.flatnonzero(lowest < 0)
            if not len(rows):
                continue
            there = np.array([value[rows] >= 0 for value in values])
            bits = np.ascontiguousarray(np.packbits(there, axis=0).T)
            patterns, place = np.unique(
                bits.view(np.dtype((np.void, bits.shape[1]))).reshape(-1), return_inverse=True
            )
            pairs, count = np.unique(cell[rows] * len(patterns) + place, return_counts=True)
            names = [pattern.tobytes() for pattern in patterns]
            for pair, many in zip(pairs.tolist(), count.tolist(), strict=True):
                at, which = divmod(pair, len(names))
                counts[at, names[which]] += many

    def merge(self, other: Availability, places: Sequence[int]) -> None:
        """Add the counts of another reduction, whose cells have these places among ours."""
        for mine, theirs in zip(self.counts, other.counts, strict=True):
            for (cell, pattern), count in theirs.items():
                mine[places[cell], pattern] += count

    def _values(
        self, leaf: str, results: Sequence[Values], packed: Mapping[str, NDArray[np.int32]]
    ) -> NDArray[np.signedinteger]:
        """Something per row that is below 0 where the leaf has no value."""
        if leaf not in self.places:
            return packed[leaf] - np.int32(1)
        result = results[self.places[leaf]]
        return result.x if isinstance(result, Grid) else result.place


def available(pattern: bytes, leaves: Sequence[str]) -> frozenset[str]:
    """The leaves whose bits are set.

    >>> sorted(available(bytes([0b10100000]), ["a", "b", "c"]))
    ['a', 'c']
    """
    bits = np.unpackbits(np.frombuffer(pattern, np.uint8), count=len(leaves))
    return frozenset(leaf for leaf, bit in zip(leaves, bits, strict=True) if bit)


def empty_availability(instrument: Instrument | Plan) -> Availability:
    """Nothing counted yet."""
    places = {output.id: at for at, output in enumerate(instrument.outputs)}
    links = linked(instrument)
    return Availability(links, {name: places[name] for link in links for name in link.leaves
                                if name in places})  # fmt: skip
