from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vested.analysis.compare import compare
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
    row = next(found.tables["common_method"].frame.iter_rows(named=True))
    assert (row["passed"], row["limit"]) == (passed, 0.5)
    assert row["measures"] == "F3, F4, F5, F6"
    assert any("Harman's screen" in text for text in found.findings) is not passed


def test_harman_of_two_unrelated_items_is_a_half(world: Make, claimed: Make) -> None:
    frame = claimed(world((400,) * 3, effect=0.0)).tables["common_method"].frame
    row = next(frame.iter_rows(named=True))
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


FACETS = """
id: facets
version: "1"
name: {en: Facets}
scales: {ten: {codes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}}
items:
""" + "".join(f"  - {{id: q{at}, scale: ten, text: {{en: q{at}}}}}\n" for at in range(9))
FACETS += "measures:\n" + "".join(
    f"  - {{id: {name}, kind: facet, of: [q{3 * at}, q{3 * at + 1}, q{3 * at + 2}], "
    f"name: {{en: {name}}}}}\n"
    for at, name in enumerate("ABC")
)


def survey_of_facets(method: float, organisations: int = 12, size: int = 60) -> list[list[str]]:
    """Organisations that differ a lot, and respondents with three traits and a way of answering."""
    chance = np.random.default_rng(7)
    loadings = np.array([1.4, 0.9, 0.5, 1.2, 0.7, 0.4, 1.5, 0.8, 0.6])
    rows = []
    for at in range(organisations):
        level = chance.normal(4.5, 1.5, 9)
        for _ in range(size):
            trait = np.repeat(chance.normal(size=3), 3)
            own = loadings * trait + method * chance.normal() + 0.7 * chance.normal(size=9)
            answers = np.clip(np.rint(level + own), 0, 9).astype(int)
            rows.append([f"Org {at:02}", *map(str, answers)])
    return rows


def latent(rows: list[list[str]], write: Make, folder: Path, **options: Any) -> dict[str, Any]:
    instrument = folder / "facets.yaml"
    instrument.write_text(FACETS, encoding="utf-8")
    path = write(["organisation", *(f"q{at}" for at in range(9))], rows)
    found = compare(path, instrument=instrument, claims=["A->B", "B->C"], **options)
    (row,) = found.tables["common_method"].frame.filter(check="latent method").iter_rows(named=True)
    return {**row, "findings": found.findings}


def test_a_way_of_answering_is_a_method_factor(write: Make, tmp_path: Path) -> None:
    """Its variance is .64 of items whose mean variance is 0.98 + 0.49 + 0.64 and rounding."""
    row = latent(survey_of_facets(0.8), write, tmp_path)
    assert (row["measures"], row["organisations"], row["respondents"]) == ("A, B, C", 12, 720)
    assert 0.25 < row["estimate"] < 0.5
    assert row["p"] < 1e-6
    assert row["cfi"] > 0.98
    assert row["cfi_gain"] > 0
    assert any("common to all items" in text for text in row["findings"])


def test_organisations_that_differ_are_no_method(write: Make, tmp_path: Path) -> None:
    """Their levels are taken out, so that nothing is left for a method."""
    row = latent(survey_of_facets(0.0), write, tmp_path)
    assert row["estimate"] == pytest.approx(0.0, abs=0.03)
    assert row["p"] > 0.01


def test_items_of_one_each_have_no_method_factor(world: Make, claimed: Make) -> None:
    frame = claimed(world((12,) * 4)).tables["common_method"].frame.filter(check="latent method")
    (row,) = frame.iter_rows(named=True)
    assert (row["estimate"], row["reason"]) == (None, "fewer than 2 facets of 2 items or more")
