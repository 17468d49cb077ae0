"""Coded interviews as one table: who coded what in which source, on which measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import product

import polars as pl

from vested.errors import InputError, UsageError, did_you_mean
from vested.interviews.matching import CodeReader, Meaning
from vested.interviews.phases import order, phase_in_name
from vested.interviews.variables import Said, Variables
from vested.model import Instrument
from vested.platforms.qda import Code, Project, Segment, Source
from vested.spelling import same, tidy

SEGMENTS = {
    "organisation": pl.String, "phase": pl.String, "source": pl.String, "coder": pl.String,
    "measure": pl.String, "polarity": pl.Int8, "kind": pl.String, "quotation": pl.String,
    "passage": pl.String, "start": pl.Int64, "end": pl.Int64, "text": pl.String,
}  # fmt: skip
"""One row per passage, coder and measure."""
SOURCES = {
    "source": pl.String, "name": pl.String, "organisation": pl.String, "phase": pl.String,
    "file": pl.String, "length": pl.Int64, "coders": pl.Int64, "segments": pl.Int64,
}  # fmt: skip
CODES = {
    "file": pl.String, "code": pl.String, "measure": pl.String, "polarity": pl.Int8,
    "kind": pl.String, "because": pl.String, "segments": pl.Int64, "sources": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roles:
    """What the user says of sources: the variables that name organisation and phase."""

    organisation: str | None = None
    phase: str | None = None
    phase_of_all: str | None = None
    """The phase of all sources, where no variable and no name says it."""
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By name of a source, further variables of it, where it has none of the name."""


@dataclass(frozen=True, slots=True)
class Codings:
    """What the coded sources say of the instrument's measures."""

    segments: pl.DataFrame
    sources: pl.DataFrame
    codes: pl.DataFrame
    """Every code of every codebook, with what it was taken for; nothing where it is not known."""
    aside: Mapping[str, int]
    """How many codings say nothing of a measure, by reason."""
    read: int
    """How many codings the files hold."""
    notes: tuple[str, ...]


def understand(
    projects: Sequence[Project],
    instrument: Instrument,
    roles: Roles,
    mapping: Mapping[str, str] | None = None,
    *,
    strict: bool = True,
) -> Codings:
    """Find out which passages speak of which measure of which organisation.

    Polarity and kind come from the row of a table, from the code itself (`SCL +1`), or from another
    code that the same coder gave the same passage. Raises `InputError` where no code is a measure
    or no source has an organisation (unless not `strict`), `UsageError` where a named variable does
    not exist.
    """
    if not projects:
        raise UsageError("no coded interviews are named", "give at least one file")
    reader = CodeReader(instrument, mapping)
    segments: list[tuple[object, ...]] = []
    sources: list[_Speaking] = []
    codes: list[tuple[object, ...]] = []
    aside: Counter[str] = Counter()
    projects = [_with_variables(project, roles.sources) for project in projects]
    _check_roles(projects, roles)
    for project in projects:
        one = _Understanding(project, reader, roles)
        segments += one.segments()
        sources += one.speaking
        codes += one.codes()
        aside.update(one.aside)
    if strict and not segments:
        raise _nothing(projects, instrument, aside)
    notes = tuple(note for project in projects for note in project.notes)
    read = sum(len(project.segments) for project in projects)
    frame = pl.DataFrame(segments, schema=SEGMENTS, orient="row").unique(maintain_order=False)
    first = ("source", "start", "quotation", "coder", "measure")
    rest = [name for name in SEGMENTS if name not in first]
    return Codings(
        frame.sort(*first, *rest, nulls_last=True),
        _merged(sources),
        pl.DataFrame(codes, schema=CODES, orient="row").sort(pl.all(), nulls_last=True),
        dict(sorted(aside.items())),
        read,
        notes,
    )


class _Understanding:
    """One project, code by code and source by source."""

    def __init__(self, project: Project, reader: CodeReader, roles: Roles) -> None:
        self.project, self.roles = project, roles
        self.meanings = {code.id: reader.meaning(code) for code in project.codes}
        self.variables = Variables(roles.organisation, roles.phase)
        self.aside: Counter[str] = Counter()
        of_source: dict[str, list[Segment]] = {source.id: [] for source in project.sources}
        for segment in project.segments:
            of_source.setdefault(segment.source, []).append(segment)
        known = {source.id: source for source in project.sources}
        self.speaking = [
            self._speaking(known.get(name) or Source(name, name), segments)
            for name, segments in of_source.items()
        ]

    def _speaking(self, source: Source, segments: Sequence[Segment]) -> _Speaking:
        """A source with all that was coded in it, and of whom and when it speaks as a whole."""
        own = self.variables.said(source.variables)
        told = [self.variables.said(segment.variables) for segment in segments]
        named = (
            [own.organisation]
            if own.organisation
            else sorted({said.organisation for said in told if said.organisation})
        )
        otherwise = own.phase or phase_in_name(source.name) or self.roles.phase_of_all or ""
        phases = [said.phase for said in told if said.phase] or [otherwise]
        name = source_id(source, named[0] if len(named) == 1 else "")
        return _Speaking(
            self.project.file, source, name, segments, told, own.organisation or "", otherwise,
            "; ".join(named), min(phases, key=order),
        )  # fmt: skip

    def segments(self) -> Iterator[tuple[object, ...]]:
        """One row per passage, coder and measure; what is none of these is counted in `aside`."""
        for speaking in self.speaking:
            passages: dict[tuple[str, str], list[int]] = {}
            for at, segment in enumerate(speaking.segments):
                passages.setdefault((passage_of(segment), segment.coder), []).append(at)
            for (passage, coder), together in passages.items():
                yield from self._rows(speaking, passage, coder, together)

    def _rows(
        self, speaking: _Speaking, passage: str, coder: str, together: Sequence[int]
    ) -> Iterator[tuple[object, ...]]:
        nothing = Meaning()
        meanings = [self.meanings.get(speaking.segments[at].code, nothing) for at in together]
        # A passage that bears two polarities takes both positions, in whatever order they stand.
        of_passage = {m.polarity for m in meanings if m.measure is None and m.polarity is not None}
        kinds_of_passage = {meaning.kind for meaning in meanings if meaning.kind}
        quotation = quotation_id(speaking.id, passage)
        for at, meaning in zip(together, meanings, strict=True):
            if meaning.measure is None:
                self._count_aside(meaning)
                continue
            segment, said = speaking.segments[at], speaking.told[at]
            organisation = said.organisation or speaking.organisation
            if not organisation:
                self.aside["no organisation"] += 1
                continue
            own = said.polarity if said.polarity is not None else meaning.polarity
            polarities = list(of_passage or [None]) if own is None else [own]
            kinds = [said.kind] if said.kind else list(kinds_of_passage or [None])
            for polarity, kind in product(polarities, kinds):
                yield (
                    organisation, said.phase or speaking.phase, speaking.id, coder,
                    meaning.measure, polarity, kind, quotation, passage, segment.start,
                    segment.end, segment.quotation,
                )  # fmt: skip

    def _count_aside(self, meaning: Meaning) -> None:
        if meaning.ignored:
            self.aside["code ignored by the mapping"] += 1
        elif meaning.known:
            self.aside["polarity or kind of a passage"] += 1
        else:
            self.aside["code not matched"] += 1

    def codes(self) -> list[tuple[object, ...]]:
        """One row per code, with what it was taken for and how often it was given."""
        given: Counter[str] = Counter(segment.code for segment in self.project.segments)
        where: dict[str, set[str]] = {}
        for segment in self.project.segments:
            where.setdefault(segment.code, set()).add(segment.source)
        known = {code.id for code in self.project.codes}
        lost = [Code(code, code) for code in sorted(set(given) - known)]
        rows: list[tuple[object, ...]] = []
        for code in (*self.project.codes, *lost):
            meaning = self.meanings.get(code.id, Meaning())
            path = " > ".join((*code.parents, code.name))
            because = "" if meaning.known else "not matched" if code.codable else "holds others"
            rows.append(
                (
                    self.project.file, path, meaning.measure, meaning.polarity, meaning.kind,
                    because or meaning.because, given[code.id], len(where.get(code.id, ())),
                )
            )  # fmt: skip
        return rows


@dataclass(frozen=True, slots=True)
class _Speaking:
    """A source, what was coded in it, and what is known of it."""

    file: str
    source: Source
    id: str
    segments: Sequence[Segment]
    told: Sequence[Said]
    """What each segment says of itself."""
    organisation: str
    """Of segments that name none themselves; nothing where that is open."""
    phase: str
    """Of segments that name none themselves."""
    named: str
    """The organisation of the source as a whole, or all that its segments name."""
    earliest: str
    """The first phase that it speaks of."""


def passage_of(segment: Segment) -> str:
    """What makes a passage the same for two codes: its place, its id, or else its words."""
    if segment.start is not None:
        return f"{segment.start}-{segment.end}"
    return segment.passage or sha256(segment.quotation.encode()).hexdigest()


def source_id(source: Source, organisation: str = "") -> str:
    """An id of a source that does not say who speaks in it, the same in every run and file.

    Interview 1 of one organisation is another source than Interview 1 of the next.
    """
    name = tidy(source.name) or source.id
    return f"s-{sha256(f'{organisation}|{name}'.encode()).hexdigest()[:8]}"


def quotation_id(source: str, passage: str) -> str:
    """An id of a passage that does not say its words or its speaker, the same in every run."""
    return f"q-{sha256(f'{source}|{passage}'.encode()).hexdigest()[:10]}"


def _with_variables(project: Project, said: Mapping[str, Mapping[str, str]]) -> Project:
    """The project, with what the user says of its sources."""
    if not said:
        return project
    known = {same(name): variables for name, variables in said.items()}
    return replace(
        project,
        sources=tuple(
            replace(source, variables={**known.get(same(source.name), {}), **source.variables})
            for source in project.sources
        ),
    )


def _check_roles(projects: Sequence[Project], roles: Roles) -> None:
    if roles.organisation is None and roles.phase is None:
        return
    found: set[str] = set()
    for project in projects:
        found.update(*(source.variables for source in project.sources))
        found.update(*(segment.variables for segment in project.segments))
    names = {same(name): name for name in sorted(found)}
    for option, wanted in (("organisation", roles.organisation), ("phase", roles.phase)):
        if wanted is not None and same(wanted) not in names:
            shown = sorted(names.values())
            raise UsageError(
                f"no source has a variable {wanted!r} (--{option})",
                did_you_mean(wanted, shown, f"there are: {', '.join(shown[:8]) or 'none'}"),
            )


def _nothing(
    projects: Sequence[Project], instrument: Instrument, aside: Mapping[str, int]
) -> InputError:
    file = projects[0].file
    if aside.get("no organisation"):
        return InputError(
            f"{file}: no coded source has an organisation",
            "give sources or cases a variable organisation, name one with --organisation, or give "
            "a csv of sources and their organisations with --sources",
        )
    ids = ", ".join(measure.id for measure in instrument.measures[:4])
    return InputError(
        f"{file}: no code is a measure of {instrument.id}",
        f"codes should be named {ids}, … or as those measures are; `vested inspect {file} --write "
        "FILE` makes a mapping to edit",
    )


def _merged(sources: Sequence[_Speaking]) -> pl.DataFrame:
    """One row per source, those that nobody coded included; several files may hold the same."""
    found: dict[str, list[_Speaking]] = {}
    for each in sources:
        found.setdefault(each.id, []).append(each)
    rows = []
    for name, alike in sorted(found.items()):
        alike.sort(key=lambda each: (each.file, each.source.name))
        lengths = [each.source.length for each in alike if each.source.length is not None]
        rows.append(
            (
                name, alike[0].source.name,
                next((each.named for each in alike if each.named), ""),
                min((each.earliest for each in alike), key=order), alike[0].file,
                max(lengths, default=None),
                len({segment.coder for each in alike for segment in each.segments}),
                sum(len(each.segments) for each in alike),
            )
        )  # fmt: skip
    return pl.DataFrame(rows, schema=SOURCES, orient="row")
