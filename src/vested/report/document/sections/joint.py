"""Survey and interviews side by side."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from vested.report.document.model import Block, Paragraph, Section
from vested.report.document.sections.parts import Contents, visible
from vested.report.document.sections.profile import intervals_of, value_of

_COLUMNS = (
    *("organisation", "measure", "score", "score_low", "score_high", "evidence", "evidence_low"),
    *("evidence_high", "sources", "difference", "convergence"),
)


def joint(contents: Contents) -> list[Section]:
    """The joint display, and the curve of saturation; nothing where there are no interviews."""
    found, words = contents.report.consolidation, contents.words
    if found is None:
        return []
    both = found.display.filter(pl.col("score").is_not_null() & pl.col("evidence").is_not_null())
    counts = dict(both["convergence"].value_counts().rows())
    names = ("agreement", "partial", "dissonance")
    text = words("joint.text", both=both.height, **{name: counts.get(name, 0) for name in names})
    blocks: list[Block] = [Paragraph(text)]
    if len(contents.organisations) == 1 and both.height:
        blocks.append(_beside(contents, both))
    columns = _COLUMNS if len(contents.organisations) > 1 else _COLUMNS[1:]
    blocks.append(contents.table("display", words("joint.table"), columns, frame=both))
    curve = found.interviews.tables.get("saturation")
    several = len(contents.organisations) > 1  # the curve is over the sources of all of them
    if several and curve is not None and curve.frame.height:
        last = curve.frame.row(-1, named=True)
        described = words("joint.saturation_description", n=last["sources"], codes=last["codes"])
        frame = curve.frame.select("sources", "codes")
        title = words("joint.saturation")
        blocks.append(contents.chart("saturation", "joint-saturation", title, described, frame))
    return [Section("joint", words("joint"), tuple(blocks))]


def _beside(contents: Contents, both: pl.DataFrame) -> Block:
    """Survey scores with the interview evidence as the mark beside them."""
    name = contents.organisations[0]
    words = contents.words
    evidence = {row["measure"]: row["evidence"] for row in both.iter_rows(named=True)}
    rows = [row for row in contents.scores(name) if row["measure"] in evidence and visible(row)]
    norms = {measure: {"norm_mean": value} for measure, value in evidence.items()}
    made = intervals_of(contents, "joint-scores", rows, norms, title=words("joint.chart"))
    told = words("separator").join(
        words(
            "joint.value",
            text=value_of(contents, contents.measure(row["measure"]), row),
            evidence=contents.number(evidence[row["measure"]]),
        )
        for row in rows
    )
    return replace(
        made,
        description=words("joint.description", values=told),
        words={**made.words, "norm": words("joint.norm")},
    )
