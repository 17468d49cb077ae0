"""A report as a presentation: native charts and tables to be edited, the same bytes every time."""

from __future__ import annotations

from vested.errors import UsageError
from vested.report.document.model import Document


def document(document: Document) -> bytes:
    """The report as slides of 16 to 9; what has no room on one goes on on the next.

    The bytes depend on the document alone (and on SOURCE_DATE_EPOCH, where it is set). Raises
    `UsageError` where the package python-pptx is not installed, `OutputError` where the logo is
    broken.
    """
    try:
        import pptx  # noqa: F401
    except ModuleNotFoundError:
        raise UsageError(
            "a presentation needs the package python-pptx", "pip install 'vested[pptx]'"
        ) from None
    from vested.report.pptx.sections import add_section
    from vested.report.pptx.slides import Deck

    deck = Deck(document)
    deck.add_title()
    for section in document.sections:
        add_section(deck, section)
    return deck.saved()
