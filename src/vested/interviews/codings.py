"""Coded interviews as one table: who coded what in which source, on which measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import polars as pl

from vested.errors import InputError, UsageError, did_you_mean
from vested.interviews.matching import CodeReader, Meaning, kind_of, polarity_of
from vested.interviews.phases import phase_in_name, phase_of
from vested.model import Instrument
from vested.platforms.qda import Code, Project, Segment, Source
from vested.spelling import same, tidy
from vested.survey.roles import ORGANISATION_NAMES

T = TypeVar("T")

_ORGANISATION = {same(name) for name in (*ORGANISATION_NAMES, "case", "unit")}
_PHASE = {same(name) for name in ("phase", "fase", "research phase", "onderzoeksfase")}
_POLARITY = {same(name) for name in ("polarity", "polariteit", "polarité", "polarität")}
_KIND = {same(name) for name in ("kind", "soort", "genre", "art")}

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
) -> Codings:
    """Find out which passages speak of which measure of which organisation.

    Polarity and kind come from the row of a table, from the code itself (`SCL +1`), or from another
    code that the same coder gave the same passage. Raises `InputError` where no code is a measure
    or no source has an organisation, `UsageError` where a named variable does not exist.
    """
    if not projects:
        raise UsageError("no coded interviews are named", "give at least one file")
    reader = CodeReader(instrument, mapping)
    segments: list[tuple[object, ...]] = []
    sources: list[tuple[object, ...]] = []
    codes: list[tuple[object, ...]] = []
    aside: Counter[str] = Counter()
    _check_roles(projects, roles)
    for project in projects:
        one = _Understanding(project, reader, roles)
        segments += one.segments()
        sources += one.sources()
        codes += one.codes()
        aside.update(one.aside)
    if not segments:
        raise _nothing(projects, instrument, aside)
    notes = tuple(note for project in projects for note in project.notes)
    read = sum(len(project.segments) for project in projects)
    frame = pl.DataFrame(segments, schema=SEGMENTS, orient="row").unique(maintain_order=False)
    return Codings(
        frame.sort("source", "start", "quotation", "coder", "measure", nulls_last=True),
        _merged(pl.DataFrame(sources, schema=SOURCES, orient="row")),
        pl.DataFrame(codes, schema=CODES, orient="row").sort("file", "code"),
        dict(sorted(aside.items())),
        read,
        notes,
    )


class _Understanding:
    """One project, code by code and source by source."""

    def __init__(self, project: Project, reader: CodeReader, roles: Roles) -> None:
        self.project, self.roles = project, roles
        self.meanings = {code.id: reader.meaning(code) for code in project.codes}
        self.of_source = {source.id: source for source in project.sources}
        self.aside: Counter[str] = Counter()
        self._names = {source.id: source_id(source) for source in project.sources}

    def segments(self) -> list[tuple[object, ...]]:
        """One row per passage, coder and measure; what is none of these is counted in `aside`."""
        passages: dict[tuple[str, str, str], list[Segment]] = {}
        for segment in self.project.segments:
            key = (segment.source, passage_of(segment), segment.coder)
            passages.setdefault(key, []).append(segment)
        rows: list[tuple[object, ...]] = []
        for (source, passage, coder), together in passages.items():
            rows += self._rows(source, passage, coder, together)
        return rows

    def _rows(
        self, source_key: str, passage: str, coder: str, together: Sequence[Segment]
    ) -> list[tuple[object, ...]]:
        meanings = [self.meanings.get(segment.code, Meaning()) for segment in together]
        source = self.of_source.get(source_key, Source(source_key, source_key))
        said = [meaning.polarity for meaning in meanings if meaning.measure is None]
        polarity = next((value for value in said if value is not None), None)
        kind = next((meaning.kind for meaning in meanings if meaning.kind), None)
        rows: list[tuple[object, ...]] = []
        for segment, meaning in zip(together, meanings, strict=True):
            if meaning.measure is None:
                self._count_aside(meaning)
                continue
            organisation = self.organisation(source, segment)
            if not organisation:
                self.aside["no organisation"] += 1
                continue
            own = _cell(segment.variables, _POLARITY, polarity_of)
            own = meaning.polarity if own is None else own
            rows.append(
                (
                    organisation, self.phase(source, segment), self._name(source), coder,
                    meaning.measure, polarity if own is None else own,
                    _cell(segment.variables, _KIND, kind_of) or kind,
                    quotation_id(self._name(source), passage), passage, segment.start,
                    segment.end, segment.quotation,
                )
            )  # fmt: skip
        return rows

    def _count_aside(self, meaning: Meaning) -> None:
        if meaning.ignored:
            self.aside["code ignored by the mapping"] += 1
        elif meaning.known:
            self.aside["polarity or kind of a passage"] += 1
        else:
            self.aside["code not matched"] += 1

    def _name(self, source: Source) -> str:
        return self._names.get(source.id) or source_id(source)

    def organisation(self, source: Source, segment: Segment | None = None) -> str:
        """The organisation that a source, or a row of it, speaks of; nothing where that is open."""
        wanted = {same(self.roles.organisation)} if self.roles.organisation else _ORGANISATION
        for variables in (segment.variables if segment else {}, source.variables):
            if found := _cell(variables, wanted, tidy):
                return found
        return ""

    def phase(self, source: Source, segment: Segment | None = None) -> str:
        """The phase of a row or a source: by a variable, by its name, or the one of all."""
        wanted = {same(self.roles.phase)} if self.roles.phase else _PHASE
        for variables in (segment.variables if segment else {}, source.variables):
            if text := _cell(variables, wanted, tidy):
                return phase_of(text) or text
        return phase_in_name(source.name) or self.roles.phase_of_all or ""

    def sources(self) -> list[tuple[object, ...]]:
        """One row per source, those that nobody coded included."""
        coders: dict[str, set[str]] = {}
        count: Counter[str] = Counter()
        example: dict[str, Segment] = {}
        for segment in self.project.segments:
            coders.setdefault(segment.source, set()).add(segment.coder)
            count[segment.source] += 1
            example.setdefault(segment.source, segment)
        return [
            (
                self._name(source), source.name, self.organisation(source, example.get(source.id)),
                self.phase(source, example.get(source.id)), self.project.file, source.length,
                len(coders.get(source.id, ())), count[source.id],
            )
            for source in self.project.sources
        ]  # fmt: skip

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


def _cell(
    variables: Mapping[str, str], names: set[str], read: Callable[[str], T | None]
) -> T | None:
    """What the first variable of one of these names says, if it says anything."""
    for name, text in variables.items():
        if same(name) in names and text.strip():
            return read(text)
    return None


def passage_of(segment: Segment) -> str:
    """What makes a passage the same for two codes: its place, its id, or else its words."""
    if segment.start is not None:
        return f"{segment.start}-{segment.end}"
    return segment.passage or sha256(segment.quotation.encode()).hexdigest()


def source_id(source: Source) -> str:
    """An id of a source that does not say who speaks in it, the same in every run and file."""
    return f"s-{sha256((tidy(source.name) or source.id).encode()).hexdigest()[:8]}"


def quotation_id(source: str, passage: str) -> str:
    """An id of a passage that does not say its words or its speaker, the same in every run."""
    return f"q-{sha256(f'{source}|{passage}'.encode()).hexdigest()[:10]}"


def _check_roles(projects: Sequence[Project], roles: Roles) -> None:
    names: dict[str, str] = {}
    for project in projects:
        kept = [source.variables for source in project.sources]
        kept += [segment.variables for segment in project.segments]
        names |= {same(name): name for variables in kept for name in variables}
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
            "give sources or cases a variable organisation, or name one with --organisation",
        )
    ids = ", ".join(measure.id for measure in instrument.measures[:4])
    return InputError(
        f"{file}: no code is a measure of {instrument.id}",
        f"codes should be named {ids}, … or as those measures are; `vested inspect {file} --write "
        "FILE` makes a mapping to edit",
    )


def _merged(sources: pl.DataFrame) -> pl.DataFrame:
    """One row per source, where several files hold the same one."""
    first = [name for name in SOURCES if name not in ("source", "segments", "coders")]
    return (
        sources.sort("source", "file")
        .group_by("source", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().first() for name in first),
            pl.col("coders", "segments").sum(),
        )
        .select(SOURCES)
    )
