"""`vested interviews`: coder agreement, saturation, evidence per organisation."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vested.cli import options
from vested.cli.outlet import Outlet
from vested.cli.streams import say


class Units(StrEnum):
    passages = "passages"
    characters = "characters"


def command(
    coded: options.Coded,
    instrument: options.InstrumentName = None,
    organisation: Annotated[
        str | None,
        typer.Option(
            "--organisation",
            metavar="NAME",
            help="Variable or column that names the organisation; recognised if not given.",
            show_default=False,
        ),
    ] = None,
    phase: options.Phase = None,
    phase_of_all: options.PhaseOfAll = None,
    sources: options.SourcesFile = None,
    before: Annotated[
        list[str] | None,
        typer.Option(
            "--before", metavar="PHASE", help="A phase before the shock; 1 if none is given."
        ),
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(
            "--after", metavar="PHASE", help="A phase after it; 3a, 3b and 3c if none is given."
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help="File that says what each code is, as `vested inspect --write` makes it.",
            show_default=False,
        ),
    ] = None,
    pseudonyms: options.PseudonymsFile = None,
    min_sources: options.MinSources = 3,
    confidence: options.Confidence = 0.95,
    units: Annotated[
        Units | None,
        typer.Option(
            "--units",
            help="What coders are compared on: passages, or characters where they cut for "
            "themselves.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        int, typer.Option("--base", help="Sources whose codes all new ones are compared with.")
    ] = 4,
    run: Annotated[int, typer.Option("--run", help="Sources that are looked at together.")] = 2,
    threshold: Annotated[
        float,
        typer.Option("--threshold", help="Share of new codes up to which nothing much is new."),
    ] = 0.05,
    quotations: Annotated[
        Path | None,
        typer.Option(
            "--quotations",
            metavar="FILE",
            help="File for the passages behind the ids: personal data, keep it safe.",
            show_default=False,
        ),
    ] = None,
    seed: options.Seed = 0,
    detail: Annotated[bool, typer.Option("--detail", help="Show every table.")] = False,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Turn coded interviews into evidence per organisation."""
    from vested.analysis.interviews import TABLES, interviews
    from vested.interviews.phases import AFTER, BEFORE
    from vested.stats.coding.saturation import Rule

    outlet = Outlet(format, output, force, quiet, quotations, "--quotations")
    outlet.check([*coded, *(path for path in (mapping, pseudonyms, sources) if path)], TABLES)
    found = interviews(
        coded,
        instrument=instrument,
        organisation=organisation,
        phase=phase,
        phase_of_all=phase_of_all,
        sources=sources,
        before=tuple(before or BEFORE),
        after=tuple(after or AFTER),
        mapping=mapping,
        pseudonyms=pseudonyms,
        min_sources=min_sources,
        confidence=confidence,
        units=units.value if units else None,
        rule=Rule(base, run, threshold),
        seed=seed,
    )
    say(found.notes, quiet=quiet)
    outlet.write_personal(found.quotations)
    outlet.deliver(found, found.answer, "terminal.interviews:show_interviews", detail=detail)
