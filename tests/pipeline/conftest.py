"""Small surveys of several clients, and what a batch leaves behind."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from vested.pipeline.batch import Batch, batch

Tree = dict[str, bytes]
HEADER = ["organisation", "client", "respondent", "comment"]
OPTIONS = {"instrument": "vested-short", "formats": ["csv"]}
"""Given, not recognised, and the cheapest form."""


@pytest.fixture(scope="session")
def tree_of() -> Callable[[Path], Tree]:
    """Every file below a folder, by its path in it."""

    def made(folder: Path) -> Tree:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    return made


@pytest.fixture(scope="session")
def answered(items: list[str]) -> Callable[..., list[list[str]]]:
    """Rows of one client: its answers are its own, and the same in every test."""

    def made(name: str, rows: int = 12, organisation: str = "") -> list[list[str]]:
        dice = random.Random(name)
        lean = dice.randint(1, 3)
        return [
            [organisation or name, name, f"{name}-r{row}", f"{name} said {row}"]
            + [str(dice.randint(lean, lean + 2)) for _ in items]
            for row in range(rows)
        ]

    return made


@pytest.fixture
def survey(tmp_path: Path, items: list[str]) -> Callable[..., Path]:
    """Write rows as a csv file in a folder, and give the folder."""

    def made(rows: Iterable[Sequence[str]], name: str = "all.csv", folder: str = "surveys") -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        with (place / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([[*HEADER, *items], *rows])
        return place

    return made


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Batch]:
    """Run a batch in this process, into `out` if nothing else is said."""

    def made(source: Path, output: str = "out", **how: object) -> Batch:
        options = {**OPTIONS, **how.pop("options", {})}  # type: ignore[dict-item]
        return batch(source, tmp_path / output, options=options, **{"jobs": 1, **how})  # type: ignore[arg-type]

    return made
