"""Waves compared: change, and how organisations came through a shock between them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from vested.analysis.compare.alike import NO, alike
from vested.analysis.compare.change import (
    NOT_JUDGED,
    Alike,
    Links,
    change_table,
    changed,
    in_order,
    links_of,
)
from vested.analysis.compare.people import People
from vested.analysis.compare.shown import compared, scored, shown_in
from vested.analysis.disclosure.tables import Table
from vested.analysis.surveys import Surveys
from vested.errors import UsageError, did_you_mean
from vested.stats.comparison.change import Change, coping, implied_error
from vested.table import Column, ResultTable

MARGIN = 5.0
"""A change of no more points than this counts as none, in how a shock was come through: a fifth of
the step from one answer of five to the next. Our choice."""
HELD = "held"
"""Absorbed or recovered, where no wave in the midst tells which."""
SURE = 0.8
"""Below this probability two ways are named: our choice, as for bands."""

SHOCK = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The id of the measure."),
    Column("before", "Before", "The wave before the shock."),
    Column("during", "During", "The wave in the midst of it, where there is one."),
    Column("after", "After", "The wave after it."),
    Column("score_before", "Before", "The score before.", 1),
    Column("score_during", "During", "The score during.", 1),
    Column("score_after", "After", "The score after.", 1),
    Column("depth", "Depth", "The score before less that during: how far it fell.", 1),
    Column("depth_low", "Low", "Lower end of its interval.", 1),
    Column("depth_high", "High", "Upper end of its interval.", 1),
    Column("recovery", "Recovery", "The score after less that during: how far it came up.", 1),
    Column("recovery_low", "Low", "Lower end of its interval.", 1),
    Column("recovery_high", "High", "Upper end of its interval.", 1),
    Column("rebound", "Rebound", "The score after less that before.", 1),
    Column("rebound_low", "Low", "Lower end of its interval.", 1),
    Column("rebound_high", "High", "Upper end of its interval.", 1),
    Column("absorbed", "Absorbed", "Probability that it neither fell nor moved in the end by more "
           "than 5 points (our choice); empty without a wave during."),
    Column("recovered", "Recovered", "Probability that it fell by more and came back to within 5 "
           "points; empty without a wave during."),
    Column("thrived", "Thrived", "Probability that it ends more than 5 points higher."),
    Column("declined", "Declined", "Probability that it ends more than 5 points lower."),
    Column("profile", "Profile", "The most probable of these, two where it is below 80 % (our "
           "choice); held is absorbed or recovered, without a wave during."),
    Column("probability", "Probability", "That of the profile."),
    Column("comparable", "Comparable", "Whether the questions were understood alike: see change."),
    Column("reason", "Reason", "Why something is empty, or to be read with caution."),
)  # fmt: skip
_TEXTS = (
    *("organisation", "measure", "before", "during", "after"),
    *("profile", "comparable", "reason"),
)

Scores = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""The rows of scores that are shown, by organisation, measure and wave."""


@dataclass(frozen=True, slots=True)
class Shock:
    """The waves before, during and after a shock; `during` is blank where there is none."""

    before: str
    during: str
    after: str


def waves_part(
    read: Surveys,
    people: People,
    shock: Sequence[str],
    minimum: int,
    confidence: float,
    beside: Table | None = None,
) -> tuple[list[ResultTable], list[str]]:
    """Change from wave to wave, the shock between two of them, and what they say.

    What must be hidden `beside` groups is so.
    """
    frame = scored(read, minimum, confidence, (1,), ("wave",), beside)
    links = links_of(people, minimum)
    tallies = read.reduction.tallies
    known = alike(tallies, read.instrument, minimum) if tallies else {}
    table = change_table(frame, confidence, links, known)
    told = _told(table.frame, [output.id for output in read.instrument.headlines])
    around = shock_of(shock, in_order(people.waves))
    if around is None:
        return [table], [*told, "There is one wave only: nothing can have changed."]
    measures = compared(read.instrument)
    made = _shock_table(frame, measures, around, links, known, confidence)
    return [table, made], told


def shock_of(named: Sequence[str], order: Sequence[str]) -> Shock | None:
    """The waves around a shock: those that are named, else the first and the last.

    The one in the midst is named, or the only one between the two. None where there are not two
    waves. Raises `UsageError` for a wave that there is not, and for waves in another order.
    """
    for name in named:
        if name not in order:
            raise UsageError(
                f"--shock names wave {name!r}, and there is none",
                did_you_mean(name, order, f"the waves are {', '.join(order[:8])}"),
            )
    places = [order.index(name) for name in named]
    if named and (len(named) not in (2, 3) or sorted(set(places)) != places):
        raise UsageError(
            f"--shock {','.join(named)} is not two or three waves, each after the other",
            f"for example --shock {order[0]},{order[-1]}",
        )
    if len(order) < 2:
        return None
    first, last = (places[0], places[-1]) if places else (0, len(order) - 1)
    between = [named[1]] if len(named) == 3 else order[first + 1 : last]
    return Shock(order[first], between[0] if len(between) == 1 else "", order[last])


def _shock_table(
    frame: pl.DataFrame,
    measures: Sequence[str],
    shock: Shock,
    links: Links | None,
    known: Alike,
    confidence: float,
) -> ResultTable:
    shown = shown_in(frame)
    by_key = {
        (row["organisation"], row["measure"], row["wave"]): row
        for row in shown.iter_rows(named=True)
    }
    rows = []
    for organisation in shown["organisation"].unique(maintain_order=True):
        for measure in measures:
            row = _around(by_key, organisation, measure, shock, links, confidence)
            if row is not None:
                verdict, why = known.get(measure, (NOT_JUDGED, ""))
                *numbers, reason = row
                reasons = "; ".join(text for text in (reason, why) if text)
                rows.append((organisation, measure, *numbers, verdict, reasons or None))
    schema = {column.key: pl.String if column.key in _TEXTS else pl.Float64 for column in SHOCK}
    made = pl.DataFrame(rows, schema, orient="row").fill_nan(None)
    return ResultTable("shock", "Around a shock, if there was one", SHOCK, made)


def _around(
    scores: Scores,
    organisation: str,
    measure: str,
    shock: Shock,
    links: Links | None,
    confidence: float,
) -> tuple[Any, ...] | None:
    """The numbers of one organisation and measure; None where it is not shown before and after."""
    start, midst, end = (
        scores.get((organisation, measure, wave))
        for wave in (shock.before, shock.during, shock.after)
    )
    if start is None or end is None:
        return None

    def pairs(one: str, two: str) -> Any:
        return links.between(organisation, one, two, measure) if links else None

    rebound = changed(start, end, confidence, pairs(shock.before, shock.after))
    nothing = (math.nan, math.nan, math.nan)
    fell = rose = nothing
    depth, depth_error, correlation = math.nan, math.nan, 0.0
    if midst is not None:
        down = changed(start, midst, confidence, pairs(shock.before, shock.during))
        up = changed(midst, end, confidence, pairs(shock.during, shock.after))
        fell = (-down.difference, -down.high, -down.low)
        rose = (up.difference, up.low, up.high)
        depth, depth_error = fell[0], _error(down, confidence)
        # Depth and rebound share the score before: by Var(after - during), from all three.
        both = depth_error**2 + _error(rebound, confidence) ** 2 - _error(up, confidence) ** 2
        correlation = _correlation(-both / 2, depth_error, _error(rebound, confidence))
    ways = coping(
        rebound.difference, _error(rebound, confidence), depth, depth_error, correlation,
        margin=MARGIN,
    )  # fmt: skip
    profile, probability = _profile(ways._asdict())
    return (
        shock.before, shock.during or None, shock.after, start["score"],
        midst["score"] if midst else None, end["score"], *fell, *rose,
        rebound.difference, rebound.low, rebound.high, *ways, profile, probability,
        "" if midst else "no score during: absorbed and recovered cannot be told apart",
    )  # fmt: skip


def _error(found: Change, confidence: float) -> float:
    """The standard error of a change, from its interval where it has no other."""
    if not math.isnan(found.se):
        return found.se
    return implied_error(found.low, found.high, confidence)


def _correlation(covariance: float, one: float, two: float) -> float:
    both = one * two
    return min(max(covariance / both, -1.0), 1.0) if both > 0 else 0.0


def _profile(ways: Mapping[str, float]) -> tuple[str | None, float]:
    """The most probable way, or the two most probable ones, and their probability."""
    known = {name: value for name, value in ways.items() if not math.isnan(value)}
    if known and "absorbed" not in known:
        known = {HELD: 1 - sum(known.values()), **known}
    best = sorted(known.items(), key=lambda entry: -entry[1])[:2]
    if not best:
        return None, math.nan
    if best[0][1] >= SURE:
        return best[0]
    return " or ".join(name for name, _ in best), sum(value for _, value in best)


def _told(frame: pl.DataFrame, headlines: Sequence[str]) -> list[str]:
    """How many scores moved by more than noise, and whether they may be compared."""
    found = []
    for (wave, later), own in frame.filter(pl.col("measure").is_in(headlines)).group_by(
        "wave", "next_wave", maintain_order=True
    ):
        up, down = (
            own.filter(pl.col(end) * sign > 0).height
            for end, sign in (("difference_low", 1), ("difference_high", -1))
        )
        found.append(
            f"From wave {wave} to {later}, {up + down} of {own.height} headline scores moved by "
            f"more than their intervals allow: {up} up, {down} down."
        )
    doubts = {
        name: own["measure"].unique(maintain_order=True).to_list()
        for (name,), own in frame.filter(pl.col("measure").is_in(headlines)).group_by("comparable")
    }
    if names := doubts.get(NO):
        found.append(
            f"Questions were not understood alike in all waves ({', '.join(names)}): part of a "
            "change may come from that."
        )
    if names := doubts.get(NOT_JUDGED):
        found.append(
            f"Whether the questions were understood alike in all waves could not be judged for "
            f"all of {', '.join(names)}."
        )
    return found
