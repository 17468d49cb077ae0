from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from vested.analysis.compare.claims.words import number

Make = Callable[..., Any]
CLAIMS = ["F3->F4", "F3->F4->F5"]
PROOF = re.compile(r"\b(prov\w+|caus\w+|effects?|because|leads? to|therefore)\b", re.IGNORECASE)


@pytest.mark.parametrize("effect", [1.0, 0.0])
@pytest.mark.parametrize("sizes", [(12,) * 2, (12,) * 5, (12,) * 24, (5,) * 24], ids=str)
def test_no_sentence_claims_too_much(
    world: Make, claimed: Make, effect: float, sizes: tuple[int, ...]
) -> None:
    found = claimed(world(sizes, effect=effect), CLAIMS, min_respondents=5, marker="F7")
    for text in found.findings:
        assert not PROOF.search(text), text
        assert text.endswith(".")
        assert "nan" not in text
        assert "None" not in text


def test_what_is_said_of_a_claim_that_holds(world: Make, claimed: Make) -> None:
    text = claimed(world()).answer
    assert text.startswith(
        "C1: among 24 organisations, those higher on Facet 3 tend to be higher on Facet 4: r = ."
    )
    assert "between one half of their respondents on the first and the other half" in text
    assert re.search(r"95 % of 500 splits \.\d\d to \.\d\d", text)
    assert "Where the same respondents judge both, r = ." in text
    assert text.endswith("With 24 organisations, only r ≥ .54 would be found with 80 % power.")


def test_what_is_said_of_a_claim_that_runs_the_other_way(world: Make, claimed: Make) -> None:
    rows = [[*row[:8], str(9 - int(row[8])), *row[9:]] for row in world()]
    assert "tend to be lower on Facet 4: r = −." in claimed(rows).answer


def test_what_is_said_of_chance(world: Make, claimed: Make) -> None:
    text = claimed(world(effect=0.0, seed=5)).answer
    assert "that Facet 3 and Facet 4 go together cannot be told from chance" in text


def test_what_is_said_without_halves(world: Make, claimed: Make) -> None:
    text = claimed(world((7,) * 12), min_respondents=5).answer
    assert "where the same respondents judge both. How much of it is their way of" in text
    assert "fewer than 3 organisations with 8 respondents to split" in text


def test_an_instrument_that_is_not_validated_says_so(world: Make, claimed: Make) -> None:
    assert claimed(world((12,) * 4)).findings[-1].startswith("eight is not yet validated")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.549, 2, ".55"),
        (-0.301, 2, "−.30"),
        (0.999, 2, "1.00"),
        (-0.001, 2, ".00"),
        (0.0314, 3, ".031"),
        (-1.0, 2, "−1.00"),
        (None, 2, "–"),
    ],
)
def test_numbers(value: float | None, digits: int, shown: str) -> None:
    assert number(value, digits) == shown
