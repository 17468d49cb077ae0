"""One small report with every kind of block, for the tests of all writers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from vested.report.document.model import (
    Chart,
    Document,
    Paragraph,
    Points,
    Section,
    TableBlock,
)
from vested.table import Column, ResultTable

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("measure", "Measure", "What is scored."),
    Column("respondents", "Respondents", "How many have a value."),
    Column("score", "Score", "Their mean, 0 to 100.", 1),
    Column("alpha", "Alpha", "Cronbach's alpha.", 3),
)

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
NASTY = {
    "formula": "=1+1", "plus": "+1", "minus": "-1", "at": "@x", "list": "1. a", "rule": "---",
    "link formula": '=HYPERLINK("http://x")', "link": "http://x.example", "reference": "a!B1",
    "tab": "\t=1", "return": "\r\n", "markup": "<b>&amp;</b>", "percent": "50 % of R&D_#~^",
    "input": "\\input{/etc/passwd}", "maths": "$x$", "control": "a\x1b[31m\x00\x7f",
    "direction": "a\u202eb\u200f", "no character": "a\uffff\ufffeb", "emoji": "👩‍🚒🇧🇪",
    "Chinese": "数字成熟度", "long": "a" * 40_000, "long emoji": "👍" * 20_000, "empty": "",
    "sheet": "[x]:*?/\\" , "quotes": "'L''équipe'", "taken": "History", "cell": "A1",
    "all of it": "Résumé, (très) 'long' & complet des résultats de l'année",
    "escaped": "_x0041_", "rows": "[5pt] & \\\\ * -- ,, ''", "code": "```", "pipe": "a|b",
}  # fmt: skip


def charts(name: str) -> list[Chart]:
    """One chart of each kind; `name` stands where a text from data would."""
    frames = {
        "intervals": pl.DataFrame(
            {
                "label": [name, "Agility", "Resilience"],
                "score": [59.75, 41.0, None],
                "low": [55.5, None, None],
                "high": [64.0, None, None],
                "norm": [50.0, None, None],
                "careful": [False, True, False],
                "group": ["Headline", "Headline", "Facets"],
            }
        ),
        "answers": pl.DataFrame(
            {
                "label": [name, "We re-use what others built."],
                "unfavourable": [0.25, 0.1],
                "middle": [0.25, 0.0],
                "favourable": [0.5, 0.9],
                "respondents": [20, 20],
            }
        ),
        "heat": pl.DataFrame(
            {
                "row": [name, name, "Gent", "Gent"],
                "column": ["SCL", "REU", "SCL", "REU"],
                "score": [20.0, None, 80.0, 55.0],
                "careful": [False, False, True, False],
            }
        ),
        "quadrant": pl.DataFrame(
            {
                "label": [name, "Control and empowerment"],
                "tilt": [-20.0, 30.0],
                "tilt_low": [-25.0, None],
                "tilt_high": [-15.0, None],
                "joint": [60.0, 40.0],
                "joint_low": [55.0, None],
                "joint_high": [65.0, None],
                "first": ["Transparency", "Control"],
                "second": ["Privacy", "Empowerment"],
            }
        ),
        "slope": pl.DataFrame(
            {
                "label": [name, name, "Agility", "Agility"],
                "wave": ["1", "2", "1", "2"],
                "score": [50.0, 60.0, 40.0, None],
                "low": [45.0, 55.0, 35.0, None],
                "high": [55.0, 65.0, 45.0, None],
            }
        ),
        "saturation": pl.DataFrame({"sources": [1, 2, 3, 4], "codes": [10, 14, 15, 15]}),
        "profile": pl.DataFrame(
            {
                "label": [name, "Gent"],
                "thrived": [0.25, 0.0],
                "absorbed": [0.5, 0.0],
                "held": [0.0, 0.5],
                "recovered": [0.125, 0.0],
                "declined": [0.125, 0.5],
            }
        ),
        "triangle": pl.DataFrame(
            {
                "label": [name, name, name, name, "Gent", "Gent"],
                "time": [0.0, 1.0, 4.0, 6.0, 0.0, 5.0],
                "level": [100.0, 60.0, 100.0, 120.0, 80.0, 70.0],
                "start": [100.0, 100.0, 100.0, 100.0, 80.0, 80.0],
                "measured": [True, True, False, True, True, True],
            }
        ),
    }
    return [
        Chart(kind, f"{kind}-1", f"Title of {kind}", f"Description of {kind}", frame, WORDS)  # type: ignore[arg-type]
        for kind, frame in frames.items()
    ]


WORDS = {
    "score": "Score, 0 to 100",
    "norm": "Benchmark",
    "careful": "with caution",
    "unfavourable": "Unfavourable",
    "middle": "In between",
    "favourable": "Favourable",
    "share": "Share of the answers",
    "hidden": "hidden",
    "tilt": "Leaning towards",
    "joint": "Both together, 0 to 100",
    "wave": "Wave",
    "sources": "Sources",
    "codes": "Codes known",
    "probability": "Probability",
    "thrived": "thrived",
    "absorbed": "absorbed",
    "held": "held",
    "recovered": "recovered",
    "declined": "declined",
    "time": "Time",
    "level": "Level",
    "start": "At the start",
    "contents": "Contents",
    "page": "Page",
    "table": "Table",
    "figure": "Figure",
    "note": "Note",
    "of": "of",
    "rows_left_out": "{n} more rows stand elsewhere.",
}


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """A document in which `name` stands wherever a text from data can stand."""

    def made(name: str = "Saint Alder Hospital", language: str = "en") -> Document:
        frame = pl.DataFrame(
            {
                "organisation": [name, "Gent"],
                "measure": ["VESTED", "VESTED"],
                "respondents": [32, None],
                "score": [59.75, None],
                "alpha": [0.8125, None],
            },
            schema_overrides={"respondents": pl.Int64},
        )
        table = ResultTable("scores", "Scores", COLUMNS, frame)
        return Document(
            language,
            f"Report on {name}",
            "Survey of 2026",
            (
                Section(
                    "summary", "Summary", (Paragraph(f"{name} scores 59.8."), Points((name, "b")))
                ),
                Section("profile", name, (*charts(name), TableBlock(table, (f"Note on {name}.",)))),
                Section("methods", "Methods", (Paragraph("How it was done."),), level=2),
            ),
            WORDS,
            {"scores": table},
            {"vested": "0.1.0", "options": {"organisation": name}},
        )

    return made


@pytest.fixture(params=NASTY.values(), ids=NASTY)
def nasty(request: pytest.FixtureRequest) -> str:
    """A text that acts, or breaks something, where a writer does not take care."""
    return str(request.param)


@pytest.fixture(scope="session")
def naughty(make_document: Callable[..., Document]) -> Document:
    """A document with all of the Big List of Naughty Strings as titles, labels and cells."""
    if not BLNS.exists():
        pytest.skip("the list of naughty strings is not here")
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    sections = []
    for at, name in enumerate(names):
        section = make_document(name).sections[1]
        blocks = (Paragraph(name), Points((name,)), section.blocks[at % len(section.blocks)])
        sections.append(dataclasses.replace(section, blocks=blocks))
    return dataclasses.replace(make_document(), sections=tuple(sections))
