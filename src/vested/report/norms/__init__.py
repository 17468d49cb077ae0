"""A folder of norms: the table twice, who is in it, and a description for other programs.

`datapackage.json` is a Data Package with a Table Schema (Frictionless, version 2,
datapackage.org/standard/data-package): columns, their types and what they say, bytes and hashes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import polars as pl

from vested.analysis.benchmark.norms import NUMBERS, QUANTILES, in_words
from vested.errors import OutputError
from vested.report import check_target, csv, parquet, write_folder
from vested.report.text import harmless

if TYPE_CHECKING:
    from vested.analysis.benchmark.norms import Norms
    from vested.table import ResultTable

FILES = ("norms.csv", "norms.parquet", "members.json", "datapackage.json")
_PROFILE = "https://datapackage.org/profiles/2.0"
_TYPES = {pl.String(): "string", pl.Int64(): "integer", pl.Float64(): "number"}


def write_norms(norms: Norms, output: Path, *, force: bool) -> list[Path]:
    """Write a folder of norms, all of it or nothing; gives the files that were written."""
    return write_folder(norms, output, files_of(norms), force=force)


def files_of(norms: Norms) -> dict[str, bytes]:
    """The files of a folder of norms, but for its recipe."""
    tables = {"norms.csv": csv.table(norms.table), "norms.parquet": parquet.table(norms.table)}
    members = (json.dumps(norms.members, indent=0) + "\n").encode()
    package = (json.dumps(_package(norms, tables), indent=2, ensure_ascii=False) + "\n").encode()
    return {**tables, "members.json": members, "datapackage.json": package}


def check_folder(output: Path, *, force: bool, inputs: Sequence[Path]) -> None:
    """Complain about a folder that cannot be written before the work begins, not after."""
    if output.suffix and not output.is_dir():
        raise OutputError(
            f"{output} is the name of a file", "norms are a folder: leave .suffix out"
        )
    check_target(output, None, force=force, inputs=inputs, tables=())
    for name in FILES:
        if (output / name).exists() and not force:
            raise OutputError(f"{output / name} exists already", "--force overwrites it")


def _package(norms: Norms, tables: dict[str, bytes]) -> dict[str, Any]:
    instrument = norms.recipe["instrument"]
    title = f"Norms of {instrument['id']} {instrument['version']}"
    about = {
        "norms.csv": {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"},
        "norms.parquet": {"format": "parquet", "mediatype": "application/vnd.apache.parquet"},
    }
    return {
        "$schema": f"{_PROFILE}/datapackage.json",
        "name": "norms",
        "title": title,
        "description": in_words(norms.norms),
        "resources": [
            {
                "$schema": f"{_PROFILE}/dataresource.json",
                "name": name.replace(".", "-"),
                "path": name,
                "type": "table",
                **about[name],
                "bytes": len(content),
                "hash": f"sha256:{sha256(content).hexdigest()}",
                "schema": _schema(norms.table),
            }
            for name, content in tables.items()
        ],
    }


def _schema(table: ResultTable) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for column in table.columns:
        kind = _TYPES[table.frame.schema[column.key]]
        field: dict[str, Any] = {
            "name": column.key,
            "type": kind,
            "title": column.heading,
            "description": column.explain,
        }
        if column.key == "status":
            field["constraints"] = {"required": True, "enum": ["published", "suppressed"]}
        elif column.key not in NUMBERS:
            field["constraints"] = {"required": True}
        fields.append(field)
    return {
        "$schema": f"{_PROFILE}/tableschema.json",
        "fields": fields,
        "primaryKey": ["dimension", "cell", "measure"],
        "missingValues": [""],
    }


def show_norms(norms: Norms, stream: IO[str], *, detail: bool = False) -> None:
    """Print norms cell by cell: the indices, with `detail` all measures."""
    from vested.report.terminal import console_on, put
    from vested.report.terminal.tables import show_table
    from vested.table import ResultTable

    console = console_on(stream)
    indices = norms.norms.filter(pl.col("kind") == "index")
    frame = norms.norms if detail or not indices.height else indices
    wanted = {"measure", "organisations", "respondents", "mean", "sd", *QUANTILES}
    columns = tuple(column for column in norms.table.columns if column.key in wanted)
    for (dimension, cell), rows in frame.group_by("dimension", "cell", maintain_order=True):
        title = "all organisations" if dimension == "overall" else f"{dimension}: {cell}"
        shown = rows.filter(pl.col("status") == "published")
        if not shown.height:
            put(console, f"{harmless(title)}: hidden\n")
            continue
        put(console, harmless(title))
        show_table(
            console, ResultTable("norms", title, columns, shown.select(c.key for c in columns))
        )
        put(console, "")
    put(console, in_words(norms.norms))
    for line in footnotes(norms):
        put(console, harmless(line))


def footnotes(norms: Norms) -> list[str]:
    """What a reader of norms must know."""
    options, instrument = norms.recipe["options"], norms.recipe["instrument"]
    hidden = norms.norms.filter(pl.col("status") == "suppressed").height
    lines = [
        f"Instrument: {instrument['id']} {instrument['version']}.",
        "Each organisation counts once. Percentiles (p10 to p90) are weighted means of all scores "
        "(Harrell and Davis), so that none is the score of one organisation.",
    ]
    if hidden:
        lines.append(
            f"Hidden: {hidden} of {norms.norms.height} rows, with fewer than "
            f"{options['min_organisations']} organisations, or one that has more than "
            f"{options['max_share'] * 100:g} % of the respondents, or from which such a row "
            "could be worked out."
        )
    return lines
