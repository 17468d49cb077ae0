"""A panel of a resilience triangle: the level over time, that at the start, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE
from pptx.enum.dml import MSO_LINE
from pptx.util import Pt

from vested.report.document.model import Chart
from vested.report.pptx import drawing
from vested.report.pptx.bars import add_error_bars
from vested.report.pptx.slides import GREY, INK, SMALL, cut
from vested.report.text import printed

_BLUE, _PALE = "0072b2", "eaae80"
_LABEL = 48
"""Letters of the title of a panel."""


def triangle(chart: Chart, shapes: Any, box: Sequence[int]) -> Any:
    """A line of levels, a dashed one at the start, and thick bars up to it for what is missing."""
    there = chart.frame.filter("measured")
    times, levels = there["time"].to_list(), there["level"].to_list()
    start = there["start"].to_list()
    missing = [max(full - level, 0.0) for full, level in zip(start, levels, strict=True)]
    data: Any = drawing.Points()  # type: ignore[no-untyped-call]
    course = data.add_series(chart.words["level"])
    full = data.add_series(chart.words["start"])
    for time, level in zip(times, levels, strict=True):
        course.add_data_point(time, level)
    for time in (times[0], times[-1]):
        full.add_data_point(time, start[0])
    data.lengths = [[(length, 0.0) for length in missing], [(), ()]]
    frame = shapes.add_chart(XL_CHART_TYPE.XY_SCATTER_LINES, *box, data)
    found = frame.chart
    line, dashed = found.plots[0].series
    for series, ink in ((line, _BLUE), (dashed, GREY)):
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = drawing.colour(ink), Pt(2.25)
    drawing.mark(line, _BLUE, XL_MARKER_STYLE.CIRCLE)
    line.marker.size = 6
    dashed.marker.style = XL_MARKER_STYLE.NONE
    dashed.format.line.dash_style = MSO_LINE.DASH
    add_error_bars(
        line, missing, [0.0] * len(missing), column=2, rows=len(missing), along="y",
        looks=(_PALE, Pt(7)),
    )  # fmt: skip
    drawing.axis(found.value_axis, chart.words["level"], min(0.0, *levels), None, None)
    drawing.axis(found.category_axis, chart.words["time"], times[0], times[-1], None)
    found.category_axis.has_major_gridlines = False
    drawing.legend(found, XL_LEGEND_POSITION.BOTTOM, shown=False)
    found.has_title = True
    text = found.chart_title.text_frame
    text.text = printed(cut(chart.title, _LABEL))
    font = text.paragraphs[0].font
    font.size, font.bold, font.color.rgb = Pt(SMALL), True, drawing.colour(INK)
    return frame
