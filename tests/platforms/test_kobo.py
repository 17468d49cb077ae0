"""Exports of KoBoToolbox and ODK, made here after what their own exporters write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import Table, open_table
from vested.platforms import Column, Export
from vested.platforms.kobo import recognise

Write = Callable[..., Path]

KOBO = {
    "_id": "301",
    "_uuid": "0d2b",
    "_submission_time": "2026-10-04T08:15:00",
    "_validation_status": "",
    "_notes": "",
    "_status": "submitted_via_web",
    "_submitted_by": "",
    "__version__": "vAx1",
    "_tags": "",
    "meta/rootUuid": "0d2b",
    "_index": "1",
}
CENTRAL = {
    "KEY": "uuid:0d2b",
    "SubmitterID": "12",
    "SubmitterName": "App user",
    "AttachmentsPresent": "0",
    "AttachmentsExpected": "0",
    "Status": "",
    "ReviewState": "",
    "DeviceID": "ee.x",
    "Edits": "0",
    "FormVersion": "3",
}


def opened(path: Path) -> Table:
    with ExitStack() as stack:
        return open_table(path, None, stack)


@pytest.fixture
def export(write: Write) -> Callable[..., Export | None]:
    """What is recognised in a table of these columns, each with one or more cells."""

    def made(columns: Mapping[str, str | list[str]]) -> Export | None:
        cells = [[cell] if isinstance(cell, str) else cell for cell in columns.values()]
        longest = max(map(len, cells))
        rows = zip(
            *(column * longest if len(column) == 1 else column for column in cells), strict=True
        )
        path = write([*columns], [list(row) for row in rows], delimiter=";")
        return recognise(opened(path))

    return made


def by_name(export: Export | None) -> dict[str, Column]:
    assert export is not None
    return {column.name: column for column in export.columns}


def roles(export: Export | None) -> dict[str, str]:
    return {name: column.role for name, column in by_name(export).items()}


def test_what_kobotoolbox_adds(export: Callable[..., Export | None]) -> None:
    time = "2026-10-04T10:14:27.000+02:00"
    found = export({"start": time, "end": time, "today": "2026-10-04", "username": "x", **KOBO})
    assert found is not None
    assert (found.platform, found.answers, found.must_tell) == ("KoBoToolbox", "either", False)
    assert roles(found) == {
        "start": "start",
        "end": "end",
        "today": "technical",
        "username": "person",
        "_id": "technical",
        "_uuid": "respondent",
        "_submission_time": "technical",
        "_validation_status": "status",
        "_notes": "technical",
        "_status": "technical",
        "_submitted_by": "person",
        "__version__": "technical",
        "_tags": "technical",
        "meta/rootUuid": "technical",
        "_index": "technical",
    }
    (aside,) = found.exclusions
    assert (found.columns[aside.column].name, aside.reason) == (
        "_validation_status",
        "not approved",
    )
    # The form's own value, and its label.
    assert aside.cells == {"validation_status_not_approved", "not approved"}


def test_what_odk_central_adds(export: Callable[..., Export | None]) -> None:
    found = export(
        {"SubmissionDate": "2026-10-04T08:15:00.000Z", "meta-instanceID": "uuid:0d2b", **CENTRAL}
    )
    assert found is not None
    assert found.platform == "ODK"
    assert roles(found) == {
        "SubmissionDate": "technical",
        "meta-instanceID": "technical",
        "KEY": "respondent",
        "SubmitterID": "person",
        "SubmitterName": "person",
        "AttachmentsPresent": "technical",
        "AttachmentsExpected": "technical",
        "Status": "status",
        "ReviewState": "status",
        "DeviceID": "person",
        "Edits": "technical",
        "FormVersion": "technical",
    }
    asides = {found.columns[a.column].name: (a.cells, a.reason) for a in found.exclusions}
    assert asides == {
        "Status": ({"not decrypted", "missing encrypted form data"}, "not decrypted"),
        "ReviewState": ({"rejected"}, "rejected"),
    }


def test_the_live_feed_of_odk_central(export: Callable[..., Export | None]) -> None:
    found = export(
        {
            "__id": "uuid:0d2b",
            "__system/submissionDate": "2026-10-04T08:15:00.000Z",
            "__system/submitterName": "App user",
            "__system/reviewState": "approved",
            "__system.deviceId": "ee.x",
            "q1": "4",
        }
    )
    assert [*roles(found).values()] == ["respondent", "technical", "person", "status", "person", ""]
    assert found is not None
    assert [(aside.column, aside.reason) for aside in found.exclusions] == [(3, "rejected")]


@pytest.mark.parametrize(
    ("names", "respondent"),
    [
        (["_id", "_uuid", "meta/instanceID"], "_uuid"),
        (["_id", "meta/instanceID", "_submission_time"], "meta/instanceID"),
        (["_id", "_submission_time"], "_id"),
        (["SubmissionDate", "instanceID", "KEY"], "KEY"),
        (["SubmissionDate", "instanceID", "formdef_version"], "instanceID"),
        (["start", "__version__"], None),
    ],
)
def test_one_column_tells_submissions_apart(
    export: Callable[..., Export | None], names: list[str], respondent: str | None
) -> None:
    found = roles(export(dict.fromkeys([*names, "q1"], "1")))
    assert [name for name, role in found.items() if role == "respondent"] == [
        name for name in [respondent] if name
    ]
    assert [name for name, role in found.items() if not role] == ["q1"]


@pytest.mark.parametrize(
    "names",
    [
        ["_id", "_index", "_score"],  # as search engines write them
        ["start", "end", "today", "deviceid"],
        ["_uuid", "q1", "q2"],
        ["SubmissionDate", "Status", "q1"],
        ["KEY", "VALUE"],
        ["id", "submitdate", "lastpage"],
    ],
)
def test_other_tables_are_not_claimed(
    export: Callable[..., Export | None], names: list[str]
) -> None:
    assert export(dict.fromkeys(names, "1")) is None


@pytest.mark.parametrize(
    ("header", "export_id", "texts"),
    [
        ("share", "share", ()),
        ("practices/reuse/share", "share", ()),
        ("_1_We_share_data", "_1_We_share_data", ()),
        ("practices/share-data", "share-data", ()),
        ("We share data", "", ("We share data",)),
        ("We share\u00a0data ", "", ("We share data",)),
        (
            "Practices/We share data/models",
            "",
            ("Practices/We share data/models", "We share data/models", "models"),
        ),
        ("Is it so?/", "", ("Is it so?/",)),
    ],
)
def test_names_and_labels_as_headers(
    export: Callable[..., Export | None], header: str, export_id: str, texts: tuple[str, ...]
) -> None:
    found = export({header: "4", **KOBO})
    assert found is not None
    column = found.columns[0]
    assert (column.texts, column.export_id, column.role) == (texts, export_id, "")
    assert column.name == " ".join(header.split())
    assert found.generation == ("labels as headers" if texts else "names as headers")


def test_labels_lose_their_html(export: Callable[..., Export | None]) -> None:
    found = export({"<b>Data</b>/We share <i>data</i>": "Agree", **KOBO})
    assert found is not None
    assert found.columns[0].texts == ("Data/We share data", "We share data")


@pytest.mark.parametrize(
    ("header", "export_id"),
    [
        ("practices-share", "share"),
        ("share", "share"),
        ("a-b-c", "c"),
        ("share_data", "share_data"),
    ],
)
def test_groups_of_odk_end_in_a_hyphen(
    export: Callable[..., Export | None], header: str, export_id: str
) -> None:
    found = by_name(export({"SubmissionDate": "2026-10-04", header: "4", "KEY": "uuid:1"}))
    assert found[header].export_id == export_id


def test_questions_of_one_name_in_two_groups_stay(export: Callable[..., Export | None]) -> None:
    found = by_name(export({"now/share": "4", "later/share": "5", **KOBO}))
    assert [found[name].export_id for name in ("now/share", "later/share")] == ["share", "share"]


@pytest.mark.parametrize(
    ("columns", "options"),
    [
        ({"uses": ["a b", ""], "uses/a": ["1", ""], "uses/b": ["1", ""]}, ["uses/a", "uses/b"]),
        ({"g/uses": ["a"], "g/uses/a": ["1"], "g/uses/b": ["0"]}, ["g/uses/a", "g/uses/b"]),
        ({"uses": ["a"], "uses/a": ["TRUE"], "uses/b": ["n/a"]}, ["uses/a", "uses/b"]),
        ({"Uses": ["A/B tests"], "Uses/A/B tests": ["1"], "Uses/AI": ["0"]}, None),
        ({"uses": ["a"], "uses/a": ["a"], "uses/b": [""]}, ["uses/a", "uses/b"]),
        ({"uses/a": ["1"], "uses/b": ["0"]}, []),  # exported as separate columns alone
        ({"Trust": ["4", "5"], "Trust/We share data": ["4", "1"]}, []),
    ],
)
def test_options_of_a_question_are_no_items(
    export: Callable[..., Export | None],
    columns: dict[str, list[str]],
    options: list[str] | None,
) -> None:
    found = by_name(export({**columns, **KOBO}))
    expected = [*columns][1:] if options is None else options
    technical = [name for name in columns if found[name].role == "technical"]
    assert technical == expected
    parent = next(iter(columns))
    assert {found[name].why for name in technical} <= {f"one option of {parent}"}
    assert found[parent].role == ""


@pytest.mark.parametrize(
    "names",
    [
        ["_place_latitude", "_place_longitude", "_place_altitude", "_place_precision", "place"],
        ["g/_place_latitude", "g/_place_precision", "g/place"],
        ["g/_place_latitude", "g/_place_precision", "place"],
        ["_Where are you?_latitude", "Where are you?"],
        ["place-Latitude", "g-place-Longitude", "place-Altitude", "place-Accuracy"],
    ],
)
def test_places_may_identify_someone(
    export: Callable[..., Export | None], names: list[str]
) -> None:
    found = roles(export({**dict.fromkeys([*names, "latitude", "placement"], "52.1"), **KOBO}))
    assert {found[name] for name in names} == {"person"}
    assert (found["latitude"], found["placement"]) == ("", "")


@pytest.mark.parametrize(
    "name",
    [
        *("_version_", "__version__", "_version__001", "_submission__uuid", "_xform_id_string"),
        *("_review_comment", "SET-OF-members", "meta/instanceName", "formdef_version"),
        *("generated_table_list_label_12", "g/reserved_name_for_field_list_labels_13"),
        "g-generated_note_name_4",
    ],
)
def test_what_forms_and_servers_add(export: Callable[..., Export | None], name: str) -> None:
    assert roles(export({**KOBO, name: "x", "q1": "1"}))[name] == "technical"


@pytest.mark.parametrize("name", ["_parent_index", "PARENT_KEY"])
def test_rows_of_a_repeated_group_are_noted(
    export: Callable[..., Export | None], name: str
) -> None:
    found = export({"q1": "1", "_parent_table_name": "survey", name: "1", "KEY": "2"})
    assert found is not None
    assert len(found.notes) == 1
    assert "repeated group" in found.notes[0]
    assert roles(found)[name] == "technical"


def test_hashtags_below_the_headers_are_no_answers(export: Callable[..., Export | None]) -> None:
    tags = {name: ["", cell] for name, cell in KOBO.items()}
    found = export({"org": ["#org +name", "Gent"], "q1": ["", "4"], **tags})
    assert found is not None
    assert found.table.skipped == 1
    assert found.table.sample[0][:2] == ("Gent", "4")
    untagged = export({"org": ["Gent", "#1 in Liège"], "q1": ["3", "4"], **tags})
    assert untagged is not None
    assert untagged.table.skipped == 0


def test_the_first_of_two_columns_of_one_name_tells_submissions_apart(write: Write) -> None:
    found = recognise(opened(write(["_uuid", "_uuid", "_id", "q1"], [["a", "b", "1", "4"]])))
    assert found is not None
    assert [column.role for column in found.columns] == ["respondent", "technical", "technical", ""]


@pytest.mark.parametrize("header", ["Is it so? " + "/" * 200_000, "_" + "/_" * 100_000])
def test_a_long_header_takes_no_long_time(
    export: Callable[..., Export | None], header: str
) -> None:
    found = export({**KOBO, "Is it so? ": "1", header: "1"})
    assert found is not None
    assert found.columns[-1].name == header
