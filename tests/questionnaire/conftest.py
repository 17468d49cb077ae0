"""Instruments to export: the bundled ones, and one whose texts try to be more than text."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import vested
from vested.instruments.reader import read_instrument
from vested.model import Instrument

AWKWARD_TEXTS = {
    "A1": '=HYPERLINK("x") & <b>bold</b>',
    "A2": "a\ttab,\na line, and a \x07 bell",
    "A3": "[[PageBreak]] {SID} [scl1] `code` *star* _under_ ~ a|b",
    "A4": '</script>\\"; throw 1; // \u2028 \\u0041 "',
    "B_1": "3. Numbered, “quoted”, c'est-à-dire … ?\u00a0",
    "B-2": "# R&amp;D <- 1 < 2",
}


@pytest.fixture(scope="session")
def make() -> Callable[..., Instrument]:
    """What the reader makes of a small instrument file, with entries of its own."""

    def made(**changes: object) -> Instrument:
        content = {
            "id": "small",
            "version": "1",
            "name": {"en": "Small"},
            "scales": {"s": {"codes": [1, 2], "missing": {"en": ["None"]}, "missing_codes": [9]}},
            "items": [{"id": "X1", "scale": "s", "text": {"en": "One."}}],
            "measures": [{"id": "F", "kind": "facet", "of": ["X1"]}],
            **changes,
        }
        return read_instrument(json.dumps(content).encode(), "made.yaml")  # JSON is YAML

    return made


@pytest.fixture(scope="session")
def full() -> Instrument:
    return vested.load_instrument("vested")


@pytest.fixture(scope="session")
def awkward(make: Callable[..., Instrument]) -> Instrument:
    """Two scales in one section, items without a section, a language that is not complete."""
    scales = {
        "yes-no": {
            "codes": [0, 1],
            "labels": {"en": ["No, <i>never</i>", "Yes & {always}"], "nl": ["Nee", "Ja"]},
            "missing": {"en": ['"Don\'t know"', "No idea"]},
            "missing_codes": [-8, 98765],
        },
        "bare": {"codes": [10, 20, 30]},
    }
    items: list[dict[str, object]] = [
        {"id": name, "scale": "yes-no", "text": {"en": text}}
        | ({"scale": "bare"} if name == "A2" else {})
        | ({"section": "first"} if name.startswith("A") else {})
        for name, text in AWKWARD_TEXTS.items()
    ]
    items[0]["text"] = {"en": AWKWARD_TEXTS["A1"], "nl": "Nederlands"}
    title = {"en": "First [[part]]", "nl": "Eerste <deel>"}
    return make(
        id="awkward-1",
        version="1*0",
        name={"en": 'Awkward "title" <x>', "nl": "Lastig"},
        scales=scales,
        sections=[{"id": "first", "title": title, "stem": {"en": "How {far} & <wide>?"}}],
        items=items,
        measures=[{"id": "F", "kind": "facet", "of": ["A1", "A3"]}],
    )
