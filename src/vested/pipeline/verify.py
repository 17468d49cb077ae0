"""Is a folder of results what its recipe says, and does the recipe give the same bytes again?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.analyse import analyse
from vested.analysis.benchmark.build import build
from vested.analysis.gate import Cuts
from vested.analysis.recipes.reading import (
    differences,
    hash_of,
    is_changed,
    options_for,
    read_recipe,
)
from vested.analysis.recipes.sources import Sources, sources
from vested.errors import InputError
from vested.report import FORMATS, files
from vested.report.norms import files_of
from vested.table import Column, ResultTable

COLUMNS = (
    Column("file", "File", "A file of the folder, or one that it was made from."),
    Column("found", "Found", "What is not as it should be."),
    Column("why", "Why", "What differs, as far as that can be told."),
)
AGAIN = ("analyse", "benchmark build")
"""The commands whose recipes are run again."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What differs; nothing where the folder is what its recipe says."""

    table: ResultTable
    checked: tuple[str, ...]
    answer: str

    @property
    def holds(self) -> bool:
        return not self.table.frame.height


def verify(
    folder: str | Path, given: Sequence[Path] = (), *, hashes_only: bool = False
) -> Verification:
    """Check the hashes of a folder that `vested` wrote, then run its recipe and compare the bytes.

    The files that it was made from are looked for among those `given`, beside the folder, in it
    and here, by their hash. Recipes of commands other than `AGAIN` are not run.

    Raises `InputError` where the folder has no recipe, or a file that it was made from is missing.
    """
    folder = Path(folder)
    recipe = read_recipe(folder)
    if any(Path(name).name != name for name in recipe["outputs"]):
        raise InputError(
            f"{folder.name}/recipe.json names files outside of its folder", "it is damaged"
        )
    rows = list(_hashes(folder, recipe))
    again = "hashes only"
    if recipe["command"] not in AGAIN:
        again = f"hashes only, for `vested {recipe['command']}` is not run again"
    elif not hashes_only:
        found, again = _bytes(folder, recipe, given)
        rows += found
    frame = pl.DataFrame(rows, schema={c.key: pl.String for c in COLUMNS}, orient="row")
    checked = (*sorted(recipe["outputs"]), *(entry["file"] for entry in recipe["inputs"]))
    answer = f"{len(recipe['outputs'])} files are what the recipe says ({again})."
    if rows:
        n = len({row[0] for row in rows})
        answer = f"Not what the recipe says: {n} file{'s' if n > 1 else ''} ({again})."
    table = ResultTable("differences", "Differences", COLUMNS, frame)
    return Verification(table, checked, answer)


def _hashes(folder: Path, recipe: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    outputs = recipe["outputs"]
    for name in sorted(outputs):
        if hash_of(folder / name) is None:
            yield name, "missing", "it was removed, or renamed"
        elif is_changed(folder, name, recipe):
            yield name, "changed", "its hash is not the one in the recipe"
    suffixes = {Path(name).suffix for name in outputs}
    for path in sorted(folder.iterdir()):
        known = path.name in outputs or path.name == "recipe.json"
        if not known and path.suffix in suffixes and path.is_file():
            yield path.name, "not of this result", "the recipe does not know it"


def _bytes(
    folder: Path, recipe: Mapping[str, Any], given: Sequence[Path]
) -> tuple[list[tuple[str, str, str]], str]:
    """What the recipe gives otherwise than what it says, and in words what was done."""
    found = sources(recipe, folder, [path for path in given if path.is_file()])
    if gone := [*found.missing, *found.lost.values()]:
        raise InputError(
            f"not found: {', '.join(gone)}",
            "name the files after the folder, or check its hashes alone with --hashes-only",
        )
    if found.others:
        other = "it has another hash than in the recipe"
        return [(name, "another file", other) for name in found.others], "not run again"
    if recipe["command"] == "analyse":
        contents, made_by = _analyse(folder, recipe, found, given)
    else:
        contents, made_by = _build(folder, recipe, found)
    why = "; ".join(differences(recipe, made_by)) or "not known: nothing in the recipe differs"
    hashes = {name: sha256(content).hexdigest() for name, content in contents.items()}
    rows = [
        (name, "other bytes when run again", why)
        for name in sorted({*hashes, *recipe["outputs"]})
        if hashes.get(name) != recipe["outputs"].get(name)
    ]
    return rows, "and the recipe was run again"


Again = tuple[Mapping[str, bytes], Mapping[str, Any]]


def _analyse(
    folder: Path, recipe: Mapping[str, Any], found: Sources, given: Sequence[Path]
) -> Again:
    special = {name: recipe["options"].get(name) for name in ("cuts", "benchmark")}
    plain = {name: v for name, v in recipe["options"].items() if name not in special}
    options = options_for(analyse, {"options": plain}, folder)
    options |= found.files
    if special["cuts"]:
        options["cuts"] = _cuts(special["cuts"], folder)
    if special["benchmark"]:
        options |= _norms(special["benchmark"], folder, given)
    analysis = analyse(list(found.surveys), instrument=found.instrument, **options)
    suffixes = {Path(name).suffix for name in recipe["outputs"]}
    form = next((name for name, form in FORMATS.items() if {form.suffix} == suffixes), None)
    if form is None:
        raise InputError(
            f"{folder.name}: its files have no one form that can be made again",
            "check its hashes alone with --hashes-only",
        )
    return files(analysis, form), {**analysis.recipe, "inputs": list(analysis.inputs)}


def _build(folder: Path, recipe: Mapping[str, Any], found: Sources) -> Again:
    options = options_for(build, recipe, folder)
    options |= {name: found.files[name] for name in ("mapping", "definition")}
    norms = build(list(found.surveys), **{**options, "instrument": found.instrument})
    return files_of(norms), {**norms.recipe, "inputs": list(norms.inputs)}


def _cuts(given: Any, folder: Path) -> Cuts:
    if isinstance(given, dict) and {*given} <= {*Cuts.__slots__}:
        values = given.values()
        if all(value is None or isinstance(value, int | float) for value in values):
            return Cuts(**given)
    raise InputError(
        f"{folder.name}/recipe.json has an option that is not understood: cuts",
        "it is damaged, or of another version: write the folder again",
    )


def _norms(told: Any, folder: Path, given: Sequence[Path]) -> dict[str, Any]:
    """The folder of norms with the recipe that the result was compared with."""
    digest = told.get("recipe") if isinstance(told, dict) else None
    places = [path for path in given if path.is_dir()]
    for near in (folder.resolve().parent, Path()):
        places += sorted(path for path in near.iterdir() if path.is_dir())
    for place in places:
        if digest and hash_of(place / "recipe.json") == digest:
            cell = told.get("cell")
            return {"benchmark": place, "benchmark_cell": cell if "=" in str(cell) else None}
    raise InputError(
        "not found: the norms that the scores stand beside",
        "name their folder after the folder, or check its hashes alone with --hashes-only",
    )
