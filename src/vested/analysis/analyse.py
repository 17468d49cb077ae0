"""The main job: from exports to scores per organisation."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, NamedTuple

import vested
from vested.analysis.ledger import ledger
from vested.analysis.result import Analysis
from vested.analysis.technology import technology
from vested.errors import InputError, UsageError
from vested.formats import Table, open_table
from vested.instruments import bundled, load_instrument
from vested.model import Instrument
from vested.spelling import same
from vested.survey.columns import Columns, Roles, recognise, understand
from vested.survey.measures import plan
from vested.survey.reading import Reader
from vested.survey.reduction import Reduction
from vested.survey.respondents import repeated
from vested.survey.weights import top_weights

PathLike = str | Path
RESERVED = (
    *("organisation", "wave", "measure", "kind", "respondents", "score", "sd", "se"),
    *("ci_low", "ci_high", "status", "n_effective"),
)


def analyse(
    surveys: PathLike | Sequence[PathLike],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    group: str | Sequence[str] = (),
    weight: str | None = None,
    min_respondents: int = 10,
    confidence: float = 0.95,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Analysis:
    """Score the organisations in one or more survey exports.

    `surveys` are paths of delimited text, plain or gzipped; several are taken together as one.
    `instrument` is an id, a path, an `Instrument`, or None to recognise it from the columns. The
    options named after columns take a column's name; answers that are not understood stop the run,
    or with `invalid="missing"` are counted as missing. Scores of fewer than `min_respondents` are
    suppressed. `progress` is called with the number of rows as they are read.

    Raises `vested.errors.VestedError`, with a message and a hint, for whatever the user can mend.

    >>> import vested
    >>> vested.analyse("no-such-file.csv")
    Traceback (most recent call last):
    vested.errors.InputError: no-such-file.csv does not exist (check the path and the spelling...
    """
    paths = [surveys] if isinstance(surveys, str | Path) else list(surveys)
    groups = (group,) if isinstance(group, str) else tuple(group)
    _check(paths, groups, min_respondents, confidence, invalid)
    roles = Roles(organisation, respondent, wave, groups, weight)
    reading = _Reading(paths, instrument, encoding, roles, invalid == "missing", progress)
    chosen, reduction, inputs, notes = reading.at_once() or reading.with_care()
    from vested.analysis.scores import scores

    dimensions = (*(["wave"] if wave else []), *(_plain_name(name) for name in groups))
    made = [
        scores(
            reduction,
            chosen,
            minimum=min_respondents,
            confidence=confidence,
            dimensions=dimensions,
        ),
        ledger(reduction),
        technology(reduction, chosen),
    ]
    result = {table.name: table for table in made if table is not None}
    _refuse_if_all_hidden(result["scores"].frame, reduction, min_respondents)
    options = {
        "organisation": organisation,
        "respondent": respondent,
        "wave": wave,
        "group": list(groups),
        "weight": weight,
        "min_respondents": min_respondents,
        "confidence": confidence,
        "invalid": invalid,
        "encoding": encoding,
    }
    return Analysis(chosen, result, _recipe(chosen, options), inputs, notes)


def _check(
    paths: Sequence[PathLike],
    groups: Sequence[str],
    min_respondents: int,
    confidence: float,
    invalid: str,
) -> None:
    if not paths:
        raise UsageError("no survey is named", "give at least one file, or - for standard input")
    seen: set[Path] = set()
    for path in paths:
        if (place := Path(path).absolute()) in seen:
            raise UsageError(f"{path} is named twice", "each row would count twice")
        seen.add(place)
    if min_respondents < 1:
        raise UsageError(
            f"--min-respondents {min_respondents} is below 1",
            "1 hides nothing, 10 is the usual minimum",
        )
    if not 0.5 <= confidence < 1:
        raise UsageError(f"--confidence {confidence} is not between 0.5 and 1", "for example 0.95")
    if invalid not in ("stop", "missing"):
        raise UsageError(f"--invalid {invalid!r} is unknown", "it is stop or missing")
    names = [_plain_name(name) for name in groups]
    if len(set(names)) != len(names):
        raise UsageError("a column is named twice with --group", "name each once")
    for name in names:
        if name in RESERVED:
            raise UsageError(
                f"--group {name}: the table of scores has a column of that name",
                "use --wave for waves, or rename the column in the file",
            )


def _plain_name(name: str) -> str:
    return " ".join(name.split())


class _Read(NamedTuple):
    """What was read: the instrument, the sums, the files, and notes on how it was understood."""

    instrument: Instrument
    reduction: Reduction
    inputs: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the surveys are to be read."""

    paths: Sequence[PathLike]
    instrument: PathLike | Instrument | None
    encoding: str | None
    roles: Roles
    invalid_as_missing: bool
    progress: Callable[[int], None] | None

    def at_once(self) -> _Read | None:
        """Score while the files are still being looked through; None where they need care.

        The look (hash, encoding, width of every record) takes about as long as the parsing. What
        comes of files that turn out not to be plain is thrown away, errors included.
        """
        if any(str(path) == "-" for path in self.paths):
            return None  # it can be read only once
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=2) as pool:
            loading = pool.submit(_instruments, self.instrument)
            tables = [open_table(p, self.encoding, stack, trusting=True) for p in self.paths]
            looking = pool.submit(lambda: [table.check() for table in tables])
            # What scoring needs takes a while to import: let that not wait for the reading.
            pool.submit(import_module, "vested.analysis.scores")
            try:
                read = self._read(tables, loading.result(), looking)
            except Exception:
                if None in looking.result():
                    return None
                raise
            return read if read and None not in looking.result() else None

    def with_care(self) -> _Read:
        """Look through the files first, and rewrite those that are not plain."""
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=1) as pool:
            tables = [open_table(path, self.encoding, stack) for path in self.paths]
            looking = pool.submit(lambda: [table.check() for table in tables])
            return self._read(tables, _instruments(self.instrument), looking)

    def _read(
        self,
        tables: Sequence[Table],
        instruments: Sequence[Instrument],
        looking: Future[list[str | None]],
    ) -> _Read:
        instrument = instruments[0]
        if self.instrument is None:
            instrument = recognise(tables, instruments)
        columns = [understand(table, instrument, self.roles) for table in tables]
        reduction = _reduce(
            tables,
            columns,
            instrument,
            invalid_as_missing=self.invalid_as_missing,
            progress=self.progress,
        )
        notes = [note for table in tables for note in table.notes]
        notes += _notes(tables, columns, instrument, reduction, self.roles)
        inputs = tuple(
            {"file": table.name, "sha256": digest, "bytes": table.source.size}
            for table, digest in zip(tables, looking.result(), strict=True)
        )
        return _Read(instrument, reduction, inputs, tuple(notes))


def _instruments(given: PathLike | Instrument | None) -> list[Instrument]:
    """The one that is given, else all that can be recognised."""
    if isinstance(given, Instrument):
        return [given]
    return [load_instrument(name) for name in ([given] if given else bundled())]


def _reduce(
    tables: Sequence[Table],
    columns: Sequence[Columns],
    instrument: Instrument,
    *,
    invalid_as_missing: bool,
    progress: Callable[[int], None] | None,
) -> Reduction:
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
    total: Reduction | None = None
    for table, found in pairs:
        reader = Reader(table, found, instrument, made, top_weights=tops)
        read = reader.reduce(invalid_as_missing, progress or (lambda rows: None))
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
    return total


def _notes(
    tables: Sequence[Table],
    columns: Sequence[Columns],
    instrument: Instrument,
    reduction: Reduction,
    roles: Roles,
) -> Iterable[str]:
    """What was understood in a way that the user may not expect."""
    absent = [item.id for item in instrument.items if all(item.id not in c.items for c in columns)]
    if absent:
        shown = ", ".join(absent[:8]) + (", …" if len(absent) > 8 else "")
        yield (
            f"{len(absent)} of {len(instrument.items)} items of {instrument.id} have no column "
            f"({shown}); they count as not answered."
        )
    if roles.wave is None:
        for table, found in zip(tables, columns, strict=True):
            if any(same(name) == "wave" for name in found.unused):
                yield (
                    f"{table.name} has a column wave: its waves are scored together; "
                    "use --wave wave to score them apart."
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


def _refuse_if_all_hidden(frame: Any, reduction: Reduction, minimum: int) -> None:
    if (frame["status"] == "published").any():
        return
    organisations = len({key[0] for key in reduction.cells})
    if minimum == 1:
        raise InputError(
            "no measure can be scored: no respondent answered enough of its items",
            "a facet needs half of its items, an index 60 % of its measures",
        )
    raise InputError(
        f"every score would be suppressed: none of {organisations} organisations has "
        f"{minimum} respondents",
        "designs with a few key informants per organisation use --min-respondents 1, "
        "where each score rests on what very few people said",
    )


def _recipe(instrument: Instrument, options: Mapping[str, Any]) -> dict[str, Any]:
    """What, with the same data, gives the same bytes again."""
    from importlib.metadata import version

    return {
        "vested": vested.__version__,
        "instrument": {
            "id": instrument.id,
            "version": instrument.version,
            "sha256": instrument.digest,
            "validated": instrument.validated,
        },
        "options": dict(options),
        "versions": {
            "python": ".".join(map(str, sys.version_info[:3])),
            **{name: version(name) for name in ("numpy", "polars", "scipy")},
        },
    }
