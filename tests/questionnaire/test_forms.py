"""Google Forms: the script is data and a fixed part; where there is node, it is run."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from vested.model import Instrument
from vested.questionnaire import export

START, END = "const QUESTIONNAIRE = ", ";\n\n// Run createForm once"
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")

# Every method of a form or an item is written down with its arguments, and gives an item back.
STUB = """
const calls = [];
const recorder = (name) => new Proxy({}, {
  get: (_, method) => (...given) => {
    if (method === Symbol.toPrimitive) return name;
    calls.push([name, method, ...given]);
    if (method === "createChoice") return given;
    return method.startsWith("add") ? recorder(method) : recorder(name);
  },
});
const FormApp = {
  create: (title) => { calls.push(["FormApp", "create", title]); return recorder("form"); },
  PageNavigationType: { CONTINUE: "go on", SUBMIT: "send" },
};
const console = { log: () => {} };
"""
PRINT = "\ncreateForm();\nprocess.stdout.write(JSON.stringify(calls));\n"


def data(content: bytes) -> dict[str, Any]:
    text = content.decode()
    assert text.startswith(START)
    found = json.loads(text[len(START) : text.index(END)])
    assert isinstance(found, dict)
    return found


def run(content: bytes, folder: Path) -> list[list[Any]]:
    """What the script asks of Google Forms."""
    path = folder / "form.js"
    path.write_text(STUB + content.decode() + PRINT, encoding="utf-8")
    done = subprocess.run(["node", path], capture_output=True, check=True, encoding="utf-8")
    calls = json.loads(done.stdout)
    assert isinstance(calls, list)
    return calls


def test_every_item_once_as_a_row(full: Instrument) -> None:
    pages = data(export(full, "forms", language="fr").content)["pages"]
    rows = [row for page in pages for grid in page["grids"] for row in grid["rows"]]
    assert rows == [item.text["fr"] for item in full.items]
    assert [page["title"] for page in pages] == [section.title["fr"] for section in full.sections]
    assert [p["grids"][0]["title"] for p in pages] == [s.stem["fr"] for s in full.sections]


def test_options_are_the_labels_in_their_order(full: Instrument) -> None:
    pages = data(export(full, "forms", language="nl", inventory=True).content)["pages"]
    scale = full.scales["speed5"]
    assert pages[3]["grids"][0]["columns"] == [*scale.labels["nl"], scale.missing["nl"][0]]
    stages, changes = pages[5]["grids"]
    assert (len(stages["columns"]), len(changes["columns"])) == (6, 5)
    assert not set(stages["rows"]) & set(changes["rows"]), "an export has only these texts"


def test_the_script_is_the_same_for_every_instrument(full: Instrument, awkward: Instrument) -> None:
    scripts = {export(made, "forms").content.decode().split(END)[1] for made in (full, awkward)}
    assert len(scripts) == 1
    assert "</script" not in export(awkward, "forms").content.decode()


@needs_node
def test_the_form_that_is_made(short: Instrument, tmp_path: Path) -> None:
    calls = run(export(short, "forms", language="de").content, tmp_path)
    assert calls[0] == ["FormApp", "create", short.name["de"]]
    rows = [row for name, method, *given in calls if method == "setRows" for row in given[0]]
    assert rows == [item.text["de"] for item in short.items]
    choices = next(given for _, method, *given in calls if method == "setChoices")
    assert choices == [[["Ja", "go on"], ["Nein", "send"]]]
    pages = [given[0] for name, method, *given in calls
             if (name, method) == ("addPageBreakItem", "setTitle")]  # fmt: skip
    assert pages == [short.name["de"], *(section.title["de"] for section in short.sections)]
    required = [name for name, method, *_ in calls if method == "setRequired"]
    assert required == ["addMultipleChoiceItem", "addTextItem"]


@needs_node
def test_no_text_is_code(awkward: Instrument, tmp_path: Path) -> None:
    calls = run(export(awkward, "forms").content, tmp_path)
    rows = [row for _, method, *given in calls if method == "setRows" for row in given[0]]
    texts = [data(export(awkward, "forms").content)["pages"][at] for at in (0, 1)]
    assert rows == [row for page in texts for grid in page["grids"] for row in grid["rows"]]
    assert '</script>\\"; throw 1; // \\u0041 "' in rows
