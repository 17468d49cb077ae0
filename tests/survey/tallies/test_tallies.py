"""Tallies of whole surveys, against a plain counter that reads one row after the other."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vested.analysis.surveys import Gather, Reading
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.reduction import Reduction
from vested.survey.roles import Roles
from vested.survey.tallies import Depth, Tallies, Together, spread, tallies

FIVE = Scale("five", (1, 2, 3, 4, 5), missing_codes=(9,))
AROUND = Scale("around", (-2, -1, 0, 1, 2))
ODD = Scale("odd", (1, 3, 5))
LONG = Scale("long", tuple(range(1, 102)), {"en": tuple(f"to {at} %" for at in range(1, 102))})
ENDLESS = Scale("endless", tuple(range(400)))
ITEMS = (
    Item("a1", FIVE), Item("pole", FIVE, reversed=True), Item("b1", AROUND),
    Item("a2", FIVE, reversed=True), Item("b2", AROUND), Item("c1", ODD, reversed=True),
    Item("c2", ODD), Item("long", LONG), Item("endless", ENDLESS), Item("idle", FIVE),
)  # fmt: skip
MEASURES = (
    Measure("A", "facet", ("a1", "a2"), {}),
    Measure("B", "facet", ("b1", "b2"), {}),
    Measure("C", "facet", ("c2", "c1"), {}),
    Measure("SHARED", "facet", ("a2", "a1", "idle"), {}),
    Measure("L", "facet", ("long",), {}),
    Measure("E", "facet", ("endless",), {}),
    Measure("P", "pair", ("pole", "A"), {}),
    Measure("Q", "ambidexterity", ("pole", "a1"), {}),
)
FACETS = {measure.id: measure.of for measure in MEASURES[:5]}
JUDGED = {**FACETS, "pole": ("pole",), "a1": ("a1",)}
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={scale.id: scale for scale in (FIVE, AROUND, ODD, LONG, ENDLESS)}, sections=(),
    items=ITEMS, measures=MEASURES, inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
BY_ID = {item.id: item for item in ITEMS}
HEADER = ["organisation", "wave", "unit", *BY_ID]
Row = tuple[str, ...]


def rows_of(spellings: bool) -> st.SearchStrategy[list[Row]]:
    def cell(item: Item) -> st.SearchStrategy[str]:
        codes = st.sampled_from(item.scale.codes)
        others = ["", "NA", *(["9"] if item.scale is FIVE else [])]
        if not spellings:
            return st.one_of(codes.map(str), st.just(""))
        written = codes.flatmap(lambda code: st.sampled_from(spelt(item.scale, code)))
        return st.one_of(written, st.sampled_from(others))

    names = (
        st.sampled_from(["X", "Y", "Z"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["u", "v"]),
    )
    return st.lists(st.tuples(*names, *map(cell, ITEMS)), min_size=1, max_size=16)


def spelt(scale: Scale, code: int) -> list[str]:
    known = [str(code), f"{code}.0", f" {code}"]
    return [*known, *(labels[scale.codes.index(code)] for labels in scale.labels.values())]


def write(folder: Path, rows: Sequence[Row], name: str = "survey.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def gathered(
    paths: Sequence[Path], depth: Depth = "items", *, ordinal: bool = False
) -> tuple[Tallies, Reduction]:
    roles = Roles(None, None, "wave", ("unit",), None)
    reading = Reading(
        paths, INSTRUMENT, None, roles, False, None, gather=Gather(depth, ordinal)
    )  # fmt: skip
    read = reading.at_once() or reading.with_care()
    assert read.reduction.tallies is not None
    return read.reduction.tallies, read.reduction


# --- the plain counter --------------------------------------------------------------------------


def code_of(cell: str, scale: Scale) -> int | None:
    text = cell.strip().removesuffix(".0")
    for labels in scale.labels.values():
        if text in labels:
            return scale.codes[labels.index(text)]
    return int(text) if text.lstrip("-").isdecimal() and int(text) in scale.codes else None


def answers(rows: Sequence[Row]) -> list[tuple[Row, dict[str, int | None]]]:
    """The rows with any answer: their names, and places of options that grow with the measure."""
    found = []
    for row in rows:
        codes = {
            item.id: code_of(cell, item.scale) for item, cell in zip(ITEMS, row[3:], strict=True)
        }
        if any(code is not None for code in codes.values()):
            found.append(
                (row[:3], {name: turned(BY_ID[name], code) for name, code in codes.items()})
            )
    return found


def turned(item: Item, code: int | None) -> int | None:
    if code is None:
        return None
    low, high = min(item.scale.codes), max(item.scale.codes)
    return high - code if item.reversed else code - low


def plain_spread(rows: Sequence[Row]) -> dict[str, Counter[tuple[Row, str, int]]]:
    """By measure that is judged: how often each cell, item and option, over who answered all."""
    return {
        name: Counter(
            (cell, item, given[item])
            for cell, given in answers(rows)
            if all(given[item] is not None for item in of)
            for item in of
        )
        for name, of in JUDGED.items()
    }


def plain_products(rows: Sequence[Row], of: Sequence[str]) -> dict[str, Any]:
    known = [given for _, given in answers(rows)]
    pairs = {
        (a, b): [(g[a], g[b]) for g in known if g[a] is not None and g[b] is not None]
        for a, b in product(of, of)
    }
    full = [g for g in known if all(g[item] is not None for item in of)]
    return {
        "pairs": [[len(pairs[a, b]) for b in of] for a in of],
        "sums": [[sum(x for x, _ in pairs[a, b]) for b in of] for a in of],
        "squares": [[sum(x * x for x, _ in pairs[a, b]) for b in of] for a in of],
        "products": [[sum(x * y for x, y in pairs[a, b]) for b in of] for a in of],
        "complete": [len(full)],
        "complete sums": [sum(g[a] for g in full) for a in of],
        "complete products": [[sum(g[a] * g[b] for g in full) for b in of] for a in of],
    }


# --- what was gathered, in the same words -------------------------------------------------------


def spread_of(found: Tallies, reduction: Reduction) -> dict[str, Counter[tuple[Row, str, int]]]:
    names = {at: key for key, at in reduction.cells.items()}
    counted: dict[str, Counter[tuple[Row, str, int]]] = {}
    for number, judged in enumerate(found.judged):
        counts = found.spread.complete(number)
        counted[judged.measure] = Counter({
            (names[cell], found.items[judged.places[at]].id, option): int(counts[cell, at, option])
            for cell, at, option in np.argwhere(counts).tolist()
        })  # fmt: skip
    return counted


def products_of(together: Together) -> dict[str, Any]:
    pairs, full = together.pairwise, together.complete
    names = ("pairs", "sums", "squares", "products")
    return {
        **{name: getattr(pairs, name).tolist() for name in names},
        "complete": [full.respondents],
        "complete sums": full.sums.tolist(),
        "complete products": full.products.tolist(),
    }


def modelled(found: Tallies) -> list[str]:
    return [found.items[place].id for place in found.modelled]


def assert_as_counted(found: Tallies, reduction: Reduction, rows: Sequence[Row]) -> None:
    assert spread_of(found, reduction) == plain_spread(rows)
    people = {key: int(found.rows[at]) for key, at in reduction.cells.items()}
    assert people == Counter(cell for cell, _ in answers(rows))
    if found.depth == "spread":
        return
    known = [given for _, given in answers(rows)]
    for number, (name, of) in enumerate(FACETS.items()):
        assert found.facets[number].measure == name
        assert products_of(found.of_facet(number)) == plain_products(rows, of)
        anyone = sum(any(given[item] is not None for item in of) for given in known)
        assert found.anyone[number] == anyone
    for item, meanings in zip(found.items, found.meanings, strict=True):
        codes = Counter(given[item.id] for given in known if given[item.id] is not None)
        own = {turned(item, code): n for code, n in meanings.items() if isinstance(code, int)}
        assert own == codes
        assert meanings.total() == len(known)
    if found.depth == "items":
        assert products_of(found.of_items) == plain_products(rows, modelled(found))
        assert_as_counted_within(found, rows)


def assert_as_counted_within(found: Tallies, rows: Sequence[Row]) -> None:
    levels: Mapping[tuple[int, str], list[Row]] = defaultdict(list)
    for row in rows:
        if answers([row]):
            levels[0, row[1]].append(row)
            levels[1, row[2]].append(row)
    assert set(found.within) == set(levels)
    for level, own in levels.items():
        assert products_of(found.within[level]) == plain_products(own, modelled(found))


def any_answer(rows: Sequence[Row]) -> bool:
    return bool(answers(rows))


many = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(rows=rows_of(spellings=True).filter(any_answer), room=st.sampled_from([0, 1 << 21]))
@many
def test_tallies_are_those_of_counting(rows: list[Row], room: int, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "_ROOM", room)
        found, reduction = gathered([write(tmp_path, rows)])
    assert_as_counted(found, reduction, rows)


@given(
    rows=rows_of(spellings=False).filter(any_answer), depth=st.sampled_from(["spread", "facets"])
)
@many
def test_less_is_gathered_where_less_is_asked_for(
    rows: list[Row], depth: Depth, tmp_path: Path
) -> None:
    found, reduction = gathered([write(tmp_path, rows)], depth)
    assert_as_counted(found, reduction, rows)
    assert found.within == {}


@given(
    rows=rows_of(spellings=False), more=rows_of(spellings=True), room=st.sampled_from([0, 1 << 21])
)
@many
def test_two_files_in_either_order(
    rows: list[Row], more: list[Row], room: int, tmp_path: Path
) -> None:
    if not (any_answer(rows) and any_answer(more)):
        return
    paths = [write(tmp_path, rows, "one.csv"), write(tmp_path, more, "other.csv")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "_ROOM", room)
        for order in (paths, paths[::-1]):
            assert_as_counted(*gathered(order), [*rows, *more])


@given(rows=rows_of(spellings=True).filter(any_answer))
@settings(many, max_examples=15)
def test_tables_of_two_items(rows: list[Row], tmp_path: Path) -> None:
    found, _ = gathered([write(tmp_path, rows)], ordinal=True)
    assert found.crosstabs is not None
    names = modelled(found)
    counted = Counter(
        (a, b, given[a], given[b])
        for _, given in answers(rows)
        for a, b in product(names, names)
        if given[a] is not None and given[b] is not None
    )
    counts = found.crosstabs.counts
    assert counts.sum() == counted.total()
    for (a, b, x, y), n in counted.items():
        assert counts[names.index(a), names.index(b), x, y] == n


# --- by example -----------------------------------------------------------------------------------


def test_which_items_are_gathered() -> None:
    """Items of facets first; a scale too long for a byte is left out, with its facet."""
    found = tallies(INSTRUMENT, depth="items")
    names = [item.id for item in found.items]
    assert names == ["a1", "a2", "b1", "b2", "c2", "c1", "idle", "long", "pole"]
    assert [facet.measure for facet in found.facets] == list(FACETS)
    # Once, though a pole of two measures; and although a facet has it as well.
    assert [pole.measure for pole in found.poles] == ["pole", "a1"]
    assert [names[at] for at in found.modelled] == names[:-1]


ROW = ("X", "1", "u", "3", "1", "2", "2", "-2", "5", "5", "7", "399", "1")


def test_one_respondent(tmp_path: Path) -> None:
    found, reduction = gathered([write(tmp_path, [ROW])])
    assert_as_counted(found, reduction, [ROW])
    assert found.of_facet(0).pairwise.products.tolist() == [[4, 6], [6, 9]]  # a1 3, a2 turned 4


def test_item_that_nobody_answered(tmp_path: Path) -> None:
    rows = [(*ROW[:3], "", *ROW[4:])] * 3
    found, reduction = gathered([write(tmp_path, rows)])
    assert_as_counted(found, reduction, rows)
    assert found.of_facet(0).complete.respondents == 0
    assert found.of_facet(0).pairwise.pairs.tolist() == [[0, 0], [0, 3]]


def test_item_of_two_facets_counts_once_in_each(tmp_path: Path) -> None:
    found, reduction = gathered([write(tmp_path, [ROW] * 3)])
    counts = spread_of(found, reduction)
    assert counts["A"].total() == 2 * 3
    assert counts["SHARED"].total() == 3 * 3


def test_columns_that_are_not_there(tmp_path: Path) -> None:
    """A file without an item: nobody of it answered the item."""
    path = tmp_path / "less.csv"
    at = HEADER.index("a1")
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerows([[*row[:at], *row[at + 1 :]] for row in [HEADER, ROW, ROW]])
    found, _ = gathered([path, write(tmp_path, [ROW])])
    assert found.of_facet(0).pairwise.pairs.tolist() == [[1, 1], [1, 3]]
    assert found.meanings[0].total() == 1  # what has no column is counted nowhere
