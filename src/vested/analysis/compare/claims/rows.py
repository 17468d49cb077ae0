"""One claim put to the test in several ways, each a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.analysis.compare.claims.claim import Claim
from vested.analysis.compare.claims.ground import Ground
from vested.stats.comparison.correlation import (
    Correlation,
    disattenuated,
    marker_adjusted,
    partial,
    pearson,
    spearman,
)
from vested.stats.comparison.redrawn import redrawn_partial, redrawn_spearman, redrawn_split
from vested.stats.comparison.regression import ols, percentiles
from vested.stats.comparison.split import reliability, split_sample
from vested.stats.random import generator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST = 3
"""Nothing is said of fewer organisations."""
SPLIT_LEAST = 8
"""Respondents that an organisation needs to be split; 6 to 8 are usual, 8 is our choice."""
SPLITS = 500
DRAWS = 2000
"""Draws of organisations for an interval."""
BOOTSTRAP_LEAST = 10
"""Organisations that a bootstrap needs: fewer give too few different samples; our choice."""
BOOTSTRAP_RELIABLE = 20
"""With fewer clusters its intervals tend to be too narrow; about 20 is usual."""


class Row(NamedTuple):
    """One row of the claims; the names are those of the columns."""

    hypothesis: str
    cause: str
    outcome: str
    method: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    boot_low: float | None = None
    boot_high: float | None = None
    p: float | None = None
    organisations: int | None = None
    left_out: int | None = None
    splits_low: float | None = None
    splits_high: float | None = None
    reliability_cause: float | None = None
    reliability_outcome: float | None = None
    controls: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class How:
    """How claims are tested; the same for each of them."""

    by: tuple[str, ...]
    confidence: float
    seed: int
    marker: str | None


def tested(claim: Claim, ground: Ground, how: How) -> list[Row]:
    """All rows of a claim of two measures."""
    pair = (claim.cause, claim.outcome)
    at = ground.usable(pair)
    made = Row(
        claim.hypothesis, *pair, "", organisations=len(at), left_out=ground.organisations - len(at)
    )
    if len(at) < LEAST:
        reason = f"fewer than {LEAST} organisations have both scores shown"
        return [made._replace(method="pearson", organisations=None, left_out=None, reason=reason)]
    x, y = ground.means(pair, at)
    constant = [name for name, values in zip(pair, (x, y), strict=True) if np.ptp(values) == 0]
    if constant:
        reason = f"{constant[0]} is the same in all organisations"
        return [made._replace(method="pearson", reason=reason)]
    naive = pearson(x, y, confidence=how.confidence)
    chance = _chance(made, ground, how, "pearson and ols")
    r, slope = redrawn_partial(x, y, np.empty((len(x), 0)), DRAWS, chance)
    # Weighted scores that are equal may differ in their last digits, which is no order.
    a, b = np.round(x, 9), np.round(y, 9)
    ranked = redrawn_spearman(a, b, DRAWS, _chance(made, ground, how, "spearman"))
    ranks = _correlation(made, "spearman", spearman(a, b, confidence=how.confidence))
    return [
        _with_draws(_correlation(made, "pearson", naive), r, how),
        _attenuation(made, naive, ground, at, (x, y)),
        *_marker(made, ground, how),
        _with_draws(ranks, ranked, how),
        _with_draws(_slope(made, x, y, how), slope, how),
        _partial(made, x, y, ground, at, how),
        *_split(made, ground, at, how),
    ]


def _chance(made: Row, ground: Ground, how: How, method: str) -> np.random.Generator:
    """The random numbers of the bootstrap of one method, for one claim in one wave."""
    words = " ".join(("bootstrap", method, made.cause, made.outcome, ground.wave))
    return generator(how.seed, "", words)


def unreliable(organisations: int) -> str:
    """What is to be said of a bootstrap over so many organisations."""
    if organisations < BOOTSTRAP_LEAST:
        return f"no bootstrap interval from fewer than {BOOTSTRAP_LEAST} organisations"
    if organisations < BOOTSTRAP_RELIABLE:
        return (
            f"fewer than {BOOTSTRAP_RELIABLE} organisations: its bootstrap interval is unreliable"
        )
    return ""


def redrawn_interval(
    drawn: Floats, organisations: int, confidence: float
) -> tuple[float | None, float | None, str]:
    """The interval from draws of organisations, and what is to be said of it."""
    if organisations < BOOTSTRAP_LEAST:
        return None, None, unreliable(organisations)
    low, high = percentiles(drawn, confidence=confidence)
    if math.isnan(low):
        return None, None, "no bootstrap interval: most draws of organisations do not differ"
    return low, high, unreliable(organisations)


def _with_draws(row: Row, drawn: Floats, how: How) -> Row:
    """The row with the interval of the cluster bootstrap, where it has an estimate."""
    if row.estimate is None or math.isnan(row.estimate) or row.organisations is None:
        return row
    low, high, said = redrawn_interval(drawn, row.organisations, how.confidence)
    reason = "; ".join(text for text in (row.reason, said) if text)
    return row._replace(boot_low=low, boot_high=high, reason=reason)


def _correlation(made: Row, method: str, found: Correlation) -> Row:
    few = math.isnan(found.low) and not math.isnan(found.r)
    return made._replace(
        method=method, estimate=found.r, ci_low=found.low, ci_high=found.high, p=found.p,
        reason="too few organisations for an interval" if few else "",
    )  # fmt: skip


def corrected(row: Row, name: str = "reliabilities") -> Row:
    """A corrected correlation with what lies beyond ±1 cut off, which its reason says."""
    estimate = row.estimate
    if estimate is None or math.isnan(estimate):
        return row
    reason = row.reason
    if abs(estimate) > 1:
        reason = f"{estimate:.2f}, cut to {math.copysign(1, estimate):.0f}: the {name} are too low"
        reason += " to correct by"
    ends = [None if end is None else min(max(end, -1.0), 1.0) for end in (row.ci_low, row.ci_high)]
    return row._replace(
        estimate=min(max(estimate, -1.0), 1.0), ci_low=ends[0], ci_high=ends[1], reason=reason
    )


def _attenuation(
    made: Row, naive: Correlation, ground: Ground, at: Ints, means: tuple[Floats, Floats]
) -> Row:
    known = []
    for name, values in zip((made.cause, made.outcome), means, strict=True):
        found = ground.clusters((name,), at)
        several = int(found.respondents.sum()) > len(found.n)
        within = float(found.within[0, 0]) if several else math.nan
        known.append(reliability(found.n, values, within))
    row = made._replace(
        method="pearson_corrected", reliability_cause=known[0], reliability_outcome=known[1]
    )
    shrink = disattenuated(1.0, *known)
    if math.isnan(shrink):
        return row._replace(reason="organisations do not differ reliably on one of the measures")
    return corrected(
        row._replace(
            estimate=naive.r * shrink, ci_low=naive.low * shrink, ci_high=naive.high * shrink,
            p=naive.p,
        )
    )  # fmt: skip


def marker_correlation(made: Row, ground: Ground, marker: str, how: How) -> tuple[Row, float]:
    """The row, with its organisations now, and the marker's smaller correlation with the two."""
    measures = (made.cause, made.outcome, marker)
    at = ground.usable(measures)
    row = made._replace(organisations=len(at), left_out=ground.organisations - len(at))
    if len(at) < LEAST:
        return row._replace(organisations=None, left_out=None), math.nan
    x, y, m = ground.means(measures, at)
    known = [pearson(values, m, confidence=how.confidence).r for values in (x, y)]
    return row, min(known)


def _marker(made: Row, ground: Ground, how: How) -> list[Row]:
    if how.marker is None:
        return []
    row, shared = marker_correlation(made, ground, how.marker, how)
    row = row._replace(method="marker", controls=how.marker)
    if math.isnan(shared) or row.organisations is None or shared >= 1:
        return [
            row._replace(reason=f"{how.marker} cannot be set beside it in enough organisations")
        ]
    at = ground.usable((made.cause, made.outcome, how.marker))
    x, y = ground.means((made.cause, made.outcome), at)
    r = pearson(x, y, confidence=how.confidence).r
    found = marker_adjusted(r, max(shared, 0.0), len(at), confidence=how.confidence)
    row = _correlation(row, "marker", found)
    if shared <= 0:
        row = row._replace(reason=f"{how.marker} shares nothing with both: nothing is taken off")
    return [row]


def _slope(made: Row, x: Floats, y: Floats, how: How) -> Row:
    found = ols(x[:, None], y, confidence=how.confidence)
    unknown = math.isnan(float(found.hc3[1]))
    return made._replace(
        method="ols", estimate=float(found.coefficients[1]), ci_low=float(found.low[1]),
        ci_high=float(found.high[1]), p=float(found.p[1]),
        reason="one organisation alone decides the slope" if unknown else "",
    )  # fmt: skip


def _partial(made: Row, x: Floats, y: Floats, ground: Ground, at: Ints, how: How) -> Row:
    """What is left with the groups and the size of organisations held fast."""
    names, columns = [], []
    used = np.ones(len(at), bool)
    groups = {name: ground.group(place, at) for place, name in enumerate(how.by)}
    reasons = []
    for name, values in groups.items():
        if not any(values):
            reasons.append(f"{name} differs within organisations")
            continue
        used &= np.array([value != "" for value in values])
        names.append(name)
    for name in names:
        levels = sorted({value for value in np.array(groups[name])[used]})
        columns += [[float(value == level) for value in groups[name]] for level in levels[1:]]
    sizes = np.log(ground.sizes(at))
    if np.ptp(sizes[used]) > 0 if used.any() else False:
        names.append("log respondents")
        columns.append(list(sizes))
    row = made._replace(
        method="partial", controls=", ".join(names), organisations=int(used.sum()),
        left_out=ground.organisations - int(used.sum()),
    )  # fmt: skip
    if not columns:
        reasons.append("nothing differs that could be held fast")
        return row._replace(reason="; ".join(reasons))
    if used.sum() < LEAST:
        row = row._replace(organisations=None, left_out=None)
        return row._replace(reason=f"fewer than {LEAST} organisations have one value each")
    controls = np.array(columns).T[used]
    found = partial(x[used], y[used], controls, confidence=how.confidence)
    if math.isnan(found.r):
        reasons.append("too few organisations for so many controls")
    row = _correlation(row, "partial", found)
    row = row._replace(reason="; ".join([*reasons, *([row.reason] if row.reason else [])]))
    drawn, _ = redrawn_partial(
        x[used], y[used], controls, DRAWS, _chance(made, ground, how, "partial")
    )
    return _with_draws(row, drawn, how)


def _split(made: Row, ground: Ground, at: Ints, how: How) -> list[Row]:
    """The cause from one half of the respondents, the outcome from the other."""
    pair = (made.cause, made.outcome)
    persons = ground.persons(pair, at, SPLIT_LEAST)
    left = persons.organisations
    made = made._replace(organisations=len(left), left_out=ground.organisations - len(left))
    if len(left) < LEAST:
        reason = f"fewer than {LEAST} organisations with {SPLIT_LEAST} respondents to split"
        row = made._replace(organisations=None, left_out=None, reason=reason)
        return [row._replace(method="split"), row._replace(method="split_corrected")]
    names = [ground.people.organisations[place] for place in left]
    chance = [generator(how.seed, name, f"split {ground.wave}") for name in names]
    x, y = persons.values
    found = split_sample(
        x, y, persons.group, chance, weights=persons.weights, splits=SPLITS,
        confidence=how.confidence,
    )  # fmt: skip
    row = _correlation(
        made, "split", Correlation(found.r, found.low, found.high, found.p, len(left))
    )._replace(
        splits_low=found.splits_low, splits_high=found.splits_high,
        reliability_cause=found.reliability_x, reliability_outcome=found.reliability_y,
    )  # fmt: skip
    if math.isnan(found.r):
        row = row._replace(reason="the means of those who answered both do not differ")
    free = row._replace(
        method="split_corrected", estimate=found.corrected, ci_low=found.corrected_low,
        ci_high=found.corrected_high, splits_low=None, splits_high=None,
    )  # fmt: skip
    if math.isnan(found.corrected) and not row.reason:
        reason = "organisations do not differ reliably on one of the measures"
        free = free._replace(p=None, ci_low=None, ci_high=None, reason=reason)
    drawn = redrawn_split(persons.clusters(), DRAWS, _chance(made, ground, how, "split"))
    return [_with_draws(row, drawn, how), corrected(free)]
