"""XLSForms, written here as a workbook each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

import vested
from vested.errors import InputError
from vested.platforms import Column, Export
from vested.platforms.definitions import Definition, Question, described
from vested.platforms.definitions.xlsform import read
from vested.questionnaire import export

Rows = Sequence[Sequence[object]]
Form = Callable[..., Definition | None]

AGREE = [
    ["list_name", "name", "label"],
    ["agree", 1, "Disagree"],
    ["agree", 2, "Agree"],
    ["agree", 9, "Cannot say"],
    ["", "", ""],
    ["yn", "y", "Yes"],
]
AGREED = {"1": {"en": "Disagree"}, "2": {"en": "Agree"}, "9": {"en": "Cannot say"}}


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[dict[str, Rows]], Path]:
    import xlsxwriter

    def made(sheets: dict[str, Rows]) -> Path:
        path = tmp_path / "form.xlsx"
        with xlsxwriter.Workbook(path) as book:
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for at, row in enumerate(rows):
                    sheet.write_row(at, 0, row)
        return path

    return made


@pytest.fixture
def form(workbook: Callable[[dict[str, Rows]], Path]) -> Form:
    """What is read from rows of `survey` below type, name, label and appearance."""

    def made(
        *survey: Sequence[object],
        choices: Rows = AGREE,
        settings: Rows = (),
        header: Sequence[str] = ("type", "name", "label", "appearance"),
    ) -> Definition | None:
        sheets = {"survey": [header, *survey], "choices": choices, "settings": settings}
        return read(workbook(sheets), "form.xlsx")

    return made


def questions(found: Definition | None) -> tuple[Question, ...]:
    assert found is not None
    return found.questions


def test_a_question_with_a_list(form: Form) -> None:
    found = form(["select_one agree", "share", "We <b>share</b>\u00a0data"])
    assert found is not None
    assert (found.platform, found.title, found.language) == ("XLSForm", "form", "en")
    (question,) = found.questions
    assert (question.name, question.export_id) == ("share", "share")
    assert question.text == {"en": "We share data"}
    assert question.options == AGREED
    assert [*question.options] == ["1", "2", "9"]
    assert (question.missing, question.stem) == (frozenset(), {})


@pytest.mark.parametrize(
    ("type_", "has_options"),
    [
        *(("select_one agree", True), ("select one agree", True), ("select1 agree", True)),
        *(("select one from agree", True), (" Select_One   agree ", True)),
        *(("add select one prompt using agree", True), ("select_multiple agree", False)),
        *(("select all that apply from agree", False), ("rank agree", False)),
        *(("select_one_from_file agree.csv", False), ("select_one_external agree", False)),
        *(("select_one ${members}", False), ("text", False), ("integer", False)),
        *(("range", False), ("calculate", False), ("acknowledge", False), ("datetime", False)),
        ("something new", False),
    ],
)
def test_types_that_give_a_column(form: Form, type_: str, has_options: bool) -> None:
    (question,) = questions(form([type_, "q1", "One?"]))
    assert (question.name, question.options) == ("q1", AGREED if has_options else {})


@pytest.mark.parametrize(
    "type_",
    [
        *("note", "start", "end", "today", "deviceid", "username", "phonenumber", "audit"),
        *("email", "start-geopoint", "background-audio", "csv-external", ""),
    ],
)
def test_types_that_ask_nothing(form: Form, type_: str) -> None:
    found = questions(form([type_, "extra", "Welcome"], ["text", "q1", "One?"]))
    assert [question.name for question in found] == ["q1"]


def test_other_is_an_option_and_a_question_of_its_own(form: Form) -> None:
    found = questions(form(["select_one yn or_other", "q1", "One?"]))
    assert [question.name for question in found] == ["q1", "q1_other"]
    assert found[0].options == {"y": {"en": "Yes"}, "other": {"en": "Other"}}
    assert (found[1].options, found[1].text) == ({}, {})


def test_a_list_called_other_is_a_list(form: Form) -> None:
    choices = [["list_name", "name", "label"], ["or_other", "y", "Yes"]]
    found = questions(form(["select_one or_other", "q1", "One?"], choices=choices))
    assert [(question.name, [*question.options]) for question in found] == [("q1", ["y"])]


@pytest.mark.parametrize(
    ("default", "header", "languages"),
    [
        ("", ["label"], ["en"]),
        ("Nederlands (nl)", ["label"], ["nl"]),
        ("nl", ["label", "label::English (en)"], ["en", "nl"]),
        ("", ["label::English (en)", "label::Nederlands (nl)"], ["en", "nl"]),
        ("", ["label:English", "label:Français"], ["en", "fr"]),
        ("", ["Label :: pt-BR", "LABEL::Portuguese (pt_PT)"], ["pt-BR", "pt-PT"]),
        ("", ["label::English (UK)", "label::Deutsch"], ["de", "en"]),
        ("", ["label::Klingon", "label::Quenya (qya)", "label::Sindarin"], ["qya", "und", "und-2"]),
        ("Klingon", ["label"], ["en"]),
        ("", ["caption::Dutch"], ["nl"]),
        # The label in a language goes before the one without.
        ("", ["label", "label::English (en)"], ["en"]),
        ("", ["hint::English (en)", "label::English (en)"], ["en"]),
    ],
)
def test_languages(form: Form, default: str, header: list[str], languages: list[str]) -> None:
    rows = [["yn", "y", *(f"Yes, {name}" for name in header)]]
    found = form(
        ["select_one yn", "q1", *header],
        header=["type", "name", *header],
        choices=[["list_name", "name", *header], *rows],
        settings=[["form_title", "default_language"], ["Data", default]],
    )
    (question,) = questions(found)
    assert sorted(question.text) == languages
    assert sorted(question.options["y"]) == languages
    if "label::English (en)" in header:
        assert question.text["en"] == "label::English (en)"
        assert question.options["y"]["en"] == "Yes, label::English (en)"
    assert found is not None
    assert found.title == "Data"


def test_the_form_id_where_there_is_no_title(form: Form) -> None:
    found = form(["text", "q1", "One?"], settings=[["form_id", "version"], ["data_2026", 3]])
    assert found is not None
    assert found.title == "data_2026"


def test_blank_labels_are_left_out(form: Form) -> None:
    choices = [["list name", "value", "label"], ["l", "a", "A"], ["l", "b", ""], ["l", "a", "C"]]
    (question,) = questions(form(["select_one l", "q1", ""], choices=choices))
    assert (question.text, question.options) == ({}, {"a": {"en": "A"}})


def test_groups_with_headings(form: Form) -> None:
    found = questions(
        form(
            ["begin_group", "g1", "How far do you agree?", "w1 table-list"],
            ["select_one agree", "a", "We share"],
            ["select_one agree", "b", "We reuse"],
            ["text", "c", "Why?"],
            ["end group"],
            ["begin group", "g2", "Page two", "field-list"],
            ["select_one agree", "g2_header", "How often?", "label"],
            ["select_one agree", "d", "We test", "list-nolabel"],
            ["select_one agree", "e", "Alone"],
            ["end_group"],
            ["select_one agree", "f", "After all"],
        )
    )
    stems = {question.name: question.stem.get("en", "") for question in found}
    assert stems == {
        "a": "How far do you agree?",
        "b": "How far do you agree?",
        "c": "",
        "d": "How often?",
        "e": "",
        "f": "",
    }
    assert {question.text["en"] for question in found} >= {"We share", "We test"}


def test_the_grids_of_kobotoolbox(form: Form) -> None:
    header = ["type", "$autoname", "name", "label", "kobo--score-choices", "kobo--rank-items"]
    found = questions(
        form(
            ["begin_score", "s", "", "How far do you agree?", "agree"],
            ["score__row", "", "a", "We share"],
            ["score__row", "b", "", "We reuse"],
            ["end_score"],
            ["begin_rank", "", "r", "What first?", "", "yn"],
            ["rank__level", "", "r1", "1st"],
            ["end_rank"],
            header=header,
        )
    )
    assert [question.name for question in found] == ["a", "b", "r1"]
    assert [question.stem["en"] for question in found] == [
        "How far do you agree?", "How far do you agree?", "What first?",
    ]  # fmt: skip
    assert [question.options for question in found] == [AGREED, AGREED, {"y": {"en": "Yes"}}]


def test_the_matrix_of_kobotoolbox(form: Form) -> None:
    found = questions(
        form(
            ["begin_kobomatrix", "m", "Items", "yn"],
            ["select_one agree", "use", "We use it"],
            ["text", "why", "Why?"],
            ["end_kobomatrix"],
            header=["type", "name", "label", "kobo--matrix_list"],
        )
    )
    assert [(q.name, q.export_id, q.stem["en"], q.text["en"]) for q in found] == [
        ("m_y_use", "m_y_use", "We use it", "Yes"),
        ("m_y_why", "m_y_why", "Why?", "Yes"),
    ]
    assert [q.options for q in found] == [AGREED, {}]


def test_questions_of_one_name_go_by_their_groups(form: Form) -> None:
    definition = form(
        ["begin_group", "now", "Now"],
        ["select_one agree", "share", "We share"],
        ["begin_repeat", "teams", "Teams"],
        ["text", "q1", "One?"],
        ["end_repeat"],
        ["end_group"],
        ["begin_group", "later", "Later"],
        ["select_one yn", "share", "We shall share"],
        ["end_group"],
    )
    found = questions(definition)
    assert [(question.name, question.export_id) for question in found] == [
        ("now/share", ""), ("q1", "q1"), ("later/share", ""),
    ]  # fmt: skip
    # So that the second column does not get the question of the first.
    assert definition is not None
    columns = tuple(
        Column(name, export_id=name.rpartition("/")[2])
        for name in ("now/share", "later/share", "now/teams/q1")
    )
    known = described(Export(None, columns), definition).columns  # type: ignore[arg-type]
    assert [column.texts for column in known] == [("We share",), ("We shall share",), ("One?",)]
    assert known[1].options == {"y": ("Yes",)}


def test_rows_that_do_not_count(form: Form) -> None:
    found = questions(
        form(
            ["", "", "", "", "a remark"],
            ["text", "q1", "One?", "", ""],
            ["text", "q2", "Two?", "", "yes"],
            ["text", "q3", "Three?", "", True],
            ["text", "q4", "Four?", "", "no"],
            header=["type", "name", "label", "hint", "disabled"],
        )
    )
    assert [question.name for question in found] == ["q1", "q4"]


def test_headers_of_older_forms(form: Form) -> None:
    found = questions(
        form(
            ["begin group", "g", "table-list", "Agree?"],
            ["select_one agree", "q1", "", "One?"],
            ["end group"],
            header=["Command", "Value", "control::appearance", "Caption"],
        )
    )
    assert [(q.name, q.stem["en"], q.text["en"]) for q in found] == [("q1", "Agree?", "One?")]


@pytest.mark.parametrize(
    ("survey", "message", "hint"),
    [
        (
            [["note", "n"], ["select_one agre", "q1"]],
            "form.xlsx, sheet survey, row 3: there is no list 'agre' of choices",
            "did you mean agree?",
        ),
        (
            [["select_one other_list", "q1"]],
            "form.xlsx, sheet survey, row 2: there is no list 'other_list' of choices",
            "the sheet choices must have such a list_name",
        ),
        (
            [["text", "", "One?"]],
            "form.xlsx, sheet survey, row 2: a question or group has no name",
            "fill in the column name",
        ),
        (
            [["begin_group", "g"], ["text", "q1"]],
            "form.xlsx, sheet survey, row 2: group g never ends",
            "each begin needs an end of the same kind",
        ),
        (
            [["text", "q1"], ["end_group"]],
            "form.xlsx, sheet survey, row 3: end_group without a begin",
            "each begin needs an end of the same kind",
        ),
        (
            [["begin_group", "g"], ["text", "q1"], ["end_repeat"]],
            "form.xlsx, sheet survey, row 4: end_repeat without a begin",
            "each begin needs an end of the same kind",
        ),
        (
            [["begin_group", f"g{at}"] for at in range(101)],
            "form.xlsx, sheet survey, row 102: more than 100 groups in each other",
            "each begin needs an end of the same kind",
        ),
        (
            [["text", f"q{at}"] for at in range(16_385)],
            "form.xlsx asks more than 16384 questions",
            "is it a form?",
        ),
        ([["note", "n", "Welcome"]], "form.xlsx asks nothing: its sheet survey has no questions",
         "is it a draft?"),
    ],
)  # fmt: skip
def test_broken_forms(form: Form, survey: list[list[object]], message: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        form(*survey)
    assert caught.value.message == message
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    "sheets",
    [
        {"Answers": [["type", "name"], ["text", "q1"]]},
        {"survey": [["Organisation", "share"], ["Gent", 4]]},
        {"survey": [["type", "label"], ["text", "One?"]]},
        {"survey": []},
    ],
)
def test_other_workbooks_are_none(
    workbook: Callable[[dict[str, Rows]], Path], sheets: dict[str, Rows]
) -> None:
    assert read(workbook(sheets), "form.xlsx") is None


def test_the_case_of_sheets_and_blank_rows_do_not_matter(
    workbook: Callable[[dict[str, Rows]], Path],
) -> None:
    path = workbook({"Survey": [[], ["type", "name", "label"], [], ["text", "", "One?"]]})
    with pytest.raises(InputError) as caught:
        read(path, "form.xlsx")
    assert caught.value.message == "form.xlsx, sheet survey, row 4: a question or group has no name"


def test_other_files_are_none(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_text("type,name\ntext,q1\n", encoding="utf-8")
    assert read(path, path.name) is None
    path.write_bytes(b"PK\x03\x04 cut off")
    assert read(path, path.name) is None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert read(path, path.name) is None


def test_what_vested_writes_is_read_back(short: vested.Instrument, tmp_path: Path) -> None:
    path = tmp_path / "short.xlsx"
    path.write_bytes(export(short, "xlsform").content)
    found = {question.name: question for question in questions(read(path, path.name))}
    assert {*found} - {item.id for item in short.items} == {"consent", "organisation"}
    for item in short.items:
        assert found[item.id].text == item.text
        labels = {label["nl"]: code for code, label in found[item.id].options.items()}
        wanted = dict(zip(item.scale.labels["nl"], map(str, item.scale.codes), strict=True))
        assert {label: labels[label] for label in wanted} == wanted
