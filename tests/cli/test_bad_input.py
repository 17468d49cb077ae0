"""What goes wrong is told in two lines, exit 2, and nothing is left half done."""

from __future__ import annotations

import gzip
import io
import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import vested
from vested.cli import run

ITEMS = [item.id for item in vested.load_instrument("vested-short").items]
NAMES = ",".join(["organisation", *ITEMS])
ROW = "Gent" + ",3" * 28
OTHER = "Gent" + ",4,3" * 14
GOOD = "\n".join([NAMES, *[OTHER, ROW] * 6]) + "\n"
WEIGHTED = "\n".join([f"{NAMES},w", *[f"{OTHER},1", f"{ROW},1"] * 6]) + "\n"
TINY = """\
id: tiny
version: "1"
name: {en: Tiny}
scales: {s: {codes: [1, 2, 3, 4, 5]}}
items: [{id: SCL1, scale: s, text: {en: One.}}]
measures: [{id: A, kind: facet, of: [SCL1], name: {en: All}}]
"""
VESTED = [sys.executable, "-m", "vested"]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, GOOD)
    return out.getvalue()


@dataclass
class Case:
    """A file survey.csv, arguments, and a piece of the message; `prepare` makes what else."""

    survey: str | bytes | None
    words: str
    args: list[str] = field(default_factory=lambda: ["analyse", "survey.csv"])
    prepare: Callable[[Path], object] | None = None


def analyse(*args: str) -> list[str]:
    return ["analyse", "survey.csv", *args]


def other(name: str, content: str | bytes) -> Callable[[Path], object]:
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / name).write_bytes(raw)


def answer(text: str) -> str:
    """The good survey with one answer in its third row, and so in line 4, replaced."""
    lines = GOOD.splitlines()
    lines[3] = f"Gent,{text}" + ",3" * 27
    return "\n".join(lines) + "\n"


CASES = {
    # The bytes of the file
    "empty file": Case("", "survey.csv is empty"),
    "header only": Case(f"{NAMES}\n", "no rows"),
    "header without newline": Case(NAMES, "no rows"),
    "one byte": Case("x", "survey.csv"),
    "newline only": Case("\n", "no responses"),
    "mark only": Case(b"\xef\xbb\xbf", "no responses"),
    "binary": Case(bytes(range(256)) * 8, "not text"),
    "picture": Case(b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
    "zip of two": Case(zipped("a.csv", "b.csv"), "holds 2 files: a.csv, b.csv"),
    "zip of nothing": Case(zipped(), "holds no file"),
    "damaged zip": Case(zipped("a.csv")[:-9], "damaged zip or Excel"),
    "old Excel, damaged": Case(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged workbook"),
    "spss, damaged": Case(b"$FL2@(#) SPSS DATA FILE", "SPSS"),
    "damaged gzip": Case(gzip.compress(GOOD.encode())[:-20], "damaged gzip"),
    "gzip of nothing": Case(gzip.compress(b""), "empty"),
    "gzip in gzip": Case(gzip.compress(gzip.compress(GOOD.encode())), "survey.csv"),
    "page of the web": Case("<!DOCTYPE html>\n<html><body>Log in</body></html>\n", "survey.csv"),
    "folder": Case(None, "is a folder", prepare=lambda at: (at / "survey.csv").mkdir()),
    "missing file": Case(None, "does not exist"),
    "missing file among others": Case(GOOD, "gone.csv does not exist", analyse("gone.csv")),
    "fifo": Case(None, "regular file", prepare=lambda at: os.mkfifo(at / "survey.csv")),
    "file below a file": Case(GOOD, "cannot be read", ["analyse", "survey.csv/x.csv"]),
    "name too long": Case(None, "cannot be read", ["analyse", "x" * 300 + ".csv"]),
    # Encodings
    "wrong encoding": Case(GOOD, "", analyse("--encoding", "utf-16")),
    "unknown encoding": Case(GOOD, "no encoding 'latin-99'", analyse("--encoding", "latin-99")),
    "encoding that is none of text": Case(GOOD, "encoding", analyse("--encoding", "base64")),
    "invalid bytes": Case(
        GOOD.encode() + b"K\xf6ln" + b",3" * 28, "utf-8", analyse("--encoding", "utf-8")
    ),
    "invalid bytes for ascii": Case(
        GOOD.replace("Gent", "Köln", 1), "ascii", analyse("--encoding", "ascii")
    ),
    # The shape of the table
    "ragged short": Case(GOOD + "Gent,3,3\n", "line 14: 3 cells where the header has 29"),
    "ragged long": Case(GOOD + ROW + ",3\n", "line 14: 30 cells where the header has 29"),
    "unclosed quote": Case(GOOD.replace("Gent", '"Gent', 1), "survey.csv"),
    "only rows": Case(GOOD.split("\n", 1)[1], "survey.csv"),
    "sep line only": Case("sep=;\n", "no responses"),
    # Columns
    "item twice": Case(GOOD.replace("SCL3", "SCL1", 1), "SCL1 stands in columns"),
    "item twice in another case": Case(GOOD.replace("SCL3", "scl1", 1), "SCL1 stands in columns"),
    "no organisation column": Case(GOOD.replace("organisation", "x", 1), "no column is recognised"),
    "two organisation columns": Case(
        GOOD.replace("\n", ",X\n").replace(",X", ",company", 1), "organisation, company"
    ),
    "no item column": Case("organisation,a\nGent,3\n", "no instrument is recognised"),
    "no item column of the one named": Case(
        "organisation,a\nGent,3\n", "no column is an item", analyse("-i", "vested-short")
    ),
    "organisation column not found": Case(
        GOOD, "no column 'organisatoin'", analyse("--organisation", "organisatoin")
    ),
    "group column not found": Case(GOOD, "no column 'sector'", analyse("--group", "sector")),
    "wave column not found": Case(GOOD, "no column 'wav'", analyse("--wave", "wav")),
    "group named like a result": Case(
        GOOD.replace("\n", ",X\n").replace(",X", ",score", 1),
        "--group score",
        analyse("--group", "score"),
    ),
    "group twice": Case(WEIGHTED, "twice", analyse("--group", "w", "--group", "w")),
    "group that is an item": Case(GOOD, "an item", analyse("--group", "SCL1")),
    "second file of another kind": Case(
        GOOD, "other.csv", analyse("other.csv"), other("other.csv", "organisation,x\nGent,1\n")
    ),
    # Answers
    "unknown label": Case(answer("Agre"), "row 4, column SCL1: 'Agre' is no answer"),
    "code out of range": Case(answer("6"), "row 4, column SCL1: '6' is no answer"),
    "half a code": Case(answer("2.5"), "row 4, column SCL1: '2.5' is no answer"),
    "escape codes in an answer": Case(answer("\x1b[31mred"), "row 4"),
    "no answers": Case(f"{NAMES}\nGent{',' * 28}\n", "no row can be used: 1 no answers"),
    "blank organisation": Case(GOOD.replace("Gent", ""), "no row can be used: 12 no organisation"),
    "all suppressed": Case(GOOD[: len(NAMES) + 1] + f"{ROW}\n" * 9, "suppressed"),
    # Weights
    "weight of text": Case(
        WEIGHTED.replace(",1\n", ",heavy\n", 1), "'heavy' is no weight", analyse("--weight", "w")
    ),
    "negative weight": Case(
        WEIGHTED.replace(",1\n", ",-1\n", 1), "'-1' is no weight", analyse("--weight", "w")
    ),
    "all weights zero": Case(
        WEIGHTED.replace(",1\n", ",0\n"), "no weight is above 0", analyse("--weight", "w")
    ),
    "no weights": Case(WEIGHTED.replace(",1\n", ",\n"), "weight", analyse("--weight", "w")),
    # Instruments
    "unknown instrument": Case(GOOD, "no instrument 'vestd'", analyse("-i", "vestd")),
    "instrument missing": Case(GOOD, "gone.yaml", analyse("-i", "gone.yaml")),
    "instrument a folder": Case(GOOD, "cannot be read", analyse("-i", ".")),
    "broken YAML": Case(
        GOOD, "my.yaml, line ", analyse("-i", "my.yaml"), other("my.yaml", TINY + "  x: [\n")
    ),
    "wrong instrument": Case(
        GOOD,
        "my.yaml, line 6: ",
        analyse("-i", "my.yaml"),
        other("my.yaml", TINY.replace("[SCL1]", "[SCL9]")),
    ),
    "survey as instrument": Case(GOOD, "not an instrument", analyse("-i", "survey.csv")),
    "validate a broken instrument": Case(
        None, "my.yaml, line ", ["instrument", "validate", "my.yaml"], other("my.yaml", "id: [\n")
    ),
    "show an unknown instrument": Case(None, "no instrument", ["instrument", "show", "zzz"]),
    "show an unknown language": Case(
        None, "'xx'", ["instrument", "show", "vested-short", "--language", "xx"]
    ),
    # Output
    "output exists": Case(
        GOOD, "exists already", analyse("-o", "out.csv"), other("out.csv", "precious")
    ),
    "output folder holds results": Case(
        GOOD,
        "exists already",
        analyse("-o", "out"),
        lambda at: ((at / "out").mkdir(), (at / "out" / "scores.csv").write_text("precious")),
    ),
    "output folder holds a ledger": Case(
        GOOD,
        "exists already",
        analyse("-o", "out"),
        lambda at: ((at / "out").mkdir(), (at / "out" / "ledger.csv").write_text("precious")),
    ),
    "output is the survey": Case(GOOD, "exists already", analyse("-o", "survey.csv")),
    "output is the survey, forced": Case(
        GOOD, "survey.csv", analyse("-o", "survey.csv", "--force")
    ),
    "output folder missing": Case(GOOD, "no folder", analyse("-o", "gone/out.csv")),
    "output below a file": Case(GOOD, "no folder", analyse("-o", "survey.csv/out.csv")),
    "output folder below a file": Case(GOOD, "survey.csv", analyse("-o", "survey.csv/out")),
    "output name too long": Case(GOOD, "", analyse("-o", "x" * 300 + ".csv")),
    "output folder that is a file": Case(
        GOOD, "out", analyse("-o", "out"), other("out", "precious")
    ),
    "unknown format": Case(GOOD, "no format 'cvs'", analyse("-f", "cvs")),
    "unknown suffix": Case(GOOD, "out.doc", analyse("-o", "out.doc")),
    # The command line
    "unknown option": Case(GOOD, "--grup", analyse("--grup", "x")),
    "unknown command": Case(GOOD, "analyze", ["analyze", "survey.csv"]),
    "no survey": Case(None, "", ["analyse"]),
    "no minimum": Case(GOOD, "--min-respondents 0", analyse("--min-respondents", "0")),
    "minimum of text": Case(GOOD, "--min-respondents", analyse("--min-respondents", "ten")),
    "confidence of 2": Case(GOOD, "--confidence 2", analyse("--confidence", "2")),
    "confidence of 1": Case(GOOD, "--confidence 1", analyse("--confidence", "1")),
    "confidence of nan": Case(GOOD, "--confidence nan", analyse("--confidence", "nan")),
    "unknown way with wrong answers": Case(GOOD, "--invalid", analyse("--invalid", "guess")),
    "standard input twice": Case(None, "twice", ["analyse", "-", "-"]),
    "one file twice": Case(GOOD, "twice", analyse("survey.csv")),
    "simulate nobody": Case(None, "--respondents", ["simulate", "--respondents", "x"]),
    "simulate to a folder that is not": Case(None, "", ["simulate", "-o", "gone/x.csv"]),
}


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def assert_told(error: str, words: str) -> None:
    """Notes may come first; then the two lines, of which the first may go on."""
    lines = [line for line in error.splitlines() if not line.startswith("note: ")]
    assert lines[0].startswith("error: ")
    assert len([line for line in lines if line.startswith("hint: ")]) == 1
    assert len(lines[-1]) > len("hint: ")
    assert words in error
    assert "Traceback" not in error
    assert "\x1b" not in error


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs; temporary files are made there too, so that none stays unseen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def made(case: Case, folder: Path) -> dict[str, bytes | None]:
    if case.survey is not None:
        other("survey.csv", case.survey)(folder)
    if case.prepare:
        case.prepare(folder)
    return contents(folder)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_bad_input(
    case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = made(case, folder)
    monkeypatch.setattr(sys, "argv", ["vested", *case.args])
    status = run()
    result, error = capfd.readouterr()
    assert_told(error, case.words)
    assert (status, result) == (2, "")
    assert contents(folder) == before


def test_there_are_enough_kinds() -> None:
    assert len(CASES) >= 35


# --- the same through a process of its own ----------------------------------------------------


def process(*args: str, **how: object) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60, **how}
    return subprocess.run([*VESTED, *args], check=False, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    "name", ["empty file", "ragged short", "unknown label", "broken YAML", "unknown option"]
)
def test_bad_input_in_a_process(name: str, folder: Path) -> None:
    before = made(CASES[name], folder)
    done = process(*CASES[name].args, env={**os.environ, "TMPDIR": str(folder)})
    assert_told(done.stderr, CASES[name].words)
    assert (done.returncode, done.stdout) == (2, "")
    assert contents(folder) == before


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_bad_input_in_a_plain_locale(locale: str, folder: Path) -> None:
    """A message may hold letters that the terminal cannot show."""
    other("survey.csv", answer("né"))(folder)
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("analyse", "survey.csv", env=environment)
    assert_told(done.stderr, "row 4, column SCL1")
    assert done.returncode == 2


needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@needs_full
@pytest.mark.parametrize(
    "args",
    [
        ["analyse", "survey.csv", "--format", "csv"],
        ["analyse", "survey.csv", "--format", "json"],
        ["analyse", "survey.csv"],
        ["instrument", "show", "vested"],
        ["simulate"],
        ["--version"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_full_disk(args: list[str], folder: Path) -> None:
    other("survey.csv", GOOD)(folder)
    with open("/dev/full", "w") as full:
        done = process(*args, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert_told(done.stderr, "")
    assert done.returncode == 2


@needs_full
def test_full_disk_for_a_file(folder: Path) -> None:
    other("survey.csv", GOOD)(folder)
    done = process("analyse", "survey.csv", "-o", "/dev/full", "-f", "csv", "--force")
    assert_told(done.stderr, "/dev/full")
    assert done.returncode == 2
    assert Path("/dev/full").is_char_device()


def test_file_cannot_grow(folder: Path) -> None:
    """A quota or a disk that fills up in the midst of writing: nothing of it stays."""
    resource = pytest.importorskip("resource")
    before = made(Case(GOOD, ""), folder)
    done = process(
        *analyse("-o", "out.json"),
        preexec_fn=lambda: (
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        ),
    )
    assert_told(done.stderr, "cannot be written")
    assert done.returncode == 2
    assert contents(folder) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_folder(folder: Path) -> None:
    other("survey.csv", GOOD)(folder)
    (folder / "locked").mkdir(mode=0o500)
    done = process("analyse", "survey.csv", "-o", "locked/out.csv")
    assert_told(done.stderr, "cannot be written")
    assert done.returncode == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_survey(folder: Path) -> None:
    other("survey.csv", GOOD)(folder)
    (folder / "survey.csv").chmod(0)
    done = process("analyse", "survey.csv")
    assert_told(done.stderr, "cannot be read")
    assert done.returncode == 2


def test_closed_standard_input(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *VESTED, "analyse", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert_told(done.stderr, "standard input")
    assert done.returncode == 2


@pytest.fixture
def large(folder: Path) -> Path:
    """300 organisations: their scores do not fit into a pipe."""
    lines = [f"Organisation {at}" + ",3" * 28 for at in range(300)]
    path = folder / "survey.csv"
    path.write_text("\n".join([NAMES, *lines]) + "\n")
    return path


# Unbuffered, Python may write a part and call that done; images for containers often ask for it.
buffering = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


@buffering
@pytest.mark.parametrize("form", ["--format=csv", "--format=json", "--detail"])
def test_reader_of_the_pipe_goes_away(form: str, unbuffered: str, large: Path) -> None:
    with subprocess.Popen(
        [*VESTED, "analyse", large.name, "--min-respondents", "1", "--quiet", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = running.stdout.readline()
        running.stdout.close()
        error = running.stderr.read()
    assert (error, running.returncode) == (b"", 141)
    assert first


@buffering
def test_result_that_is_cut_is_no_success(unbuffered: str, large: Path) -> None:
    """A disk that fills up in the midst of standard output."""
    resource = pytest.importorskip("resource")
    with (large.parent / "out.csv").open("w") as out:
        done = process(
            *analyse("--min-respondents", "1", "--format", "csv"),
            capture_output=False,
            stdout=out,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=lambda: (
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
            ),
        )
    assert_told(done.stderr, "cannot write")
    assert done.returncode == 2


def test_reader_of_the_pipe_in_a_shell(large: Path) -> None:
    script = '"$@" --min-respondents 1 --quiet --format csv | head -1; echo "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *VESTED, "analyse", large.name],
        capture_output=True,
        text=True,
        check=False,
    )
    first, status = done.stdout.splitlines()
    assert first.startswith("organisation,measure,kind,")
    assert (status, done.stderr) == ("141", "")


@pytest.fixture
def reading(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits for more of its standard input."""
    running = subprocess.Popen(
        [*VESTED, "analyse", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
        # A shell that starts the tests in the background has them ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert running.stdin is not None
    running.stdin.write(GOOD.encode() * 2000)  # more than a pipe holds: so it has begun to read
    running.stdin.flush()
    yield running
    running.kill()
    running.communicate()


def test_interrupt(reading: subprocess.Popen[bytes], folder: Path) -> None:
    """Also while it waits for standard input, which somebody at a terminal may have forgotten."""
    reading.send_signal(signal.SIGINT)
    assert reading.wait(timeout=10) == 130
    assert reading.stderr is not None
    assert b"Traceback" not in reading.stderr.read()
    assert contents(folder) == {}
