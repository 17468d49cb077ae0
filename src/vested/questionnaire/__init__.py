"""Instruments out to survey tools and to coders: which there are, and what goes into a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from vested.errors import UsageError, did_you_mean
from vested.model import Instrument
from vested.questionnaire.pages import questionnaire


@dataclass(frozen=True, slots=True)
class Target:
    """A form of questionnaire or codebook: the module that makes it and what that can do.

    The module has `write(questionnaire) -> bytes`; where something in the file needs a word to
    the author, it also has `notes(questionnaire)`. That of a codebook has `write(codebook)`.
    """

    module: str
    text: bool = True
    multilingual: bool = False
    """Whether one file holds all languages of the instrument."""
    draws: bool = False
    """Whether the tool can draw the order of questions anew for each respondent."""
    coders: bool = False
    """Whether it is a codebook, for coders of interviews."""


TARGETS: Mapping[str, Target] = {
    "xlsform": Target("vested.questionnaire.xlsform", text=False, multilingual=True),
    "limesurvey": Target("vested.questionnaire.limesurvey", multilingual=True, draws=True),
    "qualtrics": Target("vested.questionnaire.qualtrics"),
    "redcap": Target("vested.questionnaire.redcap"),
    "surveymonkey": Target("vested.questionnaire.surveymonkey"),
    "forms": Target("vested.questionnaire.forms"),
    "docx": Target("vested.questionnaire.docx", text=False),
    "markdown": Target("vested.questionnaire.markdown"),
    "qdc": Target("vested.questionnaire.codebook.qdc", coders=True),
    "codebook-docx": Target("vested.questionnaire.codebook.docx", text=False, coders=True),
    "codebook-csv": Target("vested.questionnaire.codebook.csv", coders=True),
}
"""Target name to its writer; adding a survey tool is one line here."""


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of a file, and what its author should know."""

    content: bytes
    notes: tuple[str, ...]


def checked_target(name: str) -> str:
    if name in TARGETS:
        return name
    known = ", ".join(TARGETS)
    raise UsageError(f"there is no target {name!r}", did_you_mean(name, TARGETS, f"known: {known}"))


def export(
    instrument: Instrument,
    target: str,
    *,
    language: str | None = None,
    inventory: bool = False,
    shuffle: bool = False,
    seed: int | None = None,
) -> Written:
    """An instrument as a questionnaire or codebook, in its first language if not said.

    `shuffle` leaves the order of the questions to chance: anew for each respondent where the
    tool can do that, else once, by `seed` (0 if not said). Raises `UsageError` where the
    instrument has no such language or inventory, or where the options do not fit each other, and
    `InstrumentError` where the tool cannot hold an id, a code or a label.
    """
    form = TARGETS[checked_target(target)]
    language = language or instrument.languages[0]
    if language not in instrument.languages:
        known = f"it has {', '.join(instrument.languages)}"
        raise UsageError(
            f"{instrument.id} has no texts in {language!r}",
            did_you_mean(language, instrument.languages, known),
        )
    if form.coders:
        return _for_coders(
            instrument, target, language, asks=inventory or shuffle or seed is not None
        )
    if inventory and not instrument.inventory:
        raise UsageError(f"{instrument.id} has no technology inventory", "leave --inventory out")
    if seed is not None and not shuffle:
        raise UsageError("--seed does nothing without --shuffle", "add --shuffle, or leave it out")
    if seed is not None and form.draws:
        raise UsageError(
            f"{target} draws the order anew for each respondent, without a seed",
            "leave --seed out",
        )
    others = [code for code in instrument.languages if code != language]
    asked = questionnaire(
        instrument,
        [language, *(others if form.multilingual else [])],
        inventory=inventory,
        seed=(seed or 0) if shuffle and not form.draws else None,
        drawn=shuffle and form.draws,
    )
    module = import_module(form.module)
    content: bytes = module.write(asked)
    notes = module.notes(asked) if hasattr(module, "notes") else ()
    return Written(content, (*asked.notes, *notes))


def _for_coders(instrument: Instrument, target: str, language: str, *, asks: bool) -> Written:
    if asks:
        raise UsageError(
            f"{target} is a codebook, which asks nothing",
            "leave --inventory, --shuffle and --seed out",
        )
    from vested.questionnaire.codebook import codebook

    book = codebook(instrument, language)
    content: bytes = import_module(TARGETS[target].module).write(book)
    return Written(content, book.notes)
