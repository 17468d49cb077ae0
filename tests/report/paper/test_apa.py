"""Which statistics lose their zero, what becomes of an interval, and how p is printed.

Numbers as the manual prints them: Publication Manual (APA, 2020), 6.36 and its sample tables.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from vested.report.paper.apa import (
    cannot_exceed_1,
    cell,
    confidence_of,
    explained,
    interval,
    paper_columns,
)
from vested.table import Column, ResultTable


def column(key: str, digits: int = 2, explain: str = "") -> Column:
    return Column(key, key, explain, digits)


@pytest.mark.parametrize(
    ("key", "value", "digits", "language", "text"),
    [
        ("alpha", 0.8125, 2, "en", ".81"),
        ("alpha", -0.8125, 2, "en", "−.81"),
        ("alpha", -1.8125, 2, "en", "−1.81"),
        ("alpha", 0.999, 2, "en", "1.00"),
        ("alpha", 0.0, 2, "en", ".00"),
        ("alpha", -0.001, 2, "en", ".00"),
        ("alpha", 0.8125, 2, "nl", "0,81"),
        ("alpha_if_deleted", 0.5, 2, "en", ".50"),
        ("icc1_low", -0.02, 2, "en", "−.02"),
        ("omega_total", 0.9, 2, "en", ".90"),
        ("rwg_slight_skew", 0.7, 2, "en", ".70"),
        ("share", 0.25, 2, "en", ".25"),
        ("rmsea", 0.0612, 3, "en", ".061"),
        ("tli", 1.012, 3, "en", "1.012"),
        ("score", 0.5, 1, "en", "0.5"),
        ("sd", 0.5, 2, "en", "0.50"),
        ("f", 0.95, 2, "en", "0.95"),
        ("htmt", 0.95, 2, "en", "0.95"),
        ("skew", -0.25, 2, "en", "−0.25"),
        ("respondents_for_70", 12.4, 0, "en", "12"),
        ("p", 0.0004, 3, "en", "< .001"),
        ("p", 0.001, 3, "en", ".001"),
        ("p", 0.0316, 3, "en", ".032"),
        ("bartlett_p", 0.0, 2, "en", "< .001"),
        ("p", 0.0316, 2, "de", "0,032"),
        ("p", 0.0001, 2, "fr", "< 0,001"),
        ("difference", -3, 0, "en", "−3"),
        ("holds", True, 2, "en", "yes"),
        ("holds", False, 2, "en", "no"),
        ("reason", "0.5", 2, "en", "0.5"),
        ("alpha", None, 2, "en", "–"),
    ],
)
def test_cell(key: str, value: Any, digits: int, language: str, text: str) -> None:
    assert cell(value, column(key, digits), language) == text


@pytest.mark.parametrize("key", ["score", "mean", "sd", "se", "respondents", "polarity", "factor"])
def test_others_keep_their_zero(key: str) -> None:
    assert not cannot_exceed_1(key)


@pytest.mark.parametrize(
    ("low", "high", "language", "text"),
    [
        (55.5, 64.0, "en", "[55.5, 64.0]"),
        (55.5, 64.0, "fr", "[55,5; 64,0]"),
        (None, 64.0, "en", "[–, 64.0]"),
        (None, None, "en", "–"),
    ],
)
def test_interval(low: float | None, high: float | None, language: str, text: str) -> None:
    assert interval(low, high, column("ci_low", 1), language) == text


def headings(*columns: Column, language: str = "en", confidence: float | None = None) -> list[str]:
    frame = pl.DataFrame({each.key: [0.5] for each in columns})
    found = paper_columns(ResultTable("a", "A", columns, frame), language, confidence)
    return [each.heading for each in found]


@pytest.mark.parametrize(
    ("language", "confidence", "heading"),
    [
        ("en", 0.95, "95% CI"),
        ("en", 0.9, "90% CI"),
        ("en", 0.999, "99.9% CI"),
        ("en", None, "CI"),
        ("nl", 0.95, "95%-BI"),
        ("fr", 0.95, "IC à 95 %"),
        ("de", None, "KI"),
    ],
)
def test_level(language: str, confidence: float | None, heading: str) -> None:
    columns = (column("score"), column("ci_low"), column("ci_high"))
    assert headings(*columns, language=language, confidence=confidence) == ["score", heading]


def test_level_that_the_explanation_names() -> None:
    low = column("rmsea_low", explain="Lower end of its 90 % interval.")
    assert headings(low, column("rmsea_high"), confidence=0.95) == ["90% CI"]


def test_what_is_no_interval_stays_apart() -> None:
    keys = ("codes_low", "codes_high", "low", "share_high")
    assert headings(*map(column, keys)) == list(keys)


def test_upper_end_first_and_two_intervals() -> None:
    keys = ("score_high", "score_low", "evidence_low", "evidence_high")
    assert headings(*map(column, keys), confidence=0.95) == ["95% CI", "95% CI"]


def test_symbols_and_numbers() -> None:
    columns = (Column("p", "p", ""), Column("name", "Name", ""))
    frame = pl.DataFrame({"p": [0.5], "name": ["Gent"]})
    first, second = paper_columns(ResultTable("a", "A", columns, frame))
    assert (first.symbol, first.number) == (True, True)
    assert (second.symbol, second.number) == (False, False)


def test_no_rows() -> None:
    frame = pl.DataFrame({"score": []}, schema={"score": pl.Float64})
    (found,) = paper_columns(ResultTable("a", "A", (column("score"),), frame))
    assert found.cells == ()


@pytest.mark.parametrize(
    ("recipe", "level"),
    [({"options": {"confidence": 0.9}}, 0.9), ({"options": {}}, None), ({}, None)],
)
def test_confidence_of(recipe: dict[str, Any], level: float | None) -> None:
    assert confidence_of(recipe) == level


def test_explained() -> None:
    columns = (
        column("name", explain="Who."), column("score", explain="A mean."),
        column("ci_low", explain="Low."), column("ci_high", explain="High."),
    )  # fmt: skip
    frame = pl.DataFrame({"name": ["a"], "score": [1.0], "ci_low": [0.5], "ci_high": [1.5]})
    assert explained(ResultTable("a", "A", columns, frame)) == ("score: A mean.",)
