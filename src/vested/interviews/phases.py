"""The phases of a research trajectory, in the order in which they follow each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vested.spelling import same, tidy

PHASES: Mapping[str, str] = {
    "1": "exploratory talks",
    "2": "literature",
    "3a": "panel debate",
    "3b": "anecdotal cases",
    "3c": "in-depth interviews",
    "4": "consolidation",
}
"""Phase to what it was, after the trajectory of Viaene and Van den Bergh (2020)."""

BEFORE, AFTER = ("1",), ("3a", "3b", "3c")
"""Phases before and after the first shock of that trajectory: talks were held before the outbreak
of covid-19, the panel in June 2020 and the interviews after the first wave."""

_PHASE = re.compile(r"(?:phase|fase|phase|ph)?[\s_.:#-]*(1|2|3\s*[abc]|4)")
_IN_NAME = re.compile(r"(?<![0-9a-z])(?:phase|fase|ph)[\s_.:#-]*(1|2|3\s*[abc]|4)(?![0-9a-z])")


def phase_of(text: str) -> str | None:
    """The phase that a cell names, None where it is none.

    >>> phase_of("Phase 3A"), phase_of("3c"), phase_of("later")
    ('3a', '3c', None)
    """
    found = _PHASE.fullmatch(same(text))
    return found[1].replace(" ", "") if found else None


def named_phase(text: str) -> str:
    """The phase that a text names, in the form of `PHASES`, or the text where it is none of them.

    >>> named_phase("Phase 3A"), named_phase(" pilot ")
    ('3a', 'pilot')
    """
    return phase_of(text) or tidy(text)


def phase_in_name(name: str) -> str | None:
    """The phase that a source's name mentions (`phase 3c`, `fase_3a`), None where none or several.

    >>> phase_in_name("Harbour, phase-3c, interview 2"), phase_in_name("Interview 3")
    ('3c', None)
    """
    found = {match.replace(" ", "") for match in _IN_NAME.findall(same(name))}
    return found.pop() if len(found) == 1 else None


def order(phase: str) -> tuple[int, str]:
    """Phases in the order of the trajectory, others after them by name, none last.

    >>> sorted(["4", "", "pilot", "3a", "1"], key=order)
    ['1', '3a', '4', 'pilot', '']
    """
    known = list(PHASES)
    if phase in known:
        return known.index(phase), phase
    return (len(known), phase) if phase else (len(known) + 1, phase)
