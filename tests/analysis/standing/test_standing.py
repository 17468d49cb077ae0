"""Where organisations stand: the columns at the end of the scores."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import vested
from vested.analysis.scores import COLUMNS as SCORES
from vested.analysis.standing import standing as module
from vested.analysis.standing.standing import COLUMNS
from vested.errors import UsageError
from vested.model import Instrument, Item, Measure, Scale

SCALE = Scale("ten", tuple(range(11)), {}, {}, ())
INSTRUMENT = Instrument(
    id="two", version="1.0", name={"en": "Two items"}, about={}, validated=False, references={},
    scales={"ten": SCALE}, sections=(),
    items=tuple(Item(name, SCALE) for name in ("q1", "q2")),
    measures=(
        Measure("F", "facet", ("q1", "q2"), {"en": "First"}, headline=True),
        Measure("P", "pair", ("q1", "q2"), {"en": "Poles"}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
NEW = [column.key for column in COLUMNS]
LEVELS = {"A": 2.0, "B": 4.0, "C": 6.0, "D": 6.5, "E": 9.0, "F": 5.0}


def rows(levels: dict[str, float], n: int = 14, seed: int = 1, wave: str = "1") -> list[str]:
    made = []
    for name, level in levels.items():
        rng = np.random.default_rng([seed, ord(name[0])])
        for _ in range(n):
            one, two = np.clip(rng.normal(level, 1.5, 2).round(), 0, 10).astype(int)
            made.append(f"{name},{wave},{one},{two}")
    return made


def scored(folder: Path, lines: list[str], **options: object) -> pl.DataFrame:
    path = folder / "survey.csv"
    path.write_text("\n".join(["organisation,wave,q1,q2", *lines, ""]), encoding="utf-8")
    return vested.analyse(path, instrument=INSTRUMENT, gate="off", **options).scores


def of(frame: pl.DataFrame, measure: str = "F", **keys: str) -> dict[str, dict[str, object]]:
    chosen = frame.filter(pl.col("measure") == measure, **keys)
    return {row["organisation"]: row for row in chosen.iter_rows(named=True)}


def test_the_columns_stand_at_the_end(tmp_path: Path) -> None:
    frame = scored(tmp_path, rows(LEVELS))
    assert frame.columns[-len(NEW) :] == NEW
    assert [column.key for column in SCORES if column.key in NEW] == NEW
    assert frame.schema["rank_low"] == pl.Int64
    assert frame.schema["next_band"] == pl.String


def test_what_they_say(tmp_path: Path) -> None:
    found = of(scored(tmp_path, rows(LEVELS)))
    assert {name: row["band"] for name, row in found.items()} == {
        "A": "beginning", "B": "developing", "C": "established", "D": "established",
        "E": "advanced", "F": "developing" if found["F"]["score"] < 50 else "established",
    }  # fmt: skip
    assert (found["E"]["rank_low"], found["E"]["rank_high"]) == (1, 1)
    assert (found["A"]["rank_low"], found["A"]["rank_high"]) == (6, 6)
    for row in found.values():
        assert row["rank_low"] <= row["rank_low_marginal"]
        assert row["rank_high_marginal"] <= row["rank_high"]
        assert (row["next_band"] is None) == (row["band_probability"] >= 0.8)
        assert 0 < row["reliability"] < 1
    mean = np.mean([row["score"] for row in found.values()])
    assert mean < found["E"]["shrunk"] < found["E"]["score"]


def test_a_tilt_has_no_rank_and_no_band(tmp_path: Path) -> None:
    found = of(scored(tmp_path, rows(LEVELS)), "P.tilt")
    for row in found.values():
        assert [row[name] for name in NEW[2:]] == [None] * 8
        assert row["shrunk"] is not None


def test_below_five_organisations_nothing_is_shrunk(tmp_path: Path) -> None:
    found = of(scored(tmp_path, rows({"A": 2.0, "B": 4.0, "C": 6.0, "E": 9.0})))
    assert {row["shrunk"] for row in found.values()} == {None}
    assert {row["rank_low"] for row in found.values()} == {1, 2, 3, 4}


def test_one_alone_has_a_band_and_no_rank(tmp_path: Path) -> None:
    (row,) = of(scored(tmp_path, rows({"E": 9.0}))).values()
    assert row["band"] == "advanced"
    assert [row[name] for name in NEW[:6]] == [None] * 6


def test_hidden_scores_have_none_and_take_no_part(tmp_path: Path) -> None:
    few = rows({"Z": 9.9}, n=4)
    without = scored(tmp_path, rows(LEVELS))
    frame = scored(tmp_path, rows(LEVELS) + few)
    hidden = frame.filter(pl.col("organisation") == "Z")
    assert set(hidden["status"]) == {"suppressed"}
    assert hidden.select(NEW).null_count().row(0) == (hidden.height,) * len(NEW)
    assert frame.filter(pl.col("organisation") != "Z").equals(without)


def test_only_ranks_and_shrinkage_depend_on_the_others(tmp_path: Path) -> None:
    all_of_them = scored(tmp_path, rows(LEVELS))
    some = {name: level for name, level in LEVELS.items() if name != "E"}
    fewer = scored(tmp_path, rows(some))
    own = [name for name in fewer.columns if name not in NEW[:6]]
    kept = all_of_them.filter(pl.col("organisation") != "E")
    assert kept.select(own).equals(fewer.select(own))
    assert not kept.select(NEW[:6]).equals(fewer.select(NEW[:6]))


def test_rows_in_another_order_give_the_same(tmp_path: Path) -> None:
    lines = rows(LEVELS)
    assert scored(tmp_path, lines).equals(scored(tmp_path, lines[::-1]))


def test_waves_are_ranked_apart(tmp_path: Path) -> None:
    lines = rows(LEVELS) + rows({"A": 9.5, "B": 2.0}, wave="2", seed=3)
    frame = scored(tmp_path, lines, wave="wave")
    second = of(frame, wave="2")
    assert (second["A"]["rank_low"], second["A"]["rank_high"]) == (1, 1)
    assert (second["B"]["rank_low"], second["B"]["rank_high"]) == (2, 2)
    first = of(frame, wave="1")
    alone = of(scored(tmp_path, rows(LEVELS)))
    assert [first[name]["rank_high"] for name in "ABCDEF"] == [
        alone[name]["rank_high"] for name in "ABCDEF"
    ]


def test_unanimous_answers_are_not_certain(tmp_path: Path) -> None:
    found = of(scored(tmp_path, [*rows(LEVELS), *["U,1,7,7"] * 12], min_respondents=1))
    assert found["U"]["se"] == 0
    assert found["U"]["rank_low"] < found["U"]["rank_high"]
    assert found["U"]["band_probability"] < 0.8


def test_a_single_respondent_may_stand_anywhere(tmp_path: Path) -> None:
    found = of(scored(tmp_path, [*rows(LEVELS), "S,1,7,7"], min_respondents=1))
    assert [found["S"][name] for name in NEW[:6]] == [None] * 6
    assert found["S"]["band"] == "established"
    assert found["S"]["band_probability"] is None
    assert (found["E"]["rank_low"], found["E"]["rank_high"]) == (1, 2)


def test_weights_are_used(tmp_path: Path) -> None:
    lines = [f"{line},{1 + at % 3}" for at, line in enumerate(rows(LEVELS))]
    path = tmp_path / "weighted.csv"
    path.write_text("\n".join(["organisation,wave,q1,q2,w", *lines]), encoding="utf-8")
    frame = vested.analyse(path, instrument=INSTRUMENT, gate="off", weight="w").scores
    assert frame.columns[-len(NEW) - 1] == "n_effective"
    assert of(frame)["E"]["rank_high"] == 1


def test_too_many_are_not_ranked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_RANKED", 5)
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(["organisation,wave,q1,q2", *rows(LEVELS)]), encoding="utf-8")
    found = vested.analyse(path, instrument=INSTRUMENT, gate="off")
    assert found.scores["rank_low"].null_count() == found.scores.height
    assert found.scores["band"].count()
    assert any("more than 5 organisations" in note for note in found.notes)


def test_bands_of_the_users(tmp_path: Path) -> None:
    frame = scored(tmp_path, rows(LEVELS), bands="=x=0,top=85")
    assert set(frame["band"].drop_nulls()) == {"=x", "top"}


@pytest.mark.parametrize("at_once", [1, 7])
def test_parts_at_a_time_give_the_same(
    at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = scored(tmp_path, rows(LEVELS))
    monkeypatch.setattr(module, "_AT_ONCE", at_once)
    assert scored(tmp_path, rows(LEVELS)).equals(whole)


def test_bands_are_in_the_recipe_which_gives_them_again(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(["organisation,wave,q1,q2", *rows(LEVELS)]), encoding="utf-8")
    first = vested.analyse(path, instrument=INSTRUMENT, bands="low=0,high=62.5")
    said = first.recipe["options"]["bands"]
    assert said == "low=0,high=62.5"
    assert vested.analyse(path, instrument=INSTRUMENT, bands=said).scores.equals(first.scores)


@pytest.mark.parametrize("name", ["shrunk", "rank_low", "next_band"])
def test_no_group_has_the_name_of_a_column(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has a column of that name"):
        scored(tmp_path, rows(LEVELS), group=name)
