"""Whether respondents of an organisation agree enough for their mean to speak for it: the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl

from vested.analysis.evidence.protection import Bools, Shown
from vested.analysis.gate import (
    CAUTION,
    LEVELS,
    PUBLISH,
    REFUSE,
    Cuts,
    Judgement,
    Levels,
    judge,
    levels,
    reasons,
    reasons_of_parts,
    summed,
)
from vested.model import CellKey, Instrument, Measure
from vested.survey.reduction import Ints, Reduction
from vested.survey.tallies import Tallies
from vested.table import Column, ResultTable

_FIRST = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The facet."),
    Column("respondents", "Respondents", "Those who answered all of its items; empty below the "
           "minimum and where the score is hidden, and then so is the rest of the row."),
    Column("rwg_uniform", "rWG uniform", "rWG(J) against answers that are equally likely."),
    Column("rwg_slight_skew", "rWG slight skew", "rWG(J) against slightly lenient answers; "
           "published for scales of 5 to 11 points."),
)  # fmt: skip
_LAST = (
    Column("rwg_lindell", "r*WG", "r*WG(J) against equally likely answers; it can be negative."),
    Column("ad", "AD", "Mean deviation from the mean, over the items, in codes."),
    Column("awg", "aWG", "Agreement against the largest variance at the observed mean."),
    Column("gate", "Gate", "publish, caution or do not aggregate."),
    Column("reasons", "Reasons", "Why it is not publish."),
)
COLUMNS = (*_FIRST, *_LAST)
"""Those of other nulls, where asked for with --null, stand between the skew and r*WG."""
GATE = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("gate", "Gate", "publish, caution or do not aggregate."),
    Column("reasons", "Reasons", "Why it is not publish."),
)
HIDDEN = "the score is hidden, so that nothing can be worked out from it"
SUMMARY = (
    Column("measure", "Measure", "What is scored; the parts of a pair after a dot."),
    Column("organisations", "Organisations", "How many there are."),
    Column("publish", "Publish", "For how many of them the gate is open."),
    Column("caution", "Caution", "For how many of them the mean is to be read with caution."),
    Column("do_not_aggregate", "Do not aggregate", "For how many of them no mean should be made "
           "of the answers, those whose score is hidden included."),
    Column("rwg_uniform", "Mean rWG uniform", "Mean over organisations of rWG(J) under the "
           "uniform null, where the measure is a facet."),
    Column("rwg_slight_skew", "Mean rWG slight skew", "The same under the slight skew."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate says of each organisation; waves and groups of it are taken together."""

    names: Sequence[str]
    judgements: Mapping[str, Judgement]
    respondents: Ints
    """Outputs x organisations."""
    minimum: int
    cuts: Cuts
    shown: Shown

    def seen(self, measure: str) -> Bools:
        """Of each organisation, whether its score on a measure is shown."""
        return np.array([self.shown.of(measure, name) for name in self.names], bool)


def judged(
    reduction: Reduction,
    tallies: Tallies,
    instrument: Instrument,
    *,
    minimum: int,
    cuts: Cuts,
    p_values: Mapping[str, float],
    shown: Shown,
) -> Judged:
    """Take the cells of each organisation together and judge it."""
    names, cells = by_organisation(reduction.cells)
    judgements = judge(tallies, cells, minimum, p_values, cuts)
    counts = respondents(reduction, instrument, cells)
    return Judged(names, judgements, counts, minimum, cuts, shown)


def by_organisation(cells: Mapping[CellKey, int]) -> tuple[list[str], list[list[int]]]:
    """Names in order, and the places of their cells."""
    ordered = sorted(cells.items(), key=lambda entry: entry[0])
    groups = [
        (name, [at for _, at in found]) for name, found in groupby(ordered, lambda e: e[0][0])
    ]
    return [name for name, _ in groups], [places for _, places in groups]


def respondents(
    reduction: Reduction, instrument: Instrument, cells: Sequence[Sequence[int]]
) -> Ints:
    """Outputs x groups of cells: how many have a value."""
    found = []
    for at in range(len(instrument.outputs)):
        if at in reduction.counts:
            cell, _, count = reduction.counts[at].merged()
            n = np.bincount(cell, count, len(reduction.cells)).astype(np.int64)
        else:
            n = reduction.sums[0, at, : len(reduction.cells)]
        found.append(summed(n, cells))
    return np.array(found)


def agreement_table(
    found: Judged, tallies: Tallies, gates: pl.DataFrame, nulls: Sequence[str] = ()
) -> ResultTable:
    """One row per organisation and facet, with columns for the further nulls and the gate's say."""
    told = {(name, measure): (gate, why) for name, measure, gate, why in gates.rows()}
    extra = tuple(
        Column(_key(null), f"rWG {null.replace('-', ' ')}", f"rWG(J) under the null {null}.")
        for null in nulls
    )
    columns = (*_FIRST, *extra, *_LAST)
    numbers = {}
    for facet in tallies.facets:
        own = found.judgements[facet.measure].agreement
        others = (own.under(null) for null in nulls)
        parts = (own.uniform, own.skewed, *others, own.lindell, own.ad, own.awg)
        numbers[facet.measure] = np.array(parts)
    seen = {facet.measure: found.seen(facet.measure) for facet in tallies.facets}
    rows: list[tuple[object, ...]] = []
    for at, name in enumerate(found.names):
        for facet in tallies.facets:
            n = int(found.judgements[facet.measure].agreement.n[at])
            gate, why = told[name, facet.measure]
            if n < found.minimum or not seen[facet.measure][at]:
                rows.append((name, facet.measure, *([None] * (len(columns) - 4)), gate, why))
            else:
                own_numbers = numbers[facet.measure][:, at].tolist()
                rows.append((name, facet.measure, n, *own_numbers, gate, why))
    return ResultTable(
        "agreement", "Agreement within organisations", columns, _frame(columns, rows)
    )


def gate_table(found: Judged, instrument: Instrument) -> ResultTable:
    """One row per organisation and measure: may its mean be published, and why not."""
    known = levels(found.judgements, instrument, len(found.names))
    few = f"fewer than {found.minimum} respondents have a value"
    rows = []
    for at, name in enumerate(found.names):
        told: dict[str, str] = {}
        for output, n in zip(instrument.outputs, found.respondents[:, at].tolist(), strict=True):
            of = output.measure.id
            if n < found.minimum:
                why = few if found.minimum > 1 else "nobody has a value"
                rows.append((name, output.id, REFUSE, why))
                continue
            if not found.shown.of(output.id, name):
                rows.append((name, output.id, REFUSE, HIDDEN))
                continue
            if of not in told:
                told[of] = _reasons(found, output.measure, known, at)
            rows.append((name, output.id, LEVELS[known[of][at]], told[of]))
    return ResultTable("gate", "The gate", GATE, _frame(GATE, rows))


def _reasons(found: Judged, measure: Measure, known: Mapping[str, Levels], at: int) -> str:
    if measure.id in found.judgements:
        own = reasons(found.judgements[measure.id], at, found.minimum, found.cuts)
    else:
        own = reasons_of_parts(measure, known, at) if measure.kind != "facet" else []
    return "; ".join(own)


def summary_table(gates: pl.DataFrame, found: Judged, instrument: Instrument) -> ResultTable:
    """One row per measure: for how many organisations the gate is open."""
    counts = {
        (measure, gate): count
        for measure, gate, count in gates.group_by("measure", "gate").len().rows()
    }
    rows = []
    for output in instrument.outputs:
        means: list[float | None] = [None, None]
        if output.measure.id in found.judgements:
            own = found.judgements[output.measure.id].agreement
            shown = (own.n >= found.minimum) & found.seen(output.id)
            means = [_mean(values[shown]) for values in (own.uniform, own.skewed)]
        of = (counts.get((output.id, gate), 0) for gate in (PUBLISH, CAUTION, REFUSE))
        rows.append((output.id, len(found.names), *of, *means))
    return ResultTable("agreed", "For how many organisations", SUMMARY, _frame(SUMMARY, rows))


def _mean(values: np.typing.NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _key(null: str) -> str:
    return f"rwg_{null.replace('-', '_')}"


def _frame(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    whole = ("respondents", "organisations", "publish", "caution", "do_not_aggregate")
    kinds = dict.fromkeys(whole, pl.Int64) | dict.fromkeys(
        ("organisation", "measure", "gate", "reasons"), pl.String
    )
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in columns}
    return pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
