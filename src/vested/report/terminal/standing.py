"""Ranks and bands of headline scores in the terminal, in as many words as there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from rich.text import Text

from vested.report.standing import band_text, rank_text, share_text
from vested.report.terminal import fits, is_unicode, new_table, put
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from vested.analysis.result import Analysis

Row = Mapping[str, Any]

_SHORTEST = 3
"""Letters of the name of a band where there is little room: our choice."""


def show_standing(analysis: Analysis, units: Sequence[Sequence[Row]], console: Console) -> None:
    """Print where organisations stand; nothing where no score is shown."""
    if all(row["band"] is None for unit in units for row in unit):
        return
    names = [row[key] for unit in units for row in unit for key in ("band", "next_band")]
    short = shortened(names)
    for words in (None, {name: name for name in short}, short):
        table = _table(analysis, units, console, words)
        if fits(table, console):
            break
    put(console, table)
    if words is not None:
        told = "; ".join(f"{part} is {name}" for name, part in words.items() if part != name)
        put(
            console, f"Two bands: each below 80 %, the likelier first.{f' {told}.' if told else ''}"
        )


def shortened(bands: Sequence[str | None]) -> dict[str, str]:
    """The shortest beginnings by which the names of bands, as shown, can be told apart.

    >>> shortened(["developing", "established", None, "established"])
    {'developing': 'dev', 'established': 'est'}
    >>> shortened(["low", "lower"])
    {'low': 'low', 'lower': 'lowe'}
    """
    names = list(dict.fromkeys(harmless(name) for name in bands if name is not None))
    for length in count(_SHORTEST):
        parts = [name[:length] for name in names]
        if len(set(parts)) == len(names):
            break
    return dict(zip(names, parts, strict=True))


def _table(
    analysis: Analysis,
    units: Sequence[Sequence[Row]],
    console: Console,
    short: Mapping[str, str] | None,
) -> Table:
    """Organisations x headline measures: rank and band, in full or with bands in `short`."""
    ranks = [[_rank(row, console, short=short is not None) for row in unit] for unit in units]
    room = max(len(rank) for unit in ranks for rank in unit)
    title = "\nRanks and bands" if room else "\nBands"
    table = new_table(console, title=title)
    table.add_column("Organisation", overflow="fold")
    for name in analysis.dimensions:
        table.add_column(Text(harmless(name)), overflow="fold")
    for output in analysis.instrument.headlines:
        table.add_column(Text(output.id), no_wrap=True)
    for unit, own in zip(units, ranks, strict=True):
        if all(row["band"] is None for row in unit):
            continue
        names = [Text(harmless(unit[0][name])) for name in ("organisation", *analysis.dimensions)]
        bands = [_band(row, short) for row in unit]
        gap = " " if short else "  "
        texts = [
            f"{rank:<{room}}{gap if room else ''}{band}".rstrip()
            for rank, band in zip(own, bands, strict=True)
        ]
        table.add_row(*names, *map(Text, texts))
    return table


def _rank(row: Row, console: Console, *, short: bool) -> str:
    dash = "\N{EN DASH}" if is_unicode(console) else "-"
    if not short:
        return rank_text(row, dash)
    low, high = row["rank_low"], row["rank_high"]
    if low is None:
        return ""
    return str(low) if low == high else f"{low}{dash}{high}"


def _band(row: Row, short: Mapping[str, str] | None) -> str:
    if short is None or row["band"] is None:
        return harmless(band_text(row))
    first = short[harmless(row["band"])]
    if row["next_band"] is not None:
        return f"{first}/{short[harmless(row['next_band'])]}"
    known = row["band_probability"]
    return first if known is None else f"{first} {share_text(known)}"
