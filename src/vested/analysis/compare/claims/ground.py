"""The organisations that a claim may be tested with: those whose scores may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.compare.people import People
from vested.analysis.compare.shown import scored, shown_in
from vested.analysis.surveys import Surveys
from vested.stats.comparison.split import Clusters, clusters
from vested.survey.reading import BLANK_NAME

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Persons:
    """Respondents sorted by organisation."""

    values: Floats
    """Measures x respondents."""
    group: Ints
    """Their organisation, those that have any numbered from 0."""
    organisations: Ints
    """The places of these organisations."""
    weights: Floats | None

    def clusters(self) -> Clusters:
        """Summed up by organisation."""
        return clusters(self.values, self.group, self.weights)


@dataclass(frozen=True, slots=True)
class Ground:
    """The respondents of one wave, and the scores of their organisations that may be shown."""

    people: People
    wave: str
    here: Bools
    """Which respondents answered in this wave."""
    person: Ints
    """Of each respondent, the first of the same person in the same organisation."""
    scores: Floats
    """Outputs x organisations, NaN where `vested analyse` would not show it."""

    @property
    def organisations(self) -> int:
        """How many answered in this wave."""
        return len(np.unique(self.people.organisation[self.here]))

    def usable(self, measures: Sequence[str]) -> Ints:
        """The places of the organisations whose scores on all of these may be shown."""
        rows = [self.people.measures.index(name) for name in measures]
        return np.flatnonzero(~np.isnan(self.scores[rows]).any(axis=0))

    def means(self, measures: Sequence[str], organisations: Ints) -> Floats:
        """Measures x organisations: the scores themselves."""
        rows = [self.people.measures.index(name) for name in measures]
        found: Floats = self.scores[rows][:, organisations]
        return found

    def clusters(self, measures: Sequence[str], organisations: Ints) -> Clusters:
        """The respondents with a value on all of these, summed up."""
        return self.respondents(measures, organisations).clusters()

    def persons(self, measures: Sequence[str], organisations: Ints, least: int) -> Persons:
        """As `respondents`, with all rows of one person as one, so that no one is in two halves.

        Organisations with fewer than `least` persons are left out. A person has the mean weight of
        the rows.
        """
        values, usable = self._usable(measures, organisations)
        first, place, rows = np.unique(self.person[usable], return_inverse=True, return_counts=True)
        weights = None if self.people.weights is None else self.people.weights[usable]
        total = np.bincount(place, weights)
        parts = values[:, usable] if weights is None else weights * values[:, usable]
        mean = np.stack([np.bincount(place, row) / total for row in parts])
        group = self.people.organisation[first]
        enough = np.bincount(group, minlength=1)[group] >= least
        own = None if weights is None else (total / rows)[enough]
        return _by_organisation(mean[:, enough], group[enough], own)

    def respondents(self, measures: Sequence[str], organisations: Ints) -> Persons:
        """Those who have a value on all of these."""
        values, usable = self._usable(measures, organisations)
        weights = None if self.people.weights is None else self.people.weights[usable]
        return _by_organisation(values[:, usable], self.people.organisation[usable], weights)

    def _usable(self, measures: Sequence[str], organisations: Ints) -> tuple[Floats, Bools]:
        values = np.stack([self.people.of(name) for name in measures])
        usable = self.here & ~np.isnan(values).any(axis=0)
        return values, usable & np.isin(self.people.organisation, organisations)

    def sizes(self, organisations: Ints) -> Floats:
        """How many respondents the organisations have in this wave."""
        place = self.people.organisation[self.here]
        count = np.bincount(place, minlength=len(self.people.organisations))
        return count[organisations].astype(np.float64)

    def group(self, column: int, organisations: Ints) -> list[str]:
        """The value of each organisation in a group column; blank where it has several or none."""
        values: dict[int, set[str]] = {int(at): set() for at in organisations}
        for at in np.flatnonzero(self.here & np.isin(self.people.organisation, organisations)):
            values[int(self.people.organisation[at])].add(self.people.groups[at][column])
        named = [found - {BLANK_NAME, ""} for found in values.values()]
        return [min(found) if len(found) == 1 else "" for found in named]


def _by_organisation(values: Floats, organisation: Ints, weights: Floats | None) -> Persons:
    left, group = np.unique(organisation, return_inverse=True)
    # The respondents of one organisation may stand in several groups, which are sorted by it.
    order = np.argsort(group, kind="stable")
    own = None if weights is None else weights[order]
    return Persons(values[:, order], group[order].astype(np.int64), left, own)


def _persons(people: People) -> Ints:
    first: dict[tuple[int, str], int] = {}
    found = np.arange(len(people.identifiers))
    for at, name in enumerate(people.identifiers):
        if name:
            found[at] = first.setdefault((int(people.organisation[at]), name), at)
    return found


def grounds(read: Surveys, people: People, minimum: int, confidence: float) -> list[Ground]:
    """One for each wave, with what `vested analyse` would show of it.

    Rows that have lost their wave are no wave, unless all have.
    """
    several = people.waves != ("",)
    parts, names = ([1], ["wave"]) if several else ([], [])
    frame = shown_in(scored(read, minimum, confidence, parts, names))
    output = {name: at for at, name in enumerate(people.measures)}
    place = {name: at for at, name in enumerate(people.organisations)}
    person = _persons(people)
    found = []
    for at, wave in enumerate(people.waves):
        if wave == BLANK_NAME and len(people.waves) > 1:
            continue
        scores = np.full((len(output), len(place)), np.nan)
        here = frame.filter(pl.col("wave") == wave) if several else frame
        for measure, organisation, score in here.select("measure", "organisation", "score").rows():
            scores[output[measure], place[organisation]] = score
        found.append(Ground(people, wave, people.wave == at, person, scores))
    return found
