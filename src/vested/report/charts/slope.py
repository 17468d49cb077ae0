"""Scores from one wave to the next."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import (
    INK,
    SERIES,
    SHAPES,
    Drawing,
    hundred,
    source,
    spread,
)
from vested.report.document.model import Chart

_GAP = 6.0


def draw(chart: Chart) -> Drawing:
    """A line per measure, with the interval at each wave and its name at the end."""
    frame = chart.frame.filter(pl.col("score").is_not_null())
    waves = chart.frame["wave"].unique(maintain_order=True).to_list()
    names = frame["label"].unique(maintain_order=True).to_list()
    width = max(200, min(90 * len(waves), 290))
    x = alt.X(
        "wave:N",
        sort=waves,
        scale=alt.Scale(type="point", padding=0.25, domain=waves),
        axis=alt.Axis(labelAngle=0, labelLimit=110, domain=False, ticks=False),
        title=chart.words["wave"],
    )
    y = alt.Y("score:Q", **hundred(chart.words["score"]))
    looks = {
        "color": alt.Color(
            "label:N",
            scale=alt.Scale(domain=names, range=[SERIES[at % 6] for at in range(len(names))]),
            legend=None,
        ),
        "shape": alt.Shape(
            "label:N",
            scale=alt.Scale(domain=names, range=[SHAPES[at % 6] for at in range(len(names))]),
            legend=None,
        ),
    }
    last = frame.group_by("label", maintain_order=True).last()
    ends = last.with_columns(
        pl.Series("label_at", spread(last["score"].to_list(), _GAP), dtype=pl.Float64),
        pl.Series("short", [_cut(text) for text in last["label"]], dtype=pl.String),
    )
    base, named = source(), source("ends")
    layers = [
        base.mark_line(strokeWidth=2.5).encode(x=x, y=y, color=looks["color"]),
        base.transform_filter("datum.low !== null")
        .mark_rule(strokeWidth=4, opacity=0.35)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=looks["color"]),
        base.mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, **looks),
        named.mark_text(align="left", color=INK, fontSize=12).encode(
            x=alt.value(width + 16), y=alt.Y("label_at:Q"), text="short:N"
        ),
        named.mark_point(filled=True, size=80, opacity=1).encode(
            x=alt.value(width + 6), y=alt.Y("label_at:Q"), **looks
        ),
    ]
    drawn = alt.layer(*layers).properties(width=width, height=250)
    return Drawing(drawn, {"rows": frame, "ends": ends})


def _cut(text: str) -> str:
    return text if len(text) <= 27 else f"{text[:26]}…"
