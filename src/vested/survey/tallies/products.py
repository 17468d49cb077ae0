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
class Products:
    """Sums over the respondents who answered both of two items, and over those who answered all.

    `blocks` are the sets of items of which all pairs are wanted: all of them, or those of each
    facet. Elsewhere the sums stay 0.
    """

    items: int
    blocks: Sequence[tuple[int, ...]]
    pairs: Ints = field(init=False)
    """Items x items: how many answered both."""
    sums: Ints = field(init=False)
    """Items x items: the sum of the first over those who answered both."""
    squares: Ints = field(init=False)
    """Items x items: the sum of squares of the first over those who answered both."""
    products: Ints = field(init=False)
    """Items x items: the sum of the products over those who answered both."""
    complete: list[tuple[int, Ints, Ints]] = field(init=False)
    """Per block: how many answered all of its items, their sums, their sums of products."""

    def __post_init__(self) -> None:
        self.pairs, self.sums, self.squares, self.products = (
            np.zeros((self.items, self.items), np.int64) for _ in range(4)
        )
        self.complete = [
            (0, np.zeros(len(block), np.int64), np.zeros((len(block), len(block)), np.int64))
            for block in self.blocks
        ]

    def add(self, x: Floats, known: Floats) -> None:
        """Add rows, items x rows: whole numbers, 0 for no answer; and 1 where there is an answer.

        Exact as long as the numbers are: `exact` says what kind that takes.
        """
        for at, block in enumerate(self.blocks):
            if block == tuple(range(len(x))):
                of, there = x, known
            else:
                of, there = x[list(block)], known[list(block)]
            everyone = there.min(axis=0, initial=1)
            full = int(everyone.sum())
            products = _times(of, of)
            n, sums, both = self.complete[at]
            if full == x.shape[1]:
                these = np.rint(of.sum(axis=1, dtype=np.float64)).astype(np.int64)
                squares = np.diagonal(products)[:, None]
                self._put(block, np.full_like(products, full), these[:, None], squares, products)
                self.complete[at] = n + full, sums + these, both + products
                continue
            self._put(
                block, _times(there, there), _times(of, there), _times(of * of, there), products
            )
            if full:
                rest = of[:, everyone > 0] if 2 * full < len(everyone) else of * everyone
                these = np.rint(rest.sum(axis=1, dtype=np.float64)).astype(np.int64)
                self.complete[at] = n + full, sums + these, both + _times(rest, rest)

    def _put(
        self, block: tuple[int, ...], pairs: Ints, sums: Ints, squares: Ints, products: Ints
    ) -> None:
        at = np.ix_(block, block)
        self.pairs[at] += pairs
        self.sums[at] += sums
        self.squares[at] += squares
        self.products[at] += products

    def merge(self, other: Products) -> None:
        for name in ("pairs", "sums", "squares", "products"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.complete = [
            (n + m, sums + more, products + further)
            for (n, sums, products), (m, more, further) in zip(
                self.complete, other.complete, strict=True
            )
        ]


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
