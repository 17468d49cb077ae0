"""The tables that stand beside each other: an organisation as a whole, by wave, by group, crossed.

The finest is what one run shows. The others are what runs without a wave or group would show, so
that a reader is supposed to have them; they are protected first, and what is hidden in them is
hidden in their parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vested.analysis.suppression import ALIKE, BESIDE, DOMINATED, WHOLE, Hidden, families
from vested.model import CellKey

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_SAME = 1e-9
"""Means of the same answers in two cells differ by less."""
_DOMINATED = 4.0
"""Kish's effective number is below this where one weight has more than half of all, or two have
more than 80 %: W²/Σw² < W²/(W/2)² = 4, and W²/Σw² < 2/.8² = 3.125."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is known of the finest cells: outputs x cells."""

    keys: Sequence[CellKey]
    respondents: Ints
    score: Floats
    sd: Floats
    ends: Floats
    """Outputs x (lowest, highest possible score)."""
    weight: Floats
    """The sum of the respondents' weights; 1 each where there are none."""
    n_effective: Floats
    """Kish's effective number of respondents."""


@dataclass(frozen=True, slots=True)
class Table:
    """The cells by some of the columns, and what of them is hidden."""

    columns: tuple[int, ...]
    """Places in the keys, after that of the organisation."""
    keys: list[CellKey]
    member: Ints
    """Of each of the finest cells, the place of the one that it is part of."""
    respondents: Ints
    families: list[Ints]
    hidden: Hidden

    def inherit(self, whole: Table) -> None:
        """Hide the parts of what is hidden in a table of fewer columns."""
        parent = np.zeros(len(self.keys), np.int64)
        parent[self.member] = whole.member
        gone = whole.hidden.mask[:, parent] & ~self.hidden.mask
        outputs, cells = np.nonzero(gone)
        there = outputs, parent[cells]
        reason = whole.hidden.reason[there]
        first = np.where(reason == WHOLE, whole.hidden.other[there], reason)
        self.hidden.hide(outputs, cells, WHOLE, other=first, soft=whole.hidden.soft[there])

    def hide_as(self, other: Table) -> None:
        """Hide what is hidden in a table of the same cells."""
        place = {key: at for at, key in enumerate(other.keys)}
        theirs = np.array([place[key] for key in self.keys], np.int64)
        outputs, cells = np.nonzero(other.hidden.mask[:, theirs] & ~self.hidden.mask)
        self.hidden.hide(outputs, cells, BESIDE)


def levels(numbers: Numbers, minimum: int) -> list[list[Table]]:
    """All tables, those of as many columns together, from the whole to the finest cells.

    Hidden are so far the scores of fewer than `minimum` respondents, those that all share, and
    those in which one or two weights dominate.
    """
    columns = len(numbers.keys[0]) if numbers.keys else 1
    return [
        [_table(numbers, chosen, minimum) for chosen in combinations(range(1, columns), size)]
        for size in range(columns)
    ]


def _table(numbers: Numbers, columns: tuple[int, ...], minimum: int) -> Table:
    place: dict[CellKey, int] = {}
    member = np.array(
        [
            place.setdefault((key[0], *(key[at] for at in columns)), len(place))
            for key in numbers.keys
        ],
        np.int64,
    )
    respondents = np.zeros((len(numbers.respondents), len(place)), np.int64)
    np.add.at(respondents.T, member, numbers.respondents.T)
    hidden = Hidden(respondents, minimum)
    if minimum > 1:
        outputs, cells = np.nonzero(_dominated(numbers, member, respondents) & ~hidden.mask)
        hidden.hide(outputs, cells, DOMINATED)
        alike, at_an_end = _alike(numbers, member, len(place))
        outputs, cells = np.nonzero(alike & ~hidden.mask)
        # The mean of such a cell tells what each said only at an end; else it takes the spread.
        hidden.hide(outputs, cells, ALIKE, soft=~at_an_end[outputs, cells])
    return Table(columns, list(place), member, respondents, families(list(place)), hidden)


def _dominated(numbers: Numbers, member: Ints, respondents: Ints) -> Mask:
    """Whether one or two respondents may have most of the weight; never where all have the same.

    Source: the rule of dominance, Hundepool et al. (2012), Statistical Disclosure Control, chapter
    4; that it is judged by the effective number, which hides a little more, is our choice.
    """
    there = numbers.respondents > 0
    weight, squares = np.zeros(respondents.shape), np.zeros(respondents.shape)
    own = np.where(there, numbers.weight, 0.0)
    np.add.at(weight.T, member, own.T)
    np.add.at(squares.T, member, (own * own / np.where(there, numbers.n_effective, 1.0)).T)
    effective = weight * weight / np.where(squares > 0, squares, 1.0)
    found: Mask = (effective < _DOMINATED) & (effective < respondents * (1 - _SAME))
    return found


def _alike(numbers: Numbers, member: Ints, cells: int) -> tuple[Mask, Mask]:
    """Whether all respondents of a cell have the same score, and whether that is an extreme one."""
    there = numbers.respondents > 0
    shape = (len(there), cells)
    low, high, spread = np.full(shape, np.inf), np.full(shape, -np.inf), np.zeros(shape)
    np.minimum.at(low.T, member, np.where(there, numbers.score, np.inf).T)
    np.maximum.at(high.T, member, np.where(there, numbers.score, -np.inf).T)
    np.maximum.at(spread.T, member, np.where(there, np.nan_to_num(numbers.sd), 0.0).T)
    bottom, top = numbers.ends.T
    alike = (spread == 0) & (high < low + _SAME)
    return alike, (high < bottom[:, None] + _SAME) | (low > top[:, None] - _SAME)
