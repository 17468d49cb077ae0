"""Levels of service: how far each organisation fell, and how far it came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vested.report.terminal.comparison.panels import Panel, Row, below, picked
from vested.report.terminal.comparison.plot import Axis, fall, round_axis
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.words import fixed

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

Record = Mapping[str, Any]


def show_services(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """The lowest and the last level of each organisation, in percents of the first."""
    rows = table.frame.rows(named=True)
    shares = [share for row in rows if row["start"] > 0 for share in _shares(row)]
    axis = round_axis([0.0, 100.0, *shares])
    drawn = [_row(row, screen, axis) for row in rows]
    screen.title("Levels of service, in percents of the first level")
    below(screen, [Panel("", picked(drawn, [-row["depth"] for row in rows], screen), axis)])
    marks = screen.marks
    screen.key(
        f"{marks.zero} first level, {marks.least} lowest, {marks.point} last; depth: how far it "
        "fell, back: time until the first level was reached again, loss: the area between, all in "
        "the units of the file."
    )


def _shares(row: Record) -> tuple[float, float]:
    return 100 * row["lowest"] / row["start"], 100 * row["end"] / row["start"]


def _row(row: Record, screen: Screen, axis: Axis) -> Row:
    depth, loss = f"depth {fixed(row['depth'])}", f"loss {fixed(row['loss'])}"
    back = f"back {fixed(row['recovery'], 2)}" if row["recovery"] is not None else "not back"
    if not row["depth"]:
        back = "never fell"
    notes = ((depth, back, loss), (depth, back), (depth,))
    if row["start"] <= 0:
        return Row(row["organisation"], None, notes)
    lowest, end = _shares(row)
    return Row(
        row["organisation"],
        lambda width: fall(axis, width, (100.0, lowest, end), screen.marks),
        notes,
    )
