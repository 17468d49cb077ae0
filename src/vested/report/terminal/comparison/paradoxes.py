"""The paradox map: a map for each pair, side by side, and intervals for ambidexterities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.cells import cell_len

from vested.analysis.compare.paradoxes import MIDDLE
from vested.model import Measure, in_language
from vested.report.terminal.comparison.panels import Panel, Row, below, picked
from vested.report.terminal.comparison.plot import Axis, interval, round_axis
from vested.report.terminal.comparison.quadrant import (
    EDGE,
    NARROWEST,
    WIDEST,
    Point,
    letters,
    quadrant,
)
from vested.report.terminal.comparison.screen import Screen, padded
from vested.report.terminal.comparison.table import show_compact
from vested.report.terminal.comparison.words import bracket, fixed, interval_name, listed

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

_APART = 3
_NAME = 26
_FAR = 3
"""Of very many organisations so many are named at either side of a map."""


def show_paradoxes(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """A map of each pair, with one legend for all; then the ambidexterities."""
    known = set(table.frame["measure"])
    pairs = [one for one in found.instrument.measures if one.kind == "pair" and one.id in known]
    if pairs:
        screen.title(
            "Paradox map: upwards both poles are met (joint), to a side that one leads (tilt)"
        )
        _maps(screen, pairs, table.frame)
    for one in found.instrument.measures:
        if one.kind == "ambidexterity" and one.id in known:
            _balance(screen, one, table.frame.filter(measure=one.id), interval_name(found))


def show_congruence(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """The test of congruence, of the pairs for which there is one."""
    tested = table.frame.filter(pl.col("a4").is_not_null())
    if tested.height and not screen.detail:
        wanted = ("measure", "outcome", "organisations", "a1", "a4", "a4_low", "a4_high")
        show_compact(screen, replace(table, frame=tested), wanted)


def _maps(screen: Screen, pairs: Sequence[Measure], frame: pl.DataFrame) -> None:
    names = sorted({row for row in frame["organisation"]})
    letter = letters(names)
    together, wide = _places(screen.width)
    drawn = [_map(screen, pair, frame.filter(measure=pair.id), letter, wide) for pair in pairs]
    for at in range(0, len(drawn), together):
        if at:
            screen.line()
        for line in zip(*drawn[at : at + together], strict=True):
            screen.line(((" " * _APART).join(line), ""))
    if letter:
        screen.key("Letters are organisations; where several fall together there is a star (*).")
        _legend(screen, letter)
    else:
        screen.key(
            f"Numbers say how many of {len(names):,} organisations fall together (* from ten on); "
            "--detail names them."
        )
        for pair in pairs:
            _outermost(screen, pair, frame.filter(measure=pair.id))


def _places(width: int) -> tuple[int, int]:
    """How many maps stand side by side, and how wide each is: an odd number of columns.

    >>> _places(80), _places(100), _places(150), _places(50)
    ((2, 33), (2, 41), (3, 41), (1, 41))
    """
    together = max((width + _APART) // (WIDEST + EDGE + _APART), 2)
    wide = (width + _APART) // together - _APART - EDGE
    if wide < NARROWEST:
        together, wide = 1, width - EDGE
    wide = min(WIDEST, wide)
    return together, max(wide - (wide + 1) % 2, 1)


def _map(
    screen: Screen, pair: Measure, frame: pl.DataFrame, letter: Mapping[str, str], wide: int
) -> list[str]:
    points = [Point(*row) for row in frame.select("organisation", "tilt", "joint").rows()]
    first, second = map(screen.plain, _poles(pair))
    title = screen.cut(screen.plain(f"{pair.id}: {in_language(pair.name)}"), EDGE + wide)
    found = quadrant(points, second, first, letter, wide=wide, signs=screen.marks.grid)
    return [padded(title, EDGE + wide), *found]


def _poles(pair: Measure) -> tuple[str, str]:
    first, second = pair.poles.get("en", pair.of)
    return first, second


def _legend(screen: Screen, letter: Mapping[str, str]) -> None:
    """Who is who, in as many columns as there is room for."""
    names = {name: screen.plain(name) for name in letter}
    wide = min(_NAME, max(map(cell_len, names.values()), default=0))
    short = screen.cut_apart(names.values(), wide)
    entries = [padded(f"{mark} {short[names[name]]}", wide + 2) for name, mark in letter.items()]
    across = max((screen.width - EDGE + 2) // (wide + 4), 1)
    down = -(-len(entries) // across)
    for at in range(down):
        screen.line((" " * EDGE + "  ".join(entries[at::down]), ""))


def _outermost(screen: Screen, pair: Measure, frame: pl.DataFrame) -> None:
    """Who stands furthest to either side."""
    first, second = _poles(pair)
    rows = frame.sort("tilt", "organisation").select("organisation", "tilt").rows()
    for word, own in ((second, rows[:_FAR]), (first, rows[::-1][:_FAR])):
        names = [
            f"{screen.cut(screen.plain(name), _NAME)} ({fixed(abs(tilt))})" for name, tilt in own
        ]
        screen.key(f"{pair.id}, furthest towards {word}: {listed(names)}.")


def _balance(screen: Screen, one: Measure, frame: pl.DataFrame, interval_words: str) -> None:
    """How far both are met, with the balance beside it, never alone."""
    rows = frame.rows(named=True)
    values = [row[name] for row in rows for name in ("joint", "joint_low", "joint_high")]
    axis = round_axis([value for value in values if value is not None])
    drawn = [_both(screen, row, axis) for row in rows]
    screen.title(f"{one.id}: how far both are met")
    below(screen, [Panel("", picked(drawn, [row["joint"] for row in rows], screen), axis)])
    marks = screen.marks
    screen.key(
        f"{marks.point} how far both are met, with the {interval_words}; {marks.zero} 50. Balance "
        "is how near both are to each other: two low ones are balanced as well."
    )


def _both(screen: Screen, row: Mapping[str, Any], axis: Axis) -> Row:
    ends = (row["joint_low"], row["joint_high"])
    value, spread = fixed(row["joint"]), bracket(*map(fixed, ends))
    balance = f"balance {fixed(row['balance'])}"
    return Row(
        row["organisation"],
        lambda width: interval(axis, width, ends, row["joint"], screen.marks, zero=MIDDLE),
        ((value, spread, balance), (value, balance), (value,)),
    )
