"""All that a report rests on: scores, evidence, change, and interviews where there are some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from vested.analysis.analyse import EveryScoreHiddenError, analyse, digest
from vested.analysis.compare import compare
from vested.analysis.compare.change import change_table
from vested.analysis.consolidate import Consolidation, consolidate
from vested.analysis.disclosure.account import disclosure_of_all
from vested.analysis.disclosure.tables import Table
from vested.analysis.evidence import Evidence, evidence
from vested.analysis.gate import Cuts
from vested.analysis.interviews import Interviews
from vested.analysis.reports.overview import overview_table
from vested.analysis.reports.points import points_table
from vested.analysis.result import Analysis
from vested.analysis.scores import SUPPRESSED
from vested.analysis.surveys import PathLike, Survey
from vested.errors import InputError
from vested.model import Instrument
from vested.table import ResultTable

_ONLY_SCORES = (
    *("weight", "population", "trim", "headcount", "gate", "bands", "benchmark", "benchmark_cell"),
    *("interval", "draws", "seed"),
)
"""Options of `analyse` that say nothing to `evidence`."""
_OF_COMPARE = (
    *("instrument", "organisation", "respondent", "min_respondents", "confidence", "invalid"),
    *("encoding", "mapping", "definition", "answers", "keep_unfinished"),
    *("weight", "population", "trim"),
)
"""Options of `analyse` that mean the same to `compare`."""


@dataclass(frozen=True, slots=True)
class Report:
    """Result tables by name, and the results that they come from."""

    analysis: Analysis
    """The scores of organisations as wholes, waves together."""
    evidence: Evidence | None
    """None where the instrument has no facets, or too few respondents answered."""
    waves: Analysis | None
    """The scores per wave, where waves are told apart."""
    groups: Analysis | None
    """The scores per group, where groups are."""
    consolidation: Consolidation | None
    tables: Mapping[str, ResultTable]
    recipe: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def instrument(self) -> Instrument:
        return self.analysis.instrument

    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]:
        return self.consolidation.inputs if self.consolidation else self.analysis.inputs

    @property
    def disclosure(self) -> ResultTable:
        """Which scores are hidden and why, of the whole, the waves and the groups."""
        parts = [each for each in (self.analysis, self.waves, self.groups) if each is not None]
        return disclosure_of_all([part.disclosure for part in parts])

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "scores"

    @property
    def ledger_line(self) -> str:
        return self.analysis.ledger_line


def report(
    surveys: Survey | Sequence[Survey],
    *,
    wave: str | None = None,
    group: str | Sequence[str] = (),
    cuts: Cuts | None = None,
    interviews: Interviews | None = None,
    literature: PathLike | None = None,
    progress: Callable[[int], None] | None = None,
    **options: Any,
) -> Report:
    """Score surveys and gather what a report of them says: see `vested.analyse` for the options.

    Organisations are scored as wholes; with a `wave` also each wave, with the change between them,
    and with a `group` each group. With `interviews` both strands are joined. Raises `VestedError`,
    with a message and a hint, for whatever the user can mend.
    """
    # Headcounts are of whole organisations, and of one wave at a time.
    staff = {"headcount": options.pop("headcount", None)}
    whole = staff if wave is None else {}
    first = analyse(surveys, items=True, cuts=cuts, progress=progress, **whole, **options)
    again = {**options, "instrument": first.instrument}
    notes = list(first.notes)
    if wave is not None:
        notes = [note for note in notes if "has a column wave" not in note]
    judged = _evidence(surveys, cuts, again)
    by_wave = by_group = None
    if wave is not None and group:
        by_wave, by_group = _together(surveys, {**again, "wave": wave, "group": group})
    waves = groups = None
    if wave is not None:
        waves = _parts(surveys, cuts, {**again, **staff, "wave": wave, "beside": by_wave}, notes)
    if group:
        groups = _parts(surveys, cuts, {**again, "group": group, "beside": by_group}, notes)
    joined = consolidate(first, interviews, literature) if interviews is not None else None
    made = [
        *first.tables.values(),
        overview_table(first),
        points_table(first.tables["scores"], first.instrument, first.tables.get("benchmark")),
    ]
    if waves is not None:
        made.append(replace(waves.tables["scores"], name="waves", title="Scores per wave"))
        made.append(_change(surveys, waves, wave, again))
    if groups is not None:
        made.append(replace(groups.tables["scores"], name="groups", title="Scores per group"))
    if joined is not None:
        made += joined.tables.values()
    if judged is not None:
        wanted = ("reliability", "agreement", "aggregation", "quality")
        made += [judged.tables[name] for name in wanted if name in judged.tables]
    recipe = dict(first.recipe)
    named = [group] if isinstance(group, str) else list(group)
    recipe["options"] = {**first.recipe["options"], "wave": wave, "group": named}
    recipe["options"]["headcount"] = digest(staff["headcount"])
    if joined is not None:
        recipe["options"]["interviews"] = joined.interviews.recipe["options"]
        recipe["options"]["literature"] = joined.recipe["options"]["literature"]
    tables = {table.name: table for table in made}
    return Report(first, judged, waves, groups, joined, tables, recipe, tuple(notes))


def _change(
    surveys: Survey | Sequence[Survey],
    waves: Analysis,
    wave: str | None,
    options: Mapping[str, Any],
) -> ResultTable:
    """The change between waves; with a column of respondents those who answered twice are linked.

    `vested compare` then looks at the respondents, and of its table the changes between scores that
    are shown here are left: groups may hide some that it would show.
    """
    if options.get("respondent") is None:
        return change_table(waves.scores, options.get("confidence", 0.95))
    known = {name: options[name] for name in _OF_COMPARE if name in options}
    table = compare(surveys, wave=wave, **known).tables["change"]
    shown = waves.scores.filter(pl.col("status") != SUPPRESSED)
    frame = table.frame
    for column in ("wave", "next_wave"):
        on = ["organisation", "measure", column]
        keys = shown.select("organisation", "measure", pl.col("wave").alias(column))
        frame = frame.join(keys, on=on, how="semi", maintain_order="left")
    return replace(table, frame=frame)


def _evidence(
    surveys: Survey | Sequence[Survey], cuts: Cuts | None, options: Mapping[str, Any]
) -> Evidence | None:
    known = {name: value for name, value in options.items() if name not in _ONLY_SCORES}
    try:
        return evidence(surveys, cuts=cuts, structure=False, quality=True, **known)
    except InputError:
        return None  # the scores could be read, so this is too little to judge, not a bad file


def _together(
    surveys: Survey | Sequence[Survey], options: Mapping[str, Any]
) -> tuple[Table, Table]:
    """What must be hidden of the waves and of the groups, where both are shown."""
    known = {name: value for name, value in options.items() if not name.startswith("benchmark")}
    try:
        protected = analyse(surveys, **{**known, "gate": "off"}).protected
    except EveryScoreHiddenError as error:
        protected = error.protected
    tables = {table.columns: table for table in protected}
    columns = protected[-1].columns
    return tables[columns[:1]], tables[columns[1:]]


def _parts(
    surveys: Survey | Sequence[Survey],
    cuts: Cuts | None,
    options: Mapping[str, Any],
    notes: list[str],
) -> Analysis | None:
    """The scores per wave or group; None, with a note, where all of them must be hidden."""
    known = {name: value for name, value in options.items() if not name.startswith("benchmark")}
    try:
        return analyse(surveys, cuts=cuts, **known)
    except EveryScoreHiddenError:
        what = "wave" if "wave" in options else "group"
        notes.append(f"no score of a single {what} can be shown; they are scored together.")
        return None
