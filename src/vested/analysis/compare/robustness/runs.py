"""An index made again and again, each time with other choices: what becomes of the ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vested.stats.random import generator
from vested.stats.ranking.composite import (
    AGGREGATIONS,
    NORMALISATIONS,
    aggregated,
    kendall,
    normalised,
    principal_weights,
    rank_shift,
    ranks,
)
from vested.stats.ranking.sobol import gaps, index_intervals, indices, saltelli, spread
from vested.stats.sampling.bootstrap import resampled_means

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHOICES = {
    "normalisation": "how measures are put on one scale",
    "weights": "how measures are weighted",
    "aggregation": "how measures are added up",
    "left_out": "which measure is left out",
    "respondents": "who happened to respond",
}
"""The choices that are drawn, and what they are called in a sentence."""
NOISE = 0.25
"""By how much at most a weight is moved: OECD & JRC (2008) move weights so in their example."""
INDEX_DRAWS = 1000
"""Bootstrap samples of the runs for the intervals of the indices."""
_ROOM = 1 << 21
"""So many numbers (organisations x measures x runs) are held at a time."""
_PAIRS = 1 << 26
"""So many pairs (of organisations, x runs) are looked at for τ."""


@dataclass(frozen=True, slots=True)
class Composite:
    """An index, and what each organisation's respondents say on its parts."""

    id: str
    parts: tuple[str, ...]
    weights: Floats
    """As the instrument says; they add up to 1."""
    aggregation: str
    organisations: tuple[str, ...]
    members: Sequence[Floats]
    """Per organisation: respondents x parts, those that are missing filled with the index."""
    respondent_weights: Sequence[Floats] | None = None
    """Per organisation, the weights of its respondents where there are any."""

    @property
    def means(self) -> Floats:
        """Organisations x parts."""
        if self.respondent_weights is None:
            return np.array([one.mean(axis=0) for one in self.members])
        both = zip(self.members, self.respondent_weights, strict=True)
        return np.array([(own[:, None] * one).sum(axis=0) / own.sum() for one, own in both])

    def scores(self, without: int | None = None) -> Floats:
        """The index of each organisation as the instrument makes it, perhaps without a part."""
        weights = self.weights.copy()
        if without is not None:
            weights[without] = 0.0
        return aggregated(self.means, weights, self.aggregation)


@dataclass(frozen=True, slots=True)
class Runs:
    """What became of the ranks."""

    reference: Ints
    """The ranks as the instrument makes the index."""
    ranks: NDArray[np.uint32]
    """Runs x organisations: those of both base samples."""
    tau: float
    """Kendall's τ with the reference, its mean over runs."""
    indices: dict[str, tuple[Floats, Floats, Floats, Floats, Floats, Floats]]
    """Of the mean shift and of the ranks: first with its interval, total with its interval."""


def run(composite: Composite, runs: int, confidence: float, seed: int) -> Runs:
    """Make the index with choices drawn at random: `runs` rows of Sobol's design."""
    reference = ranks(composite.scores())
    design = _Design(composite, runs, seed)
    size, organisations = len(CHOICES) + 2, len(reference)
    random = generator(seed, "", f"robustness {composite.id}")
    first, second = (random.random((runs, len(design.choice))) for _ in range(2))
    found = np.empty((2, runs, organisations), np.uint32)
    shifts, of_ranks = np.empty((size, runs)), np.empty((runs, 2 * len(CHOICES)))
    step = max(1, _ROOM // (size * organisations * len(composite.parts)))
    for start in range(0, runs, step):
        rows = slice(start, min(start + step, runs))
        mixed = saltelli(first[rows], second[rows], design.choice)
        drawn = np.concatenate([first[None, rows], second[None, rows], mixed])
        made = ranks(design.index(drawn.reshape(-1, drawn.shape[-1])))
        made = made.reshape(size, -1, organisations)
        found[:, rows] = made[:2]
        shifts[:, rows] = rank_shift(reference, made)
        whole = made.astype(np.float64)
        of_ranks[rows] = gaps(whole[0], whole[1], whole[2:])
    of_shift = gaps(shifts[0], shifts[1], shifts[2:])
    spread_of_shift = spread(shifts[0], shifts[1], float(shifts[:2].mean()))
    rows_of = {
        "shift": np.column_stack([spread_of_shift, of_shift]),
        "ranks": np.column_stack([_spread_of_ranks(found, step), of_ranks]),
    }
    flat = found.reshape(2 * runs, organisations)
    some = flat[: max(20, _PAIRS // organisations**2)]
    tau = kendall(reference, some)
    known = tau[~np.isnan(tau)]
    draw = generator(seed, "", f"robustness intervals {composite.id}")
    return Runs(
        reference,
        flat,
        float(known.mean()) if len(known) else np.nan,
        {name: _indices(of_rows, confidence, draw) for name, of_rows in rows_of.items()},
    )


def _spread_of_ranks(found: NDArray[np.uint32], step: int) -> Floats:
    centre = found.mean(axis=(0, 1))
    pieces = []
    for start in range(0, found.shape[1], step):
        first, second = found[:, start : start + step].astype(np.float64)
        pieces.append(spread(first, second, centre))
    return np.concatenate(pieces)


def _indices(
    of_rows: Floats, confidence: float, random: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    first, total = indices(of_rows.mean(axis=0))
    if np.isnan(first).all():
        return first, first, first, first, first, first
    of_first, of_total = index_intervals(of_rows, confidence, INDEX_DRAWS, random)
    return first, *of_first, total, *of_total


class _Design:
    """What random numbers between 0 and 1 stand for."""

    def __init__(self, composite: Composite, runs: int, seed: int) -> None:
        self.parts = len(composite.parts)
        self.choice = np.array([0, *[1] * (self.parts + 1), 2, 3, 4])
        """Of each random number, which of the choices it belongs to."""
        self.schemes, self.noisy = _schemes(composite)
        self.samples = self._samples(composite, runs, seed)

    def _samples(self, composite: Composite, runs: int, seed: int) -> Floats:
        """Normalisations x bootstrap samples of respondents x organisations x parts."""
        organisations = len(composite.organisations)
        count = min(runs, max(100, _ROOM // (organisations * self.parts)))
        drawn = np.empty((count, organisations, self.parts))
        purpose = f"robustness respondents {composite.id}"
        for at, name in enumerate(composite.organisations):
            random = generator(seed, name, purpose)
            own = composite.respondent_weights[at] if composite.respondent_weights else None
            drawn[:, at] = resampled_means(composite.members[at], count, random, own).T
        found = np.empty((len(NORMALISATIONS), *drawn.shape))
        step = max(1, count // 8)
        for start in range(0, count, step):
            some = slice(start, start + step)
            for at, how in enumerate(NORMALISATIONS):
                found[at, some] = normalised(drawn[some], how)
        return found

    def index(self, numbers: Floats) -> Floats:
        """The index (runs x organisations), made as random numbers (runs x columns) say."""
        how, scheme, *noise, mean, omitted, sample = numbers.T
        parts = self.samples[
            _one_of(len(NORMALISATIONS), how), _one_of(self.samples.shape[1], sample)
        ]
        weights = self._weights(scheme, np.array(noise).T, omitted)
        kind = _one_of(len(AGGREGATIONS), mean)
        found = np.empty(parts.shape[:2])
        for at, name in enumerate(AGGREGATIONS):
            here = kind == at
            found[here] = aggregated(parts[here], weights[here], name)
        return found

    def _weights(self, scheme: Floats, noise: Floats, omitted: Floats) -> Floats:
        chosen = _one_of(len(self.schemes), scheme)
        moved = np.where((chosen == self.noisy)[:, None], 1 + NOISE * (2 * noise - 1), 1.0)
        weights = self.schemes[chosen] * moved
        if self.parts > 1:
            out = _one_of(self.parts + 1, omitted)[:, None] == np.arange(self.parts)
            weights = np.where(out, 0.0, weights)
            nothing = weights.sum(axis=1, keepdims=True) <= 0
            weights = np.where(nothing, np.where(out, 0.0, 1.0), weights)
        return weights


def _schemes(composite: Composite) -> tuple[Floats, int]:
    """The weights that may be drawn, schemes x parts, and which of them gets noise."""
    schemes = [composite.weights, composite.weights]
    if np.ptp(composite.weights) > 0:
        schemes.append(np.full(len(composite.parts), 1 / len(composite.parts)))
    principal = principal_weights(composite.means)
    if principal is not None:
        schemes.append(principal)
    return np.array(schemes), 1


def _one_of(count: int, numbers: Floats) -> Ints:
    """Numbers between 0 and 1 as one of so many."""
    return np.minimum((numbers * count).astype(np.int64), count - 1)
