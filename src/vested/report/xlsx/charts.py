"""Charts that Excel draws from the cells beside them, so that whoever gets them can edit them.

Every text in a chart is that of a cell: a text of its own that looks like `A!B1` would be taken
for a reference. The colours differ for the colour-blind, too (Okabe & Ito, 2008, darkened).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vested.report.document.model import Chart
from vested.report.document.parts import reaches
from vested.report.text import harmless
from vested.report.xlsx.book import Book, cut

ROW = 20
"""Height of a row in pixels."""
BLUE, ORANGE, PURPLE, GREY = "#0072b2", "#d55e00", "#8c4a78", "#8a8a8a"
_PALE_BLUE, _PALE_ORANGE, _PALE_GREY = "#80b9d9", "#eaae80", "#c8c8c8"
_SERIES = [
    (colour, marker)
    for marker in ("circle", "square", "triangle", "diamond")
    for colour in (BLUE, ORANGE, PURPLE, "#595959")
]
_WAYS = {
    "thrived": (BLUE, "#ffffff"),
    "absorbed": ("#8ec9e8", "#000000"),
    "held": (_PALE_GREY, "#000000"),
    "recovered": ("#f0e442", "#000000"),
    "declined": (ORANGE, "#000000"),
}
"""Colours of parts and of their numbers."""
_MOST_SERIES = 255
"""Excel draws no more."""
_WIDTH, _BAR, _TALLEST = 860, 32, 1600
"""Pixels: of a chart, of each of its bars, of the tallest one."""
_PALE_LINES = {"visible": True, "line": {"color": "#d9d9d9"}}
_SHARE, _SCORE = "0%", "0.0"
TEXT = "@"
"""The format of a column of texts."""


@dataclass(frozen=True)
class Data:
    """The cells of a chart: headings, rows and how numbers are shown, column by column."""

    heads: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    formats: tuple[str, ...]
    axis: tuple[float, float] = (0.0, 100.0)
    """Where it begins and ends; of a quadrant how far both reach from the middle."""
    looks: tuple[tuple[str, str], ...] = ()
    """The colours of each series of bars and of its numbers; of each line its colour, if it has one
    of its own, and its name in the legend."""
    waves: int = 0
    """How many columns after the first have the scores of lines."""


@dataclass(frozen=True)
class Spot:
    """Where these cells are."""

    sheet: str
    head: int
    last: int

    def cells(self, column: int) -> list[Any]:
        return [self.sheet, self.head + 1, column, self.last, column]

    def heading(self, column: int) -> list[Any]:
        return [self.sheet, self.head, column]

    def formula(self, column: int, row: int | None = None) -> str:
        from xlsxwriter.utility import quote_sheetname, xl_range_abs  # type: ignore[import-untyped]

        first, last = (self.head + 1, self.last) if row is None else (row, row)
        return f"={quote_sheetname(self.sheet)}!{xl_range_abs(first, column, last, column)}"

    def ends(self, data: Data, minus: int, plus: int) -> dict[str, Any]:
        """Whiskers of the lengths in two columns."""
        return {
            "type": "custom",
            "minus_values": self.formula(minus),
            "minus_data": [row[minus] for row in data.rows],
            "plus_values": self.formula(plus),
            "plus_data": [row[plus] for row in data.rows],
            "line": {"color": "#404040"},
        }


def data_of(chart: Chart) -> Data:
    """The numbers of a chart as cells; lengths of whiskers stand in columns of their own."""
    return _DATA[chart.kind](chart)


def height_of(chart: Chart, data: Data) -> int:
    """How tall the chart is, in pixels; 0 where there is nothing that Excel would draw."""
    if not data.rows or chart.kind == "heat":
        return 0
    if chart.kind == "slope":
        return 400 if len(data.rows) <= _MOST_SERIES else 0
    fixed = {"quadrant": 480, "saturation": 340, "triangle": 300}
    return fixed.get(chart.kind, min(120 + _BAR * len(data.rows), _TALLEST))


@dataclass(frozen=True)
class Place:
    """The rows of a chart's title, of its upper edge and of the headings of its numbers."""

    title: int
    top: int
    head: int
    height: int


def add_chart(book: Book, sheet: Any, chart: Chart, data: Data, place: Place) -> None:
    """Draw the chart from its cells; of a heat map colour the cells themselves."""
    spot = Spot(sheet.get_name(), place.head, place.head + len(data.rows))
    if chart.kind == "heat" and data.rows:
        _coloured(sheet, spot, len(data.heads))
    if not place.height:
        return
    picture = _DRAW[chart.kind](book, data, spot)
    picture.set_title({"name": [spot.sheet, place.title, 0], "name_font": {"size": 12}})
    picture.set_size({"width": _WIDTH, "height": place.height})
    description = cut(harmless(f"{chart.title}. {chart.description}"))
    sheet.insert_chart(place.top, 0, picture, {"description": description})


def _word(chart: Chart, key: str) -> str:
    return chart.words.get(key, key)


def _less(more: float | None, less: float | None) -> float | None:
    return None if more is None or less is None else more - less


def _interval_data(chart: Chart) -> Data:
    heads = [_word(chart, key) for key in ("label", "score", "low", "high", "norm")]
    wanted = ("label", "score", "low", "high", "norm", "careful", "group")
    rows = [
        (label, score, low, high, norm, _less(score, low), _less(high, score),
         "?" if careful else None, group)
        for label, score, low, high, norm, careful, group in chart.frame.select(wanted).iter_rows()
    ]  # fmt: skip
    further = ("−", "+", _word(chart, "careful"), _word(chart, "group"))
    if len({row[0] for row in rows}) < len(rows):
        rows = [(f"{row[-1]}: {row[0]}", *row[1:]) for row in rows]  # its group tells it apart
    form = f"0.{'0' * chart.digits}" if chart.digits else "0"
    return Data((*heads, *further), rows, (TEXT, *[form] * 6, TEXT, TEXT), chart.axis)


def _intervals(book: Book, data: Data, spot: Spot) -> Any:
    """Bars with whiskers, paler where a score is to be read with caution; grey the benchmark."""
    picture = book.workbook.add_chart({"type": "bar"})
    paler = [{"fill": {"color": _PALE_BLUE}} if row[7] else None for row in data.rows]
    picture.add_series({
        "name": spot.heading(1), "categories": spot.cells(0), "values": spot.cells(1),
        "fill": {"color": BLUE}, "points": paler, "gap": 60, "x_error_bars": spot.ends(data, 5, 6),
    })  # fmt: skip
    several = any(row[4] is not None for row in data.rows)
    if several:
        picture.add_series({
            "name": spot.heading(4), "categories": spot.cells(0), "values": spot.cells(4),
            "fill": {"color": _PALE_GREY}, "border": {"color": GREY},
        })  # fmt: skip
    low, high = data.axis
    form = "0" if high - low > 10 else "0.0"
    _bars(picture, {"name": spot.heading(1), "min": low, "max": high, "num_format": form})
    if several:
        picture.set_legend({"position": "bottom"})
    else:
        picture.set_legend({"none": True})
    return picture


def _answer_data(chart: Chart) -> Data:
    keys = ("label", "unfavourable", "middle", "favourable", "respondents")
    heads = tuple(_word(chart, key) for key in keys)
    return Data(heads, chart.frame.select(keys).rows(), (TEXT, _SHARE, _SHARE, _SHARE, "0"))


def _answers(book: Book, data: Data, spot: Spot) -> Any:
    return _stacked(book, spot, [(ORANGE, "#000000"), (_PALE_GREY, "#000000"), (BLUE, "#ffffff")])


def _profile_data(chart: Chart) -> Data:
    there = [name for name in _WAYS if (chart.frame[name] >= 0.005).any()]
    heads = (_word(chart, "label"), *(_word(chart, name) for name in there))
    return Data(heads, chart.frame.select("label", *there).rows(), (TEXT, *[_SHARE] * len(there)),
                looks=tuple(_WAYS[name] for name in there))  # fmt: skip


def _profile(book: Book, data: Data, spot: Spot) -> Any:
    return _stacked(book, spot, data.looks)


def _stacked(book: Book, spot: Spot, looks: Sequence[tuple[str, str]]) -> Any:
    """Bars of shares; `looks` are the colours of each part and of its numbers."""
    picture = book.workbook.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for at, (colour, ink) in enumerate(looks, start=1):
        picture.add_series({
            "name": spot.heading(at), "categories": spot.cells(0), "values": spot.cells(at),
            "fill": {"color": colour}, "gap": 40,
            "data_labels": {"value": True, "num_format": _SHARE, "font": {"color": ink}},
        })  # fmt: skip
    _bars(picture, {"num_format": _SHARE})
    picture.set_legend({"position": "bottom"})
    return picture


def _triangle_data(chart: Chart) -> Data:
    """The measured levels, that at the start, and how much is missing."""
    rows = [
        (time, level, start, max(start - level, 0.0))
        for time, level, start in chart.frame.filter("measured")
        .select("time", "level", "start")
        .iter_rows()
    ]
    heads = (_word(chart, "time"), _word(chart, "level"), _word(chart, "start"), "+")
    return Data(heads, rows, (_SCORE,) * 4)


def _triangle(book: Book, data: Data, spot: Spot) -> Any:
    """A line of levels, a dashed one at the start, thick bars up to it for what is missing."""
    picture = book.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    up = {
        "type": "custom", "direction": "plus", "end_style": 0, "plus_values": spot.formula(3),
        "plus_data": [row[3] for row in data.rows], "line": {"color": _PALE_ORANGE, "width": 7},
    }  # fmt: skip
    picture.add_series({
        "name": spot.heading(1), "categories": spot.cells(0), "values": spot.cells(1),
        "line": {"color": BLUE, "width": 2.25}, "y_error_bars": up,
        "marker": {"type": "circle", "size": 6, "fill": {"color": BLUE}, "border": {"none": True}},
    })  # fmt: skip
    picture.add_series({
        "name": spot.heading(2), "categories": spot.cells(0), "values": spot.cells(2),
        "line": {"color": GREY, "width": 1.5, "dash_type": "dash"}, "marker": {"type": "none"},
    })  # fmt: skip
    axis = {"num_format": "0", "label_position": "low"}
    picture.set_x_axis({**axis, "name": spot.heading(0), "major_gridlines": {"visible": False}})
    least = min(0.0, *(row[1] for row in data.rows))
    picture.set_y_axis(
        {**axis, "name": spot.heading(1), "min": least, "major_gridlines": _PALE_LINES}
    )
    picture.set_legend({"position": "bottom"})
    return picture


def _quadrant_data(chart: Chart) -> Data:
    keys = ("label", "tilt", "tilt_low", "tilt_high", "joint", "joint_low", "joint_high")
    rows = [
        (label, tilt, t_low, t_high, joint, j_low, j_high, _less(tilt, t_low),
         _less(t_high, tilt), _less(joint, j_low), _less(j_high, joint), first, second)
        for label, tilt, t_low, t_high, joint, j_low, j_high, first, second
        in chart.frame.select(*keys, "first", "second").iter_rows()
    ]  # fmt: skip
    low, high = _word(chart, "low"), _word(chart, "high")
    heads = (
        _word(chart, "label"), _word(chart, "tilt"), low, high, _word(chart, "joint"), low, high,
        "−", "+", "−", "+", _word(chart, "first"), _word(chart, "second"),
    )  # fmt: skip
    return Data(heads, rows, (TEXT, *[_SCORE] * 10, TEXT, TEXT), reaches(chart.frame))


def _quadrant(book: Book, data: Data, spot: Spot) -> Any:
    picture = book.workbook.add_chart({"type": "scatter"})
    labels = [{"value": spot.formula(0, row)} for row in range(spot.head + 1, spot.last + 1)]
    picture.add_series({
        "name": spot.heading(4), "categories": spot.cells(1), "values": spot.cells(4),
        "marker": {"type": "circle", "size": 9, "fill": {"color": BLUE}, "border": {"none": True}},
        "data_labels": {"value": True, "custom": labels, "position": "above"},
        "x_error_bars": spot.ends(data, 7, 8), "y_error_bars": spot.ends(data, 9, 10),
    })  # fmt: skip
    axis = {"num_format": "0", "label_position": "low", "major_gridlines": {"visible": False}}
    # The axes cross in the middle, which makes the four quadrants.
    picture.set_x_axis(
        {**axis, "name": spot.heading(1), "min": -data.axis[0], "max": data.axis[0], "crossing": 0}
    )
    picture.set_y_axis(
        {
            **axis,
            "name": spot.heading(4),
            "min": 50 - data.axis[1],
            "max": 50 + data.axis[1],
            "crossing": 50,
        }
    )
    picture.set_legend({"none": True})
    return picture


def _slope_data(chart: Chart) -> Data:
    """A row for each line: its scores by wave, then the ends of their intervals."""
    labels = chart.frame["label"].unique(maintain_order=True).to_list()
    waves = chart.frame["wave"].unique(maintain_order=True).to_list()
    found = {
        (label, wave): values
        for label, wave, *values in chart.frame.select(
            "label", "wave", "score", "low", "high"
        ).iter_rows()
    }
    none = (None, None, None)
    kinds = [0, 1, 2] if chart.frame["low"].is_not_null().any() else [0]
    rows = [
        (label, *(found.get((label, wave), none)[at] for at in kinds for wave in waves))
        for label in labels
    ]
    ends = (
        f"{wave}: {_word(chart, ('low', 'high')[at - 1])}" for at in kinds[1:] for wave in waves
    )
    heads = (_word(chart, "label"), *(str(wave) for wave in waves), *ends)
    looks: dict[str, tuple[str, str]] = {}
    if "moved" in chart.frame.columns:
        for label, moved, named in chart.frame.select("label", "moved", "named").iter_rows():
            looks[label] = (_PALE_GREY if moved == "still" else "", label if named else "")
    return Data(
        heads, rows, (TEXT, *[_SCORE] * len(kinds) * len(waves)), chart.axis,
        tuple(looks.values()), len(waves),
    )  # fmt: skip


def _slope(book: Book, data: Data, spot: Spot) -> Any:
    picture = book.workbook.add_chart({"type": "line"})
    for at, row in enumerate(range(spot.head + 1, spot.last + 1)):
        colour, marker = _SERIES[at % len(_SERIES)]
        colour = (data.looks[at][0] if data.looks else "") or colour
        picture.add_series({
            "name": [spot.sheet, row, 0],
            "categories": [spot.sheet, spot.head, 1, spot.head, data.waves],
            "values": [spot.sheet, row, 1, row, data.waves],
            "line": {"color": colour, "width": 2.25},
            "marker": {"type": marker, "size": 7, "fill": {"color": colour},
                       "border": {"color": colour}},
        })  # fmt: skip
    low, high = data.axis
    picture.set_y_axis({"min": low, "max": high, "num_format": "0", "major_gridlines": _PALE_LINES})
    unnamed = [at for at, (_, name) in enumerate(data.looks) if not name]
    picture.set_legend({"position": "right", "delete_series": unnamed})
    return picture


def _saturation_data(chart: Chart) -> Data:
    keys = ("sources", "codes")
    return Data(tuple(_word(chart, k) for k in keys), chart.frame.select(keys).rows(), ("0", "0"))


def _saturation(book: Book, data: Data, spot: Spot) -> Any:
    picture = book.workbook.add_chart({"type": "line"})
    picture.add_series({
        "name": spot.heading(1), "categories": spot.cells(0), "values": spot.cells(1),
        "line": {"color": BLUE, "width": 2.25},
    })  # fmt: skip
    picture.set_x_axis({"name": spot.heading(0)})
    picture.set_y_axis({"name": spot.heading(1), "min": 0, "major_gridlines": _PALE_LINES})
    picture.set_legend({"none": True})
    return picture


def _heat_data(chart: Chart) -> Data:
    rows = chart.frame["row"].unique(maintain_order=True).to_list()
    columns = chart.frame["column"].unique(maintain_order=True).to_list()
    keys = ("row", "column", "score")
    found = {(row, column): score for row, column, score in chart.frame.select(keys).iter_rows()}
    cells = [(row, *(found.get((row, column)) for column in columns)) for row in rows]
    return Data((chart.words.get("row", ""), *columns), cells, (TEXT, *[_SCORE] * len(columns)))


def _coloured(sheet: Any, spot: Spot, columns: int) -> None:
    """Cells from orange over white to blue, pale enough for black numbers; hidden ones grey."""
    sheet.conditional_format(spot.head + 1, 1, spot.last, max(columns - 1, 1), {
        "type": "3_color_scale",
        "min_type": "num", "mid_type": "num", "max_type": "num",
        "min_value": 0, "mid_value": 50, "max_value": 100,
        "min_color": _PALE_ORANGE, "mid_color": "#ffffff", "max_color": _PALE_BLUE,
    })  # fmt: skip


def _bars(picture: Any, values: Mapping[str, Any]) -> None:
    """The first row on top, and the numbers of the axis below the bars nevertheless."""
    picture.set_y_axis({"reverse": True, "label_position": "low"})
    picture.set_x_axis({**values, "label_position": "high", "major_gridlines": _PALE_LINES})


_DATA: Mapping[str, Callable[[Chart], Data]] = {
    "intervals": _interval_data, "answers": _answer_data, "heat": _heat_data,
    "quadrant": _quadrant_data, "slope": _slope_data, "saturation": _saturation_data,
    "profile": _profile_data, "triangle": _triangle_data,
}  # fmt: skip
_DRAW: Mapping[str, Callable[[Book, Data, Spot], Any]] = {
    "intervals": _intervals, "answers": _answers, "quadrant": _quadrant,
    "slope": _slope, "saturation": _saturation, "profile": _profile, "triangle": _triangle,
}  # fmt: skip
