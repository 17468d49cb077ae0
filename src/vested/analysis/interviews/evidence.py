"""What sources say of each organisation and measure: one voice per source, with its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Set
from math import nan
from typing import Any

import polars as pl

from vested.interviews.codings import Codings
from vested.interviews.matching import KINDS
from vested.interviews.phases import order
from vested.model import Instrument
from vested.stats.coding.polarity import Evidence, evidence
from vested.table import Column, ResultTable

PUBLISHED, SUPPRESSED = "published", "suppressed"

COLUMNS = (
    Column("organisation", "Organisation", "The organisation that sources speak of."),
    Column("measure", "Measure", "The measure; an index counts what is said of its parts."),
    Column("sources", "Sources", "How many sources say something of it."),
    Column("rated", "Rated", "How many of them with a polarity: what the score rests on."),
    Column("segments", "Passages", "How many passages, however many coders saw them."),
    Column("polarity", "Polarity", "Mean over sources, -2 to 2, each source with one voice."),
    Column("spread", "Spread", "Standard deviation of the sources' polarities."),
    Column("score", "Evidence score", "The mean polarity on 0 to 100; 50 is neutral. Empty, as "
           "polarity and interval are, where fewer sources than the minimum have a polarity.", 1),
    Column("ci_low", "Low", "Lower end of its bootstrap interval over sources.", 1),
    Column("ci_high", "High", "Upper end of its bootstrap interval over sources.", 1),
    *(Column(f"{kind}s", f"{kind.title()}s", f"Passages of the kind {kind}.") for kind in KINDS),
    Column("phases", "Phases", "The phases that it rests on."),
    Column("quotations", "Quotations", "The ids of the passages behind it, "
           "without those of a part that is suppressed."),
    Column("status", "Status", "published; or suppressed, where fewer sources than the minimum "
           "say something of it: then the rest of the row is empty."),
    Column("reason", "Reason", "Why there is no score, or no interval."),
)  # fmt: skip


def parts_of(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """By measure, the measures whose passages count for it: itself and, of an index, its parts."""
    found: dict[str, tuple[str, ...]] = {}
    for measure in instrument.measures:
        below = [name for part in measure.of for name in found.get(part, ())]
        found[measure.id] = tuple(dict.fromkeys([measure.id, *below]))
    return found


def spoken_of(codings: Codings, instrument: Instrument) -> pl.DataFrame:
    """The passages once per measure that they count for; `coded` is their own."""
    counted = [(part, measure) for measure, parts in parts_of(instrument).items() for part in parts]
    pairs = pl.DataFrame(counted, schema={"measure": pl.String, "of": pl.String}, orient="row")
    return codings.segments.join(pairs, on="measure", how="inner").rename(
        {"measure": "coded", "of": "measure"}
    )


def evidence_table(
    codings: Codings, instrument: Instrument, *, minimum: int, confidence: float
) -> ResultTable:
    """One row per organisation and measure that a source speaks of."""
    passages = spoken_of(codings, instrument)
    rank = {measure.id: at for at, measure in enumerate(instrument.measures)}
    cells = (
        passages.select("organisation", "measure")
        .unique()
        .sort("organisation", pl.col("measure").replace_strict(rank, return_dtype=pl.Int64))
    )
    place = {cell: at for at, cell in enumerate(cells.rows())}
    found = of_cells(passages, ("organisation", "measure"), place, confidence)
    told = _counted(passages)
    hidden = {cell for cell, own in told.items() if own["sources"] < minimum}
    quotations = _quotations(passages, hidden)
    rows: list[tuple[object, ...]] = []
    for (organisation, measure), at in place.items():
        own = told[organisation, measure]
        if own["sources"] < minimum:
            nothing = [None] * (len(COLUMNS) - 4)
            why = f"fewer than {minimum} sources"
            rows.append((organisation, measure, *nothing, SUPPRESSED, why))
            continue
        rated, reason = int(found.sources[at]), found.reason[at]
        numbers = [float(values[at]) for values in (found.polarity, found.spread, found.score,
                                                    found.low, found.high)]  # fmt: skip
        if 0 < rated < minimum:
            numbers = [nan] * len(numbers)
            reason = f"fewer than {minimum} sources with a polarity"
        rows.append(
            (
                organisation, measure, own["sources"], rated, own["segments"], *numbers,
                *(own[kind] for kind in KINDS), " ".join(sorted(own["phases"], key=order)),
                " ".join(quotations.get((organisation, measure), ())), PUBLISHED, reason,
            )
        )  # fmt: skip
    texts = ("organisation", "measure", "phases", "quotations", "status", "reason")
    whole = ("sources", "rated", "segments", *(f"{kind}s" for kind in KINDS))
    kinds = dict.fromkeys(texts, pl.String) | {name: pl.Int64 for name in whole}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("evidence", "Evidence per organisation", COLUMNS, frame)


def of_cells(
    passages: pl.DataFrame,
    by: tuple[str, str],
    place: Mapping[tuple[str, str], int],
    confidence: float,
) -> Evidence:
    """The evidence of passages in each cell, a pair of two columns; each source has one voice."""
    schema = {by[0]: pl.String, by[1]: pl.String, "cell": pl.Int64}
    cells = pl.DataFrame([(*key, at) for key, at in place.items()], schema=schema, orient="row")
    return evidence(
        passages.join(cells, on=by, how="left", maintain_order="left")["cell"].to_numpy(),
        passages["source"].rank("dense").to_numpy(),
        passages["polarity"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
        len(place),
        confidence=confidence,
    )


def _counted(passages: pl.DataFrame) -> Mapping[tuple[str, str], dict[str, Any]]:
    """By organisation and measure: sources, passages, kinds and phases."""
    grouped = passages.group_by("organisation", "measure").agg(
        pl.col("source").n_unique().alias("sources"),
        pl.col("quotation").n_unique().alias("segments"),
        *(
            pl.col("quotation").filter(pl.col("kind") == kind).n_unique().alias(kind)
            for kind in KINDS
        ),
        pl.col("phase").filter(pl.col("phase") != "").unique().alias("phases"),
    )
    return {(row["organisation"], row["measure"]): row for row in grouped.rows(named=True)}


def _quotations(
    passages: pl.DataFrame, hidden: Set[tuple[str, str]]
) -> Mapping[tuple[str, str], list[str]]:
    """By organisation and measure the ids of its passages, those of hidden parts left out."""
    schema = {"organisation": pl.String, "coded": pl.String}
    parts = pl.DataFrame(sorted(hidden), schema=schema, orient="row")
    grouped = (
        passages.join(parts, on=["organisation", "coded"], how="anti")
        .group_by("organisation", "measure")
        .agg(pl.col("quotation").unique().sort())
    )
    return {(organisation, measure): ids for organisation, measure, ids in grouped.rows()}
