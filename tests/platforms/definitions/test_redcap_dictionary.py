from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from vested.errors import InputError
from vested.platforms.definitions import Question
from vested.platforms.definitions.redcap_dictionary import box_name, read

REDCAP = Path(__file__).parents[4] / "shared" / "exports" / "redcap" / "REDCapR"
DICTIONARIES = sorted([*REDCAP.rglob("dictiona*.csv"), *REDCAP.rglob("metadata.csv")])
OTHERS = [
    path
    for path in sorted(REDCAP.parents[1].rglob("*"))
    if path.is_file() and path not in DICTIONARIES
]
NOT_A_FIELD = re.compile("redcap_.*|.*_complete|.*_timestamp")

HEADER = [
    *("Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label"),
    *("Choices, Calculations, OR Slider Labels", "Field Note", "Matrix Group Name"),
]
METADATA = [
    *("field_name", "form_name", "section_header", "field_type", "field_label"),
    *("select_choices_or_calculations", "field_note", "matrix_group_name"),
]
AGREE = "1, Disagree | 2, Agree, on the whole|3,Agree"


def row(
    name: str, kind: str, label: str = "", choices: str = "", section: str = "", matrix: str = ""
) -> list[str]:
    return [name, "form_1", section, kind, label, choices, "", matrix]


@pytest.fixture
def questions(write: Callable[..., Path]) -> Callable[..., dict[str, Question]]:
    def made(*rows: list[str], header: Sequence[str] = HEADER, **how: Any) -> dict[str, Question]:
        path = write(header, rows, **how)
        definition = read(path, path.name)
        assert definition is not None
        assert (definition.platform, definition.title) == ("REDCap", "survey")
        return {question.name: question for question in definition.questions}

    return made


@pytest.mark.parametrize(
    ("kind", "choices", "options"),
    [
        ("radio", AGREE, {"1": "Disagree", "2": "Agree, on the whole", "3": "Agree"}),
        ("dropdown", "a, Yes | -1, <b>No</b>", {"a": "Yes", "-1": "No"}),
        ("Radio", "1, Yes |", {"1": "Yes"}),
        ("radio", "", {}),
        ("yesno", "", {"1": "Yes", "0": "No"}),
        ("truefalse", "", {"1": "True", "0": "False"}),
        ("slider", "Never | Sometimes | Always", {}),
        ("calc", "round([a]*10000/[b],1)", {}),
        ("sql", "SELECT 1, 2", {}),
        ("text", "", {}),
        ("file", "", {}),
    ],
)
def test_options(
    questions: Callable[..., dict[str, Question]],
    kind: str,
    choices: str,
    options: dict[str, str],
) -> None:
    found = questions(row("q", kind, "How<br>much?", choices))
    assert found["q"].text == {"en": "How much?"}
    assert {code: label["en"] for code, label in found["q"].options.items()} == options
    assert not found["q"].missing


def test_a_checkbox_has_a_column_per_option(
    questions: Callable[..., dict[str, Question]],
) -> None:
    found = questions(row("race", "checkbox", "Which?", "1, One | -99, Unknown | A_b, Other"))
    assert list(found) == ["race___1", "race____99", "race___a_b"]
    assert found["race____99"].text == {"en": "Unknown"}
    assert found["race____99"].stem == {"en": "Which?"}
    assert list(found["race____99"].options) == ["0", "1"]


def test_the_heading_of_a_matrix_stands_over_all_its_rows(
    questions: Callable[..., dict[str, Question]],
) -> None:
    found = questions(
        row("a", "text", "First", section="About you"),
        row("b", "radio", "We share data.", AGREE, "How far do you agree?", "climate"),
        row("c", "radio", "We learn.", AGREE, "", "climate"),
        row("d", "descriptive", "Thank you!"),
        row("e", "radio", "Other", AGREE, "", "other"),
        row("f", "notes"),
    )
    stems = {name: question.stem.get("en") for name, question in found.items()}
    agree = "How far do you agree?"
    assert stems == {"a": None, "b": agree, "c": agree, "e": None, "f": None}
    assert found["c"].text == {"en": "We learn."}
    assert found["f"].text == {}


@pytest.mark.parametrize("header", [HEADER, METADATA])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_however_it_was_saved(
    questions: Callable[..., dict[str, Question]],
    header: list[str],
    encoding: str,
    separator: str,
) -> None:
    blank = ["NA" if header is METADATA else ""]
    cells = ["q", "f", *blank, "radio", "Zeeëind;\nand", "1, Één | 2, Zwei", *blank, *blank]
    found = questions(cells, header=header, encoding=encoding, delimiter=separator)
    assert found["q"].text == {"en": "Zeeëind; and"}
    assert found["q"].options == {"1": {"en": "Één"}, "2": {"en": "Zwei"}}
    assert found["q"].stem == {}


WRONG = {
    "no rows": ([], "has a header but no fields"),
    "a choice without a code": ([row("q", "radio", "Q", "1, Yes | No")], "row 2 (q): choice 'No'"),
    "a code twice": ([row("q", "radio", "Q", "1, a | 1, b")], "row 2 (q): two choices have"),
    "no name": ([row("a", "text"), row("", "text", "Q")], "row 3: the field has no name"),
    "too few cells": ([row("a", "text"), ["b", "f"]], "row 3: 2 cells where the header has 8"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(write: Callable[..., Path], name: str) -> None:
    rows, words = WRONG[name]
    with pytest.raises(InputError) as caught:
        read(write(HEADER, rows), "survey.csv")
    assert words in caught.value.message
    assert caught.value.message.startswith("survey.csv")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (b'q,f,,text,"never closed,,,\nr,f,,text,x,,,\n', "row 2: "),
        (b'q,f,,text,x,,,"never closed\nr,f,,text,x,,,\n', "row 2: "),
        (b"q,f,,text,\xe9,,,\n", "UTF-8"),
    ],
)
def test_bytes_that_are_wrong(tmp_path: Path, end: bytes, words: str) -> None:
    path = tmp_path / "dictionary.csv"
    path.write_bytes(",".join(f'"{name}"' for name in HEADER).encode() + b"\n" + end)
    with pytest.raises(InputError, match=words):
        read(path, path.name)


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"a,b\n1,2\n", b"PK\x03\x04\0\0", b"\xff\xfea\0", b'{"SurveyEntry": {}}'],
)
def test_other_files_are_left_to_others(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert read(path, path.name) is None


def test_names_of_options() -> None:
    assert box_name("race", "1") == "race___1"
    assert box_name("race", "-99") == "race____99"


@pytest.mark.skipif(not DICTIONARIES, reason="the REDCap dictionaries are not here")
@pytest.mark.parametrize("path", DICTIONARIES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_column_of_real_data_is_a_question(path: Path) -> None:
    data = path.parent / "data.csv"
    with data.open(encoding="utf-8", newline="") as file:
        header = next((record for record in csv.reader(file) if record), [])
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    definition = read(path, path.name)
    assert definition is not None
    names = [question.name for question in definition.questions]
    if header:
        fields = [name for name in header if not NOT_A_FIELD.fullmatch(name)]
        assert sorted(names) == sorted(fields)
    # Counted by hand: a descriptive text is no column, a checkbox one for each bar and one more.
    kinds = [(cells[3], cells[5].count("|") + 1) for cells in rows[1:] if any(cells)]
    columns = {"descriptive": 0}
    expected = sum(bars if kind == "checkbox" else columns.get(kind, 1) for kind, bars in kinds)
    assert len(names) == expected
    chosen = [q for q in definition.questions if "___" not in q.name and q.options]
    closed = {"radio", "dropdown", "yesno", "truefalse"}
    assert len(chosen) == sum(kind in closed for kind, _ in kinds)


@pytest.mark.skipif(not OTHERS, reason="the other exports are not here")
def test_real_files_of_other_kinds() -> None:
    assert len(OTHERS) > 100
    assert [path.name for path in OTHERS if read(path, path.name) is not None] == []


@pytest.mark.skipif(not DICTIONARIES, reason="the REDCap dictionaries are not here")
def test_real_checkboxes_and_matrices() -> None:
    path = REDCAP / "projects" / "longitudinal" / "dictionary.csv"
    definition = read(path, path.name)
    assert definition is not None
    found = {question.name: question for question in definition.questions}
    assert found["gym___0"].text == {"en": "Monday"}
    assert found["gym___0"].stem == {"en": "Gym (Weight Training)"}
    assert found["race"].options["5"] == {"en": "More Than One Race"}
    assert found["specify_mood"].options == {}
