"""Surveys of two items from 0 to 100, with the columns sex and grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import vested
from vested.model import Instrument, Item, Measure, Scale

HUNDRED = Scale("hundred", tuple(range(101)), missing_codes=(999,))
HEADER = ["organisation", "round", "sex", "grade", "w", "a", "b"]
Rows = list[list[str]]


@pytest.fixture(scope="session")
def two() -> Instrument:
    return Instrument(
        id="two", version="1", name={"en": "Two"}, about={}, validated=False, references={},
        scales={"hundred": HUNDRED}, sections=(), items=(Item("a", HUNDRED), Item("b", HUNDRED)),
        measures=(
            Measure("A", "facet", ("a",), {"en": "a"}),
            Measure("P", "pair", ("a", "b"), {"en": "p"}),
        ),
        inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip


@pytest.fixture(scope="session")
def staff_rows() -> Callable[..., Rows]:
    """40 women and 30 men in junior grades, 20 and 10 in senior ones, and their raked weights."""

    def made(organisation: str = "Gent", wave: str = "1", *, share: int = 1) -> Rows:
        weights = {"F J": 6.14779, "M J": 11.80295, "F S": 10.20442, "M S": 19.59115}
        sizes = {"F J": 40, "M J": 30, "F S": 20, "M S": 10}
        return [
            [organisation, wave, *who.split(), str(weights[who]),
             str((at * 37 + len(who) + ord(who[0])) % 101), str((at * 53 + ord(who[2])) % 101)]
            for who, size in sizes.items()
            for at in range(size // share)
        ]  # fmt: skip

    return made


@pytest.fixture
def analysed(
    tmp_path: Path, two: Instrument, write: Callable[..., Path]
) -> Callable[..., vested.Analysis]:
    """Analyse rows; margins and headcounts are given as the text of their files."""

    def made(
        rows: Sequence[Sequence[str]], margins: str = "", headcount: str = "", **options: object
    ) -> vested.Analysis:
        for name, option, text in (
            ("margins.csv", "population", margins),
            ("headcount.csv", "headcount", headcount),
        ):
            if text:
                (tmp_path / name).write_text(text, encoding="utf-8")
                options[option] = tmp_path / name
        survey = write(HEADER, rows)
        options = {"instrument": two, "gate": "off", **options}
        return vested.analyse(survey, **options)  # type: ignore[arg-type]

    return made
