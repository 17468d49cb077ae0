"""When a mean over respondents may stand for an organisation: agreement, its cuts, its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.model import Instrument, Measure
from vested.stats.agreement import (
    ad_cut,
    average_deviation,
    awg,
    item_variances,
    null_variance,
    rwg_j,
    rwg_lindell,
)
from vested.survey.measures import at_least_sixty_percent
from vested.survey.tallies import FacetItems, Tallies

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PUBLISH, CAUTION, REFUSE = "publish", "caution", "do not aggregate"


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


class Agreement(NamedTuple):
    """How far the respondents of each group agree on a facet; NaN where that cannot be told."""

    n: Ints
    uniform: Floats
    skewed: Floats
    lindell: Floats
    ad: Floats
    awg: Floats
    ad_limit: float


def spread(facet: FacetItems, counts: Ints, tallies: Tallies) -> Agreement:
    """Agreement from counts of groups x items x options, over those who answered all items."""
    scale = tallies.items[facet.places[0]].scale
    options = scale.high - scale.low + 1
    codes = np.arange(options)
    counts = counts[:, :, :options]
    mean_variance = item_variances(counts, codes).mean(axis=1)
    size, even = len(facet.places), null_variance("uniform", options)
    skewed = np.full(len(counts), np.nan)
    if 5 <= options <= 11:  # for other scales nothing is published
        skewed = rwg_j(mean_variance, size, null_variance("slight-skew", options))
    return Agreement(
        counts[:, 0].sum(axis=1),
        rwg_j(mean_variance, size, even),
        skewed,
        rwg_lindell(mean_variance, even),
        average_deviation(counts, codes),
        awg(counts, codes),
        ad_cut(options),
    )


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


def cautions(
    tallies: Tallies,
    instrument: Instrument,
    cells: int,
    p_values: Mapping[str, float],
    cuts: Cuts,
) -> Bools:
    """Outputs x cells: where a score should be shown with caution.

    A facet where the gate is not open. An index of which fewer than 60 % of the measures are free
    of caution, as it needs 60 % of them to be scored; a pair or ambidexterity with such a pole (our
    choice). What rests on single items is not judged.
    """
    closed: dict[str, Bools] = {}
    for facet in tallies.facets:
        counts = tallies.complete[:cells, list(facet.places)]
        counts = np.concatenate([counts, np.zeros((cells - len(counts), *counts.shape[1:]), int)])
        closed[facet.measure] = _closed(
            spread(facet, counts, tallies), p_values.get(facet.measure, np.nan), cuts
        )
    nothing = np.zeros(cells, bool)
    for measure in instrument.measures:
        if measure.kind != "facet":
            closed[measure.id] = _of_parts(measure, closed, nothing)
    return np.array([closed.get(output.measure.id, nothing) for output in instrument.outputs])


def _closed(found: Agreement, p: float, cuts: Cuts) -> Bools:
    """The same rules as `judged`, for all groups at once."""
    closed: Bools = (
        (found.n < 2)
        | (found.uniform < cuts.rwg)
        | (found.skewed < cuts.rwg_skew)
        | (found.ad > found.ad_limit)
        | np.full(len(found.n), p >= cuts.p)
    )
    return closed


def _of_parts(measure: Measure, closed: Mapping[str, Bools], nothing: Bools) -> Bools:
    parts = np.array([closed.get(part, nothing) for part in measure.of])
    free = (~parts).sum(axis=0)
    needed = at_least_sixty_percent(len(parts)) if measure.kind == "index" else len(parts)
    return np.asarray(free < needed)
