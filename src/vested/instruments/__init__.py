"""The bundled questionnaires, one YAML file each, and how to load those and others."""

from __future__ import annotations

from pathlib import Path

from vested.errors import InstrumentError, did_you_mean
from vested.instruments.reader import read_instrument
from vested.model import Instrument

_FOLDER = Path(__file__).parent


def bundled() -> tuple[str, ...]:
    """The ids of the instruments that come with vested, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def source_of(name: str | Path) -> Path:
    """The file of an instrument, by bundled id or by path."""
    text = str(name)
    if text in bundled():
        return _FOLDER / f"{text}.yaml"
    path = Path(name)
    if path.suffix.lower() in (".yaml", ".yml") or path.exists():
        return path
    known = bundled()
    raise InstrumentError(
        f"there is no instrument {text!r}",
        did_you_mean(text, known, f"bundled: {', '.join(known)}; or give the path of a YAML file"),
    )


def load_instrument(name: str | Path) -> Instrument:
    """Load an instrument by its bundled id or from a YAML file, and check it.

    Raises `InstrumentError`, which names the file and the line, where it is unknown or wrong.

    >>> load_instrument("vested-short").id
    'vested-short'
    """
    path = source_of(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InstrumentError(
            f"{path.name}: the instrument file cannot be read: {error.strerror}",
            f"bundled instruments: {', '.join(bundled())}",
        ) from None
    return read_instrument(raw, path.name)
