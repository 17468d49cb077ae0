"""Attack what `vested analyse` shows: random surveys, their tables, and a reader who can add up.

The attack shares no code with the protection. It knows who has a value on what (the worst case),
writes each mean that is shown, and each mean of squares that its standard deviation tells, as a sum
over single respondents, and goes through every set of fewer respondents than the minimum: is there
a combination of those sums that is about them alone? And it looks whether the sum of a cell can be
worked out whose respondents all say the same, or in which one or two weights dominate.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from time import perf_counter

import numpy as np

from vested.analysis.disclosure import protect
from vested.analysis.disclosure.tables import Numbers
from vested.analysis.scores import scores, sorted_cells
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.availability import empty_availability
from vested.survey.measures import plan
from vested.survey.reduction import Reduction

SCALE = Scale("five", tuple(range(1, 6)))
PRIME = (1 << 31) - 1
Sum = dict[tuple[int, str], Fraction]
"""How often a sum has what a respondent said on a measure."""
Shown = tuple[tuple[int, ...], tuple[str, ...], str]
"""A score that is shown: by which columns, in which cell, on which output."""


@dataclass(frozen=True)
class World:
    """A small survey of one organisation: answers per item and respondent, none where missing."""

    instrument: Instrument
    answers: list[dict[str, int]]
    cells: list[tuple[str, ...]]
    """Per respondent its wave and groups."""
    minimum: int
    weights: list[Fraction] | None
    """Per respondent; a reader works with weighted answers as with others."""


def world(seed: int) -> World:
    """One of all kinds of small surveys."""
    chance = np.random.default_rng(seed)
    facets = [f"F{at}" for at in range(int(chance.integers(2, 5)))]
    measures = [Measure(name, "facet", (name.lower(),), {}) for name in facets]
    parts = tuple(facets[: int(chance.integers(2, len(facets) + 1))])
    weights = tuple(float(x) for x in chance.choice([1.0, 2.0, 0.5], len(parts)))
    measures.append(
        Measure(
            "X", "index", parts, {}, headline=True,
            weights=weights if chance.random() < 0.3 else (),
            aggregation="geometric" if chance.random() < 0.1 else "arithmetic",
        )
    )  # fmt: skip
    if chance.random() < 0.3:
        measures.append(Measure("Y", "index", ("X", facets[-1]), {}))
    if chance.random() < 0.5:
        measures.append(Measure("P", "pair", (facets[0], facets[1]), {}))
    if chance.random() < 0.2:
        measures.append(Measure("Q", "pair", ("f0", "f1"), {}))
    instrument = Instrument(
        id="world", version="1", name={"en": "World"}, about={}, validated=False, references={},
        scales={"five": SCALE}, sections=(),
        items=tuple(Item(name.lower(), SCALE) for name in facets), measures=tuple(measures),
        inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip
    lost = chance.choice([0.0, 0.02, 0.05, 0.15])
    sizes = [int(x) for x in chance.integers(2, 4, int(chance.choice([0, 1, 1, 2])))]
    shares = [chance.dirichlet(np.full(size, 2.0)) for size in sizes]
    answers, cells = [], []
    alike = chance.random() < 0.1
    same = 1 + 2 * (seed % 3)
    for _ in range(int(chance.integers(4, 41))):
        key = tuple(
            str(chance.choice(size, p=share)) for size, share in zip(sizes, shares, strict=True)
        )
        low, high = (same, same + 1) if alike and "0" in key else (1, 6)
        given = {
            name.lower(): int(chance.integers(low, high))
            for name in facets
            if chance.random() >= lost
        }
        if given:
            answers.append(given)
            cells.append(key)
    minimum = int(chance.integers(2, 6))
    weights = None
    if chance.random() < 0.3:
        most = int(chance.choice([3, 64]))
        drawn = chance.integers(1, most, len(answers)) ** int(chance.choice([1, 2]))
        weights = [Fraction(int(weight), most**2) for weight in drawn]
    return World(instrument, answers, cells, minimum, weights)


def read(made: World) -> tuple[Reduction, np.ndarray]:
    """The sums of a world, by the same plan as those of a file; outputs x respondents of values."""
    planned = plan(made.instrument)
    packed = {}
    for leaf in planned.leaves:
        total = [
            sum(leaf.contribution(item, given[item.id]) for item in leaf.items if item.id in given)
            for given in made.answers
        ]
        packed[leaf.id] = np.array(total, np.int32)
    found = Reduction(len(planned.outputs), weighted=made.weights is not None)
    found.availability = empty_availability(planned)
    cell = np.array([found.place(("O", *key)) for key in made.cells], np.int64)
    results = planned.evaluate(packed)
    weights = None if made.weights is None else np.array(made.weights, float)
    found.add(cell, results, weights, packed)
    values = [
        output.low + (output.high - output.low) / 100 * result.values()
        for output, result in zip(planned.outputs, results, strict=True)
    ]
    return found, np.array(values)


def published(made: World, *, protected: bool = True) -> list[Shown]:
    """What is shown: the table that was asked for, and those of runs without its columns.

    What is not protected shows every score of enough respondents.
    """
    sums, values = read(made)
    keys, order = sorted_cells(sums)
    own = [values[:, [("O", *cell) == key for cell in made.cells]] for key in keys]
    there = [~np.isnan(each) for each in own]
    n = np.array([each.sum(axis=1) for each in there]).T
    mean = np.array([np.nansum(each, axis=1) for each in own]).T / np.maximum(n, 1)
    apart = [np.nan_to_num(each - mean[:, [at]]) for at, each in enumerate(own)]
    sd = np.sqrt(np.array([(each**2).sum(axis=1) for each in apart]).T / np.maximum(n - 1, 1))
    sd = np.where(sd < 1e-9, 0.0, sd)
    outputs = made.instrument.outputs
    ends = np.array([[output.low, output.high] for output in outputs], float)
    weights = np.array(made.weights or [1] * len(made.cells), float)
    of = [weights[[("O", *cell) == key for cell in made.cells]] for key in keys]
    total = np.array([(each * w).sum(axis=1) for each, w in zip(there, of, strict=True)]).T
    squares = np.array([(each * w * w).sum(axis=1) for each, w in zip(there, of, strict=True)]).T
    effective = total**2 / np.where(squares > 0, squares, np.nan)
    numbers = Numbers(keys, n, mean, sd, ends, total, effective)
    tables = protect(numbers, sums.availability, order, made.instrument, made.minimum)
    return [
        (table.columns, table.keys[cell][1:], outputs[at].id)
        for table in tables
        for at, cell in zip(
            *np.nonzero(~table.hidden.mask if protected else table.respondents >= made.minimum),
            strict=True,
        )
    ]


def agreed(made: World) -> bool:
    """Whether runs by themselves show what was attacked, and no score that all share."""
    weighted = made.weights is not None
    sums, _ = read(made)
    columns = len(made.cells[0])
    shown = published(made)
    for parts in (1, columns + 1):
        names = [f"c{at}" for at in range(1, parts)]
        frame = scores(
            sums.pooled(parts), made.instrument, minimum=made.minimum, confidence=0.95,
            dimensions=names,
        ).frame  # fmt: skip
        rows = frame.filter(frame["status"] != "suppressed")
        told = {(tuple(range(1, parts)), tuple(row[:-1]), row[-1])
                for row in rows.select(*names, "measure").rows()}  # fmt: skip
        if told != {row for row in shown if len(row[0]) == parts - 1}:
            return False
        if made.minimum > 1 and (rows["sd"] == 0).any():
            return False
        if weighted and (rows["n_effective"].min() or 4) < min(made.minimum, 4) - 1e-9:
            return False
    return True


def value(
    name: str, given: dict[str, int], measures: dict[str, Measure]
) -> dict[str, Fraction] | None:
    """What a measure of one respondent is a sum of; None where there is none."""
    measure = measures.get(name)
    if measure is None or measure.kind == "facet":
        item = measure.of[0] if measure else name
        return {name: Fraction(1)} if item in given else None
    if measure.kind == "pair":
        one, two = (value(part, given, measures) for part in measure.of)
        if one is None or two is None:
            return None
        return {key: one.get(key, Fraction()) - two.get(key, Fraction()) for key in {*one, *two}}
    weights = measure.weights or (1.0,) * len(measure.of)
    parts = [(value(part, given, measures), Fraction(weight))
             for part, weight in zip(measure.of, weights, strict=True)]  # fmt: skip
    there = [(part, weight) for part, weight in parts if part is not None]
    if 10 * len(there) < 6 * len(parts):
        return None
    if measure.aggregation == "geometric":
        return {name: Fraction(1)}
    total = sum(weight for _, weight in there)
    found: dict[str, Fraction] = {}
    for part, weight in there:
        for key, times in part.items():
            found[key] = found.get(key, Fraction()) + times * weight / total
    return found


def sums_of(made: World, shown: Sequence[Shown]) -> Iterator[list[Sum]]:
    """The sums that a reader has, those apart that have no unknown in common."""
    measures = {measure.id: measure for measure in made.instrument.measures}
    linear: list[Sum] = []
    apart: dict[str, list[Sum]] = {}
    for columns, key, output in shown:
        name, _, part = output.partition(".")
        own: Sum = {}
        squares: Sum = {}
        for who, (given, cell) in enumerate(zip(made.answers, made.cells, strict=True)):
            if tuple(cell[at - 1] for at in columns) != key:
                continue
            form = value(name, given, measures)
            if form is not None:
                squares[who, output] = Fraction(1)
                own |= {(who, term): times for term, times in form.items() if times}
        if part != "joint":
            linear.append(own)
        apart.setdefault(output, []).append(squares)
    yield linear
    yield from apart.values()


def recovered(rows: Sequence[Sum], minimum: int) -> list[int] | None:
    """Fewer respondents than the minimum, about whom alone the sums tell; None if none."""
    unknowns = sorted({unknown for row in rows for unknown in row})
    if not unknowns:
        return None
    place = {unknown: at for at, unknown in enumerate(unknowns)}
    matrix = np.zeros((len(rows), len(unknowns)))
    exact = np.zeros((len(rows), len(unknowns)), np.int64)
    for at, row in enumerate(rows):
        for unknown, times in row.items():
            matrix[at, place[unknown]] = float(times)
            inverse = pow(times.denominator, -1, PRIME)
            exact[at, place[unknown]] = times.numerator * inverse % PRIME
    # Respondents whose values stand in all sums alike cannot be told apart.
    alike: dict[tuple[object, ...], list[int]] = {}
    for who in sorted({who for who, _ in unknowns}):
        terms = [(name, place[who, name]) for at, name in unknowns if at == who]
        alike.setdefault(tuple((name, exact[:, at].tobytes()) for name, at in terms), []).append(
            who
        )
    atoms = list(alike.values())
    columns = [
        np.array([place[unknown] for unknown in unknowns if unknown[0] == atom[0]])
        for atom in atoms
    ]
    large = [at for at, atom in enumerate(atoms) if len(atom) >= minimum]
    small = [at for at, atom in enumerate(atoms) if len(atom) < minimum]
    kept = np.concatenate([columns[at] for at in [*large, *small]])
    beside = np.concatenate([np.empty(0, int), *(columns[at] for at in large)])
    free = rank(exact[:, kept]) - rank(exact[:, beside])
    if not free:
        return None
    u, values, _ = np.linalg.svd(matrix[:, beside], full_matrices=True)
    null = u[:, int((values > 1e-9).sum()) :].T @ matrix
    _, values, basis = np.linalg.svd(null, full_matrices=False)
    basis = basis[values > 1e-9]
    assert len(basis) == free, "floating point and whole numbers differ"
    parts = [basis[:, columns[at]] @ basis[:, columns[at]].T for at in small]
    touched = [at for at, part in zip(small, parts, strict=True) if np.trace(part) > 1e-9]
    grams = {at: basis[:, columns[at]] @ basis[:, columns[at]].T for at in touched}
    sets = [
        few
        for size in range(1, minimum)
        for few in combinations(touched, size)
        if sum(len(atoms[at]) for at in few) < minimum
    ]
    for start in range(0, len(sets), 20_000):
        some = sets[start : start + 20_000]
        left = np.array([np.eye(free) - sum(grams[at] for at in few) for few in some])
        for at in np.flatnonzero(np.linalg.eigvalsh(left)[:, 0] < 1e-6):
            gone = np.isin(np.arange(len(unknowns)), np.concatenate([columns[a] for a in some[at]]))
            if rank(exact[:, ~gone]) < rank(exact):
                return sorted(who for a in some[at] for who in atoms[a])
    return None


def rank(matrix: np.ndarray) -> int:
    """By elimination of whole numbers modulo a prime."""
    rows, found = matrix.copy() % PRIME, 0
    for column in range(rows.shape[1]):
        pivots = np.flatnonzero(rows[found:, column])
        if len(pivots):
            pivot = found + pivots[0]
            rows[[found, pivot]] = rows[[pivot, found]]
            rows[found] = rows[found] * pow(int(rows[found, column]), -1, PRIME) % PRIME
            below = rows[found + 1 :]
            below -= below[:, [column]] * rows[found] % PRIME
            below %= PRIME
            found += 1
    return found


def telling(made: World) -> Iterator[tuple[Shown, bool]]:
    """Scores of enough respondents that tell what one said; whether only beside their spread."""
    _, values = read(made)
    places = range(1, len(made.cells[0]) + 1)
    weights = np.array(made.weights or [Fraction(1)] * len(made.cells))
    for chosen in (each for size in range(len(places) + 1) for each in combinations(places, size)):
        keys = [tuple(cell[at - 1] for at in chosen) for cell in made.cells]
        for key in sorted(set(keys)):
            for output, own in zip(made.instrument.outputs, values, strict=True):
                there = np.array([each == key for each in keys]) & ~np.isnan(own)
                if there.sum() < max(made.minimum, 2):
                    continue
                low, high = own[there].min(), own[there].max()
                smallest, *_, second, first = sorted([*weights[there], weights[there].min()])
                total = weights[there].sum()
                if first > smallest and (2 * first > total or 10 * (first + second) > 8 * total):
                    yield (chosen, key, output.id), False
                elif high - low < 1e-9:
                    end = low < output.low + 1e-9 or high > output.high - 1e-9
                    yield (chosen, key, output.id), not end


def told(made: World, shown: Sequence[Shown]) -> bool:
    """Whether such a score can be worked out."""
    linear, *apart = sums_of(made, shown)
    squares = dict(zip(dict.fromkeys(output for _, _, output in shown), apart, strict=True))
    wanted: dict[str, list[Sum]] = {"": []}
    for score, spread in telling(made):
        mean, square = sums_of(made, [score])
        wanted.setdefault(score[2], []).extend(square)
        wanted[""] += [] if spread else mean
    return any(follow(sums, squares.get(output, []) if output else linear)
               for output, sums in wanted.items())  # fmt: skip


def follow(wanted: Sequence[Sum], rows: Sequence[Sum]) -> bool:
    """Whether one of some sums is made of others, added and subtracted."""
    unknowns = {unknown for row in rows for unknown in row}
    wanted = [row for row in wanted if row and row.keys() <= unknowns]
    if not wanted:
        return False
    place = {unknown: at for at, unknown in enumerate(sorted(unknowns))}
    whole = np.zeros((len(rows) + len(wanted), len(place)), np.int64)
    for at, row in enumerate([*rows, *wanted]):
        for unknown, times in row.items():
            whole[at, place[unknown]] = (
                times.numerator * pow(times.denominator, -1, PRIME) % PRIME
                if times.denominator != 1
                else times.numerator
            )
    known = rank(whole[: len(rows)])
    return any(rank(np.vstack([whole[: len(rows)], row])) == known for row in whole[len(rows) :])


def attack(seed: int, *, protected: bool = True) -> tuple[bool, int]:
    """Whether somebody is recovered in one world, and how many scores are shown in it."""
    made = world(seed)
    if not made.answers:
        return False, 0
    shown = published(made, protected=protected)
    hit = told(made, shown) or any(
        recovered(rows, made.minimum) is not None for rows in sums_of(made, shown) if rows
    )
    return hit, len(shown)


def main() -> None:
    """Run from the command line; exits with 1 where somebody is recovered."""
    parser = argparse.ArgumentParser(description="Attack the tables of random surveys.")
    parser.add_argument("--worlds", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--open", type=int, default=500, help="worlds without the protection, too")
    given = parser.parse_args()
    start = perf_counter()
    hits = [seed for seed in range(given.first, given.first + given.open)
            if attack(seed, protected=False)[0]]  # fmt: skip
    print(f"{given.open:,} worlds, only small scores hidden: {len(hits):,} with a recovery")
    scores_shown, found = 0, []
    for seed in range(given.first, given.first + given.worlds):
        hit, shown = attack(seed)
        scores_shown += shown
        found += [seed] * hit
        if (seed - given.first) % 1000 == 999:
            print(f"{seed + 1:,}: {len(found):,}", flush=True)
    print(
        f"{given.worlds:,} worlds, {scores_shown:,} scores shown: {len(found):,} with a recovery "
        f"{found[:10] or ''} ({perf_counter() - start:.0f} s)"
    )
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
