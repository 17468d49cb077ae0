"""Organisations, groups and waves compared, and what is claimed of them put to the test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from vested.analysis.analyse import check_common, digest, plain_name, versions
from vested.analysis.compare.claims import claims_part
from vested.analysis.compare.groups import WITHIN, groups_part, unit_of
from vested.analysis.compare.paradoxes import paradoxes_part
from vested.analysis.compare.people import Keep, People
from vested.analysis.compare.robustness import check_runs, robustness_part
from vested.analysis.compare.services import services_part
from vested.analysis.compare.shown import scored, together
from vested.analysis.compare.waves import waves_part
from vested.analysis.ledger import in_one_line, ledger
from vested.analysis.population import population_of
from vested.analysis.surveys import Gather, PathLike, Reading, Survey, Surveys
from vested.errors import InputError, UsageError
from vested.formats import Part as Rows
from vested.model import Instrument
from vested.survey.mapping import read_mapping
from vested.survey.roles import Roles
from vested.table import ResultTable

if TYPE_CHECKING:
    from vested.analysis.population.weighting import Weighing

TABLES = (
    *("groups", "group_tests", "change", "shock", "service_levels", "service_courses"),
    *("paradoxes", "congruence"),
    *("claims", "mediation", "within_between", "common_method", "power"),
    *("robustness", "stability", "sobol", "leave_out", "effective_weights"),
    *("weighting", "ledger"),
)
"""All that there can be, in their order; some are there only where asked for."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Result tables by name, those of `TABLES` that were asked for, and what they say."""

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    findings: tuple[str, ...]
    """The conclusions in plain sentences, the most important first."""
    recipe: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    """The files that were read: name, SHA-256, bytes."""
    notes: tuple[str, ...]

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return next(iter(self.tables))

    @property
    def title(self) -> str:
        """What a report of it is called."""
        return "Organisations compared"

    @property
    def ledger_line(self) -> str:
        return in_one_line(self.tables["ledger"].frame)

    @property
    def answer(self) -> str:
        """The first of the conclusions."""
        return self.findings[0] if self.findings else self.ledger_line


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared, and how; the same for every part."""

    by: tuple[str, ...]
    wave: str | None
    min_respondents: int
    confidence: float
    seed: int
    shock: tuple[str, ...]
    service_levels: Path | None
    paradox_map: bool
    claims: tuple[str, ...] | None
    """The claims to test, as `X->Y`; the usual ones where there are none, no test where None."""
    marker: str | None
    """A measure that has nothing to do with the claims."""
    runs: int | None
    """Runs of the robustness of indices, None where these are not asked for."""


Part = tuple[list[ResultTable], list[str]]
"""What a part of the comparison gives: its tables, and its conclusions in plain sentences."""


_OPTIONS = (
    *("organisation", "respondent", "wave", "min_respondents", "confidence", "seed"),
    *("paradox_map", "robustness", "runs", "invalid", "encoding", "answers", "keep_unfinished"),
    *("marker", "weight", "trim"),
)
_FILES = ("mapping", "definition", "service_levels", "population")
"""What a recipe says as it was given, and what by the hash of a file."""


def compare(
    surveys: Survey | Sequence[Survey],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    by: str | Sequence[str] = (),
    weight: str | None = None,
    population: PathLike | None = None,
    trim: float = 0.0,
    min_respondents: int = 10,
    confidence: float = 0.95,
    seed: int = 0,
    shock: Sequence[str] = (),
    service_levels: PathLike | None = None,
    paradox_map: bool = False,
    robustness: bool = False,
    runs: int = 2000,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
    claims: bool | str | Sequence[str] = False,
    marker: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Compare organisations, groups and waves.

    The options that `vested.analyse` has mean the same here; `by` are columns whose values are
    compared, such as the sector; with a `wave` change is told, and `shock` names the waves before,
    perhaps during, and after one. `service_levels` is a csv of organisation, time and level, and
    `paradox_map` asks for the map of pairs. `claims` tests the usual claims where it is true, or
    those that are written as `X->Y` or `X->M->Y`, with a measure as `marker` of the way of
    answering. With `robustness` each index is made in so many `runs` with other choices,
    to see what becomes of the ranks. With a `weight` or a `population` (and `trim`) the scores of
    organisations are weighted, and the tests over organisations are not. Random numbers start from
    `seed`. Raises `VestedError`, with a message and a hint, for whatever the user can mend.
    """
    said = dict(locals())
    paths = [surveys] if isinstance(surveys, str | Path | Rows) else list(surveys)
    columns = (by,) if isinstance(by, str) else tuple(by)
    words = {"invalid": (invalid, ("stop", "missing"))}
    check_common(paths, columns, min_respondents, confidence, words, "by")
    wanted = Wanted(
        by=columns,
        wave=wave,
        min_respondents=min_respondents,
        confidence=confidence,
        seed=seed,
        shock=tuple(shock),
        service_levels=Path(service_levels) if service_levels is not None else None,
        paradox_map=paradox_map,
        claims=_claims(claims, marker),
        marker=marker,
        runs=runs if robustness else None,
    )
    _check(wanted)
    mapped = read_mapping(mapping) if mapping is not None else None
    given = population, trim, None
    staff = population_of(*given, weighted=weight is not None, wave=wave, groups=columns)
    keep = Keep(weighing=staff.weighing)
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        Roles(
            organisation, respondent, wave, columns, weight, groups_by="by",
            strata=staff.variables,
        ),
        invalid == "missing",
        progress,
        mapped,
        definition,
        answers,
        keep_unfinished,
        Gather("items" if wave is not None else "spread", leave_out=keep),
        staff.weighing,
    )  # fmt: skip
    read = reading.at_once() or reading.with_care()
    if keep.people is None:
        raise InputError("nothing could be read", "is it the right file?")
    tables, findings = _tables(read, keep.people, wanted)
    notes = read.notes
    if staff.weighing:
        weights, told = _weights(read, staff.weighing, wanted)
        last = tables.pop("ledger")
        tables |= {weights.name: weights, last.name: last}
        notes = (*notes, *told)
    recipe = versions("compare", read.instrument, _recorded(said, wanted))
    return Comparison(read.instrument, tables, tuple(findings), recipe, read.inputs, notes)


def _check(wanted: Wanted) -> None:
    """Raise `UsageError` for wishes that do not go together."""
    if wanted.seed < 0:
        raise UsageError(f"--seed {wanted.seed} is below 0", "0 is the usual one")
    if wanted.shock and wanted.wave is None:
        raise UsageError("--shock without --wave", "name the column that tells waves apart")
    if wanted.runs is not None:
        check_runs(wanted.runs)
    asked = (wanted.by, wanted.wave, wanted.service_levels, wanted.paradox_map)
    if not any(asked) and wanted.claims is None and wanted.runs is None:
        raise UsageError(
            "it is not said what to compare",
            "--claims, --robustness, --paradox-map, --by COLUMN, --wave COLUMN or "
            "--service-levels FILE",
        )


def _recorded(said: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """The options as a recipe has them: files by their hash."""
    return {
        **{name: said[name] for name in _OPTIONS},
        **{name: digest(said[name]) for name in _FILES},
        "by": [plain_name(name) for name in wanted.by],
        "shock": list(wanted.shock),
        "claims": None if wanted.claims is None else list(wanted.claims),
    }


def _weights(read: Surveys, weighing: Weighing, wanted: Wanted) -> tuple[ResultTable, list[str]]:
    """The weights to the population of each organisation whose scores are shown, and notes."""
    parts, names = ([1], ["wave"]) if wanted.wave is not None else ([], [])
    frame = scored(read, wanted.min_respondents, wanted.confidence, parts, names)
    table = weighing.table(frame, wanted.min_respondents)
    return table, weighing.notes(table)


def _claims(claims: bool | str | Sequence[str], marker: str | None) -> tuple[str, ...] | None:
    """The claims that are written, none for the usual ones; None where none are tested."""
    if claims is False or (claims is not True and not claims):
        if marker is not None:
            raise UsageError("--marker is for the test of claims", "add --claims")
        return None
    if claims is True:
        return ()
    return (claims,) if isinstance(claims, str) else tuple(claims)


def _tables(
    read: Surveys, people: People, wanted: Wanted
) -> tuple[dict[str, ResultTable], list[str]]:
    """All tables that are wanted, by name, in the order of `TABLES`, and the conclusions."""
    parts: list[Part] = []
    minimum, confidence = wanted.min_respondents, wanted.confidence
    first = 1 + (people.waves != ("",))
    within = [at for at in range(first, first + len(wanted.by)) if unit_of(read, at) == WITHIN]
    beside = together(read, minimum, confidence, [*range(1, first), *within])
    waves = beside.get(1) if first > 1 else None
    # What is asked for by itself is told first.
    if wanted.claims is not None:
        parts.append(claims_part(read, people, wanted))
    if wanted.runs is not None:
        parts.append(
            robustness_part(
                read,
                people,
                minimum=minimum,
                runs=wanted.runs,
                confidence=confidence,
                seed=wanted.seed,
                beside=waves,
            )
        )
    if wanted.by:
        names = [plain_name(name) for name in wanted.by]
        parts.append(groups_part(read, names, first, minimum, confidence, wanted.seed, beside))
    if wanted.wave is not None:
        parts.append(waves_part(read, people, wanted.shock, minimum, confidence, waves))
    if wanted.service_levels is not None:
        parts.append(services_part(wanted.service_levels))
    if wanted.paradox_map:
        parts.append(paradoxes_part(read, people, minimum, confidence))
    made = [table for tables, _ in parts for table in tables]
    made.append(ledger(read.reduction))
    by_name = {table.name: table for table in made}
    told = [sentence for _, sentences in parts for sentence in sentences]
    return {name: by_name[name] for name in TABLES if name in by_name}, told
