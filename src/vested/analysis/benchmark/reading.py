"""Norms from their folder, as `vested benchmark build` wrote it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.benchmark.norms import COLUMNS, Norms
from vested.errors import InputError
from vested.table import ResultTable

BUILT_BY = "benchmark build"
_BUILD = "`vested benchmark build SURVEY -o FOLDER` makes one"


def read_recipe(folder: str | Path) -> dict[str, Any]:
    """The recipe in a folder that `vested` wrote.

    Raises `InputError` where there is none, or none that can be understood.
    """
    folder = Path(folder)
    try:
        recipe = json.loads((folder / "recipe.json").read_bytes())
    except OSError:
        raise InputError(
            f"{folder.name} has no recipe.json", "name a folder that vested wrote with --output"
        ) from None
    except ValueError:
        recipe = None
    parts = {"command": str, "options": dict, "instrument": dict, "inputs": list, "outputs": dict}
    whole = isinstance(recipe, dict) and all(
        isinstance(recipe.get(key), kind) for key, kind in parts.items()
    )
    if not whole:
        raise InputError(
            f"{folder.name}/recipe.json cannot be understood",
            "it is damaged, or of an earlier version: write the folder again",
        )
    return dict(recipe)


def read_norms(folder: str | Path, *, trusting: bool = False) -> Norms:
    """Norms from a folder; unless `trusting`, only if every file is what the recipe says.

    Raises `InputError` where the folder is none of norms, or a file is missing or was changed.
    """
    folder = Path(folder)
    recipe = read_recipe(folder)
    if recipe["command"] != BUILT_BY:
        raise InputError(
            f"{folder.name} holds no norms, but a result of {recipe['command']}", _BUILD
        )
    if not trusting:
        for name in (*recipe["outputs"], "norms.parquet", "members.json"):
            if changed(folder, name, recipe):
                raise InputError(
                    f"{folder.name}/{name} is not what the recipe says",
                    "build the norms again; `vested benchmark check` says what differs",
                )
    try:
        frame = pl.read_parquet(io.BytesIO((folder / "norms.parquet").read_bytes()))
        members = json.loads((folder / "members.json").read_bytes())
    except (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        frame, members = pl.DataFrame(), []
    if frame.columns != [column.key for column in COLUMNS] or not isinstance(members, list):
        raise InputError(f"the norms in {folder.name} are damaged", _BUILD)
    inputs = recipe.pop("inputs")
    return Norms(
        ResultTable("norms", "Norms", COLUMNS, frame), tuple(members), recipe, tuple(inputs)
    )


def changed(folder: Path, name: str, recipe: Mapping[str, Any]) -> bool:
    """Whether a file is missing, or is not the one that was written with the recipe."""
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return True
    return bool(sha256(content).hexdigest() != recipe["outputs"].get(name))
