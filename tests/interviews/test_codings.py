"""Coded interviews as one table: what is used, what is set aside, and nothing in between."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vested
from vested.errors import InputError, UsageError, VestedError
from vested.interviews.codings import Codings, Roles, quotation_id, source_id, understand
from vested.platforms.qda import Code, Project, Segment, Source

INSTRUMENT = vested.load_instrument("vested")
CODES = (
    Code("SCL", "SCL"), Code("REU", "REU"), Code("up", "+1", ("Polarity",)),
    Code("down", "-2", ("Polarity",)), Code("event", "event", ("Kind",)),
    Code("claim", "claim", ("Kind",)), Code("gossip", "Gossip"), Code("box", "Box", codable=False),
)  # fmt: skip
GENT = {"organisation": "Gent", "phase": "3c"}


def project(*segments: Segment, file: str = "a.qdpx", **sources: dict[str, str]) -> Project:
    known = sources or {"S1": GENT}
    return Project(
        file, "", CODES, tuple(Source(name, name, 99, said) for name, said in known.items()),
        segments,
    )  # fmt: skip


def read(*projects: Project, roles: Roles | None = None, **options: object) -> Codings:
    return understand(projects, INSTRUMENT, roles or Roles(), **options)  # type: ignore[arg-type]


def said(codings: Codings, *columns: str) -> list[tuple[object, ...]]:
    return sorted(codings.segments.select(columns).rows(), key=str)


def on(code: str, start: int = 0, *, coder: str = "A", source: str = "S1", **row: str) -> Segment:
    return Segment(source, code, coder, start, start + 5, f"words {start}", variables=row)


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        ([on("SCL")], [("SCL", None, None)]),
        ([on("SCL"), on("up")], [("SCL", 1, None)]),
        ([on("up"), on("event"), on("SCL")], [("SCL", 1, "event")]),
        ([on("SCL"), on("REU"), on("down")], [("REU", -2, None), ("SCL", -2, None)]),
        ([on("SCL"), on("up", 9)], [("SCL", None, None)]),  # another passage
        ([on("SCL"), on("up", coder="B")], [("SCL", None, None)]),  # another coder
        ([on("SCL", polarity="2"), on("down")], [("SCL", 2, None)]),  # the row goes first
        ([on("SCL", polarity=" ", kind="Event")], [("SCL", None, "event")]),
        ([on("SCL", kind="claim"), on("event")], [("SCL", None, "claim")]),
        ([on("SCL"), on("up"), on("down")], [("SCL", -2, None), ("SCL", 1, None)]),
        ([on("SCL"), on("up"), on("SCL"), on("up")], [("SCL", 1, None)]),  # repeated
    ],
)
def test_what_a_passage_says(
    segments: list[Segment], found: list[tuple[str, int | None, str | None]]
) -> None:
    for order in (segments, segments[::-1]):
        assert said(read(project(*order)), "measure", "polarity", "kind") == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (on("SCL", 3), on("SCL", 3, coder="B"), True),
        (on("SCL", 3), replace(on("SCL", 3), end=7), False),
        (Segment("S1", "SCL", quotation="a"), Segment("S1", "REU", quotation="a"), True),
        (Segment("S1", "SCL", quotation="a"), Segment("S1", "SCL", quotation="b"), False),
        (Segment("S1", "SCL", quotation="a", passage="7"),
         Segment("S1", "SCL", quotation="b", passage="7"), True),
        (Segment("S1", "SCL", quotation="a"), Segment("S2", "SCL", quotation="a"), False),
    ],
)  # fmt: skip
def test_what_is_one_passage(one: Segment, other: Segment, same: bool) -> None:
    found = read(project(one, other, S1=GENT, S2=GENT)).segments
    assert (found["quotation"].n_unique() == 1) == same


@pytest.mark.parametrize(
    ("source", "row", "roles", "organisation", "phase"),
    [
        ({"organisation": "Gent", "phase": "Phase 1"}, {}, Roles(), "Gent", "1"),
        ({"Organisatie": " Gent  Stad ", "fase": "later"}, {}, Roles(), "Gent Stad", "later"),
        ({"case": "Gent"}, {}, Roles(), "Gent", ""),
        ({"company": "", "case": "Gent"}, {}, Roles(), "Gent", ""),
        ({"organisation": "Gent", "phase": "1"}, {"phase": "3A"}, Roles(), "Gent", "3a"),
        ({}, {"organisation": "Mons", "phase": "4"}, Roles(), "Mons", "4"),
        ({"organisation": "Gent", "body": "Mons"}, {}, Roles("BODY"), "Mons", ""),
        ({"organisation": "Gent", "phase": "1", "when": "3c"}, {}, Roles(None, "When"), "Gent",
         "3c"),
        ({"organisation": "Gent"}, {}, Roles(None, None, "3b"), "Gent", "3b"),
        ({"organisation": "Gent", "phase": "1"}, {}, Roles(None, None, "3b"), "Gent", "1"),
    ],
)  # fmt: skip
def test_organisation_and_phase(
    source: dict[str, str], row: dict[str, str], roles: Roles, organisation: str, phase: str
) -> None:
    found = read(project(on("SCL", **row), S1=source), roles=roles)
    assert said(found, "organisation", "phase") == [(organisation, phase)]
    assert found.sources.select("organisation", "phase").rows() == [(organisation, phase)]


def test_a_row_goes_before_its_source() -> None:
    found = read(project(on("SCL", organisation="Mons", phase="1")))
    assert said(found, "organisation", "phase") == [("Mons", "1")]
    assert found.sources["organisation"].to_list() == ["Gent"]


def test_a_phase_in_the_name_of_a_source() -> None:
    name = "Gent, phase 3b"
    sources = {name: {"organisation": "Gent"}}
    found = read(project(on("SCL", source=name), **sources), roles=Roles(phase_of_all="4"))
    assert said(found, "phase") == [("3b",)]


def test_sources_that_the_user_speaks_of() -> None:
    roles = Roles(sources={" s1": {"organisation": "Mons", "phase": "2"}})
    assert said(read(project(on("SCL"), S1={}), roles=roles), "organisation", "phase") == [
        ("Mons", "2")
    ]
    assert said(read(project(on("SCL")), roles=roles), "organisation", "phase") == [("Gent", "3c")]


@pytest.mark.parametrize(
    ("sources", "segments", "count"),
    [
        ({"S1": GENT, "S2": GENT}, [on("SCL"), on("SCL", source="S2")], 2),
        # Tables tell interview 1 of each organisation apart by an id, as the reader does.
        ({}, [], 2),
    ],
)
def test_sources_of_one_name(
    sources: dict[str, dict[str, str]], segments: list[Segment], count: int
) -> None:
    if not sources:
        known = [Source(f"{of} > Interview 1", "Interview 1") for of in ("Gent", "Mons")]
        segments = [
            Segment(each.id, "SCL", "A", variables={"organisation": each.id[:4]}) for each in known
        ]
        found = read(Project("a.csv", "", CODES, tuple(known), tuple(segments)))
    else:
        found = read(project(*segments, **sources))
    assert found.sources.height == found.segments["source"].n_unique() == count
    assert set(found.segments["source"]) == set(found.sources["source"])


def test_a_panel_speaks_of_several_organisations_in_one_source() -> None:
    found = read(
        project(on("SCL", organisation="Gent", phase="3a"),
                on("SCL", 9, organisation="Mons", phase="1"), S1={})
    )  # fmt: skip
    assert said(found, "organisation", "phase") == [("Gent", "3a"), ("Mons", "1")]
    assert found.sources.select("organisation", "phase").rows() == [("Gent; Mons", "1")]
    assert found.segments["source"].unique().to_list() == found.sources["source"].to_list()


def test_one_source_in_two_files() -> None:
    one = project(on("SCL"), on("REU", 9), file="a.qdpx")
    other = project(on("SCL", coder="B"), on("SCL"), file="b.qdpx")
    found = read(other, one).sources
    assert found.drop("source").rows() == [("S1", "Gent", "3c", "a.qdpx", 99, 2, 4)]


def test_ids_say_nothing_and_stay() -> None:
    source = Source("guid-1", "Interview with Ann", None)
    assert source_id(source) == source_id(replace(source, id="guid-2"))
    assert source_id(source) != source_id(source, "Gent")
    assert quotation_id("s-1", "0-5") != quotation_id("s-2", "0-5")
    found = read(project(on("SCL", source="Ann"), Ann=GENT)).segments
    assert not found.select("source", "quotation").rows()[0][0].count("Ann")


@pytest.mark.parametrize(
    ("segments", "sources", "roles", "kind", "message"),
    [
        ([], {}, Roles(), InputError, "no code is a measure of vested"),
        ([on("gossip")], {}, Roles(), InputError, "no code is a measure of vested"),
        ([on("SCL")], {"S1": {}}, Roles(), InputError, "no coded source has an organisation"),
        ([on("SCL")], {}, Roles("unit"), UsageError, "no source has a variable 'unit'"),
        ([on("SCL")], {}, Roles(None, "fase"), UsageError, "no source has a variable 'fase'"),
    ],
)
def test_refusals(
    segments: list[Segment], sources: dict[str, dict[str, str]], roles: Roles,
    kind: type[VestedError], message: str,
) -> None:  # fmt: skip
    with pytest.raises(kind, match=message) as told:
        read(project(*segments, **sources), roles=roles)
    assert told.value.hint
    if kind is InputError:
        assert read(project(*segments, **sources), roles=roles, strict=False).segments.height == 0


def test_nothing_named() -> None:
    with pytest.raises(UsageError, match="no coded interviews are named"):
        read()


def test_every_code_is_listed() -> None:
    found = read(project(on("SCL"), on("gossip"), on("gossip", 9), on("nowhere"), on("up")))
    listed = {row["code"]: row for row in found.codes.rows(named=True)}
    assert set(listed) == {
        *(" > ".join((*code.parents, code.name)) for code in CODES), "nowhere",
    }  # fmt: skip
    assert {name: row["segments"] for name, row in listed.items() if row["segments"]} == {
        "SCL": 1, "Gossip": 2, "nowhere": 1, "Polarity > +1": 1,
    }  # fmt: skip
    assert listed["Gossip"]["because"] == listed["nowhere"]["because"] == "not matched"
    assert listed["Box"]["because"] == "holds others"
    assert found.aside == {"code not matched": 3, "polarity or kind of a passage": 1}


# --- by property ------------------------------------------------------------------------------

SEGMENTS = st.builds(
    lambda code, start, coder, source, polarity: replace(
        on(code, start, coder=coder, source=source),
        variables={"polarity": polarity} if polarity else {},
    ),
    st.sampled_from(["SCL", "REU", "up", "down", "event", "gossip", "box", "nowhere"]),
    st.sampled_from([0, 5, 9]), st.sampled_from("AB"), st.sampled_from(["S1", "S2", "lost"]),
    st.sampled_from(["", "-1", "2"]),
)  # fmt: skip
MAPPING = st.sampled_from([None, {"Gossip": "ignore"}, {"Gossip": "REU"}, {"SCL": ""}])


def whole(segments: Sequence[Segment], mapping: dict[str, str] | None) -> Codings:
    known = {"S1": GENT, "S2": {}}
    return read(project(*segments, **known), mapping=mapping, strict=False)


@given(st.lists(SEGMENTS, max_size=12), MAPPING)
def test_the_account_balances(segments: list[Segment], mapping: dict[str, str] | None) -> None:
    """Each coding is used or set aside for one reason, counted here one by one."""
    found = whole(segments, mapping)
    is_measure = {"SCL", "REU"} - {name for name in mapping or {} if name == "SCL"}
    is_measure |= {"gossip"} if (mapping or {}).get("Gossip") == "REU" else set()
    expected: Counter[str] = Counter()
    used = 0
    for segment in segments:
        if segment.code in is_measure:
            used += segment.source == "S1"
            expected["no organisation"] += segment.source != "S1"
        elif segment.code in ("up", "down", "event"):
            expected["polarity or kind of a passage"] += 1
        elif segment.code == "gossip" and (mapping or {}).get("Gossip") == "ignore":
            expected["code ignored by the mapping"] += 1
        else:
            expected["code not matched"] += 1
    assert found.aside == {reason: n for reason, n in sorted(expected.items()) if n}
    assert found.read == len(segments) == used + sum(found.aside.values())
    assert (found.segments.height > 0) == (used > 0)
    assert found.codes["segments"].sum() == len(segments)
    assert found.sources["segments"].sum() == len(segments)


@given(st.lists(SEGMENTS, max_size=12), MAPPING, st.integers(0, 9))
def test_the_order_of_codings_does_not_matter(
    segments: list[Segment], mapping: dict[str, str] | None, seed: int
) -> None:
    one = whole(segments, mapping)
    other = whole(random.Random(seed).sample(segments, len(segments)), mapping)
    twice = whole([*segments, *segments], mapping)
    for name in ("segments", "sources", "codes"):
        frame: pl.DataFrame = getattr(one, name)
        assert frame.equals(getattr(other, name))
    assert one.segments.equals(twice.segments)
    assert dict(one.aside) == dict(other.aside)


@given(st.lists(SEGMENTS, max_size=12))
def test_two_files_are_one(segments: list[Segment]) -> None:
    """Split by source, and split by coder: the same passages, sources and account."""
    known = {"S1": GENT, "S2": {}}
    one = whole(segments, None)
    for key in ("source", "coder"):
        first = sorted({getattr(segment, key) for segment in segments})[:1]
        parts = [
            [segment for segment in segments if (getattr(segment, key) in first) == side]
            for side in (True, False)
        ]
        both = [project(*part, file=f"{at}", **known) for at, part in enumerate(parts)]
        other = read(*both, strict=False)
        assert one.segments.equals(other.segments)
        assert one.sources.drop("file").equals(other.sources.drop("file"))
        assert dict(one.aside) == dict(other.aside)
