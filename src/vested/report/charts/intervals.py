"""Scores with their intervals, and the mean of a benchmark beside them."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import (
    BLUE,
    GREY,
    INK,
    LABELS,
    LINE,
    ORANGE,
    WIDTH,
    hundred,
    lines_of,
    rows_axis,
)
from vested.report.document.model import Chart


def draw(chart: Chart) -> alt.TopLevelMixin:
    """Dots on 0 to 100: filled ones may be published, hollow ones are to be read with caution."""
    frame = chart.frame.with_columns(
        pl.col("label").map_elements(lambda text: lines_of(text, LINE), return_dtype=pl.String),
        pl.col("score").fill_null(0).alias("at"),
        pl.when(pl.col("score").is_null())
        .then(pl.lit(chart.words["hidden"]))
        .otherwise(pl.lit(""))
        .alias("absent"),
    )
    parts = [
        _panel(frame.filter(pl.col("group") == group), chart, last=group == frame["group"][-1])
        for group in frame["group"].unique(maintain_order=True)
    ]
    return alt.vconcat(*parts, spacing=14) if len(parts) > 1 else parts[0]


def _panel(frame: pl.DataFrame, chart: Chart, *, last: bool) -> alt.LayerChart | alt.FacetChart:
    y = alt.Y("label:N", sort=frame["label"].to_list(), axis=rows_axis())
    x = hundred(chart.words["score"] if last else "")
    base = alt.Chart(frame)
    known = base.transform_filter("datum.score !== null")
    layers = [
        known.transform_filter("datum.low !== null")
        .mark_rule(color=BLUE, strokeWidth=5, opacity=0.4)
        .encode(x=alt.X("low:Q", **x), x2="high:Q", y=y),
        known.mark_point(filled=True, size=95, opacity=1, color=BLUE)
        .transform_filter("!datum.careful")
        .encode(x=alt.X("score:Q", **x), y=y),
        known.mark_point(filled=True, size=95, opacity=1, stroke=BLUE, strokeWidth=2.5)
        .transform_filter("datum.careful")
        .encode(x=alt.X("score:Q", **x), y=y, fill=alt.value("#ffffff")),
        base.transform_filter("datum.absent !== ''")
        .mark_text(align="left", color=GREY, fontStyle="italic", fontSize=12)
        .encode(x=alt.X("at:Q", **x), y=y, text="absent:N"),
    ]
    if frame["norm"].is_not_null().any():
        layers.append(
            base.transform_filter("datum.norm !== null")
            .mark_tick(color=ORANGE, thickness=3, size=18)
            .encode(x=alt.X("norm:Q", **x), y=y)
        )
    if "text" in frame.columns:
        layers.append(
            known.mark_text(align="left", color=INK, fontSize=12, fontWeight="bold")
            .encode(x=alt.value(WIDTH - LABELS - 40), y=y, text="text:N")
        )  # fmt: skip
    title = frame["group"][0]
    height = max(sum(26 if "\n" not in text else 34 for text in frame["label"]), 30)
    made = alt.layer(*layers).properties(width=WIDTH - LABELS - 50, height=height)
    return made.properties(title=alt.TitleParams(title, frame="group")) if title else made
