"""SurveyMonkey: read back as blocks between empty lines."""

from __future__ import annotations

from vested.model import Instrument
from vested.questionnaire import export


def read(content: bytes) -> list[tuple[str, list[str]]]:
    """Questions with their options, in the order of their numbers."""
    questions = []
    for at, block in enumerate(content.decode().strip().split("\n\n"), start=1):
        first, *options = block.split("\n")
        number, text = first.split(". ", 1)
        assert number == str(at)
        questions.append((text, options))
    return questions


def test_every_item_once_with_its_options(full: Instrument) -> None:
    questions = read(export(full, "surveymonkey", language="nl").content)
    assert questions[0][1] == ["Ja", "Nee"]
    assert questions[1] == ("Voor welke organisatie werkt u?", [])
    assert questions[2:] == [
        (item.text["nl"], [*item.scale.labels["nl"], item.scale.missing["nl"][0]])
        for item in full.items
    ]


def test_the_inventory_without_its_grid(full: Instrument) -> None:
    questions = read(export(full, "surveymonkey", inventory=True).content)
    assert questions[82][0] == "Cloud computing"
    assert questions[90][0] == "Cloud computing: What changed in the work because of it?"
    assert len(questions) == 2 + 80 + 16


def test_introductions_are_told_instead(short: Instrument) -> None:
    notes = export(short, "surveymonkey").notes[1:]
    numbers = [3, 3 + 6, 3 + 6 + 10, 3 + 6 + 10 + 5, 3 + 6 + 10 + 5 + 4]
    assert list(notes) == [
        f"put above question {number}: {section.stem['en']}"
        for number, section in zip(numbers, short.sections, strict=True)
    ]


def test_no_text_makes_a_question_of_its_own(awkward: Instrument) -> None:
    assert len(read(export(awkward, "surveymonkey").content)) == 2 + 6
