from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import vested.instruments
from vested.instruments.display import as_json, as_text, schema_text
from vested.instruments.families import (
    Recognised,
    family,
    missing_labels,
    missing_reasons,
    missing_sources,
    names,
    recognise,
)
from vested.instruments.reader import read_instrument
from vested.spelling import same

FOLDER = Path(vested.instruments.__file__).parent / "scale_families"
LANGUAGES = {"en", "nl", "fr", "de", "es", "it", "pt", "pl", "sv", "tr"}
POINTS = {
    "agreement": [2, 3, 4, 5, 6, 7],
    "excellence": [4, 5],
    "frequency": [3, 4, 5, 6, 7],
    "importance": [3, 4, 5, 7],
    "likelihood": [4, 5, 7, 11],
    "quality": [3, 4, 5, 7],
    "satisfaction": [3, 4, 5, 7],
    "speed": [3, 5],
    "yes_no": [2],
}
SCALES = [(name, points) for name, numbers in POINTS.items() for points in numbers]


def content(name: str) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(FOLDER / f"{name}.yaml"))


def written(name: str, points: int) -> Iterator[tuple[str, str, int]]:
    """Language, text and place of all that the file says of a scale, read without the loader."""
    for language, entry in content(name).items():
        for row in entry["scales"][points]:
            for place, label in enumerate(row):
                yield language, label, place
                for text in entry.get("also", {}).get(label, []):
                    yield language, text, place


def test_the_families_and_their_points() -> None:
    assert {name: list(family(name).labels) for name in names()} == POINTS


@pytest.mark.parametrize("name", [*POINTS, "missing"])
def test_each_language_says_where_its_labels_are_from(name: str) -> None:
    entries = content(name)
    assert set(entries) == LANGUAGES
    assert all(entry["source"].strip() for entry in entries.values())


@pytest.mark.parametrize("name", POINTS)
def test_file_is_well_formed(name: str) -> None:
    for language, entry in content(name).items():
        rows = [(n, row) for n, rows in entry["scales"].items() for row in rows]
        assert list(entry["scales"]) == POINTS[name], language
        assert [row for n, row in rows if len(row) != n] == [], language
        used = {label for _, row in rows for label in row}
        texts = [*used, *(text for texts in entry.get("also", {}).values() for text in texts)]
        assert set(entry.get("also", {})) <= used, language
        assert [text for text in texts if not isinstance(text, str) or text != text.strip()] == []


@pytest.mark.parametrize(("name", "points"), SCALES)
def test_no_label_stands_for_two_places(name: str, points: int) -> None:
    places: dict[str, set[int]] = {}
    for _, text, place in written(name, points):
        places.setdefault(same(text), set()).add(place)
    assert {text: found for text, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize(("name", "points"), SCALES)
def test_no_label_means_no_answer_too(name: str, points: int) -> None:
    assert {same(text) for _, text, _ in written(name, points)} & set(missing_reasons()) == set()


@pytest.mark.parametrize(("name", "points"), SCALES)
def test_loader_has_all_that_is_written(name: str, points: int) -> None:
    found = family(name)
    for language, text, place in written(name, points):
        label = found.labels[points][language][place]
        others = found.alternatives[points][language][place]
        assert same(text) in {same(label), *map(same, others)}
        assert same(label) not in map(same, others)


def test_each_missing_label_has_one_reason() -> None:
    reasons = {"don't know", "not applicable", "prefer not to answer", "cannot say", "no answer"}
    found = [
        (same(label), reason)
        for entry in content("missing").values()
        for reason in reasons
        for label in entry[reason]
    ]
    assert all(set(entry) == {"source", *reasons} for entry in content("missing").values())
    assert len({label for label, _ in found}) == len(set(found))
    assert missing_reasons() == dict(found)
    assert missing_labels()["de"][0] == "Weiß nicht"
    assert set(missing_sources()) == LANGUAGES


SEEN: dict[str, tuple[str, tuple[str, int, str, str] | None]] = {
    # Answer texts; family, points, languages, and the places in the order of the texts.
    "all of five": (
        "Agree|Strongly agree|Disagree|Neutral|Strongly disagree",
        ("agreement", 5, "en", "3 4 1 2 0"),
    ),
    "other spellings": (
        "Volledig mee eens|Eens|NEUTRAAL|Oneens|Zeer oneens",
        ("agreement", 5, "nl", "4 3 2 1 0"),
    ),
    "missing apart": (
        "Stimme zu|Stimme nicht zu|Weder noch|Weiß nicht|Stimme überhaupt nicht zu|"
        "Stimme voll und ganz zu|keine Angabe",
        ("agreement", 5, "de", "3 1 2 - 0 4 -"),
    ),
    "seven": (
        "Somewhat agree|Agree|Strongly agree|Neither|Somewhat disagree|Disagree|Strongly disagree",
        ("agreement", 7, "en", "4 5 6 3 2 1 0"),
    ),
    "six of seven": (
        "Somewhat agree|Agree|Strongly agree|Neutral|Somewhat disagree|Disagree",
        ("agreement", 7, "en", "4 5 6 3 2 1"),
    ),
    "four": (
        "Never|Sometimes|Often|Always",
        ("frequency", 4, "en", "0 1 2 3"),
    ),
    "feminine": (
        "Muy satisfecha|Satisfecho/a|Insatisfecho(a)|Muy insatisfecho|Neutro",
        ("satisfaction", 5, "es", "4 3 1 0 2"),
    ),
    "poor to excellent": (
        "Poor|Fair|Good|Very good|Excellent",
        ("excellence", 5, "en", "0 1 2 3 4"),
    ),
    "very poor to very good": (
        "Very poor|Poor|Fair|Good|Very good",
        ("quality", 5, "en", "0 1 2 3 4"),
    ),
    "yes and no": ("Ja|Nein", ("yes_no", 2, "de", "1 0")),
    "letters of several languages": ("N|J", ("yes_no", 2, "nl de sv", "0 1")),
    "yes and no in two languages": ("Oui|Nee|Non|Ja", ("yes_no", 2, "nl fr", "1 0 0 1")),
    "ends in words, all numbers": (
        "Not at all likely|1|2|3|4|5|6|7|8|9|Extremely likely",
        ("likelihood", 11, "en", "0 1 2 3 4 5 6 7 8 9 10"),
    ),
    "three that are ends of longer scales too": (
        "Always|Never|Sometimes",
        ("frequency", 3, "en", "2 0 1"),
    ),
    "ends in words, some numbers": ("Not at all likely|2|3|4|Extremely likely", None),
    "numbers alone": ("0|1|2|3|4|5|6|7|8|9|10", None),
    "the middle of five, perhaps": ("Disagree|Neutral|Agree", None),
    "the middle of five, in Dutch": ("Sneller|Trager|Even snel", None),
    "the beginning of five, perhaps": ("Never|Sometimes|Often", None),
    "four of five, or of seven": ("Disagree|Neutral|Agree|Strongly agree", None),
    "two texts of one place": ("Somewhat agree|Agree|Strongly agree|Tend to agree", None),
    "two of more than two": ("Never|Always", None),
    "one": ("Yes", None),
    "one and no answer": ("Yes|Don't know", None),
    "no answers": ("Don't know|N/A", None),
    "of no family": ("Male|Female", None),
    "one too many": ("Never|Rarely|Sometimes|Often|Always|Once", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize("case", SEEN)
def test_recognise(case: str) -> None:
    texts, expected = SEEN[case]
    labels = texts.split("|")
    found = recognise(labels)
    if expected is None:
        assert found is None
        return
    name, points, languages, places = expected
    pairs = dict(zip(labels, places.split(), strict=True))
    assert found == Recognised(
        name,
        points,
        tuple(languages.split()),
        {label: int(place) for label, place in pairs.items() if place != "-"},
        frozenset(label for label, place in pairs.items() if place == "-"),
    )


@pytest.mark.parametrize(("name", "points"), SCALES)
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_scale_is_recognised_by_its_own_labels(name: str, points: int, language: str) -> None:
    labels = family(name).labels[points][language]
    found = recognise(labels)
    if points == 3 and found is None:
        # All three also stand together within a longer scale.
        assert any(
            {same(text) for text in labels}
            <= {same(text) for at, text, _ in written(name, longer) if at == language}
            for longer in POINTS[name]
            if longer > 3
        )
    else:
        assert found is not None
        assert [found.positions[label] for label in labels] == list(range(points))
        assert (found.points, found.missing) == (points, frozenset())


FAMILY = """\
id: tiny
version: "1"
name: {en: Tiny, nl: Klein}
scales:
  agree5: {family: agreement, points: 5}
  recommend: {family: likelihood, points: 11}
items:
  - {id: A1, scale: agree5}
  - {id: A2, scale: recommend}
measures:
  - {id: A, kind: facet, of: [A1]}
"""


def test_instrument_of_families_is_shown_with_all_that_they_add() -> None:
    instrument = read_instrument(FAMILY.encode(), "tiny.yaml")
    shown = as_text(instrument, "nl")
    assert "Scale agree5: 1 Helemaal mee oneens · 2 Mee oneens · 3" in shown
    best = next(line for line in shown.splitlines() if line.startswith("  also read as 5: "))
    assert {"Volledig mee eens", "Zeer eens"} <= set(best.split(": ")[1].split(", "))
    assert "Scale recommend: 0 Helemaal niet waarschijnlijk · 1 1 · 2 2" in shown
    scale = json.loads(as_json(instrument))["scales"]["agree5"]
    assert scale["labels"]["tr"][4] == "Kesinlikle katılıyorum"
    assert "Tamamen katılıyorum" in scale["alternatives"]["tr"][4]


def test_schema_offers_the_families_and_their_points() -> None:
    entry = json.loads(schema_text())["$defs"]["ScaleEntry"]
    assert entry["properties"]["family"]["enum"] == list(POINTS)
    assert entry["anyOf"] == [{"required": ["codes"]}, {"required": ["family", "points"]}]
    offered = {
        rule["if"]["properties"]["family"]["const"]: rule["then"]["properties"]["points"]["enum"]
        for rule in entry["allOf"]
    }
    assert offered == POINTS
