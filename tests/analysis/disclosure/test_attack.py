"""A reader who can add up recovers nobody: the attack of the benchmarks, on some worlds."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from vested.analysis.disclosure import tables

PATH = Path(__file__).parents[3] / "benchmarks" / "attack.py"
SPEC = importlib.util.spec_from_file_location("attack", PATH)
assert SPEC
assert SPEC.loader
attack = importlib.util.module_from_spec(SPEC)
sys.modules["attack"] = attack
SPEC.loader.exec_module(attack)


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_nobody_is_recovered(first: int) -> None:
    assert [seed for seed in range(first, first + 20) if attack.attack(seed)[0]] == []


@pytest.mark.parametrize("seed", range(30))
def test_runs_show_what_was_attacked(seed: int) -> None:
    assert attack.agreed(attack.world(seed))


def test_the_attack_finds_what_is_not_protected() -> None:
    found = [attack.attack(seed, protected=False)[0] for seed in range(20)]
    assert sum(found) > 5


def test_the_attack_finds_weights_that_dominate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_DOMINATED", 0.0)
    assert attack.attack(31)[0]


@pytest.mark.parametrize("seed", [7276, 8497])
def test_margins_do_not_give_away_a_crossing_that_is_all_alike(seed: int) -> None:
    """Worlds in which waves and groups by themselves told what all of a crossed cell said."""
    assert not attack.attack(seed)[0]
