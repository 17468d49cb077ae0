from __future__ import annotations

from pathlib import Path

import pytest

from vested.analysis.compare.claims.claim import (
    STANDARD,
    Claim,
    check_marker,
    claims_of,
    items_of,
    name_of,
)
from vested.errors import UsageError
from vested.instruments import load_instrument


@pytest.mark.parametrize("name", ["vested", "vested-short"])
def test_the_usual_claims_are_about_different_items(name: str) -> None:
    instrument = load_instrument(name)
    assert claims_of(instrument, ()) == STANDARD
    for claim in STANDARD:
        items = [items_of(instrument, measure) for measure in claim.path]
        assert len(set.union(*items)) == sum(map(len, items))


def test_claims_as_they_are_written(eight: Path) -> None:
    found = claims_of(load_instrument(eight), ["F3->F4", " X -> F4 -> F5 "])
    assert found == (Claim("C1", ("F3", "F4")), Claim("C2", ("X", "F4", "F5")))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("F3-", "is no claim", "in quotes"),
        ("F3->", "is no claim", "in quotes"),
        ("F3->F4->F5->F6", "is no claim", "in quotes"),
        ("F3->f44", "no measure 'f44'", "F4"),
        ("zzz->F4", "no measure 'zzz'", "there are F0, F1"),
        ("X->F0", "X and F0 share the item q0", "different items"),
        ("F3->F3", "F3 cannot be set beside itself", "another measure"),
    ],
)
def test_claims_that_cannot_be_tested(eight: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        claims_of(load_instrument(eight), [text])
    assert message in error.value.message
    assert hint in error.value.hint


def test_an_instrument_without_the_usual_measures(eight: Path) -> None:
    with pytest.raises(UsageError) as error:
        claims_of(load_instrument(eight), ())
    assert "eight has no measure AGE, AGILITY, AGX, RESILIENCE, VESTED" in error.value.message
    assert "--claim 'F0->X'" in error.value.hint


@pytest.mark.parametrize(
    ("marker", "message"),
    [("F9", "no such measure"), ("X", "beside itself"), ("F0", "share the item")],
)
def test_a_marker_that_cannot_be_one(eight: Path, marker: str, message: str) -> None:
    instrument = load_instrument(eight)
    with pytest.raises(UsageError, match=message):
        check_marker(instrument, marker, claims_of(instrument, ["X->F4"]))
    check_marker(instrument, "F7", claims_of(instrument, ["X->F4"]))


def test_names_of_parts() -> None:
    instrument = load_instrument("vested")
    assert name_of(instrument, "AGX") == "Speed of exploration"
    assert name_of(instrument, "PTP.tilt") == "Transparency and privacy (tilt)"
    assert items_of(instrument, "PTP.tilt") == {"PTP1", "PTP2"}
