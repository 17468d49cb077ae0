"""Levels of service over time: what was lost between the level before a shock and lower ones."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import BLUE, GREY, ORANGE, Drawing, lines_of
from vested.report.document.model import Chart
from vested.report.text import distinct

_COLUMNS = 2
_WIDTH, _HEIGHT = 208, 104
_LETTERS = 30


def draw(chart: Chart) -> Drawing:
    """A panel for each organisation: the level, that at the start, and the area between them."""
    frame = chart.frame.with_columns(pl.min_horizontal("level", "start").alias("floor"))
    names = frame["label"].unique(maintain_order=True).to_list()
    panels = distinct(lines_of(name, _LETTERS, 2) for name in names)
    frame = frame.with_columns(
        pl.col("label").replace_strict(names, panels, return_dtype=pl.String).alias("panel")
    )
    x = alt.X(
        "time:Q",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(tickCount=4, domain=False, ticks=False, grid=False),
        title=chart.words["time"],
    )
    y = alt.Y(
        "level:Q",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(tickCount=3, domain=False, ticks=False),
        title=chart.words["level"],
    )
    base = alt.Chart()
    layers = [
        base.mark_area(color=ORANGE, opacity=0.4).encode(
            x=x, y=alt.Y("floor:Q", title=chart.words["level"]), y2="start:Q"
        ),
        base.mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1.5).encode(x=x, y="start:Q"),
        base.mark_line(color=BLUE, strokeWidth=2.25).encode(x=x, y=y),
        base.transform_filter("datum.measured")
        .mark_point(color=BLUE, filled=True, size=36, opacity=1)
        .encode(x=x, y=y),
    ]
    drawn = (
        alt.layer(*layers, data=alt.NamedData(name="rows"))
        .properties(width=_WIDTH, height=_HEIGHT)
        .facet(
            facet=alt.Facet(
                "panel:N",
                sort=panels,
                title=None,
                header=alt.Header(
                    labelExpr="split(datum.value, '\\n')",
                    labelAnchor="start",
                    labelFontWeight="bold",
                    labelLimit=_WIDTH,
                ),
            ),
            columns=_COLUMNS,
            spacing=18,
        )
    )
    return Drawing(drawn, {"rows": frame})
