"""QualCoder: the SQLite database `data.qda` in the folder of a project.

Its tables as QualCoder's own code makes them, from database version v1 (QualCoder 1.x) to v17 (4.0
beta, read at commit c3204641 of August 2026): `source` with the text, `code_name` and `code_cat`
(categories; `supercid`, a code under a code, since v16), `code_text`, `code_av` and `code_image`
with the codings and their `owner`, `cases` and `case_text` (which part of which source is a
case's), `attribute` of files and cases, `coder_names` since v14. A column or table that an older
version lacks is read as nothing. No real project was at hand: the tests make theirs with the
statements of that code.

`pos0` and `pos1` count characters of `fulltext`, and `seltext` is a copy of what stood there. Where
they do not agree they are tried as units of UTF-16, in which Qt counts, and else left out. Codings
of pictures and recordings have no place in a text. A coding of a recording that was made together
with one of its transcript (`code_text.avid`) is counted once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vested.platforms.qda import Code, Project, Segment, Source, database
from vested.platforms.qda.cells import counted
from vested.platforms.qda.database import text, whole

_TABLES: database.Tables = {
    "project": ("databaseversion",),
    "source": ("id", "name", "fulltext", "owner"),
    "code_name": ("cid", "name", "memo", "catid", "supercid"),
    "code_cat": ("catid", "name", "memo", "supercatid"),
    "code_text": ("cid", "fid", "seltext", "pos0", "pos1", "owner", "memo", "avid", "important"),
    "code_av": ("avid", "id", "pos0", "pos1", "cid", "owner", "memo", "important"),
    "code_image": ("imid", "id", "cid", "owner", "memo", "important"),
    "cases": ("caseid", "name"),
    "case_text": ("caseid", "fid", "pos0", "pos1"),
    "attribute": ("name", "attr_type", "value", "id"),
    "coder_names": ("name",),
}
_NEEDED = ("project", "source", "code_name", "code_text")
_MOST_LEVELS = 100
_SPEAKERS = "\N{PUSHPIN} Speaker coding"
"""Who is said to have coded where QualCoder itself marked who speaks."""


def read(path: Path, name: str) -> Project | None:
    """The project in a database of QualCoder; None for any other file.

    Raises `InputError` where it is one, and broken.
    """
    return database.project(path, name, __name__) if database.is_database(path) else None


# --- in the child process -----------------------------------------------------------------------


def packed(path: Path, name: str) -> list[Any] | None:
    """The project in a database, in a form that JSON can hold; None where it is another's."""
    with database.reading(name):
        found = database.opened(path, name, _TABLES, _NEEDED)
        if found is None:
            return None
        with database.close(found):
            return database.pack(_project(found, name))


@dataclass(slots=True)
class _Tally:
    """What could not be taken as it is, and how often."""

    lost: int = 0
    speakers: int = 0
    drifted: int = 0
    units: int = 0
    silent: int = 0
    coders: set[str] = field(default_factory=set)
    wide: dict[object, bool] = field(default_factory=dict)
    """Whether a source has signs that are two units in UTF-16."""

    def notes(self, name: str) -> Iterator[str]:
        """In words, what is not zero."""
        said = (
            (self.lost, "coding{s} of a code or source that is gone left out."),
            (self.speakers, "coding{s} of speakers, made by QualCoder itself, left out."),
            (self.drifted, "coding{s} whose place does not fit the text, read without a place."),
            (self.units, "place{s} counted in units of UTF-16, turned into characters."),
            (self.silent, "coding{s} of pictures or recordings, which have no text."),
        )
        for number, what in said:
            if number:
                yield f"{name}: {counted(number, what)}"


def _project(data: database.Database, name: str) -> Project:
    codes = _codes(data)
    tally = _Tally()
    texts: dict[object, str | None] = {}
    titles = {}
    for at, title, full, _ in data.rows("source"):
        texts[at] = None if full is None else text(full)
        titles[at] = text(title)
    cases = _Cases.of(data, texts)
    segments = [*_of_texts(data, codes, texts, cases, tally), *_of_media(data, codes, texts, tally)]
    sources = tuple(
        Source(str(at), titles[at], None if full is None else len(full), cases.of_all.get(at, {}))
        for at, full in texts.items()
    )
    named = (text(who) for (who,) in data.rows("coder_names"))
    coders = sorted({*tally.coders, *named} - {"", _SPEAKERS})
    return Project(
        name, "QualCoder", tuple(codes.values()), sources, tuple(segments), tuple(coders),
        tuple(tally.notes(name)),
    )  # fmt: skip


def _codes(data: database.Database) -> dict[object, Code]:
    """Categories and codes, each with the names above it; by `cid`, categories by ("cat", id)."""
    held: dict[object, tuple[str, str, object]] = {}
    for at, title, memo, upper in data.rows("code_cat"):
        held["cat", at] = text(title), text(memo), ("cat", upper)
    for at, title, memo, category, code in data.rows("code_name"):
        held[at] = text(title), text(memo), ("cat", category) if category else code
    found = {}
    for at, (title, memo, upper) in held.items():
        names: list[str] = []
        above = upper
        seen = {at}
        while above in held and above not in seen and len(seen) < _MOST_LEVELS:
            seen.add(above)
            names.insert(0, held[above][0])
            above = held[above][2]
        category = isinstance(at, tuple)
        name = f"category {at[1]}" if isinstance(at, tuple) else str(at)
        found[at] = Code(name, title, tuple(names), memo, codable=not category)
    return found


def _of_texts(
    data: database.Database,
    codes: Mapping[object, Code],
    texts: Mapping[object, str | None],
    cases: _Cases,
    tally: _Tally,
) -> Iterator[Segment]:
    for code, source, quoted, pos0, pos1, owner, memo, _, important in data.rows("code_text"):
        if text(owner) == _SPEAKERS:
            tally.speakers += 1
            continue
        if code not in codes or source not in texts:
            tally.lost += 1
            continue
        full = texts[source] or ""
        place = _exact(full, text(quoted), whole(pos0), whole(pos1))
        if place is None and source not in tally.wide:
            tally.wide[source] = max(full, default="") > "\uffff"
        if place is None and tally.wide[source]:
            # In Qt such signs count twice.
            begin, stop = (_characters(full, whole(at)) for at in (pos0, pos1))
            place = _exact(full, text(quoted), begin, stop)
            tally.units += place is not None
        tally.drifted += place is None
        tally.coders.add(text(owner))
        start, end = place or (None, None)
        variables = {**cases.around(source, start, end), **_said(memo, important)}
        passage = f"{source}: {pos0}–{pos1}"
        yield Segment(
            str(source), str(code), text(owner), start, end, text(quoted), passage, variables
        )


def _exact(full: str, quoted: str, start: int | None, end: int | None) -> tuple[int, int] | None:
    """The place of a quotation, None where something else stands there."""
    if start is None or end is None or not 0 <= start < end <= len(full):
        return None
    return (start, end) if database.same_words(full[start:end], quoted) else None


def _characters(full: str, units: int | None) -> int | None:
    """A number of units of UTF-16 from the beginning, as a number of characters."""
    if units is None or units < 0:
        return None
    return len(full.encode("utf-16-le", "replace")[: 2 * units].decode("utf-16-le", "ignore"))


def _of_media(
    data: database.Database,
    codes: Mapping[object, Code],
    texts: Mapping[object, str | None],
    tally: _Tally,
) -> Iterator[Segment]:
    """Codings of recordings and pictures, without those that stand in a transcript too."""
    spoken = {row[7] for row in data.rows("code_text")} - {None}
    heard = (
        (f"recording {at}", source, code, owner, {"milliseconds": f"{pos0}–{pos1}"}, memo, mark)
        for at, source, pos0, pos1, code, owner, memo, mark in data.rows("code_av")
        if at not in spoken
    )
    nowhere: dict[str, str] = {}
    seen = (
        (f"picture {at}", source, code, owner, nowhere, memo, mark)
        for at, source, code, owner, memo, mark in data.rows("code_image")
    )
    for media in (heard, seen):
        for passage, source, code, owner, where, memo, important in media:
            if code not in codes or source not in texts:
                tally.lost += 1
                continue
            tally.silent += 1
            tally.coders.add(text(owner))
            variables = {**where, **_said(memo, important)}
            yield Segment(str(source), str(code), text(owner), passage=passage, variables=variables)


def _said(memo: object, important: object) -> Mapping[str, str]:
    said = {"memo": text(memo), "important": "1" if important else ""}
    return {key: value for key, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class _Cases:
    """What is known of sources: of all of one, or of the part that is a case's."""

    of_all: Mapping[object, dict[str, str]]
    parts: Mapping[object, list[tuple[int, int, Mapping[str, str]]]]

    @classmethod
    def of(cls, data: database.Database, texts: Mapping[object, str | None]) -> _Cases:
        """Attributes of files and cases; where they contradict each other, the file's."""
        of_file: dict[object, dict[str, str]] = {}
        of_case = {at: {"case": text(title)} for at, title in data.rows("cases")}
        for title, kind, value, at in data.rows("attribute"):
            if text(value):
                known = of_case if text(kind) == "case" else of_file
                known.setdefault(at, {})[text(title)] = text(value)
        parts: dict[object, list[tuple[int, int, Mapping[str, str]]]] = {}
        for case, source, pos0, pos1 in data.rows("case_text"):
            if source not in texts or case not in of_case:
                continue
            start, end = _number(pos0), _number(pos1)
            full = texts[source]
            if full is None or (start <= 0 and end >= len(full) - 1):
                _add(of_file.setdefault(source, {}), of_case[case])
            else:
                parts.setdefault(source, []).append((start, end, of_case[case]))
        return cls(of_file, parts)

    def around(self, source: object, start: int | None, end: int | None) -> Mapping[str, str]:
        """What is known of the case in whose part a passage stands."""
        if start is None or end is None:
            return {}
        for first, last, known in self.parts.get(source, ()):
            if first <= start and end <= last:
                return known
        return {}


def _number(value: object) -> int:
    return whole(value) or 0


def _add(known: dict[str, str], case: Mapping[str, str]) -> None:
    """Add what is known of a case to what is known of its source."""
    for key, value in case.items():
        before = known.setdefault(key, value)
        if key == "case" and value not in before.split("; "):
            known[key] = f"{before}; {value}"
