"""The text of a Word document (.docx): its paragraphs, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from vested.errors import InputError
from vested.platforms.qda.markup import feed, new_parser
from vested.platforms.qda.package import opened

if TYPE_CHECKING:
    from pyexpat import XMLParserType

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main "
_REPEATED = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
"""What older versions of Word show instead: the same text a second time."""
_MOST_BYTES = 64 << 20
_MOST_ELEMENTS = 2_000_000
_AGAIN = "save it again from Word"
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def text_of(content: bytes, name: str) -> str:
    """The paragraphs of the document's body, tables and text boxes included, joined by newlines.

    Raises `InputError` where it is damaged, holds no document or far too much, or declares a
    document type.
    """
    with opened(content, name) as package:
        package.check()
        member = package.members.get("word/document.xml")
        if member is None:
            raise InputError(f"{name} is no Word document", _AGAIN)
        return "\n".join(_paragraphs(package.pieces(member), name))


def _paragraphs(pieces: Iterable[bytes], name: str) -> list[str]:
    parser = new_parser()
    reader = _Reader(parser, name)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    feed(parser, pieces, name, _MOST_BYTES, _AGAIN)
    return reader.lines


class _Reader:
    """What the parser calls."""

    def __init__(self, parser: XMLParserType, name: str) -> None:
        self.lines: list[str] = []
        self._parser = parser
        self._name = name
        self._words: list[str] = []
        self._outer: list[list[str]] = []
        """The words of paragraphs in whose text boxes there are paragraphs."""
        self._elements = self._skipped = self._runs = 0

    def start(self, element: str, _: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise InputError(f"{self._name} holds more than a Word document does", _AGAIN)
        if self._skipped or element == _REPEATED:
            self._skipped += 1
            return
        tag = _local(element)
        if tag == "p":
            self._outer.append(self._words)
            self._words = []
        elif tag == "r":
            self._runs += 1
        elif tag == "t":
            self._parser.CharacterDataHandler = self._words.append
        elif self._runs:  # elsewhere a tab is a place to stop at
            self._words.append(_SIGNS.get(tag, ""))

    def end(self, element: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        tag = _local(element)
        if tag == "p" and self._outer:
            self.lines.append("".join(self._words))
            self._words = self._outer.pop()
        elif tag == "r":
            self._runs -= 1
        elif tag == "t":
            self._parser.CharacterDataHandler = None


def _local(element: str) -> str:
    """The name of an element of Word's; nothing for any other.

    >>> _local("http://schemas.openxmlformats.org/wordprocessingml/2006/main p")
    'p'
    """
    if element.startswith(_WORD):
        return element[len(_WORD) :]
    return element[len(_STRICT) :] if element.startswith(_STRICT) else ""
