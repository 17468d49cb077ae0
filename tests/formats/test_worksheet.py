"""Which rows and columns of a sheet are the table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.formats.worksheet import find

Cells = list[list[object]]

HEADER: list[object] = ["organisation", "SCL1", "SCL2", "SCL3", "SCL4", "SCL5"]
BODY: Cells = [["Gent", 3, 4, 5, 1, 2], ["Liège", 2, "", 5, 1, 2], ["Gent", 3, 4, 5, 1, ""]]
LABELS: Cells = [["Gent", *["Agree"] * 5], ["Liège", *["Disagree"] * 5], ["Gent", *["Agree"] * 5]]
NUMBERED: Cells = [[at, *row] for at, row in enumerate(BODY)]


def padded(*rows: list[object]) -> Cells:
    width = max(map(len, rows))
    return [[*row, *[""] * (width - len(row))] for row in rows]


@dataclass
class Case:
    """Rows, where the header is among them, how many rows come below it, and what is left out."""

    rows: Cells
    header: int
    body: int
    outside: tuple[int, ...] = ()
    columns: tuple[int, int] = field(default=(0, 6))


CASES = {
    # The header
    "plain": Case(padded(HEADER, *BODY), 0, 3),
    "labels": Case(padded(HEADER, *LABELS), 0, 3),
    "header only": Case(padded(HEADER), 0, 0),
    "one respondent": Case(padded(HEADER, BODY[0]), 0, 1),
    "title": Case(padded(["Survey 2024"], HEADER, *BODY), 1, 3, (0,)),
    "title and blank row": Case(padded(["Survey 2024"], [], HEADER, *BODY), 2, 3, (0,)),
    "title of an empty survey": Case(padded(["Survey 2024"], HEADER), 1, 0, (0,)),
    "title in two cells and blank row": Case(
        padded(["Survey", "2024"], [], HEADER, *BODY), 2, 3, (0,)
    ),
    "title in two cells": Case(padded(["Survey", "2024"], HEADER, *BODY), 1, 3, (0,)),
    "properties": Case(
        padded(["Survey", "leadership"], ["Filter", "all"], ["Year", 2024], [], HEADER, *LABELS),
        4, 3, (0, 1, 2),
    ),
    "names of scales above": Case(
        padded(["", "Agility", "", "Resilience"], HEADER, *BODY), 1, 3, (0,)
    ),
    "title that is nearly as wide": Case(
        padded(["Lots of people"], ["at", "the", "top", "", "of", "their sheets"],
               ["or", "merging", "", "", "", "cells"], HEADER, *BODY), 3, 3, (0, 1, 2),
    ),
    "no name above the first column": Case(padded(["", *HEADER], *NUMBERED), 0, 3, (), (0, 7)),
    "gaps in a short header": Case(
        padded(["", "organisation", "", "SCL1"], [1, "Gent", "f", 3], [2, "Gent", "m", 4]),
        0, 2, (), (0, 4),
    ),
    "gaps in a header below a title": Case(
        padded(["Survey 2024"], [], ["", "organisation", "", "SCL1"], [1, "Gent", "f", 3],
               [2, "Gent", "m", 4]),
        2, 2, (0,), (0, 4),
    ),
    "years as names": Case(padded(["organisation", 2019, 2020], ["Gent", 3, 4], ["Liège", 1, 2]),
                           0, 2, (), (0, 3)),
    "remark beyond the table": Case(
        padded(HEADER, *BODY, [*BODY[0], "", "", "came late"], *BODY), 0, 7, (), (0, 9)
    ),
    "one column": Case(padded(["answer"], [3], [4]), 0, 2, (), (0, 1)),
    "numbers alone": Case(padded([1, 2], [3, 4]), 0, 1, (), (0, 2)),
    # Two and three header rows, which platforms know
    "question above its options": Case(
        padded(["RespondentID", "StartDate", "Which?", "", "", "Why?"],
               ["", "", "this", "that", "other", "Open-Ended Response"],
               [1, "5/10/18", "this", "", "other", "so"], [2, "5/11/18", "", "that", "", ""]), 0, 3,
    ),
    "much above few": Case(
        padded(["RespondentID", "Which?"], ["", "a", "b", "c", "d", "e", "f", "g", "h", "i"],
               [1, *"abcdefghi"], [2, "a"]), 0, 3, (), (0, 10),
    ),
    "name, text, import id": Case(
        padded(["Status", "Q1", "Q2"], ["Response Type", "How?", "Why?"],
               ['{"ImportId":"status"}', '{"ImportId":"QID1"}', '{"ImportId":"QID2"}'],
               [0, 3, ""], [0, 4, "so"]), 0, 4, (), (0, 3),
    ),
    # The edges
    "blank rows and columns around": Case(
        [[""] * 9, [""] * 9, *[["", "", *row, ""] for row in (HEADER, *BODY)], [""] * 9],
        2, 3, (), (2, 8),
    ),
    "blank row in the middle": Case(padded(HEADER, *BODY, [], *BODY), 0, 7),
    "title wider than the table": Case(
        padded(["", "", "", "", "", "", "", "", "secret"], HEADER, *BODY), 1, 3, (0,)
    ),
    # Foot notes
    "note": Case(padded(HEADER, *BODY, ["", "so they said"]), 0, 3, (4,)),
    "note after a blank row": Case(padded(HEADER, *BODY, [], ["Source: a survey"]), 0, 3, (5,)),
    "notes all over": Case(
        padded(HEADER, *BODY, ["", "Some"], ["", "", "also at the", "bottom,"],
               ["", "", "", "", "", "too!"]), 0, 3, (4, 5, 6),
    ),
    "sums after a blank row": Case(
        padded(["", *HEADER], *NUMBERED, [], ["", "n", 3]), 0, 3, (5,), (0, 7)
    ),
    "stray cell": Case(padded(HEADER, *BODY, *[[]] * 500, ["", "", 7]), 0, 3, (504,)),
    "notes apart from notes": Case(
        padded(HEADER, *BODY, [], ["One"], [], ["", "Two"]), 0, 3, (5, 7)
    ),
    # Respondents who left early are no notes
    "only an organisation": Case(padded(HEADER, *BODY, ["Gent"], ["Liège"]), 0, 5),
    "only a number and a name": Case(
        padded(["id", *HEADER], *NUMBERED, [3, "Gent"]), 0, 4, (), (0, 7)
    ),
    "an organisation below a gap": Case(padded(HEADER, *BODY, [], ["Gent"]), 0, 5),
    "someone new below a gap": Case(
        padded(["id", *HEADER], [0, "Gent", 3, 4, 5], [1, "Liège", "", "", "", 1, 2], [],
               [2, "Brugge"]), 0, 4, (), (0, 7),
    ),
    "an answer without a number": Case(
        padded(["id", *HEADER], *NUMBERED, ["", "Brugge", 3]), 0, 4, (), (0, 7)
    ),
    "much left out": Case(padded(HEADER, *[["Gent", 3]] * 40), 0, 40),
    "much left out, and a gap": Case(
        padded(HEADER, *[["Gent", 3]] * 30, [], *[["Gent", 4]] * 9), 0, 40
    ),
    "nothing always filled": Case(
        padded(HEADER, ["Gent", 3, 4], ["", "", "", 5, 1, 1], ["", "", "", "x"]), 0, 3
    ),
    "sums that look like answers": Case(padded(HEADER, *BODY, ["", 8, 8, 15, 3, 4]), 0, 4),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_table_is_found(case: Case) -> None:
    place = find(lambda: case.rows)
    assert place is not None
    assert (place.header, place.end - place.header - 1) == (case.header, case.body)
    assert (place.left, place.right) == case.columns
    assert place.outside == case.outside


@pytest.mark.parametrize("rows", [[], [[]], [["", ""], ["", ""]]])
def test_nothing_is_found_in_nothing(rows: Cells) -> None:
    assert find(lambda: rows) is None


def test_how_much_is_filled() -> None:
    place = find(lambda: padded(["Survey 2024"], [], HEADER, *BODY, [], ["Source"]))
    assert place is not None
    assert place.filled == 6 + 6 + 5 + 5


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(
                st.sampled_from(["", "", "a", "b", 1.5, True]), min_size=width, max_size=width
            ),
            max_size=30,
        )
    )
)
def test_no_filled_row_is_lost_without_a_word(rows: Cells) -> None:
    place = find(lambda: rows)
    filled = [at for at, row in enumerate(rows) if any(cell != "" for cell in row)]
    if place is None:
        assert not filled
        return
    inside = range(place.header, place.end)
    assert sorted([*place.outside, *(at for at in filled if at in inside)]) == filled
    for at in inside:
        outer = rows[at][: place.left] + rows[at][place.right :]
        assert all(cell == "" for cell in outer)
    assert any(cell != "" for cell in rows[place.header])
