"""What a few said is not worked out from all that is shown; why a score is hidden is told."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import vested
from vested.analysis.reports.report import report
from vested.model import Instrument, Item, Measure, Scale

FIVE = Scale("five", (1, 2, 3, 4, 5))
SAMPLES = Path(__file__).parents[3] / "data" / "samples"


def instrument(*measures: Measure) -> Instrument:
    facets = tuple(Measure(name, "facet", (name.lower(),), {"en": name}) for name in "AB")
    return Instrument(
        id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
        scales={"five": FIVE}, sections=(), items=(Item("a", FIVE), Item("b", FIVE)),
        measures=(*facets, *measures), inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip


INDEX = Measure("X", "index", ("A", "B"), {"en": "x"}, headline=True)
TILT = Measure("P", "pair", ("A", "B"), {"en": "p"})


def survey(folder: Path, rows: list[tuple[object, ...]], *columns: str) -> Path:
    path = folder / "survey.csv"
    names = ",".join(["organisation", *columns, "a", "b"])
    path.write_text("\n".join([names, *(",".join(map(str, row)) for row in rows), ""]))
    return path


def people(n: int, *head: object, a: bool = True, b: bool = True) -> list[tuple[object, ...]]:
    """So many respondents who do not all say the same."""
    return [
        ("Gent", *head, 1 + at % 5 if a else "", 1 + at * 2 % 5 if b else "") for at in range(n)
    ]


def gone(analysis: vested.Analysis) -> set[tuple[str, ...]]:
    """What is hidden, without the organisation."""
    hidden = analysis.scores.filter(status="suppressed")
    return {
        row[1:] for row in hidden.select("organisation", *analysis.dimensions, "measure").rows()
    }


@pytest.mark.parametrize(
    ("lacking", "measures", "expected"),
    [
        (0, (INDEX, TILT), set()),  # the same respondents on both sides
        (1, (INDEX,), {("B",)}),  # 2 X - B is A without the one who lacks B; the headline stays
        (9, (INDEX,), {("B",)}),
        (10, (INDEX,), set()),  # a sum about ten
        (3, (TILT,), {("P.tilt",)}),
    ],
)
def test_an_index_and_its_parts_do_not_give_away_who_lacks_one(
    lacking: int, measures: tuple[Measure, ...], expected: set[tuple[str, ...]], tmp_path: Path
) -> None:
    path = survey(tmp_path, [*people(30), *people(lacking, b=False)])
    assert gone(vested.analyse(path, instrument=instrument(*measures))) == expected


def test_the_eleventh_of_the_smallest_sample_is_protected() -> None:
    """11 · REUSE - 10 · (2 · VALUE - SHARE) would be 25: see docs/explanation/suppression.md."""
    path, own = SAMPLES / "minimal.csv", SAMPLES / "minimal.yaml"
    everything = vested.analyse(path, instrument=own, min_respondents=1)
    score = dict(everything.scores.filter(organisation="Ashby").select("measure", "score").rows())
    left = 11 * score["REUSE"] - 10 * (2 * score["VALUE"] - score["SHARE"])
    assert left == pytest.approx(25, rel=1e-10)
    shown = vested.analyse(path, instrument=own).scores.filter(pl.col("status") != "suppressed")
    assert {"VALUE"} <= set(shown["measure"])
    assert not {"REUSE", "SHARE"} <= set(shown["measure"])


def test_two_hidden_siblings_are_not_given_away_together(tmp_path: Path) -> None:
    """The whole less the twenty would be the score of seven."""
    path = survey(tmp_path, [*people(20, "x"), *people(4, "y"), *people(3, "z")], "unit")
    with pytest.raises(vested.VestedError, match="every score would be suppressed"):
        vested.analyse(path, instrument=instrument(), group="unit")
    path = survey(tmp_path, [*people(20, "x"), *people(5, "y"), *people(5, "z")], "unit")
    found = gone(vested.analyse(path, instrument=instrument(), group="unit"))
    assert {key[0] for key in found} == {"y", "z"}


def test_answers_that_are_all_alike_are_hidden_with_a_sibling(tmp_path: Path) -> None:
    rows = [("Gent", "x", 3, 1 + at % 4) for at in range(12)]
    path = survey(tmp_path, [*rows, *people(20, "y"), *people(30, "z")], "unit")
    found = vested.analyse(path, instrument=instrument(), group="unit")
    assert gone(found) == {("x", "A"), ("y", "A")}
    assert found.disclosure.frame.rows() == [
        ("Gent", "x", "A", "all answers alike", ""),
        ("Gent", "y", "A", "complementary", "A of Gent · x"),
    ]
    assert not gone(vested.analyse(path, instrument=instrument(), group="unit", min_respondents=1))


@pytest.mark.parametrize(("answer", "expected"), [(1, {"A", "B"}), (3, {"A"})])
def test_alike_at_an_end_hides_what_would_tell_the_mean(
    answer: int, expected: set[str], tmp_path: Path
) -> None:
    """A mean of 0 tells what each said; a mean of 50 does not."""
    path = survey(tmp_path, [("Gent", answer, 1 + at % 5) for at in range(20)])
    found = vested.analyse(path, instrument=instrument(INDEX))
    assert {name for (name,) in gone(found)} == expected


def test_sum_and_difference_do_not_give_away_what_all_said(tmp_path: Path) -> None:
    """All say 1 on A, so that X - P.tilt / 2 would be B, and A = 0 follows from both."""
    path = survey(tmp_path, [("Gent", 1, 1 + at % 5) for at in range(20)])
    found = vested.analyse(path, instrument=instrument(INDEX, TILT))
    assert gone(found) == {("A",), ("B",), ("P.tilt",), ("P.joint",)}


@pytest.mark.parametrize(
    ("weights", "hide"),
    [
        ([11, *[1] * 10], True),  # 11 of 21: one has more than half
        ([9, 9, *[0.4] * 10], True),  # 18 of 22: two have more than 80 %
        ([1] * 11, False),
        ([2, *[1] * 10], False),
        ([6, *[1] * 10], False),  # 6 of 16, the effective number is 256 / 46 = 5.6
        ([9, *[1] * 10], True),  # 9 of 19, but 361 / 91 = 3.97: hidden although below half
    ],
)
def test_a_score_in_which_one_or_two_weights_dominate_is_hidden(
    weights: list[float], hide: bool, tmp_path: Path
) -> None:
    rows = [(*row[:1], w, *row[1:]) for row, w in zip(people(len(weights)), weights, strict=True)]
    more = [("Mons", 1, *row[1:]) for row in people(20)]
    path = survey(tmp_path, [*rows, *more], "w")
    found = vested.analyse(path, instrument=instrument(), weight="w")
    assert gone(found) == ({("A",), ("B",)} if hide else set())
    effective = sum(weights) ** 2 / sum(w * w for w in weights)
    assert hide == (effective < 4)
    if hide:
        assert set(found.disclosure.frame["reason"]) == {"one or two weights dominate"}
    everything = vested.analyse(path, instrument=instrument(), weight="w", min_respondents=1)
    assert not gone(everything)


def test_a_dominated_group_takes_a_sibling_with_it(tmp_path: Path) -> None:
    rows = [("Gent", "x", 30 if at == 0 else 1, 1 + at % 5, 1 + at % 4) for at in range(12)]
    rows += [("Gent", "y", 1, *row[1:]) for row in people(60)]
    rows += [("Gent", "z", 1, *row[1:]) for row in people(80)]
    path = survey(tmp_path, rows, "unit", "w")
    found = vested.analyse(path, instrument=instrument(), group="unit", weight="w")
    assert gone(found) == {(unit, name) for unit in "xy" for name in "AB"}
    assert set(found.disclosure.frame["reason"]) == {"one or two weights dominate", "complementary"}


def test_equal_weights_never_dominate(tmp_path: Path) -> None:
    path = survey(tmp_path, [("Gent", 0.3, *row[1:]) for row in people(3)], "w")
    assert not gone(vested.analyse(path, instrument=instrument(), weight="w", min_respondents=3))


def test_what_is_hidden_in_the_whole_is_hidden_in_its_parts(tmp_path: Path) -> None:
    rows = [*people(30, 1), *people(2, 1, b=False), *people(40, 2)]
    found = vested.analyse(
        survey(tmp_path, rows, "wave"), instrument=instrument(INDEX), wave="wave"
    )
    assert gone(found) == {("1", "B"), ("2", "B")}
    assert set(found.disclosure.frame["protects"]) == {"there: exact recovery"}


def test_the_account_never_holds_a_number(tmp_path: Path) -> None:
    rows = [*people(30, 1), *people(2, 1, b=False), *people(4, 2)]
    found = vested.analyse(
        survey(tmp_path, rows, "wave"), instrument=instrument(INDEX), min_respondents=5
    )
    frame = found.disclosure.frame
    assert set(frame.schema.values()) == {pl.String}
    assert "disclosure" not in found.tables
    assert frame.rows() == [("Gent", "B", "exact recovery", "few respondents of Gent in A, B, X")]


def test_waves_and_groups_of_a_report_are_protected_together(tmp_path: Path) -> None:
    """Wave 1 is unit x and two more: each table alone is harmless, both tell of the two."""
    rows = [*people(30, 1, "x"), *people(2, 1, "y"), *people(30, 2, "y")]
    path = survey(tmp_path, rows, "wave", "unit")
    options = {"instrument": instrument()}
    assert not gone(vested.analyse(path, wave="wave", **options))  # type: ignore[arg-type]
    assert not gone(vested.analyse(path, group="unit", **options))  # type: ignore[arg-type]
    made = report(path, wave="wave", group="unit", **options)
    assert "groups" not in made.tables
    assert any("no score of a single group" in note for note in made.notes)
    more = [("Mons", *row[1:]) for row in (*people(20, 1, "x"), *people(20, 2, "y"))]
    both = report(survey(tmp_path, [*rows, *more], "wave", "unit"), wave="wave", group="unit",
                  **options)  # fmt: skip
    hidden = {
        name: set(both.tables[name].frame.filter(status="suppressed")["organisation"])
        for name in ("waves", "groups")
    }
    assert hidden == {"waves": set(), "groups": {"Gent"}}
    assert set(both.disclosure.frame["reason"]) == {"tables beside it"}
