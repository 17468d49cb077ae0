"""Whether respondents of an organisation agree enough for their mean to speak for it: the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.stats.agreement import (
    ad_cut,
    average_deviation,
    awg,
    item_variances,
    null_variance,
    rwg_j,
    rwg_lindell,
)
from vested.survey.reduction import CellKey
from vested.survey.tallies import Spread, Tallies
from vested.table import Column, ResultTable

PUBLISH, CAUTION, REFUSE = "publish", "caution", "do not aggregate"
COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The facet."),
    Column("respondents", "Respondents", "Those who answered all of its items; empty below the "
           "minimum, and then so is the rest of the row."),
    Column("rwg_uniform", "rWG uniform", "rWG(J) against answers that are equally likely."),
    Column("rwg_slight_skew", "rWG slight skew", "rWG(J) against slightly lenient answers; "
           "published for scales of 5 to 11 points."),
    Column("rwg_lindell", "r*WG", "r*WG(J) against equally likely answers; it can be negative."),
    Column("ad", "AD", "Mean deviation from the mean, over the items, in codes."),
    Column("awg", "aWG", "Agreement against the largest variance at the observed mean."),
    Column("gate", "Gate", "publish, caution or do not aggregate."),
    Column("reasons", "Reasons", "Why it is not publish."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the gate closes; all of these are conventions, and the last word is the reader's.

    .70 is the customary standard for rWG(J) and .50 where agreement begins to be moderate
    (LeBreton & Senter 2008); that .50 is enough under the slight skew is our choice. AD: a sixth
    of the number of options (Burke & Dunlap 2002). The level of the F test is our choice.
    """

    rwg: float = 0.70
    rwg_refuse: float = 0.50
    rwg_skew: float = 0.50
    p: float = 0.05


def agreement_table(
    tallies: Tallies,
    cells: Mapping[CellKey, int],
    *,
    minimum: int,
    cuts: Cuts,
    p_values: Mapping[str, float],
) -> ResultTable:
    """One row per organisation and facet; waves and groups of an organisation are taken together.

    `p_values` are those of the F test of each facet: below 1 organisation or with NaN there is no
    such finding.
    """
    names, counts = _by_organisation(tallies, cells)
    rows: list[tuple[object, ...]] = []
    blocks = [
        _of_facet(facet, counts[:, list(facet.places)], tallies, cuts, p_values, minimum)
        for facet in tallies.facets
    ]
    for at, name in enumerate(names):
        for facet, block in zip(tallies.facets, blocks, strict=True):
            rows.append((name, facet.measure, *block[at]))
    kinds = {"respondents": pl.Int64} | dict.fromkeys(
        ("organisation", "measure", "gate", "reasons"), pl.String
    )
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    return ResultTable("agreement", "Agreement within organisations", COLUMNS, frame)


def _by_organisation(
    tallies: Tallies, cells: Mapping[CellKey, int]
) -> tuple[list[str], NDArray[np.int64]]:
    """Names in order, and the counts of their cells added up."""
    ordered = sorted(cells.items(), key=lambda entry: entry[0])
    groups = [
        (name, [at for _, at in found]) for name, found in groupby(ordered, lambda e: e[0][0])
    ]
    names = [name for name, _ in groups]
    have = len(tallies.complete)
    shape = tallies.complete.shape[1:]
    summed = [
        tallies.complete[[at for at in places if at < have]].sum(axis=0) for _, places in groups
    ]
    return names, np.array(summed, np.int64).reshape(len(names), *shape)


def _of_facet(
    facet: Spread,
    counts: NDArray[np.int64],
    tallies: Tallies,
    cuts: Cuts,
    p_values: Mapping[str, float],
    minimum: int,
) -> list[tuple[object, ...]]:
    scale = tallies.items[facet.places[0]].scale
    options = scale.high - scale.low + 1
    codes = np.arange(options)
    counts = counts[:, :, :options]
    n = counts[:, 0].sum(axis=1)
    variance = item_variances(counts, codes)
    mean_variance = variance.mean(axis=1)
    uniform = rwg_j(mean_variance, len(facet.places), null_variance("uniform", options))
    skewed = np.full(len(n), np.nan)
    if 5 <= options <= 11:
        null = null_variance("slight-skew", options)
        skewed = rwg_j(mean_variance, len(facet.places), null)
    lindell = rwg_lindell(mean_variance, null_variance("uniform", options))
    deviation = average_deviation(counts, codes)
    within = awg(counts, codes)
    rows: list[tuple[object, ...]] = []
    for at, size in enumerate(n.tolist()):
        if size < minimum:
            reason = f"fewer than {minimum} respondents answered all of its items"
            rows.append((*([None] * 6), REFUSE, reason))
            continue
        numbers = (uniform[at], skewed[at], lindell[at], deviation[at], within[at])
        gate, reasons = judged(
            size, uniform[at], skewed[at], deviation[at], ad_cut(options),
            p_values.get(facet.measure, np.nan), cuts,
        )  # fmt: skip
        rows.append((size, *numbers, gate, "; ".join(reasons)))
    return rows


def judged(
    n: int, uniform: float, skewed: float, ad: float, ad_limit: float, p: float, cuts: Cuts
) -> tuple[str, list[str]]:
    """What the gate says of one organisation and facet, and its reasons in words."""
    if n < 2:
        return CAUTION, ["agreement cannot be judged with one respondent"]
    reasons = []
    gate = PUBLISH
    if uniform < cuts.rwg:
        gate = REFUSE if uniform < cuts.rwg_refuse else CAUTION
        reasons.append(f"rWG(J) {uniform:.2f} under the uniform null is below {cuts.rwg:.2f}")
    if skewed < cuts.rwg_skew:
        gate = gate if gate == REFUSE else CAUTION
        reasons.append(f"rWG(J) {skewed:.2f} under a slight skew is below {cuts.rwg_skew:.2f}")
    if ad > ad_limit:
        gate = gate if gate == REFUSE else CAUTION
        reasons.append(f"answers lie {ad:.2f} from their mean, more than {ad_limit:.2f}")
    if p >= cuts.p:
        gate = gate if gate == REFUSE else CAUTION
        reasons.append(f"organisations do not differ beyond chance (F test, p = {p:.2f})")
    return gate, reasons
