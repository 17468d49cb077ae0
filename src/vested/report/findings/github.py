"""Annotations of GitHub Actions: one workflow command per finding.

As in docs.github.com/actions, Workflow commands: `%`, line ends, and in properties `:` and `,` are
escaped, so that no text can end the command or begin another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vested.report.findings import Finding
from vested.report.text import harmless


def write(
    title: str, checked: Sequence[str], findings: Sequence[Finding], rules: Mapping[str, str]
) -> bytes:
    """One line per finding; a notice where there is none."""
    lines = [
        f"::error file={_property(each.file)},title={_property(f'{title}: {each.rule}')}::"
        + _data(each.message)
        for each in findings
    ]
    if not lines:
        lines = [f"::notice title={_property(title)}::{len(checked):,} checked, nothing found"]
    return ("\n".join(lines) + "\n").encode()


def _data(text: str) -> str:
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
