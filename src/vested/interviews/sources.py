"""What the user says of sources, in a csv: their organisation, their phase."""

from __future__ import annotations

import csv
from pathlib import Path

from vested.errors import InputError
from vested.spelling import same

_NAMES = {same(name) for name in ("source", "document", "name", "file", "bron", "quelle")}


def read_sources(path: str | Path) -> dict[str, dict[str, str]]:
    """By name of a source, its variables: a csv with a column source and one per variable.

    Raises `InputError` where it is none, or names a source twice.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{path.name} cannot be read: {error.strerror}", "check the path after --sources"
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text", "save it as UTF-8") from None
    reader = csv.DictReader(text.splitlines(keepends=True))
    names = [name for name in reader.fieldnames or () if same(name) in _NAMES]
    if len(names) != 1:
        raise InputError(
            f"{path.name} has no column source", "its columns: source, organisation, phase, …"
        )
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(reader, start=2):
        source = (row.pop(names[0]) or "").strip()
        if not source:
            continue
        if source in found:
            raise InputError(
                f"{path.name}, row {number}: {source!r} stands there twice", "keep one of the rows"
            )
        found[source] = {key: value.strip() for key, value in row.items() if key and value}
    return found
