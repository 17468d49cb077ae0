"""Scores from one wave to the next."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from vested.report.charts.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PURPLE,
    SERIES,
    SHAPES,
    Drawing,
    hundred,
    source,
    spread,
)
from vested.report.document.model import Chart

MOVED = {
    "still": (GREY, "circle"),
    "up": (BLUE, "triangle-up"),
    "down": (ORANGE, "triangle-down"),
    "both": (PURPLE, "diamond"),
}
"""Colour and shape of lines by how they moved; the first are drawn below the others."""
_GAP = 0.06
"""Between two names, as a share of the axis."""
_HEIGHT, _TALLER, _WIDE = 250, 330, 300
"""Pixels; the last two for many lines."""


def draw(chart: Chart) -> Drawing:
    """A line per label with its intervals and its name, or in the colour of how it moved."""
    marked = "moved" in chart.frame.columns
    frame = chart.frame.filter(pl.col("score").is_not_null())
    if not marked:
        frame = frame.with_columns(named=pl.lit(value=True))
    waves = chart.frame["wave"].unique(maintain_order=True).to_list()
    width = _WIDE if marked else max(200, min(90 * len(waves), 290))
    x = alt.X(
        "wave:N",
        sort=waves,
        scale=alt.Scale(type="point", padding=0.25, domain=waves),
        axis=alt.Axis(labelAngle=0, labelLimit=110, domain=False, ticks=False),
        title=chart.words["wave"],
    )
    y = alt.Y("score:Q", **hundred(chart.words["score"], chart.axis))
    if marked:
        told = {kind: chart.words[kind] for kind in MOVED}
        frame = frame.with_columns(pl.col("moved").replace_strict(told).alias("way"))
    looks = _by_movement(chart, frame) if marked else _by_label(frame)
    last = frame.filter("named").group_by("label", maintain_order=True).last()
    gap = _GAP * (chart.axis[1] - chart.axis[0])
    ends = last.with_columns(
        pl.Series("label_at", spread(last["score"].to_list(), gap), dtype=pl.Float64),
        pl.Series("short", [_cut(text) for text in last["label"]], dtype=pl.String),
    )
    named = source("ends")
    lines = [
        each for kind in (MOVED if marked else [None]) for each in _lines(kind, x, y, looks, frame)
    ]
    name_at = alt.Y("label_at:Q")
    leaders = named.mark_rule(color=GREY, strokeWidth=0.75).encode(
        x=x, x2=alt.value(width + 4), y=alt.Y("score:Q"), y2="label_at:Q"
    )
    layers = [
        *lines,
        *([leaders] if marked else []),
        named.mark_text(align="left", color=INK, fontSize=12).encode(
            x=alt.value(width + 16), y=name_at, text="short:N"
        ),
        named.mark_point(filled=True, size=80, opacity=1).encode(
            x=alt.value(width + 6), y=name_at, **looks
        ),
    ]
    height = _TALLER if marked else _HEIGHT
    drawn = alt.layer(*layers).properties(width=width, height=height)
    return Drawing(drawn, {"rows": frame, "ends": ends})


def _lines(
    kind: str | None, x: alt.X, y: alt.Y, looks: dict[str, Any], frame: pl.DataFrame
) -> list[alt.Chart]:
    """Lines, intervals and points of those that moved in one way, or of all."""
    base = source()
    if kind is not None:
        if not (frame["moved"] == kind).any():
            return []
        base = base.transform_filter(f"datum.moved === '{kind}'")
    still = kind == "still"
    return [
        base.mark_line(strokeWidth=1 if still else 2.25, opacity=0.6 if still else 1).encode(
            x=x, y=y, color=looks["color"], detail="label:N"
        ),
        base.transform_filter("datum.low !== null")
        .mark_rule(strokeWidth=4, opacity=0.35)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q", color=looks["color"]),
        base.mark_point(filled=True, size=30 if still else 90, opacity=1).encode(x=x, y=y, **looks),
    ]


def _by_label(frame: pl.DataFrame) -> dict[str, Any]:
    names = frame["label"].unique(maintain_order=True).to_list()
    colours, shapes = ([all_of[at % 6] for at in range(len(names))] for all_of in (SERIES, SHAPES))
    return {
        "color": alt.Color("label:N", scale=alt.Scale(domain=names, range=colours), legend=None),
        "shape": alt.Shape("label:N", scale=alt.Scale(domain=names, range=shapes), legend=None),
    }


def _by_movement(chart: Chart, frame: pl.DataFrame) -> dict[str, Any]:
    there = [kind for kind in reversed(MOVED) if (frame["moved"] == kind).any()]
    words = [chart.words[kind] for kind in there]
    legend = alt.Legend(
        title=None, orient="top", direction="vertical", labelLimit=0, symbolOpacity=1
    )
    colours, shapes = ([MOVED[kind][at] for kind in there] for at in (0, 1))
    return {
        "color": alt.Color("way:N", scale=alt.Scale(domain=words, range=colours), legend=legend),
        "shape": alt.Shape("way:N", scale=alt.Scale(domain=words, range=shapes), legend=legend),
    }


def _cut(text: str) -> str:
    return text if len(text) <= 27 else f"{text[:26]}…"
