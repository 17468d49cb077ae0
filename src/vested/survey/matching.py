"""Which column of an export is which item: by name, by the platform's id, by the question's text.

Nothing is matched by likeness. Similar texts are suggestions, and only `vested inspect` shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from vested.errors import InputError, UsageError, did_you_mean
from vested.model import Instrument
from vested.platforms import Column, Export
from vested.questionnaire.pages import change_text
from vested.spelling import same
from vested.survey.mapping import ColumnMapping

SHORTEST_CUT = 20
"""A cut text that is shorter says too little: our choice."""

_CUT_MARKS = ("...", "…")


@dataclass(frozen=True, slots=True)
class Match:
    """One column that holds an item, or a stage or change of the technology inventory."""

    position: int
    how: str
    """What it was known by: `mapping`, `name`, `export id` or `question text`."""


def match_items(
    export: Export, instrument: Instrument, mapping: ColumnMapping | None = None
) -> dict[str, Match]:
    """By id of an item or of an inventory column, the column that holds it.

    A mapping goes first, then the id or an alias as the column's name, then as its name in the
    platform or the definition, and last the question's text in any language of the instrument;
    what is found early is not asked again.
    Raises `InputError` where two columns are the same item on the same grounds.
    """
    targets = _targets(instrument)
    given = _given(export, instrument, mapping, targets)
    found = dict(given)
    said = mapping.positions(export) if mapping else {}
    free = {
        position: column
        for position, column in enumerate(export.columns)
        if not column.role and position not in said
    }
    _match(
        export, targets, found, free, "name",
        lambda target: [target, *targets[target]], lambda c: [c.name],
    )  # fmt: skip
    _match(
        export, targets, found, free, "export id",
        lambda target: [target, *targets[target]], lambda c: [c.export_id, *c.aliases],
    )  # fmt: skip
    if free and len(found) < len(targets):
        texts = _texts(instrument)
        _match(
            export, targets, found, free, "question text",
            lambda target: texts.get(target, []), lambda c: [c.name, *c.texts],
        )  # fmt: skip
        _match_cut_texts(export, texts, found, free)
    return found


def _match(
    export: Export,
    targets: Iterable[str],
    found: dict[str, Match],
    free: dict[int, Column],
    how: str,
    keys_of_item: Callable[[str], Iterable[str]],
    keys_of_column: Callable[[Column], Iterable[str]],
) -> None:
    """Add to `found` the items whose keys are among the keys of a column that is still free."""
    known: dict[str, list[int]] = {}
    for position, column in free.items():
        for key in dict.fromkeys(same(key) for key in keys_of_column(column)):
            known.setdefault(key, []).append(position)
    for target in targets:
        if target in found:
            continue
        keys = dict.fromkeys(same(key) for key in keys_of_item(target))
        positions = sorted({at for key in keys if key for at in known.get(key, []) if at in free})
        if len(positions) > 1:
            raise twice(export, target, positions)
        if positions:
            found[target] = Match(positions[0], how)
            del free[positions[0]]


def _match_cut_texts(
    export: Export,
    texts: Mapping[str, list[str]],
    found: dict[str, Match],
    free: dict[int, Column],
) -> None:
    """Texts that an export cut off and marked so, where only one item begins like that."""
    whole = [(target, same(text)) for target, versions in texts.items() for text in versions]
    for position, column in list(free.items()):
        for cut in _cut(column):
            fitting = {target for target, text in whole if text.startswith(cut)}
            if len(fitting) == 1 and (target := fitting.pop()) not in found:
                found[target] = Match(position, "question text, cut off")
                del free[position]
                break


def _cut(column: Column) -> Iterator[str]:
    for text in (column.name, *column.texts):
        folded = same(text)
        for mark in map(same, _CUT_MARKS):
            if folded.endswith(mark) and len(folded) - len(mark) >= SHORTEST_CUT:
                yield folded.removesuffix(mark).rstrip()


def _targets(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """By id of what a column can hold, its aliases."""
    found = {item.id: item.aliases for item in instrument.items}
    for technology in instrument.inventory.technologies if instrument.inventory else ():
        change = technology.change_id
        # The codes of some survey tools have no underscore.
        found |= {technology.id: (), change: (change.replace("_", ""),)}
    return found


def _texts(instrument: Instrument) -> dict[str, list[str]]:
    found = {item.id: [*item.text.values(), *item.aliases] for item in instrument.items}
    if inventory := instrument.inventory:
        for technology in inventory.technologies:
            found[technology.id] = list(technology.name.values())
            found[technology.change_id] = list(change_text(inventory, technology).values())
    return found


def _given(
    export: Export,
    instrument: Instrument,
    mapping: ColumnMapping | None,
    targets: Mapping[str, tuple[str, ...]],
) -> dict[str, Match]:
    found: dict[str, Match] = {}
    for entry in mapping.items if mapping else ():
        target = next((known for known in targets if same(known) == same(entry.item)), None)
        if target is None:
            raise UsageError(
                f"{mapping.name if mapping else ''}: {entry.item} is no item of {instrument.id}",
                did_you_mean(entry.item, targets, "or a role, or ignore"),
            )
        position = entry.position(export)
        if position is None:
            continue  # another of the files may have it
        if target in found:
            raise twice(export, target, [found[target].position, position])
        found[target] = Match(position, "mapping")
    return found


def twice(export: Export, target: str, positions: list[int]) -> InputError:
    """The error for two columns that are one thing."""
    where = " and ".join(f"{at + 1} ({export.columns[at].name})" for at in positions)
    return InputError(
        f"{export.table.name}: {target} stands in columns {where}",
        "keep one of them: which one holds the answers cannot be told",
    )
