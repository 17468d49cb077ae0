"""Small surveys of a small instrument, compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from vested.analysis.compare import Comparison, compare

INSTRUMENT = """
id: small
version: "1"
name: {en: Small}
scales: {five: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: A1, scale: five, text: {en: A1}}
  - {id: B1, scale: five, text: {en: B1}}
  - {id: P1, scale: five, text: {en: P1}}
  - {id: P2, scale: five, text: {en: P2}}
measures:
  - {id: A, kind: facet, of: [A1], name: {en: A}, headline: true}
  - {id: B, kind: facet, of: [B1], name: {en: B}}
  - {id: PAIR, kind: pair, of: [P1, P2], name: {en: Pair}}
  - {id: BOTH, kind: ambidexterity, of: [A, B], name: {en: Both}}
"""
Compared = Callable[..., Comparison]


@pytest.fixture
def compared(tmp_path: Path, write: Callable[..., Path]) -> Compared:
    """The comparison of rows: cells of a header, then digits for A1, B1, P1 and P2."""
    instrument = tmp_path / "small.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")

    def made(header: str, rows: Sequence[Sequence[str]], **options: Any) -> Comparison:
        cells = [[*row[:-1], *row[-1].ljust(4).replace("-", " ")] for row in rows]
        survey = write([*header.split(), "A1", "B1", "P1", "P2"], cells)
        return compare(survey, instrument=instrument, **{"min_respondents": 1, **options})

    return made
