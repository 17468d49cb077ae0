"""The sample compared in every way, and what its report says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vested.analysis.compare import Comparison, compare
from vested.report.document.comparison import of_comparison
from vested.report.document.comparison.parts import Compared
from vested.report.document.model import Chart, Document, TableBlock
from vested.report.document.wording import Words

SAMPLE = Path(__file__).parents[4] / "data" / "samples" / "survey.csv"
LEVELS = """organisation,time,level
Gent,0,100
Gent,1,60
Gent,5,80
Gent,10,100
Aalst,0,50
Aalst,2,30
Aalst,4,70
Ronse,0,9
"""
"""Gent: a loss of 190 (Bruneau et al. 2003)."""


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    levels = tmp_path_factory.mktemp("levels") / "levels.csv"
    levels.write_text(LEVELS, encoding="utf-8")
    return compare(
        SAMPLE, instrument="vested", wave="wave", respondent="respondent", by="sector",
        claims=True, robustness=True, runs=100, paradox_map=True, service_levels=levels,
    )  # fmt: skip


@pytest.fixture(scope="session")
def compared(found: Comparison) -> Compared:
    return Compared(found, Words("en"))


@pytest.fixture(scope="session")
def document(found: Comparison) -> Document:
    return of_comparison(found)


@pytest.fixture(scope="session")
def picture(document: Document) -> Callable[[str], Chart]:
    """A picture by its name."""
    blocks = [block for section in document.sections for block in section.blocks]
    charts = {block.id: block for block in blocks if isinstance(block, Chart)}
    return lambda name: charts[f"picture-{name}"]


@pytest.fixture(scope="session")
def table(document: Document) -> Callable[[str, str], TableBlock]:
    """The first table of a name in a section."""

    def the(section: str, name: str) -> TableBlock:
        blocks = next(each for each in document.sections if each.id == section).blocks
        return next(b for b in blocks if isinstance(b, TableBlock) and b.table.name == name)

    return the
