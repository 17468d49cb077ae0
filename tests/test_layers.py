"""The layers of the design: what may import what, and how large a file may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vested

ROOT = Path(vested.__file__).parent
ORDER = [
    "cli", "pipeline", "report", "analysis", "interviews", "survey",
    "questionnaire", "platforms", "formats", "instruments", "stats",
]  # fmt: skip
"""Folders from the top down; files beside them are below all."""

GROUND = {"errors", "marked", "model", "spelling", "table"}
ONLY_IN = {
    "typer": {"cli"},
    "click": set[str](),
    "rich": {"cli", "report"},
    "scipy": {"stats"},
}
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
TOP = {"__init__.py", "__main__.py"}
"""The package itself hands out names of every layer; only at run time, on demand."""


def layer(file: str) -> str:
    return file.partition("/")[0] if "/" in file else ""


def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def imports(file: str) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, wherever in it, and how many dots stood before."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from ((name.name, 0) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            inner = [f"{base}.{name.name}" for name in node.names]
            # `from vested.stats import moments` names a module in its last part.
            modules = [name for name in inner if is_module(name)]
            yield from ((name, node.level) for name in modules or [base])


def is_module(name: str) -> bool:
    path = ROOT.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


@pytest.mark.parametrize("file", [file for file in FILES if file not in TOP])
def test_imports_only_go_down(file: str) -> None:
    for name, _ in imports(file):
        if name.startswith("vested."):
            target = name.split(".")[1]
            known = target in ORDER or target in GROUND
            down = rank(target) > rank(layer(file)) or target == layer(file)
            ground = layer(file) == "" and target in GROUND
            assert known, f"{file} imports {name}, which is in no layer"
            assert down or ground, f"{file} imports {name}"


@pytest.mark.parametrize("file", FILES)
def test_imports_are_absolute(file: str) -> None:
    assert {level for _, level in imports(file)} <= {0}


@pytest.mark.parametrize("file", FILES)
def test_libraries_stay_in_their_layer(file: str) -> None:
    libraries = {name.split(".")[0] for name, _ in imports(file)}
    allowed = {name for name, layers in ONLY_IN.items() if layer(file) in layers}
    assert not (libraries & ONLY_IN.keys()) - allowed
    assert layer(file) != "stats" or libraries <= {
        "__future__", "collections", "dataclasses", "fractions", "functools", "hashlib", "math",
        "numpy",
        "scipy", "typing", "vested",
    }  # fmt: skip


@pytest.mark.parametrize("file", FILES)
def test_files_and_functions_stay_small(file: str) -> None:
    assert len((ROOT / file).read_text(encoding="utf-8").splitlines()) < 400
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef):
            # The body alone: the options of a command stand in its signature, one a line.
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert lines < 60, f"{file}: {node.name} has {lines} lines"


@pytest.mark.parametrize("folder", sorted({Path(file).parent for file in FILES}), ids=str)
def test_folders_stay_small(folder: Path) -> None:
    assert sum(Path(file).parent == folder for file in FILES) <= 14


def test_every_folder_is_a_layer() -> None:
    assert {layer(file) for file in FILES} <= {*ORDER, ""}
    assert {Path(file).stem for file in FILES if "/" not in file} == GROUND | {
        "__init__", "__main__",
    }  # fmt: skip


def test_the_rules_can_fail() -> None:
    """A test of the test: the analysis layer does import downwards, and that is seen."""
    seen = {name for name, _ in imports("analysis/scores.py")}
    assert {"vested.stats.intervals", "polars", "vested.model"} <= seen
