"""How a report looks: the name, colours, font and logo of whoever hands it out."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from pathlib import Path

from vested.errors import InputError, did_you_mean
from vested.marked import read_marked
from vested.report.text import harmless

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_FONT = re.compile(r"[A-Za-z0-9 ._-]{1,60}")
_LOGO_BYTES = 1_000_000
_EXAMPLE = 'for example two lines: name: "Our Company" and accent: "#00568f"'
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}


@dataclass(frozen=True)
class Theme:
    """Colours as `#rrggbb`; the font is one that the reader's machine has, with a fallback."""

    name: str = ""
    """Who hands the report out, shown at the foot of each page."""
    accent: str = "#00568f"
    """Headings and lines."""
    font: str = "Liberation Sans"
    logo: bytes = b""
    """A PNG or JPEG."""

    @property
    def logo_kind(self) -> str:
        """`png` or `jpeg`; empty where there is no logo."""
        return _kind(self.logo)


def read_theme(path: Path) -> Theme:
    """Read a theme from a YAML file of `name`, `accent` and `font`.

    Raises `InputError` where it is no such file or a value would not do.
    """
    content = read_marked(path, "theme", _EXAMPLE)
    known = [each.name for each in fields(Theme) if each.name != "logo"]
    for name, value in content.items():
        if name not in known:
            line = content.lc.key(name)[0] + 1
            raise InputError(
                f"{path.name}, line {line}: a theme has no {name!r}",
                did_you_mean(str(name), known, f"known: {', '.join(known)}"),
            )
        if not isinstance(value, str):
            raise InputError(f"{path.name}: {name} is no text", "put it in quotes")
    theme = Theme(**content)
    if not _COLOUR.fullmatch(theme.accent):
        raise InputError(f"{path.name}: {theme.accent!r} is no colour", 'for example "#00568f"')
    if not _FONT.fullmatch(theme.font):
        raise InputError(f"{path.name}: {theme.font!r} is no name of a font", "letters and digits")
    return replace(theme, name=harmless(theme.name))


def read_logo(path: Path) -> bytes:
    """The bytes of a logo; `InputError` where it is no PNG or JPEG or larger than 1 MB."""
    try:
        with path.open("rb") as file:
            content = file.read(_LOGO_BYTES + 1)
    except OSError as error:
        why = f"the logo {path.name} cannot be read: {error.strerror}"
        raise InputError(why, "name a file that exists and that you may read") from None
    if not _kind(content):
        raise InputError(f"the logo {path.name} is neither PNG nor JPEG", "save it as PNG")
    if len(content) > _LOGO_BYTES:
        raise InputError(f"the logo {path.name} is larger than 1 MB", "make it smaller")
    return content


def _kind(content: bytes) -> str:
    return next((kind for start, kind in _KINDS.items() if content.startswith(start)), "")
