"""Taguette: tables of highlights and tags, and the project's own SQLite database.

A table of highlights has the columns `id`, `document`, `tag` and `content`, and a row for each tag
of a highlight: rows of one id are one passage. It tells neither where a passage stands nor who
marked it, and leaves out highlights without a tag. A codebook is a table of tags with their
descriptions. (Established with files of Taguette 1.5.2; the code of later versions, read up to
February 2026, writes the same columns, and a codebook of some adds `parent`.)

The database has the documents as HTML. A highlight's `start_offset` and `end_offset` count bytes of
UTF-8 in the text of that HTML: tags not counted, entities resolved, nothing between blocks; a byte
within a character stands for the end of that character (`taguette/extract.py`). `snippet` is a copy
of the passage, against which the offsets are checked. Nothing tells who made a highlight but the
log of commands; an exported project says `admin` in place of everyone, which is taken for nobody.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from vested.errors import InputError
from vested.formats import Table
from vested.platforms.qda import Code, Project, Segment, Source, database
from vested.platforms.qda.cells import counted, opened, rows
from vested.spelling import same

_HIGHLIGHTS = ("id", "document", "tag", "content")
_CODEBOOK = frozenset({"tag", "description", "number of highlights"})
_TABLES: database.Tables = {
    "projects": ("id", "name"),
    "documents": ("id", "name", "description", "project_id", "contents"),
    "tags": ("id", "path", "description", "project_id"),
    "highlights": ("id", "document_id", "start_offset", "end_offset", "snippet"),
    "highlight_tags": ("highlight_id", "tag_id"),
    "project_members": ("user_login", "project_id"),
    "commands": ("id", "user_login", "payload"),
}
_NEEDED = ("projects", "documents", "tags", "highlights", "highlight_tags")
_NOBODY = "admin"


def read(path: Path, name: str) -> Project | None:
    """The project in a file that Taguette wrote; None for any other.

    Raises `InputError` where it is one, and broken.
    """
    if database.is_database(path):
        return database.project(path, name, __name__)
    with ExitStack() as stack:
        table = opened(path, stack)
        return recognise(table, name) if table else None


def recognise(table: Table, name: str) -> Project | None:
    """The project in a table that Taguette wrote; None for any other."""
    columns = tuple(same(column) for column in table.columns)
    if columns == _HIGHLIGHTS:
        return _highlights(table, name)
    return _codebook(table, columns, name) if set(columns) >= _CODEBOOK else None


def hierarchy(path: str) -> tuple[str, tuple[str, ...]]:
    """The name of a tag and those above it; a dot beside a space or a digit is no hierarchy.

    >>> hierarchy("strategy.vision"), hierarchy("e.g. pilots"), hierarchy("version 1.2")
    (('vision', ('strategy',)), ('e.g. pilots', ()), ('version 1.2', ()))
    """
    parts = path.split(".")
    usual = all(part and part == part.strip() and not part.isdigit() for part in parts)
    return (parts[-1], tuple(parts[:-1])) if usual else (path, ())


def _code(at: str, path: str, description: str = "") -> Code:
    name, above = hierarchy(path)
    return Code(at, name, above, description)


# --- tables -------------------------------------------------------------------------------------


def _highlights(table: Table, name: str) -> Project:
    codes: dict[str, Code] = {}
    sources: dict[str, Source] = {}
    segments: dict[tuple[str, str, str], Segment] = {}
    left: Counter[str] = Counter()
    for passage, document, tag, content in rows(table):
        sources.setdefault(document, Source(document, document))
        if not tag.strip():
            left["row{s} without a tag"] += 1
        elif (passage, document, tag) in segments:
            left["row{s} given twice"] += 1
        else:
            codes.setdefault(tag, _code(tag, tag))
            found = Segment(document, tag, quotation=content, passage=passage)
            segments[passage, document, tag] = found
    return Project(
        name, "Taguette", tuple(codes.values()), tuple(sources.values()),
        tuple(segments.values()), notes=(*table.notes, *_left_out(name, left)),
    )  # fmt: skip


def _codebook(table: Table, columns: Sequence[str], name: str) -> Project:
    at, described = columns.index("tag"), columns.index("description")
    codes = {row[at]: _code(row[at], row[at], row[described]) for row in rows(table) if row[at]}
    note = f"{name} is a codebook: {counted(len(codes), 'code{s}')}, no passages."
    return Project(name, "Taguette", tuple(codes.values()), (), (), notes=(*table.notes, note))


def _left_out(name: str, left: Mapping[str, int]) -> list[str]:
    return [f"{name}: {counted(number, what)} left out." for what, number in left.items()]


# --- the database, in the child process ---------------------------------------------------------


def packed(path: Path, name: str) -> list[Any] | None:
    """The project in a database, in a form that JSON can hold; None where it is another's."""
    with database.reading(name):
        found = database.opened(path, name, _TABLES, _NEEDED)
        if found is None:
            return None
        with database.close(found):
            return database.pack(_project(found, name))


def _project(data: database.Database, name: str) -> Project:
    documents = {row[0]: _document(row) for row in data.rows("documents")}
    projects = {at: database.text(title) for at, title in data.rows("projects")}
    filled = sorted({each.project for each in documents.values()}, key=str)
    if len(filled) > 1:
        names = ", ".join(projects.get(at, "?")[:60] for at in filled[:5])
        raise InputError(
            f"{name} holds {len(filled)} projects: {names}",
            "export the one that is meant from Taguette (Project info, Export project)",
        )
    tags = {at: (path, about) for at, path, about, owner in data.rows("tags") if owner in filled}
    codes = [_code(str(at), database.text(p), database.text(d)) for at, (p, d) in tags.items()]
    given: dict[object, list[object]] = {}
    for highlight, tag in data.rows("highlight_tags"):
        if tag in tags:
            given.setdefault(highlight, []).append(tag)
    coders, coder_of = _coders(data, filled)
    segments = []
    left: Counter[str] = Counter()
    drifted = 0
    for at, document, start, end, snippet in data.rows("highlights"):
        source = documents.get(document)
        if source is None or at not in given:
            left["highlight{s} without a " + ("tag" if source else "document")] += 1
            continue
        nodes = texts(database.text(snippet))
        place = source.place(start, end, "".join(nodes))
        drifted += place is None
        begin, stop = place or (None, None)
        quoted = " ".join(node.strip() for node in nodes if node.strip())
        coder = coder_of.get(at, "")
        segments += [
            Segment(str(document), str(tag), coder, begin, stop, quoted, str(at))
            for tag in given[at]
        ]
    notes = _left_out(name, left)
    if drifted:
        notes.append(
            f"{name}: the places of {counted(drifted, 'highlight{s}')} do not fit the text; they "
            "were left out."
        )
    sources = tuple(each.source for each in documents.values())
    return Project(name, "Taguette", tuple(codes), sources, tuple(segments), coders, tuple(notes))


_BLOCK = 4096
_FOLLOWING = bytes(0x80 <= byte < 0xC0 for byte in range(256))
"""For each byte of UTF-8 whether it continues a character."""


@dataclass(frozen=True, slots=True)
class _Document:
    """A document, and what tells bytes of its text from characters."""

    source: Source
    project: object
    text: str
    following: bytes
    before: Sequence[int]
    """How many bytes before each block continue a character."""

    def place(self, start: object, end: object, quoted: str) -> tuple[int, int] | None:
        """Offsets in bytes as offsets in characters, None where another text stands there."""
        first, last = database.whole(start), database.whole(end)
        if first is None or last is None or not 0 <= first < last <= len(self.following):
            return None
        begin, stop = self._characters(first), self._characters(last)
        return (begin, stop) if database.same_words(self.text[begin:stop], quoted) else None

    def _characters(self, at: int) -> int:
        block = at // _BLOCK
        return at - self.before[block] - self.following.count(1, block * _BLOCK, at)


def _document(row: database.Row) -> _Document:
    at, title, about, project, contents = row
    text = "".join(texts(database.text(contents)))
    following = text.encode("utf-8", "replace").translate(_FOLLOWING)
    blocks = range(0, len(following), _BLOCK)
    counts = (following.count(1, first, first + _BLOCK) for first in blocks)
    before = tuple(itertools.accumulate(counts, initial=0))
    variables = {"description": database.text(about)} if about else {}
    source = Source(str(at), database.text(title), len(text), variables)
    return _Document(source, project, text, following, before)


def _coders(
    data: database.Database, projects: Iterable[object]
) -> tuple[tuple[str, ...], Mapping[object, str]]:
    """Who belongs to the project, and who last said which tags a highlight has."""
    wanted = set(projects)
    members = {who for who, project in data.rows("project_members") if project in wanted}
    last: dict[object, str] = {}
    for _, who, payload in data.rows("commands"):
        try:
            told = json.loads(payload) if isinstance(payload, str) else None
        except (ValueError, RecursionError):
            continue
        if isinstance(told, dict) and told.get("type") == "highlight_add":
            at = told.get("highlight_id")
            if isinstance(at, int):
                last[at] = database.text(who)
    if {*members, *last.values()} <= {_NOBODY}:
        return (), {}
    return tuple(sorted({database.text(who) for who in {*members, *last.values()}})), last


_MARKUP = re.compile(
    r"""<(?:!--.*?-->|[!?][^>]*>|/?[A-Za-z](?:[^"'>]|"[^"]*"|'[^']*')*+>|(?![!?]|/?[A-Za-z]))""",
    re.DOTALL,
)
"""A comment, a declaration or a tag to its end, or a sign that is nothing but a sign."""


def texts(html: str) -> list[str]:
    """The pieces of text between the tags, entities resolved; spaces before all of it left out.

    >>> texts("<p>R&amp;D <b>is</b></p> <p>a &lt; b</p>")
    ['R&D ', 'is', ' ', 'a < b']
    """
    html = html.replace("\r\n", "\n").replace("\r", "\n").lstrip()
    nodes: list[list[str]] = [[]]
    at = 0
    while (tag := html.find("<", at)) >= 0:
        nodes[-1].append(html[at:tag])
        markup = _MARKUP.match(html, tag)
        if markup is None:  # cut off
            break
        if markup[0] == "<":
            nodes[-1].append("<")
        else:
            nodes.append([])
        at = markup.end()
    else:
        nodes[-1].append(html[at:])
    return [text for node in nodes if (text := unescape("".join(node)))]
