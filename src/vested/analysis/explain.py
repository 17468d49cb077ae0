"""What each statistic, screen and rule is, how to read it, and where it misleads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from vested.errors import UsageError, did_you_mean
from vested.spelling import same

_FILE = Path(__file__).with_name("explanations.yaml")


@dataclass(frozen=True, slots=True)
class Reading:
    """One rule for reading a number, and where it comes from."""

    rule: str
    source: str
    recalled: bool
    """Quoted from general knowledge, not looked up in the source."""


@dataclass(frozen=True, slots=True)
class Explanation:
    id: str
    topic: str
    """reliability, agreement, screening, structure, scores, coding, consolidation or comparison."""

    name: str
    aliases: tuple[str, ...]
    functions: tuple[str, ...]
    """What computes it, dotted below `vested.stats`; empty for a rule of the program itself."""

    what: str
    formula: str
    reading: tuple[Reading, ...]
    misleads: str
    source: str
    recalled: bool
    """The source is quoted from general knowledge, not looked up."""


def explain(name: str) -> Explanation:
    """The explanation that goes by this id, name or other name, however it is spelled.

    Capitals, spaces, hyphens and underscores make no difference. UsageError for a name that is not
    known, with the nearest that are.
    """
    found = _by_name().get(_key(name))
    if found is None:
        known = [known for each in explanations() for known in (each.id, each.name, *each.aliases)]
        raise UsageError(
            f"nothing is known by the name {name!r}",
            did_you_mean(name, known, "`vested explain` without a name lists what there is"),
        )
    return found


def names() -> tuple[str, ...]:
    """The ids of all explanations, by topic, in the order in which they are best read."""
    return tuple(each.id for each in explanations())


@cache
def explanations() -> tuple[Explanation, ...]:
    """All explanations, in the order of `names`."""
    from ruamel.yaml import YAML

    return tuple(_explanation(entry) for entry in YAML(typ="safe").load(_FILE))


def _explanation(entry: dict[str, Any]) -> Explanation:
    reading = tuple(
        Reading(rule["rule"], rule["source"], rule.get("recalled", False))
        for rule in entry["reading"]
    )
    return Explanation(
        id=entry["id"],
        topic=entry["topic"],
        name=entry["name"],
        aliases=tuple(entry["aliases"]),
        functions=tuple(entry["functions"]),
        what=entry["what"],
        formula=entry["formula"],
        reading=reading,
        misleads=entry["misleads"],
        source=entry["source"],
        recalled=entry.get("recalled", False),
    )


@cache
def _by_name() -> dict[str, Explanation]:
    return {
        _key(name): each for each in explanations() for name in (*each.aliases, each.name, each.id)
    }


def _key(name: str) -> str:
    return same(name).replace("_", "-").replace(" ", "-")
