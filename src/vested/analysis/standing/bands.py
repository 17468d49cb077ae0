"""The bands of maturity: their names and where each begins."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from vested.errors import UsageError

_MOST = 9
"""More bands than this tell nobody anything: our choice."""
_SHOWN = 40
"""So many characters a name may have, to fit into tables: our choice."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Names of bands from the lowest to the highest, and the cuts between them on 0 to 100."""

    names: tuple[str, ...] = ("beginning", "developing", "established", "advanced")
    """Plain words that belong to no field: our choice."""
    cuts: tuple[float, ...] = (25.0, 50.0, 75.0)
    """Quarters of the range, since no other cuts are published for such scores: our choice."""

    def __str__(self) -> str:
        """As `bands_from` reads them."""
        starts = (0.0, *self.cuts)
        return ",".join(f"{n}={c:.12g}" for n, c in zip(self.names, starts, strict=True))


def bands_from(text: str) -> Bands:
    """Bands from words like `basic=0,good=60`, or `30,50,80` for the cuts alone.

    UsageError where they are not in order from 0 to below 100, or a name is missing or twice there.

    >>> bands_from("basic=0,good=60")
    Bands(names=('basic', 'good'), cuts=(60.0,))
    >>> str(bands_from("30,50,80"))
    'beginning=0,developing=30,established=50,advanced=80'
    """
    parts = [part.strip() for part in text.split(",")]
    if not any("=" in part for part in parts):
        cuts, names = [_number(part, text) for part in parts], Bands().names
        if len(cuts) != len(names) - 1:
            raise UsageError(
                f"--bands {text}: three cuts make the four bands {', '.join(names)}",
                "for other numbers of bands name each: low=0,middle=40,high=70",
            )
    else:
        names = tuple(" ".join(part.rpartition("=")[0].split()) for part in parts)
        starts = [_number(part.rpartition("=")[2], text) for part in parts]
        if starts[0] != 0:
            raise UsageError(f"--bands {text}: the first band must begin at 0", "low=0,high=50")
        cuts = starts[1:]
    _check(names, cuts, text)
    return Bands(names, tuple(cuts))


def _number(word: str, text: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise UsageError(
            f"--bands {text}: {word.strip()!r} is no number",
            "for example 25,50,75 or low=0,high=50",
        ) from None


def _check(names: tuple[str, ...], cuts: list[float], text: str) -> None:
    if not 2 <= len(names) <= _MOST:
        raise UsageError(f"--bands {text}: there must be 2 to {_MOST} bands", "low=0,high=50")
    if not all(0 < cut < 100 for cut in cuts) or any(a >= b for a, b in pairwise(cuts)):
        raise UsageError(
            f"--bands {text}: cuts must rise, each above 0 and below 100", "for example 25,50,75"
        )
    if len(set(names)) != len(names) or not all(0 < len(name) <= _SHOWN for name in names):
        raise UsageError(
            f"--bands {text}: each band needs a name of its own of at most {_SHOWN} characters",
            "for example low=0,middle=40,high=70",
        )
