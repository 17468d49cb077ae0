from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

import vested
from vested.errors import InputError, UsageError
from vested.formats import open_table
from vested.model import Instrument
from vested.platforms import Column, Export
from vested.survey.mapping import ColumnEntry, ColumnMapping
from vested.survey.matching import match_items

TEXT = "Our leaders share what they know with the whole organisation."
TWIN = "Our leaders share what they know with the whole sector."


@pytest.fixture
def instrument(short: Instrument) -> Instrument:
    """Two items of which the second has an alias, and texts that begin alike."""
    first, second = short.items[:2]
    return replace(
        short,
        items=(
            replace(first, id="A1", aliases=(), text={"en": TEXT, "nl": "Wij delen alles."}),
            replace(second, id="A2", aliases=("q_2",), text={"en": TWIN}),
        ),
        inventory=None,
    )


def export(columns: Sequence[Column | str], tmp_path: Path) -> Export:
    path = tmp_path / "e.csv"
    path.write_text("x,y\n1,2\n", encoding="utf-8")
    with ExitStack() as stack:
        table = open_table(path, None, stack)
    made = tuple(Column(c) if isinstance(c, str) else c for c in columns)
    return Export(table, made)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["A1", "A2"], {"A1": (0, "name"), "A2": (1, "name")}),
        (["a2 ", "Q_2x", " a1"], {"A1": (2, "name"), "A2": (0, "name")}),
        (["q_2"], {"A2": (0, "name")}),
        ([Column("Q1[A1]", export_id="A1")], {"A1": (0, "export id")}),
        ([Column("V9", aliases=("Q7", "A2"))], {"A2": (0, "export id")}),
        ([TEXT], {"A1": (0, "question text")}),
        ([Column("Q1", (f"How far do you agree? - {TEXT}", TEXT))], {"A1": (0, "question text")}),
        ([Column("Q1", ("wij  delen\u00a0alles.",))], {"A1": (0, "question text")}),
        # Cut texts: only where one item begins like that.
        ([Column("Q1", (f"{TEXT[:-8]}...",))], {"A1": (0, "question text, cut off")}),
        ([Column("Q1", (f"{TEXT[:40]}...",))], {}),
        ([Column("Q1", (f"{TEXT[:-8]}",))], {}),
        ([Column("Q1", (f"{TWIN[:-4]}…",))], {"A2": (0, "question text, cut off")}),
        # Similar is not the same.
        ([TEXT.replace("know", "knew")], {}),
        # What the platform says is no question is none.
        ([Column("A1", role="technical")], {}),
        # A name goes before a text.
        (["A1", TEXT], {"A1": (0, "name")}),
    ],
)
def test_items_are_matched(
    columns: list[Column | str],
    found: dict[str, tuple[int, str]],
    instrument: Instrument,
    tmp_path: Path,
) -> None:
    matches = match_items(export(columns, tmp_path), instrument)
    assert {key: (match.position, match.how) for key, match in matches.items()} == found


@pytest.mark.parametrize(
    "columns",
    [["A1", "a1"], ["A2", "q_2"], [Column("x", export_id="A1"), Column("y", export_id="A1")],
     [TEXT, Column("y", (TEXT,))]],
)  # fmt: skip
def test_two_columns_for_one_item_are_refused(
    columns: list[Column | str], instrument: Instrument, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"stands in columns 1 .* and 2 "):
        match_items(export(columns, tmp_path), instrument)


def mapping(*entries: ColumnEntry) -> ColumnMapping:
    return ColumnMapping("m.yaml", entries)


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (ColumnEntry("why", item="a1"), {"A1": 1}),
        (ColumnEntry("#2", item="A1"), {"A1": 1}),
        (ColumnEntry("A1", role="organisation"), {}),
        (ColumnEntry("A1"), {}),
        (ColumnEntry("elsewhere", item="A2"), {"A1": 0}),
    ],
)
def test_mapping_goes_first(
    entry: ColumnEntry, found: dict[str, int], instrument: Instrument, tmp_path: Path
) -> None:
    matches = match_items(export(["A1", "why"], tmp_path), instrument, mapping(entry))
    assert {key: match.position for key, match in matches.items()} == found


def test_mapping_to_an_unknown_item_is_refused(instrument: Instrument, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="A9 is no item") as caught:
        match_items(export(["x"], tmp_path), instrument, mapping(ColumnEntry("x", item="A9")))
    assert "A1" in caught.value.hint


def test_every_text_of_the_bundled_instruments_finds_its_item(tmp_path: Path) -> None:
    whole = vested.load_instrument("vested")
    for language in whole.languages:
        columns = [Column(f"Q{n}", (item.text[language],)) for n, item in enumerate(whole.items)]
        matches = match_items(export(columns, tmp_path), whole)
        assert [matches[item.id].position for item in whole.items] == list(range(len(columns)))
