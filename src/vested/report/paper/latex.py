r"""LaTeX for papers: tables in APA style, and a document as an article.

What it writes needs `booktabs` and `longtable`, and compiles with pdfLaTeX. A chart is its
description and the table of its numbers: who writes a paper draws in the style of the journal.
A character that the fonts of pdfLaTeX have not is written as `‹U+4E2D›`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vested.report.document.model import Block, Chart, Document, Paragraph, Points, TableBlock
from vested.report.document.parts import on_paper
from vested.report.paper.apa import (
    PaperColumn,
    confidence_of,
    explained,
    paper_columns,
)
from vested.report.paper.characters import escaped, escaped_in_part
from vested.report.paper.charts import chart_columns
from vested.report.paper.columns import laid_out
from vested.table import ResultTable

_ONE_PAGE = 30
"""Lines of a table that is kept on one page: our choice."""
_PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\usepackage{mathptmx}
\usepackage[margin=1in]{geometry}
\usepackage{booktabs}
\usepackage{longtable}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.5\baselineskip}
\emergencystretch=3em"""


def table(result: ResultTable, confidence: float | None = None) -> bytes:
    r"""One table, ready for `\input` in a paper whose preamble loads booktabs and longtable.

    A short one floats, a long one breaks across pages. Columns without any value are left out; the
    note explains those of numbers.
    """
    result = _with_values(result)
    columns = paper_columns(result, confidence=confidence)
    label = rf"\label{{tab:{re.sub(r'[^A-Za-z0-9-]', '-', result.name)}}}"
    lines = _table(result.title, columns, explained(result), label=label)
    return ("\n".join(lines) + "\n").encode()


def tables(results: Mapping[str, ResultTable], made_by: Mapping[str, Any]) -> bytes:
    """Several tables, one after the other."""
    confidence = confidence_of(made_by)
    return b"\n".join(table(result, confidence) for result in results.values())


def document(document: Document) -> bytes:
    """A whole article; it has no date of its own."""
    title, below = escaped_in_part(document.title), escaped_in_part(document.subtitle)
    lines = [
        _PREAMBLE,
        rf"\renewcommand{{\tablename}}{{{escaped(document.words.get('table', 'Table'))}}}",
        rf"\title{{{title}\\[0.5\baselineskip] \large {below}}}",
        rf"\author{{{escaped(document.theme.name)}}}",
        r"\date{}",
        "",
        r"\begin{document}",
        r"\maketitle",
    ]
    for section in map(on_paper, document.sections):
        command = r"\section" if section.level == 1 else r"\subsection"
        lines += ["", rf"{command}{{{escaped_in_part(section.title)}}}"]
        for block in section.blocks:
            lines += ["", *_block(block, document)]
    lines += ["", r"\end{document}", ""]
    return "\n".join(lines).encode()


def _with_values(result: ResultTable) -> ResultTable:
    filled = [
        column
        for column in result.columns
        if result.frame.height == 0 or any(v not in (None, "") for v in result.frame[column.key])
    ]
    frame = result.frame.select(column.key for column in filled)
    return ResultTable(result.name, result.title, tuple(filled), frame)


def _block(block: Block, document: Document) -> Iterator[str]:
    language, confidence = document.language, confidence_of(document.recipe)
    note = document.words.get("note", "Note")
    if isinstance(block, Paragraph):
        yield escaped(block.text)
    elif isinstance(block, Points):
        if block.texts:
            yield r"\begin{itemize}"
            yield from (rf"\item {escaped(text)}" for text in block.texts)
            yield r"\end{itemize}"
    elif isinstance(block, Chart):
        yield escaped(block.description)
        yield ""
        yield from _table(block.title, chart_columns(block, language, confidence), (), note)
    elif isinstance(block, TableBlock):
        columns = paper_columns(block.table, language, confidence)
        yield from _table(block.table.title, columns, block.notes, note)


def _table(
    title: str,
    columns: Sequence[PaperColumn],
    notes: Sequence[str],
    note: str = "Note",
    label: str = "",
) -> Iterator[str]:
    """Number and title above, three rules, notes below; with a label it may float."""
    layout, name = laid_out(columns), escaped_in_part(title)
    around = "table" if label else "minipage"
    is_long = layout.lines > _ONE_PAGE
    if is_long:
        yield r"\begingroup\par"
    else:
        yield r"\begin{table}[htbp]" if label else r"\medskip\noindent\begin{minipage}{\linewidth}"
    yield rf"\raggedright\refstepcounter{{table}}{label}%"
    yield rf"\addcontentsline{{lot}}{{table}}{{\protect\numberline{{\thetable}}{name}}}%"
    yield r"\textbf{\tablename~\thetable}\\[0.5\baselineskip]"
    yield rf"\textit{{{name}}}\par"
    if is_long:
        # It counts itself, too.
        yield r"\nopagebreak\addtocounter{table}{-1}"
    yield layout.size
    if is_long:
        yield rf"\begin{{longtable}}[l]{{@{{}}{layout.spec}@{{}}}}"
        yield from (r"\toprule", layout.head, r"\midrule", r"\endhead", r"\bottomrule")
        yield r"\endfoot"
        yield from layout.rows
        yield r"\end{longtable}"
    else:
        yield rf"\vspace{{0.5\baselineskip}}\begin{{tabular}}{{@{{}}{layout.spec}@{{}}}}"
        yield from (r"\toprule", layout.head, r"\midrule", *layout.rows, r"\bottomrule")
        yield r"\end{tabular}\par"
    if notes:
        yield r"\vspace{0.5\baselineskip}\normalsize"
        yield rf"\textit{{{escaped(note)}.}} {' '.join(escaped(text) for text in notes)}\par"
    yield r"\endgroup" if is_long else rf"\end{{{around}}}"
