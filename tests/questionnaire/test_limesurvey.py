"""LimeSurvey: read back as its import reads a survey structure, row by row."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from vested.errors import InstrumentError
from vested.model import Instrument
from vested.questionnaire import export

FIXED = {
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language",
    "validation", "mandatory", "other", "default", "same_default",
}  # fmt: skip


@dataclass
class Question:
    kind: str
    group: str
    relevance: str
    mandatory: str
    attributes: dict[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass
class Survey:
    settings: dict[str, str] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    relevance: dict[str, str] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)


def read(content: bytes) -> Survey:
    """Each row belongs to the group and the question above it; names tie translations together."""
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter="\t"))
    survey = Survey()
    group = ""
    question: Question | None = None
    for row in rows:
        assert None not in row
        assert None not in row.values(), "a row with another number of cells"
        name, language, text = row["name"], row["language"], html.unescape(row["text"])
        match row["class"]:
            case "S":
                survey.settings[name] = text
            case "SL":
                survey.texts.setdefault(language, {})[name] = text
            case "G":
                group = row["type/scale"]
                survey.groups.setdefault(group, {})[language] = html.unescape(name)
                survey.relevance[group] = row["relevance"]
            case "Q":
                more = {key: cell for key, cell in row.items() if key not in FIXED and cell}
                made = Question(row["type/scale"], group, row["relevance"], row["mandatory"], more)
                question = survey.questions.setdefault(name, made)
                assert question.group == group
                question.texts[language] = text
            case "SQ" | "A" as kind:
                assert question is not None
                found = question.lines if kind == "SQ" else question.answers
                assert language not in found.setdefault(name, {})
                found[name][language] = text
            case other:
                raise AssertionError(other)
    return survey


@pytest.fixture(scope="module")
def survey(full: Instrument) -> Survey:
    return read(export(full, "limesurvey", language="nl", inventory=True).content)


def test_base_language_and_the_others(survey: Survey, full: Instrument) -> None:
    assert survey.settings["language"] == "nl"
    assert survey.settings["additional_languages"].split() == ["en", "de", "fr"]
    titles = {code: texts["surveyls_title"] for code, texts in survey.texts.items()}
    assert titles == full.name


def test_every_item_once_as_a_subquestion(survey: Survey, full: Instrument) -> None:
    arrays = [question for question in survey.questions.values() if question.kind == "F"]
    lines = [(code, texts) for array in arrays[:5] for code, texts in array.lines.items()]
    assert lines == [(item.id, item.text) for item in full.items]
    assert list(arrays[5].lines)[:2] == ["TCL", "TMO"]
    assert list(arrays[6].lines)[:2] == ["TCLchange", "TMOchange"]


def test_answer_codes_are_those_of_the_scale(survey: Survey, full: Instrument) -> None:
    scale = full.scales["agreement5"]
    for code in ("G1", "G2", "G3", "G5"):
        answers = survey.questions[code].answers
        assert list(answers) == ["1", "2", "3", "4", "5", "9"]
        assert [texts["fr"] for texts in answers.values()] == [
            *scale.labels["fr"],
            scale.missing["fr"][0],
        ]
    assert list(survey.questions["G6"].answers) == ["0", "1", "2", "3", "4", "9"]


def test_sections_are_groups_with_their_stem(survey: Survey, full: Instrument) -> None:
    groups = list(survey.groups.values())
    assert groups[1:6] == [section.title for section in full.sections]
    for at, section in enumerate(full.sections, start=1):
        assert survey.questions[f"G{at}"].texts == section.stem


def test_consent_opens_the_rest_and_only_two_answers_are_mandatory(survey: Survey) -> None:
    consent, organisation = survey.questions["consent"], survey.questions["organisation"]
    assert (consent.kind, list(consent.answers)) == ("L", ["1", "0"])
    assert organisation.kind == "S"
    assert organisation.relevance == "consent.NAOK == '1'"
    assert set(list(survey.relevance.values())[1:]) == {"consent.NAOK == '1'"}
    mandatory = [name for name, question in survey.questions.items() if question.mandatory == "Y"]
    assert mandatory == ["consent", "organisation"]


def test_codes_are_such_as_limesurvey_takes(survey: Survey) -> None:
    for name, question in survey.questions.items():
        assert re.fullmatch("[A-Za-z][A-Za-z0-9]{0,19}", name)
        assert all(re.fullmatch("[A-Za-z0-9]{1,20}", code) for code in question.lines)
        assert all(re.fullmatch("[A-Za-z0-9]{1,5}", code) for code in question.answers)


def test_shuffled_by_the_tool_but_for_the_inventory(full: Instrument) -> None:
    content = export(full, "limesurvey", shuffle=True, inventory=True).content
    asked = read(content).questions
    drawn = [name for name, question in asked.items() if question.attributes]
    assert drawn == ["G1", "G2", "G3", "G4", "G5"]
    assert {name: asked[name].attributes for name in drawn[:1]} == {"G1": {"random_order": "1"}}


def test_texts_are_no_html_and_no_expressions(awkward: Instrument) -> None:
    made = export(awkward, "limesurvey")
    for line in made.content.decode().splitlines()[1:]:
        assert not set('<>{}"') & set(line)
    first = read(made.content)
    assert first.questions["G1"].lines["A1"]["en"] == '=HYPERLINK("x") & <b>bold</b>'
    assert first.questions["G3"].lines["A3"]["en"].startswith("[[PageBreak]] {SID}")
    assert made.notes[-1].endswith("B_1 is B1, B-2 is B2")


def refused(make: Callable[..., Instrument], *ids: str, **scale: object) -> str:
    items = [{"id": name, "scale": "s"} for name in ids]
    measures = [{"id": "F", "kind": "facet", "of": list(ids)}]
    scales = {"s": {"codes": [1, 2], **scale}}
    with pytest.raises(InstrumentError) as error:
        export(make(items=items, measures=measures, scales=scales), "limesurvey")
    return error.value.message


def test_what_limesurvey_cannot_hold(make: Callable[..., Instrument]) -> None:
    assert "B1 cannot be named B1 in LimeSurvey: B_1 is" in refused(make, "B_1", "B1")
    assert "a_1 cannot be named a1 in LimeSurvey: A1 is" in refused(make, "A1", "a_1")
    assert "a part of every form" in refused(make, "time")
    assert "too long for a code" in refused(make, "X" * 21)
    assert "has the code -1" in refused(make, "X1", codes=[-1, 0, 1])
    label = {"missing": {"en": ["None"]}, "missing_codes": [-9]}
    assert "has the code -9" in refused(make, "X1", **label)
