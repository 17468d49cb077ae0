from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.errors import InputError
from vested.formats import open_table

Rows = list[list[str]]
Scores = Callable[..., bytes]

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
SPECTRUM = CORPORA / "csv-spectrum"
FRICTIONLESS = CORPORA / "frictionless-test-data" / "files" / "csv"


def text(
    header: list[str], rows: Rows, separator: str = ",", end: str = "\n", quote: bool = False
) -> str:
    """Written by hand: csv.writer leaves a lone carriage return bare, which no reader can mend."""

    def cell(content: str) -> str:
        if quote or content == "" or set(content) & {separator, '"', "\n", "\r"}:
            return '"' + content.replace('"', '""') + '"'
        return content

    return "".join(separator.join(map(cell, row)) + end for row in [header, *rows])


def cells(path: Path, encoding: str | None = None) -> tuple[list[str], Rows]:
    """Header and body as they come out of a scan; blank is blank, quoted or not."""
    with ExitStack() as stack:
        table = open_table(path, encoding, stack)
        body = table.scan({at: pl.String() for at in range(len(table.columns))}).collect()
        read = [list(row) for row in body.fill_null("").rows()]
        assert [list(row) for row in table.sample] == read[: len(table.sample)]
        return list(table.columns), read


@pytest.fixture
def wrong(scores: Scores) -> Callable[..., InputError]:
    """The error of reading a whole file, whether it comes early or late."""

    def made(path: Path, **options: str) -> InputError:
        with pytest.raises(InputError) as caught:
            scores(path, **options)
        return caught.value

    return made


# --- every spelling of one survey gives the same scores ---------------------------------------


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-32-le"),
        (b"", "utf-32-be"),
        (b"", "cp1252"),
    ],
    ids=lambda value: ("mark" if value else "bare") if isinstance(value, bytes) else value,
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_encoding_is_found(
    mark: bytes,
    encoding: str,
    end: str,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(mark + text(header, rows).replace("\n", end).encode(encoding))
    assert scores(path) == plain_scores


@pytest.mark.parametrize(
    "encoding", ["cp1252", "latin-1", "mac_roman", "cp850", "utf-16", "utf-16-be", "UTF8", "utf-7"]
)
def test_encoding_is_named(
    encoding: str,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(text(header, rows).encode(encoding))
    assert scores(path, encoding=encoding) == plain_scores


def test_named_encoding_yields_to_a_mark(
    header: list[str], rows: Rows, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(text(header, rows).encode("utf-8-sig"))
    assert scores(path, encoding="cp1252") == plain_scores


def test_cp1252_is_read_with_a_note_that_names_words(
    header: list[str], rows: Rows, short: vested.Instrument, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(text(header, rows).encode("cp1252"))
    (note,) = vested.analyse(path, instrument=short).notes
    assert all(word in note for word in ("survey.csv", "Liège", "Köln", "naïve", "--encoding"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_read_without_a_note(
    encoding: str, header: list[str], rows: Rows, short: vested.Instrument, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(text(header, rows).encode(encoding))
    assert vested.analyse(path, instrument=short).notes == ()


def test_bad_byte_far_from_the_start_is_noticed(
    header: list[str], rows: Rows, short: vested.Instrument, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    good = text(header, [["Gent", "x" * 1000, *row[2:]] for row in rows * 120])
    path.write_bytes(f"{good}Gent,café{',1' * 28}".encode("cp1252"))
    assert ["café" in note for note in vested.analyse(path, instrument=short).notes] == [True]


SEPARATORS = pytest.mark.parametrize(
    "separator", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "pipe"]
)


@SEPARATORS
@pytest.mark.parametrize("quote", [False, True], ids=["bare", "quoted"])
def test_separator_is_found(
    separator: str,
    quote: bool,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv"
    path.write_text(text(header, rows, separator, quote=quote), encoding="utf-8")
    assert scores(path) == plain_scores


@SEPARATORS
@pytest.mark.parametrize("first", ["sep={}\n", "SEP={}\r\n", '"sep={}"\n', "\ufeffsep={}\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_sep_line_decides(separator: str, first: str, encoding: str, tmp_path: Path) -> None:
    """The cells hold more of the other separators than of the right one."""
    path = tmp_path / "survey.csv"
    others = "".join({",", ";", "\t", "|"} - {separator}) * 2
    table = [[f"a{others}", "b"], [f"1{others}", "2"], ["3", "4"]]
    body = "".join(f"{separator.join(row)}\n" for row in table)
    path.write_bytes((first.format(separator) + body).encode(encoding))
    assert cells(path) == (table[0], table[1:])


def test_sep_line_with_old_mac_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(b"sep=;\ra,a,a;b\r1,1,1;2\r")
    assert cells(path) == (["a,a,a", "b"], [["1,1,1", "2"]])


def test_decimal_commas_do_not_pass_for_separators(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("a;b;c\n1,5;2,5;3,5\n1,5;2,0;3,1\n")
    assert cells(path) == (["a", "b", "c"], [["1,5", "2,5", "3,5"], ["1,5", "2,0", "3,1"]])


def test_commas_in_quoted_answers_do_not_pass_for_separators(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text('"Yes, or no?";"Why, then?"\n"no, never";"so, there"\n"yes, well";"a, b"\n')
    assert cells(path)[0] == ["Yes, or no?", "Why, then?"]


SPELLINGS: dict[str, Callable[[str], str]] = {
    "crlf": lambda t: t.replace("\n", "\r\n"),
    "cr only": lambda t: t.replace("\n", "\r"),
    "no final newline": lambda t: t.rstrip("\n"),
    "crlf, no final newline": lambda t: t.rstrip("\n").replace("\n", "\r\n"),
    "cr only, no final newline": lambda t: t.rstrip("\n").replace("\n", "\r"),
    "blank lines at the end": lambda t: t + "\n\n\n",
    "blank crlf lines at the end": lambda t: t.replace("\n", "\r\n") + "\r\n\r\n",
    "blank lines between": lambda t: t.replace("\n", "\n\n"),
    "blank crlf lines between": lambda t: t.replace("\n", "\r\n\r\n"),
    "blank lines before": lambda t: "\n\n" + t,
    "mixed line ends": lambda t: t.replace("\nGent", "\r\nGent"),
    "quoted newlines": lambda t: t.replace("naïve 3,", '"na\nïve, 3",'),
    "quoted crlf": lambda t: t.replace("\n", "\r\n").replace("naïve 3,", '"na\r\nïve\r\n\r\n",'),
    "quoted cr": lambda t: t.replace("naïve 3,", '"na\rïve",'),
    "quoted newlines everywhere": lambda t: re.sub(r"naïve \d+", '"na\n\nïve, \n"', t),
    "newline in the header": lambda t: t.replace("comment", '"com\nment"', 1),
    "crlf in the header": lambda t: t.replace("\n", "\r\n").replace("comment", '"com\r\nment"', 1),
    "cr in the header": lambda t: t.replace("comment", '"com\rment"', 1),
    "doubled quotes in the header": lambda t: t.replace("comment", '"the ""comment"", please"', 1),
    "doubled quotes in a cell": lambda t: t.replace("naïve 3,", '"a ""naïve"", 3",'),
    "quote within a cell": lambda t: t.replace("naïve 3,", '5" disk,').replace("naïve 4,", '6" x,'),
    "two quotes within a cell": lambda t: t.replace("naïve", '5" by 6"'),
    "text after a quote": lambda t: t.replace("naïve 3,", '"a" b,'),
    "spaces around the header": lambda t: t.replace("SCL1,", " SCL1 ,", 1),
    "spaces around codes": lambda t: t.replace(",1,", ", 1 ,"),
    "blank header": lambda t: t.replace("comment", "", 1),
    "header in quotes": lambda t: t.replace("organisation", '"organisation"', 1),
    "blank column at the end": lambda t: t.replace("\n", ",\n"),
    "blank column at the end, no final newline": lambda t: t.replace("\n", ",\n").rstrip("\n"),
    "quoted blank column at the end": lambda t: t.replace("\n", ',""\n'),
    "two blank columns": lambda t: t.replace("\n", ",,\n"),
    "the same comment twice": lambda t: t.replace("\n", ",more\n").replace("more", "comment", 1),
    "null mark": lambda t: t.replace("naïve 3,", "NULL,"),
    "comment mark": lambda t: t.replace("naïve", "#naïve"),
    "backslash before a quote": lambda t: t.replace("naïve 3,", '"C:\\",'),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spelling_changes_no_score(
    spelling: str,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(SPELLINGS[spelling](text(header, rows)).encode())
    assert scores(path) == plain_scores


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("separator", [";", "\t"], ids=["semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_spellings_go_together(
    end: str,
    separator: str,
    encoding: str,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path: Path,
) -> None:
    path = tmp_path / "survey.csv"
    spelled = text(header, rows, separator, quote=True).replace("\n", end)
    path.write_bytes(spelled.replace("naïve 3", f"na{end}ïve{separator}").encode(encoding))
    assert scores(path) == plain_scores


@pytest.mark.parametrize(
    "name",
    [
        "a b.csv",
        "survey[1].csv",
        "[ab].csv",
        "*.csv",
        "wh?t.csv",
        "{a,b}.csv",
        "100%.csv",
        "a%20b.csv",
        "naïve—é.csv",
        "#1.csv",
        "-x.csv",
        "survey",
        "survey.CSV",
        "survey.csv.gz",
        "line\nbreak.csv",
        "caf\udce9.csv",
    ],
    ids=ascii,
)
def test_any_file_name_is_read(
    name: str, header: list[str], rows: Rows, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text(header, rows), encoding="utf-8")
    # What a pattern in the name would find instead.
    (tmp_path / "a.csv").write_text("wrong")
    assert scores(path) == plain_scores


# --- cells come back as they were written -----------------------------------------------------

# Left out: what no encoding can write, and a mark or a sep= line made by chance.
LETTERS = st.characters(codec="utf-8", exclude_characters="\ufeff\0")
ANY_CELL = st.text(LETTERS, max_size=6) | st.sampled_from(
    ['"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", " ", " a ", "'", "#", "a\nb", '"a"', "\\"]
)


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[str]) -> tuple[list[str], Rows]:
    """A header with at least one name, and rows of that width."""
    width = draw(st.integers(1, 5))
    row = st.lists(cell, min_size=width, max_size=width)
    header = draw(row.filter(lambda cells: any(name.strip() for name in cells)))
    return header, draw(st.lists(row, min_size=1, max_size=8))


@settings(max_examples=150, deadline=None)
@given(
    table=tables(ANY_CELL),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n"]),
    quote=st.booleans(),
)
def test_cells_come_back(
    table: tuple[list[str], Rows],
    separator: str,
    encoding: str,
    end: str,
    quote: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """With a sep= line, so that no cell can make another separator look likelier."""
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    spelled = f"sep={separator}{end}" + text(*table, separator, end, quote)
    path.write_bytes(spelled.encode(encoding))
    assert cells(path) == table


@settings(max_examples=100, deadline=None)
@given(
    table=tables(st.text(LETTERS.filter(lambda c: c not in ",;\t|"), max_size=6)),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_cells_come_back_with_the_separator_found_out(
    table: tuple[list[str], Rows],
    separator: str,
    encoding: str,
    end: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.getbasetemp() / "found.csv"
    path.write_bytes(text(*table, separator, end, quote=True).encode(encoding))
    assert cells(path) == table


@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["lf", "crlf", "none"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_one_column(end: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_bytes(f'a{end or chr(10)}1{end or chr(10)}"x, y"{end}'.encode(encoding))
    assert cells(path) == (["a"], [["1"], ["x, y"]])


def test_duplicate_and_blank_headers_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "headers.csv"
    path.write_text('a,,a,"a ""q"" b",,\n1,2,3,4,5,6\n')
    assert cells(path) == (["a", "", "a", 'a "q" b', "", ""], [["1", "2", "3", "4", "5", "6"]])


def test_header_of_a_quarter_megabyte_is_read_whole(tmp_path: Path) -> None:
    """Platforms put the whole question into the header; 400 questions make such a file."""
    path = tmp_path / "wide.csv"
    names = [f"Q{at} {'why? ' * 150}" for at in range(400)]
    path.write_text(text(names, [["1"] * 400]))
    assert cells(path) == (names, [["1"] * 400])


def test_large_file_with_quotes_across_pieces(tmp_path: Path) -> None:
    """The shape is checked in pieces of a few megabytes: a quoted cell lies across the border."""
    path = tmp_path / "large.csv"
    table = [["x" * 1000, "a,\n" * 700_000], ["y", "b,\n" * 1_000_000], ["z", "3"]]
    path.write_text(text(["a", "b"], table))
    assert cells(path) == (["a", "b"], table)


# --- records that are not as wide as the header -----------------------------------------------

RAGGED = {
    "short": ("a,b,c\n1,2,3\n4,5\n", 3, 2),
    "long": ("a,b,c\n1,2,3\n4,5,6,7\n", 3, 4),
    "short first": ("a,b,c\n1\n4,5,6\n", 2, 1),
    "short, then long": ("a,b,c\n1,2,3\n4,5\n6,7,8,9\n", 3, 2),
    "long, then short": ("a,b,c\n1,2,3\n6,7,8,9\n4,5\n", 3, 4),
    "short at the very end": ("a,b,c\n1,2,3\n4,5", 3, 2),
    "after blank lines": ("a,b,c\n1,2,3\n\n\n4,5\n", 5, 2),
    "after a quoted newline": ('a,b,c\n1,"2\n\n2",3\n4,5\n', 5, 2),
    "after a sep line": ("sep=,\na,b,c\n1,2,3\n4,5\n", 4, 2),
    "crlf": ("a,b,c\r\n1,2,3\r\n4,5\r\n", 3, 2),
    "cr": ("a,b,c\r1,2,3\r4,5\r", 3, 2),
    "separator at each line's end": ("a,b,c\n1,2,3,\n4,5,6,\n", 2, 4),
    "one column": ("a\n1\n2,3\n", 3, 2),
    "words under the table": ("a,b,c\n1,2,3\nTotal: 1\n", 3, 1),
}


@pytest.mark.parametrize("case", RAGGED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_ragged_record_is_named_with_its_line(case: str, encoding: str, tmp_path: Path) -> None:
    content, line, width = RAGGED[case]
    path = tmp_path / "ragged.csv"
    path.write_bytes(content.replace("a", "org").replace("b", "SCL1").encode(encoding))
    with pytest.raises(InputError, match=rf"ragged\.csv, line {line}: {width} cells") as caught:
        vested.analyse(path, instrument="vested-short")
    assert "quotes" in caught.value.hint


@pytest.mark.parametrize("far", [10, 300, 5000])
@pytest.mark.parametrize("first", ["short", "long"])
def test_short_and_long_records_do_not_make_up_for_each_other(
    far: int,
    first: str,
    header: list[str],
    rows: Rows,
    wrong: Callable[..., InputError],
    tmp_path: Path,
) -> None:
    """As many separators as a good file has: only a look at each record can tell."""
    path = tmp_path / "ragged.csv"
    body = [list(row) for row in (rows * (far // len(rows) + 2))]
    body[far], body[far + 1] = sorted(
        [body[far][:-1], [*body[far + 1], "5"]], key=len, reverse=first == "long"
    )
    path.write_text(text(header, body), encoding="utf-8")
    assert wrong(path).message.startswith(f"ragged.csv, line {far + 2}: ")


@pytest.mark.parametrize("cell", [0, 1, -1], ids=["first cell", "middle cell", "last cell"])
def test_unclosed_quote_loses_no_rows_in_silence(
    cell: int, header: list[str], rows: Rows, wrong: Callable[..., InputError], tmp_path: Path
) -> None:
    """In the last column the rest of the file fits into one cell, and the width is right."""
    path = tmp_path / "quote.csv"
    body = [[*row, "good"] for row in rows]
    body[5][cell] = f'"{body[5][cell]}'
    lines = [",".join(cells) for cells in [[*header, "more"], *body]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert "quote" in str(wrong(path))


# --- files that are not delimited text --------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n", "no responses"),
        (b"\n\n \n", "no header"),
        (codecs.BOM_UTF8, "no responses"),
        (codecs.BOM_UTF16_LE, "no responses"),
        (b"sep=;\n", "no responses"),
        (b",,\n1,2,3\n", "no header"),
        (b"org,SCL1", "no rows"),
        (b"org,SCL1\n", "no rows"),
        (b"org,SCL1\r\n\r\n\n", "no rows"),
        (b"org", "no rows"),
        (bytes(range(256)) * 4, "not text"),
        (b"org,SCL1\n\0\0\0\0", "not text"),
        ("org,SCL1\nÉ,1\n".encode("utf-16")[:-1], "utf-16"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_table_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"survey.csv.*{words}"):
        vested.analyse(path, instrument="vested-short")


@pytest.mark.parametrize("encoding", ["no-such-code", "rot13", "base64", "hex", "zip", ""])
def test_what_is_no_encoding_is_refused(
    encoding: str, header: list[str], rows: Rows, write
) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="encoding"):
        vested.analyse(write(header, rows), encoding=encoding, min_respondents=1)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "utf-16", "utf-32", "cp1252"])
def test_bytes_that_the_named_encoding_has_not_are_refused(
    encoding: str, header: list[str], wrong: Callable[..., InputError], tmp_path: Path
) -> None:
    """0x81 stands for nothing in any of these; the text before it is fine."""
    path = tmp_path / "survey.csv"
    path.write_bytes(text(header, [["Gent", "", *"1" * 28]]).encode() + b"G\x81nt" + b"," * 29)
    assert encoding in wrong(path, encoding=encoding).message


# --- real files -------------------------------------------------------------------------------


def needs(folder: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not folder.is_dir(), reason=f"{folder} is not here")


@needs(SPECTRUM)
@pytest.mark.parametrize("name", sorted(path.stem for path in SPECTRUM.glob("csvs/*.csv")))
def test_csv_spectrum(name: str) -> None:
    header, body = cells(SPECTRUM / "csvs" / f"{name}.csv")
    truth = json.loads((SPECTRUM / "json" / f"{name}.json").read_text(encoding="utf-8"))
    read = [dict(zip(header, row, strict=True)) for row in body]
    if name == "location_coordinates":  # the truth holds another number than the file
        truth = [{**truth, "Contact Phone Number": "2095257564"}]
    assert read == truth


FRICTIONLESS_SHAPES = {
    "1030_columns.csv": (1030, None),
    "all-schema-types.csv": (13, 2),
    "missing-values.csv": (3, 2),
    "various-characters.csv": (3, None),
    "separators/comma.csv": (3, 2),
    "separators/semicolon.csv": (3, 2),
    "separators/tab.csv": (3, 2),
    "separators/tab.tsv": (3, 2),
    "separators/pipes.csv": (3, 2),
}


@needs(FRICTIONLESS)
@pytest.mark.parametrize("name", FRICTIONLESS_SHAPES)
def test_frictionless(name: str) -> None:
    header, body = cells(FRICTIONLESS / name)
    truth = list(csv.reader(io.StringIO((FRICTIONLESS / name).read_text(encoding="utf-8"))))
    width, height = FRICTIONLESS_SHAPES[name]
    assert len(header) == width
    assert len(body) == (height or len(truth) - 1)


@needs(FRICTIONLESS)
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("utf8", None),
        ("iso8859", None),
        ("iso8859", "latin-1"),
        ("western-macos-roman", "mac_roman"),
    ],
)
def test_frictionless_encodings(name: str, encoding: str | None) -> None:
    _, body = cells(FRICTIONLESS / "encodings" / f"{name}.csv", encoding)
    assert {row[0] for row in body} == {"Réunion"}


@needs(FRICTIONLESS)
def test_frictionless_ragged() -> None:
    with pytest.raises(InputError, match="line 3: 2 cells where the header has 3"):
        cells(FRICTIONLESS / "inconsistent-column-number.csv")
