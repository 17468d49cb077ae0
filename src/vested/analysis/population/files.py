"""The files that describe a population: margins per variable, and headcounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vested.errors import InputError, did_you_mean
from vested.interviews.lists import read_records
from vested.spelling import same, tidy

PathLike = str | Path
EVERY = ""
"""The organisation of margins that hold for every one."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?|[.,]\d+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[., ’']\d{3})+")


class Headcount(NamedTuple):
    """How many staff there are, and the row that says so."""

    staff: int
    row: int


@dataclass(frozen=True, slots=True)
class Margins:
    """How many of the population have each value of each variable, per organisation."""

    file: str
    variables: tuple[str, ...]
    """In alphabetical order, as the columns of the survey are called."""
    counts: Mapping[str, Mapping[int, Mapping[str, float]]]
    """By organisation (or `EVERY`), place of the variable and value, all as `same` has them."""
    spelled: Mapping[str, str]
    """Organisations and values as they are written, by `same`."""

    def of(self, organisation: str, variable: int) -> Mapping[str, float] | None:
        """The counts of a variable for an organisation: its own, else those for every one."""
        for name in (same(organisation), EVERY):
            if variable in self.counts.get(name, {}):
                return self.counts[name][variable]
        return None


@dataclass(frozen=True, slots=True)
class Headcounts:
    """How many staff each organisation has, per wave where the file says so."""

    file: str
    by_wave: bool
    counts: Mapping[tuple[str, str], Headcount]
    """By organisation and wave as `same` has them; the wave is blank where it is not told."""

    def of(self, organisation: str, wave: str) -> Headcount | None:
        return self.counts.get((same(organisation), same(wave) if self.by_wave else ""))


def read_margins(path: PathLike) -> Margins:
    """Read margins: the columns variable, value and count, and organisation where it matters.

    Raises `InputError` that names row and column where they cannot be understood.
    """
    path = Path(path)
    spelled: dict[str, str] = {}
    variables: dict[str, str] = {}
    found: dict[tuple[str, str, str], float] = {}
    for row, cells in _records(path, "--population", ("variable", "value", "count"), EVERY):
        organisation, variable, value = (
            same(cells[name]) for name in ("organisation", "variable", "value")
        )
        for name in ("variable", "value"):
            if not same(cells[name]):
                raise InputError(
                    f"{path.name}, row {row}, column {name} is blank",
                    "each row says of which value of which variable there are how many",
                )
        if (organisation, variable, value) in found:
            raise InputError(
                f"{path.name}, row {row}: {cells['value']} of {cells['variable']} is there twice",
                "one row for each value, and for each organisation where they differ",
            )
        for name in ("organisation", "value"):
            spelled.setdefault(same(cells[name]), tidy(cells[name]))
        variables.setdefault(variable, cells["variable"])
        found[organisation, variable, value] = _count(path, row, cells["count"])
    if not found:
        raise InputError(f"{path.name} has no margins", "its columns are variable, value and count")
    ordered = sorted(variables)
    counts: dict[str, dict[int, dict[str, float]]] = {}
    for organisation, variable, value in sorted(found):
        of = counts.setdefault(organisation, {}).setdefault(ordered.index(variable), {})
        of[value] = found[organisation, variable, value]
    return Margins(path.name, tuple(variables[name] for name in ordered), counts, spelled)


def read_headcounts(path: PathLike) -> Headcounts:
    """Read headcounts: the columns organisation and count, and wave where they differ by wave.

    Raises `InputError` that names row and column where they cannot be understood.
    """
    path = Path(path)
    counts: dict[tuple[str, str], Headcount] = {}
    by_wave = False
    for row, cells in _records(path, "--headcount", ("organisation", "count"), "wave"):
        key = same(cells["organisation"]), same(cells["wave"])
        by_wave = by_wave or bool(key[1])
        if not key[0]:
            raise InputError(
                f"{path.name}, row {row}, column organisation is blank", "name the organisation"
            )
        if key in counts:
            raise InputError(
                f"{path.name}, row {row}: {cells['organisation']} is there twice",
                "one row for each organisation, and for each wave where it has a column wave",
            )
        count = _count(path, row, cells["count"])
        if count != int(count):
            raise InputError(
                f"{path.name}, row {row}, column count: {cells['count']!r} is no whole number",
                "how many people work there, counted as those who were asked are",
            )
        counts[key] = Headcount(int(count), row)
    if by_wave and (blank := next((h for k, h in counts.items() if not k[1]), None)):
        raise InputError(
            f"{path.name}, row {blank.row}, column wave is blank", "other rows name their wave"
        )
    return Headcounts(path.name, by_wave, counts)


def _records(
    path: Path, option: str, needed: Sequence[str], optional: str
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows by name of column; one that may be missing counts as blank."""
    optional = optional or "organisation"
    header, rows = read_records(path, option)
    names = [same(name) for name in header]
    known = (*needed, optional)
    for name in needed:
        if name not in names:
            raise InputError(
                f"{path.name} has no column {name}",
                f"its columns are {', '.join(needed)}, and {optional} where it matters",
            )
    for name in names:
        if name not in known or names.count(name) > 1:
            raise InputError(
                f"{path.name} has a column {name!r} that is not understood or there twice",
                did_you_mean(name, known, f"its columns are {', '.join(known)}"),
            )
    for row, cells in rows:
        yield row, {optional: "", **dict(zip(names, cells, strict=True))}


def _count(path: Path, row: int, text: str) -> float:
    plain = text.strip()
    if _GROUPED.fullmatch(plain):
        raise InputError(
            f"{path.name}, row {row}, column count: {text!r} may be thousands or a fraction",
            "write it without a separator of thousands",
        )
    number = float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else 0.0
    if not 0 < number < 1e12:
        raise InputError(
            f"{path.name}, row {row}, column count: {text!r} is no number above 0",
            "leave out values and organisations that nobody belongs to",
        )
    return number
