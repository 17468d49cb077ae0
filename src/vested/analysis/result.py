"""The immutable result of an analysis: named tables, a ledger and a recipe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.analysis.ledger import in_one_line
from vested.model import Instrument
from vested.table import ResultTable

if TYPE_CHECKING:
    from vested.analysis.disclosure.tables import Table


@dataclass(frozen=True, slots=True)
class Analysis:
    """Result tables by name, and what is needed to make them again.

    `analysis.scores` and the other tables are Polars frames; `analysis.tables` holds them with
    their headings. In a notebook it shows its headline scores.
    """

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    recipe: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    """The files that were read: name, SHA-256, bytes."""
    notes: tuple[str, ...]
    """What the reader of the result should be told about how the data were understood."""
    disclosure: ResultTable
    """Which scores are hidden and why: for the owner of the data, and none of the tables."""
    protected: Sequence[Table]
    """The tables that the scores were protected with, that of the scores the last."""

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "scores"

    @property
    def scores(self) -> pl.DataFrame:
        return self.tables["scores"].frame

    @property
    def ledger(self) -> pl.DataFrame:
        return self.tables["ledger"].frame

    @property
    def technology(self) -> pl.DataFrame | None:
        table = self.tables.get("technology")
        return table.frame if table else None

    @property
    def benchmark(self) -> pl.DataFrame | None:
        """The scores beside norms, where these were given."""
        table = self.tables.get("benchmark")
        return table.frame if table else None

    @property
    def ledger_line(self) -> str:
        return in_one_line(self.ledger)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns between the organisation and the measure: wave and groups."""
        names = self.scores.columns
        return tuple(names[1 : names.index("measure")])

    def headline_scores(self) -> pl.DataFrame:
        """The scores that are shown first."""
        first = [output.id for output in self.instrument.headlines]
        return self.scores.filter(pl.col("measure").is_in(first))

    def __repr__(self) -> str:
        units = self.scores["organisation"].n_unique()
        return f"<vested.Analysis of {units} organisations: {self.ledger_line}>"

    def _repr_html_(self) -> str:
        frame = self.headline_scores()
        with pl.Config(tbl_rows=30, float_precision=1, tbl_hide_dataframe_shape=True):
            table = frame._repr_html_()
        return f"{table}<p>{self.ledger_line} · instrument {self.instrument.id}</p>"
