"""Charts of tables that stand in no report: claims, and ranks under other choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from vested.report.document.model import Chart
from vested.report.document.wording import Words
from vested.report.numbers import decimal
from vested.report.text import harmless
from vested.table import ResultTable

_MOST = 40
"""A chart of more rows than this is not drawn; the table has them all: our choice."""


def pictures(name: str, table: ResultTable) -> Iterator[Chart]:
    """The charts of a table, by its name; most tables have none."""
    if name == "claims":
        yield from _claims(table.frame)
    elif name == "robustness":
        yield from _ranks(table.frame)


def _claims(frame: pl.DataFrame) -> Iterator[Chart]:
    """Correlations between halves of respondents beside the naive ones, from -1 to 1."""
    wanted = {"split": "Between two halves of respondents", "pearson": "Naive, same respondents"}
    frame = frame.filter(pl.col("method").is_in(list(wanted)) & pl.col("estimate").is_not_null())
    frame = frame.sort(pl.col("method").replace_strict({"split": 0, "pearson": 1}),
                       maintain_order=True)  # fmt: skip
    rows = []
    for row in frame.iter_rows(named=True):
        wave = f"{harmless(row['wave'])}: " if row.get("wave") else ""
        label = f"{wave}{harmless(row['cause'])} and {harmless(row['outcome'])}"
        rows.append({**_row(row, "estimate", "ci_low", "ci_high", 2), "label": label,
                     "group": wanted[row["method"]]})  # fmt: skip
    yield from _chart("claims", "Do they go together?", "Correlation over organisations", rows,
                      (-1.0, 1.0), 2)  # fmt: skip


def _ranks(frame: pl.DataFrame) -> Iterator[Chart]:
    """The median rank of each organisation over all runs, with where nine in ten of them lie."""
    for at, (key, own) in enumerate(frame.group_by("index", maintain_order=True), 1):
        known = own.filter(pl.col("median_rank").is_not_null()).sort("median_rank", "organisation")
        rows = [
            {
                **_row(row, "median_rank", "rank_low", "rank_high", 1),
                "label": harmless(row["organisation"]),
                "group": "",
            }
            for row in known.iter_rows(named=True)
        ]
        last = max(2.0, float(own.height))
        title = f"Ranks on {harmless(str(key[0]))} under other choices"
        yield from _chart(f"robustness-{at}", title, "Rank, 1 is the highest", rows, (1.0, last), 1)


def _row(row: Mapping[str, Any], value: str, low: str, high: str, digits: int) -> dict[str, Any]:
    return {
        "score": float(row[value]),
        "low": row[low],
        "high": row[high],
        "norm": None,
        "careful": False,
        "text": decimal(float(row[value]), digits),
    }


def _chart(
    name: str,
    title: str,
    axis_title: str,
    rows: list[dict[str, Any]],
    axis: tuple[float, float],
    digits: int,
) -> Iterator[Chart]:
    if not 0 < len(rows) <= _MOST:
        return
    kinds = dict.fromkeys(("score", "low", "high", "norm"), pl.Float64)
    texts = dict.fromkeys(("label", "group", "text"), pl.String)
    frame = pl.DataFrame(rows, schema={**texts, **kinds, "careful": pl.Boolean})
    told = "; ".join(
        row["label"]
        + f" {row['text']}"
        + (
            f" ({decimal(row['low'], digits)} to {decimal(row['high'], digits)})"
            if row["low"] is not None
            else ""
        )
        for row in rows
    )
    words = {**Words("en").all(), "score": axis_title}
    yield Chart(
        "intervals", f"picture-{name}", title, f"{title}: {told}.", frame, words, axis, digits
    )
