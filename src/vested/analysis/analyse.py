"""The main job: from exports to scores per organisation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import vested
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
    from vested.analysis.result import Analysis
    from vested.analysis.scores import Scored
    from vested.survey.reduction import Reduction
    from vested.table import ResultTable

RESERVED = (
    *("organisation", "wave", "measure", "kind", "respondents", "score", "sd", "se"),
    *("ci_low", "ci_high", "status", "n_effective"),
)


def analyse(
    surveys: Survey | Sequence[Survey],
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
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
    gate: Literal["on", "off"] = "on",
    cuts: Cuts | None = None,
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
    suppressed. `mapping` is a file that says what columns are, `definition` the questionnaire as
    its platform stores it; `answers` says whether cells are codes or the texts of options, where
    that cannot be told. Previews and tests are set aside, and so are responses that were not
    submitted unless `keep_unfinished`. Unless the `gate` is off, scores have the status `caution`
    where the respondents of the organisation agree too little, by these `cuts`. `benchmark` is a
    folder of norms to put each organisation beside, `benchmark_cell` which of them, such as
    `sector=health`. With `items` there is a table of how the answers to each item are spread.
    What is hidden in a table `beside` of the same cells is hidden here, too.
    `progress` is called with the number of rows as they are read.

    Raises `vested.errors.VestedError`, with a message and a hint, for whatever the user can mend.

    >>> import vested
    >>> vested.analyse("no-such-file.csv")
    Traceback (most recent call last):
    vested.errors.InputError: no-such-file.csv does not exist (check the path and the spelling...
    """
    paths = [surveys] if isinstance(surveys, str | Path | Part) else list(surveys)
    groups = (group,) if isinstance(group, str) else tuple(group)
    words = {"invalid": (invalid, ("stop", "missing")), "gate": (gate, ("on", "off"))}
    check_common(paths, groups, min_respondents, confidence, words)
    against = _yardstick(benchmark, benchmark_cell, wave is not None, groups)
    mapped = read_mapping(mapping) if mapping is not None else None
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        Roles(organisation, respondent, wave, groups, weight),
        invalid == "missing",
        progress,
        mapped,
        definition,
        answers,
        keep_unfinished,
        Gather("spread") if gate == "on" or items else None,
    )
    chosen, reduction, inputs, notes, _ = reading.at_once() or reading.with_care()
    # These were imported while the rows were read.
    from vested.analysis.disclosure.account import disclosure_table
    from vested.analysis.gate import Cuts, not_judged
    from vested.analysis.result import Analysis
    from vested.analysis.scores import scored

    cuts = cuts or Cuts()
    dimensions = (*(["wave"] if wave else []), *(plain_name(name) for name in groups))
    cautions = _cautions(reduction, chosen, min_respondents, cuts) if gate == "on" else None
    found = scored(
        reduction, chosen, minimum=min_respondents, confidence=confidence, dimensions=dimensions,
        cautions=cautions, beside=beside,
    )  # fmt: skip
    _refuse_if_all_hidden(found, reduction, min_respondents)
    tables = _tables(found.table, reduction, chosen, min_respondents if items else None)
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
        "mapping": digest(mapping),
        "definition": digest(definition),
        "answers": answers,
        "keep_unfinished": keep_unfinished,
        "gate": gate,
        "cuts": {name: getattr(cuts, name) for name in cuts.__slots__} if gate == "on" else None,
        "items": items,
    }
    if reduction.tallies and gate == "on":
        notes = (*notes, *not_judged(reduction.tallies, chosen))
    recipe, why = versions("analyse", chosen, options), disclosure_table(found, chosen)
    analysis = Analysis(chosen, tables, recipe, inputs, notes, why, found.protected)
    return against.beside(analysis) if against else analysis


def _tables(
    scored: ResultTable, reduction: Reduction, instrument: Instrument, minimum: int | None
) -> dict[str, ResultTable]:
    """The tables of an analysis by name; answers to items only with a minimum for them."""
    from vested.analysis.ledger import ledger
    from vested.analysis.technology import technology

    made = [scored, ledger(reduction), technology(reduction, instrument)]
    if minimum is not None:
        from vested.analysis.reports.answers import answers_table

        made.append(answers_table(reduction, instrument, scored, minimum))
    return {table.name: table for table in made if table is not None}


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
) -> None:
    """Refuse options that no survey could make sense of; `words` are those with two values."""
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
    _check_groups(groups)


def _check_groups(groups: Sequence[str]) -> None:
    names = [plain_name(name) for name in groups]
    if len(set(names)) != len(names):
        raise UsageError("a column is named twice with --group", "name each once")
    for name in names:
        if name in RESERVED:
            raise UsageError(
                f"--group {name}: the table of scores has a column of that name",
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
    if minimum == 1:
        raise InputError(
            "no measure can be scored: no respondent answered enough of its items",
            "a facet needs half of its items, an index 60 % of its measures",
        )
    raise EveryScoreHiddenError(
        f"every score would be suppressed: fewer than {minimum} respondents, all of them alike, or "
        f"hidden to protect such a score, in {'all ' if organisations > 1 else ''}{organisations} "
        f"organisation{'s' if organisations > 1 else ''}",
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
