"""The published sums of one organisation, as a matrix of how often they have each unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vested.analysis.disclosure.equations import Block
from vested.analysis.disclosure.tables import Table
from vested.analysis.suppression import TELLING
from vested.stats.disclosure import rank, recoverable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Row(NamedTuple):
    """A score that is shown: its table, output and cell."""

    table: Table
    output: int
    cell: int


class Sums:
    """Sums (rows) of unknowns (columns): one per atom and unknown of the block."""

    def __init__(self, block: Block, cell: Ints, pattern: Ints, respondents: Ints) -> None:
        self.cell = cell
        """Of each atom, its cell among the finest."""
        self.respondents = respondents
        width = len(block.unknowns)
        self.of = np.repeat(np.arange(len(cell)), width)
        self.base = np.hstack([*block.floats[pattern]])
        """Outputs of the block x columns, as if all atoms were in one cell."""
        self.exact = np.hstack([*block.modular[pattern]])
        used = self.base.any(axis=0)
        self.of, self.base, self.exact = self.of[used], self.base[:, used], self.exact[:, used]
        self.rows: list[Row] = []
        self.matrix = np.empty((0, len(self.of)))
        self.modular = np.empty((0, len(self.of)), np.int64)
        self.targets: list[tuple[Ints, int | None]] = []
        """What must not be worked out although many stand behind it: the mean; or mean and spread,
        which only the sums of the same output tell."""

    def add(self, rows: Sequence[Row], outputs: Ints) -> None:
        """Add the sums of shown scores."""
        place = {int(output): at for at, output in enumerate(outputs)}
        within = {id(table): table.member[self.cell[self.of]] for table in _tables(rows)}
        here = np.array([within[id(row.table)] == row.cell for row in rows], bool)
        here = here.reshape(len(rows), len(self.of))
        which = np.array([place[row.output] for row in rows], np.int64)
        self.rows += rows
        self.matrix = np.vstack([self.matrix, self.base[which] * here])
        self.modular = np.vstack([self.modular, self.exact[which] * here])

    def keep(self, tables: Sequence[Table], outputs: Ints) -> None:
        """Note what tells of one or two in these tables, although many stand behind it."""
        for table in tables:
            within = table.member[self.cell[self.of]]
            own = np.unique(within)
            telling = np.isin(table.hidden.reason[np.ix_(outputs, own)], TELLING)
            for at, place in zip(*np.nonzero(telling), strict=True):
                target = self.exact[at] * (within == own[place])
                soft = table.hidden.soft[outputs[at], own[place]]
                if target.any():
                    self.targets.append((target, int(outputs[at]) if soft else None))

    def drop(self, at: int) -> Row:
        """Take out one sum."""
        keep = np.arange(len(self.rows)) != at
        self.matrix, self.modular = self.matrix[keep], self.modular[keep]
        return self.rows.pop(at)

    def tell(self, first: int, minimum: int) -> list[int] | None:
        """The cells of too few respondents of whom the first so many sums tell; None if none."""
        found = recoverable(
            self.matrix[:first], self.respondents, minimum, self.of, self.modular[:first]
        )
        if found is not None:
            return list(self.cell[found].tolist())
        for target, output in self.targets:
            own = [at for at, row in enumerate(self.rows[:first]) if output in (None, row.output)]
            sums = self.modular[own]
            if own and rank(np.vstack([sums, target])) == rank(sums):
                return sorted(set(self.cell[self.of[target > 0]].tolist()))
        return None


def _tables(rows: Sequence[Row]) -> list[Table]:
    return list({id(row.table): row.table for row in rows}.values())
