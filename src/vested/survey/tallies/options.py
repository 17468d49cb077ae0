"""From the spellings of answers to places of options, turned so that more is always more."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from vested.model import Item
from vested.survey.lookups import AnswerColumn, Places
from vested.survey.tallies.spread import NONE

Bytes = NDArray[np.uint8]
_FEW_OPTIONS = 16


class ItemReader:
    """Reads the answers to one item: per row the place of its option, `NONE` for no answer."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.width = options_of(item)
        self._known = -1
        self._direct = False
        self._table = np.empty(0, np.uint8)

    def read(self, column: AnswerColumn, places: Places) -> Bytes:
        """The places of options of rows whose spellings have these places in the column."""
        if self._known < len(column.meanings):
            self._learn(column)
        if not self._direct:
            return np.take(self._table, places, mode="clip")
        # Bytes that are codes need no looking up; what is below wraps round to far above.
        scale = self.item.scale
        of: Bytes = places.astype(np.uint8, copy=False)
        option = scale.high - of if self.item.reversed else of - np.uint8(scale.low)
        return np.where(option < self.width, option, np.uint8(NONE))

    def meanings(self, column: AnswerColumn, places: Places, option: Bytes) -> Counter[int | str]:
        """How often each code was given, and each reason for no answer."""
        scale = self.item.scale
        found: Counter[int | str] = Counter()
        if self.width <= _FEW_OPTIONS:
            counts = [int(np.count_nonzero(option == at)) for at in range(self.width)]
        else:
            counts = np.bincount(option, minlength=NONE + 1)[: self.width].tolist()
        for at, count in enumerate(counts):
            if count:
                found[scale.high - at if self.item.reversed else scale.low + at] += count
        if sum(counts) < len(option):
            without = places[option == NONE]
            for place, count in enumerate(np.bincount(without).tolist()):
                if count:
                    found[column.meaning(place)] += count
        return found

    def _learn(self, column: AnswerColumn) -> None:
        scale, reversed_item = self.item.scale, self.item.reversed

        def option(meaning: int | str) -> int:
            if not isinstance(meaning, int):
                return NONE
            return scale.high - meaning if reversed_item else meaning - scale.low

        self._table = np.array([*map(option, column.meanings), NONE], np.uint8)
        codes = range(scale.low, scale.high + 1)
        self._direct = column.numbers and all(
            meaning == number if number in codes else not isinstance(meaning, int)
            for number, meaning in enumerate(column.meanings)
        )
        self._known = len(column.meanings)


def options_of(item: Item) -> int:
    """How many places the item's scale has from its lowest code to its highest."""
    return item.scale.high - item.scale.low + 1
