"""How the answers to each item are spread within organisations, in three classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.scores import PUBLISHED, SUPPRESSED, sorted_cells
from vested.model import Instrument, Item
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

Ints = NDArray[np.int64]
CLASSES = 3
"""Below, in and above the middle of the scale."""
COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "The facet that the item belongs to."),
    Column("item", "Item", "The id of the item."),
    Column("respondents", "Respondents", "Those who answered all items of the facet."),
    Column("unfavourable", "Unfavourable", "The share of them below the middle of the scale, "
           "reversed items turned."),
    Column("middle", "In between", "The share in the middle of the scale."),
    Column("favourable", "Favourable", "The share above the middle of the scale."),
    Column("status", "Status", "published or suppressed: then all numbers of the row are empty."),
)  # fmt: skip
"""Columns named with --wave and --group stand after the organisation."""


def answers_table(
    reduction: Reduction, instrument: Instrument, scores: ResultTable, minimum: int
) -> ResultTable:
    """One row per organisation (x wave x group), facet and item.

    In three classes, not option by option: the exact means of items, held against the score of
    their facet, would give away what the few said who skipped one of them. An item is suppressed,
    and with it the others of its facet and the same in the organisation's other waves and groups,
    where the facet's score is, where fewer than `minimum` answered the whole facet, and where all
    answers fell into one class, for then it is known of everyone. On scales of up to three options
    the classes do tell the exact means: there it is also suppressed where anyone with a score did
    not answer the whole facet, for these stand in the scores of waves, groups and indices, too.
    """
    tallies = reduction.tallies
    if tallies is None:
        raise ValueError("the answers were not counted")
    keys, order = sorted_cells(reduction)
    described = scores.columns[: len(keys[0])]
    names = [column.key for column in described]
    visible = scores.frame.filter(pl.col("status") != SUPPRESSED)
    shown = {
        (tuple(key), measure): respondents
        for *key, measure, respondents in visible.select(*names, "measure", "respondents").rows()
    }
    facets = {facet.measure: at for at, facet in enumerate(tallies.facets)}
    found = {}
    for measure, number in facets.items():
        items = [tallies.items[place] for place in tallies.facets[number].places]
        classes = in_classes(tallies.spread.complete(number), items, len(keys))[order]
        n = classes[:, 0].sum(axis=1)
        alike = (classes.max(axis=2) == n[:, None]).any(axis=1) & (minimum > 1)
        scored = np.array([shown.get((key, measure), 0) for key in keys])
        open_ = (n >= max(minimum, 1)) & ~alike & (scored > 0)
        if any(len(item.scale.codes) <= CLASSES for item in items):
            open_ &= (scored == n) | (minimum <= 1)
        closed = {key[0] for key, yes in zip(keys, open_, strict=True) if not yes}
        found[measure] = items, classes, n, closed
    rows: list[tuple[object, ...]] = []
    for cell, key in enumerate(keys):
        for measure in (each.id for each in instrument.measures if each.id in facets):
            items, classes, n, closed = found[measure]
            for at, item in enumerate(items):
                numbers: list[float | None] = [None] * 4
                if key[0] not in closed:
                    numbers = [int(n[cell]), *(classes[cell, at] / n[cell]).tolist()]
                status = PUBLISHED if key[0] not in closed else SUPPRESSED
                rows.append((*key, measure, item.id, *numbers, status))
    columns = (*described, *COLUMNS[1:])
    schema: dict[str, type[pl.DataType]] = {column.key: pl.String for column in columns}
    schema |= dict.fromkeys(("unfavourable", "middle", "favourable"), pl.Float64)
    frame = pl.DataFrame(rows, {**schema, "respondents": pl.Int64}, orient="row")
    return ResultTable("answers", "Answers to items", columns, frame)


def in_classes(counts: Ints, items: Sequence[Item], cells: int) -> Ints:
    """Cells x items x (below, in, above the middle), from counts of places of options."""
    found = np.zeros((cells, len(items), 3), np.int64)
    codes = np.arange(counts.shape[2])
    for at, item in enumerate(items):
        middle = (item.scale.high - item.scale.low) / 2
        for number, where in enumerate((codes < middle, codes == middle, codes > middle)):
            found[: len(counts), at, number] = counts[:cells, at, where].sum(axis=1)
    return found
