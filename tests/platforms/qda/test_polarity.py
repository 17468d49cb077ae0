"""Polarity: every way of writing one of five values, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.platforms.qda.polarity import fix, polarity

SAME = {
    "-2": [
        *("-2", "−2", "–2", "- 2", "-2.0", "-2,0", "strongly negative", "Very Negative"),
        *("sterk negatief", "zeer negatief", "fortement négatif", "très négative"),
        *("stark negativ", "sehr negativ", "strongly_negative", "strongly-negative"),
    ],
    "-1": ["-1", "negative", "negatief", "Négatif", "negativ"],
    "0": ["0", "-0", "+0", "0.0", "neutral", "Neutraal", "neutre"],
    "1": ["1", "+1", "１", "positive", "positief", "positif", "positiv"],
    "2": ["2", "+2", "strongly positive", "sterk positief", "très positif", "stark positiv"],
    "": ["", " ", "\u00a0"],
}


@pytest.mark.parametrize(
    ("cell", "wanted"), [(cell, wanted) for wanted, cells in SAME.items() for cell in cells]
)
def test_same(cell: str, wanted: str) -> None:
    assert polarity(cell) == wanted


@pytest.mark.parametrize("cell", ["3", "-3", "1.5", "--1", "12", "n/a", "good", "strongly", "2;1"])
def test_none(cell: str) -> None:
    assert polarity(cell) is None
    assert "-2, -1, 0, 1, 2" in fix(cell)


def test_the_likely_fix() -> None:
    assert fix("strongly negatve").startswith("did you mean strongly negative? ")


@given(st.text())
def test_never_anything_else(cell: str) -> None:
    assert polarity(cell) in {"-2", "-1", "0", "1", "2", "", None}
