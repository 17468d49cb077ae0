from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "survey.csv"
TESTED = ["claims", "mediation", "within_between", "common_method", "power"]
Run = Callable[..., Any]


def test_the_usual_claims_in_the_terminal(program: Run) -> None:
    told = program("compare", SAMPLE, "-i", "vested", "--claims", "--wave", "wave", "--quiet")
    assert (told.status, told.error) == (0, "")
    for start in ("· Wave 1, H1a: ", "· Wave 2, H1b: ", "· Wave 1, H2: ", "· Wave 2, H3: "):
        assert start in told.out
    assert "vested is not yet validated" in told.out
    assert "Within and between organisations, Common method, Power, Ledger." in told.out


def test_every_table_is_written(program: Run, tmp_path: Path) -> None:
    options = ("--claims", "--by", "sector", "--marker", "DAT", "--output", tmp_path / "out")
    assert program("compare", SAMPLE, "-i", "vested", *options).status == 0
    assert {f"{name}.csv" for name in TESTED} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert (recipe["options"]["claims"], recipe["options"]["marker"]) == ([], "DAT")


@pytest.mark.parametrize("form", ["json", "markdown", "csv"])
def test_forms(program: Run, form: str) -> None:
    told = program(
        "compare", SAMPLE, "-i", "vested", "--claim", "SCL->AGX", "--format", form, "--quiet"
    )
    assert told.status == 0
    assert "split" in told.out
    assert "NaN" not in told.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--claim", "VESTED-"), "--claim 'VESTED-' is no claim"),
        (("--claim", "VESTED->AGX2"), "there is no measure 'AGX2'"),
        (("--claim", "AGILITY->AGX"), "they go together by construction"),
        (("--claims", "--marker", "VESTED"), "VESTED cannot be set beside itself"),
        (("--marker", "DAT"), "--marker is for the test of claims"),
    ],
)
def test_wishes_that_cannot_be_met(program: Run, options: tuple[str, ...], message: str) -> None:
    told = program("compare", SAMPLE, "-i", "vested", *options, "--quiet")
    assert (told.status, told.out) == (2, "")
    assert message in told.error
    assert "hint: " in told.error
