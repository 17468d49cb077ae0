"""What QDA software writes of interviews: which passages of which source bear which code.

A module has `read(path, name) -> Project | None`. It looks whether the file is one that its
software writes, and claims it on marks that no other program writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the codebook, as its author named it."""

    id: str
    """The software's own id, else its path; what segments refer to."""
    name: str
    parents: tuple[str, ...] = ()
    """The names of the codes or categories above it, from the top."""
    description: str = ""
    codable: bool = True
    """Whether passages can bear it; categories only hold others."""


@dataclass(frozen=True, slots=True)
class Source:
    """An interview, a document: what was coded."""

    id: str
    name: str
    length: int | None = None
    """Characters (code points) of its plain text, where that is known."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What is known of it: variables of its cases and its own (organisation, phase, role)."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage that a coder gave a code."""

    source: str
    """The id of the source."""
    code: str
    """The id of the code."""
    coder: str = ""
    start: int | None = None
    end: int | None = None
    """Where it begins and ends in the plain text, in code points; None where that is not known."""
    quotation: str = ""
    passage: str = ""
    """The software's id of the passage; segments of one passage and coder belong together."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What a row says of it beside: polarity, kind, phase, organisation."""


@dataclass(frozen=True, slots=True)
class Project:
    """One file of coded interviews, as its software wrote it."""

    file: str
    platform: str
    """The software's name as people write it (`MAXQDA`); nothing for a plain table."""
    codes: tuple[Code, ...]
    sources: tuple[Source, ...]
    segments: tuple[Segment, ...]
    coders: tuple[str, ...] = ()
    """All that the file names, those who coded nothing included."""
    notes: tuple[str, ...] = ()
    """What the reader should know: offsets that do not fit their text, sources without a text."""


PLATFORMS: Mapping[str, str] = {
    "REFI-QDA": "vested.platforms.qda.refi",
    "Taguette": "vested.platforms.qda.taguette",
    "QualCoder": "vested.platforms.qda.qualcoder",
    "coded segments": "vested.platforms.qda.segments",
}
"""Who writes to the module that reads it, in the order of asking. Tables of coded segments, those
of MAXQDA, ATLAS.ti and NVivo and a plain one alike, are told apart by their columns."""
