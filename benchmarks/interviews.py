"""Time `vested interviews` on a large project, as csv and as a REFI-QDA project.

Both hold the same number of codings, which are rows of the csv; in the project a passage has two,
what it is about and its polarity. Next to it, merely parsing the file. Whole processes, in turn
within each round.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

import vested
from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.refi.writer import write

BARE = {
    "csv": "import sys, polars as pl; pl.read_csv(sys.argv[1], infer_schema=False)",
    "qdpx": (
        "import sys, zipfile, xml.etree.ElementTree as tree; "
        "archive = zipfile.ZipFile(sys.argv[1]); "
        "[archive.read(name) for name in archive.namelist()]; "
        "tree.fromstring(archive.read('project.qde'))"
    ),
}
CODERS = ("Coder A", "Coder B")


def made(sources: int, codings: int) -> tuple[Project, dict[str, str]]:
    """Sources that two coders coded, about one in ten passages otherwise than the other did."""
    measures = [m.id for m in vested.load_instrument("vested").measures if m.kind == "facet"]
    codes = [Code(name, name) for name in measures]
    codes += [Code(f"P{value:+d}", f"{value:+d}", ("Polarity",)) for value in range(-2, 3)]
    random = np.random.default_rng(7)
    passages = codings // (2 * len(CODERS) * sources)
    interviews, segments, texts = [], [], {}
    for at in range(sources):
        name = f"Interview {at + 1:04}"
        variables = {"organisation": f"Body {at % 25 + 1:02}", "phase": ("1", "3c")[at % 2]}
        text = ""
        for _ in range(passages):
            said = f"{len(text)} {'words ' * int(random.integers(20, 60))}"
            place = len(text), len(text) + len(said)
            text += f"{said}\n"
            measure, polarity = str(random.choice(measures)), int(random.integers(-2, 3))
            for coder in CODERS:
                if random.random() < 0.1:
                    measure, polarity = str(random.choice(measures)), int(random.integers(-2, 3))
                for code in (measure, f"P{polarity:+d}"):
                    segments.append(Segment(name, code, coder, *place, text[slice(*place)]))
        texts[name] = text
        interviews.append(Source(name, name, len(text), variables))
    return Project("large.qdpx", "", tuple(codes), tuple(interviews), tuple(segments)), texts


def write_table(path: Path, project: Project) -> None:
    """A row per passage and coder, with the polarity in a column of its own."""
    of = {source.id: source.variables for source in project.sources}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        heads = ("organisation", "phase", "source", "coder", "code", "polarity", "quotation")
        out.writerow(heads)
        for each, polarity in zip(*[iter(project.segments)] * 2, strict=True):
            said = of[each.source]
            out.writerow(
                (said["organisation"], said["phase"], each.source, each.coder, each.code,
                 polarity.code.removeprefix("P"), each.quotation)
            )  # fmt: skip


def measured(command: list[str]) -> tuple[float, float, float]:
    """Wall time and CPU time in seconds, and peak memory in MB of the process."""
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return perf_counter() - start, cpu, usage.ru_maxrss * unit / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--codings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="folder for the files, which then stay")
    options = parser.parse_args()
    vested_command = str(Path(sys.executable).with_name("vested"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        project, texts = made(options.sources, options.codings)
        (folder / "large.qdpx").write_bytes(write(project, texts))
        write_table(folder / "large.csv", made(options.sources, 2 * options.codings)[0])
        print(f"{options.sources:,} sources, {len(project.segments):,} codings (in the csv as "
              f"many rows); seconds, medians of {options.rounds}\n")  # fmt: skip
        print("| file | MB | bare parse s | vested s | ratio | CPU s | CPU ratio | vested MB |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for kind, bare in BARE.items():
            path = folder / f"large.{kind}"
            out = ["--quiet", "--force", "-o", str(folder / f"{kind}.json")]
            runs: dict[str, list[tuple[float, float, float]]] = {"bare": [], "vested": []}
            for _ in range(options.rounds):
                runs["bare"].append(measured([sys.executable, "-c", bare, str(path)]))
                runs["vested"].append(measured([vested_command, "interviews", str(path), *out]))
            (bare_s, bare_cpu, _), (own_s, own_cpu, own_mb) = (
                tuple(median(column) for column in zip(*found, strict=True))
                for found in runs.values()
            )
            print(
                f"| {kind} | {path.stat().st_size / 1e6:.1f} | {bare_s:.2f} | {own_s:.2f} "
                f"| {own_s / bare_s:.1f} | {own_cpu:.2f} | {own_cpu / bare_cpu:.1f} "
                f"| {own_mb:.0f} |"
            )


if __name__ == "__main__":
    main()
