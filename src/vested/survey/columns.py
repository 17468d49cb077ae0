"""What each column of an export is: an item, a role, or nothing that is scored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vested.errors import InputError, UsageError
from vested.model import Instrument, Scale
from vested.platforms import Exclusion, Export
from vested.spelling import same
from vested.survey.answers import AnswerKey, whole_number
from vested.survey.mapping import ColumnMapping
from vested.survey.matching import Match, match_items
from vested.survey.roles import (
    Roles,
    instructed_items,
    named_roles,
    organisation_of,
    period_of,
    refuse_two_roles,
    strata_of,
    with_role,
)

_RECOGNISED_SHARE = 0.5
"""An instrument is recognised when at least half of its items are there: our choice."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What was understood of one export: by position, what each column is and how it is read."""

    matches: Mapping[str, Match]
    """By id of an item, or of a stage or change of the inventory."""
    keys: Mapping[str, AnswerKey]
    """By the same ids, how the answers are understood."""
    organisation: int
    respondent: int | None = None
    wave: int | None = None
    groups: tuple[int, ...] = ()
    strata: tuple[int, ...] = ()
    """Columns whose distribution in the population is known, in the order in which they were
    named; a group can be one of them."""
    weight: int | None = None
    duration: int | None = None
    """How long a respondent took, in seconds."""
    period: tuple[int, int] | None = None
    """When a respondent began and ended, where no column says how long that took."""
    instructed: tuple[tuple[int, str], ...] = ()
    """Items that say what to answer, and that answer."""
    inventory: frozenset[str] = frozenset()
    """Which of the matches belong to the technology inventory."""
    exclusions: tuple[Exclusion, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def items(self) -> Mapping[str, int]:
        """By id of an item, its position."""
        found = self.matches.items()
        return {key: match.position for key, match in found if key not in self.inventory}


def understand(
    export: Export,
    instrument: Instrument,
    roles: Roles,
    mapping: ColumnMapping | None = None,
) -> Columns:
    """Find the instrument's items and the roles among the columns of an export.

    Raises `InputError` where an item stands twice or no item is there, where no column or more
    than one can be the organisation, and where it cannot be told whether answers are codes or
    texts; `UsageError` where a named column does not exist.
    """
    matches = match_items(export, instrument, mapping)
    scales = _scales(instrument)
    inventory = frozenset(matches) - {item.id for item in instrument.items}
    if len(matches) == len(inventory):
        raise _no_items(export, instrument)
    taken = {match.position for match in matches.values()}
    named, groups = named_roles(export, roles, mapping)
    instructed = instructed_items(export, roles)
    organisation = named.get("organisation")
    if organisation is None:
        organisation = organisation_of(export, taken)
    others = [*(("group", at) for at in groups), *(("instructed", at) for at, _ in instructed)]
    for role, position in [*named.items(), *others]:
        if position in taken:
            raise UsageError(
                f"--{role} {export.columns[position].name}: that column is an item of "
                f"{instrument.id}",
                "name the column that holds it",
            )
    refuse_two_roles(export, {"organisation": organisation, **named}, groups)
    has = {match.position: f"an item of {instrument.id}" for match in matches.values()}
    has |= {at: f"the {role}" for role, at in named.items()} | {organisation: "the organisation"}
    strata = strata_of(export, roles, has)
    used = {*taken, *named.values(), *groups, *strata, organisation, *(at for at, _ in instructed)}
    export = _with_answers_told(export, matches, scales)
    keys = _keys(export, matches, scales, mapping)
    return Columns(
        matches,
        keys,
        organisation,
        named.get("respondent", with_role(export, "respondent")),
        named.get("wave"),
        groups,
        strata,
        named.get("weight"),
        named.get("duration", with_role(export, "duration")),
        period_of(export),
        instructed,
        inventory,
        export.exclusions,
        tuple(
            column.name
            for at, column in enumerate(export.columns)
            if at not in used and column.name and not column.role
        ),
        tuple(_notes_on(export, matches, keys)),
    )


def recognise(
    exports: Sequence[Export],
    candidates: Sequence[Instrument],
    mapping: ColumnMapping | None = None,
) -> Instrument:
    """The candidate of whose items most are there, if at least half of them are.

    Raises `InputError` that lists what was compared where none has half of its items there.
    """
    compared: list[tuple[float, int, Instrument]] = []
    for instrument in candidates:
        known = {item.id for item in instrument.items}
        matched = (match_items(export, instrument, mapping) for export in exports)
        found = len(known & {target for matches in matched for target in matches})
        compared.append((found / len(instrument.items), found, instrument))
    possible = [entry for entry in compared if entry[0] >= _RECOGNISED_SHARE]
    if not possible:
        counts = "; ".join(
            f"{instrument.id}: {found} of {len(instrument.items)} items"
            for _, found, instrument in compared
        )
        raise InputError(
            f"{exports[0].table.name}: no instrument is recognised from the columns ({counts})",
            "name one with --instrument ID or --instrument FILE.yaml; `vested inspect` shows how "
            "each column is understood",
        )
    return max(possible, key=lambda entry: (entry[1], entry[0]))[2]


def _scales(instrument: Instrument) -> dict[str, Scale]:
    """By id of what a column can hold, its scale."""
    scales = {item.id: item.scale for item in instrument.items}
    if instrument.inventory:
        for technology in instrument.inventory.technologies:
            scales[technology.id] = instrument.inventory.stages
            scales[technology.change_id] = instrument.inventory.changes
    return scales


def _no_items(export: Export, instrument: Instrument) -> InputError:
    first = ", ".join(item.id for item in instrument.items[:4])
    return InputError(
        f"{export.table.name}: no column is an item of {instrument.id}",
        f"its columns should be named {first}, … or have the texts of its questions; "
        "`vested inspect` shows how each column is understood, and --mapping says what is what",
    )


# --- how answers are understood ---------------------------------------------------------------


def _with_answers_told(
    export: Export, matches: Mapping[str, Match], scales: Mapping[str, Scale]
) -> Export:
    """The export, knowing whether its answers are codes or texts where that makes a difference.

    Raises `InputError` where it makes one and cannot be told.
    """
    if export.answers != "either":
        return export
    columns = {
        match.position: AnswerKey(scales[target], options=export.columns[match.position].options)
        for target, match in matches.items()
    }
    cells = {at: {row[at] for row in export.table.sample if row[at].strip()} for at in columns}
    numbers = {
        at for at, found in cells.items() if any(whole_number(same(c)) is not None for c in found)
    }
    for at in sorted(numbers):
        label = columns[at].two_readings
        if label:
            raise InputError(
                f"{export.table.name}, column {export.columns[at].name}: numbers may be codes or "
                f"texts, for {label!r} is the text of another option than code {label}",
                "say which with --answers codes or --answers labels",
            )
    if not export.must_tell or not numbers:
        return export
    texts = any(
        whole_number(same(cell)) is None and isinstance(columns[at].meaning(cell), int)
        for at, found in cells.items()
        for cell in found
    )
    if texts:
        evidence = "other answers are the texts of options"
        return replace(export, answers="labels", evidence=evidence)
    if _fill_their_scales(columns, cells):
        evidence = "they run from the lowest code of each scale to the highest, and no further"
        return replace(export, answers="codes", evidence=evidence)
    raise InputError(
        f"{export.table.name}: the answers are numbers, and it cannot be told whether those are "
        f"codes or texts of options: {export.platform} writes either",
        "say which with --answers codes or --answers labels, or give the survey's --definition",
    )


def _fill_their_scales(
    columns: Mapping[int, AnswerKey], cells: Mapping[int, Collection[str]]
) -> bool:
    """Whether numbers on each scale reach from its lowest code to its highest.

    Texts that are other numbers than the codes cannot: they begin lower or end higher, or leave
    one of the ends out.
    """
    reach: dict[str, set[int]] = {}
    scales = {key.scale.id: key.scale for key in columns.values()}
    for at, key in columns.items():
        numbers = (whole_number(same(cell)) for cell in cells[at])
        known = {number for number in numbers if number is not None}
        reach.setdefault(key.scale.id, set()).update(known - set(key.scale.missing_codes))
    return all(
        not found or (min(found), max(found)) == (scales[name].low, scales[name].high)
        for name, found in reach.items()
    )


def _keys(
    export: Export,
    matches: Mapping[str, Match],
    scales: Mapping[str, Scale],
    mapping: ColumnMapping | None,
) -> dict[str, AnswerKey]:
    """How the answers of each matched column are understood.

    Columns of which nothing special is known share the key of their scale.
    """
    said = mapping.positions(export) if mapping else {}
    shared: dict[str, AnswerKey] = {}
    keys: dict[str, AnswerKey] = {}
    for target, match in matches.items():
        column, scale = export.columns[match.position], scales[target]
        values = said[match.position].values if match.position in said else None
        for cell, meaning in (values or {}).items():
            if isinstance(meaning, int) and meaning not in scale.codes:
                raise UsageError(
                    f"the mapping says that {cell!r} in {column.name} is {meaning}, which is no "
                    f"code of scale {scale.id}",
                    f"its codes are {scale.low}–{scale.high}; a text is the reason for no answer",
                )
        if not (column.options or column.missing or values):
            keys[target] = shared.setdefault(scale.id, AnswerKey(scale, answers=export.answers))
            continue
        key = AnswerKey(
            scale,
            options=column.options,
            missing=column.missing,
            values=values,
            answers=export.answers,
        )
        if key.conflict:
            raise InputError(
                f"{export.table.name}, column {column.name}: its codes are not those of scale "
                f"{scale.id}, and these of its labels are unknown: {key.conflict}",
                "add them to the scale's labels or missing labels in the instrument file, or say "
                "what they are with values in a --mapping",
            )
        keys[target] = key
    return keys


def _notes_on(
    export: Export, matches: Mapping[str, Match], keys: Mapping[str, AnswerKey]
) -> Iterator[str]:
    foreign = [
        export.columns[matches[target].position].name for target in keys if keys[target].foreign
    ]
    if foreign and export.answers != "labels":
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        yield (
            f"{export.table.name}: the value labels of {foreign[0]}{more} are not those of the "
            "instrument; its codes are taken as they are."
        )
