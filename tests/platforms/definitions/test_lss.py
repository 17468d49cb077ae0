"""LimeSurvey structure files: one question per column of the export, in both generations."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from vested.errors import InputError
from vested.formats import open_table
from vested.platforms.definitions import Definition, Question, described, lss, read_definition
from vested.platforms.limesurvey import recognise

REAL = Path(__file__).parents[4] / "shared" / "exports" / "limesurvey" / "citric"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real definitions are not here")

Table = Sequence[Mapping[str, str]]
Written = Callable[..., Path]


def row(**cells: str) -> dict[str, str]:
    return cells


def xml(kind: str = "Survey", languages: Sequence[str] = ("en",), **tables: Table) -> str:
    """A file as LimeSurvey lays it out: each table its fields, then its rows."""
    body = "".join(f"<language>{language}</language>" for language in languages)
    parts = [f"<languages>{body}</languages>"]
    for name, rows in tables.items():
        fields = "".join(f"<fieldname>{field}</fieldname>" for field in (rows[0] if rows else ()))
        cells = (
            "".join(f"<{key}><![CDATA[{cell}]]></{key}>" for key, cell in one.items())
            for one in rows
        )
        body = "".join(f"<row>{one}</row>\n" for one in cells)
        parts.append(f"<{name}><fields>{fields}</fields><rows>\n{body}</rows></{name}>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<document>\n'
        f"<LimeSurveyDocType>{escape(kind)}</LimeSurveyDocType><DBVersion>641</DBVersion>\n"
        + "\n".join(parts)
        + "\n</document>\n"
    )


def one(kind: str, *, other: str = "N", **tables: Table) -> str:
    """A survey of one question: two rows and, where its type has them, three answers."""
    parts: Table = [
        row(qid=str(2 + at), parent_qid="1", title=f"S{at}", question_order=str(at), scale_id="0")
        for at in (1, 2)
    ]
    answers: Table = [
        row(aid=str(at), qid="1", code=f"A{at}", sortorder=str(at), scale_id="0") for at in (1, 2)
    ]
    return xml(
        **{
            "questions": [row(qid="1", parent_qid="0", type=kind, title="Q", other=other)],
            "subquestions": parts,
            "question_l10ns": [
                row(qid="1", question="<p>Do you&nbsp;agree?</p>", language="en"),
                row(qid="3", question="We share", language="en"),
                row(qid="4", question="We care", language="en"),
            ],
            "answers": answers,
            "answer_l10ns": [
                row(aid="2", answer="<b>Fully</b>", language="en"),
                row(aid="1", answer="No", language="en"),
            ],
            **tables,
        }
    )


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def made(text: str | bytes, name: str = "survey.lss") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return made


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def read(path: Path) -> Definition:
    found = lss.read(path, path.name)
    assert found is not None
    assert found.platform == "LimeSurvey"
    return found


def columns(found: Definition) -> list[tuple[str, str, str]]:
    """By column its name, its text in English, and its codes."""
    return [
        (question.name, question.text.get("en", ""), " ".join(question.options))
        for question in found.questions
    ]


FIVE, TEN = "1 2 3 4 5", "1 2 3 4 5 6 7 8 9 10"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("L", [("Q", "Do you agree?", "A1 A2")]),
        ("!", [("Q", "Do you agree?", "A1 A2")]),
        ("O", [("Q", "Do you agree?", "A1 A2"), ("Q[comment]", "", "")]),
        ("5", [("Q", "Do you agree?", FIVE)]),
        ("Y", [("Q", "Do you agree?", "Y N")]),
        ("G", [("Q", "Do you agree?", "F M")]),
        ("|", [("Q", "Do you agree?", ""), ("Q[filecount]", "", "")]),
        *((kind, [("Q", "Do you agree?", "")]) for kind in "STUND*I"),
        ("X", []),
        *(
            (kind, [("Q[S1]", "We share", codes), ("Q[S2]", "We care", codes)])
            for kind, codes in [
                *(("F", "A1 A2"), ("H", "A1 A2"), ("A", FIVE), ("B", TEN), ("C", "Y U N")),
                *(("E", "I S D"), ("M", "Y"), ("K", ""), ("Q", "")),
            ]
        ),
        ("P", [("Q[S1]", "We share", "Y"), ("Q[S1comment]", "", ""),
               ("Q[S2]", "We care", "Y"), ("Q[S2comment]", "", "")]),
        ("R", [("Q[1]", "", "A1 A2"), ("Q[2]", "", "A1 A2")]),
    ],
)  # fmt: skip
def test_types(written: Written, kind: str, expected: list[tuple[str, str, str]]) -> None:
    found = read(written(one(kind)))
    assert columns(found) == expected
    for question in found.questions:
        split = question.name != "Q"
        assert question.stem == ({"en": "Do you agree?"} if split else {})
        assert question.export_id == question.name.replace("[", "_").replace("]", "")
        assert question.missing == frozenset()


def test_dual_scale(written: Written) -> None:
    answers = [
        row(aid=code, qid="1", code=code, sortorder="1", scale_id=scale)
        for code, scale in [("now", "0"), ("soon", "1")]
    ]
    found = read(written(one("1", answers=answers)))
    assert [(column.name, column.export_id, *column.options) for column in found.questions] == [
        ("Q[S1][1]", "Q_S1_0", "now"),
        ("Q[S1][2]", "Q_S1_1", "soon"),
        ("Q[S2][1]", "Q_S2_0", "now"),
        ("Q[S2][2]", "Q_S2_1", "soon"),
    ]


@pytest.mark.parametrize("kind", [":", ";"])
def test_matrices(written: Written, kind: str) -> None:
    parts = [
        row(qid=qid, parent_qid="1", title=title, question_order=order, scale_id=scale)
        for qid, title, order, scale in [("3", "R", "1", "0"), ("4", "C", "1", "1"),
                                         ("9", "D", "2", "1")]
    ]  # fmt: skip
    found = read(written(one(kind, subquestions=parts)))
    assert columns(found) == [
        ("Q[R_C]", "We share [We care]", ""),
        ("Q[R_D]", "We share [D]", ""),
    ]


@pytest.mark.parametrize(
    ("kind", "names", "label"),
    [
        ("L", ["Q", "Q[other]"], "Other"),
        ("!", ["Q", "Q[other]"], "Other"),
        ("M", ["Q[S1]", "Q[S2]", "Q[other]"], None),
        ("P", ["Q[S1]", "Q[S1comment]", "Q[S2]", "Q[S2comment]", "Q[other]", "Q[othercomment]"],
         None),
        ("F", ["Q[S1]", "Q[S2]"], None),
    ],
)  # fmt: skip
def test_other(written: Written, kind: str, names: list[str], label: str | None) -> None:
    found = read(written(one(kind, other="Y")))
    assert [question.name for question in found.questions] == names
    assert found.questions[0].missing == (frozenset({"-oth-"}) if label else frozenset())
    assert found.questions[0].options.get("-oth-", {}).get("en") == label


def test_other_in_the_survey_s_own_words(written: Written) -> None:
    settings = [
        row(qid="1", attribute="other_replace_text", value="<i>None of these</i>", language="en")
    ]
    found = read(written(one("L", other="Y", question_attributes=settings)))
    assert found.questions[0].options["-oth-"] == {"en": "None of these"}


def test_a_row_that_is_coded_other_shares_the_column(written: Written) -> None:
    parts = [row(qid="3", parent_qid="1", title="other", question_order="1", scale_id="0")]
    found = read(written(one("M", other="Y", subquestions=parts)))
    assert [question.name for question in found.questions] == ["Q[other]"]


@pytest.mark.parametrize(("value", "ranks"), [("1", 1), ("", 2), ("max", 2)])
def test_fewer_ranks_than_answers(written: Written, value: str, ranks: int) -> None:
    settings = [row(qid="1", attribute="max_subquestions", value=value, language="")]
    assert len(read(written(one("R", question_attributes=settings))).questions) == ranks


# --- languages, order, titles -----------------------------------------------------------------

OLD = {
    "surveys": [row(sid="9", language="nl")],
    "surveys_languagesettings": [
        row(surveyls_language="en", surveyls_title="About us"),
        row(surveyls_language="nl", surveyls_title="<b>Over</b> ons"),
    ],
    "groups": [
        row(gid=gid, group_name=f"Group {gid}", group_order=order, language=language)
        for gid, order in [("10", "2"), ("11", "1")]
        for language in ("en", "nl")
    ],
    "questions": [
        row(qid=qid, parent_qid="0", gid=gid, type=kind, title=title, question=text,
            question_order=order, language=language, other="N")
        for qid, gid, kind, title, text, order, language in [
            ("1", "10", "T", "Late", "Comments?", "0", "en"),
            ("1", "10", "T", "Late", "Opmerkingen?", "0", "nl"),
            ("2", "11", "Y", "Second", "Sure?", "12", "en"),
            ("2", "11", "Y", "Second", "Zeker?", "12", "nl"),
            ("3", "11", "F", "First", "Agree?", "3", "en"),
            ("3", "11", "F", "First", "Eens?", "3", "nl"),
        ]
    ],
    "subquestions": [
        row(qid="4", parent_qid="3", title="S1", question=text, question_order="1", language=code,
            scale_id="0")
        for text, code in [("We share", "en"), ("We delen", "nl")]
    ],
    "answers": [
        row(qid="3", code=code, answer=text, sortorder=order, language=language, scale_id="0")
        for code, text, order, language in [
            ("A2", "Yes", "2", "en"), ("A1", "No", "1", "en"),
            ("A2", "Ja", "2", "nl"), ("A1", "Nee", "1", "nl"),
        ]
    ],
}  # fmt: skip


def test_texts_beside_the_questions_until_version_3(written: Written) -> None:
    found = read(written(xml(languages=["en", "nl"], **OLD)))
    assert (found.title, found.language) == ("Over ons", "nl")
    assert [question.name for question in found.questions] == ["First[S1]", "Second", "Late"]
    assert found.questions[0] == Question(
        "First[S1]",
        {"nl": "We delen", "en": "We share"},
        {"nl": "Eens?", "en": "Agree?"},
        "First_S1",
        {"A1": {"nl": "Nee", "en": "No"}, "A2": {"nl": "Ja", "en": "Yes"}},
    )
    assert list(found.questions[0].text) == ["nl", "en"]
    assert list(found.questions[0].options) == ["A1", "A2"]


def test_fixed_labels_in_the_languages_of_the_survey(written: Written) -> None:
    survey = [row(language="de-informal")]
    text = one("C", other="N", surveys=survey).replace(
        "<languages>", "<languages><language>ja</language><language>de-informal</language>"
    )
    found = read(written(text))
    assert found.questions[0].options == {
        "Y": {"de-informal": "Ja", "ja": "Yes", "en": "Yes"},
        "U": {"de-informal": "Unsicher", "ja": "Uncertain", "en": "Uncertain"},
        "N": {"de-informal": "Nein", "ja": "No", "en": "No"},
    }


def test_a_group_and_a_question_have_no_title_of_their_own(written: Written) -> None:
    group = xml("Group", groups=OLD["groups"][:2], questions=OLD["questions"][:1])
    assert read(written(group, "group.lsg")).title == "Group 10"
    assert read(written(xml("Question", questions=OLD["questions"][:1]), "q.lsq")).title == "Late"


# --- what cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "id;submitdate\n1;\n", '{"SurveyEntry": {}}', "<html></html>", "<document></document>",
     b"PK\x03\x04", b"\xff\xfe\x00"],
)  # fmt: skip
def test_another_kind_of_file(written: Written, text: str | bytes) -> None:
    assert lss.read(written(text), "survey.lss") is None


BOMB = (
    '<!DOCTYPE document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
    "<document><LimeSurveyDocType>&b;</LimeSurveyDocType></document>"
)
ELSEWHERE = (
    '<!DOCTYPE document [<!ENTITY own SYSTEM "{path}">]>\n'
    "<document><LimeSurveyDocType>&own;</LimeSurveyDocType></document>"
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (one("L")[:-30], "survey.lss, line 24: broken XML"),
        (one("L").replace("<row>", "<row><", 1), "survey.lss, line 6: broken XML"),
        (one("L").replace("]]>", "]]>&nothing;", 1), "broken XML (undefined entity)"),
        (one("L").replace("UTF-8", "no-such-code"), "survey.lss is in an encoding"),
        (one("L").replace("UTF-8", "utf-7"), "survey.lss is in an encoding"),
        (BOMB, "declares a document type"),
        (ELSEWHERE.format(path="secret.txt"), "declares a document type"),
        (
            one("L").replace("<doc", '<!DOCTYPE document SYSTEM "secret.txt"><doc', 1),
            "declares a document type",
        ),
        (xml("Label set"), "of another kind (Label set)"),
        (xml("Responses"), "of another kind (Responses)"),
        (xml(), "survey.lss holds no questions"),
        (xml(questions=[row(qid="1", type="L", title="")]), "a question has no code"),
    ],
)
def test_broken_files(written: Written, text: str, message: str) -> None:
    path = written(text)
    path.with_name("secret.txt").write_text("Survey")
    with pytest.raises(InputError) as caught:
        lss.read(path, path.name)
    assert message in caught.value.message
    assert "secret" not in str(caught.value)
    assert caught.value.hint


def test_missing_fields_are_no_reason_to_fail(written: Written) -> None:
    found = read(written(xml(questions=[row(title="Q1"), row(qid="2", title="Q2", type="F")],
                             subquestions=[row()], answers=[row()], answer_l10ns=[row(aid="7")],
                             groups=[row()], question_attributes=[row()])))  # fmt: skip
    assert [question.name for question in found.questions] == ["Q1"]


# --- with an export, and real files -----------------------------------------------------------


@pytest.mark.parametrize("heading", ["First[S1]", "First[S1]. Eens? [We delen]", "First_S1"])
def test_an_export_is_joined(
    written: Written, write: Callable[..., Path], stack: ExitStack, heading: str
) -> None:
    meta = ["id", "submitdate", "lastpage"]
    headings = [heading, "Other_S1", "Second"]
    path = write([*meta, *headings], [["1", "", "", "A1", "A2", "Y"]])
    export = recognise(open_table(path, None, stack))
    assert export is not None
    definition = read_definition(written(xml(languages=["en", "nl"], **OLD)))
    first, unknown, second = described(export, definition).columns[3:]
    assert first.options == {"A1": ("Nee", "No"), "A2": ("Ja", "Yes")}
    assert first.texts[-2:] == ("We delen", "We share")
    assert unknown.options == {}
    assert second.options == {"Y": ("Ja", "Yes"), "N": ("Nee", "No")}


@real
@pytest.mark.parametrize(
    ("file", "title", "names"),
    [
        ("answers.lss", "Survey with Question Answers",
         [*(f"Q01[SQ00{at}]" for at in (1, 2, 3)), *(f"Q02[SQ00{at}]" for at in range(1, 6))]),
        ("survey.lss", "Test Survey",
         ["G01Q01", "G01Q02", "G02Q03", "G02Q03[filecount]", "G02Q04"]),
        ("limesurvey_survey_432535.lss", "Example Survey", ["G01Q01", "G01Q02"]),
        ("group.lsg", "First Group", ["G01Q02", "G01Q01"]),
        ("free_text.lsq", "FREETEXTEXAMPLE", ["FREETEXTEXAMPLE"]),
    ],
)  # fmt: skip
def test_real_definitions(file: str, title: str, names: list[str]) -> None:
    found = read(REAL / file)
    assert (found.title, found.language) == (title, "en")
    assert [question.name for question in found.questions] == names


@real
def test_real_answers() -> None:
    """Against another parser: each answer of the array, by its id and sort order."""
    root = ET.parse(REAL / "answers.lss").getroot()
    labels = {
        one.findtext("aid"): one.findtext("answer") for one in root.iterfind("answer_l10ns//row")
    }
    rows = sorted(root.iterfind("answers//row"), key=lambda one: int(one.findtext("sortorder", "")))
    expected = {one.findtext("code"): {"en": labels[one.findtext("aid")]} for one in rows}
    found = read(REAL / "answers.lss")
    assert len(expected) == 5
    assert {question.name: question.options for question in found.questions}[
        "Q02[SQ003]"
    ] == expected
