"""What one client gets: made of its own rows alone, and put in place whole or not at all."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vested
from vested.analysis.analyse import check_common
from vested.errors import InputError, OutputError
from vested.formats import Part
from vested.formats.source import digest_of
from vested.instruments import bundled, source_of
from vested.pipeline.batch.clients import Client
from vested.report import FORMATS, check_installed, checked_format, render
from vested.report.document.wording import checked_language
from vested.report.files import write_files

if TYPE_CHECKING:
    from vested.analysis.reports.report import Report

RECIPE = "recipe.json"
_NEW, _OLD = ".vested-new-", ".vested-old-"
"""How folders begin that are being made, or that are being replaced."""
_LIBRARIES = (
    *("numpy", "polars", "scipy", "altair", "vl-convert-python", "jinja2", "typst"),
    *("xlsxwriter", "python-pptx"),
)
"""Those whose versions may change what is written."""
_TABLES = ("scores", "waves", "groups", "ledger")
_READING = frozenset(
    {
        *("instrument", "mapping", "definition", "organisation", "respondent", "wave", "group"),
        *("population", "trim", "headcount"),
        *("weight", "min_respondents", "confidence", "invalid", "encoding", "answers"),
        *("keep_unfinished", "gate", "benchmark", "benchmark_cell"),
    }
)
"""Options about what is read and worked out; the others are about how it is shown."""


def check_options(client: Client) -> None:
    """Complain of options that no survey could make sense of: they are no fault of a client's."""
    said = client.options
    words = {
        "invalid": (said.get("invalid", "stop"), ("stop", "missing")),
        "gate": (said.get("gate", "on"), ("on", "off")),
    }
    check_common(
        client.surveys,
        said.get("group", ()),
        said.get("min_respondents", 10),
        said.get("confidence", 0.95),
        words,
    )
    checked_language(said.get("language", "en"))
    for name in said["formats"]:
        check_installed(checked_format(name))


def made(client: Client, made_from: str) -> dict[str, bytes]:
    """What a client gets, by name of file; its recipe says from what, by fingerprint.

    Raises `VestedError` where its input is bad.
    """
    from vested.analysis.reports.report import report
    from vested.report import csv
    from vested.report.json import recipe as as_json

    options = {key: value for key, value in client.options.items() if key in _READING}
    found = report(client.surveys, **options)
    contents = _forms(client, found)
    for name in _TABLES:
        if name in found.tables:
            contents[f"{name}.csv"] = csv.table(found.tables[name])
    recipe = {
        **found.recipe,
        "command": "batch",
        "inputs": found.inputs,
        "client": client.name,
        "headlines": [output.id for output in found.instrument.headlines],
        "notes": found.notes,
        "made_from": made_from,
        "outputs": {name: sha256(content).hexdigest() for name, content in contents.items()},
    }
    return {**contents, RECIPE: as_json(recipe)}


def _forms(client: Client, found: Report) -> dict[str, bytes]:
    """The report in each form that the client is to get."""
    from vested.report.document.build import document
    from vested.report.document.theme import Theme, read_logo, read_theme

    said = client.options
    theme = read_theme(said["theme"]) if "theme" in said else Theme()
    if "logo" in said:
        theme = replace(theme, logo=read_logo(said["logo"]))
    several = found.analysis.scores["organisation"].n_unique() > 1
    title = said.get("title") or (client.name if several else None)
    shown = document(found, language=said.get("language", "en"), title=title, theme=theme)
    contents = {}
    for name in said["formats"]:
        form = FORMATS[name]
        contents[f"report{form.suffix}"] = (
            import_module(form.module).document(shown)
            if form.report
            else render(found.analysis, name)
        )
    return contents


def fingerprint(client: Client) -> str:
    """The SHA-256 of all that decides what a client gets: input, options, files named, versions.

    Raises `InputError` where a file is not there any more.
    """
    try:
        options = {
            key: _digest(value) if isinstance(value, Path) else value
            for key, value in client.options.items()
        }
        given = options.get("instrument")
        if given is None or given in bundled():
            names = [given] if given else bundled()
            options["instrument"] = [digest_of(source_of(name)) for name in names]
        inputs = [
            [each.name, digest_of(Path(each)), repr((each.kind, each.encoding, each.fields))]
            if isinstance(each, Part)
            else [each.name, digest_of(each)]
            for each in client.surveys
        ]
    except OSError as error:
        raise InputError(
            f"{Path(error.filename or '').name} cannot be read: {error.strerror}",
            "check that it is there, and that you may read it",
        ) from None
    versions = {name: _version(name) for name in _LIBRARIES}
    versions |= {"vested": vested.__version__, "python": platform.python_version()}
    parts = {
        "client": client.name,
        "inputs": inputs,
        "options": options,
        "versions": versions,
        "date": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _digest(path: Path) -> str | list[str]:
    """Of a file, or of each file in a folder of norms."""
    if path.is_dir():
        return [f"{each.name} {digest_of(each)}" for each in sorted(path.iterdir())]
    return digest_of(path)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def recipe_in(folder: Path) -> dict[str, Any] | None:
    """The recipe of a client's folder that a batch made; None for any other folder."""
    try:
        recipe = json.loads((folder / RECIPE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    kinds = {"client": str, "made_from": str, "outputs": dict}
    ours = isinstance(recipe, dict) and all(
        isinstance(recipe.get(key), kind) for key, kind in kinds.items()
    )
    return recipe if ours else None


def is_current(folder: Path, made_from: str) -> bool:
    """Whether a folder holds what would be made again, to the last byte."""
    recipe = recipe_in(folder)
    if recipe is None or recipe["made_from"] != made_from:
        return False
    try:
        return all(digest_of(folder / name) == sha for name, sha in recipe["outputs"].items())
    except OSError:
        return False


def put(output: Path, client: Client, contents: Mapping[str, bytes]) -> None:
    """Put a client's files in place: made beside it, then renamed, so that none is ever half there.

    Raises `OutputError` where what is there already is not the batch's own.
    """
    target, new = output / client.folder, output / f"{_NEW}{client.folder}"
    old = output / f"{_OLD}{client.folder}"
    _refuse_foreign(target)
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    write_files({new / name: content for name, content in contents.items()}, force=False)
    if target.exists():
        os.rename(target, old)
    os.rename(new, target)
    shutil.rmtree(old, ignore_errors=True)


def _refuse_foreign(target: Path) -> None:
    """Never take away what someone else put there."""
    if not target.exists() and not target.is_symlink():
        return
    recipe = None if target.is_symlink() else recipe_in(target)
    if recipe is None:
        raise OutputError(
            f"{target.name} is there already, and no batch made it", "move it elsewhere"
        )
    own = {RECIPE, *recipe["outputs"]}
    if more := sorted(path.name for path in target.iterdir() if path.name not in own):
        raise OutputError(
            f"the folder {target.name} holds {more[0]}, which no batch made", "move it elsewhere"
        )


def recover(output: Path) -> None:
    """Clear away what a batch that was stopped left half done; what it was replacing comes back."""
    for path in list(_leftovers(output)):
        if path.name.startswith(_OLD):
            target = output / path.name.removeprefix(_OLD)
            if not target.exists():
                os.rename(path, target)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _leftovers(output: Path) -> Iterator[Path]:
    for path in output.iterdir():
        if path.name.startswith((_NEW, _OLD)) or (
            path.name.startswith(".vested-") and path.name.endswith(".part")
        ):
            yield path
