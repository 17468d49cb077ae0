"""The claims: correlations between halves of respondents beside naive ones."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from vested.report.document.comparison.parts import Compared, Dot, at_both_ends
from vested.report.document.model import Block, Paragraph, Section
from vested.report.text import harmless

_METHODS = {"split": "two halves of respondents", "pearson": "same respondents (naive)"}
_SHORT = (
    *("wave", "hypothesis", "cause", "outcome", "method", "estimate", "ci_low", "ci_high"),
    *("boot_low", "boot_high", "p", "organisations", "reason"),
)
_MEDIATION = (
    *("wave", "hypothesis", "cause", "mediator", "outcome", "method", "indirect", "ci_low"),
    *("ci_high", "total", "organisations", "reason"),
)
_FURTHER = ("within_between", "common_method", "power")


def claims(compared: Compared) -> Iterator[Section]:
    """A picture of all claims, and the tables; nothing where none are tested."""
    frame = compared.frame("claims")
    if frame is None:
        return
    text = (
        f"A dot is a correlation over organisations, its bar the {compared.level} interval: one "
        "that crosses 0 cannot be told from chance. What the same respondents judge goes together "
        "too much, so the first row takes two halves of them."
    )
    blocks: list[Block] = [Paragraph(text)]
    if dots := _dots(compared, frame):
        drawn, which = at_both_ends(dots)
        blocks.append(
            compared.intervals(
                "claims", f"Do they go together?{which}", "Correlations over organisations.",
                drawn, "Correlation over organisations", axis=(-1.0, 1.0), digits=2,
                words={"label": "Measured by", "group": "Claim"},
            )
        )  # fmt: skip
    blocks.append(compared.table("claims", _SHORT))
    if compared.frame("mediation") is not None:
        blocks.append(compared.table("mediation", _MEDIATION))
    blocks += [compared.table(name) for name in _FURTHER if compared.frame(name) is not None]
    yield Section("claims", "The claims", tuple(blocks))


def _dots(compared: Compared, frame: pl.DataFrame) -> list[Dot]:
    """For each claim and wave the correlation between halves, and the naive one below it."""
    found: dict[str, list[Dot]] = {}
    known = frame.filter(pl.col("estimate").is_not_null() & pl.col("method").is_in([*_METHODS]))
    order = pl.col("method").replace_strict({name: at for at, name in enumerate(_METHODS)})
    first = [name for name in ("wave",) if name in frame.columns]
    for row in known.sort(*first, order, maintain_order=True).iter_rows(named=True):
        about = f"{compared.measure(row['cause'])} and {compared.measure(row['outcome'])}"
        group = f"{harmless(row['hypothesis'])}: {about}"
        said = _METHODS[row["method"]]
        wave = harmless(row.get("wave") or "")
        label = f"Wave {wave}: {said}" if wave else f"{said[0].upper()}{said[1:]}"
        ends = (row["ci_low"], row["ci_high"])
        found.setdefault(group, []).append(Dot(label, row["estimate"], *ends, group))
    return [dot for own in found.values() for dot in own]
