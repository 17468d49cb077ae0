"""Evidence in the terminal: the answer in one sentence, then the tables."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from vested.report.terminal import console_on, put
from vested.report.terminal.tables import show_table
from vested.report.text import harmless

if TYPE_CHECKING:
    from vested.analysis.evidence import Evidence

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
            show_table(console, table, () if detail else _SHORT[name])
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
