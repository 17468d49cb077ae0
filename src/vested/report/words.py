"""The sentences that go with a table of scores, the same in every form for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from vested.model import in_language

if TYPE_CHECKING:
    from vested.analysis.result import Analysis


LEAST_SAFE = 5
"""A lower minimum is warned of: our choice."""


def footnotes(analysis: Analysis) -> list[str]:
    """What a reader must know: the ledger, the instrument, the intervals, what is hidden."""
    instrument, options = analysis.instrument, analysis.recipe["options"]
    lines = [
        f"{analysis.ledger_line}.",
        f"Instrument: {instrument.id} {instrument.version}, {in_language(instrument.name)}. "
        "Scores run from 0 to 100.",
    ]
    if not instrument.validated:
        lines.append(
            "Not yet validated: the scores are this instrument's own way of putting its subject "
            "into numbers, and no published cut-off applies to them."
        )
    confidence = f"{options['confidence'] * 100:g} %"
    weighted = " (weighted, with a linearised standard error)" if options["weight"] else ""
    if options.get("interval") == "bootstrap":
        weighted = f" (BCa, {options['draws']:,} draws; the column interval says where t stands)"
    if options["population"]:
        weighted = " (weighted to the margins of the population, with a linearised standard error)"
    if "response_rate" in analysis.scores.columns:
        lines += [
            f"In brackets the {confidence} interval{weighted}, for the practice of the "
            "organisation over time, of which its respondents are a random sample.",
            "Rate: respondents of the headcount. fpc_low and fpc_high are the interval for the "
            "staff now, with the finite population correction.",
        ]
    else:
        lines.append(
            f"In brackets the {confidence} interval{weighted}, for the population of which the "
            "respondents of an organisation are a random sample."
        )
    minimum = options["min_respondents"]
    hidden = analysis.scores.filter(pl.col("status") == "suppressed").height
    if minimum > 1 and hidden:
        lines.append(
            f"<{minimum}: fewer than {minimum} respondents, or hidden so that such a score "
            f"cannot be worked out. {hidden} of {analysis.scores.height} scores are hidden."
        )
    careful = analysis.scores.filter(pl.col("status") == "caution").height
    if careful:
        lines.append(
            "?: to be read with caution, for the respondents agree too little for their mean to "
            f"speak for the organisation: {careful} of {analysis.scores.height} scores. `vested "
            "evidence` gives the reasons."
        )
    return [*lines, *_of_standing(analysis), *_of_norms(analysis)]


def _of_standing(analysis: Analysis) -> Iterator[str]:
    """What ranks and bands say, where there are any."""
    confidence = f"{analysis.recipe['options']['confidence'] * 100:g} %"
    if analysis.headline_scores()["rank_low"].count():
        yield (
            f"Ranks (1st is the highest) are those that an organisation may have with {confidence} "
            "confidence, all organisations taken together; they depend on who else is there."
        )
    if analysis.headline_scores()["band"].count():
        yield (
            "Bands are parts of the range from 0 to 100, with the probability of belonging there; "
            "where it is below 80 %, the next most probable band is named as well."
        )


def _of_norms(analysis: Analysis) -> Iterator[str]:
    """What the organisations were compared with, where they were."""
    if "benchmark" not in analysis.tables:
        return
    frame = analysis.tables["benchmark"].frame
    if not frame.height:
        yield "No score could be compared with the norms."
        return
    cell = analysis.recipe["options"]["benchmark"]["cell"].removesuffix("=all")
    most = max(frame["organisations"].to_list())
    without = ", each organisation that is among them left out" if frame["in_norms"].any() else ""
    yield (
        f"Norms ({cell}): up to {most} organisations{without}. The percentile says how many of "
        "every hundred score lower; the table `benchmark` has the differences and their intervals."
    )


def warnings(analysis: Analysis) -> list[str]:
    """What the user should be told beside the result: notes, key informants, many hidden."""
    lines = list(analysis.notes)
    minimum = analysis.recipe["options"]["min_respondents"]
    if minimum == 1:
        lines.append(
            "--min-respondents 1 hides nothing: scores can rest on what a single person said. "
            "Share them only with those who may know that."
        )
        return lines
    if minimum < LEAST_SAFE:
        lines.append(
            f"--min-respondents {minimum} is very low: from scores of fewer than {LEAST_SAFE} "
            "respondents single answers can be guessed."
        )
    status = (
        analysis.headline_scores()
        .group_by("organisation")
        .agg((pl.col("status") == "suppressed").all().alias("hidden"))
    )
    hidden = int(status["hidden"].sum())
    if 2 * hidden > status.height:
        lines.append(
            f"{hidden} of {status.height} organisations have fewer than {minimum} respondents and "
            "are not shown. Designs that ask a few key informants per organisation use "
            "--min-respondents 1, which hides nothing."
        )
    return lines
