"""How likely each way to come through a shock is: a bar of shares for each organisation."""

from __future__ import annotations

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
from vested.report.standing import share_text

COLOURS = {
    "thrived": BLUE,
    "absorbed": "#8ec9e8",
    "held": MIDDLE,
    "recovered": "#f0e442",
    "declined": ORANGE,
}
"""In their order from left to right: told apart by people who see few colours (Okabe & Ito 2008),
and in grey, where the two dark ones stand at opposite ends."""
_LEAST, _NONE = 0.12, 0.005
"""Shares below these have no room for their number, and cannot be seen."""


def draw(chart: Chart) -> Drawing:
    """One bar per organisation, its parts those ways that have any probability."""
    there = [name for name in COLOURS if (chart.frame[name] >= _NONE).any()]
    words = [chart.words[name] for name in there]
    rows = []
    labels = row_labels(chart.frame["label"])
    for label, row in zip(labels, chart.frame.iter_rows(named=True), strict=True):
        start = 0.0
        for name, word in zip(there, words, strict=True):
            end = start + row[name]
            text = share_text(row[name]) if row[name] >= _LEAST else ""
            rows.append((label, word, start, end, text, ON_DARK if name == "thrived" else ON_LIGHT))
            start = end
    numbers = dict.fromkeys(("start", "end"), pl.Float64)
    names = dict.fromkeys(("label", "part", "text", "ink"), pl.String)
    order = ("label", "part", "start", "end", "text", "ink")
    kinds = {**names, **numbers}
    frame = pl.DataFrame(rows, {name: kinds[name] for name in order}, orient="row")
    y = alt.Y("label:N", sort=labels, axis=rows_axis())
    x = alt.X(
        "start:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            values=[at / 4 for at in range(5)],
            labelExpr="round(datum.value * 100) + ' %'",
            domain=False,
            ticks=False,
            labelPadding=8,
        ),
        title=chart.words["probability"],
    )
    colours = alt.Color(
        "part:N",
        scale=alt.Scale(domain=words, range=[COLOURS[name] for name in there]),
        legend=alt.Legend(
            title=None, orient="top", columns=2, symbolType="square", symbolStrokeColor=GREY
        ),
    )
    base = source()
    bars = base.mark_bar(height=18, strokeWidth=0.75, stroke=GREY).encode(
        y=y, x=x, x2="end:Q", color=colours
    )
    drawn = alt.layer(bars, *texts_inside(base, y)).properties(
        width=WIDTH - LABELS, height=alt.Step(row_height(labels, 26))
    )
    return Drawing(drawn, {"rows": frame})
