"""LimeSurvey exports: headings by question code, by code and text, or by text alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vested.formats import Table
from vested.platforms import UNFINISHED, Answers, Column, Exclusion, Export, Role
from vested.platforms.definitions.lss import FIXED_OPTIONS
from vested.platforms.wording import plain
from vested.spelling import same

_ADDED: Mapping[str, Role] = {
    "id": "respondent",
    "submitdate": "end",
    "lastpage": "technical",
    "startlanguage": "language",
    "seed": "technical",
    "startdate": "start",
    "datestamp": "technical",
    "ipaddr": "person",
    "refurl": "technical",
    "token": "person",
    "firstname": "person",
    "lastname": "person",
    "email": "person",
    "emailstatus": "technical",
    "participant_id": "person",
    "remindersent": "technical",
    "remindercount": "technical",
    "usesleft": "technical",
    "validfrom": "technical",
    "validuntil": "technical",
    "interviewtime": "duration",
}
"""The columns that LimeSurvey adds to the questions, by their codes."""

_TEXTS: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("Response ID", "Antwort ID", "Respons-ID", "ID de la réponse", "ID de respuesta"),
        *("ID risposta", "ID da resposta"),
    ),
    "submitdate": (
        *("Date submitted", "Datum Abgeschickt", "Datum verzonden", "Date de soumission"),
        *("Fecha de envío", "Data invio", "Data de submissão", "Data de envio"),
    ),
    "lastpage": (
        *("Last page", "Letzte Seite", "Laatste pagina", "Dernière page", "Última página"),
        "Ultima pagina",
    ),
    "startlanguage": (
        *("Start language", "Start-Sprache", "Begin taal", "Langue de départ"),
        *("Lenguaje inicial", "Lingua iniziale", "Idioma inicial"),
    ),
    "seed": (
        *("Seed", "Zufallsgeneratorstartwert", "Zufallsstartwert", "Zufallswert", "Plaats"),
        *("Tête de série", "Semilla", "Seme", "Semente"),
    ),
    "startdate": (
        *("Date started", "Datum gestartet", "Startdatum", "Date de lancement"),
        *("Fecha de inicio", "Data di inizio", "Data de início"),
    ),
    "datestamp": (
        *("Date last action", "Datum letzte Aktivität", "Datum laatste actie"),
        *("Date de la dernière action", "Fecha de la última acción", "Data dell'ultima azione"),
        *("Data da última acção", "Data da última ação"),
    ),
    "ipaddr": (
        *("IP address", "IP-Adresse", "IP-adres", "Adresse IP", "Dirección IP", "Indirizzo IP"),
        "Endereço IP",
    ),
    "refurl": (
        *("Referrer URL", "Weiterleitungs-URL", "Verwijzer URL", "Verwijzer-URL"),
        *("URL référente", "URL de referencia", "URL di riferimento", "URL de referência"),
        "URL de origem",
    ),
    "token": (
        *("Token", "Access code", "Zugangsschlüssel", "Zugangscode", "Toegangscode", "Code"),
        *("Code d'accès", "Contraseña", "Código de acceso", "Codice d'accesso", "Identificativo"),
        *("Partecipante", "Código", "Código de acesso"),
    ),
    "firstname": ("First name", "Vorname", "Voornaam", "Prénom", "Nombre/s", "Primeiro nome"),
    "lastname": ("Last name", "Nachname", "Achternaam", "Apellido/s", "Cognome", "Sobrenome"),
    "email": (
        *("Email address", "E-Mail-Adresse", "E-mailadres", "Adresse de courriel"),
        *("Correo electrónico", "Indirizzo e-mail", "Endereço de email"),
    ),
    "interviewtime": (
        *("Total time", "Gesamtzeit", "Totaaltijd", "Temps total :", "Tiempo total"),
        *("Tempo totale", "Tempo total"),
    ),
}
"""What stands over them in exports by text: in English, German, Dutch, French, Spanish, Italian and
Portuguese, as in the translations of LimeSurvey 2.5, 3.14 and 6.2."""

_CODE_OF = {same(text): code for code, texts in _TEXTS.items() for text in texts}
_ANYWHERE = frozenset({"firstname", "lastname", "email", "interviewtime"})
"""Columns that can stand behind the questions; the others stand together."""
_TIMER = re.compile(
    "((group|question) time|(gruppen|fragen)zeit|(groeps|vraag)tijd"
    "|durée pour (le groupe|la question)"
    "|temporización (del grupo|de la pregunta)|tempo per (il gruppo di domande|la domanda)"
    "|tempo d[ao] (grupo|pergunta)) ?:"
)

# Brackets and tabs occur in texts as well, so the code ends at the first full stop behind it.
_HEADING = re.compile(
    r"([A-Za-z][A-Za-z0-9]*)((?:\[[^\]]*\])+|_\w+|)(?:\.(?:\s+(.*)|))?", re.DOTALL
)
_CUT_OFF = re.compile(r"(?<!\.)\.\.$")
"""How LimeSurvey marks a text that it was told to abbreviate."""
_MISSING = {"N/A": "not applicable", "-oth-": "other"}
_NOT_SUBMITTED = frozenset({"", "na", "n/a"})
"""A file that R has written again says NA where the cell was blank."""


def recognise(table: Table) -> Export | None:
    """The export, if LimeSurvey wrote it; whoever did not submit is set aside as unfinished."""
    headers = [header.strip() for header in table.columns]
    codes = [_code(header) for header in headers]
    texts = [_CODE_OF.get(same(header.replace("_", " ")), "") for header in headers]
    if _is_marked(codes) or _is_coded(headers, [*codes, *texts]):
        added = [code if code in _ADDED else "" for code in codes]
        columns = _by_code(headers, added)
        with_text = any(column.texts for column in columns)
        heads = "question codes and texts" if with_text else "question codes"
    elif _is_marked(texts):
        added = _together(texts)
        columns = _by_text(headers, added)
        heads = "question texts"
    else:
        return None
    answers, evidence = _answers(table, columns)
    submitted = [at for at, code in enumerate(added) if code == "submitdate"]
    return Export(
        table,
        columns,
        "LimeSurvey",
        f"{heads} as headings",
        answers,
        evidence,
        exclusions=tuple(Exclusion(at, _NOT_SUBMITTED, UNFINISHED) for at in submitted[:1]),
    )


def _code(header: str) -> str:
    """The whole code of a heading, in small letters; nothing where there is none."""
    found = _HEADING.fullmatch(header)
    return (found[1] + found[2]).lower() if found else ""


def _is_marked(codes: Sequence[str]) -> bool:
    return "submitdate" in codes and ("lastpage" in codes or "startlanguage" in codes)


def _is_coded(headers: Sequence[str], codes: Sequence[str]) -> bool:
    """Whether at least half of the headings are `CODE[SUB]`, and there is a response id."""
    grids = sum(
        bool((found := _HEADING.fullmatch(header)) and found[2].startswith("["))
        for header in headers
    )
    return "id" in codes and grids * 2 >= len(headers)


def _together(codes: Sequence[str]) -> list[str]:
    """The codes of those columns that stand next to the date of submission, or can stand alone.

    Some of their texts may well be questions too: a start date, a place.
    """
    first = last = codes.index("submitdate")
    while first and codes[first - 1]:
        first -= 1
    while last + 1 < len(codes) and codes[last + 1]:
        last += 1
    return [
        code if first <= at <= last or code in _ANYWHERE else "" for at, code in enumerate(codes)
    ]


# --- columns ----------------------------------------------------------------------------------


def _by_code(headers: Sequence[str], added: Sequence[str]) -> tuple[Column, ...]:
    headings = [_HEADING.fullmatch(header) for header in headers]
    questions = {found[1] for found in headings if found}
    texts = _restored([(found[3] or "") if found else "" for found in headings])
    columns = []
    for header, found, code, text in zip(headers, headings, added, texts, strict=True):
        if found is None:
            columns.append(Column(header, role="" if header else "technical"))
        elif code:
            columns.append(Column(found[1] + found[2], role=_ADDED[code]))
        elif _is_timer(found[1], questions):
            columns.append(Column(found[1], role="technical"))
        else:
            columns.append(_question(found[1], found[2], text))
    return tuple(columns)


def _is_timer(code: str, questions: set[str]) -> bool:
    return bool(re.fullmatch(r"groupTime\d+", code)) or (
        code.endswith("Time") and code.removesuffix("Time") in questions
    )


def _question(code: str, rest: str, text: str) -> Column:
    """A question by its code: `export_id` is its variable within LimeSurvey (`Q1_SUB`)."""
    if rest.startswith("_"):
        own, variable = rest[1:], code + rest
    else:
        parts = re.findall(r"\[([^\]]*)\]", rest)
        own = parts[0] if parts else ""
        # The two scales of a dual scale are [1] and [2] in headings, 0 and 1 in variables.
        scale = [str(int(part) - 1) for part in parts[1:] if part.isdecimal()]
        variable = "_".join([code, *parts[:1], *scale])
    return Column(
        code + rest,
        _texts(text, grid=bool(own)),
        variable,
        aliases=(own,) if own else (),
        missing=_MISSING,
    )


def _by_text(headers: Sequence[str], added: Sequence[str]) -> tuple[Column, ...]:
    columns = []
    for header, code, text in zip(headers, added, _restored(headers), strict=True):
        if code:
            columns.append(Column(header, role=_ADDED[code]))
        elif not header or _TIMER.match(same(text)):
            columns.append(Column(header, role="technical"))
        else:
            columns.append(Column(plain(header), _texts(text, grid=True), missing=_MISSING))
    return tuple(columns)


def _restored(texts: Sequence[str]) -> list[str]:
    """The texts with their spaces, where the export was told to write underscores."""
    underscored = any("_" in text for text in texts) and not any(" " in text for text in texts)
    return [text.replace("_", " ") if underscored else text for text in texts]


def _texts(text: str, grid: bool) -> tuple[str, ...]:
    """The whole heading and then the statement, `How far do you agree? [We share data]`."""
    whole = plain(text)
    parts = (whole, _statement(whole) if grid else "")
    return tuple(_CUT_OFF.sub("...", part) for part in parts if part)


def _statement(text: str) -> str:
    """What stands in brackets at the end; of two adjacent brackets the first."""
    found, end = "", len(text)
    while text[:end].endswith("]"):
        depth, start = 0, end
        while start and (depth or start == end):
            start -= 1
            depth += (text[start] == "]") - (text[start] == "[")
        if depth:
            start = text.rfind("[", 0, end)
        if start < 0:
            break
        found, end = text[start + 1 : end - 1], start
    return found.strip()


# --- answers ----------------------------------------------------------------------------------

_YES_NO = frozenset(
    same(label) for option in FIXED_OPTIONS["Y"].values() for label in option.values()
)


def _answers(table: Table, columns: Sequence[Column]) -> tuple[Answers, str]:
    """Whether answers are codes or texts, by the questions whose codes LimeSurvey itself fixes."""
    letters = words = ""
    points = spelled = False
    for at, column in enumerate(columns):
        cells = {same(row[at]) for row in table.sample} - _NOT_SUBMITTED
        if column.role or not cells:
            continue
        if "-oth-" in cells:
            return "codes", f"column {column.name} says -oth-, which full answers spell out"
        if cells <= {"y", "n"}:
            letters = letters or column.name
        elif cells <= _YES_NO:
            words = words or column.name
        # Arrays of points are numbers in full answers too, and no code is longer than this.
        points = points or all(cell.isdecimal() and int(cell) <= 10 for cell in cells)
        grid = len(column.texts) > 1 or bool(column.aliases)
        spelled = spelled or (grid and not all(re.fullmatch("[a-z0-9]{1,5}", c) for c in cells))
    if letters and not words and not spelled:
        return "codes", f"column {letters} says Y or N, which full answers spell out"
    if words and not letters and not points:
        return "labels", f"column {words} says yes or no in full"
    return "either", ""
