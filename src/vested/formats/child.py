"""The child process: sets itself limits, reads one file, and writes what it found as text."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from vested.errors import InputError
from vested.formats.conversion import Converted

_ROW_LIMIT = 1 << 24


def work(job: Mapping[str, Any]) -> None:
    """Do the job and leave; `answer.json` here in the folder says what came of it."""
    _limit(**job["limits"])
    try:
        answer = _done(job)
    except InputError as error:
        answer = {"error": [error.message, error.hint]}
    except MemoryError:
        answer = {"stopped": f"it needs more than {job['limits']['memory'] >> 20:,} MB of memory"}
    except BaseException as error:  # a panic of Polars is no Exception
        answer = {"stopped": _reason(error, job)}
    Path("answer.json").write_text(json.dumps(_clean(answer)), encoding="ascii")
    # Libraries that read a broken file may break down when they are taken apart.
    os._exit(0)


def _limit(memory: int, seconds: int, output: int) -> None:
    """Ask the system to hold this process to its limits, as far as it can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    # Python itself takes 15 MB or, where the system maps all its locales, some hundred.
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # not on Linux
        pages = 0
    memory += pages * resource.getpagesize()
    for name, wanted in (("AS", memory), ("CPU", seconds), ("FSIZE", output), ("CORE", 0)):
        kind = getattr(resource, f"RLIMIT_{name}", None)
        if kind is None:
            continue
        highest = resource.getrlimit(kind)[1]
        bounded = wanted if highest == resource.RLIM_INFINITY else min(wanted, highest)
        try:
            resource.setrlimit(kind, (bounded, highest))
        except (OSError, ValueError):  # macOS does not limit address space
            continue


def _done(job: Mapping[str, Any]) -> dict[str, Any]:
    function = getattr(import_module(job["module"]), job["function"])
    found = function(Path(job["file"]), job["name"], *job["arguments"])
    if not isinstance(found, Converted):
        return {"value": found}
    with open("body.csv", "wb", buffering=1 << 20) as out:
        writer = csv.writer(_Lines(out, job["name"]), lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows(_of_width(found.rows, len(found.header)))
    return {
        "kind": found.kind,
        "header": list(found.header),
        "fields": [[each.text, dict(each.labels), dict(each.missing)] for each in found.fields],
        "first_row": found.first_row,
        "notes": list(found.notes),
    }


def _of_width(rows: Iterable[Sequence[str]], width: int) -> Iterator[Sequence[str]]:
    for row in rows:
        if len(row) != width:
            raise ValueError(f"a row of {len(row)} cells where there are {width} columns")
        yield row


class _Lines:
    """A file for the csv module that takes any text and holds UTF-8 without zero bytes."""

    def __init__(self, out: BinaryIO, name: str) -> None:
        self.out = out
        self.name = name

    def write(self, line: str) -> None:
        if len(line) > _ROW_LIMIT:
            raise InputError(
                f"{self.name} has a row of {len(line):,} signs", "is it a table of answers?"
            )
        try:
            raw = line.encode()
        except UnicodeEncodeError:
            raw = _clean(line).encode()
        self.out.write(raw.replace(b"\0", b"\xef\xbf\xbd") if b"\0" in raw else raw)


def _clean(found: Any) -> Any:
    """The same, with a replacement character for what is no character."""
    if isinstance(found, str):
        return (
            found.encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
            .replace("\0", "\ufffd")
        )
    if isinstance(found, dict):
        return {_clean(key): _clean(each) for key, each in found.items()}
    if isinstance(found, (list, tuple)):
        return [_clean(each) for each in found]
    return found


def _reason(error: BaseException, job: Mapping[str, Any]) -> str:
    """The first line of what a library complains of, without the place of a temporary file."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    line = text.strip().partition("\n")[0].replace(job["file"], job["name"])
    return "".join(sign if sign.isprintable() else "?" for sign in line)[:160]
