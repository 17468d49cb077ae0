"""The graded response model: against R and the likelihood written out, and where it declines."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from vested.stats.random import generator
from vested.stats.structure.graded import (
    Graded,
    category_probabilities,
    expected_score,
    graded,
    information,
)

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
        rows = [[int(row[c] or 0) - 1 for c in columns] for row in csv.DictReader(lines)]
    answers = np.array(rows)
    turned = np.array([column == "A1" for column in columns])
    return np.where(turned & (answers >= 0), 5 - answers, answers)


def of_answers(answers: Ints, options: int) -> Graded:
    patterns, counts = np.unique(answers, axis=0, return_counts=True)
    return graded(patterns, counts, options=options)


ITEM = np.array([1.5]), np.array([[-1.5, -0.5, 0.5, 1.5]])


# Worked out from the formulas in R; a = 1.5.
@pytest.mark.parametrize(
    ("theta", "chances", "expected", "informed"),
    [
        (0, [0.09535, 0.22547, 0.35836, 0.22547, 0.09535], 3, 0.69699),
        (1, [0.02298, 0.07237, 0.22547, 0.35836, 0.32082], 3.88167, 0.68183),
    ],
)
def test_one_item(theta: float, chances: list[float], expected: float, informed: float) -> None:
    assert category_probabilities(theta, *ITEM)[0].tolist() == pytest.approx(chances, abs=5e-6)
    assert expected_score(theta, *ITEM)[0] == pytest.approx(expected, abs=5e-6)
    assert information(theta, *ITEM)[0] == pytest.approx(informed, abs=5e-6)


slopes = st.floats(-4, 4).filter(lambda a: abs(a) > 0.01)


@given(st.floats(-8, 8), slopes, st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_probabilities(theta: float, slope: float, cuts: list[float]) -> None:
    item = np.array([slope]), np.sort([cuts])[:, :: 1 if slope > 0 else -1]
    chance = category_probabilities(theta, *item)[0]
    assert chance.min() >= 0
    assert chance.sum() == pytest.approx(1, abs=1e-14)
    above = expit(slope * (theta - item[1][0]))
    assert 1 - np.cumsum(chance)[:-1] == pytest.approx(above, abs=1e-14)
    assert expected_score(theta, *item)[0] == pytest.approx(1 + above.sum(), abs=1e-12)


@given(st.floats(-3, 3), slopes, st.floats(-2, 2))
def test_information_is_that_of_the_formula(theta: float, slope: float, cut: float) -> None:
    """Σ P'²/P with numeric P'; for two options it is a²·P·(1 - P)."""
    item = np.array([slope]), (cut + np.array([[-1.0, 0, 0.7]]) * np.sign(slope))
    step = 1e-5
    rise, fall = (category_probabilities(theta + s, *item)[0] for s in (step, -step))
    chance = category_probabilities(theta, *item)[0]
    expected = float((((rise - fall) / (2 * step)) ** 2 / chance).sum())
    assert information(theta, *item)[0] == pytest.approx(expected, rel=1e-5, abs=1e-9)
    two = item[0], item[1][:, :1]
    share = float(category_probabilities(theta, *two)[0, 0])
    assert information(theta, *two)[0] == pytest.approx(slope**2 * share * (1 - share))


def test_shapes_and_what_is_missing() -> None:
    cuts = np.array([[-1.0, 1], [-np.inf, 0], [np.nan, np.nan], [0.5, 0.5]])
    items = np.array([1.0, 2, np.nan, 1]), cuts
    theta = np.array([[0.0, 1, -1], [2, np.nan, 30]])
    found = category_probabilities(theta, *items)
    assert found.shape == (2, 3, 4, 3)
    assert expected_score(theta, *items).shape == information(theta, *items).shape == (2, 3, 4)
    assert np.isnan(found[1, 1]).all(axis=-1).tolist() == [True] * 4
    assert np.isnan(found[:, [0, 2], 2]).all()
    assert found[0, 0, 1].tolist() == [0, 0.5, 0.5]
    assert found[0, 0, 3, 1] == 0
    assert np.isnan(information(theta, *items)[0, 0]).tolist() == [False, False, True, False]


# R 4.2.2: optim (BFGS, reltol = 1e-16) with its gradient on the marginal likelihood, θ from -8 to 8
# by .1; slopes, thresholds of two items, standard errors from the numeric Hessian.
ALL_OPTIONS = {
    "likelihood": -19130.12637221613,
    "slopes": [0.867502472537, 1.84333437025, 2.55155855591, 1.05071344407, 1.6959740293],
    "A1": [-4.445157184673, -2.766297984245, -1.647968082833, -0.744058143117, 0.911353236353],
    "A3": [-2.258180835663, -1.591064509389, -1.157455298297, -0.398246805018, 0.734532090343],
    "errors": [0.048917623, 0.081599142, 0.124185076, 0.053234073, 0.071154820],
    "A3 errors": [0.074191114, 0.050337995, 0.039992591, 0.029826425, 0.034222421],
}


def test_six_options_as_in_r() -> None:
    answers = bfi(AGREEABLENESS)
    found = of_answers(answers[(answers >= 0).all(axis=1)], 6)
    assert found.log_likelihood == pytest.approx(ALL_OPTIONS["likelihood"], abs=1e-5)
    # R's gradient is below 5e-6 there, its curvature above 60.
    assert found.slopes == pytest.approx(ALL_OPTIONS["slopes"], abs=2e-7)
    assert found.thresholds[0] == pytest.approx(ALL_OPTIONS["A1"], abs=5e-7)
    assert found.thresholds[2] == pytest.approx(ALL_OPTIONS["A3"], abs=2e-7)
    assert found.slope_errors == pytest.approx(ALL_OPTIONS["errors"], rel=1e-6)
    assert found.threshold_errors[2] == pytest.approx(ALL_OPTIONS["A3 errors"], rel=1e-6)
    # ltm 1.2-0, grm(GHk = 21): 21 nodes instead of 141, and a gradient of .05 where it ends
    assert found.log_likelihood == pytest.approx(-19130.1707128433, abs=0.05)
    ltm = [0.867482517824594, 1.843561498705114, 2.54987068682186, 1.050991632259378,
           1.69635271809127]  # fmt: skip
    assert found.slopes == pytest.approx(ltm, abs=0.002)
    of_ltm = [0.0489379538533897, 0.0816357380468034, 0.1240658725428166, 0.0532678595533772,
              0.0712948440654608]  # fmt: skip
    assert found.slope_errors == pytest.approx(of_ltm, rel=0.003)


def test_missing_answers_as_in_r() -> None:
    # As above, N1 to N5 in three options (1-2, 3-4, 5-6), missing answers left out.
    answers = bfi(["N1", "N2", "N3", "N4", "N5"])
    found = of_answers(np.where(answers >= 0, answers // 2, -1), 3)
    expected = [2.96213522084, 2.7156572005, 1.98655930618, 1.27792660079, 1.12485595691]
    assert found.log_likelihood == pytest.approx(-12996.20796630136, abs=1e-6)
    assert found.slopes == pytest.approx(expected, abs=1e-7)
    assert found.thresholds[0] == pytest.approx([-0.0880602908721, 1.0043287701972], abs=1e-7)
    assert found.slope_errors[0] == pytest.approx(0.156710934, rel=1e-6)
    # bfi has respondents without any of these answers
    assert np.isnan(found.scores).sum() <= 1


# bfi, A1 to A5 above 4 or not: counts of 00000, 00001, … 11111.
BINARY = [
    200, 41, 70, 37, 32, 34, 36, 55, 49, 18, 51, 46, 16, 59, 55, 214,
    92, 35, 68, 27, 23, 30, 21, 59, 76, 42, 83, 76, 52, 169, 168, 675,
]  # fmt: skip


def test_two_options_as_in_r() -> None:
    # as above
    patterns = np.array(list(itertools.product((0, 1), repeat=5)))
    found = graded(patterns, np.array(BINARY), options=2)
    expected = [0.821130215499, 1.97911523706, 2.71375308478, 1.1274266581, 1.64653888861]
    cuts = [-0.718413942067, -0.627078982262, -0.381537430102, -0.651512555834, -0.35044184242]
    errors = [0.070434826, 0.038319886, 0.030717395, 0.053089996, 0.036833845]
    assert found.log_likelihood == pytest.approx(-8055.158200276895, abs=1e-7)
    assert found.slopes == pytest.approx(expected, abs=1e-7)
    assert found.thresholds[:, 0] == pytest.approx(cuts, abs=1e-7)
    assert found.threshold_errors[:, 0] == pytest.approx(errors, rel=1e-6)


def likelihood(patterns: Ints, counts: Ints, slopes: Floats, cuts: Floats) -> float:
    """The marginal likelihood written out, on a finer and wider grid."""
    nodes = np.linspace(-9, 9, 721)
    weights = np.exp(-(nodes**2) / 2)
    chance = category_probabilities(nodes, slopes, cuts)
    total = 0.0
    for pattern, count in zip(patterns.tolist(), counts.tolist(), strict=True):
        product = weights / weights.sum()
        for item, option in enumerate(pattern):
            product = product * (chance[:, item, option] if option >= 0 else 1.0)
        total += count * np.log(product.sum())
    return total


def simulated(n: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Answers to four items, one of them turned and one of three options only."""
    random = generator(2, "", "graded response model")
    slopes = np.array([1.2, 2.0, -0.8, 1.6])
    cuts = np.array([[-1.5, -0.2, 1], [-1, 0.3, 0.9], [1.5, 0, -1], [-np.inf, -0.5, 0.8]])
    below = np.cumsum(category_probabilities(random.standard_normal(n), slopes, cuts), axis=-1)
    answers = (random.random((n, 4, 1)) > below[..., :-1]).sum(axis=-1)
    answers[random.random((n, 4)) < 0.1] = -1
    patterns, counts = np.unique(answers, axis=0, return_counts=True)
    return patterns, counts, slopes, cuts


def test_the_estimate_is_the_maximum() -> None:
    patterns, counts, _, _ = simulated(400)
    found = graded(patterns, counts, options=4)
    best = likelihood(patterns, counts, found.slopes, found.thresholds)
    assert found.log_likelihood == pytest.approx(best, abs=1e-8)
    for i, sign in itertools.product(range(4), (-1e-3, 1e-3)):
        beside = found.slopes + sign * np.eye(4)[i]
        assert likelihood(patterns, counts, beside, found.thresholds) < best
        for j in range(3):
            moved = found.thresholds.copy()
            moved[i, j] += sign
            if np.isfinite(moved[i, j]):
                assert likelihood(patterns, counts, found.slopes, moved) < best


def test_what_was_simulated_is_found() -> None:
    patterns, counts, slopes, cuts = simulated(4000)
    found = graded(patterns, counts, options=4)
    # 15 estimates: one beyond 3.5 standard errors has a probability of .7 %.
    assert (np.abs(found.slopes - slopes) < 3.5 * found.slope_errors).all()
    finite = np.isfinite(cuts)
    assert found.thresholds[~finite].tolist() == [-np.inf]
    assert np.isnan(found.threshold_errors[~finite]).all()
    off = np.abs(found.thresholds[finite] - cuts[finite])
    assert (off < 3.5 * found.threshold_errors[finite]).all()
    assert found.slope_errors.max() < 0.15


def test_scores_are_means_given_the_answers() -> None:
    patterns, counts, _, _ = simulated(300)
    patterns = np.concatenate([patterns, [[3, 3, 0, 3]], [[-1] * 4]])
    counts = np.concatenate([counts, [0, 5]])
    found = graded(patterns, counts, options=4)
    assert np.isnan(found.scores[-2:]).all()
    assert np.isnan(found.score_errors[-2:]).all()
    nodes = np.linspace(-9, 9, 721)
    chance = category_probabilities(nodes, found.slopes, found.thresholds)
    for pattern, score, error in zip(patterns[:40], found.scores, found.score_errors, strict=False):
        weight = np.exp(-(nodes**2) / 2)
        for item, option in enumerate(pattern.tolist()):
            weight = weight * (chance[:, item, option] if option >= 0 else 1.0)
        mean = float((weight * nodes).sum() / weight.sum())
        spread = float((weight * (nodes - mean) ** 2).sum() / weight.sum())
        assert (score, error**2) == pytest.approx((mean, spread), abs=1e-9)


FULL = np.array(list(itertools.product((0, 1), repeat=3)))
ALIKE = np.array([30, 10, 10, 10, 10, 10, 10, 30])


@pytest.mark.parametrize("turned", [[0, 0, 1], [1, 0, 0], [1, 0, 1], [1, 1, 1]])
def test_turned_items(turned: list[int]) -> None:
    """The trait points to where most items do."""
    found = graded(np.abs(FULL - turned), ALIKE, options=2)
    signs = 1 - 2 * np.array(turned)
    signs *= np.sign(signs.sum())
    plain = graded(FULL, ALIKE, options=2)
    assert found.slopes == pytest.approx(plain.slopes * signs, abs=1e-9)
    # R 4.2.2, uniroot on the difference of the marginal likelihood
    assert plain.slopes == pytest.approx([1.68683480] * 3, abs=1e-8)


def test_one_strong_item_outweighs_two() -> None:
    """The trait points to where the slopes sum to more than 0, whatever the sum score says."""
    nodes = np.linspace(-6, 6, 241)
    chance = category_probabilities(nodes, np.array([1.0, 1, -4]), np.zeros((3, 1)))
    together = np.prod([chance[:, item, FULL[:, item]] for item in range(3)], axis=0)
    share = np.exp(-(nodes**2) / 2) @ together
    found = graded(FULL, np.round(1e6 * share).astype(np.int64), options=2)
    assert found.slopes == pytest.approx([-1, -1, 4], abs=1e-3)


def test_unused_options_and_order_do_not_matter() -> None:
    patterns, counts, _, _ = simulated(300)
    plain = graded(patterns, counts, options=4)
    order = [2, 0, 3, 1]
    wide = np.where(patterns >= 0, patterns + (patterns > 1) + 1, -1)[::-1, order]
    found = graded(wide, counts[::-1], options=7)
    assert found.slopes == pytest.approx(plain.slopes[order], abs=1e-8)
    assert found.scores == pytest.approx(plain.scores[::-1], abs=1e-8)
    assert found.thresholds[1][[1, 2, 3]] == pytest.approx(plain.thresholds[0][[0, 1, 1]], abs=1e-8)
    assert found.thresholds[1][[0, 5]].tolist() == [-np.inf, np.inf]
    # Item 2 of the reordered ones is the turned one.
    assert found.thresholds[0][[0, 5]].tolist() == [np.inf, -np.inf]


BEYOND = "its slope is beyond 10"
VAGUE = "the answers do not determine the model"
UNUSED = "item 1: fewer than 2 options are in use"
APART = np.array([[a if i == j else -1 for j in range(3)] for i in range(3) for a in (0, 1)])


@pytest.mark.parametrize(
    ("patterns", "counts", "reason"),
    [
        (np.zeros((0, 3), np.int64), [], UNUSED),
        (np.full((2, 3), -1), [4, 4], UNUSED),
        ([[0, 1, 0]], [1], UNUSED),
        ([[0, 1, 0], [0, 0, 1]], [1, 1], UNUSED),
        ([[0, 1, 0], [1, 0, 0]], [1, 1], "item 3: fewer than 2 options are in use"),
        (FULL, [0] * 8, UNUSED),
        (FULL[:, :2], ALIKE, "fewer than 3 items"),
        (FULL[:, :0], ALIKE, "fewer than 3 items"),
        ([[0, 1, 0], [1, 0, 1]], [1, 1], f"item 1: {BEYOND}"),
        ([[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]], [30, 10, 10, 30], f"item 1: {BEYOND}"),
        ([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]], [10] * 4, f"item 2: {BEYOND}"),
        (FULL, [10] * 8, VAGUE),
        (APART, [5, 7, 8, 3, 4, 6], VAGUE),
        (APART, [5] * 6, VAGUE),
    ],
)
def test_what_cannot_be_estimated_says_why(patterns: Ints, counts: list[int], reason: str) -> None:
    found = graded(np.array(patterns), np.array(counts, np.int64), options=2)
    assert found.reason == reason
    rows, items = np.shape(patterns)
    assert found.thresholds.shape == found.threshold_errors.shape == (items, 1)
    assert (found.slopes.shape, found.scores.shape) == ((items,), (rows,))
    for figures in (found.slopes, found.thresholds, found.slope_errors, found.scores):
        assert np.isnan(figures).all()
    assert np.isnan(found.log_likelihood)


def test_pairs_of_answers_are_enough() -> None:
    """No one answered all three items, but each pair was answered."""
    table = [15, 5, 5, 15] * 3
    pairs = [[a, b, -1] for a, b in FULL[:4, 1:]]
    patterns = [*pairs, *([a, -1, b] for a, b, _ in pairs), *([-1, a, b] for a, b, _ in pairs)]
    found = graded(np.array(patterns), np.array(table), options=2)
    assert found.reason is None
    assert found.slopes == pytest.approx([found.slopes[0]] * 3, abs=1e-9)


@pytest.mark.parametrize(
    ("patterns", "counts", "message"),
    [
        (FULL[0], ALIKE, "as many counts"),
        (FULL, ALIKE[:4], "as many counts"),
        (FULL / 2, ALIKE, "from 0 on"),
        (FULL - 2, ALIKE, "from 0 on"),
        (FULL, -ALIKE, "not below 0"),
        (FULL + 1, ALIKE, "beyond 1"),
    ],
)
def test_what_are_no_patterns(patterns: Ints, counts: Ints, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        graded(patterns, counts, options=2)
