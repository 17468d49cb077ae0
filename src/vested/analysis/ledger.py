"""The account of every row and every cell; it must balance, or nothing is shown."""

from __future__ import annotations

from collections import Counter

import polars as pl

from vested.survey.lookups import ANSWERED
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

COLUMNS = (
    Column("source", "Source", "Which strand of the evidence the line is about: survey."),
    Column("stage", "Stage", "read, then used or set aside (rows), answered or missing (cells)."),
    Column("unit", "Unit", "row (a respondent) or cell (one answer)."),
    Column("reason", "Reason", "Why a row was set aside or a cell is missing; else empty."),
    Column("count", "Count", "How many rows or cells."),
)
SOURCE = "survey"


def ledger(reduction: Reduction) -> ResultTable:
    """Rows read = used + set aside; cells read = answered + missing, by reason.

    Raises `RuntimeError` if the sums do not balance: then the program is wrong, not the data.
    """
    cells: Counter[str] = reduction.cells_aside + reduction.answers
    rows: list[tuple[str, str, str | None, int]] = [("read", "row", None, reduction.rows_read)]
    rows.append(("used", "row", None, reduction.rows_used))
    rows += [("set aside", "row", reason, n) for reason, n in sorted(reduction.rows_aside.items())]
    rows.append(("read", "cell", None, reduction.cells_read))
    rows.append(("answered", "cell", None, cells.pop(ANSWERED, 0)))
    rows += [("missing", "cell", reason, n) for reason, n in sorted(cells.items()) if n]
    for unit in ("row", "cell"):
        read = sum(n for stage, of, _, n in rows if of == unit and stage == "read")
        rest = sum(n for stage, of, _, n in rows if of == unit and stage != "read")
        if read != rest:
            raise RuntimeError(f"the ledger does not balance: {read} {unit}s read, {rest} found")
    frame = pl.DataFrame(
        {
            "source": [SOURCE] * len(rows),
            "stage": [row[0] for row in rows],
            "unit": [row[1] for row in rows],
            "reason": pl.Series([row[2] for row in rows], dtype=pl.String),
            "count": [row[3] for row in rows],
        }
    )
    return ResultTable("ledger", "Ledger", COLUMNS, frame)


def in_one_line(ledger: pl.DataFrame) -> str:
    """`612 rows read · 604 used · 8 set aside: 5 no organisation, 3 no answers`."""
    rows = ledger.filter(pl.col("unit") == "row")

    def count(stage: str) -> int:
        return int(rows.filter(pl.col("stage") == stage)["count"].sum())

    line = f"{count('read'):,} rows read · {count('used'):,} used"
    if not count("set aside"):
        return f"{line} · none set aside"
    aside = rows.filter(pl.col("stage") == "set aside").sort(
        "count", "reason", descending=[True, False]
    )
    reasons = ", ".join(f"{n:,} {reason}" for reason, n in aside.select("reason", "count").rows())
    return f"{line} · {count('set aside'):,} set aside: {reasons}"
