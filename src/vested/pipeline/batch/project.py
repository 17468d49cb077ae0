"""The project file `vested.yaml`: options for all clients, and what is different for some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vested.errors import InputError, did_you_mean
from vested.instruments import bundled
from vested.marked import read_marked

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

NAME = "vested.yaml"
_FILES = (
    *("instrument", "mapping", "definition", "population", "headcount", "benchmark", "logo"),
    "theme",
)
_EXAMPLE = "for example two lines: by: organisation, and formats: [html, pdf]"


class _Options(BaseModel):
    """What can be said for all clients, and for one: options of the command line, as one word."""

    model_config = ConfigDict(extra="forbid", strict=True)

    instrument: str | None = None
    mapping: str | None = None
    definition: str | None = None
    organisation: str | None = None
    respondent: str | None = None
    wave: str | None = None
    group: list[str] | None = None
    weight: str | None = None
    population: str | None = None
    trim: float | None = None
    headcount: str | None = None
    min_respondents: int | None = None
    confidence: float | None = None
    invalid: Literal["stop", "missing"] | None = None
    encoding: str | None = None
    answers: Literal["codes", "labels"] | None = None
    keep_unfinished: bool | None = None
    gate: Literal["on", "off"] | None = None
    benchmark: str | None = None
    benchmark_cell: str | None = None
    formats: list[str] | None = Field(default=None, min_length=1)
    language: str | None = None
    title: str | None = None
    logo: str | None = None
    theme: str | None = None


class _Client(_Options):
    name: str | None = Field(default=None, min_length=1)


class _File(_Options):
    by: str | None = None
    clients: dict[str, _Client] = {}


@dataclass(frozen=True, slots=True)
class Project:
    """What a project file says; options that it leaves out are not there."""

    by: str | None = None
    common: Mapping[str, Any] = field(default_factory=dict)
    clients: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the name of a client or of its file."""
    path: Path | None = None

    def files(self) -> set[Path]:
        """The files that it names, and itself: none of them is a survey."""
        said = [self.common, *self.clients.values()]
        named = {each[key].resolve() for each in said for key in _FILES if _is_path(each, key)}
        return named | ({self.path.resolve()} if self.path else set())


def read_project(path: Path) -> Project:
    """Read a project file; paths in it start from the folder that it is in.

    Raises `InputError` that names the line where a key is unknown, a value does not fit, or a file
    that it names does not exist.
    """
    tree = read_marked(path, "project", _EXAMPLE)
    try:
        entry = _File.model_validate(_plain(tree))
    except ValidationError as error:
        line, what, hint = min(_explain(tree, detail) for detail in error.errors())
        raise InputError(f"{path.name}, line {line}: {what}", hint) from None
    said = entry.model_dump(exclude_none=True, exclude={"by", "clients"})
    clients = {
        name: _with_paths(path, tree, ("clients", name), each.model_dump(exclude_none=True))
        for name, each in entry.clients.items()
    }
    return Project(entry.by, _with_paths(path, tree, (), said), clients, path)


def _plain(tree: Any) -> Any:
    """The same for pydantic: plain values, and a client of whom nothing is said as an empty one."""
    clients = tree.get("clients")
    if not isinstance(clients, dict):
        return dict(tree)
    return {**tree, "clients": {name: each or {} for name, each in clients.items()}}


def _with_paths(
    path: Path, tree: Any, place: Sequence[str], said: Mapping[str, Any]
) -> dict[str, Any]:
    """What is said, with names of files as paths that exist."""
    found = dict(said)
    for key in _FILES:
        if key not in found or (key == "instrument" and found[key] in bundled()):
            continue
        file = path.parent / found[key]
        is_there = file.is_dir() if key == "benchmark" else file.is_file()
        if not is_there:
            line = _line(tree, (*place, key))
            kind = "folder" if key == "benchmark" else "file"
            what = f"{path.name}, line {line}: there is no {kind} {found[key]}"
            hint = f"paths start from the folder of {path.name}"
            if key == "instrument":
                hint = did_you_mean(found[key], bundled(), f"bundled: {', '.join(bundled())}")
            raise InputError(what, hint)
        found[key] = file
    return found


def _is_path(said: Mapping[str, Any], key: str) -> bool:
    return isinstance(said.get(key), Path)


def _line(tree: Any, place: Sequence[str | int]) -> int:
    """The line of the deepest part of `place` that is in the file."""
    line, node = 1, tree
    for key in place:
        try:
            marks = node.lc
            line = (marks.key(key) if isinstance(node, dict) else marks.item(key))[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


def _explain(tree: Any, detail: ErrorDetails) -> tuple[int, str, str]:
    """A pydantic error in our words: line, what is wrong, what to do."""
    place = [part for part in detail["loc"] if part != "[key]"]
    where = ".".join(str(part) for part in place)
    line = _line(tree, place)
    given = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            model = _Client if place[0] == "clients" else _File
            known = list(model.model_fields)
            hint = did_you_mean(str(place[-1]), known, f"known here: {', '.join(known)}")
            return line, f"unknown key {where}", hint
        case "string_type" if isinstance(given, bool | int | float):
            return line, f"{where} must be text, not {given!r}", f'put it in quotes: "{given}"'
        case "literal_error":
            expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "")
            return line, f"{where} is {given!r}", f"it must be {expected}"
        case "list_type":
            return line, f"{where} must be a list", f"for example {place[-1]}: [{given}]"
        case "dict_type" | "model_type":
            return line, f"{where} must be names and values", "see docs/how-to/report-to-clients.md"
        case _:
            what = f"{where}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
            return line, what, "see docs/how-to/report-to-clients.md"
