"""Time `vested batch` and watch the memory of all its processes, over growing numbers of clients.

Usage: python benchmarks/batch.py [CLIENTS ...] [--rows 30] [--jobs 2] [--format html]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_survey import make_survey

_PAUSE = 0.05


def memory_of(process: int) -> int:
    """Bytes that a process and those below it hold in memory, each page once (Linux only)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has just ended
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own * 1024 + sum(memory_of(int(child)) for child in below)


def computing() -> float:
    """Seconds of processors that ended processes below this one have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command: list[str]) -> tuple[float, float, float]:
    """Seconds that a command takes, of clock and of processors, and the most memory in MB."""
    start, before, most = time.perf_counter(), computing(), 0
    with subprocess.Popen(command) as running:
        while running.poll() is None:
            most = max(most, memory_of(running.pid))
            time.sleep(_PAUSE)
    if running.returncode:
        raise SystemExit(f"exit status {running.returncode}")
    return time.perf_counter() - start, computing() - before, most / 1e6


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time batches of clients.")
    parser.add_argument("clients", type=int, nargs="*", default=[50, 200])
    parser.add_argument("--rows", type=int, default=30, help="respondents per client")
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--format", action="append", help="forms of the reports")
    given = parser.parse_args()
    print("| clients | first s | CPU s | a client, CPU ms | MB | again s |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for clients in given.clients:
        with tempfile.TemporaryDirectory() as folder:
            survey = Path(folder, "survey.csv")
            make_survey(survey, clients * given.rows, organisations=clients)
            # Spread by chance, some have fewer than ten respondents.
            command = [sys.executable, "-m", "vested", "batch", str(survey), "--quiet"]
            command += ["--by", "organisation", "--output", str(Path(folder, "out"))]
            command += ["--min-respondents", "5", "--jobs", given.jobs]
            command += [f"--format={name}" for name in given.format or ()]
            first, used, most = timed(command)
            again, _, _ = timed(command)
        row = (f"{clients}", f"{first:.1f}", f"{used:.1f}", f"{used / clients * 1000:.0f}")
        print(f"| {' | '.join(row)} | {most:.0f} | {again:.1f} |", flush=True)


if __name__ == "__main__":
    main()
