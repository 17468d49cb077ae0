"""Numbers for people: as many decimals as their column says, with the decimal mark of a language.

Forms for programs (csv, json, parquet) have all digits and never come here.
"""

from __future__ import annotations

from typing import Any

from vested.table import Column

COMMA = frozenset({"nl", "fr", "de"})
"""Languages that write a decimal comma."""
MINUS = "\N{MINUS SIGN}"


def shown(value: Any, column: Column, language: str = "en", *, none: str = "–") -> str:
    """A value of a table's column as text; a p too small for its decimals is said to be below them.

    >>> shown(-0.04, Column("score", "Score", "", 1)), shown(59.75, Column("s", "", "", 1), "nl")
    ('0.0', '59,8')
    >>> shown(1e-9, Column("p", "p", "", 3))
    '<0.001'
    """
    if value is None:
        return none
    if isinstance(value, float):
        least = 10.0**-column.digits
        if _is_p(column.key) and 0 <= value < least / 2:
            return f"<{decimal(least, column.digits, language)}"
        return decimal(value, column.digits, language)
    return str(value)


def _is_p(key: str) -> bool:
    """Whether a column has probabilities of a test, which are never 0."""
    return key == "p" or key.startswith("p_") or key.endswith("_p")


def decimal(value: float, digits: int, language: str = "en") -> str:
    """A number with so many decimals; a true minus sign, and no minus before zero.

    >>> decimal(-12.345, 1, "fr")
    '−12,3'
    """
    text = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", MINUS)
    return text.replace(".", ",") if language in COMMA else text
