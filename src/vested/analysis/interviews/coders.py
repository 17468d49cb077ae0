"""Whether coders code alike: per code, for all codes together, and on polarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.errors import UsageError
from vested.interviews.codings import Codings
from vested.model import Instrument
from vested.stats.coding.kappa import cohen, fleiss, gwet, light, percent_agreement, prevalence
from vested.stats.coding.krippendorff import alpha, alpha_interval
from vested.stats.coding.unitizing import Segments, alpha_unitized, by_character, pooled
from vested.stats.random import generator
from vested.table import Column, ResultTable

Ints = NDArray[np.int64]
Units = Literal["passages", "characters"]
ALL, POLARITY = "all codes", "polarity"

COLUMNS = (
    Column("code", "Code", "The measure; all codes pooled; or the polarity of passages that both "
           "coders gave the same measure."),
    Column("unit", "Unit", "passages, or characters where coders cut for themselves."),
    Column("coders", "Coders", "How many coders coded a source that another one coded too."),
    Column("units", "Units", "How many units two coders or more saw."),
    Column("prevalence", "Prevalence", "Share of units that bear the code, over coders."),
    Column("agreement", "Agreement", "Share of pairs of coders who agree on a unit."),
    Column("kappa", "Kappa", "Cohen's kappa; of more than two coders the mean of all pairs. Of "
           "polarity with quadratic weights."),
    Column("fleiss", "Fleiss", "Fleiss' kappa."),
    Column("alpha", "Alpha", "Krippendorff's alpha: nominal, of polarity interval."),
    Column("alpha_low", "Low", "Lower end of its bootstrap interval over units."),
    Column("alpha_high", "High", "Upper end of its bootstrap interval over units."),
    Column("alpha_ordinal", "Ordinal alpha", "Of polarity, at ordinal level."),
    Column("ac1", "AC1", "Gwet's AC1; of polarity AC2 with quadratic weights."),
    Column("ac1_low", "Low", "Lower end of its interval over units."),
    Column("ac1_high", "High", "Upper end of its interval over units."),
    Column("alpha_u", "Unitised alpha", "Krippendorff's alpha for segments that coders cut."),
    Column("reason", "Reason", "Why something is empty."),
)  # fmt: skip
_STEPS = 5
"""Polarities from -2 to 2."""


@dataclass(frozen=True, slots=True)
class Coded:
    """Who coded which source, and how."""

    coders: tuple[str, ...]
    sources: tuple[str, ...]
    there: NDArray[np.bool_]
    """Sources x coders."""
    lengths: Ints
    """Characters per source, 0 where that is not known."""
    placed: bool
    """Whether every passage has its place in a text whose length is known."""


class _Row(NamedTuple):
    code: str
    unit: str
    coders: int
    units: int
    prevalence: float | None
    agreement: float
    kappa: float
    fleiss: float
    alpha: float
    alpha_low: float
    alpha_high: float
    alpha_ordinal: float
    ac1: float
    ac1_low: float
    ac1_high: float
    alpha_u: float
    reason: str


def coders_table(
    codings: Codings, instrument: Instrument, *, unit: Units | None, seed: int, confidence: float
) -> ResultTable:
    """One row per measure that was coded, one for all, one for polarity; none for one coder.

    A coder who coded a source and did not give a passage a code has said that it does not bear it.
    Where coders cut passages for themselves, so that hardly two are the same, characters are the
    units; their intervals would be too narrow, as neighbours are not independent, and are left out.
    """
    coded = coded_sources(codings)
    rows: list[_Row] = []
    if len(coded.coders) > 1 and coded.there.sum(axis=1).max(initial=0) > 1:
        passages = _numbered(codings.segments, coded)
        wanted = unit or natural_unit(passages, coded)
        if wanted == "characters" and not coded.placed:
            raise UsageError(
                "characters cannot be compared: not every passage has a place in a text whose "
                "length is known",
                "leave --units out; projects (.qdpx) know the places of their passages",
            )
        spoken = set(passages["measure"])
        measures = [m.id for m in instrument.measures if m.id in spoken]
        rows = _rows(passages, coded, measures, wanted, seed, confidence)
    texts = dict.fromkeys(("code", "unit", "reason"), pl.String)
    kinds: dict[str, type[pl.DataType]] = {**texts, "coders": pl.Int64, "units": pl.Int64}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("coders", "Do coders agree?", COLUMNS, frame)


def coded_sources(codings: Codings) -> Coded:
    """Which coder coded which source at all."""
    pairs = codings.segments.select("source", "coder").unique()
    coders = {name: at for at, name in enumerate(sorted(pairs["coder"].unique()))}
    sources = {name: at for at, name in enumerate(sorted(pairs["source"].unique()))}
    there = np.zeros((len(sources), len(coders)), bool)
    for source, coder in pairs.rows():
        there[sources[source], coders[coder]] = True
    known = dict(codings.sources.select("source", "length").rows())
    ends = codings.segments.group_by("source").agg(
        pl.col("end").max(), pl.col("start").null_count().alias("nowhere")
    )
    placed = all(
        not nowhere and known.get(source) is not None and end <= known[source]
        for source, end, nowhere in ends.rows()
    )
    lengths = np.array([known.get(source) or 0 for source in sources], np.int64)
    return Coded(tuple(coders), tuple(sources), there, lengths, placed)


def _numbered(passages: pl.DataFrame, coded: Coded) -> pl.DataFrame:
    """The passages, with numbers for sources, coders, and for all that somebody marked as unit."""
    numbers = {
        name: pl.Enum(known) for name, known in (("source", coded.sources), ("coder", coded.coders))
    }
    return passages.with_columns(
        *(pl.col(name).cast(kind).to_physical().cast(pl.Int64) for name, kind in numbers.items()),
        pl.struct("source", "quotation").rank("dense").cast(pl.Int64).alias("unit") - 1,
    )


def natural_unit(passages: pl.DataFrame, coded: Coded) -> Units:
    """Characters where places are known and coders rarely mark the same passage, else passages.

    Half of the passages that several coders might have marked, as the limit, is our choice.
    """
    if not coded.placed:
        return "passages"
    several = np.flatnonzero(coded.there.sum(axis=1) > 1)
    seen = (
        passages.filter(pl.col("source").is_in(several.tolist()))
        .group_by("unit")
        .agg(pl.col("coder").n_unique().alias("by"))
    )
    return "passages" if 2 * (seen["by"] > 1).sum() >= seen.height else "characters"


def _rows(
    passages: pl.DataFrame,
    coded: Coded,
    measures: Sequence[str],
    unit: Units,
    seed: int,
    confidence: float,
) -> list[_Row]:
    seen = _seen(passages, coded)
    of = passages.partition_by("measure", as_dict=True)
    tables, rows, unitised = [], [], []
    for measure in measures:
        own = of[measure,]
        found = None
        if coded.placed:
            found = alpha_unitized(_segments(own), coded.lengths, coded.there)
            unitised.append(found)
        if unit == "characters":
            spread = by_character(_segments(own), coded.lengths, coded.there)
            codes, counts = spread.codes, spread.counts
        else:
            codes, counts = _counted(_binary(own, seen))
        tables.append((codes, counts))
        value = found.value if found else np.nan
        rows.append(_row(measure, unit, codes, counts, value, seed, confidence))
    together, total = (np.concatenate(parts) for parts in zip(*tables, strict=True))
    rows.append(_row(ALL, unit, together, total, pooled(unitised), seed, confidence))
    rows.append(_polarity(passages, coded, seed, confidence))
    return rows


def _seen(passages: pl.DataFrame, coded: Coded) -> Ints:
    """Units x coders: 0 where the coder coded the source of the unit, else -1."""
    units = passages.select("unit", "source").unique().sort("unit")
    return np.where(coded.there[units["source"].to_numpy()], 0, -1)


def _binary(own: pl.DataFrame, seen: Ints) -> Ints:
    """Units x coders: 1 where the coder gave the code, 0 where not, -1 where it saw nothing."""
    codes = seen.copy()
    codes[own["unit"].to_numpy(), own["coder"].to_numpy()] = 1
    return codes


def _counted(codes: Ints) -> tuple[Ints, Ints]:
    """Rows that are equal once, and how often each stands; few are left of many."""
    order = np.lexsort(codes.T)
    ordered = codes[order]
    new = np.ones(len(codes), bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    first = np.flatnonzero(new)
    return ordered[first], np.diff(np.append(first, len(codes)))


def _segments(own: pl.DataFrame) -> Segments:
    return Segments(*(own[name].to_numpy() for name in ("source", "coder", "start", "end")))


def _row(
    code: str,
    unit: Units,
    codes: Ints,
    counts: Ints,
    unitised: float,
    seed: int,
    confidence: float,
) -> _Row:
    several = (codes >= 0).sum(axis=1) > 1
    codes, counts = codes[several], counts[several]
    active = (codes >= 0).any(axis=0)
    codes = codes[:, active] if active.any() else codes
    agreed = percent_agreement(codes, 2, counts=counts, confidence=confidence)
    first = gwet(codes, 2, counts=counts, confidence=confidence)
    own = alpha(codes, 2, counts=counts)
    two = codes.shape[1] == 2
    kappa = (cohen if two else light)(codes, 2, counts=counts)
    low = high = np.nan
    if unit == "passages":
        random = generator(seed, "", f"coders {code}")
        low, high, *_ = alpha_interval(codes, 2, random, counts=counts, confidence=confidence)
    intervals = (first.low, first.high) if unit == "passages" else (np.nan, np.nan)
    share = prevalence(codes, 2, counts=counts).overall
    return _Row(
        code, unit, int(active.sum()), agreed.units, float(share[1]) if len(share) > 1 else None,
        agreed.value, kappa.value, fleiss(codes, 2, counts=counts).value, own.value, low, high,
        np.nan, first.value, *intervals, unitised, own.reason or first.reason,
    )  # fmt: skip


def _polarity(passages: pl.DataFrame, coded: Coded, seed: int, confidence: float) -> _Row:
    """Polarity of passages that several coders gave the same measure."""
    judged = (
        passages.group_by("unit", "measure", "coder")
        .agg(pl.col("polarity").drop_nulls().unique())
        # Who gave a passage two polarities, which both count as evidence, has judged it otherwise
        # than with one, so that there is nothing to compare.
        .filter(pl.col("polarity").list.len() == 1)
        .with_columns(
            pl.col("polarity").list.first(),
            (pl.struct("unit", "measure").rank("dense") - 1).alias("at"),
        )
    )
    codes = np.full((judged["at"].n_unique(), len(coded.coders)), -1, np.int64)
    codes[judged["at"].to_numpy(), judged["coder"].to_numpy()] = judged["polarity"].to_numpy() + 2
    codes = codes[(codes >= 0).sum(axis=1) > 1]
    if not len(codes):
        n = np.nan
        why = "no two coders gave a polarity to the same passage and measure"
        return _Row(POLARITY, "passages", 0, 0, None, n, n, n, n, n, n, n, n, n, n, n, why)
    codes = codes[:, (codes >= 0).any(axis=0)]
    agreed = percent_agreement(codes, _STEPS)
    second = gwet(codes, _STEPS, weighted="quadratic", confidence=confidence)
    own = alpha(codes, _STEPS, "interval")
    random = generator(seed, "", f"coders {POLARITY}")
    low, high, *_ = alpha_interval(codes, _STEPS, random, "interval", confidence=confidence)
    two = codes.shape[1] == 2
    pair = (cohen if two else light)(codes, _STEPS, weighted="quadratic")
    return _Row(
        POLARITY, "passages", codes.shape[1], agreed.units, None, agreed.value, pair.value,
        fleiss(codes, _STEPS, weighted="quadratic").value, own.value, low, high,
        alpha(codes, _STEPS, "ordinal").value, second.value, second.low, second.high, np.nan,
        own.reason or second.reason,
    )  # fmt: skip
