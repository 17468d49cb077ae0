"""The texts of a project's sources: where in its package they are, and how they are spelled."""

from __future__ import annotations

import codecs
import re

from vested.errors import InputError
from vested.platforms.qda.package import Package
from vested.platforms.qda.refi.elements import Document
from vested.platforms.qda.refi.notes import Seen
from vested.platforms.qda.word import text_of

_LONGEST_TEXT = 8_000_000
"""Bytes of one text, some five thousand pages; a longer one is not read."""
_LONGEST_DOCUMENT = 32 << 20
_MOST_TEXT = 256 << 20
_AGAIN = "export the project from the software that holds it again"


class Texts:
    """The texts of one project; a source may have none there."""

    def __init__(self, package: Package | None, folder: str, name: str, seen: Seen) -> None:
        self._package = package
        self._folder = f"{folder}/" if folder else ""
        self._name = name
        self._seen = seen
        self._inflated = 0

    def of(self, source: Document) -> str | None:
        """The plain text of a source without a byte order mark; None where there is none here."""
        if source.kind != "text":
            return None
        if source.content is not None:
            return source.content.removeprefix("\ufeff")
        text = self._of_member(source.plain_path, source)
        if (text is None or len(text.strip()) == 0) and source.rich_path:
            document = self._word(source)
            text = text if document is None else document
        if text is None:
            self._seen.without_text += 1
        return text

    def _of_member(self, path: str, source: Document) -> str | None:
        content = self._member(path, source, _LONGEST_TEXT)
        if content is None:
            return None
        text, encoding = _decoded(content)
        if encoding:
            self._seen.encodings[encoding] += 1
        return text.removeprefix("\ufeff")

    def _word(self, source: Document) -> str | None:
        if not source.rich_path.lower().endswith(".docx"):
            return None
        content = self._member(source.rich_path, source, _LONGEST_DOCUMENT)
        if content is None or not content.startswith(b"PK"):
            return None
        text = text_of(content, f"{self._name}: {source.rich_path.rpartition('/')[2][:80]}")
        if len(text) > _LONGEST_TEXT:
            self._seen.too_long += 1
            return None
        self._seen.from_word += 1
        return text

    def _member(self, path: str, source: Document, most: int) -> bytes | None:
        """The file of the package that a path of the project means."""
        if self._package is None or not path:
            return None
        inner = re.sub(r"^[a-z]+:/*", "", path.replace("\\", "/").lower())
        last = inner.rpartition("/")[2]
        for place in (f"sources/{inner}", inner, f"sources/{last}"):
            member = self._package.members.get(self._folder + place)
            if member is None:
                continue
            if member.file_size > most:
                self._seen.too_long += 1
                return None
            self._inflated += member.file_size
            if self._inflated > _MOST_TEXT:
                raise InputError(f"{self._name} holds more text than a project does", _AGAIN)
            return self._package.read(member)
        return None


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding where that is not UTF-8, as the format wants."""
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return content.decode(encoding, "replace"), encoding
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"
