"""Groups compared: organisations where the group is a fact of these, else within them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from vested.analysis.compare.shown import compared, scored, shown_in
from vested.analysis.disclosure.tables import Table
from vested.analysis.scores import rank
from vested.analysis.surveys import Surveys
from vested.stats.comparison.change import paired
from vested.stats.comparison.groups import (
    Effect,
    Statistic,
    cliff,
    hedges,
    kruskal_wallis,
    mann_whitney,
    mean_difference,
    mean_with_interval,
    spread,
    welch,
    welch_anova,
)
from vested.stats.comparison.multiplicity import benjamini_hochberg, holm
from vested.stats.comparison.shares import epsilon_squared, welch_share
from vested.stats.random import generator
from vested.survey.reading import BLANK_NAME
from vested.table import Column, ResultTable

LEAST = 3
"""Nothing is said of groups of fewer organisations."""
MANY = 12
"""Of more groups than this not every two are compared: our choice."""
ORGANISATIONS, WITHIN = "organisations", "within organisations"

_BY = Column("by", "By", "The column whose values are compared.")
_UNIT = Column("unit", "Unit", "organisations, where the column has one value in each: their means "
               "are compared, each counting once; or within organisations, where it varies there: "
               "then the groups of the same organisation are compared.")  # fmt: skip
_MEASURE = Column("measure", "Measure", "The id of the measure.")
GROUPS = (
    _BY, _UNIT, _MEASURE,
    Column("group", "Group", "A value of the column."),
    Column("organisations", "Organisations", "How many of which the score is shown."),
    Column("respondents", "Respondents", "How many stand behind these."),
    Column("mean", "Mean", "The mean of the organisations' scores, each counting once.", 1),
    Column("sd", "SD", "The standard deviation of the organisations' scores.", 1),
    Column("low", "Low", "Lower end of the interval of the mean.", 1),
    Column("high", "High", "Upper end of the interval of the mean.", 1),
    Column("reason", "Reason", "Why there are no numbers, or no interval."),
)  # fmt: skip
TESTS = (
    _BY, _UNIT, _MEASURE,
    Column("test", "Test", "Welch ANOVA and Kruskal-Wallis for all groups, Welch and Mann-Whitney "
           "for two; paired t for two groups within organisations."),
    Column("group", "Group", "The first of two groups; empty for all."),
    Column("other", "Other", "The second."),
    Column("n", "n", "Organisations in the first group, or in all; within organisations those that "
           "have both."),
    Column("other_n", "Other n", "Organisations in the second group."),
    Column("difference", "Difference", "The mean of the first less that of the second, in points; "
           "within organisations the mean of their differences.", 1),
    Column("difference_low", "Low", "Lower end of its interval.", 1),
    Column("difference_high", "High", "Upper end of its interval.", 1),
    Column("statistic", "Statistic", "t, F, H or U."),
    Column("df", "df", "Its degrees of freedom."),
    Column("df2", "df2", "Those of the denominator of F."),
    Column("p", "p", "Its p, two-sided.", 3),
    Column("p_holm", "p (Holm)", "The same, allowing for all tests of this kind by this column, of "
           "headline measures or of the others.", 3),
    Column("p_bh", "p (BH)", "The same, by the share of false discoveries (Benjamini & Hochberg).",
           3),
    Column("effect_size", "Effect size", "Which: Hedges' g, Cliff's delta (the rank-biserial "
           "correlation), omega squared (of Welch's F) or epsilon squared."),
    Column("effect", "Effect", "Its value."),
    Column("low", "Low", "Lower end of its interval; that of epsilon squared is from organisations "
           "drawn again within groups."),
    Column("high", "High", "Upper end of its interval."),
    Column("reason", "Reason", "Why there is no test or no interval, or how far to trust it."),
)  # fmt: skip

FEW = f"{LEAST} organisations of which the score is shown"
HEDGES, CLIFF = "Hedges' g", "Cliff's delta"
OMEGA, EPSILON = "omega squared", "epsilon squared"
DRAWS = 2000
"""Draws of organisations for an interval."""
AT = {column.key: at for at, column in enumerate(TESTS)}
_TEXTS = ("by", "unit", "measure", "group", "other", "test", "effect_size", "reason")
_WHOLES = ("organisations", "respondents", "n", "other_n")

Row = tuple[Any, ...]
Groups = Mapping[str, Mapping[str, tuple[float, int]]]
"""Per group and organisation: the score, and how many respondents it has."""
Scores = Mapping[str, Groups]
"""The same per measure."""
_NONE = Effect(math.nan, math.nan, math.nan)


def groups_part(
    read: Surveys,
    by: Sequence[str],
    first: int,
    minimum: int,
    confidence: float,
    seed: int,
    beside: Mapping[int, Table],
) -> tuple[list[ResultTable], list[str]]:
    """The groups of each column in `by`, the tests between them, and what they say.

    `first` is the place of the first of these columns in the keys of cells. Random numbers start
    from `seed`. What must be hidden `beside` the waves and the other columns is so.
    """
    means: list[Row] = []
    tests: list[Row] = []
    told = []
    headlines = [output.id for output in read.instrument.headlines]
    for at, name in enumerate(by, start=first):
        unit = unit_of(read, at)
        found = _scores(read, at, unit, minimum, confidence, beside.get(at))
        means += [(name, unit, *row) for row in _means(found, confidence)]
        own = [
            (name, unit, measure, *row)
            for measure, of in found.items()
            for row in (
                _between(of, confidence, seed, f"{name} {measure}")
                if unit == ORGANISATIONS
                else _within(of, confidence)
            )
        ]
        own = _adjusted(own, headlines)
        tests += own
        told.append(_told(own, name, unit, headlines, 1 - confidence))
    both = [
        ResultTable("groups", "Groups", GROUPS, _frame(means, GROUPS)),
        ResultTable("group_tests", "Do groups differ?", TESTS, _frame(tests, TESTS)),
    ]
    return both, told


def unit_of(read: Surveys, at: int) -> str:
    """Whether each organisation has one value in a column, blank ones apart."""
    values: dict[str, set[str]] = defaultdict(set)
    for key in read.reduction.cells:
        if key[at] != BLANK_NAME:
            values[key[0]].add(key[at])
    return ORGANISATIONS if all(len(own) == 1 for own in values.values()) else WITHIN


def _scores(
    read: Surveys, at: int, unit: str, minimum: int, confidence: float, beside: Table | None
) -> Scores:
    """The scores that are shown, by measure, group and organisation."""
    facts = {key[0]: key[at] for key in read.reduction.cells if key[at] != BLANK_NAME}
    parts = (at,) if unit == WITHIN else ()
    frame = shown_in(scored(read, minimum, confidence, parts, ("group",) * len(parts), beside))
    names = sorted(set(facts.values() if unit == ORGANISATIONS else _values(read, at)), key=rank)
    found: dict[str, dict[str, dict[str, tuple[float, int]]]] = {
        measure: {name: {} for name in names} for measure in compared(read.instrument)
    }
    for row in frame.iter_rows(named=True):
        group = row["group"] if unit == WITHIN else facts.get(row["organisation"], BLANK_NAME)
        if row["measure"] in found and group != BLANK_NAME:
            one = (row["score"], row["respondents"])
            found[row["measure"]][group][row["organisation"]] = one
    return found


def _values(read: Surveys, at: int) -> set[str]:
    return {key[at] for key in read.reduction.cells} - {BLANK_NAME}


def _means(found: Scores, confidence: float) -> list[Row]:
    rows: list[Row] = []
    for measure, of in found.items():
        for group, own in of.items():
            if len(own) < LEAST:
                rows.append((measure, group, *[None] * 6, f"fewer than {FEW}"))
                continue
            values = [score for score, _ in own.values()]
            mean = mean_with_interval(values, confidence)
            numbers = (len(own), sum(n for _, n in own.values()), mean.value, spread(values))
            rows.append((measure, group, *numbers, mean.low, mean.high, mean.reason or None))
    return rows


def _between(of: Groups, confidence: float, seed: int, words: str) -> list[Row]:
    """All groups, then every two of them; organisations are the cases.

    `words` say what random numbers are for.
    """
    large = {
        group: [score for score, _ in own.values()]
        for group, own in of.items()
        if len(own) >= LEAST
    }
    if len(large) < 2:
        return [_none("Welch ANOVA", f"fewer than 2 groups have {FEW}")]
    values = list(large.values())
    # Weighted scores that are equal may differ in their last digits, which is no order.
    even = {group: np.round(own, 9) for group, own in large.items()}
    ordered = list(even.values())
    n = sum(map(len, values))
    chance = [generator(seed, group, f"epsilon squared {words}") for group in large]
    share = epsilon_squared(ordered, chance, draws=DRAWS, confidence=confidence)
    omega = welch_share(values, confidence=confidence)
    rows = [
        _row("Welch ANOVA", ("", ""), (n, None), welch_anova(values), OMEGA, omega),
        _row("Kruskal-Wallis", ("", ""), (n, None), kruskal_wallis(ordered), EPSILON, share),
    ]
    if len(large) > MANY:
        return rows
    for (one, x), (two, y) in combinations(large.items(), 2):
        names, counts = (one, two), (len(x), len(y))
        size = hedges(x, y, confidence=confidence)
        ranked = even[one], even[two]
        delta = cliff(*ranked, confidence=confidence)
        apart = mean_difference(x, y, confidence=confidence)
        rows.append(_row("Welch", names, counts, welch(x, y), HEDGES, size, apart))
        rows.append(_row("Mann-Whitney", names, counts, mann_whitney(*ranked), CLIFF, delta))
    return rows


def _within(of: Groups, confidence: float) -> list[Row]:
    """Every two groups, within the organisations in which both are shown."""
    if len(of) > MANY:
        return [_none("paired t", f"more than {MANY} groups are not compared two by two")]
    rows = []
    for names in combinations(of, 2):
        one, two = (of[name] for name in names)
        both = sorted(one.keys() & two.keys())
        if len(both) < LEAST:
            why = f"both groups are shown in fewer than {LEAST} organisations"
            rows.append(_none("paired t", why, names))
            continue
        x, y = ([own[name][0] for name in both] for own in (one, two))
        apart = mean_with_interval([a - b for a, b in zip(x, y, strict=True)], confidence)
        rows.append(_row("paired t", names, (len(both), None), paired(y, x), "", _NONE, apart))
    return rows


def _none(test: str, reason: str, names: tuple[str, str] = ("", "")) -> Row:
    nothing = Statistic(math.nan, math.nan, math.nan, reason)
    return _row(test, names, (None, None), nothing)


def _row(
    test: str,
    names: tuple[str, str],
    counts: tuple[int | None, int | None],
    found: Statistic,
    size: str = "",
    effect: Effect = _NONE,
    apart: Effect = _NONE,
) -> Row:
    """A row of the tests after its measure; the adjusted p come later."""
    return (
        test, *(name or None for name in names), *counts, *apart[:3], found.statistic, found.df,
        found.df2, found.p, math.nan, math.nan, size or None, *effect[:3],
        found.reason or effect.reason or None,
    )  # fmt: skip


def _adjusted(rows: list[Row], headlines: Collection[str]) -> list[Row]:
    """The rows with p-values that allow for all tests of one kind, headlines apart."""
    family = [(row[AT["test"]], row[AT["measure"]] in headlines) for row in rows]
    found = [list(row) for row in rows]
    for one in dict.fromkeys(family):
        places = [at for at, other in enumerate(family) if other == one]
        p = [rows[at][AT["p"]] for at in places]
        for name, adjust in (("p_holm", holm), ("p_bh", benjamini_hochberg)):
            for at, value in zip(places, adjust(p).tolist(), strict=True):
                found[at][AT[name]] = value
    return [tuple(row) for row in found]


def _told(rows: Sequence[Row], by: str, unit: str, headlines: Sequence[str], alpha: float) -> str:
    """How many of the headline measures differ by more than chance, in one sentence."""
    test = "Welch ANOVA" if unit == ORGANISATIONS else "paired t"
    tested: dict[str, list[float]] = {}
    for row in rows:
        p = row[AT["p_holm"]]
        if row[AT["test"]] == test and row[AT["measure"]] in headlines and not math.isnan(p):
            tested.setdefault(row[AT["measure"]], []).append(p)
    if not tested:
        why = next((row[AT["reason"]] for row in rows if row[AT["reason"]]), "there is too little")
        return f"By {by}, {unit}: nothing could be tested, for {why}."
    differ = [name for name, p in tested.items() if min(p) < alpha]
    rule = f"{test}, p < {alpha:.2g} by Holm"
    if not differ:
        return (
            f"By {by}, {unit}: no headline measure differs by more than chance would have it "
            f"({rule}); that does not show that the groups are alike."
        )
    return (
        f"By {by}, {unit}: {len(differ)} of {len(tested)} headline measures differ by more than "
        f"chance would have it ({rule}): {', '.join(differ)}."
    )


def _frame(rows: Sequence[Row], columns: Sequence[Column]) -> pl.DataFrame:
    schema = {
        column.key: pl.String if column.key in _TEXTS
        else pl.Int64 if column.key in _WHOLES else pl.Float64
        for column in columns
    }  # fmt: skip
    return pl.DataFrame(rows, schema, orient="row").fill_nan(None)
