"""Confirmatory models and invariance through the whole program: lavaan's numbers."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.evidence import Evidence, evidence

NAMES = ("agree", "conscientious", "extraversion", "neuroticism", "openness")
HOLZINGER = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
UNITS = (24, 24, 24, 3, 4, 7, 23, 20, 36)
"""Each score of hs1939 is a whole number of so many parts."""
FITS = {
    "chi_square": "chisq", "df": "df", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper", "srmr": "srmr",
}  # fmt: skip


@pytest.fixture(scope="module")
def bfi(reference: dict[str, Any], data: Path, form: Callable[..., Path]) -> Evidence:
    """The evidence of psych's bfi over who answered all items."""
    made = form({name: reference["bfi"][name]["keys"] for name in NAMES}, 1, 6)
    return evidence(data / "bfi.csv", instrument=made, organisation="gender", missing="listwise")


@pytest.fixture(scope="module")
def children(
    data: Path, form: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Evidence]:
    """The evidence of hs1939, scores as whole numbers from 0 on, which changes no fit.

    The file has seven decimals: what R read is some 1e-8 away from the whole numbers.
    """
    with (data / "hs1939.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    scores = [
        [round(float(row[f"x{at}"]) * unit) for row in rows] for at, unit in enumerate(UNITS, 1)
    ]
    scores = [[score - min(own) for score in own] for own in scores]
    path = tmp_path_factory.mktemp("children") / "survey.csv"
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["organisation", "school", *(f"x{at}" for at in range(1, 10))])
        lines.writerows(
            ["all", row["school"], *own]
            for row, own in zip(rows, zip(*scores, strict=True), strict=True)
        )
    made = form(HOLZINGER, 0, 240)

    @cache
    def found(**options: Any) -> Evidence:
        return evidence(path, instrument=made, **options)

    return found


def row_of(found: Evidence, table: str, **where: str) -> dict[str, Any]:
    frame = found.tables[table].frame
    for key, value in where.items():
        frame = frame.filter(pl.col(key) == value)
    return frame.row(0, named=True)


# --- bfi --------------------------------------------------------------------------------------


def test_five_facets_of_bfi_fit_as_in_lavaan(bfi: Evidence, reference: dict[str, Any]) -> None:
    """R lavaan 0.6.14: χ² 4165.46743638485. Its optimiser, nlminb, stops 1e-10 of that early.

    SRMR, which is no minimum there, is 2e-8 away.
    """
    row, wanted = row_of(bfi, "models", model="all facets"), reference["bfi"]["cfa5_listwise_ML"]
    ours = [row[key] for key in FITS]
    assert ours == pytest.approx([wanted[key] for key in FITS.values()], rel=1e-7)
    assert row["chi_square"] == pytest.approx(wanted["chisq"], rel=1e-9)
    keys = ("parameters", "respondents", "reason")
    assert [row[key] for key in keys] == [wanted["npar"], 2436, ""]


def test_one_facet_of_bfi_fits_as_in_lavaan(bfi: Evidence) -> None:
    """R lavaan 0.6.14 on the 2709 who answered A1 to A5, as printed."""
    row = row_of(bfi, "models", model="agree")
    shown = [row[key] for key in FITS]
    assert [round(value, 3) for value in shown] == [
        86.696,
        5,
        0.968,
        0.935,
        0.078,
        0.064,
        0.092,
        0.032,
    ]
    assert row["respondents"] == 2709


def test_loadings_of_one_facet_are_those_of_lavaan(
    bfi: Evidence, reference: dict[str, Any]
) -> None:
    """Standardised from lavaan's loadings and residual variances, to its optimiser's 1e-6."""
    own = reference["bfi"]["agree"]
    frame = bfi.tables["model_loadings"].frame.filter(pl.col("model") == "agree")
    ours = dict(frame.select("item", "loading").rows())
    for item, loading in own["cfa_1f_loadings"].items():
        theirs = loading / (loading**2 + own["cfa_1f_theta"][item]) ** 0.5
        assert abs(ours[item]) == pytest.approx(theirs, abs=1e-6)


def test_models_in_the_order_of_the_instrument(bfi: Evidence) -> None:
    assert bfi.tables["models"].frame["model"].to_list() == ["all facets", *NAMES]
    pairs = bfi.tables["discriminant"].frame.select("measure", "other").rows()
    assert pairs == [(a, b) for at, a in enumerate(NAMES) for b in NAMES[at + 1 :]]


# --- hs1939 -----------------------------------------------------------------------------------


def test_three_factors_of_hs1939_fit_as_in_lavaan(
    children: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R lavaan 0.6.14, HS.model on 301 children: χ² 85.3055217699727, and see `children`."""
    row, wanted = row_of(children(), "models", model="all facets"), reference["hs1939"]["fit"]
    ours = [row[key] for key in FITS]
    assert ours == pytest.approx([wanted[key] for key in FITS.values()], rel=1e-6)
    assert row["p"] == pytest.approx(wanted["pvalue"], rel=1e-5)
    assert (row["parameters"], row["respondents"]) == (wanted["npar"], 301)


def test_standardised_loadings_are_those_of_lavaan(
    children: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """The estimates of lavaan's optimiser are 1e-6 from the best, their errors 1e-5."""
    found = children()
    for theirs in reference["hs1939"]["std"]:
        if theirs["op"] == "=~":
            row = row_of(found, "model_loadings", model="all facets", item=theirs["rhs"])
            assert row["measure"] == theirs["lhs"]
            assert row["loading"] == pytest.approx(theirs["est.std"], abs=3e-6)
            assert row["se"] == pytest.approx(theirs["se"], abs=1e-5)
        if theirs["op"] == "~~" and theirs["lhs"] != theirs["rhs"] and theirs["rhs"] in HOLZINGER:
            row = row_of(found, "discriminant", measure=theirs["lhs"], other=theirs["rhs"])
            assert row["correlation"] == pytest.approx(theirs["est.std"], abs=3e-6)


def test_ratio_of_correlations_is_that_of_semtools(
    children: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R semTools 0.5.6, htmt, which gives HTMT2: exact but for the seven decimals of the file."""
    frame = children().tables["discriminant"].frame
    wanted = reference["hs1939"]["htmt"]
    assert frame["htmt2"].to_list() == pytest.approx(
        [wanted[0][1], wanted[0][2], wanted[1][2]], abs=1e-7
    )
    assert (frame["htmt"] > frame["htmt2"]).all()  # a mean is no less than a geometric mean


def test_extracted_variance_is_that_of_semtools(
    children: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R semTools 0.5.6, AVE, weighs items by their variances: here only those of visual are in
    one unit.
    """
    row = row_of(children(), "discriminant", measure="visual", other="speed")
    assert row["ave"] == pytest.approx(reference["hs1939"]["AVE"]["visual"], abs=1e-6)


# --- invariance -------------------------------------------------------------------------------


def test_invariance_between_schools_is_that_of_lavaan(
    children: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R lavaan 0.6.14: configural 115.851343875559, metric 124.043544179993, scalar
    164.102830925183, to what nlminb and seven decimals leave.
    """
    found = children(group="school")
    frame = found.tables["invariance"].frame.filter(pl.col("model") == "all facets")
    assert frame["level"].to_list() == ["configural", "metric", "scalar"]
    for row in frame.rows(named=True):
        wanted = reference["hs1939"]["invariance"][row["level"]]
        keys = {"chi_square": "chisq", "df": "df", "cfi": "cfi", "rmsea": "rmsea"}
        theirs = [wanted[key] for key in keys.values()]
        assert [row[key] for key in keys] == pytest.approx(theirs, rel=1e-6)
        assert row["groups"] == "Grant-White (145), Pasteur (156)"
    assert frame["holds"].to_list() == [None, True, False]
    assert frame["delta_cfi"][2] == pytest.approx(0.8824718 - 0.9209235, abs=1e-6)
    told = [finding for finding in found.findings if "between groups of school" in finding]
    assert len(told) == 1
    assert "all facets" in told[0]


def test_waves_are_told_apart_like_groups(
    children: Callable[..., Evidence],
) -> None:
    by_group, by_wave = children(group="school"), children(wave="school")
    frame = by_wave.tables["invariance"].frame
    assert frame.equals(by_group.tables["invariance"].frame)


def test_no_invariance_without_groups(children: Callable[..., Evidence]) -> None:
    assert "invariance" not in children().tables
    assert "invariance" not in children(group="school", structure=False).tables


def answers(people: int, group: str, items: int = 4, seed: int = 0) -> list[list[object]]:
    """Answers that go together, of respondents of one group in one organisation."""
    chance = random.Random(f"{group}{seed}")
    rows: list[list[object]] = []
    for _ in range(people):
        level = chance.gauss(3, 1)
        row = [min(max(round(level + chance.gauss(0, 0.7)), 1), 5) for _ in range(items)]
        rows.append(["X", group, *row])
    return rows


GROUPED = ("organisation", "unit")


def test_small_groups_are_left_out_and_named(judge: Callable[..., Evidence]) -> None:
    """No more respondents than items, or fewer than the minimum."""
    rows = [*answers(60, "a"), *answers(60, "b"), *answers(4, "tiny"), *answers(9, "small")]
    found, strict = (
        judge(rows, columns=GROUPED, group="unit", min_respondents=minimum)
        .tables["invariance"]
        .frame
        for minimum in (1, 10)
    )
    assert set(found["groups"]) == {"a (60), b (60), small (9); too small: tiny"}
    assert set(strict["groups"]) == {"a (60), b (60); too small: small, tiny"}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (answers(60, "a"), "group"),
        ([*answers(60, "a"), *answers(3, "b")], "group"),
        ([*answers(3, "a"), *answers(3, "b")], "group"),
        ([*answers(60, "a"), *(["X", "b", 3, 3, 3, 3] for _ in range(60))], ""),
        ([*answers(60, "a"), *([*row[:3], "", *row[4:]] for row in answers(60, "b"))], ""),
    ],
    ids=["one group", "one large enough", "none", "no variance in one", "item missing in one"],
)
def test_groups_that_cannot_be_compared(
    rows: list[list[object]], reason: str, judge: Callable[..., Evidence]
) -> None:
    found = judge(rows, columns=GROUPED, group="unit")
    row = found.tables["invariance"].frame.row(0, named=True)
    assert row["reason"]
    assert reason in row["reason"]
    assert [row[key] for key in ("level", "chi_square", "holds")] == [None] * 3
    assert any("cannot be tested" in finding for finding in found.findings)


def test_each_column_is_tested_by_itself(judge: Callable[..., Evidence]) -> None:
    rows = [[*row[:2], "12"[at % 2], *row[2:]] for at, row in enumerate(answers(90, "a"))]
    found = judge(
        rows, columns=("organisation", "unit", "wave"), group="unit", wave="wave"
    ).tables["invariance"].frame  # fmt: skip
    assert found["over"].unique(maintain_order=True).to_list() == ["wave", "unit"]


# --- answers that have no model ---------------------------------------------------------------


def test_facets_of_two_items_have_no_model_of_their_own(judge: Callable[..., Evidence]) -> None:
    rows = [["X", *row[2:]] for row in answers(80, "a")]
    found = judge(rows, facets={"A": ["A1", "A2"], "B": ["A3", "A4"]})
    assert found.tables["models"].frame["model"].to_list() == ["all facets"]
    assert found.tables["discriminant"].frame.height == 1


def test_one_facet_of_two_items_has_no_model(judge: Callable[..., Evidence]) -> None:
    found = judge([["X", *row[2:4]] for row in answers(80, "a")])
    assert found.tables["models"].frame.height == 0
    assert found.tables["model_loadings"].frame.height == 0


def by_chance(people: int) -> list[list[object]]:
    chance = random.Random(5)
    return [["X", *(chance.randint(1, 5) for _ in range(4))] for _ in range(people)]


WITHOUT_MODEL: dict[str, Sequence[Sequence[object]]] = {
    "one respondent": [["X", 1, 2, 3, 4]],
    "two respondents": [["X", 1, 2, 3, 4], ["X", 2, 4, 3, 1]],
    "constant item": [["X", *row[2:5], 3] for row in answers(30, "a")],
    "all constant": [["X", 3, 3, 3, 3]] * 30,
    "item that nobody answered": [["X", *row[2:5], ""] for row in answers(30, "a")],
    "more items than respondents": [["X", *row[2:]] for row in answers(4, "a")],
    "an item twice": [["X", *row[2:5], row[2]] for row in answers(30, "a")],
    "no correlation": by_chance(300),
}


@pytest.mark.parametrize("name", WITHOUT_MODEL)
@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_no_model_and_why(name: str, missing: str, judge: Callable[..., Evidence]) -> None:
    found = judge(WITHOUT_MODEL[name], missing=missing)
    row = found.tables["models"].frame.row(0, named=True)
    assert row["reason"]
    assert [row[key] for key in ("chi_square", "cfi", "rmsea", "srmr")] == [None] * 4
    assert found.tables["model_loadings"].frame["loading"].null_count() == 4


def test_facet_whose_items_are_all_of_another(judge: Callable[..., Evidence]) -> None:
    """An item of two facets counts for the first; the names of the rest stay with their items."""
    rows = [["X", *row[2:]] for row in answers(80, "a", items=5)]
    found = judge(rows, facets={"A": ["A1", "A2"], "B": ["A2", "A1"], "C": ["A3", "A4", "A5"]})
    frame = found.tables["model_loadings"].frame.filter(pl.col("model") == "all facets")
    assert frame.select("measure", "item").rows() == [
        ("A", "A1"), ("A", "A2"), ("C", "A3"), ("C", "A4"), ("C", "A5"),
    ]  # fmt: skip
    assert found.tables["discriminant"].frame.select("measure", "other").rows() == [("A", "C")]
