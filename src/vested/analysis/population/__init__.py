"""The population behind the respondents: its margins, to weight to, and its size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vested.analysis.population.files import (
    Headcounts,
    PathLike,
    read_headcounts,
    read_margins,
)
from vested.errors import UsageError

if TYPE_CHECKING:
    from vested.analysis.population.weighting import Weighing
    from vested.model import Instrument
    from vested.table import ResultTable


@dataclass(frozen=True, slots=True)
class Population:
    """What is known of the population, as far as anything is."""

    weighing: Weighing | None = None
    headcounts: Headcounts | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns whose distribution is known."""
        return self.weighing.margins.variables if self.weighing else ()

    def beside(
        self, scores: ResultTable, instrument: Instrument, minimum: int, confidence: float
    ) -> tuple[ResultTable, ResultTable | None, list[str]]:
        """The scores with what follows from headcounts, the table of weights, and notes."""
        weights, notes = None, []
        if self.weighing:
            weights = self.weighing.table(scores.frame, minimum)
            notes += self.weighing.notes(weights)
        if self.headcounts:
            from vested.analysis.population.staff import with_staff

            scores, more = with_staff(scores, self.headcounts, instrument, confidence)
            notes += more
        return scores, weights, notes


def population_of(
    margins: PathLike | None,
    trim: float,
    headcount: PathLike | None,
    *,
    weighted: bool,
    wave: str | None,
    groups: Sequence[str],
) -> Population:
    """Read the files that describe the population; `weighted` says that there are weights already.

    Raises `UsageError` for options that do not go together, `InputError` for files.
    """
    if trim and margins is None:
        raise UsageError(
            "--trim without --population", "it cuts down the weights that follow from it"
        )
    if trim and not 1 < trim < math.inf:
        raise UsageError(
            f"--trim {trim:g} is not above 1", "5, for five times the median, is usual"
        )
    if headcount is not None and groups:
        raise UsageError(
            "--headcount with --group", "headcounts are of organisations: score groups apart"
        )
    counts = read_headcounts(headcount) if headcount is not None else None
    if counts and counts.by_wave and wave is None:
        raise UsageError(
            f"{counts.file} has headcounts per wave, but waves are scored together",
            "name their column with --wave",
        )
    weighing = None
    if margins is not None:
        from vested.analysis.population.weighting import Weighing, both_weights

        if weighted:
            raise both_weights()
        weighing = Weighing(read_margins(margins), trim, waves=wave is not None)
    return Population(weighing, counts)
