"""Exports of Google Forms, made here after what is known of real ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import Table, open_table
from vested.platforms import Export
from vested.platforms.google_forms import recognise

Write = Callable[..., Path]

SHARE = "How far do you agree? [We share data]"
REUSE = "How far do you agree? [We reuse [each other's] data]"


def opened(path: Path) -> Table:
    with ExitStack() as stack:
        return open_table(path, None, stack)


def export(path: Path) -> Export:
    found = recognise(opened(path))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("heading", "time", "generation"),
    [
        ("Timestamp", "2021/08/10 12:08:56 PM GMT-3", "downloaded from the form"),
        ("Timestamp", "2026/10/04 10:15:00 AM GMT+5:30", "downloaded from the form"),
        ("Timestamp", "5/10/2018 4:01:33", "saved from its spreadsheet"),
        ("Tijdstempel", "4-5-2026 10:59:37", "saved from its spreadsheet"),
        ("Horodateur", "01/10/2026 18:12:05", "saved from its spreadsheet"),
        ("Zeitstempel", "07.02.2025 00:13:31", "saved from its spreadsheet"),
        ("Informazioni cronologiche", "12/02/2026 19.07.17", "saved from its spreadsheet"),
        ("Carimbo de data/hora", "28/03/2025 10:00", "saved from its spreadsheet"),
        ("Tidstämpel", "2026-10-04 10:15:00", "saved from its spreadsheet"),
        ("Časové razítko", "4. 5. 2026 10:59:37", "saved from its spreadsheet"),
        ("タイムスタンプ", "2026/04/01 0:00:12", "saved from its spreadsheet"),
        ("Timestamp", "2026-10-04T10:15:00", "saved from its spreadsheet"),  # as in a workbook
        (" Timestamp\u00a0", "5/10/18 4:01", "saved from its spreadsheet"),
    ],
)
def test_heading_and_times_mark_an_export(
    write: Write, heading: str, time: str, generation: str
) -> None:
    found = export(write([heading, "Organisation", SHARE], [[time, "Gent", "Agree"]]))
    assert (found.platform, found.generation) == ("Google Forms", generation)
    assert (found.columns[0].role, found.columns[0].name) == ("end", heading.strip())
    assert (found.answers, found.must_tell) == ("either", False)
    assert found.exclusions == ()


@pytest.mark.parametrize(
    ("heading", "times"),
    [
        ("Timestamp", ["1", "2", "3"]),
        ("Timestamp", ["", "", ""]),
        ("Timestamp", ["2021-08-10", "2021-08-11", "2021-08-12"]),  # no time of day
        ("Timestamp", ["1628590136", "1628590137", "1628590138"]),
        ("Timestamp", ["5/10/2018 4:01:33", "unknown", "unknown"]),
        ("timestamp", ["5/10/2018 4:01:33", "5/10/2018 4:01:34", "5/10/2018 4:01:35"]),
        ("StartDate", ["5/10/2018 4:01:33", "5/10/2018 4:01:34", "5/10/2018 4:01:35"]),
        ("", ["5/10/2018 4:01:33", "5/10/2018 4:01:34", "5/10/2018 4:01:35"]),
    ],
)
def test_other_tables_are_not_claimed(write: Write, heading: str, times: list[str]) -> None:
    rows = [[time, "Gent"] for time in times]
    assert recognise(opened(write([heading, "Organisation"], rows))) is None


def test_the_heading_must_be_the_first(write: Write) -> None:
    path = write(["Organisation", "Timestamp"], [["Gent", "5/10/2018 4:01:33"]])
    assert recognise(opened(path)) is None


def test_a_time_that_someone_overwrote_does_no_harm(write: Write) -> None:
    rows = [["5/10/2018 4:01:33", "4"], ["5/11/2018 4:01:33", "4"], ["on paper", "3"], ["", "2"]]
    assert export(write(["Timestamp", "We share data"], rows)).platform == "Google Forms"


@pytest.mark.parametrize(
    ("header", "texts"),
    [
        ("We share data", ("We share data",)),
        (SHARE, (SHARE, "We share data")),
        (REUSE, (REUSE, "We reuse [each other's] data")),
        ("Why [in your words]?", ("Why [in your words]?",)),
        (" [We share data]", ("[We share data]", "We share data")),
        ("How far do\n you agree?  [We share\u00a0data]", (SHARE, "We share data")),
        ("Trend ] [We share data]", ("Trend ] [We share data]", "We share data")),
        ("Odd We share data]", ("Odd We share data]",)),
        ("Empty []", ("Empty []",)),
        ("R&D of <your organisation>", ("R&D of <your organisation>",)),
    ],
)
def test_grids_give_the_whole_and_the_row(
    write: Write, header: str, texts: tuple[str, ...]
) -> None:
    found = export(write(["Timestamp", header], [["5/10/2018 4:01:33", "Agree"]]))
    column = found.columns[1]
    assert column.texts == texts
    assert (column.name, column.role, column.export_id) == (texts[0], "", "")


@pytest.mark.parametrize(
    ("header", "cells", "role"),
    [
        ("Email Address", ["", ""], "person"),
        ("E-mailadres", ["", ""], "person"),
        ("Adresse e-mail", ["", ""], "person"),
        ("Username", ["", ""], "person"),
        ("Epost", ["a@example.org", "b@example.org"], "person"),
        ("Name of your team", ["A", "B"], ""),
        ("Score", ["8", "9"], "technical"),
        ("Note", ["8.00 / 10", "9,00 / 10"], "technical"),
        ("Since when?", ["8/10", "2018"], ""),
    ],
)
def test_what_the_form_adds_behind_the_time(
    write: Write, header: str, cells: list[str], role: str
) -> None:
    rows = [["5/10/2018 4:01:33", cell, "Gent"] for cell in cells]
    found = export(write(["Timestamp", header, "Organisation"], rows))
    assert [column.role for column in found.columns] == ["end", role, ""]


def test_a_quiz_has_points_and_feedback_of_each_question(write: Write) -> None:
    header = [
        *("Timestamp", "Email Address", "Total score", "We share data", "We share data [Score]"),
        *("We share data [Feedback]", "Agree? [Score]", "Agree? [We share data]"),
    ]
    row = ["2024/12/22 11:49:31 AM GMT+8", "a@example.org", "8.00 / 10", "4", "1.00 / 1", ""]
    found = export(write(header, [[*row, "4", "5"]]))
    roles = [column.role for column in found.columns]
    assert roles == ["end", "person", "technical", "", "technical", "technical", "", ""]
    assert found.columns[4].why == "score of the question before"
    assert found.columns[6].texts == ("Agree? [Score]", "Score")


def test_a_row_called_score_is_a_statement_where_there_is_no_quiz(write: Write) -> None:
    header = ["Timestamp", "Agree?", "Agree? [Score]"]
    found = export(write(header, [["5/10/2018 4:01:33", "4", "5"]]))
    assert [column.role for column in found.columns] == ["end", "", ""]


def test_questions_of_one_title_stay_apart(write: Write) -> None:
    header = ["Timestamp", "Why?", "Why?", ""]
    found = export(write(header, [["5/10/2018 4:01:33", "a; b", "c, d", ""]]))
    assert [column.name for column in found.columns[1:]] == ["Why?", "Why?", ""]
    assert [column.texts for column in found.columns[1:]] == [("Why?",), ("Why?",), ()]
    assert found.table.sample == (("5/10/2018 4:01:33", "a; b", "c, d", ""),)
