"""An instrument as pages of a questionnaire: what every target shows, whatever its form."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from vested.errors import InstrumentError
from vested.model import Instrument, Inventory, Item, Scale, Technology, Text, in_language
from vested.questionnaire.wording import (
    CONSENT,
    CONSENT_TEXT,
    INSTRUCTION,
    INVENTORY_NOTE,
    ORGANISATION,
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    code: int
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a grid: a statement, or a technology."""

    id: str
    text: Text
    """What stands in the grid."""
    alone: Text
    """What stands where there is no grid, and where an export tells a question by its text only."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Questions that share their options."""

    scale: str
    """The id of the scale; with a dot, which no scale of an instrument has, in the inventory."""
    text: Text
    """The question above the lines."""
    options: tuple[Option, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One section of the instrument, or its technology inventory."""

    title: Text
    note: Text
    grids: tuple[Grid, ...]
    inventory: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What is asked, in the first of its languages; the others are for tools that hold several."""

    instrument: str
    version: str
    digest: str
    title: Text
    languages: tuple[str, ...]
    pages: tuple[Page, ...]
    drawn: bool
    """Whether the tool is to draw the order of the questions anew for each respondent."""
    notes: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.languages[0]

    def say(self, text: Text) -> str:
        """A text in the language of the questionnaire, else in English."""
        return said(text, self.language)

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(grid for page in self.pages for grid in page.grids)

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for grid in self.grids for question in grid.questions)


def questionnaire(
    instrument: Instrument,
    languages: Sequence[str],
    *,
    inventory: bool = False,
    seed: int | None = None,
    drawn: bool = False,
) -> Questionnaire:
    """The pages of an instrument; with `seed`, the questions of each grid in an order of its own.

    Notes say what the author must replace, which texts are missing in a language and so stand in
    English, and where the option for no answer has no code and is left out. Raises
    `InstrumentError` where an item has the name of the question on the organisation or on consent.
    """
    pages = [*_sections(instrument)]
    if inventory and instrument.inventory:
        pages.append(_inventory(instrument.inventory))
    if seed is not None:
        pages = [page if page.inventory else _shuffled(page, seed) for page in pages]
    scales = [*instrument.scales.values()]
    if inventory and instrument.inventory:
        scales += [instrument.inventory.stages, instrument.inventory.changes]
    made = Questionnaire(
        instrument.id,
        one_line(instrument.version),
        instrument.digest,
        clean(instrument.name),
        tuple(languages),
        tuple(pages),
        drawn,
        (_to_replace(pages, languages[0]), *_gaps(pages, languages), *_without_code(scales)),
    )
    spelled(made, str, "the questionnaire", (ORGANISATION, CONSENT))
    return made


def spelled(
    asked: Questionnaire, spell: Callable[[str], str], tool: str, taken: Iterable[str]
) -> dict[str, str]:
    """By id of a question, its name in a tool.

    Raises `InstrumentError` where two questions would have one name, or one that is taken.
    """
    owners = dict.fromkeys((spell(name).casefold() for name in taken), "a part of every form")
    names: dict[str, str] = {}
    for question in asked.questions:
        name = names[question.id] = spell(question.id)
        owner = owners.setdefault(name.casefold(), question.id)
        if owner != question.id:
            raise InstrumentError(
                f"{asked.instrument}: {question.id} cannot be named {name} in {tool}: {owner} is",
                "give the item another id in the instrument file",
            )
    return names


def change_text(inventory: Inventory, technology: Technology) -> Text:
    """The question on what a technology changed, as it stands where there is no grid."""
    languages = [code for code in technology.name if code in inventory.change_question]
    return {
        code: f"{technology.name[code]}: {inventory.change_question[code]}" for code in languages
    }


def _sections(instrument: Instrument) -> Iterator[Page]:
    known = {section.id: section for section in instrument.sections}
    for name, items in groupby(instrument.items, key=lambda item: item.section):
        section = known.get(name)
        stem = (clean(section.stem) if section else {}) or INSTRUCTION
        title = clean(section.title if section else instrument.name)
        grids = tuple(
            Grid(scale.id, stem, _options(scale), tuple(map(_question, lines)))
            for scale, lines in _by_scale(items)
        )
        yield Page(title, {}, grids)


def _by_scale(items: Iterable[Item]) -> Iterator[tuple[Scale, list[Item]]]:
    for _, run in groupby(items, key=lambda item: item.scale.id):
        lines = list(run)
        yield lines[0].scale, lines


def _question(item: Item) -> Question:
    text = clean(item.text) or {"en": item.id}
    return Question(item.id, text, text)


def _inventory(inventory: Inventory) -> Page:
    stages, changes = [], []
    for technology in inventory.technologies:
        name = clean(technology.name)
        stages.append(Question(technology.id, name, name))
        alone = clean(change_text(inventory, technology))
        changes.append(Question(technology.change_id, name, alone or name))
    grids = (
        Grid("inventory.stages", clean(inventory.stem), _options(inventory.stages), tuple(stages)),
        Grid(
            "inventory.changes",
            clean(inventory.change_question),
            _options(inventory.changes),
            tuple(changes),
        ),
    )
    return Page(clean(inventory.title), INVENTORY_NOTE, grids, inventory=True)


def _options(scale: Scale) -> tuple[Option, ...]:
    """The codes in their order, and then the one that means no answer."""
    answers = tuple(
        Option(code, _labels(scale, at) or _bare(code)) for at, code in enumerate(scale.codes)
    )
    label = _no_answer(scale)
    if not label or not scale.missing_codes:
        return answers
    # Some tools take letters and digits only, so a minus is the last choice.
    code = next((code for code in scale.missing_codes if code >= 0), scale.missing_codes[0])
    return (*answers, Option(code, label))


def _labels(scale: Scale, at: int) -> Text:
    return clean({language: labels[at] for language, labels in scale.labels.items()})


def _bare(code: int) -> Text:
    """The label of a code that has none."""
    return {"en": str(code)}


def _no_answer(scale: Scale) -> Text:
    """The label that means no answer; the further ones are other spellings of it."""
    return clean({language: labels[0] for language, labels in scale.missing.items() if labels})


def _shuffled(page: Page, seed: int) -> Page:
    def place(question: Question) -> bytes:
        # A hash, since random numbers of the same seed may differ between versions of Python.
        return hashlib.sha256(f"{seed} {question.id}".encode()).digest()

    grids = (
        replace(grid, questions=tuple(sorted(grid.questions, key=place))) for grid in page.grids
    )
    return replace(page, grids=tuple(grids))


# --- texts ------------------------------------------------------------------------------------

_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
"""White space but for the spaces at which no line may break, which French puts before a `?`."""
_NONCHARACTERS = {"\ufffe", "\uffff"}


def said(text: Text, language: str) -> str:
    """A text in a language, else in the language it is a variety of, else in English."""
    return text.get(language) or in_language(text, language.partition("-")[0])


def has(text: Text, language: str) -> bool:
    """Whether there is a text in a language, or in the language it is a variety of."""
    return language in text or language.partition("-")[0] in text


def clean(text: Text) -> Text:
    """A text in its languages, each in one line without control characters."""
    return {language: line for language, words in text.items() if (line := one_line(words))}


def one_line(text: str) -> str:
    """One line without control characters: no cell, tag or row can end within it."""
    kept = (
        sign
        for sign in text
        if sign.isspace()
        or (unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _NONCHARACTERS)
    )
    return _SPACES.sub(" ", "".join(kept)).strip()


def _to_replace(pages: Sequence[Page], language: str) -> str:
    texts = [said(grid.text, language) for page in pages for grid in page.grids]
    gaps = dict.fromkeys(gap for text in texts for gap in re.findall(r"\[[^\[\]]+\]", text))
    return f"before you send it, replace {', '.join(['the text on consent', *gaps])}"


def _gaps(pages: Sequence[Page], languages: Sequence[str]) -> Iterator[str]:
    """Which texts are missing in a language, by what they belong to."""
    for language in languages:
        missing = list(dict.fromkeys(_lacking(pages, language)))
        if not has(CONSENT_TEXT, language):
            missing.append("consent and instructions")
        if missing:
            more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
            shown = ", ".join(missing[:5]) + more
            yield f"no text in {language}, so another language stands there: {shown}"


def _lacking(pages: Sequence[Page], language: str) -> Iterator[str]:
    for page in pages:
        if not has(page.title, language):
            yield f"the title {in_language(page.title)!r}"
        for grid in page.grids:
            if not has(grid.text, language):
                yield f"the introduction {in_language(grid.text)!r}"
            for option in grid.options:
                if not has(option.label, language) and option.label != _bare(option.code):
                    yield f"the options of scale {grid.scale}"
            yield from (q.id for q in grid.questions if not has(q.alone, language))


def _without_code(scales: Iterable[Scale]) -> Iterator[str]:
    for scale in scales:
        if (label := _no_answer(scale)) and not scale.missing_codes:
            yield (
                f"scale {scale.id} has no missing code, so {in_language(label)!r} is left out; "
                "add missing_codes to the scale to offer it"
            )
