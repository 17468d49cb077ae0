"""Names of folders: safe on every system, apart, and the same whoever else is a client."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.pipeline.batch.clients import folder_name

NAUGHTY = (
    *("../../etc/passwd", "/etc/passwd", "..", ".", "", " ", "-", "--help", "~", "a/b", "a\\b"),
    *("CON", "con", "nul.txt", "LPT1", "COM¹", "Gent", "GENT", "gent", "a.", "a ", ".vested-new-a"),
    *("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "<b>", "${HOME}", "$(id)", "`id`", "%n%s"),
    *("a\x00b", "a\x1b[31mb", "a\nb", "a\tb", "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301", "é"),
    *("名" * 200, "x" * 300, "𝔾𝕖𝕟𝕥", "ﬁ", "İ", "ß", "نص", "हिन्दी", "👩‍👩‍👧", "\ud800"),
    *("summary.csv", "vested.yaml", "|", "*?", '"', "'", ":", "a:b", "C:\\x", "aux.tar.gz"),
)
CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "blns" / "blns.json"


def corpus() -> list[str]:
    return json.loads(CORPUS.read_text(encoding="utf-8")) if CORPUS.exists() else []


def is_safe(folder: str) -> bool:
    """Whether a name works on Linux, macOS and Windows, with any shell, without quotes."""
    kinds = {unicodedata.category(sign)[0] for sign in folder.replace("-", "").replace("_", "")}
    return (
        kinds <= set("LMN")
        and folder[0] not in "-_."
        and 0 < len(folder.encode()) <= 200
        and not re.fullmatch(r"(?i)(con|prn|aux|nul|com.|lpt.)", folder)
        and folder == folder.lower() == unicodedata.normalize("NFC", folder)
    )


@pytest.mark.parametrize("name", NAUGHTY)
def test_naughty_names_are_safe(name: str) -> None:
    assert is_safe(folder_name(name))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of naughty strings is not here")
def test_the_corpus_of_naughty_strings_is_safe() -> None:
    names = corpus()
    assert len(names) > 500
    assert [name for name in names if not is_safe(folder_name(name))] == []


def test_no_two_names_share_a_folder_whatever_the_case() -> None:
    names = {*NAUGHTY, *corpus()}
    assert len({folder_name(name).casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("gent", "gent"),
        ("client_07-a", "client_07-a"),
        ("Gent", "gent-"),
        ("Ministère de l'Économie", "ministère-de-l-économie-"),
        ("  A & B  ", "a-b-"),
        ("...", "client-"),
        ("con", "con-"),
        ("a" * 61, "a" * 60 + "-"),
    ],
)
def test_names_stay_readable(name: str, folder: str) -> None:
    assert re.fullmatch(
        re.escape(folder) + ("[0-9a-f]{8}" if folder[-1] == "-" else ""), (folder_name(name))
    )


@given(st.text())
def test_any_name_is_safe(name: str) -> None:
    assert is_safe(folder_name(name))
