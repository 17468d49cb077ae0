from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import open_table
from vested.platforms import Exclusion, Export
from vested.platforms.redcap import recognise

PROJECTS = Path(__file__).parents[3] / "shared" / "exports" / "redcap" / "REDCapR" / "projects"
DATA = [*sorted(PROJECTS.glob("*/data*.csv")), *PROJECTS.glob("../project-*/data.csv")]
ROLES = ("respondent", "finished", "end")
FILLED = [path for path in DATA if path.stat().st_size > 1]

Recognise = Callable[[list[str], list[list[str]]], Export | None]


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Recognise]:
    with ExitStack() as stack:
        yield lambda header, rows: recognise(open_table(write(header, rows), None, stack))


def roles(export: Export | None) -> dict[str, str]:
    assert export is not None
    return {column.name: column.role for column in export.columns}


SURVEY = [
    *("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance"),
    *("redcap_data_access_group", "redcap_survey_identifier", "climate_timestamp"),
    *("SCL1", "race___1", "race____99", "visit_timestamp", "climate_complete"),
]
ROW = ["1", "start_arm_1", "", "", "gent", "anna", "[not completed]", "4", "1", "0", "x", "0"]


def test_what_redcap_adds_has_a_role(known: Recognise) -> None:
    found = known(SURVEY, [ROW])
    assert roles(found) == {
        "record_id": "respondent",
        "redcap_event_name": "",
        "redcap_repeat_instrument": "technical",
        "redcap_repeat_instance": "technical",
        "redcap_data_access_group": "",
        "redcap_survey_identifier": "person",
        "climate_timestamp": "end",
        "SCL1": "",
        "race___1": "technical",
        "race____99": "technical",
        "visit_timestamp": "end",
        "climate_complete": "finished",
    }
    assert found is not None
    why = {column.name: column.why for column in found.columns}
    assert "--wave redcap_event_name" in why["redcap_event_name"]
    assert "--organisation redcap_data_access_group" in why["redcap_data_access_group"]
    assert why["race___1"] == why["race____99"] == "one option of race"
    assert (found.platform, found.generation) == ("REDCap", "variable names as headers")
    assert found.must_tell
    assert not any(column.missing for column in found.columns)


@pytest.mark.parametrize(
    ("left_out", "excluded"),
    [("visit_timestamp", 1), ("climate_timestamp", 1), ("", 0), ("redcap_survey_identifier", 1)],
)
def test_one_survey_tells_what_is_unfinished(
    known: Recognise, left_out: str, excluded: int
) -> None:
    """A field of the author's that is named like a timestamp is none of a survey."""
    kept = [at for at, name in enumerate(SURVEY) if name != left_out]
    found = known([SURVEY[at] for at in kept], [[ROW[at] for at in kept]])
    assert found is not None
    assert len(found.exclusions) == excluded
    for exclusion in found.exclusions:
        assert found.columns[exclusion.column].role == "end"
        assert exclusion == Exclusion(
            exclusion.column, frozenset({"[not completed]"}), "unfinished"
        )
    assert any("surveys" in note for note in found.notes) == (not excluded)


LABELS = [
    *("Record ID", "Event Name", "Repeat Instrument", "Repeat Instance", "Data Access Group"),
    *("Survey Identifier", "Survey Timestamp", "We share <b>data</b>."),
    *("Which? (choice=Two)", "Which? (choice=None of these)", "Complete?", "Age", "Complete?"),
]
LABELLED = [
    *("1", "Start (Arm 1: Drug)", "", "", "Gent", "", "[not completed]", "2"),
    *("Checked", "Unchecked", "Incomplete", "40", "Complete"),
]


def test_an_export_of_labels(known: Recognise) -> None:
    found = known(LABELS, [LABELLED])
    assert found is not None
    expected = [
        *("respondent", "", "technical", "technical", "", "person", "end", ""),
        *("technical", "technical", "finished", "", "finished"),
    ]
    assert [column.role for column in found.columns] == expected
    assert found.generation == "labels as headers"
    assert found.answers == "labels"
    assert "Complete? says Incomplete" in found.evidence
    assert found.columns[7].texts == ("We share data.",)
    assert found.columns[8].why == "one option of Which?"
    assert '--wave "Event Name"' in found.columns[1].why
    assert [exclusion.column for exclusion in found.exclusions] == [6]


@pytest.mark.parametrize(
    ("header", "row", "answers"),
    [
        (["record_id", "a_complete"], ["1", "2"], "codes"),
        (["record_id", "a_complete"], ["1", "Unverified"], "labels"),
        (["record_id", "redcap_event_name", "q"], ["1", "start_arm_1", "2"], "codes"),
        (["record_id", "redcap_event_name", "q"], ["1", "Start", "2"], "either"),
        (["record_id", "redcap_data_access_group", "q"], ["1", "gent", "2"], "either"),
        (["id", "q___1", "q___2"], ["1", "0", "1"], "codes"),
        (["id", "q___1", "q___2"], ["1", "Checked", ""], "labels"),
        (["Study ID", "Q (choice=A)"], ["1", "Checked"], "labels"),
        (["Study ID", "Complete?"], ["1", "Complete"], "labels"),
        (["subject_id", "a_complete", "q", "b_complete"], ["1", "2", "4", "Complete"], "either"),
    ],
)
def test_whether_answers_are_codes_or_labels(
    known: Recognise, header: list[str], row: list[str], answers: str
) -> None:
    found = known(header, [row])
    assert found is not None
    assert found.answers == answers
    assert bool(found.evidence) == (answers != "either")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["id", "SCL1", "training_complete"], ["1", "4", "1"]),
        (["SCL1", "training_complete"], ["4", "1"]),
        (["record_id", "SCL1", "training_complete"], ["1", "4", "yes"]),
        (["record_id", "SCL1"], ["1", "4"]),
        (["organisation", "a___1"], ["Gent", "1"]),
        (["id", "a___1"], ["1", "4"]),
        (["id", "visit_timestamp", "SCL1"], ["1", "[not completed]", "4"]),
        (["ID", "Complete?"], ["1", "yes"]),
        (["ID", "Complete?"], ["1", ""]),
        (["Event Name", "Data Access Group", "SCL1"], ["fair", "a", "4"]),
        (["ID", "Q (choice=A)"], ["1", "4"]),
    ],
)
def test_a_plain_table_is_not_claimed(known: Recognise, header: list[str], row: list[str]) -> None:
    assert known(header, [row]) is None


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("redcap_event_name", "use --wave redcap_event_name"),
        ("redcap_repeat_instrument", "each row with answers counts as a respondent"),
    ],
)
def test_rows_that_are_no_respondents_of_their_own_are_told(
    known: Recognise, column: str, words: str
) -> None:
    found = known(["record_id", column, "SCL1"], [["1", "", "4"], ["1", "b", "3"]])
    assert found is not None
    (note,) = found.notes
    assert words in note
    assert note.startswith("survey.csv")


def test_numbers_of_rows_that_r_adds(known: Recognise) -> None:
    found = known(["", "record_id", "a_complete"], [["1", "101", "2"]])
    assert roles(found) == {"": "technical", "record_id": "respondent", "a_complete": "finished"}


@pytest.mark.skipif(not FILLED, reason="the REDCap exports are not here")
@pytest.mark.parametrize("path", FILLED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_real_exports(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        header = next(record for record in csv.reader(file) if record)
    with ExitStack() as stack:
        found = recognise(open_table(path, None, stack))
    assert found is not None
    assert found.answers == "codes"
    assert [column.name for column in found.columns] == header
    by_role = {role: [c.name for c in found.columns if c.role == role] for role in ROLES}
    assert by_role["respondent"] == [next(name for name in header if name)]
    assert by_role["finished"] == [name for name in header if name.endswith("_complete")]
    assert by_role["end"] == [name for name in header if name.endswith("_timestamp")]
    # 999 is data in one of them.
    assert not any(column.missing for column in found.columns)


@pytest.mark.skipif(not FILLED, reason="the REDCap exports are not here")
@pytest.mark.parametrize(
    ("project", "surveys", "excluded", "notes"),
    [("file-repo", 1, 1, 0), ("survey", 3, 0, 1), ("vignette-repeating", 0, 0, 1)],
)
def test_real_surveys(project: str, surveys: int, excluded: int, notes: int) -> None:
    with ExitStack() as stack:
        found = recognise(open_table(PROJECTS / project / "data.csv", None, stack))
    assert found is not None
    assert sum(column.role == "end" for column in found.columns) == surveys
    assert (len(found.exclusions), len(found.notes)) == (excluded, notes)


@pytest.mark.skipif(not FILLED, reason="the other exports are not here")
def test_exports_of_other_software_are_not_claimed() -> None:
    others = [
        path
        for path in PROJECTS.parents[2].rglob("*.[ct]sv")
        if "redcap" not in path.parts and path.stat().st_size > 1
    ]
    assert len(others) > 20
    for path in others:
        with ExitStack() as stack:
            assert recognise(open_table(path, None, stack)) is None, path
