"""How single items work: the graded response model, and whether groups answer them alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from vested.analysis.evidence.structure import schema
from vested.stats.structure.differential import Comparison, Differential, differential
from vested.stats.structure.graded import graded
from vested.survey.tallies import FacetItems, Tallies
from vested.survey.tallies.patterns import Ints
from vested.table import Column, ResultTable

GRADED = (
    Column("measure", "Measure", "The facet, of which the answers are one trait."),
    Column("item", "Item", "The item."),
    Column("parameter", "Parameter", "slope, or threshold N: the trait at which answer N + 1 or a "
           "higher one is as likely as a lower one."),
    Column("estimate", "Estimate", "By marginal maximum likelihood; a threshold in standard "
           "deviations of the trait."),
    Column("se", "SE", "Its standard error."),
    Column("reason", "Reason", "Why it was not estimated."),
)  # fmt: skip
DIFFERENTIAL = (
    Column("over", "Over", "The wave or group column."),
    Column("measure", "Measure", "The facet, whose sum is what respondents are matched by."),
    Column("item", "Item", "The item."),
    Column("groups", "Groups", "How many respondents answered all of the facet, by group."),
    Column("uniform_chi_square", "Uniform χ²", "Whether a group answers higher at the same sum."),
    Column("uniform_p", "p", "Its p.", 3),
    Column("nonuniform_chi_square", "Nonuniform χ²", "Whether the sum tells less in a group."),
    Column("nonuniform_p", "p", "Its p.", 3),
    Column("nagelkerke", "ΔR²", "Rise of Nagelkerke's R² by both.", 3),
    Column("size", "Size", "negligible, moderate or large, of both together."),
    Column("reason", "Reason", "Why it was not estimated."),
)
_TEXTS = dict.fromkeys(
    ("measure", "item", "parameter", "reason", "over", "groups", "size"), pl.String
)


def graded_table(tallies: Tallies) -> ResultTable:
    """Slopes and thresholds of the items of each facet."""
    rows: list[tuple[object, ...]] = []
    for number, facet in enumerate(tallies.facets):
        patterns, counts = _patterns(tallies, number, None).get("", _nothing(facet))
        scale = tallies.items[facet.places[0]].scale
        options = scale.high - scale.low + 1
        found = graded(patterns, counts, options=options)
        for at, place in enumerate(facet.places):
            values = [found.slopes[at], *found.thresholds[at]]
            errors = [found.slope_errors[at], *found.threshold_errors[at]]
            names = ["slope", *(f"threshold {n}" for n in range(1, options))]
            rows += [
                (
                    facet.measure,
                    tallies.items[place].id,
                    name,
                    *_finite(value, error),
                    found.reason or "",
                )
                for name, value, error in zip(names, values, errors, strict=True)
            ]
    frame = pl.DataFrame(rows, schema=schema(GRADED, _TEXTS, ()), orient="row")
    return ResultTable("graded", "Graded response model", GRADED, frame)


def _finite(value: float, error: float) -> tuple[float | None, float | None]:
    """No number where a threshold lies beyond all answers, or nothing was estimated."""
    known = np.isfinite(value)
    return (float(value), float(error) if np.isfinite(error) else None) if known else (None, None)


def differential_table(tallies: Tallies, dimensions: Sequence[str], minimum: int) -> ResultTable:
    """Per wave or group column and item, whether groups of the same sum answer it alike.

    Groups of fewer than the minimum are left out and named.
    """
    rows: list[tuple[object, ...]] = []
    for dimension, over in enumerate(dimensions):
        for number, facet in enumerate(tallies.facets):
            groups = {}
            small = []
            for level, (patterns, counts) in _patterns(tallies, number, dimension).items():
                full = (patterns >= 0).all(axis=1)
                if counts[full].sum() < minimum:
                    small.append(level)
                else:
                    groups[level] = patterns[full], counts[full]
            told = ", ".join(f"{level} ({counts.sum()})" for level, (_, counts) in groups.items())
            told += f"; too small: {', '.join(small)}" if small else ""
            for at, place in enumerate(facet.places):
                found = _compared(groups, at)
                item = tallies.items[place].id
                rows.append((over, facet.measure, item, told, *_told(found)))
    frame = pl.DataFrame(rows, schema=schema(DIFFERENTIAL, _TEXTS, ()), orient="row")
    title = "Do groups answer single items alike?"
    return ResultTable("differential", title, DIFFERENTIAL, frame.fill_nan(None))


def _compared(groups: Mapping[str, tuple[Ints, Ints]], at: int) -> Differential | str:
    """One item over the groups, matched by the sum of the facet."""
    if len(groups) < 2:
        return "fewer than 2 groups"
    items = next(iter(groups.values()))[0].shape[1]
    if items < 2:
        return "the facet has one item, and nothing to match by"
    sums = [patterns.sum(axis=1) for patterns, _ in groups.values()]
    scores = np.unique(np.concatenate(sums))
    options = 1 + max(int(patterns[:, at].max()) for patterns, _ in groups.values())
    counts = np.zeros((len(groups), len(scores), options), np.int64)
    for number, ((patterns, count), total) in enumerate(zip(groups.values(), sums, strict=True)):
        np.add.at(counts[number], (np.searchsorted(scores, total), patterns[:, at]), count)
    return differential(counts, scores.astype(np.float64))


def _told(found: Differential | str) -> tuple[object, ...]:
    if isinstance(found, str):
        return (*([None] * 6), found)
    parts: tuple[Comparison, ...] = (found.uniform, found.nonuniform, found.total)
    reason = next((part.reason for part in parts if part.reason), "")
    uniform, other, total = parts
    tests = uniform.chi_square, uniform.p, other.chi_square, other.p
    return (*tests, total.nagelkerke, total.size, reason)


def _patterns(tallies: Tallies, number: int, dimension: int | None) -> dict[str, tuple[Ints, Ints]]:
    return tallies.patterns.of_facet(number, dimension) if tallies.patterns else {}


def _nothing(facet: FacetItems) -> tuple[Ints, Ints]:
    return np.zeros((0, len(facet.places)), np.int64), np.zeros(0, np.int64)
