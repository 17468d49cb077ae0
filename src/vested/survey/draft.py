"""A first instrument file from an export or from the definition of its survey.

Only what can be told is written: columns that look like closed questions on an ordinal scale become
items, everything else is listed with the reason, and what the author has to decide is a remark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vested.errors import InputError
from vested.instruments.families import missing_reasons
from vested.instruments.writing import Draft, DraftFacet, DraftItem, DraftScale, written
from vested.model import Text, in_language
from vested.platforms import Column, Export
from vested.platforms.definition import Definition, Question
from vested.spelling import same, tidy
from vested.survey.answers import NOT_AVAILABLE
from vested.survey.draft_scales import Asked, Found, scales_of
from vested.survey.roles import ORGANISATION_NAMES

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*")
_ID_LENGTH = 32
"""A longer header is a question, not a name: our choice."""

_NEGATIONS: Mapping[str, str] = {
    "en": "not no never none nobody nothing neither nor hardly rarely without cannot lack lacks",
    "nl": "niet geen nooit niemand niets zonder nauwelijks zelden evenmin",
    "fr": "pas jamais aucun aucune personne rien sans ni guère",
    "de": "nicht kein keine keinen keiner keinem nie niemals niemand nichts ohne kaum weder",
    "es": "no nunca jamás nadie nada sin ningún ninguna ni apenas",
    "it": "non mai nessuno nessuna niente nulla senza né",
    "pt": "não nunca jamais ninguém nada sem nenhum nenhuma nem",
    "pl": "nie nigdy nikt nic bez żaden żadna żadne ani",
    "sv": "inte ej aldrig ingen inget inga utan knappast varken",
    "tr": "değil hiç hiçbir yok asla olmadan",
}
"""Words by which a statement may speak against what it measures."""

_ROLES: Mapping[str, str] = {
    "organisation": "names the organisation",
    "respondent": "names the respondent",
    "person": "may identify someone",
    "start": "a time",
    "end": "a time",
    "duration": "a time",
    "status": "the state of the response",
    "finished": "the state of the response",
    "language": "the language of the respondent",
    "technical": "added by the survey software",
}


def draft(export: Export | None, definition: Definition | None, name: str) -> str:
    """The YAML text of an instrument file made from an export, a definition of it, or both.

    `name` is what the instrument is called. With both, the columns are those of the export and the
    texts and options those of the definition. Raises `InputError` where there is nothing that
    could be an item.
    """
    asked, left_out = _asked(export, definition)
    language = _language(export, definition)
    found, refused = scales_of(asked, language, export)
    if not found:
        source = export.table.name if export else name
        raise InputError(
            f"{source}: no column looks like a closed question on an ordinal scale",
            "give the survey's definition, which says what the options are, or write the "
            "instrument by hand",
        )
    language = found[0].language or language
    items = list(_items(found, language, [column.name for column in asked]))
    facets = _facets(found, items, language)
    order = {column.name: column.position for column in asked}
    left_out += [(column.name, reason, column.position) for column, reason in refused]
    title = tidy(definition.title if definition else "") or tidy(name) or "draft"
    return written(
        Draft(
            _instrument_id(name),
            {language: title},
            _source(export, definition, name),
            list({entry.scale.id: entry.scale for entry in found}.values()),
            items,
            facets or _one_facet_each(found, items, language, order),
            [(at, why) for at, why, _ in sorted(left_out, key=lambda entry: entry[2])],
        )
    )
