"""From exact sums to the table of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.disclosure import protect
from vested.analysis.disclosure.tables import Numbers, Table
from vested.analysis.standing import standing
from vested.analysis.standing.bands import Bands
from vested.model import CellKey, Instrument, Output
from vested.stats.intervals import mean_interval
from vested.stats.moments import FIXED_POINT_BITS, counted_mean_and_sd, exact_total, mean_and_sd
from vested.stats.weights import weighted_mean
from vested.survey.reduction import Reduction
from vested.table import Column, ResultTable

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PUBLISHED, CAUTION, SUPPRESSED = "published", "caution", "suppressed"

_ORGANISATION = Column("organisation", "Organisation", "The unit that is scored.")
_WAVE = Column("wave", "Wave", "The round of measurement, where --wave is given.")
_NUMBERS = (
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("kind", "Kind", "facet, index, pair or ambidexterity."),
    Column("respondents", "Respondents", "How many have a value on this measure."),
    Column(
        "score", "Score", "Their mean on 0 to 100 (tilt: -100 to 100), weighted if asked for.", 1
    ),
    Column("sd", "SD", "Their standard deviation, with n - 1.", 1),
    Column("se", "SE", "The standard error of the score.", 1),
    Column("ci_low", "Low", "Lower end of the confidence interval, within the possible range.", 1),
    Column(
        "ci_high", "High", "Upper end of the confidence interval, within the possible range.", 1
    ),
    Column(
        "status",
        "Status",
        "published; caution, where respondents agree too little for their mean to speak for the "
        "organisation (--gate); or suppressed: then all numbers of the row are empty.",
    ),
)
_EFFECTIVE = Column(
    "n_effective",
    "Effective n",
    "Kish's effective number of respondents, where --weight or --population is given.",
    1,
)
STAFF = (
    Column(
        "response_rate",
        "Response rate",
        "respondents / headcount, where --headcount is given: AAPOR's RR2, with all of the staff "
        "eligible, of those who have a value on this measure.",
    ),
    Column(
        "fpc_low",
        "Staff low",
        "Lower end of the interval for the staff now (with the finite population correction); "
        "ci_low is for the practice of the organisation over time.",
        1,
    ),
    Column("fpc_high", "Staff high", "Upper end of the interval for the staff now.", 1),
)
COLUMNS = (_ORGANISATION, _WAVE, *_NUMBERS, _EFFECTIVE, *standing.COLUMNS, *STAFF)
"""All that there can be; columns named with --group stand after the wave."""


def scores(
    reduction: Reduction,
    instrument: Instrument,
    *,
    minimum: int,
    confidence: float,
    dimensions: Sequence[str],
    cautions: NDArray[np.bool_] | None = None,
    bands: Bands | None = None,
    beside: Table | None = None,
) -> ResultTable:
    """The scores alone: see `scored`."""
    found = scored(
        reduction, instrument, minimum=minimum, confidence=confidence, dimensions=dimensions,
        cautions=cautions, bands=bands, beside=beside,
    )  # fmt: skip
    return found.table


class Scored(NamedTuple):
    """The table of scores, and the tables that it was protected with, itself the last."""

    table: ResultTable
    protected: Sequence[Table]


def scored(
    reduction: Reduction,
    instrument: Instrument,
    *,
    minimum: int,
    confidence: float,
    dimensions: Sequence[str],
    cautions: NDArray[np.bool_] | None = None,
    bands: Bands | None = None,
    beside: Table | None = None,
) -> Scored:
    """One row per organisation (x wave x group) and measure, in that order.

    `dimensions` are the names of the columns after the organisation. Scores of fewer than
    `minimum` respondents, and those that would give them away, are suppressed. `cautions` (outputs
    x cells, as in the sums) are marked in the status. What is hidden in a table `beside` of the
    same cells is hidden here, too. With `bands` there are the columns of `standing` as well.
    """
    keys, order = sorted_cells(reduction)
    outputs = instrument.outputs
    found = [_numbers(reduction, at, output, order) for at, output in enumerate(outputs)]
    n = np.stack([numbers.n for numbers in found])
    columns = {
        name: np.stack([getattr(numbers, name) for numbers in found])
        for name in ("score", "sd", "se", "n_effective", "weight")
    }
    weight = columns.pop("weight")
    low = np.array([[output.low] for output in outputs])
    high = np.array([[output.high] for output in outputs])
    columns["ci_low"], columns["ci_high"] = mean_interval(
        columns["score"],
        columns["se"],
        n,
        confidence=confidence,
        low=low,
        high=high,
        n_effective=columns["n_effective"],
        sd=columns["sd"],
    )
    numbers = Numbers(keys, n, columns["score"], columns["sd"], np.hstack([low, high]), weight,
                      columns["n_effective"])  # fmt: skip
    tables = protect(numbers, reduction.availability, order, instrument, minimum)
    if beside is not None:
        tables[-1].hide_as(beside)
    hide = tables[-1].hidden.mask
    mask = hide.T.ravel()
    places: dict[str, pl.Series] = {}
    if bands:
        shown = standing.Known(
            np.where(hide, np.nan, columns["score"]),
            columns["se"],
            n,
            columns["n_effective"],
        )
        places = standing.in_table(
            standing.standing(shown, keys, outputs, bands, confidence), bands
        )
    if not reduction.weighted:
        del columns["n_effective"]
    careful = np.zeros(len(mask), bool)
    if cautions is not None:
        careful = (cautions[:, order] & (n > 0)).T.ravel()
    frame = _frame(keys, dimensions, outputs, n, columns, mask, careful).with_columns(**places)
    extra: tuple[Column, ...] = (_EFFECTIVE,) if reduction.weighted else ()
    extra += standing.COLUMNS if bands else ()
    described = tuple(_dimension(name, at) for at, name in enumerate(dimensions))
    columns_of = (_ORGANISATION, *described, *_NUMBERS, *extra)
    return Scored(ResultTable("scores", "Scores", columns_of, frame), tables)


def _dimension(name: str, at: int) -> Column:
    if at == 0 and name == "wave":
        return _WAVE
    return Column(name, name, "A group within the organisation, as asked for with --group.")


def rank(name: str) -> tuple[int, float, str]:
    """The order of waves and groups: numbers by size, then names.

    >>> sorted(["10", "2", "spring"], key=rank)
    ['2', '10', 'spring']
    """
    return (0, float(name), name) if name.isdecimal() else (1, 0.0, name)


def sorted_cells(reduction: Reduction) -> tuple[list[CellKey], Ints]:
    """The cells by name (numbers by size), and where each stands in the sums."""
    places = sorted(
        reduction.cells.items(),
        key=lambda entry: (entry[0][0], *(rank(text) for text in entry[0][1:])),
    )
    return [key for key, _ in places], np.array([at for _, at in places], np.int64)


class _Numbers(NamedTuple):
    """The numbers of one output, for all cells in order."""

    n: Ints
    score: Floats
    sd: Floats
    se: Floats
    n_effective: Floats
    weight: Floats
    """The sum of the weights; n without any."""


def _numbers(reduction: Reduction, at: int, output: Output, order: Ints) -> _Numbers:
    low, high = float(output.low), float(output.high)
    if at in reduction.counts:
        cell, value, count = reduction.counts[at].merged()
        n, mean, sd = counted_mean_and_sd(cell, value, count, len(order))
        scale = (high - low) / 100.0
        n, mean, sd = n[order], low + scale * mean[order], scale * sd[order]
    else:
        n, total, squares = reduction.sums[:3, at, order]
        steps = reduction.steps.get(at, 1)
        mean, sd = mean_and_sd(n, total, squares, low=low, high=high, steps=steps)
    if reduction.weighted:
        return _weighted(reduction, at, output, order, _Numbers(n, mean, sd, sd, sd, sd))
    size = n.astype(np.float64)
    return _Numbers(n, mean, sd, sd / np.sqrt(np.maximum(n, 1)), size, size)


def _weighted(
    reduction: Reduction, at: int, output: Output, order: Ints, plain: _Numbers
) -> _Numbers:
    """The same under the weights; where all answers are equal, weights change nothing."""
    parts = reduction.sums[3:, at, order]
    sums = [exact_total(parts[2 * kind], parts[2 * kind + 1]) for kind in range(6)]
    result = weighted_mean(plain.n, sums, unit=1 << FIXED_POINT_BITS)
    scale = (output.high - output.low) / 100.0
    score = np.clip(output.low + scale * result.mean, output.low, output.high)
    flat = plain.sd == 0
    return _Numbers(
        plain.n,
        np.where(flat, plain.score, score),
        np.where(flat, 0.0, scale * result.sd),
        np.where(flat, 0.0, scale * result.se),
        result.n_effective,
        sums[0].astype(np.float64),
    )


def _frame(
    keys: Sequence[CellKey],
    dimensions: Sequence[str],
    outputs: Sequence[Output],
    n: Ints,
    columns: Mapping[str, Floats],
    mask: NDArray[np.bool_],
    careful: NDArray[np.bool_],
) -> pl.DataFrame:
    """The long table; what is masked leaves no number behind."""
    cells = np.repeat(np.arange(len(keys)), len(outputs))
    which = np.tile(np.arange(len(outputs)), len(keys))
    data: dict[str, pl.Series] = {}
    for at, name in enumerate(("organisation", *dimensions)):
        data[name] = pl.Series([key[at] for key in keys], dtype=pl.String).gather(cells)
    data["measure"] = pl.Series([output.id for output in outputs]).gather(which)
    data["kind"] = pl.Series([output.kind for output in outputs]).gather(which)
    shown = pl.Series(~mask)
    data["respondents"] = pl.Series(n.T.ravel()).set(~shown, None)
    for name in ("score", "sd", "se", "ci_low", "ci_high"):
        data[name] = _shown(columns[name], shown)
    status = np.where(mask, 0, np.where(careful, 1, 2))
    data["status"] = pl.Series([SUPPRESSED, CAUTION, PUBLISHED]).gather(status)
    if "n_effective" in columns:
        data["n_effective"] = _shown(columns["n_effective"], shown)
    return pl.DataFrame(data)


def _shown(values: Floats, shown: pl.Series) -> pl.Series:
    return pl.Series(values.T.ravel()).fill_nan(None).set(~shown, None)
