"""Pictures hold what the result tables say, number by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl
import pytest

from vested.analysis.compare import Comparison
from vested.report.document.comparison.appendix import appendix
from vested.report.document.comparison.parts import Compared
from vested.report.document.comparison.services import with_crossings
from vested.report.document.comparison.waves import WAYS, axis_of, change, shock
from vested.report.document.model import Chart, TableBlock
from vested.report.paper.apa import paper_columns
from vested.report.paper.charts import chart_columns
from vested.table import ResultTable

Picture = Callable[[str], Chart]


def rows(found: Comparison, name: str, **equal: object) -> pl.DataFrame:
    return found.tables[name].frame.filter(**equal)


def test_claims(found: Comparison, picture: Picture) -> None:
    chart = picture("claims")
    for method, said in (("split", "two halves"), ("pearson", "same respondents")):
        own = rows(found, "claims", method=method, hypothesis="H2", wave="2").row(0, named=True)
        drawn = chart.frame.filter(
            pl.col("group").str.starts_with("H2: ")
            & pl.col("label").str.starts_with(f"Wave 2: {said}")
        ).row(0, named=True)
        assert (drawn["score"], drawn["low"], drawn["high"]) == (
            own["estimate"], own["ci_low"], own["ci_high"],
        )  # fmt: skip
    assert chart.axis == (-1.0, 1.0)
    # The naive one stands right below that of halves.
    labels = chart.frame.filter(pl.col("group").str.starts_with("H2: "))["label"].to_list()
    assert [label.partition(":")[0] for label in labels] == ["Wave 1", "Wave 1", "Wave 2", "Wave 2"]


def test_ranks_and_choices(found: Comparison, picture: Picture) -> None:
    own = rows(found, "robustness", index="AGILITY").sort("median_rank", "organisation")
    drawn = picture("ranks-2").frame
    assert drawn["label"].to_list() == own["organisation"].to_list()
    for key, column in (("score", "median_rank"), ("low", "rank_low"), ("high", "rank_high")):
        assert drawn[key].to_list() == own[column].to_list()
    sobol = rows(found, "sobol", index="AGILITY", output="ranks").sort("total", descending=True)
    choices = picture("choices-2").frame
    total = choices.filter(pl.col("group").str.contains("total"))["score"].to_list()
    assert total == [min(max(value, 0.0), 1.0) for value in sobol["total"]]
    assert choices.height == 10


def test_groups(found: Comparison, picture: Picture) -> None:
    own = rows(found, "groups", measure="RESILIENCE").drop_nulls("mean")
    drawn = picture("groups-3").frame
    assert drawn["label"].to_list() == [
        f"{group} ({n})" for group, n in own.select("group", "organisations").rows()
    ]
    for key, column in (("score", "mean"), ("low", "low"), ("high", "high")):
        assert drawn[key].to_list() == own[column].to_list()


def test_slopes(found: Comparison, picture: Picture) -> None:
    own = rows(found, "change", measure="AGILITY")
    drawn = picture("change-2").frame
    for row in own.iter_rows(named=True):
        line = drawn.filter(label=row["organisation"])
        assert line["score"].to_list() == [row["score"], row["next_score"]]
        low, high = row["difference_low"], row["difference_high"]
        moved = "up" if low > 0 else "down" if high < 0 else "still"
        assert set(line["moved"]) == {moved}
        assert set(line["named"]) == {moved != "still"}
    assert " lines are named" in picture("change-2").title


def test_shares_of_the_profile(found: Comparison, picture: Picture) -> None:
    own = rows(found, "shock", measure="VESTED")
    drawn = picture("shock-1").frame
    assert drawn.height == own.height
    for row in drawn.iter_rows(named=True):
        (given,) = own.filter(organisation=row["label"]).iter_rows(named=True)
        assert (row["thrived"], row["declined"]) == (given["thrived"], given["declined"])
        assert sum(row[way] for way in WAYS) == pytest.approx(1)
        assert row["absorbed"] == row["recovered"] == 0  # no wave in the midst


def test_triangles(found: Comparison, picture: Picture) -> None:
    drawn = picture("services").frame
    assert drawn["label"].unique(maintain_order=True).to_list() == ["Gent", "Aalst"]
    for name in ("Gent", "Aalst"):
        own = rows(found, "service_courses", organisation=name)
        line = drawn.filter(pl.col("measured"), label=name)
        assert line["time"].to_list() == own["elapsed"].to_list()
        assert line["level"].to_list() == own["level"].to_list()
    crossing = drawn.filter(~pl.col("measured"))
    assert crossing.select("label", "time", "level").rows() == [("Aalst", 3.0, 50.0)]
    assert "190.0 lost" in picture("services").description


def test_paradox_maps(found: Comparison, picture: Picture) -> None:
    own = rows(found, "paradoxes", measure="PTP")
    drawn = picture("paradox-PTP").frame
    assert drawn["label"].to_list() == own["organisation"].to_list()
    for column in ("tilt", "tilt_low", "tilt_high", "joint", "joint_low", "joint_high"):
        assert drawn[column].to_list() == own[column].to_list()
    assert drawn["first"][0] == "transparency"


@pytest.mark.parametrize(
    ("levels", "moments"),
    [([(0, 1), (1, 1)], []), ([(0, 1), (1, 0), (2, 1)], []), ([(0, 1), (2, 0), (4, 2)], [3.0]),
     ([(0, 1), (1, 2), (3, 0)], [2.0]), ([], [])],
)  # fmt: skip
def test_crossings(levels: Sequence[tuple[float, float]], moments: Sequence[float]) -> None:
    found = with_crossings(levels, 1.0)
    assert [time for time, _, measured in found if not measured] == moments
    assert [(time, level) for time, level, measured in found if measured] == list(levels)


@pytest.mark.parametrize(
    ("scores", "ends"),
    [([0.0], (0, 20)), ([100.0], (80, 100)), ([95.0, 79.0], (70, 110 - 20)), ([0, 100], (0, 100))],
)
def test_the_axis_of_slopes(scores: Sequence[float], ends: tuple[float, float]) -> None:
    low, high = axis_of(scores)
    assert low <= min(scores)
    assert max(scores) <= high <= 100
    assert (high - low) % 20 == 0
    if len(scores) == 1:
        assert (low, high) == ends


def many(compared: Compared, name: str, count: int) -> Compared:
    """A table with so many organisations of the first one's numbers."""
    table = compared.found.tables[name]
    first = table.frame.filter(pl.col("measure") == "VESTED").head(1)
    frame = pl.concat(
        first.with_columns(organisation=pl.lit(f"O{at:03}"), next_score=pl.lit(40.0 + at / 20))
        if name == "change"
        else first.with_columns(organisation=pl.lit(f"O{at:03}"))
        for at in range(count)
    )
    made = ResultTable(name, table.title, table.columns, frame)
    return Compared(replace(compared.found, tables={name: made}), compared.words)


def test_of_many_lines_those_that_moved_most_are_named(compared: Compared) -> None:
    (section,) = change(many(compared, "change", 300))
    chart = next(block for block in section.blocks if isinstance(block, Chart))
    assert chart.title.endswith(": 12 of 300 lines are named")
    named = chart.frame.filter("named")["label"].unique(maintain_order=True).to_list()
    assert named == [f"O{at:03}" for at in range(12)]
    assert chart.frame["label"].n_unique() == 300


def test_of_many_bars_both_ends_are_drawn(compared: Compared) -> None:
    (section,) = shock(many(compared, "shock", 300))
    chart = next(block for block in section.blocks if isinstance(block, Chart))
    assert chart.frame.height == 40
    assert chart.title.endswith("the first 20 and the last 20 of 300")


def test_tables_show_headlines_and_the_appendix_all(
    found: Comparison, table: Callable[[str, str], TableBlock]
) -> None:
    short, whole = table("change", "change"), table("all-measures", "change")
    assert short.table.frame["measure"].n_unique() == 3
    assert whole.table.frame.height == found.tables["change"].frame.height
    assert "method" not in short.table.frame.columns  # paired in every row
    assert "Method paired" in short.notes[0]
    pairs = table("paradoxes", "paradoxes")
    assert "balance" not in pairs.table.frame.columns
    assert "rank_5" in table("robustness", "robustness").table.frame.columns


def test_tables_too_long_to_be_read_are_named(compared: Compared) -> None:
    long = many(compared, "change", 2001)
    (section,) = appendix(long, [])
    assert not any(isinstance(block, TableBlock) for block in section.blocks)
    assert "Change from wave to wave (2001 rows)" in str(section.blocks[-1])


def test_ranges_of_ranks_are_no_confidence_intervals(
    picture: Picture, table: Callable[[str, str], TableBlock]
) -> None:
    drawn = [column.heading for column in chart_columns(picture("ranks-1"), "en", 0.95)]
    assert drawn == ["Organisation", "Rank, 1 is the highest", "Ranks in 9 of 10 runs"]
    listed = paper_columns(table("robustness", "robustness").table, "en", 0.95)
    assert [column.heading for column in listed][-2:] == ["5 %", "95 %"]
    levels = paper_columns(table("services", "service_levels").table, "en", 0.95)
    depth = next(column for column in levels if column.heading == "Depth")
    assert depth.cells == ("20.0", "40.0", "–")  # points, with their zeros
    claims = chart_columns(picture("claims"), "en", 0.95)
    assert next(column.heading for column in claims) == "Claim"
    assert claims[-1].heading == "95% CI"


def test_a_reason_that_some_rows_share_is_a_note(
    found: Comparison, table: Callable[[str, str], TableBlock]
) -> None:
    claims, reasons = table("claims", "claims"), found.tables["claims"].frame["reason"]
    given = [reason for reason in reasons if reason]
    assert len(set(given)) == 1 < len(given) < len(reasons)
    assert "reason" not in claims.table.frame.columns
    assert f"In {len(given)} of {len(reasons)} rows: {given[0]}." in claims.notes
