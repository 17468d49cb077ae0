"""Krippendorff's alpha: published numbers, and what must not change it."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from vested.stats.coding import krippendorff
from vested.stats.coding.judgements import Judgements, judgements
from vested.stats.coding.krippendorff import LEVELS, Level, alpha, alpha_interval
from vested.stats.random import generator

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the reference data are not at hand"
)
Ints = NDArray[np.int64]
NAN = math.nan
UP_TO = [1, 2, 3, 4, 5, 6]

# Krippendorff's example, units × coders, 0 for missing
EXAMPLE = (
    np.array(
        [
            [1, 1, 0, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
            [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [0, 5, 5, 5], [0, 0, 1, 1], [0, 0, 3, 0],
        ]
    )
    - 1
)  # fmt: skip


@pytest.mark.parametrize(
    ("level", "value"),
    [
        # R package irr 0.84.1 and Python package krippendorff 0.9.0
        ("nominal", 0.743421052631579),
        ("ordinal", 0.8153875037548814),
        ("interval", 0.8491071428571428),
        ("ratio", 0.7974027747116121),
    ],
)
def test_the_example(level: Level, value: float) -> None:
    found = alpha(EXAMPLE, 5, level, values=UP_TO[:5])
    assert found.value == pytest.approx(value, rel=1e-14)
    assert (found.units, found.codes) == (11, 40)
    assert found.value == pytest.approx(1 - found.observed / found.expected, rel=1e-13)


def data(name: str) -> Ints:
    with (REFERENCE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[int(cell[0]) - 1 for cell in row] for row in rows])


@needs_reference
def test_the_package_krippendorff() -> None:
    """Python package krippendorff 0.9.0 (irr's alpha is wrong for three coders without gaps)."""
    text = (REFERENCE / "reference.json").read_text(encoding="utf-8")
    peer: dict[str, Any] = json.loads(text)["python"]
    anxiety = data("anxiety")
    for level in LEVELS:
        found = alpha(anxiety, 6, level, values=UP_TO)
        assert found.value == pytest.approx(peer["kripp_anxiety"][level]["value"], rel=1e-12)
        example = alpha(EXAMPLE, 5, level, values=UP_TO[:5])
        assert example.value == pytest.approx(peer["kripp_help_example"][level], rel=1e-12)
    diagnoses = alpha(data("diagnoses"), 5).value
    assert diagnoses == pytest.approx(peer["kripp_diagnoses_nominal"]["value"], rel=1e-12)
    rounded = peer["irrCAC_anxiety"]["krippendorff"]["value"]
    assert alpha(anxiety, 6).value == pytest.approx(rounded, abs=5.001e-6)


@pytest.mark.parametrize(
    ("level", "value"),
    # irrCAC, krippen2.table of cont3x3abstractors, identity and quadratic weights, R 4.2.2
    [("nominal", 0.79725849773085156), ("interval", 0.89264871757147779)],
)
def test_a_table_of_two_coders(level: Level, value: float) -> None:
    rows, counts = [[0, 0], [1, 1], [1, 2], [2, 1], [2, 2]], [13, 20, 7, 4, 56]
    assert alpha(rows, 3, level, counts=counts).value == pytest.approx(value, rel=1e-13)


def by_definition(rows: list[tuple[int, ...]], level: Level, values: list[float]) -> float:
    """Alpha from all pairs of codes, within units and overall, one by one."""
    units = [[code for code in row if code >= 0] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    pool = [code for unit in units for code in unit]

    def far(a: int, b: int) -> float:
        if level == "ordinal":
            low, high = min(a, b), max(a, b)
            between = sum(low <= code <= high for code in pool)
            return (between - (pool.count(a) + pool.count(b)) / 2) ** 2
        x, y = values[a], values[b]
        if level == "ratio":
            return ((x - y) / (x + y)) ** 2 if x != y else 0.0
        return (x - y) ** 2 if level == "interval" else float(a != b)

    expected = math.fsum(far(a, b) for a in pool for b in pool) / (len(pool) * (len(pool) - 1))
    observed = math.fsum(
        far(a, b) / (len(unit) - 1) for unit in units for a in unit for b in unit
    ) / len(pool)
    return 1 - observed / expected if expected else NAN


ROWS = st.lists(
    st.lists(st.integers(-1, 3), min_size=4, max_size=4).map(tuple), min_size=1, max_size=15
)
VALUES = st.lists(st.integers(0, 9) | st.floats(0.25, 8), min_size=4, max_size=4, unique=True)


def some(rows: list[tuple[int, ...]]) -> bool:
    return any(sum(code >= 0 for code in row) > 1 for row in rows)


@given(ROWS.filter(some), st.sampled_from(LEVELS), VALUES)
@settings(max_examples=200, deadline=None)
def test_equal_to_the_definition(
    rows: list[tuple[int, ...]], level: Level, values: list[float]
) -> None:
    found = alpha(rows, 4, level, values=values).value
    expected = by_definition(rows, level, values)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@given(ROWS, st.sampled_from(LEVELS), st.permutations(range(4)))
@settings(max_examples=100, deadline=None)
def test_blind_to_order_to_how_units_are_counted_and_to_units_with_one_code(
    rows: list[tuple[int, ...]], level: Level, order: list[int]
) -> None:
    whole = alpha(rows, 4, level)
    counted = Counter(rows)
    for other in (
        alpha(np.array(rows)[::-1][:, order], 4, level),
        alpha(list(counted), 4, level, counts=list(counted.values())),
        alpha([*rows, (-1, 3, -1, -1), (-1, -1, -1, -1)], 4, level),
    ):
        assert other[:3] == pytest.approx(whole[:3], rel=1e-12, nan_ok=True)
        assert other[3:5] == whole[3:5]
    assert bool(whole.reason) == math.isnan(whole.value)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("codes", "value", "reason"),
    [
        (np.zeros((0, 2), np.int64), NAN, "no unit is coded"),
        ([[-1, -1]], NAN, "no unit is coded"),
        ([[0], [1]], NAN, "no unit is coded by two coders"),
        ([[0, -1], [-1, 1]], NAN, "no unit is coded by two coders"),
        ([[1, 1], [1, 1]], NAN, "all codes are equal, so there is no chance to disagree"),
        ([[1, 1], [1, 1], [0, -1]], NAN, "all codes are equal, so there is no chance to disagree"),
        ([[0, 1]], 0, ""),
        ([[0, 0], [1, 1]], 1, ""),
        ([[0, 1], [1, 0]], -0.5, ""),
    ],
)
def test_degenerate_codings(codes: ArrayLike, value: float, reason: str, level: Level) -> None:
    found = alpha(codes, 2, level)
    assert found.value == pytest.approx(value, nan_ok=True)
    assert found.reason == reason
    interval = alpha_interval(codes, 2, generator(0, "", ""), level, draws=50)
    short = reason or ("one unit has no interval" if found.units == 1 else "")
    assert interval.reason == short
    assert math.isnan(interval.low) == math.isnan(interval.high) == bool(short)


@pytest.mark.parametrize(
    ("level", "values", "said"),
    [
        ("likert", None, "unknown level 'likert'"),
        ("interval", [1, 2, 3], "one number for each category"),
        ("interval", [1, NAN], "one number for each category"),
        ("ratio", [-1, 1], "not below 0"),
    ],
)
def test_refusals(level: Any, values: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        alpha([[0, 1]], 2, level, values=values)


@pytest.mark.parametrize("level", LEVELS)
def test_interval_is_that_of_units_drawn_one_by_one(level: Level) -> None:
    """The same draws by hand: units with replacement, alpha of each."""
    draw, random = np.random.default_rng(7), generator(7, "", "coders")
    paired = EXAMPLE[(EXAMPLE >= 0).sum(axis=1) > 1]
    drawn = [
        alpha(paired[draw.integers(0, 11, 11)], 5, level, values=UP_TO[:5]).value
        for _ in range(2000)
    ]
    found = alpha_interval(EXAMPLE, 5, random, level, values=UP_TO[:5], draws=20_000)
    bounds = np.nanquantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx(tuple(bounds), abs=0.05)
    assert found.failing == pytest.approx(float(np.mean(np.array(drawn) < 0.8)), abs=0.05)
    assert found.low < alpha(EXAMPLE, 5, level, values=UP_TO[:5]).value < found.high


@pytest.mark.parametrize("level", LEVELS)
def test_each_draw_is_an_alpha(level: Level) -> None:
    """With two units to draw from, alpha has three outcomes, one of them without an alpha."""
    codes = [[0, 0], [0, 1]]
    found = alpha_interval(codes, 2, generator(1, "", ""), level, draws=4000)
    both, twice = alpha(codes, 2, level).value, alpha([[0, 1], [0, 1]], 2, level).value
    assert (found.low, found.high) == pytest.approx((twice, both), abs=1e-12)
    assert found.undefined == pytest.approx(0.25, abs=0.03)
    assert found.failing == 1


class Drawn:
    """Stands for a generator that draws each kind of unit as often as told."""

    def __init__(self, units: Ints) -> None:
        self.units = units

    def multinomial(self, total: int, shares: object, size: int) -> Ints:
        del total, shares
        return np.tile(self.units, (size, 1))


@pytest.mark.parametrize("level", LEVELS)
@given(st.lists(st.integers(0, 6), min_size=9, max_size=9).filter(lambda units: sum(units) > 1))
@settings(max_examples=30, deadline=None)
def test_alpha_of_a_draw_is_alpha_of_its_units(level: Level, units: list[int]) -> None:
    kinds = judgements(EXAMPLE, 5)
    kinds = Judgements(kinds.tally[kinds.coders > 1], kinds.units[kinds.coders > 1])
    rows = [np.repeat(np.arange(5), tally).tolist() for tally in kinds.tally]
    padded = [row + [-1] * (4 - len(row)) for row in rows]
    expected = alpha(padded, 5, level, values=UP_TO[:5], counts=units)
    random: Any = Drawn(np.array(units))
    found = alpha_interval(EXAMPLE, 5, random, level, values=UP_TO[:5], draws=3)
    if expected.reason:
        assert found.undefined == 1
        assert found.reason == "more than half of the draws hold one category only"
    else:
        assert found.failing == float(expected.value < 0.8)
        assert next(drawn(random, level)) == pytest.approx([expected.value] * 3, rel=1e-12)


def drawn(random: Any, level: Level) -> Iterator[NDArray[np.float64]]:
    kinds = judgements(EXAMPLE, 5)
    kinds = Judgements(kinds.tally[kinds.coders > 1], kinds.units[kinds.coders > 1])
    return krippendorff._draws(kinds, [1, 2, 3, 4, 5], level, random, 3)


def test_seeded_and_shared_out_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(seed: int) -> tuple[float, ...]:
        return alpha_interval(EXAMPLE, 5, generator(seed, "", "coders"), draws=301)[:4]

    whole = run(1)
    assert run(1) == whole != run(2)
    monkeypatch.setattr("vested.stats.coding.krippendorff._CELLS", 700)
    assert run(1) == pytest.approx(whole, rel=1e-12)


def test_coders_who_agree_fully_have_an_interval_with_width() -> None:
    """At most 1 - .025^(1/10) of the units would be coded otherwise; expected is 10/19."""
    found = alpha_interval([[0, 0]] * 5 + [[1, 1]] * 5, 2, generator(0, "", ""), draws=500)
    assert found.high == 1
    assert found.low == pytest.approx(1 - (1 - 0.025**0.1) / (10 / 19), rel=1e-12)
    assert found.failing == 0


def test_draws_without_an_alpha_are_counted() -> None:
    """One unit in forty is coded otherwise: (39/40)^40 = .363 of the draws miss it."""
    codes = [[0, 0]] * 39 + [[0, 1]]
    found = alpha_interval(codes, 2, generator(0, "", ""), draws=4000)
    assert found.undefined == pytest.approx((39 / 40) ** 40, abs=0.03)
    assert not found.reason
