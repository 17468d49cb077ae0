"""Look at report pages of the samples in a browser, and draw the pictures of the README.

Usage: python docs/make_screenshots.py [--keep FOLDER]

Needs the extra `report`, Chromium (its path in CHROMIUM, or `chromium` on the PATH), and Node.js
with `npm install --prefix docs/browser`. Each page is opened as on a phone, a laptop and paper, in
light and dark; the script says what it finds wrong (`docs/browser/pages.mjs`) and ends with 1 if
anything is. With --keep all pictures stay in FOLDER, to be looked at. Run by hand when a page
changes.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

import vested
from vested.analysis.compare import Comparison, compare
from vested.analysis.interviews import interviews
from vested.analysis.reports.report import report
from vested.report import html
from vested.report.charts import svg
from vested.report.document.build import document
from vested.report.document.comparison import of_comparison
from vested.report.document.model import Chart, Document
from vested.report.terminal import show

DOCS = Path(__file__).parent
SAMPLES = DOCS.parent / "data" / "samples"
PICTURES = DOCS / "pictures"
ONE = "Blood Service"
"""The organisation whose report stands in the README."""
WIDTH = 132
"""Columns of the terminal in the README."""

_DRAWN = (("report", "answers", 0, "answers"), ("comparison", "profile", -1, "coping"))
"""Which picture of a report, by its kind and place, stands in a file of its own."""
LEVELS = """organisation,time,level
Blood Service,2020-01-06,100
Blood Service,2020-03-16,60
Blood Service,2020-06-01,80
Blood Service,2020-12-07,108
Regional Railways,2020-01-06,96
Regional Railways,2020-03-16,30
Regional Railways,2020-06-01,50
Regional Railways,2020-12-07,82
"""
"""Made up: one comes back from a shock, and one does not."""


def documents(folder: Path) -> dict[str, Document]:
    """The reports that are looked at, by the names of their files."""
    whole = (SAMPLES / "survey.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    one = folder / "survey.csv"
    one.write_text(
        "".join([whole[0], *(line for line in whole if line.startswith(ONE))]), encoding="utf-8"
    )
    spoken = interviews([SAMPLES / "interviews.qdpx"])
    mine = report(one, wave="wave")
    return {
        "report": document(mine),
        **{f"report-{code}": document(mine, language=code) for code in ("nl", "fr", "de")},
        "organisations": document(
            report(SAMPLES / "survey.csv", wave="wave", group="sector", interviews=spoken)
        ),
        "joint": document(report(one, interviews=spoken)),
        "comparison": of_comparison(compared(folder)),
    }


class Terminal(io.StringIO):
    """A terminal that takes colours and more than ASCII."""

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


def compared(folder: Path) -> Comparison:
    """The sample compared in every way."""
    levels = folder / "levels.csv"
    levels.write_text(LEVELS, encoding="utf-8")
    return compare(
        SAMPLES / "survey.csv", wave="wave", respondent="respondent", by="sector", claims=True,
        robustness=True, paradox_map=True, service_levels=levels,
    )  # fmt: skip


def terminal() -> str:
    """The tables in the terminal as SVG, without a font from elsewhere."""
    stream = Terminal()
    os.environ |= {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    os.environ.pop("NO_COLOR", None)
    show(vested.analyse(SAMPLES / "survey.csv"), stream)
    lines = stream.getvalue().splitlines()
    ranks, foot = (
        next(at for at, line in enumerate(lines) if word in line)
        for word in ("Ranks and bands", "rows read")
    )
    shown = [*lines[:9], "…", *lines[ranks - 1 : ranks + 9], "…", lines[foot]]
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi("\n".join(shown)), soft_wrap=True)
    drawn = console.export_svg(title="vested analyse survey.csv", unique_id="terminal")
    drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return drawn.replace("Fira Code", "DejaVu Sans Mono, Consolas")


def main() -> None:
    keep = Path(sys.argv[2]) if sys.argv[1:2] == ["--keep"] else None
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium or not (DOCS / "browser" / "node_modules").exists():
        sys.exit("Chromium, and `npm install --prefix docs/browser`, are needed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = documents(folder)
        paths = []
        for page, content in made.items():
            paths.append(folder / f"{page}.html")
            paths[-1].write_bytes(html.document(content))
        script = ["node", str(DOCS / "browser" / "pages.mjs"), chromium, name, *map(str, paths)]
        status = subprocess.run(script, check=False).returncode
        PICTURES.mkdir(exist_ok=True)
        shutil.copyfile(folder / "report-laptop-light.png", PICTURES / "report.png")
        (PICTURES / "terminal.svg").write_text(terminal(), encoding="utf-8")
        for page, kind, at, picture in _DRAWN:
            blocks = [block for section in made[page].sections for block in section.blocks]
            charts = [block for block in blocks if isinstance(block, Chart) and block.kind == kind]
            (PICTURES / f"{picture}.svg").write_text(svg(charts[at]), encoding="utf-8")
        if keep:
            shutil.copytree(folder, keep, dirs_exist_ok=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
