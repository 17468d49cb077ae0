"""The recipe in a folder that `vested` wrote, and whether the files beside it are still those."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from vested.errors import InputError

_PARTS = {
    "command": str,
    "instrument": dict,
    "inputs": list,
    "options": dict,
    "outputs": dict,
    "versions": dict,
    "vested": str,
}


def read_recipe(folder: Path) -> dict[str, Any]:
    """The recipe in a folder.

    Raises `InputError` where there is none, or none that can be understood.
    """
    try:
        recipe = json.loads((folder / "recipe.json").read_bytes())
    except OSError:
        raise InputError(
            f"{folder.name} has no recipe.json", "name a folder that vested wrote with --output"
        ) from None
    except (ValueError, RecursionError):
        recipe = None
    whole = isinstance(recipe, dict) and all(
        isinstance(recipe.get(key), kind) for key, kind in _PARTS.items()
    )
    if not whole or not (
        _has_texts(recipe["instrument"], "id", "version", "sha256")
        and all(_has_texts(entry, "file", "sha256") for entry in recipe["inputs"])
    ):
        raise InputError(
            f"{folder.name}/recipe.json cannot be understood",
            "it is damaged, or of an earlier version: write the folder again",
        )
    return dict(recipe)


def _has_texts(entry: Any, *keys: str) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in keys)


def hash_of(path: Path) -> str | None:
    """The SHA-256 of a file; None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def is_changed(folder: Path, name: str, recipe: Mapping[str, Any]) -> bool:
    """Whether a file is missing, or is not the one that was written with the recipe."""
    found = hash_of(folder / name)
    return found is None or found != recipe["outputs"].get(name)


def differences(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """In what two recipes differ, one sentence for each kind: data, instrument, version, option."""
    found = []
    before, after = (
        {(entry["sha256"], entry["file"]) for entry in each["inputs"]} for each in (was, now)
    )
    if {digest for digest, _ in before} != {digest for digest, _ in after}:
        names = {name for _, name in before ^ after}
        found.append(f"data: {', '.join(sorted(names))}")
    if was["instrument"].get("sha256") != now["instrument"].get("sha256"):
        ids = (
            f"{each['instrument'].get('id')} {each['instrument'].get('version')}"
            for each in (was, now)
        )
        found.append(f"instrument: {' -> '.join(ids)}")
    versions = [{"vested": each["vested"], **each["versions"]} for each in (was, now)]
    if moved := _moved(*versions):
        found.append(f"version: {moved}")
    if moved := _moved(was["options"], now["options"]):
        found.append(f"option: {moved}")
    return found


def _moved(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {was.get(name)} -> {now.get(name)}"
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    )


_NOT_OPTIONS = ("instrument", "progress")
"""What functions take besides the options that stand in a recipe."""


def options_for(
    function: Callable[..., Any], recipe: Mapping[str, Any], folder: Path
) -> dict[str, Any]:
    """The options of a recipe, for a function that takes them by name.

    Raises `InputError` where the function has no such option, or not of that type: texts may be
    absent, lists are of texts.
    """
    defaults: Mapping[str, Any] = getattr(function, "__kwdefaults__", None) or {}
    options = dict(recipe["options"])
    for name, value in options.items():
        known = name in defaults and name not in _NOT_OPTIONS
        if not known or not _fits(value, defaults[name]):
            raise InputError(
                f"{folder.name}/recipe.json has an option that is not understood: {name}",
                "it is damaged, or of another version: write the folder again",
            )
    return options


def _fits(value: Any, default: Any) -> bool:
    if default is None or isinstance(default, str):
        return value is None or isinstance(value, str)
    if isinstance(default, tuple):
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    return isinstance(value, int) or (isinstance(value, float) and isinstance(default, float))
