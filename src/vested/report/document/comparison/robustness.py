"""Ranks under other choices, and which choices they hang on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from vested.analysis.compare.robustness.runs import CHOICES
from vested.report.document.comparison.parts import Compared, Dot, at_both_ends
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.text import harmless

_SHORT = (
    "index",
    "organisation",
    "score",
    "rank",
    "median_rank",
    "rank_low",
    "rank_high",
    "reason",
)
_FURTHER = ("stability", "sobol", "leave_out", "effective_weights")
_ORDERS = {"first": "By itself (first order)", "total": "With all it does with others (total)"}


def robustness(compared: Compared) -> Iterator[Section]:
    """Two pictures for each index, of ranks and of choices; nothing where it is not asked for."""
    frame = compared.frame("robustness")
    if frame is None:
        return
    text = (
        "A dot is the median rank of an organisation when the index is made in other ways, its "
        "bar nine in ten of its ranks: where bars overlap widely, do not speak of places. The "
        "second picture says which choices move the ranks."
    )
    blocks: list[Block] = [Paragraph(text)]
    sobol = compared.frame("sobol")
    for at, (key, own) in enumerate(frame.group_by("index", maintain_order=True), 1):
        blocks += _ranks(compared, str(key[0]), own, at)
        if sobol is not None:
            blocks += _choices(compared, str(key[0]), sobol, at)
    blocks.append(compared.table("robustness", _SHORT))
    blocks += [compared.table(name) for name in _FURTHER if compared.frame(name) is not None]
    yield Section("robustness", "Ranks under other choices", tuple(blocks))


def _ranks(compared: Compared, index: str, own: pl.DataFrame, at: int) -> Iterator[Chart]:
    """The median rank of each organisation, with where nine in ten of its ranks lie."""
    known = own.filter(pl.col("median_rank").is_not_null()).sort("median_rank", "organisation")
    dots = [
        Dot(harmless(row["organisation"]), row["median_rank"], row["rank_low"], row["rank_high"])
        for row in known.iter_rows(named=True)
    ]
    if dots:
        drawn, which = at_both_ends(dots)
        last = 1.0 + 4 * max(1, -(-(own.height - 1) // 4))  # four equal steps of whole ranks
        title = f"Ranks on {compared.titled(index)} under other choices{which}"
        yield compared.intervals(
            f"ranks-{at}", title, "Median ranks, with the ranks in nine of ten runs.", drawn,
            "Rank, 1 is the highest", axis=(1.0, last), digits=0,
            words={"range": "Ranks in 9 of 10 runs"},
        )  # fmt: skip


def _choices(compared: Compared, index: str, sobol: pl.DataFrame, at: int) -> Iterator[Chart]:
    """Sobol indices of the ranks: what each choice does by itself, and with the others."""
    own = sobol.filter((pl.col("index") == index) & (pl.col("output") == "ranks"))
    known = own.filter(pl.col("total").is_not_null()).sort("total", descending=True)
    dots = [
        _dot(row, order, group)
        for order, group in _ORDERS.items()
        for row in known.iter_rows(named=True)
    ]
    if dots:
        title = f"What the ranks on {compared.titled(index)} hang on"
        yield compared.intervals(
            f"choices-{at}", title, "Share of the variance of ranks (Sobol indices).", dots,
            "Share of the variance of ranks", axis=(0.0, 1.0), digits=2,
            words={"label": "Choice", "group": "Order"},
        )  # fmt: skip


def _dot(row: Mapping[str, Any], order: str, group: str) -> Dot:
    """A row of the picture, within the range of a share: noise goes beyond it."""
    ends = [row[name] for name in (order, f"{order}_low", f"{order}_high")]
    value, low, high = (None if end is None else min(max(end, 0.0), 1.0) for end in ends)
    return Dot(CHOICES.get(row["choice"], row["choice"]), value or 0.0, low, high, group)
