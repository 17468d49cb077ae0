"""Kill `vested batch` at many points, and see that nothing is torn and that the next run completes.

Usage: python benchmarks/kill_batch.py [--points 100] [--jobs 2] [--clients 12]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from make_survey import make_survey


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def torn(folder: Path) -> list[str]:
    """Folders of clients that are not what their recipe says, and a summary that is not whole."""
    found = []
    for path in folder.iterdir() if folder.exists() else ():
        if path.name.startswith("."):
            continue
        if path.name == "summary.csv":
            found += [] if path.read_bytes().endswith(b"\n") else [path.name]
            continue
        outputs = json.loads((path / "recipe.json").read_bytes())["outputs"]
        there = {each.name: sha256(each.read_bytes()).hexdigest() for each in path.iterdir()}
        there.pop("recipe.json")
        found += [] if there == outputs else [path.name]
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Kill batches, and look at what is left.")
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--clients", type=int, default=12)
    given = parser.parse_args()
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        survey, out = home / "survey.csv", home / "out"
        make_survey(survey, given.clients * 30, organisations=given.clients)
        command = [sys.executable, "-m", "vested", "batch", str(survey), "--by", "organisation"]
        command += ["--jobs", given.jobs, "--quiet", "--format", "csv", "--output"]
        environment = {**os.environ, "TMPDIR": str(home)}
        start = time.perf_counter()
        subprocess.run([*command, str(home / "whole")], check=True, env=environment)
        lasts = time.perf_counter() - start
        whole = files_in(home / "whole")
        wrong = replaced = 0
        for point in range(given.points):
            # Every other time everything is made again over what is there.
            force = ["--force"] if point % 2 and out.exists() else []
            if not force:
                shutil.rmtree(out, ignore_errors=True)
            replaced += bool(force)
            running = subprocess.Popen([*command, str(out), *force], env=environment)
            time.sleep(lasts * (point + dice.random()) / given.points)
            running.send_signal(signal.SIGKILL)
            running.wait()
            left = torn(out)
            subprocess.run([*command, str(out)], check=True, env=environment)
            hidden = [path.name for path in out.iterdir() if path.name.startswith(".")]
            parts = [path.name for path in home.glob("vested-*")]
            if left or hidden or parts or files_in(out) != whole:
                wrong += 1
                print(f"point {point}: torn {left}, left over {hidden} {parts}", flush=True)
    print(f"killed at {given.points} points ({replaced} while replacing): {wrong} went wrong")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
