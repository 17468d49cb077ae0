"""What the user says of sources, in a csv: their organisation, their phase."""

from __future__ import annotations

from pathlib import Path

from vested.errors import InputError
from vested.interviews.lists import read_records
from vested.spelling import same

_NAMES = {same(name) for name in ("source", "document", "name", "file", "bron", "quelle")}


def read_sources(path: str | Path) -> dict[str, dict[str, str]]:
    """By name of a source, its variables: a csv with a column source and one per variable.

    Raises `InputError` where it is none, or names a source twice.
    """
    path = Path(path)
    header, rows = read_records(path, "--sources")
    at = [at for at, name in enumerate(header) if same(name) in _NAMES]
    if len(at) != 1:
        what = "no column source" if not at else "more than one column of sources"
        raise InputError(f"{path.name} has {what}", "its columns: source, organisation, phase, …")
    found: dict[str, dict[str, str]] = {}
    rows_of: dict[str, int] = {}
    for number, cells in rows:
        source = cells[at[0]]
        if not source:
            continue
        first = rows_of.setdefault(same(source), number)
        if first != number:
            raise InputError(
                f"{path.name}: rows {first} and {number} name the same source",
                "keep one of the rows",
            )
        found[source] = {
            key: value
            for place, (key, value) in enumerate(zip(header, cells, strict=True))
            if place != at[0] and key and value
        }
    return found
