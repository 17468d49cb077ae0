"""May these answers be averaged, and how well do they measure?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from vested.analysis.analyse import check_common, digest, plain_name, versions
from vested.analysis.evidence.aggregation import aggregation_table, anovas, components_table
from vested.analysis.evidence.agreement import (
    agreement_table,
    gate_table,
    judged,
    summary_table,
)
from vested.analysis.evidence.comparison import comparison_table
from vested.analysis.evidence.findings import findings
from vested.analysis.evidence.items import items_table, reasons_table
from vested.analysis.evidence.models import invariance_table, model_tables
from vested.analysis.evidence.protection import Moments, closed_items, shown_of
from vested.analysis.evidence.reliability import reliability_table, weights_table
from vested.analysis.evidence.responses import differential_table, graded_table
from vested.analysis.evidence.screening import Screen, quality_table, screening_table
from vested.analysis.evidence.structure import Factoring, structure_tables
from vested.analysis.gate import Cuts, not_judged
from vested.analysis.ledger import in_one_line, ledger
from vested.analysis.surveys import Gather, PathLike, Reading, Survey, Surveys
from vested.errors import InputError, UsageError, did_you_mean
from vested.formats import Part
from vested.model import Instrument
from vested.stats.agreement import NULLS
from vested.survey.mapping import read_mapping
from vested.survey.reading import TOO_SMALL
from vested.survey.roles import Roles
from vested.table import ResultTable

Missing = Literal["pairwise", "listwise"]
TABLES = (
    *("quality", "comparison", "items", "missing", "reliability", "weights", "agreement", "gate"),
    *("agreed", "aggregation", "components", "suitability", "eigenvalues", "loadings", "models"),
    *("model_loadings", "discriminant", "invariance", "graded", "differential", "ledger"),
)
"""All that there can be, in their order; some are there only where asked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Result tables by name, those of `TABLES` that were asked for.

    `evidence.items` and so on are Polars frames.
    """

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    findings: tuple[str, ...]
    """What a reviewer would ask about first, in sentences."""
    recipe: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    """The files that were read: name, SHA-256, bytes."""
    notes: tuple[str, ...]
    screening: ResultTable | None = None
    """One row per respondent, where asked for: personal data, and none of the tables."""

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "reliability"

    @property
    def items(self) -> pl.DataFrame:
        return self.tables["items"].frame

    @property
    def reliability(self) -> pl.DataFrame:
        return self.tables["reliability"].frame

    @property
    def agreement(self) -> pl.DataFrame:
        return self.tables["agreement"].frame

    @property
    def gate(self) -> pl.DataFrame:
        return self.tables["gate"].frame

    @property
    def aggregation(self) -> pl.DataFrame:
        return self.tables["aggregation"].frame

    @property
    def ledger_line(self) -> str:
        return in_one_line(self.tables["ledger"].frame)

    @property
    def answer(self) -> str:
        """One sentence: for how many of the organisations' scores the gate is open."""
        gates = self.gate
        headlines = [output.id for output in self.instrument.headlines]
        counts = dict(
            gates.filter(pl.col("measure").is_in(headlines))["gate"].value_counts().rows()
        )
        organisations = gates["organisation"].n_unique()
        scores = sum(counts.values())
        return (
            f"Of the {scores:,} headline score{'s' if scores != 1 else ''} of {organisations:,} "
            f"organisation{'s' if organisations != 1 else ''}, {counts.get('publish', 0):,} may be "
            f"published, {counts.get('caution', 0):,} with caution, and "
            f"{counts.get('do not aggregate', 0):,} should not be made of these answers."
        )


def evidence(
    surveys: Survey | Sequence[Survey],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    group: str | Sequence[str] = (),
    min_respondents: int = 10,
    confidence: float = 0.95,
    missing: Missing = "pairwise",
    cuts: Cuts | None = None,
    nulls: Sequence[str] = (),
    reml: bool = False,
    structure: bool = True,
    factoring: Factoring | None = None,
    responses: bool = False,
    quality: bool = False,
    screening: bool = False,
    exclude_flagged: int | None = None,
    duration: str | None = None,
    instructed: Mapping[str, str] | None = None,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Evidence:
    """Find out whether answers may be averaged per organisation, and how well they measure.

    The options that `vested.analyse` has mean the same here; organisations are judged as wholes,
    and a `wave` or a `group` says between whom invariance is tested. `missing` says whether
    covariances rest on those who answered both items or all of a facet, `cuts` where the gate
    closes, `nulls` under which further distributions rWG is wanted. `reml` adds variance
    components; without `structure` there are no factors and models; `factoring` says how factors
    are found. `responses` adds the graded response model of each facet and, over waves and groups,
    differential item functioning. `quality` looks at how carefully each respondent answered,
    `screening` keeps that table too, and `exclude_flagged` leaves out who has so many independent
    flags or more: then results with and without stand side by side. Raises `VestedError`, with a
    message and a hint, for whatever the user can mend.
    """
    paths = [surveys] if isinstance(surveys, str | Path | Part) else list(surveys)
    groups = (group,) if isinstance(group, str) else tuple(group)
    words = {
        "invalid": (invalid, ("stop", "missing")),
        "missing": (missing, ("pairwise", "listwise")),
    }
    check_common(paths, groups, min_respondents, confidence, words)
    wanted = Wanted(
        min_respondents, confidence, missing, cuts or Cuts(), _nulls(nulls), reml, structure,
        factoring or Factoring(), responses, exclude_flagged,
    )  # fmt: skip
    _check(wanted)
    mapped = read_mapping(mapping) if mapping is not None else None
    checks = tuple((instructed or {}).items())
    screen = None
    if quality or screening or exclude_flagged is not None:
        screen = Screen(exclude_flagged, by_respondent=screening)
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        Roles(organisation, respondent, wave, groups, None, duration, checks),
        invalid == "missing",
        progress,
        mapped,
        definition,
        answers,
        keep_unfinished,
        _gather(wanted, screen),
    )
    read = reading.at_once() or reading.with_care()
    dimensions = (*([wave] if wave else []), *(plain_name(name) for name in groups))
    tables = _tables(read, wanted, dimensions, screen)
    options = {
        **asdict(wanted),
        "organisation": organisation,
        "respondent": respondent,
        "wave": wave,
        "group": list(groups),
        "screens": asdict(screen.cuts) if screen else None,
        "duration": duration,
        "instructed": dict(checks),
        "invalid": invalid,
        "encoding": encoding,
        "mapping": digest(mapping),
        "definition": digest(definition),
        "answers": answers,
        "keep_unfinished": keep_unfinished,
    }
    return Evidence(
        read.instrument,
        tables,
        tuple(findings(tables, read.instrument)),
        versions("evidence", read.instrument, options),
        read.inputs,
        _notes(read, tables),
        screening_table(screen) if screen and screening else None,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be worked out, and how."""

    min_respondents: int
    confidence: float
    missing: Missing
    cuts: Cuts
    nulls: tuple[str, ...]
    reml: bool
    structure: bool
    factoring: Factoring
    responses: bool
    exclude_flagged: int | None


def _gather(wanted: Wanted, screen: Screen | None) -> Gather:
    # Pairs of items of different facets are what factors and synonyms rest on.
    depth: Literal["items", "facets"] = "items" if wanted.structure or screen else "facets"
    ordinal = wanted.factoring.ordinal
    return Gather(depth, ordinal, wanted.responses, screen, wanted.min_respondents)


def _notes(read: Surveys, tables: Mapping[str, ResultTable]) -> tuple[str, ...]:
    notes = list(read.notes)
    items = tables["items"].frame.filter(pl.col("mean").is_null() & (pl.col("respondents") > 0))
    if items.height:
        names = items["item"].unique(maintain_order=True).to_list()
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        notes.append(
            f"{', '.join(names[:8])}{more}: how answers are spread is not told, for beside the "
            "scores it would show what a few said, or what all of them did."
        )
    if read.reduction.tallies:
        notes += not_judged(read.reduction.tallies, read.instrument)
    if read.reduction.rows_aside[TOO_SMALL]:
        notes.append(
            "the respondents of organisations below the minimum are left out of everything: they "
            "are so few that numbers on all together would show what they said."
        )
    return tuple(notes)


def _nulls(given: Sequence[str]) -> tuple[str, ...]:
    """The further nulls that are wanted, each once, in the order of their list."""
    for name in given:
        if name not in (*NULLS, "all"):
            raise UsageError(
                f"--null {name!r} is unknown",
                did_you_mean(name, NULLS, f"known: {', '.join(NULLS)}"),
            )
    shown = ("uniform", "slight-skew")
    return tuple(name for name in NULLS if name not in shown and (name in given or "all" in given))


def _check(wanted: Wanted) -> None:
    exclude, factoring = wanted.exclude_flagged, wanted.factoring
    if exclude is not None and exclude < 2:
        raise UsageError(
            f"--exclude-flagged {exclude}: one flag is no reason to leave anyone out",
            "two independent flags or more, for no single sign of carelessness is reliable",
        )
    if factoring.factors is not None and factoring.factors < 1:
        raise UsageError("--factors must be 1 or more", "leave it out to take as many as are found")
    words = (
        ("extraction", factoring.extraction, ("minres", "ml")),
        ("rotation", factoring.rotation, ("oblimin", "varimax")),
    )
    for option, word, known in words:
        if word not in known:
            raise UsageError(f"--{option} {word!r} is unknown", f"it is {known[0]} or {known[1]}")


def _counted(respondents: int) -> str:
    return f"{respondents:,} respondent{'s' if respondents != 1 else ''}"


def _tables(
    read: Surveys, wanted: Wanted, dimensions: Sequence[str], screen: Screen | None
) -> dict[str, ResultTable]:
    """All tables that are wanted, by name, in the order of `TABLES`."""
    reduction = read.without or read.reduction
    instrument, tallies = read.instrument, reduction.tallies
    minimum, missing = wanted.min_respondents, wanted.missing
    if tallies is None or not tallies.facets:
        raise InputError(
            f"{instrument.id} has no facet to judge",
            "evidence is about facets: measures of several items on one scale",
        )
    if reduction.rows_used < minimum:
        raise InputError(
            f"{_counted(reduction.rows_used)} in all, fewer than {minimum}",
            "--min-respondents 1 shows what so few people said",
        )
    shown = shown_of(read.reduction, instrument, minimum, wanted.confidence)
    moments = Moments(reduction, shown)
    found = anovas(Moments(reduction, shown, enough=True), instrument)
    p_values = {name: table.p for name, table in found.items()}
    of_organisations = judged(
        reduction, tallies, instrument, minimum=minimum, cuts=wanted.cuts, p_values=p_values,
        shown=shown,
    )  # fmt: skip
    gates = gate_table(of_organisations, instrument)
    closed = closed_items(shown, read.reduction, reduction, instrument) if minimum > 1 else None
    made = [
        items_table(tallies, missing, reduction.rows_used, closed),
        reasons_table(tallies, instrument),
        reliability_table(tallies, moments, instrument, missing, wanted.confidence),
        weights_table(moments, instrument),
        agreement_table(of_organisations, tallies, gates.frame, wanted.nulls),
        gates,
        summary_table(gates.frame, of_organisations, instrument),
        aggregation_table(found, wanted.confidence),
        ledger(reduction),
    ]
    if wanted.reml:
        made.append(components_table(moments, instrument))
    if wanted.structure:
        made += structure_tables(tallies, missing, wanted.factoring)
        made += model_tables(tallies, missing)
    if wanted.structure and dimensions:
        made.append(invariance_table(tallies, dimensions, missing, minimum))
    if wanted.responses:
        made.append(graded_table(tallies))
    if wanted.responses and dimensions:
        made.append(differential_table(tallies, dimensions, minimum))
    if screen:
        made.append(quality_table(screen))
    if wanted.exclude_flagged is not None:
        made.append(comparison_table(read.reduction, reduction, instrument, shown, missing))
    by_name = {table.name: table for table in made}
    return {name: by_name[name] for name in TABLES if name in by_name}
