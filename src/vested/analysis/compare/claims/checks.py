"""Beside the tests: slopes within and between, what methods share, and what could be found."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.analysis.compare.claims.claim import Claim, facets_of, items_of
from vested.analysis.compare.claims.ground import Ground
from vested.analysis.compare.claims.rows import (
    DRAWS,
    LEAST,
    How,
    Row,
    marker_correlation,
    redrawn_interval,
)
from vested.model import Instrument
from vested.stats.comparison.correlation import first_component
from vested.stats.comparison.method import method_factor
from vested.stats.comparison.power import organisations_for, smallest_correlation
from vested.stats.comparison.redrawn import redrawn_slopes
from vested.stats.comparison.split import pooled_covariance
from vested.stats.comparison.within_between import within_between
from vested.stats.covariance import correlation
from vested.stats.random import generator
from vested.survey.tallies.spread import NONE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HARMAN = 0.5
LATENT = "latent method"
_UNIT = 2.0**20
"""Weights are rounded to so many parts of the largest."""


class Effect(NamedTuple):
    """One row of the slopes within and between; the names are those of the columns."""

    hypothesis: str
    cause: str
    outcome: str
    effect: str
    estimate: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    boot_low: float | None = None
    boot_high: float | None = None
    p: float | None = None
    df: int | None = None
    organisations: int | None = None
    respondents: int | None = None
    reason: str = ""


class Check(NamedTuple):
    """One row of the checks of common method; the names are those of the columns."""

    check: str
    measures: str
    estimate: float | None = None
    limit: float | None = None
    passed: bool | None = None
    cfi: float | None = None
    cfi_gain: float | None = None
    chi_square: float | None = None
    p: float | None = None
    organisations: int | None = None
    respondents: int | None = None
    reason: str = ""


class Power(NamedTuple):
    """One row of the power; the names are those of the columns."""

    hypothesis: str
    cause: str
    outcome: str
    organisations: int | None
    smallest: float | None
    for_50: int
    for_40: int
    for_30: int
    reason: str = ""


def effects(claim: Claim, ground: Ground, how: How) -> list[Effect]:
    """The slope among the respondents of an organisation, among organisations, and the rest."""
    pair = (claim.cause, claim.outcome)
    at = ground.usable(pair)
    made = Effect(claim.hypothesis, *pair, "")
    words = ("within", "between", "contextual")
    if len(at) < LEAST + 1:
        reason = f"fewer than {LEAST + 1} organisations have both scores shown"
        return [made._replace(effect=word, reason=reason) for word in words]
    known = ground.clusters(pair, at)
    found = within_between(known, confidence=how.confidence)
    made = made._replace(organisations=len(known.n), respondents=int(known.respondents.sum()))
    drawn = redrawn_slopes(
        known,
        found.intercepts / found.residual,
        DRAWS,
        generator(how.seed, "", f"slopes {claim.cause} {claim.outcome} {ground.wave}"),
    )
    rows = []
    slopes = (found.within, found.between, found.contextual)
    for word, slope, own in zip(words, slopes, drawn, strict=True):
        row = made._replace(effect=word)
        if math.isnan(slope.slope):
            reason = "one of the measures does not differ within or between organisations"
            rows.append(row._replace(reason=reason))
            continue
        low, high, reason = redrawn_interval(own, len(known.n), how.confidence)
        rows.append(
            row._replace(
                estimate=slope.slope, se=slope.se, ci_low=slope.low, ci_high=slope.high,
                boot_low=low, boot_high=high, p=slope.p, df=slope.df, reason=reason,
            )
        )  # fmt: skip
    return rows


def common_method(
    claims: Sequence[Claim], ground: Ground, instrument: Instrument, how: How
) -> list[Check]:
    """Harman's screen and a method factor of all that claims are about, and each claim's marker."""
    rows = [_harman(claims, ground, instrument), _latent(claims, ground, instrument)]
    if how.marker is None:
        return rows
    for claim in claims:
        if len(claim.path) != 2:
            continue
        made = Row(claim.hypothesis, claim.cause, claim.outcome, "marker")
        row, shared = marker_correlation(made, ground, how.marker, how)
        said = f"{how.marker} with {claim.cause} and {claim.outcome}"
        check = Check("marker", said, organisations=row.organisations)
        if row.organisations is None:
            reason = f"fewer than {LEAST} organisations have all three scores shown"
            rows.append(check._replace(reason=reason))
        elif math.isnan(shared):
            rows.append(check._replace(reason="one of the measures does not differ"))
        else:
            rows.append(check._replace(estimate=shared))
    return rows


def _harman(claims: Sequence[Claim], ground: Ground, instrument: Instrument) -> Check:
    measures = list(dict.fromkeys(name for claim in claims for name in claim.path))
    at = ground.usable(measures)
    check = Check("harman", ", ".join(measures), limit=HARMAN)
    if len(at) < LEAST:
        return check._replace(reason=f"fewer than {LEAST} organisations have all scores shown")
    wanted = set().union(*(items_of(instrument, name) for name in measures))
    people = ground.people
    rows = [place for place, item in enumerate(people.items) if item in wanted]
    inside = ground.here & np.isin(people.organisation, at)
    answers = people.answers[rows][:, inside]
    given = answers != NONE
    # Whole numbers below 2**53, so that these products are exact whatever library multiplies.
    known, value = given.astype(np.float64), np.where(given, answers, 0).astype(np.float64)
    weights = _whole_weights(ground, inside)
    n, first = (known * weights) @ known.T, (value * weights) @ known.T
    products, squares = (value * weights) @ value.T, (value * value * weights) @ known.T
    sums = [part.astype(np.int64) for part in (n, first, first.T, products, squares, squares.T)]
    varying = np.diag(squares * n - first * first) > 0
    matrix = correlation(*sums)[np.ix_(varying, varying)]
    share = first_component(matrix)
    check = check._replace(organisations=len(at), respondents=int(inside.sum()))
    if math.isnan(share):
        return check._replace(reason="two of the items have no respondents in common")
    return check._replace(estimate=share, passed=share < HARMAN)


def _latent(claims: Sequence[Claim], ground: Ground, instrument: Instrument) -> Check:
    """A factor model of the facets without and with a method factor, within organisations."""
    measures = list(dict.fromkeys(name for claim in claims for name in claim.path))
    facets = facets_of(instrument, measures)
    check = Check(LATENT, ", ".join(facet.id for facet in facets))
    at = ground.usable(measures)
    if len(at) < LEAST:
        return check._replace(reason=f"fewer than {LEAST} organisations have all scores shown")
    items = [item for facet in facets for item in facet.of]
    if len(items) < 3:
        return check._replace(reason="fewer than 2 facets of 2 items or more")
    values, group, weights = _complete(items, ground, at, instrument)
    respondents = values.shape[1]
    check = check._replace(organisations=len(np.unique(group)), respondents=respondents)
    covariance, free = pooled_covariance(values, group, weights)
    factor = np.repeat(np.arange(len(facets)), [len(facet.of) for facet in facets])
    found = method_factor(covariance, free, factor)
    if math.isnan(found.share):
        return check._replace(reason=found.reason)
    return check._replace(
        estimate=found.share, cfi=found.cfi, cfi_gain=found.cfi_gain,
        chi_square=found.chi_square, p=found.p, reason=found.reason,
    )  # fmt: skip


def _complete(
    items: Sequence[str], ground: Ground, at: Ints, instrument: Instrument
) -> tuple[Floats, Ints, Floats | None]:
    """Items x respondents who answered all of them, from 0 to 1, with organisations and weights."""
    people = ground.people
    options = {item.id: len(item.scale.codes) for item in instrument.items}
    answers = people.answers[[people.items.index(item) for item in items]]
    inside = ground.here & np.isin(people.organisation, at) & (answers != NONE).all(axis=0)
    widest = np.array([[max(options[item] - 1, 1)] for item in items])
    weights = None if people.weights is None else people.weights[inside]
    _, group = np.unique(people.organisation[inside], return_inverse=True)
    order = np.argsort(group, kind="stable")
    own = None if weights is None else weights[order]
    return (answers[:, inside] / widest)[:, order], group[order].astype(np.int64), own


def _whole_weights(ground: Ground, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights of respondents as whole numbers, each organisation's brought to the same mean."""
    people = ground.people
    if people.weights is None:
        return np.ones(1)
    own, place = people.weights[inside], people.organisation[inside]
    mean = np.bincount(place, own) / np.maximum(np.bincount(place), 1)
    share = own / mean[place]
    found: NDArray[np.float64] = np.maximum(np.rint(share / share.max() * _UNIT), 1.0)
    return found


def powers(rows: Sequence[Row]) -> list[Power]:
    """What could be found of each claim, with the organisations that its split rests on."""
    found = []
    for claim in dict.fromkeys((row.hypothesis, row.cause, row.outcome) for row in rows):
        own = {row.method: row for row in rows if row[:3] == claim}
        best = own.get("split", own["pearson"])
        n = best.organisations if best.organisations is not None else own["pearson"].organisations
        smallest = smallest_correlation(n) if n is not None else math.nan
        high, middle, low = (round(organisations_for(r)) for r in (0.5, 0.4, 0.3))
        reason = "fewer than 4 organisations" if math.isnan(smallest) else ""
        known = None if reason else smallest
        found.append(Power(*claim, n, known, high, middle, low, reason))
    return found
