"""Charts: each kind drawn, one accessible image, the same bytes anywhere, whatever its labels."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import altair as alt
import polars as pl
import pytest
from altair.utils.schemapi import SchemaValidationError

from vested.report.charts import answers, heat, style, svg
from vested.report.charts.style import configured, lines_of
from vested.report.document.model import Chart, ChartKind, Document

KINDS = get_args(ChartKind)
SVG = "{http://www.w3.org/2000/svg}"
NASTY = (
    "<b>&\"'</b>", "a" * 300, "Very long " * 30, "Very long " * 31, "אבג עברית", "a\x1b[31m\x00b",
    "a\u202eb\u200f", "'\\n", "datum.x", "|", "twice", "twice", "=1+1", "é\u0301", "👩‍🚒", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def chart(make_document: Callable[..., Document]) -> Callable[[str], Chart]:
    """The chart of a kind."""
    blocks = make_document().sections[1].blocks
    return {block.kind: block for block in blocks if isinstance(block, Chart)}.__getitem__


def texts(drawn: str) -> list[str]:
    """The texts in a picture, the lines of one put together."""
    found = ElementTree.fromstring(drawn).iter(f"{SVG}text")
    return [" ".join(part.strip() for part in text.itertext()) for text in found]


def drawing_of(chart: Chart) -> style.Drawing:
    drawn: style.Drawing = import_module(f"vested.report.charts.{chart.kind}").draw(chart)
    return drawn


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid_and_one_image(kind: str, chart: Callable[[str], Chart]) -> None:
    one = chart(kind)
    made = configured(drawing_of(one), validate=True)
    alt.Config.from_dict(made["config"], validate=True)
    root = ElementTree.fromstring(svg(one))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    told = [root.find(f"{SVG}{tag}") for tag in ("title", "desc")]
    assert [each.text for each in told if each is not None] == [one.title, one.description]
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert root.get("aria-labelledby") == f"{one.id}-title {one.id}-description"
    assert len(names) == len(set(names)) >= 2
    assert all(name.startswith(f"{one.id}-") for name in names)
    used = re.findall(r"url\(#([^)]*)\)", svg(one))
    assert set(used) <= set(names)


def test_a_schema_that_is_not_met_is_noticed(chart: Callable[[str], Chart]) -> None:
    drawn = drawing_of(chart("saturation"))
    broken = drawn.chart.copy()
    broken.width = "wide"
    with pytest.raises(SchemaValidationError, match="wide"):
        configured(drawn._replace(chart=broken), validate=True)


ELSEWHERE = """
import pickle, sys
from vested.report.charts import svg
sys.stdout.buffer.write("".join(map(svg, pickle.load(sys.stdin.buffer))).encode())
"""


def test_the_same_bytes_in_another_process(chart: Callable[[str], Chart], tmp_path: Path) -> None:
    every = [chart(kind) for kind in KINDS]
    here = "".join(map(svg, every)).encode()
    assert "".join(svg(replace(each)) for each in every).encode() == here  # drawn once more
    surroundings = {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7"}
    surroundings["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=pickle.dumps(every), capture_output=True, check=True, cwd=tmp_path,
        env={**os.environ, **surroundings},
    )  # fmt: skip
    assert there.stdout == here


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(kind: str, rows: int, chart: Callable[[str], Chart]) -> None:
    one = chart(kind)
    assert svg(replace(one, frame=one.frame.head(rows))).startswith("<svg")


def test_nothing_known(chart: Callable[[str], Chart]) -> None:
    """All hidden: the rows are there, and no number."""
    one = chart("intervals")
    none = one.frame.with_columns(pl.lit(None, pl.Float64).alias(n) for n in one.frame.columns[1:5])
    assert texts(svg(replace(one, frame=none))).count("hidden") == none.height


def rows_of(kind: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The first row of a frame once for each nasty label."""
    name = "row" if kind == "heat" else "label"
    many = pl.concat([frame.head(1)] * len(NASTY))
    return many.with_columns(pl.Series(name, NASTY))


@pytest.mark.parametrize("kind", ["intervals", "answers", "quadrant"])
def test_no_label_breaks_a_chart_or_takes_another_with_it(
    kind: str, chart: Callable[[str], Chart]
) -> None:
    one = chart(kind)
    drawn = svg(replace(one, frame=rows_of(kind, one.frame)))
    found = texts(drawn)
    for label in ("<b>&\"'</b>", "אבג עברית", "'\\n", "datum.x", "|", "twice", "twice (2)", "=1+1"):
        assert label in found
    assert "a‹U+001B›[31m‹U+0000›b" in found
    long = [text for text in found if text.startswith("Very long")]
    assert len(long) == len(set(long)) == 2
    assert "<b>" not in drawn
    if kind == "intervals":
        assert drawn.count('fill="#0072b2"') == len(NASTY)
    if kind == "answers":
        assert found.count("50 %") == len(NASTY) + 2  # and on both sides of the axis


def test_rows_of_a_heat_map_stay_apart(chart: Callable[[str], Chart]) -> None:
    one = chart("heat")
    drawn = svg(replace(one, frame=rows_of("heat", one.frame).unique(maintain_order=True)))
    assert texts(drawn).count("20") == len(set(NASTY))


def test_an_empty_label_keeps_its_row(chart: Callable[[str], Chart]) -> None:
    one = chart("intervals")
    frame = one.frame.with_columns(pl.Series("label", ["", " ", "Resilience"]))
    assert svg(replace(one, frame=frame)).count('fill="#0072b2"') == 1
    assert svg(replace(one, frame=frame)).count('fill="#ffffff"') == 1


@pytest.mark.parametrize(
    ("label", "letters", "most", "shown"),
    [
        ("", 5, 2, ""),
        ("one two", 9, 2, "one two"),
        ("one two", 5, 2, "one\ntwo"),
        ("one two three", 5, 2, "one\ntwo …"),
        ("a" * 12, 5, 2, "aaaaa\n…"),
    ],
)
def test_labels_in_lines(label: str, letters: int, most: int, shown: str) -> None:
    assert lines_of(label, letters, most) == shown


# --- colours --------------------------------------------------------------------------------------

PAPER = {"light": "#ffffff", "dark": "#12161b"}
TEXT, MARK = 4.5, 3.0
"""WCAG 2.2, success criteria 1.4.3 and 1.4.11."""


def rgb(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return sum(
        weight * linear(share)
        for weight, share in zip((0.2126, 0.7152, 0.0722), rgb(colour), strict=True)
    )


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def on_page(colour: str, mode: str) -> str:
    """The colour as the style sheet of a page turns it."""
    css = (files("vested.report.html") / "page.css").read_text(encoding="utf-8")
    variable = re.search(rf'\[fill="{colour}"\] \{{ fill: var\((--\w+)\)', css)
    if not variable:
        return colour
    values = re.findall(rf"{variable[1]}: (#\w{{6}})", css)
    return values[0] if mode == "light" else values[1]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # the usual example


@pytest.mark.parametrize("mode", PAPER)
@pytest.mark.parametrize("colour", [*style.SERIES, style.BLUE, style.ORANGE, style.GREY])
def test_marks_stand_out_from_the_page(colour: str, mode: str) -> None:
    """The pale bar of the answers in between has an edge in `GREY`."""
    assert contrast(on_page(colour, mode), PAPER[mode]) >= MARK


@pytest.mark.parametrize("mode", PAPER)
@pytest.mark.parametrize("ink", [style.INK, style.GREY])
def test_texts_can_be_read_on_the_page(ink: str, mode: str) -> None:
    assert contrast(on_page(ink, mode), PAPER[mode]) >= TEXT


def test_numbers_can_be_read_on_bars(chart: Callable[[str], Chart]) -> None:
    one = chart("answers")
    colours = {one.words[part]: at for part, at in zip(answers.PARTS, answers.COLOURS, strict=True)}
    shown = drawing_of(one).data["rows"].select("part", "ink").rows()
    assert len(shown) == 6
    assert min(contrast(colours[part], ink) for part, ink in shown) >= TEXT


def blended(share: float) -> str:
    """Between the two ends of a heat map in CIELAB, as Vega blends them."""
    ends = [lab(rgb(colour)) for colour in (heat.LIGHT, heat.DARK)]
    lightness = ends[0] + share * (ends[1] - ends[0])
    y = ((lightness + 16) / 116) ** 3
    gamma = 12.92 * y if y <= 0.0031308 else 1.055 * y ** (1 / 2.4) - 0.055
    return "#" + f"{round(gamma * 255):02x}" * 3  # contrast asks for lightness alone


def lab(colour: list[float]) -> float:
    y = sum(w * linear(share) for w, share in zip((0.2126, 0.7152, 0.0722), colour, strict=True))
    return float(116 * y ** (1 / 3) - 16)


def test_numbers_can_be_read_in_cells() -> None:
    for score in (at / 4 for at in range(401)):
        ink = style.ON_DARK if score >= heat._TURN else style.ON_LIGHT
        ground = blended(min(max((score - 25) / 50, 0), 1))
        assert contrast(ground, ink) >= TEXT, score
