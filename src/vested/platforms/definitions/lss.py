"""LimeSurvey structure files (.lss, .lsg, .lsq): what the columns of an export stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from vested.errors import InputError
from vested.model import Text
from vested.platforms.definitions import Definition, Question
from vested.platforms.wording import plain

Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]

_YES = {"en": "Yes", "de": "Ja", "nl": "Ja", "fr": "Oui", "es": "Sí", "it": "Sì", "pt": "Sim"}
_NO = {"en": "No", "de": "Nein", "nl": "Nee", "fr": "Non", "es": "No", "it": "No", "pt": "Não"}
_UNCERTAIN = {
    **{"en": "Uncertain", "de": "Unsicher", "nl": "Weet niet", "fr": "Incertain"},
    **{"es": "Dudoso", "it": "Non so", "pt": "Incerto"},
}
_INCREASE = {
    **{"en": "Increase", "de": "Zunahme", "nl": "Toenemend", "fr": "Augmenter"},
    **{"es": "Aumento", "it": "Aumenta", "pt": "Aumento"},
}
_SAME = {
    **{"en": "Same", "de": "Unverändert", "nl": "Zelfde", "fr": "Sans changement"},
    **{"es": "Mismo", "it": "Uguale", "pt": "Idêntico"},
}
_DECREASE = {
    **{"en": "Decrease", "de": "Abnahme", "nl": "Afnemend", "fr": "Diminuer"},
    **{"es": "Disminución", "it": "Diminuisce", "pt": "Diminuição"},
}
_FEMALE = {
    **{"en": "Female", "de": "weiblich", "nl": "Vrouw", "fr": "Féminin"},
    **{"es": "Femenino", "it": "Femmina", "pt": "Feminino"},
}
_MALE = {
    **{"en": "Male", "de": "männlich", "nl": "Man", "fr": "Masculin"},
    **{"es": "Masculino", "it": "Maschio", "pt": "Masculino"},
}
_OTHER = {
    **{"en": "Other", "de": "Sonstiges", "nl": "Overige", "fr": "Autre"},
    **{"es": "Otro", "it": "Altro", "pt": "Outro"},
}
_FIVE, _TEN = ({str(code): {"en": str(code)} for code in range(1, top + 1)} for top in (5, 10))

FIXED_OPTIONS: Mapping[str, Mapping[str, Text]] = {
    "5": _FIVE,
    "A": _FIVE,
    "B": _TEN,
    "C": {"Y": _YES, "U": _UNCERTAIN, "N": _NO},
    "E": {"I": _INCREASE, "S": _SAME, "D": _DECREASE},
    "G": {"F": _FEMALE, "M": _MALE},
    "M": {"Y": _YES},
    "P": {"Y": _YES},
    "Y": {"Y": _YES, "N": _NO},
}
"""By type of question, the codes and labels that LimeSurvey itself gives to its options."""

_ONE_PER_ROW, _OWN_OPTIONS, _WITH_OTHER = map(frozenset, ("ABCEFHKMPQ", "!1FHLOR", "!LMP"))
_ELSEWHERE = "export the survey's structure (.lss) from LimeSurvey again"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of the questionnaire, before it is spread over its columns."""

    code: str
    type: str
    text: Text
    rows: Sequence[tuple[str, Text]] = ()
    columns: Sequence[tuple[str, Text]] = ()
    options: Sequence[Mapping[str, Text]] = ({}, {})
    """Of both scales; only a dual scale has two."""
    other: Text = field(default_factory=dict)
    """The label of the option that lets respondents write, if there is one."""
    ranks: int = 0


def read(path: Path, name: str) -> Definition | None:
    """Read a structure file of LimeSurvey 2 or later; None where the file is of another kind.

    Raises `InputError` where it is broken, declares a document type, or holds no questions.
    """
    with path.open("rb") as file:
        beginning = file.read(4096)
    if b"<document" not in beginning or b"LimeSurveyDocType" not in beginning:
        return None
    single, tables = _parsed(path, name)
    kind = "".join(single.get("LimeSurveyDocType", ())[:1])
    if kind not in {"Survey", "Group", "Question"}:
        raise InputError(
            f"{name} is a LimeSurvey file of another kind ({kind}), not a questionnaire",
            _ELSEWHERE,
        )
    survey = next(iter(tables.get("surveys", ())), {})
    base = survey.get("language") or next(iter(single.get("language", ())), "en")
    languages = list(dict.fromkeys([base, *single.get("language", ())]))
    asked = _asked(tables, languages, name)
    if not asked:
        raise InputError(f"{name} holds no questions", _ELSEWHERE)
    # A row may be coded `other` beside the option of that name: they share a column.
    columns = [{column.name: column for column in _columns(question)} for question in asked]
    questions = tuple(column for of_one in columns for column in of_one.values())
    return Definition("LimeSurvey", _title(tables, base) or asked[0].code, base, questions)


def _title(tables: Tables, language: str) -> str:
    titles = {
        row.get("surveyls_language", ""): plain(row.get("surveyls_title", ""))
        for row in tables.get("surveys_languagesettings", ())
    } or {
        row["language"]: plain(row["group_name"])
        for table in ("groups", "group_l10ns")
        for row in tables.get(table, ())
        if row.get("group_name") and row.get("language")
    }
    return titles.get(language) or next(iter(titles.values()), "")


# --- the file ---------------------------------------------------------------------------------


def _parsed(path: Path, name: str) -> tuple[Mapping[str, list[str]], Tables]:
    """The texts that stand alone, by element, and the rows of each table."""
    from xml.parsers import expat

    single: dict[str, list[str]] = {}
    tables: dict[str, list[dict[str, str]]] = {}
    within: list[str] = []
    words: list[str] = []

    def start(element: str, _: Mapping[str, str]) -> None:
        within.append(element)
        words.clear()
        if within[2:] == ["rows", "row"]:
            tables.setdefault(within[1], []).append({})

    def end(element: str) -> None:
        text = "".join(words)
        words.clear()
        if within[2:4] == ["rows", "row"] and len(within) == 5:
            tables[within[1]][-1][element] = text
        elif len(within) in (2, 3) and text.strip():
            single.setdefault(element, []).append(text.strip())
        within.pop()

    def refuse(*_: object) -> NoReturn:
        raise InputError(
            f"{name} declares a document type, which LimeSurvey never does", _ELSEWHERE
        )

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    # Entities could only be declared there: nothing is expanded, and no other file is opened.
    parser.StartDoctypeDeclHandler = refuse
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError(
            f"{name}, line {error.lineno}: broken XML ({reason})", _ELSEWHERE
        ) from None
    except (LookupError, ValueError):
        raise InputError(f"{name} is in an encoding that cannot be read", _ELSEWHERE) from None
    return single, tables


# --- questions --------------------------------------------------------------------------------


def _asked(tables: Tables, languages: Sequence[str], name: str) -> list[_Asked]:
    """The questions in the order of the questionnaire."""
    order = {row.get("gid", ""): _number(row, "group_order") for row in tables.get("groups", ())}
    # Until version 3 each row stands there once per language, with its texts.
    questions = {row.get("qid", ""): row for row in tables.get("questions", ())}
    texts = _texts(tables, languages)
    rows = _rows_of(tables, texts)
    options = _options(tables, languages)
    settings = _settings(tables)
    found = []
    for qid, row in sorted(
        questions.items(),
        key=lambda item: (order.get(item[1].get("gid", ""), 0), _number(item[1], "question_order")),
    ):
        if not row.get("title"):
            raise InputError(f"{name}: a question has no code", _ELSEWHERE)
        own = settings.get(qid, {})
        first, second = (
            options.get((qid, scale), {}) if row.get("type", "") in _OWN_OPTIONS else {}
            for scale in (0, 1)
        )
        found.append(
            _Asked(
                row["title"],
                row.get("type", ""),
                texts.get(qid, {}),
                rows.get((qid, 0), ()),
                rows.get((qid, 1), ()),
                (_fixed(row, languages) or first, second),
                _other(row, own, languages),
                _number(own, "max_subquestions", len(first)),
            )
        )
    return found


def _fixed(row: Row, languages: Sequence[str]) -> Mapping[str, Text]:
    return {
        code: {language: _in(label, language) for language in languages}
        for code, label in FIXED_OPTIONS.get(row.get("type", ""), {}).items()
    }


def _other(row: Row, settings: Mapping[str, str], languages: Sequence[str]) -> Text:
    """The label of the option that lets respondents write, if the question has one."""
    if row.get("other") != "Y" or row.get("type", "") not in _WITH_OTHER:
        return {}
    return {
        language: plain(settings.get(f"other_replace_text {language}", "")) or _in(_OTHER, language)
        for language in languages
    }


def _in(label: Text, language: str) -> str:
    """A label of LimeSurvey in a language or, as with `de-informal`, in what it is a kind of."""
    return label.get(language.partition("-")[0], label["en"])


def _settings(tables: Tables) -> dict[str, dict[str, str]]:
    """By question, its settings; those that are texts with their language behind the name."""
    found: dict[str, dict[str, str]] = {}
    for row in tables.get("question_attributes", ()):
        setting = f"{row.get('attribute', '')} {row.get('language', '')}".strip()
        found.setdefault(row.get("qid", ""), {})[setting] = row.get("value", "")
    return found


def _rows_of(
    tables: Tables, texts: Mapping[str, Text]
) -> dict[tuple[str, int], list[tuple[str, Text]]]:
    """By question, the codes and texts of its rows (0) and of the columns of a matrix (1)."""
    parts = {row.get("qid", ""): row for row in tables.get("subquestions", ())}
    found: dict[tuple[str, int], list[tuple[str, Text]]] = {}
    for qid, row in sorted(parts.items(), key=lambda item: _number(item[1], "question_order")):
        place = (row.get("parent_qid", ""), _number(row, "scale_id"))
        found.setdefault(place, []).append((row.get("title", ""), texts.get(qid, {})))
    return found


def _texts(tables: Tables, languages: Sequence[str]) -> dict[str, Text]:
    """By id, the texts of questions and of their rows by language, the base language first."""
    found: dict[str, dict[str, str]] = {}
    for table in ("questions", "subquestions", "question_l10ns"):
        for row in tables.get(table, ()):
            text = plain(row.get("question", ""))
            if text:
                found.setdefault(row.get("qid", ""), {})[row.get("language") or languages[0]] = text
    return {qid: _ordered(text, languages) for qid, text in found.items()}


def _options(tables: Tables, languages: Sequence[str]) -> dict[tuple[str, int], Mapping[str, Text]]:
    """By question and scale, the labels of each answer code in the order shown."""
    found: dict[tuple[str, int], dict[str, dict[str, str]]] = {}
    by_id: dict[str, dict[str, str]] = {}
    for row in sorted(tables.get("answers", ()), key=lambda row: _number(row, "sortorder")):
        scale = found.setdefault((row.get("qid", ""), _number(row, "scale_id")), {})
        label = scale.setdefault(row.get("code", ""), {})
        if "aid" in row:
            by_id[row["aid"]] = label
        if "answer" in row:
            label[row.get("language") or languages[0]] = plain(row["answer"])
    for row in tables.get("answer_l10ns", ()):
        label = by_id.get(row.get("aid", ""), {})
        label[row.get("language") or languages[0]] = plain(row.get("answer", ""))
    return {
        place: {code: _ordered(label, languages) for code, label in scale.items()}
        for place, scale in found.items()
    }


def _ordered(text: Mapping[str, str], languages: Sequence[str]) -> Text:
    return {code: text[code] for code in [*languages, *text] if code in text}


def _number(row: Row, name: str, otherwise: int = 0) -> int:
    text = row.get(name, "")
    return int(text) if text.isdecimal() else otherwise


# --- columns ----------------------------------------------------------------------------------


def _columns(asked: _Asked) -> Iterator[Question]:
    """The columns that a question has in an export, in their order there."""
    if asked.type == "X":
        return
    if asked.type in _ONE_PER_ROW:
        yield from _rows(asked)
    elif asked.type == "1":
        yield from _dual_scale(asked)
    elif asked.type in {":", ";"}:
        yield from _cells(asked)
    elif asked.type == "R":
        for rank in range(1, asked.ranks + 1):
            yield _part(asked, str(rank), options=asked.options[0])
    else:
        yield from _single(asked)
    if asked.other:
        yield _part(asked, "other")
        if asked.type == "P":
            yield _part(asked, "othercomment")


def _rows(asked: _Asked) -> Iterator[Question]:
    for code, text in asked.rows:
        yield _part(asked, code, text, asked.options[0])
        if asked.type == "P":
            yield _part(asked, f"{code}comment")


def _dual_scale(asked: _Asked) -> Iterator[Question]:
    for code, text in asked.rows:
        for scale, options in enumerate(asked.options):
            name = f"{asked.code}[{code}][{scale + 1}]"
            yield Question(name, text, asked.text, f"{asked.code}_{code}_{scale}", options)


def _cells(asked: _Asked) -> Iterator[Question]:
    for row, statement in asked.rows:
        for column, heading in asked.columns:
            both = {
                language: f"{text} [{heading.get(language, column)}]"
                for language, text in statement.items()
            }
            yield _part(asked, f"{row}_{column}", both)


def _single(asked: _Asked) -> Iterator[Question]:
    options, missing = asked.options[0], frozenset[str]()
    if asked.other:
        options, missing = {**options, "-oth-": asked.other}, frozenset({"-oth-"})
    yield Question(asked.code, asked.text, {}, asked.code, options, missing)
    if asked.type == "O":
        yield _part(asked, "comment")
    elif asked.type == "|":
        yield _part(asked, "filecount")


def _part(
    asked: _Asked,
    code: str,
    text: Text | None = None,
    options: Mapping[str, Text] | None = None,
) -> Question:
    """A column of a question that has several; its id is its variable within LimeSurvey."""
    return Question(
        f"{asked.code}[{code}]", text or {}, asked.text, f"{asked.code}_{code}", options or {}
    )
