"""How coded interviews would be read: which code is which measure, and what sources say of whom."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.interviews import (
    DEFAULT_INSTRUMENT,
    PathLike,
    codes_table,
    ledger_table,
    sources_table,
)
from vested.errors import VestedError
from vested.instruments import load_instrument
from vested.interviews.codings import Roles, understand
from vested.interviews.mapping import code_mapping_text, read_code_mapping
from vested.interviews.matching import IGNORE
from vested.interviews.sources import read_sources
from vested.model import Instrument
from vested.platforms.qda import Project, open_project
from vested.spelling import same
from vested.table import Column, ResultTable

LIKELY = 0.75
"""Names that are at least so alike are suggested, never used: our choice."""

FILES = (
    Column("file", "File", "The file."),
    Column("platform", "Platform", "The software that wrote it; empty for a plain table."),
    Column("codes", "Codes", "How many codes its codebook has."),
    Column("sources", "Sources", "How many sources it holds."),
    Column("codings", "Codings", "How many codings: a passage, a code and a coder."),
    Column("coders", "Coders", "How many coders it names."),
    Column("problem", "Problem", "Why nothing can be said of it as it is; empty where it can."),
    Column("hint", "Hint", "The likely way out."),
)
SUGGESTIONS = (
    Column("code", "Code", "A code that is no measure of the instrument."),
    Column("measure", "Measure", "The measure whose name is most like it."),
    Column("name", "Its name", "That name."),
    Column("likeness", "Likeness", "From 0 to 1; a suggestion is never used by itself."),
)


@dataclass(frozen=True, slots=True)
class CodedInspection:
    """Result tables by name: files, codes, suggestions, sources and, where it can be, a ledger."""

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    notes: tuple[str, ...]
    mapping: str
    """What is understood, as the text of a mapping file."""

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "codes"

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Nothing: an inspection is looked at, not made again."""
        return {}

    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]:
        return ()


def inspect_coded(
    coded: Sequence[PathLike],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    phase: str | None = None,
    sources: PathLike | None = None,
    mapping: PathLike | None = None,
) -> CodedInspection:
    """Find out how coded interviews would be read, and count nothing.

    The options are those of `interviews`. Raises `VestedError` where a file cannot be read at all.
    """
    said = read_code_mapping(mapping) if mapping is not None else None
    chosen = instrument
    if not isinstance(chosen, Instrument):
        wanted = chosen or (said.instrument if said else None) or DEFAULT_INSTRUMENT
        chosen = load_instrument(wanted)
    if said is not None:
        said.check(chosen)
    projects = [open_project(Path(path)) for path in coded]
    roles = Roles(organisation, phase, None, read_sources(sources) if sources else {})
    problem: VestedError | None = None
    tables: list[ResultTable] = []
    notes: tuple[str, ...] = tuple(note for project in projects for note in project.notes)
    try:
        codings = understand(projects, chosen, roles, said.codes if said else None)
    except VestedError as error:
        problem = error
        codings = understand(projects, chosen, roles, said.codes if said else None, strict=False)
    tables = [
        _files(projects, problem),
        codes_table(codings),
        _suggestions(codings.codes, chosen),
        sources_table(codings),
        ledger_table(codings),
    ]
    text = code_mapping_text(chosen.id, _mapped(codings.codes), projects[0].file)
    return CodedInspection(chosen, {table.name: table for table in tables}, notes, text)


def _files(projects: Sequence[Project], problem: VestedError | None) -> ResultTable:
    rows = [
        (
            project.file, project.platform, len(project.codes), len(project.sources),
            len(project.segments), len(project.coders), problem.message if problem else "",
            problem.hint if problem else "",
        )
        for project in projects
    ]  # fmt: skip
    kinds = dict.fromkeys(("codes", "sources", "codings", "coders"), pl.Int64)
    schema = {column.key: kinds.get(column.key, pl.String) for column in FILES}
    return ResultTable("files", "Files", FILES, pl.DataFrame(rows, schema=schema, orient="row"))


def _suggestions(codes: pl.DataFrame, instrument: Instrument) -> ResultTable:
    names = {
        same(name): (measure.id, name)
        for measure in instrument.measures
        for name in measure.name.values()
    }
    rows = []
    for path in codes.filter(pl.col("because") == "not matched")["code"].unique().sort():
        own = same(path.rpartition(" > ")[2])
        close = difflib.get_close_matches(own, list(names), n=1, cutoff=LIKELY)
        if close:
            likeness = difflib.SequenceMatcher(None, own, close[0]).ratio()
            rows.append((path, *names[close[0]], likeness))
    kinds = {"likeness": pl.Float64}
    schema = {column.key: kinds.get(column.key, pl.String) for column in SUGGESTIONS}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return ResultTable("suggestions", "Near misses", SUGGESTIONS, frame)


def _mapped(codes: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Each code once, with what it is taken for; blank where it is not known."""
    columns = ("code", "measure", "polarity", "kind", "because")
    told = codes.filter(pl.col("because") != "holds others").select(columns)
    told = told.unique("code", keep="first").sort("code")
    for code, measure, polarity, kind, because in told.rows():
        words = (measure, None if polarity is None else f"{polarity:+d}", kind)
        known = " ".join(word for word in words if word is not None)
        yield code, known or (IGNORE if because == "mapping" else "")
