"""Weights to the margins of a population: right, and each organisation's own affair."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.errors import VestedError
from vested.report import csv

Rows = list[list[str]]
Analysed = Callable[..., vested.Analysis]
MARGINS = "variable,value,count\nsex,F,450\nsex,M,550\ngrade,J,600\ngrade,S,400\n"
NUMBERS = ("score", "sd", "se", "ci_low", "ci_high", "n_effective")


def bytes_of(analysis: vested.Analysis, *names: str) -> list[bytes]:
    return [csv.table(analysis.tables[name]) for name in names or ("scores", "weighting")]


def weighting(analysis: vested.Analysis, at: int = 0) -> dict[str, Any]:
    return analysis.tables["weighting"].frame.row(at, named=True)


@pytest.mark.parametrize("options", [{}, {"wave": "round"}, {"group": "sex"}, {"gate": "on"}])
def test_as_with_a_column_of_the_same_weights(
    options: dict[str, str], staff_rows: Callable[..., Rows], analysed: Analysed
) -> None:
    rows = [*staff_rows(), *staff_rows("Mons", "2")]
    raked = analysed(rows, MARGINS, **options).scores
    given = analysed(rows, weight="w", **options).scores
    assert raked.columns == given.columns
    for name in NUMBERS:  # the column of weights has five decimals
        assert raked[name].to_list() == pytest.approx(given[name].to_list(), rel=1e-5, abs=1e-5)


def test_the_table_of_weights(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    analysis = analysed(staff_rows(), MARGINS)
    found = weighting(analysis)
    assert (found["respondents"], found["converged"], found["trimmed"]) == (100, True, 0)
    assert round(found["n_effective"], 3) == 86.119  # R: survey::rake
    assert round(found["design_effect"], 5) == 1.16118
    assert found["max_min"] == pytest.approx(19.59115 / 6.14779, rel=1e-6)
    assert (found["findings"], analysis.notes) == ("", ())


def test_the_score_is_the_population_s(analysed: Analysed) -> None:
    """Men say 100 and women 0, so that the mean is the share of men, of whom 3 of 12 answered."""
    rows = [
        ["Gent", "1", sex, "J", "", "100" if sex == "M" else "0", "100"] for sex in "FFFMFFFMFFFM"
    ]
    margins = "variable,value,count\nsex,F,45\nsex,M,55\n"
    scores = analysed(rows, margins).scores
    assert scores.filter(measure="A")["score"].item() == pytest.approx(55, rel=1e-12)
    assert scores.filter(measure="P.joint")["score"].item() == pytest.approx(55, rel=1e-12)


def test_rows_in_any_order_and_in_pieces(
    staff_rows: Callable[..., Rows], analysed: Analysed, two: Any, write: Callable[..., Path]
) -> None:
    rows = [*staff_rows(), *staff_rows("Mons")]
    first = analysed(rows, MARGINS, gate="on")
    mixed = random.Random(1).sample(rows, len(rows))
    assert bytes_of(analysed(mixed, MARGINS, gate="on")) == bytes_of(first)
    header = ["b", "a", "grade", "organisation", "round", "w", "sex"]
    at = [6, 5, 3, 0, 1, 4, 2]
    parts = [
        write(header, [[row[i] for i in at] for row in mixed[start::3]], f"part{start}.csv")
        for start in range(3)
    ]
    margins = parts[0].parent / "margins.csv"
    again = vested.analyse(parts, instrument=two, population=margins)
    assert bytes_of(again) == bytes_of(first)


def test_another_organisation_changes_nothing(
    staff_rows: Callable[..., Rows], analysed: Analysed
) -> None:
    own = MARGINS.replace("variable", "organisation,variable", 1).replace("\nsex", "\n,sex")
    own = own.replace("\ngrade", "\n,grade")
    alone = analysed(staff_rows(), own)
    own += "Mons,sex,F,10\nMons,sex,M,900\nMons,sex,X,1\n"
    both = analysed([*staff_rows("Mons")[:55], *staff_rows()], own)
    for name in ("scores", "weighting"):
        frames = [each.tables[name].frame.filter(organisation="Gent") for each in (both, alone)]
        kept = [column for column in frames[0].columns if not column.startswith(("rank", "shrunk"))]
        assert frames[0].select(kept).equals(frames[1].select(kept))
    assert (
        weighting(both, 1)["findings"]
        == (
            "1 value of sex without respondents: the others stand for it; "
            "the largest weight is 129 times the smallest; "
            "the totals of the variables differ by 9.8%"
        )
        or "without respondents" in weighting(both, 1)["findings"]
    )


def test_each_wave_has_the_margins(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    rows = [*staff_rows(wave="1"), *staff_rows(wave="2")[20:]]
    frame = analysed(rows, MARGINS, wave="round").tables["weighting"].frame
    assert frame["wave"].to_list() == ["1", "2"]
    assert frame["respondents"].to_list() == [100, 80]
    alone = analysed(staff_rows(wave="1"), MARGINS, wave="round").tables["weighting"].frame
    assert frame.head(1).equals(alone)


def test_who_has_no_value_has_no_weight(
    staff_rows: Callable[..., Rows], analysed: Analysed
) -> None:
    rows = staff_rows()
    blank = [[*rows[0][:2], " ", *rows[0][3:]], [*rows[0][:3], "", *rows[0][4:]]]
    found = analysed([*blank, *rows], MARGINS)
    assert bytes_of(found) == bytes_of(analysed(rows, MARGINS))
    aside = found.ledger.filter(pl.col("unit") == "row", pl.col("stage") == "set aside")
    assert aside.select("reason", "count").rows() == [("no weight", 2)]
    by_group = analysed([*blank, *rows], MARGINS, group="sex")
    assert by_group.scores["sex"].unique().sort().to_list() == ["F", "M"]


def test_spelling_of_values(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    rows = staff_rows()
    loud = [
        [*row[:2], row[2].lower() + " ", *row[3:]] if at % 2 else row for at, row in enumerate(rows)
    ]
    assert bytes_of(analysed(loud, MARGINS)) == bytes_of(analysed(rows, MARGINS))


def test_findings_name_no_values(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    rows = staff_rows()[:92]  # two men are left in senior grades
    rows += [["Gent", "1", "Xyz", "J", "", "50", "50"]]
    found = analysed(rows, MARGINS + "sex,Xyz,100\nsex,Other,20\n", min_respondents=3)
    told = weighting(found)
    assert "1 value of sex without respondents" in told["findings"]
    assert "1 value with fewer than 5 respondents" in told["findings"]
    assert "the largest weight is " in told["findings"]
    assert "Xyz" not in csv.table(found.tables["weighting"]).decode()
    [note] = found.notes
    assert note.startswith("weights to margins.csv: 1 × totals that differ between variables; ")


def test_nothing_is_told_of_the_hidden(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    few = [["Few", *row[1:]] for row in (staff_rows()[0], staff_rows()[45], *staff_rows()[69:73])]
    found = analysed([*few, *staff_rows()], MARGINS)
    row = weighting(found)
    assert row.pop("organisation") == "Few"
    assert row.pop("findings") == ""
    assert set(row.values()) == {None}
    assert found.notes == ()


def test_trimmed(staff_rows: Callable[..., Rows], analysed: Analysed) -> None:
    found = weighting(analysed(staff_rows(), MARGINS, trim=1.5))
    assert (found["converged"], found["trimmed"]) == (True, 10)
    assert found["max_min"] < 19.59115 / 6.14779
    rows = [["Gent", "1", "F" if at else "M", "J", "", str(at), "0"] for at in range(20)]
    margins = "variable,value,count\nsex,F,50\nsex,M,50\n"
    found = weighting(analysed(rows, margins, trim=5.0))
    assert (found["converged"], found["trimmed"]) == (False, 1)
    assert found["gap"] == pytest.approx(50 - 100 * 5 / 24)
    assert found["findings"].startswith("margins are missed by up to 29.2%")


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (MARGINS.replace("sex,M", "sex,Man"), r"survey.csv, row 42, column sex: margins.csv has no "
         "count of 'M' of sex for Gent"),
        (MARGINS.replace("sex", "gender"), r"survey.csv has no column 'gender' \(--population\)"),
        (MARGINS.replace("grade", "a"), "--population: column a is an item of two"),
        (MARGINS.replace("grade", "organisation"), "column organisation is the organisation"),
        (MARGINS.replace("variable", "name"), "margins.csv has no column variable"),
        (MARGINS.replace("count", "count,n").replace("50", "50,"), "a column 'n' that is not"),
        (MARGINS.replace("450", "-450"), "margins.csv, row 2, column count: '-450' is no number"),
        (MARGINS.replace("450", "0"), "margins.csv, row 2, column count: '0' is no number above 0"),
        (MARGINS.replace("450", '"1,450"'), "'1,450' may be thousands or a fraction"),
        (MARGINS.replace("450", "1e5"), "'1e5' is no number"),
        (MARGINS + "sex,f,1\n", "margins.csv, row 6: f of sex is there twice"),
        (MARGINS.replace("sex,M", "sex,"), "margins.csv, row 3, column value is blank"),
        (MARGINS + "sex,1\n", "margins.csv, row 6: 2 cells where the header has 3"),
        ("variable,value,count\n", "margins.csv has no margins"),
        ("organisation,variable,value,count\nMons,sex,F,1\n", "no margins of sex for Gent"),
    ],
)  # fmt: skip
def test_wrong_margins(
    margins: str, message: str, staff_rows: Callable[..., Rows], analysed: Analysed
) -> None:
    with pytest.raises(VestedError, match=message):
        analysed(staff_rows(), margins)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"margins": MARGINS, "weight": "w"}, "--population and a column of weights"),
        ({"trim": 5.0}, "--trim without --population"),
        ({"margins": MARGINS, "trim": 1.0}, "--trim 1 is not above 1"),
        ({"margins": MARGINS, "trim": float("inf")}, "--trim inf is not above 1"),
        ({"margins": MARGINS, "trim": float("nan")}, "--trim nan is not above 1"),
        ({"population": "away.csv"}, "away.csv cannot be read"),
    ],
    ids=str,
)
def test_options_that_do_not_go_together(
    options: dict[str, Any], message: str, staff_rows: Callable[..., Rows], analysed: Analysed
) -> None:
    with pytest.raises(VestedError, match=message):
        analysed(staff_rows(), **options)


def test_a_mapping_of_weights_is_refused(
    staff_rows: Callable[..., Rows], analysed: Analysed, tmp_path: Path
) -> None:
    (tmp_path / "mapping.yaml").write_text("columns:\n  - {column: w, as: weight}\n")
    with pytest.raises(VestedError, match="--population and a column of weights"):
        analysed(staff_rows(), MARGINS, mapping=tmp_path / "mapping.yaml")
