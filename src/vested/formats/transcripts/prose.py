"""Transcripts as text, from Word or a text file: names before words, times where there are some.

Known are `Name: words`, `[Name] words`, `SPEAKER_00 words`, two cells or a tab between name and
words, all with a time before (`[00:01:02] Name: words`) or behind the name (`Name (1:02): words`);
lines with name and time above the words (Teams, Otter: `Name   0:11`), and lines with two times
above a name above the words (older Teams). A line without a name goes on with the speaker before
it. What stands above the first speaker is a heading, and no words of anybody.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vested.formats.transcripts import Turn
from vested.formats.transcripts.speakers import TIME, Label, cell, is_name, known, label, seconds

_RANGE = re.compile(rf"\[?(?P<start>{TIME})\s*(?:-->|–|-)\s*(?P<end>{TIME})\]?")
_ALONE = re.compile(rf"[\[(]?(?P<start>{TIME})[\])]?")
_ABOVE = re.compile(
    rf"(?P<name>\S.{{0,39}}?)\s+[\[(]?(?P<start>{TIME})(?:\s*(?:-->|–|-)\s*(?P<end>{TIME}))?[\])]?"
)
_BEFORE = re.compile(rf"[\[(]?(?P<start>{TIME})[\])]?\s*[-–]?\s*(?=\S)")
_BEHIND = re.compile(
    rf"(?P<name>[^:\t]{{1,40}}?)\s*[\[(](?P<start>{TIME})[\])]\s*:?\s*(?P<text>.*)"
)


@dataclass(slots=True)
class _Line:
    """A line, and what it may say of speaker and time."""

    text: str
    label: Label | None = None
    start: float | None = None
    end: float | None = None
    above: bool = False
    """Whether the words stand in the lines below."""


@dataclass(slots=True)
class _Said:
    """A turn that goes on."""

    speaker: str
    words: list[str]
    start: float | None
    end: float | None


def turns(lines: Iterable[str], name: str) -> tuple[tuple[Turn, ...], list[str]]:
    """The turns in a text, and notes."""
    read = [_line(text) for line in lines if (text := _spaced(line))]
    _names_below_times(read)
    names = known([each.label for each in read if each.label], len(read))
    names |= {each.label.name for each in read if each.label and each.above}
    said: list[_Said] = []
    heading = 0
    start: float | None = None
    end: float | None = None
    for line in read:
        if line.start is not None:
            start, end = line.start, line.end
        speaker, text = "", line.text
        if line.label and line.label.name in names:
            speaker, text = line.label.name, line.label.text
        elif line.above:
            continue
        elif names and not said:
            heading += 1
            continue
        if said and speaker in ("", said[-1].speaker):
            said[-1].words.append(text)
            said[-1].end = said[-1].end if end is None else end
        else:
            said.append(_Said(speaker, [text], start, end))
        start = end = None
    notes = []
    if heading:
        notes.append(f"{name}: lines above the first speaker, left out: {heading:,}.")
    if said and not names:
        notes.append(f"{name}: nothing says who speaks; all was taken for one turn.")
    return tuple(_turns(said)), notes


def _turns(said: Iterable[_Said]) -> Iterator[Turn]:
    """Those that have words."""
    for each in said:
        text = " ".join(" ".join(each.words).split())
        if text:
            yield Turn(each.speaker, text, each.start, each.end)


def _spaced(line: str) -> str:
    """The line with single spaces and single tabs, which may stand between cells."""
    return re.sub(r" ?\t[\t ]*", "\t", re.sub(r"[^\S\t]+", " ", line)).strip()


def _line(text: str) -> _Line:
    """What one line may be."""
    if found := _RANGE.fullmatch(text):
        return _Line(text, None, seconds(found["start"]), seconds(found["end"]), above=True)
    if found := _ALONE.fullmatch(text):
        return _Line(text, None, seconds(found["start"]), above=True)
    if (found := _ABOVE.fullmatch(text)) and is_name(found["name"]):
        end = seconds(found["end"]) if found["end"] else None
        name = " ".join(found["name"].split())
        return _Line(text, Label(name, ""), seconds(found["start"]), end, above=True)
    if (found := _BEHIND.fullmatch(text)) and is_name(found["name"]):
        return _Line(text, Label(found["name"], found["text"]), seconds(found["start"]))
    start = None
    if found := _BEFORE.match(text):
        start, text = seconds(found["start"]), text[found.end() :]
    return _Line(text, label(text) or cell(text), start)


def _names_below_times(lines: Sequence[_Line]) -> None:
    """Where a line of times stands above each name, that name is a speaker."""
    for one, other in itertools.pairwise(lines):
        if one.above and one.label is None and one.end is not None and is_name(other.text):
            other.label, other.above = Label(other.text, ""), True
