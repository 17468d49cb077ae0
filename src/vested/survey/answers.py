"""What a spelling in an answer cell means: a code of the scale, a kind of missing, or nothing."""

from __future__ import annotations

import re

from vested.errors import nearest
from vested.model import Scale, in_language
from vested.spelling import same

BLANK = "blank"
NOT_UNDERSTOOD = "not understood"
NOT_AVAILABLE = {same(mark) for mark in ("NA", "N/A", "#N/A", "NaN", "null", ".")}
"""Marks that statistics programs write for an empty cell."""

_WHOLE = re.compile(r"([+-]?\d{1,6})([.,]0*)?")


def whole_number(text: str) -> int | None:
    """The whole number that a text spells (3, 03, 3.0, 3,0), None where it spells none."""
    found = _WHOLE.fullmatch(text)
    return int(found[1]) if found else None


class AnswerKey:
    """Looks spellings up on one scale: codes, labels of every language, missing codes and labels.

    Nothing is matched by likeness: a spelling is known after normalising, or it is not understood.
    """

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self._known: dict[str, int | str] = {}
        self._labels = {
            same(label): code
            for labels in scale.labels.values()
            for code, label in zip(scale.codes, labels, strict=True)
        }
        reason = in_language(
            {language: labels[0] for language, labels in scale.missing.items() if labels}
        )
        self._missing = {
            same(label): reason.lower() for labels in scale.missing.values() for label in labels
        }

    def meaning(self, spelling: str) -> int | str:
        """The code, or as text the reason why there is none."""
        if spelling not in self._known:
            self._known[spelling] = self._look_up(spelling)
        return self._known[spelling]

    def _look_up(self, spelling: str) -> int | str:
        text = same(spelling)
        if not text:
            return BLANK
        if text in self._labels:
            return self._labels[text]
        if text in self._missing:
            return self._missing[text]
        number = whole_number(text)
        if number in self.scale.codes:
            return number
        if number in self.scale.missing_codes:
            return f"missing code {number}"
        return f"marked {text.upper()}" if text in NOT_AVAILABLE else NOT_UNDERSTOOD

    def hint(self, spelling: str) -> str:
        """What the author of an unknown spelling may have meant."""
        number = whole_number(same(spelling))
        codes = f"{self.scale.low}–{self.scale.high}"
        if number is not None:
            return f"the codes of scale {self.scale.id} are {codes}"
        shown = {label: label for labels in self.scale.labels.values() for label in labels}
        close = nearest(spelling, shown, n=1)
        if close:
            return f"the nearest label is {close[0]!r} ({self._labels[same(close[0])]})"
        return f"scale {self.scale.id} has the codes {codes} and the labels of its instrument"
