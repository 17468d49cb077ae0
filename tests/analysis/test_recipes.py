"""Recipes: what can be understood of them, in what two differ, and where their files are."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from vested.analysis.recipes.reading import differences, options_for, read_recipe
from vested.analysis.recipes.sources import sources
from vested.errors import VestedError
from vested.instruments import load_instrument

RECIPE: dict[str, Any] = {
    "command": "analyse",
    "inputs": [{"file": "survey.csv", "sha256": sha256(b"rows").hexdigest()}],
    "instrument": {"id": "vested-short", "version": "1.0", "sha256": ""},
    "options": {"wave": None, "mapping": None, "definition": None},
    "outputs": {},
    "versions": {"scipy": "1"},
    "vested": "1",
}
RECIPE["instrument"]["sha256"] = load_instrument("vested-short").digest


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"inputs": [{"file": "new.csv", "sha256": "0"}]}, ["data: new.csv, survey.csv"]),
        ({"inputs": [{**RECIPE["inputs"][0], "file": "renamed.csv"}]}, []),
        ({"vested": "2", "versions": {"polars": "3"}},
         ["version: polars None -> 3, scipy 1 -> None, vested 1 -> 2"]),
        ({"options": {"wave": "w"}}, ["option: wave None -> w"]),
        ({"instrument": {"id": "b", "version": "2", "sha256": "1"}},
         ["instrument: vested-short 1.0 -> b 2"]),
    ],
)  # fmt: skip
def test_differences(changed: dict[str, Any], expected: list[str]) -> None:
    assert differences(RECIPE, {**RECIPE, **changed}) == expected


@pytest.mark.parametrize(
    "edit",
    [
        {"inputs": {}}, {"inputs": [1]}, {"inputs": [{"file": "x"}]}, {"instrument": {}},
        {"versions": None}, {"vested": 1}, {"outputs": []},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_recipe(edit: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps(RECIPE))
    assert read_recipe(tmp_path) == RECIPE
    (tmp_path / "recipe.json").write_text(json.dumps({**RECIPE, **edit}))
    with pytest.raises(VestedError, match="cannot be understood"):
        read_recipe(tmp_path)


def some_command(
    *, wave: str | None = None, group: Any = (), level: float = 0.5, n: int = 1,
    flag: bool = False, progress: object = None,
) -> None:  # fmt: skip
    pass


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ({"wave": "w", "group": ["a"], "level": 1, "n": 2, "flag": True}, True),
        ({"wave": None, "group": []}, True),
        ({"wave": 1}, False),
        ({"group": "a"}, False),
        ({"group": [1]}, False),
        ({"level": "1"}, False),
        ({"level": True}, False),
        ({"n": 1.5}, False),
        ({"flag": 1}, False),
        ({"progress": None}, False),
        ({"other": None}, False),
    ],
    ids=str,
)
def test_options_fit_the_function(options: dict[str, Any], right: bool, tmp_path: Path) -> None:
    if right:
        assert options_for(some_command, {"options": options}, tmp_path) == options
    else:
        with pytest.raises(VestedError, match="has an option that is not understood"):
            options_for(some_command, {"options": options}, tmp_path)


def test_a_file_with_the_hash_goes_before_one_with_the_name(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    near = tmp_path / "survey.csv"
    near.write_bytes(b"other rows")
    found = sources(RECIPE, folder, [])
    assert (found.surveys, found.others, found.missing, found.lost) == (
        (near,), ("survey.csv",), (), {},
    )  # fmt: skip
    inside = folder / "survey.csv"
    inside.write_bytes(b"rows")
    assert sources(RECIPE, folder, []).surveys == (inside,)
    given = tmp_path / "renamed.csv"
    given.write_bytes(b"rows")
    found = sources(RECIPE, folder, [near, given])
    assert (found.surveys, found.others) == ((given,), ())


def test_what_is_nowhere_is_told(tmp_path: Path) -> None:
    recipe = {
        **RECIPE,
        "inputs": [{"file": "../../nowhere.csv", "sha256": "0"}],
        "instrument": {"id": "mine", "version": "1", "sha256": "0"},
        "options": {"mapping": "abcdef0123456789"},
    }
    found = sources(recipe, tmp_path / "results", [])
    assert found.missing == ("../../nowhere.csv",)
    assert found.lost == {
        "mapping": "the mapping with SHA-256 abcdef012345…",
        "instrument": "the instrument mine",
    }


def test_an_instrument_that_was_changed_is_another_one(tmp_path: Path) -> None:
    recipe = {**RECIPE, "instrument": {**RECIPE["instrument"], "sha256": "0"}}
    (tmp_path / "survey.csv").write_bytes(b"rows")
    assert sources(recipe, tmp_path / "results", []).others == ("instrument",)
