"""Which cells of norms must be hidden so that no few organisations can be seen in them.

A cell is a set of organisations. It is shown if it has enough of them and none of them has most of
its respondents. Then what a reader could work out must have enough of them, too:
- the cells of a dimension make up the whole, so those that are hidden must together be enough;
- cells of all dimensions can be added and subtracted: no such sum may be about fewer;
- a client knows the scores of its own organisations: neither may a sum without those.
Where one of these does not hold, the smallest cell that helps is hidden, until all hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.stats.disclosure import recoverable

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rules:
    """How many organisations a cell must have, and what share of respondents one may have."""

    min_organisations: int = 5
    max_share: float = 0.5

    def allow(self, respondents: Ints) -> bool:
        """Whether a set of organisations with so many respondents each may be shown."""
        there = respondents[respondents > 0]
        if len(there) < self.min_organisations:
            return False
        return bool(there.max() <= self.max_share * there.sum())


def hidden_cells(
    dimensions: Sequence[str],
    respondents: Ints,
    rules: Rules,
    clients: Sequence[Mask] = (),
    already: Mask | None = None,
) -> Mask:
    """Which cells to hide, given the respondents of each organisation in each (0: not in it).

    `dimensions` names the dimension of each cell (a row of `respondents`); the first cell is that
    of all organisations. `clients` are sets of organisations of which one reader knows the scores,
    `already` the cells that are hidden in any case.
    """
    hidden: Mask = np.array([not rules.allow(row) for row in respondents], bool)
    if already is not None:
        hidden |= already
    while True:
        at = _to_hide(dimensions, respondents, hidden, rules, clients)
        if at is None:
            return hidden
        hidden[at] = True


def _to_hide(
    dimensions: Sequence[str],
    respondents: Ints,
    hidden: Mask,
    rules: Rules,
    clients: Sequence[Mask],
) -> int | None:
    """The next cell to hide; None where nothing can be worked out any more."""
    for dimension in dict.fromkeys(dimensions[1:]):
        cells = np.array([at for at, name in enumerate(dimensions) if at and name == dimension])
        together = respondents[cells[hidden[cells]]].sum(axis=0)
        if together.any() and not hidden[cells].all() and not rules.allow(together):
            return _smallest(respondents, cells[~hidden[cells]])
    members = respondents > 0
    nobody = np.zeros(members.shape[1], bool)
    for known in (nobody, *clients):
        alone = _told_of_few(members[np.ix_(~hidden, ~known)], rules.min_organisations)
        if alone is None:
            continue
        few = np.flatnonzero(~known)[alone]
        shown = np.flatnonzero(~hidden)
        touching = shown[members[np.ix_(shown, few)].any(axis=1)]
        # The whole is kept as long as there is another cell to hide.
        for cells in (touching[touching > 0], shown[shown > 0], shown):
            if len(cells):
                return _smallest(respondents, cells)
    return None


def _told_of_few(members: Mask, minimum: int) -> Ints | None:
    """Organisations, too few, about which alone sums of these cells can tell."""
    there = np.flatnonzero(members.any(axis=0))
    if not len(there):
        return None
    classes, of = np.unique(members[:, there], axis=1, return_inverse=True)
    found = recoverable(classes.astype(np.float64), np.bincount(of), minimum)
    return None if found is None else there[np.isin(of, found)]


def _smallest(respondents: Ints, cells: Ints) -> int:
    """The cell with the fewest organisations, then respondents; the first of equal ones."""
    rows = respondents[cells]
    order = np.lexsort((cells, rows.sum(axis=1), (rows > 0).sum(axis=1)))
    return int(cells[order[0]])
