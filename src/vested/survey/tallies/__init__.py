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
from vested.survey.tallies.products import Crosstabs, Products, exact
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
    facets: tuple[FacetItems, ...]
    depth: Depth
    dimensions: int = 0
    """How many waves and groups a cell names after its organisation."""
    ordinal: bool = False
    """Whether tables of two items each are wanted as well."""
    meanings: list[Counter[int | str]] = field(init=False)
    """Per item, how often each code as it was given, and each reason for no answer."""
    spread: Spread = field(init=False)
    anyone: Ints = field(init=False)
    """Per facet, how many answered at least one of its items."""
    of_facets: Products = field(init=False)
    of_items: Products = field(init=False)
    """Of all items that belong to a facet, in the order of `modelled`."""
    within: dict[tuple[int, str], Products] = field(default_factory=dict)
    """The same within each wave (dimension 0) or group."""
    crosstabs: Crosstabs | None = field(init=False)
    _readers: list[ItemReader] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.items)
        facets = [facet.places for facet in self.facets]
        self.meanings = [Counter() for _ in self.items]
        self.spread = Spread(count, self.options, facets)
        self.anyone = np.zeros(len(self.facets), np.int64)
        self.of_facets = Products(count, facets)
        self.of_items = self._of_modelled()
        self.crosstabs = Crosstabs(len(self.modelled), self.options) if self.ordinal else None
        self._readers = [ItemReader(item) for item in self.items]

    @property
    def modelled(self) -> tuple[int, ...]:
        """The places of the items that belong to a facet, each once."""
        return tuple(dict.fromkeys(place for facet in self.facets for place in facet.places))

    @property
    def options(self) -> int:
        """How many options the longest scale has."""
        return max(map(options_of, self.items))

    @property
    def complete(self) -> Ints:
        """Cells x items x options: answers of those who answered all items of the facet."""
        return self.spread.complete()

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
        self.spread.add(cell, len(keys), given)
        if self.depth != "spread":
            self._add_products(cell, keys, given)
        if self.crosstabs:
            self.crosstabs.add(given[list(self.modelled)])
        return given

    def merge(self, other: Tallies, places: Ints) -> None:
        """Add the counts of another file, whose cells have these places among ours."""
        for mine, theirs in zip(self.meanings, other.meanings, strict=True):
            mine.update(theirs)
        self.spread.merge(other.spread, places)
        self.anyone = self.anyone + other.anyone
        self.of_facets.merge(other.of_facets)
        self.of_items.merge(other.of_items)
        for level, products in other.within.items():
            self.within.setdefault(level, self._of_modelled()).merge(products)
        if self.crosstabs and other.crosstabs:
            self.crosstabs.merge(other.crosstabs)

    def _of_modelled(self) -> Products:
        size = len(self.modelled)
        return Products(size, [tuple(range(size))])

    def _add_products(self, cell: Ints, keys: Sequence[CellKey], given: NDArray[np.uint8]) -> None:
        there = given != NONE
        kind = exact(given.shape[1], self.options - 1)
        known = there.astype(kind)
        x = given.astype(kind) * known
        self.of_facets.add(x, known)
        for number, facet in enumerate(self.facets):
            self.anyone[number] += np.count_nonzero(there[list(facet.places)].any(axis=0))
        if self.depth != "items":
            return
        if self.modelled != tuple(range(len(self.items))):
            x, known = x[list(self.modelled)], known[list(self.modelled)]
        self.of_items.add(x, known)
        for dimension in range(self.dimensions):
            levels = [key[1 + dimension] for key in keys]
            names = sorted(set(levels))
            place = {name: at for at, name in enumerate(names)}
            level = np.array([place[name] for name in levels], np.int64)[cell]
            for at in np.flatnonzero(np.bincount(level)).tolist():
                rows = level == at
                within = self.within.setdefault((dimension, names[at]), self._of_modelled())
                within.add(x[:, rows], known[:, rows])


def tallies(
    instrument: Instrument, *, depth: Depth, dimensions: int = 0, ordinal: bool = False
) -> Tallies:
    """Empty tallies of an instrument's items and facets; scales of 255 options are left out."""
    items = tuple(item for item in instrument.items if options_of(item) < NONE)
    place = {item.id: at for at, item in enumerate(items)}
    facets = tuple(
        FacetItems(measure.id, tuple(place[item] for item in measure.of))
        for measure in instrument.measures
        if measure.kind == "facet" and all(item in place for item in measure.of)
    )
    return Tallies(items, facets, depth, dimensions, ordinal)
