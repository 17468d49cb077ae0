"""Coded interviews: coder agreement, saturation, and evidence per organisation and measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl

from vested.analysis.analyse import digest, versions
from vested.analysis.interviews.coders import ALL, Units, coders_table
from vested.analysis.interviews.evidence import evidence_table
from vested.analysis.interviews.names import Pseudonyms
from vested.analysis.interviews.phases import phases_table, shock_table
from vested.analysis.interviews.saturation import saturation_table
from vested.errors import UsageError
from vested.instruments import load_instrument
from vested.interviews.codings import Codings, Roles, understand
from vested.interviews.mapping import read_code_mapping
from vested.interviews.phases import AFTER, BEFORE, named_phase, order
from vested.interviews.sources import read_sources
from vested.model import Instrument
from vested.platforms.qda import open_project
from vested.stats.coding.saturation import Rule
from vested.table import Column, ResultTable

PathLike = str | Path
TABLES = ("evidence", "coders", "saturation", "phases", "shock", "codes", "sources", "ledger")
"""All that there can be, in their order; `shock` only where both sides of it were asked."""
DEFAULT_INSTRUMENT = "vested"

SOURCES = (
    Column("source", "Source", "An id that does not say who speaks."),
    Column("organisation", "Organisation", "The organisation that it speaks of."),
    Column("phase", "Phase", "The phase of the research."),
    Column("file", "File", "The file that it stands in."),
    Column("characters", "Characters", "How long its text is, where that is known."),
    Column("coders", "Coders", "How many coded it."),
    Column("codings", "Codings", "How many codings it has."),
)
CODES = (
    Column("file", "File", "The file."),
    Column("code", "Code", "The code, below those above it."),
    Column("measure", "Measure", "The measure that it is taken for."),
    Column("polarity", "Polarity", "The polarity that it is taken for."),
    Column("kind", "Kind", "The kind of evidence that it is taken for."),
    Column("because", "Because", "What that rests on; not matched where it is not known."),
    Column("codings", "Codings", "How often it was given."),
    Column("sources", "Sources", "In how many sources."),
)
LEDGER = (
    Column("stage", "Stage", "read, used or set aside."),
    Column("reason", "Reason", "Why codings were set aside."),
    Column("count", "Count", "How many codings: a passage, a code and a coder."),
)


@dataclass(frozen=True, slots=True)
class Interviews:
    """Result tables by name: those of `TABLES`. `interviews.evidence` is a Polars frame."""

    instrument: Instrument
    tables: Mapping[str, ResultTable]
    saturation_sentence: str
    recipe: Mapping[str, Any]
    inputs: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...]
    quotations: ResultTable
    """The passages behind the ids: personal data, written only where asked for."""

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "evidence"

    @property
    def answer(self) -> str:
        """One sentence: how much evidence there is, and whether its coding can be trusted."""
        shown = self.evidence.filter(pl.col("status") == "published")
        sources = self.tables["sources"].frame
        told = (
            f"{sources.height:,} sources speak of {self.evidence['organisation'].n_unique():,} "
            f"organisations; {shown.height:,} of {self.evidence.height:,} scores rest on enough "
            "sources to be shown."
        )
        pooled = self.coders.filter(pl.col("code") == ALL)
        if not pooled.height:
            return (
                f"{told} No source was coded by two coders: whether another would code alike is "
                "not known."
            )
        row = pooled.row(0, named=True)
        value = "not known" if row["alpha"] is None else f"{row['alpha']:.2f}"
        if row["alpha_low"] is not None:
            value += f" [{row['alpha_low']:.2f}, {row['alpha_high']:.2f}]"
        return (
            f"{told} Agreement of coders over all codes: alpha {value}, "
            f"{row['coders']} coders on {row['units']:,} units."
        )

    @property
    def evidence(self) -> pl.DataFrame:
        return self.tables["evidence"].frame

    @property
    def coders(self) -> pl.DataFrame:
        return self.tables["coders"].frame


def interviews(
    coded: PathLike | Sequence[PathLike],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    phase: str | None = None,
    phase_of_all: str | None = None,
    sources: PathLike | None = None,
    before: Sequence[str] = BEFORE,
    after: Sequence[str] = AFTER,
    mapping: PathLike | None = None,
    pseudonyms: PathLike | None = None,
    min_sources: int = 3,
    confidence: float = 0.95,
    units: Units | None = None,
    rule: Rule | None = None,
    seed: int = 0,
) -> Interviews:
    """Turn coded interviews into evidence per organisation on the instrument's measures.

    `coded` are files of QDA software or tables of coded passages; several are taken together, also
    where they are the same sources coded by others. `organisation` and `phase` are variables of
    sources or columns; `phase_of_all` is said of sources that have none, and `sources` is a csv of
    sources and their variables. Evidence that fewer than
    `min_sources` sources speak of is suppressed. `units` are passages or characters, found out if
    not given; `rule` says when codes are saturated. Raises `VestedError`, with a message and a
    hint, for whatever the user can mend.
    """
    paths = [coded] if isinstance(coded, str | Path) else list(coded)
    rule = rule or Rule()
    before, after = tuple(map(named_phase, before)), tuple(map(named_phase, after))
    _check(paths, min_sources, confidence, rule, before, after)
    said = read_code_mapping(mapping) if mapping is not None else None
    chosen = instrument
    if not isinstance(chosen, Instrument):
        wanted = chosen or (said.instrument if said else None) or DEFAULT_INSTRUMENT
        chosen = load_instrument(wanted)
    names = Pseudonyms.read(pseudonyms) if pseudonyms is not None else Pseudonyms({})
    projects = [open_project(Path(path)) for path in paths]
    said_of = read_sources(sources) if sources is not None else {}
    roles = Roles(organisation, phase, named_phase(phase_of_all or "") or None, said_of)
    if said is not None:
        said.check(chosen)
    codings = understand(projects, chosen, roles, said.codes if said else None)
    curve, sentence = saturation_table(codings, rule, seed=seed, confidence=confidence)
    made = [
        evidence_table(codings, chosen, minimum=min_sources, confidence=confidence),
        coders_table(codings, chosen, unit=units, seed=seed, confidence=confidence),
        curve,
        phases_table(codings, chosen, minimum=min_sources, confidence=confidence),
        shock_table(
            codings, chosen, before=before, after=after, minimum=min_sources,
            confidence=confidence,
        ),
        codes_table(codings),
        sources_table(codings),
        ledger_table(codings),
    ]  # fmt: skip
    options = {
        "organisation": organisation,
        "phase": phase,
        "phase_of_all": phase_of_all,
        "sources": digest(sources),
        "before": list(before),
        "after": list(after),
        "mapping": digest(mapping),
        "pseudonyms": digest(pseudonyms),
        "min_sources": min_sources,
        "confidence": confidence,
        "units": units,
        "saturation": rule._asdict(),
        "seed": seed,
    }
    return Interviews(
        chosen,
        {table.name: table for table in made if table is not None},
        sentence,
        versions("interviews", chosen, options),
        tuple(_input(Path(path)) for path in paths),
        (*codings.notes, *_notes(codings)),
        _quotations(codings, names),
    )


def _check(
    paths: Sequence[PathLike],
    min_sources: int,
    confidence: float,
    rule: Rule,
    before: Sequence[str],
    after: Sequence[str],
) -> None:
    """Options that cannot be, before anything is read."""
    if len({Path(path).resolve() for path in paths}) < len(paths):
        raise UsageError("a file of coded interviews is named twice", "name each file once")
    if min_sources < 1:
        raise UsageError(f"--min-sources {min_sources} is below 1", "1 hides nothing")
    if not 0.5 <= confidence < 1:
        raise UsageError(f"--confidence {confidence} is not between 0.5 and 1", "for example 0.95")
    if rule.base < 1 or rule.run < 1 or not rule.threshold >= 0:
        raise UsageError(
            "base and run are at least 1, the threshold at least 0", "for example 4, 2"
        )
    if both := sorted({*before} & {*after}, key=order):
        raise UsageError(f"phase {both[0]} is named both before and after", "leave one of them out")


def _input(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"file": path.name, "sha256": sha256(content).hexdigest(), "bytes": len(content)}


def _notes(codings: Codings) -> list[str]:
    lost = codings.codes.filter((pl.col("because") == "not matched") & (pl.col("segments") > 0))
    notes = []
    if lost.height:
        shown = ", ".join(lost.sort("segments", "code", descending=[True, False])["code"].head(6))
        more = f" and {lost.height - 6} more" if lost.height > 6 else ""
        notes.append(
            f"{lost.height} codes are no measure of the instrument: {shown}{more}; --mapping says "
            "what they are."
        )
    if codings.segments["polarity"].null_count() == codings.segments.height:
        notes.append(
            "no passage has a polarity, so there are sources and passages but no evidence scores."
        )
    if (codings.segments["phase"] == "").all():
        notes.append("no source has a phase; --phase or --phase-of-all says it.")
    return notes


def codes_table(codings: Codings) -> ResultTable:
    """Every code, and what it was taken for."""
    frame = codings.codes.rename({"segments": "codings"})
    return ResultTable("codes", "Codes", CODES, frame)


def sources_table(codings: Codings) -> ResultTable:
    """Every source by its id, with what is known of it."""
    frame = codings.sources.select(
        "source",
        "organisation",
        "phase",
        "file",
        pl.col("length").alias("characters"),
        "coders",
        pl.col("segments").alias("codings"),
    )
    return ResultTable("sources", "Sources", SOURCES, frame)


def ledger_table(codings: Codings) -> ResultTable:
    """The account of codings: read is used and set aside."""
    aside = Counter(codings.aside)
    used = codings.read - aside.total()
    rows = [("read", "", codings.read), ("used", "", used)]
    rows += [("set aside", reason, count) for reason, count in sorted(aside.items())]
    schema = {"stage": pl.String, "reason": pl.String, "count": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return ResultTable("ledger", "Ledger", LEDGER, frame)


QUOTATIONS = (
    Column("quotation", "Quotation", "The id that stands in the tables."),
    Column("measure", "Measure", "The measure."),
    Column("polarity", "Polarity", "-2 to 2."),
    Column("kind", "Kind", "event, claim or document."),
    Column("phase", "Phase", "The phase of the research."),
    Column("text", "Passage", "What was said, with names replaced by their pseudonyms."),
)


def _quotations(codings: Codings, names: Pseudonyms) -> ResultTable:
    """The passages: never with the organisation or the role of who said them."""
    frame = (
        codings.segments.select("quotation", "measure", "polarity", "kind", "phase", "text")
        .unique()
        .sort(pl.all(), nulls_last=True)
        .with_columns(pl.col("text").map_elements(names.replaced, return_dtype=pl.String))
    )
    return ResultTable("quotations", "Quotations", QUOTATIONS, frame)
