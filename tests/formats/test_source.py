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
    path.write_bytes(gzip.compress(spelled, mtime=0))
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
    path.write_bytes(gzip.compress(spelled[:100], mtime=0) + gzip.compress(spelled[100:], mtime=0))
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
    path.write_bytes(packed := gzip.compress(GOOD, mtime=0))
    with ExitStack() as stack:
        source = open_source(path, stack)
        assert source.path.read_bytes() == GOOD
    assert (source.name, source.size) == ("survey.csv.gz", len(packed))
    assert source.digest() == hashlib.sha256(packed).hexdigest()


def test_definitions_are_pointed_to_their_option(tmp_path: Path) -> None:
    path = tmp_path / "survey.qsf"
    path.write_bytes(b'{"SurveyEntry":{}}')
    with ExitStack() as stack, pytest.raises(InputError) as caught:
        open_source(path, stack)
    assert "--definition" in caught.value.hint


def test_temporary_copies_are_private_and_do_not_last(
    drawer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold answers of people."""
    feed(monkeypatch, gzip.compress(GOOD, mtime=0))
    with ExitStack() as stack:
        open_source("-", stack)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in drawer.iterdir()}
    assert modes == {0o600}
    assert list(drawer.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(GOOD, mtime=0)[:-9],
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
        (gzip.compress(b"", mtime=0), "is empty inside"),
        (gzip.compress(GOOD, mtime=0)[:-9], "damaged gzip"),
        (gzip.compress(GOOD, mtime=0)[:12], "damaged gzip"),
        (b"\x1f\x8b", "damaged gzip"),
        (gzip.compress(GOOD, mtime=0)[:-8] + b"\0" * 8, "damaged gzip"),
        (gzip.compress(GOOD, mtime=0) + b"rubbish", "damaged gzip"),
        (b"PK\x03\x04 more", "Excel"),
        (gzip.compress(b"PK\x03\x04 more", mtime=0), "Excel"),
        (gzip.compress(gzip.compress(GOOD, mtime=0), mtime=0), "packed twice"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7\n", "PDF"),
        (b"SQLite format 3\0", "SQLite"),
        (b"PARE\x15\x02", "encrypted parquet"),
        (b"BZh91AY&SY", "bzip2"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"RDX3\nX\n\0\0\0\3", "R data"),
        (gzip.compress(b"RDX2\nX\n", mtime=0), "R data"),
        (gzip.compress(b"X\n\0\0\0\3\0\4\1\2", mtime=0), "R data"),
        (bytes(12) + bytes.fromhex("c2ea8163b31411cfbd92080009c7318c"), "SAS catalog"),
        (b'{"SurveyEntry":{"SurveyID":"SV_1"}', "Qualtrics survey definition"),
        (b'\xef\xbb\xbf {\n  "SurveyEntry": {', "Qualtrics survey definition"),
        (b'<?xml version="1.0"?>\n<document>\n <LimeSurveyDocType>Survey<', "LimeSurvey structure"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "Excel 2003"),
        (b'<?xml version="1.0" encoding="UTF-8"?><Project xmlns="urn:QDA-XML:', "XML"),
        ('<?xml version="1.0"?><a/>'.encode("utf-16"), "XML"),
        (b"\n<!DOCTYPE html>\n<html>", "web page"),
        (b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', "web page"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_text_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(content)
    with ExitStack() as stack, pytest.raises(InputError, match=f"survey.csv.*{words}") as caught:
        open_source(path, stack)
    assert caught.value.hint


SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
EBCDIC = "ASCII SPSS PORT FILE".ljust(40).encode("cp037")


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (GOOD, "delimited"),
        (b"x", "delimited"),
        (b"\0\1\2\3", "delimited"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
        (b"$FL2@(#) SPSS DATA FILE", "statistical"),
        (b"$FL3@(#) SPSS DATA FILE", "statistical"),
        (EBCDIC + b"ASCII SPSS PORT FILE".ljust(40) + b"\r\n00000-0000", "statistical"),
        (b"ASCII SPSS PORT FILE".ljust(40) * 5, "statistical"),
        (b"<stata_dta><header><release>118</release>", "statistical"),
        (b"\x73\x02\x01\0\5\0", "statistical"),
        (b"\x71\x01\x01\0\0\5", "statistical"),
        (b"\x69\x02\x01\0\5\0", "statistical"),
        (SAS + b'3"\0', "statistical"),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "statistical"),
        (b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", "statistical"),
        (b"PAR1\x15\4\x15", "columnar"),
        (b"ARROW1\0\0", "columnar"),
        (b"FEA1\0\0\0\0", "columnar"),
        (b'{"a": 1}\n{"a": 2}\n', "records"),
        (b'[{"a": 1}]', "records"),
        (b'\xef\xbb\xbf\r\n [\n  {"a": 1}]', "records"),
        (b"[]", "records"),
        ('[{"a": 1}]'.encode("utf-16"), "records"),
        # Text that begins like something else
        (b"PAR1,PAR2\n1,2\n", "delimited"),
        (b"PAR10,PAR11\n1,2\n", "delimited"),
        (b"PARENT,CHILD\n1,2\n", "delimited"),
        (b"FEA1;FEA2\n1;2\n", "delimited"),
        (b"[Q1],[Q2]\n1,2\n", "delimited"),
        (b"{Q1},{Q2}\n1,2\n", "delimited"),
        (b"<b>Which?</b>,<i>Why?</i>\n1,2\n", "delimited"),
        (b"X\nyes\nno\n", "delimited"),
        (b"sex,age\nf,40\n", "delimited"),
        (b"SPSS,HEADER RECORD\n1,2\n", "delimited"),
    ],
    ids=lambda value: repr(value)[:30],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_format_is_known_by_the_bytes(
    pack: Callable[[bytes], bytes], content: bytes, format: str, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(pack(content))
    with ExitStack() as stack:
        assert open_source(path, stack).format == format


EXPORTS = Path(__file__).parents[3] / "shared" / "exports"


@pytest.mark.skipif(not EXPORTS.is_dir(), reason=f"{EXPORTS} is not here")
@pytest.mark.parametrize(
    ("pattern", "format", "count"),
    [
        ("**/*.sav", "statistical", 11),
        ("**/*.zsav", "statistical", 1),
        ("**/*.por", "statistical", 1),
        ("**/*.dta", "statistical", 3),
        ("**/*.sas7bdat", "statistical", 11),
        ("**/*.xpt*", "statistical", 4),
        ("**/*.xls*", "excel", 8),
        ("qualtrics/**/*.csv", "delimited", 13),
        ("redcap/**/data.csv", "delimited", 28),
        ("**/*.tsv", "delimited", 2),
        ("**/*.qsf", "a Qualtrics survey definition", 4),
        ("**/*.lss", "a LimeSurvey structure", 3),
        ("**/*.sas7bcat", "a SAS catalog", 3),
        ("**/*.qdpx", "a REFI-QDA project", 1),
        ("**/*.sqlite3", "an SQLite database", 1),
        ("**/*.rda", "a bzip2 archive", 2),
    ],
)
def test_format_of_real_files(pattern: str, format: str, count: int) -> None:
    paths = [path for path in EXPORTS.glob(pattern) if path.stat().st_size]
    assert len(paths) == count
    for path in paths:
        with ExitStack() as stack:
            try:
                found = open_source(path, stack).format
            except InputError as error:
                found = error.message
            assert found == format or f"is {format}" in found


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
