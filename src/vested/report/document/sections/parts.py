"""What several sections share: numbers looked up, tables and charts in the report's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from vested.analysis.reports.report import Report
from vested.analysis.scores import SUPPRESSED
from vested.model import Instrument
from vested.report.document.model import Chart, ChartKind, TableBlock
from vested.report.document.standing import COLUMNS as STANDING
from vested.report.document.standing import with_standing
from vested.report.document.wording import Words
from vested.report.text import harmless
from vested.table import Column, ResultTable

Row = Mapping[str, Any]
TILT = ".tilt"
"""Ends the names of scores that run from -100 to 100, for which an axis from 0 has no place."""
_CODED = {
    "status": "status",
    "convergence": "convergence",
    "point": "point",
    "screen": "screen",
}
"""Columns whose words are translated, and how these words are named."""


@dataclass(frozen=True)
class Contents:
    """A report and the words of its language: what the sections are made of."""

    report: Report
    words: Words

    @property
    def instrument(self) -> Instrument:
        return self.report.instrument

    @property
    def options(self) -> Mapping[str, Any]:
        options: Mapping[str, Any] = self.report.analysis.recipe["options"]
        return options

    @property
    def organisations(self) -> list[str]:
        """Every organisation, in the order of the scores."""
        return list(dict.fromkeys(self.report.analysis.scores["organisation"]))

    @property
    def headlines(self) -> list[str]:
        return [output.id for output in self.instrument.headlines]

    def scores(self, organisation: str) -> list[Row]:
        """The scores of an organisation, in the instrument's order."""
        frame = self.report.analysis.scores
        return list(frame.filter(pl.col("organisation") == organisation).iter_rows(named=True))

    def standing(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
        """Scores with their ranks and bands in words, and what a reader must know of these."""
        told = with_standing(frame, self.words)
        notes = []
        if _told(told["ranks"]):
            level = self.words.confidence(self.options["confidence"])
            notes.append(self.words("standing.ranks_note", confidence=level))
        if _told(told["bands"]):
            notes.append(self.words("standing.bands_note"))
        return told, notes

    def norms(self, organisation: str) -> dict[str, Row]:
        """The rows of the benchmark of an organisation, by measure; none without a benchmark."""
        table = self.report.tables.get("benchmark")
        if table is None:
            return {}
        own = table.frame.filter(pl.col("organisation") == organisation)
        return {row["measure"]: row for row in own.iter_rows(named=True)}

    def measure(self, name: str) -> str:
        return harmless(self.words.measure(self.instrument, name))

    def number(self, value: float, digits: int = 1) -> str:
        return self.words.number(value, digits)

    def chart(
        self, kind: ChartKind, name: str, title: str, description: str, frame: pl.DataFrame
    ) -> Chart:
        """A chart with the words that its kind needs."""
        return Chart(kind, name, title, description, frame, _chart_words(self.words))

    def column(self, column: Column) -> Column:
        """The column with a heading of the report's language; explanations are in English alone."""
        heading = self.words.get(f"column.{column.key}", harmless(column.heading))
        explain = column.explain if self.words.language == "en" else ""
        return replace(column, heading=heading, explain=explain)

    def table(
        self,
        name: str,
        title: str,
        columns: Sequence[str],
        notes: Iterable[str] = (),
        frame: pl.DataFrame | None = None,
        beside: str = "",
    ) -> TableBlock:
        """A result table with these columns of it, or of the one `beside` which is joined to it,
        in the language of the report.
        """
        table = self.report.tables[name]
        frame = table.frame if frame is None else frame
        joined = self.report.tables[beside].columns if beside else ()
        known = {column.key: column for column in (*joined, *STANDING, *table.columns)}
        present = [key for key in columns if key in known and _told(frame[key])]
        described = tuple(self.column(known[key]) for key in present)
        shown = frame.select(self._translated(frame[key]) for key in present)
        return TableBlock(ResultTable(name, title, described, shown), tuple(notes))

    def _translated(self, column: pl.Series) -> pl.Series:
        """Words of ours in the language of the report, and texts from data made harmless."""
        if column.dtype == pl.Boolean:
            texts = ["" if v is None else self.words("yes" if v else "no") for v in column]
            return pl.Series(column.name, texts, pl.String)
        if column.dtype != pl.String:
            return column
        kind = _CODED.get(column.name)

        def told(text: str) -> str:
            if column.name == "measure":
                return self.measure(text)
            return self.words.get(f"{kind}.{text}", harmless(text)) if kind else harmless(text)

        changed = {text: told(text) for text in column.drop_nulls().unique()}
        return column.replace_strict(changed, default=None, return_dtype=pl.String)


def harmless_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all texts harmless, and truth values as words."""

    def told(column: pl.Series) -> pl.Series:
        if column.dtype == pl.Boolean:
            texts = [None if v is None else "yes" if v else "no" for v in column]
            return pl.Series(column.name, texts, pl.String)
        if column.dtype != pl.String:
            return column
        changed = {text: harmless(text) for text in column.drop_nulls().unique()}
        return column.replace_strict(changed, default=None, return_dtype=pl.String)

    return frame.select(told(column) for column in frame)


def visible(row: Row) -> bool:
    """Whether a score is shown."""
    return bool(row["status"] != SUPPRESSED)


def _told(column: pl.Series) -> bool:
    """Whether anything stands in a column."""
    return any(value not in (None, "") for value in column)


def _chart_words(words: Words) -> dict[str, str]:
    return {
        "score": words("score_axis"),
        "share": words("share_axis"),
        "wave": words("wave_axis"),
        "sources": words("sources_axis"),
        "codes": words("codes_axis"),
        "tilt": words("paradox.tilt"),
        "joint": words("paradox.joint"),
        "label": words("column.name"),
        "row": words("column.organisation"),
        "group": words("group_axis"),
        "first": words("first_axis"),
        "second": words("second_axis"),
        "low": words("column.ci_low"),
        "high": words("column.ci_high"),
        "respondents": words("column.respondents"),
        **{
            name: words(name)
            for name in ("norm", "careful", "hidden", "unfavourable", "middle", "favourable")
        },
    }
