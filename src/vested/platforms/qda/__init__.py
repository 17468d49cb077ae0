"""What QDA software writes of interviews: which passages of which source bear which code.

A module has `read(path, name) -> Project | None`. It looks whether the file is one that its
software writes, and claims it on marks that no other program writes. One whose software writes
tables has `recognise(table, name) -> Project | None` too, so that a table is opened only once.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from vested.errors import InputError


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


def is_coded(path: str | Path) -> bool:
    """Whether a file holds coded interviews that can be opened; False for whatever else it is."""
    try:
        open_project(path)
    except InputError:
        return False
    return True


def open_project(path: str | Path) -> Project:
    """The coded interviews in a file, or in the folder (`x.qda/`) in which QualCoder keeps one.

    Raises `InputError` where it is missing, broken, or of none of `PLATFORMS`.
    """
    path = Path(path)
    name = path.name
    if path.is_dir() and (path / "data.qda").is_file():
        path = path / "data.qda"
    if not path.is_file():
        what = "is a folder, not a file" if path.is_dir() else "does not exist"
        raise InputError(f"{name} {what}", "check the path and the spelling of the name")
    if path.stat().st_size == 0:
        raise InputError(f"{name} is empty", "was the export stopped before it was done?")
    if found := _asked(path):
        return replace(found, file=name)
    tried = ", ".join(PLATFORMS)
    raise InputError(
        f"{name} holds no coded interviews that are known (asked were: {tried})",
        "export a REFI-QDA project (.qdpx) or a table of coded segments from your QDA software; "
        "a table of your own needs at least the columns source and code, and a quotation or coder",
    )


def _asked(path: Path) -> Project | None:
    """What the first reader that knows a file finds in it."""
    from vested.platforms.qda import cells, database

    found: Project | None
    with ExitStack() as stack:
        table = None
        for module in PLATFORMS.values():
            if find_spec(module) is None:
                continue
            reader = import_module(module)
            if hasattr(reader, "recognise") and not database.is_database(path):
                table = table or cells.opened(path, stack)
                found = reader.recognise(table, path.name) if table else None
            else:
                found = reader.read(path, path.name)
            if found is not None:
                return found
    return None
