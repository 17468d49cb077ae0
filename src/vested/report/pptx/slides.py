"""Slides of a report: their size, their parts, and the texts on them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Pt

from vested.errors import OutputError
from vested.report.document.colour import readable
from vested.report.document.columns import REGULAR, ems
from vested.report.document.date import stated_date
from vested.report.document.model import Document
from vested.report.pptx.package import BEGINNING, without_clock
from vested.report.text import printed

WIDTH, HEIGHT = 960.0, 540.0
"""Points: 16 to 9."""
EDGE, TOP, BOTTOM = 40.0, 122.0, 494.0
"""Where the content of a slide is: from the left and right, from the top, and to."""
ROOM = WIDTH - 2 * EDGE
TITLE, BODY, HEADING, LEAD, SMALL = 26, 18, 16, 14, 12
"""Sizes of text; nothing is smaller than the last."""
INK, GREY, GRID = "1c2733", "5b6770", "d5dbe1"
TITLE_LETTERS = 110
"""What has room in the title of a slide."""
_TITLE_SLIDE, _TEXT_SLIDE, _OPEN_SLIDE = 0, 1, 5
"""Layouts of the template that comes with python-pptx: title, title and content, title only."""


@dataclass(frozen=True)
class Text:
    """A paragraph, or a point of a list."""

    text: str
    point: bool = False


class Deck:
    """The presentation that is being made, in the colours and the font of a theme."""

    def __init__(self, document: Document) -> None:

        self.document = document
        self.font = document.theme.font
        self.ink = readable(document.theme.accent)[1:]
        self._name = printed(document.theme.name)
        self.accent = document.theme.accent[1:]
        self.presentation = Presentation()
        self.presentation.slide_width, self.presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
        layouts = self.presentation.slide_layouts
        self._layouts = {at: layouts[at] for at in (_TITLE_SLIDE, _TEXT_SLIDE, _OPEN_SLIDE)}
        for layout in list(layouts):
            if layout not in self._layouts.values():
                layouts.remove(layout)
        self._place_placeholders()

    def _place_placeholders(self) -> None:
        """The template is 4 to 3: put the places of titles and texts where they belong."""
        title = (EDGE, 22.0, ROOM, 60.0)
        body = (EDGE, TOP - 18, ROOM, BOTTOM - TOP + 18)
        foot = {
            13: (WIDTH - EDGE - 60, 504.0, 60.0, 22.0),  # number, date and text at the foot
            16: (EDGE + 400, 504.0, 100.0, 22.0),
            15: (EDGE, 504.0, 380.0, 22.0),
        }
        _place(self.presentation.slide_master, {1: title, 2: body, **foot})
        front = {3: (EDGE, 180.0, ROOM, 110.0), 4: (EDGE, 300.0, ROOM, 80.0)}
        _place(self._layouts[_TITLE_SLIDE], {**front, **foot})
        _place(self._layouts[_TEXT_SLIDE], {1: title, 7: body, **foot})
        _place(self._layouts[_OPEN_SLIDE], {1: title, **foot})

    def add_title(self) -> None:
        """The first slide: who the report is about, and who hands it out."""
        slide = self.presentation.slides.add_slide(self._layouts[_TITLE_SLIDE])
        first, second = slide.placeholders[0], slide.placeholders[1]
        self._fill(first, self.document.title, 36, self.ink, bold=True, most=140)
        self._fill(second, self.document.subtitle, 20, GREY, most=200)
        if self.document.theme.logo:
            self._add_logo(slide)
        self._line(slide, 294)
        self._foot(slide)

    def _add_logo(self, slide: Slide) -> None:
        picture: Any
        try:
            picture = slide.shapes.add_picture(io.BytesIO(self.document.theme.logo), Pt(0), Pt(40))
        except (OSError, ValueError, SyntaxError):
            raise OutputError("the logo cannot be drawn", "check the logo") from None
        scale = min(Pt(200) / max(picture.width, 1), Pt(80) / max(picture.height, 1))
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)
        picture.left = Pt(WIDTH - EDGE) - picture.width
        describe(picture, self.document.theme.name)

    def add(self, title: str, heading: str = "") -> Slide:
        """A slide with a title, a line, a smaller heading, and the foot that all have."""
        slide: Slide = self.presentation.slides.add_slide(self._layouts[_OPEN_SLIDE])
        self._head(slide, title)
        if heading:
            self.write(slide, heading, (EDGE, 92, ROOM, 26), HEADING, GREY, most=120, bold=True)
        return slide

    def add_texts(self, title: str, texts: Sequence[Text]) -> None:
        """A slide of paragraphs and points."""
        slide = self.presentation.slides.add_slide(self._layouts[_TEXT_SLIDE])
        self._head(slide, title)
        frame: Any = slide.placeholders[1]
        frame = frame.text_frame
        frame.word_wrap = True
        frame.margin_left = 0
        for at, text in enumerate(texts):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(8)
            self.run(paragraph, text.text, BODY, INK)
            if not text.point:
                _unmark(paragraph)

    def write(
        self,
        slide: Slide,
        text: str,
        box: tuple[float, float, float, float],
        size: int,
        colour: str,
        *,
        most: int,
        bold: bool = False,
    ) -> None:
        """A text in a box of its own: left, top, width and height in points."""
        shape = slide.shapes.add_textbox(*(Pt(each) for each in box))
        self._fill(shape, text, size, colour, bold=bold, most=most)

    def run(self, paragraph: Any, text: str, size: int, colour: str, *, bold: bool = False) -> None:
        """A piece of text in the font of the theme."""
        run = paragraph.add_run()
        run.text = printed(text)
        run.font.name, run.font.size, run.font.bold = self.font, Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour.upper())

    def speak(self, slide: Slide, text: str) -> None:
        """A text for whoever presents, where there is no room for it."""
        if frame := slide.notes_slide.notes_text_frame:
            frame.text = printed(text)

    def saved(self) -> bytes:
        """The presentation, with no date but the one that is stated."""
        about = self.presentation.core_properties
        about.title = printed(self.document.title)[:255]
        about.subject = printed(self.document.subtitle)[:255]
        about.author, about.language = self._name[:255], self.document.language
        about.last_modified_by, about.keywords, about.comments, about.revision = "", "", "", 1
        about.created = about.modified = stated_date() or BEGINNING
        stream = io.BytesIO()
        self.presentation.save(stream)
        return without_clock(stream.getvalue())

    def _head(self, slide: Slide, title: str) -> None:
        self._fill(slide.shapes.title, title, TITLE, self.ink, bold=True, most=TITLE_LETTERS)
        self._line(slide, 84)
        self._foot(slide)

    def _fill(
        self, shape: Any, text: str, size: int, colour: str, *, most: int, bold: bool = False
    ) -> None:

        frame = shape.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.BOTTOM if size >= TITLE else MSO_ANCHOR.TOP
        frame.margin_left = frame.margin_right = 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self.run(frame.paragraphs[0], cut(text, most), size, colour, bold=bold)

    def _line(self, slide: Slide, top: float) -> None:

        line = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(EDGE), Pt(top), Pt(ROOM), Pt(2))
        line.fill.solid()
        line.fill.fore_color.rgb = RGBColor.from_string(self.accent.upper())
        line.line.fill.background()
        line.shadow.inherit = False

    def _foot(self, slide: Slide) -> None:
        """The name of whoever hands the report out, and the number of the slide."""
        if self.document.theme.name:
            self.write(slide, self.document.theme.name, (EDGE, 504, 600, 22), SMALL, GREY, most=90)
        box = slide.shapes.add_textbox(Pt(WIDTH - EDGE - 60), Pt(504), Pt(60), Pt(22))
        number(box, len(self.presentation.slides), self.font)


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, with a sign where something is missing."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes in a box so wide: an estimate on the safe side."""
    wide = ems(text) * (1 if bold else REGULAR) * size
    return max(1, math.ceil(wide / (width + 0.1)))


def describe(shape: Any, text: str) -> None:
    """What a shape shows, for those who do not see it."""
    shape.element.xpath(".//p:cNvPr")[0].set("descr", printed(text))


def number(box: Any, value: int, font: str) -> None:
    """A field with the number of its slide, which stays right when slides are moved."""
    paragraph = box.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = etree.SubElement(paragraph._p, qn("a:fld"))
    field.set("id", "{00000000-0000-0000-0000-000000000001}")
    field.set("type", "slidenum")
    looks = etree.SubElement(field, qn("a:rPr"), sz=str(SMALL * 100))
    colour = etree.SubElement(etree.SubElement(looks, qn("a:solidFill")), qn("a:srgbClr"))
    colour.set("val", GREY)
    etree.SubElement(looks, qn("a:latin"), typeface=font)
    etree.SubElement(field, qn("a:t")).text = str(value)


def _place(layout: Any, places: dict[int, tuple[float, float, float, float]]) -> None:
    """Move the placeholders of a layout, known by their type."""
    for shape in layout.placeholders:
        box = places.get(shape.placeholder_format.type)
        if box:
            shape.left, shape.top, shape.width, shape.height = (Pt(each) for each in box)


def _unmark(paragraph: Any) -> None:
    """No bullet: this is running text."""
    looks = paragraph._p.get_or_add_pPr()
    looks.set("marL", "0")
    looks.set("indent", "0")
    looks.append(etree.Element(qn("a:buNone")))
