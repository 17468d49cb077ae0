"""Agreement of coders beyond chance: the numbers of irrCAC and irr, and what must not change it."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from vested.stats.coding.estimate import Agreement
from vested.stats.coding.kappa import (
    WEIGHTS,
    Weights,
    brennan_prediger,
    cohen,
    fleiss,
    gwet,
    light,
    percent_agreement,
    prevalence,
    weights,
)

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference data are not at hand"
)
Ints = NDArray[np.int64]
NAN = math.nan
MANY: dict[str, Callable[..., Agreement]] = {
    "gwet": gwet,
    "fleiss": fleiss,
    "brennan_prediger": brennan_prediger,
    "percent_agreement": percent_agreement,
}

# irrCAC cac.raw4raters, which is also the example of Krippendorff: units × coders, 0 for missing
FOUR_CODERS = (
    np.array(
        [
            [1, 1, 0, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
            [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [0, 5, 5, 5], [0, 0, 1, 1], [0, 0, 3, 0],
        ]
    )
    - 1
)  # fmt: skip
# irrCAC cont3x3abstractors, 100 units of two coders
ABSTRACTORS = [[0, 0], [1, 1], [1, 2], [2, 1], [2, 2]], [13, 20, 7, 4, 56]

# The functions of irrCAC for raw codes, run in R 4.2.2 without their rounding to five digits:
# observed and expected agreement, coefficient, standard error, lower bound; all upper bounds are 1.
FOUR = [
    ("gwet", "identity", 0.8181818181818182, 0.19032118055555555, 0.77544406812699496,
     0.14294995064076529, 0.460813348130838),
    ("fleiss", "identity", 0.8181818181818182, 0.23871527777777779, 0.7611692754224112,
     0.15301920346949241, 0.424376279377015),
    ("brennan_prediger", "identity", 0.8181818181818182, 0.2, 0.77272727272727271,
     0.14471661989948315, 0.454208139909888),
    ("percent_agreement", "identity", 0.8181818181818182, 0, 0.81818181818181823,
     0.12560895994686497, 0.541718361364223),
    ("gwet", "linear", 0.93939393939393945, 0.57096354166666674, 0.85873913643261146,
     0.11732902188136356, 0.600499700423663),
    ("fleiss", "linear", 0.93939393939393945, 0.66710069444444442, 0.81794476709730968,
     0.14850435549945082, 0.491088884434045),
    ("brennan_prediger", "linear", 0.93939393939393945, 0.6, 0.84848484848484862,
     0.12335612449410252, 0.576979849066912),
    ("gwet", "quadratic", 0.97537878787878785, 0.71370442708333326, 0.91400072355160467,
     0.10396224464505995, 0.685181365878011),
    ("fleiss", "quadratic", 0.97537878787878785, 0.81770833333333337, 0.86493506493506467,
     0.14603361075691243, 0.543517254784502),
    ("percent_agreement", "quadratic", 0.97537878787878785, 0, 0.97537878787878785,
     0.090616278319546523, 0.775933704034732),
    ("gwet", "ordinal", 0.96818181818181825, 0.68515625000000002, 0.89893976990751212,
     0.1069035238154355, 0.663646700428235),
    ("fleiss", "ordinal", 0.96818181818181825, 0.78758680555555549, 0.85020618939703574,
     0.14703569387395862, 0.526582809176676),
    ("brennan_prediger", "ordinal", 0.96818181818181825, 0.72, 0.88636363636363669,
     0.1139059039777027, 0.63565843206189),
]  # fmt: skip


@pytest.mark.parametrize(("name", "weighted", "observed", "expected", "value", "se", "low"), FOUR)
def test_four_coders_with_missing_codes(
    name: str,
    weighted: Weights,
    observed: float,
    expected: float,
    value: float,
    se: float,
    low: float,
) -> None:
    found = MANY[name](FOUR_CODERS, 5, weighted=weighted)
    assert found[:3] == pytest.approx((value, se, low), rel=1e-12)
    assert (found.observed, found.expected) == pytest.approx((observed, expected), rel=1e-14)
    assert (found.high, found.units, found.reason) == (1, 11, "")


# The functions of irrCAC for a table of two coders, run in R 4.2.2: coefficient, standard error,
# interval. Its AC1 and Brennan-Prediger divide by n there and by n - 1 for raw codes; ours always
# by n - 1, so theirs is sqrt(99/100) of it.
TABLE = [
    ("kappa", "identity", 0.79640940218397205, 0.058910718326081461, 0.679517756251229,
     0.913301048116716),
    ("kappa", "linear", 0.84290202799200242, 0.047872121590339767, 0.747913352824044,
     0.937890703159961),
    ("kappa", "quadratic", 0.8921568627450982, 0.03535150757565917, 0.82201180214934,
     0.962301923340857),
    ("kappa", "ordinal", 0.87210789443088021, 0.040625230767812562, 0.791498622879276,
     0.952717165982484),
    ("gwet", "identity", 0.84933054823134624, 0.043217467522559269, 0.763577716568449,
     0.935083379894244),
    ("gwet", "linear", 0.90002272210861178, 0.029275601621345754, 0.841933577103647,
     0.958111867113577),
    ("gwet", "quadratic", 0.9402368792784962, 0.017920188503348238, 0.904679337474529,
     0.975794421082464),
    ("gwet", "ordinal", 0.92519169627828701, 0.022217769852914196, 0.881106820709689,
     0.969276571846885),
    ("brennan_prediger", "identity", 0.83500000000000019, 0.04693346354148601, 0.741873826044321,
     0.92812617395568),
    ("brennan_prediger", "ordinal", 0.90100000000000013, 0.028160078124891613, 0.845124295626592,
     0.956875704373408),
    ("percent_agreement", "identity", 0.89, 0.031288975694324012, 0.827915884029547,
     0.952084115970453),
]  # fmt: skip


@pytest.mark.parametrize(("name", "weighted", "value", "se", "low", "high"), TABLE)
def test_a_table_of_two_coders(
    name: str, weighted: Weights, value: float, se: float, low: float, high: float
) -> None:
    rows, counts = ABSTRACTORS
    found = {**MANY, "kappa": cohen}[name](rows, 3, weighted=weighted, counts=counts)
    narrower = 1.0 if name == "kappa" else math.sqrt(99 / 100)
    bounds = [value + narrower * (bound - value) for bound in (found.low, found.high)]
    assert found.value == pytest.approx(value, rel=1e-13)
    assert found.se * narrower == pytest.approx(se, rel=1e-12)
    assert bounds == pytest.approx([low, high], rel=1e-12)
    assert found.units == 100


@pytest.mark.parametrize(
    ("found", "printed"),
    [
        # domain: irrCAC's figures, five digits; two coders and four categories by hand
        (lambda: cohen(*ABSTRACTORS[:1], 3, counts=ABSTRACTORS[1]), 0.79641),
        (lambda: gwet(*ABSTRACTORS[:1], 3, counts=ABSTRACTORS[1]), 0.84933),
        (lambda: brennan_prediger(*ABSTRACTORS[:1], 3, counts=ABSTRACTORS[1]), 0.835),
        (lambda: percent_agreement(*ABSTRACTORS[:1], 3, counts=ABSTRACTORS[1]), 0.89),
        (lambda: cohen(*ABSTRACTORS[:1], 3, weighted="quadratic", counts=ABSTRACTORS[1]), 0.89216),
        (lambda: gwet(*ABSTRACTORS[:1], 3, weighted="quadratic", counts=ABSTRACTORS[1]), 0.94024),
        (lambda: gwet(FOUR_CODERS, 5), 0.77544),
        (lambda: gwet(FOUR_CODERS, 5, weighted="quadratic"), 0.91400),
        (lambda: gwet(FOUR_CODERS, 5, weighted="ordinal"), 0.89894),
        (lambda: fleiss(FOUR_CODERS, 5), 0.76117),
    ],
)
def test_published_to_five_digits(found: Callable[[], Agreement], printed: float) -> None:
    assert found().value == pytest.approx(printed, abs=5e-6)


def test_cohen_by_hand() -> None:
    """Two coders, 20 and 15 alike, 5 and 10 not: (.7 - .5)/(1 - .5), exactly."""
    found = cohen([[0, 0], [0, 1], [1, 0], [1, 1]], 2, counts=[20, 5, 10, 15])
    assert (found.value, found.observed, found.expected) == (0.4, 0.7, 0.5)


def data(name: str) -> Ints:
    """The codes of a data set of the R package irr, units x coders, from 0 up."""
    with (REFERENCE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[int(cell[0]) - 1 for cell in row] for row in rows])


def reference(peer: str) -> Any:
    return json.loads((REFERENCE / "reference.json").read_text(encoding="utf-8"))[peer]


@needs_reference
def test_irr() -> None:
    """The R package irr 0.84.1, to all its digits; kappa of anxiety to the five of the domain."""
    peer = reference("r")["irr"]
    anxiety, diagnoses = data("anxiety"), data("diagnoses")
    for found, expected in [
        (fleiss(diagnoses, 5), peer["fleiss_diagnoses"]["kappa"]),
        (cohen(diagnoses[:, :2], 5), peer["cohen_diag_r1r2"]["kappa"]),
        (light(diagnoses, 5), peer["light_diagnoses"]),
        (cohen(anxiety[:, :2], 6, weighted="linear"), peer["kappa2_anxiety_equal"]),
        (cohen(anxiety[:, :2], 6, weighted="quadratic"), peer["kappa2_anxiety_sq"]),
    ]:
        assert found.value == pytest.approx(expected, rel=1e-12)
    assert cohen(anxiety[:, :2], 6).value == pytest.approx(0.11950, abs=5e-6)
    statsmodels = reference("python")["sm_fleiss_diagnoses"]["value"]
    assert fleiss(diagnoses, 5).value == pytest.approx(statsmodels, rel=1e-12)


@needs_reference
@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("gwet", "irrCAC_gwet.ac1.raw_anxiety"),
        ("fleiss", "irrCAC_fleiss.kappa.raw_anxiety"),
        ("brennan_prediger", "irrCAC_bp.coeff.raw_anxiety"),
    ],
)
def test_irrcac(name: str, theirs: str) -> None:
    """Version 1.0 rounds coefficient and error to five digits, bounds to three, shares not."""
    peer = reference("r")["irr"][theirs][0]
    found = MANY[name](data("anxiety"), 6)
    assert (found.observed, found.expected) == pytest.approx((peer["pa"], peer["pe"]), rel=1e-12)
    assert found[:2] == pytest.approx((peer["coeff.val"], peer["coeff.se"]), abs=5.001e-6)
    bounds = [float(part) for part in peer["conf.int"].strip("()").split(",")]
    assert [found.low, found.high] == pytest.approx(bounds, abs=5.001e-4)


# irrCAC, run in R 4.2.2 without rounding, on data of irr
UNROUNDED = [
    ("anxiety", 6, "gwet", "identity", 0.031365313653136488, 0.046682062591967423),
    ("anxiety", 6, "fleiss", "linear", 0.054252199413489501, 0.082006021013843633),
    ("anxiety", 6, "gwet", "ordinal", 0.48613376835236533, 0.11574423784850893),
    ("diagnoses", 5, "fleiss", "identity", 0.43024452006014097, 0.054198935515332759),
    ("diagnoses", 5, "gwet", "quadratic", 0.38022830066767155, 0.10465683662033545),
    ("diagnoses", 5, "brennan_prediger", "linear", 0.3625, 0.074325135279762825),
]


@needs_reference
@pytest.mark.parametrize(("file", "categories", "name", "weighted", "value", "se"), UNROUNDED)
def test_irrcac_without_rounding(
    file: str, categories: int, name: str, weighted: Weights, value: float, se: float
) -> None:
    found = MANY[name](data(file), categories, weighted=weighted)
    assert found[:2] == pytest.approx((value, se), rel=1e-11)


EMPTY = np.zeros((0, 2), np.int64)
ALL = {**MANY, "cohen": cohen}
ONE_CATEGORY = "only one category is used, so chance alone would agree as much"
DEGENERATE = [
    # codes of two coders, coefficient, value, whether there is an interval, and why not
    (EMPTY, "gwet", NAN, False, "no unit is coded"),
    (EMPTY, "cohen", NAN, False, "no unit is coded"),
    ([[-1, -1]], "fleiss", NAN, False, "no unit is coded"),
    ([[0, -1], [-1, 1]], "gwet", NAN, False, "no unit is coded by two coders"),
    ([[0, -1], [-1, 1]], "cohen", NAN, False, "no unit is coded by two coders"),
    ([[0, -1], [-1, 1]], "percent_agreement", NAN, False, "no unit is coded by two coders"),
    ([[0, 0], [0, 0]], "cohen", NAN, False, ONE_CATEGORY),
    ([[0, 0], [0, 0]], "fleiss", NAN, False, ONE_CATEGORY),
    ([[0, 0], [0, 0]], "gwet", 1, True, ""),
    ([[0, 0], [0, 0]], "brennan_prediger", 1, True, ""),
    ([[0, 0], [0, 0]], "percent_agreement", 1, True, ""),
    ([[0, 1]], "percent_agreement", 0, False, "one unit has no standard error"),
    ([[0, 1]], "gwet", -1, False, "one unit has no standard error"),
    ([[0, 1]], "fleiss", -1, False, "one unit has no standard error"),
    ([[0, 1]], "cohen", 0, False, "one unit has no standard error"),
    ([[0, 1], [1, 0]], "cohen", -1, True, ""),
    ([[0, 0], [1, 1]], "cohen", 1, True, ""),
    ([[0, 0], [1, 1]], "fleiss", 1, True, ""),
]


@pytest.mark.parametrize(("codes", "name", "value", "interval", "reason"), DEGENERATE)
def test_degenerate_codings(
    codes: ArrayLike, name: str, value: float, interval: bool, reason: str
) -> None:
    found = ALL[name](codes, 2)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.reason == reason
    bounds = [math.isfinite(bound) for bound in (found.se, found.low, found.high)]
    assert bounds == [interval] * 3
    assert not interval or -1 <= found.low <= found.value <= found.high <= 1


def test_one_coder_and_one_category() -> None:
    assert gwet([[0], [1]], 2).reason == "no unit is coded by two coders"
    assert gwet([[0, 0]], 1).reason == "with one category there is nothing to disagree on"
    assert brennan_prediger([[0, 0]], 1).reason == ONE_CATEGORY
    assert fleiss([[0, 0]], 1).observed == 1
    with pytest.raises(ValueError, match="for two coders"):
        cohen([[0, 0, 0]], 1)
    with pytest.raises(ValueError, match="unknown weights 'squared'"):
        weights("squared", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one category"):
        weights("linear", 0)


def test_pairs_without_kappa_are_left_out_of_the_mean() -> None:
    """The third coder met the others on one unit only, where both agree."""
    found = light([[0, 0, -1], [0, 1, -1], [1, 1, 1]], 2)
    assert (found.value, found.units) == (cohen([[0, 0], [0, 1], [1, 1]], 2).value, 3)
    assert math.isnan(found.se)
    assert found.reason == "no standard error for a mean of several kappas"
    assert light([[0, 0], [0, 0]], 2).reason == "no pair of coders has a kappa"
    assert light([[0, -1]], 2).reason == "no unit is coded by two coders"


def test_full_agreement_has_an_interval_with_width() -> None:
    """At most 1 - .025^(1/10) of the units would be coded differently, and those at worst fully."""
    found = gwet([[0, 0]] * 5 + [[1, 1]] * 5, 2)
    share = 1 - 0.025 ** (1 / 10)
    assert (found.value, found.se, found.high) == (1, 0, 1)
    assert found.low == pytest.approx((1 - share - 0.5) / 0.5, rel=1e-12)


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize("categories", [1, 2, 3, 7])
def test_weights_fall_with_the_distance(name: Weights, categories: int) -> None:
    found = weights(name, categories)
    assert (found == found.T).all()
    assert (np.diag(found) == found[0, 0]).all()
    assert found[0, 0] > 0
    assert (np.diff(found[0]) <= 0).all()
    assert found.min() == (0 if categories > 1 else 1)


def test_ordinal_weights() -> None:
    """Pairs of categories that lie between, of 6: 1 - (0, 1, 3, 6)/6."""
    assert weights("ordinal", 4)[0].tolist() == [6, 5, 3, 0]


def test_prevalence() -> None:
    found = prevalence([[0, 1, -1], [0, 1, -1], [1, -1, -1]], 2, counts=[1, 2, 1])
    assert found.overall.tolist() == [3 / 7, 4 / 7]
    assert found.by_coder.tolist()[:2] == [[3 / 4, 1 / 4], [0, 1]]
    assert np.isnan(found.by_coder[2]).all()
    assert np.isnan(prevalence([[-1]], 2).overall).all()


def test_the_paradox_of_kappa() -> None:
    """A rare code, 90 % agreement: kappa is below 0, AC1 is .89."""
    codes = [[0, 0]] * 90 + [[0, 1]] * 5 + [[1, 0]] * 5
    assert cohen(codes, 2).value == pytest.approx(-1 / 19, rel=1e-12)
    assert gwet(codes, 2).value == pytest.approx((0.9 - 0.095) / 0.905, rel=1e-12)


ROWS = st.lists(
    st.lists(st.integers(-1, 3), min_size=3, max_size=3).map(tuple), min_size=1, max_size=25
)


@given(ROWS, st.sampled_from(sorted(MANY)), st.sampled_from(WEIGHTS), st.permutations(range(3)))
@settings(max_examples=150, deadline=None)
def test_blind_to_the_order_of_coders_and_units_and_to_how_they_are_counted(
    rows: list[tuple[int, ...]], name: str, weighted: Weights, order: list[int]
) -> None:
    whole = MANY[name](rows, 4, weighted=weighted)
    counted = Counter(rows)
    short = np.array(list(counted))
    for other in (
        MANY[name](np.array(rows)[::-1][:, order], 4, weighted=weighted),
        MANY[name](short, 4, weighted=weighted, counts=list(counted.values())),
        # Nobody coded this one.
        MANY[name]([*rows, (-1, -1, -1)], 4, weighted=weighted),
    ):
        assert other[:6] == pytest.approx(whole[:6], rel=1e-9, abs=1e-9, nan_ok=True)
        assert other[6:] == whole[6:]


@given(ROWS, st.sampled_from(sorted(MANY)), st.sampled_from(WEIGHTS))
@settings(max_examples=100, deadline=None)
def test_reversed_categories_agree_as_much(
    rows: list[tuple[int, ...]], name: str, weighted: Weights
) -> None:
    codes = np.array(rows)
    other = MANY[name](np.where(codes < 0, -1, 3 - codes), 4, weighted=weighted)
    whole = MANY[name](codes, 4, weighted=weighted)
    assert other[:6] == pytest.approx(whole[:6], rel=1e-9, abs=1e-9, nan_ok=True)
    assert math.isnan(whole.value) == bool(whole.reason and math.isnan(whole.value))
    assert bool(whole.reason) == math.isnan(whole.low)


PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40)


@given(PAIRS, st.sampled_from(WEIGHTS))
@settings(max_examples=100, deadline=None)
def test_cohen_from_its_definition(pairs: list[tuple[int, int]], weighted: Weights) -> None:
    """The standard error of Fleiss, Cohen & Everitt in their own form, cell by cell."""
    table = np.zeros((3, 3))
    for a, b in pairs:
        table[a, b] += 1 / len(pairs)
    w = weights(weighted, 3) / weights(weighted, 3)[0, 0]
    row, column = table.sum(axis=1), table.sum(axis=0)
    pa, pe = float((w * table).sum()), float(row @ w @ column)
    found = cohen(pairs, 3, weighted=weighted)
    if pe > 1 - 1e-12:
        assert math.isnan(found.value)
        return
    bar_row, bar_column = w @ column, w @ row
    top = sum(
        table[k, m] * (w[k, m] * (1 - pe) - (bar_row[k] + bar_column[m]) * (1 - pa)) ** 2
        for k in range(3)
        for m in range(3)
    )
    variance = (top - (pa * pe - 2 * pe + pa) ** 2) / (len(pairs) * (1 - pe) ** 4)
    assert found.value == pytest.approx((pa - pe) / (1 - pe), abs=1e-12)
    assert found.se**2 == pytest.approx(variance, rel=1e-9, abs=1e-12)
