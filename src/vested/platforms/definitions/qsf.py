"""Qualtrics survey files (.qsf): JSON of blocks and questions, with the texts as HTML.

PHP wrote them: a mapping whose keys are 0, 1, 2, … comes as a list, an empty one as `[]`, and
numbers come as text or not, as it happens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vested.errors import InputError
from vested.model import Text
from vested.platforms.definitions import Definition, Question
from vested.platforms.wording import plain

_AGAIN = "export the survey once more in Qualtrics: Tools, Import/Export, Export survey"
_SPACE = b"\xef\xbb\xbf \t\r\n"
_NEGATIVE = re.compile(r"-\d+(?:\.\d+)?")


def read(path: Path, name: str) -> Definition | None:
    """Read the questionnaire in a Qualtrics survey file; None where the file is of another kind.

    Negative recodes ("no basis to answer") are no answer. Questions in the trash are left out, and
    so are those that give no answers (texts, timers) or answers that are no scale (maps, drawings).
    Raises `InputError` where the file is such a survey and broken.
    """
    content = _json(path, name)
    if content is None:
        return None
    entry = _entries(content["SurveyEntry"], f"{name}: SurveyEntry")
    language = str(entry.get("SurveyLanguage") or "en").lower()
    payloads: dict[str, Any] = {}
    blocks: list[Any] = []
    for element in _entries(content["SurveyElements"], f"{name}: SurveyElements").values():
        fields = _entries(element, f"{name}: an element of the survey")
        if fields.get("Element") == "SQ":
            question = _entries(fields.get("Payload"), f"{name}: a question")
            if question:
                payloads[_id_of(question, name)] = question
        elif fields.get("Element") == "BL":
            blocks.extend(_entries(fields.get("Payload"), f"{name}: the blocks").values())
    return Definition(
        platform="Qualtrics",
        title=plain(str(entry.get("SurveyName") or "")),
        language=language,
        questions=tuple(
            question
            for at in _order(blocks, payloads, name)
            for question in _questions(_Part(f"{name}: question {at}", payloads[at], language))
        ),
    )


def _json(path: Path, name: str) -> dict[str, Any] | None:
    """The JSON of a survey file; None where it is not one."""
    try:
        with path.open("rb") as file:
            raw = file.read(1 << 16)
            if not raw.lstrip(_SPACE).startswith(b"{"):
                return None
            raw += file.read()
    except OSError as error:
        raise InputError(
            f"{name} cannot be read: {error.strerror or error}",
            "check that it is a file and that you may read it",
        ) from None
    try:
        content = json.loads(raw.decode("utf-8-sig"))
        if rb"\ud" in raw.lower():
            # Half an emoji could be read, but never written again.
            content = json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        if b'"SurveyEntry"' not in raw:
            return None
        raise InputError(f"{name} is a damaged Qualtrics survey: {_what(error)}", _AGAIN) from None
    is_survey = isinstance(content, dict) and {"SurveyEntry", "SurveyElements"} <= content.keys()
    return content if is_survey else None


def _what(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    return (
        "it is nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
    )


def _entries(value: object, where: str) -> dict[str, Any]:
    """What PHP calls an array, whichever way it was written.

    Raises `InputError` where it is something else, with `where` to say where that is.
    """
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(at): entry for at, entry in enumerate(value)}
    if value is None or value is False or value == "":
        return {}
    raise InputError(f"{where} is not as Qualtrics writes it", _AGAIN)


def _order(blocks: Sequence[object], known: Collection[str], name: str) -> list[str]:
    """The ids of the questions in the order of the blocks, without those in the trash."""
    shown: list[str] = []
    trash: set[str] = set()
    for block in blocks:
        fields = _entries(block, f"{name}: a block")
        elements = _entries(fields.get("BlockElements"), f"{name}: a block").values()
        ids = [str(_entries(element, f"{name}: a block").get("QuestionID")) for element in elements]
        if fields.get("Type") == "Trash":
            trash.update(ids)
        else:
            shown.extend(ids)
    rest = [at for at in known if at not in trash]
    return [at for at in dict.fromkeys([*shown, *rest]) if at in known]


@dataclass(frozen=True, slots=True)
class _Part:
    """A question, or one column of a side-by-side question."""

    where: str
    question: Mapping[str, Any]
    language: str
    path: tuple[str, ...] = ()
    """Where in the question the column lies."""


def _id_of(question: Mapping[str, Any], where: str) -> str:
    at = question.get("QuestionID")
    if not isinstance(at, str):
        raise InputError(f"{where}: a question has no QuestionID", _AGAIN)
    return at


def _get(part: _Part, *keys: str) -> Any:
    """What lies at `keys` of a part; None where nothing does."""
    value: Any = part.question
    for key in (*part.path, *keys):
        value = _entries(value, part.where).get(key)
    return value


def _text(part: _Part, *keys: str) -> Text:
    """A text of a part, also in the languages that the survey was translated into."""
    texts = {part.language: _get(part, *keys)}
    for language, translation in _entries(part.question.get("Language"), part.where).items():
        translated = replace(part, question=_entries(translation, part.where))
        texts.setdefault(language.lower(), _get(translated, *keys))
    written = {at: plain(str(text)) for at, text in texts.items() if isinstance(text, str | int)}
    return {language: text for language, text in written.items() if text}


def _ids(part: _Part, items: str, order: str) -> list[str]:
    """The ids of choices or answers, in the order shown."""
    known = _entries(_get(part, items), part.where)
    listed = [str(at) for at in _entries(_get(part, order), part.where).values()]
    return [at for at in dict.fromkeys([*listed, *known]) if at in known]


def _code(part: _Part, at: str) -> str:
    """What a numeric export writes for a choice or an answer: its recode value, else its id."""
    recoded = _get(part, "RecodeValues", at)
    return str(recoded).strip() if isinstance(recoded, str | int | float) else at


def _coded(part: _Part, items: str, order: str) -> dict[str, Text]:
    """Codes and their labels; of two answers with one code, the first."""
    options: dict[str, Text] = {}
    for at in _ids(part, items, order):
        options.setdefault(_code(part, at), _text(part, items, at, "Display"))
    return options


def _negative(options: Collection[str]) -> frozenset[str]:
    return frozenset(code for code in options if _NEGATIVE.fullmatch(code))


def _questions(part: _Part) -> Iterator[Question]:
    """The columns that a question gives."""
    columns = _KINDS.get(str(part.question.get("QuestionType")))
    if columns is not None:
        at = _id_of(part.question, part.where)
        yield from columns(part, str(part.question.get("DataExportTag") or at), at)


def _multiple_choice(part: _Part, tag: str, at: str) -> Iterator[Question]:
    text = _text(part, "QuestionText")
    selector = str(_get(part, "Selector"))
    several = selector.startswith("MA") or selector == "MSB"
    # Where several can be ticked, an export has one column for all of them, or one for each.
    options = {} if several else _coded(part, "Choices", "ChoiceOrder")
    yield Question(tag, text, {}, at, options, _negative(options))
    typed: list[Question] = []
    for choice in _ids(part, "Choices", "ChoiceOrder"):
        label = _text(part, "Choices", choice, "Display")
        question = Question(f"{tag}_{_code(part, choice)}", label, text, f"{at}_{choice}")
        typed.extend(_typed_in(part, choice, question))
        if several:
            yield replace(question, options={"1": label})
    yield from typed
    if typed and not several:
        # Until 2016 whatever was typed in stood in one column.
        yield Question(f"{tag}_TEXT", {}, text, f"{at}_TEXT")


def _typed_in(part: _Part, choice: str, question: Question) -> Iterator[Question]:
    """The column of what respondents wrote beside a choice (`Other: …`), where they could."""
    if str(_get(part, "Choices", choice, "TextEntry")).lower() in ("true", "on", "1"):
        name, export_id = f"{question.name}_TEXT", f"{question.export_id}_TEXT"
        yield replace(question, name=name, export_id=export_id)


def _matrix(part: _Part, tag: str, at: str) -> Iterator[Question]:
    yield from _grid(part, part, _text(part, "QuestionText"), tag, at)


def _side_by_side(part: _Part, tag: str, at: str) -> Iterator[Question]:
    text = _text(part, "QuestionText")
    for number in _entries(_get(part, "AdditionalQuestions"), part.where):
        column = replace(part, path=("AdditionalQuestions", number))
        heads = _text(column, "QuestionText")
        languages = dict.fromkeys([*text, *heads])
        stem = {
            language: " - ".join(one[language] for one in (text, heads) if language in one)
            for language in languages
        }
        yield from _grid(part, column, stem, f"{tag}#{number}", f"{at}#{number}")


def _grid(rows: _Part, part: _Part, stem: Text, tag: str, at: str) -> Iterator[Question]:
    """One column per statement, or per statement and answer where several can be ticked."""
    options = _coded(part, "Answers", "AnswerOrder")
    selector, several = str(_get(part, "Selector")), _get(part, "SubSelector") == "MultipleAnswer"
    for position, choice in enumerate(_ids(rows, "Choices", "ChoiceOrder"), start=1):
        given = _get(rows, "ChoiceDataExportTags", choice)
        name = given if given and isinstance(given, str) else f"{tag}_{position}"
        question = Question(name, _text(rows, "Choices", choice, "Display"), stem, f"{at}_{choice}")
        if selector in ("Likert", "Bipolar") and not several:
            yield replace(question, options=options, missing=_negative(options))
        elif several:
            yield question
        for answer in _ids(part, "Answers", "AnswerOrder"):
            end = "_TEXT" if selector == "TE" else ""
            one = replace(
                question,
                name=f"{name}_{_code(part, answer)}{end}",
                export_id=f"{at}_{choice}_{answer}{end}",
            )
            if several:
                label = _text(part, "Answers", answer, "Display")
                yield replace(one, options={"1": label})
            elif selector not in ("Likert", "Bipolar"):
                yield one
        yield from _typed_in(rows, choice, question)


def _text_entry(part: _Part, tag: str, at: str) -> Iterator[Question]:
    if _get(part, "Selector") == "FORM":
        yield from _each_choice(part, tag, at)
    else:
        yield Question(tag, _text(part, "QuestionText"), export_id=f"{at}_TEXT")


def _each_choice(part: _Part, tag: str, at: str) -> Iterator[Question]:
    """Sliders, ranks and sums: a number for each choice."""
    text = _text(part, "QuestionText")
    for position, choice in enumerate(_ids(part, "Choices", "ChoiceOrder"), start=1):
        label = _text(part, "Choices", choice, "Display")
        question = Question(f"{tag}_{position}", label, text, f"{at}_{choice}")
        yield question
        yield from _typed_in(part, choice, question)


_KINDS: Mapping[str, Callable[[_Part, str, str], Iterator[Question]]] = {
    "MC": _multiple_choice,
    "Matrix": _matrix,
    "SBS": _side_by_side,
    "TE": _text_entry,
    "Slider": _each_choice,
    "CS": _each_choice,
    "RO": _each_choice,
}
"""Qualtrics' types of questions that give answers, and how their columns come about."""
