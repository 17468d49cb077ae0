"""Small YAML files: what they hold with its lines, and what is no such file."""

from __future__ import annotations

from pathlib import Path

import pytest

from vested.errors import InputError
from vested.marked import read_marked


def test_names_values_and_lines(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("\ufeffname: Ours\n\ncolumns:\n  - a\n", encoding="utf-8")
    tree = read_marked(file, "theme", "for example name: Ours")
    assert dict(tree) == {"name": "Ours", "columns": ["a"]}
    assert tree.lc.key("columns") == (2, 0)


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "the theme own.yaml has no names and values", "for example name: Ours"),
        (b"- a\n", "the theme own.yaml has no names and values", "for example name: Ours"),
        (b"a: 1\nb: [\n", "own.yaml, line 3: not YAML", "quote texts that hold : or #"),
        (b"a: 1\na: 2\n", "own.yaml, line 2: not YAML", "quote texts that hold : or #"),
        (b"a: \xff\n", "the theme own.yaml is not UTF-8 text", "save it as UTF-8"),
        (b"a: " + b"x" * 5_000_000, "the theme own.yaml is too large for a theme", "data file"),
        (None, "the theme own.yaml cannot be read: No such file or directory", "name a file"),
    ],
)
def test_what_is_no_such_file(
    tmp_path: Path, content: bytes | None, message: str, hint: str
) -> None:
    file = tmp_path / "own.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_marked(file, "theme", "for example name: Ours")
    assert caught.value.message == message
    assert hint in (caught.value.hint or "")
