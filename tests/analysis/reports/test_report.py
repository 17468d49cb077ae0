"""What a report gathers: tables, notes and the recipe; and what it does without."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.analysis.compare import compare
from vested.analysis.interviews import interviews
from vested.analysis.reports.overview import overview_table
from vested.analysis.reports.report import Report, report
from vested.errors import InputError, UsageError
from vested.report.document.build import document
from vested.report.document.model import Paragraph, TableBlock
from vested.report.document.theme import Theme
from vested.report.document.wording import LANGUAGES, Words

INSTRUMENT = """
id: one
version: "1"
name: {en: One}
scales: {five: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: A1, scale: five, text: {en: A1}}
  - {id: A2, scale: five, text: {en: A2}}
measures:
  - {id: A, kind: facet, of: [A1, A2], name: {en: A}}
"""
BASE = {"scores", "overview", "points", "answers", "ledger"}
EVIDENCE = {"reliability", "agreement", "aggregation", "quality"}
Made = Callable[..., Report]


@pytest.fixture
def made(tmp_path: Path, write: Callable[..., Path]) -> Made:
    """A report on so many respondents of organisations per wave, whose answers go round."""
    instrument = tmp_path / "one.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")

    def of(respondents: dict[tuple[str, str], int], **options: Any) -> Report:
        rows = [
            [name, wave, f"r{at}", "ab"[at % 2], str(at % 5 + 1), str((at * 2) % 5 + 1)]
            for (name, wave), number in respondents.items()
            for at in range(number)
        ]
        survey = write(["organisation", "wave", "id", "part", "A1", "A2"], rows)
        options = {"min_respondents": 5, "gate": "off", **options}
        return report(survey, instrument=instrument, **options)

    return of


def test_the_tables_of_a_report(made: Made) -> None:
    found = made({("Gent", "1"): 10, ("Köln", "1"): 12})
    assert set(found.tables) >= BASE | EVIDENCE
    assert not {"waves", "change", "groups", "display", "benchmark"} & set(found.tables)
    assert all(name == table.name for name, table in found.tables.items())
    assert found.waves is None
    assert found.consolidation is None
    assert found.main == "scores"
    assert found.instrument.id == "one"
    assert [given["file"] for given in found.inputs] == ["survey.csv"]
    assert found.ledger_line.startswith("22 rows read · 22 used")


def test_with_waves_and_groups(made: Made) -> None:
    found = made({("Gent", "1"): 10, ("Gent", "2"): 12}, wave="wave", group="part")
    assert {"waves", "change", "groups"} <= set(found.tables)
    assert found.notes == ()
    assert found.recipe["options"]["wave"] == "wave"
    assert found.recipe["options"]["group"] == ["part"]
    assert found.analysis.recipe["options"]["wave"] is None  # organisations as wholes
    assert found.tables["scores"].frame["respondents"].to_list() == [22]
    assert found.tables["waves"].frame["respondents"].to_list() == [10, 12]
    assert found.tables["groups"].frame["part"].to_list() == ["a", "b"]


def test_who_answered_twice_is_linked_in_the_change(made: Made) -> None:
    """The same table as that of compare; without identifiers nobody is linked."""
    respondents = {("Gent", "1"): 10, ("Gent", "2"): 12}
    found = made(respondents, wave="wave", respondent="id").tables["change"].frame
    assert found.select("method", "linked").row(0) == ("paired", 10)
    plain = made(respondents, wave="wave").tables["change"].frame
    assert plain.select("method", "linked").row(0) == ("independent", None)
    assert found.columns == plain.columns
    assert found["difference"].to_list() == plain["difference"].to_list()


def test_waves_that_are_not_told_apart_are_noted(made: Made) -> None:
    [note] = made({("Gent", "1"): 10, ("Gent", "2"): 12}).notes
    assert "has a column wave" in note


def test_where_every_wave_must_be_hidden_it_is_said(made: Made) -> None:
    """Four and four: neither can be shown, the eight together can."""
    respondents = {("Gent", "1"): 4, ("Gent", "2"): 4}
    found = made(respondents, wave="wave", group="part")
    assert found.waves is None
    assert not {"waves", "change", "groups"} & set(found.tables)
    assert found.notes == (
        "no score of a single wave can be shown; they are scored together.",
        "no score of a single group can be shown; they are scored together.",
    )
    assert found.tables["scores"].frame["respondents"].to_list() == [8]


def test_where_everything_must_be_hidden_there_is_no_report(made: Made) -> None:
    with pytest.raises(InputError, match="every score would be suppressed"):
        made({("Gent", "1"): 4})


def test_a_report_without_evidence(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores that can be shown are shown, also where too little is there to judge them."""

    def too_few(*_: Any, **__: Any) -> Any:
        raise InputError("too few respondents", "")

    monkeypatch.setattr("vested.analysis.reports.report.evidence", too_few)
    found = made({("Gent", "1"): 10})
    assert found.evidence is None
    assert not EVIDENCE & set(found.tables)
    assert set(found.tables) >= BASE


def test_one_respondent_where_nothing_is_hidden(made: Made) -> None:
    found = made({("Gent", "1"): 1}, min_respondents=1)
    assert found.tables["scores"].frame["respondents"].to_list() == [1]


def test_a_mistake_in_the_options_is_told(made: Made) -> None:
    with pytest.raises(UsageError, match="wav"):
        made({("Gent", "1"): 10}, wave="wav")


def test_the_benchmark_is_for_organisations_as_wholes(
    norm_survey: Callable[..., Path], many: Callable[..., Any], eight: Path, tmp_path: Path
) -> None:
    """With waves and groups beside it: these are held against nothing."""
    from vested.analysis.benchmark.build import build
    from vested.report.norms import write_norms

    survey = norm_survey(many(8, waves=("1", "2")))
    write_norms(build(survey, instrument=eight), tmp_path / "norms", force=True)
    found = report(
        survey, instrument=eight, benchmark=tmp_path / "norms", wave="wave", group="sector"
    )
    assert {"benchmark", "waves", "change", "groups"} <= set(found.tables)
    assert "wave" not in found.tables["benchmark"].frame.columns
    assert set(found.tables["points"].frame["against"]) == {"benchmark"}


POPULATION = "variable,value,count\npart,a,30\npart,b,10\n"


@pytest.mark.parametrize("wave", [None, "wave"])
def test_the_population_is_of_organisations_and_headcounts_of_a_wave(
    wave: str | None, made: Made, tmp_path: Path
) -> None:
    margins, headcount = tmp_path / "margins.csv", tmp_path / "headcount.csv"
    margins.write_text(POPULATION)
    headcount.write_text("organisation,count\nGent,20\n")
    found = made(
        {("Gent", "1"): 12, ("Gent", "2"): 14},
        population=margins, headcount=None if wave is None else headcount, wave=wave, group="part",
    )  # fmt: skip
    weights = found.tables["weighting"].frame
    assert weights.select("organisation", "respondents").rows() == [("Gent", 26)]
    assert "fpc_low" not in found.tables["scores"].frame.columns
    assert "fpc_low" not in found.tables["groups"].frame.columns
    if wave is not None:
        assert found.tables["waves"].frame["response_rate"].to_list() == [0.6, 0.7]
    assert bool(found.recipe["options"]["headcount"]) == (wave is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_names_both_populations(language: str, made: Made, tmp_path: Path) -> None:
    margins, headcount = tmp_path / "margins.csv", tmp_path / "headcount.csv"
    margins.write_text(POPULATION)
    headcount.write_text("organisation,count\nGent,20\n")
    options = {"population": margins, "headcount": headcount, "trim": 2.5}
    found = made({("Gent", "1"): 12}, **options)
    shown = document(found, language=language, title=None, theme=Theme())
    words = Words(language)
    [methods] = [section for section in shown.sections if section.id == "methods"]
    texts = [block.text for block in methods.blocks if isinstance(block, Paragraph)]
    heads = {name: words(f"column.{name}") for name in ("ci_low", "ci_high", "fpc_low", "fpc_high")}
    [both] = [text for text in texts if heads["fpc_low"] in text]
    assert all(head in both for head in heads.values())
    assert words("methods.population") in texts
    assert any(words.number(2.5) in text for text in texts)
    tables = [block.table for section in shown.sections for block in section.blocks
              if isinstance(block, TableBlock)]  # fmt: skip
    assert "weighting" in {table.name for table in tables}
    headed = {column.heading for table in tables for column in table.columns}
    assert heads["fpc_high"] in headed


def test_with_interviews(
    header: list[str], rows: Any, write: Callable[..., Path], coded: Any, coding: Any, short: Any
) -> None:
    codings = [coding(source=f"S{at}", organisation="Gent") for at in range(4)]
    spoken = interviews(coded(codings), instrument=short)
    survey = write(header, rows)
    found = report(survey, instrument=short, interviews=spoken)
    assert {"display", "profiles", "completeness"} <= set(found.tables)
    assert found.recipe["options"]["interviews"] == spoken.recipe["options"]
    assert [given["file"] for given in found.inputs] == ["survey.csv", "coded.csv"]


def test_overview(made: Made) -> None:
    """Scores of Gent and Köln, and one organisation that is hidden."""
    found = made({("Gent", "1"): 10, ("Köln", "1"): 12, ("Liège", "1"): 3})
    scores = dict(found.tables["scores"].frame.select("organisation", "score").rows())
    assert scores["Liège"] is None
    shown = sorted(score for score in scores.values() if score is not None)
    row = overview_table(found.analysis).frame.row(0, named=True)
    assert row == {
        "measure": "A", "organisations": 2, "careful": 0,
        "lowest": shown[0], "median": sum(shown) / 2, "highest": shown[1],
    }  # fmt: skip


def test_overview_counts_what_is_to_be_read_with_caution(
    short: vested.Instrument, header: list[str], rows: Any, write: Callable[..., Path]
) -> None:
    """The answers of the small survey go round, so that nobody agrees."""
    analysis = vested.analyse(write(header, rows), instrument=short)
    found = overview_table(analysis).frame
    assert found["organisations"].to_list() == [3] * found.height
    assert found["careful"].to_list() == [3] * found.height


def test_change_of_linked_people_shows_no_score_that_groups_hide(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    """Part b is wave 2 and two more: beside the parts, waves 1 and 2 are hidden."""
    instrument = tmp_path / "one.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    cells = [("1", "a", 20), ("1", "b", 2), ("2", "b", 40), ("3", "c", 30)]
    rows = [
        ["Gent", wave, f"r{at}", part, str(at % 5 + 1), str((at * 2) % 5 + 1)]
        for wave, part, number in cells
        for at in range(number)
    ]
    survey = write(["organisation", "wave", "id", "part", "A1", "A2"], rows)
    common: dict[str, Any] = {"instrument": instrument, "wave": "wave", "respondent": "id"}
    found = report(survey, **common, group="part", gate="off")
    shown = found.tables["waves"].frame.filter(pl.col("status") != "suppressed")["wave"]
    assert set(shown) == {"3"}
    assert found.tables["change"].frame.height == 0
    assert compare(survey, **common).tables["change"].frame.height == 2


def test_change_of_linked_people_is_of_weighted_scores(
    tmp_path: Path, write: Callable[..., Path]
) -> None:
    instrument = tmp_path / "one.yaml"
    instrument.write_text(INSTRUMENT, encoding="utf-8")
    rows = [
        ["Gent", wave, f"r{at}", str(1 + at % 3), str((at + shift) % 5 + 1), str(at % 5 + 1)]
        for wave, shift in (("1", 0), ("2", 1))
        for at in range(15)
    ]
    survey = write(["organisation", "wave", "id", "w", "A1", "A2"], rows)
    found = report(
        survey, instrument=instrument, wave="wave", respondent="id", weight="w", gate="off"
    )
    (row,) = found.tables["change"].frame.rows(named=True)
    waves = found.tables["waves"].frame
    assert [row["score"], row["next_score"]] == waves["score"].to_list()
    assert (row["method"], row["linked"]) == ("paired", 15)
