"""How charts of a presentation look: colours, axes, markers, legends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.chart.data import XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Pt

from vested.report.pptx.package import Cell, workbook
from vested.report.pptx.slides import GREY, GRID, SMALL
from vested.report.text import printed


class Points(XyChartData):
    """Series of points, and the lengths of the error bars of each in the columns after it."""

    lengths: Sequence[Sequence[Sequence[Cell]]] = ()

    @property
    def xlsx_blob(self) -> bytes:
        rows: list[Sequence[Cell]] = []
        for series, lengths in zip(self, self.lengths, strict=True):
            points = zip(series.x_values, series.y_values, strict=True)
            own = [(*point, *more) for point, more in zip(points, lengths, strict=True)]
            rows += [("", series.name), *own, ()]
        return workbook(rows)


def colour(hexadecimal: str) -> RGBColor:
    """A colour of six digits."""
    found: RGBColor = RGBColor.from_string(hexadecimal.upper())
    return found


def fill(looks: Any, ground: str, line: str = "") -> None:
    """A ground, and a line around it where one is named."""
    looks.fill.solid()
    looks.fill.fore_color.rgb = colour(ground)
    if line:
        looks.line.color.rgb, looks.line.width = colour(line), Pt(2)


def mark(series: Any, ink: str, style: Any) -> None:
    """The marker of each point."""
    series.marker.style, series.marker.size = style, 10
    fill(series.marker.format, ink, ink)


def numbers(series: Any, form: str, position: Any, ink: str) -> None:
    """Values as labels."""
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    labels.position = position
    labels.font.size, labels.font.color.rgb = Pt(SMALL), colour(ink)


def downwards(found: Any) -> None:
    """The first row on top, and the scale still at the foot."""
    axis = found.category_axis
    axis.reverse_order = True
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.format.line.color.rgb = colour(GREY)
    found.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH


def axis(
    axis: Any, title: str, low: float, high: float | None, step: float | None, form: str = "0"
) -> None:
    """From where to where a scale goes, by which steps, and how its numbers are shown."""
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = colour(GRID)
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = form, False
    titled(axis, title)


def titled(axis: Any, title: str) -> None:
    """The title of an axis."""
    axis.has_title = True
    axis.axis_title.text_frame.text = printed(title)
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.color.rgb = Pt(SMALL), False, colour(GREY)


def cross(axis: Any, at: float) -> None:
    """Where the other axis is drawn, with the numbers of this one still at the edge."""
    axis.crosses_at = at
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW


def legend(found: Any, position: Any, *, shown: bool = True) -> None:
    """The legend of a chart, or none."""
    found.has_legend = shown
    if shown:
        found.legend.position, found.legend.include_in_layout = position, False
        found.legend.font.size = Pt(SMALL)


def unname(found: Any, series: Sequence[int]) -> None:
    """Leave series out of the legend, by their places."""
    legend = found.legend._element
    after = legend.find(qn("c:legendPos"))
    for at in reversed(series):
        entry = etree.Element(qn("c:legendEntry"))
        etree.SubElement(entry, qn("c:idx")).set("val", str(at))
        etree.SubElement(entry, qn("c:delete")).set("val", "1")
        after.addnext(entry)
