"""A report as one page: no script, no request, readable on a phone, on paper and in the dark."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from vested.errors import UsageError
from vested.report.charts import svg
from vested.report.document.model import Chart, Document, Paragraph, Points
from vested.report.numbers import shown
from vested.report.text import printed

if TYPE_CHECKING:
    from jinja2 import Template


def document(document: Document) -> bytes:
    """The whole report as one self-contained HTML page."""
    logo = base64.b64encode(document.theme.logo).decode()
    page = _template().render(document=document, kind=_kind, svg=svg, shown=shown, logo=logo)
    return page.encode()


@cache
def _template() -> Template:
    """The page; a text is harmless and escaped wherever it stands: only `svg` is marked safe."""
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError:
        raise UsageError(
            "html needs jinja2, which is not installed", "pip install 'vested[report]'"
        ) from None
    folder = files("vested.report.html")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printed(value) if type(value) is str else value,  # no Markup
    )
    environment.globals["style"] = (folder / "page.css").read_text(encoding="utf-8")
    return environment.from_string((folder / "page.html.jinja").read_text(encoding="utf-8"))


def _kind(block: object) -> str:
    """Which part of the template lays a block out."""
    if isinstance(block, Chart):
        return "chart"
    if isinstance(block, Paragraph):
        return "paragraph"
    return "points" if isinstance(block, Points) else "table"
