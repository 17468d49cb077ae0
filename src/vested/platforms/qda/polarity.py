"""Polarity: how a passage speaks of its code, from −2 (strongly negative) to 2."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from vested.errors import nearest
from vested.spelling import same

_DEGREES = ("strongly", "very", "sterk", "zeer", "heel", "fortement", "tres", "stark", "sehr")
_SIGNS = {
    "-": ("negative", "negatief", "negatif", "negativ"),
    "": ("positive", "positief", "positif", "positiv"),
}
_WORDS = {
    **{f"{degree} {word}": f"{sign}2" for sign, words in _SIGNS.items() for word in words
       for degree in _DEGREES},
    **{word: f"{sign}1" for sign, words in _SIGNS.items() for word in words},
    **dict.fromkeys(("neutral", "neutraal", "neutre"), "0"),
}  # fmt: skip
_NUMBER = re.compile(r"(?P<sign>[+-]?) ?(?P<digit>[012])([.,]0*)?")


@lru_cache(256)
def polarity(cell: str) -> str | None:
    """A cell as `-2`, `-1`, `0`, `1` or `2`, "" where it is blank, None where it is none of these.

    >>> [polarity(cell) for cell in ("−2", "+1", "2.0", "sehr negativ", "Très positif", " ", "3")]
    ['-2', '1', '2', '-2', '2', '', None]
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[^\W\d])[-_]", " ", same(cell)))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    if not plain:
        return ""
    if number := _NUMBER.fullmatch(plain):
        digit = number["digit"]
        return digit if digit == "0" or number["sign"] != "-" else f"-{digit}"
    return _WORDS.get(plain)


def fix(cell: str) -> str:
    """What a cell that is no polarity should probably be."""
    close = nearest(cell, _WORDS, 1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"{meant}-2, -1, 0, 1, 2, words such as strongly negative, or nothing where not judged"
