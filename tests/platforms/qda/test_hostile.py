"""Projects that would do harm: refused with a reason, or read, in little time and memory."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vested.errors import InputError
from vested.platforms.qda.refi import read

NS = 'xmlns="urn:QDA-XML:project:1.0"'
EMPTY = f'<Project {NS} name="p"/>'
SECONDS, MEGABYTES = 2.0, 300

MEASURED = """\
import json, re, sys, time
from pathlib import Path
from vested.errors import InputError
from vested.platforms.qda.refi import read
start = time.process_time()
try:
    found = read(Path(sys.argv[1]), "p.qdpx")
    told = f"{len(found.codes)} codes, {len(found.segments)} segments"
except InputError as error:
    told = error.message
spent = time.process_time() - start
# What getrusage says of a child includes its parent's memory at the fork.
memory = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([told, spent, memory]))
"""

Packed = Callable[..., Path]
Pieces = Iterator[str]


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    """A project file of this document, in pieces, and of these members."""

    def made(document: str | Pieces = EMPTY, members: dict[str, bytes] | None = None) -> Path:
        path = tmp_path / "p.qdpx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("project.qde", "w") as file:
                for piece in [document] if isinstance(document, str) else document:
                    file.write(piece.encode())
            for name, content in (members or {}).items():
                archive.writestr(name, content)
        return path

    return made


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read(path, "p.qdpx")
    assert error.value.hint
    return error.value.message


def measured(path: Path, seconds: float = SECONDS) -> str:
    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not tell how much memory was used")
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, text=True, check=True
    )
    told, spent, memory = json.loads(done.stdout)
    assert memory < MEGABYTES, told
    assert spent < seconds, told
    return str(told)


# --- archives -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "\\windows\\x", "C:\\x.txt", "c:x", "../x.txt", "sources/../../x.txt",
        "sources\\..\\x", "..", "sources/..",
    ],
)  # fmt: skip
def test_paths_that_lead_out(name: str, packed: Packed) -> None:
    assert refusal(packed(members={name: b"x"})) == (
        f"p.qdpx holds {name!r}, a path that leads out of it"
    )


@pytest.mark.parametrize("name", ["sources/a..b.txt", "sources/...txt", "a/..b/c", "ab:c"])
def test_paths_that_only_look_like_it(name: str, packed: Packed) -> None:
    assert read(packed(members={name: b"x"}), "p.qdpx") is not None


def test_a_link(packed: Packed) -> None:
    path = packed()
    link = zipfile.ZipInfo("sources/x.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(path) == "p.qdpx holds 'sources/x.txt', a link to a file elsewhere"


@pytest.mark.parametrize("again", ["project.qde", "PROJECT.qde"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice(again: str, packed: Packed) -> None:
    assert refusal(packed(members={again: b"<x/>"})) == f"p.qdpx holds {again!r} twice"


def test_two_projects(packed: Packed) -> None:
    assert refusal(packed(members={"b/project.qde": EMPTY.encode()})) == "p.qdpx holds 2 projects"


def test_a_text_that_is_a_bomb(packed: Packed) -> None:
    path = packed(members={"sources/a.txt": bytes(256 << 20)})
    assert measured(path) == "p.qdpx unpacks to far more than an export would"


def test_a_document_that_is_a_bomb(packed: Packed) -> None:
    spaces = " " * (1 << 20)
    path = packed(piece for piece in (f"<Project {NS}>", *[spaces] * 300, "</Project>"))
    assert measured(path) == "p.qdpx unpacks to far more than an export would"


def test_a_member_that_is_larger_than_it_says(packed: Packed) -> None:
    path = packed(f"{EMPTY}{' ' * 70_000}")
    size = len(EMPTY) + 70_000
    raw = path.read_bytes()
    path.write_bytes(raw.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little")))
    assert refusal(path) == "p.qdpx is a damaged zip file"


@pytest.mark.parametrize("count", [21_000, 120_000])
def test_crowds_of_members(count: int, packed: Packed) -> None:
    path = packed()
    with zipfile.ZipFile(path, "a") as archive:
        for at in range(count):
            archive.writestr(f"sources/{at}", b"")
    assert measured(path) == "p.qdpx holds more than 20,000 files"


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_rare_ways_to_pack(method: int, tmp_path: Path) -> None:
    path = tmp_path / "p.qdpx"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("project.qde", EMPTY)
    assert refusal(path) == "p.qdpx is a damaged zip file"


@pytest.mark.parametrize("keep", [1, 4, 30, 100, -1, -22])
def test_a_file_that_ends_too_early(keep: int, packed: Packed) -> None:
    path = packed()
    path.write_bytes(path.read_bytes()[:keep])
    if keep == 1:
        assert read(path, "p.qdpx") is None
    else:
        assert refusal(path) == "p.qdpx is a damaged zip file"


def test_any_wrong_byte_is_refused_or_read(packed: Packed) -> None:
    path = packed(document_of(3), {"sources/a.txt": b"text"})
    raw = path.read_bytes()
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x41]) + raw[at + 1 :])
        try:
            read(path, "p.qdpx")
        except InputError:
            continue


def document_of(codes: int) -> str:
    each = "".join(f'<Code guid="{at}" name="c{at}" isCodable="true"/>' for at in range(codes))
    return f'<Project {NS} name="p"><CodeBook><Codes>{each}</Codes></CodeBook></Project>'


# --- texts --------------------------------------------------------------------------------------


def project(plain: str = "a.txt", rich: str = "a.docx", inside: str = "") -> str:
    return (
        f'<Project {NS} name="p"><Sources><TextSource guid="s" name="Talk" plainTextPath="{plain}" '
        f'richTextPath="internal://{rich}">{inside}</TextSource></Sources></Project>'
    )


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff", b"\x00", b"P"])
@pytest.mark.parametrize("name", ["a.txt", "a.docx"])
def test_files_of_one_byte(content: bytes, name: str, packed: Packed) -> None:
    found = read(packed(project(), {f"sources/{name}": content}), "p.qdpx")
    assert found is not None
    assert (found.sources[0].length or 0) <= 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "damaged zip file"),
        ({"../x": b""}, "leads out of it"),
        ({"word/x.xml": b""}, "no Word document"),
        ({"word/document.xml": b"<a>"}, "broken XML"),
        ({"word/document.xml": b"<!DOCTYPE a><a/>"}, "document type"),
        ({"word/document.xml": bytes(90 << 20)}, "unpacks to far more"),
        ({"word/document.xml": b"<a>" + b"<b/>" * 2_100_000}, "more than a Word document"),
    ],
    ids=lambda content: repr(content)[:20],
)
def test_a_word_document_within(
    content: bytes | dict[str, bytes], words: str, packed: Packed, tmp_path: Path
) -> None:
    if isinstance(content, dict):
        path = tmp_path / "inner.docx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, inner in content.items():
                archive.writestr(name, inner)
        content = path.read_bytes()
    told = measured(packed(project(), {"sources/a.docx": content}))
    assert told.startswith("p.qdpx: a.docx")
    assert words in told


def test_texts_that_are_too_long_are_told(packed: Packed) -> None:
    found = read(packed(project(), {"sources/a.txt": b"ab " * 3_000_000}), "p.qdpx")
    assert found is not None
    assert found.sources[0].length is None
    assert "p.qdpx: 1 text too long to be read." in found.notes


def test_passages_that_quote_without_end(packed: Packed) -> None:
    passages = "".join(
        f'<PlainTextSelection guid="{at}" startPosition="{at}" endPosition="7000000"/>'
        for at in range(2000)
    )
    path = packed(project(inside=passages), {"sources/a.txt": b"ab cd\r\n" * 1_000_000})
    assert measured(path) == "p.qdpx quotes more than its texts can hold"


@pytest.mark.parametrize("sign", ["😀", "é", "a\r\n", "a\n"])
def test_long_texts_under_every_reading(sign: str, packed: Packed) -> None:
    """Labels that may be words, in a text of which each sign counts otherwise."""
    passages = "".join(
        f'<PlainTextSelection guid="{at}" name="{sign * 25}{at}" startPosition="{at}" '
        f'endPosition="{at + 90}"><Coding><CodeRef targetGUID="c"/></Coding></PlainTextSelection>'
        for at in range(20_000)
    )
    text = (sign * (7_900_000 // len(sign.encode()))).encode()
    path = packed(project(inside=passages), {"sources/a.txt": text})
    assert measured(path) == "0 codes, 20000 segments"


# --- documents ----------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE Project>",
        f'<!DOCTYPE Project [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Project SYSTEM "http://localhost/evil.dtd">',
        '<!DOCTYPE Project [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    ],
)
@pytest.mark.parametrize("bare", [False, True])
def test_document_types(doctype: str, bare: bool, packed: Packed) -> None:
    path = packed(f'{doctype}<Project {NS} name="&l9;&x;"/>')
    if bare:
        with zipfile.ZipFile(path) as archive:
            content = archive.read("project.qde")
        path.write_bytes(content)
    assert "declares a document type" in measured(path)


def crowd(piece: str, count: int, start: str = "", end: str = "") -> Pieces:
    """Many times the same, with a number in it where there is an @."""
    yield f'<Project {NS} name="p">{start}'
    for at in range(0, count, 1000):
        yield "".join(piece.replace("@", f"{number:x}") for number in range(at, at + 1000))
    yield f"{end}</Project>"


CODES = ("<CodeBook><Codes>", "</Codes></CodeBook>")
SOURCE = ('<Sources><TextSource guid="s">', "</TextSource></Sources>")
CASES = ("<Cases>", "</Cases>")


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (lambda: crowd('<Code guid="@" name="code @" isCodable="true"/>', 1_000_000, *CODES),
         "more than 50,000 codes"),
        (lambda: crowd('<Code guid="@" name="@">', 200_000, CODES[0]), "more than a project"),
        (lambda: crowd("<deep>", 1_000_000), "more than a project"),
        (lambda: crowd("<x/>", 2_001_000), "more than a project"),
        (lambda: crowd('<Case guid="@" name="case @"/>', 500_000, *CASES), "more than a project"),
        (lambda: crowd('<PlainTextSelection guid="@" name="words @" startPosition="1" '
                       'endPosition="9"><Coding creatingUser="@"><CodeRef targetGUID="@"/>'
                       "</Coding></PlainTextSelection>", 400_000, *SOURCE), "more than a project"),
        (lambda: crowd('<Coding><CodeRef targetGUID="c"/></Coding>', 900_000, *SOURCE),
         "more than a project"),
        (lambda: crowd("many words 😀 @ ", 4_000_000, SOURCE[0] + "<PlainTextContent>",
                       "</PlainTextContent>" + SOURCE[1]), "more than a project"),
        (lambda: crowd("words @ ", 1_000_000, '<Sources><TextSource guid="', '"/></Sources>'),
         "more than such a file"),
        (lambda: crowd(' a@="1"', 1_000_000, "<x", "/>"), "more than such a file"),
        (lambda: crowd("words @ ", 1_000_000, "<!--", "-->"), "more than such a file"),
    ],
    ids=["codes", "nest of codes", "nest", "elements", "cases", "selections", "codings", "text",
         "attribute", "attributes", "comment"],
)  # fmt: skip
def test_crowds_and_nests(pieces: Callable[[], Pieces], words: str, packed: Packed) -> None:
    assert words in measured(packed(pieces()))


def test_nests_that_people_make_are_read(packed: Packed) -> None:
    depth = 90
    nest = "".join(f'<Code name="{at}">' for at in range(depth)) + "</Code>" * depth
    found = read(packed(f"<Project {NS}>{nest.join(CODES)}</Project>"), "p.qdpx")
    assert found is not None
    assert found.codes[-1].parents == tuple(map(str, range(depth - 1)))


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("", "no element found"),
        ("<", "broken XML"),
        ("x", "broken XML"),
        ("<a/>", "XML of another kind ('a')"),
        ("<Project/>", "XML of another kind ('Project')"),
        ('<Sources xmlns="urn:QDA-XML:project:1.0"/>', "XML of another kind"),
        (EMPTY.replace("/>", ">&x;</Project>"), "undefined entity"),
        (f'<?xml version="1.0" encoding="ebcdic-x"?>{EMPTY}', "encoding that cannot be read"),
        (f"{EMPTY}{EMPTY}", "junk after document element"),
        (f"<Project {NS}>\0</Project>", "invalid token"),
    ],
)
def test_broken_documents(document: str, words: str, packed: Packed) -> None:
    assert words in refusal(packed(document))


@pytest.mark.parametrize(
    "inside",
    [
        '<Coding><CodeRef targetGUID="x"/></Coding>',
        '<PlainTextSelection guid="x"><Coding/></PlainTextSelection>',
        "<CodeRef/><SourceRef/><SelectionRef/><MemberSource/><VariableRef/>",
        "<VariableValue/><TextValue>x</TextValue><PlainTextContent>x</PlainTextContent>",
        "<Description>x</Description><Code><Description/><Description>y</Description></Code>",
        "<Cases><Case><VariableValue><TextValue/></VariableValue></Case></Cases>",
        "<Sources><TextSource><TextSource/><Sources><PDFSource/></Sources></TextSource></Sources>",
        "<Notes><Notes><Code/></Notes></Notes><Set><Set/></Set>",
        "<Users><User/><User guid=''/></Users><Variables><Variable/></Variables>",
    ],
)
def test_elements_where_none_belong(inside: str, packed: Packed) -> None:
    assert read(packed(f"<Project {NS}>{inside}</Project>"), "p.qdpx") is not None


def test_a_large_project_is_read(packed: Packed) -> None:
    """500 interviews of which two coders coded a hundred passages each."""
    text = "We trust the data of others and change with them. 😀\n" * 800
    users = '<Users><User guid="a" name="A"/><User guid="b" name="B"/></Users>'

    def pieces() -> Pieces:
        yield f'<Project {NS} name="p">{users}<CodeBook><Codes>'
        yield from (f'<Code guid="c{at}" name="{at}"/>' for at in range(50))
        yield "</Codes></CodeBook><Sources>"
        for number in range(500):
            yield f'<TextSource guid="s{number}" plainTextPath="internal://{number}.txt">'
            for at in range(0, 40_000, 400):
                codings = "".join(
                    f'<Coding guid="{number}-{at}-{user}" creatingUser="{user}">'
                    f'<CodeRef targetGUID="c{at % 49}"/></Coding>'
                    for user in "ab"
                )
                yield (
                    f'<PlainTextSelection guid="{number}-{at}" name="{text[at : at + 200].strip()}"'
                    f' startPosition="{at}" endPosition="{at + 200}">{codings}</PlainTextSelection>'
                )
            yield "</TextSource>"
        yield "</Sources></Project>"

    members = {f"sources/{number}.txt": text.encode() for number in range(500)}
    assert measured(packed(pieces(), members), seconds=3) == "50 codes, 100000 segments"
