"""The published means as sums of what respondents said, for each pattern of what they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vested.model import Instrument, Measure, Output
from vested.stats.disclosure import PRIME, left_null_space, residue
from vested.survey.availability import Linked, available, terms
from vested.survey.measures import at_least_sixty_percent

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Form = Mapping[str, Fraction]
"""How often a sum has each unknown."""


class Block:
    """Outputs that are bound by equations, as sums of unknowns.

    The unknowns are, of the respondents of a cell who have values on the same leaves, the sums of
    each facet, item and measure that is no weighted sum itself. An output that no equation binds
    is the one unknown of its block.
    """

    def __init__(self, link: Linked, instrument: Instrument, patterns: Sequence[bytes]) -> None:
        everything = np.packbits(np.ones(len(link.leaves), np.uint8)).tobytes()
        self.link = link
        self.patterns = [*patterns, everything]
        """Patterns of what is there; the last stands for all of it."""
        measures = {measure.id: measure for measure in instrument.measures}
        outputs = [instrument.outputs[at] for at in link.outputs]
        self.unknowns = sorted({name for each in outputs for name in unknowns(each, measures)})
        if len(outputs) == 1:
            self.unknowns = [outputs[0].id]
        self._whole: list[list[Fraction]] = []
        shape = (len(self.patterns), len(outputs), len(self.unknowns))
        self.floats = np.zeros(shape)
        """How often the sum of an output has an unknown, by pattern."""
        self.modular = np.zeros(shape, np.int64)
        """The same modulo the prime of the ranks."""
        self.has_value = np.zeros(shape[:2], bool)
        """Which patterns have a value on which output."""
        for at, pattern in enumerate(self.patterns):
            there = available(pattern, link.leaves)
            forms = [_of_output(output, there, measures) for output in outputs]
            if len(outputs) == 1:
                forms = [{outputs[0].id: Fraction(1)}]
            exact = [[(form or {}).get(name, Fraction()) for name in self.unknowns]
                     for form in forms]  # fmt: skip
            self.floats[at] = [[float(x) for x in row] for row in exact]
            self.modular[at] = [[residue(x) for x in row] for row in exact]
            self.has_value[at] = [form is not None for form in forms]
            self._whole = exact  # that of the last pattern stays
        self._unsettled: dict[bytes, tuple[int, Mask, Ints]] = {}

    def unsettled(self, mask: Mask) -> tuple[int, Mask, Ints]:
        """What the shown outputs of one cell tell beyond those who lack nothing.

        How many independent equations there are in which those cancel out; where it is one, which
        patterns do not cancel out in it, and which outputs take part.
        """
        key = mask.tobytes()
        if key not in self._unsettled:
            shown = np.flatnonzero(~mask)
            equations = left_null_space([self._whole[at] for at in shown.tolist()])
            left = np.zeros(len(self.patterns), bool)
            taking = np.empty(0, np.int64)
            if len(equations) == 1:
                factors = np.array([residue(factor) for factor in equations[0]], np.int64)
                taking = shown[factors != 0]
                products = self.modular[:, shown] * factors[:, None] % PRIME
                left = (products.sum(axis=1) % PRIME).any(axis=1)
            self._unsettled[key] = len(equations), left, taking
        return self._unsettled[key]


def unknowns(output: Output, measures: Mapping[str, Measure]) -> set[str]:
    """What an output is a weighted sum of."""
    if output.kind != "pair":
        return terms(output.measure, measures)
    found: set[str] = set()
    for part in output.measure.of:
        found |= terms(measures[part], measures) if part in measures else {part}
    return found


def _of_output(
    output: Output, there: frozenset[str], measures: Mapping[str, Measure]
) -> Form | None:
    if output.kind != "pair":
        return _form(output.id, there, measures)
    p, q = (_form(part, there, measures) for part in output.measure.of)
    return None if p is None or q is None else _added((p, 1), (q, -1))


def _form(name: str, there: frozenset[str], measures: Mapping[str, Measure]) -> Form | None:
    """A facet, item or index as a sum of unknowns; None where it has no value."""
    measure = measures.get(name)
    if measure is None or measure.kind == "facet":
        return {name: Fraction(1)} if name in there else None
    parts = [_form(part, there, measures) for part in measure.of]
    weights = [Fraction(repr(weight)) for weight in measure.weights] or [Fraction(1)] * len(parts)
    known = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part]
    total = sum((weight for _, weight in known), Fraction())
    if len(known) < at_least_sixty_percent(len(parts)) or not total:
        return None
    if measure.aggregation != "arithmetic":
        return {name: Fraction(1)}
    return _added(*((part, weight / total) for part, weight in known))


def _added(*forms: tuple[Form, Fraction | int]) -> Form:
    found: dict[str, Fraction] = {}
    for form, factor in forms:
        for name, times in form.items():
            found[name] = found.get(name, Fraction()) + factor * times
    return found
