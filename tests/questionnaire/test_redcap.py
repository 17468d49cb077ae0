"""REDCap: read back as a data dictionary, and by the program's own reader of dictionaries."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from vested.errors import InstrumentError
from vested.model import Instrument
from vested.platforms.definitions import read_definition
from vested.questionnaire import export

NAME, HEADER = "Variable / Field Name", "Section Header"
CHOICES, MATRIX = "Choices, Calculations, OR Slider Labels", "Matrix Group Name"
BRANCHING = "Branching Logic (Show field only if...)"
Rows = list[dict[str, str]]


def read(content: bytes) -> Rows:
    reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
    rows = list(reader)
    assert reader.fieldnames is not None
    assert len(reader.fieldnames) == 18
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def choices(row: dict[str, str]) -> dict[str, str]:
    """As REDCap takes them apart: at each bar, then at the first comma."""
    pairs = (choice.split(",", 1) for choice in row[CHOICES].split("|"))
    return {code.strip(): label.strip() for code, label in pairs}


@pytest.fixture(scope="module")
def rows(full: Instrument) -> Rows:
    return read(export(full, "redcap", language="fr", inventory=True).content)


def test_every_item_once_in_lower_case(rows: Rows, full: Instrument) -> None:
    assert full.inventory is not None
    inventory = full.inventory.technologies
    names = [
        *("record_id", "consent_text", "consent", "organisation"),
        *(item.id.lower() for item in full.items),
        *(entry.id.lower() for entry in inventory),
        *(entry.change_id.lower() for entry in inventory),
    ]
    assert [row[NAME] for row in rows] == names
    assert all(re.fullmatch("[a-z][a-z0-9_]*", row[NAME]) for row in rows)


def test_matrices_of_the_same_choices(rows: Rows) -> None:
    fields = [row for row in rows if row[MATRIX]]
    runs = [(name, list(run)) for name, run in groupby(fields, key=lambda row: row[MATRIX])]
    assert [name for name, _ in runs] == [f"grid{at}" for at in range(1, 8)]
    for _, run in runs:
        assert len({row[CHOICES] for row in run}) == 1
        assert [bool(row[HEADER]) for row in run] == [True] + [False] * (len(run) - 1)
        assert {row["Field Type"] for row in run} == {"radio"}


def test_choices_have_the_codes_of_the_scale(rows: Rows, full: Instrument) -> None:
    found = {row[NAME]: choices(row) for row in rows if row[CHOICES]}
    assert found.pop("consent") == {"1": "Oui", "0": "Non"}
    for item in full.items:
        labels = dict(zip(map(str, item.scale.codes), item.scale.labels["fr"], strict=True))
        assert found[item.id.lower()] == {**labels, "9": item.scale.missing["fr"][0]}
    assert list(found["tcl"]) == ["0", "1", "2", "3", "4", "9"]
    assert list(found["tcl_change"]) == ["0", "1", "2", "3", "9"]


def test_headers_are_title_and_stem(rows: Rows, full: Instrument) -> None:
    headers = [row[HEADER] for row in rows if row[HEADER]]
    sections = [f"{section.title['fr']}: {section.stem['fr']}" for section in full.sections]
    assert headers[:5] == sections
    assert headers[5].startswith("Inventaire des technologies: Laissez cette page vide")


def test_the_inventory_is_an_instrument_of_its_own(rows: Rows) -> None:
    forms = [(name, len(list(run))) for name, run in groupby(rows, key=lambda r: r["Form Name"])]
    assert forms == [("vested", 84), ("technology_inventory", 16)]


def test_consent_opens_the_rest(rows: Rows) -> None:
    assert {row[BRANCHING] for row in rows[:3]} == {""}
    assert {row[BRANCHING] for row in rows[3:]} == {"[consent] = '1'"}
    required = [row[NAME] for row in rows if row["Required Field?"] == "y"]
    assert required == ["consent", "organisation"]


def test_the_dictionary_reader_understands_it(full: Instrument, tmp_path: Path) -> None:
    path = tmp_path / "dictionary.csv"
    path.write_bytes(export(full, "redcap").content)
    found = {question.name: question for question in read_definition(path).questions}
    assert found["rsr1"].options["9"] == {"en": "Cannot say"}
    assert found["rsr1"].text == {"en": full.item("RSR1").text["en"]}


def test_texts_stay_texts(awkward: Instrument) -> None:
    made = export(awkward, "redcap")
    labels = {row[NAME]: row["Field Label"] for row in read(made.content)}
    assert labels["a1"] == '=HYPERLINK("x") & &lt;b>bold&lt;/b>'
    assert labels["a2"] == "a tab, a line, and a bell"
    assert made.notes[-1].endswith("B-2 is b_2")


def test_a_bar_in_a_label_is_refused(make: Callable[..., Instrument]) -> None:
    made = make(scales={"s": {"codes": [1, 2], "labels": {"en": ["Yes | always", "No"]}}})
    with pytest.raises(InstrumentError, match=r"'Yes \| always' of scale s holds \|"):
        export(made, "redcap")


@pytest.mark.parametrize(
    ("ids", "message"),
    [(["B-1", "B_1"], "B_1 cannot be named b_1"), (["record_id"], "a part of every form is")],
)
def test_names_that_would_be_one(
    make: Callable[..., Instrument], ids: list[str], message: str
) -> None:
    made = make(
        items=[{"id": name, "scale": "s"} for name in ids],
        measures=[{"id": "F", "kind": "facet", "of": ids}],
    )
    with pytest.raises(InstrumentError, match=message):
        export(made, "redcap")
