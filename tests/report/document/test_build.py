"""Documents of whole reports: their sections, what is hidden, and texts from data."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.analysis.benchmark.build import build
from vested.analysis.interviews import interviews
from vested.analysis.reports.report import Report, report
from vested.report.document.build import document
from vested.report.document.model import Chart, Document, Paragraph, Points, TableBlock
from vested.report.document.wording import LANGUAGES, Words
from vested.report.norms import write_norms
from vested.report.text import harmless

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
LARGE, MIDDLE, SMALL = "City of Oakhaven", "City of Larkmouth", "Youth Health Centre"
NASTY = "=1+1<b>\x1b[31m\u202e|{n}"
CLOSING = ["methods", "references", "recipe"]
COLUMNS = {
    "intervals": {"label", "score", "low", "high", "norm", "careful", "group", "text"},
    "answers": {"label", "unfavourable", "middle", "favourable", "respondents"},
    "heat": {"row", "column", "score", "careful"},
    "quadrant": {"label", "tilt", "tilt_low", "tilt_high", "joint", "joint_low", "joint_high",
                 "first", "second"},
    "slope": {"label", "wave", "score", "low", "high"},
    "saturation": {"sources", "codes"},
}  # fmt: skip
FACETS = """
id: facets
version: "1"
name: {en: Two facets}
scales: {five: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: A1, scale: five, text: {en: One}}
  - {id: A2, scale: five, text: {en: Two}}
  - {id: B1, scale: five, text: {en: "Three \\e[31m\\u202e"}}
measures:
  - {id: HEAT, kind: facet, of: [A1, A2], name: {en: "Same <b>\\e[31m"}}
  - {id: B, kind: facet, of: [B1], name: {en: "Same <b>\\e[31m"}}
"""


def rows() -> Iterator[list[str]]:
    with (SAMPLES / "survey.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file)


def survey(folder: Path, *names: str, called: str = "", few: bool = False) -> Path:
    """The sample's rows of some organisations; `few`: six in the second wave of `MIDDLE`."""
    head, *found = rows()
    found = [row for row in found if row[0] in names]
    if few:
        second = [row for row in found if row[0] == MIDDLE and row[2] == "2"]
        found = [row for row in found if row not in second[6:]]
    if called:
        found = [[called, *row[1:]] for row in found]
    path = folder / "survey.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *found])
    return path


SURVEYS: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]] = {
    "one": ((LARGE,), {}, {}),
    "nasty": ((LARGE,), {"called": NASTY}, {}),
    "several": ((LARGE, MIDDLE, SMALL), {}, {}),
    "several, all shown": ((LARGE, MIDDLE, SMALL), {}, {"min_respondents": 1, "gate": "off"}),
    "wave": ((LARGE,), {}, {"wave": "wave"}),
    "small wave": ((LARGE, MIDDLE), {"few": True}, {"wave": "wave"}),
    "small wave, all shown": (
        (LARGE, MIDDLE), {"few": True}, {"wave": "wave", "min_respondents": 1},
    ),
    "group": ((LARGE, MIDDLE), {}, {"group": "sector"}),
}  # fmt: skip
"""Reports by name: of which organisations, of which of their rows, with which options."""


class Made:
    """The reports, each made once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.instrument = vested.load_instrument("vested")
        self.one = cache(self._one)

    def _one(self, name: str) -> Report:
        if name == "minimal":
            return report(SAMPLES / "minimal.csv", instrument=SAMPLES / "minimal.yaml")
        if name == "joint":
            sources = SAMPLES / "interviews-sources.csv"
            found = interviews(SAMPLES / "interviews.csv", sources=sources)
            path = survey(self.folder, LARGE)
            return report(path, interviews=found, instrument=self.instrument)
        names, which, options = SURVEYS[name]
        path = survey(self.folder, *names, **which)
        return report(path, instrument=self.instrument, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("reports"))


@pytest.fixture
def facets(tmp_path: Path, write: Callable[..., Path]) -> Report:
    """An instrument of two facets alone, of the same name."""
    instrument = tmp_path / "facets.yaml"
    instrument.write_text(FACETS, encoding="utf-8")
    answers = [["Gent", *(str((row * at) % 5 + 1) for at in (1, 2, 3))] for row in range(12)]
    return report(write(["organisation", "A1", "A2", "B1"], answers), instrument=instrument)


@pytest.fixture
def compared(
    norm_survey: Callable[..., Path], many: Callable[..., Any], eight: Path, tmp_path: Path
) -> Report:
    """One organisation beside norms of 24, among which it is."""
    every = many()
    write_norms(build(norm_survey(every), instrument=eight), tmp_path / "norms", force=True)
    own = norm_survey([row for row in every if row[0] == "Org 03"], "own.csv")
    return report(own, instrument=eight, benchmark=tmp_path / "norms")


def charts(made: Document) -> list[Chart]:
    return [b for section in made.sections for b in section.blocks if isinstance(b, Chart)]


def tables(made: Document) -> list[TableBlock]:
    return [b for section in made.sections for b in section.blocks if isinstance(b, TableBlock)]


def frames(made: Document) -> list[pl.DataFrame]:
    return [chart.frame for chart in charts(made)] + [each.table.frame for each in tables(made)]


def texts(made: Document) -> Iterator[str]:
    """Every text that a reader can come to see."""
    yield from (made.title, made.subtitle)
    for section in made.sections:
        yield section.title
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield block.text
                case Points():
                    yield from block.texts
                case Chart():
                    yield from (block.title, block.description, *block.words.values())
                case TableBlock():
                    yield from (block.table.title, *block.notes)
                    yield from (column.heading for column in block.table.columns)
    for frame in frames(made):
        for column in frame.select(pl.col(pl.String)):
            yield from column.drop_nulls()


def section_text(made: Document, name: str) -> str:
    section = next(section for section in made.sections if section.id == name)
    found = [b.text for b in section.blocks if isinstance(b, Paragraph)]
    return "\n".join(found + [t for b in section.blocks if isinstance(b, Points) for t in b.texts])


# --- sections -------------------------------------------------------------------------------------

ONE = ["summary", "profile", "paradox", "points", "trust"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("one", [*ONE, *CLOSING]),
        ("wave", [*ONE, "change", *CLOSING]),
        ("joint", [*ONE, "joint", *CLOSING]),
        (
            "several",
            ["summary", "overview", "profile-1", "paradox-1", "points-1", "profile-2", "paradox-2",
             "points-2", "profile-3", "trust", *CLOSING],
        ),
        (
            "group",
            ["summary", "overview", "profile-1", "paradox-1", "points-1", "profile-2", "paradox-2",
             "points-2", "trust", "groups", *CLOSING],
        ),
        (
            "minimal",
            ["summary", "overview", "profile-1", "paradox-1", "profile-2", "trust", *CLOSING],
        ),
    ],
)  # fmt: skip
def test_a_document(name: str, sections: list[str], language: str, made: Made) -> None:
    found = document(made.one(name), language=language)
    assert [section.id for section in found.sections] == sections
    check(found, language)


def check(found: Document, language: str) -> None:
    """What holds for every document."""
    ids = [section.id for section in found.sections] + [chart.id for chart in charts(found)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]*", each) for each in ids)
    levels = [section.level for section in found.sections]
    assert levels[0] == 1
    assert all(next_ <= level + 1 for level, next_ in pairwise(levels))
    assert found.language == language
    told = list(texts(found))
    assert not [text for text in told if re.search(r"\{\w*\}", text)]
    assert not [text for text in told if re.search(r"\bNone\b|\bnan\b|\binf\b(?!\.)", text)]
    assert found.title.strip()
    assert all(section.title.strip() for section in found.sections)
    assert all(section.blocks for section in found.sections)
    for chart in charts(found):
        assert set(chart.frame.columns) == COLUMNS[chart.kind]
        assert chart.frame.height
        assert len(chart.description) > 10
        assert chart.title.strip()
    for block in tables(found):
        assert [column.key for column in block.table.columns] == block.table.frame.columns
        assert block.table.frame.height
    assert all(each.texts for s in found.sections for each in s.blocks if isinstance(each, Points))


def test_an_instrument_without_pairs_and_indices(facets: Report) -> None:
    """Then every facet is a headline; two of the same name stay apart."""
    found = document(facets)
    assert [section.id for section in found.sections] == [
        "summary", "profile", "points", "trust", *CLOSING,
    ]  # fmt: skip
    check(found, "en")
    labels = charts(found)[0].frame["label"].to_list()
    assert labels == ["Same <b>␛[31m", "Same <b>␛[31m (2)"]
    assert not [text for text in texts(found) if "\x1b" in text or "\u202e" in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_a_benchmark(compared: Report, language: str) -> None:
    found = document(compared, language=language)
    check(found, language)
    row = compared.tables["benchmark"].frame.filter(measure="X").row(0, named=True)
    assert (row["organisations"], row["in_norms"]) == (23, True)
    chart = charts(found)[0]
    assert chart.frame["norm"].to_list() == [row["norm_mean"]]
    text = "\n".join(texts(found))
    assert f"{abs(row['difference']):.1f}" in text.replace(",", ".")
    assert "Harrell & Davis" in section_text(found, "methods")
    scores = next(each.table for each in tables(found) if each.table.name == "scores")
    assert {"norm_mean", "difference", "percentile"} <= set(scores.frame.columns)
    against = compared.tables["points"].frame["against"].unique().to_list()
    assert against == ["benchmark"]


def test_the_headings_are_those_of_the_language(made: Made) -> None:
    """Explanations are in English; in another language there are none."""
    for language, heading in (("en", "Measure"), ("nl", "Maat"), ("de", "Messgröße")):
        block = tables(document(made.one("one"), language=language))[0]
        assert block.table.columns[0].heading == heading
        assert bool(block.table.columns[0].explain) == (language == "en")


def test_title(made: Made) -> None:
    assert document(made.one("one")).title == LARGE
    assert document(made.one("several")).subtitle == "3 organisations"
    assert document(made.one("several"), language="nl").subtitle == "3 organisaties"
    assert document(made.one("one"), title="Ours\x1b[0m").title == "Ours␛[0m"


def test_an_organisation_among_others_reads_as_it_does_alone(made: Made) -> None:
    alone, among = (
        next(c for c in charts(document(made.one(name))) if c.id == key)
        for name, key in (("one", "profile-scores"), ("several", "profile-2-scores"))
    )
    assert alone.description == among.description
    assert alone.frame.equals(among.frame)


def test_a_tilt_stands_on_no_axis_from_0(made: Made) -> None:
    """Where a pair is a headline its leaning is told, not drawn beside scores of 0 to 100."""
    given = made.one("wave")
    marked = tuple(
        replace(measure, headline=measure.id in ("PTP", "VESTED"))
        for measure in given.instrument.measures
    )
    instrument = replace(given.instrument, measures=marked)
    found = document(replace(given, analysis=replace(given.analysis, instrument=instrument)))
    drawn = [chart for chart in charts(found) if chart.kind in ("intervals", "slope")]
    assert not [label for chart in drawn for label in chart.frame["label"] if "leaning" in label]
    assert "Transparency and privacy: leaning" in section_text(found, "summary")


# --- what is hidden -------------------------------------------------------------------------------


def hidden_numbers(shown: pl.DataFrame, all_: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The scores that are hidden in one table, as they are in one that hides nothing."""
    keys = shown.filter(pl.col("status") == "suppressed").select(names)
    return keys.join(all_, on=names).filter(pl.col("score").is_not_null())


def test_hidden_scores_of_an_organisation_appear_nowhere(made: Made) -> None:
    one, other = made.one("several"), made.one("several, all shown")
    found = document(one)
    secret = hidden_numbers(one.analysis.scores, other.analysis.scores, ["organisation", "measure"])
    assert SMALL in secret["organisation"]
    assert secret.height > 30
    numbers = set(secret["score"].to_list()) - set(one.analysis.scores["score"].drop_nulls())
    for frame in frames(found):
        for column in frame.select(pl.col(pl.Float64)):
            assert not numbers & set(column.drop_nulls())
        if "organisation" in frame.columns:
            own = frame.filter(pl.col("organisation") == SMALL)
            assert own.select(pl.col(pl.Float64, pl.Int64)).null_count().sum_horizontal().sum() == (
                own.height * len(own.select(pl.col(pl.Float64, pl.Int64)).columns)
            )
    heat = next(chart.frame for chart in charts(found) if chart.kind == "heat")
    assert heat.filter(row=SMALL)["score"].null_count() == heat.filter(row=SMALL).height > 0
    told = [text for text in texts(found) if SMALL in text]
    assert not [text for text in told if re.search(rf"{SMALL} [−\d]", text)]
    assert [text for text in told if f"{SMALL} hidden" in text]
    [part] = [section for section in found.sections if section.title == SMALL]
    assert len(part.blocks) == 1  # a sentence
    assert "fewer than 10 respondents" in section_text(found, part.id)


def test_hidden_scores_of_a_wave_appear_nowhere(made: Made) -> None:
    """Of the second wave of one organisation there are six, so that its first is hidden, too."""
    one, other = made.one("small wave"), made.one("small wave, all shown")
    assert one.waves is not None
    assert other.waves is not None
    found = document(one)
    names = ["organisation", "wave", "measure"]
    secret = hidden_numbers(one.waves.scores, other.waves.scores, names)
    assert set(secret["wave"]) == {"1", "2"}
    assert MIDDLE in secret["organisation"]
    open_ = {*one.analysis.scores["score"], *one.waves.scores["score"]}
    numbers = set(secret["score"]) - open_
    assert len(numbers) > 30
    for frame in frames(found):
        for column in frame.select(pl.col(pl.Float64)):
            assert not numbers & set(column.drop_nulls())
    changes = next(each.table.frame for each in tables(found) if each.table.name == "change")
    assert changes["organisation"].unique().to_list() == [LARGE]
    assert [chart.id for chart in charts(found) if chart.kind == "slope"] == ["change-2"]


def test_where_all_is_hidden_nothing_is_shown_of_anyone(made: Made) -> None:
    given = made.one("one")
    analysis = given.analysis
    numbers = pl.col(pl.Float64, pl.Int64)
    scores = analysis.scores.with_columns(
        pl.when(False).then(numbers).name.keep(), status=pl.lit("suppressed")
    )
    table = replace(analysis.tables["scores"], frame=scores)
    empty = given.tables["points"].frame.clear()
    hidden = replace(
        given,
        analysis=replace(analysis, tables={**analysis.tables, "scores": table}),
        tables={**given.tables, "scores": table,
                "points": replace(given.tables["points"], frame=empty)},
    )  # fmt: skip
    found = document(hidden)
    assert [section.id for section in found.sections] == ["summary", "profile", "trust", *CLOSING]
    assert not charts(found)
    assert "Fewer than 10 respondents" in section_text(found, "summary")
    assert section_text(found, "trust").startswith("No headline score is shown.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_headline_is_hidden(made: Made, language: str) -> None:
    given = made.one("one")
    mine = pl.col("measure") == "AGILITY"
    numbers = pl.col(pl.Float64, pl.Int64)
    table = given.analysis.tables["scores"]
    scores = table.frame.with_columns(
        pl.when(~mine).then(numbers).name.keep(),
        status=pl.when(mine).then(pl.lit("suppressed")).otherwise("status"),
    )
    table = replace(table, frame=scores)
    analysis = replace(given.analysis, tables={**given.analysis.tables, "scores": table})
    hidden = replace(given, analysis=analysis, tables={**given.tables, "scores": table})
    found = document(hidden, language=language)
    check(found, language)
    row = charts(found)[0].frame.row(1, named=True)
    assert (row["score"], row["low"], row["high"], row["text"]) == (None, None, None, "")
    words = Words(language)
    name = words.measure(given.instrument, "AGILITY")
    assert words("summary.hidden", measure=name) in section_text(found, "summary")
    assert f"{name} {words('hidden')}" in charts(found)[0].description


def test_it_is_said_why_answers_are_missing(made: Made) -> None:
    given = made.one("one")
    table = given.tables["answers"]
    none = table.frame.with_columns(status=pl.lit("suppressed"))
    without = replace(given, tables={**given.tables, "answers": replace(table, frame=none)})
    for one, is_told in ((given, False), (without, True)):
        found = document(one)
        assert ("Answers are not shown" in section_text(found, "points")) == is_told
        assert any(chart.kind == "answers" for chart in charts(found)) != is_told


# --- texts from data ------------------------------------------------------------------------------


def test_the_name_of_an_organisation_is_data(made: Made) -> None:
    found = document(made.one("nasty"))
    shown = harmless(NASTY)
    assert found.title == shown == "=1+1<b>␛[31m‹U+202E›|{n}"
    assert f"of {shown}" in section_text(found, "summary")
    assert not [text for text in texts(found) if "\x1b" in text or "\u202e" in text]


def test_what_the_interviews_say_stands_beside_the_scores(made: Made) -> None:
    chart = next(c for c in charts(document(made.one("joint"))) if c.id == "joint-scores")
    assert chart.words["norm"] == "Interview evidence"
    row = chart.frame.row(0, named=True)
    assert f"{row['label']} {row['score']:.1f}" in chart.description
    assert f"interviews {row['norm']:.1f}" in chart.description


# --- one of a kind --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_respondent(write: Callable[..., Path], tmp_path: Path, language: str) -> None:
    instrument = tmp_path / "facets.yaml"
    instrument.write_text(FACETS, encoding="utf-8")
    survey = write(["organisation", "A1", "A2", "B1"], [["Gent", "1", "2", "3"]])
    made = report(survey, instrument=instrument, min_respondents=1)
    found = document(made, language=language)
    check(found, language)
    assert made.evidence is None or made.evidence.tables
    if language == "en":
        assert section_text(found, "summary").startswith("1 respondent of Gent is behind")


def test_one_headline_score(made: Made) -> None:
    found = document(made.one("minimal"))
    assert "1 of the 1" not in "\n".join(texts(found))
    assert section_text(found, "trust").startswith("The only headline score that is shown")
