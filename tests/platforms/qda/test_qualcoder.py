"""QualCoder: its database in the shapes of several versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.platforms.qda import Project, open_project
from vested.platforms.qda.qualcoder import _characters, read

NEW = {
    "project": "databaseversion, date, memo, about",
    "source": "id integer primary key, name, fulltext, mediapath, memo, owner, date, av_text_id",
    "code_name": "cid integer primary key, name, memo, catid, owner, date, color, supercid",
    "code_cat": "catid integer primary key, name, owner, date, memo, supercatid",
    "code_text": "ctid integer primary key, cid, fid, seltext, pos0, pos1, owner, date, memo, "
    "avid, important",
    "code_av": "avid integer primary key, id, pos0, pos1, cid, memo, date, owner, important",
    "code_image": "imid integer primary key, id, x1, y1, width, height, cid, memo, date, owner, "
    "important, pdf_page",
    "cases": "caseid integer primary key, name, memo, owner, date",
    "case_text": "id integer primary key, caseid, fid, pos0, pos1, owner, date, memo",
    "attribute": "attrid integer primary key, name, attr_type, value, id, date, owner",
    "coder_names": "name, visibility",
}
OLD = {
    **{table: columns for table, columns in NEW.items() if table != "coder_names"},
    "code_name": "cid integer primary key, name, memo, catid, owner, date, color",
    "code_text": "cid, fid, seltext, pos0, pos1, owner, date, memo",
    "code_av": "avid integer primary key, id, pos0, pos1, cid, memo, date, owner",
}
TEXT = "We plan 🙂 for years. Then the flood came, and nobody had a plan."

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """A database of some version, with rows of which each names its columns."""

    def write(rows: Rows, tables: Mapping[str, str] = NEW) -> Path:
        (tmp_path / "talks.qda").mkdir()
        path = tmp_path / "talks.qda" / "data.qda"
        with closing(sqlite3.connect(path)) as data, data:
            for table, columns in tables.items():
                data.execute(f"create table {table} ({columns})")
            if "coder_names" in tables:
                data.execute("create view code_text_visible as select * from code_text")
            for table, body in rows.items():
                for row in body:
                    marks = ", ".join("?" * len(row))
                    sql = f"insert into {table} ({', '.join(row)}) values ({marks})"
                    data.execute(sql, list(row.values()))
        return path

    return write


def some(path: Path) -> Project:
    found = read(path, path.name)
    assert found is not None
    assert found.platform == "QualCoder"
    return found


def coding(quoted: str, **more: Any) -> dict[str, Any]:
    at = TEXT.find(quoted)
    place = {"pos0": at, "pos1": at + len(quoted)}
    return {"cid": 1, "fid": 1, "seltext": quoted, "owner": "ann", **place, **more}


BASE: dict[str, Sequence[Mapping[str, Any]]] = {
    "project": [{"databaseversion": "v17"}],
    "source": [{"id": 1, "name": "talk.docx", "fulltext": TEXT, "owner": "ann"}],
    "code_cat": [
        {"catid": 1, "name": "Strategy"},
        {"catid": 2, "name": "Vision", "memo": "where to", "supercatid": 1},
    ],
    "code_name": [
        {"cid": 1, "name": "Plans", "memo": "of any kind", "catid": 2},
        {"cid": 2, "name": "Long plans", "supercid": 1},
        {"cid": 3, "name": "Shock"},
    ],
}


@pytest.mark.parametrize("tables", [NEW, OLD], ids=["v17", "v1"])
def test_codes_sources_and_codings(made: Made, tables: Mapping[str, str]) -> None:
    rows = {
        **BASE,
        "code_text": [coding("plan 🙂"), coding("the flood", cid=3, owner="bob", memo="in 2021")],
    }
    if tables is OLD:
        rows["code_name"] = [dict(row) for row in BASE["code_name"] if "supercid" not in row]
    found = some(made(rows, tables))
    assert [(s.code, s.coder, s.quotation) for s in found.segments] == [
        ("1", "ann", "plan 🙂"),
        ("3", "bob", "the flood"),
    ]
    for segment in found.segments:
        assert TEXT[segment.start : segment.end] == segment.quotation
    assert found.segments[1].variables == {"memo": "in 2021"}
    assert found.sources[0].length == len(TEXT)
    assert found.coders == ("ann", "bob")
    assert found.notes == ()


def test_categories_and_codes_under_codes(made: Made) -> None:
    found = some(made(BASE))
    assert [(c.id, c.name, c.parents, c.codable) for c in found.codes] == [
        ("category 1", "Strategy", (), False),
        ("category 2", "Vision", ("Strategy",), False),
        ("1", "Plans", ("Strategy", "Vision"), True),
        ("2", "Long plans", ("Strategy", "Vision", "Plans"), True),
        ("3", "Shock", (), True),
    ]
    assert [c.description for c in found.codes if c.description] == ["where to", "of any kind"]


def test_categories_in_a_circle(made: Made) -> None:
    round_about = [
        {"catid": 1, "name": "A", "supercatid": 2},
        {"catid": 2, "name": "B", "supercatid": 1},
    ]
    rows = {**BASE, "code_cat": round_about, "code_name": [{"cid": 1, "name": "x", "catid": 1}]}
    assert [c.parents for c in some(made(rows)).codes] == [("B",), ("A",), ("B", "A")]


def test_places(made: Made) -> None:
    rows = {
        **BASE,
        "code_text": [
            coding("flood", pos0=31, pos1=36),  # units of UTF-16: the smile counts twice
            coding("flood", pos0=3, pos1=8),
            coding("flood", pos0=-1, pos1=10_000),
            coding("flood", pos0=None, pos1="x"),
            coding("", pos0=5, pos1=5),
        ],
    }
    found = some(made(rows))
    assert [(s.start, s.end) for s in found.segments] == [(30, 35)] + [(None, None)] * 4
    assert found.notes == (
        "data.qda: 4 codings whose place does not fit the text, read without a place.",
        "data.qda: 1 place counted in units of UTF-16, turned into characters.",
    )


@given(st.text(), st.integers(0, 30))
def test_units_of_utf_16(text: str, at: int) -> None:
    before = text[:at]
    if before.isprintable():
        assert _characters(text, len(before.encode("utf-16-le", "replace")) // 2) == len(before)


def test_what_is_left_out_is_counted(made: Made) -> None:
    rows = {
        **BASE,
        "code_text": [
            coding("flood", cid=99),
            coding("flood", fid=99),
            coding("plan", owner="\N{PUSHPIN} Speaker coding"),
            coding("plan"),
        ],
        "coder_names": [{"name": "\N{PUSHPIN} Speaker coding"}, {"name": "cem"}],
    }
    found = some(made(rows))
    assert len(found.segments) == 1
    assert found.coders == ("ann", "cem")
    assert found.notes == (
        "data.qda: 2 codings of a code or source that is gone left out.",
        "data.qda: 1 coding of speakers, made by QualCoder itself, left out.",
    )


def test_pictures_and_recordings(made: Made) -> None:
    rows = {
        **BASE,
        "source": [*BASE["source"], {"id": 2, "name": "talk.mp3"}, {"id": 3, "name": "wall.jpg"}],
        "code_text": [coding("the flood", avid=1)],
        "code_av": [
            {"avid": 1, "id": 2, "pos0": 0, "pos1": 900, "cid": 1, "owner": "ann"},
            {"avid": 2, "id": 2, "pos0": 900, "pos1": 1500, "cid": 3, "owner": "bob"},
        ],
        "code_image": [{"imid": 4, "id": 3, "cid": 3, "owner": "bob", "important": 1}],
    }
    found = some(made(rows))
    assert [(s.source, s.passage, s.quotation) for s in found.segments] == [
        ("1", "1: 26–35", "the flood"),
        ("2", "recording 2", ""),
        ("3", "picture 4", ""),
    ]
    assert found.segments[1].variables == {"milliseconds": "900–1500"}
    assert found.segments[2].variables == {"important": "1"}
    assert [s.length for s in found.sources] == [len(TEXT), None, None]
    assert found.notes[0].endswith("2 codings of pictures or recordings, which have no text.")


def test_attributes_of_files_and_cases(made: Made) -> None:
    """The whole of one source is a case's; another is a talk of two."""
    rows = {
        **BASE,
        "source": [*BASE["source"], {"id": 2, "name": "both.docx", "fulltext": TEXT}],
        "cases": [{"caseid": 1, "name": "Ann"}, {"caseid": 2, "name": "Bob"}],
        "case_text": [
            {"caseid": 1, "fid": 1, "pos0": 0, "pos1": len(TEXT) - 1},
            {"caseid": 1, "fid": 2, "pos0": 0, "pos1": 21},
            {"caseid": 2, "fid": 2, "pos0": 22, "pos1": 60},
            {"caseid": 9, "fid": 2, "pos0": 22, "pos1": 60},
        ],
        "attribute": [
            {"name": "phase", "attr_type": "file", "value": "3c", "id": 1},
            {"name": "phase", "attr_type": "case", "value": "1", "id": 1},
            {"name": "organisation", "attr_type": "case", "value": "Gent", "id": 1},
            {"name": "organisation", "attr_type": "case", "value": "Brussel", "id": 2},
            {"name": "role", "attr_type": "case", "value": "", "id": 2},
        ],
        "code_text": [
            coding("plan 🙂", fid=2),
            coding("the flood", fid=2),
            coding("years. Then", fid=2),
        ],
    }
    found = some(made(rows))
    assert found.sources[0].variables == {"phase": "3c", "case": "Ann", "organisation": "Gent"}
    assert found.sources[1].variables == {}
    assert [s.variables.get("organisation") for s in found.segments] == ["Gent", "Brussel", None]


def test_the_folder_of_a_project(made: Made) -> None:
    path = made({**BASE, "code_text": [coding("plan")]})
    found = open_project(path.parent)
    assert (found.file, found.platform) == ("talks.qda", "QualCoder")
    assert len(found.segments) == 1


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("create table source (id)")
    assert read(path, path.name) is None
