"""XML from strangers, read piece by piece: no document type, and so no entities; no endless tag."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from vested.errors import InputError

if TYPE_CHECKING:
    from pyexpat import XMLParserType

_LONGEST_TAG = 4 << 20
"""Bytes of what the parser holds at once: a tag with its attributes, a comment."""


def new_parser() -> XMLParserType:
    """A parser that gives each name of an element as its namespace, a space, and the local name."""
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    return parser


def feed(parser: XMLParserType, pieces: Iterable[bytes], name: str, most: int, hint: str) -> None:
    """Parse a document of at most so many bytes.

    Raises `InputError` where it is longer, broken, or declares a document type; `hint` tells what
    to do then.
    """
    from xml.parsers import expat

    def refuse(*_: object) -> NoReturn:
        raise InputError(
            f"{name} declares a document type, which no program that writes such files does", hint
        )

    # Entities could only be declared there: nothing is expanded, and no other file is opened.
    parser.StartDoctypeDeclHandler = refuse
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            parser.Parse(piece, False)
            if size > most or size - parser.CurrentByteIndex > _LONGEST_TAG:
                raise InputError(f"{name} holds more than such a file does", hint)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError(f"{name}, line {error.lineno}: broken XML ({reason})", hint) from None
    except (LookupError, ValueError):
        raise InputError(f"{name} is in an encoding that cannot be read", hint) from None
