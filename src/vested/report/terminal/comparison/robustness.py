"""Robustness: the ranks that organisations may have, and which choices they hang on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.report.terminal.comparison.panels import Panel, Row, beside, picked
from vested.report.terminal.comparison.plot import Axis, interval, stack
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.table import show_compact
from vested.report.terminal.comparison.words import part, short

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

_CHOICES = {
    "normalisation": "normalisation",
    "weights": "weights",
    "aggregation": "aggregation",
    "left_out": "measure left out",
    "respondents": "who responded",
}
_SHARE = Axis(0.0, 1.0, (0.0, 0.5, 1.0))
Record = Mapping[str, Any]


def show_ranks(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """The ranks of each organisation in the runs, on each index; by its rank on the first."""
    parts = table.frame.partition_by("index", maintain_order=True)
    first = {row["organisation"]: row["rank"] for row in parts[0].rows(named=True)}
    names = sorted(
        table.frame["organisation"].unique(maintain_order=True),
        key=lambda name: first.get(name, len(first) + 1),
    )
    rows = [Row(name) for name in names]
    shown = picked(rows, [-at for at in range(len(rows))], screen)
    last = max(table.frame["rank"])
    axis = Axis(1.0, float(last), tuple(float(at) for at in sorted({1, (last + 1) // 2, last})))
    screen.title(f"Robustness of ranks, in the order of {parts[0]['index'][0]}")
    beside(screen, [Panel(own["index"][0], _ranks(screen, own, shown, axis), axis)
                    for own in parts])  # fmt: skip
    marks = screen.marks
    screen.key(
        f"{marks.point} median rank in the runs, {marks.low}{marks.high} 5 % to 95 % of them, "
        f"{marks.other} rank as published where it is another; then rank as published, and range."
    )


def _ranks(screen: Screen, frame: pl.DataFrame, shown: Sequence[Row], axis: Axis) -> list[Row]:
    rows = {row["organisation"]: row for row in frame.rows(named=True)}
    return [
        each if each.reason else _rank_row(screen, each.label, rows.get(each.label), axis)
        for each in shown
    ]


def _rank_row(screen: Screen, name: str, row: Record | None, axis: Axis) -> Row:
    if row is None or row["median_rank"] is None:
        return Row(name, reason="–" if row is None else f"{row['rank']}, {row['reason']}")
    ends = (row["rank_low"], row["rank_high"])
    return Row(
        name,
        lambda width: interval(
            axis, width, ends, row["median_rank"], screen.marks, other=row["rank"]
        ),
        ((str(row["rank"]), f"({ends[0]}–{ends[1]})"), (str(row["rank"]),)),
    )


def show_stability(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """One line for each index."""
    if not screen.detail:
        show_compact(screen, table)


def show_choices(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """The Sobol indices of each choice for the ranks, as bars of the share that it has."""
    frame = table.frame.filter(pl.col("output") == "ranks")
    if frame["total"].is_null().all():
        return
    screen.title("What the ranks hang on: the share of their variance")
    beside(
        screen,
        [
            Panel(
                own["index"][0], [_bar(screen, row) for row in own.rows(named=True)], _SHARE, short
            )
            for own in frame.partition_by("index", maintain_order=True)
        ],
    )
    screen.key(
        f"{screen.marks.dark} by itself, {screen.marks.light} together with other choices; the "
        "number is both (Sobol's total-order index)."
    )


def _bar(screen: Screen, row: Record) -> Row:
    name = _CHOICES.get(row["choice"]) or str(row["choice"])
    if row["total"] is None:
        return Row(name, reason=row["reason"] or "–")
    total = min(max(row["total"], 0.0), 1.0)
    alone = min(max(row["first"] or 0.0, 0.0), total)
    signs = (screen.marks.dark, screen.marks.light, screen.marks.ground)
    return Row(
        name,
        lambda width: stack((alone, total - alone, 1 - total), width, signs),
        ((part(row["total"]),),),
    )
