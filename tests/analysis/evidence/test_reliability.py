"""Reliability and items through the whole program: R's numbers, and facets that have none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import stdev, variance
from typing import Any

import polars as pl
import pytest

from vested.analysis.evidence import Evidence, evidence

NAMES = ("agree", "conscientious", "extraversion", "neuroticism", "openness")

# R 4.2.2, datasets::attitude: 30 departments rated on 7 questions (Chatterjee & Price 1977).
ATTITUDE = """
43 51 30 39 61 92 45 63 64 51 54 63 73 47 71 70 68 69 76 86 48 61 63 45 47 54 84 35
81 78 56 66 71 83 47 43 55 49 44 54 49 34 58 67 42 56 66 68 35 71 75 50 55 70 66 41
72 82 72 67 71 83 31 67 61 45 47 62 80 41 64 53 53 58 58 67 34 67 60 47 39 59 74 41
69 62 57 42 55 63 25 68 83 83 45 59 77 35 77 77 54 72 79 77 46 81 90 50 72 60 54 36
74 85 64 69 79 79 63 65 60 65 75 55 80 60 65 70 46 57 75 85 46 50 58 68 54 64 78 52
50 40 33 34 43 64 33 64 61 52 62 66 80 41 53 66 52 50 63 80 37 40 37 42 58 50 57 49
63 54 42 48 66 75 33 66 77 66 63 88 76 72 78 75 58 74 80 78 49 48 57 44 45 51 83 38
85 85 71 71 77 74 55 82 82 39 59 64 78 39
"""
QUESTIONS = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]


@pytest.fixture
def attitude(form: Callable[..., Path], write: Callable[..., Path]) -> Evidence:
    numbers = ATTITUDE.split()
    rows = [["X", *numbers[at : at + 7]] for at in range(0, len(numbers), 7)]
    made = form({"attitude": QUESTIONS}, 0, 100)
    return evidence(write(["organisation", *QUESTIONS], rows), instrument=made, structure=False)


def test_alpha_of_attitude(attitude: Evidence) -> None:
    """R psych 2.2.9 alpha(attitude), alpha.ci: to the digits that it prints."""
    row = attitude.reliability.row(0, named=True)
    keys = ("alpha", "alpha_std", "mean_r", "alpha_low", "alpha_high")
    assert [round(row[key], 5) for key in keys] == [0.84314, 0.83908, 0.42691, 0.73938, 0.91577]
    rest = [0.6713, 0.7421, 0.5607, 0.7144, 0.7863, 0.2650, 0.4608]
    assert attitude.items["item_rest"].round(4).to_list() == rest
    without = [0.8098, 0.7969, 0.8278, 0.8030, 0.7954, 0.8639, 0.8405]
    assert attitude.items["alpha_if_deleted"].round(4).to_list() == without


def test_hierarchical_omega_of_attitude(attitude: Evidence) -> None:
    """R psych 2.2.9, omega(attitude, 3), as printed.

    The general factor is the second group factor: at such a bound psych's steps end elsewhere.
    """
    row = attitude.reliability.row(0, named=True)
    assert row["omega_t"] == pytest.approx(0.90623, abs=5e-6)
    assert row["omega_h"] == pytest.approx(0.51862, abs=2e-4)
    assert "3 " in row["omega_model"]


@pytest.mark.parametrize("missing", ["pairwise", "listwise"])
def test_reliability_of_bfi_is_that_of_psych(
    missing: str, reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> None:
    """R psych 2.2.9 on bfi: alpha of agree is .703018446057304 from pairwise covariances.

    n of the interval is psych's: all 2800, for each answered one of the five, or the complete.
    """
    wanted = {name: reference["bfi"][name] for name in NAMES}
    made = form({name: wanted[name]["keys"] for name in NAMES}, 1, 6)
    found = evidence(
        data / "bfi.csv", instrument=made, organisation="gender", missing=missing,  # type: ignore[arg-type]
        structure=False,
    )  # fmt: skip
    feldt = "alpha_pairwise_feldt_ci" if missing == "pairwise" else "alpha_listwise_feldt"
    for row in found.reliability.rows(named=True):
        own = wanted[row["measure"]]
        psych, interval = own[f"alpha_{missing}"][0], own[feldt]
        ours = [row[key] for key in ("alpha", "alpha_std", "mean_r", "alpha_low", "alpha_high")]
        theirs = [psych[key] for key in ("raw_alpha", "std.alpha", "average_r")]
        theirs += [interval["lower.ci"], interval["upper.ci"]]
        assert ours == pytest.approx(theirs, rel=1e-10)
        assert row["respondents"] == own["n_rows" if missing == "pairwise" else "n_complete"]
        assert row["missing_rule"] == missing
        items = found.items.filter(pl.col("measure") == row["measure"])
        stats = own[f"item_stats_{missing}"]
        assert items["item_rest"].to_list() == pytest.approx(
            [each["r.drop"] for each in stats], rel=1e-10
        )
        dropped = [each["raw_alpha"] for each in own[f"alpha_drop_{missing}"]]
        assert items["alpha_if_deleted"].to_list() == pytest.approx(dropped, rel=1e-10)
        if missing == "listwise":
            # lavaan 0.6.14 from its own loadings, of which nlminb leaves some 1e-7.
            omega = own["omega_cfa_closedform_listwise"]
            assert row["omega_total"] == pytest.approx(omega, abs=1e-6)


@pytest.mark.parametrize(
    ("missing", "means"), [("pairwise", "item_stats_pairwise"), ("listwise", "item_stats_pairwise")]
)
def test_distributions_rest_on_all_answers(
    missing: str, means: str, reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> None:
    """R psych 2.2.9: n, mean and sd of the keyed items, whatever the rule of covariances."""
    own = reference["bfi"]["agree"]
    made = form({"agree": own["keys"]}, 1, 6)
    found = evidence(
        data / "bfi.csv", instrument=made, organisation="gender", missing=missing, structure=False  # type: ignore[arg-type]
    )  # fmt: skip
    for key, theirs in (("respondents", "n"), ("mean", "mean"), ("sd", "sd")):
        psych = [each[theirs] for each in own[means]]
        assert found.items[key].to_list() == pytest.approx(psych, rel=1e-10)
    assert (found.items["respondents"] + found.items["missing"]).to_list() == [2800] * 5


def test_ordinal_alpha_of_bfi(
    reference: dict[str, Any], data: Path, form: Callable[..., Path]
) -> None:
    """R psych 2.2.9, alpha of polychoric(bfi[A1:A5]): .75899, where raw alpha is .70302."""
    from vested.analysis.evidence.structure import Factoring

    made = form({"agree": reference["bfi"]["agree"]["keys"]}, 1, 6)
    found, plain = (
        evidence(
            data / "bfi.csv", instrument=made, organisation="gender", structure=False,
            factoring=Factoring(ordinal=ordinal),
        ).reliability.row(0, named=True)
        for ordinal in (True, False)
    )  # fmt: skip
    # psych finds thresholds first and stops the search for each correlation early.
    assert found["alpha_ordinal"] == pytest.approx(0.75899, abs=2e-4)
    assert found["alpha"] == plain["alpha"]
    assert plain["alpha_ordinal"] is None


# --- by hand ----------------------------------------------------------------------------------


def test_two_items_have_spearman_brown_and_no_omega(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1, 2], ["X", 2, 2], ["Y", 4, 5], ["Y", 4, 3]]
    row = judge(rows).reliability.row(0, named=True)
    r = row["mean_r"]
    assert row["spearman_brown"] == pytest.approx(2 * r / (1 + r))
    assert [row[key] for key in ("omega_total", "omega_h", "omega_t")] == [None] * 3


@pytest.mark.parametrize(
    ("name", "rows", "known"),
    [
        ("one item", [["X", 1], ["X", 2], ["Y", 4]], {"items": 1, "respondents": 3}),
        ("one respondent", [["X", 1, 2, 3]], {"items": 3, "respondents": 1}),
        ("constant", [["X", 3, 3, 3]] * 5, {"sem": None, "respondents": 5}),
        ("nobody answered two", [["X", 1, ""], ["X", "", 2], ["X", 3, ""]], {"respondents": 3}),
    ],
)
def test_what_has_no_alpha(
    name: str, rows: list[list[object]], known: dict[str, object], judge: Callable[..., Evidence]
) -> None:
    row = judge(rows).reliability.row(0, named=True)
    assert [row[key] for key in ("alpha", "alpha_low", "alpha_high", "mean_r")] == [None] * 4
    assert {key: row[key] for key in known} == known
    assert row["omega_model"].startswith("none: ")


def test_negative_alpha_is_shown(judge: Callable[..., Evidence]) -> None:
    """Two items with r = -.5 and equal variances: alpha 2r/(1+r) = -2."""
    rows = [["X", 1, 3], ["X", 2, 1], ["X", 3, 2]]
    row = judge(rows).reliability.row(0, named=True)
    assert row["alpha"] == pytest.approx(-2, rel=1e-12)
    assert row["alpha_low"] < -2 < row["alpha_high"]


def test_error_of_measurement_is_that_of_the_score(judge: Callable[..., Evidence]) -> None:
    """Sums 3, 5, 4, 8 and 10 are means on 1 to 5; alpha is k/(k-1) (1 - Σs²ᵢ/s²)."""
    rows = [["X", 1, 2], ["X", 2, 3], ["X", 2, 2], ["X", 4, 4], ["X", 5, 5]]
    row = judge(rows).reliability.row(0, named=True)
    sums = [sum(answers[1:]) for answers in rows]
    alpha = 2 * (1 - (variance([1, 2, 2, 4, 5]) + variance([2, 3, 2, 4, 5])) / variance(sums))
    assert row["alpha"] == pytest.approx(alpha, rel=1e-12)
    assert row["sem"] == pytest.approx(stdev(sums) / 8 * 100 * (1 - alpha) ** 0.5, rel=1e-12)


def test_negative_alpha_has_no_error_of_measurement(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1, 3, 2], ["X", 2, 1, 4], ["X", 3, 2, 1], ["X", 4, 2, 1]]
    row = judge(rows).reliability.row(0, named=True)
    assert row["alpha"] < 0
    assert row["sem"] is None


def test_weights_of_an_index(judge: Callable[..., Evidence]) -> None:
    """Nominal weights as given; effective ones from organisations' means, 1 in all."""
    more = ["{id: I, kind: index, of: [A, B], weights: [3, 1], name: {en: I}}"]
    rows = [[name, a, b] for name, a, b in zip("WXYZ", (1, 2, 4, 5), (3, 3, 4, 2), strict=True)]
    found = judge(rows, facets={"A": ["A1"], "B": ["A2"]}, more=more).tables["weights"].frame
    assert found["nominal"].to_list() == [0.75, 0.25]
    assert found["effective"].sum() == pytest.approx(1)
    assert found["effective"][0] > 0.9


def test_no_weights_where_organisations_do_not_differ(judge: Callable[..., Evidence]) -> None:
    more = ["{id: I, kind: index, of: [A, B], name: {en: I}}"]
    rows = [["X", 1, 2], ["Y", 1, 2], ["Z", 1, 2]]
    found = judge(rows, facets={"A": ["A1"], "B": ["A2"]}, more=more).tables["weights"].frame
    assert found["effective"].to_list() == [None, None]
    assert found["nominal"].to_list() == [0.5, 0.5]


def test_items_are_counted_after_turning(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1, 5], ["X", 2, 4], ["X", 2, ""], ["X", 5, 1], ["X", "", 3]]
    found = judge(rows, turned=["A2"]).items.row(1, named=True)
    keys = ("respondents", "missing", "mean", "floor", "ceiling")
    assert [found[key] for key in keys] == [4, 1, 2.75, 0.25, 0.25]
    # A2 turned is 1, 2, 5, 3: variance 35/12.
    assert found["sd"] == pytest.approx((35 / 12) ** 0.5, rel=1e-12)


def test_reasons_for_no_answer_are_counted(judge: Callable[..., Evidence]) -> None:
    rows = [["X", 1, "NA"], ["X", "", 3], ["X", 2, "NA"], ["X", 2, ""], ["X", "", "NA"]]
    found = judge(rows).tables["missing"].frame  # the last row has no answers, and is set aside
    assert found.rows() == [("A1", "blank", 1), ("A2", "blank", 1), ("A2", "marked NA", 2)]


def test_shared_items_leave_each_facet_its_own(judge: Callable[..., Evidence]) -> None:
    """A facet has the same numbers whether another has its items too or not."""
    rows = [["XY"[at % 2], 1 + at % 5, 1 + at * 3 % 5, 1 + at * 7 % 4] for at in range(20)]
    alone = judge(rows, facets={"A": ["A1", "A2"], "C": ["A3"]})
    both = judge(rows, facets={"A": ["A1", "A2"], "B": ["A2", "A3"], "C": ["A3"]})
    for name in ("reliability", "agreement", "aggregation"):
        tables = (
            found.tables[name].frame.filter(pl.col("measure") == "A") for found in (alone, both)
        )
        assert next(tables).equals(next(tables)), name
