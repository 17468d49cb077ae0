"""What is left of the tables when each part has shown what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from vested.report.document.comparison.parts import MORE, Compared
from vested.report.document.model import Block, Paragraph, Section, TableBlock

METHODS = ("weighting", "ledger")
"""Tables on how it was done, which stand there."""
_ROWS = 2000
"""Nobody looks anything up in a longer table on paper, and no browser shows it: our choice."""
_TEXT = (
    "All rows of the tables of which the sections before show a part, on every measure: to look "
    "things up in."
)


def appendix(compared: Compared, parts: Sequence[Section]) -> list[Section]:
    """Every table that no part shows in full; nothing where there is none."""
    whole = {
        block.table.name
        for section in parts
        for block in section.blocks
        if isinstance(block, TableBlock) and MORE not in block.notes
    }
    tables: list[Block] = []
    too_long: list[str] = []
    for name, table in compared.found.tables.items():
        if name in {*METHODS, *whole} or not table.frame.height:
            continue
        if table.frame.height > _ROWS:
            too_long.append(f"{table.title} ({table.frame.height} rows)")
        else:
            tables.append(compared.table(name, title=f"{table.title}: all"))
    if not tables and not too_long:
        return []
    texts = [_TEXT, f"In files of csv, json and parquet alone: {', '.join(too_long)}."]
    first = [Paragraph(text) for text in texts[: 1 + bool(too_long)]]
    return [Section("all-measures", "All measures", (*first, *tables), appendix=True)]
