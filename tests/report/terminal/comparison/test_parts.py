"""The parts of a comparison where there is little to show, or very much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from vested.analysis.compare import Comparison
from vested.analysis.compare.claims import CLAIMS

Shown = Callable[..., str]
Made = Callable[..., Comparison]
CLAIM = {"hypothesis": "H2", "cause": "X", "outcome": "Y", "method": "pearson"}


def rank(name: str, index: str, at: int, **more: Any) -> dict[str, Any]:
    ends = {"median_rank": at, "rank_low": at, "rank_high": at}
    return {"organisation": name, "index": index, "score": 50.0, "rank": at, **ends, **more}


def spot(name: str, tilt: float, joint: float = 50.0) -> dict[str, Any]:
    return {"measure": "P", "organisation": name, "joint": joint, "tilt": tilt, "place": "both"}


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(start))


def test_a_claim_without_a_figure_has_its_reason(comparison: Made, shown: Shown) -> None:
    why = "fewer than 3 organisations have both scores shown"
    text = shown(comparison(claims=[{**CLAIM, "reason": why}]))
    assert line_of(text, "H2  X → Y").endswith(why)
    assert "other methods" not in text


def test_a_claim_without_an_interval(comparison: Made, shown: Shown) -> None:
    row = {**CLAIM, "estimate": 0.5, "p": 0.5, "organisations": 3}
    assert "no interval  p = .500" in line_of(shown(comparison(claims=[row])), "H2")


def test_claims_of_different_organisations_have_their_n(comparison: Made, shown: Shown) -> None:
    rows = [
        {**CLAIM, "method": method, "estimate": 0.5, "ci_low": 0.1, "ci_high": 0.7, "p": 0.02,
         "organisations": n}
        for method, n in (("split", 14), ("pearson", 19))
    ]  # fmt: skip
    lines = shown(comparison(claims=rows)).splitlines()
    assert [line.split()[-2:] for line in lines if "halves  ·" in line or "naive  " in line] == [
        ["n", "14"], ["n", "19"],
    ]  # fmt: skip


def test_claims_are_shown_by_wave(comparison: Made, shown: Shown) -> None:
    found = comparison(claims=[{**CLAIM, "estimate": r, "p": 0.5} for r in (0.1, 0.2)])
    claims = found.tables["claims"]
    frame = claims.frame.with_columns(pl.Series("wave", ["1", "2"]))
    with_waves = replace(claims, columns=CLAIMS, frame=frame)
    text = shown(replace(found, tables={**found.tables, "claims": with_waves}))
    assert text.index("\nWave 1 ") < text.index(" .10 ") < text.index("\nWave 2 ")
    assert text.index("\nWave 2 ") < text.index(" .20 ")


def test_many_claims_come_in_several_tables_on_a_narrow_terminal(
    comparison: Made, shown: Shown
) -> None:
    rows = [
        {**CLAIM, "hypothesis": f"C{at}", "outcome": f"Y{at}", "method": "spearman",
         "estimate": 0.5, "ci_low": 0.1, "ci_high": 0.7}
        for at in range(9)
    ]  # fmt: skip
    found = comparison(claims=rows)
    assert shown(found, 60).count("spearman  .50") > 1
    assert shown(found, 60).count(".50 [.10, .70]") == 9
    assert shown(found).count("spearman  .50") == 1


def test_groups_of_which_nothing_is_said(comparison: Made, shown: Shown) -> None:
    few = "fewer than 3 organisations of which the score is shown"
    rows = [
        {"by": "role", "unit": "within organisations", "measure": measure, "group": group,
         "reason": few}
        for measure in ("X", "Y") for group in ("staff", "managers")
    ]  # fmt: skip
    text = shown(comparison(groups=rows))
    assert text.splitlines()[1:3] == [
        "Groups by role, within organisations", f"  No group has a mean: {few}.",
    ]  # fmt: skip


def test_only_headline_measures_without_detail(comparison: Made, shown: Shown) -> None:
    rows = [
        {"by": "role", "unit": "organisations", "measure": measure, "group": "staff",
         "organisations": 4, "mean": 50.0, "low": 40.0, "high": 60.0}
        for measure in ("X", "F")
    ]  # fmt: skip
    found = comparison(groups=rows)
    assert "\nF " not in shown(found)
    assert "\nF " in shown(found, detail=True)


def test_more_organisations_than_letters_are_counted_and_the_outermost_named(
    comparison: Made, shown: Shown
) -> None:
    found = comparison(paradoxes=[spot(f"No {at:02}", at - 30) for at in range(60)])
    text = shown(found)
    assert "how many of 60 organisations fall together" in text
    assert "P, furthest towards fourth: No 00 (30.0), No 01 (29.0), No 02 (28.0)." in text
    assert "P, furthest towards third: No 59 (29.0), No 58 (28.0), No 57 (27.0)." in text
    assert "No 30" not in text


def test_a_legend_keeps_to_the_width_in_a_pipe(comparison: Made, shown: Shown) -> None:
    found = comparison(paradoxes=[spot(f"Organisation {at:02}", at) for at in range(30)])
    lines = shown(found).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("     a Organisation 00"))
    assert max(map(len, lines[at : at + 8])) <= 100
    assert "Organisation 29" in "".join(lines[at : at + 8])


@pytest.mark.parametrize(("a4", "told"), [(-1.2, True), (None, False)])
def test_congruence_is_shown_where_it_was_tested(
    a4: float | None, told: bool, comparison: Made, shown: Shown
) -> None:
    row = {"measure": "P", "outcome": "X", "organisations": 25, "a1": 0.5, "a4": a4}
    text = shown(comparison(congruence=[row]))
    assert ("Does it matter that both are met?" in text) == told


def test_ranks_on_one_index_stand_alone(comparison: Made, shown: Shown) -> None:
    text = shown(comparison(robustness=[rank("Gent", "X", 2), rank("Mons", "X", 1)]))
    lines = text.splitlines()
    at = lines.index("Robustness of ranks, in the order of X")
    assert [line[:4] for line in lines[at + 2 : at + 4]] == ["Mons", "Gent"]
    assert lines[at + 2].endswith("1  (1–1)")


def test_ranks_that_are_not_judged_have_their_reason(comparison: Made, shown: Shown) -> None:
    few = "fewer than 5 organisations"
    empty = {"median_rank": None, "rank_low": None, "rank_high": None, "reason": few}
    text = shown(comparison(robustness=[rank("Gent", "X", 1, **empty)]))
    assert line_of(text, "Gent").endswith(f"1, {few}")


def test_an_organisation_that_one_index_lacks(comparison: Made, shown: Shown) -> None:
    rows = [rank("Gent", "X", 1), rank("Gent", "Y", 1), rank("Mons", "Y", 2)]
    assert line_of(shown(comparison(robustness=rows)), "Mons").split()[1] == "–"


@pytest.mark.parametrize(
    ("comparable", "told"),
    [("yes", ""), ("no", ": its questions were not understood alike"),
     ("not judged", ": not judged whether its questions were understood alike")],
)  # fmt: skip
def test_whether_questions_were_understood_alike_is_said(
    comparable: str, told: str, comparison: Made, course: Callable[..., Any], shown: Shown
) -> None:
    (row,) = course("Gent", "X", (50.0, 60.0), 5.0)
    text = shown(comparison(change=[{**row, "comparable": comparable}]))
    assert any(line.rstrip() == f"X{told}" or (not told and line.startswith("X "))
               for line in text.splitlines())  # fmt: skip


def test_a_shock_with_a_wave_in_the_midst_has_its_depth(comparison: Made, shown: Shown) -> None:
    row = {
        "organisation": "Gent", "measure": "X", "before": "1", "during": "2", "after": "3",
        "depth": 12.0, "recovery": 10.0, "rebound": -2.0, "absorbed": 0.1, "recovered": 0.85,
        "thrived": 0.0, "declined": 0.05, "profile": "recovered", "probability": 0.85,
    }  # fmt: skip
    line = line_of(shown(comparison(shock=[row])), "Gent")
    assert line.endswith("recovered  depth 12.0  recovery 10.0  rebound -2.0")
    assert line.split()[1].strip("▓▒░") == ""
    assert (line.count("▓"), line.count("▒"), line.count("░")) == (4, 35, 2)


def test_a_long_title_is_wrapped_and_not_cut(
    comparison: Made, course: Callable[..., Any], shown: Shown
) -> None:
    text = shown(comparison(change=course("Gent", "Y", (50.0, 60.0), 5.0)), 30)
    assert "Y: its questions were not understood alike" in " ".join(text.split())
