"""Surveys of organisations in which a claim holds, or only seems to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vested.analysis.compare import Comparison, compare

HEAD = ["organisation", "sector", "wave", "person", *(f"q{at}" for at in range(8))]
Rows = list[list[str]]


@pytest.fixture(scope="session")
def world() -> Callable[..., Rows]:
    """Rows of organisations whose answers q3, q4 and q5 follow a true score, and q0 and q7 do not.

    `effect` says how much of q4 and q5 is the true score behind q3, `halo` how much of a
    respondent's answers is one mood, `between` how far organisations are apart.
    """

    def made(
        sizes: Sequence[int] = (20,) * 24, effect: float = 1.0, halo: float = 0.0, seed: int = 1,
        between: float = 1.2, waves: Sequence[str] = ("1",),
    ) -> Rows:  # fmt: skip
        chance = np.random.default_rng(seed)
        rows = []
        for at, size in enumerate(sizes):
            true = chance.normal(size=8)
            true[4] = effect * true[3] + (1 - effect) * true[4]
            true[5] = effect * true[4] + (1 - effect) * true[5]
            for wave in waves:
                for person in range(size):
                    own = halo * chance.normal() + (1 - halo) * chance.normal(size=8)
                    answers = np.clip(np.rint(4.5 + between * true + 1.6 * own), 0, 9).astype(int)
                    name = [f"Org {at:02}", "abc"[at % 3], wave, f"p{person}"]
                    rows.append([*name, *map(str, answers)])
        return rows

    return made


@pytest.fixture
def claimed(write: Callable[..., Path], eight: Path) -> Callable[..., Comparison]:
    """Test claims with such rows; F3->F4 if none is named."""

    def made(rows: Rows, claims: Any = ("F3->F4",), **options: Any) -> Comparison:
        return compare(write(HEAD, rows), instrument=eight, claims=claims, **options)

    return made


@pytest.fixture(scope="session")
def by_method() -> Callable[[Comparison], Mapping[str, Mapping[str, Any]]]:
    """The rows of the claims by their method, where there is one claim."""

    def made(found: Comparison) -> Mapping[str, Mapping[str, Any]]:
        return {row["method"]: row for row in found.tables["claims"].frame.iter_rows(named=True)}

    return made
