"""How exports would be read, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any

from rich.text import Text

from vested.model import in_language
from vested.report.terminal import console_on, new_table, put
from vested.report.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from vested.analysis.inspect import Inspection

_TEXT = 70


def show_inspection(inspection: Inspection, stream: IO[str]) -> None:
    """Print what was found out about each file, each column and each item."""
    console = console_on(stream)
    instrument = inspection.instrument
    if instrument:
        put(console, f"Instrument: {instrument.id} {instrument.version}, "
            f"{harmless(in_language(instrument.name))}")  # fmt: skip
    for file in inspection.files.rows(named=True):
        _file(file, inspection, console)
    _items(inspection, console)
    near = inspection.tables["suggestions"].frame
    if near.height:
        put(
            console,
            "\nNear misses. Likeness is not enough: use a mapping if one of these is right.",
        )
        _rows(
            console, ("Item", "Its text", "Column", "Text of the column", "Likeness"), near.rows()
        )
    if "ledger" in inspection.tables:
        from vested.analysis.ledger import in_one_line

        put(console, f"\n{in_one_line(inspection.tables['ledger'].frame)}.")


def _file(file: dict[str, Any], inspection: Inspection, console: Console) -> None:
    kind = f"{file['read_as']}, {file['encoding']}" if file["encoding"] else file["read_as"]
    put(console, f"\n{harmless(file['file'])}: {harmless(kind)}")
    platform = file["platform"] or "no platform recognised: a plain table"
    layout = f", {file['generation']}" if file["generation"] else ""
    rows = f"{file['header_rows']} header row{'s' if file['header_rows'] > 1 else ''}"
    put(console, f"Written by: {platform}{layout}; {rows}")
    if file["answers"] != "either":
        why = f", since {file['evidence']}" if file["evidence"] else ""
        what = "codes" if file["answers"] == "codes" else "the texts of options"
        put(console, f"Answers are {what}{harmless(why)}.")
    columns = inspection.columns.filter(inspection.columns["file"] == file["file"])
    _rows(
        console,
        ("#", "Column", "Question", "Used as", "Because"),
        columns.select("position", "column", "text", "use", "because").rows(),
    )
    if file["problem"]:
        put(console, f"It cannot be scored as it is: {harmless(file['problem'])}.")
        put(console, f"What helps: {harmless(file['hint'])}.")


def _items(inspection: Inspection, console: Console) -> None:
    """The items that are there, and in one line those that are not."""
    items = inspection.items
    there = items.filter(items["column"] != "")
    absent = items.filter(items["column"] == "")["item"].to_list()
    if there.height:
        put(console, "")
        rows = [
            (
                row["item"], row["scale"], row["answered"], row["no_answer"],
                "" if row["share_no_answer"] is None else f"{row['share_no_answer']:.0%}",
                row["blank"], row["not_understood"], row["examples"],
            )
            for row in there.rows(named=True)
        ]  # fmt: skip
        _rows(
            console,
            ("Item", "Scale", "Answered", "No answer", "Share", "Blank", "Not understood", ""),
            rows,
        )
    if absent:
        put(console, f"{len(absent)} of {items.height} items have no column: {', '.join(absent)}.")


def _rows(console: Console, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    table = new_table(console)
    for at, heading in enumerate(headings):
        number = bool(rows) and isinstance(rows[0][at], int | float)
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    put(console, table)


def _cell(value: Any) -> Text:
    text = " ".join(harmless(str(value)).split())
    return Text(text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…")
