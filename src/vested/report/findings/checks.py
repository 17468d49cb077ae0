"""What `benchmark check` and `verify` found, for people and as findings for pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from vested.report import FORMATS
from vested.report.findings import Finding, write_findings
from vested.report.text import harmless

if TYPE_CHECKING:
    from pathlib import Path

    from vested.table import ResultTable


class Checked(Protocol):
    """The result of a check: a table of what was found, and in a sentence whether all is well."""

    @property
    def table(self) -> ResultTable: ...
    @property
    def checked(self) -> tuple[str, ...]: ...
    @property
    def answer(self) -> str: ...


def show_check(found: Checked, stream: IO[str]) -> None:
    """Print the table, where anything was found, and the answer."""
    from vested.report.terminal import console_on, put
    from vested.report.terminal.tables import show_table

    console = console_on(stream)
    if found.table.frame.height:
        show_table(console, found.table)
        put(console, "")
    put(console, harmless(found.answer))


def render_check(form: str, found: Checked, folder: Path) -> bytes:
    """The table as csv or json, or what was found in a form for pipelines."""
    if form in FORMATS:
        module = import_module(FORMATS[form].module)
        return cast(bytes, module.table(found.table))
    kind = _KINDS[found.table.name]
    name = folder.resolve().name
    findings = [kind.told(row, name) for row in found.table.frame.rows(named=True)]
    return write_findings(form, kind.title, found.checked, findings, kind.rules)


def _of_norms(row: Mapping[str, Any], folder: str) -> Finding:
    if row["dimension"] is None:
        file = row["cell"]
        return Finding("edited", file, f"{folder}/{file}", f"{row['change']} ({row['why']})")
    of = f"{row['dimension']}={row['cell']}"
    numbers = ""
    if row["was"] is not None and row["now"] is not None:
        numbers = f": {row['was']:.6g} -> {row['now']:.6g} ({row['moved']:+.6g})"
    rule = "status" if row["statistic"] == "status" else "moved"
    text = f"{row['measure']} {row['statistic']} {row['change']}{numbers}; {row['why']}"
    return Finding(rule, of, f"{folder}/norms.csv", text)


def _of_file(row: Mapping[str, Any], folder: str) -> Finding:
    rule = {"another file": "input", "other bytes when run again": "bytes"}.get(
        row["found"], "hash"
    )
    file = row["file"] if rule == "input" else f"{folder}/{row['file']}"
    return Finding(rule, row["file"], file, f"{row['found']}; {row['why']}")


class _Kind(NamedTuple):
    """How the rows of a table become findings."""

    title: str
    rules: Mapping[str, str]
    told: Callable[[Mapping[str, Any], str], Finding]


_KINDS = {
    "moved": _Kind(
        "vested benchmark check",
        {
            "moved": "A number of the norms is another one now.",
            "status": "A row of the norms is hidden or shown, came or went.",
            "edited": "A file of the norms was changed or is missing.",
        },
        _of_norms,
    ),
    "differences": _Kind(
        "vested verify",
        {
            "hash": "A file is missing, was changed, or does not belong to the result.",
            "input": "A file that the result was made from is another one now.",
            "bytes": "The recipe does not give the same bytes again.",
        },
        _of_file,
    ),
}
