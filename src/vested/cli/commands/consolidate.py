"""`vested consolidate`: survey and interviews side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from vested.cli import options
from vested.cli.outlet import Look, Outlet
from vested.cli.streams import say


def command(
    survey: Annotated[
        list[Path],
        typer.Option("--survey", metavar="SURVEY", help="Export of the survey; repeatable."),
    ],
    coded: Annotated[
        list[Path],
        typer.Option("--interviews", metavar="CODED", help="Coded interviews; repeatable."),
    ],
    literature: Annotated[
        Path | None,
        typer.Option(
            "--literature",
            metavar="FILE",
            help="Claims from literature: a csv of measure, claim, polarity and reference.",
            show_default=False,
        ),
    ] = None,
    instrument: options.InstrumentName = None,
    organisation: options.Organisation = None,
    organisation_of_sources: options.OrganisationOfSources = None,
    phase: options.Phase = None,
    phase_of_all: options.PhaseOfAll = None,
    sources: options.SourcesFile = None,
    mapping: options.Mapping = None,
    code_mapping: options.CodeMappingFile = None,
    min_respondents: options.MinRespondents = 10,
    min_sources: options.MinSources = 3,
    confidence: options.Confidence = 0.95,
    cut: options.Cut = None,
    wave: options.Wave = None,
    detail: Annotated[bool, typer.Option("--detail", help="Show every table.")] = False,
    language: options.Language = "en",
    title: options.Title = None,
    theme: options.ThemeFile = None,
    logo: options.Logo = None,
    format: options.FormatName = None,
    output: options.OutputPath = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Put survey and interviews side by side."""
    from vested.analysis.analyse import analyse
    from vested.analysis.consolidate import TABLES, consolidate
    from vested.analysis.gate import cuts_from
    from vested.analysis.interviews import interviews

    outlet, look = Outlet(format, output, force, quiet), Look(language, title, theme, logo)
    others = (path for path in (literature, sources, mapping, code_mapping) if path)
    outlet.check([*survey, *coded, *others], TABLES)
    form = outlet.check_look(look)
    given: dict[str, Any] = {
        "organisation": organisation,
        "min_respondents": min_respondents,
        "confidence": confidence,
        "mapping": mapping,
        "cuts": cuts_from(cut or ()),
    }
    scored = analyse(survey, instrument=instrument, **given)
    found = interviews(
        coded,
        instrument=scored.instrument,
        organisation=organisation_of_sources,
        phase=phase,
        phase_of_all=phase_of_all,
        sources=sources,
        mapping=code_mapping,
        min_sources=min_sources,
        confidence=confidence,
    )
    joined = consolidate(scored, found, literature)
    say(joined.notes, quiet=quiet)
    if form:
        from vested.analysis.reports.report import report

        made = report(
            survey,
            instrument=scored.instrument,
            wave=wave,
            interviews=found,
            literature=literature,
            **given,
        )
        outlet.deliver_report(made, look, form)
        return
    if wave:
        raise typer.BadParameter("--wave is for reports here: name a form, such as html")
    outlet.deliver(joined, joined.answer, "terminal.interviews:show_consolidation", detail=detail)
