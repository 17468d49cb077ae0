"""The paradox map and the test of congruence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import vested
from vested.analysis.compare import Comparison, compare

Compared = Callable[..., Comparison]
SAMPLE = Path(__file__).parents[3] / "data/samples/survey.csv"


def cities(number: int, seed: int = 5) -> list[list[str]]:
    """Organisations of six; A is the lower the further the poles of the pair are apart."""
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(number):
        p, q = (int(pole) for pole in rng.integers(1, 6, 2))
        a = 5 - abs(p - q)
        for _ in range(6):
            # Not all of one mind, or nothing of them could be shown.
            said = (np.clip(x + rng.integers(-1, 2), 1, 5) for x in (a, 3, p, q))
            rows.append([f"city {at:02}", "".join(map(str, said))])
    return rows


def test_joint_tilt_balance_and_combined_are_those_of_analyse() -> None:
    found = compare(SAMPLE, paradox_map=True).tables["paradoxes"].frame
    scores = vested.analyse(SAMPLE, gate="off").scores
    for part, name in (("joint", "PTP.joint"), ("tilt", "PTP.tilt")):
        there = scores.filter(measure=name).drop_nulls("score")
        own = found.filter(measure="PTP")
        assert own[part].to_list() == there["score"].to_list()
        assert own[f"{part}_low"].to_list() == there["ci_low"].to_list()
    both = found.filter(measure="AMBIDEXTERITY")
    assert both["balance"].null_count() == both["joint"].null_count() == 0
    assert both["tilt"].null_count() == both.height


def test_places(compared: Compared) -> None:
    """P1 and P2 of 5 and 2 every time: joint 50, and the first leads by 75 points."""
    given = [["Gent", "3352"]] * 20 + [["Köln", "3322"]] * 20 + [["Wien", "3344"]] * 20
    found = compared("organisation", given, paradox_map=True)
    pairs = found.tables["paradoxes"].frame.filter(measure="PAIR")
    assert pairs["place"].to_list() == ["both, P1 leads", "neither", "both"]
    assert found.findings[0] == (
        "PAIR: 2 of 3 organisations meet both poles; P1 leads in 1, P2 in 0."
    )


def test_poles_apart_go_with_less(compared: Compared) -> None:
    found = compared("organisation", cities(60), paradox_map=True)
    row = found.tables["congruence"].frame.row(0, named=True)
    assert (row["measure"], row["outcome"], row["organisations"]) == ("PAIR", "A", 60)
    assert row["a4_high"] < 0
    assert found.findings[-1] == "Poles apart go with less (a4 below 0): PAIR with A."


def test_the_surface_by_least_squares(compared: Compared) -> None:
    """Poles that are single items are found again from joint and tilt."""
    given = cities(40)
    row = (
        compared("organisation", given, paradox_map=True)
        .tables["congruence"]
        .frame.row(0, named=True)
    )
    names = sorted({name for name, _ in given})
    a, p, q = (
        np.array(
            [np.mean([25 * (int(d[at]) - 1) for n, d in given if n == name]) for name in names]
        )
        for at in (0, 2, 3)
    )
    p, q = (p - 50) / 10, (q - 50) / 10
    x = np.stack([np.ones(40), p, q, p * p, p * q, q * q], axis=1)
    b, *_ = np.linalg.lstsq(x, a, rcond=None)
    assert row["a1"] == pytest.approx(b[1] + b[2], rel=1e-8)
    assert row["a4"] == pytest.approx(b[3] - b[4] + b[5], rel=1e-8)


def test_too_few_organisations(compared: Compared) -> None:
    found = compared("organisation", cities(19), paradox_map=True)
    frame = found.tables["congruence"].frame
    assert frame["reason"].to_list() == ["19 organisations, fewer than 20"] * 2
    assert frame["a1"].null_count() == 2
    assert "not tested" in found.findings[-1]


def test_hidden_organisations_are_nowhere(compared: Compared) -> None:
    given = [*cities(20), *[["small", "1111"]] * 3]
    found = compared("organisation", given, paradox_map=True, min_respondents=5)
    assert "small" not in found.tables["paradoxes"].frame["organisation"].to_list()
    assert found.tables["congruence"].frame["organisations"].to_list() == [20, 20]
