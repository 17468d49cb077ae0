"""Several organisations side by side."""

from __future__ import annotations

import polars as pl

from vested.report.document.model import Block, Paragraph, Section
from vested.report.document.sections.parts import TILT, Contents
from vested.report.document.sections.profile import intervals_of
from vested.report.text import harmless

_DOTS = 25
"""More organisations than this are shown by the heat map alone: our choice."""
_HEAT = 60
"""The heat map shows so many organisations at most: our choice."""


def overview(contents: Contents) -> Section:
    """A heat map over facets and indices, the other headline measures, and a table."""
    words = contents.words
    blocks: list[Block] = [Paragraph(words("overview.text")), _heat(contents)]
    frame = contents.report.analysis.headline_scores()
    if len(contents.organisations) <= _DOTS:
        for at, measure in enumerate(contents.headlines[1:], start=2):
            if measure.endswith(TILT):
                continue
            own = list(frame.filter(pl.col("measure") == measure).iter_rows(named=True))
            title = words("overview.chart", measure=contents.measure(measure))
            blocks.append(
                intervals_of(contents, f"overview-{at}", own, {}, by="organisation", title=title)
            )
    columns = (
        *("organisation", "measure", "respondents", "score", "ci_low", "ci_high", "ranks", "bands"),
        "status",
    )
    frame, notes = contents.standing(frame)
    blocks.append(contents.table("scores", words("overview.table"), columns, notes, frame))
    return Section("overview", words("overview"), tuple(blocks))


def _heat(contents: Contents) -> Block:
    words, instrument = contents.words, contents.instrument
    measures = [m for m in instrument.measures if m.kind in ("index", "facet")]
    measures.sort(key=lambda measure: measure.kind != "index")
    names = [measure.id for measure in measures]
    there = contents.organisations[:_HEAT]
    rank = {name: at for at, name in enumerate(names)}
    frame = contents.report.analysis.scores.filter(
        pl.col("organisation").is_in(there) & pl.col("measure").is_in(names)
    )
    frame = frame.sort(
        pl.col("organisation").replace_strict({name: at for at, name in enumerate(there)}),
        pl.col("measure").replace_strict(rank),
    )
    heat = frame.select(
        pl.col("organisation").map_elements(harmless, return_dtype=pl.String).alias("row"),
        pl.col("measure").alias("column"),
        "score",
        (pl.col("status") == "caution").alias("careful"),
    )
    description = words("overview.heat_description", rows=len(there), columns=len(names))
    return contents.chart("heat", "overview-heat", words("overview.heat"), description, heat)
