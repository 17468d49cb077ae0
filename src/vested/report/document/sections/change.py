"""How scores moved from wave to wave."""

from __future__ import annotations

import polars as pl

from vested.report.document.model import Block, Paragraph, Section
from vested.report.document.sections.parts import TILT, Contents
from vested.report.text import distinct, harmless

_COLUMNS = (
    *("organisation", "measure", "wave", "next_wave", "score", "next_score", "difference"),
    *("difference_low", "difference_high"),
)
_SLOPES = 12
"""More organisations than this have the table of changes alone: our choice."""


def change(contents: Contents) -> list[Section]:
    """A slope chart for each organisation and a table; nothing where waves are not told apart."""
    words, tables = contents.words, contents.report.tables
    if "change" not in tables:
        return []
    waves = tables["waves"].frame
    frame = tables["change"].frame.filter(pl.col("measure").is_in(contents.headlines))
    if not frame.height:
        return [Section("change", words("change"), (Paragraph(words("change.none")),))]
    blocks: list[Block] = [Paragraph(words("change.text"))]
    names = list(dict.fromkeys(frame["organisation"]))
    many = len(contents.organisations) > 1
    if len(names) <= _SLOPES:
        for name in names:
            at = contents.organisations.index(name) + 1
            blocks.append(_slope(contents, waves, name, f"change-{at}", many=many))
    columns = _COLUMNS if many else _COLUMNS[1:]
    blocks.append(contents.table("change", words("change.table"), columns, frame=frame))
    return [Section("change", words("change"), tuple(blocks))]


def _slope(contents: Contents, waves: pl.DataFrame, name: str, key: str, *, many: bool) -> Block:
    words = contents.words
    own = waves.filter(
        (pl.col("organisation") == name)
        & pl.col("measure").is_in(contents.headlines)
        & ~pl.col("measure").str.ends_with(TILT)
    )
    places = {measure: at for at, measure in enumerate(contents.headlines)}
    own = own.sort(pl.col("measure").replace_strict(places), maintain_order=True)
    names = distinct(map(contents.measure, contents.headlines))
    labels = dict(zip(contents.headlines, names, strict=True))
    rows = [
        (
            labels[row["measure"]], harmless(row["wave"]), row["score"],
            row["ci_low"], row["ci_high"],
        )
        for row in own.iter_rows(named=True)
    ]  # fmt: skip
    schema = {"label": pl.String, "wave": pl.String, "score": pl.Float64, "low": pl.Float64,
              "high": pl.Float64}  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row")
    told = words("separator").join(
        words("change.value", measure=label, wave=wave, score=contents.number(score))
        for label, wave, score, *_ in rows
        if score is not None
    )
    whose = words("change.of", organisation=harmless(name)) if many else ""
    title = words("change.chart", of=whose)
    return contents.chart("slope", key, title, words("change.description", values=told), frame)
