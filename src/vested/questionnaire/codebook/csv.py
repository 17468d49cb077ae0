"""The codebook as a table: a code a row, for spreadsheets and for software that imports no .qdc."""

from __future__ import annotations

import csv
import io

from vested.questionnaire.codebook import Codebook
from vested.questionnaire.codebook.wording import LEVELS

COLUMNS = (
    "name", "category", "is_category", "description", "examples", "opposites", *LEVELS, "id",
    "guid",
)  # fmt: skip


def write(book: Codebook) -> bytes:
    """Several examples stand in lines of one cell."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for entry in book.entries:
        levels = entry.polarity or {}
        writer.writerow(
            {
                "name": entry.name,
                "category": entry.category,
                "is_category": "yes" if entry.is_category else "no",
                "description": _still(entry.description),
                "examples": _still("\n".join(entry.examples)),
                "opposites": _still("\n".join(entry.opposites)),
                **{level: levels.get(level, "") for level in LEVELS},
                "id": entry.id,
                "guid": entry.guid,
            }
        )
    return out.getvalue().encode()


def _still(text: str) -> str:
    """Text that no spreadsheet takes for a formula; ids and names begin with a letter or number.

    >>> _still("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else text
