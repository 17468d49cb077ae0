"""Text from data is data: nothing in it may act on a terminal, a spreadsheet or a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MARKDOWN = "\\`*_[]|~$#"
_CONTROL_SIGN = re.compile("[\u2400-\u241f]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    r"""Text with escape codes, controls and marks of writing direction made visible.

    >>> harmless("A\x1b[31mB\u202ec")
    'A␛[31mB‹U+202E›c'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    category = unicodedata.category(character)
    no_character = code & 0xFFFE == 0xFFFE  # not allowed in XML, and so in a workbook
    if no_character or category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return f"‹U+{code:04X}›"
    return character


def printed(text: str) -> str:
    r"""The same for pages and pictures, whose fonts have no signs for controls.

    >>> printed("A\x1b[31mB")
    'A‹U+001B›[31mB'
    """
    return _CONTROL_SIGN.sub(lambda found: f"‹U+{ord(found[0]) - 0x2400:04X}›", harmless(text))


def distinct(labels: Iterable[str]) -> list[str]:
    """The labels, with a number behind those that stood before: a chart has one row for each.

    >>> distinct(["a", "b", "a"])
    ['a', 'b', 'a (2)']
    """
    found: dict[str, None] = {}
    for label in labels:
        told, at = label, 1
        while told in found:
            told, at = f"{label} ({at + 1})", at + 1
        found[told] = None
    return list(found)


def no_formula(text: str) -> str:
    """Text that a spreadsheet shows as it is: an apostrophe before what would be a formula.

    >>> no_formula("=1+1"), no_formula("Gent")
    ("'=1+1", 'Gent')
    """
    text = harmless(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def in_markdown(text: str) -> str:
    r"""Text that Markdown and HTML show as it is, in one table cell.

    >>> in_markdown("a|b <b>*c*")
    'a\\|b &lt;b&gt;\\*c\\*'
    """
    text = harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in text)
