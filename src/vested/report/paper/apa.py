"""Columns as APA style sets them: the one place that decides how a statistic is printed.

Source: American Psychological Association (2020), Publication Manual, 7th edition, 6.36 (no zero
before the point where a statistic cannot exceed 1), 6.44 (symbols in italics), 7.10 to 7.14
(tables), and the sample tables of chapter 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vested.report.numbers import COMMA, MINUS, decimal, shown
from vested.table import Column, ResultTable

NONE = "–"

_NO_MORE_THAN_1 = frozenset({
    "p", "r", "mean_r", "item_rest", "correlation", "spearman_brown", "even_odd", "synonyms",
    "kappa", "fleiss", "ac1", "agreement", "prevalence", "awg", "ave", "ave_other", "kmo",
    "communality", "nagelkerke", "nominal", "effective", "likeness", "completeness", "floor",
    "ceiling", "breadth", "depth", "redesign", "unfavourable", "middle", "favourable",
})  # fmt: skip
_BY_CUSTOM = frozenset({"loading", "cfi", "tli", "rmsea", "srmr", "delta_cfi", "delta_rmsea"})
"""These can exceed 1, by little and seldom. Loadings stand without the zero in the manual's own
sample table; indices of fit in Hu & Bentler (1999), whose cut-offs every reader has in mind."""
_FAMILIES = ("alpha", "omega", "rwg", "icc", "share")
_SYMBOLS = frozenset({"p", "r", "n", "N", "F", "M", "SD", "SE", "df", "t", "z"})
_BANDS = frozenset({"codes", "splits"})
"""Stems whose `_low` and `_high` are no confidence interval."""
_LEVEL = re.compile(r"\b(\d\d(?:\.\d+)?) ?%")
_INTERVAL = {"nl": ("BI", "{}%-BI"), "fr": ("IC", "IC à {} %"), "de": ("KI", "{}-%-KI")}
_IN_ENGLISH = ("CI", "{}% CI")


@dataclass(frozen=True)
class PaperColumn:
    """A column ready to be printed."""

    heading: str
    cells: tuple[str, ...]
    number: bool
    """Whether its cells are numbers, which stand on the right, one decimal mark below another."""
    symbol: bool = False
    """Whether the heading is a statistical symbol, which stands in italics."""


def paper_columns(
    result: ResultTable, language: str = "en", confidence: float | None = None
) -> tuple[PaperColumn, ...]:
    """The columns of a table in a paper, with both ends of an interval in one of them.

    `confidence` is the level of intervals whose explanation names none. Where it is not known the
    heading claims no level.

    >>> import polars as pl
    >>> columns = (Column("icc1", "ICC(1)", ""), Column("icc1_low", "Low", ""),
    ...            Column("icc1_high", "High", ""), Column("p", "p", "", 3))
    >>> frame = pl.DataFrame({"icc1": [0.12], "icc1_low": [-0.02], "icc1_high": [0.3], "p": [1e-5]})
    >>> for each in paper_columns(ResultTable("a", "A", columns, frame), confidence=0.95):
    ...     print(each.heading, *each.cells)
    ICC(1) .12
    95% CI [−.02, .30]
    p < .001
    """
    known = {column.key: column for column in result.columns}
    kinds = result.frame.schema

    def all_columns() -> Iterator[PaperColumn]:
        for column in result.columns:
            stem = column.key.removesuffix("_low")
            if column.key == f"{stem}_high" or _is_high(column.key, known):
                continue
            values = result.frame[column.key].to_list()
            if column.key != stem and _is_high(f"{stem}_high", known):
                ends = zip(values, result.frame[f"{stem}_high"].to_list(), strict=True)
                cells = tuple(interval(low, high, column, language) for low, high in ends)
                yield PaperColumn(_level(column, language, confidence), cells, number=True)
                continue
            yield PaperColumn(
                column.heading,
                tuple(cell(value, column, language) for value in values),
                kinds[column.key].is_numeric(),
                column.heading in _SYMBOLS,
            )

    return tuple(all_columns())


def _is_high(key: str, known: dict[str, Column]) -> bool:
    """Whether the column is the upper end of an interval whose lower end is there, too."""
    stem = key.removesuffix("_high")
    return key in known and key != stem and f"{stem}_low" in known and stem not in _BANDS


def _level(column: Column, language: str, confidence: float | None) -> str:
    without, with_level = _INTERVAL.get(language, _IN_ENGLISH)
    named = _LEVEL.search(column.explain)
    if named:
        return with_level.format(named[1])
    return with_level.format(f"{confidence * 100:g}") if confidence else without


def interval(low: Any, high: Any, column: Column, language: str = "en") -> str:
    """Both ends in brackets, a semicolon between them where the comma is the decimal mark.

    >>> interval(55.5, 64.0, Column("ci_low", "", "", 1), "nl")
    '[55,5; 64,0]'
    """
    if low is None and high is None:
        return NONE
    between = "; " if language in COMMA else ", "
    return f"[{cell(low, column, language)}{between}{cell(high, column, language)}]"


def cell(value: Any, column: Column, language: str = "en") -> str:
    """A value as APA style prints it.

    >>> cell(0.8125, Column("alpha", "", "", 2)), cell(-1.5, Column("skew", "", "", 2))
    ('.81', '−1.50')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value).replace("-", MINUS)
    if not isinstance(value, float):
        return shown(value, column, language, none=NONE)
    if _is_p(column.key):
        column = replace(column, digits=max(column.digits, 3))
        if value < 0.001:
            return f"< {_without_zero(decimal(0.001, 3, language))}"
    text = decimal(value, column.digits, language)
    return _without_zero(text) if cannot_exceed_1(column.key) else text


def cannot_exceed_1(key: str) -> bool:
    """Whether a column holds a statistic that is printed without a zero before the point.

    >>> [cannot_exceed_1(key) for key in ("alpha_low", "bartlett_p", "score", "sd")]
    [True, True, False, False]
    """
    stem = key.removesuffix("_low").removesuffix("_high")
    return (
        stem in _NO_MORE_THAN_1 or stem in _BY_CUSTOM or stem.startswith(_FAMILIES) or _is_p(stem)
    )


def confidence_of(recipe: Mapping[str, Any]) -> float | None:
    """The level of the intervals that a recipe asks for, where it says so."""
    options = recipe.get("options")
    found = options.get("confidence") if isinstance(options, Mapping) else None
    return found if isinstance(found, float) else None


def explained(result: ResultTable) -> tuple[str, ...]:
    """What the columns of numbers say, for the note below a table that has no notes of its own."""
    known = {column.key: column for column in result.columns}
    return tuple(
        f"{column.heading}: {column.explain}"
        for column in result.columns
        if column.explain
        and result.frame.schema[column.key].is_numeric()
        and not _is_high(column.key, known)
        and not _is_high(f"{column.key.removesuffix('_low')}_high", known)
    )


def _is_p(key: str) -> bool:
    return key == "p" or key.endswith("_p")


def _without_zero(text: str) -> str:
    """The same without the zero; a decimal comma keeps it, for no such language drops it."""
    sign = MINUS if text.startswith(MINUS) else ""
    return sign + text.removeprefix(sign).removeprefix("0") if "0." in text[:3] else text
