"""Which column of a table is which item and which role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vested.errors import InputError, UsageError, did_you_mean
from vested.formats import Table
from vested.model import Instrument
from vested.spelling import same

ORGANISATION_NAMES = (
    *("organisation", "organization", "org", "company", "agency", "employer"),
    *("organisatie", "instelling", "werkgever", "bedrijf", "overheidsdienst"),
    *("organisme", "employeur", "entreprise", "établissement", "administration"),
    *("behörde", "arbeitgeber", "unternehmen", "einrichtung", "firma", "dienststelle"),
)
"""Column names that are taken for the organisation without being asked."""

_PLAIN = {same(name) for name in ORGANISATION_NAMES}
_RECOGNISED_SHARE = 0.5
"""An instrument is recognised when at least half of its items are there: our choice."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns that the user named."""

    organisation: str | None = None
    respondent: str | None = None
    wave: str | None = None
    groups: tuple[str, ...] = ()
    weight: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions in one table: of each item by id, of the roles, of the technology inventory."""

    items: Mapping[str, int]
    organisation: int
    respondent: int | None = None
    wave: int | None = None
    groups: tuple[int, ...] = ()
    weight: int | None = None
    inventory: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


def understand(table: Table, instrument: Instrument, roles: Roles) -> Columns:
    """Match the columns of `table` to the instrument's items, by id or alias, and to the roles.

    Raises `InputError` where an item stands twice or no item is there, and where no column or
    more than one can be the organisation; `UsageError` where a named column does not exist.
    """
    items = _items(table, instrument)
    inventory = _positions(table, _inventory_names(instrument))
    taken = {*items.values(), *inventory.values()}
    named = {
        role: _named(table, role, name)
        for role, name in (
            ("organisation", roles.organisation),
            ("respondent", roles.respondent),
            ("wave", roles.wave),
            ("weight", roles.weight),
        )
        if name is not None
    }
    groups = tuple(_named(table, "group", name) for name in roles.groups)
    organisation = named.get("organisation")
    if organisation is None:
        organisation = _organisation(table, taken)
    for role, position in [*named.items(), *(("group", at) for at in groups)]:
        if position in taken:
            raise UsageError(
                f"--{role} {table.columns[position]}: that column is an item of {instrument.id}",
                "name the column that holds it",
            )
    _check_apart(table, {"organisation": organisation, **named}, groups)
    used = {*taken, *named.values(), *groups, organisation}
    return Columns(
        items,
        organisation,
        named.get("respondent"),
        named.get("wave"),
        groups,
        named.get("weight"),
        inventory,
        tuple(name for at, name in enumerate(table.columns) if at not in used and name.strip()),
    )


def _check_apart(table: Table, named: Mapping[str, int], groups: Sequence[int]) -> None:
    """No column can be two things at once."""
    seen: dict[int, str] = {}
    for role, position in [*named.items(), *(("group", at) for at in groups)]:
        if position in seen:
            raise UsageError(
                f"column {table.columns[position]} is named as {seen[position]} and as {role}",
                "name another column, or leave one of the two out",
            )
        seen[position] = role


def recognise(tables: Sequence[Table], candidates: Sequence[Instrument]) -> Instrument:
    """The candidate of whose items most are there, if at least half of them are.

    Raises `InputError` that lists what was compared where none has half of its items there.
    """
    present = {same(name) for table in tables for name in table.columns}
    compared: list[tuple[float, int, Instrument]] = []
    for instrument in candidates:
        found = sum(
            any(same(known) in present for known in (item.id, *item.aliases))
            for item in instrument.items
        )
        compared.append((found / len(instrument.items), found, instrument))
    possible = [entry for entry in compared if entry[0] >= _RECOGNISED_SHARE]
    if not possible:
        counts = "; ".join(
            f"{instrument.id}: {found} of {len(instrument.items)} items"
            for _, found, instrument in compared
        )
        raise InputError(
            f"{tables[0].name}: no instrument is recognised from the columns ({counts})",
            "name one with --instrument ID or --instrument FILE.yaml",
        )
    return max(possible, key=lambda entry: (entry[1], entry[0]))[2]


def _names(table: Table) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {}
    for position, name in enumerate(table.columns):
        names.setdefault(same(name), []).append(position)
    return names


def _items(table: Table, instrument: Instrument) -> dict[str, int]:
    wanted = {item.id: (item.id, *item.aliases) for item in instrument.items}
    found = _positions(table, wanted)
    if not found:
        first = ", ".join(item.id for item in instrument.items[:4])
        raise InputError(
            f"{table.name}: no column is an item of {instrument.id}",
            f"its columns should be named {first}, …; `vested instrument show ID-or-FILE` "
            "lists them, and --instrument chooses another",
        )
    return found


def _inventory_names(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    technologies = instrument.inventory.technologies if instrument.inventory else ()
    return {name: (name,) for t in technologies for name in (t.id, t.change_id)}


def _positions(table: Table, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    names = _names(table)
    found: dict[str, int] = {}
    for key, spellings in wanted.items():
        positions = sorted({at for spelling in spellings for at in names.get(same(spelling), [])})
        if len(positions) > 1:
            where = " and ".join(f"{at + 1} ({table.columns[at]})" for at in positions)
            raise InputError(
                f"{table.name}: {key} stands in columns {where}",
                "keep one of them: which one holds the answers cannot be told",
            )
        if positions:
            found[key] = positions[0]
    return found


def _named(table: Table, role: str, name: str) -> int:
    """The position of a column that the user named: exactly, else whatever the case."""
    exact = [at for at, column in enumerate(table.columns) if column == name]
    positions = exact or _names(table).get(same(name), [])
    if len(positions) == 1:
        return positions[0]
    if positions:
        where = " and ".join(str(at + 1) for at in positions)
        raise InputError(
            f"{table.name}: {name!r} is the name of columns {where}", "give them different names"
        )
    shown = [column for column in table.columns if column.strip()]
    raise UsageError(
        f"{table.name} has no column {name!r} (--{role})",
        did_you_mean(name, shown, f"its columns: {', '.join(shown[:8])}, …"),
    )


def _organisation(table: Table, taken: set[int]) -> int:
    known = [at for at, name in enumerate(table.columns) if same(name) in _PLAIN]
    if len(known) == 1:
        return known[0]
    if known:
        where = ", ".join(table.columns[at] for at in known)
        raise InputError(
            f"{table.name}: more than one column may name the organisation: {where}",
            "say which with --organisation COLUMN",
        )
    others = [name for at, name in enumerate(table.columns) if at not in taken and name.strip()]
    candidates = f"candidates: {', '.join(others[:8])}" if others else "add such a column"
    raise InputError(
        f"{table.name}: no column is recognised as the organisation",
        f"name it with --organisation COLUMN; {candidates}",
    )
