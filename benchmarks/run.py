"""Time `vested analyse` against merely parsing the file, against pandas, and `vested evidence`.

Whole processes, in turn within each round, so that a busy moment of the machine hits all alike.
This program imports nothing large: on Linux the peak memory of a child is at least its parent's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter

HERE = Path(__file__).parent
PARSE = "import sys, polars as pl; pl.read_csv(sys.argv[1])"
SIZES = (10_000, 100_000, 1_000_000)
LARGE = 5_000_000
MODERATE = 1_000_000
"""The largest survey up to here is also run with labels; none above is given to pandas."""
PANDAS_ROUNDS_ROWS = 100_000
"""Larger surveys are given to pandas once, not in every round."""
START_UPS = 5
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
SURVEY_COLUMNS = ("rows", "organisations", "answers")
WALL_COLUMNS = (
    *("read_csv s", "vested s", "ratio", "pandas s", "times faster"),
    *("vested CPU s", "vested MB"),
)
EVIDENCE_COLUMNS = (
    *("analyse s", "evidence s", "ratio", "with structure s", "ratio"),
    *("evidence CPU s", "evidence MB"),
)
CPU_COLUMNS = (
    *("read_csv CPU s", "vested CPU s", "ratio", "pandas CPU s", "times less"),
    *("read_csv MB", "vested MB", "pandas MB"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One survey to make and to score."""

    rows: int
    organisations: int
    answers: str = "codes"
    min_respondents: int | None = None

    @property
    def name(self) -> str:
        """The case in words."""
        return f"{self.rows:,} rows, {self.organisations:,} organisations, {self.answers}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each program runs, the most rows that pandas is given, and where files are kept."""

    rounds: int
    pandas_rows: int = MODERATE
    keep_in: Path | None = None

    def rounds_of(self, program: str, case: Case) -> int:
        """In how many rounds a program takes part."""
        rows = case.rows
        if program in ("evidence", "structure"):
            plain = case.answers == "codes" and case.min_respondents is None
            return self.rounds if plain and rows <= MODERATE else 0
        if program != "pandas" or rows <= min(PANDAS_ROUNDS_ROWS, self.pandas_rows):
            return self.rounds
        return 1 if rows <= self.pandas_rows else 0


@dataclass(frozen=True, slots=True)
class Process:
    """What one process took from its start to its end."""

    wall: float
    cpu: float
    megabytes: float


Runs = dict[str, list[Process]]


@dataclass(frozen=True, slots=True)
class Result:
    """A case, its file, all its processes by program, and whether the scores agree."""

    case: Case
    file_megabytes: float
    runs: Runs
    agreement: str


def measured(command: Sequence[str]) -> Process:
    """Run a command and take its wall time, its CPU time and its peak memory."""
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"exit status {child.returncode}: {' '.join(command)}")
    cpu = usage.ru_utime + usage.ru_stime
    return Process(wall, cpu, usage.ru_maxrss * MAXRSS_UNIT / 1e6)


def vested_command() -> str:
    """The `vested` of this Python, else the one on the search path."""
    beside = Path(sys.executable).with_name("vested")
    found = str(beside) if beside.exists() else shutil.which("vested")
    if found is None:
        raise SystemExit("vested is not installed: pip install -e '.[dev]'")
    return found


def python(script: str, *arguments: object) -> list[str]:
    """The command that runs a script of this folder."""
    return [sys.executable, str(HERE / script), *map(str, arguments)]


def commands(case: Case, survey: Path, folder: Path) -> dict[str, list[str]]:
    """The programs that are compared, by name, in the order in which they take turns."""
    scored = [vested_command(), "analyse", str(survey), "--quiet", "--instrument", "vested"]
    scored += ["--organisation", "organisation", "--format", "csv", "--force"]
    scored += ["-o", str(folder / "vested.csv")]
    if case.min_respondents is not None:
        scored += ["--min-respondents", str(case.min_respondents)]
    judged = [vested_command(), "evidence", str(survey), "--quiet", "--instrument", "vested"]
    judged += ["--organisation", "organisation", "--format", "csv", "--force"]
    judged += ["-o", str(folder / "evidence.csv")]
    labels = ["--labels"] if case.answers == "labels" else []
    instrument, output = folder / "instrument.json", folder / "pandas.csv"
    return {
        "read_csv": [sys.executable, "-c", PARSE, str(survey)],
        "vested": scored,
        "evidence": [*judged, "--no-structure"],
        "structure": judged,
        "pandas": python("pandas_scores.py", survey, instrument, output, *labels),
    }


def run_case(case: Case, folder: Path, plan: Plan) -> Result:
    """Make the survey, let the programs take turns, and compare what they found."""
    name = f"survey-{case.rows}-{case.organisations}-{case.answers}.csv"
    survey = (plan.keep_in or folder) / name
    shape = ["--organisations", case.organisations, "--answers", case.answers]
    say(f"{case.name}: making it")
    subprocess.run(python("make_survey.py", survey, case.rows, *shape), check=True)
    megabytes = survey.stat().st_size / 1e6
    programs = commands(case, survey, folder)
    runs: Runs = {program: [] for program in programs}
    for turn in range(plan.rounds):
        for program, command in programs.items():
            if turn < plan.rounds_of(program, case):
                runs[program].append(measured(command))
                say(f"  round {turn + 1}: {program} {runs[program][-1].wall:.2f} s")
    agreement = compared(folder) if runs["pandas"] else "pandas did not run"
    say(f"  {agreement}")
    if plan.keep_in is None:
        survey.unlink()
    return Result(case, megabytes, runs, agreement)


def compared(folder: Path) -> str:
    """Whether the two tables of scores agree to 1e-9, in words."""
    command = python("compare_scores.py", folder / "vested.csv", folder / "pandas.csv")
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    return f"{'agree' if done.returncode == 0 else 'DIFFER'}, {done.stdout.strip()}"


def cases(sizes: Sequence[int], *, large: bool, many_organisations: bool) -> Iterator[Case]:
    """The surveys to measure; the largest moderate one is also run with labels."""
    wanted = sorted({*sizes, *([LARGE] if large else [])})
    for rows in wanted:
        yield Case(rows, round(rows**0.5))
    moderate = [rows for rows in wanted if rows <= MODERATE]
    if moderate:
        yield Case(moderate[-1], round(moderate[-1] ** 0.5), "labels")
    if many_organisations:
        yield Case(1_000_000, 200_000, min_respondents=1)


def start_up() -> dict[str, list[Process]]:
    """Every start of `vested --version`, `vested --help` and a Python that does nothing."""
    vested = vested_command()
    programs = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "vested --version": [vested, "--version"],
        "vested --help": [vested, "--help"],
    }
    runs: Runs = {name: [] for name in programs}
    for _ in range(START_UPS):
        for name, command in programs.items():
            runs[name].append(measured(command))
    return runs


def typical_and_best(runs: Sequence[Process], quantity: str) -> str:
    """Median and, in brackets, minimum; nothing where nothing was measured."""
    numbers = [getattr(run, quantity) for run in runs]
    if len(numbers) < 2:
        return "".join(f"{number:.2f}" for number in numbers)
    return f"{median(numbers):.2f} ({min(numbers):.2f})"


def quotient(above: Sequence[Process], below: Sequence[Process], quantity: str) -> str:
    """Median by median and, in brackets, minimum by minimum."""
    if not above or not below:
        return ""
    first, second = ([getattr(run, quantity) for run in runs] for runs in (above, below))
    return f"{median(first) / median(second):.2f} ({min(first) / min(second):.2f})"


def peak(runs: Sequence[Process]) -> str:
    """The most memory of any of them, in MB."""
    return f"{max(run.megabytes for run in runs):.0f}" if runs else ""


def survey_cells(case: Case) -> list[str]:
    """What each line of a table begins with."""
    return [f"{case.rows:,}", f"{case.organisations:,}", case.answers]


def compared_cells(result: Result, quantity: str) -> list[str]:
    """One quantity of the programs, and the ratios between them."""
    parse, vested, pandas = (result.runs[name] for name in ("read_csv", "vested", "pandas"))
    return [
        typical_and_best(parse, quantity),
        typical_and_best(vested, quantity),
        quotient(vested, parse, quantity),
        typical_and_best(pandas, quantity),
        quotient(pandas, vested, quantity),
    ]


def wall_row(result: Result) -> list[str]:
    """One line of the table of wall times."""
    vested = result.runs["vested"]
    cells = [*survey_cells(result.case), *compared_cells(result, "wall")]
    return [*cells, typical_and_best(vested, "cpu"), peak(vested)]


def cpu_row(result: Result) -> list[str]:
    """One line of the table of CPU times and memory."""
    cells = [*survey_cells(result.case), *compared_cells(result, "cpu")]
    return cells + [peak(result.runs[name]) for name in ("read_csv", "vested", "pandas")]


def evidence_row(result: Result) -> list[str]:
    """One line of the table of evidence beside scores."""
    scored, judged, modelled = (result.runs[name] for name in ("vested", "evidence", "structure"))
    return [
        *survey_cells(result.case),
        typical_and_best(scored, "wall"),
        typical_and_best(judged, "wall"),
        quotient(judged, scored, "wall"),
        typical_and_best(modelled, "wall"),
        quotient(modelled, scored, "wall"),
        typical_and_best(judged, "cpu"),
        peak([*judged, *modelled]),
    ]


def growth(results: Sequence[Result]) -> Iterator[list[str]]:
    """From each size to the next: by how much rows, times and memory grow."""
    plain = [
        result
        for result in results
        if result.case.answers == "codes" and result.case.min_respondents is None
    ]
    quantities = (("read_csv", "wall"), ("vested", "wall"), ("vested", "cpu"))
    for small, big in pairwise(plain):
        line = [f"{small.case.rows:,} to {big.case.rows:,}"]
        line.append(f"{big.case.rows / small.case.rows:.1f}")
        for program, quantity in (*quantities, ("vested", "megabytes")):
            before, after = (
                median(getattr(run, quantity) for run in result.runs[program])
                for result in (small, big)
            )
            line.append(f"{after / before:.2f}")
        yield line


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table that reads well as it is and as Markdown."""
    lines = [heading, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(heading))]
    lines.insert(1, [f"{'-' * (width - 1)}:" for width in widths])
    return "\n".join(
        f"| {' | '.join(map(str.rjust, line, widths))} |"  # to the right, as Markdown is told
        for line in lines
    )


def report(results: Sequence[Result], starts: Runs) -> str:
    """Everything that was measured, as text."""
    parts = [
        table((*SURVEY_COLUMNS, *WALL_COLUMNS), [wall_row(result) for result in results]),
        table((*SURVEY_COLUMNS, *CPU_COLUMNS), [cpu_row(result) for result in results]),
        table(
            (*SURVEY_COLUMNS, *EVIDENCE_COLUMNS),
            [evidence_row(result) for result in results if result.runs["evidence"]],
        ),
        "\n".join(f"- {result.case.name}: {result.agreement}" for result in results),
    ]
    headings = ("growth", "rows ×", "read_csv ×", "vested ×", "vested CPU ×", "vested MB ×")
    grown = list(growth(results))
    if grown:
        parts.append(table(headings, grown))
    best = [[name, f"{min(run.wall for run in runs):.3f}"] for name, runs in starts.items()]
    parts.append(table(("start-up", f"best s of {START_UPS}"), best))
    return "\n\n".join(parts)


def say(text: str) -> None:
    """Tell on standard error how far it is."""
    print(text, file=sys.stderr, flush=True)


def raw(results: Sequence[Result], starts: Runs) -> Mapping[str, object]:
    """All processes one by one."""
    return {
        "cases": [asdict(result) for result in results],
        "start_up": {name: [asdict(run) for run in runs] for name, runs in starts.items()},
    }


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description="Time vested against read_csv and pandas.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of rows")
    parser.add_argument("--large", action="store_true", help=f"also {LARGE:,} rows")
    parser.add_argument(
        "--many-organisations", action="store_true", help="also a million rows in 200,000"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run (%(default)s)")
    parser.add_argument(
        "--pandas-rows", type=int, default=MODERATE, help="the most that pandas is given"
    )
    parser.add_argument("--folder", type=Path, help="where to keep the surveys")
    parser.add_argument("--json", type=Path, help="file for the raw numbers")
    return parser.parse_args()


def main() -> None:
    """Run from the command line; exit status 1 where vested and pandas disagree."""
    given = arguments()
    wanted = cases(given.sizes, large=given.large, many_organisations=given.many_organisations)
    if given.folder is not None:
        given.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vested-benchmark-") as made:
        folder = Path(made)
        shown = [vested_command(), "instrument", "show", "vested", "--format", "json"]
        (folder / "instrument.json").write_bytes(subprocess.check_output(shown))
        say("warming up")
        run_case(Case(1_000, 10), folder, Plan(rounds=1))
        plan = Plan(given.rounds, given.pandas_rows, given.folder)
        results = [run_case(case, folder, plan) for case in wanted]
    starts = start_up()
    print(report(results, starts))
    if given.json is not None:
        given.json.write_text(json.dumps(raw(results, starts), indent=1), encoding="utf-8")
    sys.exit(any(result.agreement.startswith("DIFFER") for result in results))


if __name__ == "__main__":
    main()
