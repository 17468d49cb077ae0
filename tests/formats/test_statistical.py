from __future__ import annotations

import csv
import re
import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.errors import InputError
from vested.formats import statistical
from vested.formats.conversion import Converted
from vested.formats.statistical import convert

REAL = Path(__file__).parents[3] / "shared" / "exports" / "stats"
BASIC = REAL / "pyreadstat" / "basic"
MISSING = REAL / "pyreadstat" / "missing_data"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

Made = Callable[..., Path]


def read(path: Path, encoding: str | None = None) -> tuple[Converted, list[tuple[str, ...]]]:
    found = convert(path, path.name, encoding)
    rows = [tuple(row) for row in found.rows]
    assert {len(row) for row in rows} <= {len(found.header)}
    return found, rows


@pytest.fixture
def sav(tmp_path: Path) -> Made:
    def made(columns: dict[str, Any], **how: Any) -> Path:
        path = tmp_path / "survey.sav"
        pyreadstat.write_sav(pl.DataFrame(columns, strict=False), path, **how)
        return path

    return made


# --- real files -------------------------------------------------------------------------------


def plain(cell: str) -> str:
    """A cell as the publishers of the files wrote it, as it is written here."""
    if cell in ("#NULL!", "NaN"):
        return ""
    if ":" in cell:
        cell = cell.removesuffix(".000000")
        return f"0{cell}" if cell.startswith("0:") else cell
    try:
        number = float(cell)
    except ValueError:
        return cell
    return str(int(number)) if number.is_integer() else str(number)


@real
@pytest.mark.parametrize(
    ("file", "beside"),
    [
        *[(f"sample.{end}", "sample") for end in ("sav", "zsav", "por", "dta", "sas7bdat", "xpt")],
        ("sample_bincompressed.sas7bdat", "sample"),
        ("sample_missing.sav", "sample_missing_user"),
        ("dates.sas7bdat", "dates"),
    ],
)
def test_real_files_say_what_the_csv_beside_them_says(file: str, beside: str) -> None:
    with (BASIC / f"{beside}.csv").open(encoding="utf-8-sig", newline="") as opened:
        header, *rows = csv.reader(opened)
    found, cells = read(BASIC / file)
    assert [name.lower() for name in found.header] == header
    assert cells == [tuple(map(plain, row)) for row in rows]
    assert not found.notes


@real
@pytest.mark.parametrize(
    ("file", "rows", "columns", "blank"),
    [
        ("haven/iris.sav", 150, 5, 0),
        ("haven/iris.dta", 150, 5, 0),
        ("haven/iris.sas7bdat", 150, 5, 0),
        ("pyreadstat/basic/sample_large.sav", 97 * 5, 7, 97 * 3),
        ("pyreadstat/basic/hebrews.sav", 99, 1, 0),
        ("pyreadstat/basic/tegulu.sav", 1, 2, 0),
        ("pyreadstat/basic/ordered_category.sav", 4, 1, 0),
        ("pyreadstat/basic/test_width.sav", 5, 4, 0),
        ("pyreadstat/basic/sas.xpt5", 10, 1, 0),
        ("pyreadstat/basic/sas.xpt8", 10, 1, 0),
        ("pyreadstat/basic/date_test.sas7bdat", 20, 9, 0),
        ("pyreadstat/basic/dates_xpt.sas7bdat", 19, 9, 6),
        ("pyreadstat/basic/dates_xpt_v8.xpt", 19, 9, 6),
        ("pyreadstat/multiple_response/simple_alltypes.sav", 6, 12, 6),
        ("pyreadstat/sas_catalog/test_data_win.sas7bdat", 3, 3, 0),
        ("pyreadstat/sas_catalog/test_data_linux.sas7bdat", 3, 3, 0),
    ],
)
def test_size_of_real_files(file: str, rows: int, columns: int, blank: int) -> None:
    path = REAL / file
    found, cells = read(path)
    assert (len(cells), len(found.header)) == (rows, columns)
    assert sum(cell == "" for row in cells for cell in row) == blank
    if path.suffix == ".sav":  # the header has the number of cases at byte 80
        assert struct.unpack_from("<i", path.read_bytes(), 80) == (rows,)


@real
@pytest.mark.parametrize("file", ["iris.sav", "iris.dta", "iris.sas7bdat"])
def test_iris_is_iris(file: str) -> None:
    _, rows = read(REAL / "haven" / file)
    sums = [sum(round(float(row[at]) * 10) for row in rows) for at in range(4)]
    assert sums == [8765, 4586, 5637, 1799]
    assert set(Counter(row[4] for row in rows).values()) == {50}
    assert max(len(row[0]) for row in rows) == 3  # four bytes of Stata show as 5.1


@real
@pytest.mark.parametrize(
    ("file", "column", "labels", "missing", "hit"),
    [
        (BASIC / "sample_missing.sav", "mychar", {}, {}, 0),
        (BASIC / "sample_missing.sav", "mynum", {},
         {"-1": "user-missing -1", "2500": "user-missing 2500"}, 2),
        (BASIC / "sample_missing.sav", "mylabl",
         {"-1": "undetermined", "1": "Male", "2": "Female"}, {"-1": "undetermined"}, 1),
        (BASIC / "sample_missing.sav", "myord",
         {"-1": "missing", "1": "low", "2": "medium", "3": "high"},
         {"-1": "missing", "-2": "user-missing -2", "-3": "user-missing -3"}, 2),
        (MISSING / "missing_test.sav", "var1", {"1": "missing"}, {"1": "missing"}, 1),
        (MISSING / "missing_char.sav", "mychar", {"a": "labeled"}, {"Z": "user-missing Z"}, 1),
        (MISSING / "missing_test.dta", "var1", {".a": "missing"}, {".a": "missing"}, 1),
        (MISSING / "missing_test.dta", "var6", {}, {".z": "missing .z"}, 1),
        (MISSING / "missing_test.dta", "var8", {}, {}, 0),
        (MISSING / "missing_test.sas7bdat", "var2", {}, {".B": "missing .B"}, 1),
        (MISSING / "missing_test.sas7bdat", "var7", {}, {"._": "missing ._"}, 1),
        (MISSING / "missing_test.sas7bdat", "var9", {}, {}, 0),
        (MISSING.parent / "multiple_response" / "simple_alltypes.sav", "x",
         {"1": "red", "2": "green", "3": "blue"},
         {"7": "user-missing 7", "8": "user-missing 8", "99": "user-missing 99"}, 1),
        (MISSING.parent / "multiple_response" / "simple_alltypes.sav", "z", {"999": "skipped"},
         {"999": "skipped", "-9": "user-missing -9"}, 2),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)  # fmt: skip
def test_missing_values_of_real_files(
    file: Path, column: str, labels: dict[str, str], missing: dict[str, str], hit: int
) -> None:
    found, rows = read(file)
    at = list(found.header).index(column)
    assert found.fields[at].labels == labels
    assert found.fields[at].missing == missing
    assert sum(row[at] in missing for row in rows) == hit


@real
def test_texts_of_questions_in_a_real_file() -> None:
    found, _ = read(BASIC / "sample.sav")
    assert [each.text for each in found.fields] == [
        "character", "numeric", "date", "datetime", "labeled", "ordinal", "time",
    ]  # fmt: skip


@real
@pytest.mark.parametrize("system", ["win", "linux"])
def test_labels_in_a_catalog_are_missed(system: str) -> None:
    found, _ = read(REAL / "pyreadstat" / "sas_catalog" / f"test_data_{system}.sas7bdat")
    assert [note for note in found.notes if "SEXA, SEXB are in a SAS catalog" in note]


@real
@pytest.mark.parametrize(("file", "kind"), [("sample.sav", "SPSS"), ("sample.dta", "Stata")])
def test_the_ending_of_a_name_says_nothing(file: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "survey.por").write_bytes((BASIC / file).read_bytes())
    found, rows = read(tmp_path / "survey.por")
    assert (kind in found.kind, len(rows)) == (True, 5)


@real
@pytest.mark.parametrize("end", ["sav", "zsav", "por", "dta", "sas7bdat"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_cut_file_is_no_shorter_file(end: str, share: float, tmp_path: Path) -> None:
    content = (BASIC / f"sample.{end}").read_bytes()
    (tmp_path / "survey").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match=r"^survey ") as caught:
        read(tmp_path / "survey")
    assert caught.value.hint


# --- made files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "how", "labels", "missing"),
    [
        ([1, 5, 98], {"labels": {1: "Never", 5: "Always"}}, {"1": "Never", "5": "Always"}, {}),
        ([1, 98], {"labels": {98: "Don't know"}}, {"98": "Don't know"}, {}),
        ([1, 98], {"labels": {98: " Don't KNOW "}, "missing": [98]},
         {"98": "Don't KNOW"}, {"98": "don't know"}),
        ([1, 2], {"missing": [8, 9, -1.5]}, {},
         {"8": "user-missing 8", "9": "user-missing 9", "-1.5": "user-missing -1.5"}),
        ([1, 91, 95.5, None], {"missing": [{"lo": 90, "hi": 99}]}, {},
         {"91": "user-missing 91", "95.5": "user-missing 95.5"}),
        ([1, -999, 0, 7], {"missing": [{"lo": -999, "hi": 0}, 999]}, {},
         {"999": "user-missing 999", "-999": "user-missing -999", "0": "user-missing 0"}),
        ([1, 97], {"missing": [{"lo": 90, "hi": 99}], "labels": {99: "Refused", 97: "Skipped"}},
         {"99": "Refused", "97": "Skipped"}, {"99": "refused", "97": "skipped"}),
        (["a", "Z", "no"], {"missing": ["Z", "no"], "labels": {"no": "No answer"}},
         {"no": "No answer"}, {"Z": "user-missing Z", "no": "no answer"}),
        (["a", ""], {"missing": [" "]}, {}, {}),
        ([1, 2], {"labels": {1: "", 2: "  "}}, {}, {}),
    ],
)  # fmt: skip
def test_labels_and_declared_missing_values(
    values: list[Any], how: dict[str, Any], labels: dict[str, str], missing: dict[str, str],
    sav: Made,
) -> None:  # fmt: skip
    path = sav(
        {"Q1": values},
        column_labels=["How often? "],
        variable_value_labels={"Q1": how.get("labels", {})},
        missing_ranges={"Q1": how["missing"]} if "missing" in how else None,
    )
    found, rows = read(path)
    [field] = found.fields
    assert (field.text, field.labels, field.missing) == ("How often?", labels, missing)
    texts = ["" if value is None else str(value).removesuffix(".0") for value in values]
    assert rows == [(text,) for text in texts]


def test_missing_dates(sav: Made) -> None:
    """A range of dates is one of numbers in the file."""
    path = sav(
        {"when": [(141_428 + 20_513) * 86_400.0, 0.0, None]},
        variable_format={"when": "EDATE10"},
        missing_ranges={"when": [{"lo": -1, "hi": 100}]},
    )
    found, rows = read(path)
    assert rows == [("2026-03-01",), ("1582-10-14",), ("",)]
    assert found.fields[0].missing == {"1582-10-14": "user-missing 1582-10-14"}


@pytest.mark.parametrize("how", [{}, {"compress": True}, {"row_compress": True}])
def test_pieces_make_the_whole(
    how: dict[str, Any], sav: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing values that occur in the last piece only are declared, too."""
    monkeypatch.setattr(statistical, "PIECE", 1)  # a thousand rows at least are read
    values = [*range(2500), 9001]
    path = sav({"Q1": values}, missing_ranges={"Q1": [{"lo": 9000, "hi": 9999}]}, **how)
    found, rows = read(path)
    assert rows == [(str(value),) for value in values]
    assert found.fields[0].missing == {"9001": "user-missing 9001"}


@pytest.mark.parametrize("rows", [0, 1, 999, 1000, 1001, 2000])
def test_numbers_of_rows(rows: int, sav: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistical, "PIECE", 1)
    values = pl.Series(range(rows), dtype=pl.Float64)
    assert read(sav({"Q1": values}))[1] == [(str(row),) for row in range(rows)]


def test_only_some_rows_are_held(sav: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistical, "PIECE", 1)
    found = convert(sav({"Q1": [1.0] * 5000}), "survey.sav", None)
    rows = iter(found.rows)
    next(rows)
    monkeypatch.setattr(statistical, "_read", None)
    with pytest.raises(TypeError):
        list(rows)


def test_a_portable_file_of_many_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistical, "_COLUMNS", 3)
    frame = pl.DataFrame({f"Q{at}": [float(at), None] for at in range(10)})
    pyreadstat.write_por(frame, tmp_path / "survey.por")
    found, rows = read(tmp_path / "survey.por")
    assert list(found.header) == frame.columns
    assert rows == [tuple(map(str, range(10))), ("",) * 10]


def test_a_labelled_letter_is_missing_even_if_it_does_not_occur(tmp_path: Path) -> None:
    path = tmp_path / "survey.dta"
    labels = {"Q1": {1: "Yes", 77_777: "Refused"}}
    pyreadstat.write_dta(pl.DataFrame({"Q1": [1]}), path, variable_value_labels=labels)
    letter = struct.pack("<i", 77_777), struct.pack("<i", 0x7FFFFFE6)
    assert path.read_bytes().count(letter[0]) == 1
    path.write_bytes(path.read_bytes().replace(*letter))
    [field] = read(path)[0].fields
    assert field.labels == {"1": "Yes", ".a": "Refused"}
    assert field.missing == {".a": "refused"}


def test_stata_letters(tmp_path: Path) -> None:
    """What the parser writes cannot be made from Polars columns: the bytes of `.b` are put in."""
    path = tmp_path / "survey.dta"
    frame = pl.DataFrame({"Q1": [1.5, 2.5, 3.5], "Q2": ["a", "b", None]})
    pyreadstat.write_dta(frame, path)
    letter = struct.pack("<d", 2.5), bytes.fromhex("000000000002e07f")
    assert path.read_bytes().count(letter[0]) == 1
    path.write_bytes(path.read_bytes().replace(*letter))
    found, rows = read(path)
    assert rows == [("1.5", "a"), (".b", "b"), ("3.5", "")]
    assert [each.missing for each in found.fields] == [{".b": "missing .b"}, {}]


def test_sas_letters_in_a_transport_file(tmp_path: Path) -> None:
    path = tmp_path / "survey.xpt"
    pyreadstat.write_xport(pl.DataFrame({"Q1": [1.0, 2.0, 3.0]}), path)
    letter = bytes.fromhex("4120000000000000"), b"B" + bytes(7)
    assert path.read_bytes().count(letter[0]) == 1
    path.write_bytes(path.read_bytes().replace(*letter))
    found, rows = read(path)
    assert rows == [("1",), (".B",), ("3",)]
    assert found.fields[0].missing == {".B": "missing .B"}


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (b"89/", {"9": "user-missing 9"}),
        (b"B3/9/", {"3": "user-missing 3", "9": "user-missing 9"}),
    ],
    ids=["value", "range"],
)
def test_missing_values_of_a_portable_file(
    record: bytes, missing: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "survey.por"
    pyreadstat.write_por(pl.DataFrame({"Q1": [1.0, 9.0, 3.0], "S": ["a", "b", "c"]}), path)
    signs = path.read_bytes().replace(b"\r", b"").replace(b"\n", b"").rstrip(b"Z")
    at = signs.index(b"71/1/S")  # the second variable; what is before belongs to the first
    signs = signs[:at] + record + signs[at:]
    signs += b"Z" * (80 - len(signs) % 80)
    lines = [signs[start : start + 80] for start in range(0, len(signs), 80)]
    path.write_bytes(b"\r\n".join([*lines, b""]))
    found, rows = read(path)
    assert rows == [("1", "a"), ("9", "b"), ("3", "c")]
    assert found.fields[0].missing == missing


# --- encodings --------------------------------------------------------------------------------

UTF_8 = b"\x05\0\0\0UTF-8"
CP1252 = b"\x0c\0\0\0WINDOWS-1252"
GBK = b"\x03\0\0\0GBK"


@pytest.fixture
def spelled(sav: Made) -> Callable[..., Path]:
    """A file of which the header names an encoding, and the texts are in others."""

    def made(header: bytes, *texts: bytes, label: bytes = b"label") -> Path:
        marks = [f"{at}{'x' * 20}" for at in range(len(texts))]
        path = sav({"S": marks}, column_labels=["L" * len(label)])
        content = path.read_bytes().replace(UTF_8, header).replace(b"L" * len(label), label)
        for mark, text in zip(marks, texts, strict=True):
            content = content.replace(mark.encode(), text.ljust(21))
        path.write_bytes(content)
        return path

    return made


@pytest.mark.parametrize(
    ("header", "texts", "given", "expected", "notes"),
    [
        (UTF_8, ["Zoë".encode(), b"plain"], None, ["Zoë", "plain"], []),
        (CP1252, ["Zoë".encode("cp1252"), b"plain"], None, ["Zoë", "plain"], []),
        (CP1252, ["Zoë".encode(), "Liège".encode()], None, ["Zoë", "Liège"],
         ["not in WINDOWS-1252.* as UTF-8"]),
        (UTF_8, [b"Zo\xeb", b"Li\xe8ge"], None, ["Zoë", "Liège"],
         ["not in UTF-8.* as WINDOWS-1252"]),
        (UTF_8, [b"Zo\xeb"], None, ["Zoë"], ["not in UTF-8.* as WINDOWS-1252"]),
        (UTF_8, [b"x\x81\xe9y"], None, ["x\x81éy"], ["not in UTF-8.* as ISO-8859-1"]),
        (UTF_8, ["Zoë".encode(), "Liè".encode()[:-1]], None, ["Zoë", "Li"],
         ["a text ends in half a character"]),
        (GBK, ["满意".encode("gbk")], None, ["满意"], []),
        (CP1252, ["满意".encode("gbk")], "gbk", ["满意"], []),
        (CP1252, ["满意".encode()], "utf-8-sig", ["满意"], []),
        (UTF_8, [b"Zo\x91"], "mac_roman", ["Zoë"], []),
    ],
)  # fmt: skip
def test_texts_are_read_in_the_encoding_they_are_in(
    header: bytes, texts: list[bytes], given: str | None, expected: list[str], notes: list[str],
    spelled: Callable[..., Path],
) -> None:  # fmt: skip
    found, rows = read(spelled(header, *texts), given)
    assert [text for (text,) in rows] == expected
    assert len(found.notes) == len(notes)
    for note, words in zip(found.notes, notes, strict=True):
        assert re.search(words, note)


@pytest.mark.parametrize(
    ("header", "encoding", "words"),
    [
        (CP1252, "utf-8", "not in WINDOWS-1252"),
        (UTF_8, "cp1252", "in no encoding it names"),
    ],
)
def test_labels_count_as_texts(
    header: bytes, encoding: str, words: str, spelled: Callable[..., Path]
) -> None:
    found, _ = read(spelled(header, b"plain", label="Qualité d'eau".encode(encoding)))
    assert found.fields[0].text == "Qualité d'eau"
    assert [words in note for note in found.notes] == [True]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("no such", "there is no encoding 'no such'"),
        ("cp1252", "the texts of survey.sav are not in cp1252"),
        ("utf-8", "the texts of survey.sav are not in utf-8"),
    ],
)
def test_an_encoding_that_does_not_fit_is_named(
    given: str, words: str, spelled: Callable[..., Path]
) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(spelled(UTF_8, b"a\x81b"), given)
    assert "--encoding" in caught.value.hint


def test_an_encoding_that_leaves_no_names_is_named(spelled: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="columns without a name") as caught:
        read(spelled(UTF_8, b"plain"), "utf-16")
    assert "leave it out" in caught.value.hint


@pytest.mark.parametrize("version", [8, 12, 13, 14, 15])
def test_stata_of_any_age(version: int, tmp_path: Path) -> None:
    path = tmp_path / "survey.dta"
    frame = pl.DataFrame({"Q1": [1, 2, None], "S": ["Zoë", "Liège", ""]})
    pyreadstat.write_dta(
        frame, path, version=version, column_labels=["Qualité", ""],
        variable_value_labels={"Q1": {1: "Très bien"}},
    )  # fmt: skip
    found, rows = read(path)
    assert rows == [("1", "Zoë"), ("2", "Liège"), ("", "")]
    assert (found.fields[0].text, found.fields[0].labels) == ("Qualité", {"1": "Très bien"})
    assert bool(found.notes) == (version < 14)  # before that Stata knew no UTF-8


@pytest.mark.parametrize("twins", [2, 3])
def test_columns_of_one_name(twins: int, tmp_path: Path) -> None:
    """A second one is kept under another name; a third would take the place of the second."""
    path = tmp_path / "survey.dta"
    frame = pl.DataFrame({name: [at] for at, name in enumerate(["QA1", "QA2", "QA3"][:twins])})
    pyreadstat.write_dta(frame, path)
    path.write_bytes(re.sub(rb"QA[23]", b"QA1", path.read_bytes()))
    if twins == 3:
        with pytest.raises(InputError, match="several of the same name"):
            read(path)
        return
    found, rows = read(path)
    assert (list(found.header), rows) == (["QA1", "QA1_duplicated1"], [("0", "1")])
    assert ["two columns of one name" in note for note in found.notes] == [True]


# --- what cannot be read ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"$FL2@(#) IBM SPSS", "survey cannot be read as an SPSS file: unable to read"),
        (b"$FL3" + bytes(400), "survey cannot be read as an SPSS file"),
        (b"<stata_dta><header><release>118</release>", "survey cannot be read as a Stata file"),
        (b"\x72\x02\x01\0" + bytes(400), "survey"),
        (bytes.fromhex("00" * 12 + "c2ea8160b31411cfbd92080009c7318c181f1011") + bytes(400),
         "survey cannot be read as a SAS file"),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD", "survey cannot be read as a SAS transport"),
        (b"ASCII SPSS PORT FILE" + b" " * 436 + b"SPSSPORT", "as an SPSS portable file"),
        (b"PSPP?", "survey is no file of SPSS, Stata or SAS"),
        (b"", "survey is no file of SPSS, Stata or SAS"),
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_what_cannot_be_read_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "survey").write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path / "survey")
    assert caught.value.hint


def test_a_file_of_fewer_rows_than_it_announces_is_named(sav: Made) -> None:
    path = sav({"Q1": [1.0] * 10})
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(InputError, match="expected number of rows"):
        read(path)


@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.floats(-1e300, 1e300, allow_subnormal=False),
            st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=20),
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(deadline=None)
def test_round_trip(rows: list[tuple[float | None, str]], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("round") / "trip.sav"
    schema = {"f": pl.Float64(), "t": pl.String()}
    pyreadstat.write_sav(pl.DataFrame(rows, schema=schema, orient="row"), path)
    found, cells = read(path)
    assert [(float(number) if number else None, text) for number, text in cells] == rows
    assert not any(number.endswith(".0") for number, _ in cells)
    assert not found.notes
