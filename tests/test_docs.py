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
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest
from ruamel.yaml import YAML
from typer.main import get_command

import vested.stats
from vested import analyse
from vested.analysis.consolidate import consolidate
from vested.analysis.evidence import TABLES, Evidence, evidence
from vested.analysis.explain import names
from vested.analysis.interviews import interviews
from vested.cli.app import app
from vested.formats import READERS
from vested.instruments import bundled
from vested.report import FORMATS
from vested.stats.aggregation import respondents_for
from vested.stats.coding.saturation import Rule

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


def first_command(line: str) -> list[str]:
    """The words of a line up to the first operator of the shell that stands outside of quotes."""
    words = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    words.whitespace_split = True
    return list(takewhile(lambda word: not set(word) <= set("|<>;&"), words))


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
                r"(?:\$ )?(?:\.venv/bin/)?vested "
                r"((?:analyse|batch|benchmark|compare|consolidate|demo|evidence|explain|inspect|instr|interviews"
                r"|simulate|verify).*)",
                line,
            )
        )
    ]
    for line in lines:
        words = first_command(line)
        path = tuple(words[:2]) if tuple(words[:2]) in COMMANDS else tuple(words[:1])
        known = {
            opt
            for p in COMMANDS[path].params  # type: ignore[attr-defined]
            for opt in (*p.opts, *p.secondary_opts)
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


def test_the_workflow_and_the_hook_run_commands_that_exist() -> None:
    page = (ROOT / "docs/how-to/use-in-a-pipeline.md").read_text(encoding="utf-8")
    workflow, hook = (
        YAML(typ="safe").load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.S)
    )
    steps = [step.get("run", "") for step in workflow["jobs"]["norms"]["steps"]]
    entries = [each["entry"].split("'")[1] for each in hook["repos"][0]["hooks"]]
    run = [words.split() for words in (*steps, *entries) if words.startswith("vested ")]
    assert len(run) == 4
    for _, *words in run:
        path = tuple(words[:2]) if tuple(words[:2]) in COMMANDS else tuple(words[:1])
        known = {opt for p in COMMANDS[path].params for opt in p.opts}  # type: ignore[attr-defined]
        assert {word for word in words if word.startswith("-")} <= known


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
    lines = EVIDENCE.split("$ vested evidence data/samples/survey.csv --quiet\n")[1]
    said = [found.answer, *(f"· {finding}" for finding in found.findings), "…"]
    assert lines.split("```")[0].splitlines() == said
    items, used = found.items, found.items["respondents"][0] + found.items["missing"][0]
    assert f"Of 906 rows {used} are used: five" in EVIDENCE
    assert found.ledger_line.endswith(
        "15 set aside: 8 organisation below the minimum, 5 no organisation, 2 no answers"
    )
    least, most = items["missing"].min(), items["missing"].max()
    assert f"Between {least} and {most} of the {used} respondents" in EVIDENCE
    assert f"{least / used * 100:.1f} % to {most / used * 100:.1f} %" in EVIDENCE
    low, high = items["item_rest"].min(), items["item_rest"].max()
    assert f"from {low:.2f} to {high:.2f}; the program" in EVIDENCE
    assert sum(item.reversed for item in found.instrument.items) == 11


def test_the_page_on_evidence_says_what_leaving_the_flagged_out_changes(found: Evidence) -> None:
    without = evidence(ROOT / "data/samples/survey.csv", exclude_flagged=2, screening=True)
    assert without.answer in EVIDENCE
    assert "But 40 headline scores may be published instead of 36" in EVIDENCE
    assert found.answer.split(", ")[1] == "36 may be published"
    ledger = without.tables["ledger"].frame
    flagged = ledger.filter(pl.col("reason") == "flagged")["count"].item()
    assert f"Without the {flagged} flagged respondents" in EVIDENCE
    (before, after) = (each.tables["models"].frame.row(0, named=True) for each in (found, without))
    assert f"with a CFI of {before['cfi']:.3f}, fits almost perfectly without them, with " in (
        EVIDENCE
    )
    assert f"CFI is {after['cfi']:.3f} and RMSEA {after['rmsea']:.3f}" in EVIDENCE
    table = without.tables["comparison"].frame
    assert (table["score"] - table["score_without"]).abs().max() < 1
    reversed_in = {
        measure.id
        for measure in found.instrument.measures
        if measure.kind == "facet"
        and any(found.instrument.item(name).reversed for name in measure.of)
    }
    rises = table.filter(pl.col("alpha_without") > pl.col("alpha"))["measure"]
    told = table.filter(status="published")["measure"]
    assert set(rises) == reversed_in & set(told) != set()
    assert without.screening
    screening = without.screening.frame
    alone = screening.filter(pl.col("flagged_by") == "even_odd").height
    assert 38 / 2 < alone < 38
    assert screening.filter(pl.col("flags") >= 2).height == 17


def test_the_page_on_evidence_says_what_the_sample_says_of_reliability(found: Evidence) -> None:
    table = found.reliability
    assert f"alpha runs from {table['alpha'].min():.2f} to {table['alpha'].max():.2f}" in EVIDENCE
    assert (table.height, (table["alpha_low"] >= 0.7).sum()) == (23, 13)
    below = sorted(table.filter(pl.col("alpha") < 0.7)["alpha"])
    assert len(below) == 6
    assert min(below[1:]) > 0.69
    assert (table["alpha"] - table["omega_total"]).abs().max() < 0.005
    low, high = table["sem"].min(), table["sem"].max()
    assert f"score: {low:.0f} to {high:.0f} on the scale" in EVIDENCE
    assert f"by {1.96 * low:.0f} to {1.96 * high:.0f} points" in EVIDENCE
    weights = found.tables["weights"].frame
    own = weights.filter(pl.col("measure") == "VESTED")["effective"]
    assert f"amount to {own.min():.2f} to {own.max():.2f}" in EVIDENCE
    recovery = weights.filter(pl.col("part") == "RSR")["effective"].item()
    assert f"recovery amounts only to {recovery:.2f}" in EVIDENCE


def test_the_page_on_evidence_says_what_the_sample_says_of_agreement(found: Evidence) -> None:
    table = found.agreement.drop_nulls("rwg_uniform")
    hidden, total = found.agreement.height - table.height, found.agreement.height
    assert f"In {hidden} of the {total} means" in EVIDENCE
    even = table.filter(pl.col("rwg_uniform") >= 0.7)
    both = even.filter(pl.col("rwg_slight_skew") >= 0.5)
    assert f"Of the {table.height} means of a facet with enough respondents, {even.height}" in (
        EVIDENCE
    )
    assert f"Only {both.height} of these" in EVIDENCE
    assert even.height / both.height == pytest.approx(1.25, abs=0.02)
    near = both.filter(pl.col("ad") <= 5 / 6).height
    assert f"Of the {both.height}, {near} keep within it" in EVIDENCE
    words = ("do not aggregate", "caution", "publish")
    counts = [found.agreement["gate"].to_list().count(word) for word in words]
    assert "that is {}, {} and {} of the {} means".format(*counts, total) in EVIDENCE
    gates = table.filter(pl.col("measure") == "OPN")["gate"].to_list()
    assert [gates.count(gate) for gate in words] == [2, 7, 9]  # of one the score is hidden
    open_for = found.gate.filter(pl.col("gate") == "publish")["measure"].to_list()
    assert (open_for.count("VESTED"), open_for.count("AGILITY")) == (13, 9)
    pairs = [
        f"{name}.{part}" for name in ("PTP", "PCU", "PSC", "PAC") for part in ("joint", "tilt")
    ]
    times = sum(map(open_for.count, pairs))
    assert f"{times} times in {len(pairs) * 19} here" in EVIDENCE


def test_the_page_on_evidence_says_what_the_sample_says_of_aggregation(found: Evidence) -> None:
    facets = found.reliability["measure"].to_list()
    table = found.aggregation.filter(pl.col("measure").is_in(facets))
    low, high = table["icc1"].min() * 100, table["icc1"].max() * 100
    assert f"{low:.0f} % to {high:.0f} % of the differences" in EVIDENCE
    assert table["p"].max() < 0.05
    assert (table["icc2"] >= 0.7).all()
    least, most = table["respondents_for_70"].min(), table["respondents_for_70"].max()
    assert f"from {least:.0f} to {most:.0f}, with their intervals" in EVIDENCE
    assert (respondents_for(table["icc1_low"].to_numpy()) > 47).sum() == 5
    index = found.aggregation.row(by_predicate=pl.col("measure") == "VESTED", named=True)
    assert f"{index['respondents'] / index['organisations']:.0f} respondents per" in EVIDENCE
    assert f"it is {index['design_effect']:.1f}: its {index['respondents']} respondents" in EVIDENCE
    assert f"some {index['respondents'] / index['design_effect']:.0f} who" in EVIDENCE


def test_the_page_on_evidence_says_what_the_sample_says_of_structure(found: Evidence) -> None:
    suitability = found.tables["suitability"].frame.row(0, named=True)
    assert f"KMO is {suitability['kmo']:.2f}" in EVIDENCE
    assert f"Below it {suitability['factors']} factors are more than chance" in EVIDENCE
    assert (suitability["facets"], suitability["components"]) == (23, 8)
    values = found.tables["eigenvalues"].frame["factor"]
    assert f"the first has {values[0]:.1f}, the second {values[1]:.1f}" in EVIDENCE
    assert round(values[0] / values[1]) == 9
    fit = found.tables["models"].frame.row(0, named=True)
    assert f"CFI of {fit['cfi']:.3f}, an RMSEA of {fit['rmsea']:.3f} and an SRMR of " in EVIDENCE
    assert f"an SRMR of {fit['srmr']:.3f}" in EVIDENCE
    nearest = found.tables["discriminant"].frame.sort("htmt").row(-1, named=True)
    assert (nearest["measure"], nearest["other"]) == ("REU", "RSR")
    assert f"Reuse and Recovery, has {nearest['htmt']:.2f}" in EVIDENCE
    complete = evidence(ROOT / "data/samples/survey.csv", missing="listwise")
    fit = complete.tables["models"].frame.row(0, named=True)
    assert f"only the {fit['respondents']} people who answered every item" in EVIDENCE
    assert f"with a CFI of {fit['cfi']:.3f}: far too few" in EVIDENCE


INTERVIEWS = (ROOT / "docs/explanation/evidence-from-interviews.md").read_text(encoding="utf-8")


def test_the_page_on_interviews_says_what_the_samples_say() -> None:
    samples = ROOT / "data/samples"
    spoken = interviews(samples / "interviews.qdpx")
    table = consolidate(analyse(samples / "survey.csv"), spoken).display
    apart = (pl.col("score_low") > pl.col("evidence_high")) | (
        pl.col("evidence_low") > pl.col("score_high")
    )
    counts = {
        code: (rows.height, rows.filter(apart).height)
        for (code,), rows in table.group_by("convergence")
    }
    (partial, one), (agreed, other) = counts["partial"], counts["agreement"]
    assert f"apart in {one} of the {partial} partial rows, and in {other} of the {agreed} in" in (
        INTERVIEWS
    )
    assert f"With {partial + agreed + counts['dissonance'][0]} rows" in INTERVIEWS
    row = spoken.evidence.row(
        by_predicate=(pl.col("organisation") == "City of Larkmouth") & (pl.col("measure") == "REU"),
        named=True,
    )
    assert row["sources"] == 3
    assert f"{row['score']:.1f}, from {row['ci_low']:.1f} to {row['ci_high']:.1f}" in INTERVIEWS
    own = table.filter(pl.col("organisation") == "City of Oakhaven", pl.col("score").is_not_null())
    own = own.filter(pl.col("evidence").is_not_null())
    assert f"The {own.height} measures of City of Oakhaven" in INTERVIEWS
    assert own.height - (own["convergence"] == "partial").sum() == 3 + 4
    stricter = interviews(samples / "interviews.qdpx", rule=Rule(4, 3, 0.0)).saturation_sentence
    assert "after seven" in INTERVIEWS
    assert stricter.startswith("Saturated after 7 sources (base 4, runs of 3, 0%)")
