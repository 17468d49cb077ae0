"""Organisations beside norms: how far from their mean, and higher than how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.benchmark.norms import OVERALL, QUANTILES, WAVE, Norms, fingerprint
from vested.analysis.benchmark.reading import read_norms
from vested.analysis.result import Analysis
from vested.analysis.scores import PUBLISHED
from vested.errors import InputError, UsageError, did_you_mean
from vested.model import Instrument, Output
from vested.stats.intervals import difference_interval, mean_interval
from vested.stats.quantiles import moments_without, percentile_without, percentiles
from vested.table import Column, ResultTable

Floats = NDArray[np.float64]

COLUMNS = (
    Column("organisation", "Organisation", "The unit that is scored."),
    Column("wave", "Wave", "The round of measurement, where --wave is given."),
    Column("measure", "Measure", "The id of the measure; the parts of a pair after a dot."),
    Column("dimension", "Dimension", "Which norms: overall, a column of the norms, or wave."),
    Column("cell", "Cell", "Which cell of them."),
    Column("organisations", "Organisations", "How many organisations the norm rests on: without "
           "this one, where it is among them."),
    Column("norm_mean", "Norm", "The mean of their scores.", 1),
    Column("score", "Score", "The score of the organisation.", 1),
    Column("difference", "Difference", "Its score less the mean of the norms.", 1),
    Column("difference_low", "Low", "Lower end of the interval of the difference.", 1),
    Column("difference_high", "High", "Upper end of the interval of the difference.", 1),
    Column("percentile", "Percentile", "Share of the organisations with a lower score, in percent, "
           "interpolated between the quantiles of the norms; the outermost of these where `beyond` "
           "says so, empty where the norms have fewer than two.", 0),
    Column("percentile_low", "From", "The same for the lower end of the score's interval; the "
           "outermost quantile stands for anything beyond it.", 0),
    Column("percentile_high", "To", "The same for its upper end.", 0),
    Column("beyond", "Beyond", "below or above, where the score is beyond the outermost quantile "
           "that the norms hold; else empty."),
    Column("in_norms", "In norms", "Whether an organisation of this name with exactly these scores "
           "is in the cell, and was taken out of it here; empty where that cannot be told."),
)  # fmt: skip
_TYPES = dict.fromkeys(
    ("organisation", "wave", "measure", "dimension", "cell", "beyond"), pl.String
)


@dataclass(frozen=True, slots=True)
class Yardstick:
    """Norms, and which cell of them the organisations are held against."""

    norms: Norms
    cell: tuple[str, str] | None
    """None for the cell of each row's own wave."""
    recipe: Mapping[str, Any]
    """What the recipe of the result says of it."""

    def beside(self, analysis: Analysis) -> Analysis:
        """The analysis with a table of its scores beside these norms."""
        options = {**analysis.recipe["options"], "benchmark": self.recipe}
        table = compare(analysis.scores, analysis.instrument, self, options)
        notes = list(analysis.notes)
        hidden = analysis.scores.filter(pl.col("score").is_not_null()).height - table.frame.height
        if hidden:
            notes.append(
                f"{hidden} scores have no norm beside them: it is hidden, or would rest on too few "
                "organisations without the one that is compared."
            )
        return replace(
            analysis,
            tables={**analysis.tables, table.name: table},
            recipe={**analysis.recipe, "options": options},
            notes=tuple(notes),
        )


def yardstick(
    folder: str | Path, cell: str | None, *, wave: bool, groups: Sequence[str]
) -> Yardstick:
    """Norms from a folder, and the cell that is meant: `sector=health`, or the one that fits.

    Raises `InputError` where the norms are damaged, `UsageError` where they do not fit the options.
    """
    norms = read_norms(folder)
    if groups:
        raise UsageError(
            "--benchmark compares organisations, not groups within them", "leave --group out"
        )
    cells = norms.norms.select("dimension", "cell").unique(maintain_order=True).rows()
    has_waves = any(dimension == WAVE for dimension, _ in cells)
    if wave and not has_waves:
        raise UsageError(
            f"the norms in {Path(folder).name} do not tell waves apart",
            "leave --wave out, or build the norms with --wave",
        )
    known = {f"{dimension}={name}": (dimension, name) for dimension, name in cells}
    chosen = None if wave else OVERALL
    if cell is not None:
        if cell not in known:
            raise UsageError(
                f"the norms have no cell {cell!r}",
                did_you_mean(cell, known, f"they have {', '.join(known)}"),
            )
        chosen = known[cell]
        if wave != (chosen[0] == WAVE):
            raise UsageError(
                f"--benchmark-cell {cell} does not fit: waves are compared with norms of waves",
                "add --wave, or choose another cell" if not wave else "leave --wave out",
            )
    told = {
        "recipe": sha256((Path(folder) / "recipe.json").read_bytes()).hexdigest(),
        "cell": "=".join(chosen) if chosen else "the same wave",
    }
    return Yardstick(norms, chosen, told)


def compare(
    scores: pl.DataFrame,
    instrument: Instrument,
    against: Yardstick,
    options: Mapping[str, Any],
) -> ResultTable:
    """One row per shown score whose norm is shown; what is left out has no numbers to give.

    `options` are those of the scores. Where an organisation is in the norms, it is taken out of
    them first, and its row is left out if fewer organisations than the norms need are left.

    Raises `InputError` where the norms are of another instrument.
    """
    _check_instrument(against.norms, instrument)
    wide = len(instrument.outputs)
    rows = scores.rows(named=True)
    units = [rows[at : at + wide] for at in range(0, len(rows), wide)]
    cells = [against.cell or (WAVE, unit[0][WAVE]) for unit in units]
    inside = [
        _inside(unit, cell, against, options) for unit, cell in zip(units, cells, strict=True)
    ]
    stored = {
        (row["dimension"], row["cell"], row["measure"]): row
        for row in against.norms.norms.filter(pl.col("status") == PUBLISHED).rows(named=True)
    }
    least = int(against.norms.recipe["options"]["min_organisations"])
    found: list[dict[str, Any]] = []
    for at, output in enumerate(instrument.outputs):
        for cell in dict.fromkeys(cells):
            norm = stored.get((*cell, output.id))
            for member in (True, False):
                taken = [
                    (unit[at], known)
                    for unit, own, known in zip(units, cells, inside, strict=True)
                    if own == cell and (known is True) == member and unit[at]["score"] is not None
                ]
                if norm and taken and norm["organisations"] - member >= least:
                    found += _rows(taken, norm, output, member, options["confidence"])
    order = {(row["organisation"], row.get(WAVE)): at for at, (row, *_) in enumerate(units)}
    place = {output.id: at for at, output in enumerate(instrument.outputs)}
    found.sort(key=lambda row: (order[row["organisation"], row.get(WAVE)], place[row["measure"]]))
    columns = tuple(c for c in COLUMNS if c.key != WAVE or WAVE in scores.columns)
    schema = {column.key: _type(column.key) for column in columns}
    return ResultTable("benchmark", "Beside the norms", columns, pl.DataFrame(found, schema=schema))


def _type(key: str) -> Any:
    if key in ("organisations", "in_norms"):
        return pl.Int64 if key == "organisations" else pl.Boolean
    return _TYPES.get(key, pl.Float64)


def _check_instrument(norms: Norms, instrument: Instrument) -> None:
    own = norms.recipe["instrument"]
    if (own.get("id"), own.get("sha256")) != (instrument.id, instrument.digest):
        same = own.get("id") == instrument.id
        raise InputError(
            f"the norms are of another instrument: {own.get('id')} {own.get('version')}"
            + (", of which this is another text" if same else f", not {instrument.id}"),
            "scores of two questionnaires are not comparable: build norms with this one",
        )


def _inside(
    unit: Sequence[Mapping[str, Any]],
    cell: tuple[str, str],
    against: Yardstick,
    options: Mapping[str, Any],
) -> bool | None:
    """Whether an organisation is in the cell; None where its numbers need not be those there."""
    own = fingerprint(*cell, unit[0]["organisation"], unit[0].get(WAVE, ""), unit)
    if own is None:
        return None
    if own in against.norms.members:
        return True
    same = against.norms.recipe["options"]["min_respondents"] == options["min_respondents"]
    weighted = options["weight"] is not None or options["population"] is not None
    return False if same and not weighted else None


def _rows(
    taken: Sequence[tuple[Mapping[str, Any], bool | None]],
    norm: Mapping[str, Any],
    output: Output,
    member: bool,
    confidence: float,
) -> list[dict[str, Any]]:
    """Scores of one measure beside one norm; each is taken out of it first if it is a `member`."""
    score, low, high = (
        np.array([row[name] for row, _ in taken], np.float64)
        for name in ("score", "ci_low", "ci_high")
    )
    n = norm["organisations"]
    mean, sd = np.full(len(taken), norm["mean"]), np.full(len(taken), norm["sd"])
    if member:
        mean, sd = moments_without(score, n, norm["mean"], norm["sd"])
    others = np.full(len(taken), n - member)
    ends = mean_interval(
        mean, sd / np.sqrt(others), others, confidence=confidence, low=output.low, high=output.high
    )
    standing = _standing(norm, {"": score, "_low": low, "_high": high}, member)
    found = []
    for at, (row, known) in enumerate(taken):
        ours = (float(score[at]), float(low[at]), float(high[at]))
        theirs = (float(mean[at]), float(ends[0][at]), float(ends[1][at]))
        difference = (ours[0] - theirs[0], *difference_interval(theirs, ours))
        found.append(
            {key: row[key] for key in ("organisation", WAVE, "measure") if key in row}
            | {"dimension": norm["dimension"], "cell": norm["cell"], "organisations": n - member}
            | {"norm_mean": theirs[0], "score": ours[0]}
            | dict(zip(_DIFFERENCE, map(_or_none, difference), strict=True))
            | {name: _or_none(values[at]) for name, values in standing[0].items()}
            | {"beyond": standing[1][at], "in_norms": known}
        )
    return found


_DIFFERENCE = ("difference", "difference_low", "difference_high")


def _standing(
    norm: Mapping[str, Any], ends: Mapping[str, Floats], member: bool
) -> tuple[dict[str, Floats], list[str | None]]:
    """The percentiles of scores and of the ends of their intervals, and what lies beyond."""
    at = np.array([probability for probability, _ in QUANTILES.values()])
    quantiles = np.array([norm[name] for name in QUANTILES], np.float64)
    known = 100 * at[~np.isnan(quantiles)]
    found: dict[str, Floats] = {}
    words: list[str | None] = [None]
    for end, counted in (("", 0.5), ("_low", 0.0), ("_high", 1.0)):
        place, beyond = percentiles(ends[end], at, quantiles)
        if member and len(known):
            moved = percentile_without(place, norm["organisations"], counted)
            # Beyond the outermost quantile nothing is known, with it or without.
            moved = np.clip(moved, known[0], known[-1])
            place = np.where(beyond == 0, moved, place)
        found[f"percentile{end}"] = place
        if not end:
            words = [(None, "above", "below")[int(word)] for word in beyond]
    return found, words


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
