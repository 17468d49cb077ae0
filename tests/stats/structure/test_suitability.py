"""Suitability for factor analysis: against R's psych, and where it must decline."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.random import generator
from vested.stats.structure.suitability import bartlett, kmo, minimum_average_partial, parallel

Floats = NDArray[np.float64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"
BFI = [f"{scale}{number}" for scale in "ACENO" for number in range(1, 6)]
HOLZINGER = [f"x{number}" for number in range(1, 10)]


def answers(file: str, columns: list[str]) -> Floats:
    """The answers of a reference file, one row a respondent, a missing one as NaN."""
    path = DATA / file
    if not path.exists():
        pytest.skip(f"the reference data {file} are not at hand")
    with path.open(newline="") as lines:
        rows = [[row[column] for column in columns] for row in csv.DictReader(lines)]
    return np.array([[float(cell or "nan") for cell in row] for row in rows])


def listwise(file: str, columns: list[str]) -> tuple[Floats, int]:
    """Correlations of the respondents who answered everything, and how many they are."""
    rows = answers(file, columns)
    rows = rows[~np.isnan(rows).any(axis=1)]
    return np.corrcoef(rows, rowvar=False), len(rows)


def pairwise(file: str, columns: list[str]) -> Floats:
    """Each correlation from those who answered both items."""
    rows = answers(file, columns)
    result = np.eye(len(columns))
    for i in range(len(columns)):
        for j in range(i):
            both = ~np.isnan(rows[:, i] + rows[:, j])
            result[i, j] = result[j, i] = np.corrcoef(rows[both, i], rows[both, j])[0, 1]
    return result


def blocks(sizes: tuple[int, ...], correlation: float) -> Floats:
    """Items that correlate within blocks and not between them."""
    block = np.repeat(np.arange(len(sizes)), sizes)
    result: Floats = np.where(block[:, None] == block, correlation, 0.0)
    np.fill_diagonal(result, 1.0)
    return result


# psych 2.2.9 (R 4.2.2), KMO(cor(bfi[complete.cases, 1:25])) and KMO(bfi[, 1:25]).
KMO_ITEMS = [
    0.75407159672614, 0.836431976706616, 0.870202413660784, 0.878041637714911, 0.903559047463718,
    0.843362643274069, 0.795816103072401, 0.851972166758645, 0.826589801723146, 0.864113321599134,
    0.838130166467786, 0.883889744305517, 0.897045944836081, 0.877401094382726, 0.893399812591782,
    0.779480202425021, 0.780390948913435, 0.862396666420997, 0.885268105979372, 0.860240309193286,
    0.858686395163698, 0.78033877204598, 0.844457463720874, 0.770176961942823, 0.761593819095025,
]  # fmt: skip


def test_kmo_listwise_as_psych() -> None:
    found = kmo(listwise("bfi.csv", BFI)[0])
    assert found.overall == pytest.approx(0.84864523094684, rel=1e-10)
    assert found.items == pytest.approx(KMO_ITEMS, rel=1e-10)
    assert found.reason is None


def test_kmo_pairwise_as_psych() -> None:
    assert kmo(pairwise("bfi.csv", BFI)).overall == pytest.approx(0.845897492560391, rel=1e-10)


def test_kmo_of_holzinger_and_swineford() -> None:
    # psych 2.2.9, KMO(HolzingerSwineford1939[, 7:15]), as printed
    assert kmo(listwise("hs1939.csv", HOLZINGER)[0]).overall == pytest.approx(0.75224, abs=5e-6)


def test_bartlett_as_psych() -> None:
    # psych 2.2.9, cortest.bartlett(cor(bfi[complete.cases, 1:25]), n = 2436)
    found = bartlett(*listwise("bfi.csv", BFI))
    assert found.chi_square == pytest.approx(18146.065577235, rel=1e-10)
    assert (found.df, found.p) == (300, 0.0)


def test_bartlett_of_holzinger_and_swineford() -> None:
    # psych 2.2.9, cortest.bartlett(cor(HolzingerSwineford1939[, 7:15]), n = 301), as printed
    found = bartlett(*listwise("hs1939.csv", HOLZINGER))
    assert (round(found.chi_square, 3), found.df) == (904.097, 36)


def test_minimum_average_partial_as_psych() -> None:
    # psych 2.2.9, vss(bfi[complete.cases, 1:25], n = 8)$map, from 1 component on
    expected = [
        0.0249208017765053, 0.018937280190885, 0.0175189281427392, 0.0156949533591092,
        0.014644881621203, 0.0159801432826065, 0.0193722342091049, 0.0222154619796997,
    ]  # fmt: skip
    found = minimum_average_partial(listwise("bfi.csv", BFI)[0])
    assert found.average[1:9] == pytest.approx(expected, rel=1e-10)
    assert (found.components, len(found.average)) == (5, 24)


# psych 2.2.9, fa.parallel(bfi[complete.cases, 1:25], n.iter = 100), set.seed(1): the first ten.
PARALLEL = {
    "factor_values": [
        4.36413757911613, 1.92159381951611, 1.30520298819851, 0.97072719565309, 0.724643174535208,
        0.222697660908037, 0.000958393018659076, -0.0250967980679593, -0.110818962950957,
        -0.134699364138535,
    ],
    "component_values": [
        5.13431117720727, 2.75188666799642, 2.14270195401111, 1.85232761172025, 1.5481628486211,
        1.0735824724971, 0.839538930150313, 0.799206181330629, 0.718989187645397, 0.688088787743005,
    ],
    "factor_mean": [
        0.226590939421645, 0.166487014134211, 0.144903658715494, 0.126949926570044,
        0.11136262755158, 0.0966298573262049, 0.0816635624584223, 0.0687339536808656,
        0.0556398207042318, 0.0424027989752755,
    ],
    "component_mean": [
        1.186891244978, 1.16017055495326, 1.13814894626052, 1.1202005708347, 1.10414784060887,
        1.08929474441256, 1.07501288720847, 1.061600535181, 1.04804899269402, 1.0349824517037,
    ],
}  # fmt: skip


def test_parallel_as_psych() -> None:
    found = parallel(*listwise("bfi.csv", BFI), generator(1, "", "parallel analysis"), draws=100)
    assert (found.factors, found.components, found.unsettled) == (6, 5, 0)
    assert (found.factors_by_mean, found.components_by_mean) == (6, 5)
    assert found.component_values[:10] == pytest.approx(PARALLEL["component_values"], rel=1e-10)
    # psych's optimiser stops at a relative change of 2e-9 in the objective, ours goes on.
    assert found.factor_values[:10] == pytest.approx(PARALLEL["factor_values"], abs=5e-7)
    # Means of 100 draws each: the standard error of the difference is about .003 for the first
    # factor and .0025 for the first component, and less further on.
    assert found.factor_mean[:10] == pytest.approx(PARALLEL["factor_mean"], abs=0.012)
    assert found.component_mean[:10] == pytest.approx(PARALLEL["component_mean"], abs=0.01)


def test_parallel_of_holzinger_and_swineford() -> None:
    # psych 2.2.9, fa.parallel(HolzingerSwineford1939[, 7:15]): 3 factors, 3 components
    expected = [3.216, 1.639, 1.365, 0.699, 0.584, 0.500, 0.473, 0.286, 0.238]
    random = generator(0, "", "parallel analysis")
    found = parallel(*listwise("hs1939.csv", HOLZINGER), random)
    assert found.component_values.round(3).tolist() == expected
    assert (found.factors, found.components) == (3, 3)


def test_random_eigenvalues_are_those_of_normal_data() -> None:
    """The Wishart shortcut against what it stands for."""
    found = parallel(np.eye(6), 40, generator(3, "", "wishart"), draws=500)
    random = np.random.default_rng(5)
    plain = [np.corrcoef(random.standard_normal((6, 40))) for _ in range(500)]
    values = np.linalg.eigvalsh(plain)[:, ::-1]
    # Standard errors with 2 x 500 draws: below .011 for means, .03 for the 95 % quantile.
    assert found.component_mean == pytest.approx(values.mean(axis=0), abs=0.035)
    assert found.component_random == pytest.approx(np.quantile(values, 0.95, axis=0), abs=0.09)


def test_parallel_repeats_with_its_seed() -> None:
    one, same, other = (
        parallel(blocks((3, 3), 0.5), 100, generator(seed, "", "parallel analysis"), draws=20)
        for seed in (1, 1, 2)
    )
    assert one.factor_random.tolist() == same.factor_random.tolist()
    assert one.factor_random.tolist() != other.factor_random.tolist()


def test_uncorrelated_items_have_no_factors() -> None:
    assert kmo(np.eye(4)).overall == 0.0
    assert bartlett(np.eye(4), 50).chi_square == 0.0
    assert bartlett(np.eye(4), 50).p == 1.0
    assert minimum_average_partial(np.eye(4)).components == 0
    assert parallel(np.eye(4), 50, generator(0, "", "none"), draws=40).factors == 0


TWINS = np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1.0]])
IMPOSSIBLE = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1.0]])
UNKNOWN = np.array([[1, np.nan, 0.5], [np.nan, 1, 0.5], [0.5, 0.5, 1.0]])
CONSTANT = np.array([[0, 0, 0], [0, 1, 0.5], [0, 0.5, 1.0]])


@pytest.mark.parametrize(
    ("correlation", "respondents", "reason"),
    [
        (np.array([[1, 0.5], [0.5, 1]]), 50, "fewer than 3 items"),
        (TWINS, 50, "the matrix is singular"),
        (IMPOSSIBLE, 50, "the matrix is not positive definite"),
        (UNKNOWN, 50, "a covariance is missing"),
        (CONSTANT, 50, "an item has no variance"),
        (blocks((3,), 0.5), 3, "no more respondents than items"),
    ],
)
def test_what_cannot_be_computed_says_why(
    correlation: Floats, respondents: int, reason: str
) -> None:
    random = generator(0, "", "none")
    assert bartlett(correlation, respondents).reason == reason
    found = parallel(correlation, respondents, random)
    assert (found.reason, found.factors, len(found.factor_values)) == (reason, 0, 0)
    if respondents == 50:
        adequacy = kmo(correlation)
        assert adequacy.reason == reason
        assert np.isnan([adequacy.overall, *adequacy.items]).all()
        partial = minimum_average_partial(correlation)
        assert (partial.reason, partial.components, len(partial.average)) == (reason, 0, 0)


def test_a_table_of_answers_is_not_a_correlation_matrix() -> None:
    with pytest.raises(ValueError, match="square"):
        kmo(np.ones((5, 3)))


@given(st.permutations(range(6)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=6, max_size=6))
def test_order_and_direction_of_items_do_not_matter(order: list[int], signs: list[float]) -> None:
    plain = blocks((4, 2), 0.55) * 0.9 + 0.1 * np.eye(6)
    turned = (plain * np.outer(signs, signs))[np.ix_(order, order)]
    assert kmo(turned).overall == pytest.approx(kmo(plain).overall, rel=1e-12)
    assert kmo(turned).items == pytest.approx(kmo(plain).items[order], rel=1e-12)
    chi_square = bartlett(plain, 80).chi_square
    assert bartlett(turned, 80).chi_square == pytest.approx(chi_square, rel=1e-12)


def test_partial_correlations_end_where_nothing_is_left() -> None:
    """A lone item is its own component; what is left of it then correlates with nothing."""
    found = minimum_average_partial(blocks((3, 1), 0.2))
    assert (len(found.average), found.components) == (2, 0)
    assert found.average[0] == pytest.approx(6 * 0.2**2 / 12)


@given(st.integers(2, 4), st.integers(3, 5), st.floats(0.51, 0.9))
def test_blocks_are_counted(number: int, size: int, correlation: float) -> None:
    assert minimum_average_partial(blocks((size,) * number, correlation)).components == number


@given(st.integers(3, 8), st.floats(0.05, 0.95))
def test_kmo_of_equal_correlations(items: int, r: float) -> None:
    """Partial correlations of equally correlated items are r/(1 + (p - 2)r)."""
    partial = r / (1 + (items - 2) * r)
    expected = r**2 / (r**2 + partial**2)
    assert kmo(blocks((items,), r)).overall == pytest.approx(expected, rel=1e-10)
