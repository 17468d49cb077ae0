from __future__ import annotations

from typing import Any

import pytest

from vested.formats.units import Program, column_of, frame_of, texts_of

DAY = 86_400
SPSS_2026 = 141_428 * DAY + 1_772_323_200  # the first of March 2026, since 14 October 1582
SAS_2026 = 3_653 + 20_513  # in days, since 1960

CASES: list[tuple[Program, str, float, str]] = [
    ("SPSS", "F8.2", 3.0, "3"),
    ("SPSS", "F8.2", 2.5, "2.5"),
    ("SPSS", "DATE11", SPSS_2026, "2026-03-01"),
    ("SPSS", "ADATE10", SPSS_2026 + 3600, "2026-03-01"),
    ("SPSS", "QYR8", SPSS_2026, "2026-03-01"),
    ("SPSS", "DATETIME20", SPSS_2026 + 3661, "2026-03-01T01:01:01"),
    ("SPSS", "DATETIME23.2", SPSS_2026 + 0.25, "2026-03-01T00:00:00.250"),
    ("SPSS", "DATETIME23.2", SPSS_2026 + 0.29, "2026-03-01T00:00:00.290"),
    ("SPSS", "DATE11", (141_428 - 719_162) * DAY, "0001-01-01"),
    ("SPSS", "DATE11", (141_428 - 719_162) * DAY - 1, str((141_428 - 719_162) * DAY - 1)),
    ("SPSS", "DATETIME20", 0, "1582-10-14T00:00:00"),
    ("SPSS", "TIME8", 36_610, "10:10:10"),
    ("SPSS", "TIME11.2", 1.9996, "00:00:02"),
    ("SPSS", "DTIME12", 30 * 3600, "30:00:00"),
    ("SPSS", "WKDAY9", 2, "2"),
    ("SPSS", "DATE11", 1e18, "1000000000000000000"),
    ("SPSS", "DATETIME20", -1e15, "-1000000000000000"),
    ("Stata", "%9.0g", 3, "3"),
    ("Stata", "%td", SAS_2026, "2026-03-01"),
    ("Stata", "%tdDD/NN/CCYY", SAS_2026, "2026-03-01"),
    ("Stata", "%-dD_m_Y", -1, "1959-12-31"),
    ("Stata", "%tc", SAS_2026 * DAY * 1000 + 1500, "2026-03-01T00:00:01.500"),
    ("Stata", "%tcNN/DD/CCYY_HH:MM", SAS_2026 * DAY * 1000, "2026-03-01T00:00:00"),
    ("Stata", "%tcHH:MM:SS", 36_610_000, "10:10:10"),
    ("Stata", "%tm", 794, "794"),
    ("Stata", "%td", 1e9, "1000000000"),
    ("SAS", "", 3, "3"),
    ("SAS", "12", 3, "3"),
    ("SAS", "BEST12.", 0.5, "0.5"),
    ("SAS", "DATE9", SAS_2026, "2026-03-01"),
    ("SAS", "YYMMDD10.", SAS_2026, "2026-03-01"),
    ("SAS", "E8601DA10", SAS_2026, "2026-03-01"),
    ("SAS", "DATETIME20", SAS_2026 * DAY + 1, "2026-03-01T00:00:01"),
    ("SAS", "E8601DT", SAS_2026 * DAY, "2026-03-01T00:00:00"),
    ("SAS", "TIME20.3", 36_610, "10:10:10"),
    ("SAS", "HHMM5", 60, "00:01:00"),
    ("SAS", "YEAR4", SAS_2026, str(SAS_2026)),
    ("SAS", "DATEX", 5, "5"),
]


@pytest.mark.parametrize(("program", "shape", "value", "text"), CASES)
def test_numbers_are_read_as_they_are_shown(
    program: Program, shape: str, value: float, text: str
) -> None:
    column = column_of("v", "double", shape, program)
    assert texts_of([value, None], column, tagged=False).to_list() == [text, ""]


@pytest.mark.parametrize(
    ("storage", "values", "texts"),
    [
        ("float", [5.099999904632568, 3.0, None], ["5.1", "3", ""]),
        ("double", [5.1, 1e300, 2.0**53], ["5.1", "1e+300", "9007199254740992"]),
        ("int8", [3, -1, None], ["3", "-1", ""]),
        ("string", ["3  ", "  a b ", ""], ["3", "  a b", ""]),
        ("string", ["tab\t ", "\u00a0 ", None], ["tab\t", "\u00a0", ""]),
    ],
)
def test_storage(storage: str, values: list[Any], texts: list[str]) -> None:
    column = column_of("v", storage, "", "Stata")
    assert texts_of(values, column, tagged=False).to_list() == texts


def test_letters_among_numbers_are_missing_values() -> None:
    column = column_of("v", "double", "%td", "Stata")
    assert texts_of(["a", 0.0, None], column, tagged=True).to_list() == [".a", "1960-01-01", ""]


def test_letters_in_texts_are_texts() -> None:
    column = column_of("v", "string", "A1", "SPSS")
    assert texts_of(["a", "b"], column, tagged=True).to_list() == ["a", "b"]


def test_columns_keep_their_order_and_names() -> None:
    """They are worked out by kind; names may look like patterns."""
    shapes = {"1": "%9.0g", "*": "%td", "^0.*$": "%9.0g", "raw": "%td", "Q": "%9.0g"}
    columns = [column_of(name, "double", shape, "Stata") for name, shape in shapes.items()]
    values = {"1": [1, 2], "*": [0, 1], "^0.*$": ["b", 3], "raw": [None, 2], "Q": [4.5, None]}
    found = frame_of(values, columns, {"^0.*$"})
    assert found.columns == list(shapes)
    assert found.rows() == [
        ("1", "1960-01-01", ".b", "", "4.5"),
        ("2", "1960-01-02", "3", "1960-01-03", ""),
    ]
