"""Intervals of scores from respondents that are drawn again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.compare.people import Keep, People
from vested.errors import UsageError
from vested.stats.random import generator
from vested.stats.sampling.bootstrap import (
    MIN_ROWS,
    acceleration_of_means,
    bca_interval,
    resampled_means_of_answers,
)
from vested.table import Column, ResultTable

Floats = NDArray[np.float64]

LEAST_DRAWS = 999
"""With fewer the ends of a 95 % interval rest on a handful of draws: our choice."""
INTERVAL = Column(
    "interval",
    "Interval",
    "How ci_low and ci_high were made, where --interval bootstrap is given: bca (bias-corrected "
    "and accelerated bootstrap), or t (as without it), for fewer than 10 respondents or where all "
    "answered alike.",
)
BCA, T = "bca", "t"
_ENDS = (" low", " high")
"""No column of a file is called so: its name has no space in front."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Respondents of each organisation are drawn so many times, starting from `seed`."""

    draws: int
    seed: int
    keep: Keep = field(default_factory=Keep)
    """Keeps the respondents while the surveys are read."""

    @property
    def options(self) -> dict[str, Any]:
        """As they stand in a recipe."""
        return {"interval": "bootstrap", "draws": self.draws, "seed": self.seed}

    def beside(
        self, scored: ResultTable, dimensions: Sequence[str], confidence: float
    ) -> tuple[ResultTable, str]:
        """The scores with other intervals, and a note on where these could not be had."""
        people = self.keep.people
        if people is None:
            raise ValueError("the respondents were not kept")
        drawn = pl.DataFrame(
            self._rows(people, dimensions, confidence),
            schema={
                **dict.fromkeys(("organisation", *dimensions, "measure"), pl.String()),
                **dict.fromkeys(_ENDS, pl.Float64()),
            },
            orient="row",
        )
        keys = ["organisation", *dimensions, "measure"]
        frame = scored.frame.join(drawn, on=keys, how="left", maintain_order="left")
        shown = pl.col("status") != "suppressed"
        there = shown & pl.col(_ENDS[0]).is_not_null()
        made = pl.when(there).then(pl.lit(BCA)).when(shown & pl.col("ci_low").is_not_null())
        frame = frame.with_columns(
            pl.when(there).then(_ENDS[0]).otherwise("ci_low").alias("ci_low"),
            pl.when(there).then(_ENDS[1]).otherwise("ci_high").alias("ci_high"),
            made.then(pl.lit(T)).alias("interval"),
        ).drop(*_ENDS)
        columns = (*scored.columns, INTERVAL)
        return replace(scored, columns=columns, frame=frame), _note(frame, self.draws)

    def _rows(
        self, people: People, dimensions: Sequence[str], confidence: float
    ) -> Iterator[tuple[Any, ...]]:
        """Per cell and measure with an interval: their names, and its ends."""
        with_wave = len(dimensions) > len(people.groups[0]) if people.groups else False
        keys = [
            (organisation, wave, *group)
            for organisation, wave, group in zip(
                people.organisation.tolist(), people.wave.tolist(), people.groups, strict=True
            )
        ]
        # They are sorted, so each cell is one piece.
        starts = [at for at in range(len(keys)) if not at or keys[at] != keys[at - 1]]
        for start, end in zip(starts, [*starts[1:], len(keys)], strict=True):
            if end - start < MIN_ROWS:
                continue
            place, wave, *group = keys[start]
            name = people.organisations[place]
            cell = [name, *([people.waves[wave]] if with_wave else []), *group]
            purpose = "\x1f".join(["interval", *cell[1:]])
            low, high = self._ends(
                people.scores[:, start:end].T, generator(self.seed, name, purpose), confidence
            )
            for at in np.flatnonzero(~np.isnan(low)):
                yield (*cell, people.measures[at], float(low[at]), float(high[at]))

    def _ends(
        self, values: Floats, random: np.random.Generator, confidence: float
    ) -> tuple[Floats, Floats]:
        """The ends for each measure, NaN where there are none."""
        means, own = resampled_means_of_answers(values, self.draws, random)
        low, high = bca_interval(means, own, acceleration_of_means(values), confidence)
        enough = (~np.isnan(values)).sum(axis=0) >= MIN_ROWS
        return np.where(enough, low, np.nan), np.where(enough, high, np.nan)


def drawing(interval: str, draws: int, seed: int) -> Drawing | None:
    """What `--interval bootstrap` asks for; None where it is not asked for."""
    if interval != "bootstrap":
        return None
    if draws < LEAST_DRAWS:
        raise UsageError(f"--draws {draws} is below {LEAST_DRAWS}", "9999 is the usual number")
    if seed < 0:
        raise UsageError(f"--seed {seed} is below 0", "0 is the usual one")
    return Drawing(draws, seed)


def _note(frame: pl.DataFrame, draws: int) -> str:
    drawn, kept = ((frame["interval"] == kind).sum() for kind in (BCA, T))
    note = f"{drawn:,} intervals are BCa bootstrap intervals from {draws:,} draws"
    if not kept:
        return f"{note}."
    return (
        f"{note}; {kept:,} are as without --interval, for fewer than {MIN_ROWS} respondents or "
        "because all answered alike (the column interval says which)."
    )
