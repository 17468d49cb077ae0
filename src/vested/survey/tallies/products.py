"""How items go together: exact sums of products over respondents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.floating]

_EXACT_IN_SINGLE = 1 << 24
_ROWS = 1 << 13
"""Rows whose options are spread out at a time, which takes options x items x 4 bytes each."""


@dataclass(slots=True)
class Pairwise:
    """Sums over the respondents who answered both of two items: all arrays are items x items."""

    items: int
    pairs: Ints = field(init=False)
    """How many answered both."""
    sums: Ints = field(init=False)
    """The sum of the first item."""
    squares: Ints = field(init=False)
    """The sum of squares of the first item."""
    products: Ints = field(init=False)
    """The sum of the products of both."""

    def __post_init__(self) -> None:
        self.pairs, self.sums, self.squares, self.products = (
            np.zeros((self.items, self.items), np.int64) for _ in range(4)
        )

    def add(self, x: Floats, known: Floats) -> None:
        """Add rows, items x rows: whole numbers, 0 for no answer; and 1 where there is an answer.

        Exact as long as the numbers are: `exact` says what kind that takes.
        """
        products = _times(x, x)
        if known.all():
            self.pairs += x.shape[1]
            self.sums += np.rint(x.sum(axis=1, dtype=np.float64)).astype(np.int64)[:, None]
            self.squares += np.diagonal(products)[:, None]
        else:
            self.pairs += _times(known, known)
            self.sums += _times(x, known)
            self.squares += _times(x * x, known)
        self.products += products

    def among(self, places: Sequence[int]) -> Pairwise:
        """The same sums of some of the items only."""
        found = Pairwise(len(places))
        for name in ("pairs", "sums", "squares", "products"):
            setattr(found, name, getattr(self, name)[np.ix_(places, places)])
        return found

    def merge(self, other: Pairwise) -> None:
        for name in ("pairs", "sums", "squares", "products"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Complete:
    """Sums over the respondents who answered all of some items."""

    items: int
    respondents: int = 0
    sums: Ints = field(init=False)
    products: Ints = field(init=False)
    """Items x items."""

    def __post_init__(self) -> None:
        self.sums = np.zeros(self.items, np.int64)
        self.products = np.zeros((self.items, self.items), np.int64)

    def add(self, x: Floats, known: Floats) -> None:
        """Add rows, as in `Pairwise`."""
        everyone = known.min(axis=0, initial=1)
        full = int(np.count_nonzero(everyone))
        if not full:
            return
        if 2 * full < len(everyone):
            x = x[:, everyone > 0]
        elif full < len(everyone):
            x = x * everyone
        self.respondents += full
        self.sums += np.rint(x.sum(axis=1, dtype=np.float64)).astype(np.int64)
        self.products += _times(x, x)

    def merge(self, other: Complete) -> None:
        self.respondents += other.respondents
        self.sums = self.sums + other.sums
        self.products = self.products + other.products


def exact(rows: int, largest: int) -> type[np.floating]:
    """The kind of number in which sums of products of so many rows are exact.

    Single precision is twice as fast, and exact below 2^24; double below 2^53.
    """
    return np.float32 if rows * largest**2 < _EXACT_IN_SINGLE else np.float64


def _times(first: Floats, second: Floats) -> Ints:
    found: Ints = np.rint(np.matmul(first, second.T)).astype(np.int64)
    return found


@dataclass(slots=True)
class Crosstabs:
    """How often two options of two items go together, for correlations of ordered answers."""

    items: int
    options: int
    counts: Ints = field(init=False)
    """Items x items x options x options, over those who answered both."""

    def __post_init__(self) -> None:
        shape = (self.items, self.items, self.options, self.options)
        self.counts = np.zeros(shape, np.int64)

    def add(self, given: NDArray[np.uint8]) -> None:
        """Add rows: items x rows of places of options; no answer lies beyond them."""
        size = self.items * self.options
        for start in range(0, given.shape[1], _ROWS):
            part = given[:, start : start + _ROWS]
            spread = part[:, None, :] == np.arange(self.options, dtype=np.uint8)[None, :, None]
            flat = spread.reshape(size, -1).astype(np.float32)  # exact: rows are few
            found = _times(flat, flat).reshape(self.items, self.options, self.items, self.options)
            self.counts += found.transpose(0, 2, 1, 3)

    def merge(self, other: Crosstabs) -> None:
        self.counts = self.counts + other.counts
