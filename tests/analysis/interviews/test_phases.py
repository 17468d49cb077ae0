"""Which finding rests on which phase, and what changed with the shock."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.interviews import interviews
from vested.errors import UsageError
from vested.stats.coding.polarity import evidence
from vested.stats.intervals import difference_interval

KEPT = ("phase", "measure", "sources", "organisations", "segments", "polarity", "score")


def table(name: str, path: Path, **options: Any) -> pl.DataFrame:
    return interviews(path, **options).tables[name].frame


@pytest.fixture
def path(coded: Callable[..., Path], coding: Any) -> Path:
    """PDM: before the shock 0, 1, 2 of two organisations; after it -2, -1, -1 and one of 3a."""
    rows = [coding(f"B{at}", "PDM", at, ("Gent", "Mons")[at % 2], phase="1") for at in range(3)]
    rows += [coding(f"A{at}", "PDM", -1 - (at == 0), phase="3c") for at in range(3)]
    rows += [coding("A3", "PDM", 1, phase="3a"), coding("L", "PDM", 2, phase="2"),
             coding("X", "PDM", 2, phase="pilot"), coding("Y", "SCL", 2, phase="")]  # fmt: skip
    return coded(rows)


def test_phases_in_their_order(path: Path) -> None:
    frame = table("phases", path, min_sources=1)
    rows = frame.filter(measure="PDM").select(KEPT).rows()
    assert rows == [
        ("1", "PDM", 3, 2, 3, 1.0, 75.0),
        ("2", "PDM", 1, 1, 1, 2.0, 100.0),
        ("3a", "PDM", 1, 1, 1, 1.0, 75.0),
        ("3c", "PDM", 3, 1, 3, pytest.approx(-4 / 3), pytest.approx(50 / 3)),
        ("pilot", "PDM", 1, 1, 1, 2.0, 100.0),
    ]
    assert frame["phase"].to_list()[-2:] == ["", ""]  # SCL, and VESTED of which it is a part


def test_phases_of_few_sources_say_nothing(path: Path) -> None:
    frame = table("phases", path)
    shown = frame.filter(pl.col("status") == "published")
    assert shown["phase"].to_list() == ["1", "3c"]
    gone = frame.filter(pl.col("status") == "suppressed").drop("phase", "measure", "status")
    assert gone.null_count().row(0) == (gone.height,) * gone.width


def test_a_phase_of_few_with_a_polarity_has_no_score(
    coded: Callable[..., Path], coding: Any
) -> None:
    rows = [coding(f"S{at}", "PDM", 2 if at < 2 else "") for at in range(3)]
    row = table("phases", coded(rows)).row(0, named=True)
    assert (row["sources"], row["status"]) == (3, "published")
    assert [row[name] for name in ("polarity", "score", "ci_low", "ci_high")] == [None] * 4


def test_the_shock(path: Path) -> None:
    row = table("shock", path).row(by_predicate=pl.col("measure") == "PDM", named=True)
    before, after = [0, 1, 2], [-2, -1, -1, 1]
    found = evidence([0] * 3 + [1] * 4, range(7), [*before, *after], 2)
    assert [row["sources_before"], row["sources_after"]] == [3, 4]
    assert [row["score_before"], row["score_after"]] == [75.0, 31.25]
    assert row["difference"] == -43.75
    one, other = ((found.score[at], found.low[at], found.high[at]) for at in (0, 1))
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(difference_interval(one, other))


@pytest.mark.parametrize(
    ("before", "after", "sizes"),
    [
        (["1"], ["3c"], (3, 3)),
        (["Phase 1", "2"], ["3C"], (4, 3)),
        (["1"], ["pilot", "3c"], (3, 4)),
        (["1"], ["3a"], None),  # one source after it
    ],
)
def test_other_sides(
    before: list[str], after: list[str], sizes: tuple[int, int] | None, path: Path
) -> None:
    row = table("shock", path, before=before, after=after).row(
        by_predicate=pl.col("measure") == "PDM", named=True
    )
    if sizes is None:
        assert row["status"] == "suppressed"
        assert {row[name] for name in row if name not in ("measure", "status")} == {None}
    else:
        assert (row["sources_before"], row["sources_after"]) == sizes


def test_no_table_where_there_is_one_side(coded: Callable[..., Path], coding: Any) -> None:
    found = interviews(coded([coding(f"S{at}", phase="1") for at in range(3)]))
    assert "shock" not in found.tables


def test_a_phase_on_both_sides(path: Path) -> None:
    with pytest.raises(UsageError, match="phase 3a is named both before and after"):
        interviews(path, before=["1", "Phase 3a"], after=["3A"])


@pytest.mark.parametrize("said", ["3c", "Phase 3C", " fase 3c "])
def test_the_phase_of_all(said: str, coded: Callable[..., Path], coding: Any) -> None:
    """Of those that have none; in any spelling."""
    rows = [coding(f"S{at}", "PDM", 1, phase="") for at in range(3)]
    rows += [coding(f"B{at}", "PDM", 1, phase="1") for at in range(3)]
    found = interviews(coded(rows), phase_of_all=said)
    assert found.tables["phases"].frame["phase"].to_list() == ["1", "3c"]
    assert "shock" in found.tables
    assert not [note for note in found.notes if "phase" in note]


def test_no_phase_at_all_is_told(coded: Callable[..., Path], coding: Any) -> None:
    found = interviews(coded([coding(phase="")]), min_sources=1)
    assert "no source has a phase; --phase or --phase-of-all says it." in found.notes
    assert found.tables["phases"].frame["phase"].unique().to_list() == [""]


def test_no_polarity_at_all_is_told(coded: Callable[..., Path], coding: Any) -> None:
    found = interviews(coded([coding(f"S{at}", polarity="") for at in range(3)]))
    assert [note for note in found.notes if note.startswith("no passage has a polarity")]
    assert found.evidence["status"].unique().to_list() == ["published"]
    assert found.evidence["score"].null_count() == found.evidence.height
    assert found.evidence["reason"].unique().to_list() == ["no source says anything of this"]
