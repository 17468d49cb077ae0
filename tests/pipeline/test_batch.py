"""Each client its own files from its own rows, whole or not at all, and only what changed again."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import vested
from vested.errors import VestedError
from vested.pipeline.batch import Batch
from vested.pipeline.batch.clients import folder_name

Run = Callable[..., Batch]
TreeOf = Callable[[Path], dict[str, bytes]]
Rows = list[list[str]]
NAMES = ("Gent", "Liège", "köln-2")


def summary_of(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "summary.csv").read_text(encoding="utf-8"))))


@pytest.fixture
def three(survey: Callable[..., Path], answered: Callable[..., Rows]) -> Path:
    """A folder with one file of three clients, whose rows are mixed."""
    rows = list(chain.from_iterable(zip(*(answered(name) for name in NAMES), strict=True)))
    return survey(rows)


def test_a_client_gets_what_its_rows_alone_give(
    three: Path,
    run: Run,
    survey: Callable[..., Path],
    answered: Callable[..., Rows],
    tmp_path: Path,
) -> None:
    found = run(three, by="client")
    assert (found.done, found.unchanged, found.failed) == (tuple(sorted(NAMES)), (), {})
    alone = survey(answered("Gent"), folder="alone") / "all.csv"
    scores = vested.analyse(alone, instrument="vested-short").scores.write_csv()
    assert (tmp_path / "out" / folder_name("Gent") / "scores.csv").read_text() == scores


def test_files_and_rows_of_one_file_give_the_same(
    tree_of: TreeOf,
    three: Path,
    run: Run,
    survey: Callable[..., Path],
    answered: Callable[..., Rows],
    tmp_path: Path,
) -> None:
    for name in NAMES:
        folder = survey(answered(name), f"{name}.csv", "apart")
    run(three, by="client")
    run(folder, "files")
    assert sorted(os.listdir(tmp_path / "files")) == sorted(os.listdir(tmp_path / "out"))
    for name in map(folder_name, NAMES):
        one, other = (tree_of(tmp_path / each / name) for each in ("out", "files"))
        assert {key for key in one if one[key] != other[key]} == {"recipe.json"}
    assert summary_of(tmp_path / "files") == summary_of(tmp_path / "out")


def test_the_same_bytes_whatever_the_order_the_processes_and_the_place(
    tree_of: TreeOf,
    survey: Callable[..., Path],
    answered: Callable[..., Rows],
    run: Run,
    tmp_path: Path,
) -> None:
    clients = {name: answered(name) for name in (*NAMES, "a", "b")}
    rows = list(chain.from_iterable(clients.values()))
    run(survey(rows), by="client")
    order = [name for name, own in clients.items() for _ in own]
    random.Random(1).shuffle(order)
    left = {name: iter(own) for name, own in clients.items()}
    mixed = survey([next(left[name]) for name in order], "other.csv", "elsewhere")
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    environment |= {"POLARS_MAX_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    out = tmp_path / "elsewhere/../second"
    subprocess.run(
        command(mixed, out, "--jobs", "2"),
        env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert tree_of(out) == tree_of(tmp_path / "out")


def test_only_what_changed_is_made_again(
    tree_of: TreeOf,
    survey: Callable[..., Path],
    answered: Callable[..., Rows],
    run: Run,
    tmp_path: Path,
) -> None:
    folder = survey(answered("a"), "a.csv")
    survey(answered("b"), "b.csv")
    assert run(folder).done == ("a", "b")
    before = tree_of(tmp_path / "out")
    again = run(folder)
    assert (again.done, again.unchanged) == ((), ("a", "b"))
    assert tree_of(tmp_path / "out") == before
    survey(answered("b", 13), "b.csv")
    assert run(folder).done == ("b",)
    (tmp_path / "out/a/scores.csv").write_text("by hand")
    assert run(folder).done == ("a",)
    assert run(folder, options={"confidence": 0.9}).done == ("a", "b")
    assert run(folder, options={"confidence": 0.9}, force=True).done == ("a", "b")
    (folder / "vested.yaml").write_text("clients: {a.csv: {title: New}}\nconfidence: 0.9\n")
    assert run(folder).done == ("a",)


def test_headcounts_and_margins_of_all_clients_in_one_file(
    three: Path, run: Run, tmp_path: Path
) -> None:
    headcount, margins = tmp_path / "headcount.csv", tmp_path / "margins.csv"
    headcount.write_text("organisation,count\nGent,48\nLiège,11\nköln-2,12\n", encoding="utf-8")
    rows = "".join(f"{name},client,{name},9\n" for name in NAMES)
    margins.write_text(f"organisation,variable,value,count\n{rows}", encoding="utf-8")
    options = {"headcount": headcount, "population": margins}
    found = run(three, by="client", options=options)
    assert found.done == ("Gent", "köln-2")
    [message] = [why[0] for why in found.failed.values()]
    assert message == "headcount.csv, row 3: 11 people work at Liège, but 12 answered"
    scores = (tmp_path / "out" / folder_name("Gent") / "scores.csv").read_text(encoding="utf-8")
    row = next(csv.DictReader(io.StringIO(scores)))
    assert (row["response_rate"], row["n_effective"]) == ("0.25", "12.0")


def test_a_bad_client_is_told_and_the_others_are_made(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path
) -> None:
    rows = answered("a") + answered("b") + answered("c")
    rows[14][5] = "7"  # the sixteenth line of the file, the third of the client
    found = run(survey(rows), by="client")
    assert (found.done, list(found.failed)) == (("a", "c"), ["b"])
    assert found.failed["b"][0].startswith("all.csv, row 16, column ")
    assert sorted(os.listdir(tmp_path / "out")) == ["a", "c", "summary.csv"]
    told = {row["client"]: (row["status"], row["message"]) for row in summary_of(tmp_path / "out")}
    assert told["a"] == ("done", "")
    assert told["b"][0] == "failed"
    assert "all.csv, row 16" in told["b"][1]


def test_what_a_failed_client_had_stays_and_is_named(
    tree_of: TreeOf,
    survey: Callable[..., Path],
    answered: Callable[..., Rows],
    run: Run,
    tmp_path: Path,
) -> None:
    folder = survey(answered("a"), "a.csv")
    run(folder)
    before = tree_of(tmp_path / "out/a")
    survey(answered("a", 3), "a.csv")
    found = run(folder)
    assert "a is as an earlier batch left it: a failed." in found.notes
    assert tree_of(tmp_path / "out/a") == before


def test_what_the_command_says(
    survey: Callable[..., Path], answered: Callable[..., Rows], program: Callable[..., Any],
    tmp_path: Path,
) -> None:  # fmt: skip
    rows = answered("a") + answered("b") + answered("b\x1b[31m", 4) + answered(" ", 2)
    arguments = ["batch", survey(rows), "--by", "client", "--output", tmp_path / "out"]
    arguments += ["--jobs", "1", "--instrument", "vested-short", "--format", "csv"]
    told = program(*arguments)
    assert (told.status, told.out) == (1, "")
    lines = told.error.splitlines()
    assert lines[0] == "note: 2 rows name no client in column client; nobody gets them."
    assert lines[1].startswith("failed: b␛[31m: every score would be suppressed: fewer than 10")
    assert lines[2:] == [f"note: 2 made, 0 unchanged, 1 failed; see {tmp_path}/out/summary.csv"]
    quiet = program(*arguments, "--quiet")
    assert quiet.status == 1
    assert [line[:6] for line in quiet.error.splitlines()] == ["failed"]
    assert program(*arguments, "--min-respondents", "3", "--quiet")[::2] == (0, "")


def test_files_are_for_their_owner_alone(three: Path, run: Run, tmp_path: Path) -> None:
    run(three, by="client")
    modes = {
        stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("out/**/*") if path.is_file()
    }
    folders = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("out/*/")}
    assert (modes, folders) == ({0o600}, {0o700})


def test_clients_with_several_organisations_and_groups(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path
) -> None:
    rows = answered("a", 24) + answered("b", 12, "North") + answered("b", 11, "South")
    for at, row in enumerate(rows[:24]):
        row[3] = f"group {at % 2}"
    folder = survey(rows)
    (folder / "vested.yaml").write_text("by: client\nclients: {a: {group: [comment]}}\n")
    run(folder)
    found = [
        (row["client"], row["organisations"], row["organisation"], row["respondents"])
        for row in summary_of(tmp_path / "out")
    ]
    assert found == [
        ("a", "1", "a", "24"),
        ("b", "2", "North", "12"),
        ("b", "2", "South", "11"),
    ]
    assert sorted(os.listdir(tmp_path / "out/a")) == [
        "groups.csv",
        "ledger.csv",
        "recipe.json",
        "report.csv",
        "scores.csv",
    ]
    assert all(float(row["VESTED_score"]) > 0 for row in summary_of(tmp_path / "out"))


# --- where it goes --------------------------------------------------------------------------------


def foreign_file(folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out/thesis.docx").touch()


WRONG: dict[str, tuple[Callable[[Path], object], dict[str, Any], str]] = {
    "output is the input": (lambda at: None, {"output": "surveys"}, "in the folder of the surveys"),
    "output in the input": (lambda at: None, {"output": "surveys/x"}, "in the folder of the surv"),
    "output above the input": (lambda at: None, {"output": "."}, "holds the folder of the surveys"),
    "output is a file": (lambda at: (at / "out").touch(), {}, "out is a file"),
    "no folder above": (lambda at: None, {"output": "x/y"}, "there is no folder"),
    "output of others": (foreign_file, {}, "holds thesis.docx, and nothing that a batch made"),
    "no such column": (lambda at: None, {"by": "clint"}, "has no column 'clint' (--by)"),
    "blank column": (lambda at: None, {"by": "comment"}, "column comment is blank in every row"),
    "unknown format": (lambda at: None, {"options": {"formats": ["docs"]}}, "no format 'docs'"),
    "unknown language": (lambda at: None, {"options": {"language": "xx"}}, "no reports in 'xx'"),
    "option out of range": (lambda at: None, {"options": {"confidence": 2}}, "--confidence 2 is"),
    "no jobs": (lambda at: None, {"jobs": 0}, "--jobs 0 is below 1"),
    "no project": (lambda at: None, {"project": Path("gone.yaml")}, "gone.yaml cannot be read"),
}


@pytest.mark.parametrize(("prepare", "how", "words"), WRONG.values(), ids=WRONG)
def test_a_batch_that_is_wrong_writes_nothing(
    tree_of: TreeOf, prepare: Callable[[Path], object], how: dict[str, Any], words: str,
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path,
) -> None:  # fmt: skip
    folder = survey([[*row[:3], "", *row[4:]] for row in answered("a")], "a.csv")
    prepare(tmp_path)
    before = tree_of(tmp_path)
    with pytest.raises(VestedError, match=re.escape(words)):
        run(folder, **how)
    assert tree_of(tmp_path) == before
    assert not (tmp_path / "out").is_dir() or (tmp_path / "out/thesis.docx").exists()


@pytest.mark.parametrize(
    ("files", "how", "words"),
    [
        ([], {}, "there is no survey in"),
        (["a.csv", "A.csv.gz", "a.tsv"], {}, "would both be the client a"),
        (["vested.yaml"], {}, "there is no survey in"),
        ([".hidden.csv", "~$a.xlsx", "Thumbs.db", "desktop.ini"], {}, "there is no survey in"),
    ],
)
def test_folders_without_clients(
    files: list[str], how: dict[str, Any], words: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "surveys").mkdir()
    for name in files:
        (tmp_path / "surveys" / name).write_text("confidence: 0.9\n")
    with pytest.raises(VestedError, match=words):
        run(tmp_path / "surveys", **how)
    assert not (tmp_path / "out").exists()


def test_one_file_needs_a_column(three: Path, run: Run) -> None:
    with pytest.raises(VestedError, match="say with --by"):
        run(three / "all.csv")
    assert run(three / "all.csv", by="client").done == tuple(sorted(NAMES))


def test_what_others_made_is_never_replaced(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path
) -> None:
    folder = survey(answered("a"), "a.csv")
    survey(answered("b"), "b.csv")
    (tmp_path / "out/a").mkdir(parents=True)
    (tmp_path / "out/a/mine.txt").write_text("keep")
    found = run(folder, force=True)
    assert found.failed["a"][0] == "a is there already, and no batch made it"
    (tmp_path / "out/b/letter.txt").write_text("keep")
    found = run(folder, force=True)
    assert "holds letter.txt, which no batch made" in found.failed["b"][0]
    assert (tmp_path / "out/a/mine.txt").read_text() == "keep"
    assert (tmp_path / "out/b/letter.txt").read_text() == "keep"


def test_folders_of_clients_who_left_stay_and_are_named(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path
) -> None:
    folder = survey(answered("a"), "a.csv")
    survey(answered("b"), "b.csv")
    run(folder)
    (folder / "b.csv").unlink()
    (folder / "sub").mkdir()
    found = run(folder)
    assert found.notes == (
        "sub in surveys is not read: it is no file.",
        "1 folders are of clients that are not here any more, and stay: b.",
    )
    assert (tmp_path / "out/b/scores.csv").exists()


def test_two_batches_do_not_write_to_one_folder(three: Path, run: Run, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "out").mkdir()
    handle = os.open(tmp_path / "out", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(VestedError, match="another batch is writing"):
        run(three, by="client")
    os.close(handle)
    assert run(three, by="client").done


# --- stopped, broken down -------------------------------------------------------------------------


def command(source: Path, out: Path, *more: str) -> list[str]:
    given = ["--instrument", "vested-short", "--format", "csv", *more]
    return [
        sys.executable, "-m", "vested", "batch", str(source), "--by", "client",
        "--output", str(out), *given,
    ]  # fmt: skip


@pytest.fixture
def many(survey: Callable[..., Path], answered: Callable[..., Rows]) -> Path:
    return survey(chain.from_iterable(answered(f"c{number:02}") for number in range(6)))


def is_whole(folder: Path) -> bool:
    """Whether each client's files are those that its recipe lists."""
    for client in folder.glob("[!.]*/"):
        outputs = json.loads((client / "recipe.json").read_bytes())["outputs"]
        if {path.name for path in client.iterdir()} != {*outputs, "recipe.json"}:
            return False
    return True


@pytest.mark.parametrize(("jobs", "points"), [("1", (2,)), ("2", (1, 3))])
def test_killed_at_any_point_nothing_is_torn_and_the_next_run_completes(
    tree_of: TreeOf, jobs: str, points: tuple[int, ...], many: Path, run: Run, tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run(many, "whole", by="client")
    out = tmp_path / "out"
    begun = subprocess.Popen(command(many, out, "--jobs", jobs), env=environment)
    for wanted in points:
        while sum(1 for _ in out.glob("[!.]*/")) < wanted and begun.poll() is None:
            time.sleep(0.01)
        begun.kill()
        begun.wait()
        assert is_whole(out)
        begun = subprocess.Popen(command(many, out, "--jobs", jobs), env=environment)
    assert begun.wait() == 0
    assert tree_of(out) == tree_of(tmp_path / "whole")


def test_interrupted_it_leaves_whole_clients_only(many: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment["TMPDIR"] = str(temporary)
    out = tmp_path / "out"
    begun = subprocess.Popen(
        command(many, out, "--jobs", "2"), env=environment, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    while not any(out.glob("[!.]*/")):
        time.sleep(0.01)
    os.killpg(begun.pid, signal.SIGINT)
    _, error = begun.communicate(timeout=30)
    assert begun.returncode == 130
    assert "Traceback" not in error
    assert is_whole(out)
    assert list(out.glob(".*")) == []
    assert list(temporary.iterdir()) == []


def test_what_was_being_replaced_comes_back(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Run, tmp_path: Path
) -> None:
    folder = survey(answered("a"), "a.csv")
    run(folder)
    out = tmp_path / "out"
    (out / "a").rename(out / ".vested-old-a")
    (out / ".vested-new-a").mkdir()
    (out / ".vested-new-a/scores.csv").write_text("half")
    (out / ".vested-x.part").write_text("half")
    assert run(folder).unchanged == ("a",)
    assert sorted(os.listdir(out)) == ["a", "summary.csv"]
