"""The table of scores: its columns, its order, its edges, and that rows may come in any order."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.analysis.standing.standing import COLUMNS
from vested.model import Instrument, Item, Measure, Scale

HUNDRED = Scale("hundred", tuple(range(101)), missing_codes=(999,))
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={"hundred": HUNDRED}, sections=(), items=(Item("a", HUNDRED), Item("b", HUNDRED)),
    measures=(
        Measure("B", "facet", ("b",), {"en": "b"}),
        Measure("A", "facet", ("a",), {"en": "a"}),
        Measure("P", "pair", ("A", "B"), {"en": "p"}),
        Measure("M", "ambidexterity", ("A", "B"), {"en": "m"}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
FIXED = ["measure", "kind", "respondents", "score", "sd", "se", "ci_low", "ci_high", "status"]


def scored(
    folder: Path, rows: list[str], header: str = "organisation,a,b", **options: object
) -> pl.DataFrame:
    path = folder / "survey.csv"
    path.write_text("\n".join([header, *rows, ""]))
    options = {"instrument": INSTRUMENT, "min_respondents": 1, **options}
    return vested.analyse(path, **options).scores  # type: ignore[arg-type]


def of(frame: pl.DataFrame, measure: str = "A") -> dict[str, object]:
    return frame.filter(measure=measure).row(0, named=True)


@pytest.mark.parametrize(
    ("options", "before", "after"),
    [
        ({}, ["organisation"], []),
        ({"wave": "round"}, ["organisation", "wave"], []),
        ({"group": "Unit"}, ["organisation", "Unit"], []),
        ({"wave": "round", "group": ["sex", "Unit"]}, ["organisation", "wave", "sex", "Unit"], []),
        ({"weight": "w"}, ["organisation"], ["n_effective"]),
    ],
)
def test_columns_in_order(
    options: dict[str, object], before: list[str], after: list[str], tmp_path: Path
) -> None:
    row = "Gent,1,2,1,IT,f,2"
    frame = scored(tmp_path, [row], "organisation,a,b,round,Unit,sex,w", **options)
    standing = [column.key for column in COLUMNS]
    assert frame.columns == [*before, *FIXED, *after, *standing]
    assert frame["respondents"].dtype == pl.Int64
    assert {frame[name].dtype for name in FIXED[3:8]} == {pl.Float64()}


def test_rows_by_organisation_wave_group_and_then_the_order_of_the_instrument(
    tmp_path: Path,
) -> None:
    units = ["Zele,2,x", "Aalst,10,x", "Aalst,9,y", "Aalst,9,10", "Aalst,9,2", "Aalst,spring,x"]
    header = "organisation,wave,unit,a,b"
    frame = scored(tmp_path, [f"{u},1,2" for u in units], header, wave="wave", group="unit")
    found = frame.filter(measure="A").select("organisation", "wave", "unit").rows()
    assert [",".join(row) for row in found] == [
        "Aalst,9,2", "Aalst,9,10", "Aalst,9,y", "Aalst,10,x", "Aalst,spring,x", "Zele,2,x",
    ]  # fmt: skip
    assert frame["measure"].to_list()[:6] == [
        "B", "A", "P.joint", "P.tilt", "M.balance", "M.combined",
    ]  # fmt: skip
    assert frame["kind"].to_list()[:6] == ["facet"] * 2 + ["pair"] * 2 + ["ambidexterity"] * 2


def test_eight_respondents(tmp_path: Path) -> None:
    rows = [f"Gent,{a},0" for a in (55, 61, 47, 70, 66, 58, 63, 52)]
    found = of(scored(tmp_path, rows))
    # R: t.test(c(55, 61, 47, 70, 66, 58, 63, 52))
    assert (found["respondents"], found["score"]) == (8, 59.0)
    numbers = [found[name] for name in ("sd", "se", "ci_low", "ci_high")]
    assert numbers == pytest.approx([7.55929, 2.67261, 52.680, 65.320], abs=5e-4)


@pytest.mark.parametrize(("separator", "quote"), [(".", ""), (",", '"')])
@pytest.mark.parametrize("factor", [1, 0.001, 12_345])
def test_weighted(factor: float, separator: str, quote: str, tmp_path: Path) -> None:
    pairs = ((60, 1), (70, 2), (80, 1), (50, 1))
    rows = [f"Gent,{a},0,{quote}{str(w * factor).replace('.', separator)}{quote}" for a, w in pairs]
    found = of(scored(tmp_path, rows, "organisation,a,b,w", weight="w"))
    # R: survey::svymean
    assert (round(float(str(found["score"])), 9), round(float(str(found["se"])), 4)) == (66, 5.4259)
    assert (found["respondents"], found["n_effective"]) == (4, pytest.approx(25 / 7))


def test_kish(tmp_path: Path) -> None:
    weights = (0.5, 0.8, 1, 1, 1.2, 1.5, 2, 3)
    rows = [f"Gent,{at},0,{w}" for at, w in enumerate(weights)]
    found = of(scored(tmp_path, rows, "organisation,a,b,w", weight="w"))
    assert found["n_effective"] == pytest.approx(6.17978, abs=5e-6)  # domain: Kish 1965


def test_equal_weights_are_no_weights(tmp_path: Path) -> None:
    rows = [f"{unit},{at * 7 % 101},{at * 13 % 101},3" for unit in "xy" for at in range(20)]
    header = "organisation,a,b,w"
    plain, weighted = scored(tmp_path, rows, header), scored(tmp_path, rows, header, weight="w")
    for name in ("score", "sd", "se", "ci_low", "ci_high"):
        assert weighted[name].to_list() == pytest.approx(plain[name].to_list(), rel=1e-9)


@pytest.mark.parametrize("weight", [None, "w"])
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["", ""], (None, None, None, None)),  # nobody: nothing is known
        (["70", ""], (1, 70, None, None)),  # one: a score, no spread
        (["70", "30"], (2, 50, 28.2843, 20)),  # R: sd(c(70, 30)), over √2
        (["70", "70"], (2, 70, 0, 0)),
    ],
)
def test_nought_one_and_two_respondents(
    answers: list[str], expected: tuple[float | None, ...], weight: str | None, tmp_path: Path
) -> None:
    rows = [f"Gent,{a},5,1" for a in answers]
    found = of(scored(tmp_path, rows, "organisation,a,b,w", weight=weight))
    numbers = [found[name] for name in ("respondents", "score", "sd", "se")]
    assert [None if x is None else round(float(str(x)), 4) for x in numbers] == list(expected)
    assert (found["ci_low"] is None) == (expected[2] is None)


@pytest.mark.parametrize("weight", [None, "w"])
@pytest.mark.parametrize("answer", [0, 1, 33, 50, 99, 100])
@pytest.mark.parametrize("n", [2, 10, 100])
def test_constant_answers_keep_an_interval(
    answer: int, n: int, weight: str | None, tmp_path: Path
) -> None:
    rows = [f"Gent,{answer},{answer},{1 + at % 3}" for at in range(n)]
    frame = scored(tmp_path, rows, "organisation,a,b,w", weight=weight)
    assert (frame["ci_high"] - frame["ci_low"]).min() > 1  # type: ignore[operator]
    low = frame["measure"].str.ends_with("tilt").cast(pl.Int64) * -100
    assert ((frame["ci_low"] >= low) & (frame["ci_high"] <= 100)).all()
    assert ((frame["ci_low"] <= frame["score"]) & (frame["score"] <= frame["ci_high"])).all()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Aalst", "Gent", "Mons"]),
        st.sampled_from(["1", "2"]),
        st.integers(0, 100) | st.just(999),
        st.integers(0, 100) | st.just(999),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=30,
).filter(lambda rows: any(a != 999 or b != 999 for *_, a, b, _ in rows))
OPTIONS = st.fixed_dictionaries(
    {"wave": st.sampled_from([None, "wave"]), "weight": st.sampled_from([None, "w"])}
)
HEADER = "organisation,wave,a,b,w"


def lines(rows: list[tuple[object, ...]]) -> list[str]:
    return [",".join(map(str, row)) for row in rows]


@given(ROWS, OPTIONS)
@settings(max_examples=60, deadline=None)
def test_intervals_hold_their_score_within_the_range(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[object, ...]],
    options: dict[str, object],
) -> None:
    frame = scored(tmp_path_factory.getbasetemp(), lines(rows), HEADER, **options)
    for row in frame.drop_nulls("ci_low").rows(named=True):
        assert row["sd"] >= 0
        assert row["se"] >= 0
        bottom = -100 if row["measure"].endswith("tilt") else 0
        assert bottom <= row["ci_low"] <= row["score"] + 1e-9
        assert row["score"] - 1e-9 <= row["ci_high"] <= 100
        assert row["ci_high"] - row["ci_low"] > 1e-6


@given(ROWS, OPTIONS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_shuffled_or_split_rows_give_the_same_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[object, ...]],
    options: dict[str, object],
    random: object,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    expected = scored(folder, lines(rows), HEADER, **options)
    shuffled = sorted(rows, key=lambda row: (random.random(), row))  # type: ignore[attr-defined]
    assert scored(folder, lines(shuffled), HEADER, **options).equals(expected)
    parts = [shuffled[at::3] for at in range(3) if shuffled[at::3]]
    paths = [folder / f"part{at}.csv" for at in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        path.write_text("\n".join([HEADER, *lines(part), ""]))
    together = vested.analyse(paths, instrument=INSTRUMENT, min_respondents=1, **options)  # type: ignore[arg-type]
    assert together.scores.equals(expected)


@given(ROWS, st.sampled_from([None, "wave"]))
@settings(max_examples=40, deadline=None)
def test_an_organisation_does_not_depend_on_the_others(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[object, ...]],
    wave: str | None,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    mine = [("Zele", "1", 40, 60, 1), ("Zele", "1", 41, 62, 1), ("Zele", "2", 41, 999, 1)]
    alone = scored(folder, lines(mine), HEADER, wave=wave)
    both = scored(folder, lines([*rows, *mine]), HEADER, wave=wave)
    relative = [name for name in alone.columns if name.startswith(("rank", "shrunk", "reliab"))]
    own = both.filter(organisation="Zele").drop(relative)
    assert own.equals(alone.drop(relative))


@pytest.mark.parametrize("weight", [1e3, 1e5, 1e6, 1e9, 1e15])
def test_weights_of_one_organisation_do_not_change_another(weight: float, tmp_path: Path) -> None:
    """Weights are relative within an organisation, however large they are elsewhere."""
    mine = ["Zele,1,40,60,1", "Zele,1,47,63,2", "Zele,1,41,99,3"]
    alone = scored(tmp_path, mine, HEADER, weight="w")
    both = scored(tmp_path, [*mine, f"Gent,1,5,5,{weight:.0f}"], HEADER, weight="w")
    for name in ("score", "sd", "se", "n_effective"):
        found = both.filter(organisation="Zele")[name].to_list()
        assert found == pytest.approx(alone[name].to_list(), rel=1e-4)


def test_a_large_survey_loses_nothing(tmp_path: Path) -> None:
    """Three batches and a constant spread: the mean of 0 … 100, 2,500 times each."""
    rows = [f"Gent,{at % 101},{100 - at % 101}" for at in range(252_500)]
    found = of(scored(tmp_path, rows))
    spread = math.sqrt(2500 * 2 * sum(x * x for x in range(51)) / 252_499)
    assert (found["respondents"], found["score"]) == (252_500, 50.0)
    assert found["sd"] == pytest.approx(spread, rel=1e-13)
