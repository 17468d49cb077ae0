"""REFI-QDA projects: what real and made-up ones hold, and what is told where they are odd."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from vested.errors import InputError
from vested.platforms.qda import Project, Segment
from vested.platforms.qda.refi import read

QDA = Path(__file__).parents[4] / "shared" / "exports" / "qda"
PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
real = pytest.mark.skipif(not QDA.exists(), reason="the real exports are not at hand")

ANN, BO = "00000000-0000-4000-8000-0000000000a1", "00000000-0000-4000-8000-0000000000b0"
TRUST, VISION = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
TALK = "22222222-0000-4000-8000-000000000001"
PASSAGE = "33333333-0000-4000-8000-000000000001"
TEXT = "We trust each other.\nThe vision is clear to all of us."

CODES = (
    f'<CodeBook><Codes><Code guid="{TRUST}" name="trust" isCodable="true"/>'
    f'<Code guid="{VISION}" name="vision" isCodable="true"/></Codes></CodeBook>'
)
USERS = f'<Users><User guid="{ANN}" name="Ann"/><User guid="{BO}" name="Bo"/></Users>'

Read = Callable[..., Project]


def document(sources: str, before: str = USERS + CODES, after: str = "", **attributes: str) -> str:
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{PROJECT}" name="p"{more}>{before}'
        f"<Sources>{sources}</Sources>{after}</Project>"
    )


def source(inside: str, path: str = f"internal://{TALK}.txt", more: str = "") -> str:
    return (
        f'<TextSource guid="{TALK}" name="Talk" plainTextPath="{path}"{more}>{inside}</TextSource>'
    )


def selection(
    start: object, end: object, words: str = "", *, code: str = TRUST, guid: str = PASSAGE
) -> str:
    name = f' name="{words}"' if words else ""
    return (
        f'<PlainTextSelection guid="{guid}"{name} startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="{guid}" creatingUser="{ANN}"><CodeRef targetGUID="{code}"/></Coding>'
        "</PlainTextSelection>"
    )


def packed(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without the time of day
    return out.getvalue()


@pytest.fixture
def made(tmp_path: Path) -> Read:
    """Read a project of these sources, one of which has this text."""

    def project(
        sources: str,
        text: str | bytes = TEXT,
        more: dict[str, str | bytes] | None = None,
        **how: str,
    ) -> Project:
        path = tmp_path / "p.qdpx"
        xml = document(sources, **how)
        path.write_bytes(packed({"project.qde": xml, f"sources/{TALK}.txt": text, **(more or {})}))
        found = read(path, "p.qdpx")
        assert found is not None
        return found

    return project


def of_bytes(tmp_path: Path, content: bytes | str, name: str = "p.qde") -> Project | None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, name)


# --- real files ---------------------------------------------------------------------------------


@real
def test_the_real_project_has_the_numbers_that_its_xml_has() -> None:
    path = QDA / "qualitative_coding" / "demo.qdpx"
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        texts = {
            name.rpartition("/")[2]: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(".txt")
        }
    ns = f"{{{PROJECT}}}"
    above = {child: parent for parent in root.iter() for child in parent}

    def parents(code: ElementTree.Element) -> list[str]:
        over = above[code]
        return [*parents(over), over.attrib["name"]] if over.tag == f"{ns}Code" else []

    found = read(path, path.name)
    assert found is not None
    codes = list(root.iter(f"{ns}Code"))
    assert [(code.id, code.name, list(code.parents)) for code in found.codes] == [
        (code.get("guid"), code.get("name"), parents(code)) for code in codes
    ]
    assert len(found.codes) == 262
    assert [each.name for each in found.sources] == ["board_2017.txt", "admin-1.txt"]
    assert [each.length for each in found.sources] == [52_543, 31_906]
    selections = list(root.iter(f"{ns}PlainTextSelection"))
    assert len({each.passage for each in found.segments}) == len(selections) == 158
    refs = [(each.get("guid"), ref.get("targetGUID"), int(each.attrib["startPosition"]),
             int(each.attrib["endPosition"]))
            for each in selections for ref in each.iter(f"{ns}CodeRef")]  # fmt: skip
    assert [(s.passage, s.code, s.start, s.end) for s in found.segments] == refs
    assert len(refs) == 205
    assert {s.quotation for s in found.segments} == {
        texts["board_2017.txt"][start:end] for _, _, start, end in refs
    }
    assert (found.platform, found.coders, {s.coder for s in found.segments}) == (
        "qc", ("cp",), {"cp"},
    )  # fmt: skip
    # `line:6` is what the software calls a passage, not its words.
    assert found.notes == (
        "demo.qdpx: the offsets of 158 passages were taken as they are: the file does not repeat "
        "the words, so nothing tells whether they fit.",
    )


@real
def test_the_real_codebook() -> None:
    path = QDA / "taguette_1.5.2" / "codebook.qdc"
    found = read(path, path.name)
    assert found is not None
    names = [code.get("name") for code in ElementTree.parse(path).iter(f"{{{CODEBOOK}}}Code")]
    assert [code.name for code in found.codes] == names
    assert names == ["strategy", "strategy.vision", "interesting", "données.qualité"]
    assert found.codes[0].id == "69cf15b1-f954-5bfd-a015-655cdb062ecd"
    assert (found.platform, found.sources, found.segments, found.notes) == ("Taguette", (), (), ())


@real
@pytest.mark.parametrize(
    "file",
    sorted(path.name for path in (QDA / "taguette_1.5.2").glob("*") if path.suffix != ".qdc"),
)
def test_files_of_other_kinds_are_not_claimed(file: str) -> None:
    assert read(QDA / "taguette_1.5.2" / file, file) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"P",
        b"PK",
        b"PK\x03\x04 damaged",
        b"code,coder\ntrust,Ann\n",
        b"<html><p>urn:QDA-XML:other</p></html>",
        "code,urn:QDA-XML:project:1.0\n",
        packed({"xl/workbook.xml": "<x/>", "../evil": "x"}),
        packed({}),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_bears_no_mark_is_not_claimed(content: bytes | str, tmp_path: Path) -> None:
    assert of_bytes(tmp_path, content, "p.zip") is None


# --- codes --------------------------------------------------------------------------------------


def test_nested_codes_with_descriptions_and_categories(tmp_path: Path) -> None:
    xml = (
        f'<CodeBook xmlns="{CODEBOOK}" origin="MAXQDA 24.1"><Codes>'
        '<Code guid="{AA}" name="A" isCodable="false"><Description> what\nit is </Description>'
        '<Code guid="BB" name="B &amp; co" isCodable="1"><Code guid="cc" name="C"/></Code>'
        '<Code name="D" isCodable="0"/></Code><Code guid="ee" name="B &amp; co"/></Codes>'
        '<Sets><Set guid="ff" name="s"><MemberCode targetGUID="bb"/></Set></Sets></CodeBook>'
    )
    found = of_bytes(tmp_path, xml, "c.qdc")
    assert found is not None
    assert [(c.id, c.name, c.parents, c.description, c.codable) for c in found.codes] == [
        ("aa", "A", (), "what\nit is", False),
        ("bb", "B & co", ("A",), "", True),
        ("cc", "C", ("A", "B & co"), "", True),
        ("A/D", "D", ("A",), "", False),
        ("ee", "B & co", (), "", True),
    ]
    assert (found.platform, found.file, found.notes) == ("MAXQDA", "c.qdc", ())


@pytest.mark.parametrize("spell", [str.upper, str.lower, lambda g: f"{{{g}}}", lambda g: f" {g}"])
def test_guids_in_any_spelling(spell: Callable[[str], str], made: Read) -> None:
    coding = f'<Coding creatingUser="{spell(ANN)}"><CodeRef targetGUID="{spell(TRUST)}"/></Coding>'
    found = made(
        source(f'<PlainTextSelection guid="{spell(PASSAGE)}" startPosition="3" endPosition="8">'
               f"{coding}</PlainTextSelection>")
    )  # fmt: skip
    assert found.segments == (Segment(TALK, TRUST, "Ann", 3, 8, "trust", PASSAGE),)


def test_a_code_that_there_is_not_is_kept_and_told(made: Read) -> None:
    lost = "99999999-0000-4000-8000-000000000009"
    found = made(source(selection(3, 8, "trust", code=lost) + selection(3, 8, "trust", code="")))
    assert [each.code for each in found.segments] == [lost, ""]
    assert found.notes == (f"p.qdpx: 2 codings of codes that are not in the codebook: "
                           f"'{lost}', 'no id'.",)  # fmt: skip


def test_references_to_nothing_are_told(made: Read) -> None:
    nobody = "88888888-0000-4000-8000-000000000008"
    inside = (
        '<PlainTextSelection guid="x" startPosition="0" endPosition="2">'
        f'<Coding creatingUser="{nobody}"><CodeRef targetGUID="{TRUST}"/></Coding>'
        "<Coding/></PlainTextSelection>"
        f'<VariableValue><VariableRef targetGUID="{nobody}"/><TextValue>1</TextValue>'
        "</VariableValue>"
    )
    before = USERS + CODES.replace(VISION, TRUST) + (
        f'<Cases><Case guid="c"><SourceRef targetGUID="{nobody}"/></Case></Cases>'
    )  # fmt: skip
    found = made(source(inside), before=before)
    assert [each.coder for each in found.segments] == [nobody]
    assert found.coders == ("Ann", "Bo", nobody)
    assert [note.partition(": ")[2] for note in found.notes[1:]] == [
        "codes that share an id, and cannot be told apart: 'trust', 'vision'.",
        "1 coding left out that name no code.",
        "1 coder named by an id only, since not among the users.",
        "1 reference of cases or sets to sources that there are not.",
        "1 value of variables that there are not, left out.",
    ]


def test_sources_that_share_an_id(made: Read) -> None:
    found = made(source("") + source("").replace("Talk", "Other"))
    assert [each.name for each in found.sources] == ["Talk", "Other"]
    assert found.notes[0] == "p.qdpx: 2 sources sharing an id, which cannot be told apart."


# --- users, variables ---------------------------------------------------------------------------


def test_coders_of_one_name_stay_two(made: Read) -> None:
    users = (
        f'<Users><User guid="{ANN}" name="A"/><User guid="{BO}" name="A"/><User guid="c"/></Users>'
    )
    inside = selection(0, 2) + selection(3, 8, guid="y").replace(ANN, BO)
    found = made(source(inside), before=users + CODES)
    assert found.coders == ("A", "A (2)", "c")
    assert [each.coder for each in found.segments] == ["A", "A (2)"]


@pytest.mark.parametrize("attribute", ["creatingUser", "creatingUserGUID"])
@pytest.mark.parametrize("place", ["selection", "coding"])
def test_who_coded(attribute: str, place: str, made: Read) -> None:
    who = f' {attribute}="{ANN}"'
    inside = (
        f'<PlainTextSelection guid="x" startPosition="0" endPosition="2"'
        f"{who if place == 'selection' else ''}><Coding{who if place == 'coding' else ''}>"
        f'<CodeRef targetGUID="{TRUST}"/></Coding></PlainTextSelection>'
    )
    found = made(source(inside), creatingUserGUID=BO, basePath="C:\\projects")
    assert [each.coder for each in found.segments] == ["Ann"]


def test_variables_of_cases_and_sources(made: Read) -> None:
    def value(variable: str, kind: str, text: str) -> str:
        return (
            f'<VariableValue><VariableRef targetGUID="{variable}"/><{kind}>{text}</{kind}>'
            "</VariableValue>"
        )

    before = (
        f"{USERS}{CODES}<Variables>"
        '<Variable guid="v1" name="organisation" typeOfVariable="Text"/>'
        '<Variable guid="v2" name="year" typeOfVariable="Integer"/>'
        '<Variable guid="v3" name="role" typeOfVariable="Text"/></Variables><Cases>'
        '<Case guid="k" name="Gent"><Description>a town</Description>'
        f'<CodeRef targetGUID="{VISION}"/>'
        f"{value('v1', 'TextValue', 'Gent')}{value('V2', 'IntegerValue', '2021')}"
        f'<SourceRef targetGUID="{TALK.upper()}"/></Case>'
        f'<Case guid="l" name="Ann">{value("v3", "TextValue", "clerk")}'
        f'<SourceRef targetGUID="{TALK}"/><SelectionRef targetGUID="{PASSAGE}"/></Case></Cases>'
    )
    after = (
        f'<Sets><Set guid="s" name="first round"><MemberSource targetGUID="{TALK}"/></Set></Sets>'
    )
    inside = (
        selection(3, 8, "trust") + value("v3", "TextValue", "boss") + value("v3", "TextValue", "")
    )
    found = made(source(inside), before=before, after=after)
    assert found.sources[0].variables == {
        "role": "boss; clerk",
        "organisation": "Gent",
        "year": "2021",
        "case": "Gent; Ann",
        "set": "first round",
    }
    assert found.segments[0].variables == {"role": "clerk", "case": "Ann"}
    assert [note.partition(": ")[2] for note in found.notes] == [
        "1 case with codes of their own, which are not used.",
        "2 variables of sources with several values, joined by semicolons.",
    ]


# --- where the text is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("internal://talk.txt", "sources/talk.txt"),
        ("internal://talk.txt", "Sources/TALK.txt"),
        ("internal:///talk.txt", "sources/talk.txt"),
        ("talk.txt", "sources/talk.txt"),
        ("sources/talk.txt", "sources/talk.txt"),
        ("sources\\talk.txt", "sources\\talk.txt"),
        ("relative:///../elsewhere/talk.txt", "sources/talk.txt"),
        ("internal://folder/talk.txt", "sources/folder/talk.txt"),
        ("talk.txt", "talk.txt"),
    ],
)
def test_where_texts_are(path: str, member: str, made: Read) -> None:
    found = made(source(selection(3, 8, "trust"), path), more={member: TEXT, ".root": ""})
    assert found.sources[0].length == len(TEXT)
    assert found.notes == ()


def test_a_project_that_was_packed_with_its_folder(tmp_path: Path) -> None:
    xml = document(source(selection(3, 8, "trust")))
    content = packed({"My project/Project.QDE": xml, f"My project/Sources/{TALK}.txt": TEXT})
    found = of_bytes(tmp_path, content, "p.zip")
    assert found is not None
    assert [each.quotation for each in found.segments] == ["trust"]


@pytest.mark.parametrize("path", ["absolute:///etc/passwd", "/etc/hostname", "../secret.txt"])
def test_no_file_outside_is_opened(path: str, made: Read, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(TEXT)
    found = made(source(selection(3, 8, "trust") + selection(9, 13, "?", guid="y"), path))
    assert found.sources[0].length is None
    assert [(s.start, s.end, s.quotation) for s in found.segments] == [(3, 8, "trust"), (9, 13, "")]
    assert found.notes == (
        "p.qdpx: 1 source without a text in the file, so offsets there could not be checked.",
    )


def test_a_bare_project_with_its_texts_inside(tmp_path: Path) -> None:
    inside = f"<PlainTextContent>{TEXT}</PlainTextContent>{selection(3, 8, 'trust')}"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        xml = document(source(inside, "")).replace("utf-8", encoding.removesuffix("-sig"))
        found = of_bytes(tmp_path, xml.encode(encoding))
        assert found is not None
        assert found.segments == (Segment(TALK, TRUST, "Ann", 3, 8, "trust", PASSAGE),)
        assert found.sources[0].length == len(TEXT)


def word(*paragraphs: str) -> bytes:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{each}</w:p>"
                   for each in paragraphs)  # fmt: skip
    return packed({"word/document.xml": f'<w:document xmlns:w="{w}"><w:body>{body}</w:body>'
                   "</w:document>"})  # fmt: skip


@pytest.mark.parametrize("placeholder", ["", " ", "\ufeff", "\n"])
def test_a_text_that_is_in_the_word_document_only(placeholder: str, made: Read) -> None:
    content = word(
        '<w:r><w:t xml:space="preserve">We </w:t><w:tab/></w:r><w:r><w:t>trust</w:t></w:r>',
        "",
        "<w:r><w:t>one</w:t><w:br/><w:t>another &#128512;</w:t></w:r>",
    )
    more = f' richTextPath="internal://{TALK}.docx"'
    found = made(
        source(selection(4, 9, "trust") + selection(15, 22, "another", guid="y"), more=more),
        placeholder,
        {f"sources/{TALK}.docx": content},
    )
    assert [each.quotation for each in found.segments] == ["trust", "another"]
    assert found.sources[0].length == len("We \ttrust\n\none\nanother 😀")
    assert found.notes == ("p.qdpx: 1 text read from Word documents, a paragraph a line.",)


def test_text_boxes_are_read_once() -> None:
    from vested.platforms.qda.word import text_of

    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = "<w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        f'<w:document xmlns:w="{w}" xmlns:mc="{mc}"><w:body><w:p><w:r><w:t>before </w:t>'
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent><w:t>after</w:t></w:r></w:p></w:body></w:document>"
    )
    assert text_of(packed({"word/document.xml": xml}), "x.docx") == "box\nbefore after"


# --- sources that are no texts ------------------------------------------------------------------


def test_other_sources_keep_their_codings(made: Read) -> None:
    coding = f'<Coding creatingUser="{BO}"><CodeRef targetGUID="{VISION}"/></Coding>'
    sources = (
        '<PDFSource guid="d1" name="Report" path="internal://d1.pdf">'
        f'<PDFSelection guid="q1" page="1"><Representation guid="r"><PlainTextContent>as written'
        f"</PlainTextContent>{selection(0, 2, 'as', guid='q2')}</Representation>{coding}"
        f'</PDFSelection><Representation guid="r2" plainTextPath="internal://{TALK}.txt"/>'
        "</PDFSource>"
        '<PictureSource guid="d2" path="internal://Map.PNG">'
        f'<PictureSelection guid="q3" firstX="1">{coding}</PictureSelection>'
        f"{coding}</PictureSource>"
        f'<AudioSource guid="d3" name="Call"><Transcript guid="t"><PlainTextContent>x'
        f'</PlainTextContent><TranscriptSelection guid="q4">{coding}</TranscriptSelection>'
        f'</Transcript><AudioSelection guid="q5" begin="0" end="9">{coding}</AudioSelection>'
        "</AudioSource>"
        f'<VideoSource guid="d4"><VideoSelection guid="q6">{coding}</VideoSelection></VideoSource>'
    )
    found = made(sources)
    assert [(s.id, s.name, s.length) for s in found.sources] == [
        ("d1", "Report", None), ("d2", "Map.PNG", None), ("d3", "Call", None), ("d4", "", None),
    ]  # fmt: skip
    assert [(s.source, s.passage, s.coder, s.quotation) for s in found.segments] == [
        ("d1", "q1", "Bo", "as written"),
        ("d1", "q2", "Ann", ""),
        ("d2", "q3", "Bo", ""),
        ("d2", "d2", "Bo", ""),
        ("d3", "q4", "Bo", ""),
        ("d3", "q5", "Bo", ""),
        ("d4", "q6", "Bo", ""),
    ]
    assert {(s.start, s.end) for s in found.segments} == {(None, None)}
    assert [note.partition(": ")[2] for note in found.notes] == [
        "2 passages of PDF sources: the codings are kept without offsets.",
        "2 passages of audio sources: the codings are kept without offsets.",
        "1 passage of picture sources: the codings are kept without offsets.",
        "1 passage of video sources: the codings are kept without offsets.",
        "1 coding of whole sources, without offsets.",
    ]


def test_memos_are_no_sources(made: Read) -> None:
    memo = f'<Notes><Note guid="n" name="memo">{selection(0, 2)}</Note></Notes>'
    found = made(source(selection(3, 8, "trust")), after=memo)
    assert len(found.segments) == len(found.sources) == 1
    assert found.notes == ("p.qdpx: 1 coding of memos left out: they are no sources.",)


def test_elements_of_other_namespaces_are_passed_over(made: Read) -> None:
    codes = CODES.replace("</Codes>", '<x:Code xmlns:x="urn:x" name="no"/></Codes>')
    assert len(made(source(""), before=USERS + codes).codes) == 2


# --- offsets ------------------------------------------------------------------------------------

LINES = "Één lijn\r\nwe 😀 trust\r\n\r\neach other 😀 and\r\nthe vision\r\n"


def spans(text: str, *words: str) -> list[tuple[int, int, str]]:
    return [(text.index(word), text.index(word) + len(word), word) for word in words]


WORDS = ("lijn", "trust", "each other 😀 and", "vision")

READINGS = [
    (LINES, lambda text: text, "code points"),
    (LINES, lambda text: text.replace("\r\n", "\n"), "code points with line ends of one character"),
    (LINES.replace("\r\n", "\n"), lambda text: text.replace("\n", "\r\n"),
     "code points with line ends of two characters"),
    (LINES, lambda text: "\ufeff" + text, "code points with a byte order mark counted"),
    (LINES, lambda text: "\ufeff" + text.replace("\r\n", "\n"),
     "code points with line ends of one character and a byte order mark counted"),
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(("text", "seen", "words"), READINGS, ids=[each[2] for each in READINGS])
def test_a_reading_that_explains_all_converts(
    text: str, seen: Callable[[str], str], words: str, encoding: str, made: Read
) -> None:
    inside = "".join(
        selection(start, end, word, guid=f"s{at}")
        for at, (start, end, word) in enumerate(spans(seen(text), *WORDS))
    )
    inside += selection(*spans(seen(text), "we 😀")[0][:2], guid="unsaid")
    found = made(source(inside), text.encode(encoding))
    expected = [(start, end, word) for start, end, word in spans(text, *WORDS, "we 😀")]
    assert [(s.start, s.end, s.quotation) for s in found.segments] == expected
    assert found.sources[0].length == len(text)
    converted = [note for note in found.notes if "converted" in note]
    if words == "code points":
        assert converted == []
    else:
        assert converted == [
            "p.qdpx: the offsets of 1 source were converted to code points from "
            f"{words}, which explains all that can be checked."
        ]
        assert f"only as {words}" in found.notes[0]


@pytest.mark.parametrize(
    ("unit", "words"),
    [("utf-16-le", "UTF-16 code units"), ("utf-8", "bytes of UTF-8")],
)
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_units_of_other_encodings(unit: str, words: str, ends: str, made: Read) -> None:
    size = 2 if unit == "utf-16-le" else 1
    text = LINES.replace("\r\n", ends)
    inside = ""
    for at, (start, end, word) in enumerate(spans(text, *WORDS)):
        first, last = (len(text[:n].encode(unit)) // size for n in (start, end))
        inside += selection(first, last, word, guid=f"s{at}")
    found = made(source(inside), text)
    assert [(s.start, s.end, s.quotation) for s in found.segments] == spans(text, *WORDS)
    fit = sum(
        len(text[:start].encode(unit)) // size == start
        and len(word.encode(unit)) // size == len(word)
        for start, _, word in spans(text, *WORDS)
    )
    assert found.notes[0] == (
        f"p.qdpx: offsets of 4 passages whose words the file repeats: {fit} fit as code points, "
        f"{4 - fit} only as {words}."
    )
    assert f"from {words}, which explains all" in found.notes[1]


def test_what_fits_nowhere_loses_its_offsets(made: Read) -> None:
    good = spans(TEXT, "trust", "vision")
    inside = "".join(selection(*each, guid=f"s{at}") for at, each in enumerate(good))
    inside += selection(5, 10, "clear", guid="wrong")
    found = made(source(inside))
    assert [(s.start, s.end, s.quotation) for s in found.segments] == [*good, (None, None, "clear")]
    assert [note.partition(": ")[2] for note in found.notes] == [
        "offsets of 3 passages whose words the file repeats: 2 fit as code points, 1 not at all.",
        "in 1 source no reading explains all offsets; each passage stands where its own words are, "
        "and without offsets where they are not found.",
    ]


def test_each_passage_by_its_own_reading_where_none_explains_all(made: Read) -> None:
    text = "😀 trust\r\nand then\r\nvision\r\nagain"
    inside = (
        selection(3, 8, "trust", guid="a")  # UTF-16
        + selection(2, 7, "trust", guid="b")  # code points
        + selection(text.replace("\r\n", "\n").index("again"), len(text) - 3, "again", guid="c")
        + selection(1, 6, "again", guid="d")
    )
    found = made(source(inside), text)
    places = [(s.start, s.end, s.quotation) for s in found.segments]
    assert places == [
        (2, 7, "trust"),
        (2, 7, "trust"),
        spans(text, "again")[0],
        (None, None, "again"),
    ]
    assert found.notes[0].endswith(
        "of 4 passages whose words the file repeats: 1 fit as code points, 1 only as UTF-16 code "
        "units, 1 only as code points with line ends of one character, 1 not at all."
    )


def test_what_explains_one_text_explains_those_without_words(made: Read) -> None:
    other = TALK.replace("2222", "4444")
    text = "😀 we trust it"
    inside = selection(6, 11, "trust")
    silent = source(selection(6, 11, guid="y"), f"internal://{other}.txt").replace(
        f'guid="{TALK}"', f'guid="{other}"'
    )
    found = made(silent + source(inside), text, {f"sources/{other}.txt": text})
    assert [(s.start, s.quotation) for s in found.segments] == [(5, "trust"), (5, "trust")]
    assert "the offsets of 2 sources were converted" in found.notes[1]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(-1, 5, "trust"), (8, 3, ""), (0, 500, ""), ("x", "y", ""), ("", "", ""), (500, 505, "trust"),
     (0, 1 << 70, ""), ("١", "٢", "")],
)  # fmt: skip
def test_positions_that_are_none(start: object, end: object, words: str, made: Read) -> None:
    found = made(source(selection(start, end, words)))
    if (start, end) == ("١", "٢"):  # digits all the same
        assert found.segments[0].start == 1
        return
    assert (found.segments[0].start, found.segments[0].end) == (None, None)
    assert len(found.notes) >= 1


@pytest.mark.parametrize(
    ("words", "start", "end", "fits"),
    [
        ("The vision is clear to", 21, 53, True),  # the beginning, without a sign
        ("The vision…", 21, 53, True),
        ("The vision...", 21, 53, True),
        ("We trust each other. The vision is clear", 0, 40, True),  # a space for a line end
        ("trust", 2, 9, False),  # trimmed, but no such length: a label
        ("line:2", 21, 53, False),
        ("interesting remark on what the leaders want", 21, 53, False),
        ("trust", 21, 53, False),
    ],
)
def test_words_and_labels(words: str, start: int, end: int, fits: bool, made: Read) -> None:
    found = made(source(selection(start, end, words)))
    assert (found.segments[0].start, found.segments[0].end) == (start, end)
    assert found.segments[0].quotation == TEXT[start:end]
    trimmed = words == "trust" and start == 2
    assert (found.notes == ()) == (fits or trimmed)
    if found.notes:
        assert "the offsets of 1 passage were taken as they are" in found.notes[0]


def test_texts_in_old_encodings_are_told(made: Read) -> None:
    found = made(source(selection(4, 9, "trust")), "thé trust".encode("cp1252"))
    assert found.segments[0].quotation == "trust"
    assert found.notes == ("p.qdpx: 1 text read as cp1252, since not in UTF-8.",)


@pytest.mark.parametrize(
    ("origin", "platform"),
    [
        ("MAXQDA 2022 (22.1)", "MAXQDA"),
        ("NVivo for Mac 15", "NVivo"),
        ("ATLAS.ti 9.1.3.0", "ATLAS.ti"),
        ("Qualcoder-3.5", "QualCoder"),
        ("", "REFI-QDA"),
        ("Some Tool v2 beta", "Some Tool"),
    ],
)
def test_the_software(origin: str, platform: str, made: Read) -> None:
    assert made(source(""), origin=origin).platform == platform


def test_errors_name_the_file_and_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        of_bytes(tmp_path, document("<TextSource>\n<Oops></TextSource>"))
    assert error.value.message == "p.qde, line 2: broken XML (mismatched tag)"
    assert error.value.hint
