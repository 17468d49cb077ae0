"""What a reviewer would ask about first, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from vested.analysis.evidence.models import ALL
from vested.model import Instrument, in_language
from vested.table import ResultTable

LOW_ALPHA, LOW_ITEM_REST = 0.70, 0.30
"""Customary cut-offs: Nunnally (1978) for alpha in research; item-rest correlations."""
LOW_KMO = 0.60
"""The customary least; Kaiser (1974) calls the .60s mediocre and the .50s miserable (recalled)."""
LOW_CFI, HIGH_RMSEA, HIGH_SRMR = 0.90, 0.08, 0.08
"""The lenient ones of the customary cut-offs of fit: older custom for CFI, Browne & Cudeck (1993)
for RMSEA, Hu & Bentler (1999) for SRMR (recalled)."""
HIGH_HTMT = 0.90
"""The lenient one of the customary cut-offs (Henseler, Ringle & Sarstedt 2015)."""
_SHOWN = 8


def findings(tables: Mapping[str, ResultTable], instrument: Instrument) -> Iterator[str]:
    """Sentences on what departs from the customary cut-offs; which these are, they say."""
    frames = {name: table.frame for name, table in tables.items()}
    if "quality" in frames:
        yield from _of_quality(frames)
    yield from _of_items(frames["items"], instrument)
    low = frames["reliability"].filter(pl.col("alpha") < LOW_ALPHA)
    if low.height:
        shown = [f"{row['measure']} {row['alpha']:.3f}" for row in low.rows(named=True)]
        yield f"Alpha below {LOW_ALPHA:.2f}: {_listed(shown)}."
    facets = {measure.id for measure in instrument.measures if measure.kind == "facet"}
    alike = frames["aggregation"].filter(pl.col("measure").is_in(list(facets)))
    alike = alike.filter(pl.col("p") >= 0.05)
    if alike.height:
        names = _listed(alike["measure"].to_list())
        yield f"Organisations do not differ beyond chance (p ≥ .05) on {names}."
    if "suitability" in frames:
        yield from _of_structure(frames)
    if "invariance" in frames:
        yield from _of_invariance(frames["invariance"])
    if "differential" in frames:
        found = frames["differential"].filter(pl.col("size").is_in(["moderate", "large"]))
        for over, items in found.group_by("over", maintain_order=True):
            names = _listed(items["item"].to_list())
            yield f"Groups of {over[0]} answer these items otherwise at the same sum: {names}."


def _of_quality(frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    found = frames["quality"].filter(pl.col("flagged") > 0).sort("flagged", descending=True)
    if found.height:
        shown = [f"{row['screen']} {row['flagged']:,}" for row in found.rows(named=True)]
        yield f"Respondents flagged, by screen: {_listed(shown)}."
    aside = frames["ledger"].filter((pl.col("unit") == "row") & (pl.col("reason") == "flagged"))
    if aside.height:
        yield f"{int(aside['count'].sum()):,} respondents with too many flags are left out."


def _of_items(items: pl.DataFrame, instrument: Instrument) -> Iterator[str]:
    same = items.filter(pl.col("sd") == 0)["item"].to_list()
    if same:
        yield f"Everyone gave the same answer to {_listed(same)}: such items tell nothing apart."
    silent = items.filter(pl.col("respondents") == 0)["item"].to_list()
    if silent:
        yield f"Nobody answered {_listed(silent)}."
    beyond = items.filter(pl.col("item_rest").abs() > 1 + 1e-9)["measure"]
    if len(beyond):
        names = _listed(beyond.unique(maintain_order=True).to_list())
        yield (
            f"Pairwise covariances contradict each other in {names}, since each pair of items has "
            "its own respondents: use --missing listwise."
        )
    for row in items.filter(pl.col("item_rest") < 0).rows(named=True):
        text = in_language(instrument.item(row["item"]).text)
        yield (
            f"{row['item']} ({text}) goes against the rest of {row['measure']}: item-rest "
            f"correlation {row['item_rest']:.2f}. Is it turned the right way?"
        )
    weak = items.filter(pl.col("item_rest").is_between(0, LOW_ITEM_REST, closed="left"))
    if weak.height:
        yield f"Item-rest correlation below {LOW_ITEM_REST:.2f}: {_listed(weak['item'].to_list())}."


def _of_structure(frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    row = frames["suitability"].row(0, named=True)
    if row["reason"]:
        yield f"Factors cannot be looked for: {row['reason']}."
    if row["kmo"] is not None and row["kmo"] < LOW_KMO:
        yield f"The items have little in common: KMO {row['kmo']:.2f} is below {LOW_KMO:.2f}."
    models = frames["models"]
    poor = models.filter(
        (pl.col("cfi") < LOW_CFI) | (pl.col("rmsea") > HIGH_RMSEA) | (pl.col("srmr") > HIGH_SRMR)
    )
    for fit in poor.rows(named=True):
        name = (
            "The model of all facets" if fit["model"] == ALL else f"One factor for {fit['model']}"
        )
        yield (
            f"{name} fits poorly: CFI {fit['cfi']:.3f}, RMSEA {fit['rmsea']:.3f}, "
            f"SRMR {fit['srmr']:.3f}."
        )
    if "discriminant" in frames:
        alike = frames["discriminant"].filter(pl.col("htmt") >= HIGH_HTMT)
        if alike.height:
            pairs = alike.select("measure", "other", "htmt").rows()
            shown = [f"{one} and {other} {ratio:.2f}" for one, other, ratio in pairs]
            told = _listed(shown)
            yield f"Facets that can hardly be told apart (HTMT ≥ {HIGH_HTMT:.2f}): {told}."


def _of_invariance(frame: pl.DataFrame) -> Iterator[str]:
    for over in frame["over"].unique(maintain_order=True):
        own = frame.filter(pl.col("over") == over)
        models = own["model"].unique(maintain_order=True).to_list()
        broken = own.filter((~pl.col("holds")).any().over("model"))["model"].unique().to_list()
        tested = own.filter(pl.col("level").is_not_null())["model"].unique().to_list()
        if not tested:
            yield f"Whether groups of {over} answer alike cannot be tested: {own['reason'][0]}."
        elif broken:
            names = _listed([name for name in models if name in broken])
            yield f"Means may not be compared between groups of {over} without care: {names}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
