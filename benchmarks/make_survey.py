"""Make a survey of any size: random answers to the 80 items of the `vested` instrument.

The answers are uniform and independent, which no real survey is: it is the hard case, since every
combination of answers occurs. Rows are written chunk by chunk, so memory does not grow with them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from vested import load_instrument
from vested.model import Item

Answers = Literal["codes", "labels"]

CHUNK_ROWS = 100_000
BLANK_SHARE = 0.03


def make_survey(
    path: Path,
    rows: int,
    *,
    organisations: int | None = None,
    answers: Answers = "codes",
    seed: int = 0,
) -> None:
    """Write a CSV of `rows` respondents in exactly so many organisations (default √rows)."""
    count = organisations or round(rows**0.5)
    if not 1 <= count <= rows:
        raise ValueError(f"{rows} rows cannot be spread over {count} organisations")
    random = np.random.default_rng(seed)
    names = pl.Series([f"Organisation {number:06d}" for number in range(count)])
    options = {item.id: _options(item, answers) for item in load_instrument("vested").items}
    with path.open("wb") as file:
        for start in range(0, rows, CHUNK_ROWS):
            row = np.arange(start, min(start + CHUNK_ROWS, rows))
            # The first rows name every organisation once, the others one at random.
            place = np.where(row < count, row, random.integers(count, size=len(row)))
            columns = {"organisation": names.gather(place)}
            for item, spellings in options.items():
                columns[item] = spellings.gather(_choices(random, len(row), len(spellings)))
            pl.DataFrame(columns).write_csv(file, include_header=start == 0)


def _options(item: Item, answers: Answers) -> pl.Series:
    """What can stand in a cell of this item: nothing, then each code or English label."""
    scale = item.scale
    if answers == "codes":
        return pl.Series([None, *scale.codes], dtype=pl.Int8)
    return pl.Series([None, *scale.labels["en"]], dtype=pl.String)


def _choices(random: np.random.Generator, rows: int, options: int) -> np.ndarray:
    """Per row the place of an option, 0 (blank) in 3 % of them."""
    chosen = random.integers(1, options, size=rows, dtype=np.uint32)
    chosen[random.random(rows, dtype=np.float32) < BLANK_SHARE] = 0
    return chosen


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make a survey of random answers.")
    parser.add_argument("path", type=Path, help="CSV file to write")
    parser.add_argument("rows", type=int, help="number of respondents")
    parser.add_argument("--organisations", type=int, help="how many; default: the root of the rows")
    parser.add_argument("--answers", choices=("codes", "labels"), default="codes")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    make_survey(
        given.path,
        given.rows,
        organisations=given.organisations,
        answers=given.answers,
        seed=given.seed,
    )


if __name__ == "__main__":
    main()
