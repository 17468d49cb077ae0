"""The numbers of a chart as the columns of a table, for forms that print and do not draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from vested.report.document.model import Chart
from vested.report.paper.apa import PaperColumn, cell, interval, paper_columns
from vested.table import Column, ResultTable

_SHOWN = {
    "intervals": {"label": 0, "score": 1, "low": 1, "high": 1, "norm": 1, "careful": 0},
    "answers": {"label": 0, "unfavourable": 2, "middle": 2, "favourable": 2, "respondents": 0},
    "quadrant": {
        "label": 0, "first": 0, "second": 0, "tilt": 1, "tilt_low": 1, "tilt_high": 1,
        "joint": 1, "joint_low": 1, "joint_high": 1,
    },
    "saturation": {"sources": 0, "codes": 0},
    "profile": {
        "label": 0, "thrived": 2, "absorbed": 2, "held": 2, "recovered": 2, "declined": 2,
    },
    "triangle": {"label": 0, "time": 1, "level": 1, "start": 1},
}  # fmt: skip
"""Columns of the frame, and how many decimals they have."""
_HEADINGS = {"respondents": "n", "first": "+", "second": "\N{MINUS SIGN}"}
"""Where a chart has no word for a column: a tilt above 0 leans towards its first pole."""
_ENDS = {"low": "score_low", "high": "score_high"}
_SCORE = Column("score", "", "", 1)
_CAREFUL = "?"


def chart_columns(
    chart: Chart, language: str = "en", confidence: float | None = None
) -> tuple[PaperColumn, ...]:
    """What a chart shows, in its order; a score to be read with caution is marked by `?`."""
    if chart.kind == "heat":
        return tuple(_heat(chart, language))
    if chart.kind == "slope":
        return tuple(_slope(chart, language))
    digits = {"group": 0, **_SHOWN[chart.kind]}
    if chart.kind == "intervals":
        digits |= dict.fromkeys(("score", "low", "high", "norm"), chart.digits)
    frame = _shown(chart)
    columns = tuple(
        Column(
            _ENDS.get(name, name), chart.words.get(name, _HEADINGS.get(name, "")), "", digits[name]
        )
        for name in frame.columns
    )
    found = ResultTable(chart.id, chart.title, columns, frame.rename(_ENDS, strict=False))
    printed = paper_columns(found, language, confidence)
    if "range" not in chart.words:
        return printed
    # What the bars show is no confidence interval.
    at = frame.columns.index("low")
    return (*printed[:at], replace(printed[at], heading=chart.words["range"]), *printed[at + 1 :])


def _shown(chart: Chart) -> pl.DataFrame:
    """The rows and columns of the frame that say something."""
    frame, wanted = chart.frame, list(_SHOWN[chart.kind])
    if chart.kind == "triangle":
        frame = frame.filter("measured")
    if chart.kind == "profile":
        wanted = [name for name in wanted if name == "label" or (frame[name] != 0).any()]
    if chart.kind == "intervals":
        if frame.select("label").is_duplicated().any():
            wanted.insert(0, "group")  # tells its rows apart
        if not frame["careful"].any():
            wanted.remove("careful")
        if frame["norm"].null_count() == frame.height:
            wanted.remove("norm")
        mark = pl.when("careful").then(pl.lit(_CAREFUL)).otherwise(pl.lit(""))
        frame = frame.with_columns(careful=mark)
    return frame.select(wanted)


def _heat(chart: Chart, language: str) -> Iterator[PaperColumn]:
    """A row and a column for each of the picture's; what is hidden there is said to be."""
    hidden = chart.words.get("hidden", "")
    cells = {
        (row, column): (cell(score, _SCORE, language) if score is not None else hidden)
        + (_CAREFUL if careful else "")
        for row, column, score, careful in chart.frame.select(
            "row", "column", "score", "careful"
        ).iter_rows()
    }
    rows = chart.frame["row"].unique(maintain_order=True).to_list()
    yield PaperColumn(chart.words.get("row", ""), tuple(rows), number=False)
    for column in chart.frame["column"].unique(maintain_order=True):
        found = tuple(cells.get((row, column), "") for row in rows)
        yield PaperColumn(column, found, number=True)


def _slope(chart: Chart, language: str) -> Iterator[PaperColumn]:
    """A row for each line of the picture, a column for each wave."""
    cells = {
        (label, wave): cell(score, _SCORE, language)
        + (f" {interval(low, high, _SCORE, language)}" if low is not None else "")
        for label, wave, score, low, high in chart.frame.select(
            "label", "wave", "score", "low", "high"
        ).iter_rows()
    }
    labels = chart.frame["label"].unique(maintain_order=True).to_list()
    yield PaperColumn(chart.words.get("label", ""), tuple(labels), number=False)
    for wave in chart.frame["wave"].unique(maintain_order=True):
        found = tuple(cells.get((label, wave), "") for label in labels)
        yield PaperColumn(f"{chart.words.get('wave', '')} {wave}".strip(), found, number=True)
