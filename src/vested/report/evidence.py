"""Evidence in the terminal: the answer in one sentence, then the tables."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import polars as pl
from rich.text import Text

from vested.report.terminal import MAX_ROWS, console_on, new_table, put
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from vested.analysis.evidence import Evidence
    from vested.table import Column, ResultTable

_SHORT: dict[str, tuple[str, ...]] = {
    "agreed": (),
    "quality": ("screen", "respondents", "flagged", "share", "cut", "reason"),
    "comparison": (),
    "reliability": (
        *("measure", "items", "respondents", "alpha", "alpha_low", "alpha_high", "mean_r"),
        *("spearman_brown", "omega_total", "omega_h", "alpha_ordinal", "sem"),
    ),
    "weights": (),
    "aggregation": (
        *("measure", "respondents", "icc1", "icc1_low", "icc1_high", "icc2", "f", "p"),
        *("design_effect", "respondents_for_70"),
    ),
    "components": (),
    "suitability": (
        *("items", "respondents", "kmo", "bartlett_chi_square", "bartlett_p", "facets", "factors"),
        "components",
    ),
    "models": (
        *("model", "respondents", "chi_square", "df", "cfi", "tli", "rmsea", "rmsea_low"),
        *("rmsea_high", "srmr", "reason"),
    ),
    "differential": ("over", "measure", "item", "uniform_p", "nonuniform_p", "nagelkerke", "size"),
    "invariance": (
        *("over", "model", "level", "groups", "cfi", "rmsea", "delta_cfi", "delta_rmsea", "holds"),
        "reason",
    ),
}
"""The tables that are shown without --detail, and of some of them the columns."""


def show_evidence(evidence: Evidence, stream: IO[str], *, detail: bool = False) -> None:
    """Print the answer, what to look at, and the tables: with `detail` all of them, row by row."""
    console = console_on(stream)
    put(console, evidence.answer)
    for finding in evidence.findings:
        put(console, f"· {harmless(finding)}")
    order = [*_SHORT, *(name for name in evidence.tables if name not in _SHORT)]
    for name in (name for name in order if name in evidence.tables and name != "ledger"):
        table = evidence.tables[name]
        if (detail or name in _SHORT) and table.frame.height:
            put(console, f"\n{table.title}")
            _show(console, table, () if detail else _SHORT[name])
    put(console, f"{evidence.ledger_line}.")
    left_out = [evidence.tables[name].title for name in evidence.tables if name not in _SHORT]
    if not detail:
        titles = ", ".join(title for title in left_out if title != "Ledger")
        put(console, f"--detail shows more: {titles}.")
    put(
        console,
        "Cut-offs are conventions: `vested explain gate` says where each comes from, "
        "`vested explain NAME` what a statistic is and where it misleads.",
    )


def _show(console: Console, table: ResultTable, wanted: tuple[str, ...]) -> None:
    """A table with the wanted columns, or all; those without any value are left out."""
    frame = table.frame
    if wanted and "df" in wanted:
        frame = frame.filter((pl.col("df") > 0) | (pl.col("reason") != ""))  # else nothing is told
    columns = [
        column
        for column in table.columns
        if (not wanted or column.key in wanted)
        and any(value not in (None, "") for value in frame[column.key])
    ]
    drawn = new_table(console)
    for column in columns:
        number = frame.schema[column.key].is_numeric()
        drawn.add_column(column.heading, justify="right" if number else "left", overflow="fold")
    rows = frame.select(column.key for column in columns).head(MAX_ROWS).rows()
    for row in rows:
        drawn.add_row(*map(_cell, columns, row))
    put(console, drawn)
    if frame.height > MAX_ROWS:
        put(console, f"… and {frame.height - MAX_ROWS:,} more; --output FOLDER has them all.")


def _cell(column: Column, value: Any) -> Text:
    if value is None:
        return Text("–")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, float):
        least = 10**-column.digits
        if column.key.endswith("p") and value < least:
            return Text(f"<{least:g}")
        return Text(f"{round(value, column.digits) + 0.0:.{column.digits}f}")  # no -0.00
    return Text(harmless(str(value)))
