"""Agreement of coders who cut the segments themselves."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vested.stats.coding.judgements import Ints

Bools = NDArray[np.bool_]


class Segments(NamedTuple):
    """Segments that got one code: four arrays of one length; `end` is the first character after."""

    source: ArrayLike
    coder: ArrayLike
    start: ArrayLike
    end: ArrayLike


class Unitized(NamedTuple):
    """Alpha of coders who cut their own segments, with the disagreements that it compares."""

    value: float
    observed: float
    expected: float
    segments: int
    """Segments compared, overlapping ones of one coder joined."""
    length: int
    """Characters of the sources that two coders or more coded."""
    reason: str = ""
    """Why the value is NaN, empty where it is not."""


class ByCharacter(NamedTuple):
    """Characters as units: how often each combination of codes occurs, 1 for coded, 0 for not."""

    codes: Ints
    """Kinds × coders, -1 where a coder did not code the source."""
    counts: Ints


class _Continuum(NamedTuple):
    """All sources one after the other, with the segments of each coder in order."""

    borders: Ints
    """Where each source starts, and the end of the last."""
    coded: Bools
    segments: list[tuple[Ints, Ints]]

    @property
    def lengths(self) -> Ints:
        return np.diff(self.borders)

    def source(self, places: Ints) -> Ints:
        found: Ints = np.searchsorted(self.borders, places, side="right") - 1
        return found


def alpha_unitized(segments: Segments, lengths: ArrayLike, coded: ArrayLike) -> Unitized:
    """Krippendorff's alpha for segments that coders cut themselves, for one code.

    `segments` with source and coder from 0 up, and the characters from `start` to before `end`;
    `lengths` (sources) in characters; `coded` (sources × coders) says who coded which source at
    all: a coder without a segment there found nothing. Overlapping segments of one coder are joined
    first; touching ones stay two. Sources that fewer than two coded do not enter. Several sources
    are one continuum, but what is not coded ends with its source, and a source counts by the coders
    it has (our choice: the published alpha knows one source that all coders coded). NaN with a
    reason where nothing is compared or nobody used the code. ValueError for segments outside of
    their source, empty, or of a coder who did not code it.

    For more than two coders its authors found that it does not behave as expected (Krippendorff,
    Mathet, Bouvry & Widlöcher 2016, Quality & Quantity 50(6)); look at the pairs then. For the
    agreement on single characters, without regard to segments, use `by_character`.

    Formula: 1 - D_o/D_e; D_o from (start-start')² + (end-end')² where segments overlap and from
    length² where one lies in what the other did not code; D_e from all places they could have.
    Sources: Krippendorff (1995), Sociological Methodology 25; Krippendorff (2004), Content
    Analysis, 2nd edition, chapter 11, whose D_e this is and whose example the one below.

    >>> first, second = [(225, 295), (370, 400)], [(220, 300), (355, 375), (400, 420)]
    >>> start, end = np.array(first + second).T - 150
    >>> found = alpha_unitized(Segments([0] * 5, [0, 0, 1, 1, 1], start, end), [300], [[1, 1]])
    >>> round(found.observed, 4), round(found.expected, 4), round(found.value, 4)
    (0.0144, 0.0532, 0.7286)
    """
    whole = _continuum(segments, lengths, coded, fewest=2)
    coders = whole.coded.sum(axis=1)
    length, codes = int(whole.lengths.sum()), int(coders @ whole.lengths)
    own = [end - start for start, end in whole.segments]
    sizes = np.concatenate(own) if own else np.zeros(0, np.int64)
    nan, total = math.nan, len(sizes)
    if not length:
        return Unitized(nan, nan, nan, 0, 0, "no source is coded by two coders")
    if not total:
        return Unitized(nan, 0.0, 0.0, 0, length, "nobody used this code")
    common = math.lcm(*(np.unique(coders) - 1).tolist())
    apart = 2 * _apart(whole, common // (coders - 1))
    chance = 2 * _chance(sizes, _gaps(whole))
    places = codes * (codes - 1) - int((sizes * (sizes - 1)).sum())
    observed = apart / (common * codes * length)
    if not chance:
        reason = "the segments have nowhere else to be"
        return Unitized(nan, observed, 0.0, total, length, reason)
    expected = chance / (length * places)
    value = (common * codes * chance - apart * places) / (common * codes * chance)
    return Unitized(value, observed, expected, total, length)


def pooled(found: Iterable[Unitized]) -> float:
    """Alpha over several codes of the same sources.

    Codes that nobody used add nothing. NaN where that leaves none.

    Formula: 1 - ΣD_o/ΣD_e.
    Source: Krippendorff (2004), Content Analysis, 2nd edition, chapter 11.

    >>> round(pooled([Unitized(0.8, 0.01, 0.05, 4, 90), Unitized(0.6, 0.02, 0.05, 5, 90)]), 6)
    0.7
    """
    codes = list(found)
    expected = math.fsum(code.expected for code in codes if not math.isnan(code.expected))
    observed = math.fsum(code.observed for code in codes if not math.isnan(code.observed))
    return 1 - observed / expected if expected > 0 else math.nan


def by_character(segments: Segments, lengths: ArrayLike, coded: ArrayLike) -> ByCharacter:
    """Every character as a unit, for the coefficients that compare units.

    Inputs and errors as in `alpha_unitized`; also sources that one coder coded enter. Give `codes`
    and `counts` to `cohen`, `gwet` or `alpha` with two categories. Their values hold; their
    intervals do not, as neighbouring characters are not independent.

    >>> found = by_character(Segments([0, 0], [0, 1], [0, 1], [3, 3]), [5], [[True, True]])
    >>> found.codes.tolist(), found.counts.tolist()
    ([[0, 0], [1, 0], [1, 1]], [2, 1, 2])
    """
    whole = _continuum(segments, lengths, coded, fewest=1)
    ends = [whole.borders, *[edge for pair in whole.segments for edge in pair]]
    edges = np.unique(np.concatenate(ends))
    source = whole.source(edges[:-1])
    columns = [
        np.where(
            whole.coded[source, coder],
            np.searchsorted(start, edges[:-1], side="right")
            - np.searchsorted(end, edges[:-1], side="right"),
            -1,
        )
        for coder, (start, end) in enumerate(whole.segments)
    ]
    rows = np.stack(columns, axis=1) if columns else np.zeros((len(source), 0), np.int64)
    if not rows.size:
        return ByCharacter(rows, np.zeros(len(rows), np.int64))
    kinds, place = np.unique(rows, axis=0, return_inverse=True)
    counts = np.zeros(len(kinds), np.int64)
    np.add.at(counts, place, np.diff(edges))
    return ByCharacter(kinds, counts)


def _continuum(
    segments: Segments, lengths: ArrayLike, coded: ArrayLike, *, fewest: int
) -> _Continuum:
    """The sources that enough coders coded, and the segments in them, checked and joined."""
    sizes, by = np.asarray(lengths, np.int64), np.asarray(coded, np.bool_)
    if sizes.ndim != 1 or by.ndim != 2 or len(by) != len(sizes) or (sizes < 0).any():
        raise ValueError("one length for each source, and coded as sources × coders")
    source, coder, start, end = (np.asarray(column, np.int64) for column in segments)
    if not (source.shape == coder.shape == start.shape == end.shape == (source.size,)):
        raise ValueError("segments are four arrays of one length")
    known = (source >= 0) & (source < by.shape[0]) & (coder >= 0) & (coder < by.shape[1])
    if not known.all() or not by[source, coder].all():
        raise ValueError("a segment is of a coder who did not code its source")
    if ((start < 0) | (start >= end) | (end > sizes[source])).any():
        raise ValueError("a segment is empty or goes beyond its source")
    used = (by.sum(axis=1) >= fewest) & (sizes > 0)
    borders = np.concatenate([[0], np.cumsum(np.where(used, sizes, 0))])
    there = used[source]
    shift = borders[source]
    parts = [
        _joined((shift + start)[mine], (shift + end)[mine])
        for mine in (there & (coder == one) for one in range(by.shape[1]))
    ]
    return _Continuum(np.concatenate([borders[:-1][used], borders[-1:]]), by[used], parts)


def _joined(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Segments in order, those that overlap as one."""
    order = np.argsort(start, kind="stable")
    start, upto = start[order], np.maximum.accumulate(end[order])
    if not len(start):
        return start, upto
    first = np.concatenate([[True], start[1:] >= upto[:-1]])
    return start[first], upto[np.concatenate([first[1:], [True]])]


def _apart(whole: _Continuum, weight: Ints) -> int:
    """Disagreement of every pair of coders, each source with its weight."""
    total, coders = 0, range(whole.coded.shape[1])
    for a in coders:
        for b in coders[a + 1 :]:
            both = whole.coded[:, a] & whole.coded[:, b]
            one, other = (
                (start[shared], end[shared])
                for start, end in (whole.segments[a], whole.segments[b])
                for shared in [both[whole.source(start)]]
            )
            total += _overlapping(one, other, whole, weight)
            total += _alone(one, other, whole, weight) + _alone(other, one, whole, weight)
    return total


def _met(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """For each segment the first of the other coder's that it overlaps, and how many it does."""
    first = np.searchsorted(other[1], one[0], side="right")
    return first, np.searchsorted(other[0], one[1], side="left") - first


def _overlapping(
    one: tuple[Ints, Ints], other: tuple[Ints, Ints], whole: _Continuum, weight: Ints
) -> int:
    first, number = _met(one, other)
    mine = np.repeat(np.arange(len(first)), number)
    theirs = np.arange(len(mine)) + np.repeat(first - (np.cumsum(number) - number), number)
    apart = (one[0][mine] - other[0][theirs]) ** 2 + (one[1][mine] - other[1][theirs]) ** 2
    return int((apart * weight[whole.source(one[0][mine])]).sum())


def _alone(
    one: tuple[Ints, Ints], other: tuple[Ints, Ints], whole: _Continuum, weight: Ints
) -> int:
    start, end = (edge[_met(one, other)[1] == 0] for edge in one)
    return int(((end - start) ** 2 * weight[whole.source(start)]).sum())


def _gaps(whole: _Continuum) -> Ints:
    """Lengths of all that a coder did not code, up to the ends of the sources, in order."""
    found = [np.zeros(0, np.int64)]
    for coder, (start, end) in enumerate(whole.segments):
        mine = whole.coded[:, coder]
        opens = np.sort(np.concatenate([whole.borders[:-1][mine], end]))
        found.append(np.sort(np.concatenate([start, whole.borders[1:][mine]])) - opens)
    return np.sort(np.concatenate(found))


def _chance(sizes: Ints, gaps: Ints) -> int:
    """Disagreement of every segment with every other, and with every gap, at all places."""
    lengths, number = np.unique(sizes, return_counts=True)
    first = np.searchsorted(gaps, lengths)
    room = np.concatenate([np.cumsum(gaps[::-1])[::-1], [0]])[first] - (len(gaps) - first) * (
        lengths - 1
    )
    # Lengths to the third power: whole numbers of any size.
    return sum(
        k * ((len(sizes) - 1) * (size * (size - 1) * (2 * size - 1) // 3) + size * size * fits)
        for size, k, fits in zip(lengths.tolist(), number.tolist(), room.tolist(), strict=True)
    )
