"""The documentation says what the program does."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

import vested.stats
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
                r"(?:\$ )?(?:\.venv/bin/)?vested ((?:analyse|simulate|instr).*)", line
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


def test_the_readme_shows_what_the_program_prints() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("$ vested analyse data/samples/survey.csv\n")[1].split("```")[0]
    printed = subprocess.run(
        [sys.executable, "-m", "vested", "analyse", "data/samples/survey.csv", "--quiet"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    ).stdout.splitlines()
    assert [line for line in shown.splitlines() if line != "…" and line not in printed] == []
