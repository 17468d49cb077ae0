"""May these answers be averaged, and how well do they measure?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from vested.analysis.evidence.aggregation import aggregation_table, anovas
from vested.analysis.evidence.agreement import agreement_table
from vested.analysis.gate import Cuts
from vested.analysis.evidence.items import items_table, reasons_table
from vested.analysis.evidence.reliability import reliability_table, weights_table
from vested.analysis.ledger import in_one_line, ledger
from vested.analysis.surveys import Gather, PathLike, Reading
from vested.errors import InputError, UsageError
from vested.model import Instrument, in_language
from vested.survey.mapping import read_mapping
from vested.survey.reduction import Reduction
from vested.survey.roles import Roles
from vested.survey.tallies import Tallies
from vested.table import ResultTable

Missing = Literal["pairwise", "listwise"]
TABLES = ("items", "missing", "reliability", "weights", "agreement", "aggregation", "ledger")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Result tables by name: items, missing, reliability, weights, agreement, aggregation, ledger.

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
    def aggregation(self) -> pl.DataFrame:
        return self.tables["aggregation"].frame

    @property
    def ledger_line(self) -> str:
        return in_one_line(self.tables["ledger"].frame)

    @property
    def answer(self) -> str:
        """One sentence: for how many of the organisations' facets the gate is open."""
        gates = self.agreement["gate"].value_counts().rows()
        counts = {gate: count for gate, count in gates}
        total = self.agreement.height
        return (
            f"Of {total:,} means of a facet in an organisation, {counts.get('publish', 0):,} may "
            f"be published, {counts.get('caution', 0):,} with caution, and "
            f"{counts.get('do not aggregate', 0):,} should not be made of these answers."
        )


def evidence(
    surveys: PathLike | Sequence[PathLike],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    min_respondents: int = 10,
    confidence: float = 0.95,
    missing: Missing = "pairwise",
    cuts: Cuts | None = None,
    invalid: Literal["stop", "missing"] = "stop",
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
) -> Evidence:
    """Find out whether answers may be averaged per organisation, and how well they measure.

    The options are those of `vested.analyse`; `missing` says whether covariances rest on those who
    answered both items or all of a facet, `cuts` where the gate closes. Raises `VestedError`, with
    a message and a hint, for whatever the user can mend.
    """
    if missing not in ("pairwise", "listwise"):
        raise UsageError(f"--missing {missing!r} is unknown", "it is pairwise or listwise")
    if not 0.5 <= confidence < 1:
        raise UsageError(f"--confidence {confidence} is not between 0.5 and 1", "for example 0.95")
    paths = [surveys] if isinstance(surveys, str | Path) else list(surveys)
    mapped = read_mapping(mapping) if mapping is not None else None
    reading = Reading(
        paths,
        instrument if instrument is not None or mapped is None else mapped.instrument,
        encoding,
        Roles(organisation),
        invalid == "missing",
        None,
        mapped,
        definition,
        answers,
        keep_unfinished,
        gather=Gather("items"),
    )
    chosen, reduction, inputs, notes, _ = reading.at_once() or reading.with_care()
    tallies = reduction.tallies
    if tallies is None or not tallies.facets:
        raise InputError(
            f"{chosen.id} has no facet to judge",
            "evidence is about facets: measures of several items on one scale",
        )
    if reduction.rows_used < min_respondents:
        raise InputError(
            f"{reduction.rows_used} respondents in all are fewer than {min_respondents}",
            "--min-respondents 1 shows what so few people said",
        )
    cuts = cuts or Cuts()
    options = {
        "organisation": organisation,
        "min_respondents": min_respondents,
        "confidence": confidence,
        "missing": missing,
        "invalid": invalid,
        "answers": answers,
        "keep_unfinished": keep_unfinished,
        "cuts": {name: getattr(cuts, name) for name in cuts.__slots__},
    }
    tables = _tables(reduction, tallies, chosen, min_respondents, confidence, missing, cuts)
    recipe = {
        "instrument": {"id": chosen.id, "version": chosen.version, "sha256": chosen.digest},
        "options": options,
    }
    return Evidence(chosen, tables, tuple(_findings(tables, chosen)), recipe, inputs, notes)


def _tables(
    reduction: Reduction,
    tallies: Tallies,
    instrument: Instrument,
    minimum: int,
    confidence: float,
    missing: str,
    cuts: Cuts,
) -> dict[str, ResultTable]:
    found = anovas(reduction, instrument)
    p_values = {name: table.p for name, table in found.items()}
    tables = (
        items_table(tallies, missing, reduction.rows_used),
        reasons_table(tallies, instrument),
        reliability_table(tallies, reduction, instrument, missing, confidence),
        weights_table(reduction, instrument),
        agreement_table(tallies, reduction.cells, minimum=minimum, cuts=cuts, p_values=p_values),
        aggregation_table(found, confidence),
        ledger(reduction),
    )
    return {table.name: table for table in tables}


LOW_ALPHA, LOW_ITEM_REST = 0.70, 0.30
"""Customary cut-offs: Nunnally (1978) for alpha in research; item-rest correlations."""


def _findings(tables: Mapping[str, ResultTable], instrument: Instrument) -> list[str]:
    found = []
    items = tables["items"].frame
    for row in items.filter(pl.col("item_rest") < 0).rows(named=True):
        text = in_language(instrument.item(row["item"]).text)
        found.append(
            f"{row['item']} ({text}) goes against the rest of {row['measure']}: item-rest "
            f"correlation {row['item_rest']:.2f}. Is it turned the right way?"
        )
    weak = items.filter(pl.col("item_rest").is_between(0, LOW_ITEM_REST, closed="left"))
    if weak.height:
        names = ", ".join(weak["item"])
        found.append(f"Item-rest correlation below {LOW_ITEM_REST:.2f}: {names}.")
    low = tables["reliability"].frame.filter(pl.col("alpha") < LOW_ALPHA)
    if low.height:
        names = ", ".join(f"{row['measure']} {row['alpha']:.2f}" for row in low.rows(named=True))
        found.append(f"Alpha below {LOW_ALPHA:.2f}: {names}.")
    facets = {measure.id for measure in instrument.measures if measure.kind == "facet"}
    alike = tables["aggregation"].frame.filter(pl.col("measure").is_in(list(facets)))
    alike = alike.filter(pl.col("p") >= 0.05)
    if alike.height:
        names = ", ".join(alike["measure"])
        found.append(f"Organisations do not differ beyond chance (p ≥ .05) on {names}.")
    return found
