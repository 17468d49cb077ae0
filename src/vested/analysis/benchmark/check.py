"""Do norms still hold? They are built again from their recipe, and compared cell by cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.benchmark.build import build
from vested.analysis.benchmark.norms import NUMBERS, Norms
from vested.analysis.benchmark.reading import read_norms
from vested.analysis.recipes.reading import differences, is_changed, options_for, read_recipe
from vested.analysis.recipes.sources import sources
from vested.analysis.scores import PUBLISHED
from vested.errors import InputError, UsageError
from vested.table import Column, ResultTable

COLUMNS = (
    Column("dimension", "Dimension", "Which norms: overall, a column of the norms, or wave; empty "
           "where the row is about a file."),
    Column("cell", "Cell", "Which cell of them; or the file."),
    Column("measure", "Measure", "The id of the measure."),
    Column("statistic", "Statistic", "Which number of it; status where a row was hidden or shown, "
           "came or went."),
    Column("was", "Was", "The number in the norms.", 4),
    Column("now", "Now", "The number that is found now; hidden numbers are never shown.", 4),
    Column("moved", "Moved", "By how much: now less was.", 4),
    Column("change", "Change", "What happened, in words."),
    Column("why", "Why", "What differs between the two: data, instrument, version or option, or "
           "that the file was edited."),
)  # fmt: skip
_NUMBERS = ("was", "now", "moved")
_UNKNOWN = "not known: the same data, instrument, options and versions"
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """What moved; nothing if the norms hold."""

    table: ResultTable
    checked: tuple[str, ...]
    """The cells and files that were compared."""
    answer: str
    notes: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.table.frame.height


def check(
    folder: str | Path,
    surveys: Sequence[Path] = (),
    *,
    tolerance: float = 0.0,
    changes: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Check:
    """Build norms again and compare them with those in a folder.

    The surveys are those that are named, else those of the recipe, beside the folder or here.
    `changes` are options to build with instead of the recipe's. Numbers may move by `tolerance`.

    Raises `InputError` where the folder holds no norms or a survey is not found.
    """
    if not tolerance >= 0:
        raise UsageError(f"--tolerance {tolerance:g} is below 0", "0 allows no difference at all")
    folder = Path(folder)
    was = read_norms(folder, trusting=True)
    recipe = read_recipe(folder)
    now = _again(recipe, folder, surveys, changes or {}, progress)
    reasons = differences(recipe, {**now.recipe, "inputs": list(now.inputs)})
    edited = [name for name in sorted(recipe["outputs"]) if is_changed(folder, name, recipe)]
    why = [*(f"edited: {name}" for name in edited if name == "norms.parquet"), *reasons]
    found = list(_moved(was.norms, now.norms, tolerance))
    rows = [{**row, "why": "; ".join(why) or _UNKNOWN} for row in found]
    if "norms.csv" in edited:
        rows += _edits(folder / "norms.csv", was.norms)
    for name in edited:
        told = {"change": "the file is missing, or is not what the recipe says"}
        rows.append({"cell": name, **told, "why": f"edited: {name}"})
    schema = {c.key: pl.Float64 if c.key in _NUMBERS else pl.String for c in COLUMNS}
    frame = pl.DataFrame(rows, schema=schema)
    cells = now.norms.select("dimension", "cell").unique(maintain_order=True).rows()
    checked = (*(f"{dimension}={cell}" for dimension, cell in cells), *sorted(recipe["outputs"]))
    notes = (*now.notes, *(f"differs, and moved nothing: {r}" for r in reasons if not found))
    table = ResultTable("moved", "What moved", COLUMNS, frame)
    return Check(table, checked, _answer(frame, was.norms), notes)


def _answer(frame: pl.DataFrame, was: pl.DataFrame) -> str:
    if not frame.height:
        return f"The norms hold: {was.height:,} rows are as they were."
    cells = frame.filter(pl.col("dimension").is_not_null())
    moved = cells.select("dimension", "cell", "measure").n_unique()
    files = frame.height - cells.height
    parts = [f"{moved:,} of {was.height:,} rows moved"] if moved else []
    parts += [f"{files} file{'s' if files > 1 else ''} edited or missing"] if files else []
    return f"The norms do not hold: {', '.join(parts)}."


def _again(
    recipe: Mapping[str, Any],
    folder: Path,
    surveys: Sequence[Path],
    changes: Mapping[str, Any],
    progress: Callable[[int], None] | None,
) -> Norms:
    found = sources(recipe, folder, surveys)
    gone = [] if surveys else list(found.missing)
    gone += [words for role, words in found.lost.items() if role not in changes]
    if gone:
        raise InputError(
            f"not found: {', '.join(gone)}",
            "name the surveys after the norms; other files are looked for beside the norms and "
            "here, or named with their option",
        )
    options = options_for(build, recipe, folder)
    options |= {"mapping": found.files["mapping"], "definition": found.files["definition"]}
    options["instrument"] = found.instrument
    return build(list(surveys) or list(found.surveys), **{**options, **changes}, progress=progress)


def _moved(was: pl.DataFrame, now: pl.DataFrame, tolerance: float) -> Iterator[dict[str, Any]]:
    """A row per number that moved; hidden rows have none."""
    before, after = _by_key(was), _by_key(now)
    for key in dict.fromkeys((*before, *after)):
        head = dict(zip(("dimension", "cell", "measure"), key, strict=True))
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old["status"] != new["status"]:
            change = f"{_status(old)} -> {_status(new)}"
            yield {**head, "statistic": "status", "change": change}
            continue
        if old["status"] != PUBLISHED:
            continue
        for name in NUMBERS:
            x, y = old[name], new[name]
            if x is None and y is None:
                continue
            numbers = {"statistic": name, "was": x, "now": y}
            if x is None or y is None:
                change = "came" if x is None else "went"
                yield {**head, **numbers, "change": f"{change}: too few organisations for it"}
            elif not abs(y - x) <= tolerance:
                yield {**head, **numbers, "moved": y - x, "change": "moved"}


def _by_key(frame: pl.DataFrame) -> dict[Key, dict[str, Any]]:
    return {(row["dimension"], row["cell"], row["measure"]): row for row in frame.rows(named=True)}


def _status(row: Mapping[str, Any] | None) -> str:
    return "absent" if row is None else str(row["status"])


def _edits(path: Path, stored: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Where the csv says something else than the same table in parquet, row by row."""
    try:
        text = path.read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except (OSError, ValueError, csv.Error):
        return
    if len(rows) != stored.height:
        yield {
            "cell": path.name,
            "change": f"has {len(rows):,} rows instead of {stored.height:,}",
            "why": f"edited: {path.name}",
        }
        return
    for edited, own in zip(rows, stored.rows(named=True), strict=True):
        head = {key: own[key] for key in ("dimension", "cell", "measure")}
        for name in NUMBERS:
            was = _number(edited.get(name))
            if own["status"] == PUBLISHED and was != own[name]:
                known = None not in (was, own[name])
                yield {
                    **head,
                    "statistic": name,
                    "was": was,
                    "now": own[name],
                    "moved": own[name] - was if known else None,
                    "change": f"edited in {path.name}",
                    "why": f"edited: {path.name}",
                }


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return None
