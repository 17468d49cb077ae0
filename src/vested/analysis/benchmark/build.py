"""Norms from surveys: every organisation with a score that may be shown counts once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.analyse import check_common, digest, plain_name, versions
from vested.analysis.benchmark.norms import (
    COLUMNS,
    NUMBERS,
    OVERALL,
    SCHEMA,
    WAVE,
    Norms,
    fingerprint,
    norm_numbers,
)
from vested.analysis.benchmark.protection import Rules, hidden_cells
from vested.analysis.scores import PUBLISHED, SUPPRESSED, scores
from vested.analysis.suppression import protected_measures
from vested.analysis.surveys import PathLike, Reading, Surveys
from vested.errors import InputError, UsageError
from vested.model import Instrument
from vested.survey.mapping import read_mapping
from vested.survey.roles import Roles
from vested.table import ResultTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Facts = Mapping[str, tuple[str, ...]]
"""By organisation, its values of the columns that tell organisations apart."""

_CONFIDENCE = 0.95
"""The intervals of single scores are computed with it, and left out."""


def build(
    surveys: PathLike | Sequence[PathLike],
    *,
    by: str | Sequence[str] = (),
    client: str | None = None,
    min_organisations: int = 5,
    max_share: float = 0.5,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    min_respondents: int = 10,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Norms:
    """Build norms from one or more survey exports.

    `by` names columns of facts about organisations, such as their sector or size: each value is a
    cell of its own; with `wave`, so is each wave. A cell is shown if `min_organisations` or more
    have a score, none of them has more than `max_share` of the respondents, and nothing about
    fewer can be worked out; a `client` of several organisations, named in that column, cannot work
    it out with its own scores either. The other arguments are those of `vested.analyse`.

    Raises `vested.errors.VestedError`, with a message and a hint, for whatever the user can mend.
    """
    paths = [surveys] if isinstance(surveys, str | Path) else list(surveys)
    columns = (by,) if isinstance(by, str) else tuple(by)
    check_common(
        paths, (), min_respondents, _CONFIDENCE, {"invalid": (invalid, ("stop", "missing"))}
    )
    rules = Rules(min_organisations, max_share)
    _check(paths, columns, rules)
    mapped = read_mapping(mapping) if mapping is not None else None
    facts = tuple(dict.fromkeys((*columns, *([client] if client else []))))
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        Roles(organisation, respondent, wave, facts),
        invalid == "missing",
        progress,
        mapped,
        definition,
        answers,
        keep_unfinished,
    )
    read = _read(reading, client)
    parts = [_part(read, length, min_respondents) for length in ((1, 2) if wave else (1,))]
    known = _facts(read, facts)
    cells = list(_cells(parts, known, columns))
    clients = _clients(parts[0].names, known, facts.index(client)) if client else []
    table, hidden = _table(cells, read.instrument, rules, clients)
    options = {
        "by": list(columns),
        "client": client,
        "min_organisations": min_organisations,
        "max_share": max_share,
        "organisation": organisation,
        "respondent": respondent,
        "wave": wave,
        "min_respondents": min_respondents,
        "invalid": invalid,
        "encoding": encoding,
        "mapping": digest(mapping),
        "definition": digest(definition),
        "answers": answers,
        "keep_unfinished": keep_unfinished,
    }
    return Norms(
        table,
        _members(cells, hidden),
        versions("benchmark build", read.instrument, options),
        tuple(sorted(read.inputs, key=lambda entry: (str(entry["file"]), str(entry["sha256"])))),
        read.notes,
    )


def _read(reading: Reading, client: str | None) -> Surveys:
    """Read the surveys; what is wrong with a column is said of the option that named it."""
    try:
        return reading.at_once() or reading.with_care()
    except UsageError as error:
        of_client = client is not None and client in error.message
        option = "--client" if of_client else "--by"
        raise UsageError(error.message.replace("--group", option), error.hint) from None


def _check(paths: Sequence[PathLike], columns: Sequence[str], rules: Rules) -> None:
    if any(str(path) == "-" for path in paths):
        raise UsageError(
            "norms cannot be built from standard input", "name files: `check` reads them again"
        )
    if rules.min_organisations < 3:
        raise UsageError(
            f"--min-organisations {rules.min_organisations} is below 3",
            "of two organisations each would know the other's score; 5 is the usual minimum",
        )
    if not 0 < rules.max_share <= 1:
        raise UsageError(
            f"--max-share {rules.max_share:g} is not between 0 and 1",
            "0.5 is usual; 1 lets one organisation have any share of the respondents",
        )
    names = [plain_name(name) for name in columns]
    for name, times in Counter(names).items():
        if times > 1 or name in (OVERALL[0], WAVE):
            raise UsageError(
                f"--by {name}: "
                + (
                    "the column is named twice"
                    if times > 1
                    else "the norms call a part of theirs so"
                ),
                "use --wave for waves" if name == WAVE else "name other columns",
            )


@dataclass(frozen=True, slots=True)
class _Part:
    """Scores of organisations, of all their rows or of each wave: outputs x units."""

    names: tuple[str, ...]
    """The organisations, the same for each part."""
    organisation: Ints
    """Per unit, the place of its organisation among the names."""
    waves: tuple[str, ...]
    score: Floats
    """NaN where it may not be shown."""
    respondents: Ints
    """0 where it may not be shown."""
    rows: tuple[tuple[Mapping[str, Any], ...], ...]
    """Per unit, its rows of the table of scores."""


def _part(read: Surveys, length: int, minimum: int) -> _Part:
    """The scores of the cells by so many parts of their key, as `vested analyse` gives them."""
    table = scores(
        read.reduction.pooled(length),
        read.instrument,
        minimum=minimum,
        confidence=_CONFIDENCE,
        dimensions=(WAVE,) if length > 1 else (),
    )
    rows = table.frame.rows(named=True)
    wide = len(read.instrument.outputs)
    units = [tuple(rows[at : at + wide]) for at in range(0, len(rows), wide)]
    names = tuple(sorted({key[0] for key in read.reduction.cells}))
    place = {name: at for at, name in enumerate(names)}
    shape = (len(units), wide)
    score = table.frame["score"].fill_null(np.nan).to_numpy().reshape(shape)
    respondents = table.frame["respondents"].fill_null(0).to_numpy().reshape(shape)
    return _Part(
        names,
        np.array([place[unit[0]["organisation"]] for unit in units], np.int64),
        tuple(unit[0][WAVE] if length > 1 else "" for unit in units),
        score.T,
        np.where(np.isnan(score), 0, respondents).T,
        tuple(units),
    )


def _facts(read: Surveys, columns: Sequence[str]) -> Facts:
    """What is known of each organisation; blank cells say nothing where others do.

    Raises `InputError` where an organisation has two values of a column.
    """
    from vested.survey.reading import BLANK_NAME

    found: dict[str, list[set[str]]] = {}
    for key in read.reduction.cells:
        values = found.setdefault(key[0], [set() for _ in columns])
        for told, value in zip(values, key[len(key) - len(columns) :], strict=True):
            told.add(value)
    facts: dict[str, tuple[str, ...]] = {}
    for name, sets in sorted(found.items()):
        for column, own in zip(columns, sets, strict=True):
            first, *others = sorted(own - {BLANK_NAME}) or [BLANK_NAME]
            if others:
                raise InputError(
                    f"{name} has two values in column {column}: {first!r} and {others[0]!r}",
                    "it must be a fact about the organisation: give all its rows the same value, "
                    "or leave out --by or --client with that column",
                )
        facts[name] = tuple(min(own - {BLANK_NAME}, default=BLANK_NAME) for own in sets)
    return facts


@dataclass(frozen=True, slots=True)
class _Cell:
    dimension: str
    name: str
    part: _Part
    units: Ints


def _cells(parts: Sequence[_Part], facts: Facts, columns: Sequence[str]) -> Iterator[_Cell]:
    """The whole, then the cells of each dimension in order."""
    whole = parts[0]
    yield _Cell(*OVERALL, whole, np.arange(len(whole.waves)))
    for at, column in enumerate(columns):
        values = [facts[whole.names[place]][at] for place in whole.organisation]
        for value in sorted(set(values), key=_rank):
            units = [unit for unit, own in enumerate(values) if own == value]
            yield _Cell(plain_name(column), value, whole, np.array(units))
    for part in parts[1:]:
        for wave in sorted(set(part.waves), key=_rank):
            units = [unit for unit, own in enumerate(part.waves) if own == wave]
            yield _Cell(WAVE, wave, part, np.array(units))


def _rank(text: str) -> tuple[int, float, str]:
    """Numbers by size, then texts."""
    return (0, float(text), text) if text.isdecimal() else (1, 0.0, text)


def _clients(names: Sequence[str], facts: Facts, at: int) -> list[NDArray[np.bool_]]:
    """The organisations of each client that has more than one; the client is the fact `at`."""
    from vested.survey.reading import BLANK_NAME

    of = [facts[name][at] for name in names]
    several = sorted(name for name, n in Counter(of).items() if n > 1 and name != BLANK_NAME)
    return [np.array([own == client for own in of]) for client in several]


def _table(
    cells: Sequence[_Cell],
    instrument: Instrument,
    rules: Rules,
    clients: Sequence[NDArray[np.bool_]],
) -> tuple[ResultTable, NDArray[np.bool_]]:
    """The norms, and which of them (measures x cells) are hidden; these leave no number behind."""
    outputs = instrument.outputs
    names = len(cells[0].part.names)
    respondents = np.zeros((len(outputs), len(cells), names), np.int64)
    for at, cell in enumerate(cells):
        places = cell.part.organisation[cell.units]
        respondents[:, at, places] = cell.part.respondents[:, cell.units]
    hidden = _hidden([cell.dimension for cell in cells], respondents, instrument, rules, clients)
    if hidden.all():
        raise InputError(
            f"every cell of the norms would be suppressed: fewer than {rules.min_organisations} "
            "organisations with a score that may be shown, or one of them has more than "
            f"{rules.max_share * 100:g} % of the respondents",
            "bring in more surveys; --min-organisations and --max-share set other limits",
        )
    rows: list[dict[str, Any]] = []
    for at, cell in enumerate(cells):
        for row, output in enumerate(outputs):
            head = {"dimension": cell.dimension, "cell": cell.name}
            head |= {"measure": output.id, "kind": output.kind}
            found: Mapping[str, Any] = dict.fromkeys(NUMBERS)
            if not hidden[row, at]:
                own = cell.part.score[row, cell.units]
                total = int(respondents[row, at].sum())
                found = norm_numbers(own[~np.isnan(own)], total)
            status = SUPPRESSED if hidden[row, at] else PUBLISHED
            rows.append({**head, **found, "status": status})
    return ResultTable("norms", "Norms", COLUMNS, pl.DataFrame(rows, schema=SCHEMA)), hidden


def _hidden(
    dimensions: Sequence[str],
    respondents: Ints,
    instrument: Instrument,
    rules: Rules,
    clients: Sequence[NDArray[np.bool_]],
) -> NDArray[np.bool_]:
    """Measures x cells, protected along the cells and along the equations between measures."""
    organisations = (respondents > 0).sum(axis=2)
    hidden = np.zeros(organisations.shape, bool)
    known: dict[bytes, NDArray[np.bool_]] = {}
    while True:
        before = int(hidden.sum())
        for row, own in enumerate(respondents):
            key = own.tobytes() + hidden[row].tobytes()
            if key not in known:
                known[key] = hidden_cells(dimensions, own, rules, clients, hidden[row])
            hidden[row] = known[key]
        hidden = protected_measures(hidden, organisations, instrument)
        if int(hidden.sum()) == before:
            return hidden


def _members(cells: Sequence[_Cell], hidden: NDArray[np.bool_]) -> tuple[str, ...]:
    """Fingerprints of the organisations in each cell of which any number is shown."""
    found = []
    for at, cell in enumerate(cells):
        if hidden[:, at].all():
            continue
        for unit in cell.units:
            rows = cell.part.rows[unit]
            name, wave = rows[0]["organisation"], cell.part.waves[unit]
            found.append(fingerprint(cell.dimension, cell.name, name, wave, rows))
    return tuple(sorted(each for each in found if each))
