"""A folder with the samples and everything that can be made of them, to be looked at."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import vested
from vested.analysis.analyse import analyse
from vested.analysis.benchmark.build import build
from vested.analysis.interviews import interviews
from vested.analysis.reports.report import report
from vested.errors import OutputError
from vested.pipeline.batch import batch
from vested.report import FORMATS, missing, render_report, write
from vested.report.document.build import document
from vested.report.document.model import Document
from vested.report.norms import write_norms

_SAYS = {
    "html": "a page for any browser",
    "pdf": "the same on paper, with a first page that stands alone",
    "xlsx": "a workbook with charts that can be edited",
    "pptx": "slides with charts that can be edited",
    "markdown": "tables in APA style for notes and wikis",
    "latex": "tables in APA style for a paper",
}
"""What each form of a report is for, the first to look at first."""


def samples() -> Path:
    """The folder of the samples: in the package, or beside it in a copy of the project."""
    inside = Path(str(files("vested"))) / "samples"
    return inside if inside.is_dir() else Path(vested.__file__).parents[2] / "data" / "samples"


def demo(folder: Path, progress: Callable[[str], None] = lambda step: None) -> list[str]:
    """Write the samples and every report of them, and say what to look at, a line for each.

    The folder is there whole or not at all. `progress` is called with what is being made. Raises
    `OutputError` where it exists already or cannot be written.
    """
    if folder.exists():
        raise OutputError(f"{folder} exists already", "name another folder, or remove it")
    if not folder.absolute().parent.is_dir():
        raise OutputError(f"there is no folder {folder.parent}", "make the folder first")
    making = Path(tempfile.mkdtemp(prefix=".vested-", dir=folder.absolute().parent))
    try:
        lines = list(_made(making, progress))
        text = "\n".join([*lines, ""])
        (making / "what-to-look-at.txt").write_text(text, encoding="utf-8")
        os.replace(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return lines


def _made(folder: Path, progress: Callable[[str], None]) -> Iterator[str]:
    progress("samples")
    given = folder / "samples"
    given.mkdir()
    for path in sorted(samples().iterdir()):
        if path.suffix != ".py" and path.is_file():
            shutil.copyfile(path, given / path.name)
    yield "samples: invented surveys and interviews; index.csv says what each shows"
    survey = given / "survey.csv"
    write(analyse(survey), folder / "results", None, force=False)
    yield "results: every table as csv, and recipe.json: `vested verify results` checks them"
    progress("report of all organisations")
    yield from _report(folder, "all-organisations", document(report(survey, wave="wave")))
    progress("survey and interviews")
    spoken = interviews([given / "interviews.qdpx"])
    joined = report(survey, interviews=spoken, literature=given / "literature.csv")
    yield from _report(folder, "survey-and-interviews", document(joined), ("html",))
    progress("norms")
    write_norms(build(survey, by="sector"), folder / "norms", force=False)
    yield "norms: a benchmark of the organisations, over all and by sector"
    progress("a set of reports per organisation")
    forms = [name for name in ("html", "pdf", "xlsx") if not missing(name)]
    options = {"wave": "wave", "benchmark": folder / "norms", "formats": forms}
    found = batch(survey, folder / "clients", by="organisation", options=options)
    yield (
        f"clients: a folder for each of {len(found.done)} organisations with nothing but its own, "
        f"and summary.csv, for you alone, which says why {len(found.failed)} has none"
    )


def _report(folder: Path, name: str, made: Document, forms: tuple[str, ...] = ()) -> Iterator[str]:
    """The report in each form, and a line on those whose libraries are not installed."""
    wanted = forms or tuple(form for form, each in FORMATS.items() if each.report)
    for form in (form for form in _SAYS if form in wanted and not missing(form)):
        path = folder / f"{name}{FORMATS[form].suffix}"
        path.write_bytes(render_report(made, form))
        yield f"{path.name}: {_SAYS[form]}"
    if lacking := [form for form in wanted if missing(form)]:
        extras = ",".join(sorted({FORMATS[form].extra for form in lacking}))
        yield f"not made: {', '.join(lacking)}, for which pip install 'vested[{extras}]' is needed"
