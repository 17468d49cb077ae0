"""The paradox map: how much of both poles there is, and towards which of them it leans."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from vested.report.charts.style import (
    GREY,
    INK,
    SERIES,
    SHAPES,
    Drawing,
    source,
    spread,
)
from vested.report.document.model import Chart
from vested.report.document.parts import reaches
from vested.report.text import distinct

_SIDE, _HEIGHT = 290, 270
_LINE = 17
"""Between two labels."""


def draw(chart: Chart) -> Drawing:
    """A point for each pair, with its intervals both ways; above and in the middle is balance."""
    frame = chart.frame.filter(pl.col("tilt").is_not_null() & pl.col("joint").is_not_null())
    lean, above = reaches(frame)
    high = max(_HEIGHT, _LINE * (frame.height + 1))
    at = spread(frame["joint"].to_list(), 2 * above * _LINE / high)
    frame = frame.with_columns(
        pl.Series("label_at", at, dtype=pl.Float64),
        pl.Series("point", distinct(map(_cut, frame["label"])), dtype=pl.String),
    )
    x = alt.X(
        "tilt:Q",
        scale=alt.Scale(domain=[-lean, lean], nice=False),
        axis=alt.Axis(values=[-lean, 0, lean], format="d", domain=False, ticks=False),
        title=chart.words["tilt"],
    )
    height: dict[str, Any] = {
        "scale": alt.Scale(domain=[50 - above, 50 + above], nice=False),
        "axis": alt.Axis(values=[0, 25, 50, 75, 100], format="d", domain=False, ticks=False),
        "title": chart.words["joint"],
    }
    y = alt.Y("joint:Q", **height)
    base = source()
    names = frame["point"].to_list()
    colours = [SERIES[at % 6] for at in range(len(names))]
    # Shifted by one each time round: 36 points differ.
    shapes = [SHAPES[(at + at // 6) % 6] for at in range(len(names))]
    colour = alt.Color("point:N", scale=alt.Scale(domain=names, range=colours), legend=None)
    shape = alt.Shape("point:N", scale=alt.Scale(domain=names, range=shapes), legend=None)
    layers = [
        source().mark_rule(color=GREY, strokeDash=[4, 4]).encode(x=alt.XDatum(0)),
        source().mark_rule(color=GREY, strokeDash=[4, 4]).encode(y=alt.YDatum(50)),
        base.transform_filter("datum.tilt_low !== null")
        .mark_rule(strokeWidth=3, opacity=0.4)
        .encode(x=alt.X("tilt_low:Q"), x2="tilt_high:Q", y=y, color=colour),
        base.transform_filter("datum.joint_low !== null")
        .mark_rule(strokeWidth=3, opacity=0.4)
        .encode(x=x, y=alt.Y("joint_low:Q"), y2="joint_high:Q", color=colour),
        base.mark_point(filled=True, size=110, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape
        ),
        base.mark_text(align="left", color=INK, fontSize=12).encode(
            x=alt.value(_SIDE + 14), y=alt.Y("label_at:Q", **height),
            text="point:N",
        ),
        base.mark_point(filled=True, size=80, opacity=1).encode(
            x=alt.value(_SIDE + 5), y=alt.Y("label_at:Q"), color=colour, shape=shape
        ),
    ]  # fmt: skip
    return Drawing(alt.layer(*layers).properties(width=_SIDE, height=high), {"rows": frame})


def _cut(text: str) -> str:
    return text if len(text) <= 27 else f"{text[:26]}…"
