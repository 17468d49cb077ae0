"""Charts that can be edited in a presentation: bars, lines and points with their own workbook."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any

import polars as pl
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
)
from pptx.util import Pt

from vested.report.document.model import Chart
from vested.report.document.parts import panels, parts, reaches
from vested.report.pptx import drawing
from vested.report.pptx.bars import Values, add_error_bars, around, number_of_label
from vested.report.pptx.package import Cell, workbook
from vested.report.pptx.slides import GREY, INK, SMALL, cut
from vested.report.pptx.triangles import triangle
from vested.report.text import printed

BLUE, ORANGE, MIDDLE = "0072b2", "d55e00", "b9c0c7"
_ANSWERS = {
    "unfavourable": (ORANGE, "ffffff"),
    "middle": (MIDDLE, INK),
    "favourable": (BLUE, "ffffff"),
}
_WAYS = {
    "thrived": (BLUE, "ffffff"),
    "absorbed": ("8ec9e8", INK),
    "held": (MIDDLE, INK),
    "recovered": ("f0e442", INK),
    "declined": (ORANGE, "000000"),
}
"""Colours of parts, and of the numbers on them."""
_PALE = "a0a8af"
"""Of lines that did not move."""
SERIES = (BLUE, ORANGE, "8c4a78", "00795c", "9a7b00", "4d4d4d")
"""Told apart by people who see few colours (Okabe & Ito 2008, the purple darker), and in grey."""
MARKERS = (
    XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.PLUS, XL_MARKER_STYLE.X,
)  # fmt: skip
Box = tuple[float, float, float, float]
_LABEL = 64
"""Letters of a name in a chart."""
_ROWS = {"intervals": 10, "answers": 8, "profile": 10, "triangle": 4}
"""How many rows or panels have room on a slide; with a benchmark three quarters of them."""


class _Categories(CategoryChartData):
    """Values by category, and the lengths of error bars in the columns after them."""

    lengths: Sequence[Values] = ()

    @property
    def xlsx_blob(self) -> bytes:
        columns: list[list[Cell]] = [["", *(each.label for each in self.categories)]]
        columns += [[series.name, *series.values] for series in self]
        columns += [["", *values] for values in self.lengths]
        return workbook(zip(*columns, strict=True))


def is_empty(chart: Chart) -> bool:
    """Whether there is nothing that could be drawn."""
    if chart.kind == "quadrant":
        return not chart.frame["tilt"].is_not_null().any()
    return chart.frame.is_empty()


def pages(chart: Chart) -> list[Chart]:
    """The chart in as many parts as its rows need, one to a slide."""
    most = _ROWS.get(chart.kind, 1)
    if "norm" in chart.frame.columns and chart.frame["norm"].is_not_null().any():
        most = most * 3 // 4
    return parts(chart, most)


def height(chart: Chart) -> float:
    """Points that a chart of bars wants, so that few bars are not as thick as walls."""
    rows = chart.frame.height + (
        chart.frame["group"].n_unique() if chart.kind == "intervals" else 0
    )
    return 110.0 + 56.0 * rows if chart.kind in _ROWS and chart.kind != "triangle" else math.inf


def places(chart: Chart, box: Box) -> list[tuple[Chart, Box]]:
    """What is drawn where: left, top, width and height in points; panels stand two by two."""
    if chart.kind != "triangle":
        return [(chart, box)]
    left, top, wide, high = box
    found = panels(chart)
    columns = min(2, len(found))
    wide, high = wide / columns, high / -(-len(found) // columns)
    return [
        (panel, (left + at % columns * wide, top + at // columns * high, wide, high))
        for at, panel in enumerate(found)
    ]


def draw(shapes: Any, chart: Chart, box: Sequence[int], font: str) -> Any:
    """Add a native chart to the shapes of a slide; `heat` is a table and not drawn here."""
    kinds = {
        "intervals": _intervals, "answers": _answers, "quadrant": _quadrant, "slope": _slope,
        "saturation": _saturation, "profile": _profile, "triangle": triangle,
    }  # fmt: skip
    frame = kinds[chart.kind](chart, shapes, box)
    found = frame.chart
    found.font.name, found.font.size, found.font.color.rgb = font, Pt(SMALL), drawing.colour(INK)
    if chart.kind != "triangle":
        found.has_title = False
    return frame


def _intervals(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """Bars with their intervals; a bar without filling is to be read with caution."""
    rows = _grouped(chart)
    form = f"0.{'0' * chart.digits}" if chart.digits else "0"
    scores, lows, highs, norms = (
        [row.get(key) for row in rows] for key in ("score", "low", "high", "norm")
    )
    plus, minus = around(scores, lows, highs)
    data = _categories((row["label"] for row in rows), plus, minus)
    data.add_series(chart.words["score"], scores)
    if any(norm is not None for norm in norms):
        data.add_series(chart.words["norm"], norms)
    frame = shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *box, data)
    found = frame.chart
    plot = found.plots[0]
    plot.gap_width, plot.overlap = 30, 0
    for series, colour in zip(plot.series, (BLUE, ORANGE), strict=False):
        drawing.fill(series.format, colour)
        if not _beside(chart):
            drawing.numbers(series, form, XL_LABEL_POSITION.INSIDE_BASE, "ffffff")
    first = plot.series[0]
    for at, row in enumerate(rows):
        if row.get("careful") and row.get("score") is not None:
            drawing.fill(first.points[at].format, "ffffff", BLUE)
            label = first.points[at].data_label
            label.font.color.rgb, label.font.size = drawing.colour(INK), Pt(SMALL)
            label.position = XL_LABEL_POSITION.INSIDE_BASE
            number_of_label(label, form)
    add_error_bars(first, plus, minus, column=1 + len(plot.series), rows=len(rows))
    drawing.downwards(found)
    low, high = chart.axis
    drawing.axis(found.value_axis, chart.words["score"], low, high, (high - low) / 4, _ticks(chart))
    drawing.legend(found, XL_LEGEND_POSITION.BOTTOM, shown=len(plot.series) > 1)
    return frame


def _beside(chart: Chart) -> bool:
    """Whether numbers stand beside names: bars that begin elsewhere than at 0 can be too short."""
    return chart.axis != (0.0, 100.0) and "text" in chart.frame.columns


def _ticks(chart: Chart) -> str:
    """How the numbers of the axis are shown: as whole ones, where they are."""
    step = (chart.axis[1] - chart.axis[0]) / 4
    return "0" if step == round(step) else "0.0"


def _grouped(chart: Chart) -> list[dict[str, Any]]:
    """Rows with the name of their group in a row before them, where there are groups."""
    rows: list[dict[str, Any]] = []
    frame = chart.frame
    several = frame["group"].n_unique() > 1
    for at, row in enumerate(frame.iter_rows(named=True)):
        if several and (at == 0 or row["group"] != frame["group"][at - 1]):
            rows.append({"label": row["group"].upper()})
        missing = f" ({chart.words['hidden']})" if row["score"] is None else ""
        told = f" {row['text']}" if _beside(chart) else missing
        label = f"{cut(row['label'], _LABEL - len(told))}{told}"
        rows.append({**row, "label": label})
    return rows


def _answers(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A bar for each item, from unfavourable to favourable."""
    return _stacked(chart, shapes, box, _ANSWERS, chart.words["share"])


def _profile(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A bar for each organisation: how likely each way to come through is."""
    there = {name: looks for name, looks in _WAYS.items() if (chart.frame[name] >= 0.005).any()}
    return _stacked(chart, shapes, box, there, chart.words["probability"])


def _stacked(
    chart: Chart, shapes: Any, box: Sequence[int], looks: Mapping[str, tuple[str, str]], title: str
) -> Any:
    """Bars of shares; `looks` are the colours of each part and of its numbers."""
    data = _categories(chart.frame["label"])
    for part in looks:
        data.add_series(chart.words[part], chart.frame[part].to_list())
    frame = shapes.add_chart(XL_CHART_TYPE.BAR_STACKED_100, *box, data)
    found = frame.chart
    found.plots[0].gap_width = 55
    for series, (colour, ink) in zip(found.plots[0].series, looks.values(), strict=True):
        drawing.fill(series.format, colour)
        drawing.numbers(series, '[<0.06]"";0%', XL_LABEL_POSITION.CENTER, ink)
    drawing.downwards(found)
    drawing.axis(found.value_axis, title, 0, 1, 0.25, "0%")
    drawing.legend(found, XL_LEGEND_POSITION.TOP)
    return frame


def _quadrant(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A point for each pair with its intervals both ways; the axes cross in the middle."""
    data: Any = drawing.Points()  # type: ignore[no-untyped-call]
    there = chart.frame.filter(pl.col("tilt").is_not_null() & pl.col("joint").is_not_null())
    lengths = []
    for row in there.iter_rows(named=True):
        series = data.add_series(cut(printed(row["label"]), _LABEL))
        series.add_data_point(row["tilt"], row["joint"])
        lengths.append(
            [around([row[a]], [row[f"{a}_low"]], [row[f"{a}_high"]]) for a in ("tilt", "joint")]
        )
    data.lengths = [[[values[0] for pair in both for values in pair]] for both in lengths]
    frame = shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box, data)
    found = frame.chart
    for at, (series, looks) in enumerate(zip(found.plots[0].series, _looks(), strict=False)):
        drawing.mark(series, *looks)
        series.format.line.fill.background()
        for nth, (plus, minus) in enumerate(lengths[at]):
            add_error_bars(
                series, plus, minus, column=2 + 2 * nth, rows=1, first=3 * at + 1, along="xy"[nth]
            )
    lean, above = reaches(there)
    drawing.axis(found.category_axis, chart.words["tilt"], -lean, lean, lean / 2)
    drawing.axis(found.value_axis, chart.words["joint"], 50 - above, 50 + above, above / 2)
    for axis, middle in ((found.category_axis, 0), (found.value_axis, 50)):
        axis.has_major_gridlines = False
        axis.format.line.color.rgb = drawing.colour(GREY)
        drawing.cross(axis, middle)
    drawing.legend(found, XL_LEGEND_POSITION.RIGHT)
    return frame


def _slope(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A line for each measure from wave to wave, with its intervals."""
    waves = chart.frame["wave"].unique(maintain_order=True).to_list()
    names = chart.frame["label"].unique(maintain_order=True).to_list()
    found_of = {(row["label"], row["wave"]): row for row in chart.frame.iter_rows(named=True)}
    rows = [[found_of.get((name, wave), {}) for wave in waves] for name in names]
    lengths = [
        around(*([row.get(key) for row in line] for key in ("score", "low", "high")))
        for line in rows
    ]
    data = _categories(waves, *(values for pair in lengths for values in pair))
    for name, line in zip(names, rows, strict=True):
        data.add_series(cut(printed(name), _LABEL), [row.get("score") for row in line])
    frame = shapes.add_chart(XL_CHART_TYPE.LINE_MARKERS, *box, data)
    found = frame.chart
    named = [line[0].get("named", True) for line in rows]
    for at, (series, (colour, marker)) in enumerate(
        zip(found.plots[0].series, _looks(), strict=False)
    ):
        ink = _PALE if rows[at][0].get("moved") == "still" else colour
        drawing.mark(series, ink, marker)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = drawing.colour(ink), Pt(2.5)
        column = 1 + len(names) + 2 * at
        add_error_bars(series, *lengths[at], column=column, rows=len(waves), along="y")
    low, high = chart.axis
    drawing.axis(found.value_axis, chart.words["score"], low, high, (high - low) / 4)
    drawing.titled(found.category_axis, chart.words["wave"])
    drawing.legend(found, XL_LEGEND_POSITION.RIGHT)
    drawing.unname(found, [at for at, there in enumerate(named) if not there])
    return frame


def _saturation(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """How many codes are known after so many sources."""
    data = _categories(str(each) for each in chart.frame["sources"])
    data.add_series(chart.words["codes"], chart.frame["codes"].to_list())
    frame = shapes.add_chart(XL_CHART_TYPE.LINE, *box, data)
    found = frame.chart
    line = found.plots[0].series[0]
    line.smooth = False
    line.format.line.color.rgb, line.format.line.width = drawing.colour(BLUE), Pt(2.5)
    drawing.axis(found.value_axis, chart.words["codes"], 0, None, None, "0")
    drawing.titled(found.category_axis, chart.words["sources"])
    drawing.legend(found, XL_LEGEND_POSITION.BOTTOM, shown=False)
    return frame


def _categories(labels: Iterable[str], *lengths: Values) -> Any:
    data = _Categories()  # type: ignore[no-untyped-call]
    data.categories = [cut(printed(label), _LABEL) for label in labels]
    data.lengths = lengths
    return data


def _looks() -> Iterable[tuple[str, Any]]:
    """Colours and markers; these shift each time round, so that 36 differ."""
    return ((SERIES[at % 6], MARKERS[(at + at // 6) % 6]) for at in count())
