"""How many codes are known after so many sources."""

from __future__ import annotations

import altair as alt
import polars as pl

from vested.report.charts.style import (
    BLUE,
    WIDTH,
    Drawing,
    source,
)
from vested.report.document.model import Chart


def draw(chart: Chart) -> Drawing:
    """A rising line that flattens where new sources say nothing new."""
    top = max(1, int(pl.Series(chart.frame["codes"]).max() or 1))  # type: ignore[arg-type]
    drawn = (
        source()
        .mark_line(color=BLUE, strokeWidth=2.5, interpolate="step-after")
        .encode(
            x=alt.X(
                "sources:Q",
                title=chart.words["sources"],
                axis=alt.Axis(format="d", tickMinStep=1, grid=False),
            ),
            y=alt.Y(
                "codes:Q",
                title=chart.words["codes"],
                scale=alt.Scale(domain=[0, top]),
                axis=alt.Axis(format="d", tickMinStep=1, domain=False, ticks=False),
            ),
        )
        .properties(width=WIDTH - 50, height=220)
    )
    return Drawing(drawn, {"rows": chart.frame})
