"""What is hidden in norms cannot be worked out; the attack knows nothing of the protection."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.analysis.benchmark.protection import Rules, hidden_cells

RULES = Rules(5, 0.5)


def gone(cells: dict[tuple[str, str], list[int]], **more: object) -> set[str]:
    """The names of hidden cells, by their organisations, who have ten respondents each."""
    everyone = sorted({name for names in cells.values() for name in names})
    rows = [everyone, *cells.values()]
    n = np.array([[10 * (name in names) for name in everyone] for names in rows])
    dimensions = ["overall", *(dimension for dimension, _ in cells)]
    mask = hidden_cells(dimensions, n, RULES, **more)  # type: ignore[arg-type]
    names = ["all", *(name for _, name in cells)]
    return {name for name, hidden in zip(names, mask, strict=True) if hidden}


def sectors(*sizes: int) -> dict[tuple[str, str], list[int]]:
    ends = list(itertools.accumulate(sizes, initial=0))
    return {
        ("sector", chr(65 + at)): list(range(ends[at], ends[at + 1])) for at in range(len(sizes))
    }


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((9, 8, 7), ""),
        ((9, 8, 4), "BC"),  # one is small: the next smallest is hidden with it
        ((9, 3, 2), "BC"),  # two are small, and enough together
        ((9, 2, 2), "ABC"),  # together too few as well
        ((9, 8, 2, 2), "BCD"),
        ((5, 5), ""),
        ((4,), "Aall"),
    ],
)
def test_one_dimension(sizes: tuple[int, ...], expected: str) -> None:
    found = gone(sectors(*sizes))
    assert "".join(sorted(found - {"all"})) + ("all" if "all" in found else "") == expected


def test_two_dimensions_are_protected_together() -> None:
    """Sector A is size X and two more: their difference would tell about the two."""
    cells = sectors(9, 9)
    cells |= {("size", "X"): list(range(7)), ("size", "Y"): list(range(7, 18))}
    found = gone(cells)
    assert found
    assert "all" not in found


@pytest.mark.parametrize(
    ("respondents", "expected"),
    [
        ([[10] * 12, [10] * 6 + [0] * 6, [0] * 6 + [10] * 6], []),
        ([[60] + [10] * 11, [60] + [10] * 5 + [0] * 6, [0] * 6 + [10] * 6], [1, 2]),  # 60 of 110
        ([[50] + [10] * 11, [50] + [10] * 5 + [0] * 6, [0] * 6 + [10] * 6], []),  # 50 of 100
        ([[900] + [10] * 11, [900] + [10] * 5 + [0] * 6, [0] * 6 + [10] * 6], [0, 1, 2]),
    ],
)
def test_no_organisation_has_most_of_the_respondents(
    respondents: list[list[int]], expected: list[int]
) -> None:
    mask = hidden_cells(["overall", "size", "size"], np.array(respondents), RULES)
    assert np.flatnonzero(mask).tolist() == expected


def test_a_client_does_not_work_out_the_others() -> None:
    client = np.arange(16) < 5
    assert gone(sectors(8, 8)) == set()
    assert gone(sectors(8, 8), clients=[client]) == {"A", "B"}  # three of A are not its own
    assert gone(sectors(8), clients=[np.arange(8) < 4]) == {"A", "all"}


# --- the attack -----------------------------------------------------------------------------------


def rank(rows: list[list[Fraction]]) -> int:
    """By exact elimination."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for at in range(found + 1, len(rows)):
            factor = rows[at][column] / rows[found][column]
            if factor:
                rows[at] = [a - factor * b for a, b in zip(rows[at], rows[found], strict=True)]
        found += 1
    return found


def recoveries(members: np.ndarray, minimum: int) -> list[tuple[int, ...]]:
    """Every set of fewer organisations than the minimum about which the shown sums tell."""
    rows = [[Fraction(int(x)) for x in row] for row in members]
    whole, found = rank(rows), []
    for k in range(1, minimum):
        for few in itertools.combinations(range(members.shape[1]), k):
            rest = [[x for at, x in enumerate(row) if at not in few] for row in rows]
            if rank(rest) < whole:
                found.append(few)
    return found


def hierarchy(chance: np.random.Generator, organisations: int) -> tuple[list[str], np.ndarray]:
    """Random dimensions, one of which may be nested in another."""
    dimensions, rows = ["overall"], [np.ones(organisations, int)]
    first = chance.integers(0, 3, organisations)
    second = first * 2 + chance.integers(0, 2, organisations)
    third = chance.integers(0, 2, organisations)
    for name, values in (("a", first), ("b", second), ("c", third)):
        if name == "a" or chance.random() < 0.7:
            for value in np.unique(values):
                dimensions.append(name)
                rows.append((values == value).astype(int))
    return dimensions, np.array(rows)


@pytest.mark.parametrize("seed", range(40))
def test_nothing_about_few_organisations_can_be_worked_out(seed: int) -> None:
    chance = np.random.default_rng(seed)
    dimensions, members = hierarchy(chance, int(chance.integers(6, 13)))
    respondents = members * chance.integers(10, 15, members.shape[1])
    mask = hidden_cells(dimensions, respondents, Rules(4, 1.0))
    assert recoveries(members[~mask], 4) == []


def test_the_attack_finds_what_is_not_protected() -> None:
    found = 0
    for seed in range(20):
        chance = np.random.default_rng(seed)
        _, members = hierarchy(chance, 10)
        found += bool(recoveries(members[members.sum(axis=1) >= 4], 4))
    assert found > 6


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_every_shown_cell_keeps_the_rules_and_so_does_what_is_hidden_together(seed: int) -> None:
    chance = np.random.default_rng(seed)
    dimensions, members = hierarchy(chance, int(chance.integers(6, 60)))
    respondents = members * chance.integers(10, 200, members.shape[1])
    mask = hidden_cells(dimensions, respondents, RULES)
    for row in respondents[~mask]:
        assert (row > 0).sum() >= 5
        assert row.max() * 2 <= row.sum()
    for name in set(dimensions[1:]):
        own = np.array([dimension == name for dimension in dimensions])
        together = respondents[own & mask].sum(axis=0)
        if together.any() and not mask[own].all():
            assert (together > 0).sum() >= 5
            assert together.max() * 2 <= together.sum()
