"""Qualtrics: read back by its tags, which stand on lines of their own in double brackets."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from vested.errors import InstrumentError
from vested.model import Instrument
from vested.questionnaire import export

TAG = re.compile(r"\[\[(\w+)(?::(.*))?\]\]")


@dataclass
class Question:
    block: str
    kind: str
    tag: str = ""
    text: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    """By recode value where there is one, else by place."""
    answers: dict[str, str] = field(default_factory=dict)


def read(content: bytes) -> list[Question]:
    first, *lines = content.decode().splitlines()
    assert first == "[[AdvancedFormat]]"
    questions: list[Question] = []
    block = place = value = ""
    for line in filter(None, lines):
        tag = TAG.fullmatch(line)
        if tag is None:
            assert "[[" not in line
            assert "]]" not in line
            _keep(questions[-1], place, value, html.unescape(line))
            value = ""
        elif tag[1] == "Block":
            block = tag[2]
        elif tag[1] == "Question":
            questions.append(Question(block, tag[2]))
            place = "text"
        elif tag[1] == "ID":
            questions[-1].tag = tag[2]
        elif tag[1] in ("Choices", "AdvancedChoices"):
            place = "choices"
        elif tag[1] == "AdvancedAnswers":
            place = "answers"
        else:
            assert tag[1] in ("Choice", "Answer")
            assert tag[1].lower() in place
            value = tag[2]
    return questions


def _keep(question: Question, place: str, value: str, text: str) -> None:
    if place == "text":
        assert not question.text
        question.text = text
        return
    found: dict[str, str] = getattr(question, place)
    key = value or str(len(found) + 1)
    assert key not in found
    found[key] = text


@pytest.fixture(scope="module")
def asked(full: Instrument) -> list[Question]:
    return read(export(full, "qualtrics", language="de", inventory=True).content)


def of_kind(asked: list[Question], kind: str) -> Iterator[Question]:
    return (question for question in asked if question.kind == kind)


def test_a_matrix_per_section_with_every_item_once(asked: list[Question], full: Instrument) -> None:
    matrices = list(of_kind(asked, "Matrix:SingleAnswer"))
    assert [matrix.block for matrix in matrices] == [s.title["de"] for s in full.sections]
    # What stands in single brackets is for the author to replace.
    assert [matrix.text for matrix in matrices] == [s.stem["de"] for s in full.sections]
    texts = [text for matrix in matrices for text in matrix.choices.values()]
    assert texts == [item.text["de"] for item in full.items]


def test_recode_values_are_the_codes(asked: list[Question], full: Instrument) -> None:
    for matrix, section in zip(of_kind(asked, "Matrix:SingleAnswer"), full.sections, strict=True):
        scale = next(item.scale for item in full.items if item.section == section.id)
        labels = dict(zip(map(str, scale.codes), scale.labels["de"], strict=True))
        assert matrix.answers == {**labels, "9": scale.missing["de"][0]}


def test_consent_and_organisation_come_first(asked: list[Question]) -> None:
    text, consent, organisation = asked[:3]
    assert (text.kind, text.text[:18]) == ("DB", "[Ersetzen Sie dies")
    assert (consent.tag, consent.choices) == ("consent", {"1": "Ja", "0": "Nein"})
    assert (organisation.kind, organisation.tag) == ("TE:SingleLine", "organisation")
    assert organisation.text == "Für welche Organisation arbeiten Sie?"


def test_the_inventory_has_a_tag_per_question(asked: list[Question], full: Instrument) -> None:
    assert full.inventory is not None
    singles = list(of_kind(asked, "MC:SingleAnswer:Horizontal"))
    inventory = full.inventory.technologies
    assert [question.tag for question in singles] == [
        *(entry.id for entry in inventory), *(entry.change_id for entry in inventory),
    ]  # fmt: skip
    assert list(singles[0].choices) == ["0", "1", "2", "3", "4", "9"]
    assert singles[8].text == "Cloud-Computing: Was hat sich dadurch an der Arbeit geändert?"


def test_tags_differ(asked: list[Question]) -> None:
    tags = [question.tag for question in asked if question.tag]
    assert len(set(tags)) == len(tags)


def test_texts_are_no_tags_html_or_values(make: Callable[..., Instrument]) -> None:
    texts = ["[[PageBreak]]", "Dear ${e://Field/name}", "<script>x()</script> R&D"]
    items = [{"id": f"X{at}", "scale": "s", "text": {"en": t}} for at, t in enumerate(texts)]
    measures = [{"id": "F", "kind": "facet", "of": ["X0", "X1", "X2"]}]
    content = export(make(items=items, measures=measures), "qualtrics").content
    (matrix,) = of_kind(read(content), "Matrix:SingleAnswer")
    assert list(matrix.choices.values()) == texts
    assert b"${" not in content
    assert b"<" not in content


def test_brackets_in_the_name_of_a_block(awkward: Instrument) -> None:
    asked = read(export(awkward, "qualtrics").content)
    assert {question.block for question in asked} >= {"First ((part))"}


def test_codes_below_zero_need_a_look(make: Callable[..., Instrument]) -> None:
    made = export(make(scales={"s": {"codes": [-2, -1, 0]}}), "qualtrics")
    assert made.notes[-1] == "check the recode values of -2, -1 after the import into Qualtrics"


@pytest.mark.parametrize("name", ["G1", "thanks"])
def test_tags_that_are_taken(make: Callable[..., Instrument], name: str) -> None:
    made = make(
        items=[{"id": name, "scale": "s"}], measures=[{"id": "F", "kind": "facet", "of": [name]}]
    )
    with pytest.raises(InstrumentError, match="in Qualtrics: a part of every form is"):
        export(made, "qualtrics")
