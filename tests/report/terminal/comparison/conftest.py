"""A comparison whose tables are written by hand, and screens to show it on."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from vested.analysis.compare import Comparison, change, groups, paradoxes, services, waves
from vested.analysis.compare import claims as claims_module
from vested.analysis.compare import robustness as robustness_module
from vested.analysis.ledger import COLUMNS as LEDGER
from vested.model import Instrument, Item, Measure, Scale
from vested.report.terminal.comparison import show_comparison
from vested.table import Column, ResultTable

FIVE = Scale("five", (1, 2, 3, 4, 5))
INSTRUMENT = Instrument(
    id="four", version="1.0", name={"en": "Four items"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(),
    items=tuple(Item(f"q{at}", FIVE) for at in range(1, 5)),
    measures=(
        Measure("F", "facet", ("q1", "q2"), {"en": "First"}),
        Measure("G", "facet", ("q3", "q4"), {"en": "Second"}),
        Measure("X", "index", ("F", "G"), {"en": "Both"}, headline=True),
        Measure("Y", "index", ("F",), {"en": "One"}, headline=True),
        Measure("P", "pair", ("q3", "q4"), {"en": "Poles"}, poles={"en": ("third", "fourth")}),
        Measure("Q", "pair", ("q1", "q2"), {"en": "Others"}, poles={"en": ("one", "two")}),
        Measure("A", "ambidexterity", ("F", "G"), {"en": "Two hands"}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip

COLUMNS = {
    "groups": ("Groups", groups.GROUPS),
    "group_tests": ("Do groups differ?", groups.TESTS),
    "change": ("Change from wave to wave", change.COLUMNS),
    "shock": ("Around a shock, if there was one", waves.SHOCK),
    "service_levels": ("Levels of service", services.COLUMNS),
    "service_courses": ("Levels of service over time", services.COURSES),
    "paradoxes": ("Paradox map", paradoxes.MAP),
    "congruence": ("Does it matter that both are met?", paradoxes.CONGRUENCE),
    "claims": ("Claims", claims_module.CLAIMS[1:]),
    "mediation": ("Mediation", claims_module.MEDIATION[1:]),
    "robustness": ("Robustness of ranks", robustness_module.ROBUSTNESS),
    "stability": ("Stability of ranks", robustness_module.STABILITY),
    "sobol": ("What the ranks hang on", robustness_module.SOBOL),
    "ledger": ("Ledger", LEDGER),
}
_TEXTS = {
    *("organisation", "measure", "by", "unit", "group", "other", "test", "effect_size", "reason"),
    *("wave", "next_wave", "method", "comparable", "before", "during", "after", "profile", "place"),
    *("outcome", "hypothesis", "cause", "mediator", "controls", "marker", "index", "choice"),
    *("output", "source", "stage", "time"),
}
Row = Mapping[str, Any]


def table(name: str, rows: Sequence[Row]) -> ResultTable:
    """A table of these rows; what they do not say is empty."""
    title, columns = COLUMNS[name]
    return ResultTable(name, title, columns, _frame(columns, rows))


def _frame(columns: Sequence[Column], rows: Sequence[Row]) -> pl.DataFrame:
    assert not {key for row in rows for key in row} - {column.key for column in columns}
    found = {}
    for column in columns:
        values = [row.get(column.key) for row in rows]
        empty = pl.String if column.key in _TEXTS else pl.Float64
        found[column.key] = pl.Series(values, dtype=None if any(values) else empty)
    return pl.DataFrame(found)


LINE = [
    {"source": "survey", "stage": "read", "unit": "row", "count": 12},
    {"source": "survey", "stage": "used", "unit": "row", "count": 12},
]
Made = Callable[..., Comparison]
Shown = Callable[..., str]


@pytest.fixture
def comparison() -> Made:
    """A comparison of tables given as rows."""

    def made(findings: Sequence[str] = (), /, **tables: Sequence[Row]) -> Comparison:
        found = {name: table(name, tables[name]) for name in COLUMNS if name in tables}
        return Comparison(
            INSTRUMENT, {**found, "ledger": table("ledger", LINE)}, tuple(findings),
            {"options": {"confidence": 0.95}}, (), (),
        )  # fmt: skip

    return made


class Stream(io.StringIO):
    """A stream that says whether it is a terminal and which characters it has."""

    def __init__(self, encoding: str, *, tty: bool) -> None:
        super().__init__()
        self._encoding, self._tty = encoding, tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._tty


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What is shown of a comparison: through a pipe, or on a terminal of so many columns."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")

    def made(
        found: Comparison, columns: int | None = None, *, encoding: str = "utf-8",
        detail: bool = False, colour: bool = False,
    ) -> str:  # fmt: skip
        if columns:
            monkeypatch.setenv("COLUMNS", str(columns))
        if not colour:
            monkeypatch.setenv("NO_COLOR", "1")
        stream = Stream(encoding, tty=columns is not None)
        show_comparison(found, stream, detail=detail)
        return stream.getvalue()

    return made


# --- one of everything ----------------------------------------------------------------------------


def _change(name: str, measure: str, scores: Sequence[float], half: float) -> list[Row]:
    return [
        {
            "organisation": name, "measure": measure, "wave": str(at), "next_wave": str(at + 1),
            "score": one, "next_score": two, "difference": two - one,
            "difference_low": two - one - half, "difference_high": two - one + half,
            "respondents": 20, "next_respondents": 20, "method": "paired",
            "comparable": "no" if measure == "Y" else "yes",
        }
        for at, (one, two) in enumerate(pairwise(scores), start=1)
    ]  # fmt: skip


@pytest.fixture
def course() -> Callable[..., list[Row]]:
    """The rows of change of one organisation through some scores."""
    return _change


@pytest.fixture
def whole(comparison: Made) -> Comparison:
    """A little of everything."""
    names = ["City of Oakhaven", "Évora", "東京都"]
    means = {"health": (50.6, 34.6, 66.5, 4), "mobility": (53.1, 45.7, 60.6, 5)}
    rows_of_groups = [
        {"by": "sector", "unit": "organisations", "measure": measure, "group": group,
         "organisations": n, "respondents": 40, "mean": mean, "sd": 9.0, "low": low, "high": high}
        for measure in ("X", "Y", "F") for group, (mean, low, high, n) in means.items()
    ]  # fmt: skip
    for measure in ("X", "Y"):
        rows_of_groups.append(
            {"by": "sector", "unit": "organisations", "measure": measure, "group": "other",
             "reason": "fewer than 3 organisations of which the score is shown"}
        )  # fmt: skip
    start = {"by": "sector", "unit": "organisations"}
    tests = [
        {**start, "measure": "X", "test": "Welch ANOVA", "n": 9, "p": 0.957, "p_holm": 0.957},
        {**start, "measure": "X", "test": "Kruskal-Wallis", "n": 9, "p": 0.9, "p_holm": 0.9,
         "effect_size": "epsilon squared", "effect": 0.01},
        {**start, "measure": "X", "test": "Welch", "group": "health", "other": "mobility", "n": 4,
         "other_n": 5, "difference": -2.5, "difference_low": -17.5, "difference_high": 12.4,
         "p": 0.67, "p_holm": 0.67, "effect_size": "Hedges' g", "effect": -0.29, "low": -1.45,
         "high": 0.9},
        {**start, "measure": "Y", "test": "Welch ANOVA", "n": 9, "p": 0.0004, "p_holm": 0.0004},
    ]  # fmt: skip
    shock = [
        {"organisation": name, "measure": measure, "before": "1", "after": "2",
         "score_before": 60.0, "score_after": 55.0, "rebound": -5.0, "rebound_low": -8.0,
         "rebound_high": -2.0, "thrived": 0.0, "declined": declined,
         "profile": {0.06: "held", 0.93: "declined"}.get(declined, "declined or held"),
         "probability": max(declined, 1 - declined) if declined != 0.5 else 1.0,
         "comparable": "yes", "reason": "no score during"}
        for name, declined in zip(names, (0.06, 0.5, 0.93), strict=True) for measure in ("X", "Y")
    ]  # fmt: skip
    services_rows = [
        {"organisation": "Port", "measurements": 4, "start": 100.0, "lowest": 60.0, "end": 100.0,
         "depth": 40.0, "recovery": 10.0, "rapidity": 4.0, "loss": 190.0, "gain": 0.0},
        {"organisation": "Rail", "measurements": 3, "start": 80.0, "lowest": 70.0, "end": 75.0,
         "depth": 10.0, "loss": 40.0, "gain": -5.0, "reason": "the level did not come back"},
        {"organisation": "Zero", "measurements": 3, "start": 0.0, "lowest": 0.0, "end": 5.0,
         "depth": 0.0, "loss": 0.0, "gain": 5.0},
    ]  # fmt: skip
    levels = {
        "Port": ((0, 100), (1, 60), (5, 80), (10, 100)),
        "Rail": ((0, 80), (2, 70), (6, 75)),
        "Zero": ((0, 0), (3, 0), (4, 5)),
    }
    courses = [
        {"organisation": name, "time": f"{time}", "elapsed": float(time), "level": float(level),
         "shortfall": max(float(course[0][1] - level), 0.0)}
        for name, course in levels.items() for time, level in course
    ]  # fmt: skip
    pairs = [
        {"measure": measure, "organisation": name, "respondents": 20, "joint": joint,
         "joint_low": joint - 5, "joint_high": joint + 5, "tilt": tilt, "tilt_low": tilt - 5,
         "tilt_high": tilt + 5, "place": "both"}
        for measure in ("P", "Q")
        for name, joint, tilt in zip(names, (70.0, 48.0, 30.0), (-12.0, 3.0, 18.0), strict=True)
    ]  # fmt: skip
    pairs += [
        {"measure": "A", "organisation": name, "respondents": 20, "joint": joint,
         "joint_low": joint - 6, "joint_high": joint + 6, "balance": 80.0, "place": "both"}
        for name, joint in zip(names, (70.0, 48.0, 30.0), strict=True)
    ]  # fmt: skip
    claim = {"hypothesis": "H2", "cause": "X", "outcome": "Y", "organisations": 23, "left_out": 0}
    claims = [
        {**claim, "method": "pearson", "estimate": 0.49, "ci_low": 0.1, "ci_high": 0.75,
         "p": 0.0172},
        {**claim, "method": "spearman", "estimate": 0.46, "ci_low": 0.0, "ci_high": 0.75,
         "p": 0.03},
        {**claim, "method": "partial", "reason": "nothing differs that could be held fast"},
        {**claim, "method": "split", "estimate": 0.39, "ci_low": -0.01, "ci_high": 0.64,
         "p": 0.0004},
    ]  # fmt: skip
    way = {"hypothesis": "H3", "cause": "X", "mediator": "G", "outcome": "Y", "organisations": 23}
    mediation = [
        {**way, "method": "naive", "indirect": 0.21, "ci_low": -0.25, "ci_high": 0.91,
         "total": 0.52},
        {**way, "method": "split", "indirect": 0.2, "ci_low": -0.16, "ci_high": 0.73,
         "total": 0.49},
    ]  # fmt: skip
    ranks = [
        {"organisation": name, "index": index, "score": 60.0 - at, "rank": at,
         "median_rank": min(at + 1, 3), "rank_low": at, "rank_high": 3}
        for index in ("X", "Y") for at, name in enumerate(names, start=1)
    ]  # fmt: skip
    stability = [
        {"index": index, "organisations": 3, "runs": 4000, "mean_shift": 1.5, "tau": 0.8,
         "same_rank": 0.27, "steady": steady}
        for index, steady in (("X", 2), ("Y", 1))
    ]  # fmt: skip
    sobol = [
        {"index": index, "output": output, "choice": choice, "first": first, "total": total}
        for index in ("X", "Y") for output in ("ranks", "shift")
        for choice, first, total in (("weights", -0.01, 0.03), ("respondents", 0.71, 0.89))
    ]  # fmt: skip
    changes = [
        row
        for measure in ("X", "Y", "F")
        for name, (one, two) in zip(names, ((64.0, 58.4), (52.0, 57.0), (49.8, 47.9)), strict=True)
        for row in _change(name, measure, (one, two), 5.2)
    ]
    return comparison(
        ["What was found is told first, in a sentence that is longer than eighty columns are wide.",
         "a·b = −0.25 for r ≥ .55."],
        groups=rows_of_groups, group_tests=tests, change=changes, shock=shock,
        service_levels=services_rows, service_courses=courses, paradoxes=pairs, claims=claims,
        mediation=mediation, robustness=ranks, stability=stability, sobol=sobol,
    )  # fmt: skip
