"""The technology inventory: what key informants state as facts about their organisation."""

from __future__ import annotations

from collections import Counter

import polars as pl

from vested.model import Instrument
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

IN_USE = 3
"""The lowest stage that counts as in use: at least one service."""
DEEP_CHANGES = (2, 3)
"""Changes beyond the process: structure, or relation with citizens."""

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("technologies", "Technologies", "How many of the inventory apply and were answered."),
    Column("breadth", "Breadth", "Share of them in use (stage 3 or 4), 0 to 1."),
    Column("depth", "Depth", "Mean stage divided by the highest stage, 0 to 1."),
    Column(
        "redesign",
        "Redesign",
        "Of those in use, the share that changed structure or the relation with citizens.",
    ),
)


def technology(reduction: Reduction, instrument: Instrument) -> ResultTable | None:
    """One row per organisation; None where the instrument or the data have no inventory.

    Where several informants answered, the lower median of their stages and of their changes
    counts: facts, so no minimum of respondents applies and no respondent is counted here.
    "Not applicable" leaves the denominator.
    """
    if not instrument.inventory or not reduction.technology:
        return None
    inventory = instrument.inventory
    organisations = sorted({key[0] for key, _ in reduction.technology})
    pooled: dict[tuple[str, str], Counter[int]] = {}
    for (key, name), counter in reduction.technology.items():
        pooled.setdefault((key[0], name), Counter()).update(counter)
    rows: list[tuple[str, int, float | None, float | None, float | None]] = []
    for organisation in organisations:
        stages: list[int] = []
        redesigned: list[bool] = []
        for entry in inventory.technologies:
            stage = _lower_median(pooled.get((organisation, entry.id)))
            if stage is None:
                continue
            stages.append(stage)
            change = _lower_median(pooled.get((organisation, entry.change_id)))
            if stage >= IN_USE and change is not None:
                redesigned.append(change in DEEP_CHANGES)
        rows.append(
            (organisation, len(stages), *_ratios(stages, redesigned, inventory.stages.high))
        )
    schema = {
        "organisation": pl.String(),
        "technologies": pl.Int64(),
        "breadth": pl.Float64(),
        "depth": pl.Float64(),
        "redesign": pl.Float64(),
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return ResultTable("technology", "Technology inventory", COLUMNS, frame)


def _ratios(
    stages: list[int], redesigned: list[bool], top: int
) -> tuple[float | None, float | None, float | None]:
    breadth = sum(stage >= IN_USE for stage in stages) / len(stages) if stages else None
    depth = sum(stages) / (len(stages) * top) if stages else None
    return breadth, depth, sum(redesigned) / len(redesigned) if redesigned else None


def _lower_median(counter: Counter[int] | None) -> int | None:
    """The middle code, the lower of two; None where there is none."""
    if not counter:
        return None
    middle = (sum(counter.values()) + 1) // 2
    for code in sorted(counter):
        middle -= counter[code]
        if middle <= 0:
            return code
    return None
