"""Agreement of coders: published tables turned into coded passages, through the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vested
from vested.analysis.interviews import interviews
from vested.analysis.interviews.coders import ALL, POLARITY, coders_table
from vested.errors import UsageError
from vested.interviews.codings import Roles, understand
from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.refi.writer import write

INSTRUMENT = vested.load_instrument("vested")
EXAMPLE = [
    [1, 1, 0, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [0, 5, 5, 5], [0, 0, 1, 1], [0, 0, 3, 0],
]  # fmt: skip
"""Krippendorff's four coders and twelve units, 0 for missing."""


def agreement(path: Path, **options: Any) -> dict[str, dict[str, Any]]:
    found = interviews(path, min_sources=1, **options)
    return {row["code"]: row for row in found.coders.rows(named=True)}


def square(
    table: Sequence[Sequence[int]], coding: Any, said: Callable[[int], dict[str, Any]]
) -> list[Any]:
    """A table of two coders as passages, four to a source; `said` is what a category gives."""
    rows, at = [], 0
    for first, counts in enumerate(table):
        for second, count in enumerate(counts):
            for _ in range(count):
                place = {"source": f"S{at // 4}", "quotation": f"words {at}"}
                # Both have seen every passage: each gave it some code.
                for coder, category in (("A", first), ("B", second)):
                    rows.append(coding(coder=coder, code="REU", polarity="", **place))
                    if category >= 0 and said(category):
                        rows.append(coding(coder=coder, **place, **said(category)))
                at += 1
    return rows


def test_the_fourfold_table(coded: Callable[..., Path], coding: Any) -> None:
    """Domain: kappa .40 of (20, 5; 10, 15); AC1 and alpha after their definitions."""
    rows = square([[20, 5], [10, 15]], coding,
                  lambda category: {} if category else {"code": "SCL", "polarity": ""})  # fmt: skip
    row = agreement(coded(rows))["SCL"]
    assert (row["unit"], row["coders"], row["units"]) == ("passages", 2, 50)
    assert row["kappa"] == pytest.approx(0.40, rel=1e-10)
    assert row["agreement"] == pytest.approx(0.7, rel=1e-10)
    share = 55 / 100
    assert row["prevalence"] == pytest.approx(share, rel=1e-10)
    assert row["fleiss"] == pytest.approx((0.7 - 0.505) / 0.495, rel=1e-10)  # .55² + .45² = .505
    chance = 2 * share * (1 - share)
    assert row["ac1"] == pytest.approx((0.7 - chance) / (1 - chance), rel=1e-10)
    assert row["alpha"] == pytest.approx(1 - 99 * 0.3 / (100 * chance), rel=1e-10)
    assert row["alpha_low"] < row["alpha"] < row["alpha_high"]
    assert row["ac1_low"] < row["ac1"] < row["ac1_high"]
    assert row["alpha_u"] is None


def test_three_categories_as_polarity(coded: Callable[..., Path], coding: Any) -> None:
    """irrCAC, cont3x3abstractors: kappa .89216 with quadratic weights; alpha at interval level."""
    table = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    rows = square(
        table.tolist(), coding, lambda category: {"code": "SCL", "polarity": category - 1}
    )
    row = agreement(coded([row for row in rows if row.code == "SCL"]))[POLARITY]
    assert (row["coders"], row["units"]) == (2, 100)
    assert row["kappa"] == pytest.approx(0.89216, abs=5e-6)
    assert row["alpha"] == pytest.approx(0.89264871757147779, rel=1e-10)  # irrCAC, krippen2.table
    assert row["agreement"] == pytest.approx(0.89, rel=1e-10)
    # AC2 by its definition, for the five polarities that there are to choose from.
    far = np.subtract.outer(np.arange(5), np.arange(5)) ** 2
    weights = 1 - far / 16
    shares = np.array([0, 13, 25.5, 61.5, 0]) / 100
    given_alike = (weights[1:4, 1:4] * table).sum() / 100
    chance = weights.sum() / 20 * (shares * (1 - shares)).sum()
    assert row["ac1"] == pytest.approx((given_alike - chance) / (1 - chance), rel=1e-10)


def test_four_coders_with_gaps(coded: Callable[..., Path], coding: Any) -> None:
    """Krippendorff's example as polarity: alpha .84911 at interval level, ordinal .81539."""
    rows = [
        coding("S1", "SCL", value - 3, coder="ABCD"[coder], quotation=f"words {unit}")
        for unit, values in enumerate(EXAMPLE)
        for coder, value in enumerate(values)
        if value
    ]
    row = agreement(coded(rows))[POLARITY]
    assert (row["coders"], row["units"]) == (4, 11)
    assert row["alpha"] == pytest.approx(0.8491071428571428, rel=1e-10)
    assert row["alpha_ordinal"] == pytest.approx(0.8153875037548814, rel=1e-10)
    assert row["alpha_low"] < row["alpha"] < row["alpha_high"]


@pytest.mark.parametrize(
    "other",
    [
        {"coder": "A"},  # one coder
        {"coder": "B", "source": "S2"},  # two, who share no source
        {"coder": "B", "source": "S1", "organisation": "Mons"},  # or one of the name only
    ],
)
def test_nobody_to_compare(other: dict[str, str], coded: Callable[..., Path], coding: Any) -> None:
    found = interviews(coded([coding(), coding(**{"quotation": "else", **other})]), min_sources=1)
    assert found.coders.height == 0
    assert "No source was coded by two coders" in found.answer


def test_a_coder_who_gives_nothing_says_that_a_passage_bears_no_code(
    coded: Callable[..., Path], coding: Any
) -> None:
    """B coded the source, so that her silence on SCL counts; C coded another source only."""
    rows = [coding(), coding(code="REU", coder="B", quotation="else"),
            coding(source="S2", coder="C")]  # fmt: skip
    row = agreement(coded(rows))["SCL"]
    assert (row["coders"], row["units"], row["agreement"]) == (2, 2, 0.5)


def test_polarity_that_a_coder_has_not_decided(coded: Callable[..., Path], coding: Any) -> None:
    """Two polarities of one coder for one passage are none that can be compared."""
    said = [("A", 1, "one"), ("B", 1, "one"), ("A", 2, "two"), ("B", 0, "two"), ("A", -2, "two")]
    rows = [coding(polarity=p, coder=coder, quotation=words) for coder, p, words in said]
    found = agreement(coded(rows))[POLARITY]
    assert (found["units"], found["agreement"]) == (1, 1.0)
    none = agreement(coded(rows[2:], "none.csv"))[POLARITY]
    assert none["units"] == 0
    assert none["alpha"] is None
    assert none["reason"] == "no two coders gave a polarity to the same passage and measure"


def test_pooled_is_over_all_codes(coded: Callable[..., Path], coding: Any) -> None:
    rows = square([[20, 5], [10, 15]], coding,
                  lambda category: {} if category else {"code": "SCL", "polarity": ""})  # fmt: skip
    found = agreement(coded(rows))
    assert list(found) == ["SCL", "REU", ALL, POLARITY]
    assert found[ALL]["units"] == found["SCL"]["units"] + found["REU"]["units"] == 100
    assert found[ALL]["agreement"] == pytest.approx((0.7 + 1) / 2, rel=1e-10)
    assert found["REU"]["reason"] == "all codes are equal, so there is no chance to disagree"


# --- coders who cut for themselves ------------------------------------------------------------

BOOK = {"A": [(75, 145), (220, 250)], "B": [(70, 150), (205, 225), (250, 270)]}
"""Krippendorff (2004), chapter 11, with the source from 0: alpha .7286."""


def cut(
    places: dict[str, list[tuple[int, int]]], length: int, folder: Path, *, sources: int = 1
) -> Path:
    codes = (Code("SCL", "SCL"), Code("up", "+1", ("Polarity",)))
    names = [f"S{at}" for at in range(sources)]
    known = tuple(Source(name, name, None, {"organisation": "Gent"}) for name in names)
    segments = tuple(
        Segment(name, "SCL", coder, start, end, "x" * (end - start))
        for name in names
        for coder, cuts in places.items()
        for start, end in cuts
    )
    path = folder / "cut.qdpx"
    path.write_bytes(
        write(Project("cut.qdpx", "", codes, known, segments), dict.fromkeys(names, "x" * length))
    )
    return path


def by_hand(places: dict[str, list[tuple[int, int]]], length: int) -> tuple[float, float]:
    """Agreement and kappa of single characters."""
    rows = np.zeros((2, length), int)
    for at, cuts in enumerate(places.values()):
        for start, end in cuts:
            rows[at, start:end] = 1
    agreed = float((rows[0] == rows[1]).mean())
    one, other = rows.mean(axis=1)
    chance = one * other + (1 - one) * (1 - other)
    return agreed, (agreed - chance) / (1 - chance)


def test_characters_are_the_units(tmp_path: Path) -> None:
    row = agreement(cut(BOOK, 300, tmp_path))["SCL"]
    assert (row["unit"], row["units"]) == ("characters", 300)
    assert row["alpha_u"] == pytest.approx(0.7286, abs=5e-5)
    agreed, kappa = by_hand(BOOK, 300)
    assert row["agreement"] == pytest.approx(agreed, rel=1e-10)
    assert row["kappa"] == pytest.approx(kappa, rel=1e-10)
    assert [row[name] for name in ("alpha_low", "alpha_high", "ac1_low", "ac1_high")] == [None] * 4


@pytest.mark.parametrize(
    ("places", "unit"),
    [
        (BOOK, "characters"),
        ({"A": [(0, 5), (9, 12)], "B": [(0, 5), (9, 12)]}, "passages"),
        ({"A": [(0, 5), (9, 12)], "B": [(0, 5), (9, 13)]}, "characters"),  # one of three
        ({"A": [(0, 5), (9, 12)], "B": [(0, 5)]}, "passages"),  # one of two
    ],
)
def test_the_natural_unit(
    places: dict[str, list[tuple[int, int]]], unit: str, tmp_path: Path
) -> None:
    path = cut(places, 300, tmp_path)
    assert agreement(path)["SCL"]["unit"] == unit
    for wanted in ("passages", "characters"):
        row = agreement(path, units=wanted)["SCL"]
        assert row["unit"] == wanted
        assert row["alpha_u"] is not None


def test_three_coders_who_cut_for_themselves(tmp_path: Path) -> None:
    row = agreement(cut({**BOOK, "C": [(75, 145)]}, 300, tmp_path))["SCL"]
    assert (row["unit"], row["coders"], row["units"]) == ("characters", 3, 300)
    pairs = [by_hand({"x": BOOK["A"], "y": [(75, 145)]}, 300)[1], by_hand(BOOK, 300)[1],
             by_hand({"x": BOOK["B"], "y": [(75, 145)]}, 300)[1]]  # fmt: skip
    assert row["kappa"] == pytest.approx(sum(pairs) / 3, rel=1e-10)


def test_characters_need_places(coded: Callable[..., Path], coding: Any) -> None:
    rows = [coding(), coding(coder="B")]
    with pytest.raises(UsageError, match="characters cannot be compared"):
        interviews(coded(rows), min_sources=1, units="characters")


def test_places_without_a_text(write: Callable[..., Path]) -> None:
    """A table knows where passages stand, and not how long their source is."""
    header = ["source", "code", "coder", "organisation", "start", "end", "quotation"]
    rows = [["S1", "SCL", "A", "Gent", "0", "5", "x"], ["S1", "SCL", "B", "Gent", "2", "7", "y"]]
    row = agreement(write(header, rows))["SCL"]
    assert (row["unit"], row["alpha_u"]) == ("passages", None)
    with pytest.raises(UsageError, match="characters cannot be compared"):
        agreement(write(header, rows, "again.csv"), units="characters")


def test_places_beyond_a_text(write: Callable[..., Path], tmp_path: Path) -> None:
    """The table of a coder whose text was another one."""
    header = ["source", "code", "coder", "organisation", "start", "end", "quotation"]
    table = write(header, [["S0", "SCL", "B", "Gent", "0", "999", "x"]])
    found = interviews([cut({"A": [(0, 5)]}, 300, tmp_path), table], min_sources=1)
    assert found.coders["unit"].unique().to_list() == ["passages"]


# --- by property ------------------------------------------------------------------------------

MARKS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from(["SCL", "REU"]), st.integers(0, 5),
              st.sampled_from(["", "-1", "2"])),
    min_size=1, max_size=14,
)  # fmt: skip


@given(MARKS, st.permutations("ABC"))
@settings(max_examples=40, deadline=None)
def test_names_of_coders_and_order_do_not_matter(
    marks: list[tuple[str, str, int, str]], names: list[str]
) -> None:
    codes = (Code("SCL", "SCL"), Code("REU", "REU"))
    source = Source("S1", "S1", 40, {"organisation": "Gent"})

    def table(rename: dict[str, str], order: int) -> Any:
        segments = [
            Segment("S1", code, rename[coder], 5 * at, 5 * at + 4, variables={"polarity": polarity})
            for coder, code, at, polarity in marks[::order]
        ]
        project = Project("x", "", codes, (source,), tuple(segments))
        read = understand([project], INSTRUMENT, Roles())
        return coders_table(read, INSTRUMENT, unit="passages", seed=0, confidence=0.95).frame

    plain = dict(zip("ABC", "ABC", strict=True))
    one, other = table(plain, 1), table(dict(zip("ABC", names, strict=True)), -1)
    assert one.equals(table(plain, -1))
    assert one.select("code", "coders", "units").equals(other.select("code", "coders", "units"))
    numbers = ["agreement", "kappa", "fleiss", "alpha", "ac1", "alpha_u"]
    assert one.select(numbers).fill_null(9).to_numpy() == pytest.approx(
        other.select(numbers).fill_null(9).to_numpy(), rel=1e-9, abs=1e-12
    )
