from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Make = Callable[..., Any]
CHAIN = ["F3->F4->F5"]


def paths(found: Any) -> dict[str, dict[str, Any]]:
    frame = found.tables["mediation"].frame
    return {row["method"]: row for row in frame.iter_rows(named=True)}


def test_a_path_that_is_there(world: Make, claimed: Make) -> None:
    """F5 follows F4, which follows F3: all of it goes through."""
    found = claimed(world((30,) * 40, effect=0.7), CHAIN)
    for row in paths(found).values():
        assert row["ci_low"] > 0
        assert row["ci_low"] < row["indirect"] < row["ci_high"]
        assert row["indirect"] + row["direct"] == pytest.approx(row["total"], rel=1e-9)
    assert paths(found)["naive"]["sobel_p"] < 0.01
    assert paths(found)["split"]["sobel_se"] is None
    assert "are compatible with Facet 4 carrying part of" in found.answer


def test_a_halo_alone_makes_a_path_that_halves_do_not_have(world: Make, claimed: Make) -> None:
    found = claimed(world((10,) * 80, effect=0.0, halo=0.9, seed=2, between=0.3), CHAIN)
    assert paths(found)["naive"]["ci_low"] > 0
    assert paths(found)["split"]["ci_low"] < 0 < paths(found)["split"]["ci_high"]
    assert "cannot be told from chance" in found.answer


def test_no_bootstrap_of_few_organisations(world: Make, claimed: Make) -> None:
    found = claimed(world((12,) * 9), CHAIN)
    for row in paths(found).values():
        assert row["indirect"] is not None
        assert row["ci_low"] is None
        assert row["reason"] == "no interval from fewer than 10 organisations"
    assert "cannot be told: no interval" in found.answer


def test_a_cause_that_does_not_differ(world: Make, claimed: Make) -> None:
    rows = [[*row[:7], "09"[at % 2], *row[8:]] for at, row in enumerate(world((12,) * 12))]
    for row in paths(claimed(rows, CHAIN)).values():
        assert row["reason"] == "the cause does not differ, or the mediator not beside it"
