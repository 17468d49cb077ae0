"""Groups: the mean of each as an interval, and whether they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.analysis.compare.groups import HEDGES
from vested.report.terminal.comparison.panels import Panel, Row, below, picked
from vested.report.terminal.comparison.plot import Axis, interval, round_axis
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.words import (
    bracket,
    fixed,
    interval_name,
    listed,
    p_text,
    part,
)

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

Record = Mapping[str, Any]


def show_groups(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """Per column the groups of each headline measure, and below them what the tests say."""
    headlines = [output.id for output in found.instrument.headlines]
    tests = found.tables["group_tests"].frame if "group_tests" in found.tables else None
    for frame in table.frame.partition_by("by", maintain_order=True):
        own = frame.filter(pl.col("measure").is_in(headlines))
        if not own.height:
            continue
        by, unit = frame["by"][0], frame["unit"][0]
        screen.title(f"Groups by {by}, {unit}")
        if own["mean"].is_null().all():
            screen.key(f"No group has a mean: {listed(sorted(set(own['reason'])))}.")
            continue
        axis = _axis(own)
        below(
            screen,
            [
                _panel(screen, rows, axis, _of(tests, by, rows["measure"][0]))
                for rows in own.partition_by("measure", maintain_order=True)
            ],
        )
        screen.key(
            f"{screen.marks.point} mean of the organisations, each counting once, and its "
            f"{interval_name(found)}; n: organisations; p by Holm."
        )


def _axis(frame: pl.DataFrame) -> Axis:
    values = [value for name in ("mean", "low", "high") for value in frame[name].drop_nulls()]
    return round_axis(values)


def _of(tests: pl.DataFrame | None, by: str, measure: str) -> pl.DataFrame | None:
    return None if tests is None else tests.filter(by=by, measure=measure)


def _panel(screen: Screen, frame: pl.DataFrame, axis: Axis, tests: pl.DataFrame | None) -> Panel:
    rows = frame.rows(named=True)
    drawn = [_row(screen, row, axis) for row in rows]
    means = [-1e9 if row["mean"] is None else row["mean"] for row in rows]
    foot = [] if tests is None else [text for text in (_overall(tests), _furthest(tests)) if text]
    return Panel(rows[0]["measure"], picked(drawn, means, screen), axis, foot=foot)


def _row(screen: Screen, row: Record, axis: Axis) -> Row:
    if row["mean"] is None:
        return Row(row["group"], reason=row["reason"] or "no mean")
    ends = (row["low"], row["high"])
    mean, spread, many = fixed(row["mean"]), bracket(*map(fixed, ends)), row["organisations"]
    return Row(
        row["group"],
        lambda width: interval(axis, width, ends, row["mean"], screen.marks),
        ((mean, spread, f"n {many}"), (mean, spread), (mean,)),
    )


def _overall(tests: pl.DataFrame) -> str:
    """What the tests of all groups together say."""
    told = map(_result, tests.filter(pl.col("group").is_null()).rows(named=True))
    text = "; ".join(told)
    return f"All groups: {text}." if text else ""


def _result(row: Record) -> str:
    if row["p_holm"] is None:
        return f"{row['test']}: {row['reason'] or 'no result'}"
    return ", ".join([f"{row['test']} {p_text(row['p_holm'])}", *_effect(row)])


def _furthest(tests: pl.DataFrame) -> str:
    """The two groups whose means are the furthest apart, of so many pairs."""
    pairs = tests.filter(pl.col("group").is_not_null(), pl.col("difference").is_not_null())
    if not pairs.height:
        return ""
    rows = pairs.rows(named=True)
    most = max(rows, key=lambda row: abs(row["difference"]))
    ends = bracket(fixed(most["difference_low"]), fixed(most["difference_high"]))
    head = f"Furthest apart of {len(rows)} pairs: " if len(rows) > 1 else "Apart: "
    told = [f"{fixed(most['difference'])} {ends}", p_text(most["p_holm"]), *_effect(most)]
    return f"{head}{most['group']} less {most['other']} {', '.join(told)}."


def _effect(row: Record) -> Iterator[str]:
    if row["effect"] is not None:
        told = (lambda value: fixed(value, 2)) if row["effect_size"] == HEDGES else part
        ends = f" [{told(row['low'])}, {told(row['high'])}]" if row["low"] is not None else ""
        yield f"{row['effect_size']} {told(row['effect'])}{ends}"
