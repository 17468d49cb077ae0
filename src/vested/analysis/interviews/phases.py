"""Which finding rests on which phase, and what changed with the shock."""

from __future__ import annotations

from math import nan

import polars as pl

from vested.analysis.interviews.evidence import PUBLISHED, SUPPRESSED, of_cells, spoken_of
from vested.interviews.codings import Codings
from vested.interviews.phases import order
from vested.model import Instrument
from vested.stats.intervals import difference_interval
from vested.table import Column, ResultTable

PHASES = (
    Column("phase", "Phase", "The phase of the research; empty where none is given."),
    Column("measure", "Measure", "The measure."),
    Column("sources", "Sources", "How many sources of that phase speak of it."),
    Column("organisations", "Organisations", "Of how many organisations."),
    Column("segments", "Passages", "In how many passages."),
    Column("polarity", "Polarity", "Mean over sources, -2 to 2."),
    Column("score", "Evidence score", "The same on 0 to 100.", 1),
    Column("ci_low", "Low", "Lower end of its bootstrap interval over sources.", 1),
    Column("ci_high", "High", "Upper end of its bootstrap interval over sources.", 1),
    Column("status", "Status", "published, or suppressed for too few sources."),
)
SHOCK = (
    Column("measure", "Measure", "The measure."),
    Column("sources_before", "Before", "Sources of the phases before the shock."),
    Column("sources_after", "After", "Sources of the phases after it."),
    Column("score_before", "Score before", "Evidence score before the shock.", 1),
    Column("score_after", "Score after", "Evidence score after it.", 1),
    Column("difference", "Difference", "After less before.", 1),
    Column("ci_low", "Low", "Lower end of its interval, from those of both.", 1),
    Column("ci_high", "High", "Upper end of its interval.", 1),
    Column("status", "Status", "published, or suppressed for too few sources."),
)
_WHOLE = ("sources", "organisations", "segments", "sources_before", "sources_after")


def phases_table(
    codings: Codings, instrument: Instrument, *, minimum: int, confidence: float
) -> ResultTable:
    """One row per phase and measure, over all organisations."""
    passages = spoken_of(codings, instrument)
    rank = {measure.id: at for at, measure in enumerate(instrument.measures)}
    cells = sorted(
        passages.select("phase", "measure").unique().rows(),
        key=lambda cell: (order(cell[0]), rank[cell[1]]),
    )
    place = {cell: at for at, cell in enumerate(cells)}
    found = of_cells(passages, ("phase", "measure"), place, confidence)
    counts = {
        (row["phase"], row["measure"]): row
        for row in passages.group_by("phase", "measure")
        .agg(
            pl.col("source").n_unique().alias("sources"),
            pl.col("organisation").n_unique().alias("organisations"),
            pl.col("quotation").n_unique().alias("segments"),
        )
        .rows(named=True)
    }
    rows: list[tuple[object, ...]] = []
    for (phase, measure), at in place.items():
        own = counts[phase, measure]
        if own["sources"] < minimum:
            rows.append((phase, measure, *([None] * 7), SUPPRESSED))
            continue
        numbers = [values[at] for values in (found.polarity, found.score, found.low, found.high)]
        if found.sources[at] < minimum:
            numbers = [nan] * len(numbers)
        sizes = own["sources"], own["organisations"], own["segments"]
        rows.append((phase, measure, *sizes, *map(float, numbers), PUBLISHED))
    return ResultTable("phases", "Phases", PHASES, _frame(PHASES, rows))


def shock_table(
    codings: Codings,
    instrument: Instrument,
    *,
    before: tuple[str, ...],
    after: tuple[str, ...],
    minimum: int,
    confidence: float,
) -> ResultTable | None:
    """Per measure, what sources say after the shock less what they say before; None for no such.

    The sources of both are other people, so the interval comes from both intervals.
    """
    passages = spoken_of(codings, instrument).with_columns(
        pl.when(pl.col("phase").is_in(before))
        .then(pl.lit("before"))
        .when(pl.col("phase").is_in(after))
        .then(pl.lit("after"))
        .alias("side")
    )
    passages = passages.filter(pl.col("side").is_not_null())
    if passages["side"].n_unique() < 2:
        return None
    spoken = set(passages["measure"])
    measures = [m.id for m in instrument.measures if m.id in spoken]
    place = {
        (side, measure): 2 * at + second
        for at, measure in enumerate(measures)
        for second, side in enumerate(("before", "after"))
    }
    found = of_cells(passages, ("side", "measure"), place, confidence)
    rows: list[tuple[object, ...]] = []
    for at, measure in enumerate(measures):
        first, second = 2 * at, 2 * at + 1
        n = int(found.sources[first]), int(found.sources[second])
        if min(n) < minimum:
            rows.append((measure, *([None] * 7), SUPPRESSED))
            continue
        one, other = (
            (float(found.score[of]), float(found.low[of]), float(found.high[of]))
            for of in (first, second)
        )
        bounds = difference_interval(one, other)
        rows.append((measure, *n, one[0], other[0], other[0] - one[0], *bounds, PUBLISHED))
    return ResultTable("shock", "Before and after the shock", SHOCK, _frame(SHOCK, rows))


def _frame(columns: tuple[Column, ...], rows: list[tuple[object, ...]]) -> pl.DataFrame:
    kinds: dict[str, type[pl.DataType]] = {name: pl.Int64 for name in _WHOLE}
    kinds |= {name: pl.String for name in ("phase", "measure", "status")}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in columns}
    return pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
