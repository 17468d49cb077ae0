"""Reliability: psych's and lavaan's numbers, exact identities, and what cannot be computed."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.covariance import correlation, covariance
from vested.stats.reliability import (
    alpha,
    alpha_if_deleted,
    alpha_interval,
    item_rest,
    mean_correlation,
    omega_total,
    omega_total_minres,
    one_factor,
    spearman_brown,
    standard_error_of_measurement,
    standardised_alpha,
    stratified_alpha,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference data are not at hand"
)
NAN = math.nan

# bfi of psychTools 2.2.9: answers 1-6 to A1-A5, A1 reversed, of the 2709 who answered all five.
AGREE_N = 2709
AGREE_SUMS = np.array([12428, 12996, 12459, 12684, 12329])
AGREE_PRODUCTS = np.array(
    [
        [62358, 61150, 58489, 59029, 57438],
        [61150, 66094, 61793, 62437, 60705],
        [58489, 61793, 61909, 60237, 58954],
        [59029, 62437, 60237, 65372, 59284],
        [57438, 60705, 58954, 59284, 60421],
    ]
)


@pytest.fixture(scope="module")
def agree() -> tuple[Floats, Floats]:
    """Covariances and correlations of the five items."""
    n, first = np.full((5, 5), AGREE_N), np.repeat(AGREE_SUMS[:, None], 5, axis=1)
    squares = np.repeat(np.diagonal(AGREE_PRODUCTS)[:, None], 5, axis=1)
    shared = (n, first, first.T, AGREE_PRODUCTS)
    return covariance(*shared), correlation(*shared, squares, squares.T)


def test_alpha_of_psych(agree: tuple[Floats, Floats]) -> None:
    """R 4.2.2, psych 2.2.9: alpha() of bfi A1-A5 listwise, and alpha.ci()."""
    value = alpha(agree[0])
    assert value == pytest.approx(0.703755894374836, rel=1e-12)
    assert standardised_alpha(agree[1]) == pytest.approx(0.713501552634643, rel=1e-12)
    assert mean_correlation(agree[1]) == pytest.approx(0.332480716458041, rel=1e-12)
    ends = alpha_interval(value, AGREE_N, 5, confidence=0.95)
    expected = (0.685744635049661, 0.721035962795739)
    assert (float(ends[0]), float(ends[1])) == pytest.approx(expected, rel=1e-11)


def test_item_statistics_of_psych(agree: tuple[Floats, Floats]) -> None:
    """R 4.2.2, psych 2.2.9: r.drop, alpha.drop raw_alpha and std.alpha of bfi A1-A5 listwise."""
    rest = [
        0.311401300580162, 0.563015475492023, 0.588773078677353, 0.394793680111273,
        0.487240867629001,
    ]  # fmt: skip
    raw = [
        0.717972056565048, 0.618481211772761, 0.600753814422001, 0.686944741539779,
        0.644622304221595,
    ]  # fmt: skip
    standardised = [
        0.725037178895752, 0.626632393054737, 0.613085035526677, 0.694197296578555,
        0.656937406415605,
    ]  # fmt: skip
    assert item_rest(agree[0]).tolist() == pytest.approx(rest, rel=1e-11)
    assert alpha_if_deleted(agree[0]).tolist() == pytest.approx(raw, rel=1e-11)
    assert alpha_if_deleted(agree[1]).tolist() == pytest.approx(standardised, rel=1e-11)


def misfit(covariances: Floats, loadings: Floats, own: Floats) -> float:
    """What maximum likelihood makes as small as possible."""
    model = np.outer(loadings, loadings) + np.diag(own)
    return float(np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, covariances)))


def test_one_factor_of_lavaan(agree: tuple[Floats, Floats]) -> None:
    """R 4.2.2, lavaan 0.6.14: cfa(std.lv = TRUE) of bfi A1-A5 listwise, whose search ends early.

    So the digits agree to about 1e-6, and what is found here fits no worse. lavaan divides by n.
    """
    covariances = agree[0] * (AGREE_N - 1) / AGREE_N
    loadings = [
        0.528336747530327, 0.77411413957116, 0.993512247682429, 0.717343355914033, 0.79107214401187,
    ]  # fmt: skip
    own = [
        1.6929631703878, 0.784187206057352, 0.714164429656434, 1.69411181183541, 0.965259316084306,
    ]  # fmt: skip
    found = one_factor(covariances)
    assert found.loadings.tolist() == pytest.approx(loadings, rel=2e-6)
    assert found.uniquenesses.tolist() == pytest.approx(own, rel=2e-6)
    theirs = misfit(covariances, np.array(loadings), np.array(own))
    assert misfit(covariances, *found) <= theirs + 1e-12
    assert omega_total(covariances) == pytest.approx(0.712128965485149, rel=1e-6)
    assert omega_total(agree[0]) == pytest.approx(omega_total(covariances), rel=1e-7)


def test_minimum_residuals_of_psych(agree: tuple[Floats, Floats]) -> None:
    """R 4.2.2, psych 2.2.9: omega(nfactors = 1)$omega.tot of bfi A1-A5 listwise."""
    assert omega_total_minres(agree[1]) == pytest.approx(0.723724356915045, rel=1e-7)


def bfi(scale: str, missing: str) -> tuple[dict[str, Any], Floats, Floats, Floats]:
    """What R says of a scale, and covariances, their scaled form, and correlations."""
    text = (REFERENCE / "reference.json").read_text(encoding="utf-8")
    peer = json.loads(text)["r"]["bfi"][scale]
    with (REFERENCE / "data" / "bfi.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            [
                (7 - int(row[key[1:]]) if key[0] == "-" else int(row[key])) if row[key[-2:]] else 0
                for key in peer["keys"]
            ]
            for row in csv.DictReader(file)
        ]
    answers = np.array(rows)
    if missing == "listwise":
        answers = answers[(answers > 0).all(axis=1)]
    seen = (answers > 0).astype(np.int64)
    first, squares = answers.T @ seen, (answers**2).T @ seen
    shared = (seen.T @ seen, first, first.T, answers.T @ answers)
    covariances = covariance(*shared)
    deviation = np.sqrt(np.diagonal(covariances))
    scaled = covariances / np.outer(deviation, deviation)
    return peer, covariances, scaled, correlation(*shared, squares, squares.T)


BFI = [
    # psych 2.2.9: scale, missing values, n, raw alpha, std. alpha, mean r, Feldt's limits
    (
        "agree",
        "pairwise",
        2800,
        0.703018446057304,
        0.713028578671272,
        0.331967657099372,
        0.685264325886398,
        0.720063389899432,
    ),
    (
        "agree",
        "listwise",
        2709,
        0.703755894374836,
        0.713501552634643,
        0.332480716458041,
        0.685744635049661,
        0.721035962795739,
    ),
    (
        "conscientious",
        "pairwise",
        2800,
        0.726734972926683,
        0.730072584382276,
        0.351045435599352,
        0.710398671682527,
        0.742418731660672,
    ),
    (
        "conscientious",
        "listwise",
        2707,
        0.729277203170442,
        0.732724333326772,
        0.354126619776631,
        0.712811398858658,
        0.745074314438724,
    ),
    (
        "extraversion",
        "pairwise",
        2800,
        0.761732820297786,
        0.761795094114711,
        0.390100081406037,
        0.747488756701728,
        0.775407914402217,
    ),
    (
        "extraversion",
        "listwise",
        2713,
        0.760932639469552,
        0.760964103429539,
        0.389012396005115,
        0.746408597560684,
        0.774867484781175,
    ),
    (
        "neuroticism",
        "pairwise",
        2800,
        0.813962949917476,
        0.814674674190148,
        0.467853939277815,
        0.802841302463091,
        0.824640350682318,
    ),
    (
        "neuroticism",
        "listwise",
        2694,
        0.813303143161439,
        0.814072065651048,
        0.466861608024067,
        0.801919990507684,
        0.824222922809719,
    ),
    (
        "openness",
        "pairwise",
        2800,
        0.600172514820215,
        0.607268430997643,
        0.236206085201417,
        0.576270069953613,
        0.62312019268422,
    ),
    (
        "openness",
        "listwise",
        2726,
        0.602546428577184,
        0.608951166836782,
        0.237482363017474,
        0.578458818375288,
        0.625659163129525,
    ),
]


@needs_reference
@pytest.mark.parametrize(
    ("scale", "missing", "n", "raw", "standardised", "mean", "low", "high"), BFI
)
def test_every_scale_of_bfi(
    scale: str,
    missing: str,
    n: int,
    raw: float,
    standardised: float,
    mean: float,
    low: float,
    high: float,
) -> None:
    peer, covariances, scaled, _ = bfi(scale, missing)
    value = alpha(covariances)
    # psych takes all rows for the interval, though some of them lack an answer.
    ends = alpha_interval(value, n, 5, confidence=0.95)
    found = (value, standardised_alpha(scaled), mean_correlation(scaled), *ends)
    expected = (raw, standardised, mean, low, high)
    assert [float(x) for x in found] == pytest.approx(expected, rel=1e-11)
    items, dropped = peer[f"item_stats_{missing}"], peer[f"alpha_drop_{missing}"]
    for seen, column, table in [
        (item_rest(covariances), "r.drop", items),
        (alpha_if_deleted(covariances), "raw_alpha", dropped),
        (alpha_if_deleted(scaled), "std.alpha", dropped),
    ]:
        assert seen.tolist() == pytest.approx([row[column] for row in table], rel=1e-10)


@needs_reference
@pytest.mark.parametrize(
    # lavaan 0.6.14, cfa(): closed form from λ and θ; psych 2.2.9, omega(nfactors = 1)
    ("scale", "likelihood", "minres"),
    [
        ("agree", 0.712128965485149, 0.723724356915045),
        ("conscientious", 0.733022335494254, 0.733779340545162),
        ("extraversion", 0.767333576225582, 0.763477889866658),
        ("neuroticism", 0.812844368237289, 0.81845069937049),
        ("openness", 0.610374113861289, 0.617828359116831),
    ],
)
def test_omega_of_every_scale_of_bfi(scale: str, likelihood: float, minres: float) -> None:
    peer, covariances, _, correlations = bfi(scale, "listwise")
    n = peer["n_complete"]
    found = one_factor(covariances * (n - 1) / n)
    loadings = list(peer["cfa_1f_loadings"].values())
    assert found.loadings.tolist() == pytest.approx(loadings, rel=5e-6)
    assert omega_total(covariances) == pytest.approx(likelihood, rel=1e-6)
    assert omega_total_minres(correlations) == pytest.approx(minres, rel=1e-7)


@pytest.mark.parametrize(
    ("value", "n", "items", "low", "high"),
    [
        # cocron's formula (Feldt, Woodruff & Salih 1987), worked out in R 4.2.2
        (0.85, 89, 7, 0.79706, 0.89317),
        (0.83, 100, 20, 0.77765, 0.87480),
        (0.70, 30, 5, 0.48875, 0.84116),
        (0.84314, 30, 7, 0.73938, 0.91577),
        (0.85, 1, 7, NAN, NAN),
        (0.85, 0, 7, NAN, NAN),
        (0.85, 89, 1, NAN, NAN),
        (NAN, 89, 7, NAN, NAN),
    ],
)
def test_interval_of_alpha(value: float, n: int, items: int, low: float, high: float) -> None:
    ends = alpha_interval(value, n, items, confidence=0.95)
    found = (float(ends[0]), float(ends[1]))
    assert found == pytest.approx((low, high), abs=1.5e-5, nan_ok=True)


@pytest.mark.parametrize(
    ("r", "factor", "expected"),
    [
        (0.5, 2, 2 / 3),  # R: 2 * .5 / (1 + .5)
        (0.95, 28 / 80, 0.8693),  # R: 80 items cut to 28
        (0.6, 1, 0.6),
        (0, 3, 0),
        (1, 5, 1),
        (-0.5, 2, -2),
        (-1, 2, NAN),
        (-0.5, 3, NAN),
        (-0.8, 4, NAN),
        (NAN, 2, NAN),
    ],
)
def test_spearman_brown(r: float, factor: float, expected: float) -> None:
    assert float(spearman_brown(r, factor)) == pytest.approx(expected, abs=5e-5, nan_ok=True)


@pytest.mark.parametrize("factor", [0, -1, NAN])
def test_spearman_brown_needs_a_length(factor: float) -> None:
    with pytest.raises(ValueError, match="0 times as long"):
        spearman_brown(0.5, factor)


@pytest.mark.parametrize(
    ("sd", "reliability", "expected"),
    [(15, 0.84, 6), (10, 1, 0), (10, 0, 10), (10, -0.1, NAN), (10, 1.1, NAN), (NAN, 0.5, NAN)],
)
def test_standard_error_of_measurement(sd: float, reliability: float, expected: float) -> None:
    found = standard_error_of_measurement(sd, reliability)
    assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("variances", "alphas", "total", "expected"),
    [
        ([100, 144], [0.8, 0.7], 364, 0.82637),  # R: 1 - (100 * .2 + 144 * .3) / 364
        ([4], [0.6], 4, 0.6),
        ([100, 144], [0.8, 0.7], 30, 1 - 63.2 / 30),
        ([100, 144], [0.8, NAN], 364, NAN),
        ([0, 0], [NAN, NAN], 0, NAN),
        ([1, 1], [0.5, 0.5], 0, NAN),
    ],
)
def test_stratified_alpha(
    variances: list[float], alphas: list[float], total: float, expected: float
) -> None:
    found = stratified_alpha(np.array(variances), np.array(alphas), total)
    assert float(found) == pytest.approx(expected, abs=5e-6, nan_ok=True)


THREE = [[1, 0.42, 0.3], [0.42, 1, 0.35], [0.3, 0.35, 1]]
EDGES: list[tuple[str, list[list[float]], float, float, list[float], list[float]]] = [
    # matrix; alpha, omega (ml), alpha if deleted, item-rest
    ("one item", [[2]], NAN, NAN, [NAN], [NAN]),
    ("two items", [[1, 0.5], [0.5, 1]], 2 / 3, NAN, [NAN] * 2, [0.5] * 2),
    ("two that oppose", [[1, -0.5], [-0.5, 1]], -2, NAN, [NAN] * 2, [-0.5] * 2),
    ("two that cancel", [[1, -1], [-1, 1]], NAN, NAN, [NAN] * 2, [-1] * 2),
    ("no variance at all", [[0] * 3] * 3, NAN, NAN, [NAN] * 3, [NAN] * 3),
    ("a missing covariance", [[1, NAN], [NAN, 1]], NAN, NAN, [NAN] * 2, [NAN] * 2),
    ("the same item three times", [[2] * 3] * 3, 1, NAN, [1] * 3, [1] * 3),
    ("nothing shared", np.eye(4).tolist(), 0, 0, [0] * 4, [0] * 4),
    (
        "a constant item",
        [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]],
        0.5,
        NAN,
        [0, 0, 2 / 3],
        [0.5, 0.5, NAN],
    ),
    (
        "not reversed",
        [[1, 0.5, -0.5], [0.5, 1, -0.5], [-0.5, -0.5, 1]],
        -0.75,
        0.25,
        [-2, -2, 2 / 3],
        [0, 0, -(3**-0.5)],
    ),
    # Heywood cases: covariances that ask for more than the variance, or for a square below 0.
    (
        "a uniqueness below 0",
        [[1, 0.7, 0.7], [0.7, 1, 0.4], [0.7, 0.4, 1]],
        1.5 * (1 - 3 / 6.6),
        NAN,
        [4 / 7, 14 / 17, 14 / 17],
        [1.4 / 2.8**0.5, 1.1 / 3.4**0.5, 1.1 / 3.4**0.5],
    ),
    (
        "not covariances of anyone",
        [[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]],
        1.5 * (1 - 3 / 7.8),
        NAN,
        [0.75, 18 / 19, 18 / 19],
        [1.8 / 3.2**0.5, 1.5 / 3.8**0.5, 1.5 / 3.8**0.5],
    ),
    (
        "no factor has these signs",
        [[1, 0.2, 0.2], [0.2, 1, -0.2], [0.2, -0.2, 1]],
        1.5 * (1 - 3 / 3.4),
        NAN,
        [-0.5, 1 / 3, 1 / 3],
        [0.4 / 1.6**0.5, 0, 0],
    ),
    (
        "two that share, one alone",
        [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]],
        0.375,
        NAN,
        [0, 0, 2 / 3],
        [0.5 / 2**0.5, 0.5 / 2**0.5, 0],
    ),
]


@pytest.mark.parametrize(
    ("matrix", "value", "omega", "deleted", "rest"),
    [case[1:] for case in EDGES],
    ids=[case[0] for case in EDGES],
)
def test_edges(
    matrix: list[list[float]], value: float, omega: float, deleted: list[float], rest: list[float]
) -> None:
    covariances = np.array(matrix, float)
    close = {"rel": 1e-7, "abs": 1e-12, "nan_ok": True}
    assert float(alpha(covariances)) == pytest.approx(value, **close)
    assert alpha_if_deleted(covariances).tolist() == pytest.approx(deleted, **close)
    assert item_rest(covariances).tolist() == pytest.approx(rest, **close)
    assert omega_total(covariances) == pytest.approx(omega, **close)
    found = one_factor(covariances)
    assert np.isnan(found.loadings).all() == np.isnan(found.uniquenesses).all() == math.isnan(omega)


@pytest.mark.parametrize("matrix", [[[1.0]], [[1, 0.5], [0.5, 1]], [[1, NAN], [NAN, NAN]]])
def test_edges_of_standardised_items(matrix: list[list[float]]) -> None:
    correlations = np.array(matrix)
    computable = not np.isnan(correlations).any() and len(correlations) > 1
    for measure in (standardised_alpha, mean_correlation):
        assert bool(np.isnan(measure(correlations))) != computable
    assert math.isnan(omega_total_minres(correlations))


def test_three_items_fit_exactly() -> None:
    """Loadings √(r12·r13/r23) and so on: .6, .7, .5, by hand."""
    units = np.array([1.0, 10, 0.1])
    for method in ("ml", "minres"):
        found = one_factor(np.array(THREE) * np.outer(units, units), method=method)
        assert found.loadings == pytest.approx(units * [0.6, 0.7, 0.5], rel=1e-7)
        assert found.uniquenesses == pytest.approx(units**2 * [0.64, 0.51, 0.75], rel=1e-7)
    assert omega_total(np.array(THREE)) == pytest.approx(3.24 / 5.14, rel=1e-8)
    assert omega_total_minres(np.array(THREE)) == pytest.approx(3.24 / 5.14, rel=1e-8)


@given(
    st.lists(st.floats(0.3, 0.9), min_size=3, max_size=8), st.lists(st.floats(0.1, 9), min_size=8)
)
@settings(max_examples=60, deadline=None)
def test_a_factor_is_found_again(strengths: list[float], scales: list[float]) -> None:
    units = np.array(scales[: len(strengths)])
    loadings, own = units * strengths, units**2 * (1 - np.array(strengths) ** 2)
    covariances = np.outer(loadings, loadings) + np.diag(own)
    for method in ("ml", "minres"):
        found = one_factor(covariances, method=method)
        assert found.loadings == pytest.approx(loadings, rel=1e-5)
    omega = loadings.sum() ** 2 / covariances.sum()
    assert omega_total(covariances) == pytest.approx(omega, rel=1e-6)
    # Alpha is a lower bound, reached where all loadings are equal.
    assert float(alpha(covariances)) <= omega + 1e-12


MATRICES = st.integers(3, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.integers(1, 5), min_size=k, max_size=k), min_size=k + 3, max_size=40
    )
)


@given(MATRICES, st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_equal_to_scores_of_people_in_any_order(rows: list[list[int]], random: Any) -> None:
    answers = np.array(rows, float)
    assume((answers.var(axis=0) > 0).all())
    k = answers.shape[1]
    covariances = np.cov(answers, rowvar=False)
    total, rest = answers.sum(axis=1), answers.sum(axis=1, keepdims=True) - answers
    assume(total.var() > 0)
    assume((rest.var(axis=0) > 0).all())
    expected = k / (k - 1) * (1 - answers.var(axis=0, ddof=1).sum() / total.var(ddof=1))
    assert float(alpha(covariances)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    order = random.sample(range(k), k)
    moved = covariances[np.ix_(order, order)]
    assert float(alpha(moved)) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    together = [np.corrcoef(answers[:, i], rest[:, i])[0, 1] for i in range(k)]
    without = [float(alpha(np.cov(np.delete(answers, i, axis=1), rowvar=False))) for i in range(k)]
    assert item_rest(covariances) == pytest.approx(together, rel=1e-9, abs=1e-9)
    assert item_rest(moved) == pytest.approx(np.array(together)[order], rel=1e-9, abs=1e-9)
    assert alpha_if_deleted(covariances) == pytest.approx(without, rel=1e-9, abs=1e-9)


@given(MATRICES)
@settings(max_examples=60, deadline=None)
def test_reversing_all_items_changes_nothing(rows: list[list[int]]) -> None:
    answers = np.array(rows, float)
    one, other = np.cov(answers, rowvar=False), np.cov(6 - answers, rowvar=False)
    assert float(alpha(one)) == pytest.approx(float(alpha(other)), rel=1e-9, nan_ok=True)
    assert item_rest(one) == pytest.approx(item_rest(other), rel=1e-9, abs=1e-9, nan_ok=True)
    assert omega_total(one) == pytest.approx(omega_total(other), rel=1e-5, nan_ok=True)


@given(st.floats(-2, 0.99), st.integers(2, 500), st.integers(2, 40), st.floats(0.5, 0.99))
@settings(max_examples=100)
def test_the_interval_holds_alpha(value: float, n: int, items: int, confidence: float) -> None:
    low, high = alpha_interval(value, n, items, confidence=confidence)
    wider = alpha_interval(value, n, items, confidence=confidence + 0.005)
    assert low < high <= 1
    assert wider[0] <= low
    assert high <= wider[1]


def test_many_facets_at_once() -> None:
    stack = np.array([THREE, 2 * np.eye(3), np.full((3, 3), NAN)])
    for measure in (alpha, standardised_alpha, mean_correlation, alpha_if_deleted, item_rest):
        whole = measure(stack)
        for at, matrix in enumerate(stack):
            assert whole[at] == pytest.approx(measure(matrix), nan_ok=True)
