"""`vested evidence` from the command line: what it reads, writes and refuses."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.analysis.evidence import evidence
from vested.cli import run as main
from vested.stats.agreement import NULLS

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ITEMS = [f"A{at}" for at in range(1, 9)]
HEADER = ["organisation", "wave", "unit", "id", "took", "check", *ITEMS]
LINES = "\n".join(f"  - {{id: {item}, scale: s, text: {{en: {item}}}}}" for item in ITEMS)
FORM = f"""
id: made
version: "1"
name: {{en: Made}}
scales: {{s: {{codes: [1, 2, 3, 4, 5]}}}}
items:
{LINES}
measures:
  - {{id: F, kind: facet, of: [A1, A2, A3, A4], name: {{en: F}}}}
  - {{id: G, kind: facet, of: [A5, A6, A7, A8], name: {{en: G}}}}
  - {{id: I, kind: index, of: [F, G], name: {{en: I}}}}
"""


def some_rows() -> list[list[object]]:
    """80 respondents of two organisations, two waves and two units, and two who tick one answer."""
    chance = random.Random(1)
    rows: list[list[object]] = []
    for at in range(80):
        level = chance.choice((2, 3, 4))
        answers = [min(max(level + chance.choice((-1, 0, 0, 1)), 1), 5) for _ in ITEMS]
        names = ["XY"[at % 2], str(1 + at // 40), "ab"[at // 2 % 2], f"r{at}"]
        rows.append([*names, 100, "2", *answers])
    return [*rows, *(["X", "1", "a", f"s{at}", 4, "3", *[3] * 8] for at in range(2))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs: a survey and its questionnaire."""
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "survey.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *some_rows()])
    (tmp_path / "form.yaml").write_text(FORM)
    return tmp_path


Told = tuple[int, str, str]


@pytest.fixture
def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """Run `vested evidence survey.csv -i form.yaml` with more: status, output, errors."""

    def made(*args: str) -> Told:
        monkeypatch.setattr(
            sys, "argv", ["vested", "evidence", "survey.csv", "-i", "form.yaml", *args]
        )
        status = main()
        return (status or 0, *capfd.readouterr())

    return made


def process(*arguments: object, **how: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vested", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, encoding="utf-8", **how
    )


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- out ----------------------------------------------------------------------------------------


def test_the_answer_comes_first() -> None:
    done = process("evidence", SAMPLES / "survey.csv", "--quiet", "--detail")
    assert done.returncode == 0
    assert done.stdout.startswith("Of the 57 headline scores of 19 organisations, ")
    for part in ("Reliability of facets", "Agreement within", "Aggregation", "SCL1"):
        assert part in done.stdout


def test_json_has_every_table_and_the_recipe(run: Callable[..., Told]) -> None:
    status, out, _ = run("--format", "json", "--group", "unit", "--reml", "--quality")
    found = json.loads(out)
    assert status == 0
    assert {
        "quality", "items", "missing", "reliability", "weights", "agreement", "gate", "agreed",
        "aggregation", "components", "suitability", "eigenvalues", "loadings", "models",
        "model_loadings", "discriminant", "invariance", "ledger", "recipe",
    } == set(found)  # fmt: skip
    assert found["recipe"]["options"]["reml"] is True


@pytest.mark.parametrize("form", ["csv", "markdown"])
def test_one_file_holds_the_main_table(form: str, run: Callable[..., Told]) -> None:
    status, out, _ = run("--format", form)
    assert (status, "alpha" in out.lower(), "F" in out) == (0, True, True)


def test_parquet_goes_to_a_file(run: Callable[..., Told], folder: Path) -> None:
    assert run("-o", "out.parquet")[0] == 0
    assert pl.read_parquet(folder / "out.parquet")["measure"].to_list() == ["F", "G"]


@pytest.mark.parametrize("form", ["csv", "json", "parquet", "markdown"])
def test_folder_has_a_file_per_table(form: str, run: Callable[..., Told], folder: Path) -> None:
    status, out, error = run("-o", "found", "-f", form, "--wave", "wave", "--exclude-flagged", "2")
    assert (status, out) == (0, "")
    assert "wrote " in error
    suffix = {"markdown": "md"}.get(form, form)
    tables = {name.rsplit(".", 1)[0] for name in files(folder / "found")} - {"recipe"}
    assert {"items", "agreement", "gate", "comparison", "quality", "invariance"} <= tables
    assert files(folder / "found") == {f"{name}.{suffix}" for name in tables} | {"recipe.json"}
    assert run("-o", "found", "-f", form)[0] == 2  # nothing is overwritten
    assert run("-o", "found", "-f", form, "--force")[0] == 0


def test_standard_input(folder: Path) -> None:
    text = (folder / "survey.csv").read_text()
    args = ("-i", "form.yaml", "-f", "json", "--no-structure")
    piped = process("evidence", "-", *args, input=text, cwd=folder)
    plain = process("evidence", "survey.csv", *args, cwd=folder)
    assert piped.returncode == 0
    assert json.loads(piped.stdout)["items"] == json.loads(plain.stdout)["items"]


def test_leaving_out_from_standard_input(folder: Path) -> None:
    """It can be read only once, and yet is gone through twice."""
    text = (folder / "survey.csv").read_text()
    args = ("-i", "form.yaml", "-f", "json", "--exclude-flagged", "2", "--instructed", "check=2")
    piped = process("evidence", "-", *args, input=text, cwd=folder)
    plain = process("evidence", "survey.csv", *args, cwd=folder)
    found, wanted = (json.loads(done.stdout) for done in (piped, plain))
    assert any(line["reason"] == "flagged" for line in found["ledger"])
    assert found["ledger"] == wanted["ledger"]
    assert found["comparison"] == wanted["comparison"]


def test_group_and_wave_in_the_terminal(run: Callable[..., Told]) -> None:
    _, out, _ = run("--group", "unit", "--wave", "wave", "--detail")
    told = " ".join(out.split())
    assert "Do groups answer alike?" in told
    assert "wave" in told
    assert "unit" in told


# --- options -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "columns"),
    [
        (["--null", "heavy-skew"], {"rwg_heavy_skew"}),
        (["--null", "all"], {f"rwg_{null.replace('-', '_')}" for null in NULLS}),
    ],
)
def test_further_nulls(args: Sequence[str], columns: set[str], run: Callable[..., Told]) -> None:
    found = json.loads(run("-f", "json", "--no-structure", *args)[1])
    assert columns <= set(found["agreement"][0])


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (["--cut", "rwg=0.9", "--cut", "p=0.5"], {"cuts": {"rwg": 0.9, "p": 0.5}}),
        (["--missing", "listwise"], {"missing": "listwise"}),
        (
            ["--factors", "2", "--extraction", "ml", "--rotation", "varimax", "--seed", "3"],
            {"factoring": {"factors": 2, "extraction": "ml", "rotation": "varimax", "seed": 3}},
        ),
        (["--ordinal"], {"factoring": {"ordinal": True}}),
        (["--no-structure"], {"structure": False}),
        (["--duration", "took"], {"duration": "took"}),
        (
            ["--instructed", "check=2", "--instructed", "unit=a=b"],
            {"instructed": {"check": "2", "unit=a": "b"}},
        ),
        (["--respondent", "id"], {"respondent": "id"}),
        (["--exclude-flagged", "3"], {"exclude_flagged": 3}),
    ],
)
def test_options_reach_the_recipe(
    args: Sequence[str], options: dict[str, Any], run: Callable[..., Told], folder: Path
) -> None:
    if "unit=a=b" in args:  # a name may hold the sign
        text = (folder / "survey.csv").read_text()
        (folder / "survey.csv").write_text(text.replace(",unit,", ",unit=a,", 1))
    status, out, error = run("-f", "json", *args)
    assert status == 0, error
    found = json.loads(out)["recipe"]["options"]
    for key, wanted in options.items():
        own = found[key]
        assert ({k: own[k] for k in wanted} if isinstance(wanted, dict) else own) == wanted


def test_cuts_move_the_gate(run: Callable[..., Told]) -> None:
    usual, strict = (
        [row["gate"] for row in json.loads(run("-f", "json", "--no-structure", *args)[1])["gate"]]
        for args in ((), ("--cut", "rwg=0.99", "--cut", "rwg-refuse=0.98"))
    )
    assert set(strict) == {"do not aggregate"}
    assert strict != usual


# --- personal data ----------------------------------------------------------------------------


def test_respondents_are_written_only_where_asked_for(
    run: Callable[..., Told], folder: Path
) -> None:
    before = files(folder)
    for args in (["--quality"], ["--exclude-flagged", "2"], ["--quality", "-f", "json"]):
        status, out, error = run(*args, "--respondent", "id")
        assert (status, files(folder)) == (0, before)
        assert not any(name in out + error for name in ("r17", "s0", "screening"))
    run("--quality", "--respondent", "id", "-o", "found")
    assert "screening.csv" not in files(folder / "found")
    assert not any("r17" in path.read_text() for path in (folder / "found").iterdir())


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "md"])
def test_screening_to_a_file(suffix: str, run: Callable[..., Told], folder: Path) -> None:
    args = ["--screening", f"who.{suffix}", "--respondent", "id", "--duration", "took"]
    status, out, error = run(*args, "--instructed", "check=2")
    path = folder / f"who.{suffix}"
    assert status == 0
    assert "Response quality" in out
    assert "personal data" in error
    assert path.stat().st_mode & 0o077 == 0  # nobody else's
    if suffix == "parquet":
        assert "r17" in pl.read_parquet(path)["respondent"]
    else:
        assert "r17" in path.read_text()
    if suffix == "csv":
        frame = pl.read_csv(path)
        keys = ["respondent", "organisation", "longstring", "irv", "mahalanobis", "even_odd",
                "synonyms", "seconds_per_item", "flags"]  # fmt: skip
        assert [key for key in keys if key not in frame.columns] == []
        assert frame.height == 82
        last = frame.row(-1, named=True)
        assert (last["respondent"], last["row"], last["seconds_per_item"]) == ("s1", 83, 0.5)
        assert {"longstring", "instructed", "seconds_per_item"} <= set(last["flagged_by"].split())


def test_screening_beside_a_folder_of_results(run: Callable[..., Told], folder: Path) -> None:
    status, _, error = run("--screening", "who.csv", "-o", "found", "--no-structure")
    assert (status, "who.csv" in error) == (0, True)
    assert (folder / "who.csv").exists()
    assert "who.csv" not in files(folder / "found")


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--null", "heavy"], "--null 'heavy' is unknown"),
        (["--cut", "rgw=0.8"], "there is no cut 'rgw'"),
        (["--cut", "rwg"], "'' is no number"),
        (["--cut", "rwg=high"], "'high' is no number"),
        (["--exclude-flagged", "1"], "--exclude-flagged 1"),
        (["--exclude-flagged", "few"], "--exclude-flagged"),
        (["--factors", "0"], "--factors must be 1 or more"),
        (["--factors", "many"], "--factors"),
        (["--extraction", "paf"], "--extraction"),
        (["--rotation", "promax"], "--rotation"),
        (["--missing", "mean"], "--missing"),
        (["--seed", "-1"], "--seed"),
        (["--instructed", "check"], "--instructed check"),
        (["--instructed", "=2"], "--instructed =2"),
        (["--instructed", "check="], "--instructed check="),
        (["--instructed", "chek=2"], "no column 'chek'"),
        (["--duration", "time"], "no column 'time'"),
        (["--duration", "A1"], "--duration A1: that column is an item"),
        (["--duration", "wave", "--wave", "wave"], "is named as"),
        (["--group", "sector"], "no column 'sector'"),
        (["--group", "score"], "--group score"),
        (["--min-respondents", "83"], "82 respondents in all, fewer than 83"),
        (["--confidence", "1.5"], "--confidence 1.5"),
        (["--screening", "form.yaml"], "the suffix of form.yaml stands for no format"),
        (["--screening", "who.doc"], "the suffix of who.doc stands for no format"),
        (["--screening", "who"], "the suffix of who stands for no format"),
        (["--screening", "."], "is a folder"),
        (["--screening", "survey.csv"], "survey.csv exists already"),
        (["--screening", "survey.csv", "--force"], "survey.csv is one of the files to read"),
        (["--screening", "gone/who.csv"], "there is no folder gone"),
        (["--screening", "a.csv", "-o", "a.csv"], "the result goes there"),
        (["--screening", "a.csv", "-o", "./a.csv", "--force"], "the result goes there"),
        (["-o", "survey.csv", "--force"], "survey.csv is one of the files to read"),
        (["-o", "out.doc"], "the suffix of out.doc stands for no format"),
        (["-f", "cvs"], "no format 'cvs'"),
        (["--weight", "took"], "--weight"),  # evidence is about people, one by one
    ],
)
def test_refused(args: Sequence[str], words: str, run: Callable[..., Told], folder: Path) -> None:
    """In two lines, before anything is written."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    status, out, error = run(*args)
    lines = [line for line in error.splitlines() if not line.startswith("note: ")]
    assert (status, out) == (2, "")
    assert lines[0].startswith("error: ")
    assert words in error
    assert lines[-1].startswith("hint: ")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_screening_into_the_folder_of_results(run: Callable[..., Told], folder: Path) -> None:
    (folder / "found").mkdir()
    status, _, error = run("--screening", "found/items.csv", "-o", "found", "--force")
    assert (status, "the result goes there" in error) == (2, True)
    assert files(folder / "found") == set()


@pytest.mark.parametrize(
    "args", [(), ("--no-structure",), ("--ordinal",), ("--screening", "who.csv"), ("--quality",)]
)
def test_instrument_without_facets(
    args: Sequence[str], run: Callable[..., Told], folder: Path
) -> None:
    text = FORM[: FORM.index("  - {id: F")] + "  - {id: P, kind: pair, of: [A1, A2], name: {en: P}}"
    (folder / "form.yaml").write_text(text + "\n")
    status, _, error = run(*args)
    assert (status, "has no facet to judge" in error) == (2, True)
    assert "who.csv" not in files(folder)


# --- explain, and analyse under the gate ------------------------------------------------------


@pytest.mark.parametrize("name", ["rwg", "ICC(1)", "alpha", "gate"])
def test_explain(name: str) -> None:
    done = process("explain", name)
    assert done.returncode == 0
    for part in ("Formula:", "How to read it:", "Where it misleads:", "Source:"):
        assert part in done.stdout


def test_explain_lists_and_suggests() -> None:
    assert "rwgj" in process("explain").stdout
    unknown = process("explain", "alfa")
    assert unknown.returncode == 2
    assert "alpha" in unknown.stderr


def test_gate_marks_scores_and_changes_no_number() -> None:
    on, off = (
        process("analyse", SAMPLES / "survey.csv", "-q", "-f", "csv", "--gate", gate).stdout
        for gate in ("on", "off")
    )
    assert ",caution" in on
    assert ",caution" not in off
    assert on.replace(",caution", ",published") == off
    shown = process("analyse", SAMPLES / "survey.csv", "-q").stdout  # the gate is on
    assert "]?" in shown
    assert "?: to be read with caution" in shown


def test_the_function_gives_what_the_command_writes(run: Callable[..., Told], folder: Path) -> None:
    whole = json.loads(run("-f", "json", "--group", "unit")[1])
    found = evidence(
        folder / "survey.csv", instrument=vested.load_instrument("form.yaml"), group="unit"
    )
    assert whole["gate"] == found.gate.to_dicts()
    assert [line["alpha"] for line in whole["reliability"]] == found.reliability["alpha"].to_list()
