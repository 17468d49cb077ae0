"""Where a comparison is shown: its width, its signs, and text that fits in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import IO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from vested.report.terminal import console_on
from vested.report.terminal.comparison.plot import ASCII, UNICODE
from vested.report.text import harmless

PIPE_WIDTH = 100
"""Columns of pictures where nobody watches: our choice."""
_PLAIN = str.maketrans({
    "·": "*", "−": "-", "–": "-", "…": "...", "→": "->", "≥": ">=", "≤": "<=", "√": "sqrt",
    "τ": "tau", "²": "2", "±": "+/-", "‹": "<", "›": ">",
})  # fmt: skip


class Screen:
    """A stream to show on; its pictures are as wide as a terminal, or as `PIPE_WIDTH`."""

    def __init__(self, stream: IO[str], *, detail: bool = False) -> None:
        self.console: Console = console_on(stream)
        self.detail = detail
        self.watched = self.console.is_terminal
        self.width = self.console.width if self.watched else PIPE_WIDTH
        self._unicode = self.console.encoding.startswith("utf")
        self.marks = UNICODE if self._unicode else ASCII

    def plain(self, text: str) -> str:
        """The text in characters that the stream can hold, and harmless."""
        text = harmless(text)
        if self._unicode or text.isascii():
            return text
        encoding = self.console.encoding
        text = text.replace("· ", "- ").translate(_PLAIN)  # bullets, and what parts of the ledger
        return text.encode(encoding, "backslashreplace").decode(encoding)

    def cut(self, text: str, width: int) -> str:
        """The text in so many columns, with an ellipsis where it is longer.

        Characters of two columns count as two.
        """
        return cut(text, width, self.plain("…"))

    def cut_apart(self, texts: Iterable[str], width: int) -> dict[str, str]:
        """The same for several texts, so that they can be told apart."""
        return cut_apart(texts, width, self.plain("…"))

    def line(self, *parts: tuple[str, str]) -> None:
        """One line of texts, each with its style, never wider than the screen."""
        text = Text.assemble(*parts)
        if self.watched:
            text.truncate(self.width)
        text.rstrip()
        self.console.print(text, soft_wrap=True)

    def say(self, text: str, first: str = "", style: str = "", *, wrap: bool = False) -> None:
        """A sentence; on a terminal it is wrapped, and what follows hangs below its beginning.

        Where nobody watches, only with `wrap`.
        """
        first, text = self.plain(first), self.plain(text)
        room = self.width - cell_len(first)
        if not (self.watched or wrap) or room < 10:
            self.console.print(Text(first + text, style=style), soft_wrap=not self.watched)
            return
        for at, part in enumerate(Text(text, style=style).wrap(self.console, room)):
            part.rstrip()
            start = " " * cell_len(first) if at else first
            self.console.print(Text.assemble(start, part), soft_wrap=True)

    def title(self, text: str) -> None:
        """What comes next, after an empty line."""
        self.line()
        self.say(text, style="bold")

    def key(self, text: str, style: str = "dim") -> None:
        """How the picture above is to be read, or what else is to be said of it."""
        self.say(text, "  ", style, wrap=True)


def cut(text: str, width: int, mark: str = "…") -> str:
    """The text in so many columns, with a mark where it is longer.

    >>> cut("City of Oakhaven", 8), cut("東京都", 5), cut("Gent", 4)
    ('City of…', '東京…', 'Gent')
    """
    if cell_len(text) <= width:
        return text
    if width <= len(mark):
        return set_cell_size(text, max(width, 0))
    return set_cell_size(text, width - len(mark)).rstrip() + mark


def cut_apart(texts: Iterable[str], width: int, mark: str = "…") -> dict[str, str]:
    """Each text in so many columns; those that would look alike are cut in the middle.

    >>> cut_apart(["Municipality of Gent", "Municipality of Mons"], 12)
    {'Municipality of Gent': 'Mun… of Gent', 'Municipality of Mons': 'Mun… of Mons'}
    """
    found = {text: cut(text, width, mark) for text in texts}
    many = Counter(found.values())
    return {
        text: short if many[short] == 1 or short == text else _cut_middle(text, width, mark)
        for text, short in found.items()
    }


def _cut_middle(text: str, width: int, mark: str) -> str:
    """Its beginning and, twice as much, its end."""
    room = width - len(mark)
    if room < 3:
        return cut(text, width, mark)
    head = set_cell_size(text, room // 3).rstrip()
    start = len(text)
    while start and cell_len(text[start - 1 :]) <= room - cell_len(head):
        start -= 1
    return head + mark + text[start:]


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Text in so many columns."""
    blank = " " * max(width - cell_len(text), 0)
    return blank + text if right else text + blank
