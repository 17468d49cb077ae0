"""Norms from their folder, as `vested benchmark build` wrote it."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.benchmark.norms import COLUMNS, SCHEMA, Norms
from vested.analysis.recipes.reading import is_changed, read_recipe
from vested.errors import InputError
from vested.table import ResultTable

BUILT_BY = "benchmark build"
_BUILD = "`vested benchmark build SURVEY -o FOLDER` makes one"


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
            if is_changed(folder, name, recipe):
                raise InputError(
                    f"{folder.name}/{name} is not what the recipe says",
                    "build the norms again; `vested benchmark check` says what differs",
                )
    try:
        frame = pl.read_parquet(io.BytesIO((folder / "norms.parquet").read_bytes()))
        members = json.loads((folder / "members.json").read_bytes())
    except (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        frame, members = pl.DataFrame(), []
    if frame.schema != SCHEMA or not isinstance(members, list) or not _has_rules(recipe):
        raise InputError(f"the norms in {folder.name} are damaged", _BUILD)
    inputs = recipe.pop("inputs")
    return Norms(
        ResultTable("norms", "Norms", COLUMNS, frame), tuple(members), recipe, tuple(inputs)
    )


def _has_rules(recipe: Mapping[str, Any]) -> bool:
    """Whether the options by which norms are read are there."""
    options = recipe["options"]
    whole = (options.get("min_organisations"), options.get("min_respondents"))
    share = options.get("max_share")
    return all(isinstance(n, int) for n in whole) and isinstance(share, int | float)
