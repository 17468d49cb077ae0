"""The samples say what index.csv says, and the smallest can be followed by hand."""

from __future__ import annotations

import csv
import runpy
from math import sqrt
from pathlib import Path

import polars as pl
import pytest

import vested
from vested.analysis.interviews import interviews

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
HEADER_ROWS = {
    "survey.csv": 1, "survey-labels-nl.csv": 1, "minimal.csv": 1, "qualtrics-choice-text.csv": 3,
    "interviews.csv": 1, "interviews-taguette.csv": 1, "interviews-sources.csv": 1,
    "literature.csv": 1,
}  # fmt: skip

# Per respondent of Ashby, by hand: see docs/explanation/how-scores-are-made.md.
SHARE = [75, 275 / 3, 50, 75, 25, 100, 175 / 3, 200 / 3, 250 / 3, 250 / 3]
REUSE = [50, 50, 50, 100, 0, 75, 50, 25, 75, 75, 75]
VALUE = [62.5, 425 / 6, 50, 87.5, 12.5, 87.5, 325 / 6, 425 / 6, 475 / 6, 475 / 6]
TILT = [0, 25, -50, 25, -75, 0, 0, 0, 50, -25]
JOINT = [
    *(75, sqrt(7500), sqrt(5000), sqrt(3750), 50, 100),
    *(50, 75, sqrt(1875), sqrt(3750)),
]
# Student's t, 97.5 %: R: qt(.975, c(9, 10))
T9, T10 = 2.262157162798205, 2.228138851986274


@pytest.fixture(scope="module")
def minimal() -> pl.DataFrame:
    return vested.analyse(SAMPLES / "minimal.csv", instrument=SAMPLES / "minimal.yaml").scores


@pytest.fixture(scope="module")
def open_minimal() -> pl.DataFrame:
    """The same with nothing hidden."""
    return vested.analyse(
        SAMPLES / "minimal.csv", instrument=SAMPLES / "minimal.yaml", min_respondents=1
    ).scores


def test_sharing_would_give_the_eleventh_away(minimal: pl.DataFrame) -> None:
    own = minimal.filter(organisation="Ashby")
    assert own.filter(status="suppressed")["measure"].to_list() == ["SHARE"]


@pytest.mark.parametrize(
    ("measure", "values", "t"),
    [
        ("SHARE", SHARE, T9),
        ("REUSE", REUSE, T10),
        ("VALUE", VALUE, T9),
        ("PTP.tilt", TILT, T9),
        ("PTP.joint", JOINT, T9),
    ],
)
def test_the_minimal_sample_by_hand(
    open_minimal: pl.DataFrame, measure: str, values: list[float], t: float
) -> None:
    row = open_minimal.row(
        by_predicate=(pl.col("organisation") == "Ashby") & (pl.col("measure") == measure),
        named=True,
    )
    n = len(values)
    mean = sum(values) / n
    sd = sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    expected = (n, mean, sd, sd / sqrt(n), mean - t * sd / sqrt(n), mean + t * sd / sqrt(n))
    found = [row[name] for name in ("respondents", "score", "sd", "se", "ci_low", "ci_high")]
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_single_respondent_of_birch_is_suppressed(minimal: pl.DataFrame) -> None:
    birch = minimal.filter(pl.col("organisation") == "Birch")
    assert birch["status"].unique().to_list() == ["suppressed"]
    assert (
        birch.select("respondents", "score", "sd", "se", "ci_low", "ci_high").null_count().row(0)
        == (5,) * 6
    )


def test_the_script_makes_the_same_bytes() -> None:
    made = runpy.run_path(str(SAMPLES / "make_samples.py"))
    answers, truth = made["survey"]()
    assert answers.write_csv().encode() == (SAMPLES / "survey.csv").read_bytes()
    assert truth.write_csv().encode() == (SAMPLES / "survey-truth.csv").read_bytes()
    assert made["survey_labels_nl"]() == (SAMPLES / "survey-labels-nl.csv").read_bytes()
    assert made["qualtrics_choice_text"]() == (SAMPLES / "qualtrics-choice-text.csv").read_bytes()


def test_the_script_makes_the_same_interviews() -> None:
    made = runpy.run_path(str(SAMPLES / "make_interviews.py"))
    project, texts = made["made"]()
    names = ("interviews.qdpx", "interviews.csv", "interviews-taguette.csv")
    kept = [(SAMPLES / name).read_bytes() for name in (*names, "interviews-sources.csv")]
    tables = [made[name](project) for name in ("plain_table", "taguette", "of_sources")]
    assert [made["write"](project, texts), *(table.encode() for table in tables)] == kept


def evidence(*files: str, **options: object) -> pl.DataFrame:
    paths = [SAMPLES / file for file in files]
    return interviews(paths, **options).evidence  # type: ignore[arg-type]


def test_interviews_say_the_same_as_project_and_table() -> None:
    """All but the ids of passages, which rest on their place where that is known."""
    one, other = evidence("interviews.csv"), evidence("interviews.qdpx")
    assert one.drop("quotations").equals(other.drop("quotations"))
    assert one.height > 300
    numbers = [frame["quotations"].str.split(" ").list.len() for frame in (one, other)]
    assert numbers[0].equals(numbers[1])


def test_taguette_says_what_the_first_coder_says(tmp_path: Path) -> None:
    with (SAMPLES / "interviews.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    first = tmp_path / "first.csv"
    with first.open("w", encoding="utf-8", newline="") as out:
        own = [row for row in rows if row[header.index("coder")] == "Coder A"]
        csv.writer(out).writerows([header, *own])
    assert len(own) < len(rows)
    taguette = evidence("interviews-taguette.csv", sources=SAMPLES / "interviews-sources.csv")
    assert taguette.drop("quotations").equals(interviews(first).evidence.drop("quotations"))


def test_the_index_names_every_file_and_its_rows() -> None:
    with (SAMPLES / "index.csv").open(encoding="utf-8", newline="") as file:
        index = {row["file"]: row["rows"] for row in csv.DictReader(file)}
    scripts = {"make_samples.py", "make_interviews.py"}
    files = {path.name for path in SAMPLES.iterdir()} - {"index.csv", "__pycache__", *scripts}
    assert set(index) == files
    for name, headers in HEADER_ROWS.items():
        with (SAMPLES / name).open(encoding="cp1252", newline="") as file:
            assert sum(1 for _ in csv.reader(file)) - headers == int(index[name])
