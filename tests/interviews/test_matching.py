"""What codes mean: by a mapping, an id, a name, what stands above; never by likeness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vested
from vested.interviews.matching import CodeReader, Meaning, kind_of, own_polarity, polarity_of
from vested.platforms.qda import Code

INSTRUMENT = vested.load_instrument("vested")
FACETS = [measure for measure in INSTRUMENT.measures if measure.kind == "facet"]
MAPPING = {"Growth": "REU", "Growth > Slow": "-2", "Fast": "SCL +2", "Gossip": "ignore",
           "Fact": "event", "Blank": "", "TEC": "ECO", "Why": "Scaling"}  # fmt: skip


def code(path: str) -> Code:
    *above, name = path.split(" > ")
    return Code(path, name, tuple(above))


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("+1", 1), ("-2", -2), ("−2", -2), ("0", 0), ("2", 2), ("+2: strongly", 2), ("1 = weak", 1),
        ("Polarity -1", -1), ("polariteit +2", 2), ("Negative", -1), ("sterk negatief", -2),
        ("très positif", 2), ("gemischt", 0), ("3", None), ("-3", None), ("+1.5", None),
        ("2,5", None), ("10", None), ("2019", None), ("", None), ("good", None), ("x 1", None),
    ],
)  # fmt: skip
def test_polarity(text: str, polarity: int | None) -> None:
    assert polarity_of(text) == polarity


@pytest.mark.parametrize(
    ("text", "polarity"),
    [("+1", 1), ("1", 1), ("-2: never", -2), ("negative", -1), ("1. Budget", None),
     ("2 organisations", None), ("Budget", None)],
)  # fmt: skip
def test_a_number_of_a_list_is_no_polarity(text: str, polarity: int | None) -> None:
    assert own_polarity(text) == polarity


@pytest.mark.parametrize(
    ("text", "kind"),
    [("event", "event"), ("Gebeurtenis", "event"), ("opinion", "claim"), ("DOKUMENT", "document"),
     ("story", None), ("", None), ("events", None)],
)  # fmt: skip
def test_kind(text: str, kind: str | None) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("SCL", Meaning("SCL", because="id")),
        ("scl", Meaning("SCL", because="id")),
        ("SCL: scaling", Meaning("SCL", because="id")),
        ("SCL +1", Meaning("SCL", 1, because="id")),
        ("SCL: -2", Meaning("SCL", -2, because="id")),
        ("SCL 1. pilots", Meaning("SCL", because="id")),
        ("Scaling", Meaning("SCL", because="name")),
        ("opschaling", Meaning("SCL", because="name")),
        ("SCALING", Meaning("SCL", because="name")),
        ("VESTED", Meaning("VESTED", because="id")),
        ("SCL > negative", Meaning("SCL", -1, because="above")),
        ("SCL > 2. Money", Meaning("SCL", because="above")),
        ("SCL > anything at all", Meaning("SCL", because="above")),
        ("SCL > REU", Meaning("REU", because="id")),
        ("SCL > deep > deeper", Meaning("SCL", because="above")),
        ("SCL > REU > deeper", Meaning("REU", because="above")),
        ("Polarity > +1", Meaning(polarity=1, because="above")),
        ("Polariteit > sterk negatief", Meaning(polarity=-2, because="above")),
        ("Polarity > 1: weak", Meaning(polarity=1, because="above")),
        ("Kind > event", Meaning(kind="event", because="above")),
        ("Soort > bewering", Meaning(kind="claim", because="above")),
        ("Kind > gossip", Meaning()),
        ("Polarity", Meaning()),
        ("+1", Meaning()),
        ("event", Meaning()),
        ("Scalin", Meaning()),
        ("SCLX", Meaning()),
        ("SCL1", Meaning()),
        ("", Meaning()),
    ],
)
def test_without_a_mapping(path: str, meaning: Meaning) -> None:
    assert CodeReader(INSTRUMENT).meaning(code(path)) == meaning


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("growth", Meaning("REU", because="mapping")),
        ("Growth > Slow", Meaning(polarity=-2, because="mapping")),
        ("Other > Slow", Meaning()),
        ("Deep > Growth", Meaning("REU", because="mapping")),
        ("Fast", Meaning("SCL", 2, because="mapping")),
        ("Gossip", Meaning(because="mapping", ignored=True)),
        ("Fact", Meaning(kind="event", because="mapping")),
        ("Blank", Meaning(because="mapping")),
        ("TEC", Meaning("ECO", because="mapping")),
        ("Why", Meaning("SCL", because="mapping")),
        ("REU", Meaning("REU", because="id")),
    ],
)
def test_a_mapping_goes_first(path: str, meaning: Meaning) -> None:
    found = CodeReader(INSTRUMENT, MAPPING).meaning(code(path))
    assert found == meaning
    assert found.known == (path not in ("Blank", "Other > Slow"))


def test_every_name_in_every_language() -> None:
    """Each name once only, so that what it means is not open."""
    reader = CodeReader(INSTRUMENT)
    names = [(name, measure.id) for measure in FACETS for name in measure.name.values()]
    assert len(names) > 80
    for name, measure in names:
        assert reader.meaning(code(name.upper())).measure == measure


@given(st.text(max_size=8), st.lists(st.text(max_size=5), max_size=2))
def test_any_code_is_read(name: str, above: list[str]) -> None:
    found = CodeReader(INSTRUMENT).meaning(Code("x", name, tuple(above)))
    assert found.polarity in (None, -2, -1, 0, 1, 2)
    assert found.measure is None or found.measure in {m.id for m in INSTRUMENT.measures}


@given(st.sampled_from(FACETS), st.integers(-2, 2))
def test_codes_as_the_codebook_writes_them(facet: vested.Measure, value: int) -> None:
    reader = CodeReader(INSTRUMENT)
    for name in (f"{facet.id} {value:+d}", f"{facet.id}: {value:+d}", f"{facet.id} > {value:+d}"):
        found = reader.meaning(code(name))
        assert (found.measure, found.polarity) == (facet.id, value)
