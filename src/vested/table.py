"""What a result is: a table with named, explained columns, the same value for every writer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in every file, its heading for people, and what it says."""

    key: str
    heading: str
    explain: str
    digits: int = 2
    """Decimals of its numbers in forms for people; files for programs have all digits."""


@dataclass(frozen=True, slots=True)
class ResultTable:
    """A named table of results; `columns` are those of `frame`, in its order."""

    name: str
    title: str
    columns: tuple[Column, ...]
    frame: pl.DataFrame
