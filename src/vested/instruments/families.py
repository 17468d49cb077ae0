"""Families of response labels, as questionnaires in ten languages word them.

Each file in `scale_families` is one family. A scale of an instrument can name a family in place of
writing labels, and the answers in a column can be recognised as those of one. Labels are matched
exactly after `same`, so within one scale no label stands for two places, in whatever language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vested.model import Scale
from vested.spelling import same

if TYPE_CHECKING:
    from vested.instruments.schema import ScaleEntry

_FOLDER = Path(__file__).parent / "scale_families"
_NO_ANSWER = "missing"
_ZERO_BASED = 11
"""Eleven points are numbered as people know them, from 0 to 10."""


@dataclass(frozen=True, slots=True)
class Family:
    """One kind of response scale with each number of points it is used with."""

    name: str
    labels: Mapping[int, Mapping[str, tuple[str, ...]]]
    """Points, then language, to the labels from low to high."""
    alternatives: Mapping[int, Mapping[str, tuple[tuple[str, ...], ...]]]
    """The same, to what else is read as each label."""
    sources: Mapping[str, str]
    """Per language where the labels were found, or that they are our own translation."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the answer texts of a column turned out to be."""

    family: str
    points: int
    languages: tuple[str, ...]
    positions: Mapping[str, int]
    """Each answer text, as it was given, to its place from low (0) to high."""
    missing: frozenset[str]
    """Those of the texts that mean: no answer."""


def names() -> tuple[str, ...]:
    """The families there are, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml") if path.stem != _NO_ANSWER))


@cache
def family(name: str) -> Family:
    """The family of one of `names`."""
    content = _load(name)
    points = sorted(next(iter(content.values()))["scales"])
    alternatives: dict[int, dict[str, tuple[tuple[str, ...], ...]]] = {n: {} for n in points}
    labels: dict[int, dict[str, tuple[str, ...]]] = {n: {} for n in points}
    for language, entry in content.items():
        for n, rows in entry["scales"].items():
            labels[n][language] = tuple(rows[0])
            alternatives[n][language] = tuple(
                _others(column, entry.get("also", {})) for column in zip(*rows, strict=True)
            )
    sources = {language: entry["source"] for language, entry in content.items()}
    return Family(name, labels, alternatives, sources)


def _others(column: tuple[str, ...], also: Mapping[str, list[str]]) -> tuple[str, ...]:
    """What is read as the first of the labels that stand at one place, without that label."""
    spellings = {same(text): text for label in column for text in (*also.get(label, ()), label)}
    del spellings[same(column[0])]
    return tuple(spellings.values())


@cache
def missing_labels() -> Mapping[str, tuple[str, ...]]:
    """Per language the labels that mean: no answer."""
    return {
        language: tuple(label for reason in reasons.values() for label in reason)
        for language, (_, reasons) in _missing().items()
    }


@cache
def missing_reasons() -> Mapping[str, str]:
    """Each label that means no answer, normalised by `same`, to what it says (`don't know`)."""
    return {
        same(label): reason
        for _, reasons in _missing().values()
        for reason, labels in reasons.items()
        for label in labels
    }


@cache
def missing_sources() -> Mapping[str, str]:
    """Per language where the labels that mean no answer were found."""
    return {language: source for language, (source, _) in _missing().items()}


def _missing() -> dict[str, tuple[str, dict[str, list[str]]]]:
    return {
        language: (entry["source"], {key: value for key, value in entry.items() if key != "source"})
        for language, entry in _load(_NO_ANSWER).items()
    }


def _load(name: str) -> dict[str, Any]:
    from ruamel.yaml import YAML

    content: dict[str, Any] = YAML(typ="safe").load(_FOLDER / f"{name}.yaml")
    return content


def scale_of(key: str, entry: ScaleEntry) -> Scale:
    """The scale that an entry of an instrument file stands for, with what its family adds.

    Labels or missing labels that the entry gives in a language take the place of the family's in
    that language. The family and its points must exist.
    """
    codes = tuple(entry.codes)
    given = {language: tuple(labels) for language, labels in entry.labels.items()}
    missing = {language: tuple(labels) for language, labels in entry.missing.items()}
    if not entry.family:
        return Scale(key, codes, given, missing, tuple(entry.missing_codes))
    found = family(entry.family)
    others = found.alternatives[entry.points].items()
    return Scale(
        key,
        codes or default_codes(entry.points),
        {**found.labels[entry.points], **given},
        {**missing_labels(), **missing},
        tuple(entry.missing_codes),
        {language: spellings for language, spellings in others if language not in given},
    )


def default_codes(points: int) -> tuple[int, ...]:
    """The codes of a scale that names none: from 1, or from 0 to 10."""
    first = 0 if points == _ZERO_BASED else 1
    return tuple(range(first, first + points))


def recognise(labels: Collection[str]) -> Recognised | None:
    """The family, points and languages that the distinct answer texts of a column come from.

    Texts that mean no answer are put apart. Where more than one scale has all the others, the one
    of which every label was seen is taken; with three points only if these are the ends of the
    larger scales as well, since Disagree, Neutral and Agree may be the middle of five. None where
    no scale has all texts, where they could stand for different places, and where fewer than three
    (of a two-point scale: two) different ones were seen.
    """
    reasons = missing_reasons()
    spelled = {label: same(label) for label in labels if same(label)}
    missing = frozenset(label for label, key in spelled.items() if key in reasons)
    answers = {label: key for label, key in spelled.items() if label not in missing}
    fits = list(_fits(frozenset(answers.values())))
    best = _best(fits)
    if best is None:
        return None
    name, points, languages, places = best
    positions = {label: places[key] for label, key in answers.items()}
    return Recognised(name, points, languages, positions, missing)


_Fit = tuple[str, int, tuple[str, ...], Mapping[str, int]]
"""Family, points, languages, and the place of each normalised text."""


def _fits(keys: frozenset[str]) -> Iterator[_Fit]:
    for name, points in _scales():
        known = vocabulary(name, points)
        languages = _languages(keys, known)
        places = {
            key: known[language][key]
            for language in languages
            for key in keys & known[language].keys()
        }
        seen = len(set(places.values()))
        # Numbers say nothing by themselves: 0 to 10 counts only with every label there.
        enough = points if any(key.isdecimal() for key in keys) else min(points, 3)
        if languages and seen >= enough:
            yield name, points, languages, places


def _languages(keys: frozenset[str], known: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """The languages in which the texts are: each that has them all, else those that have to be.

    Two spellings of one place in one language are two answers of some other scale.
    """
    apart = [
        language
        for language, places in known.items()
        if (here := keys & places.keys()) and len({places[key] for key in here}) == len(here)
    ]
    whole = tuple(language for language in apart if keys <= known[language].keys())
    if whole:
        return whole
    holders = {key: [language for language in apart if key in known[language]] for key in keys}
    needed = {found[0] for found in holders.values() if len(found) == 1}
    if all(needed & set(found) for found in holders.values()):
        return tuple(language for language in apart if language in needed)
    return ()


def _best(fits: list[_Fit]) -> _Fit | None:
    """The one scale that is meant; the first of those that come to the same."""
    if not fits or all(places == fits[0][3] for _, _, _, places in fits):
        return fits[0] if fits else None
    complete = [fit for fit in fits if len(set(fit[3].values())) == fit[1]]
    if not complete or any(places != complete[0][3] for _, _, _, places in complete):
        return None
    at_the_ends = all({0, points - 1} <= set(places.values()) for _, points, _, places in fits)
    return complete[0] if complete[0][1] > 3 or at_the_ends else None


@cache
def vocabulary(name: str, points: int) -> Mapping[str, Mapping[str, int]]:
    """Language, text normalised by `same`, and place, of all that is read on one scale."""
    known = family(name)
    others = known.alternatives[points]
    return {
        language: {
            same(text): at
            for at, label in enumerate(row)
            for text in (label, *others[language][at])
        }
        for language, row in known.labels[points].items()
    }


def _scales() -> list[tuple[str, int]]:
    """Every family with each of its points, the fewest points first."""
    found = [(name, points) for name in names() for points in family(name).labels]
    return sorted(found, key=lambda scale: scale[1])
