"""A chart in parts, where there is no room for all of its rows."""

from __future__ import annotations

from dataclasses import replace

from vested.report.document.model import Chart


def parts(chart: Chart, most: int) -> list[Chart]:
    """The chart in parts of at most `most` rows; charts without rows stay whole.

    Parts end with a group where that leaves none of them less than half full, else they are of
    nearly the same size. Each has the title of the whole, with a number.
    """
    if chart.kind not in ("intervals", "answers", "heat"):
        return [chart]
    name = "row" if chart.kind == "heat" else None
    rows = chart.frame[name].unique(maintain_order=True) if name else chart.frame[:, 0]
    groups = chart.frame["group"].to_list() if chart.kind == "intervals" else [""] * len(rows)
    ends = _ends(groups, most)
    if len(ends) < 2:
        return [chart]
    found = []
    for at, (start, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
        frame = chart.frame[start:end]
        if name:
            frame = chart.frame.filter(chart.frame[name].is_in(rows[start:end].implode()))
        title = f"{chart.title} ({at}/{len(ends)})"
        found.append(replace(chart, id=f"{chart.id}-{at}", title=title, frame=frame))
    return found


def _ends(groups: list[str], most: int) -> list[int]:
    """Where parts end, so that each has at most `most` rows.

    >>> _ends(["a", "a", "a", "b", "b", "c"], 5), _ends(["a"] * 6, 5)
    ([5, 6], [3, 6])
    """
    ends: list[int] = []
    start = 0
    while start < len(groups):
        left = len(groups) - start
        end = start + -(-left // -(-left // most))
        near = range(start + most, start + most // 2, -1)
        if left > most:
            end = next((at for at in near if groups[at] != groups[at - 1]), end)
        ends.append(end)
        start = end
    return ends
