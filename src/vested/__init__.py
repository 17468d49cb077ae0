"""Score digital-maturity surveys: vested leadership practices, agility and resilience.

`analyse` scores exports, `load_instrument` reads a questionnaire, `simulate` makes a survey with
known truth. Importing this package is cheap: what a name needs is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vested.analysis.analyse import analyse
    from vested.analysis.result import Analysis
    from vested.analysis.simulate import simulate
    from vested.errors import VestedError
    from vested.instruments import load_instrument
    from vested.model import Instrument

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "vested.analysis.result",
    "Instrument": "vested.model",
    "VestedError": "vested.errors",
    "analyse": "vested.analysis.analyse",
    "load_instrument": "vested.instruments",
    "simulate": "vested.analysis.simulate",
}

__all__ = ["Analysis", "Instrument", "VestedError", "analyse", "load_instrument", "simulate"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'vested' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
