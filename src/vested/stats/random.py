"""Random numbers that belong to an organisation, not to its place in a batch."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, organisation: str, purpose: str) -> np.random.Generator:
    """The random numbers of one organisation for one purpose: the same whoever else is there.

    >>> a, b = (generator(1, "Gent", "answers").random() for _ in range(2))
    >>> a == b
    True
    """
    words = [
        int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
        for text in (organisation, purpose)
    ]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
