"""Check that two tables of scores say the same, wherever the first one is published."""

from __future__ import annotations

import argparse
import sys
from math import inf
from pathlib import Path

import polars as pl

KEYS = ("organisation", "measure")
NUMBERS = ("respondents", "score", "sd", "se", "ci_low", "ci_high")


def largest_difference(vested: Path, other: Path) -> tuple[int, float]:
    """How many shown scores were compared, and their largest difference; inf if one lacks."""
    types = {name: pl.Float64 for name in NUMBERS}
    shown = pl.read_csv(vested, schema_overrides=types).filter(pl.col("status") != "suppressed")
    theirs = pl.read_csv(other, schema_overrides=types)
    both = shown.join(theirs, on=KEYS, how="left", suffix="_other", maintain_order="left")
    worst = 0.0
    for name in NUMBERS:
        ours, others = both[name], both[f"{name}_other"]
        if not (ours.is_null() == others.is_null()).all():
            return both.height, inf
        worst = float((ours - others).abs().fill_null(0.0).to_numpy().max(initial=worst))
    return both.height, worst


def main() -> None:
    """Run from the command line; exit status 1 where they differ."""
    parser = argparse.ArgumentParser(description="Compare the scores of vested and of pandas.")
    parser.add_argument("vested", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-9)
    given = parser.parse_args()
    scores, worst = largest_difference(given.vested, given.other)
    print(f"{scores:,} scores of vested and pandas compared, largest difference {worst:.1e}")
    sys.exit(0 if scores and worst <= given.tolerance else 1)


if __name__ == "__main__":
    main()
