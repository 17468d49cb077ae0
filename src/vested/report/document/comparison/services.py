"""Levels of service: what a shock cost, as the area between the level before and lower ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from vested.report.document.comparison.parts import Compared, number, several
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.text import distinct, harmless

_PANELS = 12
"""The most organisations of the picture, those that lost most: our choice."""
_SHORT = ("organisation", "start", "lowest", "end", "depth", "recovery", "loss", "gain", "reason")

Point = tuple[float, float, bool]
"""A time, a level, and whether it was measured."""


def services(compared: Compared) -> Iterator[Section]:
    """The triangles and the table; nothing where there are no levels of service."""
    frame, courses = compared.frame("service_levels"), compared.frame("service_courses")
    if frame is None or courses is None:
        return
    text = (
        "The line is the level of service over time, the dashed line that at the start, and what "
        "is shaded between them was lost: the resilience triangle."
    )
    table = compared.table("service_levels", _SHORT)
    blocks: tuple[Block, ...] = (Paragraph(text), *_triangles(compared, frame, courses), table)
    yield Section("services", "Levels of service", blocks)


def _triangles(compared: Compared, frame: pl.DataFrame, courses: pl.DataFrame) -> Iterator[Chart]:
    """A panel for each organisation with two levels or more, the largest loss first."""
    known = frame.filter(pl.col("loss").is_not_null())
    known = known.sort(["loss", "organisation"], descending=[True, False])
    if not known.height:
        return
    first = known.head(_PANELS)
    labels = distinct(map(harmless, first["organisation"]))
    rows = []
    for label, row in zip(labels, first.iter_rows(named=True), strict=True):
        own = courses.filter(pl.col("organisation") == row["organisation"])
        points = with_crossings(own.select("elapsed", "level").rows(), row["start"])
        rows += [(label, time, level, row["start"], there) for time, level, there in points]
    kinds = {"label": pl.String, **dict.fromkeys(("time", "level", "start"), pl.Float64),
             "measured": pl.Boolean}  # fmt: skip
    made = pl.DataFrame(rows, kinds, orient="row")
    told = [
        f"{label} from {number(row['start'])} down to {number(row['lowest'])} and at the end at "
        f"{number(row['end'])}, an area of {number(row['loss'])} lost"
        for label, row in zip(labels, first.iter_rows(named=True), strict=True)
    ]
    which = f": the {_PANELS} of {known.height} that lost most" if known.height > _PANELS else ""
    words = {
        "time": _time_axis(courses["time"].to_list()),
        "level": "Level",
        "start": "At the start",
    }
    yield compared.chart(
        "triangle", "services", f"Levels of service over time{which}",
        f"Levels of service. {several(told)}.", made, words,
    )  # fmt: skip


def with_crossings(levels: Sequence[tuple[float, float]], start: float) -> list[Point]:
    """The levels, and between two of them the moment at which the line crosses the start.

    >>> with_crossings([(0.0, 10.0), (2.0, 6.0), (4.0, 14.0)], 10.0)
    [(0.0, 10.0, True), (2.0, 6.0, True), (3.0, 10.0, False), (4.0, 14.0, True)]
    """
    found: list[Point] = []
    for at, (time, level) in enumerate(levels):
        if at:
            before, one = levels[at - 1]
            above, below = one - start, level - start
            if above * below < 0:
                moment = before + (time - before) * above / (above - below)
                found.append((moment, start, False))
        found.append((time, level, True))
    return found


def _time_axis(times: Sequence[str]) -> str:
    """Days where times are dates, else the unit of the file."""
    try:
        float(times[0])
    except ValueError:
        return "Days since the first level"
    return "Time since the first level"
