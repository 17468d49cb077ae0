"""Which scores must be hidden so that no one can be seen, nor worked out from what is shown.

A score of fewer than `minimum` respondents is hidden. Then every equation that a reader could set
up among published scores must have no hidden part, or at least two:
- along each wave and group column, the cells of an organisation add up to their parent, which
  another run of the program publishes;
- an index is the mean of its measures, and a tilt is the difference of its two poles.
Where just one part of an equation is hidden, the smallest of the shown ones is hidden too, until
nothing changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vested.model import CellKey, Instrument

Mask = NDArray[np.bool_]


def hidden(
    respondents: NDArray[np.int64], minimum: int, keys: Sequence[CellKey], instrument: Instrument
) -> Mask:
    """Which scores (outputs x cells) to hide, given their numbers of respondents.

    A score without respondents is hidden as well: nothing could stand there but its absence.
    """
    mask: Mask = respondents < minimum
    if minimum <= 1:
        return mask
    families = [np.array(family) for family in _families(keys)]
    while True:
        before = int(mask.sum())
        for family in families:
            mask[:, family] = _protected(mask[:, family], respondents[:, family])
        mask = protected_measures(mask, respondents, instrument)
        if int(mask.sum()) == before:
            return mask


def protected_measures(mask: Mask, counts: NDArray[np.int64], instrument: Instrument) -> Mask:
    """Hide more (outputs x cells), so that no equation between measures has one hidden part.

    `counts` says how many stand behind each; what is hidden may open another equation, so that the
    caller repeats this until nothing changes.
    """
    mask = mask.copy()
    for parts in _equations(instrument):
        equation = np.array(parts)
        mask[equation] = _protected(mask[equation].T, counts[equation].T).T
    return mask


def _families(keys: Sequence[CellKey]) -> Iterable[list[int]]:
    """Cells that together are a parent that is known: an organisation, or all but one column."""
    columns = len(keys[0]) if keys else 0
    if columns > 2:
        # Nested or disjoint columns leave cells without siblings along a single column.
        whole: dict[str, list[int]] = defaultdict(list)
        for at, key in enumerate(keys):
            whole[key[0]].append(at)
        yield from (family for family in whole.values() if len(family) > 1)
    for column in range(1, columns):
        found: dict[CellKey, list[int]] = defaultdict(list)
        for at, key in enumerate(keys):
            found[key[:column] + key[column + 1 :]].append(at)
        yield from (family for family in found.values() if len(family) > 1)


def _equations(instrument: Instrument) -> Iterable[list[int]]:
    """Outputs that are bound by an equation: an index to its parts, a tilt to its poles."""
    place = {output.id: at for at, output in enumerate(instrument.outputs)}
    for measure in instrument.measures:
        parts = [place[part] for part in measure.of if part in place]
        if measure.kind == "index":
            # The index comes last: where sizes are equal, a part is hidden rather than the whole.
            yield [*parts, place[measure.id]]
        elif measure.kind == "pair" and len(parts) == 2:
            yield [place[f"{measure.id}.tilt"], *parts]  # the tilt is hidden rather than a pole


def _protected(mask: Mask, respondents: NDArray[np.int64]) -> Mask:
    """Per row (an equation): hide the smallest shown part where exactly one part is hidden.

    Parts without respondents take no part in an equation: there is nothing to work out.
    """
    there = respondents > 0
    shown = there & ~mask
    needs = ((there & mask).sum(axis=1) == 1) & shown.any(axis=1)
    smallest = np.where(shown, respondents, np.iinfo(np.int64).max).argmin(axis=1)
    result = mask.copy()
    result[np.flatnonzero(needs), smallest[needs]] = True
    return result
