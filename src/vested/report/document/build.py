"""From a report's results to the document that is written."""

from __future__ import annotations

from vested.analysis.reports.report import Report
from vested.model import in_language
from vested.report.document.model import Document, Section
from vested.report.document.sections.change import change
from vested.report.document.sections.groups import groups
from vested.report.document.sections.joint import joint
from vested.report.document.sections.methods import methods
from vested.report.document.sections.overview import overview
from vested.report.document.sections.parts import Contents
from vested.report.document.sections.profile import profile
from vested.report.document.sections.summary import summary
from vested.report.document.sections.trust import trust
from vested.report.document.theme import Theme
from vested.report.document.wording import Words, checked_language
from vested.report.text import harmless

PROFILES = 30
"""A report of more organisations than this has no profile of each: our choice."""


def document(
    report: Report, *, language: str = "en", title: str | None = None, theme: Theme | None = None
) -> Document:
    """A report in the language of its readers; `UsageError` where there is no such language.

    The title is that of the organisation where there is one, else that of the questionnaire.
    """
    words = Words(checked_language(language))
    contents = Contents(report, words)
    names = contents.organisations
    questionnaire = harmless(in_language(report.instrument.name, language))
    alone = len(names) == 1
    sections: list[Section] = [summary(contents)]
    if not alone:
        sections.append(overview(contents))
    if alone or len(names) <= PROFILES:
        for name in names:
            sections += profile(contents, name, alone=alone)
    sections += [trust(contents), *change(contents), *groups(contents), *joint(contents)]
    sections += methods(contents)
    below = questionnaire if alone else words("subtitle.several", n=len(names))
    return Document(
        language,
        harmless(title) if title else harmless(names[0]) if alone else questionnaire,
        below,
        tuple(sections),
        words.all(),
        report.tables,
        report.recipe,
        theme or Theme(),
    )
