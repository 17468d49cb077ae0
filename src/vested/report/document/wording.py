"""The texts of reports in each language, and names of what stands in tables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from vested.errors import UsageError, did_you_mean
from vested.model import Instrument, in_language
from vested.report.numbers import decimal

LANGUAGES = ("en", "nl", "fr", "de")


class Words:
    """The texts of one language: `words("summary")`, `words("subtitle.several", n=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = _texts(language)

    def __call__(self, name: str, /, **values: object) -> str:
        """A text with its values filled in; of two forms the first where `n` is 1."""
        one, bar, many = self._texts[name].partition(" | ")
        text = many if bar and values.get("n") != 1 else one
        return text.format(**values) if values else text

    def get(self, name: str, otherwise: str) -> str:
        """A text, or another where there is none of that name."""
        return self._texts.get(name, otherwise)

    def all(self) -> dict[str, str]:
        """Every text by its name."""
        return dict(self._texts)

    def number(self, value: float, digits: int = 1) -> str:
        return decimal(value, digits, self.language)

    def percent(self, share: float) -> str:
        """A share as a percentage, with a space that does not break before the sign."""
        return f"{decimal(share * 100, 0, self.language)}\N{NO-BREAK SPACE}%"

    def confidence(self, level: float) -> str:
        """The level of an interval: `95 %`, `99,5 %`."""
        text = f"{level * 100:g}"
        text = text.replace(".", ",") if self.language != "en" else text
        return f"{text}\N{NO-BREAK SPACE}%"

    def measure(self, instrument: Instrument, name: str) -> str:
        """The name of a measure or of a part of one, by its id."""
        whole, _, part = name.partition(".")
        told = in_language(instrument.measure(whole).name, self.language)
        return self(f"part.{part}", measure=told) if part else told


def checked_language(name: str) -> str:
    """The language, if reports are written in it; `UsageError` otherwise."""
    if name in LANGUAGES:
        return name
    raise UsageError(
        f"there are no reports in {name!r}",
        did_you_mean(name, LANGUAGES, f"known: {', '.join(LANGUAGES)}"),
    )


@cache
def _texts(language: str) -> dict[str, str]:
    from ruamel.yaml import YAML

    source = files("vested.report.document") / "words" / f"{language}.yaml"
    content: dict[str, Any] = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    return content
