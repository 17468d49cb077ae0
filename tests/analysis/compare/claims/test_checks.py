from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vested.stats.comparison.power import smallest_correlation

Make = Callable[..., Any]


def test_slopes_within_show_the_halo(world: Make, claimed: Make) -> None:
    frame = claimed(world((12,) * 40, effect=0.0, halo=0.8)).tables["within_between"].frame
    within, between, contextual = frame.iter_rows(named=True)
    assert within["ci_low"] > 0.5
    assert contextual["estimate"] == pytest.approx(between["estimate"] - within["estimate"])
    assert (within["organisations"], within["respondents"]) == (40, 480)
    assert (within["df"], between["df"]) == (480 - 40 - 1, 38)


@pytest.mark.parametrize(("halo", "passed"), [(0.0, True), (0.95, False)])
def test_harman_is_a_screen(world: Make, claimed: Make, halo: float, passed: bool) -> None:
    found = claimed(world((12,) * 10, effect=0.0, halo=halo), ["F3->F4", "F5->F6"])
    (row,) = found.tables["common_method"].frame.iter_rows(named=True)
    assert (row["passed"], row["limit"]) == (passed, 0.5)
    assert row["measures"] == "F3, F4, F5, F6"
    assert any("Harman's screen" in text for text in found.findings) is not passed


def test_harman_of_two_unrelated_items_is_a_half(world: Make, claimed: Make) -> None:
    (row,) = (
        claimed(world((400,) * 3, effect=0.0)).tables["common_method"].frame.iter_rows(named=True)
    )
    assert 0.5 <= row["estimate"] < 0.75


def test_power_counts_the_organisations_of_the_split(world: Make, claimed: Make) -> None:
    found = claimed(world((12,) * 5 + (7,) * 3), min_respondents=5)
    (row,) = found.tables["power"].frame.iter_rows(named=True)
    assert row["organisations"] == 5
    assert row["smallest"] == pytest.approx(smallest_correlation(5))
    assert (row["for_50"], row["for_40"], row["for_30"]) == (29, 47, 85)


def test_no_power_of_three(world: Make, claimed: Make) -> None:
    (row,) = claimed(world((12,) * 3)).tables["power"].frame.iter_rows(named=True)
    assert (row["smallest"], row["reason"]) == (None, "fewer than 4 organisations")
