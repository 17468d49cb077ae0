"""Attack whole runs: reports with waves, groups and answers to items, evidence and comparisons.

Random small surveys are written to files, and `report`, `evidence` and `compare` are run on them.
Every number that they give is written as a sum over what single respondents answered, and held
against the answers, so that the attack knows what it is about. Then it looks, as `attack.py` does,
whether all sums together tell of fewer respondents than the minimum.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import numpy as np
from attack import Sum, follow, recovered

from vested.analysis.compare import compare
from vested.analysis.evidence import Evidence
from vested.analysis.reports.report import Report, report
from vested.errors import VestedError
from vested.model import Instrument, Item, Measure, Scale
from vested.table import ResultTable

Given = dict[str, int]
Cell = tuple[str, ...]
WAVE, UNIT, SECTOR = 0, 1, 2


@dataclass(frozen=True)
class World:
    """A small survey of some organisations."""

    instrument: Instrument
    people: list[tuple[str, Cell, Given]]
    """Per row the organisation; wave, unit and sector; and the answers that were given."""
    names: list[str]
    """Per row who it is."""
    minimum: int
    waves: bool
    units: bool


def world(seed: int) -> World:
    """One of all kinds of small surveys."""
    chance = np.random.default_rng([seed, 7])
    codes = tuple(range(1, int(chance.choice([2, 3, 5])) + 1))
    scale = Scale("s", codes)
    facets = [f"F{at}" for at in range(int(chance.integers(1, 4)))]
    sizes = chance.integers(1, 4, len(facets))
    of = {name: tuple(f"{name.lower()}{at}" for at in range(size))
          for name, size in zip(facets, sizes.tolist(), strict=True)}  # fmt: skip
    measures = [Measure(name, "facet", items, {}) for name, items in of.items()]
    if len(facets) > 1:
        measures.append(Measure("X", "index", tuple(facets), {}, headline=True))
        if chance.random() < 0.5:
            measures.append(Measure("P", "pair", tuple(facets[:2]), {}))
    items = [item for own in of.values() for item in own]
    instrument = Instrument(
        id="world", version="1", name={"en": "World"}, about={}, validated=False, references={},
        scales={"s": scale}, sections=(), items=tuple(Item(name, scale) for name in items),
        measures=tuple(measures), inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip
    minimum = int(chance.integers(2, 6))
    lost = float(chance.choice([0.0, 0.01, 0.03, 0.1]))
    people, names = [], []
    for at in range(int(chance.integers(1, 6))):
        alike = chance.random() < 0.1
        share = float(chance.choice([0.2, 0.5]))
        for who in range(int(chance.integers(1, 5 * minimum))):
            unit, given = "ab"[int(chance.random() < share)], {}
            for item in items:
                if chance.random() >= lost:
                    given[item] = codes[0] if alike else int(chance.choice(codes))
            waves = "12" if chance.random() < 0.3 else chance.choice(["1", "2"])
            for wave in waves if chance.random() < 0.9 else "1":
                if given:
                    moved = {item: codes[-1] if chance.random() < 0.3 and not alike else code
                             for item, code in given.items()}  # fmt: skip
                    answers = given if wave == waves[0] else moved
                    people.append((f"O{at}", (wave, unit, "xy"[at % 2]), answers))
                    names.append(f"p{at}-{who}")
    return World(instrument, people, names, minimum,
                 bool(chance.random() < 0.6), bool(chance.random() < 0.6))  # fmt: skip


def written(made: World, folder: Path) -> Path:
    """The survey as a file."""
    path = folder / "survey.csv"
    items = [item.id for item in made.instrument.items]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["organisation", "id", "wave", "unit", "sector", *items])
        for (name, cell, given), who in zip(made.people, made.names, strict=True):
            out.writerow([name, who, *cell, *(given.get(item, "") for item in items)])
    return path


class Reader:
    """Writes what is published as sums over what was answered.

    What is unknown of a respondent is, per item, which option was chosen: one number for each
    option but the lowest, which follows from the others. Squares of scores are unknowns of their
    own, unless a score is a single item.
    """

    def __init__(self, made: World) -> None:
        self.made = made
        self.measures = {measure.id: measure for measure in made.instrument.measures}
        self.codes = made.instrument.items[0].scale.codes
        self.linear: list[Sum] = []
        self.of_scores = 0
        """How many of them are scores."""
        self.apart: dict[str, list[Sum]] = {}

    def place(self, code: int) -> Fraction:
        return Fraction(100 * (code - self.codes[0]), self.codes[-1] - self.codes[0])

    def form(self, name: str, given: Given) -> dict[str, Fraction] | None:
        """How a score is made of the items of one respondent; None without one."""
        measure = self.measures[name]
        if measure.kind == "facet":
            there = [item for item in measure.of if item in given]
            if 2 * len(there) < len(measure.of) or not there:
                return None
            return {item: Fraction(1, len(there)) for item in there}
        parts = [self.form(part, given) for part in measure.of]
        known = [part for part in parts if part is not None]
        sign = [Fraction(1), Fraction(-1)]
        if measure.kind == "pair":
            return added(known, sign) if len(known) == 2 else None
        if 10 * len(known) < 6 * len(parts):
            return None
        return added(known, [Fraction(1, len(known))] * len(known))

    def value(self, output: str, given: Given) -> float | None:
        """The score of a respondent."""
        name, _, part = output.partition(".")
        if part == "joint":
            both = [self.value(each, given) for each in self.measures[name].of]
            return None if None in both else float(np.sqrt(both[0] * both[1]))
        form = self.form(name, given)
        if form is None:
            return None
        return float(sum(times * self.place(given[item]) for item, times in form.items()))

    def chosen(self, who: int, item: str, weight: object) -> Sum:
        """A sum of the options of one answer, each with its weight."""
        return {(who, f"{item}={code}"): weight(code) for code in self.codes[1:] if weight(code)}

    def add_score(self, people: Sequence[int], output: str, mean: float, sd: float | None) -> None:
        """The mean and the spread of some respondents, who are checked to be those."""
        own = {who: value for who in people
               if (value := self.value(output, self.made.people[who][2])) is not None}  # fmt: skip
        values = list(own.values())
        assert abs(np.mean(values) - mean) < 1e-9
        assert sd is None or abs(np.std(values, ddof=1) - sd) < 1e-6
        row, square = self.score_rows(list(own), output)
        self.linear += row
        single = self.single(output)
        if sd is not None and single:
            self.linear += square
        elif sd is not None or not row:
            self.apart.setdefault(output, []).extend(square)

    def values(self, people: Sequence[int], output: str) -> list[float]:
        """The scores of those who have one."""
        found = [self.value(output, self.made.people[who][2]) for who in people]
        return [value for value in found if value is not None]

    def single(self, output: str) -> str | None:
        """The item that a score is, if it is one."""
        measure = self.measures.get(output)
        return (
            measure.of[0] if measure and measure.kind == "facet" and len(measure.of) == 1 else None
        )

    def score_rows(self, people: Sequence[int], output: str) -> tuple[list[Sum], list[Sum]]:
        """The sum of a score, unless it is a root, and that of its squares."""
        name, _, part = output.partition(".")
        row: Sum = {}
        for who in people:
            given = self.made.people[who][2]
            for item, times in (self.form(name, given) or {}).items() if part != "joint" else ():
                for unknown, times_of in self.chosen(who, item, self.place).items():
                    row[unknown] = row.get(unknown, Fraction()) + times * times_of
        item = self.single(output)
        if item:
            squares: Sum = {}
            for who in people:
                squares |= self.chosen(who, item, lambda code: self.place(code) ** 2)
        else:
            squares = {(who, output): Fraction(1) for who in people}
        return [row] if part != "joint" else [], [squares]

    def of(self, key: Cell, places: Sequence[int]) -> list[int]:
        """The respondents of a cell: an organisation, and its wave or unit."""
        return [who for who, (name, cell, _) in enumerate(self.made.people)
                if (name, *(cell[at] for at in places)) == key]  # fmt: skip

    def scores(self, table: ResultTable, places: Sequence[int]) -> None:
        """What a table of scores shows."""
        columns = table.frame.columns[: 1 + len(places)]
        for row in table.frame.filter(table.frame["status"] != "suppressed").iter_rows(named=True):
            people = self.of(tuple(row[column] for column in columns), places)
            self.add_score(people, row["measure"], row["score"], row["sd"])

    def answers(self, table: ResultTable) -> None:
        """The classes of answers of those who answered the whole facet."""
        middle = (self.codes[0] + self.codes[-1]) / 2
        for row in table.frame.filter(table.frame["status"] != "suppressed").iter_rows(named=True):
            facet = self.measures[row["measure"]]
            people = [who for who in self.of((row["organisation"],), ())
                      if all(item in self.made.people[who][2] for item in facet.of)]  # fmt: skip
            classes = (("unfavourable", lambda code: code < middle),
                       ("middle", lambda code: code == middle),
                       ("favourable", lambda code: code > middle))  # fmt: skip
            for name, inside in classes:
                chosen = [inside(self.made.people[who][2][row["item"]]) for who in people]
                assert abs(np.mean(chosen) - row[name]) < 1e-9
                own: Sum = {}
                for who in people:
                    base = Fraction(int(inside(self.codes[0])))  # the lowest is 1 less the others
                    own |= self.chosen(
                        who, row["item"], lambda code, base=base, inside=inside: inside(code) - base
                    )
                self.linear += [own] if own else []

    def items(self, found: Evidence) -> None:
        """How the answers to items spread: how often each option was chosen."""
        used = set(range(len(self.made.people)))
        ledger = found.tables["ledger"].frame
        if "organisation below the minimum" in ledger["reason"].to_list():
            names = [name for name, _, _ in self.made.people]
            used = {who for who in used if names.count(names[who]) >= self.made.minimum}
        for row in found.items.drop_nulls("mean").iter_rows(named=True):
            people = [who for who in sorted(used) if row["item"] in self.made.people[who][2]]
            codes = [self.made.people[who][2][row["item"]] for who in people]
            assert len(people) == row["respondents"]
            assert abs(np.mean(codes) - row["mean"]) < 1e-9
            for code in self.codes[1:]:
                self.linear.append({(who, f"{row['item']}={code}"): Fraction(1) for who in people})

    def groups(self, table: ResultTable, shown: ResultTable, within: bool) -> None:
        """The means of organisations per group, which are made of scores that are shown."""
        frame = shown.frame.filter(shown.frame["status"] != "suppressed")
        for row in table.frame.drop_nulls("mean").iter_rows(named=True):
            own = frame.filter(frame["measure"] == row["measure"])
            if within:
                own = own.filter(own[own.columns[1]] == row["group"])
            else:
                sectors = {name: cell[SECTOR] for name, cell, _ in self.made.people}
                names = [name for name in own["organisation"] if sectors[name] == row["group"]]
                own = own.filter(own["organisation"].is_in(names))
            assert (own.height, own["respondents"].sum()) == (
                row["organisations"],
                row["respondents"],
            )
            assert abs(own["score"].mean() - row["mean"]) < 1e-9


def added(forms: Sequence[dict[str, Fraction]], factors: Sequence[Fraction]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for form, factor in zip(forms, factors, strict=False):
        for name, times in form.items():
            found[name] = found.get(name, Fraction()) + times * factor
    return found


def telling(made: World, reader: Reader) -> Iterator[tuple[list[int], str, bool, bool]]:
    """Cells of enough who all have the same score.

    Whether the mean alone is harmless, and whether it is a wave or unit, which only the tables of
    scores know of.
    """
    places = [*([WAVE] if made.waves else []), *([UNIT] if made.units else [])]
    for chosen in [(), *((at,) for at in places)]:
        for key in sorted({(name, *(cell[at] for at in chosen)) for name, cell, _ in made.people}):
            for output in made.instrument.outputs:
                scored = {who: reader.value(output.id, made.people[who][2])
                          for who in reader.of(key, chosen)}  # fmt: skip
                own = {who: value for who, value in scored.items() if value is not None}
                values = list(own.values())
                if len(values) < max(made.minimum, 2) or max(values) - min(values) > 1e-9:
                    continue
                end = values[0] in (float(output.low), float(output.high))
                yield list(own), output.id, not end, bool(chosen)


def beyond_sums(made: World, reader: Reader, found: Report) -> str:
    """What follows from other numbers than sums; blank where nothing does."""
    scores, judged = found.tables["scores"].frame, found.evidence
    assert judged is not None
    shown = scores.filter(scores["status"] != "suppressed")
    seen = set(shown.select("organisation", "measure").rows())
    for row in judged.agreement.drop_nulls("rwg_uniform").iter_rows(named=True):
        if (row["organisation"], row["measure"]) not in seen:
            return "the spread and the mean of a hidden score, from its agreement"
    known = judged.agreement.drop_nulls("rwg_uniform")
    for row in judged.tables["agreed"].frame.drop_nulls("rwg_uniform").iter_rows(named=True):
        own = known.filter(known["measure"] == row["measure"])["rwg_uniform"]
        if not len(own) or abs(own.mean() - row["rwg_uniform"]) > 1e-9:
            return "agreement of a hidden score, from the mean"
    for row in judged.aggregation.iter_rows(named=True):
        own = shown.filter(shown["measure"] == row["measure"])
        left = row["respondents"] - own["respondents"].sum()
        hidden = {name for name, _, _ in made.people} - set(own["organisation"])
        if left != sum(len(values) for name in hidden
                       if len(values := reader.values(reader.of((name,), ()), row["measure"]))
                       >= made.minimum and max(values) - min(values) > 1e-9):  # fmt: skip
            return "F of organisations that are too small or all alike"
    for row in judged.reliability.drop_nulls("sem").iter_rows(named=True):
        own = shown.filter(shown["measure"] == row["measure"])
        n, mean, sd = (own[name].to_numpy() for name in ("respondents", "score", "sd"))
        about = (n - 1) * sd**2 + n * (mean - (n * mean).sum() / n.sum()) ** 2
        if abs((about.sum() / (n.sum() - 1) * (1 - row["alpha"])) ** 0.5 - row["sem"]) > 1e-6:
            return "spread of a hidden score, from the standard deviation of all"
    return ""


def attack(seed: int) -> tuple[str, int]:
    """How somebody is recovered in one world, blank if not, and how many scores are shown in it."""
    made = world(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = written(made, Path(folder))
        options = {"instrument": made.instrument, "min_respondents": made.minimum}
        wave = "wave" if made.waves else None
        try:
            found = report(path, wave=wave, group=["unit"] if made.units else (), **options)
            compared = compare(path, by=["sector", "unit"], **options)
        except VestedError:
            return "", 0
    reader = Reader(made)
    reader.scores(found.tables["scores"], ())
    for name, place in (("waves", WAVE), ("groups", UNIT)):
        if name in found.tables:
            reader.scores(found.tables[name], (place,))
    shown = reader.of_scores = len(reader.linear)
    reader.answers(found.tables["answers"])
    if found.evidence is None:
        return "", 0
    reader.items(found.evidence)
    other = beyond_sums(made, reader, found)
    groups = compared.tables["groups"]
    sectors = type(groups)(groups.name, groups.title, groups.columns,
                           groups.frame.filter(groups.frame["by"] == "sector"))  # fmt: skip
    if set(sectors.frame["unit"]) == {"organisations"}:
        reader.groups(sectors, found.tables["scores"], within=False)
    if other:
        return other, shown
    return in_sums(made, reader), shown


def in_sums(made: World, reader: Reader) -> str:
    """Who is recovered from sums."""
    for rows in (reader.linear, *reader.apart.values()):
        if rows and (few := recovered(rows, made.minimum)) is not None:
            return f"respondents {few}"
    wanted: dict[tuple[str, bool], list[Sum]] = {}
    for people, output, spread, part in telling(made, reader):
        mean, square = reader.score_rows(people, output)
        own = "" if reader.single(output) else output
        wanted.setdefault((own, part), []).extend(square)
        wanted.setdefault(("", part), []).extend([] if spread else mean)
    for (output, part), sums in wanted.items():
        linear = reader.linear[: reader.of_scores] if part else reader.linear
        if follow(sums, reader.apart.get(output, []) if output else linear):
            return f"all of a cell on {output or 'an item or index'}"
    return ""


def main() -> None:
    """Run from the command line; exits with 1 where somebody is recovered."""
    parser = argparse.ArgumentParser(description="Attack the reports of random surveys.")
    parser.add_argument("--worlds", type=int, default=2_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    given = parser.parse_args()
    start, shown, hits = perf_counter(), 0, {}
    for seed in range(given.first, given.first + given.worlds):
        told, scores = attack(seed)
        shown += scores
        if told:
            hits[seed] = told
            print(f"{seed}: {told}", flush=True)
        if (seed - given.first) % 500 == 499:
            print(f"{seed + 1:,}: {len(hits):,}", flush=True)
    print(f"{given.worlds:,} worlds, {shown:,} scores shown: {len(hits):,} with a recovery "
          f"({perf_counter() - start:.0f} s)")  # fmt: skip
    raise SystemExit(bool(hits))


if __name__ == "__main__":
    main()
