"""With weights, what is compared are the scores that `vested analyse` shows under them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import vested
from vested.analysis.compare import Comparison, compare
from vested.analysis.compare.change import links_of
from vested.analysis.compare.people import People
from vested.errors import UsageError
from vested.stats.comparison.correlation import pearson

INSTRUMENT = """
id: weighed
version: "1"
name: {en: Weighed}
scales: {ten: {codes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}}
items:
  - {id: a, scale: ten, text: {en: a}}
  - {id: b, scale: ten, text: {en: b}}
  - {id: c, scale: ten, text: {en: c}}
  - {id: d, scale: ten, text: {en: d}}
  - {id: e, scale: ten, text: {en: e}}
measures:
  - {id: A, kind: facet, of: [a], name: {en: A}}
  - {id: B, kind: facet, of: [b], name: {en: B}}
  - {id: C, kind: facet, of: [c], name: {en: C}, headline: true}
  - {id: D, kind: facet, of: [d], name: {en: D}, headline: true}
  - {id: E, kind: facet, of: [e], name: {en: E}}
  - {id: X, kind: index, of: [A, B], name: {en: X}, headline: true}
  - {id: P, kind: pair, of: [C, D], name: {en: P}}
"""
HEAD = ["organisation", "sector", "wave", "person", "grade", "weight", *"abcde"]
Rows = list[list[str]]
Write = Callable[..., Path]
EVERYTHING: dict[str, Any] = {
    "claims": ["X->C", "A->C->D"], "robustness": True, "runs": 100, "paradox_map": True,
    "by": "sector", "wave": "wave", "respondent": "person", "marker": "E",
}  # fmt: skip


@pytest.fixture
def instrument(tmp_path: Path) -> Path:
    path = tmp_path / "weighed.yaml"
    path.write_text(INSTRUMENT, encoding="utf-8")
    return path


@pytest.fixture
def margins(write: Write) -> Path:
    rows = [["grade", "junior", "100"], ["grade", "senior", "300"]]
    return write(["variable", "value", "count"], rows, "margins.csv")


def people(waves: str = "12", organisations: int = 22, weights: tuple[float, ...] = (1, 3)) -> Rows:
    """Seniors answer higher; there are twice as many juniors, and one in 20 says nothing on e."""
    chance = np.random.default_rng(5)
    rows = []
    for at in range(organisations):
        middle = chance.uniform(2, 6, 5)
        for wave in waves:
            for person in range(18):
                senior = person % 3 == 0
                answers = middle + 2 * senior + 1.5 * chance.normal(size=5)
                cells = [str(x) for x in np.clip(np.rint(answers), 0, 9).astype(int)]
                cells[4] = "" if chance.random() < 0.05 else cells[4]
                grade = "senior" if senior else "junior"
                rows.append(
                    [f"Org {at:02}", "abc"[at % 3], wave, f"p{person}", grade,
                     str(weights[senior]), *cells]
                )  # fmt: skip
    return rows


def found(
    write: Write, instrument: Path, rows: Rows, **options: Any
) -> tuple[Comparison, vested.Analysis, vested.Analysis]:
    """The comparison, and the scores by wave and of all waves together."""
    path = write(HEAD, rows)
    made = compare(path, instrument=instrument, **{**EVERYTHING, **options})
    apart, whole = (
        vested.analyse(path, instrument=instrument, wave=wave, **options) for wave in ("wave", None)
    )
    return made, apart, whole


def shown(analysis: vested.Analysis, **of: str) -> pl.DataFrame:
    return analysis.scores.filter(pl.col("status") != "suppressed", **of)


@pytest.mark.parametrize("by", ["column", "margins", "trimmed"])
def test_the_scores_are_those_of_analyse(
    write: Write, instrument: Path, margins: Path, by: str
) -> None:
    options: dict[str, Any] = {
        "column": {"weight": "weight"},
        "margins": {"population": margins},
        "trimmed": {"population": margins, "trim": 1.5},
    }[by]
    made, apart, whole = found(write, instrument, people(), **options)
    last = shown(apart, wave="2", measure="X")
    ranks = made.tables["robustness"].frame
    assert ranks["organisation"].to_list() == last["organisation"].to_list()
    assert ranks["score"].to_list() == pytest.approx(last["score"].to_list(), rel=1e-9)
    x, c = (shown(apart, wave="2", measure=name)["score"].to_numpy() for name in "XC")
    (row,) = (
        made.tables["claims"].frame
        .filter(wave="2", method="pearson").iter_rows(named=True)
    )  # fmt: skip
    expected = pearson(x, c, confidence=0.95)
    assert (row["estimate"], row["ci_low"]) == pytest.approx(expected[:2], rel=1e-9)
    joint = shown(whole, measure="P.joint")
    pairs = made.tables["paradoxes"].frame
    for column, name in (("joint", "score"), ("joint_low", "ci_low")):
        assert pairs[column].to_list() == pytest.approx(joint[name].to_list(), rel=1e-9)
    change = made.tables["change"].frame.filter(measure="C")
    assert change["next_score"].to_list() == shown(apart, wave="2", measure="C")["score"].to_list()
    by_sector = shown(whole, measure="C").with_columns(
        sector=pl.Series(["abc"[at % 3] for at in range(22)])
    )
    means = by_sector.group_by("sector", maintain_order=True).agg(pl.col("score").mean())
    groups = made.tables["groups"].frame.filter(measure="C")
    assert groups["mean"].to_list() == pytest.approx(means["score"].to_list(), rel=1e-9)


def test_weights_change_what_is_compared(write: Write, instrument: Path) -> None:
    plain, weighted = (
        compare(write(HEAD, people()), instrument=instrument, **EVERYTHING, **weights).tables
        for weights in ({}, {"weight": "weight"})
    )
    for name in ("claims", "mediation", "within_between", "common_method", "robustness", "sobol",
                 "congruence", "groups", "change", "shock"):  # fmt: skip
        assert not plain[name].frame.equals(weighted[name].frame), name


def test_equal_weights_change_nothing(write: Write, instrument: Path) -> None:
    """All weights 0.3: the same numbers but for rounding, random draws included."""
    path = write(HEAD, people(weights=(0.3, 0.3)))
    plain, weighted = (
        compare(path, instrument=instrument, **EVERYTHING, **weights).tables
        for weights in ({}, {"weight": "weight"})
    )
    for name, table in plain.items():
        if name != "ledger":
            assert_frame_equal(table.frame, weighted[name].frame, rel_tol=1e-6, abs_tol=1e-8)


def test_margins_are_the_same_as_weights_that_meet_them(
    write: Write, instrument: Path, margins: Path
) -> None:
    """6 seniors for 300 and 12 juniors for 100: weights of 6 to 1."""
    path = write(HEAD, people(weights=(1, 6)))
    column, population = (
        compare(path, instrument=instrument, **EVERYTHING, **weights).tables
        for weights in ({"weight": "weight"}, {"population": margins})
    )
    for name, table in column.items():
        if name != "ledger":
            assert_frame_equal(table.frame, population[name].frame, rel_tol=1e-6, abs_tol=1e-7)
    assert list(population)[-2:] == ["weighting", "ledger"]
    assert set(population["weighting"].frame["converged"]) == {True}
    assert set(population["weighting"].frame["wave"]) == {"1", "2"}


def test_the_order_of_rows_changes_nothing(write: Write, instrument: Path, margins: Path) -> None:
    rows = people(organisations=6)
    for weights in ({"weight": "weight"}, {"population": margins}):
        one, two = (
            compare(write(HEAD, order), instrument=instrument, **EVERYTHING, **weights).tables
            for order in (rows, rows[::-1])
        )
        for name, table in one.items():
            assert_frame_equal(table.frame, two[name].frame, check_exact=True)


def test_the_recipe_and_the_notes_know_the_weights(
    write: Write, instrument: Path, margins: Path
) -> None:
    rows = people("1", 5)
    rows[0][4] = "senior"
    path = write(HEAD, rows)
    made = compare(path, instrument=instrument, by="sector", population=margins, trim=4)
    options = made.recipe["options"]
    assert (options["trim"], options["weight"], len(options["population"])) == (4, None, 64)
    counts = [["grade", "junior", "1"], ["grade", "senior", "90"]]
    few = write(["variable", "value", "count"], counts, "few.csv")
    made = compare(path, instrument=instrument, by="sector", population=few)
    assert any("weights that differ more than 10-fold" in note for note in made.notes)
    made = compare(path, instrument=instrument, by="sector", weight="weight")
    assert made.recipe["options"]["weight"] == "weight"
    assert "weighting" not in made.tables


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": "weight", "population": True}, "--population and a column of weights"),
        ({"trim": 5}, "--trim without --population"),
        ({"population": True, "trim": 0.5}, "--trim 0.5 is not above 1"),
        ({"weight": "load"}, "no column 'load'"),
    ],
)
def test_weights_that_make_no_sense(
    write: Write, instrument: Path, margins: Path, options: dict[str, Any], message: str
) -> None:
    given = {**options, **({"population": margins} if "population" in options else {})}
    with pytest.raises(UsageError, match=message):
        compare(write(HEAD, people("1", 3)), instrument=instrument, by="sector", **given)


def test_the_covariance_of_linked_weighted_means() -> None:
    """Where all answer twice, the variance of the change is n/(n-1)·Σ(v-u)², u = w(x-x̄)/Σw."""
    chance = np.random.default_rng(4)
    n = 15
    one, two = chance.normal(50, 10, (2, n))
    w, v = chance.uniform(0.5, 3, (2, n))
    people = People(
        ("A",), ("1", "2"), np.zeros(2 * n, np.int64), np.repeat([0, 1], n), ((),) * (2 * n),
        tuple(f"p{at}" for at in range(n)) * 2, ("M",), np.concatenate([one, two])[None],
        weights=np.concatenate([w, v]),
    )  # fmt: skip
    links = links_of(people, 10)
    assert links is not None
    pairs = links.between("A", "1", "2", "M")
    assert pairs is not None
    assert pairs.number == n
    assert pairs.effective == pytest.approx((w * v).sum() ** 2 / ((w * v) ** 2).sum())
    sizes = [weights.sum() ** 2 / (weights**2).sum() for weights in (w, v)]
    before, after = (
        weights * (x - np.average(x, weights=weights)) / weights.sum()
        for weights, x in ((w, one), (v, two))
    )
    shared = pairs.covariance * pairs.effective / (sizes[0] * sizes[1])
    apart = n / (n - 1) * ((after - before) ** 2).sum()
    alone = n / (n - 1) * ((before**2).sum() + (after**2).sum())
    assert alone - 2 * shared == pytest.approx(apart, rel=1e-12)


def test_the_command(
    write: Write, instrument: Path, margins: Path, program: Callable[..., Any]
) -> None:
    path = write(HEAD, people("1", 5))
    told = program(
        *("compare", path, "-i", instrument, "--by", "sector", "--population", margins),
        *("--trim", "3", "--format", "json", "--quiet"),
    )
    assert told.status == 0
    assert '"weighting"' in told.out
    told = program(
        *("compare", path, "-i", instrument, "--by", "sector", "--population", margins),
        *("--weight", "weight"),
    )
    assert (told.status, "hint: respondents have either" in told.error) == (2, True)
