"""Draw the pictures of docs/explanation/evidence.md from the sample survey.

Usage: python docs/make_pictures.py [--png FOLDER]

Needs the extra `report`: pip install -e '.[report]'. Run by hand when the sample or a statistic
changes; the same versions of the extra give the same bytes. With --png each picture is also
written to FOLDER as PNG, to be looked at.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from vested import load_instrument
from vested.analysis.evidence import Evidence, evidence
from vested.analysis.surveys import Gather, Reading
from vested.model import in_language
from vested.stats.aggregation import respondents_for
from vested.survey.roles import Roles

try:
    import altair as alt
    import vl_convert  # noqa: F401  # altair draws with it
except ImportError as error:
    sys.exit(f"{error.name} is missing; it comes with the extra: pip install -e '.[report]'")

FOLDER = Path(__file__).parent / "explanation" / "pictures"
SURVEY = Path(__file__).parent.parent / "data" / "samples" / "survey.csv"

BLUE, ORANGE, PURPLE, GREY, INK = "#0072b2", "#d55e00", "#8c4a78", "#8a8a8a", "#222222"
DARK_ORANGE = "#a84a00"
"""Told apart by people who see few colours (Okabe & Ito, the purple darker); shapes differ too."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
FACET = "OPN"
"""The facet whose agreement is shown: the gate says all that it can say of it."""

THREE = ("City Transport Larkmouth", "Saint Alder Hospital", "Town of Millbrook")
"""Low, middling and high agreement on that facet."""

Picture = tuple[alt.TopLevelMixin, str, str]
"""A chart, its title, and a description for those who do not see it."""


def agreement(found: Evidence) -> Picture:
    """rWG(J) of each organisation under two null distributions, as a dumbbell."""
    frame = found.agreement.filter(pl.col("measure") == FACET).drop_nulls("rwg_uniform")
    frame = frame.sort("rwg_uniform", descending=True).with_columns(
        pl.format("{} ({})", "organisation", "respondents").alias("label")
    )
    order = frame["label"].to_list()
    kinds = {
        "rwg_uniform": "against answers spread evenly (wanted: 0.70)",
        "rwg_slight_skew": "against slightly lenient answers (wanted: 0.50)",
    }
    points = frame.unpivot(list(kinds), index="label", variable_name="kind").with_columns(
        pl.col("kind").replace(kinds)
    )
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=240))
    x = {
        "scale": alt.Scale(domain=[0, 1]),
        "title": "rWG(J)",
        "axis": alt.Axis(format=".1f", values=[number / 10 for number in range(11)]),
    }
    domain = list(kinds.values())
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=400)
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=85, opacity=1)
        .encode(
            x=alt.X("value:Q", **x),
            y=y,
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=legend
            ),
            shape=alt.Shape(
                "kind:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend
            ),
        )
    )
    bars = (
        alt.Chart(frame)
        .mark_rule(color=GREY, strokeWidth=2)
        .encode(x=alt.X("rwg_slight_skew:Q", **x), x2="rwg_uniform:Q", y=y)
    )
    cuts = _line(0.7, BLUE, x) + _line(0.5, ORANGE, x)
    gates = (
        alt.Chart(frame)
        .mark_text(align="left", fontSize=11, color=INK)
        .encode(y=y, text="gate:N", x=alt.value(448))
    )
    chart = (cuts + bars + dots + gates).properties(width=440, height=alt.Step(20))
    said = "; ".join(
        f"{row['organisation']} {row['rwg_uniform']:.2f} and {row['rwg_slight_skew']:.2f}, "
        f"{row['gate']}"
        for row in frame.rows(named=True)
    )
    return (
        chart,
        f"Agreement within each organisation on {_name(FACET)}",
        f"rWG(J) against evenly spread and against slightly lenient answers, and the gate: {said}.",
    )


def answers(found: Evidence) -> Picture:
    """How the answers of three organisations are spread over the options."""
    agreements = found.agreement.filter(pl.col("measure") == FACET)
    panels, said = [], []
    for name in THREE:
        row = agreements.row(by_predicate=pl.col("organisation") == name, named=True)
        counts = _counts(name)
        if row["respondents"] is None or counts.sum(axis=1).max() != row["respondents"]:
            raise ValueError(f"{name} is not to be shown, or not counted as evidence does")
        shares = counts.sum(axis=0) / counts.sum()
        codes = np.arange(1, len(shares) + 1)
        mean = float(shares @ codes)
        frame = pl.DataFrame({"code": codes, "share": shares})
        x = alt.X(
            "code:Q",
            scale=alt.Scale(domain=[0.4, 5.6]),
            axis=alt.Axis(values=codes.tolist(), format="d"),
            title="answer, 1 lowest to 5 highest",
        )
        y = alt.Y(
            "share:Q",
            scale=alt.Scale(domain=[0, 0.66]),
            axis=alt.Axis(format=".0%", values=[0, 0.1, 0.2, 0.3, 0.4, 0.5]),
            title="share of the answers" if not panels else None,
        )
        bars = alt.Chart(frame).mark_bar(size=26, color=BLUE).encode(x=x, y=y)
        even = (
            alt.Chart()
            .mark_rule(color=ORANGE, strokeDash=[5, 4], strokeWidth=2)
            .encode(y=alt.YDatum(1 / len(codes)))
        )
        at = alt.Chart(pl.DataFrame({"mean": [mean], "top": [0.56], "text": [f"mean {mean:.1f}"]}))
        middle = at.encode(x=alt.X("mean:Q"), y=alt.Y("top:Q"))
        chart = (
            bars
            + even
            + middle.mark_point(shape="triangle-down", filled=True, size=70, color=INK, opacity=1)
        )
        chart += middle.mark_text(dy=-11, fontSize=11, color=INK).encode(text="text:N")
        if not panels:
            chart += (
                alt.Chart()
                .mark_text(color=DARK_ORANGE, fontSize=11, align="left", lineBreak="/")
                .encode(
                    x=alt.datum(0.6),
                    y=alt.datum(0.48),
                    text=alt.value("dashed: all options/equally likely, 20% each"),
                )
            )
        title = alt.TitleParams(
            name,
            subtitle=[
                f"{row['respondents']} respondents",
                f"rWG(J) {row['rwg_uniform']:.2f}: {row['gate']}",
            ],
            anchor="start",
            fontSize=13,
            subtitleFontSize=12,
        )
        panels.append(chart.properties(width=180, height=210, title=title))
        said.append(
            f"{name}, rWG(J) {row['rwg_uniform']:.2f}: "
            + ", ".join(f"{share:.0%}" for share in shares)
        )
    return (
        alt.hconcat(*panels, spacing=28),
        f"What agreement looks like: answers to the items of {_name(FACET)}",
        "Shares of the answers 1 to 5. " + "; ".join(said) + ". Answers at random would have 20% "
        "each.",
    )


def reliability(found: Evidence) -> Picture:
    """Alpha of each facet with Feldt's interval."""
    above = "all of the interval is above 0.70"
    partly = "the interval reaches below 0.70"
    below = "alpha itself is below 0.70"
    frame = found.reliability.sort("alpha", descending=True).with_columns(
        pl.col("measure").map_elements(_name, pl.String).alias("name"),
        pl.when(pl.col("alpha_low") >= 0.7)
        .then(pl.lit(above))
        .when(pl.col("alpha") >= 0.7)
        .then(pl.lit(partly))
        .otherwise(pl.lit(below))
        .alias("kind"),
    )
    frame = frame.with_columns(pl.format("{} ({} items)", "name", "items").alias("label"))
    order, domain = frame["label"].to_list(), [above, partly, below]
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    x = {
        "scale": alt.Scale(domain=[0.56, 0.84]),
        "title": "Cronbach's alpha",
        "axis": alt.Axis(format=".2f", values=[0.6, 0.65, 0.7, 0.75, 0.8]),
    }
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=400)
    color = alt.Color(
        "kind:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE, PURPLE]), legend=legend
    )
    base = alt.Chart(frame)
    chart = (
        _line(0.7, INK, x)
        + base.mark_rule(strokeWidth=2).encode(
            x=alt.X("alpha_low:Q", **x),
            x2="alpha_high:Q",
            y=y,
            color=color,
        )
        + base.mark_point(filled=True, size=85, opacity=1).encode(
            x=alt.X("alpha:Q", **x),
            y=y,
            color=color,
            shape=alt.Shape(
                "kind:N",
                scale=alt.Scale(domain=domain, range=["circle", "diamond", "square"]),
                legend=legend,
            ),
        )
    ).properties(width=400, height=alt.Step(18))
    said = "; ".join(
        f"{row['name']} {row['alpha']:.2f} ({row['alpha_low']:.2f} to {row['alpha_high']:.2f})"
        for row in frame.rows(named=True)
    )
    return chart, "Reliability of the facets, with 95 % intervals", f"Alpha and interval: {said}."


def aggregation(found: Evidence) -> Picture:
    """ICC(1) of each facet, and how many respondents its mean needs."""
    facets = found.reliability["measure"].to_list()
    frame = found.aggregation.filter(pl.col("measure").is_in(facets)).sort("icc1", descending=True)
    # The fewer, the higher ICC(1) is: the ends change places.
    frame = frame.with_columns(
        pl.col("measure").map_elements(_name, pl.String).alias("label"),
        pl.Series("fewest", respondents_for(frame["icc1_high"].to_numpy())),
        pl.Series("most", respondents_for(frame["icc1_low"].to_numpy())),
    )
    average = frame["respondents"].max() / frame["organisations"].max()  # type: ignore[operator]
    enough = f"the average of this survey, {average:.0f} (dashed), is enough"
    few = f"the interval reaches beyond {average:.0f}"
    frame = frame.with_columns(
        pl.when(pl.col("most") <= average).then(pl.lit(enough)).otherwise(pl.lit(few)).alias("kind")
    )
    order, domain = frame["label"].to_list(), [enough, few]
    legend = alt.Legend(title=None, orient="top", direction="vertical", labelLimit=400)
    color = alt.Color("kind:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=legend)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend
    )

    share = {
        "scale": alt.Scale(domain=[0, 0.4]),
        "title": "ICC(1): share of variance between organisations",
        "axis": alt.Axis(format=".2f", values=[0, 0.1, 0.2, 0.3, 0.4]),
    }
    needed = {
        "scale": alt.Scale(type="log", domain=[4, 200], nice=False),
        "title": "respondents per organisation for ICC(2) = 0.70",
        "axis": alt.Axis(format="d", values=[5, 10, 20, 50, 100, 200]),
    }

    def panel(low: str, at: str, high: str, x: Mapping[str, Any], y: alt.Y) -> alt.LayerChart:
        base = alt.Chart(frame).encode(y=y, color=color)
        rules = base.mark_rule(strokeWidth=2).encode(x=alt.X(f"{low}:Q", **x), x2=f"{high}:Q")
        points = base.mark_point(filled=True, size=75, opacity=1)
        return rules + points.encode(x=alt.X(f"{at}:Q", **x), shape=shape)

    named = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    nameless = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labels=False, ticks=False))
    left = panel("icc1_low", "icc1", "icc1_high", share, named)
    right = panel("fewest", "respondents_for_70", "most", needed, nameless)
    size = {"width": 270, "height": alt.Step(18)}
    chart = alt.hconcat(
        left.properties(**size),
        (_line(average, INK, needed) + right).properties(**size),
        spacing=24,
    )
    said = "; ".join(
        f"{row['label']} {row['icc1']:.2f}, {row['respondents_for_70']:.0f}"
        for row in frame.rows(named=True)
    )
    return (
        chart,
        "How much organisations differ, and how many respondents that takes",
        f"ICC(1) and respondents needed: {said}. The organisations of this survey have "
        f"{average:.0f} on average.",
    )


def factors(found: Evidence) -> Picture:
    """Eigenvalues of the answers beside those of random ones: parallel analysis."""
    frame = found.tables["eigenvalues"].frame.head(28)
    row = found.tables["suitability"].frame.row(0, named=True)
    answers, chance = "of the answers", "of random answers (95th percentile)"
    domain = [answers, chance]
    legend = alt.Legend(title=None, orient="top", direction="horizontal", labelLimit=400)
    color = alt.Color("kind:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]), legend=legend)
    shape = alt.Shape(
        "kind:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]), legend=legend
    )
    x = alt.X(
        "number:Q",
        title="number, from the largest",
        scale=alt.Scale(domain=[0, 29], nice=False),
        axis=alt.Axis(values=[1, 5, 10, 15, 20, 25], format="d"),
    )
    panels = []
    for name, key, count in (
        ("Components", "component", row["components"]),
        ("Factors", "factor", row["factors"]),
    ):
        kinds = {key: answers, f"{key}_random": chance}
        points = (
            frame.unpivot(list(kinds), index="number", variable_name="kind")
            .with_columns(pl.col("kind").replace(kinds))
            .filter(pl.col("value") > 0.05)  # a logarithmic axis has no 0
        )
        y = alt.Y(
            "value:Q",
            title="eigenvalue, logarithmic" if not panels else None,
            scale=alt.Scale(type="log", domain=[0.05, 25], nice=False),
            axis=alt.Axis(values=[0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20], format="~g"),
        )
        base = alt.Chart(points).encode(x=x, y=y, color=color)
        cut = alt.Chart().mark_rule(color=INK, strokeDash=[5, 4]).encode(x=alt.datum(count + 0.5))
        title = alt.TitleParams(
            name,
            subtitle=f"{count} exceed those of random answers",
            anchor="start",
            fontSize=13,
            subtitleFontSize=12,
        )
        chart = cut + base.mark_line(strokeWidth=1.2)
        chart += base.mark_point(filled=True, size=45, opacity=1).encode(shape=shape)
        panels.append(chart.properties(width=290, height=270, title=title))
    first = ", ".join(f"{value:.2f}" for value in frame["factor"].head(5))
    return (
        alt.hconcat(*panels, spacing=28),
        "How many factors? Eigenvalues of the answers, and of random ones",
        f"Parallel analysis of {row['items']} items: {row['components']} components and "
        f"{row['factors']} factors exceed those of random answers; the instrument makes "
        f"{row['facets']} facets of the items. The first factors have {first}.",
    )


def _line(at: float, color: str, x: Mapping[str, Any]) -> alt.Chart:
    """A cut-off, across the whole chart; `x` is what the axis is like."""
    mark = alt.Chart().mark_rule(color=color, strokeDash=[5, 4], strokeWidth=1.5)
    return mark.encode(x=alt.XDatum(at, **x))


def _name(measure: str) -> str:
    found = next(each for each in load_instrument("vested").measures if each.id == measure)
    return in_language(found.name)


def _counts(organisation: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Items x options: how often each was chosen by those who answered the whole facet."""
    reading = Reading(
        paths=[SURVEY],
        instrument=None,
        encoding=None,
        roles=Roles(),
        invalid_as_missing=False,
        progress=None,
        gather=Gather("spread"),
    )
    found = reading.at_once() or reading.with_care()
    tallies = found.reduction.tallies
    assert tallies
    number = next(at for at, facet in enumerate(tallies.judged) if facet.measure == FACET)
    cells = [at for key, at in found.reduction.cells.items() if key[0] == organisation]
    counts: np.ndarray[Any, np.dtype[np.int64]] = tallies.spread.complete(number)[cells].sum(axis=0)
    return counts


def drawn(picture: Picture) -> alt.TopLevelMixin:
    """A chart on a white plate, so that it can be read on dark pages too."""
    chart, title, _ = picture
    return (
        chart.properties(background="white", padding=14, title=title)
        .configure(aria=False, font=FONT)  # the description says it in whole sentences
        .configure_view(stroke=None)
        .configure_title(fontSize=14, anchor="start", offset=10, color=INK)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            labelFontSize=11,
            labelFlush=False,
            grid=False,
        )
        .configure_legend(labelColor=INK, labelFontSize=11, symbolSize=85)
    )


def svg(picture: Picture) -> str:
    """The picture as SVG with its title and description for screen readers."""
    _, title, description = picture
    buffer = io.StringIO()
    drawn(picture).save(buffer, format="svg")
    head, _, rest = buffer.getvalue().partition(">")
    return (
        f'{head} role="img" aria-labelledby="title desc">'
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(description)}</desc>'
        f"{rest}\n"
    )


def write(pictures: Mapping[str, Picture]) -> None:
    """Write pictures by name, with --png as PNG too."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in pictures.items():
        (FOLDER / f"{name}.svg").write_text(svg(picture), encoding="utf-8")
        if "--png" in sys.argv:
            target = Path(sys.argv[-1]) / f"{name}.png"
            drawn(picture).save(target, format="png", scale_factor=2)


def main() -> None:
    found = evidence(SURVEY)
    draws = (agreement, answers, reliability, aggregation, factors)
    write({draw.__name__: draw(found) for draw in draws})


if __name__ == "__main__":
    main()
