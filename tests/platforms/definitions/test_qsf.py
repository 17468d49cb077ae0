from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from vested.errors import InputError
from vested.formats import open_table
from vested.platforms.definitions import Definition, Question, described
from vested.platforms.definitions.qsf import read
from vested.platforms.qualtrics import question_id, recognise

REAL = Path(__file__).parents[4] / "shared" / "exports" / "qualtrics" / "qualtricstools"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

Read = Callable[..., Definition]
AGREE = {"1": {"Display": "Disagree"}, "2": {"Display": "<b>Agree</b>"}, "5": {"Display": "N/A"}}


def survey(*questions: dict[str, Any], blocks: Any = None, **entry: Any) -> dict[str, Any]:
    """The smallest file that Qualtrics could have written with these questions."""
    elements: list[dict[str, Any]] = [
        {"Element": "SO", "Payload": {"BackButton": "false"}},
        *({"Element": "SQ", "Payload": question} for question in questions),
    ]
    if blocks is not None:
        elements.insert(0, {"Element": "BL", "Payload": blocks})
    about = {"SurveyName": "Climate &amp; data", "SurveyLanguage": "EN", **entry}
    return {"SurveyEntry": about, "SurveyElements": elements}


def block(*ids: str, kind: str = "Standard") -> dict[str, Any]:
    elements = [{"Type": "Question", "QuestionID": at} for at in ids]
    return {"Type": kind, "BlockElements": [*elements, {"Type": "Page Break"}]}


def question(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "QuestionID": "QID5",
        "DataExportTag": "VL",
        "QuestionText": "How far do you&nbsp;<i>agree</i>?",
        "QuestionType": kind,
        "Language": [],
        **fields,
    }


def matrix(**fields: Any) -> dict[str, Any]:
    return question(
        "Matrix",
        **{
            "Selector": "Likert",
            "SubSelector": "SingleAnswer",
            "Choices": {"4": {"Display": "We share data"}, "1": {"Display": "We decide"}},
            "ChoiceOrder": ["1", 4],
            "Answers": AGREE,
            "AnswerOrder": [2, "1", 5, 9],
            "RecodeValues": {"1": 1, "2": "5", "5": "-1"},
            "ChoiceDataExportTags": False,
            **fields,
        },
    )


@pytest.fixture
def made(tmp_path: Path) -> Read:
    """Read a survey that is written for the purpose."""

    def read_it(*questions: dict[str, Any], **how: Any) -> Definition:
        path = tmp_path / "survey.qsf"
        path.write_text(json.dumps(survey(*questions, **how)), encoding="utf-8")
        definition = read(path, path.name)
        assert definition is not None
        return definition

    return read_it


def ids(definition: Definition) -> list[tuple[str, str]]:
    return [(question.name, question.export_id) for question in definition.questions]


# --- what each type of question gives ---------------------------------------------------------


def test_a_grid_has_one_column_per_statement(made: Read) -> None:
    definition = made(matrix())
    options = {"5": {"en": "Agree"}, "1": {"en": "Disagree"}, "-1": {"en": "N/A"}}
    stem = {"en": "How far do you agree?"}
    assert definition.questions == (
        Question("VL_1", {"en": "We decide"}, stem, "QID5_1", options, frozenset({"-1"})),
        Question("VL_2", {"en": "We share data"}, stem, "QID5_4", options, frozenset({"-1"})),
    )
    assert list(definition.questions[0].options) == ["5", "1", "-1"]
    assert (definition.platform, definition.title) == ("Qualtrics", "Climate & data")


def test_a_statement_may_have_a_name_of_its_own(made: Read) -> None:
    definition = made(matrix(ChoiceDataExportTags={"1": "VL_decide", "4": ""}))
    assert ids(definition) == [("VL_decide", "QID5_1"), ("VL_2", "QID5_4")]


def test_a_grid_of_ticks_gives_one_column_or_one_per_answer(made: Read) -> None:
    definition = made(matrix(SubSelector="MultipleAnswer", Choices={"4": {"Display": "We share"}}))
    assert ids(definition) == [
        ("VL_1", "QID5_4"),
        ("VL_1_5", "QID5_4_2"),
        ("VL_1_1", "QID5_4_1"),
        ("VL_1_-1", "QID5_4_5"),
    ]
    assert [one.options for one in definition.questions[:2]] == [{}, {"1": {"en": "Agree"}}]


def test_one_choice_of_several(made: Read) -> None:
    fields = {"Selector": "SAVR", "Choices": AGREE, "RecodeValues": {"5": "-2.5", "2": "7"}}
    (one,) = made(question("MC", **fields)).questions
    assert (one.name, one.export_id, one.stem) == ("VL", "QID5", {})
    assert one.text == {"en": "How far do you agree?"}
    assert one.options == {"1": {"en": "Disagree"}, "7": {"en": "Agree"}, "-2.5": {"en": "N/A"}}
    assert one.missing == {"-2.5"}


def test_of_two_choices_with_one_code_the_first_is_meant(made: Read) -> None:
    (one,) = made(question("MC", Selector="DL", Choices=AGREE, RecodeValues={"2": 1})).questions
    assert one.options == {"1": {"en": "Disagree"}, "5": {"en": "N/A"}}


def test_what_is_typed_in_beside_a_choice_is_a_column(made: Read) -> None:
    choices = {"1": {"Display": "Yes"}, "3": {"Display": "Other", "TextEntry": "true"}}
    fields = {"Choices": choices, "RecodeValues": {"3": "9"}}
    assert ids(made(question("MC", Selector="SAHR", **fields))) == [
        ("VL", "QID5"),
        ("VL_9_TEXT", "QID5_3_TEXT"),
        ("VL_TEXT", "QID5_TEXT"),
    ]
    assert ids(made(question("MC", Selector="MAVR", **fields))) == [
        ("VL", "QID5"),
        ("VL_1", "QID5_1"),
        ("VL_9", "QID5_3"),
        ("VL_9_TEXT", "QID5_3_TEXT"),
    ]


def test_choices_that_count_from_nought_come_as_a_list(made: Read) -> None:
    choices = [{"Display": str(n)} for n in range(11)]
    (one,) = made(question("MC", Selector="NPS", Choices=choices, ChoiceOrder=[])).questions
    assert one.options == {str(n): {"en": str(n)} for n in range(11)}
    assert one.missing == frozenset()


SIDE = {
    "1": {"QuestionText": "Today", "Selector": "Likert", "SubSelector": "DL", "Answers": AGREE},
    "2": {"QuestionText": "Why?", "Selector": "TE", "Answers": {"1": {"Display": "Say"}}},
}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (question("TE", Selector="ML"), [("VL", "QID5_TEXT")]),
        (
            question("TE", Selector="FORM", Choices=AGREE),
            [("VL_1", "QID5_1"), ("VL_2", "QID5_2"), ("VL_3", "QID5_5")],
        ),
        (
            question("Slider", Choices={"7": {"Display": "Now"}}, ChoiceOrder=["7"]),
            [("VL_1", "QID5_7")],
        ),
        (question("RO", Choices={"2": {"Display": "First"}}), [("VL_1", "QID5_2")]),
        (question("CS", Choices={"2": {"Display": "Hours"}}), [("VL_1", "QID5_2")]),
        (
            matrix(Selector="TE", Choices={"4": {"Display": "Why", "TextEntry": "on"}}),
            [
                ("VL_1_5_TEXT", "QID5_4_2_TEXT"),
                ("VL_1_1_TEXT", "QID5_4_1_TEXT"),
                ("VL_1_-1_TEXT", "QID5_4_5_TEXT"),
                ("VL_1_TEXT", "QID5_4_TEXT"),
            ],
        ),
        (
            matrix(QuestionType="SBS", AdditionalQuestions=SIDE),
            [
                ("VL#1_1", "QID5#1_1"),
                ("VL#1_2", "QID5#1_4"),
                ("VL#2_1_1_TEXT", "QID5#2_1_1_TEXT"),
                ("VL#2_2_1_TEXT", "QID5#2_4_1_TEXT"),
            ],
        ),
        *((question(kind, Choices=AGREE), []) for kind in ("DB", "Timing", "Meta", "HeatMap")),
        (question("MC", Selector="SAVR", Choices=[], DataExportTag=None), [("QID5", "QID5")]),
        ({}, []),
    ],
)
def test_the_columns_of_each_type(
    made: Read, asked: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert ids(made(asked)) == expected


def test_columns_side_by_side_have_their_own_answers(made: Read) -> None:
    questions = made(matrix(QuestionType="SBS", AdditionalQuestions=SIDE)).questions
    assert questions[0].stem == {"en": "How far do you agree? - Today"}
    assert questions[0].text == {"en": "We decide"}
    # The recodes of the whole question are not those of its columns.
    assert list(questions[0].options) == ["1", "2", "5"]


# --- the survey as a whole --------------------------------------------------------------------


def numbered(*numbers: int) -> list[dict[str, Any]]:
    return [question("TE", QuestionID=f"QID{n}", DataExportTag=f"Q{n}") for n in numbers]


@pytest.mark.parametrize("as_list", [True, False])
def test_questions_come_in_the_order_of_the_blocks_without_the_trash(
    made: Read, as_list: bool
) -> None:
    parts = [block("QID4", "QID2"), block("QID1", "QID3", kind="Trash"), block("QID9", "QID3")]
    blocks = parts if as_list else {str(n): part for n, part in enumerate(parts)}
    definition = made(*numbered(1, 2, 3, 4, 7), blocks=blocks)
    assert [one.name for one in definition.questions] == ["Q4", "Q2", "Q3", "Q7"]


def test_translations(made: Read) -> None:
    dutch = {
        "QuestionText": "In hoeverre gaat u akkoord?",
        "Choices": {"1": {"Display": "Wij <b>beslissen</b>"}, "4": {"Display": ""}},
        "Answers": {"1": {"Display": "Oneens"}, "2": []},
    }
    definition = made(matrix(Language={"NL": dutch, "FR": []}), SurveyLanguage="EN-GB")
    decide, share = definition.questions
    assert definition.language == "en-gb"
    assert decide.stem == {"en-gb": "How far do you agree?", "nl": "In hoeverre gaat u akkoord?"}
    assert decide.text == {"en-gb": "We decide", "nl": "Wij beslissen"}
    assert share.text == {"en-gb": "We share data"}
    assert decide.options["1"] == {"en-gb": "Disagree", "nl": "Oneens"}
    assert decide.options["5"] == {"en-gb": "Agree"}


def test_half_an_emoji_does_no_harm(made: Read) -> None:
    (one,) = made(question("TE", QuestionText="Half \ud83d, whole \U0001f600")).questions
    assert one.text == {"en": "Half ?, whole \U0001f600"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"VL1,VL2\n1,2\n",
        b"[1, 2]",
        b"{",
        b'{"title": {}',
        b'{"SurveyElements": []}',
        b'{"title": "\xff"}',
        b'{"a":' * 200_000,
        b'{"SurveyName": "SurveyEntry and SurveyElements"}',
    ],
)
def test_other_files_are_not_claimed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert read(path, path.name) is None


ONE = b'{"SurveyEntry": {}, "SurveyElements": [{"Element": "SQ", "Payload": %b}]}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"SurveyEntry": {},\n "Survey', "line 2, column 2: Unterminated string"),
        (b'{"SurveyEntry": {"SurveyName": "\xff"}}', "damaged Qualtrics survey: it is not UTF-8"),
        (ONE % (b'{"a":' * 200_000), "nested too deeply"),
        (ONE % (b"[" * 200_000), "nested too deeply"),
        (ONE % (b"9" * 5000), "a number is too long"),
        (ONE % b'"Q1"', "survey.qsf: a question is not as Qualtrics writes it"),
        (ONE % b'{"QuestionType": "MC"}', "survey.qsf: a question has no QuestionID"),
        (ONE % b'{"QuestionID": 5}', "survey.qsf: a question has no QuestionID"),
        (b'{"SurveyEntry": 1, "SurveyElements": []}', "SurveyEntry is not as Qualtrics"),
        (b'{"SurveyEntry": {}, "SurveyElements": true}', "SurveyElements is not as Qualtrics"),
        (b'{"SurveyEntry": {}, "SurveyElements": ["SQ"]}', "an element of the survey is not as"),
        (
            b'{"SurveyEntry": {}, "SurveyElements": [{"Element": "BL", "Payload": [5]}]}',
            "a block is not as Qualtrics writes it",
        ),
    ],
)
def test_a_damaged_survey_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "survey.qsf"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path, path.name)
    assert caught.value.message.startswith("survey.qsf")
    assert message in caught.value.message
    assert "export the survey once more" in caught.value.hint


@pytest.mark.parametrize(
    "fields",
    [
        {"Choices": "Yes"},
        {"Choices": {"1": "Yes"}},
        {"Choices": [7]},
        {"Choices": AGREE, "ChoiceOrder": 3},
        {"Choices": AGREE, "RecodeValues": "1"},
        {"Language": {"NL": "x"}},
        {"Language": "NL"},
    ],
)
def test_a_question_of_another_shape_is_named(made: Read, fields: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"survey\.qsf: question QID5 is not as Qualtrics"):
        made(question("MC", **{"Selector": "SAVR", **fields}))


# --- real surveys -----------------------------------------------------------------------------


def definition_of(name: str) -> Definition:
    found = read(REAL / f"{name}.qsf", f"{name}.qsf")
    assert found is not None
    return found


@real
@pytest.mark.parametrize(
    ("file", "name", "questions", "unknown"),
    [
        # A text without answers has a column, but is no question.
        ("Long_Exhaustive_Sample_Survey", "Long_Exhaustive_Sample_Survey", 353, ["QID1"]),
        ("No_Basis_for_Evaluation (Insights)", "No_Basis_for_Evaluation", 35, []),
        ("Sample_Survey (Insights)", "Sample_Survey", 176, []),
        ("Single_Answer_Matrix_Questions (Insights)", "Single_Answer_Matrix_Questions", 16, []),
    ],
)
def test_every_column_of_a_real_export_finds_its_question(
    file: str, name: str, questions: int, unknown: list[str]
) -> None:
    known = {one.export_id for one in definition_of(name).questions}
    with ExitStack() as stack:
        export = recognise(open_table(REAL / f"{file}.csv", None, stack))
    assert export is not None
    asked = [column.export_id for column in export.columns if not column.role]
    assert len(asked) == questions
    assert [at for at in asked if at not in known] == unknown


@real
@pytest.mark.parametrize(
    ("file", "name", "answered"),
    [
        ("Long_Exhaustive_Sample_Survey", "Long_Exhaustive_Sample_Survey", 6811),
        ("No_Basis_for_Evaluation (Insights)", "No_Basis_for_Evaluation", 381),
        ("Sample_Survey (Insights)", "Sample_Survey", 423),
        ("Single_Answer_Matrix_Questions (Insights)", "Single_Answer_Matrix_Questions", 75),
    ],
)
def test_every_answer_of_a_real_export_is_an_option(file: str, name: str, answered: int) -> None:
    options = {one.export_id: one.options for one in definition_of(name).questions if one.options}
    with (REAL / f"{file}.csv").open(encoding="utf-8-sig", newline="") as lines:
        _, _, keys, *rows = csv.reader(lines)
    found = [re.search(r"'ImportId': '([^']*)'", key) for key in keys]
    columns = [question_id(match[1]) if match else "" for match in found]
    cells = [
        (at, cell)
        for row in rows
        for at, cell in zip(columns, row, strict=True)
        if cell and at in options
    ]
    assert len(cells) == answered
    assert [(at, cell) for at, cell in cells if cell not in options[at]] == []


@real
def test_what_real_surveys_say_of_their_questions() -> None:
    by_id = {one.export_id: one for one in definition_of("No_Basis_for_Evaluation").questions}
    assert list(by_id["QID1"].options) == ["1", "2", "3", "-1"]
    assert by_id["QID1"].missing == {"-1"}
    assert by_id["QID4_2"].missing == {"-1", "-2"}
    assert by_id["QID2_4"].name == "Q2_-1"
    # The trash of this survey holds 20 of its 52 questions.
    shown = {one.export_id.partition("_")[0] for one in definition_of("Sample_Survey").questions}
    assert len({at.partition("#")[0] for at in shown}) == 32


@real
def test_a_real_export_is_described_by_its_survey() -> None:
    with ExitStack() as stack:
        path = REAL / "No_Basis_for_Evaluation (Insights).csv"
        export = recognise(open_table(path, None, stack))
    assert export is not None
    told = described(export, definition_of("No_Basis_for_Evaluation"))
    column = next(column for column in told.columns if column.export_id == "QID4_2")
    assert set(column.missing) == {"-1", "-2", "-99"}
    assert set(column.options) == {"1", "2", "3", "-1", "-2"}
