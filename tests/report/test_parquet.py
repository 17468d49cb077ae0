"""Parquet: the exact frame comes back, and the same frame gives the same bytes."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest

from vested.report.parquet import table
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"


def a_table(frame: pl.DataFrame) -> ResultTable:
    return ResultTable("scores", "Scores", tuple(Column(n, n, "") for n in frame.columns), frame)


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"organisation": ["=1+1", "A\x1b[31m", "a\u202eb", ""], "n": [1, None, 3, 4]}),
        pl.DataFrame({"score": [1 / 3, None, -0.0, 1e-300]}),
        pl.DataFrame(schema={"organisation": pl.String, "score": pl.Float64}),
        pl.DataFrame({"n": range(250_000)}),  # more than one group of rows
    ],
)
def test_the_frame_comes_back(frame: pl.DataFrame) -> None:
    content = table(a_table(frame))
    assert pl.read_parquet(io.BytesIO(content)).equals(frame)
    assert table(a_table(frame.clone())) == content


def test_chunks_do_not_show() -> None:
    whole = pl.DataFrame({"n": range(1000), "name": [str(at % 7) for at in range(1000)]})
    pieces = pl.concat([whole[:10], whole[10:900], whole[900:]], rechunk=False)
    assert table(a_table(pieces)) == table(a_table(whole))


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_strings() -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    content = table(a_table(pl.DataFrame({"organisation": names})))
    assert pl.read_parquet(io.BytesIO(content))["organisation"].to_list() == names
