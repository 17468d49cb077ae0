"""The paradox map: one picture for each pair, with all organisations in it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from vested.model import Measure
from vested.report.document.comparison.parts import Compared, number, several
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.text import distinct, harmless

_POINTS = 24
"""The most organisations in a picture, those that lean most: our choice."""
_ENDS = ("tilt", "tilt_low", "tilt_high", "joint", "joint_low", "joint_high")


def paradoxes(compared: Compared) -> Iterator[Section]:
    """A map of each pair, and the tables; nothing where it is not asked for."""
    frame = compared.frame("paradoxes")
    if frame is None:
        return
    text = (
        "High in a picture is where both poles are met, to the sides where one of them leads; the "
        f"bars are {compared.level} intervals: where the flat one crosses the middle, no pole "
        "leads clearly."
    )
    blocks: list[Block] = [Paragraph(text)]
    for pair in compared.found.instrument.measures:
        if pair.kind == "pair":
            blocks += _map(compared, pair, frame.filter(pl.col("measure") == pair.id))
    is_pair = pl.col("tilt").is_not_null()
    for title, where in (("Paradox map", is_pair), ("Ambidexterity", ~is_pair)):
        if frame.filter(where).height:
            table = compared.table("paradoxes", where=where, title=title, is_part=False)
            blocks.append(table)
    tested = compared.frame("congruence")
    if tested is not None and tested["a4"].is_not_null().any():
        blocks.append(compared.table("congruence"))
    yield Section("paradoxes", "The paradox map", tuple(blocks))


def _map(compared: Compared, pair: Measure, own: pl.DataFrame) -> Iterator[Chart]:
    """Where organisations stand between two poles."""
    known = own.filter(pl.col("tilt").is_not_null() & pl.col("joint").is_not_null())
    if not known.height:
        return
    by_tilt = known.sort(pl.col("tilt").abs(), "organisation", descending=[True, False])
    drawn = known.filter(pl.col("organisation").is_in(by_tilt["organisation"][:_POINTS].implode()))
    first, second = _poles(compared, pair)
    labels = distinct(map(harmless, drawn["organisation"]))
    frame = drawn.select(
        pl.Series("label", labels, pl.String),
        *_ENDS,
        pl.lit(first).alias("first"),
        pl.lit(second).alias("second"),
    )
    told = [
        f"{label} {number(row['joint'])} together, tilt {number(row['tilt'])}"
        for label, row in zip(labels, drawn.iter_rows(named=True), strict=True)
    ]
    many = known.height > _POINTS
    which = f": the {_POINTS} of {known.height} that lean most" if many else ""
    described = (
        f"How far both poles are met together (0 to 100), and the tilt towards {first} (above 0) "
        f"or {second} (below 0). {several(told)}."
    )
    words = {
        "tilt": f"← {second} leads · {first} leads →",
        "joint": compared.words("paradox.joint"),
        "first": "Above 0", "second": "Below 0", "low": "Low", "high": "High",
    }  # fmt: skip
    title = f"{compared.titled(pair.id)}{which}"
    yield compared.chart("quadrant", f"paradox-{harmless(pair.id)}", title, described, frame, words)


def _poles(compared: Compared, pair: Measure) -> tuple[str, str]:
    """What the poles are called, or their ids where they have no names."""
    named = pair.poles.get(compared.words.language) or pair.poles.get("en")
    if named:
        return harmless(named[0]), harmless(named[1])
    return compared.measure(pair.of[0]), compared.measure(pair.of[1])
