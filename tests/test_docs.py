"""The documentation says what the program does."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from typer.main import get_command

import vested.stats
from vested.analysis.evidence import TABLES, Evidence, evidence
from vested.analysis.explain import names
from vested.cli.app import app
from vested.formats import READERS
from vested.instruments import bundled
from vested.report import FORMATS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])


def commands(group: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    found: dict[tuple[str, ...], object] = {}
    for name, command in getattr(group, "commands", {}).items():
        found[(*path, name)] = command
        found |= commands(command, (*path, name))
    return found


COMMANDS = commands(get_command(app))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_command_has_one_imperative_sentence(path: tuple[str, ...]) -> None:
    text = COMMANDS[path].help  # type: ignore[attr-defined]
    assert re.fullmatch(r"[A-Z][^.]*\.", text)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_option_has_a_full_sentence(path: tuple[str, ...]) -> None:
    parameters = COMMANDS[path].params  # type: ignore[attr-defined]
    said = {p.name: p.help for p in parameters if p.name != "help"}
    assert {name for name, text in said.items() if not (text or "").endswith(".")} == set()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_command_is_in_the_reference(path: tuple[str, ...]) -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
    assert f"## vested {' '.join(path)}\n" in reference


@pytest.mark.parametrize("name", [*FORMATS, *READERS])
def test_each_format_is_in_the_reference(name: str) -> None:
    assert name in (ROOT / "docs/reference/formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", bundled())
def test_each_instrument_is_in_the_reference(name: str) -> None:
    assert f"## {name} " in (ROOT / "docs/reference/instruments.md").read_text(encoding="utf-8")


def test_the_reference_is_what_the_code_says() -> None:
    script = [sys.executable, str(ROOT / "docs/make_reference.py"), "--check"]
    assert subprocess.run(script, capture_output=True, text=True, check=False).stdout == ""


@pytest.mark.parametrize("name", [*TABLES, "screening"])
def test_each_table_of_evidence_is_in_the_reference(name: str) -> None:
    reference = (ROOT / "docs/reference/tables.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {name}(?: \(evidence\))?$", reference, re.M)


def test_the_reference_of_tables_has_their_columns(found: Evidence) -> None:
    reference = (ROOT / "docs/reference/tables.md").read_text(encoding="utf-8")
    sections = dict(
        re.findall(r"^## (\w+)(?: \(evidence\))?\n(.*?)(?=^## |\Z)", reference, re.M | re.S)
    )
    for name, table in found.tables.items():
        assert re.findall(r"^\| `(\w+)`", sections[name], re.M) == table.frame.columns


STATISTICS = ROOT / "docs/reference/statistics"


@pytest.mark.parametrize("name", names())
def test_each_statistic_has_a_page_and_a_line_in_the_index(name: str) -> None:
    index = (ROOT / "docs/reference/statistics.md").read_text(encoding="utf-8")
    assert f"](statistics/{name}.md): " in index
    assert (STATISTICS / f"{name}.md").exists()


def test_each_function_of_the_statistics_is_on_a_page() -> None:
    folder = Path(vested.stats.__path__[0])
    public = {
        f"{'.'.join(file.relative_to(folder).with_suffix('').parts)}.{node.name}"
        for file in folder.rglob("*.py")
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    pages = [page.read_text(encoding="utf-8") for page in STATISTICS.glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"^### ([\w.]+)\n\n```", page, re.M)}
    assert {"reliability.alpha", "structure.newton.minimum"} <= public
    assert public - shown == set()


def test_pages_that_are_not_made_any_more_are_found(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/make_reference.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    for name in ("alpha.md", "beta.md", "notes.txt"):
        (tmp_path / name).touch()
    assert script.leftovers([tmp_path / "alpha.md"], tmp_path) == [tmp_path / "beta.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_in_pages_parse(page: Path) -> None:
    """Every `vested …` line in a code block names commands and options that exist."""
    blocks = re.findall(
        r"```(?:sh|text|console)?\n(.*?)```", page.read_text(encoding="utf-8"), re.S
    )
    lines = [
        match[1]
        for block in blocks
        for line in block.replace("\\\n", " ").splitlines()
        if (
            match := re.match(
                r"(?:\$ )?(?:\.venv/bin/)?vested ((?:analyse|evidence|explain|inspect|simulate"
                r"|instr|interviews|consolidate).*)",
                line,
            )
        )
    ]
    for line in lines:
        words = shlex.split(re.split(r"[|<>;&]", line, maxsplit=1)[0], comments=True)
        path = tuple(words[:2]) if tuple(words[:2]) in COMMANDS else tuple(words[:1])
        known = {
            opt
            for p in COMMANDS[path].params  # type: ignore[attr-defined]
            for opt in p.opts
        } | {"--help", "-h"}
        used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert used - known == set(), line


# --- what pages show is what is printed ----------------------------------------------------------

SESSIONS = [
    page
    for page in sorted(ROOT.glob("docs/**/*.md"))
    if re.search(r"^\$ ", page.read_text(encoding="utf-8"), re.M)
    # These are about files that nobody but the reader has.
    and not re.match(r"export-from-|read-r-spss-", page.name)
]


VERSION = re.compile(r'("(?:numpy|polars|python|scipy|vested)": )"[\d.]+"')
"""What may differ between two machines that say the same."""


class Shown(NamedTuple):
    """A command in a page and the lines that it is said to print."""

    command: str
    lines: list[str]


def sessions(page: Path, folder: Path) -> Iterator[Shown]:
    """The commands of a page in order; the files that it tells to save are written before.

    "Save these lines as `NAME`" is about the block before it or, where no command follows, the one
    after it. A script or an instrument that stands right above its command needs no such words.
    """
    text = page.read_text(encoding="utf-8")
    before = ""
    for prose, block in re.findall(r"(.*?)^```\w*\n(.*?)^```$", text, re.S | re.M):
        names = re.findall(r"[Ss]ave (?:it|these lines) as `([^`]+)`", prose)
        commands = re.split(r"^\$ ", block, flags=re.M)
        saved = before if len(commands) > 1 else block
        for name in names:
            (folder / name).write_text(saved, encoding="utf-8")
        for part in commands[1:]:
            command, *lines = part.splitlines()
            named = re.search(r"[\w-]+\.(?:py|yaml)\b", command)
            if before and named and not (folder / named[0]).exists():
                (folder / named[0]).write_text(before, encoding="utf-8")
            before = ""
            yield Shown(command, lines)
        if len(commands) == 1:
            before = block


def printed(command: str, folder: Path) -> list[str]:
    """What a command prints, on standard output and standard error together."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        env=os.environ
        | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"},
    )
    return done.stdout.splitlines()


def at_home(folder: Path) -> Path:
    """A folder in which the pages' commands work: the samples, and `vested` and `python`."""
    (folder / "data").symlink_to(ROOT / "data")
    (folder / "bin").mkdir()
    for name, module in (("vested", " -m vested"), ("python", "")):
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{module} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def in_order(shown: list[str], lines: list[str]) -> list[str]:
    """Which of the shown lines are not there, in their order; … stands for any lines, or none."""
    missing, at = [], 0
    skipping = False
    for line in shown:
        if line == "…":
            skipping = True
            continue
        found = next((n for n in range(at, len(lines)) if lines[n] == line), None)
        if found is None or (found != at and not skipping):
            missing.append(line)
        else:
            at = found + 1
        skipping = False
    if at < len(lines) and not skipping and not missing:
        missing.append(f"and then: {lines[at]}")
    return missing


def test_the_readme_shows_what_the_program_prints(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = "vested analyse data/samples/survey.csv"
    shown = readme.split(f"$ {command}\n")[1].split("```")[0]
    printed_lines = printed(f"{command} --quiet", at_home(tmp_path))
    assert in_order(shown.splitlines(), printed_lines) == []


@pytest.mark.skipif(shutil.which("bash") is None, reason="pages are for a shell")
@pytest.mark.parametrize("page", SESSIONS, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages_show_what_the_program_prints(page: Path, tmp_path: Path) -> None:
    wrong = {}
    for shown in sessions(page, at_home(tmp_path)):
        lines = [VERSION.sub(r"\1", line) for line in printed(shown.command, tmp_path)]
        said = [VERSION.sub(r"\1", line) for line in shown.lines]
        if said and (missing := in_order(said, lines)):
            wrong[shown.command] = missing
    assert wrong == {}


def test_lines_are_compared_in_order() -> None:
    assert in_order(["a", "…", "d"], ["a", "b", "c", "d"]) == []
    assert in_order(["a", "d"], ["a", "b", "d"]) == ["d"]
    assert in_order(["a"], ["a", "b"]) == ["and then: b"]
    assert in_order(["b", "…"], ["a", "b"]) == ["b"]


EVIDENCE = (ROOT / "docs/explanation/evidence.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found() -> Evidence:
    return evidence(ROOT / "data/samples/survey.csv")


def test_the_page_on_evidence_says_what_the_sample_says_of_items(found: Evidence) -> None:
    assert found.answer in EVIDENCE
    lines = EVIDENCE.split("$ vested evidence data/samples/survey.csv\n")[1].split("```")[0]
    said = [found.answer, *(f"· {finding}" for finding in found.findings), "…"]
    assert lines.splitlines() == said
    items, used = found.items, found.items["respondents"][0] + found.items["missing"][0]
    least, most = items["missing"].min(), items["missing"].max()
    assert f"Between {least} and {most} of the {used} respondents" in EVIDENCE
    assert f"{least / used * 100:.1f} % to {most / used * 100:.1f} %" in EVIDENCE
    low, high = items["item_rest"].min(), items["item_rest"].max()
    assert f"from {low:.2f} to {high:.2f}; the program" in EVIDENCE
    assert sum(item.reversed for item in found.instrument.items) == 11


def test_the_page_on_evidence_says_what_the_sample_says_of_reliability(found: Evidence) -> None:
    table = found.reliability
    assert f"alpha runs from {table['alpha'].min():.2f} to {table['alpha'].max():.2f}" in EVIDENCE
    assert (table.height, (table["alpha_low"] >= 0.7).sum()) == (23, 12)
    below = sorted(table.filter(pl.col("alpha") < 0.7)["alpha"].round(3))
    assert below[1:] == [0.697, 0.698, 0.698]
    assert (table["alpha"] - table["omega_total"]).abs().max() < 0.003
    low, high = table["sem"].min(), table["sem"].max()
    assert f"score: {low:.0f} to {high:.0f} on the scale" in EVIDENCE
    assert f"by {1.96 * low:.0f} to {1.96 * high:.0f} points" in EVIDENCE
    weights = found.tables["weights"].frame.filter(pl.col("measure") == "VESTED")["effective"]
    assert f"amount to {weights.min():.2f} to {weights.max():.2f}" in EVIDENCE


def test_the_page_on_evidence_says_what_the_sample_says_of_agreement(found: Evidence) -> None:
    table = found.agreement.drop_nulls("rwg_uniform")
    hidden, total = found.agreement.height - table.height, found.agreement.height
    assert f"In {hidden} of the {total} means" in EVIDENCE
    even = table.filter(pl.col("rwg_uniform") >= 0.7)
    both = even.filter(pl.col("rwg_slight_skew") >= 0.5)
    assert f"Of the {table.height} means in the sample with enough respondents, {even.height}" in (
        EVIDENCE
    )
    assert f"Only {both.height} of these" in EVIDENCE
    near = both.filter(pl.col("ad") <= 5 / 6).height
    assert f"Of the {both.height}, {near} keep within it" in EVIDENCE
    gates = table.filter(pl.col("measure") == "PRO")["gate"].to_list()
    assert [gates.count(gate) for gate in ("publish", "caution", "do not aggregate")] == [5, 8, 6]


def test_the_page_on_evidence_says_what_the_sample_says_of_aggregation(found: Evidence) -> None:
    facets = found.reliability["measure"].to_list()
    table = found.aggregation.filter(pl.col("measure").is_in(facets))
    low, high = table["icc1"].min() * 100, table["icc1"].max() * 100
    assert f"{low:.0f} % to {high:.0f} % of the differences" in EVIDENCE
    assert table["p"].max() < 0.05
    assert ((table["icc2"] >= 0.7).sum(), (table["respondents_for_70"] <= 45).sum()) == (19, 19)
    assert "For 19 of the 23 facets ICC(2) is 0.70 or more" in EVIDENCE
    index = found.aggregation.row(by_predicate=pl.col("measure") == "VESTED", named=True)
    assert f"it is {index['design_effect']:.1f}: its {index['respondents']} respondents" in EVIDENCE
    assert f"some {index['respondents'] / index['design_effect']:.0f} who" in EVIDENCE
