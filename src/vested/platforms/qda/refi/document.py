"""The XML of REFI-QDA as it stands there: codes, users, sources, selections, cases, sets.

The document is read in pieces, and what it refers to is looked up later: an element may name what
comes after it. A document type is refused, and with it all entities; so are nests and crowds of
elements that no project has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from sys import getsizeof
from typing import TYPE_CHECKING

from vested.errors import InputError
from vested.platforms.qda import Code
from vested.platforms.qda.markup import feed, new_parser
from vested.platforms.qda.refi.elements import Case, Document, Raw, Selection

if TYPE_CHECKING:
    from pyexpat import XMLParserType

NAMESPACES = ("urn:QDA-XML:project:", "urn:QDA-XML:codebook:")
_AGAIN = "export the project from the software that holds it again"

_MOST_BYTES = 256 << 20
_DEEPEST = 100
_MOST_ELEMENTS = 2_000_000
_MOST_CODES = 50_000
_MOST_MEMORY = 160 << 20
"""Bytes for all that is kept: about 250,000 passages with a coding and a name each."""
_OBJECT = 300
"""Bytes of what holds the names of one element, and of what is made of it later."""

Attributes = Mapping[str, str]

_SOURCES = {
    "TextSource": "text",
    "PDFSource": "PDF",
    "PictureSource": "picture",
    "AudioSource": "audio",
    "VideoSource": "video",
}
_SELECTIONS = frozenset(
    {
        *("PlainTextSelection", "PDFSelection", "PictureSelection", "AudioSelection"),
        *("VideoSelection", "TranscriptSelection"),
    }
)
_VALUES = frozenset(
    {
        *("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue"),
        "DateTimeValue",
    }
)


def parsed(pieces: Iterable[bytes], name: str) -> Raw:
    """What a document says.

    Raises `InputError` where it is broken, declares a document type, is of another kind, or holds
    more than a project does.
    """
    parser = new_parser()
    reader = _Reader(parser, name)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    feed(parser, pieces, name, _MOST_BYTES, _AGAIN)
    return reader.raw


def _too_much(name: str, what: str = "a project") -> InputError:
    return InputError(f"{name} holds more than {what} does", "is it an export of QDA software?")


def plain_guid(guid: str) -> str:
    """A GUID in one spelling.

    >>> plain_guid("{0C5B-AF}")
    '0c5b-af'
    """
    return guid.strip().strip("{}").lower()


class _Reader:
    """What the parser calls: it keeps track of where in the document it is."""

    def __init__(self, parser: XMLParserType, name: str) -> None:
        self.raw = Raw()
        self._parser = parser
        self._name = name
        self._ids: dict[str, str] = {}
        """GUIDs as they stand there to one spelling, each kept once."""
        self._tags: dict[str, str] = {}
        """Full names of elements to local ones, in the namespace of the document."""
        self._within: list[str] = []
        self._elements = 0
        self._kept = 0
        self._words: list[str] = []
        self._codes: list[str] = []
        """The names of the codes that are open."""
        self._open: list[int] = []
        self._source: Document | None = None
        self._selections: list[Selection] = []
        """Those that are open: the text of a passage of a PDF may have passages of its own."""
        self._case: Case | None = None
        self._set: list[str] | None = None
        self._user = ""
        self._refs = 0
        self._variable = ""
        self._value = ""
        self._starts: Mapping[str, Callable[[Attributes], None]] = {
            "Code": self._code,
            "Description": self._text,
            "User": self._one_user,
            "Variable": self._one_variable,
            "Case": self._one_case,
            "Set": self._one_set,
            "Coding": self._coding,
            "CodeRef": self._code_ref,
            "SourceRef": self._source_ref,
            "SelectionRef": self._selection_ref,
            "MemberSource": self._member,
            "VariableRef": self._variable_ref,
            "VariableValue": self._variable_value,
            "PlainTextContent": self._text,
            **dict.fromkeys(_VALUES, self._text),
            **dict.fromkeys(_SELECTIONS, self._one_selection),
        }
        self._ends: Mapping[str, Callable[[], None]] = {
            "Code": self._end_code,
            "Description": self._end_description,
            "Case": self._end_case,
            "Set": self._end_set,
            "Coding": self._end_coding,
            "VariableValue": self._valued,
            "PlainTextContent": self._end_text,
            **dict.fromkeys(_VALUES, self._end_one_value),
            **dict.fromkeys(_SELECTIONS, self._end_selection),
            **dict.fromkeys(_SOURCES, self._end_source),
        }

    # --- the parser's calls -----------------------------------------------------------------

    def start(self, element: str, attributes: Attributes) -> None:
        self._elements += 1
        within = self._within
        if not within:
            self._root(element, attributes)
        elif len(within) >= _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise _too_much(self._name)
        tag = self._tags.get(element) or self._known(element)
        within.append(tag)
        if "Notes" in within:
            self.raw.in_memos += tag == "Coding"
        elif begin := self._starts.get(tag):
            begin(attributes)
        elif tag in _SOURCES:
            self._one_source(tag, attributes)

    def end(self, _: str) -> None:
        within = self._within
        tag = within.pop()
        if tag == "Notes" or "Notes" in within:
            return
        if finish := self._ends.get(tag):
            finish()

    def _end_selection(self) -> None:
        if self._selections:
            self._selections.pop()

    def _end_coding(self) -> None:
        self.raw.without_code += self._refs == 0

    def _end_code(self) -> None:
        self._codes.pop()
        self._open.pop()

    def _end_source(self) -> None:
        if self._within[-1:] == ["Sources"]:
            self._source = None

    def _end_case(self) -> None:
        self._case = None

    def _end_set(self) -> None:
        self._set = None

    def _end_text(self) -> None:
        text = self._end_words()
        if self._source is None:
            return
        if self._within[-1] == "TextSource":
            self._source.content = text
        elif self._within[-1] == "Representation" and self._selections:
            self._selections[-1].quotation = text

    def _end_description(self) -> None:
        text = self._end_words().strip()
        if self._within[-1] == "Code":
            at = self._open[-1]
            self.raw.codes[at] = replace(self.raw.codes[at], description=text)

    def _end_one_value(self) -> None:
        self._value = self._end_words().strip()

    def _end_words(self) -> str:
        self._parser.CharacterDataHandler = None
        text, self._words = "".join(self._words), []
        return text

    def _root(self, element: str, attributes: Attributes) -> None:
        namespace, _, tag = element.rpartition(" ")
        self.raw.is_project = tag == "Project"
        if tag not in ("Project", "CodeBook") or not namespace.startswith(NAMESPACES):
            raise InputError(
                f"{self._name} is XML of another kind ({tag[:40]!r}), no REFI-QDA", _AGAIN
            )
        self._namespace = f"{namespace} "
        self.raw.origin = attributes.get("origin", "")

    def _known(self, element: str) -> str:
        """The local name of an element; nothing for one of another namespace."""
        if not element.startswith(self._namespace):
            return ""
        tag = element[len(self._namespace) :]
        if len(self._tags) < 200:
            self._tags[element] = tag
        return tag

    def _keep(self, *texts: str) -> None:
        """Count what stays in memory."""
        self._kept += sum(map(getsizeof, texts)) + _OBJECT
        if self._kept > _MOST_MEMORY:
            raise _too_much(self._name)

    # --- elements ---------------------------------------------------------------------------

    def _id(self, attributes: Attributes, *names: str) -> str:
        for name in names:
            if name in attributes:
                guid = attributes[name]
                known = self._ids.get(guid)
                if known is None:
                    self._keep(guid, guid)
                    known = self._ids[guid] = plain_guid(guid)
                return known
        return ""

    def _text(self, _: Attributes) -> None:
        self._words = []
        self._parser.CharacterDataHandler = self._heard

    def _heard(self, text: str) -> None:
        self._keep(text)
        self._words.append(text)

    def _code(self, attributes: Attributes) -> None:
        if len(self.raw.codes) >= _MOST_CODES:
            raise _too_much(self._name, f"{_MOST_CODES:,} codes, which is more than a codebook")
        name = attributes.get("name", "")
        parents = tuple(self._codes)
        guid = self._id(attributes, "guid") or "/".join((*parents, name))
        codable = attributes.get("isCodable", "true").strip().lower() not in ("false", "0")
        self._keep(name, guid)
        self._open.append(len(self.raw.codes))
        self._codes.append(name)
        self.raw.codes.append(Code(guid, name, parents, "", codable))

    def _one_user(self, attributes: Attributes) -> None:
        guid = self._id(attributes, "guid")
        name = (attributes.get("name") or attributes.get("id") or guid).strip()
        self._keep(name)
        self.raw.users.append((guid, name))

    def _one_variable(self, attributes: Attributes) -> None:
        name = attributes.get("name", "").strip()
        self._keep(name)
        self.raw.variables[self._id(attributes, "guid")] = name

    def _one_case(self, attributes: Attributes) -> None:
        self._case = Case(attributes.get("name", "").strip())
        self._keep(self._case.name)
        self.raw.cases.append(self._case)

    def _one_set(self, attributes: Attributes) -> None:
        name = attributes.get("name", "").strip()
        self._keep(name)
        self._set = []
        self.raw.sets.append((name, self._set))

    def _one_source(self, tag: str, attributes: Attributes) -> None:
        if self._within[-2] != "Sources":
            return
        path = attributes.get("plainTextPath", "")
        rich = attributes.get("richTextPath") or attributes.get("path", "")
        name = attributes.get("name", "").strip()
        name = name or (path or rich).replace("\\", "/").rpartition("/")[2]
        guid = self._id(attributes, "guid") or name
        self._keep(name, guid, path, rich)
        self._source = Document(guid, name, _SOURCES[tag], path, rich)
        self.raw.sources.append(self._source)

    def _one_selection(self, attributes: Attributes) -> None:
        if self._source is None:
            return
        guid = plain_guid(attributes.get("guid", ""))
        guid = guid or f"{self._source.guid}#{len(self._source.selections) + 1}"
        start, end = attributes.get("startPosition", ""), attributes.get("endPosition", "")
        name = attributes.get("name", "")
        self._keep(guid, name)
        made = Selection(guid, name, start, end)
        made.user = self._id(attributes, "creatingUser", "creatingUserGUID")
        self._selections.append(made)
        self._source.selections.append(made)

    def _coding(self, attributes: Attributes) -> None:
        self._refs = 0
        self._user = self._id(attributes, "creatingUser", "creatingUserGUID")
        if not self._user and self._selections:
            self._user = self._selections[-1].user

    def _code_ref(self, attributes: Attributes) -> None:
        above = self._within[-2]
        if above == "Case" and self._case is not None:
            self._case.codes += 1
        if above != "Coding" or self._source is None:
            return
        self._refs += 1
        made = (self._user, self._id(attributes, "targetGUID"))
        self._keep()
        (self._selections[-1] if self._selections else self._source).codings.append(made)

    def _source_ref(self, attributes: Attributes) -> None:
        if self._case is not None:
            self._case.sources.append(self._id(attributes, "targetGUID"))

    def _selection_ref(self, attributes: Attributes) -> None:
        if self._case is not None:
            self._case.selections.append(self._id(attributes, "targetGUID"))

    def _member(self, attributes: Attributes) -> None:
        if self._set is not None:
            self._set.append(self._id(attributes, "targetGUID"))

    def _variable_value(self, _: Attributes) -> None:
        self._variable = self._value = ""

    def _variable_ref(self, attributes: Attributes) -> None:
        self._variable = self._id(attributes, "targetGUID")

    def _valued(self) -> None:
        holder = self._case or self._source
        if holder is not None:
            self._keep()
            holder.values.append((self._variable, self._value))
