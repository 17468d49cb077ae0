"""Offsets of any unit in any text: a passage stands where its words are, or nowhere."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vested.platforms.qda import offsets
from vested.platforms.qda.offsets import CODE_POINTS, Checker, Reading, Span

texts = st.lists(
    st.sampled_from(["a", "b", "é", "€", "😀", "𝔳", "\r\n", "\n", "\r", " ", "trust"]), min_size=1
).map("".join)
readings = st.builds(
    Reading,
    st.sampled_from(["cp", "utf-16", "utf-8"]),
    st.sampled_from(["as is", "one", "two"]),
    st.booleans(),
)


def counted(reading: Reading, before: str) -> int:
    """What a program of that reading says of the place behind a text."""
    text = before.replace("\r\n", "\n") if reading.ends == "one" else before
    if reading.ends == "two":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    text = "\ufeff" + text if reading.mark else text
    size = {"cp": 4, "utf-16": 2, "utf-8": 1}[reading.unit]
    encoding = {"cp": "utf-32-le", "utf-16": "utf-16-le", "utf-8": "utf-8"}[reading.unit]
    return len(text.encode(encoding)) // size


@st.composite
def places(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A text and passages that do not begin or end within a line end."""
    text = draw(texts)
    whole = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    ends = st.lists(st.sampled_from(whole), min_size=2, max_size=2).map(sorted)
    found = draw(st.lists(ends.map(tuple), min_size=1, max_size=6))
    return text, found  # type: ignore[return-value]


@settings(deadline=None)
@given(places(), readings)
def test_any_reading_is_found(made: tuple[str, list[tuple[int, int]]], reading: Reading) -> None:
    text, passages = made
    words = [text[start:end] for start, end in passages]
    assume(all(word.strip() for word in words))
    spans = [
        Span(str(counted(reading, text[:start])), str(counted(reading, text[:end])), word)
        for (start, end), word in zip(passages, words, strict=True)
    ]
    found = Checker().check(text, spans)
    assert found.reading is not None
    assert found.fits + sum(found.elsewhere.values()) == len(spans)
    for place, word in zip(found.places, words, strict=True):
        assert place is not None
        assert text[slice(*place)].split() == word.split()


@settings(deadline=None)
@given(texts, st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40), texts), max_size=8))
def test_every_passage_is_counted_once(text: str, made: list[tuple[int, int, str]]) -> None:
    spans = [Span(str(start), str(end), words) for start, end, words in made]
    found = Checker().check(text, spans)
    assert len(found.places) == len(spans)
    assert min(found.fits, found.nowhere, found.outside, found.unsaid) >= 0
    counts = (found.fits, found.nowhere, found.outside, found.unsaid)
    assert sum(counts) + sum(found.elsewhere.values()) == len(spans)
    for place in found.places:
        assert place is None or 0 <= place[0] <= place[1] <= len(text)


def test_a_place_within_a_character_is_none() -> None:
    checker = Checker()
    spans = [Span("2", "7", "trust"), Span("1", "2", ""), Span("0", "2", ""), Span("7", "99", "")]
    found = checker.check("😀trust", spans)
    assert found.places == ((1, 6), None, (0, 1), None)
    assert (found.reading, found.outside, found.unsaid) == (Reading("utf-16"), 2, 1)


def test_what_was_right_last_is_tried_first() -> None:
    checker = Checker()
    checker.check("😀 é trust", [Span("5", "10", "trust")])
    assert checker.last == Reading("utf-16")
    # Both readings of bytes and of UTF-16 explain this one.
    checker.last = Reading("utf-8")
    found = checker.check("é trust", [Span("3", "8", "trust")])
    assert found.reading == Reading("utf-8")


def test_a_search_in_vain_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    text, drifted = "😀 we trust", Span("6", "11", "trust")
    nowhere = Span("0", "5", "trust")
    checker = Checker()
    assert checker.check(text, [drifted]).reading == Reading("utf-16")
    monkeypatch.setattr(offsets, "_MOST_READ", len(text))
    monkeypatch.setattr(offsets, "_MOST_SEARCHED", len(text))
    assert checker.check(text, [drifted, nowhere]).nowhere == 1  # what was right last is tried
    checker = Checker()
    assert checker.check(text, [nowhere]).nowhere == 1
    # From here on nothing is searched: words that do not fit count as a label.
    found = checker.check(text, [drifted, nowhere])
    assert (found.unsaid, found.outside, found.places) == (1, 1, (None, (0, 5)))


@pytest.mark.parametrize("otherwise", [CODE_POINTS, Reading("utf-16")])
def test_without_words_the_other_texts_tell(otherwise: Reading) -> None:
    found = Checker().check("😀 trust", [Span("3", "8", "")], otherwise)
    expected = (3, None) if otherwise == CODE_POINTS else (2, 7)
    assert found.places[0] == (None if otherwise == CODE_POINTS else expected)


def test_a_text_without_characters() -> None:
    spans = [Span("0", "0", ""), Span("0", "1", "x"), Span("1", "1", "")]
    assert Checker().check("", spans).places == ((0, 0), None, None)
