from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from vested.errors import InputError
from vested.formats import Field, open_table
from vested.platforms import Exclusion, Export
from vested.platforms.sosci import recognise

Recognise = Callable[..., Export | None]

NAMES = [
    *("CASE", "SERIAL", "REF", "QUESTNNR", "MODE", "LANGUAGE", "STARTED", "CL01_01", "CL01_02"),
    *("OR01_01", "TIME001", "TIME_SUM", "MAILSENT", "LASTDATA", "STATUS", "FINISHED", "Q_VIEWER"),
    *("LASTPAGE", "MAXPAGE", "MISSING", "MISSREL", "TIME_RSI", "DEG_TIME"),
]
GERMAN = [
    *("Interview-Nummer (fortlaufend)", "Personenkennung oder Teilnahmecode (sofern verwendet)"),
    "Referenz (sofern im Link angegeben)",
    *("Fragebogen, der im Interview verwendet wurde", "Interview-Modus", "Sprache"),
    "Zeitpunkt zu dem das Interview begonnen hat (Europe/Berlin)",
    *("Klima: Wir teilen Daten.", "Klima: Wir halten &quot;fest&quot; zusammen, auch wenn es..."),
    *("Behörde: [01]", "Verweildauer Seite 1", "Verweildauer gesamt (ohne Ausreißer)"),
    "Versandzeitpunkt der Einladungsmail (nur für nicht-anonyme Adressaten)",
    "Zeitpunkt als der Datensatz das letzte mal geändert wurde",
    "Status des Interviews (Markierung)",
    "Wurde die Befragung abgeschlossen (letzte Seite erreicht)?",
    "Hat der Teilnehmer den Fragebogen nur angesehen, ohne die Pflichtfragen zu beantworten?",
    "Seite, die der Teilnehmer zuletzt bearbeitet hat",
    *("Letzte Seite, die im Fragebogen bearbeitet wurde", "Anteil fehlender Antworten in Prozent"),
    "Anteil fehlender Antworten (gewichtet nach Relevanz)",
    *("Ausfüll-Geschwindigkeit (relativ)", "Maluspunkte für schnelles Ausfüllen"),
]
ENGLISH = [
    *("Interview number (ongoing)", "Serial number (if provided)"),
    *("Reference (if provided in link)", "Questionnaire that has been used in the interview"),
    *("Interview mode", "Language", "Time the interview has started (Europe/Berlin)"),
    *("climate: We share data.", "climate: We stand <b>together</b>", "agency: [01]"),
    *("Time spent on page 1", "Time spent overall (except outliers)"),
    "Time when the invitation mailing was sent (personally identifiable recipients, only)",
    *("Time when the data was most recently updated", "Interview status marker"),
    "Has the interview been finished (reached last page)?",
    "Did the respondent only view the questionnaire, omitting mandatory questions?",
    "Last page that the participant has handled in the questionnaire",
    *("Hindmost page handled by the participant", "Missing answers in percent"),
    *("Missing answers (weighted by relevance)", "Speed", "Degradation points for being very fast"),
]
ROW = [
    *("72", "", "", "base", "interview", "ger", "2025-05-07 15:03:31", "5", "-9", "Gent"),
    *("12", "340", "", "2025-05-07 15:09:11", "", "1", "0", "6", "6", "2", "1", "1,07", "3"),
]
OWN = {"CASE": "respondent", "SERIAL": "person", "MODE": "status", "LANGUAGE": "language"} | {
    "STARTED": "start", "TIME_SUM": "duration", "LASTDATA": "end", "FINISHED": "finished",
    "REF": "", "CL01_01": "", "CL01_02": "", "OR01_01": "",
}  # fmt: skip


def changed(**cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(NAMES, ROW, strict=True)]


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Recognise]:
    with ExitStack() as stack:
        yield lambda header, *rows, **how: recognise(
            open_table(write(header, rows, **how), None, stack)
        )


@pytest.mark.parametrize("labels", [None, GERMAN, ENGLISH], ids=["none", "de", "en"])
@pytest.mark.parametrize("how", [("utf-8", ","), ("utf-8", ";"), ("utf-16", "\t")])
def test_variables_and_a_row_of_their_labels(
    known: Recognise, labels: list[str] | None, how: tuple[str, str]
) -> None:
    rows = [ROW] if labels is None else [labels, ROW]
    found = known(NAMES, *rows, encoding=how[0], delimiter=how[1])
    assert found is not None
    assert {column.name: column.role for column in found.columns} == {
        name: OWN.get(name, "technical") for name in NAMES
    }
    assert found.table.skipped == (labels is not None)
    assert found.table.sample == (tuple(ROW),)
    case = found.table.scan({0: pl.String()}).collect()
    assert case.rows() == [("72",)]
    assert found.platform == "SoSci Survey"
    assert not found.must_tell
    assert "--organisation REF" in found.columns[2].why


@pytest.mark.parametrize("labels", [GERMAN, ENGLISH], ids=["de", "en"])
def test_labels_in_place_of_variables(known: Recognise, labels: list[str]) -> None:
    found = known(labels, ROW)
    assert found is not None
    assert found.generation == "labels as headers"
    roles = [column.role for column in found.columns]
    # The labels of two of them are not known in every language; they are columns without a role.
    wanted = [OWN.get(name, "technical") for name in NAMES]
    for at, (name, role, want) in enumerate(zip(NAMES, roles, wanted, strict=True)):
        assert role == want or (not role and labels[at] in ("Sprache", "Speed")), name
    assert [exclusion.column for exclusion in found.exclusions] == [4, 15]


def test_texts_of_questions(known: Recognise) -> None:
    found = known(NAMES, GERMAN, ROW)
    assert found is not None
    texts = {column.name: column.texts for column in found.columns if column.texts}
    cut = 'Wir halten "fest" zusammen, auch wenn es...'
    assert texts == {
        "CL01_01": ("Klima: Wir teilen Daten.", "Wir teilen Daten."),
        "CL01_02": (f"Klima: {cut}", cut),
        "OR01_01": ("Behörde: [01]",),
    }


def test_labels_that_the_file_itself_has(write: Callable[..., Path]) -> None:
    """As in its SPSS and Stata files."""
    with ExitStack() as stack:
        table = open_table(write(NAMES, [ROW]), None, stack)
        found = recognise(replace(table, fields=tuple(Field(label) for label in ENGLISH)))
    assert found is not None
    assert found.columns[8].texts == ("climate: We stand together", "We stand together")


def test_codes_that_are_no_answer(known: Recognise) -> None:
    found = known(NAMES, ROW)
    assert found is not None
    missing = {column.name: column.missing for column in found.columns if column.missing}
    assert set(missing) == {"CL01_01", "CL01_02", "OR01_01"}
    assert missing["CL01_01"]["-9"] == "not answered"
    assert missing["CL01_01"]["-1"] == "residual option"
    assert not any(code.isdigit() for code in missing["CL01_01"])


@pytest.mark.parametrize(
    ("row", "answers", "words"),
    [
        (ROW, "codes", "CL01_02 says -9"),
        (changed(CL01_02="4"), "either", ""),
        (changed(CL01_02="4", TIME001="-9"), "either", ""),
        (changed(CL01_02="Agree", FINISHED="ausgefüllt"), "labels", "FINISHED says ausgefüllt"),
        (changed(CL01_02="Agree", FINISHED="Canceled"), "labels", "FINISHED says Canceled"),
    ],
)
def test_whether_answers_are_codes_or_labels(
    known: Recognise, row: list[str], answers: str, words: str
) -> None:
    found = known(NAMES, row)
    assert found is not None
    assert found.answers == answers
    assert words in found.evidence
    assert bool(found.evidence) == bool(words)


def test_rows_that_are_no_responses(known: Recognise) -> None:
    found = known(NAMES, ROW)
    assert found is not None
    mode, finished = found.exclusions
    assert mode == Exclusion(4, frozenset({"pretest"}), "preview or test")
    assert (finished.column, finished.reason) == (15, "unfinished")
    assert {"0", "false", "f", "abgebrochen", "canceled"} == finished.cells


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROW, changed(MODE="pretest")], []),
        ([ROW, changed(MODE="orgtest")], ["MODE says orgtest"]),
        ([ROW, changed(QUESTNNR="short")], ["QUESTNNR: base, short"]),
        ([changed(QUESTNNR=name) for name in "abcde"], ["QUESTNNR: a, b, c, d, …"]),
    ],
)
def test_what_is_told(known: Recognise, rows: list[list[str]], words: list[str]) -> None:
    found = known(NAMES, *rows)
    assert found is not None
    assert len(found.notes) == len(words)
    assert all(word in note for word, note in zip(words, found.notes, strict=True))


@pytest.mark.parametrize(
    ("header", "claimed"),
    [
        (["CASE", "QUESTNNR", "Q1"], True),
        (["case", "questnnr", "q1"], True),
        (["Q1", "LASTPAGE", "MAXPAGE", "MISSREL"], True),
        (["CASE", "Q1", "MODE", "LANGUAGE", "STATUS", "MISSING", "FINISHED"], False),
        (["id", "submitdate", "lastpage", "startlanguage"], False),
        (["CASE", "Q1", "LASTPAGE", "MAXPAGE"], False),
    ],
)
def test_marks(known: Recognise, header: list[str], claimed: bool) -> None:
    assert (known(header, ["1"] * len(header)) is not None) == claimed


@pytest.mark.parametrize(
    ("cell", "skipped"),
    [("72", 0), ("72.0", 0), ("Interview-Nummer", 1), ("Numéro d'entretien", 1)],
)
def test_a_row_of_labels_in_any_language(known: Recognise, cell: str, skipped: int) -> None:
    found = known(NAMES, changed(CASE=cell), ROW)
    assert found is not None
    assert found.table.skipped == skipped


def test_headers_without_responses(known: Recognise) -> None:
    with pytest.raises(InputError, match="no responses"):
        known(NAMES, GERMAN)
