"""What must fit together in an instrument beyond the form of each entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vested.errors import did_you_mean
from vested.instruments.families import family, names, scale_of
from vested.instruments.schema import InstrumentFile, ItemEntry, MeasureEntry, ScaleEntry
from vested.model import Scale
from vested.spelling import same

Place = tuple[str | int, ...]
Problem = tuple[Place, str, str]
"""Where in the file, what is wrong, what to do."""


def problems(entry: InstrumentFile) -> list[Problem]:
    """Everything that does not fit together, in no particular order; empty where all does."""
    found: list[Problem] = []
    places: dict[Place, ScaleEntry] = {("scales", name): s for name, s in entry.scales.items()}
    if entry.inventory:
        places["inventory", "stages"] = entry.inventory.stages
        places["inventory", "changes"] = entry.inventory.changes
    ranges: dict[str, tuple[int, int]] = {}
    for place, scale in places.items():
        if unknown := _family_problems(place, scale):
            found += unknown
            continue
        found += _scale_problems(place, scale)
        codes = scale_of("", scale).codes
        ranges[str(place[-1])] = codes[0], codes[-1]
    found += _column_problems(entry)
    found += _item_problems(entry)
    found += _measure_problems(entry, ranges)
    return found


def _family_problems(place: Place, entry: ScaleEntry) -> list[Problem]:
    """What keeps a scale from being known at all: without codes, or of a family there is not."""
    if entry.family and entry.family in names():
        return list(_point_problems(place, entry))
    where = ".".join(map(str, place))
    if entry.family:
        hint = did_you_mean(entry.family, names(), f"known: {', '.join(names())}")
        return [((*place, "family"), f"{where}: there is no family {entry.family!r}", hint)]
    if entry.points:
        hint = f"add family: ({', '.join(names())}), or leave points out"
        return [((*place, "points"), f"{where} has points but no family", hint)]
    return [] if entry.codes else [(place, f"{where}.codes is missing", "add codes:")]


def _point_problems(place: Place, entry: ScaleEntry) -> Iterator[Problem]:
    known = list(family(entry.family).labels)
    hint = f"it has {', '.join(map(str, known))}"
    if not entry.points:
        yield (*place, "family"), f"family {entry.family} needs points", hint
    elif entry.points not in known:
        near = min(known, key=lambda points: abs(points - entry.points))
        text = f"family {entry.family} has no scale of {entry.points} points"
        yield (*place, "points"), text, f"the nearest is {near}; {hint}"
    elif entry.codes and len(entry.codes) != entry.points:
        text = f"{len(entry.codes)} codes for {entry.points} points"
        yield (*place, "codes"), text, "give one code per point, or leave codes out"


def _scale_problems(place: Place, entry: ScaleEntry) -> Iterator[Problem]:
    scale = scale_of("", entry)
    codes = list(scale.codes)
    if sorted(set(codes)) != codes:
        yield (*place, "codes"), f"codes {codes} are not in rising order", "list them low to high"
    if clash := sorted(set(codes) & set(scale.missing_codes)):
        text = f"{clash} stand both under codes and under missing_codes"
        yield (*place, "missing_codes"), text, "a code is an answer or a missing one, not both"
    if max(map(abs, codes)) > 10_000:
        yield (*place, "codes"), "codes beyond ±10000", "use small whole numbers"
    wrong = {language for language, labels in scale.labels.items() if len(labels) != len(codes)}
    for language in wrong:
        text = f"{len(scale.labels[language])} labels in {language} for {len(codes)} codes"
        yield (*place, "labels", language), text, "give one label per code, in their order"
    meaning: dict[str, tuple[object, str]] = {}
    for where, language, label, code in _texts(entry, scale):
        if language not in wrong:
            yield from _label_problem((*place, *where), meaning, label, code, language)
        if entry.family and label.isdecimal() and int(label) != code:
            text = f"label {label!r} of family {entry.family} cannot mean {code}"
            yield (*place, "codes"), text, "leave codes out: they are 0 to 10"


def _texts(entry: ScaleEntry, scale: Scale) -> Iterator[tuple[Place, str, str, object]]:
    """Every text of a scale: where it is, its language, and what it means.

    Those of the family come first, so that where two clash the entry's own is named.
    """
    for own in (False, True):
        for language, labels in scale.labels.items():
            where: Place = ("labels", language) if language in entry.labels else ("family",)
            others = scale.alternatives.get(language, ((),) * len(labels))
            if (language in entry.labels) is own:
                for code, label, spellings in zip(scale.codes, labels, others, strict=False):
                    for text in (label, *spellings):
                        yield where, language, text, code
        for language, labels in scale.missing.items():
            where = ("missing", language) if language in entry.missing else ("family",)
            if (language in entry.missing) is own:
                for text in labels:
                    yield where, language, text, "missing"


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
    owners: dict[str, str] = {}

    def claim(place: Place, name: str, owner: str) -> Iterator[Problem]:
        earlier = owners.setdefault(same(name), owner)
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


def _measure_problems(
    entry: InstrumentFile, ranges: Mapping[str, tuple[int, int]]
) -> Iterator[Problem]:
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
        yield from _range_problems(place, measure, items, ranges)
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
    place: Place,
    measure: MeasureEntry,
    items: Mapping[str, ItemEntry],
    ranges: Mapping[str, tuple[int, int]],
) -> Iterator[Problem]:
    """A facet is a mean of answers, which must run over the same range."""
    if measure.kind != "facet":
        return
    found = {
        ranges[items[part].scale]
        for part in measure.of
        if part in items and items[part].scale in ranges
    }
    if len(found) > 1:
        shown = " and ".join(f"{low} to {high}" for low, high in sorted(found))
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
