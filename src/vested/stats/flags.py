"""From signs of careless answers to flags: times, duplicates, and cut-offs that can be changed.

A flag is a reason to look, not a proof, and some screens see the same thing twice. So flags are
counted per family, and the rule is: flag, leave out at two independent flags or more at the
earliest, always report with and without, never drop in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vested.stats.screening import Answers, Bools, Floats, Ints, distance_cut

_ROWS = 1 << 12


@dataclass(frozen=True, slots=True)
class Cuts:
    """From which value on a row is flagged, and where each of these comes from."""

    run_share: float = 0.5
    """Longest run at or above this share of the items: Curran (2016), for the items of a page."""
    mean_run_quantile: float = 0.99
    """Mean run above this quantile of the sample: our choice."""
    variability_quantile: float = 0.01
    """Variability of 0, or below this quantile of the sample: percentiles after Dunn et al. (2018),
    which one is our choice."""
    mahalanobis_upper: float = 0.001
    """D² above the χ² that is exceeded with this probability: usual for outliers."""
    even_odd: float = 0.0
    """Even-odd consistency below this: our choice."""
    synonyms: float = 0.0
    """Correlation over psychometric synonyms below this: our choice; .22 is met with as well."""
    contradictions: int = 2
    """So many facets or more that are contradicted at the ends of the scale: our choice."""
    seconds_per_item: float = 2.0
    """Fewer seconds per item than this: Huang et al. (2012)."""
    share_of_median: float = 1 / 3
    """Less than this share of the sample's median time: our choice."""
    wrong_instructed: int = 1
    """So many wrong instructed answers or more: our choice."""
    share_missing: float = 0.5
    """A larger share of the items than this without an answer: our choice, after the half rule."""
    independent: int = 2
    """So many independent flags or more make a respondent doubtful: our choice."""


FAMILIES: Mapping[str, str] = {
    "longest_run": "straight-lining",
    "mean_run": "straight-lining",
    "individual_variability": "straight-lining",
    "mahalanobis": "distance",
    "even_odd": "consistency",
    "synonyms": "consistency",
    "key_inconsistency": "keys",
    "seconds_per_item": "speed",
    "instructed": "instruction",
    "duplicate_vectors": "duplicate",
    "duplicate_ids": "duplicate",
    "share_missing": "missing",
}
"""The screens in their order, each with its family: those of one family count as one flag."""


class Flags(NamedTuple):
    names: tuple[str, ...]
    """The screens that there were values of, in the order of `FAMILIES`."""

    raised: Bools
    """Rows × screens."""

    independent: Ints
    """Per row how many families have a flag."""

    doubtful: Bools
    """Per row whether these are as many as the cut says."""


def flags(
    values: Mapping[str, NDArray[np.number]],
    items: int,
    cuts: Cuts | None = None,
    *,
    degrees: int | None = None,
) -> Flags:
    """Flag each row on each screen, and count the independent flags.

    `values` has one entry per screen of `FAMILIES`, each the result of its function for all rows
    (of `mahalanobis` the squared distances); screens may be left out. `items` is the number of
    items that runs were worked out from, `degrees` that of the distances (the same by default). A
    value that is missing raises no flag. Quantiles are not used where fewer rows have a value than
    it takes for one to lie beyond (100 for .99). Give seconds per
    answered item, else who leaves items out is flagged twice. KeyError where a name is no screen,
    ValueError where there are none.

    Longest run, mean run and variability see the same straight-lining; even-odd and synonyms the
    same inconsistency; equal answers and equal ids the same duplicate: each family counts once.
    The others see different things, but who ticks one end throughout can still be flagged for
    straight-lining and for contradictions.

    >>> found = flags({"longest_run": np.array([10.0, 2]), "seconds_per_item": np.array([1.1, 6]),
    ...     "individual_variability": np.array([0.0, 1.2])}, items=10)
    >>> found.names
    ('longest_run', 'individual_variability', 'seconds_per_item')
    >>> found.raised.tolist(), found.independent.tolist(), found.doubtful.tolist()
    ([[True, True, True], [False, False, False]], [2, 0], [True, False])
    """
    cuts = cuts or Cuts()
    rules = _rules(items, items if degrees is None else degrees, cuts)
    if unknown := sorted(values.keys() - FAMILIES.keys()):
        raise KeyError(unknown[0])
    names = tuple(name for name in FAMILIES if name in values)
    raised = np.column_stack([rules[name](np.asarray(values[name], float)) for name in names])
    families = np.array([FAMILIES[name] for name in names])
    independent = np.zeros(len(raised), np.int64)
    for family in dict.fromkeys(families):
        independent += raised[:, families == family].any(axis=1)
    return Flags(names, raised, independent, independent >= cuts.independent)


def _rules(items: int, degrees: int, cuts: Cuts) -> dict[str, Callable[[Floats], Bools]]:
    return {
        "longest_run": lambda x: x >= cuts.run_share * items,
        "mean_run": lambda x: x > _quantile(x, cuts.mean_run_quantile),
        "individual_variability": lambda x: (
            (x == 0) | (x < _quantile(x, cuts.variability_quantile))
        ),
        "mahalanobis": lambda x: x > distance_cut(degrees, cuts.mahalanobis_upper),
        "even_odd": lambda x: x < cuts.even_odd,
        "synonyms": lambda x: x < cuts.synonyms,
        "key_inconsistency": lambda x: x >= cuts.contradictions,
        "seconds_per_item": lambda x: _fast(x, cuts),
        "instructed": lambda x: x >= cuts.wrong_instructed,
        "duplicate_vectors": _repeats,
        "duplicate_ids": _repeats,
        "share_missing": lambda x: x > cuts.share_missing,
    }


def _quantile(values: Floats, share: float) -> float:
    known = values[~np.isnan(values)]
    # 1 - .9 is a little less than .1, so that ten rows would just fail to come out as one.
    beyond = round(len(known) * min(share, 1 - share), 9)
    return float(np.quantile(known, share)) if beyond >= 1 else np.nan


def _fast(seconds: Floats, cuts: Cuts) -> Bools:
    least, share = speeders(seconds, least=cuts.seconds_per_item, share=cuts.share_of_median)
    return least | share


def _repeats(kept: Floats) -> Bools:
    other: Bools = kept != np.arange(len(kept))
    return other & (kept >= 0)


def seconds_per_item(duration: ArrayLike, items: ArrayLike) -> Floats:
    """Seconds that a respondent took per item.

    `duration` in seconds per row, `items` the number of items, one for all or one per row. NaN
    where the duration is missing, negative or infinite, or there are no items.

    >>> seconds_per_item([160, 400, -3, np.nan], 80).tolist()
    [2.0, 5.0, nan, nan]
    """
    time, number = np.broadcast_arrays(
        np.asarray(duration, np.float64), np.asarray(items, np.float64)
    )
    known = np.isfinite(time) & (time >= 0) & (number > 0)
    return np.where(known, time, np.nan) / np.where(known, number, 1.0)


def speeders(seconds: Floats, *, least: float = 2.0, share: float = 1 / 3) -> tuple[Bools, Bools]:
    """Who took less than `least` seconds per item, and who less than `share` of the median.

    `seconds` per item, one per row; the median is that of the rows whose time is known. A missing
    time is not fast.

    Source: Huang, Curran, Keeney, Poposki & DeShon (2012), Journal of Business and Psychology
    27(1), for 2 seconds; the share of the median is our choice.

    >>> fast, fast_here = speeders(np.array([1.5, 2.5, 9, 10, 11, np.nan]))
    >>> fast.tolist(), fast_here.tolist()
    ([True, False, False, False, False, False], [True, True, False, False, False, False])
    """
    known = seconds[~np.isnan(seconds)]
    median = float(np.median(known)) if len(known) else np.nan
    return seconds < least, seconds < share * median


def duplicate_vectors(answers: Answers, organisation: Ints, *, least: int = 20) -> Ints:
    """Rows with exactly the same answers in the same organisation: the first such row of each.

    `organisation` is a number per row, negative for none. Compared are rows with at least `least`
    answers that are not all the same; a missing answer equals only a missing one. The result is
    the number of the first row with these answers (of the first row itself, too), -1 where a row is
    like no other or not compared. Rows are found by hash and then compared one by one, so a result
    never rests on a hash. The least number is our choice: with few items, or where all are of one
    mind, people do give the same answers.

    >>> x = np.array([[1, 2, 3], [1, 2, 3], [1, 2, 3], [4, 4, 4], [4, 4, 4]])
    >>> duplicate_vectors(x, np.array([0, 0, 1, 0, 0]), least=3).tolist()
    [0, 0, -1, -1, -1]
    """
    hashes = np.empty(len(answers), np.uint64)
    compared = np.empty(len(answers), bool)
    for start in range(0, len(answers), _ROWS):
        part = slice(start, start + _ROWS)
        batch = np.asarray(answers[part], np.float64)
        hashes[part] = _hash(batch)
        low = np.fmin.reduce(batch, axis=1, initial=np.inf)
        high = np.fmax.reduce(batch, axis=1, initial=-np.inf)
        compared[part] = ((~np.isnan(batch)).sum(axis=1) >= least) & (low < high)
    kept = np.full(len(answers), -1)
    pending = np.flatnonzero(compared & (organisation >= 0))
    while len(pending):
        pending = pending[np.lexsort((pending, hashes[pending], organisation[pending]))]
        leader = _leaders(organisation[pending], hashes[pending], pending)
        rows, leader = pending[leader != pending], leader[leader != pending]
        same = _same_rows(answers, rows, leader)
        kept[rows[same]] = kept[leader[same]] = leader[same]
        # Rows whose hash is the leader's but whose answers are not: they need one of their own.
        pending = rows[~same]
    return kept


def _hash(batch: Floats) -> NDArray[np.uint64]:
    """One number per row; equal rows have equal ones (splitmix64 of each answer and its place)."""
    # Adding 0 makes one zero of the two; infinity stands for what is missing.
    bits = np.where(np.isnan(batch), np.inf, batch + 0.0).view(dtype=np.uint64)
    bits += np.arange(1, batch.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    total: NDArray[np.uint64] = bits.sum(axis=1)
    return total


def _leaders(organisation: Ints, hashes: NDArray[np.uint64], rows: Ints) -> Ints:
    """The first row of each run of one organisation and hash."""
    new = np.r_[True, (organisation[1:] != organisation[:-1]) | (hashes[1:] != hashes[:-1])]
    leaders: Ints = rows[np.flatnonzero(new)[np.cumsum(new) - 1]]
    return leaders


def _same_rows(answers: Answers, rows: Ints, others: Ints) -> Bools:
    same = np.empty(len(rows), bool)
    for start in range(0, len(rows), _ROWS):
        part = slice(start, start + _ROWS)
        x, y = answers[rows[part]], answers[others[part]]
        same[part] = ((x == y) | (np.isnan(x) & np.isnan(y))).all(axis=1)
    return same


def duplicate_ids(ids: Ints, complete: Bools | None = None) -> Ints:
    """Rows with the same respondent id: the row to keep of each.

    `ids` is a number per row, negative for none. Kept is the first row that is `complete` (by
    default all are), else the first; the result is its number, for itself too, and -1 where an id
    is there once or missing.

    >>> duplicate_ids(np.array([7, 8, 7, -1, -1]), np.array([False, True, True, True, True]))
    array([ 2, -1,  2, -1, -1])
    """
    kept = np.full(len(ids), -1)
    known = np.flatnonzero(ids >= 0)
    later = np.zeros(len(known), bool) if complete is None else ~complete[known]
    _, person, times = np.unique(ids[known], return_inverse=True, return_counts=True)
    order = np.lexsort((known, later, person))
    _, first = np.unique(person[order], return_index=True)
    kept[known] = np.where(times[person] > 1, known[order][first][person], -1)
    return kept
