"""Scores in the terminal: a table of headline scores, and with `detail` all of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import IO, TYPE_CHECKING, Any

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vested.model import Output, in_language
from vested.report.standing import band_text, rank_text
from vested.report.text import harmless
from vested.report.words import footnotes

if TYPE_CHECKING:
    from vested.analysis.result import Analysis

MAX_ROWS = 1_000
BAR = 10
CAUTION_MARK = "?"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
Row = Mapping[str, Any]


def show(analysis: Analysis, stream: IO[str], *, detail: bool = False) -> None:
    """Print an analysis; plain text and as wide as it needs where `stream` is no terminal."""
    console = console_on(stream)
    rows = analysis.headline_scores().rows(named=True)
    per_unit = len(analysis.instrument.headlines)
    units = [rows[at : at + per_unit] for at in range(0, len(rows), per_unit)]
    put(console, _fitting(analysis, units[:MAX_ROWS], console))
    from vested.report.terminal.standing import show_standing

    show_standing(analysis, units[:MAX_ROWS], console)
    if len(units) > MAX_ROWS:
        put(console, f"… and {len(units) - MAX_ROWS:,} more; --output FILE.csv holds them all.")
    if detail:
        _details(analysis, console)
    for line in footnotes(analysis):
        put(console, harmless(line))


def console_on(stream: IO[str]) -> Console:
    return Console(
        file=stream,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
        color_system="auto" if stream.isatty() and not os.environ.get("NO_COLOR") else None,
    )


def is_unicode(console: Console) -> bool:
    """Whether the terminal, or the file, takes more than ASCII."""
    return console.encoding.startswith("utf")


def put(console: Console, content: Table | str) -> None:
    """Print; where nobody watches, never cut or wrap."""
    if isinstance(content, str):
        console.print(Text(content), soft_wrap=not console.is_terminal)
        return
    if not console.is_terminal:
        wide = console.options.update(width=100_000)
        console.width = max(80, console.measure(content, options=wide).maximum)
        with console.capture() as capture:
            console.print(content)
        lines = capture.get().splitlines()
        console.file.write("".join(f"{line.rstrip()}\n" for line in lines))
        return
    console.print(content)


def new_table(console: Console, title: str | None = None) -> Table:
    return Table(
        title=Text(title) if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD if is_unicode(console) else box.ASCII,
        pad_edge=False,
        show_edge=False,
    )


class Layout(Enum):
    """How much of a score is shown, from the widest to the narrowest."""

    BARS = 0
    INTERVALS = 1
    SHORT = 2


def _fitting(analysis: Analysis, units: Sequence[Sequence[Row]], console: Console) -> Table:
    """The headline table in the widest layout that the terminal has room for."""
    for layout in Layout:
        table = _headlines(analysis, units, layout, console)
        if fits(table, console):
            break
    return table


def fits(table: Table, console: Console) -> bool:
    """Whether a table has room; where nobody watches, each has."""
    wide = console.options.update(width=100_000)
    return not console.is_terminal or console.measure(table, options=wide).maximum <= console.width


def _headlines(
    analysis: Analysis, units: Sequence[Sequence[Row]], layout: Layout, console: Console
) -> Table:
    """Organisations x headline measures."""
    table = new_table(console)
    table.add_column("Organisation", overflow="fold")
    for name in analysis.dimensions:
        table.add_column(Text(harmless(name)), overflow="fold")
    table.add_column("n", justify="right")
    rated = "response_rate" in analysis.scores.columns
    if rated:
        table.add_column("Rate", justify="right")
    for output in analysis.instrument.headlines:
        table.add_column(Text(output.id), justify="left", no_wrap=True)
    minimum = int(analysis.recipe["options"]["min_respondents"])
    for unit in units:
        names = [Text(harmless(unit[0][name])) for name in ("organisation", *analysis.dimensions)]
        counts = [row["respondents"] for row in unit if row["respondents"] is not None]
        scores = [_score(row, minimum, layout, console) for row in unit]
        rate = [_rate(unit)] if rated else []
        table.add_row(*names, _count(counts, minimum), *rate, *scores)
    return table


def _count(counts: Sequence[int], minimum: int) -> str:
    return f"{max(counts):,}" if counts else _hidden(minimum)


def _rate(unit: Sequence[Row]) -> str:
    """The highest response rate of some scores, where any is known."""
    rates = [row["response_rate"] for row in unit if row["response_rate"] is not None]
    return f"{max(rates):.0%}" if rates else "–"


def _hidden(minimum: int) -> str:
    return f"<{minimum}" if minimum > 1 else "–"


def _score(row: Row, minimum: int, layout: Layout, console: Console) -> Text:
    if row["score"] is None:
        return Text(_hidden(minimum), style="dim")
    digits = 0 if layout is Layout.SHORT else 1
    text = Text(f"{row['score']:{4 + digits}.{digits}f}".removeprefix(" "), style="bold")
    text.append(_interval(row, layout), style="not bold dim")
    if layout is Layout.BARS:
        text.append(f" {_bar(row['score'], console)}", style="not bold cyan")
    return text


def _interval(row: Row, layout: Layout) -> str:
    mark = CAUTION_MARK if row["status"] == "caution" else ""
    if row["ci_low"] is None:
        return f" [no interval]{mark}"
    if layout is Layout.SHORT:
        return f" [{row['ci_low']:.0f}, {row['ci_high']:.0f}]{mark}"
    interval = f" [{row['ci_low']:.1f}, {row['ci_high']:.1f}]{mark}"
    return interval if layout is Layout.INTERVALS else f"{interval:<15}"


def _rank(row: Row, console: Console) -> str:
    return rank_text(row) if is_unicode(console) else rank_text(row, "-")


def _bar(score: float, console: Console) -> str:
    """A bar of ten cells, in eighths of a cell; of # where the terminal has no blocks."""
    if not is_unicode(console):
        return "#" * round(score / 100 * BAR)
    eighths = round(score / 100 * BAR * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[part] if part else "")).ljust(BAR)


def _details(analysis: Analysis, console: Console) -> None:
    """One block per organisation: every measure, pairs with their tilt, technology."""
    outputs = analysis.instrument.outputs
    rows = analysis.scores.rows(named=True)
    minimum = int(analysis.recipe["options"]["min_respondents"])
    percentiles = _percentiles(analysis)
    shown = min(len(rows) // len(outputs), MAX_ROWS)
    for at in range(0, shown * len(outputs), len(outputs)):
        unit = rows[at : at + len(outputs)]
        names = [harmless(unit[0][name]) for name in ("organisation", *analysis.dimensions)]
        title = " · ".join(names)
        if all(row["score"] is None for row in unit):
            put(console, f"\n{title}: {_hidden(minimum)}")
            continue
        table = _detail(unit, outputs, title, minimum, percentiles, console, wide=True)
        if not fits(table, console):
            table = _detail(unit, outputs, title, minimum, percentiles, console, wide=False)
        put(console, table)
    if "weighting" in analysis.tables:
        from vested.report.terminal.tables import show_table

        put(console, "\nWeights to the population")
        show_table(console, analysis.tables["weighting"])
    if analysis.technology is not None:
        put(console, _technology(analysis.technology, console))


def _detail(
    unit: Sequence[Row],
    outputs: Sequence[Output],
    title: str,
    minimum: int,
    percentiles: Mapping[tuple[Any, ...], str],
    console: Console,
    *,
    wide: bool,
) -> Table:
    """Every measure of one organisation, with its ranks and bands where there is room."""
    table = new_table(console, title=f"\n{title}")
    table.add_column("Measure")
    table.add_column("", overflow="fold")
    table.add_column("n", justify="right")
    table.add_column("Score", no_wrap=True)
    if percentiles:
        table.add_column("Percentile", justify="right")
    if "fpc_low" in unit[0]:
        table.add_column("Staff now", justify="right")
    ranked = wide and any(rank_text(row) for row in unit)
    if ranked:
        table.add_column("Rank")
    if wide:
        table.add_column("Band")
    for output, row in zip(outputs, unit, strict=True):
        count = _hidden(minimum) if row["respondents"] is None else str(row["respondents"])
        layout = Layout.INTERVALS if output.id.endswith(".tilt") else Layout.BARS
        cells = [Text(output.id), Text(_name(output, row)), Text(count)]
        cells.append(_score(row, minimum, layout, console))
        cells += [Text(percentiles.get(_key(row), "–"))] if percentiles else []
        cells += [Text(_staff(row))] if "fpc_low" in row else []
        cells += [Text(_rank(row, console))] if ranked else []
        cells += [Text(harmless(band_text(row)))] if wide else []
        table.add_row(*cells)
    return table


def _staff(row: Row) -> str:
    if row["fpc_low"] is None:
        return "–"
    return f"[{row['fpc_low']:.1f}, {row['fpc_high']:.1f}]"


def _key(row: Row) -> tuple[Any, ...]:
    return row["organisation"], row.get("wave"), row["measure"]


def _percentiles(analysis: Analysis) -> dict[tuple[Any, ...], str]:
    """Among the norms, where there are any; beyond their outermost quantiles only so much."""
    if "benchmark" not in analysis.tables:
        return {}
    signs = {None: "", "below": "<", "above": ">"}
    return {
        _key(row): f"{signs[row['beyond']]}{row['percentile']:.0f}"
        for row in analysis.tables["benchmark"].frame.rows(named=True)
        if row["percentile"] is not None
    }


def _name(output: Output, row: Row) -> str:
    name = in_language(output.measure.name)
    if output.id.endswith(".tilt"):
        poles = output.measure.poles.get("en", ("first", "second"))
        if not row["score"]:
            return f"{name}: tilt"
        return f"{name}: towards {poles[0] if row['score'] > 0 else poles[1]}"
    part = output.id.partition(".")[2]
    return f"{name}: {part}" if part else name


def _technology(frame: pl.DataFrame, console: Console) -> Table:
    table = new_table(console, title="\nTechnology inventory (facts given by key informants)")
    for heading in ("Organisation", "Answered", "Breadth", "Depth", "Redesign"):
        table.add_column(heading, justify="left" if heading == "Organisation" else "right")
    for row in frame.head(MAX_ROWS).rows():
        numbers = ["–" if value is None else f"{value:.2f}" for value in row[2:]]
        table.add_row(Text(harmless(row[0])), str(row[1]), *numbers)
    return table
