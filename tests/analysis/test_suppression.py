"""What is hidden cannot be seen, nor worked out from what is shown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested import report
from vested.analysis.suppression import Hidden, complement, families
from vested.model import Instrument, Item, Measure, Scale
from vested.report import terminal

NINE = Scale("nine", tuple(range(10)))
INSTRUMENT = Instrument(
    id="test", version="1", name={"en": "Test"}, about={}, validated=False, references={},
    scales={"nine": NINE}, sections=(), items=tuple(Item(i, NINE) for i in "abc"),
    measures=(
        *(Measure(i.upper(), "facet", (i,), {"en": i}) for i in "abc"),
        Measure("X", "index", ("A", "B"), {"en": "x"}, headline=True),
        Measure("Y", "index", ("X", "C"), {"en": "y"}, headline=True),
        Measure("P", "pair", ("A", "B"), {"en": "p"}),
        Measure("Q", "pair", ("a", "b"), {"en": "q"}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
SIMPLE = Instrument(
    id="simple", version="1", name={"en": "Simple"}, about={}, validated=False, references={},
    scales={"nine": NINE}, sections=(), items=(Item("a", NINE),),
    measures=(Measure("A", "facet", ("a",), {"en": "a"}),),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
OUTPUTS = [output.id for output in INSTRUMENT.outputs]
MONS = "Mons,4,5,6\nMons,5,7,3\nMons,6,5,4\nMons,6,2,4\nMons,3,6,6\n" * 2
NUMBERS = ("score", "sd", "se", "ci_low", "ci_high")
EQUATIONS = [("A", "B", "X"), ("X", "C", "Y"), ("A", "B", "P.tilt")]


def hidden(
    respondents: np.ndarray, minimum: int, keys: Sequence[tuple[str, ...]], instrument: Instrument
) -> np.ndarray:
    """Which scores (outputs x cells) are hidden by their numbers of respondents alone."""
    found = Hidden(respondents, minimum)
    if minimum > 1:
        complement(found, respondents, families(keys), instrument)
    return found.mask


def which(sizes: dict[tuple[str, ...], int], minimum: int = 10) -> set[tuple[str, ...]]:
    """The cells whose one measure is hidden."""
    mask = hidden(np.array([list(sizes.values())]), minimum, list(sizes), SIMPLE)
    return {key for key, gone in zip(sizes, mask[0], strict=True) if gone}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"IT": 12, "HR": 30}, set()),
        ({"IT": 4, "HR": 30, "PR": 12}, {"IT", "PR"}),  # one hidden: the next smallest too
        ({"IT": 4, "HR": 30}, {"IT", "HR"}),
        ({"IT": 4, "HR": 5, "PR": 12}, {"IT", "HR"}),  # two hidden protect each other
        ({"IT": 4}, {"IT"}),  # an only child is its parent, which is hidden as well
        ({"IT": 9, "HR": 10}, {"IT", "HR"}),
        ({"IT": 10, "HR": 10}, set()),
        ({"IT": 0, "HR": 30, "PR": 12}, {"IT"}),  # nobody there: nothing to work out
        ({"IT": 0, "HR": 4, "PR": 12}, {"IT", "HR", "PR"}),  # and nobody protects nobody
    ],
)
def test_one_group_column(sizes: dict[str, int], expected: set[str]) -> None:
    assert which({("Gent", unit): n for unit, n in sizes.items()}) == {
        ("Gent", unit) for unit in expected
    }


def test_organisations_do_not_protect_each_other() -> None:
    sizes = {("Aalst", "IT"): 4, ("Aalst", "HR"): 30, ("Gent", "IT"): 11, ("Gent", "HR"): 12}
    assert which(sizes) == {("Aalst", "IT"), ("Aalst", "HR")}


def test_organisations_alone_have_no_known_parent() -> None:
    assert which({("Aalst",): 4, ("Gent",): 30, ("Mons",): 12}) == {("Aalst",)}


def test_two_columns_are_protected_along_both() -> None:
    sizes = {("Gent", *key): 20 for key in itertools.product("12", ("IT", "HR", "PR"))}
    sizes["Gent", "1", "IT"] = 4
    gone = which(sizes)
    assert len(gone) == 4  # a rectangle: two in its row, two in each of their columns
    assert all(len({key[at] for key in gone}) == 2 for at in (1, 2))


@pytest.mark.parametrize("minimum", [0, 1])
def test_a_minimum_of_one_hides_no_one(minimum: int) -> None:
    assert which({("Gent", "IT"): 1, ("Gent", "HR"): 30}, minimum) == set()


@pytest.mark.parametrize(
    ("small", "expected"),
    [
        ("C", {"C", "X"}),  # Y = mean of X and C: X (hidden first, equal) or Y must go; then A …
        ("Q.joint", {"Q.joint"}),  # a root is in no equation
    ],
)
def test_equations_between_measures(small: str, expected: set[str]) -> None:
    n = np.full((len(OUTPUTS), 1), 30)
    n[OUTPUTS.index(small)] = 4
    mask = hidden(n, 10, [("Gent",)], INSTRUMENT)[:, 0]
    gone = {name for name, there in zip(OUTPUTS, mask, strict=True) if there}
    assert expected <= gone
    assert not list(open_equations(n, hidden(n, 10, [("Gent",)], INSTRUMENT), [("Gent",)]))


def open_equations(
    n: np.ndarray, mask: np.ndarray, keys: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    """Each equation with exactly one unknown: what a reader could solve."""
    for column in range(1, len(keys[0])):
        rest = [key[:column] + key[column + 1 :] for key in keys]
        for family in set(rest):
            cells = [at for at, other in enumerate(rest) if other == family]
            for row, name in enumerate(OUTPUTS):
                there = [at for at in cells if n[row, at] > 0]
                gone = [at for at in there if mask[row, at]]
                if len(gone) == 1 and len(there) > 1:
                    yield f"{name}: {keys[gone[0]]} from its siblings"
    for equation in EQUATIONS:
        rows = [OUTPUTS.index(name) for name in equation]
        for at, key in enumerate(keys):
            there = [row for row in rows if n[row, at] > 0]
            gone = [row for row in there if mask[row, at]]
            if len(gone) == 1 and len(there) > 1:
                yield f"{OUTPUTS[gone[0]]} of {key} from {equation}"


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, ...]], np.ndarray]:
    columns = draw(st.sampled_from([["1", "2"], ["IT", "HR", "PR"]]) | st.none())
    lists = [["Aalst", "Gent"]] + ([columns] if columns else [])
    if draw(st.booleans()):
        lists.append(["young", "old", "none"])
    every = list(itertools.product(*lists))
    keys = draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    size = st.sampled_from([0, 1, 4, 9, 10, 11, 20, 50])
    sizes = draw(st.lists(size, min_size=len(keys), max_size=len(keys)))
    # Missing answers: a measure can have fewer respondents than its cell.
    lost = [draw(st.sampled_from([0, 0, 0, 0, 1, 6])) for _ in range(len(OUTPUTS) * len(keys))]
    n = np.maximum(np.array([sizes] * len(OUTPUTS)) - np.array(lost).reshape(-1, len(keys)), 0)
    return keys, n


@given(tables(), st.sampled_from([5, 10]))
@settings(max_examples=250, deadline=None)
def test_no_equation_has_exactly_one_unknown(
    table: tuple[list[tuple[str, ...]], np.ndarray], minimum: int
) -> None:
    keys, n = table
    mask = hidden(n, minimum, keys, INSTRUMENT)
    assert mask[n < minimum].all()
    assert list(open_equations(n, mask, keys)) == []


@given(tables(), st.sampled_from([1, 5, 10]))
@settings(max_examples=100, deadline=None)
def test_nothing_is_hidden_where_nothing_is_small(
    table: tuple[list[tuple[str, ...]], np.ndarray], minimum: int
) -> None:
    keys, n = table
    assert not hidden(np.maximum(n, minimum), minimum, keys, INSTRUMENT).any()


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_order_of_cells_of_other_organisations_does_not_matter(
    table: tuple[list[tuple[str, ...]], np.ndarray],
) -> None:
    keys, n = table
    of = [at for at, key in enumerate(keys) if key[0] == "Gent"]
    if of:
        alone = hidden(n[:, of], 10, [keys[at] for at in of], INSTRUMENT)
        assert (alone == hidden(n, 10, keys, INSTRUMENT)[:, of]).all()


# --- whole analyses -------------------------------------------------------------------------------


def survey(folder: Path) -> Path:
    """Gent: IT of 3, whose scores are like no other; HR of 40 and PR of 11 with 4 and 5."""
    lines = ["organisation,unit,wave,a,b,c"]
    lines += ["Gent,IT,1,1,2,7", "Gent,IT,1,1,7,8", "Gent,IT,1,8,8,8"]
    for unit, size in (("HR", 40), ("PR", 11)):
        lines += [
            f"Gent,{unit},1,{4 + at % 2},{4 + at // 2 % 2},{4 + at // 4 % 2}" for at in range(size)
        ]
    lines += ["Mons,IT,1,4,4,5"] * 12 + ["Mons,HR,1,5,4,5"] * 13
    path = folder / "survey.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_suppressed_row_holds_no_number(tmp_path: Path) -> None:
    frame = vested.analyse(survey(tmp_path), instrument=INSTRUMENT, group="unit").scores
    gone = frame.filter(status="suppressed", organisation="Gent")
    numbers = ["respondents", *NUMBERS]
    assert sorted(gone["unit"].unique()) == ["IT", "PR"]  # and PR, the next smallest
    assert gone.select(numbers).null_count().row(0) == (gone.height,) * len(numbers)
    shown = frame.filter(pl.col("status") != "suppressed")
    assert shown.select(numbers).null_count().row(0) == (0,) * 6


@pytest.mark.parametrize("weight", [None, "wave"])
def test_the_canary_is_in_no_output(weight: str | None, tmp_path: Path) -> None:
    path = survey(tmp_path)
    options = {"instrument": INSTRUMENT, "group": "unit", "weight": weight}
    hidden_rows = vested.analyse(path, min_respondents=1, **options).scores.filter(  # type: ignore[arg-type]
        organisation="Gent", unit="IT"
    )
    numbers = [
        number
        for name in NUMBERS
        for number in hidden_rows[name].to_list()
        if number not in (None, 0, 50, 100, -100)
    ]
    canaries = {f"{number:.1f}" for number in numbers} | {str(number)[:9] for number in numbers}
    analysis = vested.analyse(path, **options)  # type: ignore[arg-type]
    stream = StringIO()
    terminal.show(analysis, stream, detail=True)
    texts = [report.render(analysis, name).decode() for name in ("csv", "json", "markdown")]
    # A short number could stand in a longer one: whole tokens only.
    shown = set(" ".join([*texts, stream.getvalue()]).replace(",", " ").split())
    shown |= {token.strip('[]|:}"<') for token in shown}
    shown |= {token[:9] for token in shown}
    published = {
        f"{number:.1f}"
        for name in (*NUMBERS, *(["n_effective"] if weight else []))
        for number in analysis.scores[name].drop_nulls().to_list()
    }
    assert len(canaries - published) > 20
    assert not (canaries - published) & shown
    assert not (canaries - published) & set(repr(analysis).split())


def test_waves_are_protected_too(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    sizes = ((1, 20), (2, 3), (10, 15))
    rows = [f"Gent,{wave},{at % 4},5,6" for wave, n in sizes for at in range(n)]
    path.write_text("\n".join(["organisation,wave,a,b,c", *rows, ""]))
    frame = vested.analyse(path, instrument=INSTRUMENT, wave="wave").scores.filter(measure="A")
    assert frame.select("wave", "status").rows() == [
        ("1", "published"), ("2", "suppressed"), ("10", "suppressed"),
    ]  # fmt: skip


def test_a_hidden_organisation_shows_no_number_of_another(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("organisation,a,b,c\n" + "Gent,1,2,3\n" * 9 + MONS)
    frame = vested.analyse(path, instrument=INSTRUMENT).scores
    assert frame.filter(organisation="Gent")["status"].unique().to_list() == ["suppressed"]
    assert "suppressed" not in frame.filter(organisation="Mons")["status"].to_list()


def test_a_score_that_few_have_hides_what_gives_it_away(tmp_path: Path) -> None:
    """Only four of 20 answered b; A and X would tell it."""
    path = tmp_path / "survey.csv"
    path.write_text("organisation,a,b,c\n" + "Gent,1,2,3\n" * 4 + "Gent,2,,3\nGent,1,,4\n" * 8)
    frame = vested.analyse(path, instrument=INSTRUMENT).scores
    status = dict(frame.select("measure", "status").rows())
    assert [name for name, what in status.items() if what == "published"] == ["A", "C"]


def test_all_hidden_is_an_error_that_names_key_informants(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("organisation,a,b,c\nGent,1,2,3\n")
    with pytest.raises(vested.VestedError, match="every score would be suppressed") as caught:
        vested.analyse(path, instrument=INSTRUMENT)
    assert "--min-respondents 1" in caught.value.hint
