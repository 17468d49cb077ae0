"""Columns of a batch as places in small tables: each distinct spelling is understood once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.formats import column_name
from vested.model import Item
from vested.platforms import Exclusion
from vested.spelling import same, tidy
from vested.survey.answers import BLANK, AnswerKey
from vested.survey.measures import OTHER, Leaf

Places = NDArray[np.uint8] | NDArray[np.uint16]
"""Per row the place of its spelling among the meanings of its column."""

ANSWERED = "answered"
NO_NUMBER, NO_SPELLING, NO_NAME = -128, 0xFFFF, 0xFFFFFFFF
"""What stands for an empty cell in columns of small numbers, of spellings and of names."""

NUMBERS = ["" if n == NO_NUMBER + 256 else str(n if n < 128 else n - 256) for n in range(256)]
"""What each byte spells where a column is read as small numbers."""


@dataclass(slots=True)
class Texts:
    """The distinct texts of one or more categorical columns, in the order they came up."""

    physical: type[pl.DataType]
    categories: pl.Categories = field(init=False)
    alive: pl.Series = field(init=False)
    known: int = 0

    def __post_init__(self) -> None:
        self.categories = pl.Categories.random(physical=self.physical)
        # Polars forgets the categories once no series uses them.
        self.alive = pl.Series([""], dtype=self.type)

    @property
    def type(self) -> pl.Categorical:
        return pl.Categorical(self.categories)

    def new(self) -> list[str]:
        """The texts that have come up since the last call."""
        fresh: list[str] = self.categories.to_series()[self.known :].to_list()
        self.known += len(fresh)
        return fresh


@dataclass(slots=True)
class NameColumn:
    """A column of names (organisation, wave, group): each spelling tidied once.

    Where `blank` is given, blank cells have that name. Rows without a wave or group stay in: were
    they set aside, their answers could be worked out from a score in which they count.
    """

    position: int
    role: str
    blank: str = ""
    texts: Texts = field(default_factory=lambda: Texts(pl.UInt32))
    names: list[str] = field(default_factory=list)
    _of_name: dict[str, int] = field(default_factory=dict)
    _of_text: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def codes(self, batch: pl.DataFrame) -> NDArray[np.int64]:
        """Per row the place of its name in `names`, -1 where blank."""
        fresh = [self._code(tidy(text)) for text in self.texts.new()]
        self._of_text = np.r_[self._of_text, np.array(fresh, np.int64)]
        places = batch[column_name(self.position)].to_numpy()
        known = len(self._of_text)
        absent = self._code("")
        codes: NDArray[np.int64] = np.r_[self._of_text, absent][np.minimum(places, known)]
        return codes

    def _code(self, name: str) -> int:
        name = name or self.blank
        if not name:
            return -1
        if name not in self._of_name:
            self._of_name[name] = len(self.names)
            self.names.append(name)
        return self._of_name[name]


@dataclass(slots=True)
class StatusColumn:
    """A column that tells which rows are no responses, and for which reasons."""

    exclusions: tuple[Exclusion, ...]
    texts: Texts = field(default_factory=lambda: Texts(pl.UInt32))
    _known: list[str] = field(default_factory=list)

    @property
    def position(self) -> int:
        return self.exclusions[0].column

    def aside(self, batch: pl.DataFrame) -> list[tuple[NDArray[np.bool_], str]]:
        """Per reason, which rows are to be set aside."""
        self._known += [same(text) for text in self.texts.new()]
        places = np.minimum(batch[column_name(self.position)].to_numpy(), len(self._known))
        masks = []
        for exclusion in self.exclusions:
            excluded = np.array([text in exclusion.cells for text in (*self._known, "")])
            masks.append((excluded[places], exclusion.reason))
        return masks


@dataclass(slots=True)
class AnswerColumn:
    """A column of answers: where its spellings are looked up, and what they add to each leaf."""

    id: str
    position: int
    key: AnswerKey
    numbers: bool
    """Whether the column is read as small whole numbers, which is twice as fast as text."""
    fact: bool
    """Whether it belongs to the technology inventory and not to a measure."""
    leaves: tuple[Leaf, ...]
    """Where its answers are added up."""
    meanings: list[int | str] = field(default_factory=list)
    tables: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    def learn(self, spellings: list[str]) -> None:
        if not spellings:
            return
        self.meanings += [self.key.meaning(spelling) for spelling in spellings]
        for leaf in self.leaves:
            item = next(item for item in leaf.items if item.id == self.id)
            values = [_adds(leaf, item, meaning) for meaning in self.meanings]
            self.tables[leaf.id] = np.array([*values, 0], np.int32)

    def answered(self, places: Places) -> NDArray[np.bool_]:
        """Per row whether there is an answer."""
        known = np.array([isinstance(m, int) for m in self.meanings] + [False])
        result: NDArray[np.bool_] = known[places]
        return result

    def places(self, batch: pl.DataFrame) -> Places:
        """Per row the place of its spelling in `meanings`, the place after the last for none."""
        column = batch[column_name(self.position)]
        if not self.numbers:
            spelled: NDArray[np.uint16] = column.to_numpy()
            return np.minimum(spelled, np.uint16(len(self.meanings)))
        small: NDArray[np.int8] = column.to_numpy()
        return small.view(np.uint8)

    def meaning(self, place: int) -> int | str:
        """What stands at a place of `meanings`: a code, or the reason why there is none."""
        return self.meanings[place] if place < len(self.meanings) else BLANK

    def tally(self, places: Places) -> Counter[str]:
        """How many cells were answered or, by reason, not."""
        found: Counter[str] = Counter()
        for place, count in enumerate(np.bincount(places).tolist()):
            if count:
                meaning = self.meaning(place)
                found[ANSWERED if isinstance(meaning, int) else meaning] += count
        return found


def _adds(leaf: Leaf, item: Item, meaning: int | str) -> int:
    if isinstance(meaning, int):
        return leaf.contribution(item, meaning)
    return OTHER if leaf.fits and meaning != BLANK else 0
