"""How carefully people answered: signs, flags, and which rows to leave out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.analysis.evidence.items import Floats, covariances
from vested.analysis.evidence.structure import correlations_of
from vested.model import Instrument
from vested.stats.flags import (
    FAMILIES,
    Cuts,
    Flags,
    duplicate_ids,
    duplicate_vectors,
    flags,
    seconds_per_item,
)
from vested.stats.screening import (
    distance_cut,
    even_odd,
    individual_variability,
    instructed,
    key_inconsistency,
    longest_run,
    mahalanobis,
    mean_run,
    share_missing,
    synonym_pairs,
    synonyms,
)
from vested.survey.columns import Columns
from vested.survey.reduction import Reduction
from vested.survey.tallies import Tallies
from vested.survey.tallies.rows import Respondents
from vested.survey.tallies.spread import NONE
from vested.table import Column, ResultTable

Bools = NDArray[np.bool_]

SCREENING = (
    Column("respondent", "Respondent", "The respondent's identifier or, where there is none, the "
           "row of the file."),
    Column("file", "File", "The file."),
    Column("row", "Row", "The row that a spreadsheet shows."),
    Column("organisation", "Organisation", "The organisation."),
    Column("longstring", "Longest run", "Longest run of the same answer, in the order of columns."),
    Column("mean_run", "Mean run", "Mean length of such runs."),
    Column("irv", "IRV", "Standard deviation of the respondent's own answers, before turning."),
    Column("mahalanobis", "D²", "Squared distance from the mean of all, or empty where it is not "
           "computable."),
    Column("even_odd", "Even-odd", "Consistency between the halves of facets, -1 to 1, high is "
           "consistent."),
    Column("synonyms", "Synonyms", "Correlation over pairs of items that go together in the "
           "sample."),
    Column("key_inconsistency", "Contradictions", "Facets contradicted at the ends of the scale."),
    Column("share_missing", "Missing", "Share of the items that are not answered."),
    Column("seconds_per_item", "Seconds", "Seconds per answered item."),
    Column("instructed", "Instructed", "Instructed answers that are wrong."),
    Column("duplicate_vectors", "Same answers", "The row whose answers these are, in the same "
           "organisation; with its file where that is another."),
    Column("duplicate_ids", "Same id", "The row to keep of this identifier, where it is another."),
    Column("flags", "Flags", "How many independent flags there are."),
    Column("flagged_by", "Flagged by", "The screens that flag the respondent."),
)  # fmt: skip
QUALITY = (
    Column("screen", "Screen", "The sign of careless answers."),
    Column("family", "Family", "Screens of one family count as one flag."),
    Column("respondents", "Respondents", "Those for whom it can be worked out."),
    Column("flagged", "Flagged", "Those it flags."),
    Column("share", "Share", "The share of respondents that it flags."),
    Column("cut", "Cut", "When it flags, and where the cut comes from."),
    Column("reason", "Reason", "Why it is not worked out."),
)
_OF = {
    "longest_run": "longstring",
    "individual_variability": "irv",
}
"""Screens by the names that their columns have, where these differ."""


@dataclass(slots=True)
class Screen:
    """Looks at each respondent of the surveys that are read, and says whom to leave out."""

    exclude: int | None = None
    """Leave out who has so many independent flags or more; None leaves nobody out."""
    by_respondent: bool = False
    """Whether the table of respondents is wanted."""
    cuts: Cuts = field(default_factory=Cuts)
    screening: pl.DataFrame = field(default_factory=pl.DataFrame)
    quality: pl.DataFrame = field(default_factory=pl.DataFrame)
    doubtful: dict[int, int] = field(default_factory=dict)
    """By number of independent flags, how many respondents have so many."""

    def __call__(
        self,
        instrument: Instrument,
        reduction: Reduction,
        columns: Sequence[Columns],
        respondents: Sequence[Respondents],
    ) -> list[Bools]:
        """Screen all respondents; per file, which rows of it to leave out."""
        tallies = reduction.tallies
        if tallies is None or not tallies.facets or not respondents:
            return []
        values, unknown = _values(tallies, columns, respondents)
        degrees = len(tallies.modelled)
        found = flags(values, len(tallies.items), self.cuts, degrees=degrees)
        self.quality = _quality(values, found, unknown, _cuts(degrees, self.cuts))
        if self.by_respondent:
            self.screening = _screening(values, found, respondents)
        counts = np.bincount(found.independent)
        self.doubtful = {at: int(count) for at, count in enumerate(counts.tolist()) if at}
        return self._left_out(found, respondents)

    def _left_out(self, found: Flags, respondents: Sequence[Respondents]) -> list[Bools]:
        masks = []
        start = 0
        for one in respondents:
            mask = np.zeros(one.rows, bool)
            if self.exclude is not None:
                independent = found.independent[start : start + len(one.row)]
                mask[one.row] = independent >= self.exclude
            masks.append(mask)
            start += len(one.row)
        return masks


def _values(
    tallies: Tallies, columns: Sequence[Columns], respondents: Sequence[Respondents]
) -> tuple[dict[str, Floats], dict[str, str]]:
    """By screen the value of each respondent; and why others are not worked out."""
    given = np.concatenate([one.given for one in respondents], axis=1).T
    turned = np.where(given == NONE, np.nan, given.astype(np.float32))
    flipped = np.array([item.reversed for item in tallies.items])
    tops = np.array([item.scale.high - item.scale.low for item in tallies.items], np.float32)
    answers = np.where(flipped, tops - turned, turned)
    facet = np.full(len(tallies.items), -1, np.int64)
    for number, of in reversed(list(enumerate(tallies.facets))):  # the first facet counts
        facet[list(of.places)] = number
    # In the order of the columns, which is that of the questions unless they were shuffled.
    position = columns[0].items
    order = np.argsort([position.get(item.id, len(position)) for item in tallies.items])
    shown, values, unknown = answers[:, order], {}, {}
    values["longest_run"] = longest_run(shown)
    values["mean_run"] = mean_run(shown)
    values["individual_variability"] = individual_variability(shown)
    modelled = list(tallies.modelled)
    if len(set(tops[modelled].tolist())) > 1:
        unknown["individual_variability"] = "items have scales of different lengths"
        del values["individual_variability"]
    mean = np.diagonal(tallies.of_items.pairwise.sums) / np.maximum(
        np.diagonal(tallies.of_items.pairwise.pairs), 1
    )
    spread = covariances(tallies.of_items, "pairwise")
    distances = mahalanobis(turned[:, modelled], mean, spread)
    if distances.reason:
        unknown["mahalanobis"] = distances.reason
    else:
        values["mahalanobis"] = distances.squared
    values["even_odd"] = even_odd(turned, facet)
    pairs = synonym_pairs(correlations_of(tallies.of_items, "pairwise"))
    if len(pairs) >= 3:
        values["synonyms"] = synonyms(turned[:, modelled], pairs)
    else:
        unknown["synonyms"] = "fewer than 3 pairs of items correlate at .60 or more"
    low = np.zeros(len(tallies.items))
    values["key_inconsistency"] = key_inconsistency(answers, flipped, facet, low, tops)
    values["share_missing"] = share_missing(answers)
    _add_others(values, unknown, answers, respondents)
    for name in [name for name, known in values.items() if np.isnan(known).all()]:
        del values[name]
        unknown.setdefault(name, "it can be worked out for nobody")
    return values, unknown


def _add_others(
    values: dict[str, Floats],
    unknown: dict[str, str],
    answers: NDArray[np.float32],
    respondents: Sequence[Respondents],
) -> None:
    """What needs more than the answers: times, instructed items, duplicates."""
    if any(one.seconds is not None for one in respondents):
        seconds = [
            np.full(len(one.row), np.nan) if one.seconds is None else one.seconds
            for one in respondents
        ]
        answered = np.isfinite(answers).sum(axis=1)
        values["seconds_per_item"] = seconds_per_item(np.concatenate(seconds), answered)
    else:
        unknown["seconds_per_item"] = "no column says how long people took; see --duration"
    checks = [one.instructed for one in respondents]
    if all(check is not None for check in checks):
        wanted = np.concatenate([check for check in checks if check is not None])
        values["instructed"] = instructed(wanted, np.ones(wanted.shape[1]))
    else:
        unknown["instructed"] = "no instructed item is named; see --instructed"
    names = [name for one in respondents for name in one.organisation]
    organisation = np.unique(names, return_inverse=True)[1].astype(np.int64)
    values["duplicate_vectors"] = duplicate_vectors(answers, organisation).astype(np.float64)
    # Whoever answers in every wave is no duplicate.
    people = [
        person for one in respondents for person in zip(one.wave, one.respondent, strict=True)
    ]
    if any(text for _, text in people):
        numbers: dict[tuple[str, str], int] = {}
        ids = np.array(
            [numbers.setdefault(each, len(numbers)) if each[1] else -1 for each in people]
        )
        complete: Bools = np.asarray(np.isfinite(answers).all(axis=1))
        values["duplicate_ids"] = duplicate_ids(ids, complete).astype(np.float64)
    else:
        unknown["duplicate_ids"] = "no column identifies respondents; see --respondent"


def _screening(
    values: Mapping[str, Floats], found: Flags, respondents: Sequence[Respondents]
) -> pl.DataFrame:
    numbers = [number for one in respondents for number in one.numbers()]
    texts = [text for one in respondents for text in one.respondent]
    named = [text or f"row {number}" for text, number in zip(texts, numbers, strict=True)]
    rows = np.array(numbers, np.int64)
    files = [one.file for one in respondents for _ in one.row]
    several = len(respondents) > 1
    places = [
        f"{file}: {number}" if several else str(number)
        for file, number in zip(files, numbers, strict=True)
    ]
    data: dict[str, pl.Series] = {
        "respondent": pl.Series(named, dtype=pl.String),
        "file": pl.Series(files, dtype=pl.String),
        "row": pl.Series(rows),
        "organisation": pl.Series([name for one in respondents for name in one.organisation]),
    }
    for name in FAMILIES:
        known = values.get(name, np.full(len(rows), np.nan))
        if name.startswith("duplicate"):
            at = np.where(np.isfinite(known), known, -1).astype(np.int64)
            other = (at >= 0) & (at != np.arange(len(at)))
            shown = pl.Series(
                [places[one] if there else None for one, there in zip(at, other, strict=True)],
                dtype=pl.String,
            )
        else:
            shown = pl.Series(known).fill_nan(None)
        data[_OF.get(name, name)] = shown
    data["flags"] = pl.Series(found.independent)
    names = np.array([_OF.get(name, name) for name in found.names])
    data["flagged_by"] = pl.Series([" ".join(names[row]) for row in found.raised], dtype=pl.String)
    return pl.DataFrame(data).select(column.key for column in SCREENING)


def _quality(
    values: Mapping[str, Floats],
    found: Flags,
    unknown: Mapping[str, str],
    cut: Mapping[str, str],
) -> pl.DataFrame:
    raised = dict(zip(found.names, found.raised.sum(axis=0).tolist(), strict=True))
    rows = []
    for name, family in FAMILIES.items():
        if name in values:
            n = int(np.isfinite(values[name]).sum())
            share = raised[name] / n if n else None
            rows.append((_OF.get(name, name), family, n, raised[name], share, cut[name], ""))
        else:
            why = unknown.get(name, "")
            rows.append((_OF.get(name, name), family, 0, None, None, cut[name], why))
    whole = dict.fromkeys(("respondents", "flagged"), pl.Int64)
    kinds = {"share": pl.Float64, **whole}
    schema = {column.key: kinds.get(column.key, pl.String) for column in QUALITY}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _cuts(degrees: int, cuts: Cuts) -> dict[str, str]:
    """When each screen flags, in words, and where that comes from."""
    distance = distance_cut(degrees, cuts.mahalanobis_upper)
    return {
        "longest_run": f"{cuts.run_share:.0%} of the items or more (Curran 2016, of a page)",
        "mean_run": f"above the {cuts.mean_run_quantile:.0%} quantile (our choice)",
        "individual_variability": f"0, or below the {cuts.variability_quantile:.0%} quantile "
        "(percentiles after Dunn et al. 2018)",
        "mahalanobis": f"D² above {distance:.1f}, the upper {cuts.mahalanobis_upper:g} of χ²",
        "even_odd": f"below {cuts.even_odd:.2f} (our choice)",
        "synonyms": f"below {cuts.synonyms:.2f} (our choice)",
        "key_inconsistency": f"{cuts.contradictions} facets or more (our choice)",
        "seconds_per_item": f"below {cuts.seconds_per_item:g} s (Huang et al. 2012), or a third "
        "of the median (our choice)",
        "instructed": f"{cuts.wrong_instructed} wrong or more (our choice)",
        "duplicate_vectors": "a repeat of 20 equal answers or more",
        "duplicate_ids": "a repeat of an identifier",
        "share_missing": f"above {cuts.share_missing:.0%} (our choice)",
    }


def quality_table(screen: Screen) -> ResultTable:
    """One row per screen: how many respondents it flags."""
    return ResultTable("quality", "Response quality", QUALITY, screen.quality)


def screening_table(screen: Screen) -> ResultTable:
    """One row per respondent: personal data, written only where asked for."""
    return ResultTable("screening", "Screening", SCREENING, screen.screening)
