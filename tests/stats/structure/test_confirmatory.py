"""Confirmatory factor analysis: against R's lavaan and semTools, and where it must decline."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.structure import newton
from vested.stats.structure.confirmatory import Confirmatory, confirmatory, htmt

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"
BFI = [f"{scale}{number}" for scale in "ACENO" for number in range(1, 6)]
HOLZINGER = [f"x{number}" for number in range(1, 10)]
THREE = np.repeat(np.arange(3), 3)


def complete(file: str, columns: list[str]) -> Floats:
    """The respondents of a reference file who answered everything."""
    path = DATA / file
    if not path.exists():
        pytest.skip(f"the reference data {file} are not at hand")
    with path.open(newline="") as lines:
        rows = [[row[column] for column in columns] for row in csv.DictReader(lines)]
    answers = np.array([[float(cell or "nan") for cell in row] for row in rows])
    return answers[~np.isnan(answers).any(axis=1)]


def model(answers: Floats, factor_of: Ints, **how: str) -> Confirmatory:
    covariance = np.cov(answers, rowvar=False, bias=True)
    return confirmatory(covariance, len(answers), factor_of, **how)  # type: ignore[arg-type]


def population(loadings: Floats, factor_of: Ints, between: float) -> Floats:
    """The correlations of standardised items whose factors correlate alike."""
    same = factor_of[:, None] == factor_of
    result: Floats = np.where(same, 1.0, between) * np.outer(loadings, loadings)
    np.fill_diagonal(result, 1.0)
    return result


# lavaan 0.6.14 (R 4.2.2): cfa(visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 +
# x9, HolzingerSwineford1939), parameterEstimates and standardizedSolution.
LOADINGS = [
    1, 0.553500293763662, 0.729370209767044, 1, 1.11307657811851, 0.926146236632328,
    1, 1.17995083947085, 1.08153015685908,
]  # fmt: skip
LOADINGS_SE = [
    0, 0.0996651187683112, 0.109109703120018, 0, 0.0654201086095661, 0.0554488562419873,
    0, 0.164986572020982, 0.151167438085725,
]  # fmt: skip
RESIDUALS = [
    0.549053973199019, 1.13383901648387, 0.844324045708499, 0.371172992836844, 0.446255070260067,
    0.356202664278948, 0.799391638325101, 0.487697083769163, 0.566131293573695,
]  # fmt: skip
RESIDUALS_SE = [
    0.11360092326415, 0.101723370956, 0.0906231835368078, 0.0477177909891553, 0.0583927754760264,
    0.0430349678663535, 0.0813815590555713, 0.0741940912520304, 0.0707369371033875,
]  # fmt: skip
STANDARDISED = [
    0.771880420352354, 0.423600991987846, 0.581132323928107, 0.851582222377847, 0.855065446372579,
    0.838010073941927, 0.569514683989511, 0.723044432769852, 0.665009218815763,
]  # fmt: skip
STANDARDISED_SE = [
    0.0549727286690295, 0.0596191165600741, 0.0551393081623823, 0.0225430949494084,
    0.0223412496806592, 0.0233551780346568, 0.0531548676737688, 0.050530577565974,
    0.0510943401482939,
]  # fmt: skip
# Of the factors' covariances: visual, textual, speed, visual-textual, visual-speed, textual-speed.
FACTORS = [
    0.809315981090822, 0.97949137285969, 0.383747649264106,
    0.408232442095546, 0.26222460204864, 0.173494684580679,
]  # fmt: skip
FACTORS_SE = [
    0.145462407414288, 0.112105849301359, 0.0862091944288757,
    0.0735238821959155, 0.0562763994994703, 0.0493146604470061,
]  # fmt: skip
CORRELATIONS = [1, 1, 1, 0.458509300355974, 0.470534544464428, 0.282984730415918]
CORRELATIONS_SE = [0, 0, 0, 0.0637793506021337, 0.0728266954329346, 0.0687292814852896]
ORDER = ([0, 1, 2, 1, 2, 2], [0, 1, 2, 0, 0, 1])


def test_fit_as_lavaan() -> None:
    found = model(complete("hs1939.csv", HOLZINGER), THREE)
    fit = found.fit
    # Closed forms.
    assert fit.baseline_chi_square == pytest.approx(918.851589292384, rel=1e-10)
    saturated = found.log_likelihood + fit.chi_square / 2
    assert saturated == pytest.approx(-3695.09216574121, rel=1e-10)
    assert (fit.df, fit.baseline_df, found.parameters) == (24, 36, 21)
    # The minimum is flat, so χ² agrees far better than the estimates, and ours is no higher.
    assert fit.chi_square == pytest.approx(85.3055217699727, rel=1e-10)
    assert fit.chi_square <= 85.3055217699727
    # p is what is left of 1 in R, to 16 digits of 1.
    assert fit.p == pytest.approx(8.50255321704907e-09, rel=1e-7)
    assert fit.cfi == pytest.approx(0.930559651799336, rel=1e-10)
    assert fit.tli == pytest.approx(0.895839477699004, rel=1e-10)
    assert fit.rmsea == pytest.approx(0.0921214845101686, rel=1e-10)
    assert found.log_likelihood == pytest.approx(-3737.7449266262, rel=1e-10)
    assert found.aic == pytest.approx(7517.48985325239, rel=1e-10)
    assert found.bic == pytest.approx(7595.33916881212, rel=1e-10)
    # R's uniroot stops at an error of 1e-4 in the noncentrality, which is about 60.
    assert fit.rmsea_low == pytest.approx(0.0714184904399382, rel=1e-6)
    assert fit.rmsea_high == pytest.approx(0.113678016811963, rel=1e-6)
    # Residuals are linear in the estimates, of which lavaan's optimiser leaves about 1e-6.
    assert fit.srmr == pytest.approx(0.0652050571843865, rel=1e-7)


def test_estimates_as_lavaan() -> None:
    found = model(complete("hs1939.csv", HOLZINGER), THREE)
    # lavaan's optimiser (nlminb) stops about 1e-6 from the minimum; ours goes on to 1e-10.
    close = 2e-6
    assert found.loadings == pytest.approx(LOADINGS, rel=close)
    assert found.loadings_se == pytest.approx(LOADINGS_SE, rel=close)
    assert found.residuals == pytest.approx(RESIDUALS, rel=close)
    assert found.residuals_se == pytest.approx(RESIDUALS_SE, rel=close)
    assert found.factors[ORDER] == pytest.approx(FACTORS, rel=close)
    assert found.factors_se[ORDER] == pytest.approx(FACTORS_SE, rel=close)
    assert found.standardised == pytest.approx(STANDARDISED, rel=close)
    assert found.standardised_se == pytest.approx(STANDARDISED_SE, rel=close)
    assert found.correlations[ORDER] == pytest.approx(CORRELATIONS, rel=close)
    assert found.correlations_se[ORDER] == pytest.approx(CORRELATIONS_SE, rel=close)
    assert (found.converged, found.improper, found.reason) == (True, False, None)


def test_reliability_and_validity_as_semtools() -> None:
    answers = complete("hs1939.csv", HOLZINGER)
    found = model(answers, THREE)
    # semTools 0.5.6: AVE, compRelSEM (both over observed variances), after lavaan's 1e-6
    assert found.ave == pytest.approx(
        [0.370558872630181, 0.721016282826519, 0.42448829258547], rel=2e-6
    )
    assert found.omega_observed == pytest.approx(
        [0.612005151085805, 0.885060773162735, 0.68584169218684], rel=2e-6
    )
    # semTools 0.5.6: htmt(..., htmt2 = TRUE), a closed form
    ratios = htmt(np.corrcoef(answers, rowvar=False), THREE).geometric
    assert ratios[ORDER] == pytest.approx(
        [1, 1, 1, 0.384088563919692, 0.386772930478728, 0.279683551026606], rel=1e-10
    )


def test_five_factors_as_lavaan() -> None:
    # lavaan 0.6.14, cfa of the five scales of bfi, complete cases, n = 2436
    found = model(complete("bfi.csv", BFI), np.repeat(np.arange(5), 5))
    fit = found.fit
    assert (fit.df, found.parameters) == (265, 60)
    assert fit.chi_square == pytest.approx(4165.46743638485, rel=1e-9)
    assert fit.chi_square <= 4165.46743638485
    assert fit.cfi == pytest.approx(0.782365681890094, rel=1e-9)
    assert fit.tli == pytest.approx(0.753621526668031, rel=1e-9)
    assert fit.rmsea == pytest.approx(0.0777314464553869, rel=1e-9)
    assert fit.rmsea_low == pytest.approx(0.0756590963351269, rel=1e-6)
    assert fit.rmsea_high == pytest.approx(0.0798222699040408, rel=1e-6)
    assert fit.srmr == pytest.approx(0.075341170981983, rel=1e-6)
    assert found.aic == pytest.approx(199800.476426912, rel=1e-10)
    assert found.bic == pytest.approx(200148.363184642, rel=1e-10)


def test_one_factor_as_lavaan() -> None:
    answers = complete("bfi.csv", BFI[:5])
    answers[:, 0] = 7 - answers[:, 0]
    found = model(answers, np.zeros(5, int), identification="factor variance")
    # lavaan 0.6.14, cfa(std.lv = TRUE) of agreeableness, A1 reversed, n = 2709
    assert found.loadings == pytest.approx(
        [0.528336747530327, 0.77411413957116, 0.993512247682429, 0.717343355914033,
         0.79107214401187], rel=2e-6
    )  # fmt: skip
    assert found.residuals == pytest.approx(
        [1.6929631703878, 0.784187206057352, 0.714164429656434, 1.69411181183541,
         0.965259316084306], rel=4e-6
    )  # fmt: skip
    assert found.omega[0] == pytest.approx(0.712128965485149, rel=1e-6)
    # semTools 0.5.6
    assert found.omega_observed[0] == pytest.approx(0.714135941061893, rel=2e-6)
    assert found.ave[0] == pytest.approx(0.339392234155313, rel=2e-6)
    fit = found.fit
    shown = [fit.chi_square, fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high, fit.srmr]
    assert np.round(shown, 3).tolist() == [86.696, 0.968, 0.935, 0.078, 0.064, 0.092, 0.032]


@pytest.mark.parametrize("identification", ["first loading", "factor variance"])
def test_estimates_are_where_no_step_improves(identification: str) -> None:
    """Against the discrepancy as it is written in textbooks, step by step."""
    answers = complete("hs1939.csv", HOLZINGER)
    covariance = np.cov(answers, rowvar=False, bias=True)
    found = model(answers, THREE, identification=identification)

    def discrepancy(moved: tuple[Floats, Floats, Floats]) -> float:
        loadings = moved[0][:, None] * (THREE[:, None] == np.arange(3))
        sigma = loadings @ moved[1] @ loadings.T + np.diag(moved[2])
        ratio = covariance @ np.linalg.inv(sigma)
        return float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 9)

    at = (found.loadings, found.factors, found.residuals)
    assert discrepancy(at) * 301 == pytest.approx(found.fit.chi_square, rel=1e-12)
    for part in range(3):
        for cell in np.ndindex(at[part].shape):
            both = []
            for step in (1e-5, -1e-5):
                moved = tuple(each.copy() for each in at)
                moved[part][cell] += step
                if part == 1 and cell[0] != cell[1]:
                    moved[part][cell[::-1]] += step
                both.append(discrepancy(moved))  # type: ignore[arg-type]
            assert both[0] - both[1] == pytest.approx(0, abs=1e-13)


LAYOUTS = st.sampled_from([(3,), (4,), (2, 2), (3, 4), (2, 3, 4), (3, 3, 3)])


@given(LAYOUTS, st.floats(0.15, 0.8), st.data())
@settings(max_examples=60, deadline=None)
def test_a_population_is_recovered(
    layout: tuple[int, ...], between: float, data: st.DataObject
) -> None:
    factor_of = np.repeat(np.arange(len(layout)), layout)
    strength = st.lists(st.floats(0.4, 0.9), min_size=len(factor_of), max_size=len(factor_of))
    loadings = np.array(data.draw(strength))
    found = confirmatory(population(loadings, factor_of, between), 200, factor_of)
    assert found.reason is None
    assert found.standardised == pytest.approx(loadings, abs=1e-6)
    assert found.fit.chi_square == pytest.approx(0, abs=1e-6)
    assert found.correlations[np.tril_indices(len(layout), -1)] == pytest.approx(between, abs=1e-6)


@given(
    st.permutations(range(9)),
    st.lists(st.sampled_from([-3.0, -1.0, 0.01, 1.0, 500.0]), min_size=9, max_size=9),
)
@settings(max_examples=40, deadline=None)
def test_units_directions_and_order_do_not_matter(order: list[int], units: list[float]) -> None:
    random = np.random.default_rng(11)
    strength = random.uniform(0.4, 0.8, 9)
    root = np.linalg.cholesky(population(strength, THREE, 0.4))
    answers = (root @ random.standard_normal((9, 150))).T
    plain = model(answers, THREE)
    turned = model((answers * units)[:, order], THREE[order])
    assert turned.fit.chi_square == pytest.approx(plain.fit.chi_square, rel=1e-8)
    assert turned.fit.srmr == pytest.approx(plain.fit.srmr, rel=1e-6)
    expected = np.abs(plain.standardised[order])
    assert np.abs(turned.standardised) == pytest.approx(expected, rel=1e-6)
    assert turned.standardised_se == pytest.approx(plain.standardised_se[order], rel=1e-5)


def test_both_identifications_are_one_model() -> None:
    answers = complete("hs1939.csv", HOLZINGER)
    first, variance = (
        model(answers, THREE, identification=each) for each in ("first loading", "factor variance")
    )
    assert first.fit == variance.fit
    assert np.diag(variance.factors).tolist() == [1, 1, 1]
    assert np.diag(variance.factors_se).tolist() == [0, 0, 0]
    scale = np.sqrt(np.diag(first.factors))[THREE]
    assert first.loadings * scale == pytest.approx(variance.loadings, rel=1e-12)
    assert first.omega == pytest.approx(variance.omega, rel=1e-12)


def triangle(a: float, b: float, c: float) -> Floats:
    return np.array([[1, a, b], [a, 1, c], [b, c, 1.0]])


ONE = np.zeros(3, np.int64)
PAIRS = np.kron(np.eye(2), triangle(0.5, 0, 0)[:2, :2])


@pytest.mark.parametrize(
    ("covariance", "respondents", "factor_of", "reason"),
    [
        (triangle(0.5, 0.4, 0.3)[:2, :2], 50, ONE[:2], "fewer than 3 items"),
        (triangle(1, 0.5, 0.5), 50, ONE, "the matrix is singular"),
        (triangle(0.9, -0.9, 0.9), 50, ONE, "the matrix is not positive definite"),
        (triangle(np.nan, 0.5, 0.5), 50, ONE, "a covariance is missing"),
        (triangle(0.5, 0.5, 0.5) * [[1, 1, 0], [1, 1, 0], [0, 0, 0]], 50, ONE,
         "an item has no variance"),
        (triangle(0.5, 0.5, 0.5), 3, ONE, "no more respondents than items"),
        (triangle(0.5, 0.5, 0.5), 50, np.array([0, 0, 1]), "a factor has fewer than 2 items"),
        (PAIRS, 50, np.array([0, 0, 1, 1]), "the data do not identify the model"),
        (np.eye(3), 50, ONE, "the items of a factor do not correlate beyond chance"),
        (triangle(0.5, 0, 0), 50, ONE, "the data do not identify the model"),
        (triangle(0.5, 0.5, -0.2), 50, ONE, "the estimation did not converge"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated_says_why(
    covariance: Floats, respondents: int, factor_of: Ints, reason: str
) -> None:
    found = confirmatory(covariance, respondents, factor_of)
    assert (found.reason, found.converged, found.improper) == (reason, False, False)
    assert np.isnan([*found.loadings, *found.omega, found.fit.chi_square, found.aic]).all()


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newton, "_STEPS", 1)
    found = confirmatory(population(np.linspace(0.4, 0.8, 9), THREE, 0.5), 500, THREE)
    assert found.reason == "the estimation did not converge"


def test_a_first_item_without_loading_gives_no_scale() -> None:
    loadings = np.array([0, 0.7, 0.7, 0.7, 0.7])
    covariance = population(loadings, np.zeros(5, int), 0)
    found = confirmatory(covariance, 50, np.zeros(5, int))
    assert found.reason == "the first item of a factor has no loading"
    other = confirmatory(covariance, 50, np.zeros(5, int), identification="factor variance")
    assert other.loadings == pytest.approx(loadings, abs=1e-9)


def test_a_negative_residual_variance_is_improper() -> None:
    # r12·r13/r23 = 1.2: more than all of the first item's variance
    found = confirmatory(triangle(0.6, 0.6, 0.3), 50, ONE)
    assert (found.converged, found.improper, found.reason) == (True, True, None)
    assert found.residuals == pytest.approx([-0.2, 0.7, 0.7], abs=1e-6)


def test_three_items_leave_nothing_to_test() -> None:
    fit = confirmatory(triangle(0.5, 0.4, 0.3), 50, ONE).fit
    assert (fit.df, fit.baseline_df) == (0, 3)
    assert np.isnan([fit.p, fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high]).all()
    assert fit.srmr == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("factor_of", [[0, 0], [0, 2, 2]])
def test_factors_are_numbered_item_by_item(factor_of: list[int]) -> None:
    with pytest.raises(ValueError, match="factor_of"):
        confirmatory(np.eye(3), 50, np.array(factor_of))


def test_heterotrait_monotrait_ratio() -> None:
    r = np.array([[1, 0.6, 0.3, -0.2], [0.6, 1, 0.1, 0.4], [0.3, 0.1, 1, 0.5], [-0.2, 0.4, 0.5, 1]])
    found = htmt(r, np.array([0, 0, 1, 1]))
    assert found.arithmetic[0, 1] == pytest.approx(0.25 / 0.3**0.5)
    assert found.geometric[1, 0] == pytest.approx(0.0024**0.25 / 0.3**0.5)
    assert found.reason is None
    # Perfectly measured factors: the ratio is their correlation.
    loadings = np.linspace(0.4, 0.9, 9)
    assert htmt(population(loadings, THREE, 0.3), THREE).geometric[0, 2] == pytest.approx(0.3)


def test_ratios_that_are_not_defined_say_why() -> None:
    lone = htmt(triangle(0.5, 0.4, 0.3), np.array([0, 0, 1]))
    assert lone.reason == "a factor of one item has no correlations of its own"
    assert np.isnan(lone.geometric[0, 1])
    assert lone.geometric[0, 0] == 1
    none = htmt(np.eye(4), np.array([0, 0, 1, 1]))
    assert none.reason == "items of one factor do not correlate"
    assert np.isnan(none.arithmetic).all()
    unknown = htmt(triangle(np.nan, 0.4, 0.3), ONE)
    assert unknown.reason == "a correlation is missing"
    with pytest.raises(ValueError, match="factor_of"):
        htmt(np.eye(3), np.array([0, 0]))
