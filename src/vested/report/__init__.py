"""Result tables out: which formats there are, and where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from vested.errors import OutputError, UsageError, did_you_mean
from vested.report.files import write_files

if TYPE_CHECKING:
    from vested.report.document.model import Document
    from vested.table import ResultTable


@dataclass(frozen=True, slots=True)
class Format:
    """A form of output: the module that makes it, the suffix of its files, and what it holds.

    The module has `table(result) -> bytes` for one table, and where several go into one file
    `tables(results, recipe)`. One that writes reports for people has `document(document)`.
    """

    module: str
    suffix: str
    text: bool = True
    report: bool = False
    """Whether it writes reports."""
    tables: bool = True
    """Whether it writes single tables too, and so a folder of them."""
    needs: tuple[str, ...] = ()
    """Modules that the base install does not bring."""
    extra: str = ""
    """The extra that brings them."""


_CHARTS = ("altair", "vl_convert")
FORMATS: Mapping[str, Format] = {
    "csv": Format("vested.report.csv", ".csv"),
    "json": Format("vested.report.json", ".json"),
    "parquet": Format("vested.report.parquet", ".parquet", text=False),
    "markdown": Format("vested.report.markdown", ".md", report=True),
    "latex": Format("vested.report.paper.latex", ".tex", report=True),
    "xlsx": Format("vested.report.xlsx", ".xlsx", text=False, report=True),
    "html": Format(
        "vested.report.html", ".html", report=True, tables=False,
        needs=("jinja2", *_CHARTS), extra="report",
    ),
    "pdf": Format(
        "vested.report.pdf", ".pdf", text=False, report=True, tables=False,
        needs=("typst", *_CHARTS), extra="report",
    ),
    "pptx": Format(
        "vested.report.pptx", ".pptx", text=False, report=True, tables=False,
        needs=("pptx",), extra="pptx",
    ),
}  # fmt: skip
"""Format name to its writer; adding a form of output is one line here."""


def format_of(path: Path) -> str:
    """The format that a file's suffix stands for."""
    for name, form in FORMATS.items():
        if path.suffix.lower() == form.suffix:
            return name
    suffixes = ", ".join(form.suffix for form in FORMATS.values())
    raise UsageError(
        f"the suffix of {path.name} stands for no format",
        f"known: {suffixes}; or say --format; a name without suffix is a folder",
    )


def checked_format(name: str) -> str:
    if name in FORMATS:
        return name
    known = ", ".join(FORMATS)
    raise UsageError(f"there is no format {name!r}", did_you_mean(name, FORMATS, f"known: {known}"))


def missing(name: str) -> tuple[str, ...]:
    """The modules that a format needs and that are not installed."""
    return tuple(module for module in FORMATS[name].needs if find_spec(module) is None)


def check_installed(name: str) -> None:
    """Complain of a format whose libraries are not installed before the work begins."""
    if lacking := missing(name):
        raise UsageError(
            f"{name} needs {' and '.join(lacking)}, which the base install leaves out",
            f"pip install 'vested[{FORMATS[name].extra}]'",
        )


class Result(Protocol):
    """What can be written: tables, of which one is the main one, and how to make them again."""

    @property
    def main(self) -> str: ...
    @property
    def tables(self) -> Mapping[str, ResultTable]: ...
    @property
    def recipe(self) -> Mapping[str, Any]: ...
    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]: ...


def render(result: Result, name: str) -> bytes:
    """A result as one file of a format: all of it where the format can hold that."""
    form = FORMATS[name]
    module = import_module(form.module)
    if form.report:
        from vested.analysis.compare import Comparison

        if isinstance(result, Comparison):
            from vested.report.document.comparison import of_comparison

            return render_report(of_comparison(result), name)
    if not form.tables:
        from vested.report.document.tables import of_tables

        return render_report(of_tables(result), name)
    if hasattr(module, "tables"):
        return cast(bytes, module.tables(result.tables, result.recipe))
    return cast(bytes, module.table(result.tables[result.main]))


def render_report(document: Document, name: str) -> bytes:
    """A report as one file of a format."""
    return cast(bytes, import_module(FORMATS[name].module).document(document))


def write_report(document: Document, output: Path, name: str, *, force: bool) -> None:
    """Write a report to a file."""
    write_files({output: render_report(document, name)}, force=force)


def write(analysis: Result, output: Path, name: str | None, *, force: bool) -> list[Path]:
    """Write a result to a file (its suffix decides) or a folder (all tables and the recipe).

    Returns the files that were written.
    """
    if not _is_folder(output):
        content = render(analysis, name or format_of(output))
        write_files({output: content}, force=force)
        return [output]
    return write_folder(analysis, output, files(analysis, name or "csv"), force=force)


def files(result: Result, name: str) -> dict[str, bytes]:
    """All tables of a result in a form, by the names of their files."""
    form = FORMATS[name]
    module = import_module(form.module)
    return {f"{table.name}{form.suffix}": module.table(table) for table in result.tables.values()}


def write_folder(
    result: Result, output: Path, contents: Mapping[str, bytes], *, force: bool
) -> list[Path]:
    """Write files and the recipe, which has the hash of each: `vested verify` compares them."""
    from vested.report.json import recipe

    hashes = {name: sha256(content).hexdigest() for name, content in contents.items()}
    made_by = {**result.recipe, "inputs": result.inputs, "outputs": hashes}
    whole = {output / name: content for name, content in contents.items()}
    whole[output / "recipe.json"] = recipe(made_by)
    try:
        output.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {output} cannot be made: {error.strerror}",
            "check that the folder above it exists and that you may write there",
        ) from None
    write_files(whole, force=force)
    return list(whole)


def write_table(table: ResultTable, output: Path, *, force: bool) -> None:
    """Write one table to a file, whose suffix decides the form."""
    module = import_module(FORMATS[format_of(output)].module)
    write_files({output: module.table(table)}, force=force)


def check_target(
    output: Path,
    name: str | None,
    *,
    force: bool,
    inputs: Sequence[Path] = (),
    tables: Sequence[str] = ("scores", "weighting", "benchmark", "ledger", "technology"),
) -> None:
    """Complain about a target that cannot be written before the work begins, not after."""
    if not _is_folder(output):
        check_installed(name or format_of(output))
    if name is not None and not FORMATS[name].tables and _is_folder(output):
        raise UsageError(
            f"{name} is one file, and {output} is a folder",
            f"give --output a name that ends in {FORMATS[name].suffix}",
        )
    found = targets(output, name, tables)
    for target in found:
        if target.exists() and not force:
            raise OutputError(f"{target} exists already", "--force overwrites it")
    places = {path.resolve() for path in inputs if str(path) != "-"}
    for target in found:
        if target.resolve() in places:
            raise OutputError(f"{target} is one of the files to read", "write the result elsewhere")
    folder = output.parent
    if not folder.is_dir():
        raise OutputError(
            f"{output} cannot be written: there is no folder {folder}", "make the folder first"
        )


def check_file(output: Path, *, force: bool, inputs: Sequence[Path] = ()) -> None:
    """The same for the file of one table, whose suffix decides the form."""
    if output.is_dir():
        raise OutputError(f"{output} is a folder", "name a file")
    format_of(output)
    check_target(output, None, force=force, inputs=inputs)


def targets(output: Path, name: str | None, tables: Sequence[str]) -> list[Path]:
    """The files that a result of these tables may be written to."""
    if not _is_folder(output):
        return [output]
    suffix = FORMATS[name or "csv"].suffix
    return [*(output / f"{table}{suffix}" for table in tables), output / "recipe.json"]


def report_form(output: Path | None, name: str | None) -> str | None:
    """The form of the report that is asked for; None where tables or nothing but a look are."""
    if output is not None and _is_folder(output):
        return None
    form = name or (format_of(output) if output is not None else None)
    return form if form and FORMATS[form].report else None


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix
