"""The report of a comparison: its order, and every picture in every form."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from vested.analysis.compare import Comparison, compare
from vested.report import FORMATS, render
from vested.report.document.comparison import of_comparison
from vested.report.document.model import (
    Chart,
    ChartKind,
    Document,
    Paragraph,
    Points,
    TableBlock,
)

SAMPLE = Path(__file__).parents[4] / "data" / "samples" / "survey.csv"
FORMS = [name for name, form in FORMATS.items() if form.report]
HIDDEN = "Municipality of Fernfield"
"""Five people answered, in each of two waves."""
NAUGHTY = '=HYPERLINK("http://x.example")<script>$x$\\input{a}|\x1b[31m'


def charts(document: Document) -> list[Chart]:
    return [b for section in document.sections for b in section.blocks if isinstance(b, Chart)]


def text_of(content: bytes) -> str:
    """All that stands in a file, that of an archive included."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("latin-1" if content[:4] == b"%PDF" else "utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(
            archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")
        )


def test_findings_come_first_then_each_part(document: Document, found: Comparison) -> None:
    assert [section.id for section in document.sections] == [
        "summary", "claims", "robustness", "groups", "change", "shock", "services", "paradoxes",
        "all-measures", "methods",
    ]  # fmt: skip
    first = document.sections[0].blocks[0]
    assert isinstance(first, Points)
    assert first.texts == found.findings
    for section in document.sections[1:8]:
        how, shown, *_ = section.blocks
        assert isinstance(how, Paragraph)
        assert len(how.text) < 240
        assert isinstance(shown, Chart)
        assert shown.description.endswith(".")
    assert document.language == "en"
    assert [section.appendix for section in document.sections].index(True) == 8


def test_kinds_of_pictures(document: Document) -> None:
    kinds = {chart.kind for chart in charts(document)}
    assert kinds == set(get_args(ChartKind)) - {"answers", "heat", "saturation"}
    names = [chart.id for chart in charts(document)]
    assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Few tables, so that all forms are quickly made."""
    levels = tmp_path_factory.mktemp("small") / "levels.csv"
    levels.write_text("organisation,time,level\nGent,0,9\nGent,1,5\nGent,2,9\n", encoding="utf-8")
    return compare(
        SAMPLE, instrument="vested", wave="wave", respondent="respondent", service_levels=levels
    )


@pytest.mark.parametrize("form", FORMS)
def test_each_picture_is_in_each_form_and_twice_the_same(form: str, small: Comparison) -> None:
    content = render(small, form)
    assert render(small, form) == content
    if form == "pdf":
        assert content.count(b"/Figure") >= len(charts(of_comparison(small)))
        return
    text = text_of(content)
    assert HIDDEN not in text
    for chart in charts(of_comparison(small)):
        assert re.sub(r"\(\d+/\d+\)|[_\\]", "", chart.title) in re.sub(r"[_\\]", "", text)
    if form == "html":
        assert '<html lang="en">' in text
        assert text.count("<svg") == len(charts(of_comparison(small)))


def test_the_order_of_rows_is_of_no_account(small: Comparison, tmp_path: Path) -> None:
    survey, levels = tmp_path / "survey.csv", tmp_path / "levels.csv"
    head, *lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    survey.write_text("".join([head, *reversed(lines)]), encoding="utf-8")
    levels.write_text("organisation,time,level\nGent,2,9\nGent,1,5\nGent,0,9\n", encoding="utf-8")
    turned = compare(
        survey, instrument="vested", wave="wave", respondent="respondent", service_levels=levels
    )
    assert render(turned, "markdown") == render(small, "markdown")


@pytest.mark.parametrize("form", ["html", "markdown", "latex", "xlsx", "pptx"])
def test_naughty_names_do_not_act(form: str, tmp_path: Path) -> None:
    survey = tmp_path / "survey.csv"
    name = NAUGHTY.replace('"', '""')
    whole = SAMPLE.read_text(encoding="utf-8").replace("Blood Service,", f'"{name}",')
    survey.write_text(whole, encoding="utf-8")
    levels = tmp_path / "levels.csv"
    rows = "".join(f'"{name}",{time},{level}\n' for time, level in enumerate((9, 5, 9)))
    levels.write_text(f"organisation,time,level\n{rows}", encoding="utf-8")
    made = compare(survey, instrument="vested", wave="wave", service_levels=levels)
    text = text_of(render(made, form))
    assert "x.example" in text
    assert "\x1b" not in text
    assert "<script>" not in text
    assert "<f>HYPERLINK" not in text
    if form == "latex":
        assert r"\input{a}" not in text


@pytest.mark.parametrize("form", FORMS)
def test_nothing_to_show_is_still_a_report(form: str, tmp_path: Path) -> None:
    """One wave, and nobody with enough respondents."""
    survey = tmp_path / "survey.csv"
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    survey.write_text("".join(lines[:5]), encoding="utf-8")
    made = compare(survey, instrument="vested", wave="wave", by="sector", paradox_map=True)
    assert not charts(of_comparison(made))
    assert len(render(made, form)) > 500


def test_the_command_makes_slides(program: Callable[..., object], tmp_path: Path) -> None:
    target = tmp_path / "out.pptx"
    told = program("compare", SAMPLE, "-i", "vested", "--by", "sector", "--output", target)
    assert getattr(told, "status", None) == 0
    assert "Organisational agility (AGILITY) by sector" in text_of(target.read_bytes())


def test_weights_stand_with_how_it_was_done(small: Comparison) -> None:
    ledger = small.tables["ledger"]
    tables = {**small.tables, "weighting": replace(ledger, name="weighting", title="Weighting")}
    where = {
        block.table.name: section.id
        for section in of_comparison(replace(small, tables=tables)).sections
        for block in section.blocks
        if isinstance(block, TableBlock)
    }
    assert where["weighting"] == where["ledger"] == "methods"
