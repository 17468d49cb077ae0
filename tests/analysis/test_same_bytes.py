"""The same rows give the same bytes: in any order, split, on any machine."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

INSTRUMENT = """
id: small
version: "1"
name: {en: Small}
scales:
  seven: {codes: [1, 2, 3, 4, 5, 6, 7], missing_codes: [9]}
items:
  - {id: a1, scale: seven, text: {en: A1}}
  - {id: a2, scale: seven, text: {en: A2}, reversed: true}
  - {id: a3, scale: seven, text: {en: A3}}
  - {id: b1, scale: seven, text: {en: B1}}
measures:
  - {id: A, kind: facet, of: [a1, a2, a3], name: {en: A}}
  - {id: B, kind: facet, of: [b1], name: {en: B}}
  - {id: X, kind: index, of: [A, B], name: {en: X}, weights: [1, 2]}
  - {id: G, kind: index, of: [A, B], name: {en: G}, aggregation: geometric}
  - {id: P, kind: pair, of: [A, B], name: {en: P}}
  - {id: M, kind: ambidexterity, of: [A, B], name: {en: M}}
"""
HEADER = "organisation,wave,unit,w,a1,a2,a3,b1"
ROWS = 160_000  # more than one batch of vested.formats.BATCH_ROWS
OPTIONS = ["--wave", "wave", "--group", "unit", "--weight", "w", "--quiet"]


def some_rows() -> list[str]:
    """Organisations with accents, waves 1 to 10, fractional weights, missing codes and blanks."""
    chance = random.Random(7)
    codes = [*"1234567" * 3, "9", ""]
    organisations = [
        "Évora",
        "Gent",
        "Ärzte",
        "zele",
        "Zele",
        "Łódź",
        "İzmir",
        *map(str, range(20)),
    ]
    return [
        ",".join(
            [
                chance.choice(organisations),
                str(chance.choice((1, 2, 10))),
                chance.choice(("IT", "HR")),
                f"{chance.choice((0.1, 0.3, 0.7, 1.1, 2.9)):.1f}",
                *chance.choices(codes, k=4),
            ]
        )
        for _ in range(ROWS)
    ]


def write(path: Path, rows: Sequence[str]) -> Path:
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The survey as it came, shuffled, and in three parts; and the instrument."""
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "small.yaml").write_text(INSTRUMENT)
    rows = some_rows()
    write(folder / "as-it-came.csv", rows)
    shuffled = random.Random(8).sample(rows, len(rows))
    write(folder / "shuffled.csv", shuffled)
    write(folder / "sorted.csv", sorted(rows))
    for at in range(3):
        write(folder / f"part{at}.csv", shuffled[at::3])
    return folder


def outputs(folder: Path, files: Sequence[str], **environment: str) -> dict[str, bytes]:
    """What a process of its own writes in each format."""
    code = (
        "import sys, vested\n"
        "from vested import report\n"
        "analysis = vested.analyse(sys.argv[2:], instrument='small.yaml', wave='wave',\n"
        "    group='unit', weight='w')\n"
        "for name in ('csv', 'json', 'parquet'):\n"
        "    with open(f'{sys.argv[1]}.{name}', 'wb') as file:\n"
        "        file.write(report.render(analysis, name))\n"
    )
    command = [sys.executable, "-c", code, "out", *files]
    subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=True)
    return {name: (folder / f"out.{name}").read_bytes() for name in ("csv", "json", "parquet")}


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[str, bytes]:
    return outputs(folder, ["as-it-came.csv"])


PARTS = ["part0.csv", "part1.csv", "part2.csv"]


@pytest.mark.parametrize(
    ("files", "environment"),
    [
        (["as-it-came.csv"], {"POLARS_MAX_THREADS": "1"}),
        (["shuffled.csv"], {"POLARS_MAX_THREADS": "2"}),
        (["sorted.csv"], {"POLARS_MAX_THREADS": "4"}),
        (["as-it-came.csv"], {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"}),
        (["as-it-came.csv"], {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"}),
        (["shuffled.csv"], {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "TZ": "UTC"}),
        (PARTS, {}),
        (PARTS[::-1], {"POLARS_MAX_THREADS": "4", "PYTHONHASHSEED": "3"}),
    ],
    ids=str,
)
def test_same_rows_same_bytes(
    files: list[str], environment: dict[str, str], folder: Path, expected: dict[str, bytes]
) -> None:
    found = outputs(folder, files, **environment)
    assert {name: content == expected[name] for name, content in found.items()} == dict.fromkeys(
        ("csv", "json", "parquet"), True
    )


def test_the_command_line_writes_these_bytes(folder: Path, expected: dict[str, bytes]) -> None:
    command = [sys.executable, "-m", "vested", "analyse", *PARTS, "-i", "small.yaml", *OPTIONS]
    for name in ("csv", "json"):
        run = subprocess.run(
            [*command, "--format", name], cwd=folder, capture_output=True, check=True
        )
        assert (run.stdout == expected[name], run.stderr) == (True, b"")


def test_the_answers_are_there(expected: dict[str, bytes]) -> None:
    """So that equal bytes are not equally empty ones; nobody agrees in answers by chance."""
    lines = expected["csv"].decode().splitlines()
    assert len(lines) == 1 + 27 * 3 * 2 * 8
    assert sum(line.split(",")[11] == "caution" for line in lines[1:]) > 1000
