"""Where the files are that a recipe names: by their hash, else by their name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vested.analysis.recipes.reading import hash_of
from vested.errors import VestedError
from vested.instruments import bundled, load_instrument
from vested.model import Instrument

_LARGEST = 20_000_000
FILES = ("mapping", "definition", "population", "headcount")
"""Options that are files, of which a recipe holds the hash."""
_DESCRIBE = (".yaml", ".yml", ".qsf", ".lss", ".xlsx", ".csv", ".json", ".zip")
"""What may be an instrument or such a file, of which a recipe holds no name."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files that a recipe was made from, as far as they are there."""

    surveys: tuple[Path, ...]
    """In the order of the recipe; one that is missing is left out."""
    instrument: Instrument | None
    files: Mapping[str, Path | None]
    """Those of `FILES`, by option."""
    missing: tuple[str, ...]
    """Surveys that are not there."""
    lost: Mapping[str, str]
    """What else is not there: the instrument or a file of an option, and in words which."""
    others: tuple[str, ...]
    """What is there, but with another hash: names of surveys, and `instrument`."""


def sources(recipe: Mapping[str, Any], folder: Path, given: Sequence[Path]) -> Sources:
    """Look for what a recipe names: among the given files, beside its folder, in it, and here.

    A file with the hash that the recipe has is preferred to one that only has its name.
    """
    search = _Search(given, (folder.resolve().parent, folder, Path()))
    missing: list[str] = []
    lost: dict[str, str] = {}
    surveys = []
    for entry in recipe["inputs"]:
        path = search.named(Path(entry["file"]).name, entry["sha256"])
        if path is None:
            missing.append(entry["file"])
        else:
            surveys.append(path)
    found: dict[str, Path | None] = {}
    for role in FILES:
        digest = recipe["options"].get(role)
        found[role] = search.hashed(digest) if digest else None
        if digest and found[role] is None:
            lost[role] = f"the {role} with SHA-256 {str(digest)[:12]}…"
    instrument = search.instrument(recipe["instrument"])
    if instrument is None:
        lost["instrument"] = f"the instrument {recipe['instrument']['id']}"
    hashes = {entry["sha256"] for entry in recipe["inputs"]}
    others = [path.name for path in surveys if search.hash(path) not in hashes]
    if instrument and instrument.digest != recipe["instrument"].get("sha256"):
        others.append("instrument")
    return Sources(
        tuple(surveys),
        instrument,
        found,
        tuple(missing),
        lost,
        tuple(others),
    )


class _Search:
    def __init__(self, given: Sequence[Path], places: Sequence[Path]) -> None:
        self.given = given
        self.places = places
        self._hashes: dict[Path, str | None] = {}

    def hash(self, path: Path) -> str | None:
        """The hash of a file, computed once."""
        if path not in self._hashes:
            self._hashes[path] = hash_of(path)
        return self._hashes[path]

    def named(self, name: str, digest: str) -> Path | None:
        """The file with a hash; else the first one with the name."""
        there = [place / name for place in self.places if name and (place / name).is_file()]
        candidates = [*(path for path in self.given if path.name == name), *there]
        right = [path for path in (*self.given, *there) if self.hash(path) == digest]
        return next(iter((*right, *candidates)), None)

    def hashed(self, digest: str) -> Path | None:
        """The file with a hash, whatever its name."""
        return next((path for path in self._descriptions() if self.hash(path) == digest), None)

    def _descriptions(self) -> Iterator[Path]:
        yield from self.given
        for place in self.places:
            try:
                paths = [path for path in sorted(place.iterdir()) if path.is_file()]
                sizes = [path.stat().st_size for path in paths]
            except OSError:
                continue
            for path, size in zip(paths, sizes, strict=True):
                if path.suffix.lower() in _DESCRIBE and size <= _LARGEST:
                    yield path

    def instrument(self, named: Mapping[str, Any]) -> Instrument | None:
        """The instrument with a hash; else the bundled one, or a file, of that name."""
        name = str(named.get("id"))
        own = load_instrument(name) if name in bundled() else None
        if own and own.digest == named.get("sha256"):
            return own
        path = self.hashed(str(named.get("sha256")))
        if path is not None:
            return load_instrument(path)
        return own or self._like(name)

    def _like(self, name: str) -> Instrument | None:
        for path in self._descriptions():
            if path.suffix.lower() in (".yaml", ".yml"):
                try:
                    found = load_instrument(path)
                except VestedError:
                    continue
                if found.id == name:
                    return found
        return None
