"""The paradox map: how far both poles are met, which one leads, and what that goes with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from vested.analysis.compare.people import Floats, People
from vested.analysis.compare.shown import scored, shown_in
from vested.analysis.surveys import Surveys
from vested.model import Instrument, Measure
from vested.stats.comparison.congruence import surface
from vested.table import Column, ResultTable

LEAST = 20
"""Organisations that the test of congruence takes, beside its six terms: our choice."""
MIDDLE, UNIT = 50.0, 10.0
"""Poles are taken from the middle of their scale, in steps of ten points."""

MAP = (
    Column("measure", "Measure", "The pair, or the ambidexterity."),
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("respondents", "Respondents", "How many have a value on both poles."),
    Column("joint", "Joint", "How far both poles are met, √(p·q), 0 to 100; of an ambidexterity "
           "this is the combined one.", 1),
    Column("joint_low", "Low", "Lower end of its interval.", 1),
    Column("joint_high", "High", "Upper end of its interval.", 1),
    Column("tilt", "Tilt", "The first pole less the second, -100 to 100; pairs only.", 1),
    Column("tilt_low", "Low", "Lower end of its interval.", 1),
    Column("tilt_high", "High", "Upper end of its interval.", 1),
    Column("balance", "Balance", "How near both are to each other, 100 - |x - y|; of an "
           "ambidexterity only, and never to be read alone, as two low poles are balanced.", 1),
    Column("balance_low", "Low", "Lower end of its interval.", 1),
    Column("balance_high", "High", "Upper end of its interval.", 1),
    Column("place", "Place", "both or neither, by a joint of 50 or more (our choice), and the pole "
           "that leads where the interval of the tilt leaves 0 out."),
)  # fmt: skip
CONGRUENCE = (
    Column("measure", "Measure", "The pair, or the ambidexterity."),
    Column("outcome", "Outcome", "The headline measure that it may go with."),
    Column("organisations", "Organisations", "How many have all three means shown."),
    *(
        column
        for key, heading, what in (
            ("a1", "a1", "Slope where both are alike: above 0, more of both goes with more."),
            ("a2", "a2", "Curvature where both are alike: below 0, that levels off."),
            ("a3", "a3", "Slope where they are opposed: above 0, the first pole counts more."),
            ("a4", "a4", "Curvature where they are opposed: below 0, it is lower the further the "
             "poles are apart."),
        )
        for column in (
            Column(key, heading, f"{what} In points of the outcome for ten of the poles."),
            Column(f"{key}_low", "Low", "Lower end of its interval, robust (HC3)."),
            Column(f"{key}_high", "High", "Upper end of its interval."),
        )
    ),
    Column("r_squared", "R²", "The share of the outcome's variance that the surface accounts for."),
    Column("reason", "Reason", "Why it is not tested."),
)  # fmt: skip
_TEXTS = ("measure", "organisation", "outcome", "place", "reason")
_WHOLES = ("respondents", "organisations")
_KINDS = ("pair", "ambidexterity")


def paradoxes_part(
    read: Surveys, people: People, minimum: int, confidence: float
) -> tuple[list[ResultTable], list[str]]:
    """The map of all pairs and ambidexterities, the test of congruence, and what both say."""
    instrument = read.instrument
    frame = shown_in(scored(read, minimum, confidence, (), ()))
    scores = {(row["measure"], row["organisation"]): row for row in frame.iter_rows(named=True)}
    names = frame["organisation"].unique(maintain_order=True).to_list()
    both = [measure for measure in instrument.measures if measure.kind in _KINDS]
    rows = [row for one in both for name in names if (row := _mapped(one, name, scores))]
    tests = [row for one in both for row in _tests(one, instrument, people, scores, confidence)]
    made = [
        ResultTable("paradoxes", "Paradox map", MAP, _frame(rows, MAP)),
        ResultTable("congruence", "Does it matter that both are met?", CONGRUENCE,
                    _frame(tests, CONGRUENCE)),
    ]  # fmt: skip
    return made, _told(rows, tests, both)


def _mapped(
    measure: Measure, organisation: str, scores: Mapping[tuple[str, str], Mapping[str, Any]]
) -> tuple[Any, ...] | None:
    """Where an organisation stands on a pair; None where it is not shown.

    Joint and tilt, as balance and combined, rest on the same answers: neither is shown alone.
    """
    pair = measure.kind == "pair"
    first, second = ("joint", "tilt") if pair else ("combined", "balance")
    one = scores.get((f"{measure.id}.{first}", organisation))
    two = scores.get((f"{measure.id}.{second}", organisation))
    if one is None or two is None:
        return None
    ends = ("score", "ci_low", "ci_high")
    numbers = [[row[end] for end in ends] for row in (one, two)]
    nothing = [None] * 3
    place = "both" if one["score"] >= MIDDLE else "neither"
    if pair and two["ci_low"] is not None:
        led = 0 if two["ci_low"] > 0 else 1 if two["ci_high"] < 0 else None
        place += f", {measure.of[led]} leads" if led is not None else ""
    last = (*numbers[1], *nothing) if pair else (*nothing, *numbers[1])
    return (measure.id, organisation, one["respondents"], *numbers[0], *last, place)


def poles(measure: Measure, people: People) -> tuple[Floats, Floats]:
    """Both poles of each respondent on 0 to 100, NaN where one is missing.

    Poles may be single items, which have no score of their own: from tilt t and joint j of a pair
    p = (t + √(t² + 4j²))/2 and q = p - t.
    """
    if all(part in people.measures for part in measure.of):
        first, second = (people.of(part) for part in measure.of)
        missing = np.isnan(first) | np.isnan(second)
        return np.where(missing, np.nan, first), np.where(missing, np.nan, second)
    if measure.kind != "pair":
        nothing = np.full(people.scores.shape[1], np.nan)
        return nothing, nothing
    joint, tilt = people.of(f"{measure.id}.joint"), people.of(f"{measure.id}.tilt")
    first = (tilt + np.sqrt(tilt * tilt + 4 * joint * joint)) / 2
    return first, first - tilt


def _tests(
    measure: Measure,
    instrument: Instrument,
    people: People,
    scores: Mapping[tuple[str, str], Mapping[str, Any]],
    confidence: float,
) -> list[tuple[Any, ...]]:
    """One row per headline measure that is not made of the pair itself."""
    first, second = (_means(pole, people) for pole in poles(measure, people))
    shown = ("joint", "tilt") if measure.kind == "pair" else ("combined", "balance")
    rows: list[tuple[Any, ...]] = []
    for outcome in instrument.headlines:
        if outcome.measure.id == measure.id:
            continue
        cases = [
            (scores[outcome.id, name]["score"], first[at], second[at])
            for at, name in enumerate(people.organisations)
            if (outcome.id, name) in scores
            and all((f"{measure.id}.{part}", name) in scores for part in shown)
        ]
        start = (measure.id, outcome.id)
        if len(cases) < LEAST:
            why = f"{len(cases)} organisations, fewer than {LEAST}"
            rows.append((*start, len(cases), *[None] * 13, why))
            continue
        z, p, q = np.array(cases).T
        found = surface(z, (p - MIDDLE) / UNIT, (q - MIDDLE) / UNIT, confidence=confidence)
        lines = [number for line in found[:4] for number in line[:3]]
        rows.append((*start, found.n, *lines, found.r_squared, found.reason or None))
    return rows


def _means(values: Floats, people: People) -> list[float]:
    """The mean of each organisation, weighted where there are weights, NaN without a value."""
    weights = np.ones(len(values)) if people.weights is None else people.weights
    found = []
    for at in range(len(people.organisations)):
        here = (people.organisation == at) & ~np.isnan(values)
        total = math.fsum(weights[here].tolist())
        mean = math.fsum((weights * values)[here].tolist()) / total if total else math.nan
        found.append(mean)
    return found


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> pl.DataFrame:
    schema = {
        column.key: pl.String if column.key in _TEXTS
        else pl.Int64 if column.key in _WHOLES else pl.Float64
        for column in columns
    }  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row").fill_nan(None)


def _told(
    rows: Sequence[tuple[Any, ...]], tests: Sequence[tuple[Any, ...]], both: Sequence[Measure]
) -> list[str]:
    if not both:
        return ["The instrument has no pairs: there is no paradox map."]
    found = []
    for measure in both:
        places = [row[-1] for row in rows if row[0] == measure.id]
        met = sum(place.startswith("both") for place in places)
        if measure.kind == "pair" and places:
            lead = [sum(place.endswith(f"{pole} leads") for place in places) for pole in measure.of]
            found.append(
                f"{measure.id}: {met} of {len(places)} organisations meet both poles; "
                f"{measure.of[0]} leads in {lead[0]}, {measure.of[1]} in {lead[1]}."
            )
    at = {column.key: place for place, column in enumerate(CONGRUENCE)}
    clear = [
        f"{row[0]} with {row[1]}" for row in tests
        if row[at["a4_high"]] is not None and row[at["a4_high"]] < 0
    ]  # fmt: skip
    if clear:
        found.append(f"Poles apart go with less (a4 below 0): {', '.join(clear)}.")
    elif all(row[at["a4"]] is None for row in tests):
        found.append(f"Congruence is not tested: fewer than {LEAST} organisations.")
    else:
        found.append("That poles apart go with less is not shown for any pair (a4).")
    return found
