"""How the answers to items are spread: unfavourable to the left, favourable to the right."""

from __future__ import annotations

import math

import altair as alt
import polars as pl

from vested.report.charts.style import (
    BLUE,
    GREY,
    LABELS,
    MIDDLE,
    ON_DARK,
    ON_LIGHT,
    ORANGE,
    WIDTH,
    Drawing,
    row_height,
    row_labels,
    rows_axis,
    source,
    texts_inside,
)
from vested.report.document.model import Chart

PARTS = ("unfavourable", "middle", "favourable")
COLOURS = (ORANGE, MIDDLE, BLUE)
_LEAST = 0.13
"""Shares below this have no room for their number."""
_WIDE = 22
"""More room for labels, which are whole statements."""


def draw(chart: Chart) -> Drawing:
    """One bar per item, the answers in between astride the middle."""
    rows = []
    labels = row_labels(chart.frame["label"], 40)
    for label, row in zip(labels, chart.frame.iter_rows(named=True), strict=True):
        start = -(row["unfavourable"] + row["middle"] / 2)
        for part, colour in zip(PARTS, COLOURS, strict=True):
            end = start + row[part]
            text = f"{row[part] * 100:.0f} %" if row[part] >= _LEAST else ""
            ink = ON_DARK if colour == BLUE else ON_LIGHT
            rows.append((label, chart.words[part], start, end, text, ink, part == "middle"))
            start = end
    numbers = dict.fromkeys(("start", "end"), pl.Float64)
    names = dict.fromkeys(("label", "part", "start", "end", "text", "ink"), pl.String)
    frame = pl.DataFrame(rows, {**names, **numbers, "pale": pl.Boolean}, orient="row")
    left, right = (
        math.ceil(4 * max(ends, default=0.25)) / 4 for ends in (-frame["start"], frame["end"])
    )
    y = alt.Y("label:N", sort=labels, axis=rows_axis(_WIDE))
    x = alt.X(
        "start:Q",
        scale=alt.Scale(domain=[-left, right], nice=False),
        axis=alt.Axis(
            values=[at / 4 for at in range(-4, 5)],
            labelExpr="round(abs(datum.value) * 100) + ' %'",
            labelFlush=False,
            domain=False,
            ticks=False,
            labelPadding=14,  # clear of the last lines of a long label
        ),
        title=chart.words["share"],
    )
    colours = alt.Color(
        "part:N",
        scale=alt.Scale(domain=[chart.words[part] for part in PARTS], range=list(COLOURS)),
        legend=alt.Legend(title=None, orient="top", direction="horizontal", symbolType="square"),
    )
    base = source()
    edge = alt.condition("datum.pale", alt.value(GREY), alt.value("transparent"))
    bars = base.mark_bar(height=20, strokeWidth=1).encode(
        y=y, x=x, x2="end:Q", color=colours, stroke=edge
    )
    middle = source().mark_rule(color=GREY, strokeWidth=1).encode(x=alt.XDatum(0))
    drawn = alt.layer(middle, bars, *texts_inside(base, y)).properties(
        width=WIDTH - LABELS - _WIDE, height=alt.Step(row_height(labels, 32))
    )
    return Drawing(drawn, {"rows": frame})
