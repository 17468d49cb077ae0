"""Agreement through the whole program: R's numbers, other nulls, and who is too few."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.evidence import Evidence, evidence
from vested.analysis.gate import CAUTION, PUBLISH, REFUSE, Cuts
from vested.stats.agreement import NULLS, null_variance

NUMBERS = ("respondents", "rwg_uniform", "rwg_slight_skew", "rwg_lindell", "ad", "awg")


@pytest.mark.parametrize(("scale", "low"), [("LEAD", 1), ("TSIG", 1), ("HOSTIL", 0)])
def test_agreement_is_that_of_multilevel(
    scale: str, low: int, reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> None:
    """R multilevel 2.7 on lq2002: rwg.j, rwg.j.lindell, ad.m, awg of 49 companies."""
    wanted = reference["lq2002"][scale]
    found = evidence(
        data / "lq2002.csv", instrument=form({scale: wanted["cols"]}, low, low + 4),
        organisation="COMPID", min_respondents=1, structure=False,
    )  # fmt: skip
    ours = {row["organisation"]: row for row in found.agreement.rows(named=True)}
    assert len(ours) == 49
    for key, theirs, name in (
        ("rwg_uniform", "rwgj", "rwg.j"),
        ("rwg_lindell", "rwgj_lindell", "rwg.lindell"),
        ("ad", "ad_mean", "AD.M"),
        ("awg", "awg", "a.wg"),
    ):
        for company in wanted[theirs]:
            row = ours[company["grpid"]]
            assert row[key] == pytest.approx(company[name], rel=1e-10, abs=1e-12), (key, company)
            assert row["respondents"] == company.get("gsize", row["respondents"])
    mean = found.tables["agreed"].frame["rwg_uniform"][0]
    assert mean == pytest.approx(wanted["rwgj_mean"], rel=1e-10)


def test_five_raters_who_nearly_agree(judge: Callable[..., Evidence]) -> None:
    """Ratings 4, 4, 5, 4, 3 on five items: LeBreton & Senter (2008)."""
    row = judge([["X", *[rating] * 5] for rating in (4, 4, 5, 4, 3)]).agreement.row(0, named=True)
    found = [row[key] for key in ("rwg_uniform", "rwg_slight_skew", "ad", "awg")]
    assert found == pytest.approx([0.9375, 0.893617, 0.4, 0.733333], rel=1e-5)
    assert row["respondents"] == 5


@pytest.mark.parametrize(
    ("nulls", "columns"),
    [
        ([], []),
        (["heavy-skew"], ["rwg_heavy_skew"]),
        (["uniform", "slight-skew"], []),  # these are there anyway
        (["heavy-skew", "heavy-skew"], ["rwg_heavy_skew"]),
        (["all"], [f"rwg_{null.replace('-', '_')}" for null in NULLS][2:]),
    ],
)
def test_further_nulls(
    nulls: list[str], columns: list[str], judge: Callable[..., Evidence]
) -> None:
    frame = judge([["X", rating] for rating in (4, 4, 5, 4, 3)], nulls=nulls).agreement
    after = frame.columns.index("rwg_slight_skew") + 1
    assert frame.columns[after : frame.columns.index("rwg_lindell")] == columns
    for column in columns:
        null = column.removeprefix("rwg_").replace("_", "-")
        assert frame[column][0] == pytest.approx(max(1 - 0.5 / null_variance(null, 5), 0))


def test_camps_have_no_agreement(judge: Callable[..., Evidence]) -> None:
    row = judge([["X", *[rating] * 3] for rating in (1, 5, 1, 5)]).agreement.row(0, named=True)
    assert (row["rwg_uniform"], row["gate"]) == (0, REFUSE)
    assert row["rwg_lindell"] < 0


def test_only_who_answered_the_whole_facet_counts(judge: Callable[..., Evidence]) -> None:
    whole = [["X", 3, 4], ["X", 4, 4], ["X", 2, 5]]
    first, second = judge(whole), judge([*whole, ["X", 1, ""], ["X", "", 1]])
    assert second.agreement.select(NUMBERS).equals(first.agreement.select(NUMBERS))
    assert second.items["respondents"].to_list() == [4, 4]


def test_turning_an_item_turns_no_agreement(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1, 2, 5], ["X", 2, 2, 4], ["X", 2, 3, 4]]
    turned = [["X", a, b, 6 - c] for _, a, b, c in rows]
    plain, other = judge(rows).agreement, judge(turned, turned=["A3"]).agreement
    assert other.select(NUMBERS).equals(plain.select(NUMBERS))


# --- too few, and the gate's own table --------------------------------------------------------


def small(size: int, *names: str) -> list[list[object]]:
    """Organisations of so many respondents, who agree."""
    return [[name, 3, 3] for name in names for _ in range(size)]


def test_few_respondents_are_not_shown(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1 + at % 5, 2] for at in range(12)] + small(3, "A", "B", "C", "D")
    found = judge(rows, min_respondents=10)
    for name in "ABCD":
        row = found.agreement.row(by_predicate=pl.col("organisation") == name, named=True)
        assert [row[key] for key in NUMBERS] == [None] * 6
        assert (row["gate"], "fewer than 10" in row["reasons"]) == (REFUSE, True)
        assert found.gate.filter(pl.col("organisation") == name)["gate"].to_list() == [REFUSE]


ASIDE = "organisation below the minimum"


@pytest.mark.parametrize(
    ("sizes", "minimum", "aside"),
    [
        ([12, 3], 10, 3),  # what is said of all would show what those three said
        ([12, 3, 3, 3], 10, 9),
        ([12, 3, 3, 4], 10, 0),  # ten of several organisations show nobody
        ([12, 12], 10, 0),
        ([6, 6], 10, 0),  # nobody is left to be compared with
        ([12, 1], 1, 0),
        ([12, 1], 2, 1),
    ],
)
def test_so_few_that_they_are_left_out(
    sizes: list[int], minimum: int, aside: int, judge: Callable[..., Evidence]
) -> None:
    rows = [row for name, n in zip("WXYZ", sizes, strict=False) for row in small(n, name)]
    found = judge(rows, min_respondents=minimum, structure=False)
    ledger = found.tables["ledger"].frame
    counted = ledger.filter((pl.col("unit") == "row") & (pl.col("reason") == ASIDE))["count"]
    assert counted.to_list() == ([aside] if aside else [])
    assert any("below the minimum are left out" in note for note in found.notes) == bool(aside)
    assert found.items["respondents"].to_list() == [sum(sizes) - aside] * 2
    alone = judge([row for row in rows if not aside or row[0] == "W"], structure=False,
                  min_respondents=minimum)  # fmt: skip
    for name in ("agreement", "reliability", "items", "aggregation"):
        assert found.tables[name].frame.equals(alone.tables[name].frame), name


def test_both_tables_say_the_same_of_a_facet(judge: Callable[..., Evidence]) -> None:
    """Also of an organisation with enough scores, of which too few rest on all items."""
    rows = (
        [["X", 3, 4], ["X", 3, 3]] * 3
        + [["Y", 3, ""], ["Y", 4, ""]] * 3
        + small(2, "Z", "Z1", "Z2")
    )
    found = judge(rows, min_respondents=5, cuts=Cuts(p=2.0))
    both = found.agreement.join(found.gate, on=["organisation", "measure"])
    assert both["gate"].to_list() == both["gate_right"].to_list()
    assert both["gate"].to_list() == [PUBLISH, CAUTION, REFUSE, REFUSE, REFUSE]
    assert both["reasons"].to_list() == both["reasons_right"].to_list()


def test_organisations_are_counted_by_gate(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 3], ["X", 4]] * 2 + [["Y", 1], ["Y", 5]] * 2
    rows += [["Z", 5]] * 2 + [["Z1", 5]] * 2 + [["Z2", 5]] * 4
    found = judge(rows, min_respondents=3, cuts=Cuts(p=2.0))
    row = found.tables["agreed"].frame.row(0, named=True)
    keys = ("organisations", "publish", "caution", "do_not_aggregate", "rwg_uniform")
    assert [row[key] for key in keys] == [5, 1, 0, 4, 5 / 12]  # hidden ones are not in the mean
    assert found.answer.startswith(
        "Of the 5 headline scores of 5 organisations, 1 may be published"
    )


def test_waves_of_an_organisation_are_taken_together(judge: Callable[..., Evidence]) -> None:
    rows = [["XY"[at % 2], str(at % 3), 1 + at % 5, 1 + at * 3 % 5] for at in range(30)]
    apart = judge(rows, columns=("organisation", "wave"), wave="wave", structure=False)
    whole = judge(
        [[row[0], *row[2:]] for row in rows], structure=False
    )  # fmt: skip
    for name in ("agreement", "gate", "agreed", "aggregation", "reliability", "items"):
        assert apart.tables[name].frame.equals(whole.tables[name].frame), name


@pytest.mark.parametrize("facets", [{"A": ["A1"]}, {"A": ["A1"], "B": ["A2", "A3"]}])
def test_pair_of_items_is_judged_by_its_items(
    facets: dict[str, list[str]], judge: Callable[..., Evidence]
) -> None:
    """Poles that are items have no row of agreement, and yet a gate, be they of a facet or not."""
    rows = [["X", 3, 1, 3], ["X", 3, 5, 3]] * 4
    more = ["{id: P, kind: pair, of: [A2, A3], name: {en: P}}"]
    found = judge(rows, facets=facets, more=more)
    gates = dict(found.gate.select("measure", "gate").rows())
    assert [gates[name] for name in ("A", "P.joint", "P.tilt")] == [PUBLISH, REFUSE, REFUSE]
    told = found.gate.filter(pl.col("measure") == "P.joint")["reasons"][0]
    assert told == "A2: do not aggregate"
    assert found.agreement["measure"].to_list() == list(facets)
