"""In which encoding a text file is written: the ladder from certain to likely."""

from __future__ import annotations

import codecs
from pathlib import Path

from vested.errors import InputError
from vested.formats.source import Source, chunks

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(source: Source, given: str | None) -> tuple[str, list[str]]:
    """The encoding by the ladder: mark, as given, UTF-8, zero bytes, cp1252 with a warning."""
    with source.path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, []
    if given is not None:
        return _named_encoding(given, head, source.name), []
    if b"\0" in head:
        return _by_zero_bytes(head, source.name), []
    if first_bad_byte(source.path) is None:
        return "utf-8", []
    words = ", ".join(_foreign_words(source.path))
    return "cp1252", [
        f"{source.name} is not UTF-8; it was read as Windows-1252 (cp1252), where it says "
        f"{words}. If that looks wrong, name the encoding with --encoding."
    ]


def _named_encoding(given: str, head: bytes, source: str) -> str:
    """The encoding that the user named; UTF-16 and UTF-32 without a mark by their zero bytes."""
    try:
        name = codecs.lookup(given).name
        b"text".decode(name, errors="replace")  # some codecs are not of text
    except (LookupError, TypeError, ValueError, AssertionError):
        raise InputError(
            f"there is no encoding {given!r}", "for example --encoding cp1252 or utf-16"
        ) from None
    if name not in ("utf-16", "utf-32"):
        return name
    pattern = _zero_pattern(head)
    if not _PATTERNS.get(pattern, "").startswith(name):
        raise InputError(
            f"{source} is not text in the encoding {given}",
            "leave --encoding out, or name another",
        )
    return _PATTERNS[pattern]


_PATTERNS = {"x0x0": "utf-16-le", "0x0x": "utf-16-be", "x000": "utf-32-le", "000x": "utf-32-be"}


def _zero_pattern(head: bytes) -> str:
    """Where in groups of four bytes the zero bytes of Latin letters fall."""
    usable = head[: len(head) // 4 * 4]
    groups = max(1, len(usable) // 4)
    return "".join("0" if usable[at::4].count(0) / groups > 0.7 else "x" for at in range(4))


def _by_zero_bytes(head: bytes, name: str) -> str:
    """UTF-16 or UTF-32 without a mark."""
    pattern = _zero_pattern(head)
    if pattern in _PATTERNS:
        return _PATTERNS[pattern]
    raise InputError(
        f"{name} is not text: it holds zero bytes",
        "export it as CSV; if it is text in a rare encoding, name it with --encoding",
    )


def first_bad_byte(path: Path) -> int | None:
    """The place of the first byte that is not UTF-8, None where all is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    before = 0
    with path.open("rb") as file:
        for chunk in chunks(file):
            pending = len(decoder.getstate()[0])
            if not (pending == 0 and chunk.isascii()):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    return before - pending + error.start
            before += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return before
    return None


def _foreign_words(path: Path, limit: int = 3) -> list[str]:
    """A few words with bytes beyond ASCII, as cp1252 shows them."""
    words: list[str] = []
    with path.open("rb") as file:
        for chunk in chunks(file):
            text = chunk.decode("cp1252", errors="replace")
            for word in "".join(c if c.isalpha() else " " for c in text).split():
                if not word.isascii() and word not in words:
                    words.append(word)
                if len(words) == limit:
                    return words
    return words or ["(only signs)"]
