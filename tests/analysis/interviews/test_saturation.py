"""Saturation of a made project: the fixture of the domain, in the order of phases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vested.analysis.interviews import Interviews, interviews
from vested.errors import UsageError
from vested.stats.coding.saturation import Rule

LARGE = 41
"""Codes of the fixture: more than the instrument has facets, so all measures bear passages."""


def instrument(folder: Path) -> Path:
    """Forty-one facets of one item each."""
    items = "".join(f"  - {{id: q{at}, scale: s, text: {{en: Q{at}}}}}\n" for at in range(LARGE))
    facets = "".join(
        f"  - {{id: F{at:02}, kind: facet, of: [q{at}], name: {{en: Facet {at}}}}}\n"
        for at in range(LARGE)
    )
    path = folder / "many.yaml"
    path.write_text(
        "id: many\nversion: '1'\nname: {en: Many}\nscales: {s: {codes: [1, 2, 3]}}\n"
        f"items:\n{items}measures:\n{facets}"
    )
    return path


def bringing(new: list[int], coding: Any, phases: list[str] | None = None) -> list[Any]:
    """Sources that bring so many new codes each, and one that came before."""
    rows, sofar = [], 0
    for at, count in enumerate(new):
        codes = [*range(max(sofar - 1, 0), sofar), *range(sofar, sofar + count)]
        phase = phases[at] if phases else "3c"
        rows += [coding(f"S{at}", f"F{code:02}", 1, phase=phase) for code in codes]
        sofar += count
    return rows


# The order within a phase is that of ids, so that phases say which source comes when.
ORDERED = ["1", "2", "3a", "3b", "3c", "4", "5 later"]


@pytest.fixture
def curve(coded: Callable[..., Path], coding: Any, tmp_path: Path) -> Callable[..., Interviews]:
    def made(new: list[int], **options: Any) -> Interviews:
        path = coded(bringing(new, coding, ORDERED))
        return interviews(path, instrument=instrument(tmp_path), **options)

    return made


def test_the_worked_example(curve: Callable[..., Interviews]) -> None:
    """37 codes in the first 4; 5–6 add 4, 10.8 %; 6–7 add 1, 2.7 %: reached at 5 %."""
    found = curve([20, 9, 5, 3, 3, 1, 0])
    table = found.tables["saturation"].frame
    assert table["sources"].to_list() == [1, 2, 3, 4, 5, 6, 7]
    assert table["codes"].to_list() == [20, 29, 34, 37, 40, 41, 41]
    assert table["new"].to_list() == [None] * 5 + [4, 1]
    assert table["share"].to_list()[5:] == [pytest.approx(4 / 37), pytest.approx(1 / 37)]
    assert table["saturated"].to_list() == [False] * 6 + [True]
    assert found.saturation_sentence.startswith("Saturated after 7 sources (base 4, runs of 2, 5%)")
    assert (table["codes_low"] <= table["codes_median"]).all()
    assert (table["codes_median"] <= table["codes_high"]).all()
    assert table["codes_low"][-1] == table["codes_high"][-1] == 41


@pytest.mark.parametrize(
    ("new", "rule", "sentence"),
    [
        ([20, 9, 5, 3, 3, 1, 0], Rule(threshold=0.02), "Not saturated (base 4, runs of 2, 2%)"),
        ([20, 9, 5, 3, 3, 1, 0], Rule(threshold=0.11), "Saturated after 6 sources"),
        ([20, 9, 5, 3, 3, 1, 0], Rule(base=2, run=3), "Not saturated"),
        ([5, 5, 5, 5, 0, 0], Rule(), "Saturated after 6 sources"),
        ([5, 5], Rule(), "Not saturated (base 4, runs of 2, 5%): saturation needs 6 sources"),
        ([1], Rule(), "Not saturated"),
    ],
)
def test_other_rules(
    new: list[int], rule: Rule, sentence: str, curve: Callable[..., Interviews]
) -> None:
    assert curve(new, rule=rule).saturation_sentence.startswith(sentence)


def test_sources_follow_each_other_by_phase(
    coded: Callable[..., Path], coding: Any, tmp_path: Path
) -> None:
    """The first talks come first, whatever their names, and those without a phase last."""
    rows = [coding("a", "F01", phase=""), coding("b", "F01", phase="4"),
            coding("z", "F01", phase="1"), coding("z", "F02", phase="1")]  # fmt: skip
    found = interviews(coded(rows), instrument=instrument(tmp_path), min_sources=1)
    assert found.tables["saturation"].frame["codes"].to_list() == [2, 2, 2]


def test_the_seed_moves_only_what_is_drawn(curve: Callable[..., Interviews]) -> None:
    one, other = (
        curve([6, 0, 6, 0, 6, 0, 6], seed=seed).tables["saturation"].frame for seed in (1, 2)
    )
    fixed = ["sources", "codes", "new", "share", "saturated"]
    assert one.select(fixed).equals(other.select(fixed))


@pytest.mark.parametrize("rule", [Rule(base=0), Rule(run=0), Rule(threshold=-0.1)])
def test_rules_that_cannot_be(rule: Rule, curve: Callable[..., Interviews]) -> None:
    with pytest.raises(UsageError, match="base and run are at least 1"):
        curve([1, 1], rule=rule)
