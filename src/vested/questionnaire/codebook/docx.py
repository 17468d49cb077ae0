"""The codebook as a Word document for coders: a heading for each code, with what counts."""

from __future__ import annotations

from collections.abc import Iterator

from vested.questionnaire.codebook import Codebook, Entry
from vested.questionnaire.codebook.wording import EXAMPLES, HOW_TO, OPPOSITES, OTHERS, TITLE
from vested.questionnaire.word import document, paragraph


def write(book: Codebook) -> bytes:
    """Title, how to code, and the categories with their codes; the footer names the instrument."""
    footer = f"{book.instrument} {book.version}, {book.language}"
    return document(_body(book), footer, book.language)


def _body(book: Codebook) -> Iterator[str]:
    yield paragraph(f"{book.say(TITLE)}: {book.title}", "Title")
    for text in HOW_TO:
        yield paragraph(book.say(text))
    above: str | None = None
    for entry in book.entries:
        if not entry.is_category and entry.category != above:
            yield paragraph(book.say(OTHERS), "Heading1")
        above = entry.name if entry.is_category else entry.category
        yield paragraph(entry.name, "Heading1" if entry.is_category else "Heading2")
        yield from _entry(book, entry)


def _entry(book: Codebook, entry: Entry) -> Iterator[str]:
    if entry.description:
        yield paragraph(entry.description)
    for head, lines in ((EXAMPLES, entry.examples), (OPPOSITES, entry.opposites)):
        if lines:
            yield paragraph(f"{book.say(head)}:", "Statement")
        for line in lines:
            yield paragraph(f"– {line}", "Statement")
    for level, meaning in (entry.polarity or {}).items():
        yield paragraph(f"{level}  {meaning}", "Small")
