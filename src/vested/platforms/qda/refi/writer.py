"""REFI-QDA out: a project with its texts (.qdpx), or a codebook alone (.qdc)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from vested.platforms.qda import Code, Project, Segment, Source

ORIGIN = "vested"
_OURS = UUID("5d0e3a52-6f0b-5c0e-9a53-6f1f0a8d9c11")
"""Under this stand the GUIDs that are made here, so that the same input gives the same."""
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_LONGEST_NAME = 200
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_IN_TEXT = str.maketrans(_ESCAPES)
_IN_ATTRIBUTE = str.maketrans({**_ESCAPES, "\n": "&#10;", "\t": "&#9;"})


def guid_of(*parts: str) -> str:
    """A GUID that is the same for the same parts."""
    return str(uuid5(_OURS, "\n".join(parts)))


def codebook(codes: Sequence[Code], origin: str = ORIGIN) -> bytes:
    """A codebook file (.qdc); ids that are no GUIDs get one."""
    return (
        f'{_HEAD}<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="{_attribute(origin)}">'
        f"{''.join(_codes(codes))}</CodeBook>\n"
    ).encode()


def write(project: Project, texts: Mapping[str, str]) -> bytes:
    """A project file (.qdpx), the same bytes for the same project.

    `texts` has the plain text of each source by its id, as the offsets count in it; a source may
    be without. Ids that are no GUIDs get one. Raises `ValueError` for what the format has no place
    for: variables of a segment, and a segment without offsets that is not of its whole source.
    """
    parts = {"project.qde": _document(project, texts).encode()}
    for source in project.sources:
        if (text := texts.get(source.id)) is not None:
            # A mark of its own keeps one that belongs to the text.
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            path = f"sources/{_guid('source', source.id)}.txt"
            parts[path] = f"{mark}{text}".encode("utf-8", "replace")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(parts.items()):
            # Without a time of its own each file would be another one.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def _document(project: Project, texts: Mapping[str, str]) -> str:
    coders = dict.fromkeys([*project.coders, *(each.coder for each in project.segments)])
    coders.pop("", None)
    users = "".join(
        f'<User guid="{_guid("user", name)}" name="{_attribute(name)}"/>' for name in coders
    )
    names = sorted({name for source in project.sources for name in source.variables})
    variables = "".join(
        f'<Variable guid="{_guid("variable", name)}" name="{_attribute(name)}" '
        'typeOfVariable="Text"/>'
        for name in names
    )
    by_source: dict[str, list[Segment]] = {source.id: [] for source in project.sources}
    for segment in project.segments:
        by_source[segment.source].append(segment)
    sources = "".join(
        "".join(_source(source, by_source[source.id], has_text=source.id in texts))
        for source in project.sources
    )
    title = project.file.rpartition(".")[0] or project.file
    return (
        f'{_HEAD}<Project xmlns="urn:QDA-XML:project:1.0" name="{_attribute(title)}" '
        f'origin="{_attribute(project.platform or ORIGIN)}">'
        + _within("Users", users)
        + _within("CodeBook", "".join(_codes(project.codes)))
        + _within("Variables", variables)
        + _within("Sources", sources)
        + "</Project>\n"
    )


def _within(element: str, content: str) -> str:
    """Content in its element, which the format does not want empty."""
    return f"<{element}>{content}</{element}>" if content else ""


# --- codes ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Node:
    code: Code
    below: list[_Node] = field(default_factory=list)


def _codes(codes: Sequence[Code]) -> Iterator[str]:
    """The codes in each other; a parent that is no code itself becomes a category."""
    top: list[_Node] = []
    latest: dict[tuple[str, ...], list[_Node]] = {(): top}

    def place(code: Code) -> None:
        missing = [at for at in range(1, len(code.parents) + 1) if code.parents[:at] not in latest]
        for at in missing:
            path = code.parents[:at]
            place(Code(guid_of("category", *path), path[-1], path[:-1], codable=False))
        node = _Node(code)
        latest[code.parents].append(node)
        latest[(*code.parents, code.name)] = node.below

    for code in codes:
        place(code)
    if top:
        yield "<Codes>"
        for node in top:
            yield from _code(node)
        yield "</Codes>"


def _code(node: _Node) -> Iterator[str]:
    code = node.code
    codable = "true" if code.codable else "false"
    yield (
        f'<Code guid="{_guid("code", code.id)}" name="{_attribute(code.name)}" '
        f'isCodable="{codable}"'
    )
    if not code.description and not node.below:
        yield "/>"
        return
    yield ">"
    if code.description:
        yield f"<Description>{_text(code.description)}</Description>"
    for below in node.below:
        yield from _code(below)
    yield "</Code>"


# --- sources ----------------------------------------------------------------------------------


def _source(source: Source, segments: Sequence[Segment], *, has_text: bool) -> Iterator[str]:
    guid = _guid("source", source.id)
    path = f' plainTextPath="internal://{guid}.txt"' if has_text else ""
    yield f'<TextSource guid="{guid}" name="{_attribute(source.name)}"{path}>'
    passages: dict[tuple[str, int, int], list[Segment]] = {}
    whole = []
    for segment in segments:
        if segment.variables:
            raise ValueError("REFI-QDA has no place for variables of a segment; use codes")
        if segment.start is not None and segment.end is not None:
            key = (segment.passage, segment.start, segment.end)
            passages.setdefault(key, []).append(segment)
        elif segment.passage == segment.source:
            whole.append(segment)
        else:
            raise ValueError("REFI-QDA has no place for a segment without offsets")
    used: set[str] = set()
    for (passage, start, end), bearing in passages.items():
        # Tables may number passages anew in each source, or have no ids at all.
        own = _guid("passage", passage) if passage else ""
        if not own or own in used or not _GUID.fullmatch(passage):
            own = guid_of("passage", source.id, passage, str(start), str(end))
        used.add(own)
        yield f'<PlainTextSelection guid="{own}"{_words(bearing[0])} '
        yield f'startPosition="{start}" endPosition="{end}">'
        yield from _codings(own, bearing)
        yield "</PlainTextSelection>"
    yield from _codings(guid, whole)
    for name, value in source.variables.items():
        yield f'<VariableValue><VariableRef targetGUID="{_guid("variable", name)}"/>'
        yield f"<TextValue>{_text(value)}</TextValue></VariableValue>"
    yield "</TextSource>"


def _words(segment: Segment) -> str:
    """The words of a passage, by which others can tell whether its offsets fit."""
    words = segment.quotation[:_LONGEST_NAME]
    return f' name="{_attribute(words)}"' if words and not _NO_XML.search(words) else ""


def _codings(passage: str, segments: Sequence[Segment]) -> Iterator[str]:
    for number, segment in enumerate(segments):
        guid = guid_of("coding", passage, segment.code, segment.coder, str(number))
        user = f' creatingUser="{_guid("user", segment.coder)}"' if segment.coder else ""
        yield f'<Coding guid="{guid}"{user}>'
        yield f'<CodeRef targetGUID="{_guid("code", segment.code)}"/></Coding>'


def _guid(kind: str, known: str) -> str:
    return known if _GUID.fullmatch(known) else guid_of(kind, known)


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", text).translate(_IN_TEXT)


def _attribute(text: str) -> str:
    return _NO_XML.sub("\ufffd", text).translate(_IN_ATTRIBUTE)
