"""Waves: the way of each score from the first to the last, and how a shock was come through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from vested.analysis.compare.alike import NO
from vested.analysis.compare.change import NOT_JUDGED
from vested.analysis.compare.waves import HELD, MARGIN, SURE
from vested.report.terminal.comparison.panels import Panel, Row, below, beside, picked
from vested.report.terminal.comparison.plot import Axis, path, point_mark, round_axis, stack
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.words import bracket, fixed, interval_name, listed

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

_WAYS = ("thrived", "absorbed", HELD, "recovered", "declined")
_DOUBTS = {
    NO: ": its questions were not understood alike",
    NOT_JUDGED: ": not judged whether its questions were understood alike",
}
_SEEN = 0.005
"""A way that is less probable wherever is not in the legend: our choice."""
Record = Mapping[str, Any]


class _Course(NamedTuple):
    """The scores of one organisation on one measure over the waves."""

    organisation: str
    points: dict[int, float]
    steps: list[Record]


def show_change(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """Per headline measure, the way of each organisation on one axis."""
    frame = _headlines(found, table)
    if not frame.height:
        return
    waves = _order(frame)
    axis = round_axis([*frame["score"], *frame["next_score"]])
    methods = frame["method"].unique(maintain_order=True).to_list()
    screen.title(
        f"Change from wave to wave: {' → '.join(waves)}"
        + (f" ({methods[0]})" if len(methods) == 1 else "")
    )
    panels = []
    for own in frame.partition_by("measure", maintain_order=True):
        courses = _courses(own, waves)
        rows = [_row(screen, course, axis, len(waves)) for course in courses]
        moved = [course.points[max(course.points)] - course.points[min(course.points)]
                 for course in courses]  # fmt: skip
        doubt = _DOUBTS.get(own["comparable"][0], "")
        panels.append(Panel(f"{own['measure'][0]}{doubt}", picked(rows, moved, screen), axis))
    below(screen, panels)
    marks = (f"{point_mark(at, len(waves), screen.marks)} wave {wave}"
             for at, wave in enumerate(waves))  # fmt: skip
    change = f"change and its {interval_name(found)}" if len(waves) == 2 else "changes"
    screen.key(
        f"{listed(list(marks), 12)}, the later one above; then the scores, the {change}. rose, "
        f"fell: it moved by more than its {interval_name(found)} allows."
    )


def _headlines(found: Comparison, table: ResultTable) -> pl.DataFrame:
    names = [output.id for output in found.instrument.headlines]
    return table.frame.filter(pl.col("measure").is_in(names))


def _order(frame: pl.DataFrame) -> list[str]:
    """The waves from the first to the last: each stands before all those that follow it."""
    left = dict.fromkeys([*frame["wave"], *frame["next_wave"]])
    after = set(frame.select("wave", "next_wave").unique().rows())
    found: list[str] = []
    while left:
        late = {later for wave, later in after if wave in left}
        wave = next((name for name in left if name not in late), next(iter(left)))
        found.append(wave)
        del left[wave]
    return found


def _courses(frame: pl.DataFrame, waves: Sequence[str]) -> list[_Course]:
    found: dict[str, _Course] = {}
    for row in frame.rows(named=True):
        name = row["organisation"]
        course = found.setdefault(name, _Course(name, {}, []))
        course.points[waves.index(row["wave"])] = row["score"]
        course.points[waves.index(row["next_wave"])] = row["next_score"]
        course.steps.append(row)
    return list(found.values())


def _row(screen: Screen, course: _Course, axis: Axis, many: int) -> Row:
    scores = " → ".join(fixed(value) for _, value in sorted(course.points.items()))
    moves = ", ".join(map(_moved, course.steps)) if many > 2 else _moved(course.steps[0]).strip("–")
    change = ", ".join(fixed(step["difference"]) for step in course.steps)
    first = course.steps[0]
    ends = bracket(fixed(first["difference_low"]), fixed(first["difference_high"]))
    spread = (ends,) if len(course.steps) == 1 and many == 2 else ()
    whole = fixed(course.points[max(course.points)] - course.points[min(course.points)])
    shortest = (change if many == 2 else f"{whole} in all",)
    return Row(
        course.organisation,
        lambda width: path(axis, width, course.points, screen.marks, many),
        ((scores, change, *spread, moves), (change, *spread, moves), (change, moves), shortest),
    )


def _moved(step: Record) -> str:
    """Whether a score moved by more than its interval allows, in a word."""
    low, high = step["difference_low"], step["difference_high"]
    if low is None or high is None:
        return "–"
    return "rose" if low > 0 else "fell" if high < 0 else "–"


def show_shock(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """How probable each way through a shock is, per organisation and headline measure."""
    frame = _headlines(found, table)
    if not frame.height:
        return
    signs = screen.marks.ways
    first = frame.row(0, named=True)
    waves = [first[name] for name in ("before", "during", "after") if first[name]]
    screen.title(f"Around a shock, if there was one: {' → '.join(waves)}")
    named = picked_organisations(frame, screen)
    panels = [
        Panel(own["measure"][0], _ways_rows(own, named, signs))
        for own in frame.partition_by("measure", maintain_order=True)
    ]
    (beside if frame["depth"].is_null().all() else below)(screen, panels)
    seen = [(way, sign) for way, sign in zip(_WAYS, signs, strict=True)
            if any(_ways(row)[way] >= _SEEN for row in frame.rows(named=True))]  # fmt: skip
    told = ", ".join(f"{sign} {way}" for way, sign in seen)
    screen.key(
        f"Of each bar as much as is probable: {told}; ? less than {SURE * 100:g} % sure. More than "
        f"{MARGIN:g} points up is thrived, more than {MARGIN:g} down declined."
    )


def picked_organisations(frame: pl.DataFrame, screen: Screen) -> list[Row]:
    """The organisations that are shown, by how they came through on the first measure."""
    rows = frame.unique("organisation", keep="first", maintain_order=True).rows(named=True)
    return picked(
        [Row(row["organisation"]) for row in rows], [row["rebound"] for row in rows], screen
    )


def _ways(row: Record) -> dict[str, float]:
    """The probability of each way; held where absorbed and recovered cannot be told apart."""
    found = {name: row[name] or 0.0 for name in _WAYS if name != HELD}
    known = row["thrived"] is not None and row["absorbed"] is None
    return {**found, HELD: 1 - found["thrived"] - found["declined"] if known else 0.0}


def _ways_rows(frame: pl.DataFrame, shown: Sequence[Row], signs: str) -> list[Row]:
    rows = {row["organisation"]: row for row in frame.rows(named=True)}
    found = []
    for each in shown:
        row = rows.get(each.label)
        if each.reason:
            found.append(each)
        elif row is None:
            found.append(Row(each.label, reason="–"))
        else:
            found.append(_ways_row(row, signs))
    return found


def _ways_row(row: Record, signs: str) -> Row:
    if row["profile"] is None:
        return Row(row["organisation"], reason="cannot be told")
    ways = _ways(row)
    best = max(_WAYS, key=lambda way: ways[way])
    word = best if ways[best] >= SURE else f"{best}?"
    numbers = [
        f"{name} {fixed(row[name])}" for name in ("depth", "recovery", "rebound")
        if row["depth"] is not None
    ]  # fmt: skip
    return Row(
        row["organisation"],
        lambda width: stack([ways[way] for way in _WAYS], width, signs),
        ((row["profile"], *numbers), (word, *numbers), (word,)),
    )
