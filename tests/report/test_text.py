"""Text from data cannot act: not on a terminal, a spreadsheet or a page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.report.text import harmless, in_markdown, no_formula


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Gent", "Gent"),
        ("Évora ✓ 東京 👍", "Évora ✓ 東京 👍"),
        ("A\x1b[31mB", "A␛[31mB"),
        ("tab\tline\nreturn\r", "tab␉line␊return␍"),
        ("\x7f\x9b31m", "‹U+007F›‹U+009B›31m"),
        ("a\u202eb\u2066c", "a‹U+202E›b‹U+2066›c"),
        ("zero\u200bwidth\ufeff", "zero‹U+200B›width‹U+FEFF›"),
        ("none\ufffe\U0001ffff", "none‹U+FFFE›‹U+1FFFF›"),
        ("line\u2028paragraph\u2029", "line‹U+2028›paragraph‹U+2029›"),
        ("\ue000", "‹U+E000›"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("", ""),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


@given(st.text())
def test_nothing_harmless_is_a_control(text: str) -> None:
    assert not {unicodedata.category(c) for c in harmless(text)} & {"Cc", "Cf", "Zl", "Zp"}
    assert harmless(harmless(text)) == harmless(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M", "Zs"])))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert no_formula(f"{sign}1+1") == f"'{sign}1+1"
    assert no_formula(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize("start", ["\t", "\r", "\n", " ", "\u200b", "\u202e", "\ufeff", "\xa0"])
def test_a_formula_cannot_hide_behind_a_space(start: str) -> None:
    """Some programs trim a cell before they look for a formula."""
    assert no_formula(f"{start}=1+1")[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("**x** _y_ `z`", r"\*\*x\*\* \_y\_ \`z\`"),
        ("<script>&amp;", "&lt;script&gt;&amp;amp;"),
        ("[x](javascript:1)", r"\[x\](javascript:1)"),
        ("a\nb", "a␊b"),
        ("# no heading", r"\# no heading"),
    ],
)
def test_in_markdown(text: str, shown: str) -> None:
    assert in_markdown(text) == shown


@given(st.text())
def test_a_markdown_cell_is_one_line_without_tags(text: str) -> None:
    found = in_markdown(text)
    assert len(found.splitlines()) <= 1
    assert not set("<>") & set(found)
    assert "|" not in found.replace("\\|", "").replace("\\\\", "")
