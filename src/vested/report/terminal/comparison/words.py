"""Numbers of pictures in words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vested.analysis.compare import Comparison


def fixed(value: float | None, digits: int = 1) -> str:
    """A number with so many decimals; no minus before zero.

    >>> fixed(-0.04), fixed(12.345, 2), fixed(None)
    ('0.0', '12.35', '–')
    """
    return "–" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


def part(value: float | None, digits: int = 2) -> str:
    """A number that cannot go beyond 1, without the zero before its point.

    >>> part(0.549), part(-0.3), part(1.0)
    ('.55', '-.30', '1.00')
    """
    text = fixed(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def short(value: float) -> str:
    """The same on an axis, with no more decimals than it has.

    >>> [short(value) for value in (-1.0, -0.5, 0.0, 0.25)]
    ['-1', '-.5', '0', '.25']
    """
    return f"{value:g}".replace("0.", ".", 1)


def p_text(value: float | None) -> str:
    """A p-value as it is written.

    >>> p_text(0.0289), p_text(0.0001), p_text(None)
    ('p = .029', 'p < .001', 'no p')
    """
    if value is None:
        return "no p"
    return "p < .001" if value < 0.001 else f"p = {part(value, 3)}"


def bracket(low: str, high: str) -> str:
    """An interval; without one, that there is none."""
    return f"[{low}, {high}]" if "–" not in (low, high) else "no interval"


def interval_name(found: Comparison) -> str:
    """`95 % interval`."""
    return f"{100 * float(found.recipe['options']['confidence']):.4g} % interval"


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a row, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(number: int, noun: str) -> str:
    """`1 organisation`, `23 organisations`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
