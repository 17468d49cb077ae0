"""How wide the columns of a table are, so that it stays on the page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

GAP = 10.0
"""Points between two columns."""

LONG_WORD = 30
"""Letters: a longer word may be broken anywhere."""

_WORD, _COMFORT = 13.0, 10.0
"""In ems: what a column gets at the least for such a word, and for a longer text."""

REGULAR = 0.92
"""How much narrower text is that is not bold."""

_NARROW, _BROAD = frozenset(" fijlrtI.,:;!|'()[]/"), frozenset("mwMW@%—–")


@dataclass(frozen=True)
class Room:
    """A page, the points between its margins, and a size of text."""

    page: str
    width: float
    size: float


@dataclass(frozen=True)
class Layout:
    """The page and size of the text, and for each part of the table its columns and widths."""

    page: str
    size: float
    parts: tuple[tuple[tuple[int, float], ...], ...]


@dataclass(frozen=True)
class _Column:
    """What a column needs, and what it would take if there were room; in ems."""

    least: float
    natural: float
    number: bool


def layout(
    headings: Sequence[str],
    cells: Sequence[Sequence[str]],
    right: Sequence[bool],
    rooms: Sequence[Room],
    keys: int = 1,
) -> Layout:
    """Where a table goes: the first room that holds it, or parts in the last that repeat its keys.

    `cells` are the texts of each column; `right` says which columns hold numbers, which are never
    broken; the first `keys` of them stand in each part, unless they take half of the room. Widths
    are estimated from characters, a little too wide rather than too narrow.
    """
    columns = [_column(*each) for each in zip(headings, cells, right, strict=True)]
    needed = sum(column.least for column in columns)
    fits = (each for each in rooms if needed * each.size + GAP * len(columns) <= each.width)
    room = next(fits, rooms[-1])
    parts = []
    for part in _parts([column.least * room.size + GAP for column in columns], room.width, keys):
        widths = _shared([columns[at] for at in part], (room.width - GAP * len(part)) / room.size)
        parts.append(
            tuple((at, round(w * room.size, 2)) for at, w in zip(part, widths, strict=True))
        )
    return Layout(room.page, room.size, tuple(parts))


def ems(text: str) -> float:
    """How wide a text is, in ems of its size: an estimate for a bold font like Helvetica."""
    return sum(map(_em, text))


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _BROAD:
        return 1.04
    if character.isupper():
        return 0.75
    return 1.05 if unicodedata.east_asian_width(character) in "WF" else 0.62


def _column(heading: str, cells: Sequence[str], number: bool) -> _Column:
    body = max((ems(text) for text in cells), default=0.0) * REGULAR
    natural = max(1.0, ems(heading), body)
    word = max(map(_word, heading.split()), default=1.0)
    if number:
        return _Column(max(word, min(body, 2 * _WORD)), natural, number)
    word = max([word, *(_word(each) * REGULAR for text in cells for each in text.split())])
    return _Column(max(word, min(natural, _COMFORT)), natural, number)


def _word(word: str) -> float:
    return ems(word) if len(word) <= LONG_WORD else _WORD


def _shared(columns: Sequence[_Column], room: float) -> list[float]:
    """Widths: as much as all would take, or else what they need and the rest for the texts."""
    if sum(column.natural for column in columns) <= room:
        return [column.natural for column in columns]
    wanted = [0.0 if each.number else each.natural - each.least for each in columns]
    rest = max(0.0, room - sum(column.least for column in columns))
    share = min(1.0, rest / sum(wanted)) if sum(wanted) else 0.0
    return [each.least + extra * share for each, extra in zip(columns, wanted, strict=True)]


def _parts(widths: Sequence[float], room: float, keys: int) -> list[list[int]]:
    """Columns in as many parts as are needed; the first ones, which are keys, stand in each."""
    while keys > 1 and sum(widths[:keys]) > room / 2:
        keys -= 1
    first = list(range(keys))
    parts = [first.copy()]
    for at in range(keys, len(widths)):
        if len(parts[-1]) > keys and sum(widths[i] for i in parts[-1]) + widths[at] > room:
            parts.append(first.copy())
        parts[-1].append(at)
    return parts
