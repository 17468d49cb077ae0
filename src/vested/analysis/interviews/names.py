"""Names in quotations, replaced by pseudonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from vested.errors import InputError
from vested.interviews.lists import read_rows
from vested.spelling import same

_APOSTROPHES, _HYPHENS = "'\u2019\u2018\u02bc\u00b4`", "-\u2010\u2011\u2012\u2013\u2014"


class Pseudonyms:
    """Names and what stands for them: whole words, in whatever case, the longest name first.

    Composed or separate accents, kinds of apostrophes and hyphens, and spaces or line breaks
    between the words of a name make no difference.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        longest = sorted(names, key=lambda name: (-len(name), name))
        self._others = [names[name] for name in longest]
        words = "|".join(f"({_spellings(name)})" for name in longest)
        self._pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if names else None

    @classmethod
    def read(cls, path: str | Path) -> Pseudonyms:
        """Read a csv of two columns, name and pseudonym; `InputError` where it is none."""
        path = Path(path)
        names: dict[str, str] = {}
        known: dict[str, str] = {}
        for number, cells in enumerate(read_rows(path, "--pseudonyms"), start=1):
            if not any(cells) or (number == 1 and same(cells[0]) in ("name", "naam", "nom")):
                continue
            if len(cells) != 2 or not all(cells):
                raise InputError(
                    f"{path.name}, row {number}: a name and its pseudonym are wanted",
                    "two columns: name,pseudonym",
                )
            if known.setdefault(same(cells[0]), cells[1]) != cells[1]:
                raise InputError(
                    f"{path.name}, row {number}: another pseudonym for a name that stands above",
                    "give each name one pseudonym; case does not tell names apart",
                )
            names[cells[0]] = cells[1]
        if not names:
            raise InputError(f"{path.name} holds no names", "two columns: name,pseudonym")
        return cls(names)

    def replaced(self, text: str) -> str:
        """The text with each name replaced.

        >>> Pseudonyms({"Ann Peters": "P1", "Ann": "P2"}).replaced("ann peters and Ann; Annex")
        'P1 and P2; Annex'
        """
        if self._pattern is None:
            return text
        text = unicodedata.normalize("NFC", text)
        return self._pattern.sub(lambda found: self._others[(found.lastindex or 1) - 1], text)


def _spellings(name: str) -> str:
    """A pattern for a name, also where its capitals have other letters (Weiß, WEISS)."""
    name = " ".join(unicodedata.normalize("NFC", name).split())
    forms = dict.fromkeys((name, name.upper(), name.casefold()))
    return "|".join("".join(map(_sign, form)) for form in forms)


def _sign(sign: str) -> str:
    if sign == " ":
        return r"\s+"
    for alike in (_APOSTROPHES, _HYPHENS):
        if sign in alike:
            return f"[{re.escape(alike)}]"
    return re.escape(sign)
