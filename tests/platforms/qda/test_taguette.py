"""Taguette: every real file with counts made independently, and the three exports alike."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.errors import InputError
from vested.platforms.qda import Project, open_project
from vested.platforms.qda.taguette import hierarchy, read, texts

REAL = Path(__file__).parents[4] / "shared" / "exports" / "qda" / "taguette_1.5.2"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

SCHEMA = """
create table projects (id integer primary key, name, description, created);
create table documents (id integer primary key, name, description, filename, created, project_id,
  text_direction, contents);
create table tags (id integer primary key, project_id, path, description);
create table highlights (id integer primary key, document_id, start_offset, end_offset, snippet);
create table highlight_tags (highlight_id, tag_id);
create table users (login);
create table project_members (project_id, user_login, privileges);
create table commands (id integer primary key, date, user_login, project_id, document_id, payload);
"""

Rows = Mapping[str, Sequence[Sequence[Any]]]
Made = Callable[..., Path]

ONE: Rows = {
    "projects": [(1, "Talks", "", "")],
    "documents": [(1, "a.docx", "", "a", "", 1, "", "<p>Où sont <b>les</b> données&nbsp;?</p>")],
    "tags": [(1, 1, "data", "")],
}


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A database with Taguette's tables and some rows."""

    def write(rows: Rows, *, more: str = "", name: str = "project.sqlite3") -> Path:
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as data, data:
            data.executescript(SCHEMA + more)
            for table, body in rows.items():
                for row in body:
                    marks = ", ".join("?" * len(row))
                    data.execute(f"insert into {table} values ({marks})", row)
        return path

    return write


def some(path: Path) -> Project:
    found = read(path, path.name)
    assert found is not None
    assert found.platform == "Taguette"
    return found


def passages(project: Project) -> list[tuple[str, str, str]]:
    """What every form of export holds: document, path of the tag, quotation."""
    names = {source.id: source.name for source in project.sources}
    paths = {code.id: ".".join((*code.parents, code.name)) for code in project.codes}
    return sorted((names[s.source], paths[s.code], s.quotation) for s in project.segments)


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        open_project(path)
    assert caught.value.hint
    return caught.value


# --- the real files -----------------------------------------------------------------------------


@real
def test_highlights_as_csv() -> None:
    with (REAL / "all_tags.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = some(REAL / "all_tags.csv")
    assert len(found.segments) == len(rows) == 4
    assert len({each.passage for each in found.segments}) == len({row["id"] for row in rows}) == 3
    assert {code.id for code in found.codes} == {row["tag"] for row in rows}
    assert {each.name for each in found.sources} == {row["document"] for row in rows}
    assert [each.quotation for each in found.segments] == [row["content"] for row in rows]
    assert found.notes == ()


@real
def test_highlights_as_xlsx() -> None:
    sheet = openpyxl.load_workbook(REAL / "all_tags.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    found = some(REAL / "all_tags.xlsx")
    assert [(s.passage, s.source, s.code, s.quotation) for s in found.segments] == rows


@real
@pytest.mark.parametrize("name", ["codebook.csv", "codebook.xlsx"])
def test_codebook(name: str) -> None:
    with (REAL / "codebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = some(REAL / name)
    assert [(c.id, c.description) for c in found.codes] == [
        (row["tag"], row["description"]) for row in rows
    ]
    assert found.segments == found.sources == ()
    assert found.notes == (f"{name} is a codebook: 4 codes, no passages.",)


@real
def test_database() -> None:
    path = REAL / "project.sqlite3"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as data:
        one = {
            table: data.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("tags", "documents", "highlight_tags", "highlights")
        }
        bare = "select count(*) from highlights where id not in (select highlight_id from {})"
        untagged = data.execute(bare.format("highlight_tags")).fetchone()[0]
        html = data.execute("select contents from documents").fetchone()[0]
    found = some(path)
    assert len(found.codes) == one["tags"] == 4
    assert len(found.sources) == one["documents"] == 1
    assert len(found.segments) == one["highlight_tags"] == 4
    assert len({s.passage for s in found.segments}) == one["highlights"] - untagged == 3
    assert found.notes == ("project.sqlite3: 1 highlight without a tag left out.",)
    assert found.coders == ()  # the export says admin for everyone
    text = "".join(texts(html))
    assert found.sources[0].length == len(text)
    for segment in found.segments:  # the offsets are in characters: one has a sign of three bytes
        spoken = text[segment.start : segment.end]
        assert "".join(spoken.split()) == "".join(segment.quotation.split())
    assert [(s.start, s.end) for s in found.segments][-1] == (300, 418)
    assert found.codes[3].name == "qualité"
    assert found.codes[3].parents == ("données",)


@real
def test_the_exports_of_one_project_say_the_same() -> None:
    table, sheet, data = (some(REAL / f"{f}") for f in FORMS)
    assert passages(table) == passages(sheet) == passages(data)
    descriptions = {code.id: code.description for code in some(REAL / "codebook.csv").codes}
    paths = {".".join((*c.parents, c.name)): c.description for c in data.codes}
    assert paths == descriptions


FORMS = ("all_tags.csv", "all_tags.xlsx", "project.sqlite3")


@real
def test_no_coded_segments_in_the_codebook_of_another_kind() -> None:
    assert read(REAL / "codebook.qdc", "codebook.qdc") is None


# --- tables -------------------------------------------------------------------------------------


def test_rows_without_a_tag_and_rows_given_twice_are_counted(write: Callable[..., Path]) -> None:
    rows = [["1", "a", "x", "q"], ["1", "a", "x", "q"], ["2", "a", "", "r"], ["3", "b", " ", "s"]]
    path = write(["id", "document", "tag", "content"], rows)
    found = some(path)
    assert len(found.segments) == 1
    assert [each.id for each in found.sources] == ["a", "b"]
    assert found.notes == (
        "survey.csv: 1 row given twice left out.",
        "survey.csv: 2 rows without a tag left out.",
    )


def test_a_codebook_of_another_version(write: Callable[..., Path]) -> None:
    header = ["tag", "parent", "description", "number of highlights"]
    found = some(write(header, [["a", "", "first", "0"], ["a.b", "a", "", "1"]]))
    assert [(code.id, code.parents) for code in found.codes] == [("a", ()), ("a.b", ("a",))]


def test_another_table(write: Callable[..., Path]) -> None:
    path = write(["id", "document", "tag", "text"], [["1", "a", "x", "q"]])
    assert read(path, path.name) is None


@pytest.mark.parametrize(
    ("path", "name", "above"),
    [
        ("a", "a", ()),
        ("a.b.c", "c", ("a", "b")),
        ("etc.", "etc.", ()),
        ("e.g. pilots", "e.g. pilots", ()),
        ("release 1.2", "release 1.2", ()),
        (".", ".", ()),
    ],
)
def test_hierarchy(path: str, name: str, above: tuple[str, ...]) -> None:
    assert hierarchy(path) == (name, above)


@given(st.text())
def test_a_hierarchy_loses_nothing(path: str) -> None:
    name, above = hierarchy(path)
    assert ".".join((*above, name)) == path


# --- databases ----------------------------------------------------------------------------------


def test_bytes_become_characters(made: Made) -> None:
    # "Où sont les données ?": ù and é take two bytes, the narrow space before ? two as well
    quoted = [
        (1, 1, 0, 3, "<p>Où</p>"),
        (2, 1, 9, 12, "<b>les</b>"),
        (3, 1, 13, 21, "données"),
        (4, 1, 2, 8, "sont"),  # byte 2 is within ù: the end of that character
        (5, 1, 13, 22, "nothing of the kind"),
        (6, 1, 13, 2200, "données"),
    ]
    tagged = [(at, 1) for at, *_ in quoted]
    found = some(made({**ONE, "highlights": quoted, "highlight_tags": tagged}))
    assert [(s.start, s.end, s.quotation) for s in found.segments] == [
        (0, 2, "Où"),
        (8, 11, "les"),
        (12, 19, "données"),
        (2, 7, "sont"),
        (None, None, "nothing of the kind"),
        (None, None, "données"),
    ]
    assert found.sources[0].length == 21
    assert found.notes == (
        "project.sqlite3: the places of 2 highlights do not fit the text; they were left out.",
    )


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.data())
def test_every_place(text: str, data: st.DataObject) -> None:
    from html import escape

    from vested.platforms.qda.taguette import _document

    text = f"x{text}"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document = _document((1, "a", "", 1, f"<p>{escape(text)}</p>"))
    first, last = (len(text[:at].encode()) for at in (start, end))
    assert document.text == text
    assert document.place(first, last, text[start:end]) == (start, end)


def test_coders_are_those_who_tagged_last(made: Made) -> None:
    said = [
        (1, "", "ann", 1, 1, json.dumps({"type": "highlight_add", "highlight_id": 1})),
        (2, "", "bob", 1, 1, json.dumps({"type": "highlight_add", "highlight_id": 1})),
        (3, "", "ann", 1, 1, json.dumps({"type": "highlight_delete", "highlight_id": 2})),
        (4, "", "ann", 1, 1, "[" * 100_000),
        (5, "", "ann", 1, 1, None),
    ]
    more = {
        "highlights": [(1, 1, 0, 3, "Où"), (2, 1, 9, 12, "les")],
        "highlight_tags": [(1, 1), (2, 1)],
        "project_members": [(1, "ann", ""), (1, "cem", "")],
        "commands": said,
    }
    found = some(made({**ONE, **more}))
    assert [s.coder for s in found.segments] == ["bob", ""]
    assert found.coders == ("ann", "bob", "cem")


def test_several_projects_are_not_mixed(made: Made) -> None:
    two = [*ONE["documents"], (2, "b.docx", "", "b", "", 2, "", "<p>x</p>")]
    path = made({**ONE, "projects": [(1, "Talks", "", ""), (2, "Other", "", "")], "documents": two})
    assert "holds 2 projects: Talks, Other" in refusal(path).message


def test_changes_beside_the_database_are_mentioned(made: Made) -> None:
    path = made(ONE)
    path.with_name("project.sqlite3-wal").write_bytes(b"x")
    assert "project.sqlite3-wal holds changes" in some(path).notes[0]


def test_values_of_any_type(made: Made) -> None:
    rows = {
        "projects": [(1, None, "", "")],
        "documents": [(1, b"\xff", None, "", "", 1, "", 12)],
        "tags": [(1, 1, 3.5, None)],
        "highlights": [(1, 1, "0", b"x", None)],
        "highlight_tags": [(1, 1), (1, 9), (9, 1)],
    }
    found = some(made(rows))
    assert found.codes[0].name == "3.5"
    assert found.sources[0].name == "\ufffd"
    assert len(found.segments) == 1
