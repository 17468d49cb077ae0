"""How the columns of a table share the width of a page in LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vested.report.paper.apa import PaperColumn
from vested.report.paper.characters import LONGEST, escaped, escaped_in_part

_WRAPPED = 32
"""A column of longer texts breaks them into lines: our choice."""
_GAP = 2.5
_SIZES = ((88, r"\normalsize"), (97, r"\small"), (105, r"\footnotesize"))
"""About how many characters stand side by side within margins of an inch on A4."""
_SMALLEST = (115, r"\scriptsize\setlength{\tabcolsep}{3pt}")


@dataclass(frozen=True)
class Layout:
    """The parts of a `tabular` or `longtable`, and about how many lines it has."""

    spec: str
    size: str
    head: str
    rows: tuple[str, ...]
    lines: int


def laid_out(columns: Sequence[PaperColumn]) -> Layout:
    """Widths by the longest cells; type is made smaller before columns overlap."""
    natural = [_natural(column) for column in columns]
    whole = sum(min(width, _WRAPPED) for width in natural) + _GAP * (len(columns) - 1)
    room, size = next((each for each in _SIZES if whole <= each[0]), _SMALLEST)
    wide = sum(width for width in natural if width > _WRAPPED)
    spare = max(room - whole, 0)
    # What is left goes to the columns that break lines, by the length of their texts.
    widths = [
        min(width, _WRAPPED + spare * width / wide) if width > _WRAPPED else 0 for width in natural
    ]
    spec = "".join(
        rf"p{{{width / room:.3f}\linewidth}}" if width else "r" if column.number else "l"
        for column, width in zip(columns, widths, strict=True)
    )
    head = " & ".join(_heading(column) for column in columns)
    rows = tuple(_rows(columns, widths))
    return Layout(spec, size, rf"{head} \\", rows, _lines(columns, widths))


def _natural(column: PaperColumn) -> int:
    longest = max((len(text) for text in column.cells), default=0)
    return max(min(longest, LONGEST), *(len(part) for part in _parts(column)))


def _parts(column: PaperColumn) -> list[str]:
    """A heading in lines that are no wider than its cells, or than its longest word."""
    words = column.heading.split() or [""]
    longest = max((len(text) for text in column.cells), default=0)
    room = max(8, min(longest, _WRAPPED), *(len(word) for word in words))
    parts = [words[0]]
    for word in words[1:]:
        if len(parts[-1]) + 1 + len(word) <= room:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def _heading(column: PaperColumn) -> str:
    parts = [escaped(part) for part in _parts(column)]
    if column.symbol:
        return rf"\textit{{{parts[0]}}}"
    if len(parts) == 1:
        return parts[0]
    side, lines = "r" if column.number else "l", r"\\".join(parts)
    return rf"\shortstack[{side}]{{{lines}}}"


def _rows(columns: Sequence[PaperColumn], widths: Sequence[float]) -> Iterator[str]:
    # After \raggedright in the last column, a mere \\ would end a line of that cell.
    end = r"\tabularnewline" if any(widths) else r"\\"
    for cells in zip(*(column.cells for column in columns), strict=True):
        shown = (
            rf"\raggedright {escaped_in_part(text)}" if width else escaped(text)
            for text, width in zip(cells, widths, strict=True)
        )
        yield f"{' & '.join(shown)} {end}"


def _lines(columns: Sequence[PaperColumn], widths: Sequence[float]) -> int:
    heights = (
        max(
            -(-len(text) // int(width or _WRAPPED))
            for text, width in zip(cells, widths, strict=True)
        )
        for cells in zip(*(column.cells for column in columns), strict=True)
    )
    return sum(max(height, 1) for height in heights)
