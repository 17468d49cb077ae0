"""Microsoft Forms: a workbook, or the CSV saved from it, whose first columns are always the same.

`ID`, `Start time` and `Completion time` come first, in the language of whoever exported; questions
follow with their titles as headers. A rating grid gives one column per statement, without the
question above it, and where two statements are alike the program appends 2, 3, … to the later ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from vested.formats import Table
from vested.platforms import Column, Export, Role
from vested.platforms.wording import plain
from vested.spelling import same, tidy

_HEADINGS: Mapping[Role, tuple[str, ...]] = {
    "respondent": ("ID",),
    "start": (
        *("Start time", "Begintijd", "Startzeit", "Heure de début", "Hora de inicio"),
        *("Hora de início", "Ora di inizio", "Godzina rozpoczęcia", "Starttidspunkt"),
        *("Starttid", "Alkamisaika"),
    ),
    "end": (
        *("Completion time", "Tijd van voltooien", "Fertigstellungszeit", "Heure de fin"),
        *("Hora de finalización", "Hora de conclusão", "Ora di completamento"),
        *("Godzina ukończenia", "Fullføringstidspunkt", "Slutförandetid", "Valmistumisaika"),
    ),
    "person": (
        *("Email", "E-mail", "Adresse de messagerie", "Correo electrónico", "Posta elettronica"),
        *("Adres e-mail", "E-postadresse", "E-post", "Sähköposti"),
        *("Name", "Naam", "Nom", "Nombre", "Nome", "Nazwa", "Navn", "Namn", "Nimi"),
    ),
    "language": ("Language", "Langue"),
    "technical": (
        *("Last modified time", "Tijd van laatste wijziging"),
        *("Heure de la dernière modification", "Hora de la última modificación"),
        *("Hora da última modificação", "Czas ostatniej modyfikacji"),
        *("Tidspunkt for siste endring", "Ändrades senast klockan"),
        *("Total points", "Total de pontos", "Quiz feedback", "Comentários do teste"),
        *("Grade posted time", "Hora de postagem da nota"),
    ),
}
_ROLES = {same(heading): role for role, headings in _HEADINGS.items() for heading in headings}

_FIRST: tuple[Role, ...] = ("respondent", "start", "end")
_POINTS_OR_FEEDBACK = re.compile(r"(\w+) - (.+)", re.DOTALL)
_REPEATED = re.compile(r"(.*\D)[2-9]", re.DOTALL)


def recognise(table: Table) -> Export | None:
    """The export of a form or quiz; None for a table without the three columns that come first.

    Several choices in one cell stay as they are: options may hold the semicolons between them.
    """
    names = [tidy(header) for header in table.columns]
    roles = tuple(_ROLES.get(same(name), "") for name in names[: len(_FIRST)])
    if roles != _FIRST:
        return None
    own = next((at for at, name in enumerate(names) if same(name) not in _ROLES), len(names))
    return Export(
        table,
        (
            *(Column(name, role=_ROLES[same(name)]) for name in names[:own]),
            *_questions(names, own),
        ),
        platform="Microsoft Forms",
        generation="one header row, titles as headers",
    )


def _questions(names: Sequence[str], first: int) -> Iterator[Column]:
    titles = {same(name) for name in names[first:]}
    for at, name in enumerate(names[first:], start=first):
        # A quiz has two more columns behind each question, whose headings repeat its title.
        before = {same(title) for title in names[max(at - 2, first) : at]}
        quiz = _POINTS_OR_FEEDBACK.fullmatch(same(name))
        if quiz and quiz[2] in before:
            yield Column(name, role="technical", why=f"{quiz[1]} of the question before")
            continue
        repeated = _REPEATED.fullmatch(name)
        title = repeated[1].rstrip() if repeated else ""
        texts = (name, title if same(title) in titles else "")
        yield Column(name, texts=tuple(plain(text) for text in texts if text))
