"""What a comparison says, as a report: the findings, then each part with its picture and tables."""

from __future__ import annotations

import vested
from vested.analysis.compare import Comparison
from vested.model import in_language
from vested.report.document.comparison.appendix import METHODS, appendix
from vested.report.document.comparison.claims import claims
from vested.report.document.comparison.groups import groups
from vested.report.document.comparison.paradoxes import paradoxes
from vested.report.document.comparison.parts import Compared
from vested.report.document.comparison.robustness import robustness
from vested.report.document.comparison.services import services
from vested.report.document.comparison.waves import change, shock
from vested.report.document.model import Document, Paragraph, Points, Section, TableBlock
from vested.report.document.wording import Words
from vested.report.text import harmless
from vested.table import Column, ResultTable

_PARTS = (claims, robustness, groups, change, shock, services, paradoxes)
"""In the order of the findings."""
_MEASURES = (
    Column("measure", "Measure", "The id of the measure, as it stands in findings and files."),
    Column("name", "Name", "What it is called."),
    Column("kind", "Kind", "How it is made."),
)


def of_comparison(found: Comparison) -> Document:
    """The report of a comparison, in English: that is the language of its findings.

    Each table has the rows on headline measures and what is needed to read them; all of it follows
    at the end, but for columns that are empty or say the same in every row.
    """
    words = Words("en")
    compared = Compared(found, words)
    parts = [section for part in _PARTS for section in part(compared)]
    first = (
        Points(tuple(map(harmless, found.findings))),
        Paragraph(f"{harmless(found.ledger_line)}."),
    )
    sections = (
        Section("summary", words("summary"), first),
        *parts,
        *appendix(compared, parts),
        _methods(compared),
    )
    return Document(
        words.language,
        found.title,
        harmless(in_language(found.instrument.name, words.language)),
        sections,
        words.all(),
        found.tables,
        found.recipe,
    )


def _methods(compared: Compared) -> Section:
    """What holds for all parts, which measures there are, and the rows that were read."""
    options = compared.options
    minimum = options["min_respondents"]
    texts = [
        f"Instrument: {compared.found.instrument.id} {compared.found.instrument.version}. Scores "
        "run from 0 to 100.",
        f"Only organisations whose score rests on {minimum} or more respondents are shown, and "
        "none whose score would give away one that is hidden."
        if minimum > 1
        else "No score is hidden: some can rest on what a single person said.",
        f"Intervals are of {compared.level} confidence; random numbers start from "
        f"{options['seed']}.",
        "Columns that are empty, or say the same in every row, are left out of these tables; files "
        "of csv, json and parquet have all of them.",
        compared.words("made_with", version=vested.__version__),
    ]
    rows = [
        (measure.id, compared.measure(measure.id), measure.kind)
        for measure in compared.found.instrument.measures
    ]
    frame = compared.frame_of(rows, [column.key for column in _MEASURES])
    measures = TableBlock(ResultTable("measures", "Measures", _MEASURES, frame))
    tables = [compared.table(name) for name in METHODS if compared.frame(name) is not None]
    return Section("methods", "How it was done", (Points(tuple(texts)), measures, *tables))
