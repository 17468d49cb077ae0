"""The main job: from exports to scores per organisation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import vested
from vested.analysis.population import population_of
from vested.analysis.standing.bands import Bands, bands_from
from vested.analysis.surveys import Gather, PathLike, Reading, Survey
from vested.errors import InputError, UsageError
from vested.formats import Part
from vested.model import Instrument
from vested.survey.mapping import read_mapping
from vested.survey.roles import Roles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vested.analysis.benchmark.comparison import Yardstick
    from vested.analysis.disclosure.tables import Table
    from vested.analysis.gate import Cuts
    from vested.analysis.intervals import Drawing
    from vested.analysis.result import Analysis
    from vested.analysis.scores import Scored
    from vested.survey.reduction import Reduction
    from vested.table import ResultTable

RESERVED = (
    *("organisation", "wave", "measure", "kind", "respondents", "score", "sd", "se"),
    *("ci_low", "ci_high", "status", "n_effective", "interval", "shrunk", "reliability"),
    *("rank_low", "rank_high", "rank_low_marginal", "rank_high_marginal", "band"),
    *(
        "band_probability",
        "next_band",
        "next_band_probability",
        "response_rate",
        "fpc_low",
        "fpc_high",
    ),
)


_OPTIONS = (
    *("organisation", "respondent", "wave", "weight", "min_respondents", "confidence", "invalid"),
    *("encoding", "answers", "keep_unfinished", "gate", "items", "trim"),
)
_FILES = ("mapping", "definition", "population", "headcount")
"""What a recipe says as it was given, and what by the hash of a file."""


def analyse(
    surveys: Survey | Sequence[Survey],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    group: str | Sequence[str] = (),
    weight: str | None = None,
    population: PathLike | None = None,
    trim: float = 0.0,
    headcount: PathLike | None = None,
    min_respondents: int = 10,
    confidence: float = 0.95,
    interval: Literal["t", "bootstrap"] = "t",
    draws: int = 9999,
    seed: int = 0,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
    gate: Literal["on", "off"] = "on",
    cuts: Cuts | None = None,
    bands: str | None = None,
    benchmark: PathLike | None = None,
    benchmark_cell: str | None = None,
    items: bool = False,
    beside: Table | None = None,
    progress: Callable[[int], None] | None = None,
) -> Analysis:
    """Score the organisations in one or more survey exports.

    `surveys` are paths of exports in any format that is known; several are taken together as one.
    `instrument` is an id, a path, an `Instrument`, or None to recognise it from the columns. The
    options named after columns take a column's name; answers that are not understood stop the run,
    or with `invalid="missing"` are counted as missing. Scores of fewer than `min_respondents` are
    suppressed. `population` is a file of margins (variable, value, count, and organisation where
    they differ) to weight respondents to, with weights of at most `trim` times their median unless
    that is 0; `headcount` one of how many staff there are. With the `interval` "bootstrap"
    respondents are drawn so many times (`draws`), by random numbers from `seed`, for BCa intervals.
    `mapping` is a file that says what columns are, `definition` the questionnaire as its platform
    stores it; `answers` says whether cells are codes or the texts of options, where that cannot be
    told. Previews and tests are set aside, and so are responses that were not submitted unless
    `keep_unfinished`. Unless the `gate` is off, scores have the status `caution` where the
    respondents of the organisation agree too little, by these `cuts`. `bands` are names and
    beginnings of bands, as in `"basic=0,good=60"`; quarters if not given. `benchmark` is a folder
    of norms to put each organisation beside, `benchmark_cell` which of them, such as
    `sector=health`. With `items` there is a table of how the answers to each item are spread.
    What is hidden in a table `beside` of the same cells is hidden here, too.
    `progress` is called with the number of rows as they are read.

    Raises `vested.errors.VestedError`, with a message and a hint, for whatever the user can mend.

    >>> import vested
    >>> vested.analyse("no-such-file.csv")
    Traceback (most recent call last):
    vested.errors.InputError: no-such-file.csv does not exist (check the path and the spelling...
    """
    said = dict(locals())
    paths = [surveys] if isinstance(surveys, str | Path | Part) else list(surveys)
    groups = (group,) if isinstance(group, str) else tuple(group)
    banding = bands_from(bands) if bands is not None else Bands()
    check_common(paths, groups, min_respondents, confidence, _of_two(said))
    drawn = _drawing(interval, draws, seed, weighted=bool(weight or population))
    against = _yardstick(benchmark, benchmark_cell, wave is not None, groups)
    mapped = read_mapping(mapping) if mapping is not None else None
    given = population, trim, headcount
    staff = population_of(*given, weighted=weight is not None, wave=wave, groups=groups)
    roles = Roles(organisation, respondent, wave, groups, weight, strata=staff.variables)
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        roles,
        invalid == "missing",
        progress,
        mapped,
        definition,
        answers,
        keep_unfinished,
        _gather(drawn, gate == "on" or items),
        staff.weighing,
    )
    chosen, reduction, inputs, notes, _ = reading.at_once() or reading.with_care()
    from vested.analysis.disclosure.account import disclosure_table
    from vested.analysis.gate import Cuts  # these were imported while the rows were read
    from vested.analysis.result import Analysis
    from vested.analysis.scores import scored

    cuts = cuts or Cuts()
    dimensions = (*(["wave"] if wave else []), *(plain_name(name) for name in groups))
    found = scored(
        reduction,
        chosen,
        minimum=min_respondents,
        confidence=confidence,
        dimensions=dimensions,
        cautions=_cautions(reduction, chosen, min_respondents, cuts) if gate == "on" else None,
        bands=banding,
        beside=beside,
    )
    _refuse_if_all_hidden(found, reduction, min_respondents)
    shown, weighting, more = staff.beside(found.table, chosen, min_respondents, confidence)
    notes = (*notes, *more)
    if drawn:
        shown, note = drawn.beside(shown, dimensions, confidence)
        notes = (*notes, note)
    options = {**_recorded(said, cuts), **(drawn.options if drawn else {}), "bands": str(banding)}
    notes = (*notes, *_notes(reduction, chosen, judged=gate == "on"))
    tables = _tables(shown, weighting, reduction, chosen, min_respondents if items else None)
    made = Analysis(
        chosen, tables, versions("analyse", chosen, options), inputs, notes,
        disclosure_table(found, chosen), found.protected,
    )  # fmt: skip
    return against.beside(made) if against else made


def _of_two(said: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, str]]]:
    """The options that are one of two words, and which these are."""
    known = {"invalid": ("stop", "missing"), "gate": ("on", "off"), "interval": ("t", "bootstrap")}
    return {name: (said[name], words) for name, words in known.items()}


def _recorded(said: Mapping[str, Any], cuts: Cuts) -> dict[str, Any]:
    """The options as a recipe has them: files by their hash."""
    group, judged = said["group"], said["gate"] == "on"
    return {
        **{name: said[name] for name in _OPTIONS},
        **{name: digest(said[name]) for name in _FILES},
        "group": [group] if isinstance(group, str) else list(group),
        "cuts": {name: getattr(cuts, name) for name in cuts.__slots__} if judged else None,
    }


def _tables(
    scored: ResultTable,
    weighting: ResultTable | None,
    reduction: Reduction,
    instrument: Instrument,
    minimum: int | None,
) -> dict[str, ResultTable]:
    """The tables of an analysis by name; answers to items only with a minimum for them."""
    from vested.analysis.ledger import ledger
    from vested.analysis.technology import technology

    made = [scored, weighting, ledger(reduction), technology(reduction, instrument)]
    if minimum is not None:
        from vested.analysis.reports.answers import answers_table

        made.append(answers_table(reduction, instrument, scored, minimum))
    return {table.name: table for table in made if table is not None}


def _drawing(interval: str, draws: int, seed: int, *, weighted: bool) -> Drawing | None:
    """How respondents are drawn, where they are."""
    if interval == "t":
        return None
    if weighted:
        raise UsageError(
            "--interval bootstrap draws respondents alike, and weights make them unlike",
            "leave out --weight and --population, or keep --interval t",
        )
    from vested.analysis.intervals import drawing

    return drawing(interval, draws, seed)


def _gather(drawn: Drawing | None, spread: bool) -> Gather | None:
    """What is gathered beside the scores: how answers spread, and each respondent to be drawn."""
    if drawn:
        return Gather("spread", leave_out=drawn.keep)
    return Gather("spread") if spread else None


def _notes(reduction: Reduction, instrument: Instrument, *, judged: bool) -> Iterator[str]:
    """What was not worked out."""
    from vested.analysis.gate import not_judged
    from vested.analysis.standing.standing import unranked

    if reduction.tallies and judged:
        yield from not_judged(reduction.tallies, instrument)
    yield from unranked(reduction.cells)


def _yardstick(
    folder: PathLike | None, cell: str | None, wave: bool, groups: Sequence[str]
) -> Yardstick | None:
    """The norms to compare with, where there are any."""
    if folder is None:
        if cell is not None:
            raise UsageError("--benchmark-cell without --benchmark", "name the folder of the norms")
        return None
    from vested.analysis.benchmark.comparison import yardstick

    return yardstick(folder, cell, wave=wave, groups=groups)


def _cautions(
    reduction: Reduction, instrument: Instrument, minimum: int, cuts: Cuts
) -> NDArray[np.bool_] | None:
    """Where scores are to be shown with caution, outputs x cells; None where nothing is known."""
    import numpy as np

    from vested.analysis.gate import judge, levels

    if reduction.tallies is None:
        return None
    cells = [[at] for at in range(len(reduction.cells))]
    # Without the F test: what is said of one organisation may not depend on the others.
    known = levels(judge(reduction.tallies, cells, minimum, {}, cuts), instrument, len(cells))
    return np.array([known[output.measure.id] for output in instrument.outputs]) > 0


def check_common(
    paths: Sequence[Survey],
    groups: Sequence[str],
    min_respondents: int,
    confidence: float,
    words: Mapping[str, tuple[str, tuple[str, str]]],
    groups_by: str = "group",
) -> None:
    """Refuse options that no survey could make sense of; `words` are those with two values.

    `groups_by` is the option that names the groups.
    """
    if not paths:
        raise UsageError("no survey is named", "give at least one file, or - for standard input")
    seen: set[str] = set()
    for path in paths:
        if (place := _real(path)) in seen:
            raise UsageError(f"{path} is named twice", "each row would count twice")
        seen.add(place)
    if min_respondents < 1:
        raise UsageError(
            f"--min-respondents {min_respondents} is below 1",
            "1 hides nothing, 10 is the usual minimum",
        )
    if not 0.5 <= confidence < 1:
        raise UsageError(f"--confidence {confidence} is not between 0.5 and 1", "for example 0.95")
    for option, (word, known) in words.items():
        if word not in known:
            raise UsageError(f"--{option} {word!r} is unknown", f"it is {known[0]} or {known[1]}")
    _check_groups(groups, groups_by)


def _check_groups(groups: Sequence[str], option: str) -> None:
    names = [plain_name(name) for name in groups]
    if len(set(names)) != len(names):
        raise UsageError(f"a column is named twice with --{option}", "name each once")
    for name in names:
        if name in RESERVED:
            raise UsageError(
                f"--{option} {name}: the table of scores has a column of that name",
                "use --wave for waves, or rename the column in the file",
            )


def _real(path: Survey) -> str:
    """Where a path leads, links followed; as it stands where that cannot be told."""
    try:
        return str(Path(path).resolve())
    except (OSError, ValueError, RuntimeError):
        return str(path)


def digest(path: PathLike | None) -> str | None:
    """The SHA-256 of a file that says how to read the surveys."""
    return sha256(Path(path).read_bytes()).hexdigest() if path is not None else None


def plain_name(name: str) -> str:
    """The name of a column as it stands in results: without white space around and in rows."""
    return " ".join(name.split())


class EveryScoreHiddenError(InputError):
    """There is nothing to show; what it was protected with says why."""

    def __init__(self, message: str, hint: str, protected: Sequence[Table]) -> None:
        super().__init__(message, hint)
        self.protected = protected


def _refuse_if_all_hidden(found: Scored, reduction: Reduction, minimum: int) -> None:
    if (found.table.frame["status"] != "suppressed").any():
        return
    organisations = len({key[0] for key in reduction.cells})
    dominated = "one or two weights that dominate, " if reduction.weighted else ""
    if minimum == 1:
        raise InputError(
            "no measure can be scored: no respondent answered enough of its items",
            "a facet needs half of its items, an index 60 % of its measures",
        )
    raise EveryScoreHiddenError(
        f"every score would be suppressed: fewer than {minimum} respondents, all of them alike, "
        f"{dominated}or hidden to protect such a score, in {'all ' if organisations > 1 else ''}"
        f"{organisations} organisation{'s' if organisations > 1 else ''}",
        "designs with a few key informants per organisation use --min-respondents 1, "
        "where each score rests on what very few people said",
        found.protected,
    )


def versions(command: str, instrument: Instrument, options: Mapping[str, Any]) -> dict[str, Any]:
    """What, with the same data, gives the same bytes again."""
    from importlib.metadata import version

    return {
        "vested": vested.__version__,
        "command": command,
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
