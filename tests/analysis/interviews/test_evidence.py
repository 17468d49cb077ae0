"""Evidence per organisation and measure: one voice per source, hidden where there are few."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import vested
from vested.analysis.interviews import Interviews, interviews
from vested.analysis.interviews.evidence import parts_of
from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.refi.writer import write

INSTRUMENT = vested.load_instrument("vested")
NUMBERS = ("sources", "rated", "segments", "polarity", "spread", "score", "ci_low", "ci_high",
           "events", "claims", "documents", "phases", "quotations")  # fmt: skip
VOICES = ("polarity", "spread", "score", "ci_low", "ci_high")


def cell(found: Interviews, measure: str = "SCL", organisation: str = "Gent") -> dict[str, Any]:
    frame = found.evidence.filter(measure=measure, organisation=organisation)
    assert frame.height == 1
    return frame.row(0, named=True)


def test_by_hand(coded: Callable[..., Path], coding: Any) -> None:
    """Sources say 2; 2 and -1, so .5; and -1: mean .5, so 62.5; variance 2.25."""
    found = interviews(coded([
        coding("S1", "SCL", 2, kind="event", phase="1"), coding("S2", "SCL", 2, kind="claim"),
        coding("S2", "SCL", -1, kind="claim", quotation="but"), coding("S3", "SCL", -1),
        coding("S4", "SCL", ""),
    ]))  # fmt: skip
    row = cell(found)
    assert [row[name] for name in ("sources", "rated", "segments")] == [4, 3, 5]
    assert [row[name] for name in ("events", "claims", "documents")] == [1, 2, 0]
    assert [row[name] for name in ("polarity", "spread", "score")] == [0.5, 1.5, 62.5]
    assert (row["phases"], row["status"], row["reason"]) == ("1 3c", "published", "")
    assert row["ci_low"] < row["score"] < row["ci_high"]
    assert len(row["quotations"].split()) == 5


def test_an_index_counts_what_is_said_of_its_parts(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(f"S{at}", code, 1) for at in range(3) for code in ("SCL", "REU", "PDM")]
    found = interviews(coded([*rows, coding("S3", "VESTED", -1)]))
    assert cell(found, "VESTED")["sources"] == 4
    assert cell(found, "VESTED")["segments"] == 7
    assert cell(found, "VESTED")["polarity"] == 0.5
    assert cell(found, "SCL")["sources"] == 3
    assert list(found.evidence["measure"]) == ["SCL", "REU", "PDM", "VESTED"]


def test_an_index_names_no_passage_of_a_part_that_is_hidden(
    coded: Callable[..., Path], coding: Any
) -> None:
    rows = [coding(f"S{at}", "SCL", 1) for at in range(3)] + [coding("S3", "REU", -1)]
    path = coded([*rows, coding("S0", "VESTED", 1, quotation="all of it")])
    few = cell(interviews(path, min_sources=1), "REU")["quotations"]
    row = cell(interviews(path), "VESTED")
    assert (row["segments"], len(row["quotations"].split())) == (5, 4)
    assert few not in row["quotations"]


def test_parts_of_measures() -> None:
    parts = parts_of(INSTRUMENT)
    assert parts["SCL"] == ("SCL",)
    assert parts["RESILIENCE"] == ("RESILIENCE", "RSA", "RSD", "RSR")
    assert set(parts) == {measure.id for measure in INSTRUMENT.measures}


# --- hidden cells -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "minimum", "shown"),
    [(1, 1, True), (1, 2, False), (2, 3, False), (3, 3, True), (4, 3, True), (4, 5, False)],
)
def test_the_minimum(
    sources: int, minimum: int, shown: bool, coded: Callable[..., Path], coding: Any
) -> None:
    rows = [coding(f"S{at}", "PDM", at % 3 - 1, kind="event") for at in range(sources)]
    row = cell(interviews(coded([*rows, *rows]), min_sources=minimum), "PDM")
    assert row["status"] == ("published" if shown else "suppressed")
    assert all((row[name] is not None) for name in ("sources", "quotations")) == shown
    assert shown or [row[name] for name in NUMBERS] == [None] * len(NUMBERS)
    assert shown or row["reason"] == f"fewer than {minimum} sources"


@pytest.mark.parametrize("rated", [0, 1, 2, 3])
def test_a_score_rests_on_the_minimum_too(
    rated: int, coded: Callable[..., Path], coding: Any
) -> None:
    """Else the opinion of one would stand behind the presence of three."""
    rows = [coding(f"S{at}", "PDM", 2 if at < rated else "") for at in range(3)]
    row = cell(interviews(coded(rows)), "PDM")
    assert (row["sources"], row["rated"], row["status"]) == (3, rated, "published")
    assert [row[name] is None for name in VOICES] == [rated < 3] * 5
    assert bool(row["reason"]) == (rated < 3)


def hidden(coding: Any) -> list[Any]:
    """Gent: three on SCL, two on PDM with their own polarity, kind and phase. Mons: one source."""
    rows = [coding(f"S{at}", "SCL", 1, kind="claim") for at in range(3)]
    rows += [coding(f"S{at}", "PDM", -2, kind="document", phase="3b") for at in range(2)]
    return [*rows, coding("M1", "OPN", -1, "Mons", kind="event", phase="4")]


@pytest.mark.parametrize("form", ["csv", "json", "markdown", "terminal", "folder"])
def test_hidden_cells_are_in_no_form(
    form: str, coded: Callable[..., Path], coding: Any, program: Callable[..., Any], tmp_path: Path
) -> None:
    path = coded(hidden(coding))
    found = interviews(path, min_sources=1)
    ids = " ".join(found.evidence.filter(pl.col("measure").is_in(["PDM", "OPN"]))["quotations"])
    assert len(set(ids.split())) == 3
    if form == "folder":
        told = program("interviews", path, "-o", tmp_path / "out")
        texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "out").iterdir()]
        assert len(texts) >= 6
    else:
        told = program("interviews", path, *(["--detail"] if form == "terminal" else ["-f", form]))
        texts = [told.out]
    assert told.status == 0
    for text in [*texts, told.error]:
        assert not [name for name in ids.split() if name in text]
    if form == "json":
        tables = json.loads(told.out)
        few = [row for row in tables["evidence"] if row["measure"] in ("PDM", "OPN")]
        few += [row for row in tables["phases"] if row["phase"] in ("3b", "4")]
        assert len(few) == 5  # with ENABLERS, of which OPN is a part
        assert {row["status"] for row in few} == {"suppressed"}
        keys = {"organisation", "measure", "phase", "status", "reason"}
        assert {value for row in few for key, value in row.items() if key not in keys} == {None}


# --- one voice per source ---------------------------------------------------------------------


def in_halves(rows: list[Any]) -> list[Any]:
    """Every passage cut into two that say the same of the same."""
    return [
        row._replace(quotation=f"{row.source} {row.code} {row.polarity} {half}")
        for row in rows
        for half in (1, 2)
    ]


def test_splitting_and_repeating_changes_no_score(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(f"S{at}", code, (at * 7 + len(code)) % 5 - 2, coder="AB"[at % 2])
            for at in range(5) for code in ("SCL", "REU", "OPN", "PDM")]  # fmt: skip
    talkative = [row for row in rows for _ in range(30 if row.source == "S0" else 1)]
    halves = in_halves(rows)
    split = in_halves([row for row in rows if row.source == "S0"]) + rows[4:]
    kept = ["organisation", "measure", "sources", "rated", *VOICES, "status", "reason"]
    whole = interviews(coded(rows)).evidence.select(kept)
    assert whole.height == 6  # with VESTED and ENABLERS
    assert whole["score"].null_count() == 0
    for changed in (talkative, halves, split, [*rows, *rows, *halves]):
        assert interviews(coded(changed, "changed.csv")).evidence.select(kept).equals(whole)


def of_project(rows: list[Any], pieces: int, folder: Path) -> Path:
    """The same as a REFI-QDA project, each passage in so many pieces with a polarity each."""
    codes = [Code(name, name) for name in ("SCL", "REU", "OPN", "PDM")]
    codes += [Code(f"P{value}", f"{value:+d}", ("Polarity",)) for value in range(-2, 3)]
    names = sorted({row.source for row in rows})
    sources = [Source(name, name, None, {"organisation": "Gent", "phase": "1"}) for name in names]
    segments, texts = [], dict.fromkeys(names, "")
    for row in rows:
        for piece in range(pieces):
            start = len(texts[row.source])
            texts[row.source] += f"{row.code} {piece}.\n"
            end = len(texts[row.source]) - 1
            place = (row.coder, start, end, texts[row.source][start:end])
            segments += [
                Segment(row.source, code, *place) for code in (row.code, f"P{row.polarity}")
            ]
    path = folder / f"{pieces}.qdpx"
    project = Project(path.name, "", tuple(codes), tuple(sources), tuple(segments))
    path.write_bytes(write(project, texts))
    return path


def test_splitting_changes_no_score_of_a_project(
    coded: Callable[..., Path], coding: Any, tmp_path: Path
) -> None:
    rows = [coding(f"S{at}", code, (at * 7 + len(code)) % 5 - 2)
            for at in range(4) for code in ("SCL", "REU", "PDM")]  # fmt: skip
    one, two, table = (
        interviews(path).evidence
        for path in (of_project(rows, 1, tmp_path), of_project(rows, 2, tmp_path), coded(rows))
    )
    kept = ["organisation", "measure", "sources", "rated", *VOICES, "status", "reason"]
    assert one.select(kept).equals(two.select(kept))
    assert one.select(kept).equals(table.select(kept))
    assert (2 * one["segments"]).equals(two["segments"])


@pytest.mark.parametrize("said", [-2, -1, 0, 1, 2])
def test_a_new_source_does_change_it(said: int, coded: Callable[..., Path], coding: Any) -> None:
    """Its score where it differs, and its uncertainty where it agrees."""
    rows = [coding(f"S{at}", "PDM", 1) for at in range(4)]
    before = cell(interviews(coded(rows)), "PDM")
    after = cell(interviews(coded([*rows, coding("S9", "PDM", said)], "more.csv")), "PDM")
    assert after["sources"] == before["sources"] + 1
    if said == 1:
        assert after["score"] == before["score"]
        assert after["ci_high"] - after["ci_low"] < before["ci_high"] - before["ci_low"]
    else:
        assert (after["score"] < before["score"]) == (said < 1)
        assert after["score"] != before["score"]


def test_a_second_coder_is_no_second_source(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(f"S{at}", "PDM", at % 2) for at in range(4)]
    one = cell(interviews(coded(rows)), "PDM")
    two = cell(
        interviews(coded([*rows, *(row._replace(coder="B") for row in rows)], "both.csv")), "PDM"
    )
    assert one == two


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_confidence(confidence: float, coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(f"S{at}", "PDM", at % 5 - 2) for at in range(10)]
    usual = cell(interviews(coded(rows)), "PDM")
    other = cell(interviews(coded(rows), confidence=confidence), "PDM")
    wider = other["ci_high"] - other["ci_low"] > usual["ci_high"] - usual["ci_low"]
    assert wider == (confidence > 0.95)
    assert other["score"] == usual["score"]


def test_one_more_organisation_changes_no_other(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(f"S{at}", "PDM", at % 3) for at in range(4)]
    more = [row._replace(organisation="Mons", polarity=-2) for row in rows]
    one, both = (interviews(coded(each, f"{len(each)}.csv")) for each in (rows, rows + more))
    assert cell(one, "PDM") == cell(both, "PDM")


def test_sources_of_one_name_are_two(coded: Callable[..., Path], coding: Any) -> None:
    """Interview 1 to 3 of either organisation: six sources of phase 3c, not three."""
    rows = [coding(f"Interview {at}", "PDM", 1, of) for at in range(3) for of in ("Gent", "Mons")]
    found = interviews(coded(rows))
    assert found.tables["sources"].frame.height == 6
    assert found.tables["phases"].frame.row(0, named=True)["sources"] == 6
    assert found.tables["saturation"].frame.height == 6
