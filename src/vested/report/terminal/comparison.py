"""Comparisons in the terminal: what they say in sentences, then the tables."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from vested.report.terminal import console_on, put
from vested.report.terminal.tables import show_table
from vested.report.text import harmless

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison

_SHORT: dict[str, tuple[str, ...]] = {
    "claims": (
        *("wave", "hypothesis", "cause", "outcome", "method", "estimate", "ci_low", "ci_high", "p"),
        *("organisations", "reason"),
    ),
    "mediation": (
        *("wave", "hypothesis", "mediator", "method", "indirect", "ci_low", "ci_high", "total"),
        *("organisations", "reason"),
    ),
    "robustness": (
        "organisation",
        "index",
        "score",
        "rank",
        "median_rank",
        "rank_low",
        "rank_high",
    ),
    "stability": (),
}
"""The tables that are shown without --detail, and of some of them the columns."""


def show_comparison(found: Comparison, stream: IO[str], *, detail: bool = False) -> None:
    """Print the conclusions, and the tables: with `detail` all of them."""
    console = console_on(stream)
    for sentence in found.findings:
        put(console, f"· {harmless(sentence)}")
    for name, table in found.tables.items():
        if (detail or name in _SHORT) and table.frame.height:
            put(console, f"\n{table.title}")
            show_table(console, table, () if detail else _SHORT[name])
    put(console, f"{found.ledger_line}.")
    left_out = [table.title for name, table in found.tables.items() if name not in _SHORT]
    if not detail and left_out:
        put(console, f"--detail shows more: {', '.join(left_out)}.")
