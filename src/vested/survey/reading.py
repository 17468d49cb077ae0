"""From the rows of one table to a `Reduction`: the only place that sees respondents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.errors import InputError
from vested.formats import BATCH_ROWS, Table, column_name
from vested.platforms import Exclusion
from vested.survey.answers import BLANK, NOT_UNDERSTOOD
from vested.survey.availability import empty_availability
from vested.survey.columns import Columns
from vested.survey.invalid import first_invalid
from vested.survey.lookups import (
    ANSWERED,
    NO_NAME,
    NO_NUMBER,
    NO_SPELLING,
    NUMBERS,
    AnswerColumn,
    NameColumn,
    Places,
    StatusColumn,
    Texts,
)
from vested.survey.measures import OTHER, Plan, Values
from vested.survey.reduction import Reduction, Strata
from vested.survey.tallies import Tallies
from vested.survey.tallies.rows import ROW, RowKeeper
from vested.survey.weights import as_number

_RISKY = "risky"
_SMALL_WHOLE = re.compile(r"[+-]?\d{1,2}")

Progress = Callable[[int], None]

BLANK_NAME = "(blank)"
"""The wave or group of rows in which that cell is blank."""


FLAGGED = "flagged"
"""The reason for setting a row aside whose answers are doubtful."""


TOO_SMALL = "organisation below the minimum"
"""The reason for setting rows aside that would show by their difference what few people said."""


class _NotPlainError(Exception):
    """An answer is the number that stands for an empty cell."""


class Reader:
    """Reads one table; what a row says is added to sums at once, and the row forgotten."""

    def __init__(
        self,
        table: Table,
        columns: Columns,
        plan: Plan,
        *,
        top_weights: Mapping[str, float],
        empty_tallies: Callable[[], Tallies] | None = None,
        keep_rows: bool = False,
        leave_out: NDArray[np.bool_] | None = None,
        too_small: Collection[str] = (),
    ) -> None:
        self.table = table
        self.columns = columns
        self.plan = plan
        self.top_weights = top_weights
        self.empty_tallies = empty_tallies
        self.keep_rows = keep_rows
        self.leave_out = leave_out
        self.too_small = too_small
        self.rows: RowKeeper | None = None
        self.facts = columns.inventory
        self._answers = {
            name: (match.position, columns.keys[name]) for name, match in columns.matches.items()
        }

    def reduce(self, invalid_as_missing: bool, progress: Progress) -> Reduction:
        """Turn all rows into sums.

        Raises `InputError` for an answer that is not understood (unless `invalid_as_missing`) and
        for a file that cannot be parsed.
        """
        try:
            reduction = self._reduce(self._plain_columns(), progress)
        except (pl.exceptions.ComputeError, _NotPlainError):
            # A later row holds something else than a small number: take everything as text.
            try:
                reduction = self._reduce(set(), progress)
            except pl.exceptions.ComputeError as error:
                self.table.diagnose()
                raise self._first_invalid() or InputError(
                    f"{self.table.name} cannot be parsed: {str(error).splitlines()[0]}",
                    "is an answer column full of free text? Then take it out of the instrument",
                ) from None
        unknown = reduction.not_understood
        if unknown and not invalid_as_missing:
            raise self._first_invalid(unknown) or RuntimeError("an invalid answer is not found")
        return reduction

    def _first_invalid(self, count: int = 1) -> InputError | None:
        return first_invalid(self.table, self._answers.values(), count)

    def _plain_columns(self) -> set[str]:
        """The answer columns that hold nothing but small whole numbers in the first rows.

        They are read as numbers, which is twice as fast as reading texts.
        """
        return {
            name
            for name, (at, _) in self._answers.items()
            if all(not row[at] or _SMALL_WHOLE.fullmatch(row[at]) for row in self.table.sample)
        }

    def _answer_readers(self, plain: set[str]) -> list[AnswerColumn]:
        readers = []
        for name, (position, key) in self._answers.items():
            leaves = tuple(
                leaf for leaf in self.plan.leaves if any(item.id == name for item in leaf.items)
            )
            reader = AnswerColumn(name, position, key, name in plain, name in self.facts, leaves)
            if reader.numbers:
                reader.learn(NUMBERS)
            readers.append(reader)
        return readers

    def _name_readers(self) -> list[NameColumn]:
        columns = self.columns
        readers = [NameColumn(columns.organisation, "organisation")]
        if columns.wave is not None:
            readers.append(NameColumn(columns.wave, "wave", BLANK_NAME))
        headers, strata = self.table.columns, columns.strata
        # Who is in no stratum has no weight.
        readers += [
            NameColumn(at, "weight") if at in strata
            else NameColumn(at, headers[at].strip(), BLANK_NAME)
            for at in columns.groups
        ]  # fmt: skip
        return readers + [NameColumn(at, "weight") for at in strata if at not in columns.groups]

    def _status_readers(self) -> list[StatusColumn]:
        by_column: dict[int, list[Exclusion]] = {}
        for exclusion in self.columns.exclusions:
            by_column.setdefault(exclusion.column, []).append(exclusion)
        return [StatusColumn(tuple(exclusions)) for exclusions in by_column.values()]

    def _reduce(self, plain: set[str], progress: Progress) -> Reduction:
        answers = self._answer_readers(plain)
        names = self._name_readers()
        status = self._status_readers()
        spellings = Texts(pl.UInt16)
        strata = self.columns.strata
        weighted = self.columns.weight is not None or bool(strata)
        reduction = Reduction(len(self.plan.outputs), weighted)
        reduction.strata = Strata(Reduction(len(self.plan.outputs))) if strata else None
        reduction.availability = empty_availability(self.plan)
        if self.empty_tallies:
            reduction.tallies = self.empty_tallies()
        self.rows = RowKeeper(self.columns) if self.keep_rows else None
        for batch in self._batches(answers, spellings, [*names, *status]):
            fresh = spellings.new()
            for answer in answers:
                if not answer.numbers:
                    answer.learn(fresh)
            self._add(reduction, batch, answers, names, status)
            progress(batch.height)
        return reduction

    def _batches(
        self,
        answers: Sequence[AnswerColumn],
        spellings: Texts,
        names: Sequence[NameColumn | StatusColumn],
    ) -> Iterator[pl.DataFrame]:
        types: dict[int, pl.DataType] = {}
        columns: list[pl.Expr] = []
        risky: list[pl.Expr] = []
        for answer in answers:
            column = pl.col(column_name(answer.position))
            if answer.numbers:
                types[answer.position] = pl.Int8()
                columns.append(column.fill_null(NO_NUMBER))
                risky.append(column == NO_NUMBER)
            else:
                types[answer.position] = spellings.type
                columns.append(column.to_physical().fill_null(NO_SPELLING))
        for name in names:
            types[name.position] = name.texts.type
            columns.append(pl.col(column_name(name.position)).to_physical().fill_null(NO_NAME))
        if self.columns.weight is not None:
            types[self.columns.weight] = pl.String()
            columns.append(as_number(column_name(self.columns.weight)))
        columns.append(pl.any_horizontal(*risky, pl.lit(value=False)).alias(_RISKY))
        if self.rows:
            types |= self.rows.types()
            columns += self.rows.expressions()
        scan = self.table.scan(types)
        if self.rows or self.leave_out is not None:
            scan = scan.with_row_index(ROW)
            columns.append(pl.col(ROW))
        batches = scan.select(columns).collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=False, engine="streaming"
        )
        for batch in batches:
            if batch[_RISKY].any():
                raise _NotPlainError
            yield batch

    def _add(
        self,
        reduction: Reduction,
        batch: pl.DataFrame,
        answers: Sequence[AnswerColumn],
        names: Sequence[NameColumn],
        status: Sequence[StatusColumn],
    ) -> None:
        """Add a batch: account for its rows and cells, and sum up those that are used."""
        places = {answer.id: answer.places(batch) for answer in answers}
        packed = self._packed(answers, places, batch.height)
        codes = [name.codes(batch) for name in names]
        weight = self._weight(batch, codes[0], names[0])
        others = {leaf: column for leaf, column in packed.items() if column.max() >= OTHER}
        packed |= {leaf: column & (OTHER - 1) for leaf, column in others.items()}
        most = np.zeros(batch.height, np.int32)
        for column in packed.values():
            np.maximum(most, column, out=most)
        answered = most > 0
        for answer in answers:
            if not answer.leaves:
                answered |= answer.answered(places[answer.id])
        aside = [mask for column in status for mask in column.aside(batch)]
        aside += [(code < 0, f"no {name.role}") for code, name in zip(codes, names, strict=True)]
        aside += self._aside(batch, answered, weight)
        small = [name in self.too_small for name in names[0].names]
        aside.append((np.array([*small, False])[codes[0]], TOO_SMALL))
        used = reduction.count_rows(batch.height, aside, len(answers))
        rows = slice(None) if used.all() else used
        if not isinstance(rows, slice):
            for answer in answers:
                hidden = answer.tally(places[answer.id][~used])
                reduction.unknown_aside += hidden[NOT_UNDERSTOOD]
            if not used.any():
                return
        used_places = {name: column[rows] for name, column in places.items()}
        used_packed = {leaf: column[rows] for leaf, column in packed.items()}
        used_others = {leaf: column[rows] for leaf, column in others.items()}
        reduction.count_answers(self._tally(answers, used_places, used_packed, used_others))
        weight = weight[rows] if weight is not None else None
        results = self.plan.evaluate(used_packed)
        codes = [code[rows] for code in codes]
        cell, stratum = self._sum(reduction, names, codes, results, weight, used_packed)
        columns = {answer.id: answer for answer in answers}
        keys = list(reduction.cells) if self.facts or reduction.tallies else []
        if reduction.tallies:
            given = reduction.tallies.add(cell, keys, used_places, columns)
            if self.rows:
                self.rows.add(batch, used, cell, given, weight, stratum)
        for name in self.facts:
            reduction.add_facts(keys, cell, columns[name], used_places[name])

    def _sum(
        self,
        reduction: Reduction,
        names: Sequence[NameColumn],
        codes: Sequence[NDArray[np.int64]],
        results: Sequence[Values],
        weight: NDArray[np.float64] | None,
        packed: Mapping[str, NDArray[np.int32]],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
        """Add rows to the sums, or where they get their weights later to those of the strata.

        Gives the cells of the rows, and those of the strata where there are any.
        """
        own = len(names) - sum(at not in self.columns.groups for at in self.columns.strata)
        known = [name.names for name in names]
        cell = reduction.cells_of(codes[:own], known[:own])
        if reduction.strata is None:
            reduction.add(cell, results, weight, packed)
            return cell, None
        if reduction.availability:
            reduction.availability.add(cell, results, packed)
        of = {name.position: at for at, name in enumerate(names)}
        fine = [*range(own), *(of[position] for position in self.columns.strata)]
        finer = [codes[at] for at in fine], [known[at] for at in fine]
        return cell, reduction.strata.add(*finer, results)

    def _aside(
        self, batch: pl.DataFrame, answered: NDArray[np.bool_], weight: NDArray[np.float64] | None
    ) -> list[tuple[NDArray[np.bool_], str]]:
        """Which rows are set aside for what they hold, and why."""
        aside = [(~(weight > 0), "no weight")] if weight is not None else []
        aside.append((~answered, "no answers"))
        if self.leave_out is not None:
            row = batch[ROW].to_numpy()
            # The mask ends with the last row that is used.
            within = row < len(self.leave_out)
            flagged = np.zeros(len(row), bool)
            flagged[within] = self.leave_out[row[within]]
            aside.append((flagged, FLAGGED))
        return aside

    def _tally(
        self,
        answers: Sequence[AnswerColumn],
        places: Mapping[str, Places],
        packed: Mapping[str, NDArray[np.int32]],
        others: Mapping[str, NDArray[np.int32]],
    ) -> Counter[str]:
        """How many cells were answered or, by reason, not.

        The packed sums tell how many items were answered; only rows in which an item is neither
        answered nor blank are looked at cell by cell.
        """
        found: Counter[str] = Counter()
        columns = {answer.id: answer for answer in answers}
        for leaf in self.plan.leaves:
            here = [columns.pop(item.id) for item in leaf.items if item.id in columns]
            if not leaf.fits or len(here) < len(leaf.items):
                for answer in here:  # some have no column, or are counted with another leaf
                    found.update(answer.tally(places[answer.id]))
                continue
            answered = int((packed[leaf.id] // leaf.base).sum())
            missing: Counter[str] = Counter()
            if leaf.id in others:
                some = np.flatnonzero(others[leaf.id] >= OTHER)
                for answer in here:
                    missing.update(answer.tally(places[answer.id][some]))
                del missing[ANSWERED], missing[BLANK]
            found.update(missing)
            found[ANSWERED] += answered
            found[BLANK] += len(packed[leaf.id]) * len(here) - answered - missing.total()
        for answer in columns.values():
            found.update(answer.tally(places[answer.id]))
        return found

    def _weight(
        self, batch: pl.DataFrame, codes: NDArray[np.int64], organisations: NameColumn
    ) -> NDArray[np.float64] | None:
        """The weights as shares of the largest in their organisation: only their ratios count."""
        if self.columns.weight is None:
            return None
        tops = [self.top_weights.get(name) or 1.0 for name in organisations.names]
        given: NDArray[np.float64] = batch[column_name(self.columns.weight)].to_numpy()
        shares: NDArray[np.float64] = given / np.array([*tops, 1.0])[codes]
        return shares

    def _packed(
        self, answers: Sequence[AnswerColumn], places: Mapping[str, Places], rows: int
    ) -> dict[str, NDArray[np.int32]]:
        """Per leaf the sum of its items' contributions; an item without a column adds nothing."""
        packed: dict[str, NDArray[np.int32]] = {}
        for answer in answers:
            for name, table in answer.tables.items():
                # "clip" skips a check of each place, which is in range by construction.
                column = np.take(table, places[answer.id], mode="clip")
                packed[name] = packed[name] + column if name in packed else column
        absent = [leaf.id for leaf in self.plan.leaves if leaf.id not in packed]
        return packed | {name: np.zeros(rows, np.int32) for name in absent}
