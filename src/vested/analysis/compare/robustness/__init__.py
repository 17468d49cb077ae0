"""How far the ranks on an index hang on choices that could as well have been made otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.compare.people import People
from vested.analysis.compare.robustness.runs import CHOICES, Composite, Runs, run
from vested.analysis.compare.shown import scored, shown_in
from vested.analysis.disclosure.tables import Table
from vested.analysis.surveys import Surveys
from vested.errors import UsageError
from vested.model import Measure
from vested.stats.random import generator
from vested.stats.ranking.composite import kendall, rank_shift, ranks, squared_correlations
from vested.stats.sampling.bootstrap import percentile_interval, resampled_correlations
from vested.table import Column, ResultTable

Floats = NDArray[np.float64]

LEAST_ORGANISATIONS = 5
"""Among fewer there is hardly a rank to lose: our choice."""
LEAST_RUNS = 100
"""Below this the indices are noise: our choice."""
_DRAWS = 2000
_TOO_FEW = f"fewer than {LEAST_ORGANISATIONS} organisations"
_NEAR, _MOSTLY = 2, 0.9

_INDEX = Column("index", "Index", "The id of the index.")
_REASON = Column("reason", "Reason", "Why there are no numbers, where there are none.")
STABILITY = (
    _INDEX,
    Column("organisations", "Organisations", "How many are ranked."),
    Column("runs", "Runs", "In how many runs: those of both base samples of Sobol's design."),
    Column(
        "mean_shift", "Mean shift", "By how many places an organisation moves, mean over all runs."
    ),
    Column("tau", "τ", "Kendall's τ-b with the ranks as published, mean over runs."),
    Column(
        "same_rank", "Same rank", "Share of runs in which an organisation keeps its rank, mean."
    ),
    Column(
        "steady",
        "Within two",
        "How many organisations stay within two places of their rank in 90 % of the runs.",
    ),
    _REASON,
)
ROBUSTNESS = (
    Column("organisation", "Organisation", "The unit that is ranked."),
    _INDEX,
    Column(
        "score",
        "Score",
        "The index of the means of its measures, as the instrument makes it; an arithmetic index "
        "is the score of `vested analyse`.",
        1,
    ),
    Column("rank", "Rank", "1 and how many are higher."),
    Column("median_rank", "Median rank", "The median of the ranks in all runs."),
    Column("rank_low", "5 %", "In 5 % of the runs the rank is this or better."),
    Column("rank_high", "95 %", "In 95 % of the runs the rank is this or better."),
    Column("top_3", "Top 3", "Share of runs in which it is among the first three."),
    Column("same_rank", "Same rank", "Share of runs in which it has its rank."),
    Column(
        "near_rank", "Within two", "Share of runs in which it is within two places of its rank."
    ),
    Column("mean_shift", "Mean shift", "By how many places it moves, mean over runs."),
    _REASON,
)
SOBOL = (
    _INDEX,
    Column(
        "output",
        "Of",
        "What varies: ranks (of each organisation, mean over organisations weighted by how much "
        "their rank varies), or shift (the mean over organisations of how far ranks move).",
    ),
    Column("choice", "Choice", f"What is chosen: {', '.join(CHOICES)}."),
    Column("first", "First", "First-order Sobol index: the share that it explains by itself."),
    Column("first_low", "Low", "Lower end of its interval, from drawing the runs again."),
    Column("first_high", "High", "Upper end of its interval."),
    Column("total", "Total", "Total-order index: its share with all that it does with others."),
    Column("total_low", "Low", "Lower end of its interval, from drawing the runs again."),
    Column("total_high", "High", "Upper end of its interval."),
    _REASON,
)
LEAVE_OUT = (
    _INDEX,
    Column("measure", "Without", "The measure that is left out, all else as in the instrument."),
    Column("mean_shift", "Mean shift", "By how many places organisations move, on average."),
    Column("largest_shift", "Largest shift", "By how many places one organisation moves at most."),
    Column("tau", "τ", "Kendall's τ-b of the ranks with and without it."),
    _REASON,
)
EFFECTIVE = (
    _INDEX,
    Column("measure", "Measure", "A measure of the index."),
    Column("weight", "Weight", "Its share of the weights, as the instrument says."),
    Column("r_squared", "r²", "Squared correlation with the index over organisations."),
    Column("r_squared_low", "Low", "Lower end of its interval, from drawing organisations again."),
    Column("r_squared_high", "High", "Upper end of its interval."),
    Column("effective_weight", "Effective weight", "Its share of the sum of r² over measures."),
    _REASON,
)
_TABLES = (
    ("robustness", "Robustness of ranks", ROBUSTNESS),
    ("stability", "Stability of ranks", STABILITY),
    ("sobol", "What the ranks hang on", SOBOL),
    ("leave_out", "Ranks without a measure", LEAVE_OUT),
    ("effective_weights", "Effective weights", EFFECTIVE),
)
_TEXT = ("index", "organisation", "output", "choice", "measure", "reason")
_WHOLE = (
    *("organisations", "runs", "steady", "rank", "median_rank", "rank_low", "rank_high"),
    "largest_shift",
)


def check_runs(runs: int) -> None:
    """Refuse so few runs that nothing could be said."""
    if runs < LEAST_RUNS:
        raise UsageError(f"--runs {runs} is below {LEAST_RUNS}", "2000 is the usual number")


def robustness_part(
    read: Surveys,
    people: People,
    *,
    minimum: int,
    runs: int,
    confidence: float,
    seed: int,
    beside: Table | None = None,
) -> tuple[list[ResultTable], list[str]]:
    """The tables on the robustness of each headline index, and what they say.

    Only organisations whose score on the index `vested analyse` would show take part. Where waves
    are told apart, it is the last one that is looked at, and what must be hidden `beside` groups is
    so.
    """
    rows: dict[str, list[dict[str, object]]] = {name: [] for name, _, _ in _TABLES}
    sentences = []
    where = f" in wave {people.waves[-1]}" if people.waves[-1] else ""
    for composite in _composites(read, people, minimum, confidence, beside):
        enough = len(composite.organisations) >= LEAST_ORGANISATIONS
        found = run(composite, runs, confidence, seed) if enough else None
        rows["stability"].append(_stability(composite, found))
        rows["robustness"] += _of_organisations(composite, found)
        rows["sobol"] += _of_choices(composite, found)
        rows["leave_out"] += _without(composite, found)
        rows["effective_weights"] += _effective(composite, found, confidence, seed)
        sentences.append(_sentence(composite, rows["stability"][-1], found, where))
    if not sentences:
        sentences.append(f"{read.instrument.id} has no index, so there is no composite to test.")
    tables = [
        ResultTable(name, title, columns, _frame(rows[name], columns))
        for name, title, columns in _TABLES
    ]
    return tables, sentences


def _frame(rows: Sequence[dict[str, object]], columns: Sequence[Column]) -> pl.DataFrame:
    schema = {
        column.key: pl.String() if column.key in _TEXT
        else pl.Int64() if column.key in _WHOLE else pl.Float64()
        for column in columns
    }  # fmt: skip
    frame = pl.DataFrame([{"reason": "", **row} for row in rows], schema=schema, orient="row")
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def _composites(
    read: Surveys, people: People, minimum: int, confidence: float, beside: Table | None
) -> Iterator[Composite]:
    """The headline indices, of the organisations whose score on them may be shown."""
    instrument, with_wave = read.instrument, people.waves != ("",)
    parts, names = ([1], ["wave"]) if with_wave else ([], [])
    frame = shown_in(scored(read, minimum, confidence, parts, names, beside))
    if with_wave:
        frame = frame.filter(pl.col("wave") == people.waves[-1])
    headlines = {output.id for output in instrument.headlines if output.kind == "index"}
    found = [measure for measure in instrument.measures if measure.kind == "index"]
    for measure in [one for one in found if one.id in headlines] or found:
        shown = set(frame.filter(pl.col("measure") == measure.id)["organisation"])
        yield _composite(measure, people, [name in shown for name in people.organisations])


def _composite(measure: Measure, people: People, shown: Sequence[bool]) -> Composite:
    index = people.of(measure.id)
    here = np.array(shown, bool)[people.organisation] & (people.wave == len(people.waves) - 1)
    used = np.flatnonzero(here & ~np.isnan(index))  # sorted by organisation
    asked = [name for name in measure.of if not np.isnan(people.of(name)[used]).all()]
    weights = np.array(measure.weights or [1.0] * len(measure.of))
    weights = weights[[measure.of.index(name) for name in asked]]
    places = [int(at) for at in np.flatnonzero(shown)]
    # The mean of all parts, those without an answer filled with the index, is the index again.
    columns = [people.of(name)[used] for name in asked]
    filled = np.array([np.where(np.isnan(values), index[used], values) for values in columns]).T
    starts = np.searchsorted(people.organisation[used], places[1:])
    return Composite(
        measure.id,
        tuple(asked),
        weights / max(weights.sum(), np.finfo(float).tiny),
        measure.aggregation,
        tuple(people.organisations[at] for at in places),
        np.split(filled, starts) if places else [],
        None if people.weights is None or not places else np.split(people.weights[used], starts),
    )


def _stability(composite: Composite, found: Runs | None) -> dict[str, object]:
    row: dict[str, object] = {
        "index": composite.id,
        "organisations": len(composite.organisations),
    }
    if found is None:
        return {**row, "reason": _TOO_FEW}
    moved = np.abs(found.ranks.astype(np.int64) - found.reference)
    return {
        **row,
        "runs": len(found.ranks),
        "mean_shift": float(moved.mean()),
        "tau": found.tau,
        "same_rank": float((moved == 0).mean()),
        "steady": int(((moved <= _NEAR).mean(axis=0) >= _MOSTLY).sum()),
    }


def _of_organisations(composite: Composite, found: Runs | None) -> Iterator[dict[str, object]]:
    if not composite.organisations:
        return
    scores = composite.scores()
    places = ranks(scores)
    if found is not None:
        quantiles = np.quantile(found.ranks, [0.05, 0.5, 0.95], axis=0, method="inverted_cdf")
    for at, name in enumerate(composite.organisations):
        row: dict[str, object] = {
            "organisation": name,
            "index": composite.id,
            "score": float(scores[at]),
            "rank": int(places[at]),
        }
        if found is None:
            yield {**row, "reason": _TOO_FEW}
            continue
        mine = found.ranks[:, at].astype(np.int64)
        moved = np.abs(mine - found.reference[at])
        low, median, high = (int(quantiles[each, at]) for each in range(3))
        yield {
            **row,
            "median_rank": median,
            "rank_low": low,
            "rank_high": high,
            "top_3": float((mine <= 3).mean()),
            "same_rank": float((moved == 0).mean()),
            "near_rank": float((moved <= _NEAR).mean()),
            "mean_shift": float(moved.mean()),
        }


def _of_choices(composite: Composite, found: Runs | None) -> Iterator[dict[str, object]]:
    names = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    for output in ("ranks", "shift"):
        for at, choice in enumerate(CHOICES):
            row: dict[str, object] = {"index": composite.id, "output": output, "choice": choice}
            if found is None:
                yield {**row, "reason": _TOO_FEW}
                continue
            values = {
                name: float(each[at])
                for name, each in zip(names, found.indices[output], strict=True)
            }
            still = np.isnan(values["total"])
            yield {**row, **values, "reason": "nothing moves in any run" if still else ""}


def _without(composite: Composite, found: Runs | None) -> Iterator[dict[str, object]]:
    for at, name in enumerate(composite.parts):
        row: dict[str, object] = {"index": composite.id, "measure": name}
        if found is None:
            yield {**row, "reason": _TOO_FEW}
        elif len(composite.parts) < 2:
            yield {**row, "reason": "the only measure of the index"}
        else:
            made = ranks(composite.scores(without=at))
            yield {
                **row,
                "mean_shift": float(rank_shift(found.reference, made)),
                "largest_shift": int(np.abs(made - found.reference).max()),
                "tau": float(kendall(found.reference, made[None])[0]),
            }


def _effective(
    composite: Composite, found: Runs | None, confidence: float, seed: int
) -> Iterator[dict[str, object]]:
    if found is not None:
        parts, index = composite.means, composite.scores()
        squares = squared_correlations(parts, index)
        random = generator(seed, "", f"effective weights {composite.id}")
        drawn = resampled_correlations(parts, index, _DRAWS, random) ** 2
        low, high = percentile_interval(drawn, confidence)
        total = float(np.nansum(squares))
    for at, name in enumerate(composite.parts):
        row: dict[str, object] = {
            "index": composite.id,
            "measure": name,
            "weight": float(composite.weights[at]),
        }
        if found is None:
            yield {**row, "reason": _TOO_FEW}
        elif np.isnan(squares[at]):
            yield {**row, "reason": "no variance between organisations"}
        else:
            yield {
                **row,
                "r_squared": float(squares[at]),
                "r_squared_low": float(low[at]),
                "r_squared_high": float(high[at]),
                "effective_weight": float(squares[at]) / total if total else None,
            }


def _sentence(
    composite: Composite, stability: dict[str, object], found: Runs | None, where: str
) -> str:
    name, count = composite.id, len(composite.organisations)
    if found is None:
        return (
            f"How robust the ranks on {name}{where} are is not judged: {count} "
            f"organisation{'s' * (count != 1)} can be shown, and {LEAST_ORGANISATIONS} are needed."
        )
    _, _, _, total, low, high = found.indices["ranks"]
    steady = (
        f"{stability['steady']} of {count} organisations stay within two places in 90 % of the runs"
    )
    if np.isnan(total).all():
        return f"The ranks on {name}{where} are the same in every run."
    most, then = (int(at) for at in np.argsort(-total, kind="stable")[:2])
    said = list(CHOICES.values())
    return (
        f"The ranks on {name}{where} hang most on {said[most]} (total-order {_share(total[most])}, "
        f"{_share(low[most])} to {_share(high[most])}), then on {said[then]} "
        f"({_share(total[then])}); {steady}."
    )


def _share(value: float) -> str:
    """A share without the zero before its point, as is usual for what cannot go beyond 1."""
    return f"{value:.2f}".removeprefix("0")
