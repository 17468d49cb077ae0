"""Answers as cut-up normal variables: the expected score is the one that was asked for."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.stats.latent import latent_mean, thresholds


@pytest.mark.parametrize(
    ("categories", "cuts"),
    [
        (2, [0.0]),
        (3, [-1.6, 1.6]),
        (5, [-1.6, -0.533333333333, 0.533333333333, 1.6]),
        (4, [-1.6, 0.0, 1.6]),
    ],
)
def test_thresholds(categories: int, cuts: list[float]) -> None:
    assert thresholds(categories).tolist() == cuts


@given(st.floats(0.5, 99.5), st.integers(2, 11))
@settings(max_examples=100)
def test_the_expected_score_comes_back(score: float, categories: int) -> None:
    cuts = thresholds(categories)
    mean = float(latent_mean(np.array([score]), cuts)[0])
    expected = sum(NormalDist().cdf(mean - float(cut)) for cut in cuts) / len(cuts)
    assert 100 * expected == pytest.approx(score, abs=1e-9)


def test_scores_beyond_what_answers_can_have_are_kept_inside() -> None:
    ends = latent_mean(np.array([-5.0, 0.0, 0.5, 99.5, 100.0]), thresholds(5))
    assert (ends[0], ends[1], ends[4]) == (ends[2], ends[2], ends[3])


def test_any_shape_at_once() -> None:
    scores = np.array([[10.0, 50.0], [50.0, 90.0]])
    found = latent_mean(scores, thresholds(5))
    assert found.shape == (2, 2)
    assert found == pytest.approx(-found[::-1, ::-1], abs=1e-9)  # the scale is symmetric
