"""Rows of a label, a picture and its numbers, in panels below or beside each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rich.cells import cell_len

from vested.report.terminal.comparison.plot import Axis, ruler
from vested.report.terminal.comparison.screen import Screen, padded

ALL, ENDS = 24, 10
"""Of more rows than the first only so many are shown from either end: our choice."""
_LABEL, _LEAST_LABEL = 36, 12
_PLOT, _GOOD_PLOT, _LEAST_PLOT = 41, 17, 8
_BESIDE = ((18, 12), (16, 8), (12, 8))
"""Columns of label and picture that panels side by side should have, else must have."""
_GAP = 2


class Row(NamedTuple):
    """One row of a panel: what it is of, its picture, and its numbers."""

    label: str
    draw: Callable[[int], str] | None = None
    """The picture in so many columns."""
    notes: tuple[tuple[str, ...], ...] = ((),)
    """The numbers beside it: all, then fewer and fewer for narrower screens."""
    reason: str = ""
    """What stands in the place of picture and numbers."""
    tag: str = ""
    """A word beside the label that is never cut."""
    key: Hashable = None
    """What the row is of, where panels stand side by side; by default its label."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture of several rows on one axis."""

    title: str
    rows: Sequence[Row]
    axis: Axis | None = None
    scale: Callable[[float], str] = "{:g}".format
    """How a number of the axis is written."""
    foot: Sequence[str] = field(default=())


class _Widths(NamedTuple):
    level: int
    label: int
    tag: int
    plot: int
    notes: tuple[tuple[int, ...], ...]
    """Of each panel."""


def picked(rows: Sequence[Row], values: Sequence[float], screen: Screen) -> list[Row]:
    """All rows, or of very many those with the highest and the lowest values, and how many more.

    With --detail it is all of them.
    """
    if screen.detail or len(rows) <= ALL:
        return list(rows)
    order = sorted(range(len(rows)), key=lambda at: (-values[at], at))
    between = f"… {len(rows) - 2 * ENDS:,} more in between, shown with --detail"
    return [
        *(rows[at] for at in order[:ENDS]),
        Row("", reason=between, key=between),
        *(rows[at] for at in order[-ENDS:]),
    ]


def below(screen: Screen, panels: Sequence[Panel]) -> None:
    """Panels one below the other, with all columns in the same places."""
    panels = [_readable(panel, screen) for panel in panels]
    widths = _one_column(screen, panels)
    for panel in _shortened(panels, widths, screen):
        scale = ruler_of(panel, widths.plot)
        if panel.title or scale.strip():
            room = widths.label + widths.tag
            if cell_len(panel.title) > room:
                screen.say(panel.title, style="bold")
                title = ""
            else:
                title = panel.title
            if title or scale.strip():
                blank = " " * _GAP * bool(widths.plot)
                screen.line((padded(title, room), "bold"), (f"{blank}{scale}", "dim"))
        for row in panel.rows:
            _row(screen, [row], widths, widths.notes[0])
        for text in panel.foot:
            screen.key(text, style="")


def beside(screen: Screen, panels: Sequence[Panel]) -> None:
    """Panels side by side over the same rows where there is room, else one below the other."""
    found = [_readable(panel, screen) for panel in panels]
    widths = _side_by_side(screen, found)
    if widths is None or len(panels) == 1:
        below(screen, panels)
        return
    found = _shortened(found, widths, screen)
    head = (" " * (widths.label + widths.tag), "")
    slots = [widths.plot + _note_width(notes) for notes in widths.notes]
    titles = [
        padded(f"  {screen.cut(panel.title, slot)}", _GAP + slot)
        for panel, slot in zip(found, slots, strict=True)
    ]
    screen.line(head, ("".join(titles), "bold"))
    scales = [
        padded(f"  {ruler_of(panel, widths.plot)}", _GAP + slot)
        for panel, slot in zip(found, slots, strict=True)
    ]
    if any(text.strip() for text in scales):
        screen.line(head, ("".join(scales), "dim"))
    own = [{_key(row): row for row in panel.rows} for panel in found]
    keys = dict.fromkeys(key for rows in own for key in rows)
    for key in keys:
        rows = [each.get(key, Row("", reason=screen.plain("–"))) for each in own]
        label = next(each[key].label for each in own if key in each)
        rows[0] = rows[0]._replace(label=label)
        _row(screen, rows, widths, *widths.notes)
    for panel in found:
        for text in panel.foot:
            screen.key(text, style="")


def ruler_of(panel: Panel, width: int) -> str:
    """The numbers above a panel."""
    if panel.axis is None or not width:
        return " " * width
    return ruler(panel.axis, width, {tick: panel.scale(tick) for tick in panel.axis.ticks})


def _key(row: Row) -> Hashable:
    return row.label if row.key is None else row.key


def _readable(panel: Panel, screen: Screen) -> Panel:
    """The same in characters that the screen has; what comes from data does not act."""
    safe = screen.plain
    rows = [
        row._replace(
            label=safe(row.label), tag=safe(row.tag), reason=safe(row.reason), key=_key(row),
            notes=tuple(tuple(safe(text) for text in level) for level in row.notes),
        )
        for row in panel.rows
    ]  # fmt: skip
    return replace(panel, title=safe(panel.title), rows=rows)


def _shortened(panels: Sequence[Panel], widths: _Widths, screen: Screen) -> list[Panel]:
    """The panels with labels that fit and can be told apart."""
    labels = dict.fromkeys(row.label for panel in panels for row in panel.rows)
    short = screen.cut_apart(labels, widths.label)
    return [
        replace(panel, rows=[row._replace(label=short[row.label]) for row in panel.rows])
        for panel in panels
    ]


def _columns(rows: Sequence[Row], level: int) -> tuple[int, ...]:
    """How wide each number is at most."""
    notes = [row.notes[min(level, len(row.notes) - 1)] for row in rows if not row.reason]
    many = max(map(len, notes), default=0)
    return tuple(max(cell_len(own[at]) for own in notes if at < len(own)) for at in range(many))


def _note_width(columns: Sequence[int]) -> int:
    return sum(_GAP + width for width in columns if width)


def _levels(rows: Sequence[Row]) -> int:
    return max((len(row.notes) for row in rows), default=1)


def _labels(rows: Sequence[Row]) -> tuple[int, int]:
    label = max((cell_len(row.label) for row in rows), default=0)
    tag = max((cell_len(row.tag) for row in rows), default=0)
    return min(label, _LABEL), tag + _GAP * bool(tag)


def _one_column(screen: Screen, panels: Sequence[Panel]) -> _Widths:
    """The widths in which most is told and the picture still has room."""
    rows = [row for panel in panels for row in panel.rows]
    natural, tag = _labels(rows)
    titles = [cell_len(panel.title) for panel in panels]
    natural = max(natural, *(title for title in titles if title <= _LEAST_LABEL), 0)
    drawn = any(row.draw for row in rows)
    for level in range(_levels(rows)):
        columns = _columns(rows, level)
        room = screen.width - tag - _note_width(columns) - _GAP
        if room - _LEAST_PLOT * drawn >= min(natural, _LEAST_LABEL):
            break
    label = min(natural, max(_LEAST_LABEL, room - _GOOD_PLOT * drawn), max(room, 0))
    plot = min(_PLOT, max(room - label, 0)) if drawn else 0
    return _Widths(level, label, tag, plot if plot >= _LEAST_PLOT else 0, (columns,))


def _side_by_side(screen: Screen, panels: Sequence[Panel]) -> _Widths | None:
    rows = [row for panel in panels for row in panel.rows]
    natural, tag = _labels(rows)
    for least_label, least_plot in _BESIDE:
        for level in range(_levels(rows)):
            notes = tuple(_columns(panel.rows, level) for panel in panels)
            room = screen.width - tag - sum(_note_width(each) + _GAP for each in notes)
            label = min(natural, max(least_label, room - least_plot * len(panels)))
            plot = min(_PLOT, (room - label) // len(panels))
            if plot >= least_plot:
                return _Widths(level, label, tag, plot, notes)
    return None


def _row(screen: Screen, rows: Sequence[Row], widths: _Widths, *notes: tuple[int, ...]) -> None:
    """One line: the label, and of each panel the picture and its numbers."""
    first = rows[0]
    if first.reason and not first.label and not first.tag:
        screen.line((first.reason, "dim"))  # not a row, but how many there are no rows of
        return
    tag = padded(f"  {first.tag}", widths.tag) if widths.tag else ""
    parts = [(padded(first.label, widths.label) + tag, "")]
    for row, columns in zip(rows, notes, strict=True):
        slot = widths.plot + _note_width(columns)
        if row.reason:
            room = slot if len(rows) > 1 else screen.width - widths.label - widths.tag - _GAP
            parts.append((padded(f"  {screen.cut(row.reason, room)}", _GAP + slot), "dim"))
            continue
        if widths.plot:
            picture = row.draw(widths.plot) if row.draw else " " * widths.plot
            parts.append((f"  {picture}", "cyan"))
        told = row.notes[min(widths.level, len(row.notes) - 1)]
        parts.append((_aligned(told, columns), ""))
    screen.line(*parts)


def _aligned(texts: Sequence[str], columns: Sequence[int]) -> str:
    """Numbers to the right of their columns, words to the left."""
    found = ""
    for text, width in zip(texts, columns, strict=False):
        if width:
            found += "  " + padded(text, width, right=not text[:1].isalpha())
    return padded(found, _note_width(columns))
