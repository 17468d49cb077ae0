"""Claims: each as an interval of r, by halves of the respondents beside the naive figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.report.terminal.comparison.panels import Panel, Row, below
from vested.report.terminal.comparison.plot import Axis, interval, round_axis
from vested.report.terminal.comparison.screen import Screen
from vested.report.terminal.comparison.table import Heading, show_grid
from vested.report.terminal.comparison.words import (
    bracket,
    counted,
    fixed,
    interval_name,
    listed,
    p_text,
    part,
    short,
)

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison
    from vested.table import ResultTable

_DRAWN = {"split": "halves", "pearson": "naive"}
_PATHS = {"split": "halves", "naive": "naive"}
_R = Axis(-1.0, 1.0, (-1.0, -0.5, 0.0, 0.5, 1.0))
Record = Mapping[str, Any]


def show_claims(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """Each claim by both ways of choosing who judges, then all other ways in a table."""
    drawn = table.frame.filter(pl.col("method").is_in(list(_DRAWN)))
    said, differ = _sizes(drawn)
    screen.title(f"Claims: r and its {interval_name(found)}{said}")
    panels = []
    for wave, frame in _by_wave(drawn):
        rows = _rows(frame.rows(named=True), _claim, lambda row: _r_row(row, screen, told=differ))
        panels.append(Panel(wave, rows, _R, short))
    below(screen, panels)
    screen.key(
        "halves: one half of the respondents judges the cause, the other the outcome; naive: the "
        "same judge both. Read a claim by its halves."
    )
    for wave, frame in [] if screen.detail else _by_wave(table.frame):
        _others(
            screen, wave, [row for row in frame.rows(named=True) if row["method"] not in _DRAWN]
        )


def show_mediation(screen: Screen, found: Comparison, table: ResultTable) -> None:
    """What goes through the mediator, on one axis."""
    said, differ = _sizes(table.frame)
    ends = [*table.frame["ci_low"].drop_nulls(), *table.frame["ci_high"].drop_nulls(), 0.0]
    axis = round_axis([*ends, *table.frame["indirect"].drop_nulls()])
    screen.title(f"Mediation: what goes by way of the mediator, a·b{said}")
    panels = []
    for wave, frame in _by_wave(table.frame):
        rows = _rows(
            frame.rows(named=True),
            _way,
            lambda row: _path_row(row, screen, axis, told=differ),
        )
        panels.append(Panel(wave, rows, axis))
    below(screen, panels)
    screen.key(f"In brackets the {interval_name(found)}, from the bootstrap; of: the whole slope.")


def _sizes(frame: pl.DataFrame) -> tuple[str, bool]:
    """How many organisations there are where it is the same everywhere, and whether it is not."""
    sizes = frame["organisations"].drop_nulls().unique().to_list()
    return (f", {counted(sizes[0], 'organisation')}" if len(sizes) == 1 else ""), len(sizes) > 1


def _by_wave(frame: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The rows of each wave, and how to say which; all of them where there are no waves."""
    if "wave" not in frame.columns:
        return [("", frame)]
    parts = frame.partition_by("wave", maintain_order=True)
    return [(f"Wave {own['wave'][0]}", own) for own in parts]


def _claim(row: Record) -> str:
    return f"{row['hypothesis']}  {row['cause']} → {row['outcome']}"


def _way(row: Record) -> str:
    return f"{row['hypothesis']}  {row['cause']} → {row['mediator']} → {row['outcome']}"


def _rows(rows: Sequence[Record], name: Any, made: Any) -> list[Row]:
    """Rows in the order of claims, halves before naive; the name stands where it changes."""
    order = list(dict.fromkeys(map(name, rows)))
    ordered = sorted(rows, key=lambda row: (order.index(name(row)), row["method"] != "split"))
    found: list[Row] = []
    before = None
    for row in ordered:
        label = name(row)
        tag = {**_DRAWN, **_PATHS}.get(row["method"], row["method"])
        found.append(made(row)._replace(label=label if label != before else "", tag=tag))
        before = label
    return found


def _r_row(row: Record, screen: Screen, *, told: bool) -> Row:
    if row["estimate"] is None:
        return Row("", reason=row["reason"] or "cannot be told")
    ends = (row["ci_low"], row["ci_high"])
    r, spread = part(row["estimate"]), bracket(*map(part, ends))
    many = (f"n {row['organisations']}",) if told else ()
    return Row(
        "",
        lambda width: interval(_R, width, ends, row["estimate"], screen.marks, zero=0.0),
        ((r, spread, p_text(row["p"]), *many), (r, spread), (r,)),
    )


def _path_row(row: Record, screen: Screen, axis: Axis, *, told: bool) -> Row:
    if row["indirect"] is None:
        return Row("", reason=row["reason"] or "cannot be told")
    ends = (row["ci_low"], row["ci_high"])
    value, spread = fixed(row["indirect"], 2), bracket(*(fixed(end, 2) for end in ends))
    whole = f"of {fixed(row['total'], 2)}"
    many = (f"n {row['organisations']}",) if told else ()
    return Row(
        "",
        lambda width: interval(axis, width, ends, row["indirect"], screen.marks, zero=0.0),
        ((value, spread, whole, *many), (value, spread), (value,)),
    )


def _others(screen: Screen, wave: str, rows: Sequence[Record]) -> None:
    """The claims by all other methods: a row for each method, a column for each claim."""
    if not rows:
        return
    screen.title(f"The claims by other methods{f', {wave.lower()}' if wave else ''}")
    claims = list(dict.fromkeys(map(_claim, rows)))
    methods = list(dict.fromkeys(row["method"] for row in rows))
    cells = {(row["method"], _claim(row)): row for row in rows}
    headings = [Heading("Method"), *(Heading(name.partition("  ")[0]) for name in claims)]
    lines = [
        [method, *(_told(cells.get((method, claim))) for claim in claims)] for method in methods
    ]
    reasons: dict[str, list[str]] = {}
    for row in rows:
        for reason in (row["reason"] or "").split("; "):
            if reason and "bootstrap" not in reason:  # there are no bootstrap intervals here
                told = f"{row['method']}: {reason}"
                reasons.setdefault(told, []).append(row["hypothesis"])
    show_grid(screen, headings, lines, leading=1)
    for reason, names in reasons.items():
        screen.key(f"{reason} ({listed(names)}).")


def _told(row: Record | None) -> str:
    if row is None or row["estimate"] is None:
        return "–"
    told = part if row["method"] != "ols" else lambda value: fixed(value, 2)
    return f"{told(row['estimate'])} {bracket(told(row['ci_low']), told(row['ci_high']))}"
