"""Whether respondents of an organisation agree enough for their mean to speak for it: the gate."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.evidence.gate import REFUSE, Cuts, judged, spread
from vested.model import CellKey
from vested.survey.tallies import FacetItems, Tallies
from vested.table import Column, ResultTable

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
    facet: FacetItems,
    counts: NDArray[np.int64],
    tallies: Tallies,
    cuts: Cuts,
    p_values: Mapping[str, float],
    minimum: int,
) -> list[tuple[object, ...]]:
    found = spread(facet, counts, tallies)
    n = found.n
    rows: list[tuple[object, ...]] = []
    for at, size in enumerate(n.tolist()):
        if size < minimum:
            reason = f"fewer than {minimum} respondents answered all of its items"
            rows.append((*([None] * 6), REFUSE, reason))
            continue
        numbers = tuple(
            column[at]
            for column in (found.uniform, found.skewed, found.lindell, found.ad, found.awg)
        )
        p = p_values.get(facet.measure, np.nan)
        gate, reasons = judged(
            size, found.uniform[at], found.skewed[at], found.ad[at], found.ad_limit, p, cuts
        )
        rows.append((size, *numbers, gate, "; ".join(reasons)))
    return rows
