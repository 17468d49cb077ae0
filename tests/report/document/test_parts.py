"""Long charts in parts, every row once and never too many; and appendices by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from vested.report.document.model import (
    Chart,
    Document,
    Paragraph,
    Points,
    Section,
    TableBlock,
)
from vested.report.document.parts import on_paper, parts
from vested.table import Column, ResultTable

Make = Callable[..., Document]


def chart(make_document: Make, kind: str) -> Chart:
    (found,) = (
        block
        for block in make_document().sections[1].blocks
        if isinstance(block, Chart) and block.kind == kind
    )
    return found


@pytest.mark.parametrize(
    ("groups", "most", "sizes"),
    [("aaa", 5, [3]), ("aaaaaa", 5, [3, 3]), ("aaabbbb", 5, [3, 4]), ("aabbbbbbb", 5, [5, 4]),
     ("abcdefghi", 4, [4, 4, 1]), ("", 4, [0])],
)  # fmt: skip
def test_parts_end_with_groups(
    make_document: Make, groups: str, most: int, sizes: list[int]
) -> None:
    whole = chart(make_document, "intervals")
    rows = [whole.frame[:1].with_columns(group=pl.lit(group)) for group in groups]
    frame = pl.concat(rows) if rows else whole.frame.clear()
    found = parts(replace(whole, frame=frame), most)
    assert [part.frame.height for part in found] == sizes
    assert pl.concat([part.frame for part in found]).equals(frame)
    numbered = [
        f" ({at}/{len(sizes)})" if len(sizes) > 1 else "" for at in range(1, len(sizes) + 1)
    ]
    assert [part.title for part in found] == [f"Title of intervals{each}" for each in numbered]
    assert len({part.id for part in found}) == len(sizes)


def test_rows_of_a_heat_map_stay_whole(make_document: Make) -> None:
    whole = chart(make_document, "heat")
    frame = pl.concat([whole.frame.with_columns(row=pl.lit(f"r{at}")) for at in range(5)])
    found = parts(replace(whole, frame=frame), 2)
    assert [part.frame["row"].unique(maintain_order=True).to_list() for part in found] == [
        ["r0", "r1"], ["r2", "r3"], ["r4"],
    ]  # fmt: skip
    assert [part.title for part in found] == [f"Title of heat ({at}/3)" for at in (1, 2, 3)]


def test_others_stay_whole(make_document: Make) -> None:
    slope = chart(make_document, "slope")
    assert parts(slope, 1) == [slope]


def test_of_an_appendix_paper_has_the_names() -> None:
    frame = pl.DataFrame({"score": [1.0, 2.0]})
    table = TableBlock(ResultTable("all", "All scores", (Column("score", "Score", ""),), frame))
    said = (Paragraph("All rows."), Paragraph("Elsewhere: more."), table)
    whole = Section("all", "All", said, appendix=True)
    short = on_paper(whole)
    assert not any(isinstance(block, TableBlock) for block in short.blocks)
    assert Points(("All scores (2 rows)",)) in short.blocks
    assert short.blocks[-1] == said[1]
    usual = Section("all", "All", said)
    assert on_paper(usual) is usual
