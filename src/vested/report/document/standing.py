"""Ranks and bands in the language of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from vested.report.document.wording import Words
from vested.report.text import harmless
from vested.table import Column

Row = Mapping[str, Any]

COLUMNS = (
    Column("ranks", "Rank", "The ranks that the organisation may have; 1 is the highest score."),
    Column(
        "bands", "Band", "The band of the score, and how likely the organisation belongs there."
    ),
)


def with_standing(frame: pl.DataFrame, words: Words) -> pl.DataFrame:
    """The scores with the `COLUMNS`, from those on ranks and bands that they have."""
    rows = list(frame.iter_rows(named=True))
    return frame.with_columns(
        pl.Series("ranks", [ranks(row) for row in rows], pl.String),
        pl.Series("bands", [bands(row, words) for row in rows], pl.String),
    )


def ranks(row: Row) -> str:
    """From the best to the worst rank, `2–5`, or one; nothing where none is known.

    >>> ranks({"rank_low": 2, "rank_high": 5})
    '2–5'
    """
    low, high = row["rank_low"], row["rank_high"]
    if low is None:
        return ""
    return str(low) if low == high else f"{low}\N{EN DASH}{high}"


def bands(row: Row, words: Words) -> str:
    """The band with its probability, or two of them; nothing where there is none.

    >>> one = {"band": "established", "band_probability": 0.84, "next_band": None}
    >>> bands(one, Words("en")).split()
    ['established,', '84', '%']
    """
    if row["band"] is None:
        return ""
    first = words.get(f"band.{row['band']}", harmless(row["band"]))
    if row["band_probability"] is None:
        return first
    share = _share(row["band_probability"], words)
    if row["next_band"] is None:
        return words("standing.band", band=first, share=share)
    second = words.get(f"band.{row['next_band']}", harmless(row["next_band"]))
    other = _share(row["next_band_probability"], words)
    return words("standing.two", band=first, share=share, other=second, rest=other)


def _share(share: float, words: Words) -> str:
    """In whole percents, and never as certain."""
    return f">{words.percent(0.99)}" if share >= 0.995 else words.percent(share)
