"""What is said of an organisation does not change when others join it in a run.

Left out of that are the columns that compare it with the others, and whether questions were
understood alike, which is judged over all respondents.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import vested
from vested.analysis.compare import compare
from vested.analysis.evidence import evidence

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "survey.csv"
OURS = "City of Oakhaven"
AMONG_OTHERS = (
    *("shrunk", "reliability", "rank_low", "rank_high", "rank_low_marginal", "rank_high_marginal"),
    *("comparable", "reason"),
)
CASES: dict[str, Callable[[Path], pl.DataFrame]] = {
    "scores": lambda path: vested.analyse(path).tables["scores"].frame,
    "scores of waves": lambda path: vested.analyse(path, wave="wave").tables["scores"].frame,
    "scores, bootstrap": lambda path: (
        vested.analyse(path, interval="bootstrap", draws=999).tables["scores"].frame
    ),
    "agreement": lambda path: evidence(path).tables["agreement"].frame,
    "change": lambda path: compare(path, wave="wave").tables["change"].frame,
    "shock": lambda path: compare(path, wave="wave").tables["shock"].frame,
    "paradoxes": lambda path: compare(path, paradox_map=True).tables["paradoxes"].frame,
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, but for the rows of others."""
    path = tmp_path_factory.mktemp("alone") / "survey.csv"
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("organisation")
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *(row for row in rows if row[at] == OURS)])
    return path


@pytest.mark.parametrize("made", CASES.values(), ids=CASES)
def test_an_organisation_is_the_same_alone_and_among_others(
    alone: Path, made: Callable[[Path], pl.DataFrame]
) -> None:
    among = made(SAMPLE).filter(organisation=OURS)
    kept = [name for name in among.columns if name not in AMONG_OTHERS]
    found = made(alone)
    assert found.height > 1
    assert found.select(kept).rows() == among.select(kept).rows()
