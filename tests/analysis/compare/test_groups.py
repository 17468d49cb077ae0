"""Groups: which unit they are compared by, what is shown of them, and the tests between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import pytest
import scipy.stats as ss

from vested.analysis.compare import Comparison

Compared = Callable[..., Comparison]

# Mean of A per organisation: 0 25 50 in one sector, 50 75 100 100 in the other
ONE = {"Aalst": "1", "Brugge": "2", "Gent": "3"}
TWO = {"Ieper": "3", "Leuven": "4", "Namur": "5", "Tielt": "5"}


def rows(sectors: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
    """Two respondents of each organisation, who say the same, in its sector."""
    return [
        [name, sector, f"{digit}{digit}"]
        for sector, own in sectors.items()
        for name, digit in own.items()
        for _ in range(2)
    ]


def kept(found: Comparison, test: str, measure: str = "A") -> Sequence[Mapping[str, Any]]:
    frame = found.tables["group_tests"].frame.filter(test=test, measure=measure)
    return list(frame.iter_rows(named=True))


def test_organisations_count_once(compared: Compared) -> None:
    """Aalst has five times as many respondents, and the mean of its sector stays 25."""
    many = rows({"city": ONE, "state": TWO}) + [["Aalst", "city", "11"]] * 8
    found = compared("organisation sector", many, by="sector")
    city, state = found.tables["groups"].frame.filter(measure="A").iter_rows(named=True)
    assert (city["group"], city["organisations"], city["respondents"]) == ("city", 3, 14)
    assert (city["mean"], city["sd"], state["mean"]) == (25, 25, 81.25)
    assert city["unit"] == "organisations"
    low, high = ss.t.interval(0.95, 2, 25, 25 / 3**0.5)
    assert (city["low"], city["high"]) == pytest.approx((low, high))


def test_the_tests_have_organisations_as_cases(compared: Compared) -> None:
    found = compared("organisation sector", rows({"city": ONE, "state": TWO}), by="sector")
    x, y = [0, 25, 50], [50, 75, 100, 100]
    (welch,) = kept(found, "Welch")
    expected = ss.ttest_ind(x, y, equal_var=False)
    assert (welch["statistic"], welch["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert (welch["n"], welch["other_n"], welch["difference"]) == (3, 4, 25 - 81.25)
    (ranked,) = kept(found, "Mann-Whitney")
    assert ranked["p"] == pytest.approx(ss.mannwhitneyu(x, y, method="asymptotic").pvalue)
    assert ranked["effect"] == pytest.approx(-11 / 12)
    (kruskal,) = kept(found, "Kruskal-Wallis")
    assert kruskal["p"] == pytest.approx(ss.kruskal(x, y).pvalue)
    (overall,) = kept(found, "Welch ANOVA")
    assert overall["p"] == pytest.approx(expected.pvalue)
    # One headline measure only: nothing to allow for.
    assert overall["p_holm"] == overall["p_bh"] == overall["p"]
    assert "1 of 1 headline measures differ" in found.findings[0]


def test_sizes_of_differences_between_all_groups(compared: Compared) -> None:
    """Epsilon squared of 12 organisations has an interval, which starts from the seed alone."""
    more = {f"More {digit}{at}": digit for digit in "12345" for at in range(1)}
    given = rows({"city": ONE, "state": {**TWO, **more}})
    found = [compared("organisation sector", given, by="sector", seed=seed) for seed in (0, 0, 1)]
    one, two, other = (kept(each, "Kruskal-Wallis")[0] for each in found)
    assert one["effect"] == pytest.approx(one["statistic"] / 11)
    assert one["low"] <= one["effect"] <= one["high"]
    assert one["reason"] == "an interval from groups of fewer than 20 organisations is too narrow"
    assert one == two
    assert {**other, "low": 0, "high": 0} == {**one, "low": 0, "high": 0}
    assert other["high"] != one["high"]
    (omega,) = kept(found[0], "Welch ANOVA")
    excess = omega["statistic"] - 1
    assert omega["effect_size"] == "omega squared"
    assert omega["effect"] == pytest.approx(excess / (excess + 12))
    assert omega["low"] <= omega["effect"] <= omega["high"]


def test_a_few_organisations_have_no_interval_of_ranks(compared: Compared) -> None:
    found = compared("organisation sector", rows({"city": ONE, "state": TWO}), by="sector")
    (ranked,) = kept(found, "Kruskal-Wallis")
    assert (ranked["low"], ranked["high"]) == (None, None)
    assert ranked["reason"] == "no interval from fewer than 10 organisations"


def test_nothing_is_said_of_two_organisations(compared: Compared) -> None:
    sectors = {"city": ONE, "state": TWO, "other": {"Wavre": "1", "Zele": "2"}}
    found = compared("organisation sector", rows(sectors), by="sector")
    other = found.tables["groups"].frame.filter(group="other")
    assert (
        other.select("organisations", "respondents", "mean", "sd").null_count().row(0) == (2,) * 4
    )
    assert set(other["reason"]) == {"fewer than 3 organisations of which the score is shown"}
    named = found.tables["group_tests"].frame
    assert (
        "other" not in named["group"].drop_nulls().to_list() + named["other"].drop_nulls().to_list()
    )


def test_organisations_below_the_minimum_take_no_part(compared: Compared) -> None:
    """Brugge has one respondent less than the minimum, so that its sector has two."""
    fewer = [row for row in rows({"city": ONE, "state": TWO})]
    fewer.remove(["Brugge", "city", "22"])
    found = compared("organisation sector", fewer, by="sector", min_respondents=2)
    assert found.tables["groups"].frame.filter(group="city")["mean"].null_count() == 2
    (row,) = kept(found, "Welch ANOVA")
    assert row["reason"].startswith("fewer than 2 groups")
    assert "nothing could be tested" in found.findings[0]


def test_blank_cells_belong_to_no_group(compared: Compared) -> None:
    given = rows({"city": ONE, "state": TWO, "": {"Wavre": "1", "Yvoir": "2", "Zele": "1"}})
    given.append(["Aalst", "", "11"])
    found = compared("organisation sector", given, by="sector")
    frame = found.tables["groups"].frame
    assert frame["group"].unique().sort().to_list() == ["city", "state"]
    assert frame["unit"].unique().to_list() == ["organisations"]


def within(names: str = "abcd") -> list[list[str]]:
    """Staff say 1 to 4 by organisation, managers one more; d has managers twice that."""
    given = []
    for at, name in enumerate(names, start=1):
        given += [[name, "staff", f"{at}{at}"]] * 2
        given += [[name, "manager", f"{min(at + 1, 5)}{at}"]] * 2
    return given


def test_what_varies_within_organisations_is_compared_there(compared: Compared) -> None:
    """Every organisation's managers are one option, 25 points, above its staff."""
    given = [*within(), ["d", "manager", "34"], ["d", "manager", "34"]]
    found = compared("organisation role", given, by="role")
    (row,) = kept(found, "paired t")
    assert (row["unit"], row["group"], row["other"]) == ("within organisations", "manager", "staff")
    # d: managers 5 5 3 3, mean 75, as its staff: 25, 25, 25, 0
    assert (row["n"], row["difference"]) == (4, 18.75)
    expected = ss.ttest_1samp([25, 25, 25, 0], 0)
    assert (row["statistic"], row["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    low, high = expected.confidence_interval()
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((low, high))


def test_a_constant_difference_has_no_test(compared: Compared) -> None:
    (row,) = kept(compared("organisation role", within(), by="role"), "paired t")
    assert (row["difference"], row["p"], row["p_holm"]) == (25, None, None)
    assert row["reason"] == "all differences are equal"


def test_two_organisations_are_too_few_within(compared: Compared) -> None:
    (row,) = kept(compared("organisation role", within("ab"), by="role"), "paired t")
    assert (row["n"], row["difference"]) == (None, None)
    assert row["reason"] == "both groups are shown in fewer than 3 organisations"


def test_groups_within_organisations_are_protected(compared: Compared) -> None:
    """With a minimum of 3 no group of two is shown, so that there is nothing to compare."""
    found = compared("organisation role", within(), by="role", min_respondents=3)
    assert found.tables["groups"].frame["mean"].null_count() == 4


def test_the_order_of_rows_changes_nothing(compared: Compared) -> None:
    given = rows({"city": ONE, "state": TWO})
    one, two = (
        compared("organisation sector", order, by="sector").tables["group_tests"].frame
        for order in (given, given[::-1])
    )
    assert one.equals(two)


def test_several_columns_and_waves(compared: Compared) -> None:
    given = [
        [name, sector, role, wave, digits]
        for name, sector, digits in rows({"city": ONE, "state": TWO})
        for role in ("staff", "manager")
        for wave in "12"
    ]
    found = (
        compared("organisation sector role wave", given, by=["sector", "role"], wave="wave")
        .tables["groups"]
        .frame
    )
    assert found["by"].unique(maintain_order=True).to_list() == ["sector", "role"]
    assert found.filter(by="sector")["unit"][0] == "organisations"
    assert found.filter(by="role")["unit"][0] == "within organisations"
    assert found.filter(pl.col("group") == "city", measure="A")["respondents"].to_list() == [24]


def test_groups_beside_waves_do_not_tell_of_few(compared: Compared) -> None:
    """Wave 1 is unit x and two more: by themselves both are harmless."""
    cells = [("1", "x", 20), ("1", "y", 2), ("2", "y", 20)]
    many = [
        [name, wave, unit, f"{1 + at % 5}{1 + at * 2 % 5}{1 + at % 4}{1 + at % 3}"]
        for name in ONE
        for wave, unit, n in cells
        for at in range(n)
    ]
    alone = compared("organisation wave unit", many, by="unit", min_respondents=10)
    assert set(alone.tables["groups"].frame.filter(measure="A")["organisations"]) == {3}
    beside = compared("organisation wave unit", many, by="unit", wave="wave", min_respondents=10)
    assert beside.tables["change"].frame.filter(measure="A").height == 3
    assert set(beside.tables["groups"].frame["organisations"]) == {None}
