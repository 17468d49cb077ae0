"""An Apps Script that makes the questionnaire in Google Forms, which imports no file."""

from __future__ import annotations

import json

from vested.questionnaire.pages import Page, Questionnaire
from vested.questionnaire.wording import (
    CONSENT_QUESTION,
    CONSENT_TEXT,
    NO,
    ORGANISATION_HELP,
    ORGANISATION_QUESTION,
    THANKS,
    YES,
)

# All texts are in QUESTIONNAIRE, as JSON: the script itself is the same for every instrument.
_SCRIPT = """
// Run createForm once; the log then shows where the form is.
function createForm() {
  const asked = QUESTIONNAIRE;
  const form = FormApp.create(asked.title);
  form.setDescription(asked.consent);
  form.setConfirmationMessage(asked.thanks);
  form.setProgressBar(true);

  const consent = form.addMultipleChoiceItem();
  consent.setTitle(asked.consentQuestion);
  consent.setChoices([
    consent.createChoice(asked.yes, FormApp.PageNavigationType.CONTINUE),
    consent.createChoice(asked.no, FormApp.PageNavigationType.SUBMIT),
  ]);
  consent.setRequired(true);

  form.addPageBreakItem().setTitle(asked.title);
  const organisation = form.addTextItem();
  organisation.setTitle(asked.organisation);
  organisation.setHelpText(asked.organisationHelp);
  organisation.setRequired(true);

  for (const page of asked.pages) {
    form.addPageBreakItem().setTitle(page.title).setHelpText(page.note);
    for (const grid of page.grids) {
      form.addGridItem().setTitle(grid.title).setRows(grid.rows).setColumns(grid.columns);
    }
  }

  console.log("To edit: " + form.getEditUrl());
  console.log("To fill in: " + form.getPublishedUrl());
}
"""


def write(asked: Questionnaire) -> bytes:
    """The questionnaire as a constant, and a function that makes a form of it."""
    content = {
        "instrument": f"{asked.instrument} {asked.version}",
        "title": asked.say(asked.title),
        "consent": asked.say(CONSENT_TEXT),
        "consentQuestion": asked.say(CONSENT_QUESTION),
        "yes": asked.say(YES),
        "no": asked.say(NO),
        "organisation": asked.say(ORGANISATION_QUESTION),
        "organisationHelp": asked.say(ORGANISATION_HELP),
        "thanks": asked.say(THANKS),
        "pages": [_page(asked, page) for page in asked.pages],
    }
    data = json.dumps(content, ensure_ascii=False, indent=2)
    # Within quotation marks only; the editor of scripts is itself a page of the web.
    data = data.replace("<", "\\u003c")
    return f"const QUESTIONNAIRE = {data};\n{_SCRIPT}".encode()


def _page(asked: Questionnaire, page: Page) -> dict[str, object]:
    grids = [
        {
            "title": asked.say(grid.text),
            "rows": [asked.say(question.alone) for question in grid.questions],
            "columns": [asked.say(option.label) for option in grid.options],
        }
        for grid in page.grids
    ]
    return {"title": asked.say(page.title), "note": asked.say(page.note), "grids": grids}
