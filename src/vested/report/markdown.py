"""Result tables as Markdown, for people: numbers with as many decimals as a column says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vested.report.document.model import Block, Chart, Document, Paragraph, Points, TableBlock
from vested.report.paper.apa import PaperColumn, confidence_of, paper_columns
from vested.report.paper.charts import chart_columns
from vested.report.text import in_markdown
from vested.table import ResultTable

_STARTS_A_BLOCK = re.compile(r"[-+=]|\d+(?=[.)])")


def table(result: ResultTable) -> bytes:
    """One table as a Markdown table."""
    frame = result.frame
    numeric = [kind.is_numeric() for kind in frame.dtypes]
    head = [in_markdown(column.heading) for column in result.columns]
    lines = [_line(head), _line(["---:" if is_number else "---" for is_number in numeric])]
    digits = [column.digits for column in result.columns]
    lines += [_line([*map(_cell, row, digits)]) for row in frame.rows()]
    return ("\n".join(lines) + "\n").encode()


def tables(results: Mapping[str, ResultTable], made_by: Mapping[str, Any]) -> bytes:
    """Several tables one after the other; what made them stands in the recipe of a folder."""
    parts = [f"## {result.title}\n\n{table(result).decode()}" for result in results.values()]
    return "\n".join(parts).encode()


def document(document: Document) -> bytes:
    """A report in one file: tables in APA style, charts as descriptions and tables of numbers."""
    lines = [f"# {in_markdown(document.title)}", "", _paragraph(document.subtitle)]
    number = 0
    for section in document.sections:
        lines += ["", f"{'#' * (section.level + 1)} {in_markdown(section.title)}"]
        for block in section.blocks:
            number += isinstance(block, Chart | TableBlock)
            lines += ["", *_block(block, document, number)]
    return ("\n".join(lines) + "\n").encode()


def _block(block: Block, document: Document, number: int) -> Iterator[str]:
    language, confidence = document.language, confidence_of(document.recipe)
    if isinstance(block, Paragraph):
        yield _paragraph(block.text)
    elif isinstance(block, Points):
        yield from (f"- {_paragraph(text)}" for text in block.texts)
    elif isinstance(block, Chart):
        yield from (_paragraph(block.description), "")
        columns = chart_columns(block, language, confidence)
        yield from _in_paper(block.title, columns, (), document, number)
    elif isinstance(block, TableBlock):
        columns = paper_columns(block.table, language, confidence)
        yield from _in_paper(block.table.title, columns, block.notes, document, number)


def _in_paper(
    title: str,
    columns: Sequence[PaperColumn],
    notes: Sequence[str],
    document: Document,
    number: int,
) -> Iterator[str]:
    yield f"**{in_markdown(document.words.get('table', 'Table'))} {number}**"
    yield from ("", f"*{in_markdown(title.strip())}*", "")
    heads = (in_markdown(column.heading) for column in columns)
    symbols = (column.symbol for column in columns)
    yield _line(
        [f"*{head}*" if symbol else head for head, symbol in zip(heads, symbols, strict=True)]
    )
    yield _line(["---:" if column.number else "---" for column in columns])
    for cells in zip(*(column.cells for column in columns), strict=True):
        yield _line([in_markdown(text) for text in cells])
    if notes:
        note = in_markdown(document.words.get("note", "Note"))
        yield from ("", f"*{note}.* {' '.join(in_markdown(text) for text in notes)}")


def _paragraph(text: str) -> str:
    """Text that starts no list, no heading and no block of code."""
    safe = in_markdown(text).lstrip()
    begins = _STARTS_A_BLOCK.match(safe)
    if not begins:
        return safe
    at = begins.end() if begins[0][0].isdigit() else 0
    return f"{safe[:at]}\\{safe[at:]}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, digits) + 0.0:.{digits}f}"  # no -0.0
    return in_markdown(str(value))
