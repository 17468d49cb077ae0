"""What a report is made of: sections of texts, tables and charts, the same for every form.

A document is ready to be read: its texts are in one language, its numbers come from result tables,
and what is hidden there is nowhere in it. A writer lays it out and computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from vested.report.document.theme import Theme
from vested.table import ResultTable

ChartKind = Literal[
    "intervals", "answers", "heat", "quadrant", "slope", "saturation", "profile", "triangle"
]
"""What a chart shows, and the columns of its frame, in the order in which rows are drawn:

- intervals: `label`, `score`, `low`, `high` (these three may be missing), `norm` (mean of the
  benchmark, or missing), `careful` (bool), `group` (rows of a group stand together); the chart
  shows `text` (the score as a text) beside the row where it is there. On the chart's axis.
- answers: `label`, `unfavourable`, `middle`, `favourable` (shares that sum to 1), `respondents`.
- heat: `row`, `column`, `score` (missing where hidden), `careful` (bool). 0 to 100.
- quadrant: `label`, `tilt`, `tilt_low`, `tilt_high` (-100 to 100), `joint`, `joint_low`,
  `joint_high` (0 to 100), `first`, `second` (names of the poles).
- slope: `label`, `wave`, `score`, `low`, `high`. On the chart's axis. With `moved` (up, down, both
  or still) lines have the colour of that, and only those that are `named` (bool) a name.
- saturation: `sources`, `codes` (how many codes are known after so many sources).
- profile: `label`, `thrived`, `absorbed`, `held`, `recovered`, `declined` (shares that sum to 1).
- triangle: `label`, `time`, `level`, `start` (the level that counts as full), `measured` (bool: the
  other rows are where the line between two measurements crosses `start`).
"""


@dataclass(frozen=True, eq=False)
class Chart:
    """A picture: what it shows, a title, and a description for those who do not see it."""

    kind: ChartKind
    id: str
    title: str
    description: str
    frame: pl.DataFrame
    words: Mapping[str, str]
    """The texts in it (axes, legend), by what they stand for: see the function that draws it."""
    axis: tuple[float, float] = (0.0, 100.0)
    """Where the axis of intervals and slopes begins and ends."""
    digits: int = 1
    """Decimals of the numbers of intervals."""


@dataclass(frozen=True, eq=False)
class TableBlock:
    """A table with headings and texts in the language of the document, and notes below it.

    `table.columns` say how many decimals its numbers have (`report.numbers.shown`); `table.frame`
    holds full precision.
    """

    table: ResultTable
    notes: tuple[str, ...] = ()
    keys: int = 1
    """How many of its first columns say what a row is about, where it goes on beside itself."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    texts: tuple[str, ...]


Block = Chart | TableBlock | Paragraph | Points


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading; `id` is the same in every language."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 1
    """1 for a section, 2 for one below it."""
    appendix: bool = False
    """Whether it has tables to look things up in, which paper and presentations but name."""


@dataclass(frozen=True)
class Document:
    """A report in one language, ready for any writer."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    """The first is the summary: it stands alone where there is room for one page."""
    words: Mapping[str, str]
    """Texts that writers need: `contents`, `page`, `table`, `figure`, `note`, …"""
    tables: Mapping[str, ResultTable]
    """The result tables behind it, as they would be written as csv."""
    recipe: Mapping[str, Any]
    theme: Theme = field(default_factory=Theme)
