"""Files are written whole or not at all, for their owner only."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest

import vested
from vested import report
from vested.analysis.result import Analysis
from vested.errors import OutputError, UsageError
from vested.model import Instrument, Item, Measure, Scale
from vested.report.files import write_files

FIVE = Scale("five", (1, 2, 3, 4, 5))
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(), items=(Item("a", FIVE),),
    measures=(Measure("A", "facet", ("a",), {"en": "a"}),),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    (tmp_path / "survey.csv").write_text("organisation,a\nGent,3\nGent,4\n")
    return vested.analyse(tmp_path / "survey.csv", instrument=INSTRUMENT, min_respondents=1)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_content_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    write_files({path: b"new"}, force=False)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o600)
    assert names(tmp_path) == ["scores.csv"]


def test_a_file_that_exists_is_kept_without_force(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already") as caught:
        write_files({tmp_path / "other.csv": b"new", path: b"new"}, force=False)
    assert "--force" in caught.value.hint
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["scores.csv"])
    write_files({path: b"new"}, force=True)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("function", ["os.fsync", "os.replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "scores.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(function, full)
    with pytest.raises(OutputError, match=r"scores\.csv cannot be written: No space left"):
        write_files({path: b"new"}, force=True)
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["scores.csv"])


def test_a_second_file_that_fails_leaves_no_first_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def full_at_the_second(_: int) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full_at_the_second)
    with pytest.raises(OutputError, match=r"b\.csv"):
        write_files({tmp_path / "a.csv": b"1", tmp_path / "b.csv": b"2"}, force=False)
    assert names(tmp_path) == []


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_files({tmp_path / "a.csv": b"1"}, force=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("target", "message"),
    [("folder", "is a folder"), ("missing/scores.csv", "cannot be written")],
)
def test_targets_that_cannot_be(target: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=message):
        write_files({tmp_path / target: b"1"}, force=True)


@pytest.mark.parametrize(
    ("name", "start"), [("s.csv", b"org"), ("s.JSON", b"{"), ("s.parquet", b"PAR1"), ("s.md", b"#")]
)
def test_the_suffix_decides(name: str, start: bytes, analysis: Analysis, tmp_path: Path) -> None:
    assert report.write(analysis, tmp_path / name, None, force=False) == [tmp_path / name]
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_named_format_comes_before_the_suffix(analysis: Analysis, tmp_path: Path) -> None:
    report.write(analysis, tmp_path / "scores.txt", "json", force=False)
    assert json.loads((tmp_path / "scores.txt").read_text())["scores"]


@pytest.mark.parametrize(
    ("form", "suffix"), [(None, "csv"), ("json", "json"), ("parquet", "parquet")]
)
def test_a_folder_gets_every_table_and_the_recipe(
    form: str | None, suffix: str, analysis: Analysis, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    report.write(analysis, folder, form, force=False)
    assert names(folder) == sorted([f"ledger.{suffix}", "recipe.json", f"scores.{suffix}"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    recipe = json.loads((folder / "recipe.json").read_text())
    assert {"vested", "instrument", "options", "versions", "inputs"} <= recipe.keys()
    assert recipe["inputs"][0].keys() >= {"file", "sha256"}


def test_a_folder_with_one_of_the_files_is_refused_whole(
    analysis: Analysis, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "ledger.csv").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        report.write(analysis, folder, None, force=False)
    assert names(folder) == ["ledger.csv"]
    report.write(analysis, folder, None, force=True)
    assert names(folder) == ["ledger.csv", "recipe.json", "scores.csv"]


@pytest.mark.parametrize(
    ("name", "form", "error", "message"),
    [
        ("scores.xyz", None, UsageError, "stands for no format"),
        ("no/scores.csv", None, OutputError, "no folder"),
        ("survey.csv", None, OutputError, "exists already"),
    ],
)
def test_a_target_is_checked_before_the_work(
    name: str,
    form: str | None,
    error: type[Exception],
    message: str,
    analysis: Analysis,
    tmp_path: Path,
) -> None:
    with pytest.raises(error, match=message):
        report.check_target(tmp_path / name, form, force=False)


def test_an_unknown_format_has_a_hint() -> None:
    with pytest.raises(UsageError, match="no format 'jsn'") as caught:
        report.checked_format("jsn")
    assert "json" in caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(analysis: Analysis, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="cannot be"):
        report.write(analysis, tmp_path / "scores.csv", None, force=False)
