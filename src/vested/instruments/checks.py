"""What must fit together in an instrument beyond the form of each entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vested.errors import did_you_mean
from vested.instruments.schema import InstrumentFile, ItemEntry, MeasureEntry, ScaleEntry
from vested.spelling import same

Place = tuple[str | int, ...]
Problem = tuple[Place, str, str]
"""Where in the file, what is wrong, what to do."""


def problems(entry: InstrumentFile) -> list[Problem]:
    """Everything that does not fit together, in no particular order; empty where all does."""
    found: list[Problem] = []
    for name, scale in entry.scales.items():
        found += _scale_problems(("scales", name), scale)
    if entry.inventory:
        found += _scale_problems(("inventory", "stages"), entry.inventory.stages)
        found += _scale_problems(("inventory", "changes"), entry.inventory.changes)
    found += _column_problems(entry)
    found += _item_problems(entry)
    found += _measure_problems(entry)
    return found


def _scale_problems(place: Place, scale: ScaleEntry) -> Iterator[Problem]:
    codes = scale.codes
    if sorted(set(codes)) != codes:
        yield (*place, "codes"), f"codes {codes} are not in rising order", "list them low to high"
    if clash := sorted(set(codes) & set(scale.missing_codes)):
        text = f"{clash} stand both under codes and under missing_codes"
        yield (*place, "missing_codes"), text, "a code is an answer or a missing one, not both"
    if max(map(abs, codes)) > 10_000:
        yield (*place, "codes"), "codes beyond ±10000", "use small whole numbers"
    meaning: dict[str, tuple[object, str]] = {}
    for language, labels in scale.labels.items():
        if len(labels) != len(codes):
            text = f"{len(labels)} labels in {language} for {len(codes)} codes"
            yield (*place, "labels", language), text, "give one label per code, in their order"
            continue
        for code, label in zip(codes, labels, strict=True):
            yield from _label_problem((*place, "labels", language), meaning, label, code, language)
    for language, labels in scale.missing.items():
        for label in labels:
            at = (*place, "missing", language)
            yield from _label_problem(at, meaning, label, "missing", language)


def _label_problem(
    place: Place, meaning: dict[str, tuple[object, str]], label: str, code: object, language: str
) -> Iterator[Problem]:
    """The same label may not mean one code in one language and another in the next."""
    known, earlier = meaning.setdefault(same(label), (code, language))
    if known != code:
        text = f"label {label!r} means {code} in {language} but {known} in {earlier}"
        yield place, text, "make the labels differ: answers are matched in any language"


def _column_problems(entry: InstrumentFile) -> Iterator[Problem]:
    """Each id and each alias must name one item only, whatever the case."""
    names: dict[str, str] = {}

    def claim(place: Place, name: str, owner: str) -> Iterator[Problem]:
        earlier = names.setdefault(same(name), owner)
        if earlier != owner:
            yield place, f"{name!r} names both {earlier} and {owner}", "column names must differ"

    seen: set[str] = set()
    for at, item in enumerate(entry.items):
        if item.id in seen:
            yield ("items", at, "id"), f"item {item.id} is defined twice", "give it another id"
        seen.add(item.id)
        for name in (item.id, *item.aliases):
            yield from claim(("items", at), name, item.id)
    technologies = entry.inventory.technologies if entry.inventory else []
    for at, technology in enumerate(technologies):
        for name in (technology.id, f"{technology.id}_change"):
            yield from claim(("inventory", "technologies", at), name, name)


def _item_problems(entry: InstrumentFile) -> Iterator[Problem]:
    sections = [section.id for section in entry.sections]
    for at, item in enumerate(entry.items):
        if item.scale not in entry.scales:
            hint = did_you_mean(item.scale, entry.scales, f"known: {', '.join(entry.scales)}")
            yield ("items", at, "scale"), f"item {item.id}: no scale {item.scale!r}", hint
        if item.section and item.section not in sections:
            hint = did_you_mean(item.section, sections, f"known: {', '.join(sections) or 'none'}")
            yield ("items", at, "section"), f"item {item.id}: no section {item.section!r}", hint


def _measure_problems(entry: InstrumentFile) -> Iterator[Problem]:
    items = {item.id: item for item in entry.items}
    kinds = {measure.id: measure.kind for measure in entry.measures}
    defined: set[str] = set()
    for at, measure in enumerate(entry.measures):
        place: Place = ("measures", at)
        if measure.id in defined:
            yield (*place, "id"), f"measure {measure.id} is defined twice", "give it another id"
        if measure.id in items:
            text = f"{measure.id} is both an item and a measure"
            yield (*place, "id"), text, "give the measure another id"
        if len(set(measure.of)) != len(measure.of):
            yield (*place, "of"), f"measure {measure.id} counts something twice", "name each once"
        yield from _parts_problems(place, measure, items, kinds, defined)
        yield from _shape_problems(place, measure)
        yield from _range_problems(place, measure, items, entry)
        defined.add(measure.id)


def _parts_problems(
    place: Place,
    measure: MeasureEntry,
    items: Mapping[str, object],
    kinds: Mapping[str, str],
    defined: set[str],
) -> Iterator[Problem]:
    """What a measure is made of must exist, be of a fitting kind, and come before it."""
    simple = [name for name, kind in kinds.items() if kind in ("facet", "index")]
    allowed = {
        "facet": list(items),
        "index": simple,
        "pair": [*items, *simple],
        "ambidexterity": [*items, *simple],
    }[measure.kind]
    for at, part in enumerate(measure.of):
        spot = (*place, "of", at)
        if part not in allowed:
            hint = did_you_mean(part, allowed, "a facet is of items, an index of facets or indices")
            yield spot, f"{measure.kind} {measure.id}: cannot be of {part!r}", hint
        elif part in kinds and part not in items and part not in defined:
            hint = f"move {part} above {measure.id}"
            yield spot, f"{measure.kind} {measure.id}: {part} must be defined before it", hint


def _range_problems(
    place: Place, measure: MeasureEntry, items: Mapping[str, ItemEntry], entry: InstrumentFile
) -> Iterator[Problem]:
    """A facet is a mean of answers, which must run over the same range."""
    if measure.kind != "facet":
        return
    ranges = {
        (scale.codes[0], scale.codes[-1])
        for part in measure.of
        if part in items and (scale := entry.scales.get(items[part].scale))
    }
    if len(ranges) > 1:
        shown = " and ".join(f"{low} to {high}" for low, high in sorted(ranges))
        text = f"facet {measure.id} has items on scales that run from {shown}"
        yield (*place, "of"), text, "make a facet per scale, and an index of the facets"


def _shape_problems(place: Place, measure: MeasureEntry) -> Iterator[Problem]:
    two = measure.kind in ("pair", "ambidexterity")
    if two and len(measure.of) != 2:
        text = f"{measure.kind} {measure.id} is of {len(measure.of)}"
        yield (*place, "of"), text, "name exactly two items or two measures"
    if measure.kind != "index" and (measure.weights or measure.aggregation != "arithmetic"):
        text = f"{measure.kind} {measure.id} has weights or an aggregation"
        yield place, text, "only an index takes them"
    if measure.weights and len(measure.weights) != len(measure.of):
        text = f"index {measure.id}: {len(measure.weights)} weights for {len(measure.of)} measures"
        yield (*place, "weights"), text, "give one weight per measure"
