"""What a few respondents said, worked out from everything that is shown together.

Published means times their numbers of respondents are sums of what respondents said. A reader may
add and subtract them at will; if that can leave a sum that fewer than the minimum have a part in,
one more score is hidden: no headline if there is another, one of a measure that is hidden
elsewhere in the organisation first, then the one of the fewest respondents.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.analysis.disclosure.equations import Block
from vested.analysis.disclosure.sums import Row, Sums
from vested.analysis.disclosure.tables import Table
from vested.analysis.suppression import RECOVERY, TELLING
from vested.model import Output

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
_ONE, _SEVERAL = 1, 2


@dataclass(frozen=True, slots=True)
class Atoms:
    """Respondents who cannot be told apart: those of a cell who have values on the same measures.

    Each has one sum for every unknown of the block.
    """

    outputs: Ints
    """The outputs whose sums are made of theirs."""
    block: Block
    cell: Ints
    """Of each, its cell among the finest."""
    pattern: Ints
    respondents: Ints


@dataclass(frozen=True, slots=True)
class Check:
    """The tables of a level, and those before them, which a reader is supposed to have."""

    level: Sequence[Table]
    before: Sequence[Table]
    after: Sequence[Table]
    """Those of smaller cells: what all of such a cell said may follow from larger ones."""
    outputs: Sequence[Output]
    headlines: Container[str]
    minimum: int

    def run(self, atoms: Atoms, organisations: Sequence[Ints]) -> None:
        """Hide more, so that nothing can be worked out about too few of these respondents."""
        (table, *others) = self.level
        if self.before:
            for cells in organisations:
                if len(cells) > 1 and (others or self._doubtful(table, atoms, cells)):
                    self._organisation(atoms, cells)
            return
        hits = self._hits(table, atoms, np.arange(len(table.keys)))
        for cell in np.flatnonzero(hits == _ONE).tolist():
            taking = atoms.block.unsettled(table.hidden.mask[atoms.outputs, cell])[2]
            rows = [Row(table, int(at), cell) for at in atoms.outputs[taking]]
            self._hide(min(rows, key=self._worth), atoms, [table.keys[cell]])
        for cell in np.flatnonzero(hits == _SEVERAL).tolist():
            self._organisation(atoms, np.flatnonzero(table.member == cell))

    def _hits(self, table: Table, atoms: Atoms, cells: Ints) -> NDArray[np.int8]:
        """Which cells tell of too few by themselves: in one equation, or perhaps in several."""
        wide, everything = len(table.keys), len(atoms.block.patterns) - 1
        cell = table.member[atoms.cell]
        found = np.zeros(wide, np.int8)
        small = np.bincount(cell[atoms.respondents < self.minimum], minlength=wide)
        open_ = cells[small[cells] > 0]
        full = np.bincount(cell, atoms.respondents * (atoms.pattern == everything), wide)
        mask = table.hidden.mask[np.ix_(atoms.outputs, open_)]
        kinds, kind = np.unique(mask, axis=1, return_inverse=True)
        for number in range(kinds.shape[1]):
            own = open_[kind.reshape(-1) == number]
            count, left, _ = atoms.block.unsettled(kinds[:, number])
            if count == 1:
                touched = np.bincount(cell, atoms.respondents * left[atoms.pattern], wide)[own]
                found[own[(touched > 0) & (touched < self.minimum)]] = _ONE
            found[own[(full[own] < self.minimum) | (count > 1)]] = _SEVERAL
        hard: Mask = np.any(_telling(table, atoms) & ~table.hidden.soft[atoms.outputs], axis=0)
        found[cells[hard[cells]]] = _SEVERAL
        return found

    def _doubtful(self, table: Table, atoms: Atoms, cells: Ints) -> bool:
        """Whether an organisation of several cells must be looked at as a whole.

        Where each measure is shown in all of its cells or in none, the tables before are sums of
        these cells; then it is enough that no cell tells of too few by itself.
        """
        own = np.unique(table.member[cells])
        at = np.ix_(atoms.outputs, own)
        gone, there = table.hidden.mask[at], table.respondents[at] > 0
        never: NDArray[np.bool_] = np.all(gone | ~there, axis=1)
        if (gone & there)[~never].any():
            return True
        beyond = any(
            not each.hidden.mask[np.ix_(atoms.outputs[never], np.unique(each.member[cells]))].all()
            for each in self.before
        )
        if beyond and atoms.block.unsettled(never)[0]:
            return True
        return bool(self._hits(table, atoms, own).any())

    def _organisation(self, atoms: Atoms, cells: Ints) -> None:
        """Hide more of one organisation, until nothing can be worked out."""
        own = np.isin(atoms.cell, cells)
        rows = self._rows(self.level, atoms, cells)
        tables = (*self.level, *self.after)
        telling = any(_telling(t, atoms)[:, np.unique(t.member[cells])].any() for t in tables)
        if not rows or not (telling or (atoms.respondents[own] < self.minimum).any()):
            return
        sums = Sums(atoms.block, atoms.cell[own], atoms.pattern[own], atoms.respondents[own])
        sums.add(self._rows(self.before, atoms, cells), atoms.outputs)
        low = len(sums.rows)
        sums.add(rows, atoms.outputs)
        sums.keep((*self.before, *tables), atoms.outputs)
        while (found := sums.tell(len(sums.rows), self.minimum)) is not None:
            high = len(sums.rows)  # the first so many tell of too few; the first `low` do not
            while high - low > 1:
                middle = (low + high) // 2
                told = sums.tell(middle, self.minimum)
                low, high, found = (middle, high, found) if told is None else (low, middle, told)
            if high <= low:
                return
            row = sums.drop(high - 1)
            first = self.level[0]
            about = [first.keys[first.member[each]] for each in found]
            self._hide(row, atoms, list(dict.fromkeys(about)))
            low = high - 1

    def _rows(self, tables: Sequence[Table], atoms: Atoms, cells: Ints) -> list[Row]:
        """The scores that are shown, those that are kept longest first."""
        rows = [
            Row(table, int(at), int(cell))
            for table in tables
            for cell in np.unique(table.member[cells])
            for at in atoms.outputs[~table.hidden.mask[atoms.outputs, cell]]
        ]
        gone = {
            int(at)
            for table in (*self.before, *self.level)
            for at in atoms.outputs
            if (table.hidden.mask[at] & (table.respondents[at] > 0))[table.member[cells]].any()
        }
        return sorted(
            rows, key=lambda row: self._worth(row, elsewhere=row.output in gone), reverse=True
        )

    def _worth(self, row: Row, *, elsewhere: bool = False) -> tuple[bool, bool, int, bool, int]:
        """The larger, the longer a score is kept; one that is hidden `elsewhere` goes first."""
        output = self.outputs[row.output]
        respondents = int(row.table.respondents[row.output, row.cell])
        return (output.id in self.headlines, not elsewhere, respondents, output.kind != "pair",
                -row.output)  # fmt: skip

    def _hide(self, row: Row, atoms: Atoms, about: Sequence[tuple[str, ...]]) -> None:
        hidden = row.table.hidden
        hidden.hide(np.array([row.output]), np.array([row.cell]), RECOVERY, soft=True)
        hidden.about[row.output, row.cell] = tuple(atoms.outputs.tolist()), tuple(about)


def _telling(table: Table, atoms: Atoms) -> Mask:
    """Where a score is hidden although enough stand behind it."""
    found: Mask = np.isin(table.hidden.reason[atoms.outputs], TELLING)
    return found
