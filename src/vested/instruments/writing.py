"""A first instrument file as YAML text, with comments that say what its author has to decide.

All texts come from surveys and their data, so every one is written as a quoted string.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vested.instruments.families import family
from vested.model import Text

_COMMENT = 100
_NAME = 50
"""Remarks cut what they quote, so that the file stays readable: our choice."""


@dataclass(frozen=True, slots=True)
class DraftScale:
    """A response scale: of a family, or with codes and labels of its own."""

    id: str
    family: str = ""
    points: int = 0
    codes: tuple[int, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    missing_codes: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One item, and what is doubtful about it."""

    id: str
    scale: str
    text: Text = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFacet:
    """Items that may belong together, and why that is thought."""

    id: str
    of: tuple[str, ...]
    name: Text
    because: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a survey tells of an instrument."""

    id: str
    name: Text
    language: str
    """The language in which labels of families are shown in remarks."""
    source: str
    scales: Sequence[DraftScale]
    items: Sequence[DraftItem]
    facets: Sequence[DraftFacet]
    left_out: Sequence[tuple[str, str]]
    """Columns that are no items, with the reason."""


def written(draft: Draft) -> str:
    """The text of the instrument file."""
    parts = [_head(draft), _scales(draft), _items(draft.items), _measures(draft)]
    return "".join(f"{line}\n" for part in parts for line in part)


def _head(draft: Draft) -> Iterator[str]:
    yield f"# A draft, made from {comment(draft.source)}."
    yield "# It is a beginning and no instrument yet: which items belong to it, what they measure"
    yield "# and in which direction is for you to decide."
    yield "# Lines that begin with # are remarks; take them out as you settle them."
    yield f"id: {quoted(draft.id)}"
    yield 'version: "0.1"'
    yield f"name: {_text(draft.name)}"
    if draft.left_out:
        yield "# Not taken, since they do not look like closed questions on an ordinal scale:"
        for name, reason in draft.left_out:
            yield f"#   {comment(name, _NAME) or '(no name)'}: {comment(reason)}"


def _scales(draft: Draft) -> Iterator[str]:
    yield "scales:"
    for scale in draft.scales:
        yield f"  {scale.id}:"
        yield from (f"    # {comment(note)}" for note in scale.notes)
        if scale.family:
            labels = family(scale.family).labels[scale.points]
            yield f"    # {' · '.join(labels.get(draft.language) or labels['en'])}"
            yield f"    family: {scale.family}"
            yield f"    points: {scale.points}"
        if scale.codes:
            yield f"    codes: [{', '.join(map(str, scale.codes))}]"
        for key, texts in (("labels", scale.labels), ("missing", scale.missing)):
            if texts:
                yield f"    {key}:"
                yield from (f"      {at}: {_list(labels)}" for at, labels in texts.items())
        if scale.missing_codes:
            yield f"    missing_codes: [{', '.join(map(str, scale.missing_codes))}]"


def _items(items: Sequence[DraftItem]) -> Iterator[str]:
    yield "items:"
    for item in items:
        yield f"  - id: {_id(item.id)}"
        yield from (f"    # {comment(note)}" for note in item.notes)
        yield f"    scale: {item.scale}"
        if item.aliases:
            yield f"    aliases: {_list(item.aliases)}"
        if item.text:
            yield f"    text: {_text(item.text)}"


def _measures(draft: Draft) -> Iterator[str]:
    yield "# Items that stand together in the survey are suggested as one facet each; whether they"
    yield "# measure one thing is for you to decide."
    yield "measures:"
    placed = {item for facet in draft.facets for item in facet.of}
    for facet in draft.facets:
        yield f"  - id: {_id(facet.id)}"
        yield f"    # {comment(facet.because)}"
        yield "    kind: facet"
        yield f"    of: [{', '.join(map(_id, facet.of))}]"
        yield f"    name: {_text(facet.name)}"
    if alone := [item.id for item in draft.items if item.id not in placed]:
        yield "# In no measure yet:"
        yield from (f"#   {name}" for name in alone)


def _id(name: str) -> str:
    """An id, in quotes where YAML would take it for something else than text."""
    return quoted(name) if name.casefold() in ("null", "true", "false") else name


def _text(text: Text) -> str:
    return "{" + ", ".join(f"{at}: {quoted(wording)}" for at, wording in text.items()) + "}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def quoted(text: str) -> str:
    r"""A text as a YAML string in double quotes, whatever signs are in it.

    >>> quoted("a: 'b' # \x85 c")
    '"a: \'b\' # \\u0085 c"'
    """
    return "".join(
        sign if _printable(sign) else f"\\u{ord(sign):04x}"
        for sign in json.dumps(_whole(text), ensure_ascii=False)
    )


def comment(text: str, longest: int = _COMMENT) -> str:
    """A text as it can stand in a remark: on one line, not too long, without odd signs."""
    line = " ".join("".join(sign if _printable(sign) else " " for sign in _whole(text)).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _whole(text: str) -> str:
    """The text without halves of signs, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _printable(sign: str) -> bool:
    """Whether YAML allows the sign as it is: neither a control character nor a line separator."""
    return " " <= sign <= "~" or (sign > "\x9f" and sign not in "\u2028\u2029\ufeff\ufffe\uffff")
