from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import vested
from vested.analysis.inspect import inspect
from vested.errors import InputError
from vested.model import Instrument
from vested.survey.mapping import read_mapping

Rows = list[list[str]]
Write = Callable[..., Path]


@pytest.fixture
def survey(write: Write, header: list[str], rows: Rows) -> Path:
    return write(header, rows)


def test_each_column_says_what_it_is_used_as(survey: Path, short: Instrument) -> None:
    found = inspect(survey, instrument=short)
    uses = found.columns.select("column", "use", "because").rows()
    assert uses[:3] == [
        ("organisation", "organisation", "name"),
        ("comment", "", ""),
        (short.items[0].id, short.items[0].id, "name"),
    ]
    assert found.files.select("platform", "header_rows", "problem").row(0) == ("", 1, "")
    assert found.tables["ledger"].frame["count"][0] == 36


def test_instrument_is_recognised(survey: Path) -> None:
    found = inspect(survey)
    assert found.instrument is not None
    assert found.instrument.id == "vested-short"


def test_cells_of_each_item_are_counted(
    write: Write, header: list[str], rows: Rows, short: Instrument
) -> None:
    first, second = short.items[:2]
    cannot = first.scale.missing["en"][0]
    changed = [row.copy() for row in rows]
    for row in changed[:9]:
        row[2] = cannot
    changed[9][2] = ""
    changed[10][2] = "whatever"
    items = inspect(write(header, changed), instrument=short).items
    wanted = ("item", "answered", "no_answer", "blank", "not_understood", "examples")
    assert items.select(wanted).row(0) == (first.id, 25, 9, 1, 1, "whatever")
    assert items["share_no_answer"][0] == pytest.approx(9 / 35)
    assert items.select(wanted).row(1) == (second.id, 36, 0, 0, 0, "")


def test_what_would_stop_an_analysis_is_told_and_the_rest_shown(
    write: Write, header: list[str], rows: Rows, short: Instrument
) -> None:
    found = inspect(write(["place", *header[1:]], rows), instrument=short)
    assert "no column is recognised as the organisation" in found.files["problem"][0]
    assert "place" in found.files["hint"][0]
    assert found.items["answered"].to_list() == [36] * len(short.items)
    assert "ledger" not in found.tables


def test_unknown_questionnaire_is_a_problem_and_no_error(write: Write) -> None:
    found = inspect(write(["org", "a", "b"], [["X", "1", "2"]]))
    assert found.instrument is None
    assert "no instrument is recognised" in found.files["problem"][0]
    assert found.columns["column"].to_list() == ["org", "a", "b"]


def test_similar_text_is_a_suggestion_and_no_match(
    write: Write, header: list[str], rows: Rows, short: Instrument
) -> None:
    item = short.items[0]
    nearly = f"{item.text['en'][:-1]}!"
    found = inspect(write([*header[:2], nearly, *header[3:]], rows), instrument=short)
    near = found.tables["suggestions"].frame
    assert near.select("item", "column").row(0) == (item.id, nearly)
    assert found.items.filter(found.items["item"] == item.id)["column"].to_list() == [""]


def test_mapping_that_is_written_gives_the_same_scores(
    survey: Path, tmp_path: Path, scores: Callable[..., bytes], plain_scores: bytes
) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(inspect(survey).mapping, encoding="utf-8")
    assert read_mapping(path).instrument == "vested-short"
    assert scores(survey, mapping=path) == plain_scores


def test_edited_mapping_reads_columns_of_other_names(
    write: Write,
    header: list[str],
    rows: Rows,
    tmp_path: Path,
    scores: Callable[..., bytes],
    plain_scores: bytes,
) -> None:
    named = ["place", "comment", *(f"column {at}" for at in range(len(header) - 2))]
    survey = write(named, rows)
    lines = ["columns:", "  - {column: place, as: organisation}"]
    lines += [f'  - {{column: "#{at}", as: {item}}}' for at, item in enumerate(header[2:], 3)]
    path = tmp_path / "mapping.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert scores(survey, mapping=path) == plain_scores


def test_values_of_a_mapping_are_understood(
    write: Write, header: list[str], rows: Rows, tmp_path: Path, scores: Callable[..., bytes]
) -> None:
    changed = [[*row[:2], "so so" if row[2] == "3" else row[2], *row[3:]] for row in rows]
    survey = write(header, changed)
    with pytest.raises(InputError, match="'so so' is no answer"):
        scores(survey)
    path = tmp_path / "mapping.yaml"
    text = f"columns:\n  - {{column: {header[2]}, as: {header[2]}, values: {{so so: 3}}}}\n"
    path.write_text(text, encoding="utf-8")
    assert scores(survey, mapping=path) == scores(write(header, rows, "plain.csv"))


def test_inspecting_shows_no_respondent(
    write: Write, header: list[str], rows: Rows, short: Instrument
) -> None:
    found = inspect(write(header, rows), instrument=short)
    shown = "".join(str(table.frame.rows()) for table in found.tables.values())
    assert "naïve" not in shown
    assert vested.__version__
