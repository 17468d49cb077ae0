"""One pass over a table: every respondent is turned into exact sums and forgotten.

What is kept grows with organisations x measures, never with rows. Sums of two files add up to
those of both together, in any order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vested.model import CellKey
from vested.stats.moments import fixed_point, sums_by_group
from vested.survey.answers import NOT_UNDERSTOOD
from vested.survey.availability import Availability
from vested.survey.lookups import AnswerColumn, Places
from vested.survey.measures import MISSING, Counted, Grid, Values
from vested.survey.tallies import Tallies

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_UNWEIGHTED = 3  # n, Σx, Σx²
_WEIGHTED = 12  # Σw Σwx Σwx² Σw² Σw²x Σw²x², each as a high and a low part
_COMPACT_AT = 2_000_000
_BLOCK = 1 << 22
_SHORT = 1 << 16
_FEW = 1 << 20


@dataclass(slots=True)
class Counts:
    """How often each distinct value occurs per cell, for a measure that lies on no grid.

    Where the distinct values are the same in each batch and there are few of them, they are
    counted in one block of cells x values; else the counts are kept as sorted pieces.
    """

    block: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    values: Floats = field(default_factory=lambda: np.empty(0))
    pieces: list[tuple[Ints, Floats, Ints]] = field(default_factory=list)
    size: int = 0

    def add(self, cell: Ints, place: Ints, result: Counted, cells: int) -> None:
        """Count rows: their cell (of so many) and their place in the table of `result`."""
        width = len(result.table)
        if result.fixed and cells * width <= _BLOCK:
            if cells > len(self.block):
                grown = np.zeros((max(cells, 2 * len(self.block)), width), np.int64)
                grown[: len(self.block)] = self.block.reshape(-1, width)
                self.block, self.values = grown, result.table
            # Counting all cells x values anew for each batch would cost more than its rows do.
            np.add.at(self.block.reshape(-1), cell * width + place, 1)
            return
        pairs, count = np.unique(cell * width + place, return_counts=True)
        cell, place = np.divmod(pairs, width)
        self.add_piece(cell, result.table[place], count)

    def add_piece(self, cell: Ints, value: Floats, count: Ints) -> None:
        self.pieces.append((cell, value, count))
        self.size += len(cell)
        if self.size > _COMPACT_AT and len(self.pieces) > 1:
            merged = _merged(self.pieces)
            # When little was merged, wait until as much again has come in.
            self.pieces, self.size = [merged], len(merged[0]) // 2

    def merged(self) -> tuple[Ints, Floats, Ints]:
        """Cell, value and count, sorted by cell and value, each pair once."""
        cell, place = np.nonzero(self.block)
        return _merged([*self.pieces, (cell, self.values[place], self.block[cell, place])])


def _merged(pieces: list[tuple[Ints, Floats, Ints]]) -> tuple[Ints, Floats, Ints]:
    cell, value, count = (np.concatenate(column) for column in zip(*pieces, strict=True))
    if not len(cell):
        return cell, value, count
    order = np.lexsort((value, cell))
    cell, value, count = cell[order], value[order], count[order]
    first = np.r_[True, (cell[1:] != cell[:-1]) | (value[1:] != value[:-1])]
    starts = np.flatnonzero(first)
    return cell[starts], value[starts], np.add.reduceat(count, starts)


@dataclass(slots=True)
class Reduction:
    """The exact sums of all rows seen so far, and the account of rows and cells."""

    outputs: int
    weighted: bool = False
    cells: dict[CellKey, int] = field(default_factory=dict)
    sums: Ints = field(init=False)
    counts: dict[int, Counts] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    technology: dict[tuple[CellKey, str], Counter[int]] = field(default_factory=dict)
    tallies: Tallies | None = None
    """How answers spread and go together, where evidence is asked for."""
    strata: Strata | None = None
    """The sums of finer cells, where weights follow from what each of them stands for."""
    availability: Availability | None = None
    """Who has a value on which measures, for what could be worked out from differences."""
    rows_read: int = 0
    cells_read: int = 0
    rows_aside: Counter[str] = field(default_factory=Counter)
    cells_aside: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """How many cells were answered or, by reason, not, in the rows that were used."""

    unknown_aside: int = 0
    """Answers that were not understood in rows that were set aside."""

    def __post_init__(self) -> None:
        kinds = _UNWEIGHTED + _WEIGHTED * self.weighted
        self.sums = np.zeros((kinds, self.outputs, 0), np.int64)

    @property
    def rows_used(self) -> int:
        return self.rows_read - sum(self.rows_aside.values())

    @property
    def not_understood(self) -> int:
        """Answers that are neither a code nor a label nor missing, in whatever row."""
        return self.answers[NOT_UNDERSTOOD] + self.unknown_aside

    def count_rows(
        self, rows: int, aside: Sequence[tuple[NDArray[np.bool_], str]], columns: int
    ) -> NDArray[np.bool_]:
        """Account for rows; returns which are used. The first reason to set one aside counts."""
        self.rows_read += rows
        self.cells_read += rows * columns
        used = np.ones(rows, bool)
        for without, reason in aside:
            count = int(np.count_nonzero(used & without))
            if count:
                self.rows_aside[reason] += count
                self.cells_aside[f"row set aside: {reason}"] += count * columns
            used &= ~without
        return used

    def count_answers(self, tally: Counter[str]) -> None:
        """Account for cells in rows that are used."""
        self.answers.update(tally)

    def place(self, key: CellKey) -> int:
        """The column of a cell, new at the end where it is not known yet."""
        return self.cells.setdefault(key, len(self.cells))

    def cells_of(self, codes: Sequence[Ints], names: Sequence[Sequence[str]]) -> Ints:
        """Per row the cell that it belongs to: organisation, wave and groups together.

        `codes` say for each of these which of its `names` a row has.
        """
        sizes = [len(known) for known in names]
        combined = codes[0]
        for code, size in zip(codes[1:], sizes[1:], strict=True):
            combined = combined * size + code
        below = math.prod(sizes)
        # Where the combinations cannot be many, they are counted and looked up instead of sorted.
        few = below <= _FEW
        present = np.flatnonzero(np.bincount(combined)) if few else np.unique(combined)
        places = np.empty(len(present), np.int64)
        for at, value in enumerate(present.tolist()):
            key: list[str] = []
            for known, size in zip(reversed(names), reversed(sizes), strict=True):
                value, code = divmod(value, size)  # noqa: PLW2901
                key.append(known[code])
            places[at] = self.place(tuple(reversed(key)))
        if few:
            table = np.empty(below, np.int64)
            table[present] = places
            return table[combined]
        return places[np.searchsorted(present, combined)]

    def add_facts(
        self, keys: Sequence[CellKey], cell: Ints, answer: AnswerColumn, places: Places
    ) -> None:
        """Count the stages and changes that informants gave, per cell."""
        given = answer.answered(places)
        width = len(answer.meanings) + 1
        pairs, counts = np.unique(cell[given] * width + places[given], return_counts=True)
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            at, place = divmod(pair, width)
            meaning = answer.meanings[place]
            if isinstance(meaning, int):
                tally = self.technology.setdefault((keys[at], answer.id), Counter())
                tally[meaning] += count

    def room(self) -> None:
        """Make the sums wide enough for all cells."""
        kinds, outputs, width = self.sums.shape
        if len(self.cells) > width:
            wider = max(len(self.cells), width + width // 2, 256)
            grown = np.zeros((kinds, outputs, wider), np.int64)
            grown[:, :, :width] = self.sums
            self.sums = grown

    def add(
        self,
        cell: Ints,
        results: Sequence[Values],
        weight: Floats | None,
        packed: Mapping[str, NDArray[np.int32]] | None = None,
    ) -> None:
        """Add the rows of a batch: their cell, their values per output, their weight (0 to 1).

        Their `packed` answers per leaf say what they have a value on.
        """
        self.room()
        if self.availability and packed is not None:
            self.availability.add(cell, results, packed)
        # Short integers are sorted by radix, five times as fast.
        short = cell.astype(np.uint16) if len(self.cells) <= _SHORT else cell
        order = np.argsort(short, kind="stable")
        ordered = cell[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        here = ordered[starts]
        weight = weight[order] if weight is not None else None
        for at, result in enumerate(results):
            match result:
                case Grid():
                    self.steps[at] = result.steps
                    sorted_x = np.take(result.x, order, mode="clip")
                    there = sorted_x != MISSING
                    x: Ints = np.maximum(sorted_x, 0).astype(np.int64)
                    self.sums[0, at, here] += np.add.reduceat(there, starts, dtype=np.int64)
                    self.sums[1, at, here] += sums_by_group(starts, x)
                    self.sums[2, at, here] += sums_by_group(starts, x * x)
                    if weight is not None:
                        values = np.where(there, x * 100.0 / result.steps, 0.0)
                        self._add_weighted(at, here, starts, values, weight * there)
                case Counted():
                    self._count(at, cell, result)
                    if weight is not None:
                        values = result.values()[order]
                        there = ~np.isnan(values)
                        values = np.where(there, values, 0.0)
                        self._add_weighted(at, here, starts, values, weight * there)

    def _count(self, at: int, cell: Ints, result: Counted) -> None:
        there = result.place != MISSING
        counts = self.counts.setdefault(at, Counts())
        counts.add(cell[there], result.place[there], result, len(self.cells))

    def _add_weighted(
        self,
        at: int,
        here: Ints,
        starts: Ints,
        values: Floats,
        weight: Floats,
    ) -> None:
        terms = [weight, weight * values, weight * values * values]
        terms += [weight * term for term in terms]
        for kind, term in enumerate(terms):
            high, low = fixed_point(term)
            self.sums[_UNWEIGHTED + 2 * kind, at, here] += sums_by_group(starts, high)
            self.sums[_UNWEIGHTED + 2 * kind + 1, at, here] += sums_by_group(starts, low)

    def merge(self, other: Reduction) -> None:
        """Add the sums of another reduction of the same plan."""
        places = np.array([self.place(key) for key in other.cells], np.int64)
        self.room()
        other.room()
        if len(places):
            self.sums[:, :, places] += other.sums[:, :, : len(places)]
        for at, counts in other.counts.items():
            cell, value, count = counts.merged()
            self.counts.setdefault(at, Counts()).add_piece(places[cell], value, count)
        self.steps |= other.steps
        if self.tallies and other.tallies:
            self.tallies.merge(other.tallies, places)
        if self.strata and other.strata:
            self.strata.merge(other.strata)
        if self.availability and other.availability:
            self.availability.merge(other.availability, places.tolist())
        for key, counter in other.technology.items():
            self.technology.setdefault(key, Counter()).update(counter)
        self.rows_read += other.rows_read
        self.cells_read += other.cells_read
        self.rows_aside.update(other.rows_aside)
        self.cells_aside.update(other.cells_aside)
        self.unknown_aside += other.unknown_aside
        self.answers.update(other.answers)

    def pooled(self, parts: int | Sequence[int]) -> Reduction:
        """The sums of cells that are alike in some parts of their key, together.

        `parts` are the places of these parts, or how many there are from the first on. Only the
        sums and counts that scores are made of; the account of rows is left out.
        """
        found = Reduction(self.outputs, self.weighted, steps=dict(self.steps))
        kept = range(parts) if isinstance(parts, int) else parts
        keys = (tuple(key[at] for at in kept) for key in self.cells)
        places = np.array([found.place(key) for key in keys], np.int64)
        found.room()
        for at, place in enumerate(places):
            found.sums[:, :, place] += self.sums[:, :, at]
        for at, counts in self.counts.items():
            cell, value, count = counts.merged()
            pooled = found.counts.setdefault(at, Counts())
            if len(cell):
                pooled.add_piece(places[cell], value, count)
        if self.availability:
            found.availability = Availability(self.availability.links, self.availability.places)
            found.availability.merge(self.availability, places.tolist())
        return found


@dataclass(slots=True)
class Strata:
    """Unweighted sums per cell and values of the columns whose distribution is known.

    Respondents of one such cell have the same weight, so that these sums are all it takes to weight
    them once everyone has been counted.
    """

    sums: Reduction
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Per cell, how many respondents there are."""

    def add(
        self, codes: Sequence[Ints], names: Sequence[Sequence[str]], results: Sequence[Values]
    ) -> Ints:
        """Add the rows of a batch; gives their cells, as `Reduction.cells_of` does."""
        cell = self.sums.cells_of(codes, names)
        self.sums.add(cell, results, None)
        self._count(np.bincount(cell, minlength=len(self.sums.cells)))
        return cell

    def merge(self, other: Strata) -> None:
        places = np.array([self.sums.place(key) for key in other.sums.cells], np.int64)
        self.sums.merge(other.sums)
        moved = np.zeros(len(self.sums.cells), np.int64)
        moved[places] = other.rows
        self._count(moved)

    def _count(self, more: Ints) -> None:
        more[: len(self.rows)] += self.rows
        self.rows = more
