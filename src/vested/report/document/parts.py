"""Charts in parts and appendices by name, where there is no room for all of their rows."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from vested.report.document.model import Chart, Paragraph, Points, Section, TableBlock
from vested.report.numbers import decimal


def on_paper(section: Section) -> Section:
    """The section; of an appendix the titles and sizes of its tables alone."""
    if not section.appendix:
        return section
    tables = [block.table for block in section.blocks if isinstance(block, TableBlock)]
    told = [block for block in section.blocks if isinstance(block, Paragraph)][1:]
    first = Paragraph("These tables stand in the other forms of this report, such as xlsx or html:")
    names = Points(tuple(f"{table.title} ({table.frame.height} rows)" for table in tables))
    return replace(section, blocks=(first, names, *told))


def parts(chart: Chart, most: int) -> list[Chart]:
    """The chart in parts of at most `most` rows; charts without rows stay whole.

    Parts end with a group where that leaves none of them less than half full, else they are of
    nearly the same size. Each has the title of the whole, with a number. The panels of triangles
    count as rows.
    """
    if chart.kind not in ("intervals", "answers", "heat", "profile", "triangle"):
        return [chart]
    name = {"heat": "row", "triangle": "label"}.get(chart.kind)
    rows = chart.frame[name].unique(maintain_order=True) if name else chart.frame[:, 0]
    groups = chart.frame["group"].to_list() if chart.kind == "intervals" else [""] * len(rows)
    ends = _ends(groups, most)
    if len(ends) < 2:
        return [chart]
    found = []
    for at, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
        frame = chart.frame[start:end]
        if name:
            frame = chart.frame.filter(chart.frame[name].is_in(rows[start:end].implode()))
        title = f"{chart.title} ({at}/{len(ends)})"
        found.append(replace(chart, id=f"{chart.id}-{at}", title=title, frame=frame))
    return found


def reaches(frame: pl.DataFrame) -> tuple[int, int]:
    """How far the axes of a quadrant reach from its middle, of tilt and of joint."""
    lean = _reach(frame, ("tilt", "tilt_low", "tilt_high"), (25, 50, 100))
    return lean, _reach(frame, ("joint", "joint_low", "joint_high"), (25, 50), middle=50)


def _reach(
    frame: pl.DataFrame, columns: tuple[str, ...], reaches: tuple[int, ...], middle: int = 0
) -> int:
    """How far the axis must reach from its middle for all intervals to be seen."""
    values = [abs(v - middle) for name in columns for v in frame[name].drop_nulls()]
    return next((reach for reach in reaches if max(values, default=0) <= reach), reaches[-1])


def panels(chart: Chart) -> list[Chart]:
    """Each panel of triangles as a picture with a title and a description of its own."""
    found = []
    for at, own in enumerate(chart.frame.partition_by("label", maintain_order=True), 1):
        label = own["label"][0]
        levels = ", ".join(decimal(level, 1) for level in own.filter("measured")["level"])
        told = f"{chart.words['level']}: {levels}"
        found.append(
            replace(chart, id=f"{chart.id}-{at}", title=label, description=told, frame=own)
        )
    return found


def _ends(groups: list[str], most: int) -> list[int]:
    """Where parts end, so that each has at most `most` rows.

    >>> _ends(["a", "a", "a", "b", "b", "c"], 5), _ends(["a"] * 6, 5)
    ([5, 6], [3, 6])
    """
    ends: list[int] = []
    start = 0
    while start < len(groups):
        left = len(groups) - start
        end = start + -(-left // -(-left // most))
        near = range(start + most, start + most // 2, -1)
        if left > most:
            end = next((at for at in near if groups[at] != groups[at - 1]), end)
        ends.append(end)
        start = end
    return ends
