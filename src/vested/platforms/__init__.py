"""The dialects of survey software: who wrote an export, and what its columns and rows are.

A platform module has `recognise(table) -> Export | None`. It looks at the headers and the first
rows only, and claims a table on marks that no other program writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Literal

from vested.formats import Table

Role = Literal[
    "", "organisation", "respondent", "start", "end", "duration", "status", "finished",
    "language", "person", "technical",
]  # fmt: skip
"""What a column is to the platform. "" is a question, or a column of the author's own.

`person` is what may identify someone (name, address, location), `technical` everything else that
the software adds (timers, display order, version, weights of panels).
"""

Answers = Literal["codes", "labels", "either"]
"""Whether answers are written as codes, as the texts of the options, or it cannot be told."""


UNFINISHED = "unfinished"
"""The reason for setting a response aside that its respondent did not submit."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export, in the words of the program that wrote it."""

    name: str
    """What the export calls it: a question code where there is one, else the header."""
    texts: tuple[str, ...] = ()
    """The question as respondents saw it, without HTML. Where a header joins a question and a
    statement of it (`How far do you agree? - We share data`), the whole and then the statement."""
    export_id: str = ""
    """The platform's own id of the question, by which a definition is joined (an ImportId)."""
    aliases: tuple[str, ...] = ()
    """Other names of the question: its code within a grid, or what its definition calls it."""
    role: Role = ""
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Code to its labels (one, or one per language), as the export or its definition has them."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Cells that are no answer, and why (`-99`: `seen but unanswered`)."""
    why: str = ""
    """What the role rests on, for `vested inspect`; nothing where the name says it."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that are no response: where the cell of a column, normalised by `same`, is one of these.

    The empty text stands for a blank cell.
    """

    column: int
    cells: frozenset[str]
    reason: str
    """In the words of the ledger: `preview or test`, `unfinished`."""


@dataclass(frozen=True, slots=True)
class Export:
    """A table as its writer meant it: the body starts with the first respondent."""

    table: Table
    columns: tuple[Column, ...]
    platform: str = ""
    """Its name as people write it (`Qualtrics`); nothing for a plain table."""
    generation: str = ""
    """Which layout of that platform, in words: `three header rows, import ids as JSON`."""
    answers: Answers = "either"
    evidence: str = ""
    """What `answers` rests on: `column Status says IP Address, as only choice-text exports do`."""
    must_tell: bool = False
    """Whether this platform writes options that look like numbers in place of their codes, so that
    numbers with `answers == "either"` have to be refused."""
    exclusions: tuple[Exclusion, ...] = ()
    notes: tuple[str, ...] = ()


PLATFORMS: Mapping[str, str] = {
    "Qualtrics": "vested.platforms.qualtrics",
    "SurveyMonkey": "vested.platforms.surveymonkey",
    "LimeSurvey": "vested.platforms.limesurvey",
    "KoBo": "vested.platforms.kobo",
    "REDCap": "vested.platforms.redcap",
    "SoSci Survey": "vested.platforms.sosci",
    "Unipark": "vested.platforms.unipark",
    "Google Forms": "vested.platforms.google_forms",
    "Microsoft Forms": "vested.platforms.microsoft_forms",
}
"""Platform to the module whose `recognise` knows its exports, in the order of asking."""


def unwrap(table: Table) -> Export:
    """The export in a table; a plain one where no platform claims it."""
    found: Export | None = None
    for module in PLATFORMS.values():
        found = import_module(module).recognise(table)
        if found is not None:
            break
    else:
        found = Export(table, tuple(Column(name.strip()) for name in table.columns))
    # From here on errors and options speak of columns as the platform names them.
    named = replace(found.table, columns=tuple(column.name for column in found.columns))
    return with_fields(replace(found, table=named))


def with_fields(export: Export) -> Export:
    """The export, with what the file itself says of its columns where the platform is silent."""
    fields = export.table.fields
    if not fields:
        return export
    columns = tuple(
        replace(
            column,
            texts=column.texts or ((known.text,) if known.text else ()),
            options=column.options or {code: (label,) for code, label in known.labels.items()},
            missing={**known.missing, **column.missing},
        )
        for column, known in zip(export.columns, fields, strict=True)
    )
    return replace(export, columns=columns)
