"""What evidence says of everyone tells nothing of a few, beside the scores that are shown."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from vested.analysis.evidence import Evidence, evidence

PLACE = Path(__file__).parents[3] / "benchmarks"
SPREAD = ["mean", "sd", "skew", "floor", "ceiling"]
Judge = Callable[..., Evidence]


def people(n: int, name: str = "X", items: int = 3) -> list[list[object]]:
    return [[name, *(1 + (at * (item + 1) + item) % 5 for item in range(items))] for at in range(n)]


def skipping(n: int, name: str = "X") -> list[list[object]]:
    """They leave out the last item of three."""
    return [[*row[:-1], ""] for row in people(n, name)]


def described(found: Evidence) -> list[str]:
    """The items whose answers are described."""
    return found.items.drop_nulls("mean")["item"].to_list()


def without_numbers(found: Evidence) -> set[str]:
    hidden = found.items.filter(found.items["mean"].is_null())
    assert hidden.select(SPREAD).null_count().sum_horizontal().item() == 5 * hidden.height
    return set(hidden["item"])


@pytest.mark.parametrize(
    ("skipped", "hidden"),
    [(0, set()), (1, {"A1", "A2", "A3"}), (9, {"A1", "A2", "A3"}), (10, set())],
)
def test_items_do_not_tell_of_those_who_skipped_one(
    skipped: int, hidden: set[str], judge: Judge
) -> None:
    """The sums of the items less three times the score are about those who skipped one."""
    found = judge([*people(40), *skipping(skipped)], min_respondents=10, structure=False)
    assert without_numbers(found) == hidden
    assert any("how answers are spread is not told" in note for note in found.notes) == bool(hidden)
    open_ = judge([*people(40), *skipping(skipped)], structure=False)
    assert described(open_) == ["A1", "A2", "A3"]


def test_an_item_to_which_all_gave_the_same_answer_does_not_say_which(judge: Judge) -> None:
    rows = [[*row[:-1], 5] for row in people(30)]
    found = judge(rows, min_respondents=10, structure=False)
    last = found.items.row(2, named=True)
    assert (last["mean"], last["sd"], last["ceiling"]) == (None, 0, None)
    assert any("Everyone gave the same answer to A3" in finding for finding in found.findings)


def test_an_organisation_that_is_all_alike_is_in_no_number_on_all(judge: Judge) -> None:
    rows = [*people(20, items=1), *people(20, "Y", items=1), *[["Z", 5]] * 12]
    found = judge(rows, min_respondents=10, structure=False)
    alone = judge(rows[:40], min_respondents=10, structure=False)
    for name in ("aggregation", "reliability"):
        columns = [c for c in found.tables[name].frame.columns if c != "respondents"]
        assert (
            found.tables[name]
            .frame.select(columns)
            .equals(alone.tables[name].frame.select(columns))
        )
    assert found.aggregation["respondents"].to_list() == [40]
    assert described(found) == []  # less the other two, the mean would be that of Z
    row = found.agreement.filter(found.agreement["organisation"] == "Z").row(0, named=True)
    assert {row[key] for key in ("respondents", "rwg_uniform", "ad", "awg")} == {None}
    assert "hidden" in row["reasons"]


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PLACE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_nobody_is_recovered_from_whole_runs() -> None:
    """Worlds 10 to 591 were recovered before: from items, or answers beside waves and groups."""
    _loaded("attack")
    runs = _loaded("attack_runs")
    seeds = [*range(20), 37, 278, 478, 591]
    assert [(seed, told) for seed in seeds if (told := runs.attack(seed)[0])] == []


def test_means_with_and_without_the_flagged_stand_in_no_equation() -> None:
    """Headlines first, and whatever else shares no facets with one that is told before."""
    sample = Path(__file__).parents[3] / "data" / "samples" / "survey.csv"
    found = evidence(sample, exclude_flagged=2, structure=False).tables["comparison"].frame
    told = found.drop_nulls("score")["measure"].to_list()
    published = found.filter(status="published")["measure"].to_list()
    assert {"VESTED", "AGILITY", "RESILIENCE", "PNS.joint"} <= set(told)
    assert not {"SCL", "AGX", "RSD", "ENABLERS"} & set(told)
    assert {"SCL", "AGX", "RSD", "ENABLERS"} <= set(published)
    assert found.filter(measure="SCL")["alpha_without"].null_count() == 0
