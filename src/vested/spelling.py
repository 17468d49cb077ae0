"""When two texts are the same text: for answers, column names and labels."""

from __future__ import annotations

import unicodedata

# What typing, word processors and web pages put in the place of ' - and a space.
_LOOKALIKES = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u00b4": "'",
        "\u0060": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
    }
)


def same(text: str) -> str:
    r"""The form in which two spellings of one text are equal: NFKC, case, spaces, quotes, dashes.

    >>> same(" De\u00a0acuerdo ") == same("de acuerdo")
    True
    """
    # The signs come first: NFKC would take an acute accent for a space and a combining mark.
    folded = unicodedata.normalize("NFKC", text.translate(_LOOKALIKES)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_LOOKALIKES).split())


def tidy(name: str) -> str:
    """A name as it is kept: composed characters, no spaces around, single spaces within."""
    return " ".join(unicodedata.normalize("NFC", name).split())
