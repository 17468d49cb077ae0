"""Answers respondent by respondent: in the order of the file, and no one who is set aside."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vested.analysis.surveys import Gather, Reading
from vested.formats import Table
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.columns import Columns
from vested.survey.reduction import Reduction
from vested.survey.roles import Roles
from vested.survey.tallies.rows import Respondents, RowKeeper, _moment
from vested.survey.tallies.spread import NONE

FIVE = Scale("five", (1, 2, 3, 4, 5))
ITEMS = (Item("a", FIVE), Item("b", FIVE, reversed=True))
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(), items=ITEMS,
    measures=(Measure("A", "facet", ("a", "b"), {}),), inventory=None, validation=(), licence="",
    digest="",
)  # fmt: skip
HEADER = ["organisation", "id", "took", "check", "a", "b"]
ROLES = Roles(None, "id", None, (), None, "took", (("check", "Yes"),))
Row = tuple[str, ...]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["X", "Y", "Y", "", " X "]),
        st.sampled_from(["", "p", " q ", "r"]),
        st.sampled_from(["", "12", "1.5", "1,5", "-3", "long"]),
        st.sampled_from(["", "yes", " YES", "no"]),
        *[st.sampled_from(["", "1", "2", "5", "NA"])] * 2,
    ),
    min_size=1, max_size=30,
)  # fmt: skip
often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def kept(paths: Sequence[Path], numbers: list[list[int]] | None = None) -> list[Respondents]:
    """What is kept of each file; and the rows as a spreadsheet counts them, into `numbers`."""
    found: list[Respondents] = []

    def look(
        instrument: Instrument,
        reduction: Reduction,
        columns: Sequence[Columns],
        respondents: Sequence[Respondents],
    ) -> list[np.ndarray]:
        found[:] = respondents
        if numbers is not None:
            numbers[:] = [one.numbers() for one in respondents]
        return []

    gather = Gather("items", leave_out=look)
    reading = Reading(paths, INSTRUMENT, None, ROLES, False, None, gather=gather)
    assert reading.at_once() or reading.with_care()
    return found


def write(folder: Path, rows: Sequence[Row], name: str = "survey.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def used(row: Row) -> bool:
    return bool(row[0].strip()) and any(cell.isdecimal() for cell in row[4:])


def place(cell: str, *, turned: bool) -> int:
    if not cell.isdecimal():
        return NONE
    return 5 - int(cell) if turned else int(cell) - 1


def seconds(cell: str) -> float:
    return {"12": 12.0, "1.5": 1.5, "1,5": 1.5}.get(cell, np.nan)


def assert_as_in_the_file(found: Respondents, rows: Sequence[Row]) -> None:
    own = [(at, row) for at, row in enumerate(rows) if used(row)]
    assert found.row.tolist() == [at for at, _ in own]
    assert found.rows == (own[-1][0] + 1 if own else 0)
    assert found.organisation == tuple(row[0].strip() for _, row in own)
    assert found.respondent == tuple(row[1].strip() for _, row in own)
    wanted = [[place(row[4], turned=False), place(row[5], turned=True)] for _, row in own]
    assert found.given.T.tolist() == wanted
    if own:
        assert found.seconds is not None
        assert found.instructed is not None
        assert found.seconds.tolist() == pytest.approx(
            [seconds(row[2]) for _, row in own], nan_ok=True
        )
        yes = {"": np.nan, "yes": 1.0, " YES": 1.0, "no": 0.0}
        assert found.instructed[:, 0].tolist() == pytest.approx(
            [yes[row[3]] for _, row in own], nan_ok=True
        )


@given(rows=ROWS, other=ROWS, batch=st.sampled_from([1, 3, 1 << 17]))
@often
def test_what_is_kept_is_what_the_files_say(
    rows: list[Row], other: list[Row], batch: int, tmp_path: Path
) -> None:
    """In the order of each file, whatever the order in which its batches come."""
    if not any(map(used, [*rows, *other])):
        return
    paths = [write(tmp_path, rows, "one.csv"), write(tmp_path, other, "other.csv")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vested.survey.reading.BATCH_ROWS", batch)
        first, second = kept(paths)
    assert (first.file, second.file) == ("one.csv", "other.csv")
    assert_as_in_the_file(first, rows)
    assert_as_in_the_file(second, other)


def test_many_batches(tmp_path: Path) -> None:
    """More rows than one batch takes; each has its own answers."""
    rows = [("X", f"p{at}", "12", "yes", str(1 + at % 5), str(1 + at % 3)) for at in range(150_000)]
    found = kept([write(tmp_path, rows)])[0]
    assert_as_in_the_file(found, rows)


def test_batches_come_in_any_order() -> None:
    keeper = RowKeeper(Columns({}, {}, 0))
    for first in (4, 0, 2):
        batch = pl.DataFrame({"row": pl.Series([first, first + 1], dtype=pl.UInt32)})
        rows = np.array([True, first != 2])
        cell = np.array([first // 2] * rows.sum())
        keeper.add(batch, rows, cell, np.array([[first] * rows.sum()], np.uint8))
    table = SimpleNamespace(name="x.csv", rows_of=lambda rows: [row + 2 for row in rows])
    found = keeper.kept(cast(Table, table), [("X",), ("Y",), ("Z",)], 1)
    assert found.row.tolist() == [0, 1, 2, 4, 5]
    assert found.given[0].tolist() == [0, 0, 2, 4, 4]
    assert found.organisation == ("X", "X", "Y", "Z", "Z")
    assert (found.rows, found.numbers()) == (6, [2, 3, 4, 6, 7])


def test_numbers_are_those_of_the_lines(tmp_path: Path) -> None:
    """Blank lines and cells with line breaks, which a spreadsheet shows in one row."""
    path = tmp_path / "survey.csv"
    lines = [",".join(HEADER), "X,,,,1,2", "", '"X\nY",,,,1,2', ",,,,1,2", "X,,,,3,3"]
    path.write_text("\n".join(lines) + "\n")
    numbers: list[list[int]] = []
    kept([path], numbers)
    assert numbers == [[2, 4, 6]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-03-01 10:00:05", "2026-03-01 10:00:05"),
        ("2026-03-01 10:00", "2026-03-01 10:00:00"),
        ("2026-03-01T10:00:05", "2026-03-01 10:00:05"),
        ("2026-03-01T10:00:05.123+01:00", "2026-03-01 10:00:05"),
        ("2026-03-01T10:00:05Z", "2026-03-01 10:00:05"),
        ("2026-03-01 10:00:05 UTC", "2026-03-01 10:00:05"),
        ("2026/03/01 10:00:05", "2026-03-01 10:00:05"),
        ("01.03.2026 10:00:05", "2026-03-01 10:00:05"),
        ("01.03.2026 10:00", "2026-03-01 10:00:00"),
        ("03/01/2026 10:00:05", "2026-03-01 10:00:05"),
        ("3/1/2026 1:00:05 PM", "2026-03-01 13:00:05"),
        ("3/1/2026 13:00", "2026-03-01 13:00:00"),
        ("31/03/2026 10:00:05", "2026-03-31 10:00:05"),
        ("  2026-03-01 10:00:05 ", "2026-03-01 10:00:05"),
        ("", None),
        ("soon", None),
        ("2026-13-01 10:00:05", None),
    ],
)
def test_points_in_time(text: str, wanted: str | None) -> None:
    found = pl.DataFrame({"at": [text]}).select(_moment("at"))["at"][0]
    assert (None if found is None else str(found)) == wanted
