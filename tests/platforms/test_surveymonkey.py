"""SurveyMonkey: two header rows put together, and no answers taken for a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest

from vested.formats import open_table
from vested.platforms import Export
from vested.platforms.surveymonkey import recognise
from vested.platforms.wording import plain

REAL = Path(__file__).parents[3] / "shared" / "exports" / "surveymonkey" / "fivethirtyeight"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

Row = Sequence[str]
Known = Callable[..., Export | None]

META = [
    *("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address"),
    *("First Name", "Last Name", "Custom Data 1"),
]
WHO = [
    *("11489211", "41", "05/10/2018 04:01:00 AM", "05/10/2018 04:09:00 AM", "192.0.2.1"),
    *("", "", "", "Gent"),
]
NOTHING = [""] * len(META)


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Known]:
    with ExitStack() as stack:
        yield lambda *rows, **how: recognise(
            open_table(write(rows[0], rows[1:], **how), None, stack)
        )


def some(export: Export | None) -> Export:
    assert export is not None
    assert export.platform == "SurveyMonkey"
    return export


def body(export: Export | None) -> list[list[str]]:
    table = some(export).table
    cells = table.scan({at: pl.String() for at in range(len(table.columns))}).collect()
    return [list(row) for row in cells.fill_null("").rows()]


def names(export: Export | None) -> list[str]:
    return [column.name for column in some(export).columns]


# --- two header rows --------------------------------------------------------------------------


def test_expanded(known: Known) -> None:
    first = [
        *("<p>Your&nbsp;organisation</p>", "How far do you <b>agree</b>?", "", ""),
        *("Which of these?", "", "", "Why?", "Why?", "Sure?"),
    ]
    second = [
        *("Open-Ended Response", "We <i>share</i>\n data", "We care", "Other (please specify)"),
        *("Cloud", "Sensors", "Other (please specify)", "Open-Ended Response", "Response"),
        "Response",
    ]
    cells = ["A", "Agree", "N/A", "", "Cloud", "", "", "x", "y", "Yes"]
    export = some(known([*META, *first], [*NOTHING, *second], [*WHO, *cells]))
    assert export.generation == "two header rows"
    assert names(export)[9:] == [
        "Your organisation",
        "How far do you agree? - We share data",
        "How far do you agree? - We care",
        "How far do you agree? - Other (please specify)",
        "Which of these? - Cloud",
        "Which of these? - Sensors",
        "Which of these? - Other (please specify)",
        *("Why?", "Why?", "Sure?"),
    ]
    assert [column.texts for column in export.columns[9:12]] == [
        ("Your organisation",),
        ("How far do you agree? - We share data", "We share data"),
        ("How far do you agree? - We care", "We care"),
    ]
    assert body(export) == [[*WHO, *cells]]
    assert export.table.row_of(0) == 3
    assert (export.answers, export.must_tell, export.exclusions) == ("either", False, ())


@pytest.mark.parametrize(
    "meta",
    [
        META,
        ["RespondentID", "CollectorID", "StartDate", "EndDate", "IP Address", "Email Address",
         "First Name", "LastName", "Custom Data"],
        [name.upper() for name in META],
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [1, 2])
def test_what_surveymonkey_adds(known: Known, meta: list[str], rows: int) -> None:
    head = [[*meta, "Sure?"], [*NOTHING, "Response"]][:rows]
    export = some(known(*head, [*WHO, "Yes"]))
    assert [column.role for column in export.columns] == [
        *("respondent", "technical", "start", "end", "person", "person", "person", "person"),
        *("", ""),
    ]
    assert names(export) == [*meta, "Sure?"]
    assert [dict(column.missing) for column in export.columns[8:]] == [
        {},
        {"N/A": "not applicable"},
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["Respondent ID", "Agree?", ""], ["", "We share", "We care"],
         ["Respondent ID", "Agree? - We share", "Agree? - We care"]),
        (["Respondent ID", "Sure?"], ["", "Response"], ["Respondent ID", "Sure?"]),
        (["Respondent ID", "Start Date", "One row?"], ["", "", "We share"],
         ["Respondent ID", "Start Date", "One row? - We share"]),
        (["Respondent ID", "Collector ID", "Department", "Sure?"], ["", "", "", "Response"],
         ["Respondent ID", "Collector ID", "Department", "Sure?"]),
        (["Respondent ID", "Collector ID", "Sure?", "More?"], ["", "", "", ""],
         ["Respondent ID", "Collector ID", "Sure?", "More?"]),
        (["Start Date", "Custom Data 1", "Sure?", "Why?"],
         ["", "", "Response", "Open-Ended Response"],
         ["Start Date", "Custom Data 1", "Sure?", "Why?"]),
        (["Sure?", "Agree?", "", "Why?"],
         ["Response", "We share", "We care", "Open-Ended Response"],
         ["Sure?", "Agree? - We share", "Agree? - We care", "Why?"]),
        (["Respondent ID", "Custom Data 1", "", "Sure?", ""], ["", "", "Shown", "Response", ""],
         ["Respondent ID", "Custom Data 1", "Shown", "Sure?", ""]),
    ],
)  # fmt: skip
def test_second_row_is_a_header(known: Known, first: Row, second: Row, expected: list[str]) -> None:
    cells = [str(at + 1) for at in range(len(first))]
    export = some(known(first, second, cells))
    assert names(export) == expected
    assert body(export) == [cells]
    blank = ", the second blank" if not any(second) else ""
    assert export.generation == f"two header rows{blank}"


# --- one header row ---------------------------------------------------------------------------


def test_condensed(known: Known) -> None:
    cells = ["Agree, with reserve", "Response", ""]
    export = some(known([*META, "How far?", "What?", "Why?"], [*WHO, *cells]))
    assert export.generation == "one header row"
    assert names(export)[9:] == ["How far?", "What?", "Why?"]
    assert body(export) == [[*WHO, *cells]]


def test_question_numbers_for_names(known: Known) -> None:
    export = some(known(["CollectorNm", "RespondentID", "CollectorID", "q0001", "q0004_0001"],
                        ["Web Link 1", "114", "41", "Yes", "Often"]))  # fmt: skip
    assert [column.role for column in export.columns] == [
        *("technical", "respondent", "technical", "", "")
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (["organisation", "SCL1"], ["Gent", "3"]),
        (["Respondent ID", "SCL1"], ["114", "3"]),
        (["Respondent ID", "Kind of Response"], ["114", "Response"]),
        (["StartDate", "EndDate", "IPAddress", "Q1"], ["2026-03-01", "2026-03-01", "", "Response"]),
        (["StartDate", "EndDate", "Q1", "Q2"], ["", "", "Response", "Yes"]),
        (["Kind", "Reason"], ["Response", "Response to a call"]),
        (["Kind", "Also", "Reason"], ["Response", "Response", ""]),
        (["Why", "Also"], ["Other (please specify)", "Other (please specify)"]),
    ],
)
def test_not_recognised(known: Known, rows: Sequence[Row]) -> None:
    assert known(*rows) is None


# --- real exports -----------------------------------------------------------------------------


def written(file: str, encoding: str) -> list[list[str]]:
    """The records of a real file by the csv module: line ends of any kind outside of quotes."""
    text = (REAL / file).read_bytes().decode(encoding)
    delimiter = "\t" if file.endswith("tsv") else ","
    return list(csv.reader(io.StringIO(text, newline=None), delimiter=delimiter))


@real
@pytest.mark.parametrize(
    ("file", "encoding", "given", "respondents", "width"),
    [
        ("StarWars.csv", "mac_roman", "mac_roman", 1186, 38),
        ("poll-of-pollsters-5.tsv", "utf-8", None, 26, 60),
        ("poll-of-pollsters-anonymous-answers-3.tsv", "mac_roman", "mac_roman", 16, 68),
    ],
)
def test_real_exports(
    file: str, encoding: str, given: str | None, respondents: int, width: int
) -> None:
    first, second, *rows = written(file, encoding)
    assert (len(rows), len(first)) == (respondents, width)
    with ExitStack() as stack:
        export = some(recognise(open_table(REAL / file, given, stack)))
        assert [row[0] for row in body(export)] == [row[0] for row in rows]
    assert export.generation == "two header rows"
    assert len(export.columns) == width
    question = ""
    for above, below, column in zip(first, second, export.columns, strict=True):
        question = above or question
        if below in ("", "Response", "Open-Ended Response"):
            assert column.name == plain(question)
        else:
            assert column.texts[-1] == plain(below)
            assert column.name == f"{plain(question)} - {plain(below)}"
        assert "<" not in column.name
    assert sum(column.role == "respondent" for column in export.columns) == (file[0] == "S")


@real
@pytest.mark.parametrize("file", ["comma-survey.csv", "flying-etiquette.csv", "raw-responses.csv"])
def test_files_that_a_publisher_cut_anew_have_no_mark_left(file: str) -> None:
    with ExitStack() as stack:
        assert recognise(open_table(REAL / file, None, stack)) is None
