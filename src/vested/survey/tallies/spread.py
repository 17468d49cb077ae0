"""How answers spread within organisations: counts per cell, item and option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NONE = 255
"""What stands for no answer among the places of options."""
_ROOM = 1 << 21
"""Items are counted together while cells x combinations stay below so many."""


@dataclass(slots=True)
class _Pack:
    """Items of one facet that are counted together: their answers as the digits of one number.

    No answer is so large a digit that the number lies beyond all combinations.
    """

    places: tuple[int, ...]
    options: int
    counts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros((0, self.bins), np.int64)

    @property
    def beyond(self) -> int:
        """The number of combinations, which stands for those who did not answer all."""
        return int(self.options ** len(self.places))

    @property
    def bins(self) -> int:
        return self.beyond + 1

    def packed(self, given: Bytes) -> NDArray[np.uint16]:
        """Per row its combination, `beyond` or more where an item is not answered."""
        code: NDArray[np.uint16] = given[self.places[0]].astype(np.uint16)
        for power, place in enumerate(self.places[1:], 1):
            code += given[place] * np.uint16(self.options**power)
        return code

    def add(self, cell: Ints, cells: int, code: NDArray[np.uint16]) -> None:
        if cells > len(self.counts):
            grown = np.zeros((max(cells, 2 * len(self.counts)), self.bins), np.int64)
            grown[: len(self.counts)] = self.counts
            self.counts = grown
        size = cells * self.bins
        flat = self.counts.reshape(-1)
        flat[:size] += np.bincount(cell * self.bins + code, minlength=size)

    def of_items(self) -> Ints:
        """Items x cells x options."""
        m = len(self.places)
        shape = (len(self.counts), *(self.options,) * m)
        whole = self.counts[:, :-1].reshape(shape)  # the last item is the first digit
        return np.array(
            [
                whole.sum(axis=tuple(axis for axis in range(1, m + 1) if axis != m - at))
                for at in range(m)
            ]
        )


@dataclass(slots=True)
class Spread:
    """Counts of the answers of those who answered all items of a facet, per cell.

    While there are few cells, several items of a facet are counted as one number; with many, item
    by item.
    """

    options: int
    facets: Sequence[tuple[int, ...]]
    counted: list[tuple[int, ...]] = field(init=False)
    """Per facet, where the counts of its items stand: at the place of the item, or where another
    facet has it too, after all items."""
    counts: Ints = field(init=False)
    """Facets' items x cells x options, and one place more for who did not answer the whole facet.

    An item of two facets is there twice, for it is not the same people who answered all of each.
    """
    packs: list[list[_Pack]] = field(init=False)
    """Per facet."""
    rows: list[range] = field(init=False)
    """Per facet, which of the counts are those of its items."""

    def __post_init__(self) -> None:
        ends = np.cumsum([0, *map(len, self.facets)]).tolist()
        self.rows = [range(start, end) for start, end in pairwise(ends)]
        self.counts = np.zeros((ends[-1], 0, self.options + 1), np.int64)
        most = max(m for m in range(1, 9) if self.options**m <= NONE or m == 1)
        self.packs = [
            [_Pack(places[at : at + most], self.options) for at in range(0, len(places), most)]
            for places in self.facets
        ]

    def add(self, cell: Ints, cells: int, given: Bytes) -> None:
        """Count rows: their cell, of so many, and the places of their options per item."""
        widest = max((pack.bins for packs in self.packs for pack in packs), default=0)
        together = cells * widest <= _ROOM
        if not together:
            self._unpack()
            self._room(cells)
        for facet, packs in enumerate(self.packs):
            codes = [pack.packed(given) for pack in packs]
            full = codes[0] < packs[0].beyond
            for pack, code in zip(packs[1:], codes[1:], strict=True):
                full &= code < pack.beyond
            if together:
                for pack, code in zip(packs, codes, strict=True):
                    pack.add(cell, cells, np.where(full, code, np.uint16(pack.beyond)))
            else:
                self._add_each(facet, cell, given, full)

    def _add_each(self, facet: int, cell: Ints, given: Bytes, full: NDArray[np.bool_]) -> None:
        base = cell * (self.options + 1)
        for row, place in zip(self.rows[facet], self.facets[facet], strict=True):
            option = np.where(full, given[place], np.uint8(self.options))
            np.add.at(self.counts[row].reshape(-1), base + option, 1)

    def merge(self, other: Spread, places: Ints) -> None:
        """Add the counts of another file, whose cells have these places among ours."""
        self._unpack()
        other._unpack()
        if len(places):
            self._room(int(places.max()) + 1)
            # A file may have cells in which nobody answered all items of any facet.
            known = min(len(places), other.counts.shape[1])
            self.counts[:, places[:known]] += other.counts[:, :known]

    def complete(self, facet: int) -> Ints:
        """Cells x items x options: answers of those who answered all items of a facet."""
        self._unpack()
        return self.counts[list(self.rows[facet]), :, :-1].transpose(1, 0, 2)

    def _unpack(self) -> None:
        for packs, rows in zip(self.packs, self.rows, strict=True):
            at = rows.start
            for pack in packs:
                known, size = len(pack.counts), len(pack.places)
                if known:
                    self._room(known)
                    self.counts[at : at + size, :known, :-1] += pack.of_items()
                    pack.counts = np.zeros((0, pack.bins), np.int64)
                at += size

    def _room(self, cells: int) -> None:
        items, have, bins = self.counts.shape
        if cells > have:
            grown = np.zeros((items, max(cells, have + have // 2), bins), np.int64)
            grown[:, :have] = self.counts
            self.counts = grown


def _rows(facets: Sequence[tuple[int, ...]], items: int) -> tuple[list[tuple[int, ...]], int]:
    """Per facet the rows of its items, no row twice, and how many rows there are in all."""
    taken: set[int] = set()
    counted = []
    rows = items
    for places in facets:
        own = []
        for place in places:
            own.append(rows if place in taken else place)
            rows += place in taken
        taken.update(places)
        counted.append(tuple(own))
    return counted, rows
