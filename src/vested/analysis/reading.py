"""From the rows of one table to a `Reduction`: the only place that sees respondents."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.answers import NOT_UNDERSTOOD, AnswerKey
from vested.analysis.columns import Columns
from vested.analysis.measures import Plan
from vested.analysis.reduction import CellKey, Reduction
from vested.errors import InputError
from vested.formats import Table, column_name
from vested.model import Instrument, Scale
from vested.spelling import tidy

BATCH_ROWS = 100_000
_SMALL_WHOLE = re.compile(r"[+-]?\d{1,2}")
_NO_NUMBER = -128
_NO_SPELLING = 0xFFFF
_NO_NAME = 0xFFFFFFFF
_MANY_SPELLINGS = (
    "an answer column holds free text? Take it out of the instrument or correct the answers"
)
ANSWERED = "answered"

Progress = Callable[[int], None]


@dataclass(slots=True)
class _Texts:
    """The distinct texts of one or more categorical columns, in the order they came up."""

    physical: type[pl.DataType]
    categories: pl.Categories = field(init=False)
    alive: pl.Series = field(init=False)
    known: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.categories = pl.Categories.random(physical=self.physical)
        # Polars forgets the categories once no series uses them.
        self.alive = pl.Series([""], dtype=self.type)

    @property
    def type(self) -> pl.Categorical:
        return pl.Categorical(self.categories)

    def new(self) -> list[str]:
        """The texts that have come up since the last call."""
        texts: list[str] = self.categories.to_series().to_list()
        fresh = texts[len(self.known) :]
        self.known = texts
        return fresh


@dataclass(slots=True)
class _Names:
    """A column of names (organisation, wave, group): each spelling tidied once."""

    position: int
    role: str
    texts: _Texts = field(default_factory=lambda: _Texts(pl.UInt32))
    names: list[str] = field(default_factory=list)
    _of_name: dict[str, int] = field(default_factory=dict)
    _of_text: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def codes(self, batch: pl.DataFrame) -> NDArray[np.int64]:
        """Per row the place of its name in `names`, -1 where blank."""
        fresh = [self._code(tidy(text)) for text in self.texts.new()]
        self._of_text = np.r_[self._of_text, np.array(fresh, np.int64)]
        places = batch[column_name(self.position)].to_numpy()
        return np.r_[self._of_text, -1][np.minimum(places, len(self._of_text))]

    def _code(self, name: str) -> int:
        if not name:
            return -1
        if name not in self._of_name:
            self._of_name[name] = len(self.names)
            self.names.append(name)
        return self._of_name[name]


@dataclass(slots=True)
class _Answers:
    """A column of answers: where its spellings are looked up, and what they add to each leaf."""

    id: str
    position: int
    key: AnswerKey
    numbers: bool
    """Whether the column is read as small whole numbers, which is twice as fast as text."""
    adds: dict[str, Callable[[int], int]]
    """Per leaf: what a code contributes."""
    meanings: list[int | str] = field(default_factory=list)
    tables: dict[str, NDArray[np.int32]] = field(default_factory=dict)

    def learn(self, spellings: list[str]) -> None:
        if not spellings:
            return
        self.meanings += [self.key.meaning(spelling) for spelling in spellings]
        for leaf, add in self.adds.items():
            values = [add(m) if isinstance(m, int) else 0 for m in self.meanings]
            self.tables[leaf] = np.array([*values, 0], np.int32)

    def places(self, batch: pl.DataFrame) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """Per row the place of its spelling in `meanings`, the place after the last for none."""
        column = batch[column_name(self.position)].to_numpy()
        if self.numbers:
            return column.view(np.uint8)
        return np.minimum(column, np.uint16(len(self.meanings)))

    def tally(self, places: NDArray[np.uint8] | NDArray[np.uint16]) -> Counter[str]:
        """How many cells were answered or, by reason, not."""
        found: Counter[str] = Counter()
        for place, count in enumerate(np.bincount(places).tolist()):
            if count:
                meaning = self.meanings[place] if place < len(self.meanings) else "blank"
                found[ANSWERED if isinstance(meaning, int) else meaning] += count
        return found


class Reader:
    """Reads one table; `reduce` may be called again with every column taken as text."""

    def __init__(
        self, table: Table, columns: Columns, instrument: Instrument, plan: Plan, top_weight: float
    ) -> None:
        self.table = table
        self.columns = columns
        self.plan = plan
        self.top_weight = top_weight
        self._scales: dict[str, tuple[int, Scale]] = {
            item.id: (columns.items[item.id], item.scale)
            for item in instrument.items
            if item.id in columns.items
        }
        if instrument.inventory:
            for technology in instrument.inventory.technologies:
                for name, scale in (
                    (technology.id, instrument.inventory.stages),
                    (technology.change_id, instrument.inventory.changes),
                ):
                    if name in columns.inventory:
                        self._scales[name] = (columns.inventory[name], scale)

    def reduce(self, invalid_as_missing: bool, progress: Progress) -> Reduction:
        """Turn all rows into sums.

        Raises `InputError` for an answer that is not understood (unless `invalid_as_missing`), a
        weight that is no positive number, or a file that cannot be parsed.
        """
        try:
            reduction = self._reduce(self._plain_columns(), progress)
        except pl.exceptions.ComputeError:
            try:
                reduction = self._reduce(set(), progress)
            except pl.exceptions.ComputeError as error:
                self.table.diagnose()
                self._raise_first_invalid()
                raise InputError(
                    f"{self.table.name} cannot be parsed: {str(error).splitlines()[0]}",
                    _MANY_SPELLINGS,
                ) from None
        unknown = reduction.unknown_aside + sum(
            counter[NOT_UNDERSTOOD] for counter in reduction.answers.values()
        )
        if unknown and not invalid_as_missing:
            self._raise_first_invalid(unknown)
        return reduction

    def _plain_columns(self) -> set[str]:
        """The answer columns that hold nothing but small whole numbers in the first rows."""
        sample = self.table.sample
        return {
            name
            for name, (position, _) in self._scales.items()
            if all(not row[position] or _SMALL_WHOLE.fullmatch(row[position]) for row in sample)
        }

    def _readers(self, plain: set[str]) -> list[_Answers]:
        keys: dict[str, AnswerKey] = {}
        readers = []
        for name, (position, scale) in self._scales.items():
            key = keys.setdefault(scale.id, AnswerKey(scale))
            adds: dict[str, Callable[[int], int]] = {}
            for leaf in self.plan.leaves:
                for item in leaf.items:
                    if item.id == name:
                        adds[leaf.id] = lambda code, leaf=leaf, item=item: leaf.contribution(
                            item, code
                        )
            readers.append(_Answers(name, position, key, name in plain, adds))
        numbers = ["" if value == _NO_NUMBER else str(value) for value in _BYTES]
        for reader in readers:
            if reader.numbers:
                reader.learn(numbers)
        return readers

    def _reduce(self, plain: set[str], progress: Progress) -> Reduction:
        readers = self._readers(plain)
        spellings = _Texts(pl.UInt16)
        columns = self.columns
        names = [_Names(columns.organisation, "organisation")]
        if columns.wave is not None:
            names.append(_Names(columns.wave, "wave"))
        names += [_Names(at, self.table.columns[at].strip()) for at in columns.groups]
        reduction = Reduction(len(self.plan.outputs), columns.weight is not None)
        for batch in self._batches(readers, spellings, names):
            fresh = spellings.new()
            for reader in readers:
                if not reader.numbers:
                    reader.learn(fresh)
            self._add(reduction, batch, readers, names)
            progress(batch.height)
        return reduction

    def _batches(
        self, readers: list[_Answers], spellings: _Texts, names: list[_Names]
    ) -> Iterator[pl.DataFrame]:
        types: dict[int, pl.DataType] = {}
        columns: list[pl.Expr] = []
        for reader in readers:
            column = pl.col(column_name(reader.position))
            if reader.numbers:
                types[reader.position] = pl.Int8()
                columns.append(column.fill_null(_NO_NUMBER))
            else:
                types[reader.position] = spellings.type
                columns.append(column.to_physical().fill_null(_NO_SPELLING))
        for name in names:
            types[name.position] = name.texts.type
            columns.append(
                pl.col(column_name(name.position)).to_physical().fill_null(_NO_NAME)
            )
        if self.columns.weight is not None:
            types[self.columns.weight] = pl.String()
            columns.append(_as_number(column_name(self.columns.weight)))
        # A column that has two roles is selected once.
        unique = {column.meta.output_name(): column for column in columns}
        frame = self.table.scan(types).select(list(unique.values()))
        yield from frame.collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=False, engine="streaming"
        )

    def _add(
        self,
        reduction: Reduction,
        batch: pl.DataFrame,
        readers: list[_Answers],
        names: list[_Names],
    ) -> None:
        rows = batch.height
        places = {reader.id: reader.places(batch) for reader in readers}
        packed = self._packed(readers, places, rows)
        answered = sum(packed.values(), start=np.zeros(rows, np.int32)) > 0
        for reader in readers:
            if not reader.adds:  # the inventory is no part of a measure, yet it is an answer
                codes = np.array([isinstance(m, int) for m in [*reader.meanings, ""]])
                answered |= codes[places[reader.id]]
        codes = [name.codes(batch) for name in names]
        reasons = [(code < 0, f"no {name.role}") for code, name in zip(codes, names, strict=True)]
        weight = None
        if self.columns.weight is not None:
            weight = batch[column_name(self.columns.weight)].to_numpy() / self.top_weight
            reasons.append((~(weight > 0), "no weight"))
        reasons.append((~answered, "no answers"))
        used = np.ones(rows, bool)
        reduction.rows_read += rows
        for aside, reason in reasons:
            count = int(np.count_nonzero(used & aside))
            if count:
                reduction.rows_aside[reason] += count
                reduction.cells_aside[f"row set aside: {reason}"] += count * len(readers)
            used &= ~aside
        everything = bool(used.all())
        for reader in readers:
            seen = places[reader.id] if everything else places[reader.id][used]
            reduction.answers.setdefault(reader.id, Counter()).update(reader.tally(seen))
            if not everything:
                hidden = reader.tally(places[reader.id][~used])
                reduction.unknown_aside += hidden[NOT_UNDERSTOOD]
        if not used.any():
            return
        if not everything:
            packed = {leaf: column[used] for leaf, column in packed.items()}
            codes = [code[used] for code in codes]
            weight = weight[used] if weight is not None else None
        cell = _cells(reduction, codes, names)
        reduction.add(cell, self.plan.evaluate(packed), weight)
        for reader in readers:
            if not reader.adds:
                _add_technology(reduction, cell, reader, places[reader.id][used])

    def _packed(
        self,
        readers: list[_Answers],
        places: Mapping[str, NDArray[np.uint8] | NDArray[np.uint16]],
        rows: int,
    ) -> dict[str, NDArray[np.int32]]:
        """Per leaf the sum of its items' contributions; an item without a column adds nothing."""
        packed: dict[str, NDArray[np.int32]] = {}
        for reader in readers:
            for leaf in reader.adds:
                column = reader.tables[leaf][places[reader.id]]
                packed[leaf] = packed[leaf] + column if leaf in packed else column
        for leaf in self.plan.leaves:
            if leaf.id not in packed:
                packed[leaf.id] = np.zeros(rows, np.int32)
        return packed

    def _raise_first_invalid(self, count: int = 1) -> None:
        """Raise for the first answer that is not understood, by row and then by column."""
        keys: dict[str, AnswerKey] = {}
        types: dict[int, pl.DataType] = {at: pl.String() for at, _ in self._scales.values()}
        start = 0
        for batch in self.table.scan(types).collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
        ):
            first: tuple[int, int, str, AnswerKey] | None = None
            for position, scale in self._scales.values():
                key = keys.setdefault(scale.id, AnswerKey(scale))
                column = batch[column_name(position)]
                bad = [
                    text
                    for text in column.unique().drop_nulls().to_list()
                    if key.meaning(text) == NOT_UNDERSTOOD
                ]
                if bad:
                    row = int(column.is_in(bad).arg_true()[0])
                    if first is None or (row, position) < first[:2]:
                        first = (row, position, column[row], key)
            if first is not None:
                raise self._invalid(start + first[0], *first[1:], count=count)
            start += batch.height

    def _invalid(
        self, record: int, position: int, text: str, key: AnswerKey, *, count: int
    ) -> InputError:
        shown = text if len(text) <= 60 else f"{text[:60]}…"
        more = f"; {count - 1:,} more answers like it" if count > 1 else ""
        return InputError(
            f"{self.table.name}, row {self.table.row_of(record)}, column "
            f"{self.table.columns[position].strip()}: {shown!r} is no answer on scale "
            f"{key.scale.id}{more}",
            f"{key.hint(text)}; --invalid missing counts such answers as missing",
        )


_BYTES = [value if value < 128 else value - 256 for value in range(256)]


def _as_number(column: str) -> pl.Expr:
    return (
        pl.col(column).str.strip_chars().str.replace(",", ".", literal=True)
        .cast(pl.Float64, strict=False)
    )  # fmt: skip


def _cells(
    reduction: Reduction, codes: list[NDArray[np.int64]], names: list[_Names]
) -> NDArray[np.int64]:
    """Per row the cell that it belongs to: organisation, wave and groups together."""
    sizes = [len(name.names) for name in names]
    combined = codes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        combined = combined * size + code
    present = _distinct(combined, math.prod(sizes))
    places = np.empty(len(present), np.int64)
    for at, value in enumerate(present.tolist()):
        key: list[str] = []
        for name, size in zip(reversed(names), reversed(sizes), strict=True):
            value, code = divmod(value, size)
            key.append(name.names[code])
        places[at] = reduction.place(tuple(reversed(key)))
    result: NDArray[np.int64] = places[np.searchsorted(present, combined)]
    return result


def _distinct(values: NDArray[np.int64], below: int) -> NDArray[np.int64]:
    """The distinct values, sorted; by counting where they cannot be many."""
    if below <= 1 << 20:
        return np.flatnonzero(np.bincount(values, minlength=below))
    return np.unique(values)


def _add_technology(
    reduction: Reduction,
    cell: NDArray[np.int64],
    reader: _Answers,
    places: NDArray[np.uint8] | NDArray[np.uint16],
) -> None:
    keys: list[CellKey] = list(reduction.cells)
    width = len(reader.meanings) + 1
    pairs, counts = np.unique(cell * width + places, return_counts=True)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        at, place = divmod(pair, width)
        meaning = reader.meanings[place] if place < len(reader.meanings) else ""
        if isinstance(meaning, int):
            key = (keys[at], reader.id)
            reduction.technology.setdefault(key, Counter())[meaning] += count


def top_weight(table: Table, position: int) -> float:
    """The largest weight of a table, 0 where there is none; checks that each is a number >= 0."""
    name = column_name(position)
    largest, start = 0.0, 0
    for batch in table.scan({position: pl.String()}).collect_batches(
        chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
    ):
        both = batch.select(text=pl.col(name).str.strip_chars(), number=_as_number(name))
        text, number = both["text"], both["number"]
        wrong = (text.is_not_null() & (text != "")) & ~(number.is_finite() & (number >= 0))
        bad = wrong.fill_null(value=True).arg_true()
        bad = bad.filter(text.gather(bad).is_not_null())
        if len(bad):
            row = int(bad[0])
            raise InputError(
                f"{table.name}, row {table.row_of(start + row)}, column "
                f"{table.columns[position].strip()}: {text[row]!r} is no weight",
                "a weight is a number of 0 or more; leave the cell blank to set the row aside",
            )
        top = number.max()
        largest = max(largest, float(top) if isinstance(top, float) else 0.0)
        start += batch.height
    return largest
