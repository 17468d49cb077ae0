"""Whether more interviews would still bring new codes."""

from __future__ import annotations

import numpy as np
import polars as pl

from vested.interviews.codings import Codings
from vested.interviews.phases import order
from vested.stats.coding.saturation import (
    AnyOrder,
    Rule,
    Saturation,
    saturation,
    saturation_any_order,
)
from vested.stats.random import generator
from vested.table import Column, ResultTable

COLUMNS = (
    Column("sources", "Sources", "How many sources were seen: by phase, then by id."),
    Column("codes", "Codes", "Different measures that they speak of."),
    Column("codes_median", "Median", "The same over random orders of the sources."),
    Column("codes_low", "Low", "Lower end of the band of random orders."),
    Column("codes_high", "High", "Upper end of the band of random orders."),
    Column("new", "New", "Measures that the run which ends here brought for the first time."),
    Column("share", "Share", "The new ones as a share of those of the base."),
    Column("saturated", "Saturated", "Whether a run up to here brought too little to go on."),
)


def saturation_table(
    codings: Codings, rule: Rule, *, seed: int, confidence: float
) -> tuple[ResultTable, str]:
    """The curve of measures by sources, and in one sentence where it is saturated."""
    phases = dict(codings.sources.select("source", "phase").rows())
    spoken = codings.segments.select("source", "measure").unique()
    by_phase = sorted(spoken["source"].unique(), key=lambda name: (order(phases[name]), name))
    sources = {name: at for at, name in enumerate(by_phase)}
    measures = {name: at for at, name in enumerate(sorted(spoken["measure"].unique()))}
    occurs = np.zeros((len(sources), len(measures)), bool)
    for source, measure in spoken.rows():
        occurs[sources[source], measures[measure]] = True
    found = saturation(occurs, rule)
    random = generator(seed, "", "saturation")
    drawn = saturation_any_order(occurs, random, rule, confidence=confidence)
    of_run = {int(end): at for at, end in enumerate(found.ends)}
    rows: list[tuple[object, ...]] = []
    for at in range(len(sources)):
        run = of_run.get(at + 1)
        new, share = (None, None) if run is None else (int(found.new[run]), float(found.share[run]))
        numbers = (values[at] for values in (found.curve, drawn.median, drawn.low, drawn.high))
        done = found.reached is not None and at + 1 >= found.reached
        rows.append((at + 1, *map(int, numbers), new, share, done))
    whole = ("sources", "codes", "codes_median", "codes_low", "codes_high", "new")
    kinds: dict[str, type[pl.DataType]] = {name: pl.Int64 for name in whole}
    kinds |= {"share": pl.Float64, "saturated": pl.Boolean}
    frame = pl.DataFrame(rows, schema=kinds, orient="row").fill_nan(None)
    table = ResultTable("saturation", "Saturation", COLUMNS, frame)
    return table, sentence(found, drawn, rule)


def sentence(found: Saturation, drawn: AnyOrder, rule: Rule) -> str:
    """Where the codes are saturated, in words."""
    by = f"base {rule.base}, runs of {rule.run}, {rule.threshold:.0%}"
    if found.reached is None:
        return f"Not saturated ({by}): {found.reason}."
    end = "more than there are" if np.isinf(drawn.reached_high) else f"{drawn.reached_high:.0f}"
    return (
        f"Saturated after {found.reached} sources ({by}); in random orders after "
        f"{drawn.reached:.0f}, from {drawn.reached_low:.0f} to {end}."
    )
