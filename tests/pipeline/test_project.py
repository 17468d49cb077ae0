"""The project file: what it can say, whom it is about, and what it says of its mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vested.errors import InputError
from vested.pipeline.batch import Batch
from vested.pipeline.batch.project import read_project

Rows = list[list[str]]
FULL = """\
by: client
instrument: vested-short
mapping: map.yaml
wave: wave
group: [sector, region]
min_respondents: 5
confidence: 0.9
gate: on
invalid: missing
keep_unfinished: true
formats: [csv, json]
language: nl
logo: ../logo.png
clients:
  Gent: {language: fr, title: "2024"}
  luik.csv:
    name: Liège
    instrument: own.yaml
  Brugge:
"""


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Path]:
    """Write a project file in a folder with the files that it may name."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("project/map.yaml", "project/own.yaml", "logo.png"):
        (tmp_path / name).touch()

    def made(text: str) -> Path:
        path = folder / "vested.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def test_all_that_can_be_said(project: Callable[[str], Path], tmp_path: Path) -> None:
    found = read_project(project(FULL))
    assert found.by == "client"
    assert found.common["gate"] == "on"  # and not true, as YAML 1.1 has it
    assert found.common["group"] == ["sector", "region"]
    assert found.common["instrument"] == "vested-short"
    assert found.clients["Gent"] == {"language": "fr", "title": "2024"}
    assert found.clients["luik.csv"]["name"] == "Liège"
    assert found.clients["Brugge"] == {}
    named = ("project/map.yaml", "project/own.yaml", "logo.png", "project/vested.yaml")
    assert found.files() == {tmp_path / name for name in named}


MISTAKES = {
    "no yaml": ("a: [", "vested.yaml, line 1: not YAML", ""),
    "empty": ("", "the project vested.yaml has no names and values", ""),
    "list": ("- a", "the project vested.yaml has no names and values", ""),
    "unknown key": ("by: a\nmaping: x", "line 2: unknown key maping", "did you mean mapping"),
    "nothing like it": ("xyzzy: 1", "line 1: unknown key xyzzy", "known here: instrument, mapping"),
    "unknown key of a client": (
        "clients:\n  Gent:\n    titel: x",
        "line 3: unknown key clients.Gent.titel",
        "did you mean title",
    ),
    "by of a client": ("clients: {a: {by: x}}", "unknown key clients.a.by", ""),
    "number for text": ("title: 2024", "title must be text, not 2024", 'in quotes: "2024"'),
    "text for number": ("\nmin_respondents: ten", "line 2: min_respondents: ", ""),
    "unknown word": ("gate: maybe", "line 1: gate is 'maybe'", "it must be on or off"),
    "text for list": ("formats: csv", "formats must be a list", "formats: [csv]"),
    "no formats": ("formats: []", "line 1: formats: ", ""),
    "list for clients": ("clients: [a]", "clients must be names and values", ""),
    "text for a client": ("clients: {a: b}", "clients.a must be names and values", ""),
    "no such file": ("by: a\nlogo: x.png", "line 2: there is no file x.png", "start from the"),
    "no such file of a client": (
        "clients:\n  a:\n    mapping: x.yaml",
        "line 3: there is no file x.yaml",
        "",
    ),
    "no such instrument": ("instrument: vestd", "there is no file vestd", "did you mean vested"),
    "number for a client": ("clients: {12: {}}", "clients.12", ""),
    "aliases": ("title: &a x\nwave: *a\nby: *b", "not YAML", ""),
}


@pytest.mark.parametrize(("text", "words", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_named(
    text: str, words: str, hint: str, project: Callable[[str], Path]
) -> None:
    with pytest.raises(InputError) as caught:
        read_project(project(text))
    assert words in caught.value.message
    assert hint in caught.value.hint


def test_bytes_that_are_no_text(project: Callable[[str], Path]) -> None:
    path = project("")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_project(path)


def test_the_command_line_goes_before_a_client_and_a_client_before_all(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path,
) -> None:  # fmt: skip
    folder = survey(answered("a"), "a.csv")
    survey(answered("b"), "b.csv")
    text = "confidence: 0.8\nformats: [csv, json]\nclients: {b: {name: Bee, confidence: 0.7}}\n"
    (folder / "vested.yaml").write_text(text)

    def confidences(**options: Any) -> list[bool]:
        run(folder, options=options, force=True)
        texts = [path.read_text() for path in sorted(tmp_path.glob("out/*/recipe.json"))]
        return [f'"confidence": {level}' in text for text in texts for level in (0.7, 0.8, 0.9)]

    assert confidences() == [False, True, False, True, False, False]
    assert confidences(confidence=0.9) == [False, False, True] * 2
    assert sorted(path.name for path in tmp_path.glob("out/*"))[0] == "a"
    assert not (tmp_path / "out/a/report.json").exists()  # for --format csv was given


def test_clients_that_are_not_there_are_named(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch]
) -> None:
    folder = survey(answered("Gent") + answered("GENT"))
    (folder / "vested.yaml").write_text("by: client\nclients: {Ghent: {}, Gent: {}, xyz: {}}\n")
    assert run(folder).notes == (
        "Ghent, named in the project file, is no client here; did you mean Gent?",
        "xyz, named in the project file, is no client here.",
        "GENT and Gent differ only in spelling and are clients apart.",
    )
