"""Headcounts: response rates, and intervals for the staff as it is now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import vested
from vested.errors import VestedError
from vested.report.words import footnotes

Rows = list[list[str]]
Analysed = Callable[..., vested.Analysis]
EIGHT = (55, 61, 47, 70, 66, 58, 63, 52)
HEADCOUNT = "organisation,count\nGent,20\nMons,8\n"


def rows_of(organisation: str = "Gent", wave: str = "1") -> Rows:
    return [[organisation, wave, "F", "J", "1", str(x), "0"] for x in EIGHT]


def of(analysis: vested.Analysis, at: int = 0) -> dict[str, Any]:
    return analysis.scores.filter(measure="A").row(at, named=True)


def test_as_r(analysed: Analysed) -> None:
    """R: 59, SD 7.55929, t interval 52.680–65.320, and 54.105–63.895 for 8 of 20."""
    found = of(analysed(rows_of(), headcount=HEADCOUNT, min_respondents=5))
    assert found["response_rate"] == 0.4
    assert (found["ci_low"], found["ci_high"]) == pytest.approx((52.680, 65.320), abs=5e-4)
    assert (found["fpc_low"], found["fpc_high"]) == pytest.approx((54.105, 63.895), abs=5e-4)


def test_columns_come_last_and_change_no_others(analysed: Analysed) -> None:
    plain = analysed(rows_of(), min_respondents=5).scores
    counted = analysed(rows_of(), headcount=HEADCOUNT, min_respondents=5).scores
    assert counted.columns == [*plain.columns, "response_rate", "fpc_low", "fpc_high"]
    assert counted.select(plain.columns).equals(plain)


def test_everyone_answered(analysed: Analysed) -> None:
    found = of(analysed(rows_of("Mons"), headcount=HEADCOUNT, min_respondents=5))
    assert (found["response_rate"], found["fpc_low"], found["fpc_high"]) == (1, 59, 59)


def test_no_headcount_is_told(analysed: Analysed) -> None:
    analysis = analysed(rows_of("Aalst"), headcount=HEADCOUNT, min_respondents=5)
    found = of(analysis)
    assert (found["response_rate"], found["fpc_low"], found["fpc_high"]) == (None, None, None)
    assert analysis.notes == (
        "headcount.csv has no headcount of Aalst: there is no response rate, nor an interval for "
        "the staff now.",
    )


def test_suppressed_scores_have_neither(analysed: Analysed) -> None:
    rows = [*rows_of("Mons")[:3], *rows_of()]
    found = of(analysed(rows, headcount=HEADCOUNT, min_respondents=5), 1)
    assert found["status"] == "suppressed"
    assert (found["response_rate"], found["fpc_low"], found["fpc_high"]) == (None, None, None)


def test_headcounts_by_wave(analysed: Analysed) -> None:
    rows = [*rows_of(wave="1"), *rows_of(wave="2")]
    text = "organisation;wave;count\nGENT;1;16\nGent;2;10\n"
    analysis = analysed(rows, headcount=text, min_respondents=5, wave="round")
    assert [of(analysis, at)["response_rate"] for at in (0, 1)] == [0.5, 0.8]
    same = analysed(rows, headcount=HEADCOUNT, min_respondents=5, wave="round")
    assert [of(same, at)["response_rate"] for at in (0, 1)] == [0.4, 0.4]


def test_both_populations_are_named(analysed: Analysed) -> None:
    lines = footnotes(analysed(rows_of(), headcount=HEADCOUNT, min_respondents=5))
    text = "\n".join(lines)
    assert "for the practice of the organisation over time" in text
    assert "the interval for the staff now, with the finite population correction" in text
    plain = "\n".join(footnotes(analysed(rows_of(), min_respondents=5)))
    assert "staff now" not in plain


@pytest.mark.parametrize(
    ("headcount", "options", "message"),
    [
        ("organisation,count\nGent,7\n", {}, "headcount.csv, row 2: 7 people work at Gent, but 8"),
        (HEADCOUNT, {"group": "sex"}, "--headcount with --group"),
        ("organisation,wave,count\nGent,1,20\n", {}, "headcounts per wave, but waves are scored"),
        ("organisation,wave,count\nGent,1,20\nMons,,9\n", {"wave": "round"},
         "headcount.csv, row 3, column wave is blank"),
        ("organisation,count\nGent,20\nGENT,21\n", {}, "row 3: GENT is there twice"),
        ("organisation,count\n,20\n", {}, "row 2, column organisation is blank"),
        ("organisation,count\nGent,20.5\n", {}, "row 2, column count: '20.5' is no whole number"),
        ("organisation,count\nGent,many\n", {}, "row 2, column count: 'many' is no number above 0"),
        ("organisation,staff\nGent,20\n", {}, "headcount.csv has no column count"),
    ],
    ids=str,
)  # fmt: skip
def test_wrong_headcounts(
    headcount: str, options: dict[str, Any], message: str, analysed: Analysed
) -> None:
    with pytest.raises(VestedError, match=message):
        analysed(rows_of(), headcount=headcount, min_respondents=5, **options)
