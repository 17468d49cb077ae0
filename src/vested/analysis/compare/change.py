"""How scores moved from one wave to the next."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from vested.analysis.compare.people import Ints, People
from vested.analysis.scores import rank
from vested.stats.comparison.change import Change, Mean, change, reliable_change
from vested.stats.intervals import difference_interval
from vested.survey.reading import BLANK_NAME
from vested.table import Column, ResultTable

LINKED = 10
"""Fewer than this who are known to have answered twice say too little of how answers go together:
our choice."""
PAIRED, INDEPENDENT = "paired", "independent"
NOT_JUDGED = "not judged"

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("wave", "From", "The earlier wave."),
    Column("next_wave", "To", "The next one."),
    Column("score", "Score", "The score in the earlier wave.", 1),
    Column("next_score", "Next score", "The score in the next one.", 1),
    Column("difference", "Change", "The later score less the earlier one.", 1),
    Column("difference_low", "Low", "Lower end of its interval; where the waves are taken to have "
           "asked different people and the same ones answered, it is wider than it need be.", 1),
    Column("difference_high", "High", "Upper end of its interval.", 1),
    Column("respondents", "n", "Respondents in the earlier wave."),
    Column("next_respondents", "Next n", "Respondents in the next one."),
    Column("linked", "Linked", "How many of them are known to be the same people, by the column "
           "named with --respondent; empty below 10 (our choice)."),
    Column("method", "Method", "paired, where people are linked: the interval allows for how alike "
           "their two answers are; else independent."),
    Column("reliable_change", "RCI", "Reliable change index: the change in standard errors of two "
           "independent means; beyond ±1.96 it is taken for real."),
    Column("comparable", "Comparable", "yes, where the items of its facets have the same loadings "
           "and intercepts in all waves (scalar invariance); no, where one has not: then a change "
           "may be one of how the questions are understood; or not judged."),
    Column("reason", "Reason", "Why it is not comparable or not judged, or has no interval."),
)  # fmt: skip

Alike = Mapping[str, tuple[str, str]]
"""Per measure: yes, no or not judged, and why."""


class Pairs(NamedTuple):
    """Those who answered in two waves: how many, and the covariance (n - 1) of their scores."""

    number: int
    covariance: float
    effective: float
    """Kish's effective number of pairs where respondents have weights, else the number."""


@dataclass(frozen=True, slots=True)
class Links:
    """Who answered in more than one wave of an organisation, by identifier."""

    people: People
    minimum: int
    places: Mapping[tuple[str, str], Mapping[str, int]]
    """Per organisation and wave, the respondent of each identifier that is there once."""

    def between(self, organisation: str, wave: str, later: str, measure: str) -> Pairs | None:
        """The pairs of a measure; None where there are fewer than the minimum."""
        one = self.places.get((organisation, wave), {})
        two = self.places.get((organisation, later), {})
        both = sorted(one.keys() & two.keys())
        if len(both) < self.minimum:
            return None
        values = self.people.of(measure)
        at, then = np.array([[one[name], two[name]] for name in both]).T
        known = ~(np.isnan(values[at]) | np.isnan(values[then]))
        at, then, number = at[known], then[known], int(known.sum())
        if number < self.minimum:
            return None
        if self.people.weights is not None:
            return self._weighted(measure, at, then)
        products = (values[at] - values[at].mean()) * (values[then] - values[then].mean())
        return Pairs(number, math.fsum(products.tolist()) / (number - 1), number)

    def _weighted(self, measure: str, at: Ints, then: Ints) -> Pairs:
        """The covariance that, over the effective numbers, gives that of the weighted means.

        Each respondent moves a mean by w(x - x̄)/Σw, which is multiplied over pairs (linearised).
        """
        people, values = self.people, self.people.of(measure)
        weights = np.ones(len(values)) if people.weights is None else people.weights
        moves, sizes = [], 1.0
        for places in (at, then):
            own = (people.organisation == people.organisation[places[0]]) & ~np.isnan(values)
            own &= people.wave == people.wave[places[0]]
            total = math.fsum(weights[own].tolist())
            sizes *= total**2 / math.fsum((weights[own] ** 2).tolist())
            w, x = weights[places], values[places]
            moves.append(w * (x - (w * x).sum() / w.sum()) / total)
        both = weights[at] * weights[then]
        effective = float(both.sum()) ** 2 / float((both**2).sum())
        shared = math.fsum((moves[0] * moves[1]).tolist()) * len(at) / (len(at) - 1)
        return Pairs(len(at), shared * sizes / effective, effective)


def links_of(people: People, minimum: int) -> Links | None:
    """The links between waves, none of fewer than `minimum` or `LINKED` people; None without ids.

    An identifier that is there twice in one wave of an organisation belongs to nobody in
    particular, and links none.
    """
    if not any(people.identifiers):
        return None
    places: dict[tuple[str, str], dict[str, int]] = {}
    twice: set[tuple[str, str, str]] = set()
    of = zip(people.organisation.tolist(), people.wave.tolist(), people.identifiers, strict=True)
    for at, (organisation, wave, name) in enumerate(of):
        if not name:
            continue
        key = (people.organisations[organisation], people.waves[wave])
        if places.setdefault(key, {}).setdefault(name, at) != at:
            twice.add((*key, name))
    for organisation_name, wave_name, name in twice:
        del places[organisation_name, wave_name][name]
    return Links(people, max(minimum, LINKED), places)


def in_order(waves: Sequence[str]) -> list[str]:
    """The waves in their order, numbers by size, without the rows that have lost theirs."""
    return sorted({wave for wave in waves if wave != BLANK_NAME}, key=rank)


def mean_of(row: Mapping[str, Any]) -> Mean:
    """The mean in a row of scores, with the effective number of respondents where there is one."""
    n = row.get("n_effective") or row["respondents"]
    return Mean(row["score"], math.nan if row["se"] is None else row["se"], n)


def changed(
    one: Mapping[str, Any], two: Mapping[str, Any], confidence: float, pairs: Pairs | None
) -> Change:
    """The change between two rows of scores, its interval within what is possible.

    Where Student's t has nothing to go by, since all answers of a wave are equal, the interval is
    that of Zou & Donner (2008), which rests on the intervals of both scores.
    """
    _, covariance, effective = pairs or (0, 0.0, 0.0)
    found = change(
        mean_of(one), mean_of(two), confidence=confidence, pairs=effective, covariance=covariance
    )
    flat = one["se"] == 0 or two["se"] == 0
    if (flat or found.reason) and one["ci_low"] is not None and two["ci_low"] is not None:
        ends = ("score", "ci_low", "ci_high")
        first, second = ((row[ends[0]], row[ends[1]], row[ends[2]]) for row in (one, two))
        low, high = difference_interval(first, second)
        found = Change(found.difference, math.nan, math.nan, low, high)
    most = 200.0 if one["measure"].endswith(".tilt") else 100.0
    return found._replace(
        low=float(np.clip(found.low, -most, most)), high=float(np.clip(found.high, -most, most))
    )


def change_table(
    frame: pl.DataFrame,
    confidence: float,
    links: Links | None = None,
    alike: Alike | None = None,
) -> ResultTable:
    """The scores that are shown in two waves that follow each other, and their difference.

    `frame` are scores per organisation and wave, as `vested analyse --wave` gives them. Only scores
    that are shown are compared. `links` says who answered twice, `alike` whether the questions were
    understood alike; without it nothing is judged.
    """
    if "wave" not in frame.columns:
        raise ValueError("change is between waves")
    order = in_order(frame["wave"].to_list())  # the first organisation may miss a wave
    shown = frame.filter(pl.col("status") != "suppressed")
    known = {
        (row["organisation"], row["measure"], row["wave"]): row
        for row in shown.iter_rows(named=True)
    }
    rows = []
    for name, measure in shown.select("organisation", "measure").unique(maintain_order=True).rows():
        for wave, later in pairwise(order):
            one, two = known.get((name, measure, wave)), known.get((name, measure, later))
            if one is None or two is None:
                continue
            pairs = links.between(name, wave, later, measure) if links else None
            numbers = _numbers(one, two, confidence, pairs)
            rows.append((name, measure, wave, later, *_judged(numbers, (alike or {}).get(measure))))
    texts = ("organisation", "measure", "wave", "next_wave", "method", "comparable", "reason")
    wholes = ("respondents", "next_respondents", "linked")
    schema = {
        column.key: pl.String if column.key in texts
        else pl.Int64 if column.key in wholes else pl.Float64
        for column in COLUMNS
    }  # fmt: skip
    made = pl.DataFrame(rows, schema, orient="row").fill_nan(None)
    return ResultTable("change", "Change from wave to wave", COLUMNS, made)


def _numbers(
    one: Mapping[str, Any], two: Mapping[str, Any], confidence: float, pairs: Pairs | None
) -> tuple[object, ...]:
    found = changed(one, two, confidence, pairs)
    errors = [math.nan if row["se"] is None else row["se"] for row in (one, two)]
    return (
        one["score"], two["score"], found.difference, found.low, found.high,
        one["respondents"], two["respondents"], pairs.number if pairs else None,
        PAIRED if pairs else INDEPENDENT, reliable_change(found.difference, *errors),
        found.reason,
    )  # fmt: skip


def _judged(numbers: tuple[object, ...], alike: tuple[str, str] | None) -> tuple[object, ...]:
    """The numbers with the verdict on comparability, and both reasons as one."""
    *rest, reason = numbers
    verdict, why = alike or (NOT_JUDGED, "")
    return (*rest, verdict, "; ".join(text for text in (str(reason), why) if text) or None)
