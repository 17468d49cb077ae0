"""Charts that can be edited in a presentation: bars, lines and points with their own workbook."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

import polars as pl
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.util import Pt

from vested.report.document.model import Chart
from vested.report.document.parts import parts
from vested.report.pptx.bars import Values, add_error_bars, around, number_of_label
from vested.report.pptx.package import Cell, workbook
from vested.report.pptx.slides import GREY, GRID, INK, SMALL, cut
from vested.report.text import printed

BLUE, ORANGE, MIDDLE = "0072b2", "d55e00", "b9c0c7"
SERIES = (BLUE, ORANGE, "8c4a78", "00795c", "9a7b00", "4d4d4d")
"""Told apart by people who see few colours (Okabe & Ito 2008, the purple darker), and in grey."""
MARKERS = (
    XL_MARKER_STYLE.CIRCLE, XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.DIAMOND, XL_MARKER_STYLE.PLUS, XL_MARKER_STYLE.X,
)  # fmt: skip
_LABEL = 64
"""Letters of a name in a chart."""
_ROWS = {"intervals": 10, "answers": 8}
"""How many rows have room on a slide; where there is a benchmark, three quarters of them."""


class _Categories(CategoryChartData):
    """Values by category, and the lengths of error bars in the columns after them."""

    lengths: Sequence[Values] = ()

    @property
    def xlsx_blob(self) -> bytes:
        columns: list[list[Cell]] = [["", *(each.label for each in self.categories)]]
        columns += [[series.name, *series.values] for series in self]
        columns += [["", *values] for values in self.lengths]
        return workbook(zip(*columns, strict=True))


class _Points(XyChartData):
    """A series for each point, and the lengths of its error bars in the columns after it."""

    lengths: Sequence[Sequence[Cell]] = ()

    @property
    def xlsx_blob(self) -> bytes:
        rows: list[Sequence[Cell]] = []
        for series, lengths in zip(self, self.lengths, strict=True):
            points = zip(series.x_values, series.y_values, strict=True)
            rows += [("", series.name), *((*point, *lengths) for point in points), ()]
        return workbook(rows)


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
    return 110.0 + 56.0 * rows if chart.kind in _ROWS else math.inf


def draw(shapes: Any, chart: Chart, box: Sequence[int], font: str) -> Any:
    """Add a native chart to the shapes of a slide; `heat` is a table and not drawn here."""
    kinds = {
        "intervals": _intervals, "answers": _answers, "quadrant": _quadrant, "slope": _slope,
        "saturation": _saturation,
    }  # fmt: skip
    frame = kinds[chart.kind](chart, shapes, box)
    found = frame.chart
    found.font.name, found.font.size, found.font.color.rgb = font, Pt(SMALL), _colour(INK)
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
        _fill(series.format, colour)
        _numbers(series, form, XL_LABEL_POSITION.INSIDE_BASE, "ffffff")
    first = plot.series[0]
    for at, row in enumerate(rows):
        if row.get("careful") and row.get("score") is not None:
            _fill(first.points[at].format, "ffffff", BLUE)
            label = first.points[at].data_label
            label.font.color.rgb, label.font.size = _colour(INK), Pt(SMALL)
            label.position = XL_LABEL_POSITION.INSIDE_BASE
            number_of_label(label, form)
    add_error_bars(first, plus, minus, column=1 + len(plot.series), rows=len(rows))
    _downwards(found)
    low, high = chart.axis
    _axis(found.value_axis, chart.words["score"], low, high, (high - low) / 4, _ticks(chart))
    _legend(found, XL_LEGEND_POSITION.BOTTOM, shown=len(plot.series) > 1)
    return frame


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
        label = f"{cut(row['label'], _LABEL - len(missing))}{missing}"
        rows.append({**row, "label": label})
    return rows


def _answers(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A bar for each item, from unfavourable to favourable."""
    data = _categories(chart.frame["label"])
    parts = {
        "unfavourable": (ORANGE, "ffffff"),
        "middle": (MIDDLE, INK),
        "favourable": (BLUE, "ffffff"),
    }
    for part in parts:
        data.add_series(chart.words[part], chart.frame[part].to_list())
    frame = shapes.add_chart(XL_CHART_TYPE.BAR_STACKED_100, *box, data)
    found = frame.chart
    found.plots[0].gap_width = 55
    for series, (colour, ink) in zip(found.plots[0].series, parts.values(), strict=True):
        _fill(series.format, colour)
        _numbers(series, '[<0.06]"";0%', XL_LABEL_POSITION.CENTER, ink)
    _downwards(found)
    _axis(found.value_axis, chart.words["share"], 0, 1, 0.25, "0%")
    _legend(found, XL_LEGEND_POSITION.TOP)
    return frame


def _quadrant(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A point for each pair with its intervals both ways; the axes cross in the middle."""
    data: Any = _Points()  # type: ignore[no-untyped-call]
    there = chart.frame.filter(pl.col("tilt").is_not_null() & pl.col("joint").is_not_null())
    lengths = []
    for row in there.iter_rows(named=True):
        series = data.add_series(cut(printed(row["label"]), _LABEL))
        series.add_data_point(row["tilt"], row["joint"])
        lengths.append(
            [around([row[a]], [row[f"{a}_low"]], [row[f"{a}_high"]]) for a in ("tilt", "joint")]
        )
    data.lengths = [[values[0] for pair in both for values in pair] for both in lengths]
    frame = shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *box, data)
    found = frame.chart
    for at, (series, looks) in enumerate(zip(found.plots[0].series, _looks(), strict=False)):
        _mark(series, *looks)
        series.format.line.fill.background()
        for nth, (plus, minus) in enumerate(lengths[at]):
            add_error_bars(
                series, plus, minus, column=2 + 2 * nth, rows=1, first=3 * at + 1, along="xy"[nth]
            )
    _axis(found.category_axis, chart.words["tilt"], -100, 100, 50)
    _axis(found.value_axis, chart.words["joint"], 0, 100, 25)
    for axis, middle in ((found.category_axis, 0), (found.value_axis, 50)):
        axis.has_major_gridlines = False
        axis.format.line.color.rgb = _colour(GREY)
        _cross(axis, middle)
    _legend(found, XL_LEGEND_POSITION.RIGHT)
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
    for at, (series, looks) in enumerate(zip(found.plots[0].series, _looks(), strict=False)):
        _mark(series, *looks)
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = _colour(looks[0]), Pt(2.5)
        column = 1 + len(names) + 2 * at
        add_error_bars(series, *lengths[at], column=column, rows=len(waves), along="y")
    _axis(found.value_axis, chart.words["score"], 0, 100, 25)
    _titled(found.category_axis, chart.words["wave"])
    _legend(found, XL_LEGEND_POSITION.RIGHT)
    return frame


def _saturation(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """How many codes are known after so many sources."""
    data = _categories(str(each) for each in chart.frame["sources"])
    data.add_series(chart.words["codes"], chart.frame["codes"].to_list())
    frame = shapes.add_chart(XL_CHART_TYPE.LINE, *box, data)
    found = frame.chart
    line = found.plots[0].series[0]
    line.smooth = False
    line.format.line.color.rgb, line.format.line.width = _colour(BLUE), Pt(2.5)
    _axis(found.value_axis, chart.words["codes"], 0, None, None, "0")
    _titled(found.category_axis, chart.words["sources"])
    _legend(found, XL_LEGEND_POSITION.BOTTOM, shown=False)
    return frame


def _categories(labels: Iterable[str], *lengths: Values) -> Any:
    data = _Categories()  # type: ignore[no-untyped-call]
    data.categories = [cut(printed(label), _LABEL) for label in labels]
    data.lengths = lengths
    return data


def _looks() -> Iterable[tuple[str, Any]]:
    return zip(cycle(SERIES), cycle(MARKERS), strict=False)


def _colour(hexadecimal: str) -> RGBColor:
    found: RGBColor = RGBColor.from_string(hexadecimal.upper())
    return found


def _fill(looks: Any, colour: str, line: str = "") -> None:
    looks.fill.solid()
    looks.fill.fore_color.rgb = _colour(colour)
    if line:
        looks.line.color.rgb, looks.line.width = _colour(line), Pt(2)


def _mark(series: Any, colour: str, style: Any) -> None:
    series.marker.style, series.marker.size = style, 10
    _fill(series.marker.format, colour, colour)


def _numbers(series: Any, form: str, position: Any, colour: str) -> None:
    """Values as labels."""
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.position = position
    labels.font.size, labels.font.color.rgb = Pt(SMALL), _colour(colour)


def _downwards(found: Any) -> None:
    """The first row on top, and the scale still at the foot."""
    axis = found.category_axis
    axis.reverse_order = True
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = _colour(GREY)
    found.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def _axis(
    axis: Any, title: str, low: float, high: float | None, step: float | None, form: str = "0"
) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = _colour(GRID)
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    _titled(axis, title)


def _titled(axis: Any, title: str) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = printed(title)
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.color.rgb = Pt(SMALL), False, _colour(GREY)


def _cross(axis: Any, at: float) -> None:
    """Where the other axis is drawn, with the numbers of this one still at the edge."""
    axis.crosses_at = at
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def _legend(found: Any, position: Any, *, shown: bool = True) -> None:
    found.has_legend = shown
    if shown:
        found.legend.position, found.legend.include_in_layout = position, False
        found.legend.font.size = Pt(SMALL)
