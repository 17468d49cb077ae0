"""Organisations by measures: the darker, the higher."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import (
    GREY,
    LINE,
    ON_DARK,
    ON_LIGHT,
    Drawing,
    row_height,
    row_labels,
    rows_axis,
    source,
)
from vested.report.document.model import Chart

LIGHT, DARK = "#eaf2f9", "#003f6b"
"""From a quarter of the range to three quarters: most scores lie between (our choice)."""
_TURN = 58
"""From this score on text is light: here both inks have the contrast that text needs."""


def draw(chart: Chart) -> Drawing:
    """A cell for each score, with its number; hidden ones are empty, a ? marks caution."""
    names = chart.frame["row"].unique(maintain_order=True).to_list()
    rows = row_labels(names, LINE, 2)
    frame = chart.frame.with_columns(
        pl.col("row").replace_strict(names, rows, return_dtype=pl.String),
        (
            pl.col("score").round(0).cast(pl.Int64).cast(pl.String)
            + pl.when("careful").then(pl.lit("?")).otherwise(pl.lit(""))
        ).alias("text"),
    )
    columns = frame["column"].unique(maintain_order=True).to_list()
    y = alt.Y("row:N", sort=rows, axis=rows_axis())
    x = alt.X(
        "column:N",
        sort=columns,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=-50, domain=False, ticks=False, labelLimit=140),
    )
    base = source().encode(x=x, y=y)
    cells = base.transform_filter("datum.score !== null").mark_rect(stroke="#ffffff").encode(
        color=alt.Color(
            "score:Q",
            scale=alt.Scale(domain=[25, 75], range=[LIGHT, DARK], interpolate="lab", clamp=True),
            legend=alt.Legend(
                title=chart.words["score"], orient="bottom", gradientLength=180, values=[25, 50, 75]
            ),
        )
    )  # fmt: skip
    hidden = base.transform_filter("datum.score === null").mark_text(color=GREY, text="·")
    numbers = [
        base.transform_filter(f"datum.score !== null && datum.score {where} {_TURN}")
        .mark_text(color=ink, fontSize=11)
        .encode(text="text:N")
        for where, ink in ((">=", ON_DARK), ("<", ON_LIGHT))
    ]
    step = max(22, min(46, 460 // max(len(columns), 1)))
    drawn = alt.layer(cells, hidden, *numbers).properties(
        width=alt.Step(step), height=alt.Step(row_height(rows, 26))
    )
    return Drawing(drawn, {"rows": frame})
