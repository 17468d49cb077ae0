from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from vested.formats import Field, Table, open_table
from vested.platforms import Column, Export, with_fields
from vested.platforms.qualtrics import question_id, recognise
from vested.spelling import same

SHARED = Path(__file__).parents[3] / "shared" / "exports"
REAL = SHARED / "qualtrics"
TOOLS = "qualtricstools/"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

Rows = Sequence[Sequence[str]]
Known = Callable[..., Export | None]

FIELDS = [
    ("StartDate", "Start Date", "startDate", "2026-03-01 10:00:00"),
    ("EndDate", "End Date", "endDate", "2026-03-01 10:09:00"),
    ("Status", "Response Type", "status", "0"),
    ("IPAddress", "IP Address", "ipAddress", "192.0.2.1"),
    ("Progress", "Progress", "progress", "100"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration", "540"),
    ("Finished", "Finished", "finished", "1"),
    ("RecordedDate", "Recorded Date", "recordedDate", "2026-03-01 10:09:01"),
    ("ResponseId", "Response ID", "_recordId", "R_1"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName", ""),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName", ""),
    ("RecipientEmail", "Recipient Email", "recipientEmail", ""),
    ("ExternalReference", "External Data Reference", "externalDataReference", ""),
    ("LocationLatitude", "Location Latitude", "locationLatitude", ""),
    ("LocationLongitude", "Location Longitude", "locationLongitude", ""),
    ("DistributionChannel", "Distribution Channel", "distributionChannel", "anonymous"),
    ("UserLanguage", "User Language", "userLanguage", "EN"),
]
LEGACY = [
    *("ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress", "IPAddress"),
    *("Status", "StartDate", "EndDate", "Finished"),
]
LEGACY_CELLS = [
    *("R_1", "Default Response Set", "Anonymous", "", "", "", "0", "2014-03-01 10:00:00"),
    *("2014-03-01 10:05:00", "1"),
]


def as_json(key: str, **more: str) -> str:
    return json.dumps({"ImportId": key, **more}, separators=(",", ":"))


def as_python(key: str) -> str:
    return repr({"ImportId": key})


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Known]:
    """Recognise a table that is written for the purpose."""
    with ExitStack() as stack:
        yield lambda rows, **how: recognise(
            open_table(write(rows[0], rows[1:], **how), None, stack)
        )


def current(
    *questions: tuple[str, str, str, str], without: Sequence[str] = (), **said: str
) -> list[list[str]]:
    """The four rows of an export of one respondent: names, texts, import ids, cells.

    A question is its name, text, import id and cell; `said` are other cells of the metadata.
    """
    fields = [field for field in FIELDS if field[0] not in without]
    rows = [list(row) for row in zip(*fields, *questions, strict=True)]
    rows[3] = [said.get(name, cell) for name, cell in zip(rows[0], rows[3], strict=True)]
    rows[2] = [as_json(key) for key in rows[2]]
    return rows


def some(export: Export | None) -> Export:
    assert export is not None
    assert export.platform == "Qualtrics"
    return export


def column(export: Export | None, name: str) -> Column:
    return next(column for column in some(export).columns if column.name == name)


def roles(export: Export | None) -> dict[str, str]:
    return {column.name: column.role for column in some(export).columns}


def body(table: Table) -> list[list[str]]:
    cells = table.scan({at: pl.String() for at in range(len(table.columns))}).collect()
    return [list(row) for row in cells.fill_null("").rows()]


def set_aside(export: Export | None) -> list[str]:
    """The first reason to set each row aside, nothing for those that stay."""
    found = some(export)
    return [
        next((e.reason for e in found.exclusions if same(row[e.column]) in e.cells), "")
        for row in body(found.table)
    ]


# --- real exports -----------------------------------------------------------------------------


@real
@pytest.mark.parametrize(
    ("file", "header_rows", "respondents", "width"),
    [
        ("qualtRics/sample.csv", 3, 1, 20),
        ("qualtRics/sample_legacy.csv", 2, 1, 16),
        (TOOLS + "Long_Exhaustive_Sample_Survey.csv", 3, 31, 367),
        (TOOLS + "Multiple_Answer_MC_Questions (Insights).csv", 3, 5, 36),
        (TOOLS + "Multiple_Answer_Matrix_Questions (Insights).csv", 3, 5, 75),
        (TOOLS + "No_Basis_for_Evaluation (Insights).csv", 3, 15, 49),
        (TOOLS + "No_Basis_for_Evaluation (Legacy).csv", 2, 15, 49),
        (TOOLS + "Sample_Survey (Insights).csv", 3, 5, 190),
        (TOOLS + "Sample_Survey (Legacy).csv", 2, 5, 190),
        (TOOLS + "SidebySide_Questions (Insights).csv", 3, 25, 71),
        (TOOLS + "SidebySide_Questions (Legacy).csv", 2, 25, 71),
        (TOOLS + "Single_Answer_Matrix_Questions (Insights).csv", 3, 5, 30),
        (TOOLS + "Single_Answer_Matrix_Questions.csv", 2, 5, 30),
    ],
)
def test_real_exports(file: str, header_rows: int, respondents: int, width: int) -> None:
    with (REAL / file).open(encoding="utf-8-sig", newline="") as lines:
        written = list(csv.reader(lines))
    with ExitStack() as stack:
        export = some(recognise(open_table(REAL / file, None, stack)))
        assert len(export.columns) == width
        assert [column.name for column in export.columns] == [name.strip() for name in written[0]]
        assert body(export.table) == written[header_rows:]
        assert len(written) - header_rows == respondents
        # All responses of one source were generated by Qualtrics to try a survey out.
        reason = "preview or test" if file.startswith(TOOLS) else ""
        assert set_aside(export) == [reason] * respondents
        metadata = {"respondent", "start", "end", "status", "finished"}
        found = [column.role for column in export.columns if column.role]
        assert metadata <= set(found)
        assert all(found.count(role) == 1 for role in metadata)


@real
def test_real_export_in_german() -> None:
    with ExitStack() as stack:
        export = some(recognise(open_table(REAL / "qualtRics" / "sample.csv", None, stack)))
    assert export.generation == "three header rows, import ids as JSON"
    assert (export.answers, export.must_tell) == ("codes", True)
    assert roles(export) == {
        **dict.fromkeys(("RecipientLastName", "RecipientFirstName", "RecipientEmail"), "person"),
        **dict.fromkeys(("LocationLatitude", "LocationLongitude", "IPAddress"), "person"),
        **dict.fromkeys(("Progress", "RecordedDate", "DistributionChannel"), "technical"),
        **dict.fromkeys(("Q1", "Q2"), ""),
        "ExternalReference": "person",
        "Q2 - Topics": "technical",
        "StartDate": "start",
        "EndDate": "end",
        "Duration (in seconds)": "duration",
        "Status": "status",
        "Finished": "finished",
        "ResponseId": "respondent",
        "UserLanguage": "language",
    }
    assert column(export, "Status").texts == ("Antworttyp",)


@real
def test_real_exports_of_other_software_are_not_claimed() -> None:
    files = [
        *SHARED.glob("surveymonkey/*/*.csv"),
        *SHARED.glob("redcap/REDCapR/projects/*/data*.csv"),
        *SHARED.glob("org_surveys/*/*.csv"),
    ]
    looked_at = 0
    for file in files:
        with ExitStack() as stack:
            if file.stat().st_size > 1:
                encoding = "mac_roman" if file.name == "StarWars.csv" else None
                assert recognise(open_table(file, encoding, stack)) is None
                looked_at += 1
    assert looked_at > 10


# --- layouts ----------------------------------------------------------------------------------


def layouts() -> dict[str, list[list[str]]]:
    rows = current(("VL1", "How far? - We share data", "QID5_1", "4"))
    old_ids = [as_python(key) for key in ("responseId", "responseSetId", "finished", "QID5-1")]
    old_names = ["ResponseID", "ResponseSet", "Finished", "VL1"]
    old = [old_names, [*old_names[:3], "How far?-We share data"], old_ids, ["R_1", "x", "1", "4"]]
    legacy = [
        [*(f"V{n}" for n in range(1, 11)), "VL1", ""],
        [*LEGACY, "How far?-We share data", ""],
        [*LEGACY_CELLS, "4", ""],
    ]
    return {
        "three header rows, import ids as JSON": rows,
        "two header rows, import ids as JSON, no texts": [rows[0], *rows[2:]],
        "two header rows, no import ids": [*rows[:2], rows[3]],
        "one header row (others removed)": [rows[0], rows[3]],
        "three header rows, import ids as Python text": old,
        "two header rows (legacy)": legacy,
    }


@pytest.mark.parametrize("generation", layouts())
def test_each_layout_is_known_and_its_header_rows_are_no_responses(
    known: Known, generation: str
) -> None:
    rows = layouts()[generation]
    export = some(known(rows))
    assert export.generation == generation
    assert body(export.table) == [rows[-1]]
    assert export.table.sample == (tuple(rows[-1]),)
    assert export.table.row_of(0) == len(rows)
    assert column(export, "VL1").missing == {"-99": "seen but unanswered"}
    told = column(export, "VL1")
    if "no texts" in generation or "one" in generation:
        assert told.texts == ()
    else:
        joint = "-" if "Python" in generation or "legacy" in generation else " - "
        assert told.texts == (f"How far?{joint}We share data", "We share data")
    has_ids = "JSON" in generation or "Python" in generation
    assert told.export_id == ("QID5_1" if has_ids else "")


def test_utf_16_with_tabs_and_line_breaks_in_the_second_row(known: Known) -> None:
    rows = current(("VL1", "How far\r\ndo you agree? -\u00a0We share “data”", "QID5_1", "4"))
    export = some(known(rows, name="survey.tsv", encoding="utf-16", delimiter="\t"))
    assert export.generation == "three header rows, import ids as JSON"
    assert body(export.table) == [rows[3]]
    assert column(export, "VL1").texts == (
        "How far do you agree? - We share “data”",
        "We share “data”",
    )


@pytest.mark.parametrize(
    "kept",
    [(), ("StartDate",), ("Status", "Finished"), ("ResponseId", "Progress", "UserLanguage")],
)
def test_import_ids_are_proof_enough_where_an_export_is_anonymised(
    known: Known, kept: Sequence[str]
) -> None:
    without = [name for name, *_ in FIELDS if name not in kept]
    export = known(current(("Q1", "How far?", "QID1", "4"), without=without))
    assert [column.name for column in some(export).columns] == [
        *(name for name, *_ in FIELDS if name in kept),
        "Q1",
    ]
    assert column(export, "Q1").role == ""


def test_an_index_that_was_added_when_saving_again_does_no_harm(known: Known) -> None:
    rows = [[cell, *row] for cell, row in zip(["", "1", "2", "3"], current(), strict=True)]
    assert roles(known(rows))["ResponseId"] == "respondent"


@pytest.mark.parametrize(
    "header",
    [
        ["respondent", "organisation", "Q1"],
        # SurveyMonkey's
        ["RespondentID", "CollectorID", "StartDate", "EndDate", "IP Address", "Email Address"],
        ["CollectorID", "StartDate", "EndDate", "IPAddress", "Status", "Name"],
        # too few
        ["ResponseId", "Finished", "Q1"],
    ],
)
def test_other_tables_are_not_claimed(known: Known, header: list[str]) -> None:
    assert known([header, ["1"] * len(header)]) is None


@pytest.mark.parametrize(
    "cell", ["{'ImportId': ", '{"ImportId":5}', "{'ImportID': 'QID1'}", "ImportId: QID1"]
)
def test_what_only_looks_like_an_import_id_is_data(known: Known, cell: str) -> None:
    assert known([["a", "b"], ["x", "y"], [cell, cell], ["1", "2"]]) is None


def test_a_row_of_which_half_looks_like_import_ids_is_data(known: Known) -> None:
    ids = [as_json("QID1"), as_json("QID2")]
    assert known([["a", "b", "c", "d"], [*"wxyz"], [*ids, "1", "2"], [*"1234"]]) is None
    assert known([["a", "b", "c", "d"], [*"wxyz"], [*ids, "1", ""], [*"1234"]]) is not None


def test_import_ids_may_have_other_keys_and_escaped_signs(known: Known) -> None:
    rows = current(("Q6_1", "x", "", ""), ("é", "é", "", ""))
    rows[2][-2:] = [as_json("QID6_3", choiceId="3"), r'{"ImportId":"\u00e9"}']
    export = known(rows)
    assert column(export, "Q6_1").export_id == "QID6_3"
    assert column(export, "é").why == "embedded data"


def test_an_export_without_responses_has_none(known: Known) -> None:
    export = some(known(current(("Q1", "How far?", "QID1", ""))[:3]))
    assert export.table.sample == ()
    assert export.answers == "either"


def test_names_made_by_r_and_ids_in_the_place_of_names(known: Known) -> None:
    rows = current(("QID5_1", "", "", "4"))
    rows[0][5] = "Duration..in.seconds."
    export = known([rows[0], rows[3]])
    assert roles(export)["Duration..in.seconds."] == "duration"
    assert column(export, "QID5_1").export_id == "QID5_1"


def test_an_spss_file_has_codes_and_its_labels(known: Known) -> None:
    rows = current(("VL1", "", "", "4"))
    rows[0][5] = "Duration__in_seconds_"
    plain = some(known([rows[0], rows[3]])).table
    fields = [Field(), *(Field(name) for name in rows[0][1:-1])]
    question = Field("How far?<br>Think - We share data", {"4": "Agree"}, {"9": "user missing"})
    sav = replace(plain, kind="an SPSS file", fields=(*fields, question))
    export = with_fields(some(recognise(sav)))
    assert (export.generation, export.answers, export.must_tell) == ("SPSS file", "codes", False)
    told = column(export, "VL1")
    assert told.texts == ("How far? Think - We share data", "We share data")
    assert told.options == {"4": ("Agree",)}
    assert told.missing == {"9": "user missing", "-99": "seen but unanswered"}
    assert column(export, "Duration__in_seconds_").role == "duration"
    assert set_aside(export) == [""]


# --- columns ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("How far do you agree?", ["How far do you agree?"]),
        ("<b>How</b> far&nbsp;?", ["How far ?"]),
        (
            "How far? - Day-to-day - we share - a bit",
            [
                "How far? - Day-to-day - we share - a bit",
                "Day-to-day - we share - a bit",
                "we share - a bit",
                "a bit",
            ],
        ),
        ("A cut questi... - We share", ["A cut questi... - We share", "We share"]),
        ("Cut statement of a questi...", ["Cut statement of a questi..."]),
        (
            "How far? - Selected Choice",
            ["How far? - Selected Choice", "How far?"],
        ),
        ("x - x - x", ["x - x - x", "x - x", "x"]),
        ("", []),
    ],
)
def test_statements_within_a_text(known: Known, text: str, texts: list[str]) -> None:
    assert list(column(known(current(("Q1", text, "QID1", "4"))), "Q1").texts) == texts


def test_a_text_full_of_dashes_is_soon_read(known: Known) -> None:
    text = "How far?" + " - x y" * 50_000 + " - We share"
    texts = column(known(current(("Q1", text, "QID1", "4"))), "Q1").texts
    assert texts[0] == text
    assert texts[-1] == "We share"
    assert len(texts) == 21


@pytest.mark.parametrize(
    ("name", "import_id", "role", "why"),
    [
        ("Q9_First Click", "QID9_FIRST_CLICK", "technical", "timer"),
        ("Q9_Page Submit", "QID9_PAGE_SUBMIT", "technical", "timer"),
        ("Q9_Click Count", "", "technical", "timer"),
        ("Q9_Last_Click", "", "technical", "timer"),
        ("Q9_DO", "QID9_DO", "technical", "display order"),
        ("Q9_DO_2", "QID9_DO_2", "technical", "display order"),
        ("FL_4_DO_Block1", "FL_4_DO", "technical", "display order"),
        ("DO-Q-Q9", "", "technical", "display order"),
        ("what_we_DO", "QID9", "", ""),
        ("Q2 - Parent Topics", "QID2_TEXT_eae5a8d0e7fd4bd183ParentTopics", "technical", "Text iQ"),
        ("Q2 - Sentiment Score", "", "technical", "Text iQ"),
        ("Q2 - Thema", "QID2_TEXT_eae5a8d0e7fd4bd183e983e5Topics", "technical", "Text iQ"),
        ("Q3_Browser", "QID3_BROWSER", "technical", "browser"),
        ("App_Version", "QID4", "", ""),
        ("SC0", "SC_bjTVMQMhoRqEUVD", "technical", "score that Qualtrics computes"),
        ("Q1_NPS_GROUP", "QID1_NPS_GROUP", "technical", "group of a recommendation score"),
        ("Q_RecaptchaScore", "Q_RecaptchaScore", "technical", "added by Qualtrics"),
        ("Q_1", "QID1", "", ""),
        ("organisation", "organisation", "", "embedded data"),
        ("status", "status", "", "embedded data"),
        ("finished", "finished", "", "embedded data"),
        ("Status of our data", "QID7", "", ""),
        ("Participant Name", "PARTICIPANT_NAME", "person", ""),
        ("Unique Identifier", "UID", "person", ""),
        ("Name", "Name", "person", ""),
        ("1_Q44", "1_QID44", "", ""),
        ("Q44#2_x_4", "QID44#2_1_4", "", ""),
        ("Q5#1_2_1", "QID5#1_2_1", "", ""),
        ("", "", "technical", "no name"),
    ],
)
def test_what_a_column_is(known: Known, name: str, import_id: str, role: str, why: str) -> None:
    rows = current((name, "How far?", import_id, "4"))
    if not import_id:
        rows[2][-1] = ""
    found = column(known(rows), name)
    assert (found.role, found.why) == (role, why)
    assert bool(found.missing) == (not role and not why)


def test_the_role_of_a_legacy_column_rests_on_its_second_row(known: Known) -> None:
    found = column(known(layouts()["two header rows (legacy)"]), "V6")
    assert (found.role, found.why, found.texts) == (
        "person",
        "row 2 says IPAddress",
        ("IPAddress",),
    )


def test_names_may_repeat(known: Known) -> None:
    rows = current(("Q1", "a", "QID1", "4"), ("Q1", "b", "QID2", "5"))
    found = [one for one in some(known(rows)).columns if one.name == "Q1"]
    assert [one.texts for one in found] == [("a",), ("b",)]
    assert [one.export_id for one in found] == ["QID1", "QID2"]


@pytest.mark.parametrize(
    ("import_id", "canonical"),
    [
        ("QID2-1", "QID2_1"),
        ("QID11#1-1-2-TEXT", "QID11#1_1_2_TEXT"),
        ("QID6-TEXT", "QID6_TEXT"),
        ("QID6_4_TEXT", "QID6_4_TEXT"),
        ("1_QID10-1", "1_QID10_1"),
        ("panel-RecipientEmail", "panel-RecipientEmail"),
        ("my-field", "my-field"),
        ("", ""),
    ],
)
def test_import_ids_of_all_generations_join(import_id: str, canonical: str) -> None:
    assert question_id(import_id) == canonical


# --- codes or texts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answers", "evidence"),
    [
        ({}, "codes", "column Finished says 1, as only exports of numeric values do"),
        ({"Finished": "", "Status": "4"}, "codes", "column Status says 4, as only exports"),
        ({"Finished": "True", "Status": "IP Address"}, "labels", "column Finished says True"),
        ({"Finished": "FALSCH", "Status": "IP-Adresse"}, "labels", "column Finished says FALSCH"),
        ({"Finished": "", "Status": "Survey Preview"}, "labels", "says Survey Preview"),
        ({"Finished": "True"}, "either", "column Finished says True, but column Status says 0"),
        ({"Finished": "", "Status": ""}, "either", "no column Status or Finished says it"),
    ],
)
def test_codes_or_texts(known: Known, said: dict[str, str], answers: str, evidence: str) -> None:
    # The label looks like a number: it must not be what tells.
    export = some(known(current(("Q1", "How far?", "QID1", "5"), **said)))
    assert (export.answers, export.must_tell) == (answers, True)
    assert evidence in export.evidence


def test_two_exports_in_one_file_contradict_each_other(known: Known) -> None:
    rows = current(("Q1", "How far?", "QID1", "5"))
    texts = current(("Q1", "", "", "Agree"), Finished="True", Status="IP Address")[3]
    assert some(known([*rows, texts])).answers == "either"


@pytest.mark.parametrize(
    "generation", ["three header rows, import ids as Python text", "two header rows (legacy)"]
)
def test_until_2016_digits_stand_beside_choice_texts_too(known: Known, generation: str) -> None:
    export = some(known(layouts()[generation]))
    assert (export.answers, export.must_tell) == ("either", True)
    assert "in this layout so do exports of choice texts" in export.evidence


# --- rows that are no responses ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        *(({"Status": status}, "") for status in ("0", "4", "16", "32", "36", "48", "")),
        *(({"Status": status}, "preview or test") for status in ("1", "2", "9", "17", "33")),
        *(({"Status": status}, "spam") for status in ("8", "12", "40")),
        *(({"Status": said}, "") for said in ("IP Address", "Imported", "Offline", "EX Offline")),
        ({"Status": "Survey Preview"}, "preview or test"),
        ({"Status": "Survey\u00a0test "}, "preview or test"),
        ({"Status": "Survey Preview Spam"}, "preview or test"),
        ({"Status": "Offline Survey Preview"}, "preview or test"),
        ({"Status": "Spam"}, "spam"),
        ({"Status": "EX Spam"}, "spam"),
        ({"Status": "Vorschau", "DistributionChannel": "preview"}, "preview or test"),
        ({"DistributionChannel": "test"}, "preview or test"),
        ({"DistributionChannel": "email"}, ""),
        *(({"Finished": said}, "unfinished") for said in ("0", "False", "FALSE", "Falsch", "FAUX")),
        *(({"Finished": said}, "unfinished") for said in ("Onwaar", "Falso", "EPÄTOSI")),
        *(({"Finished": said}, "") for said in ("1", "True", "WAHR", "")),
        # What is finished is finished, however far the respondent was led.
        ({"Progress": "40"}, ""),
    ],
)
def test_rows_that_are_no_responses(known: Known, said: dict[str, str], reason: str) -> None:
    assert set_aside(known(current(**said))) == [reason]


def test_progress_tells_where_nothing_says_finished(known: Known) -> None:
    rows = current(without=["Finished"])
    more = [current(without=["Finished"], Progress=cell)[3] for cell in ("0", "7", "99", "")]
    expected = ["", "unfinished", "unfinished", "unfinished", ""]
    assert set_aside(known([*rows, *more])) == expected


def test_legacy_rows_are_set_aside_by_the_second_row(known: Known) -> None:
    rows = layouts()["two header rows (legacy)"]
    spam, test, unfinished = (list(rows[-1]) for _ in range(3))
    spam[6], test[6], unfinished[9] = "8", "2", "0"
    expected = ["", "spam", "preview or test", "unfinished"]
    assert set_aside(known([*rows, spam, test, unfinished])) == expected


def test_an_authors_own_field_called_finished_sets_nothing_aside(known: Known) -> None:
    rows = current(("finished", "finished", "finished", "0"), ("Q1", "Status", "QID1", "1"))
    assert set_aside(known(rows)) == [""]


def test_a_question_named_like_the_metadata_sets_nothing_aside(known: Known) -> None:
    rows = current(("Status", "What is your status?", "QID1", "1"))
    assert set_aside(known(rows)) == [""]
    assert column(known([rows[0], rows[3]]), "Status").role == "status"
    assert set_aside(known([rows[0], rows[3]])) == [""]


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ({"Status": "IP Address", "Finished": "Vrai"}, 0),
        ({"Status": "IP-Adresse", "Finished": "Wahr"}, 1),
        ({"Status": "IP-Adresse", "Finished": "Beendet"}, 2),
    ],
)
def test_words_that_are_not_known_are_told(known: Known, said: dict[str, str], notes: int) -> None:
    export = some(known(current(**said)))
    assert len(export.notes) == notes
    assert all("is not known" in note for note in export.notes)
