"""An instrument as text for people and as JSON for programs; the schema of instrument files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from vested.errors import InstrumentError
from vested.model import Instrument, Item, in_language


def as_json(instrument: Instrument) -> str:
    """The whole instrument; an item's scale by its id."""
    return json.dumps(_plain(instrument), indent=2, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        content = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        if isinstance(value, Item):
            content["scale"] = value.scale.id
        return content
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, tuple | list) else value


def as_text(instrument: Instrument, language: str = "en") -> str:
    """Items by section, then scales and measures, in one language.

    Raises `InstrumentError` where the instrument has no such language.
    """
    if language not in instrument.languages:
        raise InstrumentError(
            f"{instrument.id} has no texts in {language!r}",
            f"it has {', '.join(instrument.languages)}",
        )
    lines = [f"{in_language(instrument.name, language)}"]
    lines += [f"{instrument.id} {instrument.version}, {len(instrument.items)} items"]
    if instrument.about:
        lines += ["", in_language(instrument.about, language)]
    lines += _items(instrument, language)
    for scale in instrument.scales.values():
        labels = scale.labels.get(language) or next(iter(scale.labels.values()), ())
        named = labels or tuple(str(code) for code in scale.codes)
        options = [f"{code} {label}" for code, label in zip(scale.codes, named, strict=True)]
        missing = ", ".join(str(code) for code in scale.missing_codes)
        lines += ["", f"Scale {scale.id}: {' · '.join(options)}"]
        for code, others in zip(scale.codes, scale.alternatives.get(language, ()), strict=False):
            lines += [f"  also read as {code}: {', '.join(others)}"] if others else []
        lines += [f"  no answer: {missing}"] if missing else []
    lines += ["", "Measures"]
    for measure in instrument.measures:
        mark = " *" if measure.headline else ""
        name = in_language(measure.name, language)
        lines.append(f"  {measure.id:<14}{measure.kind:<14}{name}{mark} ({', '.join(measure.of)})")
    if instrument.inventory:
        lines += ["", in_language(instrument.inventory.title, language)]
        for technology in instrument.inventory.technologies:
            lines.append(f"  {technology.id:<6} {in_language(technology.name, language)}")
    if instrument.validation:
        lines += ["", "Validation still owed"]
        lines += [f"  - {in_language(entry, language)}" for entry in instrument.validation]
    return "\n".join(lines)


def _items(instrument: Instrument, language: str) -> list[str]:
    """The items under the heading and the stem of their section."""
    sections = {section.id: section for section in instrument.sections}
    lines: list[str] = []
    current = None
    for item in instrument.items:
        if item.section != current:
            current = item.section
            if section := sections.get(current):
                lines += ["", in_language(section.title, language)]
                lines += [f"  {in_language(section.stem, language)}"] if section.stem else []
        turned = " (reversed)" if item.reversed else ""
        lines.append(f"  {item.id:<6} {in_language(item.text, language)}{turned}")
    return lines


def schema_text() -> str:
    """The JSON Schema of instrument files."""
    from vested.instruments.schema import InstrumentFile

    schema = InstrumentFile.model_json_schema()
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
