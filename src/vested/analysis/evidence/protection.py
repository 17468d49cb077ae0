"""What may be said of everyone together, beside the scores that `vested analyse` shows.

Numbers of all respondents less those of the organisations that are shown are about the others, and
about those who skipped an item. So what can be made of shown scores alone is made of these, and
an item's answers are described only where so few are not left over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.analysis.gate import summed
from vested.analysis.reports.answers import CLASSES, in_classes
from vested.analysis.scores import scored
from vested.analysis.suppression import FEW, TELLING
from vested.model import Instrument, Measure
from vested.survey.reduction import Reduction
from vested.survey.tallies import FacetItems, Tallies

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shown:
    """The organisations and their scores, as `vested analyse` shows them."""

    place: Mapping[str, int]
    """Of each organisation, by name."""
    outputs: tuple[str, ...]
    mask: Bools
    """Outputs x organisations: whether the score is shown, or nobody has a value."""
    enough: Bools
    """Outputs x organisations: shown, or hidden for the sake of another score alone."""
    telling: Bools
    """Outputs x organisations: hidden, although enough have a value."""
    minimum: int

    def of(self, output: str, name: str) -> bool:
        """Whether a score of an organisation is shown."""
        return bool(self.mask[self.outputs.index(output), self.place[name]])


def shown_of(
    reduction: Reduction, instrument: Instrument, minimum: int, confidence: float
) -> Shown:
    """What is shown of organisations as wholes, their waves and groups together."""
    found = scored(
        reduction.pooled(1), instrument, minimum=minimum, confidence=confidence, dimensions=()
    ).protected[-1]
    seen = ~found.hidden.mask | (found.respondents == 0)
    return Shown(
        {key[0]: at for at, key in enumerate(found.keys)},
        tuple(output.id for output in instrument.outputs),
        seen,
        seen | ~np.isin(found.hidden.reason, (FEW, *TELLING)),
        np.isin(found.hidden.reason, TELLING),
        minimum,
    )


class Moments:
    """n, Σx and Σx² of the organisations whose scores are shown, 0 of the others.

    With `enough`, also of those whose scores are hidden for the sake of another one alone.
    """

    def __init__(self, reduction: Reduction, shown: Shown, *, enough: bool = False) -> None:
        self.reduction = reduction
        self.shown = shown
        self.mask = shown.enough if enough else shown.mask
        self.group = np.array([shown.place[key[0]] for key in reduction.cells], np.int64)

    def of(self, at: int) -> tuple[list[int], list[float], list[float]]:
        """Per organisation, of one output: integers where the measure lies on a grid."""
        groups, seen = len(self.shown.place), self.mask[at]
        if at not in self.reduction.counts:
            found = np.zeros((3, groups), np.int64)
            sums = self.reduction.sums[:3, at, : len(self.group)]
            for row, values in zip(found, sums, strict=True):
                np.add.at(row, self.group, values)
            n, first, second = (found * seen).tolist()
            return n, first, second
        cell, value, count = self.reduction.counts[at].merged()
        where = self.group[cell]
        parts = (count, count * value, count * value * value)
        n, first, second = (np.bincount(where, part, groups) * seen for part in parts)
        return n.astype(np.int64).tolist(), first.tolist(), second.tolist()

    def total(self, at: int) -> tuple[int, float, float]:
        """The same of all of them together."""
        n, first, second = self.of(at)
        if at not in self.reduction.counts:
            return sum(n), sum(first), sum(second)
        return sum(n), math.fsum(first), math.fsum(second)


def closed_items(
    shown: Shown, everyone: Reduction, used: Reduction, instrument: Instrument
) -> frozenset[str]:
    """The items of which only their number of answers is shown.

    `used` are the respondents that items are described of, `everyone` also those that were flagged
    and left out. The items' sums over all respondents, less the shown scores of their facet, leave
    those of whom the facet is not shown and those who skipped one of its items. If these are fewer
    than the minimum, one item of the facet is closed. The shares of answers in three classes leave,
    item by item, those who answered it but not the whole facet: then that item is closed.
    """
    if shown.minimum <= 1 or used.tallies is None or everyone.tallies is None:
        return frozenset()
    found = set(_poles(shown, used.tallies, instrument))
    for number in range(len(used.tallies.facets)):
        facet = _Facet(shown, number, everyone.tallies, used.tallies)
        whole, own = (facet.counts(reduction) for reduction in (everyone, used))
        complete = own[:, 0].sum(axis=1)
        outside = facet.outside(complete, instrument)
        if not facet.settled(complete, outside):
            found.add(facet.least())
        found |= set(facet.told_by_classes(whole, complete, outside))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Facet:
    """Who answered a facet, and of whom its score is shown."""

    shown: Shown
    number: int
    everyone: Tallies
    used: Tallies

    @property
    def of(self) -> FacetItems:
        return self.used.facets[self.number]

    def counts(self, reduction: Reduction) -> Ints:
        """Organisations x items x options, of those who answered all items of the facet."""
        cells: list[list[int]] = [[] for _ in self.shown.place]
        for key, at in reduction.cells.items():
            cells[self.shown.place[key[0]]].append(at)
        if reduction.tallies is None:
            raise ValueError("the answers were not counted")
        return summed(reduction.tallies.spread.complete(self.number), cells)

    def settled(self, complete: Ints, outside: int) -> bool:
        """Whether nothing is left over, or enough respondents in whatever equation it stands.

        `complete` says how many answered all of the facet, per organisation; of those `outside`
        nothing is shown that is made of it.
        """
        minimum, anyone = self.shown.minimum, int(self.used.anyone[self.number])
        skipped, flagged = anyone - int(complete.sum()), self.everyone.anyone[self.number] - anyone
        if not skipped and self.seen[complete > 0].all() and not 0 < flagged < minimum:
            return True
        return skipped + outside >= minimum

    @property
    def seen(self) -> Bools:
        """Of each organisation, whether the facet's score is shown."""
        found: Bools = self.shown.mask[self.shown.outputs.index(self.of.measure)]
        return found

    def outside(self, complete: Ints, instrument: Instrument) -> int:
        """How many of those who answered all of it are in organisations that show nothing of it."""
        rows = [at for at, output in enumerate(instrument.outputs)
                if self.of.measure in _parts(output.measure, instrument)]  # fmt: skip
        touched = (self.shown.mask[rows] | self.shown.telling[rows]).any(axis=0)
        return int(complete[~touched].sum())

    def told_by_classes(self, whole: Ints, complete: Ints, outside: int) -> Iterator[str]:
        """Items of which the classes of answers would tell of few, or that all answered alike.

        Of up to three options the classes tell the exact mean, so that whoever skipped an item
        stands in several equations: then it takes enough respondents outside all of them.
        """
        minimum, items = self.shown.minimum, [self.used.items[place] for place in self.of.places]
        place = self.shown.outputs.index(self.of.measure)
        n = whole[:, 0].sum(axis=1)
        seen = self.seen & (n >= minimum)
        found = in_classes(whole, items, len(n))
        exact = any(len(item.scale.codes) <= CLASSES for item in items)
        for at, item in enumerate(items):
            rest = answers(self.everyone, self.of.places[at]) - int(complete[seen].sum())
            alike = (seen & (found[:, at].max(axis=1) == n)).any()
            others = rest - int(complete[self.shown.telling[place]].sum())
            if exact:
                skipped = int(self.everyone.anyone[self.number]) - int(complete[seen].sum())
                rest, others = max(rest, skipped), outside
            if (rest or alike) and others < minimum:
                yield item.id

    def least(self) -> str:
        """The item that the fewest answered; one that no other facet has if there is one."""
        others = (facet for at, facet in enumerate(self.used.facets) if at != self.number)
        elsewhere = {place for facet in others for place in facet.places}
        places = self.of.places
        place = min(places, key=lambda at: (at in elsewhere, answers(self.used, at), at))
        return self.used.items[place].id


def answers(tallies: Tallies, place: int) -> int:
    """How many answered an item."""
    return sum(n for meaning, n in tallies.meanings[place].items() if isinstance(meaning, int))


def _parts(measure: Measure, instrument: Instrument) -> Iterator[str]:
    """A measure and all that it is made of."""
    yield measure.id
    known = {each.id: each for each in instrument.measures}
    for part in measure.of:
        if part in known:
            yield from _parts(known[part], instrument)


def _poles(shown: Shown, tallies: Tallies, instrument: Instrument) -> Iterator[str]:
    """Items of facets that are a pole of a pair too: the tilt is an equation between two items."""
    place = {tallies.items[at].id: at for at in tallies.modelled}
    for measure in instrument.measures:
        if measure.kind == "pair" and all(part in place for part in measure.of):
            first, second = (answers(tallies, place[part]) for part in measure.of)
            if abs(first - second) < shown.minimum:
                yield measure.of[1]
