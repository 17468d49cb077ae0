"""Colours, sizes and axes that all charts share."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import altair as alt
import polars as pl
from altair.utils import update_nested
from altair.utils.schemapi import debug_mode

from vested.report.text import distinct

FONT = "Liberation Sans"
INK, GREY, GRID = "#1c2733", "#5b6770", "#d5dbe1"
"""Text and lines. A page in dark mode turns these, so nothing on a coloured ground may use them."""
ON_DARK, ON_LIGHT = "#fefefe", "#000000"
"""Text on a coloured ground."""
BLUE, ORANGE, PURPLE = "#0072b2", "#d55e00", "#8c4a78"
MIDDLE = "#b9c0c7"
"""Told apart by people who see few colours (Okabe & Ito 2008, the purple darker), and in grey."""
SERIES = (BLUE, ORANGE, PURPLE, "#00795c", "#9a7b00", "#4d4d4d")
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

WIDTH = 530
"""Of a whole chart, about: its texts can still be read where a phone shows it in full."""
LABELS = 214
"""Room for the labels of rows."""
LINE = 36
"""Letters on one line of a label."""


def lines_of(label: str, letters: int = LINE, most: int = 3) -> str:
    r"""A label in lines, the last one cut where there would be too many.

    >>> lines_of("We re-use what others have built before us.", 20, 2)
    'We re-use what\nothers have built …'
    """
    wrapped = textwrap.wrap(label, letters, max_lines=most, placeholder=" …")
    return "\n".join(wrapped) or label


HEADING = "\N{ZERO WIDTH SPACE}"
"""Ends the label of a row that is a heading; texts from data have none (`harmless`)."""
KEY = "\N{INVISIBLE SEPARATOR}"
"""Ends what tells a row from those of other groups, and is not shown; texts from data have none."""


def row_labels(labels: Iterable[str], letters: int = LINE, most: int = 3) -> list[str]:
    """Labels in lines, one for each row: two that are cut to the same get a number."""
    return distinct(lines_of(label, letters, most) for label in labels)


def row_height(labels: Iterable[str], least: int) -> int:
    """How high rows must be for the lines of their labels."""
    return max(least, 8 + 14 * max((1 + label.count("\n") for label in labels), default=1))


def rows_axis(wider: int = 0) -> alt.Axis:
    """The axis of rows whose labels may have several lines, or be headings."""
    heading = f"indexof(datum.value, '{HEADING}') >= 0"
    shown = f"slice(datum.value, indexof(datum.value, '{KEY}') + 1)"
    return alt.Axis(
        title=None,
        labelExpr=f"split(replace({shown}, '{HEADING}', ''), '\\n')",
        labelFontWeight=alt.condition(heading, alt.value("bold"), alt.value("normal")),
        labelLimit=0,
        minExtent=LABELS + wider,
        domain=False,
        ticks=False,
        labelPadding=8,
    )


def hundred(title: str, ends: tuple[float, float] = (0.0, 100.0)) -> dict[str, Any]:
    """Scale and axis of scores from 0 to 100 or between other ends, with four steps."""
    low, high = ends
    values = [low + (high - low) * step / 4 for step in range(5)]
    whole = all(value == round(value) for value in values)
    return {
        "scale": alt.Scale(domain=[low, high], nice=False),
        "axis": alt.Axis(values=values, format="d" if whole else ".2~f", domain=False, ticks=False),
        "title": title,
    }


def spread(positions: list[float], gap: float) -> list[float]:
    """The positions, moved as little as it takes for all to be `gap` apart, in the same order.

    >>> spread([50.0, 51.0, 90.0], 6.0)
    [47.5, 53.5, 90.0]
    """
    order = sorted(range(len(positions)), key=lambda at: (positions[at], at))
    blocks: list[list[float]] = []  # of positions that stand close: those that they would have
    for at in order:
        blocks.append([positions[at]])
        while len(blocks) > 1 and _start(blocks[-2], gap) + gap * len(blocks[-2]) > _start(
            blocks[-1], gap
        ):
            blocks[-2:] = [[*blocks[-2], *blocks[-1]]]
    placed = [_start(block, gap) + gap * rank for block in blocks for rank in range(len(block))]
    return [placed[order.index(at)] for at in range(len(positions))]


def _start(block: list[float], gap: float) -> float:
    """Where a block begins, so that its members are moved as little as can be."""
    return sum(wish - gap * rank for rank, wish in enumerate(block)) / len(block)


class Drawing(NamedTuple):
    """A chart that names its data, and the data: altair copies and checks what stands within."""

    chart: alt.LayerChart | alt.FacetChart | alt.Chart
    data: Mapping[str, pl.DataFrame]


def source(name: str = "rows") -> alt.Chart:
    """A chart of the data of that name."""
    return alt.Chart(alt.NamedData(name=name))


_CONFIG: Mapping[str, Mapping[str, Any] | Any] = {
    "font": FONT,
    "background": "transparent",
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        **{"labelColor": INK, "titleColor": GREY, "gridColor": GRID, "tickColor": GRID},
        **{"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"},
        "domainColor": GREY,
    },
    "legend": {
        **{"labelColor": INK, "titleColor": GREY, "labelFontSize": 12, "titleFontSize": 12},
        **{"labelLimit": 260, "titleFontWeight": "normal", "symbolSize": 90},
    },
    "title": {"color": INK, "fontSize": 13, "anchor": "start", "fontWeight": "bold"},
    "header": {"labelColor": INK, "titleColor": GREY, "labelFontSize": 12},
}
"""Our font and colours: added to the specification, for each `configure` would copy the chart."""


def configured(drawing: Drawing, *, validate: bool = False) -> dict[str, Any]:
    """The specification of a drawing, in our font and colours.

    The tests validate it against the schema of Vega-Lite, which takes longer than to draw it.
    """
    with debug_mode(validate):
        specification: dict[str, Any] = drawing.chart.to_dict(validate=validate)
    return {
        **specification,
        "config": update_nested(specification.get("config", {}), _CONFIG, copy=True),
        "datasets": {name: frame.to_dicts() for name, frame in drawing.data.items()},
    }


def texts_inside(base: alt.Chart, y: alt.Y) -> list[alt.Chart]:
    """The texts of bars, in their middles: rows have `start`, `end`, `text` and its `ink`."""
    return [
        base.transform_calculate(mid="(datum.start + datum.end) / 2")
        .transform_filter(f"datum.ink === '{ink}'")
        .mark_text(color=ink, fontSize=11)
        .encode(y=y, x=alt.X("mid:Q"), text="text:N")
        for ink in (ON_DARK, ON_LIGHT)
    ]
