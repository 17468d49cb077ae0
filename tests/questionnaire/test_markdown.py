"""Markdown: against a file that was looked at, and read back as tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from vested.model import Instrument
from vested.questionnaire import export

GOLDEN = Path(__file__).parents[1] / "golden"
BOX = "☐"


def rows(content: bytes) -> list[list[str]]:
    """The cells of all tables, without their heads; a bar after a backslash is text."""
    lines = [line for line in content.decode().splitlines() if line.startswith("| ")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip() for cell in row] for row in cells if not row[0].startswith(" ---")]


def shown(text: str) -> str:
    """What a reader sees: signs of punctuation lose the backslash before them."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def test_golden(make: Callable[..., Instrument]) -> None:
    labels = {"en": ["Never", "Sometimes", "Always"], "nl": ["Nooit", "Soms", "Altijd"]}
    missing = {"en": ["Does not apply"], "nl": ["Niet van toepassing"]}
    scale = {"codes": [1, 2, 3], "labels": labels, "missing": missing, "missing_codes": [9]}
    items = [
        {"id": "C1", "scale": "often", "section": "team", "text": {"nl": "We praten open."}},
        {"id": "C_2", "scale": "often", "section": "team", "text": {"nl": "1 < 2 | R&D *loopt*."}},
    ]
    made = make(
        id="climate",
        version="1.0",
        name={"en": "Team climate", "nl": "Teamklimaat"},
        scales={"often": scale},
        sections=[{"id": "team", "title": {"nl": "Het team"}, "stem": {"nl": "Hoe vaak?"}}],
        items=items,
        measures=[{"id": "F", "kind": "facet", "of": ["C1", "C_2"]}],
    )
    found = export(made, "markdown", language="nl").content.decode()
    assert found == (GOLDEN / "questionnaire.md").read_text(encoding="utf-8")


def test_every_item_once_with_a_box_per_option(full: Instrument) -> None:
    found = rows(export(full, "markdown", language="de").content)
    found = [row for row in found if row[0]]
    assert [row[:2] for row in found] == [[item.id, item.text["de"]] for item in full.items]
    assert {tuple(row[2:]) for row in found} == {(BOX,) * 6}


def test_heads_have_label_and_code(full: Instrument) -> None:
    content = export(full, "markdown", inventory=True).content.decode()
    heads = [line for line in content.splitlines() if line.startswith("|  |  |")]
    assert len(heads) == 7
    assert heads[0].endswith("| Strongly agree (5) | Cannot say (9) |")
    assert "Looking into it (1)" in heads[5]


def test_texts_stay_texts(awkward: Instrument) -> None:
    found = {row[0]: row[1] for row in rows(export(awkward, "markdown").content) if row[0]}
    assert shown(found["A1"]) == '=HYPERLINK("x") & <b>bold</b>'
    assert shown(found["A3"]) == "[[PageBreak]] {SID} [scl1] `code` *star* _under_ ~ a|b"
    assert set(map(shown, found)) == {item.id for item in awkward.items}
