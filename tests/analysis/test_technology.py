"""The technology inventory: facts of an organisation, not opinions of respondents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vested

INSTRUMENT = vested.load_instrument("vested")
assert INSTRUMENT.inventory
FIRST, SECOND, THIRD = (t.id for t in INSTRUMENT.inventory.technologies[:3])
ITEMS = INSTRUMENT.measures[0].of


def table(folder: Path, rows: list[str]) -> list[tuple[object, ...]]:
    header = ["organisation", *ITEMS]
    header += [name for t in (FIRST, SECOND, THIRD) for name in (t, f"{t}_change")]
    path = folder / "survey.csv"
    # The second cell of a row is the answer to all items of one facet.
    full = [re.sub(r"^(\w+),(\d?),", r"\1" + r",\2" * len(ITEMS) + ",", row) for row in rows]
    path.write_text("\n".join([",".join(header), *full, ""]))
    found = vested.analyse(path, instrument="vested", min_respondents=1).technology
    assert found is not None
    assert found.columns == ["organisation", "technologies", "breadth", "depth", "redesign"]
    return found.rows()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # breadth: share at stage 3 or 4; depth: mean stage over 4; redesign: changes 2 or 3 of 0–3
        ("4,3,3,1,0,", (3, 2 / 3, 7 / 12, 0.5)),
        ("2,,1,,0,", (3, 0, 0.25, None)),  # nothing in use: no ratio
        ("4,2,,,,", (1, 1, 1, 1)),  # what is not answered leaves the denominator
        ("4,0,3,1,3,1", (3, 1, 10 / 12, 0)),
        ("3,,3,2,0,", (3, 2 / 3, 0.5, 1)),  # in use, change unknown: not in the ratio
    ],
)
def test_ratios(cells: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    (row,) = table(tmp_path, [f"Gent,4,{cells}"])
    assert row[1:] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("stages", "depth"), [("4", 1.0), ("04", 0.0), ("144", 1.0), ("0134", 0.25), ("4310", 0.25)]
)
def test_the_lower_median_of_several_informants(stages: str, depth: float, tmp_path: Path) -> None:
    (row,) = table(tmp_path, [f"Gent,4,{stage},,,,," for stage in stages])
    assert (row[1], row[3]) == (1, depth)


def test_organisations_in_order_and_waves_together(tmp_path: Path) -> None:
    rows = table(tmp_path, ["Mons,4,4,,,,,", "Gent,4,0,,,,,", "Aalst,3,,,,,,"])
    assert [row[0] for row in rows] == ["Gent", "Mons"]


def test_an_informant_without_opinions_is_used(tmp_path: Path) -> None:
    rows = table(tmp_path, ["Gent,,4,,,,,", "Mons,4,,,,,,"])
    assert rows[0][:2] == ("Gent", 1)


def test_no_inventory_no_table(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(f"organisation,{','.join(ITEMS)}\nGent{',4' * len(ITEMS)}\n")
    assert vested.analyse(path, instrument="vested", min_respondents=1).technology is None
