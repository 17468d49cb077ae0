"""When a mean over respondents may stand for an organisation: agreement, its cuts, its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.errors import UsageError, did_you_mean
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
Levels = NDArray[np.int8]

PUBLISH, CAUTION, REFUSE = "publish", "caution", "do not aggregate"
LEVELS = (PUBLISH, CAUTION, REFUSE)
_PUBLISH, _CAUTION, _REFUSE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the gate closes; all of these are conventions, and the last word is the reader's.

    .70 is the customary standard for rWG(J) and .50 where agreement begins to be moderate
    (LeBreton & Senter 2008); that .50 is enough under the slight skew is our choice. AD: a sixth
    of the number of options (Burke & Dunlap 2002). The level of the F test is our choice.
    """

    rwg: float = 0.70
    """Caution where rWG(J) under the uniform null is below this."""
    rwg_refuse: float = 0.50
    """No mean where it is below this."""
    rwg_skew: float = 0.50
    """Caution where rWG(J) under the slight skew is below this."""
    ad: float | None = None
    """Caution where answers lie further from their mean than this, in codes."""
    p: float = 0.05
    """Caution where the F test of the organisations' differences has this p or a larger one."""


def cuts_from(given: Iterable[str]) -> Cuts:
    """Cuts from words like `rwg=0.8`; UsageError for a name or a number that is none.

    >>> cuts_from(["rwg=0.8", "rwg-refuse=0.6"]).rwg
    0.8
    """
    known = [field.name.replace("_", "-") for field in fields(Cuts)]
    values: dict[str, float] = {}
    for word in given:
        name, _, number = word.partition("=")
        if name not in known:
            raise UsageError(
                f"--cut {word}: there is no cut {name!r}",
                did_you_mean(name, known, f"known: {', '.join(known)}"),
            )
        try:
            values[name.replace("-", "_")] = float(number)
        except ValueError:
            raise UsageError(
                f"--cut {word}: {number!r} is no number", f"for example {name}=0.7"
            ) from None
        if not 0 <= values[name.replace("-", "_")] < 1000:
            raise UsageError(f"--cut {word}: that is out of range", f"for example {name}=0.7")
    return replace(Cuts(), **values)


class Agreement(NamedTuple):
    """How far the respondents of each group agree on a facet; NaN where that cannot be told."""

    n: Ints
    mean_variance: Floats
    uniform: Floats
    skewed: Floats
    lindell: Floats
    ad: Floats
    awg: Floats
    options: int
    items: int

    def under(self, null: str) -> Floats:
        """rWG(J) under another null; NaN where nothing is published for so many options."""
        try:
            variance = null_variance(null, self.options)
        except ValueError:
            return np.full(len(self.n), np.nan)
        return rwg_j(self.mean_variance, self.items, variance)


class Judgement(NamedTuple):
    """What the gate says of each group on one facet or single item."""

    agreement: Agreement
    level: Levels
    ad_limit: float
    p: float


def agreement(facet: FacetItems, counts: Ints, tallies: Tallies) -> Agreement:
    """Agreement from counts of groups x the facet's items x options, of who answered all items."""
    scale = tallies.items[facet.places[0]].scale
    options = scale.high - scale.low + 1
    codes = np.arange(options)
    counts = counts[:, :, :options]
    mean_variance = item_variances(counts, codes).mean(axis=1)
    nothing = np.full(len(counts), np.nan)
    even = null_variance("uniform", options)
    found = Agreement(
        counts[:, 0].sum(axis=1),
        mean_variance,
        rwg_j(mean_variance, len(facet.places), even),
        nothing,
        rwg_lindell(mean_variance, even),
        average_deviation(counts, codes),
        awg(counts, codes),
        options,
        len(facet.places),
    )
    return found._replace(skewed=found.under("slight-skew"))


def judge(
    tallies: Tallies, counts: Ints, minimum: int, p_values: Mapping[str, float], cuts: Cuts
) -> dict[str, Judgement]:
    """By facet, and by item that is a pole of its own, what the gate says of each group.

    `counts` are groups x items x options, as `tallies.complete` has them of cells. `p_values` are
    those of the F test, by facet; where there is none, or NaN, there is no such finding.
    """
    found = {}
    for facet, rows in zip(tallies.judged, tallies.spread.counted, strict=True):
        own = agreement(facet, counts[:, list(rows)], tallies)
        limit = ad_cut(own.options) if cuts.ad is None else cuts.ad
        p = p_values.get(facet.measure, np.nan)
        careful = (
            (own.n < max(minimum, 2))
            | (own.uniform < cuts.rwg)
            | (own.skewed < cuts.rwg_skew)
            | (own.ad > limit)
            | bool(p >= cuts.p)
        )
        refused = (own.n >= max(minimum, 2)) & (own.uniform < cuts.rwg_refuse)
        level = np.where(refused, _REFUSE, np.where(careful, _CAUTION, _PUBLISH)).astype(np.int8)
        found[facet.measure] = Judgement(own, level, limit, p)
    return found


def reasons(judgement: Judgement, at: int, minimum: int, cuts: Cuts) -> list[str]:
    """Why the gate is not open for a group, in words; nothing where it is."""
    own = judgement.agreement
    n, uniform, skewed, ad = (values[at] for values in (own.n, own.uniform, own.skewed, own.ad))
    if n < minimum:
        return [f"fewer than {minimum} respondents answered all of its items"]
    if n < 2:
        return ["agreement cannot be judged with one respondent"]
    found = []
    if uniform < cuts.rwg:
        found.append(f"rWG(J) {uniform:.2f} under the uniform null is below {cuts.rwg:.2f}")
    if skewed < cuts.rwg_skew:
        found.append(f"rWG(J) {skewed:.2f} under a slight skew is below {cuts.rwg_skew:.2f}")
    if ad > judgement.ad_limit:
        found.append(f"answers lie {ad:.2f} from their mean, more than {judgement.ad_limit:.2f}")
    if judgement.p >= cuts.p:
        found.append(f"organisations do not differ beyond chance (F test, p = {judgement.p:.2f})")
    return found


def levels(judgements: Mapping[str, Judgement], instrument: Instrument, groups: int) -> Levels:
    """Outputs x groups: 0 publish, 1 caution, 2 do not aggregate.

    An index is as good as the measures that it needs: it is refused where fewer than 60 % of them
    are not refused, and shown with caution where fewer than 60 % are free of caution. A pair or
    ambidexterity is as good as the worse of its poles. Both are our choice, after the rule that an
    index needs 60 % of its measures to be scored.
    """
    known = {name: judgement.level for name, judgement in judgements.items()}
    for measure in instrument.measures:
        if measure.kind != "facet":
            known[measure.id] = _of_parts(measure, known, groups)
    unknown = np.zeros(groups, np.int8)
    return np.array([known.get(output.measure.id, unknown) for output in instrument.outputs])


def _of_parts(measure: Measure, known: Mapping[str, Levels], groups: int) -> Levels:
    unknown = np.zeros(groups, np.int8)
    parts = np.array([known.get(part, unknown) for part in measure.of])
    needed = at_least_sixty_percent(len(parts)) if measure.kind == "index" else len(parts)
    ordered = np.sort(parts, axis=0)
    level: Levels = ordered[needed - 1]
    return level


def reasons_of_parts(
    measure: Measure, instrument: Instrument, judgements: Mapping[str, Judgement], at: int
) -> list[str]:
    """Why the gate is not open for a measure of others, in words."""
    known = {name: judgement.level[at : at + 1] for name, judgement in judgements.items()}
    for other in instrument.measures:
        if other.kind != "facet":
            known[other.id] = _of_parts(other, known, 1)
    worse = [part for part in measure.of if part in known and known[part][0]]
    told = ", ".join(f"{part}: {LEVELS[known[part][0]]}" for part in worse)
    if measure.kind != "index":
        return [told]
    needed = at_least_sixty_percent(len(measure.of))
    return [f"{needed} of its {len(measure.of)} parts are needed; {told}"]


def summed(counts: Ints, groups: Sequence[Sequence[int]]) -> Ints:
    """Counts of cells x … added up over the cells of each group; cells beyond them are empty."""
    have = len(counts)
    return np.array(
        [counts[[at for at in cells if at < have]].sum(axis=0) for cells in groups], np.int64
    ).reshape(len(groups), *counts.shape[1:])
