"""What was hidden and why, for the owner of the data: never the hidden numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from vested.analysis.scores import Scored
from vested.analysis.suppression import (
    ALIKE,
    BESIDE,
    DOMINATED,
    FEW,
    PARTS,
    RECOVERY,
    SIBLINGS,
    WHOLE,
)
from vested.model import CellKey, Instrument
from vested.table import Column, ResultTable

REASONS = {
    FEW: "below the minimum",
    ALIKE: "all answers alike",
    DOMINATED: "one or two weights dominate",
    WHOLE: "hidden in the whole",
    SIBLINGS: "complementary",
    PARTS: "index and parts",
    RECOVERY: "exact recovery",
    BESIDE: "tables beside it",
}
COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("reason", "Reason", "below the minimum; all answers alike; one or two weights "
           "dominate; hidden in the whole that the cell is part of; complementary to the one of a "
           "family that would be given away; index and parts, likewise; or exact recovery of what "
           "a few said."),
    Column("protects", "Protects", "What could be worked out if this were shown."),
)  # fmt: skip
"""Columns named with --wave and --group stand after the organisation."""


def disclosure_table(scored: Scored, instrument: Instrument) -> ResultTable:
    """One row per hidden score.

    A score that nobody has a value on has nothing to hide, and no row.
    """
    table = scored.protected[-1]
    described = scored.table.columns[: 1 + len(table.columns)]
    outputs = [output.id for output in instrument.outputs]
    hidden = table.hidden
    rows: list[tuple[str, ...]] = []
    for cell, key in enumerate(table.keys):
        for at, name in enumerate(outputs):
            if not hidden.mask[at, cell] or not table.respondents[at, cell]:
                continue
            reason, other = int(hidden.reason[at, cell]), int(hidden.other[at, cell])
            protects = ""
            if reason == SIBLINGS:
                protects = f"{name} of {_named(table.keys[other])}"
            elif reason == WHOLE:
                protects = f"there: {REASONS[other]}"
            elif reason == PARTS:
                protects = outputs[other]
            elif reason == RECOVERY:
                measures, cells = hidden.about[at, cell]
                told = ", ".join(outputs[each] for each in measures)
                protects = f"few respondents of {' + '.join(map(_named, cells))} in {told}"
            rows.append((*key, name, REASONS[reason], protects))
    columns = (*described, *COLUMNS[1:])
    frame = pl.DataFrame(rows, {column.key: pl.String for column in columns}, orient="row")
    return ResultTable("disclosure", "What was hidden, and why", columns, frame)


def disclosure_of_all(tables: Sequence[ResultTable]) -> ResultTable:
    """Several such tables as one, with the columns of all; blank where a table has none."""
    columns = dict.fromkeys(column for table in tables for column in table.columns)
    ends = [column for column in columns if column in COLUMNS[1:]]
    ordered = (*(column for column in columns if column not in ends), *ends)
    frame = pl.concat([table.frame for table in tables], how="diagonal").fill_null("")
    return ResultTable(
        tables[0].name, tables[0].title, ordered, frame.select(column.key for column in ordered)
    )


def _named(key: CellKey) -> str:
    return " · ".join(key)
