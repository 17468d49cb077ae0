"""Ranks under other choices: the sample, a world whose answer is known, and what must stay out."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import vested
from vested.analysis.compare import Comparison, compare
from vested.analysis.compare.robustness.runs import CHOICES, Composite, run
from vested.errors import UsageError
from vested.report.csv import table

SAMPLE = Path(__file__).parents[3] / "data" / "samples" / "survey.csv"
NAMES = ("robustness", "stability", "sobol", "leave_out", "effective_weights")


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(SAMPLE, instrument="vested", robustness=True, runs=400)


def frame(found: Comparison, name: str, index: str = "VESTED") -> pl.DataFrame:
    return found.tables[name].frame.filter(pl.col("index") == index)


def composite(means: np.ndarray, respondents: int = 1, **options: Any) -> Composite:
    """Organisations all of whose respondents say the same."""
    members = [np.repeat(row[None], respondents, axis=0) for row in means]
    parts = tuple("ABCDE"[: means.shape[1]])
    weights = np.full(len(parts), 1 / len(parts))
    names = tuple(f"O{at:02}" for at in range(len(means)))
    return Composite("X", parts, weights, options.get("how", "arithmetic"), names, members)


# --- the sample -----------------------------------------------------------------------------------


def test_tables_come_in_their_order(found: Comparison) -> None:
    assert tuple(found.tables) == (*NAMES, "ledger")
    assert {row for row in found.tables["stability"].frame["index"]} == {
        "VESTED", "AGILITY", "RESILIENCE",
    }  # fmt: skip


def test_the_score_is_that_of_analyse(found: Comparison) -> None:
    scores = vested.analyse(SAMPLE, instrument="vested").scores
    both = found.tables["robustness"].frame.join(
        scores.filter(pl.col("status") != "suppressed"),
        left_on=["organisation", "index"],
        right_on=["organisation", "measure"],
        how="left",
    )
    assert both["score"].to_list() == pytest.approx(both["score_right"].to_list(), rel=1e-12)
    shown = scores.filter((pl.col("measure") == "VESTED") & (pl.col("status") != "suppressed"))
    assert frame(found, "robustness")["organisation"].to_list() == shown["organisation"].to_list()


def test_numbers_hang_together(found: Comparison) -> None:
    ranks, whole = frame(found, "robustness"), frame(found, "stability").row(0, named=True)
    assert whole["organisations"] == ranks.height
    assert whole["runs"] == 800
    assert whole["mean_shift"] == pytest.approx(ranks["mean_shift"].mean())
    assert whole["steady"] == (ranks["near_rank"] >= 0.9).sum()
    assert (ranks["rank_low"] <= ranks["median_rank"]).all()
    assert (ranks["median_rank"] <= ranks["rank_high"]).all()
    assert ranks["top_3"].sum() == pytest.approx(3, abs=0.1)
    assert frame(found, "effective_weights")["effective_weight"].sum() == pytest.approx(1)
    assert frame(found, "sobol")["choice"].to_list() == [*CHOICES, *CHOICES]
    assert all(set(found.tables[name].frame["reason"]) == {""} for name in NAMES)


def test_the_conclusion_names_the_first_choice(found: Comparison) -> None:
    ranks = frame(found, "sobol").filter(pl.col("output") == "ranks").sort("total")
    most = ranks["choice"][-1]
    steady = frame(found, "stability")["steady"][0]
    sentence = found.findings[0]
    assert sentence.startswith(f"The ranks on VESTED hang most on {CHOICES[most]} (total-order .")
    assert f"; {steady} of 19 organisations stay within two places in 90 %" in sentence


@pytest.mark.parametrize(("seed", "same"), [(0, True), (1, False)])
def test_rows_in_another_order(seed: int, same: bool, found: Comparison, tmp_path: Path) -> None:
    head, *rows = SAMPLE.read_text().splitlines(keepends=True)
    random.Random(3).shuffle(rows)
    path = tmp_path / "survey.csv"
    path.write_text(head + "".join(rows))
    other = compare(path, instrument="vested", robustness=True, runs=400, seed=seed)
    equal = [table(other.tables[name]) == table(found.tables[name]) for name in NAMES]
    assert all(equal) == same


def test_with_waves_the_last_one_is_ranked() -> None:
    found = compare(SAMPLE, instrument="vested", robustness=True, runs=100, wave="wave")
    scores = vested.analyse(SAMPLE, instrument="vested", wave="wave").scores
    shown = scores.filter(
        (pl.col("wave") == "2")
        & (pl.col("measure") == "VESTED")
        & (pl.col("status") != "suppressed")
    )
    ranks = frame(found, "robustness")
    assert ranks["organisation"].to_list() == shown["organisation"].to_list()
    assert ranks["score"].to_list() == pytest.approx(shown["score"].to_list())
    assert any(said.startswith("The ranks on VESTED in wave 2 hang") for said in found.findings)


def test_who_is_hidden_stays_out(found: Comparison) -> None:
    scores = vested.analyse(SAMPLE, instrument="vested").scores
    hidden = scores.filter((pl.col("measure") == "VESTED") & (pl.col("status") == "suppressed"))
    assert hidden.height
    written = b"".join(table(each) for each in found.tables.values()).decode()
    assert not any(name in written for name in hidden["organisation"])


# --- worlds whose answer is known -----------------------------------------------------------------


def test_parts_that_agree_never_change_a_rank() -> None:
    steps = np.arange(6.0)[:, None] * 15
    made = run(composite(np.repeat(steps + 5, 3, axis=1), 12), 200, 0.95, 0)
    assert (made.ranks == made.reference).all()
    assert made.tau == 1
    assert all(np.isnan(each).all() for each in made.indices["ranks"])


def test_where_all_respondents_agree_respondents_are_no_choice() -> None:
    """Two parts that turn each other round: all hangs on which is left out."""
    means = np.array([[10.0 + 10 * at, 85 - 12 * at] for at in range(6)])
    made = run(composite(means, 12), 1000, 0.95, 0)
    _, _, _, total, _, _ = made.indices["ranks"]
    of = dict(zip(CHOICES, total, strict=True))
    assert of["respondents"] == 0
    assert of["left_out"] == max(of.values())
    assert of["left_out"] > 0.7


def test_noise_of_respondents_is_seen() -> None:
    """Parts that are the same, and organisations that differ by less than chance."""
    chance = np.random.default_rng(0)
    members = [np.repeat(chance.normal(50, 15, (20, 1)), 2, axis=1) for _ in range(8)]
    names = tuple("ABCDEFGH")
    one = Composite("X", ("A", "B"), np.array([0.5, 0.5]), "arithmetic", names, members)
    first, *_ = run(one, 1000, 0.95, 0).indices["ranks"]
    assert first[list(CHOICES).index("respondents")] > 0.99


def test_a_world_with_noise(write: Callable[..., Path], items: list[str], short: Any) -> None:
    """Ten organisations far apart: the published ranks stand within the 90 % ranks."""
    chance = random.Random(5)
    rows = [
        [
            f"Org {at}",
            *(str(min(5, max(1, round(chance.gauss(1.4 + at * 0.32, 0.7))))) for _ in items),
        ]
        for at in range(10)
        for _ in range(30)
    ]
    found = compare(
        write(["organisation", *items], rows), instrument=short, robustness=True, runs=300
    )
    ranks = found.tables["robustness"].frame.filter(pl.col("index") == short.headlines[0].id)
    assert (ranks["rank_low"] <= ranks["rank"]).all()
    assert (ranks["rank"] <= ranks["rank_high"]).all()
    assert ranks["mean_shift"].max() < 2


# --- edges ----------------------------------------------------------------------------------------


def test_fewer_than_five_organisations(
    header: list[str], rows: Any, write: Callable[..., Path], short: Any
) -> None:
    found = compare(write(header, rows), instrument=short, robustness=True)
    for name in NAMES:
        assert set(found.tables[name].frame["reason"]) == {"fewer than 5 organisations"}
    assert found.tables["robustness"].frame["median_rank"].null_count() == 9
    assert "is not judged: 3 organisations can be shown, and 5 are needed." in found.findings[0]


def test_no_organisation_can_be_shown(
    header: list[str], rows: Any, write: Callable[..., Path], short: Any
) -> None:
    path = write(header, rows)
    found = compare(path, instrument=short, robustness=True, min_respondents=50)
    assert found.tables["robustness"].frame.height == 0
    assert "0 organisations can be shown" in found.findings[0]


def test_without_an_index(write: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text(
        'id: tiny\nversion: "1"\nname: {en: Tiny}\nscales: {s: {codes: [1, 2, 3]}}\n'
        "items: [{id: a, scale: s, text: {en: A.}}]\n"
        "measures: [{id: A, kind: facet, of: [a], name: {en: A}}]\n"
    )
    survey = write(["organisation", "a"], [["Gent", "1"]] * 12)
    found = compare(survey, instrument=path, robustness=True)
    assert found.findings == ("tiny has no index, so there is no composite to test.",)


def test_a_part_that_nobody_was_asked_is_no_part(
    write: Callable[..., Path], items: list[str], short: Any
) -> None:
    index = next(each for each in short.measures if each.kind == "index" and len(each.of) > 2)
    gone = set(short.measure(index.of[0]).of)
    chance = random.Random(1)
    kept = [item for item in items if item not in gone]
    rows = [[f"O{at % 6}", *(str(chance.randint(1, 5)) for _ in kept)] for at in range(90)]
    found = compare(
        write(["organisation", *kept], rows), instrument=short, robustness=True, runs=100
    )
    parts = frame(found, "leave_out", index.id)["measure"].to_list()
    assert parts == list(index.of[1:])


@pytest.mark.parametrize("how", ["arithmetic", "geometric"])
def test_one_part_alone_and_uneven_weights(how: str) -> None:
    means = np.arange(6.0)[:, None] * 10 + 20
    assert run(composite(means, how=how), 100, 0.95, 0).tau == 1
    two = composite(np.column_stack([means, means[::-1]]), how=how)
    uneven = Composite("X", two.parts, np.array([0.9, 0.1]), how, two.organisations, two.members)
    assert run(uneven, 100, 0.95, 0).reference.tolist() == [6, 5, 4, 3, 2, 1]


def test_too_few_runs() -> None:
    with pytest.raises(UsageError, match="--runs 99 is below 100"):
        compare(SAMPLE, robustness=True, runs=99)


def test_in_the_terminal(program: Callable[..., Any]) -> None:
    told = program("compare", SAMPLE, "--robustness", "--runs", 100, "--quiet")
    assert told.status == 0
    assert told.out.startswith("· The ranks on VESTED hang most on")
    assert "Robustness of ranks" in told.out
    assert "What the ranks hang on" in told.out


def test_the_last_wave_is_one_that_rows_have(tmp_path: Path) -> None:
    """Rows that lost their wave are no wave, and none that comes last."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("wave")
    cut = [line.split(",") for line in lines]
    for row in cut[5:900:60]:
        row[at] = ""
    lost = tmp_path / "lost.csv"
    lost.write_text("\n".join(",".join(row) for row in cut), encoding="utf-8")
    found = compare(lost, wave="wave", robustness=True, runs=100, claims=True)
    assert any(said.startswith("The ranks on VESTED in wave 2 hang") for said in found.findings)
    assert set(found.tables["claims"].frame["wave"]) == {"1", "2"}


def test_what_groups_hide_of_the_last_wave_has_no_rank(tmp_path: Path) -> None:
    """Unit y is wave 1 and two more in each organisation: beside the units, waves are hidden."""
    items = [item.id for item in vested.load_instrument("vested-short").items]
    chance = random.Random(3)
    cells = [("2", "x", 20), ("2", "y", 2), ("1", "y", 40)]
    rows = [
        [name, wave, unit, *(str(chance.randint(1, 5)) for _ in items)]
        for name in "ABCDEF"
        for wave, unit, number in cells
        for _ in range(number)
    ]
    survey = tmp_path / "survey.csv"
    header = ["organisation", "wave", "unit", *items]
    survey.write_text("\n".join(",".join(row) for row in [header, *rows]), encoding="utf-8")
    common: dict[str, Any] = {"instrument": "vested-short", "wave": "wave", "robustness": True}
    alone = compare(survey, **common, runs=100).tables["stability"].frame
    beside = compare(survey, **common, runs=100, by="unit").tables["stability"].frame
    assert set(alone["organisations"]) == {6}
    assert set(beside["organisations"]) == {0}
