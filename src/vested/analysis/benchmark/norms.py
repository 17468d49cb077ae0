"""What norms are: a table of cells by measures, who is in them, and what they were made of."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.scores import PUBLISHED
from vested.stats.quantiles import harrell_davis
from vested.table import Column, ResultTable

Floats = NDArray[np.float64]

OVERALL = ("overall", "all")
WAVE = "wave"
QUANTILES: Mapping[str, tuple[float, int]] = {
    f"p{at}": (at / 100, 5 if at == 50 else 10 if at in (25, 75) else 20)
    for at in (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)
}
"""Column to its probability, and to how many organisations it takes: our choice, so that each
decile has two organisations, and each quarter two or three."""

FEWEST_FACETS = 8
"""How many facets an organisation must have for a fingerprint: our choice. The numbers of fewer
could be guessed, and a guess be checked against the fingerprint."""

NUMBERS = ("organisations", "respondents", "mean", "sd", *QUANTILES)

COLUMNS = (
    Column("dimension", "Dimension", "overall, a column named with --by, or wave."),
    Column("cell", "Cell", "all, or the value of that column which the organisations have."),
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("kind", "Kind", "facet, index, pair or ambidexterity."),
    Column("organisations", "Organisations", "How many have a score of this measure that may be "
           "shown; each counts once."),
    Column("respondents", "Respondents", "How many respondents those scores rest on."),
    Column("mean", "Mean", "The mean of the organisations' scores.", 1),
    Column("sd", "SD", "The standard deviation of the organisations' scores, with n - 1.", 1),
    *(
        Column(
            name,
            name.upper(),
            f"The {name[1:]}th percentile of the organisations' scores by the method of Harrell "
            f"and Davis, from {fewest} organisations on.",
            1,
        )
        for name, (_, fewest) in QUANTILES.items()
    ),
    Column("status", "Status", "published, or suppressed: then all numbers of the row are empty."),
)  # fmt: skip


def _type(key: str) -> pl.DataType:
    if key in ("organisations", "respondents"):
        return pl.Int64()
    return pl.Float64() if key in NUMBERS else pl.String()


SCHEMA = pl.Schema({column.key: _type(column.key) for column in COLUMNS})


@dataclass(frozen=True, slots=True)
class Norms:
    """Norms of organisations, and what is needed to make them again."""

    table: ResultTable
    members: tuple[str, ...]
    """A fingerprint per organisation and published cell, sorted: `fingerprint` makes them."""
    recipe: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "norms"

    @property
    def tables(self) -> Mapping[str, ResultTable]:
        return {"norms": self.table}

    @property
    def norms(self) -> pl.DataFrame:
        return self.table.frame


def in_words(norms: pl.DataFrame) -> str:
    """How many organisations and cells the norms are about, in a sentence."""
    shown = norms.filter(pl.col("status") == PUBLISHED).sort("organisations", "respondents")
    most = shown.row(-1, named=True)
    cells = shown.select("dimension", "cell").n_unique()
    return (
        f"Norms of {most['organisations']:,} organisations and {most['respondents']:,} "
        f"respondents, in {cells} cell{'s' if cells != 1 else ''}."
    )


def norm_numbers(scores: Floats, respondents: int) -> dict[str, float | int | None]:
    """The numbers of a cell: `scores` of one measure, one for each of three organisations or more.

    Sums are exact and rounded once, so that the order of organisations changes nothing.
    """
    n = len(scores)
    mean = math.fsum(scores) / n
    sd = math.sqrt(math.fsum((scores - mean) ** 2) / (n - 1))
    at = [name for name, (_, fewest) in QUANTILES.items() if n >= fewest]
    found = harrell_davis(scores, np.array([QUANTILES[name][0] for name in at]))
    quantiles = dict(zip(at, found.tolist(), strict=True))
    return {
        "organisations": n,
        "respondents": respondents,
        "mean": mean,
        "sd": sd,
        **{name: quantiles.get(name) for name in QUANTILES},
    }


def fingerprint(
    dimension: str, cell: str, organisation: str, wave: str, rows: Sequence[Mapping[str, Any]]
) -> str | None:
    """By which an organisation is recognised in a cell by whoever knows its name and its scores.

    `rows` are its rows of the table of scores. None where fewer than `FEWEST_FACETS` facets are
    shown: so few numbers could be found by trying.
    """
    shown = [row for row in rows if row["score"] is not None]
    if sum(row["kind"] == "facet" for row in shown) < FEWEST_FACETS:
        return None
    numbers = [
        [row["measure"], row["respondents"], repr(row["score"]), repr(row["sd"])] for row in shown
    ]
    text = json.dumps([dimension, cell, organisation, wave, numbers], ensure_ascii=True)
    return sha256(text.encode()).hexdigest()
