"""What is left of the tables when each part has shown what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from vested.report.document.comparison.parts import MORE, Compared
from vested.report.document.model import Block, Paragraph, Section, TableBlock

_LEDGER = "ledger"
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
    for name in compared.found.tables:
        if name not in {_LEDGER, *whole} and compared.frame(name) is not None:
            title = f"{compared.found.tables[name].title}: all"
            tables.append(compared.table(name, title=title))
    if not tables:
        return []
    return [Section("all-measures", "All measures", (Paragraph(_TEXT), *tables), appendix=True)]
