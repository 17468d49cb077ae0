"""Lists that users write by hand: sources and their variables."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.errors import InputError
from vested.interviews.lists import read_rows
from vested.interviews.sources import read_sources


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("source,organisation,phase\nS1,Gent,1\nS2,Mons,\n",
         {"S1": {"organisation": "Gent", "phase": "1"}, "S2": {"organisation": "Mons"}}),
        ("\ufeffsource;organisation\nS1;Gent\n", {"S1": {"organisation": "Gent"}}),
        ("phase\tDocument\n 1 \t S1 \n", {"S1": {"phase": "1"}}),
        ("Bron,x\r\nS1,\"a\r\nb\"\r\n", {"S1": {"x": "a\r\nb"}}),
        ("source,x\n\n,\nS1,1\n,orphan\n", {"S1": {"x": "1"}}),
        ("source\nS1\n", {"S1": {}}),
        ("source,x\n", {}),
        ("source,x\nS1,a\x85b\u2028c\n", {"S1": {"x": "a\x85b\u2028c"}}),
    ],
)  # fmt: skip
def test_what_is_read(text: str, found: dict[str, dict[str, str]], tmp_path: Path) -> None:
    (tmp_path / "sources.csv").write_bytes(text.encode())
    assert read_sources(tmp_path / "sources.csv") == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column source"),
        (b"organisation,phase\nGent,1\n", "no column source"),
        (b"source,document\na,b\n", "more than one column of sources"),
        (b"source,x\nS1,1\ns1,2\n", "rows 2 and 3 name the same source"),
        (b"source,x\nS1,1,2\n", "row 2: 3 cells where the header has 2"),
        (b"source,x\nS1\n", "row 2: 1 cells where the header has 2"),
        (b'source,x\nS1,"open\n', "line 2: unexpected end"),
        (b"source,x\nS1," + b"x" * 140_000 + b"\n", "field larger than field limit"),
        (b"source,x\n" + b"S1,x\n" * 1_100_000, "too large"),
        (b"source\n\xff\xfe\n", "not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_what_is_refused(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message) as told:
        read_sources(path)
    assert told.value.hint


CELLS = st.text(st.characters(codec="utf-8", exclude_characters='",;\t\r\n'), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=4),
       st.sampled_from(",;\t"))  # fmt: skip
def test_separators(rows: list[list[str]], separator: str) -> None:
    text = "".join(f"{separator.join(cells)}\n" for cells in [["a", "b"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.csv")
        path.write_bytes(text.encode())
        assert read_rows(path, "--x")[1:] == [[cell.strip() for cell in row] for row in rows]
