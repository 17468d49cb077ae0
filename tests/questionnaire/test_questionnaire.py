"""What all targets have in common: the same bytes, their options, and what comes back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import vested
from vested.errors import UsageError
from vested.model import Instrument
from vested.questionnaire import TARGETS, checked_target, export
from vested.questionnaire.pages import Questionnaire, questionnaire
from vested.questionnaire.wording import ORGANISATION_QUESTION
from vested.report.csv import table

each = pytest.mark.parametrize("target", TARGETS)
asking = pytest.mark.parametrize("target", [name for name in TARGETS if not TARGETS[name].coders])


@asking
def test_same_bytes(target: str, full: Instrument) -> None:
    def made(seed: int | None) -> bytes:
        shuffle = seed is not None
        used = None if target == "limesurvey" else seed
        return export(full, target, inventory=True, shuffle=shuffle, seed=used).content

    assert made(None) == made(None)
    assert made(1) == made(1)
    assert made(None) != made(1)
    assert (made(1) != made(2)) == (not TARGETS[target].draws)


@each
def test_text_is_utf8(target: str, full: Instrument) -> None:
    content = export(full, target, language="fr").content
    if TARGETS[target].text:
        assert full.item("SCL1").text["fr"] in content.decode()
    else:
        assert content.startswith(b"PK\x03\x04")


@each
@pytest.mark.parametrize("name", vested.load_instrument("vested").languages)
def test_every_language(target: str, name: str, full: Instrument) -> None:
    """Bundled texts are complete: nothing but what to replace is told."""
    notes = export(full, target, language=name, inventory=not TARGETS[target].coders).notes
    assert not [note for note in notes if note.startswith("no text")]


@each
def test_first_language_if_not_said(target: str, make: Callable[..., Instrument]) -> None:
    made = make(name={"nl": "Klein", "de": "Klein"})
    assert export(made, target).content == export(made, target, language="de").content


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"language": "ne"}, "vested-short has no texts in 'ne'", "did you mean nl or en or de?"),
        ({"language": "xx"}, "vested-short has no texts in 'xx'", "it has en, de, fr, nl"),
        ({"inventory": True}, "vested-short has no technology inventory", "leave --inventory out"),
        ({"seed": 1}, "--seed does nothing without --shuffle", "add --shuffle, or leave it out"),
    ],
)
def test_options_that_do_not_fit(
    short: Instrument, options: dict[str, object], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as error:
        export(short, "markdown", **options)  # type: ignore[arg-type]
    assert (error.value.message, error.value.hint) == (message, hint)


def test_no_seed_where_the_tool_draws(short: Instrument) -> None:
    with pytest.raises(UsageError, match="draws the order anew for each respondent"):
        export(short, "limesurvey", shuffle=True, seed=1)


@pytest.mark.parametrize("target", [name for name in TARGETS if TARGETS[name].coders])
@pytest.mark.parametrize("asked", [{"inventory": True}, {"shuffle": True}, {"seed": 1}], ids=str)
def test_a_codebook_asks_nothing(target: str, asked: dict[str, object], full: Instrument) -> None:
    with pytest.raises(UsageError) as error:
        export(full, target, **asked)  # type: ignore[arg-type]
    assert error.value.message == f"{target} is a codebook, which asks nothing"
    assert error.value.hint == "leave --inventory, --shuffle and --seed out"


def test_unknown_target() -> None:
    with pytest.raises(UsageError, match="there is no target 'redcapp'") as error:
        checked_target("redcapp")
    assert error.value.hint == "did you mean redcap?"


# --- what comes back --------------------------------------------------------------------------

Rows = list[list[str]]
RESPONDENTS = 12
IN_SCALE = ("Gent", "Brugge")


def answers(asked: Questionnaire, row: int, *, labels: bool) -> list[str]:
    """Every option of every question is chosen by someone."""
    found = []
    for grid in asked.grids:
        for at in range(len(grid.questions)):
            option = grid.options[(row * 5 + at) % len(grid.options)]
            found.append(asked.say(option.label) if labels else str(option.code))
    return found


def lines(asked: Questionnaire) -> Iterator[tuple[int, int, str, str, str]]:
    """Per question the numbers of its grid and line, its id, and the texts of both."""
    for number, grid in enumerate(asked.grids, start=1):
        for at, question in enumerate(grid.questions, start=1):
            yield number, at, question.id, asked.say(grid.text), asked.say(question.text)


def plain(asked: Questionnaire) -> tuple[Rows, bool]:
    return [["organisation", *(question.id for question in asked.questions)]], False


def google_forms(asked: Questionnaire) -> tuple[Rows, bool]:
    heads = [f"{stem} [{text}]" for *_, stem, text in lines(asked)]
    organisation = asked.say(ORGANISATION_QUESTION)
    return [["Tijdstempel", "Akkoord?", organisation, *heads]], True


def limesurvey(asked: Questionnaire) -> tuple[Rows, bool]:
    heads = [f"G{number}[{name}]" for number, _, name, *_ in lines(asked)]
    added = ["id", "submitdate", "lastpage", "startlanguage", "seed", "consent"]
    return [[*added, "organisation", *heads]], False


def limesurvey_with_texts(asked: Questionnaire) -> tuple[Rows, bool]:
    heads = [f"G{number}[{name}]. {stem} [{text}]" for number, _, name, stem, text in lines(asked)]
    added = ["id. Respons-ID", "submitdate. Datum verzonden", "lastpage. Laatste pagina"]
    added += ["startlanguage. Begin taal", "seed. Seed", "consent. Akkoord?"]
    return [[*added, f"organisation. {asked.say(ORGANISATION_QUESTION)}", *heads]], True


def qualtrics(asked: Questionnaire) -> tuple[Rows, bool]:
    found = list(lines(asked))
    names = [f"G{number}_{at}" for number, at, *_ in found]
    texts = [f"{stem} - {text}" for *_, stem, text in found]
    ids = [json.dumps({"ImportId": f"QID{number + 3}_{at}"}) for number, at, *_ in found]
    first = ["StartDate", "EndDate", "Status", "Progress", "Finished", "consent", "organisation"]
    imports = ["startDate", "endDate", "status", "progress", "finished", "QID2", "QID3_TEXT"]
    imported = [json.dumps({"ImportId": name}) for name in imports]
    return [[*first, *names], [*first[:-1], "Which?", *texts], [*imported, *ids]], False


def kobotoolbox(asked: Questionnaire) -> tuple[Rows, bool]:
    heads = [f"page{number}/{name}" for number, _, name, *_ in lines(asked)]
    added = ["start", "end", "_id", "_uuid", "_submission_time", "__version__", "_index"]
    return [[*added, "page0/consent", "page0/organisation", *heads]], False


def redcap(asked: Questionnaire) -> tuple[Rows, bool]:
    heads = [name.lower() for *_, name, _, _ in lines(asked)]
    return [["record_id", "consent", "organisation", *heads]], False


STAMPS = {"Tijdstempel": "2026/08/10 12:08:56 PM GMT+1", "Finished": "1", "Status": "0"}


def cell(head: str, row: int) -> str:
    """What stands in a column that is no answer."""
    name = head.partition(".")[0]
    if name in ("id", "record_id"):
        return str(row + 1)
    return STAMPS.get(name, "2026-08-10 12:08:56" if "date" in name.lower() else "1")


@pytest.mark.parametrize(
    "tool",
    [google_forms, limesurvey, limesurvey_with_texts, qualtrics, kobotoolbox, redcap],
    ids=lambda tool: tool.__name__,
)
def test_what_a_tool_exports_is_recognised(
    tool: Callable[[Questionnaire], tuple[Rows, bool]], full: Instrument, tmp_path: Path
) -> None:
    """Columns as each tool names those of the questionnaire, without an option or a mapping."""
    asked = questionnaire(full, ["nl"])

    def scores(made: Callable[[Questionnaire], tuple[Rows, bool]]) -> bytes:
        heads, labels = made(asked)
        before = len(heads[0]) - len(asked.questions)
        body = [
            [
                *(cell(head, row) for head in heads[0][: before - 1]),
                IN_SCALE[row % 2],
                *answers(asked, row, labels=labels),
            ]
            for row in range(RESPONDENTS)
        ]
        path = tmp_path / f"{made.__name__}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([*heads, *body])
        analysis = vested.analyse(path, instrument=full, min_respondents=1)
        return table(analysis.tables["scores"])

    assert scores(tool) == scores(plain)
