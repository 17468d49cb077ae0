"""A document of result tables alone, for the results that no report is written of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vested.report.document.model import Block, Document, Paragraph, Points, Section, TableBlock
from vested.report.document.sections.parts import harmless_texts
from vested.report.document.wording import Words
from vested.report.text import harmless

if TYPE_CHECKING:
    from vested.report import Result


def of_tables(result: Result) -> Document:
    """A section with the answer and the findings, where there are any, and one for each table."""
    words = Words("en")
    first: list[Block] = []
    findings = getattr(result, "findings", ())
    if (answer := getattr(result, "answer", "")) and answer not in findings:
        first.append(Paragraph(harmless(answer)))
    if findings:
        first.append(Points(tuple(map(harmless, findings))))
    sections = [Section("summary", words("summary"), tuple(first))]
    for name, table in result.tables.items():
        if table.frame.height:
            shown = replace(table, frame=harmless_texts(table.frame))
            sections.append(Section(f"table-{name}", table.title, (TableBlock(shown),)))
    title = getattr(result, "title", result.tables[result.main].title)
    return Document("en", title, "", tuple(sections), words.all(), result.tables, result.recipe)
