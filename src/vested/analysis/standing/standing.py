"""Where organisations stand among those shown with them: shrunken scores, ranks and bands.

All of it is worked out from the published scores, standard errors and numbers of respondents alone,
so that it cannot tell more of anyone than these do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.standing.bands import Bands
from vested.model import CellKey, Output
from vested.stats.intervals import unanimous_error
from vested.stats.ranking.bands import banded
from vested.stats.ranking.ranks import marginal_critical, rank_sets, simultaneous_critical
from vested.stats.ranking.shrinkage import shrunk
from vested.table import Column

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = NDArray[Any]

MOST_RANKED = 500
"""Among more organisations no ranks are given: a place among so many says little, and all pairs
must be looked at. Our choice."""
_AT_ONCE = 2_000_000
"""So many scores are worked on at a time."""

COLUMNS = (
    Column(
        "shrunk",
        "Shrunk",
        "The score drawn towards the common mean by what chance makes up of it, for comparing "
        "organisations; from five organisations on. It depends on who else is there.",
        1,
    ),
    Column(
        "reliability",
        "Reliability of the mean",
        "How much of its distance from the common mean the score keeps when it is shrunk, 0 to 1. "
        "It depends on who else is there.",
    ),
    Column(
        "rank_low",
        "Best rank",
        "The best rank that the organisation may have, all organisations taken together "
        "(simultaneous, at --confidence); 1 is the highest score. Ranks are among those whose "
        "score is shown, of the same wave and group, so they depend on who else is there.",
    ),
    Column("rank_high", "Worst rank", "The worst rank that it may have, in the same sense."),
    Column(
        "rank_low_marginal",
        "Best rank, marginal",
        "The best rank that the organisation may have, if nobody looks at any other (marginal).",
    ),
    Column(
        "rank_high_marginal",
        "Worst rank, marginal",
        "The worst rank that it may have, if nobody looks at any other.",
    ),
    Column("band", "Band", "The band that the score lies in (--bands); none for a tilt."),
    Column(
        "band_probability",
        "Probability of the band",
        "How likely the organisation belongs to that band, given the standard error of its score.",
    ),
    Column(
        "next_band",
        "Next band",
        "The next most probable band, where the first has a probability below 0.8.",
    ),
    Column("next_band_probability", "Probability of the next band", "How likely it belongs there."),
)


class Known(NamedTuple):
    """What is known of the scores, outputs x cells; NaN or 0 where one is not shown."""

    score: Floats
    se: Floats
    n: Ints
    n_effective: Floats


def standing(
    known: Known,
    keys: Sequence[CellKey],
    outputs: Sequence[Output],
    bands: Bands,
    confidence: float,
) -> dict[str, Values]:
    """The columns but for their names of bands, outputs x cells: NaN, 0 or -1 where there is none.

    Organisations are compared within the same wave and group. A mean of answers that are all equal
    has the standard error of `unanimous_error` here; a score of a single respondent has none, and
    no rank, but it counts among those that others may stand above or below.
    """
    error = _errors(known, outputs)
    shape = known.score.shape
    found = {column.key: _empty(column.key, shape) for column in COLUMNS}
    banded_rows = np.array([output.low == 0 for output in outputs])
    cuts = np.array(bands.cuts)
    for cells in _peers(keys):
        step = max(1, _AT_ONCE // len(cells))
        for start in range(0, len(outputs), step):
            rows = np.arange(start, min(start + step, len(outputs)))
            at = np.ix_(rows, cells)
            found["shrunk"][at], found["reliability"][at] = shrunk(known.score[at], error[at])
            at = np.ix_(rows[banded_rows[rows]], cells)
            each = banded(known.score[at], error[at], cuts)
            for name, values in zip(
                ("band", "band_probability", "next_band", "next_band_probability"),
                each,
                strict=True,
            ):
                found[name][at] = values
        if 1 < len(cells) <= MOST_RANKED:
            for row in np.flatnonzero(banded_rows):
                _rank(found, known, error, int(row), cells, confidence)
    return found


def _empty(name: str, shape: tuple[int, ...]) -> Values:
    if name in ("band", "next_band"):
        return np.full(shape, -1, np.int8)
    return np.zeros(shape, np.int32) if name.startswith("rank") else np.full(shape, np.nan)


def _errors(known: Known, outputs: Sequence[Output]) -> Floats:
    """Standard errors; those of unanimous answers are not 0, and one answer has none."""
    low, high = (
        np.broadcast_to(np.array([[end] for end in ends]), known.score.shape)
        for ends in ([o.low for o in outputs], [o.high for o in outputs])
    )
    error = np.where(known.n > 1, known.se, np.nan)
    alike = np.nonzero(error == 0)
    error[alike] = unanimous_error(
        known.score[alike], known.n_effective[alike], low=low[alike], high=high[alike]
    )
    return error


def _peers(keys: Sequence[CellKey]) -> Iterator[Ints]:
    """The cells of different organisations that are compared: those of one wave and group."""
    groups: dict[CellKey, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        groups[key[1:]].append(at)
    yield from (np.array(cells) for cells in groups.values())


def _rank(
    found: Mapping[str, Values],
    known: Known,
    error: Floats,
    row: int,
    cells: Ints,
    confidence: float,
) -> None:
    """The ranks of one measure within one wave and group."""
    shown = cells[np.isfinite(known.score[row, cells])]
    there = shown[np.isfinite(error[row, shown])]
    if len(shown) < 2 or not len(there):
        return
    df = known.n[row, there] - 1.0
    k = max(len(there), 2)
    all_pairs, own_pairs = rank_sets(
        known.score[row, there],
        error[row, there],
        simultaneous_critical(k, confidence, df),
        marginal_critical(k, confidence, df),
        unknown=len(shown) - len(there),
    )
    found["rank_low"][row, there], found["rank_high"][row, there] = all_pairs
    found["rank_low_marginal"][row, there], found["rank_high_marginal"][row, there] = own_pairs


def in_table(found: Mapping[str, Values], bands: Bands) -> dict[str, pl.Series]:
    """The columns as they stand in the table of scores: one row per cell and output."""
    names = pl.Series(bands.names)
    made = {}
    for name, values in found.items():
        column = pl.Series(values.T.ravel())
        if name in ("band", "next_band"):
            made[name] = names.gather(column.cast(pl.Int64).replace(-1, None))
        elif name.startswith("rank"):
            made[name] = column.cast(pl.Int64).replace(0, None)
        else:
            made[name] = column.fill_nan(None)
    return made


def unranked(keys: Iterable[CellKey]) -> list[str]:
    """A note where there are too many organisations for ranks."""
    counts = Counter(key[1:] for key in keys)
    if max(counts.values(), default=0) <= MOST_RANKED:
        return []
    return [
        f"there are more than {MOST_RANKED} organisations: their ranks are not worked out; bands "
        "and shrunken scores are."
    ]
