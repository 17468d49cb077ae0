"""Ranks and bands in words, the same in every form for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]


def rank_text(row: Row, dash: str = "\N{EN DASH}") -> str:
    """The ranks that an organisation may have: `2nd–5th`, or `2nd`; nothing where none is known.

    >>> rank_text({"rank_low": 2, "rank_high": 5}), rank_text({"rank_low": 1, "rank_high": 1})
    ('2nd–5th', '1st')
    """
    low, high = row.get("rank_low"), row.get("rank_high")
    if low is None or high is None:
        return ""
    return ordinal(low) if low == high else f"{ordinal(low)}{dash}{ordinal(high)}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th.

    >>> [ordinal(n) for n in (1, 11, 22, 113)]
    ['1st', '11th', '22nd', '113th']
    """
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def share_text(share: float) -> str:
    """A probability in whole percents, never as certain: `84 %`, `>99 %`.

    >>> share_text(0.836), share_text(0.9999)
    ('84 %', '>99 %')
    """
    return ">99 %" if share >= 0.995 else f"{share:.0%}".replace("%", " %")


def band_text(row: Row) -> str:
    """The band with its probability, or two bands with that of each.

    >>> one = {"band": "established", "band_probability": 0.84, "next_band": None}
    >>> band_text(one)
    'established, 84 %'
    >>> two = {"band_probability": 0.6, "next_band": "advanced", "next_band_probability": 0.4}
    >>> band_text({**one, **two})
    'established 60 % or advanced 40 %'
    """
    if row.get("band") is None or row.get("band_probability") is None:
        return row.get("band") or ""
    first = share_text(row["band_probability"])
    if row.get("next_band") is None:
        return f"{row['band']}, {first}"
    return f"{row['band']} {first} or {row['next_band']} {share_text(row['next_band_probability'])}"
