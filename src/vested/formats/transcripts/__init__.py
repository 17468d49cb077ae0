"""Transcripts of interviews: captions (vtt, srt, sbv), Word documents and plain text as turns.

What a file is tells its content, not its name: lines of times make captions, a Word document is a
zip file with `word/document.xml`, and anything else is text with speakers before their words. Of a
file called .vtt, .srt or .sbv captions are expected, and it is refused where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vested.errors import InputError
from vested.formats.encoding import encoding_of
from vested.formats.source import Source

_LARGEST = 8 << 20
_MOST_LINES = 100_000
_CAPTIONS = (".vtt", ".srt", ".sbv")
_SIGN = re.compile(r"\w")
_ASIDE = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says until another does."""

    speaker: str
    """As the file calls them; nothing where it does not say."""
    text: str
    start: float | None = None
    end: float | None = None
    """In seconds from the beginning of the recording; None where the file has no time."""

    @property
    def words(self) -> int:
        """How many; a dash is no word, nor is what stands in square brackets (`[laughs]`)."""
        return sum(map(bool, map(_SIGN.search, _ASIDE.sub(" ", self.text).split())))


@dataclass(frozen=True, slots=True)
class Transcript:
    """One file: who said what, in order."""

    file: str
    kind: str
    """What it is, in words that can follow "read as": `WebVTT captions`, `a Word document`."""
    turns: tuple[Turn, ...]
    notes: tuple[str, ...] = ()
    """What the reader should know: times that cannot be read, words without a speaker."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much one speaker says."""

    speaker: str
    turns: int
    words: int
    seconds: float | None
    """How long their turns last; None where one has no times."""


def shares(transcript: Transcript) -> tuple[Share, ...]:
    """Turns, words and time of each speaker, in the order in which they first speak."""
    turns: dict[str, list[Turn]] = {}
    for turn in transcript.turns:
        turns.setdefault(turn.speaker, []).append(turn)
    return tuple(
        Share(speaker, len(said), sum(turn.words for turn in said), _seconds(said))
        for speaker, said in turns.items()
    )


def _seconds(turns: Sequence[Turn]) -> float | None:
    total = 0.0
    for turn in turns:
        if turn.start is None or turn.end is None:
            return None
        total += turn.end - turn.start
    return round(total, 3)


def open_transcript(path: str | Path) -> Transcript:
    """The turns in a file.

    Raises `InputError` where it is missing, empty, damaged, no transcript, or far too large.
    """
    path = Path(path)
    name = path.name
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise InputError(f"{name} {what}", "check the path and the spelling of the name")
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{name} is empty", "was the export stopped before it was done?")
    with path.open("rb") as file:
        head = file.read(4)
    packed = head.startswith(b"PK")
    if size > (4 if packed else 1) * _LARGEST:
        raise _too_large(f"{name} has {size >> 20:,} MB")
    from vested.formats.transcripts import captions, docx, prose

    if packed:
        turns, notes = prose.turns(_few(docx.lines(path, name), name), name)
        return _some(Transcript(name, "a Word document", turns, tuple(notes)))
    if head.startswith(b"%PDF") or head == b"\xd0\xcf\x11\xe0":
        raise InputError(f"{name} is no text", "save it as docx or as plain text")
    encoding, warnings = encoding_of(Source(path, name, "text", size, lambda: ""), None)
    text = path.read_text(encoding, "replace").removeprefix("\ufeff")
    lines = _few(text.splitlines(), name)
    kind = captions.kind(lines)
    if kind:
        turns, notes = captions.turns(lines, name)
    elif path.suffix.lower() in _CAPTIONS or (lines and lines[0].startswith("WEBVTT")):
        raise InputError(
            f"{name} holds no captions: no line of it is a time that can be read",
            "download the captions again, or name the file .txt where it is a text",
        )
    else:
        kind = "plain text"
        turns, notes = prose.turns(lines, name)
    return _some(Transcript(name, kind, turns, (*warnings, *notes)))


def _few(lines: list[str], name: str) -> list[str]:
    if len(lines) > _MOST_LINES:
        raise _too_large(f"{name} has {len(lines):,} lines")
    return lines


def _too_large(what: str) -> InputError:
    return InputError(
        f"{what}, more than a transcript",
        "is it the recording? Give the text of it, or save the document without pictures",
    )


def _some(found: Transcript) -> Transcript:
    if not found.turns:
        raise InputError(
            f"{found.file} was read as {found.kind}, and holds no words", "is it the right file?"
        )
    return found
