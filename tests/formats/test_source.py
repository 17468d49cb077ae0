from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

import vested
from vested.errors import InputError
from vested.formats.source import open_source

Rows = list[list[str]]
GOOD = b"organisation,SCL1\nGent,3\n"


def feed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where temporary files go, so that one left behind is seen."""
    folder = tmp_path_factory.mktemp("drawer")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def spelled(header: list[str], rows: Rows) -> bytes:
    return "".join(",".join(cells) + "\n" for cells in [header, *rows]).encode()


@pytest.mark.parametrize("name", ["survey.csv.gz", "survey.csv", "survey"])
def test_gzip_is_known_by_its_bytes(
    name: str, spelled: bytes, scores: Callable[..., bytes], plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(spelled))
    assert scores(path) == plain_scores


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_gzip_of_any_encoding(
    encoding: str,
    spelled: bytes,
    scores: Callable[..., bytes],
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv.gz"
    path.write_bytes(gzip.compress(spelled.decode().encode(encoding)))
    assert scores(path) == plain_scores


def test_gzip_in_several_members(
    spelled: bytes, scores: Callable[..., bytes], plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv.gz"
    path.write_bytes(gzip.compress(spelled[:100]) + gzip.compress(spelled[100:]))
    assert scores(path) == plain_scores


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input(
    pack: Callable[[bytes], bytes],
    spelled: bytes,
    scores: Callable[..., bytes],
    plain_scores: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed(monkeypatch, pack(spelled))
    assert scores("-") == plain_scores


def test_standard_input_beside_a_file(
    header: list[str],
    rows: Rows,
    write: Callable[..., Path],
    spelled: bytes,
    scores: Callable[..., bytes],
    plain_scores: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed(monkeypatch, b"\n".join(spelled.split(b"\n")[:11]))
    assert scores(["-", write(header, rows[10:])]) == plain_scores


def test_source_says_what_was_given_not_what_was_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv.gz"
    path.write_bytes(packed := gzip.compress(GOOD))
    with ExitStack() as stack:
        source = open_source(path, stack)
        assert source.path.read_bytes() == GOOD
    assert (source.name, source.size) == ("survey.csv.gz", len(packed))
    assert source.digest() == hashlib.sha256(packed).hexdigest()


def test_temporary_copies_are_private_and_do_not_last(
    drawer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold answers of people."""
    feed(monkeypatch, gzip.compress(GOOD))
    with ExitStack() as stack:
        open_source("-", stack)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in drawer.iterdir()}
    assert modes == {0o600}
    assert list(drawer.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(GOOD)[:-9],
        GOOD.decode().encode("utf-16"),
        b"organisation,SCL1\nGent\n",
        b"organisation,SCL1\nGent,oops\n",
    ],
    ids=["damaged", "utf-16", "ragged", "unknown answer"],
)
def test_nothing_stays_behind_after_an_error(
    content: bytes, drawer: Path, tmp_path: Path, short: vested.Instrument
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        vested.analyse(path, instrument=short)
    assert list(drawer.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (gzip.compress(b""), "is empty inside"),
        (gzip.compress(GOOD)[:-9], "damaged gzip"),
        (gzip.compress(GOOD)[:12], "damaged gzip"),
        (b"\x1f\x8b", "damaged gzip"),
        (gzip.compress(GOOD)[:-8] + b"\0" * 8, "damaged gzip"),
        (gzip.compress(GOOD) + b"rubbish", "damaged gzip"),
        (b"PK\x03\x04 more", "Excel"),
        (gzip.compress(b"PK\x03\x04 more"), "Excel"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"$FL2@(#) SPSS", "SPSS"),
        (b"PAR1....PAR1", "parquet"),
        (b"SQLite format 3\0", "SQLite"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_text_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(content)
    with ExitStack() as stack, pytest.raises(InputError, match=f"survey.csv.*{words}") as caught:
        open_source(path, stack)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: None, "does not exist"),
        (Path.mkdir, "is a folder"),
        (os.mkfifo, "regular file"),
        (lambda path: path.symlink_to(path.parent / "gone"), "does not exist"),
        (lambda path: path.symlink_to(path), "cannot be read"),
    ],
    ids=["missing", "folder", "fifo", "dangling link", "circular link"],
)
def test_what_is_no_file_is_named(make: Callable[[Path], None], words: str, tmp_path: Path) -> None:
    make(tmp_path / "survey.csv")
    with ExitStack() as stack, pytest.raises(InputError, match=f"survey.csv.*{words}"):
        open_source(tmp_path / "survey.csv", stack)


@pytest.mark.parametrize("name", ["x" * 300, "x\0y", "x/" * 3000, "survey.csv/below"])
def test_impossible_paths_are_an_input_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_bytes(GOOD)
    with ExitStack() as stack, pytest.raises(InputError):
        open_source(tmp_path / name, stack)


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_empty_standard_input_is_named(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, content)
    with pytest.raises(InputError, match=r"^standard input"):
        vested.analyse("-")


def test_closed_standard_input_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match=r"^standard input"):
        vested.analyse("-")
