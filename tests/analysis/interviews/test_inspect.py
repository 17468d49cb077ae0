"""How coded interviews would be read: every code listed, near misses named and never used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.interviews import interviews
from vested.analysis.interviews.inspect import inspect_coded

NUMBERS = ["organisation", "measure", "sources", "rated", "segments", "polarity", "score"]


@pytest.fixture
def path(coded: Callable[..., Path], coding: Any) -> Path:
    codes = ("SCL", "reuse", "Scalin", "Gossip", "SCL +2", "TEC: -1")
    return coded([coding(f"S{at}", code, "") for at in range(3) for code in codes])


def test_every_code_and_what_it_is_taken_for(path: Path) -> None:
    found = inspect_coded([path])
    rows = {row["code"]: row for row in found.tables["codes"].frame.rows(named=True)}
    assert {
        name: (row["measure"], row["polarity"], row["because"]) for name, row in rows.items()
    } == {
        "SCL": ("SCL", None, "id"), "reuse": ("REU", None, "name"), "SCL +2": ("SCL", 2, "id"),
        "TEC: -1": ("TEC", -1, "id"), "Scalin": (None, None, "not matched"),
        "Gossip": (None, None, "not matched"),
    }  # fmt: skip
    assert {row["codings"] for row in rows.values()} == {3}
    near = found.tables["suggestions"].frame
    assert near.select("code", "measure").rows() == [("Scalin", "SCL")]
    ledger = dict(
        found.tables["ledger"].frame.select(pl.concat_str("stage", "reason"), "count").rows()
    )
    assert ledger == {"read": 18, "used": 12, "set asidecode not matched": 6}
    assert found.tables["files"].frame.row(0)[:6] == ("coded.csv", "", 6, 3, 18, 1)


def test_what_it_writes_means_the_same(path: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "codes.yaml"
    mapping.write_text(inspect_coded([path]).mapping, encoding="utf-8")
    plain, mapped = (interviews(path, mapping=each) for each in (None, mapping))
    assert plain.evidence.equals(mapped.evidence)
    assert plain.tables["ledger"].frame.equals(mapped.tables["ledger"].frame)
    assert inspect_coded([path], mapping=mapping).mapping == mapping.read_text(encoding="utf-8")


def test_edited_and_used(path: Path, tmp_path: Path) -> None:
    text = inspect_coded([path]).mapping
    edited = text.replace('"Scalin": ""', '"Scalin": "SCL"').replace(
        '"Gossip": ""', '"Gossip": "ignore"'
    )
    assert edited != text
    mapping = tmp_path / "codes.yaml"
    mapping.write_text(edited, encoding="utf-8")
    found = interviews(path, mapping=mapping)
    assert found.evidence.filter(measure="SCL")["segments"].to_list() == [9]
    reasons = found.tables["ledger"].frame["reason"].to_list()
    assert reasons == ["", "", "code ignored by the mapping"]
    assert not [note for note in found.notes if "no measure" in note]
    assert inspect_coded([path], mapping=mapping).mapping == edited


def test_unmatched_codes_are_named_the_most_frequent_first(
    coded: Callable[..., Path], coding: Any
) -> None:
    rows = [coding("S1", f"Other {at}", quotation=f"{n}") for at in range(8) for n in range(at + 1)]
    found = interviews(coded([coding(), *rows]), min_sources=1)
    note = next(note for note in found.notes if "no measure" in note)
    assert note.startswith("8 codes are no measure of the instrument: Other 7, Other 6, Other 5")
    assert "and 2 more" in note
    ledger = found.tables["ledger"].frame
    assert ledger["count"].to_list() == [37, 1, 36]


@pytest.mark.parametrize(
    ("row", "problem"),
    [({"code": "Gossip"}, "no code is a measure"), ({"organisation": ""}, "has an organisation")],
)
def test_what_cannot_be_used_is_shown(
    row: dict[str, str], problem: str, coded: Callable[..., Path], coding: Any
) -> None:
    found = inspect_coded([coded([coding(**row)])])
    shown = found.tables["files"].frame.row(0, named=True)
    assert problem in shown["problem"]
    assert shown["hint"]
    assert found.tables["codes"].frame.height == found.tables["sources"].frame.height == 1


def test_nothing_tells_who_speaks(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding("Interview Ann", coder="Ben", quotation="secret words")]
    found = inspect_coded([coded(rows)])
    text = str([table.frame.rows() for table in found.tables.values()]) + found.mapping
    assert not [name for name in ("Ann", "Ben", "secret") if name in text]
