"""Every error that a user can cause: what is wrong (`message`) and what to do (`hint`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class VestedError(Exception):
    """Something that the user can put right; the command line shows it in two lines, exit 2."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})"


class InputError(VestedError):
    """A data file cannot be read or understood."""


class InstrumentError(VestedError):
    """An instrument is unknown or its file is wrong."""


class OutputError(VestedError):
    """A result cannot be written."""


class UsageError(VestedError):
    """The options do not fit each other or the data."""


def nearest(word: str, known: Iterable[str], n: int = 3) -> list[str]:
    """The known words most like `word`, best first: for hints only, never to accept a value."""
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), list(by_folded), n=n, cutoff=0.5)
    return [by_folded[name] for name in close]


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest known words, or `otherwise` where none is near."""
    close = nearest(word, known)
    return f"did you mean {' or '.join(close)}?" if close else otherwise
