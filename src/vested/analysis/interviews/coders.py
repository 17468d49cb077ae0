"""Whether coders code alike: per code, for all codes together, and on polarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
    """Characters per source, -1 where that is not known."""


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
    passages = codings.segments
    coded = coded_sources(codings)
    rows: list[_Row] = []
    if len(coded.coders) > 1 and coded.there.sum(axis=1).max(initial=0) > 1:
        wanted = unit or natural_unit(passages, coded)
        measures = [m.id for m in instrument.measures if m.id in set(passages["measure"])]
        rows = _rows(passages, coded, measures, wanted, seed, confidence)
    texts = dict.fromkeys(("code", "unit", "reason"), pl.String)
    kinds: dict[str, type[pl.DataType]] = {**texts, "coders": pl.Int64, "units": pl.Int64}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("coders", "Do coders agree?", COLUMNS, frame)


def coded_sources(codings: Codings) -> Coded:
    """Which coder coded which source at all."""
    pairs = codings.segments.select("source", "coder").unique()
    coders = tuple(sorted(pairs["coder"].unique()))
    sources = tuple(sorted(pairs["source"].unique()))
    there = np.zeros((len(sources), len(coders)), bool)
    for source, coder in pairs.rows():
        there[sources.index(source), coders.index(coder)] = True
    known = dict(codings.sources.select("source", "length").rows())
    lengths = [known.get(source) for source in sources]
    return Coded(
        coders, sources, there, np.array([-1 if n is None else n for n in lengths], np.int64)
    )


def natural_unit(passages: pl.DataFrame, coded: Coded) -> Units:
    """Characters where places are known and coders rarely mark the same passage, else passages.

    Half of the passages that several coders might have marked, as the limit, is our choice.
    """
    several = {
        source for source, row in zip(coded.sources, coded.there, strict=True) if row.sum() > 1
    }
    shared = passages.filter(pl.col("source").is_in(sorted(several)))
    if shared["start"].null_count() or not shared.height or (coded.lengths < 0).any():
        return "passages"
    seen = shared.group_by("source", "quotation").agg(pl.col("coder").n_unique().alias("by"))
    return "passages" if 2 * (seen["by"] > 1).sum() >= seen.height else "characters"


def _rows(
    passages: pl.DataFrame,
    coded: Coded,
    measures: Sequence[str],
    unit: Units,
    seed: int,
    confidence: float,
) -> list[_Row]:
    units = _units(passages, coded)
    tables, rows, unitised = [], [], []
    for measure in measures:
        own = passages.filter(pl.col("measure") == measure)
        found = None
        if (coded.lengths >= 0).all() and not own["start"].null_count():
            segments = _segments(own, coded)
            found = alpha_unitized(segments, coded.lengths, coded.there)
            unitised.append(found)
        if unit == "characters":
            spread = by_character(_segments(own, coded), coded.lengths, coded.there)
            codes, counts = spread.codes, spread.counts
        else:
            codes, counts = _binary(own, units, coded), None
        tables.append((codes, counts))
        value = found.value if found else np.nan
        rows.append(_row(measure, unit, codes, counts, value, seed, confidence))
    together = np.concatenate([codes for codes, _ in tables])
    counted = [np.ones(len(c), np.int64) if n is None else n for c, n in tables]
    total = np.concatenate(counted) if unit == "characters" else None
    rows.append(_row(ALL, unit, together, total, pooled(unitised), seed, confidence))
    rows.append(_polarity(passages, coded, seed, confidence))
    return rows


def _units(passages: pl.DataFrame, coded: Coded) -> list[tuple[str, str]]:
    """Every passage that somebody marked, of every source."""
    found = passages.select("source", "quotation").unique().sort("source", "quotation")
    return [(source, quotation) for source, quotation in found.rows()]


def _binary(own: pl.DataFrame, units: Sequence[tuple[str, str]], coded: Coded) -> Ints:
    """Units x coders: 1 where the coder gave the code, 0 where not, -1 where it saw nothing."""
    source_of = {name: at for at, name in enumerate(coded.sources)}
    codes = np.where(coded.there[[source_of[source] for source, _ in units]], 0, -1)
    place = {unit: at for at, unit in enumerate(units)}
    coder_of = {name: at for at, name in enumerate(coded.coders)}
    for source, quotation, coder in own.select("source", "quotation", "coder").rows():
        codes[place[source, quotation], coder_of[coder]] = 1
    return codes.astype(np.int64)


def _segments(own: pl.DataFrame, coded: Coded) -> Segments:
    source_of = {name: at for at, name in enumerate(coded.sources)}
    coder_of = {name: at for at, name in enumerate(coded.coders)}
    return Segments(
        np.array([source_of[name] for name in own["source"]], np.int64),
        np.array([coder_of[name] for name in own["coder"]], np.int64),
        own["start"].to_numpy(),
        own["end"].to_numpy(),
    )


def _row(
    code: str,
    unit: Units,
    codes: Ints,
    counts: Ints | None,
    unitised: float,
    seed: int,
    confidence: float,
) -> _Row:
    several = (codes >= 0).sum(axis=1) > 1
    codes = codes[several]
    counts = None if counts is None else counts[several]
    active = (codes >= 0).any(axis=0)
    codes = codes[:, active] if active.any() else codes
    agreed = percent_agreement(codes, 2, counts=counts, confidence=confidence)
    first = gwet(codes, 2, counts=counts, confidence=confidence)
    own = alpha(codes, 2, counts=counts)
    two = codes.shape[1] == 2
    kappa = cohen(codes, 2, counts=counts) if two else light(_repeated(codes, counts), 2)
    low = high = np.nan
    if unit == "passages":
        random = generator(seed, "", f"coders {code}")
        low, high, *_ = alpha_interval(codes, 2, random, confidence=confidence)
    intervals = (first.low, first.high) if unit == "passages" else (np.nan, np.nan)
    share = prevalence(codes, 2, counts=counts).overall
    return _Row(
        code, unit, int(active.sum()), agreed.units, float(share[1]) if len(share) > 1 else None,
        agreed.value, kappa.value, fleiss(codes, 2, counts=counts).value, own.value, low, high,
        np.nan, first.value, *intervals, unitised, own.reason or first.reason,
    )  # fmt: skip


def _repeated(codes: Ints, counts: Ints | None) -> Ints:
    """Rows as often as they count, for the one coefficient that takes no counts."""
    return codes if counts is None else np.repeat(codes, counts, axis=0)


def _polarity(passages: pl.DataFrame, coded: Coded, seed: int, confidence: float) -> _Row:
    """Polarity of passages that several coders gave the same measure."""
    rated = passages.filter(pl.col("polarity").is_not_null())
    units = rated.select("source", "quotation", "measure").unique().sort(pl.all())
    place = {unit: at for at, unit in enumerate(units.rows())}
    coder_of = {name: at for at, name in enumerate(coded.coders)}
    codes = np.full((len(place), len(coded.coders)), -1, np.int64)
    columns = ("source", "quotation", "measure", "coder", "polarity")
    for source, quotation, measure, coder, polarity in rated.select(columns).rows():
        codes[place[source, quotation, measure], coder_of[coder]] = polarity + 2
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
