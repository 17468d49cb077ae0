"""What the XML of a project says, as it stands there: ids are references still."""

from __future__ import annotations

from dataclasses import dataclass, field

from vested.platforms.qda import Code


@dataclass(slots=True)
class Selection:
    """A passage: of a text with its positions as they stand there, of anything else without."""

    guid: str
    name: str
    start: str
    end: str
    codings: list[tuple[str, str]] = field(default_factory=list)
    """Ids of the user and of the code."""
    quotation: str = ""
    user: str = ""


@dataclass(slots=True)
class Document:
    """A source: an interview, a picture."""

    guid: str
    name: str
    kind: str
    plain_path: str = ""
    rich_path: str = ""
    content: str | None = None
    selections: list[Selection] = field(default_factory=list)
    codings: list[tuple[str, str]] = field(default_factory=list)
    """Of the source as a whole."""
    values: list[tuple[str, str]] = field(default_factory=list)
    """Ids of variables and their values."""


@dataclass(slots=True)
class Case:
    """What the sources or passages that it names have in common."""

    name: str
    values: list[tuple[str, str]] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    selections: list[str] = field(default_factory=list)
    codes: int = 0


@dataclass(slots=True)
class Raw:
    """All of a document that is used, in its order."""

    origin: str = ""
    is_project: bool = True
    users: list[tuple[str, str]] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    sources: list[Document] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    sets: list[tuple[str, list[str]]] = field(default_factory=list)
    without_code: int = 0
    """Codings that name no code at all."""
    in_memos: int = 0
    """Codings of notes that researchers wrote, which are no sources."""
