"""An instrument as a codebook: what coders of interviews look for, whatever the file's form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vested.model import Instrument, Measure, Text
from vested.platforms.qda.refi.writer import guid_of
from vested.questionnaire.codebook.wording import (
    EXAMPLES,
    KIND,
    KIND_SAYS,
    KINDS,
    LEVELS,
    OPPOSITES,
    POLARITY,
    POLARITY_SAYS,
)
from vested.questionnaire.pages import clean, has, one_line, said


@dataclass(frozen=True, slots=True)
class Entry:
    """One code or category."""

    id: str
    """The id of a measure, or what stands for itself: `Polarity`, `-2`, `event`."""
    guid: str
    name: str
    """What coders see, and what comes back: it begins with the id, in any language."""
    category: str = ""
    """The name of the category that it stands in."""
    description: str = ""
    examples: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    is_category: bool = False
    polarity: Mapping[str, str] | None = None
    """For a facet, what each polarity means."""


@dataclass(frozen=True, slots=True)
class Codebook:
    """Categories, each before its codes, in one language."""

    instrument: str
    version: str
    language: str
    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()

    def say(self, text: Text) -> str:
        """A text in the language of the codebook, else in English."""
        return said(text, self.language)

    def full(self, entry: Entry) -> str:
        """All that is said of an entry, in lines, for where there is one text only."""
        parts = [entry.description] if entry.description else []
        for head, lines in ((EXAMPLES, entry.examples), (OPPOSITES, entry.opposites)):
            if lines:
                parts.append("\n".join([f"{self.say(head)}:", *(f"- {line}" for line in lines)]))
        if entry.polarity:
            levels = (f"{level}: {meaning}" for level, meaning in entry.polarity.items())
            parts.append("\n".join([f"{POLARITY}:", *levels]))
        return "\n\n".join(parts)


def codebook(instrument: Instrument, language: str) -> Codebook:
    """The facets of an instrument as codes, in the categories of the indices that they belong to.

    A facet of several indices stands in the first, one of none at the top. Beside them stand the
    categories for polarity and kind. Notes say which texts are missing in the language.
    """
    found = (
        *_measures(instrument, language),
        *_fixed(instrument, language, POLARITY, POLARITY_SAYS, LEVELS),
        *_fixed(instrument, language, KIND, KIND_SAYS, KINDS),
    )
    return Codebook(
        instrument.id,
        one_line(instrument.version),
        language,
        said(clean(instrument.name), language),
        found,
        tuple(_gaps(instrument, language)),
    )


def code_name(measure: Measure, language: str) -> str:
    """The name of a measure's code: its id, and its name in a language.

    >>> code_name(Measure("SCL", "facet", (), {"en": "Scaling", "nl": "Opschaling"}), "nl")
    'SCL Opschaling'
    """
    name = said(clean(measure.name), language)
    return measure.id if name in ("", measure.id) else f"{measure.id} {name}"


def _measures(instrument: Instrument, language: str) -> Iterator[Entry]:
    facets = {each.id: each for each in instrument.measures if each.kind == "facet"}
    for index in instrument.measures:
        own = [part for part in index.of if part in facets] if index.kind == "index" else []
        if own:
            name = code_name(index, language)
            says = said(clean(index.description), language)
            yield Entry(index.id, _guid(instrument, index.id), name, "", says, is_category=True)
        for part in own:
            yield _facet(instrument, facets.pop(part), language, name)
    for facet in facets.values():
        yield _facet(instrument, facet, language, "")


def _facet(instrument: Instrument, facet: Measure, language: str, category: str) -> Entry:
    items = [instrument.item(part) for part in facet.of]
    texts = {item.id: said(clean(item.text), language) or item.id for item in items}
    return Entry(
        facet.id,
        _guid(instrument, facet.id),
        code_name(facet, language),
        category,
        said(clean(facet.description), language),
        tuple(texts[item.id] for item in items if not item.reversed),
        tuple(texts[item.id] for item in items if item.reversed),
        polarity={level: said(meaning, language) for level, meaning in LEVELS.items()},
    )


def _fixed(
    instrument: Instrument, language: str, category: str, says: Text, codes: Mapping[str, Text]
) -> Iterator[Entry]:
    """A category that no instrument has, and its codes."""
    guid = _guid(instrument, category, "")
    yield Entry(category, guid, category, "", said(says, language), is_category=True)
    for code, meaning in codes.items():
        made = _guid(instrument, category, code)
        yield Entry(code, made, code, category, said(meaning, language))


def _guid(instrument: Instrument, *parts: str) -> str:
    """The same in every language and version, so that one codebook can take another's place."""
    return guid_of("codebook", instrument.id, *parts)


def _gaps(instrument: Instrument, language: str) -> Iterator[str]:
    """Which texts are missing in the language, by what they belong to."""
    facets = [each for each in instrument.measures if each.kind == "facet"]
    missing = [each.id for each in facets if not has(each.description, language)]
    items = dict.fromkeys(part for facet in facets for part in facet.of)
    missing += [part for part in items if not has(instrument.item(part).text, language)]
    missing += ["what the codes of polarity and kind mean"] if not has(KIND_SAYS, language) else []
    if missing:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        shown = ", ".join(missing[:5]) + more
        yield f"no text in {language}, so another language stands there, or none: {shown}"
