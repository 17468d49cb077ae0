"""Tables that QDA software exports: opened once, every cell as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from vested.errors import InputError
from vested.formats import Table, column_name, open_table
from vested.platforms.qda.database import is_database


def opened(path: Path, stack: ExitStack) -> Table | None:
    """The table in a file, None where it is a database or XML, which other readers know.

    Raises `InputError` as `open_table` does.
    """
    with path.open("rb") as file:
        head = file.read(200).lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_database(path) or head.startswith(b"<?xml"):
        return None
    return open_table(path, None, stack)


def rows(table: Table) -> Iterator[tuple[str, ...]]:
    """The rows as text, "" for cells without a value."""
    import polars as pl

    wanted = {at: pl.String() for at in range(len(table.columns))}
    try:
        frame = table.scan(wanted).collect()
    except pl.exceptions.PolarsError:
        table.diagnose()
        raise InputError(
            f"{table.name} cannot be read as a table", "open and save it again"
        ) from None
    names = [column_name(at) for at in range(len(table.columns))]
    yield from frame.select(pl.col(names).fill_null("")).iter_rows()


def counted(number: int, what: str) -> str:
    """A number and what it counts, in which `{s}` is left out for one.

    >>> counted(1, "row{s} without a code"), counted(2000, "row{s} without a code")
    ('1 row without a code', '2,000 rows without a code')
    """
    return f"{number:,} {what.replace('{s}', '' if number == 1 else 's')}"
