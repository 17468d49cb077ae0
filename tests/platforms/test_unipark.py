from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vested.formats import open_table
from vested.platforms import Exclusion, Export
from vested.platforms.unipark import recognise

Recognise = Callable[..., Export | None]

NAMES = [
    *("lfdn", "external_lfdn", "tester", "dispcode", "lastpage", "quality", "duration"),
    *("p_0001", "c_0001", "v_1", "v_2", "browser", "referer", "participant_os", "quota"),
    *("page_history", "hflip", "rts6028435", "datetime", "date_of_last_access", "language"),
]
ROW = [
    *("12", "0", "0", "31", "6028435", "-77", "412", "gent", "", "4", "5", "Firefox", "", "Linux"),
    *("0", "6028433,6028435", "0", "17", "2025-05-07 15:03:31", "2025-05-07 15:10:23", "2"),
]
OWN = {"lfdn": "respondent", "tester": "status", "dispcode": "finished", "duration": "duration"} | {
    "datetime": "start", "date_of_last_access": "end", "language": "language",
    "p_0001": "", "c_0001": "", "v_1": "", "v_2": "",
}  # fmt: skip


def changed(**cells: str) -> list[str]:
    return [cells.get(name, cell) for name, cell in zip(NAMES, ROW, strict=True)]


@pytest.fixture
def known(write: Callable[..., Path]) -> Iterator[Recognise]:
    with ExitStack() as stack:
        yield lambda header, *rows: recognise(
            open_table(write(header, rows, delimiter=";"), None, stack)
        )


def test_what_unipark_adds_has_a_role(known: Recognise) -> None:
    found = known(NAMES, ROW)
    assert found is not None
    assert {column.name: column.role for column in found.columns} == {
        name: OWN.get(name, "technical") for name in NAMES
    }
    assert found.platform == "Unipark"
    assert "--organisation p_0001" in found.columns[7].why


def test_rows_that_are_no_responses(known: Recognise) -> None:
    found = known(NAMES, ROW)
    assert found is not None
    tester, unfinished, turned_away = found.exclusions
    assert tester == Exclusion(2, frozenset({"1"}), "preview or test")
    assert (unfinished.column, unfinished.reason) == (3, "unfinished")
    assert {"12", "20", "21", "22", "23"} <= unfinished.cells
    assert turned_away.cells == {"35", "36", "37", "41"}
    # Completed, completed after a break, and two more that count as a participation.
    assert not {"31", "32", "33", "34"} & (unfinished.cells | turned_away.cells)


@pytest.mark.parametrize(
    ("row", "answers", "zero_is_missing", "notes"),
    [
        (ROW, "either", False, 0),
        (changed(v_1="0"), "either", False, 0),
        (changed(v_1="-77"), "codes", True, 0),
        (changed(v_1="-99", v_2="0"), "codes", True, 1),
    ],
)
def test_zero_is_no_answer_among_its_own_codes_only(
    known: Recognise, row: list[str], answers: str, zero_is_missing: bool, notes: int
) -> None:
    found = known(NAMES, row)
    assert found is not None
    assert found.answers == answers
    missing = {column.name: column.missing for column in found.columns if column.missing}
    assert set(missing) == {"p_0001", "c_0001", "v_1", "v_2"}
    assert missing["v_1"]["-77"] == missing["v_1"]["-66"] == "not shown"
    assert missing["v_1"]["-99"] == "not answered"
    assert ("0" in missing["v_1"]) == zero_is_missing
    assert len(found.notes) == notes


@pytest.mark.parametrize(
    ("header", "claimed"),
    [
        (["lfdn", "dispcode", "v_1"], True),
        (["lfdn", "external_lfdn", "tester", "quality", "v_1"], True),
        (["lfdn", "duration", "v_1"], False),
        (["tester", "quality", "duration", "language"], False),
    ],
)
def test_marks(known: Recognise, header: list[str], claimed: bool) -> None:
    assert (known(header, ["1"] * len(header)) is not None) == claimed
