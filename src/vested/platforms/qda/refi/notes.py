"""What the reader of a REFI-QDA project should know of it: in counts, and names of codes.

A source's name may be a person's, so it is in no note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from vested.platforms.qda import Segment
from vested.platforms.qda.offsets import CODE_POINTS, Placed, Reading
from vested.platforms.qda.refi.elements import Document, Raw

_SHOWN = 5


@dataclass(slots=True)
class Seen:
    """What was met with while a project was put together."""

    fits: int = 0
    unsaid: int = 0
    outside: int = 0
    nowhere: int = 0
    elsewhere: Counter[Reading] = field(default_factory=Counter)
    """Passages that fit only under another reading."""
    converted: Counter[Reading] = field(default_factory=Counter)
    """Sources whose offsets were converted by a reading that explains all of them."""
    mixed: int = 0
    """Sources in which no reading explains all passages."""
    without_text: int = 0
    too_long: int = 0
    from_word: int = 0
    encodings: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    """Passages by kind of source that is no text."""
    whole: int = 0
    without_code: int = 0
    in_memos: int = 0
    lost_codes: Counter[str] = field(default_factory=Counter)
    """Codings by the id of a code that there is not."""
    same_codes: list[str] = field(default_factory=list)
    same_sources: int = 0
    lost_users: int = 0
    lost_sources: int = 0
    lost_variables: int = 0
    cases_by_code: int = 0
    several_values: int = 0

    def placed(self, source: Document, found: Placed) -> None:
        """Count what came of the offsets of one source."""
        self.fits += found.fits
        self.unsaid += found.unsaid
        self.outside += found.outside
        self.nowhere += found.nowhere
        self.elsewhere.update(found.elsewhere)
        if found.reading is None:
            self.mixed += 1
        elif found.reading != CODE_POINTS and source.selections:
            self.converted[found.reading] += 1

    def not_text(self, source: Document) -> None:
        if source.selections:
            self.others[source.kind] += len(source.selections)

    def references(self, raw: Raw, segments: Sequence[Segment], known: Set[str]) -> None:
        """Find codings of codes that there are not, and ids that stand for two."""
        self.without_code, self.in_memos = raw.without_code, raw.in_memos
        self.lost_codes.update(each.code for each in segments if each.code not in known)
        count = Counter(code.id for code in raw.codes)
        self.same_codes += [code.name for code in raw.codes if count[code.id] > 1]
        count = Counter(source.guid for source in raw.sources)
        self.same_sources = sum(times for times in count.values() if times > 1)


def notes(seen: Seen, name: str) -> Iterator[str]:
    """The notes, those on offsets first."""
    for told in (*_offsets(seen), *_sources(seen), *_references(seen)):
        yield f"{name}: {told}"


def _offsets(seen: Seen) -> Iterator[str]:
    said = seen.fits + seen.elsewhere.total() + seen.nowhere
    if seen.elsewhere or seen.nowhere:
        parts = [f"{seen.fits:,} fit as code points"]
        parts += [f"{n:,} only as {by.words}" for by, n in seen.elsewhere.most_common()]
        parts += [f"{seen.nowhere:,} not at all"] if seen.nowhere else []
        yield f"offsets of {said:,} passages whose words the file repeats: {', '.join(parts)}."
    for reading, count in seen.converted.most_common():
        yield (
            f"the offsets of {_many(count, 'source')} were converted to code points from "
            f"{reading.words}, which explains all that can be checked."
        )
    if seen.mixed:
        yield (
            f"in {_many(seen.mixed, 'source')} no reading explains all offsets; each passage "
            "stands where its own words are, and without offsets where they are not found."
        )
    if seen.outside:
        yield (
            f"{_many(seen.outside, 'passage')} without offsets: they are no numbers, or lie "
            "outside the text."
        )
    if seen.unsaid:
        yield (
            f"the offsets of {_many(seen.unsaid, 'passage')} were taken as they are: the file does "
            "not repeat the words, so nothing tells whether they fit."
        )


def _sources(seen: Seen) -> Iterator[str]:
    if seen.without_text:
        yield (
            f"{_many(seen.without_text, 'source')} without a text in the file, so offsets "
            "there could not be checked."
        )
    if seen.too_long:
        yield f"{_many(seen.too_long, 'text')} too long to be read."
    if seen.from_word:
        yield f"{_many(seen.from_word, 'text')} read from Word documents, a paragraph a line."
    for encoding, count in seen.encodings.most_common():
        yield f"{_many(count, 'text')} read as {encoding}, since not in UTF-8."
    for kind, count in seen.others.most_common():
        yield f"{_many(count, 'passage')} of {kind} sources: the codings are kept without offsets."


def _references(seen: Seen) -> Iterator[str]:
    if seen.lost_codes:
        yield (
            f"{_many(seen.lost_codes.total(), 'coding')} of codes that are not in the codebook: "
            f"{_named([guid or 'no id' for guid, _ in seen.lost_codes.most_common()])}."
        )
    if seen.same_codes:
        yield f"codes that share an id, and cannot be told apart: {_named(seen.same_codes)}."
    for count, word, told in (
        (seen.same_sources, "source", "sharing an id, which cannot be told apart"),
        (seen.without_code, "coding", "left out that name no code"),
        (seen.whole, "coding", "of whole sources, without offsets"),
        (seen.in_memos, "coding", "of memos left out: they are no sources"),
        (seen.lost_users, "coder", "named by an id only, since not among the users"),
        (seen.lost_sources, "reference", "of cases or sets to sources that there are not"),
        (seen.lost_variables, "value", "of variables that there are not, left out"),
        (seen.cases_by_code, "case", "with codes of their own, which are not used"),
        (seen.several_values, "variable", "of sources with several values, joined by semicolons"),
    ):
        if count:
            yield f"{_many(count, word)} {told}."


def _many(count: int, word: str) -> str:
    """A number of things.

    >>> _many(1, "source"), _many(1200, "passage")
    ('1 source', '1,200 passages')
    """
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(name[:60]) for name in names[:_SHOWN]) + more
