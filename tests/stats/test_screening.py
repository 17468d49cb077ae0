"""Indices of careless answers: against R's careless, a plain count, and degenerate surveys.

Reference numbers are from R 4.2.2 with careless 1.2.2 (mahad by psych 2.2.9), 15 digits, on two
public data sets: bfi (psychTools, 2,800 rows, 25 items, six points, with gaps) and
careless_dataset (careless, 200 rows, 50 items, five points).
"""

from __future__ import annotations

import itertools
import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats import screening
from vested.stats.screening import (
    distance_cut,
    even_odd,
    individual_variability,
    instructed,
    key_inconsistency,
    longest_run,
    mahalanobis,
    mean_run,
    share_missing,
    synonym_pairs,
    synonyms,
    turned,
)

Floats = NDArray[np.float64]
DATA = Path(__file__).parents[3] / "shared" / "reference" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the reference data are not at hand")
EXACT = 1e-10
NAN = math.nan

BFI_REVERSED = np.isin(np.arange(25), [0, 8, 9, 10, 11, 21, 24])  # A1 C4 C5 E1 E2 O2 O5
BFI_FACETS = np.repeat(np.arange(5), 5)


def data(name: str, items: int) -> Floats:
    rows = np.genfromtxt(DATA / f"{name}.csv", delimiter=",", skip_header=1)
    return rows[:, :items]


def complete(answers: Floats) -> Floats:
    return answers[~np.isnan(answers).any(axis=1)]


def pairwise_covariance(answers: Floats) -> Floats:
    items = answers.shape[1]
    result = np.empty((items, items))
    for i, j in itertools.product(range(items), repeat=2):
        both = ~np.isnan(answers[:, i] + answers[:, j])
        result[i, j] = np.cov(answers[both, i], answers[both, j])[0, 1]
    return result


def close(values: list[float]) -> Any:
    return pytest.approx(values, abs=EXACT, nan_ok=True)


# --- against R ---------------------------------------------------------------------------------


@needs_data
def test_longest_run_of_bfi_is_that_of_careless() -> None:
    found = longest_run(data("bfi", 25))
    assert found[:20].tolist() == [3, 4, 3, 3, 3, 3, 2, 1, 4, 5, 2, 5, 4, 3, 3, 3, 5, 4, 3, 3]
    assert found.mean() == pytest.approx(3.44464285714286, abs=EXACT)


@needs_data
def test_individual_variability_of_bfi_is_that_of_careless() -> None:
    found = individual_variability(data("bfi", 25))
    assert found[:20].tolist() == close(
        [0.9, 1.29486163997034, 1.09239797387826, 1.16619037896906, 1, 1.86368809979925,
         1.60727512683216, 1.51986841535707, 1.50301629100103, 1.69509095134548,
         1.3076696830622, 1.02062072615966, 1.3699148392023, 1.73493515728975,
         1.4742229591664, 1.55134350376268, 1.38202749610853, 1.25432584814845,
         1.38202749610853, 1.93907194296653]
    )  # fmt: skip
    assert found.mean() == pytest.approx(1.59054088324845, abs=EXACT)


@needs_data
def test_mahalanobis_of_bfi_with_gaps_is_that_of_careless() -> None:
    answers = data("bfi", 25)
    found = mahalanobis(answers, np.nanmean(answers, axis=0), pairwise_covariance(answers))
    assert found.reason == ""
    assert found.squared[:20].tolist() == close(
        [13.4060962455225, 24.8795437567522, 13.403415958251, 27.9190423095577,
         18.6020979954572, 26.098442525924, 9.28111458730537, 49.0389341954918,
         39.3938373016469, 12.6604699390724, 18.9710457076985, 11.5488939562853,
         19.2992400889086, 14.4451137104695, 34.302848361938, 37.6323405929949,
         18.6244132863709, 17.6298902779361, 26.0886006542984, 38.0487768390018]
    )  # fmt: skip


@needs_data
def test_mahalanobis_of_complete_bfi_is_that_of_careless() -> None:
    answers = complete(data("bfi", 25))
    found = mahalanobis(answers, answers.mean(axis=0), np.cov(answers.T))
    assert found.squared[:20].tolist() == close(
        [13.4681922790954, 25.6765667681142, 13.4901346577443, 28.8247079568165,
         18.941625386361, 25.9009287778926, 9.26098854956548, 48.4775156210306,
         12.7945198470806, 19.2068132249774, 19.3859090103141, 14.4852918966286,
         34.0575272537035, 38.7225000237456, 18.8429894144201, 18.0566696299103,
         26.8256600058052, 38.4523595682191, 47.7538254531065, 30.6854630856478]
    )  # fmt: skip
    assert found.degrees == 25
    assert np.count_nonzero(found.squared > distance_cut(25, 0.01)) == 210  # mahad(confidence=.99)


@needs_data
def test_even_odd_of_bfi_has_the_opposite_sign_of_careless() -> None:
    answers = turned(complete(data("bfi", 25)), BFI_REVERSED, 1, 6)
    careless = [
        -0.814814814814815, 0, 0.193255223275256, -0.154372200339731, -0.882185221544529,
        -0.783458569705203, -0.964328945710598, -0.395604395604396, -0.571496049975072,
        -0.786259341195945, -0.878156815866155, -0.969409052381534, -0.95675630104024, 1,
        -0.764892400875755, 0.218019414140252, -0.707778735729046, -0.98404384244485,
        -0.994699497727963, 7.84026025883788e-16,
    ]  # fmt: skip
    assert even_odd(answers, BFI_FACETS)[:20].tolist() == close([-value for value in careless])


@needs_data
def test_synonyms_of_bfi_are_those_of_careless() -> None:
    """None of these rows needs the random swaps of careless; seven pairs reach .50."""
    answers = turned(complete(data("bfi", 25)), BFI_REVERSED, 1, 6)
    pairs = synonym_pairs(np.corrcoef(answers.T), 0.50)
    assert len(pairs) == 7
    assert synonyms(answers, pairs)[:20].tolist() == close(
        [0.220479275922049, 0.411527445876551, 0, 0.134839972492648, 0.258198889747161,
         0.555555555555556, 0.909090909090909, 0.0261981258531123, 0.100503781525921,
         0.381881307912987, 0.803530433166531, 0.979468184014809, -0.0229961024909137,
         -0.377425678048199, 0.922612906314878, 0, 0, -0.0852802865422442,
         0.192538511553851, -0.0145679136687016]
    )  # fmt: skip


@needs_data
def test_careless_dataset_gives_the_numbers_of_careless() -> None:
    answers = data("careless_dataset", 50)
    assert longest_run(answers).sum() == 1174
    assert longest_run(answers)[:6].tolist() == [6, 4, 3, 3, 3, 2]
    variability = individual_variability(answers)
    assert variability.sum() == pytest.approx(201.0505, abs=5e-5)
    assert variability[:6].tolist() == close(
        [0.863074712399612, 1.03509833901353, 0.96890428330361, 0.964893988043902,
         1.16916156946344, 1.47024918060213]
    )  # fmt: skip
    distances = mahalanobis(answers, answers.mean(axis=0), np.cov(answers.T)).squared
    assert distances[:6].tolist() == close(
        [44.0523809442334, 40.0836837063702, 49.1276227701468, 39.9109679226667,
         53.8857115376533, 107.533802830252]
    )  # fmt: skip
    pairs = synonym_pairs(np.corrcoef(answers.T))
    assert synonyms(answers, pairs)[:6].round(3).tolist() == [0.332, 0.621, 0.535, 0.685, 0.725,
                                                             -0.073]  # fmt: skip


@needs_data
def test_even_odd_of_careless_dataset_has_the_opposite_sign_of_careless() -> None:
    found = even_odd(data("careless_dataset", 50), np.repeat(np.arange(10), 5))
    careless = [1, -0.640984360001408, -0.556128111913388, 0.523704968844029, -0.875209230251192,
                0.114955295833502]  # fmt: skip
    assert found[:6].tolist() == close([-value for value in careless])
    assert np.flatnonzero(np.isnan(found)).tolist() == [49, 58, 80, 88, 188]  # NA in careless too


def test_runs_of_three_rows() -> None:
    """R: careless::longstring(x, avg = TRUE) and irv(x) of these rows."""
    rows = np.array([[3] * 10, [1, 2, 3, 4, 5, 4, 3, 2, 1, 2], [4, 4, 4, 5, 5, 2, 2, 2, 2, 1]])
    assert longest_run(rows).tolist() == [10, 1, 4]
    assert mean_run(rows).tolist() == [10, 1, 2.5]
    assert individual_variability(rows).tolist() == pytest.approx([0, 1.337494, 1.449138], abs=5e-7)


@pytest.mark.parametrize(("items", "cut"), [(10, 29.588), (30, 59.703), (60, 99.607)])
def test_distance_cut_is_the_chi_square_of_r(items: int, cut: float) -> None:
    assert distance_cut(items) == pytest.approx(cut, abs=5e-4)  # R: qchisq(.999, items)


# --- against a plain count ---------------------------------------------------------------------

ANSWER = st.one_of(st.just(NAN), st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0]))


@st.composite
def surveys(draw: st.DrawFn, items: int | None = None) -> Floats:
    width = draw(st.integers(1, 12)) if items is None else items
    rows = draw(st.lists(st.lists(ANSWER, min_size=width, max_size=width), max_size=8))
    return np.array(rows).reshape(-1, width)


def runs(row: list[float]) -> list[int]:
    return [len(list(run)) for answer, run in itertools.groupby(row) if not math.isnan(answer)]


def correlation(x: list[float], y: list[float]) -> float:
    """Over the pairs that are there, by the statistics module."""
    pairs = [(a, b) for a, b in zip(x, y, strict=True) if not math.isnan(a + b)]
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    if len(pairs) < 3 or len(set(first)) == 1 or len(set(second)) == 1:
        return NAN
    return statistics.correlation(first, second)


def mean(values: list[float]) -> float:
    there = [value for value in values if not math.isnan(value)]
    return statistics.mean(there) if there else NAN


@given(surveys())
@settings(max_examples=100)
def test_runs_and_spread_equal_a_plain_count(answers: Floats) -> None:
    rows = answers.tolist()
    assert longest_run(answers).tolist() == close([max(runs(row), default=NAN) for row in rows])
    assert mean_run(answers).tolist() == close(
        [mean([float(n) for n in runs(row)]) for row in rows]
    )
    answered = [[answer for answer in row if not math.isnan(answer)] for row in rows]
    assert individual_variability(answers).tolist() == close(
        [statistics.stdev(row) if len(row) > 1 else NAN for row in answered]
    )
    assert share_missing(answers).tolist() == close(
        [1 - len(there) / len(row) for there, row in zip(answered, rows, strict=True)]
    )


@given(surveys(items=10))
@settings(max_examples=100)
def test_even_odd_equals_a_plain_count(answers: Floats) -> None:
    facets = [[0, 4, 5], [1, 8], [2, 3, 7]]  # items 6 and 9 belong to none
    groups = np.array([0, 1, 2, 2, 0, 0, -1, 2, 1, -1])
    expected = []
    for row in answers.tolist():
        halves = [[mean([row[at] for at in facet[h::2]]) for facet in facets] for h in (0, 1)]
        r = correlation(*halves)
        expected.append(r if math.isnan(r) else max(2 * r / (1 + r), -1) if r > -1 else -1)
    assert even_odd(answers, groups).tolist() == pytest.approx(expected, abs=1e-6, nan_ok=True)


@given(surveys(items=8))
@settings(max_examples=100)
def test_synonyms_equal_a_plain_count(answers: Floats) -> None:
    pairs = [(0, 1), (0, 2), (3, 4), (5, 7)]
    expected = [
        correlation([row[a] for a, _ in pairs], [row[b] for _, b in pairs])
        for row in answers.tolist()
    ]
    assert synonyms(answers, np.array(pairs)).tolist() == close(expected)
    turned_pairs = np.array(pairs)[:, ::-1]
    assert synonyms(answers, turned_pairs).tolist() == close(expected)


@given(surveys(items=6))
def test_contradictions_equal_a_plain_count(answers: Floats) -> None:
    opposite, facets = np.array([0, 1, 0, 0, 0, 1]) == 1, [[0, 1], [2, 3], [4, 5]]
    groups = np.array([0, 0, 1, 1, 2, 2])  # of facet 1 no item is reversed
    expected = []
    for row in answers.tolist():
        mixed = [[row[at] for at in facet] for facet in (facets[0], facets[2])]
        seen = any(not math.isnan(sum(pair)) for pair in mixed)
        expected.append(sum(pair in ([1, 1], [5, 5]) for pair in mixed) if seen else NAN)
    found = key_inconsistency(answers, opposite, groups, 1, 5)
    assert found.tolist() == pytest.approx(expected, nan_ok=True)


# --- properties --------------------------------------------------------------------------------

GROUPS = np.array([0, 0, 1, 1, 2, 2, 3, 3])
PAIRS = np.array([(0, 1), (2, 3), (4, 5), (6, 7)])
INDICES = {
    "longest_run": longest_run,
    "mean_run": mean_run,
    "variability": individual_variability,
    "share_missing": share_missing,
    "even_odd": lambda x: even_odd(x, GROUPS),
    "synonyms": lambda x: synonyms(x, PAIRS),
    "keys": lambda x: key_inconsistency(x, np.arange(8) % 2 == 1, GROUPS, 1, 5),
    "instructed": lambda x: instructed(x, np.arange(8) % 5 + 1),
    "mahalanobis": lambda x: mahalanobis(x, np.full(8, 3.0), np.eye(8) + 0.3).squared,
}
each_index = pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)


def random_survey(rows: int, *, seed: int = 7) -> Floats:
    random = np.random.default_rng(seed)
    answers = random.integers(1, 6, (rows, 8)).astype(float)
    answers[random.random(answers.shape) < 0.1] = NAN
    return answers


@each_index
def test_neither_batches_nor_the_place_of_a_row_change_a_bit(
    index: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = random_survey(101)
    whole = index(answers)
    order = np.random.default_rng(1).permutation(len(answers))
    assert index(answers[order]).tobytes() == whole[order].tobytes()
    monkeypatch.setattr(screening, "_BATCH", 56)
    assert index(answers).tobytes() == whole.tobytes()


@each_index
def test_float32_codes_and_other_layouts_give_the_same(index: Any) -> None:
    answers = random_survey(50)
    whole = index(answers)
    assert index(answers.astype(np.float32)).tobytes() == whole.tobytes()
    assert index(np.asfortranarray(answers)).tobytes() == whole.tobytes()


@each_index
def test_whole_numbers_are_all_answers(index: Any) -> None:
    answers = np.nan_to_num(random_survey(50), nan=3.0)
    assert index(answers.astype(np.int8)).tobytes() == index(answers).tobytes()


@given(surveys(items=8), st.sampled_from([(1.0, 10.0), (0.25, -3.0), (-1.0, 6.0)]))
def test_a_linear_change_of_all_codes_changes_only_the_unit(
    answers: Floats, change: tuple[float, float]
) -> None:
    factor, shift = change
    moved = factor * answers + shift
    assert longest_run(moved).tobytes() == longest_run(answers).tobytes()
    assert individual_variability(moved).tolist() == close(
        (abs(factor) * individual_variability(answers)).tolist()
    )
    assert even_odd(moved, GROUPS).tolist() == pytest.approx(
        even_odd(answers, GROUPS).tolist(), abs=1e-6, nan_ok=True
    )
    assert synonyms(moved, PAIRS).tolist() == close(synonyms(answers, PAIRS).tolist())


def test_squared_distances_add_up_to_n_less_one_times_the_items() -> None:
    answers = np.nan_to_num(random_survey(60), nan=2.0)
    found = mahalanobis(answers, answers.mean(axis=0), np.cov(answers.T)).squared
    assert found.sum() == pytest.approx(59 * 8, abs=1e-9)


def test_reversing_items_leaves_distances_as_they_are() -> None:
    answers = random_survey(60)
    back = turned(answers, np.arange(8) % 3 == 0, 1, 5)
    before, after = (
        mahalanobis(x, np.nanmean(x, axis=0), pairwise_covariance(x)).squared
        for x in (answers, back)
    )
    assert after.tolist() == close(before.tolist())


@given(surveys(items=8))
def test_turning_twice_is_not_turning(answers: Floats) -> None:
    some = np.arange(8) % 2 == 0
    twice = turned(turned(answers, some, 1, 5), some, 1, 5)
    np.testing.assert_array_equal(twice, answers)


# --- degenerate surveys ------------------------------------------------------------------------


@each_index
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_rows_have_one_value_each(index: Any, rows: int) -> None:
    assert index(random_survey(rows)).shape == (rows,)


@pytest.mark.parametrize("index", [i for n, i in INDICES.items() if n != "share_missing"])
def test_a_row_without_answers_has_no_value(index: Any) -> None:
    assert np.isnan(index(np.full((2, 8), NAN))).all()


@pytest.mark.parametrize("rows", [0, 3])
def test_without_items_there_is_no_value(rows: int) -> None:
    answers = np.empty((rows, 0))
    none = np.empty(0, int)
    found = [
        longest_run(answers), mean_run(answers), individual_variability(answers),
        share_missing(answers), even_odd(answers, none), instructed(answers, []),
        synonyms(answers, synonym_pairs(np.empty((0, 0)))),
        key_inconsistency(answers, none == 1, none, 1, 5),
        mahalanobis(answers, np.empty(0), np.empty((0, 0))).squared,
    ]  # fmt: skip
    assert all(values.shape == (rows,) and np.isnan(values).all() for values in found)


def test_one_item() -> None:
    answers = np.array([[2.0], [NAN]])
    assert longest_run(answers).tolist() == close([1, NAN])
    assert np.isnan(individual_variability(answers)).all()
    assert np.isnan(even_odd(answers, np.array([0]))).all()
    assert mahalanobis(answers, np.array([1.0]), np.eye(1)).squared.tolist() == close([1, NAN])


def test_a_constant_row_has_no_spread_and_no_consistency() -> None:
    answers = np.full((2, 8), 0.1)
    assert individual_variability(answers)[0] == 0.0
    assert individual_variability(answers[:, :3])[0] == 0.0  # 0.1 + 0.1 + 0.1 is not 3 x 0.1
    assert longest_run(answers)[0] == 8
    assert np.isnan(even_odd(answers, GROUPS)[0])
    assert np.isnan(synonyms(answers, PAIRS)[0])


def test_two_facets_or_pairs_are_too_few_for_a_correlation() -> None:
    answers = np.array([[1.0, 2, 3, 4]])
    assert np.isnan(even_odd(answers, np.array([0, 0, 1, 1]))[0])
    assert np.isnan(synonyms(answers, PAIRS[:2])[0])


def test_answers_need_two_axes() -> None:
    with pytest.raises(ValueError, match="unpack"):
        longest_run(np.zeros(3))


@pytest.mark.parametrize(
    ("covariance", "reason"),
    [
        (np.ones((3, 3)), "singular"),
        (np.array([[2, 1, 3], [1, 2, 3], [3, 3, 6]]), "singular"),  # third = first + second
        (np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]), "not positive definite"),
        (np.diag([1.0, 0, 1]), "same answer to an item"),
        (np.full((3, 3), NAN), "never answered by the same"),
    ],
)
def test_distances_that_are_not_computable_say_why(covariance: Floats, reason: str) -> None:
    found = mahalanobis(random_survey(4)[:, :3], np.full(3, 3.0), covariance)
    assert reason in found.reason
    assert np.isnan(found.squared).all()


def test_fewer_respondents_than_items_have_no_distances() -> None:
    answers = np.nan_to_num(random_survey(8), nan=1.0)
    found = mahalanobis(answers, answers.mean(axis=0), np.cov(answers.T))
    assert "singular" in found.reason


def test_small_units_are_not_taken_for_singular() -> None:
    found = mahalanobis(np.array([[2e-7, 1e7]]), np.zeros(2), np.diag([1e-14, 1e14]))
    assert found.squared.tolist() == pytest.approx([5])


def test_synonym_pairs_reach_the_cut_once_each() -> None:
    r = np.array([[1, 0.6, NAN, -0.9], [0.6, 1, 0.59, 0.7], [NAN, 0.59, 1, 0], [-0.9, 0.7, 0, 1]])
    assert synonym_pairs(r).tolist() == [[0, 1], [1, 3]]
    assert synonym_pairs(r, 0.95).shape == (0, 2)
    assert np.isnan(synonyms(random_survey(3), synonym_pairs(r, 0.95))).all()


def test_ends_of_the_scale_may_differ_by_item() -> None:
    answers, opposite = np.array([[5.0, 7.0], [5.0, 5.0]]), np.array([False, True])
    found = key_inconsistency(answers, opposite, np.zeros(2, int), [1, 1], [5, 7])
    assert found.tolist() == [1, 0]
    assert turned(answers, opposite, [1, 1], [5, 7]).tolist() == [[5, 1], [5, 3]]


@pytest.mark.parametrize(
    ("answers", "wrong"), [([2, 5], 0), ([2, 4], 1), ([1, 1], 2), ([NAN, 4], 1), ([NAN, NAN], NAN)]
)
def test_instructed_answers(answers: list[float], wrong: float) -> None:
    assert instructed(np.array([answers]), [2, 5]).tolist() == close([wrong])
