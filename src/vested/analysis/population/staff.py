"""Response rates, and intervals for the staff as it is now, beside the scores."""

from __future__ import annotations

import numpy as np
import polars as pl

from vested.analysis.population.files import Headcounts
from vested.analysis.scores import STAFF
from vested.errors import InputError
from vested.model import Instrument
from vested.stats.sampling.finite import finite_interval
from vested.table import ResultTable


def with_staff(
    scores: ResultTable, headcounts: Headcounts, instrument: Instrument, confidence: float
) -> tuple[ResultTable, list[str]]:
    """The scores with their response rates and finite intervals, and which headcounts are missing.

    Suppressed scores get neither. Raises `InputError` where more people answered than there are.
    """
    frame = scores.frame
    size = np.full(frame.height, np.nan)
    missing: dict[str, None] = {}
    waves = frame["wave"].to_list() if "wave" in frame.columns else [""] * frame.height
    units = zip(frame["organisation"], waves, frame["respondents"], strict=True)
    for at, (organisation, wave, respondents) in enumerate(units):
        found = headcounts.of(organisation, wave)
        if found is None:
            if respondents is not None:
                missing[organisation] = None
            continue
        size[at] = found.staff
        if respondents is not None and respondents > found.staff:
            raise InputError(
                f"{headcounts.file}, row {found.row}: {found.staff:,} people work at "
                f"{organisation}, but {respondents} answered",
                "does it count all who were asked? With --wave, waves are scored apart",
            )
    n = frame["respondents"].fill_null(0).to_numpy()
    ends = {output.id: (output.low, output.high) for output in instrument.outputs}
    low, high = (
        np.array([ends[name][end] for name in frame["measure"]], np.int64) for end in (0, 1)
    )
    numbers = {name: frame[name].fill_null(np.nan).to_numpy() for name in ("score", "se", "sd")}
    effective = (
        frame["n_effective"].fill_null(np.nan).to_numpy()
        if "n_effective" in frame.columns
        else None
    )
    lower, upper = finite_interval(
        numbers["score"], numbers["se"], n, size,
        confidence=confidence, low=low, high=high, n_effective=effective, sd=numbers["sd"],
    )  # fmt: skip
    shown = frame["respondents"].is_not_null()
    values = (n / size, lower, upper)
    made = frame.with_columns(
        pl.Series(column.key, value).fill_nan(None).set(~shown, None)
        for column, value in zip(STAFF, values, strict=True)
    )
    table = ResultTable(scores.name, scores.title, (*scores.columns, *STAFF), made)
    return table, _notes(headcounts, list(missing))


def _notes(headcounts: Headcounts, missing: list[str]) -> list[str]:
    if not missing:
        return []
    more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
    return [
        f"{headcounts.file} has no headcount of {', '.join(missing[:3])}{more}: there is no "
        "response rate, nor an interval for the staff now."
    ]
