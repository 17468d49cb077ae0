"""Tables of coded segments: every layout, every row accounted for, every wrong cell named."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from vested.errors import InputError
from vested.platforms.qda import Project, open_project
from vested.platforms.qda.segments import read

Write = Callable[..., Path]

HEADER = ["organisation", "phase", "source", "coder", "code", "polarity", "kind", "quotation"]
ROWS = [
    ["Gent", "3a", "talk 1", "ann", "Vision", "−2", "claim", "We have no plan."],
    ["Gent", "3a", "talk 1", "bob", "Vision", "strongly negative", "claim", "We have no plan."],
    ["Gent", "3c", "talk 2", "ann", "Shock", "", "event", "Then came the flood,\nin July."],
    ["Liège", "3c", "talk 3", "", "Shock", "+1", "", "On a appris."],
]


def some(path: Path, platform: str = "") -> Project:
    found = read(path, path.name)
    assert found is not None
    assert found.platform == platform
    return found


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        open_project(path)
    assert caught.value.hint
    return caught.value


def sheet(path: Path, rows: Sequence[Sequence[str]], above: int = 0) -> Path:
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Segments")
        for at, row in enumerate(rows):
            page.write_row(at + above, 0, row)
    return path


# --- the plain table ----------------------------------------------------------------------------


def test_plain(write: Write) -> None:
    found = some(write(HEADER, ROWS))
    assert [s.quotation for s in found.segments] == [row[-1] for row in ROWS]
    assert [s.variables.get("polarity") for s in found.segments] == ["-2", "-2", None, "1"]
    assert found.segments[2].variables == {"organisation": "Gent", "phase": "3c", "kind": "event"}
    assert found.coders == ("ann", "bob")
    assert [(c.id, c.name) for c in found.codes] == [("Vision", "Vision"), ("Shock", "Shock")]
    assert [(s.id, s.name) for s in found.sources] == [
        (n, n) for n in ("talk 1", "talk 2", "talk 3")
    ]
    assert found.notes == ("survey.csv: 1 row without a coder.",)


def test_the_same_in_every_form(write: Write, tmp_path: Path) -> None:
    wanted = some(write(HEADER, ROWS)).segments
    upper = [name.upper() for name in HEADER]
    forms = [
        write(HEADER, ROWS, "a.tsv", delimiter="\t"),
        write(upper, ROWS, "b.csv", delimiter=";", encoding="utf-8-sig"),
        write(HEADER, ROWS, "c.csv", encoding="utf-16"),
        sheet(tmp_path / "d.xlsx", [HEADER, *ROWS]),
        sheet(tmp_path / "e.xlsx", [upper, *ROWS], above=3),
    ]
    for path in forms:
        assert some(path).segments == wanted, path.name


def test_columns_in_any_order_and_more_of_them(write: Write) -> None:
    header = [*reversed(HEADER), "start", "end", "measure", "My  note", "", "my note"]
    rows = [[*reversed(row), "5", "21", "VIS", "x", "y", "z"] for row in ROWS]
    segment = some(write(header, rows)).segments[0]
    assert (segment.start, segment.end) == (5, 21)
    assert segment.variables == {
        **{"organisation": "Gent", "phase": "3a", "polarity": "-2", "kind": "claim"},
        **{"measure": "VIS", "My note": "x", "column 13": "y", "my note": "z"},
    }


def test_every_row_is_accounted_for(write: Write) -> None:
    rows = [
        *ROWS,
        ["Gent", "", "", "ann", "Shock", "", "", "nobody said it"],
        ["Gent", "", "talk 9", "ann", " ", "", "", "nothing was seen in it"],
        ["", "", "", "", "", "", "", "no one, nothing"],
    ]
    found = some(write(HEADER, rows))
    assert len(found.segments) == 4
    assert found.notes == (
        "survey.csv: 1 row without a coder.",
        "survey.csv: 2 rows without a source left out.",
        "survey.csv: 1 row without a code left out.",
    )
    assert found.sources[-1].id == "talk 9"  # was talked to, and nothing was coded


def test_sources_of_one_name_in_two_organisations(write: Write) -> None:
    rows = [["A", "", "director"], ["B", "", "director"], ["B", "", "clerk"], ["", "", "director"]]
    body = [[org, "1", who, "ann", "Vision", "", "", "q"] for org, _, who in rows]
    found = some(write(HEADER, body))
    assert [(s.id, s.name) for s in found.sources] == [
        ("A > director", "director"),
        ("B > director", "director"),
        ("clerk", "clerk"),
        ("director", "director"),
    ]
    assert found.notes == (
        "survey.csv: 1 name of sources with more than one organisation, taken for different "
        "sources.",
    )


@pytest.mark.parametrize("cell", ["3", "meh", "1;2"])
def test_a_wrong_polarity_is_named(write: Write, tmp_path: Path, cell: str) -> None:
    rows = [*ROWS, ["Gent", "1", "talk 1", "ann", "Vision", cell, "", "q"]]
    error = refusal(write(HEADER, rows))
    # the line break in a quotation does not count
    assert error.message == f"survey.csv, row 6, column polarity: {cell!r} is no polarity"
    error = refusal(sheet(tmp_path / "d.xlsx", [HEADER, *rows], above=3))
    assert error.message == f"d.xlsx, row 9, column polarity: {cell!r} is no polarity"


@pytest.mark.parametrize(
    ("start", "end", "what"),
    [
        ("5", "5", "column end: a passage from 5 to 5"),
        ("5", "", "column end: a passage from 5 to None"),
        ("x", "5", "column start: 'x' is no place in a text"),
        ("-1", "5", "column start: '-1' is no place in a text"),
        ("1", "5.5", "column end: '5.5' is no place in a text"),
        ("1", "9" * 30, "column end: '9999"),
    ],
)
def test_a_wrong_place_is_named(write: Write, start: str, end: str, what: str) -> None:
    path = write([*HEADER, "start", "end"], [[*ROWS[0], start, end]])
    assert f"survey.csv, row 2, {what}" in refusal(path).message


def test_a_ragged_table_is_refused(write: Write) -> None:
    assert "line 3" in refusal(write(HEADER, [ROWS[0], ROWS[1][:5]])).message


# --- what other programs write ------------------------------------------------------------------

MAXQDA = ["Color", "Comment", "Document group", "Document name", "Code", "Beginning", "End"]
MAXQDA_MORE = ["Weight score", "Segment", "Author", "Creation date", "Area", "Coverage %"]


def test_maxqda(write: Write) -> None:
    header = [*MAXQDA, *MAXQDA_MORE, "Code: Strategy > Vision", "Code: Shock"]
    rest = ["0", "We plan.", "ann", "2025-01-02 10:00", "8", "1.2", "1", "0"]
    rows = [
        ["●", "", "Gent", "talk 1", "Strategy > Vision", "2", "2", *rest],
        ["●", "see memo", "Liège", "talk 1", "Shock", "7", "8", *rest],
    ]
    found = some(write(header, rows), "MAXQDA")
    assert [(c.name, c.parents) for c in found.codes] == [
        ("Vision", ("Strategy",)),
        ("Shock", ()),
    ]
    assert [s.source for s in found.segments] == ["Gent > talk 1", "Liège > talk 1"]
    first = found.segments[0]
    assert (first.coder, first.quotation) == ("ann", "We plan.")
    assert (first.start, first.end) == (None, None)  # paragraphs are no characters
    assert first.variables["Beginning"] == "2"
    assert first.variables["Document group"] == "Gent"
    assert "Code: Shock" not in first.variables
    assert found.notes == (
        "survey.csv: 1 name of sources with more than one Document group, taken for different "
        "sources.",
        "survey.csv: 2 columns that repeat the codes left out.",
    )


def test_maxqda_in_german_with_document_variables(write: Write) -> None:
    header = [
        *("Farbe", "Dokumentgruppe", "Dokumentname", "Code", "Segment", "Anfang", "Ende"),
        *("Gewicht", "Erstellt von", "Erstellt am", "Dokumentname", "Organisation", "Phase"),
    ]
    row = ["●", "", "Gespräch 1", r"Strategie\Vision", "Wir planen.", "1", "1", "0", "ann", "x"]
    found = some(write(header, [[*row, "Gespräch 1", "Gent", "3c"]]), "MAXQDA")
    assert (found.codes[0].name, found.codes[0].parents) == ("Vision", ("Strategie",))
    segment = found.segments[0]
    assert (segment.source, segment.coder) == ("Gespräch 1", "ann")
    assert segment.variables["organisation"] == "Gent"
    assert segment.variables["phase"] == "3c"


ATLAS = [
    *("ID", "Quotation Name", "Document", "Document Groups", "Quotation Content", "Comment"),
    *("Codes", "Reference", "Density", "Created by", "Modified by", "Created", "Modified"),
]


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_atlas_ti(write: Write, line: str) -> None:
    end = ["12 - 13", "0", "ann", "bob", "x", "y"]
    rows = [
        ["1:1", "", "talk 1", "Gent", "We plan.", "", f"Values; all: Plan{line}Shock", *end],
        ["1:2", "", "talk 1", "Gent", "Nothing.", "", "", *end],
        ["2:1", "", "talk 2", "Gent", "The flood.", "", "Shock", *end],
    ]
    found = some(write(ATLAS, rows), "ATLAS.ti")
    assert [(s.passage, s.code) for s in found.segments] == [
        ("1:1", "Values; all: Plan"),
        ("1:1", "Shock"),
        ("2:1", "Shock"),
    ]
    assert found.coders == ("ann",)
    assert found.segments[0].variables["Reference"] == "12 - 13"
    assert found.notes == ("survey.csv: 1 row without a code left out.",)


def test_atlas_ti_of_the_web(write: Write) -> None:
    header = ["Number", "Reference", "Name", "Text Content", "Document", "Codes", "Number of Codes"]
    rows = [["1:1", "p 1", "", "We plan.", "talk 1", "Plan; Shock; ", "2"]]
    found = some(write(header, rows), "ATLAS.ti")
    assert [(s.passage, s.code) for s in found.segments] == [("1:1", "Plan"), ("1:1", "Shock")]
    assert "taken apart at semicolons" in found.notes[0]


@pytest.mark.parametrize("swapped", [False, True])
def test_nvivo(write: Write, swapped: bool) -> None:
    node, source = r"Codes\\Strategy\Vision", r"Files\\Talks\talk 1"
    first, second = (source, node) if swapped else (node, source)
    header = ["Hierarchical Name", "Folder Location", "Hierarchical Name", "Coverage", "Coded Text"]
    rows = [[first, "Files", second, "0.1", "We plan."]]
    found = some(write([*header, "Coded By Initials"], [[*rows[0], "AB"]]), "NVivo")
    assert (found.codes[0].name, found.codes[0].parents) == ("Vision", ("Strategy",))
    segment = found.segments[0]
    assert (segment.source, segment.coder, segment.quotation) == (source, "AB", "We plan.")
    assert segment.variables == {"Folder Location": "Files", "Coverage": "0.1"}


def test_nvivo_with_other_names(write: Write) -> None:
    path = write(["File", "Node", "Reference Text", "Coverage"], [["talk 1", "Shock", "q", "1%"]])
    assert some(path, "NVivo").segments[0].quotation == "q"


QUALCODER = ["Coder", "Coded", "Id", "Codename", "Coded_Memo", "Category", "Category"]


def test_qualcoder(write: Write) -> None:
    rows = [
        ["talk 1", "ann", "We plan.", "ctid:1", "Plans", "", "Vision", "Strategy", "3c"],
        ["talk 2", "ann", "image", "imid:4", "Shock", "hm", "", "", ""],
    ]
    found = some(write(["File", *QUALCODER, "FileVar_Phase"], rows), "QualCoder")
    assert [(c.name, c.parents) for c in found.codes] == [
        ("Plans", ("Strategy", "Vision")),
        ("Shock", ()),
    ]
    assert [s.quotation for s in found.segments] == ["We plan.", ""]
    assert found.segments[0].variables == {"Id": "ctid:1", "phase": "3c"}
    assert found.segments[1].variables == {"Id": "imid:4", "Coded_Memo": "hm"}
    assert "1 coding of pictures or recordings" in found.notes[0]


def test_qualcoder_by_case(write: Write) -> None:
    header = ["Case", "Filename", *QUALCODER[:5], "FileVar_Phase", "CaseVar_Phase"]
    rows = [["Ann", "both", "ann", "We plan.", "ctid:1", "Plans", "", "1", "3c"]]
    segment = some(write(header, rows), "QualCoder").segments[0]
    assert segment.source == "both"
    assert segment.variables == {"Case": "Ann", "Id": "ctid:1", "phase": "1", "phase (9)": "3c"}


# --- what is none -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", [["a", "b"], ["code", "source"], ["source", "quotation"], ["Document name", "Code x"]]
)
def test_other_tables(write: Write, header: list[str]) -> None:
    path = write(header, [["1", "2"]])
    assert read(path, path.name) is None
    error = refusal(path)
    assert error.message.startswith("survey.csv holds no coded interviews that are known")
    assert "Taguette" in error.message


def test_many_rows(write: Write) -> None:
    rows = [
        ["Gent", "3a", f"talk {n % 500}", "ab"[n % 2], f"c{n % 60}", str(n % 5 - 2), "", "q" * 200]
        for n in range(100_000)
    ]
    path = write(HEADER, rows)
    begun = time.process_time()
    found = open_project(path)
    assert time.process_time() - begun < 4
    assert len(found.segments) == 100_000
