"""Change from wave to wave, and how organisations came through a shock."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from vested.analysis.compare.change import in_order
from vested.report.document.comparison.parts import Compared, at_both_ends, number, several
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.standing import share_text
from vested.report.text import distinct, harmless

_NAMES = 12
"""The most lines of a picture that have a name: our choice."""
_CHANGE = (
    *("organisation", "measure", "wave", "next_wave", "score", "next_score", "difference"),
    *("difference_low", "difference_high", "method", "comparable"),
)
_SHOCK = (
    *("organisation", "measure", "before", "during", "after", "depth", "depth_low", "depth_high"),
    *("rebound", "rebound_low", "rebound_high", "absorbed", "recovered", "thrived", "declined"),
    *("profile", "probability"),
)
WAYS = {
    "thrived": "thrived: ended higher",
    "absorbed": "absorbed: hardly fell",
    "held": "held: ended about the same",
    "recovered": "recovered: fell and came back",
    "declined": "declined: ended lower",
}
"""In plain words, in the order of the bars."""

_SEEN = 0.005
"""A smaller probability is not told."""

Row = Mapping[str, Any]


def change(compared: Compared) -> Iterator[Section]:
    """A picture of slopes for each headline measure, and the table; nothing without waves."""
    frame = compared.frame("change")
    if frame is None:
        return
    text = (
        "A line is an organisation: in colour where its score moved from one wave to the next by "
        f"more than the {compared.level} interval of the change allows, else grey. Of many "
        "organisations some move by chance."
    )
    pictures = [
        chart
        for at, measure in enumerate(compared.headlines, 1)
        for chart in _slopes(compared, measure, frame.filter(pl.col("measure") == measure), at)
    ]
    table = compared.table("change", _CHANGE, where=compared.of_headlines)
    yield Section("change", "Change from wave to wave", (Paragraph(text), *pictures, table))


def _slopes(compared: Compared, measure: str, own: pl.DataFrame, at: int) -> Iterator[Chart]:
    """A line for each organisation; of many only those that moved most have a name."""
    if not own.height:
        return
    steps: dict[str, list[Row]] = {}
    for row in own.iter_rows(named=True):
        steps.setdefault(row["organisation"], []).append(row)
    labels = dict(zip(steps, distinct(map(harmless, steps)), strict=True))
    ways = {name: _way(rows) for name, rows in steps.items()}
    named = _named(steps, ways)
    waves = in_order([*own["wave"], *own["next_wave"]])
    rows = []
    for name, found in steps.items():
        scores = {row["wave"]: row["score"] for row in found}
        scores |= {row["next_wave"]: row["next_score"] for row in found}
        rows += [
            (labels[name], harmless(wave), scores.get(wave), None, None, ways[name], name in named)
            for wave in waves
        ]
    kinds = {"label": pl.String, "wave": pl.String, "score": pl.Float64, "low": pl.Float64,
             "high": pl.Float64, "moved": pl.String, "named": pl.Boolean}  # fmt: skip
    frame = pl.DataFrame(rows, kinds, orient="row")
    title = f"{compared.titled(measure)} from wave to wave"
    if len(named) < len(steps):
        title += f": {len(named)} of {len(steps)} lines are named"
    words = {
        "score": compared.words("score_axis"), "wave": compared.words("wave_axis"),
        "up": "rose by more than its interval", "down": "fell by more than its interval",
        "both": "rose and fell by more than its intervals",
        "still": "no change that could be told from chance",
    }  # fmt: skip
    described = _described(steps, labels, ways)
    made = compared.chart("slope", f"change-{at}", title, described, frame, words)
    yield replace(made, axis=axis_of([row[2] for row in rows if row[2] is not None]))


def _way(steps: Sequence[Row]) -> str:
    """Whether an organisation rose or fell by more than the interval of a step."""
    up = any((row["difference_low"] or 0) > 0 for row in steps)
    down = any((row["difference_high"] or 0) < 0 for row in steps)
    return "both" if up and down else "up" if up else "down" if down else "still"


def _named(steps: Mapping[str, Sequence[Row]], ways: Mapping[str, str]) -> set[str]:
    """All organisations, or of many those that moved, or of many of these those that moved most."""
    if len(steps) <= _NAMES:
        return set(steps)
    moved = [name for name, way in ways.items() if way != "still"]
    by_size = sorted(moved, key=lambda name: (-abs(_moved(steps[name])), name))
    return set(by_size[:_NAMES])


def _moved(steps: Sequence[Row]) -> float:
    """By how much an organisation moved from its first wave to its last."""
    return float(steps[-1]["next_score"] - steps[0]["score"])


def _described(
    steps: Mapping[str, Sequence[Row]], labels: Mapping[str, str], ways: Mapping[str, str]
) -> str:
    counts = [sum(way == kind for way in ways.values()) for kind in ("up", "down", "both")]
    order = sorted(steps, key=lambda name: (_moved(steps[name]), name))
    told = [
        f"{labels[name]} from {number(steps[name][0]['score'])} to "
        f"{number(steps[name][-1]['next_score'])}"
        for name in order
    ]
    both = f", {counts[2]} both" if counts[2] else ""
    return (
        f"Of {len(steps)} organisations {counts[0]} rose and {counts[1]} fell by more than the "
        f"interval of the change allows{both}. From the largest fall to the largest rise: "
        f"{several(told)}."
    )


def axis_of(scores: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis that holds the scores, in tens, with four equal steps.

    >>> axis_of([41.0, 66.5]), axis_of([2.0, 99.0]), axis_of([50.0])
    ((40.0, 80.0), (0.0, 100.0), (50.0, 70.0))
    """
    least, most = min(scores), max(scores)
    for span in (20.0, 40.0, 60.0, 80.0):
        low = min(10.0 * math.floor(least / 10), 100.0 - span)
        if low <= least and most <= low + span:
            return low, low + span
    return 0.0, 100.0


def shock(compared: Compared) -> Iterator[Section]:
    """How likely each way to come through is, for each headline measure; nothing without waves."""
    frame = compared.frame("shock")
    if frame is None:
        return
    first = frame.row(0, named=True)
    waves = [harmless(first[name]) for name in ("before", "during", "after") if first[name]]
    text = (
        f"A bar is an organisation over the waves {', '.join(waves)}: how likely it came through "
        "in each way. A bar of one colour is a clear case, one of several could be either. Up to "
        "five points up or down count as the same (our choice)."
    )
    blocks: list[Block] = [Paragraph(text)]
    for at, measure in enumerate(compared.headlines, 1):
        own = frame.filter((pl.col("measure") == measure) & pl.col("thrived").is_not_null())
        blocks += _profiles(compared, measure, own, at)
    blocks.append(compared.table("shock", _SHOCK, where=compared.of_headlines))
    yield Section("shock", "Around a shock, if there was one", tuple(blocks))


def _profiles(compared: Compared, measure: str, own: pl.DataFrame, at: int) -> Iterator[Chart]:
    """The bars of one measure, from the most likely to have thrived to the most likely to not."""
    rows: list[tuple[Any, ...]] = [
        (harmless(row["organisation"]), *_shares(row)) for row in own.iter_rows(named=True)
    ]
    if not rows:
        return
    rows.sort(key=lambda row: (row[5] - row[1], row[0]))
    drawn, which = at_both_ends(rows)
    kinds = {"label": pl.String, **dict.fromkeys(WAYS, pl.Float64)}
    frame = pl.DataFrame(drawn, kinds, orient="row")
    told = [
        f"{row[0]} "
        + ", ".join(
            f"{way} {share_text(share)}"
            for way, share in zip(WAYS, row[1:], strict=True)
            if share >= _SEEN
        )
        for row in drawn
    ]
    title = f"{compared.titled(measure)}: how likely each came through in which way{which}"
    words = {**WAYS, "probability": "Probability"}
    described = f"Probabilities of each way to come through. {several(told)}."
    yield compared.chart("profile", f"shock-{at}", title, described, frame, words)


def _shares(row: Row) -> tuple[float, ...]:
    """The probabilities in the order of `WAYS`; without a wave in the midst the rest is held."""
    thrived, declined = row["thrived"], row["declined"]
    if row["absorbed"] is None or row["recovered"] is None:
        return thrived, 0.0, max(0.0, 1.0 - thrived - declined), 0.0, declined
    return thrived, row["absorbed"], 0.0, row["recovered"], declined
