"""Measures per respondent: the rules by example, and whole analyses against a slow, plain scorer.

The plain scorer knows nothing of grids, packing or batches: for each respondent it turns answers,
takes means of fractions and compares them with the rules of the design, one after the other.
"""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.model import Instrument, Item, Measure, Scale
from vested.survey.measures import MISSING, Counted, Grid, at_least_half, at_least_sixty_percent
from vested.survey.measures import plan as make_plan

Number = Fraction | float
Answers = Mapping[str, int | None]
Table = dict[str, tuple[int, float | None, float | None]]
"""By output: respondents, mean, sd."""


def an_instrument(items: Sequence[Item], measures: Sequence[Measure]) -> Instrument:
    return Instrument(
        id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
        scales={item.scale.id: item.scale for item in items}, sections=(), items=tuple(items),
        measures=tuple(measures), inventory=None, validation=(), licence="", digest="",
    )  # fmt: skip


def a_scale(low: int, high: int) -> Scale:
    return Scale(f"s{low}_{high}", tuple(range(low, high + 1)), missing_codes=(99,))


FIVE = a_scale(1, 5)


def a_measure(name: str, kind: str, of: Iterable[str], **options: object) -> Measure:
    return Measure(name, kind, tuple(of), {"en": name}, **options)  # type: ignore[arg-type]


# --- the plain scorer -----------------------------------------------------------------------------


def plain_pomp(item: Item, code: int) -> Fraction:
    low, high = min(item.scale.codes), max(item.scale.codes)
    turned = low + high - code if item.reversed else code
    return Fraction(100 * (turned - low), high - low)


def plain_facet(items: Sequence[Item], answers: Answers) -> Fraction | None:
    given = [plain_pomp(item, code) for item in items if (code := answers[item.id]) is not None]
    return sum(given, Fraction()) / len(given) if 2 * len(given) >= len(items) else None


def plain_index(measure: Measure, parts: Sequence[Number | None]) -> Number | None:
    weights = measure.weights or (1,) * len(parts)
    there = [(Fraction(w), x) for w, x in zip(weights, parts, strict=True) if x is not None]
    if 5 * len(there) < 3 * len(parts):
        return None
    total = sum((w for w, _ in there), Fraction())
    if measure.aggregation == "arithmetic":
        return sum((w * Fraction(x) for w, x in there), Fraction()) / total
    return math.prod(float(x) ** float(w / total) for w, x in there)


def plain_scores(instrument: Instrument, answers: Answers) -> dict[str, Number | None]:
    """What one respondent has on each output of the instrument."""
    items = {item.id: item for item in instrument.items}
    known: dict[str, Number | None] = {name: plain_facet([items[name]], answers) for name in items}
    for measure in instrument.measures:
        parts = [known[part] for part in measure.of]
        if measure.kind == "facet":
            known[measure.id] = plain_facet([items[part] for part in measure.of], answers)
        elif measure.kind == "index":
            known[measure.id] = plain_index(measure, parts)
        else:
            p, q = parts
            root = None if p is None or q is None else math.sqrt(p * q)
            gap = None if p is None or q is None else p - q
            if measure.kind == "pair":
                known |= {f"{measure.id}.joint": root, f"{measure.id}.tilt": gap}
            else:
                even = None if gap is None else 100 - abs(gap)
                known |= {f"{measure.id}.balance": even, f"{measure.id}.combined": root}
    return {output.id: known[output.id] for output in instrument.outputs}


def plain_table(instrument: Instrument, rows: Sequence[Answers]) -> Table:
    """n, mean and sd of each output over the respondents of one organisation."""
    each = [plain_scores(instrument, row) for row in rows]
    table: Table = {}
    for output in instrument.outputs:
        values = [Fraction(x) for scores in each if (x := scores[output.id]) is not None]
        mean = float(statistics.mean(values)) if values else None
        sd = math.sqrt(statistics.variance(values)) if len(values) > 1 else None
        table[output.id] = (len(values), mean, sd)
    return table


def write(instrument: Instrument, rows: Sequence[Answers], folder: Path) -> Path:
    path = folder / "survey.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["organisation", *(item.id for item in instrument.items)])
        for row in rows:
            cells = ["" if row[item.id] is None else row[item.id] for item in instrument.items]
            writer.writerow(["Gent", *cells])
    return path


def analysed(instrument: Instrument, rows: Sequence[Answers], folder: Path) -> Table:
    """The same by way of a file and the program."""
    path = write(instrument, rows, folder)
    frame = vested.analyse(path, instrument=instrument, min_respondents=1).scores
    # A score without respondents is hidden, not 0.
    numbers = frame.with_columns(frame["respondents"].fill_null(0)).select(
        "measure", "respondents", "score", "sd"
    )
    return {name: (n, score, sd) for name, n, score, sd in numbers.rows()}


def assert_agree(instrument: Instrument, rows: Sequence[Answers], folder: Path) -> None:
    rows = [row for row in rows if any(code is not None for code in row.values())]
    expected, found = plain_table(instrument, rows), analysed(instrument, rows, folder)
    assert list(found) == list(expected)
    for name, (n, *numbers) in expected.items():
        assert found[name][0] == n, name
        for ours, theirs in zip(found[name][1:], numbers, strict=True):
            close = None if theirs is None else pytest.approx(theirs, rel=1e-12, abs=1e-12)
            assert ours == close, name


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5, 6])
def test_half_rule(k: int) -> None:
    items = [Item(f"i{at}", FIVE) for at in range(k)]
    leaf = make_plan(an_instrument(items, [a_measure("F", "facet", [i.id for i in items])])).leaves
    for answered in range(k + 1):
        packed = np.array([sum(leaf[0].contribution(item, 4) for item in items[:answered])])
        expected = [75.0] if 2 * answered >= k else [math.nan]
        np.testing.assert_equal(leaf[0].read(packed).values().tolist(), expected)


@pytest.mark.parametrize(  # domain §2.2: k=1 → 1, k=2 → 1, k=3 → 2, k=4 → 2
    ("k", "half", "sixty"),
    [(1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 2, 3), (5, 3, 3), (6, 3, 4), (10, 5, 6), (30, 15, 18)],
)
def test_how_many_are_enough(k: int, half: int, sixty: int) -> None:
    assert (at_least_half(k), at_least_sixty_percent(k)) == (half, sixty)


def a_pair(kind: str, p: int, q: int, folder: Path) -> dict[str, float | None]:
    percent = a_scale(0, 100)
    items = [Item("P", percent), Item("Q", percent)]
    instrument = an_instrument(items, [a_measure("M", kind, ["P", "Q"])])
    return {
        name: score
        for name, (_, score, _) in analysed(instrument, [{"P": p, "Q": q}], folder).items()
    }


@pytest.mark.parametrize(
    ("p", "q", "balance", "combined", "tilt"),
    [
        (70, 60, 90, 64.807, 10),  # R: 100 - |x - y|, sqrt(x * y)
        (90, 30, 40, 51.962, 60),  # R
        (10, 10, 100, 10, 0),  # even, but low: never to be reported alone
        (0, 100, 0, 0, -100),
    ],
)
def test_ambidexterity_and_pair(
    p: int, q: int, balance: float, combined: float, tilt: float, tmp_path: Path
) -> None:
    both = a_pair("ambidexterity", p, q, tmp_path) | a_pair("pair", p, q, tmp_path)
    expected = {
        "M.balance": balance, "M.combined": combined, "M.joint": combined, "M.tilt": tilt
    }  # fmt: skip
    assert both == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(
    ("codes", "weights", "arithmetic", "geometric"),
    [
        ((80, 40, 60), (), 60, 57.690),  # domain: OECD/JRC 2008
        ((80, 40, 60), (1, 1, 2), 60, 58.259),  # R: exp(weighted.mean(log(x), w))
        ((80, 0, 60), (), 46.667, 0),  # what is not there at all is not made good
        ((80, None, 60), (), 70, 69.282),
        ((80, None, 60), (1, 5, 3), 65, 64.474),  # R: weights of what is there
        ((80, None, None), (), None, None),  # one of three is less than 60 %
    ],
)
def test_index(
    codes: tuple[int | None, ...],
    weights: tuple[float, ...],
    arithmetic: float | None,
    geometric: float | None,
    tmp_path: Path,
) -> None:
    items = [Item(name, a_scale(0, 100)) for name in "abc"]
    facets = [a_measure(name.upper(), "facet", [name]) for name in "abc"]
    mean = a_measure("MEAN", "index", "ABC", weights=weights)
    root = a_measure("ROOT", "index", "ABC", weights=weights, aggregation="geometric")
    instrument = an_instrument(items, [*facets, mean, root])
    found = analysed(instrument, [dict(zip("abc", codes, strict=True))], tmp_path)
    assert (found["MEAN"][1], found["ROOT"][1]) == (
        arithmetic if arithmetic is None else pytest.approx(arithmetic, abs=5e-4),
        geometric if geometric is None else pytest.approx(geometric, abs=5e-4),
    )


# --- against the plain scorer ---------------------------------------------------------------------


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """Facets of one to six items, indices of these (also nested), pairs, an ambidexterity."""
    items: list[Item] = []
    measures: list[Measure] = []
    for at in range(draw(st.integers(1, 5))):
        scale = draw(st.sampled_from([FIVE, a_scale(0, 10), a_scale(-2, 2), a_scale(0, 1)]))
        own = [
            Item(f"f{at}i{n}", scale, reversed=draw(st.booleans()))
            for n in range(draw(st.integers(1, 6)))
        ]
        items += own
        measures.append(a_measure(f"F{at}", "facet", [item.id for item in own]))
    for at in range(draw(st.integers(0, 2))):
        known = [measure.id for measure in measures]
        of = draw(st.lists(st.sampled_from(known), unique=True, min_size=1))
        weights = draw(st.sampled_from([(), tuple(range(1, len(of) + 1)), (0.5,) * len(of)]))
        how = draw(st.sampled_from(["arithmetic", "geometric"]))
        measures.append(a_measure(f"X{at}", "index", of, weights=weights, aggregation=how))
    for kind in draw(st.lists(st.sampled_from(["pair", "ambidexterity"]), max_size=3)):
        known = [m.id for m in measures if m.kind in ("facet", "index")]
        of = draw(
            st.lists(
                st.sampled_from([*known, *(item.id for item in items)]),
                unique=True, min_size=2, max_size=2,
            )
            if len(known) + len(items) > 1
            else st.nothing()
        )  # fmt: skip
        measures.append(a_measure(f"P{len(measures)}", kind, of))
    return an_instrument(items, measures)


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Instrument, list[dict[str, int | None]]]:
    instrument = draw(instruments())
    row = st.fixed_dictionaries(
        {i.id: st.one_of(st.none(), st.sampled_from(i.scale.codes)) for i in instrument.items}
    )
    full = st.fixed_dictionaries({i.id: st.sampled_from(i.scale.codes) for i in instrument.items})
    rows = draw(st.lists(st.one_of(row, full), min_size=1, max_size=8))
    first = {item.id: item.scale.codes[0] for item in instrument.items}
    return instrument, [*rows, first]  # never a file without a single answer


@given(surveys())
@settings(max_examples=120, deadline=None)
def test_every_measure_equals_the_plain_scorer(
    tmp_path_factory: pytest.TempPathFactory,
    survey: tuple[Instrument, list[dict[str, int | None]]],
) -> None:
    instrument, rows = survey
    assert_agree(instrument, rows, tmp_path_factory.getbasetemp())


def random_rows(instrument: Instrument, rows: int, blank: float) -> list[dict[str, int | None]]:
    random = np.random.default_rng(5)
    return [
        {
            item.id: None if random.random() < blank else int(random.choice(item.scale.codes))
            for item in instrument.items
        }
        for _ in range(rows)
    ]


def big_instrument(**options: object) -> Instrument:
    """A facet of thirty items, whose grid of lcm(15..30) steps no integer could hold."""
    items = [Item(f"q{at}", FIVE, reversed=at % 3 == 0) for at in range(34)]
    names = [item.id for item in items]
    return an_instrument(
        items,
        [
            a_measure("BIG", "facet", names[:30]),
            a_measure("SMALL", "facet", names[30:]),
            a_measure("INDEX", "index", ["BIG", "SMALL"], **options),
            a_measure("OVER", "index", ["INDEX", "BIG"]),
            a_measure("PAIR", "pair", ["BIG", "SMALL"]),
            a_measure("BOTH", "ambidexterity", ["INDEX", "BIG"]),
        ],
    )


@pytest.mark.parametrize("blank", [0.0, 0.1, 0.5])
@pytest.mark.parametrize(
    "options", [{}, {"weights": (1.0, 2.5)}, {"aggregation": "geometric"}], ids=str
)
def test_thirty_items(options: dict[str, object], blank: float, tmp_path: Path) -> None:
    instrument = big_instrument(**options)
    assert_agree(instrument, random_rows(instrument, 60, blank), tmp_path)


@pytest.mark.parametrize("name", ["vested", "vested-short"])
@pytest.mark.parametrize("blank", [0.0, 0.05, 0.4])
def test_bundled_instruments(name: str, blank: float, tmp_path: Path) -> None:
    instrument = vested.load_instrument(name)
    assert_agree(instrument, random_rows(instrument, 30, blank), tmp_path)


def test_an_item_in_two_measures(tmp_path: Path) -> None:
    items = [Item(name, FIVE, reversed=name == "b") for name in "abc"]
    measures = [a_measure("F", "facet", "ab"), a_measure("G", "facet", "bc")]
    instrument = an_instrument(items, [*measures, a_measure("P", "pair", "bc")])
    assert_agree(instrument, random_rows(instrument, 20, 0.3), tmp_path)


def test_codes_with_a_gap(tmp_path: Path) -> None:
    scale = Scale("gap", (1, 2, 5))
    items = [Item("a", scale), Item("b", scale, reversed=True)]
    instrument = an_instrument(items, [a_measure("F", "facet", "ab")])
    assert_agree(instrument, random_rows(instrument, 20, 0.2), tmp_path)


def test_a_facet_of_items_on_two_scales(tmp_path: Path) -> None:
    """Each item counts on 0 to 100, or the instrument is refused: never a wrong number."""
    (tmp_path / "mixed.yaml").write_text(MIXED)
    with suppress(vested.VestedError):
        instrument = vested.load_instrument(tmp_path / "mixed.yaml")
        assert_agree(instrument, random_rows(instrument, 20, 0.0), tmp_path)


MIXED = """
id: mixed
version: "1"
name: {en: Mixed}
scales:
  five: {codes: [1, 2, 3, 4, 5]}
  ten: {codes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}
items:
  - {id: a, scale: five, text: {en: A}}
  - {id: b, scale: ten, text: {en: B}}
measures:
  - {id: F, kind: facet, of: [a, b], name: {en: F}}
"""


@pytest.mark.parametrize(
    ("options", "one", "other"),
    [
        ({"aggregation": "geometric"}, (2, 4, 6), (4, 6, 2)),
        ({"aggregation": "geometric"}, (2, 5, 6), (2, 6, 5)),
        ({"weights": (1.0, 1.0, 2.0)}, (None, 0, 6), (0, 6, 5)),
        ({"weights": (1.0, 2.0, 3.0)}, (None, 4, 4), (None, 1, 6)),
        ({"weights": (1.0, 2.0, 3.0), "aggregation": "geometric"}, (4, None, 4), (None, 4, 4)),
    ],
)
def test_equal_values_by_two_routes_are_no_spread(
    options: dict[str, object],
    one: tuple[int | None, ...],
    other: tuple[int | None, ...],
    tmp_path: Path,
) -> None:
    """Else a rounding error of 1e-14 passes for a spread, with an interval of no width."""
    items = [Item(name, a_scale(0, 6)) for name in "abc"]
    facets = [a_measure(name.upper(), "facet", [name]) for name in "abc"]
    instrument = an_instrument(items, [*facets, a_measure("X", "index", "ABC", **options)])
    path = write(instrument, [dict(zip("abc", row, strict=True)) for row in (one, other)], tmp_path)
    frame = vested.analyse(path, instrument=instrument, min_respondents=1).scores
    low, high = frame.filter(measure="X").select("ci_low", "ci_high").row(0)
    assert high - low > 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [(Grid(np.array([0, 3, MISSING]), 4), [0, 75, math.nan])],
)
def test_values_of_a_grid(values: Grid, expected: list[float]) -> None:
    np.testing.assert_equal(values.values().tolist(), expected)


def test_values_of_a_table() -> None:
    found = Counted(np.array([1, MISSING]), np.array([0.0, 12.5]), fixed=True).values()
    np.testing.assert_equal(found.tolist(), [12.5, math.nan])


@pytest.mark.parametrize("code", range(7))
@pytest.mark.parametrize("options", [{"aggregation": "geometric"}, {"weights": (0.1, 0.2, 0.4)}])
def test_an_index_of_equal_measures_is_that_measure(
    options: dict[str, object], code: int, tmp_path: Path
) -> None:
    """And above all not more than 100."""
    items = [Item(name, a_scale(0, 6)) for name in "abc"]
    facets = [a_measure(name.upper(), "facet", [name]) for name in "abc"]
    instrument = an_instrument(items, [*facets, a_measure("X", "index", "ABC", **options)])
    found = analysed(instrument, [dict.fromkeys("abc", code)] * 3, tmp_path)["X"]
    assert found == (3, pytest.approx(100 * code / 6, abs=1e-12), 0.0)
    assert (found[1] or 0) <= 100
