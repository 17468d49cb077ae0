"""Waves: who is linked, how a shock was come through, and whether waves may be compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.stats as ss

import vested
from vested.analysis.compare import Comparison, compare
from vested.analysis.compare.waves import Shock, shock_of
from vested.errors import UsageError

Compared = Callable[..., Comparison]
SAMPLE = Path(__file__).parents[3] / "data/samples/survey.csv"
FIRST = "111223334455"
SECOND = "121333445545"


@pytest.fixture(scope="module")
def sample() -> Comparison:
    return compare(SAMPLE, wave="wave")


def answered(wave: str, digits: str, name: str = "Gent", prefix: str = "r") -> list[list[str]]:
    return [[name, wave, f"{prefix}{at}", digit] for at, digit in enumerate(digits)]


def points(digits: str) -> list[int]:
    return [25 * (int(digit) - 1) for digit in digits]


def test_the_same_people_are_a_paired_test(compared: Compared) -> None:
    given = answered("1", FIRST) + answered("2", SECOND)
    found = compared("organisation wave id", given, wave="wave", respondent="id")
    row = found.tables["change"].frame.row(0, named=True)
    expected = ss.ttest_rel(points(SECOND), points(FIRST))
    low, high = expected.confidence_interval()
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))
    assert (row["method"], row["linked"]) == ("paired", 12)


def test_without_identifiers_they_are_strangers(compared: Compared) -> None:
    given = answered("1", FIRST) + answered("2", SECOND)
    found = compared("organisation wave id", given, wave="wave")
    row = found.tables["change"].frame.row(0, named=True)
    expected = ss.ttest_ind(points(SECOND), points(FIRST), equal_var=False)
    low, high = expected.confidence_interval()
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))
    assert (row["method"], row["linked"]) == ("independent", None)


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [["Gent", "1", "r0", "5"]],  # twice in one wave: nobody in particular
        [["Gent", "1", "", "5"], ["Gent", "2", "", "5"]],
        [["Köln", "2", "r10", "5"], ["Köln", "2", "r11", "4"]],  # another organisation
    ],
)
def test_fewer_than_ten_links_count_for_nothing(compared: Compared, extra: list[list[str]]) -> None:
    linked = 10 if extra and extra[0][2] == "r0" else 9
    given = answered("1", FIRST[:linked]) + answered("2", SECOND[:linked]) + extra
    found = compared("organisation wave id", given, wave="wave", respondent="id")
    row = found.tables["change"].frame.row(0, named=True)
    assert (row["method"], row["linked"]) == ("independent", None)


def test_scores_are_those_of_analyse(sample: Comparison) -> None:
    found = sample.tables["change"].frame
    scores = vested.analyse(SAMPLE, wave="wave", gate="off").scores
    shown = scores.filter(wave="1").select("organisation", "measure", "score")
    both = found.join(shown, on=["organisation", "measure"], suffix="_there")
    assert both.height == found.height
    assert (both["score"] == both["score_there"]).all()


def test_a_facet_with_other_loadings_is_not_comparable(sample: Comparison) -> None:
    """As `vested evidence --wave wave` has it: loadings of REU, but not of SCL, differ."""
    frame = sample.tables["change"].frame
    known = dict(frame.select("measure", "comparable").rows())
    reasons = dict(frame.select("measure", "reason").rows())
    assert (known["SCL"], known["REU"], known["VESTED"]) == ("yes", "no", "no")
    assert reasons["REU"] == "REU: loadings differ between waves"
    assert (known["PTP.joint"], reasons["PTP.joint"][:24]) == (
        "not judged",
        "PTP1: fewer than 3 items",
    )


def test_hidden_waves_have_no_change(compared: Compared) -> None:
    given = answered("1", FIRST) + answered("2", SECOND[:4]) + answered("1", FIRST, "Köln")
    given += answered("2", SECOND, "Köln")
    found = compared("organisation wave id", given, wave="wave", min_respondents=5)
    for name in ("change", "shock"):
        assert found.tables[name].frame["organisation"].unique().to_list() == ["Köln"]


def test_depth_recovery_and_rebound(compared: Compared) -> None:
    """Means of 75, 25 and 100: 50 down, 75 up, 25 higher than before."""
    given = answered("1", "444454434444") + answered("2", "222232212222")
    given += answered("3", "555555555555")
    found = compared("organisation wave id", given, wave="wave")
    row = found.tables["shock"].frame.row(0, named=True)
    assert (row["before"], row["during"], row["after"]) == ("1", "2", "3")
    assert (row["depth"], row["recovery"], row["rebound"]) == (50, 75, 25)
    assert row["depth_low"] < 50 < row["depth_high"]
    # 25 points up with an interval of the unanimous third wave from 75 on
    assert row["profile"] in ("thrived", "thrived or recovered")
    total = sum(row[name] for name in ("absorbed", "recovered", "thrived", "declined"))
    assert total == pytest.approx(1)


def test_ways_against_draws(compared: Compared) -> None:
    """Means of three independent waves, drawn from their standard errors; a fall of 8.3."""
    waves = ("334455", "333355", "344455")
    given = [row for at, digits in enumerate(waves, 1) for row in answered(str(at), digits * 4)]
    row = (
        compared("organisation wave id", given, wave="wave")
        .tables["shock"]
        .frame.row(0, named=True)
    )
    rng = np.random.default_rng(4)
    before, during, after = (
        np.mean(points(w)) + ss.sem(points(w * 4)) * rng.normal(size=400_000) for w in waves
    )
    still = np.abs(after - before) <= 5
    assert row["recovered"] == pytest.approx((still & (before - during > 5)).mean(), abs=0.004)
    assert row["thrived"] == pytest.approx((after - before > 5).mean(), abs=0.004)
    assert row["declined"] == pytest.approx((after - before < -5).mean(), abs=0.004)


def test_two_waves_tell_held_from_the_rest(compared: Compared) -> None:
    given = answered("1", "3434" * 40) + answered("2", "4343" * 40)
    found = compared("organisation wave id", given, wave="wave")
    row = found.tables["shock"].frame.row(0, named=True)
    assert (row["profile"], row["during"], row["depth"], row["absorbed"]) == (
        "held",
        None,
        None,
        None,
    )
    assert row["reason"].startswith("no score during")


def test_one_wave(compared: Compared) -> None:
    found = compared("organisation wave id", answered("1", FIRST), wave="wave")
    assert found.tables["change"].frame.height == 0
    assert "shock" not in found.tables
    assert found.findings[-1].startswith("There is one wave only")


@pytest.mark.parametrize(
    ("named", "order", "expected"),
    [
        ([], ["1", "2"], Shock("1", "", "2")),
        ([], ["1", "2", "3"], Shock("1", "2", "3")),
        ([], ["1", "2", "3", "4"], Shock("1", "", "4")),
        (["2", "3"], ["1", "2", "3"], Shock("2", "", "3")),
        (["1", "3", "4"], ["1", "2", "3", "4"], Shock("1", "3", "4")),
        ([], ["1"], None),
    ],
)
def test_waves_around_a_shock(named: list[str], order: list[str], expected: Shock | None) -> None:
    assert shock_of(named, order) == expected


@pytest.mark.parametrize("named", [["9", "1"], ["2", "1"], ["1"], ["1", "1"], ["1", "2", "3", "4"]])
def test_mistakes_in_shock(named: list[str]) -> None:
    with pytest.raises(UsageError, match="--shock"):
        shock_of(named, ["1", "2", "3", "4"])


def test_shock_needs_waves(compared: Compared) -> None:
    with pytest.raises(UsageError, match="--shock without --wave"):
        compared("organisation wave id", answered("1", FIRST), shock=["1", "2"])


def test_the_order_of_rows_changes_nothing(compared: Compared) -> None:
    given = answered("1", FIRST) + answered("2", SECOND)
    one, two = (
        compared("organisation wave id", rows, wave="wave", respondent="id")
        for rows in (given, given[::-1])
    )
    for name in ("change", "shock"):
        assert one.tables[name].frame.equals(two.tables[name].frame)
