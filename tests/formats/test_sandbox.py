"""What a converter does to its process ends there: each way of breaking down is one error."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest

from vested.errors import InputError
from vested.formats import READERS, Field, Table, sandbox
from vested.formats.sandbox import Limits
from vested.formats.source import Source

CONVERTER = """\
import ctypes, itertools, os, sys, time
from pathlib import Path
from vested.errors import InputError
from vested.formats import Field
from vested.formats.conversion import Converted

def made(header=("a", "b"), rows=(("1", "2"),), **more):
    return Converted("a made file", header, rows, **more)

def late(error):
    yield ("1", "2")
    raise error

class Panic(BaseException):
    "Polars panics like this."

def convert(path, name, encoding):
    return eval(path.read_text(encoding="utf-8"))
"""
ROOMY = Limits(memory=1 << 30, seconds=20, output=1 << 26)

Reader = Callable[..., Table]


@pytest.fixture
def stack() -> ExitStack:  # type: ignore[misc]
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drawer")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def read(tmp_path: Path, stack: ExitStack, drawer: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """Have a child evaluate an expression as the conversion of a file."""
    (tmp_path / "a_converter.py").write_text(CONVERTER)
    monkeypatch.syspath_prepend(str(tmp_path))

    def made(expression: str, limits: Limits = ROOMY, encoding: str | None = None) -> Table:
        path = tmp_path / "survey.xlsx"
        path.write_text(expression, encoding="utf-8")
        source = Source(path, "survey.xlsx", "excel", path.stat().st_size, lambda: "digest")
        return sandbox.read(source, "a_converter", encoding, stack, limits)

    return made


def body(table: Table) -> list[tuple[str, ...]]:
    types = {at: pl.String() for at in range(len(table.columns))}
    return table.scan(types).collect().fill_null("").rows()


# --- what is handed over ------------------------------------------------------------------------


def test_what_a_converter_gives_becomes_a_table(read: Reader) -> None:
    table = read(
        "made(('a', 'a', ''), [('1', 'x', ''), ('2', 'y', '')], first_row=7, notes=['so'],"
        " fields=[Field('Why?', {'1': 'yes'}, {'9': 'refused'}), Field(), Field()])"
    )
    assert table.columns == ("a", "a", "")
    assert body(table) == [("1", "x", ""), ("2", "y", "")] == list(table.sample)
    assert (table.kind, table.notes, table.check()) == ("a made file", ("so",), "digest")
    assert table.fields == (Field("Why?", {"1": "yes"}, {"9": "refused"}), Field(), Field())
    assert [table.row_of(0), table.row_of(1), table.below(1).row_of(0)] == [7, 8, 8]
    assert body(table.below(1)) == [("2", "y", "")]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        " ",
        "a,b",
        'say "so"',
        '"',
        "a\nb",
        "a\r\nb",
        "\r",
        "\ufeffx",
        "ü€😀",
        "NA",
        "null",
        "''",
    ],
)
def test_any_cell_arrives_as_it_is(cell: str, read: Reader) -> None:
    rows = [(cell, "1"), ("2", cell)]
    assert body(read(f"made(rows={rows!r})")) == rows
    assert body(read(f"made(['only'], {[(cell,), ('x',)]!r})")) == [(cell,), ("x",)]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (r"'a\0b'", "a\ufffdb"),
        (r"'a\udc80b'", "a\ufffdb"),
        (r"'\ud83d\ude00'", "😀"),
    ],
    ids=["zero byte", "lone surrogate", "surrogate pair"],
)
def test_what_is_no_character_is_replaced(expression: str, told: str, read: Reader) -> None:
    table = read(
        f"made([{expression}, 'b'], [({expression}, '2')], notes=[{expression}],"
        f" fields=[Field({expression}), Field()])"
    )
    assert body(table) == [(told, "2")]
    assert (table.columns, table.notes, table.fields[0].text) == ((told, "b"), (told,), told)


def test_encoding_and_name_are_passed_on(read: Reader) -> None:
    table = read("made((name, str(encoding)))", encoding="cp1252")
    assert table.columns == ("survey.xlsx", "cp1252")


def test_a_value_comes_back_as_it_is(read: Reader, tmp_path: Path) -> None:
    read("made()")  # writes the module
    (tmp_path / "survey.xlsx").write_text("{'sheet': [['a', '\\0'], []]}")
    module = tmp_path / "a_converter.py"
    module.write_text(module.read_text().replace("(path, name, encoding)", "(path, name)"))
    found = sandbox.value(tmp_path / "survey.xlsx", "x", "excel", "a_converter", "convert", ROOMY)
    assert found == {"sheet": [["a", "\ufffd"], []]}


# --- what goes wrong ----------------------------------------------------------------------------


def error_of(run: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        run()
    return caught.value


@pytest.mark.parametrize("how", ["[*late({})]", "made(rows=late({}))"], ids=["at once", "late"])
def test_an_input_error_is_the_same_outside(how: str, read: Reader) -> None:
    error = "InputError('survey.xlsx, row 3: wrong', 'put it right')"
    found = error_of(lambda: read(how.format(error)))
    assert (found.message, found.hint) == ("survey.xlsx, row 3: wrong", "put it right")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("os.abort()", "damage, or a need for more than 1,024 MB of memory"),
        ("ctypes.string_at(0)", "broke down with SIGSEGV"),
        ("os.kill(os.getpid(), 9)", "broke down with SIGKILL"),
        ("os._exit(7)", "exit status 7"),
        ("sys.exit('left')", "left"),
        ("[*late(Panic('called unwrap on None'))]", "called unwrap on None"),
        ("made(rows=late(Panic('later')))", "later"),
        ("1 / 0", "division by zero"),
        ("open('no such file')", "No such file or directory"),
        ("bytearray(1 << 40)", "it needs more than 1,024 MB of memory"),
        ("[*late(RecursionError())]", "RecursionError"),
        ("made(rows=[('1',)])", "a row of 1 cells where there are 2 columns"),
        ("[*late(ValueError(str(path) + '\\x1b[31m\\nmore'))]", r"(survey.xlsx?[31m)"),
        ("print", "exit status 1"),  # which JSON cannot hold
    ],
)
def test_a_breakdown_is_one_error(
    expression: str, reason: str, read: Reader, drawer: Path, stack: ExitStack
) -> None:
    found = error_of(lambda: read(expression))
    assert found.message.startswith("survey.xlsx cannot be read: its spreadsheet reader stopped (")
    assert reason in found.message
    assert "export it as CSV" in found.hint
    stack.close()
    assert list(drawer.iterdir()) == []


@pytest.mark.parametrize("kind", [kind for kind in READERS if kind != "delimited"])
def test_every_reader_has_limits(kind: str) -> None:
    small, large = sandbox.limits_for(kind, 10_000), sandbox.limits_for(kind, 100 << 20)
    assert small.memory < 1 << 30
    assert (small.memory, small.seconds, small.output) < (large.memory, large.seconds, large.output)


@pytest.mark.parametrize(
    ("expression", "limits", "reason"),
    [
        ("[None for _ in itertools.count()]", Limits(1 << 30, 1, 1 << 20), "more than 1 seconds"),
        ("[bytearray(1 << 20) for _ in itertools.count()]", ROOMY, "more than 1,024 MB"),
        ("made(rows=itertools.repeat(('x' * 99, '')))", ROOMY, "File too large"),
        ("made(rows=[('x' * (1 << 25), '')])", ROOMY, "a row of 33,5"),
    ],
    ids=["time", "memory", "output", "one row"],
)
def test_limits_hold(expression: str, limits: Limits, reason: str, read: Reader) -> None:
    assert reason in error_of(lambda: read(expression, limits)).message


def test_waiting_for_nothing_ends(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_PATIENCE", 1)
    start = time.monotonic()
    found = error_of(lambda: read("time.sleep(60)", Limits(1 << 30, 1, 1 << 20)))
    assert "it took too long" in found.message
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("expression", "words"),
    [("made(rows=[])", "has a header but no rows"), ("made([], [])", "has no columns")],
)
def test_nothing_to_read_is_told(expression: str, words: str, read: Reader) -> None:
    assert error_of(lambda: read(expression)).message == f"survey.xlsx {words}"


def test_no_python_to_be_started(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert "No such file" in error_of(lambda: read("made()")).message


# --- what is around it --------------------------------------------------------------------------


def test_a_child_sees_little_of_what_is_around(
    read: Reader, drawer: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_TOKEN", "secret")
    shown = "os.getcwd(), str(os.environ.get('A_TOKEN')), str(os.getsid(0) == os.getpid())"
    table = read(f"made(({shown}), [('', '', '')])")
    (folder,) = drawer.iterdir()
    assert table.columns == (str(folder), "None", "True")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    stack.close()
    assert list(drawer.iterdir()) == []


def test_noise_is_not_shown(read: Reader, capfd: pytest.CaptureFixture[str]) -> None:
    read("os.write(1, b'out') and os.write(2, b'err') and made()")
    assert capfd.readouterr() == ("", "")


def test_modules_beside_the_file_are_not_imported(read: Reader, tmp_path: Path) -> None:
    """A file named like a part of Python may lie where the command runs."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "csv.py").write_text("raise SystemExit('imported')")
    before = Path.cwd()
    os.chdir(tmp_path / "elsewhere")
    try:
        assert body(read("made()")) == [("1", "2")]
    finally:
        os.chdir(before)


INTERRUPTED = """\
import sys
from contextlib import ExitStack
from pathlib import Path
from vested.formats import sandbox
from vested.formats.source import Source
path = Path(sys.argv[1])
sys.path.insert(0, str(path.parent))
with ExitStack() as stack:
    source = Source(path, path.name, "excel", 1, lambda: "")
    sandbox.read(source, "a_converter", None, stack, sandbox.Limits(1 << 30, 60, 1 << 20))
"""


def until(done: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_interrupt_ends_the_child(read: Reader, tmp_path: Path, drawer: Path) -> None:
    read("made()")  # writes the module
    left = sorted(drawer.iterdir())
    told, path = tmp_path / "process", tmp_path / "survey.xlsx"
    path.write_text(f"Path({str(told)!r}).write_text(str(os.getpid())) and time.sleep(60)")
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(path)],
        env={**os.environ, "TMPDIR": str(drawer)},
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    until(lambda: told.exists() and bool(told.read_text()))
    child = int(told.read_text())
    assert is_there(child)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=10) != 0
    until(lambda: not is_there(child))
    assert sorted(drawer.iterdir()) == left


def loaded(code: str) -> Sequence[str]:
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()


def test_readers_wait_until_they_are_needed() -> None:
    heavy = {"subprocess", "zipfile", "python_calamine", "pyreadstat", "polars", "numpy"}
    assert not heavy & set(loaded("import vested.formats"))
    assert not heavy - {"zipfile", "python_calamine"} & set(loaded("import vested.formats.excel"))
    assert not heavy & set(loaded("import vested.formats.child"))
