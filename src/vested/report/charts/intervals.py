"""Scores with their intervals, and the mean of a benchmark beside them."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import (
    BLUE,
    GREY,
    HEADING,
    INK,
    KEY,
    LABELS,
    ORANGE,
    WIDTH,
    Drawing,
    hundred,
    lines_of,
    row_height,
    row_labels,
    rows_axis,
    source,
)
from vested.report.document.model import Chart

_ROW, _NUMBERS = 23, 44


def draw(chart: Chart) -> Drawing:
    """Dots on an axis: filled ones may be published, hollow ones are to be read with caution."""
    frame = _with_headings(chart.frame)
    words, width = chart.words, WIDTH - LABELS - _NUMBERS
    labels = frame["label"].to_list()
    y = alt.Y("label:N", scale=alt.Scale(domain=labels), axis=rows_axis())
    x = hundred(words["score"], chart.axis)
    base = source()
    known = base.transform_filter("datum.score !== null")
    layers = [
        known.transform_filter("datum.low !== null")
        .mark_rule(color=BLUE, strokeWidth=5, opacity=0.4)
        .encode(x=alt.X("low:Q", **x), x2="high:Q", y=y),
        known.transform_filter("!datum.careful")
        .mark_point(filled=True, size=95, opacity=1, color=BLUE)
        .encode(x=alt.X("score:Q", **x), y=y),
        known.transform_filter("datum.careful")
        .mark_point(filled=True, size=95, opacity=1, stroke=BLUE, strokeWidth=2.5)
        .encode(x=alt.X("score:Q", **x), y=y, fill=alt.value("#ffffff")),
        base.transform_filter("datum.absent")
        .mark_text(align="left", color=GREY, fontStyle="italic", fontSize=12, dx=6)
        .encode(x=alt.value(0), y=y, text=alt.value(words["hidden"])),
        known.mark_text(align="left", color=INK, fontSize=12, fontWeight="bold").encode(
            x=alt.value(width + 10), y=y, text="text:N"
        ),
    ]
    if chart.axis[0] < 0 < chart.axis[1]:
        zero = source().mark_rule(color=GREY, strokeDash=[4, 4]).encode(x=alt.XDatum(0))
        layers.insert(0, zero)
    if frame["norm"].is_not_null().any():
        layers.append(
            base.transform_filter("datum.norm !== null")
            .mark_tick(color=ORANGE, thickness=3, size=18)
            .encode(x=alt.X("norm:Q", **x), y=y)
        )
    height = alt.Step(row_height(labels, _ROW))
    return Drawing(alt.layer(*layers).properties(width=width, height=height), {"rows": frame})


def _with_headings(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, and before each group a row that has nothing but its heading."""
    if "text" not in frame.columns:
        frame = frame.with_columns(pl.lit("").alias("text"))
    frame = frame.with_columns(pl.col("score").is_null().alias("absent"))
    parts = [frame.clear()]
    for at, group in enumerate(frame["group"].unique(maintain_order=True)):
        key = f"{at}{KEY}"
        if group:
            heading = f"{key}{lines_of(group)}{HEADING}"
            parts.append(pl.DataFrame({"label": [heading], "absent": [False]}))
        rows = frame.filter(pl.col("group") == group)
        labels = [f"{key}{label}" for label in row_labels(rows["label"])]
        parts.append(rows.with_columns(pl.Series("label", labels, dtype=pl.String)))
    return pl.concat(parts, how="diagonal")
