"""JSON: one object, the exact text and the exact numbers."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import vested
from vested import report
from vested.report.json import recipe, table
from vested.table import Column, ResultTable

BLNS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"
NAMES = [
    "=1+1",
    "\t+1",
    "[bold]",
    "A\x1b[31m",
    "a\u202eb",
    'quo"te\\',
    "Évora 東京 👍",
    "\u2028",
    "",
]


def rows(*names: str, score: float | None = 1 / 3) -> list[dict[str, object]]:
    frame = pl.DataFrame(
        {"organisation": names, "score": [score] * len(names)},
        schema={"organisation": pl.String, "score": pl.Float64},
    )
    columns = tuple(Column(name, name, "") for name in frame.columns)
    found = json.loads(table(ResultTable("scores", "Scores", columns, frame)))
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_text_is_kept_exactly(name: str) -> None:
    assert rows(name) == [{"organisation": name, "score": 1 / 3}]


@pytest.mark.parametrize("number", [None, 0.0, -0.5, 1e-7, 57.690000000000005, 100.0])
def test_numbers_are_kept_exactly(number: float | None) -> None:
    assert rows("Gent", score=number)[0]["score"] == number


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_json_knows_no_nan(number: float) -> None:
    assert rows("Gent", score=number)[0]["score"] is None


def test_no_rows_is_an_empty_list() -> None:
    assert rows() == []


def test_a_recipe_is_sorted_and_readable() -> None:
    assert recipe({"b": 1, "a": "é"}) == '{\n  "a": "é",\n  "b": 1\n}\n'.encode()


def test_one_object_with_a_key_per_table(tmp_path: Path) -> None:
    instrument = vested.load_instrument("vested-short")
    header = ",".join(item.id for item in instrument.items)
    (tmp_path / "s.csv").write_text(f"organisation,{header}\nGent{',4' * 28}\n")
    analysis = vested.analyse(tmp_path / "s.csv", min_respondents=1)
    found = json.loads(report.render(analysis, "json"))
    assert list(found) == ["scores", "ledger", "recipe"]
    assert list(found["scores"][0]) == analysis.scores.columns
    assert len(found["scores"]) == analysis.scores.height
    assert found["recipe"]["instrument"]["id"] == "vested-short"
    assert "s.csv" not in json.dumps(found)  # only the rows and the options count


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_strings() -> None:
    names = json.loads(BLNS.read_text(encoding="utf-8"))
    assert [row["organisation"] for row in rows(*names)] == names
