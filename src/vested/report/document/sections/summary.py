"""The first section: what a reader should know who reads nothing else."""

from __future__ import annotations

import polars as pl

from vested.analysis.scores import SUPPRESSED
from vested.report.document.model import Block, Paragraph, Points, Section
from vested.report.document.sections.parts import Contents, Row, visible
from vested.report.document.sections.profile import intervals_of
from vested.report.document.standing import bands
from vested.report.text import harmless

_DOTS = 25
"""More organisations than this are shown by the heat map alone: our choice."""


def summary(contents: Contents) -> Section:
    """One organisation in sentences, or the range over several."""
    words, names = contents.words, contents.organisations
    blocks = _of_one(contents) if len(names) == 1 else _of_several(contents)
    if contents.report.waves is not None:
        blocks.append(Paragraph(words("summary.waves")))
    if not contents.instrument.validated:
        blocks.append(Paragraph(words("summary.not_validated")))
    return Section("summary", words("summary"), tuple(blocks))


def _of_one(contents: Contents) -> list[Block]:
    words, name = contents.words, contents.organisations[0]
    rows = {row["measure"]: row for row in contents.scores(name)}
    headlines = [rows[measure] for measure in contents.headlines]
    if not any(visible(row) for row in rows.values()):
        return [Paragraph(words("summary.nothing", minimum=contents.options["min_respondents"]))]
    norms = contents.norms(name)
    n = max((row["respondents"] or 0 for row in rows.values()), default=0)
    blocks: list[Block] = [Paragraph(words("summary.one", n=n, organisation=harmless(name)))]
    blocks.append(
        Points(tuple(_score(contents, row, norms.get(row["measure"])) for row in headlines))
    )
    blocks.append(intervals_of(contents, "summary-scores", headlines, norms))
    further = [*_points(contents, name), *_changes(contents, name)]
    return [*blocks, Points(tuple(further))] if further else blocks


def _score(contents: Contents, row: Row, norm: Row | None) -> str:
    """A score as a sentence, with its caution and its place beside the benchmark."""
    words, measure = contents.words, contents.measure(row["measure"])
    if not visible(row):
        return words("summary.hidden", measure=measure)
    values = {"measure": measure, "score": contents.number(row["score"])}
    if row["ci_low"] is None:
        text = words("summary.score_bare", **values)
    else:
        low, high = contents.number(row["ci_low"]), contents.number(row["ci_high"])
        text = words("summary.score", low=low, high=high, **values)
    if band := bands(row, words):
        text = words("summary.band", text=text, band=band)
    if norm is not None and norm["difference"] is not None:
        text = _beside(contents, text, norm)
    return words("summary.careful", text=text) if row["status"] == "caution" else text


def _beside(contents: Contents, text: str, norm: Row) -> str:
    low, high = norm["difference_low"], norm["difference_high"]
    clear = low is not None and (low > 0 or high < 0)
    which = ("above" if norm["difference"] > 0 else "below") if clear else "unclear"
    return contents.words(
        f"summary.norm_{which}",
        text=text,
        difference=contents.number(abs(norm["difference"])),
        n=norm["organisations"],
        norm=contents.number(norm["norm_mean"]),
    )


def _points(contents: Contents, name: str) -> list[str]:
    frame = contents.report.tables["points"].frame.filter(pl.col("organisation") == name)
    found = []
    for point, word in (("strength", "strengths"), ("work point", "work_points")):
        own = frame.filter(pl.col("point") == point)
        if own.height:
            told = ", ".join(
                f"{contents.measure(row['measure'])} ({contents.number(row['score'], 0)})"
                for row in own.iter_rows(named=True)
            )
            found.append(contents.words(f"summary.{word}", names=told))
    return found


def _changes(contents: Contents, name: str) -> list[str]:
    """The last change of each headline score."""
    table = contents.report.tables.get("change")
    if table is None:
        return []
    found = []
    for measure in contents.headlines:
        own = table.frame.filter((pl.col("organisation") == name) & (pl.col("measure") == measure))
        if not own.height:
            continue
        row = own.row(-1, named=True)
        low, high = row["difference_low"], row["difference_high"]
        clear = low is not None and (low > 0 or high < 0)
        which = ("up" if row["difference"] > 0 else "down") if clear else "unclear"
        size = abs(row["difference"]) if clear else row["difference"]
        found.append(
            contents.words(
                f"summary.change_{which}",
                measure=contents.measure(measure),
                difference=contents.number(size),
                wave=harmless(row["wave"]),
                next=harmless(row["next_wave"]),
            )
        )
    return found


def _of_several(contents: Contents) -> list[Block]:
    words, frame = contents.words, contents.report.analysis.headline_scores()
    visible_rows = contents.report.analysis.scores.filter(pl.col("status") != SUPPRESSED)
    most = visible_rows.group_by("organisation").agg(pl.col("respondents").max())
    people, there = int(most["respondents"].sum()), most.height
    blocks: list[Block] = [Paragraph(words("summary.several", n=there, respondents=people))]
    texts = []
    table = contents.report.tables["overview"].frame
    for row in table.filter(pl.col("organisations") > 1).iter_rows(named=True):
        numbers = {name: contents.number(row[name]) for name in ("lowest", "median", "highest")}
        texts.append(words("summary.range", measure=contents.measure(row["measure"]), **numbers))
    careful, shown = int(table["careful"].sum()), int(table["organisations"].sum())
    if careful:
        texts.append(words("summary.several_careful", careful=careful, n=shown))
    if texts:
        blocks.append(Points(tuple(texts)))
    if there <= _DOTS:
        blocks.append(_dots(contents, frame))
    return blocks


def _dots(contents: Contents, frame: pl.DataFrame) -> Block:
    """The headline measure that comes first, for every organisation."""
    measure = contents.headlines[0]
    own = list(frame.filter(pl.col("measure") == measure).iter_rows(named=True))
    title = contents.words("overview.chart", measure=contents.measure(measure))
    return intervals_of(contents, "summary-scores", own, {}, by="organisation", title=title)
