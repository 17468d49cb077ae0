"""What a check found, in the forms that pipelines read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import NamedTuple, cast


class Finding(NamedTuple):
    """Something that is not as it should be."""

    rule: str
    """What kind of thing it is, in one word."""
    of: str
    """What was checked: one of the names of all that was."""
    file: str
    """The file that it is about, from the folder on that was checked."""
    message: str


FORMS: Mapping[str, str] = {
    "github": "vested.report.findings.github",
    "junit": "vested.report.findings.junit",
    "sarif": "vested.report.findings.sarif",
}
"""Form to its module, which has `write(title, checked, findings, rules) -> bytes`."""


def write_findings(
    form: str,
    title: str,
    checked: Sequence[str],
    findings: Sequence[Finding],
    rules: Mapping[str, str],
) -> bytes:
    """Findings in a form; `checked` are the names of all that was checked, `rules` each rule's
    sentence.
    """
    module = import_module(FORMS[form])
    return cast(bytes, module.write(title, checked, findings, rules))
