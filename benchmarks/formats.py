"""Time `vested analyse` on files that are not text, next to merely reading them.

Makes one survey as xlsx, sav, parquet and csv; whole processes, in turn within each round.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

HERE = Path(__file__).parent
MAKE = """
import sys
import polars as pl, pyreadstat, xlsxwriter
survey, folder = sys.argv[1:]
frame = pl.read_csv(survey)
frame.write_parquet(f"{folder}/survey.parquet")
pyreadstat.write_sav(frame, f"{folder}/survey.sav")
with xlsxwriter.Workbook(f"{folder}/survey.xlsx", {"constant_memory": True}) as book:
    sheet = book.add_worksheet("Answers")
    sheet.write_row(0, 0, frame.columns)
    for at, row in enumerate(frame.iter_rows(), 1):
        sheet.write_row(at, 0, row)
"""
BARE = {
    "csv": "import sys, polars as pl; pl.read_csv(sys.argv[1])",
    "parquet": "import sys, polars as pl; pl.read_parquet(sys.argv[1])",
    "sav": "import sys, pyreadstat; pyreadstat.read_sav(sys.argv[1], output_format='polars')",
    "xlsx": (
        "import sys, python_calamine as c; "
        "c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
    ),
}


def measured(command: list[str]) -> tuple[float, float]:
    """Wall time in seconds, and peak memory in MB of the process and its children."""
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return perf_counter() - start, usage.ru_maxrss * unit / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    vested = str(Path(sys.executable).with_name("vested"))
    with tempfile.TemporaryDirectory() as folder:
        survey = Path(folder) / "survey.csv"
        make = [sys.executable, str(HERE / "make_survey.py"), str(survey), str(options.rows)]
        subprocess.run([*make, "--organisations", str(round(options.rows**0.5))], check=True)
        subprocess.run([sys.executable, "-c", MAKE, str(survey), folder], check=True)
        out = ["--quiet", "-i", "vested", "--force", "-o", f"{folder}/scores.csv"]
        print(f"{options.rows:,} rows x 80 answers; seconds, medians of {options.rounds}\n")
        print("| file | MB | bare read s | vested s | ratio | bare MB | vested MB |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
        scores = set()
        for kind, bare in BARE.items():
            path = survey.with_suffix(f".{kind}")
            runs: dict[str, list[tuple[float, float]]] = {"bare": [], "vested": []}
            for _ in range(options.rounds):
                runs["bare"].append(measured([sys.executable, "-c", bare, str(path)]))
                runs["vested"].append(measured([vested, "analyse", str(path), *out]))
            scores.add(Path(folder, "scores.csv").read_bytes())
            (bare_s, bare_mb), (own_s, own_mb) = (
                (median(wall for wall, _ in found), max(memory for _, memory in found))
                for found in runs.values()
            )
            size = path.stat().st_size / 1e6
            print(
                f"| {kind} | {size:.1f} | {bare_s:.2f} | {own_s:.2f} | {own_s / bare_s:.2f} "
                f"| {bare_mb:.0f} | {own_mb:.0f} |"
            )
        print(f"\nThe scores are {'the same bytes' if len(scores) == 1 else 'DIFFERENT'}.")


if __name__ == "__main__":
    main()
