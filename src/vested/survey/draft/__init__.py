"""A first instrument file from an export or from the definition of its survey.

Only what can be told is written: columns that look like closed questions on an ordinal scale become
items, everything else is listed with the reason, and what the author has to decide is a remark.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from vested.errors import InputError
from vested.instruments.families import recognise
from vested.instruments.writing import Draft, DraftFacet, DraftItem, written
from vested.model import Text, in_language
from vested.platforms import Column, Export
from vested.platforms.definitions import Definition, Question
from vested.spelling import same, tidy
from vested.survey.draft.scales import HIGH_FIRST, Asked, Found, scales_of
from vested.survey.roles import ORGANISATION_NAMES

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_NUMBERED = re.compile(r"(.*?)[\s_.:#-]*(?:\[[^\]]*\]|\d+)")
_PLAIN_STEMS = {"", "q", "question", "vraag", "frage", "item", "v", "var", "x", "s", "c", "column"}
"""What names of columns begin with where only their numbers tell them apart."""
_LONGEST_NAME = 32
"""A longer header of several words is a question and not a name: our choice."""
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")

_NEGATIONS: Mapping[str, str] = {
    "en": "not no never none nobody nothing neither nor hardly rarely without cannot lack lacks",
    "nl": "niet geen nooit niemand niets zonder nauwelijks zelden evenmin",
    "fr": "pas jamais aucun aucune rien sans ni guère",
    "de": "nicht kein keine keinen keiner keinem nie niemals niemand nichts ohne kaum weder",
    "es": "no nunca jamás nadie nada sin ningún ninguna ni apenas",
    "it": "non mai nessuno nessuna niente nulla senza né",
    "pt": "não nunca jamais ninguém nada sem nenhum nenhuma nem",
    "pl": "nie nigdy nikt nic bez żaden żadna żadne ani",
    "sv": "inte ej aldrig ingen inget inga utan knappast varken",
    "tr": "değil hiç hiçbir yok asla",
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
    """The YAML text of an instrument file made from an export, a definition, or both.

    `name` is what the instrument is called. With both, the columns are those of the export, and the
    texts and options those of the definition. Raises `InputError` where nothing could be an item.
    """
    columns = _columns(export, definition)
    language = _language(columns, export, definition)
    asked = [_asked(*column, export, language) for column in columns]
    refused = list(_refused(columns, asked))
    out = {question.position for question, _ in refused}
    found, others = scales_of([one for one in asked if one.position not in out], language)
    if not found:
        source = export.table.name if export else name
        raise InputError(
            f"{source}: no column looks like a closed question on an ordinal scale",
            "give the definition of the survey, or write the instrument by hand",
        )
    items = list(_items(found, [question.name for question in asked]))
    left_out = sorted([*refused, *others], key=lambda entry: entry[0].position)
    title = (tidy(definition.title) if definition else "") or tidy(name) or "draft"
    return written(
        Draft(
            _instrument_id(name),
            {language: title},
            language,
            " and ".join(filter(None, (_said(export), _defined(definition)))),
            list({entry.scale.id: entry.scale for entry in found}.values()),
            items,
            _facets(found, items, language),
            [(question.name, why) for question, why in left_out],
        )
    )


def _said(export: Export | None) -> str:
    if export is None:
        return ""
    return f"the first {len(export.table.sample)} rows of {export.table.name}"


def _defined(definition: Definition | None) -> str:
    return f"the {definition.platform} survey {definition.title!r}" if definition else ""


_Column = tuple[int, Column, Question | None]
"""Its position, the column, and what the definition says of it."""


def _columns(export: Export | None, definition: Definition | None) -> list[_Column]:
    """The columns of the export, else of the definition, joined by the platform's id or by name."""
    questions = definition.questions if definition else ()
    if export is None:
        return [(at, Column(known.name), known) for at, known in enumerate(questions)]
    shared = Counter(same(known.name) for known in questions)
    by_id = {known.export_id: known for known in reversed(questions) if known.export_id}
    by_name = {same(known.name): known for known in questions if shared[same(known.name)] == 1}
    return [
        (at, column, by_id.get(column.export_id) or by_name.get(same(column.name)))
        for at, column in enumerate(export.columns)
    ]


def _asked(
    position: int, column: Column, known: Question | None, export: Export | None, language: str
) -> Asked:
    """What is known of a column: the definition's word first, then the export's."""
    text, stem = _texts(column, language)
    options: Mapping[str, Text] = {
        code: {language: labels[0]} for code, labels in column.options.items() if labels
    }
    missing = set(column.missing)
    if known is not None:
        text = _clean(known.text, language) or text
        stem = in_language(known.stem, language) or stem
        options = {
            code: _clean(label, language) for code, label in known.options.items()
        } or options
        missing |= known.missing
    return Asked(
        position,
        column.name,
        text,
        stem,
        _group(column.name, stem),
        {code: label for code, label in options.items() if label},
        frozenset(map(same, missing)),
        tuple(row[position] for row in export.table.sample) if export else (),
    )


def _texts(column: Column, language: str) -> tuple[Text, str]:
    """The statement that a column holds, and the question above it where there is one."""
    if not column.texts:
        return {}, ""
    whole, statement = tidy(column.texts[0]), tidy(column.texts[-1])
    stem = whole.removesuffix(statement).rstrip(" -–:.…[(") if len(column.texts) > 1 else ""
    return ({language: statement} if statement else {}), stem


def _clean(text: Text, language: str) -> Text:
    """The wordings that there are, by codes of languages that an instrument file can have."""
    named = {
        at if _LANGUAGE.fullmatch(at) else language: tidy(wording) for at, wording in text.items()
    }
    return {at: wording for at, wording in named.items() if wording}


def _group(name: str, stem: str) -> str:
    """The same for the columns of one grid, and for names that differ in their number only."""
    if not stem:
        return _stem_of_name(name).casefold()
    numbered = _NUMBERED.fullmatch(tidy(name))
    return f"{same(stem)}\n{numbered[1].casefold() if numbered else ''}"


def _stem_of_name(name: str) -> str:
    """What a name begins with before its number (SCL of SCL2); nothing where that says nothing."""
    found = _NUMBERED.fullmatch(tidy(name))
    stem = found[1] if found else tidy(name)
    return "" if stem.casefold() in _PLAIN_STEMS else stem


def _language(
    columns: Sequence[_Column], export: Export | None, definition: Definition | None
) -> str:
    """The language of the definition, of all respondents, or of most recognised answers."""
    if definition and _LANGUAGE.fullmatch(definition.language):
        return definition.language
    if export is None:
        return "en"
    counts: Counter[str] = Counter()
    for position, column, _ in columns:
        cells = {row[position] for row in export.table.sample}
        codes = {same(cell).replace("_", "-") for cell in cells} - {""}
        if column.role == "language" and len(codes) == 1 and _LANGUAGE.fullmatch(min(codes)):
            return min(codes)
        labels = [label for given in column.options.values() for label in given[:1]]
        found = recognise(labels or [cell for cell in cells if same(cell)])
        counts.update(found.languages if found else ())
    return counts.most_common(1)[0][0] if counts else "en"


def _refused(columns: Sequence[_Column], asked: Sequence[Asked]) -> Iterator[tuple[Asked, str]]:
    """The columns that are no questions, whatever is in them."""
    organisation = {same(name) for name in ORGANISATION_NAMES}
    count = Counter(same(question.name) for question in asked)
    for (_, column, _), question in zip(columns, asked, strict=True):
        name = same(column.name)
        if column.role:
            yield question, _ROLES[column.role]
        elif not name:
            yield question, "without a name"
        elif count[name] > 1:
            yield question, f"one of {count[name]} columns of this name"
        elif name in organisation:
            yield question, _ROLES["organisation"]


def _items(found: Sequence[Found], names: Sequence[str]) -> Iterator[DraftItem]:
    taken = {same(name) for name in names}
    for entry in found:
        asked = entry.asked
        name = _identifier(asked.name) or f"Q{asked.position + 1}"
        own = same(name) == same(asked.name)
        yield DraftItem(
            name if own else _free(name, taken),
            entry.scale.id,
            asked.text,
            () if own else (tidy(asked.name),),
            tuple(_doubts(entry)),
        )


def _doubts(entry: Found) -> Iterator[str]:
    """Why the item may be reversed; nothing says it but its author."""
    if HIGH_FIRST in entry.scale.notes:
        yield f"reversed: true? because {HIGH_FIRST}"
    for at, text in entry.asked.text.items():
        words = re.findall(r"\w+(?:'\w+)?", same(text))
        negations = _NEGATIONS.get(at.partition("-")[0], "").split()
        word = next((word for word in words if word in negations or word.endswith("n't")), None)
        if word is not None:
            yield f"reversed: true? because the text contains {word!r}"
            return


def _identifier(name: str) -> str:
    """A name as an id can be: letters, digits, - and _, begun by a letter; nothing for a text."""
    if _ID.fullmatch(name):
        return name
    plain = unicodedata.normalize("NFKD", tidy(name)).encode("ascii", "ignore").decode()
    clean = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")
    if not clean or len(clean) > _LONGEST_NAME:
        return ""
    return clean if clean[0].isalpha() else f"Q{clean}"


def _free(name: str, taken: set[str]) -> str:
    """The name, with a number where something else has it already; it is taken from then on."""
    tries = (f"{name}_{at}" if at > 1 else name for at in range(1, len(taken) + 2))
    free = next(known for known in tries if same(known) not in taken)
    taken.add(same(free))
    return free


def _instrument_id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-") or "draft"


def _facets(found: Sequence[Found], items: Sequence[DraftItem], language: str) -> list[DraftFacet]:
    """A facet for each grid, and for names that differ in their number; else one per scale."""
    groups: dict[tuple[str, int, int], list[tuple[Found, str]]] = {}
    for entry, item in zip(found, items, strict=True):
        if entry.asked.group:
            key = (entry.asked.group, entry.codes[0], entry.codes[-1])
            groups.setdefault(key, []).append((entry, item.id))
    taken = {same(item.id) for item in items}
    facets: list[DraftFacet] = []
    for group in groups.values():
        if len(group) < 2:
            continue
        first = group[0][0].asked
        stem = _stem_of_name(first.name) or _stem_of_name(group[0][1])
        name = _identifier(stem)[:_LONGEST_NAME].rstrip("_-") or f"FACET{len(facets) + 1}"
        name = _free(f"{name}_all" if same(name) in taken else name, taken)
        because = (
            f"one question stands above these: {first.stem}"
            if first.stem
            else f"the names of these begin with {stem}"
        )
        title = {language: first.stem or stem}
        facets.append(DraftFacet(name, tuple(item for _, item in group), title, because))
    return facets or list(_one_per_scale(items, taken))


def _one_per_scale(items: Sequence[DraftItem], taken: set[str]) -> Iterator[DraftFacet]:
    """A file needs a measure: all items of a scale, which is hardly what is meant."""
    of: dict[str, list[str]] = {}
    for item in items:
        of.setdefault(item.scale, []).append(item.id)
    for scale, names in of.items():
        because = "nothing says which items belong together: these only share a scale"
        name = _free(f"ALL_{scale}", taken)
        yield DraftFacet(name, tuple(names), {"en": f"All on {scale}"}, because)
