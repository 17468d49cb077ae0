"""Scores of groups within organisations."""

from __future__ import annotations

import polars as pl

from vested.report.document.model import Paragraph, Section
from vested.report.document.sections.parts import Contents


def groups(contents: Contents) -> list[Section]:
    """The headline scores of each group; nothing where no groups are told apart."""
    words, table = contents.words, contents.report.tables.get("groups")
    if table is None:
        return []
    frame = table.frame.filter(pl.col("measure").is_in(contents.headlines))
    names = frame.columns[1 : frame.columns.index("measure")]
    first = ("organisation",) if len(contents.organisations) > 1 else ()
    columns = (*first, *names, "measure", "respondents", "score", "ci_low", "ci_high", "status")
    shown = contents.table("groups", words("groups.table"), columns, frame=frame)
    return [Section("groups", words("groups"), (Paragraph(words("groups.text")), shown))]
