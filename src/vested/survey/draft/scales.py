"""Which questions of a survey are closed questions on an ordinal scale, and on which.

The order of answers is never guessed: it comes from a family of labels, from the options of a grid,
or from numbers that several questions share. Every other question is refused with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from vested.instruments.families import (
    Recognised,
    default_codes,
    missing_reasons,
    recognise,
    vocabulary,
)
from vested.instruments.writing import DraftScale
from vested.model import Text, in_language
from vested.spelling import same
from vested.survey.answers import NOT_AVAILABLE, whole_number

HIGH_FIRST = "the survey gives its lowest code to the most"
NO_FAMILY = "no family has these labels: is the first the low end and the last the high end?"
NUMBERS = "numbers only: what do they stand for?"
_MOST_OPTIONS = 11
_FEW = 3
"""So few labels can be all of a short scale or some of a longer one."""
_LARGEST_CODE = 10_000
_LONG = 60
_BOX = {"checked", "unchecked", "selected", "not selected", "quoted", "not quoted"}
_HIGHEST_ANSWER = 10
_NO_ANSWER = {66, 77, 88, 96, 97, 98, 99, 666, 777, 888, 998, 999, 9999}
"""Numbers that statistics programs use for no answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One column, with what is known of its question and of the answers to it."""

    position: int
    name: str
    text: Text = field(default_factory=dict)
    stem: str = ""
    """The question above the statements of a grid."""
    group: str = ""
    """The same for columns that belong together by their stem or by their names."""
    options: Mapping[str, Text] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    """Cells and codes that mean no answer, normalised by `same`."""
    cells: tuple[str, ...] = ()
    """The cells of the first rows, in their order; none where there is no export."""

    @property
    def answers(self) -> list[str]:
        """The different answers among the cells, in the order of their first appearance."""
        none = {"", *NOT_AVAILABLE, *self.missing}
        return list({key: cell for cell in self.cells if (key := same(cell)) not in none}.values())


@dataclass(frozen=True, slots=True)
class Found:
    """A question and its scale."""

    asked: Asked
    scale: DraftScale

    @property
    def codes(self) -> tuple[int, ...]:
        return self.scale.codes or default_codes(self.scale.points)


Outcome = DraftScale | str
"""A scale without an id, or the reason why there is none."""


def scales_of(
    questions: Sequence[Asked], language: str
) -> tuple[list[Found], list[tuple[Asked, str]]]:
    """The questions that have a scale, and the others with the reason why not."""
    outcomes: dict[int, Outcome] = {}
    numbered: list[Asked] = []
    for question in questions:
        outcome = _of_options(question, language) if question.options else _of_words(question)
        if outcome is None:
            numbered.append(question)
        else:
            outcomes[question.position] = outcome
    outcomes |= _of_numbers(numbered)
    outcomes |= _of_other_questions(questions, outcomes)
    known: list[DraftScale] = []
    found: list[Found] = []
    refused: list[tuple[Asked, str]] = []
    for question in questions:
        outcome = outcomes[question.position]
        if isinstance(outcome, str):
            refused.append((question, outcome))
            continue
        scale = next((scale for scale in known if replace(scale, id="") == outcome), None)
        if scale is None:
            scale = replace(outcome, id=_scale_id(outcome, {scale.id for scale in known}))
            known.append(scale)
        found.append(Found(question, scale))
    return found, refused


def _scale_id(scale: DraftScale, taken: set[str]) -> str:
    if scale.family:
        name = f"{scale.family}{scale.points}"
    elif scale.labels:
        name = f"options{len(scale.codes)}"
    else:
        name = f"numbers{scale.codes[0]}to{scale.codes[-1]}".replace("-", "minus")
    tries = (f"{name}_{at}" if at > 1 else name for at in range(1, len(taken) + 2))
    return next(known for known in tries if known not in taken)


def _of_options(question: Asked, language: str) -> Outcome | None:
    """The scale of a question whose options are known; None where they name only its ends."""
    gone = {
        code: text
        for code, text in question.options.items()
        if same(code) in question.missing
        or any(same(label) in missing_reasons() for label in text.values())
    }
    answers = {code: text for code, text in question.options.items() if code not in gone}
    labels = [in_language(text, language) for text in answers.values()]
    codes = _codes(answers)
    numbers = {whole_number(same(cell)) for cell in question.answers} - {None}
    if len(codes) == 2 and numbers - set(codes):
        return None
    own = _missing(gone, codes, language)
    found = recognise(labels)
    if found is not None and not found.missing and len(labels) == found.points:
        places = [found.positions[label] for label in labels]
        return _of_family(found, places, answers, codes, own, language)
    if len(labels) > 2 and [str(code) for code in codes] == [same(label) for label in labels]:
        return replace(own, codes=tuple(sorted(codes)), notes=(NUMBERS,))
    if why := _why_not(labels, bool(question.stem)):
        return why
    return _own_scale(answers, codes, own, language, NO_FAMILY)


def _why_not(labels: Sequence[str], in_grid: bool) -> str:
    """Why options of no family are no scale, nothing where they may be one."""
    keys = {same(label) for label in labels}
    if len(labels) < 2 or keys <= _BOX:
        return "a tick box"
    if len(labels) > _MOST_OPTIONS:
        return f"{len(labels)} options"
    if len(keys) < len(labels):
        return "two of its options have one label"
    if len(labels) == 2 or not in_grid:
        return f"options of no family, so their order cannot be told: {' · '.join(labels)}"
    return ""


def _codes(answers: Mapping[str, Text]) -> list[int]:
    """The codes of the options as numbers; none at all where one of them cannot be used."""
    numbers = [whole_number(same(code)) for code in answers]
    usable = [number for number in numbers if number is not None and abs(number) <= _LARGEST_CODE]
    return usable if len(set(usable)) == len(answers) else []


def _missing(gone: Mapping[str, Text], codes: Sequence[int], language: str) -> DraftScale:
    """What the options that are no answer add to a scale: their codes, and labels of no family."""
    numbers = {whole_number(same(code)) for code in gone} - {None, *codes}
    labels = [in_language(text, language) for text in gone.values()]
    unknown = tuple(dict.fromkeys(at for at in labels if at and same(at) not in missing_reasons()))
    return DraftScale(
        "",
        missing={language: unknown} if unknown else {},
        missing_codes=tuple(sorted(number for number in numbers if number is not None)),
    )


def _of_family(
    found: Recognised,
    places: Sequence[int],
    answers: Mapping[str, Text],
    codes: Sequence[int],
    own: DraftScale,
    language: str,
) -> DraftScale:
    """The family that the labels of all options are; else its labels, as the survey codes them."""
    by_code = [place for _, place in sorted(zip(codes, places, strict=True))] if codes else []
    if by_code and by_code == sorted(places, reverse=True):
        return _own_scale(answers, codes, own, language, HIGH_FIRST)
    if own.missing:
        return _own_scale(answers, codes, own, language, "")
    scale = replace(own, family=found.family, points=found.points)
    numbers = tuple(sorted(codes))
    if by_code != sorted(places):
        shown = ", ".join(f"{code} {in_language(text)}" for code, text in answers.items())
        return replace(scale, notes=(f"the survey codes these labels otherwise: {shown}",))
    return scale if numbers == default_codes(found.points) else replace(scale, codes=numbers)


def _own_scale(
    answers: Mapping[str, Text], codes: Sequence[int], own: DraftScale, language: str, note: str
) -> DraftScale:
    """A scale with the labels of the options, in the order of their codes or as they are shown."""
    texts = list(answers.values())
    notes = [note] if note else []
    if codes:
        order = sorted(range(len(codes)), key=lambda at: codes[at])
        texts = [texts[at] for at in order]
    else:
        notes.append("numbered in the order in which the survey has them")
    labels: dict[str, tuple[str, ...]] = {}
    meaning: dict[str, int] = {}
    languages = dict.fromkeys([language, *(at for text in texts for at in text)])
    for at in languages:
        row = [text.get(at, "") for text in texts]
        keys = [same(label) for label in row]
        fits = all(meaning.get(key, place) == place for place, key in enumerate(keys))
        if all(keys) and len(set(keys)) == len(keys) and fits:
            labels[at] = tuple(row)
            meaning |= {key: place for place, key in enumerate(keys)}
    return replace(
        own, codes=tuple(sorted(codes)) or default_codes(len(texts)), labels=labels,
        notes=tuple(notes),
    )  # fmt: skip


def _of_words(question: Asked) -> Outcome | None:
    """The scale of a question whose answers alone are known; None where they are numbers."""
    answers = question.answers
    if not answers:
        return "no answers in the first rows" if question.cells else "without options"
    if all(whole_number(same(cell)) is not None for cell in answers):
        return None
    found = recognise(answers)
    if found is not None:
        short = found.points <= _FEW and found.family != "yes_no"
        notes = ("only these were seen: is the scale longer?",) if short else ()
        return DraftScale("", found.family, found.points, notes=notes)
    if len(answers) == 1:
        return f"one answer only, so perhaps a tick box: {answers[0]}"
    if len(answers) > _MOST_OPTIONS or max(map(len, answers)) > _LONG:
        return "an open question, or more than eleven kinds of answers"
    return f"answers of no family, so their order cannot be told: {' · '.join(answers)}"


def _of_other_questions(
    questions: Sequence[Asked], outcomes: Mapping[int, Outcome]
) -> dict[int, Outcome]:
    """Questions in which few labels were seen, on the scale of others that has all of them."""
    scales = {
        (scale.family, scale.points)
        for scale in outcomes.values()
        if isinstance(scale, DraftScale) and scale.points > _FEW and not scale.codes
    }
    taken: dict[int, Outcome] = {}
    for question in questions:
        keys = {key for cell in question.answers if (key := same(cell)) not in missing_reasons()}
        in_words = any(whole_number(key) is None for key in keys)
        known = outcomes[question.position]
        enough = isinstance(known, DraftScale) and known.points > _FEW
        if question.options or not in_words or enough:
            continue
        fits = [
            (family, points)
            for family, points in scales
            if any(keys <= places.keys() for places in vocabulary(family, points).values())
        ]
        if len(fits) == 1:
            taken[question.position] = DraftScale("", *fits[0])
    return taken


def _of_numbers(questions: Sequence[Asked]) -> dict[int, Outcome]:
    """The scales of questions that are answered with numbers: one alone says too little."""
    outcomes: dict[int, Outcome] = {}
    groups: dict[str, dict[int, Asked]] = {}
    for question in questions:
        groups.setdefault(question.group, {})[question.position] = question
    for group in groups.values():
        seen = {position: _numbers(question) for position, question in group.items()}
        ratings = {position: found[0] for position, found in seen.items() if len(found[0]) > 2}
        ratings = {at: found for at, found in ratings.items() if max(found) <= _HIGHEST_ANSWER}
        for position in group.keys() - ratings.keys():
            outcomes[position] = "numbers that are no rating from 0 or 1 up to 10"
        if _is_ranking([group[position] for position in ratings]):
            outcomes |= dict.fromkeys(ratings, "a ranking: each number is given once")
        elif len(ratings) == 1:
            outcomes |= dict.fromkeys(ratings, "numbers without labels, as no other question has")
        else:
            gone = {number for position in ratings for number in seen[position][1]}
            outcomes |= _ranges(ratings, tuple(sorted(gone)))
    return outcomes


def _numbers(question: Asked) -> tuple[set[int], set[int]]:
    """The numbers that may be ratings, and those that look like codes for no answer."""
    found = {whole_number(same(cell)) for cell in question.answers}
    numbers = {number for number in found if number is not None}
    if min(numbers) < 0 < max(numbers) <= 5 and len(numbers) == max(numbers) - min(numbers) + 1:
        return numbers, set()
    gone = {number for number in numbers if number < 0 or number in _NO_ANSWER}
    ratings = numbers - gone
    # 8 and 9 beside 1 to 5 are what statistics programs use for no answer.
    far = ratings & {8, 9}
    if far and not ratings & {6, 7, 10} and ratings - far:
        return ratings - far, gone | far
    return ratings, gone


def _ranges(ratings: Mapping[int, set[int]], gone: tuple[int, ...]) -> dict[int, Outcome]:
    """Per question the range that most questions of its group have, if its numbers fit into it."""
    spans = {position: _span(found) for position, found in ratings.items()}
    common = [span for span, _ in Counter(spans.values()).most_common()]
    outcomes: dict[int, Outcome] = {}
    for position, (low, high) in spans.items():
        wide = next(span for span in common if span[0] == low and span[1] >= high)
        codes = tuple(range(wide[0], wide[1] + 1))
        notes = ["from the numbers that were given: is the scale longer, what do they stand for?"]
        if gone:
            notes.append(f"taken for no answer: {', '.join(map(str, gone))}")
        outcomes[position] = DraftScale("", codes=codes, missing_codes=gone, notes=tuple(notes))
    return outcomes


def _span(numbers: set[int]) -> tuple[int, int]:
    """The usual scale that the numbers are from: -2 to 2, 0 to 4, 1 to 5, 0 to 10 and the like."""
    if min(numbers) < 0:
        end = max(map(abs, numbers))
        return -end, end
    low = 0 if 0 in numbers else 1
    high = max(numbers)
    return low, _HIGHEST_ANSWER if high > 7 - (low == 0) else high


def _is_ranking(questions: Sequence[Asked]) -> bool:
    """Whether each complete row gives every number from 1 to the number of questions once."""
    if len(questions) < 3:
        return False
    wanted = list(range(1, len(questions) + 1))
    rows = [
        sorted(number for cell in row if (number := whole_number(same(cell))) is not None)
        for row in zip(*(question.cells for question in questions), strict=True)
    ]
    complete = [row for row in rows if len(row) == len(wanted)]
    return bool(complete) and all(row == wanted for row in complete)
