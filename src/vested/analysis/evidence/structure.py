"""How many factors the items of all facets have, and which of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from vested.analysis.evidence.items import Floats, covariances
from vested.stats.covariance import correlation
from vested.stats.random import generator
from vested.stats.structure.factors import Exploratory, explore
from vested.stats.structure.fit import correlations
from vested.stats.structure.polychoric import polychoric
from vested.stats.structure.suitability import Parallel, bartlett, kmo, parallel
from vested.survey.tallies import Tallies, Together
from vested.table import Column, ResultTable

Extraction = Literal["minres", "ml"]
Rotation = Literal["oblimin", "varimax"]

SUITABILITY = (
    Column("items", "Items", "How many items belong to a facet."),
    Column("respondents", "Respondents", "Those who answered all of them or, pairwise, the fewest "
           "who answered two of them."),
    Column("missing_rule", "Missing", "pairwise or listwise correlations."),
    Column("correlations", "Correlations", "pearson or, where asked for, polychoric."),
    Column("kmo", "KMO", "Kaiser-Meyer-Olkin measure of sampling adequacy, 0 to 1."),
    Column("bartlett_chi_square", "Bartlett χ²", "Bartlett's test that no items correlate."),
    Column("bartlett_df", "df", "Its degrees of freedom."),
    Column("bartlett_p", "p", "Its p.", 3),
    Column("facets", "Facets", "How many facets the instrument makes of the items."),
    Column("factors", "Factors", "How many factors exceed those of random answers, by parallel "
           "analysis."),
    Column("components", "Components", "How many principal components exceed those of random "
           "answers."),
    Column("reason", "Reason", "Why something could not be computed."),
)  # fmt: skip
EIGENVALUES = (
    Column("number", "Number", "From the largest."),
    Column("component", "Component", "Eigenvalue of the correlations."),
    Column("component_random", "Random", "95th percentile of those of random answers."),
    Column("factor", "Factor", "Eigenvalue of the correlations less what is not common."),
    Column("factor_random", "Random", "95th percentile of those of random answers."),
)
LOADINGS = (
    Column("item", "Item", "The item."),
    Column("measure", "Measure", "The facet that it belongs to."),
    Column("factor", "Factor", "The factor, by the variance that it accounts for."),
    Column("loading", "Loading", "Its loading on that factor (pattern)."),
    Column("communality", "Communality", "The share of the item's variance in common."),
    Column("model", "Model", "How the factors were found."),
)


@dataclass(frozen=True, slots=True)
class Factoring:
    """How factors are looked for; `factors` None takes as many as parallel analysis finds."""

    extraction: Extraction = "minres"
    rotation: Rotation = "oblimin"
    factors: int | None = None
    ordinal: bool = False
    seed: int = 0
    draws: int = 200


def respondents_of(together: Together, missing: str) -> int:
    """Those who answered all items or, pairwise, the fewest who answered two of them.

    Correlations of pairs have no single n, and the smallest is the careful choice: ours.
    """
    if missing == "listwise":
        return together.complete.respondents
    return int(together.pairwise.pairs.min())


def correlations_of(together: Together, missing: str) -> Floats:
    """Correlations over the respondents who answered two items or, listwise, all of them."""
    if missing == "listwise":
        found = covariances(together, missing)
        known = np.diagonal(found) > 0
        return correlations(found) if known.all() else np.full(found.shape, np.nan)
    both = together.pairwise
    return correlation(
        both.pairs, both.sums, both.sums.T, both.products, both.squares, both.squares.T
    )


def structure_tables(tallies: Tallies, missing: str, wanted: Factoring) -> list[ResultTable]:
    """Suitability, eigenvalues and exploratory loadings of the items that belong to a facet."""
    together = tallies.of_items
    n = respondents_of(together, missing)
    if wanted.ordinal and tallies.crosstabs:
        matrix = polychoric(tallies.crosstabs.counts).correlation
    else:
        matrix = correlations_of(together, missing)
    random = generator(wanted.seed, "", "parallel analysis")
    found = parallel(matrix, n, random, draws=wanted.draws)
    tables = [_suitability(tallies, matrix, n, missing, found, ordinal=wanted.ordinal)]
    if not found.reason:
        tables.append(_eigenvalues(found))
    factors = wanted.factors or found.factors
    if factors:
        explored = explore(matrix, n, factors, method=wanted.extraction, rotation=wanted.rotation)
        tables.append(_loadings(tallies, explored, wanted, factors))
    return tables


def in_plain_words(reason: str, together: Together, missing: str) -> str:
    """Why a correlation is missing, where that is why there are no factors."""
    if reason != "a covariance is missing":
        return reason
    if respondents_of(together, missing) < 2:
        few = "all items" if missing == "listwise" else "both of two items"
        return f"fewer than 2 respondents answered {few}"
    variances = np.diagonal(covariances(together, missing))
    return "everyone gave the same answer to an item" if (variances == 0).any() else reason


def _suitability(
    tallies: Tallies, matrix: Floats, n: int, missing: str, found: Parallel, *, ordinal: bool
) -> ResultTable:
    adequacy, test = kmo(matrix), bartlett(matrix, n)
    reason = adequacy.reason or test.reason or found.reason or ""
    reason = in_plain_words(reason, tallies.of_items, missing)
    hidden = found.reason is not None
    row = (
        len(matrix), n, missing, "polychoric" if ordinal else "pearson", adequacy.overall,
        test.chi_square, test.df, test.p, len(tallies.facets),
        None if hidden else found.factors, None if hidden else found.components, reason,
    )  # fmt: skip
    texts = dict.fromkeys(("missing_rule", "correlations", "reason"), pl.String)
    wholes = ("items", "respondents", "bartlett_df", "facets", "factors", "components")
    frame = pl.DataFrame([row], schema=schema(SUITABILITY, texts, wholes), orient="row")
    return ResultTable("suitability", "Factors", SUITABILITY, frame.fill_nan(None))


def _eigenvalues(found: Parallel) -> ResultTable:
    rows = zip(
        range(1, len(found.component_values) + 1),
        found.component_values.tolist(),
        found.component_random.tolist(),
        found.factor_values.tolist(),
        found.factor_random.tolist(),
        strict=True,
    )
    frame = pl.DataFrame(list(rows), schema=schema(EIGENVALUES, {}, ("number",)), orient="row")
    return ResultTable("eigenvalues", "Eigenvalues", EIGENVALUES, frame)


def _loadings(tallies: Tallies, found: Exploratory, wanted: Factoring, factors: int) -> ResultTable:
    model = f"{factors} factors, {wanted.extraction}, {wanted.rotation}"
    model += f"; {found.reason}" if found.reason else ""
    of = {place: facet.measure for facet in reversed(tallies.facets) for place in facet.places}
    rows = [
        (tallies.items[place].id, of[place], number + 1, loading, common, model)
        for place, own, common in zip(
            tallies.modelled, found.loadings.tolist(), found.communalities.tolist(), strict=True
        )
        for number, loading in enumerate(own)
    ]
    texts = dict.fromkeys(("item", "measure", "model"), pl.String)
    frame = pl.DataFrame(rows, schema=schema(LOADINGS, texts, ("factor",)), orient="row")
    return ResultTable("loadings", "Exploratory factors", LOADINGS, frame.fill_nan(None))


def schema(
    columns: tuple[Column, ...], texts: Mapping[str, type[pl.DataType]], wholes: tuple[str, ...]
) -> dict[str, type[pl.DataType]]:
    """The types of a table's columns: numbers unless named among texts or whole numbers."""
    kinds: dict[str, type[pl.DataType]] = {**texts, **{name: pl.Int64 for name in wholes}}
    return {column.key: kinds.get(column.key, pl.Float64) for column in columns}
