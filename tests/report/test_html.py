"""Pages: self-contained, without anything that acts, and with what a screen reader needs."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import polars as pl
import pytest

from vested.report import html
from vested.report.document.model import Chart, Document
from vested.report.document.tables import of_tables
from vested.report.document.theme import Theme
from vested.report.document.wording import Words
from vested.report.text import printed
from vested.table import Column, ResultTable

Make = Callable[..., Document]
NAME = "<script>alert(1)</script><img src=x onerror=y>\"'&amp;{{7*7}}{% raw %}"
PNG = b"\x89PNG\r\n\x1a\n"
VOID = {"meta", "link", "img", "br", "hr"}


class Page(HTMLParser):
    """The elements of a page with their attributes and texts; what is not closed is an error."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(content.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def text_in(self, tag: str) -> list[str]:
        return [text for where, text in self.texts if where == tag]


@pytest.fixture(scope="module")
def with_words(make_document: Make) -> Make:
    """A document with all the words that a page needs."""

    def made(name: str = "Saint Alder Hospital", language: str = "en") -> Document:
        document = make_document(name, language)
        return replace(document, words={**Words(language).all(), **document.words})

    return made


def without_charts(document: Document) -> Document:
    """They take long to draw."""
    sections = (
        replace(each, blocks=tuple(b for b in each.blocks if not isinstance(b, Chart)))
        for each in document.sections
    )
    return replace(document, sections=tuple(sections))


@pytest.fixture(scope="module")
def page(with_words: Make) -> Page:
    theme = Theme(f"By {NAME}", logo=PNG)
    return Page(html.document(replace(with_words(NAME), theme=theme)))


def test_nothing_acts_and_nothing_is_fetched(page: Page) -> None:
    names = {tag for tag, _ in page.elements}
    assert not names & {"script", "iframe", "object", "embed", "form", "base", "audio", "video"}
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("href", "src", "xlink:href", "action", "poster"):
                assert (value or "").startswith(("#", "data:")), (tag, value)
            if name in ("fill", "stroke", "clip-path", "style") and value and "url(" in value:
                assert value.startswith("url(#")
    css = "".join(page.text_in("style"))
    assert "@import" not in css
    assert "url(" not in css
    [image] = page.all("img")
    assert image == {
        "class": "logo", "src": "data:image/png;base64,iVBORw0KGgo=", "alt": f"By {NAME}",
    }  # fmt: skip


def test_the_policy_forbids_what_is_not_there(page: Page) -> None:
    [policy] = [m for m in page.all("meta") if "content" in m and m.get("http-equiv")]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_a_name_is_text_wherever_it_stands(page: Page) -> None:
    for tag in ("title", "h1", "h2", "p", "li", "th", "footer", "a"):
        assert any(NAME in text for text in page.text_in(tag)), tag
    assert "<script>alert" in "".join(page.text_in("tspan"))  # the labels of charts
    assert "49" not in "".join(text for _, text in page.texts)


def test_every_nasty_text_is_shown(with_words: Make, nasty: str) -> None:
    content = html.document(without_charts(with_words(nasty)))
    found = Page(content)
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content)
    wanted = printed(nasty) if nasty.strip() else ""
    assert wanted in "".join(found.text_in("title"))


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_the_page_says_its_language(with_words: Make, language: str) -> None:
    found = Page(html.document(without_charts(with_words("Gent", language))))
    assert found.all("html") == [{"lang": language}]
    assert ("59.8" if language == "en" else "59,8") in found.text_in("td")


def test_headings_are_in_order(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(next_ <= level + 1 for level, next_ in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [(attributes["href"] or "")[1:] for attributes in page.all("a")]
    assert links
    assert set(links) <= set(ids)
    for _, attributes in page.elements:
        for name in (attributes.get("aria-labelledby") or "").split():
            assert name in ids


def test_tables_and_pictures_can_be_heard(page: Page) -> None:
    tables = len(page.all("table"))
    assert tables == len(page.all("caption")) == 1
    assert page.text_in("caption") == ["Scores"]
    scopes = [attributes.get("scope") for attributes in page.all("th")]
    assert scopes == ["col"] * 5 + ["row"] * 2
    pictures = page.all("svg")
    assert len(pictures) == 8
    assert {attributes.get("role") for attributes in pictures} == {"img"}
    assert all(attributes.get("aria-labelledby") for attributes in pictures)
    assert len(page.text_in("desc")) == 8
    # What can be scrolled can be reached with the keyboard, and has a name.
    scrolled = [d for d in page.all("div") if "scroll" in (d.get("class") or "")]
    assert len(scrolled) == 9
    assert all(d["tabindex"] == "0" and d["role"] == "group" for d in scrolled)
    assert all(d["aria-label"] for d in scrolled)


def test_numbers_and_what_is_missing(with_words: Make) -> None:
    found = Page(html.document(without_charts(with_words())))
    rows = [text for tag, text in found.texts if tag in ("td", "th")][-7:]
    assert rows[:5] == ["Saint Alder Hospital", "VESTED", "32", "59.8", "0.812"]
    assert rows[5:] == ["Gent", "VESTED"]  # no numbers, and no word for none


def test_the_look_is_that_of_the_theme(with_words: Make) -> None:
    theme = Theme("Ours", "#7a1f5c", "Source Sans 3")
    document = replace(without_charts(with_words()), theme=theme)
    css = "".join(Page(html.document(document)).text_in("style"))
    assert '--accent: #7a1f5c; --font: "Source Sans 3", "Liberation Sans"' in css


ELSEWHERE = """
import pickle, sys
from vested.report import html
sys.stdout.buffer.write(html.document(pickle.load(sys.stdin.buffer)))
"""


def test_the_same_bytes_in_another_process(with_words: Make, tmp_path: Path) -> None:
    document = with_words()
    surroundings = {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7"}
    surroundings["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=pickle.dumps(document), capture_output=True, check=True, cwd=tmp_path,
        env={**os.environ, **surroundings},
    )  # fmt: skip
    assert there.stdout == html.document(document)


# --- a page of result tables ----------------------------------------------------------------------


class Found:
    """A result as commands give it, with a text from data wherever one can stand."""

    columns = (Column("name", "Name", "Who <b>."), Column("clear", "Clear", ""),
               Column("n", "n", ""))  # fmt: skip
    frame = pl.DataFrame({"name": [NAME, "a\x1b[31m", None], "clear": [True, False, None],
                          "n": [1, None, 3]})  # fmt: skip
    tables: ClassVar = {
        "first": ResultTable("first", "First <b>", columns, frame),
        "empty": ResultTable("empty", "Empty", columns, frame.clear()),
    }
    main = "first"
    recipe: ClassVar = {"vested": "0.1.0"}
    answer, findings = f"Answer of {NAME}", ("One\x1b[31m", NAME)


def test_a_page_of_tables() -> None:
    result: Any = Found()
    found = Page(html.document(of_tables(result)))
    assert found.text_in("caption") == ["First <b>"]
    assert found.text_in("h1") == ["First <b>"]
    assert f"Answer of {NAME}" in found.text_in("p")
    assert found.text_in("li")[-2:] == ["One‹U+001B›[31m", NAME]
    cells = [text for tag, text in found.texts if tag in ("td", "th")]
    assert cells[3:] == [NAME, "yes", "1", "a‹U+001B›[31m", "no", "3"]
    assert not found.all("script", "b")
