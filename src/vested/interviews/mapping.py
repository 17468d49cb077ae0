"""Mapping files of codes: what the user says that a code is; `vested inspect` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vested.errors import InputError, did_you_mean
from vested.interviews.matching import IGNORE, KINDS, CodeReader
from vested.marked import read_marked
from vested.model import Instrument
from vested.platforms.qda import Code
from vested.survey.mapping import quoted

_KEYS = ("instrument", "codes")


@dataclass(frozen=True, slots=True)
class CodeMapping:
    """What the user says of codes: a code's name or path, and a measure, a polarity or a kind."""

    name: str
    codes: Mapping[str, str]
    instrument: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    """By code, the line of the file."""

    def check(self, instrument: Instrument) -> None:
        """Raise `InputError` where a code is said to be what the instrument does not have."""
        reader = CodeReader(instrument, self.codes)
        for code, what in self.codes.items():
            if what and not reader.meaning(Code(code, code)).known:
                ids = [measure.id for measure in instrument.measures]
                line = f", line {self.lines[code]}" if code in self.lines else ""
                raise InputError(
                    f"{self.name}{line}: {what!r} is no measure of {instrument.id}, no polarity "
                    "and no kind of evidence",
                    did_you_mean(
                        what, [*ids, *KINDS, IGNORE],
                        "a measure is named by its id; polarities are -2 to 2; nothing is not "
                        "known; ignore leaves a code out",
                    ),
                )  # fmt: skip


def read_code_mapping(path: str | Path) -> CodeMapping:
    """Read a mapping file of codes; `InputError` that names the line where it is none."""
    path = Path(path)
    tree = read_marked(path, "mapping", "`vested inspect CODED --write FILE` makes one")
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
        {str(code): "" if what is None else str(what).strip() for code, what in codes.items()},
        str(instrument) if instrument else None,
        {str(code): tree["codes"].lc.key(code)[0] + 1 for code in codes},
    )


def code_mapping_text(instrument: str, codes: Iterable[tuple[str, str]], source: str) -> str:
    """A mapping file as text: for each code its path and what it is taken for."""
    lines = [
        f"# How vested reads the codes of {source!a}. Edit it, and use it with --mapping.",
        "# A code is a measure of the instrument, with a polarity (-2 to 2) if it has its own;",
        "# a polarity; a kind (event, claim or document); or ignore. Blank is not known.",
        f"instrument: {quoted(instrument)}",
        "codes:",
    ]
    for code, what in codes:
        key = quoted(code)
        # YAML wants a key of more than 1024 signs to be marked as one.
        lines.append(
            f"  {key}: {quoted(what)}" if len(key) < 1000 else f"  ? {key}\n  : {quoted(what)}"
        )
    return "\n".join(lines) + "\n"
