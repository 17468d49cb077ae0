"""Exports of Microsoft Forms, made here after what is known of real ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import Table, open_table
from vested.platforms import Export
from vested.platforms.microsoft_forms import recognise

Write = Callable[..., Path]

ENGLISH = ["ID", "Start time", "Completion time", "Email", "Name"]
OWN = ["respondent", "start", "end", "person", "person"]
BEGINNING = ["1", "10/9/24 11:02:10", "10/9/24 11:03:55", "anonymous", ""]


def opened(path: Path) -> Table:
    with ExitStack() as stack:
        return open_table(path, None, stack)


def export(path: Path) -> Export:
    found = recognise(opened(path))
    assert found is not None
    return found


def titled(write: Write, *titles: str) -> Export:
    header = [*ENGLISH, *titles]
    return export(write(header, [[*BEGINNING, *("Agree" for _ in titles)]]))


@pytest.mark.parametrize(
    ("headings", "roles"),
    [
        (ENGLISH, OWN),
        (["Id", *ENGLISH[1:], "Last modified time"], [*OWN, "technical"]),
        ([*ENGLISH, "Language"], [*OWN, "language"]),
        (
            [*ENGLISH, "Total points", "Quiz feedback", "Last modified time"],
            [*OWN, "technical", "technical", "technical"],
        ),
        (ENGLISH[:3], OWN[:3]),
        (
            [
                "ID",
                "Begintijd",
                "Tijd van voltooien",
                "E-mail",
                "Naam",
                "Tijd van laatste wijziging",
            ],
            [*OWN, "technical"],
        ),
        (["ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"], OWN),
        (
            [
                "ID",
                "Heure de début",
                "Heure de fin",
                "Adresse de messagerie",
                "Nom",
                "Heure de la dernière modification",
            ],
            [*OWN, "technical"],
        ),
        (
            [
                "ID",
                "Hora de inicio",
                "Hora de finalización",
                "Correo electrónico",
                "Nombre",
                "Hora de la última modificación",
            ],
            [*OWN, "technical"],
        ),
        (
            [
                "Id",
                "Hora de início",
                "Hora de conclusão",
                "Email",
                "Nome",
                "Total de pontos",
                "Comentários do teste",
                "Hora de postagem da nota",
            ],
            [*OWN, "technical", "technical", "technical"],
        ),
        (["Id", "Ora di inizio", "Ora di completamento", "Posta elettronica", "Nome"], OWN),
        (
            [
                "ID",
                "Godzina rozpoczęcia",
                "Godzina ukończenia",
                "Adres e-mail",
                "Nazwa",
                "Czas ostatniej modyfikacji",
            ],
            [*OWN, "technical"],
        ),
        (
            [
                "ID",
                "Starttidspunkt",
                "Fullføringstidspunkt",
                "E-postadresse",
                "Navn",
                "Tidspunkt for siste endring",
            ],
            [*OWN, "technical"],
        ),
        (["ID", "Alkamisaika", "Valmistumisaika", "Sähköposti", "Nimi"], OWN),
        (["ID ", "Start time\u00a0", "COMPLETION TIME"], OWN[:3]),
    ],
)
def test_the_first_columns_mark_an_export(
    write: Write, headings: list[str], roles: list[str]
) -> None:
    header = [*headings, "We share data"]
    found = export(write(header, [[*BEGINNING[:3], *("" for _ in header[3:])]]))
    assert [column.role for column in found.columns] == [*roles, ""]
    assert (found.platform, found.answers) == ("Microsoft Forms", "either")
    assert (found.must_tell, found.exclusions, found.notes) == (False, (), ())


@pytest.mark.parametrize(
    "header",
    [
        ["Start time", "Completion time", "Email", "Name"],
        ["ID", "Email", "Start time", "Completion time"],
        ["ID", "Completion time", "Start time"],
        ["ID", "Start", "End", "Email", "Name"],
        ["ID", "Start time"],
        ["ID", "submitdate", "lastpage", "startlanguage"],
    ],
)
def test_other_tables_are_not_claimed(write: Write, header: list[str]) -> None:
    assert recognise(opened(write(header, [["1" for _ in header]]))) is None


def test_a_question_named_as_a_heading_is_a_question(write: Write) -> None:
    found = titled(write, "Which body?", "Name", "Name2", "Language")
    assert [column.role for column in found.columns[5:]] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("titles", "texts"),
    [
        (["We share data"], [("We share data",)]),
        (["We share data\u00a0"], [("We share data",)]),
        (["Organisation: \r\n"], [("Organisation:",)]),
        (
            ["Trust", "Trust2", "Trust3"],
            [("Trust",), ("Trust2", "Trust"), ("Trust3", "Trust")],
        ),
        (["Choice\u00a0", "Choice\u00a02"], [("Choice",), ("Choice 2", "Choice")]),
        (["Goal 2", "Goal 3"], [("Goal 2",), ("Goal 3",)]),  # there is no Goal
        (["Q1", "Q12"], [("Q1",), ("Q12",)]),  # twelve, not the second Q1
        (["Trust", "Trust1"], [("Trust",), ("Trust1",)]),
        (["2", "22"], [("2",), ("22",)]),
        (["", "2"], [(), ("2",)]),
    ],
)
def test_titles(write: Write, titles: list[str], texts: list[tuple[str, ...]]) -> None:
    found = titled(write, *titles)
    columns = found.columns[5:]
    assert [column.texts for column in columns] == texts
    assert [column.name for column in columns] == [text[0] if text else "" for text in texts]
    assert {column.role for column in columns} == {""}


@pytest.mark.parametrize(
    ("points", "feedback"),
    [("Points - ", "Feedback - "), ("Pontos – ", "Comentários – "), ("Punten - ", "Feedback - ")],
)
def test_a_quiz_has_points_and_feedback_of_each_question(
    write: Write, points: str, feedback: str
) -> None:
    one, two = "Cost - benefit?", "We share\u00a0data "
    found = titled(
        write, one, points + one, feedback + one, two, points + two, "Low - We share data", "Three"
    )
    roles = [column.role for column in found.columns[5:]]
    assert roles == ["", "technical", "technical", "", "technical", "technical", ""]
    assert found.columns[6].why == f"{points[:-3].lower()} of the question before"


def test_a_title_with_a_dash_is_a_question(write: Write) -> None:
    found = titled(write, "Data", "Trust", "Other", "Why - Data", "Very much so - Other")
    assert {column.role for column in found.columns[5:]} == {""}
