"""Charts as SVG, the same bytes on every machine: altair describes them, vl-convert draws them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from xml.etree import ElementTree

from vested.errors import UsageError
from vested.report.document.model import Chart
from vested.report.text import printed

_SVG = "http://www.w3.org/2000/svg"
_DROPPED = ("role", "aria-roledescription", "aria-label", "aria-hidden", "class")
_VEGA_LITE = "6.1"
_URL = re.compile(r"url\(#([^)]*)\)")


@lru_cache(maxsize=128)
def svg(chart: Chart) -> str:
    """The chart as an SVG element, to stand in a page or a document; drawn once for all forms.

    It is one image with a title and a description; its parts have no names of their own. Raises
    `UsageError` where the extra that draws is not installed.
    """
    _check_installed()
    import vl_convert

    from vested.report.charts.style import configured

    _fonts()
    chart = _inert(chart)
    draw = import_module(f"vested.report.charts.{chart.kind}").draw
    drawn = vl_convert.vegalite_to_svg(configured(draw(chart)), vl_version=_VEGA_LITE)
    return _described(drawn, chart)


def _inert(chart: Chart) -> Chart:
    """The chart without control characters: no SVG holds them, and vl-convert ends the process."""
    import polars as pl
    from polars import selectors

    texts = selectors.string().map_elements(printed, return_dtype=pl.String)
    return replace(
        chart,
        frame=chart.frame.with_columns(texts),
        title=printed(chart.title),
        description=printed(chart.description),
    )


def _check_installed() -> None:
    for library in ("altair", "vl_convert"):
        if find_spec(library) is None:
            raise UsageError(
                f"charts need {library}, which is not installed", "pip install 'vested[report]'"
            )


@cache
def _fonts() -> None:
    """Measure texts by the font that comes with the project, whatever the machine has."""
    from pathlib import Path

    import vl_convert

    vl_convert.register_font_directory(str(Path(__file__).parent.parent / "fonts"))


def _described(drawn: str, chart: Chart) -> str:
    """One image with a title and a description, and ids that no other chart in the page has."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(drawn)
    # What vl-convert calls its second gradient depends on what it drew before.
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    renamed = {name: f"{chart.id}-{at}" for at, name in enumerate(ids, start=1)}
    for element in root.iter():
        for name in _DROPPED:
            element.attrib.pop(name, None)
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, renamed[value])
            elif "url(#" in value:
                element.set(name, _URL.sub(lambda found: f"url(#{renamed[found[1]]})", value))
    root.set("role", "img")
    root.set("aria-labelledby", f"{chart.id}-title {chart.id}-description")
    for at, (tag, text) in enumerate((("title", chart.title), ("desc", chart.description))):
        told = ElementTree.Element(
            f"{{{_SVG}}}{tag}", id=f"{chart.id}-{'title' if at == 0 else 'description'}"
        )
        told.text = text
        root.insert(at, told)
    return ElementTree.tostring(root, encoding="unicode")
