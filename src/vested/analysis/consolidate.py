"""Survey and interviews side by side: where both strands agree, differ, or are silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.analyse import digest, versions
from vested.analysis.interviews import Interviews
from vested.analysis.result import Analysis
from vested.errors import InputError, UsageError, did_you_mean
from vested.interviews.lists import read_records
from vested.model import Instrument
from vested.platforms.qda.polarity import fix, polarity
from vested.spelling import same, tidy
from vested.table import Column, ResultTable

TABLES = ("display", "profiles", "completeness", "literature")
AGREEMENT, PARTIAL, SILENCE, DISSONANCE = "agreement", "partial", "silence", "dissonance"
CODES = (AGREEMENT, PARTIAL, SILENCE, DISSONANCE)
BANDS = (25.0, 50.0, 75.0)
"""Quarters of the range, as the bands of scores are: our choice."""

DISPLAY = (
    Column("organisation", "Organisation", "The organisation."),
    Column("measure", "Measure", "The measure."),
    Column("score", "Survey score", "Mean over respondents, 0 to 100.", 1),
    Column("score_low", "Low", "Lower end of its interval.", 1),
    Column("score_high", "High", "Upper end of its interval.", 1),
    Column("respondents", "Respondents", "How many have a value."),
    Column("gate", "Gate", "The status of the survey score: published, caution or suppressed."),
    Column("evidence", "Evidence score", "From interviews, 0 to 100.", 1),
    Column("evidence_low", "Low", "Lower end of its interval.", 1),
    Column("evidence_high", "High", "Upper end of its interval.", 1),
    Column("sources", "Sources", "How many sources it rests on."),
    Column("polarity", "Polarity", "Their mean polarity, -2 to 2."),
    Column("phases", "Phases", "The phases that it rests on."),
    Column("claims_literature", "Literature", "Claims from literature on the measure."),
    Column("difference", "Difference", "Survey score less evidence score.", 1),
    Column("convergence", "Convergence", "agreement: the same quarter of the range; partial: the "
           "next one; dissonance: further apart; silence: one strand says nothing."),
    Column("because", "Because", "What that rests on."),
    Column("quotations", "Quotations", "The ids of the passages behind the evidence."),
)  # fmt: skip
PROFILES = (
    Column("organisation", "Organisation", "The organisation."),
    *(Column(code, code.title(), f"Measures in {code}.") for code in CODES),
    Column("most_apart", "Most apart", "The measure on which the strands differ most."),
    Column("difference", "Difference", "Survey score less evidence score there.", 1),
)
COMPLETENESS = (
    Column("measure", "Measure", "The measure."),
    Column("organisations", "Organisations", "How many either strand speaks of."),
    Column("both", "Both", "Of how many both strands speak."),
    Column("survey_only", "Survey only", "Of how many only the survey does."),
    Column("interviews_only", "Interviews only", "Of how many only interviews do."),
    Column("completeness", "Completeness", "The share of which both do."),
    Column("literature", "Literature", "Claims from literature on the measure."),
)
LITERATURE = (
    Column("measure", "Measure", "The measure."),
    Column("claim", "Claim", "What the literature says."),
    Column("polarity", "Polarity", "-2 to 2, where it is given."),
    Column("reference", "Reference", "Where it says so."),
)


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Result tables by name: the joint display, profiles, completeness and literature."""

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    analysis: Analysis
    interviews: Interviews
    recipe: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "display"

    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]:
        return (*self.analysis.inputs, *self.interviews.inputs)

    @property
    def answer(self) -> str:
        """One sentence: on how many measures both strands agree."""
        counts = dict(self.display["convergence"].value_counts().rows())
        both = sum(counts.get(code, 0) for code in (AGREEMENT, PARTIAL, DISSONANCE))
        return (
            f"Survey and interviews both speak of {both:,} measures of organisations: "
            f"{counts.get(AGREEMENT, 0):,} in agreement, {counts.get(PARTIAL, 0):,} partial, "
            f"{counts.get(DISSONANCE, 0):,} in dissonance; on {counts.get(SILENCE, 0):,} one of "
            "them or both are silent."
        )

    @property
    def display(self) -> pl.DataFrame:
        return self.tables["display"].frame


def consolidate(
    analysis: Analysis, found: Interviews, literature: str | Path | None = None
) -> Consolidation:
    """Join the scores of a survey and the evidence of interviews per organisation and measure.

    Both must rest on the same instrument. Rows are sorted by how far the strands are apart, the
    widest first. `literature` is a csv of measure, claim, polarity and reference. Raises
    `VestedError` where the instruments differ, or the survey was split by waves or groups.
    """
    if analysis.instrument.digest != found.instrument.digest:
        raise UsageError(
            f"the survey is about {analysis.instrument.id}, the interviews about "
            f"{found.instrument.id}",
            "name the same one for both with --instrument",
        )
    if analysis.dimensions:
        raise UsageError(
            "a survey split by waves or groups cannot be joined with interviews",
            "leave --wave and --group out",
        )
    claims = _literature(literature, found.instrument) if literature is not None else None
    counted = dict(claims.group_by("measure").len().rows()) if claims is not None else {}
    rows = _display(analysis.scores, found.evidence, found.instrument, counted)
    display = _frame(DISPLAY, rows)
    made = [
        ResultTable("display", "Joint display", DISPLAY, display),
        ResultTable("profiles", "Profiles", PROFILES, _profiles(display)),
        ResultTable(
            "completeness", "Completeness", COMPLETENESS,
            _completeness(display, found.instrument, counted),
        ),
    ]  # fmt: skip
    if claims is not None:
        made.append(ResultTable("literature", "Literature", LITERATURE, claims))
    options = {
        "survey": analysis.recipe["options"],
        "interviews": found.recipe["options"],
        "literature": digest(literature),
    }
    return Consolidation(
        found.instrument,
        {table.name: table for table in made},
        analysis,
        found,
        versions("consolidate", found.instrument, options),
        (*analysis.notes, *found.notes, *_unshared(analysis.scores, found.evidence)),
    )


def _display(
    scores: pl.DataFrame,
    evidence: pl.DataFrame,
    instrument: Instrument,
    claims: Mapping[str, int],
) -> list[tuple[object, ...]]:
    there = _partners(scores["organisation"], evidence["organisation"])
    survey = {(row["organisation"], row["measure"]): row for row in scores.iter_rows(named=True)}
    spoken = {
        (there.get(row["organisation"], row["organisation"]), row["measure"]): row
        for row in evidence.iter_rows(named=True)
    }
    joined = (measure for measure in instrument.measures if measure.kind in ("facet", "index"))
    rank = {measure.id: at for at, measure in enumerate(joined)}
    cells = [key for key in {*survey, *spoken} if key[1] in rank]
    rows = []
    for key in cells:
        one, other = survey.get(key, {}), spoken.get(key, {})
        code, because = convergence(one, other)
        apart = None
        if one.get("score") is not None and other.get("score") is not None:
            apart = one["score"] - other["score"]
        parts = ("score", "ci_low", "ci_high")
        rows.append(
            (
                *key, *(one.get(part) for part in parts), one.get("respondents"),
                one.get("status"), *(other.get(part) for part in parts), other.get("sources"),
                other.get("polarity"), other.get("phases"), claims.get(key[1], 0), apart, code,
                because, other.get("quotations"),
            )
        )  # fmt: skip
    last = len(CODES)
    weight = {DISSONANCE: 0, PARTIAL: 1, AGREEMENT: 2, SILENCE: last}
    return sorted(
        rows, key=lambda row: (weight[row[15]], -abs(row[14] or 0.0), row[0], rank[row[1]])
    )


def convergence(survey: Mapping[str, Any], spoken: Mapping[str, Any]) -> tuple[str, str]:
    """How a survey score and an evidence score of one organisation and measure go together.

    Both fall into quarters of the range: the same one is agreement, the next one partial, further
    apart dissonance; a dissonance whose intervals overlap is partial. Where one strand has no score
    the other stands alone: silence. After the convergence coding of Farmer et al. (2006), made a
    rule: our choice.

    >>> convergence({"score": 80.0, "ci_low": 75, "ci_high": 85}, {"score": 20.0})
    ('dissonance', 'quarters 4 and 1')
    """
    score, other = survey.get("score"), spoken.get("score")
    if score is None or other is None:
        return SILENCE, _why_silent(survey, spoken)
    one, two = (1 + sum(value >= cut for cut in BANDS) for value in (score, other))
    if one == two:
        return AGREEMENT, f"quarter {one} in both"
    told = f"quarters {one} and {two}"
    if abs(one - two) == 1:
        return PARTIAL, told
    lows = [part["ci_low"] for part in (survey, spoken) if part.get("ci_low") is not None]
    highs = [part["ci_high"] for part in (survey, spoken) if part.get("ci_high") is not None]
    if len(lows) == len(highs) == 2 and max(lows) <= min(highs):
        return PARTIAL, f"{told}, but their intervals overlap"
    return DISSONANCE, told


def _why_silent(survey: Mapping[str, Any], spoken: Mapping[str, Any]) -> str:
    reasons = []
    if survey.get("score") is None:
        hidden = survey.get("status") == "suppressed"
        reasons.append("too few respondents" if hidden else "not in the survey")
    if spoken.get("score") is None:
        hidden = spoken.get("status") == "suppressed"
        silent = "no polarity" if spoken else "no source speaks of it"
        reasons.append("too few sources" if hidden else silent)
    return "; ".join(reasons)


def _profiles(display: pl.DataFrame) -> pl.DataFrame:
    """One row per organisation: how many measures of each code, and the widest difference."""
    rows = []
    for organisation in sorted(set(display["organisation"])):
        own = display.filter(pl.col("organisation") == organisation)
        counts = [int((own["convergence"] == code).sum()) for code in CODES]
        known = own.filter(pl.col("difference").is_not_null())
        widest = known.sort(pl.col("difference").abs(), descending=True, maintain_order=True)
        first = widest.row(0, named=True) if widest.height else {}
        rows.append((organisation, *counts, first.get("measure"), first.get("difference")))
    return _frame(PROFILES, rows)


def _completeness(
    display: pl.DataFrame, instrument: Instrument, claims: Mapping[str, int]
) -> pl.DataFrame:
    """One row per measure: of how many organisations which strand speaks."""
    rows = []
    for measure in instrument.measures:
        own = display.filter(pl.col("measure") == measure.id)
        if not own.height:
            continue
        survey, spoken = own["score"].is_not_null(), own["evidence"].is_not_null()
        both = int((survey & spoken).sum())
        either = int((survey | spoken).sum())
        only = int((survey & ~spoken).sum()), int((spoken & ~survey).sum())
        share = both / either if either else None
        rows.append((measure.id, either, both, *only, share, claims.get(measure.id, 0)))
    return _frame(COMPLETENESS, rows)


def _literature(path: str | Path, instrument: Instrument) -> pl.DataFrame:
    """Claims from literature: a csv of measure, claim, polarity and reference."""
    path = Path(path)
    header, rows = read_records(path, "--literature")
    heads = {same(name): at for at, name in enumerate(header)}
    lacking = [name for name in ("measure", "claim", "reference") if name not in heads]
    if lacking:
        raise InputError(
            f"{path.name} has no column {' and '.join(lacking)}",
            "its columns: measure, claim, polarity, reference",
        )
    ids = {same(measure.id): measure.id for measure in instrument.measures}
    claims: list[tuple[object, ...]] = []
    for number, cells in rows:
        named, claim, reference = (
            tidy(cells[heads[name]]) for name in ("measure", "claim", "reference")
        )
        if same(named) not in ids:
            raise InputError(
                f"{path.name}, row {number}: {named!r} is no measure of {instrument.id}",
                did_you_mean(named, ids.values(), "measures are named by id"),
            )
        given = cells[heads["polarity"]] if "polarity" in heads else ""
        value = polarity(given)
        if value is None:
            raise InputError(f"{path.name}, row {number}: {given!r} is no polarity", fix(given))
        claims.append((ids[same(named)], claim, int(value) if value else None, reference))
    return _frame(LITERATURE, claims).sort("measure", "reference", "claim", "polarity")


def _partners(survey: Iterable[str], spoken: Iterable[str]) -> dict[str, str]:
    """By name of an organisation in interviews, its name in the survey: the same name, else one
    that only differs in spelling, where no other does.
    """
    names, others = set(survey), set(spoken)
    found = {name: name for name in names & others}
    alike: dict[str, tuple[list[str], list[str]]] = {}
    for at, lone in enumerate((names - others, others - names)):
        for name in lone:
            alike.setdefault(same(name), ([], []))[at].append(name)
    for mine, theirs in alike.values():
        if len(mine) == len(theirs) == 1:
            found[theirs[0]] = mine[0]
    return found


def _unshared(scores: pl.DataFrame, evidence: pl.DataFrame) -> list[str]:
    """A note on organisations that only one of the strands names."""
    survey, spoken = set(scores["organisation"]), set(evidence["organisation"])
    partners = _partners(survey, spoken)
    notes = []
    for lone, words in (
        (spoken - set(partners), "interviews speak of organisations that are not in the survey"),
        (survey - set(partners.values()), "no interview speaks of"),
    ):
        if lone:
            more = f" and {len(lone) - 5} more" if len(lone) > 5 else ""
            notes.append(f"{words}: {', '.join(sorted(lone)[:5])}{more}.")
    return notes


def _frame(columns: Sequence[Column], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    whole = ("respondents", "sources", "claims_literature", "organisations", "both", "survey_only",
             "interviews_only", "literature", *CODES)  # fmt: skip
    texts = ("organisation", "measure", "gate", "phases", "convergence", "because", "quotations",
             "most_apart", "claim", "reference")  # fmt: skip
    kinds: dict[str, type[pl.DataType]] = {name: pl.Int64 for name in whole}
    kinds |= {name: pl.String for name in texts}
    schema = {column.key: kinds.get(column.key, pl.Float64) for column in columns}
    return pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
