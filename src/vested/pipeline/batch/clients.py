"""Who the clients are: their names, their files, their options, and the folder of each."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from vested.errors import InputError, UsageError, nearest
from vested.formats import Part
from vested.pipeline.batch.project import NAME, Project
from vested.spelling import same, tidy

_LONGEST, _MOST_BYTES = 60, 180
"""Signs, and bytes in UTF-8, of the name of a folder before its hash: systems take 255 bytes."""
_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]*")
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows keeps for devices."""
_DEFAULTS: Mapping[str, Any] = {"formats": ["html", "pdf", "xlsx"]}
_LITTER = re.compile(r"\..*|~\$.*|thumbs\.db|desktop\.ini", re.IGNORECASE)
"""What programs leave in folders: hidden files, locks of open workbooks, pictures of Windows."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client: what is read for it and nothing else, and how."""

    name: str
    folder: str
    surveys: tuple[Path | Part, ...]
    options: Mapping[str, Any]


def folder_name(name: str) -> str:
    """A name of a folder that is safe on every system, and the same whoever else is a client.

    A name of lower-case letters, digits, - and _ stays as it is. From any other, letters and digits
    are kept (in lower case), everything else becomes -, and a hash of the name makes sure that no
    two names share a folder.

    >>> folder_name("gent-2025"), folder_name("City of Oakhaven"), folder_name("../../etc")
    ('gent-2025', 'city-of-oakhaven-c91310b6', 'etc-74ccf3c5')
    """
    if _SAFE.fullmatch(name) and len(name) <= _LONGEST and not _RESERVED.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).lower())
    kept = "".join(c if c in "-_" or unicodedata.category(c)[0] in "LMN" else "-" for c in plain)
    short = re.sub("-+", "-", kept).strip("-_")[:_LONGEST]
    short = short.encode()[:_MOST_BYTES].decode(errors="ignore").strip("-_")
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short or 'client'}-{digest}"


def survey_files(source: Path, project: Project) -> tuple[list[Path], list[str]]:
    """The files to read, by name, and notes on what lies there and is not read.

    Raises `InputError` where there is none.
    """
    if not source.exists():
        raise InputError(f"{source} does not exist", "check the path and the spelling of the name")
    if source.is_file():
        return [source], []
    named = project.files()
    found, notes = [], []
    for path in sorted(source.iterdir(), key=lambda path: path.name):
        if _LITTER.fullmatch(path.name) or path.name == NAME or path.resolve() in named:
            continue
        if path.is_file():
            found.append(path)
        else:
            notes.append(f"{path.name} in {source.name} is not read: it is no file.")
    if not found:
        raise InputError(
            f"there is no survey in {source}", "put one file per client there, or one for all"
        )
    return found, notes


def clients_of_files(
    files: Iterable[Path], project: Project, given: Mapping[str, Any]
) -> tuple[list[Client], list[str]]:
    """One client per file, named after it; and notes.

    Raises `UsageError` where two files would be the same client.
    """
    surveys: dict[str, tuple[Path, ...]] = {}
    said: dict[str, Mapping[str, Any]] = {}
    used: set[str] = set()
    for file in files:
        stem = tidy(Path(re.sub(r"(?i)\.(gz|zip)$", "", file.name)).stem)
        key = _key(project, file.name) or _key(project, stem)
        own = dict(project.clients[key]) if key else {}
        used.add(key)
        name = tidy(own.pop("name", stem)) or file.name
        if name in surveys:
            raise UsageError(
                f"{surveys[name][0].name} and {file.name} would both be the client {name}",
                "rename one of them, or give it a name under clients: in the project file",
            )
        surveys[name], said[name] = (file,), own
    return _clients(surveys, said, project, given), list(_unknown(project, used, surveys))


def clients_of_parts(
    parts: Mapping[str, Sequence[Part]], project: Project, given: Mapping[str, Any]
) -> tuple[list[Client], list[str]]:
    """One client per name in a column; and notes. Raises `UsageError` where two have one name."""
    surveys: dict[str, Sequence[Path | Part]] = {}
    said: dict[str, Mapping[str, Any]] = {}
    used: set[str] = set()
    for value, found in parts.items():
        key = _key(project, value)
        own = dict(project.clients[key]) if key else {}
        used.add(key)
        name = tidy(own.pop("name", value))
        if name in surveys:
            raise UsageError(
                f"two clients would have the name {name}", "give each its own in the project file"
            )
        # The parts are text of our own making: what was said of the encoding is about the files.
        surveys[name], said[name] = found, {**own, "encoding": None}
    clients = _clients(surveys, said, project, {**given, "encoding": None})
    return clients, [*_unknown(project, used, parts), *_alike(parts)]


def _key(project: Project, name: str) -> str:
    """What the project file calls a client or its file; nothing where it says nothing of it."""
    return next((key for key in project.clients if tidy(key) == tidy(name)), "")


def _clients(
    surveys: Mapping[str, Sequence[Path | Part]],
    said: Mapping[str, Mapping[str, Any]],
    project: Project,
    given: Mapping[str, Any],
) -> list[Client]:
    """The clients by name; what the command line gives goes before what the project file says."""

    def options(own: Mapping[str, Any]) -> dict[str, Any]:
        return {**_DEFAULTS, **project.common, **own, **given}

    clients = [
        Client(name, folder_name(name), tuple(files), options(said[name]))
        for name, files in sorted(surveys.items())
    ]
    if len({client.folder for client in clients}) < len(clients):
        raise UsageError("two clients would have the same folder", "rename one of them")
    return clients


def _unknown(project: Project, used: set[str], known: Iterable[str]) -> Iterator[str]:
    """Clients in the project file that are not there."""
    known = list(known)
    for key in project.clients:
        if key not in used:
            near = nearest(key, known, 1)
            yield f"{key}, named in the project file, is no client here" + (
                f"; did you mean {near[0]}?" if near else "."
            )


def _alike(names: Iterable[str]) -> Iterator[str]:
    """Names that differ only in spelling, which may be one client."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in names:
        spellings[same(name)].append(name)
    for group in spellings.values():
        if len(group) > 1:
            yield f"{' and '.join(sorted(group))} differ only in spelling and are clients apart."
