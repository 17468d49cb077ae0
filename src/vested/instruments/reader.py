"""From the text of an instrument file to a checked `Instrument`; errors name file and line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from vested.errors import InstrumentError, did_you_mean
from vested.instruments.checks import problems
from vested.instruments.families import scale_of
from vested.instruments.schema import (
    InstrumentFile,
    InventoryEntry,
    ItemEntry,
    MeasureEntry,
    ScaleEntry,
)
from vested.model import Instrument, Inventory, Item, Measure, Section, Technology

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_BYTES = 5_000_000
"""Our choice: 60 times the size of the 80-item instrument in four languages."""


@lru_cache(maxsize=8)
def read_instrument(raw: bytes, name: str) -> Instrument:
    """Read an instrument from the bytes of its YAML file; `name` is the file's name in errors."""
    from pydantic import ValidationError

    text = _text(raw, name)
    tree = _parse(text, name)
    try:
        entry = InstrumentFile.model_validate(tree)
    except ValidationError as error:
        marked = _parse_with_lines(text, name)
        raise _error(name, [_explain(marked, detail) for detail in error.errors()]) from None
    found = problems(entry)
    if found:
        marked = _parse_with_lines(text, name)
        raise _error(name, [(_line(marked, place), what, hint) for place, what, hint in found])
    return _build(entry, hashlib.sha256(raw).hexdigest())


def _text(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        raise InstrumentError(
            f"{name} is larger than an instrument file can be ({MAX_BYTES:,} bytes)",
            "is this a data file? Data files go before the options, instruments after --instrument",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InstrumentError(
            f"{name}, line {line}: not UTF-8 text", "save the instrument file as UTF-8"
        ) from None
    if re.search(r"[&*]\w", text):
        _refuse_aliases(text, name)
    return text


def _refuse_aliases(text: str, name: str) -> None:
    """Aliases can make a small file unfold into gigabytes; no instrument needs them."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.tokens import AliasToken, AnchorToken

    try:
        for token in YAML(typ="rt", pure=True).scan(text):
            if isinstance(token, AliasToken | AnchorToken):
                raise InstrumentError(
                    f"{name}, line {token.start_mark.line + 1}: instruments have no anchors (&) "
                    "or aliases (*)",
                    "write the text out in each place, or put it in quotes",
                )
    except YAMLError:
        return  # parsing will tell more


def _parse(text: str, name: str) -> Any:
    """The content of the file, parsed in C, which is five times as fast but forgets the lines."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe").load(text)
    except (YAMLError, ValueError, RecursionError):
        tree = _parse_with_lines(text, name)
    if not isinstance(tree, dict):
        raise InstrumentError(
            f"{name} is not an instrument: at the top it needs id, scales, items, measures",
            "`vested instrument show vested --format yaml` prints a file that works",
        )
    return tree


def _parse_with_lines(text: str, name: str) -> Any:
    """The content of the file, with the line of each part."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = (error.problem or error.context or "cannot be parsed").split("\n")[0]
        raise InstrumentError(
            f"{name}{where}: not valid YAML: {problem}",
            "check indentation, and quote texts that contain ': ' or begin with a special sign",
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise InstrumentError(
            f"{name}: not valid YAML: {str(error).splitlines()[0] if str(error) else 'too deep'}",
            "`vested instrument show vested --format yaml` prints a file that works",
        ) from None


def _line(tree: Any, place: Sequence[str | int]) -> int:
    """The line of the deepest part of `place` that is in the file."""
    line = 1
    node = tree
    for key in place:
        marks = getattr(node, "lc", None)
        try:
            if marks is not None and isinstance(node, dict):
                line = marks.key(key)[0] + 1
            elif marks is not None:
                line = marks.item(key)[0] + 1
            node = node[key]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line


def _explain(tree: Any, detail: ErrorDetails) -> tuple[int, str, str]:
    """A pydantic error in our words: line, what is wrong, what to do."""
    place = [part for part in detail["loc"] if part != "[key]"]
    where = ".".join(str(part) for part in place)
    line = _line(tree, place)
    last = str(place[-1]) if place else ""
    match detail["type"]:
        case "extra_forbidden":
            known = _keys_beside(place)
            hint = did_you_mean(last, known, f"known here: {', '.join(known)}")
            return line, f"unknown key {where}", hint
        case "missing":
            return line, f"{where} is missing", f"add {last}:"
        case "string_type" if isinstance(detail["input"], bool | int | float):
            value = detail["input"]
            hint = (
                'put it in quotes, so that "1.10" stays 1.10'
                if isinstance(value, float)
                else f'put it in quotes: "{value}"'
            )
            return line, f"{where} must be text, not {value!r}", hint
        case "string_pattern_mismatch":
            text = f"{where} is {detail['input']!r}"
            return line, text, f"it must match {detail.get('ctx', {}).get('pattern')}"
        case "literal_error":
            expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "")
            return line, f"{where} is {detail['input']!r}", f"it must be {expected}"
        case _:
            return line, f"{where}: {detail['msg'][0].lower()}{detail['msg'][1:]}", "see the schema"


def _keys_beside(place: Sequence[str | int]) -> list[str]:
    """The keys that are allowed where the last key of `place` stands."""
    model: Any = InstrumentFile
    entries = {
        "scales": ScaleEntry,
        "stages": ScaleEntry,
        "changes": ScaleEntry,
        "items": ItemEntry,
        "measures": MeasureEntry,
        "inventory": InventoryEntry,
    }
    for part in place[:-1]:
        model = entries.get(str(part), model)
    return list(model.model_fields)


def _error(name: str, found: list[tuple[int, str, str]]) -> InstrumentError:
    found = sorted(found)
    line, text, hint = found[0]
    more = "".join(f"\n       {name}, line {at}: {what}" for at, what, _ in found[1:10])
    rest = f"\n       … and {len(found) - 10} more" if len(found) > 10 else ""
    return InstrumentError(f"{name}, line {line}: {text}{more}{rest}", hint)


def _build(entry: InstrumentFile, digest: str) -> Instrument:
    scales = {key: scale_of(key, value) for key, value in entry.scales.items()}
    return Instrument(
        id=entry.id,
        version=entry.version,
        name=entry.name,
        about=entry.about,
        validated=entry.validated,
        references=entry.references,
        scales=scales,
        sections=tuple(Section(s.id, s.title, s.stem) for s in entry.sections),
        items=tuple(
            Item(
                item.id,
                scales[item.scale],
                item.reversed,
                item.text or {"en": item.id},
                tuple(item.aliases),
                item.section,
                item.source,
            )
            for item in entry.items
        ),
        measures=tuple(_measure(measure) for measure in entry.measures),
        inventory=_inventory(entry.inventory) if entry.inventory else None,
        validation=tuple(entry.validation),
        licence=entry.licence,
        digest=digest,
    )


def _measure(entry: MeasureEntry) -> Measure:
    return Measure(
        entry.id,
        entry.kind,
        tuple(entry.of),
        entry.name or {"en": entry.id},
        entry.aggregation,
        tuple(entry.weights),
        entry.headline,
        {language: (poles[0], poles[1]) for language, poles in entry.poles.items()},
        entry.description,
    )


def _inventory(entry: InventoryEntry) -> Inventory:
    return Inventory(
        entry.title,
        entry.stem,
        scale_of("inventory stages", entry.stages),
        scale_of("inventory changes", entry.changes),
        entry.change_question,
        tuple(Technology(technology.id, technology.name) for technology in entry.technologies),
    )
