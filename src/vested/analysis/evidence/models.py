"""Whether the items measure the facets that the instrument says: confirmatory models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from vested.analysis.evidence.items import Floats, covariances
from vested.analysis.evidence.structure import correlations_of, respondents_of, schema
from vested.stats.structure.confirmatory import Confirmatory, Heterotrait, confirmatory, htmt
from vested.stats.structure.covariance_structure import Sample
from vested.stats.structure.fit import Fit
from vested.stats.structure.invariance import Invariance, invariance
from vested.survey.tallies import Tallies, Together
from vested.table import Column, ResultTable

Ints = np.typing.NDArray[np.int64]
ALL = "all facets"
"""The name of the model of all facets at once."""

_FIT = (
    Column("chi_square", "χ²", "Likelihood-ratio χ² of the model."),
    Column("df", "df", "Its degrees of freedom; 0 where the model fits anything."),
    Column("p", "p", "Its p.", 3),
    Column("cfi", "CFI", "Comparative fit index.", 3),
    Column("tli", "TLI", "Tucker-Lewis index.", 3),
    Column("rmsea", "RMSEA", "Root mean square error of approximation.", 3),
    Column("rmsea_low", "Low", "Lower end of its 90 % interval.", 3),
    Column("rmsea_high", "High", "Upper end of its 90 % interval.", 3),
    Column("srmr", "SRMR", "Standardised root mean square residual.", 3),
)
MODELS = (
    Column("model", "Model", "All facets at once, correlated, or one facet alone; each item on its "
           "facet only, by maximum likelihood."),
    Column("respondents", "Respondents", "Those who answered all of its items or, pairwise, the "
           "fewest who answered two of them."),
    Column("parameters", "Parameters", "How many were estimated."),
    *_FIT,
    Column("reason", "Reason", "Why it was not estimated, or is not to be trusted."),
)  # fmt: skip
MODEL_LOADINGS = (
    Column("model", "Model", "The model, as in models."),
    Column("measure", "Measure", "The facet."),
    Column("item", "Item", "The item."),
    Column("loading", "Loading", "Standardised loading of the item on its facet."),
    Column("se", "SE", "Its standard error."),
)
DISCRIMINANT = (
    Column("measure", "Measure", "A facet."),
    Column("other", "Other", "Another one."),
    Column("correlation", "Latent r", "Correlation of both in the model of all facets."),
    Column("htmt", "HTMT", "Heterotrait-monotrait ratio of correlations."),
    Column("htmt2", "HTMT2", "The same with geometric means."),
    Column("ave", "AVE", "Average variance extracted of the facet."),
    Column("ave_other", "AVE other", "That of the other facet."),
)
INVARIANCE = (
    Column("over", "Over", "The wave or group column."),
    Column("model", "Model", "All facets at once, or one facet alone."),
    Column("level", "Level", "configural: same items; metric: same loadings; scalar: same "
           "intercepts as well, so that means can be compared."),
    Column("groups", "Groups", "How many, with their respondents."),
    *_FIT,
    Column("delta_cfi", "ΔCFI", "Change of CFI from the level before.", 3),
    Column("delta_rmsea", "ΔRMSEA", "Change of RMSEA.", 3),
    Column("holds", "Holds", "Whether CFI falls by no more than .010 and RMSEA rises by no more "
           "than .015; by CFI alone where the level before fits anything, as of three items."),
    Column("reason", "Reason", "Why it was not estimated."),
)  # fmt: skip
_TEXTS = dict.fromkeys(
    ("model", "measure", "item", "other", "over", "level", "groups", "reason"), pl.String
)
_WHOLES = ("respondents", "parameters", "df")


def model_tables(tallies: Tallies, missing: str) -> list[ResultTable]:
    """Fit and loadings of the confirmatory models, and whether facets can be told apart."""
    models = [
        (name, factor_of, _estimated(together, missing, factor_of))
        for name, together, factor_of in _models(tallies)
    ]
    rows = [
        (name, n, model.parameters or None, *_numbers(model.fit), _doubts(model))
        for name, _, (n, model) in models
    ]
    frame = pl.DataFrame(rows, schema=schema(MODELS, _TEXTS, _WHOLES), orient="row")
    found = [ResultTable("models", "Confirmatory models", MODELS, frame.fill_nan(None))]
    found.append(_loadings(tallies, models))
    if len(tallies.facets) > 1:
        ratios = htmt(correlations_of(tallies.of_items, missing), _factor_of(tallies))
        found.append(_discriminant(tallies, models[0][2][1], ratios))
    return found


def _models(tallies: Tallies) -> list[tuple[str, Together, Ints]]:
    """Names, sums and factors of the models: of all facets, and of each with 3 items or more."""
    found = []
    if len(tallies.facets) > 1:
        found.append((ALL, tallies.of_items, _factor_of(tallies)))
    for number, facet in enumerate(tallies.facets):
        if len(facet.places) >= 3:
            together = tallies.of_facet(number)
            found.append((facet.measure, together, np.zeros(len(facet.places), np.int64)))
    return found


def _factor_of(tallies: Tallies) -> Ints:
    """The factor of each item: its place in `_factors`."""
    place = {name: at for at, name in enumerate(_factors(tallies))}
    of = _facet_of(tallies)
    return np.array([place[of[item]] for item in tallies.modelled], np.int64)


def _factors(tallies: Tallies) -> list[str]:
    """The facets that are factors of the model of all; one whose items are all of others is not."""
    own = set(_facet_of(tallies).values())
    return [facet.measure for facet in tallies.facets if facet.measure in own]


def _facet_of(tallies: Tallies) -> dict[int, str]:
    """The facet of each item, by its place; an item of two facets counts for the first."""
    return {place: facet.measure for facet in reversed(tallies.facets) for place in facet.places}


def _estimated(together: Together, missing: str, factor_of: Ints) -> tuple[int, Confirmatory]:
    n = respondents_of(together, missing)
    return n, confirmatory(_divided_by_n(covariances(together, missing), n), n, factor_of)


def _divided_by_n(covariance: Floats, n: int) -> Floats:
    """Covariances divided by n instead of n - 1, as maximum likelihood has them."""
    return covariance * ((n - 1) / n) if n else covariance


def _numbers(fit: Fit) -> tuple[float | int, ...]:
    return (
        fit.chi_square, fit.df, fit.p, fit.cfi, fit.tli, fit.rmsea, fit.rmsea_low, fit.rmsea_high,
        fit.srmr,
    )  # fmt: skip


def _doubts(model: Confirmatory) -> str:
    if model.improper:
        return "improper: a residual variance is negative, or factors correlate beyond 1"
    return model.reason or ""


def _loadings(
    tallies: Tallies, models: Sequence[tuple[str, Ints, tuple[int, Confirmatory]]]
) -> ResultTable:
    names = _factors(tallies)
    places = {facet.measure: facet.places for facet in tallies.facets}
    rows = [
        (name, names[factor] if name == ALL else name, tallies.items[place].id, loading, error)
        for name, factor_of, (_, model) in models
        for place, factor, loading, error in zip(
            tallies.modelled if name == ALL else places[name],
            factor_of.tolist(),
            model.standardised.tolist(),
            model.standardised_se.tolist(),
            strict=True,
        )
    ]
    frame = pl.DataFrame(rows, schema=schema(MODEL_LOADINGS, _TEXTS, ()), orient="row")
    return ResultTable(
        "model_loadings", "Loadings in the models", MODEL_LOADINGS, frame.fill_nan(None)
    )


def _discriminant(tallies: Tallies, model: Confirmatory, ratios: Heterotrait) -> ResultTable:
    names = _factors(tallies)
    size = len(names)
    rows = [
        (
            names[a], names[b], float(model.correlations[a, b]), float(ratios.arithmetic[a, b]),
            float(ratios.geometric[a, b]), float(model.ave[a]), float(model.ave[b]),
        )
        for a in range(size)
        for b in range(a + 1, size)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema(DISCRIMINANT, _TEXTS, ()), orient="row")
    return ResultTable(
        "discriminant", "Can facets be told apart?", DISCRIMINANT, frame.fill_nan(None)
    )


def invariance_table(
    tallies: Tallies, dimensions: Sequence[str], missing: str, minimum: int, *, whole: bool = True
) -> ResultTable:
    """Per wave or group column and model, whether the items measure the same in all groups.

    Without `whole` each facet by itself only: the model of all takes the longest by far. Groups
    with no more respondents than items, or fewer than the minimum, are left out and named.
    """
    rows: list[tuple[object, ...]] = []
    for at, over in enumerate(dimensions):
        levels = {
            level: together
            for (dimension, level), together in sorted(tallies.within.items())
            if dimension == at
        }
        models = [model for model in _models(tallies) if whole or model[0] != ALL]
        for name, _, factor_of in models:
            rows += _levels(tallies, over, name, factor_of, levels, missing, minimum)
    kinds = schema(INVARIANCE, _TEXTS, _WHOLES) | {"holds": pl.Boolean}
    frame = pl.DataFrame(rows, schema=kinds, orient="row").fill_nan(None)
    return ResultTable("invariance", "Do groups answer alike?", INVARIANCE, frame)


def _levels(
    tallies: Tallies,
    over: str,
    name: str,
    factor_of: Ints,
    levels: Mapping[str, Together],
    missing: str,
    minimum: int,
) -> list[tuple[object, ...]]:
    places = list(tallies.modelled)
    if name != ALL:
        facet = next(facet for facet in tallies.facets if facet.measure == name)
        places = list(facet.places)
    at = [tallies.modelled.index(place) for place in places]
    samples: dict[str, Sample] = {}
    small = []
    for level, together in levels.items():
        sample = _sample(together, at, missing)
        if sample.respondents <= max(len(at), minimum - 1):
            small.append(level)
        else:
            samples[level] = sample
    told = ", ".join(f"{level} ({sample.respondents})" for level, sample in samples.items())
    told += f"; too small: {', '.join(small)}" if small else ""
    found = invariance(list(samples.values()), factor_of)
    return _steps(over, name, told, found)


def _sample(together: Together, at: Sequence[int], missing: str) -> Sample:
    """The sums of some of the items as covariances divided by n, and means."""
    if missing == "listwise":
        n = together.complete.respondents
        means = together.complete.sums[list(at)] / max(n, 1)
    else:
        pairs = together.pairwise.pairs[np.ix_(at, at)]
        n = int(pairs.min())
        own = np.diagonal(together.pairwise.pairs)[list(at)]
        means = np.diagonal(together.pairwise.sums)[list(at)] / np.maximum(own, 1)
    covariance = covariances(together, missing)[np.ix_(at, at)]
    return Sample(_divided_by_n(covariance, n), np.asarray(means, np.float64), n)


def _steps(over: str, name: str, told: str, found: Invariance) -> list[tuple[object, ...]]:
    if found.reason:
        nothing = [None] * (len(_FIT) + 3)
        return [(over, name, None, told, *nothing, found.reason)]
    deltas: list[tuple[float | None, float | None, bool | None]] = [(None, None, None)]
    deltas += [(step.cfi, step.rmsea, step.holds) for step in found.steps]
    return [
        (over, name, model.level, told, *_numbers(model.fit), *delta, model.reason or "")
        for model, delta in zip(found.models, deltas, strict=True)
    ]
