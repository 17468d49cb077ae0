"""Exploratory factors: against R's psych, and where it must decline."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.structure import newton, rotation
from vested.stats.structure.factors import Method, explore, extract, omega

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"
BFI = [f"{scale}{number}" for scale in "ACENO" for number in range(1, 6)]
REVERSED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]


def correlations(columns: list[str], *, keyed: bool = False) -> tuple[Floats, int]:
    """Correlations of bfi items over those who answered all of them, and how many they are."""
    path = DATA / "bfi.csv"
    if not path.exists():
        pytest.skip("the reference data bfi.csv are not at hand")
    with path.open(newline="") as lines:
        rows = [[row[column] for column in columns] for row in csv.DictReader(lines)]
    answers = np.array([[float(cell or "nan") for cell in row] for row in rows])
    answers = answers[~np.isnan(answers).any(axis=1)]
    sign = [-1 if keyed and column in REVERSED else 1 for column in columns]
    return np.corrcoef(answers * sign, rowvar=False), len(answers)


def implied(pattern: Floats, between: Floats) -> Floats:
    result: Floats = pattern @ between @ pattern.T
    np.fill_diagonal(result, 1.0)
    return result


# psych 2.2.9, GPArotation 2022.10.2 (R 4.2.2) on bfi[complete.cases, 1:25], n = 2436, to 9 digits:
# fa(nfactors = 5, rotate = "oblimin", fm = "minres"): loadings, Phi, communality;
# fa(nfactors = 5, rotate = "varimax", fm = "ml"): communality;
# omega(nfactors = 5) of the keyed items: schmid$sl[, "g"].
PATTERN = [
    [0.203600568, -0.178751723, 0.066001207, -0.435023149, -0.050939082],
    [-0.018655152, 0.001322422, 0.070359150, 0.655799324, 0.025163827],
    [-0.022073341, -0.104160223, 0.026865238, 0.678473170, 0.027801646],
    [-0.054182891, -0.082916776, 0.189673319, 0.448081671, -0.155477691],
    [-0.118090656, -0.227452043, 0.001338589, 0.537244047, 0.050730919],
    [0.071902313, 0.031666797, 0.554938521, -0.004257105, 0.157865314],
    [0.152105219, 0.086528825, 0.669419045, 0.078470920, 0.044634161],
    [0.028757857, 0.056751068, 0.574382761, 0.085291089, -0.072903009],
    [0.155350020, -0.003746059, -0.643617686, 0.038288330, -0.037834167],
    [0.176831466, 0.147267915, -0.562858577, 0.020980843, 0.096512798],
    [-0.062372187, 0.554813822, 0.101923784, -0.092453554, -0.097329932],
    [0.094656874, 0.667083889, -0.023588829, -0.063771687, -0.067839180],
    [0.087914511, -0.407978950, 0.001741433, 0.241243953, 0.302028034],
    [0.001683337, -0.586722035, 0.020506193, 0.298951444, -0.062549641],
    [0.157486364, -0.417743370, 0.265669301, 0.058774885, 0.215870369],
    [0.832438747, -0.105169252, -0.001029018, -0.107408091, -0.047180746],
    [0.779680950, -0.031407016, 0.012812143, -0.094253116, 0.021928811],
    [0.702852682, 0.107574317, -0.033112776, 0.082154889, 0.015185131],
    [0.470806291, 0.404862083, -0.137524519, 0.101313438, 0.084314901],
    [0.483488040, 0.208227967, -0.003762806, 0.203148596, -0.156776779],
    [0.005538874, -0.089674484, 0.069627808, 0.013375350, 0.517750445],
    [0.189214241, -0.067434536, -0.080914305, 0.157107641, -0.472522756],
    [0.031998234, -0.153336235, 0.010997713, 0.079887200, 0.619113607],
    [0.109771572, 0.334785068, -0.029528272, 0.171227961, 0.363246229],
    [0.124724086, -0.102739968, -0.033200680, 0.049420862, -0.540102915],
]  # fmt: skip
BETWEEN = [
    [1.000000000, 0.216942972, -0.190893391, -0.046219546, -0.001485265],
    [0.216942972, 1.000000000, -0.236512378, -0.329699645, -0.166402086],
    [-0.190893391, -0.236512378, 1.000000000, 0.202061388, 0.197942365],
    [-0.046219546, -0.329699645, 0.202061388, 1.000000000, 0.195534237],
    [-0.001485265, -0.166402086, 0.197942365, 0.195534237, 1.000000000],
]  # fmt: skip
COMMUNALITIES = [
    0.203904928, 0.462803227, 0.539692744, 0.301904477, 0.470020400, 0.348394576, 0.453872435,
    0.324288846, 0.476698971, 0.435382681, 0.347808973, 0.545502209, 0.441054693, 0.541256580,
    0.407145946, 0.681396283, 0.608003717, 0.544475460, 0.505803506, 0.349315423, 0.317338809,
    0.267451340, 0.474643637, 0.246034781, 0.296283383,
]  # fmt: skip
ML_COMMUNALITIES = [
    0.170365530, 0.423751318, 0.533766081, 0.308896677, 0.488103610, 0.340122928, 0.431377660,
    0.322754960, 0.490073098, 0.442751264, 0.365930195, 0.545979384, 0.442249058, 0.531993022,
    0.407973985, 0.729415944, 0.663074501, 0.522258528, 0.493210087, 0.335629400, 0.325357667,
    0.255884737, 0.481597361, 0.248401084, 0.274053562,
]  # fmt: skip
GENERAL = [
    0.142903276, 0.364676569, 0.422452147, 0.319861079, 0.450049671, 0.262633692, 0.263726069,
    0.236503141, 0.324149376, 0.350729900, 0.354292961, 0.497746192, 0.443546170, 0.494557378,
    0.434049756, 0.222042719, 0.218372279, 0.220268254, 0.357399777, 0.207637881, 0.259182165,
    0.121079194, 0.329967035, 0.046307467, 0.135347476,
]  # fmt: skip


def test_minres_and_oblimin_as_psych() -> None:
    found = explore(*correlations(BFI), 5)
    # psych's optimiser leaves 2e-6 of communalities, its rotation (eps = 1e-5) 2e-5 of loadings.
    assert found.communalities == pytest.approx(COMMUNALITIES, abs=3e-6)
    assert found.loadings == pytest.approx(np.array(PATTERN), abs=3e-5)
    assert found.correlations == pytest.approx(np.array(BETWEEN), abs=3e-5)
    assert found.rms == pytest.approx(0.027828538319244, rel=1e-9)
    assert (found.converged, found.heywood.any(), found.reason) == (True, False, None)


def test_oblimin_that_stops_as_early_as_psych(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of the difference is the extraction's 2e-6: the limit is psych's own."""
    monkeypatch.setattr(rotation, "_STILL", 1e-5)
    found = explore(*correlations(BFI), 5)
    assert found.loadings == pytest.approx(np.array(PATTERN), abs=2e-6)
    assert found.correlations == pytest.approx(np.array(BETWEEN), abs=2e-6)


def test_fit_as_psych() -> None:
    correlation, n = correlations(BFI)
    fit = explore(correlation, n, 5).fit
    # χ² by the likelihood of a minres solution moves with psych's 2e-6 in the communalities.
    assert fit.chi_square == pytest.approx(1538.52088817746, rel=1e-6)
    assert (fit.df, fit.baseline_df) == (185, 300)
    assert fit.tli == pytest.approx(0.876837293590975, rel=1e-6)
    # psych mixes n and n - 1: √[χ²/(n·df) - 1/(n - 1)], and n - 1 for the limits.
    point = np.sqrt(fit.chi_square / (n * fit.df) - 1 / (n - 1))
    assert point == pytest.approx(0.054801921446969, rel=1e-6)
    assert fit.rmsea == pytest.approx(0.054801921446969, rel=1e-4)
    limits = np.array([fit.rmsea_low, fit.rmsea_high]) * np.sqrt(n / (n - 1))
    assert limits == pytest.approx([0.0522992715888361, 0.0573646557823882], rel=1e-6)


def test_maximum_likelihood_and_varimax_as_psych() -> None:
    found = explore(*correlations(BFI), 5, method="ml", rotation="varimax")
    assert found.communalities == pytest.approx(ML_COMMUNALITIES, abs=3e-6)
    # R's varimax stops when its criterion grows by less than 1e-5, .004 away from the best.
    expected = [2.68705401472051, 2.31961095604264, 2.03357834988408, 1.97801456088017,
                1.55671376172328]  # fmt: skip
    assert found.variances == pytest.approx(expected, abs=5e-3)
    assert found.variances.sum() == pytest.approx(sum(expected), abs=1e-5)
    assert found.correlations.tolist() == np.eye(5).tolist()


def test_varimax_that_stops_as_early_as_r() -> None:
    """R's own steps, stats::varimax, reach psych's numbers first and ours in the end."""
    loadings = extract(correlations(BFI)[0], 5, method="ml").loadings
    lengths = np.sqrt(np.sum(loadings**2, axis=1, keepdims=True))
    rows, turn, before, early = loadings / lengths, np.eye(5), 0.0, None
    for _ in range(200):
        now = rows @ turn
        left, sizes, right = np.linalg.svd(rows.T @ (now**3 - now * np.mean(now**2, axis=0)))
        turn = left @ right
        if early is None and sizes.sum() < before * (1 + 1e-5):
            early = np.sort(np.sum((rows @ turn * lengths) ** 2, axis=0))
        before = sizes.sum()
    late = np.sort(np.sum((rows @ turn * lengths) ** 2, axis=0))
    assert early == pytest.approx(
        [1.55671376172328, 1.97801456088017, 2.03357834988408, 2.31961095604264, 2.68705401472051],
        abs=5e-6,
    )
    found = explore(*correlations(BFI), 5, method="ml", rotation="varimax")
    assert late == pytest.approx(np.sort(found.variances), abs=1e-8)


def test_omega_of_five_factors_as_psych() -> None:
    # psych 2.2.9, omega(keyed bfi, nfactors = 5), after oblimin's 2e-5
    found = omega(correlations(BFI, keyed=True)[0], 5)
    assert found.hierarchical == pytest.approx(0.469855969147963, abs=3e-6)
    assert found.total == pytest.approx(0.878976050042889, abs=1e-7)
    assert found.limit == pytest.approx(0.534549228190047, abs=3e-6)
    assert found.general == pytest.approx(GENERAL, abs=2e-5)
    assert np.array(BFI)[found.turned].tolist() == ["N1", "N2", "N3", "N4", "N5", "O4"]
    assert (found.heywood, found.reason) == (False, None)


@pytest.mark.parametrize(
    ("columns", "factors", "hierarchical", "total"),
    [
        (BFI, 3, 0.447790454602084, 0.858820831360762),
        (BFI[:5], 2, None, 0.747980708717195),
        (BFI[:5], 1, None, 0.723724356915045),
    ],
)
def test_omega_as_psych(
    columns: list[str], factors: int, hierarchical: float | None, total: float
) -> None:
    # psych 2.2.9, omega(keyed items, nfactors = factors)
    found = omega(correlations(columns, keyed=True)[0], factors)
    assert found.total == pytest.approx(total, abs=1e-6)
    if hierarchical:
        assert found.hierarchical == pytest.approx(hierarchical, abs=1e-5)


# R's datasets::attitude (30 x 7), correlations by row of the lower triangle.
ATTITUDE = [
    0.82541757, 0.42611687, 0.558288201, 0.623678165, 0.596735806, 0.493330966, 0.590138995,
    0.669197481, 0.445477938, 0.640314373, 0.156439152, 0.187714271, 0.147233136, 0.115965246,
    0.376882965, 0.155086253, 0.224579553, 0.343293434, 0.531619788, 0.574186161, 0.283343174,
]  # fmt: skip


def test_omega_of_attitude() -> None:
    correlation = np.eye(7)
    correlation[np.tril_indices(7, -1)] = ATTITUDE
    correlation = np.maximum(correlation, correlation.T)
    found = omega(correlation)
    # psych 2.2.9, omega(attitude), as printed
    assert found.total == pytest.approx(0.90623, abs=5e-6)
    # The general factor is the second group factor: at such a bound psych's steps end elsewhere.
    assert found.hierarchical == pytest.approx(0.51862, abs=2e-4)
    assert found.heywood


def test_one_factor_has_none_above_it() -> None:
    r = implied(np.array([[0.8], [0.7], [0.6], [0.5]]), np.eye(1))
    found = omega(r, 1)
    assert found.reason == "one factor has no general factor above it"
    assert np.isnan([found.hierarchical, found.limit, found.explained, *found.general]).all()
    assert found.total == pytest.approx(2.6**2 / r.sum())


@given(
    st.lists(st.floats(0.3, 0.8), min_size=3, max_size=3),
    st.lists(st.floats(0.45, 0.9), min_size=9, max_size=9),
)
@settings(max_examples=40, deadline=None)
def test_a_hierarchy_is_recovered(above: list[float], strength: list[float]) -> None:
    pattern = np.array(strength)[:, None] * np.kron(np.eye(3), np.ones((3, 1)))
    between = np.outer(above, above)
    np.fill_diagonal(between, 1.0)
    r = implied(pattern, between)
    found = omega(r)
    general = pattern @ above
    assert found.general == pytest.approx(general, abs=1e-5)
    assert found.hierarchical == pytest.approx(general.sum() ** 2 / r.sum(), abs=1e-5)
    assert found.total == pytest.approx(1 - np.sum(1 - np.square(strength)) / r.sum(), abs=1e-6)
    parts = general.sum() ** 2 + np.sum(found.group.sum(axis=0) ** 2)
    assert parts == pytest.approx(found.total * r.sum(), abs=1e-5)


@pytest.mark.parametrize("method", ["minres", "ml"])
@given(st.lists(st.floats(0.2, 0.95), min_size=4, max_size=8))
@settings(max_examples=40, deadline=None)
def test_one_factor_is_recovered(method: Method, strength: list[float]) -> None:
    found = explore(implied(np.array(strength)[:, None], np.eye(1)), 100, 1, method=method)
    assert found.loadings[:, 0] == pytest.approx(strength, abs=1e-6)
    assert found.fit.chi_square == pytest.approx(0, abs=1e-6)
    assert found.variances[0] == pytest.approx(sum(np.square(strength)), abs=1e-6)


@given(st.permutations(range(9)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=9, max_size=9))
@settings(max_examples=40, deadline=None)
def test_order_and_direction_of_items_do_not_matter(order: list[int], signs: list[float]) -> None:
    random = np.random.default_rng(4)
    pattern = random.uniform(-0.2, 0.2, (9, 2)) + np.kron(np.eye(2), np.full((5, 1), 0.6))[:9]
    r = implied(pattern, np.array([[1, 0.3], [0.3, 1]])) + 0.02 * np.eye(9)
    r /= 1.02
    plain = explore(r, 200, 2)
    turned = explore((r * np.outer(signs, signs))[np.ix_(order, order)], 200, 2)
    assert turned.communalities == pytest.approx(plain.communalities[order], abs=1e-8)
    assert turned.fit.chi_square == pytest.approx(plain.fit.chi_square, rel=1e-8)
    assert np.sort(turned.variances) == pytest.approx(np.sort(plain.variances), abs=1e-6)


def test_factors_point_upwards_and_come_in_order() -> None:
    found = explore(*correlations(BFI), 5)
    assert (found.loadings.sum(axis=0) >= 0).all()
    assert (np.diff(found.variances) <= 0).all()
    assert found.variances.sum() == pytest.approx(found.communalities.sum(), rel=1e-9)
    plain = explore(*correlations(BFI), 5, rotation="none")
    assert plain.loadings.T @ plain.loadings == pytest.approx(np.diag(plain.variances), abs=1e-9)
    assert plain.communalities.tolist() == found.communalities.tolist()


def test_a_heywood_case_is_marked() -> None:
    # One factor would need a loading of √1.2 on the first item.
    r = np.array([[1, 0.6, 0.6, 0.6], [0.6, 1, 0.3, 0.3], [0.6, 0.3, 1, 0.3], [0.6, 0.3, 0.3, 1]])
    found = explore(r, 50, 1, method="ml")
    assert found.heywood.tolist() == [True, False, False, False]
    assert found.converged


ALIKE = np.full((5, 5), 0.5) + 0.5 * np.eye(5)
TWINS = ALIKE.copy()
TWINS[0, 1] = TWINS[1, 0] = 1.0
UNKNOWN = ALIKE.copy()
UNKNOWN[0, 1] = UNKNOWN[1, 0] = np.nan


@pytest.mark.parametrize(
    ("correlation", "respondents", "factors", "reason"),
    [
        (ALIKE[:2, :2], 50, 1, "fewer than 3 items"),
        (TWINS, 50, 1, "the matrix is singular"),
        (UNKNOWN, 50, 1, "a covariance is missing"),
        (ALIKE * np.outer([0, 1, 1, 1, 1], np.ones(5)), 50, 1, "an item has no variance"),
        (ALIKE, 5, 1, "no more respondents than items"),
        (ALIKE, 50, 3, "too many factors for so few items"),
        (ALIKE, 50, 5, "too many factors for so few items"),
    ],
)
def test_what_cannot_be_factored_says_why(
    correlation: Floats, respondents: int, factors: int, reason: str
) -> None:
    found = explore(correlation, respondents, factors)
    assert (found.reason, found.converged) == (reason, False)
    assert found.loadings.shape == (len(correlation), factors)
    assert np.isnan([*found.loadings.ravel(), found.fit.chi_square, found.rms]).all()
    if respondents == 50:
        above = omega(correlation, factors)
        assert above.reason == reason
        assert np.isnan([above.hierarchical, above.total, *above.general]).all()


@pytest.mark.parametrize(("module", "limit"), [(newton, "_STEPS"), (rotation, "_STEPS")])
def test_a_search_that_is_cut_short_says_so(
    monkeypatch: pytest.MonkeyPatch, module: object, limit: str
) -> None:
    monkeypatch.setattr(module, limit, 1)
    pattern = np.kron(np.eye(3), np.ones((3, 1))) * np.linspace(0.4, 0.8, 9)[:, None] + 0.1
    r = implied(pattern, np.eye(3) * 0.6 + 0.4) * 0.9 + 0.1 * np.eye(9)
    assert explore(r, 50, 2).reason == "the estimation did not converge"
    assert omega(r, 2).reason == "the estimation did not converge"


def test_no_factors_at_all_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one factor"):
        explore(ALIKE, 50, 0)
    with pytest.raises(ValueError, match="at least one factor"):
        omega(ALIKE, 0)
