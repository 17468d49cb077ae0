"""Rotation of factors towards simple structure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SWEEPS = 200
_ANGLE = 1e-10
_STEPS = 10_000
_HALVINGS = 10
_STILL = 1e-7
_ROUNDING = 1e-14


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotated loadings (p, q) and the correlations of the factors (q, q)."""

    loadings: Floats
    correlations: Floats
    converged: bool


def varimax(loadings: Floats) -> Rotation:
    """Orthogonal rotation that makes squared loadings (p, q) of each factor vary most.

    Rows are brought to length 1 first and given their length back (Kaiser's normalisation); an item
    without any loading stays where it is. One factor is left as it is.

    Source: Kaiser (1958), Psychometrika 23(3): two factors at a time, each pair at its best angle,
    until no angle is above 1e-10. R's stats::varimax stops earlier.

    >>> turned = np.array([[0.8, 0], [0.6, 0], [0, 0.7]]) @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    >>> np.abs(arranged(varimax(turned)).loadings).round(6).tolist()
    [[0.8, 0.0], [0.6, 0.0], [0.0, 0.7]]
    """
    items, factors = loadings.shape
    lengths = np.sqrt(np.sum(loadings**2, axis=1, keepdims=True))
    rows = loadings / np.where(lengths > 0, lengths, 1.0)
    converged = False
    for _ in range(_SWEEPS):
        largest = 0.0
        for one in range(factors):
            for other in range(one):
                x, y = rows[:, one], rows[:, other]
                u, v = x**2 - y**2, 2 * x * y
                sine = 2 * u @ v - 2 * u.sum() * v.sum() / items
                cosine = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / items
                angle = float(np.arctan2(sine, cosine)) / 4
                largest = max(largest, abs(angle))
                c, s = np.cos(angle), np.sin(angle)
                rows[:, one], rows[:, other] = c * x + s * y, c * y - s * x
        converged = largest < _ANGLE
        if converged:
            break
    return Rotation(rows * lengths, np.eye(factors), converged)


def oblimin(loadings: Floats) -> Rotation:
    """Oblique rotation that makes squared loadings (p, q) of different factors differ most.

    Direct oblimin with γ = 0, without normalisation, from the factors as they come: a local
    minimum, the one that psych finds from there. One factor is left as it is.

    Formula: the least ¼Σ_{j≠k}Σ_i λ_ij²λ_ik², by gradient projection until its length is 1e-7.
    Sources: Jennrich & Sampson (1966), Psychometrika 31(3); Jennrich (2002), Psychometrika 67(1).

    >>> pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.7], [0, 0.6], [0, 0.5]])
    >>> oblique = np.linalg.cholesky(np.array([[1, 0.3], [0.3, 1]]))
    >>> found = oblimin(pattern @ oblique)
    >>> found.loadings.max(axis=0).round(6).tolist(), round(float(found.correlations[0, 1]), 6)
    ([0.8, 0.7], 0.3)
    """
    factors = loadings.shape[1]
    if factors == 1:
        return Rotation(loadings, np.eye(1), True)
    turn, length = np.eye(factors), 1.0
    value, down, rotated = _quartimin(loadings, turn)
    size = float(np.sum(down**2))
    for _ in range(_STEPS):
        if size < _STILL**2:
            return Rotation(rotated, turn.T @ turn, True)
        length *= 2
        for _ in range(_HALVINGS):
            trial = turn - length * down
            trial = trial / np.sqrt(np.sum(trial**2, axis=0))
            new = _quartimin(loadings, trial)
            new_size = float(np.sum(new[1] ** 2))
            # Close to the minimum rounding hides the fall in value, not that of its slope.
            level = abs(value - new[0]) < _ROUNDING and new_size < size
            if level or value - new[0] > size * length / 2:
                break
            length /= 2
        turn, size, (value, down, rotated) = trial, new_size, new
    return Rotation(rotated, turn.T @ turn, False)


def _quartimin(loadings: Floats, turn: Floats) -> tuple[float, Floats, Floats]:
    """The criterion, its slope along axes of length 1 and the loadings on these axes."""
    inverse = np.linalg.inv(turn)
    rotated = loadings @ inverse.T
    others = rotated**2 @ (1 - np.eye(len(turn)))
    slope = -(rotated.T @ (rotated * others) @ inverse).T
    slope -= turn * np.sum(turn * slope, axis=0)
    return float(np.sum(rotated**2 * others)) / 4, slope, rotated


def arranged(rotation: Rotation) -> Rotation:
    """The factors turned so that their loadings add up to ≥ 0, and put in order of variance.

    The order is that of the variance that factors account for, diag(ΦΛ'Λ), the most first: the
    conventions of psych's fa.

    >>> arranged(Rotation(np.array([[0.1, -0.8], [0.3, -0.7]]), np.eye(2), True)).loadings.tolist()
    [[0.8, 0.1], [0.7, 0.3]]
    """
    sign = np.where(rotation.loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings = rotation.loadings * sign
    correlations = rotation.correlations * np.outer(sign, sign)
    order = np.argsort(-np.diag(correlations @ loadings.T @ loadings), kind="stable")
    return Rotation(loadings[:, order], correlations[np.ix_(order, order)], rotation.converged)
