"""The evidence score: one voice for each source, whatever is split or repeated."""

from __future__ import annotations

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.coding.polarity import Evidence, evidence, source_polarity

NAN = math.nan
Segment = tuple[int, int, int]
"""Cell, source, polarity."""


def scored(segments: list[Segment], cells: int = 2, confidence: float = 0.95) -> Evidence:
    cell, source, polarity = np.array(segments, np.int64).reshape(-1, 3).T
    return evidence(cell, source, polarity, cells, confidence=confidence)


def figures(found: Evidence) -> list[float]:
    return [*np.concatenate([np.asarray(column, np.float64) for column in found[:7]])]


@pytest.mark.parametrize(
    ("polarities", "value"),
    [
        ([2], 2),
        ([2, 2, 2], 2),
        ([2, 2, -1], 0.5),
        ([2, 2, 2, 2, -1, -1], 0.5),
        ([-2, -1, 0, 1, 2], 0),
        ([1, 1, 0, -2], -1 / 3),
        ([1, NAN, NAN], 1),
    ],
)
def test_a_source_has_one_voice(polarities: list[float], value: float) -> None:
    one = [0] * len(polarities)
    assert source_polarity(one, one, polarities).polarity.tolist() == [value]


@pytest.mark.parametrize(
    ("sources", "score", "spread", "se", "low", "high", "reason"),
    [
        # The polarity of each source; unanimous: at most 1 - .025^(1/n) would say otherwise.
        ([], NAN, NAN, NAN, NAN, NAN, "no source says anything of this"),
        ([1], 75, NAN, NAN, NAN, NAN, "one source has no interval"),
        ([-2], 0, NAN, NAN, NAN, NAN, "one source has no interval"),
        ([1, 1], 75, 0, 0, 75 * 0.025**0.5, 100 - 25 * 0.025**0.5, ""),
        ([2, 2, 2], 100, 0, 0, 100 * 0.025 ** (1 / 3), 100, ""),
        ([2, -2], 50, math.sqrt(8), 50, 0, 100, ""),
        ([0, 1], 62.5, math.sqrt(0.5), 12.5, 50, 75, ""),
        # Two draws of three: both -1 with chance 1/9.
        ([-1, 1, 1], 175 / 3, math.sqrt(4 / 3), 25 * 2 / 3, 25, 75, ""),
    ],
)
def test_few_sources(
    sources: list[int],
    score: float,
    spread: float,
    se: float,
    low: float,
    high: float,
    reason: str,
) -> None:
    found = scored([(0, source, value) for source, value in enumerate(sources)])
    seen = [found.score[0], found.spread[0], found.se[0], found.low[0], found.high[0]]
    assert seen == pytest.approx([score, spread, se, low, high], rel=1e-12, nan_ok=True)
    assert (found.sources[0], found.reason[0]) == (len(sources), reason)
    assert found.reason[1] == "no source says anything of this"


@pytest.mark.parametrize(
    ("cell", "source", "polarity", "said"),
    [
        ([0], [0], [3], "whole numbers from -2 to 2"),
        ([0], [0], [-3], "whole numbers from -2 to 2"),
        ([0], [0], [0.5], "whole numbers from -2 to 2"),
        ([2], [0], [1], "from 0 to 1"),
        ([-1], [0], [1], "from 0 to 1"),
        ([0, 1], [0], [1], "three arrays of one length"),
    ],
)
def test_refusals(cell: list[int], source: list[int], polarity: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        evidence(cell, source, polarity, 2)


def test_nothing_at_all() -> None:
    found = scored([], 0)
    assert (len(found.score), found.reason) == (0, ())
    assert source_polarity([0], [0], [NAN]).polarity.tolist() == []
    assert evidence([0], [0], [NAN], 1).sources.tolist() == [0]


SEGMENTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(-2, 2)), min_size=1, max_size=20
)


@given(SEGMENTS, st.data())
@settings(max_examples=150, deadline=None)
def test_splitting_repeating_and_reordering_segments_changes_nothing(
    segments: list[Segment], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(segments), max_size=30))
    mixed = data.draw(st.permutations([*segments, *again]))
    assert figures(scored(mixed)) == pytest.approx(figures(scored(segments)), abs=0, nan_ok=True)
    cell, source, polarity = np.array([*segments, (0, 99, 0)], np.float64).T
    polarity[-1] = NAN
    unheard = evidence(cell, source, polarity, 2)
    assert figures(unheard) == pytest.approx(figures(scored(segments)), abs=0, nan_ok=True)


@given(SEGMENTS)
@settings(max_examples=100, deadline=None)
def test_a_new_source_that_agrees_leaves_the_score_and_narrows_the_error(
    segments: list[Segment],
) -> None:
    """Both cells are doubled: each source gets a twin that says the same."""
    before = scored(segments)
    after = scored([*segments, *[(cell, source + 50, p) for cell, source, p in segments]])
    assert after.score == pytest.approx(before.score, rel=1e-14, nan_ok=True)
    assert (after.sources == 2 * before.sources).all()
    for cell in range(2):
        if before.sources[cell] > 1 and before.spread[cell] > 0:
            assert after.se[cell] < before.se[cell]
        if before.sources[cell] > 1 and before.spread[cell] == 0:
            width = after.high[cell] - after.low[cell]
            assert width < before.high[cell] - before.low[cell]
        if before.sources[cell] == 1:
            assert math.isfinite(after.low[cell])


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12), st.integers(-2, 2))
@settings(deadline=None)
def test_one_more_source_at_the_mean(distances: list[int], mean: int) -> None:
    """Sources in pairs about a whole mean, and one more that says just that."""
    room = 2 - abs(mean)
    pairs = [mean + sign * min(far, room) for far in distances for sign in (1, -1)]
    sources = [(0, at, value) for at, value in enumerate(pairs)]
    before, after = scored(sources), scored([*sources, (0, 99, mean)])
    assert after.score[0] == before.score[0] == 25 * (mean + 2)
    assert figures(after) != figures(before)
    if before.spread[0] > 0:
        assert after.se[0] < before.se[0]
    else:
        assert after.high[0] - after.low[0] < before.high[0] - before.low[0]


@given(SEGMENTS)
@settings(max_examples=100, deadline=None)
def test_turned_around_it_is_the_mirror(segments: list[Segment]) -> None:
    found = scored(segments)
    turned = scored([(cell, source, -p) for cell, source, p in segments])
    for one, other in ((found.score, turned.score), (found.low, turned.high)):
        assert 100 - one == pytest.approx(other, rel=1e-12, abs=1e-12, nan_ok=True)
    known = found.sources > 1
    assert (found.low[known] <= found.score[known] + 1e-9).all()
    assert (found.score[known] <= found.high[known] + 1e-9).all()
    assert (found.low[known] >= 0).all()
    assert (found.high[known] <= 100).all()


@given(
    st.lists(st.lists(st.integers(-2, 2), min_size=1, max_size=3), min_size=2, max_size=5),
    st.sampled_from([0.5, 0.8, 0.9, 0.95]),
)
@settings(max_examples=80, deadline=None)
def test_equal_to_the_definition(heard: list[list[int]], confidence: float) -> None:
    """All outcomes of n - 1 draws, in fractions."""
    segments = [(0, source, p) for source, all_of in enumerate(heard) for p in all_of]
    found = scored(segments, 1, confidence)
    voices = [Fraction(sum(set(all_of)), len(set(all_of))) for all_of in heard]
    n, score = len(voices), [25 * (voice + 2) for voice in voices]
    assert found.score[0] == float(sum(score) / n)
    assert found.spread[0] == pytest.approx(statistics.stdev(voices), rel=1e-12, abs=1e-12)
    assert found.se[0] == pytest.approx(
        statistics.stdev(score) / math.sqrt(n), rel=1e-12, abs=1e-12
    )
    if len(set(voices)) == 1:
        return
    drawn = [sum(choice) / (n - 1) for choice in itertools.product(score, repeat=n - 1)]
    tail = Fraction(1 - confidence).limit_denominator(1000) / 2
    low = min(x for x in drawn if Fraction(sum(y <= x for y in drawn), len(drawn)) >= tail)
    high = max(x for x in drawn if Fraction(sum(y >= x for y in drawn), len(drawn)) >= tail)
    assert (found.low[0], found.high[0]) == pytest.approx((float(low), float(high)), rel=1e-12)


def test_many_sources_are_near_to_the_normal_distribution() -> None:
    voices = np.random.default_rng(2).integers(-2, 3, 400)
    found = scored([(0, at, int(value)) for at, value in enumerate(voices)])
    half = 1.959963984540054 * found.se[0]
    assert (found.low[0], found.high[0]) == pytest.approx(
        (found.score[0] - half, found.score[0] + half), abs=0.1
    )


def test_cells_do_not_see_each_other() -> None:
    rng = np.random.default_rng(8)
    segments = [tuple(row) for row in rng.integers([0, 0, -2], [30, 9, 3], (600, 3)).tolist()]
    whole = scored(segments, 30)
    for cell in range(30):
        alone = scored([(0, source, p) for at, source, p in segments if at == cell], 1)
        assert [column[cell] for column in whole[:7]] == [column[0] for column in alone[:7]]
