"""How far to trust the scores: agreement, reliability, care, and what was left out."""

from __future__ import annotations

import polars as pl

from vested.report.document.model import Block, Paragraph, Section
from vested.report.document.sections.parts import Contents

_AGREEMENT = ("organisation", "measure", "respondents", "rwg_uniform", "rwg_slight_skew", "ad")
_RELIABILITY = (
    *("measure", "items", "respondents", "alpha", "alpha_low", "alpha_high", "spearman_brown"),
    *("omega_total", "sem"),
)
_AGGREGATION = ("measure", "organisations", "respondents", "icc1", "icc1_low", "icc1_high", "icc2")


def trust(contents: Contents) -> Section:
    """The gate in a sentence, then the tables that it and the scores rest on."""
    words, tables = contents.words, contents.report.tables
    blocks: list[Block] = []
    if contents.options["gate"] == "on":
        blocks.append(Paragraph(_gate(contents)))
    if contents.report.evidence is None:
        blocks.append(Paragraph(words("trust.none")))
    else:
        many = len(contents.organisations) > 1
        agreement = tables["agreement"].frame.drop_nulls("respondents")
        if agreement.height and not many:
            blocks.append(
                contents.table(
                    "agreement", words("trust.agreement"), _AGREEMENT[1:],
                    (words("trust.agreement_note"),), agreement,
                )
            )  # fmt: skip
        for name, columns in (("reliability", _RELIABILITY), ("aggregation", _AGGREGATION)):
            frame = tables[name].frame
            if name == "aggregation":
                frame = frame.filter(pl.col("organisations") > 1)
            if frame.height:
                note = words(f"trust.{name}_note")
                blocks.append(contents.table(name, words(f"trust.{name}"), columns, (note,), frame))
        blocks += _quality(contents)
    return Section("trust", words("trust"), tuple(blocks))


def _gate(contents: Contents) -> str:
    frame = contents.report.analysis.headline_scores()
    shown = frame.filter(pl.col("status") != "suppressed").height
    careful = frame.filter(pl.col("status") == "caution").height
    if not shown:
        return contents.words("trust.gate_none")
    if not careful:
        return contents.words("trust.gate_open", n=shown)
    return contents.words("trust.gate_careful", careful=careful, n=shown)


def _quality(contents: Contents) -> list[Block]:
    words, table = contents.words, contents.report.tables.get("quality")
    if table is None:
        return []
    frame = table.frame.filter(pl.col("respondents") > 0)
    if not frame.height:
        return []
    columns = ("screen", "respondents", "flagged", "share")
    return [
        contents.table(
            "quality", words("trust.quality"), columns, (words("trust.quality_note"),), frame
        )
    ]
