"""Segments that coders cut themselves: Krippendorff's own examples, and the definition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.coding.kappa import cohen, fleiss
from vested.stats.coding.krippendorff import alpha
from vested.stats.coding.unitizing import Segments, alpha_unitized, by_character, pooled

Cuts = Sequence[tuple[int, int]]
Sources = list[list[list[tuple[int, int]]]]
"""Per source, per coder, segments from start to before end."""

NAN = math.nan
BOTH = [[True, True]]


def spread(sources: Sources) -> Segments:
    rows = [
        (source, coder, start, end)
        for source, coders in enumerate(sources)
        for coder, cuts in enumerate(coders)
        for start, end in cuts
    ]
    return Segments(*np.array(rows, np.int64).reshape(-1, 4).T)


# Krippendorff (2004), Content Analysis, chapter 11: two coders, a text from 150 to 450
C_2004 = [[(75, 145), (220, 250)], [(70, 150), (205, 225), (250, 270)]]
K_2004 = [[(30, 90), (150, 200)], [(30, 90), (150, 200)]]


def test_the_example_of_2004() -> None:
    """Printed: .0144, .0532, .7286 for c; 0, .0490, 1 for k; .8591 for both, from rounded ones."""
    c, k = (alpha_unitized(spread([cuts]), [300], BOTH) for cuts in (C_2004, K_2004))
    assert c[:3] == pytest.approx((0.7286, 0.0144, 0.0532), abs=5e-5)
    assert k[:3] == pytest.approx((1, 0, 0.0490), abs=5e-5)
    assert pooled([c, k]) == pytest.approx(0.8591, abs=5e-4)
    assert pooled([c, k]) == 1 - c.observed / (c.expected + k.expected)
    assert c.observed == 2 * (50 + 850 + 400) / (2 * 300**2)


# Krippendorff (1995), Sociological Methodology 25, p. 57: four pairs of coders, 24 places
PAIRS: dict[str, list[list[tuple[int, int]]]] = {
    "A": [[(2, 10), (14, 20)], [(4, 8), (15, 17)]],
    "B": [[(0, 18)], [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 9), (9, 10)]],
    "C": [
        [(2, 8), (10, 12), (14, 18), (20, 22)],
        [(0, 2), (4, 8), (10, 14), (16, 18), (20, 22)],
    ],
    "D": [
        [(0, 2), (2, 10), (10, 14), (14, 20), (20, 24)],
        [(0, 4), (4, 8), (8, 15), (15, 17), (17, 24)],
    ],
}


def stretched(name: str, length: int) -> Segments:
    """Cut so finely that the length of a place no longer matters."""
    cuts = [[(a * length // 24, b * length // 24) for a, b in coder] for coder in PAIRS[name]]
    return spread([cuts])


@pytest.mark.parametrize(
    ("name", "observed"), [("A", 0.03125), ("B", 2.26736), ("C", 0.02777), ("D", 0.38715)]
)
@pytest.mark.parametrize("length", [24, 1_200_000])
def test_observed_disagreement_of_1995(name: str, observed: float, length: int) -> None:
    found = alpha_unitized(stretched(name, length), [length], BOTH)
    assert found.observed == pytest.approx(observed, abs=1e-5)


@pytest.mark.parametrize(
    ("name", "length", "expected", "value"),
    [
        ("A", 1_200_000, 0.06990, 0.553),
        ("D", 1_200_000, 0.41445, 0.066),
        ("C", 12, 0.05494, 0.494),
    ],
)
def test_expected_disagreement_of_1995(
    name: str, length: int, expected: float, value: float
) -> None:
    found = alpha_unitized(stretched(name, length), [length], BOTH)
    assert found.expected == pytest.approx(expected, abs=5.1e-6)
    assert found.value == pytest.approx(value, abs=5.1e-4)


def test_where_1995_prints_something_else() -> None:
    """Its .08642 for C leaves out the squared lengths below the line, of 48² - 104; for B, 1.177.

    The formula of 2004, which is used here, has them, and so has the .06990 of 1995 for A.
    """
    c, b = (alpha_unitized(stretched(name, 1_200_000), [1_200_000], BOTH) for name in "CB")
    assert c.expected * (48**2 - 104) / 48**2 == pytest.approx(0.08642, abs=1e-5)
    assert b.expected == pytest.approx(1.17731, rel=2e-3)
    assert (c.value, b.value) == pytest.approx((0.679, -0.926), abs=0.02)


@pytest.mark.parametrize(
    ("name", "kappa", "pi", "nominal"),
    [("A", 0.385, 0.314, 0.329), ("B", 0.385, 0.314, 0.329), ("C", 0.314, 0.314, 0.329)],
)
def test_single_places_of_1995(name: str, kappa: float, pi: float, nominal: float) -> None:
    """Cohen, Scott and alpha see no segments, so the three pairs look alike: its argument."""
    codes, counts = by_character(stretched(name, 24), [24], BOTH)
    found = (
        cohen(codes, 2, counts=counts).value,
        fleiss(codes, 2, counts=counts).value,
        alpha(codes, 2, counts=counts).value,
    )
    assert found == pytest.approx((kappa, pi, nominal), abs=5.1e-4)


def by_definition(sources: Sources, lengths: list[int]) -> Fraction | None:
    """Alpha from all pairs of stretches, coded or not, and all places they could have."""
    observed, codes = Fraction(0), 0
    units: list[int] = []
    gaps: list[int] = []
    for coders, length in zip(sources, lengths, strict=True):
        codes += len(coders) * length
        cut = [stretches(cuts, length) for cuts in coders]
        for mine in cut:
            units += [b - a for a, b, used in mine if used]
            gaps += [b - a for a, b, used in mine if not used]
        observed += sum(
            Fraction(apart(one, other), len(coders) - 1)
            for i, mine in enumerate(cut)
            for j, theirs in enumerate(cut)
            if i != j
            for one in mine
            for other in theirs
        )
    chance = sum(
        apart((place, place + size, True), (0, other, True))
        for i, size in enumerate(units)
        for other in units[i + 1 :]
        for place in range(-size, other + 1)
    )
    chance += sum(
        apart((place, place + size, True), (0, gap, False))
        for size in units
        for gap in gaps
        for place in range(-size, gap + 1)
    )
    places = codes * (codes - 1) - sum(size * (size - 1) for size in units)
    return 1 - (observed / codes) / Fraction(2 * chance, places) if chance else None


def stretches(cuts: Cuts, length: int) -> list[tuple[int, int, bool]]:
    found, at = [], 0
    for start, end in cuts:
        found += [(at, start, False), (start, end, True)]
        at = end
    return [part for part in [*found, (at, length, False)] if part[0] < part[1]]


def apart(one: tuple[int, int, bool], other: tuple[int, int, bool]) -> int:
    (a, b, coded), (c, d, too) = one, other
    if coded and too and a < d and c < b:
        return (a - c) ** 2 + (b - d) ** 2
    if coded and not too and c <= a and b <= d:
        return (b - a) ** 2
    if too and not coded and a <= c and d <= b:
        return (d - c) ** 2
    return 0


def cuts(length: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Segments between sorted places, some touching."""
    return st.lists(st.tuples(st.integers(0, length), st.booleans()), max_size=6).map(
        lambda places: [
            (a, b)
            for (a, used), (b, _) in zip(sorted(places), sorted(places)[1:], strict=False)
            if used and a < b
        ]
    )


CONTINUA = st.integers(2, 3).flatmap(
    lambda coders: st.lists(
        st.integers(1, 14).flatmap(
            lambda length: st.tuples(
                st.just(length), st.lists(cuts(length), min_size=coders, max_size=coders)
            )
        ),
        min_size=1,
        max_size=3,
    )
)


@given(CONTINUA)
@settings(max_examples=150, deadline=None)
def test_equal_to_the_definition(continua: list[tuple[int, list[list[tuple[int, int]]]]]) -> None:
    lengths, sources = [length for length, _ in continua], [coders for _, coders in continua]
    coded = np.ones((len(sources), len(sources[0])), np.bool_)
    found = alpha_unitized(spread(sources), lengths, coded)
    expected = by_definition(sources, lengths)
    assert (expected is None) == math.isnan(found.value) == bool(found.reason)
    if expected is not None:
        assert found.value == float(expected)


@given(CONTINUA, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_blind_to_the_order_of_segments_coders_and_sources_and_to_sources_of_one_coder(
    continua: list[tuple[int, list[list[tuple[int, int]]]]], random: object
) -> None:
    lengths, sources = [length for length, _ in continua], [coders for _, coders in continua]
    coded = np.ones((len(sources), len(sources[0])), np.bool_)
    whole = alpha_unitized(spread(sources), lengths, coded)
    turned = [coders[::-1] for coders in sources[::-1]]
    segments = Segments(*(np.asarray(column)[::-1] for column in spread(turned)))
    assert alpha_unitized(segments, lengths[::-1], coded)[:4] == pytest.approx(
        whole[:4], nan_ok=True
    )
    alone = np.concatenate([coded, coded[:1] & (np.arange(coded.shape[1]) == 1)])
    wider = alpha_unitized(spread([*sources, [[], [(0, 3), (4, 5)]]]), [*lengths, 9], alone)
    assert wider[:5] == pytest.approx(whole[:5], nan_ok=True)


def test_a_coder_who_is_missing_is_not_one_who_found_nothing() -> None:
    sources: Sources = [[[(0, 4)], [(0, 5)], []], [[(2, 6)], [(2, 6)], [(2, 6)]]]
    all_three = alpha_unitized(spread(sources), [10, 10], [[1, 1, 1], [1, 1, 1]])
    two = alpha_unitized(spread(sources), [10, 10], [[1, 1, 0], [1, 1, 1]])
    assert two.value > all_three.value
    # By hand: (1/1 · 2·1 + 0) / (2·10 + 3·10) / 20
    assert two.observed == 2 / (50 * 20)
    assert by_character(spread(sources), [10, 10], [[1, 1, 0], [1, 1, 1]]).codes.min() == -1


def test_overlapping_segments_of_one_coder_are_joined_and_touching_ones_are_not() -> None:
    other = [(0, 10)]
    joined = alpha_unitized(spread([[[(0, 6), (4, 10), (4, 10)], other]]), [20], BOTH)
    touching = alpha_unitized(spread([[[(0, 5), (5, 10)], other]]), [20], BOTH)
    assert (joined.value, joined.segments) == (1, 2)
    assert (touching.observed, touching.segments) == (2 * (25 + 25) / (2 * 400), 3)


@pytest.mark.parametrize(
    ("sources", "lengths", "coded", "reason"),
    [
        ([], [], np.zeros((0, 2)), "no source is coded by two coders"),
        ([], [9], [[0, 0]], "no source is coded by two coders"),
        ([[[(0, 3)], []]], [9], [[1, 0]], "no source is coded by two coders"),
        ([], [0], [[1, 1]], "no source is coded by two coders"),
        ([], [9], [[1, 1]], "nobody used this code"),
        ([[[(0, 1)], [(0, 1)]]], [1], [[1, 1]], "the segments have nowhere else to be"),
        ([[[(0, 9)], [(0, 9)]]], [9], [[1, 1]], ""),
        ([[[(0, 9)], []]], [9], [[1, 1]], ""),
        ([[[(0, 9)]]], [9], [[1]], "no source is coded by two coders"),
    ],
)
def test_degenerate_continua(
    sources: Sources, lengths: list[int], coded: list[list[int]], reason: str
) -> None:
    found = alpha_unitized(spread(sources), lengths, coded)
    assert found.reason == reason
    assert math.isnan(found.value) == bool(reason)
    counts = by_character(spread(sources), lengths, coded).counts
    heard = sum(n for n, by in zip(lengths, np.asarray(coded).tolist(), strict=True) if any(by))
    assert counts.sum() == heard


def test_codes_that_nobody_used_do_not_count_in_the_pool() -> None:
    used = alpha_unitized(spread([C_2004]), [300], BOTH)
    none = alpha_unitized(spread([]), [300], BOTH)
    apart = alpha_unitized(spread([]), [300], [[True, False]])
    assert pooled([used, none, apart]) == pytest.approx(used.value, rel=1e-14)
    assert math.isnan(pooled([none, apart]))
    assert math.isnan(pooled([]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ((0, 0, 3, 3), "empty or goes beyond"),
        ((0, 0, 3, 10), "empty or goes beyond"),
        ((0, 0, -1, 3), "empty or goes beyond"),
        ((0, 2, 0, 3), "did not code its source"),
        ((1, 0, 0, 3), "did not code its source"),
        ((-1, 0, 0, 3), "did not code its source"),
        ((0, 1, 0, 3), "did not code its source"),
    ],
)
def test_refused_segments(row: tuple[int, int, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        alpha_unitized(Segments(*np.array([row]).T), [9], [[True, False]])


def test_refused_shapes() -> None:
    with pytest.raises(ValueError, match="one length for each source"):
        alpha_unitized(spread([]), [9, 9], BOTH)
    with pytest.raises(ValueError, match="four arrays of one length"):
        alpha_unitized(Segments([0], [0], [0], [1, 2]), [9], BOTH)


def test_long_texts_are_exact() -> None:
    """Sixty million characters in one segment: its third power is beyond 64 bits."""
    length = 60_000_000
    found = alpha_unitized(spread([[[(0, length)], [(0, length - 1)]]]), [length], BOTH)
    exact = by_hand(length, length - 1)
    assert found.value == float(exact)


def by_hand(one: int, other: int) -> Fraction:
    """Two coders, one segment each from the start; the second leaves one character."""
    codes = 2 * one
    chance = sum(size * (size - 1) * (2 * size - 1) // 3 for size in (one, other))
    places = codes * (codes - 1) - sum(size * (size - 1) for size in (one, other))
    return 1 - Fraction(2 * (one - other) ** 2 * places, codes * 2 * chance)
