"""`vested instrument export` on the command line: files, streams, and complaints."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vested.cli import run
from vested.instruments import load_instrument, source_of
from vested.questionnaire import TARGETS, export


@dataclass
class Done:
    status: int
    out: bytes
    err: str


Call = Callable[..., Done]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Call:
    """Run the command in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def called(*args: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["vested", "instrument", "export", *args])
        status = run()
        out, err = capfdbinary.readouterr()
        return Done(status, out, err.decode())

    return called


@pytest.mark.parametrize("target", TARGETS)
def test_a_file_is_written_whole_and_for_its_owner_only(target: str, call: Call) -> None:
    done = call("vested-short", "--to", target, "--language", "nl", "-o", "made", "--quiet")
    assert (done.status, done.out, done.err) == (0, b"", "")
    made = Path("made")
    expected = export(load_instrument("vested-short"), target, language="nl")
    assert made.read_bytes() == expected.content
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert list(Path().iterdir()) == [made]


@pytest.mark.parametrize("target", [name for name, target in TARGETS.items() if target.text])
def test_text_goes_to_standard_output(target: str, call: Call) -> None:
    inventory = not TARGETS[target].coders
    done = call("vested", "--to", target, *["--inventory"] * inventory, "--quiet")
    assert (done.status, done.err) == (0, "")
    assert done.out == export(load_instrument("vested"), target, inventory=inventory).content


@pytest.mark.parametrize("target", [name for name, target in TARGETS.items() if not target.text])
def test_no_bytes_on_standard_output(target: str, call: Call) -> None:
    done = call("vested-short", "--to", target)
    assert (done.status, done.out) == (2, b"")
    assert done.err == f"error: {target} is no text to print\nhint: name a file with --output\n"


def test_notes_go_to_standard_error(call: Call) -> None:
    done = call("vested-short", "--to", "markdown", "--language", "nl", "-o", "made.md")
    assert done.err.splitlines() == [
        "note: wrote made.md",
        "note: before you send it, replace the text on consent, [naam van de verstoring], "
        "[begindatum], [einddatum]",
    ]


def test_an_instrument_from_a_file_with_gaps(call: Call) -> None:
    Path("own.yaml").write_text(
        "id: own\nversion: '1'\nname: {en: Own, nl: Eigen}\nscales: {s: {codes: [1, 2]}}\n"
        "items: [{id: X1, scale: s, text: {en: One.}}, {id: X2, scale: s, text: {nl: Twee.}}]\n"
        "measures: [{id: F, kind: facet, of: [X1, X2]}]\n",
        encoding="utf-8",
    )
    done = call("own.yaml", "--to", "surveymonkey", "--language", "nl")
    assert "no text in nl, so another language stands there: X1\n" in done.err
    assert b"3. One.\n" in done.out
    assert b"4. Twee.\n" in done.out


def test_order_by_seed(call: Call) -> None:
    orders = [call("vested-short", "--to", "redcap", "--shuffle", *seed, "-q").out
              for seed in ([], ["--seed", "0"], ["--seed", "1"])]  # fmt: skip
    assert orders[0] == orders[1] != orders[2]
    names = [[line.split(b",")[0] for line in order.splitlines()] for order in orders]
    assert names[1] != names[2]
    assert sorted(names[1]) == sorted(names[2])


def test_an_existing_file_needs_force(call: Call) -> None:
    Path("made.md").write_text("mine")
    done = call("vested-short", "--to", "markdown", "-o", "made.md")
    assert (done.status, Path("made.md").read_text()) == (2, "mine")
    assert "made.md exists already" in done.err
    assert call("vested-short", "--to", "markdown", "-o", "made.md", "--force").status == 0


def test_never_over_the_instrument(call: Call) -> None:
    before = source_of("vested-short").read_bytes()
    Path("own.yaml").write_bytes(before)
    Path("folder").mkdir()
    for path in ("own.yaml", "folder/../own.yaml"):
        done = call("own.yaml", "--to", "markdown", "-o", path, "--force")
        assert done.status == 2
        assert "is the instrument" in done.err
        assert Path("own.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["vested-short"], "missing option '--to'"),
        (["vested-short", "--to", "qualtrix"], "did you mean qualtrics?"),
        (["vested-shot", "--to", "forms"], "did you mean vested-short"),
        (["vested-short", "--to", "forms", "--language", "xx"], "it has en, de, fr, nl"),
        (["vested-short", "--to", "forms", "--inventory"], "has no technology inventory"),
        (["vested", "--to", "qdc", "--inventory"], "leave --inventory, --shuffle and --seed out"),
        (["vested-short", "--to", "forms", "--seed", "1"], "add --shuffle"),
        (["vested-short", "--to", "limesurvey", "--shuffle", "--seed", "1"], "without a seed"),
        (["vested-short", "--to", "forms", "-o", "nowhere/x.gs"], "cannot be written"),
        (["vested-short", "--to", "forms", "-o", "."], "is a folder"),
    ],
)
def test_complaints(args: list[str], words: str, call: Call) -> None:
    done = call(*args)
    assert (done.status, done.out) == (2, b"")
    assert done.err.startswith("error: ")
    assert "\nhint: " in done.err
    assert words in done.err
    assert list(Path().iterdir()) == []


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['vested', 'instrument', 'export', '--help']\n"
        "from vested.cli import run\nrun()\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not {"polars", "numpy", "ruamel", "xlsxwriter"} & set(done.stderr.split())
