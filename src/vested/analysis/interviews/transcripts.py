"""Who speaks how much in transcripts of interviews: context, not evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from vested.formats.transcripts import open_transcript, shares
from vested.interviews.phases import order, phase_in_name, phase_of
from vested.interviews.sources import read_sources
from vested.spelling import same
from vested.table import Column, ResultTable

SUFFIXES = (".vtt", ".srt", ".sbv", ".docx")
_HEAD = 4096

SPEAKERS = (
    Column("file", "File", "The transcript."),
    Column("organisation", "Organisation", "The organisation that it is about, where that is "
           "known."),
    Column("phase", "Phase", "The phase of the research, where that is known."),
    Column("speaker", "Speaker", "The speakers by number, in the order in which they speak first."),
    Column("turns", "Turns", "How often the speaker takes the word."),
    Column("words", "Words", "How many words that makes."),
    Column("share", "Share", "The share of the words of the transcript."),
    Column("minutes", "Minutes", "How long that takes, where the file has times.", 1),
)  # fmt: skip
TOTALS = (
    Column("organisation", "Organisation", "The organisation."),
    Column("phase", "Phase", "The phase of the research."),
    Column("transcripts", "Transcripts", "How many there are."),
    Column("speakers", "Speakers", "How many speak in them, counted per transcript."),
    Column("turns", "Turns", "How many turns they take."),
    Column("words", "Words", "How many words that makes."),
)


@dataclass(frozen=True, slots=True)
class Transcripts:
    """Result tables by name: speakers and, over organisations and phases, totals."""

    tables: Mapping[str, ResultTable]
    notes: tuple[str, ...]

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "speakers"

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Nothing: transcripts are looked at, not made again."""
        return {}

    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]:
        return ()


def is_transcript(path: str | Path) -> bool:
    """Whether a file is called as transcripts are; one called .txt must not begin like a table."""
    path = Path(path)
    if path.suffix.lower() != ".txt" or not path.is_file():
        return path.suffix.lower() in SUFFIXES
    with path.open("rb") as file:
        first = file.read(_HEAD).lstrip().partition(b"\n")[0]
    return not (b"\t" in first or b";" in first or first.count(b",") > 1 or b"\0" in first)


def transcripts(paths: Sequence[str | Path], sources: str | Path | None = None) -> Transcripts:
    """Count turns and words per speaker, and over organisations and phases.

    Names of speakers are not shown: they are numbered. `sources` is a csv that says organisation
    and phase of files; a phase may stand in a file's name. Raises `VestedError` for a file that is
    no transcript.
    """
    said = {same(name): of for name, of in read_sources(sources).items()} if sources else {}
    rows: list[tuple[object, ...]] = []
    notes: list[str] = []
    for path in map(Path, paths):
        found = open_transcript(path)
        of = said.get(same(path.name)) or said.get(same(path.stem)) or {}
        phase = phase_of(of.get("phase", "")) or of.get("phase") or phase_in_name(path.stem) or ""
        shown = shares(found)
        total = sum(share.words for share in shown)
        rows += [
            (
                path.name, of.get("organisation", ""), phase, number, share.turns, share.words,
                share.words / total if total else None,
                None if share.seconds is None else share.seconds / 60,
            )
            for number, share in enumerate(shown, start=1)
        ]  # fmt: skip
        notes += found.notes
    whole = dict.fromkeys(("speaker", "turns", "words"), pl.Int64)
    kinds = {**whole, "share": pl.Float64, "minutes": pl.Float64}
    schema = {column.key: kinds.get(column.key, pl.String) for column in SPEAKERS}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    tables = (
        ResultTable("speakers", "Speakers", SPEAKERS, frame),
        ResultTable("totals", "Organisations and phases", TOTALS, _totals(frame)),
    )
    return Transcripts({table.name: table for table in tables}, tuple(notes))


def _totals(speakers: pl.DataFrame) -> pl.DataFrame:
    totals = speakers.group_by("organisation", "phase").agg(
        pl.col("file").n_unique().cast(pl.Int64).alias("transcripts"),
        pl.len().cast(pl.Int64).alias("speakers"),
        pl.col("turns", "words").sum(),
    )
    ranked = sorted(totals.rows(), key=lambda row: (row[0], order(row[1])))
    return pl.DataFrame(ranked, schema=totals.schema, orient="row")
