"""Whether what a cause and an outcome have in common goes along with a third measure."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.analysis.compare.claims.claim import Claim
from vested.analysis.compare.claims.ground import Ground
from vested.analysis.compare.claims.rows import (
    BOOTSTRAP_LEAST,
    DRAWS,
    LEAST,
    SPLIT_LEAST,
    How,
    unreliable,
)
from vested.stats.comparison.regression import paths, percentiles, sobel
from vested.stats.comparison.split import without_shared
from vested.stats.random import generator

Floats = NDArray[np.float64]


class Path(NamedTuple):
    """One row of the mediation; the names are those of the columns."""

    hypothesis: str
    cause: str
    mediator: str
    outcome: str
    method: str
    a: float | None = None
    b: float | None = None
    indirect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    direct: float | None = None
    total: float | None = None
    sobel_se: float | None = None
    sobel_z: float | None = None
    sobel_p: float | None = None
    organisations: int | None = None
    left_out: int | None = None
    reason: str = ""


def mediated(claim: Claim, ground: Ground, how: How) -> list[Path]:
    """The path as the same respondents report it, and without what they share."""
    at = ground.usable(claim.path)
    cause, mediator, outcome = claim.path
    made = Path(claim.hypothesis, cause, mediator, outcome, "naive")
    if len(at) < LEAST + 1:
        reason = f"fewer than {LEAST + 1} organisations have all three scores shown"
        return [made._replace(reason=reason)]
    means = ground.means(claim.path, at)
    total = ground.organisations
    row = made._replace(organisations=len(at), left_out=total - len(at))
    naive = _path(row, means, np.zeros((3, 3, len(at))), ground, how)
    tested = sobel(*means)
    naive = naive._replace(sobel_se=tested.se, sobel_z=tested.z, sobel_p=tested.p)
    persons = ground.persons(claim.path, at, SPLIT_LEAST)
    left = persons.organisations
    row = made._replace(method="split")
    if len(left) < LEAST + 1:
        reason = f"fewer than {LEAST + 1} organisations with {SPLIT_LEAST} respondents to split"
        return [naive, row._replace(reason=reason)]
    found = persons.clusters()
    row = row._replace(organisations=len(left), left_out=total - len(left))
    return [naive, _path(row, found.means, found.own, ground, how)]


def _path(row: Path, means: Floats, own: Floats, ground: Ground, how: How) -> Path:
    """The row with its slopes, and the interval of the bootstrap over organisations."""
    found = paths(without_shared(means, own))
    row = row._replace(
        a=float(found.a), b=float(found.b), indirect=float(found.indirect),
        direct=float(found.direct), total=float(found.total),
    )  # fmt: skip
    n = means.shape[1]
    if math.isnan(float(found.indirect)):
        return row._replace(reason="the cause does not differ, or the mediator not beside it")
    if n < BOOTSTRAP_LEAST:
        return row._replace(reason=f"no interval from fewer than {BOOTSTRAP_LEAST} organisations")
    words = " ".join(("mediation", row.method, row.cause, row.mediator, row.outcome, ground.wave))
    drawn = generator(how.seed, "", words).integers(0, n, (DRAWS, n))
    draws = paths(without_shared(means[:, drawn], own[:, :, drawn]))
    low, high = percentiles(draws.indirect, confidence=how.confidence)
    return row._replace(ci_low=low, ci_high=high, reason=unreliable(n))
