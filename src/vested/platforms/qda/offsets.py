"""Offsets of coded passages against their text: are they code points, or what else explains them?

QDA software disagrees on what a position counts: code points or UTF-16 code units, line ends as
one character or two, a byte order mark or not. Where the file repeats the words of a passage, they
tell. Nothing is trusted that does not fit, and a text is converted as a whole only where one
reading explains all its passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_CUT = ("…", "...")
_UNITS = (("utf-32-le", 4), ("utf-16-le", 2), ("utf-8", 1))
_LONG = 20
"""Characters from which words that stand in the text are a quotation and no label."""
_FAR = 1 << 31
_MOST_SEARCHED = 200_000_000
"""Characters in which words are searched before all that do not fit are held to be labels."""
_MOST_READ = 50_000_000
"""Characters that are gone through in vain before the search for a reading is given up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a position counts."""

    unit: str = "cp"
    """`cp` code points, `utf-16` code units of two bytes, `utf-8` bytes."""
    ends: str = "as is"
    """How line ends count: `as is`, `one` (CRLF as one character), `two` (a lone LF as two)."""
    mark: bool = False
    """Whether positions begin before a byte order mark."""

    @property
    def words(self) -> str:
        """As people read it.

        >>> Reading("utf-16", "two").words
        'UTF-16 code units with line ends of two characters'
        """
        units = {"cp": "code points", "utf-16": "UTF-16 code units", "utf-8": "bytes of UTF-8"}
        ends = {
            "as is": "",
            "one": "line ends of one character",
            "two": "line ends of two characters",
        }
        more = [ends[self.ends]] if ends[self.ends] else []
        more += ["a byte order mark counted"] if self.mark else []
        return units[self.unit] + (f" with {' and '.join(more)}" if more else "")


CODE_POINTS = Reading()


@dataclass(frozen=True, slots=True)
class Span:
    """A passage as the file gives it: its positions, and words that may be its text."""

    start: str
    end: str
    words: str


Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the passages of one text are, and how that was found."""

    places: tuple[Place | None, ...]
    """In code points; None where a passage fits under no reading or lies outside the text."""
    reading: Reading | None
    """What all of them were read by; None where no single reading explains those with words."""
    fits: int = 0
    """Passages whose words stand there in code points."""
    elsewhere: dict[Reading, int] = field(default_factory=dict)
    """Passages whose words stand there under another reading only."""
    nowhere: int = 0
    """Passages whose words stand there under no reading."""
    outside: int = 0
    """Passages whose positions are none, or lie outside the text."""
    unsaid: int = 0
    """Passages without words to compare."""


class Checker:
    """Checks text after text of one project; what explained the last is tried first."""

    def __init__(self) -> None:
        self.last: Reading | None = None
        self._searched = 0
        self._read = 0

    def check(self, text: str, spans: Sequence[Span], otherwise: Reading = CODE_POINTS) -> Placed:
        """Place the passages of a text, without the byte order mark that stood before it.

        `otherwise` is the reading for a text whose passages have no words to tell.
        """
        raw = [_positions(span) for span in spans]
        plain = [_inside(place, len(text)) for place in raw]
        fits, doubtful = [], []
        for at, (span, place) in enumerate(zip(spans, plain, strict=True)):
            if not span.words or raw[at] is None:
                continue
            if place and _is_text(text[slice(*place)], span.words):
                fits.append(at)
            elif _may_be_text(span.words, raw[at]):
                doubtful.append(at)
        if not doubtful:
            if fits or otherwise == CODE_POINTS:
                return _placed(plain, CODE_POINTS, fits=len(fits), said=len(fits))
            return _placed(_converted(otherwise, text, raw), otherwise)
        return self._explained(text, spans, raw, plain, fits, doubtful)

    def _explained(
        self,
        text: str,
        spans: Sequence[Span],
        raw: Sequence[Place | None],
        plain: Sequence[Place | None],
        fits: Sequence[int],
        doubtful: Sequence[int],
    ) -> Placed:
        """Look for a reading under which the words of all passages stand where they should."""
        plainly = set(fits)
        said = {*fits, *doubtful}
        found = dict(self._found(text, spans, raw, plainly, said))
        anywhere = plainly.union(*(true for _, true in found.values()))
        said -= self._labels(text, spans, said - anywhere)
        for reading, (places, true) in found.items():
            if true >= said:
                self.last = reading
                only = {reading: len(said - plainly)}
                return _placed(places, reading, len(fits), only, said=len(said))
        elsewhere: dict[Reading, int] = {}
        mixed = list(plain)
        for at in sorted(said - plainly):
            by = next((by for by, (_, true) in found.items() if at in true), None)
            mixed[at] = found[by][0][at] if by else None
            if by:
                elsewhere[by] = elsewhere.get(by, 0) + 1
        nowhere = len(said) - len(fits) - sum(elsewhere.values())
        one = CODE_POINTS if said == plainly else None
        return _placed(mixed, one, len(fits), elsewhere, nowhere, said=len(said))

    def _found(
        self,
        text: str,
        spans: Sequence[Span],
        raw: Sequence[Place | None],
        plainly: set[int],
        said: set[int],
    ) -> Iterator[tuple[Reading, tuple[Sequence[Place | None], set[int]]]]:
        """Readings that explain more than code points do, until one explains all."""
        for reading in self._readings(text):
            self._read += len(text)
            if self._read > _MOST_READ:
                return
            places = _converted(reading, text, raw)
            true = {
                at
                for at in said
                if (place := places[at]) and _is_text(text[slice(*place)], spans[at].words)
            }
            if true - plainly:
                self._read = 0
                yield reading, (places, true)
            if true == said:
                return

    def _readings(self, text: str) -> Iterator[Reading]:
        """Those that can differ for a text: what was right last, then the simplest first."""
        if self.last:
            yield self.last
        ends = ["as is"]
        ends += ["one"] if "\r\n" in text else []
        ends += ["two"] if text.count("\n") > text.count("\r\n") else []
        units = ["cp"] if text.isascii() else ["cp", "utf-16", "utf-8"]
        for mark in (False, True):
            if mark and units == ["cp"]:
                units = ["cp", "utf-8"]  # the mark itself has three bytes
            for unit in units:
                for end in ends:
                    reading = Reading(unit, end, mark)
                    if reading not in (CODE_POINTS, self.last):
                        yield reading

    def _labels(self, text: str, spans: Sequence[Span], found: set[int]) -> set[int]:
        """Those of passages that fit nowhere whose words are no part of the text, but a name."""
        folded = _folded(text) if found else ""
        labels = set()
        for at in sorted(found):
            self._searched += len(folded)
            wanted = _without_cut(_folded(spans[at].words))
            if self._searched > _MOST_SEARCHED or not wanted or wanted not in folded:
                labels.add(at)
        return labels


def _placed(
    places: Sequence[Place | None],
    reading: Reading | None,
    fits: int = 0,
    elsewhere: dict[Reading, int] | None = None,
    nowhere: int = 0,
    *,
    said: int = 0,
) -> Placed:
    outside = sum(place is None for place in places) - nowhere
    unsaid = len(places) - said - outside
    return Placed(tuple(places), reading, fits, elsewhere or {}, nowhere, outside, unsaid)


def _positions(span: Span) -> Place | None:
    """Positions that could be those of a passage."""
    try:
        start, end = int(span.start), int(span.end)
    except ValueError:
        return None
    return (start, end) if 0 <= start <= end < _FAR else None


def _inside(place: Place | None, length: int) -> Place | None:
    return place if place and place[1] <= length else None


def _folded(text: str) -> str:
    """Attributes of XML have spaces for all white space, and some programs trim them."""
    return " ".join(text.split())


def _without_cut(words: str) -> str:
    for sign in _CUT:
        words = words.removesuffix(sign)
    return words.rstrip()


def _is_text(slice: str, words: str) -> bool:
    """Whether words are those of a passage, or their beginning where they are many or cut."""
    if slice == words or (len(words) >= _LONG and slice.startswith(words)):
        return True
    if slice.lstrip()[:1] != words.lstrip()[:1]:
        return False
    wanted, there = _folded(words), _folded(slice)
    if not wanted:
        return False
    return wanted == there or (
        (len(wanted) >= _LONG or wanted.endswith(_CUT))
        and bool(start := _without_cut(wanted))
        and there.startswith(start)
    )


def _may_be_text(words: str, place: Place | None) -> bool:
    """Whether words can be those of a passage of that length; a short label cannot."""
    if place is None or not words.strip():
        return False
    size = place[1] - place[0]
    if len(words) >= _LONG or words.endswith(_CUT):
        return True
    sizes = {len(words.encode(each, "replace")) // by for each, by in _UNITS}
    ends = sum(map(str.isspace, words))  # some of which may be of one character or of two
    return any(abs(size - each) <= ends for each in sizes)


def _converted(reading: Reading, text: str, raw: Sequence[Place | None]) -> Sequence[Place | None]:
    """Positions of a reading in code points; None where they fall within a character."""
    import numpy as np

    starts = _starts(reading, text)
    wanted = np.array([place or (-1, -1) for place in raw], np.int64).reshape(-1, 2)
    at = np.searchsorted(starts, wanted)
    there = (at <= len(text)) & (starts[np.minimum(at, len(text))] == wanted)
    return [
        (first, last) if known else None
        for (first, last), known in zip(at.tolist(), there.all(axis=1).tolist(), strict=True)
    ]


def _starts(reading: Reading, text: str) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """For each code point of a text, and for its end, the position of a reading."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    width = np.ones(len(codes), np.int8)
    if reading.unit != "cp":
        width += codes > 0xFFFF
    if reading.unit == "utf-8":
        width += (codes > 0x7F).astype(np.int8) + (codes > 0x7FF)
    after = np.zeros(len(codes), bool)
    after[1:] = codes[:-1] == 13
    line_feed = codes == 10
    if reading.ends == "one":
        width[:-1][(line_feed & after)[1:]] = 0
    elif reading.ends == "two":
        width[line_feed & ~after] = 2
    starts = np.zeros(len(codes) + 1, np.int32)
    np.cumsum(width, dtype=np.int32, out=starts[1:])
    if reading.mark:
        starts += 3 if reading.unit == "utf-8" else 1
    return starts
