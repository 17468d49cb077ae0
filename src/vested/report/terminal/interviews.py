"""Interviews and the joint display in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import polars as pl

from vested.model import in_language
from vested.report.terminal import console_on, put
from vested.report.terminal.tables import show_table
from vested.report.text import harmless

if TYPE_CHECKING:
    from vested.analysis.consolidate import Consolidation
    from vested.analysis.interviews import Interviews
    from vested.analysis.interviews.inspect import CodedInspection
    from vested.table import ResultTable

_INTERVIEWS: Mapping[str, tuple[str, ...]] = {
    "evidence": (
        *("organisation", "measure", "sources", "segments", "polarity", "score", "ci_low"),
        *("ci_high", "phases"),
    ),
    "coders": (
        *("code", "unit", "coders", "units", "prevalence", "agreement", "kappa", "alpha"),
        *("alpha_low", "alpha_high", "ac1", "alpha_u"),
    ),
    "shock": (),
    "saturation": (),
}
_CONSOLIDATION: Mapping[str, tuple[str, ...]] = {
    "display": (
        *("organisation", "measure", "score", "score_low", "score_high", "gate", "evidence"),
        *("evidence_low", "evidence_high", "sources", "difference", "convergence", "because"),
    ),
    "profiles": (),
}
"""The tables that are shown without --detail, and of some of them the columns."""


def show_interviews(found: Interviews, stream: IO[str], *, detail: bool = False) -> None:
    """Print the answer, and the tables: with `detail` all of them."""
    console = console_on(stream)
    put(console, found.answer)
    put(console, found.saturation_sentence)
    _show(found.tables, _INTERVIEWS, stream, detail=detail)
    put(
        console,
        "Passages stand behind their ids; --quotations FILE writes them. `vested explain NAME` "
        "says what a statistic is and where it misleads.",
    )


def show_consolidation(found: Consolidation, stream: IO[str], *, detail: bool = False) -> None:
    """Print where survey and interviews agree, those that differ most first."""
    console = console_on(stream)
    put(console, found.answer)
    _show(found.tables, _CONSOLIDATION, stream, detail=detail)
    put(console, harmless(f"{found.analysis.ledger_line}."))


def show_coded(found: CodedInspection, stream: IO[str]) -> None:
    """Print how each code and each source of coded interviews is understood."""
    console = console_on(stream)
    name = in_language(found.instrument.name)
    told = f"Instrument: {found.instrument.id} {found.instrument.version}, {name}"
    put(console, harmless(told))
    show_tables(found.tables, stream)


def show_tables(tables: Mapping[str, ResultTable], stream: IO[str]) -> None:
    """Print all tables that hold something."""
    console = console_on(stream)
    for table in tables.values():
        if table.frame.height:
            put(console, f"\n{table.title}")
            show_table(console, table)


def _show(
    tables: Mapping[str, ResultTable],
    short: Mapping[str, tuple[str, ...]],
    stream: IO[str],
    *,
    detail: bool,
) -> None:
    console = console_on(stream)
    order = [*short, *(name for name in tables if name not in short)]
    for name in (name for name in order if name in tables):
        table = tables[name]
        if not detail and name in short:
            table = _telling(table)
        if (detail or name in short) and table.frame.height:
            put(console, f"\n{table.title}")
            show_table(console, table, () if detail else short[name])
    more = [table.title for name, table in tables.items() if name not in short]
    if not detail and more:
        put(console, f"--detail shows more: {', '.join(more)}.")


def _telling(table: ResultTable) -> ResultTable:
    """The table without the rows that only say that there is nothing to say."""
    frame = table.frame
    if "status" in frame.columns:
        frame = frame.filter(pl.col("status") != "suppressed")
    if "convergence" in frame.columns:
        frame = frame.filter(pl.col("convergence") != "silence")
    return replace(table, frame=frame)
