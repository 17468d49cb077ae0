"""Answers as cut-up normal variables: what a simulation needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]


def thresholds(categories: int) -> Floats:
    """Where a standard normal variable is cut into so many answers: evenly, from -1.6 to 1.6.

    >>> thresholds(5).tolist()
    [-1.6, -0.533333333333, 0.533333333333, 1.6]
    """
    return np.linspace(-1.6, 1.6, categories - 1).round(12) if categories > 2 else np.zeros(1)


def latent_mean(score: Floats, cuts: Floats) -> Floats:
    """The mean of a normal variable (sd 1) whose cut-up answers have this expected score.

    `score` on 0-100 (kept within 0.5 and 99.5), `cuts` the thresholds; solved by bisection to
    1e-12, so that the expected score of a simulated organisation is exactly what it should be.

    Formula: score = 100/(c-1)·Σ Φ(μ - cut).
    Source: the normal-ogive model, Lord & Novick (1968), Statistical Theories of Test Scores.

    >>> latent_mean(np.array([25.0, 75.0]), thresholds(5)).round(6).tolist()
    [-1.13935, 1.13935]
    """
    target = np.clip(np.asarray(score, float), 0.5, 99.5) / 100
    low, high = np.full(target.shape, -8.0), np.full(target.shape, 8.0)
    for _ in range(50):
        middle = (low + high) / 2
        below = ndtr(middle[..., None] - cuts).mean(axis=-1) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
