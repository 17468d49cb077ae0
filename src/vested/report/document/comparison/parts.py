"""What the parts of a comparison share: names, tables without empty columns, and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import polars as pl

from vested.analysis.compare import Comparison
from vested.report.document.model import Chart, ChartKind, TableBlock
from vested.report.document.sections.parts import TILT, harmless_texts
from vested.report.document.wording import Words
from vested.report.numbers import decimal, shown
from vested.report.text import harmless
from vested.table import Column, ResultTable

MOST = 40
"""Rows of a picture; of more, those at both ends are shown: our choice."""
_NAMED = ("measure", "index", "cause", "mediator", "outcome")
"""Columns with ids of measures."""
_IN_POINTS = {"depth": "fall", "depth_low": "fall_low", "depth_high": "fall_high"}
_RENAMED = {
    "robustness": {"rank_low": "rank_5", "rank_high": "rank_95"},
    "shock": _IN_POINTS,
    "service_levels": _IN_POINTS,
}
"""Names of columns that papers would take for the ends of a confidence interval, or for a share."""
_KEYS = 4
"""The most columns of texts that say what a row is about."""
_TOLD = 8
"""A description tells so many rows one by one; of more, those at both ends."""
MORE = "All of its rows and columns are in the section All measures."

T = TypeVar("T")


class Dot(NamedTuple):
    """A row of a picture of intervals."""

    label: str
    score: float
    low: float | None
    high: float | None
    group: str = ""


@dataclass(frozen=True)
class Compared:
    """A comparison and the words of its language: what the sections are made of."""

    found: Comparison
    words: Words

    @property
    def options(self) -> Mapping[str, Any]:
        options: Mapping[str, Any] = self.found.recipe["options"]
        return options

    @property
    def level(self) -> str:
        """The level of intervals: `95 %`."""
        return self.words.confidence(self.options["confidence"])

    @property
    def headlines(self) -> list[str]:
        """The ids of headline measures that run from 0 to 100."""
        ids = [output.id for output in self.found.instrument.headlines]
        return [name for name in ids if not name.endswith(TILT)]

    @property
    def of_headlines(self) -> pl.Expr:
        """Which rows of a table are on headline measures."""
        return pl.col("measure").is_in([output.id for output in self.found.instrument.headlines])

    def frame(self, name: str) -> pl.DataFrame | None:
        """The frame of a result table; None where there is none, or nothing in it."""
        table = self.found.tables.get(name)
        return table.frame if table is not None and table.frame.height else None

    def measure(self, name: str) -> str:
        """What a measure is called; an id that is none of the instrument's stays as it is."""
        known = {measure.id for measure in self.found.instrument.measures}
        if name.partition(".")[0] not in known:
            return harmless(name)
        return harmless(self.words.measure(self.found.instrument, name))

    def titled(self, name: str) -> str:
        """The name of a measure with its id, which findings have."""
        told = self.measure(name)
        return told if told.casefold() == name.casefold() else f"{told} ({harmless(name)})"

    def table(
        self,
        name: str,
        columns: Sequence[str] = (),
        *,
        where: pl.Expr | None = None,
        title: str = "",
        is_part: bool = True,
    ) -> TableBlock:
        """A result table without columns that say nothing, or with some of its columns and rows.

        What is the same in every row is told once, below the table; so is that there is more of it,
        unless it is one of several tables that have all of it (`is_part` false).
        """
        table = self.found.tables[name]
        frame = table.frame if where is None else table.frame.filter(where)
        known = {column.key: column for column in table.columns}
        there = [key for key in known if any(value not in (None, "") for value in frame[key])]
        wanted = [key for key in columns or there if key in there]
        same = [key for key in wanted if frame.height > 1 and frame[key].n_unique() == 1]
        numbers = {key for key in wanted if frame.schema[key].is_numeric()}
        if numbers <= set(same):
            same = [key for key in same if key not in numbers]  # they are what it is there for
        some = _one_reason(frame) if "reason" in set(wanted) - set(same) else ""
        kept = [key for key in wanted if key not in same and not (some and key == "reason")]
        kept = kept or wanted
        told = self._named(harmless_texts(frame.select(wanted)))
        once = [key for key in same if key not in kept]
        notes = [
            f"The same in every row: {'; '.join(_told(known[key], told[key][0]) for key in once)}."
        ] * bool(once)
        notes += [some] * bool(some)
        if is_part and (set(there) - set(wanted) or frame.height < table.frame.height):
            notes.append(MORE)
        other = _RENAMED.get(name, {})
        described = tuple(replace(known[key], key=other.get(key, key)) for key in kept)
        frame = told.select(kept).rename(other, strict=False)
        made = ResultTable(name, title or table.title, described, frame)
        return TableBlock(made, tuple(notes), _keys(made.frame))

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with the names of measures in place of their ids."""
        columns = [name for name in _NAMED if name in frame.columns]
        return frame.with_columns(
            pl.Series(name, [v and self.measure(v) for v in frame[name]], pl.String)
            for name in columns
        )

    def frame_of(self, rows: Sequence[tuple[Any, ...]], columns: Sequence[str]) -> pl.DataFrame:
        """Rows of texts as a frame."""
        return pl.DataFrame(rows, dict.fromkeys(columns, pl.String), orient="row")

    def chart(
        self,
        kind: ChartKind,
        name: str,
        title: str,
        description: str,
        frame: pl.DataFrame,
        words: Mapping[str, str],
    ) -> Chart:
        """A picture with its own words beside those of all pictures."""
        whole = {**self.words.all(), "label": "Organisation", **words}
        return Chart(kind, f"picture-{name}", title, description, frame, whole)

    def intervals(
        self,
        name: str,
        title: str,
        about: str,
        dots: Sequence[Dot],
        axis_title: str,
        *,
        axis: tuple[float, float] = (0.0, 100.0),
        digits: int = 1,
        words: Mapping[str, str] | None = None,
    ) -> Chart:
        """Dots with their intervals; the description says what it is `about`, and the numbers."""
        texts = [number(dot.score, digits) for dot in dots]
        frame = pl.DataFrame(
            dots,
            {
                "label": pl.String, "score": pl.Float64, "low": pl.Float64, "high": pl.Float64,
                "group": pl.String,
            },
            orient="row",
        ).with_columns(
            pl.lit(None, pl.Float64).alias("norm"),
            pl.lit(value=False).alias("careful"),
            pl.Series("text", texts, pl.String),
        )  # fmt: skip
        told = several([_of_dot(dot, digits) for dot in dots])
        known = {"score": axis_title, "low": "Low", "high": "High", "group": "Group"}
        whole = {**known, **(words or {})}
        made = self.chart("intervals", name, title, f"{about} {told}.", frame, whole)
        return replace(made, axis=axis, digits=digits)


def number(value: float, digits: int = 1) -> str:
    """A number in English."""
    return decimal(value, digits)


def several(texts: Sequence[str]) -> str:
    """Texts in a row; of many those at both ends, and how many there are between them.

    >>> several(list("abc")), several(list("abcdefghi"))
    ('a; b; c', 'a; b; c; d; … 1 more …; f; g; h; i')
    """
    if len(texts) <= _TOLD:
        return "; ".join(texts)
    half = _TOLD // 2
    between = f"… {len(texts) - 2 * half} more …"
    return "; ".join([*texts[:half], between, *texts[-half:]])


def at_both_ends(rows: Sequence[T], most: int = MOST) -> tuple[list[T], str]:
    """Rows that a picture has room for, and what its title says where these are not all.

    >>> at_both_ends([1, 2, 3, 4, 5], 4)
    ([1, 2, 4, 5], ': the first 2 and the last 2 of 5')
    """
    if len(rows) <= most:
        return list(rows), ""
    half = most // 2
    said = f": the first {half} and the last {half} of {len(rows)}"
    return [*rows[:half], *rows[-half:]], said


def _of_dot(dot: Dot, digits: int) -> str:
    about = f"{dot.group}, {dot.label}" if dot.group else dot.label
    told = f"{about} {number(dot.score, digits)}"
    if dot.low is None or dot.high is None:
        return told
    return f"{told} ({number(dot.low, digits)} to {number(dot.high, digits)})"


def _one_reason(frame: pl.DataFrame) -> str:
    """A note in place of a column that gives the same reason in some rows; nothing elsewhere."""
    given = [reason for reason in frame["reason"] if reason]
    if len(set(given)) != 1:
        return ""
    return f"In {len(given)} of {frame.height} rows: {harmless(given[0])}."


def _told(column: Column, value: Any) -> str:
    return f"{column.heading} {shown(value, column)}"


def _keys(frame: pl.DataFrame) -> int:
    """How many columns of texts stand before the first number."""
    texts = [kind == pl.String for kind in frame.dtypes]
    first = texts.index(False) if False in texts else 1
    return max(1, min(first, _KEYS))
