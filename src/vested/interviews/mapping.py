"""Mapping files of codes: what the user says that a code is; `vested inspect` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vested.errors import InputError, did_you_mean
from vested.survey.mapping import quoted, read_tree

_KEYS = ("instrument", "codes")


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What the user says of codes: a code's name or path, and a measure, a polarity or a kind."""

    name: str
    codes: Mapping[str, str]
    instrument: str | None = None


def read_code_mapping(path: str | Path) -> CodeMapping:
    """Read a mapping file of codes; `InputError` that names the line where it is none."""
    path = Path(path)
    tree = read_tree(path)
    for key in tree:
        if key not in _KEYS:
            line = tree.lc.key(key)[0] + 1
            hint = did_you_mean(str(key), _KEYS, f"known are {' and '.join(_KEYS)}")
            raise InputError(f"{path.name}, line {line}: unknown entry {key!r}", hint)
    codes: Any = tree.get("codes")
    if not isinstance(codes, dict) or not codes:
        raise InputError(
            f"{path.name} names no codes", "`vested inspect CODED --write FILE` makes such a file"
        )
    instrument = tree.get("instrument")
    return CodeMapping(
        path.name,
        {str(code): str(what) for code, what in codes.items()},
        str(instrument) if instrument else None,
    )


def code_mapping_text(instrument: str, codes: Iterable[tuple[str, str]], source: str) -> str:
    """A mapping file as text: for each code its path and what it is taken for."""
    lines = [
        f"# How vested reads the codes of {source!a}. Edit it, and use it with --mapping.",
        "# A code is a measure of the instrument, a polarity (-2 to 2), a kind (event, claim or",
        "# document) or ignore; blank is not known.",
        f"instrument: {quoted(instrument)}",
        "codes:",
    ]
    lines += [f"  {quoted(code)}: {quoted(what)}" for code, what in codes]
    return "\n".join(lines) + "\n"
