"""Whether means of waves may be compared: do the items measure the same in each?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from vested.analysis.compare.change import NOT_JUDGED, Alike
from vested.analysis.evidence.models import invariance_table
from vested.model import Instrument
from vested.survey.tallies import Tallies

YES, NO = "yes", "no"


def alike(tallies: Tallies, instrument: Instrument, minimum: int) -> Alike:
    """Per output, whether scalar invariance holds over waves for all facets that it is made of.

    Each facet is judged by its own model over all waves at once, as in `vested evidence --wave`;
    one of fewer than three items has none. An item that is the pole of a pair cannot be judged.
    """
    frame = invariance_table(tallies, ("wave",), "pairwise", minimum, whole=False).frame
    verdicts = {
        str(name): _verdict(own) for (name,), own in frame.group_by("model", maintain_order=True)
    }
    found = {}
    for output in instrument.outputs:
        parts = dict.fromkeys(_parts(instrument, output.measure.id))
        found[output.id] = _together({part: verdicts.get(part) for part in parts})
    return found


def _verdict(steps: pl.DataFrame) -> tuple[str, str]:
    reason = next((text for text in steps["reason"] if text), "")
    holds = dict(steps.select("level", "holds").rows())
    if holds.get("metric") is None or holds.get("scalar") is None:
        return NOT_JUDGED, reason or "no model"
    if holds["metric"] and holds["scalar"]:
        return YES, ""
    if reason:
        return NOT_JUDGED, reason
    return NO, f"{'intercepts' if holds['metric'] else 'loadings'} differ between waves"


def _parts(instrument: Instrument, name: str) -> Iterator[str]:
    """The facets below a measure, and items that are poles by themselves."""
    measure = next((one for one in instrument.measures if one.id == name), None)
    if measure is None or measure.kind == "facet":
        yield name
        return
    for part in measure.of:
        yield from _parts(instrument, part)


def _together(parts: Mapping[str, tuple[str, str] | None]) -> tuple[str, str]:
    known = {name: verdict or (NOT_JUDGED, "fewer than 3 items") for name, verdict in parts.items()}
    for verdict in (NO, NOT_JUDGED):
        reasons = [f"{name}: {why}" for name, (one, why) in known.items() if one == verdict]
        if reasons:
            return verdict, "; ".join(reasons)
    return YES, ""
