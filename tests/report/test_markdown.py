"""Markdown for people: one decimal, and names that cannot break a table or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import vested
from vested.analysis.reports.report import report as reported
from vested.analysis.result import Analysis
from vested.model import Instrument, Item, Measure, Scale
from vested.report.document.build import document as build
from vested.report.document.model import Document
from vested.report.markdown import document, table
from vested.report.text import harmless
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
GOLDEN = Path(__file__).parents[1] / "golden"
FIVE = Scale("five", (1, 2, 3, 4, 5), {}, {"en": ("Cannot say",)}, (9,))
INSTRUMENT = Instrument(
    id="four", version="1.0", name={"en": "Four items"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(),
    items=tuple(Item(name, FIVE, reversed=name == "q2") for name in ("q1", "q2", "q3", "q4")),
    measures=(
        Measure("F", "facet", ("q1", "q2"), {"en": "First"}),
        Measure("G", "facet", ("q3", "q4"), {"en": "Second"}),
        Measure("X", "index", ("F", "G"), {"en": "Both"}, headline=True),
        Measure("P", "pair", ("q3", "q4"), {"en": "Poles"}, poles={"en": ("third", "fourth")}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
TWELVE = """organisation,q1,q2,q3,q4
Gent,1,5,1,1
Gent,2,4,2,3
Gent,3,3,3,3
Gent,4,2,4,3
Gent,5,1,5,5
Mons,4,2,5,3
Mons,4,2,5,3
Mons,4,2,5,3
Mons,5,2,4,2
Mons,5,1,5,4
Zele,1,,9,5
Zele,5,5,5,5
"""


def analysed(folder: Path, text: str = TWELVE, minimum: int = 5) -> Analysis:
    (folder / "survey.csv").write_text(text, encoding="utf-8")
    return vested.analyse(folder / "survey.csv", instrument=INSTRUMENT, min_respondents=minimum)


def test_golden(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text(TWELVE, encoding="utf-8")
    found = reported(tmp_path / "survey.csv", instrument=INSTRUMENT, min_respondents=5)
    # The last section says which versions and which file it was made of.
    text = document(build(found)).decode().partition("### Recipe")[0]
    assert text == (GOLDEN / "twelve.md").read_text(encoding="utf-8")


def a_table(*names: str) -> list[str]:
    frame = pl.DataFrame({"organisation": names, "score": [1 / 3] * len(names)})
    columns = (Column("organisation", "Organisation", ""), Column("score", "Score", ""))
    return table(ResultTable("scores", "Scores", columns, frame)).decode().splitlines()


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("Gent", "Gent"),
        ("a|b", r"a\|b"),
        ("=1+1", "=1+1"),
        ("**Gent**", r"\*\*Gent\*\*"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("A\x1b[31m", r"A␛\[31m"),
        ("a\u202eb", "a‹U+202E›b"),
        ("a\nb", "a␊b"),
    ],
)
def test_names(name: str, cell: str) -> None:
    assert a_table(name)[2:] == [f"| {cell} | 0.33 |"]


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_strings() -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    lines = a_table(*names)
    assert len(lines) == 2 + len(names)
    assert all(line.startswith("| ") and line.endswith(" | 0.33 |") for line in lines[2:])
    assert not any("<" in line for line in lines)


def test_golden_document(make_document: Callable[..., Document]) -> None:
    assert document(make_document()).decode() == (GOLDEN / "document.md").read_text("utf-8")


def inert(text: str) -> None:
    assert "<" not in text
    assert all(harmless(line) == line for line in text.split("\n"))
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert tables
    for found in tables:
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in found.splitlines()}
        assert len(bars) == 1, found


def starts(text: str) -> list[str]:
    """What each line begins with, where that says what kind of block it is."""
    kinds = (re.match(r"#+ |\||- |\*+|[-+=]|\d+[.)]|", line) for line in text.splitlines())
    return [kind[0] if kind else "" for kind in kinds]


def test_nothing_acts(make_document: Callable[..., Document], nasty: str) -> None:
    found = document(make_document(nasty)).decode()
    inert(found)
    assert starts(found) == starts(document(make_document("Mons")).decode())


def test_naughty_strings_in_a_document(naughty: Document) -> None:
    inert(document(naughty).decode())


def test_decimal_comma(make_document: Callable[..., Document]) -> None:
    found = document(make_document(language="fr")).decode()
    assert r"| 59,8 | \[55,5; 64,0\] | 50,0 |" in found
