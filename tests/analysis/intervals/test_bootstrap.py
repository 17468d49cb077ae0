"""`--interval bootstrap`: BCa where it can be had, t where not, the same for each organisation."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import bootstrap

import vested
from vested.errors import UsageError

Rows = list[list[str]]
ENDS = ["ci_low", "ci_high"]
OWN = ["measure", "score", *ENDS, "interval"]
"""What must not change when others join; ranks and shrinkage do."""


@pytest.fixture(scope="module")
def many(items: Sequence[str]) -> Rows:
    """Three organisations of 14, the third of 9, with two waves and answers left out."""
    chance = random.Random(2)
    return [
        [
            name,
            str(1 + at % 2),
            *(chance.choice(["1", "2", "2", "3", "4", "5", ""]) for _ in items),
        ]
        for name, size in (("Gent", 28), ("Brno", 28), ("Pau", 9))
        for at in range(size)
    ]


@pytest.fixture
def drawn(write: Callable[..., Path], items: list[str], short: Any) -> Callable[..., pl.DataFrame]:
    def made(rows: Rows, **options: Any) -> pl.DataFrame:
        name = options.get("group", "wave")
        path = write(["organisation", name, *items], rows)
        given = {"interval": "bootstrap", "draws": 1999, "min_respondents": 1, **options}
        return vested.analyse(path, instrument=short, **given).scores

    return made


def test_only_the_ends_differ(drawn: Callable[..., pl.DataFrame], many: Rows) -> None:
    by_draws, by_t = drawn(many), drawn(many, interval="t")
    assert "interval" not in by_t.columns
    assert by_draws.drop("interval", *ENDS).equals(by_t.drop(ENDS))
    of_draws = by_draws["interval"] == "bca"
    assert of_draws.any()
    assert not by_draws.filter(of_draws).select(ENDS).equals(by_t.filter(of_draws).select(ENDS))
    assert by_draws.filter(~of_draws).select(ENDS).equals(by_t.filter(~of_draws).select(ENDS))


def test_as_scipy(drawn: Callable[..., pl.DataFrame], short: Any) -> None:
    """Who answers all items of a facet alike (reversed ones turned) has that as a score."""
    values = [1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 5, 1, 2]
    rows = [
        ["Gent", "1", *(str(6 - value if item.reversed else value) for item in short.items)]
        for value in values
    ]
    scored = drawn(rows, draws=19_999).filter(pl.col("measure") == short.measures[0].id)
    scores = (np.array(values) - 1) * 25.0
    known = bootstrap((scores,), np.mean, rng=np.random.default_rng(0)).confidence_interval
    assert scored[ENDS[0]][0] == pytest.approx(known.low, abs=1.2)
    assert scored[ENDS[1]][0] == pytest.approx(known.high, abs=1.2)


def test_others_and_the_order_of_rows_change_nothing(
    drawn: Callable[..., pl.DataFrame], many: Rows
) -> None:
    alone = drawn([row for row in many if row[0] == "Gent"])
    mixed = random.Random(1).sample(many, len(many))
    among = drawn(mixed).filter(pl.col("organisation") == "Gent")
    assert among.select(OWN).equals(alone.select(OWN))
    assert not drawn(many, seed=1).equals(drawn(many))


@pytest.mark.parametrize("options", [{"wave": "wave"}, {"group": "round"}])
def test_cells(options: dict[str, str], drawn: Callable[..., pl.DataFrame], many: Rows) -> None:
    """A wave alone has the ends that it has among others: 14 of 28, and 5 or 4, which is t."""
    scored = drawn(many, **options)
    column = next(iter(options.values()))
    kinds = scored.group_by("organisation").agg(pl.col("interval").unique())
    by_name = dict(kinds.iter_rows())
    assert "bca" in by_name["Gent"]
    assert by_name["Pau"] == ["t"]
    alone = drawn([row for row in many if row[1] == "2"], **options)
    own = [column, *OWN]
    assert scored.filter(pl.col(column) == "2").select(own).equals(alone.select(own))


def test_below_ten_and_alike_it_is_t(drawn: Callable[..., pl.DataFrame], items: list[str]) -> None:
    rows = [["Alike", "1", *["3"] * len(items)]] * 12
    rows += [["Few", "1", *[str(1 + at % 5)] * len(items)] for at in range(9)]
    assert set(drawn(rows)["interval"]) == {"t"}


def test_one_respondent_has_no_interval(
    drawn: Callable[..., pl.DataFrame], items: list[str]
) -> None:
    scored = drawn([["One", "1", *["3"] * len(items)]])
    assert scored["interval"].null_count() == scored.height


def test_what_is_hidden_has_no_interval(drawn: Callable[..., pl.DataFrame], many: Rows) -> None:
    hidden = drawn(many, min_respondents=10).filter(pl.col("status") == "suppressed")
    assert hidden.height
    assert hidden["interval"].null_count() == hidden.height


def test_recipe_and_note(
    write: Callable[..., Path], items: list[str], many: Rows, short: Any
) -> None:
    path = write(["organisation", "wave", *items], many)
    plain = vested.analyse(path, instrument=short, seed=3)
    assert "interval" not in plain.recipe["options"]
    found = vested.analyse(path, instrument=short, interval="bootstrap", draws=999, seed=3)
    assert {"interval": "bootstrap", "draws": 999, "seed": 3}.items() <= found.recipe[
        "options"
    ].items()
    assert "intervals are BCa bootstrap intervals from 999 draws" in found.notes[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 99}, "--draws 99 is below 999"),
        ({"seed": -1}, "--seed -1 is below 0"),
        ({"interval": "jackknife"}, "--interval 'jackknife' is unknown"),
        ({"weight": "wave"}, "weights make them unlike"),
    ],
)
def test_refused(
    options: dict[str, Any], message: str, drawn: Callable[..., pl.DataFrame], many: Rows
) -> None:
    with pytest.raises(UsageError, match=message):
        drawn(many, **options)


def test_in_reports_and_in_the_terminal(
    program: Callable[..., Any], write: Callable[..., Path], items: list[str], many: Rows
) -> None:
    path = write(["organisation", "wave", *items], many)
    drawn = ("--interval", "bootstrap", "--draws", 999)
    told = program("analyse", path, *drawn)
    assert "interval (BCa, 999 draws; the column interval says where t stands)" in told.out
    told = program("analyse", path, *drawn, "--format", "html")
    assert told.status == 0
    assert "BCa bootstrap intervals from 999 draws" in told.out
    assert "Better bootstrap confidence intervals" in told.out
