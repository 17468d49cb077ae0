"""Agreement within organisations: R's numbers, and what must not change it."""

from __future__ import annotations

import csv
import json
import math
import statistics
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.agreement import (
    NULLS,
    ad_cut,
    average_deviation,
    awg,
    item_variances,
    null_variance,
    rwg,
    rwg_j,
    rwg_lindell,
)

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference data are not at hand"
)
Ints = NDArray[np.int64]
FIVE = np.arange(1, 6)


def counted(answers: list[list[int]], codes: list[int]) -> Ints:
    """How often each code stands in each list: one organisation, items x options."""
    return np.array([[item.count(code) for code in codes] for item in answers], np.int64)


@pytest.mark.parametrize(
    ("name", "options", "variance"),
    [
        # domain: James, Demaree & Wolf (1984); R: (A^2 - 1) / 12
        ("uniform", 2, 0.25),
        ("uniform", 4, 1.25),
        ("uniform", 5, 2),
        ("uniform", 7, 4),
        ("uniform", 10, 8.25),
        ("uniform", 11, 10),
        ("max-dissensus", 2, 0.25),
        ("max-dissensus", 5, 4),
        ("max-dissensus", 7, 9),
        # R package WGA 0.1.1 (LeBreton 2022), the table within RWGJ
        ("slight-skew", 6, 1.85),
        ("slight-skew", 7, 2.90),
        ("moderate-skew", 7, 2.14),
        ("heavy-skew", 7, 1.39),
        ("triangular", 7, 2.10),
        ("normal", 7, 1.40),
        ("moderate-skew", 8, 2.79),
        ("heavy-skew", 9, 3.16),
        ("triangular", 10, 2.89),
        ("slight-skew", 11, 7.31),
        ("normal", 11, 1.40),
    ],
)
def test_null_variances(name: str, options: int, variance: float) -> None:
    assert null_variance(name, options) == variance


@pytest.mark.parametrize(
    ("name", "hundredths"),
    [
        ("uniform", [20, 20, 20, 20, 20]),
        ("slight-skew", [5, 15, 20, 35, 25]),
        ("moderate-skew", [0, 10, 15, 40, 35]),
        ("heavy-skew", [0, 0, 10, 40, 50]),
        ("triangular", [11, 22, 34, 22, 11]),
        ("normal", [7, 24, 38, 24, 7]),
        ("max-dissensus", [50, 0, 0, 0, 50]),
    ],
)
def test_five_options_are_the_variances_of_the_published_proportions(
    name: str, hundredths: list[int]
) -> None:
    share = [Fraction(part, 100) for part in hundredths]
    mean = sum(p * x for x, p in enumerate(share, 1))
    variance = sum(p * (x - mean) ** 2 for x, p in enumerate(share, 1))
    assert (sum(share), null_variance(name, 5)) == (1, float(variance))


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("flat", 5, "unknown null distribution 'flat'"),
        ("slight-skew", 4, "no variance is published for slight-skew with 4 options"),
        ("normal", 12, "no variance is published for normal with 12 options"),
        ("uniform", 1, "a scale of 1 options"),
    ],
)
def test_what_has_no_null_variance(name: str, options: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        null_variance(name, options)


def test_other_refusals() -> None:
    with pytest.raises(ValueError, match="at least one item"):
        rwg_j([0.5], 0, 2.0)
    with pytest.raises(ValueError, match="a scale of 1 options"):
        ad_cut(1)


def test_worked_example() -> None:
    """Five items answered 4, 4, 5, 4, 3: numbers worked out in R 4.2.2."""
    counts = counted([[4, 4, 5, 4, 3]] * 5, [1, 2, 3, 4, 5])
    variance = item_variances(counts, FIVE)
    assert variance.tolist() == [0.5] * 5
    assert rwg(variance, 2.0).tolist() == [0.75] * 5
    assert rwg(0.5, 1.34) == pytest.approx(0.62687, abs=5e-6)
    assert rwg_j(variance.mean(), 5, 2.0) == pytest.approx(0.9375, rel=1e-14)
    assert rwg_j(variance.mean(), 5, 1.34) == pytest.approx(0.89362, abs=5e-6)
    assert average_deviation(counts, FIVE) == pytest.approx(0.4, rel=1e-14)
    assert awg(counts, FIVE) == pytest.approx(0.73333, abs=5e-6)


@pytest.mark.parametrize(
    ("options", "printed"),
    [(5, 0.8), (7, 1.2), (9, 1.5), (11, 1.8)],  # Burke & Dunlap (2002), abstract
)
def test_cut_of_the_average_deviation(options: int, printed: float) -> None:
    assert ad_cut(options) == pytest.approx(printed, abs=0.05)
    assert ad_cut(options) == options / 6


def companies(columns: list[str], low: int) -> tuple[list[str], Ints]:
    """Counts (company, item, option) of lq2002, all of whose rows are complete."""
    with (REFERENCE / "data" / "lq2002.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ids = list(dict.fromkeys(row["COMPID"] for row in rows))
    counts = np.zeros((len(ids), len(columns), 5), np.int64)
    for row in rows:
        for item, column in enumerate(columns):
            counts[ids.index(row["COMPID"]), item, int(row[column]) - low] += 1
    return ids, counts


def statistic(name: str, counts: Ints, codes: Ints) -> NDArray[np.float64]:
    variance = item_variances(counts, codes).mean(axis=-1)
    return {
        "rwg.j": lambda: rwg_j(variance, counts.shape[1], null_variance("uniform", 5)),
        "rwg.j.lindell": lambda: rwg_lindell(variance, null_variance("uniform", 5)),
        "ad.m mean": lambda: average_deviation(counts, codes),
        "ad.m median": lambda: average_deviation(counts, codes, centre="median"),
        "awg": lambda: awg(counts, codes),
    }[name]()


SCALES = {
    "LEAD": ([f"LEAD{i:02}" for i in range(1, 12)], 1),
    "TSIG": ([f"TSIG{i:02}" for i in range(1, 4)], 1),
    "HOSTIL": ([f"HOSTIL{i:02}" for i in range(1, 6)], 0),
}
# R package multilevel 2.7, its data lq2002: company 2, mean, lowest and highest of 49 companies.
MULTILEVEL = [
    ("LEAD", "rwg.j", 0.807527258396462, 0.867784900003626, 0.774899599577758, 0.942306701694741),
    (
        "LEAD",
        "rwg.j.lindell",
        0.276103425559947,
        0.39262108253676,
        0.23835701173278,
        0.597556593604024,
    ),
    ("LEAD", "ad.m mean", 1.02051767676768, 0.890196470010966, 0.661818181818182, 1.03977687761472),
    (
        "LEAD",
        "ad.m median",
        0.973484848484849,
        0.843491838612281,
        0.572727272727273,
        1.002457002457,
    ),
    ("LEAD", "awg", 0.292575090525564, 0.383732654261259, 0.215802540460403, 0.622676129306258),
    ("TSIG", "rwg.j", 0.632984293193717, 0.584712649558254, 0, 0.819538400318345),
    (
        "TSIG",
        "rwg.j.lindell",
        0.365036231884058,
        0.3414831975083,
        -0.0201465201465201,
        0.60219298245614,
    ),
    ("TSIG", "ad.m mean", 0.850694444444444, 0.922498236841136, 0.685, 1.18707482993197),
    ("TSIG", "ad.m median", 0.791666666666667, 0.874918528620205, 0.65, 1.14285714285714),
    ("TSIG", "awg", 0.329110367551275, 0.332646494495538, -0.0263837685611883, 0.568071758749725),
    ("HOSTIL", "rwg.j", 0, 0.564896074950923, 0, 0.967555040556199),
    (
        "HOSTIL",
        "rwg.j.lindell",
        -0.0393115942028985,
        0.2978006505864,
        -0.211259877085162,
        0.856410256410256,
    ),
    (
        "HOSTIL",
        "ad.m mean",
        1.18333333333333,
        0.907528819952029,
        0.307692307692308,
        1.34783737024221,
    ),
    ("HOSTIL", "ad.m median", 0.975, 0.771258094601806, 0.215384615384615, 1.29705882352941),
    (
        "HOSTIL",
        "awg",
        -0.335550554923456,
        -0.0524505320071584,
        -0.351916871041239,
        0.372805118857751,
    ),
]


@needs_reference
@pytest.mark.parametrize(("scale", "name", "second", "mean", "lowest", "highest"), MULTILEVEL)
def test_the_companies_of_multilevel(
    scale: str, name: str, second: float, mean: float, lowest: float, highest: float
) -> None:
    columns, low = SCALES[scale]
    ids, counts = companies(columns, low)
    found = statistic(name, counts, np.arange(low, low + 5))
    seen = (found[ids.index("2")], found.mean(), found.min(), found.max())
    assert len(ids) == 49
    assert seen == pytest.approx((second, mean, lowest, highest), rel=1e-10, abs=1e-13)


@needs_reference
@pytest.mark.parametrize("scale", SCALES)
def test_every_company_of_multilevel(scale: str) -> None:
    text = (REFERENCE / "reference.json").read_text(encoding="utf-8")
    peer: dict[str, list[dict[str, Any]]] = json.loads(text)["r"]["lq2002"][scale]
    columns, low = SCALES[scale]
    ids, counts = companies(columns, low)
    for name, table, column in [
        ("rwg.j", "rwgj", "rwg.j"),
        ("rwg.j.lindell", "rwgj_lindell", "rwg.lindell"),
        ("ad.m mean", "ad_mean", "AD.M"),
        ("ad.m median", "ad_median", "AD.M"),
        ("awg", "awg", "a.wg"),
    ]:
        expected = {row["grpid"]: row[column] for row in peer[table]}
        found = statistic(name, counts, np.arange(low, low + 5)).tolist()
        assert dict(zip(ids, found, strict=True)) == pytest.approx(expected, rel=1e-10, abs=1e-13)


@needs_reference
def test_the_null_distribution_decides() -> None:
    """Mean rWG(J) of the 49 companies; R 4.2.2 with multilevel 2.7: .868 uniform, .410 skewed."""
    counts = companies(*SCALES["LEAD"])[1]
    variance = item_variances(counts, FIVE).mean(axis=-1)
    means = [rwg_j(variance, 11, null_variance(name, 5)).mean() for name in NULLS[:2]]
    assert means == pytest.approx([0.867784900003626, 0.410278], rel=1e-6)


NAN = math.nan
DEGENERATE = [
    # answers of one organisation, then variance, rWG, AD about the mean and the median, a_WG
    ("nobody", [], (NAN, NAN, NAN, NAN, NAN)),
    ("one respondent", [3], (NAN, NAN, NAN, NAN, NAN)),
    ("one at the end", [1], (NAN, NAN, NAN, NAN, NAN)),
    ("two who agree", [3, 3], (0, 1, 0, 0, 1)),
    ("two at the ends", [1, 5], (8, 0, 2, 2, -1)),
    ("all at the lowest", [1, 1, 1], (0, 1, 0, 0, 1)),
    ("all at the highest", [5, 5, 5], (0, 1, 0, 0, 1)),
    ("camps", [1, 1, 5, 5], (16 / 3, 0, 2, 2, -1)),
    # Mean below (1·(n-1)+5)/n = 2: nobody can stand at 5, so a_WG has no largest variance.
    ("too near the end", [1, 1, 1, 2], (0.25, 0.875, 0.375, 0.25, NAN)),
    ("too near the other end", [5, 5, 5, 4], (0.25, 0.875, 0.375, 0.25, NAN)),
    ("just near enough", [1, 1, 1, 5], (4, 0, 1.5, 1, -1)),
]


@pytest.mark.parametrize(
    ("answers", "expected"), [case[1:] for case in DEGENERATE], ids=[case[0] for case in DEGENERATE]
)
def test_degenerate_organisations(answers: list[int], expected: tuple[float, ...]) -> None:
    counts = counted([answers], [1, 2, 3, 4, 5])
    variance = item_variances(counts, FIVE)
    found = (
        float(variance[0]),
        float(rwg(variance, 2.0)[0]),
        float(average_deviation(counts, FIVE)),
        float(average_deviation(counts, FIVE, centre="median")),
        float(awg(counts, FIVE)),
    )
    assert found == pytest.approx(expected, nan_ok=True)
    assert rwg_j(variance, 1, 2.0) == pytest.approx(rwg(variance, 2.0), nan_ok=True)


def test_an_item_without_awg_is_left_out() -> None:
    counts = counted([[1, 1, 1, 2], [3, 3, 3, 3]], [1, 2, 3, 4, 5])
    assert awg(counts, FIVE) == 1


def test_negative_values_are_cut_off_in_two_of_three() -> None:
    assert rwg([3.0], 2.0).tolist() == [0]
    assert rwg_j([3.0], 4, 2.0).tolist() == [0]
    assert rwg_lindell([3.0], 2.0).tolist() == [-0.5]


def awg_of(answers: list[int], low: int, high: int) -> float:
    """One item as in awg of multilevel 2.7, in exact fractions."""
    k, mean = len(answers), Fraction(sum(answers), len(answers))
    if mean in {low, high}:
        return 1.0
    if not Fraction(low * (k - 1) + high, k) <= mean <= Fraction(high * (k - 1) + low, k):
        return NAN
    variance = statistics.variance([Fraction(x) for x in answers])
    return float(
        1 - 2 * variance / (((high + low) * mean - mean**2 - high * low) * Fraction(k, k - 1))
    )


ORGANISATIONS = st.tuples(st.integers(2, 11), st.integers(-3, 3)).flatmap(
    lambda scale: st.tuples(
        st.just(list(range(scale[1], scale[1] + scale[0]))),
        st.lists(st.integers(scale[1], scale[1] + scale[0] - 1), min_size=2, max_size=40),
    )
)


@given(ORGANISATIONS)
@example(([0, 1, 2, 3, 4], [0] * 23 + [4]))
@settings(max_examples=150)
def test_equal_to_the_definitions(case: tuple[list[int], list[int]]) -> None:
    codes, answers = case
    counts = counted([answers], codes)
    mean, median = statistics.mean(map(Fraction, answers)), statistics.median(answers)
    about = [float(sum(abs(x - c) for x in answers) / len(answers)) for c in (mean, median)]
    ladder = np.array(codes)
    found = [
        float(item_variances(counts, ladder)[0]),
        float(average_deviation(counts, ladder)),
        float(average_deviation(counts, ladder, centre="median")),
        float(awg(counts, ladder)),
    ]
    variance = float(statistics.variance(map(Fraction, answers)))
    expected = [variance, *about, awg_of(answers, codes[0], codes[-1])]
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-13, nan_ok=True)


HISTOGRAMS = st.integers(2, 7).flatmap(
    lambda options: st.lists(
        st.lists(st.integers(0, 9), min_size=options, max_size=options), min_size=1, max_size=4
    )
)


@given(HISTOGRAMS, st.integers(-50, 50), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_blind_to_shifts_reversal_and_the_order_of_options(
    histograms: list[list[int]], shift: int, random: Random
) -> None:
    counts = np.array(histograms, np.int64)
    codes = np.arange(counts.shape[1])
    mixed = random.sample(range(len(codes)), len(codes))
    for other, ladder in (
        (counts, codes + shift),
        (counts[:, ::-1], codes),
        (counts[:, mixed], codes[mixed]),
        (counts[::-1], codes),
    ):
        for measure in (average_deviation, awg):
            assert measure(other, ladder) == pytest.approx(measure(counts, codes), nan_ok=True)
        medians = [
            average_deviation(c, s, centre="median") for c, s in ((other, ladder), (counts, codes))
        ]
        assert medians[0] == pytest.approx(medians[1], nan_ok=True)
        variances = [np.sort(item_variances(c, s)) for c, s in ((other, ladder), (counts, codes))]
        assert variances[0] == pytest.approx(variances[1], nan_ok=True)


@given(st.lists(st.floats(0, 20), min_size=1, max_size=5), st.integers(1, 20), st.floats(0.1, 9))
@settings(max_examples=100)
def test_between_nought_and_one(variances: list[float], items: int, null: float) -> None:
    single, scale = rwg(variances, null), rwg_j(variances, items, null)
    assert ((single >= 0) & (single <= scale + 1e-15) & (scale <= 1)).all()
    assert (rwg_lindell(variances, null) <= single).all()


def test_many_organisations_at_once() -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 9, (3, 7, 4, 5))
    counts[0, 0] = 0
    for measure in (item_variances, average_deviation, awg):
        whole = measure(counts, FIVE)
        for at in np.ndindex(3, 7):
            assert whole[at] == pytest.approx(measure(counts[at], FIVE), nan_ok=True)


def test_large_organisations_are_exact() -> None:
    """A hundred million respondents: a variance that a sum of squares in floats would lose."""
    counts = np.array([[1, 0, 0, 0, 99_999_999]], np.int64)
    variance = Fraction(16 * 99_999_999, 100_000_000 * 99_999_999)
    assert item_variances(counts, FIVE)[0] == float(variance)
