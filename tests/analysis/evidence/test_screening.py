"""Response quality through the whole program: R's careless, and who is left out, shown, counted."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from vested.analysis.evidence import TABLES, Evidence, evidence
from vested.errors import InputError, UsageError
from vested.report.csv import table

NAMES = ("agree", "conscientious", "extraversion", "neuroticism", "openness")
Rows = list[list[object]]


# --- R's careless -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bfi(reference: dict[str, Any], form: Callable[..., Path]) -> Path:
    return form({name: reference["bfi"][name]["keys"] for name in NAMES}, 1, 6)


def screened(path: Path, **options: Any) -> pl.DataFrame:
    found = evidence(path, structure=False, screening=True, **options)
    assert found.screening is not None
    return found.screening.frame


def test_screens_of_all_bfi_are_those_of_careless(
    bfi: Path, reference: dict[str, Any], data: Path
) -> None:
    """R careless 1.2.2: longstring, irv, and mahad with gaps, of 2800 respondents."""
    found = screened(data / "bfi.csv", instrument=bfi, organisation="gender")
    wanted = reference["careless"]
    assert found["row"].to_list() == list(range(2, 2802))
    assert found["longstring"][:20].to_list() == wanted["longstring_bfi_first20"]
    assert found["longstring"].mean() == pytest.approx(wanted["longstring_bfi_mean"], rel=1e-10)
    assert found["irv"][:20].to_list() == pytest.approx(wanted["irv_bfi_first20"], rel=1e-10)
    assert found["irv"].mean() == pytest.approx(wanted["irv_mean"], rel=1e-10)
    distances = found["mahalanobis"][:20].to_list()
    assert distances == pytest.approx(wanted["mahad_all_first20"], rel=1e-10)
    # careless takes pairs above .50 here; at our .60 there are too few.
    assert found["synonyms"].null_count() == 2800


def test_screens_of_complete_bfi_are_those_of_careless(
    bfi: Path, reference: dict[str, Any], data: Path, write: Callable[..., Path]
) -> None:
    """R careless 1.2.2: mahad and evenodd, of which ours has the opposite sign: high is good."""
    with (data / "bfi.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    complete = [row for row in rows if all(row[:25])]
    found = screened(write(header, complete), instrument=bfi, organisation="gender")
    wanted = reference["careless"]
    distances = found["mahalanobis"][:20].to_list()
    assert distances == pytest.approx(wanted["mahad_complete_first20"], rel=1e-10)
    theirs = [-value for value in wanted["evenodd_first20"]]
    assert found["even_odd"][:20].to_list() == pytest.approx(theirs, abs=1e-12)


def test_screens_of_careless_data_are_those_of_careless(
    reference: dict[str, Any], data: Path, form: Callable[..., Path], write: Callable[..., Path]
) -> None:
    """R careless 1.2.2 on its own data: 200 respondents, ten facets of five items."""
    with (data / "careless_dataset.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    facets = {f"scale{name}": [f"scale{name}{at}" for at in range(1, 6)] for name in "ABCDEFGHIJ"}
    path = write(["organisation", *header], [["X", *row] for row in rows])
    found = screened(path, instrument=form(facets, 1, 5))
    wanted = reference["careless"]["dataset"]
    assert found["longstring"].to_list() == wanted["longstring"]
    assert found["irv"].to_list() == pytest.approx(wanted["irv"], rel=1e-10)
    assert found["mahalanobis"].to_list() == pytest.approx(wanted["mahad"], rel=1e-10)
    theirs = [None if value is None else -value for value in wanted["evenodd"]]
    assert [value is None for value in found["even_odd"]] == [value is None for value in theirs]
    known = [value for value in theirs if value is not None]
    assert found["even_odd"].drop_nulls().to_list() == pytest.approx(known, abs=1e-10)


# --- careful and careless people ----------------------------------------------------------------

FACETS = {
    name: [f"{sign}A{4 * at + k}" for k, sign in ((1, ""), (2, "-"), (3, ""), (4, "-"))]
    for at, name in enumerate(("F", "G", "H"))
}
ITEMS = [item for of in FACETS.values() for item in of]


def careful(people: int, organisation: str = "X", seed: int = 0) -> Rows:
    """Answers that go with what each thinks of each facet, turned where the item is."""
    chance = random.Random(f"{organisation}{seed}")
    rows: Rows = []
    for _ in range(people):
        answers = []
        for of in FACETS.values():
            level = chance.choice((2, 3, 4))
            for item in of:
                answer = min(max(level + chance.choice((-1, 0, 0, 1)), 1), 5)
                answers.append(6 - answer if item.startswith("-") else answer)
        rows.append([organisation, *answers])
    return rows


def lining(people: int, organisation: str = "X") -> Rows:
    """Who ticks one end throughout: straight-lining, and contradictions in every facet."""
    return [[organisation, *[5] * 12] for _ in range(people)]


@pytest.fixture
def screen(judge: Callable[..., Evidence]) -> Callable[..., Evidence]:
    def made(rows: Rows, **options: Any) -> Evidence:
        return judge(rows, facets=FACETS, **{"structure": False, "screening": True, **options})

    return made


def people(found: Evidence) -> list[dict[str, Any]]:
    assert found.screening is not None
    return list(found.screening.frame.rows(named=True))


def quality(found: Evidence) -> dict[str, dict[str, Any]]:
    return {row["screen"]: row for row in found.tables["quality"].frame.rows(named=True)}


def test_straight_lining_is_flagged_twice(screen: Callable[..., Evidence]) -> None:
    *others, last = people(screen([*careful(40), *lining(1)]))
    assert (last["longstring"], last["irv"], last["key_inconsistency"]) == (12, 0, 3)
    flagged = set(last["flagged_by"].split())
    assert {"longstring", "irv", "key_inconsistency"} <= flagged
    assert last["flags"] >= 2
    assert all(row["flags"] < 2 for row in others)


def test_values_by_hand(screen: Callable[..., Evidence]) -> None:
    """Runs in the order of the columns and before turning; missing answers belong to none."""
    row = ["X", 1, 5, 1, 5, 3, 3, 3, "", 3, 2, 2, 4]
    found = people(screen([row, *careful(20)]))[0]
    assert (found["longstring"], found["share_missing"]) == (3, pytest.approx(1 / 12))
    assert found["mean_run"] == pytest.approx(11 / 8)  # 1 5 1 5 333 3 22 4
    mean = 32 / 11
    squares = sum((x - mean) ** 2 for x in (1, 5, 1, 5, 3, 3, 3, 3, 2, 2, 4))
    assert found["irv"] == pytest.approx((squares / 10) ** 0.5, rel=1e-12)


def test_runs_follow_the_columns(form: Callable[..., Path], write: Callable[..., Path]) -> None:
    """The order of the items in the file, which need not be that of the questionnaire."""
    made = form({"F": ["A1", "A2", "A3", "A4"]}, 1, 5)
    header = ["A1", "A3", "organisation", "A2", "A4"]
    rows: Rows = [[1, 1, "X", 2, 2], [1, 2, "X", 1, 2], [4, 5, "X", 4, 5]]
    found = screened(write(header, rows), instrument=made, min_respondents=1)
    assert found["longstring"].to_list() == [2, 1, 1]


@pytest.mark.parametrize(("wave", "same"), [("wave", ["4"]), (None, ["3", "3"])])
def test_who_answers_in_every_wave_is_no_duplicate(
    wave: str | None, same: list[str], form: Callable[..., Path], write: Callable[..., Path]
) -> None:
    made = form({"F": ["A1", "A2", "A3"]}, 1, 5)
    rows: Rows = [["X", "1", "a", 1, 2, 3], ["X", "1", "b", 2, 2, 3], ["X", "2", "b", 3, 2, 3]]
    path = write(["organisation", "wave", "id", "A1", "A2", "A3"], [*rows, [*rows[2][:5], 4]])
    found = screened(path, instrument=made, min_respondents=1, respondent="id", wave=wave)
    assert found["duplicate_ids"].drop_nulls().to_list() == same


def test_screening_is_none_of_the_tables(screen: Callable[..., Evidence]) -> None:
    found = screen(careful(20))
    assert "screening" not in found.tables
    assert "screening" not in TABLES
    assert found.screening is not None
    for looks in ({"quality": True}, {"exclude_flagged": 2}, {}):
        assert screen(careful(20), **{"screening": False, **looks}).screening is None


@pytest.mark.parametrize(
    ("options", "tables"),
    [
        ({}, set()),
        ({"quality": True}, {"quality"}),
        ({"screening": True}, {"quality"}),
        ({"exclude_flagged": 2}, {"quality", "comparison"}),
    ],
)
def test_quality_is_there_where_asked_for(
    options: dict[str, Any], tables: set[str], screen: Callable[..., Evidence]
) -> None:
    found = screen(careful(20), **{"screening": False, **options})
    assert {"quality", "comparison"} & set(found.tables) == tables


def test_nobody_flagged(screen: Callable[..., Evidence]) -> None:
    rows: Rows = [["X", *(2 + (at + k) % 3 for k in range(12))] for at in range(3)]
    found = screen(rows, exclude_flagged=2)
    assert [row["flags"] for row in people(found) if row["flags"] > 1] == []
    comparison = found.tables["comparison"].frame
    assert set(comparison["status"]) == {"published"}
    assert comparison["score"].equals(comparison["score_without"].alias("score"))
    assert "flagged" not in found.ledger_line


def test_one_respondent(screen: Callable[..., Evidence]) -> None:
    found = screen(careful(1))
    row = people(found)[0]
    assert row["mahalanobis"] is None
    assert quality(found)["mahalanobis"]["reason"]
    assert row["longstring"] is not None


# --- leaving out ----------------------------------------------------------------------------------


def ledger(found: Evidence) -> dict[str, int]:
    frame = found.tables["ledger"].frame.filter(pl.col("unit") == "row")
    return {
        reason or stage: n for stage, reason, n in frame.select("stage", "reason", "count").rows()
    }


def test_leaving_out_is_as_if_they_had_not_been_there(screen: Callable[..., Evidence]) -> None:
    """Wherever they stand, and beside rows that are set aside for other reasons."""
    good, bad = [*careful(30), *careful(30, "Y")], lining(12)
    aside: Rows = [["", *[3] * 12], ["X", *[""] * 12]]
    rows = [*aside, *good[:20], *bad[:5], *good[20:], *bad[5:], *aside]
    without = screen(rows, exclude_flagged=2, screening=False, structure=True)
    alone = screen(good, screening=False, structure=True)
    assert ledger(without) == {
        "read": 76, "used": 60, "flagged": 12, "no answers": 2, "no organisation": 2,
    }  # fmt: skip
    for name in ("items", "reliability", "agreement", "gate", "aggregation", "models", "loadings"):
        assert table(without.tables[name]) == table(alone.tables[name]), name


def test_who_is_shown_is_who_is_left_out(screen: Callable[..., Evidence]) -> None:
    rows = [*careful(40), *lining(3), *careful(5, "Y"), *lining(2, "Y")]
    found = screen(rows, exclude_flagged=2)
    assert len(people(found)) == 50  # the table shows all of them
    assert ledger(found)["flagged"] == sum(row["flags"] >= 2 for row in people(found)) == 5
    assert "5 flagged" in found.ledger_line
    assert any("5 respondents with too many flags are left out" in f for f in found.findings)


@pytest.mark.parametrize("flags", [3, 9])
def test_more_flags_leave_fewer_out(flags: int, screen: Callable[..., Evidence]) -> None:
    found = screen([*careful(40), *lining(3)], exclude_flagged=flags)
    wanted = sum(row["flags"] >= flags for row in people(found))
    assert ledger(found).get("flagged", 0) == wanted


def test_everybody_flagged_is_an_error(screen: Callable[..., Evidence]) -> None:
    with pytest.raises(InputError, match="no row can be used: 12 flagged"):
        screen(lining(12), exclude_flagged=2)


def test_too_few_who_remain_is_an_error(screen: Callable[..., Evidence]) -> None:
    with pytest.raises(InputError, match="5 respondents in all, fewer than 10"):
        screen([*careful(5), *lining(12)], exclude_flagged=2, min_respondents=10)


@pytest.mark.parametrize("flags", [1, 0, -1])
def test_one_flag_is_no_reason(flags: int, screen: Callable[..., Evidence]) -> None:
    with pytest.raises(UsageError, match=f"--exclude-flagged {flags}"):
        screen(careful(10), exclude_flagged=flags)


@pytest.mark.parametrize(
    ("lining_up", "alike", "status"),
    [
        (0, False, "published"),
        (1, False, "suppressed"),
        (9, False, "suppressed"),
        (10, False, "published"),
        (10, True, "suppressed"),
    ],
)
def test_comparison_shows_nobody_alone(
    lining_up: int, alike: bool, status: str, screen: Callable[..., Evidence]
) -> None:
    """From numbers with and without, those of fewer than the minimum could be worked out, and what
    all of those said who were left out.
    """
    bad = lining(lining_up)
    if not alike:  # every other of them skips one item of each facet
        bad = [[row[0], *[5, 5, 5, "" if at % 2 else 5] * 3] for at, row in enumerate(bad)]
    rows = [*careful(50), *bad]
    frame = screen(rows, exclude_flagged=2, min_respondents=10).tables["comparison"].frame
    assert set(frame["status"]) == {status}
    numbers = frame.drop("measure", "status")
    shown = numbers.null_count().sum_horizontal()[0]
    assert (shown == numbers.height * numbers.width) == (status == "suppressed")


def test_comparison_by_hand(screen: Callable[..., Evidence]) -> None:
    """Straight-liners have a mean of 50 on each facet, for half of its items are turned."""
    good = careful(50)
    found = screen([*good, *lining(10)], exclude_flagged=2)
    alone = screen(good)
    row = found.tables["comparison"].frame.row(0, named=True)
    assert (row["respondents"], row["respondents_without"]) == (60, 50)
    assert row["score"] == pytest.approx((50 * row["score_without"] + 10 * 50) / 60)
    assert row["alpha_without"] == alone.reliability["alpha"][0]
    assert row["alpha"] != row["alpha_without"]


# --- times and instructions -----------------------------------------------------------------------


def timed(rows: Rows, seconds: Sequence[object]) -> Rows:
    return [[row[0], time, *row[1:]] for row, time in zip(rows, seconds, strict=True)]


def test_seconds_per_item(screen: Callable[..., Evidence]) -> None:
    """Per answered item; what is no number of seconds is not known."""
    rows = careful(8)
    rows[1][1:4] = ["", "", ""]
    seconds = [120, 90, "60,0", "", "soon", -5, 12, 0]
    found = screen(timed(rows, seconds), columns=("organisation", "took"), duration="took")
    values = [row["seconds_per_item"] for row in people(found)]
    assert values == [10, 10, 5, None, None, None, 1, 0]
    fast = ["seconds_per_item" in row["flagged_by"] for row in people(found)]
    assert fast == [False] * 6 + [True] * 2
    assert quality(found)["seconds_per_item"]["respondents"] == 5


def test_no_times(screen: Callable[..., Evidence]) -> None:
    assert "--duration" in quality(screen(careful(10)))["seconds_per_item"]["reason"]


QUALTRICS = [
    "StartDate",
    "EndDate",
    "Status",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "ResponseId",
]


def qualtrics(rows: Rows, cells: Sequence[Sequence[str]]) -> Rows:
    """The three lines of a header, then rows."""
    keys = ["startDate", "endDate", "status", "progress", "duration", "finished", "_recordId"]
    questions = ["organisation", *(item.removeprefix("-") for item in ITEMS)]
    ids = [json.dumps({"ImportId": key}) for key in (*keys, *(f"QID{q}" for q in questions))]
    texts = [*QUALTRICS, *questions]
    return [texts, ids, *([*own, *row] for own, row in zip(cells, rows, strict=True))]


def test_duration_of_qualtrics(form: Callable[..., Path], write: Callable[..., Path]) -> None:
    """Known without being named; a preview and who did not finish are no respondents."""
    rows = careful(6)
    begun, ended = "2026-03-01 10:00:00", "2026-03-01 10:02:00"
    status = [("0", "120", "1"), ("1", "1", "1"), ("0", "60", "1"), ("0", "9", "0")]
    status += [("0", "24", "1"), ("0", "", "1")]
    cells = [
        [begun, ended, kind, "100", seconds, finished, f"R_{at}"]
        for at, (kind, seconds, finished) in enumerate(status)
    ]
    header = [*QUALTRICS, "organisation", *(item.removeprefix("-") for item in ITEMS)]
    found = screened(
        write(header, qualtrics(rows, cells)), instrument=form(FACETS, 1, 5), min_respondents=1
    )
    assert found["respondent"].to_list() == ["R_0", "R_2", "R_4", "R_5"]
    assert found["row"].to_list() == [4, 6, 8, 9]  # after three lines of header
    assert found["seconds_per_item"].to_list() == [10, 5, 2, None]


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-03-01 10:00:00", "2026-03-01 10:02:00", 120),
        ("2026-03-01 23:59:30", "2026-03-02 00:00:30", 60),
        ("3/1/2026 10:00:00 AM", "3/1/2026 12:00:12 PM", 7212),
        ("2026-03-01 10:02:00", "2026-03-01 10:00:00", None),  # ended before it began
        ("yesterday", "2026-03-01 10:00:00", None),
    ],
)
def test_start_and_end(
    start: str,
    end: str,
    seconds: float | None,
    form: Callable[..., Path],
    write: Callable[..., Path],
) -> None:
    """Microsoft Forms has no duration, and yet when each began and ended."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", "organisation"]
    header += [item.removeprefix("-") for item in ITEMS]
    rows = [
        [at, start, end, "anonymous", "", *row] for at, row in enumerate(careful(3), 1)
    ]  # fmt: skip
    found = screened(write(header, rows), instrument=form(FACETS, 1, 5), min_respondents=1)
    wanted = None if seconds is None else pytest.approx(seconds / 12)
    assert found["seconds_per_item"].to_list() == [wanted] * 3


def test_instructed_items(screen: Callable[..., Evidence]) -> None:
    checks = [("Agree", 2), (" agree ", "2"), ("Agree", 3), ("no", 4), ("", "")]
    rows = [[row[0], *own, *row[1:]] for row, own in zip(careful(5), checks, strict=True)]
    columns = ("organisation", "check", "again")
    found = screen(rows, columns=columns, instructed={"check": "agree", "again": "2"})
    assert [row["instructed"] for row in people(found)] == [0, 0, 1, 2, None]
    flagged = ["instructed" in row["flagged_by"] for row in people(found)]
    assert flagged == [False, False, True, True, False]


@pytest.mark.parametrize(
    ("instructed", "error"), [({"chek": "2"}, "no column 'chek'"), ({"A1": "2"}, "is an item")]
)
def test_instructed_columns_that_are_none(
    instructed: Mapping[str, str], error: str, screen: Callable[..., Evidence]
) -> None:
    with pytest.raises(UsageError, match=error):
        screen(careful(5), instructed=instructed)


# --- who is who -----------------------------------------------------------------------------------


def test_duplicates_of_identifiers(screen: Callable[..., Evidence]) -> None:
    """Kept is the first who answered everything; blank identifiers are nobody's."""
    rows = careful(6)
    rows[0][1] = ""
    ids = ["a", "b", "a", " ", "", "a"]
    found = people(screen(timed(rows, ids), columns=("organisation", "id"), respondent="id"))
    assert [row["respondent"] for row in found] == ["a", "b", "a", "row 5", "row 6", "a"]
    assert [row["duplicate_ids"] for row in found] == ["4", None, None, None, None, "4"]


def test_same_answers_in_an_organisation(judge: Callable[..., Evidence]) -> None:
    """Twenty answers or more, all the same, and not all one answer."""
    chance = random.Random(3)
    rows = [["X", *(chance.randint(1, 5) for _ in range(20))] for _ in range(6)]
    rows += [["X", *rows[1][1:]], ["Y", *rows[1][1:]], ["X", *[3] * 20], ["X", *[3] * 20]]
    found = people(judge(rows, screening=True, structure=False))
    assert [row["duplicate_vectors"] for row in found] == [*[None] * 6, "3", None, None, None]


def test_rows_are_those_of_the_spreadsheet(screen: Callable[..., Evidence]) -> None:
    """After rows that are set aside, and where the file begins or ends with such rows."""
    good = careful(4)
    aside: Rows = [["", *[3] * 12], ["X", *[""] * 12]]
    found = people(screen([*aside, *good[:2], *aside, *good[2:], *aside]))
    assert [row["row"] for row in found] == [4, 5, 8, 9]
    assert [row["respondent"] for row in found] == ["row 4", "row 5", "row 8", "row 9"]


def test_blank_lines_count_as_rows(form: Callable[..., Path], tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in careful(4)]
    header = ",".join(["organisation", *(item.removeprefix("-") for item in ITEMS)])
    path = tmp_path / "survey.csv"
    path.write_text("\n".join([header, lines[0], "", lines[1], "", "", lines[2], lines[3], ""]))
    found = screened(path, instrument=form(FACETS, 1, 5), min_respondents=1)
    assert found["row"].to_list() == [2, 4, 7, 8]


def test_two_files(form: Callable[..., Path], write: Callable[..., Path]) -> None:
    """Each row has its file; who is left out of which is told apart."""
    header = ["organisation", *(item.removeprefix("-") for item in ITEMS)]
    first = write(header, [*lining(1), *careful(20)], "one.csv")
    second = write(header, [*careful(3, "Y"), *lining(2, "Y"), ["", *[3] * 12]], "other.csv")
    options: dict[str, Any] = {"instrument": form(FACETS, 1, 5), "min_respondents": 1}
    found = evidence([first, second], structure=False, screening=True, exclude_flagged=2, **options)
    shown = [(row["file"], row["row"]) for row in people(found) if row["flags"] >= 2]
    assert shown == [("one.csv", 2), ("other.csv", 5), ("other.csv", 6)]
    good = write(header, [*careful(20), *careful(3, "Y")], "good.csv")
    alone = evidence(good, structure=False, **options)
    assert found.reliability.equals(alone.reliability)
    assert found.agreement.equals(alone.agreement)


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_without_anyone(
    order: int, form: Callable[..., Path], write: Callable[..., Path]
) -> None:
    """Whatever stands in it before the others, nobody else's row or check is lost."""
    header = ["organisation", "check", *(item.removeprefix("-") for item in ITEMS)]
    empty = write(header, timed([["", *[3] * 12]] * 40, "a" * 40), "empty.csv")
    some = write(header, timed([*careful(20), *lining(2)], "a" * 21 + "b"), "some.csv")
    found = evidence(
        [empty, some][::order], instrument=form(FACETS, 1, 5), min_respondents=1, structure=False,
        screening=True, exclude_flagged=2, instructed={"check": "a"},
    )  # fmt: skip
    assert ledger(found) == {"read": 62, "used": 20, "flagged": 2, "no organisation": 40}
    assert {row["file"] for row in people(found)} == {"some.csv"}
    assert [row["instructed"] for row in people(found)] == [0] * 21 + [1]


def test_order_of_rows_changes_only_the_order(screen: Callable[..., Evidence]) -> None:
    rows = [*careful(40), *lining(3), *careful(15, "Y"), *lining(2, "Y")]
    rows = [[*row[:1], f"r{at}", *row[1:]] for at, row in enumerate(rows)]
    shuffled = random.Random(4).sample(rows, len(rows))
    options: dict[str, Any] = {"columns": ("organisation", "id"), "respondent": "id"}
    first, second = (screen(each, exclude_flagged=2, **options) for each in (rows, shuffled))
    for name in first.tables:
        assert table(first.tables[name]) == table(second.tables[name]), name
    assert first.screening is not None
    assert second.screening is not None
    frames = [
        found.frame.drop("row", "duplicate_vectors").sort("respondent")
        for found in (first.screening, second.screening)
    ]
    assert frames[0].equals(frames[1])


def test_groups_are_no_matter(screen: Callable[..., Evidence]) -> None:
    """The same respondents have the same values whatever they are split by."""
    rows = [[row[0], "ab"[at % 2], *row[1:]] for at, row in enumerate([*careful(30), *lining(2)])]
    plain = screen([[row[0], *row[2:]] for row in rows])
    grouped = screen(rows, columns=("organisation", "unit"), group="unit")
    assert plain.screening is not None
    assert grouped.screening is not None
    assert grouped.screening.frame.equals(plain.screening.frame)
