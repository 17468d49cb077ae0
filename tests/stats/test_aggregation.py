"""Aggregation: certified values of NIST, R's numbers, exact fractions, and the edges."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vested.stats.aggregation import (
    Anova,
    anova,
    anova_of_groups,
    components_reml,
    design_effect,
    icc1,
    icc1_interval,
    icc2,
    moments_of_groups,
    respondents_for,
)
from vested.stats.reliability import spearman_brown

SHARED = Path(__file__).parents[3] / "shared"
REFERENCE, NIST = SHARED / "reference", SHARED / "corpora" / "nist"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference data are not at hand"
)
needs_nist = pytest.mark.skipif(not NIST.is_dir(), reason="the data of NIST are not at hand")
NAN, INF = math.nan, math.inf

Groups = Sequence[Sequence[int]]
Sums = tuple[list[int], list[int], list[int]]


def sums(groups: Groups) -> Sums:
    return (
        [len(group) for group in groups],
        [sum(group) for group in groups],
        [sum(x * x for x in group) for group in groups],
    )


# Shrout & Fleiss (1979), table 2: six targets, four judges each.
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_shrout_and_fleiss() -> None:
    table = anova(*sums(TARGETS))
    squares = (table.mean_square_between, table.mean_square_within)
    assert squares == pytest.approx((11.241666666666667, 6.263888888888889), rel=1e-15)
    assert (table.groups, table.n, table.df_between, table.df_within) == (6, 24, 5, 18)
    assert (table.n0, table.mean_size) == (4, 4)
    # R: ICC(1) .16574, ICC(2) .44280; irr::icc gives -.1329 to .7226
    assert (icc1(table), icc2(table)) == pytest.approx((0.16574, 0.44280), abs=5e-6)
    assert icc1_interval(table, confidence=0.95) == pytest.approx((-0.1329, 0.7226), abs=5e-5)
    assert icc1(table, size="mean") == icc1(table)


def test_sizes_that_differ() -> None:
    """N = 10, Σn² = 38, so n₀ = (10 - 3.8)/2; R package multilevel takes 10/3 instead."""
    table = anova(*sums([[1, 3], [2, 4, 6], [5, 5, 6, 7, 7]]))
    assert (table.n0, table.mean_size) == pytest.approx((3.1, 10 / 3), rel=1e-15)
    msb, msw = table.mean_square_between, table.mean_square_within
    for size, value in (("n0", 3.1), ("mean", 10 / 3)):
        expected = (msb - msw) / (msb + (value - 1) * msw)
        assert icc1(table, size=size) == pytest.approx(expected, rel=1e-15)


def digits(found: float, certified: float) -> float:
    """How many digits agree: the log relative error."""
    wrong = abs(found - certified) / abs(certified)
    return -math.log10(wrong) if wrong else 17.0


@needs_nist
@pytest.mark.parametrize(
    ("name", "rows", "least"),
    [
        ("AtmWtAg", 48, 10),
        ("SiRstv", 25, 13),
        ("SmLs01", 189, 14),
        ("SmLs02", 1809, 14),
        ("SmLs03", 18009, 14),
        # Values with 7 and with 13 constant leading digits, rounded to binary already.
        ("SmLs04", 189, 10),
        ("SmLs05", 1809, 10),
        ("SmLs06", 18009, 10),
        ("SmLs07", 189, 4),
        ("SmLs08", 1809, 4),
        ("SmLs09", 18009, 4),
    ],
)
def test_certified_analysis_of_variance(name: str, rows: int, least: float) -> None:
    text = (NIST / f"{name}.dat").read_text(encoding="latin-1")
    head, _, body = text.rpartition("Data:")
    line = re.search(r"Between.*?(\d+)\s+\S+\s+\S+\s+(\S+)\s+Within.*?(\d+)", head, re.DOTALL)
    cells = [words.split() for words in body.splitlines()[1:] if words.strip()]
    groups, values = zip(*cells, strict=True)
    table = anova_of_groups(np.array(values, float), np.array(groups))
    assert line is not None
    assert len(cells) == rows
    assert (table.df_between, table.df_within) == (int(line[1]), int(line[3]))
    assert digits(table.f, float(line[2])) >= least


@needs_nist
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("Lew", 14),
        ("Lottery", 14),
        ("Mavro", 13),
        ("Michelso", 13.5),
        ("NumAcc1", 14),
        ("NumAcc2", 14),
        ("NumAcc3", 9.4),
        ("NumAcc4", 8.2),
    ],
)
def test_certified_mean_and_standard_deviation(name: str, least: float) -> None:
    text = (NIST / "univariate" / f"{name}.dat").read_text(encoding="latin-1")
    mean = re.search(r"^Sample Mean\s*(?:ybar)?:\s*(\S+)", text, re.MULTILINE)
    sd = re.search(r"^Sample Standard Deviation.*?:\s*(\S+)", text, re.MULTILINE)
    number = re.search(r"^Number of Observations:\s*(\d+)", text, re.MULTILINE)
    values = np.array(re.split(r"-{5,}", text)[-1].split(), float)
    found = moments_of_groups(values, np.zeros(len(values), int))
    assert mean is not None
    assert sd is not None
    assert number is not None
    assert found.n.tolist() == [int(number[1])]
    assert digits(float(found.mean[0]), float(mean[1])) >= 14
    assert digits(float(found.variance[0]) ** 0.5, float(sd[1])) >= least


def column(file: str, group: str, name: str) -> tuple[list[str], list[str]]:
    with (REFERENCE / "data" / file).open(encoding="utf-8", newline="") as rows:
        cells = [(row[group], row[name]) for row in csv.DictReader(rows)]
    groups, values = zip(*cells, strict=True)
    return list(groups), list(values)


def peer(*path: str) -> Any:
    found = json.loads((REFERENCE / "reference.json").read_text(encoding="utf-8"))["r"]
    for step in path:
        found = found[step]
    return found


@needs_reference
@pytest.mark.parametrize(
    # R 4.2.2: aov and ICC1, ICC2 of multilevel 2.7 (plain mean of the group sizes), its bh1996
    ("scale", "msb", "msw", "p", "first", "second"),
    [
        ("COHES", 3.21346345838833, 0.72155212041586, 1.46128740899403e-42,
         0.0442652975571412, 0.775459677771552),
        ("LEAD", 6.17219938382009, 0.520853578592293, 4.84798656733299e-166,
         0.12702755003114, 0.915612969348063),
        ("HRS", 55.8114856472764, 4.48315830319168, 4.08919610959094e-176,
         0.133106679086487, 0.919673195379087),
        ("WBEING", 3.45900405934729, 0.789646090202431, 2.03866453612601e-41,
         0.0433690500771082, 0.771712875540413),
    ],
)  # fmt: skip
def test_bh1996(scale: str, msb: float, msw: float, p: float, first: float, second: float) -> None:
    groups, values = column("bh1996.csv", "GRP", scale)
    table = anova_of_groups(np.array(values, float), np.array(groups))
    assert (table.groups, table.n) == (99, 7382)
    found = (table.mean_square_between, table.mean_square_within, icc1(table, size="mean"))
    assert (*found, icc2(table)) == pytest.approx((msb, msw, first, second), rel=1e-12)
    assert table.p == pytest.approx(p, rel=1e-10)
    # As exact integers in units of the tenth decimal, the last one in the file.
    parts = [[round(Fraction(v) * 10**10) for v, g in zip(values, groups, strict=True) if g == name]
             for name in sorted(set(groups))]  # fmt: skip
    exact = anova(*sums(parts))
    assert exact.mean_square_between / 1e20 == pytest.approx(msb, rel=1e-12)
    assert (exact.f, exact.p) == pytest.approx((table.f, p), rel=1e-10)


def log_likelihood(given_: Sums, between: float, within: float) -> float:
    """Restricted log-likelihood as lme4 defines it, by the definition."""
    n, s, q = (np.array(part, float) for part in given_)
    squares = (q - s * s / n).sum()
    weights = n / (1 + n * between / within)
    mean = (weights @ (s / n)) / weights.sum()
    left = squares + weights @ (s / n - mean) ** 2
    parts = np.log1p(n * between / within).sum() + np.log(weights.sum()) + left / within
    return -((n.sum() - 1) * math.log(2 * math.pi * within) + parts) / 2


@needs_reference
@pytest.mark.parametrize("scale", ["COHES", "LEAD", "HRS", "WBEING"])
def test_random_intercepts_of_bh1996(scale: str) -> None:
    """lme4 1.1.31, lmer(REML); its search ends early, so the digits agree to 1e-7, and no worse."""
    groups, values = column("bh1996.csv", "GRP", scale)
    number = np.array(values, float)
    parts = [number[np.array(groups) == name] for name in sorted(set(groups))]
    given_ = (
        [len(part) for part in parts],
        [math.fsum(part) for part in parts],
        [math.fsum(part**2) for part in parts],
    )
    found, theirs = components_reml(*given_), peer("bh1996", scale, "lmer_REML")
    expected = [theirs[key] for key in ("mu", "mu_se", "var_group", "var_resid", "icc")]
    assert list(found) == pytest.approx(expected, rel=1e-7)
    height = log_likelihood(given_, found.between, found.within)
    assert height == pytest.approx(theirs["loglik"], rel=1e-13)
    assert height >= log_likelihood(given_, expected[2], expected[3]) - 1e-10
    # nlme 3.1.162 within mult.icc of multilevel 2.7
    mult_icc = peer("bh1996", scale, "mult_icc", "ICC1")
    assert found.icc == pytest.approx(mult_icc, rel=1e-6)


@needs_reference
@pytest.mark.parametrize(
    # R 4.2.2, multilevel 2.7: ICC1 and ICC2 of the scale means by company; lme4 1.1.31 components
    ("scale", "items", "first", "second", "mean", "between", "within"),
    [
        ("LEAD", 11, 0.0879562185216011, 0.80075437301326,
         3.04220688164732, 0.074346629401202, 0.615137514791238),
        ("TSIG", 3, 0.0803839995637458, 0.784607839170689,
         3.17151677641213, 0.0843927009517836, 0.95773021284067),
        ("HOSTIL", 5, 0.054004942791579, 0.704059183926384,
         0.905720620914055, 0.0594960700040639, 1.01669303547066),
    ],
)  # fmt: skip
def test_lq2002(
    scale: str,
    items: int,
    first: float,
    second: float,
    mean: float,
    between: float,
    within: float,
) -> None:
    columns = [column("lq2002.csv", "COMPID", f"{scale}{i:02}")[1] for i in range(1, items + 1)]
    groups = column("lq2002.csv", "COMPID", "SUB")[0]
    totals = [sum(map(int, cells)) for cells in zip(*columns, strict=True)]
    parts = [[t for t, g in zip(totals, groups, strict=True) if g == name] for name in set(groups)]
    table = anova(*sums(parts))
    found = (table.groups, table.n, icc1(table, size="mean"), icc2(table))
    assert found == pytest.approx((49, 2042, first, second), rel=1e-12)
    reml = components_reml(*sums(parts))
    seen = (reml.mean / items, reml.between / items**2, reml.within / items**2)
    assert seen == pytest.approx((mean, between, within), rel=2e-7)


# lme4's Dyestuff (Davies & Goldsmith 1972) and, in thousandths, Dyestuff2 (Box & Tiao 1973).
DYESTUFF = [
    [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495], [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545], [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445],
]  # fmt: skip
DYESTUFF2 = [
    [7298, 3846, 2434, 9566, 7990], [5220, 6556, 608, 11788, -892], [110, 10386, 13434, 5510, 8166],
    [2212, 4852, 7092, 9288, 4980], [282, 9014, 4458, 9446, 7198], [1722, 4782, 8106, 758, 3758],
]  # fmt: skip


def test_random_intercepts_of_lme4() -> None:
    """Bates, lme4's documentation: REML fits of Dyestuff and of Dyestuff2, where between is 0."""
    found = components_reml(*sums(DYESTUFF))
    seen = (found.mean, found.mean_se, found.between**0.5, found.within**0.5)
    assert seen == pytest.approx((1527.5, 19.38, 42.00, 49.51), abs=0.005)
    none = components_reml(*sums(DYESTUFF2))
    seen = (none.mean / 1e3, none.mean_se / 1e3, none.within**0.5 / 1e3)
    assert seen == pytest.approx((5.6656, 0.6784, 3.716), abs=5e-4)
    assert (none.between, none.icc) == (0, 0)


EDGES: list[tuple[str, Groups, tuple[float, ...]]] = [
    # groups; MSB, MSW, F, p, ICC(1), ICC(2), REML between
    ("no group", [], (NAN,) * 7),
    ("empty groups", [[], []], (NAN,) * 7),
    ("one answer", [[3]], (NAN,) * 7),
    ("one group", [[1, 2, 3]], (NAN, 1, NAN, NAN, NAN, NAN, NAN)),
    ("one answer each", [[1], [3]], (2, NAN, NAN, NAN, NAN, NAN, NAN)),
    ("nothing differs", [[2, 2], [2, 2]], (0, 0, NAN, NAN, NAN, NAN, NAN)),
    ("only groups differ", [[2, 2], [4, 4]], (4, 0, INF, 0, 1, 1, NAN)),
    ("only answers differ", [[1, 3], [1, 3]], (0, 2, 0, 1, -1, NAN, 0)),
    # p in closed form: (1 + 2F/3)^-3/2 for 2 and 3 degrees of freedom, 1 - √(F/(F+2)) for 1 and 2.
    ("less than chance", [[1, 5], [2, 4], [3, 4]],
     (1 / 6, 3.5, 1 / 21, (63 / 65) ** 1.5, -10 / 11, -20, 0)),
    ("an empty one beside", [[], [1, 2], [5, 6]],
     (16, 0.5, 32, 1 - (16 / 17) ** 0.5, 31 / 33, 31 / 32, 7.75)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "expected"), [case[1:] for case in EDGES], ids=[case[0] for case in EDGES]
)
def test_edges(groups: Groups, expected: tuple[float, ...]) -> None:
    values = np.array([x for group in groups for x in group], float)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    for table in (anova(*sums(groups)), anova_of_groups(values, labels)):
        found = (
            table.mean_square_between, table.mean_square_within, table.f, table.p,
            icc1(table), icc2(table), components_reml(*sums(groups)).between,
        )  # fmt: skip
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)
        ends = icc1_interval(table, confidence=0.95)
        assert np.isnan(ends).all() == (not math.isfinite(table.f))


@pytest.mark.parametrize(
    ("values", "mean", "variance"),
    [
        ([], [], []),
        ([NAN, NAN], [], []),
        ([3.5], [3.5], [NAN]),
        ([3.5, NAN], [3.5], [NAN]),
        ([0.1, 0.1, 0.1], [0.1], [0]),
        ([1e9 + 1, 1e9 + 2], [1e9 + 1.5], [0.5]),
    ],
)
def test_edges_of_moments(values: list[float], mean: list[float], variance: list[float]) -> None:
    found = moments_of_groups(np.array(values), np.zeros(len(values), int))
    assert found.mean.tolist() == pytest.approx(mean)
    assert found.variance.tolist() == pytest.approx(variance, nan_ok=True)


@pytest.mark.parametrize(
    ("n", "total", "squares"),
    [([2], [10], [49]), ([1], [NAN], [1.0]), ([1, 2], [1], [1])],
)
def test_impossible_sums(n: list[int], total: list[float], squares: list[float]) -> None:
    with pytest.raises(ValueError, match=r"sum of squares|NaN|zip"):
        anova(n, total, squares)


def test_sums_of_fractions_count_as_what_they_are() -> None:
    """The sums are whole numbers here and the squares are not."""
    groups = [[0.25, 0.75], [1.0, 2.0]]
    table = anova([2, 2], [1.0, 3.0], [0.625, 5.0])
    assert table == anova([2, 2], [1, 3], [0.625, 5])
    assert close(table, anova_of_groups(np.ravel(groups), np.array([0, 0, 1, 1])))
    assert table.mean_square_between == 1
    assert table.mean_square_within == 0.3125


def test_rounded_sums_of_equal_values() -> None:
    """Three times 0.1: the rounded Σx² is a little less than (Σx)²/3."""
    total = math.fsum([0.1] * 3)
    table = anova([3, 2], [total, 1.0], [math.nextafter(total * total / 3, 0), 0.5])
    assert (table.mean_square_within, table.f) == (0, INF)


@pytest.mark.parametrize(
    ("share", "reliability", "number"),
    [
        (0.13, 0.70, 16),  # R: .7 * (1 - .13) / (.3 * .13) = 15.6
        (0.5, 0.75, 3),  # exactly 3, whatever the rounding
        (0.1, 0.9, 81),
        (0.99, 0.70, 1),
        (1, 0.70, 1),
        (0, 0.70, NAN),
        (-0.2, 0.70, NAN),
        (NAN, 0.70, NAN),
    ],
)
def test_respondents_for(share: float, reliability: float, number: float) -> None:
    found = float(respondents_for(share, reliability=reliability))
    assert found == pytest.approx(number, rel=0, abs=0, nan_ok=True)
    if not math.isnan(number):
        assert spearman_brown(share, found) >= reliability - 1e-12
    if number > 1:
        assert spearman_brown(share, found - 1) < reliability


@pytest.mark.parametrize("reliability", [0, 1, -0.5, NAN])
def test_respondents_for_what_cannot_be_reached(reliability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        respondents_for(0.1, reliability=reliability)


@pytest.mark.parametrize(
    ("share", "size", "expected"),
    [(0.13, 20, 3.47), (0.13, 1, 1), (0, 50, 1), (-0.01, 11, 0.9), (NAN, 5, NAN)],  # R: 1+19*.13
)
def test_design_effect(share: float, size: float, expected: float) -> None:
    assert design_effect(share, size) == pytest.approx(expected, rel=1e-14, nan_ok=True)


GROUPS = st.lists(st.lists(st.integers(-4, 9), min_size=1, max_size=8), min_size=2, max_size=7)


def exact_squares(groups: Groups) -> tuple[Fraction, Fraction]:
    """Sums of squares between and within groups, by their definitions."""
    values = [x for group in groups for x in group]
    middle = Fraction(sum(values), len(values))
    means = [Fraction(sum(group), len(group)) for group in groups]
    return (
        sum((len(g) * (m - middle) ** 2 for g, m in zip(groups, means, strict=True)), Fraction(0)),
        sum(((x - m) ** 2 for g, m in zip(groups, means, strict=True) for x in g), Fraction(0)),
    )


@given(GROUPS)
@settings(max_examples=100)
def test_equal_to_the_definitions(groups: Groups) -> None:
    between, within = exact_squares(groups)
    table = anova(*sums(groups))
    assert table.mean_square_between == pytest.approx(float(between / (len(groups) - 1)), rel=1e-14)
    if table.df_within:
        assert table.mean_square_within == pytest.approx(float(within / table.df_within), rel=1e-14)
    if between and within:
        f = between / table.df_between / (within / table.df_within)
        assert table.f == pytest.approx(float(f), rel=1e-14)


def close(one: Anova, other: Anova) -> bool:
    return list(one) == pytest.approx(list(other), rel=1e-12, abs=1e-12, nan_ok=True)


@given(GROUPS, st.randoms(use_true_random=False), st.integers(-(10**6), 10**6))
@settings(max_examples=100)
def test_blind_to_order_shift_and_reversal(groups: Groups, random: Random, shift: int) -> None:
    table, reml = anova(*sums(groups)), components_reml(*sums(groups))
    mixed = [random.sample(list(group), len(group)) for group in groups]
    random.shuffle(mixed)
    assert close(anova(*sums(mixed)), table)
    for moved in ([[x + shift for x in g] for g in groups], [[5 - x for x in g] for g in groups]):
        assert close(anova(*sums(moved)), table)
        found = components_reml(*sums(moved))
        assert found[1:] == pytest.approx(reml[1:], rel=1e-7, abs=1e-9, nan_ok=True)
    values = np.array([x for group in groups for x in group], float)
    labels = np.array([str(at) for at, group in enumerate(groups) for _ in group])
    order = random.sample(range(len(values)), len(values))
    assert close(anova_of_groups(values[order], labels[order]), table)


@given(st.integers(2, 6).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(1, 5), min_size=size, max_size=size), min_size=2, max_size=9
    )
))  # fmt: skip
@settings(max_examples=80)
def test_groups_of_one_size_have_the_components_of_the_table(groups: Groups) -> None:
    table, reml = anova(*sums(groups)), components_reml(*sums(groups))
    assume(table.mean_square_within > 0)
    between = (table.mean_square_between - table.mean_square_within) / len(groups[0])
    assert reml.mean == pytest.approx(np.mean(groups), rel=1e-12)
    if between > 0:
        assert reml.between == pytest.approx(between, rel=1e-7, abs=1e-9)
        assert reml.icc == pytest.approx(icc1(table), rel=1e-7, abs=1e-9)
    else:
        assert reml.between == pytest.approx(0, abs=1e-9)


@given(GROUPS)
@settings(max_examples=50, deadline=None)
def test_no_other_components_are_likelier(groups: Groups) -> None:
    reml = components_reml(*sums(groups))
    assume(not math.isnan(reml.within))
    best = log_likelihood(sums(groups), reml.between, reml.within)
    for ratio in (0, 0.01, 0.1, 0.3, 0.9, 1.1, 3, 10, 100):
        for between in (reml.between * ratio, reml.within * ratio):
            for within in (reml.within, 0.9 * reml.within, 1.1 * reml.within):
                assert log_likelihood(sums(groups), between, within) <= best + 1e-8


@given(GROUPS, st.floats(0.5, 0.99))
@settings(max_examples=60)
def test_the_interval_holds_the_share(groups: Groups, confidence: float) -> None:
    table = anova(*sums(groups))
    assume(math.isfinite(table.f))
    low, high = icc1_interval(table, confidence=confidence)
    assert low - 1e-12 <= icc1(table) <= high + 1e-12 <= 1 + 1e-12
