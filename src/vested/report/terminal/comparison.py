"""Comparisons in the terminal: what they say in sentences, then the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from vested.report.terminal import console_on, put
from vested.report.terminal.quadrant import Point, quadrant
from vested.report.terminal.tables import show_table
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

_SHORT: dict[str, tuple[str, ...]] = {
    "groups": ("by", "measure", "group", "organisations", "mean", "low", "high", "reason"),
    "group_tests": (
        *("by", "measure", "test", "group", "other", "difference", "difference_low"),
        *("difference_high", "p_holm", "effect_size", "effect"),
    ),
    "change": (
        *("organisation", "measure", "wave", "next_wave", "score", "next_score", "difference"),
        *("difference_low", "difference_high", "method", "comparable"),
    ),
    "shock": (
        *("organisation", "measure", "depth", "recovery", "rebound", "rebound_low"),
        *("rebound_high", "profile", "probability"),
    ),
    "service_levels": ("organisation", "depth", "recovery", "loss", "gain", "reason"),
    "paradoxes": ("measure", "organisation", "joint", "tilt", "balance", "place"),
    "congruence": ("measure", "outcome", "organisations", "a1", "a4", "a4_low", "a4_high"),
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


_ALL_MEASURES = ("groups", "group_tests", "change", "shock")


def show_comparison(found: Comparison, stream: IO[str], *, detail: bool = False) -> None:
    """Print the conclusions, and the tables: with `detail` all of them."""
    console = console_on(stream)
    for sentence in found.findings:
        put(console, f"· {harmless(sentence)}")
    for name, table in found.tables.items():
        if (detail or name in _SHORT) and table.frame.height:
            put(console, f"\n{table.title}")
            if detail:
                show_table(console, table)
            else:
                show_table(console, _of_headlines(found, table), _SHORT[name])
        if name == "paradoxes":
            _maps(console, found, table)
    put(console, f"{found.ledger_line}.")
    left_out = [table.title for name, table in found.tables.items() if name not in _SHORT]
    if not detail and left_out:
        put(console, f"--detail shows more: {', '.join(left_out)}.")


def _maps(console: Console, found: Comparison, table: ResultTable) -> None:
    """A map of each pair: which pole leads, and how far both are met."""
    for measure in found.instrument.measures:
        frame = table.frame.filter(measure=measure.id)
        if measure.kind != "pair" or not frame.height:
            continue
        rows = frame.select("organisation", "tilt", "joint").rows()
        points = [Point(harmless(name), tilt, joint) for name, tilt, joint in rows]
        put(console, f"\n{measure.id}: joint upwards, tilt to the sides")
        for line in quadrant(points, measure.of[1], measure.of[0]):
            put(console, line)


def _of_headlines(found: Comparison, table: ResultTable) -> ResultTable:
    """The rows on headline measures, of a table that goes through all measures."""
    if table.name not in _ALL_MEASURES:
        return table
    first = [output.id for output in found.instrument.headlines]
    return replace(table, frame=table.frame.filter(table.frame["measure"].is_in(first)))
