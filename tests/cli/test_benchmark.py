"""`vested benchmark` and `vested verify`, as people and pipelines run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

Rows = list[list[str]]
SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "survey.csv"
FILES = ["datapackage.json", "members.json", "norms.csv", "norms.parquet", "recipe.json"]


@pytest.fixture
def survey(norm_survey: Callable[..., Path], many: Callable[..., Rows]) -> Path:
    return norm_survey(many())


@pytest.fixture
def norms(program: Callable[..., Any], survey: Path, eight: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "norms"
    built = ["benchmark", "build", survey, "-i", eight, "--by", "sector", "-o", folder]
    told = program(*built)
    assert (told.status, told.out) == (0, "")
    assert "note: Norms of 24 organisations and 306 respondents, in 4 cells." in told.error
    assert told.error.endswith("recipe.json\n")
    return folder


def change(survey: Path) -> None:
    text = survey.read_text().splitlines()
    cells = text[1].split(",")
    text[1] = ",".join([*cells[:4], "9" if cells[4] != "9" else "0", *cells[5:]])
    survey.write_text("\n".join(text) + "\n")


def test_a_folder_is_written_whole_and_not_twice(
    norms: Path, program: Callable[..., Any], survey: Path, eight: Path
) -> None:
    assert sorted(path.name for path in norms.iterdir()) == FILES
    again = program("benchmark", "build", survey, "-i", eight, "-o", norms)
    assert (again.status, "exists already" in again.error) == (2, True)
    assert program("benchmark", "build", survey, "-i", eight, "-o", norms, "--force").status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "-o", "norms"], "norms cannot be built from standard input"),
        (["survey.csv", "-o", "norms.csv"], "norms.csv is the name of a file"),
        (["survey.csv", "-o", "nowhere/norms"], "there is no folder nowhere"),
        (["survey.csv", "-o", "norms", "--by", "colour"], "has no column 'colour'"),
        (["survey.csv", "-o", "norms", "--min-organisations", "2"], "below 3"),
    ],
)
def test_what_cannot_be_built_leaves_nothing(
    arguments: list[str], message: str, program: Callable[..., Any], survey: Path, eight: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    told = program("benchmark", "build", *arguments, "-i", eight.name)
    assert (told.status, told.out) == (2, "")
    assert message in told.error
    assert {path.name for path in tmp_path.iterdir()} == {"survey.csv", "eight.yaml"}


def test_show(norms: Path, program: Callable[..., Any]) -> None:
    shown = program("benchmark", "show", norms).out
    assert "all organisations\nMeasure" in shown
    assert "sector: b\n" in shown
    assert "F3" not in shown
    assert "F3" in program("benchmark", "show", norms, "--detail").out
    content = (norms / "norms.csv").read_bytes()
    assert program("benchmark", "show", norms, "-f", "csv").out.encode() == content
    assert json.loads(program("benchmark", "show", norms, "-f", "json").out)["norms"]


def test_check_tells_in_its_exit_status(
    norms: Path, program: Callable[..., Any], survey: Path
) -> None:
    told = program("benchmark", "check", norms, "-q")
    assert (told.status, told.out) == (0, "The norms hold: 36 rows are as they were.\n")
    change(survey)
    told = program("benchmark", "check", norms, "-q")
    assert told.status == 1
    assert "data: survey.csv" in told.out
    assert program("benchmark", "check", norms, "-q", "--tolerance", "50").status == 0
    survey.unlink()
    told = program("benchmark", "check", norms, "-q")
    assert (told.status, "error: not found: survey.csv" in told.error) == (2, True)


@pytest.mark.parametrize("command", [["benchmark", "check"], ["verify"]])
@pytest.mark.parametrize("form", ["csv", "json", "github", "junit", "sarif"])
def test_forms_for_pipelines(
    form: str, command: list[str], norms: Path, program: Callable[..., Any]
) -> None:
    path = norms / "norms.csv"
    path.write_text(path.read_text().replace("overall,all,F0", "overall,all,F9", 1))
    told = program(*command, norms, "-f", form)
    assert told.status == 1
    assert "norms.csv" in told.out
    if form == "junit":
        assert ElementTree.fromstring(told.out).get("failures") == "1"
    elif form in ("json", "sarif"):
        assert json.loads(told.out)
    assert str(norms.parent) not in told.out


def test_verify(norms: Path, program: Callable[..., Any], survey: Path) -> None:
    told = program("verify", norms)
    assert told.status == 0
    assert told.out == "4 files are what the recipe says (and the recipe was run again).\n"
    (norms / "members.json").write_text("[]\n")
    told = program("verify", norms)
    assert (told.status, "members.json   changed" in told.out) == (1, True)
    survey.unlink()
    assert program("verify", norms, "--hashes-only").status == 1
    assert program("verify", norms).status == 2


def test_analyse_writes_the_comparison(
    norms: Path, program: Callable[..., Any], survey: Path, eight: Path, tmp_path: Path
) -> None:
    analysed = ["analyse", survey, "-i", eight, "--benchmark", norms]
    assert program(*analysed, "-q", "-o", tmp_path / "out").status == 0
    assert (tmp_path / "out" / "benchmark.csv").exists()
    plain = program("analyse", survey, "-i", eight, "-q", "-f", "csv").out
    assert program(*analysed, "-q", "-f", "csv").out == plain
    assert list(json.loads(program(*analysed, "-q", "-f", "json").out))[-2:] == [
        "benchmark", "recipe",
    ]  # fmt: skip
    assert program("verify", tmp_path / "out").status == 0


NAUGHTY = ["=1+1", "a\x1b[31mb", "[red]x[/red]", "<script>", "a|b\u202ec", "::error::x"]


def test_names_from_data_do_not_act(
    program: Callable[..., Any], norm_survey: Callable[..., Path], many: Callable[..., Rows],
    eight: Path, tmp_path: Path,
) -> None:  # fmt: skip
    rows = many(36)
    for row in rows:
        row[1] = NAUGHTY[int(row[0][4:]) % 6]
    survey = norm_survey(rows)
    built = ["benchmark", "build", survey, "-i", eight, "--by", "sector", "-o", tmp_path / "norms"]
    assert program(*built).status == 0
    csv = (tmp_path / "norms" / "norms.csv").read_text()
    assert "sector,'=1+1," in csv
    change(survey)
    outputs = [program("benchmark", "show", tmp_path / "norms").out, csv]
    check = ["benchmark", "check", tmp_path / "norms", "-q"]
    outputs += [program(*check, *more).out for more in ([], *(["-f", f] for f in FORMS))]
    for text in outputs:
        assert not set(text) & {"\x1b", "\u202e"}
    assert all(line.startswith("::error file=norms/") for line in outputs[3].splitlines())
    assert "[red]x[/red]" in outputs[0]


FORMS = ("github", "junit", "sarif", "csv")


def test_the_same_bytes_in_other_processes(tmp_path: Path) -> None:
    """Other threads, seeds of hashes, places, times and names: the bytes of the folder stay."""
    found = []
    for at, environment in enumerate(
        (
            {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati"},
            {"POLARS_MAX_THREADS": "4", "PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8",
             "SOURCE_DATE_EPOCH": "1", "HOSTNAME": "elsewhere"},
        )
    ):  # fmt: skip
        here = tmp_path / f"place{at}"
        here.mkdir()
        (here / "survey.csv").write_bytes(SAMPLE.read_bytes())
        command = [
            sys.executable,
            "-m",
            "vested",
            "benchmark",
            "build",
            "survey.csv",
            "-o",
            "norms",
        ]
        command += ["--by", "sector", "--wave", "wave", "--quiet"]
        subprocess.run(command, cwd=here, env={**os.environ, **environment}, check=True)
        found.append({path.name: path.read_bytes() for path in (here / "norms").iterdir()})
    assert found[0] == found[1]
    assert sorted(found[0]) == FILES
