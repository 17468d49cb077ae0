"""What a spelling in an answer cell means: a code of the scale, a kind of missing, or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vested.errors import nearest
from vested.instruments.families import missing_reasons
from vested.model import Scale, in_language
from vested.platforms import Answers
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

    `options` are the codes and labels that the export or its definition has for the column. Where
    they are labels of the scale, an answer goes by its label, whatever code the survey gave it.
    `missing` are cells that the export declares to be no answer, with the reason; `values` what
    the user says that cells mean. `answers` says whether cells are codes, labels, or either.
    Nothing is matched by likeness: a spelling is known after normalising, or it is not understood.
    """

    def __init__(
        self,
        scale: Scale,
        *,
        options: Mapping[str, Sequence[str]] | None = None,
        missing: Mapping[str, str] | None = None,
        values: Mapping[str, int | str] | None = None,
        answers: Answers = "either",
    ) -> None:
        self.scale = scale
        self.answers = answers
        self._known: dict[str, int | str] = {}
        self._labels = {
            same(label): code
            for labels in scale.labels.values()
            for code, label in zip(scale.codes, labels, strict=True)
        }
        for spellings in scale.alternatives.values():
            for code, others in zip(scale.codes, spellings, strict=True):
                self._labels |= {same(other): code for other in others}
        reason = in_language(
            {language: labels[0] for language, labels in scale.missing.items() if labels}
        )
        self._missing = {
            same(label): self._kind(label, labels) or reason.lower()
            for labels in scale.missing.values()
            for label in labels
        }
        self._given: dict[str, int | str] = {
            same(cell): meaning
            for cell, meaning in [*(missing or {}).items(), *(values or {}).items()]
        }
        self._options = options or {}
        self._by_code, self._by_label = self._understood(self._options)

    def meaning(self, spelling: str) -> int | str:
        """The code, or as text the reason why there is none."""
        if spelling not in self._known:
            self._known[spelling] = self._look_up(spelling)
        return self._known[spelling]

    @staticmethod
    def _kind(label: str, labels: Sequence[str]) -> str:
        """Which kind of no answer a label means, where the scale has several."""
        return missing_reasons().get(same(label), "") if len(labels) > 1 else ""

    @property
    def merged(self) -> tuple[str, str] | None:
        """Two labels of one language that were met and mean one code.

        Then the scale may have had more options than the instrument says.
        """
        for language, spellings in self.scale.alternatives.items():
            labels = self.scale.labels.get(language, ("",) * len(spellings))
            for label, others in zip(labels, spellings, strict=True):
                known = {same(text) for text in (label, *others)}
                met = [text for text in self._known if same(text) in known]
                different = {same(text): text.strip() for text in met}
                if len(different) > 1:
                    first, second = sorted(different.values())[:2]
                    return first, second
        return None

    @property
    def two_readings(self) -> str:
        """A label that spells the code of another option: then a number may be either."""
        for label, code in self._labels.items():
            number = whole_number(label)
            if number in self.scale.codes and number != code:
                return label
        return ""

    @property
    def foreign(self) -> bool:
        """Whether the export has labels for its codes, none of which is known to the scale."""
        labels = [
            label
            for code, given in self._options.items()
            for label in given
            if same(label) != same(code)
        ]
        return bool(labels) and not any(self._of_scale(label) is not None for label in labels)

    @property
    def conflict(self) -> str:
        """Labels of the export that are unknown while others have another code than the scale's.

        Then what the unknown ones stand for cannot be told.
        """
        known = self._codes_of_options()
        moved = any(isinstance(m, int) and whole_number(code) != m for code, m in known.items())
        unknown = [
            labels[0]
            for code, labels in self._options.items()
            if code not in known and same(code) not in self._given and labels
        ]
        return ", ".join(unknown) if moved else ""

    def _look_up(self, spelling: str) -> int | str:
        text = same(spelling)
        if not text:
            return BLANK
        found: int | str | None = self._given.get(text)
        if found is None and self.answers != "labels":
            found = self._by_code.get(text)
        if found is None and self.answers != "codes":
            found = self._labels.get(text, self._by_label.get(text))
        if found is None:
            found = self._missing.get(text)
        if found is None and self.answers != "labels":
            number = whole_number(text)
            if str(number) in self._by_code:
                found = self._by_code[str(number)]
            elif number in self.scale.codes:
                found = number
            elif number in self.scale.missing_codes:
                found = f"missing code {number}"
        if found is not None:
            return found
        return f"marked {text.upper()}" if text in NOT_AVAILABLE else NOT_UNDERSTOOD

    def _of_scale(self, label: str) -> int | str | None:
        text = same(label)
        return self._labels.get(text, self._missing.get(text))

    def _codes_of_options(self) -> dict[str, int | str]:
        """By code of the export, what its label means on the scale, where that is known."""
        known = {
            code: next((m for m in map(self._of_scale, labels) if m is not None), None)
            for code, labels in self._options.items()
        }
        return {code: meaning for code, meaning in known.items() if meaning is not None}

    def _understood(
        self, options: Mapping[str, Sequence[str]]
    ) -> tuple[dict[str, int | str], dict[str, int | str]]:
        """What the codes and the labels of the export mean on the scale."""
        known = self._codes_of_options()
        by_code = {same(code): meaning for code, meaning in known.items()}
        by_label: dict[str, int | str] = {}
        for code, labels in options.items():
            number = whole_number(same(code))
            # A label that the scale does not know stands for its code, if that is one of the scale.
            meaning = known.get(code, number if number in self.scale.codes else None)
            if meaning is not None:
                by_label |= {same(label): meaning for label in labels}
        return by_code, by_label

    def hint(self, spelling: str) -> str:
        """What the author of an unknown spelling may have meant."""
        number = whole_number(same(spelling))
        codes = f"{self.scale.low}–{self.scale.high}"
        if number is not None and self.answers == "labels":
            return (
                "the answers are the texts of the options, where a number is no code; export "
                "numeric values, give the survey's --definition, or say --answers codes"
            )
        if number is not None:
            if labels := self._options.get(spelling.strip()):
                return (
                    f"the survey calls it {labels[0]!r}; add that to the labels or missing labels "
                    f"of scale {self.scale.id} in the instrument file"
                )
            return f"the codes of scale {self.scale.id} are {codes}"
        shown = {label: label for labels in self.scale.labels.values() for label in labels}
        close = nearest(spelling, shown, n=1)
        if close:
            return f"the nearest label is {close[0]!r} ({self._labels[same(close[0])]})"
        return f"scale {self.scale.id} has the codes {codes} and the labels of its instrument"
