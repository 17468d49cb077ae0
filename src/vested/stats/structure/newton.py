"""Minima of smooth functions within bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Local = tuple[float, Floats, Floats]
"""Value, gradient and Hessian (or what stands for it) at a point."""

_STEPS = 200
_HALVINGS = 40
_SUFFICIENT = 1e-4
_FLAT = 1e-10
_RUNAWAY = 1e12
_TINY = float(np.finfo(float).tiny)
_ROUNDING = 1e-13
_NEARLY = 1e6


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where a search ended; `distance` is twice the fall in value that Newton's step foretold."""

    at: Floats
    value: float
    distance: float
    steps: int
    converged: bool


def minimum(
    local: Callable[[Floats], Local],
    start: Floats,
    *,
    low: float = -np.inf,
    high: float = np.inf,
    tolerance: float = 1e-20,
    steps: int | None = None,
) -> Minimum:
    """The minimum that Newton's steps reach from `start`, each coordinate within [low, high].

    `local` gives value, gradient and Hessian; an infinite value marks a point outside the domain.
    Where the Hessian is not positive definite its eigenvalues count by their size. `tolerance` is
    on the squared length of the next step, in the metric of the Hessian: it knows no units, so it
    means the same whatever the variables are measured in. A search has converged too if it comes no
    nearer within a million times the tolerance: that is rounding. Values are taken to be good to
    1e-13 of themselves or of 1. `converged` is False after so many `steps` (200), where no step
    lowers the value, and where the next would be absurdly long.

    Source: the projected Newton method, Bertsekas (1982), SIAM J. Control and Optimization 20(2).

    >>> bowl = lambda x: (float((x - 3) @ (x - 3)), 2 * (x - 3), 2 * np.eye(2))
    >>> minimum(bowl, np.zeros(2), high=2.0).at.tolist()
    [2.0, 2.0]
    """
    at = np.clip(start, low, high)
    value, gradient, hessian = local(at)
    before = distance = np.inf
    for step in range(steps or _STEPS):
        held = ((at <= low) & (gradient > 0)) | ((at >= high) & (gradient < 0))
        move = _move(gradient, hessian, ~held)
        before, distance = distance, float(-gradient @ move)
        if distance <= tolerance or before <= distance <= tolerance * _NEARLY:
            return Minimum(at, value, distance, step, converged=True)
        if not distance < _RUNAWAY:
            break
        length = 1.0
        for _ in range(_HALVINGS):
            trial = np.clip(at + length * move, low, high)
            new = local(trial) if np.any(trial != at) else (np.inf, gradient, hessian)
            fall = _SUFFICIENT * float(gradient @ (trial - at))
            if new[0] <= value + fall + _ROUNDING * (1 + abs(value)):
                break
            length /= 2
        else:
            break
        at, (value, gradient, hessian) = trial, new
    return Minimum(at, value, distance, step + 1, distance <= tolerance * _NEARLY)


def _move(gradient: Floats, hessian: Floats, free: NDArray[np.bool_]) -> Floats:
    """Newton's step of the free coordinates, always downhill."""
    move = np.zeros_like(gradient)
    if free.any():
        curved = np.abs(np.diag(hessian)[free])
        units = 1 / np.sqrt(np.where(curved > _TINY, curved, 1.0))
        sizes, vectors = np.linalg.eigh(hessian[np.ix_(free, free)] * np.outer(units, units))
        sizes = np.maximum(np.abs(sizes), max(_FLAT * np.abs(sizes).max(), _TINY))
        move[free] = -units * (vectors @ ((vectors.T @ (units * gradient[free])) / sizes))
    return move
