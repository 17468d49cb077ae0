"""When more interviews bring nothing new: the published rule, and the exact curve of all orders."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.coding.saturation import Rule, saturation, saturation_any_order
from vested.stats.random import generator

Bools = NDArray[np.bool_]


def bringing(new: list[int]) -> Bools:
    """Sources that bring so many new codes each, and repeat all that came before."""
    first = np.repeat(np.arange(len(new)), new)
    return np.arange(len(new))[:, None] >= first[None, :]


def test_the_worked_example() -> None:
    """Domain: 37 codes in the first 4; 5–6 add 4, 10.8 %; 6–7 add 1, 2.7 %: reached at 5 %."""
    codes = bringing([20, 9, 5, 3, 3, 1, 0])
    found = saturation(codes)
    assert found.curve.tolist() == [20, 29, 34, 37, 40, 41, 41]
    assert (found.base_codes, found.ends.tolist()) == (37, [6, 7])
    assert found.new.tolist() == [4, 1]
    assert found.share.tolist() == [4 / 37, 1 / 37]
    assert found.share == pytest.approx([0.108, 0.027], abs=5e-4)
    assert (found.reached, found.reason) == (7, "")


@pytest.mark.parametrize(
    ("rule", "ends", "new", "reached"),
    [
        (Rule(), [6, 7, 8, 9, 10], [4, 1, 1, 1, 0], 7),
        (Rule(overlapping=False), [6, 8, 10], [4, 1, 0], 8),
        (Rule(threshold=0), [6, 7, 8, 9, 10], [4, 1, 1, 1, 0], 10),
        (Rule(run=3), [7, 8, 9, 10], [4, 2, 1, 1], 9),
        (Rule(run=3, overlapping=False), [7, 10], [4, 1], 10),
        (Rule(base=6), [8, 9, 10], [1, 1, 0], 8),
        (Rule(threshold=4 / 37), [6, 7, 8, 9, 10], [4, 1, 1, 1, 0], 6),
        (Rule(base=1, run=1, threshold=0.1), list(range(2, 11)), [9, 5, 3, 3, 1, 0, 1, 0, 0], 6),
    ],
)
def test_rules(rule: Rule, ends: list[int], new: list[int], reached: int) -> None:
    found = saturation(bringing([20, 9, 5, 3, 3, 1, 0, 1, 0, 0]), rule)
    assert (found.ends.tolist(), found.new.tolist()) == (ends, new)
    assert found.reached == reached


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        (np.zeros((0, 3)), "saturation needs 6 sources, there are 0"),
        (np.ones((1, 3)), "saturation needs 6 sources, there are 1"),
        (np.ones((2, 3)), "saturation needs 6 sources, there are 2"),
        (np.ones((5, 3)), "saturation needs 6 sources, there are 5"),
        (np.zeros((7, 3)), "no code occurs in the first 4 sources"),
        (np.zeros((7, 0)), "no code occurs in the first 4 sources"),
        (bringing([0, 0, 0, 0, 1, 0, 0]), "no code occurs in the first 4 sources"),
        (np.eye(9), "every run brought more than 0.05 of the codes of the base"),
    ],
)
def test_not_reached(codes: Bools, reason: str) -> None:
    found = saturation(codes)
    assert (found.reached, found.reason) == (None, reason)
    any_order = saturation_any_order(codes, generator(0, "", ""), orders=30)
    short = reason if reason.startswith("saturation needs") else ""
    assert any_order.reason == short
    assert math.isnan(any_order.reached) == bool(short)
    assert len(any_order.median) == len(codes)


@pytest.mark.parametrize("rule", [Rule(base=0), Rule(run=0), Rule(threshold=-0.1)])
def test_refused_rules(rule: Rule) -> None:
    with pytest.raises(ValueError, match="at least 1 source"):
        saturation(np.ones((9, 2)), rule)


def test_refused_shape() -> None:
    with pytest.raises(ValueError, match="sources × codes"):
        saturation([True, False])


def mean_curve(codes: Bools) -> list[float]:
    """Expected number of different codes over all orders, exactly: one minus the chance of none."""
    n, held = len(codes), codes.sum(axis=0).tolist()
    return [
        math.fsum(1 - math.comb(n - f, k) / math.comb(n, k) for f in held) for k in range(1, n + 1)
    ]


def test_all_orders_of_six_sources() -> None:
    """Against all 720 orders: the quantiles of the curve and of the point of saturation."""
    codes = np.random.default_rng(4).random((6, 12)) < 0.3
    rule = Rule(base=2, run=2, threshold=0.25)
    orders = [saturation(codes[list(o)], rule) for o in itertools.permutations(range(6))]
    found = saturation_any_order(codes, generator(5, "", "order"), rule, orders=20_000)
    curves = np.array([order.curve for order in orders])
    reached = [math.inf if order.reached is None else order.reached for order in orders]
    tails = [0.5, 0.025, 0.975]
    expected = np.quantile(curves, tails, axis=0, method="inverted_cdf")
    assert np.array([found.median, found.low, found.high]).tolist() == expected.tolist()
    points = np.quantile(reached, tails, method="inverted_cdf").tolist()
    assert [found.reached, found.reached_low, found.reached_high] == points
    assert found.share == pytest.approx(float(np.isfinite(reached).mean()), abs=0.02)
    assert 0 < found.share < 1


@pytest.mark.parametrize("seed", range(3))
def test_the_middle_of_the_curve(seed: int) -> None:
    codes = np.random.default_rng(seed).random((25, 60)) < 0.15
    found = saturation_any_order(codes, generator(seed, "", "order"))
    assert found.median == pytest.approx(np.array(mean_curve(codes)), abs=1.5)
    assert (found.low <= found.median).all()
    assert (found.median <= found.high).all()
    assert found.low[-1] == found.high[-1] == codes.any(axis=0).sum()


def test_seeded_and_shared_out_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.random.default_rng(1).random((12, 20)) < 0.2

    def run(seed: int) -> list[float]:
        found = saturation_any_order(codes, generator(seed, "", "order"), orders=97)
        return [*found.median, *found.low, *found.high, *found[3:7]]

    whole = run(1)
    assert run(1) == whole != run(2)
    monkeypatch.setattr("vested.stats.coding.saturation._CELLS", 60)
    assert run(1) == whole


@given(
    st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=9),
    st.integers(1, 3),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_equal_to_the_definition(
    rows: list[list[bool]], base: int, run: int, overlapping: bool
) -> None:
    found = saturation(rows, Rule(base, run, 0.3, overlapping))
    heard = [{code for code, there in enumerate(row) if there} for row in rows]
    sofar = [set().union(*heard[:k]) for k in range(len(rows) + 1)]
    assert found.curve.tolist() == [len(codes) for codes in sofar[1:]]
    starts = range(base, len(rows) - run + 1, 1 if overlapping else run)
    assert found.new.tolist() == [len(sofar[k + run] - sofar[k]) for k in starts]
    whole = len(sofar[base]) if base < len(sofar) else 0
    few = [k + run for k in starts if whole and len(sofar[k + run] - sofar[k]) / whole <= 0.3]
    assert found.reached == (few[0] if few else None)
    assert bool(found.reason) == (found.reached is None)
    # A source that repeats another brings nothing, and unused codes change nothing.
    assert saturation([*rows, rows[-1]], Rule(base, run)).curve[-1] == found.curve[-1]
    wider = saturation([[*row, False] for row in rows], Rule(base, run, 0.3, overlapping))
    assert wider.reached == found.reached
