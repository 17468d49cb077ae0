"""Who gave which unit which code, counted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

NOT_CODED = -1


class Judgements(NamedTuple):
    """Units that were coded alike, counted together; units without any code are left out."""

    tally: Ints
    """Kinds of units × categories: how many coders chose each category."""

    units: Ints
    """How many units there are of each kind."""

    @property
    def coders(self) -> Ints:
        """How many coders coded each kind of unit."""
        number: Ints = self.tally.sum(axis=-1)
        return number

    @property
    def compared(self) -> int:
        """Number of units that two coders or more coded."""
        return int(self.units[self.coders > 1].sum())


def checked(
    codes: ArrayLike, categories: int, counts: ArrayLike | None = None
) -> tuple[Ints, Ints]:
    """The codes as integers, units × coders, and the number of units that each row stands for.

    -1 stands for a unit that a coder did not code. `counts` is 1 for each row where it is None.
    ValueError where `codes` has not two dimensions, holds anything but -1, 0, … `categories` - 1,
    or `counts` does not fit or is negative.

    >>> rows, counts = checked([[0, 1], [1, -1]], 2)
    >>> counts.tolist()
    [1, 1]
    """
    if categories < 1:
        raise ValueError("coding needs at least one category")
    given = np.asarray(codes)
    if given.ndim != 2:
        raise ValueError("codes are an array of units × coders")
    rows = given.astype(np.int64) if given.size else np.zeros(given.shape, np.int64)
    if (rows != given).any() or (rows < NOT_CODED).any() or (rows >= categories).any():
        raise ValueError(f"codes are whole numbers from 0 to {categories - 1}, or -1 for none")
    number = np.ones(len(rows), np.int64) if counts is None else np.asarray(counts, np.int64)
    if number.shape != (len(rows),) or (number < 0).any():
        raise ValueError("counts say for each row how many units it stands for")
    return rows, number


def judgements(codes: ArrayLike, categories: int, counts: ArrayLike | None = None) -> Judgements:
    """How many coders chose each category for a unit, equal units counted together.

    Inputs and errors as in `checked`. Which coder chose what is lost, which no coefficient but
    Cohen's needs.

    >>> found = judgements([[0, 1], [1, 0], [-1, -1]], 2)
    >>> found.tally.tolist(), found.units.tolist()
    ([[1, 1]], [2])
    """
    rows, number = checked(codes, categories, counts)
    tally = np.stack([(rows == code).sum(axis=1) for code in range(categories)], axis=1)
    there = (tally.sum(axis=1) > 0) & (number > 0)
    if not there.any():
        return Judgements(np.zeros((0, categories), np.int64), np.zeros(0, np.int64))
    kinds, place = np.unique(tally[there], axis=0, return_inverse=True)
    units = np.zeros(len(kinds), np.int64)
    np.add.at(units, place, number[there])
    return Judgements(kinds.astype(np.int64), units)


def nothing_to_compare(found: Judgements) -> str:
    """Why no agreement can be computed, empty where it can.

    >>> nothing_to_compare(judgements([[0, -1]], 2))
    'no unit is coded by two coders'
    """
    if not len(found.units):
        return "no unit is coded"
    return "" if found.compared else "no unit is coded by two coders"
