"""XLSForm: read back as a workbook, and as the form that ODK makes of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vested.errors import InstrumentError
from vested.model import Instrument
from vested.questionnaire import export

Rows = list[dict[str, str]]


def sheets(content: bytes) -> dict[str, Rows]:
    """By sheet its rows, by head."""
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.load_workbook(io.BytesIO(content))
    found: dict[str, Rows] = {}
    for sheet in book:
        heads, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [
            {head: cell for head, cell in zip(heads, row, strict=True) if cell not in (None, "")}
            for row in rows
        ]
    return found


@pytest.fixture(scope="module")
def book(full: Instrument) -> dict[str, Rows]:
    return sheets(export(full, "xlsform", language="nl", inventory=True).content)


def test_every_item_once_under_its_id(book: dict[str, Rows], full: Instrument) -> None:
    selects = [row for row in book["survey"] if row["type"].startswith("select_one")]
    assert full.inventory is not None
    inventory = full.inventory.technologies
    assert [row["name"] for row in selects] == [
        "consent", *(item.id for item in full.items),
        *(entry.id for entry in inventory), *(entry.change_id for entry in inventory),
    ]  # fmt: skip


def test_all_languages_in_one_file(book: dict[str, Rows], full: Instrument) -> None:
    row = next(row for row in book["survey"] if row.get("name") == "SCL1")
    heads = {"en": "English (en)", "nl": "Nederlands (nl)", "fr": "Français (fr)"}
    heads["de"] = "Deutsch (de)"
    assert {key: row[f"label::{head}"] for key, head in heads.items()} == full.item("SCL1").text
    assert book["settings"] == [
        {
            "form_title": full.name["nl"],
            "form_id": "vested",
            "version": "1.0",
            "default_language": "Nederlands (nl)",
            "style": "pages",
        }
    ]


def test_codes_are_those_of_the_scales(book: dict[str, Rows], full: Instrument) -> None:
    lists: dict[str, list[tuple[str, str]]] = {}
    for row in book["choices"]:
        label = row["label::Nederlands (nl)"]
        lists.setdefault(row["list_name"], []).append((row["name"], label))
    assert full.inventory is not None
    scales = {**full.scales, "inventory.stages": full.inventory.stages}
    scales["inventory.changes"] = full.inventory.changes
    assert lists.pop("consent.options") == [("1", "Ja"), ("0", "Nee")]
    for name, scale in scales.items():
        answers = [*zip(map(str, scale.codes), scale.labels["nl"], strict=True)]
        assert lists.pop(name) == [*answers, ("9", scale.missing["nl"][0])]
    assert lists == {}
    used = {row["type"].split()[1] for row in book["survey"] if "select_one" in row["type"]}
    assert used == {*scales, "consent.options"}


def test_one_group_per_section_on_a_page_of_its_own(
    book: dict[str, Rows], full: Instrument
) -> None:
    groups = [row for row in book["survey"] if row["type"] == "begin_group"]
    assert {row["appearance"] for row in groups} == {"field-list"}
    assert full.inventory is not None
    titles = [*(section.title["fr"] for section in full.sections), full.inventory.title["fr"]]
    assert [row["label::Français (fr)"] for row in groups[1:]] == titles
    assert {row["relevant"] for row in groups[1:]} == {"${consent} = '1'"}
    notes = [row["label::English (en)"] for row in book["survey"] if row["type"] == "note"]
    assert [section.stem["en"] for section in full.sections] == notes[1:6]
    assert sum(row["type"] == "end_group" for row in book["survey"]) == len(groups)


def test_only_consent_and_organisation_are_required(book: dict[str, Rows]) -> None:
    required = [row["name"] for row in book["survey"] if row.get("required") == "yes"]
    assert required == ["consent", "organisation"]


def test_a_change_tells_its_technology(book: dict[str, Rows]) -> None:
    row = next(row for row in book["survey"] if row.get("name") == "TAI_change")
    assert row["label::English (en)"] == (
        "Artificial intelligence: What changed in the work because of it?"
    )


def test_the_time_of_writing_is_not_in_the_file(full: Instrument) -> None:
    with zipfile.ZipFile(io.BytesIO(export(full, "xlsform").content)) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert core.count("2000-01-01T00:00:00Z") == 2


def test_no_text_is_a_formula(awkward: Instrument) -> None:
    content = export(awkward, "xlsform").content
    texts = {row.get("label::English (en)") for row in sheets(content)["survey"]}
    assert '=HYPERLINK("x") & <b>bold</b>' in texts
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if "sheet" in name]
    assert not any(b"<f>" in part or b"hyperlink" in part.lower() for part in parts)


@pytest.mark.parametrize("name", ["vested", "vested-short", "awkward-1"])
def test_odk_takes_it(
    name: str, full: Instrument, short: Instrument, awkward: Instrument, tmp_path: Path
) -> None:
    xls2xform = pytest.importorskip("pyxform.xls2xform", reason="pyxform is not installed")
    instrument = {"vested": full, "vested-short": short, "awkward-1": awkward}[name]
    path = tmp_path / "form.xlsx"
    path.write_bytes(export(instrument, "xlsform", inventory=name == "vested").content)
    made = xls2xform.convert(path)
    assert made.warnings == []
    form = ElementTree.fromstring(made.xform)
    bound = {bind.get("nodeset", "").split("/")[-1] for bind in form.findall(".//{*}bind")}
    assert {item.id for item in instrument.items} <= bound
    columns = {name for name in bound if "generated" in name or "reserved" in name}
    assert columns == set(), "questions that ODK adds would be columns of the answers"


def test_a_reference_is_refused(make: Callable[..., Instrument]) -> None:
    made = make(items=[{"id": "X1", "scale": "s", "text": {"en": "Is ${name} here?"}}])
    with pytest.raises(InstrumentError, match=r"'Is \$\{name\} here\?' holds \$\{"):
        export(made, "xlsform")


def test_a_text_that_no_cell_holds_is_refused(make: Callable[..., Instrument]) -> None:
    made = make(items=[{"id": "X1", "scale": "s", "text": {"en": "long " * 7000}}])
    with pytest.raises(InstrumentError, match="too long for a cell"):
        export(made, "xlsform")


@pytest.mark.parametrize("name", ["page1", "page1_0", "consent_text"])
def test_names_of_the_form_are_taken(make: Callable[..., Instrument], name: str) -> None:
    items = [{"id": name, "scale": "s"}]
    made = make(items=items, measures=[{"id": "F", "kind": "facet", "of": [name]}])
    with pytest.raises(InstrumentError, match="in the XLSForm: a part of every form is"):
        export(made, "xlsform")
