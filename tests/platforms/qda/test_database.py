"""Databases from strangers: refused with a reason, quickly and in little memory."""

from __future__ import annotations

import contextlib
import itertools
import resource
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from vested.errors import InputError
from vested.platforms.qda import open_project
from vested.platforms.qda.database import is_database

TABLES = {
    "projects": "id integer primary key, name",
    "documents": "id integer primary key, name, description, project_id, contents",
    "tags": "id integer primary key, path, description, project_id",
    "highlights": "id integer primary key, document_id, start_offset, end_offset, snippet",
    "highlight_tags": "highlight_id, tag_id",
}


@pytest.fixture(autouse=True)
def _in_bounds() -> Iterator[None]:
    """Whatever the file: no longer than two seconds of computing, no child above 300 MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.process_time()
    yield
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent + time.process_time() - begun < 2
    # The largest of all children so far: those of other tests may have been larger, and a child
    # counts what this process held when it was forked.
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after.ru_maxrss == before.ru_maxrss or after.ru_maxrss < max(300 << 10, own + 1)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """A database of Taguette's tables, some of them replaced by other SQL."""

    def write(*more: str, name: str = "project.sqlite3", **instead: str) -> Path:
        path = tmp_path / name
        with closing(sqlite3.connect(path)) as data, data:
            for table, columns in TABLES.items():
                data.executescript(instead.get(table, f"create table {table} ({columns})"))
            for sql in more:
                data.executescript(sql)
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_project(path)
    assert caught.value.hint
    assert str(path.parent) not in str(caught.value)
    return caught.value.message


ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select x from n"


def test_a_view_in_the_place_of_a_table(made: Callable[..., Path]) -> None:
    view = f"create view highlights as select 1 as id, x as document_id from ({ENDLESS})"
    assert "highlights is a view" in refusal(made(highlights=view))


def test_other_views_are_let_be(made: Callable[..., Path]) -> None:
    assert open_project(made(f"create view others as {ENDLESS}")).segments == ()


def test_a_trigger(made: Callable[..., Path]) -> None:
    trigger = "create trigger tell after insert on tags begin delete from documents; end"
    assert "tell is a trigger" in refusal(made(trigger))


def test_a_virtual_table(made: Callable[..., Path]) -> None:
    assert "tags is a virtual table" in refusal(
        made(tags="create virtual table tags using fts4(path)")
    )


def test_a_computed_column_is_not_read(made: Callable[..., Path]) -> None:
    bomb = "create table tags (id, project_id, description, path as (hex(zeroblob(400000))))"
    one = "insert into documents values (1, '', '', 1, ''); insert into tags values (1, 1, '')"
    found = open_project(made(one, tags=bomb))
    assert [code.name for code in found.codes] == [""]


def test_a_large_value_that_is_not_there(made: Callable[..., Path]) -> None:
    path = made("insert into documents values (1, 'a', '', 1, zeroblob(3000))")
    raw = path.read_bytes()
    # the serial type of a blob of 3000 bytes as a varint, and one of 200 MB
    claimed = raw.replace(bytes([0xAE, 0x7C]), bytes([0xFF, 0x7C]), 1)
    assert claimed != raw
    path.write_bytes(claimed)
    assert "damaged SQLite database" in refusal(path)


def _interior(size: int, child: int) -> bytes:
    """A page of a tree that has nothing but pointers to one other page."""
    cells = (size - 12) // 7
    body = struct.pack(">IB", child, 1)
    start = size - len(body)
    page = struct.pack(">BHHHBI", 5, 0, cells, start, 0, child) + struct.pack(">H", start) * cells
    return page.ljust(start, b"\0") + body


def test_pages_that_are_shared(made: Callable[..., Path]) -> None:
    """A tree of a few pages of which every branch leads to the same leaf: 10^30 rows."""
    path = made(
        "create table filler (x)",
        "insert into highlights values (1, 1, 0, 1, 'x')",
        "insert into filler values (zeroblob(80000))",
    )
    with closing(sqlite3.connect(path)) as data:
        root = data.execute("select rootpage from sqlite_master where name = 'highlights'")
        at = root.fetchone()[0]
        size = data.execute("pragma page_size").fetchone()[0]
    raw = bytearray(path.read_bytes())
    spare = [len(raw) // size - 1 - n for n in range(12)]
    leaf = raw[(at - 1) * size : at * size]
    chain = [at, *spare]
    for page, child in itertools.pairwise(chain):
        raw[(page - 1) * size : page * size] = _interior(size, child)
    raw[(chain[-1] - 1) * size : chain[-1] * size] = leaf
    path.write_bytes(raw)
    assert "table highlights holds more than the file can" in refusal(path)


def test_a_large_schema(made: Callable[..., Path]) -> None:
    many = ";".join(f"create table t{n} (a, b, c)" for n in range(5_000))
    assert open_project(made(f"begin; {many}; commit")).segments == ()


@pytest.mark.parametrize("size", [16, 17, 99, 100, 101, 512, 4096, 9000])
def test_cut_off(made: Callable[..., Path], size: int) -> None:
    path = made("insert into documents values (1, 'a', '', 1, zeroblob(30000))")
    path.write_bytes(path.read_bytes()[:size])
    assert "damaged SQLite database" in refusal(path)


@pytest.mark.parametrize("at", range(16, 100, 7))
def test_a_damaged_header(made: Callable[..., Path], at: int) -> None:
    path = made("insert into documents values (1, 'a', '', 1, '<p>x</p>')")
    raw = bytearray(path.read_bytes())
    raw[at : at + 7] = b"\xff" * 7
    path.write_bytes(raw)
    with contextlib.suppress(InputError):
        open_project(path)


def test_a_file_of_many_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "data.qda"
    with path.open("wb") as file:
        file.write(b"SQLite format 3\0")
        file.truncate(1 << 40)
    assert "1,048,576 MB" in refusal(path)


@pytest.mark.parametrize("html", ["<!--", "<a ", "<a '", '<a "', "<", "</", "<?", "&", "&#1"])
def test_html_that_never_ends(made: Callable[..., Path], html: str) -> None:
    path = made()
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("insert into documents values (1, 'a', '', 1, ?)", [html * 300_000])
    open_project(path)


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as data, data:
        data.execute("create table tags (id)")
    assert is_database(path)
    assert "holds no coded interviews that are known" in refusal(path)


@pytest.mark.parametrize("raw", [b"", b"S", b"\0", b"\xef\xbb\xbf"])
def test_files_of_a_byte(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(raw)
    refusal(path)


def test_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.csv") == "nothing.csv does not exist"
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder") == "folder is a folder, not a file"
