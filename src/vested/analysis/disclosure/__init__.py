"""Which scores must be hidden so that nobody is seen in all that is shown together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vested.analysis.disclosure.equations import Block
from vested.analysis.disclosure.recovery import Atoms, Check
from vested.analysis.disclosure.tables import Numbers, Table, levels
from vested.analysis.suppression import complement
from vested.model import Instrument
from vested.survey.availability import Availability, Linked

Ints = NDArray[np.int64]


def protect(
    numbers: Numbers,
    availability: Availability | None,
    order: Ints,
    instrument: Instrument,
    minimum: int,
) -> list[Table]:
    """The tables from the whole to the finest cells, with what must be hidden in each.

    A score of fewer than `minimum` respondents is hidden, and one that all of them share; what is
    hidden in a table is hidden in its parts; then what would be given away by one equation, and by
    all of them together. `order` says where the finest cells stand in the `availability`. The last
    table is that of the finest cells, in their order.
    """
    made = levels(numbers, minimum)
    if minimum <= 1 or not numbers.keys:
        return [table for level in made for table in level]
    atoms = _atoms(numbers, availability, order, instrument)
    places: dict[str, list[int]] = {}
    for at, key in enumerate(numbers.keys):
        places.setdefault(key[0], []).append(at)
    organisations = [np.array(own) for own in places.values()]
    before: list[Table] = []
    for at, level in enumerate(made):
        for table in level:
            for whole in before:
                if set(whole.columns) <= set(table.columns):
                    table.inherit(whole)
        outputs, headlines = instrument.outputs, [output.id for output in instrument.headlines]
        after = [table for finer in made[at + 1 :] for table in finer]
        check = Check(level, before, after, outputs, headlines, minimum)
        _settle(check, atoms, organisations, instrument)
        before = [*before, *level]
    return before


def _settle(
    check: Check, atoms: Sequence[Atoms], organisations: Sequence[Ints], instrument: Instrument
) -> None:
    """Hide more in the tables of a level until nothing changes."""
    hidden = -1
    while (now := sum(int(table.hidden.mask.sum()) for table in check.level)) != hidden:
        hidden = now
        for table in check.level:
            complement(table.hidden, table.respondents, table.families, instrument)
        for each in atoms:
            check.run(each, organisations)


def _atoms(
    numbers: Numbers, availability: Availability | None, order: Ints, instrument: Instrument
) -> list[Atoms]:
    """Of each set of outputs that are bound by equations, and of each other output."""
    found = []
    bound: set[int] = set()
    if availability is not None:
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        for link, counts in zip(availability.links, availability.counts, strict=True):
            bound |= set(link.outputs)
            patterns = sorted({pattern for _, pattern in counts})
            block = Block(link, instrument, patterns)
            which = {pattern: at for at, pattern in enumerate(patterns)}
            lacking = sorted((int(place[cell]), which[pattern], count)
                             for (cell, pattern), count in counts.items())  # fmt: skip
            found.append(_linked(numbers, block, np.array(lacking, np.int64).reshape(-1, 3)))
    for at, output in enumerate(instrument.outputs):
        if at not in bound:
            block = Block(Linked((output.id,), (at,)), instrument, [])
            cells = np.flatnonzero(numbers.respondents[at] > 0)
            found.append(
                Atoms(np.array([at]), block, cells, np.zeros(len(cells), np.int64),
                      numbers.respondents[at, cells])
            )  # fmt: skip
    return found


def _linked(numbers: Numbers, block: Block, lacking: Ints) -> Atoms:
    """Those who lack something, and those who lack nothing: the others who have a value."""
    outputs = np.array(block.link.outputs)
    cell, pattern, count = lacking.T
    cells = numbers.respondents.shape[1]
    with_value = np.bincount(cell, count * block.has_value[pattern, 0], cells).astype(np.int64)
    full = numbers.respondents[outputs[0]] - with_value
    there = np.flatnonzero(full > 0)
    return Atoms(
        outputs,
        block,
        np.concatenate([cell, there]),
        np.concatenate([pattern, np.full(len(there), len(block.patterns) - 1)]),
        np.concatenate([count, full[there]]),
    )
