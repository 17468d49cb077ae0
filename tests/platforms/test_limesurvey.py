"""LimeSurvey: every way to head the columns, and what the marks of its answers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import open_table
from vested.platforms import Column, Export
from vested.platforms.limesurvey import recognise
from vested.spelling import same

Known = Callable[..., Export | None]

CODES = ["id", "submitdate", "lastpage", "startlanguage", "seed"]
ENGLISH = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
CELLS = ["7", "2026-03-01 10:09:00", "4", "en", "123"]


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Known]:
    """Recognise a table of these headings and rows, as LimeSurvey writes its files."""
    with ExitStack() as stack:

        def made(header: Sequence[str], *rows: Sequence[str], **how: str) -> Export | None:
            rows = rows or (["7", *[""] * (len(header) - 1)],)
            how = {"delimiter": ";", "encoding": "utf-8-sig", **how}
            return recognise(open_table(write(header, rows, **how), None, stack))

        yield made


def some(export: Export | None) -> Export:
    assert export is not None
    assert export.platform == "LimeSurvey"
    return export


def questions(export: Export | None) -> tuple[Column, ...]:
    return tuple(column for column in some(export).columns if not column.role)


def roles(export: Export | None) -> list[str]:
    return [column.role for column in some(export).columns]


def unfinished(export: Export | None) -> list[int]:
    """The rows of the sample that are set aside."""
    found = some(export)
    assert {exclusion.reason for exclusion in found.exclusions} <= {"unfinished"}
    return [
        at
        for at, row in enumerate(found.table.sample)
        if any(same(row[out.column]) in out.cells for out in found.exclusions)
    ]


# --- headings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "name", "export_id", "own"),
    [
        ("Q1", "Q1", "Q1", ()),
        ("G01Q02[SCL1]", "G01Q02[SCL1]", "G01Q02_SCL1", ("SCL1",)),
        ("Q1[SQ001][1]", "Q1[SQ001][1]", "Q1_SQ001_0", ("SQ001",)),
        ("Q1[SQ001][2]", "Q1[SQ001][2]", "Q1_SQ001_1", ("SQ001",)),
        ("Q1[SQ001_SQ002]", "Q1[SQ001_SQ002]", "Q1_SQ001_SQ002", ("SQ001_SQ002",)),
        ("Q1[other]", "Q1[other]", "Q1_other", ("other",)),
        ("Q1[SQ001comment]", "Q1[SQ001comment]", "Q1_SQ001comment", ("SQ001comment",)),
        ("Q1[3]", "Q1[3]", "Q1_3", ("3",)),
        ("moreInfo_1", "moreInfo_1", "moreInfo_1", ("1",)),
        ("Q1_SCL1", "Q1_SCL1", "Q1_SCL1", ("SCL1",)),
        ("attribute_1", "attribute_1", "attribute_1", ("1",)),
    ],
)
def test_codes(known: Known, heading: str, name: str, export_id: str, own: tuple[str]) -> None:
    export = some(known([*CODES, heading]))
    (question,) = questions(export)
    assert (question.name, question.export_id, question.aliases) == (name, export_id, own)
    assert question.texts == ()
    assert export.generation == "question codes as headings"
    assert roles(export)[:5] == ["respondent", "end", "technical", "language", "technical"]


@pytest.mark.parametrize(
    ("heading", "name", "texts"),
    [
        ("Q1. How old are you?", "Q1", ("How old are you?",)),
        ("Q1. How old are you? [years]", "Q1", ("How old are you? [years]",)),
        ("Q1.", "Q1", ()),
        ("Q1[S]. Do you agree? [We share data]", "Q1[S]",
         ("Do you agree? [We share data]", "We share data")),
        ("Q1[S]. <p>Do you\n<b>agree</b>?</p> [We&nbsp;share]", "Q1[S]",
         ("Do you agree? [We share]", "We share")),
        ("Q1[S]. A [short]\tquestion. Really? [We share [all] data]", "Q1[S]",
         ("A [short] question. Really? [We share [all] data]", "We share [all] data")),
        ("Q1[S]. Agree? [open] or closed]", "Q1[S]",
         ("Agree? [open] or closed]", "open] or closed")),
        ("Q1[S]. no bracket]", "Q1[S]", ("no bracket]",)),
        ("Q1[S][2]. Do you agree? [We share][Scale 2]", "Q1[S][2]",
         ("Do you agree? [We share][Scale 2]", "We share")),
        ("Q1[S_T]. Fill in [This row][That column]", "Q1[S_T]",
         ("Fill in [This row][That column]", "This row")),
        ("Q1[S]. Do you agre.. [We share our da.. ]", "Q1[S]",
         ("Do you agre.. [We share our da.. ]", "We share our da...")),
        ("Q1. How far do you..", "Q1", ("How far do you...",)),
        ("Q1[S]. Wait... [We share ...]", "Q1[S]", ("Wait... [We share ...]", "We share ...")),
        ("Q1_S. Agree? [We share]", "Q1_S", ("Agree? [We share]", "We share")),
        ("Q1[S]. [We share]", "Q1[S]", ("[We share]", "We share")),
    ],
)  # fmt: skip
def test_codes_and_texts(known: Known, heading: str, name: str, texts: tuple[str, ...]) -> None:
    both = [f"{code}. {text}" for code, text in zip(CODES, ENGLISH, strict=True)]
    export = some(known([*both, heading, "Q9. More?"]))
    assert questions(export)[0].name == name
    assert questions(export)[0].texts == texts
    assert export.generation == "question codes and texts as headings"
    assert [column.name for column in export.columns[:5]] == CODES


TRANSLATED = {
    "German": [
        *("Antwort ID", "Datum Abgeschickt", "Letzte Seite", "Start-Sprache"),
        *("Zufallsstartwert", "Datum gestartet", "Datum letzte Aktivität", "IP-Adresse"),
    ],
    "Dutch": [
        *("Respons-ID", "Datum verzonden", "Laatste pagina", "Begin taal"),
        *("Plaats", "Startdatum", "Datum laatste actie", "IP-adres"),
    ],
    "French": [
        *("ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ"),
        *("Tête de série", "Date de lancement", "Date de la dernière action", "Adresse IP"),
    ],
    "Spanish": [
        *("ID de respuesta", "Fecha de envío", "Última página", "Lenguaje inicial"),
        *("Semilla", "Fecha de inicio", "Fecha de la última acción", "Dirección IP"),
    ],
    "Italian": [
        *("ID risposta", "Data invio", "Ultima pagina", "Lingua iniziale"),
        *("Seme", "Data di inizio", "Data dell'ultima azione", "Indirizzo IP"),
    ],
    "Brazilian": [
        *("ID da resposta", "Data de envio", "Última página", "Idioma inicial"),
        *("Semente", "Data de início", "Data da última ação", "Endereço IP"),
    ],
    "English": [*ENGLISH, "Date started", "Date last action", "IP address"],
    "codes": [*CODES, "startdate", "datestamp", "ipaddr"],
}


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_limesurvey_adds(known: Known, language: str) -> None:
    export = some(known([*TRANSLATED[language], "Organisation"]))
    assert roles(export) == [
        *("respondent", "end", "technical", "language"),
        *("technical", "start", "technical", "person", ""),
    ]
    assert [out.column for out in export.exclusions] == [1]


def test_texts(known: Known) -> None:
    header = [
        *("", *ENGLISH, "Referrer URL"),
        *("Organisation", "Do you agree? [We share data]", "<p>Why?</p> [Comment]"),
        *("Start date", "Plaats", "Code", "First name", "Email address"),
        *("Total time", "Group time: One", "Question time: Q1"),
    ]
    export = some(known(header))
    assert export.generation == "question texts as headings"
    assert [column.name for column in questions(export)] == [
        *("Organisation", "Do you agree? [We share data]", "Why? [Comment]"),
        *("Start date", "Plaats", "Code"),
    ]
    assert questions(export)[1].texts == ("Do you agree? [We share data]", "We share data")
    assert questions(export)[2].texts == ("Why? [Comment]", "Comment")
    assert roles(export)[0] == "technical"
    assert roles(export)[-5:] == ["person", "person", "duration", "technical", "technical"]


def test_texts_with_underscores(known: Known) -> None:
    header = ["Response_ID", "Date_submitted", "Last_page", "How_far?_[We_share_data]"]
    assert questions(known(header))[0].texts == ("How far? [We share data]", "We share data")
    header = ["id. Response_ID", "submitdate. Date_submitted", "lastpage. Last_page",
              "Q1[S]. How_far?_[We_share_data]"]  # fmt: skip
    assert questions(known(header))[0].texts == ("How far? [We share data]", "We share data")
    header = ["Response ID", "Date submitted", "Last page", "Is it snake_case?"]
    assert questions(known(header))[0].texts == ("Is it snake_case?",)


def test_people_timers_and_row_names(known: Known) -> None:
    header = [
        *("", *CODES, "token", "refurl", "Q1", "leadTime", "Q1Time", "groupTime12"),
        *("interviewtime", "firstname", "lastname", "email", "attribute_1", "a question?"),
    ]
    assert roles(known(header)) == [
        *("technical", "respondent", "end", "technical", "language", "technical"),
        *("person", "technical", "", "", "technical", "technical"),
        *("duration", "person", "person", "person", "", ""),
    ]


# --- what is LimeSurvey's, and what is not ----------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ["submitdate", "startlanguage", "Q1"],
        ["organisation", "id", "submitdate", "lastpage", "Q1"],
        ["organisation", "Date submitted", "Last page", "Agree? [We share]"],
        ["id", "Q1[SCL1]", "Q1[SCL2]", "organisation"],
        ["Response ID", "Q1[SCL1]", "Q1[SCL2]"],
    ],
)
def test_recognised(known: Known, header: list[str]) -> None:
    assert some(known(header))


@pytest.mark.parametrize(
    "header",
    [
        ["organisation", "SCL1", "SCL2"],
        ["id", "submitdate", "Q1"],
        ["Response ID", "Date submitted", "Q1"],
        ["Q1[SCL1]", "Q1[SCL2]"],
        ["id", "Q1[SCL1]", "Q2", "Q3"],
        ["id", "Do you agree? [We share]", "Do you agree? [We care]"],
        ["Timestamp", "Agree [We share]", "Agree [We care]"],
    ],
)
def test_not_recognised(known: Known, header: list[str]) -> None:
    assert known(header) is None


def test_commas_without_a_mark_of_byte_order(known: Known) -> None:
    assert some(known([*CODES, "Q1[S]"], delimiter=",", encoding="utf-8"))


# --- rows and answers -------------------------------------------------------------------------


def test_unfinished(known: Known) -> None:
    dates = ["2026-03-01 10:09:00", "", "NA", "N/A", " ", "1980-01-01 00:00:00", "1.3.2026"]
    rows = [[str(at), date, "4", "en", "1", "3"] for at, date in enumerate(dates)]
    assert unfinished(known([*CODES, "Q1"], *rows)) == [1, 2, 3, 4]
    assert unfinished(known(["id", "Q1[A]", "Q1[B]", "Q1[C]"], *[row[:4] for row in rows])) == []


@pytest.mark.parametrize(
    ("header", "cells", "answers"),
    [
        (["Q1", "Q2[A]"], [["Y", "A1"], ["N", "A5"], ["", ""]], "codes"),
        (["Q1", "Q2[A]"], [["Y", "3"], ["", "5"]], "codes"),
        (["Q1", "Q2[A]"], [["-oth-", "Agree"]], "codes"),
        (["Q1", "Q2[A]"], [["Yes", "Agree"], ["N/A", "Disagree"]], "labels"),
        (["Q1", "Q2[A]"], [["Ja", "Eens"], ["Nee", "Oneens"]], "labels"),
        (["Q1", "Q2[A]"], [["Yes", "3"], ["No", "5"]], "either"),
        (["Q1", "Q2"], [["Yes", "3"], ["No", "5"]], "either"),
        (["Q1", "Q2"], [["Yes", "31"], ["No", "58"]], "labels"),
        (["Q1", "Q2[A]"], [["n", "Strongly agree"], ["", "Agree"]], "either"),
        (["Q1", "Q2"], [["Y", "Yes"]], "either"),
        (["Q1", "Q2[A]"], [["", "3"], ["NA", "5"]], "either"),
        (["Q1", "Q2[A]"], [["N/A", "Agree"]], "either"),
    ],
)
def test_answers(known: Known, header: list[str], cells: list[list[str]], answers: str) -> None:
    export = some(known([*CODES, *header], *[[*CELLS, *row] for row in cells]))
    assert export.answers == answers
    assert bool(export.evidence) == (answers != "either")
    assert not export.must_tell


def test_what_is_no_answer(known: Known) -> None:
    (question,) = questions(known([*CODES, "Q1"]))
    assert question.missing == {"N/A": "not applicable", "-oth-": "other"}


def test_no_yes_or_no_is_looked_for_in_what_limesurvey_adds(known: Known) -> None:
    export = some(known([*CODES, "firstname", "Q1"], [*CELLS, "N", "Agree"]))
    assert (export.answers, export.evidence) == ("either", "")
