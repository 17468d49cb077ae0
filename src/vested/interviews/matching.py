"""Which code of a codebook is which measure, polarity or kind of evidence.

Nothing is matched by likeness: a code is known by a mapping, by the id of a measure, or by its
name in one of the instrument's languages. The others are listed, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vested.model import Instrument
from vested.platforms.qda import Code
from vested.spelling import same

KINDS = ("event", "claim", "document")
IGNORE = "ignore"

_POLARITIES: Mapping[int, tuple[str, ...]] = {
    -2: ("strongly negative", "very negative", "sterk negatief", "zeer negatief",
         "fortement négatif", "très négatif", "stark negativ", "sehr negativ"),
    -1: ("negative", "negatief", "négatif", "negativ"),
    0: ("neutral", "mixed", "neutraal", "gemengd", "neutre", "mixte", "gemischt"),
    1: ("positive", "positief", "positif", "positiv"),
    2: ("strongly positive", "very positive", "sterk positief", "zeer positief",
        "fortement positif", "très positif", "stark positiv", "sehr positiv"),
}  # fmt: skip
_KINDS: Mapping[str, tuple[str, ...]] = {
    "event": ("event", "gebeurtenis", "événement", "ereignis"),
    "claim": ("claim", "opinion", "bewering", "affirmation", "behauptung"),
    "document": ("document", "dokument"),
}
_POLARITY_HEADS = tuple(map(same, ("polarity", "polariteit", "polarité", "polarität", "valence")))
_KIND_HEADS = tuple(map(same, ("kind", "kind of evidence", "evidence", "soort", "type", "art")))
_NUMBER = re.compile(
    r"(?:polarity|polariteit|polarité|polarität)?\s*([+-]?)([0-2])(?![0-9]|[.,][0-9])(.*)"
)

_POLARITY_OF = {same(word): value for value, words in _POLARITIES.items() for word in words}
_KIND_OF = {same(word): kind for kind, words in _KINDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says of a passage: a measure, a polarity, a kind, or nothing that is known."""

    measure: str | None = None
    polarity: int | None = None
    kind: str | None = None
    because: str = ""
    """What it was known by: `mapping`, `id`, `name`, `above` (a code above it), or nothing."""
    ignored: bool = False
    """Whether the mapping says that it is none of ours."""

    @property
    def known(self) -> bool:
        return bool(self.measure or self.kind or self.ignored) or self.polarity is not None


def polarity_of(text: str) -> int | None:
    """The polarity that a text names, None where it is none.

    >>> [polarity_of(text) for text in ("+1", "-2: strongly absent", "Positive", "2019")]
    [1, -2, 1, None]
    """
    folded = same(text)
    if folded in _POLARITY_OF:
        return _POLARITY_OF[folded]
    number = _NUMBER.fullmatch(folded)
    return int(number[1] + number[2]) if number else None


def own_polarity(text: str) -> int | None:
    """The polarity in a code that is about something else: 1. Budget is a number of a list.

    >>> [own_polarity(text) for text in ("+1: weakly", "1", "1. Budget", "negative")]
    [1, 1, None, -1]
    """
    number = _NUMBER.fullmatch(same(text))
    return None if number and number[3] and not number[1] else polarity_of(text)


def kind_of(text: str) -> str | None:
    """The kind of evidence that a text names, None where it is none.

    >>> kind_of("Event"), kind_of("gebeurtenis"), kind_of("story")
    ('event', 'event', None)
    """
    return _KIND_OF.get(same(text))


class CodeReader:
    """Tells what codes mean, by a mapping and an instrument."""

    def __init__(self, instrument: Instrument, mapping: Mapping[str, str] | None = None) -> None:
        self._said = {same(code): what for code, what in (mapping or {}).items()}
        self._ids = {same(measure.id): measure.id for measure in instrument.measures}
        self._names = {
            same(name): measure.id
            for measure in instrument.measures
            for name in measure.name.values()
        }

    def meaning(self, code: Code) -> Meaning:
        """What a code means.

        The mapping goes first (by the code's path, then its name), then the id of a measure as the
        code's name or its beginning (`SCL`, `SCL: scaling`), then a measure's name; then polarities
        and kinds below a code of that name. A code below one that is a measure is that measure too,
        with the polarity that its own name says, if any.
        """
        for name in (" > ".join((*code.parents, code.name)), code.name):
            if same(name) in self._said:
                return self._mapped(self._said[same(name)])
        own = self._named(code.name)
        if own is not None:
            return own
        above = [same(parent) for parent in code.parents]
        if any(parent in _POLARITY_HEADS for parent in above):
            value = polarity_of(code.name)
            if value is not None:
                return Meaning(polarity=value, because="above")
        if any(parent in _KIND_HEADS for parent in above):
            kind = kind_of(code.name)
            if kind is not None:
                return Meaning(kind=kind, because="above")
        for parent in reversed(code.parents):
            found = self._named(parent)
            if found is not None:
                return Meaning(found.measure, own_polarity(code.name), because="above")
        return Meaning()

    def _mapped(self, what: str) -> Meaning:
        folded = same(what)
        if folded == IGNORE:
            return Meaning(because="mapping", ignored=True)
        named = self._named(what)
        if named is not None:
            return Meaning(named.measure, named.polarity, because="mapping")
        return Meaning(None, own_polarity(what), kind_of(what), because="mapping")

    def _named(self, name: str) -> Meaning | None:
        """By the id of a measure as the name, at its beginning, or before a polarity."""
        folded = same(name)
        if folded in self._ids:
            return Meaning(self._ids[folded], because="id")
        if folded in self._names:
            return Meaning(self._names[folded], because="name")
        first = re.match(r"([^\W_]+)[\s:.,_+-]+", name.strip())
        # In the id's own letters: a code "Pro and con" is not the measure PRO.
        if first and first[1] in self._ids.values():
            rest = name.strip()[len(first[1]) :].strip(" :.,_")
            return Meaning(first[1], own_polarity(rest), because="id")
        return None
