"""The overview of all clients, which is for the consultant and nobody else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from vested.pipeline.batch.clients import Client
from vested.pipeline.batch.making import recipe_in
from vested.pipeline.batch.workers import Wrong
from vested.report.csv import table
from vested.table import Column, ResultTable

NAME = "summary.csv"
COLUMNS = (
    Column("client", "Client", "Name of the client."),
    Column("folder", "Folder", "Folder of its files, beside this file."),
    Column("status", "Status", "done, or failed: then message says why."),
    Column("rows_read", "Rows read", "Rows that were the client's."),
    Column("rows_used", "Rows used", "Those that its scores rest on."),
    Column("organisations", "Organisations", "How many organisations it has."),
    Column("organisation", "Organisation", "The organisation that the rest of the row is about."),
    Column("respondents", "Respondents", "Most respondents that one of its scores rests on."),
    Column("notes", "Notes", "How its data were understood, where that may not be expected."),
    Column("message", "Message", "What was wrong, and what to do about it."),
)
"""And for each headline measure its `score`, `ci_low` and `ci_high`, before the notes; empty
where suppressed."""
_NUMBERS = ("score", "ci_low", "ci_high")

Row = dict[str, str]


def summary(clients: Sequence[Client], failed: Mapping[str, Wrong], output: Path) -> bytes:
    """One row per organisation of each client, as csv.

    It is made from the files of the clients, so it says the same whether these were made just now.
    """
    rows: list[Row] = []
    measures: list[str] = []
    for client in clients:
        base = {"client": client.name, "folder": client.folder}
        if client.name in failed:
            message, hint = failed[client.name]
            rows.append({**base, "status": "failed", "message": f"{message} ({hint})"})
            continue
        folder = output / client.folder
        recipe = recipe_in(folder) or {}
        headlines = [str(each) for each in recipe.get("headlines", [])]
        measures += [each for each in headlines if each not in measures]
        notes = " ".join(map(str, recipe.get("notes", [])))
        base |= {"status": "done", **_rows_of(folder), "notes": notes}
        rows += ({**base, **each} for each in _organisations(folder, headlines))
    numbers = [_number(measure, name) for measure in measures for name in _NUMBERS]
    columns = (*COLUMNS[:-2], *numbers, *COLUMNS[-2:])
    frame = pl.DataFrame(
        [[row.get(column.key) for column in columns] for row in rows],
        schema={column.key: pl.String() for column in columns},
        orient="row",
    )
    return table(ResultTable("summary", "Clients", columns, frame))


def _number(measure: str, name: str) -> Column:
    return Column(f"{measure}_{name}", f"{measure} {name}", "As in the client's scores.csv.")


def _read(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _rows_of(folder: Path) -> Row:
    """How many rows were read and used."""
    counts = {row["stage"]: row["count"] for row in _read(folder / "ledger.csv") if _is_row(row)}
    return {"rows_read": counts["read"], "rows_used": counts["used"]}


def _is_row(row: Mapping[str, Any]) -> bool:
    return row["unit"] == "row" and row["stage"] in ("read", "used")


def _organisations(folder: Path, headlines: Sequence[str]) -> Iterable[Row]:
    """Per organisation the headline scores, as they stand in the client's file."""
    units: dict[str, Row] = {}
    for row in _read(folder / "scores.csv"):
        unit = units.setdefault(row["organisation"], {"organisation": row["organisation"]})
        if row["measure"] in headlines and row["respondents"]:
            most = max(int(row["respondents"]), int(unit.get("respondents") or 0))
            unit["respondents"] = str(most)
            unit |= {f"{row['measure']}_{name}": row[name] for name in _NUMBERS}
    return [{"organisations": str(len(units)), **unit} for unit in units.values()]
