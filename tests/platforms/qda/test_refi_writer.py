"""Projects written as REFI-QDA: they read back as they were, and other software can read them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.refi import read
from vested.platforms.qda.refi.writer import codebook, guid_of, write

SCHEMA = Path(__file__).parents[4] / "shared/exports/qda/qualitative_coding/schema.xsd"
NS = "{urn:QDA-XML:project:1.0}"


def back(content: bytes, name: str = "p.qdpx") -> Project:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        found = read(path, name)
    assert found is not None
    return found


# --- round trip ---------------------------------------------------------------------------------

guids = st.uuids().map(str)
signs = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
)
names = st.text(signs, min_size=1, max_size=12).map(str.strip).filter(bool)
lines = st.text(st.one_of(signs, st.sampled_from("\n\t\r")), max_size=40).map(str.strip)
texts = st.lists(
    st.one_of(
        st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\n\t 😀\ufeff…"))),
        st.sampled_from(["\r\n", "😀", "we trust it ", " " * 150, "word " * 45]),
    ),
    max_size=12,
).map("".join)
"""Any signs at all, control characters and a byte order mark included."""


@st.composite
def trees(draw: st.DrawFn, parents: tuple[str, ...] = ()) -> list[Code]:
    made = []
    for _ in range(draw(st.integers(0, 3 - len(parents)))):
        code = Code(draw(guids), draw(names), parents, draw(lines), draw(st.booleans()))
        made += [code, *draw(trees((*parents, code.name)))]
    return made


@st.composite
def projects(draw: st.DrawFn) -> tuple[Project, Mapping[str, str]]:
    codes = draw(trees())
    coders = tuple(draw(st.lists(names, unique=True, max_size=3)))
    sources, segments, written = [], [], {}
    for guid in draw(st.lists(guids, max_size=3, unique=True)):
        text = written[guid] = draw(texts)
        variables = draw(st.dictionaries(names, lines.filter(bool), max_size=2))
        sources.append(Source(guid, draw(names), len(text), variables))
        for passage in draw(st.lists(guids, max_size=4, unique=True)) if codes and coders else []:
            start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
            for _ in range(draw(st.integers(1, 2))):
                code, coder = draw(st.sampled_from(codes)).id, draw(st.sampled_from(coders))
                segments.append(Segment(guid, code, coder, start, end, text[start:end], passage))
        if codes and draw(st.booleans()):
            segments.append(Segment(guid, codes[0].id, passage=guid))
    made = Project("p.qdpx", "Own Tool", tuple(codes), tuple(sources), tuple(segments), coders)
    return made, written


@settings(deadline=None)
@given(projects())
def test_what_is_written_is_read(made: tuple[Project, Mapping[str, str]]) -> None:
    project, written = made
    content = write(project, written)
    found = back(content)
    assert replace(found, notes=()) == project
    doubts = ("not at all", "converted", "without offsets: they", "cannot", "not in the codebook")
    assert not [note for note in found.notes if any(doubt in note for doubt in doubts)]
    assert write(project, written) == content
    assert write(found, written) == content


@settings(deadline=None)
@given(trees())
def test_a_codebook_that_is_written_is_read(codes: Sequence[Code]) -> None:
    assert back(codebook(codes), "p.qdc").codes == tuple(codes)


# --- what others read ---------------------------------------------------------------------------

TEXT = 'We trust 😀 <each> other & "all".\r\nThe vision is clear to all of us.'


@pytest.fixture
def project() -> Project:
    """Ids as tables of other software have them, and a parent that is no code."""
    codes = (
        Code("1", "trust", ("culture",), "why\n<people> dare"),
        Code("2", "vision", (), codable=False),
        Code("3", "clear", ("vision",)),
    )
    sources = (
        Source("a", "Talk 1", len(TEXT), {"organisation": "Gent", "phase": "3c"}),
        Source("b", "Talk 2", len(TEXT), {"phase": "1"}),
        Source("c", "Talk without text"),
    )
    segments = tuple(
        Segment(source, code, coder, start, start + 5, TEXT[start : start + 5], passage)
        for source, passage in (("a", "x"), ("b", "x"), ("b", "y"))
        for code, coder, start in (("1", "Ann", 3), ("3", "Bo", 3), ("3", "Ann", 13))
    )
    whole = Segment("c", "3", "Cy", passage="c")
    return Project("study.csv", "", codes, sources, (*segments, whole), ("Ann", "Bo", "Dan"))


def test_ids_that_are_no_guids_get_one(project: Project) -> None:
    found = back(write(project, {"a": TEXT, "b": TEXT}))
    assert [(code.name, code.parents, code.codable) for code in found.codes] == [
        ("culture", (), False),
        ("trust", ("culture",), True),
        ("vision", (), False),
        ("clear", ("vision",), True),
    ]
    assert found.codes[1].description == "why\n<people> dare"
    assert [each.variables for each in found.sources] == [
        each.variables for each in project.sources
    ]
    assert [each.length for each in found.sources] == [len(TEXT), len(TEXT), None]
    code_names = {code.id: code.name for code in [*found.codes, *project.codes]}
    source_names = {source.id: source.name for source in [*found.sources, *project.sources]}

    def told(segment: Segment) -> tuple[str, str, str, int | None, int | None, str]:
        return (
            source_names[segment.source], code_names[segment.code], segment.coder, segment.start,
            segment.end, segment.quotation,
        )  # fmt: skip

    assert sorted(map(told, found.segments), key=repr) == sorted(
        map(told, project.segments), key=repr
    )
    assert found.coders == ("Ann", "Bo", "Dan", "Cy")
    # Passages of one id in two sources, or at two places, are several.
    assert len({segment.passage for segment in found.segments}) == 7
    for each in [*found.codes, *found.sources]:
        assert str(UUID(each.id)) == each.id


def test_the_file_is_valid(project: Project) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    if not SCHEMA.exists():
        pytest.skip("the schema is not at hand")
    schema = etree.XMLSchema(etree.parse(str(SCHEMA)))
    empty = Project("p.qdpx", "", (), (), ())
    for each in (project, empty):
        content = write(each, {"a": TEXT, "b": TEXT})
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            schema.assertValid(etree.fromstring(archive.read("project.qde")))
    tree = etree.fromstring(codebook(project.codes))
    assert {child.tag.partition("}")[2] for child in tree} == {"Codes"}


def test_what_is_in_the_file(project: Project) -> None:
    content = write(project, {"a": TEXT, "b": "\ufeffx"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.infolist()
        assert [member.filename for member in listed] == sorted(
            ["project.qde", *(f"sources/{guid_of('source', each)}.txt" for each in "ab")]
        )
        assert {member.date_time for member in listed} == {(1980, 1, 1, 0, 0, 0)}
        root = ElementTree.fromstring(archive.read("project.qde"))
        for each in root.iter(f"{NS}TextSource"):
            path = each.get("plainTextPath", "").replace("internal://", "sources/")
            text = {"Talk 1": TEXT, "Talk 2": "\ufeff\ufeffx"}.get(each.attrib["name"])
            assert (archive.read(path).decode() if path else None) == text
    assert (root.get("name"), root.get("origin")) == ("study", "vested")


@pytest.mark.parametrize(
    "segment",
    [
        Segment("a", "1", variables={"polarity": "1"}, start=0, end=1),
        Segment("a", "1", quotation="trust", passage="x"),
        Segment("a", "1", start=3, passage="x"),
    ],
)
def test_what_has_no_place_is_not_lost_in_silence(segment: Segment, project: Project) -> None:
    with pytest.raises(ValueError, match="REFI-QDA has no place for"):
        write(replace(project, segments=(segment,)), {})


def test_deep_codes_are_written() -> None:
    codes = [Code(guid_of(str(at)), str(at), tuple(map(str, range(at)))) for at in range(90)]
    assert back(codebook(codes), "p.qdc").codes == tuple(codes)
