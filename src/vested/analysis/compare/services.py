"""Levels of service over time, from a file of their own: what a shock cost each organisation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from vested.errors import InputError, did_you_mean
from vested.interviews.lists import read_records
from vested.stats.comparison.resilience import triangle
from vested.table import Column, ResultTable

OPTION = "--service-levels"
HEADER = ("organisation", "time", "level")
_HOURS = 24.0

COLUMNS = (
    Column("organisation", "Organisation", "As it is named in the file."),
    Column("measurements", "Measurements", "How many levels it has in the file."),
    Column("start", "Start", "The first level, which stands for full service (our choice).", 1),
    Column("lowest", "Lowest", "The lowest level.", 1),
    Column("end", "End", "The last level.", 1),
    Column("depth", "Depth", "The first level less the lowest one.", 1),
    Column("recovery", "Time to recovery", "Time from the fall until the first level is reached "
           "again, in the unit of the file; in days where times are dates."),
    Column("rapidity", "Rapidity", "Depth per unit of time from the lowest level until then."),
    Column("loss", "Loss", "The area between the first level and lower ones, by trapezoids: the "
           "resilience triangle. What lies above makes up for nothing (our choice).", 1),
    Column("gain", "End less start", "The last level less the first one; above 0 it came out "
           "stronger.", 1),
    Column("reason", "Reason", "Why something is empty."),
)  # fmt: skip
COURSES = (
    Column("organisation", "Organisation", "As it is named in the file."),
    Column("time", "Time", "As it stands in the file."),
    Column("elapsed", "Elapsed", "Time since the first level of the organisation, in the unit of "
           "the file; in days where times are dates.", 1),
    Column("level", "Level", "The level of service.", 1),
    Column("shortfall", "Shortfall", "The first level less this one; 0 where it is not below.", 1),
)  # fmt: skip

Courses = Mapping[str, Mapping[float, tuple[str, float]]]
"""Per organisation, at each moment, the time as it was written and the level."""


def services_part(path: Path) -> tuple[list[ResultTable], list[str]]:
    """The resilience triangle of each organisation in a csv of organisation, time and level.

    Raises `InputError`, with row and column, for what is no such file.
    """
    courses = _read(path)
    rows: list[tuple[object, ...]] = []
    for name, course in sorted(courses.items()):
        times = sorted(course)
        found = triangle(times, [course[time][1] for time in times])
        rows.append((name, len(course), *found[:-1], found.reason or None))
    schema = {
        column.key: pl.String if column.key in ("organisation", "reason")
        else pl.Int64 if column.key == "measurements" else pl.Float64
        for column in COLUMNS
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row").fill_nan(None)
    fell = frame.filter(pl.col("depth") > 0)
    back = fell["recovery"].drop_nulls().len()
    told = (
        f"Of {frame.height} organisation{'s' if frame.height != 1 else ''} with levels of service, "
        f"{fell.height} fell below the level at the start, and {back} of these came back to it."
    )
    made = [
        ResultTable("service_levels", "Levels of service", COLUMNS, frame),
        ResultTable("service_courses", "Levels of service over time", COURSES, _over_time(courses)),
    ]
    return made, [told]


def _over_time(courses: Courses) -> pl.DataFrame:
    """Every level of the file, in the order of organisations and times."""
    rows = [
        (name, written, moment - begin, level, max(course[begin][1] - level, 0.0))
        for name, course in sorted(courses.items())
        for begin in [min(course)]
        for moment, (written, level) in sorted(course.items())
    ]
    schema = {
        column.key: pl.String if column.key in ("organisation", "time") else pl.Float64
        for column in COURSES
    }
    return pl.DataFrame(rows, schema, orient="row")


def _read(path: Path) -> Courses:
    """Per organisation the level at each time."""
    header, records = read_records(path, OPTION)
    names = [name.casefold() for name in header]
    for name in HEADER:
        if names.count(name) != 1:
            raise InputError(
                f"{path.name} has {'no' if name not in names else 'more than one'} column {name}",
                did_you_mean(name, header, f"{OPTION} reads a csv of {', '.join(HEADER)}"),
            )
    at = [names.index(name) for name in HEADER]
    courses: dict[str, dict[float, tuple[str, float]]] = {}
    dates: bool | None = None
    for number, row in records:
        name, time, level = (row[place] for place in at)
        where = f"{path.name}, row {number}"
        if not name:
            raise InputError(f"{where}, column organisation: it is blank", "name the organisation")
        moment, dated = _moment(time, where)
        if dates is not None and dated != dates:
            raise InputError(
                f"{where}, column time: {_shown(time)} is a {'date' if dated else 'number'}, and "
                f"rows before have {'numbers' if dated else 'dates'}",
                "write all times in one way",
            )
        dates = dated
        course = courses.setdefault(name, {})
        if moment in course:
            raise InputError(
                f"{where}, column time: {_shown(time)} is there twice for one organisation",
                "give one level for each time",
            )
        course[moment] = time, _number(level, where)
    if not courses:
        raise InputError(f"{path.name} has no rows", f"{OPTION} reads a csv of {', '.join(HEADER)}")
    return courses


def _moment(text: str, where: str) -> tuple[float, bool]:
    """A time as a number, and whether it was a date: then in days."""
    value = _finite(text)
    if value is not None:
        return value, False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise InputError(
            f"{where}, column time: {_shown(text)} is neither a number nor a date",
            "for example 3, 2020-03-16 or 2020-03-16 12:00",
        )
    apart = moment - datetime(1970, 1, 1)
    return apart.days + apart.seconds / (3600 * _HOURS), True


def _number(text: str, where: str) -> float:
    value = _finite(text)
    if value is None:
        raise InputError(
            f"{where}, column level: {_shown(text)} is no number",
            "leave a row out where there is no level; decimals have a point",
        )
    return value


def _finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
