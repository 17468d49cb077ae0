"""A folder of results, and whether its recipe gives the same bytes again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import vested
from vested import report
from vested.analysis.benchmark.build import build
from vested.errors import VestedError
from vested.pipeline.verify import verify
from vested.report.norms import write_norms

Rows = list[list[str]]


@pytest.fixture
def survey(norm_survey: Callable[..., Path], many: Callable[..., Rows]) -> Path:
    return norm_survey(many(waves=("1", "2")))


@pytest.fixture
def results(survey: Path, eight: Path, tmp_path: Path) -> Callable[..., Path]:
    def made(form: str = "csv", **options: Any) -> Path:
        analysis = vested.analyse(survey, instrument=eight, **options)
        report.write(analysis, tmp_path / "results", form, force=False)
        return tmp_path / "results"

    return made


def differing(folder: Path, *given: Path, **options: bool) -> list[tuple[str, ...]]:
    frame = verify(folder, given, **options).table.frame
    return frame.select("file", "found").rows()


def edit_recipe(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    recipe = json.loads((folder / "recipe.json").read_text())
    edit(recipe)
    (folder / "recipe.json").write_text(json.dumps(recipe))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"form": "parquet", "wave": "wave", "group": "sector", "gate": "off"},
        {"form": "json", "min_respondents": 3, "confidence": 0.9, "weight": "wave"},
        {"form": "markdown", "cuts": "some"},
    ],
    ids=str,
)
def test_the_recipe_gives_the_same_bytes(
    options: dict[str, Any], results: Callable[..., Path]
) -> None:
    if "cuts" in options:
        from vested.analysis.gate import cuts_from

        options = {**options, "cuts": cuts_from(["rwg=0.8", "ad=1"])}
    found = verify(results(**options))
    assert found.holds, found.table.frame
    assert found.answer == "2 files are what the recipe says (and the recipe was run again)."


def test_norms_and_scores_beside_them(
    survey: Path, eight: Path, results: Callable[..., Path], tmp_path: Path
) -> None:
    norms = build(survey, instrument=eight, by="sector", client="owner", wave="wave")
    write_norms(norms, tmp_path / "norms", force=False)
    assert verify(tmp_path / "norms").holds
    folder = results(benchmark=tmp_path / "norms", benchmark_cell="sector=a")
    assert verify(folder).holds
    away = (tmp_path / "norms").rename(tmp_path / "results" / "away")
    with pytest.raises(VestedError, match="not found: the norms"):
        verify(folder)
    assert verify(folder, [away]).holds
    assert verify(folder, hashes_only=True).holds


def test_a_mapping_is_found_by_its_hash(survey: Path, eight: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text('columns:\n  - {column: "sector", as: "ignore"}\n')
    analysis = vested.analyse(survey, instrument=eight, mapping=mapping)
    report.write(analysis, tmp_path / "results", None, force=False)
    assert verify(tmp_path / "results").holds
    mapping.write_text("columns: []\n")
    with pytest.raises(VestedError, match="not found: the mapping with SHA-256"):
        verify(tmp_path / "results")


def test_margins_and_headcounts_are_found_by_their_hash(
    results: Callable[..., Path], tmp_path: Path
) -> None:
    margins, headcount = tmp_path / "margins.csv", tmp_path / "headcount.csv"
    margins.write_text("variable,value,count\nwave,1,30\nwave,2,90\n")
    headcount.write_text("organisation,count\n" + "".join(f"Org {n:02},99\n" for n in range(24)))
    folder = results(population=margins, trim=2.5, headcount=headcount)
    found = verify(folder)
    assert found.holds, found.table.frame
    assert found.answer == "3 files are what the recipe says (and the recipe was run again)."
    margins.write_text("variable,value,count\nwave,1,31\nwave,2,90\n")
    with pytest.raises(VestedError, match="not found: the population with SHA-256"):
        verify(folder)


def test_what_was_done_to_the_folder(results: Callable[..., Path]) -> None:
    folder = results()
    (folder / "scores.csv").write_text("organisation\n")
    (folder / "technology.csv").write_text("left over\n")
    (folder / "notes.txt").write_text("mine\n")
    (folder / "ledger.csv").unlink()
    assert differing(folder) == [
        ("ledger.csv", "missing"),
        ("scores.csv", "changed"),
        ("technology.csv", "not of this result"),
    ]


def test_a_changed_recipe_gives_other_bytes(results: Callable[..., Path]) -> None:
    folder = results()
    edit_recipe(folder, lambda recipe: recipe["options"].update(confidence=0.5))
    assert differing(folder) == [("scores.csv", "other bytes when run again")]
    assert differing(folder, hashes_only=True) == []
    why = verify(folder).table.frame["why"].item()
    assert why == "not known: nothing in the recipe differs"
    edit_recipe(folder, lambda recipe: recipe.update(vested="0.0.1"))
    assert (
        verify(folder).table.frame["why"].item() == f"version: vested 0.0.1 -> {vested.__version__}"
    )


def test_a_changed_input_is_not_run(
    results: Callable[..., Path], survey: Path, eight: Path, tmp_path: Path
) -> None:
    folder = results()
    original = survey.read_bytes()
    survey.write_bytes(original + b"\n")
    found = verify(folder)
    assert found.table.frame.select("file", "found").rows() == [("survey.csv", "another file")]
    assert found.answer == "Not what the recipe says: 1 file (not run again)."
    other = tmp_path / "other.csv"
    other.write_bytes(original)
    assert verify(folder, [other]).holds
    survey.write_bytes(original)
    eight.write_text(eight.read_text() + "# more\n")
    assert differing(folder) == [("instrument", "another file")]


def test_inputs_are_looked_for_here_too(
    results: Callable[..., Path], survey: Path, eight: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = results()
    here = tmp_path / "results" / "inputs"
    here.mkdir()
    for path in (survey, eight):
        path.rename(here / path.name)
    with pytest.raises(VestedError, match=r"not found: survey\.csv, the instrument eight"):
        verify(folder)
    monkeypatch.chdir(here)
    assert verify(folder).holds
    assert verify(Path(os.path.relpath(folder, here))).holds


def test_other_commands_have_their_hashes_checked(results: Callable[..., Path]) -> None:
    folder = results()
    edit_recipe(folder, lambda recipe: recipe.update(command="evidence"))
    assert "hashes only, for `vested evidence` is not run again" in verify(folder).answer


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda recipe: recipe["outputs"].update({"../x": "0"}), "outside of its folder"),
        (lambda recipe: recipe["options"].update(cuts={"rwg": "x"}), "not understood: cuts"),
        (lambda recipe: recipe["options"].update(cuts={"__class__": 1}), "not understood: cuts"),
        (lambda recipe: recipe["options"].update(progress="x"), "not understood: progress"),
        (
            lambda recipe: recipe["options"].update(benchmark={"recipe": None}),
            "not found: the norms",
        ),
        (lambda recipe: recipe["options"].update(group=3), "not understood: group"),
    ],
)
def test_damaged_recipes(
    edit: Callable[[dict[str, Any]], object], message: str, results: Callable[..., Path]
) -> None:
    folder = results()
    edit_recipe(folder, edit)
    with pytest.raises(VestedError, match=message):
        verify(folder)
