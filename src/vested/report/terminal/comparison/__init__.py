"""Comparisons in the terminal: what they say in sentences, then pictures, then tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from vested.report.terminal.comparison.claims import show_claims, show_mediation
from vested.report.terminal.comparison.groups import show_groups
from vested.report.terminal.comparison.paradoxes import show_congruence, show_paradoxes
from vested.report.terminal.comparison.robustness import show_choices, show_ranks, show_stability
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.services import show_services
from vested.report.terminal.comparison.table import show_compact
from vested.report.terminal.comparison.waves import show_change, show_shock

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

PICTURES: dict[str, Callable[[Screen, Comparison, ResultTable], None]] = {
    "groups": show_groups,
    "change": show_change,
    "shock": show_shock,
    "service_levels": show_services,
    "paradoxes": show_paradoxes,
    "congruence": show_congruence,
    "claims": show_claims,
    "mediation": show_mediation,
    "robustness": show_ranks,
    "stability": show_stability,
    "sobol": show_choices,
}
"""How a table is shown where all its numbers are not asked for; what is not here is left out."""

_SHOWN = {*PICTURES, "service_courses"}
"""Tables of which a picture shows what there is."""


def show_comparison(found: Comparison, stream: IO[str], *, detail: bool = False) -> None:
    """Print the conclusions and the pictures; with `detail` all rows of them, and all tables."""
    screen = Screen(stream, detail=detail)
    for sentence in found.findings:
        screen.say(sentence, "· ")
    for name, table in found.tables.items():
        if name in PICTURES and table.frame.height:
            PICTURES[name](screen, found, table)
        if detail and table.frame.height:
            show_compact(screen, table)
    screen.line()
    screen.say(f"{found.ledger_line}.")
    if detail:
        return
    left_out = [table.title for name, table in found.tables.items() if name not in _SHOWN]
    screen.say(
        f"--detail shows all organisations and numbers, and more: {', '.join(left_out)}. "
        "--output report.html writes a report."
    )
