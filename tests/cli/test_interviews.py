"""`vested interviews` and `vested inspect` of coded interviews, as people run them."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
CODED = SAMPLES / "interviews.csv"
TABLES = ["evidence", "coders", "saturation", "phases", "shock", "codes", "sources", "ledger"]
NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"


# --- forms ------------------------------------------------------------------------------------


def test_the_terminal(program: Callable[..., Any]) -> None:
    told = program("interviews", CODED)
    assert told.status == 0
    for part in (
        "88 sources speak of 12 organisations; 300 of 346 scores rest on enough sources",
        "Agreement of coders over all codes: alpha 0.93 [0.91, 0.95], 2 coders on",
        "Saturated after 6 sources",
        "Evidence per organisation", "Do coders agree?", "Before and after the shock",
        "--detail shows more: Phases, Codes, Sources, Ledger.",
    ):  # fmt: skip
        assert part in told.out
    assert "Ledger\n" in program("interviews", CODED, "--detail", "-q").out


@pytest.mark.parametrize("form", ["csv", "json", "markdown", "parquet"])
def test_forms(form: str, program: Callable[..., Any], tmp_path: Path) -> None:
    suffix = {"markdown": ".md"}.get(form, f".{form}")
    told = program("interviews", CODED, "-q", "-o", tmp_path / f"out{suffix}")
    assert (told.status, told.out, told.error) == (0, "", "")
    content = (tmp_path / f"out{suffix}").read_bytes()
    assert content
    if form != "parquet":
        assert program("interviews", CODED, "-q", "-f", form).out.encode() == content
    if form == "json":
        assert list(json.loads(content)) == [*TABLES, "recipe"]


def test_a_folder_holds_every_table(program: Callable[..., Any], tmp_path: Path) -> None:
    assert program("interviews", CODED, "-o", tmp_path / "out").status == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*(f"{name}.csv" for name in TABLES), "recipe.json"}
    recipe = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert [each["file"] for each in recipe["inputs"]] == ["interviews.csv"]
    again = program("interviews", CODED, "-o", tmp_path / "out")
    assert (again.status, again.error.splitlines()[-1]) == (2, "hint: --force overwrites it")


# --- same bytes -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shuffled, in two files by source, and in two by coder."""
    folder = tmp_path_factory.mktemp("parts")
    with CODED.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    random.Random(3).shuffle(rows)
    source, coder = header.index("source"), header.index("coder")
    files = {
        "shuffled": rows,
        "sources1": [row for row in rows if row[source] < "Interview 06"],
        "sources2": [row for row in rows if row[source] >= "Interview 06"],
        "coder1": [row for row in rows if row[coder] == "Coder A"],
        "coder2": [row for row in rows if row[coder] != "Coder A"],
    }
    for name, own in files.items():
        assert len(own) > 100
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *own])
    (folder / "whole").mkdir()
    with (folder / "whole" / "shuffled.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *sorted(rows)])
    return folder


def in_a_process(folder: Path, *names: str, **environment: str) -> bytes:
    command = [sys.executable, "-m", "vested", "interviews", *names, "-q", "-f", "json"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def expected(parts: Path) -> bytes:
    return in_a_process(parts / "whole", "shuffled.csv")


@pytest.mark.parametrize(
    "environment",
    [
        {"POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1"},
        {"POLARS_MAX_THREADS": "4", "PYTHONHASHSEED": "2", "LC_ALL": "C", "PYTHONUTF8": "0"},
    ],
    ids=str,
)
def test_shuffled_rows_give_the_same_bytes(
    environment: dict[str, str], parts: Path, expected: bytes
) -> None:
    assert in_a_process(parts, "shuffled.csv", **environment) == expected


@pytest.mark.parametrize("names", [["sources1", "sources2"], ["coder2", "coder1"]], ids="+".join)
def test_two_files_give_the_same_numbers(names: list[str], parts: Path, expected: bytes) -> None:
    """All but what says in which file something stands."""
    content = in_a_process(parts, *(f"{name}.csv" for name in names), PYTHONHASHSEED="4")
    found, whole = json.loads(content), json.loads(expected)
    for name in (*TABLES, "recipe"):
        if name not in ("codes", "sources"):
            assert found[name] == whole[name], name
    for tables in (found, whole):
        for row in tables["sources"]:
            row.pop("file")
    assert found["sources"] == whole["sources"]
    codings: dict[str, int] = {}
    for row in found["codes"]:
        codings[row["code"]] = codings.get(row["code"], 0) + row["codings"]
    assert codings == {row["code"]: row["codings"] for row in whole["codes"]}


def test_the_order_of_files_does_not_matter(parts: Path) -> None:
    names = ["sources1.csv", "sources2.csv"]
    assert in_a_process(parts, *names) == in_a_process(parts, *names[::-1])


# --- confidentiality --------------------------------------------------------------------------

SPEAKER, CODER, WORDS, ROLE = "Zebulon Quist", "Xanthe Coder", "xylophone", "Ombudsman"
CLI_FORMS = [[], ["--detail"], ["-f", "csv"], ["-f", "json"], ["-f", "markdown"]]


@pytest.fixture
def private(write: Callable[..., Path]) -> Path:
    header = ["source", "code", "polarity", "organisation", "coder", "phase", "role", "quotation"]
    rows = [
        [f"{SPEAKER} {at}", code, "1", "Gent", f"{CODER} {coder}", "3c", ROLE,
         f"{WORDS} {code} {at}, said {SPEAKER.upper()}"]
        for at in range(3) for code in ("SCL", "REU", "gossip") for coder in "AB"
    ]  # fmt: skip
    return write(header, rows, "private.csv")


def tells(text: str) -> list[str]:
    return [name for name in (SPEAKER, "Zebulon", CODER, WORDS, ROLE)
            if name.casefold() in text.casefold()]  # fmt: skip


@pytest.mark.parametrize("command", ["interviews", "inspect"])
@pytest.mark.parametrize("form", CLI_FORMS, ids=" ".join)
def test_no_output_tells_who_spoke_or_what(
    command: str, form: list[str], private: Path, program: Callable[..., Any]
) -> None:
    form = [each for each in form if each != "--detail" or command == "interviews"]
    told = program(command, private, *form)
    assert told.status == 0
    assert tells(told.out + told.error) == []
    assert "SCL" in told.out


def test_no_file_tells_who_spoke_or_what(
    private: Path, program: Callable[..., Any], tmp_path: Path
) -> None:
    assert program("interviews", private, "-o", tmp_path / "out").status == 0
    assert program("inspect", private, "--write", tmp_path / "codes.yaml").status == 0
    files = [*(tmp_path / "out").iterdir(), tmp_path / "codes.yaml"]
    assert len(files) > 7
    assert [tells(file.read_text(encoding="utf-8")) for file in files] == [[]] * len(files)


@pytest.mark.parametrize("suffix", ["csv", "json", "md"])
def test_the_quotations(
    suffix: str, private: Path, program: Callable[..., Any], tmp_path: Path
) -> None:
    """What was said, by id; never who said it, of whom, in which role, or who coded it."""
    names, target = tmp_path / "names.csv", tmp_path / f"quotations.{suffix}"
    names.write_text(f"name,pseudonym\n{SPEAKER},Respondent\nZebulon,R\n", encoding="utf-8")
    told = program("interviews", private, "-f", "json", "--pseudonyms", names,
                   "--quotations", target)  # fmt: skip
    text = target.read_text(encoding="utf-8")
    assert "personal data" in told.error
    assert tells(told.out) == []
    assert tells(text) == [WORDS]
    assert "said Respondent" in text
    assert "Gent" not in text
    ids = [row["quotations"].split() for row in json.loads(told.out)["evidence"]]
    assert {name for each in ids for name in each}
    assert all(name in text for each in ids for name in each)
    assert target.stat().st_mode & 0o077 == 0  # for its owner only


def test_the_columns_of_quotations(
    private: Path, program: Callable[..., Any], tmp_path: Path
) -> None:
    program("interviews", private, "-q", "--quotations", tmp_path / "q.csv", "-f", "csv")
    header = (tmp_path / "q.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "quotation,measure,polarity,kind,phase,text"
    assert SPEAKER.upper() in (tmp_path / "q.csv").read_text(encoding="utf-8")  # without pseudonyms


# --- hostile text -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    if not NAUGHTY.exists():
        pytest.skip("the corpora are not at hand")
    strings: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    more = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "[bold red]x[/]", "\x1b[31mred", "\u202eabc",
            "a|b", "<script>", "`x`", "x" * 5000]  # fmt: skip
    return [text for text in strings + more if text.strip()]


@pytest.fixture
def hostile(naughty: list[str], write: Callable[..., Path]) -> Path:
    header = ["source", "code", "polarity", "organisation", "coder", "phase", "quotation"]
    rows = [row for text in naughty for row in (
        [text, "SCL", "1", text, text, text, text],
        [text, text, "", text, text, "", text],
    )]  # fmt: skip
    return write(header, rows, "hostile.csv")


@pytest.mark.parametrize("form", CLI_FORMS, ids=" ".join)
def test_hostile_text_is_shown_and_does_nothing(
    form: list[str], hostile: Path, naughty: list[str], program: Callable[..., Any]
) -> None:
    told = program("interviews", hostile, *form, "--min-sources", "1")
    assert (told.status, "Traceback" in told.error) == (0, False)
    # What turns text around is data in json, where it stands between quotes.
    acting = "\x1b\x07\x00" if "json" in form else "\x1b\x07\x00\u202e\u2028"
    for text in (told.out, told.error):
        assert not [sign for sign in acting if sign in text]
    if "csv" in form:
        rows = list(csv.DictReader(io.StringIO(told.out)))
        assert len({row["organisation"] for row in rows}) > 400
        starts = {cell[:1] for row in rows for key, cell in row.items() if key != "polarity"}
        assert not starts & set("=+@\t\r＝＋－＠")
        assert "-" not in {row["organisation"][:1] for row in rows}
    if "--detail" in form:
        assert "[bold red]x[/]" in told.out
    if "markdown" in form:
        assert "<script>" not in told.out


def test_hostile_text_in_files(hostile: Path, program: Callable[..., Any], tmp_path: Path) -> None:
    told = program("interviews", hostile, "-q", "-o", tmp_path / "out", "--min-sources", "1",
                   "--quotations", tmp_path / "q.csv")  # fmt: skip
    assert told.status == 0
    for path in [*(tmp_path / "out").glob("*.csv"), tmp_path / "q.csv"]:
        text = path.read_text(encoding="utf-8")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        live = [c for c in cells if c[:1] in "=+@" and c[:1] and not c.startswith("+0")]
        assert (path.name, live) == (path.name, [])


def test_hostile_codes_go_through_a_mapping(
    hostile: Path, program: Callable[..., Any], tmp_path: Path
) -> None:
    mapping = tmp_path / "codes.yaml"
    assert program("inspect", hostile, "--write", mapping).status == 0
    plain = program("interviews", hostile, "-q", "-f", "csv")
    mapped = program("interviews", hostile, "-q", "-f", "csv", "--mapping", mapping)
    assert (mapped.status, mapped.out) == (0, plain.out)


# --- what is wrong is told in two lines -------------------------------------------------------

ROWS = "organisation,phase,source,coder,code,polarity,quotation\n"
GOOD = ROWS + "".join(f"Gent,1,S{at},A,SCL,1,words {at}\n" for at in range(3))
FILES = {
    "coded.csv": GOOD,
    "mapping.yaml": "instrument: vested\ncodes:\n  SCL: SLC\n",
    "names.csv": "Ann\n",
    "sources.csv": "organisation\nGent\n",
    "out.csv": "precious",
    "polarity.csv": ROWS + "Gent,1,S1,A,SCL,7,words\n",
    "unknown.csv": ROWS + "Gent,1,S1,A,Gossip,1,words\n",
    "nobody.csv": ROWS + ",1,S1,A,SCL,1,words\n",
    "header.csv": ROWS,
    "survey.csv": "organisation,SCL1\nGent,3\n",
    "empty.csv": "",
    "broken.qdpx": "PK\x03\x04 broken",
    "other.yaml": "id: [\n",
}
OTHERS = ["out.csv", "names.csv", "mapping.yaml", "sources.csv"]
CASES = [
    (["absent.csv"], "absent.csv does not exist"),
    (["empty.csv"], "empty.csv is empty"),
    (["header.csv"], "no rows"),
    (["survey.csv"], "holds no coded interviews"),
    (["broken.qdpx"], "broken.qdpx"),
    (["."], "is a folder"),
    (["polarity.csv"], "row 2, column polarity: '7' is no polarity"),
    (["unknown.csv"], "no code is a measure of vested"),
    (["nobody.csv"], "no coded source has an organisation"),
    (["coded.csv", "absent.csv"], "absent.csv does not exist"),
    (["coded.csv", "./coded.csv"], "named twice"),
    (["coded.csv", "--organisation", "orgnisation"], "no source has a variable 'orgnisation'"),
    (["coded.csv", "--phase", "faze"], "no source has a variable 'faze'"),
    (["coded.csv", "--before", "1", "--after", "phase 1"], "named both before and after"),
    (["coded.csv", "--mapping", "mapping.yaml"], "mapping.yaml, line 3: 'SLC' is no measure"),
    (["coded.csv", "--mapping", "absent.yaml"], "absent.yaml cannot be read"),
    (["coded.csv", "--mapping", "coded.csv"], "coded.csv"),
    (["coded.csv", "--pseudonyms", "names.csv"], "names.csv, row 1"),
    (["coded.csv", "--pseudonyms", "absent.csv"], "absent.csv cannot be read"),
    (["coded.csv", "--sources", "sources.csv"], "sources.csv has no column source"),
    (["coded.csv", "--sources", "absent.csv"], "absent.csv cannot be read"),
    (["coded.csv", "-i", "vestd"], "no instrument 'vestd'"),
    (["coded.csv", "-i", "other.yaml"], "other.yaml, line"),
    (["coded.csv", "--min-sources", "0"], "--min-sources 0 is below 1"),
    (["coded.csv", "--confidence", "1"], "--confidence 1"),
    (["coded.csv", "--confidence", "nan"], "--confidence nan"),
    (["coded.csv", "--base", "0"], "base and run are at least 1"),
    (["coded.csv", "--run", "0"], "base and run are at least 1"),
    (["coded.csv", "--threshold", "-1"], "threshold at least 0"),
    (["coded.csv", "--threshold", "nan"], "threshold"),
    (["coded.csv", "--seed", "-1"], "--seed"),
    (["coded.csv", "--units", "words"], "--units"),
    (["coded.csv", "-f", "cvs"], "no format 'cvs'"),
    (["coded.csv", "-o", "out.csv"], "exists already"),
    (["coded.csv", "-o", "coded.csv", "--force"], "one of the files to read"),
    (["coded.csv", "-o", "gone/out.csv"], "no folder"),
    (["coded.csv", "-o", "out.doc"], "out.doc"),
    (["coded.csv", "--quotations", "out.csv"], "exists already"),
    (["coded.csv", "--quotations", "q.doc"], "q.doc"),
    (["coded.csv", "--quotations", "q"], "suffix"),
    (["coded.csv", "--quotations", "."], "is a folder"),
    (["coded.csv", "--quotations", "coded.csv", "--force"], "one of the files to read"),
    (["coded.csv", "--pseudonyms", "names.csv", "--quotations", "names.csv", "--force"],
     "one of the files to read"),
    (["coded.csv", "--quotations", "q.csv", "-o", "q.csv"], "the result goes there"),
    (["coded.csv", "--quotations", "r/evidence.csv", "-o", "r"], "r"),
    (["coded.csv", "--quotations", "r/x.csv", "-o", "r"], "no folder"),
    ([], "missing argument"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "words"), CASES, ids=[" ".join(case[0]) for case in CASES])
def test_errors(
    arguments: list[str], words: str, program: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Two lines, exit 2, and nothing written, changed or half done."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")
    told = program("interviews", *arguments)
    lines = [line for line in told.error.splitlines() if not line.startswith("note: ")]
    assert (told.status, told.out) == (2, "")
    assert [line.split(" ")[0] for line in lines] == ["error:", "hint:"]
    assert words in told.error
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == FILES


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["coded.csv", "--mapping", "mapping.yaml"], "line 3: 'SLC' is no measure"),
        (["coded.csv", "--write", "out.csv"], "exists already"),
        (["coded.csv", "--write", "coded.csv", "--force"], "one of the files to read"),
        (["coded.csv", "-f", "parquet"], "parquet is not for inspecting"),
        (["coded.csv", "--organisation", "orgnisation"], "no source has a variable"),
    ],
)
def test_errors_of_inspect(
    arguments: list[str], words: str, program: Callable[..., Any], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")
    told = program("inspect", *arguments)
    assert told.status == 2
    assert told.error.startswith("error: ")
    assert "\nhint: " in told.error
    assert words in told.error
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == FILES
