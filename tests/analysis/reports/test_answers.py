"""Answers in three classes, worked out by hand, and when they are hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested

INSTRUMENT = """
id: classes
version: "1"
name: {en: Classes}
scales:
  five: {codes: [1, 2, 3, 4, 5], missing_codes: [9]}
  four: {codes: [1, 2, 3, 4]}
  two: {codes: [0, 1]}
items:
  - {id: A1, scale: five, text: {en: A1}}
  - {id: A2, scale: five, reversed: true, text: {en: A2}}
  - {id: B1, scale: four, text: {en: B1}}
  - {id: B2, scale: four, reversed: true, text: {en: B2}}
  - {id: C1, scale: two, text: {en: C1}}
measures:
  - {id: A, kind: facet, of: [A1, A2], name: {en: A}}
  - {id: B, kind: facet, of: [B1, B2], name: {en: B}}
  - {id: C, kind: facet, of: [C1], name: {en: C}}
  - {id: X, kind: index, of: [A, B, C], name: {en: X}}
"""
ITEMS = ("A1", "A2", "B1", "B2", "C1")
FOUR = ("11120", "32211", "53330", "45441")
"""Answers of four respondents, one a row."""
Answers = Callable[..., pl.DataFrame]


@pytest.fixture
def answers(tmp_path: Path, write: Callable[..., Path]) -> Answers:
    """The table of answers to rows of organisation, wave and one digit per item."""
    instrument = tmp_path / "classes.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")

    def made(rows: Sequence[tuple[str, str, str]], **options: Any) -> pl.DataFrame:
        cells = [[name, wave, *given.replace("-", " ")] for name, wave, given in rows]
        survey = write(["organisation", "wave", *ITEMS], cells)
        options = {"instrument": instrument, "min_respondents": 2, "gate": "off", **options}
        return vested.analyse(survey, items=True, **options).tables["answers"].frame

    return made


def classes(frame: pl.DataFrame, **of: Any) -> dict[str, Any]:
    """By item n and the shares of the three classes, or None where they are hidden."""
    found = frame.filter(**of)
    names = ("respondents", "unfavourable", "middle", "favourable")
    for row in found.filter(status="suppressed").select(names).rows():
        assert row == (None, None, None, None)
    return {
        row["item"]: None if row["status"] == "suppressed" else tuple(row[n] for n in names)
        for row in found.iter_rows(named=True)
    }


def test_three_classes(answers: Answers) -> None:
    """A1 is answered 1 3 5 4; A2 1 2 3 5, turned 5 4 3 1; the even scales have no middle."""
    found = answers([("Gent", "1", row) for row in FOUR])
    assert found.columns == [
        "organisation", "measure", "item", "respondents", "unfavourable", "middle", "favourable",
        "status",
    ]  # fmt: skip
    assert found["item"].to_list() == list(ITEMS)
    assert found["measure"].to_list() == list("AABBC")
    assert classes(found) == {
        "A1": (4, 0.25, 0.25, 0.5),
        "A2": (4, 0.25, 0.25, 0.5),
        "B1": (4, 0.5, 0.0, 0.5),
        "B2": (4, 0.5, 0.0, 0.5),
        "C1": (4, 0.5, 0.0, 0.5),
    }


def test_only_whole_answers_to_a_facet_count(answers: Answers) -> None:
    """Who leaves one of two items out counts for the score, and not for the answers."""
    found = answers([("Gent", "1", row) for row in (*FOUR, "5-110", "19441")])
    assert found.filter(measure="A")["respondents"].to_list() == [4, 4]
    assert classes(found)["B1"] == (6, 0.5, 0.0, 0.5)


@pytest.mark.parametrize(("minimum", "shown"), [(4, True), (5, False)])
def test_too_few_whole_answers(answers: Answers, minimum: int, shown: bool) -> None:
    """Six have a score on A, four have answered it in full."""
    rows = [("Gent", "1", row) for row in (*FOUR, "5-110", "19441")]
    found = classes(answers(rows, min_respondents=minimum))
    assert (found["A1"] is not None) == (found["A2"] is not None) == shown
    assert found["B1"] is not None


def test_answers_in_one_class_hide_the_facet(answers: Answers) -> None:
    """All are above the middle on A1: then one knows it of everyone."""
    rows = [("Gent", "1", row) for row in ("41120", "52211", "43330", "55441")]
    found = classes(answers(rows))
    assert found["A1"] is found["A2"] is None
    assert found["B1"] == (4, 0.5, 0.0, 0.5)
    open_ = classes(answers(rows, min_respondents=1))
    assert open_["A1"] == (4, 0.0, 0.0, 1.0)


def test_what_is_hidden_in_one_wave_is_hidden_in_every(answers: Answers) -> None:
    """Else the answers over both waves would give it away; another organisation is not touched."""
    alike = ("41120", "52211", "43330", "55441")
    rows = [("Gent", "1", row) for row in FOUR] + [("Gent", "2", row) for row in alike]
    rows += [("Köln", wave, row) for row in FOUR for wave in "12"]
    found = answers(rows, wave="wave")
    assert found.columns[:3] == ["organisation", "wave", "measure"]
    for wave in "12":
        gent = classes(found, organisation="Gent", wave=wave)
        assert gent["A1"] is gent["A2"] is None
        assert gent["B1"] == (4, 0.5, 0.0, 0.5)
        assert classes(found, organisation="Köln", wave=wave)["A1"] == (4, 0.25, 0.25, 0.5)


def test_where_a_score_is_hidden_so_are_the_answers(answers: Answers) -> None:
    """Of wave 3 there is one respondent: it is hidden, and with it one that would give it away."""
    rows = [("Gent", wave, row) for row in FOUR for wave in "12"] + [("Gent", "3", "32120")]
    found = answers(rows, wave="wave")
    assert set(classes(found).values()) == {None}
    whole = answers(rows)
    assert classes(whole)["A1"] == (9, 2 / 9, 3 / 9, 4 / 9)


def test_where_a_score_is_hidden_for_another_so_are_the_answers(answers: Answers) -> None:
    """One answered B: it is hidden, and A, for with the index and C one could work it out."""
    rows = [("Gent", "1", f"{row[:2]}--{row[4]}") for row in FOUR[:3]] + [("Gent", "1", FOUR[3])]
    found = classes(answers(rows))
    assert found["A1"] is found["A2"] is found["B1"] is None
    assert found["C1"] == (4, 0.5, 0.0, 0.5)


def test_nobody_answered_an_item(answers: Answers) -> None:
    rows = [("Gent", "1", f"{row[:4]}-") for row in FOUR]
    for minimum in (1, 2):
        found = classes(answers(rows, min_respondents=minimum))
        assert found["C1"] is None
        assert found["A1"] == (4, 0.25, 0.25, 0.5)


def test_shares_add_up(answers: Answers) -> None:
    found = answers([("Gent", "1", row) for row in (*FOUR, "22120", "12111", "43320")])
    shown = found.filter(status="published")
    assert shown.height == len(ITEMS)
    total = shown["unfavourable"] + shown["middle"] + shown["favourable"]
    assert total.to_list() == pytest.approx([1] * len(ITEMS), abs=1e-15)
