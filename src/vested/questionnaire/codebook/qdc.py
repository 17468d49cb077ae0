"""The codebook as REFI-QDA (.qdc), which MAXQDA, NVivo, ATLAS.ti, QualCoder and Taguette import."""

from __future__ import annotations

from vested.platforms.qda import Code
from vested.platforms.qda.refi.writer import codebook
from vested.questionnaire.codebook import Codebook


def write(book: Codebook) -> bytes:
    """Categories with their codes, and all that is said of each as its description."""
    return codebook(
        [
            Code(
                entry.guid,
                entry.name,
                (entry.category,) if entry.category else (),
                book.full(entry),
                codable=not entry.is_category,
            )
            for entry in book.entries
        ]
    )
