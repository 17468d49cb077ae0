"""Levels of service: how far each organisation fell, and how it came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vested.report.terminal.comparison.panels import Panel, Row, below, picked
from vested.report.terminal.comparison.plot import Axis, curve, round_axis
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.words import fixed

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

Course = Sequence[tuple[float, float]]


def show_services(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """The levels of each organisation over time, each to its own highest."""
    courses: dict[str, list[tuple[float, float]]] = {}
    times = found.tables["service_courses"].frame.select("organisation", "elapsed", "level")
    for name, elapsed, level in times.rows():
        courses.setdefault(name, []).append((elapsed, level))
    axis = round_axis([0.0, *times["elapsed"]])
    rows = table.frame.rows(named=True)
    drawn = [_row(row, screen, axis, courses[row["organisation"]]) for row in rows]
    screen.title("Levels of service over time")
    below(screen, [Panel("", picked(drawn, [-row["depth"] for row in rows], screen), axis)])
    signs = screen.marks.levels
    screen.key(
        f"Height: {signs[0]} to {signs[-1]}, from 0 to the highest level; across: the time since "
        "the first. Depth: how far it fell, back: time until the first level was reached again, "
        "loss: the area between; all in the units of the file, days where times are dates."
    )


def _row(row: Mapping[str, Any], screen: Screen, axis: Axis, course: Course) -> Row:
    depth, loss = f"depth {fixed(row['depth'])}", f"loss {fixed(row['loss'])}"
    back = f"back {fixed(row['recovery'], 2)}" if row["recovery"] is not None else "not back"
    if not row["depth"]:
        back = "never fell"
    return Row(
        row["organisation"],
        lambda width: curve(axis, width, course, screen.marks),
        ((depth, back, loss), (depth, back), (depth,)),
    )
