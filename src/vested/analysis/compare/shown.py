"""Scores as `vested analyse` would show them: what may stand in a row of its own."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from vested.analysis.disclosure.tables import Table
from vested.analysis.scores import SUPPRESSED, scores
from vested.analysis.scores import scored as scored_with_tables
from vested.analysis.surveys import Surveys
from vested.model import Instrument


def scored(
    read: Surveys,
    minimum: int,
    confidence: float,
    parts: Sequence[int],
    names: Sequence[str],
    beside: Table | None = None,
) -> pl.DataFrame:
    """The scores of cells by some parts of their key; `names` are those of the parts but the first.

    The first part is the organisation. What must be hidden is so, as in `vested analyse`, and what
    is hidden in a table `beside` of the same cells.
    """
    pooled = read.reduction.pooled((0, *parts))
    return scores(
        pooled, read.instrument, minimum=minimum, confidence=confidence, dimensions=names,
        beside=beside,
    ).frame  # fmt: skip


def together(
    read: Surveys, minimum: int, confidence: float, parts: Sequence[int]
) -> dict[int, Table]:
    """By part of the key, what must be hidden of its cells beside those by the other parts."""
    if len(parts) < 2:
        return {}
    found = scored_with_tables(
        read.reduction.pooled((0, *parts)), read.instrument, minimum=minimum,
        confidence=confidence, dimensions=[f"part {at}" for at in parts],
    )  # fmt: skip
    return {
        parts[table.columns[0] - 1]: table for table in found.protected if len(table.columns) == 1
    }


def shown_in(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows whose numbers are shown."""
    return frame.filter(pl.col("status") != SUPPRESSED)


def compared(instrument: Instrument) -> tuple[str, ...]:
    """The measures that are compared: the headlines first, then the facets."""
    first = [output.id for output in instrument.headlines]
    facets = [output.id for output in instrument.outputs if output.kind == "facet"]
    return tuple(dict.fromkeys([*first, *facets]))
