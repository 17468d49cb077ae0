"""How answers spread within organisations and how items go together: what evidence rests on.

Counts and sums of products of whole numbers, gathered in the one pass beside the scores. What is
kept grows with organisations x items, never with rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vested.model import CellKey, Instrument, Item
from vested.survey.lookups import AnswerColumn, Places
from vested.survey.tallies.options import ItemReader, options_of
from vested.survey.tallies.patterns import Patterns
from vested.survey.tallies.products import Complete, Crosstabs, Pairwise, exact
from vested.survey.tallies.spread import NONE, Spread

Ints = NDArray[np.int64]
Depth = Literal["spread", "facets", "items"]
"""What is gathered: how answers spread within organisations; also how the items of a facet go
together; also how all items do, within waves and groups as well."""


@dataclass(frozen=True, slots=True)
class FacetItems:
    """The items of one facet, and where they stand among all."""

    measure: str
    places: tuple[int, ...]


@dataclass(slots=True)
class Tallies:
    """Exact counts of answers, turned so that a higher place always means more of the measure."""

    items: tuple[Item, ...]
    """Those of facets first."""
    facets: tuple[FacetItems, ...]
    poles: tuple[FacetItems, ...]
    """Items that are the pole of a pair by themselves, each as if it were a facet."""
    depth: Depth
    dimensions: int = 0
    """How many waves and groups a cell names after its organisation."""
    ordinal: bool = False
    """Whether tables of two items each are wanted as well."""
    by_pattern: bool = False
    """Whether counts of answer patterns are wanted as well."""
    rows: Ints = field(init=False)
    """Per cell, how many respondents there are."""
    meanings: list[Counter[int | str]] = field(init=False)
    """Per item, how often each code as it was given, and each reason for no answer."""
    spread: Spread = field(init=False)
    anyone: Ints = field(init=False)
    """Per facet, how many answered at least one of its items."""
    _of_facets: list[Together] = field(init=False)
    of_items: Together = field(init=False)
    """Of all items that belong to a facet, in the order of `modelled`."""
    within: dict[tuple[int, str], Together] = field(default_factory=dict)
    """The same within each wave (dimension 0) or group."""
    crosstabs: Crosstabs | None = field(init=False)
    patterns: Patterns | None = field(init=False)
    _readers: list[ItemReader] = field(init=False)

    def __post_init__(self) -> None:
        modelled = len(self.modelled)
        self.rows = np.zeros(0, np.int64)
        self.meanings = [Counter() for _ in self.items]
        self.spread = Spread(self.options, [judged.places for judged in self.judged])
        self.anyone = np.zeros(len(self.facets), np.int64)
        self._of_facets = [Together.of(len(facet.places)) for facet in self.facets]
        self.of_items = Together.of(modelled)
        self.crosstabs = Crosstabs(modelled, self.options) if self.ordinal else None
        facets = [facet.places for facet in self.facets]
        self.patterns = Patterns(self.options, facets) if self.by_pattern else None
        self._readers = [ItemReader(item) for item in self.items]

    @property
    def judged(self) -> tuple[FacetItems, ...]:
        """What agreement is judged of: the facets, and each item that is a pole by itself."""
        return (*self.facets, *self.poles)

    @property
    def modelled(self) -> tuple[int, ...]:
        """The places of the items that belong to a facet, each once."""
        return tuple(dict.fromkeys(place for facet in self.facets for place in facet.places))

    def of_facet(self, number: int) -> Together:
        """How the items of a facet go together."""
        found = self._of_facets[number]
        if self.depth != "items":
            return found
        # Pairs of items are the same whether of a facet or of all.
        at = [self.modelled.index(place) for place in self.facets[number].places]
        return Together(self.of_items.pairwise.among(at), found.complete)

    @property
    def options(self) -> int:
        """How many options the longest scale has."""
        return max(map(options_of, self.items), default=2)

    def add(
        self,
        cell: Ints,
        keys: Sequence[CellKey],
        places: Mapping[str, Places],
        columns: Mapping[str, AnswerColumn],
    ) -> NDArray[np.uint8]:
        """Count the rows of a batch: their cell, one of `keys`, and their spellings per item.

        Returns the places of their options, items x rows.
        """
        given = np.full((len(self.items), len(cell)), NONE, np.uint8)
        for at, (item, reader) in enumerate(zip(self.items, self._readers, strict=True)):
            if item.id in columns:
                column = columns[item.id]
                given[at] = reader.read(column, places[item.id])
                if self.depth != "spread":
                    self.meanings[at] += reader.meanings(column, places[item.id], given[at])
        self._add_rows(np.bincount(cell, minlength=len(keys)))
        self.spread.add(cell, len(keys), given)
        if self.facets and self.depth != "spread":
            self._add_products(cell, keys, given)
        if self.facets and self.crosstabs:
            self.crosstabs.add(given[list(self.modelled)])
        if self.patterns:
            self.patterns.add(cell, keys, given)
        return given

    def merge(self, other: Tallies, places: Ints) -> None:
        """Add the counts of another file, whose cells have these places among ours."""
        for mine, theirs in zip(self.meanings, other.meanings, strict=True):
            mine.update(theirs)
        moved = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
        moved[places[: len(other.rows)]] = other.rows
        self._add_rows(moved)
        self.spread.merge(other.spread, places)
        self.anyone = self.anyone + other.anyone
        self.of_items.merge(other.of_items)
        for mine_of, theirs_of in zip(self._of_facets, other._of_facets, strict=True):
            mine_of.merge(theirs_of)
        for level, together in other.within.items():
            self.within.setdefault(level, Together.of(len(self.modelled))).merge(together)
        if self.crosstabs and other.crosstabs:
            self.crosstabs.merge(other.crosstabs)
        if self.patterns and other.patterns:
            self.patterns.merge(other.patterns)

    def _add_rows(self, more: Ints) -> None:
        longer, shorter = (more, self.rows) if len(more) > len(self.rows) else (self.rows, more)
        self.rows = longer.astype(np.int64)
        self.rows[: len(shorter)] += shorter

    def _add_products(self, cell: Ints, keys: Sequence[CellKey], given: NDArray[np.uint8]) -> None:
        kind = exact(given.shape[1], self.options - 1)
        known = (given != NONE).astype(kind)
        x = given * known
        for number, facet in enumerate(self.facets):
            of, there = _rows(x, facet.places), _rows(known, facet.places)
            self.anyone[number] += np.count_nonzero(there.max(axis=0))
            self._of_facets[number].complete.add(of, there)
            if self.depth == "facets":
                self._of_facets[number].pairwise.add(of, there)
        if self.depth != "items" or not self.facets:
            return
        x, known = _rows(x, self.modelled), _rows(known, self.modelled)
        self.of_items.add(x, known)
        for dimension in range(self.dimensions):
            levels = [key[1 + dimension] for key in keys]
            names = sorted(set(levels))
            place = {name: at for at, name in enumerate(names)}
            level = np.array([place[name] for name in levels], np.int64)[cell]
            for at in np.flatnonzero(np.bincount(level)).tolist():
                rows = level == at
                within = self.within.setdefault(
                    (dimension, names[at]), Together.of(len(self.modelled))
                )
                within.add(x[:, rows], known[:, rows])


@dataclass(slots=True)
class Together:
    """How some items go together: over those who answered two of them, and all of them."""

    pairwise: Pairwise
    complete: Complete

    @classmethod
    def of(cls, items: int) -> Together:
        return cls(Pairwise(items), Complete(items))

    def add(self, x: NDArray[np.floating], known: NDArray[np.floating]) -> None:
        self.pairwise.add(x, known)
        self.complete.add(x, known)

    def merge(self, other: Together) -> None:
        self.pairwise.merge(other.pairwise)
        self.complete.merge(other.complete)


def _rows(values: NDArray[np.floating], places: tuple[int, ...]) -> NDArray[np.floating]:
    """The rows of an array, as a view where they stand together."""
    if places == tuple(range(places[0], places[0] + len(places))):
        return values[places[0] : places[0] + len(places)]
    return values[list(places)]


def tallies(
    instrument: Instrument,
    *,
    depth: Depth,
    dimensions: int = 0,
    ordinal: bool = False,
    by_pattern: bool = False,
) -> Tallies:
    """Empty tallies of an instrument's items and facets; scales of 255 options are left out."""
    known = {item.id: item for item in instrument.items if options_of(item) < NONE}
    facets_first = (
        name for measure in instrument.measures if measure.kind == "facet" for name in measure.of
    )
    # The items of a facet stand together, so that they need no gathering.
    items = tuple(known[name] for name in dict.fromkeys([*facets_first, *known]) if name in known)
    place = {item.id: at for at, item in enumerate(items)}
    facets = tuple(
        FacetItems(measure.id, tuple(place[item] for item in measure.of))
        for measure in instrument.measures
        if measure.kind == "facet" and all(item in place for item in measure.of)
    )
    poles = (
        name
        for measure in instrument.measures
        if measure.kind != "facet"
        for name in measure.of
        if name in place  # of a facet or not: by itself it is another question
    )
    singles = tuple(FacetItems(name, (place[name],)) for name in dict.fromkeys(poles))
    return Tallies(items, facets, singles, depth, dimensions, ordinal, by_pattern)
