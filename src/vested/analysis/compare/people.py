"""The scores of each respondent, for what cannot be told from sums: ranks, draws, splits, pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vested.analysis.scores import rank
from vested.model import Instrument
from vested.survey.columns import Columns
from vested.survey.measures import plan
from vested.survey.reading import BLANK_NAME
from vested.survey.reduction import Reduction
from vested.survey.tallies.rows import Respondents
from vested.survey.tallies.spread import NONE

if TYPE_CHECKING:
    from vested.analysis.population.weighting import Weighing

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class People:
    """Respondents in an order that does not depend on that of the rows.

    They are sorted by organisation, wave and groups, then by identifier and answers. Nothing of
    them goes out: whoever works with them gives numbers on organisations.
    """

    organisations: tuple[str, ...]
    """By name, sorted."""
    waves: tuple[str, ...]
    """By name, numbers by size, and before them rows that have lost theirs; one blank where waves
    are not told apart."""
    organisation: Ints
    """Of each respondent, the place of its organisation."""
    wave: Ints
    """Of each respondent, the place of its wave."""
    groups: tuple[tuple[str, ...], ...]
    """Of each respondent, its value in each group column."""
    identifiers: tuple[str, ...]
    """Of each respondent, blank where there is none."""
    measures: tuple[str, ...]
    """The ids of the outputs that are scored, in the instrument's order."""
    scores: Floats
    """Outputs x respondents on 0 to 100 (tilt: -100 to 100), NaN where missing."""
    items: tuple[str, ...] = ()
    """The ids of the items, in the order of `answers`."""
    answers: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    """Items x respondents: places of options, turned as the item is; 255 for no answer."""
    weights: Floats | None = None
    """Of each respondent, where there are any; only their ratios within an organisation count."""

    def of(self, measure: str) -> Floats:
        """The scores of all respondents on a measure."""
        found: Floats = self.scores[self.measures.index(measure)]
        return found


@dataclass(slots=True)
class Keep:
    """Keeps the respondents of the surveys that are read, and leaves none of them out."""

    dimensions: int = 0
    """How many waves and groups a cell names after its organisation."""
    weighing: Weighing | None = None
    """Says what respondents weigh, where that follows from a population."""
    people: People | None = field(default=None, init=False)

    def __call__(
        self,
        instrument: Instrument,
        reduction: Reduction,
        columns: Sequence[Columns],
        respondents: Sequence[Respondents],
    ) -> list[Bools]:
        """Called when all rows are read, see `Gather.leave_out`."""
        tallies = reduction.tallies
        if tallies is None:
            raise ValueError("the answers were not kept")
        given = np.concatenate([one.given for one in respondents], axis=1)
        items = tuple(item.id for item in tallies.items)
        scores = _scores(instrument, items, given)
        keys = [key for one in respondents for key in one.keys]
        names = [name for one in respondents for name in one.respondent]
        with_wave = any(found.wave is not None for found in columns)
        weights = self._weights(respondents)
        self.people = _sorted(
            instrument, keys, names, items, given, scores, weights, with_wave=with_wave
        )
        return []

    def _weights(self, respondents: Sequence[Respondents]) -> Floats | None:
        if self.weighing:
            of = self.weighing.weights
            return np.array([of[key] for one in respondents for key in one.strata])
        found = [one.weight for one in respondents if one.weight is not None]
        return np.concatenate(found) if found else None


def _scores(instrument: Instrument, items: Sequence[str], given: NDArray[np.uint8]) -> Floats:
    """Outputs x respondents, from items x respondents: by the same plan as the sums."""
    made = plan(instrument)
    place = {item: at for at, item in enumerate(items)}
    packed = {}
    for leaf in made.leaves:
        total = np.zeros(given.shape[1], np.int32)
        for item in leaf.items:
            row = given[place[item.id]].astype(np.int32)
            total += np.where(row == NONE, 0, leaf.base + row)
        packed[leaf.id] = total
    values = [value.values() for value in made.evaluate(packed)]
    scaled = [
        output.low + (output.high - output.low) / 100.0 * value
        for output, value in zip(made.outputs, values, strict=True)
    ]
    return np.array(scaled)


def _sorted(
    instrument: Instrument,
    keys: Sequence[tuple[str, ...]],
    names: Sequence[str],
    items: tuple[str, ...],
    given: NDArray[np.uint8],
    scores: Floats,
    weights: Floats | None,
    *,
    with_wave: bool,
) -> People:
    answers = [column.tobytes() for column in np.ascontiguousarray(given.T)]
    weight = [0.0] * len(keys) if weights is None else weights.tolist()
    order = sorted(range(len(keys)), key=lambda at: (keys[at], names[at], answers[at], weight[at]))
    organisations = tuple(sorted({key[0] for key in keys}))
    waves = {key[1] if with_wave else "" for key in keys}
    in_order = tuple(sorted(waves, key=lambda name: (name != BLANK_NAME, rank(name))))
    at_organisation = {name: at for at, name in enumerate(organisations)}
    at_wave = {name: at for at, name in enumerate(in_order)}
    sorted_keys = [keys[at] for at in order]
    return People(
        organisations,
        in_order,
        np.array([at_organisation[key[0]] for key in sorted_keys], np.int64),
        np.array([at_wave[key[1] if with_wave else ""] for key in sorted_keys], np.int64),
        tuple(key[2 if with_wave else 1 :] for key in sorted_keys),
        tuple(names[at] for at in order),
        tuple(output.id for output in instrument.outputs),
        scores[:, order],
        items,
        given[:, order],
        None if weights is None else weights[order],
    )
