"""Draw the pictures of docs/explanation/evidence-from-interviews.md from the samples.

Usage: python docs/make_interview_pictures.py [--png FOLDER]

As `make_pictures.py`, whose plate and colours these have.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import polars as pl
from make_pictures import (
    BLUE,
    DARK_ORANGE,
    GREY,
    INK,
    ORANGE,
    SURVEY,
    Picture,
    _line,
    _name,
    write,
)

from vested import analyse
from vested.analysis.consolidate import Consolidation, consolidate
from vested.analysis.interviews import Interviews, interviews
from vested.stats.coding.kappa import cohen, gwet, percent_agreement

INTERVIEWS = SURVEY.with_name("interviews.qdpx")
JOINED = "City of Oakhaven"
"""The organisation whose survey and interviews are shown side by side."""

SEEN = 12
"""So many sources of the curve of saturation, which is flat after them."""


def saturation(found: Interviews) -> Picture:
    """Measures heard by number of sources, in the order of the phases and in random orders."""
    whole = found.tables["saturation"].frame
    frame = whole.head(SEEN)
    reached = int(frame.filter(pl.col("saturated"))["sources"].min())  # type: ignore[arg-type]
    most = int(whole["codes"].max())  # type: ignore[arg-type]
    x = alt.X(
        "sources:Q",
        scale=alt.Scale(domain=[1, SEEN]),
        axis=alt.Axis(values=list(range(1, SEEN + 1)), format="d"),
        title="sources seen",
    )
    scale = alt.Scale(domain=[0, most + 1])
    y = alt.Y("codes:Q", scale=scale, title="different measures spoken of")
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(color=BLUE, opacity=0.22).encode(
        y=alt.Y("codes_low:Q", scale=scale), y2="codes_high:Q"
    )
    median = base.mark_line(color=BLUE, strokeDash=[5, 4], strokeWidth=2)
    own = base.mark_line(color=DARK_ORANGE, strokeWidth=2.5) + base.mark_point(
        color=DARK_ORANGE, filled=True, size=60, opacity=1
    )
    said = [
        (reached + 0.15, 5, INK, f"saturated after {reached} sources: in the last/two nothing that "
         "was not in the first four"),
        (2.7, 13, BLUE, "95 % of random orders;/dashed: their median"),
        (8.9, most - 1.6, DARK_ORANGE, "in the order of the phases"),
    ]  # fmt: skip
    notes = [
        alt.Chart()
        .mark_text(align="left", color=color, fontSize=12, lineBreak="/")
        .encode(x=alt.datum(at), y=alt.datum(high), text=alt.value(text))
        for at, high, color, text in said
    ]
    mark = {"scale": alt.Scale(domain=[1, SEEN])}
    chart = alt.layer(
        band, median.encode(y=alt.Y("codes_median:Q", scale=scale)), _line(reached, INK, mark),
        own.encode(y=y), *notes,
    ).properties(width=460, height=260)  # fmt: skip
    numbers = "; ".join(
        f"after {row['sources']} {row['codes']}, random orders {row['codes_low']} to "
        f"{row['codes_high']}"
        for row in frame.rows(named=True)
    )
    return (
        chart,
        f"How soon the {most} measures have all come up",
        f"Different measures spoken of: {numbers}. Saturated after {reached} sources.",
    )


def display(found: Consolidation) -> Picture:
    """Survey and evidence score of one organisation per measure, with their intervals."""
    frame = (
        found.display.filter(pl.col("organisation") == JOINED, pl.col("difference").is_not_null())
        .sort("difference", descending=True)
        .with_columns(pl.col("measure").map_elements(_name, pl.String).alias("label"))
    )
    strands = {
        "survey": ("score", "score_low", "score_high", "survey, with its interval"),
        "interviews": ("evidence", "evidence_low", "evidence_high", "interviews, with theirs"),
    }
    order, domain = frame["label"].to_list(), [name for *_, name in strands.values()]
    points = pl.concat(
        frame.select(
            "label",
            pl.col(at).alias("at"),
            pl.col(low).alias("low"),
            pl.col(high).alias("high"),
            pl.lit(name).alias("strand"),
        )
        for at, low, high, name in strands.values()
    )
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    x = {
        "scale": alt.Scale(domain=[0, 100]),
        "title": "score, 0 to 100; dashed: the quarters of the range",
        "axis": alt.Axis(values=[0, 25, 50, 75, 100], format="d"),
    }
    legend = alt.Legend(title=None, orient="top", direction="horizontal", labelLimit=300)
    color = alt.Color(
        "strand:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=legend
    )
    offset = alt.YOffset("strand:N", sort=domain, scale=alt.Scale(paddingOuter=0.9))
    base = alt.Chart(points).encode(y=y, yOffset=offset, color=color)
    shape = alt.Shape(
        "strand:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend
    )
    words = (
        alt.Chart(frame)
        .mark_text(align="left", fontSize=11, color=INK)
        .encode(y=y, text="convergence:N", x=alt.value(438))
    )
    chart = alt.layer(
        *(_line(cut, GREY, x) for cut in (25, 50, 75)),
        base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", **x), x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(x=alt.X("at:Q", **x), shape=shape),
        words,
    ).properties(width=430, height=alt.Step(24, **{"for": "position"}))
    said = "; ".join(
        f"{row['label']} {row['score']:.0f} and {row['evidence']:.0f}, {row['convergence']}"
        for row in frame.rows(named=True)
    )
    return (
        chart,
        f"{JOINED}: what staff answered and what sources say",
        f"Survey score and evidence score: {said}.",
    )


def paradox() -> Picture:
    """Kappa and AC1 at one and the same agreement, by the prevalence of a code."""
    kinds, units = np.array([[1, 1], [1, 0], [0, 1], [0, 0]]), 2000
    apart = units // 40
    rows = []
    for share in np.arange(0.03, 0.501, 0.01):
        both = round(share * units) - apart
        counts = np.array([both, apart, apart, units - both - 2 * apart])
        for name, measure in (("AC1", gwet), ("kappa", cohen), ("agreement", percent_agreement)):
            rows.append((float(share), name, measure(kinds, 2, counts=counts).value))
    frame = pl.DataFrame(rows, schema=["prevalence", "name", "value"], orient="row")
    names = ["AC1", "agreement", "kappa"]
    x = alt.X(
        "prevalence:Q",
        scale=alt.Scale(domain=[0, 0.5]),
        axis=alt.Axis(format=".0%", values=[0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        title="prevalence: share of the passages that bear the code",
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1.05], nice=False), title="value")
    color = alt.Color(
        "name:N", scale=alt.Scale(domain=names, range=[BLUE, GREY, ORANGE]), legend=None
    )
    dash = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=names, range=[[1, 0], [5, 4], [1, 0]]), legend=None
    )
    lines = (
        alt.Chart(frame).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=color, strokeDash=dash)
    )
    labels = [
        (0.12, 0.88, BLUE, "AC1"),
        (0.3, 1.0, "#6a6a6a", "agreement, 95 % throughout"),
        (0.1, 0.55, DARK_ORANGE, "kappa (alpha is the same here)"),
    ]
    notes = [
        alt.Chart()
        .mark_text(align="left", fontSize=12, color=color)
        .encode(x=alt.datum(at), y=alt.datum(high), text=alt.value(text))
        for at, high, color, text in labels
    ]
    chart = alt.layer(lines, *notes).properties(width=460, height=240)
    some = {
        share: [row[2] for row in rows if abs(row[0] - share) < 0.001] for share in (0.03, 0.1, 0.5)
    }
    said = "; ".join(
        f"at a prevalence of {share:.0%} AC1 {ac1:.2f}, kappa {kappa:.2f}"
        for share, (ac1, kappa, _) in some.items()
    )
    return (
        chart,
        "The same agreement, and what kappa and AC1 make of it",
        f"Two coders agree on 95 % of the passages: {said}.",
    )


def main() -> None:
    found = interviews(INTERVIEWS)
    write(
        {
            "saturation": saturation(found),
            "display": display(consolidate(analyse(SURVEY), found)),
            "paradox": paradox(),
        }
    )


if __name__ == "__main__":
    main()
