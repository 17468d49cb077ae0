"""Which columns of an export name the organisation, the respondent, the wave, groups, weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vested.errors import InputError, UsageError, did_you_mean
from vested.platforms import Export, Role
from vested.questionnaire.wording import ORGANISATION_QUESTION
from vested.spelling import same
from vested.survey.mapping import ColumnMapping

ORGANISATION_NAMES = (
    *("organisation", "organization", "org", "company", "agency", "employer"),
    *("organisatie", "instelling", "werkgever", "bedrijf", "overheidsdienst"),
    *("organisme", "employeur", "entreprise", "établissement", "administration"),
    *("behörde", "arbeitgeber", "unternehmen", "einrichtung", "firma", "dienststelle"),
)
"""Column names that are taken for the organisation without being asked."""

_ORGANISATION = {same(name) for name in (*ORGANISATION_NAMES, *ORGANISATION_QUESTION.values())}


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns that the user named."""

    organisation: str | None = None
    respondent: str | None = None
    wave: str | None = None
    groups: tuple[str, ...] = ()
    weight: str | None = None
    duration: str | None = None
    instructed: tuple[tuple[str, str], ...] = ()
    """Columns of items that say what to answer, and that answer."""
    groups_by: str = "group"
    """The option that names the groups."""
    strata: tuple[str, ...] = ()
    """Columns whose distribution in the population is known."""


def named_roles(
    export: Export, roles: Roles, mapping: ColumnMapping | None
) -> tuple[dict[str, int], tuple[int, ...]]:
    """The columns that options name, and else the mapping."""
    wanted = {
        "organisation": roles.organisation,
        "respondent": roles.respondent,
        "wave": roles.wave,
        "weight": roles.weight,
        "duration": roles.duration,
    }
    named = {
        role: named_column(export, role, name) for role, name in wanted.items() if name is not None
    }
    groups = tuple(named_column(export, roles.groups_by, name) for name in roles.groups)
    if mapping is None:
        return named, groups
    for role in wanted:
        positions = [
            at for entry in mapping.role(role) if (at := entry.position(export)) is not None
        ]
        if len(positions) > 1:
            names = " and ".join(export.columns[at].name for at in positions)
            raise UsageError(f"{mapping.name}: both {names} are the {role}", "one column can be it")
        if positions and role not in named:
            named[role] = positions[0]
    if not groups:
        mapped = (entry.position(export) for entry in mapping.role("group"))
        groups = tuple(at for at in mapped if at is not None)
    return named, groups


def with_role(export: Export, role: Role) -> int | None:
    """The first column that the platform says has this role."""
    return next((at for at, column in enumerate(export.columns) if column.role == role), None)


def period_of(export: Export) -> tuple[int, int] | None:
    """The columns of when a respondent began and ended, where the platform has both."""
    start, end = with_role(export, "start"), with_role(export, "end")
    return (start, end) if start is not None and end is not None else None


def instructed_items(export: Export, roles: Roles) -> tuple[tuple[int, str], ...]:
    """The columns of items that say what to answer, and that answer."""
    return tuple(
        (named_column(export, "instructed", name), answer) for name, answer in roles.instructed
    )


def strata_of(export: Export, roles: Roles, taken: Mapping[int, str]) -> tuple[int, ...]:
    """The columns whose distribution in the population is known; `taken` are something else."""
    strata = tuple(named_column(export, "population", name) for name in roles.strata)
    for at in strata:
        if at in taken or strata.count(at) > 1:
            raise UsageError(
                f"--population: column {export.columns[at].name} is "
                f"{taken.get(at, 'there under two names')}",
                "its margins are to be of a column that tells respondents of an organisation apart",
            )
    return strata


def refuse_two_roles(export: Export, named: Mapping[str, int], groups: Sequence[int]) -> None:
    """No column can be two things at once."""
    seen: dict[int, str] = {}
    for role, position in [*named.items(), *(("group", at) for at in groups)]:
        if position in seen:
            raise UsageError(
                f"column {export.columns[position].name} is named as {seen[position]} and {role}",
                "name another column, or leave one of the two out",
            )
        seen[position] = role


def named_column(export: Export, role: str, name: str) -> int:
    """The position of a column that the user named: exactly, else whatever the case.

    Raises `UsageError` that says --role where there is none, `InputError` where there are several.
    """
    names = [column.name for column in export.columns]
    positions = [at for at, column in enumerate(names) if column == name]
    positions = positions or [at for at, column in enumerate(names) if same(column) == same(name)]
    positions = positions or [
        at
        for at, column in enumerate(export.columns)
        if same(name) in map(same, (column.export_id, *column.aliases, *column.texts))
    ]
    if len(positions) == 1:
        return positions[0]
    if positions:
        where = " and ".join(str(at + 1) for at in positions)
        raise InputError(
            f"{export.table.name}: {name!r} is the name of columns {where}",
            "give them different names",
        )
    shown = [column for column in names if column]
    raise UsageError(
        f"{export.table.name} has no column {name!r} (--{role})",
        did_you_mean(name, shown, f"its columns: {', '.join(shown[:8])}, …"),
    )


def organisation_of(export: Export, taken: set[int]) -> int:
    """The one column that can be the organisation; `taken` are columns that hold something else."""
    columns = export.columns
    known = [at for at, column in enumerate(columns) if column.role == "organisation"]
    known = known or [
        at
        for at, column in enumerate(columns)
        if not column.role
        and any(
            same(text) in _ORGANISATION for text in (column.name, column.export_id, *column.texts)
        )
    ]
    if len(known) == 1:
        return known[0]
    if known:
        where = ", ".join(columns[at].name for at in known)
        raise InputError(
            f"{export.table.name}: more than one column may name the organisation: {where}",
            "say which with --organisation COLUMN",
        )
    others = [
        column.name
        for at, column in enumerate(columns)
        if at not in taken and column.name and not column.role
    ]
    candidates = f"candidates: {', '.join(others[:8])}" if others else "add such a column"
    raise InputError(
        f"{export.table.name}: no column is recognised as the organisation",
        f"name it with --organisation COLUMN; {candidates}",
    )
