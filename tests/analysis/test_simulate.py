"""Simulated surveys: their truth is known, so scores and intervals can be held against it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import vested
from vested.analysis.simulate import Simulation
from vested.model import Instrument, Item, Measure, Scale

HEADLINES = ["VESTED", "AGILITY", "RESILIENCE"]
FIVE = Scale("five", (1, 2, 3, 4, 5), missing_codes=(9,))
ITEMS = [f"{name}{at}" for name in "var" for at in range(2)]
SMALL = Instrument(
    id="small", version="1", name={"en": "Small"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(),
    items=tuple(Item(name, FIVE, reversed=name.endswith("1")) for name in ITEMS),
    measures=(
        *(Measure(f"F{name}", "facet", (name,), {"en": name}) for name in ITEMS),
        *(Measure(name, "index", (f"F{k}0", f"F{k}1"), {"en": name}, headline=True)
          for name, k in zip(HEADLINES, "var", strict=True)),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
"""The three headline indices of the real instruments, of two items each: little to simulate."""


def scored(
    simulation: Simulation,
    folder: Path,
    instrument: str | Instrument,
    **options: object,
) -> pl.DataFrame:
    path = folder / "survey.csv"
    simulation.answers.write_csv(path)
    options = {"min_respondents": 1, **options}
    return vested.analyse(path, instrument=instrument, **options).scores  # type: ignore[arg-type]


def joined(
    simulation: Simulation,
    folder: Path,
    instrument: str | Instrument,
) -> pl.DataFrame:
    truth = simulation.truth.rename({"score": "truth"})
    both = scored(simulation, folder, instrument).join(truth, on=["organisation", "measure"])
    return both.filter(pl.col("measure").is_in(HEADLINES))


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second, other = (
        vested.simulate("vested-short", organisations=3, respondents=5, seed=seed)
        for seed in (4, 4, 5)
    )
    assert first.answers.write_csv() == second.answers.write_csv() != other.answers.write_csv()
    assert first.truth.write_csv() == second.truth.write_csv() != other.truth.write_csv()


def test_scores_recover_the_truth(tmp_path: Path) -> None:
    simulation = vested.simulate("vested-short", organisations=200, respondents=50, seed=1)
    both = joined(simulation, tmp_path, "vested-short")
    for name in HEADLINES:
        part = both.filter(measure=name)
        assert part.height == 200
        assert np.corrcoef(part["score"], part["truth"])[0, 1] >= 0.95
        assert part["score"].mean() == pytest.approx(part["truth"].mean(), abs=1)


def test_intervals_cover_the_truth(tmp_path: Path) -> None:
    """At 95 %: over 2,000 organisations the standard error of a coverage is half a point."""
    simulation = vested.simulate(SMALL, organisations=2000, respondents=50, seed=2)
    both = joined(simulation, tmp_path, SMALL)
    covered = both.with_columns(
        pl.col("truth").is_between(pl.col("ci_low"), pl.col("ci_high")).alias("covered")
    )
    for name in HEADLINES:
        share = covered.filter(measure=name)["covered"].mean()
        assert 0.94 <= share <= 0.96, name  # type: ignore[operator]


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_labels_give_the_same_scores_as_codes(language: str, tmp_path: Path) -> None:
    options = {"organisations": 4, "respondents": 12, "seed": 3}
    codes, labels = (
        vested.simulate("vested-short", answers=kind, language=language, **options)  # type: ignore[arg-type]
        for kind in ("codes", "labels")
    )
    assert not labels.answers["SCL1"].drop_nulls().str.contains(r"^\d+$").any()
    by_code, by_label = (scored(made, tmp_path, "vested-short") for made in (codes, labels))
    assert by_label.equals(by_code)


@pytest.mark.parametrize("careless", [0.0, 0.3])
def test_an_organisation_does_not_depend_on_the_others(careless: float) -> None:
    options = {"respondents": 6, "careless": careless, "waves": 2, "shock": 8.0, "seed": 3}
    alone = vested.simulate(SMALL, organisations=["Gent"], **options)  # type: ignore[arg-type]
    both = vested.simulate(SMALL, organisations=["Aalst", "Gent"], **options)  # type: ignore[arg-type]
    mine = both.answers.filter(organisation="Gent").drop("respondent")
    assert mine.equals(alone.answers.drop("respondent"))
    assert both.truth.filter(organisation="Gent").equals(alone.truth)


@pytest.mark.parametrize("missing", [0.0, 0.1, 0.5])
def test_the_share_of_missing_answers(missing: float) -> None:
    answers = vested.simulate(
        SMALL, organisations=40, respondents=50, missing=missing, seed=6
    ).answers.select(ITEMS)
    blank = answers.null_count().sum_horizontal()[0] / (2000 * len(ITEMS))
    cannot_say = sum((answers[name] == "9").sum() for name in ITEMS) / (2000 * len(ITEMS))
    assert (blank, cannot_say) == pytest.approx((missing / 2, missing / 2), abs=0.01)


@pytest.mark.parametrize("careless", [0.0, 0.2, 1.0])
def test_the_share_of_careless_respondents(careless: float) -> None:
    """Half of the careless give one answer throughout, which the careful hardly ever do."""
    answers = vested.simulate(
        SMALL, organisations=40, respondents=50, careless=careless, missing=0, seed=7
    ).answers.select(ITEMS)
    same = np.mean([len(set(row)) == 1 for row in answers.rows()])
    assert same == pytest.approx(careless / 2, abs=0.025)


def test_careless_answers_leave_the_truth_alone() -> None:
    clean, noisy = (
        vested.simulate(SMALL, organisations=5, respondents=5, careless=share, seed=7).truth
        for share in (0.0, 0.5)
    )
    assert clean.equals(noisy)


def test_a_shock_lowers_the_second_wave(tmp_path: Path) -> None:
    simulation = vested.simulate(
        SMALL, organisations=50, respondents=30, waves=3, shock=15, effect=0.5, seed=8
    )
    frame = scored(simulation, tmp_path, SMALL, wave="wave").filter(measure="RESILIENCE")
    first, second, third = frame.group_by("wave").agg(pl.mean("score")).sort("wave")["score"]
    assert first - second == pytest.approx(15, abs=3)
    assert third - second == pytest.approx(7.5, abs=3)  # a later wave makes good the half


@pytest.mark.parametrize("effect", [-0.6, 0.0, 0.5, 1.0])
def test_the_effect_is_about_the_correlation_of_true_scores(effect: float) -> None:
    """The facets' own variance weakens it: .7 of .85 is common to an index of two facets."""
    truth = vested.simulate(SMALL, organisations=250, respondents=1, effect=effect, seed=9).truth
    table = truth.pivot("measure", index="organisation", values="score")
    for name in ("AGILITY", "RESILIENCE"):
        found = np.corrcoef(table["VESTED"], table[name])[0, 1]
        assert found == pytest.approx(effect * 0.7 / 0.85, abs=0.12)


def test_true_scores_by_hand(tmp_path: Path) -> None:
    wishes = {("Gent", "VESTED"): 80.0, ("Gent", "Fa0"): 20.0}
    simulation = vested.simulate(
        SMALL, organisations=["Gent"], respondents=4000, true_scores=wishes, seed=1
    )
    truth = dict(simulation.truth.select("measure", "score").rows())
    assert (truth["VESTED"], truth["Fv0"], truth["Fa0"]) == (80, 80, 20)
    found = dict(scored(simulation, tmp_path, SMALL).select("measure", "score").rows())
    assert (found["VESTED"], found["Fa0"]) == pytest.approx((80, 20), abs=1.5)


def test_columns() -> None:
    made = vested.simulate(
        "vested", organisations=3, respondents=[2, 3, 4], sectors=["a", "b"], waves=2,
        inventory=True, missing=0,
    )  # fmt: skip
    assert made.answers.columns[:4] == ["organisation", "sector", "wave", "respondent"]
    assert made.answers.height == 2 * (2 + 3 + 4)
    assert set(made.answers.dtypes) == {pl.String}
    assert made.truth.columns == ["organisation", "wave", "measure", "score"]


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"organisations": 0}, "0 organisations"),
        ({"organisations": ["a", "a"]}, "named twice"),
        ({"organisations": 2, "respondents": [3]}, "2 organisations, 1 sizes"),
        ({"respondents": 0}, "organisations"),
        ({"icc": 1.0}, "--icc"),
        ({"icc": float("nan")}, "--icc"),
        ({"missing": -0.1}, "--missing"),
        ({"careless": 1.1}, "--careless"),
        ({"effect": 2}, "--effect"),
        ({"waves": 0}, "0 waves"),
        ({"answers": "labels", "language": "tlh"}, "no labels in 'tlh'"),
        ({"true_scores": {("x", "VESTED"): 50.0}}, "no organisation 'x'"),
        ({"organisations": ["x"], "true_scores": {("x", "NO"): 50.0}}, "no facet or index 'NO'"),
        ({"organisations": ["x"], "true_scores": {("x", "VESTED"): 99.0}}, "not between"),
        ({"instrument": SMALL, "inventory": True}, "no technology inventory"),
        ({"instrument": SMALL, "shock": float("nan"), "waves": 2}, "shock"),
    ],
)
def test_impossible_wishes(wish: dict[str, object], message: str) -> None:
    with pytest.raises(vested.VestedError, match=message):
        vested.simulate(**wish)  # type: ignore[arg-type]
