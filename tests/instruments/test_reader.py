from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.errors import InstrumentError
from vested.instruments import load_instrument
from vested.instruments.reader import MAX_BYTES, read_instrument
from vested.model import Scale

GOOD = """\
id: tiny
version: "1.10"
name: {en: Tiny, no: Liten}
scales:
  agree3:
    codes: [1, 2, 3]
    labels:
      en: [no, maybe, yes]
      nl: [nee, misschien, ja]
    missing: {en: [cannot say]}
    missing_codes: [9]
items:
  - id: A1
    scale: agree3
    text: {en: First.}
  - id: A2
    scale: agree3
    reversed: true
    text: {en: Second.}
    aliases: [q_2]
measures:
  - id: A
    kind: facet
    of: [A1, A2]
    name: {en: All of A}
  - id: B
    kind: facet
    of: [A2]
    name: {en: Half of A}
  - id: BOTH
    kind: index
    of: [A, B]
    name: {en: Both}
    headline: true
  - id: POLES
    kind: pair
    of: [A1, B]
    name: {en: Poles}
"""


def refused(content: str | bytes) -> InstrumentError:
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(InstrumentError) as caught:
        read_instrument(raw, "my.yaml")
    assert caught.value.message.startswith("my.yaml")
    assert caught.value.hint
    return caught.value


def test_good_file_is_read() -> None:
    instrument = read_instrument(GOOD.encode(), "my.yaml")
    assert (instrument.id, instrument.version) == ("tiny", "1.10")
    assert instrument.item("A2").aliases == ("q_2",)
    assert [output.id for output in instrument.headlines] == ["BOTH"]


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "y", "n", "No", "NO", "Yes"])
def test_words_that_older_yaml_took_for_truth_values_stay_text(word: str) -> None:
    content = GOOD.replace("[no, maybe, yes]", f"[{word}, maybe, sure]")
    instrument = read_instrument(content.encode(), "my.yaml")
    assert instrument.scales["agree3"].labels["en"] == (word, "maybe", "sure")
    assert instrument.name["no"] == "Liten"


@pytest.mark.parametrize("mark", ["\ufeff", "---\n", "%YAML 1.2\n---\n", "# note: *this*\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spelling_of_the_file_does_not_matter(mark: str, end: str) -> None:
    content = (mark + GOOD).replace("\n", end)
    assert read_instrument(content.encode(), "my.yaml").item("A1").text["en"] == "First."


@pytest.mark.parametrize(
    "text",
    [
        "Rate it: *not* now",
        "Research & development",
        "*Really*",
        "& more",
        "2 * 2: *four*",
        "a\n*b",
    ],
)
def test_texts_with_stars_and_ampersands_are_texts(text: str) -> None:
    quoted = '"' + text.replace("\n", "\\n") + '"'
    content = GOOD.replace("{en: First.}", f"{{en: {quoted}}}")
    assert read_instrument(content.encode(), "my.yaml").item("A1").text["en"] == text


def test_block_text_may_begin_a_line_with_a_star() -> None:
    content = GOOD.replace("text: {en: First.}", "text:\n      en: |\n        * one\n        & two")
    assert read_instrument(content.encode(), "my.yaml").item("A1").text["en"] == "* one\n& two\n"


# What is replaced, by what, a piece of the line that must be named, message, hint.
BROKEN = {
    "unknown key": ("of: [A2]", "of: [A2]\n    headlin: true", "headlin:", "headlin", "headline"),
    "unknown key at the top": ("id: tiny", "id: tiny\nitemz: []", "itemz", "itemz", "mean items"),
    "unknown key of an item": ("reversed", "reverse", "reverse:", "reverse", "mean reversed"),
    "unknown key of a scale": (
        "missing_codes",
        "missingcodes",
        "missingcodes",
        "",
        "missing_codes",
    ),
    "missing id": ("id: tiny\n", "", 'version: "1.10"', "id is missing", "add id:"),
    "missing version": ('version: "1.10"\n', "", "id: tiny", "version is missing", "version"),
    "missing scale": ("    scale: agree3\n", "", "- id: A1", "scale is missing", "add scale"),
    "missing of": ("    of: [A2]\n", "", "- id: B\n", "of is missing", "add of"),
    "missing kind": ("    kind: index\n", "", "- id: BOTH", "kind is missing", "add kind"),
    "duplicate key": ("id: tiny", "id: tiny\nid: other", "id: other", "duplicate", ""),
    "duplicate key of an item": (
        "    reversed: true\n",
        "    reversed: true\n    scale: x\n",
        "scale: x",
        "duplicate",
        "",
    ),
    "version without quotes": ('"1.10"', "1.10", "version:", "version.*text", '"1.10"'),
    "version 2": ('"1.10"', "2", "version:", "version.*text", '"2"'),
    "true for a label": ("[no, maybe, yes]", "[no, maybe, true]", "true]", "text", "quotes"),
    "number for a label": ("[no, maybe, yes]", "[no, maybe, 3]", "maybe, 3", "text", '"3"'),
    "date for an id": ("id: A1", "id: 2024-01-01", "2024-01-01", "", ""),
    "null for a text": ("{en: First.}", "{en: }", "{en: }", "", ""),
    "empty text": ("{en: First.}", '{en: ""}', '{en: ""}', "", ""),
    "no texts": ("{en: First.}", "{}", "text: {}", "", ""),
    "text instead of languages": ("{en: First.}", "First.", "text: First.", "", ""),
    "language that is none": ("{en: First.}", "{English: First.}", "English", "English", ""),
    "two labels for three": ("[no, maybe, yes]", "[no, yes]", "[no, yes]", "2 labels.*3", "one"),
    "four labels for three": ("misschien, ja", "misschien, ja, jo", "jo]", "4 labels.*3", "one"),
    "same label twice": ("[no, maybe, yes]", "[no, No, yes]", "[no, No", "label 'No'", "differ"),
    "same label in two languages": ("nee, mis", "yes, mis", "[yes, mis", "label 'yes'", "differ"),
    "label that is missing too": ("[cannot say]", "[Maybe]", "[Maybe]", "label 'Maybe'", "differ"),
    "codes out of order": ("[1, 2, 3]", "[1, 3, 2]", "[1, 3, 2]", "rising", ""),
    "code twice": ("[1, 2, 3]", "[1, 2, 2]", "[1, 2, 2]", "rising", ""),
    "half a code": ("[1, 2, 3]", "[1, 2.5, 3]", "[1, 2.5, 3]", "codes", ""),
    "one code": ("[1, 2, 3]", "[1]", "codes: [1]", "codes", ""),
    "code that is missing too": ("codes: [9]", "codes: [3]", "missing_codes: [3]", "3", ""),
    "huge code": ("[1, 2, 3]", "[1, 2, 30000]", "30000", "codes", ""),
    "unknown scale": ("scale: agree3", "scale: agre3", "scale: agre3", "agre3", "mean agree3"),
    "unknown section": ("scale: agree3", "scale: agree3\n    section: x", "section: x", "x", ""),
    "id twice": ("id: A2", "id: A1", "id: A1\n    scale: agree3\n    rev", "A1.*twice", ""),
    "alias of another": ("[q_2]", "[a1]", "- id: A2", "'a1' names both A1 and A2", ""),
    "id with a dot": ("id: A1", "id: A.1", "id: A.1", "A.1", ""),
    "id in capitals": ("id: tiny", "id: Tiny", "id: Tiny", "Tiny", ""),
    "measure of an unknown item": ("of: [A2]", "of: [A3]", "of: [A3]", "A3", "mean A"),
    "facet of a measure": ("of: [A2]", "of: [BOTH]", "of: [BOTH]", "BOTH", ""),
    "index of an item": ("of: [A, B]", "of: [A, A2]", "of: [A, A2]", "A2", ""),
    "index of itself": ("of: [A, B]", "of: [A, BOTH]", "of: [A, BOTH]", "BOTH.*before", ""),
    "index before its measures": (
        "measures:\n",
        "measures:\n  - {id: EARLY, kind: index, of: [A], name: {en: Early}}\n",
        "EARLY",
        "A must be defined before",
        "move A above EARLY",
    ),
    "indices in a circle": (
        "    of: [A, B]\n    name: {en: Both}\n    headline: true\n",
        "    of: [A, ROUND]\n    name: {en: Both}\n"
        "  - {id: ROUND, kind: index, of: [BOTH], name: {en: Round}}\n",
        "of: [A, ROUND]",
        "ROUND must be defined before",
        "",
    ),
    "pair of a pair": (
        "    name: {en: Poles}\n",
        "    name: {en: Poles}\n  - {id: P2, kind: pair, of: [A1, POLES], name: {en: P}}\n",
        "id: P2",
        "POLES",
        "",
    ),
    "pair of three": ("of: [A1, B]", "of: [A1, A2, B]", "of: [A1, A2, B]", "of 3", "two"),
    "pair of one": ("of: [A1, B]", "of: [A1]", "of: [A1]", "of 1", "two"),
    "measure of nothing": ("of: [A2]", "of: []", "of: []", "of", ""),
    "item twice in a facet": ("of: [A1, A2]", "of: [A1, A1]", "of: [A1, A1]", "twice", ""),
    "measure twice": ("id: B\n", "id: A\n", "id: A\n    kind: facet\n    of: [A2]", "twice", ""),
    "measure named as an item": ("id: B\n", "id: A2\n", "id: A2\n    kind", "both", ""),
    "unknown kind": ("kind: pair", "kind: duo", "kind: duo", "duo", "facet"),
    "weights of a facet": ("of: [A2]", "of: [A2]\n    weights: [1]", "- id: B\n", "weights", ""),
    "too few weights": ("of: [A, B]", "of: [A, B]\n    weights: [1]", "weights", "1 weights", ""),
    "negative weight": ("of: [A, B]", "of: [A, B]\n    weights: [1, -1]", "weights", "", ""),
    "infinite weight": ("of: [A, B]", "of: [A, B]\n    weights: [1, .inf]", "weights", "", ""),
    "reversed in quotes": ("reversed: true", 'reversed: "true"', "reversed", "reversed", ""),
    "tab for indentation": ("    scale: agree3\n", "\tscale: agree3\n", "\tscale", "YAML", ""),
    "wrong indentation": ("  - id: A2", " - id: A2", " - id: A2", "YAML", "indentation"),
    "bracket left open": ("[A1, A2]", "[A1, A2", "of: [A1, A2\n", "YAML", ""),
    "quote left open": ("{en: First.}", '{en: "First.}', 'en: "First', "YAML", ""),
    "colon in a text": ("{en: First.}", "\n      en: Is it: true?", "Is it:", "YAML", "quote"),
    "alias of a text": ("{en: First.}", "{en: &t First., nl: *t}", "&t", "anchor|alias", ""),
    "alias in a list": ("aliases: [q_2]", "aliases: [&q q_2, *q]", "[&q", "anchor|alias", ""),
    "tag of a program": ("{en: First.}", "!!python/object:os.system x", "!!python", "", ""),
    "second document": ("measures:", "---\nmeasures:", "---", "", ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused_with_its_line(case: str) -> None:
    """Where several lines may be meant, the first that can be told to be wrong counts."""
    old, new, at, words, hint = BROKEN[case]
    assert old in GOOD
    content = GOOD.replace(old, new, 1)
    line = content[: content.index(at)].count("\n") + 1
    error = refused(content)
    assert re.search(words, error.message)
    assert hint in error.hint
    named = [int(number) for number in re.findall(r"line (\d+)", error.message)]
    # An open bracket or quote, like broken indentation, shows only further down.
    if "YAML" in words:
        assert line <= named[0] <= line + 30
    else:
        assert named[0] == line


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an instrument"),
        (b"\n\n", "not an instrument"),
        (b"# only a note\n", "not an instrument"),
        (b"- id: tiny\n", "not an instrument"),
        (b"just words\n", "not an instrument"),
        (b"42", "not an instrument"),
        (b"{}", "is missing"),
        (b"org,SCL1\nGent,3\n", "not an instrument"),
        (GOOD.encode("utf-16"), "line 1: not UTF-8"),
        (GOOD.replace("First.", "Prêt.").encode("latin-1"), "line 15: not UTF-8"),
        (GOOD.replace("First.", "a\0b").encode(), ""),
        (GOOD.replace("First.", "a\x07b").encode(), ""),
        (b"id: tiny\n" + b"#" * MAX_BYTES, "larger than an instrument"),
        (b"[" * 300, ""),
        (b"a: " * 3_000, ""),
        (b"- " * 3_000, ""),
        (b"{" * 500 + b"}" * 500, ""),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
        (b"scales: 3\nitems: x\n", "line 1"),
        (b"id: [1, 2]\n", "line 1"),
        (b"1: 2\n", ""),
        (b"? [a, b]\n: c\n", ""),
        (b"%YAML 9.9\n---\nid: x\n", ""),
        (b"id: !unknown x\n", ""),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_instrument_is_refused(content: bytes, words: str) -> None:
    assert words in refused(content).message


def test_aliases_that_unfold_without_end_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    start = time.monotonic()
    refused("\n".join(lines))
    assert time.monotonic() - start < 5


def test_every_fault_is_listed() -> None:
    content = GOOD.replace("scale: agree3", "scale: nope").replace("of: [A2]", "of: [A9]")
    message = refused(content).message
    assert [int(n) for n in re.findall(r"my\.yaml, line (\d+)", message)] == [14, 17, 28]


def test_file_is_named_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(GOOD.replace("facet", "fact"), encoding="utf-8")
    with pytest.raises(InstrumentError, match=r"^broken\.yaml, line 23: "):
        load_instrument(path)


FAMILY = GOOD.replace(
    """    codes: [1, 2, 3]
    labels:
      en: [no, maybe, yes]
      nl: [nee, misschien, ja]
    missing: {en: [cannot say]}
""",
    """    family: agreement
    points: 5
""",
)


def scale_with(extra: str) -> Scale:
    content = FAMILY.replace("    points: 5\n", f"    points: 5\n{extra}")
    return read_instrument(content.encode(), "my.yaml").scales["agree3"]


def test_family_gives_codes_labels_and_what_means_no_answer() -> None:
    scale = scale_with("")
    assert scale.codes == (1, 2, 3, 4, 5)
    assert scale.labels["fr"][0] == "Pas du tout d'accord"
    assert "Entièrement d'accord" in scale.alternatives["fr"][4]
    assert scale.missing["pl"][0] == "Nie wiem"
    assert scale.missing_codes == (9,)


@pytest.mark.parametrize(
    ("family", "points", "codes"),
    [
        ("yes_no", 2, (1, 2)),
        ("frequency", 7, (1, 2, 3, 4, 5, 6, 7)),
        ("likelihood", 11, tuple(range(11))),
    ],
)
def test_codes_of_a_family_start_at_one_but_for_eleven_points(
    family: str, points: int, codes: tuple[int, ...]
) -> None:
    content = FAMILY.replace("agreement", family).replace("points: 5", f"points: {points}")
    content = content.replace("[9]", "[99]")
    assert read_instrument(content.encode(), "my.yaml").scales["agree3"].codes == codes


def test_codes_of_a_family_may_be_given() -> None:
    assert scale_with("    codes: [-2, -1, 0, 1, 2]\n").codes == (-2, -1, 0, 1, 2)


def test_labels_take_the_place_of_those_of_the_family_in_their_language_only() -> None:
    scale = scale_with("    labels: {en: [E, D, C, B, A], ca: [e1, d2, c3, b4, a5]}\n")
    assert scale.labels["en"] == ("E", "D", "C", "B", "A")
    assert scale.labels["ca"] == ("e1", "d2", "c3", "b4", "a5")
    assert scale.labels["nl"][4] == "Helemaal mee eens"
    assert "en" not in scale.alternatives
    assert scale.alternatives["nl"]


def test_missing_labels_take_the_place_of_those_of_the_family_in_their_language_only() -> None:
    scale = scale_with("    missing: {en: [Pass]}\n")
    assert scale.missing["en"] == ("Pass",)
    assert scale.missing["sv"][0] == "Vet ej"


# What is replaced, by what, a piece of the line that must be named, message, hint.
BROKEN_FAMILY = {
    "unknown family": ("agreement", "agrement", "family:", "no family 'agrement'", "agreement?"),
    "family of another kind": ("agreement", "colour", "family:", "no family", "known: agreement"),
    "unknown points": ("points: 5", "points: 9", "points: 9", "no scale of 9", "nearest is 7"),
    "no points": ("    points: 5\n", "", "family:", "needs points", "2, 3, 4, 5, 6, 7"),
    "points as text": ("points: 5", 'points: "5"', "points:", "points", ""),
    "points without a family": ("    family: agreement\n", "", "points: 5", "no family", "add"),
    "neither codes nor family": (
        "    family: agreement\n    points: 5\n", "", "agree3:", "codes is missing", "add codes:",
    ),
    "too few codes": (
        "points: 5", "points: 5\n    codes: [1, 2, 3]", "codes: [1", "3 codes for 5", "leave",
    ),
    "too few labels": (
        "points: 5", "points: 5\n    labels: {en: [No, Yes]}", "labels: {en", "2 labels", "one",
    ),
    "code that is missing too": ("[9]", "[5]", "missing_codes: [5]", "stand both", ""),
    "label of the family's in another place": (
        "points: 5",
        "points: 5\n    labels:\n      en: [A, Neutral, C, D, E]",
        "en: [A, Neutral",
        "'Neutral' means 2 in en but 3 in de",
        "differ",
    ),
    "label that is another spelling in another place": (
        "points: 5",
        "points: 5\n    labels:\n      en: [Volledig eens, B, C, D, E]",
        "en: [Volledig",
        "'Volledig eens' means 1 in en but 5 in nl",
        "differ",
    ),
    "label that means no answer in another language": (
        "points: 5",
        "points: 5\n    labels:\n      en: [A, B, Weet niet, D, E]",
        "en: [A, B, Weet",
        "'Weet niet' means 3 in en but missing in nl",
        "differ",
    ),
    "missing label that is an answer": (
        "points: 5",
        "points: 5\n    missing:\n      en: [Neutral]",
        "en: [Neutral]",
        "'Neutral' means missing in en but 3",
        "differ",
    ),
    "codes that its numbers contradict": (
        "    family: agreement\n    points: 5\n",
        "    family: likelihood\n    points: 11\n"
        "    codes: [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12]\n",
        "codes: [1, 2",
        "label '1' of family likelihood cannot mean 2",
        "0 to 10",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN_FAMILY)
def test_broken_family_is_refused_with_its_line(case: str) -> None:
    old, new, at, words, hint = BROKEN_FAMILY[case]
    assert old in FAMILY
    content = FAMILY.replace(old, new, 1)
    error = refused(content)
    assert re.search(words, error.message)
    assert hint in error.hint
    line = content[: content.index(at)].count("\n") + 1
    assert re.findall(r"line (\d+)", error.message)[0] == str(line)


LINES = GOOD.splitlines(keepends=True)


@settings(max_examples=60, deadline=None)
@given(
    at=st.integers(0, len(LINES) - 1),
    change=st.sampled_from(["", "{0}{0}", "  {0}", "\t{0}", "x{0}", "{0}: x\n", "# {0}"]),
)
def test_a_changed_line_gives_an_instrument_or_an_instrument_error(at: int, change: str) -> None:
    content = "".join([*LINES[:at], change.format(LINES[at]), *LINES[at + 1 :]])
    try:
        found = read_instrument(content.encode(), "my.yaml").items[0].id
    except InstrumentError as error:
        found = error.message
    assert found in ("A1", "A2") or found.startswith("my.yaml")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_refused_as_an_instrument(content: bytes) -> None:
    refused(content)
