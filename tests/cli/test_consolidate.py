"""`vested consolidate`, as people run it: both strands of the samples side by side."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
STRANDS = ["--survey", SAMPLES / "survey.csv", "--interviews", SAMPLES / "interviews.csv"]
OTHERWISE = {"Employment Service", "City of Oakhaven"}
"""Of these the samples' interviews tell another story than their survey."""
TABLES = ["display", "profiles", "completeness"]


def test_where_the_samples_differ_comes_first(program: Callable[..., Any]) -> None:
    told = program("consolidate", *STRANDS, "-i", "vested", "-q", "-f", "json")
    assert (told.status, told.error) == (0, "")
    tables = json.loads(told.out)
    assert list(tables) == [*TABLES, "recipe"]
    display = tables["display"]
    codes = [row["convergence"] for row in display]
    order = ["dissonance", "partial", "agreement", "silence"]
    assert codes == sorted(codes, key=order.index)
    apart = [row["organisation"] for row in display if row["convergence"] == "dissonance"]
    assert len(apart) >= 3
    assert set(apart) <= OTHERWISE
    profiles = {row["organisation"]: row for row in tables["profiles"]}
    both = {name: [abs(row["difference"]) for row in display if row["organisation"] == name
                   and row["difference"] is not None] for name in profiles}  # fmt: skip
    means = {name: sum(each) / len(each) for name, each in both.items() if each}
    assert len(means) == 12
    assert set(sorted(means, key=means.__getitem__)[-2:]) == OTHERWISE
    assert sum(row[code] for row in profiles.values() for code in order) == len(display)
    for row in tables["completeness"]:
        either = row["both"] + row["survey_only"] + row["interviews_only"]
        assert (row["organisations"], row["completeness"]) == (either, row["both"] / either)


def test_the_terminal(program: Callable[..., Any]) -> None:
    told = program("consolidate", *STRANDS, "-i", "vested")
    assert told.status == 0
    for part in ("Survey and interviews both speak of", "Joint display", "Profiles", "rows read",
                 "--detail shows more: Completeness"):  # fmt: skip
        assert part in told.out
    assert "no interview speaks of: " in told.error
    assert "silence" not in told.out.partition("Profiles")[0].partition("Joint display")[2]
    assert "Completeness\n" in program("consolidate", *STRANDS, "-i", "vested", "--detail").out


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_forms(form: str, program: Callable[..., Any]) -> None:
    told = program("consolidate", *STRANDS, "-i", "vested", "-q", "-f", form)
    assert (told.status, told.error) == (0, "")
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(told.out)))
        assert rows[0]["convergence"] == "dissonance"
        assert {row["gate"] for row in rows} <= {"published", "suppressed", "caution", ""}


def test_literature_and_a_folder(program: Callable[..., Any], tmp_path: Path) -> None:
    refs = tmp_path / "refs.csv"
    refs.write_text("measure,claim,reference\nSCL,Scaling takes years,Guest 2020\n")
    told = program("consolidate", *STRANDS, "-i", "vested", "-q", "-o", tmp_path / "out",
                   "--literature", refs)  # fmt: skip
    assert (told.status, told.error) == (0, "")
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {*(f"{name}.csv" for name in (*TABLES, "literature")), "recipe.json"}
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert [each["file"] for each in recipe["inputs"]] == ["survey.csv", "interviews.csv"]
    assert recipe["options"]["literature"]


def test_all_three_kinds_of_file_say_the_same(program: Callable[..., Any]) -> None:
    """As a project and as a table; but for the ids of passages, which rest on their place."""
    told = [
        program("consolidate", "--survey", SAMPLES / "survey.csv", "--interviews", SAMPLES / name,
                "-i", "vested", "-q", "-f", "csv").out
        for name in ("interviews.csv", "interviews.qdpx")
    ]  # fmt: skip
    tables = [list(csv.DictReader(io.StringIO(text))) for text in told]
    for rows in tables:
        for row in rows:
            row["quotations"] = str(len(row["quotations"].split()))
    assert tables[0] == tables[1]


@pytest.mark.parametrize("minimum", [3, 200])
def test_hidden_scores_are_in_no_form(minimum: int, program: Callable[..., Any]) -> None:
    """Organisations of fewer respondents than the minimum, here nearly all."""
    told = program("consolidate", *STRANDS, "-i", "vested", "-q", "-f", "json",
                   "--min-respondents", minimum)  # fmt: skip
    if told.status == 2:
        assert "every score would be suppressed" in told.error
        assert told.out == ""
        return
    for row in json.loads(told.out)["display"]:
        hidden = row["gate"] == "suppressed"
        assert not hidden or {row[n] for n in ("score", "score_low", "score_high", "respondents",
                                               "difference")} == {None}  # fmt: skip
        assert not hidden or "too few respondents" in row["because"]


ROWS = "organisation,phase,source,coder,code,polarity,quotation\n"
FILES = {
    "survey.csv": "organisation,wave,SCL1,SCL2,SCL3,SCL4\n"
    + "Gent,1,3,3,3,3\nGent,1,4,4,4,3\n" * 6,
    "coded.csv": ROWS + "".join(f"Gent,1,S{at},A,SCL,1,words {at}\n" for at in range(3)),
    "refs.csv": "measure,claim,reference\nSLC,x,R\n",
    "bad.csv": "claim\nx\n",
    "out.csv": "precious",
    "mapping.yaml": "codes:\n  SCL: SLC\n",
}
BOTH = ["--survey", "survey.csv", "--interviews", "coded.csv", "-i", "vested"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--survey", "survey.csv"], "--interviews"),
        (["--interviews", "coded.csv"], "--survey"),
        (["--survey", "gone.csv", "--interviews", "coded.csv"], "gone.csv does not exist"),
        (["--survey", "survey.csv", "--interviews", "gone.csv", "-i", "vested"],
         "gone.csv does not exist"),
        (["--survey", "coded.csv", "--interviews", "coded.csv"], "no instrument is recognised"),
        (["--survey", "survey.csv", "--interviews", "survey.csv", "-i", "vested"],
         "holds no coded interviews"),
        ([*BOTH, "--literature", "gone.csv"], "gone.csv cannot be read"),
        ([*BOTH, "--literature", "bad.csv"], "bad.csv has no column measure and reference"),
        ([*BOTH, "--literature", "refs.csv"], "row 2: 'SLC' is no measure of vested"),
        ([*BOTH, "--code-mapping", "mapping.yaml"], "mapping.yaml, line 2: 'SLC' is no measure"),
        ([*BOTH, "--code-mapping", "gone.yaml"], "gone.yaml cannot be read"),
        ([*BOTH, "--organisation-of-sources", "body"], "no source has a variable 'body'"),
        ([*BOTH, "--organisation", "body"], "no column 'body'"),
        ([*BOTH, "--min-sources", "0"], "--min-sources 0"),
        ([*BOTH, "--min-respondents", "50"], "suppressed"),
        ([*BOTH, "--wave", "wave"], "--wave"),
        ([*BOTH, "-o", "out.csv"], "exists already"),
        ([*BOTH, "-o", "coded.csv", "--force"], "one of the files to read"),
        ([*BOTH, "--literature", "refs.csv", "-o", "refs.csv", "--force"],
         "one of the files to read"),
        ([*BOTH, "-f", "cvs"], "no format 'cvs'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_errors(
    arguments: list[str], words: str, program: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")
    told = program("consolidate", *arguments)
    lines = [line for line in told.error.splitlines() if not line.startswith("note: ")]
    assert (told.status, told.out) == (2, "")
    assert [line.split(" ")[0] for line in lines] == ["error:", "hint:"]
    assert words in told.error
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == FILES


def test_nobody_is_named(
    write: Callable[..., Path], program: Callable[..., Any], tmp_path: Path
) -> None:
    survey, coded = tmp_path / "survey.csv", tmp_path / "coded.csv"
    survey.write_text(FILES["survey.csv"])
    rows = "".join(f"Gent,1,Ann {at},Benedikta,SCL,1,xylophone {at}\n" for at in range(3))
    coded.write_text(ROWS + rows)
    for form in ([], ["--detail"], ["-f", "csv"], ["-f", "json"], ["-f", "markdown"]):
        told = program(
            "consolidate", "--survey", survey, "--interviews", coded, "-i", "vested", *form
        )
        assert told.status == 0
        shown = told.out + told.error
        assert not [name for name in ("Ann ", "Benedikta", "xylophone") if name in shown]
