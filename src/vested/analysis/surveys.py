"""Several surveys read as one: opened, recognised, understood and reduced to sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vested.errors import InputError, UsageError
from vested.formats import Part, Table, open_table
from vested.instruments import bundled, load_instrument
from vested.model import Instrument
from vested.platforms import UNFINISHED, Answers, Export, unwrap
from vested.platforms.definitions import described, read_definition
from vested.spelling import same
from vested.survey.columns import Columns, recognise, understand
from vested.survey.mapping import ColumnMapping
from vested.survey.roles import Roles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vested.survey.reduction import Reduction
    from vested.survey.tallies import Depth
    from vested.survey.tallies.rows import Respondents

    LeaveOut = Callable[
        [Instrument, Reduction, Sequence[Columns], Sequence[Respondents]],
        Sequence[NDArray[np.bool_]],
    ]
    Weigh = Callable[[Reduction, Sequence[Table], Sequence[Columns]], None]

PathLike = str | Path
Survey = PathLike | Part
"""What can be read: a file, or the rows of one that `vested batch` took out of it."""


@dataclass(frozen=True, slots=True)
class Gather:
    """What is gathered beside the scores."""

    depth: Depth
    ordinal: bool = False
    by_pattern: bool = False
    leave_out: LeaveOut | None = None
    """Looks at each respondent, and says which rows to read again without."""
    minimum: int = 1
    """Organisations with fewer respondents are left out where they are fewer in all, too: what is
    said of everyone together would show what those few said, beside what is said of the others."""


class Surveys(NamedTuple):
    """What was read: the instrument, the sums, the files, and notes on how it was understood."""

    instrument: Instrument
    reduction: Reduction
    inputs: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]
    without: Reduction | None = None
    """The sums without the rows that were to be left out, where any were."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the surveys are to be read."""

    paths: Sequence[Survey]
    instrument: PathLike | Instrument | None
    encoding: str | None
    roles: Roles
    invalid_as_missing: bool
    progress: Callable[[int], None] | None
    mapping: ColumnMapping | None = None
    definition: PathLike | None = None
    answers: Answers | None = None
    keep_unfinished: bool = False
    gather: Gather | None = None
    weigh: Weigh | None = None
    """Weights the sums by the strata of the population, where its margins are known."""

    def at_once(self) -> Surveys | None:
        """Score while the files are still being looked through; None where they need care.

        The look (hash, encoding, width of every record) takes about as long as the parsing. What
        comes of files that turn out not to be plain is thrown away, errors included.
        """
        if any(str(path) == "-" for path in self.paths):
            return None  # it can be read only once
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=2) as pool:
            loading = pool.submit(instruments_for, self.instrument)
            tables = [open_table(p, self.encoding, stack, trusting=True) for p in self.paths]
            looking = pool.submit(lambda: [table.check() for table in tables])
            # Polars and scipy take a while to import: meanwhile the look goes on, then the reading.
            import_module("vested.survey.reading")
            for name in ("standing.standing", "scores", "ledger", "technology", "result", "gate"):
                pool.submit(import_module, f"vested.analysis.{name}")
            try:
                read = self._read(tables, loading.result(), looking)
            except Exception:
                if None in looking.result():
                    return None
                raise
            return None if None in looking.result() else read

    def with_care(self) -> Surveys:
        """Look through the files first, and rewrite those that are not plain."""
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=1) as pool:
            tables = [open_table(path, self.encoding, stack) for path in self.paths]
            looking = pool.submit(lambda: [table.check() for table in tables])
            return self._read(tables, instruments_for(self.instrument), looking)

    def _read(
        self,
        tables: Sequence[Table],
        instruments: Sequence[Instrument],
        looking: Future[list[str | None]],
    ) -> Surveys:
        exports = self.exports(tables)
        instrument = instruments[0]
        if self.instrument is None:
            instrument = recognise(exports, instruments, self.mapping)
        columns = [understand(export, instrument, self.roles, self.mapping) for export in exports]
        tables = [export.table for export in exports]
        reading = partial(
            reduce, tables, columns, instrument, invalid_as_missing=self.invalid_as_missing
        )
        reduction, respondents = reading(progress=self.progress, gather=self.gather)
        small = _too_small(reduction, self.gather.minimum) if self.gather else frozenset()
        if small:
            reduction, respondents = reading(gather=self.gather, too_small=small)
        if self.weigh:
            self.weigh(reduction, tables, columns)
        without = None
        if self.gather and self.gather.leave_out:
            masks = self.gather.leave_out(instrument, reduction, columns, respondents)
            if any(mask.any() for mask in masks):
                kept = replace(self.gather, leave_out=None)
                without, _ = reading(gather=kept, masks=masks, too_small=small)
        notes = [note for table in tables for note in table.notes]
        notes += [note for export in exports for note in export.notes]
        notes += [note for found in columns for note in found.notes]
        notes += _notes(tables, columns, instrument, reduction, self.roles)
        inputs = tuple(
            {"file": table.name, "sha256": digest, "bytes": table.source.size}
            for table, digest in zip(tables, looking.result(), strict=True)
        )
        return Surveys(instrument, reduction, inputs, tuple(notes), without)

    def exports(self, tables: Sequence[Table]) -> list[Export]:
        """The exports in the tables, with what the user and the definition say of them."""
        exports = [unwrap(table) for table in tables]
        if self.definition is not None:
            definition = read_definition(self.definition)
            exports = [described(export, definition) for export in exports]
        answers = self.answers or (self.mapping.answers if self.mapping else None)
        if answers:
            exports = [
                replace(export, answers=answers, evidence="you said so", must_tell=False)
                for export in exports
            ]
        if self.keep_unfinished:
            exports = [
                replace(
                    export,
                    exclusions=tuple(e for e in export.exclusions if e.reason != UNFINISHED),
                )
                for export in exports
            ]
        return exports


def _too_small(reduction: Reduction, minimum: int) -> frozenset[str]:
    """The organisations below the minimum, where they are so few that they must be left out."""
    if reduction.tallies is None:
        return frozenset()
    sizes: Counter[str] = Counter()
    for key, at in reduction.cells.items():
        sizes[key[0]] += int(reduction.tallies.rows[at])
    small = {name: size for name, size in sizes.items() if size < minimum}
    others = len(sizes) > len(small)
    return frozenset(small) if others and 0 < sum(small.values()) < minimum else frozenset()


def instruments_for(given: PathLike | Instrument | None) -> list[Instrument]:
    """The one that is given, else all that can be recognised."""
    if isinstance(given, Instrument):
        return [given]
    return [load_instrument(name) for name in ([given] if given else bundled())]


def reduce(
    tables: Sequence[Table],
    columns: Sequence[Columns],
    instrument: Instrument,
    *,
    invalid_as_missing: bool,
    progress: Callable[[int], None] | None = None,
    gather: Gather | None = None,
    masks: Sequence[NDArray[np.bool_]] = (),
    too_small: Collection[str] = (),
) -> tuple[Reduction, list[Respondents]]:
    """Reduce the rows of all tables to one set of sums, without those that the masks hide and
    those of organisations that are too small.

    The respondents of each table come with it where `gather` looks at each. Raises `InputError`
    where no row can be used.
    """
    from vested.survey.measures import plan
    from vested.survey.reading import Reader
    from vested.survey.tallies import tallies
    from vested.survey.weights import top_weights

    made = plan(instrument)
    pairs = list(zip(tables, columns, strict=True))
    weighted = any(found.weight is not None for found in columns)
    tops: dict[str, float] = {}
    for table, found in pairs:
        for name, top in top_weights(table, found).items():
            tops[name] = max(tops.get(name, 0.0), top)
    if weighted and not any(tops.values()):
        raise InputError(
            f"{tables[0].name}: no weight is above 0", "is it the right column after --weight?"
        )
    empty = None
    if gather:
        dimensions = len(columns[0].groups) + (columns[0].wave is not None)
        empty = partial(
            tallies,
            instrument,
            depth=gather.depth,
            dimensions=dimensions,
            ordinal=gather.ordinal,
            by_pattern=gather.by_pattern,
        )
    total: Reduction | None = None
    respondents = []
    for (table, found), mask in zip_longest(pairs, masks):
        reader = Reader(
            table,
            found,
            made,
            top_weights=tops,
            empty_tallies=empty,
            keep_rows=gather is not None and gather.leave_out is not None,
            leave_out=mask,
            too_small=too_small,
        )
        read = reader.reduce(invalid_as_missing, progress or (lambda rows: None))
        if reader.rows and read.tallies:
            items = len(read.tallies.items)
            strata = list(read.strata.sums.cells) if read.strata else []
            respondents.append(reader.rows.kept(table, list(read.cells), items, strata))
        if total is None:
            total = read
        else:
            total.merge(read)
    if total is None:
        raise UsageError("no survey is named", "give at least one file")
    if not total.rows_used:
        reasons = ", ".join(f"{count} {reason}" for reason, count in total.rows_aside.items())
        raise InputError(
            f"{tables[0].name}: no row can be used: {reasons}",
            "is it the right organisation column, and the right instrument?",
        )
    return total, respondents


def _notes(
    tables: Sequence[Table],
    columns: Sequence[Columns],
    instrument: Instrument,
    reduction: Reduction,
    roles: Roles,
) -> Iterable[str]:
    """What was understood in a way that the user may not expect."""
    from vested.survey.respondents import repeated

    absent = [item.id for item in instrument.items if all(item.id not in c.items for c in columns)]
    if absent:
        shown = ", ".join(absent[:8]) + (", …" if len(absent) > 8 else "")
        yield (
            f"{len(absent)} of {len(instrument.items)} items of {instrument.id} have no column "
            f"({shown}); they count as not answered."
        )
    for table, found in zip(tables, columns, strict=True):
        lacking = [
            item.id
            for item in instrument.items
            if item.id not in found.items and item.id not in absent
        ]
        if lacking:
            yield (
                f"{table.name} has no column for {len(lacking)} items that another file has "
                f"({', '.join(lacking[:8])}{', …' if len(lacking) > 8 else ''})."
            )
    yield from _merged_labels(tables, columns)
    if roles.wave is None:
        for table, found in zip(tables, columns, strict=True):
            if any(same(name) == "wave" for name in found.unused):
                yield (
                    f"{table.name} has a column wave: its waves are scored together; "
                    "`vested analyse --wave wave` scores them apart."
                )
                break
    if twice := repeated(tables, columns):
        yield (
            f"{twice:,} respondents have more than one row in the same organisation"
            f"{' and wave' if roles.wave else ''}; every row counts."
        )
    alike: dict[str, set[str]] = defaultdict(set)
    for key in reduction.cells:
        alike[same(key[0])].add(key[0])
    doubtful = sorted(min(names) for names in alike.values() if len(names) > 1)
    if doubtful:
        spellings = " and ".join(sorted(alike[same(doubtful[0])]))
        more = f", and {len(doubtful) - 1} more like it" if len(doubtful) > 1 else ""
        yield f"{spellings} differ only in spelling and are scored apart{more}."


def _merged_labels(tables: Sequence[Table], columns: Sequence[Columns]) -> Iterator[str]:
    """Labels that an export may have meant as two options, and the scale reads as one."""
    for table, found in zip(tables, columns, strict=True):
        told = set()
        for name, key in found.keys.items():
            labels = key.merged
            if labels and labels not in told:
                told.add(labels)
                yield (
                    f"{table.name}: {labels[0]!r} and {labels[1]!r} are both read as one option of "
                    f"the scale of {name}; if they were two, the scale has more points."
                )
