"""Themes and logos: what is read, and what is refused with a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from vested.errors import InputError
from vested.report.document.theme import Theme, read_logo, read_theme

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"


def refused(content: bytes | None, path: Path, *, logo: bool = False) -> InputError:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        (read_logo if logo else read_theme)(path)
    assert str(path.parent) not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "theme"),
    [
        ('name: "Our Company"', Theme("Our Company")),
        ("accent: '#A0b0C0'\nfont: Source Sans 3", Theme("", "#A0b0C0", "Source Sans 3")),
        ('name: "Ünder <b>\\e[31m"', Theme("Ünder <b>␛[31m")),
        ("name: ''", Theme()),
    ],
)
def test_a_theme(content: str, theme: Theme, tmp_path: Path) -> None:
    path = tmp_path / "theme.yaml"
    path.write_text(content, encoding="utf-8")
    assert read_theme(path) == theme


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "has no names and values", "for example"),
        (b"- a\n- b", "has no names and values", "for example"),
        (b"just a text", "has no names and values", "for example"),
        (b"name: [", "not YAML", "quote"),
        (b"name: a\nname: b", "not YAML", "quote"),
        (b"x: " + b"[" * 3_000, "not YAML", "quote"),
        (b"!!python/object/apply:os.system [x]", "has no names and values", "for example"),
        (b"name: !!python/object/apply:os.system [x]", "is no text", "quotes"),
        (b"name: \xff\xfe", "is not UTF-8 text", "UTF-8"),
        (b"acent: '#000000'", "a theme has no 'acent'", "accent"),
        (b"logo: a.png", "a theme has no 'logo'", "known: name, accent, font"),
        (b"1: a", "a theme has no 1", "known: name, accent, font"),
        (b"name: 3", "name is no text", "quotes"),
        (b"name:", "name is no text", "quotes"),
        (b"accent: [a]", "accent is no text", "quotes"),
        (b"accent: blue", "'blue' is no colour", "#00568f"),
        (b"accent: '#00568'", "'#00568' is no colour", "#00568f"),
        (b"accent: '#00568f; }'", "is no colour", "#00568f"),
        (b'accent: "#00568f\\n"', "is no colour", "#00568f"),
        (b"font: 'a\"; } b'", "is no name of a font", "letters and digits"),
        (b"font: ''", "is no name of a font", "letters and digits"),
        (b"font: " + b"a" * 61, "is no name of a font", "letters and digits"),
    ],
)
def test_what_is_no_theme(content: bytes, message: str, hint: str, tmp_path: Path) -> None:
    error = refused(content, tmp_path / "theme.yaml")
    assert message in error.message
    assert "theme.yaml" in error.message
    assert hint in error.hint


@pytest.mark.parametrize("logo", [True, False])
def test_what_cannot_be_read(logo: bool, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, why in (("missing", "No such file or directory"), ("folder", "Is a directory")):
        error = refused(None, tmp_path / name, logo=logo)
        assert f"{name} cannot be read: {why}" in error.message
        assert error.hint


@pytest.mark.parametrize(("content", "kind"), [(PNG + b"rest", "png"), (JPEG + b"rest", "jpeg")])
def test_a_logo(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "logo"
    path.write_bytes(content)
    assert Theme(logo=read_logo(path)).logo_kind == kind


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "is neither PNG nor JPEG", "PNG"),
        (b"GIF89a", "is neither PNG nor JPEG", "PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is neither PNG nor JPEG", "PNG"),
        (PNG[:-1], "is neither PNG nor JPEG", "PNG"),
        (PNG + b"x" * 1_000_000, "is larger than 1 MB", "smaller"),
    ],
)
def test_what_is_no_logo(content: bytes, message: str, hint: str, tmp_path: Path) -> None:
    error = refused(content, tmp_path / "logo.png", logo=True)
    assert message in error.message
    assert hint in error.hint


def test_the_largest_logo(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(PNG + b"x" * (1_000_000 - len(PNG)))
    assert len(read_logo(path)) == 1_000_000


def test_without_a_logo_there_is_no_kind() -> None:
    assert Theme().logo_kind == ""
