"""One small survey of the short form, which the tests spell in many ways."""

from __future__ import annotations

import csv
import os
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Matrices are small here, and where several tests run at once more threads wait for each other.
# Before NumPy is imported; processes that tests start take it over.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest

import vested
from vested.cli import run
from vested.report.csv import table

Rows = list[list[str]]


@pytest.fixture(scope="session")
def short() -> vested.Instrument:
    return vested.load_instrument("vested-short")


@pytest.fixture(scope="session")
def items(short: vested.Instrument) -> list[str]:
    return [item.id for item in short.items]


@pytest.fixture(scope="session")
def header(items: list[str]) -> list[str]:
    return ["organisation", "comment", *items]


@pytest.fixture(scope="session")
def rows(items: list[str]) -> Rows:
    """36 respondents of three organisations, two of which need more than ASCII."""
    organisations = ("Gent", "Liège", "Köln")
    return [
        [organisations[row % 3], f"naïve {row}"]
        + [str((row * 7 + row // 5 + at * 3) % 5 + 1) for at in range(len(items))]
        for row in range(36)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a table as a CSV file and give its path."""

    def made(
        header: Sequence[str], rows: Sequence[Sequence[str]], name: str = "survey.csv", **how: Any
    ) -> Path:
        path = tmp_path / name
        with path.open("w", encoding=how.pop("encoding", "utf-8"), newline="") as file:
            csv.writer(file, lineterminator="\n", **how).writerows([header, *rows])
        return path

    return made


@pytest.fixture(scope="session")
def scores(short: vested.Instrument) -> Callable[..., bytes]:
    """The scores of a survey as the bytes of their CSV: equal only if every number is."""

    def made(path: str | Path | Sequence[Path], **options: Any) -> bytes:
        # Given, not recognised: loading the bundled files takes longer than the rest.
        analysis = vested.analyse(path, **{"instrument": short, "min_respondents": 1, **options})
        return table(analysis.tables["scores"])

    return made


@pytest.fixture(scope="session")
def plain_scores(
    header: list[str], rows: Rows, scores: Callable[..., bytes], tmp_path_factory: Any
) -> bytes:
    """What every spelling of the survey must give."""
    path = tmp_path_factory.mktemp("plain") / "survey.csv"
    lines = (",".join(cells) for cells in [header, *rows])
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return scores(path)


class Coding(NamedTuple):
    """One row of a table of coded interviews; the words are those of the source if not given."""

    source: str = "S1"
    code: str = "SCL"
    polarity: str | int = 1
    organisation: str = "Gent"
    coder: str = "A"
    phase: str = "3c"
    kind: str = ""
    quotation: str | None = None


@pytest.fixture(scope="session")
def coding() -> type[Coding]:
    return Coding


@pytest.fixture
def coded(write: Callable[..., Path]) -> Callable[..., Path]:
    """Write codings as a plain table, and give its path."""

    def made(codings: Iterable[Coding], name: str = "coded.csv") -> Path:
        heads = ["source", "code", "polarity", "organisation", "coder", "phase", "kind"]
        rows = [
            [*map(str, row[:-1]), f"{row.source} on {row.code}" if row[-1] is None else row[-1]]
            for row in codings
        ]
        return write([*heads, "quotation"], rows, name)

    return made


class Told(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    error: str


@pytest.fixture
def program(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """Run the command line in this process."""

    def made(*arguments: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["vested", *map(str, arguments)])
        capfd.readouterr()
        status = run()
        return Told(status, *capfd.readouterr())

    return made


# --- many small organisations, for norms ----------------------------------------------------------

EIGHT = """
id: eight
version: "1"
name: {en: Eight}
scales:
  ten: {codes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}
items:
""" + "".join(f"  - {{id: q{at}, scale: ten, text: {{en: Question {at}}}}}\n" for at in range(8))
EIGHT += "measures:\n" + "".join(
    f"  - {{id: F{at}, kind: facet, of: [q{at}], name: {{en: Facet {at}}}}}\n" for at in range(8)
)
EIGHT += "  - {id: X, kind: index, of: [F0, F1, F2], name: {en: Whole}}\n"


@pytest.fixture
def eight(tmp_path: Path) -> Path:
    """An instrument of eight facets of one item each, and an index."""
    path = tmp_path / "eight.yaml"
    path.write_text(EIGHT, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def many() -> Callable[..., Rows]:
    """Rows of organisations: name, sector (one of three), wave, owner, and eight answers.

    By default 24 organisations of 10 to 16 respondents, whose answers have a mean of their own.
    """

    def made(organisations: int = 24, waves: Sequence[str] = ("1",), seed: int = 1) -> Rows:
        chance = random.Random(seed)
        found = []
        for at in range(organisations):
            middle = chance.uniform(2, 7)
            for wave in waves:
                for _ in range(10 + at % 7):
                    answers = [round(chance.gauss(middle, 1.5)) for _ in range(8)]
                    own = [f"Org {at:02}", "abc"[at % 3], wave, f"owner {at % 8}"]
                    found.append([*own, *(str(min(max(x, 0), 9)) for x in answers)])
        return found

    return made


@pytest.fixture
def norm_survey(write: Callable[..., Path], eight: Path) -> Callable[..., Path]:
    """Write such rows as a survey, beside the instrument."""

    def made(rows: Rows, name: str = "survey.csv") -> Path:
        head = ["organisation", "sector", "wave", "owner", *(f"q{at}" for at in range(8))]
        return write(head, rows, name)

    return made
