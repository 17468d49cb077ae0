"""The joint display: the rule of convergence, what is silent and why, and nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vested
from vested import report
from vested.analysis.consolidate import CODES, Consolidation, consolidate, convergence
from vested.analysis.interviews import interviews
from vested.errors import InputError, UsageError, VestedError
from vested.report.terminal.interviews import show_consolidation

TINY = """\
id: tiny
version: "1"
name: {en: Tiny}
scales: {s: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: a1, scale: s, text: {en: A1}}
  - {id: b1, scale: s, text: {en: B1}}
  - {id: c1, scale: s, text: {en: C1}}
measures:
  - {id: A, kind: facet, of: [a1], name: {en: Aa}}
  - {id: B, kind: facet, of: [b1], name: {en: Bb}}
  - {id: C, kind: facet, of: [c1], name: {en: Cc}}
  - {id: P, kind: pair, of: [A, B], name: {en: Pp}}
"""


def strand(score: float | None, low: float | None = None, high: float | None = None) -> Any:
    return {"score": score, "ci_low": low, "ci_high": high, "status": "published"}


@pytest.mark.parametrize(
    ("survey", "spoken", "code"),
    [
        (0, 24.999, "agreement"), (25, 49.9, "agreement"), (50, 74.9, "agreement"),
        (75, 100, "agreement"), (24.999, 25, "partial"), (0, 49.999, "partial"),
        (25, 74.999, "partial"), (50, 100, "partial"), (24.999, 50, "dissonance"),
        (0, 100, "dissonance"), (25, 75, "dissonance"), (49.999, 75, "dissonance"),
    ],
)  # fmt: skip
def test_quarters(survey: float, spoken: float, code: str) -> None:
    for one, other in ((survey, spoken), (spoken, survey)):
        assert convergence(strand(one), strand(other))[0] == code


@pytest.mark.parametrize(
    ("survey", "spoken", "code"),
    [
        (strand(20, 10, 45), strand(60, 45, 80), "partial"),  # they touch
        (strand(20, 10, 44.9), strand(60, 45, 80), "dissonance"),
        (strand(20, 10, 90), strand(60, 45, 80), "partial"),  # one within the other
        (strand(20, 10, 90), strand(60), "dissonance"),  # no interval, nothing to downgrade
        (strand(20), strand(60, 0, 100), "dissonance"),
        (strand(20, 10, None), strand(60, 0, 100), "dissonance"),
        (strand(20, 10, 40), strand(22, 0, 100), "agreement"),  # never an agreement
        (strand(20, 10, 90), strand(30, 0, 100), "partial"),
    ],
)
def test_overlap_downgrades_a_dissonance(survey: Any, spoken: Any, code: str) -> None:
    assert convergence(survey, spoken)[0] == convergence(spoken, survey)[0] == code
    said = convergence(survey, spoken)[1]
    assert ("overlap" in said) == (code == "partial" and said.startswith("quarters 1 and 3"))


HIDDEN = {"score": None, "status": "suppressed"}


@pytest.mark.parametrize(
    ("survey", "spoken", "because"),
    [
        ({}, strand(60), "not in the survey"),
        (HIDDEN, strand(60), "too few respondents"),
        (strand(60), {}, "no source speaks of it"),
        (strand(60), HIDDEN, "too few sources"),
        (strand(60), strand(None), "no polarity"),
        ({}, HIDDEN, "not in the survey; too few sources"),
        (HIDDEN, {}, "too few respondents; no source speaks of it"),
    ],
)
def test_silence_says_why(survey: Any, spoken: Any, because: str) -> None:
    assert convergence(survey, spoken) == ("silence", because)


SCORES = st.floats(0, 100, allow_nan=False)


@given(SCORES, SCORES, SCORES, SCORES)
def test_the_rule_by_property(one: float, other: float, wide: float, narrow: float) -> None:
    """Wider intervals never make strands differ more; the strands can change places."""

    def between(score: float, width: float) -> Any:
        return strand(score, max(score - width, 0), min(score + width, 100))

    ranks = {"agreement": 0, "partial": 1, "dissonance": 2}
    few, many = sorted((wide, narrow))
    codes = [convergence(between(one, w), between(other, w))[0] for w in (few, many)]
    assert ranks[codes[1]] <= ranks[codes[0]]
    assert convergence(between(other, few), between(one, few))[0] == codes[0]
    assert (codes[0] == "agreement") == (min(int(one // 25), 3) == min(int(other // 25), 3))


# --- whole consolidations ---------------------------------------------------------------------


SAYING = {"+": 2, "-": -2, "?": "", "!": -2}
"""What three sources say, those of ! being one; a dot is silence."""


@pytest.fixture
def joined(
    write: Callable[..., Path], coded: Callable[..., Path], coding: Any, tmp_path: Path
) -> Callable[..., Consolidation]:
    """A survey of twelve per organisation, who answer one code per facet, and three sources."""
    instrument = tmp_path / "tiny.yaml"
    instrument.write_text(TINY)

    def made(
        survey: dict[str, str], spoken: dict[str, str], *, respondents: int = 12,
        literature: Path | None = None, few: tuple[str, ...] = (), **options: Any,
    ) -> Consolidation:  # fmt: skip
        rows = [[name, *answers] for name, answers in survey.items()
                for _ in range(3 if name in few else respondents)]  # fmt: skip
        codings = [
            coding(f"{name} {at}", measure, SAYING[said], name)
            for name, voices in spoken.items()
            for measure, said in zip("ABC", voices, strict=True)
            if said != "."
            for at in range(1 if said == "!" else 3)
        ]
        # Answers that are all alike are hidden from a minimum of two on: then one says otherwise.
        minimum = 10 if few else 1
        rows += [[name, *"153"] for name in survey if few and name not in few]
        analysis = vested.analyse(
            write(["organisation", "a1", "b1", "c1"], rows), instrument=instrument,
            min_respondents=minimum,
        )  # fmt: skip
        return consolidate(
            analysis, interviews(coded(codings), instrument=instrument, **options), literature
        )

    return made


def shown(found: Consolidation) -> list[tuple[Any, ...]]:
    return found.display.select("organisation", "measure", "difference", "convergence").rows()


def test_the_widest_apart_come_first(joined: Callable[..., Consolidation]) -> None:
    """Answers of 1 to 5 are 0 to 100; sources say 0 or 100."""
    found = joined({"Gent": "145", "Mons": "512"}, {"Gent": "+++", "Mons": ".-."})
    assert shown(found) == [
        ("Gent", "A", -100.0, "dissonance"),
        ("Gent", "B", -25.0, "agreement"),
        ("Gent", "C", 0.0, "agreement"),
        ("Mons", "B", 0.0, "agreement"),
        ("Mons", "A", None, "silence"),
        ("Mons", "C", None, "silence"),
    ]
    assert found.answer == (
        "Survey and interviews both speak of 4 measures of organisations: 3 in agreement, "
        "0 partial, 1 in dissonance; on 2 one of them or both are silent."
    )


def test_sorting(joined: Callable[..., Consolidation]) -> None:
    """Dissonance before partial before agreement before silence; then by distance."""
    found = joined({"Gent": "135", "Mons": "242", "Zele": "433"},
                   {"Gent": "+++", "Mons": "++-", "Zele": "..+"})  # fmt: skip
    rank = {"dissonance": 0, "partial": 1, "agreement": 2, "silence": 3}
    keys = [(rank[code], -abs(apart or 0), name) for name, _, apart, code in shown(found)]
    assert keys == sorted(keys)
    assert {code for *_, code in shown(found)} == set(CODES)


def test_profiles_and_completeness_add_up(joined: Callable[..., Consolidation]) -> None:
    found = joined({"Gent": "135", "Mons": "242", "Zele": "433"},
                   {"Gent": "+++", "Mons": "+?-", "Aalst": "..+"})  # fmt: skip
    profiles = found.tables["profiles"].frame
    assert profiles["organisation"].to_list() == ["Aalst", "Gent", "Mons", "Zele"]
    for row in profiles.rows(named=True):
        own = found.display.filter(organisation=row["organisation"])
        assert sum(row[code] for code in CODES) == own.height
        assert [row[code] for code in CODES] == [(own["convergence"] == c).sum() for c in CODES]
        widest = own["difference"].drop_nulls().abs().max()
        assert (row["difference"] is None) == (widest is None)
        assert widest is None or abs(row["difference"]) == widest
    complete = found.tables["completeness"].frame
    assert complete["measure"].to_list() == ["A", "B", "C"]
    for row in complete.rows(named=True):
        assert row["organisations"] == row["both"] + row["survey_only"] + row["interviews_only"]
        assert row["completeness"] == row["both"] / row["organisations"]
    assert complete.row(0)[1:6] == (3, 2, 1, 0, 2 / 3)
    assert complete.row(1)[1:6] == (3, 1, 2, 0, 1 / 3)  # Mons has no polarity on B
    assert complete.row(2)[1:6] == (4, 2, 1, 1, 2 / 4)


@pytest.mark.parametrize(
    ("survey", "spoken", "names", "both"),
    [
        ({"Gent": "555"}, {"gent": "+++"}, {"Gent"}, 1),
        ({"Köln": "555"}, {"KO\u0308LN": "+++"}, {"Köln"}, 1),
        ({"Gent": "555"}, {"Gent": "+++", "GENT": "---"}, {"Gent", "GENT"}, 1),
        ({"Gent": "555", "GENT": "111"}, {"Gent": "+++", "GENT": "---"}, {"Gent", "GENT"}, 2),
        ({"Gent": "555", "GENT": "111"}, {"gent": "+++"}, {"Gent", "GENT", "gent"}, 0),
        ({"Gent": "555"}, {"gent": "+++", "GENT": "---"}, {"Gent", "gent", "GENT"}, 0),
    ],
)
def test_spellings_of_organisations(
    survey: dict[str, str], spoken: dict[str, str], names: set[str], both: int,
    joined: Callable[..., Consolidation],
) -> None:  # fmt: skip
    """The same name first; another spelling where it is the only one; and none is lost."""
    found = joined(survey, spoken)
    assert set(found.display["organisation"]) == names
    assert found.display.height == 3 * len(names)
    assert found.display["difference"].drop_nulls().len() == 3 * both
    assert bool([note for note in found.notes if "interview" in note]) == (both < len(names))


def test_organisations_of_one_strand_are_told(joined: Callable[..., Consolidation]) -> None:
    found = joined({"Gent": "555", "Mons": "555"}, {"Gent": "+++", "Zele": "+++"})
    assert "interviews speak of organisations that are not in the survey: Zele." in found.notes
    assert "no interview speaks of: Mons." in found.notes


def test_what_is_hidden_stays_hidden(joined: Callable[..., Consolidation]) -> None:
    """Mons has three respondents, who alone say 2; Zele one source, which alone says -2."""
    survey = {"Gent": "555", "Mons": "222", "Zele": "555"}
    spoken = {"Gent": "+++", "Mons": "+++", "Zele": "!.."}
    found = joined(survey, spoken, few=("Mons",))
    few = found.display.filter(pl.col("organisation") == "Mons")
    assert few["gate"].unique().to_list() == ["suppressed"]
    assert few["because"].unique().to_list() == ["too few respondents"]
    for name in ("score", "score_low", "score_high", "respondents", "difference"):
        assert few[name].null_count() == few.height
    one = found.display.row(
        by_predicate=(pl.col("organisation") == "Zele") & (pl.col("measure") == "A"), named=True
    )
    assert (one["because"], one["sources"], one["quotations"]) == ("too few sources", None, None)
    # The score of Mons, which no other number is.
    assert not [text for text in everything(found) if "25.0" in text]
    assert all("25.0" in text for text in everything(joined(survey, spoken)))


def everything(found: Consolidation) -> list[str]:
    stream = StringIO()
    show_consolidation(found, stream, detail=True)
    forms = ("csv", "json", "markdown")
    return [*(report.render(found, name).decode() for name in forms), stream.getvalue()]


def test_no_rows_of_pairs(joined: Callable[..., Consolidation]) -> None:
    found = joined({"Gent": "555"}, {"Gent": "+++"})
    assert found.interviews.evidence.filter(measure="P").height == 1
    assert found.display["measure"].to_list() == ["A", "B", "C"]


def test_instruments_that_differ(
    write: Callable[..., Path], coded: Callable[..., Path], coding: Any, tmp_path: Path
) -> None:
    for name in ("tiny", "other"):
        (tmp_path / f"{name}.yaml").write_text(TINY.replace("id: tiny", f"id: {name}"))
    survey = write(
        ["organisation", "a1", "b1", "c1"], [["Gent", *row] for row in ("123", "234")] * 6
    )
    analysis = vested.analyse(survey, instrument=tmp_path / "tiny.yaml")
    path = coded([coding(code="A")])
    found = interviews(path, instrument=tmp_path / "other.yaml", min_sources=1)
    with pytest.raises(UsageError, match="survey is about tiny, the interviews about other"):
        consolidate(analysis, found)


def test_waves_cannot_be_joined(
    write: Callable[..., Path], coded: Callable[..., Path], coding: Any, tmp_path: Path
) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY)
    survey = write(
        ["organisation", "wave", "a1", "b1", "c1"], [["Gent", *row] for row in ("1123", "1234")] * 6
    )
    analysis = vested.analyse(survey, instrument=tmp_path / "tiny.yaml", wave="wave")
    found = interviews(coded([coding(code="A")]), instrument=tmp_path / "tiny.yaml", min_sources=1)
    with pytest.raises(UsageError, match="split by waves or groups") as told:
        consolidate(analysis, found)
    assert "--wave" in told.value.hint


# --- literature -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("measure,claim,polarity,reference\nA,Says,+1,Guest 2020\n",
         [("A", "Says", 1, "Guest 2020")]),
        ("Reference;Claim;Measure\nZ;two;a\n\nB;one;b\n",
         [("A", "two", None, "Z"), ("B", "one", None, "B")]),
        ('measure,claim,reference,polarity\nA,"a, b",R,sterk negatief\n', [("A", "a, b", -2, "R")]),
        ("measure,claim,polarity,reference\nA,x,,R\nA,x,2,R\n",
         [("A", "x", None, "R"), ("A", "x", 2, "R")]),
        ("measure,claim,reference\n", []),
    ],
)  # fmt: skip
def test_literature(
    text: str, rows: list[tuple[Any, ...]], joined: Callable[..., Consolidation], tmp_path: Path
) -> None:
    (tmp_path / "refs.csv").write_text(text, encoding="utf-8")
    found = joined({"Gent": "555"}, {"Gent": "+++"}, literature=tmp_path / "refs.csv")
    assert found.tables["literature"].frame.rows() == rows
    for measure in "ABC":
        count = sum(row[0] == measure for row in rows)
        assert found.display.filter(measure=measure)["claims_literature"].to_list() == [count]
        complete = found.tables["completeness"].frame.filter(measure=measure)
        assert complete["literature"].to_list() == [count]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no column measure and claim and reference"),
        ("measure,claim\nA,x\n", "no column reference"),
        ("measure,claim,reference\nD,x,R\n", "row 2: 'D' is no measure of tiny"),
        ("measure,claim,reference\nA,x,R\n,x,R\n", "row 3: '' is no measure of tiny"),
        ("measure,claim,reference\nA,x, y,R\n", "row 2: 4 cells where the header has 3"),
        ("measure,claim,polarity,reference\nA,x,1.5,R\n", "row 2: '1.5' is no polarity"),
        ("measure,claim,polarity,reference\nA,x,3,R\n", "row 2: '3' is no polarity"),
        ("measure,claim,polarity,reference\nA,x,1 of 5,R\n", "row 2: '1 of 5' is no polarity"),
        (None, "refs.csv cannot be read"),
    ],
)
def test_literature_that_is_wrong(
    text: str | None, message: str, joined: Callable[..., Consolidation], tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "refs.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as told:
        joined({"Gent": "555"}, {"Gent": "+++"}, literature=tmp_path / "refs.csv")
    assert told.value.hint


def test_without_literature_there_is_no_table(joined: Callable[..., Consolidation]) -> None:
    found = joined({"Gent": "555"}, {"Gent": "+++"})
    assert "literature" not in found.tables
    assert issubclass(InputError, VestedError)
