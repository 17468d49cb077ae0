"""Norms that no longer hold: which numbers moved, by how much and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.benchmark.build import build
from vested.analysis.benchmark.check import check
from vested.analysis.benchmark.norms import NUMBERS
from vested.errors import VestedError
from vested.report.norms import write_norms

Rows = list[list[str]]


@pytest.fixture
def survey(norm_survey: Callable[..., Path], many: Callable[..., Rows]) -> Path:
    return norm_survey(many())


@pytest.fixture
def norms(survey: Path, eight: Path, tmp_path: Path) -> Path:
    write_norms(build(survey, instrument=eight, by="sector"), tmp_path / "norms", force=True)
    return tmp_path / "norms"


def change_an_answer(survey: Path) -> str:
    """Another answer to the first item of the first row, which is of sector a."""
    lines = survey.read_text().splitlines()
    cells = lines[1].split(",")
    cells[4] = "9" if cells[4] != "9" else "0"
    lines[1] = ",".join(cells)
    survey.write_text("\n".join(lines) + "\n")
    return cells[1]


def edit_recipe(norms: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    recipe = json.loads((norms / "recipe.json").read_text())
    edit(recipe)
    (norms / "recipe.json").write_text(json.dumps(recipe))


def whys(frame: pl.DataFrame) -> set[str]:
    return set(frame["why"])


def test_norms_that_hold(norms: Path) -> None:
    found = check(norms)
    assert found.holds
    assert found.answer == "The norms hold: 36 rows are as they were."
    assert not [note for note in found.notes if "differs" in note]
    assert found.checked[:2] == ("overall=all", "sector=a")


def test_one_changed_answer_moves_its_cells_and_no_others(norms: Path, survey: Path) -> None:
    sector = change_an_answer(survey)
    found = check(norms)
    frame = found.table.frame
    assert set(frame["cell"]) == {"all", sector}
    assert set(frame["measure"]) == {"F0", "X"}
    assert {"mean", "sd", "p50"} <= set(frame["statistic"])
    assert whys(frame) == {"data: survey.csv"}
    assert found.answer == "The norms do not hold: 4 of 36 rows moved."
    row = frame.filter(cell="all", measure="F0", statistic="mean").row(0, named=True)
    assert row["moved"] == row["now"] - row["was"]
    n = 10  # respondents of the organisation; 24 organisations; a scale of 0 to 9
    steps = abs(row["moved"]) * 24 * n / (100 / 9)
    assert steps == pytest.approx(round(steps), abs=1e-6)
    assert round(steps) > 0


def test_tolerance(norms: Path, survey: Path) -> None:
    change_an_answer(survey)
    found = check(norms, tolerance=50)
    assert found.holds
    assert found.notes[-1] == "differs, and moved nothing: data: survey.csv"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"min_organisations": 9}, "option: min_organisations 5 -> 9"),
        ({"max_share": 0.06}, "option: max_share 0.5 -> 0.06"),
        ({"min_respondents": 12}, "option: min_respondents 10 -> 12"),
    ],
)
def test_other_options(changes: dict[str, Any], why: str, norms: Path) -> None:
    frame = check(norms, changes=changes).table.frame
    assert whys(frame) == {why}
    status = frame.filter(statistic="status")
    assert set(status["change"]) <= {"published -> suppressed"}
    assert status.select("was", "now", "moved").null_count().row(0) == (status.height,) * 3


def test_another_instrument(norms: Path, eight: Path) -> None:
    eight.write_text(eight.read_text().replace("scale: ten,", "scale: ten, reversed: true,", 1))
    frame = check(norms).table.frame
    assert whys(frame) == {"instrument: eight 1 -> eight 1"}
    assert set(frame["measure"]) == {"F0", "X"}


def test_another_version(norms: Path) -> None:
    edit_recipe(norms, lambda recipe: recipe["versions"].update(scipy="0.1"))
    found = check(norms)
    assert found.holds
    assert found.notes[-1].startswith("differs, and moved nothing: version: scipy 0.1 -> ")


def test_an_edited_table(norms: Path) -> None:
    text = (norms / "norms.csv").read_text().splitlines()
    row = next(at for at, line in enumerate(text) if line.startswith("sector,b,F3,"))
    cells = text[row].split(",")
    cells[6] = "99.5"  # the mean
    text[row] = ",".join(cells)
    (norms / "norms.csv").write_text("\n".join(text) + "\n")
    found = check(norms)
    first, second = found.table.frame.rows(named=True)
    assert (first["cell"], first["measure"], first["statistic"]) == ("b", "F3", "mean")
    assert (first["was"], first["why"]) == (99.5, "edited: norms.csv")
    assert (second["cell"], second["dimension"]) == ("norms.csv", None)
    assert found.answer.endswith("1 of 36 rows moved, 1 file edited or missing.")


@pytest.mark.parametrize("content", ["", "dimension\nx\n", "\x00", None])
def test_a_table_that_is_none_any_more(content: str | None, norms: Path) -> None:
    if content is None:
        (norms / "norms.csv").unlink()
    else:
        (norms / "norms.csv").write_text(content)
    found = check(norms)
    assert whys(found.table.frame) == {"edited: norms.csv"}


def test_no_hidden_number_is_shown(norms: Path, survey: Path, eight: Path) -> None:
    """Rows that are hidden in one of the two have no numbers, whatever the table says now."""
    write_norms(
        build(survey, instrument=eight, by="sector", min_organisations=9), norms, force=True
    )
    frame = pl.read_parquet(norms / "norms.parquet")
    gone = pl.col("status") == "suppressed"
    assert frame.filter(gone).height
    numbers = [pl.when(gone).then(77).otherwise(pl.col(name)).alias(name) for name in NUMBERS]
    frame.with_columns(numbers).write_parquet(norms / "norms.parquet")
    change_an_answer(survey)
    for changes in ({}, {"min_organisations": 5}):
        found = check(norms, changes=changes).table.frame
        assert set(found.filter(statistic="mean")["dimension"]) == {"overall"}
        assert not found.select((pl.col("was") == 77).any()).item()


def test_surveys_are_found_by_their_hash_or_named(
    norms: Path, survey: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    survey = survey.rename(moved / "renamed.csv")
    with pytest.raises(VestedError, match=r"not found: survey\.csv"):
        check(norms)
    assert check(norms, [survey]).holds
    change_an_answer(survey)
    assert whys(check(norms, [survey]).table.frame) == {"data: renamed.csv, survey.csv"}


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda recipe: recipe["options"].update(by="sector"), "not understood: by"),
        (lambda recipe: recipe["options"].update(max_share="x"), "are damaged"),
        (lambda recipe: recipe["options"].update(keep_unfinished=1), "understood: keep_unfin"),
        (lambda recipe: recipe["options"].update(colour="red"), "not understood: colour"),
        (lambda recipe: recipe["options"].update(invalid="perhaps"), "--invalid 'perhaps'"),
        (lambda recipe: recipe.update(inputs=[{"file": 1}]), "cannot be understood"),
        (lambda recipe: recipe.update(command="analyse"), "holds no norms"),
        (
            lambda recipe: recipe["inputs"][0].update(file="../../survey.xyz", sha256="0"),
            r"not found: \.\./\.\./survey\.xyz",
        ),
    ],
)
def test_damaged_recipes(
    edit: Callable[[dict[str, Any]], object], message: str, norms: Path
) -> None:
    edit_recipe(norms, edit)
    with pytest.raises(VestedError, match=message):
        check(norms)


def test_a_tolerance_below_nought_is_refused(norms: Path) -> None:
    for tolerance in (-1.0, float("nan")):
        with pytest.raises(VestedError, match="--tolerance"):
            check(norms, tolerance=tolerance)
