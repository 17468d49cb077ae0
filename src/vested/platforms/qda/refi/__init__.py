"""REFI-QDA: projects (.qdpx, .qde) and codebooks (.qdc) of MAXQDA, NVivo, ATLAS.ti and others."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from vested.errors import InputError
from vested.platforms.qda import Project, Segment, Source
from vested.platforms.qda.offsets import CODE_POINTS, Checker, Placed, Reading, Span
from vested.platforms.qda.package import Package, opened
from vested.platforms.qda.refi.document import NAMESPACES, parsed
from vested.platforms.qda.refi.elements import Document, Raw, Selection
from vested.platforms.qda.refi.notes import Seen, notes
from vested.platforms.qda.refi.texts import Texts

_HEAD = 4096
_PIECE = 1 << 18
_MOST_QUOTED = 64_000_000
"""Characters of all quotations; passages that overlap more than that are no coding."""

_Values = dict[str, list[str]]
"""Variables and what was found for them, which may be several."""

_SOFTWARE = (
    "MAXQDA", "NVivo", "ATLAS.ti", "QualCoder", "Taguette", "Quirkos", "Dedoose", "Transana",
    "QDA Miner", "f4analyse", "webQDA",
)  # fmt: skip
_UNNAMED = "REFI-QDA"


def read(path: Path, name: str) -> Project | None:
    """Read a project or a codebook; None where the file is of another kind.

    Raises `InputError` where it is damaged, holds paths or links that lead out of it, declares a
    document type, or holds more than any project.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK"):
        return _of_archive(path, name)
    if not _is_refi(head):
        return None
    with path.open("rb") as file:
        raw = parsed(iter(lambda: file.read(_PIECE), b""), name)
    return _assembled(raw, name, None, "")


def _is_refi(head: bytes) -> bool:
    """Whether a file begins as XML of REFI-QDA; a document type may stand before its mark."""
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if wide else "utf-8", "replace").lstrip("\ufeff \t\r\n")
    return text.startswith("<") and any(each in text for each in NAMESPACES)


def _of_archive(path: Path, name: str) -> Project | None:
    with ExitStack() as stack:
        try:
            package = stack.enter_context(opened(path, name))
        except InputError:
            if name.lower().endswith(".qdpx"):
                raise
            return None  # what is wrong with it is for whoever reads such files to say
        found = [each for each in package.members if each.endswith(".qde")]
        if not found:
            return None
        package.check()
        if len(found) > 1:
            raise InputError(
                f"{name} holds {len(found)} projects", "unpack it, and give them one by one"
            )
        raw = parsed(package.pieces(package.members[found[0]]), name)
        return _assembled(raw, name, package, found[0].rpartition("/")[0])


def _assembled(raw: Raw, name: str, package: Package | None, folder: str) -> Project:
    seen = Seen()
    return _Assembly(raw, name, Texts(package, folder, name, seen), seen).project()


@dataclass(slots=True)
class _Assembly:
    """What a document says, put together with the texts of its sources."""

    raw: Raw
    name: str
    texts: Texts
    seen: Seen
    checker: Checker = field(default_factory=Checker)
    quoted: int = 0

    def project(self) -> Project:
        raw = self.raw
        coders = self._coders()
        known = {code.id for code in raw.codes}
        variables, of_passage = self._variables()
        placed, lengths = self._placed()
        segments: list[Segment] = []
        for at, source in enumerate(raw.sources):
            segments += self._segments(source, placed.get(at, ()), coders, of_passage)
        self.seen.references(raw, segments, known)
        sources = [
            Source(source.guid, source.name, lengths.get(at), variables[source.guid])
            for at, source in enumerate(raw.sources)
        ]
        return Project(
            self.name,
            _software(raw.origin),
            tuple(raw.codes),
            tuple(sources),
            tuple(segments),
            tuple(dict.fromkeys(coders.values())),
            tuple(notes(self.seen, self.name)),
        )

    # --- who and what -----------------------------------------------------------------------

    def _coders(self) -> dict[str, str]:
        """By id of a user the name; with a number where others have it too."""
        names: dict[str, str] = {}
        taken: set[str] = set()
        for guid, name in self.raw.users:
            if guid in names:
                continue
            told, number = name, 1
            while told in taken:
                number += 1
                told = f"{name} ({number})"
            taken.add(told)
            names[guid] = told
        return names

    def _variables(self) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
        """What is known of each source, and of each passage that a case names, by id."""
        found: dict[str, _Values] = {each.guid: {} for each in self.raw.sources}
        passages: dict[str, _Values] = {}
        for source in self.raw.sources:
            _add(found[source.guid], self._named(source.values))
        for case in self.raw.cases:
            own = [*self._named(case.values), *([("case", case.name)] if case.name else [])]
            self.seen.cases_by_code += bool(case.codes)
            for holder in self._those(case.sources, found):
                _add(holder, own)
            for guid in case.selections:
                _add(passages.setdefault(guid, {}), own)
        for name, members in self.raw.sets:
            for holder in self._those(members, found):
                _add(holder, [("set", name)])
        for holder in found.values():
            self.seen.several_values += sum(len(values) > 1 for values in holder.values())
        return _joined(found), _joined(passages)

    def _those(self, guids: Sequence[str], found: Mapping[str, _Values]) -> Iterator[_Values]:
        for guid in guids:
            if guid in found:
                yield found[guid]
            else:
                self.seen.lost_sources += 1

    def _named(self, values: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for variable, value in values:
            name = self.raw.variables.get(variable)
            if name is None:
                self.seen.lost_variables += 1
            elif value:
                yield name, value

    # --- texts ------------------------------------------------------------------------------

    def _placed(self) -> tuple[dict[int, Sequence[_Passage]], dict[int, int]]:
        """By number of a source its passages, and the length of its text where it has one.

        Texts whose passages repeat their words come first: what explains their offsets explains
        those of texts whose passages do not.
        """
        telling = {
            at: any(each.name.strip() for each in source.selections)
            for at, source in enumerate(self.raw.sources)
        }
        readings: set[Reading | None] = set()
        placed: dict[int, Sequence[_Passage]] = {}
        lengths: dict[int, int] = {}
        for at in sorted(telling, key=lambda at: not telling[at]):
            source = self.raw.sources[at]
            otherwise = CODE_POINTS
            if len(readings) == 1 and not telling[at]:
                otherwise = next(iter(readings)) or CODE_POINTS
            text = self.texts.of(source)
            if text is not None:
                lengths[at] = len(text)
            if source.kind != "text":
                self.seen.not_text(source)
                placed[at] = [_Passage(None, each.quotation.strip()) for each in source.selections]
            elif text is None:
                placed[at] = [_unchecked(each) for each in source.selections]
            else:
                spans = [Span(each.start, each.end, each.name) for each in source.selections]
                checked = self.checker.check(text, spans, otherwise)
                self.seen.placed(source, checked)
                if checked.elsewhere or checked.nowhere:
                    readings.add(checked.reading)
                placed[at] = self._quoted(text, source.selections, checked)
        return placed, lengths

    def _quoted(
        self, text: str, selections: Sequence[Selection], checked: Placed
    ) -> Sequence[_Passage]:
        found = []
        for selection, place in zip(selections, checked.places, strict=True):
            quotation = text[slice(*place)] if place else _unchecked(selection).quotation
            self.quoted += len(quotation)
            if self.quoted > _MOST_QUOTED:
                raise InputError(
                    f"{self.name} quotes more than its texts can hold", "is it a real project?"
                )
            found.append(_Passage(place, quotation))
        return found

    # --- segments ---------------------------------------------------------------------------

    def _segments(
        self,
        source: Document,
        placed: Sequence[_Passage],
        coders: dict[str, str],
        of_passage: Mapping[str, Mapping[str, str]],
    ) -> Iterator[Segment]:
        def coder(guid: str) -> str:
            if guid and guid not in coders:
                self.seen.lost_users += 1
                coders[guid] = guid
            return coders.get(guid, "")

        for selection, passage in zip(source.selections, placed, strict=True):
            start, end = passage.place or (None, None)
            more = of_passage.get(selection.guid, _NOTHING)
            for user, code in selection.codings:
                yield Segment(
                    source.guid, code, coder(user), start, end, passage.quotation,
                    selection.guid, more,
                )  # fmt: skip
        self.seen.whole += len(source.codings)
        for user, code in source.codings:
            yield Segment(source.guid, code, coder(user), passage=source.guid)


@dataclass(frozen=True, slots=True)
class _Passage:
    place: tuple[int, int] | None
    quotation: str


_NOTHING: Mapping[str, str] = {}


def _unchecked(selection: Selection) -> _Passage:
    """A passage as it says of itself, where there is no text to look it up in."""
    try:
        start, end = int(selection.start), int(selection.end)
    except ValueError:
        return _Passage(None, "")
    if not 0 <= start <= end:
        return _Passage(None, "")
    # A name of another length is a label.
    return _Passage((start, end), selection.name if len(selection.name) == end - start else "")


def _add(holder: _Values, values: Iterable[tuple[str, str]]) -> None:
    for variable, value in values:
        known = holder.setdefault(variable, [])
        if value not in known:
            known.append(value)


def _joined(found: Mapping[str, _Values]) -> dict[str, dict[str, str]]:
    return {
        guid: {variable: "; ".join(values) for variable, values in holder.items()}
        for guid, holder in found.items()
    }


def _software(origin: str) -> str:
    """The software's name without its version.

    >>> _software("NVivo for Mac 15.0"), _software("qc 1.3.2"), _software("")
    ('NVivo', 'qc', 'REFI-QDA')
    """
    for name in _SOFTWARE:
        if name.lower() in origin.lower():
            return name
    return " ".join(re.split(r"\s+v?\d", origin.strip()[:80])[0].split()) or _UNNAMED
