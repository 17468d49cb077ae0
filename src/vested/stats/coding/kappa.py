"""Agreement of coders beyond chance: kappa, AC1 and their relatives."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from vested.stats.coding.estimate import (
    Agreement,
    Floats,
    Parts,
    Ratio,
    beyond,
    estimate,
    only_one_category,
    unknown,
)
from vested.stats.coding.judgements import (
    Ints,
    Judgements,
    checked,
    judgements,
    nothing_to_compare,
)

Weights = Literal["identity", "linear", "quadratic", "ordinal"]
WEIGHTS: tuple[Weights, ...] = ("identity", "linear", "quadratic", "ordinal")


class Prevalence(NamedTuple):
    """How often each category was chosen, as a share of all codes given."""

    overall: Floats
    by_coder: Floats
    """Coders × categories, NaN for a coder who coded nothing."""


def weights(name: Weights, categories: int) -> Ints:
    """How much two categories count as agreement, in whole numbers; full agreement stands first.

    `categories` is their number q; they stand at equal distances in their order. Divide by the
    entry [0, 0] for weights between 0 and 1. ValueError for an unknown name or no category.

    Formulas, for a distance d of q-1 at most: identity 1 where d = 0; linear q-1-d; quadratic
    (q-1)²-d²; ordinal q(q-1)/2-d(d+1)/2.
    Source: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    >>> weights("quadratic", 3).tolist()
    [[4, 3, 0], [3, 4, 3], [0, 3, 4]]
    """
    if name not in WEIGHTS:
        raise ValueError(f"unknown weights {name!r}, known are {', '.join(WEIGHTS)}")
    if categories < 1:
        raise ValueError("coding needs at least one category")
    places = np.arange(categories, dtype=np.int64)
    far = np.abs(np.subtract.outer(places, places))
    apart = {
        "identity": np.minimum(far, 1),
        "linear": far,
        "quadratic": far * far,
        "ordinal": far * (far + 1) // 2,
    }[name]
    most = max(int(apart.max()), 1)
    agreed: Ints = most - apart
    return agreed


def prevalence(codes: ArrayLike, categories: int, *, counts: ArrayLike | None = None) -> Prevalence:
    """Share of each category among the codes given, over all coders and for each of them.

    `codes` (units × coders) holds 0 … `categories` - 1, and -1 where a coder did not code the unit,
    which counts nowhere; `counts` says how many units each row stands for. Where one category is
    rare, kappa is low though coders agree: read both together. NaN where nothing is coded.
    ValueError for other codes.

    >>> found = prevalence([[0, 0], [0, 1], [1, -1]], 2)
    >>> found.overall.tolist(), found.by_coder[1].tolist()
    ([0.6, 0.4], [0.5, 0.5])
    """
    rows, number = checked(codes, categories, counts)
    chosen = np.stack([number @ (rows == code) for code in range(categories)], axis=1)
    return Prevalence(_shares(chosen.sum(axis=0)), _shares(chosen))


def _shares(chosen: Ints) -> Floats:
    total = chosen.sum(axis=-1, keepdims=True)
    return np.where(total > 0, chosen / np.maximum(total, 1), np.nan)


def percent_agreement(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    confidence: float = 0.95,
    counts: ArrayLike | None = None,
) -> Agreement:
    """Share of the pairs of coders who agree on a unit, averaged over units; chance is left in.

    Inputs, missing codes, interval and errors as in `gwet`.

    Formula: mean over units of Σ_k n_k(n*_k - 1)/[r(r-1)], n*_k = Σ_l w_kl·n_l.
    Source: Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    >>> percent_agreement([[0, 0], [0, 1], [1, 1], [1, 1]], 2).value
    0.75
    """
    found = judgements(codes, categories, counts)
    return _agreement(found, weights(weighted, categories), (0, 1), None, confidence)


def gwet(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    confidence: float = 0.95,
    counts: ArrayLike | None = None,
) -> Agreement:
    """Gwet's AC1, and AC2 with weights: agreement beyond chance that a rare code does not upset.

    `codes` (units × coders) holds 0 … `categories` - 1, and -1 where a coder did not code the unit.
    `categories` are those that could be chosen, also where nobody did: their number enters. A unit
    with one code enters chance, not the agreement; one without is left out. `counts` says how many
    units each row stands for. NaN with a reason where no unit has two codes, and with one category;
    no standard error for one unit. ValueError for other codes or weights.

    The interval is for the population of units, the coders fixed: t(n-1), cut off at 1, as irrCAC
    has it. Where its standard error is 0, as when all units are coded alike, the interval is that
    of `unanimous_interval` for the observed agreement, cut off at -1 (our choice).

    Formula: (p_a - p_e)/(1 - p_e), p_e = Σ_kl w_kl·Σ_k π_k(1-π_k)/[q(q-1)], π_k the mean share.
    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61(1).

    >>> found = gwet([[0, 0]] * 9 + [[0, 1]], 2)
    >>> round(found.value, 5), round(found.se, 5)
    (0.8895, 0.12149)
    """
    found, agreed = judgements(codes, categories, counts), weights(weighted, categories)
    if categories == 1:
        return unknown("with one category there is nothing to disagree on", found.compared)
    shares, whole = _mean_shares(found)
    most = int(agreed[0, 0]) * categories * (categories - 1)
    room, others = int(agreed.sum()), [whole - share for share in shares]
    expected = room * sum(p * q for p, q in zip(shares, others, strict=True)), most * whole**2
    chance = np.array([room * other / (most * whole) for other in others])
    return _agreement(found, agreed, expected, chance, confidence)


def fleiss(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    confidence: float = 0.95,
    counts: ArrayLike | None = None,
) -> Agreement:
    """Fleiss' kappa: agreement beyond chance of any number of coders, Scott's pi for two.

    Inputs, missing codes, interval and errors as in `gwet`, but unused categories change nothing.
    NaN with a reason where only one category is used.

    Formula: (p_a - p_e)/(1 - p_e), p_e = Σ_kl w_kl·π_k·π_l.
    Sources: Fleiss (1971), Psychological Bulletin 76(5); weights, missing codes and standard error:
    Gwet (2014), Handbook of Inter-Rater Reliability, 4th edition.

    >>> round(fleiss([[0, 0], [0, 1], [1, 1], [1, 1]], 2).value, 6)
    0.466667
    """
    found, agreed = judgements(codes, categories, counts), weights(weighted, categories)
    shares, whole = _mean_shares(found)
    full = int(agreed[0, 0])
    near = [sum(w * p for w, p in zip(row, shares, strict=True)) for row in agreed.tolist()]
    expected = sum(p * w for p, w in zip(shares, near, strict=True)), full * whole**2
    chance = np.array([w / (full * whole) for w in near])
    return _agreement(found, agreed, expected, chance, confidence)


def brennan_prediger(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    confidence: float = 0.95,
    counts: ArrayLike | None = None,
) -> Agreement:
    """Brennan and Prediger's kappa: agreement beyond that of coders who choose at random.

    Inputs, missing codes, interval and errors as in `gwet`.

    Formula: (p_a - p_e)/(1 - p_e), p_e = Σ_kl w_kl/q².
    Source: Brennan & Prediger (1981), Educational and Psychological Measurement 41(3).

    >>> brennan_prediger([[0, 0], [0, 1], [1, 1], [1, 1]], 2).value
    0.5
    """
    found, agreed = judgements(codes, categories, counts), weights(weighted, categories)
    expected = int(agreed.sum()), int(agreed[0, 0]) * categories**2
    return _agreement(found, agreed, expected, None, confidence)


def cohen(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    confidence: float = 0.95,
    counts: ArrayLike | None = None,
) -> Agreement:
    """Cohen's kappa of two coders, weighted if wished: agreement beyond that of their habits.

    `codes` (units × 2), the rest as in `gwet`, but units that one of the two did not code are left
    out. NaN with a reason where none is left, and where both use one category only. ValueError for
    other than two coders. The interval is for the population of units, the two coders fixed, as in
    irrCAC for a table of two coders: t(n-1), cut off at 1.

    Formula: (p_a - p_e)/(1 - p_e), p_e = Σ_kl w_kl·p_k·p_l from each coder's own shares.
    Sources: Cohen (1960), Educational and Psychological Measurement 20(1); weights: Cohen (1968),
    Psychological Bulletin 70(4); standard error: Fleiss, Cohen & Everitt (1969), Psychological
    Bulletin 72(5).

    >>> table = [[0, 0]] * 20 + [[0, 1]] * 5 + [[1, 0]] * 10 + [[1, 1]] * 15
    >>> cohen(table, 2).value
    0.4
    """
    rows, number = checked(codes, categories, counts)
    if rows.shape[1] != 2:
        raise ValueError("Cohen's kappa is for two coders")
    agreed = weights(weighted, categories)
    both = (rows >= 0).all(axis=1) & (number > 0)
    table = np.zeros((categories, categories), np.int64)
    np.add.at(table, (rows[both, 0], rows[both, 1]), number[both])
    n, full = int(table.sum()), int(agreed[0, 0])
    if not n:
        return unknown(nothing_to_compare(judgements(rows, categories, number)), 0)
    first, second = table.sum(axis=1), table.sum(axis=0)
    observed = int((agreed * table).sum()), full * n
    expected = int(first @ agreed @ second), full * n * n
    if expected[0] == expected[1]:
        return only_one_category(observed, n)
    left = 1 - beyond(observed, expected)
    habit = np.add.outer(agreed @ second, agreed.T @ first) / (full * n)
    shown = (agreed / full - left * habit) / (1 - expected[0] / expected[1])
    parts = Parts(shown[table > 0], table[table > 0], n * n)
    return estimate(observed, expected, n, parts, confidence)


def light(
    codes: ArrayLike,
    categories: int,
    *,
    weighted: Weights = "identity",
    counts: ArrayLike | None = None,
) -> Agreement:
    """Light's kappa: the mean of Cohen's kappa over all pairs of coders.

    `codes` and `counts` as in `gwet`; each pair is compared on the units that both coded, and left
    out where its kappa is not defined. No standard error. NaN with a reason where no pair is left.

    Source: Light (1971), Psychological Bulletin 76(5).

    >>> round(light([[0, 0, 0], [0, 1, 1], [1, 1, 0], [1, 1, 1]], 2).value, 6)
    0.333333
    """
    rows, number = checked(codes, categories, counts)
    found = judgements(rows, categories, number)
    coders = range(rows.shape[1])
    pairs = [
        cohen(rows[:, [a, b]], categories, weighted=weighted, counts=number)
        for a in coders
        for b in coders[a + 1 :]
    ]
    known = [pair for pair in pairs if not math.isnan(pair.value)]
    if not known:
        reason = nothing_to_compare(found) or "no pair of coders has a kappa"
        return unknown(reason, found.compared)
    value, observed, expected = (
        math.fsum(column) / len(known)
        for column in zip(*[(k.value, k.observed, k.expected) for k in known], strict=True)
    )
    nan, reason = math.nan, "no standard error for a mean of several kappas"
    return Agreement(value, nan, nan, nan, observed, expected, found.compared, reason)


def _mean_shares(found: Judgements) -> tuple[list[int], int]:
    """Share of each category within a unit, averaged over units, and what 1 is in these figures."""
    coders = np.unique(found.coders).tolist()
    common = math.lcm(*coders)
    shares = [0] * found.tally.shape[1]
    for number in coders:
        alike = found.coders == number
        for code, chosen in enumerate((found.units[alike] @ found.tally[alike]).tolist()):
            shares[code] += chosen * (common // number)
    return shares, max(int(found.units.sum()), 1) * common


def _observed(found: Judgements, pairs: Ints, full: int) -> Ratio:
    """Mean over the units of the agreement of their pairs of coders."""
    several = [r for r in np.unique(found.coders).tolist() if r > 1]
    common = math.lcm(*[r * (r - 1) for r in several])
    agreed = sum(
        int((found.units * pairs)[found.coders == r].sum()) * (common // (r * (r - 1)))
        for r in several
    )
    return agreed, full * common * found.compared


def _agreement(
    found: Judgements, agreed: Ints, expected: Ratio, chance: Floats | None, confidence: float
) -> Agreement:
    """The coefficient; `chance` is what a code in each category adds to the expected agreement."""
    reason = nothing_to_compare(found)
    if reason:
        return unknown(reason, 0)
    tally, coders, full = found.tally, found.coders, int(agreed[0, 0])
    pairs = ((tally @ agreed) * tally).sum(axis=1) - full * coders
    observed, n = _observed(found, pairs, full), int(found.units.sum())
    if expected[0] == expected[1]:
        return only_one_category(observed, found.compared)
    by_chance = expected[0] / expected[1]
    alike = pairs / (full * np.maximum(coders * (coders - 1), 1))
    added = np.where(coders > 1, alike - by_chance, 0.0) * (n / found.compared)
    if chance is not None:
        left = 1 - beyond(observed, expected)
        added = added - 2 * left * (tally @ chance / coders - by_chance)
    parts = Parts(added / (1 - by_chance), found.units, n * (n - 1))
    return estimate(observed, expected, found.compared, parts, confidence)
