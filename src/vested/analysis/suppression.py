"""Which scores must be hidden so that no one can be seen in an equation with one unknown.

A score of fewer than `minimum` respondents is hidden, one that all of them share, and one in which
one or two weights dominate. Then every equation that a reader could set up among published scores
must have no hidden part, or at least two:
- along each wave and group column, the cells of an organisation add up to their parent, which
  another run of the program publishes;
- an index is the mean of its measures, and a tilt is the difference of its two poles.
Where just one part of an equation is hidden, the smallest of the shown ones is hidden too, until
nothing changes. What can be worked out from several equations is the matter of `disclosure`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vested.model import CellKey, Instrument

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

SHOWN, FEW, ALIKE, DOMINATED, WHOLE, SIBLINGS, PARTS, RECOVERY, BESIDE = range(9)
"""Why a score is hidden: see `Hidden.reason`."""
TELLING = (ALIKE, DOMINATED)
"""Reasons of scores of enough respondents that still tell what one said."""


@dataclass(slots=True)
class Hidden:
    """Which scores (outputs x cells) are hidden, and why."""

    mask: Mask
    reason: NDArray[np.int8] = field(init=False)
    """`FEW` respondents; all answers `ALIKE`; `DOMINATED` by one or two weights; hidden in the
    `WHOLE` that the cell is part of;
    the only hidden one of its `SIBLINGS`, or of the `PARTS` of an equation, would be given away;
    exact `RECOVERY` of what a few said."""
    soft: Mask = field(init=False)
    """To know the mean would do no harm by itself: it is hidden so that an equation with different
    respondents on its sides stays open, or for its spread."""
    other: Ints = field(init=False)
    """The place of the cell, or of the output, that would be given away; the reason in the whole;
    -1 where there is none."""
    about: dict[tuple[int, int], tuple[tuple[int, ...], tuple[CellKey, ...]]]
    """By output and cell, where the reason is `RECOVERY`: which outputs and cells it is about."""

    def __init__(self, respondents: Ints, minimum: int) -> None:
        self.mask = respondents < minimum
        self.reason = np.where(self.mask, FEW, SHOWN).astype(np.int8)
        self.soft = np.zeros(self.mask.shape, bool)
        self.other = np.full(self.mask.shape, -1, np.int64)
        self.about = {}

    def hide(
        self,
        outputs: Ints,
        cells: Ints,
        reason: int,
        *,
        other: Ints | int = -1,
        soft: Mask | bool = False,
    ) -> None:
        """Hide scores that are shown, each with its reason."""
        self.mask[outputs, cells] = True
        self.reason[outputs, cells] = reason
        self.other[outputs, cells] = other
        self.soft[outputs, cells] = soft


def complement(
    found: Hidden, respondents: Ints, related: Sequence[Ints], instrument: Instrument
) -> None:
    """Hide more, so that no equation among siblings or measures has one hidden part."""
    while True:
        before = int(found.mask.sum())
        for family in related:
            # Spreads add up among siblings, though not among measures.
            soft = found.soft[:, family] & (found.reason[:, family] != ALIKE)
            part = found.mask[:, family], soft
            rows, smallest, lone = _lone(*part, respondents[:, family])
            found.hide(rows, family[smallest], SIBLINGS, other=family[lone])
        for parts in _equations(instrument):
            equation = np.array(parts)
            part = found.mask[equation].T, found.soft[equation].T
            cells, smallest, lone = _lone(*part, respondents[equation].T)
            found.hide(equation[smallest], cells, PARTS, other=equation[lone])
        if int(found.mask.sum()) == before:
            return


def protected_measures(mask: Mask, counts: Ints, instrument: Instrument) -> Mask:
    """Hide more (outputs x cells), so that no equation between measures has one hidden part.

    `counts` says how many stand behind each; what is hidden may open another equation, so that the
    caller repeats this until nothing changes.
    """
    mask = mask.copy()
    for parts in _equations(instrument):
        equation = np.array(parts)
        own = mask[equation].T
        cells, smallest, _ = _lone(own, np.zeros(own.shape, bool), counts[equation].T)
        mask[equation[smallest], cells] = True
    return mask


def families(keys: Sequence[CellKey]) -> list[Ints]:
    """Cells that together are a parent that is known: an organisation, or all but one column."""
    return [np.array(family) for family in _families(keys)]


def _families(keys: Sequence[CellKey]) -> Iterable[list[int]]:
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


def _lone(mask: Mask, soft: Mask, respondents: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows (equations) with exactly one hidden part, their smallest shown part, and that one.

    Parts without respondents take no part in an equation: there is nothing to work out.
    """
    there = respondents > 0
    shown = there & ~mask
    gone = there & mask
    needs = np.flatnonzero((gone.sum(axis=1) == 1) & (gone & ~soft).any(axis=1) & shown.any(axis=1))
    smallest = np.where(shown, respondents, np.iinfo(np.int64).max)[needs].argmin(axis=1)
    return needs, smallest, gone[needs].argmax(axis=1)
