"""Who speaks: the ways in which transcripts put a name before words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

TIME = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"

_LONGEST = 40
_OFTEN = 3
_SHARE = 0.3
_LABELS = (
    r"(?P<name>SPEAKER[_ ]\d+)\s*[:\-–]?\s+(?P<text>.*)",
    r"[\[(](?P<boxed>[^\[\]()]{1,40})[\])]\s*:?\s*(?P<text>\S.*)",
    r"(?P<name>[^:：\t]{1,40}?)\s*[:：](?!//|(?<=\d:)\d)\s*(?P<text>.*)",
)
_LABEL = tuple(re.compile(each, re.DOTALL) for each in _LABELS)
_CELL = re.compile(r"(?P<name>[^:\t]{1,40}?)\t+(?P<text>\S.*)", re.DOTALL)
_PARTICLES = frozenset(
    (
        *("van", "de", "den", "der", "ter", "ten", "von", "zu", "zum", "le", "la", "les", "du"),
        *("des", "da", "di", "del", "e", "y", "el", "bin", "al", "and", "und", "en", "et"),
    )
)
_NO_NAMES = frozenset(
    (
        *("music", "musik", "muziek", "musique", "applause", "laughter", "laughing", "laughs"),
        *("inaudible", "unintelligible", "silence", "pause", "crosstalk", "noise", "background"),
        *("blank_audio", "note", "notes", "example", "date", "datum", "time", "tijd", "zeit"),
        *("heure", "place", "location", "plaats", "ort", "lieu", "duration", "duur", "dauer"),
        *("durée", "participants", "deelnemers", "teilnehmer", "present", "aanwezig", "subject"),
        *("onderwerp", "file", "recording", "transcript", "language", "taal", "project"),
    )
)
"""Sounds, and what stands in the head of a transcript."""
_WORD = re.compile(r"[^\W_][\w.'’\-]*|\(\w[\w .]*\)|\d+")


class Label(NamedTuple):
    """A name that stands before words, perhaps."""

    name: str
    text: str
    boxed: bool = False
    """Whether it stands in brackets, as sounds do too."""


def label(line: str) -> Label | None:
    """What may be the name of a speaker, and the words behind it."""
    for pattern in _LABEL:
        found = pattern.fullmatch(line)
        if found is None:
            continue
        groups = found.groupdict()
        name = " ".join((groups.get("name") or groups["boxed"]).split())
        boxed = groups.get("name") is None
        if re.fullmatch(TIME, name) or (boxed and not is_name(name)):
            continue
        return Label(name, found["text"].strip(), boxed)
    return None


def cell(line: str) -> Label | None:
    """The same for two cells of a table, or what stands on both sides of a tab."""
    found = _CELL.fullmatch(line)
    return Label(" ".join(found["name"].split()), found["text"].strip()) if found else None


def is_name(text: str) -> bool:
    """Whether words are written as names are.

    >>> [is_name(n) for n in ("Ann van der Berg", "R2", "SPEAKER_00", "By the way", "Music")]
    [True, True, True, False, False]
    """
    words = text.split()
    if not words or len(text) > _LONGEST or len(words) > 6 or text.casefold() in _NO_NAMES:
        return False
    if words[0][0].isdigit() or not all(_WORD.fullmatch(word) or word == "&" for word in words):
        return bool(re.fullmatch(r"SPEAKER_\d+", text))
    return all(not word.lstrip("(")[0].islower() or word in _PARTICLES for word in words) and not (
        words[0][0].islower()
    )


def known(labels: Collection[Label], lines: int) -> set[str]:
    """The labels in so many lines that are speakers.

    What is written as a name is one where it comes again, or where names stand before many of the
    lines; in small letters (`interviewer: …`) where it is short and comes again and again; and in
    brackets in any case.
    """
    counts = Counter(each.name for each in labels)
    named = sum(number for name, number in counts.items() if is_name(name))
    often = named >= _SHARE * lines
    boxed = {each.name for each in labels if each.boxed}
    return boxed | {
        name
        for name, number in counts.items()
        if (is_name(name) and (number > 1 or often))
        or (number >= _OFTEN and len(name.split()) <= 2)
    }


def seconds(time: str) -> float:
    """A time as seconds: hours, minutes, seconds, or the last two.

    >>> seconds("1:02:03,5"), seconds("02:03.250")
    (3723.5, 123.25)
    """
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)
