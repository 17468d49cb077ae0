"""Google Forms: question texts as headers, after a heading for the time that is translated.

Nothing in such a file names its writer, so the first column must have both: a heading that Google
uses, and times in its cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vested.formats import Table
from vested.platforms import Column, Export
from vested.platforms.wording import plain
from vested.spelling import same, tidy

_TIMESTAMPS = frozenset(
    {
        *("Timestamp", "Tijdstempel", "Horodateur", "Zeitstempel", "Marca temporal"),
        *("Carimbo de data/hora", "Informazioni cronologiche", "Sygnatura czasowa"),
        *("Tidstämpel", "Tidsstempel", "Tidsmerke", "Aikaleima", "Zaman damgası", "Marca de temps"),
        *("Časové razítko", "Időbélyeg", "Marcaj de timp", "Отметка времени", "Позначка часу"),
        *("タイムスタンプ", "時間戳記"),
    }
)
"""In the language of the form's owner; other programs write `timestamp` in small letters."""

_ADDRESSES = frozenset(
    map(
        same,
        (
            *("Username", "Email", "Email address", "E-mailadres", "Adresse e-mail"),
            *("E-Mail-Adresse", "Dirección de correo electrónico", "Endereço de e-mail"),
            *("Indirizzo email", "Adres e-mail", "E-postadresse", "E-mailová adresa"),
            *("Adreça electrònica", "Електронна адреса", "メールアドレス"),
        ),
    )
)
_SCORES = frozenset(map(same, ("Score", "Total score", "Punkte", "Puntuación", "Pontuação")))

# Dates as any spreadsheet of any country shows them, and a time: `2021/08/10 12:08:56 PM GMT-3`,
# `12/02/2026 19.07.17`, `2021-08-10T12:08:56`, `2021. 8. 10. 오후 12:08`.
_DATE_AND_TIME = re.compile(
    r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}\D{1,12}\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?!\d).{0,20}"
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_POINTS = re.compile(r"\d+(?:[.,]\d+)?\s*/\s*\d+(?:[.,]\d+)?")


def recognise(table: Table) -> Export | None:
    """The export of a form, downloaded from it or from its spreadsheet; None for any other table.

    Several choices in one cell stay as they are: options may hold what stands between them.
    """
    if not table.columns or tidy(table.columns[0]) not in _TIMESTAMPS:
        return None
    times = _cells(table, 0)
    dated = [cell for cell in times if _DATE_AND_TIME.fullmatch(cell)]
    if not times or len(dated) * 2 <= len(times):
        return None
    zoned = any("GMT" in cell for cell in dated)
    return Export(
        table,
        tuple(_columns(table)),
        platform="Google Forms",
        generation="downloaded from the form" if zoned else "saved from its spreadsheet",
    )


def _cells(table: Table, at: int) -> list[str]:
    """What the first rows hold in one column, without the blank cells."""
    return [row[at].strip() for row in table.sample if row[at].strip()]


def _columns(table: Table) -> Iterator[Column]:
    names = [tidy(header) for header in table.columns]
    is_quiz = False
    for at, name in enumerate(names):
        if at == 0:
            yield Column(name, role="end", why="the time of submission")
        elif at == 1 and _is_address(table, at, name):
            yield Column(name, role="person", why="the address that the form collects")
        elif at < 3 and _is_score(table, at, name):
            is_quiz = True
            yield Column(name, role="technical", why="the score of a quiz")
        else:
            question, row = _parts(name)
            if is_quiz and question in names[max(at - 2, 1) : at]:
                yield Column(name, role="technical", why=f"{row.lower()} of the question before")
            else:
                texts = (plain(text) for text in (name, row) if text)
                yield Column(name, texts=tuple(texts))


def _is_address(table: Table, at: int, name: str) -> bool:
    cells = _cells(table, at)
    return same(name) in _ADDRESSES or (
        bool(cells) and all(_ADDRESS.fullmatch(cell) for cell in cells)
    )


def _is_score(table: Table, at: int, name: str) -> bool:
    cells = _cells(table, at)
    return same(name) in _SCORES or (bool(cells) and all(_POINTS.fullmatch(cell) for cell in cells))


def _parts(header: str) -> tuple[str, str]:
    """Question and row of a grid, `Question [Row]`; the row is empty where there is no grid.

    Both may hold brackets themselves, so the last one is followed back to where it opens.
    """
    depth = 0
    for at in range(len(header) - 1, -1, -1):
        depth += (header[at] == "]") - (header[at] == "[")
        if not depth:
            row = header[at + 1 : -1].strip() if header[at] == "[" else ""
            return (header[:at].strip(), row) if row else (header, "")
    return header, ""
