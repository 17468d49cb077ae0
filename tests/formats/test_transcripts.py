"""Transcripts: turns, speakers and words of captions, Word documents and text."""

from __future__ import annotations

import contextlib
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.errors import InputError
from vested.formats.transcripts import Transcript, Turn, open_transcript, shares
from vested.formats.transcripts.speakers import is_name, label, seconds

REAL = Path(__file__).parents[3] / "shared" / "exports" / "transcripts_webvtt"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real transcripts are not here")

Text = Callable[..., Transcript]


@pytest.fixture
def text(tmp_path: Path) -> Text:
    """The transcript in a file of some lines."""

    def made(*lines: str, name: str = "talk.txt", encoding: str = "utf-8") -> Transcript:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return open_transcript(path)

    return made


@pytest.fixture
def word(tmp_path: Path) -> Text:
    """The transcript in a Word document of some paragraphs."""

    def made(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> Transcript:
        document = docx.Document()
        for each in paragraphs:
            document.add_paragraph(each)
        if rows:
            table = document.add_table(len(rows), len(rows[0]))
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    table.cell(at, place).text = cell
        path = tmp_path / "talk.docx"
        document.save(str(path))
        return open_transcript(path)

    return made


def said(found: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in found.turns]


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        open_transcript(path)
    assert caught.value.hint
    return caught.value


# --- the real files -----------------------------------------------------------------------------

REFUSED = {
    "empty.vtt": "is empty",
    "no_captions.vtt": "holds no captions",
    "invalid_format.sbv": "holds no captions",
    "invalid_format1.srt": "holds no captions",
    "invalid_format2.srt": "holds no captions",
    "invalid_format3.srt": "holds no captions",
    "invalid_format4.srt": "holds no words",
}


@real
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused(name: str) -> None:
    assert REFUSED[name] in refusal(REAL / name).message


@real
@pytest.mark.parametrize("path", sorted(REAL.glob("*")), ids=lambda path: path.name)
def test_every_word_is_there_once(path: Path) -> None:
    """Counted with nothing but a search for the numbered texts that most of the files hold."""
    if path.name in REFUSED:
        return
    found = open_transcript(path)
    raw = path.read_text("utf-8-sig")
    wanted = re.findall(r"Caption text #(\d+)", raw)
    spoken = " ".join(turn.text for turn in found.turns)
    assert re.findall(r"Caption text #(\d+)", spoken) == wanted
    if wanted:
        lines = len(re.findall(r"\(line \d\)", raw))
        assert sum(turn.words for turn in found.turns) == 3 * len(wanted) + 2 * lines
    assert not re.search(r"-->|</|WEBVTT|::cue", spoken)


BROKEN = {
    "invalid_timeframe.vtt": "captions whose time cannot be read: 1",
    "invalid_timeframe.srt": "captions whose time cannot be read: 1",
    "invalid_timeframe.sbv": "captions whose time cannot be read: 2",
    "missing_timeframe.vtt": "captions without a time: 1",
    "missing_timeframe.srt": "captions without a time: 1",
    "missing_timeframe.sbv": "captions without a time: 1",
}


@real
@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_times_are_told(name: str) -> None:
    assert any(BROKEN[name] in note for note in open_transcript(REAL / name).notes)


@real
def test_teams() -> None:
    found = open_transcript(REAL / "non_padded_timestamps.vtt")
    assert found.turns == (
        Turn("Jane Doe", "Good morning everyone.", 0, 3.54),
        Turn("John Smith", "Morning, let's get started.", 3.54, 7.23),
        Turn("Jane Doe", "Thanks for joining.", 65.2, 3727.95),
    )
    assert found.notes == ()
    one, other = shares(found)
    assert (one.speaker, one.turns, one.words) == ("Jane Doe", 2, 6)
    assert one.seconds == pytest.approx(3.54 + 3662.75)
    assert (other.turns, other.words) == (1, 4)


@real
def test_names_in_brackets() -> None:
    found = open_transcript(REAL / "netflix_chicas_del_cable.vtt")
    raw = (REAL / "netflix_chicas_del_cable.vtt").read_text("utf-8")
    named = set(re.findall(r"^(?:<i>)?(?:- ?)?\[([A-ZÁ]\w+)\] \S", raw, re.MULTILINE))
    assert {share.speaker for share in shares(found)} - {""} == named


@real
def test_captions_that_roll_up() -> None:
    found = open_transcript(REAL / "youtube_dl.vtt")
    assert said(found) == [("", "yeah what this will happen is I'm telling")]
    assert "counted once: 7." in found.notes[0]


# --- captions -----------------------------------------------------------------------------------


def cues(*lines: str) -> list[str]:
    """WebVTT of one caption a second."""
    made = ["WEBVTT", ""]
    for at, line in enumerate(lines):
        made += [f"00:{at // 60:02}:{at % 60:02}.000 --> 00:{at // 60:02}:{at % 60:02}.900", line]
        made += [""]
    return made


def test_zoom(text: Text) -> None:
    found = text(
        *cues("Ann Lee: We plan.", "Ann Lee: For years.", "Bob: And then?", "the flood came"),
        name="talk.vtt",
    )
    assert found.turns == (
        Turn("Ann Lee", "We plan. For years.", 0, 1.9),
        Turn("Bob", "And then? the flood came", 2, 3.9),
    )


def test_voices_and_dashes(text: Text) -> None:
    found = text(
        *cues(
            "<v.loud Ann &amp; Bob>Yes.</v> <v Cem>No &lt;b&gt;.</v>",
            "[SPEAKER_00] We did.",
            "- Who?\n- They.",
        ),
        name="talk.vtt",
    )
    assert said(found) == [
        ("Ann & Bob", "Yes."),
        ("Cem", "No <b>."),
        ("SPEAKER_00", "We did."),
        ("", "Who?"),
        ("", "They."),
    ]


def test_names_alone_on_the_first_line(text: Text) -> None:
    found = text(*cues("(Ann Lee)\nWe plan.", "(Ann Lee)\nfor years", "Bob\nWhy?"), name="x.srt")
    assert said(found) == [("Ann Lee", "We plan. for years"), ("Bob", "Why?")]


def test_a_colon_is_no_speaker(text: Text) -> None:
    lines = ["Remember: we had no plan", *[f"and so on {n}" for n in range(8)], "Twice: never"]
    found = text(*cues(*lines), name="talk.vtt")
    assert {turn.speaker for turn in found.turns} == {""}


def test_live_captions_grow(text: Text) -> None:
    growing = ["we", "we had", "we had no", "we had no plan", "had no plan at all", "so what"]
    found = text(*cues(*growing), name="talk.vtt")
    assert said(found) == [("", "we had no plan at all so what")]


def test_words_that_are_said_twice_stay(text: Text) -> None:
    found = text(*cues("No.", "No.", "We had none.", "None of us had.", "Well."), name="talk.vtt")
    assert said(found) == [("", "No. No. We had none. None of us had. Well.")]


@given(st.lists(st.text("ab ", min_size=1, max_size=9), max_size=9))
def test_rolling_loses_no_new_word(lines: list[str]) -> None:
    from vested.formats.transcripts.captions import turns

    found, _ = turns(cues(*[f"w{at} {line}" for at, line in enumerate(lines)]), "x")
    spoken = " ".join(turn.text for turn in found)
    assert [word for word in spoken.split() if word[0] == "w"] == [
        f"w{at}" for at in range(len(lines))
    ]


# --- text ---------------------------------------------------------------------------------------

FORMS = {
    "colon": ["Ann: We plan.", "Bob: Why?", "Nobody does.", "Ann: We do."],
    "small letters": [
        *("interviewer: We plan.", "respondent: Why?", "Nobody does.", "interviewer: We do."),
        *("respondent: Yes.", "interviewer: Well.", "respondent: So."),
    ],
    "brackets": ["[Ann] We plan.", "[Bob] Why?", "Nobody does.", "[Ann] We do."],
    "numbers": ["SPEAKER_00: We plan.", "SPEAKER_01 Why?", "Nobody does.", "SPEAKER_00: We do."],
    "time before": [
        *("[00:00:02] Ann: We plan.", "00:00:04 Bob: Why?", "Nobody does."),
        "[0:09] Ann: We do.",
    ],
    "time behind": [
        "Ann (0:02): We plan.",
        "Bob [0:04]: Why?",
        "Nobody does.",
        "Ann (0:09) We do.",
    ],
    "above": [
        "Ann   0:02",
        "We plan.",
        "Bob 0:04",
        "Why?",
        "Nobody does.",
        "Ann  00:00:09",
        "We do.",
    ],
    "times above": [
        *("0:0:2.0 --> 0:0:3.5", "Ann", "We plan.", "0:0:4.0 --> 0:0:5.0", "Bob", "Why?"),
        *("Nobody does.", "0:0:9.0 --> 0:0:9.9", "Ann", "We do."),
    ],
    "tab": ["Ann\tWe plan.", "Bob\t\tWhy?", "Nobody does.", "Ann\tWe do."],
    "wide colon": ["王芳：We plan.", "李明：Why?", "Nobody does.", "王芳：We do."],
}


@pytest.mark.parametrize("form", sorted(FORMS))
def test_speakers_in_text(text: Text, word: Text, form: str) -> None:
    for found in (text(*FORMS[form]), word(*FORMS[form])):
        spoken = [turn.text for turn in found.turns]
        assert spoken[:3] == ["We plan.", "Why? Nobody does.", "We do."]
        assert found.turns[0].speaker == found.turns[2].speaker != found.turns[1].speaker
        assert found.notes == ()
        if "time" in form or form == "above":
            assert [turn.start for turn in found.turns] == [2, 4, 9]


def test_a_heading_is_nobodys(text: Text) -> None:
    found = text(
        "Talk with the CIO", "Date: 5 May", "", "Ann: Hello there.", "Bob: Hello.", "Ann: x"
    )
    assert said(found) == [("Ann", "Hello there."), ("Bob", "Hello."), ("Ann", "x")]
    assert found.notes == ("talk.txt: lines above the first speaker, left out: 2.",)


def test_nobody_is_named(text: Text) -> None:
    found = text("We had no plan.", "See http://example.org: nothing.", "At 12:30 it rained.")
    assert len(found.turns) == 1
    assert found.notes == ("talk.txt: nothing says who speaks; all was taken for one turn.",)
    assert shares(found)[0].seconds is None


def test_sounds_are_no_words(text: Text) -> None:
    found = text("Ann: Well [laughs] – yes.", "[Music]", "Bob: [inaudible]", "Ann: No.", "Bob: Hm.")
    assert [(s.speaker, s.turns, s.words) for s in shares(found)] == [("Ann", 2, 3), ("Bob", 2, 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(text: Text, encoding: str) -> None:
    found = text("Zoë: Où est-ce ?", "Bob: Là.", "Zoë: Ah.", encoding=encoding)
    assert said(found)[0] == ("Zoë", "Où est-ce ?")
    assert bool(found.notes) == (encoding == "cp1252")


@given(st.text())
def test_any_text(line: str) -> None:
    is_name(line)
    if found := label(line):
        assert found.text in line


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_times(hours: int, minutes: int, sec: int, milli: int) -> None:
    wanted = pytest.approx(hours * 3600 + minutes * 60 + sec + milli / 1000)
    assert seconds(f"{hours}:{minutes}:{sec}.{milli:03}") == wanted
    assert seconds(f"{hours:02}:{minutes:02}:{sec:02},{milli:03}") == wanted


# --- Word ---------------------------------------------------------------------------------------


def test_a_table_of_speakers(word: Text) -> None:
    found = word("Talk of May", rows=(("Ann", "We plan."), ("Bob", "Why?"), ("Ann", "We do.")))
    assert said(found) == [("Ann", "We plan."), ("Bob", "Why?"), ("Ann", "We do.")]
    assert found.kind == "a Word document"


def test_lines_within_a_paragraph(word: Text) -> None:
    found = word("Ann Lee   0:02\nWe plan.", "Bob   0:04\nWhy?")
    assert found.turns == (Turn("Ann Lee", "We plan.", 2), Turn("Bob", "Why?", 4))


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def packed(path: Path, xml: str | bytes, member: str = "word/document.xml") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, xml)
    return path


def test_what_is_deleted_or_there_twice_is_not_read(tmp_path: Path) -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        "<w:p><w:r><w:t>Ann: We </w:t><w:delText>never</w:delText><w:instrText>PAGE</w:instrText>"
        "<w:t>plan.</w:t></w:r></w:p><w:p><mc:AlternateContent><mc:Choice><w:t>Bob: Why?</w:t>"
        "</mc:Choice><mc:Fallback><w:p><w:t>Bob: Why?</w:t></w:p></mc:Fallback>"
        "</mc:AlternateContent></w:p>"
    )
    xml = f"<w:document {W} {mc}><w:body>{body}</w:body></w:document>"
    found = open_transcript(packed(tmp_path / "talk.docx", xml))
    assert said(found) == [("Ann", "We plan."), ("Bob", "Why?")]


HOSTILE = {
    "entities": (
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        f"<w:document {W}><w:t>&b;</w:t></w:document>",
        "declares a document type",
    ),
    "a file elsewhere": (
        f'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}>&a;</w:document>',
        "declares a document type",
    ),
    "cut off": (f"<w:document {W}><w:p>", "damaged Word document"),
    "nothing": ("", "damaged Word document"),
    "no XML": ("\0\0\0", "damaged Word document"),
    "no words": (f"<w:document {W}/>", "holds no words"),
    "elements": (f"<w:document {W}>" + "<w:p/>" * 700_000, "far more than a transcript"),
    "depth": (f"<w:document {W}>" + "<w:p>" * 500_000, "damaged Word document"),
    "size": (f"<w:document {W}><w:t>" + "x" * (70 << 20), "unpacks to far more"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile_documents(tmp_path: Path, what: str) -> None:
    xml, reason = HOSTILE[what]
    path = packed(tmp_path / "talk.docx", xml)
    begun = time.process_time()
    assert reason in refusal(path).message
    assert time.process_time() - begun < 2
    assert sorted(tmp_path.iterdir()) == [path]


def test_other_archives(tmp_path: Path) -> None:
    path = packed(tmp_path / "talk.docx", "x", "../../word/document.xml")
    assert refusal(path).message == "talk.docx is no Word document"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 50)
    assert "damaged" in refusal(path).message


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"%PDF-1.7", "is no text"),
        (b"\0" * 50, "zero bytes"),
        (b" ", "holds no words"),
        (b"\xef\xbb\xbf", "holds no words"),
        (b"a" * (9 << 20), "more than a transcript"),
    ],
)
def test_other_files(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "talk.txt"
    path.write_bytes(raw)
    assert reason in refusal(path).message


def test_no_file(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "no.vtt").message
    assert "is a folder" in refusal(tmp_path).message


SLOW = [
    "<v" + " " * 4_000_000, "<" * 4_000_000, "x" * 4_000_000, " " * 4_000_000 + "x",
    "\t" * 4_000_000 + "x", "A " * 2_000_000, "A: b\n" * 99_000, "-->" * 1_000_000,
    "a\n" * 99_000, "[" * 4_000_000, "0:00:01 --> 0:00:02\na a\n\n" * 33_000, "a\n" * 300_000,
]  # fmt: skip


@pytest.mark.parametrize("line", SLOW, ids=lambda line: line[:9])
@pytest.mark.parametrize("head", ["", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"])
def test_large_files_end_soon(tmp_path: Path, head: str, line: str) -> None:
    path = tmp_path / "talk.vtt"
    if not head:
        path = tmp_path / "talk.txt"
    path.write_text(head + line, encoding="utf-8")
    begun = time.process_time()
    with contextlib.suppress(InputError):
        open_transcript(path)
    assert time.process_time() - begun < 4
