"""The ledger balances, whatever stands in the file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.analysis.ledger import in_one_line, ledger
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.reduction import Reduction

FIVE = Scale(
    "five", (1, 2, 3, 4, 5), {"en": ("no", "rather no", "so so", "rather yes", "yes")},
    {"en": ("Cannot say",)}, (9, -99),
)  # fmt: skip
ITEMS = ("q1", "q2", "q3")
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(), items=tuple(Item(name, FIVE) for name in ITEMS),
    measures=(Measure("Q", "facet", ITEMS, {"en": "q"}),),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip


def rows_of(*entries: tuple[str, str, str, int]) -> pl.DataFrame:
    return pl.DataFrame(entries, schema=["stage", "unit", "reason", "count"], orient="row")


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (
            [
                ("read", "row", "", 612), ("used", "row", "", 604),
                ("set aside", "row", "no answers", 3), ("set aside", "row", "no organisation", 5),
                ("read", "cell", "", 9),
            ],
            "612 rows read · 604 used · 8 set aside: 5 no organisation, 3 no answers",
        ),
        (
            [("read", "row", "", 1_000_000), ("used", "row", "", 1_000_000)],
            "1,000,000 rows read · 1,000,000 used · none set aside",
        ),
    ],
)  # fmt: skip
def test_in_one_line(entries: list[tuple[str, str, str, int]], line: str) -> None:
    assert in_one_line(rows_of(*entries)) == line


CELL = st.sampled_from(
    ["", " ", "1", "5", "yes", "RATHER  NO", "9", "-99", "Cannot say", "NA", "6", "maybe", "3.0"]
)
ROW = st.tuples(st.sampled_from(["Gent", "Mons", "", "  "]), CELL, CELL, CELL)
ANSWERS = {"1", "5", "yes", "RATHER  NO", "3.0"}


def written(folder: Path, rows: list[tuple[str, ...]]) -> Path:
    path = folder / "survey.csv"
    body = "".join(",".join(row) + "\n" for row in rows)
    path.write_text(f"organisation,{','.join(ITEMS)}\n{body}Gent,1,2,3\n")
    return path


def counts(frame: pl.DataFrame, unit: str) -> dict[tuple[str, str], int]:
    return {
        (stage, reason or ""): count
        for stage, reason, count in frame.filter(unit=unit)
        .select("stage", "reason", "count")
        .rows()
    }


@given(st.lists(ROW, max_size=20))
@settings(max_examples=80, deadline=None)
def test_rows_and_cells_balance(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    path = written(tmp_path_factory.getbasetemp(), rows)
    frame = vested.analyse(path, instrument=INSTRUMENT, min_respondents=1, invalid="missing").ledger
    assert frame.columns == ["source", "stage", "unit", "reason", "count"]
    by_row, by_cell = counts(frame, "row"), counts(frame, "cell")
    for found, read in ((by_row, len(rows) + 1), (by_cell, 3 * (len(rows) + 1))):
        assert found.pop(("read", "")) == read
        assert sum(found.values()) == read
    used = [r for r in rows if r[0].strip() and ANSWERS & set(r[1:])]
    assert by_row["used", ""] == len(used) + 1
    assert by_cell["answered", ""] == sum(cell in ANSWERS for r in used for cell in r[1:]) + 3
    assert by_row.get(("set aside", "no organisation"), 0) == sum(not r[0].strip() for r in rows)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "blank"), (" ", "blank"), ("9", "missing code 9"), ("-99", "missing code -99"),
        ("cannot SAY", "cannot say"), ("NA", "marked NA"), ("6", "not understood"),
        ("maybe", "not understood"),
    ],
)  # fmt: skip
def test_each_missing_cell_has_its_reason(cell: str, reason: str, tmp_path: Path) -> None:
    path = written(tmp_path, [("Gent", cell, "1", "1")])
    frame = vested.analyse(path, instrument=INSTRUMENT, min_respondents=1, invalid="missing").ledger
    assert counts(frame, "cell")["missing", reason] == 1


def test_unknown_answers_stop_the_run_also_in_rows_that_are_set_aside(tmp_path: Path) -> None:
    path = written(tmp_path, [("", "maybe", "1", "1")])
    with pytest.raises(vested.VestedError, match="row 2, column q1: 'maybe'"):
        vested.analyse(path, instrument=INSTRUMENT, min_respondents=1)


def test_a_ledger_that_does_not_balance_is_never_shown() -> None:
    reduction = Reduction(1)
    reduction.count_rows(2, [], 1)
    reduction.answers["answered"] = 1
    with pytest.raises(RuntimeError, match="does not balance"):
        ledger(reduction)
