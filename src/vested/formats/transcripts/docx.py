"""The paragraphs of a Word document, as lines of text.

A document is a zip file of XML from a stranger: nothing of it is written to disk, only its main
part is unpacked and no more of it than a transcript has, and a document type declaration, without
which there are no entities, is refused.
"""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from vested.errors import InputError
from vested.formats.archive import members

_MAIN = re.compile(r"word/document\d*\.xml", re.IGNORECASE)
_LARGEST = 64 << 20
_MOST_ELEMENTS = 600_000
_PIECE = 1 << 18
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
_BETWEEN = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_AGAIN = "open it in Word and save it again, or save it as plain text"


def lines(path: Path, name: str) -> list[str]:
    """The lines of the text in order; the cells of a row of a table in one, with tabs between.

    Raises `InputError` where the file is no Word document, damaged, or too large.
    """
    found = [member for member in members(path, name) if _MAIN.fullmatch(member.filename)]
    if not found:
        raise InputError(f"{name} is no Word document", "save it as docx or as plain text")
    if found[0].flag_bits & 1:
        raise InputError(f"{name} is protected by a password", "save it without")
    if found[0].file_size > _LARGEST:
        raise _too_large(name)
    reader = _Reader(name)
    try:
        with ZipFile(path) as archive, archive.open(found[0]) as file:
            while piece := file.read(_PIECE):
                reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise InputError(f"{name} is a damaged Word document: {reason}", _AGAIN) from None
    except (BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, zlib.error):
        raise InputError(f"{name} is a damaged Word document", _AGAIN) from None
    return reader.lines


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name} holds far more than a transcript", "is it the right file? Save the text alone"
    )


class _Reader:
    """Collects text while expat reads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.cells: list[str] | None = None
        self.rows = self.unseen = self.elements = 0
        self.in_text = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _doctype(self, *_: object) -> None:
        raise InputError(
            f"{self.name} declares a document type, as no Word document does",
            "do not open it; ask for the text",
        )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > _MOST_ELEMENTS:
            raise _too_large(self.name)
        if tag.endswith(" Fallback"):  # the same again for older programs
            self.unseen += 1
        if not tag.startswith(_WORD):
            return
        local = tag.rpartition(" ")[2]
        if local in _BETWEEN and not self.unseen:
            self.pieces.append(_BETWEEN[local])
        self.in_text = local == "t"
        if local == "tr":
            self.rows += 1
            if self.rows == 1:
                self.cells = []

    def _data(self, data: str) -> None:
        if self.in_text and not self.unseen:
            self.pieces.append(data)

    def _end(self, tag: str) -> None:
        if tag.endswith(" Fallback"):
            self.unseen -= 1
        if not tag.startswith(_WORD):
            return
        local = tag.rpartition(" ")[2]
        if local == "t":
            self.in_text = False
        elif local == "p" and not self.unseen:
            text = "".join(self.pieces)
            self.pieces = []
            if self.cells is None:
                self.lines += text.split("\n")
            elif text.strip():
                self.cells.append(" ".join(text.split()))
        elif local == "tr":
            self.rows -= 1
            if self.rows == 0:
                self.lines.append("\t".join(self.cells or ()))
                self.cells = None
