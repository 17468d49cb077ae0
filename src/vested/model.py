"""The values that everything else speaks of: frozen, without behaviour beyond looking things up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Text = Mapping[str, str]
"""One text in several languages: language code to text."""

CellKey = tuple[str, ...]
"""What is scored apart: an organisation, then wave and groups where asked for."""

Kind = Literal["facet", "index", "pair", "ambidexterity"]


def in_language(text: Text, language: str = "en") -> str:
    """The text in `language`, else in English, else in whatever language there is."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


@dataclass(frozen=True, slots=True)
class Scale:
    """Response options: integer codes in order, their labels, and what counts as no answer."""

    id: str
    codes: tuple[int, ...]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing_codes: tuple[int, ...] = ()
    alternatives: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    """Per language and code what is read as its label, besides the label itself."""

    @property
    def low(self) -> int:
        return min(self.codes)

    @property
    def high(self) -> int:
        return max(self.codes)


@dataclass(frozen=True, slots=True)
class Item:
    """One statement or question, answered on a scale."""

    id: str
    scale: Scale
    reversed: bool = False
    text: Text = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    section: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A block of items under one heading and one introductory sentence."""

    id: str
    title: Text
    stem: Text


@dataclass(frozen=True, slots=True)
class Measure:
    """Anything scored: a facet of items, an index of measures, a pair or an ambidexterity."""

    id: str
    kind: Kind
    of: tuple[str, ...]
    name: Text
    aggregation: Literal["arithmetic", "geometric"] = "arithmetic"
    weights: tuple[float, ...] = ()
    headline: bool = False
    poles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    description: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """One row of the scores per organisation: a pair and an ambidexterity each yield two."""

    id: str
    measure: Measure
    low: int = 0
    high: int = 100

    @property
    def kind(self) -> Kind:
        return self.measure.kind


PARTS: Mapping[Kind, tuple[str, ...]] = {
    "pair": ("joint", "tilt"),
    "ambidexterity": ("balance", "combined"),
}


@dataclass(frozen=True, slots=True)
class Technology:
    """One entry of the technology inventory: its stage column and the column of what it changed."""

    id: str
    name: Text

    @property
    def change_id(self) -> str:
        return f"{self.id}_change"


@dataclass(frozen=True, slots=True)
class Inventory:
    """Facts that one key informant gives per organisation: stage and change per technology."""

    title: Text
    stem: Text
    stages: Scale
    changes: Scale
    change_question: Text
    technologies: tuple[Technology, ...]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: scales, items, measures and, where there is one, a technology inventory."""

    id: str
    version: str
    name: Text
    about: Text
    validated: bool
    references: Mapping[str, str]
    scales: Mapping[str, Scale]
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    measures: tuple[Measure, ...]
    inventory: Inventory | None
    validation: tuple[Text, ...]
    licence: str
    digest: str
    """SHA-256 of the file that it was read from."""

    def item(self, item_id: str) -> Item:
        return next(item for item in self.items if item.id == item_id)

    def measure(self, measure_id: str) -> Measure:
        return next(measure for measure in self.measures if measure.id == measure_id)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the name is given in, English first."""
        return tuple(sorted(self.name, key=lambda code: (code != "en", code)))

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What is scored, in the instrument's order."""
        found: list[Output] = []
        for measure in self.measures:
            for part in PARTS.get(measure.kind, ("",)):
                name = f"{measure.id}.{part}" if part else measure.id
                found.append(Output(name, measure, low=-100 if part == "tilt" else 0))
        return tuple(found)

    @property
    def headlines(self) -> tuple[Output, ...]:
        """What is shown first: the measures marked so, else the indices, else everything."""
        marked = tuple(output for output in self.outputs if output.measure.headline)
        indices = tuple(output for output in self.outputs if output.kind == "index")
        return marked or indices or self.outputs
