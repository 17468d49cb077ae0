"""Zip files: the one file in them that holds data, and how much may come out of them."""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.errors import InputError
from vested.formats import Table, archive, open_table
from vested.formats.source import Source, open_source

CSV = b"organisation,SCL1\nGent,3\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(30)

Open = Callable[..., Source]


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawer")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Open these bytes as a file."""
    with ExitStack() as stack:

        def made(content: bytes, name: str = "survey.zip") -> Source:
            path = tmp_path / name
            path.write_bytes(content)
            return open_source(path, stack)

        yield made


def zipped(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    """A zip file; in the names of its members, `_` stands for a dot and `__` for a slash."""
    named = {key.replace("__", "/").replace("_", "."): raw for key, raw in members.items()}
    return packed(named, method)


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def error_of(run: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        run()
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (zipped(survey_csv=CSV), "delimited"),
        (zipped(zipfile.ZIP_STORED, survey_csv=CSV), "delimited"),
        (zipped(zipfile.ZIP_LZMA, survey_csv=CSV), "delimited"),
        (zipped(CSV__Answers__survey_csv=CSV), "delimited"),
        (packed({"a/": b"", "a/b/": b"", "a/b/survey.csv": CSV}), "delimited"),
        (packed({"s.csv": CSV, "__MACOSX/._s.csv": b"\0\5\x16\7", ".DS_Store": b"x"}), "delimited"),
        (packed({"s.csv": CSV, "__MACOSX/s.csv": CSV}), "delimited"),
        (packed({"s.csv": CSV, "a/Thumbs.db": b"x", "empty.csv": b""}), "delimited"),
        (packed({"../../etc/passwd": CSV}), "delimited"),
        (packed({"/absolute\\and\x1b[31m": CSV}), "delimited"),
        (zipped(survey_csv=CSV.decode().encode("utf-16")), "delimited"),
        (zipped(survey_sav=b"$FL2@(#) SPSS"), "statistical"),
        (zipped(survey_json=b'[{"a": 1}]'), "records"),
        (zipped(survey_parquet=b"PAR1\x15\x04"), "columnar"),
    ],
)
def test_the_only_file_is_taken(content: bytes, format: str, opened: Open) -> None:
    source = opened(content)
    assert (source.format, source.name, source.notes) == (format, "survey.zip", ())


def workbook() -> bytes:
    return packed({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})


@pytest.mark.parametrize("name", ["Excel/survey.xlsx", "survey", "survey.csv"])
def test_a_workbook_in_a_zip_file(name: str, opened: Open) -> None:
    source = opened(packed({name: workbook()}))
    assert source.format == "excel"
    assert source.path.read_bytes() == workbook()


def test_what_was_given_is_what_is_told(opened: Open, drawer: Path) -> None:
    content = zipped(CSV__survey_csv=CSV)
    source = opened(content)
    assert source.path.read_bytes() == CSV
    assert source.path.parent == drawer
    assert (source.size, source.is_as_given) == (len(content), False)
    assert source.digest() == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("way", ["path", "standard input"])
def test_a_zip_file_scores_as_what_is_in_it(
    way: str,
    header: list[str],
    rows: list[list[str]],
    scores: Callable[..., bytes],
    plain_scores: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "".join(",".join(cells) + "\n" for cells in [header, *rows])
    path = tmp_path / "survey.zip"
    path.write_bytes(zipped(CSV__survey_csv=text.encode(), logo_png=PICTURE))
    if way == "path":
        assert scores(path) == plain_scores
    else:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
        assert scores("-") == plain_scores


def test_what_is_left_aside_is_told(opened: Open) -> None:
    source = opened(packed({"a/survey.csv": CSV, "logo.png": PICTURE, "manual.pdf": b"%PDF-1.7"}))
    assert source.notes == ("survey.zip: only a/survey.csv was read of what is in it.",)


def test_notes_reach_the_table(tmp_path: Path) -> None:
    path = tmp_path / "survey.zip"
    path.write_bytes(packed({"s.csv": "organisation,x\nLiège,3\n".encode("cp1252"), "a": PICTURE}))
    with ExitStack() as stack:
        table: Table = open_table(path, None, stack)
    assert [note.partition(" ")[0] for note in table.notes] == ["survey.zip:", "survey.zip"]
    assert table.sample == (("Liège", "3"),)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(), "holds no file that can be read: it is empty"),
        (packed({"a/": b"", "b.csv": b""}), "holds no file that can be read: it is empty"),
        (zipped(a_png=PICTURE), "holds no file that can be read: a.png is a picture"),
        (zipped(a_csv=CSV, b_csv=CSV), "holds 2 files: a.csv, b.csv"),
        (packed({f"{at}.csv": CSV for at in range(9)}),
         "holds 9 files: 0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 4 more"),
        (packed({f"{at}.csv": CSV for at in range(900)}), "holds 900 files"),
        (zipped(a_csv=CSV, b_xlsx=workbook()), "holds 2 files"),
        (zipped(a_zip=zipped(b_csv=CSV)), "packed twice"),
        (zipped(a_csv_gz=gzip.compress(CSV)), "packed twice"),
        (zipped(survey_csv=CSV)[:-30], "damaged zip or Excel"),
        (zipped(survey_csv=CSV)[:20], "damaged zip or Excel"),
        (b"PK\x03\x04 more", "damaged zip or Excel"),
        (zipped(_Content_Types__xml=b"", word__document_xml=b"x"), "a Word document"),
        (zipped(project_qde=b"<x/>", sources__a_txt=b"x"), "REFI-QDA"),
        (zipped(Index__Document_iwa=b"x"), "Apple Numbers"),
        (packed({"ppt/slides/slide1.xml": b"x"}), "PowerPoint"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # a zip holds the time
)  # fmt: skip
def test_what_cannot_be_taken_is_told(content: bytes, words: str, opened: Open) -> None:
    found = error_of(lambda: opened(content))
    assert found.message.startswith("survey.zip")
    assert words in found.message


def flipped(content: bytes) -> bytes:
    """The same with a wrong byte at the beginning of its first member."""
    at = 30 + content[26]
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


def unknown_block(content: bytes) -> bytes:
    """The same with a kind of block that there is none of."""
    at = 30 + content[26]
    return content[:at] + b"\xff" + content[at + 1 :]


def encrypted(content: bytes) -> bytes:
    """The same, which says that its members are."""
    raw = bytearray(content)
    raw[6] |= 1
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(raw)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (flipped(zipped(zipfile.ZIP_STORED, survey_csv=CSV)), "damaged"),
        (unknown_block(zipped(survey_csv=CSV * 99)), "damaged"),
        (encrypted(zipped(survey_csv=CSV)), "password"),
        (zipped(survey_csv=CSV).replace(b"survey.csv", b"server.csv", 1), "damaged"),
    ],
    ids=["checksum", "stream", "encrypted", "two names"],
)
def test_what_is_broken_inside_is_told(content: bytes, words: str, opened: Open) -> None:
    found = error_of(lambda: opened(content))
    assert found.message.startswith("survey.zip")
    assert words in found.message


@pytest.mark.parametrize(
    ("packed", "unpacked", "expected"),
    [
        (1000, 64 << 20, False),
        (1000, (64 << 20) + 1, True),
        (1 << 20, 200 << 20, False),
        (1 << 20, (200 << 20) + 1, True),
        (1 << 30, 20 << 30, False),
        (1 << 30, (20 << 30) + 1, True),
    ],
)
def test_what_counts_as_a_bomb(packed: int, unpacked: int, expected: bool) -> None:
    assert archive.is_bomb(packed, unpacked) is expected


def gigabyte(name: str) -> bytes:
    out = io.BytesIO()
    piece = bytes(1 << 20)
    if name.endswith("gz"):
        with gzip.open(out, "wb") as file:
            for _ in range(1024):
                file.write(piece)
    else:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole, whole.open("a", "w") as part:
            for _ in range(1024):
                part.write(piece)
    return out.getvalue()


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.zip"])
def test_bombs_are_refused_at_once(name: str, opened: Open, drawer: Path) -> None:
    content = gigabyte(name)
    start = time.monotonic()
    found = error_of(lambda: opened(content, name))
    assert time.monotonic() - start < 3
    assert found.message == f"{name} unpacks to far more than an export would"


def test_a_bomb_of_many_files_is_one(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_SMALL", 1 << 20)
    content = packed({f"{at}.csv": bytes(1 << 17) for at in range(16)})
    assert "unpacks to far more" in error_of(lambda: opened(content)).message


def test_a_file_that_is_larger_than_it_says(tmp_path: Path) -> None:
    raw = zipped(zipfile.ZIP_DEFLATED, a=CSV, b=bytes(70_000))
    path = tmp_path / "book.xlsx"
    path.write_bytes(raw)
    assert sum(len(piece) for _, piece in archive.pieces(path, "book.xlsx")) == 70_000 + len(CSV)
    path.write_bytes(raw.replace((70_000).to_bytes(4, "little"), (69_000).to_bytes(4, "little")))
    found = error_of(lambda: list(archive.pieces(path, "book.xlsx")))
    assert found.message == "book.xlsx unpacks to far more than an export would"


@pytest.mark.parametrize(
    "spoil",
    [unknown_block, encrypted, lambda raw: raw.replace(b"PK\x03\x04", b"PK\x03\x05", 1)],
    ids=["stream", "encrypted", "no header"],
)
def test_pieces_of_a_broken_file(spoil: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(spoil(zipped(a=CSV * 99)))
    found = error_of(lambda: list(archive.pieces(path, "book.xlsx")))
    assert found.message == "book.xlsx is a damaged zip or Excel file"
