"""What variables of sources and columns of rows say: organisation, phase, polarity and kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from vested.interviews.matching import kind_of, polarity_of
from vested.interviews.phases import named_phase
from vested.spelling import same, tidy
from vested.survey.roles import ORGANISATION_NAMES

_NAMES: Mapping[str, tuple[str, ...]] = {
    "organisation": (*ORGANISATION_NAMES, "case", "unit"),
    "phase": ("phase", "fase", "research phase", "onderzoeksfase"),
    "polarity": ("polarity", "polariteit", "polarité", "polarität"),
    "kind": ("kind", "soort", "genre", "art"),
}
_READ: Mapping[str, Callable[[str], Any]] = {
    "organisation": tidy,
    "phase": named_phase,
    "polarity": polarity_of,
    "kind": kind_of,
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the variables of a source or a row say; None where they do not."""

    organisation: str | None = None
    phase: str | None = None
    polarity: int | None = None
    kind: str | None = None


class Variables:
    """Reads variables; every name and every text is looked at once, however often it stands."""

    def __init__(self, organisation: str | None = None, phase: str | None = None) -> None:
        """With the names of the variables for organisation and phase, where the user named one."""
        names = {role: {same(name) for name in known} for role, known in _NAMES.items()}
        names |= {
            role: {same(name)}
            for role, name in (("organisation", organisation), ("phase", phase))
            if name is not None
        }
        self._roles = cache(
            lambda name: tuple(role for role, known in names.items() if same(name) in known)
        )
        self._read = cache(lambda role, text: _READ[role](text) if text.strip() else None)

    def said(self, variables: Mapping[str, str]) -> Said:
        """What the first variable of each role says that is not blank.

        >>> Variables().said({"Fase": "3C", "organisation": "Gent", "company": "AXI"})
        Said(organisation='Gent', phase='3c', polarity=None, kind=None)
        """
        found: dict[str, Any] = {}
        for name, text in variables.items():
            for role in self._roles(name):
                if role not in found and text.strip():
                    found[role] = self._read(role, text)
        return Said(**found)
