"""Codebooks: each facet once, whatever the form, and known again when the coding comes back."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

import vested
from vested.model import Instrument
from vested.platforms.qda import Project
from vested.platforms.qda.refi import read
from vested.questionnaire import TARGETS, export
from vested.questionnaire.codebook import code_name
from vested.questionnaire.codebook.csv import COLUMNS

QDC = "{urn:QDA-XML:codebook:1.0}"
PROJECT = "urn:QDA-XML:project:1.0"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SCHEMA = Path(__file__).parents[3] / "shared/exports/qda/qualitative_coding/schema.xsd"
LEVELS = ["-2", "-1", "0", "+1", "+2"]
KINDS = ["event", "claim", "document"]
BOOKS = [name for name, target in TARGETS.items() if target.coders]
languages = pytest.mark.parametrize("language", vested.load_instrument("vested").languages)


def opened(instrument: Instrument, tmp_path: Path, language: str = "en") -> Project:
    path = tmp_path / "book.qdc"
    path.write_bytes(export(instrument, "qdc", language=language).content)
    found = read(path, path.name)
    assert found is not None
    return found


def rows(instrument: Instrument, language: str = "en") -> list[dict[str, str]]:
    content = export(instrument, "codebook-csv", language=language).content.decode()
    return list(csv.DictReader(io.StringIO(content)))


def paragraphs(instrument: Instrument, language: str = "en") -> list[tuple[str, str]]:
    """Style and text."""
    content = export(instrument, "codebook-docx", language=language).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    found = []
    for each in root.iter(f"{W}p"):
        style = each.find(f"{W}pPr/{W}pStyle")
        text = "".join(run.text or "" for run in each.iter(f"{W}t"))
        found.append((style.get(f"{W}val", "") if style is not None else "", text))
    return found


def facets(instrument: Instrument) -> list[str]:
    return [measure.id for measure in instrument.measures if measure.kind == "facet"]


@languages
def test_each_facet_is_a_code_and_each_index_a_category(
    language: str, full: Instrument, tmp_path: Path
) -> None:
    codes = opened(full, tmp_path, language).codes
    codable = [code for code in codes if code.codable]
    assert sorted(code.name.split()[0] for code in codable) == sorted(
        [*facets(full), *LEVELS, *KINDS]
    )
    indices = [each for each in full.measures if each.kind == "index"]
    categories = [code.name for code in codes if not code.codable]
    assert categories == [*(code_name(each, language) for each in indices), "Polarity", "Kind"]
    for index in indices:
        inside = [c.name for c in codes if c.parents == (code_name(index, language),)]
        assert inside == [code_name(full.measure(part), language) for part in index.of]
    for category, names in (("Polarity", LEVELS), ("Kind", KINDS)):
        assert [code.name for code in codes if code.parents == (category,)] == names
    assert len({code.name for code in codes}) == len(codes)


@languages
def test_what_is_said_of_a_facet(language: str, full: Instrument, tmp_path: Path) -> None:
    by_id = {code.name.split()[0]: code for code in opened(full, tmp_path, language).codes}
    for name in facets(full):
        measure = full.measure(name)
        first, *parts = by_id[name].description.split("\n\n")
        assert first == measure.description[language]
        items = [full.item(part) for part in measure.of]
        told = [part.splitlines() for part in parts]
        expected = [
            [f"- {item.text[language]}" for item in items if item.reversed == turned]
            for turned in (False, True)
        ]
        assert [lines[1:] for lines in told[:-1]] == [lines for lines in expected if lines]
        assert [line.partition(":")[0] for line in told[-1]] == ["Polarity", *LEVELS]
        meanings = {level: by_id[level].description for level in LEVELS}
        assert told[-1][1:] == [f"{level}: {meanings[level]}" for level in LEVELS]


def test_ids_stay_the_same_in_all_languages(full: Instrument, tmp_path: Path) -> None:
    found = [[code.id for code in opened(full, tmp_path, name).codes] for name in full.languages]
    assert all(ids == found[0] for ids in found)
    assert len(set(found[0])) == len(found[0])
    assert {str(UUID(each)) for each in found[0]} == set(found[0])
    short = vested.load_instrument("vested-short")
    assert not {code.id for code in opened(short, tmp_path).codes} & set(found[0])


def test_a_known_guid(full: Instrument, tmp_path: Path) -> None:
    """Projects that were coded with an older codebook must stay recognised."""
    found = {code.name: code.id for code in opened(full, tmp_path).codes}
    assert found["SCL Scaling"] == "f3136787-3107-5067-b3c8-4ed63fce8c51"


@pytest.mark.parametrize("target", BOOKS)
def test_same_bytes(target: str, full: Instrument) -> None:
    assert export(full, target).content == export(full, target, language="en").content
    assert export(full, target).content != export(full, target, language="nl").content


def test_the_codebook_is_valid(full: Instrument) -> None:
    """The schema at hand is that of projects, whose codebook is made of the same codes."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    if not SCHEMA.exists():
        pytest.skip("the schema is not at hand")
    content = export(full, "qdc").content
    root = etree.fromstring(content)
    assert root.tag == f"{QDC}CodeBook"
    inside = content.partition(b"<Codes>")[2].partition(b"</CodeBook>")[0].decode()
    project = etree.fromstring(
        f'<Project xmlns="{PROJECT}" name="p"><CodeBook><Codes>{inside}</CodeBook></Project>'
    )
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(project)


@languages
def test_the_table(language: str, full: Instrument, tmp_path: Path) -> None:
    found = rows(full, language)
    assert tuple(found[0]) == COLUMNS
    codes = opened(full, tmp_path, language).codes
    assert [(row["guid"], row["name"], row["is_category"]) for row in found] == [
        (code.id, code.name, "no" if code.codable else "yes") for code in codes
    ]
    assert [row["category"] for row in found] == ["".join(code.parents) for code in codes]
    by_id = {row["id"]: row for row in found}
    assert by_id["SCL"]["examples"].split("\n") == [
        full.item(name).text[language] for name in ("SCL1", "SCL2", "SCL4")
    ]
    assert by_id["SCL"]["opposites"] == full.item("SCL3").text[language]
    assert by_id["SCL"]["+2"] == by_id["+2"]["description"]
    assert by_id["VESTED"]["+2"] == by_id["event"]["-1"] == ""


@languages
def test_the_document(language: str, full: Instrument, tmp_path: Path) -> None:
    found = paragraphs(full, language)
    assert found[0] == ("Title", found[0][1])
    assert full.name[language] in found[0][1]
    codes = opened(full, tmp_path, language).codes
    titles = [text for style, text in found if style == "Heading2"]
    assert titles == [code.name for code in codes if code.codable]
    heads = [text for style, text in found if style == "Heading1"]
    assert [head for head in heads if head in {code.name for code in codes}] == [
        code.name for code in codes if not code.codable
    ]
    assert len(heads) == sum(not code.codable for code in codes) + 1  # facets of no index
    texts = [text for _, text in found]
    for item in full.items:
        if any(item.id in full.measure(name).of for name in facets(full)):
            assert texts.count(f"– {item.text[language]}") == 1


def test_word_would_open_it(full: Instrument) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    document = docx.Document(io.BytesIO(export(full, "codebook-docx", language="de").content))
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:2] == ["VESTED Vested Digital Leadership", "SCL Skalierung"]
    assert document.sections[0].footer.paragraphs[0].text == "vested 1.0, de"


def test_texts_stay_texts(make: Callable[..., Instrument], tmp_path: Path) -> None:
    awkward = make(
        items=[
            {"id": "X1", "scale": "s", "text": {"en": '=HYPERLINK("x") & <b>'}},
            {"id": "X2", "scale": "s", "reversed": True, "text": {"en": "@SUM(1)\na \x07 bell"}},
        ],
        measures=[
            {"id": "F", "kind": "facet", "of": ["X1", "X2"], "description": {"en": "-1+2 <x>"},
             "name": {"en": "A & <b>"}},
        ],
    )  # fmt: skip
    code = opened(awkward, tmp_path).codes[0]
    assert code.name == "F A & <b>"
    assert code.description.split("\n\n")[:3] == [
        "-1+2 <x>",
        'What counts, for example:\n- =HYPERLINK("x") & <b>',
        "The opposite, for example:\n- @SUM(1) a bell",
    ]
    row = rows(awkward)[0]
    assert (row["description"], row["examples"]) == ("'-1+2 <x>", '\'=HYPERLINK("x") & <b>')
    assert row["opposites"] == "'@SUM(1) a bell"
    assert ("Statement", '– =HYPERLINK("x") & <b>') in paragraphs(awkward)


def test_facets_of_several_indices_and_of_none(
    make: Callable[..., Instrument], tmp_path: Path
) -> None:
    items = [{"id": f"X{at}", "scale": "s", "text": {"en": f"Text {at}."}} for at in range(3)]
    made = make(
        items=items,
        measures=[
            *({"id": f"F{at}", "kind": "facet", "of": [f"X{at}"]} for at in range(3)),
            {"id": "A", "kind": "index", "of": ["F1"]},
            {"id": "B", "kind": "index", "of": ["F1", "A"]},
            {"id": "C", "kind": "index", "of": ["F1", "F2"], "name": {"en": "Third"}},
        ],
    )
    codes = opened(made, tmp_path).codes[:-10]
    assert [(code.name, code.parents) for code in codes] == [
        ("A", ()), ("F1", ("A",)), ("C Third", ()), ("F2", ("C Third",)), ("F0", ()),
    ]  # fmt: skip
    assert [text for style, text in paragraphs(made) if style.startswith("Heading")][:6] == [
        "A", "F1", "C Third", "F2", "Other facets", "F0",
    ]  # fmt: skip


def test_what_is_missing_is_told(make: Callable[..., Instrument]) -> None:
    made = make(name={"en": "Small", "es": "Pequeño"})
    (note,) = export(made, "qdc", language="es").notes
    assert note == (
        "no text in es, so another language stands there, or none: F, X1, what the codes of "
        "polarity and kind mean"
    )
