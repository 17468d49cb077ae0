"""The gate: each rule at its cut, what indices and pairs make of it, and scores under it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vested
from vested.analysis.evidence import evidence
from vested.analysis.gate import (
    CAUTION,
    LEVELS,
    PUBLISH,
    REFUSE,
    Agreement,
    Cuts,
    Judgement,
    cuts_from,
    judge,
    levels,
    reasons,
    reasons_of_parts,
    summed,
)
from vested.errors import UsageError
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.tallies import Tallies, tallies

FIVE = Scale("s", (1, 2, 3, 4, 5))


def an_instrument(measures: Sequence[Measure], items: Sequence[Item]) -> Instrument:
    return Instrument(
        id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
        scales={item.scale.id: item.scale for item in items}, sections=(), items=tuple(items),
        measures=tuple(measures), inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip


def of_one(scale: Scale, answers: Sequence[int] = ()) -> Tallies:
    """One facet of one item, and the places of the options that one organisation chose."""
    form = an_instrument([Measure("A", "facet", ("x",), {})], [Item("x", scale)])
    found = tallies(form, depth="spread")
    given = np.array([answers], np.uint8)
    found.spread.add(np.zeros(len(answers), np.int64), 1, given)
    return found


# --- the rules --------------------------------------------------------------------------------


def agreeing(**values: float) -> Agreement:
    """Twenty respondents who pass every rule, but for what is given."""
    usual = {"n": 20, "mean_variance": 0.4, "uniform": 0.8, "skewed": 0.6, "lindell": 0.8,
             "ad": 0.7, "awg": 0.8}  # fmt: skip
    arrays = {name: np.array([value]) for name, value in (usual | values).items()}
    return Agreement(**arrays, options=5, items=2, ad_limit=5 / 6, even=True)


RULES: list[tuple[dict[str, float], float, str, str]] = [
    ({}, 0.01, PUBLISH, ""),
    ({"uniform": 0.70}, 0.01, PUBLISH, ""),
    ({"uniform": 0.69}, 0.01, CAUTION, "rWG(J) 0.69 under the uniform null is below 0.70"),
    ({"uniform": 0.50}, 0.01, CAUTION, "uniform null"),
    ({"uniform": 0.49}, 0.01, REFUSE, "rWG(J) 0.49 under the uniform null is below 0.70"),
    ({"skewed": 0.50}, 0.01, PUBLISH, ""),
    ({"skewed": 0.49}, 0.01, CAUTION, "rWG(J) 0.49 under a slight skew is below 0.50"),
    ({"skewed": nan}, 0.01, PUBLISH, ""),
    ({"ad": 5 / 6}, 0.01, PUBLISH, ""),
    ({"ad": 0.9}, 0.01, CAUTION, "answers lie 0.90 from their mean, more than 0.83"),
    ({}, 0.05, CAUTION, "do not differ beyond chance (F test, p = 0.05)"),
    ({}, 0.049, PUBLISH, ""),
    ({}, nan, PUBLISH, ""),
    ({"n": 10}, 0.01, PUBLISH, ""),
    ({"n": 9}, 0.01, CAUTION, "fewer than 10 respondents answered all of its items"),
    ({"n": 9, "uniform": 0.1}, 0.01, CAUTION, "fewer than 10"),  # too few to refuse it for that
    ({"n": 0, "uniform": nan, "skewed": nan, "ad": nan}, nan, CAUTION, "fewer than 10"),
]


@pytest.mark.parametrize(("values", "p", "gate", "reason"), RULES)
def test_each_rule_at_its_cut(
    values: dict[str, float], p: float, gate: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = agreeing(**values)
    monkeypatch.setattr("vested.analysis.gate.agreement", lambda *_: own)
    found = judge(of_one(FIVE), [[]], 10, {"A": p}, Cuts())["A"]
    assert LEVELS[found.level[0]] == gate
    told = reasons(found, 0, 10, Cuts())
    assert bool(told) == (gate != PUBLISH)
    assert reason in "; ".join(told)


def test_every_reason_is_told() -> None:
    bad = Judgement(agreeing(uniform=0.3, skewed=0.2, ad=1.2), np.array([2], np.int8), 5 / 6, 0.4)
    assert len(reasons(bad, 0, 10, Cuts())) == 4


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ([], {}),
        (["rwg=0.8"], {"rwg": 0.8}),
        (["rwg-refuse=0.6", "rwg-skew=.4"], {"rwg_refuse": 0.6, "rwg_skew": 0.4}),
        (["ad=1", "p=1e-3"], {"ad": 1.0, "p": 0.001}),
        (["rwg=0.8", "rwg=0.9"], {"rwg": 0.9}),
        (["p=0"], {"p": 0.0}),
    ],
)
def test_cuts_from_words(words: list[str], changed: dict[str, float]) -> None:
    assert cuts_from(words) == replace(Cuts(), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("rgw=0.8", "there is no cut 'rgw'"),
        ("rwg_refuse=0.5", "there is no cut 'rwg_refuse'"),
        ("=0.8", "there is no cut ''"),
        ("rwg", "'' is no number"),
        ("rwg=high", "'high' is no number"),
        ("rwg=0,8", "'0,8' is no number"),
        ("rwg=-0.1", "out of range"),
        ("rwg=nan", "out of range"),
        ("p=inf", "out of range"),
    ],
)
def test_words_that_are_no_cut(word: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        cuts_from([word])
    assert message in str(caught.value)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "gate"),
    [
        # 4, 4, 5, 4, 3 (LeBreton & Senter 2008): rWG .75 uniform, .627 slight skew, AD .4
        ({}, PUBLISH),
        ({"rwg": 0.76}, CAUTION),
        ({"rwg": 0.9, "rwg_refuse": 0.76}, REFUSE),
        ({"rwg_skew": 0.63}, CAUTION),
        ({"ad": 0.39}, CAUTION),
        ({"ad": 0.41}, PUBLISH),
        ({"p": 0.01}, CAUTION),
        ({"p": 0.03}, PUBLISH),
    ],
)
def test_cuts_move_the_gate(changed: dict[str, float], gate: str) -> None:
    cuts = replace(Cuts(), **changed)  # type: ignore[arg-type]
    found = judge(of_one(FIVE, [3, 3, 4, 3, 2]), [[0]], 5, {"A": 0.02}, cuts)["A"]
    assert found.agreement.uniform == pytest.approx([0.75])
    assert found.agreement.skewed == pytest.approx([1 - 0.5 / 1.34], abs=1e-3)
    assert LEVELS[found.level[0]] == gate


@pytest.mark.parametrize(
    ("minimum", "answers", "gate"),
    [
        (1, [2], CAUTION),  # one respondent agrees with nobody
        (1, [2, 2], PUBLISH),
        (2, [2, 2], PUBLISH),
        (3, [2, 2], CAUTION),
        (1, [0, 4], REFUSE),
        (1, [0, 4] * 30, REFUSE),
        (1, [2] * 30, PUBLISH),  # all the same: rWG 1, AD 0
        (1, [], CAUTION),
    ],
)
def test_few_and_extreme(minimum: int, answers: list[int], gate: str) -> None:
    found = judge(of_one(FIVE, answers), [[0]], minimum, {}, Cuts())["A"]
    assert LEVELS[found.level[0]] == gate
    assert bool(reasons(found, 0, minimum, Cuts())) == (gate != PUBLISH)


def test_no_skewed_null_for_long_scales() -> None:
    """Nothing is published for 21 points, so that rule is silent; AD's cut is 21/6."""
    long = Scale("l", tuple(range(21)))
    found = judge(of_one(long, [9, 10, 11] * 5), [[0]], 10, {}, Cuts())["A"]
    assert isnan(found.agreement.skewed[0])
    assert found.ad_limit == pytest.approx(3.5)
    assert LEVELS[found.level[0]] == PUBLISH


def test_codes_in_steps_of_two() -> None:
    """1, 3, 3, 5 is as 1, 2, 2, 3 on three points: s² 2/3, which is the null's; AD in codes."""
    found = judge(of_one(Scale("o", (1, 3, 5)), [0, 2, 2, 4]), [[0]], 1, {}, Cuts())["A"]
    assert found.agreement.uniform == pytest.approx([0])
    assert (found.agreement.ad[0], found.ad_limit) == (1, pytest.approx(1))  # a sixth of 3, twice
    assert LEVELS[found.level[0]] == REFUSE


def test_codes_unequally_far_apart() -> None:
    """Uniform is each of 1, 2, 5 equally often: variance 26/9; no other null is published."""
    found = judge(of_one(Scale("u", (1, 2, 5)), [0, 1, 0, 1]), [[0]], 1, {}, Cuts())["A"]
    assert found.agreement.uniform == pytest.approx([1 - (1 / 3) / (26 / 9)])
    assert isnan(found.agreement.skewed[0])
    assert LEVELS[found.level[0]] == PUBLISH


def test_one_item_has_no_j() -> None:
    found = judge(of_one(FIVE, [0, 4] * 9), [[0]], 10, {}, Cuts())["A"]
    assert reasons(found, 0, 10, Cuts())[0].startswith("rWG 0.00 under the uniform null")


# --- what is made of facets and items ---------------------------------------------------------


def judgements(**level: str) -> dict[str, Judgement]:
    return {
        name: Judgement(agreeing(), np.array([LEVELS.index(of)], np.int8), 5 / 6, nan)
        for name, of in level.items()
    }


INDEX = [Measure(name, "facet", (f"x{name}",), {}) for name in "ABCDE"]
FORMS = {
    "index": an_instrument([*INDEX, Measure("I", "index", tuple("ABCDE"), {})], []),
    "pair": an_instrument([*INDEX, Measure("I", "pair", ("A", "B"), {})], []),
    "items": an_instrument([Measure("I", "pair", ("x", "y"), {})], []),
    "ambidexterity": an_instrument([*INDEX, Measure("I", "ambidexterity", ("A", "x"), {})], []),
    "of indices": an_instrument(
        [*INDEX, Measure("J", "index", ("A", "B"), {}), Measure("I", "index", ("J", "C"), {})], []
    ),
}
GOOD, DOUBT, BAD = PUBLISH, CAUTION, REFUSE


@pytest.mark.parametrize(
    ("form", "level", "gate"),
    [
        # 60 % of five: three of them are enough, whatever the others are.
        ("index", {"A": GOOD, "B": GOOD, "C": GOOD, "D": BAD, "E": BAD}, GOOD),
        ("index", {"A": GOOD, "B": GOOD, "C": DOUBT, "D": BAD, "E": BAD}, DOUBT),
        ("index", {"A": GOOD, "B": GOOD, "C": DOUBT, "D": DOUBT, "E": DOUBT}, DOUBT),
        ("index", {"A": GOOD, "B": GOOD, "C": BAD, "D": BAD, "E": BAD}, BAD),
        ("index", {"A": DOUBT, "B": DOUBT, "C": DOUBT, "D": BAD, "E": BAD}, DOUBT),
        # Both poles are needed.
        ("pair", {"A": GOOD, "B": GOOD}, GOOD),
        ("pair", {"A": GOOD, "B": DOUBT}, DOUBT),
        ("pair", {"A": BAD, "B": GOOD}, BAD),
        ("items", {"x": GOOD, "y": DOUBT}, DOUBT),
        ("ambidexterity", {"A": GOOD, "x": BAD}, BAD),
        # Two of two, twice.
        ("of indices", {"A": GOOD, "B": GOOD, "C": GOOD}, GOOD),
        ("of indices", {"A": GOOD, "B": DOUBT, "C": GOOD}, DOUBT),
        ("of indices", {"A": GOOD, "B": GOOD, "C": BAD}, BAD),
    ],
)
def test_measures_of_others(form: str, level: dict[str, str], gate: str) -> None:
    measure = FORMS[form].measure("I")
    known = levels(judgements(**level), FORMS[form], 1)
    assert LEVELS[known["I"][0]] == gate
    told = "; ".join(reasons_of_parts(measure, known, 0))
    assert bool(told) == (gate != PUBLISH)
    if gate != PUBLISH:
        parts = {name: LEVELS[known[name][0]] for name in measure.of}
        assert all(f"{name}: {of}" in told for name, of in parts.items() if of != PUBLISH)
        assert ("parts are needed" in told) == (measure.kind == "index")


def test_what_is_not_judged_is_not_held_against_a_measure() -> None:
    known = levels(judgements(A=GOOD), FORMS["index"], 1)
    assert [LEVELS[known[name][0]] for name in "BCDEI"] == [PUBLISH] * 5


def test_cells_are_added_up_and_those_beyond_are_empty() -> None:
    counts = np.arange(6).reshape(3, 1, 2)
    assert summed(counts, [[0, 2], [1, 7], [], [9]])[:, 0].tolist() == [
        [4, 6], [2, 3], [0, 0], [0, 0],
    ]  # fmt: skip


# --- scores under the gate --------------------------------------------------------------------

FORM = """
id: gated
version: "1"
name: {en: Gated}
scales: {five: {codes: [1, 2, 3, 4, 5]}}
items:
  - {id: a1, scale: five, text: {en: A1}}
  - {id: a2, scale: five, text: {en: A2}, reversed: true}
  - {id: b1, scale: five, text: {en: B1}}
  - {id: p1, scale: five, text: {en: P1}}
measures:
  - {id: A, kind: facet, of: [a1, a2], name: {en: A}}
  - {id: B, kind: facet, of: [b1, a1], name: {en: B}}
  - {id: I, kind: index, of: [A, B], name: {en: I}}
  - {id: P, kind: pair, of: [p1, A], name: {en: P}}
"""
HEADER = ["organisation", "a1", "a2", "b1", "p1"]
Rows = list[tuple[str, ...]]


@pytest.fixture
def files(tmp_path: Path) -> Callable[[Rows], dict[str, Any]]:
    (tmp_path / "form.yaml").write_text(FORM)

    def made(rows: Rows) -> dict[str, Any]:
        with (tmp_path / "survey.csv").open("w", newline="") as file:
            csv.writer(file).writerows([HEADER, *rows])
        return {"surveys": tmp_path / "survey.csv", "instrument": tmp_path / "form.yaml"}

    return made


ANSWER = st.sampled_from(["1", "2", "3", "3", "3", "4", "5", ""])
ROWS = st.lists(
    st.tuples(st.sampled_from("XY"), ANSWER, ANSWER, ANSWER, ANSWER).filter(lambda r: any(r[1:])),
    min_size=6, max_size=40,
)  # fmt: skip
often = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def statuses(found: pl.DataFrame, organisation: str) -> dict[str, str]:
    own = found.filter(pl.col("organisation") == organisation)
    return dict(own.select("measure", "status").rows())


@given(rows=ROWS, minimum=st.sampled_from([1, 3]))
@often
def test_caution_is_what_evidence_says_without_the_f_test(
    rows: Rows, minimum: int, files: Callable[[Rows], dict[str, Any]]
) -> None:
    """With a cut of p that nothing reaches, both rest on agreement alone."""
    where, cuts = files(rows), replace(Cuts(), p=2.0)
    try:
        scores = vested.analyse(**where, min_respondents=minimum, cuts=cuts).scores
    except vested.errors.InputError:
        return  # nothing to be shown
    gates = evidence(**where, min_respondents=minimum, cuts=cuts, structure=False).gate
    shown = scores.filter(pl.col("status") != "suppressed")
    both = shown.join(gates, on=["organisation", "measure"])
    assert both.height == shown.height
    for row in both.rows(named=True):
        assert (row["status"] == "caution") == (row["gate"] != PUBLISH), row


@given(rows=ROWS, others=ROWS)
@often
def test_status_does_not_hang_on_other_organisations(
    rows: Rows, others: Rows, files: Callable[[Rows], dict[str, Any]]
) -> None:
    try:
        alone = vested.analyse(**files(rows), min_respondents=3).scores
    except vested.errors.InputError:
        return
    more = [*rows, *(("Z" + row[0], *row[1:]) for row in others)]
    together = vested.analyse(**files(more), min_respondents=3).scores
    for organisation in "XY":
        assert statuses(together, organisation) == statuses(alone, organisation)


def test_gate_off_marks_nothing(files: Callable[[Rows], dict[str, Any]]) -> None:
    rows = [("X", *answers) for answers in ("1111", "5555") * 6]
    on, off = (vested.analyse(**files(rows), gate=gate).scores for gate in ("on", "off"))  # type: ignore[arg-type]
    assert set(on["status"]) - {"suppressed"} == {"caution"}
    assert set(off["status"]) - {"suppressed"} == {"published"}
    assert on.drop("status").equals(off.drop("status"))


def test_scale_too_long_to_be_judged_is_scored_and_told(tmp_path: Path) -> None:
    items = [Item("x", Scale("long", tuple(range(401))))]
    path = tmp_path / "survey.csv"
    path.write_text("organisation,x\nX,0\nX,400\nX,20\n")
    form = an_instrument([Measure("A", "facet", ("x",), {})], items)
    found = vested.analyse(path, instrument=form, min_respondents=1)
    assert found.scores.select("score", "status").rows() == [(35.0, "published")]
    assert any(
        "A: agreement is not judged on scales of 255 options" in note for note in found.notes
    )
