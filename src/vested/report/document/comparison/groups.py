"""Groups: the means of their organisations, with intervals."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from vested.report.document.comparison.parts import Compared, Dot, at_both_ends
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.text import harmless

_SHORT = ("by", "unit", "measure", "group", "organisations", "mean", "low", "high", "reason")
_TESTS = (
    *("by", "unit", "measure", "test", "group", "other", "difference", "difference_low"),
    *("difference_high", "p_holm", "effect_size", "effect", "reason"),
)


def groups(compared: Compared) -> Iterator[Section]:
    """A picture for each column and headline measure, and the tables; nothing without `--by`."""
    frame = compared.frame("groups")
    if frame is None:
        return
    text = (
        "A dot is the mean of the organisations of a group, each counting once, and its bar the "
        f"{compared.level} interval: groups whose bars overlap widely cannot be told apart. Those "
        "of fewer than three organisations are not shown."
    )
    blocks: list[Block] = [Paragraph(text)]
    for by, own in frame.group_by("by", maintain_order=True):
        for measure in compared.headlines:
            at = sum(isinstance(block, Chart) for block in blocks) + 1
            blocks += _means(compared, str(by[0]), measure, own, at)
    blocks.append(compared.table("groups", _SHORT, where=compared.of_headlines))
    if compared.frame("group_tests") is not None:
        blocks.append(compared.table("group_tests", _TESTS, where=compared.of_headlines))
    yield Section("groups", "Groups of organisations", tuple(blocks))


def _means(
    compared: Compared, by: str, measure: str, own: pl.DataFrame, at: int
) -> Iterator[Chart]:
    """The groups of a column on one measure, in their order."""
    rows = own.filter((pl.col("measure") == measure) & pl.col("mean").is_not_null())
    dots = [
        Dot(f"{harmless(row['group'])} ({row['organisations']})", row["mean"], row["low"],
            row["high"])
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    if dots:
        drawn, which = at_both_ends(dots)
        yield compared.intervals(
            f"groups-{at}", f"{compared.titled(measure)} by {harmless(by)}{which}",
            "Means of groups, with the number of organisations in brackets.", drawn,
            compared.words("score_axis"), words={"label": harmless(by)},
        )  # fmt: skip
