"""Evidence in the terminal: the answer first, then what matters, harmless always."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vested import report
from vested.analysis.evidence import Evidence, evidence
from vested.model import Instrument, Item, Measure, Scale
from vested.report import csv as as_csv
from vested.report import markdown as as_markdown
from vested.report.terminal.evidence import show_evidence
from vested.spelling import tidy

BLNS = Path(__file__).parents[4] / "shared" / "corpora" / "blns" / "blns.json"
FIVE = Scale("five", (1, 2, 3, 4, 5))
INSTRUMENT = Instrument(
    id="four", version="1.0", name={"en": "Four items"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(),
    items=tuple(Item(f"q{at}", FIVE, text={"en": f"Question {at}"}) for at in range(1, 5)),
    measures=(
        Measure("F", "facet", ("q1", "q2", "q3", "q4"), {"en": "First"}),
        Measure("X", "index", ("F",), {"en": "All"}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
BACKWARDS = [[1, 1, 2, 5], [2, 2, 3, 4], [4, 5, 4, 2], [5, 4, 5, 1]] * 4
"""The last goes against the others."""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def judged(
    folder: Path, names: list[str], instrument: Instrument = INSTRUMENT, **options: Any
) -> Evidence:
    path = folder / "survey.csv"
    with path.open("w", newline="", encoding="utf-8", errors="surrogatepass") as file:
        writer = csv.writer(file)
        writer.writerow(["organisation", "unit", "q1", "q2", "q3", "q4"])
        for at, name in enumerate(names):
            writer.writerow([name, name, *BACKWARDS[at % 16]])
    return evidence(path, instrument=instrument, **{"min_respondents": 1, **options})


def shown(found: Evidence, *, detail: bool = False) -> str:
    stream = io.StringIO()
    show_evidence(found, stream, detail=detail)
    return stream.getvalue()


def test_the_answer_comes_first_then_findings_then_tables(tmp_path: Path) -> None:
    found = judged(tmp_path, ["Gent"] * 16)
    lines = shown(found).splitlines()
    assert lines[0] == found.answer
    assert lines[1 : 1 + len(found.findings)] == [f"· {text}" for text in found.findings]
    assert any("q4 (Question 4) goes against the rest of F" in line for line in lines)
    assert any(line.startswith(found.ledger_line) for line in lines)
    assert "vested explain gate" in lines[-1]


def test_detail_shows_every_table_that_has_rows(tmp_path: Path) -> None:
    found = judged(tmp_path, ["Gent"] * 8 + ["Mons"] * 8, group="unit", reml=True, quality=True)
    text = shown(found, detail=True)
    titles = [t.title for name, t in found.tables.items() if t.frame.height and name != "ledger"]
    assert [title for title in titles if f"\n{title}\n" not in text] == []
    assert "--detail shows more" not in text


def test_without_detail_it_says_what_else_there_is(tmp_path: Path) -> None:
    found = judged(tmp_path, ["Gent"] * 16)
    text = shown(found)
    told = next(line for line in text.splitlines() if line.startswith("--detail shows more"))
    for name in ("items", "agreement", "gate", "loadings", "eigenvalues"):
        if name in found.tables:
            title = found.tables[name].title
            assert title in told
            assert f"\n{title}\n" not in text


def test_long_tables_end_with_how_many_more(tmp_path: Path) -> None:
    found = judged(tmp_path, [f"Organisation {at}" for at in range(1100)], structure=False)
    assert "… and 100 more" in shown(found, detail=True)


NAUGHTY = ["\x1b[31mred", "[bold]x[/bold]", "a\u202eb", "=1+1", "| pipe", "<b>", "\u200bzero"]


@pytest.mark.parametrize("text", NAUGHTY, ids=ascii)
def test_text_from_data_does_not_act(text: str, tmp_path: Path) -> None:
    """As an organisation, as a group, and as the text of an item in a finding."""
    items = tuple(replace(item, text={"en": f"Q {text}"}) for item in INSTRUMENT.items)
    found = judged(
        tmp_path, [text] * 16, replace(INSTRUMENT, items=items), group="unit", min_respondents=1
    )
    out = shown(found, detail=True)
    assert not {unicodedata.category(c) for c in out.replace("\n", "")} & {"Cc", "Cf"}
    assert "goes against the rest" in out
    if "bold" in text:
        assert out.count("[bold]x[/bold]") > 3  # no markup of the terminal's


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_organisations_go_through_everything(tmp_path: Path) -> None:
    strings = json.loads(BLNS.read_text(encoding="utf-8"))
    names = list(dict.fromkeys(text for text in strings if tidy(text) and "\0" not in text))
    found = judged(tmp_path, names, group="unit", structure=False)
    text = shown(found, detail=True)
    assert not {unicodedata.category(c) for c in text.replace("\n", "")} & {"Cc", "Cf"}
    expected = {tidy(name) for name in names}
    assert set(found.agreement["organisation"]) == expected
    whole = json.loads(report.render(found, "json"))
    assert {row["organisation"] for row in whole["gate"]} == expected
    for result in found.tables.values():
        as_markdown.table(result)
        cells = csv.reader(io.StringIO(as_csv.table(result).decode(), newline=""))
        assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in cells)


def test_a_folder_has_every_table_and_the_recipe(tmp_path: Path) -> None:
    found = judged(tmp_path, ["Gent"] * 16, screening=True, reml=True)
    for form in (name for name, each in report.FORMATS.items() if each.tables):
        written = report.write(found, tmp_path / form, form, force=False)
        suffix = report.FORMATS[form].suffix
        wanted = {f"{name}{suffix}" for name in found.tables} | {"recipe.json"}
        assert {path.name for path in written} == wanted
        assert {path.name for path in (tmp_path / form).iterdir()} == wanted
    recipe = json.loads((tmp_path / "csv" / "recipe.json").read_text())
    assert recipe["options"]["min_respondents"] == 1
    assert recipe["inputs"][0]["file"] == "survey.csv"


def test_a_file_has_the_main_table(tmp_path: Path) -> None:
    found = judged(tmp_path, ["Gent"] * 16)
    report.write(found, tmp_path / "out.csv", None, force=False)
    assert (tmp_path / "out.csv").read_bytes() == as_csv.table(found.tables["reliability"])
