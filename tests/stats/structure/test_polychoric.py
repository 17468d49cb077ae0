"""Polychoric correlations: against R, exact cases, and where they must decline."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.reliability import standardised_alpha
from vested.stats.structure.bivariate import bivariate_normal
from vested.stats.structure.polychoric import polychoric

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"
AGREEABLENESS = ["A1", "A2", "A3", "A4", "A5"]


def bfi(columns: list[str]) -> Ints:
    """The answers of a reference file from 0 on, A1 reversed, a missing one as -1."""
    path = DATA / "bfi.csv"
    if not path.exists():
        pytest.skip("the reference data are not at hand")
    with path.open(newline="") as lines:
        rows = [[int(row[column] or 0) - 1 for column in columns] for row in csv.DictReader(lines)]
    answers = np.array(rows)
    if "A1" in columns:
        first = answers[:, columns.index("A1")]
        first[:] = np.where(first >= 0, 5 - first, -1)
    return answers


def tables(answers: Ints, options: int) -> Ints:
    """How many chose each option of one item and each of another."""
    chosen = (answers[:, :, None] == np.arange(options)).astype(np.int64)
    return np.einsum("nia,njb->ijab", chosen, chosen, optimize=True)


def two_items(table: list[list[int]] | Ints) -> Ints:
    """The tables of two items that all respondents answered."""
    both = np.array(table)
    rows, columns = np.diag(both.sum(axis=1)), np.diag(both.sum(axis=0))
    return np.array([[rows, both], [both.T, columns]])


# Two-step estimates in R 4.2.2: uniroot(tol = 1e-15) on the score, probabilities of mvtnorm 1.1-3.
# A1-A2, A1-A3, ... A4-A5; thresholds of all who answered the item.
OF_ITEM = [
    0.4084507252291817, 0.3225349924941204, 0.1754279613881276, 0.2278559060280523,
    0.5554584332526684, 0.3896991415393993, 0.4488247363494878, 0.4080571261624590,
    0.5728416456253641, 0.3552679475697224,
]  # fmt: skip
# The same, thresholds of those who answered both.
OF_PAIR = [
    0.4073947931909485, 0.3222978111319473, 0.1753351238130674, 0.2276782051778627,
    0.5555562767192446, 0.3896096426202332, 0.4489536931167417, 0.4084517637129623,
    0.5732791627030490, 0.3554298068168769,
]  # fmt: skip
# lavaan 0.6.14, lavCor(ordered = TRUE, missing = "pairwise")
LAVAAN = [
    0.408450725229192, 0.322534994540208, 0.175427961388170, 0.227855906050577,
    0.555458433280261, 0.389699147545801, 0.448824736349496, 0.408057129570504,
    0.572841645684758, 0.355267948545011,
]  # fmt: skip
# psych 2.2.9, polychoric(bfi[1:5]), A1 reversed: global thresholds
PSYCH = [
    0.408463791128917, 0.322517432336691, 0.175442426080823, 0.227839531059875,
    0.555450998316547, 0.389714342881505, 0.448821008499193, 0.408068897891629,
    0.572856416903927, 0.355285890439317,
]  # fmt: skip
# psych 2.2.9, the same with global = FALSE; no cell is empty, so `correct` does not matter
PSYCH_PAIR = [
    0.407408663021153, 0.322280387871617, 0.175349623040669, 0.227661575343726,
    0.555548708028937, 0.389624805340505, 0.448949962369694, 0.408463286724675,
    0.573294406612804, 0.355447641797326,
]  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "tolerance"),
    [
        (OF_ITEM, 1e-12),
        (LAVAAN, 1e-8),  # its optimiser ends at a relative change of 1e-10 in the objective
        (PSYCH, 3e-5),  # optimize() ends within 1.2e-4 of the optimum, in theory
    ],
)
def test_as_in_r(expected: list[float], tolerance: float) -> None:
    found = polychoric(tables(bfi(AGREEABLENESS), 6))
    assert found.correlation[np.triu_indices(5, 1)] == pytest.approx(expected, abs=tolerance)
    assert found.correlation.tolist() == found.correlation.T.tolist()
    assert (found.reasons, int(found.empty.sum())) == ({}, 0)


@pytest.mark.parametrize(("expected", "tolerance"), [(OF_PAIR, 1e-12), (PSYCH_PAIR, 3e-5)])
def test_thresholds_of_those_who_answered_both(expected: list[float], tolerance: float) -> None:
    answers = bfi(AGREEABLENESS)
    found = []
    for i, j in zip(*np.triu_indices(5, 1), strict=True):
        both = answers[(answers[:, [i, j]] >= 0).all(axis=1)]
        found.append(polychoric(tables(both[:, [i, j]], 6)).correlation[0, 1])
    assert found == pytest.approx(expected, abs=tolerance)


def test_further_pairs() -> None:
    # as OF_ITEM; N5-O4 and E1-N1 are among the weakest, N1-N2 is the strongest of the 25 items
    found = polychoric(tables(bfi(["N5", "O4", "N1", "N2", "C4", "C5", "E1"]), 6)).correlation
    pairs = [found[0, 1], found[2, 3], found[4, 5], found[6, 2]]
    expected = [0.1405493317933932, 0.764239678401012, 0.5299784446093715, 0.02187842360746742]
    assert pairs == pytest.approx(expected, abs=1e-12)


def test_thresholds_as_psych() -> None:
    # psych 2.2.9, polychoric(bfi[1:5])$tau, A1
    expected = [-1.88887898501839, -1.2289002828812, -0.736860977690802, -0.318639363964375,
                0.436662234003700]  # fmt: skip
    found = polychoric(tables(bfi(AGREEABLENESS), 6)).thresholds
    assert found[0] == pytest.approx(expected, rel=1e-12)


def test_ordinal_alpha() -> None:
    # psych 2.2.9, alpha(polychoric(bfi[1:5])$rho): .7589921786, whose correlations are good to
    # 2e-5; from lavaan's correlations .758988930.
    found = float(standardised_alpha(polychoric(tables(bfi(AGREEABLENESS), 6)).correlation))
    assert found == pytest.approx(0.7589921786, abs=1e-5)
    assert found == pytest.approx(0.758988930086818, abs=1e-8)


# R 4.2.2: uniroot on the score or, for two options, on the probability of the first cell.
@pytest.mark.parametrize(
    ("table", "expected", "empty"),
    [
        ([[30, 10], [20, 40]], 0.6070728129457345, 0),
        ([[20, 8, 0], [10, 25, 9], [0, 7, 21]], 0.8289364147835974, 2),
        ([[20, 8, 0, 0], [10, 25, 9, 0], [0, 0, 0, 0], [0, 7, 21, 0]], 0.8289364147835974, 2),
        ([[0, 20, 8, 0], [0, 10, 25, 9], [0, 0, 7, 21], [0, 0, 0, 0]], 0.8289364147835974, 2),
        ([[0, 8, 20], [9, 25, 10], [21, 7, 0]], -0.8289364147835974, 2),
        ([[5, 5], [5, 5]], 0.0, 0),
    ],
)
def test_tables(table: list[list[int]], expected: float, empty: int) -> None:
    """With .5 in the two empty cells of three options, as psych has it, it is .792."""
    found = polychoric(two_items(table))
    assert found.correlation[0, 1] == pytest.approx(expected, abs=1e-12)
    assert (int(found.empty[0, 1]), int(found.empty[0, 0])) == (empty, 0)


@pytest.mark.parametrize("p", [0.01, 0.1, 0.25, 0.4, 0.49])
def test_two_options_at_the_median(p: float) -> None:
    """Sheppard (1899): ρ = sin(2π(p - 1/4)), p the share below both medians."""
    low, high = round(1000 * p), 500 - round(1000 * p)
    found = polychoric(two_items([[low, high], [high, low]])).correlation[0, 1]
    assert found == pytest.approx(np.sin(2 * np.pi * (low / 1000 - 0.25)), abs=1e-13)


@given(st.lists(st.integers(1, 200), min_size=4, max_size=4))
def test_two_options_fit_exactly(counts: list[int]) -> None:
    table = np.array(counts).reshape(2, 2)
    found = polychoric(two_items(table))
    rho = found.correlation[0, 1]
    if (0, 1) in found.reasons:
        return
    x, y = found.thresholds[:, 0]
    chance = float(bivariate_normal(x, y, rho))
    assert chance == pytest.approx(table[0, 0] / table.sum(), abs=1e-13)
    assert np.sign(round(rho, 12)) == np.sign(np.linalg.det(table).round(9))


NOTHING = "no one answered both items"
ONE = "only one option of an item is in use"
PERFECT = "the association is perfect"


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[0, 0], [0, 0]], NOTHING),
        ([[1, 0], [0, 0]], ONE),
        ([[7, 9], [0, 0]], ONE),
        ([[7, 0], [9, 0]], ONE),
        ([[1, 0], [0, 1]], PERFECT),
        ([[0, 3], [5, 0]], PERFECT),
        ([[30, 10], [0, 60]], PERFECT),
        ([[30, 10], [60, 0]], PERFECT),
        ([[5, 0, 0], [0, 9, 0], [0, 0, 7]], PERFECT),
        ([[5, 3, 0], [0, 9, 4], [0, 0, 7]], PERFECT),
        ([[0, 0, 5], [0, 9, 0], [7, 0, 0]], PERFECT),
        ([[10**9, 0], [0, 10**9]], PERFECT),
    ],
)
def test_what_cannot_be_estimated_says_why(table: list[list[int]], reason: str) -> None:
    found = polychoric(two_items(table))
    assert np.isnan(found.correlation[0, 1])
    assert found.reasons[0, 1] == reason


def test_one_pair_may_lack_what_others_have() -> None:
    answers = np.array([[0, 1, 0, 2], [1, 0, 1, 2], [2, 2, 2, 2], [0, 1, -1, 2], [1, 1, -1, 2]])
    answers = np.concatenate([answers, np.full((4, 4), -1)])
    answers[5:7, :2], answers[7:, 2] = [[2, 1], [0, 0]], [0, 2]
    found = polychoric(tables(np.column_stack([answers, np.full(9, -1)]), 3))
    assert np.isnan(found.correlation).sum(axis=0).tolist() == [3, 2, 3, 5, 5]
    assert found.reasons == {
        (0, 2): PERFECT,
        **dict.fromkeys([(0, 3), (1, 3), (2, 3)], ONE),
        (3, 3): "only one option of an item is in use",
        **dict.fromkeys([(0, 4), (1, 4), (2, 4), (3, 4)], NOTHING),
        (4, 4): "no one answered the item",
    }
    assert np.isnan(found.thresholds[4]).all()
    assert found.thresholds[3].tolist() == [-np.inf, -np.inf]


@pytest.mark.parametrize("shape", [(0, 0, 3, 3), (1, 1, 3, 3), (2, 2, 1, 1)])
def test_few(shape: tuple[int, ...]) -> None:
    found = polychoric(np.zeros(shape, np.int64))
    assert found.correlation.shape == shape[:2]
    assert found.thresholds.shape == (shape[0], shape[2] - 1)
    assert len(found.reasons) == shape[0] * (shape[0] + 1) // 2


def test_an_impossible_cell_does_not_make_an_association_perfect() -> None:
    """One answer against all others: the likelihood falls long before the limit."""
    table = np.diag([10_000] * 5)
    table[0, 4] = 1
    found = polychoric(two_items(table)).correlation[0, 1]
    assert 0.9 < found < 0.9999


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((2, 2, 3), np.int64), "items × items"),
        (np.zeros((2, 3, 3, 3), np.int64), "items × items"),
        (two_items([[1, 2], [3, 4]]).astype(float), "whole"),
        (-two_items([[1, 2], [3, 4]]), "not below 0"),
        (np.ones((1, 1, 2, 2), np.int64), "off the diagonal"),
        (two_items([[1, 2], [3, 4]])[:, :, ::-1, ::-1] * [[[[1]], [[2]]]], "turned"),
        (two_items([[1, 2], [3, 4]]) * [[[[1]], [[2]]], [[[2]], [[1]]]], "more often"),
    ],
)
def test_tables_that_do_not_fit_together(wrong: Ints, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        polychoric(wrong)


@given(
    st.lists(st.integers(0, 60), min_size=9, max_size=9),
    st.lists(st.booleans(), min_size=2, max_size=2),
)
def test_turned_items_turn_the_sign(counts: list[int], turned: list[bool]) -> None:
    table = np.array(counts).reshape(3, 3)
    plain = polychoric(two_items(table))
    if turned[0]:
        table = table[::-1]
    if turned[1]:
        table = table[:, ::-1]
    found = polychoric(two_items(table))
    sign = -1 if turned[0] != turned[1] else 1
    expected = sign * plain.correlation[0, 1]
    assert found.correlation[0, 1] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert found.reasons.get((0, 1)) == plain.reasons.get((0, 1))


@given(st.floats(-0.9, 0.9), st.integers(2, 6))
def test_expected_counts_give_back_their_correlation(rho: float, options: int) -> None:
    cuts = np.concatenate([[-np.inf], np.linspace(-0.8, 1.0, options - 1), [np.inf]])
    corners = bivariate_normal(cuts[:, None], cuts[None, :], rho)
    chance = np.diff(np.diff(corners, axis=0), axis=1)
    found = polychoric(two_items(np.round(chance * 1e12).astype(np.int64)))
    assert found.correlation[0, 1] == pytest.approx(rho, abs=1e-6)
