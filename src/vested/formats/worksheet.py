"""Where in a worksheet the table is: below titles, above foot notes, without blank edges."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

Row = Sequence[object]
Rows = Callable[[], Iterable[Row]]
"""The rows of a sheet from its first on, each as wide as the others; a blank cell is ""."""

_TOP = 200
_NEARLY = 0.9
_FOOT = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Rows and columns from 0, as `Rows` counts them; `end` and `right` are the first outside."""

    header: int
    end: int
    left: int
    right: int
    filled: int
    """How many cells of the table hold something."""
    outside: tuple[int, ...]
    """The rows above and below that hold something too."""


def find(rows: Rows) -> Place | None:
    """The table in a sheet, None where nothing is filled."""
    counts, firsts, lasts = array("i"), array("i"), array("i")
    for row in rows():
        first, last = 0, len(row)
        while first < last and row[first] == "":
            first += 1
        while last > first and row[last - 1] == "":
            last -= 1
        counts.append(last - first - row[first:last].count(""))
        firsts.append(first)
        lasts.append(last)
    if not any(counts):
        return None
    header = _header(list(islice(rows(), _TOP)), counts)
    end = _end(rows, counts, header)
    filled = [at for at in range(header, end) if counts[at]]
    return Place(
        header,
        end,
        min(firsts[at] for at in filled),
        max(lasts[at] for at in filled),
        sum(counts[header:end]),
        tuple(at for at in (*range(header), *range(end, len(counts))) if counts[at]),
    )


def _header(top: Sequence[Row], counts: Sequence[int]) -> int:
    """The first row that is nearly as full as the fullest, with an eye on gaps in a header."""
    ordered = sorted(count for count in counts if count)
    # A few rows may reach beyond the table, with a remark at their end.
    full = ordered[int(_NEARLY * (len(ordered) - 1))] if len(ordered) > 3 else ordered[-1]
    if _starts_with_header(top, counts, full):
        return 0
    for at, row in enumerate(top):
        if counts[at] >= _NEARLY * full:
            gaps = at > 0 and max(2, full / 2) <= counts[at - 1] == _texts(top[at - 1])
            return at - 1 if gaps and _texts(row) < counts[at] else at
    return next(at for at, count in enumerate(counts) if count)


def _starts_with_header(top: Sequence[Row], counts: Sequence[int], full: int) -> bool:
    """Whether the first row names the columns, alone or together with the second.

    A question may stand above the first of its options only: then each of two rows has gaps where
    the other has none. The same is seen where a title stands above a whole header.
    """
    if _texts(top[0]) < 2 or len(top) < 2 or not counts[1]:
        return False
    together = sum(one != "" or two != "" for one, two in zip(top[0], top[1], strict=True))
    if together < _NEARLY * full:
        return False
    second = [cell for cell in top[1] if cell != ""]
    is_title = (
        len(second) >= 2 * counts[0]
        and _texts(second) == len(set(map(str, second))) == len(second)
        and all(two != "" for one, two in zip(top[0], top[1], strict=True) if one != "")
        and len(top) > 2
        and _texts(top[2]) < counts[2]
    )
    return not is_title


def _texts(row: Row) -> int:
    return sum(isinstance(cell, str) and cell != "" for cell in row)


def _end(rows: Rows, counts: Sequence[int], header: int) -> int:
    """The end of the table: behind it come blank rows and foot notes.

    A note leaves blank what every respondent has, such as a number, or stands below a blank row;
    and no text in it is found above it in the table, as the name of an organisation may be.
    """
    end = _without_blank(counts, header, len(counts))
    few = max(1, counts[header] // 3)
    start, met = end, 0
    while start > header + 1 and counts[start - 1] <= few and met < _FOOT:
        start -= 1
        met += counts[start] > 0
    if counts[header] == 1 or start == header + 1:
        return end  # nothing to tell notes from
    tail = list(islice(rows(), start, end))
    always, known = _usual(islice(rows(), header + 1, start), tail)
    for at in range(end - 1, start - 1, -1):
        row, count = tail[at - start], counts[at]
        lacking = any(row[column] == "" for column in always)
        if 0 in counts[start:at]:
            is_note = lacking or not always or count == 1
        else:
            is_note = lacking and (count == 1 or _texts(row) == count)
        if count and (not is_note or not known.isdisjoint(enumerate(row))):
            break
        end = at
    return _without_blank(counts, header, end)


def _without_blank(counts: Sequence[int], header: int, end: int) -> int:
    while end > header + 1 and not counts[end - 1]:
        end -= 1
    return end


def _usual(body: Iterable[Row], tail: Sequence[Row]) -> tuple[list[int], set[tuple[int, object]]]:
    """The columns that are filled in every row of the body, and the texts that it has of `tail`."""
    texts = {(column, cell) for row in tail for column, cell in enumerate(row) if _texts([cell])}
    columns = {column for column, _ in texts}
    always: list[int] | None = None
    known: set[tuple[int, object]] = set()
    for row in body:
        if all(cell == "" for cell in row):
            continue
        filled = range(len(row)) if always is None else always
        always = [column for column in filled if row[column] != ""]
        known.update(texts.intersection((column, row[column]) for column in columns))
    return always or [], known
