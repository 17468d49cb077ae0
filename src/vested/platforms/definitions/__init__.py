"""Questionnaires as survey software stores them: what the columns of an export stand for.

A definition module (`qsf`, `lss`, `xlsform`, `redcap_dictionary`) has
`read(path, name) -> Definition | None`: None where the file is of another kind, `InputError` where
it is of that kind and broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from vested.errors import InputError
from vested.model import Text, in_language
from vested.platforms import Export
from vested.spelling import same


@dataclass(frozen=True, slots=True)
class Question:
    """One column that the questionnaire will give: a question, or one row of a grid."""

    name: str
    """The name that the export gives to its column."""
    text: Text = field(default_factory=dict)
    """What respondents read, by language, without HTML; of a grid the statement alone."""
    stem: Text = field(default_factory=dict)
    """The question above the statements of a grid."""
    export_id: str = ""
    """The platform's own id, where columns can be renamed (Qualtrics: `QID20_3`)."""
    options: Mapping[str, Text] = field(default_factory=dict)
    """Code in a numeric export, to label by language, in the order shown; empty if open."""
    missing: frozenset[str] = frozenset()
    """Codes of `options` that mean: no answer."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A questionnaire as one platform stores it."""

    platform: str
    title: str
    language: str
    """The language of a text whose language the file does not tell."""
    questions: tuple[Question, ...]


KINDS: Mapping[str, str] = {
    "a Qualtrics survey (.qsf)": "vested.platforms.definitions.qsf",
    "a LimeSurvey structure (.lss)": "vested.platforms.definitions.lss",
    "an XLSForm (.xlsx)": "vested.platforms.definitions.xlsform",
    "a REDCap data dictionary (.csv)": "vested.platforms.definitions.redcap_dictionary",
}
"""What can be read as a definition, and the module whose `read` does it."""


def read_definition(path: str | Path) -> Definition:
    """Read a definition of whatever kind.

    Raises `InputError` where the file is missing, broken, or none of `KINDS`.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path.name} does not exist", "check the path after --definition")
    if found := definition_in(path):
        return found
    raise InputError(
        f"{path.name} is no definition of a survey that is known",
        f"known are {', '.join(KINDS)}",
    )


def definition_in(path: str | Path) -> Definition | None:
    """The definition in a file, None where it holds none.

    Raises `InputError` where it is of one of `KINDS` and broken.
    """
    path = Path(path)
    for module in KINDS.values():
        found: Definition | None = import_module(module).read(path, path.name)
        if found is not None:
            return found
    return None


def described(export: Export, definition: Definition) -> Export:
    """The export with the texts and options of its definition, joined by export id or name."""
    # A name that several questions share cannot say which of them is meant.
    shared = Counter(same(question.name) for question in definition.questions)
    by_id = {q.export_id: q for q in reversed(definition.questions) if q.export_id}
    by_name = {
        same(q.name): q for q in definition.questions if q.name and shared[same(q.name)] == 1
    }
    columns = []
    for column in export.columns:
        found = by_id.get(column.export_id) or by_name.get(same(column.name))
        if found is None or column.role:
            columns.append(column)
            continue
        options = {code: tuple(label.values()) for code, label in found.options.items()}
        missing = {code: in_language(found.options[code]).lower() for code in found.missing}
        texts = (*column.texts, *found.text.values())
        columns.append(
            replace(
                column,
                texts=tuple(dict.fromkeys(text for text in texts if text)),
                aliases=(*column.aliases, *filter(None, (found.name, found.export_id))),
                options=options or column.options,
                missing={**missing, **column.missing},
            )
        )
    return replace(export, columns=tuple(columns))
