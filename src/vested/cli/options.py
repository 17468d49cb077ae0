"""Options that several commands share: the same word and the same sentence everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Surveys = Annotated[
    list[Path],
    typer.Argument(
        metavar="SURVEY",
        allow_dash=True,
        help="Exports to read, as the survey tool wrote them; - is standard input.",
        show_default=False,
    ),
]
InstrumentName = Annotated[
    str | None,
    typer.Option(
        "--instrument",
        "-i",
        metavar="ID-or-FILE",
        help="Questionnaire that was asked; recognised from the columns if not given.",
        show_default=False,
    ),
]
Organisation = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="COLUMN",
        help="Column that names the organisation; recognised by its name if not given.",
        show_default=False,
    ),
]
Respondent = Annotated[
    str | None,
    typer.Option(
        "--respondent",
        metavar="COLUMN",
        help="Column that identifies the respondent, to report who answered twice; never shown.",
        show_default=False,
    ),
]
Wave = Annotated[
    str | None,
    typer.Option(
        "--wave",
        metavar="COLUMN",
        help="Column that tells the rounds of measurement apart.",
        show_default=False,
    ),
]
Group = Annotated[
    list[str] | None,
    typer.Option(
        "--group",
        metavar="COLUMN",
        help="Column to split organisations by; may be given more than once.",
        show_default=False,
    ),
]
Weight = Annotated[
    str | None,
    typer.Option(
        "--weight",
        metavar="COLUMN",
        help="Column of weights, 0 or more per respondent.",
        show_default=False,
    ),
]
Population = Annotated[
    Path | None,
    typer.Option(
        "--population",
        metavar="FILE",
        help="A csv of variable, value and count (and organisation): weight respondents to "
        "these margins of their population.",
        show_default=False,
    ),
]
Trim = Annotated[
    float,
    typer.Option(
        "--trim",
        metavar="TIMES",
        help="With --population: no weight above so many times the median; 0 trims nothing.",
    ),
]
Headcount = Annotated[
    Path | None,
    typer.Option(
        "--headcount",
        metavar="FILE",
        help="A csv of organisation and count (and wave): add response rates, and intervals "
        "for the staff now.",
        show_default=False,
    ),
]
MinRespondents = Annotated[
    int,
    typer.Option(
        "--min-respondents",
        metavar="N",
        help="Scores of fewer respondents are suppressed; 1 hides nothing.",
    ),
]
Confidence = Annotated[
    float,
    typer.Option("--confidence", metavar="LEVEL", help="Confidence of the intervals."),
]

Cut = Annotated[
    list[str] | None,
    typer.Option(
        "--cut",
        metavar="NAME=VALUE",
        help="Where the gate closes instead: rwg, rwg-refuse, rwg-skew, ad or p; repeatable.",
        show_default=False,
    ),
]


class Invalid(StrEnum):
    stop = "stop"
    missing = "missing"


InvalidAnswers = Annotated[
    Invalid,
    typer.Option(
        "--invalid", help="What an answer that is not understood does: stop, or be missing."
    ),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Encoding of the text, for example cp1252; found out if not given.",
        show_default=False,
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="File that says what each column is, as `vested inspect --write` makes it.",
        show_default=False,
    ),
]
Definition = Annotated[
    Path | None,
    typer.Option(
        "--definition",
        metavar="FILE",
        help="The questionnaire as its tool stores it: .qsf, .lss, XLSForm or REDCap dictionary.",
        show_default=False,
    ),
]


class AnswersAre(StrEnum):
    codes = "codes"
    labels = "labels"


Answers = Annotated[
    AnswersAre | None,
    typer.Option(
        "--answers",
        help="Whether answers are codes or the texts of options, where that cannot be told.",
        show_default=False,
    ),
]
KeepUnfinished = Annotated[
    bool,
    typer.Option("--keep-unfinished", help="Use responses that were not submitted as well."),
]
FormatName = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="NAME",
        help="Form of the result: csv, json, parquet, markdown, latex, xlsx, html, pdf or pptx; a "
        "table in the terminal if not given.",
        show_default=False,
    ),
]
OutputPath = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="PATH",
        help="File (its suffix decides the form) or folder (every table and the recipe) to write.",
        show_default=False,
    ),
]
Language = Annotated[
    str,
    typer.Option("--language", metavar="CODE", help="Language of a report: en, nl, fr or de."),
]
Title = Annotated[
    str | None,
    typer.Option(
        "--title",
        metavar="TEXT",
        help="Title of a report; the organisation or the questionnaire if not given.",
        show_default=False,
    ),
]
ThemeFile = Annotated[
    Path | None,
    typer.Option(
        "--theme",
        metavar="FILE",
        help="A YAML file of name, accent and font: how a report looks.",
        show_default=False,
    ),
]
Logo = Annotated[
    Path | None,
    typer.Option(
        "--logo", metavar="FILE", help="A PNG or JPEG for the head of a report.", show_default=False
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show nothing but the result and errors.")
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", min=0, help="Start of the random numbers."),
]
Coded = Annotated[
    list[Path],
    typer.Argument(
        metavar="CODED",
        help="Coded interviews: projects of QDA software, or tables of coded passages.",
        show_default=False,
    ),
]
OrganisationOfSources = Annotated[
    str | None,
    typer.Option(
        "--organisation-of-sources",
        metavar="NAME",
        help="Variable or column that names the organisation; recognised if not given.",
        show_default=False,
    ),
]
Phase = Annotated[
    str | None,
    typer.Option(
        "--phase",
        metavar="NAME",
        help="Variable or column that names the phase; recognised, also in names of sources.",
        show_default=False,
    ),
]
PhaseOfAll = Annotated[
    str | None,
    typer.Option(
        "--phase-of-all",
        metavar="PHASE",
        help="Phase of the sources of which nothing else says it.",
        show_default=False,
    ),
]
CodeMappingFile = Annotated[
    Path | None,
    typer.Option(
        "--code-mapping",
        metavar="FILE",
        help="File that says what each code is, as `vested inspect --write` makes it.",
        show_default=False,
    ),
]
PseudonymsFile = Annotated[
    Path | None,
    typer.Option(
        "--pseudonyms",
        metavar="FILE",
        help="A csv of names and what stands for them in quotations.",
        show_default=False,
    ),
]
MinSources = Annotated[
    int,
    typer.Option(
        "--min-sources",
        metavar="N",
        help="Evidence of fewer sources is suppressed; 1 hides nothing.",
    ),
]
SourcesFile = Annotated[
    Path | None,
    typer.Option(
        "--sources",
        metavar="FILE",
        help="A csv of sources and their organisation and phase, where the coding does not say it.",
        show_default=False,
    ),
]
NormsFolder = Annotated[
    Path,
    typer.Argument(
        metavar="NORMS",
        help="Folder of norms, as `vested benchmark build` wrote it.",
        show_default=False,
    ),
]


class CheckForm(StrEnum):
    csv = "csv"
    json = "json"
    github = "github"
    junit = "junit"
    sarif = "sarif"


CheckFormName = Annotated[
    CheckForm | None,
    typer.Option(
        "--format",
        "-f",
        help="Form of what was found, for programs and pipelines; a table if not given.",
        show_default=False,
    ),
]
