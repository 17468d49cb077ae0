"""Small YAML files that people write, with the line of each part, for messages that name it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vested.errors import InputError

if TYPE_CHECKING:
    from ruamel.yaml.comments import CommentedMap

_MAX_BYTES = 5_000_000


def read_marked(path: Path, kind: str, example: str) -> CommentedMap:
    """The names and values of a file, with their lines.

    Raises `InputError` where the file cannot be read or holds no names and values; it calls the
    file a `kind`, such as theme, and has the `example` as its hint.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.error import YAMLError

    called = f"the {kind} {path.name}"
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"{called} cannot be read: {error.strerror}",
            "name a file that exists and that you may read",
        ) from None
    except UnicodeDecodeError:
        raise InputError(f"{called} is not UTF-8 text", "save it as UTF-8") from None
    if len(raw) > _MAX_BYTES:
        raise InputError(f"{called} is too large for a {kind}", "is it a data file?")
    try:
        tree = YAML(typ="rt", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{path.name}{line}: not YAML", "quote texts that hold : or #") from None
    if not isinstance(tree, CommentedMap):
        raise InputError(f"{called} has no names and values", example)
    return tree
