"""From spellings to places of options: numbers or texts, turned or not, with gaps in the scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.model import Item, Scale
from vested.survey.answers import BLANK, AnswerKey
from vested.survey.lookups import NUMBERS, AnswerColumn
from vested.survey.tallies.options import ItemReader, options_of
from vested.survey.tallies.spread import NONE

SCALES = {
    "1 to 5": Scale("a", (1, 2, 3, 4, 5), missing_codes=(9,)),
    "-2 to 2": Scale("b", (-2, -1, 0, 1, 2)),
    "0 to 10": Scale("c", tuple(range(11)), missing_codes=(99,)),
    "1 to 101": Scale("d", tuple(range(1, 102))),
    "1, 3, 5": Scale("e", (1, 3, 5)),
    "two": Scale("f", (0, 1)),
    "missing below": Scale("g", (1, 2, 3), missing_codes=(-1, -2)),
    "missing within": Scale("h", (1, 2, 4, 5), missing_codes=(3,)),
}
CELLS = ["", " ", "NA", *map(str, range(-3, 12)), "50", "99", "100", "101", "+4", "03", "3.0"]


def column(item: Item, *, numbers: bool) -> AnswerColumn:
    made = AnswerColumn(item.id, 0, AnswerKey(item.scale), numbers, False, ())
    if numbers:
        made.learn(NUMBERS)
    return made


def as_text(item: Item, cells: Sequence[str]) -> tuple[AnswerColumn, np.ndarray]:
    found = column(item, numbers=False)
    spellings = list(dict.fromkeys(cells))
    found.learn(spellings)
    return found, np.array([spellings.index(cell) for cell in cells], np.uint16)


def as_numbers(item: Item, cells: Sequence[str]) -> tuple[AnswerColumn, np.ndarray]:
    small = [int(cell) if cell.strip("+- ").isdecimal() else -128 for cell in cells]
    return column(item, numbers=True), np.array(small, np.int8).view(np.uint8)


def by_hand(item: Item, cells: Sequence[str]) -> list[int]:
    key = AnswerKey(item.scale)
    found = []
    for cell in cells:
        code = key.meaning(cell)
        top, low = max(item.scale.codes), min(item.scale.codes)
        if not isinstance(code, int):
            found.append(NONE)
        else:
            found.append(top - code if item.reversed else code - low)
    return found


each_scale = pytest.mark.parametrize("name", SCALES)


@each_scale
@given(cells=st.lists(st.sampled_from(CELLS), max_size=20), reverse=st.booleans())
@settings(max_examples=60, deadline=None)
def test_places_and_meanings_are_those_of_the_key(
    name: str, cells: list[str], reverse: bool
) -> None:
    item = Item("x", SCALES[name], reverse)
    reader = ItemReader(item)
    found, places = as_text(item, cells)
    option = reader.read(found, places)
    assert option.tolist() == by_hand(item, cells)
    wanted = Counter(AnswerKey(item.scale).meaning(cell) for cell in cells)
    assert reader.meanings(found, places, option) == wanted


@each_scale
@given(
    cells=st.lists(st.one_of(st.integers(-127, 127).map(str), st.just("")), max_size=20),
    reverse=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_small_numbers_are_read_as_their_texts_are(
    name: str, cells: list[str], reverse: bool
) -> None:
    item = Item("x", SCALES[name], reverse)
    both = [as_text(item, cells), as_numbers(item, cells)]
    options = [ItemReader(item).read(*one) for one in both]
    assert options[0].tolist() == options[1].tolist() == by_hand(item, cells)
    meanings = [
        ItemReader(item).meanings(*one, option) for one, option in zip(both, options, strict=True)
    ]
    assert meanings[0] == meanings[1]


def test_spellings_that_come_up_later_are_learned() -> None:
    item = Item("x", SCALES["1 to 5"])
    reader, found = ItemReader(item), column(item, numbers=False)
    found.learn(["1"])
    assert reader.read(found, np.array([0, 1], np.uint16)).tolist() == [0, NONE]
    found.learn(["4"])
    assert reader.read(found, np.array([0, 1, 2], np.uint16)).tolist() == [0, 3, NONE]


def test_a_cell_that_is_empty_is_blank() -> None:
    item = Item("x", SCALES["1 to 5"])
    found, places = as_numbers(item, ["", "3"])
    reader = ItemReader(item)
    option = reader.read(found, places)
    assert reader.meanings(found, places, option) == {BLANK: 1, 3: 1}


@pytest.mark.parametrize(
    ("name", "wanted"), [("1 to 5", 5), ("-2 to 2", 5), ("0 to 10", 11), ("1, 3, 5", 5), ("two", 2)]
)
def test_options_from_the_lowest_code_to_the_highest(name: str, wanted: int) -> None:
    assert options_of(Item("x", SCALES[name])) == wanted
