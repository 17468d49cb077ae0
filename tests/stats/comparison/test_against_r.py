"""Correlations, tests of groups and shrunken means against R, on data of the packages' own.

The numbers are those of `reference.json`, which R (stats, effectsize, lme4, multilevel 2.7) made of
bfi (psychTools 2.2.9: 2,800 people, five scales, education, gender) and of bh1996 (multilevel 2.7:
7,382 soldiers in 99 companies).
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from vested.stats.comparison.correlation import pearson, spearman
from vested.stats.comparison.groups import (
    cliff,
    hedges,
    kruskal_wallis,
    mann_whitney,
    mean_difference,
    mean_with_interval,
    welch,
    welch_anova,
)
from vested.stats.comparison.multiplicity import benjamini_hochberg, holm
from vested.stats.comparison.shares import epsilon_squared
from vested.stats.intervals import mean_interval
from vested.stats.ranking.shrinkage import shrunk

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference data are not at hand")

Floats = NDArray[np.float64]
SCALES = {
    "agree": ("-A1", "A2", "A3", "A4", "A5"),
    "conscientious": ("C1", "C2", "C3", "-C4", "-C5"),
    "extraversion": ("-E1", "-E2", "E3", "E4", "E5"),
    "neuroticism": ("N1", "N2", "N3", "N4", "N5"),
    "openness": ("O1", "-O2", "O3", "O4", "-O5"),
}
CLOSED = {"rel": 1e-10}


@pytest.fixture(scope="module")
def r() -> dict[str, Any]:
    found = json.loads((REFERENCE / "reference.json").read_text(encoding="utf-8"))["r"]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def bfi() -> dict[str, Floats]:
    """The scores of the scales, in answers from 1 to 6, and the groups; NaN where missing."""
    frame = pl.read_csv(REFERENCE / "data" / "bfi.csv", null_values="NA")
    columns = {
        name: frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in frame.columns
    }
    scores = {
        scale: np.nanmean(
            [7 - columns[item[1:]] if item[0] == "-" else columns[item] for item in items], axis=0
        )
        for scale, items in SCALES.items()
    }
    return scores | {"education": columns["education"], "gender": columns["gender"]}


def grouped(bfi: dict[str, Floats], scale: str, by: str) -> list[Floats]:
    groups = np.unique(bfi[by][~np.isnan(bfi[by])])
    return [bfi[scale][bfi[by] == group] for group in groups]


@pytest.mark.parametrize(("first", "second"), list(combinations(SCALES, 2)))
def test_correlations(r: dict[str, Any], bfi: dict[str, Floats], first: str, second: str) -> None:
    expected = r["bfi"]["score_correlations"][f"{first}~{second}"]
    found = pearson(bfi[first], bfi[second], confidence=0.95)
    assert found.r == pytest.approx(expected["pearson"], **CLOSED)
    assert (found.low, found.high) == pytest.approx(tuple(expected["pearson_ci"]), **CLOSED)
    assert found.p == pytest.approx(expected["pearson_p"], rel=1e-8)
    by_rank = spearman(bfi[first], bfi[second], confidence=0.95)
    assert by_rank.r == pytest.approx(expected["spearman"], **CLOSED)
    assert by_rank.p == pytest.approx(expected["spearman_p"], rel=1e-8)


def test_adjusted_p(r: dict[str, Any]) -> None:
    expected = list(r["bfi"]["score_correlations"].values())
    p = [one["pearson_p"] for one in expected]
    assert holm(p) == pytest.approx([one["pearson_p_holm"] for one in expected], **CLOSED)
    assert benjamini_hochberg(p) == pytest.approx(
        [one["pearson_p_bh"] for one in expected], **CLOSED
    )


@pytest.mark.parametrize("scale", SCALES)
def test_five_groups(r: dict[str, Any], bfi: dict[str, Floats], scale: str) -> None:
    expected = r["bfi"]["by_education"][scale]
    groups = grouped(bfi, scale, "education")
    for values, group in zip(groups, expected["groups"].values(), strict=True):
        mean = mean_with_interval(values, 0.95)
        assert tuple(mean[:3]) == pytest.approx((group["mean"], *group["ci"]), **CLOSED)
    test = welch_anova(groups)
    assert (test.statistic, test.df, test.df2) == pytest.approx(
        (expected["welch_F"], *expected["welch_df"]), **CLOSED
    )
    assert test.p == pytest.approx(expected["welch_p"], rel=1e-8)
    by_rank = kruskal_wallis(groups)
    assert by_rank.statistic == pytest.approx(expected["kruskal_H"], **CLOSED)
    assert by_rank.p == pytest.approx(expected["kruskal_p"], rel=1e-8)
    share = expected["eps2_rank"]["rank_epsilon_squared"]
    chance = [np.random.default_rng(at) for at in range(len(groups))]
    found = epsilon_squared(groups, chance, draws=99, confidence=0.95)
    assert found.value == pytest.approx(share, **CLOSED)


@pytest.mark.parametrize("scale", SCALES)
def test_pairs_of_groups(r: dict[str, Any], bfi: dict[str, Floats], scale: str) -> None:
    expected = r["bfi"]["by_education"][scale]
    groups = grouped(bfi, scale, "education")
    pairs = [(one, two) for two in range(1, 5) for one in range(two)]
    raw = [mann_whitney(groups[one], groups[two]).p for one, two in pairs]
    assert raw == pytest.approx(
        [expected["pairwise_wilcox_raw"][two - 1][one] for one, two in pairs], rel=1e-8
    )
    assert holm(raw) == pytest.approx(
        [expected["pairwise_wilcox_holm"][two - 1][one] for one, two in pairs], rel=1e-8
    )


@pytest.mark.parametrize("scale", SCALES)
def test_two_groups(r: dict[str, Any], bfi: dict[str, Floats], scale: str) -> None:
    expected = r["bfi"]["by_education"][scale]
    men, women = grouped(bfi, scale, "gender")
    u = mann_whitney(men, women)
    assert u.statistic == expected["mwu_gender"]["W"]
    assert u.p == pytest.approx(expected["mwu_gender"]["p"], rel=1e-8)
    t, theirs = welch(men, women), expected["welch_t_gender"]
    assert (t.statistic, t.df) == pytest.approx((theirs["t"], theirs["df"]), **CLOSED)
    assert t.p == pytest.approx(theirs["p"], rel=1e-8)
    between = mean_difference(men, women, confidence=0.95)
    assert (between.low, between.high) == pytest.approx(tuple(theirs["ci"]), **CLOSED)
    delta = cliff(men, women, confidence=0.95).value
    assert delta == pytest.approx(expected["rank_biserial"]["r_rank_biserial"], **CLOSED)
    g, theirs = hedges(men, women, confidence=0.95), expected["hedges_g"]
    # effectsize has the gamma functions of J where we have its usual approximation.
    assert tuple(g[:3]) == pytest.approx(
        (theirs["Hedges_g"], theirs["CI_low"], theirs["CI_high"]), rel=2e-5
    )


@pytest.mark.parametrize("scale", ["COHES", "LEAD", "HRS", "WBEING"])
def test_shrunken_means_are_those_of_lme4(r: dict[str, Any], scale: str) -> None:
    """With the variances that REML found: its EBLUPs, and the reliability of each mean."""
    expected = r["bh1996"][scale]
    model = expected["lmer_REML"]
    frame = pl.read_csv(REFERENCE / "data" / "bh1996.csv").group_by("GRP").agg(
        pl.col(scale).mean().alias("mean"), pl.len().alias("n")
    ).sort("GRP")  # fmt: skip
    mean, n = frame["mean"].to_numpy(), frame["n"].to_numpy()
    se = np.sqrt(model["var_resid"] / n)
    found = shrunk(mean[None, :], se[None, :], np.array([model["var_group"]]))
    eblups = [model["eblup"][str(group)] for group in frame["GRP"]]
    # lme4 finds the common mean to some seven digits.
    assert found.score[0] == pytest.approx(eblups, rel=1e-7)
    assert found.reliability[0] == pytest.approx(expected["gmeanrel"], rel=1e-6)


@pytest.mark.parametrize("scale", ["COHES", "LEAD", "HRS", "WBEING"])
def test_intervals_of_means(r: dict[str, Any], scale: str) -> None:
    _, n, mean, sd, low, high = np.array(r["bh1996"][scale]["group_t_ci_first10"]).T
    size = np.rint(n).astype(np.int64)
    found = mean_interval(mean, sd / np.sqrt(n), size, confidence=0.95, low=-100, high=100)
    assert np.array(found) == pytest.approx(np.array([low, high]), **CLOSED)
