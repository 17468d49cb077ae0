"""Factors through the whole program: psych's numbers on bfi, and answers that have none."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from vested.analysis.evidence import Evidence, evidence
from vested.analysis.evidence.structure import Factoring
from vested.errors import UsageError

NAMES = ("agree", "conscientious", "extraversion", "neuroticism", "openness")
REVERSED = ("A1", "C4", "C5", "E1", "E2", "O2", "O5")


@pytest.fixture(scope="module")
def bfi(
    reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> Callable[..., Evidence]:
    """The evidence of psych's bfi over who answered all 25 items (or pairwise)."""
    made = form({name: reference["bfi"][name]["keys"] for name in NAMES}, 1, 6)

    @cache
    def found(missing: str = "listwise", **factoring: Any) -> Evidence:
        return evidence(
            data / "bfi.csv", instrument=made, organisation="gender", missing=missing,  # type: ignore[arg-type]
            factoring=Factoring(**factoring),
        )  # fmt: skip

    return found


def pattern(found: Evidence) -> np.ndarray:
    """Items x factors, with the items as they were asked."""
    frame = found.tables["loadings"].frame
    names = frame["item"].unique(maintain_order=True).to_list()
    sign = np.array([-1 if name in REVERSED else 1 for name in names])
    return sign[:, None] * frame["loading"].to_numpy().reshape(len(names), -1)


def alike(ours: np.ndarray, theirs: np.ndarray, **tolerance: float) -> bool:
    """Whether loadings are the same but for the signs of whole factors."""
    signs = np.sign((ours * theirs).sum(axis=0))
    return bool(ours * signs == pytest.approx(theirs, **tolerance))


def test_suitability_is_that_of_psych(
    bfi: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R psych 2.2.9: KMO .84864523094684, cortest.bartlett 18146.065577235 with 300 df."""
    row = bfi().tables["suitability"].frame.row(0, named=True)
    wanted = reference["bfi"]
    assert row["kmo"] == pytest.approx(wanted["kmo"]["listwise_overall"], rel=1e-10)
    chi_square = wanted["bartlett_listwise"]["chisq"]
    assert row["bartlett_chi_square"] == pytest.approx(chi_square, rel=1e-10)
    keys = ("items", "respondents", "bartlett_df", "bartlett_p", "facets", "reason")
    assert [row[key] for key in keys] == [25, 2436, 300, 0, 5, ""]
    # fa.parallel(seed 1, 100 draws) finds as many.
    assert (row["factors"], row["components"]) == (6, 5)


def test_suitability_of_pairs_is_that_of_psych(
    bfi: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """The n of pairwise correlations is that of the rarest pair: ours, psych asks for it."""
    row = bfi("pairwise").tables["suitability"].frame.row(0, named=True)
    assert row["kmo"] == pytest.approx(reference["bfi"]["kmo"]["pairwise_overall"], rel=1e-10)
    assert 2436 < row["respondents"] < 2800


def test_eigenvalues_are_those_of_r(
    bfi: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R eigen(cor(bfi)); of factors psych's, whose minres leaves 1e-6 of the communalities."""
    found, wanted = bfi().tables["eigenvalues"].frame, reference["bfi"]
    assert found["component"].to_list() == pytest.approx(wanted["eigen_listwise"], rel=1e-10)
    assert found["factor"].to_list() == pytest.approx(wanted["parallel"]["fa_values"], abs=1e-6)
    # Random answers are drawn anew, and psych shows their mean where ours is the 95th percentile.
    for key, theirs in (("component_random", "pc_sim"), ("factor_random", "fa_sim")):
        assert found[key].to_list() == pytest.approx(wanted["parallel"][theirs], abs=0.05)


def test_minres_and_oblimin_are_those_of_psych(
    bfi: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """Psych's optimiser leaves 2e-6 of communalities, its rotation (eps 1e-5) 2e-5 of loadings."""
    found, wanted = bfi(factors=5), reference["bfi"]["efa5_minres_oblimin"]
    assert alike(pattern(found), np.array(wanted["loadings"]), abs=3e-5)
    frame = found.tables["loadings"].frame.filter(pl.col("factor") == 1)
    common = dict(frame.select("item", "communality").rows())
    assert common == pytest.approx(wanted["communality"], abs=3e-6)
    assert set(found.tables["loadings"].frame["model"]) == {"5 factors, minres, oblimin"}


def test_maximum_likelihood_and_varimax_are_those_of_psych(
    bfi: Callable[..., Evidence], reference: dict[str, Any]
) -> None:
    """R's minimum leaves 2e-6 of communalities.

    Its varimax stops .004 away from the best, which only moves variance between factors.
    """
    found = bfi(factors=5, extraction="ml", rotation="varimax")
    wanted = reference["bfi"]["efa5_ml_varimax"]
    frame = found.tables["loadings"].frame
    common = dict(frame.filter(pl.col("factor") == 1).select("item", "communality").rows())
    assert common == pytest.approx(wanted["communality"], abs=3e-6)
    sums = sorted((pattern(found) ** 2).sum(axis=0), reverse=True)
    assert sums == pytest.approx(sorted(wanted["SSload"].values(), reverse=True), abs=5e-3)


def test_as_many_factors_as_are_found_unless_told(bfi: Callable[..., Evidence]) -> None:
    assert bfi().tables["loadings"].frame["factor"].max() == 6
    assert bfi(factors=2).tables["loadings"].frame["factor"].max() == 2


# --- answers that have no structure -----------------------------------------------------------


def of_one_thing(people: int, items: int, seed: int = 1) -> list[list[object]]:
    """Answers that go together: one thing, and a little chance."""
    chance = random.Random(seed)
    rows: list[list[object]] = []
    for _ in range(people):
        level = chance.gauss(3, 1)
        answers = [min(max(round(level + chance.gauss(0, 0.7)), 1), 5) for _ in range(items)]
        rows.append(["XY"[len(rows) % 2], *answers])
    return rows


def by_chance(people: int, items: int) -> list[list[object]]:
    chance = random.Random(5)
    return [["X", *(chance.randint(1, 5) for _ in range(items))] for _ in range(people)]


def test_one_facet_of_one_thing_has_one_factor(judge: Callable[..., Evidence]) -> None:
    found = judge(of_one_thing(200, 6))
    row = found.tables["suitability"].frame.row(0, named=True)
    assert (row["factors"], row["components"], row["facets"], row["reason"]) == (1, 1, 1, "")
    loadings = found.tables["loadings"].frame["loading"]
    assert loadings.len() == 6
    assert loadings.min() > 0.6
    assert "discriminant" not in found.tables


def test_ordinal_correlations_are_said_to_be_such(judge: Callable[..., Evidence]) -> None:
    rows = [
        judge(of_one_thing(200, 4), factoring=Factoring(ordinal=ordinal))
        .tables["suitability"]
        .frame.row(0, named=True)
        for ordinal in (False, True)
    ]
    assert [row["correlations"] for row in rows] == ["pearson", "polychoric"]
    assert rows[1]["bartlett_chi_square"] > rows[0]["bartlett_chi_square"]  # these are stronger


@pytest.mark.parametrize(
    ("name", "rows", "reason"),
    [
        ("one respondent", [["X", 1, 2, 3]], "fewer than 2 respondents"),
        ("one item", [["X", 1], ["X", 2], ["Y", 4]], ""),
        (
            "constant item",
            [[*row[:3], 3] for row in of_one_thing(30, 3)],
            "the same answer to an item",
        ),
        ("all constant", [["X", 3, 3, 3]] * 30, "the same answer to an item"),
        ("item that nobody answered", [["X", 1 + at % 5, 2, ""] for at in range(30)], ""),
        ("nobody answered two", [["X", 1, "", ""], ["X", "", 2, ""], ["X", "", "", 3]] * 9, ""),
        ("an item twice", [[*row, row[1]] for row in of_one_thing(50, 3)], "singular"),
        ("more items than respondents", of_one_thing(5, 8), ""),
    ],
)
@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_no_structure_and_why(
    name: str, rows: list[list[object]], reason: str, missing: str, judge: Callable[..., Evidence]
) -> None:
    found = judge(rows, missing=missing)
    row = found.tables["suitability"].frame.row(0, named=True)
    assert row["reason"]
    assert reason in row["reason"]
    assert "loadings" not in found.tables
    assert any(row["reason"] in finding for finding in found.findings)


def test_answers_by_chance_have_no_factor(judge: Callable[..., Evidence]) -> None:
    found = judge(by_chance(300, 6))
    row = found.tables["suitability"].frame.row(0, named=True)
    assert (row["factors"], row["reason"]) == (0, "")
    assert row["kmo"] < 0.6
    assert row["bartlett_p"] > 0.05
    assert "loadings" not in found.tables
    assert any("KMO" in finding for finding in found.findings)


@pytest.mark.parametrize("factors", [3, 7, 100])
def test_too_many_factors_give_no_loadings(factors: int, judge: Callable[..., Evidence]) -> None:
    """Six items can tell three factors of minres at most, and a hundred never."""
    found = judge(of_one_thing(100, 6), factoring=Factoring(factors=factors))
    frame = found.tables["loadings"].frame
    if factors == 3:
        assert frame["loading"].null_count() == 0
        return
    assert frame["loading"].null_count() == frame.height
    assert "; " in frame["model"][0]  # and why


@pytest.mark.parametrize(
    "wanted", [{"factors": 0}, {"factors": -1}, {"extraction": "paf"}, {"rotation": "promax"}]
)
def test_factoring_that_does_not_exist(
    wanted: dict[str, Any], judge: Callable[..., Evidence]
) -> None:
    with pytest.raises(UsageError):
        judge([["X", 1, 2]] * 3, factoring=Factoring(**wanted))


def test_same_seed_same_random_answers(judge: Callable[..., Evidence]) -> None:
    rows = of_one_thing(50, 5)
    frames = [
        judge(rows, factoring=Factoring(seed=seed)).tables["eigenvalues"].frame
        for seed in (1, 1, 2)
    ]
    assert frames[0].equals(frames[1])
    assert not frames[0].equals(frames[2])
    assert frames[0]["component"].equals(frames[2]["component"])


def test_structure_is_left_out_where_not_wanted(judge: Callable[..., Evidence]) -> None:
    found = judge(of_one_thing(50, 5), structure=False)
    left_out = {"suitability", "eigenvalues", "loadings", "models", "model_loadings"}
    assert not left_out & set(found.tables)
