"""Weights per stratum, applied to sums, give what weights per respondent give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.moments import FIXED_POINT_BITS, exact_total
from vested.survey.measures import MISSING, Counted, Grid
from vested.survey.reduction import Reduction, Strata
from vested.survey.weights import weigh_strata

TABLE = np.sqrt(np.arange(6.0) * 2000)
WEIGHTS = np.array([1.0, 0.25, 0.6180339887])
ROW = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(MISSING, 20), st.integers(MISSING, 5)
)
Rows = list[tuple[int, int, int, int]]
NAMES = [["Aalst", "Gent", "Mons"], ["J", "M", "S"]]


def values(rows: Rows) -> list[Grid | Counted]:
    grid = Grid(np.array([row[2] for row in rows], np.int32), 20)
    return [grid, Counted(np.array([row[3] for row in rows]), TABLE, fixed=True)]


def by_stratum(rows: Rows) -> Reduction:
    reduction = Reduction(2, weighted=True)
    reduction.strata = Strata(Reduction(2))
    codes = [np.array([row[at] for row in rows], np.int64) for at in (0, 1)]
    reduction.cells_of(codes[:1], NAMES[:1])
    reduction.strata.add(codes, NAMES, values(rows))
    keys = reduction.strata.sums.cells
    weigh_strata(reduction, np.array([7 * WEIGHTS["JMS".index(key[1])] for key in keys]))
    return reduction


def by_respondent(rows: Rows) -> Reduction:
    reduction = Reduction(2, weighted=True)
    codes = np.array([row[0] for row in rows], np.int64)
    cell = reduction.cells_of([codes], NAMES[:1])
    # Only the ratios count: each organisation's largest weight is 1.
    given = WEIGHTS[[row[1] for row in rows]]
    largest = np.array([max(given[codes == code]) for code in codes])
    reduction.add(cell, values(rows), given / largest)
    return reduction


def sums(reduction: Reduction, key: str) -> list[float]:
    at = reduction.cells[key,]
    totals = exact_total(reduction.sums[3::2, :, at], reduction.sums[4::2, :, at])
    return [float(total) / 2**FIXED_POINT_BITS for total in totals.ravel()]


def counted(reduction: Reduction, key: str) -> list[tuple[float, int]]:
    cell, value, count = reduction.counts[1].merged()
    here = cell == reduction.cells[key,]
    return list(zip(value[here].tolist(), count[here].tolist(), strict=True))


@given(st.lists(ROW, min_size=1, max_size=40))
@settings(max_examples=80, deadline=None)
def test_as_by_respondent(rows: Rows) -> None:
    strata, respondents = by_stratum(rows), by_respondent(rows)
    assert set(strata.cells) == set(respondents.cells)
    for (key,), at in strata.cells.items():
        other = respondents.cells[key,]
        assert strata.sums[:3, 0, at].tolist() == respondents.sums[:3, 0, other].tolist()
        assert sums(strata, key) == pytest.approx(sums(respondents, key), rel=1e-12, abs=1e-12)
        counts = [counted(each, key) for each in (strata, respondents)]
        assert counts[0] == counts[1]


@given(st.lists(ROW, min_size=2, max_size=40), st.integers(1, 39))
@settings(max_examples=40, deadline=None)
def test_in_two_files(rows: Rows, cut: int) -> None:
    whole = by_stratum(rows)
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    first, *others = map(by_stratum, parts)
    for other in others:
        first.merge(other)
    # The weights of parts were of the parts; now of all.
    again = Reduction(2, weighted=True)
    again.strata = first.strata
    for key in first.cells:
        again.place(key)
    assert again.strata is not None
    keys = again.strata.sums.cells
    weigh_strata(again, np.array([WEIGHTS["JMS".index(key[1])] for key in keys]))
    for (key,) in whole.cells:
        assert sums(again, key) == pytest.approx(sums(whole, key), rel=1e-15)
        assert again.strata.rows.sum() == len(rows)
