"""Result tables as JSON: one object, a key per table, a list of rows each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from vested.table import ResultTable


def table(result: ResultTable) -> bytes:
    """One table as a list of rows, one row a line."""
    rows = result.frame.write_ndjson().strip().replace("\n", ",\n")
    return f"[\n{rows}\n]\n".encode()


def recipe(content: Mapping[str, Any]) -> bytes:
    """A recipe as indented JSON."""
    return (json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def tables(results: Mapping[str, ResultTable], made_by: Mapping[str, Any]) -> bytes:
    """Several tables and their recipe, where there is one, as one object.

    What it says depends on the rows and the options only, not on the files that the rows came in:
    those stand, with their hashes, in the `recipe.json` of a folder.
    """
    return _object(results, [b'"recipe": %b' % recipe(made_by).rstrip()] if made_by else [])


def _object(results: Mapping[str, ResultTable], further: Sequence[bytes]) -> bytes:
    parts = [
        b'"%b": %b' % (name.encode(), table(value).rstrip()) for name, value in results.items()
    ]
    return b"{\n" + b",\n".join([*parts, *further]) + b"\n}\n"
