"""Tables without empty columns, names of measures, rows that pictures have room for."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from vested.report.document.comparison.parts import MORE, Compared, Dot, at_both_ends
from vested.table import Column, ResultTable

COLUMNS = tuple(Column(key, key.title(), "") for key in ("by", "measure", "mean", "n", "reason"))


def with_table(compared: Compared, frame: pl.DataFrame) -> Compared:
    table = ResultTable("some", "Some", COLUMNS, frame)
    return Compared(replace(compared.found, tables={"some": table}), compared.words)


ROWS = pl.DataFrame(
    {
        "by": ["sector", "sector"],
        "measure": ["AGILITY", "SCL"],
        "mean": [1.5, 2.5],
        "n": [4, 4],
        "reason": pl.Series([None, ""], dtype=pl.String),
    }
)


def test_columns_that_say_nothing_are_left_out(compared: Compared) -> None:
    block = with_table(compared, ROWS).table("some")
    assert block.table.frame.to_dict(as_series=False) == {
        "measure": ["Organisational agility", "Scaling"], "mean": [1.5, 2.5],
    }  # fmt: skip
    assert block.notes == ("The same in every row: By sector; N 4.",)
    assert block.keys == 1


def test_a_table_in_part_says_so(compared: Compared) -> None:
    made = with_table(compared, ROWS)
    assert made.table("some", where=pl.col("measure") == "SCL").notes == (MORE,)
    assert MORE in made.table("some", ("measure", "mean")).notes
    assert MORE not in made.table("some", ("measure", "mean"), is_part=False).notes


def test_one_row_and_numbers_alike_keep_their_columns(compared: Compared) -> None:
    one = with_table(compared, ROWS.head(1)).table("some")
    assert one.table.frame.columns == ["by", "measure", "mean", "n"]
    alike = with_table(compared, ROWS.with_columns(mean=pl.lit(1.0))).table("some")
    assert alike.table.frame.columns == ["measure", "mean", "n"]


@pytest.mark.parametrize(
    ("rows", "kept", "said"),
    [(0, 0, ""), (40, 40, ""), (41, 40, ": the first 20 and the last 20 of 41")],
)
def test_rows_at_both_ends(rows: int, kept: int, said: str) -> None:
    assert at_both_ends([*range(rows)]) == ([*range(rows)][:20] + [*range(rows)][20:][-20:], said)
    assert len(at_both_ends([*range(rows)])[0]) == kept


def test_a_picture_tells_its_numbers(compared: Compared) -> None:
    dots = [Dot("Gent", 50.0, 40.0, 60.0), Dot("Aalst", -1.0, None, None, "Group")]
    chart = compared.intervals("some", "Some", "About.", dots, "Score")
    assert chart.description == "About. Gent 50.0 (40.0 to 60.0); Group, Aalst −1.0."
    assert chart.frame["text"].to_list() == ["50.0", "−1.0"]


def test_unknown_measures_stay_ids(compared: Compared) -> None:
    assert compared.titled("VESTED") == "Vested digital leadership (VESTED)"
    assert compared.titled("<b>") == "<b>"
    assert compared.measure("PTP.joint").startswith("Transparency and privacy")
