"""Flags: each cut on both sides, families that count once, and duplicates that are exact."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats import flags as module
from vested.stats.flags import (
    FAMILIES,
    Cuts,
    duplicate_ids,
    duplicate_vectors,
    flags,
    seconds_per_item,
    speeders,
)

NAN = math.nan


def raised(screen: str, values: Iterable[float], **cuts: float) -> list[bool]:
    found = flags({screen: np.array(list(values), float)}, 10, Cuts(**cuts))
    assert found.names == (screen,)
    return [bool(flag) for flag in found.raised[:, 0]]


# --- cut-offs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("screen", "at_the_cut", "flagged", "clean"),
    [
        ("longest_run", True, 6, 4),
        ("mahalanobis", False, 29.6, 29.5),  # R: qchisq(.999, 10) = 29.58830
        ("even_odd", False, -0.01, 0.01),
        ("synonyms", False, -0.01, 0.01),
        ("key_inconsistency", True, 3, 1),
        ("instructed", True, 2, 0),
        ("share_missing", False, 0.51, 0.49),
    ],
)
def test_each_cut_divides(screen: str, at_the_cut: bool, flagged: float, clean: float) -> None:
    cut = {"longest_run": 5.0, "key_inconsistency": 2.0, "instructed": 1.0, "share_missing": 0.5}
    assert raised(screen, [flagged, clean, NAN]) == [True, False, False]
    if screen != "mahalanobis":
        assert raised(screen, [cut.get(screen, 0.0)]) == [at_the_cut]


@pytest.mark.parametrize(
    ("screen", "value", "cuts"),
    [
        ("longest_run", 4, {"run_share": 0.4}),
        ("mahalanobis", 25.2, {"mahalanobis_upper": 0.005}),  # R: qchisq(.995, 10) = 25.18818
        ("even_odd", 0.2, {"even_odd": 0.3}),
        ("synonyms", 0.2, {"synonyms": 0.22}),
        ("key_inconsistency", 1, {"contradictions": 1}),
        ("seconds_per_item", 2.5, {"seconds_per_item": 3}),
        ("share_missing", 0.3, {"share_missing": 0.2}),
    ],
)
def test_each_cut_can_be_changed(screen: str, value: float, cuts: dict[str, float]) -> None:
    assert raised(screen, [value]) == [False]
    assert raised(screen, [value], **cuts) == [True]


def test_quantiles_flag_the_extreme_hundredth() -> None:
    ones = [1.0] * 99
    assert raised("mean_run", [*ones, 3]) == [False] * 99 + [True]
    assert raised("individual_variability", [0.2, *ones]) == [True] + [False] * 99
    assert raised("mean_run", [*ones, 3], mean_run_quantile=0.5) == [False] * 99 + [True]


def test_quantiles_need_as_many_rows_as_one_can_lie_beyond() -> None:
    assert raised("mean_run", [*[1.0] * 9, 3], mean_run_quantile=0.9) == [False] * 9 + [True]
    assert not any(raised("mean_run", [*[1.0] * 8, 3], mean_run_quantile=0.9))
    assert not any(raised("mean_run", [*[1.0] * 98, 3, NAN]))
    assert raised("individual_variability", [0.2, 1, 0]) == [False, False, True]


@pytest.mark.parametrize("screen", FAMILIES)
@pytest.mark.parametrize("rows", [0, 1, 150])
def test_missing_values_raise_no_flag(screen: str, rows: int) -> None:
    assert raised(screen, [NAN] * rows) == [False] * rows


def test_every_screen_has_a_rule_and_every_cut_is_used() -> None:
    used = set()

    class Spy:
        def __getattr__(self, name: str) -> float:
            used.add(name)
            return getattr(Cuts(), name)

    values = {name: np.arange(200.0) for name in FAMILIES}
    assert flags(values, 10, Spy()).names == tuple(FAMILIES)  # type: ignore[arg-type]
    assert used == {field.name for field in dataclasses.fields(Cuts)}


def test_cuts_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Cuts().run_share = 0.9  # type: ignore[misc]


# --- counting ----------------------------------------------------------------------------------

CARELESS = {
    "longest_run": 10.0, "mean_run": 1.0, "individual_variability": 0.0, "mahalanobis": 99.0,
    "even_odd": -0.5, "synonyms": -0.5, "key_inconsistency": 4.0, "seconds_per_item": 1.0,
    "instructed": 2.0, "duplicate_vectors": 0.0, "duplicate_ids": 0.0, "share_missing": 0.9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("screens", "independent"),
    [
        (["longest_run", "individual_variability"], 1),
        (["even_odd", "synonyms"], 1),
        (["duplicate_vectors", "duplicate_ids"], 1),
        (["longest_run", "even_odd"], 2),
        (["mahalanobis", "key_inconsistency", "seconds_per_item", "instructed"], 4),
        (list(FAMILIES), 8),
    ],
)
def test_a_family_counts_once(screens: list[str], independent: int) -> None:
    # The second row, so that a duplicate is not the row to keep; the first has no values.
    found = flags({name: np.array([NAN, CARELESS[name]]) for name in screens}, 10)
    assert found.independent.tolist() == [0, independent]
    assert found.doubtful.tolist() == [False, independent >= 2]


def test_how_many_flags_make_a_row_doubtful_can_be_changed() -> None:
    values = {"longest_run": np.array([10.0, 2])}
    assert flags(values, 10, Cuts(independent=1)).doubtful.tolist() == [True, False]


def test_columns_stand_in_the_order_of_the_families() -> None:
    values = {name: np.zeros(3) for name in ("share_missing", "even_odd", "longest_run")}
    assert flags(values, 10).names == ("longest_run", "even_odd", "share_missing")


def test_an_unknown_screen_is_an_error() -> None:
    with pytest.raises(KeyError, match="long_string"):
        flags({"long_string": np.zeros(3)}, 10)
    with pytest.raises(ValueError, match="at least one"):
        flags({}, 10)


# --- time --------------------------------------------------------------------------------------


def test_seconds_per_item() -> None:
    found = seconds_per_item(np.array([160, 159, 0, -1, NAN, math.inf]), 80)
    assert found.tolist() == pytest.approx([2, 1.9875, 0, NAN, NAN, NAN], nan_ok=True)
    each = seconds_per_item([100.0, 100.0], [50, 0])
    assert each.tolist() == pytest.approx([2, NAN], nan_ok=True)


def test_two_seconds_and_a_third_of_the_median_are_not_fast() -> None:
    fast, fast_here = speeders(np.array([2.0, 1.99, 3.0, 9.0, 20.0, 40.0, 9.0, NAN]))
    assert fast.tolist() == [False, True] + [False] * 6
    assert fast_here.tolist() == [True, True] + [False] * 6  # the median is 9, a third of it 3


def test_a_row_is_fast_by_either_rule() -> None:
    assert raised("seconds_per_item", [1.9, 2.1]) == [True, False]
    assert raised("seconds_per_item", [2.9, 9, 9, 9]) == [True, False, False, False]


# --- duplicates --------------------------------------------------------------------------------


def first_alike(rows: list[list[float]], organisation: list[int], least: int) -> list[int]:
    """By comparing each row with each, missing as a word of its own."""
    keys = [tuple("missing" if math.isnan(x) else x for x in row) for row in rows]
    kept = []
    for row, key in enumerate(keys):
        answers = [x for x in key if x != "missing"]
        alike = [
            other
            for other in range(len(rows))
            if keys[other] == key and organisation[other] == organisation[row] >= 0
        ]
        counts = len(answers) >= least and len(set(answers)) > 1 and len(alike) > 1
        kept.append(alike[0] if counts else -1)
    return kept


ROW = st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, NAN]), min_size=3, max_size=3)


@given(st.lists(st.tuples(ROW, st.integers(-1, 1)), max_size=14), st.booleans())
@settings(max_examples=200)
def test_duplicates_equal_a_comparison_of_all_with_all(
    survey: list[tuple[list[float], int]], colliding: bool
) -> None:
    rows, organisation = [row for row, _ in survey], [number for _, number in survey]
    answers = np.array(rows).reshape(-1, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ROWS", 4)
        if colliding:  # Then only the comparison can tell rows apart.
            patch.setattr(module, "_hash", lambda batch: np.zeros(len(batch), np.uint64))
        found = duplicate_vectors(answers, np.array(organisation, int), least=2)
    assert found.tolist() == first_alike(rows, organisation, 2)


def test_twenty_answers_are_compared_and_nineteen_are_not() -> None:
    answers = np.tile(np.arange(30.0) % 5, (4, 1))
    answers[:, 20:] = NAN
    answers[2:, 19] = NAN
    assert duplicate_vectors(answers, np.zeros(4, int)).tolist() == [0, 0, -1, -1]


def test_hashes_of_different_rows_differ() -> None:
    """All 4^8 rows of four codes and eight items."""
    rows = np.stack(np.meshgrid(*[[1.0, 2.0, 3.0, NAN]] * 8), axis=-1).reshape(-1, 8)
    assert len(np.unique(module._hash(rows))) == len(rows) == 4**8


def test_duplicates_of_codes_without_gaps() -> None:
    answers = np.array([[1, 2], [2, 1], [1, 2]], np.int8)
    assert duplicate_vectors(answers, np.zeros(3, int), least=2).tolist() == [0, -1, 0]


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (0, 0)])
def test_nothing_has_no_duplicates(shape: tuple[int, int]) -> None:
    found = duplicate_vectors(np.empty(shape), np.zeros(shape[0], int), least=0)
    assert found.tolist() == [-1] * shape[0]


@pytest.mark.parametrize(
    ("ids", "complete", "kept"),
    [
        ([5, 6, 5, 5], None, [0, -1, 0, 0]),
        ([5, 6, 5, 5], [False, True, True, True], [2, -1, 2, 2]),
        ([5, 6, 5, 5], [False, True, False, False], [0, -1, 0, 0]),
        ([-1, -1, 3], None, [-1, -1, -1]),
        ([], None, []),
    ],
)
def test_the_first_complete_row_of_an_id_is_kept(
    ids: list[int], complete: list[bool] | None, kept: list[int]
) -> None:
    finished = None if complete is None else np.array(complete)
    assert duplicate_ids(np.array(ids, int), finished).tolist() == kept


def test_the_row_to_keep_is_not_flagged() -> None:
    kept = duplicate_ids(np.array([5, 6, 5, 5]))
    assert raised("duplicate_ids", kept) == [False, False, True, True]
