"""Counting who gave which unit which code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.stats.coding.judgements import checked, judgements, nothing_to_compare


@pytest.mark.parametrize(
    ("codes", "categories", "counts", "said"),
    [
        ([0, 1], 2, None, "an array of units × coders"),
        ([[0, 2]], 2, None, "whole numbers from 0 to 1, or -1"),
        ([[0, -2]], 2, None, "whole numbers"),
        ([[0, 0.5]], 2, None, "whole numbers"),
        ([[0, 1]], 0, None, "at least one category"),
        ([[0, 1]], 2, [1, 1], "how many units it stands for"),
        ([[0, 1]], 2, [-1], "how many units it stands for"),
    ],
)
def test_refusals(codes: object, categories: int, counts: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checked(codes, categories, counts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (np.zeros((0, 2)), "no unit is coded"),
        ([[-1, -1]], "no unit is coded"),
        ([[0], [1]], "no unit is coded by two coders"),
        ([[0, -1], [-1, 1]], "no unit is coded by two coders"),
        ([[0, 1]], ""),
    ],
)
def test_what_cannot_be_compared(codes: object, reason: str) -> None:
    assert nothing_to_compare(judgements(codes, 2)) == reason  # type: ignore[arg-type]


ROWS = st.lists(st.lists(st.integers(-1, 2), min_size=3, max_size=3), min_size=1, max_size=20)


@given(ROWS)
def test_every_code_is_counted_once(rows: list[list[int]]) -> None:
    found = judgements(rows, 3)
    assert found.units.sum() == sum(max(row) >= 0 for row in rows)
    assert found.compared == sum(sum(code >= 0 for code in row) > 1 for row in rows)
    flat = [code for row in rows for code in row]
    assert (found.units @ found.tally).tolist() == [flat.count(code) for code in range(3)]
