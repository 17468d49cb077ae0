"""Which slides a section becomes: texts together, each chart and table on slides of its own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from pptx.slide import Slide
from pptx.util import Pt

from vested.report.document.model import Block, Chart, Paragraph, Points, Section, TableBlock
from vested.report.document.parts import on_paper
from vested.report.pptx import charts, tables
from vested.report.pptx.slides import (
    BODY,
    BOTTOM,
    EDGE,
    GREY,
    INK,
    LEAD,
    ROOM,
    SMALL,
    TITLE_LETTERS,
    TOP,
    Deck,
    Text,
    cut,
    describe,
    lines,
)

_PIECE = 480
"""Letters: a longer text goes on in a paragraph of its own."""
_NOTES, _NOTES_LETTERS = 48.0, 420
"""Points at the foot of a table for its notes, and how much of them has room there."""

_INTRODUCTION = 44.0
"""Points for a short text above a chart or a table."""

_MOST = 98
"""The most rows of a table, on seven slides: our choice."""

Add = Callable[[str], None]
"""Adds a slide with a title."""
Show = Callable[[str, float], Slide]
"""Adds a slide with a title, whose chart or table begins at a height."""


def add_section(deck: Deck, section: Section) -> None:
    """The slides of a section; each says which of how many it is. An appendix is but named."""
    slides = list(_slides(deck, on_paper(section).blocks)) or [partial(deck.add_texts, texts=[])]
    for at, add in enumerate(slides, 1):
        of = f" ({at}/{len(slides)})" if len(slides) > 1 else ""
        add(f"{cut(section.title, TITLE_LETTERS - len(of))}{of}")


def _slides(deck: Deck, blocks: Sequence[Block]) -> Iterator[Add]:
    texts: list[Text] = []
    for block in blocks:
        if isinstance(block, Paragraph | Points):
            texts += _texts(block)
        elif isinstance(block, Chart) and charts.is_empty(block):
            texts += _texts(Paragraph(f"{block.title}. {block.description}"))
        else:
            short = _introduces(texts)
            if not short:
                yield from _text_slides(deck, texts)
            introduction = texts[0].text if short else ""
            texts = []
            yield from _pictures(deck, block, introduction)
    yield from _text_slides(deck, texts)


def _introduces(texts: Sequence[Text]) -> bool:
    """Whether texts are so short that they stand on the slide that they lead to."""
    return len(texts) == 1 and lines(texts[0].text, ROOM, LEAD) <= 2


def _pictures(deck: Deck, block: Chart | TableBlock, introduction: str) -> Iterator[Add]:
    """The slides of a chart or a table; the first has the text that leads to it."""
    top = TOP + (_INTRODUCTION if introduction else 0)
    if isinstance(block, TableBlock):
        block = _beginning(block, deck.document.words)
        foot = _NOTES if block.notes else 0.0
        pieces = tables.pieces(block, deck.document.language, BOTTOM - top - foot)
        found: Iterator[Show] = (partial(_table, deck, block, piece) for piece in pieces)
    elif block.kind == "heat":
        pieces = tables.heat(block, deck.document.language, BOTTOM - top - 22)
        found = (partial(_heat, deck, block, piece) for piece in pieces)
    else:
        found = (partial(_chart, deck, part) for part in charts.pages(block))
    for at, show in enumerate(found):
        yield partial(_introduced, deck, show, "" if at else introduction)


def _beginning(block: TableBlock, words: Mapping[str, str]) -> TableBlock:
    """The table, or its first rows with a note where it is longer than anybody would present."""
    frame = block.table.frame
    if frame.height <= _MOST:
        return block
    more = words.get("rows_left_out", "{n} …").format(n=frame.height - _MOST)
    return replace(
        block, table=replace(block.table, frame=frame.head(_MOST)), notes=(more, *block.notes)
    )


def _introduced(deck: Deck, show: Show, introduction: str, title: str) -> None:
    top = TOP
    if introduction:
        top += _INTRODUCTION
    slide = show(title, top)
    if introduction:
        deck.write(slide, introduction, (EDGE, TOP - 4, ROOM, _INTRODUCTION), LEAD, INK, most=300)


def _texts(block: Paragraph | Points) -> list[Text]:
    """Texts of a length that can be spread over slides."""
    whole = (block.text,) if isinstance(block, Paragraph) else block.texts
    return [
        Text(piece, point=isinstance(block, Points) and first)
        for text in whole
        for piece, first in _pieces(text)
    ]


def _pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, and which is its first."""
    if len(text) <= _PIECE:
        return [(text, True)]
    pieces = textwrap.wrap(text, _PIECE, break_on_hyphens=False)
    return [(piece, at == 0) for at, piece in enumerate(pieces)]


def _text_slides(deck: Deck, texts: Sequence[Text]) -> Iterator[Add]:
    """Texts on as many slides as they need."""
    chosen: list[Text] = []
    left = 0.0
    for text in texts:
        high = lines(text.text, ROOM - 40, BODY) * BODY * 1.25 + 8
        if high > left and chosen:
            yield partial(deck.add_texts, texts=chosen)
            chosen = []
        if not chosen:
            left = BOTTOM - TOP
        chosen = [*chosen, text]
        left -= high
    if chosen:
        yield partial(deck.add_texts, texts=chosen)


def _chart(deck: Deck, chart: Chart, title: str, top: float) -> Slide:
    slide = deck.add(title, chart.title)
    high = min(BOTTOM - top, charts.height(chart))
    for part, place in charts.places(chart, (EDGE, top, ROOM, high)):
        box = [Pt(each) for each in place]
        frame = charts.draw(slide.shapes, part, box, deck.font)
        frame.name = cut(part.id, 100)
        describe(frame, f"{part.title}. {part.description}")
    return slide


def _heat(deck: Deck, chart: Chart, piece: tables.Piece, title: str, top: float) -> Slide:
    slide = deck.add(title, chart.title)
    tables.add(deck, slide, piece, f"{chart.title}. {chart.description}", top)
    legend = f"{chart.words['score']}. ?: {chart.words['careful']}. ·: {chart.words['hidden']}."
    deck.write(slide, legend, (EDGE, BOTTOM - 18, ROOM, 20), SMALL, GREY, most=140)
    return slide


def _table(deck: Deck, block: TableBlock, piece: tables.Piece, title: str, top: float) -> Slide:
    """A table, with as much of its notes as has room below it; speakers have them in full."""
    slide = deck.add(title, block.table.title)
    below = tables.add(deck, slide, piece, block.table.title, top)
    if block.notes:
        notes = " ".join(block.notes)
        box = (EDGE, min(below + 4, BOTTOM - _NOTES + 4), ROOM, _NOTES)
        deck.write(slide, notes, box, SMALL, INK, most=_NOTES_LETTERS)
        if len(notes) > _NOTES_LETTERS:
            deck.speak(slide, notes)
    return slide
