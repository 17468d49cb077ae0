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
    """In units of the distance between neighbouring codes, where these are equally far apart."""
    uniform: Floats
    skewed: Floats
    lindell: Floats
    ad: Floats
    awg: Floats
    options: int
    items: int
    ad_limit: float
    even: bool
    """Whether the codes are equally far apart, as every null but the uniform one supposes."""

    def under(self, null: str) -> Floats:
        """rWG(J) under another null; NaN where nothing is published for such options."""
        try:
            if not self.even:
                raise ValueError
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
    """Agreement from counts of groups x items x options, over those who answered all items.

    Codes that are equally far apart are counted from 0 in steps of 1, as the nulls suppose. Of
    others, uniform means that each code is equally likely, and no other null is published; their
    AD is held against the limit of as many equally spaced codes over the same range (our choice).
    """
    item = tallies.items[facet.places[0]]
    scale, size = item.scale, len(facet.places)
    places = np.array(
        sorted(scale.high - c if item.reversed else c - scale.low for c in scale.codes)
    )
    step = int(places[1]) if len(places) > 1 else 1
    even = bool((np.diff(places) == step).all())
    step = step if even else 1
    codes = places // step
    counts = counts[:, :, places]
    variance = item_variances(counts, codes).mean(axis=1)
    null = float(np.mean(codes * codes) - np.mean(codes) ** 2)
    width = (scale.high - scale.low) / max(len(places) - 1, 1)
    found = Agreement(
        counts[:, 0].sum(axis=1),
        variance,
        rwg_j(variance, size, null),
        np.full(len(counts), np.nan),
        rwg_lindell(variance, null),
        average_deviation(counts, codes) * step,
        awg(counts, codes),
        len(places),
        size,
        ad_cut(len(places)) * width,
        even,
    )
    return found._replace(skewed=found.under("slight-skew"))


def not_judged(tallies: Tallies, instrument: Instrument) -> list[str]:
    """A note on the facets that agreement is not worked out for, if there are any."""
    judged = {facet.measure for facet in tallies.judged}
    names = [m.id for m in instrument.measures if m.kind == "facet" and m.id not in judged]
    if not names:
        return []
    return [f"{', '.join(names)}: agreement is not judged on scales of 255 options or more."]


def judge(
    tallies: Tallies,
    groups: Sequence[Sequence[int]],
    minimum: int,
    p_values: Mapping[str, float],
    cuts: Cuts,
) -> dict[str, Judgement]:
    """By facet, and by item that is a pole of its own, what the gate says of each group of cells.

    `p_values` are those of the F test, by facet; where there is none, or NaN, there is no such
    finding.
    """
    found = {}
    for number, facet in enumerate(tallies.judged):
        own = agreement(facet, summed(tallies.spread.complete(number), groups), tallies)
        limit = own.ad_limit if cuts.ad is None else cuts.ad
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
    if not n:
        return ["nobody answered all of its items"] if minimum == 1 else [_few(minimum)]
    if n < minimum:
        return [_few(minimum)]
    if n < 2:
        return ["agreement cannot be judged with one respondent"]
    found, name = [], "rWG(J)" if own.items > 1 else "rWG"
    if uniform < cuts.rwg:
        found.append(f"{name} {apart(uniform, cuts.rwg, 'under the uniform null is below')}")
    if skewed < cuts.rwg_skew:
        found.append(f"{name} {apart(skewed, cuts.rwg_skew, 'under a slight skew is below')}")
    if ad > judgement.ad_limit:
        found.append(f"answers lie {apart(ad, judgement.ad_limit, 'from their mean, more than')}")
    if judgement.p >= cuts.p:
        found.append(f"organisations do not differ beyond chance (F test, p = {judgement.p:.2f})")
    return found


def _few(minimum: int) -> str:
    return f"fewer than {minimum} respondents answered all of its items"


def apart(value: float, cut: float, words: str) -> str:
    """A value, words and a cut, with as many digits as it takes to see that they differ.

    >>> apart(0.6999, 0.7, "is below")
    '0.6999 is below 0.7000'
    """
    digits = next((d for d in range(2, 9) if f"{value:.{d}f}" != f"{cut:.{d}f}"), 9)
    return f"{value:.{digits}f} {words} {cut:.{digits}f}"


def levels(
    judgements: Mapping[str, Judgement], instrument: Instrument, groups: int
) -> dict[str, Levels]:
    """By measure, and by item that is a pole, per group: 0 publish, 1 caution, 2 do not aggregate.

    An index is as good as the measures that it needs: it is refused where fewer than 60 % of them
    are not refused, and shown with caution where fewer than 60 % are free of caution. A pair or
    ambidexterity is as good as the worse of its poles. Both are our choice, after the rule that an
    index needs 60 % of its measures to be scored. What is not judged is not held against a measure.
    """
    known = {name: judgement.level for name, judgement in judgements.items()}
    unknown = np.zeros(groups, np.int8)
    for measure in instrument.measures:
        if measure.kind == "facet":
            known.setdefault(measure.id, unknown)
        else:
            parts = np.array([known.get(part, unknown) for part in measure.of])
            known[measure.id] = np.sort(parts, axis=0)[_needed(measure) - 1]
    return known


def _needed(measure: Measure) -> int:
    """How many of its parts a measure needs."""
    count = len(measure.of)
    return at_least_sixty_percent(count) if measure.kind == "index" else count


def reasons_of_parts(measure: Measure, known: Mapping[str, Levels], at: int) -> list[str]:
    """Why the gate is not open for a measure of others, in words; nothing where it is."""
    if not known[measure.id][at]:
        return []
    worse = [part for part in measure.of if part in known and known[part][at]]
    told = ", ".join(f"{part}: {LEVELS[known[part][at]]}" for part in worse)
    if measure.kind != "index":
        return [told]
    return [f"{_needed(measure)} of its {len(measure.of)} parts are needed; {told}"]


def summed(counts: Ints, groups: Sequence[Sequence[int]]) -> Ints:
    """Counts of cells x … added up over the cells of each group; cells beyond them are empty."""
    have = len(counts)
    inside = [[at for at in cells if at < have] for cells in groups]
    sizes = np.array([len(cells) for cells in inside], np.int64)
    found = np.zeros((len(groups), *counts.shape[1:]), np.int64)
    if sizes.any():
        chosen = counts[np.array([at for cells in inside for at in cells], np.int64)]
        full = np.flatnonzero(sizes)
        found[full] = np.add.reduceat(chosen, (np.cumsum(sizes) - sizes)[full], axis=0)
    return found
