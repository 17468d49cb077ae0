from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.errors import InputError
from vested.formats import columnar
from vested.formats.columnar import convert

WRITERS: dict[str, Callable[..., Any]] = {
    "parquet": pl.DataFrame.write_parquet,
    "arrow": pl.DataFrame.write_ipc,
}
formats = pytest.mark.parametrize("form", WRITERS)


def cells(path: Path) -> list[tuple[str, ...]]:
    return [tuple(row) for row in convert(path, path.name, None).rows]


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def saved(frame: pl.DataFrame, form: str, **how: Any) -> Path:
        path = tmp_path / f"survey.{form}"
        WRITERS[form](frame, path, **how)
        return path

    return saved


VALUES: list[tuple[str, list[Any], pl.DataType, list[str]]] = [
    ("whole", [3, -1, None], pl.Int8(), ["3", "-1", ""]),
    ("large", [2**64 - 1, 0, None], pl.UInt64(), ["18446744073709551615", "0", ""]),
    ("float", [3.0, 0.1 + 0.2, None], pl.Float64(), ["3", "0.30000000000000004", ""]),
    ("single", [5.1, -2.0, 1e10], pl.Float32(), ["5.1", "-2", "10000000000"]),
    ("odd floats", [float("nan"), -0.0, float("inf")], pl.Float64(), ["", "0", "inf"]),
    ("beyond whole numbers", [1e15, 2.0**53, 1e300], pl.Float64(),
     ["1000000000000000", "9007199254740992", "1e+300"]),
    ("truth", [True, False, None], pl.Boolean(), ["true", "false", ""]),
    ("text", ["3.0", " a, b ", None], pl.String(), ["3.0", " a, b ", ""]),
    ("date", [date(2026, 3, 1), date(9, 1, 1), None], pl.Date(), ["2026-03-01", "0009-01-01", ""]),
    ("moment", [datetime(2026, 3, 1, 9, 5), datetime(1583, 1, 1, 0, 0, 0, 500_000), None],
     pl.Datetime("us"), ["2026-03-01T09:05:00", "1583-01-01T00:00:00.500", ""]),
    ("zone", [datetime(2026, 7, 1, 9, 5, tzinfo=UTC), None, None],
     pl.Datetime("ms", "Europe/Brussels"), ["2026-07-01T11:05:00+02:00", "", ""]),
    ("time", [time(9, 5), time(23, 59, 59, 1), None], pl.Time(),
     ["09:05:00", "23:59:59.000001", ""]),
    ("span", [timedelta(hours=30), -timedelta(seconds=61.5), None], pl.Duration("ms"),
     ["30:00:00", "-00:01:01.500", ""]),
    ("decimal", [Decimal("3.00"), Decimal("0.10"), Decimal("100")], pl.Decimal(10, 2),
     ["3", "0.1", "100"]),
    ("category", ["Agree", None, "No"], pl.Categorical(), ["Agree", "", "No"]),
    ("enum", ["no", "yes", None], pl.Enum(["yes", "no"]), ["no", "yes", ""]),
    ("list", [[1, 2], [], None], pl.List(pl.Int64()), ["[1, 2]", "[]", ""]),
    ("bytes", [b"caf\xc3\xa9", b"\xff\x00", None], pl.Binary(), ["café", "ff00", ""]),
    ("nothing", [None, None, None], pl.Null(), ["", "", ""]),
]  # fmt: skip


@formats
@pytest.mark.parametrize(
    ("values", "dtype", "texts"), [v[1:] for v in VALUES], ids=[v[0] for v in VALUES]
)
def test_values_come_as_they_would_be_typed(
    form: str, values: list[Any], dtype: pl.DataType, texts: list[str], save: Callable[..., Path]
) -> None:
    path = save(pl.DataFrame({"answer": pl.Series(values, dtype=dtype)}), form)
    assert cells(path) == [(text,) for text in texts]


@formats
def test_structs_are_json(form: str, save: Callable[..., Path]) -> None:
    frame = pl.DataFrame({"s": [{"when": date(2026, 3, 1), "who": ["é", None]}]})
    assert json.loads(cells(save(frame, form))[0][0]) == {"when": "2026-03-01", "who": ["é", None]}


@formats
def test_what_the_file_is(form: str, save: Callable[..., Path]) -> None:
    found = convert(save(pl.DataFrame({"a": [1], "b": ["x"]}), form), "s", None)
    assert found.kind == {"parquet": "a parquet file", "arrow": "an Arrow file"}[form]
    assert (tuple(found.header), found.first_row) == (("a", "b"), 1)
    assert not found.fields


@formats
@pytest.mark.parametrize("name", ["*", "^a.*$", "", "a b\n", "c0", "Ä"])
def test_names_of_columns_are_only_names(form: str, name: str, save: Callable[..., Path]) -> None:
    frame = pl.DataFrame({"ab": [1], name: [2]})
    found = convert(save(frame, form), "s", None)
    assert (tuple(found.header), list(found.rows)) == (("ab", name), [("1", "2")])


@formats
def test_paths_are_only_paths(form: str, save: Callable[..., Path], tmp_path: Path) -> None:
    folder = tmp_path / "year=2026" / "[PUBLIC]*"
    folder.mkdir(parents=True)
    path = save(pl.DataFrame({"a": [1]}), form).rename(folder / "s [1].bin")
    found = convert(path, path.name, None)
    assert (tuple(found.header), list(found.rows)) == (("a",), [("1",)])


@formats
@pytest.mark.parametrize("rows", [0, 1, 6, 7, 20])
def test_pieces_make_the_whole(
    form: str, rows: int, save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "PIECE", 6)
    path = save(pl.DataFrame({"a": range(rows), "b": [[row] for row in range(rows)]}), form)
    assert cells(path) == [(str(row), f"[{row}]") for row in range(rows)]


@pytest.mark.parametrize("compression", ["uncompressed", "snappy", "gzip", "lz4", "zstd"])
def test_parquet_of_several_row_groups(compression: str, save: Callable[..., Path]) -> None:
    frame = pl.DataFrame({"a": [str(row) for row in range(1000)]})
    path = save(frame, "parquet", compression=compression, row_group_size=64)
    assert cells(path) == [(str(row),) for row in range(1000)]


@formats
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
            st.none() | st.dates(),
        ),
        min_size=1,
    )
)
def test_round_trip(form: str, rows: list[tuple[Any, ...]], tmp_path_factory: Any) -> None:
    schema = {"i": pl.Int64(), "f": pl.Float64(), "t": pl.String(), "d": pl.Date()}
    path = tmp_path_factory.mktemp("round") / "trip"
    WRITERS[form](pl.DataFrame(rows, schema=schema, orient="row"), path)
    readers = (int, float, str, date.fromisoformat)
    back = [
        tuple(read(text) if text else None for read, text in zip(readers, row, strict=True))
        for row in cells(path)
    ]
    assert back == rows
    assert not any(row[1].endswith(".0") for row in cells(path))


def parquet() -> bytes:
    buffer = BytesIO()
    pl.DataFrame({"a": ["some", "words"] * 200}).write_parquet(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"FEA1" + bytes(40), "Feather file of version 1"),
        (b"PAR1", "survey is damaged"),
        (b"ARROW1\0\0" + bytes(40), "survey is damaged"),
        (parquet()[:-10], "survey is damaged: .*must end with PAR1"),
        (parquet()[:4] + bytes(60) + parquet()[64:], "survey is damaged"),
    ],
    ids=["feather 1", "begin", "no footer", "cut", "zeros"],
)
def test_what_cannot_be_read_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "survey").write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        cells(tmp_path / "survey")
    assert caught.value.hint
    assert str(tmp_path) not in str(caught.value)


def test_a_frame_without_columns_is_named(save: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="no columns"):
        cells(save(pl.DataFrame(), "arrow"))


def test_parquet_that_packs_too_much_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    pl.DataFrame({"a": [1]}).select(pl.repeat(1, 60_000_000, dtype=pl.Int8)).write_parquet(path)
    with pytest.raises(InputError, match="holds 60,000,000 cells"):
        convert(path, "bomb.parquet", None)
