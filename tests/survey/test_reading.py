from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.errors import InputError

Rows = list[list[str]]
Write = Callable[..., Path]
Scores = Callable[..., bytes]


def respelled(rows: Rows, at: int, old: str, new: str) -> Rows:
    """The rows with the first answer `old` in row `at` written as `new`."""
    made = [list(row) for row in rows]
    made[at][made[at].index(old, 2)] = new
    return made


def ledger_of(analysis: vested.Analysis, unit: str) -> dict[str, int]:
    lines = analysis.ledger.filter(pl.col("unit") == unit)
    return {f"{stage} {reason or ''}".strip(): n for _, stage, _, reason, n in lines.rows()}


# --- as small numbers or as text: the same sums -----------------------------------------------

LATE = ["3.0", "3,0", "03", " 3", "3 ", "3\u00a0", "+3", "3.", "Neither agree nor disagree"]
LATE += ["weder noch", "\ufeff3"]


@pytest.mark.parametrize("spelling", LATE, ids=ascii)
@pytest.mark.parametrize("at", [0, 5000])
def test_late_spelling_changes_no_score(
    spelling: str, at: int, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    """The first rows look like small numbers; row 5,000 shows that they are not all."""
    many = (rows * 140)[:5030]
    at -= at % 36
    assert many[at] == rows[0]
    plain = scores(write(header, many, "plain.csv"))
    other = write(header, respelled(many, at, "3", spelling), "other.csv")
    assert scores(other) == plain


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_labels_give_the_scores_of_codes(
    language: str,
    short: vested.Instrument,
    header: list[str],
    rows: Rows,
    write: Write,
    scores: Scores,
    plain_scores: bytes,
) -> None:
    labels = [item.scale.labels[language] for item in short.items]
    spelled = [
        row[:2] + [label[int(code) - 1] for label, code in zip(labels, row[2:], strict=True)]
        for row in rows
    ]
    assert scores(write(header, spelled)) == plain_scores


def test_languages_and_codes_in_one_file(
    short: vested.Instrument,
    header: list[str],
    rows: Rows,
    write: Write,
    scores: Scores,
    plain_scores: bytes,
) -> None:
    scale = short.scales["agreement5"]
    spell = [lambda code: code] + [
        lambda code, labels=labels: labels[int(code) - 1] for labels in scale.labels.values()
    ]
    agreement = [item.scale.id == "agreement5" for item in short.items]
    spelled = [
        row[:2] + [spell[at % 5](code) if fits else code for fits, code in zip(agreement, row[2:])]  # noqa: B905
        for at, row in enumerate(rows)
    ]
    assert scores(write(header, spelled)) == plain_scores


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_mixture_of_spellings_gives_the_same_scores(
    data: st.DataObject,
    header: list[str],
    rows: Rows,
    scores: Scores,
    plain_scores: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    forms = ["{}", "0{}", "{}.0", "{},0", " {} ", '"{}"', "+{}", "{}\u00a0"]
    form = [data.draw(st.sampled_from(forms)) for _ in range(12)]
    lines = [",".join(header)] + [
        ",".join(row[:2] + [f'"{form[(at * 5 + n) % 12].strip(chr(34)).format(code)}"'
                            for n, code in enumerate(row[2:])])
        for at, row in enumerate(rows)
    ]  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "mixture.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert scores(path) == plain_scores


@pytest.mark.parametrize("at", [0, 5000])
@pytest.mark.parametrize("mark", ["", '""', " ", "9", "-99", "NA", "#N/A", "Cannot say", "nan"])
def test_late_missing_answer_is_a_missing_answer(
    mark: str, at: int, header: list[str], rows: Rows, write: Write, short: vested.Instrument
) -> None:
    many = (rows * 140)[:5030]
    blank = ledger_of(vested.analyse(write(header, many), instrument=short), "cell")
    cells = ledger_of(
        vested.analyse(
            write(header, respelled(many, at, "3", mark.strip('"')), "o.csv"), instrument=short
        ),
        "cell",
    )
    assert cells["answered"] == blank["answered"] - 1
    assert sum(n for name, n in cells.items() if name.startswith("missing")) == 1


# --- answers that are not understood ----------------------------------------------------------

WRONG = ["7", "0", "6", "-3", "3.5", "33", "-128", "127", "255", "300", "1e3", "agre", "3;4", "?"]


@pytest.mark.parametrize("spelling", WRONG)
@pytest.mark.parametrize("at", [0, 5000])
def test_wrong_answer_stops_with_its_place(
    spelling: str, at: int, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    many = (rows * 140)[:5030]
    column = header[many[at].index("3", 2)]
    with pytest.raises(InputError) as caught:
        scores(write(header, respelled(many, at, "3", spelling)))
    place = f"survey.csv, row {at + 2}, column {column}: {spelling!r} is no answer"
    assert caught.value.message.startswith(place)
    assert "--invalid missing" in caught.value.hint


@pytest.mark.parametrize("spelling", WRONG)
@pytest.mark.parametrize("at", [0, 5000])
def test_wrong_answer_may_count_as_missing(
    spelling: str, at: int, header: list[str], rows: Rows, write: Write, short: vested.Instrument
) -> None:
    many = (rows * 140)[:5030]
    path = write(header, respelled(many, at, "3", spelling))
    cells = ledger_of(vested.analyse(path, instrument=short, invalid="missing"), "cell")
    assert cells["missing not understood"] == 1
    assert cells["answered"] == 5030 * 28 - 1


def test_hint_names_the_nearest_label(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(InputError) as caught:
        scores(write(header, respelled(rows, 3, "4", "agre")))
    assert "'Agree' (4)" in caught.value.hint


def test_first_wrong_answer_is_named_and_the_others_counted(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    """First by row, then by column."""
    made = respelled(respelled(respelled(rows, 9, "1", "x"), 4, "5", "y"), 4, "2", "z")
    first = min((made[4].index(text), text) for text in "yz")
    with pytest.raises(InputError, match=f"row 6, column {header[first[0]]}: '{first[1]}'") as e:
        scores(write(header, made))
    assert "2 more answers" in e.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_row_is_the_one_that_a_spreadsheet_shows(
    encoding: str, header: list[str], rows: Rows, scores: Scores, tmp_path: Path
) -> None:
    """A quoted line break stays within a row, a blank line is a row."""
    made = respelled(rows, 5, "3", "oops")
    lines = [",".join(cells) for cells in [header, *made]]
    lines[2] = lines[2].replace("naïve 1", '"na\n\nïve"')
    lines.insert(4, "")
    path = tmp_path / "survey.csv"
    path.write_text("\n".join(lines), encoding=encoding)
    with pytest.raises(InputError, match=r"survey\.csv, row 8, column"):
        scores(path)


def test_wrong_answer_in_the_second_file_names_that_file(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    good, bad = (
        write(header, rows, "good.csv"),
        write(header, respelled(rows, 0, "3", "?"), "b.csv"),
    )
    with pytest.raises(InputError, match=r"^b\.csv, row 2"):
        scores([good, bad])


def test_wrong_answer_of_a_row_without_organisation_is_wrong_too(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    made = respelled(rows, 7, "3", "oops")
    made[7][0] = ""
    with pytest.raises(InputError, match=r"row 9, .*'oops'"):
        scores(write(header, made))


def test_column_of_free_text_is_an_input_error(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    """More distinct texts than a small category type holds."""
    made = [[*rows[at % 36][:-1], f"answer {at}"] for at in range(70_000)]
    with pytest.raises(InputError, match=r"survey\.csv.*row 2, column RSR1: 'answer 0'"):
        scores(write(header, made))


def test_long_answer_is_cut_in_the_message(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(InputError) as caught:
        scores(write(header, respelled(rows, 0, "3", "x" * 10_000)))
    assert len(caught.value.message) < 300


# --- rows that are set aside ------------------------------------------------------------------


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\t "], ids=ascii)
def test_rows_without_organisation_are_set_aside(
    blank: str, header: list[str], rows: Rows, write: Write, short: vested.Instrument
) -> None:
    path = write(header, [*rows, [blank, *rows[0][1:]], [blank, *rows[1][1:]]])
    analysis = vested.analyse(path, instrument=short)
    assert ledger_of(analysis, "row") == {"read": 38, "used": 36, "set aside no organisation": 2}


@pytest.mark.parametrize("answer", ["", "9", "Cannot say", "NA", " "])
def test_rows_without_answers_are_set_aside(
    answer: str,
    header: list[str],
    rows: Rows,
    write: Write,
    short: vested.Instrument,
    scores: Scores,
    plain_scores: bytes,
) -> None:
    path = write(header, [*rows, ["Gent", "", *[answer] * 28]])
    found = ledger_of(vested.analyse(path, instrument=short), "row")
    assert found == {"read": 37, "used": 36, "set aside no answers": 1}
    assert scores(path) == plain_scores


@pytest.mark.parametrize(
    "name", ["  Gent", "Gent\u00a0", "Ge\u200bnt".replace("\u200b", ""), "Gent\r\n"], ids=ascii
)
def test_organisation_names_are_tidied(
    name: str, header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    made = [[name if at == 9 else row[0], *row[1:]] for at, row in enumerate(rows)]
    assert scores(write(header, made)) == plain_scores


def test_organisations_apart_for_their_case_are_told(
    header: list[str], rows: Rows, write: Write, short: vested.Instrument
) -> None:
    made = [["GENT" if at % 6 == 0 else row[0], *row[1:]] for at, row in enumerate(rows)]
    notes = vested.analyse(write(header, made), instrument=short, min_respondents=1).notes
    assert any("GENT and Gent" in note for note in notes)


# --- weights ----------------------------------------------------------------------------------


def weighted(rows: Rows, spell: Callable[[float], str]) -> Rows:
    return [[*row, spell(0.5 + at % 4 * 0.25)] for at, row in enumerate(rows)]


@pytest.mark.parametrize(
    "spell",
    [
        lambda w: str(w).replace(".", ","),
        lambda w: f" {w} ",
        lambda w: f"{w:.6f}",
        lambda w: f"{w:e}",
        lambda w: f"+{w}",
        lambda w: f"{w}\u00a0",
    ],
    ids=["decimal comma", "spaces", "zeros", "exponent", "plus", "no-break space"],
)
def test_weights_in_any_spelling(
    spell: Callable[[float], str], header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    names = [*header, "w"]
    plain = scores(write(names, weighted(rows, str), "plain.csv"), weight="w")
    assert scores(write(names, weighted(rows, spell), "other.csv"), weight="w") == plain


def test_weights_are_used(header: list[str], rows: Rows, write: Write, scores: Scores) -> None:
    path = write([*header, "w"], weighted(rows, str))
    assert scores(path, weight="w") != scores(path)


@pytest.mark.parametrize("weight", ["", " ", "0", "0.0", "-0"])
def test_rows_without_weight_are_set_aside(
    weight: str, header: list[str], rows: Rows, write: Write, short: vested.Instrument
) -> None:
    made = weighted(rows, str)
    made[4][-1] = weight
    analysis = vested.analyse(write([*header, "w"], made), instrument=short, weight="w")
    assert ledger_of(analysis, "row") == {"read": 36, "used": 35, "set aside no weight": 1}


@pytest.mark.parametrize(
    "weight", ["heavy", "-1", "-0.5", "nan", "inf", "-inf", "1e999", "1.234,5", "1,2,3", "1 000"]
)
def test_wrong_weight_stops_with_its_place(
    weight: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    made = weighted(rows, str)
    made[4][-1] = weight
    with pytest.raises(InputError, match=f"row 6, column w: '{weight}' is no weight"):
        scores(write([*header, "w"], made), weight="w")


def test_all_weights_zero_is_an_error(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(InputError, match="no weight is above 0"):
        scores(write([*header, "w"], [[*row, "0"] for row in rows]), weight="w")
