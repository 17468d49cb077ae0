"""Reductions: sums that may be made in pieces, and an account of what was set aside."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.survey.measures import MISSING, Counted, Grid
from vested.survey.reduction import Counts, Reduction

ROW = st.tuples(
    st.sampled_from(["Aalst", "Gent", "Mons"]),
    st.integers(MISSING, 20),
    st.integers(MISSING, 5),
    st.floats(0.01, 1),
)
TABLE = np.sqrt(np.arange(6.0) * 2000)


def reduced(rows: list[tuple[str, int, int, float]], *, weighted: bool, fixed: bool) -> Reduction:
    reduction = Reduction(2, weighted)
    if rows:
        cell = np.array([reduction.place((row[0],)) for row in rows])
        grid = Grid(np.array([row[1] for row in rows]), 20)
        counted = Counted(np.array([row[2] for row in rows]), TABLE, fixed)
        weight = np.array([row[3] for row in rows]) if weighted else None
        reduction.count_rows(len(rows), [], 2)
        reduction.add(cell, [grid, counted], weight)
    return reduction


def content(reduction: Reduction) -> dict[str, object]:
    """Everything in it, whatever the order in which cells came up."""
    order = [reduction.cells[key] for key in sorted(reduction.cells)]
    cell, value, count = reduction.counts[1].merged() if reduction.counts else ([], [], [])
    names = {at: key for key, at in reduction.cells.items()}
    counts = {(names[c], v): n for c, v, n in zip(cell, value, count, strict=True)}
    sums = reduction.sums[:, :, order].tolist()
    return {"cells": sorted(reduction.cells), "sums": sums, "counts": counts,
            "rows": reduction.rows_read}  # fmt: skip


@given(st.lists(ROW, min_size=1, max_size=40), st.integers(0, 40), st.booleans(), st.booleans())
@settings(max_examples=80, deadline=None)
def test_pieces_add_up_to_the_whole_in_either_order(
    rows: list[tuple[str, int, int, float]], cut: int, weighted: bool, fixed: bool
) -> None:
    whole = content(reduced(rows, weighted=weighted, fixed=fixed))
    for first, second in ((rows[:cut], rows[cut:]), (rows[cut:], rows[:cut])):
        total = Reduction(2, weighted)
        total.merge(reduced(first, weighted=weighted, fixed=fixed))
        total.merge(reduced(second, weighted=weighted, fixed=fixed))
        assert content(total) == whole


@given(st.lists(ROW, min_size=1, max_size=40), st.booleans())
@settings(max_examples=60, deadline=None)
def test_sums_are_those_of_plain_arithmetic(
    rows: list[tuple[str, int, int, float]], fixed: bool
) -> None:
    reduction = reduced(rows, weighted=False, fixed=fixed)
    for (name,), at in reduction.cells.items():
        x = [row[1] for row in rows if row[0] == name and row[1] != MISSING]
        sums = [len(x), sum(x), sum(value * value for value in x)]
        assert reduction.sums[:, 0, at].tolist() == sums
    counts = Counter((row[0], TABLE[row[2]]) for row in rows if row[2] != MISSING)
    found = content(reduction)["counts"]
    assert found == {((name,), value): n for (name, value), n in counts.items()}


def test_many_cells_need_more_room() -> None:
    rows = [(f"Organisation {at}", at % 20, at % 6, 1.0) for at in range(1000)]
    reduction = reduced(rows, weighted=False, fixed=True)
    assert reduction.sums[0, 0, :1000].tolist() == [1] * 1000
    assert reduction.sums[1, 0, :1000].tolist() == [at % 20 for at in range(1000)]


def test_compacting_keeps_all_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vested.survey.reduction._COMPACT_AT", 10)
    counts = Counts()
    for at in range(20):
        values = np.array([0.5, 1.5, 2.5 + at % 3])
        counts.add_piece(np.array([0, 1, 1]), values, np.array([1, 2, 3]))
    cell, value, count = counts.merged()
    assert cell.tolist() == [0, 1, 1, 1, 1]
    assert value.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert count.tolist() == [20, 40, 21, 21, 18]
    assert len(counts.pieces) < 20


def test_blocks_and_pieces_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block that grows too large is left for pieces; no count is lost on the way."""
    monkeypatch.setattr("vested.survey.reduction._BLOCK", 12)
    counts = Counts()
    result = Counted(np.array([0]), TABLE, fixed=True)
    counts.add(np.array([0, 1]), np.array([2, 2]), result, 2)
    counts.add(np.array([0, 1, 2]), np.array([2, 3, 3]), result, 3)
    cell, value, count = counts.merged()
    assert list(zip(cell.tolist(), np.searchsorted(TABLE, value).tolist(), count, strict=True)) == [
        (0, 2, 2), (1, 2, 1), (1, 3, 1), (2, 3, 1),
    ]  # fmt: skip


def test_the_first_reason_counts() -> None:
    reduction = Reduction(1)
    first, second = np.array([True, True, False]), np.array([False, True, True])
    used = reduction.count_rows(3, [(first, "no organisation"), (second, "no answers")], 5)
    assert used.tolist() == [False, False, False]
    assert reduction.rows_aside == {"no organisation": 2, "no answers": 1}
    assert reduction.cells_aside["row set aside: no organisation"] == 10
    assert (reduction.rows_read, reduction.rows_used) == (3, 0)
