"""One survey, dressed as each tool exports it: the same bytes of scores come out, or a refusal.

The writers follow what real exports look like, header rows and all; none of them is vested's own.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import vested
from vested.errors import InputError
from vested.model import Instrument
from vested.questionnaire.wording import ORGANISATION_QUESTION

Rows = list[list[str]]
Scores = Callable[..., bytes]
Writer = Callable[["Survey"], Rows]
LAYOUTS: dict[str, tuple[Writer, str, str]] = {}
"""By name: what writes the rows, the delimiter, and the encoding."""


class Survey:
    """The answers of the plain survey, and what the instrument says of its questions."""

    def __init__(self, instrument: Instrument, rows: Rows) -> None:
        self.items = instrument.items
        self.ids = [item.id for item in instrument.items]
        self.stem = "How far do you agree?"
        self.rows = rows

    def texts(self, language: str = "en") -> list[str]:
        return [item.text[language] for item in self.items]

    def answers(self, language: str = "") -> Iterator[tuple[str, list[str]]]:
        """Organisation and answers of each respondent: codes, or labels in a language."""
        for organisation, _, *codes in self.rows:
            labels = [
                item.scale.labels[language][item.scale.codes.index(int(code))] if language else code
                for item, code in zip(self.items, codes, strict=True)
            ]
            yield organisation, labels


def layout(name: str, delimiter: str = ",", encoding: str = "utf-8") -> Callable[[Writer], Writer]:
    def add(writer: Writer) -> Writer:
        LAYOUTS[name] = (writer, delimiter, encoding)
        return writer

    return add


def written(path: Path, rows: Rows, delimiter: str, encoding: str) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


# --- Qualtrics --------------------------------------------------------------------------------

META = ["StartDate", "EndDate", "Status", "Progress", "Finished", "ResponseId", "UserLanguage"]
META_TEXT = ["Start Date", "End Date", "Response Type", "Progress", "Finished", "Response ID",
             "User Language"]  # fmt: skip
META_IDS = ["startDate", "endDate", "status", "progress", "finished", "_recordId", "userLanguage"]


def qualtrics(
    survey: Survey, language: str, ids: Callable[[str], str] | None, names: Sequence[str]
) -> Rows:
    texts = [
        f"{survey.stem}\nThink of last year. - {text}" for text in survey.texts(language or "en")
    ]
    head = [[*META, "organisation", *names], [*META_TEXT, "organisation", *texts]]
    if ids:
        keys = [f"QID5_{n + 1}" for n in range(len(names))]
        head.append([ids(key) for key in [*META_IDS, "organisation", *keys]])
    status, done = ("IP Address", "True") if language else ("0", "1")
    body = []
    for n, (organisation, answers) in enumerate(survey.answers(language)):
        meta = ["2026-03-01 10:00:00", "2026-03-01 10:09:00", status, "100", done, f"R_{n}", "EN"]
        body.append([*meta, organisation, *answers])
    # A preview and a response that was not finished: both are to be set aside.
    aside = [row.copy() for row in body[:2]]
    aside[0][2] = "Survey Preview" if language else "1"
    aside[1][3:5] = ["40", "False" if language else "0"]
    for row in aside:
        row[-1] = row[-2]
    return [*head, *aside, *body]


def as_json(key: str) -> str:
    return json.dumps({"ImportId": key}, separators=(",", ":"))


def as_python(key: str) -> str:
    return repr({"ImportId": key})


@layout("Qualtrics, three rows with JSON, codes")
def _(survey: Survey) -> Rows:
    return qualtrics(survey, "", as_json, survey.ids)


@layout("Qualtrics, UTF-16 TSV", "\t", "utf-16")
def _(survey: Survey) -> Rows:
    return qualtrics(survey, "", as_json, survey.ids)


@layout("Qualtrics, choice text in English, names by position")
def _(survey: Survey) -> Rows:
    return qualtrics(survey, "en", as_json, [f"Q5_{n}" for n in range(len(survey.ids))])


@layout("Qualtrics, choice text in Dutch")
def _(survey: Survey) -> Rows:
    return qualtrics(survey, "nl", as_json, survey.ids)


@layout("Qualtrics, three rows with Python's repr")
def _(survey: Survey) -> Rows:
    return qualtrics(survey, "", as_python, [f"Q5_{n}" for n in range(len(survey.ids))])


@layout("Qualtrics, two rows, BOM and a trailing column", encoding="utf-8-sig")
def _(survey: Survey) -> Rows:
    metas = ["ResponseID", "ResponseSet", "Name", "ExternalDataReference", "EmailAddress",
             "IPAddress", "Status", "StartDate", "EndDate", "Finished"]  # fmt: skip
    texts = [f"{survey.stem}-{text}" for text in survey.texts()]
    head = [
        [*(f"V{n + 1}" for n in range(10)), "organisation", *survey.ids, ""],
        [*metas, "organisation", *texts, ""],
    ]
    body = [
        [f"R_{n}", "Default", "Anonymous", "", "", "", "0", "2014-03-01 10:00:00",
         "2014-03-01 10:05:00", "1", organisation, *answers, ""]
        for n, (organisation, answers) in enumerate(survey.answers())
    ]  # fmt: skip
    return [*head, *body]


# --- LimeSurvey -------------------------------------------------------------------------------


def limesurvey(survey: Survey, head: list[str], language: str = "") -> Rows:
    body = [
        [str(n + 1), "2026-03-01 10:09:00", "4", "en", "123", organisation, *answers]
        for n, (organisation, answers) in enumerate(survey.answers(language))
    ]
    unsubmitted = [*body[0][:1], "", *body[0][2:]]
    unsubmitted[-1] = unsubmitted[-2]
    return [head, unsubmitted, *body]


LIME_META = ["id", "submitdate", "lastpage", "startlanguage", "seed"]


@layout("LimeSurvey, codes", ";", "utf-8-sig")
def _(survey: Survey) -> Rows:
    return limesurvey(survey, [*LIME_META, "organisation", *(f"G01Q02[{i}]" for i in survey.ids)])


@layout("LimeSurvey, codes and texts", ";", "utf-8-sig")
def _(survey: Survey) -> Rows:
    questions = [
        f"G01Q02[{i}]. {survey.stem} [{text}]"
        for i, text in zip(survey.ids, survey.texts(), strict=True)
    ]
    metas = ["id. Response ID", "submitdate. Date submitted", "lastpage. Last page",
             "startlanguage. Start language", "seed. Seed"]  # fmt: skip
    return limesurvey(survey, [*metas, "organisation. Your organisation", *questions])


@layout("LimeSurvey, texts and full answers")
def _(survey: Survey) -> Rows:
    metas = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    questions = [f"{survey.stem} [{text}]" for text in survey.texts("nl")]
    return limesurvey(survey, [*metas, ORGANISATION_QUESTION["nl"], *questions], "nl")


@layout("LimeSurvey, R data file")
def _(survey: Survey) -> Rows:
    return limesurvey(survey, [*LIME_META, "organisation", *(f"G01Q02_{i}" for i in survey.ids)])


# --- SurveyMonkey -----------------------------------------------------------------------------

MONKEY = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address",
          "First Name", "Last Name", "Custom Data 1"]  # fmt: skip


def monkey_rows(survey: Survey, language: str) -> Rows:
    return [
        [str(114000 + n), "41", "05/10/2018 04:01:00 AM", "05/10/2018 04:09:00 AM", "", "", "", "",
         "", organisation, *answers]
        for n, (organisation, answers) in enumerate(survey.answers(language))
    ]  # fmt: skip


def monkey_expanded(survey: Survey, language: str = "en") -> Rows:
    question = [f"<strong>{survey.stem}</strong>", *([""] * (len(survey.ids) - 1))]
    organisation = ORGANISATION_QUESTION["en"]
    blanks = [""] * len(MONKEY)
    second = [*blanks, "Open-Ended Response", *survey.texts(language)]
    return [[*MONKEY, organisation, *question], second, *monkey_rows(survey, language)]


layout("SurveyMonkey, expanded")(monkey_expanded)
layout("SurveyMonkey, expanded, TSV", "\t")(monkey_expanded)


@layout("SurveyMonkey, condensed")
def _(survey: Survey) -> Rows:
    head = [*MONKEY, ORGANISATION_QUESTION["en"], *survey.texts("fr")]
    return [head, *monkey_rows(survey, "fr")]


# --- Google and Microsoft Forms ---------------------------------------------------------------


@layout("Google Forms, grid")
def _(survey: Survey) -> Rows:
    grid = [f"In hoeverre bent u het eens? [{text}]" for text in survey.texts("nl")]
    body = [
        [f"{4 + n % 9}-5-2026 10:59:37", organisation, *answers]
        for n, (organisation, answers) in enumerate(survey.answers("nl"))
    ]
    return [["Tijdstempel", ORGANISATION_QUESTION["nl"], *grid], *body]


@layout("Microsoft Forms, saved as CSV", ";", "utf-8-sig")
def _(survey: Survey) -> Rows:
    head = ["ID", "Start time", "Completion time", "Email", "Name"]
    head += [f"{ORGANISATION_QUESTION['en']}\u00a0", *(f"{t}\u00a0" for t in survey.texts())]
    body = [
        [str(n + 1), "3/1/26 10:00:00", "3/1/26 10:09:00", "anonymous", "", organisation]
        + [f"{answer}\u00a0" for answer in answers]
        for n, (organisation, answers) in enumerate(survey.answers("en"))
    ]
    return [head, *body]


# --- KoBo, REDCap, SoSci ----------------------------------------------------------------------

KOBO = ["_id", "_uuid", "_submission_time", "_validation_status", "__version__", "_index"]


def kobo(survey: Survey, head: list[str], language: str) -> Rows:
    when = "2026-03-01T10:00:00.000-05:00"
    body = [
        [when, when, organisation, *answers, str(n), f"u{n}", when, "", "v1", str(n + 1)]
        for n, (organisation, answers) in enumerate(survey.answers(language))
    ]
    return [["start", "end", *head, *KOBO], *body]


@layout("KoBoToolbox, names with group paths", ";")
def _(survey: Survey) -> Rows:
    return kobo(survey, ["organisation", *(f"part_1/{i}" for i in survey.ids)], "")


@layout("KoBoToolbox, labels", ";")
def _(survey: Survey) -> Rows:
    return kobo(survey, [ORGANISATION_QUESTION["de"], *survey.texts("de")], "de")


@layout("REDCap, raw")
def _(survey: Survey) -> Rows:
    head = ["record_id", "redcap_survey_identifier", "survey_timestamp", "organisation"]
    body = [
        [str(n + 1), "", "2026-03-01 10:09:00", organisation, *answers, "2"]
        for n, (organisation, answers) in enumerate(survey.answers())
    ]
    return [[*head, *(i.lower() for i in survey.ids), "survey_complete"], *body]


@layout("REDCap, labels")
def _(survey: Survey) -> Rows:
    head = ["Record ID", "Survey Identifier", "Survey Timestamp", "Organisation"]
    body = [
        [str(n + 1), "", "2026-03-01 10:09:00", organisation, *answers, "Complete"]
        for n, (organisation, answers) in enumerate(survey.answers("en"))
    ]
    return [[*head, *survey.texts(), "Complete?"], *body]


@layout("SoSci Survey, UTF-16", "\t", "utf-16")
def _(survey: Survey) -> Rows:
    head = ["CASE", "SERIAL", "REF", "QUESTNNR", "MODE", "STARTED", "organisation", *survey.ids]
    body = [
        [str(n + 1), "", "", "base", "interview", "2026-03-01 10:00:00", organisation, *answers,
         "2026-03-01 10:09:00", "1"]
        for n, (organisation, answers) in enumerate(survey.answers())
    ]  # fmt: skip
    return [[*head, "LASTDATA", "FINISHED"], *body]


# --- people's own files -----------------------------------------------------------------------


@layout("R's write.csv with row names")
def _(survey: Survey) -> Rows:
    body = [
        [str(n + 1), organisation, "NA", *answers]
        for n, (organisation, answers) in enumerate(survey.answers())
    ]
    return [["", "organisation", "remark", *survey.ids], *body]


# --- the tests --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey(short: Instrument, rows: Rows) -> Survey:
    return Survey(short, rows)


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_gives_the_same_bytes(
    name: str, survey: Survey, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    writer, delimiter, encoding = LAYOUTS[name]
    path = written(tmp_path / "export.csv", writer(survey), delimiter, encoding)
    assert scores(path) == plain_scores


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_recognised_for_what_it_is(
    name: str, survey: Survey, short: Instrument, tmp_path: Path
) -> None:
    from vested.analysis.inspect import inspect

    writer, delimiter, encoding = LAYOUTS[name]
    path = written(tmp_path / "export.csv", writer(survey), delimiter, encoding)
    found = inspect(path, instrument=short)
    platform = name.partition(",")[0]
    assert found.files["platform"][0] == ("" if platform.startswith("R's") else platform)
    assert found.items["answered"].to_list() == [len(survey.rows)] * len(survey.ids)
    assert found.files["problem"][0] == ""


SHIFTED = """
id: shifted
version: "1"
name: {en: Shifted}
scales:
  six: {codes: [1, 2, 3, 4, 5, 6], labels: {en: ["0", "1", "2", "3", "4", "5"]}}
items:
  - {id: A1, scale: six, text: {en: First.}}
  - {id: A2, scale: six, text: {en: Second.}}
measures:
  - {id: A, kind: facet, of: [A1, A2], name: {en: Both}}
"""


@pytest.fixture
def shifted(tmp_path: Path) -> Instrument:
    path = tmp_path / "shifted.yaml"
    path.write_text(SHIFTED, encoding="utf-8")
    return vested.load_instrument(path)


def shifted_export(path: Path, meta: dict[str, str], answers: Sequence[str]) -> Path:
    """A Qualtrics export of twelve people in one organisation, with or without metadata."""
    names = [*meta, "organisation", "A1", "A2"]
    head = [
        names,
        [*meta, "organisation", "First.", "Second."],
        [as_json(name[:1].lower() + name[1:]) for name in names],
    ]
    body = [[*meta.values(), "X", *answers] for _ in range(12)]
    return written(path, [*head, *body], ",", "utf-8")


TOLD = {"Status": "0", "Finished": "1"}
TEXT = {"Status": "IP Address", "Finished": "True"}


@pytest.mark.parametrize(
    ("meta", "answers", "options", "score"),
    [
        (TOLD, ["2", "4"], {}, 40.0),
        (TEXT, ["1", "3"], {}, 40.0),
        ({}, ["2", "4"], {"answers": "codes"}, 40.0),
        ({}, ["1", "3"], {"answers": "labels"}, 40.0),
    ],
)
def test_choice_text_and_codes_give_the_same_score(
    meta: dict[str, str],
    answers: list[str],
    options: dict[str, str],
    score: float,
    shifted: Instrument,
    tmp_path: Path,
) -> None:
    path = shifted_export(tmp_path / "e.csv", meta, answers)
    found = vested.analyse(path, instrument=shifted, min_respondents=1, **options)  # type: ignore[arg-type]
    assert found.scores["score"].to_list() == [pytest.approx(score)]


@pytest.mark.parametrize("answers", [["1", "3"], ["2", "4"]])
def test_what_cannot_be_told_is_refused(
    answers: list[str], shifted: Instrument, tmp_path: Path
) -> None:
    path = shifted_export(tmp_path / "e.csv", {}, answers)
    with pytest.raises(InputError) as caught:
        vested.analyse(path, instrument=shifted)
    assert "--answers" in caught.value.hint


def test_choice_text_that_looks_like_codes_is_never_taken_for_codes(
    short: Instrument, items: list[str], tmp_path: Path
) -> None:
    names = [*TEXT, "organisation", *items]
    rows = [names, names, [as_json(name[:1].lower() + name[1:]) for name in names]]
    rows += [[*TEXT.values(), "X", *("3" for _ in items)] for _ in range(12)]
    path = written(tmp_path / "e.csv", rows, ",", "utf-8")
    with pytest.raises(InputError, match="'3' is no answer") as caught:
        vested.analyse(path, instrument=short)
    assert "texts of the options" in caught.value.hint
