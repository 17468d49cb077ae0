"""How answers spread within organisations and how items go together: what evidence rests on.

Counts and sums of products of whole numbers, gathered in the one pass beside the scores. What is
kept grows with organisations x items, never with rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vested.model import Instrument, Item
from vested.survey.lookups import AnswerColumn, Places

Ints = NDArray[np.int64]
_NONE = 255
"""What stands for no answer among the places of options."""
_EXACT_IN_SINGLE = 1 << 24
_FEW_ROWS = 4
"""With more cells x options than so many times the rows, rows are counted one by one."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The items of one facet, and where they stand among all."""

    measure: str
    places: tuple[int, ...]


@dataclass(slots=True)
class Tallies:
    """Exact counts of answers, turned so that a higher place always means more of the measure."""

    items: tuple[Item, ...]
    facets: tuple[Spread, ...]
    together: bool = True
    """Whether sums of products are wanted, which take most of the time."""
    meanings: list[Counter[int | str]] = field(init=False)
    """Per item, how often each code as it was given, and each reason for no answer."""
    counts: Ints = field(init=False)
    """Items x cells x options, and one place more for those who did not answer the whole facet."""
    anyone: Ints = field(init=False)
    """Per facet, how many answered at least one of its items."""
    complete_products: list[Ints] = field(init=False)
    """Per facet, items x items: sums of products over those who answered all of them."""
    pairs: Ints = field(init=False)
    """items x items: how many answered both."""
    sums: Ints = field(init=False)
    """items x items: the sum of the first over those who answered both."""
    squares: Ints = field(init=False)
    """items x items: the sum of squares of the first over those who answered both."""
    products: Ints = field(init=False)
    """items x items: the sum of the products over those who answered both."""
    _tables: dict[str, NDArray[np.uint8]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.items)
        self.meanings = [Counter() for _ in self.items]
        self.counts = np.zeros((count, 0, self.options + 1), np.int64)
        self.anyone = np.zeros(len(self.facets), np.int64)
        self.complete_products = [
            np.zeros((len(facet.places), len(facet.places)), np.int64) for facet in self.facets
        ]
        self.pairs, self.sums, self.squares, self.products = (
            np.zeros((count, count), np.int64) for _ in range(4)
        )

    @property
    def options(self) -> int:
        """How many options the longest scale has."""
        return max(len(_range(item)) for item in self.items)

    @property
    def complete(self) -> Ints:
        """Cells x items x options: answers of those who answered all items of the facet."""
        return self.counts[:, :, :-1].transpose(1, 0, 2)

    def add(
        self,
        cell: Ints,
        cells: int,
        places: Mapping[str, Places],
        columns: Mapping[str, AnswerColumn],
    ) -> None:
        """Count the rows of a batch: their cell, of so many, and their spellings per item."""
        rows = len(cell)
        given = np.full((len(self.items), rows), _NONE, np.uint8)
        for at, item in enumerate(self.items):
            if item.id in columns:
                column = columns[item.id]
                table = self._table(item, column)
                np.take(table, places[item.id], mode="clip", out=given[at])
                if self.together:
                    self._count_meanings(at, column, places[item.id])
        there = given != _NONE
        self._count_complete(cell, cells, given, there)
        if self.together:
            self._add_products(given, there)

    def merge(self, other: Tallies, places: Ints) -> None:
        """Add the counts of another file, whose cells have these places among ours."""
        for mine, theirs in zip(self.meanings, other.meanings, strict=True):
            mine.update(theirs)
        if len(places):
            self._room(int(places.max()) + 1)
            # A file may have cells in which nobody answered all items of any facet.
            known = min(len(places), other.counts.shape[1])
            self.counts[:, places[:known]] += other.counts[:, :known]
        for name in ("anyone", "pairs", "sums", "squares", "products"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine_of, theirs_of in zip(self.complete_products, other.complete_products, strict=True):
            np.add(mine_of, theirs_of, out=mine_of)

    def _count_meanings(self, at: int, column: AnswerColumn, places: Places) -> None:
        for place, count in enumerate(np.bincount(places).tolist()):
            if count:
                self.meanings[at][column.meaning(place)] += count

    def _count_complete(
        self, cell: Ints, cells: int, given: NDArray[np.uint8], there: NDArray[np.bool_]
    ) -> None:
        self._room(cells)
        bins = self.counts.shape[2]
        base = cell * bins
        for number, facet in enumerate(self.facets):
            here = there[list(facet.places)]
            full = here.all(axis=0)
            for at in facet.places:
                place = base + np.where(full, given[at], np.uint8(bins - 1))
                counts = self.counts[at].reshape(-1)
                if cells * bins <= _FEW_ROWS * len(cell):
                    counts[: cells * bins] += np.bincount(place, minlength=cells * bins)
                else:
                    np.add.at(counts, place, 1)
            if self.together:
                self.anyone[number] += np.count_nonzero(here.any(axis=0))
                x = given[list(facet.places)][:, full].astype(np.float64)  # exact below 2^53
                self.complete_products[number] += np.rint(x @ x.T).astype(np.int64)

    def _table(self, item: Item, column: AnswerColumn) -> NDArray[np.uint8]:
        """What the spellings of a column mean, made anew when it has met others."""
        table = self._tables.get(item.id)
        if table is None or len(table) <= len(column.meanings):
            table = self._tables[item.id] = _options(item, column)
        return table

    def _add_products(self, given: NDArray[np.uint8], there: NDArray[np.bool_]) -> None:
        # Sums of small whole numbers are exact in single precision, which is twice as fast.
        small = given.shape[1] * (self.options - 1) ** 2 < _EXACT_IN_SINGLE
        kind: type[np.floating] = np.float32 if small else np.float64
        x = np.where(there, given, 0).astype(kind)
        known = there.astype(kind)
        for sums, first, second in (
            (self.pairs, known, known),
            (self.sums, x, known),
            (self.squares, x * x, known),
            (self.products, x, x),
        ):
            np.add(sums, np.rint(np.matmul(first, second.T)).astype(np.int64), out=sums)

    def _room(self, cells: int) -> None:
        items, have, bins = self.counts.shape
        if cells > have:
            grown = np.zeros((items, max(cells, have + have // 2), bins), np.int64)
            grown[:, :have] = self.counts
            self.counts = grown


def tallies(instrument: Instrument, *, together: bool) -> Tallies:
    """Empty tallies of an instrument's items and facets; scales of 255 options are left out."""
    items = tuple(item for item in instrument.items if len(_range(item)) < _NONE)
    place = {item.id: at for at, item in enumerate(items)}
    return Tallies(
        items,
        tuple(
            Spread(measure.id, tuple(place[item] for item in measure.of))
            for measure in instrument.measures
            if measure.kind == "facet" and all(item in place for item in measure.of)
        ),
        together,
    )


def _range(item: Item) -> range:
    return range(item.scale.low, item.scale.high + 1)


def _options(item: Item, column: AnswerColumn) -> NDArray[np.uint8]:
    """Per place of a spelling the place of its option from the low end, reversed items turned."""
    scale = item.scale

    def option(meaning: int | str) -> int:
        if not isinstance(meaning, int):
            return _NONE
        return scale.high - meaning if item.reversed else meaning - scale.low

    return np.array([*map(option, column.meanings), _NONE], np.uint8)
