from __future__ import annotations

import json
from pathlib import Path

import pytest

import vested
from vested.errors import InstrumentError
from vested.instruments import bundled, load_instrument
from vested.model import Instrument
from vested.spelling import same

LANGUAGES = {"en", "nl", "fr", "de"}
BOTH = {name: load_instrument(name) for name in ("vested", "vested-short")}
FULL, SHORT = BOTH["vested"], BOTH["vested-short"]
each = pytest.mark.parametrize("instrument", BOTH.values(), ids=BOTH)


def test_both_are_bundled() -> None:
    assert {"vested", "vested-short"} <= set(bundled())


@pytest.mark.parametrize("name", bundled())
def test_file_is_named_after_its_id(name: str) -> None:
    assert vested.load_instrument(name).id == name


@pytest.mark.parametrize(("name", "count"), [("vested", 80), ("vested-short", 28)])
def test_number_of_items(name: str, count: int) -> None:
    items = BOTH[name].items
    assert len(items) == len({item.id for item in items}) == count


def test_eleven_items_are_reversed() -> None:
    turned = {item.id for item in FULL.items if item.reversed}
    assert turned == {
        *("SCL3", "REU3", "TEC2", "MIS3", "LRN3", "EXP3", "ITR3", "STK3", "POL3", "PDM2", "RSA3")
    }


def test_short_items_are_those_of_the_full_form_word_for_word() -> None:
    for item in SHORT.items:
        full = FULL.item(item.id)
        assert (item.text, item.scale, item.reversed, item.source) == (
            *(full.text, full.scale, full.reversed, full.source),
        )


def test_short_items_keep_the_order_of_the_full_form() -> None:
    order = [item.id for item in FULL.items]
    places = [order.index(item.id) for item in SHORT.items]
    assert places == sorted(places)


@each
def test_four_languages_everywhere(instrument: Instrument) -> None:
    texts = [instrument.name, instrument.about, *instrument.validation]
    texts += [item.text for item in instrument.items]
    texts += [text for section in instrument.sections for text in (section.title, section.stem)]
    texts += [text for measure in instrument.measures for text in (measure.name,)]
    texts += [measure.poles for measure in instrument.measures if measure.kind == "pair"]
    for scale in instrument.scales.values():
        texts += [scale.labels, scale.missing]
    if instrument.inventory:
        inventory = instrument.inventory
        texts += [inventory.title, inventory.stem, inventory.change_question]
        texts += [technology.name for technology in inventory.technologies]
        for scale in (inventory.stages, inventory.changes):
            texts += [scale.labels, scale.missing]
    assert {frozenset(text) for text in texts} == {frozenset(LANGUAGES)}


@each
def test_texts_differ_between_languages_and_items(instrument: Instrument) -> None:
    """A text that was copied and never translated stands twice."""
    texts = [same(text) for item in instrument.items for text in item.text.values()]
    assert len(set(texts)) == len(texts)


@each
def test_scores_are_said_not_to_be_validated(instrument: Instrument) -> None:
    assert not instrument.validated
    assert len(instrument.validation) >= 5
    assert "not yet been validated" in instrument.about["en"]


@each
def test_every_item_has_a_source_among_the_references(instrument: Instrument) -> None:
    known = set(instrument.references)
    for item in instrument.items:
        cited = {part.split(":")[0].strip() for part in item.source.split(",")}
        assert cited - {""}, item.id
        assert {name for name in cited if name.startswith("S")} <= known, item.id


@each
def test_headlines_are_the_three_indices(instrument: Instrument) -> None:
    assert [output.id for output in instrument.headlines] == ["VESTED", "AGILITY", "RESILIENCE"]


@each
def test_every_item_counts_in_a_measure(instrument: Instrument) -> None:
    counted = {part for measure in instrument.measures for part in measure.of}
    assert {item.id for item in instrument.items} <= counted


def test_full_form_has_what_the_domain_names() -> None:
    kinds = {measure.id: measure.kind for measure in FULL.measures}
    assert [name for name, kind in kinds.items() if kind == "ambidexterity"] == ["AMBIDEXTERITY"]
    assert sum(kind == "pair" for kind in kinds.values()) == 5
    assert kinds["ENABLERS"] == "index"
    assert kinds["PDM"] == "facet"


def test_technology_inventory() -> None:
    assert FULL.inventory is not None
    assert len(FULL.inventory.technologies) == 8
    assert FULL.inventory.stages.codes == (0, 1, 2, 3, 4)


@each
def test_cannot_say_is_missing(instrument: Instrument) -> None:
    assert {scale.missing["en"] for scale in instrument.scales.values()} == {("Cannot say",)}


@each
def test_digest_is_that_of_the_file(instrument: Instrument) -> None:
    assert len(instrument.digest) == 64
    assert int(instrument.digest, 16) > 0


def test_path_and_id_load_the_same(tmp_path: Path) -> None:
    from vested.instruments import source_of

    path = tmp_path / "copy.yml"
    path.write_bytes(source_of("vested-short").read_bytes())
    assert load_instrument(path) == load_instrument(str(path)) == SHORT


@pytest.mark.parametrize(
    ("name", "words", "hint"),
    [
        ("vestd", "there is no instrument 'vestd'", "did you mean vested"),
        ("vested_short", "no instrument", "did you mean vested-short"),
        ("zzz", "there is no instrument 'zzz'", "bundled: vested, vested-short"),
        ("VESTED", "no instrument", "did you mean vested"),
        ("", "no instrument|cannot be read", "bundled"),
        ("gone.yaml", r"gone\.yaml.*cannot be read", "bundled"),
        (".", "cannot be read", "bundled"),
    ],
)
def test_unknown_instrument_gets_the_nearest(name: str, words: str, hint: str) -> None:
    with pytest.raises(InstrumentError, match=words) as caught:
        load_instrument(name)
    assert hint in caught.value.hint


@each
def test_shown_as_json_it_is_whole(instrument: Instrument) -> None:
    from vested.instruments.display import as_json

    shown = json.loads(as_json(instrument))
    assert [item["id"] for item in shown["items"]] == [item.id for item in instrument.items]
    assert shown["items"][0]["text"] == dict(instrument.items[0].text)
