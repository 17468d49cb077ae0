"""What is claimed: that organisations higher on one measure are higher on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vested.errors import UsageError, did_you_mean
from vested.model import Instrument, Measure, in_language


@dataclass(frozen=True, slots=True)
class Claim:
    """A hypothesis: from a cause to an outcome, or through a mediator between the two."""

    hypothesis: str
    path: tuple[str, ...]
    """Ids of outputs: cause and outcome, or cause, mediator and outcome."""

    @property
    def cause(self) -> str:
        return self.path[0]

    @property
    def outcome(self) -> str:
        return self.path[-1]


STANDARD = (
    Claim("H1a", ("VESTED", "AGX")),
    Claim("H1b", ("VESTED", "AGE")),
    Claim("H2", ("VESTED", "RESILIENCE")),
    Claim("H3", ("VESTED", "AGILITY", "RESILIENCE")),
)
"""The white paper's: organisations with vested practices explore (H1a) and exploit (H1b) faster,
are more resilient (H2), and that because they are agile (H3)."""


def claims_of(instrument: Instrument, texts: Sequence[str]) -> tuple[Claim, ...]:
    """The claims that are written as `X->Y` or `X->M->Y`, else the standard ones.

    Raises `UsageError` for a measure that the instrument does not have, and for two that share
    items.
    """
    known = [output.id for output in instrument.outputs]
    if not texts:
        lacking = sorted({name for claim in STANDARD for name in claim.path} - set(known))
        if lacking:
            raise UsageError(
                f"{instrument.id} has no measure {', '.join(lacking)}, which the usual claims need",
                f"say what is claimed: --claim '{known[0]}->{known[-1]}'",
            )
        return STANDARD
    claims = tuple(_claim(f"C{at}", text, known) for at, text in enumerate(texts, 1))
    for claim in claims:
        for at, one in enumerate(claim.path):
            for other in claim.path[at + 1 :]:
                check_apart(instrument, one, other)
    return claims


def _claim(name: str, text: str, known: Sequence[str]) -> Claim:
    path = tuple(part.strip() for part in text.split("->"))
    if not 2 <= len(path) <= 3 or "" in path:
        raise UsageError(
            f"--claim {text!r} is no claim",
            "write two measures as 'X->Y', or three as 'X->M->Y', in quotes, as a shell takes >",
        )
    for part in path:
        if part not in known:
            shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
            raise UsageError(
                f"--claim {text!r}: there is no measure {part!r}",
                did_you_mean(part, known, f"there are {shown}"),
            )
    return Claim(name, path)


def check_marker(instrument: Instrument, marker: str, claims: Sequence[Claim]) -> None:
    """Raise `UsageError` unless the marker is a measure that no claim is about."""
    known = [output.id for output in instrument.outputs]
    if marker not in known:
        raise UsageError(
            f"--marker {marker!r}: there is no such measure",
            did_you_mean(marker, known, "`vested instrument show` lists the measures"),
        )
    for name in sorted({name for claim in claims for name in claim.path}):
        check_apart(instrument, marker, name)


def check_apart(instrument: Instrument, one: str, other: str) -> None:
    """Raise `UsageError` where two measures share items: those go together by construction."""
    if one == other:
        raise UsageError(f"{one} cannot be set beside itself", "name another measure")
    shared = items_of(instrument, one) & items_of(instrument, other)
    if shared:
        raise UsageError(
            f"{one} and {other} share the item {min(shared)}: they go together by construction",
            "name measures of different items",
        )


def items_of(instrument: Instrument, output: str) -> set[str]:
    """The ids of the items that an output is made of."""
    measure = next(each.measure for each in instrument.outputs if each.id == output)
    found: set[str] = set()
    pending = list(measure.of)
    measures = {each.id: each for each in instrument.measures}
    while pending:
        part = pending.pop()
        if part in measures:
            pending += measures[part].of
        else:
            found.add(part)
    return found


def facets_of(instrument: Instrument, outputs: Sequence[str]) -> list[Measure]:
    """The facets of 2 items or more that outputs are made of, in the instrument's order."""
    items = set().union(*(items_of(instrument, name) for name in outputs))
    return [
        measure
        for measure in instrument.measures
        if measure.kind == "facet" and len(measure.of) > 1 and items.issuperset(measure.of)
    ]


def name_of(instrument: Instrument, output: str) -> str:
    """What an output is called in sentences."""
    found = next(each for each in instrument.outputs if each.id == output)
    name, _, part = found.id.partition(".")
    said = in_language(found.measure.name) or name
    return f"{said} ({part})" if part else said
