from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vested", "inspect", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def test_terminal_shows_file_columns_items_and_ledger() -> None:
    done = run(SAMPLES / "survey.csv")
    assert done.returncode == 0
    for part in ("survey.csv: delimited text", "organisation", "SCL1", "906 rows read"):
        assert part in done.stdout


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_forms(form: str) -> None:
    done = run(SAMPLES / "survey.csv", "--format", form)
    assert done.returncode == 0
    if form == "json":
        assert set(json.loads(done.stdout)) == {
            "files", "columns", "items", "suggestions", "ledger",
        }  # fmt: skip
    assert "SCL1" in done.stdout


def test_mapping_is_written_and_never_over_a_file(tmp_path: Path) -> None:
    target = tmp_path / "mapping.yaml"
    assert run(SAMPLES / "survey.csv", "--write", target).returncode == 0
    before = target.read_bytes()
    again = run(SAMPLES / "survey.csv", "--write", target)
    assert (again.returncode, target.read_bytes()) == (2, before)
    assert again.stderr.startswith("error: ")
    assert run(SAMPLES / "survey.csv", "--write", target, "--force").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [["absent.csv"], [SAMPLES / "survey.csv", "--format", "parquet"],
     [SAMPLES / "survey.csv", "--mapping", "absent.yaml"],
     [SAMPLES / "survey.csv", "--definition", "absent.qsf"]],
)  # fmt: skip
def test_errors_have_a_hint_and_status_2(arguments: list[object]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "\nhint: " in done.stderr
    assert "Traceback" not in done.stderr
