"""What python-pptx has no words for: error bars, and the form of the number of one label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx.oxml.ns import qn

from vested.report.pptx.slides import INK

Values = Sequence[float | None]
_THICK = 40_000
"""In EMU: bars of more have no caps."""


def around(scores: Values, lows: Values, highs: Values) -> tuple[Values, Values]:
    """How far an interval reaches above and below each score; None where there is none.

    >>> around([60.0, 50.0], [55.5, None], [64.0, None])
    ([4.0, None], [4.5, None])
    """
    plus, minus = [], []
    for score, low, high in zip(scores, lows, highs, strict=True):
        there = score is not None and low is not None and high is not None
        plus.append(high - score if there else None)  # type: ignore[operator]
        minus.append(score - low if there else None)  # type: ignore[operator]
    return plus, minus


def add_error_bars(
    series: Any,
    plus: Values,
    minus: Values,
    *,
    column: int,
    rows: int,
    first: int = 1,
    along: str = "",
    looks: tuple[str, int] = (INK, 19050),
) -> None:
    """Error bars whose lengths stand in two columns of the workbook of a chart.

    `column` and `first` count from 0; `along` is the direction, which bars do not state; `looks`
    are their colour and width, and thick ones have no caps.
    """
    cap = str(int(looks[1] > _THICK))
    bars = etree.Element(qn("c:errBars"))
    if along:
        _add(bars, "c:errDir", along)
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", cap)):
        _add(bars, f"c:{name}", value)
    for at, (name, values) in enumerate((("plus", plus), ("minus", minus))):
        letter = _letters(column + at)
        place = f"Sheet1!${letter}${first + 1}:${letter}${first + rows}"
        reference = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numRef"))
        etree.SubElement(reference, qn("c:f")).text = place
        cache = etree.SubElement(reference, qn("c:numCache"))
        etree.SubElement(cache, qn("c:formatCode")).text = "General"
        _add(cache, "c:ptCount", str(rows))
        for index, length in enumerate(values):
            if length is not None:
                point = etree.SubElement(cache, qn("c:pt"), idx=str(index))
                etree.SubElement(point, qn("c:v")).text = repr(float(length))
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"), w=str(looks[1]))
    _add(etree.SubElement(line, qn("a:solidFill")), "a:srgbClr", looks[0])
    following = next(
        each for each in series._element if each.tag in (qn("c:cat"), qn("c:xVal"), qn("c:val"))
    )
    following.addprevious(bars)


def number_of_label(label: Any, form: str) -> None:
    """The form of the number of a single label, which knows nothing of that of its series."""
    element = label._dLbl
    made = etree.Element(qn("c:numFmt"), formatCode=form, sourceLinked="0")
    before = ("c:idx", "c:delete", "c:layout", "c:tx")
    next(each for each in element if each.tag not in map(qn, before)).addprevious(made)


def _add(parent: Any, tag: str, value: str) -> None:
    etree.SubElement(parent, qn(tag)).set("val", value)


def _letters(column: int) -> str:
    """The name of a column of a sheet, from 0.

    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name
