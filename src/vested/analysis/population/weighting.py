"""Weights to the margins of a population, per organisation, and what is to be said of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.population.files import EVERY, Margins
from vested.errors import InputError, UsageError, did_you_mean
from vested.formats import BATCH_ROWS, Table, column_name
from vested.model import CellKey
from vested.spelling import same, tidy
from vested.stats.sampling.raking import Raked, kish, rake, rake_trimmed
from vested.survey.columns import Columns
from vested.survey.reduction import Reduction
from vested.survey.weights import weigh_strata
from vested.table import Column, ResultTable

FEW = 5
"""Fewer respondents with a value carry much for others: our choice."""
UNEVEN = 10.0
"""A largest weight so many times the smallest is told: our choice."""

COLUMNS = (
    Column("organisation", "Organisation", "Each is weighted to its own margins."),
    Column("wave", "Wave", "The round of measurement, where --wave is given."),
    Column("respondents", "Respondents", "Those who have a value of every variable."),
    Column("n_effective", "Effective n", "Kish's effective number of respondents.", 1),
    Column("design_effect", "Design effect", "respondents / n_effective: how much variance the "
           "weights cost."),
    Column("iterations", "Iterations", "Rounds of raking over the variables."),
    Column("converged", "Converged", "Whether the weights meet every margin."),
    Column("gap", "Gap", "How far a weighted share is from its margin at the most, in points of "
           "per cent.", 1),
    Column("max_min", "Max/min", "The largest weight over the smallest.", 1),
    Column("trimmed", "Trimmed", "Respondents whose weight was cut down (--trim)."),
    Column("findings", "Findings", "What to look at; values are not named, for few may have them."),
)  # fmt: skip


class Finding(NamedTuple):
    """What is wrong with the weights of one organisation: in general, and in particular."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The weights of an organisation (in a wave)."""

    key: CellKey
    respondents: int
    raked: Raked
    effective: float
    effect: float
    uneven: float
    findings: tuple[Finding, ...]


class Weighing:
    """Weights respondents while the surveys are being read, and keeps what is to be said of it."""

    def __init__(self, margins: Margins, trim: float, *, waves: bool) -> None:
        self.margins = margins
        self.trim = trim
        self.waves = waves
        self.units: list[Unit] = []
        self.weights: dict[CellKey, float] = {}
        """By cell of the strata, the weight of each of its respondents."""

    def __call__(
        self, reduction: Reduction, tables: Sequence[Table], columns: Sequence[Columns]
    ) -> None:
        """Weight the sums; `InputError` where a value in the survey is not in the margins."""
        strata = reduction.strata
        if strata is None:
            raise RuntimeError("the surveys were read without the strata of the population")
        if any(found.weight is not None for found in columns):
            raise both_weights()
        cells = list(strata.sums.cells)
        units: dict[CellKey, list[int]] = defaultdict(list)
        for at, key in enumerate(cells):
            units[key[: 1 + self.waves]].append(at)
        variables = len(self.margins.variables)
        for key in sorted(units):
            for at in sorted(units[key], key=lambda place: cells[place]):
                self._check(key[0], cells[at][-variables:], tables, columns)
        weights = np.ones(len(cells))
        self.units = []
        for key in sorted(units):
            here = units[key]
            values = [[same(text) for text in cells[at][-variables:]] for at in here]
            unit, found = self._weigh(key, values, strata.rows[here])
            self.units.append(unit)
            weights[here] = found
        self.weights = dict(zip(cells, weights.tolist(), strict=True))
        weigh_strata(reduction, weights)

    def _weigh(
        self, key: CellKey, values: Sequence[Sequence[str]], rows: NDArray[np.int64]
    ) -> tuple[Unit, NDArray[np.float64]]:
        """The weights of an organisation, and per given cell the weight of its respondents."""
        margins = [self.margins.of(key[0], at) or {} for at in range(len(self.margins.variables))]
        names = [list(margin) for margin in margins]
        targets = [np.array(list(margin.values())) for margin in margins]
        # Groups cut cells in pieces, which may make no difference.
        codes = [
            tuple(known.index(value) for known, value in zip(names, row, strict=True))
            for row in values
        ]
        distinct = sorted(set(codes))
        place = np.array([distinct.index(code) for code in codes])
        counts = np.bincount(place, rows).astype(np.int64)
        of = [np.array(column, np.int64) for column in zip(*distinct, strict=True)]
        raked = (
            rake_trimmed(counts, of, targets, multiple=self.trim)
            if self.trim
            else rake(counts, of, targets)
        )
        effective, effect = kish(raked.weights, counts)
        uneven = float(raked.weights.max() / max(raked.weights.min(), np.finfo(float).tiny))
        margin_rows = [np.bincount(v, counts, len(t)) for v, t in zip(of, targets, strict=True)]
        findings = tuple(self._findings(raked, uneven, margin_rows, targets))
        unit = Unit(key, int(counts.sum()), raked, effective, effect, uneven, findings)
        return unit, raked.weights[place]

    def _findings(
        self,
        raked: Raked,
        uneven: float,
        rows: Sequence[NDArray[Any]],
        targets: Sequence[NDArray[np.float64]],
    ) -> Iterable[Finding]:
        if not raked.converged:
            yield Finding("margins missed", f"margins are missed by up to {raked.gap:.1%}")
        for name, here in zip(self.margins.variables, rows, strict=True):
            if empty := int((here == 0).sum()):
                text = f"{_values(empty)} of {name} without respondents: the others stand for it"
                yield Finding("values without respondents", text)
        if few := sum(int(((here > 0) & (here < FEW)).sum()) for here in rows):
            text = f"{_values(few)} with fewer than {FEW} respondents"
            yield Finding(f"values with fewer than {FEW} respondents", text)
        if uneven > UNEVEN:
            text = f"the largest weight is {uneven:.0f} times the smallest"
            yield Finding(f"weights that differ more than {UNEVEN:.0f}-fold", text)
        totals = [float(target.sum()) for target in targets]
        if max(totals) - min(totals) > 1e-9 * max(totals):
            text = f"the totals of the variables differ by {max(totals) / min(totals) - 1:.1%}"
            yield Finding("totals that differ between variables", text)

    def _check(
        self,
        organisation: str,
        values: Sequence[str],
        tables: Sequence[Table],
        columns: Sequence[Columns],
    ) -> None:
        """Whether there are margins for the values of a cell."""
        for at, value in enumerate(values):
            name = self.margins.variables[at]
            margin = self.margins.of(organisation, at)
            if margin is None:
                others = [self.margins.spelled[key] for key in self.margins.counts if key != EVERY]
                raise InputError(
                    f"{self.margins.file} has no margins of {name} for {organisation}",
                    did_you_mean(
                        organisation, others, "rows without an organisation hold for every one"
                    ),
                )
            if same(value) not in margin:
                known = [self.margins.spelled[each] for each in margin]
                where = _where(organisation, at, value, tables, columns)
                raise InputError(
                    f"{where}: {self.margins.file} has no count of {value!r} of {name} "
                    f"for {organisation}",
                    f"it has {', '.join(known[:8])}{', …' if len(known) > 8 else ''}",
                )

    def table(self, scores: pl.DataFrame, minimum: int) -> ResultTable:
        """The table of weights; nothing is told where all scores of an organisation are hidden."""
        names = ["organisation", *(["wave"] if self.waves else [])]
        shown = set(scores.filter(pl.col("status") != "suppressed").select(names).rows())
        rows = [
            _row(unit, told=unit.key in shown and unit.respondents >= minimum)
            for unit in self._in_order(scores, names)
        ]
        columns = tuple(c for c in COLUMNS if c.key != "wave" or self.waves)
        kinds = {"converged": pl.Boolean, "respondents": pl.Int64, "iterations": pl.Int64,
                 "trimmed": pl.Int64}  # fmt: skip
        texts = dict.fromkeys(("organisation", "wave", "findings"), pl.String)
        schema = {c.key: {**texts, **kinds}.get(c.key, pl.Float64) for c in columns}
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        return ResultTable("weighting", "Weights to the population", columns, frame)

    def _in_order(self, scores: pl.DataFrame, names: Sequence[str]) -> Iterable[Unit]:
        known = {unit.key: unit for unit in self.units}
        keys = dict.fromkeys(scores.select(names).rows())
        return [known[key] for key in keys]

    def notes(self, table: ResultTable) -> list[str]:
        """How many of the organisations that are shown have findings, by kind."""
        told = table.frame.filter(pl.col("respondents").is_not_null())
        keys = set(told.select(table.frame.columns[: 1 + self.waves]).rows())
        kinds = Counter(
            kind
            for unit in self.units
            if unit.key in keys
            for kind in {finding.kind for finding in unit.findings}
        )
        if not kinds:
            return []
        counted = "; ".join(f"{kinds[kind]} × {kind}" for kind in sorted(kinds))
        return [f"weights to {self.margins.file}: {counted}. The table `weighting` says where."]


def both_weights() -> UsageError:
    return UsageError(
        "--population and a column of weights are both given",
        "respondents have either the weights of the file or those that follow from the margins",
    )


def _row(unit: Unit, *, told: bool) -> tuple[Any, ...]:
    if not told:
        return (*unit.key, *([None] * 8), "")
    raked = unit.raked
    return (
        *unit.key, unit.respondents, unit.effective, unit.effect, raked.iterations,
        raked.converged, 100 * raked.gap, unit.uneven, raked.trimmed,
        "; ".join(finding.text for finding in unit.findings),
    )  # fmt: skip


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _where(
    organisation: str,
    variable: int,
    value: str,
    tables: Sequence[Table],
    columns: Sequence[Columns],
) -> str:
    """The first row of an organisation that has a value, in words."""
    for table, found in zip(tables, columns, strict=True):
        at = found.strata[variable]
        types: dict[int, pl.DataType] = {at: pl.String(), found.organisation: pl.String()}
        start = 0
        for batch in table.scan(types).collect_batches(
            chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
        ):
            pairs = batch.select(column_name(found.organisation), column_name(at)).rows()
            for row, (unit, text) in enumerate(pairs, start=start):
                if tidy(unit or "") == organisation and tidy(text or "") == value:
                    return f"{table.name}, row {table.row_of(row)}, column {_header(table, at)}"
            start += batch.height
    return organisation


def _header(table: Table, at: int) -> str:
    return table.columns[at].strip()
