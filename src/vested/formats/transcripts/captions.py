"""Captions: WebVTT, SubRip (.srt) and SubViewer of YouTube (.sbv).

A voice is `<v Name>` (Teams), `Name: words` (Zoom), `[Name] words`, `SPEAKER_00 words`, or a name
alone on the first line where nearly all cues begin so. A cue without a name goes on with the
speaker before it where the file writes `Name:`, since such files name the speaker when another
begins; elsewhere nobody knows who speaks. A dash at the beginning of a line is a change of speaker.

Captions that roll up repeat the line before, and live captions what they said so far. Where a file
does so throughout (three in ten cues, or times within the lines), words that a cue repeats from the
end of the one before are counted once.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from vested.formats.transcripts import Turn
from vested.formats.transcripts.speakers import TIME, is_name, known, label, seconds

_ARROW = re.compile(rf"\s*(?P<start>{TIME})\s*-->\s*(?P<end>{TIME})(?:\s.*)?")
_COMMA = re.compile(
    r"(?P<start>\d{1,3}:\d{2}:\d{2}\.\d{1,3}),(?P<end>\d{1,3}:\d{2}:\d{2}\.\d{1,3})\s*"
)
_BROKEN = re.compile(r".*-->.*|\d+:\d+:[\w.]+,\d+:\d+:[\w.]+")
_ASIDE = re.compile(r"(NOTE|STYLE|REGION)(\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s(?P<name>[^<>]+)>")
_INNER_TIME = re.compile(rf"<{TIME}>")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_SIGN = re.compile(r"\w")
_DASH = re.compile(r"[-–—]\s*(?=\S)")
_ROLLING = 0.3
_SEVERAL = 3
_HEADED = 0.8
_REACH = 200


@dataclass(frozen=True, slots=True)
class _Cue:
    """A caption as it stands in the file."""

    start: float | None
    end: float | None
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one speaker says in one caption."""

    speaker: str
    words: Sequence[str]
    start: float | None
    end: float | None
    changes: bool = False
    """Whether another speaker begins here, even if nobody says who."""


def kind(lines: Sequence[str]) -> str:
    """What captions the lines are, nothing where no line is a time."""
    if lines and lines[0].startswith("WEBVTT"):
        return "WebVTT captions" if any(map(_ARROW.fullmatch, lines)) else ""
    for line in lines:
        if found := _ARROW.fullmatch(line):
            return "SubRip captions" if "," in found["start"] else "WebVTT captions"
        if _COMMA.fullmatch(line):
            return "SubViewer captions"
    return ""


def turns(lines: Sequence[str], name: str) -> tuple[tuple[Turn, ...], list[str]]:
    """The turns in captions, and notes."""
    notes: list[str] = []
    cues = list(_cues(lines, notes, name))
    pieces = _pieces(cues)
    within = any(_INNER_TIME.search(line) for cue in cues for line in cue.lines)
    pairs = list(itertools.pairwise(pieces))
    repeating = sum(_repeated(one.words, other.words) > 0 for one, other in pairs)
    if within or repeating >= max(_SEVERAL, _ROLLING * len(pairs)):
        before = sum(len(piece.words) for piece in pieces)
        pieces = _once(pieces)
        repeated = before - sum(len(piece.words) for piece in pieces)
        if repeated:
            notes.append(f"{name}: words that captions repeat, counted once: {repeated:,}.")
    silent = sum(not piece.speaker for piece in pieces)
    if silent:
        notes.append(f"{name}: captions that do not say who speaks: {silent:,} of {len(pieces):,}.")
    return tuple(_joined(pieces)), notes


# --- the file -----------------------------------------------------------------------------------


def _cues(lines: Sequence[str], notes: list[str], name: str) -> Iterator[_Cue]:
    """The captions; words of which the time is missing or broken come without one."""
    broken = missing = 0
    for block in _blocks(lines):
        places = [at for at, line in enumerate(block) if _is_time(line)]
        # What stands right above a time is the id of the caption.
        above = block[: places[0]][:-1] if places else block[block[0].strip().isdigit() :]
        if above:
            missing += 1
            yield _Cue(None, None, above)
        for at, after in itertools.pairwise([*places, len(block)]):
            words = block[at + 1 : after]
            if after < len(block) and words and words[-1].strip().isdigit():
                words = words[:-1]
            start, end = _times(block[at])
            broken += start is None
            yield _Cue(start, end, words)
    for number, what in ((broken, "whose time cannot be read"), (missing, "without a time")):
        if number:
            notes.append(f"{name}: captions {what}: {number:,}; their words were kept.")


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """What stands between blank lines, without the head of the file, comments and styles."""
    block: list[str] = []
    head = bool(lines) and lines[0].startswith("WEBVTT")
    for line in itertools.chain(lines, [""]):
        head = head and bool(line.strip()) and not _ARROW.fullmatch(line)
        if head:
            continue
        if line.strip():
            block.append(line)
        elif block:
            if not _ASIDE.match(block[0]):
                yield block
            block = []


def _is_time(line: str) -> bool:
    return bool(_ARROW.fullmatch(line) or _COMMA.fullmatch(line) or _BROKEN.fullmatch(line))


def _times(line: str) -> tuple[float | None, float | None]:
    found = _ARROW.fullmatch(line) or _COMMA.fullmatch(line)
    if found is None:
        return None, None
    start, end = seconds(found["start"]), seconds(found["end"])
    return (start, end) if start <= end else (None, None)


# --- who speaks ---------------------------------------------------------------------------------


def _pieces(cues: Sequence[_Cue]) -> list[_Piece]:
    plain = [[_plain(line) for line in cue.lines] for cue in cues]
    labels = [found for lines in plain for line in lines if (found := label(_undashed(line)))]
    names = known(labels, sum(map(len, plain)))
    headed = [len(lines) > 1 and is_name(lines[0].strip("()")) for lines in plain if lines]
    above = sum(headed) >= _HEADED * len(headed)
    goes_on = any(not each.boxed and each.name in names for each in labels)
    pieces: list[_Piece] = []
    for cue, lines in zip(cues, plain, strict=True):
        said = _voices("\n".join(cue.lines)) or _named(lines, names, above)
        for speaker, text, changes in said:
            words = text.split()
            if not any(map(_SIGN.search, words)):
                continue
            who = speaker
            if not who and goes_on and pieces and not changes:
                who = pieces[-1].speaker
            pieces.append(_Piece(who, words, cue.start, cue.end, changes))
    return pieces


def _plain(line: str) -> str:
    return " ".join(unescape(_TAG.sub("", line)).split())


def _undashed(line: str) -> str:
    return _DASH.sub("", line, count=1) if _DASH.match(line) else line


def _voices(text: str) -> list[tuple[str, str, bool]]:
    """The words of each voice that has a tag, nothing where none has."""
    first, *rest = _VOICE.split(text)
    if not rest:
        return []
    said = [("", _plain(first), False)]
    for name, words in zip(rest[::2], rest[1::2], strict=True):
        said.append((" ".join(unescape(name).split()), _plain(words), False))
    return said


def _named(lines: Sequence[str], names: set[str], above: bool) -> list[tuple[str, str, bool]]:
    """The words of each speaker in a caption: a name or a dash begins another."""
    said: list[tuple[str, list[str], bool]] = []
    if above and len(lines) > 1 and is_name(lines[0].strip("()")):
        said.append((lines[0].strip("()"), [], False))
        lines = lines[1:]
    for line in lines:
        rest = _undashed(line)
        found = label(rest)
        if found and found.name in names:
            said.append((found.name, [found.text], False))
        elif rest != line:
            said.append(("", [rest], True))
        elif said:
            said[-1][1].append(line)
        else:
            said.append(("", [line], False))
    return [(speaker, " ".join(words), changes) for speaker, words, changes in said]


# --- words --------------------------------------------------------------------------------------


def _repeated(before: Sequence[str], words: Sequence[str]) -> int:
    """How many words a caption repeats from the end of what stood before.

    Fewer than three are a coincidence, where they are not all that either says.
    """
    for number in range(min(len(before), len(words), _REACH), 0, -1):
        if before[-number] == words[0] and before[-number:] == words[:number]:
            whole = number in (len(before), len(words))
            return number if number >= _SEVERAL or whole else 0
    return 0


def _once(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The captions without the words that they repeat from the one before."""
    kept: list[_Piece] = []
    before: Sequence[str] = ()
    for piece in pieces:
        same = bool(kept) and kept[-1].speaker == piece.speaker and not piece.changes
        number = _repeated(before, piece.words) if same else 0
        if number < len(piece.words):
            kept.append(replace(piece, words=piece.words[number:]))
        elif piece.end is not None:
            kept[-1] = replace(kept[-1], end=piece.end)
        before = piece.words
    return kept


def _joined(pieces: Iterable[_Piece]) -> Iterator[Turn]:
    """One turn for captions that follow each other and have one speaker."""
    turn: list[_Piece] = []
    for piece in pieces:
        if turn and (piece.changes or piece.speaker != turn[0].speaker):
            yield _turn(turn)
            turn = []
        turn.append(piece)
    if turn:
        yield _turn(turn)


def _turn(pieces: Sequence[_Piece]) -> Turn:
    text = " ".join(word for piece in pieces for word in piece.words)
    start, ends = pieces[0].start, [piece.end for piece in pieces if piece.end is not None]
    if start is None or not ends:
        return Turn(pieces[0].speaker, text)
    return Turn(pieces[0].speaker, text, start, max(start, *ends))
