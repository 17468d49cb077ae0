from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vested", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_the_answer_comes_first() -> None:
    done = run("evidence", SAMPLES / "survey.csv", "--quiet", "--detail")
    assert done.returncode == 0
    assert done.stdout.startswith("Of the 57 headline scores of 19 organisations, ")
    for part in ("Reliability of facets", "Agreement within", "Aggregation", "SCL1"):
        assert part in done.stdout


def test_json_has_every_table_and_the_recipe() -> None:
    done = run("evidence", SAMPLES / "survey.csv", "--quiet", "--format", "json")
    found = json.loads(done.stdout)
    assert {"items", "reliability", "agreement", "aggregation", "recipe"} <= set(found)


def test_folder_has_a_file_per_table(tmp_path: Path) -> None:
    target = tmp_path / "evidence"
    assert run("evidence", SAMPLES / "survey.csv", "-o", target).returncode == 0
    names = {path.name for path in target.iterdir()}
    assert {"items.csv", "agreement.csv", "recipe.json"} <= names
    assert run("evidence", SAMPLES / "survey.csv", "-o", target).returncode == 2


@pytest.mark.parametrize("name", ["rwg", "ICC(1)", "alpha", "gate"])
def test_explain(name: str) -> None:
    done = run("explain", name)
    assert done.returncode == 0
    for part in ("Formula:", "How to read it:", "Where it misleads:", "Source:"):
        assert part in done.stdout


def test_explain_lists_and_suggests() -> None:
    assert "rwgj" in run("explain").stdout
    unknown = run("explain", "alfa")
    assert unknown.returncode == 2
    assert "alpha" in unknown.stderr


def test_gate_marks_scores_and_changes_no_number() -> None:
    on, off = (
        run("analyse", SAMPLES / "survey.csv", "-q", "-f", "csv", "--gate", gate).stdout
        for gate in ("on", "off")
    )
    assert ",caution" in on
    assert ",caution" not in off
    assert on.replace(",caution", ",published") == off
    shown = run("analyse", SAMPLES / "survey.csv", "-q", "--gate", "on").stdout
    assert "]?" in shown
    assert "?: to be read with caution" in shown
