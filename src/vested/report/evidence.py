"""Evidence in the terminal: the answer in one sentence, then the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from rich.text import Text

from vested.report.terminal import MAX_ROWS, console_on, new_table, put
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from vested.analysis.evidence import Evidence
    from vested.table import ResultTable

_DIGITS = {"p": 3, "seconds_per_item": 1, "f": 2, "sem": 1, "respondents_for_70": 0}
_HIDDEN = {"missing_rule", "icc2_plain", "omega_h"}


def show_evidence(evidence: Evidence, stream: IO[str], *, detail: bool = False) -> None:
    """Print the answer, what to look at, and the tables; with `detail` those per item as well."""
    console = console_on(stream)
    put(console, evidence.answer)
    for finding in evidence.findings:
        put(console, f"· {harmless(finding)}")
    shown = [name for name in evidence.tables if name not in {"ledger", "missing", "items"}]
    for name in [*(("items", "missing") if detail else ()), *shown]:
        table = evidence.tables[name]
        if table.frame.height:
            put(console, f"\n{table.title}")
            _show(console, table)
    put(console, f"{evidence.ledger_line}.")
    put(
        console,
        "Cut-offs are conventions: `vested explain gate` says where each comes from, "
        "`vested explain NAME` what a statistic is and where it misleads.",
    )


def _show(console: Console, table: ResultTable) -> None:
    columns = [column for column in table.columns if column.key not in _HIDDEN]
    drawn = new_table(console)
    kinds = table.frame.schema
    for column in columns:
        number = kinds[column.key].is_numeric()
        drawn.add_column(column.heading, justify="right" if number else "left", overflow="fold")
    rows = table.frame.select(column.key for column in columns).head(MAX_ROWS).rows()
    keys = [column.key for column in columns]
    for row in rows:
        drawn.add_row(*_cells(keys, row))
    put(console, drawn)
    if table.frame.height > MAX_ROWS:
        put(console, f"… and {table.frame.height - MAX_ROWS:,} more; --output FOLDER has them all.")


def _cells(keys: Sequence[str], row: Sequence[Any]) -> list[Text]:
    return [Text(_cell(key, value)) for key, value in zip(keys, row, strict=True)]


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{_DIGITS.get(key, 2)}f}"
    return harmless(str(value))
