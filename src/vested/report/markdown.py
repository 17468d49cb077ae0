"""Result tables as Markdown, for people: numbers with as many decimals as a column says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.report.text import in_markdown
from vested.report.words import footnotes
from vested.table import ResultTable

if TYPE_CHECKING:
    from vested.analysis.result import Analysis


def table(result: ResultTable) -> bytes:
    """One table as a Markdown table."""
    frame = result.frame
    numeric = [kind.is_numeric() for kind in frame.dtypes]
    head = [in_markdown(column.heading) for column in result.columns]
    lines = [_line(head), _line(["---:" if is_number else "---" for is_number in numeric])]
    digits = [column.digits for column in result.columns]
    lines += [_line([*map(_cell, row, digits)]) for row in frame.rows()]
    return ("\n".join(lines) + "\n").encode()


def analysis(result: Analysis) -> bytes:
    """All tables one after the other, the headline scores first."""
    shown = result.tables["scores"]
    first = [output.id for output in result.instrument.headlines]
    headline = shown.frame.filter(pl.col("measure").is_in(first))
    rest = shown.frame.filter(~pl.col("measure").is_in(first))
    parts = [
        ("Headline scores", headline, shown),
        ("Further scores", rest, shown),
        *((t.title, t.frame, t) for t in result.tables.values() if t.name != "scores"),
    ]
    text = "# Scores per organisation\n"
    for title, frame, described in parts:
        if frame.height:
            body = table(ResultTable(described.name, title, described.columns, frame)).decode()
            text += f"\n## {title}\n\n{body}"
    text += "".join(f"\n{in_markdown(line)}\n" for line in footnotes(result))
    return text.encode()


def tables(results: Mapping[str, ResultTable], made_by: Mapping[str, Any]) -> bytes:
    """Several tables one after the other; what made them stands in the recipe of a folder."""
    parts = [f"## {result.title}\n\n{table(result).decode()}" for result in results.values()]
    return "\n".join(parts).encode()


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, digits) + 0.0:.{digits}f}"  # no -0.0
    return in_markdown(str(value))
