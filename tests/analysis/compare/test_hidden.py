"""What `vested analyse` hides, for whatever reason, has no part in any comparison."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import vested
from vested.analysis.compare import Comparison, compare

INSTRUMENT = """
id: hide
version: "1"
name: {en: Hide}
scales: {ten: {codes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}}
items:
  - {id: a, scale: ten, text: {en: a}}
  - {id: b, scale: ten, text: {en: b}}
  - {id: c, scale: ten, text: {en: c}}
  - {id: d, scale: ten, text: {en: d}}
measures:
  - {id: A, kind: facet, of: [a], name: {en: A}}
  - {id: B, kind: facet, of: [b], name: {en: B}, headline: true}
  - {id: C, kind: facet, of: [c], name: {en: C}, headline: true}
  - {id: D, kind: facet, of: [d], name: {en: D}, headline: true}
  - {id: X, kind: index, of: [A, B], name: {en: X}, headline: true}
  - {id: P, kind: pair, of: [C, D], name: {en: P}}
"""
HEAD = ["organisation", "sector", "wave", *"abcd"]
Rows = list[list[str]]
Write = Callable[..., Path]
EVERYTHING: dict[str, Any] = {
    "claims": ["X->C", "A->C", "A->C->D"], "robustness": True, "runs": 100, "paradox_map": True,
    "by": "sector", "wave": "wave",
}  # fmt: skip


@pytest.fixture
def instrument(tmp_path: Path) -> Path:
    path = tmp_path / "hide.yaml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return path


def others(waves: Sequence[str] = ("1", "2")) -> Rows:
    """24 organisations of which every score is shown."""
    chance = np.random.default_rng(5)
    rows = []
    for at in range(24):
        middle = chance.uniform(2, 7, 4)
        for wave in waves:
            answers = np.clip(np.rint(middle + 1.5 * chance.normal(size=(12, 4))), 0, 9)
            rows += [
                [f"Org {at:02}", "abc"[at % 3], wave, *map(str, row)] for row in answers.astype(int)
            ]
    return rows


def both(write: Write, instrument: Path, one: Rows, two: Rows) -> tuple[Comparison, Comparison]:
    found = [compare(write(HEAD, rows), instrument=instrument, **EVERYTHING) for rows in (one, two)]
    return found[0], found[1]


def test_a_score_of_which_all_answers_are_alike_changes_nothing(
    write: Write, instrument: Path
) -> None:
    alike = [
        [["Gone", "a", wave, *[answer] * 4] for _ in range(12) for wave in "12"] for answer in "28"
    ]
    shown = vested.analyse(write(HEAD, [*others(), *alike[0]]), instrument=instrument)
    assert set(shown.scores.filter(organisation="Gone")["status"]) == {"suppressed"}
    one, two = both(write, instrument, *([*others(), *rows] for rows in alike))
    assert one.findings == two.findings
    for name, table in one.tables.items():
        assert_frame_equal(table.frame, two.tables[name].frame, check_exact=True)
    assert "Gone" not in set(one.tables["robustness"].frame["organisation"])


def test_a_score_that_could_be_worked_out_changes_nothing(write: Write, instrument: Path) -> None:
    """One has not answered b, three not d: with B and X, A would give away the one."""
    chance = np.random.default_rng(6)
    lacking = [
        ["Gone", "a", wave, str(a), str(b) if at else "", str(c), str(d) if at > 2 else ""]
        for wave in "12"
        for at, (a, b, c, d) in enumerate(chance.integers(0, 10, (31, 4)))
    ]
    path = write(HEAD, [*others(), *lacking])
    analysis = vested.analyse(path, instrument=instrument)
    why = analysis.disclosure.frame.filter(organisation="Gone")
    assert dict(why.select("measure", "reason").rows()) == {
        "A": "exact recovery", "P.tilt": "exact recovery",
    }  # fmt: skip
    one, two = both(write, instrument, others(), [*others(), *lacking])

    def same(name: str, **of: str) -> None:
        frames = [
            found.tables[name].frame.filter(**of).drop("left_out", strict=False)
            for found in (one, two)
        ]
        assert frames[0].height
        assert_frame_equal(*frames, check_exact=True)

    for name in ("claims", "within_between", "mediation"):
        same(name, cause="A")
    for name in ("groups", "group_tests", "change", "shock"):
        same(name, measure="A")
    same("paradoxes")
    same("congruence", measure="P")
